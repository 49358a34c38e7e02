//! Tokens: 256 bits as 43 characters of base64url. A row holds a token's hash, never the token.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use ring::rand::SecureRandom;
use ring::{digest, rand};
use subtle::ConstantTimeEq;

const BYTES: usize = 32;
/// `BYTES` in base64url without padding.
const LENGTH: usize = 43;

/// Random bits; `None` when the system has no randomness to give.
pub fn random_token() -> Option<String> {
    let mut bytes = [0_u8; BYTES];
    rand::SystemRandom::new().fill(&mut bytes).ok()?;
    Some(BASE64URL_NOPAD.encode(&bytes))
}

/// Whether a text is shaped like a token: what is not costs no look-up.
pub fn is_token(text: &str) -> bool {
    text.len() == LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// SHA-256 of a token in lower-case hex: what a row may hold in the token's place.
pub fn token_hash(token: &str) -> String {
    HEXLOWER.encode(digest::digest(&digest::SHA256, token.as_bytes()).as_ref())
}

/// Whether two secrets, or two hashes, are equal; takes the same time wherever they differ.
pub fn equal_in_constant_time(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_stored_as_its_sha_256() {
        // FIPS 180-4's example "abc".
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(token_hash("abc"), expected);
    }

    #[test]
    fn every_random_token_is_another_one_and_shaped_like_a_token() {
        let (one, other) = (random_token().unwrap(), random_token().unwrap());
        assert_ne!(one, other);
        assert!(is_token(&one) && is_token(&other));
    }

    #[test]
    fn only_43_characters_of_base64url_are_a_token() {
        let token = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN0-_";
        assert!(is_token(token));
        for other in [
            String::new(),
            "short".to_owned(),
            format!("{token}A"),
            token.replace('a', "%"),
            token.replace('a', "="),
            token.replace('a', "/"),
            token.replace("ab", "\u{e9}"),
            token.replace('a', " "),
        ] {
            assert!(!is_token(&other), "{other}");
        }
    }
}
