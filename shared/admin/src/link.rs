//! Linking a job requisition to a posting: both are read again at their vendors, then the baseline starts.

use crate::{Act, Admin, AdminError, Problem, Registration, Subject, audit};
use domain::order::WaitReason;
use domain::part::{Cursor, Part, PartStanding};
use domain::settings::{Connection, LinkOptions, Mapping};
use domain::standing::LinkStanding;
use domain::{ConnectionId, JobRequisitionId, OrderId, PostingId, Work, WorkspaceId};
use store::connection::ConnectionNote;
use store::{Arm, StoreError};
use vendors::heymilo::{HeyMilo, Posting, deadline};
use work::Trouble;
use workday::JobRequisition;

/// A requisition, the posting that screens its candidates, and what differs from the defaults.
#[derive(Debug, Clone)]
pub struct LinkRequest {
    pub connection: ConnectionId,
    pub requisition: JobRequisitionId,
    pub posting: PostingId,
    /// None: those that the link has.
    pub options: Option<LinkOptions>,
    /// The revision of the requisition's link that the person saw, 0 for none; `None`: whatever stands there now.
    pub seen: Option<u64>,
}

/// A saved link.
#[derive(Debug, Clone)]
pub struct Linked {
    pub mapping: Mapping,
    pub registration: Registration,
    /// How many orders that wait go over to the agent, where the requisition was linked to another one before.
    pub gone_over: usize,
}

impl Admin {
    /// Links a requisition. Linking the same pair again changes the options and keeps the baseline.
    /// [`Problem::LinkedMeanwhile`] when it is not linked as the person saw it.
    pub async fn link(&self, workspace: &WorkspaceId, request: LinkRequest) -> Result<Linked, AdminError> {
        let connection = self.active(workspace, &request.connection).await?;
        let requisition = self.read_requisition(&connection, &request.requisition).await?;
        let (heymilo, posting) = self.read_posting(workspace, &request.posting).await?;
        // Requisitions may be chosen by WID; the row is found by the number that people and answers use.
        let number = JobRequisitionId::new(requisition.id)?;
        let known = self.store.mapping(workspace, &request.connection, &number).await?;
        let is_corrected = known.as_ref().is_some_and(|known| known.posting != request.posting);
        let kept = || known.as_ref().map(|known| known.options.clone()).unwrap_or_default();
        let mut options = request.options.unwrap_or_else(kept);
        options.next_step = options.next_step.filter(|step| !step.trim().is_empty());
        let standing = LinkStanding {
            posting_deadline: deadline(&posting),
            posting_language: posting.language,
            ..known.as_ref().map(|known| known.standing.clone()).unwrap_or_default()
        };
        let mapping = Mapping {
            workspace: workspace.clone(),
            connection: request.connection,
            requisition_title: requisition.title.unwrap_or_else(|| number.to_string()),
            requisition: number,
            posting_title: if posting.title.is_empty() {
                request.posting.to_string()
            } else {
                posting.title
            },
            posting: request.posting,
            options,
            linked_at: known.as_ref().map_or_else(|| self.clock.now(), |known| known.linked_at),
            revision: request.seen.unwrap_or_else(|| known.as_ref().map_or(0, |known| known.revision)),
            standing,
        };
        let arms = self.work_after_linking(&mapping);
        let store = self.recording(workspace, Act::Linked, linked(&mapping))?;
        let mapping = match store.save_mapping(&mapping, &arms).await {
            Err(error @ StoreError::ConditionFailed) => return Err(AdminError::caused(Problem::LinkedMeanwhile, error)),
            saved => saved?,
        };
        self.announce(workspace, &arms).await;
        let gone_over = if is_corrected { self.look_again(&mapping).await? } else { 0 };
        let path = self.signing.heymilo_webhook_path(workspace, &mapping.posting);
        let registration = heymilo.register_webhooks(&mapping.posting, &self.public_url.at(&path), &path).await;
        Ok(Linked {
            mapping,
            registration,
            gone_over,
        })
    }

    /// Lets the orders of a requisition that are not invited yet look at its link at once: they follow it to another
    /// agent, or end when there is none any more. Returns how many.
    async fn look_again(&self, link: &Mapping) -> Result<usize, AdminError> {
        let (store, workspace) = (&self.store, &link.workspace);
        let mut arms = Vec::new();
        for row in store.applications(workspace, &link.connection, &link.requisition).await? {
            let id = OrderId::derive(&link.connection, &row.application, row.visits.visit);
            let order = if row.visits.in_stage {
                store.order(workspace, &id).await?
            } else {
                None
            };
            if let Some(order) = order.filter(|order| order.state.is_pending_invite() && order.interview.is_none()) {
                let arm = self.arm_now(Work::AdvanceOrder {
                    order: order.order.clone(),
                });
                store.arm(workspace, &arm).await?;
                arms.push(arm);
            }
        }
        self.announce(workspace, &arms).await;
        Ok(arms.len())
    }

