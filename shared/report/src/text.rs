//! Cleaning of foreign text: what is left is one line that cannot reorder, hide or break what stands around it.

/// The longest name or title, in characters.
pub(crate) const NAME: usize = 200;
/// The longest question, answer, criterion or reason.
pub(crate) const PHRASE: usize = 600;
/// Items of any list but a transcript.
pub(crate) const ITEMS: usize = 100;
/// Ends a text that was cut.
pub(crate) const ELLIPSIS: char = '…';

/// One line of visible text, at most `limit` characters: controls, bidirectional overrides, invisible tags and
/// non-characters removed, every run of white space one space.
pub(crate) fn clean(text: &str, limit: usize) -> String {
    let mut cleaned = String::with_capacity(text.len().min(limit.saturating_mul(4)));
    let mut length = 0;
    let mut space = false;
    for character in text.chars() {
        if is_space(character) {
            space = !cleaned.is_empty();
            continue;
        }
        if is_unsafe(character) {
            continue;
        }
        let needed = if space { 2 } else { 1 };
        if length + needed > limit {
            cleaned.push(ELLIPSIS);
            return cleaned;
        }
        if space {
            cleaned.push(' ');
            space = false;
        }
        cleaned.push(character);
        length += needed;
    }
    cleaned
}

/// The same for a list: empty items are dropped, and no more than `items` are kept.
pub(crate) fn clean_all(texts: &[String], limit: usize, items: usize) -> Vec<String> {
    texts
        .iter()
        .map(|text| clean(text, limit))
        .filter(|text| !text.is_empty())
        .take(items)
        .collect()
}

/// Shortens an already clean text.
pub(crate) fn shorten(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => text.to_owned(),
        Some((end, _)) => {
            let mut short = text.get(..end).unwrap_or_default().trim_end().to_owned();
            short.push(ELLIPSIS);
            short
        }
    }
}

/// Line breaks of every kind count as space: a line of ours cannot be imitated inside a text of theirs.
fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{1c}'..='\u{1f}' | '\u{2028}' | '\u{2029}')
}

fn is_unsafe(character: char) -> bool {
    character.is_control()
        // Directional marks, embeddings, overrides and isolates.
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}')
        // Invisible: soft hyphen, zero-width space, word joiner and friends, byte order mark, annotations, tags.
        // The joiners U+200C and U+200D stay: Persian and Hindi are misspelt without them.
        || matches!(character, '\u{ad}' | '\u{180e}' | '\u{200b}' | '\u{2060}'..='\u{2065}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
        || matches!(character, '\u{e0000}'..='\u{e0fff}')
        // Private use and non-characters mean nothing to anybody else, and XML 1.0 or PDF refuse some of them.
        || matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
        || matches!(character, '\u{fdd0}'..='\u{fdef}')
        || u32::from(character) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_one_visible_line() {
        for (text, expected) in [
            ("  Ada \r\n\t Example\u{2028}", "Ada Example"),
            ("a\u{202e}txt.exe\u{2066}b", "atxt.exeb"),
            ("nul\0bel\u{7}esc\u{1b}[31m", "nulbelesc[31m"),
            ("\u{feff}\u{e0041}x\u{ffff}\u{fffe}\u{1ffff}", "x"),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("👩\u{200d}🔬", "👩\u{200d}🔬"),
            ("", ""),
        ] {
            assert_eq!(clean(text, 100), expected);
        }
    }

    #[test]
    fn long_text_is_cut_visibly() {
        assert_eq!(clean("abc def", 7), "abc def");
        assert_eq!(clean("abc def", 5), "abc d…");
        assert_eq!(clean("abc def", 4), "abc…");
        assert_eq!(shorten("abc def", 4), "abc…");
        assert_eq!(shorten("äöü", 3), "äöü");
    }
}
