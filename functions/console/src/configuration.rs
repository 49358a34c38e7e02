//! ATS Configuration of an agent: which job requisitions of Workday it screens for.

use crate::agents::path_segment;
use crate::connection::shown_there;
use crate::form::Fields;
use crate::frame::{Done, Frame, Note, Section, badge, text};
use crate::handler::{Shown, Visit, done, log};
use crate::options::{link_in_words, link_typed};
use crate::picker;
use crate::words::{Tone, ago};
use domain::settings::{Connection, LinkOptions, Mapping};
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
    /// What the options of a new link say so far.
    pub(crate) options: LinkOptions,
}

pub(crate) async fn page(visit: &Visit<'_>, posting: &str) -> Shown {
    let (title, frame, body) = draw(visit, PostingId::new(posting)?, visit.frame(), LinkOptions::default()).await?;
    Ok(frame.show(Section::Agents, &title, &body))
}

async fn draw<'a>(
    visit: &'a Visit<'_>,
    posting: PostingId,
    frame: Frame<'a>,
    options: LinkOptions,
) -> Result<(String, Frame<'a>, Markup), SetupError> {
    let mappings = visit.admin.store().mappings(visit.id()).await?;
    let (frame, found) = match read_posting(visit, &posting).await {
        Ok(found) => (frame, Some(found)),
        Err(error) if error.problem == Problem::PostingUnknown => return Err(error),
        // Links can be looked at and ended while HeyMilo does not answer.
        Err(error) => {
            log(&error);
            (visit.frame_with(Note::Problem(error.problem)), None)
        }
    };
    let agent = Agent::of(posting, found.as_ref(), &mappings, options);
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
    Ok((format!("{} \u{2013} ATS Configuration", agent.title), frame, body))
}

async fn read_posting(visit: &Visit<'_>, posting: &PostingId) -> Result<Posting, SetupError> {
    let heymilo = visit.admin.vendors().heymilo(visit.id()).await?;
    Ok(heymilo.client.posting(&heymilo.api_key, posting.as_str()).await?)
}

impl Agent {
    fn of(posting: PostingId, found: Option<&Posting>, mappings: &[Mapping], options: LinkOptions) -> Self {
        let linked: Vec<Mapping> = mappings.iter().filter(|mapping| mapping.posting == posting).cloned().collect();
        let title = found.map(|found| found.title.clone()).filter(|title| !title.is_empty());
        let title = title.or_else(|| linked.first().map(|mapping| mapping.posting_title.clone()));
        Self {
            title: title.unwrap_or_else(|| posting.to_string()),
            closed: found.is_some_and(Posting::is_closed),
            posting,
            linked,
            options,
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
                            @if mapping.standing.baseline_at.is_some() { (badge("Inviting", Tone::Good)) } @else { (badge("Recording who is in the stage", Tone::Caution)) }
                            div.small.muted { "Linked " (ago(mapping.linked_at, now)) @for words in link_in_words(&mapping.options) { ", " (text(&words)) } }
                        }
                        @if frame.may_change() { td { (unlink_form(frame, agent, mapping)) } }
                    }
                } }
            } }
        }
    }
}

fn unlink_form(frame: &Frame<'_>, agent: &Agent, mapping: &Mapping) -> Markup {
    html! {
        form method="post" action={ (agent.path()) "/unlink" } {
            (frame.token())
            input type="hidden" name="connection" value=(text(mapping.connection.as_str()));
            input type="hidden" name="requisition" value=(text(mapping.requisition.as_str()));
            input type="hidden" name="revision" value=(mapping.revision);
            button.secondary { "Unlink" span.visually-hidden { " " (text(&mapping.requisition_title)) } }
        }
    }
}

pub(crate) async fn link(visit: &Visit<'_>, posting: &str, form: &Fields) -> Shown {
    let posting = PostingId::new(posting)?;
    let path = format!("/agents/{}", path_segment(posting.as_str()));
    let options = link_typed(form);
    let request = LinkRequest {
        connection: ConnectionId::new(form.text("connection"))?,
        requisition: JobRequisitionId::new(form.text("requisition"))?,
        posting: posting.clone(),
        options: options.clone(),
        // The page offers what is not linked.
        seen: Some(0),
    };
    match visit.admin.link(visit.id(), request).await {
        Ok(linked) => Ok(done(
            &path,
            match linked.registration {
                Registration::Registered => Done::Linked,
                Registration::PollOnly => Done::LinkedPollOnly,
            },
        )),
        Err(error) if error.problem == Problem::LinkedMeanwhile => {
            log(&error);
            let frame = visit.frame_with(Note::Problem(error.problem));
            let (title, frame, body) = draw(visit, posting, frame, options).await?;
            Ok(frame.respond_to_form(Section::Agents, &title, &body))
        }
        Err(error) => Ok(shown_there(&path, &error)),
    }
}

pub(crate) async fn unlink(visit: &Visit<'_>, posting: &str, form: &Fields) -> Shown {
    let path = format!("/agents/{}", path_segment(posting));
    let (connection, requisition) = (
        ConnectionId::new(form.text("connection"))?,
        JobRequisitionId::new(form.text("requisition"))?,
    );
    match visit.admin.unlink(visit.id(), &connection, &requisition, form.revision()).await {
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
