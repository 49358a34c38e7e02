//! The parts that pages are put together from, each drawn in one way.

use maud::{Markup, Render, html};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// How a badge or a notice looks: calm, good, waiting or in need of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to think about.
    Plain,
    /// Under way.
    Accent,
    /// As it should be.
    Good,
    /// Waiting for something.
    Caution,
    /// A person is needed.
    Bad,
}

impl Tone {
    /// The tone of a count that is good when it is not zero.
    pub fn of_count(count: usize) -> Self {
        if count == 0 { Self::Plain } else { Self::Good }
    }

    fn class_of(self, part: &str) -> String {
        let tone = match self {
            Self::Plain => return part.to_owned(),
            Self::Accent => "accent",
            Self::Good => "good",
            Self::Caution => "caution",
            Self::Bad => "bad",
        };
        format!("{part} {tone}")
    }
}

/// A word or two with a tone.
pub fn badge(label: &str, tone: Tone) -> Markup {
    html! {
        span class=(tone.class_of("badge")) { (label) }
    }
}

/// A row of a list of facts.
pub fn fact(name: &str, value: impl Render) -> Markup {
    html! {
        dt { (name) }
        dd { (value) }
    }
}

/// Marked as a whole by one click, to be copied.
pub fn copied(text: &str) -> Markup {
    html! {
        code.copied { (text) }
    }
}

/// A choice of the language of a page, each named in itself: the address keeps it as `name`. A language is its tag (BCP 47), what it
/// calls itself, and whether the page is in it.
pub fn languages(label: &str, name: &str, languages: impl IntoIterator<Item = (&'static str, &'static str, bool)>) -> Markup {
    html! {
        nav.languages aria-label=(label) {
            @for (tag, own_name, is_current) in languages {
                a href={ "?" (name) "=" (tag) } lang=(tag) hreflang=(tag) aria-current=[is_current.then_some("true")] { (own_name) }
            }
        }
    }
}

/// A box that stands out from the page's text.
pub fn notice(tone: Tone, content: impl Render) -> Markup {
    html! {
        div class=(tone.class_of("notice")) { (content) }
    }
}

/// A notice that is read out when the page appears: what a form brought about, or what went wrong.
pub fn announcement(tone: Tone, sentence: &str) -> Markup {
    let role = if tone == Tone::Bad { "alert" } else { "status" };
    html! {
        div class=(tone.class_of("notice")) role=(role) {
            p { (sentence) }
        }
    }
}

/// The heading of a table's column.
#[derive(Debug, Clone, Copy)]
pub enum Column {
    /// One that everybody sees.
    Shown(&'static str),
    /// One for screen readers alone: what stands below says it to the eye.
    Heard(&'static str),
}

/// A table's first row.
pub fn columns(columns: &[Column]) -> Markup {
    html! {
        thead {
            tr {
                @for column in columns {
                    th scope="col" {
                        @match column {
                            Column::Shown(heading) => { (heading) },
                            Column::Heard(heading) => { (unseen(heading)) },
                        }
                    }
                }
            }
        }
    }
}

/// Text for screen readers alone.
pub fn unseen(text: &str) -> Markup {
    html! {
        span.visually-hidden { (text) }
    }
}

/// A labelled field for one line of text.
#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    name: &'a str,
    label: &'a str,
    hint: &'a str,
    /// `None`: a secret, which is never shown again.
    value: Option<&'a str>,
    required: bool,
    refused: Option<&'a str>,
    focused: bool,
    offered: Option<&'a BTreeSet<String>>,
}

impl<'a> Field<'a> {
    /// A field with what stands in it, and an explanation, which may be empty.
    pub fn text(name: &'a str, label: &'a str, hint: &'a str, value: &'a str) -> Self {
        Self {
            value: Some(value),
            ..Self::secret(name, label, hint)
        }
    }

    /// A field whose value is never shown again.
    pub fn secret(name: &'a str, label: &'a str, hint: &'a str) -> Self {
        Self {
            name,
            label,
            hint,
            value: None,
            required: false,
            refused: None,
            focused: false,
            offered: None,
        }
    }

    /// Browsers do not send the form without it.
    #[must_use]
    pub fn required(self, required: bool) -> Self {
        Self { required, ..self }
    }

    /// What is wrong with what was typed, if anything is: said beside the field.
    #[must_use]
    pub fn refused(self, refused: Option<&'a str>) -> Self {
        Self { refused, ..self }
    }

