//! Request → session → page, or request → session → proof that our page sent it → change → page.

use crate::frame::Section;
use crate::note::Note;
use crate::visit::{Shown, Visit, forged_form, log};
use crate::{activity, agents, configuration, connect, connection, integrations, order, people, settings, sign_in};
use admin::{Admin, AdminError};
use domain::order::Action;
use lambda_http::http::{Method, StatusCode};
use lambda_http::{Body, Request, Response};
use lambda_kit::{Environment, Outside, StartError};
use maud::html;
use std::future::Future;
use web::address::segments;
use web::form::{Fields, is_from_our_pages};
use web::{Address, SessionCookie, answer};

/// The function with its collaborators, built once per execution environment.
#[derive(Debug)]
pub struct Function {
    admin: Admin,
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
            answer::message_page(status, "This page cannot be shown", &error.to_string())
        })
    }

    async fn route(&self, request: &Request) -> Shown {
        let path = &segments(request.uri().path());
        if sign_in::owns(path) {
            return Ok(sign_in::answer(&self.admin, path, request).await);
        }
        let Some(visit) = self.visit(request).await? else {
            return Ok(sign_in::invite_to_sign_in(&self.admin, StatusCode::UNAUTHORIZED));
        };
        match *request.method() {
            Method::GET | Method::HEAD => page(path, &visit).await,
            Method::POST => self.change(&visit, path, request).await,
            _ => Ok(answer::method_not_allowed("GET, HEAD, POST")),
        }
    }

    /// `None`: nobody is signed in.
    async fn visit(&self, request: &Request) -> Result<Option<Visit<'_>>, AdminError> {
        let Some(session) = self.cookie().read(request.headers()) else {
            return Ok(None);
        };
        let Some(signed_in) = self.admin.signed_in(session.session_hash()).await? else {
            return Ok(None);
        };
        Ok(Some(Visit {
            workspace: self.admin.workspace(&signed_in.session.workspace).await?,
            admin: &self.admin,
            query: Fields::of_query(request),
            session,
            signed_in,
        }))
    }

    fn cookie(&self) -> SessionCookie {
        SessionCookie::of(self.admin.public_url())
    }

    async fn change(&self, visit: &Visit<'_>, path: &[&str], request: &Request) -> Shown {
        let Some(form) = Fields::of_body(request) else {
            return Ok(answer::bad_request("not_a_form", "Send the fields of the page's form."));
        };
        if !is_from_our_pages(request.headers(), self.admin.public_url()) || !visit.session.sent(&form) {
            return Ok(forged_form());
        }
        if path == ["sign-out"] {
            self.admin.sign_out(&visit.signed_in).await?;
            return Ok(self.cookie().remove(answer::redirect_to_path("/")));
        }
        if !visit.signed_in.session.role.may_change() {
            return Ok(only_looking(visit));
        }
        act(path, visit, &form).await
    }
}

web::addresses! {
    const PAGES: "GET";
    async fn page(path: &[&str], visit: &Visit<'_>) -> Shown {
        [] leads_on => Ok(answer::redirect_to_path("/integrations")),
        ["integrations"] shows ["nothing connected", "active", "connect again", "disconnected"] => integrations::page(visit).await,
        ["integrations", "workday", "new"] shows ["approve in Workday", "refresh token", "password"] =>
            for_who_may_change(visit, async { connect::page(visit) }).await,
        ["integrations", "workday", id] shows ["active", "degraded", "permission missing", "pending", "connect again", "disconnected"] =>
            connection::page(visit, id).await,
        ["integrations", "workday", id, "reconnect"] shows ["form"] =>
            for_who_may_change(visit, connect::reconnect_page(visit, id)).await,
        ["integrations", "workday", id, "disconnect"] shows ["question"] =>
            for_who_may_change(visit, connection::disconnect_page(visit, id)).await,
        ["agents"] shows ["list", "many", "none found", "HeyMilo does not answer"] => agents::page(visit).await,
        ["agents", posting] shows [
            "nothing connected", "list being read", "nothing linked", "linked", "many requisitions", "no requisition matches", "closed agent",
            "unknown to Workday", "HeyMilo does not answer"
        ] => configuration::page(visit, posting).await,
        ["activity"] shows ["empty", "full", "attention", "held", "open", "skipped"] => activity::page(visit).await,
        ["activity", order] shows ["waiting", "invited", "in progress", "completed", "refused", "expired", "withdrawn", "needs review", "skipped"] =>
            order::page(visit, order).await,
        ["people"] shows ["nobody yet", "several"] => people::page(visit).await,
        ["settings"] shows ["not answered", "HeyMilo sends", "this integration sends"] => Ok(settings::page(visit)),
        _ shows ["nothing here", "signed out", "form of a viewer"] => Ok(nothing_here(visit)),
    }
}

