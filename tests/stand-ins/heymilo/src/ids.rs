//! Deterministic ids in HeyMilo's shapes: the same seed and the same input give the same id, whatever the order of the calls.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// A hexadecimal SHA-256 digest of the parts, lower case, shortened to `length` digits.
pub(crate) fn digest(parts: &[&str], length: usize) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let mut text = String::with_capacity(64);
    for byte in hash.finalize() {
        // Writing into a String cannot fail.
        write!(text, "{byte:02x}").unwrap_or_default();
    }
    text.truncate(length);
    text
}

/// A posting id, as `13D77095`.
pub(crate) fn posting(seed: u64, workspace_id: &str, title: &str, ordinal: usize) -> String {
    digest(&["posting", &seed.to_string(), workspace_id, title, &ordinal.to_string()], 8).to_uppercase()
}

/// An interview id, as `D536A69A4090E13F`: one per posting and email, `ordinal` counts further ones if the settings allow them.
pub(crate) fn interview(seed: u64, posting_id: &str, email: &str, ordinal: usize) -> String {
    let parts = [
        "interview",
        &seed.to_string(),
        posting_id,
        &email.to_lowercase(),
        &ordinal.to_string(),
    ];
    digest(&parts, 16).to_uppercase()
}

/// A candidate id, as `cand_def456`, shared across the postings of a workspace.
pub(crate) fn candidate(seed: u64, workspace_id: &str, email: &str) -> String {
    format!(
        "cand_{}",
        digest(&["candidate", &seed.to_string(), workspace_id, &email.to_lowercase()], 12)
    )
}

/// A webhook id: 32 hexadecimal digits.
pub(crate) fn webhook(seed: u64, counter: u64) -> String {
    digest(&["webhook", &seed.to_string(), &counter.to_string()], 32).to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::{candidate, interview};

    #[test]
    fn the_case_of_an_email_does_not_make_another_person() {
        assert_eq!(candidate(1, "w", "A@example.com"), candidate(1, "w", "a@example.com"));
        assert_eq!(interview(1, "p", "A@example.com", 0), interview(1, "p", "a@example.com", 0));
        assert_ne!(interview(1, "p", "a@example.com", 0), interview(1, "p", "a@example.com", 1));
        assert_eq!(interview(1, "p", "a@example.com", 0).len(), 16);
    }
}
