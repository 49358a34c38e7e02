//! The sections of the page, in the order a recruiter asks for them; an empty one says so instead of vanishing.

use crate::model::{Qualifier, QualifierGroup, Question, Report, ScoreLine, ScoredCriterion, Transcript, Utterance};
use crate::scale::decimal;
use maud::{Markup, html};

/// One section of the page.
struct Section {
    id: &'static str,
    heading: &'static str,
    /// What it shows; `None`: HeyMilo returned nothing for it.
    write: fn(&Report) -> Option<Markup>,
    /// What it says then.
    empty: &'static str,
}

const SECTIONS: [Section; 4] = [
    Section {
        id: "insights",
        heading: "AI-generated insights",
        write: insights,
        empty: "HeyMilo returned no insights.",
    },
    Section {
        id: "scores",
        heading: "Score breakdown",
        write: breakdown,
        empty: "HeyMilo returned no scores.",
    },
    Section {
        id: "qualifiers",
        heading: "Qualifier responses",
        write: qualifiers,
        empty: "HeyMilo returned no qualifier responses.",
    },
    Section {
        id: "transcript",
        heading: "Transcript",
        write: transcript,
        empty: "HeyMilo returned no transcript.",
    },
];

/// The navigation and every section.
pub(crate) fn all(report: &Report) -> Markup {
    html! {
        nav aria-label="Sections of the report" {
            ul {
                @for Section { id, heading, .. } in &SECTIONS {
                    li { a href={ "#" (id) } { (heading) } }
                }
            }
        }
        @for Section { id, heading, write, empty } in &SECTIONS {
            section aria-labelledby=(id) {
                h2 id=(id) { (heading) }
                @match write(report) {
                    Some(shown) => { (shown) },
                    None => { p.empty { (empty) } },
                }
            }
        }
    }
}

fn insights(report: &Report) -> Option<Markup> {
    let judged = !report.highlights.is_empty() || !report.lowlights.is_empty();
    (judged || !report.tags.is_empty() || !report.integrity.is_empty()).then(|| {
        html! {
            @if judged {
                div.columns {
                    (titled_list("Highlights", &report.highlights))
                    (titled_list("Lowlights", &report.lowlights))
                }
            }
            @if !report.tags.is_empty() {
                h3 { "Tags" }
                ul.tags { (items(&report.tags)) }
            }
            @if !report.integrity.is_empty() {
                (titled_list("Integrity signals", &report.integrity))
                p.hint { "Signals can be wrong. Look into the interview before you act on one." }
            }
        }
    })
}

fn titled_list(title: &str, texts: &[String]) -> Markup {
    html! {
        div {
            h3 { (title) }
            @if texts.is_empty() {
                p.empty { "None." }
            } @else {
                ul { (items(texts)) }
            }
        }
    }
}

fn items(texts: &[String]) -> Markup {
    html! {
        @for text in texts {
            li dir="auto" { (text) }
        }
    }
}

fn breakdown(report: &Report) -> Option<Markup> {
    (!report.scores.is_empty() || !report.questions.is_empty() || !report.criteria.is_empty()).then(|| {
        html! {
            @if !report.scores.is_empty() {
                (table("Scores of the screening", ["Score", "Points", "Scale"], &rows(&report.scores, score)))
            }
            @if !report.questions.is_empty() {
                h3 { "Interview questions" }
                ol.questions { (rows(&report.questions, question)) }
            }
            @if !report.criteria.is_empty() {
                h3 { "Résumé criteria" }
                (table("Scored criteria of the résumé", ["Criterion", "Points", "Confidence"], &rows(&report.criteria, criterion)))
            }
        }
    })
}

fn score(score: &ScoreLine) -> Markup {
    html! {
        tr {
            th scope="row" { (score.label) }
            td.number { (score.words()) }
            td.bar { (meter(score.value, score.maximum, &score.label)) }
        }
    }
}

fn meter(value: f64, maximum: f64, label: &str) -> Markup {
    let (value, maximum) = (decimal(value, 2), decimal(maximum, 2));
    html! {
        meter min="0" max=(maximum) value=(value) aria-label=(label) { (value) " of " (maximum) }
    }
}

