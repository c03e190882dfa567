//! The typeface of the pages: IBM Plex Sans, whose digits are all of one width, so that amounts stand under each
//! other. It lies in `fonts` with its licence, the SIL Open Font License 1.1.

use std::sync::OnceLock;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider};

static REGULAR: &[u8] = include_bytes!("../fonts/IBMPlexSans-Regular.ttf");
static SEMI_BOLD: &[u8] = include_bytes!("../fonts/IBMPlexSans-SemiBold.ttf");

/// Stands for a letter that the typeface does not have.
const UNKNOWN: char = '?';

/// How strong letters are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    SemiBold,
}

/// One weight of the typeface, read.
pub(crate) struct Face {
    font: Font,
    charmap: Charmap<'static>,
    advances: GlyphMetrics<'static>,
    units_per_em: f32,
    /// Glyphs and advances of the letters that nearly every text is made of, by their number.
    latin: Vec<(u32, f32)>,
}

/// Letters up to here are looked up once.
const LATIN: u32 = 0x250;

/// Both weights.
pub(crate) struct Faces {
    regular: Face,
    semi_bold: Face,
}

impl Faces {
    /// Both, read once for all papers; none where they are damaged, which a test holds they are not.
    pub(crate) fn read() -> Option<&'static Self> {
        static FACES: OnceLock<Option<Faces>> = OnceLock::new();
        let read = || Some(Self { regular: Face::read(REGULAR)?, semi_bold: Face::read(SEMI_BOLD)? });
        FACES.get_or_init(read).as_ref()
    }

    pub(crate) fn of(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::SemiBold => &self.semi_bold,
        }
    }
}

impl Face {
    fn read(bytes: &'static [u8]) -> Option<Self> {
        let font = Font::new(bytes.into(), 0)?;
        let read = FontRef::new(bytes).ok()?;
        let mut face = Self {
            units_per_em: font.units_per_em(),
            font,
            charmap: read.charmap(),
            advances: read.glyph_metrics(Size::unscaled(), LocationRef::default()),
            latin: Vec::new(),
        };
        face.latin = (0..LATIN).filter_map(char::from_u32).map(|c| face.looked_up(c)).collect();
        Some(face)
    }

    pub(crate) fn font(&self) -> &Font {
        &self.font
    }

    /// The glyph of a letter and its advance in ems.
    fn glyph(&self, c: char) -> (u32, f32) {
        self.latin.get(c as usize).copied().unwrap_or_else(|| self.looked_up(c))
    }

    fn looked_up(&self, c: char) -> (u32, f32) {
        let glyph = self.charmap.map(c).or_else(|| self.charmap.map(UNKNOWN)).unwrap_or_default();
        (glyph.to_u32(), self.advances.advance_width(glyph).unwrap_or_default() / self.units_per_em)
    }

    /// How wide a text is, in ems.
    pub(crate) fn width(&self, text: &str) -> f32 {
        text.chars().map(|c| self.glyph(c).1).sum()
    }

    /// The glyphs of a text, one for each letter from left to right.
    pub(crate) fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let glyph = |(at, c): (usize, char)| {
            let (id, advance) = self.glyph(c);
            KrillaGlyph::new(GlyphId::new(id), advance, 0.0, 0.0, 0.0, at..at + c.len_utf8(), None)
        };
        text.char_indices().map(glyph).collect()
    }

    /// Whether the typeface has this letter.
    #[cfg(test)]
    fn has(&self, c: char) -> bool {
        self.charmap.map(c).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letters_of_our_languages_are_there() {
        let faces = Faces::read().unwrap();
        for weight in [Weight::Regular, Weight::SemiBold] {
            let face = faces.of(weight);
            for c in "ÄÖÜäöüßẞ€£«»„“”’–— ÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸàâæçéèêëîïôœùûüÿµ·ŁłŚśŽžĞğŞşİı\u{a0}\u{202f}".chars()
            {
                assert!(face.has(c), "{c:?} {weight:?}");
            }
        }
    }

    #[test]
    fn digits_are_of_one_width() {
        let faces = Faces::read().unwrap();
        for weight in [Weight::Regular, Weight::SemiBold] {
            let face = faces.of(weight);
            let one = face.width("1");
            assert!(one > 0.4, "{one}");
            for digit in "0123456789".chars() {
                assert_eq!(face.width(&digit.to_string()), one, "{digit} {weight:?}");
            }
        }
    }
}
