//! PINs and badges, approvals, and what managers see of what people did.

use std::collections::BTreeMap;

use domain::entry::{Entry, Hash32, Receipt, SealedField, SecretKind};
use domain::id::{EntryId, StaffId, TillId};
use replica::stream::StreamId;
use rusqlite::params;

use super::{Book, StoredEntry};
use crate::error::Error;
use crate::rights::{HASH_AT, NOT_IN_FORCE, rank_bytes};

/// What a PIN or a badge is checked with.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    /// As it was sealed.
    pub verifier: Vec<u8>,
    /// Chosen by somebody else, so that the person has to choose another one first.
    pub is_initial: bool,
}

/// What somebody asks for who may not do it alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The entry that asks.
    pub entry_id: EntryId,
    /// Who asks.
    pub staff: StaffId,
    /// At which till.
    pub till: Option<TillId>,
    /// By whose hand it stands in the book.
    pub stream: StreamId,
    /// When, by the clock of the till.
    pub at_ms: i64,
    /// Code of the permission.
    pub permission: String,
    /// How far it goes, in the unit of the permission.
    pub extent: i64,
    /// The sale that the basket becomes, where it is about one.
    pub about: Option<EntryId>,
}

/// What came of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The entry that says so.
    pub entry_id: EntryId,
    /// Who decided.
    pub by: StaffId,
    /// When, by the clock of the till.
    pub at_ms: i64,
    /// Allowed.
    pub is_given: bool,
    /// Until when it may be done again, ms since 1970; once where there is none.
    pub until_ms: Option<i64>,
}

/// How often, and how much in all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Acts {
    /// How often.
    pub count: u64,
    /// Minor units of the branch's currency.
    pub sum_minor: i64,
}

impl Acts {
    fn add(&mut self, minor: i64) {
        self.count += 1;
        self.sum_minor = self.sum_minor.saturating_add(minor);
    }

    fn and(self, other: Self) -> Self {
        Self { count: self.count + other.count, sum_minor: self.sum_minor.saturating_add(other.sum_minor) }
    }
}

/// What one person did that managers look at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActsOfPerson {
    /// Lines sold at another price than the catalogue's, and how much less came in; negative where it was more.
    pub overrides: Acts,
    /// Receipts with something off, and how much.
    pub discounts: Acts,
    /// Lines and baskets that were taken out before they were paid.
    pub voids: Acts,
    /// Receipts with goods that came back by their receipt, and how much was paid back for them.
    pub refunds: Acts,
    /// The same without a receipt.
    pub unlinked_refunds: Acts,
    /// Drawer opened without a sale.
    pub no_sales: u64,
    /// Went over to the practice book.
    pub practice: u64,
    /// Asked for an approval from another till.
    pub asked: u64,
    /// Allowed something to somebody.
    pub allowed: u64,
    /// Did not allow something to somebody.
    pub refused: u64,
}

impl ActsOfPerson {
    /// Together with what somebody else did.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self {
            overrides: self.overrides.and(other.overrides),
            discounts: self.discounts.and(other.discounts),
            voids: self.voids.and(other.voids),
            refunds: self.refunds.and(other.refunds),
            unlinked_refunds: self.unlinked_refunds.and(other.unlinked_refunds),
            no_sales: self.no_sales + other.no_sales,
            practice: self.practice + other.practice,
            asked: self.asked + other.asked,
            allowed: self.allowed + other.allowed,
            refused: self.refused + other.refused,
        }
    }
}

const LINE_VOIDED: u16 = 24;
const BASKET_VOIDED: u16 = 25;
const NO_SALE: u16 = 32;
const APPROVAL_ASKED: u16 = 44;
const APPROVAL_DECIDED: u16 = 45;
const PRACTICE_BEGUN: u16 = 46;

