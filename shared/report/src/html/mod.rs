//! The View Report page: one document that needs no script, no second request and no colour to be understood.

mod sections;

use crate::model::Report;
use crate::note::ADVISORY;
use crate::scale::decimal;
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("style.css");

/// What the page needs from the answer it is sent in.
#[derive(Debug, Clone, Default)]
pub struct HtmlOptions {
    /// Nonce of the answer's `Content-Security-Policy`, for the one style element.
    pub nonce: String,
    /// Address of the PDF: absolute, or a path on the same host.
    pub pdf_url: Option<String>,
}

impl Report {
    /// The complete page: transcript, score breakdown, qualifier responses and AI-generated insights.
    pub fn html(&self, options: &HtmlOptions) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="robots" content="noindex, nofollow";
                    meta name="referrer" content="no-referrer";
                    meta name="color-scheme" content="light dark";
                    title { "HeyMilo report: " (self.candidate()) ", " (self.job()) }
                    style nonce=(options.nonce) { (PreEscaped(STYLE)) }
                }
                body {
                    a.skip href="#report" { "Skip to the report" }
                    (self.header(options))
                    main #report tabindex="-1" { (sections::all(self)) }
                    (self.footer())
                }
            }
        }
    }

    fn header(&self, options: &HtmlOptions) -> Markup {
        html! {
            header.top {
                p.brand { "HeyMilo " span { "screening report" } }
                div.title {
                    div {
                        h1 dir="auto" { (self.candidate()) }
                        p.job dir="auto" { (self.job()) }
                    }
                    (self.score_block())
                }
                (self.facts())
                @if let Some(url) = options.pdf_url.as_deref().filter(|url| is_address(url)) {
                    p.actions {
                        a.button href=(url) { "Download the PDF" }
                    }
                }
            }
        }
    }

    fn score_block(&self) -> Markup {
        html! {
            @if let Some(score) = self.overall_score {
                p.score {
                    strong { (decimal(score, 2)) }
                    " "
                    span { "of 100" }
                }
            } @else {
                p.score.none { span { "No overall score" } }
            }
        }
    }

    fn facts(&self) -> Markup {
        let context = &self.context;
        let (judged, passed) = self.qualifier_count();
        let qualifiers = match judged {
            0 => String::new(),
            _ => format!("{passed} of {judged} passed"),
        };
        let facts = [
            ("Outcome", self.outcome()),
            ("Completed on", context.completed_on.clone()),
            ("Interviewer", context.posting_title.clone()),
            ("Qualifiers", qualifiers),
            ("Report", format!("version {}", context.version)),
        ];
        html! {
            dl.facts {
                @for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
                    div {
                        dt { (name) }
                        dd dir="auto" { (value) }
                    }
                }
            }
        }
    }

    fn footer(&self) -> Markup {
        html! {
            footer {
                p { (ADVISORY) }
                p { "Audio and video recordings are kept in HeyMilo and can be played there." }
                p { "Report " (self.context.report_id) ", version " (self.context.version) }
            }
        }
    }
}

/// Whether an address may stand in a link: http, https, or a path on the same host.
fn is_address(url: &str) -> bool {
    let path = url.starts_with('/') && !url.starts_with("//") && !url.starts_with("/\\");
    path || url.starts_with("https://") || url.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_are_links() {
        for (url, expected) in [
            ("/r/abc.pdf", true),
            ("https://example.com/r", true),
            ("javascript:alert(1)", false),
            ("//example.com", false),
            ("/\\example.com", false),
            ("data:text/html,x", false),
            ("", false),
        ] {
            assert_eq!(is_address(url), expected, "{url}");
        }
    }
}
