//! Who did what: every act leaves one row, and the page tells them.

use crate::boundaries::invitation_of;
use crate::browser::Browser;
use crate::company::{sign_in, tied};
use crate::fixture::{Fixture, POSTING, put_order, workspace};
use crate::health::REFERENCE_IDS;
use crate::people::{accept, id_of, invite, says_no_place};
use crate::routes;
use admin::{Act, Actor, AuditEntry, ConnectionDraft, Proof, Subject};
use domain::{ConnectionId, PersonId};
use lambda_http::http::StatusCode;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;
use store::session::Role;

async fn acts(fixture: &Fixture) -> Vec<AuditEntry> {
    fixture.admin().acts(&workspace(), None).await.unwrap().entries
}

fn kinds(entries: &[AuditEntry]) -> Vec<Act> {
    entries.iter().map(|entry| entry.what).collect()
}

/// Access to the connection that came by a connect link: the moment it was proven at.
async fn offered(fixture: &Fixture) -> String {
    let (admin, id) = (fixture.admin(), ConnectionId::new("production").unwrap());
    let link = admin.make_connect_link(&workspace(), &id).await.unwrap();
    admin
        .enter_by_link(&id, link.rsplit('/').next().unwrap(), "a session")
        .await
        .unwrap();
    let guest = admin.guest("a session".to_owned()).await.unwrap().unwrap();
    let draft = ConnectionDraft::new(id.clone(), &fixture.workday.url, &fixture.workday.tenant);
    let proof = Proof::RefreshToken {
        client_id: "heymilo-demo-client".to_owned(),
        client_secret: "demo-client-secret".to_owned().into(),
        refresh_token: "demo-refresh-token".to_owned().into(),
    };
    admin.offer_access(&guest, draft, proof).await.unwrap();
    let offer = admin.offer(&workspace(), &id).await.unwrap().unwrap();
    offer.proven_at.unwrap().0.to_string()
}

/// The number of somebody whom the connection may write to, whatever it is.
async fn test_candidate(fixture: &Fixture) -> String {
    let id = ConnectionId::new("production").unwrap();
    let mut connection = fixture.store().connection(&workspace(), &id).await.unwrap().unwrap();
    connection.options.allowed_recipients = vec!["@example.com".to_owned()];
    fixture.store().save_connection(&connection, &[]).await.unwrap();
    crate::why::candidate(fixture, "JOB_APPLICATION-3-1").await
}

/// One thing that a person does at an address of the router.
struct Step<'a> {
    at: &'a str,
    path: String,
    fields: Vec<(&'a str, &'a str)>,
    leaves: Act,
}

