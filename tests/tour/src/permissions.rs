//! A permission that Workday withholds: the owner reads which policy gives it, and that it was given.

use crate::main_job::UNTIL_LOOKED;
use crate::people::People;
use crate::sights::connection;
use crate::tour::{Chapter, Outcome, Tour};
use drive::{Page, eventually};
use serde_json::json;
use std::io::Write;

const OPERATION: &str = "Get_Candidate_Attachments";
const POLICY: &str = "Candidate Data: Attachments: Get";

/// Before a requisition is linked: a link with a next step would have moving on tried out, too.
pub(crate) async fn withheld_and_given<Out: Write>(tour: &mut Tour<'_, Out>) -> Chapter {
    tour.chapter("Workday withholds a permission, and the owner reads which")?;
    let people = &tour.people.clone();
    tour.step("Workday's administrator has forgotten a policy", withhold(people))
        .await?;
    tour.look("the setup guide, once it was tried out", tried_out(people, "Missing"))
        .await?;
    tour.step("the policy is given", give(people)).await?;
    tour.look("the setup guide, tried out again", tried_out(people, "Likely")).await?;
    Ok(())
}

async fn withhold(people: &People) -> Outcome<()> {
    let refuses = json!([{ "operation": OPERATION, "kind": "not_authorized", "times": 1_000 }]);
    people.recruiter.control("faults", &refuses).await?;
    Ok(((), format!("{OPERATION} is not authorized")))
}

async fn give(people: &People) -> Outcome<()> {
    people.recruiter.control("faults", &json!([])).await?;
    Ok(((), format!("{OPERATION} is answered again")))
}

/// Presses *Try it out now* and reads what the guide says of the permission: it is tried with nobody's attachments, so what is
/// given is likely until a real one was read.
async fn tried_out(people: &People, expected: &str) -> Outcome<()> {
    let guide = format!("/integrations/workday/{}/setup", connection(people).await?);
    let form = people.owner.page(&guide).await?.form("/setup/try")?;
    people.owner.browser.submit(&form).await?;
    eventually(UNTIL_LOOKED, || async {
        let (given_by, now) = permission(&people.owner.page(&guide).await?)?;
        if given_by.contains(POLICY) && now.starts_with(expected) {
            Ok(())
        } else {
            Err(format!("{OPERATION} is given by {given_by:?} and shows {now:?}"))
        }
    })
    .await?;
    Ok(((), format!("{expected}, given by {POLICY}: {guide}")))
}

/// What gives the permission, and how it stands.
fn permission(guide: &Page) -> Result<(String, String), String> {
    let mut rows = guide.rows().into_iter();
    let row = rows.find(|row| row.first().is_some_and(|deed| deed.ends_with(OPERATION)));
    match row.as_deref() {
        Some([_, given_by, now]) => Ok((given_by.clone(), now.clone())),
        Some(_) | None => Err(format!("the guide has no row for {OPERATION}")),
    }
}