    /// Unlinks a requisition. Screenings under way go on; whoever was not invited yet ends with that reason. `seen` is the revision of the link that
    /// the person saw, if one did: [`Problem::ChangedMeanwhile`] when somebody else saved since.
    pub async fn unlink(
        &self,
        workspace: &WorkspaceId,
        connection: &ConnectionId,
        requisition: &JobRequisitionId,
        seen: Option<u64>,
    ) -> Result<(), AdminError> {
        let known = self.store.mapping(workspace, connection, requisition).await?;
        let mut link = known.ok_or(Problem::MappingUnknown)?;
        link.revision = seen.unwrap_or(link.revision);
        let store = self.recording(workspace, Act::Unlinked, linked(&link))?;
        store.delete_mapping(&link).await?;
        self.look_again(&link).await?;
        Ok(())
    }

    /// Asks for a fresh requisition index: all of it, since a person asks where what changed did not show it.
    pub async fn refresh_requisitions(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<(), AdminError> {
        let connection = self.active(workspace, connection).await?;
        let whole = PartStanding {
            cursor: Some(Cursor::beginning(self.clock.now())),
            ..(*connection.standing.requisition_index).clone()
        };
        let note = ConnectionNote::Looked(Part::RequisitionIndex, whole);
        self.store.note(&connection, note).await?;
        let arm = self.arm_now(Work::RefreshRequisitions {
            connection: connection.connection.clone(),
        });
        let store = self.recording(workspace, Act::RequisitionsAskedFor, audit::connection(&connection.connection))?;
        store.arm(workspace, &arm).await?;
        self.announce(workspace, &[arm]).await;
        Ok(())
    }

    fn work_after_linking(&self, mapping: &Mapping) -> Vec<Arm> {
        let mut arms = vec![self.arm_now(Work::PollPosting {
            posting: mapping.posting.clone(),
        })];
        if mapping.standing.baseline_at.is_none() {
            arms.push(self.arm_now(Work::Baseline {
                connection: mapping.connection.clone(),
                requisition: mapping.requisition.clone(),
            }));
        }
        arms
    }

    /// The requisition as Workday shows it now.
    async fn read_requisition(&self, connection: &Connection, requisition: &JobRequisitionId) -> Result<JobRequisition, AdminError> {
        let workday = self.vendors.workday(connection).await?;
        match workday.requisition(requisition.as_str()).await {
            Ok(found) => found.ok_or_else(|| Problem::RequisitionUnknown.into()),
            Err(error @ workday::Error::Unauthorized) => Err(workday.trouble(error).await.into()),
            Err(error) => Err(error.into()),
        }
    }

    async fn read_posting(&self, workspace: &WorkspaceId, posting: &PostingId) -> Result<(HeyMilo, Posting), AdminError> {
        let heymilo = self.vendors.heymilo(workspace).await.map_err(AdminError::of_heymilo)?;
        let found = heymilo.posting(posting).await.map_err(AdminError::of_heymilo)?;
        let found = found.ok_or(Problem::PostingUnknown)?;
        if found.is_closed() {
            return Err(Problem::PostingClosed.into());
        }
        Ok((heymilo, found))
    }
}

fn linked(link: &Mapping) -> Subject {
    Subject::Link {
        connection: link.connection.clone(),
        requisition: link.requisition.clone(),
        posting: link.posting.clone(),
    }
}

impl AdminError {
    /// What a read of HeyMilo came to. Whatever it refuses, or has no turn for, is nothing that a person can change.
    pub(crate) fn of_heymilo(trouble: impl Into<Trouble>) -> Self {
        let trouble = trouble.into();
        let has_no_turn = matches!(&trouble, Trouble::Park { reason, .. } if *reason == WaitReason::RateLimited);
        if has_no_turn || matches!(trouble, Trouble::Refused { .. }) {
            Self::caused(Problem::HeyMiloUnavailable, trouble)
        } else {
            trouble.into()
        }
    }
}

impl From<Trouble> for AdminError {
    fn from(trouble: Trouble) -> Self {
        let problem = match &trouble {
            Trouble::Disconnected => Problem::ConnectionNotActive,
            Trouble::Again | Trouble::Infrastructure(_) => Problem::Ours,
            Trouble::Refused { .. } => Problem::WorkdayRefused,
            Trouble::Park { reason, .. } => match reason {
                WaitReason::WorkdayCredentialRefused => Problem::ConnectionNotActive,
                WaitReason::HeyMiloCredentialRefused => Problem::ApiKeyRefused,
                WaitReason::HeyMiloUnavailable => Problem::HeyMiloUnavailable,
                WaitReason::WorkdayUnavailable
                | WaitReason::WhoSendsUnanswered
                | WaitReason::EmailUnavailable
                | WaitReason::EmailSenderRefused
                | WaitReason::OutcomeUnknown
                | WaitReason::StepHeld
                | WaitReason::RateLimited => Problem::WorkdayUnavailable,
            },
        };
        Self::caused(problem, trouble)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_heymilo_does_not_answer_is_never_told_as_workdays() {
        let waits = |reason| Trouble::Park { reason, after: None };
        let refused = Trouble::Refused {
            message: "posting_closed".into(),
        };
        for (trouble, expected) in [
            (waits(WaitReason::RateLimited), Problem::HeyMiloUnavailable),
            (waits(WaitReason::HeyMiloUnavailable), Problem::HeyMiloUnavailable),
            (waits(WaitReason::HeyMiloCredentialRefused), Problem::ApiKeyRefused),
            (refused, Problem::HeyMiloUnavailable),
        ] {
            assert_eq!(AdminError::of_heymilo(trouble).problem, expected);
        }
    }
}
