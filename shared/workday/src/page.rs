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
    F: Future<Output = Result<Page<T>, Error>>,
{
    let mut rows = Vec::new();
    let mut next = Some(first);
    while let Some(request) = next {
        let page = read(request.clone()).await?;
        next = page.request_after(&request);
        rows.extend(page.items);
    }
    Ok(rows)
}

impl<T> Page<T> {
    /// The request for the page after this one, which `asked` brought; none after the last.
    pub fn request_after(&self, asked: &PageRequest) -> Option<PageRequest> {
        (self.page < self.total_pages).then(|| asked.next())
    }

    /// The answer to a question about nothing: asked without any id, Workday would answer about everything.
    pub(crate) fn empty(requested: &PageRequest) -> Self {
        Self {
            items: Vec::new(),
            page: requested.page,
            total_pages: 0,
            total_results: 0,
        }
    }

    pub(crate) fn read(response: &Element, requested: &PageRequest, items: Vec<T>) -> Result<Self, Error> {
        let results = response.child("Response_Results");
        let number = |name| results.map_or(Ok(None), |results| whole_number(results, name));
        // An answer without `Response_Results` is one page: a look-up by reference.
        let found = u32::try_from(items.len()).unwrap_or(u32::MAX);
        Ok(Self {
            page: number("Page")?.unwrap_or(requested.page),
            total_pages: number("Total_Pages")?.unwrap_or(1),
            total_results: number("Total_Results")?.unwrap_or(found),
            items,
        })
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
            vec![()],
        )
        .unwrap();
        assert_eq!((page.page, page.total_pages, page.total_results), (2, 3, 201));
        assert_eq!(page.request_after(&request).map(|next| next.page), Some(3));

        let page = Page::read(&document(""), &PageRequest::single(), vec![(), ()]).unwrap();
        assert_eq!((page.page, page.total_pages, page.total_results), (1, 1, 2));
        assert_eq!(page.request_after(&PageRequest::single()), None);

        let odd = document("<Response_Results><Page>x</Page></Response_Results>");
        let error = Page::<()>::read(&odd, &request, vec![]).unwrap_err();
        assert!(matches!(error, Error::Malformed { .. }));
    }
}
