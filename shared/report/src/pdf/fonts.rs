//! The embedded fonts: Noto Sans for Latin, Greek and Cyrillic, and its companions for other scripts. System fonts are
//! never used, so that every machine draws the same page.

use std::borrow::Cow;
use std::sync::Arc;

use krilla::text::Font;
use parley::fontique::{Blob, CharmapIndex, Collection, CollectionOptions, SourceCache};
use parley::style::{FontFamily, FontFamilyName};
use parley::{FontContext, FontData};

use super::PdfError;

/// Every font file.
const FILES: [&[u8]; 8] = [
    include_bytes!("../../fonts/NotoSans-Regular.ttf"),
    include_bytes!("../../fonts/NotoSans-Bold.ttf"),
    include_bytes!("../../fonts/NotoSansArabic-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansArmenian-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansDevanagari-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansGeorgian-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansHebrew-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansThai-Regular.ttf"),
];

/// The families in the order they are tried.
const FAMILIES: [FontFamilyName<'static>; 7] = [
    FontFamilyName::Named(Cow::Borrowed("Noto Sans")),
    FontFamilyName::Named(Cow::Borrowed("Noto Sans Arabic")),
    FontFamilyName::Named(Cow::Borrowed("Noto Sans Armenian")),
    FontFamilyName::Named(Cow::Borrowed("Noto Sans Devanagari")),
    FontFamilyName::Named(Cow::Borrowed("Noto Sans Georgian")),
    FontFamilyName::Named(Cow::Borrowed("Noto Sans Hebrew")),
    FontFamilyName::Named(Cow::Borrowed("Noto Sans Thai")),
];

/// The font stack of all text.
pub(crate) fn family() -> FontFamily<'static> {
    FontFamily::List(Cow::Borrowed(&FAMILIES))
}

/// The fonts as the shaper and as the PDF writer see them.
pub(crate) struct Fonts {
    pub(crate) context: FontContext,
    /// Blob id of the shaper and font of the writer.
    loaded: Vec<(u64, Font)>,
    charmaps: Vec<(CharmapIndex, &'static [u8])>,
}

impl Fonts {
    pub(crate) fn load() -> Result<Self, PdfError> {
        let mut collection = Collection::new(CollectionOptions {
            shared: false,
            system_fonts: false,
        });
        let mut loaded = Vec::new();
        let mut charmaps = Vec::new();
        for file in FILES {
            let blob = Blob::new(Arc::new(file));
            let font = Font::new(file.into(), 0).ok_or(PdfError::Font)?;
            loaded.push((blob.id(), font));
            let registered = collection.register_fonts(blob, None);
            let (_, fonts) = registered.first().ok_or(PdfError::Font)?;
            charmaps.extend(fonts.iter().map(|font| (font.charmap_index(), file)));
        }
        let context = FontContext {
            collection,
            source_cache: SourceCache::default(),
        };
        Ok(Self { context, loaded, charmaps })
    }

    /// The writer's font for what the shaper chose.
    pub(crate) fn font(&self, chosen: &FontData) -> Result<Font, PdfError> {
        self.loaded
            .iter()
            .find(|(id, _)| *id == chosen.data.id())
            .map(|(_, font)| font.clone())
            .ok_or(PdfError::Font)
    }

    /// Whether any font has a glyph for the character.
    pub(crate) fn covers(&self, character: char) -> bool {
        self.charmaps
            .iter()
            .filter_map(|(index, file)| index.charmap(file))
            .any(|charmap| charmap.map(character).is_some_and(|glyph| glyph != 0))
    }
}
