//! What is a token for us, and every way in which one is none.

use super::*;
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::json;

const NOW: i64 = 1_800_000_000;
const EXPECTED: Expected<'_> = Expected {
    issuer: "https://issuer.example.com",
    client_id: "us",
    nonce: "n-1",
    now: NOW,
};

/// An issuer's key and what it publishes of it.
struct Signer {
    pair: EcdsaKeyPair,
    kid: &'static str,
}

impl Signer {
    fn new(kid: &'static str) -> Self {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).unwrap();
        Self { pair, kid }
    }

    fn public(&self) -> Value {
        let (x, y) = self.pair.public_key().as_ref()[1..].split_at(32);
        json!({"kty": "EC", "crv": "P-256", "use": "sig", "kid": self.kid, "x": encoded(x), "y": encoded(y)})
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let signed = signed_part(header, claims);
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", encoded(signature.as_ref()))
    }

    fn token(&self, claims: &Value) -> String {
        self.sign(&json!({"alg": "ES256", "kid": self.kid}), claims)
    }
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    BASE64URL_NOPAD.encode(bytes.as_ref())
}

fn signed_part(header: &Value, claims: &Value) -> String {
    format!("{}.{}", encoded(header.to_string()), encoded(claims.to_string()))
}

fn keys(keys: &[Value]) -> KeySet {
    serde_json::from_value(json!({ "keys": keys })).unwrap()
}

