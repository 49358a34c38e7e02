//! Who belongs to a workspace: invitations, roles, and what a viewer meets.

use crate::boundaries::invitation_of;
use crate::browser::{Answer, Browser};
use crate::company::{issuer_says, sign_in, tied};
use crate::fixture::{Fixture, PUBLIC_URL, fixture, put_order, workspace};
use domain::{Moment, PersonId, WorkspaceId};
use lambda_http::http::StatusCode;
use serde_json::json;
use std::time::Duration;
use store::person::Member;
use store::sealing::Place;
use store::session::Role;

/// The issuer says of nobody where they belong.
pub(crate) async fn says_no_place(fixture: &Fixture, verified: bool) {
    let claims = json!({"email_verified": verified, "heymilo_role": null, "heymilo_workspace": null});
    issuer_says(fixture, json!({ "claims": claims })).await;
}

/// The path of a fresh invitation for a person.
pub(crate) async fn invite(owner: &mut Browser, person: &str, role: &str) -> String {
    let address = format!("{person}@example.com");
    let page = owner.post("/people/invite", &[("address", &address), ("role", role)]).await;
    let address = page.text.split("<code>").nth(1).unwrap_or_else(|| panic!("{}", page.text));
    let address = address.split("</code>").next().unwrap();
    address.strip_prefix(PUBLIC_URL).unwrap().to_owned()
}

pub(crate) async fn accept(fixture: &Fixture, invitation: &str, person: &str) -> (Browser, Answer) {
    let token = invitation.rsplit('/').next().unwrap();
    let mut browser = Browser::new(fixture);
    let answer = sign_in(&mut browser, person, &format!("invitation={token}")).await;
    (browser, answer)
}

/// The id of the person whom the page calls so.
pub(crate) async fn id_of(fixture: &Fixture, workspace: &WorkspaceId, name: &str) -> String {
    let people = fixture.admin().people(workspace).await.unwrap();
    let found = people.into_iter().find(|(_, known)| known == name);
    found.unwrap().0.person.to_string()
}

#[tokio::test]
async fn an_invitation_gives_one_person_with_a_checked_address_a_role_within_seven_days() {
    let fixture = tied().await;
    let mut owner = Browser::signed_in(&fixture, Role::Owner).await;
    let invitation = invite(&mut owner, "admin", "admin").await;
    // Scanners look, and look again.
    for _ in 0..2 {
        let page = Browser::new(&fixture).get(&invitation).await;
        assert_eq!(page.status, StatusCode::OK);
        page.assert_shows("Sign in and accept");
    }
    says_no_place(&fixture, false).await;
    let (_, refused) = accept(&fixture, &invitation, "admin").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    refused.assert_shows("has not verified your email address");
    says_no_place(&fixture, true).await;
    let (mut admin, answer) = accept(&fixture, &invitation, "admin").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    admin.get("/integrations").await.assert_shows("· admin");
    let (_, again) = accept(&fixture, &invitation, "admin").await;
    again.assert_shows("was accepted already");
    assert_eq!(Browser::new(&fixture).get(&invitation).await.status, StatusCode::FORBIDDEN);
    // Once invited, the company account alone is enough.
    assert_eq!(sign_in(&mut Browser::new(&fixture), "admin", "").await.location(), "/integrations");
    let late = invite(&mut owner, "viewer", "viewer").await;
    fixture.clock.advance(Duration::from_hours(7 * 24));
    Browser::new(&fixture).get(&late).await.assert_shows("older than seven days");
}

#[tokio::test]
async fn who_was_invited_stays_though_their_company_names_another_workspace_too() {
    let fixture = tied().await;
    let mut owner = Browser::signed_in(&fixture, Role::Owner).await;
    says_no_place(&fixture, true).await;
    let invitation = invite(&mut owner, "admin", "admin").await;
    accept(&fixture, &invitation, "admin").await;
    issuer_says(&fixture, json!({"claims": {"heymilo_workspace": "globex"}})).await;
    let page = sign_in(&mut Browser::new(&fixture), "admin", "").await;
    page.assert_shows("Which workspace?");
    let back = sign_in(&mut Browser::new(&fixture), "admin", "workspace=acme").await;
    assert_eq!(back.location(), "/integrations", "{}", back.text);
}

