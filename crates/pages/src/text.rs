//! A sheet as text of so many columns, for receipt printers and screens.

use crate::plain::plain;
use crate::sheet::{Align, Barcode, Cell, Column, Line, Row, Sheet, Table};
use crate::wrap::wrapped;

/// The narrowest text that is drawn; what is asked for below it gets this.
const FEWEST_COLUMNS: usize = 24;

/// What stands where something is to be written by hand.
const BLANK: &str = "__________";

impl Sheet {
    /// The paper as rows of at most `columns` characters, each ended by a line break. At least 24 are taken. Codes
    /// and pictures are left out.
    #[must_use]
    pub fn text(&self, columns: usize) -> String {
        let rows = self.parts(columns).into_iter().filter_map(|part| match part {
            Part::Row { text, .. } => Some(text + "\n"),
            Part::Large(text) => Some(format!("{text:^columns$}").trim_end().to_owned() + "\n"),
            Part::Code { .. } | Part::Barcode(_) => None,
        });
        let mut rows: Vec<String> = rows.collect();
        // Where a code stood between two rules, one is enough.
        rows.dedup_by(|next, row| next == row && row.starts_with("---"));
        rows.concat()
    }

    /// The same rows, with the codes between them.
    pub(crate) fn parts(&self, columns: usize) -> Vec<Part<'_>> {
        let columns = columns.max(FEWEST_COLUMNS);
        let mut parts = Vec::new();
        let mut text = Text { rows: Vec::new(), columns, mark: String::new() };
        if let Some(practice) = &self.practice {
            text.mark = format!(" {} ", plain(practice));
        }
        for (place, line) in self.letterhead.iter().enumerate() {
            text.centred(line);
            text.end(&mut parts, place == 0);
        }
        if !self.letterhead.is_empty() {
            text.block();
        }
        if let Some(copy) = &self.copy {
            text.centred(&format!("*** {copy} ***"));
            text.block();
        }
        text.end(&mut parts, false);
        for line in &self.lines {
            match line {
                Line::Code { modules, qr, .. } => parts.push(Part::Code { modules, qr: qr.as_deref() }),
                Line::Barcode(barcode) => parts.push(Part::Barcode(barcode)),
                Line::Large(large) => {
                    parts.extend(wrapped(&plain(large), columns / 2).into_iter().map(Part::Large));
                }
                _ => text.line(line),
            }
            text.end(&mut parts, matches!(line, Line::Title(_) | Line::Pair { is_sum: true, .. }));
        }
        if self.practice.is_some() || self.copy.is_some() {
            text.block();
            text.end(&mut parts, false);
        }
        parts
    }
}

/// What comes out of a printer, one below the other.
#[derive(Debug)]
pub(crate) enum Part<'a> {
    /// A row of text.
    Row { text: String, is_strong: bool },
    /// A row in letters of twice the width and height, in the middle.
    Large(String),
    /// A code for a camera, and what it says where it is a QR code.
    Code { modules: &'a [String], qr: Option<&'a str> },
    /// A code for a scanner.
    Barcode(&'a Barcode),
}

/// Text being drawn, from top to bottom.
struct Text {
    rows: Vec<String>,
    columns: usize,
    /// Stands in each rule.
    mark: String,
}

impl Text {
    fn line(&mut self, line: &Line) {
        match line {
            Line::Block => self.block(),
            Line::Title(text) | Line::Centred(text) => self.centred(text),
            Line::Heading(text) | Line::Text(text) => self.left(text),
            Line::Pair { left, right, .. } => self.pair(left, right),
            Line::Table(table) => self.table(table),
            Line::Blank(what) => self.pair(what, BLANK),
            // They are parts of their own.
            Line::Code { .. } | Line::Barcode(_) | Line::Large(_) => {}
        }
    }

    /// Puts the rows so far behind the parts.
    fn end(&mut self, parts: &mut Vec<Part<'_>>, is_strong: bool) {
        parts.extend(self.rows.drain(..).map(|text| Part::Row { text, is_strong }));
    }

    fn block(&mut self) {
        self.rows.push(format!("{:-^width$}", self.mark, width = self.columns));
    }

