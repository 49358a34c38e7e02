//! `-- tour`: starts everything afresh in a folder of its own, walks the tour, and reports by the exit code.

use crate::command_line::Options;
use domain::{Work, WorkspaceId};
use local::demo::{self, Place, StandInOptions, StandIns};
use local::tour::{self, Servers};
use local::{Options as ProductOptions, Product, Tick};
use setup::{Admin, SetupError};
use std::error::Error;
use std::io;
use std::time::Duration;
use store::due::Arm;
use testkit::EmbeddedAws;

/// A person waits: due work is looked for, and Workday polled, much more often than on AWS.
const TICK: Duration = Duration::from_secs(1);
const POLL: Duration = Duration::from_secs(2);

/// Walks the tour on ports of its own and in memory. The error is text for a person.
pub(crate) async fn tour(options: Options) -> Result<(), String> {
    let score = Box::pin(walk(options))
        .await
        .map_err(|error| format!("The tour could not be walked: {error}"))?;
    match score.failed {
        0 => Ok(()),
        1 => Err(String::from("One step failed; see above.")),
        failed => Err(format!("{failed} steps failed; see above.")),
    }
}

async fn walk(options: Options) -> Result<tour::Score, Box<dyn Error + Send + Sync>> {
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
    let product = Product::start(
        ProductOptions {
            tick: Tick::Every(TICK),
            ..ProductOptions::new(&heymilo)
        },
        &aws,
    )
    .await?;
    let workspace = WorkspaceId::new(demo::WORKSPACE)?;
    product.know_workspaces(std::slice::from_ref(&workspace));
    let servers = Servers {
        product: product.url.clone(),
        workday,
        heymilo,
    };
    let mut out = io::stdout();
    let score = tokio::select! {
        score = tour::run(servers, &mut out) => score?,
        ended = poll_often(product.admin(), &workspace) => return Err(ended),
    };
    product.stop().await;
    stand_ins.stop().await;
    Ok(score)
}

/// The pages offer minutes between two looks at Workday. Here every connection is due again after seconds, whatever its
/// state: a disconnected one must be left alone by the product, not by us.
async fn poll_often(admin: &Admin, workspace: &WorkspaceId) -> Box<dyn Error + Send + Sync> {
    loop {
        if let Err(error) = poll_now(admin, workspace).await {
            return error.into();
        }
        admin.clock().sleep(POLL).await;
    }
}

async fn poll_now(admin: &Admin, workspace: &WorkspaceId) -> Result<(), SetupError> {
    for connection in admin.store().connections(workspace).await? {
        let poll = Work::PollConnection {
            connection: connection.connection,
        };
        let now = Arm {
            work: poll,
            at: admin.clock().now(),
        };
        admin.store().arm(workspace, &now).await?;
    }
    Ok(())
}