#[tokio::test]
async fn nobody_is_invited_where_the_operator_has_not_let_the_company_speak() {
    let fixture = fixture().await;
    fixture.connect_heymilo().await;
    let mut owner = Browser::signed_in(&fixture, Role::Owner).await;
    let fields = [("address", "admin@example.com"), ("role", "admin")];
    let mut page = owner.post("/people/invite", &fields).await;
    if page.status == StatusCode::SEE_OTHER {
        page = owner.get(page.location()).await;
    }
    page.assert_shows("may not speak for this workspace");
    assert!(!page.text.contains("/invitation/"));
}

#[tokio::test]
async fn an_invitation_that_reaches_somebody_else_gives_them_nothing_and_stays_its_persons() {
    let fixture = tied().await;
    let mut owner = Browser::signed_in(&fixture, Role::Owner).await;
    says_no_place(&fixture, true).await;
    // As people write addresses.
    let typed = [("address", " Admin@Example.com "), ("role", "admin")];
    let page = owner.post("/people/invite", &typed).await;
    let token = page.text.split("/invitation/").nth(1).unwrap().split('<').next().unwrap();
    let invitation = format!("/invitation/{token}");
    let (_, stranger) = accept(&fixture, &invitation, "viewer").await;
    assert_eq!(stranger.status, StatusCode::FORBIDDEN);
    stranger.assert_shows("for another email address");
    stranger.assert_hides("admin@example.com");
    Browser::new(&fixture).get(&invitation).await.assert_hides("xample.com");
    let (_, invited) = accept(&fixture, &invitation, "admin").await;
    assert_eq!(invited.status, StatusCode::SEE_OTHER, "{}", invited.text);
    for nobody in ["", "admin", "admin@example.com, viewer@example.com"] {
        let refused = owner.post("/people/invite", &[("address", nobody), ("role", "admin")]).await;
        assert_eq!(refused.leads_to(), "/people problem:invitee-unusable", "{nobody:?}");
    }
}

#[tokio::test]
async fn what_somebody_offered_who_owns_the_workspace_no_more_is_over() {
    let fixture = tied().await;
    let mut operator = Browser::signed_in(&fixture, Role::Owner).await;
    says_no_place(&fixture, true).await;
    let first = invite(&mut operator, "owner", "owner").await;
    let (mut owner, _) = accept(&fixture, &first, "owner").await;
    let second = invite(&mut owner, "admin", "owner").await;
    let (mut leaving, _) = accept(&fixture, &second, "admin").await;
    let kept_back = invite(&mut leaving, "viewer", "owner").await;
    let leaving_id = id_of(&fixture, &workspace(), "admin@example.com").await;
    owner.post(&format!("/people/{leaving_id}/role"), &[("role", "admin")]).await;
    let looked = Browser::new(&fixture).get(&kept_back).await;
    assert_eq!(looked.status, StatusCode::FORBIDDEN);
    let (_, refused) = accept(&fixture, &kept_back, "viewer").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    refused.assert_shows("no longer an owner");
    // Given back the role, they offer anew: what somebody keeps back must not wait for that.
    owner.post(&format!("/people/{leaving_id}/role"), &[("role", "owner")]).await;
    let (_, refused) = accept(&fixture, &kept_back, "viewer").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let anew = invite(&mut leaving, "viewer", "owner").await;
    let (_, accepted) = accept(&fixture, &anew, "viewer").await;
    assert_eq!(accepted.status, StatusCode::SEE_OTHER, "{}", accepted.text);
}

#[tokio::test]
async fn the_last_owner_who_accepts_a_lesser_role_stays_and_uses_nothing_up() {
    let fixture = tied().await;
    let mut operator = Browser::signed_in(&fixture, Role::Owner).await;
    says_no_place(&fixture, true).await;
    let first = invite(&mut operator, "owner", "owner").await;
    let (mut owner, _) = accept(&fixture, &first, "owner").await;
    let lesser = invite(&mut operator, "owner", "viewer").await;
    let (_, refused) = accept(&fixture, &lesser, "owner").await;
    refused.assert_shows("only owner of the workspace");
    owner.get("/people").await.assert_shows("Make the invitation");
    assert_eq!(Browser::new(&fixture).get(&lesser).await.status, StatusCode::OK);
}

