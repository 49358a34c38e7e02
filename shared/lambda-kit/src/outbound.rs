//! The only way out to a vendor: a client that follows no redirect, trusts no proxy and resolves no private address,
//! and the rule which hosts a tenant may name.

mod hosts;
mod resolver;

pub use hosts::{HostRefused, VendorHosts};

use crate::start::StartError;
use reqwest::{Request, Response};
use resolver::PublicAddresses;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt;
use tower::util::BoxCloneSyncService;

/// Shorter than any record cap, so that a hanging vendor is our time-out and not Lambda's.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(20);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const USER_AGENT: &str = concat!("heymilo-for-workday/", env!("CARGO_PKG_VERSION"));

/// What the vendors' clients send by: the one seam beneath both, which each of them names the same way. The network in
/// a function, a stand-in in the process where a test wants that.
pub type Wire = BoxCloneSyncService<Request, Response, Box<dyn Error + Send + Sync>>;

/// Requests go out by `client`.
pub fn over_the_network(client: reqwest::Client) -> Wire {
    Wire::new(client.map_err(Into::into))
}

/// The HTTP client of the vendor clients. Make it when the first call is due: loading the roots takes its time.
pub fn vendor_client(hosts: &VendorHosts) -> Result<reqwest::Client, StartError> {
    // The provider is named: a build that links a second one has no default to derive.
    let roots = rustls::RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| StartError::dependency("TLS", error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .https_only(!hosts.allows_loopback())
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .dns_resolver(PublicAddresses::new(hosts.allows_loopback()))
        .user_agent(USER_AGENT)
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TOTAL_TIMEOUT)
        .build()
        .map_err(|error| StartError::dependency("the vendors' HTTP client", error.without_url()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Environment;

    fn client(pairs: &[(&str, &str)]) -> reqwest::Client {
        let environment = Environment::from_pairs(pairs.iter().copied());
        vendor_client(&VendorHosts::from_environment(&environment).unwrap()).unwrap()
    }

    #[tokio::test]
    async fn a_deployed_client_speaks_https_only_and_reaches_no_private_name() {
        let client = client(&[]);
        assert!(client.get("http://wd2.workday.com/").send().await.unwrap_err().is_builder());
        let error = client.get("https://localhost/").send().await.unwrap_err();
        assert!(crate::telemetry::chain(&error).contains("not a public address"), "{error:?}");
    }
}