/// Good claims, with a change.
fn claims(change: &Value) -> Value {
    let mut claims = json!({
        "iss": EXPECTED.issuer, "sub": "s-1", "aud": "us", "exp": NOW + 300, "iat": NOW, "nonce": "n-1", "email": "dana@example.com",
    });
    for (name, value) in change.as_object().unwrap() {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    claims
}

#[test]
fn a_token_of_the_issuer_for_us_names_its_person() {
    let (old, new) = (Signer::new("old"), Signer::new("new"));
    let published = keys(&[json!({"kty": "OKP", "kid": "strange"}), json!("no key"), old.public(), new.public()]);
    for change in [
        json!({}),
        json!({"aud": ["us"]}),
        json!({"aud": ["us", "them"], "azp": "us"}),
        json!({"azp": "us"}),
        // The issuer's clock and ours differ by a minute at most.
        json!({"iat": NOW + 59, "nbf": NOW + 59}),
        json!({"exp": NOW - 59}),
    ] {
        let person = verify(&new.token(&claims(&change)), &published, &EXPECTED).unwrap_or_else(|refused| panic!("{change}: {refused}"));
        assert_eq!((person.issuer.as_str(), person.subject.as_str()), (EXPECTED.issuer, "s-1"));
        assert_eq!(person.texts("email"), ["dana@example.com"]);
    }
    let alone = new.sign(&json!({"alg": "ES256"}), &claims(&json!({})));
    assert!(verify(&alone, &keys(&[new.public()]), &EXPECTED).is_ok());
}

#[test]
fn every_hostile_token_is_refused_for_its_reason() {
    let (issuers, strangers) = (Signer::new("k1"), Signer::new("k1"));
    let published = keys(&[issuers.public()]);
    let good = claims(&json!({}));
    let with_header = |header: Value| issuers.sign(&header, &good);
    let changed = |change: Value| issuers.token(&claims(&change));
    // Who confuses the public key with a shared secret would take this.
    let key = hmac::Key::new(hmac::HMAC_SHA256, issuers.pair.public_key().as_ref());
    let confused = signed_part(&json!({"alg": "HS256", "kid": "k1"}), &good);
    let confused = format!("{confused}.{}", encoded(hmac::sign(&key, confused.as_bytes())));
    let unsigned = format!("{}.", signed_part(&json!({"alg": "none"}), &good));
    let token = issuers.token(&good);
    let (_, signature) = token.rsplit_once('.').unwrap();
    let exchanged = format!(
        "{}.{signature}",
        signed_part(&json!({"alg": "ES256", "kid": "k1"}), &claims(&json!({"sub": "s-2"})))
    );
    let table = [
        ("alg none", unsigned, TokenRefused::Algorithm),
        (
            "alg none, signed",
            with_header(json!({"alg": "none", "kid": "k1"})),
            TokenRefused::Algorithm,
        ),
        (
            "alg None",
            with_header(json!({"alg": "nOnE", "kid": "k1"})),
            TokenRefused::Algorithm,
        ),
        ("HS256 with the public key", confused, TokenRefused::Algorithm),
        (
            "a critical header",
            with_header(json!({"alg": "ES256", "kid": "k1", "crit": ["b64"]})),
            TokenRefused::Algorithm,
        ),
        (
            "unknown kid",
            with_header(json!({"alg": "ES256", "kid": "k2"})),
            TokenRefused::UnknownKey,
        ),
        (
            "a key of another kind",
            with_header(json!({"alg": "RS256", "kid": "k1"})),
            TokenRefused::UnknownKey,
        ),
        (
            "a key in the header",
            with_header(json!({"alg": "ES256", "kid": "k2", "jwk": issuers.public()})),
            TokenRefused::UnknownKey,
        ),
        ("a stranger's signature", strangers.token(&good), TokenRefused::Signature),
        ("claims exchanged", exchanged, TokenRefused::Signature),
        (
            "another issuer",
            changed(json!({"iss": "https://other.example.com"})),
            TokenRefused::OtherIssuer,
        ),
        (
            "nearly the issuer",
            changed(json!({"iss": "https://issuer.example.com/"})),
            TokenRefused::OtherIssuer,
        ),
        ("another audience", changed(json!({"aud": "them"})), TokenRefused::OtherAudience),
        (
            "given to another client",
            changed(json!({"aud": ["us", "them"], "azp": "them"})),
            TokenRefused::OtherAudience,
        ),
        (
            "several audiences, given to nobody",
            changed(json!({"aud": ["us", "them"]})),
            TokenRefused::OtherAudience,
        ),
        ("no audience", changed(json!({"aud": []})), TokenRefused::OtherAudience),
        ("over", changed(json!({"exp": NOW - 60})), TokenRefused::Expired),
        ("from the future", changed(json!({"iat": NOW + 61})), TokenRefused::OtherTime),
        ("not before the future", changed(json!({"nbf": NOW + 61})), TokenRefused::OtherTime),
        ("an old token", changed(json!({"iat": NOW - 601})), TokenRefused::OtherTime),
        ("another nonce", changed(json!({"nonce": "n-2"})), TokenRefused::OtherNonce),
        ("no nonce", changed(json!({"nonce": null})), TokenRefused::OtherNonce),
        ("nobody", changed(json!({"sub": ""})), TokenRefused::NoSubject),
        ("no subject", changed(json!({"sub": null})), TokenRefused::Malformed),
        ("no end", changed(json!({"exp": null})), TokenRefused::Malformed),
        ("no beginning", changed(json!({"iat": null})), TokenRefused::Malformed),
        (
            "an end that is no number",
            changed(json!({"exp": "never"})),
            TokenRefused::Malformed,
        ),
        ("five parts", "a.b.c.d.e".to_owned(), TokenRefused::Malformed),
        ("nothing", String::new(), TokenRefused::Malformed),
    ];
    for (attack, token, expected) in table {
        assert_eq!(verify(&token, &published, &EXPECTED), Err(expected), "{attack}");
    }
    // A journey without a nonce takes no token at all.
    let careless = Expected { nonce: "", ..EXPECTED };
    assert_eq!(
        verify(&changed(json!({"nonce": ""})), &published, &careless),
        Err(TokenRefused::OtherNonce)
    );
    // Without a name, a key must be the only one.
    let unnamed = issuers.sign(&json!({"alg": "ES256"}), &good);
    let two = keys(&[issuers.public(), Signer::new("k2").public()]);
    assert_eq!(verify(&unnamed, &two, &EXPECTED), Err(TokenRefused::UnknownKey));
    let for_secrets = keys(&[json!({"use": "enc", "kty": "EC", "crv": "P-256", "kid": "k1"})]);
    assert_eq!(verify(&token, &for_secrets, &EXPECTED), Err(TokenRefused::UnknownKey));
}

/// The public half of a key that OpenSSL made, and its signature; the private half is gone.
const MODULUS: &str = "\
    2ZX2_BM1B7gqeayCsuKaB6teL2RxzxbTO6sqdcs-PcQFm8MyXyHlAIWIoTqKBZgJx_ttHOngX0gPl0i3aZtGPaZsdtcFmmyvKfUmE-wdHXClJr\
    DYe4Q2NV_TwniR5FFNuKCXP8EANdNs-uRZsOgPodg_gX-mThpTLkAatC4-VUsNTV6A8eg0XPg4aXq7lyDjzHVsX2mEOEHzgNa83BU_QsnLLfrE\
    5RK-HYygpx36bdIits5N73E-PqSiYRMBbwrCNDGHkFiRMV4Pq45pKAIWYyNZj5khjDXYEAkDqFHm-V6jUC94-36PZ7_PiasgORMbQtKg4LGUMt\
    SZmlM2XsxJqw";
const SIGNATURE: &str = "\
    xeAqTQN3ADGDQqlvdVFcmWVmd40Y6D7ez6HMROT7dJ50nqhtnAjAZfgHfnKxx8HrXY7i_kGQ1H0D5HiTUnUwaENu1CYxWb3f70eBXMxmX99GtO\
    8JwWwHzCoD66CBiuk6rV25sj7OkFwXSTqm8Kqh4beKQNdSk6V1Nzq0fWfF9uErk3M4QNkaPkt0b_frAqOXMCIXvesZfbMx3SFVuwfxIzaksb4W\
    NgBfqdyRcnv_APrI2dpadEGMBc62j0Ve-jVPPMmtd-OMkO8rRwH7IlwRiCxsIrnEu5-XirWkJD6pfkNJy-8bFqmYAXwTB6hgax3cmF4dxIh82W\
    UNyHyAuhWryQ";

#[test]
fn what_openssl_signed_with_rsa_is_taken_and_nothing_else() {
    let header = r#"{"alg": "RS256", "kid": "rsa"}"#;
    let payload = |subject: &str| {
        format!(r#"{{"iss":"https://issuer.example.com","sub":"{subject}","aud":"us","exp":1800000300,"iat":1800000000,"nonce":"n-1"}}"#)
    };
    let token = |subject| format!("{}.{}.{SIGNATURE}", encoded(header), encoded(payload(subject)));
    let published = keys(&[json!({"kty": "RSA", "kid": "rsa", "n": MODULUS, "e": "AQAB"})]);
    assert_eq!(verify(&token("s-1"), &published, &EXPECTED).unwrap().subject, "s-1");
    assert_eq!(verify(&token("s-2"), &published, &EXPECTED), Err(TokenRefused::Signature));
}

#[test]
fn an_address_counts_as_checked_only_where_the_issuer_says_so() {
    for (said, expected) in [
        (json!({"email_verified": true}), true),
        (json!({"email_verified": "true"}), true),
        (json!({"email_verified": false}), false),
        (json!({"email_verified": "false"}), false),
        (json!({"email_verified": 1}), false),
        (json!({}), false),
    ] {
        let person = Person {
            issuer: String::new(),
            subject: String::new(),
            claims: said.as_object().unwrap().clone(),
        };
        assert_eq!(person.email_is_verified(), expected, "{said}");
    }
}
