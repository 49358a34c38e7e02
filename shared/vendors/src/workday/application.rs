//! What Workday says now about one application: the only truth an order is made of.

use super::Workday;
use domain::settings::Identifiers;
use domain::trigger::AssessEvent;
use domain::{JobApplicationId, JobRequisitionId, Moment, WorkdayCandidateId};
use store::contact::Contact;
use work::Trouble;
use workday::{AssessCandidate, AssessCandidateQuery, Candidate, CandidateQuery, Error, FaultReason, JobApplication, PageRequest, id_type};

/// An application as Workday shows it, with the person behind it.
#[derive(Debug)]
pub struct SeenApplication {
    pub candidate: WorkdayCandidateId,
    pub application: JobApplicationId,
    pub requisition: JobRequisitionId,
    pub contact: Contact,
    pub withdrawn: bool,
    /// It stands in the connection's assessment stage, and nobody disposed of it.
    pub in_stage: bool,
    /// The ids of the stage that it stands in, the WID first; none where it was disposed of.
    pub stage: Vec<String>,
    /// It stands in another stage, or was disposed of. Neither: Workday does not say where it stands.
    pub is_elsewhere: bool,
    /// When its status was set last: for who stands in the stage, when they entered it. `None`: Workday does not say.
    pub entered: Option<Moment>,
}

/// What a hint claims, in Workday's ids: a WID or a number each.
#[derive(Debug, Default)]
pub struct Claim<'a> {
    pub assessment: Option<&'a str>,
    pub assess_event: Option<&'a str>,
    pub application: Option<&'a str>,
    pub candidate: Option<&'a str>,
    pub requisition: Option<&'a str>,
}

impl Workday {
    /// Reads the application a claim points at (`Get_Assess_Candidate` where only that tells whose it is, then
    /// `Get_Candidates`). `None`: Workday knows nothing that fits.
    pub async fn find_application(&self, claim: &Claim<'_>) -> Result<Option<SeenApplication>, Trouble> {
        let pointed = self.pointed_events(claim).await?;
        let from_event = |field: fn(&AssessCandidate) -> Option<&String>| pointed.iter().find_map(field).map(String::as_str);
        let application = claim.application.or_else(|| from_event(|event| event.application_id.as_ref()));
        let requisition = from_event(|event| event.job_requisition_id.as_ref()).or(claim.requisition);
        let Some(candidate) = from_event(|event| event.candidate_id.as_ref()).or(claim.candidate) else {
            return Ok(None);
        };
        let fits = |entry: &JobApplication| match application {
            Some(id) => is(id, &entry.application_id, entry.wid.as_deref()),
            None => requisition.is_some_and(|id| {
                let number = entry.job_requisition_id.as_deref();
                number.is_some_and(|number| is(id, number, entry.job_requisition_wid.as_deref()))
            }),
        };
        self.application_of(candidate, fits).await
    }

    /// Re-reads one application of a known candidate, right before an effect.
    pub async fn reread_application(
        &self,
        candidate: &WorkdayCandidateId,
        application: &JobApplicationId,
    ) -> Result<Option<SeenApplication>, Trouble> {
        let fits = |entry: &JobApplication| entry.application_id == application.as_str();
        self.application_of(candidate.as_str(), fits).await
    }

    /// Remembers which of the ids agreed with the tenant Workday shows on an application: these are right.
    pub async fn note_ids_seen(&self, found: &SeenApplication, events: &[AssessEvent]) {
        let identifiers = &self.connection.options.identifiers;
        let ours = || events.iter().filter(|event| event.is_ours(identifiers));
        let statuses = ours().filter_map(|event| event.status.as_ref());
        let sent = statuses.filter(|status| identifiers.send_statuses.contains(status));
        let tests = ours()
            .flat_map(|event| &event.tests)
            .filter(|test| identifiers.tests.contains(test));
        let stage = found.in_stage.then_some(&identifiers.assessment_stage);
        let seen: Vec<&str> = sent.chain(tests).chain(stage).map(String::as_str).collect();
        self.note_proven(&seen).await;
    }

    /// All applications of a candidate, by `Candidate_ID` or WID. Empty: Workday knows no such candidate, or none of theirs.
    pub async fn applications_of(&self, candidate: &str) -> Result<Vec<SeenApplication>, Trouble> {
        let now = self.vendors.clock.now();
        let identifiers = &self.connection.options.identifiers;
        let person = self.person(candidate).await?;
        let entries = person
            .iter()
            .flat_map(|person| person.applications.iter().map(move |entry| (person, entry)));
        Ok(entries
            .filter_map(|(person, entry)| seen(person, entry, identifiers, now))
            .collect())
    }

