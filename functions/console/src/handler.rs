//! Request → session → page, or request → session → proof that our page sent it → change → page.

use crate::frame::Section;
use crate::note::Note;
use crate::visit::{Shown, Visit, forged_form, log};
use crate::{
    activity, agents, audit, configuration, connect, connect_link, connection, guest, integrations, order, people, preview, reference_ids,
    settings, setup, sign_in, why,
};
use admin::{Admin, AdminError, SignedIn};
use domain::health::Trouble;
use domain::order::Action;
use domain::settings::Connection;
use domain::{ConnectionId, Moment, OrderId};
use lambda_http::http::{Method, StatusCode};
use lambda_http::{Body, Request, Response};
use lambda_kit::{Environment, Outside, StartError};
use maud::html;
use std::future::Future;
use web::address::segments;
use web::form::{Fields, is_from_our_pages};
use web::{Address, NoteCookie, SessionCookie, SessionToken, answer};

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
        let cookie = NoteCookie::of(self.admin.public_url());
        let left = cookie.read(request.headers());
        let note = left.as_deref().map_or(Note::Nothing, Note::read);
        let shown = Box::pin(self.route(&request, note)).await;
        let mut answer = shown.unwrap_or_else(|error| {
            log(&error);
            let status = if error.problem.is_passing() {
                StatusCode::SERVICE_UNAVAILABLE
            } else {
                StatusCode::NOT_FOUND
            };
            answer::message_page(status, "This page cannot be shown", &error.to_string())
        });
        match answer.extensions_mut().remove().and_then(Note::code) {
            Some(code) => cookie.leave(answer, &code),
            // A page has shown it; a redirect has not.
            None if left.is_some() && !answer.status().is_redirection() => cookie.clear(answer),
            None => answer,
        }
    }

    async fn route(&self, request: &Request, note: Note) -> Shown {
        let path = &segments(request.uri().path());
        if sign_in::owns(path) {
            return Ok(sign_in::answer(&self.admin, path, request).await);
        }
        if guest::owns(path) {
            return Ok(guest::answer(&self.admin, path, request, note).await);
        }
        let Some((session, signed_in)) = self.signed_in(request).await? else {
            return Ok(sign_in::invite_to_sign_in(&self.admin, StatusCode::UNAUTHORIZED));
        };
        let admin = &self.admin.acting(&signed_in);
        let id = &signed_in.session.workspace;
        let (workspace, connections, waiting) = tokio::try_join!(admin.workspace(id), admin.connections(id), admin.waiting_offers(id))?;
        let visit = Visit {
            troubles: troubles(&connections, &waiting, path, admin.now()),
            connections,
            workspace,
            admin,
            query: Fields::of_query(request),
            note,
            session,
            signed_in,
        };
        let shown = match *request.method() {
            Method::GET | Method::HEAD => Box::pin(page(path, &visit)).await,
            Method::POST => Box::pin(self.change(&visit, path, request)).await,
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
        look_up(visit, path).await?;
        Box::pin(act(path, visit, &form)).await
    }
}

/// The connections that do not work as they should; a connection's own pages tell more than the bar would.
fn troubles(connections: &[Connection], waiting: &[ConnectionId], path: &[&str], now: Moment) -> Vec<(Connection, Trouble)> {
    let own = match path {
        ["integrations", "workday", connection, ..] => Some(*connection),
        _ => None,
    };
    let shown = connections.iter().filter(|connection| own != Some(connection.connection.as_str()));
    let troubled = shown.filter_map(|connection| {
        let trouble = Trouble::of(connection, waiting.contains(&connection.connection), now)?;
        Some((connection.clone(), trouble))
    });
    troubled.collect()
}

