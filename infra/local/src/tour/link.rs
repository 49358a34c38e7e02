//! ATS Configuration: job requisitions are found among 1,200 and linked to an agent.
#![expect(clippy::indexing_slicing, reason = "a JSON value indexed by a name that is not there is null")]

use super::browser::{Browser, Page, between};
use super::sights::{LONG, calls, linked, list, local_state};
use super::tenant::{CONFIDENTIAL, EVERGREEN, REQUISITION, TITLE, open_requisitions};
use super::{Chapter, Outcome, Servers, Tour, eventually};
use serde_json::json;
use std::collections::BTreeSet;
use std::io::Write;

const AGENT: &str = "Warehouse Associate Screen";
/// Where candidates go once their report is there.
pub(super) const NEXT_STEP: &str = "JOB_APPLICATION_INTERVIEW";
/// What a person types to find [`TITLE`]: each alone must do.
const SEARCHES: [&str; 6] = ["倉庫", "СКЛАД", "🚚", "& <night>", "\"crew\" o'hara", "R00001 warehouse"];
/// Requisitions that the product reads from Workday in one call, after the one that proves the access.
const A_READ: usize = 100;
/// How far the tour pages, and what stands on a page.
const PAGES: usize = 5;
const PAGE_SIZE: usize = 25;

/// Chapter two: the agent's ATS Configuration.
pub(super) async fn among_many<Out: Write>(tour: &mut Tour<'_, Out>) -> Chapter {
    tour.chapter("An agent is linked to a job requisition, found among 1,200")?;
    let (owner, servers) = (tour.owner.clone(), tour.servers.clone());
    let page = tour
        .step("the owner opens the agent's ATS Configuration", configuration(&owner, &servers))
        .await?;
    tour.look("they page through the list", page_through(&owner, page)).await?;
    tour.look("they search by number and by title", search(&owner, &servers)).await?;
    tour.step("they choose it, name the next step, and save", choose(&owner, &servers))
        .await?;
    tour.step("the baseline is taken", baseline(&owner, &servers)).await?;
    tour.look(
        "a confidential requisition is marked, and linked like any other",
        confidential(&owner, &servers),
    )
    .await?;
    tour.look("an evergreen requisition is listed and marked", evergreen(&owner, &servers))
        .await?;
    Ok(())
}

fn agent_path(servers: &Servers) -> String {
    format!("{}/agents/13D77095", servers.product)
}

/// From the list of agents to the page, once all open requisitions have arrived from Workday.
async fn configuration(owner: &Browser, servers: &Servers) -> Outcome<Page> {
    let agents = owner.open(&format!("{}/agents", servers.product)).await?;
    let address = agents.link(AGENT)?;
    let open = open_requisitions(owner, servers).await?;
    eventually(LONG, || async {
        let calls = calls(owner, servers).await?;
        let pages = calls.iter().filter(|call| *call == "Get_Job_Requisitions").count();
        if pages > open.div_ceil(A_READ) {
            Ok(())
        } else {
            Err(format!("{pages} pages were read from Workday"))
        }
    })
    .await?;
    let page = eventually(LONG, || async {
        let page = owner.open(address.as_str()).await?;
        let total = total(&page).unwrap_or_default();
        if total >= open {
            Ok(page)
        } else {
            Err(format!("{total} of {open} requisitions are listed"))
        }
    })
    .await?;
    page.must_say(&["ATS Configuration", AGENT, "None yet.", "List read from Workday"])?;
    let listed = total(&page).unwrap_or_default();
    Ok((page, format!("{listed} requisitions of Workday are listed")))
}

/// The number behind `of` in `1–25 of 1,213`.
fn total(page: &Page) -> Option<usize> {
    let text = page.text();
    let range = between(&text, "<caption class=\"visually-hidden\">Job requisitions, ", "</caption>")?;
    range.rsplit_once(" of ")?.1.replace(',', "").parse().ok()
}

/// The numbers that can be chosen on a page.
fn numbers(page: &Page) -> Vec<String> {
    page.form("/link").map(|form| form.offers("requisition")).unwrap_or_default()
}

