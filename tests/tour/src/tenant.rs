//! What Workday and HeyMilo hold before anybody connects them: 1,200 more requisitions, titles and names that try every
//! escaping, a job description as long as recruiters paste them.
#![expect(clippy::indexing_slicing, reason = "a JSON value indexed by a name that is not there is null")]

use crate::people::People;
use crate::tour::Outcome;
use drive::list;
use serde_json::{Value, json};

/// The tenant's name, as the stand-in has it.
pub(crate) const TENANT: &str = "acme_preview";
/// The requisition most chapters are about.
pub(crate) const REQUISITION: &str = "R00001";
/// Its title: markup, quotes, scripts other than Latin, an emoji.
pub(crate) const TITLE: &str = "Warehouse & <Night> \"Crew\" at O'Hara, 倉庫 Склад 🚚";
/// The stand-in's confidential requisition.
pub(crate) const CONFIDENTIAL: &str = "R00008";
/// The stand-in's evergreen requisition.
pub(crate) const EVERGREEN: &str = "R90001";
/// Two applications for [`REQUISITION`] whose candidates have names in other scripts and full of markup.
pub(crate) const AWKWARD_NAMES: [&str; 2] = ["JOB_APPLICATION-3-3", "JOB_APPLICATION-3-6"];
const OTHER_SCRIPTS: (&str, &str, &str) = ("C00003", "花子 Ольга", "見本-Примерова مثال");
/// An application for [`REQUISITION`] that gets several assess events.
pub(crate) const SEVERAL_EVENTS: &str = "JOB_APPLICATION-3-5";

const MORE_REQUISITIONS: usize = 1_200;
/// Further candidates in Review of [`REQUISITION`], for the chapters that take the next one.
const MORE_CANDIDATES: usize = 5;
const DESCRIPTION_BYTES: usize = 40 * 1024;

/// Fills both tenants, by their control addresses.
pub(crate) async fn prepare(people: &People) -> Outcome<()> {
    let recruiter = &people.recruiter;
    recruiter.control("seed", &json!({ "requisitions": MORE_REQUISITIONS })).await?;
    let applicants = json!({ "requisition": REQUISITION, "candidates": MORE_CANDIDATES, "stage": "REVIEW" });
    recruiter.control("seed", &applicants).await?;
    let mut state = people.anybody.json(&format!("{}/__stand-in/state", people.world.workday)).await?;
    let mut records = state["records"].take();
    let requisition = entry(&mut records, "requisitions", REQUISITION)?;
    requisition["title"] = json!(TITLE);
    requisition["description"] = json!(description());
    let (id, first_name, last_name) = OTHER_SCRIPTS;
    let candidate = entry(&mut records, "candidates", id)?;
    candidate["first_name"] = json!(first_name);
    candidate["last_name"] = json!(last_name);
    recruiter.control("seed", &json!({ "records": records })).await?;
    // HeyMilo, Company Settings, "Turn Off All Candidate Communications".
    let off = json!({ "communications_off": true });
    people
        .anybody
        .tell(&format!("{}/__stand-in/settings", people.world.heymilo), &off)
        .await?;
    let checked = format!(
        "{} open requisitions, one with a description of {} KB; HeyMilo's own mails are off",
        open_requisitions(people).await?,
        description().len() / 1024
    );
    Ok(((), checked))
}

/// How many requisitions are open, by Workday's own record. Evergreen ones are another kind, read by another call.
pub(crate) async fn open_requisitions(people: &People) -> Result<usize, String> {
    let records = people.recruiter.records("requisitions").await?;
    let open = |requisition: &&Value| requisition["status"] == json!("Open") && requisition["evergreen"] != json!(true);
    Ok(list(&records["requisitions"]).filter(open).count())
}

fn entry<'a>(records: &'a mut Value, list: &str, id: &str) -> Result<&'a mut Value, String> {
    let mut entries = records[list].as_array_mut().into_iter().flatten();
    entries
        .find(|entry| entry["id"] == json!(id))
        .ok_or_else(|| format!("Workday has no {id}"))
}

fn description() -> String {
    let sentence = "<p>You work at <b>night</b> &amp; in a \"crew\"; 夜勤, ночная смена, 🌙. It's a job for those who like order.</p>\n";
    sentence.repeat(DESCRIPTION_BYTES.div_ceil(sentence.len()))
}
