//! Signing in and out, and what a form needs to be taken.

use crate::browser::Browser;
use crate::fixture::{PUBLIC_URL, fixture, workspace};
use domain::settings::WhoSends;
use lambda_http::http::{Method, StatusCode};
use std::time::Duration;
use store::session::Role;

#[tokio::test]
async fn a_sign_in_link_works_once_and_a_session_ends() {
    let fixture = fixture().await;
    fixture.connect_heymilo().await;
    let link = fixture.sign_in_link(Role::Owner).await;
    let mut browser = Browser::new(&fixture);
    assert_eq!(browser.get("/integrations").await.status, StatusCode::UNAUTHORIZED);
    let answer = browser.press_sign_in(&link).await;
    let cookie = answer.headers["set-cookie"].to_str().unwrap().to_owned();
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    browser.get("/integrations").await.assert_shows("Available Integrations");
    assert_eq!(Browser::new(&fixture).get(&link).await.status, StatusCode::UNAUTHORIZED);
    let late = fixture.sign_in_link(Role::Owner).await;
    fixture.clock.advance(Duration::from_mins(11));
    assert_eq!(Browser::new(&fixture).get(&late).await.status, StatusCode::UNAUTHORIZED);
    fixture.clock.advance(Duration::from_hours(12));
    assert_eq!(browser.get("/integrations").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn whoever_looks_at_a_sign_in_link_leaves_it_to_the_person_who_presses_its_button() {
    let fixture = fixture().await;
    fixture.connect_heymilo().await;
    let link = fixture.sign_in_link(Role::Owner).await;
    let mut scanner = Browser::new(&fixture);
    for _ in 0..2 {
        let looked = scanner.get(&link).await;
        assert_eq!((looked.status, looked.headers.get("set-cookie")), (StatusCode::OK, None));
        looked.assert_shows("<form method=\"post\" action=\"/sign-in\">");
        assert_eq!(scanner.request(Method::HEAD, &link, &[], "").await.status, StatusCode::OK);
    }
    // Another site's form would sign a person in to a workspace of that site's choice.
    let token = link.strip_prefix("/sign-in?token=").unwrap();
    let form = format!("link={token}");
    for headers in [
        vec![("sec-fetch-site", "cross-site")],
        vec![("origin", "https://evil.example.com")],
        vec![],
    ] {
        let forged = scanner.post_raw("/sign-in", &headers, &form).await;
        assert_eq!(
            (forged.status, forged.headers.get("set-cookie")),
            (StatusCode::FORBIDDEN, None),
            "{headers:?}"
        );
    }
    assert_eq!(Browser::new(&fixture).press_sign_in(&link).await.location(), "/integrations");
    assert_eq!(Browser::new(&fixture).press_sign_in(&link).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn signing_out_ends_the_session_everywhere() {
    let fixture = fixture().await;
    let mut browser = Browser::signed_in(&fixture, Role::Admin).await;
    let cookie = browser.cookie().unwrap();
    assert_eq!(browser.post("/sign-out", &[]).await.status, StatusCode::SEE_OTHER);
    assert!(browser.cookie().is_none());
    let stolen = Browser::with_cookie(&fixture, &cookie).get("/integrations").await;
    assert_eq!(stolen.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_form_needs_our_page_the_session_and_its_token() {
    let fixture = fixture().await;
    fixture.connect_heymilo().await;
    let mut browser = Browser::signed_in(&fixture, Role::Owner).await;
    let mut other = Browser::signed_in(&fixture, Role::Owner).await;
    let (own, foreign) = (browser.form_token().await, other.form_token().await);
    let ours = ("sec-fetch-site", "same-origin");
    let attempts = [
        (vec![("sec-fetch-site", "cross-site")], own.as_str()),
        (vec![("origin", "https://evil.example.com")], own.as_str()),
        (vec![], own.as_str()),
        (vec![ours], foreign.as_str()),
        (vec![ours], ""),
        (vec![ours], "guessed"),
    ];
    for (headers, token) in attempts {
        let answer = browser
            .post_raw("/settings/who-sends", &headers, &format!("token={token}&sender=heymilo"))
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{headers:?} {token}");
    }
    let settings = fixture.store().workspace(&workspace()).await.unwrap().unwrap();
    assert_eq!(settings.who_sends, WhoSends::Unanswered);
    let answer = browser
        .post_raw(
            "/settings/who-sends",
            &[("origin", PUBLIC_URL)],
            &format!("token={own}&sender=heymilo"),
        )
        .await;
    assert_eq!(answer.leads_to(), "/settings done:answered");
}
