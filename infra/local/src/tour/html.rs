//! What a browser reads out of a page: its tags, its links, and its text as a person reads it.

use reqwest::Url;

/// Where the first link with this label leads.
pub(super) fn link(page: &Url, html: &str, label: &str) -> Option<Url> {
    let labelled = |tag: &Tag<'_>| tag.name == "a" && visible(tag.text("</a>")) == label;
    page.join(&tags(html).find(labelled)?.attribute("href")?).ok()
}

/// A page as it reads: without its markup.
pub(super) fn visible(html: &str) -> String {
    let body = html.split_once("</style>").map_or(html, |(_, body)| body);
    let pieces = body
        .split('<')
        .enumerate()
        .map(|(index, piece)| match (index, piece.split_once('>')) {
            (0, _) => piece,
            (_, Some((_, text))) => text,
            (_, None) => "",
        });
    unescaped(&pieces.collect::<Vec<_>>().join(" "))
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// The text of every element whose start tag is exactly this one.
pub(super) fn texts(html: &str, start: &str, end: &str) -> Vec<String> {
    let pieces = html.split(start).skip(1);
    pieces.filter_map(|piece| Some(visible(piece.split_once(end)?.0))).collect()
}

/// A start or end tag.
pub(super) struct Tag<'a> {
    pub(super) name: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
    /// The page behind the tag.
    pub(super) after: &'a str,
}

impl<'a> Tag<'a> {
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let found = self.attributes.iter().find(|(found, _)| *found == name);
        found.map(|(_, value)| unescaped(value))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.attributes.iter().any(|(found, _)| *found == name)
    }

    pub(super) fn text(&self, end: &str) -> &'a str {
        self.after.split_once(end).map_or("", |(text, _)| text)
    }
}

pub(super) fn tags(html: &str) -> impl Iterator<Item = Tag<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        loop {
            let (_, after) = rest.split_once('<')?;
            rest = after;
            if let Some(tag) = tag(after) {
                rest = tag.after;
                return Some(tag);
            }
        }
    })
}

fn tag(text: &str) -> Option<Tag<'_>> {
    let (name, mut rest) = cut(text, |c| c.is_whitespace() || c == '>')?;
    if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') {
        return None;
    }
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('>') {
            return Some(Tag { name, attributes, after });
        }
        let (attribute, after) = cut(rest, |c| c.is_whitespace() || c == '>' || c == '=')?;
        let Some(quoted) = after.strip_prefix('=') else {
            attributes.push((attribute, ""));
            // A slash or a stray quote is no attribute, but it must be passed.
            rest = if attribute.is_empty() { after.get(1..)? } else { after };
            continue;
        };
        let (value, after) = match quoted.strip_prefix('"') {
            Some(inside) => inside.split_once('"')?,
            None => cut(quoted, |c| c.is_whitespace() || c == '>')?,
        };
        attributes.push((attribute, value));
        rest = after;
    }
}

/// The text up to the first character that ends it, and the rest with that character.
fn cut(text: &str, ends: impl Fn(char) -> bool) -> Option<(&str, &str)> {
    text.find(ends).map(|at| text.split_at(at))
}

/// Text behind its entities.
pub(super) fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let entity = after.split_once(';').and_then(|(name, behind)| Some((character(name)?, behind)));
        rest = if let Some((character, behind)) = entity {
            plain.push(character);
            behind
        } else {
            plain.push('&');
            after
        };
    }
    plain + rest
}

fn character(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "nbsp" => Some(' '),
        _ => {
            let number = entity.strip_prefix('#')?;
            let number = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(number)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<!doctype html><style>a>b{}</style><a href=\"/other?a=1&amp;b=2\">Go <b>on</b></a><p/>Bye &lt;b&gt;";

    #[test]
    fn links_and_texts_are_read_as_a_person_reads_them() {
        let page = "http://127.0.0.1:1/page".parse().unwrap();
        assert_eq!(link(&page, PAGE, "Go on").unwrap().as_str(), "http://127.0.0.1:1/other?a=1&b=2");
        assert!(link(&page, PAGE, "Go").is_none());
        assert_eq!(visible(PAGE), "Go on Bye <b>");
        assert_eq!(texts("<td>1</td><td>2 &amp; 3</td>", "<td>", "</td>"), ["1", "2 & 3"]);
    }

    #[test]
    fn entities_are_text_and_what_is_none_stays() {
        assert_eq!(unescaped("&#39;&#x1f680;&amp;lt; &unknown; & x"), "'\u{1f680}&lt; &unknown; & x");
    }

    #[test]
    fn tags_end_where_they_end_and_text_is_no_tag() {
        let names: Vec<&str> = tags("a < b <i class=x checked><input value=\">\" / name=n></i>")
            .map(|tag| tag.name)
            .collect();
        assert_eq!(names, ["i", "input", "/i"]);
        let input = tags("<input value=\">\" / name=n>").next().unwrap();
        assert_eq!(
            (input.attribute("value"), input.attribute("name")),
            (Some(">".into()), Some("n".into()))
        );
        assert!(tags("<input value=\"never closed").next().is_none());
    }
}