    /// An application by itself: people are merged, and their applications go over to another record. `None`: no assess
    /// event tells whose it is, or nobody may read which one does.
    pub async fn whoever_has(&self, application: &JobApplicationId) -> Result<Option<SeenApplication>, Trouble> {
        let query = AssessCandidateQuery::of_application(application.as_str());
        let answer = self
            .client
            .get_assess_candidate(&self.credential, &query, &PageRequest::single())
            .await;
        let events = match answer {
            Err(Error::NotAuthorized { .. }) => return Ok(None),
            Err(Error::Rejected(fault)) if fault.reason() == FaultReason::InvalidReference => return Ok(None),
            answer => self.understood(answer).await?.items,
        };
        let Some(candidate) = events.iter().find_map(|event| event.candidate_id.as_deref()) else {
            return Ok(None);
        };
        self.application_of(candidate, |entry| entry.application_id == application.as_str())
            .await
    }

    /// The first application of a candidate that fits.
    async fn application_of(&self, candidate: &str, fits: impl Fn(&JobApplication) -> bool) -> Result<Option<SeenApplication>, Trouble> {
        let identifiers = &self.connection.options.identifiers;
        let person = self.person(candidate).await?;
        let entry = |person: &Candidate| {
            let entry = person.applications.iter().find(|entry| fits(entry))?;
            seen(person, entry, identifiers, self.vendors.clock.now())
        };
        Ok(person.as_ref().and_then(entry))
    }

    async fn person(&self, candidate: &str) -> Result<Option<Candidate>, Trouble> {
        let query = CandidateQuery::ByReference(vec![candidate.to_owned()]);
        let answer = self.client.get_candidates(&self.credential, &query, &PageRequest::single()).await;
        Ok(self.understood(answer).await?.items.into_iter().next())
    }

    async fn pointed_events(&self, claim: &Claim<'_>) -> Result<Vec<AssessCandidate>, Trouble> {
        let query = match (claim.assessment, claim.assess_event, claim.application, claim.candidate) {
            (Some(assessment), ..) => AssessCandidateQuery::ByAssessment(vec![assessment.to_owned()]),
            (None, Some(event), ..) => AssessCandidateQuery::ByEvent(vec![event.to_owned()]),
            // Only an application: its assess events tell whose it is.
            (None, None, Some(application), None) => AssessCandidateQuery::of_application(application),
            (None, None, ..) => return Ok(Vec::new()),
        };
        let page = PageRequest::single();
        let answer = self.client.get_assess_candidate(&self.credential, &query, &page).await;
        Ok(self.understood(answer).await?.items)
    }
}

