//! The tables of who refreshes, and of what an answer means.

use super::*;
use secrecy::ExposeSecret;

const NOW: Moment = Moment(1_000_000_000);

fn later(seconds: u64) -> Moment {
    NOW.plus(Duration::from_secs(seconds))
}

fn standing(token: Option<u64>, lease: Option<u64>, cooldown: Option<u64>) -> Standing {
    Standing {
        token: token.map(later),
        margin: MARGIN,
        lease: lease.map(later),
        pause: cooldown.map(later),
    }
}

#[test]
fn one_worker_refreshes_and_the_old_token_serves_while_it_lives() {
    for (token, lease, cooldown, outrun, next) in [
        (Some(121), None, None, false, Next::Use),
        (Some(121), Some(30), Some(30), false, Next::Use),
        (Some(120), None, None, false, Next::Lease),
        (None, None, None, false, Next::Lease),
        // A lease and a pause that are over stop nobody.
        (None, Some(0), Some(0), false, Next::Lease),
        (Some(1), Some(30), None, false, Next::Use),
        (Some(1), None, Some(30), false, Next::Use),
        (Some(1), None, None, true, Next::Use),
        (Some(0), Some(30), None, false, Next::Wait),
        (None, None, None, true, Next::Wait),
        (None, None, Some(30), false, Next::Park(later(30))),
        (None, Some(30), Some(20), true, Next::Park(later(20))),
    ] {
        let standing = standing(token, lease, cooldown);
        assert_eq!(standing.next(NOW, outrun), next, "{standing:?} {outrun}");
    }
}

fn after(asked: Asked, error: TokenError, past: Past) -> String {
    format!("{:?}", meaning(asked, Err(error), past))
}

#[test]
fn a_refused_grant_is_final_only_when_no_token_is_left_to_try() {
    let past = |replaced, refresh_broke_off, has_previous| Past {
        replaced,
        refresh_broke_off,
        has_previous,
    };
    for (asked, past, expected) in [
        (Asked::Current, past(true, true, true), "Theirs"),
        (Asked::Current, past(false, true, true), "Ask(CurrentAgain)"),
        (Asked::Current, past(false, false, true), "Ask(Previous)"),
        (Asked::Current, past(false, false, false), "Refused"),
        (Asked::CurrentAgain, past(false, true, true), "Ask(Previous)"),
        (Asked::CurrentAgain, past(false, true, false), "Refused"),
        (Asked::Previous, past(false, true, true), "Refused"),
    ] {
        assert_eq!(after(asked, TokenError::InvalidGrant, past), expected, "{asked:?} {past:?}");
    }
}

#[test]
fn a_client_that_is_refused_is_suspect_and_no_more() {
    let past = Past {
        replaced: false,
        refresh_broke_off: false,
        has_previous: true,
    };
    let code = String::from("invalid_request");
    let said = |description: Option<&str>| TokenError::Refused {
        code: code.clone(),
        description: description.map(str::to_owned),
    };
    for (error, words) in [
        (TokenError::InvalidClient, "invalid_client"),
        (said(None), "invalid_request"),
        (said(Some("Try again.")), "invalid_request: Try again."),
    ] {
        assert_eq!(after(Asked::Current, error, past), format!("Suspect({words:?})"));
    }
}

#[test]
fn what_may_pass_cools_down_for_as_long_as_asked_within_bounds() {
    let past = Past {
        replaced: false,
        refresh_broke_off: true,
        has_previous: true,
    };
    let transient = |seconds: Option<u64>| TokenError::Transient {
        retry_after: seconds.map(Duration::from_secs),
    };
    for (error, seconds) in [
        (transient(None), 30),
        (transient(Some(1)), 30),
        (transient(Some(90)), 90),
        (transient(Some(86_400)), 900),
        (TokenError::Malformed, 30),
    ] {
        let expected = format!("{:?}", Meaning::CoolDown(Duration::from_secs(seconds)));
        assert_eq!(after(Asked::Current, error, past), expected);
    }
}

#[test]
fn the_token_that_was_traded_in_is_kept_for_one_generation() {
    let oauth = OAuthCredential {
        client_id: "client".into(),
        client_secret: "secret".into(),
        client_in_body: false,
        refresh_token: "second".into(),
        previous_refresh_token: Some("first".into()),
        access_token: None,
        access_expires_at: NOW,
        access_obtained_at: NOW,
    };
    let tokens = |used: &str, new: Option<&str>| {
        let answer = TokenAnswer {
            client_in_body: false,
            access_token: "access".into(),
            expires_in: Duration::from_hours(1),
            refresh_token: new.map(Into::into),
        };
        let next = renewed(&oauth, &used.into(), answer, NOW);
        assert_eq!(next.access_expires_at, later(3600));
        let previous = next.previous_refresh_token.unwrap();
        (next.refresh_token.expose_secret().to_owned(), previous.expose_secret().to_owned())
    };
    let pair = |current: &str, previous: &str| (current.to_owned(), previous.to_owned());
    assert_eq!(tokens("second", Some("third")), pair("third", "second"));
    assert_eq!(tokens("first", Some("third")), pair("third", "first"));
    assert_eq!(tokens("second", None), pair("second", "first"));
}
