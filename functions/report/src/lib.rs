//! report-page
