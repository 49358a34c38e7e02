//! What a recruiter reads in Workday: the assessment's texts and the attachment's comment.

use crate::target::Target;
use report::Report;
use vendors::workday::Wording;

/// What stands on the assessment: the report's note and data once there is a report, else what happened. `today`:
/// `YYYY-MM-DD`.
pub(crate) fn of_assessment(target: &Target, report: Option<&Report>, marker: &str, today: String) -> Wording {
    Wording {
        status: target.status.clone(),
        note: report.map_or_else(|| target.comment.clone(), |report| report.note(marker)),
        additional_data: report.map(|report| report.additional_data(marker)),
        score: report.and_then(Report::score),
        results_url: report.map(|report| report.context.view_report_url.clone()),
        today,
    }
}

/// The attachment's comment: the link, and with limited write-back all that Workday will ever show of the result.
pub(crate) fn of_attachment(report: &Report, limited: bool) -> String {
    let link = format!("View Report: {}", report.context.view_report_url);
    if !limited {
        return link;
    }
    let score = report.score().map_or_else(String::new, |score| format!(", score {score} of 100"));
    format!("HeyMilo: {}{score}. {link}", report.outcome())
}

#[cfg(test)]
mod tests {
    use super::*;
    use report::Context;
    use serde_json::json;

    const LINK: &str = "https://screening.example.com/r/token";

    fn target() -> Target {
        Target {
            status: "COMPLETED".into(),
            comment: "What happened.".into(),
            result: None,
            rank: 70,
        }
    }

    fn report(score: Option<f64>) -> Report {
        let data = json!({
            "interview_id": "I1", "candidate_id": "cand_1", "posting_id": "13D77095", "name": "Dana Example",
            "email": "dana@example.com", "status": "completed", "score": score, "metadata": {},
        });
        let context = Context {
            candidate_name: "Dana Example".into(),
            job_requisition_id: "R00001".into(),
            job_title: "Warehouse Associate".into(),
            posting_title: "Warehouse Associate Screen".into(),
            completed_on: "2026-01-16".into(),
            report_id: "HM-1".into(),
            version: 1,
            view_report_url: LINK.into(),
        };
        Report::from_interview(&serde_json::from_value(data).unwrap(), context)
    }

    #[test]
    fn until_there_is_a_report_the_record_says_what_happened_and_nothing_else() {
        let wording = of_assessment(&target(), None, "HM-NOTE", "2026-01-16".into());
        assert_eq!((wording.status.as_str(), wording.note.as_str()), ("COMPLETED", "What happened."));
        assert_eq!((wording.additional_data, wording.score, wording.results_url), (None, None, None));
    }

    #[test]
    fn a_report_brings_its_note_score_and_link_and_marks_both_texts_as_ours() {
        let wording = of_assessment(&target(), Some(&report(Some(87.5))), "HM-NOTE", "2026-01-16".into());
        assert!(
            wording.note.starts_with("HeyMilo: Screening completed") && wording.note.ends_with("HM-NOTE"),
            "{}",
            wording.note
        );
        assert!(wording.additional_data.unwrap().ends_with("HM-NOTE"));
        assert_eq!(
            (wording.score.as_deref(), wording.results_url.as_deref()),
            (Some("87.5"), Some(LINK))
        );
        let unscored = of_assessment(&target(), Some(&report(None)), "HM-NOTE", "2026-01-16".into());
        assert_eq!(unscored.score, None, "no score is made up");
    }

    #[test]
    fn an_attachment_says_the_link_and_where_it_stands_alone_outcome_and_score_too() {
        for (score, limited, expected) in [
            (Some(87.5), false, format!("View Report: {LINK}")),
            (
                Some(87.5),
                true,
                format!("HeyMilo: Screening completed, score 87.5 of 100. View Report: {LINK}"),
            ),
            (None, true, format!("HeyMilo: Screening completed. View Report: {LINK}")),
        ] {
            assert_eq!(of_attachment(&report(score), limited), expected);
        }
    }
}
