//! The pages behind a candidate's link: their words come from `letters`, their frame from `web`.

use crate::invitation::Standing;
use domain::Colour;
use lambda_http::Body;
use lambda_http::http::{Response, StatusCode};
use letters::Language;
use letters::page::{Message, Names, Start};
use maud::{Markup, html};
use url::Url;
use web::component::{Tone, languages, notice};
use web::{Document, Nonce, Page, answer};

/// What the address names the chosen language by.
pub(crate) const CHOICE: &str = "language";

/// 404: nothing we ever gave out.
pub(crate) fn unknown(language: Language) -> Response<Body> {
    message(StatusCode::NOT_FOUND, &nameless(language), Message::Unknown)
}

/// 410: a newer link was sent.
pub(crate) fn void(language: Language) -> Response<Body> {
    message(StatusCode::GONE, &nameless(language), Message::Replaced)
}

/// 503: our own side does not answer.
pub(crate) fn unavailable(language: Language) -> Response<Body> {
    message(StatusCode::SERVICE_UNAVAILABLE, &nameless(language), Message::Unavailable)
}

fn nameless(language: Language) -> Names {
    Names {
        language,
        ..Names::default()
    }
}

/// The page of an order's standing; `interview` is where starting leads to.
pub(crate) fn of_standing(standing: Standing, names: &Names, interview: Option<&Url>) -> Response<Body> {
    let (status, said) = match (standing, interview) {
        (Standing::Start, Some(interview)) => return start(names, interview, false),
        (Standing::Continue, Some(interview)) => return start(names, interview, true),
        (Standing::Start | Standing::Continue | Standing::NotYet, _) => (StatusCode::OK, Message::BeingPrepared),
        (Standing::Renewed, _) => (StatusCode::OK, Message::Renewed),
        (Standing::Completed, _) => (StatusCode::OK, Message::Completed),
        (Standing::Closed, _) => (StatusCode::GONE, Message::Closed),
    };
    message(status, names, said)
}

fn message(status: StatusCode, names: &Names, said: Message) -> Response<Body> {
    let nonce = Nonce::new();
    let (title, text) = said.words(names.language);
    let body = html! {
        div.card {
            h1 { (title) }
            p { (text) }
        }
        (other_languages(names))
    };
    answer::page(status, document(names, title, &nonce, &body), &nonce)
}

fn start(names: &Names, interview: &Url, has_begun: bool) -> Response<Body> {
    let nonce = Nonce::new();
    let words = Start::of(names, has_begun);
    let lead = html! {
        p { strong { (words.notice.lead) } " " (words.notice.detail) }
    };
    let body = html! {
        div.card {
            h1 { (words.heading) }
            p { (words.invitation) }
            @if let Some(until) = &words.until {
                p { (until) }
            }
            (notice(Tone::Plain, lead))
            @for point in &words.notice.points {
                h2 { (point.heading) }
                p { (point.text) }
            }
            @for one in &words.further {
                h2 { (one.heading) }
                p { (one.text) " " a href=(one.href) { (one.shown) } }
            }
            form method="post" {
                button.large { (words.button) }
            }
            p.muted.small { (words.onwards) }
        }
        (other_languages(names))
    };
    answer::page_posting_to(StatusCode::OK, document(names, words.title, &nonce, &body), &nonce, interview)
}

/// The same page in the other languages.
fn other_languages(names: &Names) -> Markup {
    languages(names.language_label(), CHOICE, names.language.offered())
}

