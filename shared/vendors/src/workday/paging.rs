//! How a read of several pages goes on: from a cursor, in smaller pages where an answer is too large, slow or broken off,
//! and in larger ones again when it is not.

use domain::Moment;
use domain::part::Cursor;
use lambda_kit::Clock;
use std::future::Future;
use std::time::Duration;
use workday::{Error, Page, PageRequest};

/// An answer that took longer is asked for in smaller pages next time: a call has twenty seconds.
const SLOW: Duration = Duration::from_secs(12);
/// One that was faster may be larger next time.
const QUICK: Duration = Duration::from_secs(5);

/// A read on its way.
#[derive(Debug)]
pub(crate) struct Paging<T> {
    at: Cursor,
    /// Sizes of a page, the usual one first. Each divides the one before: a smaller page begins with the same row.
    sizes: &'static [u16],
    /// No larger page is asked for any more: one was too large.
    largest: u16,
    /// The rows of the last page.
    page: Vec<T>,
    /// Rows that are too large even alone, passed over.
    left_out: u32,
    is_over: bool,
}

/// Rows too large even alone, one after the other, after which it is no matter of a row.
const LEFT_OUT: u32 = 3;

impl<T: PartialEq> Paging<T> {
    pub(crate) fn from(cursor: Cursor, sizes: &'static [u16]) -> Self {
        let usual = sizes.first().copied().unwrap_or(1);
        let known = sizes.contains(&cursor.count) && cursor.rows.is_multiple_of(u32::from(cursor.count));
        let count = if known { cursor.count } else { usual };
        Self {
            at: Cursor { count, ..cursor },
            sizes,
            largest: usual,
            page: Vec::new(),
            left_out: 0,
            is_over: false,
        }
    }

    /// Rows of a page, as many as are asked for now.
    pub(crate) fn page_size(&self) -> u16 {
        self.at.count
    }

    /// The moment as of which every page is read.
    pub(crate) fn as_of(&self) -> Moment {
        self.at.as_of
    }

    /// Rows that were passed over: each is too large even alone.
    pub(crate) fn left_out(&self) -> u32 {
        self.left_out
    }

    /// Where it goes on; none: it is at its end.
    pub(crate) fn cursor(&self) -> Option<Cursor> {
        (!self.is_over).then(|| self.at.clone())
    }

