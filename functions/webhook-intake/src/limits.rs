//! The caps of a request, checked before anything is parsed.

use lambda_http::http::{HeaderMap, header};

/// 256 KiB: a push holds a dozen ids.
pub(crate) const BODY_BYTES: usize = 256 * 1024;
const HEADER_BYTES: usize = 16 * 1024;
/// Levels of JSON or XML.
pub(crate) const DEPTH: usize = 32;
const TEXT_BYTES: usize = 64 * 1024;

const COMPRESSIONS: [&str; 7] = ["gzip", "x-gzip", "compress", "x-compress", "deflate", "br", "zstd"];

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
    /// Deeper than 32 levels.
    #[error("Send at most 32 levels.")]
    Depth,
    /// A text longer than 64 KiB.
    #[error("Send texts of at most 64 KiB each.")]
    Text,
}

/// Size and packing of the request as its headers tell.
pub(crate) fn check_headers(headers: &HeaderMap) -> Result<(), Excess> {
    let size: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if size > HEADER_BYTES {
        return Err(Excess::Headers);
    }
    let encodings = headers.get_all(header::CONTENT_ENCODING).iter();
    let encodings = encodings.map(|value| String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase());
    // Some senders put the charset here, which changes nothing.
    if encodings
        .into_iter()
        .any(|list| list.split(',').any(|encoding| COMPRESSIONS.contains(&encoding.trim())))
    {
        return Err(Excess::Encoding);
    }
    Ok(())
}

/// A text of another form than JSON.
pub(crate) fn check_text(text: &str) -> Result<(), Excess> {
    if text.len() > TEXT_BYTES {
        return Err(Excess::Text);
    }
    Ok(())
}

/// Depth and text lengths of a JSON body, found without building anything from it.
pub(crate) fn check_json(json: &str) -> Result<(), Excess> {
    let (mut depth, mut text_bytes, mut in_text, mut escaped) = (0_usize, 0_usize, false, false);
    for byte in json.bytes() {
        if in_text {
            text_bytes += 1;
            if text_bytes > TEXT_BYTES {
                return Err(Excess::Text);
            }
            in_text = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
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
        assert_eq!(check_json(&nested(DEPTH)), Ok(()));
        assert_eq!(check_json(&nested(DEPTH + 1)), Err(Excess::Depth));
        // The closing quote is counted with its text.
        let text = |length: usize| format!("\"{}\"", "x".repeat(length));
        assert_eq!(check_json(&text(TEXT_BYTES - 1)), Ok(()));
        assert_eq!(check_json(&text(TEXT_BYTES)), Err(Excess::Text));
    }

    #[test]
    fn brackets_and_quotes_inside_texts_do_not_count() {
        let quoted = format!(r#"["{}", "\"{}", "\\"]"#, "[".repeat(100), "{".repeat(100));
        assert_eq!(check_json(&quoted), Ok(()));
    }

    #[test]
    fn compression_is_refused_and_any_type_passes() {
        let check = |name: header::HeaderName, value: &str, expected: Result<(), Excess>| {
            let mut headers = HeaderMap::new();
            headers.insert(name, HeaderValue::from_str(value).unwrap());
            assert_eq!(check_headers(&headers), expected, "{value}");
        };
        check(header::CONTENT_TYPE, "text/xml", Ok(()));
        check(header::CONTENT_TYPE, "multipart/form-data; boundary=x", Ok(()));
        check(header::CONTENT_ENCODING, "GZip", Err(Excess::Encoding));
        check(header::CONTENT_ENCODING, "utf-8, br", Err(Excess::Encoding));
        check(header::CONTENT_ENCODING, "identity", Ok(()));
        check(header::CONTENT_ENCODING, "UTF-8", Ok(()));
        check(header::COOKIE, &"x".repeat(HEADER_BYTES), Err(Excess::Headers));
        assert_eq!(check_headers(&HeaderMap::new()), Ok(()));
    }
}
