//! A link for the Workday administrator: what they may do with it, and who decides what becomes of it.

use crate::browser::{Answer, Browser};
use crate::connecting::{CONSENT, PASSWORD, REFRESH};
use crate::fixture::{Fixture, PUBLIC_URL, fixture, workspace};
use domain::ConnectionId;
use domain::preflight::Capability;
use domain::standing::ConnectionState;
use lambda_http::http::StatusCode;
use std::time::Duration;
use store::session::Role;
use url::form_urlencoded;

const OURS: [(&str, &str); 1] = [("sec-fetch-site", "same-origin")];

/// An owner who has begun to connect, and the link that they made.
struct Asked {
    fixture: Fixture,
    owner: Browser,
    /// The connection's page.
    page: String,
    link: String,
}

impl Asked {
    async fn begun() -> Self {
        let fixture = fixture().await;
        fixture.connect_heymilo().await;
        let mut owner = Browser::signed_in(&fixture, Role::Owner).await;
        let form = owner.get("/integrations/workday/new").await.location().to_owned();
        let page = form.strip_suffix("/connect").unwrap().to_owned();
        let link = make_link(&mut owner, &page).await;
        Self {
            fixture,
            owner,
            page,
            link,
        }
    }

    /// The same about a connection that was proven long ago.
    async fn about_what_works() -> Self {
        let mut asked = Box::pin(Self::begun()).await;
        Box::pin(asked.fixture.admin().apply(&Fixture::setup(&asked.fixture.file())))
            .await
            .unwrap();
        asked.page = "/integrations/workday/production".to_owned();
        let page = asked.page.clone();
        asked.link = make_link(&mut asked.owner, &page).await;
        asked
    }

    fn id(&self) -> ConnectionId {
        ConnectionId::new(self.page.rsplit('/').next().unwrap()).unwrap()
    }

    async fn state(&self) -> ConnectionState {
        let known = self.fixture.admin().connection(&workspace(), &self.id()).await.unwrap();
        known.standing.state
    }

    /// Somebody else's browser, through the link's button.
    async fn guest(&self) -> Browser {
        let mut guest = Browser::new(&self.fixture);
        let answer = guest.post_raw(&self.link, &OURS, "").await;
        assert_eq!(answer.location(), format!("/connect/{}", self.id()));
        guest
    }

    async fn give(&self, guest: &mut Browser) -> Answer {
        self.send_there(guest, &self.fixture.workday.tenant, &REFRESH).await
    }

    /// Sends the guest's form with the stand-in's address in it, and this tenant.
    async fn send_there(&self, guest: &mut Browser, tenant: &str, access: &[(&str, &str)]) -> Answer {
        let url = self.fixture.workday.url.clone();
        let mut fields = vec![("services_url", url.as_str()), ("sign_in_url", url.as_str()), ("tenant", tenant)];
        fields.extend_from_slice(access);
        self.send(guest, &fields).await
    }

    /// Sends the guest's form, as their page would.
    async fn send(&self, guest: &mut Browser, fields: &[(&str, &str)]) -> Answer {
        let path = format!("/connect/{}", self.id());
        let token = guest.get(&path).await.hidden("token");
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("token", &token).extend_pairs(fields);
        guest.post_raw(&path, &OURS, &form.finish()).await
    }
}

/// Has a link made, and gives the path that is shown.
async fn make_link(owner: &mut Browser, page: &str) -> String {
    let shown = owner.post(&format!("{page}/connect-link"), &[]).await;
    shown.assert_shows("shown only once");
    let start = format!("{PUBLIC_URL}/connect/");
    let link = shown.text.split(&start).nth(1).unwrap().split('<').next().unwrap();
    format!("/connect/{link}")
}

