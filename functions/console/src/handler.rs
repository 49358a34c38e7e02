//! Request → session → page, or request → session → proof that our page sent it → change → page.

use crate::form::{Fields, is_from_our_pages};
use crate::frame::{self, Done, Frame, Note, Section};
use crate::{activity, agents, configuration, connect, connection, integrations, settings};
use domain::WorkspaceId;
use domain::settings::Workspace;
use lambda_http::http::header::{COOKIE, SET_COOKIE};
use lambda_http::http::{HeaderValue, Method, StatusCode};
use lambda_http::{Body, Request, Response};
use lambda_kit::{Environment, Outside, StartError, answer};
use maud::html;
use setup::{Admin, Problem, SetupError, SignedIn};
use std::error::Error;

/// The function with its collaborators, built once per execution environment.
#[derive(Debug)]
pub struct Function {
    admin: Admin,
}

/// A signed-in person's request, with what every page needs.
pub(crate) struct Visit<'a> {
    pub(crate) admin: &'a Admin,
    pub(crate) signed_in: SignedIn,
    pub(crate) workspace: Option<Workspace>,
    pub(crate) query: Fields,
}

/// A page, or why there is none.
pub(crate) type Shown = Result<Response<Body>, SetupError>;

impl Visit<'_> {
    pub(crate) fn id(&self) -> &WorkspaceId {
        &self.signed_in.session.workspace
    }

    pub(crate) fn frame(&self) -> Frame<'_> {
        self.frame_with(Note::of(&self.query))
    }

    pub(crate) fn frame_with(&self, note: Note) -> Frame<'_> {
        Frame {
            signed_in: &self.signed_in,
            workspace: self.workspace.as_ref(),
            note,
        }
    }
}

/// Where a change leads: a path of ours, with a note.
pub(crate) fn done(path: &str, done: Done) -> Response<Body> {
    answer::redirect_to_path(&format!("{path}{}done={}", separator(path), done.code()))
}

pub(crate) fn not_done(path: &str, problem: Problem) -> Response<Body> {
    answer::redirect_to_path(&format!("{path}{}problem={}", separator(path), problem.code()))
}

fn separator(path: &str) -> char {
    if path.contains('?') { '&' } else { '?' }
}

impl Function {
    /// Reads what [`Admin::new`] reads.
    pub async fn new(environment: &Environment, outside: &Outside) -> Result<Self, StartError> {
        let admin = Admin::new(environment, outside).await?;
        Ok(Self { admin })
    }

    /// The administrator's hands, for `--setup` and for making sign-in links.
    pub fn admin(&self) -> &Admin {
        &self.admin
    }

    /// Answers one request.
    #[tracing::instrument(skip_all, fields(method = %request.method()))]
    pub async fn handle(&self, request: Request) -> Response<Body> {
        let shown = self.route(&request).await;
        shown.unwrap_or_else(|error| {
            log(&error);
            let status = if error.problem.is_passing() {
                StatusCode::SERVICE_UNAVAILABLE
            } else {
                StatusCode::NOT_FOUND
            };
            frame::message(status, "This page cannot be shown", &error.to_string())
        })
    }

    async fn route(&self, request: &Request) -> Shown {
        let path = request.uri().path();
        if path == "/sign-in" && request.method() == Method::GET {
            return self.sign_in(&Fields::of_query(request)).await;
        }
        let cookies = request
            .headers()
            .get_all(COOKIE)
            .into_iter()
            .filter_map(|value| value.to_str().ok());
        let Some(signed_in) = self.admin.signed_in(cookies).await? else {
            return Ok(frame::message(
                StatusCode::UNAUTHORIZED,
                "Please sign in",
                "Open the sign-in link you were given. Each link works once; the operator of this integration makes new ones.",
            ));
        };
        let visit = Visit {
            workspace: self.admin.store().workspace(&signed_in.session.workspace).await?,
            admin: &self.admin,
            query: Fields::of_query(request),
            signed_in,
        };
        match *request.method() {
            Method::GET | Method::HEAD => page(&visit, path).await,
            Method::POST => self.change(&visit, path, request).await,
            _ => Ok(answer::method_not_allowed("GET, HEAD, POST")),
        }
    }

    async fn sign_in(&self, query: &Fields) -> Shown {
        let Some(cookie) = self.admin.sign_in(query.text("token")).await? else {
            return Ok(frame::message(
                StatusCode::UNAUTHORIZED,
                "This sign-in link does not work any more",
                "Each link works once and for a limited time. Please ask for a new one.",
            ));
        };
        with_cookie(answer::redirect_to_path("/integrations"), &cookie)
    }

