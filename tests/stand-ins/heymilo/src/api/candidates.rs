//! Candidates of a posting: ingest (one and many), HeyMilo's own invitation, and the list.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::paging::{QueryPairs, Window};
use super::postings::own;
use super::{Caller, resources};
use crate::envelope::{Answer, Violation, not_found, refusal, single, unprocessable};
use crate::model::{Interview, Mail, Metadata, Posting, Stage, State, Workspace};
use crate::settings::SecondIngest;
use crate::validation::Fields;
use crate::{clock, ids};

/// `CandidateIngestRequest`, checked.
#[derive(Debug)]
struct IngestRequest {
    name: String,
    email: String,
    phone_number: Option<String>,
    metadata: Option<Metadata>,
    data: Option<Value>,
}

impl IngestRequest {
    fn read(body: &Map<String, Value>, prefix: &[&str]) -> Result<Self, Vec<Violation>> {
        let mut fields = Fields::new(body, prefix);
        let request = Self {
            name: fields.required_text("name"),
            email: fields.required_email("email"),
            phone_number: fields.optional_phone_number("phone_number"),
            metadata: fields.optional_metadata("metadata"),
            data: fields.optional_object("data"),
        };
        fields.finish().map(|()| request)
    }
}

/// `ingestCandidate`.
pub(crate) fn ingest(state: &mut State, caller: &Caller, posting_id: &str, body: &Map<String, Value>) -> Result<Answer, Answer> {
    let request = IngestRequest::read(body, &["body"]).map_err(|violations| unprocessable(&violations))?;
    let posting = open_posting(state, caller, posting_id)?;
    let interview_id = take_in(state, &posting, &request)?;
    invite(state, caller, &posting, &interview_id);
    let (interview, posting, workspace) = state
        .interview_context(&interview_id)
        .ok_or_else(|| not_found("interview", "interview_id"))?;
    let body = json!({
        "object": "candidate",
        "interview_id": interview.interview_id,
        "interview_url": resources::interview_url(&caller.base_url, workspace, &interview.interview_id),
        "posting_id": posting.id,
        "candidate": resources::candidate(&caller.base_url, workspace, posting, interview),
    });
    Ok(single(StatusCode::CREATED, &body))
}

/// `ingestCandidatesBulk`: all or none pass the validation.
pub(crate) fn ingest_bulk(state: &mut State, caller: &Caller, posting_id: &str, body: &Map<String, Value>) -> Result<Answer, Answer> {
    let requests = read_bulk(body).map_err(|violations| unprocessable(&violations))?;
    let posting = open_posting(state, caller, posting_id)?;
    let mut items = Vec::new();
    for request in &requests {
        let interview_id = take_in(state, &posting, request)?;
        invite(state, caller, &posting, &interview_id);
        if let Some((interview, _, workspace)) = state.interview_context(&interview_id) {
            let url = resources::interview_url(&caller.base_url, workspace, &interview_id);
            items.push(json!({"object": "candidate", "interview_id": interview_id, "interview_url": url, "metadata": interview.metadata}));
        }
    }
    Ok(single(StatusCode::CREATED, &Value::Array(items)))
}

fn read_bulk(body: &Map<String, Value>) -> Result<Vec<IngestRequest>, Vec<Violation>> {
    let mut fields = Fields::new(body, &["body"]);
    let items = fields.required_items("data");
    fields.finish()?;
    let mut requests = Vec::new();
    let mut violations = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let index = index.to_string();
        let Some(object) = item.as_object() else {
            let location = vec!["body".to_owned(), "data".to_owned(), index];
            violations.push(Violation {
                location,
                message: "Input should be a valid dictionary".to_owned(),
                kind: "model_attributes_type",
            });
            continue;
        };
        match IngestRequest::read(object, &["body", "data", &index]) {
            Ok(request) => requests.push(request),
            Err(found) => violations.extend(found),
        }
    }
    if violations.is_empty() { Ok(requests) } else { Err(violations) }
}

/// An archived posting takes no new candidates.
fn open_posting(state: &State, caller: &Caller, posting_id: &str) -> Result<Posting, Answer> {
    let posting = own(state, caller, posting_id)?;
    if posting.archived {
        return Err(not_found("open posting", "posting_id"));
    }
    Ok(posting.clone())
}

