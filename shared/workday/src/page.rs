//! Paging: `Response_Filter` of a request, `Response_Results` of an answer.

use std::future::Future;

use crate::{
    error::Error,
    xml::{Element, Writer},
};

/// Rows asked for if the caller has no wish of its own: Workday's default.
const DEFAULT_COUNT: u16 = 100;
/// Largest `Count` that the interface definition allows.
const MAX_COUNT: u16 = 999;

/// Which page of a read to return (`Response_Filter`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// The page, from 1.
    pub page: u32,
    /// Rows of a page, from 1 to 999.
    pub count: u16,
    /// `As_Of_Entry_DateTime`, the same for every page of one read: without it the set shifts between pages.
    pub as_of_entry_moment: Option<String>,
}

impl PageRequest {
    /// The first page of a read of the data as entered until `moment` (a date and time with a zone).
    pub fn first(moment: impl Into<String>) -> Self {
        Self {
            page: 1,
            count: DEFAULT_COUNT,
            as_of_entry_moment: Some(moment.into()),
        }
    }

    /// The only page, for a look-up by reference.
    pub fn single() -> Self {
        Self {
            page: 1,
            count: DEFAULT_COUNT,
            as_of_entry_moment: None,
        }
    }

    /// The same read with another number of rows a page.
    #[must_use]
    pub fn with_count(self, count: u16) -> Self {
        Self { count, ..self }
    }

    #[must_use]
    fn next(&self) -> Self {
        Self {
            page: self.page.saturating_add(1),
            ..self.clone()
        }
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.within("Response_Filter", |writer| {
            writer.optional("As_Of_Entry_DateTime", self.as_of_entry_moment.as_deref());
            // `Page` goes with a fixed moment; page 1 is what Workday returns without it.
            if self.as_of_entry_moment.is_some() || self.page > 1 {
                writer.element("Page", &self.page.to_string());
            }
            writer.element("Count", &self.count.clamp(1, MAX_COUNT).to_string());
        });
    }
}

/// One page of a read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// The page's number, from 1.
    pub page: u32,
    /// Pages of the whole read; 0 if nothing was found.
    pub total_pages: u32,
    /// Rows of the whole read.
    pub total_results: u32,
}

/// Every row of a read, page after page, from `first` on. `read` makes one call.
pub async fn all_pages<T, F>(first: PageRequest, read: impl Fn(PageRequest) -> F) -> Result<Vec<T>, Error>
where
    T: PartialEq,
    F: Future<Output = Result<Page<T>, Error>>,
{
    let mut rows = Vec::new();
    let mut next = Some(first);
    while let Some(request) = next {
        let page = read(request.clone()).await?;
        next = page.request_after(&request, &rows)?;
        rows.extend(page.items);
    }
    Ok(rows)
}

impl<T: PartialEq> Page<T> {
    /// The request for the page after this one, which `asked` brought; none after the last. `before` ends with the
    /// rows of the page before: a page that comes again is neither a new one nor the last, however it is numbered.
    pub fn request_after(&self, asked: &PageRequest, before: &[T]) -> Result<Option<PageRequest>, Error> {
        let promises_more = self.page < self.total_pages;
        if asked.page == 1 && !promises_more {
            return Ok(None);
        }
        let brings_nothing = before.ends_with(&self.items) && (promises_more || !self.items.is_empty());
        if self.page != asked.page || brings_nothing {
            return Err(Error::PagesRepeat {
                asked: asked.page,
                answered: self.page,
            });
        }
        Ok(promises_more.then(|| asked.next()))
    }
}

impl<T> Page<T> {
    /// The answer to a question about nothing: asked without any id, Workday would answer about everything.
    pub(crate) fn empty(requested: &PageRequest) -> Self {
        Self {
            items: Vec::new(),
            page: requested.page,
            total_pages: 0,
            total_results: 0,
        }
    }

    /// The page that an answer is. A row that cannot be read is set aside, so that it costs nobody else on the page;
    /// an only page without any row that can be read is no answer: nothing may be concluded from who is not on it.
    pub(crate) fn read(response: &Element, requested: &PageRequest, rows: impl Iterator<Item = Result<T, Error>>) -> Result<Self, Error> {
        let (mut items, mut set_aside, mut last_problem) = (Vec::new(), 0_u32, None);
        for row in rows {
            match row {
                Ok(item) => items.push(item),
                Err(problem) => {
                    set_aside = set_aside.saturating_add(1);
                    last_problem = Some(problem);
                }
            }
        }
        let results = response.child("Response_Results");
        let number = |name| results.map_or(Ok(None), |results| whole_number(results, name));
        // An answer without `Response_Results` is one page: a look-up by reference.
        let found = u32::try_from(items.len()).unwrap_or(u32::MAX);
        let page = Self {
            page: number("Page")?.unwrap_or(requested.page),
            total_pages: number("Total_Pages")?.unwrap_or(1),
            total_results: number("Total_Results")?.unwrap_or(found),
            items,
        };
        if let Some(problem) = last_problem {
            if page.items.is_empty() && page.total_pages <= 1 {
                return Err(problem);
            }
            tracing::warn!(answer = response.name(), set_aside, %problem, "rows of an answer could not be read and were set aside");
        }
        Ok(page)
    }
}

