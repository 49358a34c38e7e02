//! The pages behind a candidate's link: their words come from `letters`, their frame from `web`.

use crate::invitation::Standing;
use lambda_http::Body;
use lambda_http::http::{Response, StatusCode};
use letters::page::{self, Message, Names, Start};
use maud::{Markup, html};
use url::Url;
use web::component::{Tone, notice};
use web::{Document, Nonce, Page, answer};

/// 404: nothing we ever gave out.
pub(crate) fn unknown() -> Response<Body> {
    message(StatusCode::NOT_FOUND, &Names::default(), page::UNKNOWN)
}

/// 410: a newer link was sent.
pub(crate) fn void() -> Response<Body> {
    message(StatusCode::GONE, &Names::default(), page::REPLACED)
}

/// 503: our own side does not answer.
pub(crate) fn unavailable() -> Response<Body> {
    message(StatusCode::SERVICE_UNAVAILABLE, &Names::default(), page::UNAVAILABLE)
}

/// The page of an order's standing; `interview` is where starting leads to.
pub(crate) fn of_standing(standing: Standing, names: &Names, interview: Option<&Url>) -> Response<Body> {
    let (status, words) = match (standing, interview) {
        (Standing::Start, Some(interview)) => return start(names, interview, Start::START),
        (Standing::Continue, Some(interview)) => return start(names, interview, Start::CONTINUE),
        (Standing::Start | Standing::Continue | Standing::NotYet, _) => (StatusCode::OK, page::BEING_PREPARED),
        (Standing::Renewed, _) => (StatusCode::OK, page::RENEWED),
        (Standing::Completed, _) => (StatusCode::OK, page::COMPLETED),
        (Standing::Closed, _) => (StatusCode::GONE, page::CLOSED),
    };
    message(status, names, words)
}

fn message(status: StatusCode, names: &Names, words: Message) -> Response<Body> {
    let nonce = Nonce::new();
    let body = html! {
        div.card {
            h1 { (words.title) }
            p { (words.text) }
        }
    };
    answer::page(status, document(names, words.title, &nonce, &body), &nonce)
}

fn start(names: &Names, interview: &Url, button: &str) -> Response<Body> {
    let nonce = Nonce::new();
    let words = Start::of(names);
    let lead = html! {
        p { strong { (words.notice.lead) } " " (words.notice.detail) }
    };
    let body = html! {
        div.card {
            h1 { (words.heading) }
            p { (words.invitation) }
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
                button.large { (button) }
            }
            p.muted.small { (words.onwards) }
        }
    };
    answer::page_posting_to(StatusCode::OK, document(names, Start::TITLE, &nonce, &body), &nonce, interview)
}

fn document(names: &Names, title: &str, nonce: &Nonce, body: &Markup) -> Document {
    Page::new(title).brand(names.brand()).narrow().document(nonce, body)
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
            details: Details::default(),
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
    fn a_screening_that_cannot_be_taken_offers_no_button() {
        let interview = Url::parse("https://candidates.example.com/acme/i/D536A69A4090E13F").unwrap();
        for standing in [Standing::Completed, Standing::Closed, Standing::NotYet, Standing::Renewed] {
            assert!(
                !text(&of_standing(standing, &names(), Some(&interview))).contains("<button"),
                "{standing:?}"
            );
        }
        assert!(!text(&of_standing(Standing::Start, &names(), None)).contains("<button"));
        for page in [unknown(), void(), unavailable()] {
            assert!(!text(&page).contains("<button"));
        }
    }
}