fn question(question: &Question) -> Markup {
    html! {
        li {
            h4 dir="auto" { (question.text) }
            p.points {
                strong { (question.score_words()) }
                @if let Some(weight) = question.weight {
                    " "
                    span.hint { "weight " (decimal(weight, 0)) }
                }
                " "
                @if let Some(score) = question.score {
                    (meter(score, 10.0, &format!("Score of question {}", question.number)))
                }
            }
            @if !question.summary.is_empty() {
                p dir="auto" { (question.summary) }
            }
            @if !question.criteria.is_empty() || !question.anchors.is_empty() {
                details {
                    summary { "How it was scored" }
                    @if !question.criteria.is_empty() {
                        p dir="auto" { "Criteria: " (question.criteria) }
                    }
                    @if !question.anchors.is_empty() {
                        ul { (items(&question.anchors)) }
                    }
                }
            }
        }
    }
}

fn criterion(criterion: &ScoredCriterion) -> Markup {
    html! {
        tr {
            th scope="row" dir="auto" {
                (criterion.text)
                (reasons(&criterion.reasons))
            }
            td.number {
                @match criterion.score {
                    Some(score) => { (decimal(score, 2)) " of 10" },
                    None => "not scored",
                }
            }
            td.number { (criterion.confidence.as_deref().unwrap_or("–")) }
        }
    }
}

fn reasons(reasons: &[String]) -> Markup {
    html! {
        @for reason in reasons {
            p.reason dir="auto" { (reason) }
        }
    }
}

fn qualifiers(report: &Report) -> Option<Markup> {
    (!report.qualifiers.is_empty()).then(|| rows(&report.qualifiers, qualifier_group))
}

fn qualifier_group(group: &QualifierGroup) -> Markup {
    html! {
        h3 {
            (group.title)
            @if let Some(verdict) = &group.verdict {
                ": "
                span dir="auto" { (verdict) }
            }
        }
        @if group.items.is_empty() {
            p.empty { "No responses." }
        } @else {
            (table(&format!("{} responses", group.title), ["Question", "Answer", "Result"], &rows(&group.items, qualifier)))
        }
    }
}

fn qualifier(item: &Qualifier) -> Markup {
    let class = match item.passed {
        Some(true) => "passed",
        Some(false) => "failed",
        None => "open",
    };
    html! {
        tr {
            th scope="row" dir="auto" {
                (item.text)
                @if item.knockout {
                    " "
                    span.hint { "knockout" }
                }
            }
            td dir="auto" { (answer(item)) }
            td {
                span class=(class) { (item.verdict()) }
                @if let Some(confidence) = &item.confidence {
                    p.reason { "confidence " (confidence) }
                }
            }
        }
    }
}

fn answer(item: &Qualifier) -> Markup {
    html! {
        @if let Some(answer) = &item.answer {
            (answer)
        } @else if item.expected.is_some() || item.reasons.is_empty() {
            "–"
        } @else {
            (reasons(&item.reasons))
        }
        @if let Some(expected) = &item.expected {
            p.reason dir="auto" { "expected: " (expected) }
        }
    }
}

fn transcript(report: &Report) -> Option<Markup> {
    let several = report.transcripts.len() > 1;
    let conversation = |transcript: &Transcript| {
        html! {
            @if several {
                h3 { (transcript.title) }
            }
            ol.transcript { (rows(&transcript.utterances, utterance)) }
        }
    };
    (!report.transcripts.is_empty() || report.transcript_cut).then(|| {
        html! {
            (rows(&report.transcripts, conversation))
            @if report.transcript_cut {
                p.notice { "The conversation is longer than this page can hold. The rest is in HeyMilo." }
            }
        }
    })
}

fn utterance(utterance: &Utterance) -> Markup {
    let class = match utterance.speaker.as_str() {
        "Candidate" => Some("candidate"),
        "System" => Some("system"),
        _ => None,
    };
    html! {
        li class=[class] {
            p.speaker {
                bdi { (utterance.speaker) }
                @if let Some(time) = &utterance.time {
                    " "
                    span.time { (time) }
                }
            }
            p dir="auto" { (utterance.text) }
        }
    }
}

fn table(caption: &str, headings: [&str; 3], rows: &Markup) -> Markup {
    html! {
        div.scroll role="region" aria-label=(caption) tabindex="0" {
            table {
                caption { (caption) }
                thead {
                    tr {
                        @for heading in headings {
                            th scope="col" { (heading) }
                        }
                    }
                }
                tbody { (rows) }
            }
        }
    }
}

fn rows<T>(items: &[T], write: impl Fn(&T) -> Markup) -> Markup {
    html! {
        @for item in items {
            (write(item))
        }
    }
}
