//! The AWS SDK's configuration, built by hand: no provider chain, one HTTP client, one TLS library.
//!
//! Lambda puts region and credentials into the environment, so looking anywhere else only costs start-up time.

use crate::clock::Clock;
use crate::environment::{ConfigError, Environment};
use crate::start::StartError;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use std::time::Duration;

/// Amazon Trust Services' roots: every AWS endpoint chains to one of these. The system's store would cost more to
/// parse than the whole rest of the start.
const AMAZON_ROOTS: &str = include_str!("amazon-roots.pem");

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);
const OPERATION_TIMEOUT: Duration = Duration::from_secs(12);
/// The SDK's standard retries; whoever sends what cannot be taken back turns them off in their own client.
const ATTEMPTS: u32 = 3;

/// What every AWS client of the process is made from.
#[derive(Debug, Clone)]
pub struct Aws {
    config: SdkConfig,
}

impl Aws {
    /// From `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` and `AWS_ENDPOINT_URL`, over TLS.
    pub fn from_environment(environment: &Environment, clock: &Clock) -> Result<Self, StartError> {
        let retries = RetryConfig::standard().with_max_attempts(ATTEMPTS);
        Ok(Self::build(environment, clock, https_client()?, retries)?)
    }

    /// The same, with the requests going to `client`: for AWS services embedded in the process.
    pub fn with_http_client(environment: &Environment, clock: &Clock, client: SharedHttpClient) -> Result<Self, ConfigError> {
        // Pauses without the SDK's own jitter, which no seed decides.
        let retries = RetryConfig::standard()
            .with_max_attempts(ATTEMPTS)
            .with_use_static_exponential_base(true);
        Self::build(environment, clock, client, retries)
    }

    fn build(environment: &Environment, clock: &Clock, client: SharedHttpClient, retries: RetryConfig) -> Result<Self, ConfigError> {
        let credentials = Credentials::from_keys(
            environment.required("AWS_ACCESS_KEY_ID")?,
            environment.required("AWS_SECRET_ACCESS_KEY")?,
            environment.optional("AWS_SESSION_TOKEN"),
        );
        let mut config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(environment.required("AWS_REGION")?))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(client)
            .sleep_impl(clock.clone())
            .time_source(clock.clone())
            .retry_config(retries)
            .timeout_config(
                TimeoutConfig::builder()
                    .connect_timeout(CONNECT_TIMEOUT)
                    .operation_attempt_timeout(ATTEMPT_TIMEOUT)
                    .operation_timeout(OPERATION_TIMEOUT)
                    .build(),
            );
        if environment.optional("AWS_ENDPOINT_URL").is_some() {
            config.set_endpoint_url(Some(environment.url("AWS_ENDPOINT_URL")?.to_string()));
        }
        Ok(Self { config: config.build() })
    }

    /// The configuration from which a service's client is made.
    pub fn sdk_config(&self) -> &SdkConfig {
        &self.config
    }
}

fn https_client() -> Result<SharedHttpClient, StartError> {
    // Roots are parsed when the first connection is made, not here.
    let roots = TrustStore::empty().with_pem_certificate(AMAZON_ROOTS.as_bytes());
    let context = TlsContext::builder().with_trust_store(roots).build();
    Ok(aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::rustls(CryptoMode::Ring))
        .tls_context(context.map_err(|error| StartError::dependency("TLS for AWS", error))?)
        .build_https())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Variables under which every client can be built and none can reach anything.
    pub(crate) fn environment() -> Environment {
        Environment::from_pairs([
            ("AWS_REGION", "eu-central-1"),
            ("AWS_ACCESS_KEY_ID", "key-id"),
            ("AWS_SECRET_ACCESS_KEY", "not-a-real-key"),
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
        ])
    }

    #[test]
    fn the_configuration_comes_from_the_environment_alone() {
        let aws = Aws::from_environment(&environment(), &Clock::system()).unwrap();
        assert_eq!(aws.sdk_config().region().unwrap().as_ref(), "eu-central-1");
        assert_eq!(aws.sdk_config().endpoint_url(), Some("http://127.0.0.1:9/"));
        assert!(!format!("{aws:?}").contains("not-a-real-key"));
    }

    #[test]
    fn a_missing_region_is_named() {
        let environment = Environment::from_pairs([("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b")]);
        let error = Aws::from_environment(&environment, &Clock::system()).unwrap_err();
        assert!(
            crate::telemetry::chain(&error).ends_with("environment variable AWS_REGION is missing"),
            "{error}"
        );
    }

    #[test]
    fn the_built_in_roots_are_the_five_of_amazon() {
        assert_eq!(AMAZON_ROOTS.matches("BEGIN CERTIFICATE").count(), 5);
    }
}