#[tokio::test]
async fn whatever_changes_something_leaves_one_row_of_whoever_did_it() {
    let fixture = tied().await;
    says_no_place(&fixture, true).await;
    let mut operator = Browser::signed_in(&fixture, Role::Owner).await;
    let first = invite(&mut operator, "owner", "owner").await;
    let (mut owner, _) = accept(&fixture, &first, "owner").await;
    let second = invite(&mut owner, "viewer", "viewer").await;
    accept(&fixture, &second, "viewer").await;
    invite(&mut owner, "admin", "admin").await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    let review = json!({ "state": "needs_review", "reason": "recipient_not_allowed", "write_problem": "No." });
    for order in ["invite", "write-again", "close"] {
        put_order(&fixture, order, review.clone()).await;
    }
    put_order(
        &fixture,
        "release",
        json!({ "state": "invited", "failing_since": 0, "needs_a_look": true }),
    )
    .await;
    let kept = json!({ "state": "needs_review", "reason": "interview_over", "kept_outcome": "shortlisted", "result_version": 1, "result_fingerprint": "f" });
    put_order(&fixture, "adopt", kept).await;
    let test_candidate = test_candidate(&fixture).await;
    let viewer = id_of(&fixture, &workspace(), "viewer@example.com").await;
    let invitation = invitation_of(&fixture, &workspace()).await;
    let connection = |step: &str| format!("/integrations/workday/production/{step}");
    let services = fixture.workday.url.clone();
    let begun = owner.get("/integrations/workday/new").await.location().to_owned();
    let proven = offered(&fixture).await;
    let step = |at, path: String, fields, leaves| Step { at, path, fields, leaves };
    let order = |action: &str, leaves| step("/activity/{order}/{action}", format!("/activity/{action}/{action}"), vec![], leaves);
    let new = vec![
        ("way", "consent"),
        ("services_url", services.as_str()),
        ("sign_in_url", services.as_str()),
        ("tenant", "acme_preview"),
        ("client_id", "us"),
        ("client_secret", "sesame"),
    ];
    let link = vec![("connection", "production"), ("requisition", "R00002")];
    let settings = vec![("stage", "on"), ("assess", "on"), ("poll_minutes", "17")];
    let steps = [
        step(
            "/settings/heymilo",
            "/settings/heymilo".into(),
            vec![("api_key", heymilo_stand_in::DEFAULT_API_KEY)],
            Act::HeyMiloKeySaved,
        ),
        step(
            "/settings/who-sends",
            "/settings/who-sends".into(),
            vec![("sender", "heymilo")],
            Act::SenderAnswered,
        ),
        step(
            "/settings/who-is-told",
            "/settings/who-is-told".into(),
            vec![("address", "hr@example.com")],
            Act::NoticesAddressed,
        ),
        step(
            "/settings/candidate-details",
            "/settings/candidate-details".into(),
            vec![("contact_address", "recruiting@example.com")],
            Act::CandidateDetailsSaved,
        ),
        step("/integrations/workday/{id}/connect", begun.clone(), new, Act::ApiClientSaved),
        step(
            "/integrations/workday/{id}/connect-link",
            connection("connect-link"),
            vec![],
            Act::ConnectLinkMade,
        ),
        step(
            "/integrations/workday/{id}/accept",
            connection("accept"),
            vec![("seen", &proven)],
            Act::OfferAccepted,
        ),
        step(
            "/integrations/workday/{id}/connect-link/withdraw",
            connection("connect-link/withdraw"),
            vec![],
            Act::ConnectLinkWithdrawn,
        ),
        step(
            "/integrations/workday/{id}/decline",
            connection("decline"),
            vec![],
            Act::OfferDeclined,
        ),
        step(
            "/integrations/workday/{id}/remove",
            begun.replace("/connect", "/remove"),
            vec![],
            Act::ConnectionRemoved,
        ),
        step("/integrations/workday/{id}/check", connection("check"), vec![], Act::AccessChecked),
        step(
            "/integrations/workday/{id}/refresh",
            connection("refresh"),
            vec![("posting", POSTING)],
            Act::RequisitionsAskedFor,
        ),
        step(
            "/integrations/workday/{id}/setup/try",
            connection("setup/try"),
            vec![],
            Act::TriedOut,
        ),
        step(
            "/integrations/workday/{id}/setup/test-candidate",
            connection("setup/test-candidate"),
            vec![("number", test_candidate.as_str()), ("confirmed", "on")],
            Act::TestCandidateNamed,
        ),
        step(
            "/integrations/workday/{id}/push",
            connection("push"),
            vec![("confirmed", "on")],
            Act::PushCredentialSaved,
        ),
        step(
            "/integrations/workday/{id}/settings",
            connection("settings"),
            settings,
            Act::SettingsChanged,
        ),
        step(
            "/integrations/workday/{id}/reference-ids",
            connection("reference-ids"),
            REFERENCE_IDS.to_vec(),
            Act::SettingsChanged,
        ),
        step(
            "/agents/{posting}/link",
            format!("/agents/{POSTING}/link"),
            link.clone(),
            Act::Linked,
        ),
        step("/agents/{posting}/unlink", format!("/agents/{POSTING}/unlink"), link, Act::Unlinked),
        order("invite", Act::ScreeningInvited),
        order("write-again", Act::ScreeningWrittenAgain),
        order("release", Act::ScreeningReleased),
        order("adopt", Act::ResultAdopted),
        order("close", Act::ScreeningClosed),
        step(
            "/people/invite",
            "/people/invite".into(),
            vec![("address", "dana@example.com"), ("role", "viewer")],
            Act::Invited,
        ),
        step(
            "/people/invitations/{invitation}/take-back",
            format!("/people/invitations/{invitation}/take-back"),
            vec![],
            Act::InvitationTakenBack,
        ),
        step(
            "/people/{person}/role",
            format!("/people/{viewer}/role"),
            vec![("role", "admin")],
            Act::RoleGiven,
        ),
        step("/people/{person}/remove", format!("/people/{viewer}/remove"), vec![], Act::Removed),
        step(
            "/integrations/workday/{id}/disconnect",
            connection("disconnect"),
            vec![],
            Act::Disconnected,
        ),
    ];
    let known: BTreeSet<&str> = steps.iter().map(|step| step.at).collect();
    let routed = routes::of("POST");
    assert_eq!(
        known,
        routed.iter().map(String::as_str).collect(),
        "a step that this test does not take"
    );
    let owner_id = id_of(&fixture, &workspace(), "owner@example.com").await;
    for Step {
        path, mut fields, leaves, ..
    } in steps
    {
        // Workday takes five calls a second.
        fixture.clock.advance(Duration::from_secs(30));
        let seen;
        if leaves == Act::SettingsChanged {
            seen = owner.get("/integrations/workday/production").await.hidden("seen");
            fields.push(("seen", &seen));
        }
        let before = acts(&fixture).await;
        let answer = owner.post(&path, &fields).await;
        let went_well = answer.status == StatusCode::OK || answer.status == StatusCode::SEE_OTHER;
        assert!(
            went_well && !format!("{:?}", answer.headers.get("location")).contains("problem"),
            "{path}: {} {:?}",
            answer.text,
            answer.headers.get("location")
        );
        let after = acts(&fixture).await;
        let new: Vec<&AuditEntry> = after.iter().filter(|entry| !before.contains(entry)).collect();
        assert_eq!(new.iter().map(|entry| entry.what).collect::<Vec<_>>(), [leaves], "{path}");
        let person = PersonId::new(owner_id.as_str()).unwrap();
        assert_eq!(new[0].who, Actor::Person { person }, "{path}");
        // A second time nothing is left that could be done.
        if leaves == Act::Removed {
            owner.post(&path, &fields).await;
            assert_eq!(acts(&fixture).await.len(), after.len(), "{path}");
        }
    }
}

