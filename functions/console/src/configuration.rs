//! ATS Configuration of an agent: which job requisitions of Workday it screens for.

use crate::agents::path_segment;
use crate::connection::shown_there;
use crate::form::Fields;
use crate::frame::{Done, Frame, Note, Section, badge, text};
use crate::handler::{Shown, Visit, done, log};
use crate::words::{Tone, ago, count};
use domain::settings::{Connection, ConnectionState, Mapping, Triggers};
use domain::{ConnectionId, JobRequisitionId, PostingId};
use heymilo::Posting;
use maud::{Markup, html};
use setup::{LinkRequest, Problem, Registration, SetupError};
use store::requisition::RequisitionEntry;
use url::form_urlencoded;

const A_PAGE: usize = 25;

/// What the page is about.
struct Agent {
    posting: PostingId,
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
            (picker(visit, &frame, &agent, &mappings, &connections).await?)
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
            closed: found.is_some_and(|found| found.archived || matches!(found.status.as_str(), "archived" | "expired")),
            posting,
            linked,
        }
    }

    fn path(&self) -> String {
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
            div.card.scroll { table {
                thead { tr { th scope="col" { "Job requisition" } th scope="col" { "Workday tenant" } th scope="col" { "State" } @if frame.may_change() { th scope="col" { span.visually-hidden { "Change" } } } } }
                tbody { @for mapping in &agent.linked {
                    tr {
                        th scope="row" { (text(&mapping.requisition_title)) br; span.muted { (text(mapping.requisition.as_str())) } }
                        td { (text(tenant(&mapping.connection))) }
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

async fn picker(
    visit: &Visit<'_>,
    frame: &Frame<'_>,
    agent: &Agent,
    mappings: &[Mapping],
    connections: &[Connection],
) -> Result<Markup, SetupError> {
    let active: Vec<&Connection> = connections
        .iter()
        .filter(|connection| connection.state == ConnectionState::Active)
        .collect();
    let wanted = visit.query.text("connection");
    let chosen = active
        .iter()
        .find(|connection| connection.connection.as_str() == wanted)
        .or(active.first());
    let Some(connection) = chosen else {
        return Ok(html! {
            h2 { "Link a job requisition" }
            div.card { p { "No Workday tenant is connected. " a href="/integrations" { "Connect Workday first" } "." } }
        });
    };
    let mut entries = visit.admin.store().requisitions(visit.id(), &connection.connection).await?;
    let read_at = entries.iter().map(|entry| entry.read_at).max();
    let search = visit.query.text("q");
    entries.retain(|entry| matches(entry, search));
    let page = usize::try_from(visit.query.number("page").unwrap_or(1).max(1)).unwrap_or(1);
    let now = visit.admin.clock().now();
    let age = read_at.map_or_else(
        || "The list has not been read from Workday yet.".to_owned(),
        |read_at| format!("List read from Workday {}.", ago(read_at, now)),
    );
    Ok(html! {
        h2 { "Link a job requisition" }
        section.card aria-label="Job requisitions" {
            p { "ATS: " strong { "Workday" } ", tenant " strong { (text(&connection.tenant)) } }
            (search_form(agent, &active, connection, search))
            div.row {
                span.muted { (age) }
                form method="post" action={ "/integrations/workday/" (connection.connection) "/refresh" } {
                    (frame.token())
                    input type="hidden" name="posting" value=(text(agent.posting.as_str()));
                    button.secondary { "Refresh" }
                }
            }
            (results(frame, agent, mappings, connection, &Slice::of(&entries, page), search))
        }
    })
}

/// Every word of the search must occur in number, title or location.
fn matches(entry: &RequisitionEntry, search: &str) -> bool {
    let text = format!("{} {} {}", entry.number, entry.title, entry.location.as_deref().unwrap_or_default()).to_lowercase();
    search.to_lowercase().split_whitespace().all(|word| text.contains(word))
}

/// One page of the entries that match.
struct Slice<'a> {
    entries: &'a [RequisitionEntry],
    total: usize,
    page: usize,
    pages: usize,
}

impl<'a> Slice<'a> {
    fn of(entries: &'a [RequisitionEntry], page: usize) -> Self {
        let pages = entries.len().div_ceil(A_PAGE).max(1);
        let page = page.min(pages);
        Self {
            entries: entries.chunks(A_PAGE).nth(page - 1).unwrap_or_default(),
            total: entries.len(),
            page,
            pages,
        }
    }

    fn words(&self) -> String {
        let first = (self.page - 1) * A_PAGE;
        format!(
            "{}\u{2013}{} of {}",
            count(first + 1),
            count(first + self.entries.len()),
            count(self.total)
        )
    }
}

fn search_form(agent: &Agent, active: &[&Connection], chosen: &Connection, search: &str) -> Markup {
    html! {
        form.row method="get" action=(agent.path()) role="search" {
            @if active.len() > 1 {
                div {
                    label for="connection" { "Workday tenant" }
                    select #connection name="connection" {
                        @for connection in active {
                            option value=(text(connection.connection.as_str())) selected[connection.connection == chosen.connection] { (text(&connection.tenant)) }
                        }
                    }
                }
            }
            div {
                label for="q" { "Search by number, title or location" }
                input #q name="q" type="search" value=(text(search));
            }
            button.secondary { "Search" }
        }
    }
}

fn results(frame: &Frame<'_>, agent: &Agent, mappings: &[Mapping], connection: &Connection, slice: &Slice<'_>, search: &str) -> Markup {
    if slice.entries.is_empty() {
        return html! { div.empty { p { @if search.is_empty() { "Workday has shown no open job requisitions yet." } @else { "No job requisition matches." } } } };
    }
    html! {
        form method="post" action={ (agent.path()) "/link" } {
            (frame.token())
            input type="hidden" name="connection" value=(text(connection.connection.as_str()));
            div.scroll { table {
                caption.visually-hidden { "Job requisitions, " (slice.words()) }
                thead { tr { th scope="col" { span.visually-hidden { "Choose" } } th scope="col" { "Number" } th scope="col" { "Title" } th scope="col" { "Location" } th scope="col" { "Status" } } }
                tbody { @for (index, entry) in slice.entries.iter().enumerate() { (entry_row(entry, index, connection, agent, mappings)) } }
            } }
            (paging(agent, connection, slice, search))
            (link_options())
            button { "Save" }
        }
    }
}

fn entry_row(entry: &RequisitionEntry, index: usize, connection: &Connection, agent: &Agent, mappings: &[Mapping]) -> Markup {
    let holder = mappings
        .iter()
        .find(|mapping| mapping.connection == connection.connection && mapping.requisition.as_str() == entry.number);
    let id = format!("requisition-{index}");
    html! {
        tr {
            td { @if holder.is_none() { input id=(id) type="radio" name="requisition" value=(text(&entry.number)) required; } }
            td { label for=[holder.is_none().then_some(&id)] { (text(&entry.number)) } }
            td {
                (text(&entry.title))
                @if entry.confidential { " " (badge("Confidential", Tone::Caution)) }
                @match holder {
                    Some(holder) if holder.posting == agent.posting => { " " (badge("Linked", Tone::Good)) },
                    Some(holder) => { div.small.muted { "Linked to " (text(&holder.posting_title)) } },
                    None => {},
                }
            }
            td { (text(entry.location.as_deref().unwrap_or("\u{2013}"))) }
            td { (text(entry.status.as_deref().unwrap_or("\u{2013}"))) }
        }
    }
}

fn paging(agent: &Agent, connection: &Connection, slice: &Slice<'_>, search: &str) -> Markup {
    let address = |page: usize| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("connection", connection.connection.as_str())
            .append_pair("q", search)
            .append_pair("page", &page.to_string());
        format!("{}?{}", agent.path(), query.finish())
    };
    html! {
        nav.row aria-label="Pages" {
            span.muted { (slice.words()) }
            @if slice.page > 1 { a.button.secondary href=(address(slice.page - 1)) rel="prev" { "Previous" } }
            @if slice.page < slice.pages { a.button.secondary href=(address(slice.page + 1)) rel="next" { "Next" } }
        }
    }
}

fn link_options() -> Markup {
    html! {
        details {
            summary { "Options" }
            fieldset {
                legend { "What starts a screening" }
                label.choice { input type="radio" name="trigger" value="" checked; span { "As set for the connection" } }
                label.choice { input type="radio" name="trigger" value="stage"; span { "Only a move to the Assessment stage" } }
                label.choice { input type="radio" name="trigger" value="assess"; span { "Only the Assess task with the send status" } }
            }
            label.choice { input type="checkbox" name="rescreen" value="on"; span { "Screen people again who come back to the stage" } }
            div.field {
                label for="next_step" { "Next step" span.hint { "Workflow_Step_ID to move the candidate to once the report is there. Empty: recruiters move candidates themselves. Never a rejection." } }
                input #next_step name="next_step" autocomplete="off" spellcheck="false";
            }
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

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Moment;

    fn entry(number: &str, title: &str) -> RequisitionEntry {
        RequisitionEntry {
            number: number.into(),
            title: title.into(),
            location: Some("Zürich".into()),
            status: None,
            confidential: false,
            read_at: Moment(0),
        }
    }

    #[test]
    fn a_search_finds_by_words_in_number_title_and_location() {
        let entry = entry("R00042", "Night Shift Nurse");
        for (search, expected) in [
            ("", true),
            ("r00042", true),
            ("nurse night", true),
            ("ZÜRICH nurse", true),
            ("nurse day", false),
        ] {
            assert_eq!(matches(&entry, search), expected, "{search}");
        }
    }

    #[test]
    fn pages_cover_everything_and_a_page_too_far_is_the_last() {
        let entries: Vec<_> = (0..60).map(|n| entry(&n.to_string(), "x")).collect();
        assert_eq!(Slice::of(&entries, 1).words(), "1\u{2013}25 of 60");
        assert_eq!(Slice::of(&entries, 99).words(), "51\u{2013}60 of 60");
        assert_eq!(Slice::of(&[], 1).entries.len(), 0);
    }
}
