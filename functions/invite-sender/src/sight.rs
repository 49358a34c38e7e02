//! What Workday says now about one application: the only truth an order is made of.

use access::Workday;
use domain::settings::Identifiers;
use domain::trigger::Sight;
use domain::{JobApplicationId, JobRequisitionId, Moment, WorkdayCandidateId};
use store::contact::Contact;
use workday::{AssessCandidate, AssessCandidateQuery, Candidate, CandidateQuery, JobApplication, PageRequest};

/// An application as Workday shows it, with the person behind it.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) candidate: WorkdayCandidateId,
    pub(crate) application: JobApplicationId,
    pub(crate) requisition: JobRequisitionId,
    pub(crate) contact: Contact,
    pub(crate) withdrawn: bool,
    pub(crate) in_stage: bool,
}

/// What a hint claims, in Workday's ids.
#[derive(Debug, Default)]
pub(crate) struct Claim<'a> {
    pub(crate) assessment: Option<&'a str>,
    pub(crate) assess_event: Option<&'a str>,
    pub(crate) application: Option<&'a str>,
    pub(crate) candidate: Option<&'a str>,
    pub(crate) requisition: Option<&'a str>,
}

/// Reads the application a claim points at. `None`: Workday knows nothing that fits.
pub(crate) async fn read(
    workday: &Workday,
    claim: &Claim<'_>,
    identifiers: &Identifiers,
    now: Moment,
) -> Result<Option<Found>, workday::Error> {
    let pointed = pointed_events(workday, claim).await?;
    let from_event = |field: fn(&AssessCandidate) -> Option<&String>| pointed.iter().find_map(field).map(String::as_str);
    let application = claim.application.or_else(|| from_event(|event| event.application_id.as_ref()));
    let requisition = from_event(|event| event.job_requisition_id.as_ref()).or(claim.requisition);
    let Some(candidate) = from_event(|event| event.candidate_id.as_ref()).or(claim.candidate) else {
        return Ok(None);
    };
    let Some(person) = read_candidate(workday, candidate).await? else {
        return Ok(None);
    };
    let fits = |entry: &&JobApplication| match application {
        Some(id) => is(id, &entry.application_id, entry.wid.as_deref()),
        None => requisition.is_some_and(|id| {
            entry
                .job_requisition_id
                .as_deref()
                .is_some_and(|number| is(id, number, entry.job_requisition_wid.as_deref()))
        }),
    };
    let Some(entry) = person.applications.iter().find(fits) else {
        return Ok(None);
    };
    Ok(found(&person, entry, identifiers, now))
}

/// Re-reads one application of a known candidate, right before an effect.
pub(crate) async fn reread(
    workday: &Workday,
    candidate: &WorkdayCandidateId,
    application: &JobApplicationId,
    identifiers: &Identifiers,
    now: Moment,
) -> Result<Option<Found>, workday::Error> {
    let Some(person) = read_candidate(workday, candidate.as_str()).await? else {
        return Ok(None);
    };
    let Some(entry) = person
        .applications
        .iter()
        .find(|entry| entry.application_id == application.as_str())
    else {
        return Ok(None);
    };
    Ok(found(&person, entry, identifiers, now))
}

/// `None`: Workday names the application by ids that cannot be ours.
fn found(person: &Candidate, entry: &JobApplication, identifiers: &Identifiers, now: Moment) -> Option<Found> {
    let in_stage = entry.disposition.is_none() && entry.stage.as_ref().is_some_and(|stage| stage.is(&identifiers.assessment_stage));
    Some(Found {
        candidate: WorkdayCandidateId::new(person.candidate_id.as_str()).ok()?,
        application: JobApplicationId::new(entry.application_id.as_str()).ok()?,
        requisition: JobRequisitionId::new(entry.job_requisition_id.as_deref()?).ok()?,
        contact: Contact {
            name: person.display_name().unwrap_or_default(),
            email: person.email.clone().filter(|email| email.contains('@')),
            phone: e164(person),
            read_at: now,
        },
        withdrawn: person.withdrawn,
        in_stage,
    })
}

/// What decides, with the application's assess events read now: what is remembered must have been loaded before.
pub(crate) async fn with_events(workday: &Workday, found: &Found, identifiers: &Identifiers) -> Result<Sight, workday::Error> {
    let query = AssessCandidateQuery::ByApplication(found.application.to_string());
    let events = workday
        .client
        .get_assess_candidate(&workday.credential, &query, &PageRequest::single())
        .await?
        .items;
    Ok(Sight {
        in_stage: found.in_stage,
        withdrawn: found.withdrawn,
        events: events.iter().filter_map(|event| access::assess_event(event, identifiers)).collect(),
    })
}

async fn pointed_events(workday: &Workday, claim: &Claim<'_>) -> Result<Vec<AssessCandidate>, workday::Error> {
    let query = match (claim.assessment, claim.assess_event, claim.application, claim.candidate) {
        (Some(assessment), ..) => AssessCandidateQuery::ByAssessment(vec![assessment.to_owned()]),
        (None, Some(event), ..) => AssessCandidateQuery::ByEvent(vec![event.to_owned()]),
        // Only an application: its assess events tell whose it is.
        (None, None, Some(application), None) => AssessCandidateQuery::ByApplication(application.to_owned()),
        (None, None, ..) => return Ok(Vec::new()),
    };
    Ok(workday
        .client
        .get_assess_candidate(&workday.credential, &query, &PageRequest::single())
        .await?
        .items)
}

async fn read_candidate(workday: &Workday, candidate: &str) -> Result<Option<Candidate>, workday::Error> {
    let query = CandidateQuery::ByReference(vec![candidate.to_owned()]);
    Ok(workday
        .client
        .get_candidates(&workday.credential, &query, &PageRequest::single())
        .await?
        .items
        .into_iter()
        .next())
}

fn is(claimed: &str, id: &str, wid: Option<&str>) -> bool {
    claimed == id || wid == Some(claimed)
}

/// E.164 from Workday's parts: the country code stands in brackets in its descriptor, e.g. `(+1)`.
fn e164(person: &Candidate) -> Option<String> {
    let phone = person.phone.as_ref()?;
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let number = digits(&phone.number);
    let complete = if phone.number.trim_start().starts_with('+') {
        number
    } else {
        let descriptor = phone.country_phone_code.as_ref()?.descriptor.as_deref()?;
        let (_, code) = descriptor.split_once("(+")?;
        let (code, _) = code.split_once(')')?;
        format!("{}{}", digits(code), number.trim_start_matches('0'))
    };
    (8..=15).contains(&complete.len()).then(|| format!("+{complete}"))
}
