//! The command line.

use admin::ReviewCursor;
use domain::order::Action;
use domain::{OrderId, WorkspaceId};
use std::path::PathBuf;
use store::session::Role;

/// How it is called.
pub const USAGE: &str = "\
What an operator does in a deployed stack, with the AWS credentials of the shell.

  cargo run -p operator -- sign-in --workspace ID --person ID [--role owner|admin|viewer]
                       prints a link that signs the person in once, within 15 minutes
  cargo run -p operator -- issuer allow|forbid --workspace ID --issuer URL
                       says whether an issuer may name the people of a workspace
  cargo run -p operator -- setup FILE.json
                       connects and maps what the file says
  cargo run -p operator -- review list --workspace ID [--after CURSOR]
                       lists the screenings that need a person, 50 at a time
  cargo run -p operator -- review act --workspace ID --order ID --action ACTION --person ID
                       does what their page offers: invite, write-again, release, adopt or close

  --environment FILE   the variables of ConsoleFunction as JSON, instead of the shell's";

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    Help,
    Do { environment: Option<PathBuf>, task: Task },
}

/// One thing that an operator can have done.
#[derive(Debug, PartialEq, Eq)]
pub enum Task {
    SignIn {
        workspace: WorkspaceId,
        person: String,
        role: Role,
    },
    /// Whether the issuer may speak for the workspace from now on.
    Issuer {
        workspace: WorkspaceId,
        issuer: String,
        may_speak: bool,
    },
    SetUp(PathBuf),
    ListReviews {
        workspace: WorkspaceId,
        after: Option<ReviewCursor>,
    },
    Act {
        workspace: WorkspaceId,
        order: OrderId,
        action: Action,
        person: String,
    },
}

/// Reads the arguments after the program's name; the error is for the person who typed them.
pub fn read(mut arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut words = Vec::new();
    let (mut workspace, mut person, mut role, mut environment) = (None, None, None, None);
    let (mut order, mut action, mut after, mut issuer) = (None, None, None, None);
    while let Some(argument) = arguments.next() {
        let place = match argument.as_str() {
            "--help" | "-h" | "help" => return Ok(Command::Help),
            "--workspace" => &mut workspace,
            "--person" => &mut person,
            "--role" => &mut role,
            "--environment" => &mut environment,
            "--order" => &mut order,
            "--action" => &mut action,
            "--after" => &mut after,
            "--issuer" => &mut issuer,
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
            workspace: workspace_of(workspace)?,
            person: person_of(person.ok_or("sign-in needs --person")?)?,
            role: role_of(role.as_deref())?,
        },
        ["issuer", word @ ("allow" | "forbid")] => Task::Issuer {
            workspace: workspace_of(workspace)?,
            issuer: issuer.ok_or("issuer needs --issuer")?,
            may_speak: *word == "allow",
        },
        ["setup", file] => Task::SetUp(file.into()),
        ["review", "list"] => Task::ListReviews {
            workspace: workspace_of(workspace)?,
            after: match after {
                Some(after) => Some(ReviewCursor::read(&after).ok_or("--after needs what an earlier list ended with")?),
                None => None,
            },
        },
        ["review", "act"] => Task::Act {
            workspace: workspace_of(workspace)?,
            order: OrderId::new(order.ok_or("review act needs --order")?).map_err(|error| format!("--order: {error}"))?,
            action: action_of(action.as_deref())?,
            person: person_of(person.ok_or("review act needs --person")?)?,
        },
        _ => return Err("sign-in, setup FILE.json, issuer allow, issuer forbid, review list or review act is needed".to_owned()),
    };
    Ok(Command::Do {
        environment: environment.map(PathBuf::from),
        task,
    })
}

fn workspace_of(name: Option<String>) -> Result<WorkspaceId, String> {
    WorkspaceId::new(name.ok_or("--workspace is needed")?).map_err(|error| format!("--workspace: {error}"))
}

/// Owners read it in the workspace's history, which is kept for more than a year.
fn person_of(id: String) -> Result<String, String> {
    if id.contains('@') {
        return Err(
            "--person needs a short name that owners recognise, such as support-1, and not an email address: it is kept".to_owned(),
        );
    }
    Ok(id)
}

fn action_of(name: Option<&str>) -> Result<Action, String> {
    let names = || Action::ALL.map(Action::name).join(", ");
    name.and_then(Action::named)
        .ok_or_else(|| format!("--action needs one of {}", names()))
}

fn role_of(name: Option<&str>) -> Result<Role, String> {
    name.map_or(Ok(Role::Owner), |name| {
        Role::named(name).ok_or_else(|| format!("--role needs owner, admin or viewer, not {name:?}"))
    })
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
            person: "dana".to_owned(),
            role: Role::Admin,
        };
        let environment = Some("console.json".into());
        assert_eq!(
            read_line("sign-in --workspace acme --person dana --role admin --environment console.json"),
            Ok(Command::Do { environment, task })
        );
        for (word, may_speak) in [("allow", true), ("forbid", false)] {
            let task = Task::Issuer {
                workspace: WorkspaceId::new("acme").unwrap(),
                issuer: "https://issuer.example.com".to_owned(),
                may_speak,
            };
            let line = format!("issuer {word} --workspace acme --issuer https://issuer.example.com");
            assert_eq!(read_line(&line), Ok(Command::Do { environment: None, task }));
        }
        let task = Task::SetUp("setup.json".into());
        assert_eq!(read_line("setup setup.json"), Ok(Command::Do { environment: None, task }));
        assert_eq!(read_line("--help"), Ok(Command::Help));
        let task = Task::Act {
            workspace: WorkspaceId::new("acme").unwrap(),
            order: OrderId::new("b5x").unwrap(),
            action: Action::Close,
            person: "operator".to_owned(),
        };
        let act = read_line("review act --workspace acme --order b5x --action close --person operator");
        assert_eq!(act, Ok(Command::Do { environment: None, task }));
        let listed = read_line("review list --workspace acme --after 1800000000000-b5x");
        assert!(
            matches!(
                listed,
                Ok(Command::Do {
                    task: Task::ListReviews { after: Some(_), .. },
                    ..
                })
            ),
            "{listed:?}"
        );
    }

    #[test]
    fn what_is_missing_or_unknown_is_named() {
        for (line, expected) in [
            ("", "sign-in, setup"),
            ("setup", "sign-in, setup"),
            (
                "review act --workspace acme --order b5x --person p",
                "invite, write-again, release, adopt, close",
            ),
            ("review act --workspace acme --order b5x --action erase --person p", "--action"),
            ("review list --workspace acme --after x", "--after"),
            ("sign-in --person p", "--workspace"),
            ("sign-in --workspace acme", "--person"),
            ("issuer allow --workspace acme", "--issuer"),
            ("issuer allow --issuer https://issuer.example.com", "--workspace"),
            ("issuer trust --workspace acme --issuer https://issuer.example.com", "issuer allow"),
            ("sign-in --workspace", "needs a value"),
            ("sign-in --workspace acme --person p --role king", "king"),
            ("sign-in --tenant acme", "--tenant"),
            ("sign-in --workspace acme --person dana@example.com", "not an email address"),
            (
                "review act --workspace acme --order b5x --action close --person dana@example.com",
                "not an email address",
            ),
        ] {
            let problem = read_line(line).unwrap_err();
            assert!(problem.contains(expected), "{line}: {problem}");
        }
    }
}
