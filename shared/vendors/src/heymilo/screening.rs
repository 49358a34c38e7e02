//! The effect "an interview exists": HeyMilo's candidate ingest, found again by the order id in its metadata.

use super::HeyMilo;
use super::interview::said;
use crate::failure;
use domain::progress::Sighting;
use domain::{InterviewId, Order, PostingId};
use heymilo::{CandidateIngestRequest, CandidateQuery, Certainty, Cursors};
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use store::contact::Contact;
use store::ledger::{Called, Effect, LookFailed};
use store::sealing::Place;
use store::{Store, StoreError};
use work::Trouble;

/// Metadata key by which an ingested candidate is recognised: our order.
const ORDER_KEY: &str = "external_id";
/// The field of an optional phone number.
const PHONE: &str = "phone_number";
/// HeyMilo's clock and ours may differ by this much when the list is read back.
const CLOCK_MARGIN: Duration = Duration::from_hours(1);
/// Pages of a hundred that a look reads at most.
const MAX_PAGES: u32 = 50;

/// An interview, as HeyMilo names it.
#[derive(Debug)]
pub struct Interview {
    pub id: InterviewId,
    /// Whoever holds it can answer in the candidate's name.
    pub url: SecretString,
    /// HeyMilo had it before it was asked for, and the candidate has finished it: nothing can be done in it any more.
    pub is_over: bool,
}

/// Follows the link of an interview that is over.
const OVER: &str = " over";

/// Creates the interview of one order.
#[derive(Debug)]
pub struct CreateInterview<'a> {
    heymilo: &'a HeyMilo,
    store: &'a Store,
    order: &'a Order,
    posting: &'a PostingId,
    contact: &'a Contact,
    /// The address the candidate is invited at.
    email: &'a str,
    /// Why HeyMilo could not be used, for the order's reason.
    trouble: Mutex<Option<Trouble>>,
}

impl Interview {
    fn place(order: &Order) -> Place<'_> {
        Place {
            workspace: order.workspace.as_str(),
            owner: order.order.as_str(),
            kind: "interview_step",
            version: 1,
        }
    }

    /// The sealed result of the interview step, opened.
    pub fn read(store: &Store, order: &Order, result: &str) -> Result<Self, Trouble> {
        let corrupt = || Trouble::Infrastructure("the result of the interview step is unreadable".into());
        let (id, sealed) = result.split_once(' ').ok_or_else(corrupt)?;
        let (sealed, is_over) = sealed.strip_suffix(OVER).map_or((sealed, false), |sealed| (sealed, true));
        let url = store.keyring().open_text(Self::place(order), sealed)?;
        let id = InterviewId::new(id).map_err(|error| Trouble::Infrastructure(error.into()))?;
        if url.expose_secret().is_empty() {
            Err(corrupt())
        } else {
            Ok(Self { id, url, is_over })
        }
    }

    /// `<interview id> <sealed link>`, and ` over` where it is: what the ledger remembers.
    fn write(store: &Store, order: &Order, id: &str, url: &str) -> Result<String, StoreError> {
        Ok(format!(
            "{id} {}",
            store.keyring().seal_text(Self::place(order), &SecretString::from(url))?
        ))
    }
}

impl<'a> CreateInterview<'a> {
    /// At an agent; `contact` and `email` are the person's, past all gates.
    pub fn new(heymilo: &'a HeyMilo, store: &'a Store, order: &'a Order, posting: &'a PostingId, person: (&'a Contact, &'a str)) -> Self {
        let (contact, email) = person;
        Self {
            heymilo,
            store,
            order,
            posting,
            contact,
            email,
            trouble: Mutex::new(None),
        }
    }

    /// What kept HeyMilo from answering, if something did.
    pub fn into_trouble(self) -> Option<Trouble> {
        self.trouble.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, error: &heymilo::Error) -> Option<Duration> {
        let trouble = failure::of_heymilo(error);
        let after = match &trouble {
            Trouble::Park { after, .. } => *after,
            Trouble::Again | Trouble::Refused { .. } | Trouble::Disconnected | Trouble::Infrastructure(_) => None,
        };
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(trouble);
        after
    }

    fn request(&self) -> CandidateIngestRequest {
        let metadata = [
            (ORDER_KEY, self.order.order.as_str()),
            ("source", "workday"),
            ("workday_candidate_id", self.order.candidate.as_str()),
            ("workday_job_application_id", self.order.application.as_str()),
            ("workday_job_requisition_id", self.order.requisition.as_str()),
        ];
        // A record without any name still has an address to be invited at.
        let name = match self.contact.name.trim() {
            "" => self.email,
            name => name,
        };
        CandidateIngestRequest {
            name: name.to_owned(),
            email: self.email.to_owned(),
            phone_number: self.contact.phone.clone(),
            metadata: BTreeMap::from(metadata.map(|(key, value)| (key.to_owned(), value.to_owned()))),
            data: None,
        }
    }

