//! Writes answers: escaped text, nested elements and Workday references with WID, reference id and descriptor.

use std::fmt::Write as _;

use super::envelope::WORKDAY_NAMESPACE;

/// A Workday object as a reference element shows it.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    pub(super) wid: Wid,
    /// Reference id type and value; events have a WID only.
    pub(super) id: Option<(&'static str, String)>,
    pub(super) descriptor: String,
}

/// A WID, worked out only where it is needed: most references are looked up by their reference id.
#[derive(Debug, Clone)]
pub(super) enum Wid {
    /// The WID of the object of this kind with this reference id.
    Of(&'static str, String),
    Known(String),
}

impl Wid {
    /// The 32 hexadecimal digits.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Of(kind, id) => crate::identifier::wid(kind, id),
            Self::Known(wid) => wid.clone(),
        }
    }
}

/// A document being written, in the Workday namespace.
#[derive(Debug)]
pub(super) struct Xml {
    text: String,
    root: &'static str,
    descriptors: bool,
}

impl Xml {
    /// Starts an answer element with its version.
    pub(super) fn answer(root: &'static str, version: &str, descriptors: bool) -> Self {
        let text = format!("<wd:{root} xmlns:wd=\"{WORKDAY_NAMESPACE}\" wd:version=\"{}\">", escape(version));
        Self { text, root, descriptors }
    }

    /// Starts the child of a fault's detail.
    pub(super) fn fault(root: &'static str) -> Self {
        Self {
            text: format!("<wd:{root} xmlns:wd=\"{WORKDAY_NAMESPACE}\">"),
            root,
            descriptors: false,
        }
    }

    /// The finished document.
    pub(super) fn finish(mut self) -> String {
        let root = self.root;
        self.close(root);
        self.text
    }

    /// Writes an element around what `content` writes.
    pub(super) fn element(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.text.push_str("<wd:");
        self.text.push_str(name);
        self.text.push('>');
        content(self);
        self.close(name);
    }

    /// Writes an element with text.
    pub(super) fn leaf(&mut self, name: &str, value: &str) {
        let escaped = escape(value);
        self.element(name, |xml| xml.text.push_str(&escaped));
    }

    /// Writes an element with text if there is a value.
    pub(super) fn optional(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.leaf(name, value);
        }
    }

    /// Writes a reference.
    pub(super) fn reference(&mut self, name: &str, reference: &Reference) {
        self.text.push_str("<wd:");
        self.text.push_str(name);
        if self.descriptors {
            let descriptor = escape(&reference.descriptor);
            self.push(format_args!(" wd:Descriptor=\"{descriptor}\""));
        }
        self.push(format_args!("><wd:ID wd:type=\"WID\">{}</wd:ID>", escape(&reference.wid.text())));
        if let Some((id_type, id)) = &reference.id {
            self.push(format_args!("<wd:ID wd:type=\"{id_type}\">{}</wd:ID>", escape(id)));
        }
        self.close(name);
    }

    fn close(&mut self, name: &str) {
        self.text.push_str("</wd:");
        self.text.push_str(name);
        self.text.push('>');
    }

    fn push(&mut self, arguments: std::fmt::Arguments<'_>) {
        // Formatting into a String cannot fail.
        self.text.write_fmt(arguments).unwrap_or_default();
    }
}

/// Text safe in element content and attribute values; what XML 1.0 cannot carry is left out.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\r' => escaped.push_str("&#13;"),
            '\t' | '\n' => escaped.push(character),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_control_characters_are_left_out() {
        assert_eq!(escape("a&b<c>\"'\u{1f600}\u{0}"), "a&amp;b&lt;c&gt;&quot;'\u{1f600}");
    }
}
