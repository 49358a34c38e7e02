//! The frame of every page: escaping, one style for light and dark, phone and desktop.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Text made safe for HTML, in elements and in quoted attributes.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

const STYLE: &str = "
:root{color-scheme:light dark;--ink:#1c2330;--soft:#5b6577;--line:#d9dee7;--paper:#fff;--back:#f4f6f9;--accent:#0b5cad;--on-accent:#fff;--good:#17663a;--bad:#a1260d}
@media (prefers-color-scheme:dark){:root{--ink:#e7ebf2;--soft:#a5afc0;--line:#38425a;--paper:#1b2130;--back:#121723;--accent:#7cb8ff;--on-accent:#0b1524;--good:#7ad9a2;--bad:#ff9c86}}
*{box-sizing:border-box}
body{margin:0;font:1rem/1.55 system-ui,sans-serif;color:var(--ink);background:var(--back)}
header.top{background:var(--paper);border-bottom:1px solid var(--line)}
header.top div,main{max-width:64rem;margin:0 auto;padding:.75rem 1rem}
header.top div{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;align-items:baseline}
main.narrow{max-width:40rem}
nav{display:flex;flex-wrap:wrap;gap:.25rem 1rem}
a{color:var(--accent)}
h1{font-size:1.5rem;line-height:1.25;margin:1rem 0 .5rem}
h2{font-size:1.15rem;margin:1.75rem 0 .5rem}
.card{background:var(--paper);border:1px solid var(--line);border-radius:.6rem;padding:1rem 1.25rem;margin:1rem 0}
.scroll{overflow-x:auto;background:var(--paper);border:1px solid var(--line);border-radius:.6rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.5rem .75rem;border-bottom:1px solid var(--line)}
tr:last-child td{border-bottom:0}
th{font-size:.85rem;color:var(--soft);font-weight:600}
.soft{color:var(--soft)}.good{color:var(--good)}.bad{color:var(--bad)}
code,pre{font:.9em ui-monospace,monospace;overflow-wrap:anywhere;white-space:pre-wrap}
label.choice{display:flex;gap:.6rem;align-items:center;padding:.6rem .75rem;margin:.4rem 0;border:1px solid var(--line);border-radius:.5rem;min-height:2.75rem}
textarea{width:100%;min-height:10rem;font:inherit;padding:.6rem;border:1px solid var(--soft);border-radius:.5rem;background:var(--paper);color:var(--ink)}
button{font:inherit;font-weight:600;min-height:2.75rem;padding:.5rem 1.25rem;border:0;border-radius:.5rem;background:var(--accent);color:var(--on-accent);cursor:pointer}
fieldset{border:0;padding:0;margin:0}legend,.question{font-size:1.2rem;font-weight:600;padding:0;margin:0 0 .75rem;display:block}
progress{width:100%;height:.6rem;accent-color:var(--accent)}
dl{display:grid;grid-template-columns:minmax(8rem,auto) 1fr;gap:.25rem 1rem}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.skip{position:absolute;left:-999rem}.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.5rem}
";

/// A page of the stand-in's own console.
pub(super) fn console_page(title: &str, body: &str) -> Response {
    let navigation = "<strong>HeyMilo stand-in</strong><nav aria-label=\"Pages\"><a href=\"/\">Overview</a><a href=\"/outbox\">Outbox</a>\
        <a href=\"/webhooks\">Webhooks</a><a href=\"/settings\">Settings</a><a href=\"/calls\">API calls</a></nav>";
    document(StatusCode::OK, "en", title, navigation, "", body)
}

/// A page for the candidate.
pub(super) fn candidate_page(status: StatusCode, language: &str, title: &str, company: &str, body: &str) -> Response {
    document(
        status,
        language,
        title,
        &format!("<strong>{}</strong>", escape(company)),
        "narrow",
        body,
    )
}

/// A console page that says that something does not exist.
pub(super) fn missing(what: &str) -> Response {
    let body = format!("<h1>Not found</h1><p>There is no such {}.</p>", escape(what));
    document(
        StatusCode::NOT_FOUND,
        "en",
        "Not found",
        "<a href=\"/\">HeyMilo stand-in</a>",
        "",
        &body,
    )
}

fn document(status: StatusCode, language: &str, title: &str, top: &str, main_class: &str, body: &str) -> Response {
    let page = format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>{}</title><style>{STYLE}</style></head><body><a class=\"skip\" href=\"#main\">Skip to content</a>\
         <header class=\"top\"><div>{top}</div></header><main id=\"main\" class=\"{main_class}\">{body}</main></body></html>",
        escape(language),
        escape(title)
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
        ),
    ];
    (status, headers, page).into_response()
}

/// A table with a caption for screen readers; an empty one says so.
pub(super) fn table(caption: &str, heads: &[&str], rows: &[Vec<String>]) -> String {
    if rows.is_empty() {
        return format!("<p class=\"soft\">{}: none yet.</p>", escape(caption));
    }
    let head = join(heads.iter().map(|head| format!("<th scope=\"col\">{}</th>", escape(head))));
    let cells = |cells: &Vec<String>| join(cells.iter().map(|cell| format!("<td>{cell}</td>")));
    let body = join(rows.iter().map(|row| format!("<tr>{}</tr>", cells(row))));
    let caption = escape(caption);
    format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
}

/// Pieces of markup, one after the other.
pub(super) fn join(pieces: impl Iterator<Item = String>) -> String {
    pieces.collect::<Vec<_>>().concat()
}

/// A link with escaped text.
pub(super) fn link(href: &str, text: &str) -> String {
    format!("<a href=\"{}\">{}</a>", escape(href), escape(text))
}

#[cfg(test)]
mod tests {
    use super::{escape, link};

    #[test]
    fn nothing_breaks_out_of_text_or_attributes() {
        assert_eq!(escape("<b> & \"x\" 'y'"), "&lt;b&gt; &amp; &quot;x&quot; &#39;y&#39;");
        assert_eq!(link("/a\"b", "<i>"), "<a href=\"/a&quot;b\">&lt;i&gt;</a>");
    }
}
