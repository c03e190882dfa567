//! X, Z and the business day: one calculation, [`domain::entry::Figures`], shown.

use domain::entry::{DrawerClosed, Entry, Figures, TenderKind, TenderResult, ZReport};
use domain::id::EntryId;
use domain::refusal::Refusal;
use domain::time::BusinessDate;
use ledger::StoredEntry;

use crate::api::cash::{
    BestSeller, CountedView, DayQuery, DayView, EntryId as EntryIdArg, ReportView, ReprintZ, ZRow,
};
use crate::api::sales::{PaperCode, ReceiptView};
use crate::basket::{receipt_no, tax_line_view};
use crate::blind::{expected_cash, tender_totals};
use crate::cash::{count_views, result_view};
use crate::commands::Nothing;
use crate::counter::Counter;
use crate::fault::{Fault, Stop};
use crate::late::expected_at;
use crate::open::{Changed, Desk, id};
use crate::paper::Paper;
use crate::qr::qr_rows;

/// Z in the list.
const MAX_Z: u32 = 1_000;
/// Best sellers of a day.
const MAX_BEST: u32 = 20;

impl Desk {
    /// The figures of the open session up to now.
    ///
    /// # Errors
    /// `session_closed`.
    pub fn x_report(&self, _: Nothing) -> Result<ReportView, Fault> {
        self.ask(|counter| {
            let (view, paper) = counter.x_paper()?;
            Ok(ReportView { receipt: paper.receipt(None), ..view })
        })
    }

    /// Z of all tills of this book, newest first.
    ///
    /// # Errors
    /// `not_set_up`, or a failure of the machine.
    pub fn z_reports(&self, _: Nothing) -> Result<Vec<ZRow>, Fault> {
        self.ask(|counter| {
            let mut rows = Vec::new();
            for stored in counter.book.z_reports(MAX_Z)? {
                if let Entry::ZReport(z) = &stored.entry {
                    rows.push(counter.z_row(&stored, z)?);
                }
            }
            Ok(rows)
        })
    }

    /// A Z as it was printed, and what came after its close.
    ///
    /// # Errors
    /// `unknown_z`.
    pub fn z_report(&self, asked: EntryIdArg) -> Result<ReportView, Fault> {
        self.z_view(id(&asked.entry_id, EntryId::parse)?, 0)
    }

    /// Prints a Z again; the book counts the copies. Asked twice, it is one copy.
    ///
    /// # Errors
    /// `unknown_z`, `nobody_signed_in`.
    pub fn reprint_z(&self, asked: ReprintZ) -> Result<ReportView, Fault> {
        let (copy, z) = (id(&asked.entry_id, EntryId::parse)?, id(&asked.z_id, EntryId::parse)?);
        let copy_no = self.act(&[Changed::Book], |counter| {
            counter.stored_z(z)?;
            counter.copy_of(z, copy)
        })?;
        self.z_view(z, copy_no)
    }

    /// A Z as it was printed, or as a copy.
    pub(crate) fn z_view(&self, z: EntryId, copy_no: u32) -> Result<ReportView, Fault> {
        self.ask(|counter| {
            let stored = counter.stored_z(z)?;
            let (view, paper) = counter.z_paper(&stored, copy_no)?;
            let code = counter.paper_code(&stored)?;
            let receipt = ReceiptView { code, ..paper.receipt(view.z_no.clone()) };
            Ok(ReportView { receipt, ..view })
        })
    }

    /// Figures of a business day over all sessions of this book.
    ///
    /// # Errors
    /// `bad_arguments`, `history_pending`, or a failure of the machine.
    pub fn day_report(&self, asked: DayQuery) -> Result<DayView, Fault> {
        let date = id(&asked.business_date, BusinessDate::parse)?;
        self.ask(|counter| {
            counter.needs_history()?;
            counter.day_view(date)
        })
    }
}

/// What a report says beside its figures.
struct Heading {
    kind: &'static str,
    cash_session_id: String,
    business_date: String,
    opened_at_ms: i64,
    at_ms: i64,
    person: String,
    series: String,
    is_blind: bool,
}