#[tokio::test]
async fn signing_in_and_out_and_what_the_operator_does_is_among_the_acts_and_names_nobodys_address() {
    let fixture = tied().await;
    let mut guest = Browser::signed_in(&fixture, Role::Owner).await;
    let mut person = Browser::new(&fixture);
    sign_in(&mut person, "admin", "").await;
    person.post("/sign-out", &[]).await;
    let left = acts(&fixture).await;
    assert_eq!(
        kinds(&left),
        [
            Act::SignedOut,
            Act::SignedIn,
            Act::RoleGivenByClaims,
            Act::SignedInByLink,
            Act::SignInLinkMade,
            Act::IssuerAllowed,
            Act::HeyMiloKeySaved
        ]
    );
    assert_eq!(left[4..].iter().filter(|entry| entry.who == Actor::Operator).count(), 3);
    assert_eq!(left[3].on, Subject::Role { role: Role::Owner });
    let rows = serde_json::to_string(&left).unwrap();
    assert!(!rows.contains('@') && !rows.contains("Söhne"), "{rows}");
    // Names are those of the people's own rows, while there are any.
    let page = guest.get("/audit").await;
    page.assert_shows("admin@example.com");
    page.assert_shows("the operator of this installation");
    page.assert_shows("somebody, let in by the operator of this installation");
    let people = guest.get("/people").await;
    people.assert_shows("Visits by links of the operator");
    people.assert_shows("let in by the operator of this installation, signed in as owner");
    people.assert_shows("href=\"/audit\"");
    let id = id_of(&fixture, &workspace(), "admin@example.com").await;
    guest.post(&format!("/people/{id}/remove"), &[]).await;
    let page = guest.get("/audit").await;
    page.assert_hides("admin@example.com");
    page.assert_shows("a person who was removed");
}

#[tokio::test]
async fn the_history_is_read_in_pages_latest_first_and_no_act_is_on_two() {
    let fixture = tied().await;
    for _ in 0..130 {
        fixture.clock.advance(Duration::from_secs(1));
        fixture.sign_in_link(Role::Viewer).await;
    }
    let mut viewer = Browser::signed_in(&fixture, Role::Viewer).await;
    let first = viewer.get("/audit").await;
    assert_eq!(first.text.matches("<tr>").count(), 101);
    let older = first.text.split("href=\"").find(|link| link.starts_with("/audit?before=")).unwrap();
    let second = viewer.get(older.split('"').next().unwrap()).await;
    // 130 links and one that was used, the use, the key and the issuer, less the first page; and the heading.
    assert_eq!(second.text.matches("<tr>").count(), 1 + 34);
    second.assert_hides("Older");
    assert_eq!(viewer.get("/audit?before=%23bent").await.status, StatusCode::OK);
}
