//! Connect Now: from the first visit until Workday took the access, with what people get wrong on the way.

use crate::browser::{Answer, Browser};
use crate::fixture::{Fixture, fixture, workspace};
use domain::ConnectionId;
use domain::settings::Connection;
use domain::standing::ConnectionState;
use lambda_http::http::StatusCode;
use serde_json::json;
use store::session::Role;
use workday_stand_in::WorkdayStandIn;

pub(crate) const REFRESH: [(&str, &str); 4] = [
    ("way", "refresh-token"),
    ("client_id", "heymilo-demo-client"),
    ("client_secret", "demo-client-secret"),
    ("refresh_token", "demo-refresh-token"),
];
pub(crate) const CONSENT: [(&str, &str); 3] = [
    ("way", "consent"),
    ("client_id", "heymilo-demo-client"),
    ("client_secret", "demo-client-secret"),
];
pub(crate) const PASSWORD: [(&str, &str); 3] = [("way", "password"), ("username", "HeyMilo_ISU@acme_preview"), ("password", "wrong")];

/// An owner on the form of the connection that the workspace is about to make.
struct Connecting {
    fixture: Fixture,
    browser: Browser,
    form: String,
}

impl Connecting {
    async fn begun() -> Self {
        let fixture = fixture().await;
        fixture.connect_heymilo().await;
        let mut browser = Browser::signed_in(&fixture, Role::Owner).await;
        let form = browser.get("/integrations/workday/new").await.location().to_owned();
        Self { fixture, browser, form }
    }

    async fn send(&mut self, tenant: &str, access: &[(&str, &str)], more: &[(&str, &str)]) -> Answer {
        let url = self.fixture.workday.url.clone();
        let mut fields = vec![("services_url", url.as_str()), ("sign_in_url", url.as_str()), ("tenant", tenant)];
        fields.extend_from_slice(access);
        fields.extend_from_slice(more);
        self.browser.post(&self.form, &fields).await
    }

    async fn connection(&self) -> Connection {
        let id = self.form.split('/').nth(3).unwrap();
        let id = ConnectionId::new(id).unwrap();
        self.fixture.admin().connection(&workspace(), &id).await.unwrap()
    }
}

#[tokio::test]
async fn the_redirection_uri_is_the_same_at_every_visit_and_stands_on_the_connections_page_too() {
    let mut owner = Connecting::begun().await;
    let uri = owner.fixture.admin().redirect_uri(&owner.connection().await.connection);
    owner.browser.get(&owner.form).await.assert_shows(&uri);
    let again = owner.browser.get("/integrations/workday/new").await;
    assert_eq!(again.location(), owner.form, "another visit");
    let mut colleague = Browser::signed_in(&owner.fixture, Role::Admin).await;
    assert_eq!(
        colleague.get("/integrations/workday/new").await.location(),
        owner.form,
        "another person"
    );
    let page = owner.form.strip_suffix("/connect").unwrap().to_owned();
    owner.browser.get(&page).await.assert_shows(&uri);
    owner.browser.get("/integrations").await.assert_shows("Connect Now");
}

#[tokio::test]
async fn a_typing_error_in_the_tenant_is_corrected_whatever_the_way() {
    for (number, access) in [&REFRESH[..], &CONSENT, &PASSWORD].into_iter().enumerate() {
        let mut owner = Connecting::begun().await;
        owner.send("acme_typo", access, &[]).await;
        let wrong = owner.connection().await;
        assert_eq!((wrong.tenant.as_str(), wrong.is_proven()), ("acme_typo", false), "way {number}");
        owner.browser.get(&owner.form.clone()).await.assert_shows("value=\"acme_typo\"");
        let tenant = owner.fixture.workday.tenant.clone();
        let answer = owner.send(&tenant, &REFRESH, &[]).await;
        let page = owner.browser.follow(answer).await;
        page.assert_shows("Workday Integration Active");
        let right = owner.connection().await;
        assert_eq!((right.connection, right.tenant), (wrong.connection, tenant), "way {number}");
        assert_eq!(right.standing.state, ConnectionState::Active);
    }
}