/// One interview per posting and email, in any case of its letters; the settings say what a second ingest does.
fn take_in(state: &mut State, posting: &Posting, request: &IngestRequest) -> Result<String, Answer> {
    let email = request.email.to_lowercase();
    let same = |interview: &&mut Interview| interview.posting_id == posting.id && interview.email.to_lowercase() == email;
    let behaviour = state.settings.second_ingest;
    let known: Vec<&mut Interview> = state.interviews.iter_mut().filter(same).collect();
    let ordinal = known.len();
    if let Some(interview) = known.into_iter().next_back() {
        interview.ingest_count = interview.ingest_count.saturating_add(1);
        match behaviour {
            SecondIngest::Same => return Ok(interview.interview_id.clone()),
            SecondIngest::Error => {
                let message = "This candidate is already in the posting.";
                return Err(refusal(StatusCode::BAD_REQUEST, "candidate_exists", message, Some("email")));
            }
            SecondIngest::New => {}
        }
    }
    let interview_id = ids::interview(state.seed, &posting.id, &request.email, ordinal);
    state.interviews.push(Interview {
        interview_id: interview_id.clone(),
        candidate_id: ids::candidate(state.seed, &posting.workspace_id, &request.email),
        posting_id: posting.id.clone(),
        name: request.name.clone(),
        email: request.email.clone(),
        phone_number: request.phone_number.clone(),
        metadata: request.metadata.clone(),
        data: request.data.clone(),
        created_at: state.clock.unix_seconds(),
        ingest_count: 1,
        stage: Stage::Pending,
        forced_status: None,
        started_at: None,
        finished_at: None,
        answers: Vec::new(),
        scores: Vec::new(),
        failed_knockout: false,
        revision: 0,
    });
    Ok(interview_id)
}

/// HeyMilo's own invitation, unless the workspace has all candidate communications turned off. A repeated ingest invites again.
fn invite(state: &mut State, caller: &Caller, posting: &Posting, interview_id: &str) {
    let Some((interview, _, workspace)) = state.interview_context(interview_id) else {
        return;
    };
    if workspace.communications_off {
        return;
    }
    let mail = invitation(caller, workspace, posting, interview, state.clock.unix_seconds());
    state.mails.push(mail);
}

fn invitation(caller: &Caller, workspace: &Workspace, posting: &Posting, interview: &Interview, now: f64) -> Mail {
    let url = resources::interview_url(&caller.base_url, workspace, &interview.interview_id);
    let text = format!(
        "Hello {},\n\n{} invites you to a short screening for \"{}\". It is conducted by an AI interviewer and takes about ten minutes.\n\nStart here: {url}\n",
        interview.name, workspace.name, posting.title
    );
    Mail {
        template: "WEB_INTERVIEW_INVITATION".to_owned(),
        to: interview.email.clone(),
        subject: format!("Your interview for {}", posting.title),
        text,
        interview_id: interview.interview_id.clone(),
        posting_id: posting.id.clone(),
        sent_at: now,
    }
}

/// `listCandidates`, newest first, between two inclusive bounds of `created_at`.
pub(crate) fn list(state: &State, caller: &Caller, posting_id: &str, query: &QueryPairs) -> Result<Answer, Answer> {
    let window = Window::of(query)?;
    let posting = own(state, caller, posting_id)?;
    let workspace = state
        .workspace(&posting.workspace_id)
        .ok_or_else(|| not_found("workspace", "X-API-KEY"))?;
    let after = bound(query, "created_after")?.unwrap_or(f64::MIN);
    let before = bound(query, "created_before")?.unwrap_or(f64::MAX);
    if before < after {
        let message = "created_before is earlier than created_after.";
        return Err(refusal(
            StatusCode::BAD_REQUEST,
            "invalid_date_range",
            message,
            Some("created_before"),
        ));
    }
    let wanted = |interview: &&Interview| interview.posting_id == posting.id && (after..=before).contains(&interview.created_at);
    let mut interviews: Vec<&Interview> = state.interviews.iter().filter(wanted).collect();
    interviews.reverse();
    let render = |interview: &&Interview| resources::candidate(&caller.base_url, workspace, posting, interview);
    let url = format!("/api/v2/postings/{posting_id}/candidates");
    window
        .cut(&interviews, |interview| &interview.interview_id, render, &url)
        .map(Answer::from)
}

fn bound(query: &QueryPairs, name: &str) -> Result<Option<f64>, Answer> {
    let Some(text) = query.get(name) else { return Ok(None) };
    let refuse = || {
        refusal(
            StatusCode::BAD_REQUEST,
            "invalid_date",
            "Not an ISO-8601 time nor epoch seconds.",
            Some(name),
        )
    };
    clock::parse_bound(text).map(Some).ok_or_else(refuse)
}