fn document(names: &Names, title: &str, nonce: &Nonce, body: &Markup) -> Document {
    Page::new(title)
        .language(names.language.tag(), names.skip())
        .ground(names.details.colour.map(Colour::parts))
        .brand(names.brand())
        .narrow()
        .document(nonce, body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use letters::Details;

    #[test]
    fn the_contact_and_the_privacy_notice_are_on_the_page_where_they_are_set_and_nowhere_else() {
        let interview = Url::parse("https://candidates.example.com/acme/i/D536A69A4090E13F").unwrap();
        let parts = ["href=\"mailto:kim@example.com\"", "href=\"https://example.com/privacy\""];
        let unset = of_standing(Standing::Start, &names(), Some(&interview));
        assert!(!text(&unset).contains("mailto:") && !text(&unset).contains("Privacy"));
        let details = Details {
            contact_name: None,
            contact_address: Some("kim@example.com".into()),
            privacy_notice: Some("https://example.com/privacy".into()),
            ..Details::default()
        };
        let set = of_standing(Standing::Start, &Names { details, ..names() }, Some(&interview));
        for part in parts {
            assert!(text(&set).contains(part), "{part}");
        }
    }

    fn text(response: &Response<Body>) -> &str {
        let Body::Text(text) = response.body() else { panic!("not a page") };
        text
    }

    fn names() -> Names {
        Names {
            employer: Some("Acme & Söhne".into()),
            job: Some("Engineer <script>alert(1)</script>".into()),
            ..Names::default()
        }
    }

    #[test]
    fn whoever_starts_was_told_that_an_ai_interviews_and_what_else_they_can_do() {
        let interview = Url::parse("https://candidates.example.com/acme/i/D536A69A4090E13F").unwrap();
        for (standing, button) in [
            (Standing::Start, "Start the screening"),
            (Standing::Continue, "Continue the screening"),
        ] {
            let page = of_standing(standing, &names(), Some(&interview));
            let text = text(&page);
            for part in [
                "An AI conducts this interview",
                "What is assessed",
                "Ask the recruiting team of Acme &amp; Söhne",
                button,
            ] {
                assert!(text.contains(part), "{part} is missing");
            }
            assert!(!text.contains("<script"), "a job title became markup");
            assert!(
                !text.contains("D536A69A4090E13F"),
                "the interview's address is given out only on pressing the button"
            );
        }
    }

    #[test]
    fn every_page_is_in_one_language_and_offers_the_others() {
        let interview = Url::parse("https://candidates.example.com/acme/i/D536A69A4090E13F").unwrap();
        for (language, button) in [
            (Language::English, "Start the screening"),
            (Language::German, "Interview beginnen"),
            (Language::French, "Commencer l\u{2019}entretien"),
            (Language::Spanish, "Empezar la entrevista"),
        ] {
            let names = Names { language, ..names() };
            let page = of_standing(Standing::Start, &names, Some(&interview));
            let shown = text(&page);
            assert!(shown.contains(&format!("<html lang=\"{}\">", language.tag())) && shown.contains(button));
            for other in Language::ALL {
                let is_current = if other == language { " aria-current=\"true\"" } else { "" };
                let tag = other.tag();
                let link = format!(
                    "href=\"?language={tag}\" lang=\"{tag}\" hreflang=\"{tag}\"{is_current}>{}</a>",
                    other.own_name()
                );
                assert!(shown.contains(&link), "{link} in {shown}");
            }
            let closed = of_standing(Standing::Closed, &names, None);
            assert_eq!(text(&closed).contains("This screening is closed"), language == Language::English);
        }
    }

    #[test]
    fn a_screening_that_cannot_be_taken_offers_no_button() {
        let interview = Url::parse("https://candidates.example.com/acme/i/D536A69A4090E13F").unwrap();
        for standing in [Standing::Completed, Standing::Closed, Standing::NotYet, Standing::Renewed] {
            assert!(
                !text(&of_standing(standing, &names(), Some(&interview))).contains("<button"),
                "{standing:?}"
            );
        }
        assert!(!text(&of_standing(Standing::Start, &names(), None)).contains("<button"));
        let none_known = Language::default();
        for page in [unknown(none_known), void(none_known), unavailable(none_known)] {
            assert!(!text(&page).contains("<button"));
        }
    }
}
