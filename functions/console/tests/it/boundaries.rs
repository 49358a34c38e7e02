//! What a viewer and another workspace's ids meet at every address that the router has.

use crate::browser::Browser;
use crate::company::{sign_in, tied};
use crate::fixture::{Fixture, POSTING, put_order, store_as_it_is, workspace};
use crate::people::{id_of, invite};
use crate::routes::{self, Ids};
use domain::{ConnectionId, Order, WorkspaceId};
use lambda_http::http::StatusCode;
use serde_json::{Value, json};
use store::session::Role;

const THEIR_KEY: &str = "heymilo-umbrella-key";

fn umbrella() -> WorkspaceId {
    WorkspaceId::new("umbrella").unwrap()
}

fn review() -> Value {
    json!({ "state": "needs_review", "reason": "interview_over", "write_problem": "Workday said no.", "needs_a_look": true,
            "kept_outcome": "shortlisted", "result_version": 1, "result_fingerprint": "f" })
}

/// The ids of a workspace in which there is one of everything.
pub(crate) async fn furnished(fixture: &Fixture) -> Ids {
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    put_order(fixture, "order-1", review()).await;
    sign_in(&mut Browser::new(fixture), "viewer", "").await;
    let mut owner = Browser::signed_in(fixture, Role::Owner).await;
    invite(&mut owner, "admin", "admin").await;
    Ids {
        connection: "production".into(),
        agent: POSTING.into(),
        order: "order-1".into(),
        person: id_of(fixture, &workspace(), "viewer@example.com").await,
        invitation: invitation_of(fixture, &workspace()).await,
    }
}

pub(crate) async fn invitation_of(fixture: &Fixture, workspace: &WorkspaceId) -> String {
    fixture.admin().open_invitations(workspace).await.unwrap().remove(0).0.hash
}

/// The same of another workspace, with an agent of its own at HeyMilo.
async fn furnished_elsewhere(fixture: &Fixture) -> Ids {
    let other = json!({"id": "ws_umbrella", "name": "Umbrella", "slug": "umbrella", "api_key": THEIR_KEY});
    let seed = json!({"keep": true, "workspaces": [other], "postings": [{"id": "theirs", "title": "Theirs", "workspace_id": "ws_umbrella", "deadline_days": 90.0}]});
    fixture
        .control(&format!("{}/__stand-in/seed", fixture.heymilo.url), Some(seed))
        .await;
    let mut file = fixture.file();
    file["workspace"]["id"] = json!("umbrella");
    file["workspace"]["heymilo_api_key"] = json!(THEIR_KEY);
    file["connections"][0]["id"] = json!("umbrella-production");
    file["mappings"] = json!([{"connection": "umbrella-production", "requisition": "R00001", "posting": "theirs"}]);
    fixture.admin().apply(&Fixture::setup(&file)).await.unwrap();
    // One Workday tenant is one workspace's at a time.
    let connection = ConnectionId::new("umbrella-production").unwrap();
    fixture.admin().disconnect(&umbrella(), &connection).await.unwrap();
    fixture.admin().tie_issuer(&umbrella(), &fixture.issuer.url).await.unwrap();
    let mut row = json!({ "workspace": "umbrella", "order": "their-order", "connection": "umbrella-production",
        "application": "JOB_APPLICATION-9", "candidate": "C00009", "requisition": "R00001", "visit": 1, "attempt": 1, "created_at": 0, "updated_at": 0 });
    row.as_object_mut().unwrap().extend(review().as_object().unwrap().clone());
    store_as_it_is(fixture.store(), serde_json::from_value::<Order>(row).unwrap()).await;
    let claims = json!({"heymilo_workspace": "umbrella", "heymilo_role": "owner"});
    crate::company::issuer_says(fixture, json!({ "claims": claims })).await;
    let mut owner = Browser::new(fixture);
    sign_in(&mut owner, "owner", "").await;
    invite(&mut owner, "admin", "admin").await;
    crate::company::issuer_says(fixture, json!({})).await;
    Ids {
        connection: "umbrella-production".into(),
        agent: "theirs".into(),
        order: "their-order".into(),
        person: id_of(fixture, &umbrella(), "owner@example.com").await,
        invitation: invitation_of(fixture, &umbrella()).await,
    }
}

