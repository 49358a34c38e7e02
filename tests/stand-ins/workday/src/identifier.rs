//! Deterministic ids: a WID is the first half of a digest of the kind and the reference id,
//! so a restarted or re-seeded tenant hands out the same WIDs without a random generator.

use sha2::{Digest, Sha256};

/// The lower-case hexadecimal SHA-256 of some bytes.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    Sha256::digest(bytes)
        .into_iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| DIGITS.get(usize::from(digit)))
        .collect()
}

/// The Workday id (WID, 32 hexadecimal digits) of the object of this kind with this reference id.
pub(crate) fn wid(kind: &str, reference: &str) -> String {
    sha256_hex(format!("{kind}\u{0}{reference}").as_bytes()).chars().take(32).collect()
}

/// An opaque token that does not repeat within one tenant: `label` and a digest of the sequence number.
pub(crate) fn token(label: &str, tenant: &str, sequence: u64) -> String {
    let digest = sha256_hex(format!("{label}\u{0}{tenant}\u{0}{sequence}").as_bytes());
    let short: String = digest.chars().take(40).collect();
    format!("{label}-{short}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wid_is_32_hexadecimal_digits_and_depends_on_kind_and_reference() {
        let first = wid("Candidate", "C00001");
        assert_eq!(first.len(), 32);
        assert!(first.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_eq!(first, wid("Candidate", "C00001"));
        assert_ne!(first, wid("Job_Requisition", "C00001"));
    }
}
