//! Why a drawer is over or short: what the book knows of a closing, and what somebody says it was.

use std::collections::BTreeMap;

use domain::cash::{ExplainOverShort as Command, explain_over_short};
use domain::cause::{
    Cause, CauseKind, CountedRow, Earlier, Evidence, Moved, OtherTill, PaidOutThen, Part, Taken, causes,
    pieces_in_roll,
};
use domain::entry::{CashAt, CashPlace, DrawerCounted, Entry, SealedField, TenderKind, TenderLine};
use domain::id::{CashSessionId, EntryId};
use domain::over_short::added;
use domain::permission::Permission;
use ledger::{NewEntry, StoredEntry, Write, close_that_counts};

use crate::api::cash::{
    CauseEvidence, CausePart, CauseView, CausesOf, CausesView, ExplainOverShort, ExplainedView,
};
use crate::api::sales::CorrectTender;
use crate::basket::receipt_no;
use crate::counter::Counter;
use crate::fault::{Fault, Stop};
use crate::late::{late_cash, late_of};
use crate::open::{Changed, Desk, id};

/// Earlier sessions of a drawer that tell what is usual there.
const EARLIER: u32 = 20;
/// Tills whose sales are looked through; beyond that a look would take too long, and say too little.
const OTHER_TILLS: usize = 4;

impl Desk {
    /// What may explain the over/short of a session that has been counted. The book is only read, and is left
    /// alone while the causes are worked out.
    ///
    /// # Errors
    /// `not_counted`, or a failure of the machine.
    pub fn causes(&self, asked: CausesOf) -> Result<CausesView, Fault> {
        let session = id(&asked.cash_session_id, CashSessionId::parse)?;
        let evidence = self.ask(|counter| counter.evidence(session))?;
        let causes = causes(&evidence);
        self.ask(|counter| counter.causes_view(session, &evidence, &causes))
    }

    /// Says which cause it was, in an entry of its own: a sale that was paid by the other tender is corrected,
    /// anything else is noted. Asked twice, it is one entry.
    ///
    /// # Errors
    /// `nobody_signed_in`, `total_changed` where the sale was put right otherwise meanwhile, or as
    /// [`Desk::correct_tender`] and [`domain::cash::explain_over_short`].
    pub fn explain_over_short(&self, asked: ExplainOverShort) -> Result<CausesView, Fault> {
        let of = CausesOf { cash_session_id: asked.cash_session_id.clone() };
        let was_other = match CauseKind::parse(&asked.kind) {
            Some(CauseKind::CashWasCard) => Some((TenderKind::Cash, TenderKind::Card)),
            Some(CauseKind::CardWasCash) => Some((TenderKind::Card, TenderKind::Cash)),
            _ => None,
        };
        if let (Some((booked, paid_with)), [sale_id]) = (was_other, &asked.evidence[..]) {
            let sale = id(sale_id, EntryId::parse)?;
            let amount_minor = asked.amount_minor.saturating_abs();
            let right =
                self.ask(|counter| counter.with_other_tender(sale, booked, paid_with, amount_minor))?;
            if let Some(tenders) = right {
                self.correct_tender(CorrectTender { sale_id: sale_id.clone(), tenders })?;
            }
            return self.causes(of);
        }
        let evidence = asked.evidence.iter().map(|entry| id(entry, EntryId::parse));
        let command = Command {
            entry_id: id(&asked.entry_id, EntryId::parse)?,
            of_session: id(&asked.cash_session_id, CashSessionId::parse)?,
            cause: asked.kind,
            amount_minor: asked.amount_minor,
            evidence: evidence.collect::<Result<_, _>>()?,
            note: asked.note,
        };
        self.act(&[Changed::Book], |counter| {
            if counter.is_done(command.entry_id, |entry| matches!(entry, Entry::OverShortExplained(_)))? {
                return Ok((Write::default(), ()));
            }
            let acting = counter.acting(Permission::Settle, 0)?;
            counter.last_count(command.of_session)?;
            let (entry, to_seal) = explain_over_short(&acting, &command)?;
            Ok((Write::entry(NewEntry { entry: Entry::OverShortExplained(entry), to_seal }), ()))
        })?;
        self.causes(of)
    }
}

