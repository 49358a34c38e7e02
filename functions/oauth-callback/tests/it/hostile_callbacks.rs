//! Ways back from Workday that must not connect: each case changes one thing about a genuine answer. Judged by the
//! connection, which stays unconnected, and by Workday's record, which shows no call: the code was not even tried.

use crate::consent::{CONNECTION, assert_clean, decide, parameter, prepare, prepare_at, prepared, start, state_of};
use crate::fixture::{Fixture, fixture, location, request, workspace};
use domain::standing::ConnectionState;
use drive::{Owner, Page};
use lambda_http::http::{Method, StatusCode};
use std::time::Duration;
use store::session::Role;

const UNREADABLE: &str = "/integrations problem:authorization-unreadable";
const OVER: &str = "/integrations problem:authorization-over";
const FOREIGN: &str = "/integrations problem:authorization-foreign";

/// What became of a genuine answer's code and state.
type Query = fn(&str, &str) -> String;

/// Queries that are refused before anything is looked up: the state in them is not used up.
const UNREADABLE_QUERIES: &[(&str, Query)] = &[
    ("nothing", |_, _| String::new()),
    ("only separators", |_, _| "&&&==".to_owned()),
    ("no state", |code, _| format!("code={code}")),
    ("no code", |_, state| format!("state={state}")),
    ("an empty code", |_, state| format!("code=&state={state}")),
    ("an empty error", |_, state| format!("error=&code=&state={state}")),
    ("a code longer than any", |_, state| {
        format!("code={}&state={state}", "a".repeat(4_097))
    }),
    ("a code of 60 kB", |_, state| format!("code={}&state={state}", "a".repeat(60_000))),
    ("a line break in the code", |code, state| format!("code={code}%0d%0a&state={state}")),
    ("a NUL in the code", |code, state| format!("code={code}%00&state={state}")),
    ("a letter beyond ASCII in the code", |code, state| {
        format!("code={code}%C3%A9&state={state}")
    }),
    ("bytes that are no text in the code", |code, state| {
        format!("code={code}%FF%FE&state={state}")
    }),
    ("a second code", |code, state| format!("code={code}&code=other&state={state}")),
    ("the code twice", |code, state| format!("code={code}&code={code}&state={state}")),
    ("a second state", |code, state| {
        format!("code={code}&state={state}&state={}", "A".repeat(43))
    }),
    ("the state twice", |code, state| format!("code={code}&state={state}&state={state}")),
    ("two issuers", |code, state| format!("code={code}&state={state}&iss=a&iss=b")),
    ("two errors", |_, state| {
        format!("error=access_denied&error=access_denied&state={state}")
    }),
    ("a code and an error", |code, state| {
        format!("code={code}&error=access_denied&state={state}")
    }),
    ("an empty state", |code, _| format!("code={code}&state=")),
    ("a state cut short", |code, state| format!("code={code}&state={}", &state[..42])),
    ("a state with one character more", |code, state| {
        format!("code={code}&state={state}A")
    }),
    ("a padded state", |code, state| format!("code={code}&state={state}%3D")),
    ("a state with a space before it", |code, state| {
        format!("code={code}&state=%20{state}")
    }),
    ("a state with a space in it", |code, state| {
        format!("code={code}&state={}+", &state[..42])
    }),
    ("a state with a slash", |code, state| {
        format!("code={code}&state={}%2F", &state[..42])
    }),
    ("a state with a plus", |code, state| {
        format!("code={code}&state={}%2B", &state[..42])
    }),
    ("a state with a NUL", |code, state| format!("code={code}&state={}%00", &state[..42])),
    ("a state with a NUL behind it", |code, state| {
        format!("code={code}&state={state}%00")
    }),
    ("a state with a letter beyond ASCII", |code, state| {
        format!("code={code}&state={}%C3%A9", &state[..41])
    }),
    ("a state of full-width letters", |code, _| {
        format!("code={code}&state={}", "%EF%BC%A1".repeat(43))
    }),
    ("a state of 60 kB", |code, _| format!("code={code}&state={}", "A".repeat(60_000))),
    ("a state that is a path", |code, _| {
        format!("code={code}&state=..%2F..%2Fetc%2Fpasswd")
    }),
    ("a state that is a key of ours", |code, _| format!("code={code}&state=W%23acme")),
    ("a state that is a query of a database", |code, _| {
        format!("code={code}&state=%27%20OR%20%271%27%3D%271")
    }),
    ("a state that is markup", |code, _| {
        format!("code={code}&state=%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    }),
    ("names in capitals", |code, state| format!("CODE={code}&STATE={state}")),
    ("names of a list", |code, state| format!("code[]={code}&state[]={state}")),
    ("semicolons between", |code, state| format!("code={code};state={state}")),
    ("everything encoded once more", |code, state| {
        format!("code%3D{code}%26state%3D{state}")
    }),
];

/// What became of a genuine state.
type OtherState = fn(&str) -> String;

/// States of the right shape that nobody asked with, or that were asked with in another form.
const UNKNOWN_STATES: &[(&str, OtherState)] = &[
    ("a guess", |_| "A".repeat(43)),
    ("another guess", |_| "-_".repeat(21) + "z"),
    ("in small letters", |state| format!("{}a", state[1..].to_lowercase())),
    ("in capitals", |state| format!("{}A", state[1..].to_uppercase())),
    ("backwards", |state| state[1..].chars().rev().chain(['q']).collect()),
    ("with its first character changed", |state| swapped(state, 0)),
    ("with its last character changed", |state| swapped(state, 42)),
    ("with one in the middle changed", |state| swapped(state, 21)),
    ("turned by one", |state| format!("{}{}", &state[1..], &state[..1])),
    ("the beginning of its stored hash", |state| keys::token_hash(state)[..43].to_owned()),
];

/// Issuers that are not the host that was asked; the real one is `http://127.0.0.1:{port}`.
const ISSUERS: &[&str] = &[
    "",
    "null",
    "https://evil.example.com",
    "https://impl.workday.com",
    "https://impl.workday.com/",
    "HTTP://127.0.0.1",
    "http://127.0.0.1",
    "http://127.0.0.1:1",
    "http://localhost",
    "{host}/",
    "{host}/other_tenant",
    "{host}/acme_preview/",
    "{host}/acme_preview/../acme_preview",
    "{host}%20",
    "%20{host}",
    "{host}%00",
    "{host}.evil.example.com",
    "{host}@evil.example.com",
    "{host}%23",
    "{host}?tenant=acme_preview",
];

/// Addresses that are no callback at all.
const ELSEWHERE: &[&str] = &[
    "/oauth/workday/callback",
    "/oauth/workday/callback/",
    "/oauth/workday/callback/{c}/",
    "/oauth/workday/callback/{c}/x",
    "/oauth/workday/callback//{c}",
    "/oauth/workday/callback/a%23b/",
    "/oauth/workday/Callback/{c}",
    "/oauth/workday/other/{c}",
    "/oauth/other/callback/{c}",
    "/oauth/workday/start/",
    "/oauth/workday/start/a/b",
];

fn swapped(state: &str, place: usize) -> String {
    let other = if &state[place..=place] == "x" { "y" } else { "x" };
    format!("{}{other}{}", &state[..place], &state[place + 1..])
}

/// A consent that was asked for and given: code and state as Workday sends them back.
async fn approved(fixture: &Fixture, owner: &Owner) -> (String, String) {
    let back = decide(fixture, &start(owner).await, "approve").await;
    (parameter(&back, "code"), parameter(&back, "state"))
}

fn callback(connection: &str, query: &str) -> String {
    format!("/oauth/workday/callback/{connection}?{query}")
}

/// The connection is where it was, and Workday was not asked for anything.
async fn assert_nothing_happened(fixture: &Fixture) {
    assert_eq!(state_of(fixture).await, ConnectionState::Pending);
    let calls = format!("{}/__stand-in/calls", fixture.workday.url);
    let calls = fixture.outside.json(&calls).await.unwrap();
    assert_eq!(calls["total"], 0, "{calls}");
}

fn assert_refused(answer: &Page, expected: &str, case: &str) {
    assert_clean(answer);
    assert_eq!(location(answer), expected, "{case}");
}

#[test]
fn there_are_enough_cases() {
    let cases = UNREADABLE_QUERIES.len() + UNKNOWN_STATES.len() + ISSUERS.len() + ELSEWHERE.len();
    assert!(cases >= 80, "{cases}");
}

#[tokio::test]
async fn unreadable_answers_and_unknown_states_are_refused_and_use_nothing_up() {
    let fixture = fixture().await;
    prepared(&fixture, false).await;
    let owner = fixture.signed_in(Role::Owner).await;
    let (code, state) = approved(&fixture, &owner).await;
    for (case, query) in UNREADABLE_QUERIES {
        let answer = owner.ask(&callback(CONNECTION, &query(&code, &state))).await.unwrap();
        assert_refused(&answer, UNREADABLE, case);
    }
    for (case, change) in UNKNOWN_STATES {
        let changed = change(&state);
        assert!(changed.len() == 43 && changed != state, "{case}: {changed}");
        for outcome in [format!("code={code}"), "error=access_denied".to_owned()] {
            let answer = owner
                .ask(&callback(CONNECTION, &format!("{outcome}&state={changed}")))
                .await
                .unwrap();
            assert_refused(&answer, OVER, case);
        }
    }
    for path in ELSEWHERE {
        let path = path.replace("{c}", CONNECTION);
        let answer = owner.ask(&format!("{path}?code={code}&state={state}")).await.unwrap();
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    let genuine = callback(CONNECTION, &format!("code={code}&state={state}"));
    for method in [Method::POST, Method::HEAD, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let answer = request(&owner.browser, method.clone(), &genuine, &[]).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
    assert_nothing_happened(&fixture).await;
    // Nothing of all this used the genuine answer up.
    let answer = owner.ask(&genuine).await.unwrap();
    assert_eq!(location(&answer), format!("/integrations/workday/{CONNECTION} done:connected"));
}

#[tokio::test]
async fn an_issuer_other_than_the_host_that_was_asked_is_refused() {
    let fixture = fixture().await;
    prepared(&fixture, false).await;
    let owner = fixture.signed_in(Role::Owner).await;
    for issuer in ISSUERS {
        let (code, state) = approved(&fixture, &owner).await;
        let issuer = issuer.replace("{host}", &fixture.workday.url);
        let query = format!("code={code}&state={state}&iss={issuer}");
        assert_refused(&owner.ask(&callback(CONNECTION, &query)).await.unwrap(), FOREIGN, &issuer);
        // One try is one try: the same answer without the issuer comes too late.
        let query = format!("code={code}&state={state}");
        assert_refused(&owner.ask(&callback(CONNECTION, &query)).await.unwrap(), OVER, &issuer);
    }
    assert_nothing_happened(&fixture).await;
}

#[tokio::test]
async fn an_answer_at_another_connections_address_is_refused() {
    let fixture = fixture().await;
    prepared(&fixture, false).await;
    prepare(&fixture, "wd-other", false).await;
    let own = fixture.admin().redirect_uri(&crate::consent::id());
    fixture.control("settings", serde_json::json!({"redirect_uris": [own]})).await;
    let owner = fixture.signed_in(Role::Owner).await;
    for elsewhere in [
        "wd-other",
        "wd-nobody",
        "WD-CONSENT",
        "wd-consent.",
        "wd-consent%20",
        "wd-consent%00",
        "wd-consent%2F",
        "..%2Fwd-consent",
        "%77d-consent",
        "production",
    ] {
        let (code, state) = approved(&fixture, &owner).await;
        let query = format!("code={code}&state={state}");
        assert_refused(&owner.ask(&callback(elsewhere, &query)).await.unwrap(), FOREIGN, elsewhere);
        assert_refused(&owner.ask(&callback(CONNECTION, &query)).await.unwrap(), OVER, elsewhere);
    }
    assert_nothing_happened(&fixture).await;
}

#[tokio::test]
async fn an_answer_that_is_not_this_sessions_is_refused() {
    let fixture = fixture().await;
    prepared(&fixture, false).await;
    let owner = fixture.signed_in(Role::Owner).await;

    // Another session, of whatever role, even of the same person; afterwards the owner's own try comes too late.
    for role in [Role::Owner, Role::Admin, Role::Viewer] {
        let back = decide(&fixture, &start(&owner).await, "approve").await;
        let other = fixture.signed_in(role).await;
        assert_refused(&other.ask(&back).await.unwrap(), FOREIGN, "another session");
        assert_refused(&owner.ask(&back).await.unwrap(), OVER, "the owner after another session");
    }

    // Nobody signed in, or a cookie that is none.
    let back = decide(&fixture, &start(&owner).await, "approve").await;
    let told = fixture.stranger().ask(&back).await.unwrap();
    assert_eq!(told.status, StatusCode::UNAUTHORIZED);
    assert!(told.text().contains("href=\"/sign-in\""), "{}", told.text());
    let back = decide(&fixture, &start(&owner).await, "approve").await;
    let forged = format!("session={}", "A".repeat(43));
    let answer = request(&fixture.stranger().browser, Method::GET, &back, &[("cookie", &forged)]).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);

    // Too late, and later still.
    for seconds in [601, 3_600] {
        let back = decide(&fixture, &start(&owner).await, "approve").await;
        fixture.clock.advance(Duration::from_secs(seconds));
        assert_refused(&owner.ask(&back).await.unwrap(), OVER, "too late");
    }

    // After signing out and in again.
    let back = decide(&fixture, &start(&owner).await, "approve").await;
    owner.sign_out().await.unwrap();
    let again = fixture.signed_in(Role::Owner).await;
    assert_refused(&again.ask(&back).await.unwrap(), FOREIGN, "after signing in again");

    // The sign-in address was changed while the person was at Workday.
    let back = decide(&fixture, &start(&again).await, "approve").await;
    let elsewhere = fixture.workday.url.replace("127.0.0.1", "localhost");
    prepare_at(&fixture, CONNECTION, &elsewhere, false).await;
    assert_refused(&again.ask(&back).await.unwrap(), FOREIGN, "another sign-in address");
    prepare(&fixture, CONNECTION, false).await;
    assert_nothing_happened(&fixture).await;

    // The connection was disconnected meanwhile.
    let back = decide(&fixture, &start(&again).await, "approve").await;
    fixture.admin().disconnect(&workspace(), &crate::consent::id()).await.unwrap();
    let answer = again.ask(&back).await.unwrap();
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(location(&answer).contains(" problem:"), "{}", location(&answer));
    assert_eq!(state_of(&fixture).await, ConnectionState::Disconnected);
}

#[tokio::test]
async fn an_error_of_workday_connects_nothing_and_is_not_repeated_on_the_page() {
    let fixture = fixture().await;
    prepared(&fixture, false).await;
    let owner = fixture.signed_in(Role::Owner).await;
    for error in [
        "access_denied",
        "unauthorized_client",
        "invalid_request",
        "invalid_scope",
        "unsupported_response_type",
        "server_error",
        "temporarily_unavailable",
        "%3Cscript%3Esesame%3C%2Fscript%3E",
        "sesame%0d%0aSet-Cookie:%20a=b",
    ] {
        let state = parameter(start(&owner).await.as_str(), "state");
        let query = format!("error={error}&error_description=sesame&error_uri=https://evil.example.com/sesame&state={state}");
        let answer = owner.ask(&callback(CONNECTION, &query)).await.unwrap();
        let expected = if error == "access_denied" { "denied" } else { "refused" };
        assert_refused(
            &answer,
            &format!("/integrations/workday/{CONNECTION} problem:authorization-{expected}"),
            error,
        );
        let page = owner.browser.follow(answer).await.unwrap().text();
        assert!(!page.contains("sesame") && !page.contains("evil.example.com"), "{page}");
        // Used up: a code that comes with it later is worth nothing.
        let late = owner.ask(&callback(CONNECTION, &format!("code=late&state={state}"))).await.unwrap();
        assert_refused(&late, OVER, error);
    }
    assert_nothing_happened(&fixture).await;
}

#[tokio::test]
async fn the_way_to_workday_starts_for_a_known_connection_and_those_who_may_change_it() {
    let fixture = fixture().await;
    prepared(&fixture, false).await;
    let owner = fixture.signed_in(Role::Owner).await;
    for unknown in ["unknown", "WD-CONSENT", "wd-consent."] {
        let answer = owner.ask(&format!("/oauth/workday/start/{unknown}")).await.unwrap();
        assert_eq!(location(&answer), "/integrations problem:connection-unknown", "{unknown}");
    }
    let way = format!("/oauth/workday/start/{CONNECTION}");
    let posted = request(&owner.browser, Method::POST, &way, &[]).await;
    assert_eq!(posted.status, StatusCode::METHOD_NOT_ALLOWED);
    let viewer = fixture.signed_in(Role::Viewer).await;
    assert_eq!(viewer.ask(&way).await.unwrap().status, StatusCode::FORBIDDEN);
    assert_nothing_happened(&fixture).await;
}
