//! Why nothing happened: an application or candidate number leads to what must hold before somebody is invited, point by
//! point, and to the first that does not.

use crate::{Admin, AdminError, Problem};
use domain::gate::{Condition, Facts, GATES};
use domain::health::Trouble as Ill;
use domain::settings::{Connection, Mapping, NoRecipient, WhoSends, Workspace};
use domain::trigger::{AssessEvent, Decision, Rules, Sight, Visits, decide};
use domain::{JobApplicationId, JobRequisitionId, Moment, Order, OrderId};
use std::time::Duration;
use store::application::Application;
use vendors::workday::{SeenApplication, Workday};

/// So many applications of one candidate are explained; the linked ones first.
const EXPLAINED: usize = 20;
/// Longest number that Workday gives.
const LONGEST: usize = 100;

/// What must hold, in the order in which it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// The connection works.
    Access,
    /// One of the gates that every invitation passes.
    Gate(Condition),
    /// Who was in the stage before the link is recorded.
    BaselineTaken,
    /// A move into the stage, or an Assess submit, that our triggers take for an order.
    Ordered,
    /// The agent takes candidates still.
    AgentOpen,
}

/// One application, explained.
#[derive(Debug)]
pub struct Explained {
    pub application: JobApplicationId,
    pub requisition: JobRequisitionId,
    pub link: Option<Mapping>,
    /// Each point, and whether it holds; none: it is not known, or nobody needs to ask any more.
    pub points: Vec<(Point, Option<bool>)>,
    /// The statuses that stand on assess events with our test.
    pub statuses: Vec<String>,
    /// The screening of the latest visit, once it was ordered.
    pub screening: Option<Order>,
    /// When Workday is looked at again.
    pub next_look: Option<Moment>,
}

impl Explained {
    /// The first point that does not hold.
    pub fn unmet(&self) -> Option<Point> {
        self.points.iter().find(|(_, holds)| *holds == Some(false)).map(|(point, _)| *point)
    }
}

impl Admin {
    /// Explains a candidate's applications, or the one of that number, as Workday shows them now. Costs a read of Workday,
    /// and another for each application. Empty: neither Workday nor we know anything of the number.
    pub async fn why(&self, connection: &Connection, number: &str) -> Result<Vec<Explained>, AdminError> {
        let workday = self.vendors.workday(connection).await?;
        let settings = self.store.workspace(&connection.workspace).await?;
        let mut explained = Vec::new();
        for (seen, link) in self.seen_with_links(&workday, connection, number).await?.iter().take(EXPLAINED) {
            let ours = Ours {
                connection,
                settings: settings.as_ref(),
                link: link.as_ref(),
            };
            explained.push(self.explain(&workday, ours, seen).await?);
        }
        Ok(explained)
    }

    /// What Workday shows of a number, with the links of the requisitions: linked ones first, and of these who is in the
    /// stage.
    pub(crate) async fn seen_with_links(
        &self,
        workday: &Workday,
        connection: &Connection,
        number: &str,
    ) -> Result<Vec<(SeenApplication, Option<Mapping>)>, AdminError> {
        let number = number.trim();
        if number.is_empty() || number.len() > LONGEST || number.chars().any(char::is_control) {
            return Err(Problem::NumberUnusable.into());
        }
        let links = self.store.mappings_of(&connection.workspace, &connection.connection).await?;
        let found = self.applications(workday, connection, &links, number).await?;
        let with_link = |seen: SeenApplication| {
            let link = links.iter().find(|link| link.requisition == seen.requisition).cloned();
            (seen, link)
        };
        let mut found: Vec<_> = found.into_iter().map(with_link).collect();
        found.sort_by_key(|(seen, link)| (link.is_none(), !seen.in_stage));
        Ok(found)
    }

    /// What Workday shows of a number: of a candidate, or of an application that one of our rows or an assess event names.
    async fn applications(
        &self,
        workday: &Workday,
        connection: &Connection,
        links: &[Mapping],
        number: &str,
    ) -> Result<Vec<SeenApplication>, AdminError> {
        let of_candidate = workday.applications_of(number).await?;
        let Ok(application) = JobApplicationId::new(number) else {
            return Ok(of_candidate);
        };
        if !of_candidate.is_empty() {
            return Ok(of_candidate);
        }
        let (workspace, id) = (&connection.workspace, &connection.connection);
        for link in links {
            let row = self.store.application(workspace, id, &link.requisition, &application).await?;
            if let Some(row) = row {
                return Ok(workday
                    .reread_application(&row.candidate, &application)
                    .await?
                    .into_iter()
                    .collect());
            }
        }
        Ok(workday.whoever_has(&application).await?.into_iter().collect())
    }