#[tokio::test]
async fn a_viewer_sees_every_page_changes_nothing_at_any_address_and_meets_no_form_but_the_one_to_leave() {
    let fixture = tied().await;
    let ids = furnished(&fixture).await;
    let mut viewer = Browser::new(&fixture);
    sign_in(&mut viewer, "viewer", "").await;
    let posts = routes::of("POST");
    assert!(posts.len() >= 16, "{posts:?}");
    for path in posts.iter().flat_map(|pattern| ids.fill(pattern)) {
        let refused = viewer.post(&path, &[]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
        refused.assert_shows("You can look, but not change");
        refused.assert_shows("<nav");
    }
    let pages = routes::of("GET");
    assert!(pages.len() >= 12, "{pages:?}");
    for path in pages.iter().flat_map(|pattern| ids.fill(pattern)) {
        let shown = viewer.get(&path).await;
        // Searching changes nothing.
        let forms = shown.text.matches("method=\"post\"").count();
        match path.as_str() {
            // A mail, shown in a frame of its page.
            "/settings/invitation/mail" => {
                assert_eq!((shown.status, shown.text.contains("<form")), (StatusCode::OK, false));
                continue;
            }
            "" | "/" => assert_eq!(shown.location(), "/integrations"),
            // Pages that are nothing but a form.
            form if ["/new", "connect", "/reference-ids"].iter().any(|end| form.ends_with(end)) => {
                assert_eq!(shown.status, StatusCode::FORBIDDEN, "{path}");
            }
            _ => assert_eq!(shown.status, StatusCode::OK, "{path}: {}", shown.text),
        }
        assert!(
            shown.status.is_redirection() || (forms, shown.text.matches("action=\"/sign-out\"").count()) == (1, 1),
            "{path}: {}",
            shown.text
        );
    }
}

#[tokio::test]
async fn another_workspaces_ids_are_nothing_here_at_any_address_and_nothing_of_theirs_changes() {
    let fixture = tied().await;
    let theirs = furnished_elsewhere(&fixture).await;
    let ours = furnished(&fixture).await;
    let mut owner = Browser::signed_in(&fixture, Role::Owner).await;
    let before = everything_of(&fixture, &umbrella()).await;
    let with_ids = |function| routes::of(function).into_iter().filter(|pattern| pattern.contains('{'));
    for path in with_ids("GET").flat_map(|pattern| theirs.fill(&pattern)) {
        let shown = owner.get(&path).await;
        assert_eq!(shown.status, StatusCode::NOT_FOUND, "{path}: {}", shown.text);
        shown.assert_shows("<nav");
        shown.assert_hides("Umbrella");
    }
    for path in with_ids("POST").flat_map(|pattern| theirs.fill(&pattern)) {
        for connection in [&theirs.connection, &ours.connection] {
            let fields = [
                ("connection", connection.as_str()),
                ("requisition", "R00001"),
                ("role", "admin"),
                ("posting", &theirs.agent),
            ];
            let answer = owner.post(&path, &fields).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}: {:?}", answer.headers.get("location"));
            answer.assert_shows("<nav");
        }
    }
    // At an address of ours, too.
    for step in ["link", "unlink"] {
        let fields = [("connection", theirs.connection.as_str()), ("requisition", "R00001")];
        let answer = owner.post(&format!("/agents/{}/{step}", ours.agent), &fields).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{step}");
    }
    assert_eq!(everything_of(&fixture, &umbrella()).await, before);
    assert_eq!(fixture.store().mappings(&workspace()).await.unwrap().len(), 1);
}

/// What a workspace has, and every act in it.
async fn everything_of(fixture: &Fixture, workspace: &WorkspaceId) -> Value {
    let (store, admin) = (fixture.store(), fixture.admin());
    let members: Vec<_> = admin
        .people(workspace)
        .await
        .unwrap()
        .into_iter()
        .map(|(member, _)| member)
        .collect();
    let open: Vec<_> = admin
        .open_invitations(workspace)
        .await
        .unwrap()
        .into_iter()
        .map(|(open, _)| open)
        .collect();
    json!({
        "settings": store.workspace(workspace).await.unwrap(),
        "connections": store.connections(workspace).await.unwrap(),
        "links": store.mappings(workspace).await.unwrap(),
        "orders": store.recent_orders(workspace, 10).await.unwrap(),
        "members": members,
        "invitations": open,
        "acts": store.acts(workspace, None).await.unwrap().entries,
    })
}
