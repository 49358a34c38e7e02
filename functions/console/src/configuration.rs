//! ATS Configuration of an agent: which job requisitions of Workday it screens for.

use crate::agent::{self, Agent};
use crate::frame::{Frame, Section};
use crate::note::{Done, Note};
use crate::options::{link_in_words, link_typed};
use crate::parts;
use crate::picker::{self, Chosen};
use crate::visit::{Shown, Visit, done, gone_over, log, shown_there};
use crate::words::ago;
use admin::{AdminError, LinkRequest, Problem, Registration};
use domain::settings::{Connection, LinkOptions, Mapping};
use domain::{ConnectionId, JobRequisitionId, PostingId};
use keys::address::segment;
use maud::{Markup, html};
use web::component::{Column, Tone, badge, columns, hidden, notice, unseen};
use web::form::Fields;

const COLUMNS: [Column; 4] = [
    Column::Shown("Job requisition"),
    Column::Shown("Workday tenant"),
    Column::Shown("State"),
    Column::Heard("Change"),
];

pub(crate) async fn page(visit: &Visit<'_>, posting: &str) -> Shown {
    let (title, frame, body) = draw(visit, PostingId::new(posting)?, visit.frame(), LinkOptions::default()).await?;
    Ok(frame.show(Section::Agents, &title, &body))
}

async fn draw<'a>(
    visit: &'a Visit<'_>,
    posting: PostingId,
    frame: Frame<'a>,
    options: LinkOptions,
) -> Result<(String, Frame<'a>, Markup), AdminError> {
    let mappings = visit.admin.links(visit.id()).await?;
    let (frame, found) = match visit.admin.agent(visit.id(), &posting).await {
        Ok(found) => (frame, Some(found)),
        Err(error) if error.problem == Problem::PostingUnknown => return Err(error),
        // Links can be looked at and ended while HeyMilo does not answer.
        Err(error) => {
            log(&error);
            (visit.frame_with(Note::Problem(error.problem)), None)
        }
    };
    let agent = Agent::of(posting, found.as_ref(), &mappings, options);
    let standing = visit.admin.posting_standing(visit.id(), &agent.posting).await?;
    let body = html! {
        p {
            a href="/agents" { "Agents" }
            " / ATS Configuration"
        }
        h1 { (agent.title) }
        (linked(visit, &frame, &agent, &visit.connections))
        @if let Some(standing) = &standing {
            dl.facts {
                dt { "Screenings at HeyMilo" }
                dd { (parts::said_of_agent(standing, visit.admin.now())) }
            }
        }
        @if agent.closed {
            (notice(Tone::Caution, html! { p { (Problem::PostingClosed.words()) } }))
        } @else if frame.may_change() && found.is_some() {
            (picker::picker(visit, &frame, &agent, &mappings, &visit.connections).await?)
        }
    };
    Ok((format!("{} \u{2013} ATS Configuration", agent.title), frame, body))
}

fn linked(visit: &Visit<'_>, frame: &Frame<'_>, agent: &Agent, connections: &[Connection]) -> Markup {
    let shown = if frame.may_change() { COLUMNS.len() } else { COLUMNS.len() - 1 };
    html! {
        h2 { "Linked job requisitions" }
        @if agent.linked.is_empty() {
            div.card.empty { p { "None yet. Candidates are invited once a requisition is linked." } }
        } @else {
            div.card.scroll {
                table.stack {
                    (columns(COLUMNS.get(..shown).unwrap_or_default()))
                    tbody {
                        @for mapping in &agent.linked { (linked_row(visit, frame, agent, mapping, connections)) }
                    }
                }
            }
        }
    }
}