web::addresses! {
    const CHANGES: "POST";
    async fn act(path: &[&str], visit: &Visit<'_>, form: &Fields) -> Shown {
        ["integrations", "workday", "new"] shows ["refused"] => connect::submit(visit, form).await,
        ["integrations", "workday", id, "disconnect"] leads_on => connection::disconnect(visit, id).await,
        ["integrations", "workday", id, "check"] leads_on => connection::check(visit, id).await,
        ["integrations", "workday", id, "refresh"] leads_on => configuration::refresh(visit, id, form).await,
        ["integrations", "workday", id, "push"] shows ["password made"] => connection::make_push_credential(visit, id).await,
        ["integrations", "workday", id, "settings"] shows ["changed meanwhile"] => connection::save(visit, id, form).await,
        ["agents", posting, "link"] shows ["linked meanwhile"] => configuration::link(visit, posting, form).await,
        ["agents", posting, "unlink"] leads_on => configuration::unlink(visit, posting, form).await,
        ["activity", order, action] leads_on => match Action::named(action) {
            Some(action) => activity::act(visit, order, action).await,
            None => Ok(nothing_here(visit)),
        },
        ["people", "invite"] shows ["made"] => people::invite(visit, form).await,
        ["people", person, "role"] shows ["nobody known", "not an owner"] => people::change_role(visit, person, form).await,
        ["people", person, "remove"] shows ["nobody known", "not an owner"] => people::remove(visit, person).await,
        ["settings", "who-sends"] shows ["changed meanwhile"] => settings::answer_who_sends(visit, form).await,
        ["settings", "who-is-told"] shows ["refused"] => settings::name_who_is_told(visit, form).await,
        ["settings", "heymilo"] leads_on => settings::replace_api_key(visit, form).await,
        _ shows ["nothing here", "signed out", "forged", "a viewer"] => Ok(nothing_here(visit)),
    }
}

/// The addresses of all pages and forms, as they are dispatched.
pub fn addresses() -> impl Iterator<Item = &'static Address> {
    [sign_in::PAGES, sign_in::CHANGES, PAGES, CHANGES].into_iter().flatten()
}

/// A page that is nothing but a form.
async fn for_who_may_change(visit: &Visit<'_>, page: impl Future<Output = Shown>) -> Shown {
    if visit.signed_in.session.role.may_change() {
        page.await
    } else {
        Ok(only_looking(visit))
    }
}

/// What a viewer is answered who wants to change something.
fn only_looking(visit: &Visit<'_>) -> Response<Body> {
    let body = html! {
        div.card {
            h1 { "You can look, but not change" }
            p {
                "Only owners and admins of the workspace change its integrations. Ask an owner to give you another role, or "
                a href="/integrations" { "go back to Integrations" }
                "."
            }
        }
    };
    let frame = visit.frame_with(Note::Nothing);
    frame.respond(StatusCode::FORBIDDEN, Section::Integrations, "You can look, but not change", &body)
}

/// The same for an address that never was and an id of another workspace.
fn nothing_here(visit: &Visit<'_>) -> Response<Body> {
    let body = html! {
        div.card {
            h1 { "Nothing here" }
            p {
                "This address does not exist in your workspace. "
                a href="/integrations" { "Go to Integrations" }
                "."
            }
        }
    };
    let frame = visit.frame_with(Note::Nothing);
    frame.respond(StatusCode::NOT_FOUND, Section::Integrations, "Nothing here", &body)
}