fn whole_number(results: &Element, name: &str) -> Result<Option<u32>, Error> {
    let Some(text) = results.child(name).and_then(Element::text) else {
        return Ok(None);
    };
    // The type is a decimal without fraction digits, so "3.0" is as good as "3".
    let digits = text.split_once('.').map_or(text, |(whole, _)| whole);
    digits.parse().map(Some).map_err(|_not_a_number| Error::Malformed {
        detail: "Response_Results holds something that is not a number",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml;
    use std::cell::Cell;

    fn written(request: &PageRequest) -> String {
        let mut writer = Writer::default();
        request.write(&mut writer);
        writer.finish().0
    }

    #[test]
    fn a_page_always_carries_the_fixed_moment() {
        let first = PageRequest::first("2026-01-16T10:00:00Z");
        assert_eq!(
            written(&first.next().with_count(2000)),
            "<wd:Response_Filter><wd:As_Of_Entry_DateTime>2026-01-16T10:00:00Z</wd:As_Of_Entry_DateTime>\
             <wd:Page>2</wd:Page><wd:Count>999</wd:Count></wd:Response_Filter>"
        );
        assert_eq!(
            written(&PageRequest::single().with_count(0)),
            "<wd:Response_Filter><wd:Count>1</wd:Count></wd:Response_Filter>"
        );
    }

    #[test]
    fn totals_are_read_and_a_missing_block_means_one_page() {
        let document = |inner: &str| xml::parse(&format!("<r xmlns='urn:com.workday/bsvc'>{inner}</r>")).unwrap();
        let request = PageRequest::first("2026-01-16T10:00:00Z").next();
        let page = Page::read(
            &document(
                "<Response_Results><Total_Results>201</Total_Results><Total_Pages>3.0</Total_Pages>\
                 <Page_Results>100</Page_Results><Page>2</Page></Response_Results>",
            ),
            &request,
            [Ok(())].into_iter(),
        )
        .unwrap();
        assert_eq!((page.page, page.total_pages, page.total_results), (2, 3, 201));
        let next = page.request_after(&request, &[]).unwrap();
        assert_eq!(next.map(|next| next.page), Some(3));

        let page = Page::read(&document(""), &PageRequest::single(), [Ok(()), Ok(())].into_iter()).unwrap();
        assert_eq!((page.page, page.total_pages, page.total_results), (1, 1, 2));
        assert_eq!(page.request_after(&PageRequest::single(), &[]).unwrap(), None);

        let odd = document("<Response_Results><Page>x</Page></Response_Results>");
        let error = Page::<()>::read(&odd, &request, std::iter::empty()).unwrap_err();
        assert!(matches!(error, Error::Malformed { .. }));
    }

    /// A read of everything from a server that answers as told: what became of it, and how often it asked.
    async fn read_all(answer: impl Fn(u32) -> (u32, u32, Vec<u32>)) -> (Result<Vec<u32>, Error>, u32) {
        let asked = Cell::new(0);
        let (asked, answer) = (&asked, &answer);
        let read = all_pages(PageRequest::first("2026-01-16T10:00:00Z"), |request| async move {
            asked.set(asked.get() + 1);
            // Whoever asks this often never stops.
            if asked.get() > 20 {
                return Err(Error::TimedOut);
            }
            let (page, total_pages, items) = answer(request.page);
            Ok(Page {
                items,
                page,
                total_pages,
                total_results: 3,
            })
        });
        (read.await, asked.get())
    }

    #[tokio::test]
    async fn a_page_that_comes_again_ends_the_read_and_is_never_taken_for_the_whole() {
        for (what, answer) in [
            ("always page 1 of 3", (|_| (1, 3, vec![1])) as fn(u32) -> (u32, u32, Vec<u32>)),
            ("always page 1 of 3, with other rows", |asked| (1, 3, vec![asked])),
            ("the rows of page 1 under the right number", |asked| (asked, 3, vec![1])),
            ("a page is left out", |asked| (if asked == 2 { 3 } else { asked }, 3, vec![asked])),
            ("rows are promised and none come", |asked| (asked, asked + 1, vec![])),
        ] {
            let (read, asked) = read_all(answer).await;
            let error = read.expect_err(what);
            assert!(error.to_string().contains("do not go forward"), "{what}: {error}");
            assert!(asked <= 2, "{what}: asked {asked} times");
        }
    }

    #[tokio::test]
    async fn pages_that_go_forward_are_read_to_the_last() {
        let (read, asked) = read_all(|asked| (asked, 3, vec![asked, asked + 10])).await;
        assert_eq!((read.unwrap(), asked), (vec![1, 11, 2, 12, 3, 13], 3));
        // Nothing found, in the two ways servers say it; rows that left while the read went on.
        for (total, answer) in [
            (1, (|_| (0, 0, vec![])) as fn(u32) -> (u32, u32, Vec<u32>)),
            (1, |_| (1, 1, vec![])),
            (2, |asked| (asked, 2, if asked == 1 { vec![1] } else { vec![] })),
        ] {
            let (read, asked) = read_all(answer).await;
            assert!(read.is_ok());
            assert_eq!(asked, total);
        }
    }
}
