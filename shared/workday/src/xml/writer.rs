//! Writes elements of Workday's namespace under the prefix `wd`; everything it is given as text is escaped.

use super::is_legal;

/// A growing document; elements come out in the order of the calls.
#[derive(Default)]
pub(crate) struct Writer {
    document: String,
    content_at: Option<usize>,
}

impl Writer {
    /// Appends markup that is known to be well-formed.
    pub(crate) fn raw(&mut self, markup: &str) {
        self.document.push_str(markup);
    }

    /// Appends text, escaped, without what XML 1.0 does not allow.
    pub(crate) fn text(&mut self, text: &str) {
        for character in text.chars().filter(|character| is_legal(*character)) {
            match character {
                '<' => self.document.push_str("&lt;"),
                '>' => self.document.push_str("&gt;"),
                '&' => self.document.push_str("&amp;"),
                '"' => self.document.push_str("&quot;"),
                '\'' => self.document.push_str("&apos;"),
                // A bare carriage return would be read back as a line feed.
                '\r' => self.document.push_str("&#13;"),
                plain => self.document.push(plain),
            }
        }
    }

    /// Writes an element with attributes around whatever `content` writes.
    pub(crate) fn within_with(&mut self, name: &str, attributes: &[(&str, &str)], content: impl FnOnce(&mut Self)) {
        self.raw("<wd:");
        self.raw(name);
        for (attribute, value) in attributes {
            self.raw(" wd:");
            self.raw(attribute);
            self.raw("=\"");
            self.text(value);
            self.raw("\"");
        }
        self.raw(">");
        content(self);
        self.raw("</wd:");
        self.raw(name);
        self.raw(">");
    }

    /// Writes an element around whatever `content` writes.
    pub(crate) fn within(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.within_with(name, &[], content);
    }

    /// Writes an element with text.
    pub(crate) fn element(&mut self, name: &str, text: &str) {
        self.element_with(name, &[], text);
    }

    /// Writes an element with attributes and text.
    pub(crate) fn element_with(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.within_with(name, attributes, |writer| writer.text(text));
    }

    /// Writes an element only if there is a text for it.
    pub(crate) fn optional(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.element(name, text);
        }
    }

    /// Writes an element with a boolean.
    pub(crate) fn flag(&mut self, name: &str, value: bool) {
        self.element(name, if value { "true" } else { "false" });
    }

    /// Writes an empty element whose content the caller sends itself, between the two halves of [`Self::finish`].
    pub(crate) fn streamed(&mut self, name: &str) {
        self.within(name, |writer| writer.content_at = Some(writer.document.len()));
    }

    /// The document, cut where streamed content belongs; the second half is empty if there is none.
    pub(crate) fn finish(mut self) -> (String, String) {
        let rest = self.content_at.map_or_else(String::new, |at| self.document.split_off(at));
        (self.document, rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_illegal_characters_are_left_out() {
        let mut writer = Writer::default();
        writer.element_with(
            "Comment",
            &[("type", "a\"b")],
            "<b>&'\u{0}\u{8}\u{b}\u{FFFE}\u{FFFF}\t\n\r \u{1F600}]]>",
        );
        assert_eq!(
            writer.finish().0,
            "<wd:Comment wd:type=\"a&quot;b\">&lt;b&gt;&amp;&apos;\t\n&#13; \u{1F600}]]&gt;</wd:Comment>"
        );
    }

    #[test]
    fn the_document_is_cut_where_streamed_content_belongs() {
        let mut writer = Writer::default();
        writer.within("A", |writer| {
            writer.streamed("B");
            writer.flag("C", true);
        });
        assert_eq!(
            writer.finish(),
            ("<wd:A><wd:B>".to_owned(), "</wd:B><wd:C>true</wd:C></wd:A>".to_owned())
        );
    }
}
