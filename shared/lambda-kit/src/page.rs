//! The one frame of our HTML pages: head, embedded styles, skip link, header, main landmark.
//!
//! Styles come from `page.css` and class names only: the content security policy refuses `style` attributes. Report
//! pages have a document of their own in `report`.

use crate::signing::random_token;
use std::fmt;

const STYLES: &str = include_str!("page.css");
const PRODUCT: &str = "HeyMilo for Workday";

/// A random value that lets one page's own styles and scripts run, and nothing else.
#[derive(Debug, Clone)]
pub struct Nonce(String);

impl Nonce {
    /// A fresh nonce. Without randomness the page shows unstyled rather than not at all.
    pub fn new() -> Self {
        Self(random_token().unwrap_or_default())
    }
}

impl Default for Nonce {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// One entry of a page's navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What the reader sees.
    pub label: String,
    /// Where it leads; a path of our own.
    pub path: String,
    /// The page shown is this one.
    pub current: bool,
}

/// A page's frame. Texts are escaped here; the body given to [`Page::render`] is HTML built with [`escape`].
#[derive(Debug, Clone)]
pub struct Page {
    title: String,
    brand: String,
    navigation: Vec<Link>,
    aside: String,
    narrow: bool,
}

impl Page {
    /// A page with this title under the product's name.
    pub fn new(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            brand: PRODUCT.to_owned(),
            navigation: Vec::new(),
            aside: String::new(),
            narrow: false,
        }
    }

    /// Shows another name in the header: the candidate's pages carry the employer's.
    #[must_use]
    pub fn brand(mut self, name: &str) -> Self {
        name.clone_into(&mut self.brand);
        self
    }

    /// Adds the navigation.
    #[must_use]
    pub fn navigation(mut self, links: Vec<Link>) -> Self {
        self.navigation = links;
        self
    }

    /// Adds HTML to the end of the header, such as a sign-out form.
    #[must_use]
    pub fn aside(mut self, html: &str) -> Self {
        html.clone_into(&mut self.aside);
        self
    }

    /// Sets the text in one narrow column: for pages that are read rather than worked with.
    #[must_use]
    pub fn narrow(mut self) -> Self {
        self.narrow = true;
        self
    }

    /// The whole document around `body`.
    pub fn render(&self, nonce: &Nonce, body: &str) -> String {
        let (title, brand) = (escape(&self.title), escape(&self.brand));
        let width = if self.narrow { "narrow" } else { "wide" };
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"robots\" content=\"noindex\">\n\
             <title>{title} · {brand}</title>\n<style nonce=\"{nonce}\">{STYLES}</style>\n</head>\n<body>\n\
             <a class=\"skip\" href=\"#main\">Skip to the content</a>\n\
             <header class=\"masthead\"><div class=\"{width}\"><span class=\"brand\">{brand}</span>{navigation}{aside}</div></header>\n\
             <main id=\"main\" class=\"{width}\" tabindex=\"-1\">\n{body}\n</main>\n</body>\n</html>\n",
            navigation = self.navigation_html(),
            aside = self.aside,
        )
    }

    fn navigation_html(&self) -> String {
        if self.navigation.is_empty() {
            return String::new();
        }
        let mut html = String::from("<nav aria-label=\"Main\">");
        for Link { label, path, current } in &self.navigation {
            let current = if *current { "\" aria-current=\"page\">" } else { "\">" };
            html.extend(["<a href=\"", &escape(path), current, &escape(label), "</a>"]);
        }
        html + "</nav>"
    }
}

/// Text for HTML, as content or in a quoted attribute: the five special characters become entities; control
/// characters and those that reverse the reading direction of what follows are dropped.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(character),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            other if other.is_control() => {}
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_text_stays_text() {
        let hostile = "</title><script>alert('&\"')</script>\u{202e}gpj\u{0}\u{7}";
        let escaped = escape(hostile);
        assert_eq!(
            escaped,
            "&lt;/title&gt;&lt;script&gt;alert(&#39;&amp;&quot;&#39;)&lt;/script&gt;gpj"
        );
        let link = Link {
            label: hostile.into(),
            path: hostile.into(),
            current: true,
        };
        let page = Page::new(hostile).brand(hostile).navigation(vec![link]).render(&Nonce::new(), "");
        assert_eq!(page.matches("<script").count(), 0);
        assert_eq!(page.matches("</title>").count(), 1);
    }

    #[test]
    fn names_in_any_script_survive() {
        assert_eq!(escape("Zoë 李雷 نور 👩‍💻"), "Zoë 李雷 نور 👩‍💻");
    }

    #[test]
    fn the_styles_carry_the_nonce_and_the_page_has_its_landmarks() {
        let nonce = Nonce::new();
        let page = Page::new("Integrations").narrow().render(&nonce, "<h1>Integrations</h1>");
        assert!(page.contains(&format!("<style nonce=\"{nonce}\">")));
        for part in [
            "href=\"#main\"",
            "<header",
            "<main id=\"main\"",
            "<title>Integrations · HeyMilo for Workday</title>",
        ] {
            assert!(page.contains(part), "{part} is missing");
        }
        assert!(!page.contains(" style="), "the policy refuses style attributes");
    }
}