/// Another workspace's ids are no addresses here: whatever is to be done at one, nothing is.
async fn look_up(visit: &Visit<'_>, path: &[&str]) -> Result<(), AdminError> {
    match path {
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

web::addresses! {
    const PAGES: "GET";
    async fn page(path: &[&str], visit: &Visit<'_>) -> Shown {
        [] leads_on => Ok(answer::redirect_to_path("/integrations")),
        ["integrations"] shows ["HeyMilo first", "nothing connected", "active", "connect again", "disconnected"] => integrations::page(visit).await,
        ["integrations", "workday", "new"] leads_on => for_who_may_change(visit, connect::begin(visit)).await,
        ["integrations", "workday", id] shows [
            "active", "degraded", "permission missing", "draft", "pending", "waiting for acceptance", "connect again", "disconnected"
        ] => connection::page(visit, id).await,
        ["integrations", "workday", id, "connect"] shows ["first time", "again", "link made before"] =>
            for_who_may_change(visit, Box::pin(connect::page(visit, id))).await,
        ["integrations", "workday", id, "reference-ids"] shows ["form"] =>
            for_who_may_change(visit, reference_ids::page(visit, id)).await,
        ["integrations", "workday", id, "setup"] shows ["not tried yet", "tried out", "permission missing", "test candidate"] =>
            Box::pin(setup::page(visit, id)).await,
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
        ["why"] shows ["form", "explained", "nothing known", "Workday does not answer"] => Box::pin(why::page(visit)).await,
        ["people"] shows ["nobody yet", "several", "invitation open"] => people::page(visit).await,
        ["audit"] shows ["latest", "older"] => audit::page(visit).await,
        ["settings"] shows ["not answered", "HeyMilo sends", "this integration sends"] => settings::page(visit).await,
        ["settings", "invitation"] shows ["as it is sent"] => Ok(preview::page(visit)),
        ["settings", "invitation", "mail"] leads_on => Ok(preview::mail(visit)),
        _ shows ["nothing here", "signed out", "form of a viewer"] => Ok(nothing_here(visit)),
    }
}

web::addresses! {
    const CHANGES: "POST";
    async fn act(path: &[&str], visit: &Visit<'_>, form: &Fields) -> Shown {
        ["integrations", "workday", id, "connect"] shows ["refused", "missing", "filled in", "pasted in vain"] => Box::pin(connect::submit(visit, id, form)).await,
        ["integrations", "workday", id, "connect-link"] shows ["link made"] => connect::make_link(visit, id).await,
        ["integrations", "workday", id, "connect-link", "withdraw"] leads_on => connect_link::withdraw(visit, id).await,
        ["integrations", "workday", id, "accept"] leads_on => connect_link::accept(visit, id, form).await,
        ["integrations", "workday", id, "decline"] leads_on => connect_link::decline(visit, id).await,
        ["integrations", "workday", id, "remove"] leads_on => connect::remove(visit, id).await,
        ["integrations", "workday", id, "disconnect"] leads_on => connection::disconnect(visit, id).await,
        ["integrations", "workday", id, "check"] leads_on => connection::check(visit, id).await,
        ["integrations", "workday", id, "refresh"] leads_on => configuration::refresh(visit, id, form).await,
        ["integrations", "workday", id, "setup", "try"] leads_on => setup::try_out(visit, id).await,
        ["integrations", "workday", id, "setup", "test-candidate"] shows ["refused"] => Box::pin(setup::name_test_candidate(visit, id, form)).await,
        ["integrations", "workday", id, "push"] shows ["password made"] => connection::make_push_credential(visit, id, form).await,
        ["integrations", "workday", id, "settings"] shows ["changed meanwhile"] => connection::save(visit, id, form).await,
        ["integrations", "workday", id, "reference-ids"] shows ["refused"] => reference_ids::save(visit, id, form).await,
        ["agents", posting, "link"] shows ["linked meanwhile"] => configuration::link(visit, posting, form).await,
        ["agents", posting, "unlink"] leads_on => configuration::unlink(visit, posting, form).await,
        ["activity", order, action] leads_on => match Action::named(action) {
            Some(action) => activity::act(visit, order, action).await,
            None => Ok(nothing_here(visit)),
        },
        ["people", "invite"] shows ["made"] => people::invite(visit, form).await,
        ["people", "invitations", invitation, "take-back"] leads_on => people::take_back(visit, invitation).await,
        ["people", person, "role"] shows ["nobody known", "not an owner"] => people::change_role(visit, person, form).await,
        ["people", person, "remove"] shows ["nobody known", "not an owner"] => people::remove(visit, person).await,
        ["settings", "who-sends"] shows ["changed meanwhile"] => settings::answer_who_sends(visit, form).await,
        ["settings", "who-is-told"] shows ["refused"] => settings::name_who_is_told(visit, form).await,
        ["settings", "candidate-details"] shows ["refused"] => settings::save_candidate_details(visit, form).await,
        ["settings", "heymilo"] leads_on => settings::replace_api_key(visit, form).await,
        _ shows ["nothing here", "signed out", "forged", "a viewer"] => Ok(nothing_here(visit)),
    }
}

/// The addresses of all pages and forms, as they are dispatched.
pub fn addresses() -> impl Iterator<Item = &'static Address> {
    [sign_in::PAGES, sign_in::CHANGES, guest::PAGES, guest::CHANGES, PAGES, CHANGES]
        .into_iter()
        .flatten()
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
