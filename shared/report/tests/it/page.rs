//! The View Report page.

use report::{HtmlOptions, Report};

use crate::results::{empty, endless, full, hostile};

fn options() -> HtmlOptions {
    HtmlOptions {
        nonce: "bm9uY2U=".to_owned(),
        pdf_url: Some("/r/abc/report.pdf".to_owned()),
    }
}

fn html(report: &Report) -> String {
    report.html(&options()).into_string()
}

#[test]
fn the_page_holds_everything_the_link_promises() {
    let page = html(&full());
    for part in [
        "<h1 dir=\"auto\">Ada Example</h1>",
        "Senior Software Engineer (R-00001)",
        "<strong>78.5</strong>",
        "Screening completed",
        "<h2 id=\"transcript\">Transcript</h2>",
        "a replicated key-value store with a cache",
        "<h2 id=\"scores\">Score breakdown</h2>",
        "3.5 of 5",
        "8.5 of 10",
        "<h2 id=\"qualifiers\">Qualifier responses</h2>",
        "Are you authorized to work in the country of this job?",
        "Would rather not.",
        "<h2 id=\"insights\">AI-generated insights</h2>",
        "Led a migration of 40 services without downtime",
        "Little experience with on-call rotations",
        "Overall severity 2 of 5",
        "href=\"/r/abc/report.pdf\"",
    ] {
        assert!(page.contains(part), "{part}");
    }
}

#[test]
fn the_page_asks_for_nothing_and_runs_nothing() {
    for page in [html(&full()), html(&hostile())] {
        for forbidden in [
            "<script",
            "<img",
            "<iframe",
            "<link",
            "style=\"",
            " src=",
            "url(",
            "@import",
            "onclick",
            "signature",
            "recordings.example.com",
        ] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
        assert_eq!(page.matches("<style nonce=\"bm9uY2U=\">").count(), 1);
    }
}

#[test]
fn hostile_text_stays_text() {
    let page = html(&hostile());
    assert!(page.contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;'--&amp;amp;{{7*7}} HM-FORGED"));
    assert!(!page.contains(['\0', '\u{202e}', '\u{2066}', '\u{feff}', '\u{e0041}']));
    let options = HtmlOptions {
        nonce: "\"><script>".to_owned(),
        pdf_url: Some("javascript:alert(1)".to_owned()),
    };
    let page = full().html(&options).into_string();
    assert!(page.contains("<style nonce=\"&quot;&gt;&lt;script&gt;\">") && !page.contains("javascript:"));
}

#[test]
fn markup_is_balanced() {
    for page in [html(&full()), html(&empty()), html(&hostile())] {
        let mut open: Vec<&str> = Vec::new();
        for piece in page.split('<').skip(1) {
            let tag = piece.split('>').next().unwrap();
            let name = tag.split([' ', '\n']).next().unwrap();
            if let Some(name) = name.strip_prefix('/') {
                assert_eq!(open.pop(), Some(name), "closing tag");
            } else if !matches!(name, "!DOCTYPE" | "meta") {
                open.push(name);
            }
        }
        assert!(open.is_empty(), "{open:?}");
    }
}

#[test]
fn headings_landmarks_and_tables_are_accessible() {
    let page = html(&full());
    assert!(page.contains("<html lang=\"en\">") && page.contains("<title>HeyMilo report: Ada Example"));
    assert_eq!(page.matches("<main").count(), 1);
    assert_eq!(page.matches("<h1").count(), 1);
    assert!(page.contains("<a class=\"skip\" href=\"#report\">") && page.contains("<main id=\"report\""));
    assert!(page.contains("<nav aria-label="));
    assert_eq!(page.matches("<table>").count(), page.matches("<caption>").count());
    assert_eq!(page.matches("<table>").count(), page.matches("<thead>").count());
    let mut last = 0;
    for piece in page.split("<h").skip(1) {
        let Some(level) = piece.chars().next().and_then(|digit| digit.to_digit(10)) else {
            continue;
        };
        assert!(level <= last + 1, "heading {level} after {last}");
        last = level;
    }
}

#[test]
fn empty_sections_say_so() {
    let page = html(&empty());
    for sentence in [
        "No overall score",
        "HeyMilo returned no insights.",
        "HeyMilo returned no scores.",
        "HeyMilo returned no qualifier responses.",
        "HeyMilo returned no transcript.",
    ] {
        assert!(page.contains(sentence), "{sentence}");
    }
}

#[test]
fn an_endless_transcript_is_cut_visibly_and_fits_an_answer() {
    let page = html(&endless(5_000));
    assert!(page.len() < 5_000_000, "{}", page.len());
    assert!(page.contains("longer than this page can hold"));
    assert!(!html(&endless(50)).contains("longer than this page can hold"));
}
