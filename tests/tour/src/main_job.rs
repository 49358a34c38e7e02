//! The main job, ordered in the two ways there are: a bare stage move, and the Assess task.
#![expect(clippy::indexing_slicing, reason = "a JSON value indexed by a name that is not there is null")]

use crate::link::NEXT_STEP;
use crate::people::People;
use crate::screening::screen_and_check;
use crate::sights::{LONG, linked, moved, ordered, push_answered, screenings_of, waiting};
use crate::tenant::REQUISITION;
use crate::tour::{Chapter, Outcome, Tour};
use drive::{Person, eventually, list};
use serde_json::{Value, json};
use std::io::Write;
use std::time::Duration;

/// Longest wait for a look at Workday: deployed, one comes each minute, and it is announced by a schedule that ticks each
/// minute.
pub(crate) const UNTIL_LOOKED: Duration = Duration::from_mins(3);

/// Nothing but a stage move.
pub(crate) async fn by_bare_stage_move<Out: Write>(tour: &mut Tour<'_, Out>) -> Chapter {
    tour.chapter("A recruiter moves a candidate into Assessment; nothing else is asked of them")?;
    let people = &tour.people.clone();
    tour.step("Workday is connected and a requisition is linked", linked(people, REQUISITION))
        .await?;
    let person = tour.step("a candidate waits in Review", waiting(people, REQUISITION)).await?;
    tour.step("the recruiter moves them to Assessment", moved(people, &person, "ASSESSMENT"))
        .await?;
    tour.step("a look at Workday finds it", found(people, &person)).await?;
    screen_and_check(tour, &person).await?;
    tour.look("HeyMilo's events were taken", events_taken(people)).await?;
    tour.look("they are moved on to the step the link names", moved_on(people, &person))
        .await?;
    Ok(())
}

/// The recruiter submits Assess, and Workday pushes.
pub(crate) async fn by_assess_submit<Out: Write>(tour: &mut Tour<'_, Out>) -> Chapter {
    tour.chapter("A recruiter orders the screening with Assess")?;
    let people = &tour.people.clone();
    let person = tour.step("another candidate waits in Review", waiting(people, REQUISITION)).await?;
    let submitted = async {
        ordered(people, &person).await?;
        Ok(((), String::from("the send status and our test were submitted")))
    };
    tour.step("the recruiter moves them and submits Assess", submitted).await?;
    let pushed = async { push_answered(people, 202).await.map(|()| ((), String::from("answered 202"))) };
    tour.step("Workday pushes it", pushed).await?;
    screen_and_check(tour, &person).await
}

/// A push never announces a bare move.
async fn found(people: &People, person: &Person) -> Outcome<()> {
    eventually(UNTIL_LOOKED, || async {
        let found = screenings_of(people, person).await?;
        found.first().map(drop).ok_or_else(|| String::from("Activity does not show it"))
    })
    .await?;
    let records = people.recruiter.records("pushes").await?;
    match list(&records["pushes"]).count() {
        0 => Ok(((), String::from("Workday pushed nothing"))),
        some => Err(format!("{some} pushes, so it proves nothing about looks")),
    }
}

/// Those that came to this product, and how it answered.
async fn events_taken(people: &People) -> Outcome<()> {
    let ours = |delivery: &&Value| {
        delivery["webhook_url"]
            .as_str()
            .is_some_and(|url| url.starts_with(&people.world.product))
    };
    let delivered = eventually(LONG, || async {
        let state = people.anybody.json(&format!("{}/__stand-in/state", people.world.heymilo)).await?;
        let sent: Vec<&Value> = list(&state["deliveries"]).filter(ours).collect();
        match sent.iter().find(|delivery| delivery["outcome"] != json!("delivered")) {
            None if sent.is_empty() => Err(String::from("HeyMilo sent no event")),
            None => Ok(sent.len()),
            Some(late) => Err(format!("an event was not taken: {}", late["attempts"])),
        }
    })
    .await?;
    Ok(((), format!("{delivered}, each answered 2xx")))
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
