//! The main job, ordered in the two ways there are: a bare stage move, and the Assess task.

use super::link::NEXT_STEP;
use super::screening::{screen_and_check, stages};
use super::sights::{LONG, Person, calls, submit_assess};
use super::sights::{linked, move_to, waiting};
use super::tenant::REQUISITION;
use super::{Chapter, Outcome, Tour, eventually};
use super::{Servers, browser::Browser};
use std::io::Write;

/// Chapter three: nothing but a stage move.
pub(super) async fn by_bare_stage_move<Out: Write>(tour: &mut Tour<'_, Out>) -> Chapter {
    tour.chapter("A recruiter moves a candidate into Assessment; nothing else is asked of them")?;
    let (browser, servers) = (tour.browser.clone(), tour.servers.clone());
    tour.step(
        "Workday is connected and a requisition is linked",
        linked(&browser, &servers, REQUISITION),
    )
    .await?;
    let person = tour
        .step("a candidate waits in Review", waiting(&browser, &servers, REQUISITION))
        .await?;
    tour.step(
        "the recruiter moves them to Assessment",
        move_to(&browser, &servers, &person, "ASSESSMENT"),
    )
    .await?;
    screen_and_check(tour, &person).await?;
    tour.look(
        "they are moved on to the step the link names",
        moved_on(&browser, &servers, &person),
    )
    .await?;
    Ok(())
}

/// Chapter five: the recruiter submits Assess; Workday pushes, or the poll finds it.
pub(super) async fn by_assess_submit<Out: Write>(tour: &mut Tour<'_, Out>) -> Chapter {
    tour.chapter("A recruiter orders the screening with Assess")?;
    let (browser, servers) = (tour.browser.clone(), tour.servers.clone());
    let person = tour
        .step("another candidate waits in Review", waiting(&browser, &servers, REQUISITION))
        .await?;
    let ordered = async {
        move_to(&browser, &servers, &person, "ASSESSMENT").await?;
        submit_assess(&browser, &servers, &person).await
    };
    tour.step("the recruiter moves them and submits Assess", ordered).await?;
    screen_and_check(tour, &person).await
}

/// By Workday's record: where the application stands, how it came there, and that it was asked for once.
async fn moved_on(browser: &Browser, servers: &Servers, person: &Person) -> Outcome<()> {
    let stages = eventually(LONG, || async {
        let stages = stages(browser, servers, person).await?;
        if stages.last().is_some_and(|stage| stage == "INTERVIEW") {
            Ok(stages)
        } else {
            Err(format!("they stand in {stages:?}"))
        }
    })
    .await?;
    let moves = calls(browser, servers)
        .await?
        .into_iter()
        .filter(|call| call == "Move_Candidate")
        .count();
    if moves == 1 {
        Ok(((), format!("{NEXT_STEP} by one Move_Candidate: {}", stages.join(" → "))))
    } else {
        Err(format!("Move_Candidate was called {moves} times"))
    }
}
