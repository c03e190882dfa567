//! Papers: receipt, settlement slip, X and Z, each described in one place and drawn as text of 42 columns, in
//! the language of the branch's country.

mod receipt;
mod report;
mod slip;
mod transfer;
mod words;
mod wrap;

pub(crate) use receipt::ReceiptFacts;
pub(crate) use slip::SlipFacts;
pub(crate) use transfer::TransferFacts;

use domain::country::Country;
use domain::time::Now;

use crate::api::sales::ReceiptView;
use crate::counter::Counter;
use crate::fault::Stop;
use words::{Language, Words};
use wrap::wrapped;

/// Columns of a paper.
const COLUMNS: usize = 42;

/// A paper being drawn, from top to bottom.
struct Paper {
    rows: Vec<String>,
    words: &'static Words,
    language: Language,
    country: &'static Country,
    is_practice: bool,
    copy_no: u32,
}

impl Counter<'_> {
    /// A paper with the letterhead, and what marks it as practice or copy.
    fn paper(&self, copy_no: u32) -> Result<Paper, Stop> {
        let language = Language::of_country(self.house.country.code);
        let mut paper = Paper {
            rows: Vec::new(),
            words: language.words(),
            language,
            country: self.house.country,
            is_practice: self.open.is_practice,
            copy_no,
        };
        paper.centred(&self.house.branch.name);
        for line in self.settings()?.letterhead {
            paper.centred(&line);
        }
        paper.block();
        if copy_no > 0 {
            let text = format!("*** {} {copy_no} ***", paper.words.copy);
            paper.centred(&text);
            paper.block();
        }
        Ok(paper)
    }
}

impl Paper {
    /// Begins a block: a rule, which says PRACTICE where nothing on the paper counts.
    fn block(&mut self) {
        let mark = if self.is_practice { format!(" {} ", self.words.practice) } else { String::new() };
        self.rows.push(format!("{mark:-^COLUMNS$}"));
    }

    /// Text in the middle, wrapped where it is too long.
    fn centred(&mut self, text: &str) {
        for row in wrapped(text, COLUMNS) {
            self.rows.push(format!("{row:^COLUMNS$}").trim_end().to_owned());
        }
    }

    /// Text from the left, wrapped; rows after the first are indented further.
    fn text(&mut self, text: &str) {
        let indent = indent_of(text);
        for (place, row) in wrapped(text, COLUMNS - indent.len() - 2).into_iter().enumerate() {
            let more = if place == 0 { "" } else { "  " };
            self.rows.push(format!("{indent}{more}{row}"));
        }
    }

    /// Text on the left and on the right. What does not fit beside the right one wraps above it.
    fn pair(&mut self, left: &str, right: &str) {
        let indent = indent_of(left);
        let room = COLUMNS.saturating_sub(right.chars().count() + 1);
        let mut rows: Vec<String> = wrapped(left, room.saturating_sub(indent.len()).max(1))
            .into_iter()
            .map(|row| format!("{indent}{row}"))
            .collect();
        let last = rows.pop().unwrap_or_default();
        self.rows.append(&mut rows);
        self.rows.push(format!("{last:<room$} {right}"));
    }

    /// Text on the left, an amount on the right.
    fn amount(&mut self, left: &str, minor: i64) {
        let right = self.money(minor);
        self.pair(left, &right);
    }

    /// The table of taxes: the letter that lines show, rate, net, tax, gross.
    fn taxes(&mut self, taxes: &[crate::api::basket::TaxLineView]) {
        let row = |name: &str, cells: [&str; 3]| {
            format!("{name:<12}{:>10}{:>10}{:>10}", cells[0], cells[1], cells[2])
        };
        let heading = row(self.words.tax, [self.words.net, self.words.tax_amount, self.words.gross]);
        self.rows.push(heading);
        let mut taxes: Vec<_> = taxes.iter().map(|tax| (self.country.tax_letter(&tax.code), tax)).collect();
        taxes.sort_by_key(|(letter, _)| *letter);
        for (letter, tax) in taxes {
            let name = format!("{letter} {}", self.rate(tax.rate_ppm));
            let cells = [self.money(tax.net_minor), self.money(tax.tax_minor), self.money(tax.gross_minor)];
            self.rows.push(row(&name, [&cells[0], &cells[1], &cells[2]]));
        }
    }

