//! The reference ids agreed with Workday: Workday names statuses, tests, stages and categories by nothing else.

use crate::frame::{Frame, Section};
use crate::note::{Done, Note};
use crate::options::Seen;
use crate::paths;
use crate::visit::{Shown, Visit, done, log};
use crate::words::name;
use admin::Problem;
use domain::ConnectionId;
use domain::settings::{Connection, ConnectionOptions, Identifiers};
use maud::{Markup, Render, html};
use std::collections::BTreeSet;
use web::component::{Choice, Field, choice, lines_field};
use web::form::Fields;

const SEND_HINT: &str = "The overall status that orders a screening when a recruiter submits Assess with it. One per line";
const NONE_HINT: &str = "Only where Assess is used for nothing but HeyMilo";
const TESTS_HINT: &str = "The assessment test that is HeyMilo\u{2019}s; results are written to the first. One per line";
const STAGE_HINT: &str = "Recruiting_Stage_ID of the stage whose candidates are invited";
const CATEGORY_HINT: &str = "Category under which the PDF report is filed";
const KNOWN: &str = "Workday knows it";
const UNPROVEN: &str = "Not seen in Workday yet, so nobody can say whether it is right";
const WHERE: &str = "Each stands in Workday in the related actions of the status, test, stage or category: Integration IDs, View IDs. \
    An id that Workday does not know is told on the pages of the screenings that it keeps, and they go on by themselves once it is right here.";

const OWN: &str = "Document_Category_ID";
const WORKDAY_OWNED: &str = "Document_Category__Workday_Owned__ID";

pub(crate) async fn page(visit: &Visit<'_>, id: &str) -> Shown {
    let connection = visit.admin.connection(visit.id(), &ConnectionId::new(id)?).await?;
    let frame = visit.frame();
    let body = draw(&frame, &connection, &connection.options.identifiers, false);
    Ok(frame.show(Section::Integrations, "Reference IDs", &body))
}

pub(crate) async fn save(visit: &Visit<'_>, id: &str, form: &Fields) -> Shown {
    let id = ConnectionId::new(id)?;
    let known = visit.admin.connection(visit.id(), &id).await?;
    let identifiers = typed(form);
    let again = |problem: Problem, now: &Connection| {
        let frame = visit.frame_with(Note::Problem(problem));
        let body = draw(&frame, now, &identifiers, true);
        frame.respond_to_form(Section::Integrations, "Reference IDs", &body)
    };
    let Some(seen) = Seen::of(form, &known) else {
        return Ok(again(Problem::FieldUnusable, &known));
    };
    let options = ConnectionOptions {
        identifiers: identifiers.clone(),
        ..known.options.clone()
    };
    match visit.admin.change_settings(visit.id(), &id, seen.revision, options).await {
        Ok(_) => Ok(done(&paths::connection(&id), Done::Saved)),
        Err(error) => {
            log(&error);
            let now = visit.admin.connection(visit.id(), &id).await?;
            Ok(again(error.problem, &now))
        }
    }
}

fn typed(form: &Fields) -> Identifiers {
    let text = |name: &str| form.text(name).to_owned();
    let category_type = match form.text("document_category_type") {
        OWN => OWN,
        _ => WORKDAY_OWNED,
    };
    Identifiers {
        send_statuses: form.lines("send_statuses"),
        no_status_is_an_order: form.is_on("no_status_is_an_order"),
        invited_status: text("invited_status"),
        in_progress_status: text("in_progress_status"),
        completed_status: text("completed_status"),
        expired_status: text("expired_status"),
        error_status: text("error_status"),
        tests: form.lines("tests"),
        assessment_stage: text("assessment_stage"),
        document_category_type: category_type.to_owned(),
        document_category: text("document_category"),
    }
}

/// Whether Workday has shown an id on an assess event, or taken it from us.
fn is_known(connection: &Connection, id: &str) -> bool {
    let standing = &connection.standing;
    let seen = &standing.seen_ids;
    standing.proven.contains_key(id) || seen.statuses.contains(id) || seen.tests.contains(id)
}

