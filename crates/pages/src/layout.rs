//! A sheet laid out: what is drawn where, on how many pages. Lengths are points, 72 to the inch; y grows downwards.

use crate::bars;
use crate::face::{Faces, Weight};
use crate::plain::plain;
use crate::sheet::{Align, Barcode, Cell, Line, Picture, Row, Sheet, Table};
use crate::wrap::wrapped_by;

/// A4.
const SHORT_SIDE: f32 = 595.28;
const LONG_SIDE: f32 = 841.89;
/// On the left there is room for the holes of a folder.
const LEFT: f32 = 62.0;
const RIGHT: f32 = 42.0;
const TOP: f32 = 42.0;
const BOTTOM: f32 = 52.0;

const SIZE: f32 = 9.0;
const SMALL: f32 = 7.5;
const TINY: f32 = 6.0;
const TITLE_SIZE: f32 = 15.0;
const NAME_SIZE: f32 = 11.5;
/// From one line of text to the next, for each point of its size.
const LEADING: f32 = 1.32;
/// Room above and below the text of a row.
const ROW_PAD: f32 = 1.8;
const GAP: f32 = 11.0;
const INDENT: f32 = 10.0;
/// A paper of few words is no wider than this, so that the eye finds the amount that belongs to a word.
const NARROW: f32 = 350.0;
/// The widest that a column of words is, and when a page would be turned for it.
const MOST_WORDS: f32 = 150.0;
const TIGHT_WORDS: f32 = 92.0;
/// The narrowest that it becomes.
const LEAST_WORDS: f32 = 27.0;
/// The widest that a column of amounts is; none that a book can hold comes near it.
const MOST_AMOUNT: f32 = 120.0;
/// Where on the first page that begins which stands beside the words, below the marks.
const SIDE_TOP: f32 = 88.0;
/// Room for what is written by hand.
const BLANK_WIDTH: f32 = 74.0;
const BLANK_HEIGHT: f32 = 20.0;
/// One module of a code for a camera; with it a code of 53 modules is 36 mm wide.
const MODULE: f32 = 1.92;

/// The thinnest bar of a code for a scanner, and how high its bars are.
const BAR: f32 = 0.9;
const BAR_HEIGHT: f32 = 32.0;
/// Letters that are read from afar.
const LARGE_SIZE: f32 = 26.0;
/// A dot of a picture: that of a receipt printer, of which 203 make an inch.
const DOT: f32 = 72.0 / 203.0;

/// From black, 0, to white, 255.
pub(crate) type Gray = u8;
pub(crate) const INK: Gray = 20;
const QUIET: Gray = 95;
const HAIR: Gray = 200;

/// Something that is drawn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Mark {
    /// Text from its left end on its baseline.
    Text { x: f32, y: f32, text: String, size: f32, weight: Weight, gray: Gray },
    /// A filled rectangle: a rule.
    Box { x: f32, y: f32, width: f32, height: f32, gray: Gray },
    /// A code or a picture: its black rectangles from its upper left corner, each as corner, width and height in
    /// modules of this width and height. A code has a thousand of them, which in whole numbers take a quarter of the
    /// time and of the file.
    Modules { x: f32, y: f32, module: (f32, f32), boxes: Vec<[u16; 4]> },
}

impl Mark {
    fn moved(self, right: f32, down: f32) -> Self {
        match self {
            Self::Text { x, y, text, size, weight, gray } => {
                Self::Text { x: x + right, y: y + down, text, size, weight, gray }
            }
            Self::Box { x, y, width, height, gray } => {
                Self::Box { x: x + right, y: y + down, width, height, gray }
            }
            Self::Modules { x, y, module, boxes } => {
                Self::Modules { x: x + right, y: y + down, module, boxes }
            }
        }
    }
}

/// Pages, ready to be drawn.
pub(crate) struct Pages {
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) pages: Vec<Vec<Mark>>,
}

/// A part of a page that is not broken, with its marks relative to its upper left corner.
#[derive(Clone, Default)]
struct Piece {
    height: f32,
    marks: Vec<Mark>,
    /// It says nothing without what comes after it.
    stays_with_next: bool,
    /// The headings of the table that it is a row of, which are repeated on a further page.
    head: Option<usize>,
}