    async fn explain(&self, workday: &Workday, ours: Ours<'_>, seen: &SeenApplication) -> Result<Explained, AdminError> {
        let connection = ours.connection;
        let (workspace, id) = (&connection.workspace, &connection.connection);
        let row = self.store.application(workspace, id, &seen.requisition, &seen.application).await?;
        let screening = self.latest(connection, row.as_ref()).await?;
        let events = workday.events_of(&seen.application).await.map_err(|stopped| stopped.trouble)?;
        let identifiers = &connection.options.identifiers;
        let statuses = events.iter().filter(|event| event.is_ours(identifiers));
        Ok(Explained {
            application: seen.application.clone(),
            requisition: seen.requisition.clone(),
            link: ours.link.cloned(),
            statuses: statuses.filter_map(|event| event.status.clone()).collect(),
            points: points(&ours, seen, (events, row.as_ref(), screening.as_ref()), self.now()),
            screening,
            next_look: next_look(connection),
        })
    }

    /// The screening of an application's latest visit.
    pub(crate) async fn latest(&self, connection: &Connection, row: Option<&Application>) -> Result<Option<Order>, AdminError> {
        let Some(row) = row.filter(|row| row.visits.visit > 0) else {
            return Ok(None);
        };
        let order = OrderId::derive(&connection.connection, &row.application, row.visits.visit);
        Ok(self.store.order(&connection.workspace, &order).await?)
    }
}

/// When the stage is looked at again, as far as it was looked at.
fn next_look(connection: &Connection) -> Option<Moment> {
    let stage = &connection.standing.stage;
    let interval = Duration::from_secs(connection.options.poll_seconds.into());
    stage.next_at.or(stage.succeeded_at.map(|at| at.plus(interval)))
}

/// What we know ourselves.
struct Ours<'a> {
    connection: &'a Connection,
    settings: Option<&'a Workspace>,
    link: Option<&'a Mapping>,
}

fn points(
    ours: &Ours<'_>,
    seen: &SeenApplication,
    (events, row, screening): (Vec<AssessEvent>, Option<&Application>, Option<&Order>),
    now: Moment,
) -> Vec<(Point, Option<bool>)> {
    let Ours {
        connection,
        settings,
        link,
    } = ours;
    let recipient = connection.recipient(seen.contact.email.as_deref());
    let facts = Facts {
        linked: Some(link.is_some()),
        sender_known: Some(settings.is_some_and(|settings| settings.who_sends != WhoSends::Unanswered)),
        withdrawn: Some(seen.withdrawn),
        in_stage: Some(seen.in_stage),
        reachable: Some(!matches!(recipient, Err(NoRecipient::NoAddress))),
        allowed: (!matches!(recipient, Err(NoRecipient::NoAddress))).then_some(recipient.is_ok()),
    };
    let gates = GATES.iter().map(|(condition, _)| (Point::Gate(*condition), facts.meet(*condition)));
    let is_taken = link.map(|link| link.standing.baseline_at.is_some());
    let is_open = link.and_then(|link| link.standing.posting_deadline).map(|deadline| deadline >= now);
    let sight = Sight {
        in_stage: seen.in_stage,
        withdrawn: seen.withdrawn,
        events,
    };
    let rules = Rules {
        identifiers: &connection.options.identifiers,
        triggers: link.map_or(connection.options.triggers, |link| link.triggers(connection)),
        linked: link.is_some(),
    };
    let unseen = Visits::default();
    let decided = || decide(&sight, row.map_or(&unseen, |row| &row.visits), screening, rules);
    // Outside the stage nothing orders; that is said by its own point.
    let is_ordered = (seen.in_stage && link.is_some()).then(|| screening.is_some() || decided() != Decision::NotOrdered);
    let works = Ill::of(connection, false, now).is_none_or(|ill| !matches!(ill, Ill::Ended));
    [(Point::Access, Some(works))]
        .into_iter()
        .chain(gates)
        .chain([
            (Point::BaselineTaken, is_taken),
            (Point::Ordered, is_ordered),
            (Point::AgentOpen, is_open),
        ])
        .collect()
}
