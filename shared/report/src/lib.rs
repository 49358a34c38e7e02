//! From HeyMilo's result to what a recruiter reads: report model, View Report page, PDF, Workday note.
//!
//! Pure: no clock, no network, no randomness; the same [`Report`] always gives the same bytes. All text of candidates,
//! recruiters and models is cleaned once, when the report is made, and escaped again by each output for its own format.
//! Recording and résumé addresses never enter the model.

mod html;
mod integrity;
mod model;
mod note;
mod pdf;
mod result;
mod scale;
mod text;

pub use html::HtmlOptions;
pub use model::{Context, Qualifier, QualifierGroup, Question, Report, ScoreLine, ScoredCriterion, Transcript, Utterance};
pub use pdf::PdfError;