struct Layout<'a> {
    faces: &'a Faces,
    /// What words and amounts take of a page.
    width: f32,
    /// What there is between the margins.
    room: f32,
    /// What stands beside them on the first page.
    side: Vec<Mark>,
    pieces: Vec<Piece>,
    heads: Vec<Piece>,
}

/// Lays a sheet out. Where its widest table does not fit upright, the pages lie on their side.
pub(crate) fn laid_out(sheet: &Sheet, faces: &Faces) -> Pages {
    let widest = |most_words: f32| {
        let widths = sheet.lines.iter().map(|line| match line {
            Line::Table(table) => {
                natural_widths(table, faces, most_words).iter().sum::<f32>() + GAP * gaps(table)
            }
            _ => 0.0,
        });
        widths.fold(NARROW, f32::max)
    };
    // Words wrap before a page is turned, and amounts never.
    let is_upright = widest(TIGHT_WORDS) <= SHORT_SIDE - LEFT - RIGHT;
    let (width, height) = if is_upright { (SHORT_SIDE, LONG_SIDE) } else { (LONG_SIDE, SHORT_SIDE) };
    let room = width - LEFT - RIGHT;
    let width_used = widest(MOST_WORDS).min(room);
    let mut layout =
        Layout { faces, width: width_used, room, pieces: Vec::new(), heads: Vec::new(), side: Vec::new() };
    layout.letterhead(sheet);
    for line in &sheet.lines {
        layout.line(line);
    }
    let mut pages = layout.paged(sheet, room, height);
    let foot = layout.first_row(&sheet.title, room * 0.8);
    let count = pages.len();
    for (place, page) in pages.iter_mut().enumerate() {
        let no = format!("{}/{count}", place + 1);
        let x = LEFT + room - faces.of(Weight::Regular).width(&no) * SMALL;
        page.push(text(x, height - BOTTOM + 26.0, &no, SMALL, Weight::Regular, QUIET));
        page.push(text(LEFT, height - BOTTOM + 26.0, &foot, SMALL, Weight::Regular, QUIET));
    }
    Pages { width, height, pages }
}

/// A code or picture out of its rows. Dark modules beside each other are one rectangle, so that no seam is seen
/// between them.
fn modules(rows: impl Iterator<Item = Vec<bool>>, module: (f32, f32)) -> Mark {
    let mut boxes = Vec::new();
    for (y, row) in (0..u16::MAX).zip(rows) {
        let mut x: u16 = 0;
        for run in row.chunk_by(|one, next| one == next) {
            let length = u16::try_from(run.len()).unwrap_or(u16::MAX);
            if run.first() == Some(&true) {
                boxes.push([x, y, length, 1]);
            }
            x = x.saturating_add(length);
        }
    }
    Mark::Modules { x: 0.0, y: 0.0, module, boxes }
}

/// A picture of dots from its upper left corner, and its height.
fn picture(picture: &Picture) -> (f32, Mark) {
    let dark = |row: &[u8], x: usize| row.get(x / 8).is_some_and(|byte| byte & (0x80 >> (x % 8)) != 0);
    let rows = picture.rows().map(|row| (0..picture.width as usize).map(|x| dark(row, x)).collect());
    (picture.rows().count() as f32 * DOT, modules(rows, (DOT, DOT)))
}

fn text(x: f32, y: f32, text: &str, size: f32, weight: Weight, gray: Gray) -> Mark {
    Mark::Text { x, y, text: text.to_owned(), size, weight, gray }
}

fn rule(y: f32, width: f32, thick: f32, gray: Gray) -> Mark {
    Mark::Box { x: 0.0, y, width, height: thick, gray }
}

/// Where the baseline of a line is below its top.
fn baseline(size: f32) -> f32 {
    size * 0.98
}