#[tokio::test]
async fn what_comes_by_a_connect_link_works_for_nobody_until_somebody_of_the_workspace_accepts_it() {
    let mut asked = Asked::begun().await;
    let mut guest = asked.guest().await;
    let answer = asked.give(&mut guest).await;
    let page = guest.follow(answer).await;
    page.assert_shows("Thank you");
    assert_eq!(asked.state().await, ConnectionState::Pending);
    let store = asked.fixture.store();
    assert!(
        store.credential(&workspace(), &asked.id()).await.unwrap().is_none(),
        "nothing works with it"
    );
    let mut viewer = Browser::signed_in(&asked.fixture, Role::Viewer).await;
    let seen = viewer.get(&asked.page).await;
    seen.assert_shows("waits for you to accept it");
    seen.assert_hides("Accept and connect");
    let path = asked.page.clone();
    let page = asked.owner.get(&path).await;
    for part in [&asked.fixture.workday.tenant, "heymilo-demo-client", "127.0.0.1", "connect link"] {
        page.assert_shows(part);
    }
    let seen = page.hidden("seen");
    let stale = asked.owner.post(&format!("{path}/accept"), &[("seen", "1")]).await;
    asked.owner.follow(stale).await.assert_shows("given anew since you opened the page");
    let accepted = asked.owner.post(&format!("{path}/accept"), &[("seen", &seen)]).await;
    asked.owner.follow(accepted).await.assert_shows("Workday Integration Active");
    assert_eq!(asked.state().await, ConnectionState::Active);
    asked.owner.get(&path).await.assert_hides("waits for you");
    // It was for this once.
    assert_eq!(guest.get(&asked.link).await.status, StatusCode::NOT_FOUND);
    let form = format!("/connect/{}", asked.id());
    assert_eq!(guest.get(&form).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_connect_link_is_looked_at_without_effect_and_dies_when_it_is_withdrawn_replaced_or_seven_days_old() {
    let mut asked = Asked::begun().await;
    let mut scanner = Browser::new(&asked.fixture);
    let look = scanner.get(&asked.link).await;
    look.assert_shows("Connect Workday for Acme Inc. &amp; Söhne");
    assert!(scanner.cookie().is_none(), "looking opens nothing");
    assert_eq!(
        scanner.post_raw(&asked.link, &[("sec-fetch-site", "cross-site")], "").await.status,
        StatusCode::FORBIDDEN
    );
    let mut guest = asked.guest().await;
    let form = format!("/connect/{}", asked.id());
    let is_open = StatusCode::OK;
    assert_eq!(guest.get(&form).await.status, is_open);
    let old = asked.link.clone();
    let page = asked.page.clone();
    asked.link = make_link(&mut asked.owner, &page).await;
    for gone in [&old, &form] {
        let answer = guest.get(gone).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{gone}");
        answer.assert_shows("Please ask for a new one");
    }
    let mut guest = asked.guest().await;
    asked.owner.post(&format!("{page}/connect-link/withdraw"), &[]).await;
    assert_eq!(guest.get(&form).await.status, StatusCode::NOT_FOUND, "withdrawn");
    asked.link = make_link(&mut asked.owner, &page).await;
    let mut late = asked.guest().await;
    asked.fixture.clock.advance(Duration::from_hours(7 * 24) + Duration::from_secs(1));
    assert_eq!(late.get(&asked.link).await.status, StatusCode::NOT_FOUND, "seven days");
    assert_eq!(late.get(&form).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_guest_sees_one_form_and_nothing_that_is_stored() {
    let mut asked = Asked::begun().await;
    let form = format!("{}/connect", asked.page);
    let typed = [
        ("services_url", "https://wd5-services1.myworkday.com"),
        ("tenant", "secretly_ours"),
        ("sign_in_url", "https://wd5.myworkday.com"),
        ("way", "consent"),
        ("client_id", "our-client"),
        ("client_secret", "sesame"),
    ];
    asked.owner.post(&form, &typed).await;
    let mut guest = asked.guest().await;
    let page = guest.get(&format!("/connect/{}", asked.id())).await;
    page.assert_shows(&asked.fixture.admin().redirect_uri(&asked.id()));
    for stored in ["secretly_ours", "wd5-services1", "our-client", "/integrations\""] {
        page.assert_hides(stored);
    }
    for path in ["/integrations", "/settings", &asked.page, "/people"] {
        assert_eq!(guest.get(path).await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    asked.fixture.admin().apply(&Fixture::setup(&asked.fixture.file())).await.unwrap();
    for path in ["/connect/production", "/connect/production/x", "/connect/", "/connect/a%00b"] {
        assert_eq!(guest.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_guest_reads_what_to_set_up_in_workday_and_each_policy_without_an_account() {
    let asked = Asked::begun().await;
    let page = asked.guest().await.get(&format!("/connect/{}", asked.id())).await;
    page.assert_shows("What to set up in Workday");
    for policy in Capability::ALL.iter().flat_map(|capability| capability.policies()) {
        page.assert_shows(policy);
    }
    page.assert_shows("Activate Pending Security Policy Changes");
    page.assert_hides("<script");
}

#[tokio::test]
async fn a_guest_cannot_give_another_tenant_to_a_connection_that_was_proven() {
    let asked = Asked::about_what_works().await;
    let mut guest = asked.guest().await;
    let other = [("way", "password"), ("username", "x@another"), ("password", "x")];
    let refused = asked.send_there(&mut guest, "another", &other).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.assert_shows("for another Workday tenant");
    assert!(asked.fixture.admin().offer(&workspace(), &asked.id()).await.unwrap().is_none());
    assert_eq!(asked.state().await, ConnectionState::Active, "what works goes on");
}

#[tokio::test]
async fn what_was_declined_is_forgotten_and_a_permission_that_is_missing_is_looked_at_again() {
    let mut asked = Asked::begun().await;
    let mut guest = asked.guest().await;
    let faults = format!("{}/__stand-in/faults", asked.fixture.workday.url);
    let withheld = serde_json::json!([{ "operation": "Get_Job_Requisitions", "times": 1, "kind": "not_authorized" }]);
    asked.fixture.control(&faults, Some(withheld)).await;
    asked
        .give(&mut guest)
        .await
        .assert_shows("does not permit reading job requisitions");
    let page = asked.page.clone();
    asked.owner.get(&page).await.assert_hides("waits for you");
    guest.get(&format!("/connect/{}", asked.id())).await.assert_shows("Check again");
    let again = asked.send(&mut guest, &[("do", "check")]).await;
    guest.follow(again).await.assert_shows("Thank you");
    asked.owner.get(&page).await.assert_shows("waits for you");
    let declined = asked.owner.post(&format!("{page}/decline"), &[]).await;
    asked.owner.follow(declined).await.assert_shows("Declined.");
    assert!(asked.fixture.admin().offer(&workspace(), &asked.id()).await.unwrap().is_none());
    assert_eq!(guest.get(&format!("/connect/{}", asked.id())).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whom_a_connection_may_write_to_is_never_a_guests_to_say_and_stands_where_it_is_accepted() {
    let mut asked = Asked::begun().await;
    let form = format!("{}/connect", asked.page);
    let url = asked.fixture.workday.url.clone();
    let sandbox = [
        ("services_url", url.as_str()),
        ("sign_in_url", url.as_str()),
        ("tenant", "acme_preview"),
        ("kind", "sandbox"),
        ("allowed_recipients", "dana@example.com"),
        ("way", "consent"),
        ("client_id", "x"),
        ("client_secret", "x"),
    ];
    asked.owner.post(&form, &sandbox).await;
    let mut guest = asked.guest().await;
    guest
        .get(&format!("/connect/{}", asked.id()))
        .await
        .assert_hides("Production or not");
    let mut production = vec![("kind", "production"), ("confirmed", "on"), ("allowed_recipients", "@example.org")];
    production.extend_from_slice(&REFRESH);
    asked.send_there(&mut guest, &asked.fixture.workday.tenant, &production).await;
    let page = asked.page.clone();
    let shown = asked.owner.get(&page).await;
    shown.assert_shows("dana@example.com and nobody else");
    let accepted = asked
        .owner
        .post(&format!("{page}/accept"), &[("seen", &shown.hidden("seen"))])
        .await;
    asked.owner.follow(accepted).await.assert_shows("Workday Integration Active");
    let now = asked.fixture.admin().connection(&workspace(), &asked.id()).await.unwrap();
    assert!(now.options.non_production);
    assert_eq!(now.options.allowed_recipients, ["dana@example.com"]);
}

#[tokio::test]
async fn a_guest_may_approve_where_a_connection_was_connected_before_and_what_works_goes_on_meanwhile() {
    let asked = Asked::about_what_works().await;
    let mut guest = asked.guest().await;
    let answer = asked.send_there(&mut guest, &asked.fixture.workday.tenant, &CONSENT).await;
    let shown = guest.follow(answer).await;
    shown.assert_shows("Continue to Workday");
    shown.assert_hides("could not be read with it");
    assert_eq!(asked.state().await, ConnectionState::Active);
}

#[tokio::test]
async fn what_workday_refused_is_neither_kept_nor_called_taken_and_spoils_nothing_that_waits() {
    let mut asked = Asked::begun().await;
    let mut guest = asked.guest().await;
    let tenant = asked.fixture.workday.tenant.clone();
    let refused = asked.send_there(&mut guest, &tenant, &PASSWORD).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.assert_hides("is kept");
    refused.assert_hides("Thank you");
    asked.give(&mut guest).await;
    let page = asked.page.clone();
    asked.owner.get(&page).await.assert_shows("waits for you to accept it");
    asked.send_there(&mut guest, &tenant, &PASSWORD).await;
    asked.owner.get(&page).await.assert_shows("waits for you to accept it");
    // The next link is somebody else's, who gave nothing.
    asked.link = make_link(&mut asked.owner, &page).await;
    let mut other = asked.guest().await;
    other.get(&format!("/connect/{}", asked.id())).await.assert_hides("Thank you");
    asked.owner.get(&page).await.assert_shows("waits for you to accept it");
}

#[tokio::test]
async fn with_the_draft_goes_its_link_and_whatever_was_given_by_it() {
    let mut asked = Asked::begun().await;
    let mut guest = asked.guest().await;
    asked.give(&mut guest).await;
    let page = asked.page.clone();
    let removed = asked.owner.post(&format!("{page}/remove"), &[]).await;
    assert_eq!(removed.leads_to(), "/integrations done:removed");
    assert_eq!(guest.get(&format!("/connect/{}", asked.id())).await.status, StatusCode::NOT_FOUND);
    assert!(asked.fixture.admin().offer(&workspace(), &asked.id()).await.unwrap().is_none());
}
