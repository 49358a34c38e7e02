//! The open requisitions of a connection, read page by page as of one moment.

use super::paging::Paging;
use super::{Stopped, Workday};
use domain::Moment;
use domain::part::Cursor;
use store::requisition::RequisitionEntry;
use workday::{Error, FaultReason, JobRequisition, JobRequisitionQuery, Page, PageRequest};

/// Definitions carry job descriptions, so pages are kept small, and smaller where an answer is too large all the same.
const PAGES: &[u16] = &[100, 20, 4, 1];

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
    paging: Paging<JobRequisition>,
}

impl Workday {
    /// The open requisitions of one kind, from a cursor on.
    pub fn open_requisitions(&self, kind: Kind, cursor: Cursor) -> RequisitionPages<'_> {
        RequisitionPages {
            workday: self,
            kind,
            paging: Paging::from(cursor, PAGES),
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
    pub async fn next(&mut self) -> Result<Listed, Stopped> {
        let (workday, kind, as_of) = (self.workday, self.kind, self.paging.as_of());
        let (client, credential) = (&workday.client, &workday.credential);
        let query = &JobRequisitionQuery::ByStatus(vec!["Open".into()]);
        let call = |page: PageRequest| async move {
            match kind {
                Kind::Job => client.get_job_requisitions(credential, query, &page).await,
                Kind::Evergreen => client.get_evergreen_requisitions(credential, query, &page).await,
            }
        };
        let operation = match kind {
            Kind::Job => "Get_Job_Requisitions",
            Kind::Evergreen => "Get_Evergreen_Requisitions",
        };
        let listed = match self.paging.next(&workday.vendors.clock, call).await {
            Ok(page) => Ok(page.map_or(Listed::End, |requisitions| {
                Listed::Page(requisitions.iter().map(|requisition| entry(requisition, kind, as_of)).collect())
            })),
            Err(error) => Err(workday.judged(error, operation).await),
        };
        if matches!(listed, Err(Error::NotAuthorized { .. })) && kind == Kind::Evergreen {
            return Ok(Listed::NotPermitted);
        }
        workday.read(listed).await
    }

    /// Rows of a page, as many as are asked for now.
    pub fn page_size(&self) -> u16 {
        self.paging.page_size()
    }

    /// Requisitions that were passed over: each is too large even alone.
    pub fn left_out(&self) -> u32 {
        self.paging.left_out()
    }

    /// Where it goes on; none: it is at its end.
    pub fn cursor(&self) -> Option<Cursor> {
        self.paging.cursor()
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
