//! Linking a job requisition to a posting: both are read again at their vendors, then the baseline starts.

use crate::{Admin, Problem, Registration, SetupError};
use access::Trouble;
use domain::order::WaitReason;
use domain::settings::{Connection, LinkOptions, Mapping};
use domain::standing::ConnectionState;
use domain::{ConnectionId, JobRequisitionId, PostingId, Work, WorkspaceId};
use heymilo::{ApiKey, Posting};
use store::{Arm, StoreError};
use workday::{FaultReason, JobRequisition, JobRequisitionQuery, Page, PageRequest};

/// A requisition, the posting that screens its candidates, and what differs from the defaults.
#[derive(Debug, Clone)]
pub struct LinkRequest {
    pub connection: ConnectionId,
    pub requisition: JobRequisitionId,
    pub posting: PostingId,
    pub options: LinkOptions,
    /// The revision of the requisition's link that the person saw, 0 for none; `None`: whatever stands there now.
    pub seen: Option<u64>,
}

/// A saved link.
#[derive(Debug, Clone)]
pub struct Linked {
    pub mapping: Mapping,
    pub registration: Registration,
}

impl Admin {
    /// Links a requisition. Linking the same pair again changes the options and keeps the baseline.
    /// [`Problem::LinkedMeanwhile`] when it is not linked as the person saw it.
    pub async fn link(&self, workspace: &WorkspaceId, request: LinkRequest) -> Result<Linked, SetupError> {
        let connection = self.connection(workspace, &request.connection).await?;
        if connection.standing.state != ConnectionState::Active {
            return Err(Problem::ConnectionNotActive.into());
        }
        let requisition = self.read_requisition(&connection, &request.requisition).await?;
        let (api_key, posting) = self.read_posting(workspace, &request.posting).await?;
        // Requisitions may be chosen by WID; the row is found by the number that people and answers use.
        let number = JobRequisitionId::new(requisition.id)?;
        let known = self.store.mapping(workspace, &request.connection, &number).await?;
        let mut options = request.options;
        options.next_step = options.next_step.filter(|step| !step.trim().is_empty());
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
            standing: known.map(|known| known.standing).unwrap_or_default(),
        };
        let arms = self.work_after_linking(&mapping);
        let mapping = match self.store.save_mapping(&mapping, &arms).await {
            Err(error @ StoreError::ConditionFailed) => return Err(SetupError::caused(Problem::LinkedMeanwhile, error)),
            saved => saved?,
        };
        self.announce(workspace, &arms).await;
        let registration = self.register_webhooks(&api_key, workspace, &mapping.posting).await;
        Ok(Linked { mapping, registration })
    }

    /// Unlinks a requisition. Screenings under way go on; nobody new is invited. `seen` is the revision of the link that
    /// the person saw, if one did: [`Problem::ChangedMeanwhile`] when somebody else saved since.
    pub async fn unlink(
        &self,
        workspace: &WorkspaceId,
        connection: &ConnectionId,
        requisition: &JobRequisitionId,
        seen: Option<u64>,
    ) -> Result<(), SetupError> {
        let known = self.store.mapping(workspace, connection, requisition).await?;
        let mut link = known.ok_or(Problem::MappingUnknown)?;
        link.revision = seen.unwrap_or(link.revision);
        Ok(self.store.delete_mapping(&link).await?)
    }

    /// Asks for a fresh requisition index.
    pub async fn refresh_requisitions(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<(), SetupError> {
        let connection = self.connection(workspace, connection).await?;
        if connection.standing.state != ConnectionState::Active {
            return Err(Problem::ConnectionNotActive.into());
        }
        let arm = self.arm_now(Work::RefreshRequisitions {
            connection: connection.connection,
        });
        self.store.arm(workspace, &arm).await?;
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

    /// The requisition as Workday shows it now: a job requisition, or else an evergreen one.
    async fn read_requisition(&self, connection: &Connection, requisition: &JobRequisitionId) -> Result<JobRequisition, SetupError> {
        let workday = self.vendors.workday(connection).await?;
        let (client, credential) = (&workday.client, &workday.credential);
        let query = JobRequisitionQuery::ByReference(vec![requisition.to_string()]);
        let once = PageRequest::single();
        let mut found = known(client.get_job_requisitions(credential, &query, &once).await);
        if matches!(found, Ok(None)) {
            found = match known(client.get_evergreen_requisitions(credential, &query, &once).await) {
                // Without this permission of its own there are none to choose.
                Err(workday::Error::NotAuthorized { .. }) => Ok(None),
                read => read,
            };
        }
        match found {
            Ok(found) => found.ok_or_else(|| Problem::RequisitionUnknown.into()),
            Err(error @ workday::Error::Unauthorized) => Err(self.vendors.workday_trouble(connection, &workday, error).await.into()),
            Err(error) => Err(error.into()),
        }
    }

    async fn read_posting(&self, workspace: &WorkspaceId, posting: &PostingId) -> Result<(ApiKey, Posting), SetupError> {
        let heymilo = self.vendors.heymilo(workspace).await?;
        let found = heymilo.client.posting(&heymilo.api_key, posting.as_str()).await?;
        if found.is_closed() {
            return Err(Problem::PostingClosed.into());
        }
        Ok((heymilo.api_key, found))
    }
}

/// The requisition of a look-up by reference. Some tenants skip what they do not know, others refuse it.
fn known(read: Result<Page<JobRequisition>, workday::Error>) -> Result<Option<JobRequisition>, workday::Error> {
    match read {
        Ok(page) => Ok(page.items.into_iter().next()),
        Err(workday::Error::Rejected(fault)) if fault.reason() == FaultReason::InvalidReference => Ok(None),
        Err(error) => Err(error),
    }
}

impl From<Trouble> for SetupError {
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
                | WaitReason::OutcomeUnknown
                | WaitReason::StepHeld
                | WaitReason::RateLimited => Problem::WorkdayUnavailable,
            },
        };
        Self::caused(problem, trouble)
    }
}