/// What is over or short in a session and not explained yet.
#[derive(Default)]
struct OffBy {
    cash_minor: i64,
    card_minor: Option<i64>,
}

impl Counter<'_> {
    fn last_count(&self, session: CashSessionId) -> Result<DrawerCounted, Stop> {
        let entries = self.book.session_entries(session)?;
        last_count(&entries).cloned().ok_or_else(|| Stop::bare("not_counted"))
    }

    fn evidence(&self, session: CashSessionId) -> Result<Evidence, Stop> {
        self.needs_history()?;
        let entries = self.book.session_entries(session)?;
        let count = last_count(&entries).ok_or_else(|| Stop::bare("not_counted"))?;
        let corrections = self.book.session_corrections(session)?;
        let off_by = self.off_by(session, &entries, count, &corrections)?;
        let (notes, coins) = (&self.house.country.notes, &self.house.country.coins);
        let currency = &self.branch.currency;
        let counted = notes.iter().chain(coins).map(|value_minor| CountedRow {
            value_minor: *value_minor,
            count: count
                .denominations
                .iter()
                .find(|row| row.value_minor == *value_minor)
                .map_or(0, |row| row.count),
            in_roll: pieces_in_roll(currency, *value_minor),
        });
        let safe_drops = entries.iter().filter_map(|stored| match &stored.entry {
            Entry::TransferSent(sent) => {
                Some(Moved { entry: sent.common.entry_id, amount_minor: sent.amount_minor })
            }
            _ => None,
        });
        let drawer = self.book.session(session)?.map(|session| session.location);
        let at_drawer = drawer.map(|location| CashAt { place: CashPlace::Drawer, location });
        let coming = at_drawer.map_or(Ok(Vec::new()), |drawer| self.under_way_at(drawer, None))?;
        let transfers = coming.iter().map(|under_way| Moved {
            entry: under_way.transfer.transfer,
            amount_minor: under_way.transfer.amount_minor,
        });
        Ok(Evidence {
            over_short_minor: off_by.cash_minor,
            card_over_short_minor: off_by.card_minor,
            taken: self.taken(session, &corrections)?,
            counted: counted.collect(),
            paid_outs: paid_outs(&entries),
            safe_drops: safe_drops.collect(),
            transfers: transfers.collect(),
            earlier: self.earlier(session)?,
            other_tills: self.other_tills(session, off_by.cash_minor)?,
        })
    }

    /// What the count came to against the book, less what was corrected and explained since the close, and what came
    /// late.
    fn off_by(
        &self,
        session: CashSessionId,
        entries: &[StoredEntry],
        count: &DrawerCounted,
        corrections: &[StoredEntry],
    ) -> Result<OffBy, Stop> {
        let was_counted = count.other.iter().any(|row| row.kind == TenderKind::Card);
        let closed = close_that_counts(entries).and_then(|place| match &entries[place].entry {
            Entry::DrawerClosed(closed) => Some(closed),
            _ => None,
        });
        let figures = self.book.session_figures(session)?;
        let results = match closed {
            Some(closed) => closed.results.clone(),
            None => domain::cash::results(&figures, count)?,
        };
        let of = |kind| {
            results.iter().find(|row| row.kind == kind).map_or(0, |row| {
                let late_minor = closed.map_or(0, |closed| late_of(closed, &figures, kind));
                added(row.over_short_minor, late_minor.saturating_neg())
            })
        };
        let mut off_by =
            OffBy { cash_minor: of(TenderKind::Cash), card_minor: was_counted.then(|| of(TenderKind::Card)) };
        for stored in corrections {
            if let Entry::TenderCorrected(corrected) = &stored.entry
                && corrected.of_session == Some(session)
            {
                let moved = |kind| sum(&corrected.after, kind) - sum(&corrected.before, kind);
                off_by.cash_minor -= moved(TenderKind::Cash);
                off_by.card_minor = off_by.card_minor.map(|minor| minor - moved(TenderKind::Card));
            }
        }
        for stored in entries {
            if let Entry::OverShortExplained(explained) = &stored.entry {
                off_by.cash_minor -= explained.amount_minor;
            }
        }
        Ok(off_by)
    }

    /// The sales and refunds of a session as they stand after these corrections of them.
    fn taken(&self, session: CashSessionId, corrections: &[StoredEntry]) -> Result<Vec<Taken>, Stop> {
        let corrections = corrections.iter().filter_map(|stored| match &stored.entry {
            Entry::TenderCorrected(corrected) => Some((corrected.sale, &corrected.after)),
            _ => None,
        });
        // Of several corrections of a sale the last one counts.
        let in_force: BTreeMap<EntryId, &Vec<TenderLine>> = corrections.collect();
        let receipts = self.book.session_receipts(session)?;
        receipts.into_iter().filter_map(|stored| self.taken_of(stored, &in_force).transpose()).collect()
    }

    fn taken_of(
        &self,
        stored: StoredEntry,
        in_force: &BTreeMap<EntryId, &Vec<TenderLine>>,
    ) -> Result<Option<Taken>, Stop> {
        let Some((_, receipt)) = stored.entry.into_receipt() else { return Ok(None) };
        let entry = receipt.common.entry_id;
        let tenders = in_force.get(&entry).copied().unwrap_or(&receipt.tenders);
        let is_refund = receipt.lines.iter().all(|line| line.quantity < 0);
        let of = receipt.lines.iter().find_map(|line| line.refund_of.map(|of| of.sale));
        let before = match of.filter(|_| is_refund) {
            Some(sale) if self.book.has_entry(sale)? => self.tenders_in_force(sale)?,
            _ => Vec::new(),
        };
        let cash = tenders.iter().filter(|line| line.kind == TenderKind::Cash);
        Ok(Some(Taken {
            entry,
            cash_minor: sum(tenders, TenderKind::Cash),
            card_minor: sum(tenders, TenderKind::Card),
            change_due_minor: cash.map(|line| line.change_due_minor).fold(0, i64::saturating_add),
            is_refund,
            is_refund_of_card: sum(&before, TenderKind::Card) > 0,
        }))
    }

    fn earlier(&self, session: CashSessionId) -> Result<Vec<Earlier>, Stop> {
        let sessions = self.book.sessions_before(session, EARLIER)?;
        let earlier = sessions.into_iter().map(|before| {
            let entries = self.book.session_entries(before)?;
            let counted = last_count(&entries).map(|count| count.denominations.clone()).unwrap_or_default();
            Ok(Earlier { paid_outs: paid_outs(&entries), counted })
        });
        earlier.collect()
    }

    /// Tills of the same day, first those that are off the other way.
    fn other_tills(&self, session: CashSessionId, off_by: i64) -> Result<Vec<OtherTill>, Stop> {
        let tills = self.book.tills()?;
        let mut others = Vec::new();
        for (beside, drawer) in self.book.sessions_beside(session)? {
            let Some(till) = tills.iter().find(|till| till.drawer() == drawer) else { continue };
            let close = self.book.close_of(beside)?.map(|stored| stored.entry);
            let over_short_minor = match close {
                Some(Entry::DrawerClosed(closed)) => {
                    let late_minor = late_cash(&closed, &self.book.session_figures(beside)?);
                    closed
                        .results
                        .first()
                        .map(|result| added(result.over_short_minor, late_minor.saturating_neg()))
                }
                _ => None,
            };
            others.push((beside, till.till, over_short_minor));
        }
        others.sort_by_key(|(_, _, over_short_minor)| *over_short_minor != Some(-off_by));
        others.truncate(OTHER_TILLS);
        let others = others.into_iter().map(|(beside, till, over_short_minor)| {
            let taken = self.taken(beside, &self.book.session_corrections(beside)?)?;
            Ok(OtherTill { till, taken, over_short_minor })
        });
        others.collect()
    }

    fn causes_view(
        &self,
        session: CashSessionId,
        evidence: &Evidence,
        causes: &[Cause],
    ) -> Result<CausesView, Stop> {
        let mut explained = Vec::new();
        for stored in self.book.session_entries(session)? {
            let Entry::OverShortExplained(entry) = &stored.entry else { continue };
            explained.push(ExplainedView {
                entry_id: entry.common.entry_id.to_string(),
                kind: entry.cause.clone(),
                amount_minor: entry.amount_minor,
                at_ms: stored.header.recorded_at.ms,
                person: self.name_of(entry.common.actor)?,
                note: self.book.unseal(&stored, SealedField::Note, 0)?,
            });
        }
        let causes = causes.iter().map(|cause| {
            let parts = cause.parts.iter().map(|part| self.part_view(part));
            Ok(CauseView { per_mille: cause.per_mille, parts: parts.collect::<Result<_, Stop>>()? })
        });
        Ok(CausesView {
            over_short_minor: evidence.over_short_minor,
            causes: causes.collect::<Result<_, Stop>>()?,
            explained,
        })
    }

    fn part_view(&self, part: &Part) -> Result<CausePart, Stop> {
        let tills = self.till_nos()?;
        let mut evidence = Vec::new();
        for entry in &part.entries {
            evidence.extend(self.cause_evidence(*entry)?);
        }
        Ok(CausePart {
            kind: part.kind.code().to_owned(),
            amount_minor: part.amount_minor,
            denomination_minor: part.denomination_minor,
            till_no: part.till.and_then(|till| tills.get(&till).copied()),
            evidence,
        })
    }

    fn cause_evidence(&self, entry: EntryId) -> Result<Option<CauseEvidence>, Stop> {
        let Some(stored) = self.book.entry(entry)? else { return Ok(None) };
        let row = self.book.sale(entry)?;
        let moved_minor = match &stored.entry {
            Entry::PaidOut(moved) => moved.amount_minor,
            Entry::TransferSent(sent) => sent.amount_minor,
            _ => 0,
        };
        Ok(Some(CauseEvidence {
            entry_id: entry.to_string(),
            receipt_no: row.as_ref().map(|row| receipt_no(&row.series, row.receipt_no)),
            at_ms: stored.header.recorded_at.ms,
            person: self.name_of(stored.entry.common().actor)?,
            amount_minor: row.map_or(moved_minor, |row| row.total_minor),
        }))
    }
}

fn last_count(entries: &[StoredEntry]) -> Option<&DrawerCounted> {
    entries.iter().rev().find_map(|stored| match &stored.entry {
        Entry::DrawerCounted(count) => Some(count),
        _ => None,
    })
}

fn paid_outs(entries: &[StoredEntry]) -> Vec<PaidOutThen> {
    let paid_outs = entries.iter().filter_map(|stored| match &stored.entry {
        Entry::PaidOut(moved) => Some(PaidOutThen {
            entry: moved.common.entry_id,
            reason: moved.reason.clone(),
            minute: minute(stored),
            amount_minor: moved.amount_minor,
        }),
        _ => None,
    });
    paid_outs.collect()
}

/// The minute of the local day.
fn minute(stored: &StoredEntry) -> i64 {
    let at = stored.header.recorded_at;
    (at.ms / 60_000 + i64::from(at.utc_offset_min)).rem_euclid(24 * 60)
}

fn sum(tenders: &[TenderLine], kind: TenderKind) -> i64 {
    tenders.iter().filter(|line| line.kind == kind).map(|line| line.amount_minor).fold(0, i64::saturating_add)
}
