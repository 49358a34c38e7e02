//! `--setup`: what a file brings about, twice, and what stops it.

use crate::fixture::{Fixture, POSTING, fixture, workspace};
use admin::{Problem, Registration};
use domain::settings::WhoSends;
use domain::standing::ConnectionState;
use domain::{ConnectionId, JobRequisitionId, Work};
use serde_json::{Value, json};

fn production() -> ConnectionId {
    ConnectionId::new("production").unwrap()
}

async fn problem(fixture: &Fixture, file: &Value) -> Problem {
    fixture.admin().apply(&Fixture::setup(file)).await.unwrap_err().problem
}

#[tokio::test]
async fn a_file_connects_links_and_arms_the_work_and_applying_it_again_changes_nothing() {
    let fixture = fixture().await;
    let setup = Fixture::setup(&fixture.file());
    for _round in 0..2 {
        let linked = fixture.admin().apply(&setup).await.unwrap();
        assert_eq!(linked[0].registration, Registration::Registered);
        assert_eq!(linked[0].mapping.requisition_title, "Warehouse Associate");
        assert_eq!(linked[0].mapping.standing.baseline_at, None);
    }
    let settings = fixture.store().workspace(&workspace()).await.unwrap().unwrap();
    assert!(matches!(settings.who_sends, WhoSends::We { confirmed_by, .. } if confirmed_by == "owner@example.com"));
    let connection = fixture.store().connection(&workspace(), &production()).await.unwrap().unwrap();
    assert_eq!(connection.standing.state, ConnectionState::Active);
    assert_eq!(
        connection.standing.writes_as,
        "the integration system user of API client heymilo-demo-client"
    );
    let due: Vec<Work> = fixture
        .store()
        .due_rows(&workspace())
        .await
        .unwrap()
        .into_iter()
        .map(|due| due.work)
        .collect();
    let requisition = JobRequisitionId::new("R00001").unwrap();
    for work in [
        Work::PollConnection { connection: production() },
        Work::RefreshRequisitions { connection: production() },
        Work::PollPosting {
            posting: domain::PostingId::new(POSTING).unwrap(),
        },
        Work::Baseline {
            connection: production(),
            requisition,
        },
    ] {
        assert!(due.contains(&work), "{work:?} is not armed");
    }
    let state = fixture.control(&format!("{}/__stand-in/state", fixture.heymilo.url), None).await;
    let registered = state["webhooks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|webhook| webhook["posting_id"] == POSTING && webhook["is_active"] == true);
    assert_eq!(registered.count(), 3);
}

#[tokio::test]
async fn the_work_is_announced_at_once() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    assert!(!fixture.messages("SweepQueue").await.is_empty());
}

#[tokio::test]
async fn a_user_name_and_password_connect_too() {
    let fixture = fixture().await;
    let mut file = fixture.file();
    file["connections"][0]["credential"] =
        json!({"kind": "username_token", "username": format!("HeyMilo_ISU@{}", fixture.workday.tenant), "password": "demo-isu-password"});
    fixture.admin().apply(&Fixture::setup(&file)).await.unwrap();
    let connection = fixture.store().connection(&workspace(), &production()).await.unwrap().unwrap();
    assert_eq!(connection.standing.writes_as, format!("HeyMilo_ISU@{}", fixture.workday.tenant));
}

#[tokio::test]
async fn each_mistake_is_explained() {
    let fixture = fixture().await;
    let cases = [
        ("/workspace/heymilo_api_key", json!("wrong"), Problem::ApiKeyRefused),
        ("/workspace/heymilo_api_key", json!("  "), Problem::ApiKeyUnusable),
        ("/workspace/confirmed_by", Value::Null, Problem::ConfirmationMissing),
        (
            "/connections/0/services_url",
            json!("https://evil.example.com"),
            Problem::ServicesAddressRefused,
        ),
        (
            "/connections/0/services_url",
            json!("https://169.254.169.254"),
            Problem::ServicesAddressRefused,
        ),
        (
            "/connections/0/services_url",
            json!("https://services1.myworkday.com@evil.example"),
            Problem::ServicesAddressRefused,
        ),
        (
            "/connections/0/services_url",
            json!("http://127.0.0.1:9"),
            Problem::WorkdayUnavailable,
        ),
        ("/connections/0/tenant", json!("../x"), Problem::TenantUnusable),
        ("/connections/0/tenant", json!("nobody"), Problem::TokenRequestRefused),
        ("/connections/0/id", json!("a/b"), Problem::FieldUnusable),
        ("/connections/0/version", json!("45"), Problem::FieldUnusable),
        ("/connections/0/credential/client_secret", json!("wrong"), Problem::ClientRefused),
        ("/connections/0/credential/refresh_token", json!("wrong"), Problem::GrantRefused),
        ("/mappings/0/requisition", json!("R99999"), Problem::RequisitionUnknown),
        ("/mappings/0/posting", json!("NOSUCH"), Problem::PostingUnknown),
        ("/mappings/0/connection", json!("other"), Problem::ConnectionUnknown),
    ];
    for (place, value, expected) in cases {
        let mut file = fixture.file();
        let (object, field) = place.rsplit_once('/').unwrap();
        file.pointer_mut(object).unwrap()[field] = value.clone();
        assert_eq!(problem(&fixture, &file).await, expected, "{place} = {value}");
    }
}

