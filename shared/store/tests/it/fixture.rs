//! One database per test, and the ids every test uses.

use domain::order::{Change, Entrance, ResultVersion};
use domain::{ConnectionId, JobApplicationId, JobRequisitionId, Moment, Order, PostingId, WorkdayCandidateId, WorkspaceId};
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
        finished_before: false,
        seen_at: now,
        version: 0,
    }
}

/// An order of that application in the stage, and what is stored with it.
pub(crate) fn confirmed(number: u32, now: Moment) -> Change {
    let entrance = Entrance {
        posting: Some(PostingId::new("13D77095").unwrap()),
        withdrawn: false,
        screened_before: false,
        moved_long_ago: false,
    };
    Order::begin(application(number, now).subject(), 1, entrance, None, now)
}

/// The same order alone.
pub(crate) fn order(number: u32, now: Moment) -> Order {
    confirmed(number, now).order
}

/// Version 1 of a result of these data.
pub(crate) fn first_version(fingerprint: &str) -> ResultVersion {
    ResultVersion {
        number: 1,
        fingerprint: fingerprint.into(),
    }
}