    /// The page opens with the cursor in it: the first that was refused.
    #[must_use]
    pub fn focused(self, focused: bool) -> Self {
        Self { focused, ..self }
    }

    /// What browsers offer while somebody types; anything else may be typed as well.
    #[must_use]
    pub fn offered(self, offered: &'a BTreeSet<String>) -> Self {
        Self {
            offered: Some(offered),
            ..self
        }
    }

    fn described_by(&self) -> Option<String> {
        let hint = described_by(self.name, self.hint);
        let error = self.refused.map(|_| format!("{}-error", self.name));
        let parts: Vec<String> = hint.into_iter().chain(error).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }
}

impl Render for Field<'_> {
    fn render(&self) -> Markup {
        html! {
            div.field {
                (labelled(self.name, self.label, self.hint))
                @if let Some(refused) = self.refused {
                    p.error id={ (self.name) "-error" } { (refused) }
                }
                input
                    id=(self.name)
                    name=(self.name)
                    type=[self.value.is_none().then_some("password")]
                    value=[self.value]
                    required[self.required]
                    aria-describedby=[self.described_by()]
                    aria-invalid=[self.refused.map(|_| "true")]
                    autofocus[self.focused]
                    list=[self.offered.map(|_| format!("{}-offered", self.name))]
                    autocomplete="off"
                    spellcheck="false"
                    autocapitalize="off";
                @if let Some(offered) = self.offered {
                    datalist id={ (self.name) "-offered" } {
                        @for one in offered { option value=(one) {} }
                    }
                }
            }
        }
    }
}

/// The hint stands beside the label: within, it would be part of the field's name and be read out each time.
fn labelled(name: &str, label: &str, hint: &str) -> Markup {
    html! {
        label for=(name) { (label) }
        @if !hint.is_empty() {
            span.hint id={ (name) "-hint" } { (hint) }
        }
    }
}

fn described_by(name: &str, hint: &str) -> Option<String> {
    (!hint.is_empty()).then(|| format!("{name}-hint"))
}

/// A labelled text field.
pub fn field(name: &str, label: &str, hint: &str, value: &str, required: bool) -> Markup {
    Field::text(name, label, hint, value).required(required).render()
}

/// A labelled field whose value is never shown again.
pub fn secret_field(name: &str, label: &str, hint: &str) -> Markup {
    Field::secret(name, label, hint).required(true).render()
}

/// What is wrong with a form, at its top: each sentence leads to its field.
pub fn refusals(fields: &[(&str, &str)]) -> Markup {
    html! {
        div.notice.bad role="alert" {
            p { strong { @if fields.len() == 1 { "There is a problem:" } @else { "There are " (fields.len()) " problems:" } } }
            ul {
                @for (name, sentence) in fields {
                    li { a href={ "#" (name) } { (sentence) } }
                }
            }
        }
    }
}

/// What one choice of a form sends.
#[derive(Debug, Clone, Copy)]
pub enum Choice<'a> {
    /// A box to tick, or not; sends `on`.
    Box(&'a str),
    /// One of several of the same name: name and value. One of them is chosen from the start.
    OneOf(&'a str, &'a str),
    /// The same where the person must choose.
    MustBeOneOf(&'a str, &'a str),
}

/// A choice with its label and an explanation, which may be empty.
pub fn choice(choice: Choice<'_>, label: &str, hint: &str, checked: bool) -> Markup {
    let (kind, name, value, required) = match choice {
        Choice::Box(name) => ("checkbox", name, "on", false),
        Choice::OneOf(name, value) => ("radio", name, value, false),
        Choice::MustBeOneOf(name, value) => ("radio", name, value, true),
    };
    // All of it can be pressed; what it is called is the label alone.
    let id = (!hint.is_empty()).then(|| {
        if kind == "radio" {
            format!("{name}-{value}")
        } else {
            name.to_owned()
        }
    });
    let part = |part: &str| id.as_ref().map(|id| format!("{id}-{part}"));
    html! {
        label.choice {
            input
                type=(kind)
                name=(name)
                value=(value)
                required[required]
                checked[checked]
                aria-labelledby=[part("label")]
                aria-describedby=[part("hint")];
            span {
                span id=[part("label")] { (label) }
                @if let Some(id) = part("hint") {
                    " "
                    span.hint id=(id) { (hint) }
                }
            }
        }
    }
}