/// `None`: Workday names the application by ids that cannot be ours.
fn seen(person: &Candidate, entry: &JobApplication, identifiers: &Identifiers, now: Moment) -> Option<SeenApplication> {
    let in_stage = entry.disposition.is_none() && entry.stage.as_ref().is_some_and(|stage| stage.is(&identifiers.assessment_stage));
    let stands_in = entry.stage.as_ref().filter(|_| entry.disposition.is_none());
    let mut stage: Vec<_> = stands_in.map(|stage| stage.ids.clone()).unwrap_or_default();
    stage.sort_by_key(|id| id.id_type != id_type::WID);
    Some(SeenApplication {
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
        stage: stage.into_iter().map(|id| id.value).collect(),
        is_elsewhere: entry.disposition.is_some() || (entry.stage.is_some() && !in_stage),
        entered: entry.status_timestamp.as_deref().and_then(Moment::from_rfc3339),
    })
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
    } else if let Some(from_abroad) = number.strip_prefix("00") {
        from_abroad.to_owned()
    } else {
        let descriptor = phone.country_phone_code.as_ref()?.descriptor.as_deref()?;
        let (_, code) = descriptor.split_once("(+")?;
        let (code, _) = code.split_once(')')?;
        format!("{}{}", digits(code), number.trim_start_matches('0'))
    };
    (8..=15).contains(&complete.len()).then(|| format!("+{complete}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use workday::{Phone, Reference, References};

    const NOW: Moment = Moment(1_000);

    fn reference(id_type: &str, value: &str) -> References {
        References {
            ids: vec![Reference::of(id_type, value)],
            descriptor: None,
        }
    }

    /// A candidate in the assessment stage, changed.
    fn sight(change: impl FnOnce(&mut Candidate, &mut JobApplication)) -> Option<SeenApplication> {
        let mut person = Candidate {
            candidate_id: "C00001".into(),
            first_name: Some("Dana".into()),
            last_name: Some("Example".into()),
            email: Some("dana@example.com".into()),
            ..Candidate::default()
        };
        let mut entry = JobApplication {
            application_id: "JOB_APPLICATION-1".into(),
            job_requisition_id: Some("R00001".into()),
            stage: Some(reference(id_type::RECRUITING_STAGE, "ASSESSMENT")),
            ..JobApplication::default()
        };
        change(&mut person, &mut entry);
        seen(&person, &entry, &Identifiers::default(), NOW)
    }

    #[test]
    fn an_application_is_in_the_stage_while_it_stands_there_and_nobody_disposed_of_it() {
        let in_stage = |change: fn(&mut JobApplication)| sight(|_, entry| change(entry)).unwrap().in_stage;
        assert!(in_stage(|_| {}));
        assert!(!in_stage(|entry| entry.stage = Some(reference(id_type::RECRUITING_STAGE, "REVIEW"))));
        assert!(!in_stage(|entry| entry.stage = None));
        assert!(
            !in_stage(|entry| entry.disposition = Some(References::default())),
            "a disposition leaves the stage as it was"
        );
    }

    #[test]
    fn who_withdrew_altogether_has_withdrawn_wherever_the_application_stands() {
        let seen = sight(|person, _| person.withdrawn = true).unwrap();
        assert!(seen.withdrawn && seen.in_stage);
    }

    #[test]
    fn the_contact_is_what_workday_says_now_and_no_address_is_made_up() {
        let contact = |change: fn(&mut Candidate)| sight(|person, _| change(person)).unwrap().contact;
        let found = contact(|_| {});
        assert_eq!(
            (found.name.as_str(), found.email.as_deref(), found.read_at),
            ("Dana Example", Some("dana@example.com"), NOW)
        );
        assert_eq!(contact(|person| person.email = Some("on request".into())).email, None);
        assert_eq!(contact(|person| person.email = None).email, None);
        let nameless = contact(|person| (person.first_name, person.last_name) = (None, None));
        assert_eq!((nameless.name.as_str(), nameless.phone), ("", None));
    }

    #[test]
    fn what_workday_names_by_ids_that_cannot_be_ours_is_not_seen() {
        assert!(sight(|person, _| person.candidate_id = String::new()).is_none());
        assert!(sight(|_, entry| entry.application_id = "A\n1".into()).is_none());
        assert!(sight(|_, entry| entry.job_requisition_id = Some("  ".into())).is_none());
        assert!(sight(|_, entry| entry.job_requisition_id = None).is_none());
    }

    #[test]
    fn a_claim_fits_an_id_or_a_wid_exactly() {
        for (claimed, expected) in [("R00001", true), ("w1", true), ("r00001", false), ("R0000", false), ("", false)] {
            assert_eq!(is(claimed, "R00001", Some("w1")), expected, "{claimed}");
        }
        assert!(!is("w1", "R00001", None));
    }

    #[test]
    fn a_phone_number_is_e164_or_none() {
        for (number, country, expected) in [
            ("512 555 0100", Some("United States of America (+1)"), Some("+15125550100")),
            ("(0)10 555-0108", Some("Netherlands (+31)"), Some("+31105550108")),
            ("0049 30 5550100", Some("Germany (+49)"), Some("+49305550100")),
            ("+44 20 7946 0100", Some("United States of America (+1)"), Some("+442079460100")),
            ("+44 20 7946 0100", None, Some("+442079460100")),
            ("512 555 0100", Some("United States of America"), None),
            ("512 555 0100", None, None),
            ("555", Some("United States of America (+1)"), None),
            ("1234567890123456", Some("United States of America (+1)"), None),
            ("none", Some("United States of America (+1)"), None),
        ] {
            let person = Candidate {
                phone: Some(Phone {
                    country_phone_code: country.map(|country| References {
                        ids: Vec::new(),
                        descriptor: Some(country.to_owned()),
                    }),
                    number: number.to_owned(),
                    extension: None,
                }),
                ..Candidate::default()
            };
            assert_eq!(e164(&person).as_deref(), expected, "{number} {country:?}");
        }
        assert_eq!(e164(&Candidate::default()), None);
    }
}