    fn centred(&mut self, text: &str) {
        for row in wrapped(&plain(text), self.columns) {
            self.rows.push(format!("{row:^width$}", width = self.columns).trim_end().to_owned());
        }
    }

    /// Rows after the first are indented further.
    fn left(&mut self, text: &str) {
        let text = plain(text);
        let indent = indent_of(&text, self.columns);
        for (place, row) in wrapped(&text, self.columns - indent.len() - 2).into_iter().enumerate() {
            let more = if place == 0 { "" } else { "  " };
            self.rows.push(format!("{indent}{more}{row}"));
        }
    }

    /// What does not fit beside the right text wraps above it.
    fn pair(&mut self, left: &str, right: &str) {
        let (left, right) = (plain(left), plain(right));
        if length(&right) + 2 > self.columns {
            self.left(&left);
            let rows = wrapped(&right, self.columns);
            return self.rows.extend(rows.iter().map(|row| format!("{row:>width$}", width = self.columns)));
        }
        let indent = indent_of(&left, self.columns);
        let room = self.columns.saturating_sub(length(&right) + 1);
        let mut rows: Vec<String> = wrapped(&left, room.saturating_sub(indent.len()).max(1))
            .into_iter()
            .map(|row| format!("{indent}{row}"))
            .collect();
        let last = rows.pop().unwrap_or_default();
        self.rows.append(&mut rows);
        self.rows.push(format!("{last:<room$} {right}"));
    }

    /// Side by side where every cell fits, and otherwise each row by itself.
    fn table(&mut self, table: &Table) {
        let widths = self.widths(table);
        let fits = widths.as_ref().is_some_and(|widths| table.rows.iter().all(|row| row_fits(row, widths)));
        match widths {
            Some(widths) if fits => {
                let titles = table.columns.iter().map(|column| plain(&column.title));
                self.beside(&table.columns, &widths, &titles.collect::<Vec<_>>());
                for row in &table.rows {
                    let cells: Vec<String> = row.cells.iter().map(cell_text).collect();
                    self.beside(&table.columns, &widths, &cells);
                }
            }
            _ => table.rows.iter().for_each(|row| self.by_itself(&table.columns, row)),
        }
    }

    /// How wide each column is, the first with what is left over; none where they do not fit beside each other.
    fn widths(&self, table: &Table) -> Option<Vec<usize>> {
        let mut widths: Vec<usize> = table.columns.iter().map(|column| column.width).collect();
        let spare = self.columns.checked_sub(widths.iter().sum())?;
        *widths.first_mut()? += spare;
        Some(widths)
    }

    fn beside(&mut self, columns: &[Column], widths: &[usize], cells: &[String]) {
        let mut text = String::new();
        for ((column, width), cell) in columns.iter().zip(widths).zip(cells) {
            let cell: String = cell.chars().take(*width).collect();
            text += &match column.align {
                Align::Left => format!("{cell:<width$}"),
                Align::Right => format!("{cell:>width$}"),
            };
        }
        self.rows.push(text.trim_end().to_owned());
    }

    /// The words of a row together, and its amounts beside them or, where there are several, each under them with
    /// its heading.
    fn by_itself(&mut self, columns: &[Column], row: &Row) {
        let texts: Vec<(&Column, String)> = columns
            .iter()
            .zip(row.cells.iter().map(cell_text))
            .filter(|(_, text)| !text.is_empty())
            .collect();
        let (words, amounts): (Vec<_>, Vec<_>) =
            texts.iter().partition(|(column, _)| column.align == Align::Left);
        let words: Vec<&str> = words.iter().map(|(_, text)| text.as_str()).collect();
        let words = words.join(" ");
        if let [(_, amount)] = amounts.as_slice() {
            return self.pair(&words, amount);
        }
        self.left(&words);
        for (column, amount) in amounts {
            self.pair(&format!("  {}", column.title), amount);
        }
    }
}

fn row_fits(row: &Row, widths: &[usize]) -> bool {
    // Words of the first column are cut, as the rest of their row says what it is about.
    row.cells.iter().zip(widths).skip(1).all(|(cell, width)| length(&cell_text(cell)) <= *width)
}

