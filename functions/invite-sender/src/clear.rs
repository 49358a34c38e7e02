//! The gates before the first effect: facts are collected, cheap ones first, and the table judges them.

use crate::function::Function;
use domain::gate::{self, Facts, Verdict};
use domain::order::WaitReason;
use domain::settings::{Connection, Mapping, NoRecipient, WhoSends, Workspace};
use domain::{Moment, Order, OrderState};
use mail::Closed;
use std::time::Duration;
use store::contact::Contact;
use vendors::heymilo::HeyMilo;
use work::Trouble;

/// Workday is asked again before the invitation when the confirming read is older than this.
const CONTACT_IS_FRESH: Duration = Duration::from_mins(5);
/// The same for an order that waits.
const WAITING_CONTACT_IS_FRESH: Duration = Duration::from_mins(1);

/// Everything the invitation needs, past all gates.
pub(crate) struct Cleared {
    pub(crate) workspace: Workspace,
    /// With the workspace's key.
    pub(crate) heymilo: HeyMilo,
    /// None: unlinked after the interview was requested.
    pub(crate) mapping: Option<Mapping>,
    pub(crate) contact: Contact,
    pub(crate) email: String,
}

/// What the gates say of an order.
pub(crate) enum Gated {
    Through(Box<Cleared>),
    Held(Verdict),
}

/// Passes the order through the gates, in both sending modes: with HeyMilo sending, the ingest is the email.
pub(crate) async fn clear(function: &Function, order: &Order, now: Moment) -> Result<Gated, Trouble> {
    let store = &function.store;
    let mapping = store.mapping(&order.workspace, &order.connection, &order.requisition).await?;
    let workspace = store.workspace(&order.workspace).await?.ok_or(Trouble::Disconnected)?;
    let settings = Facts {
        linked: Some(mapping.is_some() || order.interview.is_some()),
        sender_known: Some(workspace.who_sends != WhoSends::Unanswered),
        ..Facts::default()
    };
    if let Some((_, verdict)) = gate::first_unmet(&settings) {
        return Ok(Gated::Held(verdict));
    }
    let connection = store
        .connection(&order.workspace, &order.connection)
        .await?
        .ok_or(Trouble::Disconnected)?;
    // Without its key nobody is invited, whatever Workday says.
    let heymilo = function.vendors.heymilo(&order.workspace).await?;
    if order.is_waiting_for(WaitReason::HeyMiloCredentialRefused) {
        heymilo.takes_key().await?;
    }
    waits_for_mail(function, order, &workspace).await?;
    let person = person(function, order, &connection, now).await?;
    let recipient = connection.recipient(person.contact.as_ref().and_then(|contact| contact.email.as_deref()));
    let facts = Facts {
        withdrawn: Some(person.withdrawn),
        in_stage: Some(person.in_stage),
        reachable: Some(!matches!(recipient, Err(NoRecipient::NoAddress))),
        allowed: Some(!matches!(recipient, Err(NoRecipient::NotAllowed))),
        ..settings
    };
    Ok(match (gate::first_unmet(&facts), recipient, person.contact) {
        (Some((_, verdict)), _, _) => Gated::Held(verdict),
        (None, Ok(address), Some(contact)) => Gated::Through(Box::new(Cleared {
            email: address.as_str().to_owned(),
            workspace,
            heymilo,
            mapping,
            contact,
        })),
        (None, _, _) => {
            return Err(Trouble::Infrastructure(
                "the gates let somebody pass who cannot be written to".into(),
            ));
        }
    })
}

/// An order whose mail did not leave costs Workday nothing while the mail service says that none would.
async fn waits_for_mail(function: &Function, order: &Order, workspace: &Workspace) -> Result<(), Trouble> {
    let OrderState::Waiting {
        reason: WaitReason::EmailUnavailable | WaitReason::EmailSenderRefused,
        until,
    } = order.state
    else {
        return Ok(());
    };
    if !matches!(workspace.who_sends, WhoSends::We { .. }) {
        return Ok(());
    }
    let (reason, after) = match function.mailer.closed(until).await {
        None => return Ok(()),
        Some(Closed::QuotaUsedUp) => (WaitReason::EmailUnavailable, None),
        Some(Closed::SendingDisabled | Closed::SenderNotVerified) => (WaitReason::EmailSenderRefused, Some(mail::UNTIL_MENDED)),
    };
    Err(Trouble::Park { reason, after })
}

/// A person as Workday showed them.
struct Person {
    withdrawn: bool,
    in_stage: bool,
    contact: Option<Contact>,
}

/// The person as just confirmed; re-read when that is a while ago. An outage of Workday does not hold back an
/// invitation already confirmed, but a candidate who left the stage is not invited.
async fn person(function: &Function, order: &Order, connection: &Connection, now: Moment) -> Result<Person, Trouble> {
    let as_confirmed = |contact| Person {
        withdrawn: false,
        in_stage: true,
        contact: Some(contact),
    };
    let stored = function.store.contact(&order.workspace, &order.order).await?;
    // While it waits, a recruiter may correct the very address it waits with.
    let fresh = if order.is_waiting() {
        WAITING_CONTACT_IS_FRESH
    } else {
        CONTACT_IS_FRESH
    };
    let stored = match stored {
        Some(stored) if now.since(stored.read_at) < fresh => return Ok(as_confirmed(stored)),
        stored => stored,
    };
    let found = match function.vendors.workday(connection).await {
        Ok(workday) => match workday.reread_application(&order.candidate, &order.application).await {
            // Not under the person it was confirmed with. Whether under another decides: an outage of that look proves
            // nobody to be there.
            Ok(None) => Ok(workday.whoever_has(&order.application).await?),
            found => found,
        },
        Err(trouble) => Err(trouble),
    };
    match found {
        Ok(Some(found)) => {
            // The next looks within minutes need not ask again.
            if found.in_stage && !found.withdrawn {
                function.store.renew_contact(&order.workspace, &order.order, &found.contact).await?;
            }
            Ok(Person {
                withdrawn: found.withdrawn,
                in_stage: found.in_stage,
                contact: Some(found.contact),
            })
        }
        Ok(None) => Ok(Person {
            withdrawn: false,
            in_stage: false,
            contact: None,
        }),
        Err(trouble @ Trouble::Park { .. }) => stored.map(as_confirmed).ok_or(trouble),
        Err(trouble) => Err(trouble),
    }
}
