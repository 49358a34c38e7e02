//! The options of a connection and of a link: each with its control, how the form is read, and its sentence.

use crate::words::interval;
use domain::settings::{Connection, ConnectionOptions, Identifiers, LinkOptions, Triggers};
use maud::{Markup, html};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use web::component::{Choice, choice, field, hidden, lines_field, number_field};
use web::form::Fields;

const STAGE_HINT: &str = "Of candidates of a linked requisition";
const ASSESS_HINT: &str = "Submitted by a recruiter, or by a default test of the requisition";
const SANDBOX_HINT: &str = "Sandboxes are copies of production and hold real people. Only the addresses below are written to.";
const ZONE_HINT: &str = "-8 for Los Angeles. It decides the day on the Workday record. Empty: the day that has begun everywhere";
const ALLOWED_HINT: &str = "One per line: dana@example.com, or @example.com for everyone there";
const NEXT_STEP_HINT: &str = "Workflow_Step_ID to move the candidate to once the report is there. \
    Empty: recruiters move candidates themselves. Never a rejection.";

/// What a form was drawn from, and comes back with: under which revision it is saved, and what the person did not touch.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Seen {
    pub(crate) revision: u64,
    #[serde(flatten)]
    options: ConnectionOptions,
}

impl Seen {
    fn now(connection: &Connection) -> Self {
        Self {
            revision: connection.revision,
            options: connection.options.clone(),
        }
    }

    /// What the form brings back; without it, how the connection is now. `None`: nothing of ours.
    pub(crate) fn of(form: &Fields, known: &Connection) -> Option<Self> {
        match form.text("seen") {
            "" => Some(Self::now(known)),
            seen => serde_json::from_str(seen).ok(),
        }
    }

    /// The hidden field that brings it back.
    pub(crate) fn field(connection: &Connection) -> Markup {
        let seen = Self::now(connection);
        hidden("seen", &serde_json::to_string(&seen).unwrap_or_default())
    }