#[tokio::test]
async fn only_owners_say_who_belongs_and_the_last_owner_stays() {
    let fixture = tied().await;
    let mut operator = Browser::signed_in(&fixture, Role::Owner).await;
    says_no_place(&fixture, true).await;
    operator.get("/people").await.assert_shows("Nobody yet signs in");
    let first = invite(&mut operator, "owner", "owner").await;
    let (mut owner, _) = accept(&fixture, &first, "owner").await;
    let second = invite(&mut owner, "admin", "admin").await;
    let (mut admin, _) = accept(&fixture, &second, "admin").await;
    let (owner_id, admin_id) = (
        id_of(&fixture, &workspace(), "owner@example.com").await,
        id_of(&fixture, &workspace(), "admin@example.com").await,
    );
    // An admin makes nobody an owner, themselves least of all.
    for (path, fields) in [
        (
            "/people/invite".to_owned(),
            vec![("address", "dana@example.com"), ("role", "owner")],
        ),
        (format!("/people/{admin_id}/role"), vec![("role", "owner")]),
        (format!("/people/{owner_id}/remove"), vec![]),
    ] {
        let refused = admin.post(&path, &fields).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
        refused.assert_shows("Only owners");
    }
    admin.get("/people").await.assert_hides("/remove");
    for path in [format!("/people/{owner_id}/remove"), format!("/people/{owner_id}/role")] {
        let refused = owner.post(&path, &[("role", "viewer")]).await;
        assert_eq!(refused.leads_to(), "/people problem:last-owner", "{path}");
    }
    assert_eq!(owner.post("/people/nobody/remove", &[]).await.status, StatusCode::NOT_FOUND);
    // A lost role holds from the next request on.
    let made = owner.post(&format!("/people/{admin_id}/role"), &[("role", "viewer")]).await;
    assert_eq!(made.leads_to(), "/people done:role-changed");
    admin.get("/integrations").await.assert_shows("You are a viewer.");
    assert_eq!(
        admin.post("/settings/who-sends", &[("sender", "we")]).await.status,
        StatusCode::FORBIDDEN
    );
    owner.post(&format!("/people/{admin_id}/remove"), &[]).await;
    assert_eq!(admin.get("/integrations").await.status, StatusCode::UNAUTHORIZED);
    // With a second owner the first may go; their session goes with them.
    let third = invite(&mut owner, "viewer", "owner").await;
    let (mut successor, _) = accept(&fixture, &third, "viewer").await;
    successor.post(&format!("/people/{owner_id}/remove"), &[]).await;
    assert_eq!(owner.get("/people").await.status, StatusCode::UNAUTHORIZED);
    successor.get("/people").await.assert_shows("viewer@example.com");
}

