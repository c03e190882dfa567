//! The slip that goes with cash from one place to another: a safe drop, or a bag for the bank.

use domain::entry::Denomination;
use domain::time::Now;
use pages::{Column, Table};

use super::{Language, Paper};
use crate::api::transfers::PlaceView;
use crate::counter::Counter;
use crate::fault::Stop;

/// What the slip says.
pub(crate) struct TransferSlip {
    /// Where the cash was.
    pub(crate) from: String,
    /// Where it goes.
    pub(crate) to: String,
    /// Number on the bag, where there is one.
    pub(crate) bag_no: Option<String>,
    /// Notes and coins, where they were counted.
    pub(crate) denominations: Vec<Denomination>,
    /// What is on its way, in minor units.
    pub(crate) amount_minor: i64,
    /// Who sent it.
    pub(crate) person: String,
    /// When.
    pub(crate) at: Now,
    /// Business date, `YYYY-MM-DD`.
    pub(crate) business_date: String,
}

impl Counter<'_> {
    /// Describes a slip.
    pub(crate) fn transfer_slip_paper(&self, slip: &TransferSlip) -> Result<Paper, Stop> {
        let mut paper = self.paper(0)?;
        paper.draw_transfer_slip(slip, &self.house.branch.currency);
        Ok(paper)
    }

    /// A place in the words of papers.
    pub(crate) fn place_on_paper(&self, place: &PlaceView) -> String {
        let words = Language::of_country(self.house.country.code).words();
        match place.place.as_str() {
            "safe" => words.safe.to_owned(),
            "driver_bag" => words.driver_bag.to_owned(),
            "bank" => words.bank.to_owned(),
            _ => match (&place.letter, place.till_no) {
                (Some(letter), _) => format!("{} {letter}", words.drawer),
                (None, till_no) => format!("{} {}, {}", words.till, till_no.unwrap_or(0), words.drawer),
            },
        }
    }
}

impl Paper {
    fn draw_transfer_slip(&mut self, slip: &TransferSlip, currency: &str) {
        let words = self.words;
        self.title(words.transfer_slip);
        self.block();
        let (moment, date) = (self.moment(slip.at), self.date(&slip.business_date));
        self.pair(words.from, &slip.from);
        self.pair(words.to, &slip.to);
        if let Some(bag_no) = &slip.bag_no {
            self.pair(words.bag_no, bag_no);
        }
        self.pair(words.business_date, &date);
        self.pair(words.made, &moment);
        if !slip.person.is_empty() {
            self.pair(words.person, &slip.person);
        }
        self.block();
        if !slip.denominations.is_empty() {
            self.denominations(&slip.denominations);
        }
        self.sum(&format!("{} {currency}", words.amount), slip.amount_minor);
        self.block();
        self.blank(words.received_by);
        self.blank(words.date_and_time);
    }

    /// Notes and coins as they were counted, each with its sum.
    pub(super) fn denominations(&mut self, rows: &[Denomination]) {
        let words = self.words;
        let mut table = Table {
            columns: vec![
                Column::words(words.denomination, 14),
                Column::amounts(words.pieces, 12),
                Column::amounts(words.sum, 16),
            ],
            rows: Vec::new(),
        };
        for row in rows.iter().filter(|row| row.count != 0) {
            table.row([
                self.money(row.value_minor),
                row.count.to_string(),
                self.money(row.value_minor.saturating_mul(row.count)),
            ]);
        }
        self.table(table);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paper::tests::paper;
    use crate::paper::words::Language;

    #[test]
    fn a_slip_says_whose_money_goes_where() {
        let slip = TransferSlip {
            from: "Kasse 2".to_owned(),
            to: "Bank\u{202e}".to_owned(),
            bag_no: Some("B-004711".to_owned()),
            denominations: vec![
                Denomination { value_minor: 5_000, count: 12 },
                Denomination { value_minor: 1_000, count: 0 },
                Denomination { value_minor: 500, count: 9 },
            ],
            amount_minor: 64_500,
            person: "Anna Berger".to_owned(),
            at: Now { ms: 1_795_244_400_000, utc_offset_min: 60 },
            business_date: "2026-11-21".to_owned(),
        };
        let mut paper = paper(Language::German, 2);
        paper.draw_transfer_slip(&slip, "EUR");
        let text = paper.sheet.text(42);
        let rows: Vec<&str> = text.lines().map(str::trim_end).collect();
        assert_eq!(
            rows,
            [
                "               GELDÜBERGABE",
                "------------------------------------------",
                "Von                                Kasse 2",
                "An                                    Bank",
                "Beutel-Nr.                        B-004711",
                "Geschäftstag                    21.11.2026",
                "Erstellt                  21.11.2026 08:00",
                "Bearbeitet von                 Anna Berger",
                "------------------------------------------",
                "Wert                Anzahl           Summe",
                "50,00                   12          600,00",
                "5,00                     9           45,00",
                "Betrag EUR                          645,00",
                "------------------------------------------",
                "Angenommen von                  __________",
                "Datum, Uhrzeit                  __________",
            ]
        );
    }
}
