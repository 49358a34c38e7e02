//! What the answers of a token endpoint mean.

use super::*;

#[test]
fn tokens_are_read() {
    let read = |body: &str| read_tokens(body.as_bytes(), false);
    let answer = read(r#"{"access_token":"at","token_type":"Bearer","expires_in":1200,"refresh_token":"rt"}"#).unwrap();
    assert_eq!(answer.access_token.expose_secret(), "at");
    assert_eq!(answer.refresh_token.as_ref().unwrap().expose_secret(), "rt");
    assert_eq!(answer.expires_in, Duration::from_mins(20));
    assert!(!format!("{answer:?}").contains("\"at\""));
    let answer = read(r#"{"access_token":"at","expires_in":"60"}"#).unwrap();
    assert_eq!((answer.expires_in, answer.refresh_token.is_none()), (Duration::from_mins(1), true));
    assert_eq!(read(r#"{"access_token":"at"}"#).unwrap().expires_in, DEFAULT_EXPIRES_IN);
    for body in [
        "",
        "{}",
        r#"{"access_token":""}"#,
        r#"{"access_token":"  "}"#,
        r#"{"access_token":1}"#,
        r#"{"access_token":"at""#,
    ] {
        assert!(matches!(read(body), Err(TokenError::Malformed)), "{body}");
    }
    assert!(matches!(read("<html>Back soon</html>"), Err(TokenError::Transient { .. })));
    for empty in ["", " ", "\\n"] {
        let answer = read(&format!(r#"{{"access_token":"at","refresh_token":"{empty}"}}"#)).unwrap();
        assert!(answer.refresh_token.is_none(), "{empty:?} is no token");
    }
}

#[test]
fn refusals_are_told_apart() {
    let check = |status: u16, body: &str, expected: fn(&TokenError) -> bool| {
        let error = read_refusal(StatusCode::from_u16(status).unwrap(), None, body.as_bytes());
        assert!(expected(&error), "{status} {body}: {error:?}");
    };
    check(400, r#"{"error":"invalid_grant","error_description":"x"}"#, |error| {
        matches!(error, TokenError::InvalidGrant)
    });
    check(401, r#"{"error":"invalid_grant"}"#, |error| {
        matches!(error, TokenError::InvalidGrant)
    });
    check(401, r#"{"error":"invalid_client"}"#, |error| {
        matches!(error, TokenError::InvalidClient)
    });
    check(401, "", |error| matches!(error, TokenError::InvalidClient));
    check(
        400,
        r#"{"error":"unauthorized_client"}"#,
        |error| matches!(error, TokenError::Refused { code, .. } if code == "unauthorized_client"),
    );
    check(
        400,
        r#"{"error":"Dana Example <script>"}"#,
        |error| matches!(error, TokenError::Refused { code, .. } if code == "http_400"),
    );
    check(
        404,
        "<html>",
        |error| matches!(error, TokenError::Refused { code, .. } if code == "http_404"),
    );
    check(
        503,
        "Invalid tenant name",
        |error| matches!(error, TokenError::Refused { code, .. } if code == "invalid_tenant"),
    );
    for status in [302, 408, 429, 500, 502, 503] {
        check(status, r#"{"error":"temporarily_unavailable"}"#, |error| {
            matches!(error, TokenError::Transient { .. })
        });
    }
}

#[test]
fn words_that_are_shown_hold_no_token_number_or_address() {
    for (said, shown) in [
        ("The refresh token is expired.", Some("The refresh token is expired.")),
        (
            "Token eyJhbGciOiJSUzI1NiJ9.e30.x of dana@example.com, call +15550100",
            Some("Token … of … call …"),
        ),
        (" \n ", None),
    ] {
        assert_eq!(redacted(said).as_deref(), shown, "{said}");
    }
    assert_eq!(redacted(&"word ".repeat(100)).map(|shown| shown.len()), Some(MAX_DESCRIPTION));
}

#[test]
fn an_odd_value_beside_a_rotated_refresh_token_does_not_cost_it() {
    for (body, expires_in, refresh_token) in [
        (
            r#"{"access_token":"at","expires_in":3600.0,"refresh_token":"rt"}"#,
            3_600,
            Some("rt"),
        ),
        (r#"{"access_token":"at","expires_in":-1,"refresh_token":"rt"}"#, 3_600, Some("rt")),
        (
            r#"{"access_token":"at","expires_in":{"seconds":5},"refresh_token":"rt"}"#,
            3_600,
            Some("rt"),
        ),
        (r#"{"access_token":"at","expires_in":600,"refresh_token":7}"#, 600, None),
        (
            "\u{feff}{\"access_token\":\"at\",\"expires_in\":600,\"refresh_token\":\"rt\"}",
            600,
            Some("rt"),
        ),
    ] {
        let answer = read_tokens(body.as_bytes(), false).unwrap();
        assert_eq!(answer.expires_in, Duration::from_secs(expires_in), "{body}");
        assert_eq!(
            answer.refresh_token.as_ref().map(ExposeSecret::expose_secret),
            refresh_token,
            "{body}"
        );
    }
}
