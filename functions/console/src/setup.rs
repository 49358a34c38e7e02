//! What is to be set up in Workday: the guide's steps, ticked by what was tried out and what Workday took already, and one
//! test candidate from end to end.

pub(crate) mod in_workday;
mod test_candidate;

use crate::frame::{Frame, Section};
use crate::note::{Done, Note};
use crate::options::agreed;
use crate::paths;
use crate::pushes;
use crate::visit::{Shown, Visit, done, log, shown_there};
use crate::words::{ago, name};
use admin::{AdminError, Problem};
use domain::preflight::{AgentVerdict, Capability, Preflight, Verdict};
use domain::settings::{Connection, Mapping};
use domain::standing::ConnectionState;
use domain::{ConnectionId, Moment};
use in_workday::{ACTIVATE, CREATE_USER, PERMIT, deed};
use maud::{Markup, html};
use web::component::{Column, Tone, badge, columns};
use web::form::Fields;
use web::progress;

const PERMISSIONS: [Column; 3] = [
    Column::Shown("What we do"),
    Column::Shown("Given in Workday by"),
    Column::Shown("Now"),
];
const IDS: [Column; 3] = [Column::Shown("Meaning"), Column::Shown("Reference ID"), Column::Shown("Now")];
const NOT_TRIED_YET: &str =
    "It was not tried out yet what the connection may do. That happens by itself with the first look after connecting.";
const WHAT_LIKELY_MEANS: &str = "Likely: the request named somebody who does not exist, so it could take no effect, and Workday refused it for that and not \
    for a missing permission. The first real record proves it.";

pub(crate) async fn page(visit: &Visit<'_>, id: &str) -> Shown {
    let connection = visit.admin.connection(visit.id(), &ConnectionId::new(id)?).await?;
    let frame = visit.frame();
    let body = draw(visit, &frame, &connection, "").await?;
    Ok(frame.show(Section::Integrations, "Set up Workday", &body))
}

/// Everything that the page tells.
struct Known<'a> {
    connection: &'a Connection,
    preflight: Option<Preflight>,
    links: Vec<Mapping>,
    now: Moment,
}

async fn draw(visit: &Visit<'_>, frame: &Frame<'_>, connection: &Connection, typed: &str) -> Result<Markup, AdminError> {
    let links = visit.admin.links(visit.id()).await?;
    let known = Known {
        connection,
        preflight: visit.admin.preflight(connection).await?,
        links: links.into_iter().filter(|link| link.connection == connection.connection).collect(),
        now: visit.admin.now(),
    };
    let named = visit.admin.test_candidate(connection).await?;
    let (is_through, test) = test_candidate::section(frame, connection, named.as_ref(), typed);
    let has_pushed = connection.standing.push.pushed_at.map(|_| true);
    let pushes = html! {
        p {
            "Put an integration system on the Assess Candidate process, with the address and the password of the "
            a href={ (paths::connection(&connection.connection)) "#push" } { "connection\u{2019}s page" }
            ". Without it, new assess events are found by the next look."
        }
        p.small.muted { (pushes::said(connection, known.now)) }
    };
    Ok(html! {
        p {
            a href="/integrations" { "Integrations" }
            " / "
            a href=(paths::connection(&connection.connection)) { (name(connection)) }
            " / Set up"
        }
        h1 { "Set up Workday" }
        p { "The steps in Workday, in their order. Each is ticked by what was tried out, or by what Workday took already." }
        (tried(frame, &known))
        (access(&known))
        (permissions(&known))
        (activated(&known))
        (reference_ids(frame, &known))
        (process(&known))
        (agents(&known))
        (step(7, "Pushes (optional)", has_pushed, &pushes))
        (step(8, "Test candidate", is_through, &test))
    })
}

fn tried(frame: &Frame<'_>, known: &Known<'_>) -> Markup {
    let is_active = known.connection.standing.state == ConnectionState::Active;
    html! {
        section.card aria-label="Last try" {
            p {
                @match &known.preflight {
                    None if is_active => (progress("preflight", true, NOT_TRIED_YET)),
                    None => (NOT_TRIED_YET),
                    Some(found) if found.is_whole() => { "Tried out " (ago(found.ran_at, known.now)) ", and again every day." },
                    Some(found) => {
                        "Tried out " (ago(found.ran_at, known.now)) ". Not everything was answered; what was not is tried again within minutes."
                    },
                }
            }
            @if frame.may_change() && is_active {
                form method="post" action={ (paths::setup(&known.connection.connection)) "/try" } {
                    (frame.token())
                    button.secondary { "Try it out now" }
                }
            }
        }
    }
}

