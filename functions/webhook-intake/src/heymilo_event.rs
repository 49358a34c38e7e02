//! What HeyMilo's webhooks post. Their payload is not published (FACTS 3): the interview id is looked for where such
//! an id may reasonably stand, and everything else is read from the API.

use crate::body::{FieldError, Value};
use domain::{InterviewId, PostingId};
use store::hint::About;

/// An event from which no hint can be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unusable {
    /// One of the used fields is wrong.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// No interview id was found.
    #[error("The body names no interview. Send interview_id.")]
    NoInterview,
}

const INTERVIEW: &str = "interview_id";
const INTERVIEW_NAMES: [&str; 1] = ["interviewid"];
/// Without an event type the hint is as good: the interview is re-read either way.
const UNNAMED_EVENT: &str = "unnamed";

/// The interview and the event type of an event about `posting`.
pub(crate) fn read(posting: PostingId, body: &Value) -> Result<About, Unusable> {
    let data = body.object("data")?;
    let mut interview = None;
    for place in std::iter::once(body).chain(data) {
        let nested = place.object("interview")?;
        let direct = place.id(INTERVIEW, &INTERVIEW_NAMES)?;
        let inner = match nested {
            Some(nested) => nested.id(INTERVIEW, &["id", "interviewid"])?,
            None => None,
        };
        interview = interview.or(direct).or(inner);
    }
    // An odd event type is no reason to lose the event.
    let event_type = body.id("event_type", &["eventtype"]).ok().flatten();
    let event_type = event_type.or_else(|| body.id("event", &["event"]).ok().flatten());
    let interview = InterviewId::new(interview.ok_or(Unusable::NoInterview)?);
    Ok(About::Interview {
        posting,
        interview: interview.map_err(|_not_one| FieldError::NotAnId(INTERVIEW))?.into(),
        event_type: event_type.unwrap_or_else(|| UNNAMED_EVENT.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(body: &str) -> Result<About, Unusable> {
        read(PostingId::new("13D77095").unwrap(), &Value::parse(body).unwrap())
    }

    #[test]
    fn the_interview_is_found_where_it_may_stand() {
        for (body, expected) in [
            (
                r#"{"event_type": "report_available", "interview_id": "D536A69A4090E13F"}"#,
                "report_available",
            ),
            (
                r#"{"event": "report_available", "interviewId": "D536A69A4090E13F"}"#,
                "report_available",
            ),
            (
                r#"{"eventType": "report_available", "interview": {"id": "D536A69A4090E13F"}}"#,
                "report_available",
            ),
            (
                r#"{"event_type": "interview_started", "data": {"interview_id": "D536A69A4090E13F"}}"#,
                "interview_started",
            ),
            (r#"{"data": {"interview": {"interview_id": "D536A69A4090E13F"}}}"#, "unnamed"),
            (
                r#"{"event_type": {"odd": 1}, "interview_id": "D536A69A4090E13F", "score": 81.5}"#,
                "unnamed",
            ),
        ] {
            let About::Interview { interview, event_type, .. } = event(body).unwrap() else {
                panic!("not about an interview")
            };
            assert_eq!((interview.as_str(), event_type.as_str()), ("D536A69A4090E13F", expected), "{body}");
        }
    }

    #[test]
    fn an_event_without_an_interview_is_refused() {
        for body in [
            "{}",
            "[]",
            r#"{"data": []}"#,
            r#"{"interview": "x", "id": "y"}"#,
            r#"{"interview_id": null}"#,
        ] {
            assert!(matches!(event(body), Err(Unusable::NoInterview)), "{body}");
        }
        let spaced = r#"{"interview_id": "A B"}"#;
        assert!(matches!(event(spaced), Err(Unusable::Field(FieldError::NotAnId(_)))));
        let twice = r#"{"interview_id": "A", "interview_id": "B"}"#;
        assert!(matches!(event(twice), Err(Unusable::Field(FieldError::Repeated(_)))));
    }
}
