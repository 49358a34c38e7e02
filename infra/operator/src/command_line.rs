//! The command line.

use domain::WorkspaceId;
use std::path::PathBuf;
use store::session::Role;

pub(crate) const USAGE: &str = "\
What an operator does in a deployed stack, with the AWS credentials of the shell.

  cargo run -p operator -- sign-in --workspace ID --person ID [--role owner|admin|viewer]
                       prints a link that signs the person in once, within 15 minutes
  cargo run -p operator -- setup FILE.json
                       connects and maps what the file says

  --environment FILE   the variables of ConsoleFunction as JSON, instead of the shell's";

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Help,
    Do { environment: Option<PathBuf>, task: Task },
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    SignIn {
        workspace: WorkspaceId,
        person: String,
        role: Role,
    },
    SetUp(PathBuf),
}

/// Reads the arguments after the program's name; the error is for the person who typed them.
pub(crate) fn read(mut arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut words = Vec::new();
    let (mut workspace, mut person, mut role, mut environment) = (None, None, None, None);
    while let Some(argument) = arguments.next() {
        let place = match argument.as_str() {
            "--help" | "-h" | "help" => return Ok(Command::Help),
            "--workspace" => &mut workspace,
            "--person" => &mut person,
            "--role" => &mut role,
            "--environment" => &mut environment,
            option if option.starts_with('-') => return Err(format!("{option} is not known")),
            _ => {
                words.push(argument);
                continue;
            }
        };
        let value = arguments.next().filter(|value| !value.is_empty());
        *place = Some(value.ok_or_else(|| format!("{argument} needs a value"))?);
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let task = match words.as_slice() {
        ["sign-in"] => Task::SignIn {
            workspace: WorkspaceId::new(workspace.ok_or("sign-in needs --workspace")?).map_err(|error| format!("--workspace: {error}"))?,
            person: person.ok_or("sign-in needs --person")?,
            role: role_of(role.as_deref())?,
        },
        ["setup", file] => Task::SetUp(file.into()),
        _ => return Err("either sign-in or setup FILE.json is needed".to_owned()),
    };
    Ok(Command::Do {
        environment: environment.map(PathBuf::from),
        task,
    })
}

fn role_of(name: Option<&str>) -> Result<Role, String> {
    match name {
        None | Some("owner") => Ok(Role::Owner),
        Some("admin") => Ok(Role::Admin),
        Some("viewer") => Ok(Role::Viewer),
        Some(other) => Err(format!("--role needs owner, admin or viewer, not {other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_line(line: &str) -> Result<Command, String> {
        read(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn what_is_asked_for_is_understood() {
        let task = Task::SignIn {
            workspace: WorkspaceId::new("acme").unwrap(),
            person: "dana@example.com".to_owned(),
            role: Role::Admin,
        };
        let environment = Some("console.json".into());
        assert_eq!(
            read_line("sign-in --workspace acme --person dana@example.com --role admin --environment console.json"),
            Ok(Command::Do { environment, task })
        );
        let task = Task::SetUp("setup.json".into());
        assert_eq!(read_line("setup setup.json"), Ok(Command::Do { environment: None, task }));
        assert_eq!(read_line("--help"), Ok(Command::Help));
    }

    #[test]
    fn what_is_missing_or_unknown_is_named() {
        for (line, expected) in [
            ("", "sign-in or setup"),
            ("setup", "sign-in or setup"),
            ("sign-in --person p", "--workspace"),
            ("sign-in --workspace acme", "--person"),
            ("sign-in --workspace", "needs a value"),
            ("sign-in --workspace acme --person p --role king", "king"),
            ("sign-in --tenant acme", "--tenant"),
        ] {
            let problem = read_line(line).unwrap_err();
            assert!(problem.contains(expected), "{line}: {problem}");
        }
    }
}