impl Book<'_> {
    /// What a person's PIN or badge is checked with: that of the last one in force. None where there is none, or
    /// none any more, and also where its key is not here ([`Book::has_secret`] tells them apart).
    ///
    /// # Errors
    /// When the file fails.
    pub fn secret_of(&self, staff: StaffId, kind: SecretKind) -> Result<Option<Secret>, Error> {
        let Some(stored) = self.last_secret(staff, kind)? else { return Ok(None) };
        let Entry::SecretSet(set) = &stored.entry else { return Ok(None) };
        let is_initial = set.is_initial;
        let index = set.sealed.first().map_or(0, |part| part.index);
        let verifier = self.unseal_bytes(&stored, SealedField::Verifier, index)?;
        Ok(verifier.map(|verifier| Secret { verifier, is_initial }))
    }

    /// Whether a person has a PIN or badge, be what it is checked with readable here or not.
    ///
    /// # Errors
    /// When the file fails.
    pub fn has_secret(&self, staff: StaffId, kind: SecretKind) -> Result<bool, Error> {
        let last = self.last_secret(staff, kind)?;
        Ok(last.is_some_and(|stored| !stored.entry.sealed().is_empty()))
    }

    fn last_secret(&self, staff: StaffId, kind: SecretKind) -> Result<Option<StoredEntry>, Error> {
        let record_no = self.row(
            "SELECT record_no FROM secret WHERE staff = ?1 AND kind = ?2 AND NOT EXISTS
                (SELECT 1 FROM exception e WHERE e.kind = ?3 AND e.about = substr(rank, ?4))
             ORDER BY rank DESC LIMIT 1",
            params![staff.as_bytes(), kind as u8, NOT_IN_FORCE, HASH_AT],
            |row| row.get(0),
        )?;
        record_no.map(|record_no| self.entry_at(record_no)).transpose()
    }

    /// What was asked for since then and nobody decided about, oldest first. A decision that is not in force, or
    /// about something else, is none.
    ///
    /// # Errors
    /// When the file fails or a stored record does not decode.
    pub fn approvals_asked(&self, since_ms: i64) -> Result<Vec<Asked>, Error> {
        let mut asked = Vec::new();
        for stored in self.entries_of(APPROVAL_ASKED, since_ms, i64::MAX)? {
            let Some(ask) = asked_in(stored) else { continue };
            if self.approval_of(ask.entry_id)?.is_none() {
                asked.push(ask);
            }
        }
        Ok(asked)
    }

    /// What this entry asks for; none where it is not here, or asks for nothing.
    ///
    /// # Errors
    /// When the file fails or a stored record does not decode.
    pub fn approval_asked(&self, asked: EntryId) -> Result<Option<Asked>, Error> {
        Ok(self.entry(asked)?.and_then(asked_in))
    }

    /// The first decision in force about what was asked: for who asked, about the same, and as far.
    ///
    /// # Errors
    /// When the file fails or a stored record does not decode.
    pub fn approval_of(&self, asked: EntryId) -> Result<Option<Decision>, Error> {
        let Some(Entry::ApprovalAsked(ask)) = self.entry(asked)?.map(|stored| stored.entry) else {
            return Ok(None);
        };
        let records = self.rows(
            "SELECT record_no, hash FROM follower JOIN entry USING (entry_id) JOIN record USING (record_no)
             WHERE target = ?1 AND entry.kind = ?2 AND NOT EXISTS
                (SELECT 1 FROM exception e WHERE e.kind = ?3 AND e.about = hash)",
            params![asked.as_bytes(), APPROVAL_DECIDED, NOT_IN_FORCE],
            |row| Ok((row.get(0)?, Hash32(row.get(1)?))),
        )?;
        let mut decisions = Vec::new();
        for (record_no, hash) in records {
            let StoredEntry { header, entry, .. } = self.entry_at(record_no)?;
            let Entry::ApprovalDecided(decided) = entry else { continue };
            let is_same = (decided.staff, &decided.permission, decided.about)
                == (ask.common.actor, &ask.permission, ask.about);
            if is_same && (!decided.is_given || decided.extent >= ask.extent) {
                let decision = Decision {
                    entry_id: decided.common.entry_id,
                    by: decided.common.actor,
                    at_ms: header.recorded_at.ms,
                    is_given: decided.is_given,
                    until_ms: decided.until_ms,
                };
                decisions.push((rank_bytes(&header, &hash), decision));
            }
        }
        let first = decisions.into_iter().min_by(|(a, _), (b, _)| a.cmp(b));
        Ok(first.map(|(_, decision)| decision))
    }

    /// What each person did from one moment up to another, by the clocks of the tills, that managers look at.
    /// Who did none of it is left out.
    ///
    /// # Errors
    /// When the file fails or a stored record does not decode; `HistoryPending`.
    pub fn acts_by_person(&self, from_ms: i64, to_ms: i64) -> Result<BTreeMap<StaffId, ActsOfPerson>, Error> {
        if self.is_history_pending()? {
            return Err(Error::HistoryPending);
        }
        let mut people: BTreeMap<StaffId, ActsOfPerson> = BTreeMap::new();
        for kind in [LINE_VOIDED, BASKET_VOIDED, NO_SALE, APPROVAL_ASKED, APPROVAL_DECIDED, PRACTICE_BEGUN] {
            for stored in self.entries_of(kind, from_ms, to_ms)? {
                let acts = people.entry(stored.entry.common().actor).or_default();
                match stored.entry {
                    Entry::LineVoided(voided) => acts.voids.add(voided.amount_minor),
                    Entry::BasketVoided(voided) => acts.voids.add(voided.total_minor),
                    Entry::NoSale(_) => acts.no_sales += 1,
                    Entry::PracticeBegun(_) => acts.practice += 1,
                    Entry::ApprovalAsked(_) => acts.asked += 1,
                    Entry::ApprovalDecided(decided) if decided.is_given => acts.allowed += 1,
                    Entry::ApprovalDecided(_) => acts.refused += 1,
                    _ => {}
                }
            }
        }
        let receipts = self.rows(
            "SELECT record_no FROM receipt INDEXED BY receipt_by_day WHERE at_ms >= ?1 AND at_ms < ?2",
            [from_ms, to_ms],
            |row| row.get(0),
        )?;
        for record_no in receipts {
            if let Some((_, receipt)) = self.entry_at(record_no)?.entry.into_receipt() {
                people.entry(receipt.common.actor).or_default().add_receipt(&receipt);
            }
        }
        people.retain(|_, acts| *acts != ActsOfPerson::default());
        Ok(people)
    }

    /// Entries of a kind that is no receipt, from one moment up to another, oldest first.
    pub(crate) fn entries_of(&self, kind: u16, from_ms: i64, to_ms: i64) -> Result<Vec<StoredEntry>, Error> {
        // The condition that says the same twice is the one that the index is for.
        let records = self.rows(
            "SELECT record_no FROM entry INDEXED BY entry_by_kind
             WHERE kind > 23 AND kind = ?1 AND at_ms >= ?2 AND at_ms < ?3",
            params![kind, from_ms, to_ms],
            |row| row.get(0),
        )?;
        self.entries_at(records)
    }
}

