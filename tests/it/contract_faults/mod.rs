//! Every operation of both clients, answered, refused and broken in every way the vendors declare, by the strict stand-ins:
//! fills every cell of the contract check, whatever the flow tests happen to exchange.

mod heymilo_api;
mod workday_recruiting;

use std::path::PathBuf;
use std::sync::Once;

use lambda_kit::outbound::{Wire, over_the_network};
use serde_json::Value;

/// Where the stand-ins record what went over the wire, for `contract-check`.
pub(crate) fn contract_folder() -> PathBuf {
    let usual = || repository().join("target/contract");
    std::env::var_os("CONTRACT_DIR").map_or_else(usual, PathBuf::from)
}

pub(crate) fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// `cargo test` alone records and does not judge; it says so where it could not.
fn notice_absent_schemas() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let shared = std::env::var_os("CONTRACT_SHARED").map_or_else(|| repository().join("../shared"), PathBuf::from);
        let schemas = ["workday/Recruiting_v45.2.xsd", "heymilo/openapi/heymilo-openapi-original.json"];
        if !schemas.iter().all(|schema| shared.join(schema).exists()) {
            eprintln!("the vendors' schemas are not at hand: bodies are recorded, but contract-check cannot judge them");
        }
    });
}

/// An HTTP client as the vendor clients want it: no redirects, no proxy, plain HTTP to this machine.
pub(crate) fn http() -> reqwest::Client {
    // Another test of the process may have installed the same provider already.
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .unwrap()
}

/// The same as the clients' wire.
pub(crate) fn wire() -> Wire {
    over_the_network(http())
}

/// Tells a stand-in something through its control API.
pub(crate) async fn tell(url: &str, call: &str, body: &Value) {
    let request = http().post(format!("{url}/__stand-in/{call}"));
    let request = request.header("content-type", "application/json").body(body.to_string());
    let answer = request.send().await.unwrap();
    let status = answer.status();
    assert!(status.is_success(), "{call}: {status} {}", answer.text().await.unwrap());
}
