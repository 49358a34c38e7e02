//! HeyMilo's resources as JSON: postings, candidates, webhooks, in the field names of the `OpenAPI` document.

use serde_json::{Map, Value, json};

use crate::model::{Interview, Posting, Stage, Webhook, Workspace};
use crate::rubric;

/// The candidate's link: `{host}/{company}/i/{interview_id}`.
pub(crate) fn interview_url(base_url: &str, workspace: &Workspace, interview_id: &str) -> String {
    format!("{base_url}/{}/i/{interview_id}", workspace.slug)
}

/// `listWorkspaces` has no schema for its items beyond "anything"; the least a caller needs is the id and the name.
pub(crate) fn workspace(workspace: &Workspace) -> Value {
    json!({"object": "workspace", "id": workspace.id, "name": workspace.name})
}

/// `PostingSummary`.
pub(crate) fn posting_summary(posting: &Posting) -> Value {
    json!({"object": "posting_summary", "id": posting.id, "title": posting.title, "name": posting.name})
}

/// `PostingResponse`.
pub(crate) fn posting(base_url: &str, workspace: &Workspace, posting: &Posting, now: f64) -> Value {
    let mut fields = Map::new();
    let mut merge = |part: Value| {
        if let Value::Object(part) = part {
            fields.extend(part);
        }
    };
    merge(posting_defaults());
    merge(Value::Object(posting.other.clone()));
    merge(json!({
        "object": "posting",
        "id": posting.id,
        "company_id": workspace.id,
        "title": posting.title,
        "name": posting.name,
        "description": posting.description,
        "language": posting.language,
        "status": posting.status(now),
        "finalized": true,
        "archived": posting.archived,
        "test_posting": posting.test_posting,
        "workflow": workflow_steps(posting),
        "urls": {
            "candidate_url": format!("{base_url}/{}/p/{}", workspace.slug, posting.name),
            "ingestion_url_key": format!("{}-{}", workspace.slug, posting.name),
            "review_url": format!("{base_url}/postings/{}", posting.id),
        },
        "deadline": posting.deadline,
        "ats_metadata": null,
        "metadata": posting.metadata,
        "created_at": posting.created_at,
        "updated_at": posting.updated_at,
    }));
    Value::Object(fields)
}

/// The optional fields of `PostingResponse` as a new posting has them.
fn posting_defaults() -> Value {
    json!({
        "interviewer_name": "Milo", "redirect_url": null, "scheduling_url": null, "max_retakes": 0, "retake_cooldown_days": null,
        "allow_sms_comms": false, "instructions": null, "company_overview": null, "job_overview": null,
        "interview_process_overview": null, "company_overview_delivery_mode": null, "job_overview_delivery_mode": null,
        "interview_process_overview_delivery_mode": null, "phone_number_id": null, "sender_email_id": null,
        "email_template_group_id": null, "design_template_group_id": null, "email_report_to_candidate": false,
    })
}

fn workflow_steps(posting: &Posting) -> Value {
    json!([
        {"id": form_step(posting), "type": "form", "order": 1, "config": {"knockout_enabled": true}},
        {"id": interview_step(posting), "type": "web_interview", "order": 2, "config": {"num_questions": posting.open_questions.len()}},
    ])
}

fn form_step(posting: &Posting) -> String {
    format!("step_form_{}", posting.id.to_lowercase())
}

fn interview_step(posting: &Posting) -> String {
    format!("step_interview_{}", posting.id.to_lowercase())
}

