//! What came after a close: entries of its session that it has not seen, and what the figures were and are.

use domain::entry::{DrawerClosed, Entry, Figures, TenderKind};
use domain::id::TillId;
use ledger::StoredEntry;

use crate::api::cash::{LateLine, LateView};
use crate::basket::receipt_no;
use crate::fault::Stop;
use crate::sight::Sight;

/// The tenders that are counted, and of which a close therefore says what it expected.
const COUNTED: [TenderKind; 3] = [TenderKind::Cash, TenderKind::Card, TenderKind::Voucher];

/// What a close found should be there of a tender.
pub(crate) fn expected_at(closed: &DrawerClosed, kind: TenderKind) -> i64 {
    closed.results.iter().find(|result| result.kind == kind).map_or(0, |result| result.expected_minor)
}

/// What came late in cash: what should be there by these figures less what the close found should be.
pub(crate) fn late_cash(closed: &DrawerClosed, now: &Figures) -> i64 {
    late_of(closed, now, TenderKind::Cash)
}

/// The same for any tender that was counted.
pub(crate) fn late_of(closed: &DrawerClosed, now: &Figures, kind: TenderKind) -> i64 {
    now.expected(kind).saturating_sub(expected_at(closed, kind))
}

impl Sight<'_> {
    /// Whether something came after a close: said from summaries, and from what is no receipt, so that it can be asked
    /// of every close in a list. Receipts that move nothing that is counted, or together nothing, are not among it.
    pub(crate) fn has_late(&self, closed: &DrawerClosed) -> Result<bool, Stop> {
        let Some(session) = closed.common.cash_session else { return Ok(false) };
        // Until the history is derived again, nobody knows what a session came to.
        if self.book.is_history_pending()? {
            return Ok(false);
        }
        let figures = self.book.session_figures(session)?;
        let has_moved = COUNTED.into_iter().any(|kind| late_of(closed, &figures, kind) != 0);
        Ok(has_moved || self.book.has_acted_after(closed)?)
    }

    /// What came after a close, with both totals; none where nothing did, and while the history is being derived.
    pub(crate) fn late_after(&self, closed: &DrawerClosed) -> Result<Option<LateView>, Stop> {
        let Some(session) = closed.common.cash_session else { return Ok(None) };
        if self.book.is_history_pending()? {
            return Ok(None);
        }
        let late = self.book.written_after(closed)?;
        if late.is_empty() {
            return Ok(None);
        }
        let (mut lines, mut came) = (Vec::new(), Figures::default());
        let tills = self.till_nos()?;
        for stored in &late {
            came.add(&stored.entry);
            let till_no = stored.entry.common().till.and_then(|till: TillId| tills.get(&till).copied());
            lines.extend(self.late_line(stored, till_no)?);
        }
        if lines.is_empty() {
            return Ok(None);
        }
        let figures = self.book.session_figures(session)?;
        let expected_minor = expected_at(closed, TenderKind::Cash);
        let late_minor = late_cash(closed, &figures);
        let cash = closed.results.iter().find(|result| result.kind == TenderKind::Cash);
        let over_short_minor = cash.map_or(0, |result| result.over_short_minor);
        Ok(Some(LateView {
            lines,
            expected_minor,
            expected_now_minor: expected_minor.saturating_add(late_minor),
            over_short_minor,
            over_short_now_minor: over_short_minor.saturating_sub(late_minor),
            takings_minor: figures.takings_minor.saturating_sub(came.takings_minor),
            takings_now_minor: figures.takings_minor,
        }))
    }

    /// A line for what is a sale, a movement or a count; none for anything else.
    fn late_line(&self, stored: &StoredEntry, till_no: Option<u32>) -> Result<Option<LateLine>, Stop> {
        let mut figures = Figures::default();
        figures.add(&stored.entry);
        let cash_minor = figures.expected(TenderKind::Cash);
        let mut no = None;
        let (kind, amount_minor) = match &stored.entry {
            Entry::Sale(_) | Entry::Refund(_) | Entry::UnlinkedRefund(_) => {
                let series = self.book.series_of(stored.record_no)?;
                no = Some(receipt_no(&series, figures.first_receipt_no));
                (if figures.sale_count > 0 { "sale" } else { "refund" }, figures.takings_minor)
            }
            Entry::PaidIn(_) => ("paid_in", cash_minor),
            Entry::PaidOut(_) => ("paid_out", cash_minor),
            Entry::NoSale(_) => ("no_sale", 0),
            Entry::TransferSent(_) => ("sent", cash_minor),
            Entry::TransferAccepted(_) => ("received", cash_minor),
            Entry::AccountSettled(settled) => ("settled", settled.amount_minor),
            Entry::TenderCorrected(corrected) if corrected.of_session.is_none() => {
                ("tender_corrected", cash_minor)
            }
            Entry::DrawerCounted(count) => ("counted", count.counted_cash_minor),
            Entry::DrawerClosed(closed) => {
                let cash = closed.results.iter().find(|result| result.kind == TenderKind::Cash);
                ("closed", cash.map_or(0, |cash| cash.over_short_minor))
            }
            _ => return Ok(None),
        };
        Ok(Some(LateLine {
            entry_id: stored.entry.common().entry_id.to_string(),
            kind: kind.to_owned(),
            receipt_no: no,
            till_no,
            person: self.name_of(stored.entry.common().actor)?,
            at_ms: stored.header.recorded_at.ms,
            amount_minor,
            cash_minor,
        }))
    }
}
