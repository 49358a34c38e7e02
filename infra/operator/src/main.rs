//! `cargo run -p operator`: what the local run does by itself, in a deployed stack: a sign-in link, or a setup file.
//! Goes through the same code as the pages, with the operator's own AWS credentials.

use admin::Admin;
use lambda_kit::{Environment, Outside};
use operator::{Command, Task, USAGE, perform, plain, text_of};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

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
    let outcome = match operator::read(std::env::args().skip(1)) {
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
    Box::pin(perform(&admin, task)).await
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