fn cell_text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => plain(text),
        Cell::Blank => BLANK.to_owned(),
    }
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// The spaces that a text begins with, as far as they leave room.
fn indent_of(text: &str, columns: usize) -> &str {
    let indent = text.len() - text.trim_start_matches(' ').len();
    &text[..indent.min(columns / 2)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(columns: usize, lines: Vec<Line>) -> Vec<String> {
        let sheet = Sheet { lines, ..Sheet::default() };
        let text = sheet.text(columns);
        let rows: Vec<String> = text.lines().map(str::to_owned).collect();
        assert!(rows.iter().all(|row| length(row) <= columns.max(FEWEST_COLUMNS)), "{text}");
        rows
    }

    fn pair(left: &str, right: &str) -> Line {
        Line::Pair { left: left.to_owned(), right: right.to_owned(), is_sum: false }
    }

    #[test]
    fn a_pair_fills_the_row_and_keeps_its_right_side() {
        let long = "Ibuprofen 400 mg film-coated tablets for adults";
        assert_eq!(
            drawn(42, vec![pair(long, "9,90"), pair("  2 x 4,95", "9,90 A")]),
            [
                "Ibuprofen 400 mg film-coated tablets",
                "for adults                            9,90",
                "  2 x 4,95                          9,90 A"
            ]
        );
        assert_eq!(
            drawn(48, vec![pair(long, "9,90"), pair("  2 x 4,95", "9,90 A")]),
            [
                "Ibuprofen 400 mg film-coated tablets for",
                "adults                                      9,90",
                "  2 x 4,95                                9,90 A"
            ]
        );
    }

    fn taxes(gross: &str) -> Line {
        let mut table = Table {
            columns: vec![
                Column::words("MwSt", 12),
                Column::amounts("Netto", 10),
                Column::amounts("Steuer", 10),
                Column::amounts("Brutto", 10),
            ],
            rows: Vec::new(),
        };
        table.row(["A 19 %", "100,00", "19,00", gross]);
        Line::Table(table)
    }

    #[test]
    fn a_table_takes_the_width_that_there_is() {
        assert_eq!(
            drawn(42, vec![taxes("119,00")]),
            ["MwSt             Netto    Steuer    Brutto", "A 19 %          100,00     19,00    119,00"]
        );
        assert_eq!(
            drawn(48, vec![taxes("119,00")]),
            [
                "MwSt                   Netto    Steuer    Brutto",
                "A 19 %                100,00     19,00    119,00"
            ]
        );
    }

    #[test]
    fn a_row_that_does_not_fit_stands_by_itself() {
        let rows = [
            "A 19 %",
            "  Netto                             100,00",
            "  Steuer                             19,00",
        ];
        assert_eq!(drawn(42, vec![taxes("12.345.678,00")])[..3], rows);
        assert_eq!(drawn(30, vec![taxes("119,00")])[0], "A 19 %");
        let mut journal = Table {
            columns: vec![Column::words("", 6), Column::words("", 60), Column::amounts("", 10)],
            rows: Vec::new(),
        };
        journal.row(["08:15", "Bon B01-T2-K7F-000431 Bar", "9,90"]);
        assert_eq!(drawn(42, vec![Line::Table(journal)]), ["08:15 Bon B01-T2-K7F-000431 Bar       9,90"]);
    }

    #[test]
    fn copy_and_practice_are_marked() {
        let sheet = Sheet {
            letterhead: vec!["Apotheke".to_owned()],
            practice: Some("ÜBUNG".to_owned()),
            copy: Some("KOPIE 2".to_owned()),
            ..Sheet::default()
        };
        assert_eq!(
            sheet.text(24).lines().map(str::trim).collect::<Vec<_>>(),
            ["Apotheke", "-------- ÜBUNG ---------", "*** KOPIE 2 ***", "-------- ÜBUNG ---------"]
        );
    }

    #[test]
    fn hostile_names_stay_in_their_rows() {
        let name = "\u{202e}gnp.exe\u{0}\u{1b}[2J ".repeat(20) + &"x".repeat(200);
        let rows = drawn(42, vec![Line::Text(name.clone()), pair(&name, "1,00"), pair("a", &name)]);
        let text = rows.join("");
        assert!(!text.chars().any(|c| c.is_control() || c == '\u{202e}'), "{text:?}");
    }
}
