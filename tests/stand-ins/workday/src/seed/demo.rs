//! The demo records. All people and companies are invented; mail addresses are at example.com.

use super::generate::{self, NewCandidate};
use crate::{
    model::{Requisition, State},
    recruiting::process::{self, Move},
    tenant::Contents,
};

const DESCRIPTION: &str = "You join a friendly team, own your work from start to end and learn quickly. \
Experience is welcome, curiosity is required.";

/// Id, title, location, organization.
const REQUISITIONS: [(&str, &str, &str, &str); 13] = [
    ("R00001", "Warehouse Associate", "Rotterdam", "Logistics"),
    ("R00002", "Customer Support Specialist", "Austin", "Customer Care"),
    ("R00003", "Sales Development Representative", "Dublin", "Sales"),
    ("R00004", "Registered Nurse, Night Shift", "Chicago", "Care Services"),
    ("R00005", "Software Engineer, Payments", "Berlin", "Engineering"),
    ("R00006", "Kaufmännische Fachkraft (m/w/d) – Büro", "München", "Finance"),
    ("R00007", "Research & Development Lead <Materials>", "Lyon", "Research"),
    ("R00008", "Head of Mergers", "New York", "Executive Office"),
    ("R00009", "Retail Store Manager", "Madrid", "Retail"),
    ("R00010", "Delivery Driver", "Tokyo", "Logistics"),
    ("R00011", "Data Analyst", "Remote", "Finance"),
    ("R00012", "Receptionist", "Austin", "Facilities"),
    ("R90001", "Barista (evergreen)", "Austin", "Retail"),
];

type Person = (&'static str, &'static str, Option<&'static str>, Option<&'static str>, usize);

/// First name, last name, mail, phone, place in [`REQUISITIONS`].
const PEOPLE: [Person; 25] = [
    ("Dana", "Example", Some("dana.example@example.com"), Some("512 555 0100"), 0),
    ("Alex", "Muster", Some("alex.muster@example.com"), Some("512 555 0101"), 0),
    ("Priya", "Placeholder", Some("priya.placeholder@example.com"), None, 0),
    ("Jordan", "Nomail", None, Some("512 555 0103"), 0),
    ("Zoë", "Ångström-Łęcka", Some("zoe.angstrom@example.com"), None, 0),
    (
        "Sam",
        "O'Sample & \"Sons\" <Ltd> 🚀",
        Some("sam.o'sample+jobs@example.com"),
        None,
        0,
    ),
    ("Mina", "Mustermann", Some("mina.mustermann@example.com"), Some("512 555 0106"), 0),
    ("Lee", "Testcase", Some("lee.testcase@example.com"), None, 0),
    ("Bram", "Voorbeeld", Some("bram.voorbeeld@example.com"), Some("10 555 0108"), 1),
    ("Fatima", "Specimen", Some("fatima.specimen@example.com"), None, 1),
    ("Niamh", "Ó Sampla", Some("niamh.osampla@example.com"), None, 2),
    ("Conor", "Trial", Some("conor.trial@example.com"), None, 2),
    ("Grace", "Instance", Some("grace.instance@example.com"), Some("312 555 0112"), 3),
    ("Tomás", "Ejemplo", Some("tomas.ejemplo@example.com"), None, 3),
    ("Lena", "Beispiel", Some("lena.beispiel@example.com"), None, 4),
    ("Иван", "Примеров", Some("ivan.primerov@example.com"), None, 4),
    ("Jürgen", "Müßterle", Some("juergen.muessterle@example.com"), None, 5),
    ("Chloé", "Exemple", Some("chloe.exemple@example.com"), None, 6),
    ("Morgan", "Discreet", Some("morgan.discreet@example.com"), None, 7),
    ("Lucía", "Muestra", Some("lucia.muestra@example.com"), None, 8),
    ("花子", "見本", Some("hanako.mihon@example.com"), None, 9),
    ("太郎", "例", None, None, 9),
    ("Omar", "Draft", Some("omar.draft@example.com"), None, 10),
    ("Ava", "Sandbox", Some("ava.sandbox@example.com"), None, 11),
    ("محمد", "مثال", Some("mohammed.mithal@example.com"), None, 10),
];

/// Adds the demo records to the admin's set-up.
pub(crate) fn fill(state: &mut State, contents: &mut Contents) {
    for (id, title, location, organization) in REQUISITIONS {
        let entered = state.next_entry();
        state.records.requisitions.push(Requisition {
            id: id.to_owned(),
            entered,
            updated: entered,
            title: title.to_owned(),
            status: if id == "R00012" { "Closed" } else { "Open" }.to_owned(),
            confidential: id == "R00008",
            evergreen: id == "R90001",
            location: location.to_owned(),
            organization: organization.to_owned(),
            description: DESCRIPTION.to_owned(),
            default_tests: if id == "R00003" {
                vec!["HEYMILO_AI_SCREEN".to_owned()]
            } else {
                Vec::new()
            },
        });
    }
    for (first_name, last_name, email, phone, place) in PEOPLE {
        let requisition = REQUISITIONS.get(place).map_or("R00001", |entry| entry.0);
        generate::candidate(
            state,
            contents,
            &NewCandidate {
                first_name,
                last_name,
                email,
                phone,
                requisition,
            },
        );
    }
    for application in ["JOB_APPLICATION-3-7", "JOB_APPLICATION-3-8"] {
        move_to_assessment(state, application, true);
    }
    // This one's process had no Assess step: results cannot be written to it.
    move_to_assessment(state, "JOB_APPLICATION-3-10", false);
}

fn move_to_assessment(state: &mut State, application: &str, assess_step: bool) {
    let Some(step) = process::step_towards(process::ASSESSMENT_STAGE) else {
        return;
    };
    let wish = Move {
        application,
        step,
        by: "Recruiter",
        comment: None,
        assess_step,
    };
    // The demo's own applications exist, so a refusal would be a broken table above.
    process::move_application(state, &wish).unwrap_or_default();
}
