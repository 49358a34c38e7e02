//! The sections of the page, in the order a recruiter asks for them; an empty one says so instead of vanishing.

use crate::html::escape::{attribute, text};
use crate::model::{Qualifier, QualifierGroup, Question, Report, ScoreLine, ScoredCriterion, Utterance};
use crate::scale::decimal;

/// One section of the page.
type Section = (&'static str, &'static str, fn(&Report) -> String);

/// Id, heading and writer of each section.
const SECTIONS: [Section; 4] = [
    ("insights", "AI-generated insights", insights),
    ("scores", "Score breakdown", breakdown),
    ("qualifiers", "Qualifier responses", qualifiers),
    ("transcript", "Transcript", transcript),
];

/// The navigation and every section.
pub(crate) fn all(report: &Report) -> String {
    let links: String = each(&SECTIONS, |(id, heading, _)| format!("<li><a href=\"#{id}\">{heading}</a></li>\n"));
    let sections: String = each(&SECTIONS, |(id, heading, write)| {
        format!(
            "<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{heading}</h2>\n{}</section>\n",
            write(report)
        )
    });
    format!("<nav aria-label=\"Sections of the report\">\n<ul>\n{links}</ul>\n</nav>\n{sections}")
}

fn insights(report: &Report) -> String {
    let mut html = String::new();
    if !report.highlights.is_empty() || !report.lowlights.is_empty() {
        html.push_str("<div class=\"columns\">\n");
        html.push_str(&titled_list("Highlights", &report.highlights));
        html.push_str(&titled_list("Lowlights", &report.lowlights));
        html.push_str("</div>\n");
    }
    if !report.tags.is_empty() {
        let tags: String = each(&report.tags, |tag| format!("<li dir=\"auto\">{}</li>\n", text(tag)));
        html.push_str("<h3>Tags</h3>\n<ul class=\"tags\">\n");
        html.push_str(&tags);
        html.push_str("</ul>\n");
    }
    if !report.integrity.is_empty() {
        html.push_str(&titled_list("Integrity signals", &report.integrity));
        html.push_str("<p class=\"hint\">Signals can be wrong. Look into the interview before you act on one.</p>\n");
    }
    or_empty(html, "HeyMilo returned no insights.")
}

fn titled_list(title: &str, items: &[String]) -> String {
    let list = if items.is_empty() {
        "<p class=\"empty\">None.</p>\n".to_owned()
    } else {
        list(items)
    };
    format!("<div>\n<h3>{title}</h3>\n{list}</div>\n")
}

fn list(items: &[String]) -> String {
    let items: String = each(items, |item| format!("<li dir=\"auto\">{}</li>\n", text(item)));
    format!("<ul>\n{items}</ul>\n")
}

fn breakdown(report: &Report) -> String {
    let mut html = String::new();
    if !report.scores.is_empty() {
        let rows: String = report.scores.iter().map(score).collect();
        html.push_str(&table("Scores of the screening", &["Score", "Points", "Scale"], &rows));
    }
    if !report.questions.is_empty() {
        html.push_str("<h3>Interview questions</h3>\n<ol class=\"questions\">\n");
        html.extend(report.questions.iter().map(question));
        html.push_str("</ol>\n");
    }
    if !report.criteria.is_empty() {
        let rows: String = each(&report.criteria, criterion);
        html.push_str("<h3>Résumé criteria</h3>\n");
        html.push_str(&table(
            "Scored criteria of the résumé",
            &["Criterion", "Points", "Confidence"],
            &rows,
        ));
    }
    or_empty(html, "HeyMilo returned no scores.")
}

fn score(score: &ScoreLine) -> String {
    format!(
        "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td><td class=\"bar\">{}</td></tr>\n",
        text(&score.label),
        score.words(),
        meter(score.value, score.maximum, &score.label)
    )
}

fn meter(value: f64, maximum: f64, label: &str) -> String {
    format!(
        "<meter min=\"0\" max=\"{max}\" value=\"{value}\" aria-label=\"{label}\">{value} of {max}</meter>",
        max = decimal(maximum, 2),
        value = decimal(value, 2),
        label = attribute(label)
    )
}

fn question(question: &Question) -> String {
    let weight = question
        .weight
        .map(|weight| format!(" <span class=\"hint\">weight {}</span>", decimal(weight, 0)))
        .unwrap_or_default();
    let bar = question
        .score
        .map(|score| meter(score, 10.0, &format!("Score of question {}", question.number)))
        .unwrap_or_default();
    let mut details = String::new();
    if !question.criteria.is_empty() {
        details = format!("<p dir=\"auto\">Criteria: {}</p>\n", text(&question.criteria));
    }
    if !question.anchors.is_empty() {
        details.push_str(&list(&question.anchors));
    }
    if !details.is_empty() {
        details = format!("<details>\n<summary>How it was scored</summary>\n{details}</details>\n");
    }
    let summary = match question.summary.as_str() {
        "" => String::new(),
        summary => format!("<p dir=\"auto\">{}</p>\n", text(summary)),
    };
    format!(
        "<li>\n<h4 dir=\"auto\">{}</h4>\n<p class=\"points\"><strong>{}</strong>{weight} {bar}</p>\n{summary}{details}</li>\n",
        text(&question.text),
        question.score_words()
    )
}

