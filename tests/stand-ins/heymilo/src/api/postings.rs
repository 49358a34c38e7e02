//! Workspaces and postings: the self-check, the picker, one posting, its update and its counts.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::paging::{QueryPairs, Window};
use super::{Caller, resources};
use crate::clock;
use crate::envelope::{Answer, Page, Violation, not_found, single, unprocessable};
use crate::model::{Posting, Stage, State};
use crate::validation::Fields;

/// `listWorkspaces`: an API key sees exactly one.
pub(crate) fn list_workspaces(state: &State, caller: &Caller) -> Answer {
    let items: Vec<Value> = state
        .workspace(&caller.workspace_id)
        .map(resources::workspace)
        .into_iter()
        .collect();
    Page {
        total_count: items.len(),
        items,
        has_more: false,
        url: "/api/v2/workspaces".to_owned(),
    }
    .into()
}

/// The posting of that id, if it is the caller's.
pub(crate) fn own<'a>(state: &'a State, caller: &Caller, posting_id: &str) -> Result<&'a Posting, Answer> {
    let posting = state
        .posting(posting_id)
        .filter(|posting| posting.workspace_id == caller.workspace_id);
    posting.ok_or_else(|| not_found("posting", "posting_id"))
}

/// `listPostings` and `listPostingSummaries`, newest first; `search` is a substring of the title, in any case.
pub(crate) fn list(state: &State, caller: &Caller, query: &QueryPairs, summaries: bool) -> Result<Answer, Answer> {
    let window = Window::of(query)?;
    let wanted = query.get("search").unwrap_or_default().to_lowercase();
    let mine = |posting: &&Posting| posting.workspace_id == caller.workspace_id && posting.title.to_lowercase().contains(&wanted);
    let mut postings: Vec<&Posting> = state.postings.iter().filter(mine).collect();
    postings.reverse();
    let workspace = state
        .workspace(&caller.workspace_id)
        .ok_or_else(|| not_found("workspace", "X-API-KEY"))?;
    let now = state.clock.unix_seconds();
    let page = if summaries {
        window.cut(
            &postings,
            |posting| &posting.id,
            |posting| resources::posting_summary(posting),
            "/api/v2/postings/list",
        )
    } else {
        let render = |posting: &&Posting| resources::posting(&caller.base_url, workspace, posting, now);
        window.cut(&postings, |posting| &posting.id, render, "/api/v2/postings")
    };
    page.map(Answer::from)
}

/// `getPosting`.
pub(crate) fn get(state: &State, caller: &Caller, posting_id: &str) -> Result<Answer, Answer> {
    let posting = own(state, caller, posting_id)?;
    let workspace = state
        .workspace(&caller.workspace_id)
        .ok_or_else(|| not_found("workspace", "X-API-KEY"))?;
    let body = resources::posting(&caller.base_url, workspace, posting, state.clock.unix_seconds());
    Ok(single(StatusCode::OK, &body))
}

/// `updatePosting`: only the fields given change; `metadata` is replaced as a whole.
pub(crate) fn update(state: &mut State, caller: &Caller, posting_id: &str, body: &Map<String, Value>) -> Result<Answer, Answer> {
    own(state, caller, posting_id)?;
    let change = PostingChange::read(body).map_err(|violations| unprocessable(&violations))?;
    let now = state.clock.unix_seconds();
    if let Some(posting) = state.postings.iter_mut().find(|posting| posting.id == posting_id) {
        change.apply(posting, now);
    }
    get(state, caller, posting_id)
}

/// `UpdatePostingRequest`, checked.
#[derive(Debug)]
struct PostingChange {
    title: Option<String>,
    description: Option<String>,
    name: Option<String>,
    language: Option<String>,
    deadline: Option<f64>,
    metadata: Option<crate::model::Metadata>,
    other: Map<String, Value>,
}

