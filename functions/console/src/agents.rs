//! Agents: the workspace's HeyMilo postings, and what each is linked to.

use crate::agent;
use crate::frame::{Frame, Section};
use crate::note::Note;
use crate::visit::{Shown, Visit, log};
use admin::{List, PostingSummary, Problem};
use domain::settings::Mapping;
use maud::{Markup, html};
use url::form_urlencoded;
use web::component::{Column, Tone, badge, columns};

pub(crate) async fn page(visit: &Visit<'_>) -> Shown {
    let mappings = visit.admin.links(visit.id()).await?;
    let (search, after) = (visit.query.text("q"), visit.query.optional("after"));
    match visit.admin.agents(visit.id(), search, after.clone()).await {
        Ok(list) => {
            let frame = visit.frame();
            let body = html! { (heading(search)) (table(&list, &mappings, search, after.is_some())) };
            Ok(frame.show(Section::Agents, "Agents", &body))
        }
        Err(error) => {
            log(&error);
            let frame = visit.frame_with(Note::Problem(error.problem));
            Ok(without_list(&frame, &mappings, search))
        }
    }
}

/// HeyMilo does not answer: what is linked already can still be looked at.
fn without_list(frame: &Frame<'_>, mappings: &[Mapping], search: &str) -> lambda_http::Response<lambda_http::Body> {
    let mut linked: Vec<(&str, &str)> = mappings
        .iter()
        .map(|mapping| (mapping.posting.as_str(), mapping.posting_title.as_str()))
        .collect();
    linked.sort_unstable();
    linked.dedup();
    let body = html! {
        (heading(search))
        @if frame.note == Note::Problem(Problem::ApiKeyRefused) {
            p { a.button.secondary href="/settings#heymilo" { "Enter the API key" } }
        }
        @if !linked.is_empty() {
            h2 { "Linked agents" }
            ul {
                @for (id, title) in linked {
                    li { a href=(agent::path(id)) { (title) } }
                }
            }
        }
    };
    frame.respond_to_form(Section::Agents, "Agents", &body)
}

fn heading(search: &str) -> Markup {
    html! {
        h1 { "Agents" }
        p { "Each HeyMilo agent screens the candidates of the job requisitions linked to it. Open one for its ATS Configuration." }
        form.row.end method="get" action="/agents" role="search" {
            div {
                label for="q" { "Search by title" }
                input #q name="q" type="search" value=(search);
            }
            button.secondary { "Search" }
        }
    }
}

fn table(list: &List<PostingSummary>, mappings: &[Mapping], search: &str, is_later_page: bool) -> Markup {
    let query = |after: &str| {
        form_urlencoded::Serializer::new(String::new())
            .append_pair("q", search)
            .append_pair("after", after)
            .finish()
    };
    let nothing = if search.is_empty() {
        "HeyMilo has no agents in this workspace yet."
    } else {
        "No agent has this in its title."
    };
    html! {
        @if list.data.is_empty() {
            div.card.empty { p { (nothing) } }
        } @else {
            div.card.scroll {
                table.stack {
                    (columns(&[Column::Shown("Agent"), Column::Shown("Linked job requisitions")]))
                    tbody {
                        @for posting in &list.data { (row(posting, mappings)) }
                    }
                }
            }
        }
        div.row {
            @if is_later_page {
                a.button.secondary href="/agents" { "First page" }
            }
            @if let Some(next) = list.next() {
                a.button.secondary href={ "/agents?" (query(next)) } { "More agents" }
            }
        }
    }
}

fn row(posting: &PostingSummary, mappings: &[Mapping]) -> Markup {
    let linked: Vec<&Mapping> = mappings.iter().filter(|mapping| mapping.posting.as_str() == posting.id).collect();
    html! {
        tr {
            th scope="row" {
                a href=(agent::path(&posting.id)) { (posting.title) }
            }
            td data-label="Linked" {
                @match linked.as_slice() {
                    [] => (badge("None", Tone::of_count(0))),
                    [one] => {
                        (one.requisition_title)
                        " "
                        span.muted { (one.requisition) }
                    },
                    several => (badge(&format!("{} linked", several.len()), Tone::of_count(several.len()))),
                }
            }
        }
    }
}
