//! Pages and the structure tree: lines go down the page and over to the next one, each tied to the element it belongs to.

use krilla::tagging::{TagGroup, TagKind};

use super::PdfError;
use super::typeset::{Colour, Line, Style, Typesetter};

/// A4 in points.
pub(crate) const PAGE_WIDTH: f32 = 595.28;
pub(crate) const PAGE_HEIGHT: f32 = 841.89;
pub(crate) const MARGIN: f32 = 56.0;
pub(crate) const WIDTH: f32 = PAGE_WIDTH - 2.0 * MARGIN;
const BOTTOM: f32 = PAGE_HEIGHT - 64.0;

/// A piece of content on one page that belongs to one element.
pub(crate) type Leaf = usize;
/// An element of the structure tree.
pub(crate) type Element = usize;

/// Something on a page.
pub(crate) enum Item {
    /// A line of text.
    Text { line: Line, x: f32, top: f32, leaf: Leaf },
    /// A filled rectangle without meaning.
    Box {
        x: f32,
        top: f32,
        width: f32,
        height: f32,
        colour: Colour,
    },
}

/// An element with its children in reading order.
pub(crate) struct Node {
    pub(crate) tag: TagKind,
    pub(crate) children: Vec<Child>,
}

pub(crate) enum Child {
    Element(Element),
    Leaf(Leaf),
}

/// A heading for the outline.
pub(crate) struct Bookmark {
    pub(crate) text: String,
    pub(crate) page: usize,
    pub(crate) top: f32,
}

/// The laid-out document.
pub(crate) struct Document {
    pub(crate) pages: Vec<Vec<Item>>,
    pub(crate) nodes: Vec<Node>,
    /// Elements at the top of the tree.
    pub(crate) roots: Vec<Element>,
    pub(crate) leaves: usize,
    pub(crate) bookmarks: Vec<Bookmark>,
    /// One line for the foot of each page.
    pub(crate) footers: Vec<Line>,
}

/// A document being laid out.
pub(crate) struct Flow {
    pub(crate) typesetter: Typesetter,
    pub(crate) document: Document,
    /// Top of what comes next on the last page.
    pub(crate) cursor: f32,
}

impl Flow {
    pub(crate) fn new() -> Result<Self, PdfError> {
        Ok(Self {
            typesetter: Typesetter::new()?,
            document: Document {
                pages: vec![Vec::new()],
                nodes: Vec::new(),
                roots: Vec::new(),
                leaves: 0,
                bookmarks: Vec::new(),
                footers: Vec::new(),
            },
            cursor: MARGIN,
        })
    }

    /// A new element under another one, or at the top.
    pub(crate) fn element(&mut self, tag: impl Into<TagKind>, parent: Option<Element>) -> Element {
        let element = self.document.nodes.len();
        self.document.nodes.push(Node {
            tag: tag.into(),
            children: Vec::new(),
        });
        match parent.and_then(|parent| self.document.nodes.get_mut(parent)) {
            Some(node) => node.children.push(Child::Element(element)),
            None => self.document.roots.push(element),
        }
        element
    }

    fn leaf(&mut self, element: Element) -> Leaf {
        let leaf = self.document.leaves;
        self.document.leaves += 1;
        if let Some(node) = self.document.nodes.get_mut(element) {
            node.children.push(Child::Leaf(leaf));
        }
        leaf
    }

    pub(crate) fn page(&self) -> usize {
        self.document.pages.len().saturating_sub(1)
    }

    pub(crate) fn space(&mut self, height: f32) {
        self.cursor += height;
    }

    /// Goes to a new page unless this height is left on the current one.
    pub(crate) fn need(&mut self, height: f32) {
        if self.cursor + height > BOTTOM && self.cursor > MARGIN {
            self.document.pages.push(Vec::new());
            self.cursor = MARGIN;
        }
    }

    pub(crate) fn put(&mut self, item: Item) {
        if let Some(page) = self.document.pages.last_mut() {
            page.push(item);
        }
    }

    /// A rectangle at the cursor.
    pub(crate) fn rectangle(&mut self, x: f32, top: f32, width: f32, height: f32, colour: Colour) {
        self.put(Item::Box {
            x,
            top,
            width,
            height,
            colour,
        });
    }

    /// A text of one element down the page.
    pub(crate) fn text(&mut self, text: &str, style: Style, element: Element) -> Result<(), PdfError> {
        let lines = self.typesetter.set(text, style, WIDTH)?;
        self.lines(lines, MARGIN, element);
        Ok(())
    }

    /// Lines of one element down the page and over to the next.
    pub(crate) fn lines(&mut self, lines: Vec<Line>, x: f32, element: Element) {
        let mut leaf = None;
        for line in lines {
            let page = self.page();
            self.need(line.height);
            if page != self.page() {
                leaf = None;
            }
            let leaf = match leaf {
                Some(leaf) => leaf,
                None => *leaf.insert(self.leaf(element)),
            };
            let top = self.cursor;
            self.cursor += line.height;
            self.put(Item::Text { line, x, top, leaf });
        }
    }

    /// Lines already set, at a fixed place on the current page.
    pub(crate) fn place(&mut self, lines: Vec<Line>, x: f32, top: f32, element: Element) {
        if lines.is_empty() {
            return;
        }
        let leaf = self.leaf(element);
        let mut top = top;
        for line in lines {
            let height = line.height;
            self.put(Item::Text { line, x, top, leaf });
            top += height;
        }
    }
}

/// Builds the tag tree from what was drawn; an element without content would be an error and is left out.
pub(crate) fn group(
    document: &Document,
    element: Element,
    drawn: &mut impl FnMut(Leaf) -> Option<krilla::tagging::Identifier>,
) -> Option<TagGroup> {
    let node = document.nodes.get(element)?;
    let mut group = TagGroup::new(node.tag.clone());
    let mut empty = true;
    for child in &node.children {
        match child {
            Child::Element(element) => {
                if let Some(child) = self::group(document, *element, drawn) {
                    group.push(child);
                    empty = false;
                }
            }
            Child::Leaf(leaf) => {
                if let Some(identifier) = drawn(*leaf) {
                    group.push(identifier);
                    empty = false;
                }
            }
        }
    }
    (!empty).then_some(group)
}
