//! Choosing a job requisition: search, pages and age of the index, and the options of a link.

use crate::agent::Agent;
use crate::frame::Frame;
use crate::options::link_controls;
use crate::paths;
use crate::visit::Visit;
use crate::words::{age, ago, count};
use admin::AdminError;
use domain::settings::{Connection, Mapping};
use domain::standing::ConnectionState;
use maud::{Markup, html};
use store::requisition::RequisitionEntry;
use url::form_urlencoded;
use web::component::{Choice, Column, Tone, badge, choice, columns, hidden};
use web::progress;

const A_PAGE: usize = 25;
const COLUMNS: [Column; 5] = [
    Column::Heard("Choose"),
    Column::Shown("Number"),
    Column::Shown("Title"),
    Column::Shown("Location"),
    Column::Shown("Status"),
];

/// The list of the chosen tenant's requisitions, each to be linked to the agent.
pub(crate) async fn picker(
    visit: &Visit<'_>,
    frame: &Frame<'_>,
    agent: &Agent,
    mappings: &[Mapping],
    connections: &[Connection],
) -> Result<Markup, AdminError> {
    let active: Vec<&Connection> = connections
        .iter()
        .filter(|connection| connection.standing.state == ConnectionState::Active)
        .collect();
    let wanted = visit.query.text("connection");
    let chosen = active
        .iter()
        .find(|connection| connection.connection.as_str() == wanted)
        .or(active.first());
    let Some(connection) = chosen else {
        return Ok(html! {
            h2 { "Link a job requisition" }
            div.card {
                p {
                    "No Workday tenant is connected. "
                    a href="/integrations" { "Connect Workday first" }
                    "."
                }
            }
        });
    };
    let mut entries = visit.admin.requisitions(visit.id(), &connection.connection).await?;
    let index = &connection.standing.requisition_index;
    let read_at = entries.iter().map(|entry| entry.read_at).max().max(index.succeeded_at);
    let search = visit.query.text("q");
    entries.retain(|entry| matches(entry, search));
    let page = usize::try_from(visit.query.number("page").unwrap_or(1).max(1)).unwrap_or(1);
    let now = visit.admin.now();
    let evergreen = connection
        .standing
        .evergreen_read_at
        .filter(|_| connection.standing.evergreen_refused_at.is_none());
    let read = match (read_at, evergreen) {
        (None, _) => html! { "The list has not been read from Workday yet." },
        (Some(read_at), Some(evergreen)) if age(evergreen, now) != age(read_at, now) => html! {
            "List read from Workday " (ago(read_at, now)) ", its evergreen requisitions " (ago(evergreen, now)) "."
        },
        (Some(read_at), _) => html! { "List read from Workday " (ago(read_at, now)) "." },
    };
    let is_under_way = index.problem.is_none() && (index.cursor.is_some() || read_at.is_none());
    let read = match index.cursor.as_ref().filter(|_| is_under_way) {
        Some(cursor) => html! {
            (read) " It is being read now: " (count(usize::try_from(cursor.rows).unwrap_or(usize::MAX))) " so far."
        },
        None => read,
    };
    Ok(html! {
        h2 { "Link a job requisition" }
        section.card aria-label="Job requisitions" {
            p {
                "ATS: "
                strong { "Workday" }
                ", tenant "
                strong { (connection.tenant) }
            }
            (search_form(agent, &active, connection, search))
            div.row {
                span.muted { (progress("list-read", is_under_way, read)) }
                form method="post" action={ (paths::connection(&connection.connection)) "/refresh" } {
                    (frame.token())
                    (hidden("posting", agent.posting.as_str()))
                    button.secondary { "Refresh" }
                }
            }
            @if connection.standing.evergreen_refused_at.is_some() {
                p.small.muted {
                    "Evergreen requisitions are missing: Workday does not permit the integration to read them. "
                    "To list them, give its security group Get on "
                    em { "Manage: Evergreen Requisitions" }
                    ", activate the change in Workday, and refresh."
                }
            }
            (results(frame, agent, mappings, connection, &Slice::of(&entries, page, search)))
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
    search: &'a str,
    total: usize,
    page: usize,
    pages: usize,
}

impl<'a> Slice<'a> {
    fn of(entries: &'a [RequisitionEntry], page: usize, search: &'a str) -> Self {
        let pages = entries.len().div_ceil(A_PAGE).max(1);
        let page = page.min(pages);
        Self {
            entries: entries.chunks(A_PAGE).nth(page - 1).unwrap_or_default(),
            search,
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
        form.row.end method="get" action=(agent.path()) role="search" {
            @if active.len() > 1 {
                div {
                    label for="connection" { "Workday tenant" }
                    select #connection name="connection" {
                        @for connection in active {
                            option
                                value=(connection.connection)
                                selected[connection.connection == chosen.connection]
                                { (connection.tenant) }
                        }
                    }
                }
            }
            div {
                label for="q" { "Search by number, title or location" }
                input #q name="q" type="search" value=(search);
            }
            button.secondary { "Search" }
        }
    }
}

fn results(frame: &Frame<'_>, agent: &Agent, mappings: &[Mapping], connection: &Connection, slice: &Slice<'_>) -> Markup {
    if slice.entries.is_empty() {
        let nothing = if slice.search.is_empty() {
            "Workday has shown no open job requisitions yet."
        } else {
            "No job requisition matches."
        };
        return html! {
            div.empty { p { (nothing) } }
        };
    }
    html! {
        form method="post" action={ (agent.path()) "/link" } {
            (frame.token())
            (hidden("connection", connection.connection.as_str()))
            fieldset.bare {
                legend.visually-hidden { "Job requisition to link" }
                div.scroll {
                    table.stack.choose {
                        caption.visually-hidden { "Job requisitions, " (slice.words()) }
                        (columns(&COLUMNS))
                        tbody {
                            @for (index, entry) in slice.entries.iter().enumerate() {
                                (entry_row(entry, index, connection, agent, mappings))
                            }
                        }
                    }
                }
            }
            (paging(agent, connection, slice))
            @if slice.entries.iter().filter_map(|entry| holder(entry, connection, mappings)).any(|holder| holder.posting != agent.posting) {
                (choice(Choice::Box("keep_options"), "A requisition that moves here keeps its options", "Untick to give it the ones below.", true))
            }
            (link_controls(&agent.options))
            button { "Save" }
        }
    }
}

fn entry_row(entry: &RequisitionEntry, index: usize, connection: &Connection, agent: &Agent, mappings: &[Mapping]) -> Markup {
    let holder = holder(entry, connection, mappings);
    let elsewhere = holder.filter(|holder| holder.posting != agent.posting);
    let is_offered = holder.is_none() || elsewhere.is_some();
    let id = format!("requisition-{index}");
    let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "\u{2013}".to_owned());
    html! {
        tr {
            td {
                @if is_offered {
                    input
                        id=(id)
                        type="radio"
                        name="requisition"
                        value=(Chosen::value(&entry.number, elsewhere))
                        required
                        aria-label={ (entry.number) " " (entry.title) };
                }
            }
            td {
                label for=[is_offered.then_some(&id)] { (entry.number) }
            }
            td {
                (entry.title)
                @if entry.evergreen {
                    " "
                    (badge("Evergreen", Tone::Plain))
                }
                @if entry.confidential {
                    " "
                    (badge("Confidential", Tone::Caution))
                }
                (held(agent, holder))
            }
            td data-label="Location" { (or_dash(&entry.location)) }
            td data-label="Status" { (or_dash(&entry.status)) }
        }
    }
}

/// Between a requisition's number and the revision of its link. A number that has it itself is always sent with a revision.
const SEEN: char = '#';

/// The requisition that a person chose, and the revision of its link that they saw.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Chosen<'a> {
    pub(crate) number: &'a str,
    /// 0: it was not linked.
    pub(crate) revision: u64,
}

impl<'a> Chosen<'a> {
    /// What the form sends: the number alone where nothing is linked.
    fn value(number: &str, elsewhere: Option<&Mapping>) -> String {
        match elsewhere.map(|holder| holder.revision) {
            None if !number.contains(SEEN) => number.to_owned(),
            revision => format!("{number}{SEEN}{}", revision.unwrap_or_default()),
        }
    }

    /// Reads what the form sent.
    pub(crate) fn read(value: &'a str) -> Self {
        let parts = value
            .rsplit_once(SEEN)
            .and_then(|(number, revision)| Some((number, revision.parse().ok()?)));
        let (number, revision) = parts.unwrap_or((value, 0));
        Self { number, revision }
    }
}

/// The link that the requisition has already.
fn holder<'a>(entry: &RequisitionEntry, connection: &Connection, mappings: &'a [Mapping]) -> Option<&'a Mapping> {
    mappings
        .iter()
        .find(|mapping| mapping.connection == connection.connection && mapping.requisition.as_str() == entry.number)
}

