//! The signing secret, read from the embedded Secrets Manager through the real SDK.

#![cfg(test)]

use domain::{Moment, OrderId};
use keys::SigningKeys;
use lambda_kit::{Aws, Clock, Environment, Secrets, StartError};
use secrecy::SecretString;
use testkit::{EmbeddedAws, Options};

#[tokio::test]
async fn signing_keys_come_from_the_secret_the_environment_names() {
    let embedded = EmbeddedAws::start(Options::default()).await.unwrap();
    let mut pairs = embedded.environment();
    pairs.push(("SIGNING_SECRET_NAME".into(), "heymilo/signing".into()));
    let environment = Environment::from_pairs(pairs);
    let clock = Clock::shifted(Moment(0));
    let aws = Aws::with_http_client(&environment, &clock, embedded.http_client()).unwrap();
    let secrets = Secrets::new(&aws, clock);
    let missing = SigningKeys::load(&secrets, &environment).await;
    assert!(matches!(missing, Err(StartError::Secret(_))), "{missing:?}");
    secrets.write("heymilo/signing", &SecretString::from("short")).await.unwrap();
    let short = SigningKeys::load(&secrets, &environment).await;
    assert!(matches!(short, Err(StartError::Dependency { .. })), "{short:?}");
    let long = SecretString::from("an invented secret of enough characters");
    secrets.write("heymilo/signing", &long).await.unwrap();
    let keys = SigningKeys::load(&secrets, &environment).await.unwrap();
    let order = OrderId::new("order-1").unwrap();
    assert_eq!(
        keys.marker(&order, "note", 1),
        SigningKeys::from_secret(&long).unwrap().marker(&order, "note", 1)
    );
}
