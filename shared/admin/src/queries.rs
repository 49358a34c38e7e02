//! What pages show of a workspace: reads of our own table, and of HeyMilo's agents.

use crate::{Admin, AdminError, Problem};
use domain::gate::{self, Condition, Facts};
use domain::order::Entry;
use domain::settings::{Connection, Mapping, WhoSends, Workspace};
use domain::standing::{ConnectionState, PostingStanding};
use domain::{ConnectionId, Moment, Order, OrderId, PostingId, WorkspaceId};
use keys::address::report_path;
use store::order::{ReviewCursor, Reviews};
use store::requisition::RequisitionEntry;
use vendors::heymilo::{List, Posting, PostingSummary};

/// One screening, everything that happened to it, and what holds it.
#[derive(Debug)]
pub struct Screening {
    pub order: Order,
    pub history: Vec<Entry>,
    /// The first condition before the invitation that is not met as far as our own settings tell.
    pub unmet: Option<Condition>,
}

impl Admin {
    /// The moment everything here goes by.
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// The workspace's settings, once it is connected to HeyMilo.
    pub async fn workspace(&self, workspace: &WorkspaceId) -> Result<Option<Workspace>, AdminError> {
        Ok(self.store.workspace(workspace).await?)
    }

    /// The workspace's connections to Workday.
    pub async fn connections(&self, workspace: &WorkspaceId) -> Result<Vec<Connection>, AdminError> {
        Ok(self.store.connections(workspace).await?)
    }

    /// A connection of this id, if the workspace has one by now.
    pub async fn find_connection(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Option<Connection>, AdminError> {
        Ok(self.store.connection(workspace, connection).await?)
    }

    /// The connection, if it is the workspace's.
    pub async fn connection(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Connection, AdminError> {
        let found = self.find_connection(workspace, connection).await?;
        Ok(found.ok_or(Problem::ConnectionUnknown)?)
    }

    /// The same, if it works: what asks Workday for something is refused otherwise.
    pub(crate) async fn active(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Connection, AdminError> {
        let connection = self.connection(workspace, connection).await?;
        if connection.standing.state != ConnectionState::Active {
            return Err(Problem::ConnectionNotActive.into());
        }
        Ok(connection)
    }

    /// Which requisitions are linked to which agents.
    pub async fn links(&self, workspace: &WorkspaceId) -> Result<Vec<Mapping>, AdminError> {
        Ok(self.store.mappings(workspace).await?)
    }

    /// How the polls of one agent stand; none: it was not polled yet.
    pub async fn posting_standing(&self, workspace: &WorkspaceId, posting: &PostingId) -> Result<Option<PostingStanding>, AdminError> {
        Ok(self.store.posting_standing(workspace, posting).await?)
    }

    /// How the polls of the workspace's agents stand.
    pub async fn posting_standings(&self, workspace: &WorkspaceId) -> Result<Vec<PostingStanding>, AdminError> {
        Ok(self.store.posting_standings(workspace).await?)
    }

    /// The requisitions to choose from, as the index has them.
    pub async fn requisitions(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Vec<RequisitionEntry>, AdminError> {
        Ok(self.store.requisitions(workspace, connection).await?)
    }

    /// One page of the workspace's agents at HeyMilo, the ones after an id of the page before.
    pub async fn agents(&self, workspace: &WorkspaceId, search: &str, after: Option<String>) -> Result<List<PostingSummary>, AdminError> {
        let heymilo = self.vendors.heymilo(workspace).await?;
        heymilo.postings(search, after).await.map_err(AdminError::of_heymilo)
    }

    /// An agent as HeyMilo shows it now.
    pub async fn agent(&self, workspace: &WorkspaceId, posting: &PostingId) -> Result<Posting, AdminError> {
        let heymilo = self.vendors.heymilo(workspace).await?;
        let found = heymilo.posting(posting).await.map_err(AdminError::of_heymilo)?;
        Ok(found.ok_or(Problem::PostingUnknown)?)
    }

    /// The screenings that changed last, most recent change first.
    pub async fn screenings(&self, workspace: &WorkspaceId, at_most: i32) -> Result<Vec<Order>, AdminError> {
        Ok(self.store.recent_orders(workspace, at_most).await?)
    }

    /// A page of the screenings that need a person, latest change first; `after`: the page before said so.
    pub async fn reviews(&self, workspace: &WorkspaceId, after: Option<ReviewCursor>) -> Result<Reviews, AdminError> {
        Ok(self.store.reviews(workspace, after.as_ref()).await?)
    }

    /// The order, if it is the workspace's.
    pub async fn order(&self, workspace: &WorkspaceId, order: &OrderId) -> Result<Order, AdminError> {
        Ok(self.store.order(workspace, order).await?.ok_or(Problem::OrderUnknown)?)
    }

    /// One screening. Workday is not asked for a page, so only what our own settings tell is said to hold it.
    pub async fn screening(&self, workspace: &WorkspaceId, order: &OrderId) -> Result<Screening, AdminError> {
        let order = self.order(workspace, order).await?;
        Ok(Screening {
            history: self.store.history(workspace, &order.order).await?,
            unmet: self.unmet(&order).await?,
            order,
        })
    }

    async fn unmet(&self, order: &Order) -> Result<Option<Condition>, AdminError> {
        if !order.state.is_pending_invite() {
            return Ok(None);
        }
        let link = self.store.mapping(&order.workspace, &order.connection, &order.requisition).await?;
        let workspace = self.store.workspace(&order.workspace).await?;
        let facts = Facts {
            linked: Some(link.is_some() || order.interview.is_some()),
            sender_known: workspace.map(|workspace| workspace.who_sends != WhoSends::Unanswered),
            ..Facts::default()
        };
        Ok(gate::first_unmet(&facts).map(|(condition, _)| condition))
    }

    /// The path of an order's View Report page.
    pub fn report_path(&self, order: &Order) -> String {
        report_path(&self.signing.report_link_token(&order.workspace, &order.order))
    }
}
