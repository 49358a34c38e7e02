//! A page's elements, read as browsers read them.

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use std::rc::Weak;

/// One element of a page.
#[derive(Clone)]
pub(crate) struct Element {
    node: Handle,
    /// The page as a whole: when it is dropped, every element of it is emptied.
    page: Handle,
}

/// The page as a whole.
pub(crate) fn parse(html: &str) -> Element {
    let mut options = ParseOpts::default();
    // This browser runs none: what stands in `noscript` is read.
    options.tree_builder.scripting_enabled = false;
    let page = parse_document(RcDom::default(), options).one(html).document;
    Element { node: page.clone(), page }
}

impl Element {
    /// Its tag's name; nothing for the page as a whole.
    pub(crate) fn name(&self) -> &str {
        match &self.node.data {
            NodeData::Element { name, .. } => &name.local,
            NodeData::Document
            | NodeData::Doctype { .. }
            | NodeData::Text { .. }
            | NodeData::Comment { .. }
            | NodeData::ProcessingInstruction { .. } => "",
        }
    }

    pub(crate) fn attribute(&self, wanted: &str) -> Option<String> {
        let NodeData::Element { attrs, .. } = &self.node.data else {
            return None;
        };
        let attributes = attrs.borrow();
        let found = attributes.iter().find(|attribute| &*attribute.name.local == wanted);
        found.map(|attribute| attribute.value.to_string())
    }

    pub(crate) fn has(&self, attribute: &str) -> bool {
        self.attribute(attribute).is_some()
    }

    /// The elements in it with this tag, in the page's order.
    pub(crate) fn all(&self, tag: &str) -> Vec<Self> {
        self.elements().into_iter().filter(|element| element.name() == tag).collect()
    }

    /// Every element in it, in the page's order.
    pub(crate) fn elements(&self) -> Vec<Self> {
        let mut found = Vec::new();
        for child in self.children() {
            if !child.name().is_empty() {
                found.push(child.clone());
            }
            found.extend(child.elements());
        }
        found
    }

    /// The element that it stands in, nearest first, with this tag.
    pub(crate) fn around(&self, tag: &str) -> Option<Self> {
        let parent = self.node.parent.take();
        let above = parent.as_ref().and_then(Weak::upgrade);
        self.node.parent.set(parent);
        let above = self.of_its_page(above?);
        if above.name() == tag { Some(above) } else { above.around(tag) }
    }

    /// Its text as it stands there, markup aside.
    pub(crate) fn text(&self) -> String {
        let mut pieces = Vec::new();
        self.collect(&mut pieces);
        pieces.concat()
    }

    /// Its text as a person reads it: one space between words and between elements, no scripts.
    pub(crate) fn visible(&self) -> String {
        let mut pieces = Vec::new();
        self.collect(&mut pieces);
        pieces.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn collect(&self, pieces: &mut Vec<String>) {
        if let NodeData::Text { contents } = &self.node.data {
            pieces.push(contents.borrow().to_string());
        }
        if !matches!(self.name(), "script" | "style" | "template") {
            for child in self.children() {
                child.collect(pieces);
            }
        }
    }

    fn children(&self) -> Vec<Self> {
        let children = self.node.children.borrow();
        children.iter().map(|child| self.of_its_page(child.clone())).collect()
    }

    fn of_its_page(&self, node: Handle) -> Self {
        Self {
            node,
            page: self.page.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_outlives_the_look_at_its_page() {
        let found = parse("<p>Go <b>on</b></p>").all("p");
        assert_eq!(found[0].visible(), "Go on");
    }

    #[test]
    fn elements_are_found_in_order_and_know_what_they_stand_in() {
        let page = parse("<form><label id=a>Name <input name=n></label><p>x<noscript>y</noscript></form><script>z</script>");
        let [form] = page.all("form").try_into().ok().unwrap();
        let names: Vec<String> = form.elements().iter().map(|element| element.name().to_owned()).collect();
        assert_eq!(names, ["label", "input", "p", "noscript"]);
        let input = &form.all("input")[0];
        assert_eq!(input.around("label").unwrap().attribute("id").as_deref(), Some("a"));
        assert!(input.around("form").is_some() && input.around("table").is_none());
        assert_eq!((page.visible(), page.text()), ("Name x y".to_owned(), "Name xy".to_owned()));
    }
}