/// A labelled field for a whole number within bounds.
pub fn number_field(name: &str, label: &str, hint: &str, bounds: RangeInclusive<i32>, value: Option<i64>) -> Markup {
    html! {
        div.field {
            (labelled(name, label, hint))
            input
                id=(name)
                name=(name)
                type="number"
                min=(bounds.start())
                max=(bounds.end())
                value=[value]
                aria-describedby=[described_by(name, hint)];
        }
    }
}

/// A labelled field for one entry a line.
pub fn lines_field(name: &str, label: &str, hint: &str, value: &str) -> Markup {
    html! {
        (labelled(name, label, hint))
        textarea id=(name) name=(name) rows="3" aria-describedby=[described_by(name, hint)] { (value) }
    }
}

/// A hidden field.
pub fn hidden(name: &str, value: &str) -> Markup {
    html! {
        input type="hidden" name=(name) value=(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_names_its_hint_and_one_without_a_hint_names_none() {
        let with = field("tenant", "Tenant", "Such as acme_preview", "a\"b", true).into_string();
        for part in [
            "<label for=\"tenant\">Tenant</label><span class=\"hint\" id=\"tenant-hint\">Such as acme_preview</span>",
            "aria-describedby=\"tenant-hint\"",
            "value=\"a&quot;b\"",
            " required ",
        ] {
            assert!(with.contains(part), "{part} is missing from {with}");
        }
        assert!(!field("tenant", "Tenant", "", "", false).into_string().contains("hint"));
        let secret = secret_field("password", "Password", "").into_string();
        assert!(secret.contains("type=\"password\"") && !secret.contains("value="), "{secret}");
    }

    #[test]
    fn a_refused_field_says_why_beside_it_and_takes_the_cursor() {
        let refused = Field::text("tenant", "Tenant", "Such as acme", "a b")
            .refused(Some("No spaces."))
            .focused(true);
        let refused = refused.render().into_string();
        for part in [
            "<p class=\"error\" id=\"tenant-error\">No spaces.</p>",
            "aria-describedby=\"tenant-hint tenant-error\"",
            "aria-invalid=\"true\"",
            " autofocus",
            "value=\"a b\"",
        ] {
            assert!(refused.contains(part), "{part} is missing from {refused}");
        }
        let summary = refusals(&[("tenant", "No spaces.")]).into_string();
        assert!(summary.contains("<a href=\"#tenant\">No spaces.</a>"), "{summary}");
    }

    #[test]
    fn tones_are_classes_and_bad_news_interrupts() {
        assert_eq!(badge("None", Tone::Plain).into_string(), "<span class=\"badge\">None</span>");
        assert_eq!(
            badge("Active", Tone::Good).into_string(),
            "<span class=\"badge good\">Active</span>"
        );
        assert!(
            announcement(Tone::Bad, "No.")
                .into_string()
                .contains("class=\"notice bad\" role=\"alert\"")
        );
        assert!(
            announcement(Tone::Good, "Yes.")
                .into_string()
                .contains("class=\"notice good\" role=\"status\"")
        );
        assert_eq!(Tone::of_count(0), Tone::Plain);
        assert_eq!(Tone::of_count(2), Tone::Good);
    }

    #[test]
    fn a_choice_sends_what_it_says_and_is_called_by_its_label_alone() {
        let tick = choice(Choice::Box("pkce"), "Send a challenge", "", false).into_string();
        assert_eq!(
            tick,
            "<label class=\"choice\"><input type=\"checkbox\" name=\"pkce\" value=\"on\"><span><span>Send a challenge</span></span></label>"
        );
        let one = choice(Choice::MustBeOneOf("sender", "we"), "We", "Ourselves", true).into_string();
        for part in [
            "type=\"radio\" name=\"sender\" value=\"we\" required checked ",
            "aria-labelledby=\"sender-we-label\" aria-describedby=\"sender-we-hint\"",
            "<span id=\"sender-we-label\">We</span> <span class=\"hint\" id=\"sender-we-hint\">Ourselves</span>",
        ] {
            assert!(one.contains(part), "{part} is missing from {one}");
        }
    }

    #[test]
    fn a_number_field_says_its_bounds_and_names_its_hint() {
        let field = number_field("poll_minutes", "Minutes", "1 to 60", 1..=60, Some(5)).into_string();
        for part in [
            "<label for=\"poll_minutes\">Minutes</label>",
            "min=\"1\" max=\"60\" value=\"5\" aria-describedby=\"poll_minutes-hint\"",
        ] {
            assert!(field.contains(part), "{part} is missing from {field}");
        }
        assert!(!number_field("hours", "Hours", "", -12..=14, None).into_string().contains("value"));
    }
}
