//! A page's forms: what their fields say, and what a person fills in.

use crate::dom::{Element, parse};
use url::Url;

/// A form as the page offers it, then as a person fills it in.
#[derive(Debug, Clone)]
pub struct Form {
    /// The address of the page it stands on: a browser tells the server.
    pub page: Url,
    /// Where it leads.
    pub action: Url,
    /// Whether it is posted.
    pub is_post: bool,
    controls: Vec<Control>,
}

#[derive(Debug, Clone)]
struct Control {
    name: String,
    value: String,
    kind: Kind,
    /// What a person reads beside it, or on it.
    label: String,
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

impl Control {
    /// By its label, of which a hint may be left out, or by its name.
    fn is_called(&self, what: &str) -> bool {
        let label = self.label.strip_prefix(what);
        self.name == what || label.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    }
}

impl Form {
    /// The page's forms, in its order.
    pub(crate) fn all(page: &Url, html: &str) -> Vec<Self> {
        let html = parse(html);
        let forms = html.all("form").into_iter();
        forms
            .filter_map(|form| {
                let action = form.attribute("action").unwrap_or_else(|| page.to_string());
                let method = form.attribute("method").unwrap_or_default();
                Some(Self {
                    page: page.clone(),
                    action: page.join(&action).ok()?,
                    is_post: method.eq_ignore_ascii_case("post"),
                    controls: controls(&html, &form),
                })
            })
            .collect()
    }

    /// Types a text, chooses an option, ticks a box or presses a button, by its label or its name. The page must offer it.
    pub fn fill(mut self, what: &str, value: &str) -> Result<Self, String> {
        let offers = |control: &Control| control.kind == Kind::Text || control.value == value;
        let offered = |control: &Control| control.is_called(what) && offers(control);
        let Some(index) = self.controls.iter().position(offered) else {
            return Err(format!("the page offers no {what:?} with {value:?}"));
        };
        self.take(index, value);
        Ok(self)
    }

    /// Ticks the box, chooses the option or presses the button with this label.
    pub fn choose(mut self, label: &str) -> Result<Self, String> {
        let offered = |control: &Control| control.kind != Kind::Text && control.is_called(label);
        let Some(index) = self.controls.iter().position(offered) else {
            return Err(format!("the page offers no {label:?} to choose"));
        };
        let value = self.controls.get(index).map(|control| control.value.clone());
        self.take(index, &value.unwrap_or_default());
        Ok(self)
    }

    /// Sends this control, and none of the other choices of its name.
    fn take(&mut self, index: usize, value: &str) {
        let name = self.controls.get(index).map(|control| control.name.clone());
        for (place, control) in self.controls.iter_mut().enumerate() {
            if place == index {
                control.is_sent = true;
                value.clone_into(&mut control.value);
            } else if control.kind == Kind::Choice && Some(&control.name) == name.as_ref() {
                control.is_sent = false;
            }
        }
    }

    /// What is sent: the page's own hidden fields and defaults, and what was filled in.
    pub fn fields(&self) -> Vec<(&str, &str)> {
        let sent = self.controls.iter().filter(|control| control.is_sent);
        sent.map(|control| (control.name.as_str(), control.value.as_str())).collect()
    }

    /// What a field says now.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields().into_iter().find(|(field, _)| *field == name).map(|(_, value)| value)
    }

    /// The values that a choice offers.
    pub fn offers(&self, name: &str) -> Vec<String> {
        let choices = self
            .controls
            .iter()
            .filter(|control| control.kind == Kind::Choice && control.name == name);
        choices.map(|control| control.value.clone()).collect()
    }
}

fn controls(html: &Element, form: &Element) -> Vec<Control> {
    let mut found: Vec<Control> = Vec::new();
    for element in form.elements() {
        let value = element.attribute("value").unwrap_or_default();
        match element.name() {
            "input" => found.extend(input(html, &element)),
            "textarea" => found.extend(named(html, &element, element.text(), Kind::Text)),
            "button" => found.extend(named(html, &element, value, Kind::Button)),
            "select" => found.extend(select(html, &element)),
            _ => {}
        }
    }
    found
}

