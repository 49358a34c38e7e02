//! Notice → mail, if it is still true and somebody is to be told.

use crate::function::Function;
use domain::order::WaitReason;
use domain::settings::{Connection, Workspace};
use domain::standing::ConnectionState;
use domain::{MailTags, Moment, Notice, WorkspaceId};
use keys::address::segment;
use letters::Reconnect;
use std::time::Duration;
use store::due::Next;
use store::ledger::{self, Class, Step, StepOutcome};
use work::Trouble;

/// What the mail service refused, or never answered, is tried again after this, while it is still true: an operator
/// mends the sender, or SES comes back.
const AGAIN: Duration = Duration::from_hours(6);
/// The notice's one step.
const STEP: &str = "notice";

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
        let Notice::ReconnectRequired { connection, epoch } = notice;
        let Some(connection) = self.store.connection(workspace, connection).await? else {
            return Ok(Next::Finished("connection_gone"));
        };
        if connection.standing.state != ConnectionState::ReauthorizationRequired || connection.standing.epoch != *epoch {
            return Ok(Next::Finished("mended"));
        }
        self.mail(notice, &settings, address, &self.reconnect(&settings, &connection)).await
    }

    fn reconnect(&self, workspace: &Workspace, connection: &Connection) -> Reconnect {
        let page = format!("/integrations/workday/{}", segment(connection.connection.as_str()));
        Reconnect {
            workspace: workspace.name.as_str().into(),
            tenant: connection.tenant.as_str().into(),
            link: self.public_url.at(&page),
        }
    }

    async fn mail(&self, notice: &Notice, workspace: &Workspace, address: &str, letter: &Reconnect) -> Result<Next, Trouble> {
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

/// Which try this is, of those six hours apart and of those after somebody saved the settings, perhaps another address: a
/// step that was refused in an earlier one is open again.
fn round(now: Moment, revision: u64) -> u32 {
    let tries = now.since(Moment(0)).as_secs() / AGAIN.as_secs();
    u32::try_from(tries.saturating_add(revision)).unwrap_or(u32::MAX)
}
