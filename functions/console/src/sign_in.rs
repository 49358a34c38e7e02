//! The way in by a single-use link: looking at it shows a button, pressing the button signs in.

use crate::handler::forged_form;
use crate::visit::Shown;
use admin::{Admin, Problem};
use lambda_http::http::{Method, StatusCode};
use lambda_http::{Body, Request, Response};
use maud::html;
use web::component::hidden;
use web::form::{Fields, is_from_our_pages};
use web::{Nonce, Page, SessionCookie, SessionToken, answer};

/// Answers `/sign-in`: nobody needs to be signed in for it.
pub(crate) async fn answer(admin: &Admin, request: &Request) -> Shown {
    match *request.method() {
        Method::GET | Method::HEAD => show(admin, Fields::of_query(request).text("token")).await,
        // Else another site could sign a person in to a workspace of its choice.
        Method::POST if !is_from_our_pages(request.headers(), admin.public_url()) => Ok(forged_form()),
        Method::POST => match Fields::of_body(request) {
            Some(form) => sign_in(admin, form.text("link")).await,
            None => Ok(answer::bad_request("not_a_form", "Send the fields of the page's form.")),
        },
        _ => Ok(answer::method_not_allowed("GET, HEAD, POST")),
    }
}

/// Mail programs and scanners open every link, so this uses nothing up.
async fn show(admin: &Admin, link: &str) -> Shown {
    if !admin.is_sign_in_offered(link).await? {
        return Ok(over());
    }
    let nonce = Nonce::new();
    let body = html! {
        div.card {
            h1 { "Sign in" }
            p { "This link signs you in once, in this browser." }
            form method="post" action="/sign-in" {
                (hidden("link", link))
                button { "Sign in" }
            }
        }
    };
    let document = Page::new("Sign in").narrow().document(&nonce, &body);
    Ok(answer::page(StatusCode::OK, document, &nonce))
}

async fn sign_in(admin: &Admin, link: &str) -> Shown {
    let session = SessionToken::random().ok_or(Problem::Ours)?;
    let Some(lasts) = admin.sign_in(link, &session.session_hash()).await? else {
        return Ok(over());
    };
    let cookie = SessionCookie::of(admin.public_url());
    Ok(cookie.set(answer::redirect_to_path("/integrations"), &session, lasts))
}

fn over() -> Response<Body> {
    answer::message_page(
        StatusCode::UNAUTHORIZED,
        "This sign-in link does not work any more",
        "Each link works once and for a limited time. Please ask for a new one.",
    )
}
