//! The main job, ordered in the two ways there are: a bare stage move, and the Assess task.

use crate::link::NEXT_STEP;
use crate::people::People;
use crate::screening::screen_and_check;
use crate::sights::{LONG, linked, moved, waiting};
use crate::tenant::REQUISITION;
use crate::tour::{Chapter, Outcome, Tour};
use drive::{Person, eventually};
use std::io::Write;

/// Chapter three: nothing but a stage move.
pub(crate) async fn by_bare_stage_move<Out: Write>(tour: &mut Tour<'_, Out>) -> Chapter {
    tour.chapter("A recruiter moves a candidate into Assessment; nothing else is asked of them")?;
    let people = &tour.people.clone();
    tour.step("Workday is connected and a requisition is linked", linked(people, REQUISITION))
        .await?;
    let person = tour.step("a candidate waits in Review", waiting(people, REQUISITION)).await?;
    tour.step("the recruiter moves them to Assessment", moved(people, &person, "ASSESSMENT"))
        .await?;
    screen_and_check(tour, &person).await?;
    tour.look("they are moved on to the step the link names", moved_on(people, &person))
        .await?;
    Ok(())
}

/// Chapter five: the recruiter submits Assess; Workday pushes, or the poll finds it.
pub(crate) async fn by_assess_submit<Out: Write>(tour: &mut Tour<'_, Out>) -> Chapter {
    tour.chapter("A recruiter orders the screening with Assess")?;
    let people = &tour.people.clone();
    let person = tour.step("another candidate waits in Review", waiting(people, REQUISITION)).await?;
    let ordered = async {
        people.recruiter.move_to(&person, "ASSESSMENT").await?;
        people.recruiter.submit_assess(&person).await?;
        Ok(((), String::from("the send status and our test were submitted")))
    };
    tour.step("the recruiter moves them and submits Assess", ordered).await?;
    screen_and_check(tour, &person).await
}

/// By Workday's record: where the application stands, how it came there, and that it was asked for once.
async fn moved_on(people: &People, person: &Person) -> Outcome<()> {
    let stages = eventually(LONG, || async {
        let stages = people.recruiter.stages(person).await?;
        if stages.last().is_some_and(|stage| stage == "INTERVIEW") {
            Ok(stages)
        } else {
            Err(format!("they stand in {stages:?}"))
        }
    })
    .await?;
    let calls = people.recruiter.calls().await?;
    let moves = calls.iter().filter(|call| *call == "Move_Candidate").count();
    if moves == 1 {
        Ok(((), format!("{NEXT_STEP} by one Move_Candidate: {}", stages.join(" → "))))
    } else {
        Err(format!("Move_Candidate was called {moves} times"))
    }
}
