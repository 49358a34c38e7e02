//! The open requisitions of a connection, read page by page as of one moment.

use super::Workday;
use domain::Moment;
use store::requisition::RequisitionEntry;
use work::Trouble;
use workday::{Error, FaultReason, JobRequisition, JobRequisitionQuery, Page, PageRequest};

/// Definitions carry job descriptions, so pages are kept small, and smaller where an answer is too large all the same.
/// Each divides the one before: the next request begins with the same row.
const PAGES: [u16; 4] = [100, 20, 4, 1];

/// Workday's two kinds, each with an operation of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Job,
    Evergreen,
}

/// What the next page brought.
#[derive(Debug)]
pub enum Listed {
    Page(Vec<RequisitionEntry>),
    /// There is no further page.
    End,
    /// This kind may not be listed: a permission of its own that not every tenant gives.
    NotPermitted,
}

/// A list of requisitions on its way.
#[derive(Debug)]
pub struct RequisitionPages<'a> {
    workday: &'a Workday,
    kind: Kind,
    moment: Moment,
    before: Vec<JobRequisition>,
    next: Option<PageRequest>,
}

impl Workday {
    /// The open requisitions of one kind, as of `moment`.
    pub fn open_requisitions(&self, kind: Kind, moment: Moment) -> RequisitionPages<'_> {
        RequisitionPages {
            workday: self,
            kind,
            moment,
            before: Vec::new(),
            next: Some(PageRequest::first(moment.to_rfc3339()).with_count(PAGES[0])),
        }
    }

    /// A requisition by its number or WID, as Workday shows it now: a job requisition, or else an evergreen one. The
    /// failure is Workday's own, for a page that says what to mend.
    pub async fn requisition(&self, id: &str) -> Result<Option<JobRequisition>, Error> {
        let query = JobRequisitionQuery::ByReference(vec![id.to_owned()]);
        let once = PageRequest::single();
        let found = known(self.client.get_job_requisitions(&self.credential, &query, &once).await)?;
        if found.is_some() {
            self.worked().await;
            return Ok(found);
        }
        match known(self.client.get_evergreen_requisitions(&self.credential, &query, &once).await) {
            // Without this permission of its own there are none to choose.
            Err(Error::NotAuthorized { .. }) => Ok(None),
            read => read,
        }
    }
}

/// The requisition of a look-up by reference. Some tenants skip what they do not know, others refuse it.
fn known(read: Result<Page<JobRequisition>, Error>) -> Result<Option<JobRequisition>, Error> {
    match read {
        Ok(page) => Ok(page.items.into_iter().next()),
        Err(error) if error.fault_reason() == Some(FaultReason::InvalidReference) => Ok(None),
        Err(error) => Err(error),
    }
}

impl RequisitionPages<'_> {
    /// The next page.
    pub async fn next(&mut self) -> Result<Listed, Trouble> {
        let query = JobRequisitionQuery::ByStatus(vec!["Open".into()]);
        let (client, credential) = (&self.workday.client, &self.workday.credential);
        while let Some(request) = self.next.take() {
            let (operation, answer) = match self.kind {
                Kind::Job => {
                    let answer = client.get_job_requisitions(credential, &query, &request).await;
                    ("Get_Job_Requisitions", answer)
                }
                Kind::Evergreen => {
                    let answer = client.get_evergreen_requisitions(credential, &query, &request).await;
                    ("Get_Evergreen_Requisitions", answer)
                }
            };
            let answer = match answer {
                Ok(page) => Ok(page),
                Err(error) => Err(self.workday.judged(error, operation).await),
            };
            let page = match answer {
                Err(Error::NotAuthorized { .. }) if self.kind == Kind::Evergreen => return Ok(Listed::NotPermitted),
                Err(error) => {
                    self.next = smaller(&request, &error);
                    if self.next.is_none() {
                        return Err(self.workday.trouble(error).await);
                    }
                    continue;
                }
                Ok(page) => page,
            };
            self.next = self.workday.understood(page.request_after(&request, &self.before)).await?;
            let entries = page
                .items
                .iter()
                .map(|requisition| entry(requisition, self.kind, self.moment))
                .collect();
            self.before = page.items;
            return Ok(Listed::Page(entries));
        }
        Ok(Listed::End)
    }
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
fn smaller(request: &PageRequest, error: &Error) -> Option<PageRequest> {
    if !matches!(error, Error::TooLarge) {
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
        while let Some(again) = smaller(&request, &Error::TooLarge) {
            assert_eq!((again.page - 1) * u32::from(again.count), 200);
            assert_eq!(again.as_of_entry_moment, request.as_of_entry_moment);
            seen.push((again.page, again.count));
            request = again;
        }
        assert_eq!(seen, [(11, 20), (51, 4), (201, 1)]);
        assert_eq!(smaller(&PageRequest::first("x"), &Error::TimedOut), None);
    }
}
