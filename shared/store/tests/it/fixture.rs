//! One database per test, and the ids every test uses.

use domain::{ConnectionId, JobApplicationId, JobRequisitionId, Moment, WorkdayCandidateId, WorkspaceId};
use secrecy::SecretString;
use store::application::Application;
use store::{Keyring, Store};
use testkit::{EmbeddedAws, Options, create_table};

pub(crate) const TABLE: &str = "orders";

/// A store over a table of its own; the services stop when it is dropped.
pub(crate) struct Fixture {
    pub(crate) store: Store,
    pub(crate) services: EmbeddedAws,
}

pub(crate) async fn fixture() -> Fixture {
    let services = EmbeddedAws::start(Options::default()).await.unwrap();
    let environment: std::collections::HashMap<_, _> = services.environment().into_iter().collect();
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(aws_sdk_dynamodb::config::BehaviorVersion::latest())
        .region(aws_sdk_dynamodb::config::Region::new(environment["AWS_REGION"].clone()))
        .endpoint_url(environment["AWS_ENDPOINT_URL"].clone())
        .credentials_provider(aws_credential_types::Credentials::from_keys("test", "test", None))
        .sleep_impl(aws_smithy_async::rt::sleep::TokioSleep::new())
        .http_client(services.http_client())
        .build();
    let client = aws_sdk_dynamodb::Client::from_conf(config);
    create_table(&client, TABLE).await.unwrap();
    let keyring = SecretString::from(r#"{"current":"k1","k1":"0123456789abcdef0123456789abcdef"}"#);
    Fixture {
        store: Store::new(client, TABLE, Keyring::from_secret(&keyring).unwrap()),
        services,
    }
}

pub(crate) fn workspace() -> WorkspaceId {
    WorkspaceId::new("acme").unwrap()
}

pub(crate) fn application(number: u32, now: Moment) -> Application {
    Application {
        workspace: workspace(),
        connection: ConnectionId::new("production").unwrap(),
        requisition: JobRequisitionId::new("R00001").unwrap(),
        application: JobApplicationId::new(format!("JOB_APPLICATION-{number}")).unwrap(),
        candidate: WorkdayCandidateId::new("C00001").unwrap(),
        visits: domain::trigger::Visits {
            visit: 1,
            in_stage: true,
            attempt: 1,
            ..domain::trigger::Visits::default()
        },
        screened: false,
        seen_at: now,
        version: 0,
    }
}