    async fn change(&self, visit: &Visit<'_>, path: &str, request: &Request) -> Shown {
        let Some(form) = Fields::of_body(request) else {
            return Ok(answer::bad_request("not_a_form", "Send the fields of the page's form."));
        };
        if !is_from_our_pages(request.headers(), self.admin.public_url()) || !visit.signed_in.sent(form.text("token")) {
            tracing::warn!(outcome = "forged_form", "a form that our pages did not send");
            return Ok(frame::message(
                StatusCode::FORBIDDEN,
                "This form cannot be accepted",
                "It was not sent by a page of your current session. Please open the page again and repeat the step.",
            ));
        }
        if path == "/sign-out" {
            let cookie = self.admin.sign_out(&visit.signed_in).await?;
            return with_cookie(answer::redirect_to_path("/"), &cookie);
        }
        if !visit.signed_in.session.role.may_change() {
            return Ok(frame::message(
                StatusCode::FORBIDDEN,
                "You can look, but not change",
                "Only owners and admins of the workspace change its integrations.",
            ));
        }
        act(visit, path, &form).await
    }
}

async fn page(visit: &Visit<'_>, path: &str) -> Shown {
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    match segments.as_slice() {
        [] => Ok(answer::redirect_to_path("/integrations")),
        ["integrations"] => integrations::page(visit).await,
        ["integrations", "workday", "new"] => connect::page(visit),
        ["integrations", "workday", id] => connection::page(visit, id).await,
        ["integrations", "workday", id, "reconnect"] => connect::reconnect_page(visit, id).await,
        ["integrations", "workday", id, "disconnect"] => connection::disconnect_page(visit, id).await,
        ["agents"] => agents::page(visit).await,
        ["agents", posting] => configuration::page(visit, posting).await,
        ["activity"] => activity::page(visit).await,
        ["settings"] => Ok(settings::page(visit)),
        _ => Ok(nothing_here(visit)),
    }
}

async fn act(visit: &Visit<'_>, path: &str, form: &Fields) -> Shown {
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    match segments.as_slice() {
        ["integrations", "workday", "new"] => connect::submit(visit, form).await,
        ["integrations", "workday", id, "disconnect"] => connection::disconnect(visit, id).await,
        ["integrations", "workday", id, "check"] => connection::check(visit, id).await,
        ["integrations", "workday", id, "refresh"] => configuration::refresh(visit, id, form).await,
        ["integrations", "workday", id, "push"] => connection::make_push_credential(visit, id).await,
        ["integrations", "workday", id, "settings"] => connection::save(visit, id, form).await,
        ["agents", posting, "link"] => configuration::link(visit, posting, form).await,
        ["agents", posting, "unlink"] => configuration::unlink(visit, posting, form).await,
        ["activity", order, "invite"] => activity::invite(visit, order).await,
        ["activity", order, "write-again"] => activity::write_again(visit, order).await,
        ["settings", "who-sends"] => settings::answer_who_sends(visit, form).await,
        ["settings", "heymilo"] => settings::replace_api_key(visit, form).await,
        _ => Ok(nothing_here(visit)),
    }
}

/// The same for an address that never was and an id of another workspace.
pub(crate) fn nothing_here(visit: &Visit<'_>) -> Response<Body> {
    let body = html! { div.card { h1 { "Nothing here" } p { "This address does not exist in your workspace. " a href="/integrations" { "Go to Integrations" } "." } } };
    let mut response = visit.frame_with(Note::Nothing).show(Section::Integrations, "Nothing here", &body);
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// Logs a problem that an administrator is shown: the cause is for us.
pub(crate) fn log(error: &SetupError) {
    if error.problem == Problem::Ours {
        tracing::error!(
            code = error.problem.code(),
            error = error as &dyn Error,
            "a page could not be shown"
        );
    } else {
        tracing::info!(
            code = error.problem.code(),
            error = error as &dyn Error,
            "an administrator's step did not come about"
        );
    }
}

fn with_cookie(mut response: Response<Body>, cookie: &str) -> Shown {
    let value = HeaderValue::from_str(cookie).map_err(|_not_a_header| Problem::Ours)?;
    response.headers_mut().insert(SET_COOKIE, value);
    Ok(response)
}
