//! The open requisitions of a connection, read page by page as of one moment.

use super::paging::Paging;
use super::stage::BEHIND;
use super::{Stopped, Workday};
use domain::Moment;
use domain::part::Cursor;
use std::time::Duration;
use store::requisition::RequisitionEntry;
use workday::{Error, FaultReason, JobRequisition, JobRequisitionQuery, Page, PageRequest, id_type};

/// Definitions carry job descriptions, so pages are kept small, and smaller where an answer is too large all the same.
const PAGES: &[u16] = &[100, 20, 4, 1];

/// Changed requisitions are read up to so many pages; where there are more, all of them are read instead.
const PAGES_OF_CHANGES: u32 = 20;
/// And no longer than this: a reading of all goes on where it stopped, this one would begin anew.
const LONGEST_LOOK_AT_CHANGES: Duration = Duration::from_mins(2);
/// The status of a requisition that candidates can be linked from.
const OPEN: &str = "Open";

/// Job requisitions that changed.
#[derive(Debug, Default)]
pub struct Changed {
    pub open: Vec<RequisitionEntry>,
    /// The numbers of those that are open no more.
    pub closed: Vec<String>,
}

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

    /// The job requisitions that changed since a moment. `None`: too many, or too slow, to be read so.
    pub async fn changed_requisitions(&self, since: Moment, now: Moment) -> Result<Option<Changed>, Stopped> {
        let query = &JobRequisitionQuery::UpdatedBetween {
            from: since.to_rfc3339(),
            through: now.minus(BEHIND).to_rfc3339(),
        };
        let mut paging: Paging<JobRequisition> = Paging::from(Cursor::beginning(now), PAGES);
        let call = |page: PageRequest| async move { self.client.get_job_requisitions(&self.credential, query, &page).await };
        let mut changed = Changed::default();
        for _ in 0..PAGES_OF_CHANGES {
            if self.vendors.clock.now().since(now) > LONGEST_LOOK_AT_CHANGES {
                return Ok(None);
            }
            let read = paging.next(&self.vendors.clock, call).await;
            let read = read.map(|page| page.map(<[JobRequisition]>::to_vec));
            let Some(requisitions) = self.read(read).await? else {
                return Ok(Some(changed));
            };
            for requisition in requisitions {
                match requisition
                    .status
                    .as_ref()
                    .and_then(|status| status.get(id_type::JOB_REQUISITION_STATUS))
                {
                    Some(OPEN) => changed.open.push(entry(&requisition, Kind::Job, now)),
                    Some(_) => changed.closed.push(requisition.id),
                    // Nothing is said of it: the next reading of all does.
                    None => {}
                }
            }
        }
        Ok(None)
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
        let query = &JobRequisitionQuery::ByStatus(vec![OPEN.into()]);
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