fn asked_in(stored: StoredEntry) -> Option<Asked> {
    let StoredEntry { header, entry: Entry::ApprovalAsked(ask), .. } = stored else { return None };
    Some(Asked {
        entry_id: ask.common.entry_id,
        staff: ask.common.actor,
        till: ask.common.till,
        stream: header.stream,
        at_ms: header.recorded_at.ms,
        permission: ask.permission,
        extent: ask.extent,
        about: ask.about,
    })
}

impl ActsOfPerson {
    fn add_receipt(&mut self, receipt: &Receipt) {
        let (mut off, mut back, mut unlinked) = (0_i64, None, None);
        for line in &receipt.lines {
            if line.quantity < 0 {
                let sum: &mut Option<i64> = if line.refund_of.is_some() { &mut back } else { &mut unlinked };
                *sum = Some(sum.unwrap_or(0).saturating_sub(line.amount_minor));
                continue;
            }
            off = off.saturating_add(line.discount_minor).saturating_add(line.basket_discount_minor);
            if let Some(list) = line.list_price_minor.filter(|list| *list != line.unit_price_minor) {
                let less = list.saturating_sub(line.unit_price_minor);
                self.overrides.add(less.saturating_mul(line.quantity));
            }
        }
        if off != 0 {
            self.discounts.add(off);
        }
        if let Some(back) = back {
            self.refunds.add(back);
        }
        if let Some(back) = unlinked {
            self.unlinked_refunds.add(back);
        }
    }
}
