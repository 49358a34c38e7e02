//! Starts what the command line asks for, tells the person where it is, and waits for Ctrl-C.

use crate::command_line::Options;
use crate::company::Company;
use crate::data_folder::{DataFolder, Notes};
use admin::Setup;
use domain::WorkspaceId;
use lambda_kit::Environment;
use local::demo::{self, Place, StandInOptions, StandIns};
use local::{Options as ProductOptions, Product, StartError, Tick};
use std::error::Error;
use std::fmt::Write;
use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use testkit::EmbeddedAws;
use tracing_subscriber::EnvFilter;

/// How often the demo's connection is polled; on AWS every five minutes unless set otherwise.
const DEMO_POLL_SECONDS: u32 = 10;

/// Runs the product until Ctrl-C. The error is text for a person.
pub(crate) async fn product(options: Options) -> Result<(), String> {
    let folder = DataFolder::open(&options.data, options.reset).map_err(|error| plain("The data folder cannot be used", &error))?;
    let setup = options.setup.as_deref().map(read_setup).transpose()?;
    log_to(&folder.path.join("product.log")).map_err(|error| plain("The log cannot be written", &error))?;
    let stand_ins = start_stand_ins(&options).await?;
    let heymilo_url = options
        .heymilo_url
        .clone()
        .or_else(|| stand_ins.heymilo_url().map(str::to_owned))
        .unwrap_or_default();
    let aws = testkit::Options {
        folder: Some(folder.path.clone()),
    };
    let aws = EmbeddedAws::start(aws)
        .await
        .map_err(|error| plain("The embedded AWS services do not start", &error))?;
    let company = start_company(&options, setup.as_ref(), &folder.notes()).await?;
    let sign_in = company.register(&aws).await;
    let sign_in = sign_in.map_err(|error| format!("The example company\u{2019}s secret cannot be kept: {error}"))?;
    let product = start_product(&options, &heymilo_url, sign_in, &aws).await?;
    company
        .tie(&product)
        .await
        .map_err(|error| plain("Nobody can sign in at the example company", &error))?;
    let notes = set_up(&product, &stand_ins, setup, folder.notes()).await?;
    folder
        .keep(&notes)
        .map_err(|error| plain("The data folder cannot be written", &error))?;
    say(&greeting(&options, &product, &stand_ins, &notes));
    wait_for_interrupt().await?;
    say("Stopping …");
    product.stop().await;
    stand_ins.stop().await;
    drop(folder);
    Ok(())
}

/// Runs the stand-ins alone until Ctrl-C.
pub(crate) async fn stand_ins(options: Options) -> Result<(), String> {
    let folder = DataFolder::open(&options.data, options.reset).map_err(|error| plain("The data folder cannot be used", &error))?;
    let stand_ins = start_stand_ins(&options).await?;
    say(&stand_in_lines(&options, &stand_ins));
    wait_for_interrupt().await?;
    stand_ins.stop().await;
    drop(folder);
    Ok(())
}

async fn start_stand_ins(options: &Options) -> Result<StandIns, String> {
    let place = |other: &Option<String>, after: u16| other.is_none().then(|| Place(options.port.checked_add(after).unwrap_or(0)));
    let wanted = StandInOptions {
        folder: Some(options.data.clone()),
        contract: options.contract.clone(),
        workday: place(&options.workday_url, 1),
        heymilo: place(&options.heymilo_url, 2),
    };
    StandIns::start(&wanted)
        .await
        .map_err(|error| plain("A stand-in does not start", &error))
}

/// The example company, whose people belong to the workspace that is set up.
async fn start_company(options: &Options, setup: Option<&Setup>, notes: &Notes) -> Result<Company, String> {
    let known = setup.map(|setup| &setup.workspace.id).or(notes.workspaces.first()).cloned();
    let workspace = match known {
        Some(known) => known,
        None => WorkspaceId::new(demo::WORKSPACE).map_err(|error| plain("The built-in example has a wrong id", &error))?,
    };
    Company::start(options.port.checked_add(3).unwrap_or(0), workspace)
        .await
        .map_err(|error| plain("The example company\u{2019}s sign-in service does not start", &error))
}

async fn start_product(options: &Options, heymilo_url: &str, sign_in: Vec<(String, String)>, aws: &EmbeddedAws) -> Result<Product, String> {
    let variables: Vec<(String, String)> = ledger_waits().into_iter().chain(sign_in).collect();
    let at = |port| ProductOptions {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        tick: Tick::Every(options.tick),
        variables: variables.clone(),
        ..ProductOptions::new(heymilo_url)
    };
    let outcome = match Product::start(at(options.port), aws).await {
        Err(StartError::Listen(error)) if error.kind() == io::ErrorKind::AddrInUse => Product::start(at(0), aws).await,
        outcome => outcome,
    };
    outcome.map_err(|error| plain("The product does not start", &error))
}

/// The ledger's waits as this process was told them: minutes, where who tries something out wants seconds.
fn ledger_waits() -> Vec<(String, String)> {
    let names = ["LEASE", "QUARANTINE", "EVIDENCE"].map(|wait| format!("LEDGER_{wait}_SECONDS"));
    let environment = Environment::from_process();
    let told = names
        .into_iter()
        .filter_map(|name| Some((name.clone(), environment.optional(&name)?)));
    told.collect()
}

fn read_setup(path: &Path) -> Result<Setup, String> {
    let text = std::fs::read(path).map_err(|error| plain(&format!("{} cannot be read", path.display()), &error))?;
    serde_json::from_slice(&text).map_err(|error| plain(&format!("{} is not a setup file", path.display()), &error))
}

