//! What an operator asks of a deployed stack, and what becomes of it: by the same code as the pages.

mod command_line;

pub use command_line::{Command, Task, USAGE, read};

use admin::{Admin, Person, Setup};
use domain::Order;
use domain::order::Action;
use lambda_kit::telemetry::chain;
use std::error::Error;
use std::path::Path;
use std::time::Duration;

/// Long enough to hand the link over, short enough not to lie about.
const LINK_LASTS: Duration = Duration::from_mins(15);

/// Does what is asked for. What is to be said of it, or why nothing came of it, is for the person at the terminal.
pub async fn perform(admin: &Admin, task: Task) -> Result<String, String> {
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

/// The text of a file that the person named.
pub fn text_of(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|error| plain(&format!("{} cannot be read", file.display()), &error))
}

/// What went wrong, with its causes.
pub fn plain(what: &str, error: &(dyn Error + 'static)) -> String {
    format!("{what}: {}.", chain(error))
}
