//! What came back, and what a person reads on it.

use crate::dom::{Element, parse};
use crate::form::Form;
use bytes::Bytes;
use http::header::{LOCATION, SET_COOKIE};
use http::{HeaderMap, StatusCode};
use url::Url;

/// An answer, as the browser shows it.
#[derive(Debug, Clone)]
pub struct Page {
    /// Where it is from.
    pub url: Url,
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
    /// The addresses that led here, first to last, as a person may read them.
    pub trail: Vec<String>,
}

impl Page {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The page without its markup, as a person reads it.
    pub fn words(&self) -> String {
        words(&self.text())
    }

    /// Where it sends the browser.
    pub fn location(&self) -> Option<&str> {
        self.headers.get(LOCATION).and_then(|value| value.to_str().ok())
    }

    /// Where it sends the browser, and the note that is left for that page: `/settings done:saved`.
    pub fn leads_to(&self) -> Option<String> {
        let lines = self.headers.get_all(SET_COOKIE).into_iter().filter_map(|value| value.to_str().ok());
        let note = lines
            .filter_map(|cookie| cookie.split(';').next())
            .find_map(|cookie| cookie.split_once("note="));
        let location = self.location()?;
        Some(note.map_or_else(|| location.to_owned(), |(_, note)| format!("{location} {note}")))
    }

    /// The page must answer 200 and say all of this, in words as a person reads them.
    pub fn must_say(&self, parts: &[&str]) -> Result<(), String> {
        self.must_be_shown()?;
        let words = self.words();
        match parts.iter().find(|part| !words.contains(**part)) {
            None => Ok(()),
            Some(part) => Err(format!("{} does not say {part:?}", path_of(&self.url))),
        }
    }

    /// The page must not say this.
    pub fn must_not_say(&self, part: &str) -> Result<(), String> {
        if self.words().contains(part) {
            Err(format!("{} says {part:?}", path_of(&self.url)))
        } else {
            Ok(())
        }
    }

    /// The page must answer 200.
    pub fn must_be_shown(&self) -> Result<(), String> {
        if self.status == StatusCode::OK {
            Ok(())
        } else {
            Err(format!("{} answered {}", path_of(&self.url), self.status.as_u16()))
        }
    }

    /// The form that leads to an address ending like this.
    pub fn form(&self, action: &str) -> Result<Form, String> {
        let mut forms = Form::all(&self.url, &self.text()).into_iter();
        let found = forms.find(|form| form.action.path().ends_with(action));
        found.ok_or_else(|| format!("{} has no form for {action}", path_of(&self.url)))
    }

    /// Where the first link with this label leads.
    pub fn link(&self, label: &str) -> Result<Url, String> {
        let links = parse(&self.text()).all("a");
        let found = links.iter().find(|link| link.visible() == label);
        let address = found.and_then(|link| self.url.join(&link.attribute("href")?).ok());
        address.ok_or_else(|| format!("{} has no link {label:?}", path_of(&self.url)))
    }

    /// What every element with this tag says.
    pub fn texts(&self, tag: &str) -> Vec<String> {
        parse(&self.text()).all(tag).iter().map(Element::visible).collect()
    }

    /// The rows of its tables, cell by cell.
    pub fn rows(&self) -> Vec<Vec<String>> {
        let cells = |row: &Element| {
            let cells = row.elements().into_iter().filter(|element| matches!(element.name(), "th" | "td"));
            cells.map(|cell| cell.visible()).collect()
        };
        parse(&self.text()).all("tr").iter().map(cells).collect()
    }

    /// What stands beside a term in a list of facts.
    pub fn fact(&self, term: &str) -> Result<String, String> {
        let lists = parse(&self.text()).all("dl");
        let facts = lists.iter().flat_map(|list| list.all("dt").into_iter().zip(list.all("dd")));
        let found = facts.into_iter().find(|(name, _)| name.visible() == term);
        let found = found.map(|(_, fact)| fact.visible());
        found.ok_or_else(|| format!("{} has no {term:?}", path_of(&self.url)))
    }
}

/// HTML as it reads: without its markup, one space between words.
pub fn words(html: &str) -> String {
    parse(html).visible()
}

/// An address as it may be printed: no query, where codes and tokens stand, and no personal link's last part.
pub fn path_of(url: &Url) -> String {
    match url.path().rsplit_once('/') {
        Some((front, last)) if last.len() > 30 => format!("{front}/…"),
        Some(_) | None => url.path().to_owned(),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn page(html: &str) -> Page {
        Page {
            url: "http://127.0.0.1:1/page".parse().unwrap(),
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            body: html.to_owned().into(),
            trail: Vec::new(),
        }
    }

    const PAGE: &str = "<!doctype html><style>a>b{}</style><a href=\"/other?a=1&amp;b=2\">Go <b>on</b></a><p/>Bye &lt;b&gt;\
        <dl><dt>Name</dt><dd><code>x &amp; y</code></dd><dt>Other</dt><dd>z</dd></dl>";

    #[test]
    fn a_page_is_read_as_a_person_reads_it() {
        let page = page(PAGE);
        assert_eq!(page.link("Go on").unwrap().as_str(), "http://127.0.0.1:1/other?a=1&b=2");
        assert!(page.link("Go").unwrap_err().contains("/page has no link"));
        assert_eq!(page.words(), "Go on Bye <b> Name x & y Other z");
        assert_eq!(page.texts("dd"), ["x & y", "z"]);
        assert_eq!(page.fact("Name").unwrap(), "x & y");
        assert!(page.fact("Nobody").is_err());
    }

    #[test]
    fn a_table_is_read_cell_by_cell() {
        let page =
            page("<table><tr><th>Who<th>State</tr><tr><th>Ada <i>1</i></th><td><b>In</b> time</td></tr></table><table><tr><td></table>");
        assert_eq!(page.rows(), [vec!["Who", "State"], vec!["Ada 1", "In time"], vec![""]]);
    }

    #[test]
    fn what_a_page_must_say_it_says_in_words() {
        let page = page(PAGE);
        page.must_say(&["Go on", "Bye <b>"]).unwrap();
        assert!(page.must_say(&["&lt;"]).is_err());
        page.must_not_say("a>b").unwrap();
        assert!(page.must_not_say("Bye").is_err());
    }
}
