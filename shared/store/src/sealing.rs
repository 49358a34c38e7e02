//! Sealing: AES-256-GCM under a keyring, bound to the row it is stored in.
//!
//! The associated data are workspace, connection or order, kind and version: a ciphertext moved to another row does
//! not open. A sealed text names its key id, so that the previous key opens until everything is sealed anew.

use crate::StoreError;
use data_encoding::BASE64;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Where a sealed value belongs.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub workspace: &'a str,
    /// Connection or order id.
    pub owner: &'a str,
    pub kind: &'a str,
    pub version: u64,
}

impl Place<'_> {
    fn associated_data(&self) -> Vec<u8> {
        let version = self.version.to_string();
        let mut data = Vec::new();
        for part in [self.workspace, self.owner, self.kind, &version] {
            data.extend_from_slice(&(part.len() as u64).to_be_bytes());
            data.extend_from_slice(part.as_bytes());
        }
        data
    }
}

/// The sealing keys by id, and which one seals now.
#[derive(Clone)]
pub struct Keyring {
    current: String,
    keys: Arc<BTreeMap<String, LessSafeKey>>,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Keyring")
            .field("current", &self.current)
            .finish_non_exhaustive()
    }
}

/// The keyring secret is not `{"current": "<key id>", "<key id>": "<32 or more random characters>", …}`.
#[derive(Debug, thiserror::Error)]
#[error("the keyring secret must be a JSON object with `current` naming one of its keys, each at least 32 characters long")]
pub struct KeyringError;

#[derive(Deserialize)]
struct KeyringSecret {
    current: String,
    #[serde(flatten)]
    keys: BTreeMap<String, String>,
}

impl Keyring {
    /// Reads the keyring from its secret: `{"current": "<key id>", "<key id>": "<random text>", …}`. Each key is the
    /// SHA-256 of its text, so that Secrets Manager's own generator can make one.
    pub fn from_secret(secret: &SecretString) -> Result<Self, KeyringError> {
        let secret: KeyringSecret = serde_json::from_str(secret.expose_secret()).map_err(|_source| KeyringError)?;
        let mut keys = BTreeMap::new();
        for (id, text) in &secret.keys {
            if text.len() < 32 || id.contains('.') {
                return Err(KeyringError);
            }
            let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
            let key = UnboundKey::new(&AES_256_GCM, digest.as_ref()).map_err(|_source| KeyringError)?;
            keys.insert(id.clone(), LessSafeKey::new(key));
        }
        if !keys.contains_key(&secret.current) {
            return Err(KeyringError);
        }
        Ok(Self {
            current: secret.current,
            keys: Arc::new(keys),
        })
    }

    /// No keys: seals and opens nothing.
    pub(crate) fn empty() -> Self {
        Self {
            current: String::new(),
            keys: Arc::default(),
        }
    }

