//! ATS Configuration: job requisitions are found among 1,200 and linked to an agent.

use crate::people::People;
use crate::sights::{AGENT_PAGE, LONG, linked, screenings};
use crate::tenant::{CONFIDENTIAL, EVERGREEN, REQUISITION, TITLE, open_requisitions};
use crate::tour::{Chapter, Outcome, Tour};
use drive::{Page, eventually};
use std::collections::BTreeSet;
use std::io::Write;

const AGENT: &str = "Warehouse Associate Screen";
/// Where candidates go once their report is there.
pub(crate) const NEXT_STEP: &str = "JOB_APPLICATION_INTERVIEW";
/// What a person types to find [`TITLE`]: each alone must do.
const SEARCHES: [&str; 6] = ["倉庫", "СКЛАД", "🚚", "& <night>", "\"crew\" o'hara", "R00001 warehouse"];
/// Requisitions that the product reads from Workday in one call, after the one that proves the access.
const A_READ: usize = 100;
/// How far the tour pages, and what stands on a page.
const PAGES: usize = 5;
const PAGE_SIZE: usize = 25;

/// The agent's ATS Configuration.
pub(crate) async fn among_many<Out: Write>(tour: &mut Tour<'_, Out>) -> Chapter {
    tour.chapter("An agent is linked to a job requisition, found among 1,200")?;
    let people = &tour.people.clone();
    let page = tour
        .step("the owner opens the agent's ATS Configuration", configuration(people))
        .await?;
    tour.look("they page through the list", page_through(people, page)).await?;
    tour.look("they search by number and by title", search(people)).await?;
    tour.step("they choose it, name the next step, and save", choose(people)).await?;
    tour.step("the baseline is taken", baseline(people)).await?;
    tour.look(
        "a confidential requisition is marked, and linked like any other",
        confidential(people),
    )
    .await?;
    tour.look("an evergreen requisition is listed and marked", evergreen(people))
        .await?;
    Ok(())
}

/// From the list of agents to the page, once all open requisitions have arrived from Workday.
async fn configuration(people: &People) -> Outcome<Page> {
    let address = people.owner.agent(AGENT).await?;
    let open = open_requisitions(people).await?;
    eventually(LONG, || async {
        let calls = people.recruiter.calls().await?;
        let pages = calls.iter().filter(|call| *call == "Get_Job_Requisitions").count();
        if pages > open.div_ceil(A_READ) {
            Ok(())
        } else {
            Err(format!("{pages} pages were read from Workday"))
        }
    })
    .await?;
    let page = eventually(LONG, || async {
        let page = people.owner.browser.open(address.as_str()).await?;
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
    let captions = page.texts("caption");
    let range = captions.iter().find_map(|caption| caption.strip_prefix("Job requisitions, "))?;
    range.rsplit_once(" of ")?.1.replace(',', "").parse().ok()
}

/// The numbers that can be chosen on a page.
fn numbers(page: &Page) -> Vec<String> {
    page.form("/link").map(|form| form.offers("requisition")).unwrap_or_default()
}

/// Some pages on, then back: each shows other requisitions, and the way back the same ones again.
async fn page_through(people: &People, first: Page) -> Outcome<()> {
    let mut seen: BTreeSet<String> = numbers(&first).into_iter().collect();
    let (mut page, mut before) = (first, Vec::new());
    for _ in 1..PAGES {
        before = numbers(&page);
        page = people.owner.browser.open(page.link("Next")?.as_str()).await?;
        seen.extend(numbers(&page));
    }
    let back = people.owner.browser.open(page.link("Previous")?.as_str()).await?;
    if seen.len() == PAGES * PAGE_SIZE && numbers(&back) == before {
        Ok((
            (),
            format!("{PAGES} pages, {} different requisitions; Previous leads back", seen.len()),
        ))
    } else {
        Err(format!("{PAGES} pages show {} requisitions", seen.len()))
    }
}

/// The agent's page after a search.
async fn found(people: &People, words: &str) -> Result<Page, String> {
    let page = people.owner.page(AGENT_PAGE).await?;
    people.owner.search(&page, words).await
}

async fn search(people: &People) -> Outcome<()> {
    let mut page = people.owner.page(AGENT_PAGE).await?;
    for words in [REQUISITION].into_iter().chain(SEARCHES) {
        page = people.owner.search(&page, words).await?;
        if numbers(&page) != [REQUISITION] {
            return Err(format!("{words:?} finds {:?}", numbers(&page)));
        }
        page.must_say(&[TITLE])?;
        if page.text().contains("<Night>") {
            return Err(String::from("the title is markup on the page"));
        }
    }
    let nothing = people.owner.search(&page, "倉庫 nobody").await?;
    nothing.must_say(&["No job requisition matches."])?;
    Ok(((), format!("{REQUISITION} by its number, and by {}", SEARCHES.join(", "))))
}

async fn choose(people: &People) -> Outcome<()> {
    let page = found(people, REQUISITION).await?;
    let page = people.owner.link(&page, REQUISITION, NEXT_STEP).await?;
    page.must_say(&["Linked.", TITLE, REQUISITION, &format!("then moves to {NEXT_STEP}")])?;
    Ok(((), format!("“{TITLE}” is linked, then moves to {NEXT_STEP}")))
}

async fn baseline(people: &People) -> Outcome<()> {
    linked(people, REQUISITION).await?;
    people.owner.page(AGENT_PAGE).await?.must_say(&["Inviting"])?;
    let orders = screenings(people).await?;
    let before = |state: &str| state.starts_with("Not started") && state.contains("before the requisition was linked");
    let skipped = orders.iter().filter(|order| before(&order.state)).count();
    let mails = people.world.mails(&people.anybody).await?.len();
    if skipped == 2 && orders.len() == 2 && mails == 0 {
        Ok((
            (),
            String::from("the two who were in the stage before are recorded and not invited"),
        ))
    } else {
        Err(format!("{} screenings, {skipped} of them not started, {mails} mails", orders.len()))
    }
}

async fn confidential(people: &People) -> Outcome<()> {
    let page = found(people, CONFIDENTIAL).await?;
    page.must_say(&["Head of Mergers Confidential"])?;
    let linked_now = people.owner.link(&page, CONFIDENTIAL, "").await?;
    linked_now.must_say(&["Linked.", "Head of Mergers"])?;
    linked(people, CONFIDENTIAL).await?;
    people.owner.page("/agents").await?.must_say(&["2 linked"])?;
    Ok(((), format!("{CONFIDENTIAL}, its baseline is taken; the agent has two")))
}

async fn evergreen(people: &People) -> Outcome<()> {
    let page = found(people, EVERGREEN).await?;
    page.must_say(&["Barista (evergreen) Evergreen"])?;
    if numbers(&page) == [EVERGREEN] {
        Ok(((), format!("{EVERGREEN}, read by Get_Evergreen_Requisitions")))
    } else {
        Err(format!("{:?} can be chosen", numbers(&page)))
    }
}
