//! invite-page