impl Layout<'_> {
    fn wrapped(&self, text: &str, room: f32, size: f32, weight: Weight) -> Vec<String> {
        // Hundredths of a point are fine enough to break lines by.
        let hundredths = |points: f32| (points * 100.0).max(0.0) as usize;
        let face = self.faces.of(weight);
        wrapped_by(&plain(text), hundredths(room), &|row| hundredths(face.width(row) * size))
    }

    /// As much of a small text as fits into one row.
    fn first_row(&self, words: &str, room: f32) -> String {
        self.wrapped(words, room, SMALL, Weight::Regular).into_iter().next().unwrap_or_default()
    }

    fn width_of(&self, text: &str, size: f32, weight: Weight) -> f32 {
        self.faces.of(weight).width(text) * size
    }

    fn push(&mut self, height: f32, marks: Vec<Mark>) -> &mut Piece {
        self.pieces.push(Piece { height, marks, ..Piece::default() });
        let last = self.pieces.len() - 1;
        &mut self.pieces[last]
    }

    /// Lines of text below each other; the height that they take.
    fn lines(
        &self,
        rows: &[String],
        x: f32,
        y: f32,
        size: f32,
        weight: Weight,
        gray: Gray,
    ) -> (f32, Vec<Mark>) {
        let mut at = y;
        let mut marks = Vec::new();
        for row in rows {
            marks.push(text(x, at + baseline(size), row, size, weight, gray));
            at += size * LEADING;
        }
        (at - y, marks)
    }

    fn letterhead(&mut self, sheet: &Sheet) {
        // The marks and a code stand beside it on the right.
        let has_side = sheet.practice.is_some()
            || sheet.copy.is_some()
            || sheet.lines.iter().any(|line| matches!(line, Line::Code { text, .. } if !text.is_empty()));
        let room = if has_side { self.width * 0.7 } else { self.room };
        if let Some(logo) = &sheet.logo {
            let (height, mark) = picture(logo);
            self.push(height + 6.0, vec![mark]);
        }
        for (place, line) in sheet.letterhead.iter().enumerate() {
            let (size, weight, gray) =
                if place == 0 { (NAME_SIZE, Weight::SemiBold, INK) } else { (SMALL, Weight::Regular, QUIET) };
            let rows = self.wrapped(line, room, size, weight);
            let (height, marks) = self.lines(&rows, 0.0, 0.0, size, weight, gray);
            self.push(height, marks);
        }
        self.push(18.0, Vec::new());
    }

    fn line(&mut self, line: &Line) {
        match line {
            Line::Block => {
                self.push(9.0, Vec::new()).stays_with_next = true;
            }
            Line::Title(text) => self.paragraph(text, TITLE_SIZE, Weight::SemiBold),
            Line::Heading(text) => self.heading(text),
            Line::Centred(text) | Line::Text(text) => self.paragraph(text, SIZE, Weight::Regular),
            Line::Pair { left, right, is_sum } => self.pair(left, right, *is_sum),
            Line::Table(table) => self.table(table),
            Line::Blank(what) => self.blank(what),
            Line::Code { modules, caption, text, .. } => self.code(modules, caption, text),
            Line::Barcode(barcode) => self.barcode(barcode),
            Line::Large(text) => self.paragraph(text, LARGE_SIZE, Weight::SemiBold),
        }
    }

    /// The bars with their text beneath; nothing where the text makes no code of that kind.
    fn barcode(&mut self, barcode: &Barcode) {
        let Some(bars) = barcode.modules() else { return };
        let bars = modules(std::iter::once(bars), (BAR, BAR_HEIGHT)).moved(0.0, 8.0);
        let y = 8.0 + BAR_HEIGHT + 2.0;
        let rows = [bars::text(barcode).to_owned()];
        let (height, mut marks) = self.lines(&rows, 0.0, y, SMALL, Weight::Regular, INK);
        marks.push(bars);
        self.push(y + height + 8.0, marks);
    }

    fn paragraph(&mut self, words: &str, size: f32, weight: Weight) {
        let indent = if words.starts_with(' ') { INDENT } else { 0.0 };
        let rows = self.wrapped(words, self.width - indent, size, weight);
        let (height, marks) = self.lines(&rows, indent, ROW_PAD, size, weight, INK);
        self.push(height + 2.0 * ROW_PAD, marks);
    }

    fn heading(&mut self, words: &str) {
        let rows = self.wrapped(words, self.width, SIZE, Weight::SemiBold);
        let (height, mut marks) = self.lines(&rows, 0.0, ROW_PAD, SIZE, Weight::SemiBold, INK);
        let height = height + 2.0 * ROW_PAD;
        marks.push(rule(height - 0.7, self.width, 0.7, INK));
        self.push(height, marks).stays_with_next = true;
    }

    fn pair(&mut self, left: &str, right: &str, is_sum: bool) {
        let weight = if is_sum { Weight::SemiBold } else { Weight::Regular };
        let indent = if left.starts_with(' ') { INDENT } else { 0.0 };
        let right = plain(right);
        // A long text on the right takes at most two thirds, and wraps.
        let right_room = (self.width * 0.66).min(self.width_of(&right, SIZE, weight) + 0.1);
        let rights = self.wrapped(&right, right_room, SIZE, weight);
        let rows = self.wrapped(left, self.width - indent - right_room - GAP, SIZE, weight);
        let (height, mut marks) = self.lines(&rows, indent, ROW_PAD, SIZE, weight, INK);
        let mut right_height = 0.0;
        for row in &rights {
            let x = self.width - self.width_of(row, SIZE, weight);
            let y = ROW_PAD + right_height + baseline(SIZE);
            marks.push(text(x, y, row, SIZE, weight, INK));
            right_height += SIZE * LEADING;
        }
        let height = height.max(right_height) + 2.0 * ROW_PAD;
        if is_sum {
            marks.push(rule(0.0, self.width, 0.7, INK));
        }
        marks.push(rule(height - 0.4, self.width, 0.4, HAIR));
        self.push(height, marks);
    }

    fn blank(&mut self, what: &str) {
        let rows = self.wrapped(what, self.width * 0.4, SIZE, Weight::Regular);
        let (height, mut marks) =
            self.lines(&rows, 0.0, BLANK_HEIGHT - SIZE * LEADING, SIZE, Weight::Regular, INK);
        let height = height.max(SIZE * LEADING) + BLANK_HEIGHT - SIZE * LEADING + 4.0;
        let x = self.width * 0.4 + GAP;
        marks.push(Mark::Box { x, y: height - 4.0, width: self.width - x, height: 0.5, gray: QUIET });
        self.push(height, marks);
    }

    /// The code with what it is for and the same in letters: on the right of the first page where there is room,
    /// and otherwise in its place.
    fn code(&mut self, rows: &[String], caption: &str, letters: &str) {
        let side = rows.len() as f32 * MODULE;
        let dark = rows.iter().map(|row| row.bytes().map(|module| module == b'1').collect());
        let code = modules(dark, (MODULE, MODULE));
        // A camera needs some white around it.
        let quiet = 4.0 * MODULE;
        // One with words to it belongs to the paper as a whole, and any other to where it stands.
        let is_of_whole = !letters.is_empty();
        if is_of_whole && self.side.is_empty() && self.width + GAP + quiet + side <= self.room {
            let x = self.room - side;
            let mut y = SIDE_TOP - TOP + side + quiet;
            for (words, size, gray) in [(caption, SMALL, INK), (letters, TINY, QUIET)] {
                let rows = self.wrapped(words, side, size, Weight::Regular);
                let (height, words) = self.lines(&rows, x, y, size, Weight::Regular, gray);
                self.side.extend(words);
                y += height + 5.0;
            }
            self.side.push(code.moved(x, SIDE_TOP - TOP));
            return;
        }
        let x = side + quiet + GAP;
        let mut marks = vec![code.moved(0.0, quiet)];
        let rows = self.wrapped(caption, self.width - x, SMALL, Weight::Regular);
        let (height, words) = self.lines(&rows, x, quiet, SMALL, Weight::Regular, INK);
        marks.extend(words);
        let rows = self.wrapped(letters, self.width - x, SMALL, Weight::Regular);
        let (more, words) = self.lines(&rows, x, quiet + height + 6.0, SMALL, Weight::Regular, QUIET);
        marks.extend(words);
        self.push(side.max(height + 6.0 + more) + 2.0 * quiet, marks);
    }

    fn table(&mut self, table: &Table) {
        let widths = self.column_widths(table);
        let head = self.heads.len();
        let titles: Vec<Cell> = table.columns.iter().map(|column| Cell::Text(column.title.clone())).collect();
        let mut titles = self.row(table, &widths, &titles, SMALL, Weight::SemiBold);
        titles.marks.push(rule(titles.height - 0.7, self.width, 0.7, INK));
        titles.stays_with_next = true;
        self.heads.push(titles.clone());
        self.pieces.push(titles);
        for Row { cells, is_sum } in &table.rows {
            let weight = if *is_sum { Weight::SemiBold } else { Weight::Regular };
            let mut row = self.row(table, &widths, cells, SIZE, weight);
            if *is_sum {
                row.marks.push(rule(0.0, self.width, 0.7, INK));
            }
            row.marks.push(rule(row.height - 0.4, self.width, 0.4, HAIR));
            row.head = Some(head);
            self.pieces.push(row);
        }
    }

    /// As wide as what stands in them, where that fits; what is left over or lacks is the words' matter.
    fn column_widths(&self, table: &Table) -> Vec<f32> {
        let natural = natural_widths(table, self.faces, MOST_WORDS);
        let room = self.width - GAP * gaps(table);
        let with_words_of = |most: f32| -> Vec<f32> {
            let columns = table.columns.iter().zip(&natural);
            columns
                .map(|(column, width)| if column.align == Align::Left { width.min(most) } else { *width })
                .collect()
        };
        // The widest words give way first, so that times and numbers stay whole.
        let mut most = MOST_WORDS;
        let mut widths = with_words_of(most);
        while widths.iter().sum::<f32>() > room && most > LEAST_WORDS {
            most -= 1.0;
            widths = with_words_of(most);
        }
        let spare = room - widths.iter().sum::<f32>();
        if spare > 0.0 {
            // The widest column of words takes what is left, and stays the place for long names.
            let words =
                table.columns.iter().zip(&mut widths).filter(|(column, _)| column.align == Align::Left);
            let widest = words.map(|(_, width)| width).max_by(|one, other| one.total_cmp(other));
            if let Some(widest) = widest {
                *widest += spare;
            }
        }
        let wide = widths.iter().sum::<f32>();
        if wide > room {
            // Amounts wrap only where nothing else helps.
            widths.iter_mut().for_each(|width| *width *= room / wide);
        }
        widths
    }

    fn row(&self, table: &Table, widths: &[f32], cells: &[Cell], size: f32, weight: Weight) -> Piece {
        let mut piece = Piece { height: size * LEADING, ..Piece::default() };
        // Words stand on the line that is written on beside them.
        let is_written_on = cells.contains(&Cell::Blank);
        let top = if is_written_on { BLANK_HEIGHT - 5.5 - baseline(size) } else { ROW_PAD };
        let mut x = 0.0;
        for ((column, width), cell) in table.columns.iter().zip(widths).zip(cells) {
            match cell {
                Cell::Text(words) => {
                    let rows = self.wrapped(words, width + 0.1, size, weight);
                    for (place, row) in rows.iter().enumerate() {
                        let spare = width - self.width_of(row, size, weight);
                        let x = if column.align == Align::Right { x + spare } else { x };
                        let y = top + place as f32 * size * LEADING + baseline(size);
                        piece.marks.push(text(x, y, row, size, weight, INK));
                    }
                    piece.height = piece.height.max(rows.len() as f32 * size * LEADING);
                }
                Cell::Blank => {
                    piece.height = piece.height.max(BLANK_HEIGHT - 2.0 * ROW_PAD);
                    let y = BLANK_HEIGHT - 4.0;
                    piece.marks.push(Mark::Box { x, y, width: *width, height: 0.5, gray: QUIET });
                }
            }
            x += width + GAP;
        }
        piece.height += 2.0 * ROW_PAD;
        piece
    }

    /// Puts the pieces on pages.
    fn paged(&self, sheet: &Sheet, room: f32, height: f32) -> Vec<Vec<Mark>> {
        let mut pages = vec![self.page_head(sheet, room, true)];
        pages[0].extend(self.side.iter().cloned().map(|mark| mark.moved(LEFT, TOP)));
        let mut y = TOP;
        let bottom = height - BOTTOM;
        for (place, piece) in self.pieces.iter().enumerate() {
            // A heading goes to the next page together with the first line under it.
            let together = self.pieces[place..].iter();
            let until = together.clone().take_while(|piece| piece.stays_with_next).count() + 1;
            let needed: f32 = together.take(until).map(|piece| piece.height).sum();
            let is_first_of_group = place == 0 || !self.pieces[place - 1].stays_with_next;
            let needed = if is_first_of_group { needed } else { piece.height };
            if y + needed > bottom && y > TOP {
                pages.push(self.page_head(sheet, room, false));
                y = TOP + 24.0;
                if let Some(head) = piece.head.and_then(|head| self.heads.get(head)) {
                    place_at(&mut pages, head, y);
                    y += head.height;
                }
            }
            place_at(&mut pages, piece, y);
            y += piece.height;
        }
        pages
    }

    /// What stands at the head of every page: the marks on the right, and on further pages what it is.
    fn page_head(&self, sheet: &Sheet, room: f32, is_first: bool) -> Vec<Mark> {
        let mut marks = Vec::new();
        let mut y = TOP + baseline(NAME_SIZE);
        for mark in [&sheet.practice, &sheet.copy].into_iter().flatten() {
            let mark = plain(mark);
            let x = LEFT + room - self.width_of(&mark, NAME_SIZE, Weight::SemiBold);
            marks.push(text(x, y, &mark, NAME_SIZE, Weight::SemiBold, INK));
            if is_first {
                y += NAME_SIZE * LEADING;
            } else {
                // Further pages have one line of head: both marks beside each other.
                y = TOP + baseline(NAME_SIZE) + NAME_SIZE * LEADING * 0.9;
            }
        }
        if !is_first {
            let name = sheet.letterhead.first().map_or("", String::as_str);
            let head = self.first_row(&format!("{name} · {}", sheet.title), room * 0.75);
            marks.push(text(LEFT, TOP + baseline(SMALL), &head, SMALL, Weight::Regular, QUIET));
        }
        marks
    }
}

