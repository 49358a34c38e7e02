//! `cargo run -p local`: see `--help`.

mod command_line;
mod company;
mod data_folder;
mod run;
mod walk;

use command_line::{Command, USAGE};
use std::process::ExitCode;

#[tokio::main]
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool for a person at a terminal")]
async fn main() -> ExitCode {
    let command = match command_line::read(std::env::args().skip(1)) {
        Ok(command) => command,
        Err(problem) => {
            eprintln!("{problem}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let outcome = match command {
        Command::Help => {
            println!("{USAGE}");
            Ok(())
        }
        Command::Run(options) => Box::pin(run::product(options)).await,
        Command::StandIns(options) => run::stand_ins(options).await,
        Command::Tour(options) => Box::pin(walk::tour(options)).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("\n{problem}");
            ExitCode::FAILURE
        }
    }
}
