//! Request → session → page, or request → session → proof that our page sent it → change → page.

use crate::frame::Section;
use crate::note::Note;
use crate::visit::{Shown, Visit, forged_form, log};
use crate::{activity, agents, audit, configuration, connect, connection, integrations, order, people, settings, sign_in};
use admin::{Admin, AdminError, SignedIn};
use domain::order::Action;
use domain::{ConnectionId, OrderId};
use lambda_http::http::{Method, StatusCode};
use lambda_http::{Body, Request, Response};
use lambda_kit::{Environment, Outside, StartError};
use maud::html;
use web::form::{Fields, is_from_our_pages};
use web::{SessionCookie, SessionToken, answer};

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
        let shown = Box::pin(self.route(&request)).await;
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
        let path = request.uri().path();
        if sign_in::owns(path) {
            return Ok(sign_in::answer(&self.admin, request).await);
        }
        let Some((session, signed_in)) = self.signed_in(request).await? else {
            return Ok(sign_in::invite_to_sign_in(&self.admin, StatusCode::UNAUTHORIZED));
        };
        let admin = &self.admin.acting(&signed_in);
        let visit = Visit {
            workspace: admin.workspace(&signed_in.session.workspace).await?,
            admin,
            query: Fields::of_query(request),
            session,
            signed_in,
        };
        let shown = match *request.method() {
            Method::GET | Method::HEAD => page(&visit, path).await,
            Method::POST => self.change(&visit, path, request).await,
            _ => Ok(answer::method_not_allowed("GET, HEAD, POST")),
        };
        match shown {
            Err(error) if error.problem.is_unknown_here() => {
                log(&error);
                Ok(not_found(&visit, error.problem.words()))
            }
            shown => shown,
        }
    }

    /// `None`: nobody is.
    async fn signed_in(&self, request: &Request) -> Result<Option<(SessionToken, SignedIn)>, AdminError> {
        let Some(session) = self.cookie().read(request.headers()) else {
            return Ok(None);
        };
        let signed_in = self.admin.signed_in(session.session_hash()).await?;
        Ok(signed_in.map(|signed_in| (session, signed_in)))
    }

    fn cookie(&self) -> SessionCookie {
        SessionCookie::of(self.admin.public_url())
    }

    async fn change(&self, visit: &Visit<'_>, path: &str, request: &Request) -> Shown {
        let Some(form) = Fields::of_body(request) else {
            return Ok(answer::bad_request("not_a_form", "Send the fields of the page's form."));
        };
        if !is_from_our_pages(request.headers(), self.admin.public_url()) || !visit.session.sent(&form) {
            return Ok(forged_form());
        }
        if path == "/sign-out" {
            self.admin.sign_out(&visit.signed_in).await?;
            return Ok(self.cookie().remove(answer::redirect_to_path("/")));
        }
        if !visit.signed_in.session.role.may_change() {
            return Ok(only_looking(visit));
        }
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        look_up(visit, &segments).await?;
        act(visit, &segments, &form).await
    }
}

async fn page(visit: &Visit<'_>, path: &str) -> Shown {
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    match segments.as_slice() {
        [] => Ok(answer::redirect_to_path("/integrations")),
        ["integrations"] => integrations::page(visit).await,
        // Pages that are nothing but a form.
        ["integrations", "workday", "new"] | ["integrations", "workday", _, "reconnect" | "disconnect"]
            if !visit.signed_in.session.role.may_change() =>
        {
            Ok(only_looking(visit))
        }
        ["integrations", "workday", "new"] => connect::page(visit),
        ["integrations", "workday", id] => connection::page(visit, id).await,
        ["integrations", "workday", id, "reconnect"] => connect::reconnect_page(visit, id).await,
        ["integrations", "workday", id, "disconnect"] => connection::disconnect_page(visit, id).await,
        ["agents"] => agents::page(visit).await,
        ["agents", posting] => configuration::page(visit, posting).await,
        ["activity"] => activity::page(visit).await,
        ["activity", order] => order::page(visit, order).await,
        ["people"] => people::page(visit).await,
        ["audit"] => audit::page(visit).await,
        ["settings"] => settings::page(visit).await,
        _ => Ok(nothing_here(visit)),
    }
}

/// Another workspace's ids are no addresses here: whatever is to be done at one, nothing is.
async fn look_up(visit: &Visit<'_>, segments: &[&str]) -> Result<(), AdminError> {
    match segments {
        ["integrations", "workday", "new", ..] => {}
        ["integrations", "workday", connection, ..] => {
            visit.admin.connection(visit.id(), &ConnectionId::new(*connection)?).await?;
        }
        ["activity", order, ..] => {
            visit.admin.order(visit.id(), &OrderId::new(*order)?).await?;
        }
        _ => {}
    }
    Ok(())
}

async fn act(visit: &Visit<'_>, segments: &[&str], form: &Fields) -> Shown {
    match segments {
        ["integrations", "workday", "new"] => connect::submit(visit, form).await,
        ["integrations", "workday", id, "disconnect"] => connection::disconnect(visit, id).await,
        ["integrations", "workday", id, "check"] => connection::check(visit, id).await,
        ["integrations", "workday", id, "refresh"] => configuration::refresh(visit, id, form).await,
        ["integrations", "workday", id, "push"] => connection::make_push_credential(visit, id).await,
        ["integrations", "workday", id, "settings"] => connection::save(visit, id, form).await,
        ["agents", posting, "link"] => configuration::link(visit, posting, form).await,
        ["agents", posting, "unlink"] => configuration::unlink(visit, posting, form).await,
        ["activity", order, action] => match Action::named(action) {
            Some(action) => activity::act(visit, order, action).await,
            None => Ok(nothing_here(visit)),
        },
        ["people", "invite"] => people::invite(visit, form).await,
        ["people", "invitations", invitation, "take-back"] => people::take_back(visit, invitation).await,
        ["people", person, "role"] => people::change_role(visit, person, form).await,
        ["people", person, "remove"] => people::remove(visit, person).await,
        ["settings", "who-sends"] => settings::answer_who_sends(visit, form).await,
        ["settings", "who-is-told"] => settings::name_who_is_told(visit, form).await,
        ["settings", "heymilo"] => settings::replace_api_key(visit, form).await,
        _ => Ok(nothing_here(visit)),
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
    not_found(visit, "This address does not exist in your workspace.")
}

fn not_found(visit: &Visit<'_>, sentence: &str) -> Response<Body> {
    let body = html! {
        div.card {
            h1 { "Nothing here" }
            p {
                (sentence)
                " "
                a href="/integrations" { "Go to Integrations" }
                "."
            }
        }
    };
    let frame = visit.frame_with(Note::Nothing);
    frame.respond(StatusCode::NOT_FOUND, Section::Integrations, "Nothing here", &body)
}
