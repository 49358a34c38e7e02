//! The HTTP Basic credential that Workday's integration system attaches, against the hashes of the two active ones.

use data_encoding::BASE64;
use domain::Moment;
use keys::{equal_in_constant_time, token_hash};
use lambda_http::http::{HeaderMap, header};
use store::settings::WebhookCredential;

/// SHA-256 of the presented `user:password`; of nothing if there is none or it is malformed, so that every request
/// costs the same.
pub(crate) fn presented_hash(headers: &HeaderMap) -> String {
    token_hash(&presented(headers).unwrap_or_default())
}

/// Which of the two a request presents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presented {
    Current,
    Previous,
}

/// Which of the stored hashes the presented one is, if any. The times differ only by whether there is a previous one, which is no
/// secret.
pub(crate) fn matches(stored: Option<&WebhookCredential>, presented: &str, now: Moment) -> Option<Presented> {
    let current = stored.map(|stored| stored.current.as_str()).unwrap_or_default();
    let previous = stored.and_then(|stored| stored.previous.as_ref());
    let (previous, until) = previous.map_or(("", now), |(hash, until)| (hash.as_str(), Moment(*until)));
    let is_current = equal_in_constant_time(current, presented);
    let is_previous = now < until && equal_in_constant_time(previous, presented);
    match (is_current, is_previous) {
        (true, _) => Some(Presented::Current),
        (false, true) => Some(Presented::Previous),
        (false, false) => None,
    }
}

fn presented(headers: &HeaderMap) -> Option<String> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (value, None) = (values.next()?, values.next()) else {
        return None;
    };
    let (scheme, encoded) = value.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    String::from_utf8(BASE64.decode(encoded.trim().as_bytes()).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_http::http::HeaderValue;

    fn presented_by(values: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, HeaderValue::from_str(value).unwrap());
        }
        presented_hash(&headers)
    }

    fn basic(credential: &str) -> String {
        format!("Basic {}", BASE64.encode(credential.as_bytes()))
    }

    fn stored() -> WebhookCredential {
        WebhookCredential {
            current: token_hash("heymilo:current"),
            previous: Some((token_hash("heymilo:previous"), 1_000)),
            made_at: None,
        }
    }

    #[test]
    fn current_and_previous_count_the_previous_for_a_while() {
        let check = |credential: &str, now: i64, expected: Option<Presented>| {
            let presented = presented_by(&[&basic(credential)]);
            assert_eq!(matches(Some(&stored()), &presented, Moment(now)), expected, "{credential} at {now}");
        };
        check("heymilo:current", 0, Some(Presented::Current));
        check("heymilo:current", 5_000, Some(Presented::Current));
        check("heymilo:previous", 999, Some(Presented::Previous));
        check("heymilo:previous", 1_000, None);
        check("heymilo:wrong", 0, None);
        check("", 0, None);
    }

    #[test]
    fn what_is_not_one_basic_credential_is_none() {
        let good = basic("heymilo:current");
        let encoded = BASE64.encode(b"heymilo:current");
        for bad in [
            vec![],
            vec![good.as_str(), good.as_str()],
            vec![&format!("{good},{good}")],
            vec![&format!("Bearer {encoded}")],
            vec!["Basic"],
            vec!["Basic "],
            vec!["Basic %%%"],
            vec!["Basic /w=="],
            vec![&encoded],
        ] {
            assert_eq!(matches(Some(&stored()), &presented_by(&bad), Moment(0)), None, "{bad:?}");
        }
        let good = presented_by(&[&format!("bAsIc  {encoded} ")]);
        assert_eq!(matches(Some(&stored()), &good, Moment(0)), Some(Presented::Current));
    }

    #[test]
    fn nothing_matches_where_nothing_is_stored() {
        let empty = WebhookCredential {
            current: String::new(),
            previous: None,
            made_at: None,
        };
        assert_eq!(matches(None, &presented_by(&[]), Moment(0)), None);
        assert_eq!(matches(Some(&empty), &presented_by(&[]), Moment(0)), None);
        assert_eq!(matches(None, &presented_by(&[&basic("heymilo:current")]), Moment(0)), None);
    }
}
