//! The caps of a request, checked before anything is parsed.

use lambda_http::http::{HeaderMap, header};

/// 256 KiB: a push holds a dozen ids.
pub(crate) const BODY_BYTES: usize = 256 * 1024;
const HEADER_BYTES: usize = 16 * 1024;
const DEPTH: usize = 32;
const STRING_BYTES: usize = 64 * 1024;

/// A request that is not parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Excess {
    /// More than [`BODY_BYTES`].
    #[error("Send at most 256 KiB.")]
    Body,
    /// More than 16 KiB of headers.
    #[error("Send at most 16 KiB of headers.")]
    Headers,
    /// Compressed: nothing is unpacked before it is trusted.
    #[error("Send the body without compression.")]
    Encoding,
    /// Something else than JSON.
    #[error("Send JSON with the content type application/json.")]
    ContentType,
    /// Deeper than 32 levels.
    #[error("Send JSON of at most 32 levels.")]
    Depth,
    /// A text longer than 64 KiB.
    #[error("Send texts of at most 64 KiB each.")]
    Text,
}

/// Size and kind of the request as its headers tell.
pub(crate) fn check_headers(headers: &HeaderMap) -> Result<(), Excess> {
    let size: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if size > HEADER_BYTES {
        return Err(Excess::Headers);
    }
    let lower = |name| {
        headers
            .get(name)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase())
    };
    if lower(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        return Err(Excess::Encoding);
    }
    let json = |kind: &str| matches!(kind, "application/json" | "text/json" | "text/plain") || kind.ends_with("+json");
    // What Workday declares is not documented, so a missing type passes; the body must be JSON all the same.
    match lower(header::CONTENT_TYPE) {
        Some(kind) if !json(kind.split(';').next().unwrap_or_default().trim()) => Err(Excess::ContentType),
        Some(_) | None => Ok(()),
    }
}

/// Depth and text lengths of a JSON body, found without building anything from it.
pub(crate) fn check_body(body: &[u8]) -> Result<(), Excess> {
    let (mut depth, mut text_bytes, mut in_text, mut escaped) = (0_usize, 0_usize, false, false);
    for byte in body {
        if in_text {
            text_bytes += 1;
            if text_bytes > STRING_BYTES {
                return Err(Excess::Text);
            }
            in_text = escaped || *byte != b'"';
            escaped = !escaped && *byte == b'\\';
            continue;
        }
        match byte {
            b'"' => (in_text, text_bytes) = (true, 0),
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _other => {}
        }
        if depth > DEPTH {
            return Err(Excess::Depth);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_http::http::HeaderValue;

    #[test]
    fn each_cap_holds_at_its_edge() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(check_body(nested(DEPTH).as_bytes()), Ok(()));
        assert_eq!(check_body(nested(DEPTH + 1).as_bytes()), Err(Excess::Depth));
        // The closing quote is counted with its text.
        let text = |length: usize| format!("\"{}\"", "x".repeat(length));
        assert_eq!(check_body(text(STRING_BYTES - 1).as_bytes()), Ok(()));
        assert_eq!(check_body(text(STRING_BYTES).as_bytes()), Err(Excess::Text));
    }

    #[test]
    fn brackets_and_quotes_inside_texts_do_not_count() {
        let quoted = format!(r#"["{}", "\"{}", "\\"]"#, "[".repeat(100), "{".repeat(100));
        assert_eq!(check_body(quoted.as_bytes()), Ok(()));
    }

    #[test]
    fn only_plain_json_passes() {
        let check = |name: header::HeaderName, value: &str, expected: Result<(), Excess>| {
            let mut headers = HeaderMap::new();
            headers.insert(name, HeaderValue::from_str(value).unwrap());
            assert_eq!(check_headers(&headers), expected, "{value}");
        };
        check(header::CONTENT_TYPE, "application/json", Ok(()));
        check(header::CONTENT_TYPE, "Application/JSON; charset=utf-8", Ok(()));
        check(header::CONTENT_TYPE, "application/cloudevents+json", Ok(()));
        check(header::CONTENT_TYPE, "text/xml", Err(Excess::ContentType));
        check(header::CONTENT_TYPE, "multipart/form-data; boundary=x", Err(Excess::ContentType));
        check(header::CONTENT_ENCODING, "gzip", Err(Excess::Encoding));
        check(header::CONTENT_ENCODING, "identity", Ok(()));
        check(header::COOKIE, &"x".repeat(HEADER_BYTES), Err(Excess::Headers));
        assert_eq!(check_headers(&HeaderMap::new()), Ok(()));
    }
}
