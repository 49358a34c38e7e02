//! invite-sender
