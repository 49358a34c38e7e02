//! Notice → mail, if it is still true and somebody is to be told.

use crate::function::Function;
use domain::health::{self, Trouble as Ill};
use domain::order::WaitReason;
use domain::settings::{Connection, Workspace};
use domain::standing::ConnectionState;
use domain::{MailTags, Moment, Notice, WorkspaceId};
use keys::address::segment;
use letters::{News, ToTeam};
use std::time::Duration;
use store::due::Next;
use store::ledger::{self, Class, Step, StepOutcome};
use work::Trouble;

/// What the mail service refused, or never answered, is tried again after this, while it is still true: an operator
/// mends the sender, or SES comes back.
const AGAIN: Duration = Duration::from_hours(6);
/// The notice's one step.
const STEP: &str = "notice";

/// What a notice comes to.
enum Telling {
    Tell(Box<ToTeam>),
    /// It is not so any more, and why.
    Over(&'static str),
}

impl Function {
    /// Tells a notice once; what was mended meanwhile is not told.
    pub(crate) async fn tell(&self, workspace: &WorkspaceId, notice: &Notice) -> Result<Next, Trouble> {
        let Some(settings) = self.store.workspace(workspace).await? else {
            return Ok(Next::Finished("workspace_gone"));
        };
        let Some(address) = &settings.notices_to else {
            tracing::warn!(workspace = %workspace, "nobody is named to be told of what needs a person");
            return Ok(Next::Finished("nobody_to_tell"));
        };
        if settings.not_told.contains(&notice.topic()) {
            return Ok(Next::Finished("not_wanted"));
        }
        let telling = match notice {
            Notice::ScreeningsWait { since } => self.screenings(&settings, *since).await?,
            Notice::ReconnectRequired { connection, .. }
            | Notice::NeedsAPerson { connection, .. }
            | Notice::AccessWaits { connection, .. }
            | Notice::WorksAgain { connection, .. } => match self.store.connection(workspace, connection).await? {
                Some(connection) => self.of_connection(&settings, &connection, notice).await?,
                None => Telling::Over("connection_gone"),
            },
        };
        match telling {
            Telling::Tell(letter) => self.mail(notice, &settings, address, &letter).await,
            Telling::Over(why) => Ok(Next::Finished(why)),
        }
    }

    async fn of_connection(&self, settings: &Workspace, connection: &Connection, notice: &Notice) -> Result<Telling, Trouble> {
        let standing = &connection.standing;
        let now = self.clock.now();
        let tenant = || connection.tenant.as_str().into();
        let news = match notice {
            Notice::ReconnectRequired { epoch, .. } => {
                let is_ended = standing.state == ConnectionState::ReauthorizationRequired && standing.epoch == *epoch;
                is_ended.then(|| News::ReconnectRequired { tenant: tenant() })
            }
            Notice::NeedsAPerson { since, .. } => {
                let is_told = standing.told.is_some_and(|told| told.since == *since);
                Some(connection).filter(|_| is_told).and_then(|connection| needs(connection, now))
            }
            Notice::AccessWaits { proven_at, .. } => {
                let offer = self.store.offer(&settings.workspace, &connection.connection, now).await?;
                let waits = offer.filter(|offer| offer.proven_at == Some(*proven_at));
                waits.map(|offer| News::AccessWaits {
                    tenant: offer.proposed.tenant.as_str().into(),
                })
            }
            Notice::WorksAgain { told, .. } => {
                // Whoever never heard that it did not has nothing to hear now.
                let owner = told.notice(&connection.connection).owner();
                let was_told = ledger::is_done(&self.store, &settings.workspace, &owner, STEP).await?;
                let works = standing.state == ConnectionState::Active && Ill::of(connection, false, now).is_none();
                (works && was_told).then(|| News::WorksAgain { tenant: tenant() })
            }
            Notice::ScreeningsWait { .. } => None,
        };
        let page = format!("/integrations/workday/{}", segment(connection.connection.as_str()));
        Ok(news.map_or(Telling::Over("mended"), |news| self.letter(settings, news, &page)))
    }

    async fn screenings(&self, settings: &Workspace, since: Moment) -> Result<Telling, Trouble> {
        if self.store.screenings_wait(&settings.workspace).await? != Some(since) {
            return Ok(Telling::Over("mended"));
        }
        let waiting = self.store.reviews(&settings.workspace, None).await?;
        let news = News::ScreeningsWait {
            number: waiting.orders.len(),
            is_all: waiting.next.is_none(),
        };
        Ok(if waiting.orders.is_empty() {
            Telling::Over("mended")
        } else {
            self.letter(settings, news, "/activity?show=attention")
        })
    }

    fn letter(&self, settings: &Workspace, news: News, page: &str) -> Telling {
        Telling::Tell(Box::new(ToTeam {
            workspace: settings.name.as_str().into(),
            news,
            link: self.public_url.at(page),
        }))
    }

    async fn mail(&self, notice: &Notice, workspace: &Workspace, address: &str, letter: &ToTeam) -> Result<Next, Trouble> {
        let step = Step {
            workspace: &workspace.workspace,
            owner: notice.owner(),
            name: STEP.into(),
            class: Class::Unreadable,
            input_hash: ledger::input_hash(&[&letter.link]),
            round: round(self.clock.now(), workspace.revision),
        };
        let tags = MailTags {
            workspace: workspace.workspace.clone(),
            owner: step.owner.clone(),
            step: step.name.clone(),
        };
        let effect = self.mailer.send(&self.store, tags, address, letter.mail());
        let outcome = ledger::run(&self.store, &step, self.timing, || self.clock.now(), &effect).await?;
        let now = self.clock.now();
        Ok(match outcome {
            StepOutcome::Done(_) => Next::Finished("told"),
            StepOutcome::Park { until, failures, .. } => {
                let asked = Some(until.since(now));
                Next::Park(self.worker.retry_at(now, WaitReason::EmailUnavailable, failures, asked), "parked")
            }
            StepOutcome::Refused(reason) => {
                tracing::error!(workspace = %workspace.workspace, reason, "the mail service refuses to tell people of a workspace");
                Next::Park(now.plus(AGAIN), "refused")
            }
            StepOutcome::Review => {
                tracing::error!(workspace = %workspace.workspace, "nobody knows whether people of a workspace were told");
                Next::Park(now.plus(AGAIN), "unproven")
            }
        })
    }
}

/// What of a connection needs a person, if anything does still.
fn needs(connection: &Connection, now: Moment) -> Option<News> {
    let tenant = || connection.tenant.as_str().into();
    let operations: Vec<_> = connection
        .standing
        .withheld_now(now)
        .map(|(operation, _)| operation.into())
        .collect();
    if !operations.is_empty() {
        return Some(News::PermissionMissing {
            tenant: tenant(),
            operations,
        });
    }
    health::lasting_problems(connection, now)
        .find(|problem| problem.obstacle.is_mended_by_a_person())
        .map(|problem| News::NotRead {
            tenant: tenant(),
            words: problem.words.as_str().into(),
        })
}

/// Which try this is, of those six hours apart and of those after somebody saved the settings, perhaps another address: a
/// step that was refused in an earlier one is open again.
fn round(now: Moment, revision: u64) -> u32 {
    let tries = now.since(Moment(0)).as_secs() / AGAIN.as_secs();
    u32::try_from(tries.saturating_add(revision)).unwrap_or(u32::MAX)
}