#[tokio::test]
async fn access_that_was_entered_for_one_address_is_never_shown_to_another() {
    let mut owner = Connecting::begun().await;
    let tenant = owner.fixture.workday.tenant.clone();
    // The token is good, and reading requisitions is not allowed yet: the token is kept for the next look.
    let faults = format!("{}/__stand-in/faults", owner.fixture.workday.url);
    let withheld = json!([{ "operation": "Get_Job_Requisitions", "times": 1, "kind": "not_authorized" }]);
    owner.fixture.control(&faults, Some(withheld)).await;
    let answer = owner.send(&tenant, &REFRESH, &[]).await;
    answer.assert_shows("does not permit reading job requisitions");
    let stored = owner.connection().await;
    let kept = owner.fixture.store().credential(&workspace(), &stored.connection).await.unwrap();
    assert!(kept.is_some());
    owner.send("another_tenant", &PASSWORD, &[]).await;
    let moved = owner.connection().await;
    assert_eq!(moved.tenant, "another_tenant");
    assert_eq!(
        (moved.standing.way, moved.standing.writes_as.as_str()),
        (None, ""),
        "what is stored no more is not offered"
    );
    let store = owner.fixture.store();
    assert!(store.credential(&workspace(), &moved.connection).await.unwrap().is_none());
}