/// Who the requisition is linked to already.
fn held(agent: &Agent, holder: Option<&Mapping>) -> Markup {
    html! {
        @match holder {
            Some(holder) if holder.posting == agent.posting => {
                " "
                (badge("Linked", Tone::Good))
            },
            Some(holder) => {
                div.small.muted { "Linked to " (holder.posting_title) ": choosing it here moves it to this agent" }
            },
            None => {},
        }
    }
}

fn paging(agent: &Agent, connection: &Connection, slice: &Slice<'_>) -> Markup {
    let address = |page: usize| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("connection", connection.connection.as_str())
            .append_pair("q", slice.search)
            .append_pair("page", &page.to_string());
        format!("{}?{}", agent.path(), query.finish())
    };
    html! {
        nav.row aria-label="Pages" {
            span.muted { (slice.words()) }
            @if slice.page > 1 {
                a.button.secondary href=(address(slice.page - 1)) rel="prev" { "Previous" }
            }
            @if slice.page < slice.pages {
                a.button.secondary href=(address(slice.page + 1)) rel="next" { "Next" }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use domain::Moment;

    #[test]
    fn a_choice_says_which_link_was_seen_and_a_number_alone_says_none() {
        let chosen = |number, revision| Chosen { number, revision };
        assert_eq!(Chosen::read("R00001"), chosen("R00001", 0));
        assert_eq!(Chosen::read("R00001#3"), chosen("R00001", 3));
        assert_eq!(Chosen::read("R;1"), chosen("R;1", 0));
        for number in ["R00001", "REQ 2024 001/Ü#17", "#", "R#"] {
            assert_eq!(Chosen::read(&Chosen::value(number, None)), chosen(number, 0));
        }
    }

    fn entry(number: &str, title: &str) -> RequisitionEntry {
        RequisitionEntry {
            number: number.into(),
            title: title.into(),
            location: Some("Zürich".into()),
            status: None,
            confidential: false,
            evergreen: false,
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
        assert_eq!(Slice::of(&entries, 1, "").words(), "1\u{2013}25 of 60");
        assert_eq!(Slice::of(&entries, 99, "").words(), "51\u{2013}60 of 60");
        assert_eq!(Slice::of(&[], 1, "").entries.len(), 0);
    }
}
