//! The ways in: a company's account, an invitation accepted by it, and the operator's single-use link.
//!
//! Nobody needs to be signed in for these pages. Looking at one changes nothing: mail programs and scanners open every
//! link, so only a button of ours signs in.

use crate::visit::{Shown, forged_form, log};
use admin::{Admin, AdminError, Arrival, BroughtBack, JOURNEY_LASTS, Problem, Wanted};
use domain::WorkspaceId;
use lambda_http::http::{Method, StatusCode};
use lambda_http::{Body, Request, Response};
use maud::{Markup, html};
use secrecy::ExposeSecret;
use web::component::hidden;
use web::form::{Fields, is_from_our_pages};
use web::{Nonce, Page, SessionCookie, SessionToken, answer};

/// Whether an address is one of these pages.
pub(crate) fn owns(path: &[&str]) -> bool {
    PAGES.iter().chain(CHANGES).any(|address| address.fits(path))
}

/// Answers a request of these pages.
pub(crate) async fn answer(admin: &Admin, path: &[&str], request: &Request) -> Response<Body> {
    let answered = match *request.method() {
        Method::GET | Method::HEAD => look(path, admin, request, &Fields::of_query(request)).await,
        // Else another site could sign a person in to a workspace of its choice.
        Method::POST if !is_from_our_pages(request.headers(), admin.public_url()) => Ok(forged_form()),
        Method::POST => match Fields::of_body(request) {
            Some(form) => press(path, admin, &form).await,
            None => Ok(answer::bad_request("not_a_form", "Send the fields of the page's form.")),
        },
        _ => Ok(answer::method_not_allowed("GET, HEAD, POST")),
    };
    answered.unwrap_or_else(|error| refused(admin, &error, None))
}

web::addresses! {
    const PAGES: "GET";
    async fn look(path: &[&str], admin: &Admin, request: &Request, query: &Fields) -> Shown {
        ["sign-in", "callback"] shows ["not signed in", "choose a workspace"] => arrive(admin, request, query).await,
        ["sign-in"] shows ["ways in", "link", "link over"] => match query.optional("token") {
            Some(link) => show_link(admin, &link).await,
            None => Ok(invite_to_sign_in(admin, StatusCode::OK)),
        },
        ["invitation", token] shows ["open", "over"] => show_invitation(admin, token).await,
        _ leads_on => Ok(answer::method_not_allowed("POST")),
    }
}

web::addresses! {
    const CHANGES: "POST";
    async fn press(path: &[&str], admin: &Admin, form: &Fields) -> Shown {
        ["sign-in"] shows ["link over", "forged"] => sign_in_by_link(admin, form.text("link")).await,
        ["sign-in", "begin"] shows ["issuer down"] => begin(admin, form).await,
        _ leads_on => Ok(answer::method_not_allowed("GET, HEAD")),
    }
}

/// What a stranger is shown.
pub(crate) fn invite_to_sign_in(admin: &Admin, status: StatusCode) -> Response<Body> {
    let body = html! {
        div.card {
            h1 { "Please sign in" }
            @if admin.issuer().is_some() {
                (company_button("Sign in with your company account", &[]))
                p.muted { "Or open the sign-in link you were given. Each link works once; the operator of this integration makes new ones." }
            } @else {
                p { "Open the sign-in link you were given. Each link works once; the operator of this integration makes new ones." }
            }
        }
    };
    shown(admin, status, "Please sign in", &body)
}

fn company_button(label: &str, fields: &[(&str, &str)]) -> Markup {
    html! {
        form method="post" action="/sign-in/begin" {
            @for (name, value) in fields { (hidden(name, value)) }
            button { (label) }
        }
    }
}

/// A page whose forms may lead on to the issuer.
fn shown(admin: &Admin, status: StatusCode, title: &str, body: &Markup) -> Response<Body> {
    let nonce = Nonce::new();
    let document = Page::new(title).narrow().document(&nonce, body);
    match admin.issuer() {
        Some(issuer) => answer::page_posting_to(status, document, &nonce, &issuer),
        None => answer::page(status, document, &nonce),
    }
}

