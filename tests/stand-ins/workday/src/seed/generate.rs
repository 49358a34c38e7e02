//! Generators: candidates with an application and a resume, and any number of requisitions.

use crate::{
    model::{Application, Candidate, Phone, Requisition, State, Step},
    recruiting::{
        attach::{self, Upload},
        process::{self, Move},
    },
    tenant::Contents,
};

const TITLES: [&str; 10] = [
    "Account Executive",
    "Assembly Technician",
    "Care Assistant",
    "Cook",
    "Electrician",
    "Field Engineer",
    "Office Assistant",
    "Picker",
    "Recruiting Coordinator",
    "Store Clerk",
];
const STATION: &str = "Worked on invented projects at Example Company Ltd, learned a lot, was kind to everybody, \
and wrote it all down at length for the sake of the size of this file.\n";
const CITIES: [&str; 6] = ["Austin", "Berlin", "Dublin", "Lyon", "Madrid", "Toronto"];
const FIRST_NAMES: [&str; 12] = [
    "Ada", "Ben", "Cleo", "Dario", "Elif", "Finn", "Gita", "Hugo", "Ines", "Jonas", "Kaia", "Luca",
];

/// A candidate to add.
#[derive(Debug)]
pub(crate) struct NewCandidate<'a> {
    pub(crate) first_name: &'a str,
    pub(crate) last_name: &'a str,
    pub(crate) email: Option<&'a str>,
    pub(crate) phone: Option<&'a str>,
    pub(crate) requisition: &'a str,
}

/// Adds a candidate with an application in Review and a resume; answers the application's id.
pub(crate) fn candidate(state: &mut State, contents: &mut Contents, new: &NewCandidate<'_>) -> String {
    let entered = state.next_entry();
    let candidate_id = format!("C{:05}", state.records.candidates.len() + 1);
    state.records.candidates.push(Candidate {
        id: candidate_id.clone(),
        entered,
        updated: entered,
        first_name: new.first_name.to_owned(),
        last_name: new.last_name.to_owned(),
        preferred_first_name: None,
        email: new.email.map(str::to_owned),
        phone: new.phone.map(|number| Phone {
            country_code: "USA_1".to_owned(),
            number: number.to_owned(),
        }),
        withdrawn: false,
        do_not_hire: false,
    });
    let application = format!("JOB_APPLICATION-3-{}", state.records.applications.len() + 1);
    state.records.applications.push(Application {
        id: application.clone(),
        candidate: candidate_id.clone(),
        requisition: new.requisition.to_owned(),
        applied: entered,
        entered,
        steps: vec![Step {
            stage: "REVIEW".to_owned(),
            definition: "JOB_APPLICATION_REVIEW".to_owned(),
            disposition: None,
            assess_open: false,
            at: entered,
        }],
        was_in_assessment_process: false,
    });
    add_resume(state, contents, new, &candidate_id, &application);
    application
}

fn add_resume(state: &mut State, contents: &mut Contents, new: &NewCandidate<'_>, candidate: &str, application: &str) {
    let mut text = format!("Curriculum vitae\n\n{} {}\n\n", new.first_name, new.last_name);
    // A resume is some kilobytes, which is what makes an unfiltered answer heavy.
    text.push_str(&STATION.repeat(26));
    let upload = Upload {
        id: None,
        candidate: candidate.to_owned(),
        application: Some(application.to_owned()),
        filename: format!("Resume_{candidate}.txt"),
        content: text.into_bytes(),
        mime_type: Some("text/plain".to_owned()),
        comment: None,
        category_type: "Document_Category_ID".to_owned(),
        category: "RESUME".to_owned(),
        add_only: false,
        by: "Candidate".to_owned(),
    };
    // A new application has no file of that name yet.
    attach::attach(state, contents, upload).unwrap_or_default();
}

/// Adds open requisitions; answers their ids.
pub(crate) fn requisitions(state: &mut State, count: usize) -> Vec<String> {
    let first = state.records.requisitions.len() + 1;
    let mut ids = Vec::with_capacity(count);
    for number in first..first + count {
        let entered = state.next_entry();
        let pick = |list: &[&str]| list.get(number % list.len()).copied().unwrap_or_default().to_owned();
        let id = format!("R1{number:05}");
        ids.push(id.clone());
        state.records.requisitions.push(Requisition {
            id,
            entered,
            updated: entered,
            title: format!("{} {number}", pick(&TITLES)),
            status: "Open".to_owned(),
            confidential: false,
            evergreen: false,
            location: pick(&CITIES),
            organization: "Generated".to_owned(),
            description: "A generated requisition.".to_owned(),
            default_tests: Vec::new(),
        });
    }
    ids
}

/// Adds candidates to a requisition, moved to a stage; answers the ids of their applications.
pub(crate) fn candidates(state: &mut State, contents: &mut Contents, requisition: &str, count: usize, stage: &str) -> Vec<String> {
    let mut applications = Vec::with_capacity(count);
    for _ in 0..count {
        let number = state.records.candidates.len() + 1;
        let first_name = FIRST_NAMES.get(number % FIRST_NAMES.len()).copied().unwrap_or_default();
        let email = format!("{}.{number}@example.com", first_name.to_lowercase());
        let phone = format!("512 555 {:04}", number % 10_000);
        applications.push(candidate(
            state,
            contents,
            &NewCandidate {
                first_name,
                last_name: &format!("Generated-{number}"),
                email: Some(&email),
                phone: Some(&phone),
                requisition,
            },
        ));
    }
    if let Some(step) = process::step_towards(stage).filter(|step| step.stage != Some("REVIEW")) {
        for application in &applications {
            let wish = Move {
                application,
                step,
                by: "Recruiter",
                comment: None,
                assess_step: true,
            };
            // Each of them was added just above.
            process::move_application(state, &wish).unwrap_or_default();
        }
    }
    applications
}
