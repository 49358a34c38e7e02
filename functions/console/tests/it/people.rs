//! Who belongs to a workspace: invitations, roles, and what a viewer meets.

use crate::browser::{Answer, Browser};
use crate::company::{issuer_says, sign_in, tied};
use crate::fixture::{Fixture, PUBLIC_URL, fixture, workspace};
use lambda_http::http::StatusCode;
use serde_json::json;
use std::time::Duration;
use store::session::Role;

/// The issuer says of nobody where they belong.
async fn says_no_place(fixture: &Fixture, verified: bool) {
    let claims = json!({"email_verified": verified, "heymilo_role": null, "heymilo_workspace": null});
    issuer_says(fixture, json!({ "claims": claims })).await;
}

/// The path of a fresh invitation for a person.
async fn invite(owner: &mut Browser, person: &str, role: &str) -> String {
    let address = format!("{person}@example.com");
    let page = owner.post("/people/invite", &[("address", &address), ("role", role)]).await;
    let address = page.text.split("<code>").nth(1).unwrap_or_else(|| panic!("{}", page.text));
    let address = address.split("</code>").next().unwrap();
    address.strip_prefix(PUBLIC_URL).unwrap().to_owned()
}

async fn accept(fixture: &Fixture, invitation: &str, person: &str) -> (Browser, Answer) {
    let token = invitation.rsplit('/').next().unwrap();
    let mut browser = Browser::new(fixture);
    let answer = sign_in(&mut browser, person, &format!("invitation={token}")).await;
    (browser, answer)
}

/// The id of the person whom the page calls so.
async fn id_of(fixture: &Fixture, name: &str) -> String {
    let people = fixture.admin().people(&workspace()).await.unwrap();
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
        assert_eq!(refused.location(), "/people?problem=invitee-unusable", "{nobody:?}");
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
    let leaving_id = id_of(&fixture, "admin@example.com").await;
    owner.post(&format!("/people/{leaving_id}/role"), &[("role", "admin")]).await;
    let looked = Browser::new(&fixture).get(&kept_back).await;
    assert_eq!(looked.status, StatusCode::FORBIDDEN);
    let (_, refused) = accept(&fixture, &kept_back, "viewer").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    refused.assert_shows("no longer an owner");
    // Given back the role, they stand by what they offered.
    owner.post(&format!("/people/{leaving_id}/role"), &[("role", "owner")]).await;
    let (_, accepted) = accept(&fixture, &kept_back, "viewer").await;
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
        id_of(&fixture, "owner@example.com").await,
        id_of(&fixture, "admin@example.com").await,
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
        assert_eq!(refused.location(), "/people?problem=last-owner", "{path}");
    }
    assert_eq!(owner.post("/people/nobody/remove", &[]).await.status, StatusCode::NOT_FOUND);
    // A lost role holds from the next request on.
    let made = owner.post(&format!("/people/{admin_id}/role"), &[("role", "viewer")]).await;
    assert_eq!(made.location(), "/people?done=role-changed");
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

/// The addresses behind the sign-in, with something in the place of each id.
fn addresses(method: &str) -> Vec<String> {
    let behind_the_sign_in = |path: &String| !path.starts_with("/sign-in") && !path.starts_with("/invitation");
    let some_id = |path: String| path.replace(['{', '}', '*'], "-");
    let of_method = console::addresses().filter(|address| address.method == method);
    of_method.map(web::Address::path).filter(behind_the_sign_in).map(some_id).collect()
}

#[tokio::test]
async fn a_viewer_changes_nothing_at_any_address_and_meets_no_form_that_would_but_the_one_to_leave() {
    let fixture = tied().await;
    let mut viewer = Browser::new(&fixture);
    sign_in(&mut viewer, "viewer", "").await;
    let posts = addresses("POST");
    assert!(posts.len() >= 15, "{posts:?}");
    for path in &posts {
        let refused = viewer.post(path, &[]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
        refused.assert_shows("You can look, but not change");
        refused.assert_shows("<nav");
    }
    for path in addresses("GET") {
        let shown = viewer.get(&path).await;
        // Searching changes nothing.
        let forms = shown.text.matches("method=\"post\"").count();
        assert!(
            shown.status.is_redirection() || forms == shown.text.matches("action=\"/sign-out\"").count(),
            "{path}: {}",
            shown.text
        );
    }
    assert_eq!(viewer.get("/integrations/workday/new").await.status, StatusCode::FORBIDDEN);
}
