//! The journal of a business day: each receipt and each movement in its order, and what they come to.

use domain::entry::{CashPlace, Entry, Figures};
use domain::time::BusinessDate;
use ledger::{FindSales, SaleRow, StoredEntry};
use pages::{Column, Table};

use super::Paper;
use super::report::draw_tenders;
use crate::basket::{receipt_no, tax_line_view};
use crate::blind::tender_totals;
use crate::counter::Counter;
use crate::fault::Stop;
use crate::report::{over_short, z_no};

/// The most receipts and the most other entries that a journal lists; a branch of ten busy tills stays below it.
const MAX_ROWS: u32 = 20_000;

/// A row of the journal.
struct Happened {
    at_ms: i64,
    no: String,
    what: String,
    person: String,
    /// What a receipt adds to the takings.
    takings_minor: Option<i64>,
    /// What else moved, positive into the drawer.
    moved_minor: Option<i64>,
}

impl Counter<'_> {
    /// Describes the journal. While a drawer of the day is to be counted blind, nothing on it tells how receipts
    /// were paid: summed up, that would be the cash.
    pub(crate) fn journal_paper(&self, date: BusinessDate) -> Result<Paper, Stop> {
        let is_blind = self.is_day_blind(date)?;
        let mut paper = self.paper(0)?;
        let words = paper.words;
        let day = paper.date(&date.to_string());
        paper.title(&format!("{} {day}", words.journal));
        paper.block();
        let happened = self.happened_on(date, is_blind, &paper)?;
        let figures = self.book.day(date)?.figures;
        if happened.is_empty() {
            paper.text(words.nothing);
        } else {
            let table = self.journal_table(&paper, &happened, &figures);
            paper.table(table);
        }
        if !figures.taxes.is_empty() {
            paper.block();
            paper.taxes(&figures.taxes.iter().map(tax_line_view).collect::<Vec<_>>());
        }
        paper.block();
        draw_tenders(&mut paper, &tender_totals(&figures, is_blind), figures.rounding_minor);
        paper.sum(words.takings, figures.takings_minor);
        Ok(paper)
    }

    fn journal_table(&self, paper: &Paper, happened: &[Happened], figures: &Figures) -> Table {
        let words = paper.words;
        let mut table = Table {
            columns: vec![
                Column::words(words.time, 6),
                Column::words(words.receipt_no, 20),
                Column::words(words.what, 24),
                Column::words(words.person, 16),
                Column::amounts(words.takings, 11),
                Column::amounts(words.movement, 11),
            ],
            rows: Vec::new(),
        };
        let money = |minor: Option<i64>| minor.map(|minor| paper.money(minor)).unwrap_or_default();
        for row in happened {
            let at = paper.moment(self.house.now(row.at_ms));
            let time = at.split_once(' ').map_or("", |(_, time)| time).to_owned();
            table.row([
                time,
                row.no.clone(),
                row.what.clone(),
                row.person.clone(),
                money(row.takings_minor),
                money(row.moved_minor),
            ]);
        }
        table.sum(["", "", words.sum, "", &paper.money(figures.takings_minor), ""]);
        table
    }

    fn happened_on(&self, date: BusinessDate, is_blind: bool, paper: &Paper) -> Result<Vec<Happened>, Stop> {
        let find = FindSales { from: Some(date), to: Some(date), limit: MAX_ROWS, ..FindSales::default() };
        let mut happened = Vec::new();
        for sale in self.book.sales(&find)? {
            happened.push(self.receipt_row(sale, is_blind, paper)?);
        }
        // Newest first; what happened in the same moment stays in its order.
        happened.reverse();
        for stored in self.book.acts_on(date)?.into_iter().take(MAX_ROWS as usize) {
            happened.extend(self.act_row(&stored, paper)?);
        }
        happened.sort_by_key(|row| row.at_ms);
        Ok(happened)
    }

    fn receipt_row(&self, sale: SaleRow, is_blind: bool, paper: &Paper) -> Result<Happened, Stop> {
        let words = paper.words;
        let kind = if sale.kind == 21 { words.receipt } else { words.refund };
        let tenders = sale.tender_kinds.iter().map(|kind| words.tender(kind.code()));
        let tenders: Vec<&str> = if is_blind { Vec::new() } else { tenders.collect() };
        let what =
            if tenders.is_empty() { kind.to_owned() } else { format!("{kind}, {}", tenders.join(", ")) };
        Ok(Happened {
            at_ms: sale.at_ms,
            no: receipt_no(&sale.series, sale.receipt_no),
            what,
            person: self.name_of(sale.actor)?,
            takings_minor: Some(sale.total_minor),
            moved_minor: None,
        })
    }

    /// A row for what moves money or opens the drawer; none for anything else.
    fn act_row(&self, stored: &StoredEntry, paper: &Paper) -> Result<Option<Happened>, Stop> {
        let words = paper.words;
        let mut no = String::new();
        let (what, moved_minor) = match &stored.entry {
            Entry::SessionOpened(opened) => (words.session_opened, Some(opened.opening_float_minor)),
            Entry::PaidIn(moved) => (words.moved_in, Some(moved.amount_minor)),
            Entry::PaidOut(moved) => (words.moved_out, Some(-moved.amount_minor)),
            Entry::TransferSent(sent) if sent.to.place == CashPlace::Safe => {
                (words.safe_drops, Some(-sent.amount_minor))
            }
            Entry::TransferSent(sent) => (words.transfers_out, Some(-sent.amount_minor)),
            Entry::TransferAccepted(accepted) if accepted.from.place == CashPlace::Safe => {
                (words.float_top_ups, Some(accepted.counted_minor))
            }
            Entry::TransferAccepted(accepted) => (words.transfers_in, Some(accepted.counted_minor)),
            Entry::NoSale(_) => (words.no_sale, None),
            Entry::AccountSettled(settled) => (words.settlement, Some(settled.amount_minor)),
            Entry::TenderCorrected(_) => (words.tender_corrected, None),
            Entry::LineVoided(_) | Entry::BasketVoided(_) => (words.voided, None),
            Entry::DrawerCounted(count) => (words.session_counted, Some(count.counted_cash_minor)),
            Entry::DrawerClosed(closed) => {
                // The column is about the cash of the drawer.
                (words.session_closed, Some(over_short(&closed.results).0))
            }
            Entry::ZReport(z) => {
                no = z_no(&self.book.series_of(stored.record_no)?, z);
                (words.z_report, None)
            }
            _ => return Ok(None),
        };
        Ok(Some(Happened {
            at_ms: stored.header.recorded_at.ms,
            no,
            what: what.to_owned(),
            person: self.name_of(stored.entry.common().actor)?,
            takings_minor: None,
            moved_minor,
        }))
    }
}
