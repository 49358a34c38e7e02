//! The ID token: a signature of the issuer's over claims that are meant for us, now, and for this journey.

#[cfg(test)]
mod tests;

use data_encoding::BASE64URL_NOPAD;
use ring::signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey};
use serde::Deserialize;
use serde_json::{Map, Value};
use subtle::ConstantTimeEq;

/// Seconds by which the issuer's clock and ours may differ.
const LEEWAY: i64 = 60;
/// Seconds after which a token is not from the journey that just ended.
const OLDEST: i64 = 600;
/// The standard's longest subject.
const LONGEST_SUBJECT: usize = 255;

/// Why a token is none for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefused {
    #[error("it is not a signed token")]
    Malformed,
    #[error("it is not signed by RS256 or ES256")]
    Algorithm,
    #[error("the issuer has no such key")]
    UnknownKey,
    #[error("its signature is not the issuer's")]
    Signature,
    #[error("it is of another issuer")]
    OtherIssuer,
    #[error("it is for another client")]
    OtherAudience,
    #[error("it is over")]
    Expired,
    #[error("it is not from this journey's time")]
    OtherTime,
    #[error("it is not this journey's")]
    OtherNonce,
    #[error("it names nobody")]
    NoSubject,
}

/// Whom a checked token names.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    pub issuer: String,
    /// The issuer's name for the person, which never becomes somebody else's.
    pub subject: String,
    /// Everything the issuer says of them.
    pub claims: Map<String, Value>,
}

impl Person {
    /// The values of a claim that holds a text or a list of texts.
    pub fn texts(&self, claim: &str) -> Vec<&str> {
        match self.claims.get(claim) {
            Some(Value::String(text)) => vec![text],
            Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).collect(),
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => Vec::new(),
        }
    }

    /// Whether the issuer has checked the person's address; some write it as a text.
    pub fn email_is_verified(&self) -> bool {
        match self.claims.get("email_verified") {
            Some(Value::Bool(verified)) => *verified,
            Some(Value::String(text)) => text == "true",
            Some(Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_)) | None => false,
        }
    }
}

/// What the token must say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) nonce: &'a str,
    /// Seconds since the epoch.
    pub(crate) now: i64,
}

/// The issuer's keys. Each is read when it is asked for: one of an unknown kind spoils no other.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct KeySet {
    keys: Vec<Value>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Key {
    kid: Option<String>,
    kty: String,
    #[serde(rename = "use")]
    purpose: Option<String>,
    crv: String,
    n: String,
    e: String,
    x: String,
    y: String,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

/// The two that issuers sign with. A list of our own: what a token says of itself decides nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    Rs256,
    Es256,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    nonce: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// Whom the token names, if it is the issuer's, for us, of this journey, and still good.
pub(crate) fn verify(token: &str, keys: &KeySet, expected: &Expected<'_>) -> Result<Person, TokenRefused> {
    let (signed, signature) = token.rsplit_once('.').ok_or(TokenRefused::Malformed)?;
    let (header, payload) = signed.split_once('.').ok_or(TokenRefused::Malformed)?;
    let header: Header = serde_json::from_slice(&decoded(header)?).map_err(|_not_one| TokenRefused::Malformed)?;
    let algorithm = algorithm_of(&header)?;
    let key = keys.key(algorithm, header.kid.as_deref()).ok_or(TokenRefused::UnknownKey)?;
    key.check(algorithm, signed.as_bytes(), &decoded(signature)?)?;
    let claims: Map<String, Value> = serde_json::from_slice(&decoded(payload)?).map_err(|_not_one| TokenRefused::Malformed)?;
    let said = Claims::deserialize(Value::Object(claims.clone())).map_err(|_missing| TokenRefused::Malformed)?;
    said.check(expected)?;
    Ok(Person {
        issuer: said.iss,
        subject: said.sub,
        claims,
    })
}

fn decoded(part: &str) -> Result<Vec<u8>, TokenRefused> {
    BASE64URL_NOPAD
        .decode(part.as_bytes())
        .map_err(|_not_base64| TokenRefused::Malformed)
}

fn algorithm_of(header: &Header) -> Result<Algorithm, TokenRefused> {
    // What a token calls critical must be understood; nothing is.
    if header.crit.is_some() {
        return Err(TokenRefused::Algorithm);
    }
    match header.alg.as_str() {
        "RS256" => Ok(Algorithm::Rs256),
        "ES256" => Ok(Algorithm::Es256),
        _ => Err(TokenRefused::Algorithm),
    }
}

impl KeySet {
    /// The key that the token names; without a name, the only one of its kind.
    fn key(&self, algorithm: Algorithm, kid: Option<&str>) -> Option<Key> {
        let readable = self.keys.iter().filter_map(|key| Key::deserialize(key).ok());
        let mut fitting = readable.filter(|key| key.fits(algorithm) && (kid.is_none() || key.kid.as_deref() == kid));
        let first = fitting.next()?;
        (kid.is_some() || fitting.next().is_none()).then_some(first)
    }
}

impl Key {
    fn fits(&self, algorithm: Algorithm) -> bool {
        let kind = match algorithm {
            Algorithm::Rs256 => self.kty == "RSA",
            Algorithm::Es256 => self.kty == "EC" && self.crv == "P-256",
        };
        kind && self.purpose.as_deref().is_none_or(|purpose| purpose == "sig")
    }

    fn check(&self, algorithm: Algorithm, signed: &[u8], signature: &[u8]) -> Result<(), TokenRefused> {
        let outcome = match algorithm {
            Algorithm::Rs256 => {
                let (n, e) = (decoded(&self.n)?, decoded(&self.e)?);
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature)
            }
            Algorithm::Es256 => {
                let point = [vec![4], decoded(&self.x)?, decoded(&self.y)?].concat();
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, signature)
            }
        };
        outcome.map_err(|_unspecified| TokenRefused::Signature)
    }
}

impl Claims {
    fn check(&self, expected: &Expected<'_>) -> Result<(), TokenRefused> {
        if self.iss != expected.issuer {
            return Err(TokenRefused::OtherIssuer);
        }
        if !self.is_for(expected.client_id) {
            return Err(TokenRefused::OtherAudience);
        }
        if self.exp <= expected.now.saturating_sub(LEEWAY) {
            return Err(TokenRefused::Expired);
        }
        let latest = expected.now.saturating_add(LEEWAY);
        let earliest = expected.now.saturating_sub(OLDEST);
        if self.iat > latest || self.iat < earliest || self.nbf.is_some_and(|from| from > latest) {
            return Err(TokenRefused::OtherTime);
        }
        let nonce = self.nonce.as_deref().unwrap_or_default();
        if expected.nonce.is_empty() || !bool::from(nonce.as_bytes().ct_eq(expected.nonce.as_bytes())) {
            return Err(TokenRefused::OtherNonce);
        }
        if self.sub.is_empty() || self.sub.len() > LONGEST_SUBJECT {
            return Err(TokenRefused::NoSubject);
        }
        Ok(())
    }

    /// A token for several clients must say that it was given to us.
    fn is_for(&self, client_id: &str) -> bool {
        let (ours, alone) = match &self.aud {
            Audience::One(one) => (one == client_id, true),
            Audience::Several(several) => (several.iter().any(|one| one == client_id), several.len() == 1),
        };
        let given_to_us = self.azp.as_deref().map_or(alone, |party| party == client_id);
        ours && given_to_us
    }
}