    /// Seals bytes for one place: key id, then nonce and ciphertext.
    pub fn seal(&self, place: Place<'_>, plain: &[u8]) -> Result<(String, Vec<u8>), StoreError> {
        let key = self.keys.get(&self.current).ok_or(StoreError::Sealed)?;
        let mut nonce = [0_u8; NONCE_LEN];
        SystemRandom::new()
            .fill(&mut nonce)
            .map_err(|_unspecified| StoreError::no_randomness())?;
        let mut sealed = plain.to_vec();
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(place.associated_data()), &mut sealed)
            .map_err(|_source| StoreError::Sealed)?;
        let mut bytes = nonce.to_vec();
        bytes.append(&mut sealed);
        Ok((self.current.clone(), bytes))
    }

    /// Opens bytes sealed for the same place.
    pub fn open(&self, place: Place<'_>, key_id: &str, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        let key = self.keys.get(key_id).ok_or(StoreError::Sealed)?;
        let (nonce, ciphertext) = sealed.split_at_checked(NONCE_LEN).ok_or(StoreError::Sealed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_source| StoreError::Sealed)?;
        let mut buffer = ciphertext.to_vec();
        let plain = key
            .open_in_place(nonce, Aad::from(place.associated_data()), &mut buffer)
            .map_err(|_source| StoreError::Sealed)?;
        Ok(plain.to_vec())
    }

    /// Seals a text as `<key id>.<base64>`.
    pub fn seal_text(&self, place: Place<'_>, plain: &SecretString) -> Result<String, StoreError> {
        let (key_id, bytes) = self.seal(place, plain.expose_secret().as_bytes())?;
        Ok(format!("{key_id}.{}", BASE64.encode(&bytes)))
    }

    /// Opens a text sealed by [`Self::seal_text`] for the same place.
    pub fn open_text(&self, place: Place<'_>, sealed: &str) -> Result<SecretString, StoreError> {
        let (key_id, encoded) = sealed.split_once('.').ok_or(StoreError::Sealed)?;
        let bytes = BASE64.decode(encoded.as_bytes()).map_err(|_source| StoreError::Sealed)?;
        let plain = String::from_utf8(self.open(place, key_id, &bytes)?).map_err(|_source| StoreError::Sealed)?;
        Ok(SecretString::from(plain))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyring(json: &str) -> Result<Keyring, KeyringError> {
        Keyring::from_secret(&SecretString::from(json))
    }

    const ONE: &str = r#"{"current":"k1","k1":"0123456789abcdef0123456789abcdef"}"#;
    const TWO: &str = r#"{"current":"k2","k1":"0123456789abcdef0123456789abcdef","k2":"abcdef0123456789abcdef0123456789"}"#;
    const PLACE: Place<'static> = Place {
        workspace: "acme",
        owner: "production",
        kind: "refresh_token",
        version: 1,
    };

    #[test]
    fn a_ciphertext_moved_to_another_row_does_not_open() {
        let keyring = keyring(ONE).unwrap();
        let sealed = keyring.seal_text(PLACE, &SecretString::from("token")).unwrap();
        assert_eq!(keyring.open_text(PLACE, &sealed).unwrap().expose_secret(), "token");
        for moved in [
            Place {
                workspace: "other",
                ..PLACE
            },
            Place { owner: "sandbox", ..PLACE },
            Place {
                kind: "access_token",
                ..PLACE
            },
            Place { version: 2, ..PLACE },
            Place {
                workspace: "acmeproduction",
                owner: "",
                ..PLACE
            },
        ] {
            assert!(
                matches!(keyring.open_text(moved, &sealed), Err(StoreError::Sealed)),
                "{moved:?} opened"
            );
        }
        assert!(keyring.open_text(PLACE, &sealed[..sealed.len() - 4]).is_err());
    }

    #[test]
    fn the_previous_key_opens_after_a_rotation() {
        let sealed = keyring(ONE).unwrap().seal_text(PLACE, &SecretString::from("token")).unwrap();
        let rotated = keyring(TWO).unwrap();
        assert_eq!(rotated.open_text(PLACE, &sealed).unwrap().expose_secret(), "token");
        assert!(rotated.seal_text(PLACE, &SecretString::from("new")).unwrap().starts_with("k2."));
    }

    #[test]
    fn without_keys_nothing_is_sealed_in_the_clear_or_opened() {
        let sealed = keyring(ONE).unwrap().seal_text(PLACE, &SecretString::from("token")).unwrap();
        let empty = Keyring::empty();
        assert!(matches!(empty.open_text(PLACE, &sealed), Err(StoreError::Sealed)));
        assert!(matches!(
            empty.seal_text(PLACE, &SecretString::from("token")),
            Err(StoreError::Sealed)
        ));
    }

    #[test]
    fn a_bad_keyring_is_refused() {
        for bad in [
            "",
            "{}",
            r#"{"current":"k1"}"#,
            r#"{"current":"k1","k1":"short"}"#,
            r#"{"current":"k2","k1":"0123456789abcdef0123456789abcdef"}"#,
        ] {
            assert!(keyring(bad).is_err(), "{bad:?} was accepted");
        }
    }
}