/// The file's setup, or the built-in one unless it stands already at these addresses.
async fn set_up(product: &Product, stand_ins: &StandIns, setup: Option<Setup>, mut notes: Notes) -> Result<Notes, String> {
    product.know_workspaces(&notes.workspaces);
    if let Some(setup) = setup {
        let workspace = setup.workspace.id.clone();
        let linked = Box::pin(product.apply(setup))
            .await
            .map_err(|error| format!("The setup stopped: {error}"))?;
        for link in linked {
            say(&format!(
                "Linked {} ({}) to {}.",
                link.mapping.requisition, link.mapping.requisition_title, link.mapping.posting_title
            ));
        }
        notes.demo = None;
        remember(&mut notes, workspace);
        return Ok(notes);
    }
    let (Some(workday), Some(heymilo)) = (stand_ins.workday_url(), stand_ins.heymilo_url()) else {
        return Ok(notes);
    };
    let addresses = [&product.url, workday, heymilo].map(str::to_owned);
    let own_setup = notes.demo.is_none() && !notes.workspaces.is_empty();
    if notes.demo.as_ref() != Some(&addresses) && !own_setup {
        let connected = demo::connect(product, workday, heymilo, DEMO_POLL_SECONDS).await;
        connected.map_err(|error| plain("The built-in example cannot be set up", &error))?;
        notes.demo = Some(addresses);
        let workspace = WorkspaceId::new(demo::WORKSPACE).map_err(|error| plain("The built-in example has a wrong id", &error))?;
        remember(&mut notes, workspace);
    }
    Ok(notes)
}

fn remember(notes: &mut Notes, workspace: WorkspaceId) {
    if !notes.workspaces.contains(&workspace) {
        notes.workspaces.push(workspace);
    }
}

fn greeting(options: &Options, product: &Product, stand_ins: &StandIns, notes: &Notes) -> String {
    let url = &product.url;
    let mut text = format!(
        "\nHeyMilo for Workday runs on this machine. Nothing leaves it; everything is in {}/.\n\n",
        options.data.display()
    );
    let _never_fails = writeln!(text, "  Console        {url}/__local/sign-in   (signs you in as the owner)");
    let _never_fails = writeln!(
        text,
        "  Sign-in page   {url}/                  (as owner, admin or viewer of the example company)"
    );
    text.push_str(&stand_in_lines(options, stand_ins));
    let _never_fails = writeln!(text, "  Outbox         {url}/__local/outbox    (what candidates were sent)");
    let _never_fails = writeln!(text, "  State          {url}/__local/state     (as JSON)");
    let _never_fails = writeln!(text, "  Log            {}", options.data.join("product.log").display());
    if !url.ends_with(&format!(":{}", options.port)) {
        let _never_fails = writeln!(text, "\nPort {} is taken, so the product has another one.", options.port);
    }
    if notes.demo.is_some() {
        text.push_str(
            "\nThe built-in example is connected: requisition R00001 is linked to the agent \"Warehouse Associate Screen\", and we\n\
             write to candidates. Move a candidate of R00001 to Assessment on the recruiter's page; the invitation is in the\n\
             outbox about ten seconds later.\n",
        );
    }
    let _never_fails = write!(
        text,
        "Due work is looked for every {} seconds (on AWS each minute). Ctrl-C ends the run and keeps its data; --reset forgets them.",
        options.tick.as_secs()
    );
    text
}

fn stand_in_lines(options: &Options, stand_ins: &StandIns) -> String {
    let mut text = String::new();
    let mut line = |name: &str, url: Option<&str>, other: Option<&str>, path: &str, note: &str, usual: u16| {
        let taken = url.is_some_and(|url| !url.ends_with(&format!(":{usual}")));
        let note = if taken {
            format!("{note}; port {usual} is taken")
        } else {
            note.to_owned()
        };
        let _never_fails = match (url, other) {
            (Some(url), _) => writeln!(text, "  {name:<14} {url}{path:<17} ({note})"),
            (None, Some(other)) => writeln!(text, "  {name:<14} {other}   (yours)"),
            (None, None) => Ok(()),
        };
    };
    let (workday, heymilo) = (options.port.saturating_add(1), options.port.saturating_add(2));
    line(
        "Workday",
        stand_ins.workday_url(),
        options.workday_url.as_deref(),
        "/recruiter",
        "stand-in: move candidates, see their records",
        workday,
    );
    line(
        "HeyMilo",
        stand_ins.heymilo_url(),
        options.heymilo_url.as_deref(),
        "/",
        "stand-in: interviews, mails, webhooks",
        heymilo,
    );
    text
}

/// Ctrl-C, or the end that a script asks for.
async fn wait_for_interrupt() -> Result<(), String> {
    let unusable = |error: io::Error| plain("Ctrl-C cannot be waited for", &error);
    #[cfg(unix)]
    {
        let mut asked = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).map_err(unusable)?;
        tokio::select! {
            pressed = tokio::signal::ctrl_c() => pressed.map_err(unusable),
            _ = asked.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.map_err(unusable)
}

/// JSON lines in a file: the terminal is for the person.
fn log_to(path: &Path) -> io::Result<()> {
    let file = File::options().create(true).append(true).open(path)?;
    let filter = EnvFilter::new("info,hyper=warn,aws=warn,aws_smithy_runtime=warn,dynoxide=error");
    let lines = tracing_subscriber::fmt().json().flatten_event(true).with_env_filter(filter);
    // A second run in one process would log where the first one did.
    lines.with_writer(file).try_init().map_err(io::Error::other)
}

/// What went wrong, with its causes, for a person.
fn plain(what: &str, error: &(dyn Error + 'static)) -> String {
    format!("{what}: {}.", lambda_kit::telemetry::chain(error))
}

#[expect(clippy::print_stdout, reason = "a tool for a person at a terminal")]
fn say(text: &str) {
    println!("{text}");
}