impl Counter<'_> {
    /// The X of the open session, and its paper.
    pub(crate) fn x_paper(&self) -> Result<(ReportView, Paper), Stop> {
        let session = self.session()?.ok_or(Refusal::SessionClosed)?;
        let figures = self.book.session_figures(session.cash_session)?;
        let on_duty = self.on_duty.map(|staff| self.name_of(staff)).transpose()?;
        let view = report_view(
            &figures,
            Heading {
                kind: "x",
                cash_session_id: session.cash_session.to_string(),
                business_date: session.business_date.to_string(),
                opened_at_ms: session.opened_at_ms,
                at_ms: self.now.ms,
                person: on_duty.unwrap_or_default(),
                series: self.house.series.clone(),
                is_blind: self.is_blind(session.cash_session)?,
            },
        );
        let opened = self.house.now(session.opened_at_ms);
        let paper = self.report_paper(&view, self.house.till.till_no, opened, self.now, 0)?;
        Ok((view, paper))
    }

    /// A Z of this book.
    pub(crate) fn stored_z(&self, z: EntryId) -> Result<StoredEntry, Stop> {
        let stored = self.book.entry(z)?.filter(|stored| matches!(stored.entry, Entry::ZReport(_)));
        stored.ok_or_else(|| Stop::bare("unknown_z"))
    }

    /// A Z and its paper, without the code that proves it.
    pub(crate) fn z_paper(&self, stored: &StoredEntry, copy_no: u32) -> Result<(ReportView, Paper), Stop> {
        let Entry::ZReport(z) = &stored.entry else { return Err(Stop::bare("unknown_z")) };
        let series = self.book.series_of(stored.record_no)?;
        let at = stored.header.recorded_at;
        let mut view = report_view(
            &z.figures,
            Heading {
                kind: "z",
                cash_session_id: z.common.cash_session.map(|id| id.to_string()).unwrap_or_default(),
                business_date: z.common.business_date.to_string(),
                opened_at_ms: z.opened_at_ms,
                at_ms: at.ms,
                person: self.name_of(z.common.actor)?,
                series: series.clone(),
                is_blind: self.is_z_blind(stored, z)?,
            },
        );
        let tills = self.till_nos()?;
        view.z_no = Some(z_no(&series, z));
        view.perpetual_total_minor = Some(z.perpetual_total_minor);
        for life in z.before.iter().flatten() {
            let series = self.book.series_of_life(life.device.as_bytes(), &life.incarnation.0)?;
            view.taken_over.push(format!("{series} #{}–{}", life.first_seq, life.last_seq));
        }
        let closed = self.book.close_with(&stored.header, z.common.cash_session)?;
        view.counted = closed.as_ref().map_or(Ok(None), |closed| self.count_of(closed))?;
        view.is_of_one_drawer = is_of_one_drawer(z, closed.as_ref());
        if !view.is_of_one_drawer {
            (view.opening_float_minor, view.expected_cash_minor) = (None, None);
        }
        view.late = closed.map_or(Ok(None), |closed| self.late_after(&closed))?;
        let till_no = z.common.till.and_then(|till| tills.get(&till).copied()).unwrap_or(0);
        let paper = self.report_paper(&view, till_no, self.house.now(z.opened_at_ms), at, copy_no)?;
        Ok((view, paper))
    }

    /// The code that proves a Z. What is practised counts nowhere, so nobody asks for a proof of it.
    pub(crate) fn paper_code(&self, stored: &StoredEntry) -> Result<Option<PaperCode>, Stop> {
        if self.open.is_practice {
            return Ok(None);
        }
        let Some(code) = self.book.paper_code(stored)? else { return Ok(None) };
        let text = code.text();
        let rows = qr_rows(&text).map_err(Stop::from)?;
        Ok(Some(PaperCode { text, rows }))
    }

    /// The count that a close rests on, with what was left as float.
    pub(crate) fn count_of(&self, closed: &DrawerClosed) -> Result<Option<CountedView>, Stop> {
        let Some(stored) = self.book.entry(closed.count)? else { return Ok(None) };
        let Entry::DrawerCounted(count) = &stored.entry else { return Ok(None) };
        Ok(Some(CountedView {
            count_no: count.count_no,
            at_ms: stored.header.recorded_at.ms,
            person: self.name_of(count.common.actor)?,
            rows: closed.results.iter().map(result_view).collect(),
            denominations: count_views(&count.denominations),
            needs_reason: closed.reason.is_some(),
            needs_second_person: false,
            proposed_float: count_views(&closed.next_float),
            proposed_float_minor: closed.next_float_minor,
            to_safe_minor: closed.to_safe_minor,
        }))
    }

    fn z_row(&self, stored: &StoredEntry, z: &ZReport) -> Result<ZRow, Stop> {
        let closed = self.book.close_with(&stored.header, z.common.cash_session)?;
        let has_late = closed.as_ref().map_or(Ok(false), |closed| self.has_late(closed))?;
        let results = closed.map(|closed| closed.results).unwrap_or_default();
        let (cash_minor, other_minor) = over_short(&results);
        Ok(ZRow {
            entry_id: z.common.entry_id.to_string(),
            z_no: z_no(&self.book.series_of(stored.record_no)?, z),
            business_date: z.common.business_date.to_string(),
            at_ms: stored.header.recorded_at.ms,
            person: self.name_of(z.common.actor)?,
            takings_minor: z.figures.takings_minor,
            over_short_minor: cash_minor,
            other_over_short_minor: other_minor,
            has_late,
        })
    }

    fn day_view(&self, date: BusinessDate) -> Result<DayView, Stop> {
        let day = self.book.day(date)?;
        let week_before = self.book.day(BusinessDate(date.0.saturating_sub(7)))?;
        let mut best_sellers = Vec::new();
        for (product, packs, amount_minor) in self.book.best_sellers(date, MAX_BEST)? {
            let name = self.book.product(product)?.map(|product| product.facts.name);
            let name = match name {
                Some(name) => name,
                None => self.sold_name(product)?,
            };
            best_sellers.push(BestSeller { product_id: product.to_string(), name, packs, amount_minor });
        }
        let figures = day.figures;
        let is_blind = self.is_day_blind(date)?;
        Ok(DayView {
            business_date: date.to_string(),
            sale_count: count(figures.sale_count),
            takings_minor: figures.takings_minor,
            week_before_minor: week_before.figures.takings_minor,
            refund_count: count(figures.refund_count),
            refunds_minor: figures.refunds_minor,
            tenders: tender_totals(&figures, is_blind),
            taxes: figures.taxes.iter().map(tax_line_view).collect(),
            hours_minor: day.hours_minor.to_vec(),
            week_before_hours_minor: week_before.hours_minor.to_vec(),
            best_sellers,
        })
    }

    /// The name under which a product that is not in the catalogue was last sold.
    fn sold_name(&self, product: domain::id::ProductId) -> Result<String, Stop> {
        let find = ledger::FindSales { product: Some(product), limit: 1, ..ledger::FindSales::default() };
        let Some(row) = self.book.sales(&find)?.into_iter().next() else { return Ok(String::new()) };
        let Some(facts) = self.receipt_facts(row.sale)? else { return Ok(String::new()) };
        let line = facts.receipt.lines.iter().find(|line| line.product == product);
        Ok(line.map(|line| facts.name_of(line)).unwrap_or_default())
    }
}