/// `CandidateWorkflow`: the form, then the interview.
pub(crate) fn workflow(posting: &Posting, interview: &Interview) -> Value {
    let answered = |ids: &[&str]| ids.iter().filter(|id| interview.answer(id).is_some()).count();
    let form: Vec<&str> = posting
        .form_questions
        .iter()
        .map(|question| question.question_id.as_str())
        .collect();
    let open: Vec<&str> = posting
        .open_questions
        .iter()
        .map(|question| question.question_id.as_str())
        .collect();
    let form_complete = answered(&form) == form.len() && interview.started_at.is_some();
    let open_complete = answered(&open) == open.len() && form_complete && !interview.failed_knockout;
    let form_changed = last_answer(interview, &form).or(interview.started_at);
    let open_changed = last_answer(interview, &open);
    let form_status = match (interview.failed_knockout, form_complete, interview.started_at) {
        (true, ..) => "knocked_out",
        (false, true, _) => "completed",
        (false, false, Some(_)) => "in_progress",
        (false, false, None) => "not_started",
    };
    let open_started = form_complete && !interview.failed_knockout;
    let open_status = match (open_complete, open_started) {
        (true, _) => "completed",
        (false, true) => "in_progress",
        (false, false) => "not_started",
    };
    json!({
        "steps": [
            {"step_id": form_step(posting), "order": 1, "status": form_status, "started": interview.started_at.is_some(),
             "completed": form_complete, "knocked_out": interview.failed_knockout, "last_updated_at": form_changed},
            {"step_id": interview_step(posting), "order": 2, "status": open_status, "started": open_started,
             "completed": open_complete, "knocked_out": false, "last_updated_at": open_changed},
        ],
        "all_complete": open_complete,
        "last_activity_at": interview.answers.last().map(|answer| answer.at).or(interview.started_at),
    })
}

fn last_answer(interview: &Interview, ids: &[&str]) -> Option<f64> {
    let given = interview.answers.iter().rev();
    given
        .into_iter()
        .find(|answer| ids.contains(&answer.question_id.as_str()))
        .map(|answer| answer.at)
}

/// The aggregate `score`, 0 to 100; null until a report exists.
pub(crate) fn score(interview: &Interview) -> Option<f64> {
    rubric::match_score_tenths(&interview.scores).map(|tenths| f64::from(tenths) / 10.0)
}

/// `web_interview.match_score`: the score as a whole number.
pub(crate) fn match_score(interview: &Interview) -> Option<u32> {
    rubric::match_score_tenths(&interview.scores).map(|tenths| (tenths + 5) / 10)
}

/// `CandidateResponse`.
pub(crate) fn candidate(base_url: &str, workspace: &Workspace, posting: &Posting, interview: &Interview) -> Value {
    json!({
        "object": "candidate",
        "interview_id": interview.interview_id,
        "candidate_id": interview.candidate_id,
        "posting_id": interview.posting_id,
        "name": interview.name,
        "email": interview.email,
        "score": score(interview),
        "status": interview.status(),
        "interview_url": interview_url(base_url, workspace, &interview.interview_id),
        "workflow": workflow(posting, interview),
        "agent_summary": agent_summary(posting, interview),
        "shortlisted": interview.status() == "shortlisted",
        "dismissed": interview.status() == "dismissed",
        "metadata": interview.metadata,
        "data": interview.data,
        "interviewed_at": interview.finished_at,
        "created_at": interview.created_at,
    })
}

fn agent_summary(posting: &Posting, interview: &Interview) -> Value {
    let answered = posting
        .form_questions
        .iter()
        .filter(|question| interview.answer(&question.question_id).is_some())
        .count();
    let complete = answered == posting.form_questions.len();
    let eligible = complete.then_some(!interview.failed_knockout);
    let report_exists = interview.stage == Stage::Completed;
    json!({
        "resume": null,
        "sms": null,
        "form": {"is_complete": complete, "is_eligible": eligible, "questions_answered": answered,
                 "total_questions": posting.form_questions.len()},
        "web_interview": {"score": match_score(interview), "audio_recording_link": null, "video_recording_link": null,
                          "highlights": if report_exists { super::results::highlights(posting, interview) } else { Vec::new() }},
    })
}

/// `WebhookResponse`.
pub(crate) fn webhook(webhook: &Webhook) -> Value {
    json!({
        "object": "webhook",
        "webhook_id": webhook.webhook_id,
        "posting_id": webhook.posting_id,
        "webhook_url": webhook.webhook_url,
        "event_type": webhook.event_type,
        "is_active": webhook.is_active,
        "created_at": webhook.created_at,
        "updated_at": webhook.updated_at,
    })
}
