//! Papers: receipt, slips, X and Z, count sheet, journal and month, each described in one place, in the language
//! of the branch's country; `pages` draws them.

mod count_sheet;
mod file;
mod journal;
mod label;
pub(crate) mod logo;
mod mail_words;
mod mailed;
mod month;
mod receipt;
mod report;
mod slip;
mod test_page;
mod transfer_slip;
mod words;

pub(crate) use file::as_file;
pub(crate) use receipt::ReceiptFacts;
pub(crate) use slip::SlipFacts;
pub(crate) use transfer_slip::TransferSlip;

use domain::country::{Country, PaperField};
use domain::time::Now;
use pages::{Column, Line, Moment, Sheet, Table};

use crate::api::sales::ReceiptView;
use crate::counter::Counter;
use crate::fault::Stop;
use words::{Language, Words};

/// The language of a country's papers, such as `de`.
pub(crate) fn paper_language(country: &Country) -> &'static str {
    Language::of_country(country.code).code()
}

/// Columns of a receipt printer, and of papers on the screen.
const COLUMNS: usize = 42;

/// A paper being described, from top to bottom: drawn as text of any width and as a PDF.
pub(crate) struct Paper {
    sheet: Sheet,
    words: &'static Words,
    language: Language,
    country: &'static Country,
    copy_no: u32,
}

impl Counter<'_> {
    /// A paper with the letterhead, and what marks it as practice or copy.
    fn paper(&self, copy_no: u32) -> Result<Paper, Stop> {
        let language = Language::of_country(self.house.country.code);
        let words = language.words();
        let settings = self.settings()?;
        let mut letterhead = vec![self.house.branch.name.clone()];
        letterhead.extend(settings.letterhead);
        for (field, name) in self.house.country.paper_fields_on(self.house.business_date(self.now)) {
            let no = match field {
                PaperField::TaxNo => &settings.tax_no,
                PaperField::CompanyNo => &settings.company_no,
                PaperField::Begun | PaperField::TillSerial | PaperField::Unsigned => continue,
            };
            if !no.is_empty() {
                letterhead.push(format!("{name} {no}"));
            }
        }
        let sheet = Sheet {
            letterhead,
            title: String::new(),
            language: language.code().to_owned(),
            made: wall_clock(self.now),
            practice: self.open.is_practice.then(|| words.practice.to_owned()),
            copy: (copy_no > 0).then(|| format!("{} {copy_no}", words.copy)),
            lines: Vec::new(),
            logo: logo::picture(&settings.logo),
        };
        Ok(Paper { sheet, words, language, country: self.house.country, copy_no })
    }
}

impl Paper {
    /// Begins a block.
    fn block(&mut self) {
        self.sheet.lines.push(Line::Block);
    }

    /// What the paper is.
    fn title(&mut self, text: &str) {
        text.clone_into(&mut self.sheet.title);
        self.sheet.lines.push(Line::Title(text.to_owned()));
    }

    /// What the next lines are about.
    fn heading(&mut self, text: &str) {
        self.sheet.lines.push(Line::Heading(text.to_owned()));
    }

    /// Text in the middle.
    fn centred(&mut self, text: &str) {
        self.sheet.lines.push(Line::Centred(text.to_owned()));
    }

    /// Text from the left.
    fn text(&mut self, text: &str) {
        self.sheet.lines.push(Line::Text(text.to_owned()));
    }

    /// Text on the left and on the right.
    fn pair(&mut self, left: &str, right: &str) {
        self.sheet.lines.push(Line::Pair { left: left.to_owned(), right: right.to_owned(), is_sum: false });
    }

    /// Text on the left, an amount on the right.
    fn amount(&mut self, left: &str, minor: i64) {
        let right = self.money(minor);
        self.pair(left, &right);
    }

    /// What the lines before it come to.
    fn sum(&mut self, left: &str, minor: i64) {
        let right = self.money(minor);
        self.sheet.lines.push(Line::Pair { left: left.to_owned(), right, is_sum: true });
    }

    /// Rows under headings.
    fn table(&mut self, table: Table) {
        self.sheet.lines.push(Line::Table(table));
    }

    /// Something to be written by hand.
    fn blank(&mut self, what: &str) {
        self.sheet.lines.push(Line::Blank(what.to_owned()));
    }

    /// The table of taxes: the letter that lines show, rate, net, tax, gross.
    fn taxes(&mut self, taxes: &[crate::api::basket::TaxLineView]) {
        let words = self.words;
        let mut table = Table {
            columns: vec![
                Column::words(words.tax, 12),
                Column::amounts(words.net, 10),
                Column::amounts(words.tax_amount, 10),
                Column::amounts(words.gross, 10),
            ],
            rows: Vec::new(),
        };
        let mut taxes: Vec<_> = taxes.iter().map(|tax| (self.country.tax_letter(&tax.code), tax)).collect();
        taxes.sort_by_key(|(letter, _)| *letter);
        for (letter, tax) in taxes {
            let name = format!("{letter} {}", self.rate(tax.rate_ppm));
            table.row([
                name,
                self.money(tax.net_minor),
                self.money(tax.tax_minor),
                self.money(tax.gross_minor),
            ]);
        }
        self.table(table);
    }

    /// The paper as screens and receipt printers take it.
    pub(crate) fn receipt(&self, barcode: Option<String>) -> ReceiptView {
        let bars = self.sheet.lines.iter().find_map(|line| match line {
            Line::Barcode(barcode) => barcode.modules(),
            _ => None,
        });
        let bars = bars.map(|bars| bars.into_iter().map(|dark| if dark { '1' } else { '0' }).collect());
        ReceiptView { text: self.sheet.text(COLUMNS), barcode, bars, copy_no: self.copy_no, code: None }
    }

    /// The paper as it is kept and drawn.
    pub(crate) fn into_sheet(self) -> Sheet {
        self.sheet
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

    /// A month out of `YYYY-MM`.
    fn month(&self, iso: &str) -> String {
        match iso.split_once('-') {
            Some((year, month)) if self.language == Language::German => format!("{month}.{year}"),
            Some((year, month)) => format!("{month}/{year}"),
            None => iso.to_owned(),
        }
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

/// The moment as files name it.
fn wall_clock(at: Now) -> Moment {
    let text = at.local_text();
    let numbers: Vec<u16> =
        text.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
    let small = |place: usize, least: u8| {
        numbers.get(place).and_then(|number| u8::try_from(*number).ok()).unwrap_or(least)
    };
    Moment {
        year: numbers.first().copied().unwrap_or(1970),
        month: small(1, 1),
        day: small(2, 1),
        hour: small(3, 0),
        minute: small(4, 0),
        utc_offset_min: at.utc_offset_min,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(super) fn paper(language: Language, currency_digits: u32) -> Paper {
        let mut country = domain::country::country("DE").unwrap().clone();
        country.currency_digits = currency_digits;
        Paper {
            sheet: Sheet::default(),
            words: language.words(),
            language,
            country: Box::leak(Box::new(country)),
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
}
