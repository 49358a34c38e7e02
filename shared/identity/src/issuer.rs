//! What an issuer says about itself, and the way to its sign-in page and back.

#[cfg(test)]
mod tests;

use crate::exchange::{get, post_form};
use crate::token::{Expected, KeySet, verify};
use crate::{IdentityError, Person, Wire};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use reqwest::header::HeaderValue;
use ring::digest;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::{Url, form_urlencoded};

/// Us, as the issuer knows us.
#[derive(Debug, Clone)]
pub struct RelyingParty {
    /// The issuer, letter by letter as its tokens name it.
    pub issuer: String,
    pub client_id: String,
    /// Where the issuer sends the browser back to; registered there.
    pub redirect_uri: String,
}

/// The part of the discovery document that is used.
#[derive(Debug, Clone, Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    jwks_uri: Url,
    #[serde(default = "basic")]
    token_endpoint_auth_methods_supported: Vec<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// What the standard assumes of a document that does not say.
fn basic() -> Vec<String> {
    vec!["client_secret_basic".to_owned()]
}

/// An issuer that was asked who it is.
#[derive(Debug, Clone)]
pub struct Issuer {
    party: RelyingParty,
    metadata: Metadata,
}

impl RelyingParty {
    /// `GET {issuer}/.well-known/openid-configuration`. A document that names another issuer is refused.
    pub async fn discover(&self, wire: &Wire) -> Result<Issuer, IdentityError> {
        let address = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let address = Url::parse(&address).map_err(|_unparsable| IdentityError::Unusable("the issuer is not an address"))?;
        let body = get(wire, &address).await?;
        let metadata: Metadata =
            serde_json::from_slice(&body).map_err(|_not_one| IdentityError::Unusable("it is not a discovery document"))?;
        if metadata.issuer != self.issuer {
            return Err(IdentityError::Unusable("it names another issuer"));
        }
        // A document that came over TLS sends nobody on without it.
        let endpoints = [&metadata.authorization_endpoint, &metadata.token_endpoint, &metadata.jwks_uri];
        if endpoints.iter().any(|endpoint| endpoint.scheme() != address.scheme()) {
            return Err(IdentityError::Unusable("an endpoint is not https"));
        }
        Ok(Issuer {
            party: self.clone(),
            metadata,
        })
    }
}

impl Issuer {
    /// Where the browser goes to sign in. `state`, `nonce` and `verifier` are fresh secrets of this journey.
    pub fn sign_in_page(&self, state: &str, nonce: &str, verifier: &SecretString) -> Url {
        let challenge = digest::digest(&digest::SHA256, verifier.expose_secret().as_bytes());
        let mut page = self.metadata.authorization_endpoint.clone();
        page.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.party.client_id)
            .append_pair("redirect_uri", &self.party.redirect_uri)
            .append_pair("scope", "openid email profile")
            .append_pair("state", state)
            .append_pair("nonce", nonce)
            .append_pair("code_challenge", &BASE64URL_NOPAD.encode(challenge.as_ref()))
            .append_pair("code_challenge_method", "S256");
        page
    }

    /// Whether an answer that the browser brought names this issuer, where it must or does (RFC 9207): an answer of
    /// another issuer must not bring its code here.
    pub fn is_answer_of(&self, named: Option<&str>) -> bool {
        named.map_or(!self.metadata.authorization_response_iss_parameter_supported, |named| {
            named == self.party.issuer
        })
    }

    /// Trades the code for an ID token, and says whom it names.
    pub async fn person(&self, wire: &Wire, journey: &Journey<'_>) -> Result<Person, IdentityError> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", journey.code.expose_secret()),
            ("redirect_uri", &self.party.redirect_uri),
            ("code_verifier", journey.verifier.expose_secret()),
        ];
        let answer = self.ask_for_token(wire, &form, journey.client_secret).await?;
        let keys: KeySet = serde_json::from_slice(&get(wire, &self.metadata.jwks_uri).await?)
            .map_err(|_not_one| IdentityError::Unusable("its keys cannot be read"))?;
        let expected = Expected {
            issuer: &self.party.issuer,
            client_id: &self.party.client_id,
            nonce: journey.nonce,
            now: journey.now,
        };
        Ok(verify(answer.id_token.expose_secret(), &keys, &expected)?)
    }

    async fn ask_for_token(&self, wire: &Wire, form: &[(&str, &str)], secret: &SecretString) -> Result<TokenAnswer, IdentityError> {
        let (body, authorization) = self.token_request(form, secret)?;
        let answer = post_form(wire, &self.metadata.token_endpoint, body, authorization).await?;
        serde_json::from_slice(&answer).map_err(|_not_one| IdentityError::Unusable("its token endpoint gave no ID token"))
    }

    /// Our id and secret go in the header, unless the issuer takes them in the form only.
    fn token_request(&self, form: &[(&str, &str)], secret: &SecretString) -> Result<(String, Option<HeaderValue>), IdentityError> {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form);
        let methods = &self.metadata.token_endpoint_auth_methods_supported;
        if methods.iter().any(|method| method == "client_secret_basic") {
            return Ok((body.finish(), Some(self.basic_authorization(secret)?)));
        }
        body.append_pair("client_id", &self.party.client_id)
            .append_pair("client_secret", secret.expose_secret());
        Ok((body.finish(), None))
    }

    /// Id and secret are form-encoded first (RFC 6749, 2.3.1).
    fn basic_authorization(&self, secret: &SecretString) -> Result<HeaderValue, IdentityError> {
        let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let pair = format!("{}:{}", encoded(&self.party.client_id), encoded(secret.expose_secret()));
        let header = HeaderValue::from_str(&format!("Basic {}", BASE64.encode(pair.as_bytes())));
        let mut header = header.map_err(|_not_a_header| IdentityError::ClientRefused)?;
        header.set_sensitive(true);
        Ok(header)
    }
}

/// What a browser brought back from the issuer, and what it was sent there with.
#[derive(Debug)]
pub struct Journey<'a> {
    pub code: &'a SecretString,
    pub verifier: &'a SecretString,
    pub nonce: &'a str,
    pub client_secret: &'a SecretString,
    /// Seconds since the epoch.
    pub now: i64,
}

#[derive(Deserialize)]
struct TokenAnswer {
    id_token: SecretString,
}