    /// The finished paper.
    fn finish(mut self, barcode: Option<String>) -> ReceiptView {
        if self.is_practice || self.copy_no > 0 {
            self.block();
        }
        ReceiptView { text: self.rows.join("\n") + "\n", barcode, copy_no: self.copy_no }
    }

    /// An amount with the country's separators.
    fn money(&self, minor: i64) -> String {
        let digits = self.country.currency_digits as usize;
        let all = format!("{:0width$}", minor.unsigned_abs(), width = digits + 1);
        let (whole, fraction) = all.split_at(all.len() - digits);
        let mut grouped = String::new();
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                grouped.push(self.words.thousands);
            }
            grouped.push(digit);
        }
        let sign = if minor < 0 { "-" } else { "" };
        if digits == 0 {
            format!("{sign}{grouped}")
        } else {
            format!("{sign}{grouped}{}{fraction}", self.words.decimal)
        }
    }

    /// A rate in percent: 19 %, 5,5 %.
    fn rate(&self, rate_ppm: i64) -> String {
        let (whole, rest) = (rate_ppm / 10_000, rate_ppm % 10_000);
        if rest == 0 {
            return format!("{whole} %");
        }
        let rest = format!("{rest:04}");
        format!("{whole}{}{} %", self.words.decimal, rest.trim_end_matches('0'))
    }

    /// Local date and time of an instant.
    fn moment(&self, at: Now) -> String {
        let text = at.local_text();
        let (date, time) = text.split_once(' ').unwrap_or((&text, ""));
        format!("{} {time}", self.date(date))
    }

    /// A date out of `YYYY-MM-DD`.
    fn date(&self, iso: &str) -> String {
        let parts: Vec<&str> = iso.split('-').collect();
        match parts.as_slice() {
            [year, month, day] if self.language == Language::German => format!("{day}.{month}.{year}"),
            [year, month, day] => format!("{day}/{month}/{year}"),
            _ => iso.to_owned(),
        }
    }
}

/// The spaces that a text begins with.
fn indent_of(text: &str) -> &str {
    &text[..text.len() - text.trim_start_matches(' ').len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paper(language: Language, currency_digits: u32) -> Paper {
        let mut country = domain::country::country("DE").unwrap().clone();
        country.currency_digits = currency_digits;
        Paper {
            rows: vec![],
            words: language.words(),
            language,
            country: Box::leak(Box::new(country)),
            is_practice: false,
            copy_no: 0,
        }
    }

    #[test]
    fn amounts_have_the_separators_of_the_country() {
        let check =
            |language, digits, minor, text: &str| assert_eq!(paper(language, digits).money(minor), text);
        check(Language::German, 2, 123_456_789, "1.234.567,89");
        check(Language::French, 2, -123_456, "-1 234,56");
        check(Language::English, 2, 5, "0.05");
        check(Language::English, 2, -100_000, "-1,000.00");
        check(Language::English, 0, 1_234, "1,234");
        check(Language::German, 3, 1, "0,001");
    }

    #[test]
    fn rates_are_percent() {
        let check = |rate, text: &str| assert_eq!(paper(Language::German, 2).rate(rate), text);
        check(190_000, "19 %");
        check(55_000, "5,5 %");
        check(21_000, "2,1 %");
        check(0, "0 %");
    }

    #[test]
    fn a_pair_fills_the_row_and_keeps_its_right_side() {
        let mut paper = paper(Language::German, 2);
        paper.amount("Ibuprofen 400 mg film-coated tablets for adults", 990);
        assert_eq!(
            paper.rows,
            ["Ibuprofen 400 mg film-coated tablets", "for adults                            9,90"]
        );
        assert_eq!(paper.rows[1].chars().count(), COLUMNS);
        paper.pair("  2 x 4,95", "9,90 A");
        assert_eq!(paper.rows[2], "  2 x 4,95                          9,90 A");
    }
}
