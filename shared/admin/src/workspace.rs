//! The workspace itself: its HeyMilo API key, and the one question that has no default.

use crate::{Act, Admin, AdminError, Problem, Subject};
use domain::message::Cause;
use domain::notice::Topic;
use domain::settings::{WhoSends, Workspace};
use domain::standing::ConnectionState;
use domain::{EmailAddress, Notice, Work, WorkspaceId};
use heymilo::ApiKey;
use keys::secret_name;
use secrecy::SecretString;
use std::collections::BTreeSet;

/// The answer to "who writes to the candidate?".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// HeyMilo mails on ingest.
    HeyMilo,
    /// We send; `communications_off` is the person's confirmation of HeyMilo's switch.
    We { communications_off: bool },
}

impl Admin {
    /// Connects a workspace: the key must be good at HeyMilo (`GET /api/v2/workspaces`) before it is stored. Without a
    /// name of its own the workspace takes HeyMilo's.
    pub async fn connect_workspace(
        &self,
        workspace: &WorkspaceId,
        name: Option<&str>,
        api_key: SecretString,
    ) -> Result<Workspace, AdminError> {
        let api_key = ApiKey::new(api_key).ok_or(Problem::ApiKeyUnusable)?;
        let found = self.heymilo.workspaces(&api_key).await?;
        let (id_at_heymilo, name_at_heymilo) = found.into_iter().next().map(|found| (found.id, found.name)).unwrap_or_default();
        let known = self.store.workspace(workspace).await?;
        let known_id = known.as_ref().and_then(|known| known.heymilo_workspace.clone());
        // With the key of another workspace every agent and every screening under way would be gone.
        if known_id.is_some() && id_at_heymilo.is_some() && known_id != id_at_heymilo {
            return Err(Problem::ApiKeyOfOtherWorkspace.into());
        }
        self.secrets
            .write(&secret_name::heymilo_api_key(&self.secret_prefix, workspace), api_key.secret())
            .await?;
        let name = name.map(str::to_owned).filter(|name| !name.trim().is_empty());
        let settings = Workspace {
            workspace: workspace.clone(),
            name: name
                .or_else(|| known.as_ref().map(|known| known.name.clone()))
                .or(name_at_heymilo)
                .unwrap_or_else(|| workspace.to_string()),
            revision: known.as_ref().map_or(0, |known| known.revision),
            who_sends: known.as_ref().map(|known| known.who_sends.clone()).unwrap_or_default(),
            notices_to: known.as_ref().and_then(|known| known.notices_to.clone()),
            not_told: known.as_ref().map(|known| known.not_told.clone()).unwrap_or_default(),
            candidate_details: known.as_ref().map(|known| known.candidate_details.clone()).unwrap_or_default(),
            heymilo_workspace: id_at_heymilo.or(known_id),
        };
        let release = self.release(Cause::HeyMiloKey);
        let store = self.recording(workspace, Act::HeyMiloKeySaved, Subject::Workspace)?;
        let settings = match known {
            // A new key alone is nobody's collision.
            Some(known) if known == settings => {
                store.arm(workspace, &release).await?;
                known
            }
            Some(_) | None => store.save_workspace(&settings, std::slice::from_ref(&release)).await?,
        };
        self.announce(workspace, &[release]).await;
        Ok(settings)
    }

    /// Answers who writes to the candidate, and releases the orders that waited for it. `seen` is the revision of the
    /// settings that the person saw, if one did: [`Problem::ChangedMeanwhile`] when somebody else saved since.
    pub async fn answer_who_sends(
        &self,
        workspace: &WorkspaceId,
        sender: Sender,
        person: &str,
        seen: Option<u64>,
    ) -> Result<Workspace, AdminError> {
        let known = self.store.workspace(workspace).await?.ok_or(Problem::WorkspaceUnknown)?;
        let who_sends = match sender {
            Sender::HeyMilo => WhoSends::HeyMilo,
            Sender::We { communications_off: false } => return Err(Problem::ConfirmationMissing.into()),
            Sender::We { communications_off: true } => WhoSends::We {
                confirmed_by: person.to_owned(),
                confirmed_at: self.clock.now(),
            },
        };
        let revision = seen.unwrap_or(known.revision);
        let settings = Workspace {
            who_sends,
            revision,
            ..known
        };
        let release = self.release(Cause::WhoSends);
        let store = self.recording(workspace, Act::SenderAnswered, Subject::Workspace)?;
        let settings = store.save_workspace(&settings, std::slice::from_ref(&release)).await?;
        self.announce(workspace, &[release]).await;
        Ok(settings)
    }

    /// Names the address that is told what needs a person, or nobody, and what it does not want to be told of; none: as it
    /// is. `seen` is the revision of the settings that the
    /// person saw, if one did: [`Problem::ChangedMeanwhile`] when somebody else saved since.
    pub async fn name_who_is_told(
        &self,
        workspace: &WorkspaceId,
        address: &str,
        not_told: Option<BTreeSet<Topic>>,
        seen: Option<u64>,
    ) -> Result<Workspace, AdminError> {
        let known = self.store.workspace(workspace).await?.ok_or(Problem::WorkspaceUnknown)?;
        let notices_to = match address.trim() {
            "" => None,
            address => Some(EmailAddress::parse(address).ok_or(Problem::AddressUnusable)?.as_str().to_owned()),
        };
        let not_told = not_told.unwrap_or_else(|| known.not_told.clone());
        if seen.is_none() && (&notices_to, &not_told) == (&known.notices_to, &known.not_told) {
            return Ok(known);
        }
        let revision = seen.unwrap_or(known.revision);
        let settings = Workspace {
            notices_to,
            not_told,
            revision,
            ..known
        };
        let store = self.recording(workspace, Act::NoticesAddressed, Subject::Workspace)?;
        let settings = store.save_workspace(&settings, &[]).await?;
        if let Err(error) = self.tell_what_needs_a_person(workspace).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "what happened before stays untold");
        }
        Ok(settings)
    }

    /// What happened while nobody was named is told now. What was told already stays told.
    async fn tell_what_needs_a_person(&self, workspace: &WorkspaceId) -> Result<(), AdminError> {
        let connections = self.store.connections(workspace).await?.into_iter();
        let of_connections = connections.filter_map(|connection| match (connection.standing.told, connection.standing.state) {
            (Some(told), _) => Some(told.notice(&connection.connection)),
            // Ended by a release that did not keep what it told.
            (None, ConnectionState::ReauthorizationRequired) => Some(Notice::ReconnectRequired {
                epoch: connection.standing.epoch,
                connection: connection.connection,
            }),
            (None, _) => None,
        });
        let since = self.store.screenings_wait(workspace).await?;
        let of_screenings = since.map(|since| Notice::ScreeningsWait { since });
        for notice in of_connections.chain(of_screenings) {
            self.store.arm(workspace, &self.arm_now(Work::Notify { notice })).await?;
        }
        Ok(())
    }
}
