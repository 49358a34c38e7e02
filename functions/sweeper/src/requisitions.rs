//! The requisition index: all open job and evergreen requisitions of a connection, read page by page as of one moment.

use crate::function::Function;
use access::{Trouble, Workday};
use domain::settings::Connection;
use domain::{ConnectionId, Moment, WorkspaceId};
use std::collections::BTreeSet;
use std::time::Duration;
use store::connection::ConnectionNote;
use store::due::Next;
use store::requisition::RequisitionEntry;
use workday::{JobRequisition, JobRequisitionQuery, PageRequest};

/// Between two refreshes nobody asked for.
const INTERVAL: Duration = Duration::from_hours(6);
/// Definitions carry job descriptions, so pages are kept small, and smaller where an answer is too large all the same.
/// Each divides the one before: the next request begins with the same row.
const PAGES: [u16; 4] = [100, 20, 4, 1];

/// Workday's two kinds, each with an operation of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Job,
    Evergreen,
}

/// Refreshes the index and parks the work until the next refresh.
pub(crate) async fn refresh(function: &Function, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Next, Trouble> {
    let now = function.clock.now();
    let Some(connection) = function.store.connection(workspace, connection).await? else {
        return Ok(Next::Finished("gone"));
    };
    let workday = function.vendors.workday(&connection).await?;
    let mut listed = BTreeSet::new();
    for kind in [Kind::Job, Kind::Evergreen] {
        listed.extend(list(function, &connection, &workday, kind, now).await?);
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

/// Reads every open requisition of a kind into the index. Returns their numbers.
async fn list(
    function: &Function,
    connection: &Connection,
    workday: &Workday,
    kind: Kind,
    now: Moment,
) -> Result<BTreeSet<String>, Trouble> {
    let query = JobRequisitionQuery::ByStatus(vec!["Open".into()]);
    let mut listed = BTreeSet::new();
    let mut before = Vec::new();
    let mut next = Some(PageRequest::first(now.to_rfc3339()).with_count(PAGES[0]));
    while let Some(request) = next {
        let (client, credential) = (&workday.client, &workday.credential);
        let page = match kind {
            Kind::Job => client.get_job_requisitions(credential, &query, &request).await,
            Kind::Evergreen => client.get_evergreen_requisitions(credential, &query, &request).await,
        };
        let page = match page {
            Ok(page) => page,
            // A permission of its own that not every tenant gives: the picker says so, and the rest works.
            Err(workday::Error::NotAuthorized { .. }) if kind == Kind::Evergreen => {
                function.store.note(connection, ConnectionNote::EvergreenRefused(Some(now))).await?;
                return Ok(BTreeSet::new());
            }
            Err(error) => match smaller(&request, &error) {
                Some(again) => {
                    next = Some(again);
                    continue;
                }
                None => return Err(function.vendors.workday_trouble(connection, workday, error).await),
            },
        };
        next = match page.request_after(&request, &before) {
            Ok(next) => next,
            Err(error) => return Err(function.vendors.workday_trouble(connection, workday, error).await),
        };
        for requisition in &page.items {
            let entry = entry(requisition, kind, now);
            function
                .store
                .put_requisition(&connection.workspace, &connection.connection, &entry)
                .await?;
            listed.insert(entry.number);
        }
        before = page.items;
    }
    if kind == Kind::Evergreen && connection.standing.evergreen_refused_at.is_some() {
        function.store.note(connection, ConnectionNote::EvergreenRefused(None)).await?;
    }
    Ok(listed)
}

fn entry(requisition: &JobRequisition, kind: Kind, now: Moment) -> RequisitionEntry {
    let location = requisition.location.as_ref();
    let status = requisition.status.as_ref();
    RequisitionEntry {
        number: requisition.id.clone(),
        title: requisition.title.clone().unwrap_or_default(),
        location: location.and_then(|location| location.descriptor.clone()),
        status: status.and_then(|status| status.descriptor.as_deref().or_else(|| status.best()).map(str::to_owned)),
        confidential: requisition.confidential,
        evergreen: kind == Kind::Evergreen,
        read_at: now,
    }
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
        let mut request = PageRequest {
            page: 3,
            ..PageRequest::first("2026-01-16T10:00:00Z").with_count(100)
        };
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
