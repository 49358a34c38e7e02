//! The PDF for the Workday record: tagged (PDF/UA-1), selectable, without links, scripts or images, and the same bytes
//! for the same report.

mod content;
mod draw;
mod flow;
mod fonts;
mod table;
mod typeset;

use crate::model::Report;

/// Longest PDF: what Workday's attachment limits and base64 leave room for.
const BYTE_LIMIT: usize = 4 * 1024 * 1024;
/// Characters of transcript tried first, about 40 pages; halved until the PDF fits.
const TRANSCRIPT_CHARACTERS: usize = 120_000;

/// Why there is no PDF; each is a defect of this crate, never of the data.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// One of the embedded fonts cannot be read.
    #[error("an embedded font cannot be read")]
    Font,
    /// The page geometry is impossible.
    #[error("a page cannot be laid out")]
    Geometry,
    /// The document does not pass PDF/UA-1 or cannot be written.
    #[error("the PDF cannot be written: {0}")]
    Export(String),
    /// Even without a transcript the document is longer than [`Report::pdf`] may answer.
    #[error("the PDF has {bytes} bytes without its transcript")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
}

impl Report {
    /// The report as PDF, at most 4 MB; a transcript that does not fit ends with a line saying so.
    pub fn pdf(&self) -> Result<Vec<u8>, PdfError> {
        let mut characters = TRANSCRIPT_CHARACTERS;
        loop {
            let document = content::lay_out(self, characters)?;
            let bytes = draw::write(self, &document)?;
            if bytes.len() <= BYTE_LIMIT {
                return Ok(bytes);
            }
            if characters == 0 {
                return Err(PdfError::TooLarge { bytes: bytes.len() });
            }
            characters /= 4;
        }
    }
}