#[tokio::test]
async fn a_refusal_stands_beside_its_field_and_nothing_but_secrets_is_typed_twice() {
    let mut owner = Connecting::begun().await;
    let tenant = owner.fixture.workday.tenant.clone();
    let answer = owner
        .send(
            &tenant,
            &[
                ("way", "refresh-token"),
                ("client_id", "heymilo-demo-client"),
                ("client_secret", "sesame"),
                ("refresh_token", "demo-refresh-token"),
            ],
            &[("username", "HeyMilo_ISU@acme")],
        )
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in [
        "client secret is wrong",
        "id=\"client_secret-error\"",
        "aria-describedby=\"client_secret-hint client_secret-error\"",
        "aria-invalid=\"true\" autofocus",
        "href=\"#client_secret\"",
        "value=\"heymilo-demo-client\"",
        "value=\"HeyMilo_ISU@acme\"",
        "value=\"refresh-token\" checked",
    ] {
        answer.assert_shows(part);
    }
    answer.assert_hides("sesame");
    answer.assert_hides("demo-refresh-token");
    let empty = owner.browser.post(&owner.form.clone(), &[("way", "password")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    for sentence in [
        "There are 4 problems",
        "Enter the services address",
        "Enter the tenant",
        "Enter the user name",
        "Enter the password",
    ] {
        empty.assert_shows(sentence);
    }
    empty.assert_hides("Enter the client ID");
}

#[tokio::test]
async fn what_workday_shows_is_pasted_and_fills_host_and_tenant() {
    let mut owner = Connecting::begun().await;
    let pasted = "https://wd2-impl-services1.workday.com/ccx/api/v1/acme_preview\nhttps://impl.workday.com/acme_preview/authorize";
    let filled = owner
        .browser
        .post(&owner.form.clone(), &[("do", "fill"), ("pasted", pasted), ("username", "kept")])
        .await;
    assert_eq!(filled.status, StatusCode::OK);
    for part in [
        "value=\"https://wd2-impl-services1.workday.com\"",
        "value=\"https://impl.workday.com\"",
        "value=\"acme_preview\"",
        "value=\"kept\"",
        "Nothing is saved yet",
    ] {
        filled.assert_shows(part);
    }
    assert_eq!(owner.connection().await.tenant, "");
    let odd = owner
        .browser
        .post(&owner.form.clone(), &[("do", "fill"), ("pasted", "acme_preview")])
        .await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    odd.assert_shows("none of the endpoints");
    // Whoever pastes and presses Connect at once is understood, too.
    let whole = format!("{}/ccx/oauth2/{}/token", owner.fixture.workday.url, owner.fixture.workday.tenant);
    let mut fields = vec![("pasted", whole.as_str())];
    fields.extend_from_slice(&REFRESH);
    let answer = owner.browser.post(&owner.form.clone(), &fields).await;
    owner.browser.follow(answer).await.assert_shows("Workday Integration Active");
}

#[tokio::test]
async fn a_host_for_sandboxes_is_production_only_when_a_person_confirms_it() {
    let mut owner = Connecting::begun().await;
    let fields = [
        ("services_url", "https://wd2-impl-services1.workday.com"),
        ("tenant", "acme"),
        ("kind", "production"),
        ("way", "password"),
        ("username", "HeyMilo_ISU@acme"),
        ("password", "x"),
    ];
    let answer = owner.browser.post(&owner.form.clone(), &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.assert_shows("name says sandbox");
    answer.assert_shows("name=\"confirmed\"");
    let rubbish = owner
        .browser
        .post(
            &owner.form.clone(),
            &[
                ("kind", "sandbox"),
                ("allowed_recipients", "everybody"),
                ("services_url", &owner.fixture.workday.url.clone()),
                ("tenant", "acme_preview"),
                ("way", "password"),
                ("username", "x@acme_preview"),
                ("password", "x"),
            ],
        )
        .await;
    rubbish.assert_shows("neither an email address nor a domain");
}

#[tokio::test]
async fn heymilo_comes_first() {
    let fixture = fixture().await;
    let mut browser = Browser::signed_in(&fixture, Role::Owner).await;
    let page = browser.get("/integrations").await;
    page.assert_shows("Your HeyMilo workspace comes first");
    page.assert_shows("Connect Now");
    let answer = browser.get("/integrations/workday/new").await;
    let page = browser.follow(answer).await;
    page.assert_shows("connect it to HeyMilo with an API key first");
    page.assert_shows("id=\"heymilo\"");
}

#[tokio::test]
async fn what_was_never_proven_is_removed_and_what_was_active_is_not() {
    let mut owner = Connecting::begun().await;
    owner.send("acme_typo", &CONSENT, &[]).await;
    let draft = owner.connection().await;
    let page = owner.form.strip_suffix("/connect").unwrap().to_owned();
    owner.browser.get("/integrations").await.assert_shows("acme_typo");
    let answer = owner.browser.post(&format!("{page}/remove"), &[]).await;
    owner.browser.follow(answer).await.assert_hides("acme_typo");
    let store = owner.fixture.store();
    assert!(store.connection(&workspace(), &draft.connection).await.unwrap().is_none());
    assert!(store.locate_connection(&draft.connection).await.unwrap().is_none());
    owner.fixture.admin().apply(&Fixture::setup(&owner.fixture.file())).await.unwrap();
    let answer = owner.browser.post("/integrations/workday/production/remove", &[]).await;
    answer.assert_shows("Disconnect it instead");
    let production = ConnectionId::new("production").unwrap();
    let known = owner.fixture.admin().connection(&workspace(), &production).await.unwrap();
    assert_eq!(known.standing.state, ConnectionState::Active);
}

#[tokio::test]
async fn a_tenant_that_workday_moved_keeps_everything_and_its_old_address_is_free() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    let elsewhere = WorkdayStandIn::start(workday_stand_in::Options::default()).await.unwrap();
    let mut browser = Browser::signed_in(&fixture, Role::Owner).await;
    let mut fields = vec![
        ("services_url", elsewhere.url.as_str()),
        ("tenant", fixture.workday.tenant.as_str()),
        ("moved", "on"),
    ];
    fields.extend_from_slice(&REFRESH);
    let answer = browser.post("/integrations/workday/production/connect", &fields).await;
    browser.follow(answer).await.assert_shows("Workday Integration Active");
    let production = ConnectionId::new("production").unwrap();
    let moved = fixture.admin().connection(&workspace(), &production).await.unwrap();
    assert_eq!(moved.services_url, elsewhere.url);
    assert_eq!(fixture.admin().links(&workspace()).await.unwrap().len(), 1);
    let host = |url: &str| url.strip_prefix("http://").unwrap().to_owned();
    let stranger = Connection {
        connection: ConnectionId::new("stranger").unwrap(),
        ..moved
    };
    let is_taken = |host: String| async { fixture.store().is_tenant_taken(&stranger, &{ host }).await.unwrap() };
    assert!(is_taken(host(&elsewhere.url)).await, "the new address is the connection's");
    assert!(!is_taken(host(&fixture.workday.url)).await, "the old one is nobody's");
}

#[tokio::test]
async fn a_production_tenant_is_never_moved_to_a_host_for_sandboxes() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    let mut browser = Browser::signed_in(&fixture, Role::Owner).await;
    let mut fields = vec![
        ("services_url", "https://wd2-impl-services1.workday.com"),
        ("tenant", fixture.workday.tenant.as_str()),
        ("moved", "on"),
    ];
    fields.extend_from_slice(&REFRESH);
    let refused = browser.post("/integrations/workday/production/connect", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.assert_shows("another tenant of the same name");
}

#[tokio::test]
async fn after_workday_ended_the_access_the_first_button_is_the_one_for_what_is_stored() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    let production = ConnectionId::new("production").unwrap();
    let known = fixture.admin().connection(&workspace(), &production).await.unwrap();
    let stored = fixture.store().credential(&workspace(), &production).await.unwrap().unwrap();
    fixture
        .store()
        .require_reauthorization(&known, stored.version, fixture.clock.now())
        .await
        .unwrap();
    let mut browser = Browser::signed_in(&fixture, Role::Owner).await;
    let page = browser.get("/integrations/workday/production").await;
    page.assert_shows("Enter a new refresh token");
    page.assert_hides("Continue to Workday");
    let form = browser.get("/integrations/workday/production/connect").await;
    form.assert_shows("value=\"refresh-token\" checked");
    form.assert_shows("value=\"heymilo-demo-client\"");
}