    /// Hands the person in. A phone number is a courtesy: one that HeyMilo does not take is left out, and nothing happened
    /// before.
    async fn ingest(&self) -> Result<heymilo::IngestedCandidate, heymilo::Error> {
        let HeyMilo { client, api_key } = self.heymilo;
        let mut request = self.request();
        let answer = client.ingest_candidate(api_key, self.posting.as_str(), &request).await;
        match answer {
            Err(heymilo::Error::Rejected(problem)) if request.phone_number.is_some() && problem.names(PHONE) => {
                tracing::warn!(order = %self.order.order, "HeyMilo does not take the phone number; the screening is made without it");
                request.phone_number = None;
                client.ingest_candidate(api_key, self.posting.as_str(), &request).await
            }
            answer => answer,
        }
    }

    fn result(&self, id: &str, url: &str) -> Option<String> {
        Interview::write(self.store, self.order, id, url).ok()
    }

    /// Whether an interview that the list shows was over when it was asked for. One that nobody has yet was made by the call
    /// whose answer was lost, and finished since.
    async fn was_over(&self, listed: &heymilo::Candidate) -> Result<bool, LookFailed> {
        let finished = InterviewId::new(listed.interview_id.as_str()).ok().filter(|_| is_finished(listed));
        let Some(interview) = finished else { return Ok(false) };
        match self.store.interview(&self.order.workspace, &interview).await {
            Ok(holder) => Ok(holder.is_some()),
            Err(error) => {
                tracing::warn!(order = %self.order.order, error = &error as &dyn std::error::Error, "who has an interview cannot be read");
                Err(LookFailed { retry_after: None })
            }
        }
    }
}

/// Whether the answer to an ingest shows an interview that is finished. HeyMilo may answer with the one that it had; of
/// which one that is, its facts say nothing else.
fn is_over(ingested: &heymilo::IngestedCandidate) -> bool {
    ingested.candidate.as_ref().is_some_and(is_finished)
}

fn is_finished(candidate: &heymilo::Candidate) -> bool {
    matches!(said(&candidate.status), Some(Sighting::Scoring | Sighting::Reported(_)))
}

impl Effect for CreateInterview<'_> {
    async fn call(&self) -> Called {
        match self.ingest().await {
            Ok(ingested) => match self.result(&ingested.interview_id, &ingested.interview_url) {
                Some(result) if is_over(&ingested) => Called::Done(result + OVER),
                Some(result) => Called::Done(result),
                None => Called::Unknown,
            },
            Err(error @ (heymilo::Error::Unauthorized | heymilo::Error::Forbidden)) => Called::NotSent {
                retry_after: self.note(&error),
            },
            Err(error) => {
                let retry_after = self.note(&error);
                match error.certainty() {
                    Certainty::NotSent => Called::NotSent { retry_after },
                    Certainty::Refused => Called::Refused("refused_by_heymilo".into()),
                    Certainty::Unknown => Called::Unknown,
                }
            }
        }
    }

    async fn find(&self) -> Result<Option<String>, LookFailed> {
        let mut query = CandidateQuery {
            limit: Some(100),
            starting_after: None,
            created_after: Some(self.order.created_at.minus(CLOCK_MARGIN).to_rfc3339()),
            created_before: None,
        };
        let mut cursors = Cursors::default();
        for _ in 0..MAX_PAGES {
            let page = self
                .heymilo
                .client
                .candidates(&self.heymilo.api_key, self.posting.as_str(), &query)
                .await;
            let page = page.map_err(|error| LookFailed {
                retry_after: self.note(&error),
            })?;
            let ours = page
                .data
                .iter()
                .find(|candidate| candidate.metadata.get(ORDER_KEY).is_some_and(|id| id == self.order.order.as_str()));
            if let Some(ours) = ours {
                let found = ours.interview_url.as_deref().and_then(|url| self.result(&ours.interview_id, url));
                if found.is_none() {
                    // It is there: without its link it is no reason to ask for another one.
                    tracing::warn!(order = %self.order.order, interview_id = ours.interview_id, "HeyMilo lists the interview without its link");
                }
                let found = found.ok_or(LookFailed { retry_after: None })?;
                return Ok(Some(if self.was_over(ours).await? { found + OVER } else { found }));
            }
            if page.may_hold(self.order.order.as_str()) {
                tracing::warn!(order = %self.order.order, "HeyMilo lists the interview in a way that cannot be read");
                return Err(LookFailed { retry_after: None });
            }
            query.starting_after = cursors.after(&page).map_err(|error| LookFailed {
                retry_after: self.note(&error),
            })?;
            if query.starting_after.is_none() {
                return Ok(None);
            }
        }
        // A list not read to its end proves nothing: a second ingest could be a second mail.
        tracing::warn!(order = %self.order.order, posting = %self.posting, "too many candidates to find an interview among");
        Err(LookFailed { retry_after: None })
    }
}
