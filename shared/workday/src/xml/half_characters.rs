//! Numeric references that are no characters. Programs that count in UTF-16 write an emoji as two halves, and cut
//! names between them: in a list of two hundred people such a name must cost no more than itself.

use std::borrow::Cow;

const REFERENCE_START: &str = "&#";
/// Bytes in which a number and its semicolon are looked for.
const LONGEST_REFERENCE: usize = 16;

/// The document with halves that belong together joined, and every other number that is no character replaced by
/// U+FFFD. What is no numeric reference at all is left for the reader to refuse.
pub(super) fn whole_characters(document: &str) -> Cow<'_, str> {
    if !document.contains(REFERENCE_START) {
        return Cow::Borrowed(document);
    }
    let mut whole = String::with_capacity(document.len());
    let mut rest = document;
    while let Some((before, reference)) = rest.split_once(REFERENCE_START) {
        whole.push_str(before);
        rest = match number(reference) {
            None => {
                whole.push_str(REFERENCE_START);
                reference
            }
            // It may stand for markup, so it stays a reference.
            Some((number, behind)) if number != 0 && char::from_u32(number).is_some() => {
                whole.push_str(REFERENCE_START);
                whole.push_str(&number.to_string());
                whole.push(';');
                behind
            }
            Some((number, behind)) => {
                let (character, behind) = joined(number, behind).unwrap_or((char::REPLACEMENT_CHARACTER, behind));
                whole.push(character);
                behind
            }
        };
    }
    whole.push_str(rest);
    Cow::Owned(whole)
}

/// The character that a first half makes with the reference behind it, and what is behind both.
fn joined(first: u32, behind: &str) -> Option<(char, &str)> {
    let (second, behind) = number(behind.strip_prefix(REFERENCE_START)?)?;
    let halves = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
    // Only a first half takes the second one along.
    let mut characters = char::decode_utf16(halves);
    let character = characters.next()?.ok()?;
    characters.next().is_none().then_some((character, behind))
}

/// The number of a reference without its `&#`, and what is behind its semicolon.
fn number(reference: &str) -> Option<(u32, &str)> {
    // What goes on without a semicolon is none, and the rest of the document is not searched for one.
    let end = reference.bytes().take(LONGEST_REFERENCE).position(|byte| byte == b';')?;
    let (digits, behind) = (reference.get(..end)?, reference.get(end + 1..)?);
    let (digits, radix) = digits.strip_prefix('x').map_or((digits, 10), |digits| (digits, 16));
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    Some((u32::from_str_radix(digits, radix).ok()?, behind))
}