/// A step of the guide. `done`: whether it is; none: nobody can tell.
fn step(number: u8, title: &str, done: Option<bool>, content: &Markup) -> Markup {
    let id = format!("step-{number}");
    html! {
        section.card aria-labelledby=(id) {
            div.row.between {
                h2 id=(id) { (number) ". " (title) }
                @match done {
                    Some(true) => (badge("Done", Tone::Good)),
                    Some(false) => (badge("To do", Tone::Caution)),
                    None => (badge("Not known yet", Tone::Plain)),
                }
            }
            (content)
        }
    }
}

fn access(known: &Known<'_>) -> Markup {
    let standing = &known.connection.standing;
    let content = html! {
        p { (CREATE_USER) }
        @if !standing.writes_as.is_empty() {
            p.muted { "Workday is written to as " (standing.writes_as) "." }
        }
    };
    step(
        1,
        "User, group and access",
        Some(standing.state == ConnectionState::Active),
        &content,
    )
}

fn verdict<'a>(known: &'a Known<'_>, capability: Capability) -> Option<&'a Verdict> {
    known.preflight.as_ref()?.verdict(capability)
}

/// Whether Workday took an operation, or an id, within the memory of the connection.
fn is_proven(known: &Known<'_>, name: &str) -> bool {
    known.connection.standing.proven.contains_key(name)
}

/// Whether a capability is there. None: nobody needs it, or it was not answered.
fn is_given(known: &Known<'_>, capability: Capability) -> Option<bool> {
    match verdict(known, capability) {
        _ if is_proven(known, capability.operation()) && !is_withheld(known, capability) => Some(true),
        Some(Verdict::Passed | Verdict::Likely) => Some(true),
        Some(Verdict::Failed { .. }) => Some(false),
        Some(Verdict::Unknown) | None => None,
    }
}

/// Whether all of them are there; none: not all of them are known.
fn are_given(known: &Known<'_>, capabilities: impl Iterator<Item = Capability>) -> Option<bool> {
    let given: Vec<Option<bool>> = capabilities.map(|one| is_given(known, one)).collect();
    if given.contains(&Some(false)) {
        return Some(false);
    }
    (!given.contains(&None)).then_some(true)
}

fn is_withheld(known: &Known<'_>, capability: Capability) -> bool {
    let mut withheld = known.connection.standing.withheld_now(known.now);
    withheld.any(|(operation, _)| operation == capability.operation())
}

/// Nobody moves on whoever finished, or lists evergreen requisitions, without a wish for it.
fn is_needed(known: &Known<'_>, capability: Capability) -> bool {
    match capability {
        Capability::Move => known.links.iter().any(|link| link.options.next_step.is_some()),
        Capability::EvergreenRequisitions => false,
        Capability::Requisitions
        | Capability::Candidates
        | Capability::AssessEvents
        | Capability::Attachments
        | Capability::WriteAssessment
        | Capability::WriteAttachment => true,
    }
}

fn permissions(known: &Known<'_>) -> Markup {
    let done = are_given(known, Capability::ALL.into_iter().filter(|one| is_needed(known, *one)));
    let content = html! {
        p { (PERMIT) }
        div.scroll {
            table.stack {
                (columns(&PERMISSIONS))
                tbody {
                    @for capability in Capability::ALL {
                        tr {
                            th scope="row" {
                                (deed(capability))
                                div.small.muted { code { (capability.operation()) } }
                            }
                            td data-label="Given in Workday by" {
                                ul.plain { @for policy in capability.policies() { li { (policy) } } }
                            }
                            td data-label="Now" { (found(known, capability)) }
                        }
                    }
                }
            }
        }
        p.small.muted { (WHAT_LIKELY_MEANS) }
    };
    step(2, "Permissions", done, &content)
}

fn found(known: &Known<'_>, capability: Capability) -> Markup {
    html! {
        @match verdict(known, capability) {
            Some(Verdict::Failed { words }) => {
                (badge("Missing", Tone::Bad))
                div.small { "Workday said: " (words) }
            },
            _ if is_withheld(known, capability) => (badge("Missing", Tone::Bad)),
            _ if is_proven(known, capability.operation()) => (badge("Proven", Tone::Good)),
            Some(Verdict::Passed) => (badge("Works", Tone::Good)),
            Some(Verdict::Likely) => (badge("Likely", Tone::Good)),
            Some(Verdict::Unknown) => (badge("Workday did not answer", Tone::Caution)),
            None if capability == Capability::Move && !is_needed(known, capability) => span.muted { "Not needed" },
            None => span.muted { "Not tried yet" },
        }
    }
}

