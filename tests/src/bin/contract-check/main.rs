//! `cargo run -p flow-tests --bin contract-check`: judges every body that the stand-ins recorded during the tests by the
//! vendors' own schemas, and says which exchange of our clients no test has shown yet.
//!
//! Bodies: `target/contract` (`CONTRACT_DIR` names another place); beside it `contract-broken`, whose bodies must not be valid.
//! Schemas: `$CONTRACT_SHARED`, or `../shared` beside the repository; they belong to the vendors and are never part of it.
//! Ends with `N passed, N failed`; run `cargo test -p flow-tests` first.

#![expect(clippy::print_stdout, reason = "a command whose output is its result")]

mod coverage;
mod heymilo_document;
mod recorded;
mod recruiting_schema;
mod report;

use std::path::PathBuf;
use std::process::ExitCode;

use heymilo_document::Document;
use recorded::{Body, Recording};
use recruiting_schema::RecruitingSchema;
use report::Report;

/// What keeps the check from being made at all.
#[derive(Debug, thiserror::Error)]
enum CannotCheck {
    #[error("{what} is not at {}: set CONTRACT_SHARED to the folder that holds workday/ and heymilo/", path.display())]
    SchemaAbsent { what: &'static str, path: PathBuf },
    #[error("{} is not a JSON document: {source}", path.display())]
    DocumentUnreadable { path: PathBuf, source: serde_json::Error },
    #[error("xmllint cannot be run ({0}): install it (Debian: libxml2-utils, macOS: part of the system)")]
    XmllintAbsent(std::io::Error),
    #[error("{} cannot be used as a schema: {message}", path.display())]
    SchemaUnusable { path: PathBuf, message: String },
    #[error("{} cannot be read: {source}", path.display())]
    FolderUnreadable { path: PathBuf, source: std::io::Error },
}

fn main() -> ExitCode {
    match check() {
        Ok(report) => {
            println!("{report}");
            if report.failed() == 0 {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        Err(reason) => {
            println!("contract check: {reason}\n0 passed, 1 failed");
            ExitCode::FAILURE
        }
    }
}

fn check() -> Result<Report, CannotCheck> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let place = |variable: &str, usual: &str| named_place(variable).unwrap_or_else(|| root.join(usual));
    let shared = place("CONTRACT_SHARED", "../shared");
    let folder = place("CONTRACT_DIR", "target/contract");
    let beside = folder.parent().map(PathBuf::from).unwrap_or_default();

    let schema = RecruitingSchema::find(&shared)?;
    let document = Document::read(&shared)?;
    let sound = Recording::read(&folder)?;
    let broken = Recording::read(&beside.join("contract-broken"))?;

    let mut report = Report::default();
    check_bodies(&mut report, &schema, &document, &sound)?;
    check_broken_bodies(&mut report, &schema, &document, &broken)?;
    coverage::workday(&mut report, &sound.soap);
    coverage::heymilo(&mut report, &document, &sound.heymilo);
    Ok(report)
}

fn named_place(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from)
}

/// Every recorded body keeps its vendor's schema.
fn check_bodies(report: &mut Report, schema: &RecruitingSchema, document: &Document, sound: &Recording) -> Result<(), CannotCheck> {
    let mut violations = schema.violations(&sound.soap)?;
    for body in &sound.soap {
        match violations.remove(&body.path) {
            Some(message) => report.fail(violation(body, &message)),
            None => report.pass(),
        }
    }
    for body in &sound.heymilo {
        match document.violation(body) {
            Some(message) => report.fail(violation(body, &message)),
            None => report.pass(),
        }
    }
    report.say(format!("{} SOAP bodies, {} HeyMilo bodies", sound.soap.len(), sound.heymilo.len()));
    Ok(())
}

fn violation(body: &Body, message: &str) -> String {
    let side = if body.kind == "request" { "our client" } else { "the stand-in" };
    format!("{} breaks the schema; correct {side}: {message}", body.path.display())
}

/// No body that was broken on purpose passes: a check that accepts everything would show here.
fn check_broken_bodies(report: &mut Report, schema: &RecruitingSchema, document: &Document, broken: &Recording) -> Result<(), CannotCheck> {
    let violations = schema.violations(&broken.soap)?;
    let soap = broken.soap.iter().map(|body| (body, violations.contains_key(&body.path)));
    let heymilo = broken.heymilo.iter().map(|body| (body, document.violation(body).is_some()));
    for (body, refused) in soap.chain(heymilo) {
        if refused {
            report.pass();
        } else {
            report.fail(format!(
                "{} was broken on purpose and is valid all the same: break it so that the schema notices",
                body.path.display()
            ));
        }
    }
    for (vendor, bodies) in [("SOAP", &broken.soap), ("HeyMilo", &broken.heymilo)] {
        if bodies.is_empty() {
            report.fail(format!(
                "no {vendor} body was broken on purpose: run `cargo test -p flow-tests contract` first"
            ));
        }
    }
    let counts = (broken.soap.len(), broken.heymilo.len());
    report.say(format!("broken on purpose: {} SOAP bodies, {} HeyMilo bodies", counts.0, counts.1));
    Ok(())
}