/// Whether the figures of a Z are those of one drawer from its float to its count, and therefore say what it should
/// have held: so they are where they come to what its close expected.
pub(crate) fn is_of_one_drawer(z: &ZReport, closed: Option<&DrawerClosed>) -> bool {
    let expected_minor = z.figures.expected(TenderKind::Cash);
    closed.is_some_and(|closed| expected_at(closed, TenderKind::Cash) == expected_minor)
}

/// What the cash of a close was over or short, and what all other tenders were together. One does not make up for
/// the other.
pub(crate) fn over_short(results: &[TenderResult]) -> (i64, i64) {
    let (cash, other): (Vec<_>, Vec<_>) = results.iter().partition(|result| result.kind == TenderKind::Cash);
    let sum = |results: Vec<&TenderResult>| {
        results.iter().map(|result| result.over_short_minor).fold(0, i64::saturating_add)
    };
    (sum(cash), sum(other))
}

/// The number of a Z as printed.
pub(crate) fn z_no(series: &str, z: &ZReport) -> String {
    format!("{series}-Z{:04}", z.z_no)
}

/// Counts are never negative; what would be is shown as none.
pub(crate) fn count(number: i64) -> u32 {
    u32::try_from(number.max(0)).unwrap_or(u32::MAX)
}

fn report_view(figures: &Figures, heading: Heading) -> ReportView {
    let no = |no: u64| receipt_no(&heading.series, no);
    let receipts =
        (figures.first_receipt_no > 0).then(|| (no(figures.first_receipt_no), no(figures.last_receipt_no)));
    ReportView {
        kind: heading.kind.to_owned(),
        z_no: None,
        cash_session_id: heading.cash_session_id,
        business_date: heading.business_date,
        opened_at_ms: heading.opened_at_ms,
        at_ms: heading.at_ms,
        person: heading.person,
        sale_count: count(figures.sale_count),
        takings_minor: figures.takings_minor,
        refund_count: count(figures.refund_count),
        refunds_minor: figures.refunds_minor,
        void_count: count(figures.void_count),
        voids_minor: figures.voids_minor,
        discounts_minor: figures.discounts_minor,
        no_sale_count: count(figures.no_sale_count),
        taxes: figures.taxes.iter().map(tax_line_view).collect(),
        tenders: tender_totals(figures, heading.is_blind),
        rounding_minor: figures.rounding_minor,
        opening_float_minor: Some(figures.opening_float_minor),
        paid_in_minor: figures.paid_in_minor,
        paid_out_minor: figures.paid_out_minor,
        safe_drops_minor: figures.safe_drops_minor,
        float_top_ups_minor: figures.float_top_ups_minor,
        transfers_out_minor: figures.transfers_out_minor,
        transfers_in_minor: figures.transfers_in_minor,
        expected_cash_minor: expected_cash(figures, heading.is_blind),
        is_of_one_drawer: true,
        counted: None,
        late: None,
        receipts,
        perpetual_total_minor: None,
        taken_over: Vec::new(),
        receipt: ReceiptView { text: String::new(), barcode: None, bars: None, copy_no: 0, code: None },
    }
}
