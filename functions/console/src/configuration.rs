//! ATS Configuration of an agent: which job requisitions of Workday it screens for.

use crate::agents::path_segment;
use crate::connection::shown_there;
use crate::form::Fields;
use crate::frame::{Done, Frame, Note, Section, badge, text};
use crate::handler::{Shown, Visit, done, log};
use crate::picker;
use crate::words::{Tone, ago};
use domain::settings::{Connection, Mapping, Triggers};
use domain::{ConnectionId, JobRequisitionId, PostingId};
use heymilo::Posting;
use maud::{Markup, html};
use setup::{LinkRequest, Problem, Registration, SetupError};

/// What the page is about.
pub(crate) struct Agent {
    pub(crate) posting: PostingId,
    title: String,
    /// Archived or expired: nothing new is linked to it.
    closed: bool,
    linked: Vec<Mapping>,
}

pub(crate) async fn page(visit: &Visit<'_>, posting: &str) -> Shown {
    let posting = PostingId::new(posting)?;
    let mappings = visit.admin.store().mappings(visit.id()).await?;
    let (frame, found) = match read_posting(visit, &posting).await {
        Ok(found) => (visit.frame(), Some(found)),
        Err(error) if error.problem == Problem::PostingUnknown => return Err(error),
        // Links can be looked at and ended while HeyMilo does not answer.
        Err(error) => {
            log(&error);
            (visit.frame_with(Note::Problem(error.problem)), None)
        }
    };
    let agent = Agent::of(posting, found.as_ref(), &mappings);
    let connections = visit.admin.store().connections(visit.id()).await?;
    let body = html! {
        p { a href="/agents" { "Agents" } " / " (text(&agent.title)) }
        h1 { "ATS Configuration" }
        p.muted { (text(&agent.title)) }
        (linked(visit, &frame, &agent, &connections))
        @if agent.closed {
            div.notice.caution { p { (Problem::PostingClosed.words()) } }
        } @else if frame.may_change() && found.is_some() {
            (picker::picker(visit, &frame, &agent, &mappings, &connections).await?)
        }
    };
    Ok(frame.show(Section::Agents, &format!("{} \u{2013} ATS Configuration", agent.title), &body))
}

async fn read_posting(visit: &Visit<'_>, posting: &PostingId) -> Result<Posting, SetupError> {
    let heymilo = visit.admin.vendors().heymilo(visit.id()).await?;
    Ok(heymilo.client.posting(&heymilo.api_key, posting.as_str()).await?)
}

impl Agent {
    fn of(posting: PostingId, found: Option<&Posting>, mappings: &[Mapping]) -> Self {
        let linked: Vec<Mapping> = mappings.iter().filter(|mapping| mapping.posting == posting).cloned().collect();
        let title = found.map(|found| found.title.clone()).filter(|title| !title.is_empty());
        let title = title.or_else(|| linked.first().map(|mapping| mapping.posting_title.clone()));
        Self {
            title: title.unwrap_or_else(|| posting.to_string()),
            closed: found.is_some_and(Posting::is_closed),
            posting,
            linked,
        }
    }

    pub(crate) fn path(&self) -> String {
        format!("/agents/{}", path_segment(self.posting.as_str()))
    }
}