/// A control with a name, sent as it stands only if it is a text.
fn named(html: &Element, element: &Element, value: String, kind: Kind) -> Option<Control> {
    Some(Control {
        name: element.attribute("name").filter(|name| !name.is_empty())?,
        value,
        kind,
        label: label(html, element),
        is_sent: kind == Kind::Text,
    })
}

fn input(html: &Element, element: &Element) -> Option<Control> {
    let (kind, default) = match element.attribute("type").as_deref() {
        Some("radio") => (Kind::Choice, ""),
        Some("checkbox") => (Kind::Box, "on"),
        Some("submit") => (Kind::Button, ""),
        Some(_) | None => (Kind::Text, ""),
    };
    let value = element.attribute("value").unwrap_or_else(|| default.to_owned());
    let control = named(html, element, value, kind)?;
    Some(Control {
        is_sent: kind == Kind::Text || element.has("checked"),
        ..control
    })
}

/// A select's options: the chosen one is sent, or else the first.
fn select(html: &Element, element: &Element) -> Vec<Control> {
    let options = element.all("option");
    let chosen = options.iter().rposition(|option| option.has("selected")).unwrap_or(0);
    let controls = options.iter().enumerate().filter_map(|(place, option)| {
        let value = option.attribute("value").unwrap_or_else(|| option.visible());
        let control = named(html, element, value, Kind::Choice)?;
        Some(Control {
            is_sent: place == chosen,
            ..control
        })
    });
    controls.collect()
}

/// What a person reads beside the control: the label around it or for it, what it is announced as, or what stands on it.
fn label(html: &Element, element: &Element) -> String {
    if element.name() == "button" {
        return element.visible();
    }
    let points_here = |label: &Element| label.has("for") && label.attribute("for") == element.attribute("id");
    let pointing = || html.all("label").into_iter().find(points_here);
    let announced = || element.attribute("aria-label").unwrap_or_default();
    let label = element.around("label").or_else(pointing);
    label.map_or_else(announced, |label| label.visible())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<form method=\"post\" action=\"/save\"><input type=\"hidden\" name=\"token\" value=\"a&quot;b\">\
        <label for=\"t\">Tenant <span>as Workday calls it</span></label><input id=\"t\" name=\"tenant\" value=\"acme\" required>\
        <label><input type=\"radio\" name=\"way\" value=\"\" checked>As before</label><label><input type=\"radio\" name=\"way\" value=\"x\">Anew</label>\
        <label><input type=\"checkbox\" name=\"sure\">I am sure</label><textarea name=\"list\">a &lt; b</textarea>\
        <select name=\"style\" aria-label=\"Style\"><option value=\"one\">1</option><option value=\"two\" selected>2</option></select>\
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
        let filled = form().fill("Tenant", "other").unwrap().choose("Anew").unwrap();
        let filled = filled
            .choose("I am sure")
            .unwrap()
            .fill("Style", "one")
            .unwrap()
            .choose("No")
            .unwrap();
        let expected = [
            ("token", "a\"b"),
            ("tenant", "other"),
            ("way", "x"),
            ("sure", "on"),
            ("list", "a < b"),
            ("style", "one"),
            ("decision", "no"),
        ];
        assert_eq!(filled.fields(), expected);
        assert_eq!((form().is_post, form().action.path()), (true, "/save"));
        assert_eq!(
            (form().offers("way"), filled.value("sure")),
            (vec![String::new(), "x".into()], Some("on"))
        );
    }

    #[test]
    fn names_do_where_a_page_has_no_label() {
        let filled = form().fill("list", "c").unwrap().fill("way", "x").unwrap();
        assert_eq!((filled.value("list"), filled.value("way")), (Some("c"), Some("x")));
    }

    #[test]
    fn what_the_page_does_not_offer_cannot_be_filled_in() {
        assert!(form().fill("role", "owner").is_err());
        assert!(form().fill("way", "unheard of").is_err());
        assert!(form().fill("Ten", "part of a word").is_err());
        assert!(form().choose("Maybe").is_err());
    }
}