fn criterion(criterion: &ScoredCriterion) -> String {
    let score = criterion
        .score
        .map_or_else(|| "not scored".to_owned(), |score| format!("{} of 10", decimal(score, 2)));
    format!(
        "<tr><th scope=\"row\" dir=\"auto\">{}{}</th><td class=\"number\">{score}</td><td class=\"number\">{}</td></tr>\n",
        text(&criterion.text),
        reasons(&criterion.reasons),
        criterion.confidence.as_deref().unwrap_or("–")
    )
}

fn reasons(reasons: &[String]) -> String {
    each(reasons, |reason| format!("<p class=\"reason\" dir=\"auto\">{}</p>", text(reason)))
}

fn qualifiers(report: &Report) -> String {
    let html: String = each(&report.qualifiers, qualifier_group);
    or_empty(html, "HeyMilo returned no qualifier responses.")
}

fn qualifier_group(group: &QualifierGroup) -> String {
    let verdict = group
        .verdict
        .as_ref()
        .map(|verdict| format!(": <span dir=\"auto\">{}</span>", text(verdict)))
        .unwrap_or_default();
    let body = if group.items.is_empty() {
        "<p class=\"empty\">No responses.</p>\n".to_owned()
    } else {
        let rows: String = each(&group.items, qualifier);
        table(&format!("{} responses", group.title), &["Question", "Answer", "Result"], &rows)
    };
    format!("<h3>{}{verdict}</h3>\n{body}", text(&group.title))
}

fn qualifier(item: &Qualifier) -> String {
    let knockout = if item.knockout {
        " <span class=\"hint\">knockout</span>"
    } else {
        ""
    };
    let answer = match (&item.answer, &item.expected) {
        (Some(answer), Some(expected)) => format!("{}<p class=\"reason\" dir=\"auto\">expected: {}</p>", text(answer), text(expected)),
        (Some(answer), None) => text(answer),
        (None, Some(expected)) => format!("–<p class=\"reason\" dir=\"auto\">expected: {}</p>", text(expected)),
        (None, None) => match reasons(&item.reasons) {
            reasons if reasons.is_empty() => "–".to_owned(),
            reasons => reasons,
        },
    };
    let class = match item.passed {
        Some(true) => "passed",
        Some(false) => "failed",
        None => "open",
    };
    let confidence = item
        .confidence
        .as_ref()
        .map(|confidence| format!("<p class=\"reason\">confidence {confidence}</p>"))
        .unwrap_or_default();
    format!(
        "<tr><th scope=\"row\" dir=\"auto\">{}{knockout}</th><td dir=\"auto\">{answer}</td><td><span class=\"{class}\">{}</span>{confidence}</td></tr>\n",
        text(&item.text),
        item.verdict()
    )
}

fn transcript(report: &Report) -> String {
    let mut html = String::new();
    let several = report.transcripts.len() > 1;
    for transcript in &report.transcripts {
        if several {
            html.extend(["<h3>", &text(&transcript.title), "</h3>\n"]);
        }
        html.push_str("<ol class=\"transcript\">\n");
        html.extend(transcript.utterances.iter().map(utterance));
        html.push_str("</ol>\n");
    }
    if report.transcript_cut {
        html.push_str("<p class=\"notice\">The conversation is longer than this page can hold. The rest is in HeyMilo.</p>\n");
    }
    or_empty(html, "HeyMilo returned no transcript.")
}

fn utterance(utterance: &Utterance) -> String {
    let time = utterance
        .time
        .as_ref()
        .map(|time| format!(" <span class=\"time\">{}</span>", text(time)))
        .unwrap_or_default();
    let class = match utterance.speaker.as_str() {
        "Candidate" => " class=\"candidate\"",
        "System" => " class=\"system\"",
        _ => "",
    };
    format!(
        "<li{class}><p class=\"speaker\"><bdi>{}</bdi>{time}</p><p dir=\"auto\">{}</p></li>\n",
        text(&utterance.speaker),
        text(&utterance.text)
    )
}

fn table(caption: &str, headings: &[&str], rows: &str) -> String {
    let headings: String = each(headings, |heading| format!("<th scope=\"col\">{heading}</th>"));
    format!(
        "<div class=\"scroll\" role=\"region\" aria-label=\"{label}\" tabindex=\"0\">\n<table>\n<caption>{caption}</caption>\n\
         <thead><tr>{headings}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n",
        label = attribute(caption),
        caption = text(caption)
    )
}

fn or_empty(html: String, sentence: &str) -> String {
    if html.is_empty() {
        format!("<p class=\"empty\">{sentence}</p>\n")
    } else {
        html
    }
}

fn each<'a, T: 'a>(items: impl IntoIterator<Item = &'a T>, write: impl Fn(&'a T) -> String) -> String {
    items.into_iter().map(write).collect()
}