/// What is known of the ids of a field, after what it is for.
fn explained(connection: &Connection, hint: &str, ids: &[&str]) -> String {
    let unproven: Vec<&str> = ids.iter().filter(|id| !is_known(connection, id)).copied().collect();
    let known = match (unproven.as_slice(), ids.len()) {
        ([], 0) => String::new(),
        ([], _) => KNOWN.to_owned(),
        (_, 1) => UNPROVEN.to_owned(),
        (unproven, _) => format!("Not seen in Workday yet: {}", unproven.join(", ")),
    };
    let sentences = [hint, &known].into_iter().filter(|sentence| !sentence.is_empty());
    sentences.collect::<Vec<_>>().join(". ")
}

/// What else there is to choose from, for a field of lines.
fn offered(seen: &BTreeSet<String>, shown: &[String]) -> String {
    let others: Vec<&str> = seen.iter().filter(|id| !shown.contains(id)).map(String::as_str).collect();
    if others.is_empty() {
        return String::new();
    }
    format!(". Seen in Workday as well: {}", others.join(", "))
}

fn draw(frame: &Frame<'_>, connection: &Connection, shown: &Identifiers, is_refused: bool) -> Markup {
    let back = paths::connection(&connection.connection);
    let seen = &connection.standing.seen_ids;
    let field = |name, label, hint, value: &str, offered: Option<&BTreeSet<String>>| {
        let refused = (is_refused && value.is_empty()).then_some("Enter the reference ID.");
        let hint = explained(connection, hint, &[value]);
        let field = Field::text(name, label, &hint, value).required(true).refused(refused);
        offered.map_or(field, |offered| field.offered(offered)).render()
    };
    let id = |name, label, hint, value: &str| field(name, label, hint, value, None);
    let status = |name, label, value: &str| field(name, label, "", value, Some(&seen.statuses));
    let lines = |name, label, hint, values: &[String], known: &BTreeSet<String>| {
        let ids: Vec<&str> = values.iter().map(String::as_str).collect();
        let hint = explained(connection, hint, &ids) + &offered(known, values);
        lines_field(name, label, &hint, &values.join("\n"))
    };
    html! {
        p {
            a href="/integrations" { "Integrations" }
            " / Workday / "
            a href=(back) { (name(connection)) }
        }
        h1 { "Reference IDs agreed with Workday" }
        p { (WHERE) }
        form.card method="post" action=(paths::reference_ids(&connection.connection)) {
            (frame.token())
            (Seen::field(connection))
            fieldset {
                legend { "What orders a screening" }
                div.field { (lines("send_statuses", "Send status", SEND_HINT, &shown.send_statuses, &seen.statuses)) }
                (choice(Choice::Box("no_status_is_an_order"), "An Assess event without any status is an order, too", NONE_HINT, shown.no_status_is_an_order))
                (id("assessment_stage", "Assessment stage", STAGE_HINT, &shown.assessment_stage))
            }
            fieldset {
                legend { "What is written" }
                (status("invited_status", "Status: invited", &shown.invited_status))
                (status("in_progress_status", "Status: in progress", &shown.in_progress_status))
                (status("completed_status", "Status: completed", &shown.completed_status))
                (status("expired_status", "Status: expired", &shown.expired_status))
                (status("error_status", "Status: error", &shown.error_status))
                div.field { (lines("tests", "Assessment test", TESTS_HINT, &shown.tests, &seen.tests)) }
            }
            fieldset {
                legend { "The report" }
                (id("document_category", "Document category", CATEGORY_HINT, &shown.document_category))
                (choice(Choice::OneOf("document_category_type", WORKDAY_OWNED), "One of Workday\u{2019}s own categories", "", shown.document_category_type != OWN))
                (choice(Choice::OneOf("document_category_type", OWN), "One that the tenant made", "", shown.document_category_type == OWN))
            }
            div.row {
                button { "Save" }
                a.button.secondary href=(back) { "Back" }
            }
        }
    }
}