    /// What somebody else changed meanwhile: each option's name, and how it is now.
    pub(crate) fn changed(&self, now: &ConnectionOptions) -> Vec<(&'static str, String)> {
        let seen = in_words(&self.options);
        let differs = |(index, words): &(usize, (&'static str, String))| seen.get(*index) != Some(words);
        in_words(now)
            .into_iter()
            .enumerate()
            .filter(differs)
            .map(|(_, words)| words)
            .collect()
    }

    /// What was typed, over how it is now: what the person did not touch is as the other one left it.
    pub(crate) fn rebased(&self, typed: &ConnectionOptions, now: &ConnectionOptions) -> Option<ConnectionOptions> {
        let (seen, typed) = (fields(&self.options)?, fields(typed)?);
        let mut kept = fields(now)?;
        kept.extend(typed.into_iter().filter(|(name, value)| seen.get(name) != Some(value)));
        serde_json::from_value(Value::Object(kept)).ok()
    }
}

fn fields(options: &ConnectionOptions) -> Option<Map<String, Value>> {
    match serde_json::to_value(options).ok()? {
        Value::Object(fields) => Some(fields),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => None,
    }
}

/// The controls of a connection's settings.
pub(crate) fn controls(options: &ConnectionOptions) -> Markup {
    html! {
        fieldset {
            legend { "What starts a screening" }
            (choice(Choice::Box("stage"), "A move to the Assessment stage", STAGE_HINT, options.triggers.stage))
            (choice(Choice::Box("assess"), "The Assess task with the send status", ASSESS_HINT, options.triggers.assess))
        }
        (sandbox(options))
        (number_field("poll_minutes", "Minutes between looks at Workday", "1 to 60", 1..=60, Some(options.poll_seconds.div_ceil(60).into())))
        (number_field("utc_offset_hours", "Hours between the tenant's standard time and UTC", ZONE_HINT, -12..=14, options.utc_offset_hours.map(Into::into)))
    }
}

/// Whom a sandbox may write to: asked when connecting, and among the settings.
pub(crate) fn sandbox(options: &ConnectionOptions) -> Markup {
    html! {
        fieldset {
            legend { "Sandbox or preview" }
            (choice(Choice::Box("non_production"), "This is not the production tenant", SANDBOX_HINT, options.non_production))
            (lines_field("allowed_recipients", "Allowed addresses", ALLOWED_HINT, &options.allowed_recipients.join("\n")))
        }
    }
}

/// The same as typed.
pub(crate) fn sandbox_typed(form: &Fields, known: &ConnectionOptions) -> ConnectionOptions {
    ConnectionOptions {
        non_production: form.is_on("non_production"),
        allowed_recipients: form.lines("allowed_recipients"),
        ..known.clone()
    }
}

/// The settings as typed; what the form does not show stays as it is. `None`: something is not usable.
pub(crate) fn typed(form: &Fields, known: &ConnectionOptions) -> Option<ConnectionOptions> {
    Some(ConnectionOptions {
        triggers: Triggers {
            assess: form.is_on("assess"),
            stage: form.is_on("stage"),
        },
        poll_seconds: match form.number("poll_minutes").filter(|minutes| (1..=60).contains(minutes))? {
            // The field shows minutes: who leaves it alone does not round what a file said in seconds.
            minutes if minutes == known.poll_seconds.div_ceil(60) => known.poll_seconds,
            minutes => minutes * 60,
        },
        utc_offset_hours: form.optional("utc_offset_hours").map(|hours| hours.parse()).transpose().ok()?,
        ..sandbox_typed(form, known)
    })
}

fn in_words(options: &ConnectionOptions) -> Vec<(&'static str, String)> {
    let on = |on: bool| String::from(if on { "yes" } else { "no" });
    vec![
        ("A move to the Assessment stage starts a screening", on(options.triggers.stage)),
        ("The Assess task starts a screening", on(options.triggers.assess)),
        ("Sandbox or preview", on(options.non_production)),
        ("Allowed addresses", recipients(options)),
        ("Looks at Workday", format!("every {}", interval(options.poll_seconds))),
        (
            "Days on the record",
            options
                .utc_offset_hours
                .map_or_else(|| "that have begun everywhere".to_owned(), |hours| format!("at UTC{hours:+}")),
        ),
        (
            "Reference IDs",
            agreed(&options.identifiers)
                .map(|(meaning, id)| format!("{meaning} {id}"))
                .join(", "),
        ),
    ]
}

/// Whom a sandbox may write to, in words.
pub(crate) fn recipients(options: &ConnectionOptions) -> String {
    match options.allowed_recipients.as_slice() {
        [] => "nobody".to_owned(),
        some => some.join(", "),
    }
}

/// The reference ids that the Workday administrator gives to statuses and tests, by what they mean.
pub(crate) fn agreed(identifiers: &Identifiers) -> [(&'static str, String); 9] {
    [
        ("Send status (overall)", identifiers.send_statuses.join(", ")),
        ("Invited", identifiers.invited_status.clone()),
        ("In progress", identifiers.in_progress_status.clone()),
        ("Completed", identifiers.completed_status.clone()),
        ("Expired", identifiers.expired_status.clone()),
        ("Error", identifiers.error_status.clone()),
        ("Assessment test", identifiers.tests.join(", ")),
        ("Assessment stage", identifiers.assessment_stage.clone()),
        ("Document category of the report", identifiers.document_category.clone()),
    ]
}

/// The controls of a link's options.
pub(crate) fn link_controls(options: &LinkOptions) -> Markup {
    let only = |stage: bool| {
        options
            .triggers
            .is_some_and(|triggers| triggers.stage == stage && triggers.assess != stage)
    };
    html! {
        details open[*options != LinkOptions::default()] {
            summary { "Options" }
            fieldset {
                legend { "What starts a screening" }
                (choice(Choice::OneOf("trigger", ""), "As set for the connection", "", !only(true) && !only(false)))
                (choice(Choice::OneOf("trigger", "stage"), "Only a move to the Assessment stage", "", only(true)))
                (choice(Choice::OneOf("trigger", "assess"), "Only the Assess task with the send status", "", only(false)))
            }
            (choice(Choice::Box("rescreen"), "Screen people again who come back to the stage", "", options.rescreen))
            (field("next_step", "Next step", NEXT_STEP_HINT, options.next_step.as_deref().unwrap_or_default(), false))
        }
    }
}

/// A link's options as typed.
pub(crate) fn link_typed(form: &Fields) -> LinkOptions {
    let only = |stage: bool| Triggers { assess: !stage, stage };
    LinkOptions {
        triggers: match form.text("trigger") {
            "stage" => Some(only(true)),
            "assess" => Some(only(false)),
            _ => None,
        },
        rescreen: form.is_on("rescreen"),
        next_step: form.optional("next_step"),
    }
}

/// What a link says beyond the defaults.
pub(crate) fn link_in_words(options: &LinkOptions) -> Vec<String> {
    let triggers = options.triggers.map(|triggers| match (triggers.stage, triggers.assess) {
        (true, true) => "by stage move or Assess task",
        (true, false) => "by stage move only",
        (false, true) => "by Assess task only",
        (false, false) => "nothing starts a screening",
    });
    let sentences = [
        triggers.map(str::to_owned),
        options.rescreen.then(|| "screens again".to_owned()),
        options.next_step.as_ref().map(|step| format!("then moves to {step}")),
    ];
    sentences.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(poll_seconds: u32, allowed: &[&str]) -> ConnectionOptions {
        ConnectionOptions {
            poll_seconds,
            allowed_recipients: allowed.iter().map(ToString::to_string).collect(),
            ..ConnectionOptions::default()
        }
    }

    #[test]
    fn of_two_changes_each_is_told_and_neither_is_lost() {
        let seen = Seen {
            revision: 3,
            options: options(300, &[]),
        };
        let (typed, now) = (options(300, &["@example.com"]), options(600, &[]));
        assert_eq!(seen.changed(&now), [("Looks at Workday", "every 10 minutes".to_owned())]);
        assert_eq!(seen.rebased(&typed, &now), Some(options(600, &["@example.com"])));
        // Both changed the same: what was typed is what the person saves next, knowing what it replaces.
        assert_eq!(seen.rebased(&options(60, &[]), &now), Some(options(60, &[])));
        assert!(seen.changed(&seen.options).is_empty());
    }
}