impl PostingChange {
    fn read(body: &Map<String, Value>) -> Result<Self, Vec<Violation>> {
        let mut fields = Fields::new(body, &["body"]);
        let title = fields.optional_text("title", 3, 200);
        let description = fields.optional_text("description", 10, 50_000);
        let name = fields.optional_text("name", 0, 100);
        let language = fields.optional_text("language", 0, usize::MAX);
        let deadline = fields.optional_text("deadline", 0, usize::MAX);
        let metadata = fields.optional_metadata("metadata");
        fields.optional_bool("allow_sms_comms");
        fields.optional_bool("email_report_to_candidate");
        fields.optional_number("max_retakes", 5.0, true);
        fields.optional_number("retake_cooldown_days", f64::MAX, false);
        for name in [
            "interviewer_name",
            "instructions",
            "company_overview",
            "job_overview",
            "interview_process_overview",
        ] {
            fields.optional_text(name, 0, if name == "interviewer_name" { 100 } else { 10_000 });
        }
        for name in PLAIN_TEXTS {
            fields.optional_text(name, 0, usize::MAX);
        }
        fields.finish()?;
        let deadline = match deadline.map(|text| clock::parse_bound(&text)) {
            Some(None) => {
                let location = vec!["body".to_owned(), "deadline".to_owned()];
                return Err(vec![Violation {
                    location,
                    message: "Input should be a valid ISO 8601 time".to_owned(),
                    kind: "value_error",
                }]);
            }
            Some(moment) => moment,
            None => None,
        };
        let other = body
            .iter()
            .filter(|(key, _)| READ_BACK.contains(&key.as_str()))
            .map(|(key, value)| (key.clone(), value.clone()));
        Ok(Self {
            title,
            description,
            name,
            language,
            deadline,
            metadata,
            other: other.collect(),
        })
    }

    fn apply(self, posting: &mut Posting, now: f64) {
        fn set<T>(target: &mut T, value: Option<T>) {
            if let Some(value) = value {
                *target = value;
            }
        }
        set(&mut posting.title, self.title);
        set(&mut posting.description, self.description);
        set(&mut posting.name, self.name);
        set(&mut posting.language, self.language);
        set(&mut posting.deadline, self.deadline);
        posting.metadata = self.metadata.or(posting.metadata.take());
        posting.other.extend(self.other);
        posting.updated_at = now;
    }
}

const PLAIN_TEXTS: [&str; 6] = [
    "phone_number_id",
    "sender_email_id",
    "email_template_group_id",
    "design_template_group_id",
    "redirect_url",
    "scheduling_url",
];

/// Fields that are stored and read back without a meaning in the stand-in.
const READ_BACK: [&str; 15] = [
    "interviewer_name",
    "instructions",
    "company_overview",
    "job_overview",
    "interview_process_overview",
    "phone_number_id",
    "sender_email_id",
    "email_template_group_id",
    "design_template_group_id",
    "redirect_url",
    "scheduling_url",
    "allow_sms_comms",
    "max_retakes",
    "retake_cooldown_days",
    "email_report_to_candidate",
];

/// `getPostingStats`.
pub(crate) fn stats(state: &State, caller: &Caller, posting_id: &str) -> Result<Answer, Answer> {
    let posting = own(state, caller, posting_id)?;
    let candidates: Vec<_> = state
        .interviews
        .iter()
        .filter(|interview| interview.posting_id == posting.id)
        .collect();
    let completed = candidates.iter().filter(|interview| interview.stage == Stage::Completed).count();
    let scores: Vec<f64> = candidates
        .iter()
        .filter_map(|interview| resources::match_score(interview))
        .map(f64::from)
        .collect();
    let count = u32::try_from(scores.len()).unwrap_or(u32::MAX);
    let average = (count > 0).then(|| scores.iter().sum::<f64>() / f64::from(count));
    let body = json!({
        "object": "posting_stats", "posting_id": posting.id, "title": posting.title, "name": posting.name,
        "total_candidates": candidates.len(), "completed_interviews": completed,
        "average_interview_score": average, "average_resume_score": null,
    });
    Ok(single(StatusCode::OK, &body))
}
