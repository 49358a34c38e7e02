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