    /// The rows of the next page; none after the last. `read` makes one call.
    pub(crate) async fn next<F>(&mut self, clock: &Clock, read: impl Fn(PageRequest) -> F) -> Result<Option<&[T]>, Error>
    where
        F: Future<Output = Result<Page<T>, Error>>,
    {
        if self.is_over {
            return Ok(None);
        }
        let mut broke_off = false;
        let mut passed_over = 0;
        loop {
            let request = self.request();
            let asked = clock.now();
            match read(request.clone()).await {
                Ok(page) => {
                    let next = page.request_after(&request, &self.page).inspect_err(|_| {
                        // From there it would come to no end again.
                        self.at.rows = 0;
                        self.page.clear();
                    })?;
                    self.is_over = next.is_none();
                    self.page = page.items;
                    self.answered(clock.now().since(asked));
                    return Ok(Some(&self.page));
                }
                Err(Error::TooLarge) if self.shrinks() => self.largest = self.at.count,
                // One row is its own trouble, and the others are read.
                Err(Error::TooLarge) if passed_over < LEFT_OUT => {
                    passed_over += 1;
                    self.left_out += 1;
                    self.at.rows = self.at.rows.saturating_add(1);
                }
                // The next look begins with the smaller page. Here it is tried once: the vendor may be out altogether.
                Err(error @ (Error::TimedOut | Error::Interrupted(_))) => {
                    if !self.shrinks() || broke_off {
                        return Err(error);
                    }
                    broke_off = true;
                    self.largest = self.at.count;
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn request(&self) -> PageRequest {
        PageRequest {
            page: (self.at.rows / u32::from(self.at.count.max(1))).saturating_add(1),
            ..PageRequest::first(self.at.as_of.to_rfc3339()).with_count(self.at.count)
        }
    }

    fn answered(&mut self, took: Duration) {
        self.at.rows = self.at.rows.saturating_add(u32::from(self.at.count));
        if took > SLOW {
            self.shrinks();
        } else if took < QUICK {
            self.grows();
        }
    }

    /// The next smaller size, if there is one.
    fn shrinks(&mut self) -> bool {
        let smaller = self.sizes.iter().find(|size| **size < self.at.count);
        if let Some(smaller) = smaller {
            self.at.count = *smaller;
        }
        smaller.is_some()
    }

    /// The next larger size, once a page of it begins where this read stands.
    fn grows(&mut self) {
        let fits = |size: &&u16| **size > self.at.count && **size <= self.largest && self.at.rows.is_multiple_of(u32::from(**size));
        if let Some(larger) = self.sizes.iter().rev().find(fits) {
            self.at.count = *larger;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    const SIZES: &[u16] = &[100, 20, 4, 1];
    const ROWS: u32 = 130;

    /// Reads `ROWS` rows from a cursor on; `answer` says how long an answer takes, or how it fails. Returns the rows, the
    /// sizes asked for, and where the read was left.
    async fn read(
        cursor: Cursor,
        answer: impl Fn(&PageRequest) -> Result<Duration, Error>,
    ) -> (Result<Vec<u32>, Error>, Vec<u16>, Option<Cursor>) {
        let clock = Clock::manual(Moment(0));
        let mut paging = Paging::from(cursor, SIZES);
        let asked = RefCell::new(Vec::new());
        let mut rows = Vec::new();
        let outcome = loop {
            let page = paging.next(&clock, |request| {
                asked.borrow_mut().push(request.count);
                let answered = answer(&request).map(|took| {
                    clock.advance(took);
                    let first = (request.page - 1) * u32::from(request.count);
                    let last = (first + u32::from(request.count)).min(ROWS);
                    Page {
                        items: (first..last).collect(),
                        page: request.page,
                        total_pages: ROWS.div_ceil(u32::from(request.count)),
                        total_results: ROWS,
                    }
                });
                async move { answered }
            });
            match page.await {
                Ok(Some(page)) => rows.extend_from_slice(page),
                Ok(None) => break Ok(std::mem::take(&mut rows)),
                Err(error) => break Err(error),
            }
        };
        (outcome, asked.into_inner(), paging.cursor())
    }

    fn beginning() -> Cursor {
        Cursor::beginning(Moment(7))
    }

    fn all() -> Vec<u32> {
        (0..ROWS).collect()
    }

    #[tokio::test]
    async fn an_answer_that_is_too_large_is_asked_for_in_smaller_pages_and_no_row_is_lost_or_doubled() {
        let (rows, asked, _) = read(beginning(), |request| {
            if request.count > 20 {
                Err(Error::TooLarge)
            } else {
                Ok(Duration::ZERO)
            }
        })
        .await;
        assert_eq!((rows.unwrap(), asked), (all(), vec![100, 20, 20, 20, 20, 20, 20, 20]));
    }

    #[tokio::test]
    async fn a_row_that_is_too_large_even_alone_is_passed_over_and_the_others_are_read() {
        let holds = |request: &PageRequest, row: u32| (row / u32::from(request.count)) + 1 == request.page;
        let (rows, _, left) = read(beginning(), |request| {
            if holds(request, 41) {
                Err(Error::TooLarge)
            } else {
                Ok(Duration::from_secs(6))
            }
        })
        .await;
        let expected: Vec<u32> = (0..ROWS).filter(|row| *row != 41).collect();
        assert_eq!((rows.unwrap(), left), (expected, None));
        let (rows, asked, _) = read(beginning(), |_| Err(Error::TooLarge)).await;
        assert!(matches!(rows, Err(Error::TooLarge)), "no matter of a row");
        assert_eq!(asked, [100, 20, 4, 1, 1, 1, 1]);
    }

    #[tokio::test]
    async fn slow_answers_make_pages_smaller_and_quick_ones_larger_again() {
        let (rows, asked, _) = read(beginning(), |request| {
            Ok(Duration::from_secs(if request.count == 100 { 13 } else { 1 }))
        })
        .await;
        assert_eq!((rows.unwrap(), asked), (all(), vec![100, 20, 20]));
        let from = Cursor {
            count: 20,
            rows: 80,
            ..beginning()
        };
        let (_, asked, _) = read(from, |_| Ok(Duration::from_secs(1))).await;
        assert_eq!(asked, [20, 100]);
    }

    #[tokio::test]
    async fn an_answer_that_breaks_off_is_asked_for_once_more_in_a_smaller_page_and_the_next_look_begins_there() {
        let (rows, asked, left) = read(beginning(), |_| Err(Error::TimedOut)).await;
        assert!(matches!(rows, Err(Error::TimedOut)), "{rows:?}");
        let left = left.unwrap();
        assert_eq!((asked, left.count, left.rows), (vec![100, 20], 4, 0));
        let (rows, asked, left) = read(left, |_| Ok(Duration::ZERO)).await;
        assert_eq!((rows.unwrap(), left), (all(), None));
        assert_eq!(asked, [4, 4, 4, 4, 4, 20, 20, 20, 20, 100]);
    }

    #[tokio::test]
    async fn an_outage_costs_one_call_where_it_is_no_matter_of_size() {
        let (rows, asked, left) = read(beginning(), |_| {
            Err(Error::Unavailable {
                status: 503,
                retry_after: None,
                fault: None,
            })
        })
        .await;
        assert!(rows.is_err());
        assert_eq!((asked, left.unwrap().count), (vec![100], 100));
    }
}
