//! The words a candidate reads. Plain, short, and the same for everybody.

use crate::invitation::{Names, Standing};
use lambda_http::Body;
use lambda_http::http::{Response, StatusCode};
use lambda_kit::answer;
use lambda_kit::page::{Nonce, Page, escape};
use url::Url;

/// A page that offers nothing to press.
struct Notice {
    status: StatusCode,
    title: &'static str,
    text: &'static str,
}

/// 404: nothing we ever gave out.
pub(crate) fn unknown() -> Response<Body> {
    notice(
        &Names::default(),
        &Notice {
            status: StatusCode::NOT_FOUND,
            title: "This link does not work",
            text: "It may have been cut off on its way. Please open it again from the invitation, or copy the whole address from there.",
        },
    )
}

/// 410: a newer link was sent.
pub(crate) fn void() -> Response<Body> {
    notice(
        &Names::default(),
        &Notice {
            status: StatusCode::GONE,
            title: "A newer link was sent to you",
            text: "This link is no longer in use. Please open the latest invitation you received.",
        },
    )
}

/// 503: our own side does not answer.
pub(crate) fn unavailable() -> Response<Body> {
    notice(
        &Names::default(),
        &Notice {
            status: StatusCode::SERVICE_UNAVAILABLE,
            title: "Please try again in a few minutes",
            text: "Something on our side does not answer at the moment. Your invitation stays valid.",
        },
    )
}

/// The page of an order's standing; `interview` is where starting leads to.
pub(crate) fn of_standing(standing: Standing, names: &Names, interview: Option<&Url>) -> Response<Body> {
    let closed = match (standing, interview) {
        (Standing::Start, Some(interview)) => return start(names, interview, "Start the screening"),
        (Standing::Continue, Some(interview)) => return start(names, interview, "Continue the screening"),
        (Standing::Start | Standing::Continue | Standing::NotYet, _) => Notice {
            status: StatusCode::OK,
            title: "Your screening is being prepared",
            text: "Please come back to this page in a few minutes. Your invitation stays valid.",
        },
        (Standing::Completed, _) => Notice {
            status: StatusCode::OK,
            title: "Thank you, your screening is complete",
            text: "Your answers have arrived and there is nothing left for you to do. The recruiting team will be in touch with you.",
        },
        (Standing::Closed, _) => Notice {
            status: StatusCode::GONE,
            title: "This screening is closed",
            text: "It can no longer be taken. If you think this is a mistake, please contact the recruiting team.",
        },
    };
    notice(names, &closed)
}

fn notice(names: &Names, notice: &Notice) -> Response<Body> {
    let nonce = Nonce::new();
    let body = format!("<div class=\"card\"><h1>{}</h1><p>{}</p></div>", notice.title, notice.text);
    answer::html(notice.status, frame(names, notice.title).render(&nonce, &body), &nonce)
}

fn start(names: &Names, interview: &Url, button: &str) -> Response<Body> {
    let nonce = Nonce::new();
    let employer = names.employer.as_deref().map_or_else(|| "the employer".to_owned(), escape);
    let title = match &names.job {
        Some(job) => format!("Your screening for {}", escape(job)),
        None => "Your screening".to_owned(),
    };
    let body = format!(
        "<div class=\"card\">\n<h1>{title}</h1>\n\
         <p>{employer} invites you to the next step of your application: a short interview online, at a time that suits you. It usually takes 10 to 15 minutes.</p>\n\
         <div class=\"notice\"><p><strong>An AI conducts this interview.</strong> It asks the questions, records your answers and scores them.</p></div>\n\
         <h2>What is assessed</h2>\n\
         <p>How your answers fit what the job asks for. Everybody who applies is asked by the same criteria.</p>\n\
         <h2>Who decides</h2>\n\
         <p>People at {employer}, who see your answers and the score.</p>\n\
         <h2>If you would rather not talk to an AI</h2>\n\
         <p>Ask the recruiting team of {employer} for another kind of interview, or for an adjustment you need, before you start.</p>\n\
         <form method=\"post\"><button class=\"large\">{button}</button></form>\n\
         <p class=\"muted small\">You will continue on HeyMilo, which conducts the interview for {employer}. This link is yours alone; please do not pass it on.</p>\n\
         </div>"
    );
    answer::html_posting_to(
        StatusCode::OK,
        frame(names, "Your screening").render(&nonce, &body),
        &nonce,
        interview,
    )
}

fn frame(names: &Names, title: &str) -> Page {
    Page::new(title)
        .brand(names.employer.as_deref().unwrap_or("Online screening"))
        .narrow()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(response: &Response<Body>) -> &str {
        let Body::Text(text) = response.body() else { panic!("not a page") };
        text
    }

    fn names() -> Names {
        Names {
            employer: Some("Acme & Söhne".into()),
            job: Some("Engineer <script>alert(1)</script>".into()),
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
        for standing in [Standing::Completed, Standing::Closed, Standing::NotYet] {
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
