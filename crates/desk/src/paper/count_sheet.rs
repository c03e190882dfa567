//! The sheet that a drawer is counted on by hand, and what was counted.

use domain::entry::Denomination;
use pages::{Cell, Column, Row, Table};

use super::Paper;
use super::report::draw_count;
use crate::api::cash::CountedView;
use crate::counter::Counter;
use crate::fault::Stop;

impl Counter<'_> {
    /// A sheet with room for each note and coin of the currency. It says nothing of what should be there.
    pub(crate) fn count_sheet_paper(&self) -> Result<Paper, Stop> {
        let mut paper = self.paper(0)?;
        let words = paper.words;
        paper.title(words.count_sheet);
        paper.block();
        let date = paper.date(&self.business_date()?.to_string());
        paper.pair(words.till, &self.house.till.till_no.to_string());
        paper.pair(words.business_date, &date);
        paper.block();
        let country = self.house.country;
        let mut table = Table {
            columns: vec![
                Column::words(&format!("{} {}", words.denomination, country.currency), 12),
                Column::amounts(words.pieces, 14),
                Column::amounts(words.sum, 16),
            ],
            rows: Vec::new(),
        };
        for value_minor in country.notes.iter().chain(&country.coins) {
            let cells = vec![Cell::Text(paper.money(*value_minor)), Cell::Blank, Cell::Blank];
            table.rows.push(Row { cells, is_sum: false });
        }
        let cells = vec![Cell::Text(words.cash.to_owned()), Cell::Text(String::new()), Cell::Blank];
        table.rows.push(Row { cells, is_sum: true });
        paper.table(table);
        paper.block();
        paper.blank(words.card);
        paper.blank(words.voucher);
        paper.block();
        paper.blank(words.counted_by);
        paper.blank(words.checked_by);
        paper.blank(words.date_and_time);
        Ok(paper)
    }

    /// What was counted, with what it came to.
    pub(crate) fn counted_paper(
        &self,
        counted: &CountedView,
        till_no: u32,
        business_date: &str,
        z_no: Option<&str>,
    ) -> Result<Paper, Stop> {
        let mut paper = self.paper(0)?;
        let words = paper.words;
        paper.title(words.counted_sheet);
        paper.block();
        let (date, at) = (paper.date(business_date), paper.moment(self.house.now(counted.at_ms)));
        paper.pair(words.till, &till_no.to_string());
        paper.pair(words.business_date, &date);
        if let Some(z_no) = z_no {
            paper.pair("Z", z_no);
        }
        paper.pair(words.made, &at);
        paper.pair(words.counted_by, &counted.person);
        paper.block();
        let rows = counted.denominations.iter();
        let rows: Vec<Denomination> =
            rows.map(|row| Denomination { value_minor: row.value_minor, count: row.count }).collect();
        paper.denominations(&rows);
        let cash = counted.rows.iter().find(|row| row.kind == "cash");
        paper.sum(words.cash, cash.map_or(0, |row| row.counted_minor));
        paper.block();
        draw_count(&mut paper, counted);
        paper.block();
        paper.blank(words.counted_by);
        paper.blank(words.checked_by);
        Ok(paper)
    }
}
