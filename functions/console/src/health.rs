//! Whether each connection works: said on every page while one does not, with the one step that a person can take.

use crate::paths;
use crate::words::name;
use domain::Moment;
use domain::part::Part;
use domain::settings::Connection;
use domain::standing::{AccessWay, ConnectionState};
use maud::{Markup, html};
use std::time::Duration;
use web::component::{Tone, notice};

/// What is wrong for less than this mends itself more often than not.
const PATIENCE: Duration = Duration::from_mins(30);

/// What keeps a connection from working as it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Workday ended the access: a person must give it anew.
    Ended,
    /// Workday refused the access lately; it is asked again.
    Degraded,
    /// The integration system user lacks a permission.
    PermissionMissing,
    /// Something that is looked at was not read to its end for a while.
    PartStopped,
    /// Access came by a connect link and waits for a person.
    WaitsForAcceptance,
}

impl Trouble {
    /// The gravest trouble of a connection, if it has any.
    pub(crate) fn of(connection: &Connection, waits: bool, now: Moment) -> Option<Self> {
        let standing = &connection.standing;
        let is_active = standing.state == ConnectionState::Active;
        let is_stopped = |part| {
            let problem = standing.part(part).problem.as_ref();
            problem.is_some_and(|problem| now.since(problem.since) >= PATIENCE)
        };
        let troubles = [
            (waits, Self::WaitsForAcceptance),
            (standing.state == ConnectionState::ReauthorizationRequired, Self::Ended),
            (is_active && standing.withheld_now(now).next().is_some(), Self::PermissionMissing),
            (is_active && standing.refused_at.is_some(), Self::Degraded),
            (is_active && Part::ALL.into_iter().any(is_stopped), Self::PartStopped),
        ];
        troubles.into_iter().find(|(is_there, _)| *is_there).map(|(_, trouble)| trouble)
    }

    /// A word or two, and their tone.
    pub(crate) fn badge(self) -> (&'static str, Tone) {
        match self {
            Self::Ended => ("Connect again", Tone::Bad),
            Self::Degraded => ("Degraded", Tone::Caution),
            Self::PermissionMissing => ("Permission missing", Tone::Caution),
            Self::PartStopped => ("Not read completely", Tone::Caution),
            Self::WaitsForAcceptance => ("Waiting for acceptance", Tone::Caution),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Ended => {
                "Workday no longer accepts the access. Nobody new is invited and nothing is written until somebody connects again; nothing is lost."
            }
            Self::Degraded => "Workday refused the access a moment ago. It is asked again by itself within five minutes.",
            Self::PermissionMissing => {
                "Workday refuses something to the integration system user. What needs it waits, and goes on by itself once the permission is given."
            }
            Self::PartStopped => "For a while now Workday has not been read completely, so invitations may come late. Nothing is lost.",
            Self::WaitsForAcceptance => "The Workday administrator gave access. It is not used until you accept it.",
        }
    }
}

/// The bar of every page: one notice for each connection that does not work as it should.
pub(crate) fn bar(troubles: &[(Connection, Trouble)], may_change: bool) -> Markup {
    html! {
        @for (connection, trouble) in troubles {
            @let tone = trouble.badge().1;
            (notice(tone, html! {
                p {
                    strong { (name(connection)) ": " (trouble.badge().0) ". " }
                    (trouble.words())
                }
                div.row { (way_out(connection, *trouble, may_change)) }
            }))
        }
    }
}

/// The one right button: by what is stored of the access.
fn way_out(connection: &Connection, trouble: Trouble, may_change: bool) -> Markup {
    let page = paths::connection(&connection.connection);
    let (label, path) = match (trouble, connection.standing.way) {
        _ if !may_change => ("See what is wrong", page),
        (Trouble::Ended, Some(AccessWay::Consent)) => ("Continue to Workday", format!("/oauth/workday/start/{}", connection.connection)),
        (Trouble::Ended, Some(AccessWay::RefreshToken)) => ("Enter a new refresh token", paths::connect(&connection.connection)),
        (Trouble::Ended, Some(AccessWay::Password)) => ("Enter the password again", paths::connect(&connection.connection)),
        (Trouble::Ended, None) => ("Connect again", paths::connect(&connection.connection)),
        (Trouble::WaitsForAcceptance, _) => ("Look at it", page),
        (Trouble::Degraded | Trouble::PermissionMissing | Trouble::PartStopped, _) => ("See what is wrong", page),
    };
    html! {
        a.button.secondary href=(path) { (label) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::part::{Obstacle, PartStanding, Problem};

    fn connection(standing: &serde_json::Value) -> Connection {
        let mut row =
            serde_json::json!({"workspace": "acme", "connection": "c", "services_url": "https://x.workday.com", "tenant": "acme"});
        row.as_object_mut().unwrap().extend(standing.as_object().unwrap().clone());
        serde_json::from_value(row).unwrap()
    }

    #[test]
    fn the_gravest_trouble_is_told_and_a_short_one_is_not() {
        let now = Moment(1_800_000_000_000);
        let of = |standing: serde_json::Value| Trouble::of(&connection(&standing), false, now);
        let active = serde_json::json!({"state": "active", "connected_at": 0});
        assert_eq!(of(active.clone()), None);
        assert_eq!(of(serde_json::json!({"state": "reauthorization_required"})), Some(Trouble::Ended));
        assert_eq!(
            of(serde_json::json!({"state": "active", "refused_at": now.0})),
            Some(Trouble::Degraded)
        );
        let withheld = serde_json::json!({"state": "active", "refused_at": now.0, "withheld": {"Move_Candidate": now.0}});
        assert_eq!(of(withheld), Some(Trouble::PermissionMissing));
        let stopped = |minutes| {
            let mut connection = connection(&active);
            *connection.standing.stage = PartStanding {
                problem: Some(Problem {
                    since: now.minus(Duration::from_mins(minutes)),
                    obstacle: Obstacle::Failed,
                    words: "No.".to_owned(),
                }),
                ..PartStanding::default()
            };
            Trouble::of(&connection, false, now)
        };
        assert_eq!((stopped(29), stopped(30)), (None, Some(Trouble::PartStopped)));
        assert_eq!(Trouble::of(&connection(&active), true, now), Some(Trouble::WaitsForAcceptance));
    }
}
