//! Which exchanges of our clients the recorded bodies show: operations × {request, answer, each fault}.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::heymilo_document::Document;
use crate::recorded::Body;
use crate::report::Report;

/// The document declares it for every operation, because the framework that writes the document does. Our client can
/// meet it only where it sends a body: a path is any string, and `limit` stays within its bounds.
const UNPROCESSABLE: u16 = 422;

/// Files by operation and kind.
type Counts<'bodies> = BTreeMap<(&'bodies str, &'bodies str), usize>;

fn count(bodies: &[Body]) -> Counts<'_> {
    let mut counts = Counts::new();
    for body in bodies {
        *counts.entry((&body.operation, &body.kind)).or_default() += 1;
    }
    counts
}

/// Workday: every operation of the client with its request, its answer and each fault element.
pub(crate) fn workday(report: &mut Report, bodies: &[Body]) {
    let counts = count(bodies);
    let kinds: Vec<&str> = ["request", "answer"]
        .into_iter()
        .chain(workday::FAULT_ELEMENTS.iter().copied())
        .collect();
    report.say("\nWorkday Recruiting: files per exchange".to_owned());
    for operation in workday::OPERATIONS {
        row(report, &counts, operation.name, &kinds);
    }
}

/// HeyMilo: every operation of the client with its request, if it has one, and each status the document declares.
pub(crate) fn heymilo(report: &mut Report, document: &Document, bodies: &[Body]) {
    let counts = count(bodies);
    report.say("\nHeyMilo API v2: files per exchange".to_owned());
    for operation in heymilo::OPERATIONS {
        let has_request = document.has_request(operation.id);
        let request = has_request.then(|| "request".to_owned());
        let met = |status: &&u16| **status != UNPROCESSABLE || has_request;
        let answers = operation.statuses.iter().filter(met).map(|status| format!("answer-{status}"));
        let kinds: Vec<String> = request.into_iter().chain(answers).collect();
        let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
        row(report, &counts, operation.id, &kinds);
    }
}

fn row(report: &mut Report, counts: &Counts<'_>, operation: &str, kinds: &[&str]) {
    let mut line = format!("  {operation:<26}");
    for kind in kinds {
        let files = counts.get(&(operation, *kind)).copied().unwrap_or_default();
        let short = kind.trim_start_matches("answer-");
        // Writing to a String cannot fail.
        write!(line, "  {short} {files}").unwrap_or_default();
        if files == 0 {
            report.fail(format!(
                "no {kind} of {operation} was recorded: run `cargo test -p flow-tests` first; if it still is missing, add the exchange to tests/it/contract_faults"
            ));
        } else {
            report.pass();
        }
    }
    report.say(line);
}
