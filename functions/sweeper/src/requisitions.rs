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
/// Definitions carry job descriptions, so pages are kept small, and smaller where an answer is too large all the same.
/// Each divides the one before: the next request begins with the same row.
const PAGES: [u16; 4] = [100, 20, 4, 1];

/// Refreshes the index and parks the work until the next refresh.
pub(crate) async fn refresh(function: &Function, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Next, Trouble> {
    let now = function.clock.now();
    let Some(connection) = function.store.connection(workspace, connection).await? else {
        return Ok(Next::Finished("gone"));
    };
    let workday = function.vendors.workday(&connection).await?;
    let query = JobRequisitionQuery::ByStatus(vec!["Open".into()]);
    let mut request = PageRequest::first(now.to_rfc3339()).with_count(PAGES[0]);
    let mut listed = BTreeSet::new();
    loop {
        let page = match workday.client.get_job_requisitions(&workday.credential, &query, &request).await {
            Ok(page) => page,
            Err(error) => match smaller(&request, &error) {
                Some(again) => {
                    request = again;
                    continue;
                }
                None => return Err(function.vendors.workday_trouble(&connection, &workday, error).await),
            },
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

/// The same rows again in smaller pages, where an answer was too large and there is a smaller page.
fn smaller(request: &PageRequest, error: &workday::Error) -> Option<PageRequest> {
    if !matches!(error, workday::Error::TooLarge) {
        return None;
    }
    let count = PAGES.into_iter().find(|count| *count < request.count)?;
    let rows_before = request.page.saturating_sub(1).saturating_mul(u32::from(request.count));
    Some(PageRequest {
        page: rows_before / u32::from(count) + 1,
        count,
        ..request.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smaller_pages_go_on_with_the_same_row() {
        let mut request = PageRequest::first("2026-01-16T10:00:00Z").with_count(100).next().next();
        let mut seen = Vec::new();
        while let Some(again) = smaller(&request, &workday::Error::TooLarge) {
            assert_eq!((again.page - 1) * u32::from(again.count), 200);
            assert_eq!(again.as_of_entry_moment, request.as_of_entry_moment);
            seen.push((again.page, again.count));
            request = again;
        }
        assert_eq!(seen, [(11, 20), (51, 4), (201, 1)]);
        assert_eq!(smaller(&PageRequest::first("x"), &workday::Error::TimedOut), None);
    }
}
