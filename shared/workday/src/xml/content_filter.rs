//! Drops the content of `File_Content` elements while a document arrives, so that a list of attachments, which
//! carries every résumé, costs the memory of its names. It only finds where markup begins and ends; whether the
//! rest is well-formed is for the reader to say.

/// The element whose content is dropped (`Attachment_Data/File_Content`).
const DROPPED_ELEMENT: &[u8] = b"File_Content";
/// Names longer than this are not the dropped element's; what is behind it is not remembered.
const MAX_NAME_LENGTH: usize = 256;
const CDATA_START: &[u8] = b"[CDATA[";
const COMMENT_START: &[u8] = b"--";

/// Takes a document in pieces and keeps it without file contents.
#[derive(Default)]
pub(crate) struct ContentFilter {
    kept: Vec<u8>,
    state: State,
    name: Vec<u8>,
    dropping: bool,
}

#[derive(Clone, Copy, Default)]
enum State {
    /// Between markup.
    #[default]
    Text,
    /// Behind `<`.
    MarkupStart,
    /// In the name of a start tag.
    StartTagName,
    /// In a start tag behind its name; `quote` is open around an attribute value, `slash` came last.
    StartTag { quote: Option<u8>, slash: bool },
    /// In an end tag.
    EndTag,
    /// In a processing instruction; `question` came last.
    Instruction { question: bool },
    /// Behind `<!`, with so many characters of `[CDATA[` or `--` seen.
    Declaration { seen: usize },
    /// In a comment, with so many of `--` seen.
    Comment { dashes: usize },
    /// In a CDATA section, with so many of `]]` seen.
    CharacterData { brackets: usize },
    /// Behind `<!` of something else: a document type declaration, which the reader refuses.
    Refused,
}

impl ContentFilter {
    /// Takes the next piece.
    pub(crate) fn push(&mut self, mut piece: &[u8]) {
        while let Some((&byte, rest)) = piece.split_first() {
            if matches!(self.state, State::Text) && byte != b'<' {
                let length = piece.iter().position(|byte| *byte == b'<').unwrap_or(piece.len());
                let (text, rest) = piece.split_at(length);
                if !self.dropping {
                    self.kept.extend_from_slice(text);
                }
                piece = rest;
                continue;
            }
            self.step(byte);
            piece = rest;
        }
    }

    /// Bytes kept so far.
    pub(crate) fn kept_length(&self) -> usize {
        self.kept.len()
    }

    /// The document without file contents.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.kept
    }

    fn step(&mut self, byte: u8) {
        let in_character_data = matches!(self.state, State::CharacterData { .. });
        if !(self.dropping && in_character_data) {
            self.kept.push(byte);
        }
        self.state = match self.state {
            State::Text => State::MarkupStart,
            State::MarkupStart => self.markup_start(byte),
            State::StartTagName => self.start_tag_name(byte),
            State::StartTag { quote, slash } => self.start_tag(byte, quote, slash),
            State::EndTag | State::Instruction { question: true } if byte == b'>' => State::Text,
            State::EndTag => State::EndTag,
            State::Instruction { .. } => State::Instruction { question: byte == b'?' },
            State::Declaration { seen } => declaration(byte, seen),
            State::Comment { dashes } => match byte {
                b'-' => State::Comment { dashes: dashes + 1 },
                b'>' if dashes >= 2 => State::Text,
                _ => State::Comment { dashes: 0 },
            },
            State::CharacterData { brackets } => self.character_data(byte, brackets),
            State::Refused => State::Refused,
        };
    }

    fn markup_start(&mut self, byte: u8) -> State {
        match byte {
            b'/' => {
                self.dropping = false;
                State::EndTag
            }
            b'!' => State::Declaration { seen: 0 },
            b'?' => State::Instruction { question: false },
            _ => {
                self.dropping = false;
                self.name.clear();
                self.start_tag_name(byte)
            }
        }
    }

    fn start_tag_name(&mut self, byte: u8) -> State {
        match byte {
            b'>' | b'/' | b' ' | b'\t' | b'\r' | b'\n' => self.start_tag(byte, None, false),
            _ => {
                if self.name.len() < MAX_NAME_LENGTH {
                    self.name.push(byte);
                }
                State::StartTagName
            }
        }
    }

    fn start_tag(&mut self, byte: u8, quote: Option<u8>, slash: bool) -> State {
        match (quote, byte) {
            (Some(open), _) if open == byte => State::StartTag { quote: None, slash: false },
            (Some(_), _) => State::StartTag { quote, slash },
            (None, b'>') => {
                let local_name = self.name.rsplit(|byte| *byte == b':').next();
                self.dropping = !slash && local_name == Some(DROPPED_ELEMENT);
                State::Text
            }
            (None, b'"' | b'\'') => State::StartTag {
                quote: Some(byte),
                slash: false,
            },
            (None, _) => State::StartTag {
                quote: None,
                slash: byte == b'/',
            },
        }
    }

    fn character_data(&mut self, byte: u8, brackets: usize) -> State {
        match byte {
            b']' => State::CharacterData { brackets: brackets + 1 },
            b'>' if brackets >= 2 => {
                // The section's end was dropped with its content.
                if self.dropping {
                    self.kept.extend_from_slice(b"]]>");
                }
                State::Text
            }
            _ => State::CharacterData { brackets: 0 },
        }
    }
}

