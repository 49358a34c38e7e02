//! What a tenant starts with: the admin's set-up, the invented demo records, and generators for load tests.

mod demo;
mod generate;

use serde::{Deserialize, Serialize};

use crate::{
    model::{DocumentCategory, Named, Records, State},
    settings::Credentials,
    tenant::Contents,
};

pub(crate) use demo::fill as fill_demo;
pub(crate) use generate::{candidates as generate_candidates, requisitions as generate_requisitions};

/// Which records a new tenant has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seed {
    /// Twelve requisitions and some 25 invented candidates.
    #[default]
    Demo,
    /// The admin's set-up only: statuses, tests, document categories.
    Empty,
}

const STATUSES: [(&str, &str); 8] = [
    ("HEYMILO_SEND_INVITE", "HeyMilo - Send Invite"),
    ("HEYMILO_INVITED", "HeyMilo - Invited"),
    ("HEYMILO_IN_PROGRESS", "HeyMilo - In Progress"),
    ("HEYMILO_COMPLETED", "HeyMilo - Completed"),
    ("HEYMILO_EXPIRED", "HeyMilo - Expired"),
    ("HEYMILO_ERROR", "HeyMilo - Error"),
    ("OTHER_VENDOR_SEND_INVITE", "Other Vendor - Send Invite"),
    ("OTHER_VENDOR_PASSED", "Other Vendor - Passed"),
];

const TESTS: [(&str, &str); 2] = [
    ("HEYMILO_AI_SCREEN", "HeyMilo AI Screen"),
    ("OTHER_VENDOR_TEST", "Other Vendor Coding Test"),
];

/// Starts a new tenant.
pub(crate) fn start(seed: Seed, credentials: &Credentials, state: &mut State, contents: &mut Contents) {
    state.access.refresh_tokens.push(credentials.refresh_token.clone());
    replace(seed, state, contents);
}

/// Replaces the records, leaving settings and tokens alone.
pub(crate) fn replace(seed: Seed, state: &mut State, contents: &mut Contents) {
    state.records = set_up();
    if seed == Seed::Demo {
        fill_demo(state, contents);
    }
}

/// What the admin configured.
pub(crate) fn set_up() -> Records {
    let named = |list: &[(&str, &str)]| {
        list.iter()
            .map(|(id, name)| Named {
                id: (*id).to_owned(),
                name: (*name).to_owned(),
            })
            .collect()
    };
    let category = |id_type: &str, id: &str, name: &str, accessible| DocumentCategory {
        id_type: id_type.to_owned(),
        id: id.to_owned(),
        name: name.to_owned(),
        accessible,
    };
    Records {
        assessment_statuses: named(&STATUSES),
        assessment_tests: named(&TESTS),
        document_categories: vec![
            category("Document_Category__Workday_Owned__ID", "OTHER_DOCUMENTS", "Other Documents", true),
            category("Document_Category_ID", "HEYMILO_REPORTS", "HeyMilo Reports", true),
            category("Document_Category_ID", "CONFIDENTIAL_DOCUMENTS", "Confidential Documents", false),
        ],
        ..Records::default()
    }
}
