//! What candidates are told of the employer, as a browser sees and sets it.

use crate::browser::Browser;
use crate::fixture::{Fixture, fixture, workspace};
use domain::settings::CandidateDetails;
use lambda_http::http::StatusCode;
use store::session::Role;

const PATH: &str = "/settings/candidate-details";

async fn saved(fixture: &Fixture) -> CandidateDetails {
    fixture.store().workspace(&workspace()).await.unwrap().unwrap().candidate_details
}

#[tokio::test]
async fn an_owner_says_what_candidates_see_and_a_viewer_reads_it_without_a_form() {
    let fixture = fixture().await;
    fixture.connect_heymilo().await;
    let mut owner = Browser::signed_in(&fixture, Role::Owner).await;
    let fields = [
        ("contact_name", "Acme & Co. Recruiting"),
        ("contact_address", " recruiting@example.com "),
        ("privacy_notice", "https://example.com/privacy"),
    ];
    let answer = owner.post(PATH, &fields).await;
    owner.follow(answer).await.assert_shows("Saved.");
    let details = saved(&fixture).await;
    assert_eq!(details.contact_name.as_deref(), Some("Acme & Co. Recruiting"));
    assert_eq!(details.contact_address.as_deref(), Some("recruiting@example.com"));
    assert_eq!(details.privacy_notice.as_deref(), Some("https://example.com/privacy"));
    let mut viewer = Browser::signed_in(&fixture, Role::Viewer).await;
    let page = viewer.get("/settings").await;
    for part in ["Acme &amp; Co. Recruiting", "recruiting@example.com", "https://example.com/privacy"] {
        page.assert_shows(part);
    }
    page.assert_hides("name=\"contact_name\"");
    assert_eq!(viewer.post(PATH, &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(saved(&fixture).await, details);
    owner.post(PATH, &[]).await;
    assert_eq!(saved(&fixture).await, CandidateDetails::default(), "what is emptied is not set");
}

#[tokio::test]
async fn a_refusal_stands_beside_its_field_and_what_was_typed_is_kept() {
    let fixture = fixture().await;
    fixture.connect_heymilo().await;
    let mut owner = Browser::signed_in(&fixture, Role::Owner).await;
    let long = "x".repeat(81);
    for (name, address, privacy, field) in [
        (long.as_str(), "recruiting@example.com", "", "contact_name"),
        ("Kim", "", "", "contact_address"),
        ("Kim", "a@example.com, b@example.com", "", "contact_address"),
        ("Kim", "kim@example.com", "http://example.com", "privacy_notice"),
    ] {
        let fields = [("contact_name", name), ("contact_address", address), ("privacy_notice", privacy)];
        let page = owner.post(PATH, &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        page.assert_shows(&format!("id=\"{field}-error\""));
        for typed in [name, address, privacy].into_iter().filter(|typed| !typed.is_empty()) {
            page.assert_shows(&format!("value=\"{typed}\""));
        }
        assert_eq!(saved(&fixture).await, CandidateDetails::default());
    }
}

#[tokio::test]
async fn of_two_people_who_change_what_candidates_see_one_is_told() {
    let fixture = fixture().await;
    fixture.connect_heymilo().await;
    let mut owner = Browser::signed_in(&fixture, Role::Owner).await;
    let seen = fixture.store().workspace(&workspace()).await.unwrap().unwrap().revision.to_string();
    let fields = |address| [("revision", seen.as_str()), ("contact_address", address)];
    owner.post(PATH, &fields("first@example.com")).await;
    let late = owner.post(PATH, &fields("second@example.com")).await;
    late.assert_shows("value=\"second@example.com\"");
    assert_eq!(saved(&fixture).await.contact_address.as_deref(), Some("first@example.com"));
}

#[tokio::test]
async fn the_invitation_is_shown_as_it_is_sent_in_the_employers_name_and_colour_and_in_each_language() {
    let fixture = fixture().await;
    fixture.connect_heymilo().await;
    let mut owner = Browser::signed_in(&fixture, Role::Owner).await;
    let fields = [
        ("employer_name", "Acme & Sons"),
        ("colour", "#7A1F4B"),
        ("contact_address", "recruiting@example.com"),
    ];
    owner.post(PATH, &fields).await;
    let page = owner.get("/settings/invitation").await;
    page.assert_says("Acme &amp; Sons via HeyMilo");
    page.assert_says("recruiting@example.com");
    page.assert_says("Acme &amp; Sons: your screening for Warehouse Associate");
    let mail = owner.get("/settings/invitation/mail").await;
    mail.assert_shows("background:#7a1f4b");
    mail.assert_says("An AI conducts this interview.");
    assert!(mail.headers["content-security-policy"].to_str().unwrap().contains("sandbox"));
    for (language, said) in [
        ("de", "Dieses Interview f\u{fc}hrt eine KI."),
        ("fr", "Une IA m\u{e8}ne cet entretien."),
        ("es", "Esta entrevista la hace una IA."),
    ] {
        owner
            .get(&format!("/settings/invitation?language={language}"))
            .await
            .assert_says(said);
        let mail = owner.get(&format!("/settings/invitation/mail?language={language}")).await;
        mail.assert_says(said);
    }
    let mut viewer = Browser::signed_in(&fixture, Role::Viewer).await;
    viewer.get("/settings/invitation").await.assert_says("Acme &amp; Sons via HeyMilo");
}

#[tokio::test]
async fn a_colour_that_white_cannot_be_read_on_is_refused_beside_its_field() {
    let fixture = fixture().await;
    fixture.connect_heymilo().await;
    let mut owner = Browser::signed_in(&fixture, Role::Owner).await;
    for (colour, said) in [("#ffdd00", "hard to read"), ("yellow", "six digits")] {
        let page = owner.post(PATH, &[("employer_name", "Acme"), ("colour", colour)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        page.assert_shows("id=\"colour-error\"");
        page.assert_says(said);
        page.assert_shows(&format!("value=\"{colour}\""));
    }
    assert_eq!(saved(&fixture).await, CandidateDetails::default());
}
