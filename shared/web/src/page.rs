//! The one frame of our HTML pages: head, embedded styles, skip link, header, main landmark.
//!
//! Styles come from `page.css` and class names only: the content security policy refuses `style` attributes. Report
//! pages have a document of their own in `report`.

use crate::Document;
use keys::random_token;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use std::fmt;

const STYLES: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
const PRODUCT: &str = "HeyMilo for Workday";

/// A random value that lets one page's own styles and script apply, and nothing else.
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

/// A page's frame.
#[derive(Debug, Clone)]
pub struct Page {
    title: String,
    language: &'static str,
    skip: &'static str,
    ground: Option<[u8; 3]>,
    brand: String,
    navigation: Vec<Link>,
    aside: Markup,
    narrow: bool,
    live: bool,
}

impl Page {
    /// A page with this title under the product's name.
    pub fn new(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            language: "en",
            skip: "Skip to the content",
            ground: None,
            brand: PRODUCT.to_owned(),
            navigation: Vec::new(),
            aside: html! {},
            narrow: false,
            live: false,
        }
    }

    /// The language of its text (BCP 47), where that is not English, with what the link past the head says in it.
    #[must_use]
    pub fn language(mut self, tag: &'static str, skip: &'static str) -> Self {
        (self.language, self.skip) = (tag, skip);
        self
    }

    /// The ground of its large button (red, green and blue), on which white is read.
    #[must_use]
    pub fn ground(mut self, colour: Option<[u8; 3]>) -> Self {
        self.ground = colour;
        self
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

    /// Adds something to the end of the header, such as a sign-out form.
    #[must_use]
    pub fn aside(mut self, aside: Markup) -> Self {
        self.aside = aside;
        self
    }

    /// Sets the text in one narrow column: for pages that are read rather than worked with.
    #[must_use]
    pub fn narrow(mut self) -> Self {
        self.narrow = true;
        self
    }

    /// Runs our script: the answer must be [`crate::answer::live_page`].
    #[must_use]
    pub fn live(mut self) -> Self {
        self.live = true;
        self
    }

    /// The whole document around `body`.
    pub fn document(&self, nonce: &Nonce, body: &Markup) -> Document {
        let width = if self.narrow { "narrow" } else { "wide" };
        Document::new(html! {
            (DOCTYPE)
            html lang=(self.language) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="robots" content="noindex";
                    title { (self.title) " \u{b7} " (self.brand) }
                    style nonce=(nonce) { (PreEscaped(STYLES)) }
                    @if let Some([red, green, blue]) = self.ground {
                        style nonce=(nonce) { "main .large{background:rgb(" (red) "," (green) "," (blue) ");color:#fff;border-color:#fff}" }
                    }
                }
                body {
                    a.skip href="#main" { (self.skip) }
                    header.masthead {
                        div class=(width) {
                            span.brand { (self.brand) }
                            (self.links())
                            (self.aside)
                        }
                    }
                    main #main class=(width) tabindex="-1" { (body) }
                    @if self.live { script nonce=(nonce) { (PreEscaped(SCRIPT)) } }
                }
            }
        })
    }

    fn links(&self) -> Markup {
        html! {
            @if !self.navigation.is_empty() {
                nav aria-label="Main" {
                    @for Link { label, path, current } in &self.navigation {
                        a href=(path) aria-current=[current.then_some("page")] { (label) }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_title_brand_or_link_stays_text() {
        let hostile = "</title><script>alert(1)</script>";
        let link = Link {
            label: hostile.into(),
            path: hostile.into(),
            current: true,
        };
        let page = Page::new(hostile).brand(hostile).navigation(vec![link]);
        let page = page.document(&Nonce::new(), &html! {});
        assert_eq!(page.as_str().matches("<script").count(), 0);
        assert_eq!(page.as_str().matches("</title>").count(), 1);
    }

    #[test]
    fn only_a_live_page_runs_a_script_and_only_ours() {
        let nonce = Nonce::new();
        let shown = Page::new("Activity").live().document(&nonce, &html! { p { "<script>" } });
        assert_eq!(shown.as_str().matches("<script").count(), 1);
        assert!(
            shown
                .as_str()
                .contains(&format!("<script nonce=\"{nonce}\">{SCRIPT}</script></body>"))
        );
        assert!(!SCRIPT.contains("</"), "the script would end early");
    }

    #[test]
    fn the_styles_carry_the_nonce_and_the_page_has_its_landmarks() {
        let nonce = Nonce::new();
        let page = Page::new("Integrations").narrow();
        let page = page.document(&nonce, &html! { h1 { "Integrations" } });
        for part in [
            &format!("<style nonce=\"{nonce}\">"),
            "<a class=\"skip\" href=\"#main\">",
            "<header class=\"masthead\"><div class=\"narrow\">",
            "<main id=\"main\" class=\"narrow\" tabindex=\"-1\"><h1>Integrations</h1></main>",
            "<title>Integrations · HeyMilo for Workday</title>",
        ] {
            assert!(page.as_str().contains(part), "{part} is missing from {}", page.as_str());
        }
        assert!(!page.as_str().contains(" style="), "the policy refuses style attributes");
    }
}
