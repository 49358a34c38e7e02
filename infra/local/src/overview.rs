//! Pages of the local run alone, under `/__local/`: the state as JSON, the mails as a candidate reads them, a way in, and
//! the list of everything that can be looked at.

use crate::functions::Functions;
use crate::payload;
use crate::sign_in::{sign_in_link, signed_in};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::Order;
use domain::WorkspaceId;
use domain::order::Entry;
use domain::settings::Connection;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use store::StoreError;
use store::session::Role;
use testkit::template::Route;
use testkit::{EmbeddedAws, Mail};

/// Where these pages are.
pub(crate) const PREFIX: &str = "/__local/";
/// The most orders of a workspace that are shown.
const ORDERS: i32 = 5_000;

/// What the pages read.
#[derive(Debug, Clone)]
pub struct Overview {
    functions: Arc<Functions>,
    routes: Arc<Vec<Route>>,
    aws: EmbeddedAws,
    /// Workspaces are made by a setup only, so remembering them is knowing them all.
    workspaces: Arc<Mutex<Vec<WorkspaceId>>>,
}

impl Overview {
    pub(crate) fn new(functions: Arc<Functions>, routes: Arc<Vec<Route>>, aws: EmbeddedAws) -> Self {
        Self {
            functions,
            routes,
            aws,
            workspaces: Arc::default(),
        }
    }

    pub(crate) fn remember(&self, workspace: &WorkspaceId) {
        let mut known = self.workspaces.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.contains(workspace) {
            known.push(workspace.clone());
        }
    }

    fn workspaces(&self) -> Vec<WorkspaceId> {
        self.workspaces.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Workspaces, connections, mappings, known applications, orders, due work and mails.
    async fn state(&self) -> Result<Value, StoreError> {
        let store = &self.functions.store;
        let (mut workspaces, mut connections, mut mappings) = (Vec::new(), Vec::new(), Vec::new());
        let (mut applications, mut orders, mut due) = (Vec::new(), Vec::new(), Vec::new());
        let mut postings = Vec::new();
        for id in self.workspaces() {
            workspaces.extend(store.workspace(&id).await?);
            for connection in store.connections(&id).await? {
                connections.push(self.shown(&connection));
            }
            let linked = store.mappings(&id).await?;
            for mapping in &linked {
                applications.extend(store.applications(&id, &mapping.connection, &mapping.requisition).await?);
            }
            mappings.extend(linked);
            for order in store.recent_orders(&id, ORDERS).await? {
                orders.push(told(&order, &store.history(&id, &order.order).await?));
            }
            postings.extend(store.posting_standings(&id).await?);
            due.extend(store.due_rows(&id).await?);
        }
        Ok(json!({
            "workspaces": workspaces, "connections": connections, "mappings": mappings, "postings": postings,
            "applications": applications, "orders": orders, "due": due,
            "outbox": self.aws.outbox().mails(),
        }))
    }
}

/// An order with what is known about it beside its row.
fn told(order: &Order, history: &[Entry]) -> Value {
    let mut told = json!(order);
    if let Some(fields) = told.as_object_mut() {
        fields.insert("record_is_current".into(), order.record_is_current().into());
        fields.insert("history".into(), json!(history));
    }
    told
}

impl Overview {
    /// A connection with the address that a Workday administrator enters at the integration system.
    fn shown(&self, connection: &Connection) -> Value {
        let mut shown = json!(connection);
        if let Some(fields) = shown.as_object_mut() {
            let endpoint = self.functions.admin.integration_endpoint(&connection.connection);
            fields.insert("webhook_url".into(), endpoint.into());
        }
        shown
    }
}

/// Answers one request of these pages.
pub(crate) async fn serve(overview: &Overview, page: &str, request: &Request<()>) -> Response {
    // Another site's name that resolves to this machine must not get at it.
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    if !matches!(host.rsplit_once(':').map_or(host, |(name, _)| name), "127.0.0.1" | "localhost") {
        return payload::message(StatusCode::FORBIDDEN, "These pages are for this machine only");
    }
    answer(&[page], overview, request).await
}

web::addresses! {
    const PAGES: "GET";
    async fn answer(path: &[&str], overview: &Overview, request: &Request<()>) -> Response {
        ["state"] leads_on => state(overview).await,
        ["outbox"] shows ["empty", "mails"] => Html(outbox(&overview.aws.outbox().mails()).into_string()).into_response(),
        ["sign-in"] leads_on => sign_in(overview, request.uri().query().unwrap_or_default()).await,
        ["routes"] leads_on => json_answer(&listed(&overview.routes)),
        _ leads_on => payload::message(
            StatusCode::NOT_FOUND,
            "There are /__local/state, /__local/outbox, /__local/sign-in and /__local/routes",
        ),
    }
}

/// Every address and what its pages can show, and the roles there are: `tests/browser` walks them all.
fn listed(routes: &[Route]) -> Value {
    let mut addresses: Vec<Value> = console::addresses().map(|address| json!(address)).collect();
    for route in routes {
        let shows = match route.function.as_str() {
            "ConsoleFunction" => continue,
            "InvitePageFunction" => invite_page::SHOWS,
            "ReportPageFunction" => report_page::SHOWS,
            "OauthCallbackFunction" => oauth_callback::SHOWS,
            // Programs alone speak to it.
            "WebhookIntakeFunction" => &[],
            _ => &["pages that are not listed yet"],
        };
        let (method, path) = route.key.split_once(' ').unwrap_or(("ANY", &route.key));
        addresses.push(json!({"method": method, "path": path, "shows": shows}));
    }
    for page in PAGES {
        let path = format!("{}{}", PREFIX.trim_end_matches('/'), page.path());
        addresses.push(json!({"method": page.method, "path": path, "shows": page.shows}));
    }
    json!({"addresses": addresses, "roles": Role::ALL.map(Role::name)})
}

async fn state(overview: &Overview) -> Response {
    match overview.state().await {
        Ok(state) => json_answer(&state),
        Err(error) => failed(&error),
    }
}

fn json_answer(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], Body::from(value.to_string())).into_response()
}