#[tokio::test]
async fn an_open_invitation_is_listed_and_taken_back_by_an_owner_and_says_so_to_whoever_opens_it() {
    let fixture = tied().await;
    let mut owner = Browser::signed_in(&fixture, Role::Owner).await;
    says_no_place(&fixture, true).await;
    owner.get("/people").await.assert_hides("Open invitations");
    let invitation = invite(&mut owner, "admin", "admin").await;
    let hash = invitation_of(&fixture, &workspace()).await;
    let path = format!("/people/invitations/{hash}/take-back");
    let page = owner.get("/people").await;
    page.assert_shows("Open invitations");
    page.assert_shows("admin@example.com");
    page.assert_shows(&path);
    let mut admin = Browser::signed_in(&fixture, Role::Admin).await;
    admin.get("/people").await.assert_hides("take-back");
    assert_eq!(admin.post(&path, &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(owner.post(&path, &[]).await.leads_to(), "/people done:taken-back");
    owner.get("/people").await.assert_hides("Open invitations");
    let (_, refused) = accept(&fixture, &invitation, "admin").await;
    for told in [Browser::new(&fixture).get(&invitation).await, refused] {
        assert_eq!(told.status, StatusCode::FORBIDDEN);
        told.assert_shows("was taken back by an owner");
    }
    assert_eq!(owner.post(&path, &[]).await.status, StatusCode::NOT_FOUND);
    // One that was accepted, or is over, is open no more.
    let accepted = invite(&mut owner, "admin", "admin").await;
    accept(&fixture, &accepted, "admin").await;
    invite(&mut owner, "viewer", "viewer").await;
    fixture.clock.advance(Duration::from_hours(7 * 24));
    Browser::signed_in(&fixture, Role::Owner)
        .await
        .get("/people")
        .await
        .assert_hides("Open invitations");
}

#[tokio::test]
async fn who_was_removed_or_demoted_does_not_come_back_by_an_invitation_from_before() {
    let fixture = tied().await;
    let mut owner = Browser::signed_in(&fixture, Role::Owner).await;
    says_no_place(&fixture, true).await;
    let first = invite(&mut owner, "admin", "admin").await;
    let (_, second) = (accept(&fixture, &first, "admin").await, invite(&mut owner, "admin", "owner").await);
    let third = invite(&mut owner, "admin", "admin").await;
    let id = id_of(&fixture, &workspace(), "admin@example.com").await;
    owner.post(&format!("/people/{id}/role"), &[("role", "viewer")]).await;
    let (_, refused) = accept(&fixture, &second, "admin").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{:?}", refused.headers);
    owner.post(&format!("/people/{id}/remove"), &[]).await;
    let (_, refused) = accept(&fixture, &third, "admin").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{:?}", refused.headers);
    refused.assert_shows("lost a role here");
    // Whom an owner wants back is invited anew.
    fixture.clock.advance(Duration::from_secs(1));
    let fourth = invite(&mut owner, "admin", "viewer").await;
    let (_, back) = accept(&fixture, &fourth, "admin").await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.text);
}

#[tokio::test]
async fn people_are_listed_in_pages_and_each_of_them_once() {
    let fixture = tied().await;
    for number in 0..130 {
        let person = PersonId::derive("https://issuer.example.com", &number.to_string());
        let workspace = workspace();
        let place = Place {
            workspace: workspace.as_str(),
            owner: person.as_str(),
            kind: "person_name",
            version: 1,
        };
        let name = format!("Person {number:03}");
        let member = Member {
            sealed_name: fixture.store().keyring().seal_text(place, &name.into()).unwrap(),
            issuer: "https://issuer.example.com".to_owned(),
            role: Role::Viewer,
            by_claims: false,
            since: Moment(0),
            last_visit: Moment(0),
            workspace,
            person,
        };
        fixture.store().save_member(&member, None, Moment(0)).await.unwrap();
    }
    let mut viewer = Browser::signed_in(&fixture, Role::Viewer).await;
    let first = viewer.get("/people").await;
    let more = first.text.split("href=\"").find(|link| link.starts_with("/people?after=")).unwrap();
    let second = viewer.get(more.split('"').next().unwrap()).await;
    second.assert_hides("More people");
    let shown = |name: &str| [&first, &second].iter().map(|page| page.text.matches(name).count()).sum::<usize>();
    assert!((0..130).all(|number| shown(&format!(">Person {number:03}<")) == 1));
    assert_eq!(first.text.matches(">Person ").count(), 100);
}

#[tokio::test]
async fn whoever_confirmed_or_decided_is_called_by_name_while_they_belong_here() {
    let fixture = tied().await;
    let claims = json!({"heymilo_role": "owner"});
    issuer_says(&fixture, json!({ "claims": claims })).await;
    let (mut admin, mut owner) = (Browser::new(&fixture), Browser::new(&fixture));
    sign_in(&mut owner, "owner", "").await;
    sign_in(&mut admin, "admin", "").await;
    let id = id_of(&fixture, &workspace(), "admin@example.com").await;
    admin
        .post("/settings/who-sends", &[("sender", "we"), ("communications_off", "on")])
        .await;
    put_order(
        &fixture,
        "order-1",
        json!({ "state": "needs_review", "reason": "recipient_not_allowed" }),
    )
    .await;
    admin.post("/activity/order-1/close", &[]).await;
    for page in ["/settings", "/activity/order-1"] {
        let page = owner.get(page).await;
        page.assert_shows("admin@example.com");
        page.assert_hides(&id);
    }
    owner.post(&format!("/people/{id}/remove"), &[]).await;
    for page in ["/settings", "/activity/order-1"] {
        let page = owner.get(page).await;
        page.assert_shows("a person who was removed");
        page.assert_hides(&id);
    }
}

#[tokio::test]
async fn the_last_visit_is_that_of_a_page_noted_once_an_hour() {
    let fixture = tied().await;
    issuer_says(&fixture, json!({ "claims": { "heymilo_role": "owner" } })).await;
    let mut owner = Browser::new(&fixture);
    sign_in(&mut owner, "owner", "").await;
    let id = PersonId::new(id_of(&fixture, &workspace(), "owner@example.com").await).unwrap();
    let last_visit = async || fixture.store().member(&workspace(), &id).await.unwrap().unwrap().last_visit;
    let signed_in = last_visit().await;
    fixture.clock.advance(Duration::from_mins(59));
    owner.get("/settings").await;
    assert_eq!(last_visit().await, signed_in, "each press is no write");
    fixture.clock.advance(Duration::from_mins(2));
    owner.get("/settings").await;
    assert!(last_visit().await.since(signed_in) >= Duration::from_hours(1));
}
