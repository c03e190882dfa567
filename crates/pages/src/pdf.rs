//! A sheet as a PDF, in the form for keeping it for years: PDF/A-2b, with its fonts inside.

use krilla::color::luma;
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::geom::{PathBuilder, Point, Rect, Transform};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::{Document, SerializeSettings};

use crate::face::Faces;
use crate::layout::{Gray, Mark, laid_out};
use crate::plain::plain;
use crate::sheet::{Moment, Sheet};

/// A paper that could not be drawn.
#[derive(Debug, thiserror::Error)]
#[error("the paper could not be drawn: {0}")]
pub struct Undrawable(pub(crate) String);

impl Sheet {
    /// The paper as a PDF on pages of A4.
    ///
    /// # Errors
    /// [`Undrawable`], which no sheet is known to bring about.
    pub fn pdf(&self) -> Result<Vec<u8>, Undrawable> {
        let faces = Faces::read().ok_or_else(|| Undrawable("fonts".to_owned()))?;
        let pages = laid_out(self, faces);
        let configuration = ConfigurationBuilder::new().with_archival_validator(Archival::A2_B).finish();
        let configuration = configuration.map_err(|error| Undrawable(format!("{error:?}")))?;
        // A single page stays under 100 kB, and packing it takes longer than everything else together.
        let compress_content_streams = pages.pages.len() > 1;
        let settings =
            SerializeSettings { configuration, compress_content_streams, ..SerializeSettings::default() };
        let mut document = Document::new_with(settings);
        document.set_metadata(
            Metadata::new()
                .title(plain(&self.title))
                .language(self.language.clone())
                .creation_date(date_time(self.made))
                .creator("PharmaTill".to_owned()),
        );
        for marks in &pages.pages {
            let size = PageSettings::from_wh(pages.width, pages.height);
            let mut page = document.start_page_with(size.ok_or_else(|| Undrawable("size".to_owned()))?);
            let mut surface = page.surface();
            for mark in marks {
                draw(&mut surface, faces, mark);
            }
            surface.finish();
            page.finish();
        }
        document.finish().map_err(|error| Undrawable(format!("{error:?}")))
    }
}

fn date_time(made: Moment) -> DateTime {
    let hours = i8::try_from(made.utc_offset_min / 60).unwrap_or_default();
    let minutes = u8::try_from(made.utc_offset_min.unsigned_abs() % 60).unwrap_or_default();
    DateTime::new(made.year)
        .month(made.month)
        .day(made.day)
        .hour(made.hour)
        .minute(made.minute)
        .utc_offset_hour(hours)
        .utc_offset_minute(minutes)
}

fn draw(surface: &mut Surface<'_>, faces: &Faces, mark: &Mark) {
    match mark {
        Mark::Text { text, .. } if text.is_empty() => {}
        Mark::Text { x, y, text, size, weight, gray } => {
            let face = faces.of(*weight);
            surface.set_fill(Some(fill(*gray)));
            let font = face.font().clone();
            surface.draw_glyphs(Point::from_xy(*x, *y), &face.glyphs(text), font, text, *size, false);
        }
        Mark::Box { x, y, width, height, gray } => {
            filled(surface, std::iter::once([*x, *y, *width, *height]), *gray);
        }
        Mark::Modules { x, y, module, boxes } => {
            surface.push_transform(&Transform::from_row(module.0, 0.0, 0.0, module.1, *x, *y));
            filled(surface, boxes.iter().map(|numbers| numbers.map(f32::from)), 0);
            surface.pop();
        }
    }
}

fn filled(surface: &mut Surface<'_>, boxes: impl Iterator<Item = [f32; 4]>, gray: Gray) {
    let mut path = PathBuilder::new();
    for [x, y, width, height] in boxes {
        if let Some(rect) = Rect::from_xywh(x, y, width, height) {
            path.push_rect(rect);
        }
    }
    if let Some(path) = path.finish() {
        surface.set_fill(Some(fill(gray)));
        surface.draw_path(&path);
    }
}

fn fill(gray: Gray) -> Fill {
    Fill { paint: luma::Color::new(gray).into(), opacity: NormalizedF32::ONE, rule: FillRule::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::Line;

    #[test]
    fn the_same_sheet_is_the_same_file() {
        let sheet = Sheet {
            letterhead: vec!["Pharmacie de l'Église".to_owned()],
            title: "RAPPORT Z".to_owned(),
            language: "fr".to_owned(),
            lines: vec![
                Line::Title("RAPPORT Z".to_owned()),
                Line::Text("Œuvre à 12,50 € – ß Ü \u{202e}\u{0}漢🙂".to_owned()),
                Line::Code {
                    modules: vec!["10".to_owned(), "01".to_owned()],
                    caption: String::new(),
                    text: "PTZ1".to_owned(),
                    qr: None,
                },
            ],
            ..Sheet::default()
        };
        let pdf = sheet.pdf().unwrap();
        assert_eq!(pdf, sheet.pdf().unwrap());
        assert!(pdf.starts_with(b"%PDF-1.7"));
        // What describes the file is not packed: its title, and that it is made to be kept.
        let says = |words: &str| pdf.windows(words.len()).any(|found| found == words.as_bytes());
        assert!(says(">RAPPORT Z</rdf:li>") && says("<pdfaid:part>2</pdfaid:part>"));
        let other = Sheet { title: "RAPPORT X".to_owned(), ..sheet };
        assert_ne!(pdf, other.pdf().unwrap());
    }

    #[test]
    fn nothing_at_all_is_a_page() {
        assert!(Sheet::default().pdf().unwrap().starts_with(b"%PDF-1.7"));
    }
}
