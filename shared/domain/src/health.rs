//! Whether a connection works: one rule for the bar of the pages, the card, and the mails that tell of it.

use crate::moment::Moment;
use crate::part::{Part, Problem};
use crate::settings::Connection;
use crate::standing::ConnectionState;
use std::time::Duration;

/// What is wrong for less than this mends itself more often than not.
const PATIENCE: Duration = Duration::from_mins(30);

/// What keeps a connection from working as it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
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
    /// The gravest trouble of a connection, if it has any. `waits`: access that came by a connect link is there to be accepted.
    pub fn of(connection: &Connection, waits: bool, now: Moment) -> Option<Self> {
        let standing = &connection.standing;
        let is_active = standing.state == ConnectionState::Active;
        let troubles = [
            (waits, Self::WaitsForAcceptance),
            (standing.state == ConnectionState::ReauthorizationRequired, Self::Ended),
            (is_active && standing.withheld_now(now).next().is_some(), Self::PermissionMissing),
            (is_active && standing.refused_at.is_some(), Self::Degraded),
            (is_active && lasting_problems(connection, now).next().is_some(), Self::PartStopped),
        ];
        troubles.into_iter().find(|(is_there, _)| *is_there).map(|(_, trouble)| trouble)
    }

    /// Whether nothing but a person ends it.
    pub fn needs_a_person(self, connection: &Connection, now: Moment) -> bool {
        match self {
            Self::Ended | Self::PermissionMissing | Self::WaitsForAcceptance => true,
            Self::Degraded => false,
            Self::PartStopped => lasting_problems(connection, now).any(|problem| problem.obstacle.is_mended_by_a_person()),
        }
    }
}

/// What keeps parts from being read to their end, for a while now.
pub fn lasting_problems(connection: &Connection, now: Moment) -> impl Iterator<Item = &Problem> {
    let problems = Part::ALL
        .into_iter()
        .filter_map(|part| connection.standing.part(part).problem.as_ref());
    problems.filter(move |problem| now.since(problem.since) >= PATIENCE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::part::{Obstacle, PartStanding};

    const NOW: Moment = Moment(1_800_000_000_000);

    fn connection(standing: &serde_json::Value) -> Connection {
        let mut row =
            serde_json::json!({"workspace": "acme", "connection": "c", "services_url": "https://x.workday.com", "tenant": "acme"});
        row.as_object_mut().unwrap().extend(standing.as_object().unwrap().clone());
        serde_json::from_value(row).unwrap()
    }

    fn stopped(minutes: u64, obstacle: Obstacle) -> Connection {
        let mut connection = connection(&serde_json::json!({"state": "active"}));
        *connection.standing.stage = PartStanding {
            problem: Some(Problem {
                since: NOW.minus(Duration::from_mins(minutes)),
                obstacle,
                words: "No.".to_owned(),
            }),
            ..PartStanding::default()
        };
        connection
    }

    #[test]
    fn the_gravest_trouble_is_told_and_a_short_one_is_not() {
        let of = |standing: serde_json::Value| Trouble::of(&connection(&standing), false, NOW);
        let active = serde_json::json!({"state": "active", "connected_at": 0});
        assert_eq!(of(active.clone()), None);
        assert_eq!(of(serde_json::json!({"state": "reauthorization_required"})), Some(Trouble::Ended));
        let refused = serde_json::json!({"state": "active", "refused_at": NOW.0});
        assert_eq!(of(refused), Some(Trouble::Degraded));
        let withheld = serde_json::json!({"state": "active", "refused_at": NOW.0, "withheld": {"Move_Candidate": NOW.0}});
        assert_eq!(of(withheld), Some(Trouble::PermissionMissing));
        let of_stopped = |minutes| Trouble::of(&stopped(minutes, Obstacle::Failed), false, NOW);
        assert_eq!((of_stopped(29), of_stopped(30)), (None, Some(Trouble::PartStopped)));
        assert_eq!(Trouble::of(&connection(&active), true, NOW), Some(Trouble::WaitsForAcceptance));
    }

    #[test]
    fn an_outage_of_workday_needs_nobody_and_an_unknown_id_does() {
        let needs = |obstacle| Trouble::PartStopped.needs_a_person(&stopped(40, obstacle), NOW);
        assert_eq!((needs(Obstacle::Unavailable), needs(Obstacle::UnknownId)), (false, true));
    }
}
