//! Interviews: the results, and the metadata of one interview.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{Caller, results};
use crate::envelope::{Answer, not_found, single, unprocessable};
use crate::model::{Interview, Metadata, State};
use crate::validation::Fields;

/// The caller's interview of that id.
fn own<'a>(state: &'a State, caller: &Caller, interview_id: &str) -> Result<(&'a Interview, &'a crate::model::Posting), Answer> {
    let found = state
        .interview_context(interview_id)
        .filter(|(_, _, workspace)| workspace.id == caller.workspace_id);
    found
        .map(|(interview, posting, _)| (interview, posting))
        .ok_or_else(|| not_found("interview", "interview_id"))
}

/// `getInterviewData`.
pub(crate) fn data(state: &State, caller: &Caller, interview_id: &str) -> Result<Answer, Answer> {
    let (interview, posting) = own(state, caller, interview_id)?;
    Ok(single(
        StatusCode::OK,
        &results::interview_data(posting, interview, state.settings.not_ready_status),
    ))
}

/// `getInterviewMetadata`.
pub(crate) fn metadata(state: &State, caller: &Caller, interview_id: &str) -> Result<Answer, Answer> {
    let (interview, _) = own(state, caller, interview_id)?;
    let metadata = interview.metadata.clone().unwrap_or_default();
    Ok(single(StatusCode::OK, &json!({"object": "metadata", "metadata": metadata})))
}

/// `setInterviewMetadata`: "set or update", so other keys stay.
pub(crate) fn set_metadata(state: &mut State, caller: &Caller, interview_id: &str, body: &Map<String, Value>) -> Result<Answer, Answer> {
    own(state, caller, interview_id)?;
    let mut fields = Fields::new(body, &["body"]);
    let given = fields.required_metadata("metadata");
    fields.finish().map_err(|violations| unprocessable(&violations))?;
    if let Some(interview) = state.interview_mut(interview_id) {
        interview.metadata.get_or_insert_default().extend(given);
    }
    metadata(state, caller, interview_id)
}

/// `deleteInterviewMetadata`: removes all of it.
pub(crate) fn delete_metadata(state: &mut State, caller: &Caller, interview_id: &str) -> Result<Answer, Answer> {
    own(state, caller, interview_id)?;
    if let Some(interview) = state.interview_mut(interview_id) {
        interview.metadata = Some(Metadata::new());
    }
    metadata(state, caller, interview_id)
}
