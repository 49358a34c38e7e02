//! `cargo run -p operator`: what the local run does by itself, in a deployed stack: a sign-in link, or a setup file.
//! Goes through the same code as the pages, with the operator's own AWS credentials.

mod command_line;

use admin::{Admin, Person, Setup};
use command_line::{Command, Task, USAGE};
use domain::Order;
use domain::order::Action;
use lambda_kit::telemetry::chain;
use lambda_kit::{Environment, Outside};
use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

/// Long enough to hand the link over, short enough not to lie about.
const LINK_LASTS: Duration = Duration::from_mins(15);
/// What the operator's shell says even when the stack's variables come from a file.
const OPERATORS_OWN: [&str; 5] = [
    "AWS_REGION",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_ENDPOINT_URL",
];

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool for a person at a terminal")]
async fn main() -> ExitCode {
    let outcome = match command_line::read(std::env::args().skip(1)) {
        Ok(Command::Help) => Ok(USAGE.to_owned()),
        Ok(Command::Do { environment, task }) => Box::pin(run(environment.as_deref(), task)).await,
        Err(problem) => {
            eprintln!("{problem}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

async fn run(environment: Option<&Path>, task: Task) -> Result<String, String> {
    let environment = read_environment(environment)?;
    let outside = Outside::of_process(&environment).map_err(|error| plain("The AWS clients cannot be made", &error))?;
    let admin = Admin::new(&environment, &outside)
        .await
        .map_err(|error| plain("The stack cannot be used", &error))?;
    match task {
        Task::SignIn { workspace, person, role } => {
            let path = admin.offer_sign_in(&workspace, Person { id: person, role }, LINK_LASTS).await;
            let path = path.map_err(|error| plain("No link was made", &error))?;
            Ok(admin.public_url().at(&path))
        }
        Task::Issuer {
            workspace,
            issuer,
            may_speak,
        } => {
            let told = if may_speak {
                admin.tie_issuer(&workspace, &issuer).await
            } else {
                admin.untie_issuer(&workspace, &issuer).await
            };
            told.map_err(|error| plain("Nothing was changed", &error))?;
            let may = if may_speak { "may" } else { "may not" };
            Ok(format!("{issuer} {may} say who belongs to {workspace} now."))
        }
        Task::SetUp(file) => {
            let setup: Setup = serde_json::from_str(&text_of(&file)?).map_err(|error| plain("That is not a setup file", &error))?;
            let linked = Box::pin(admin.apply(&setup)).await;
            let linked = linked.map_err(|error| plain("The setup stopped", &error))?;
            let lines = linked
                .iter()
                .map(|link| format!("Linked {} to {}.", link.mapping.requisition, link.mapping.posting_title));
            Ok(lines.chain(["The setup stands.".to_owned()]).collect::<Vec<_>>().join("\n"))
        }
        Task::ListReviews { workspace, after } => {
            let page = admin.reviews(&workspace, after).await;
            let page = page.map_err(|error| plain("The list cannot be read", &error))?;
            let more = page.next.map(|next| format!("More: --after {next}"));
            let lines: Vec<String> = page.orders.iter().map(line_of).chain(more).collect();
            Ok(if lines.is_empty() {
                "Nothing needs a person.".to_owned()
            } else {
                lines.join("\n")
            })
        }
        Task::Act {
            workspace,
            order,
            action,
            person,
        } => {
            let order = admin.act(&workspace, &order, action, &person).await;
            let order = order.map_err(|error| plain("Nothing was done", &error))?;
            Ok(format!("{} is {} now.", order.order, order.state.name()))
        }
    }
}

/// A screening that needs a person: its id, where it stands, since when, and what can be done.
fn line_of(order: &Order) -> String {
    let reason = order.state.reason().unwrap_or_default();
    let actions: Vec<&str> = order.actions().into_iter().map(Action::name).collect();
    let problem = order.write_problem.as_deref().unwrap_or_default();
    format!(
        "{}  {} {reason}  since {}  {}  {problem}",
        order.order,
        order.state.name(),
        order.updated_at.to_rfc3339(),
        actions.join("|")
    )
    .trim_end()
    .to_owned()
}

/// The variables of a function in `file`, with the operator's own credentials; without a file, the shell's alone.
fn read_environment(file: Option<&Path>) -> Result<Environment, String> {
    let shell = Environment::from_process();
    let Some(file) = file else { return Ok(shell) };
    let mut variables: BTreeMap<String, String> =
        serde_json::from_str(&text_of(file)?).map_err(|error| plain("The variables are not a JSON object of texts", &error))?;
    for name in OPERATORS_OWN {
        variables.extend(shell.optional(name).map(|value| (name.to_owned(), value)));
    }
    Ok(Environment::from_pairs(variables))
}

fn text_of(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|error| plain(&format!("{} cannot be read", file.display()), &error))
}

/// What went wrong, with its causes.
fn plain(what: &str, error: &(dyn Error + 'static)) -> String {
    format!("{what}: {}.", chain(error))
}