#[tokio::test]
async fn without_the_permission_the_token_is_kept_and_checking_again_connects() {
    let fixture = fixture().await;
    fixture.workday_setting(json!({"rotate_refresh_tokens": true})).await;
    let faults = format!("{}/__stand-in/faults", fixture.workday.url);
    fixture
        .control(
            &faults,
            Some(json!([{"operation": "Get_Job_Requisitions", "times": 1, "kind": "not_authorized"}])),
        )
        .await;
    assert_eq!(problem(&fixture, &fixture.file()).await, Problem::PermissionMissing);
    let connection = fixture.store().connection(&workspace(), &production()).await.unwrap().unwrap();
    assert_eq!(connection.standing.state, ConnectionState::Pending);
    // The token of the file is used up by now; the one Workday gave instead was kept.
    let connection = fixture.admin().check_again(&workspace(), &production()).await.unwrap();
    assert_eq!(connection.standing.state, ConnectionState::Active);
}

#[tokio::test]
async fn a_rotated_token_survives_a_proving_read_that_fails_on_a_live_connection_too() {
    let fixture = fixture().await;
    fixture.workday_setting(json!({"rotate_refresh_tokens": true})).await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    let issue = format!("{}/__stand-in/issue", fixture.workday.url);
    fixture.control(&issue, Some(json!({"refresh_token": "another-token"}))).await;
    let mut file = fixture.file();
    file["connections"][0]["credential"]["refresh_token"] = json!("another-token");
    let faults = format!("{}/__stand-in/faults", fixture.workday.url);
    let down = json!([{"operation": "Get_Job_Requisitions", "times": 1, "kind": "http503"}]);
    fixture.control(&faults, Some(down)).await;
    let connection = Fixture::setup(&file).connections.remove(0);
    let failed = fixture
        .admin()
        .connect(&workspace(), (&connection).into(), (&connection.credential).into())
        .await;
    assert_eq!(failed.unwrap_err().problem, Problem::WorkdayUnavailable);
    let stored = fixture.store().credential(&workspace(), &production()).await.unwrap().unwrap();
    let store::credential::Credential::OAuth(stored) = stored.credential else {
        panic!("connected by a token")
    };
    let previous = stored.previous_refresh_token.unwrap();
    assert_eq!(
        secrecy::ExposeSecret::expose_secret(&previous),
        "another-token",
        "what came of it is kept"
    );
    fixture.admin().check_again(&workspace(), &production()).await.unwrap();
}

#[tokio::test]
async fn a_failed_reconnect_leaves_a_live_connection_alone() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    let mut file = fixture.file();
    file["connections"][0]["credential"]["refresh_token"] = json!("wrong");
    let connection = Fixture::setup(&file).connections.remove(0);
    let refused = fixture
        .admin()
        .connect(&workspace(), (&connection).into(), (&connection.credential).into())
        .await;
    assert_eq!(refused.unwrap_err().problem, Problem::GrantRefused);
    let connection = fixture.store().connection(&workspace(), &production()).await.unwrap().unwrap();
    assert_eq!(connection.standing.state, ConnectionState::Active);
    assert!(fixture.admin().check_again(&workspace(), &connection.connection).await.is_ok());
}

#[tokio::test]
async fn a_tenant_belongs_to_one_connection_and_an_id_to_one_workspace() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    let mut other = fixture.file();
    other["workspace"]["id"] = json!("umbrella");
    other["mappings"] = json!([]);
    assert_eq!(problem(&fixture, &other).await, Problem::ConnectionNameTaken);
    other["connections"][0]["id"] = json!("umbrella-production");
    assert_eq!(problem(&fixture, &other).await, Problem::TenantTaken);
    // Given back by a disconnect.
    fixture.admin().disconnect(&workspace(), &production()).await.unwrap();
    fixture.admin().apply(&Fixture::setup(&other)).await.unwrap();
    assert!(fixture.store().credential(&workspace(), &production()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_file_whose_token_was_rotated_since_keeps_the_access_and_takes_the_settings() {
    let fixture = fixture().await;
    fixture.workday_setting(json!({"rotate_refresh_tokens": true})).await;
    let mut file = fixture.file();
    for seconds in [300, 60, 120] {
        file["connections"][0]["poll_seconds"] = json!(seconds);
        fixture.admin().apply(&Fixture::setup(&file)).await.unwrap();
        let connection = fixture.store().connection(&workspace(), &production()).await.unwrap().unwrap();
        assert_eq!(
            (connection.standing.state, connection.options.poll_seconds),
            (ConnectionState::Active, seconds)
        );
    }
    fixture
        .control(&format!("{}/__stand-in/revoke", fixture.workday.url), Some(json!({})))
        .await;
    assert_eq!(problem(&fixture, &file).await, Problem::GrantRefused);
}

#[tokio::test]
async fn a_key_of_another_heymilo_workspace_is_refused_and_the_one_before_stays() {
    let fixture = fixture().await;
    fixture.connect_heymilo().await;
    let seed = format!("{}/__stand-in/seed", fixture.heymilo.url);
    let other = json!({"keep": true, "workspaces": [{"id": "ws-other", "name": "Other", "slug": "other", "api_key": "key-of-another"}]});
    fixture.control(&seed, Some(other)).await;
    let refused = fixture
        .admin()
        .connect_workspace(&workspace(), None, "key-of-another".to_owned().into())
        .await;
    assert_eq!(refused.unwrap_err().problem, admin::Problem::ApiKeyOfOtherWorkspace);
    assert!(fixture.admin().agents(&workspace(), "", None).await.is_ok(), "the key from before");
}