fn declaration(byte: u8, seen: usize) -> State {
    let next = seen + 1;
    // The two starts differ in their first character, so the number of characters seen tells them apart.
    let expects = |start: &[u8]| start.get(seen) == Some(&byte);
    if expects(CDATA_START) && (seen == 0 || byte != b'-') {
        if next == CDATA_START.len() {
            State::CharacterData { brackets: 0 }
        } else {
            State::Declaration { seen: next }
        }
    } else if expects(COMMENT_START) {
        if next == COMMENT_START.len() {
            State::Comment { dashes: 0 }
        } else {
            State::Declaration { seen: next }
        }
    } else {
        State::Refused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filtered(document: &str, piece_length: usize) -> String {
        let mut filter = ContentFilter::default();
        for piece in document.as_bytes().chunks(piece_length) {
            filter.push(piece);
        }
        String::from_utf8(filter.finish()).unwrap()
    }

    fn check(document: &str, expected: &str) {
        for piece_length in 1..=document.len() {
            assert_eq!(filtered(document, piece_length), expected, "{piece_length}");
        }
    }

    #[test]
    fn file_contents_are_dropped_under_any_prefix_and_in_any_pieces() {
        check(
            "<?xml version='1.0'?><a><wd:File_Content>QUJD\nREVG</wd:File_Content><b>kept</b></a>",
            "<?xml version='1.0'?><a><wd:File_Content></wd:File_Content><b>kept</b></a>",
        );
        check(
            "<File_Content wd:x='a>b/' y=\"'>\" >QUJD</File_Content>x",
            "<File_Content wd:x='a>b/' y=\"'>\" ></File_Content>x",
        );
        check(
            "<q:File_Content><![CDATA[QU]JD]]]></q:File_Content><c><![CDATA[<File_Content>]]></c>z",
            "<q:File_Content><![CDATA[]]></q:File_Content><c><![CDATA[<File_Content>]]></c>z",
        );
        check(
            "<File_Content>AA<!-- c > --->BB</File_Content>",
            "<File_Content><!-- c > ---></File_Content>",
        );
    }

    #[test]
    fn everything_else_is_kept() {
        for document in [
            "<a><File_Content/>x<File_Content a='/'/>y</a>",
            "<a><My_File_Content>x</My_File_Content><File_Contents>y</File_Contents></a>",
            "<!-- <File_Content> -->x<?p <File_Content>?>y",
            "<!DOCTYPE a [<!ENTITY e 'x'>]><File_Content>x</File_Content>",
            "<![CDAXA[<File_Content>x",
            "<!-x",
            "<",
            "no markup",
            "",
        ] {
            check(document, document);
        }
    }

    #[test]
    fn memory_is_bounded_by_what_is_kept() {
        let mut filter = ContentFilter::default();
        filter.push(b"<File_Content>");
        let piece = vec![b'A'; 64 * 1024];
        for _ in 0..1_000 {
            filter.push(&piece);
        }
        filter.push(b"</File_Content>");
        assert_eq!(filter.kept_length(), 29);
    }
}
