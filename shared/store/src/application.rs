//! The lock row of one job application: which visit it is on, and whether the last read saw it in the stage.

use crate::error::took_place;
use crate::key::Key;
use crate::row::{item, number};
use crate::{Store, StoreError, Transaction, key};
use domain::order::Subject;
use domain::trigger::Visits;
use domain::{ConnectionId, JobApplicationId, JobRequisitionId, Moment, Order, WorkdayCandidateId, WorkspaceId};
use serde::{Deserialize, Serialize};

/// One job application of a connection, as remembered between reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    pub workspace: WorkspaceId,
    pub connection: ConnectionId,
    pub requisition: JobRequisitionId,
    pub application: JobApplicationId,
    pub candidate: WorkdayCandidateId,
    #[serde(flatten)]
    pub visits: Visits,
    /// Someone was invited to a screening in some visit.
    #[serde(default)]
    pub screened: bool,
    /// Somebody came to the end of one in an earlier visit.
    #[serde(default)]
    pub finished_before: bool,
    pub seen_at: Moment,
    /// Optimistic lock.
    #[serde(default)]
    pub version: u64,
}

/// Who stands in the stage, as the last read saw it: listed beside the lock rows, and written with them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Present {
    pub requisition: JobRequisitionId,
    pub application: JobApplicationId,
    pub candidate: WorkdayCandidateId,
    /// The look that takes several runs and saw them in an earlier one, by the moment it began.
    #[serde(default)]
    pub seen_in: Option<Moment>,
    /// Workday was asked for them, and does not know them, or shows them where they stood when the settings named another stage.
    #[serde(default)]
    pub unknown_at: Option<Moment>,
}

impl Application {
    /// Whose screening an order of this application is.
    pub fn subject(&self) -> Subject {
        Subject {
            workspace: self.workspace.clone(),
            connection: self.connection.clone(),
            application: self.application.clone(),
            candidate: self.candidate.clone(),
            requisition: self.requisition.clone(),
        }
    }

    /// The row as it is once somebody was invited; none: it says so already.
    pub fn once_screened(self) -> Option<Self> {
        (!self.screened).then_some(Self { screened: true, ..self })
    }

    fn key(&self) -> key::Key {
        key::application(&self.workspace, &self.connection, &self.requisition, &self.application)
    }

    fn present(&self) -> Present {
        Present {
            requisition: self.requisition.clone(),
            application: self.application.clone(),
            candidate: self.candidate.clone(),
            seen_in: None,
            unknown_at: None,
        }
    }
}

impl Transaction {
    /// Writes the lock row if it is as it was read, and lists or unlists it among those in the stage; bumps its version.
    pub(crate) fn save_application(&mut self, table: &str, application: &Application) -> Result<(), StoreError> {
        let next = Application {
            version: application.version + 1,
            ..application.clone()
        };
        let row = item(&application.key(), &next)?;
        let present = key::present(
            &application.workspace,
            &application.connection,
            &application.requisition,
            &application.application,
        );
        if application.visits.in_stage {
            self.put(table, &present, &application.present())?;
        } else {
            self.delete_as(table, &present, |delete| delete)?;
        }
        if application.version == 0 {
            self.put_item(table, row, Some("attribute_not_exists(pk)"), &[])
        } else {
            self.put_item(table, row, Some("version = :seen"), &[(":seen", number(application.version))])
        }
    }
}

impl Store {
    /// The lock row of one application.
    pub async fn application(
        &self,
        workspace: &WorkspaceId,
        connection: &ConnectionId,
        requisition: &JobRequisitionId,
        application: &JobApplicationId,
    ) -> Result<Option<Application>, StoreError> {
        self.read(&key::application(workspace, connection, requisition, application), "an application")
            .await
    }

    /// The lock row of an order's application.
    pub async fn application_of(&self, order: &Order) -> Result<Option<Application>, StoreError> {
        self.application(&order.workspace, &order.connection, &order.requisition, &order.application)
            .await
    }

    /// All known applications of a requisition.
    pub async fn applications(
        &self,
        workspace: &WorkspaceId,
        connection: &ConnectionId,
        requisition: &JobRequisitionId,
    ) -> Result<Vec<Application>, StoreError> {
        let partition = format!("W#{workspace}#R#{connection}#{requisition}");
        self.query(&partition, "APPLICATION#", "an application").await
    }

    /// Who stands in the stage of a connection's requisitions, as far as our rows say.
    pub async fn present(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Vec<Present>, StoreError> {
        let partition = key::present_partition(workspace, connection);
        self.query(&partition, "PRESENT#", "who is in the stage").await
    }

    /// A look that goes on in another run saw somebody who is listed.
    pub async fn note_seen(&self, of: (&WorkspaceId, &ConnectionId), present: &Present, look: Moment) -> Result<(), StoreError> {
        let key = key::present(of.0, of.1, &present.requisition, &present.application);
        self.note_present(&key, "SET seen_in = :at", look).await
    }

    /// Workday does not know somebody who is listed.
    pub async fn note_unknown(
        &self,
        of: (&WorkspaceId, &ConnectionId),
        (requisition, application): (&JobRequisitionId, &JobApplicationId),
        at: Moment,
    ) -> Result<(), StoreError> {
        let key = key::present(of.0, of.1, requisition, application);
        self.note_present(&key, "SET unknown_at = :at", at).await
    }

    async fn note_present(&self, key: &Key, update: &str, at: Moment) -> Result<(), StoreError> {
        let noted = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key.attributes()))
            .update_expression(update)
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":at", number(at.0))
            .send()
            .await;
        // Somebody saw them leave.
        took_place(noted).map(drop)
    }

    /// Somebody who applied for the requisition, as far as our rows say.
    pub async fn anybody_of(
        &self,
        workspace: &WorkspaceId,
        connection: &ConnectionId,
        requisition: &JobRequisitionId,
    ) -> Result<Option<Application>, StoreError> {
        let partition = format!("W#{workspace}#R#{connection}#{requisition}");
        self.query_first(&partition, "APPLICATION#", "an application").await
    }

    /// Saves the lock row alone, where no order changes.
    pub async fn save_application(&self, application: &Application) -> Result<(), StoreError> {
        let mut transaction = Transaction::default();
        transaction.save_application(&self.table, application)?;
        self.commit(transaction).await
    }
}