async fn begin(admin: &Admin, form: &Fields) -> Shown {
    let browser = SessionToken::random().ok_or(Problem::Ours)?;
    let wanted = Wanted {
        workspace: WorkspaceId::new(form.text("workspace")).ok(),
        invitation: form.optional("invitation"),
    };
    let page = match admin.begin_sign_in(browser.session_hash(), wanted).await {
        Ok(page) => page,
        Err(error) => return Ok(refused(admin, &error, form.optional("invitation").as_deref())),
    };
    let cookie = SessionCookie::of_sign_in(admin.public_url());
    Ok(cookie.set(answer::redirect(&page), &browser, JOURNEY_LASTS))
}

async fn arrive(admin: &Admin, request: &Request, query: &Fields) -> Shown {
    let way = SessionCookie::of_sign_in(admin.public_url());
    let browser = way.read(request.headers()).ok_or(Problem::SignInForeign)?;
    let session = SessionToken::random().ok_or(Problem::Ours)?;
    let back = BroughtBack {
        state: query.text("state").to_owned(),
        code: query.optional("code").map(Into::into),
        issuer: query.optional("iss"),
    };
    match admin.finish_sign_in(&browser.session_hash(), back, &session.session_hash()).await? {
        Arrival::SignedIn(lasts) => {
            let answer = way.remove(answer::redirect_to_path("/integrations"));
            Ok(SessionCookie::of(admin.public_url()).set(answer, &session, lasts))
        }
        Arrival::Choose(workspaces) => Ok(way.remove(choose(admin, &workspaces))),
        Arrival::Refused { error, invitation } => {
            let invitation = invitation.as_ref().map(ExposeSecret::expose_secret);
            Ok(way.remove(refused(admin, &error, invitation)))
        }
    }
}

fn choose(admin: &Admin, workspaces: &[WorkspaceId]) -> Response<Body> {
    let body = html! {
        div.card {
            h1 { "Which workspace?" }
            p { "You belong to several. Choose the one you want to work in." }
            @for workspace in workspaces { (company_button(workspace.as_str(), &[("workspace", workspace.as_str())])) }
        }
    };
    shown(admin, StatusCode::OK, "Which workspace?", &body)
}

async fn show_invitation(admin: &Admin, token: &str) -> Shown {
    let invitation = admin.invitation(token).await?;
    let workspace = admin.workspace(&invitation.workspace).await?;
    let name = workspace.map_or_else(|| invitation.workspace.to_string(), |workspace| workspace.name);
    let body = html! {
        div.card {
            h1 { "You are invited" }
            p { "As " strong { (invitation.role.name()) } " of " strong { (name) } ". Sign in with your company account to accept." }
            (company_button("Sign in and accept", &[("invitation", token)]))
        }
    };
    Ok(shown(admin, StatusCode::OK, "You are invited", &body))
}

async fn show_link(admin: &Admin, link: &str) -> Shown {
    if !admin.is_sign_in_offered(link).await? {
        return Ok(link_is_over());
    }
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
    Ok(shown(admin, StatusCode::OK, "Sign in", &body))
}

async fn sign_in_by_link(admin: &Admin, link: &str) -> Shown {
    let session = SessionToken::random().ok_or(Problem::Ours)?;
    let Some(lasts) = admin.sign_in(link, &session.session_hash()).await? else {
        return Ok(link_is_over());
    };
    let cookie = SessionCookie::of(admin.public_url());
    Ok(cookie.set(answer::redirect_to_path("/integrations"), &session, lasts))
}

fn link_is_over() -> Response<Body> {
    answer::message_page(
        StatusCode::UNAUTHORIZED,
        "This sign-in link does not work any more",
        "Each link works once and for a limited time. Please ask for a new one.",
    )
}

/// Nobody was signed in, and why; the way to try again is on the page, with the invitation that the person brought.
fn refused(admin: &Admin, error: &AdminError, invitation: Option<&str>) -> Response<Body> {
    log(error);
    let status = if error.problem.is_passing() {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::FORBIDDEN
    };
    // One that is over would be refused again.
    let is_over = matches!(error.problem, Problem::InvitationOver | Problem::InvitationTakenBack);
    let brought: Vec<(&str, &str)> = invitation
        .filter(|_| !is_over)
        .map(|token| ("invitation", token))
        .into_iter()
        .collect();
    let body = html! {
        div.card {
            h1 { "You are not signed in" }
            p { (error.problem.words()) }
            @if admin.issuer().is_some() { (company_button("Sign in again", &brought)) }
        }
    };
    shown(admin, status, "You are not signed in", &body)
}