fn linked(visit: &Visit<'_>, frame: &Frame<'_>, agent: &Agent, connections: &[Connection]) -> Markup {
    let now = visit.admin.clock().now();
    let tenant = |id: &ConnectionId| {
        connections
            .iter()
            .find(|connection| connection.connection == *id)
            .map_or("", |connection| &connection.tenant)
    };
    html! {
        h2 { "Linked job requisitions" }
        @if agent.linked.is_empty() {
            div.card.empty { p { "None yet. Candidates are invited once a requisition is linked." } }
        } @else {
            div.card.scroll { table.stack {
                thead { tr { th scope="col" { "Job requisition" } th scope="col" { "Workday tenant" } th scope="col" { "State" } @if frame.may_change() { th scope="col" { span.visually-hidden { "Change" } } } } }
                tbody { @for mapping in &agent.linked {
                    tr {
                        th scope="row" { (text(&mapping.requisition_title)) br; span.muted { (text(mapping.requisition.as_str())) } }
                        td data-label="Tenant" { (text(tenant(&mapping.connection))) }
                        td {
                            @if mapping.baseline_at.is_some() { (badge("Inviting", Tone::Good)) } @else { (badge("Recording who is in the stage", Tone::Caution)) }
                            div.small.muted { "Linked " (ago(mapping.linked_at, now)) (options(mapping)) }
                        }
                        @if frame.may_change() { td { (unlink_form(frame, agent, mapping)) } }
                    }
                } }
            } }
        }
    }
}

fn options(mapping: &Mapping) -> Markup {
    html! {
        @if let Some(triggers) = mapping.triggers {
            @match (triggers.stage, triggers.assess) {
                (true, true) => ", by stage move or Assess task",
                (true, false) => ", by stage move only",
                (false, true) => ", by Assess task only",
                (false, false) => ", nothing starts a screening",
            }
        }
        @if mapping.rescreen { ", screens again" }
        @if let Some(step) = &mapping.next_step { ", then moves to " code { (text(step)) } }
    }
}

fn unlink_form(frame: &Frame<'_>, agent: &Agent, mapping: &Mapping) -> Markup {
    html! {
        form method="post" action={ (agent.path()) "/unlink" } {
            (frame.token())
            input type="hidden" name="connection" value=(text(mapping.connection.as_str()));
            input type="hidden" name="requisition" value=(text(mapping.requisition.as_str()));
            button.secondary { "Unlink" span.visually-hidden { " " (text(&mapping.requisition_title)) } }
        }
    }
}

pub(crate) async fn link(visit: &Visit<'_>, posting: &str, form: &Fields) -> Shown {
    let posting = PostingId::new(posting)?;
    let path = format!("/agents/{}", path_segment(posting.as_str()));
    let triggers = match form.text("trigger") {
        "stage" => Some(Triggers {
            assess: false,
            stage: true,
        }),
        "assess" => Some(Triggers {
            assess: true,
            stage: false,
        }),
        _ => None,
    };
    let request = LinkRequest {
        connection: ConnectionId::new(form.text("connection"))?,
        requisition: JobRequisitionId::new(form.text("requisition"))?,
        posting,
        triggers,
        rescreen: form.is_on("rescreen"),
        next_step: form.optional("next_step"),
    };
    match visit.admin.link(visit.id(), request).await {
        Ok(linked) => Ok(done(
            &path,
            match linked.registration {
                Registration::Registered => Done::Linked,
                Registration::PollOnly => Done::LinkedPollOnly,
            },
        )),
        Err(error) => Ok(shown_there(&path, &error)),
    }
}

pub(crate) async fn unlink(visit: &Visit<'_>, posting: &str, form: &Fields) -> Shown {
    let path = format!("/agents/{}", path_segment(posting));
    let (connection, requisition) = (
        ConnectionId::new(form.text("connection"))?,
        JobRequisitionId::new(form.text("requisition"))?,
    );
    match visit.admin.unlink(visit.id(), &connection, &requisition).await {
        Ok(()) => Ok(done(&path, Done::Unlinked)),
        Err(error) => Ok(shown_there(&path, &error)),
    }
}

pub(crate) async fn refresh(visit: &Visit<'_>, connection: &str, form: &Fields) -> Shown {
    let connection = ConnectionId::new(connection)?;
    let path = format!(
        "/agents/{}?connection={}",
        path_segment(form.text("posting")),
        path_segment(connection.as_str())
    );
    match visit.admin.refresh_requisitions(visit.id(), &connection).await {
        Ok(()) => Ok(done(&path, Done::Refreshing)),
        Err(error) => Ok(shown_there(&path, &error)),
    }
}