fn linked_row(visit: &Visit<'_>, frame: &Frame<'_>, agent: &Agent, mapping: &Mapping, connections: &[Connection]) -> Markup {
    let of_mapping = |connection: &&Connection| connection.connection == mapping.connection;
    let tenant = connections.iter().find(of_mapping).map_or("", |connection| &connection.tenant);
    let now = visit.admin.now();
    html! {
        tr {
            th scope="row" {
                (mapping.requisition_title)
                br;
                span.muted { (mapping.requisition) }
            }
            td data-label="Tenant" { (tenant) }
            td {
                @if let Some(lost) = mapping.standing.lost {
                    (badge("Unknown to Workday", Tone::Caution))
                    p.small {
                        "Workday does not know this requisition, first noticed " (ago(lost.since, now)) ": it was deleted, closed to the \
                         integration system user, or went with a refresh of the sandbox. Nobody new is invited from it. It is looked for \
                         every hour; give access to it in Workday, or unlink it."
                    }
                } @else if mapping.standing.baseline_at.is_some() {
                    (badge("Inviting", Tone::Good))
                } @else {
                    (badge("Recording who is in the stage", Tone::Caution))
                }
                div.small.muted {
                    "Linked "
                    (ago(mapping.linked_at, now))
                    @for words in link_in_words(&mapping.options) { ", " (words) }
                }
            }
            @if frame.may_change() {
                td { (unlink_form(frame, agent, mapping)) }
            }
        }
    }
}

fn unlink_form(frame: &Frame<'_>, agent: &Agent, mapping: &Mapping) -> Markup {
    html! {
        form method="post" action={ (agent.path()) "/unlink" } {
            (frame.token())
            (hidden("connection", mapping.connection.as_str()))
            (hidden("requisition", mapping.requisition.as_str()))
            (hidden("revision", &mapping.revision.to_string()))
            button.secondary {
                "Unlink"
                (unseen(&format!(" {}", mapping.requisition_title)))
            }
        }
    }
}

pub(crate) async fn link(visit: &Visit<'_>, posting: &str, form: &Fields) -> Shown {
    let posting = PostingId::new(posting)?;
    let path = agent::path(posting.as_str());
    let options = link_typed(form);
    let chosen = Chosen::read(form.text("requisition"));
    let is_moved = chosen.revision > 0;
    let keeps_options = is_moved && form.is_on("keep_options");
    let request = LinkRequest {
        connection: ConnectionId::new(form.text("connection"))?,
        requisition: JobRequisitionId::new(chosen.number)?,
        posting: posting.clone(),
        options: (!keeps_options).then(|| options.clone()),
        seen: Some(chosen.revision),
    };
    match visit.admin.link(visit.id(), request).await {
        Ok(linked) if linked.registration == Registration::PollOnly => Ok(done(&path, Done::LinkedPollOnly)),
        Ok(linked) if is_moved => Ok(gone_over(&path, linked.gone_over)),
        Ok(_) => Ok(done(&path, Done::Linked)),
        Err(error) if error.problem == Problem::LinkedMeanwhile => {
            log(&error);
            let frame = visit.frame_with(Note::Problem(error.problem));
            let (title, frame, body) = draw(visit, posting, frame, options).await?;
            Ok(frame.respond_to_form(Section::Agents, &title, &body))
        }
        Err(error) if error.problem.is_unknown_here() => Err(error),
        Err(error) => Ok(shown_there(&path, &error)),
    }
}

pub(crate) async fn unlink(visit: &Visit<'_>, posting: &str, form: &Fields) -> Shown {
    let path = agent::path(posting);
    let (connection, requisition) = (
        ConnectionId::new(form.text("connection"))?,
        JobRequisitionId::new(form.text("requisition"))?,
    );
    visit.admin.connection(visit.id(), &connection).await?;
    let links = visit.admin.links(visit.id()).await?;
    let is_of_another =
        |link: &Mapping| link.connection == connection && link.requisition == requisition && link.posting.as_str() != posting;
    if links.iter().any(is_of_another) {
        return Err(Problem::PostingUnknown.into());
    }
    match visit.admin.unlink(visit.id(), &connection, &requisition, form.revision()).await {
        Ok(()) => Ok(done(&path, Done::Unlinked)),
        Err(error) => Ok(shown_there(&path, &error)),
    }
}

pub(crate) async fn refresh(visit: &Visit<'_>, connection: &str, form: &Fields) -> Shown {
    let connection = ConnectionId::new(connection)?;
    let path = format!("{}?connection={}", agent::path(form.text("posting")), segment(connection.as_str()));
    match visit.admin.refresh_requisitions(visit.id(), &connection).await {
        Ok(()) => Ok(done(&path, Done::Refreshing)),
        Err(error) => Ok(shown_there(&path, &error)),
    }
}
