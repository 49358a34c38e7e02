//! The requisition index: all open requisitions of a connection, read page by page as of one moment.

use crate::function::Function;
use access::Trouble;
use domain::{ConnectionId, WorkspaceId};
use std::collections::BTreeSet;
use std::time::Duration;
use store::due::Next;
use store::requisition::RequisitionEntry;
use workday::{JobRequisitionQuery, PageRequest};

/// Between two refreshes nobody asked for.
const INTERVAL: Duration = Duration::from_hours(6);
/// Definitions carry job descriptions, so pages are kept small.
const PAGE: u16 = 100;

/// Refreshes the index and parks the work until the next refresh.
pub(crate) async fn refresh(function: &Function, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Next, Trouble> {
    let now = function.clock.now();
    let Some(connection) = function.store.connection(workspace, connection).await? else {
        return Ok(Next::Finished("gone"));
    };
    let workday = function.vendors.workday(&connection).await?;
    let query = JobRequisitionQuery::ByStatus(vec!["Open".into()]);
    let mut request = PageRequest::first(now.to_rfc3339()).with_count(PAGE);
    let mut listed = BTreeSet::new();
    loop {
        let page = match workday.client.get_job_requisitions(&workday.credential, &query, &request).await {
            Ok(page) => page,
            Err(error) => return Err(function.vendors.workday_trouble(&connection, &workday, error).await),
        };
        let more = page.has_more();
        for requisition in page.items {
            let entry = RequisitionEntry {
                number: requisition.id,
                title: requisition.title.unwrap_or_default(),
                location: requisition.location.and_then(|location| location.descriptor),
                status: requisition
                    .status
                    .and_then(|status| status.descriptor.clone().or_else(|| status.best().map(str::to_owned))),
                confidential: requisition.confidential,
                read_at: now,
            };
            function.store.put_requisition(workspace, &connection.connection, &entry).await?;
            listed.insert(entry.number);
        }
        if !more {
            break;
        }
        request = request.next();
    }
    for old in function.store.requisitions(workspace, &connection.connection).await? {
        if !listed.contains(&old.number) {
            function
                .store
                .delete_requisition(workspace, &connection.connection, &old.number)
                .await?;
        }
    }
    tracing::info!(connection = %connection.connection, requisitions = listed.len(), "requisition index refreshed");
    Ok(Next::Park(now.plus(INTERVAL), "refreshed"))
}