/// Some pages on, then back: each shows other requisitions, and the way back the same ones again.
async fn page_through(owner: &Browser, first: Page) -> Outcome<()> {
    let mut seen: BTreeSet<String> = numbers(&first).into_iter().collect();
    let (mut page, mut before) = (first, Vec::new());
    for _ in 1..PAGES {
        before = numbers(&page);
        page = owner.open(page.link("Next")?.as_str()).await?;
        seen.extend(numbers(&page));
    }
    let back = owner.open(page.link("Previous")?.as_str()).await?;
    if seen.len() == PAGES * PAGE_SIZE && numbers(&back) == before {
        Ok((
            (),
            format!("{PAGES} pages, {} different requisitions; Previous leads back", seen.len()),
        ))
    } else {
        Err(format!("{PAGES} pages show {} requisitions", seen.len()))
    }
}

async fn found(owner: &Browser, page: &Page, words: &str) -> Result<Page, String> {
    owner.submit(&page.form("/agents/13D77095")?.fill("q", words)?).await
}

async fn search(owner: &Browser, servers: &Servers) -> Outcome<()> {
    let mut page = owner.open(&agent_path(servers)).await?;
    for words in [REQUISITION].into_iter().chain(SEARCHES) {
        page = found(owner, &page, words).await?;
        if numbers(&page) != [REQUISITION] {
            return Err(format!("{words:?} finds {:?}", numbers(&page)));
        }
        page.must_say(&[TITLE])?;
        if page.text().contains("<Night>") {
            return Err(String::from("the title is markup on the page"));
        }
    }
    found(owner, &page, "倉庫 nobody")
        .await?
        .must_say(&["No job requisition matches."])?;
    Ok(((), format!("{REQUISITION} by its number, and by {}", SEARCHES.join(", "))))
}

async fn choose(owner: &Browser, servers: &Servers) -> Outcome<()> {
    let page = owner.open(&agent_path(servers)).await?;
    let page = found(owner, &page, REQUISITION).await?;
    let form = page.form("/link")?.fill("requisition", REQUISITION)?.fill("next_step", NEXT_STEP)?;
    let page = owner.submit(&form).await?;
    page.must_say(&["Linked.", TITLE, REQUISITION, &format!("then moves to {NEXT_STEP}")])?;
    Ok(((), format!("“{TITLE}” is linked, then moves to {NEXT_STEP}")))
}

async fn baseline(owner: &Browser, servers: &Servers) -> Outcome<()> {
    linked(owner, servers, REQUISITION).await?;
    owner.open(&agent_path(servers)).await?.must_say(&["Inviting"])?;
    let state = local_state(owner, servers).await?;
    let orders: Vec<_> = list(&state["orders"]).collect();
    let skipped = orders.iter().filter(|order| order["reason"] == json!("before_link")).count();
    let mails = list(&state["outbox"]).count();
    if skipped == 2 && orders.len() == 2 && mails == 0 {
        Ok((
            (),
            String::from("the two who were in the stage before are recorded and not invited"),
        ))
    } else {
        Err(format!("{} orders, {skipped} of them skipped, {mails} mails", orders.len()))
    }
}

async fn confidential(owner: &Browser, servers: &Servers) -> Outcome<()> {
    let page = owner.open(&agent_path(servers)).await?;
    let page = found(owner, &page, CONFIDENTIAL).await?;
    page.must_say(&["Head of Mergers Confidential"])?;
    let form = page.form("/link")?.fill("requisition", CONFIDENTIAL)?;
    owner.submit(&form).await?.must_say(&["Linked.", "Head of Mergers"])?;
    linked(owner, servers, CONFIDENTIAL).await?;
    let agents = owner.open(&format!("{}/agents", servers.product)).await?;
    agents.must_say(&["2 linked"])?;
    Ok(((), format!("{CONFIDENTIAL}, its baseline is taken; the agent has two")))
}

async fn evergreen(owner: &Browser, servers: &Servers) -> Outcome<()> {
    let page = owner.open(&agent_path(servers)).await?;
    let page = found(owner, &page, EVERGREEN).await?;
    page.must_say(&["Barista (evergreen) Evergreen"])?;
    if numbers(&page) == [EVERGREEN] {
        Ok(((), format!("{EVERGREEN}, read by Get_Evergreen_Requisitions")))
    } else {
        Err(format!("{:?} can be chosen", numbers(&page)))
    }
}
