//! The View Report page: one document that needs no script, no second request and no colour to be understood.

mod escape;
mod sections;

use crate::model::Report;
use crate::note::ADVISORY;
use crate::scale::decimal;

use escape::{attribute, is_address, text};

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
    pub fn html(&self, options: &HtmlOptions) -> String {
        let nonce: String = options
            .nonce
            .chars()
            .filter(|character| character.is_ascii_alphanumeric() || matches!(character, '+' | '/' | '=' | '-' | '_'))
            .collect();
        let title = format!("HeyMilo report: {}, {}", self.candidate(), self.job());
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"robots\" content=\"noindex, nofollow\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <title>{title}</title>\n<style nonce=\"{nonce}\">\n{STYLE}</style>\n</head>\n<body>\n\
             <a class=\"skip\" href=\"#report\">Skip to the report</a>\n{header}\
             <main id=\"report\" tabindex=\"-1\">\n{sections}</main>\n{footer}</body>\n</html>\n",
            title = text(&title),
            header = self.header(options),
            sections = sections::all(self),
            footer = self.footer(),
        )
    }

    fn header(&self, options: &HtmlOptions) -> String {
        let pdf = options
            .pdf_url
            .as_deref()
            .filter(|url| is_address(url))
            .map(|url| {
                format!(
                    "<p class=\"actions\"><a class=\"button\" href=\"{}\">Download the PDF</a></p>\n",
                    attribute(url)
                )
            })
            .unwrap_or_default();
        format!(
            "<header class=\"top\">\n<p class=\"brand\">HeyMilo <span>screening report</span></p>\n\
             <div class=\"title\">\n<div>\n<h1 dir=\"auto\">{name}</h1>\n<p class=\"job\" dir=\"auto\">{job}</p>\n</div>\n{score}</div>\n\
             {facts}{pdf}</header>\n",
            name = text(self.candidate()),
            job = text(&self.job()),
            score = self.score_block(),
            facts = self.facts(),
        )
    }

    fn score_block(&self) -> String {
        match self.overall_score {
            Some(score) => format!(
                "<p class=\"score\"><strong>{}</strong> <span>of 100</span></p>\n",
                decimal(score, 2)
            ),
            None => "<p class=\"score none\"><span>No overall score</span></p>\n".to_owned(),
        }
    }

    fn facts(&self) -> String {
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
        let facts: String = facts.iter().filter(|(_, value)| !value.is_empty()).map(fact).collect();
        format!("<dl class=\"facts\">\n{facts}</dl>\n")
    }

    fn footer(&self) -> String {
        format!(
            "<footer>\n<p>{ADVISORY}</p>\n\
             <p>Audio and video recordings are kept in HeyMilo and can be played there.</p>\n\
             <p>Report {}, version {}</p>\n</footer>\n",
            text(&self.context.report_id),
            self.context.version
        )
    }
}

fn fact((name, value): &(&str, String)) -> String {
    format!("<div><dt>{name}</dt><dd dir=\"auto\">{}</dd></div>\n", text(value))
}
