//! A page's forms: what their fields say, and what a person fills in.

use super::html::{tags, unescaped};
use reqwest::Url;

/// A form as the page offers it, then as a person fills it in.
#[derive(Debug, Clone)]
pub(super) struct Form {
    /// The address of the page it stands on: a browser tells the server.
    pub(super) page: Url,
    pub(super) action: Url,
    pub(super) is_post: bool,
    controls: Vec<Control>,
}

#[derive(Debug, Clone)]
struct Control {
    name: String,
    value: String,
    kind: Kind,
    /// Whether it is sent: a box that is ticked, a button that is pressed, any text.
    is_sent: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Choice,
    Box,
    Button,
}

impl Form {
    /// The page's forms, in its order.
    pub(super) fn all(page: &Url, html: &str) -> Vec<Self> {
        tags(html)
            .filter(|tag| tag.name == "form")
            .filter_map(|tag| {
                let inside = tag.after.split_once("</form>").map_or(tag.after, |(inside, _)| inside);
                Some(Self {
                    page: page.clone(),
                    action: page.join(&tag.attribute("action").unwrap_or_else(|| page.to_string())).ok()?,
                    is_post: tag.attribute("method").is_some_and(|method| method.eq_ignore_ascii_case("post")),
                    controls: controls(inside),
                })
            })
            .collect()
    }

    /// Types a text, chooses an option, ticks a box or presses a button. The page must offer it.
    pub(super) fn fill(mut self, name: &str, value: &str) -> Result<Self, String> {
        let offered = |control: &Control| control.name == name && (control.kind == Kind::Text || control.value == value);
        let Some(index) = self.controls.iter().position(offered) else {
            return Err(format!("the page offers no {name} with {value:?}"));
        };
        for (place, control) in self.controls.iter_mut().enumerate() {
            if place == index {
                control.is_sent = true;
                value.clone_into(&mut control.value);
            } else if control.kind == Kind::Choice && control.name == name {
                control.is_sent = false;
            }
        }
        Ok(self)
    }

    /// What is sent: the page's own hidden fields and defaults, and what was filled in.
    pub(super) fn fields(&self) -> Vec<(&str, &str)> {
        let sent = self.controls.iter().filter(|control| control.is_sent);
        sent.map(|control| (control.name.as_str(), control.value.as_str())).collect()
    }

    /// The values that a choice offers.
    pub(super) fn offers(&self, name: &str) -> Vec<String> {
        let choices = self
            .controls
            .iter()
            .filter(|control| control.kind == Kind::Choice && control.name == name);
        choices.map(|control| control.value.clone()).collect()
    }
}

fn controls(html: &str) -> Vec<Control> {
    let mut found = Vec::new();
    // The select that the next options belong to, and whether one of them is chosen.
    let mut select: Option<String> = None;
    for tag in tags(html) {
        let name = tag.attribute("name").filter(|name| !name.is_empty());
        let value = tag.attribute("value");
        let mut add = |name: String, value: String, kind, is_sent| {
            found.push(Control {
                name,
                value,
                kind,
                is_sent,
            });
        };
        match (tag.name, name, &select) {
            ("input", Some(name), _) => match tag.attribute("type").as_deref() {
                Some("radio") => add(name, value.unwrap_or_default(), Kind::Choice, tag.has("checked")),
                Some("checkbox") => add(name, value.unwrap_or_else(|| "on".into()), Kind::Box, tag.has("checked")),
                Some("submit") => add(name, value.unwrap_or_default(), Kind::Button, false),
                Some(_) | None => add(name, value.unwrap_or_default(), Kind::Text, true),
            },
            ("textarea", Some(name), _) => add(name, unescaped(tag.text("</textarea>")), Kind::Text, true),
            ("button", Some(name), _) => add(name, value.unwrap_or_default(), Kind::Button, false),
            ("select", name, _) => select = name,
            ("/select", ..) => select = None,
            ("option", _, Some(name)) => {
                let first = !found.iter().any(|control: &Control| control.name == *name);
                let chosen = tag.has("selected");
                if chosen {
                    found
                        .iter_mut()
                        .filter(|control| control.name == *name)
                        .for_each(|other| other.is_sent = false);
                }
                found.push(Control {
                    name: name.clone(),
                    value: value.unwrap_or_default(),
                    kind: Kind::Choice,
                    is_sent: chosen || first,
                });
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<form method=\"post\" action=\"/save\"><input type=\"hidden\" name=\"token\" value=\"a&quot;b\">\
        <input name=\"tenant\" value=\"acme\" required><input type=\"radio\" name=\"way\" value=\"\" checked><input type=\"radio\" name=\"way\" value=\"x\">\
        <input type=\"checkbox\" name=\"sure\" value=\"on\"><textarea name=\"list\">a &lt; b</textarea>\
        <select name=\"style\"><option value=\"one\">1</option><option value=\"two\" selected>2</option></select>\
        <button name=\"decision\" value=\"yes\">Yes</button><button name=\"decision\" value=\"no\">No</button></form>";

    fn form() -> Form {
        Form::all(&"http://127.0.0.1:1/page".parse().unwrap(), PAGE).remove(0)
    }

    #[test]
    fn a_form_sends_what_the_page_says_until_a_person_says_otherwise() {
        let own = [
            ("token", "a\"b"),
            ("tenant", "acme"),
            ("way", ""),
            ("list", "a < b"),
            ("style", "two"),
        ];
        assert_eq!(form().fields(), own);
        let filled = form().fill("tenant", "other").unwrap().fill("way", "x").unwrap();
        let filled = filled
            .fill("sure", "on")
            .unwrap()
            .fill("style", "one")
            .unwrap()
            .fill("decision", "no")
            .unwrap();
        assert_eq!(
            filled.fields(),
            [
                ("token", "a\"b"),
                ("tenant", "other"),
                ("way", "x"),
                ("sure", "on"),
                ("list", "a < b"),
                ("style", "one"),
                ("decision", "no")
            ]
        );
        assert_eq!((form().is_post, form().action.path()), (true, "/save"));
        assert_eq!(form().offers("way"), ["", "x"]);
    }

    #[test]
    fn what_the_page_does_not_offer_cannot_be_filled_in() {
        assert!(form().fill("role", "owner").is_err());
        assert!(form().fill("way", "unheard of").is_err());
        assert!(form().fill("decision", "maybe").is_err());
    }
}
