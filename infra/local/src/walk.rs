//! `-- tour`: starts everything afresh in memory, has the tour's own program walk it, and reports by the exit code.
//!
//! The tour is a test and reads pages with a library: a newcomer's first build leaves it out, and this command makes up
//! for it (ADR 0011).

use crate::command_line::Options;
use crate::company::Company;
use domain::{Work, WorkspaceId};
use lambda_kit::Clock;
use local::demo::{self, Place, StandInOptions, StandIns};
use local::{Options as ProductOptions, Product, Tick};
use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::time::Duration;
use store::{Arm, Store, StoreError};
use testkit::EmbeddedAws;

/// A person waits: due work is looked for, and Workday polled, much more often than on AWS.
const TICK: Duration = Duration::from_secs(1);
const POLL: Duration = Duration::from_secs(2);
/// How often it is asked whether the tour has come to its end.
const LOOK: Duration = Duration::from_millis(100);

/// Walks the tour on ports of its own and in memory. The error is text for a person.
pub(crate) async fn tour(options: Options) -> Result<(), String> {
    let program = build().map_err(|error| format!("The tour could not be built: {error}"))?;
    let ended = Box::pin(walk(options, &program))
        .await
        .map_err(|error| format!("The tour could not be walked: {error}"))?;
    if ended.success() {
        Ok(())
    } else {
        Err(String::from("A step failed; see above."))
    }
}

/// Builds the tour beside this program, with this package's dependencies as they are built already.
fn build() -> Result<PathBuf, Box<dyn Error + Send + Sync>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
    let mut command = Command::new(cargo);
    command.args(["build", "--quiet", "--locked", "--profile", profile]);
    command.args(["--package", "local", "--package", "tour", "--bin", "tour"]);
    let built = command.current_dir(env!("CARGO_MANIFEST_DIR")).status()?;
    if built.success() {
        Ok(std::env::current_exe()?.with_file_name(format!("tour{}", std::env::consts::EXE_SUFFIX)))
    } else {
        Err(format!("cargo ended with {built}").into())
    }
}

async fn walk(options: Options, program: &Path) -> Result<ExitStatus, Box<dyn Error + Send + Sync>> {
    let wanted = StandInOptions {
        folder: None,
        contract: options.contract,
        workday: Some(Place::FREE),
        heymilo: Some(Place::FREE),
    };
    let stand_ins = StandIns::start(&wanted).await?;
    let (workday, heymilo) = (
        stand_ins.workday_url().unwrap_or_default().to_owned(),
        stand_ins.heymilo_url().unwrap_or_default().to_owned(),
    );
    let aws = EmbeddedAws::start(testkit::Options::default()).await?;
    let workspace = WorkspaceId::new(demo::WORKSPACE)?;
    let company = Company::start(0, workspace.clone()).await?;
    let product = Product::start(
        ProductOptions {
            tick: Tick::Every(TICK),
            variables: company.register(&aws).await?,
            ..ProductOptions::new(&heymilo)
        },
        &aws,
    )
    .await?;
    company.tie(&product).await?;
    product.know_workspaces(std::slice::from_ref(&workspace));
    let link = product.sign_in_link(workspace.clone()).await?;
    let mut tour = Command::new(program)
        .args(["--product", &product.url, "--workday", &workday, "--heymilo", &heymilo])
        .args(["--sign-in", &link, "--owner", local::OWNER])
        .spawn()?;
    let ended = tokio::select! {
        ended = end(&mut tour) => ended?,
        problem = poll_often(product.store(), &workspace) => {
            tour.kill()?;
            return Err(problem);
        }
    };
    product.stop().await;
    stand_ins.stop().await;
    Ok(ended)
}

async fn end(tour: &mut Child) -> io::Result<ExitStatus> {
    loop {
        if let Some(ended) = tour.try_wait()? {
            return Ok(ended);
        }
        Clock::system().sleep(LOOK).await;
    }
}

/// The pages offer minutes between two looks at Workday. Here every connection is due again after seconds, whatever its
/// state: a disconnected one must be left alone by the product, not by us.
async fn poll_often(store: &Store, workspace: &WorkspaceId) -> Box<dyn Error + Send + Sync> {
    loop {
        if let Err(error) = poll_now(store, workspace).await {
            return error.into();
        }
        Clock::system().sleep(POLL).await;
    }
}

async fn poll_now(store: &Store, workspace: &WorkspaceId) -> Result<(), StoreError> {
    for connection in store.connections(workspace).await? {
        let poll = Work::PollConnection {
            connection: connection.connection,
        };
        let now = Arm {
            work: poll,
            at: Clock::system().now(),
        };
        store.arm(workspace, &now).await?;
    }
    Ok(())
}
