//! A page's forms: what their fields say, and what a person fills in.

use crate::page::{selected, visible};
use scraper::{ElementRef, Html};
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
        let html = Html::parse_document(html);
        let forms = selected(&html, "form").into_iter();
        forms
            .filter_map(|form| {
                Some(Self {
                    page: page.clone(),
                    action: page.join(form.attr("action").unwrap_or(page.as_str())).ok()?,
                    is_post: form.attr("method").is_some_and(|method| method.eq_ignore_ascii_case("post")),
                    controls: controls(&html, form),
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

fn controls(html: &Html, form: ElementRef<'_>) -> Vec<Control> {
    let mut found: Vec<Control> = Vec::new();
    for element in form.descendants().filter_map(ElementRef::wrap) {
        match element.value().name() {
            "input" => found.extend(input(html, element)),
            "textarea" => found.extend(named(html, element, element.text().collect(), Kind::Text)),
            "button" => found.extend(named(html, element, value(element).unwrap_or_default(), Kind::Button)),
            "select" => found.extend(select(html, element)),
            _ => {}
        }
    }
    found
}

fn value(element: ElementRef<'_>) -> Option<String> {
    element.attr("value").map(str::to_owned)
}

/// A control with a name, sent as it stands only if it is a text. A pressed button counts even without a name.
fn named(html: &Html, element: ElementRef<'_>, value: String, kind: Kind) -> Option<Control> {
    let name = element.attr("name").filter(|name| !name.is_empty())?;
    Some(Control {
        name: name.to_owned(),
        value,
        kind,
        label: label(html, element),
        is_sent: kind == Kind::Text,
    })
}

fn input(html: &Html, element: ElementRef<'_>) -> Option<Control> {
    let is_checked = element.attr("checked").is_some();
    let value = value(element);
    match element.attr("type") {
        Some("radio") => named(html, element, value.unwrap_or_default(), Kind::Choice).map(|control| Control {
            is_sent: is_checked,
            ..control
        }),
        Some("checkbox") => named(html, element, value.unwrap_or_else(|| "on".into()), Kind::Box).map(|control| Control {
            is_sent: is_checked,
            ..control
        }),
        Some("submit") => named(html, element, value.unwrap_or_default(), Kind::Button),
        Some(_) | None => named(html, element, value.unwrap_or_default(), Kind::Text),
    }
}

/// A select's options: the chosen one is sent, or else the first.
fn select(html: &Html, element: ElementRef<'_>) -> Vec<Control> {
    let options = element.descendants().filter_map(ElementRef::wrap);
    let options: Vec<_> = options.filter(|option| option.value().name() == "option").collect();
    let chosen = options.iter().rposition(|option| option.attr("selected").is_some()).unwrap_or(0);
    let controls = options.iter().enumerate().filter_map(|(place, option)| {
        let value = value(*option).unwrap_or_else(|| visible(*option));
        let control = named(html, element, value, Kind::Choice)?;
        Some(Control {
            is_sent: place == chosen,
            ..control
        })
    });
    controls.collect()
}

/// What a person reads beside the control: the label around it or for it, what it is announced as, or what stands on it.
fn label(html: &Html, element: ElementRef<'_>) -> String {
    if element.value().name() == "button" {
        return visible(element);
    }
    let around = element
        .ancestors()
        .filter_map(ElementRef::wrap)
        .find(|above| above.value().name() == "label");
    let points_here = |label: &ElementRef<'_>| label.attr("for").is_some_and(|id| element.attr("id") == Some(id));
    let pointing = || selected(html, "label[for]").into_iter().find(points_here);
    let announced = || element.attr("aria-label").unwrap_or_default().to_owned();
    around.or_else(pointing).map_or_else(announced, visible)
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