fn activated(known: &Known<'_>) -> Markup {
    let reads = [Capability::Requisitions, Capability::Candidates, Capability::AssessEvents];
    let done = are_given(known, reads.into_iter());
    let content = html! {
        p { (ACTIVATE) }
    };
    step(3, "Activate the changes", done, &content)
}

fn reference_ids(frame: &Frame<'_>, known: &Known<'_>) -> Markup {
    let ids = agreed(&known.connection.options.identifiers);
    let identifiers = &known.connection.options.identifiers;
    let written = [
        &identifiers.invited_status,
        &identifiers.completed_status,
        &identifiers.document_category,
    ];
    let done = written.into_iter().all(|id| is_proven(known, id)).then_some(true);
    let content = html! {
        p {
            "Maintain Assessment Statuses (tick Overall Status and Test Status), Categories and Tests, with the reference IDs below. "
            "Workday names them to nobody before they are used, so each is proven by its first use."
        }
        div.scroll {
            table.stack {
                (columns(&IDS))
                tbody {
                    @for (meaning, id) in ids {
                        tr {
                            th scope="row" { (meaning) }
                            td data-label="Reference ID" { code { (id) } }
                            td data-label="Now" {
                                @if is_proven(known, &id) { (badge("Proven", Tone::Good)) } @else { span.muted { "Unproven until first used" } }
                            }
                        }
                    }
                }
            }
        }
        @if frame.may_change() {
            p { a.button.secondary href=(paths::reference_ids(&known.connection.connection)) { "Change reference IDs" } }
        }
    };
    step(4, "Statuses, category and test", done, &content)
}

fn process(known: &Known<'_>) -> Markup {
    let is_limited = known.connection.standing.is_limited();
    let is_written = is_proven(known, Capability::WriteAssessment.operation());
    let done = if is_limited { Some(false) } else { is_written.then_some(true) };
    let content = html! {
        p {
            "Put an Assessment step into the Job Application business process, so that status, score and link can be written beside the "
            "report."
        }
        @if is_limited {
            p { "The last candidates never were in an Assess step, so Workday took only their report." }
        }
    };
    step(5, "Assessment step", done, &content)
}

fn agents(known: &Known<'_>) -> Markup {
    let found = known.preflight.as_ref().map(|found| &found.agents);
    let is_open = |link: &Mapping| found.and_then(|agents| agents.get(&link.posting)) == Some(&AgentVerdict::Open);
    let done = match known.links.as_slice() {
        [] => Some(false),
        links => links.iter().all(is_open).then_some(true),
    };
    let content = html! {
        @if known.links.is_empty() {
            p {
                "No job requisition is linked yet. "
                a href="/agents" { "Choose one on an agent\u{2019}s page" }
                "."
            }
        }
        ul.plain {
            @for link in &known.links {
                li {
                    a href=(crate::agent::path(link.posting.as_str())) { (link.posting_title) }
                    ", " (link.requisition_title) " "
                    @match found.and_then(|agents| agents.get(&link.posting)) {
                        Some(AgentVerdict::Open) => (badge("Open", Tone::Good)),
                        Some(AgentVerdict::Closed) => (badge("Closed: takes nobody", Tone::Bad)),
                        Some(AgentVerdict::Gone) => (badge("Deleted in HeyMilo", Tone::Bad)),
                        Some(AgentVerdict::Unknown) | None => span.muted { "not looked at yet" },
                    }
                }
            }
        }
    };
    step(6, "Requisitions and agents", done, &content)
}

pub(crate) async fn try_out(visit: &Visit<'_>, id: &str) -> Shown {
    let id = ConnectionId::new(id)?;
    let path = paths::setup(&id);
    match visit.admin.try_out(visit.id(), &id).await {
        Ok(()) => Ok(done(&path, Done::TryingOut)),
        Err(error) => Ok(shown_there(&path, &error)),
    }
}

pub(crate) async fn name_test_candidate(visit: &Visit<'_>, id: &str, form: &Fields) -> Shown {
    let id = ConnectionId::new(id)?;
    let number = form.text("number");
    let is_confirmed = form.is_on("confirmed");
    match visit.admin.name_test_candidate(visit.id(), &id, number, is_confirmed).await {
        Ok(()) => Ok(done(&paths::setup(&id), Done::TestCandidateNamed)),
        Err(error) if error.problem == Problem::Ours => Err(error),
        Err(error) => {
            log(&error);
            let connection = visit.admin.connection(visit.id(), &id).await?;
            let frame = visit.frame_with(Note::Problem(error.problem));
            let body = draw(visit, &frame, &connection, number).await?;
            Ok(frame.respond_to_form(Section::Integrations, "Set up Workday", &body))
        }
    }
}
