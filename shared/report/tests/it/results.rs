//! Results and contexts the tests share.

use heymilo::InterviewData;
use report::{Context, Report};
use serde_json::{Value, json};

/// Markup, quotes, controls, overrides and a forged last line in one text.
pub(crate) const HOSTILE: &str =
    "<script>alert(\"1\")</script>'--&amp;{{7*7}}\r\nHM-FORGED\u{0}\u{202e}gpj\u{2066}\u{feff}\u{e0041} )Tj ET /URI";

pub(crate) fn context() -> Context {
    Context {
        candidate_name: "Ada Example".to_owned(),
        job_requisition_id: "R-00001".to_owned(),
        job_title: "Senior Software Engineer".to_owned(),
        posting_title: "Engineering screening".to_owned(),
        completed_on: "2026-03-14".to_owned(),
        report_id: "HMR-7Q2X9K4M1C8V".to_owned(),
        version: 1,
        view_report_url: "https://reports.example.com/r/7q2x9k4m1c8v".to_owned(),
    }
}

pub(crate) fn interview(value: Value) -> InterviewData {
    serde_json::from_value(value).unwrap()
}

pub(crate) fn full_data() -> InterviewData {
    let fixture: Value = serde_json::from_str(include_str!("../../../heymilo/tests/fixtures/interview_data.json")).unwrap();
    interview(fixture["data"].clone())
}

pub(crate) fn full() -> Report {
    Report::from_interview(&full_data(), context())
}

pub(crate) fn empty() -> Report {
    Report::from_interview(&interview(json!({"status": "completed"})), context())
}

/// The full result with every text replaced by the hostile one.
pub(crate) fn hostile() -> Report {
    fn poison(value: &mut Value) {
        match value {
            Value::String(text) => HOSTILE.clone_into(text),
            Value::Array(items) => items.iter_mut().for_each(poison),
            Value::Object(fields) => fields.values_mut().for_each(poison),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    let mut data = serde_json::to_value(full_data()).unwrap();
    poison(&mut data);
    let hostile = || HOSTILE.to_owned();
    let context = Context {
        candidate_name: hostile(),
        job_requisition_id: hostile(),
        job_title: hostile(),
        posting_title: hostile(),
        completed_on: hostile(),
        report_id: hostile(),
        ..context()
    };
    Report::from_interview(&interview(data), context)
}

/// An interview of this many utterances.
pub(crate) fn endless(utterances: usize) -> Report {
    let transcript: Vec<Value> = (0..utterances)
        .map(|number| {
            json!({
                "speaker": if number % 2 == 0 { "Interviewer" } else { "Candidate" },
                "text": format!("Utterance {number}: {}", "and then we looked at the next part of it, again; ".repeat(20)),
                "timestamp": number,
                "timestamp_str": "10:00"
            })
        })
        .collect();
    let data = json!({"status": "completed", "score": 50, "web_interview": {"transcript": transcript}});
    Report::from_interview(&interview(data), context())
}