/// Signs an owner in: of the workspace named in the query, or of the first one. With `link` the browser is led to a
/// sign-in link as the operator makes it.
async fn sign_in(overview: &Overview, query: &str) -> Response {
    let wanted = query.strip_prefix("workspace=");
    let known = overview.workspaces();
    let Some(workspace) = known.iter().find(|id| wanted.is_none_or(|wanted| wanted == id.as_str())) else {
        return payload::message(StatusCode::NOT_FOUND, "There is no such workspace; start with --setup FILE.json");
    };
    let admin = &overview.functions.admin;
    let answered = if query == "link" {
        sign_in_link(admin, workspace).await.map(|link| Redirect::to(&link).into_response())
    } else {
        signed_in(admin, workspace).await.map(|answer| {
            payload::response(answer)
                .unwrap_or_else(|_too_large| payload::message(StatusCode::INTERNAL_SERVER_ERROR, "The answer is too large"))
        })
    };
    answered.unwrap_or_else(|error| failed(&error))
}

fn failed(error: &(dyn std::error::Error + 'static)) -> Response {
    tracing::error!(error = lambda_kit::telemetry::chain(error), "a local page failed");
    payload::message(StatusCode::INTERNAL_SERVER_ERROR, "The state cannot be read; the log says why")
}

const STYLE: &str = "
:root{color-scheme:light dark;background:Canvas;color:CanvasText;--edge:color-mix(in srgb,CanvasText 18%,Canvas);--quiet:color-mix(in srgb,CanvasText 65%,Canvas)}
body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:0 auto;padding:1.5rem 1rem}
h1{font-size:1.4rem}article{border:1px solid var(--edge);border-radius:.6rem;margin:1.2rem 0;overflow:hidden}
header{padding:.8rem 1rem;border-bottom:1px solid var(--edge)}h2{font-size:1.05rem;margin:0 0 .3rem}
header p,.quiet{margin:0;color:var(--quiet);font-size:.9rem;overflow-wrap:anywhere}
iframe{display:block;width:100%;height:34rem;border:0;background:#fff;color-scheme:light}pre{white-space:pre-wrap;overflow-wrap:anywhere;padding:1rem;margin:0;font:inherit}
details{border-top:1px solid var(--edge)}summary{padding:.5rem 1rem;cursor:pointer;color:var(--quiet);font-size:.9rem}";

/// The mails, newest first.
fn outbox(mails: &[Mail]) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { "Outbox" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { "Outbox of the local run" }
                    p.quiet { "What our mail service took. Nothing leaves this machine." }
                    @if mails.is_empty() {
                        p.quiet { "No mail was sent yet." }
                    }
                    @for sent in mails.iter().rev() { (mail(sent)) }
                }
            }
        }
    }
}

fn mail(mail: &Mail) -> Markup {
    let text = linked(mail.text.as_deref().unwrap_or_default());
    html! {
        article {
            header {
                h2 { (mail.subject) }
                p { "To " (mail.to.join(", ")) " · from " (mail.from) " · " (readable(&mail.sent_at)) }
            }
            @if let Some(html) = &mail.html {
                // Sandboxed as in a mail program: no scripts; links open beside it.
                iframe
                    title=(mail.subject)
                    sandbox="allow-popups allow-popups-to-escape-sandbox"
                    srcdoc={ "<base target=\"_blank\">" (html) } {}
                details {
                    summary { "As plain text" }
                    pre { (text) }
                }
            } @else {
                pre { (text) }
            }
        }
    }
}

/// `20260131T095959Z`, as a request is signed, in the form a person reads.
fn readable(moment: &str) -> String {
    let part = |from: usize, to: usize| moment.get(from..to).unwrap_or_default();
    let (date, time) = ([part(0, 4), part(4, 6), part(6, 8)], [part(9, 11), part(11, 13)]);
    format!("{} {} UTC", date.join("-"), time.join(":"))
}

/// Plain text with its web addresses as links.
fn linked(text: &str) -> Markup {
    html! {
        @for piece in text.split_inclusive(char::is_whitespace) { (linked_word(piece)) }
    }
}

/// A word with the white space behind it.
fn linked_word(piece: &str) -> Markup {
    let address = piece.trim_end().trim_end_matches(['.', ',', ')', '>']);
    let rest = piece.strip_prefix(address).unwrap_or_default();
    html! {
        @if address.starts_with("http://") || address.starts_with("https://") {
            a href=(address) target="_blank" rel="noopener" { (address) }
            (rest)
        } @else {
            (piece)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_plain_text_are_links_and_nothing_else_is_markup() {
        let shown = linked("Open https://example.com/i/a?b=1&c=2.\n<b>Ada</b>");
        assert_eq!(
            shown.into_string(),
            "Open <a href=\"https://example.com/i/a?b=1&amp;c=2\" target=\"_blank\" rel=\"noopener\">https://example.com/i/a?b=1&amp;c=2</a>.\n\
             &lt;b&gt;Ada&lt;/b&gt;"
        );
    }

    #[test]
    fn the_time_of_a_mail_is_readable() {
        assert_eq!(readable("20260131T095959Z"), "2026-01-31 09:59 UTC");
    }
}
