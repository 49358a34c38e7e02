//! Whether Workday's pushes arrive, and what follows from that, in a person's words.

use crate::frame::Frame;
use crate::paths;
use crate::visit::Visit;
use crate::words::{ago, at, interval};
use admin::{AdminError, IntegrationCredential, PushCredential};
use domain::Moment;
use domain::push::Pushes;
use domain::settings::Connection;
use domain::standing::ConnectionState;
use maud::{Markup, html};
use secrecy::ExposeSecret;
use std::time::Duration;
use web::component::{Choice, Tone, announcement, choice, copied, fact};

const COPY_IT: &str = "Copy the password now: it is shown only once. The previous one keeps working for another 24 hours.";
const PUT_IN: &str = "I will put the new password into Workday";

/// The push is optional: the poll finds everything, some minutes later.
pub(crate) async fn section(
    visit: &Visit<'_>,
    frame: &Frame<'_>,
    connection: &Connection,
    made: Option<&IntegrationCredential>,
) -> Result<Markup, AdminError> {
    let now = visit.admin.now();
    let known = visit.admin.push_credential(visit.id(), &connection.connection).await?;
    let endpoint = visit.admin.integration_endpoint(&connection.connection);
    Ok(html! {
        section.card aria-labelledby="push" {
            h2 #push { "Faster invitations (optional)" }
            p {
                "We check Workday every "
                (interval(connection.options.poll_seconds))
                ". With an integration system on the Assess Candidate process, Workday tells us at once."
            }
            p { (said(connection, now)) }
            p { (password(known.as_ref(), now)) }
            p { "The integration system\u{2019}s attributes:" }
            dl.facts {
                (fact("Endpoint URL", copied(&endpoint)))
                @if let Some(made) = made {
                    (fact("Username", copied(&made.username)))
                    (fact("Password", copied(made.password.expose_secret())))
                }
            }
            @if made.is_some() {
                (announcement(Tone::Good, COPY_IT))
            } @else if frame.may_change() && connection.standing.state != ConnectionState::Disconnected {
                form method="post" action={ (paths::connection(&connection.connection)) "/push" } {
                    (frame.token())
                    @if let Some(known) = &known {
                        p { (what_ends(known)) }
                        (choice(Choice::Box("confirmed"), PUT_IN, "", false))
                    }
                    button.secondary { "Make a new password" }
                }
            }
        }
    })
}

/// Whether there is a password, since when, and whether it is used.
fn password(known: Option<&PushCredential>, now: Moment) -> Markup {
    html! {
        @match known {
            None => "No password was made yet, so Workday cannot push.",
            Some(known) => {
                "A password is in use"
                @if let Some(made) = known.made_at { ", made " (ago(made, now)) }
                ". "
                @match (known.used, known.previous_until) {
                    (None, _) => "No push came in the last 30 days.",
                    (Some((used, false)), Some(until)) => {
                        "The last push came " (ago(used, now)) " with the older password: put the new one into Workday before " (at(until)) "."
                    },
                    (Some((used, true)), Some(_)) => { "The last push came " (ago(used, now)) " with the new password." },
                    (Some((used, _)), None) => { "The last push came " (ago(used, now)) "." },
                }
            },
        }
    }
}

/// Which password stops to count when a new one is made, and when.
fn what_ends(known: &PushCredential) -> Markup {
    html! {
        @if let Some(until) = known.previous_until {
            "Two passwords count now. If you make a new one, pushes with the older one, which would count until " (at(until)) ", stop at once. "
        }
        "Pushes with the password in use stop 24 hours after you make a new one."
    }
}

/// What the connection's page says of the pushes.
pub(crate) fn said(connection: &Connection, now: Moment) -> Markup {
    let push = &connection.standing.push;
    let polls = Duration::from_secs(u64::from(connection.options.poll_seconds));
    let looked = push.between_windows(polls, now);
    let looked = interval(looked.as_secs().try_into().unwrap_or(u32::MAX));
    let pushed = push.pushed_at.map(|at| ago(at, now)).unwrap_or_default();
    match push.of_late(now) {
        Pushes::Silent => html! { "No push has come in the last seven days, so new assess events are looked for every " (looked) "." },
        Pushes::Missed(missed) => html! {
            "Pushes arrive, the last one " (pushed) ", but " (ago(missed, now)) " we found a send status that none had told us of. "
            "Until seven days have passed without that, new assess events are looked for every " (looked) "."
        },
        Pushes::Healthy => html! {
            "Pushes arrive, the last one " (pushed) ", and tell us of each send status before we find it. "
            "New assess events are therefore looked for only every " (looked) ", which saves calls of Workday."
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::read_aloud;

    #[test]
    fn the_page_says_whether_pushes_arrive_and_how_often_workday_is_looked_at_then() {
        let now = Moment(1_800_000_000_000);
        let said = |pushed: Option<u64>, missed: Option<u64>| {
            let ago = |hours: Option<u64>| hours.map(|hours| now.minus(Duration::from_hours(hours)));
            let row = serde_json::json!({
                "workspace": "acme", "connection": "c", "services_url": "https://x.workday.com", "tenant": "acme",
                "push": { "pushed_at": ago(pushed), "missed_at": ago(missed) },
            });
            read_aloud(&said(&serde_json::from_value(row).unwrap(), now))
        };
        assert_eq!(
            said(None, Some(3)),
            "No push has come in the last seven days, so new assess events are looked for every 10 minutes."
        );
        assert_eq!(said(Some(200), None), said(None, None));
        assert_eq!(
            said(Some(2), Some(30)),
            "Pushes arrive, the last one 2 hours ago, but 1 day ago we found a send status that none had told us of. Until seven days have \
             passed without that, new assess events are looked for every 10 minutes."
        );
        assert_eq!(
            said(Some(2), Some(200)),
            "Pushes arrive, the last one 2 hours ago, and tell us of each send status before we find it. New assess events are therefore looked \
             for only every 15 minutes, which saves calls of Workday."
        );
    }
}
