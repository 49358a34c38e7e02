//! `Response_Filter` and `Response_Results`: pages over a set that is fixed by its entry moment.

use jiff::Timestamp;
use roxmltree::Node;

use super::{
    fault::SoapFault,
    reference::{child, moment_of, text},
    xml::Xml,
};

/// Which page of the answer is asked for, and as of which entry moment.
#[derive(Debug)]
pub(super) struct Filter {
    pub(super) as_of: Timestamp,
    page: usize,
    count: usize,
}

impl Filter {
    /// Reads the request's `Response_Filter`; without one: `now`, page 1, 100 a page.
    pub(super) fn read(request: Node<'_, '_>, now: Timestamp) -> Result<Self, SoapFault> {
        let mut filter = Self {
            as_of: now,
            page: 1,
            count: 100,
        };
        let Some(node) = child(request, "Response_Filter") else {
            return Ok(filter);
        };
        if let Some(as_of) = moment_of(node, "As_Of_Entry_DateTime") {
            filter.as_of = as_of;
        }
        if let Some(page) = whole(node, "Page") {
            filter.page = page;
        }
        if let Some(count) = whole(node, "Count") {
            filter.count = count;
        }
        if filter.page == 0 {
            return Err(SoapFault::validation(node, "Page Number cannot be zero."));
        }
        if filter.count == 0 {
            return Err(SoapFault::validation(node, "The Count must be a value between 1 and 999."));
        }
        Ok(filter)
    }

    /// The records of the page.
    pub(super) fn page_of<'r, T>(&self, records: &'r [T]) -> &'r [T] {
        let start = (self.page - 1).saturating_mul(self.count).min(records.len());
        let end = start.saturating_add(self.count).min(records.len());
        records.get(start..end).unwrap_or_default()
    }

    /// Writes `Response_Results` for `total` records.
    pub(super) fn write_results(&self, xml: &mut Xml, total: usize, on_page: usize) {
        xml.element("Response_Results", |xml| {
            xml.leaf("Total_Results", &total.to_string());
            xml.leaf("Total_Pages", &total.div_ceil(self.count).to_string());
            xml.leaf("Page_Results", &on_page.to_string());
            xml.leaf("Page", &self.page.to_string());
        });
    }
}

fn whole(node: Node<'_, '_>, name: &str) -> Option<usize> {
    let text = text(node, name)?;
    let digits = text.trim().trim_start_matches('+');
    // The schema check allows a fraction of zeros only.
    digits.split('.').next()?.parse().ok()
}