fn place_at(pages: &mut [Vec<Mark>], piece: &Piece, at: f32) {
    let Some(page) = pages.last_mut() else { return };
    page.extend(piece.marks.iter().cloned().map(|mark| mark.moved(LEFT, at)));
}

/// The gaps between the columns of a table.
fn gaps(table: &Table) -> f32 {
    table.columns.len().saturating_sub(1) as f32
}

/// How wide each column would be if nothing in it had to wrap, up to what a column should ever take.
fn natural_widths(table: &Table, faces: &Faces, most_words: f32) -> Vec<f32> {
    let most = |align| if align == Align::Left { most_words } else { MOST_AMOUNT };
    let columns = table.columns.iter().enumerate().map(|(place, column)| {
        let title = faces.of(Weight::SemiBold).width(&plain(&column.title)) * SMALL;
        let widths = table.rows.iter().filter_map(|row| {
            let weight = if row.is_sum { Weight::SemiBold } else { Weight::Regular };
            Some(match row.cells.get(place)? {
                Cell::Text(text) => faces.of(weight).width(&plain(text)) * SIZE,
                Cell::Blank => BLANK_WIDTH,
            })
        });
        widths.fold(title, f32::max).min(most(column.align))
    });
    columns.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::Column;

    fn journal(rows: usize) -> Table {
        let mut table = Table {
            columns: vec![
                Column::words("Zeit", 6),
                Column::words("Beleg", 20),
                Column::words("Vorgang", 24),
                Column::amounts("Umsatz", 11),
            ],
            rows: Vec::new(),
        };
        for no in 0..rows {
            table.row(["08:15", &format!("B01-T2-K7F-{no:06}"), "Bon, Bar", "9,90"]);
        }
        table.sum(["", "", "Summe", "1.234,50"]);
        table
    }

    fn sheet(lines: Vec<Line>) -> Sheet {
        Sheet {
            letterhead: vec!["Apotheke am Markt".to_owned(), "Marktplatz 1".to_owned()],
            title: "TAGESJOURNAL 21.11.2026".to_owned(),
            practice: Some("ÜBUNG".to_owned()),
            copy: Some("KOPIE 2".to_owned()),
            lines,
            ..Sheet::default()
        }
    }

    /// The texts of each page, after all of it was held to lie on its page.
    fn texts(sheet: &Sheet) -> Vec<Vec<(String, Weight)>> {
        let faces = Faces::read().unwrap();
        let Pages { width, height, pages } = laid_out(sheet, faces);
        let lies_on = |x: f32, y: f32, wide: f32, high: f32| {
            assert!(x >= LEFT - 1.0 && x + wide <= width - RIGHT + 1.0, "{x} {wide}");
            assert!(y > 0.0 && y + high <= height - BOTTOM + 1.0, "{y} {high}");
        };
        let page = |marks: Vec<Mark>| {
            marks.into_iter().filter_map(|mark| match mark {
                Mark::Text { x, y, text, size, weight, .. } => {
                    let end = x + faces.of(weight).width(&text) * size;
                    assert!(x >= LEFT - 1.0 && end <= width - RIGHT + 1.0, "{text} {x} {end}");
                    assert!(y > 0.0 && y < height - 10.0, "{text} {y}");
                    Some((text, weight))
                }
                Mark::Box { x, y, width: wide, height: high, .. } => {
                    lies_on(x, y, wide, high);
                    None
                }
                Mark::Modules { x, y, module, boxes } => {
                    for [right, down, wide, high] in boxes.into_iter().map(|numbers| numbers.map(f32::from)) {
                        let (x, y) = (x + right * module.0, y + down * module.1);
                        lies_on(x, y, wide * module.0, high * module.1);
                    }
                    None
                }
            })
        };
        pages.into_iter().map(|marks| page(marks).collect()).collect()
    }

    fn count(page: &[(String, Weight)], wanted: &str) -> usize {
        page.iter().filter(|(text, _)| text == wanted).count()
    }

    #[test]
    fn every_page_says_what_it_is_a_page_of() {
        for (rows, pages) in [(0, 1), (3, 1), (130, 3), (300, 7)] {
            let pages_drawn = texts(&sheet(vec![Line::Title("J".to_owned()), Line::Table(journal(rows))]));
            assert_eq!(pages_drawn.len(), pages, "{rows}");
            for (place, page) in pages_drawn.iter().enumerate() {
                assert_eq!((count(page, "ÜBUNG"), count(page, "KOPIE 2")), (1, 1), "{rows}");
                assert_eq!(count(page, &format!("{}/{pages}", place + 1)), 1, "{rows}");
                assert_eq!(count(page, "Beleg"), 1, "the headings are on every page");
            }
            let all: Vec<_> = pages_drawn.concat();
            assert_eq!(count(&all, "08:15"), rows);
            let sum = all.iter().find(|(text, _)| text == "1.234,50").unwrap();
            assert_eq!(sum.1, Weight::SemiBold);
        }
    }

    #[test]
    fn a_long_name_has_the_whole_row_where_nothing_stands_beside_it() {
        let name = "Apotheke am Markt Dr. Karoline von Hohenstein-Wittgenstein e. K.";
        let on_a_row = |change: &dyn Fn(&mut Sheet)| {
            let mut sheet = sheet(vec![Line::Title("J".to_owned()), Line::Table(journal(3))]);
            name.clone_into(&mut sheet.letterhead[0]);
            (sheet.practice, sheet.copy) = (None, None);
            change(&mut sheet);
            count(&texts(&sheet)[0], name)
        };
        assert_eq!(on_a_row(&|_| {}), 1);
        assert_eq!(on_a_row(&|sheet| sheet.copy = Some("KOPIE 2".to_owned())), 0);
        let code = |text: &str| Line::Code {
            modules: vec!["1".repeat(20); 20],
            caption: String::new(),
            text: text.to_owned(),
            qr: None,
        };
        assert_eq!(on_a_row(&|sheet| sheet.lines.push(code("A"))), 0);
        // A code without words to it stands in its place, and not beside the name.
        assert_eq!(on_a_row(&|sheet| sheet.lines.push(code(""))), 1);
    }

    #[test]
    fn a_heading_is_not_left_behind() {
        for before in 40..60 {
            let mut lines: Vec<Line> = (0..before).map(|no| Line::Text(format!("row {no}"))).collect();
            lines.push(Line::Block);
            lines.push(Line::Heading("Zahlarten".to_owned()));
            lines.push(Line::Pair { left: "Bar".to_owned(), right: "1,00".to_owned(), is_sum: false });
            let pages = texts(&sheet(lines));
            let page = pages.iter().find(|page| count(page, "Zahlarten") == 1).unwrap();
            assert_eq!(count(page, "Bar"), 1, "{before}");
        }
    }

    #[test]
    fn hostile_and_long_texts_stay_on_the_page() {
        let names = [
            "x".repeat(200),
            "Donaudampfschifffahrtsgesellschaft ".repeat(8),
            "\u{202e}99,00\u{0}\u{7}\u{1b}[2J\u{2066}".repeat(20),
            "漢字 العربية 🙂 ".repeat(20),
            " ".repeat(200),
            String::new(),
        ];
        for name in &names {
            let mut table = journal(2);
            table.row([name.as_str(); 4]);
            table.columns[3].title.clone_from(name);
            let mut whole = sheet(vec![
                Line::Title(name.clone()),
                Line::Heading(name.clone()),
                Line::Text(name.clone()),
                Line::Pair { left: name.clone(), right: name.clone(), is_sum: true },
                Line::Table(table),
                Line::Blank(name.clone()),
                Line::Code {
                    modules: vec!["101".to_owned(); 3],
                    caption: name.clone(),
                    text: name.clone(),
                    qr: None,
                },
            ]);
            whole.letterhead.push(name.clone());
            whole.title.clone_from(name);
            let text: String = texts(&whole).concat().into_iter().map(|(text, _)| text).collect();
            assert!(
                !text.chars().any(|c| c.is_control() || ('\u{202a}'..='\u{2069}').contains(&c)),
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_code_stands_beside_the_words_where_there_is_room() {
        let letters = "ABCDE ".repeat(52);
        let code = Line::Code {
            modules: vec!["10".repeat(26) + "1"; 53],
            caption: "Prüfen".to_owned(),
            text: letters,
            qr: None,
        };
        let pair = Line::Pair { left: "Bar".to_owned(), right: "1,00".to_owned(), is_sum: false };
        let pages = |rows: usize, table: usize| {
            let mut lines = vec![pair.clone(); rows];
            lines.push(code.clone());
            if table > 0 {
                lines.push(Line::Table(journal(table)));
            }
            let pages = texts(&sheet(lines));
            let on = pages.iter().position(|page| count(page, "Prüfen") == 1);
            (pages.len(), on)
        };
        assert_eq!(pages(42, 0), (1, Some(0)));
        assert_eq!(pages(60, 0), (2, Some(0)));
        // A table of the whole width leaves none.
        let wide = sheet(vec![code.clone(), Line::Table(wide_table())]);
        let all = texts(&wide).concat();
        assert_eq!(count(&all, "Prüfen"), 1);
    }

    fn wide_table() -> Table {
        let mut table = Table { columns: vec![Column::words("Tag", 10)], rows: Vec::new() };
        table.columns.extend((0..11).map(|no| Column::amounts(&format!("Spalte {no}"), 12)));
        table.row(["01.11.2026"].into_iter().chain(["12.345,67"; 11]));
        table
    }

    #[test]
    fn a_table_too_wide_for_a_page_turns_it() {
        let faces = Faces::read().unwrap();
        let pages = laid_out(&sheet(vec![Line::Table(wide_table())]), faces);
        assert!(pages.width > pages.height);
        texts(&sheet(vec![Line::Table(wide_table())]));
        // Long words do not turn it: they wrap.
        let mut long = journal(1);
        long.row(["08:15", "B01-T2-K7F-000431", &"lang ".repeat(40), "9,90"]);
        let pages = laid_out(&sheet(vec![Line::Table(long.clone())]), faces);
        assert!(pages.width < pages.height);
        // And what is short beside them stays whole.
        long.columns.insert(3, Column::words("Person", 16));
        for row in &mut long.rows {
            row.cells.insert(3, Cell::Text("Marie-Antoinette Donaudampfschifffahrtsgesellschaft".to_owned()));
        }
        let all = texts(&sheet(vec![Line::Table(long)])).concat();
        assert_eq!(
            (count(&all, "B01-T2-K7F-000431"), count(&all, "Umsatz"), count(&all, "08:15")),
            (1, 1, 2)
        );
    }
}
