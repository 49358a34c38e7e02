//! Connecting through the Workday administrator: the link for them, and the access that came by it and waits.

use crate::audit::who;
use crate::frame::Frame;
use crate::note::Done;
use crate::options::recipients;
use crate::paths;
use crate::visit::{Shown, Visit, done, shown_there};
use crate::words::{ago, at, host};
use admin::{Actor, AdminError, Problem};
use domain::settings::{Connection, ConnectionOptions};
use domain::{ConnectionId, Moment};
use maud::{Markup, html};
use web::component::{Tone, announcement, copied, fact, hidden, notice};
use web::form::Fields;

const WHY: &str = "Does somebody else administer Workday? Send them a link: they give the access without an account here, \
    see nothing of your workspace, and nothing is used before you have accepted it.";
const SHOWN_ONCE: &str =
    "Copy the link now: it is shown only once. It works for seven days, until you accept what came by it or withdraw it.";

/// The card about the link; `made`: the one that was made just now.
pub(crate) async fn card(visit: &Visit<'_>, frame: &Frame<'_>, connection: &Connection, made: Option<&str>) -> Result<Markup, AdminError> {
    let link = visit.admin.connect_link(visit.id(), &connection.connection).await?;
    let base = paths::connection(&connection.connection);
    let maker = match &link {
        Some(link) => name(visit, &link.made_by).await?,
        None => String::new(),
    };
    Ok(html! {
        section.card #connect-link aria-labelledby="connect-link-heading" {
            h2 #connect-link-heading { "A link for the Workday administrator" }
            p { (WHY) }
            @if let Some(made) = made {
                (announcement(Tone::Good, SHOWN_ONCE))
                p { (copied(made)) }
            }
            @if let Some(link) = &link {
                p.muted { "A link works until " (at(link.ends_at)) ". Made by " (maker) ", " (at(link.made_at)) "." }
            }
            div.row {
                form method="post" action={ (base) "/connect-link" } {
                    (frame.token())
                    button.secondary { @if link.is_some() { "Make a new link instead" } @else { "Make a link" } }
                }
                @if link.is_some() {
                    form method="post" action={ (base) "/connect-link/withdraw" } {
                        (frame.token())
                        button.secondary { "Withdraw it" }
                    }
                }
            }
        }
    })
}

async fn name(visit: &Visit<'_>, actor: &Actor) -> Result<String, AdminError> {
    let ids = match actor {
        Actor::Person { person } => vec![person.as_str()],
        Actor::Guest { .. } | Actor::ConnectLink | Actor::Operator | Actor::Unknown => Vec::new(),
    };
    let names = visit.admin.names(visit.id(), ids.into_iter()).await?;
    Ok(who(actor, &names))
}

/// Access that waits to be accepted: which tenant, where, as whom, and by whose link.
pub(crate) async fn waiting(visit: &Visit<'_>, frame: &Frame<'_>, connection: &Connection) -> Result<Markup, AdminError> {
    let offer = visit.admin.offer(visit.id(), &connection.connection).await?;
    let Some((offer, proven)) = offer.and_then(|offer| offer.proven_at.map(|proven| (offer, proven))) else {
        return Ok(html! {});
    };
    let maker = name(visit, &offer.link_made_by).await?;
    let base = paths::connection(&connection.connection);
    let content = html! {
        p {
            strong { "Access to Workday waits for you to accept it. " }
            "It came " (ago(proven, visit.admin.now())) ", by the connect link that " (maker) " made. It is not used until then."
        }
        dl.facts {
            (fact("Tenant", &offer.proposed.tenant))
            (fact("Who may be written to", whom(&offer.proposed.options)))
            (fact("Host", host(&offer.proposed)))
            (fact("Writes to Workday as", &offer.proposed.standing.writes_as))
        }
        @if frame.may_change() {
            div.row {
                form method="post" action={ (base) "/accept" } {
                    (frame.token())
                    (hidden("seen", &proven.0.to_string()))
                    button { "Accept and connect" }
                }
                form method="post" action={ (base) "/decline" } {
                    (frame.token())
                    button.secondary { "Decline" }
                }
            }
        }
    };
    Ok(notice(Tone::Caution, content))
}

fn whom(options: &ConnectionOptions) -> String {
    if options.non_production {
        format!("Sandbox, preview or implementation: {} and nobody else", recipients(options))
    } else {
        "Production: everybody a recruiter moves to the Assessment stage".to_owned()
    }
}

pub(crate) async fn withdraw(visit: &Visit<'_>, id: &str) -> Shown {
    let id = ConnectionId::new(id)?;
    visit.admin.withdraw_connect_link(visit.id(), &id).await?;
    Ok(done(&paths::connect(&id), Done::LinkWithdrawn))
}

pub(crate) async fn accept(visit: &Visit<'_>, id: &str, form: &Fields) -> Shown {
    let id = ConnectionId::new(id)?;
    let path = paths::connection(&id);
    let seen = form.text("seen").parse().map(Moment).map_err(|_not_a_moment| Problem::OfferOver)?;
    match visit.admin.accept_offer(visit.id(), &id, seen).await {
        Ok(_) => Ok(done(&path, Done::Connected)),
        Err(error) => Ok(shown_there(&path, &error)),
    }
}

pub(crate) async fn decline(visit: &Visit<'_>, id: &str) -> Shown {
    let id = ConnectionId::new(id)?;
    visit.admin.decline_offer(visit.id(), &id).await?;
    Ok(done(&paths::connection(&id), Done::OfferDeclined))
}
