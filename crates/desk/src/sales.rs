//! Finished sales: found, shown, printed again, and what was really paid with.

use std::collections::BTreeMap;

use domain::acting::Acting;
use domain::entry::{Entry, PaperCopied, SaleLine, SealedField, TenderCorrected, TenderKind, TenderLine};
use domain::id::{CustomerId, EntryId, ProductId, StaffId, TillId};
use domain::permission::Permission;
use domain::price::RefundedSale;
use domain::refusal::Refusal;
use domain::sale::{CorrectContext, correct_tender};
use domain::tender::{TenderGiven, what_is_left};
use domain::time::BusinessDate;
use ledger::{FindSales as Find, NewEntry, OpenSession, SaleRow as Row, StoredEntry, Write};

use crate::api::basket::TenderInput;
use crate::api::sales::{
    CorrectTender, FindSales, FollowerView, ReceiptView, ReprintSale, SaleId, SaleLineView, SaleRow,
    SaleView, TenderPutRight, TenderView,
};
use crate::basket::{receipt_no, tax_line_view};
use crate::counter::Counter;
use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk, id};
use crate::paper::ReceiptFacts;
use crate::tender::{change_due, given};

/// Rows of one answer.
const MAX_ROWS: u32 = 500;

/// The tenders of a sale that are in force, and the entry that keeps their references.
struct InForce {
    tenders: Vec<TenderLine>,
    stored: StoredEntry,
}

impl Desk {
    /// Sales, newest first.
    ///
    /// # Errors
    /// `bad_arguments`, or a failure of the machine.
    pub fn sales(&self, asked: FindSales) -> Result<Vec<SaleRow>, Fault> {
        let date = |text: Option<&str>| -> Result<Option<BusinessDate>, Fault> {
            text.map(|text| id(text, BusinessDate::parse)).transpose()
        };
        let no_text = asked.receipt_no.as_deref().map(|text| text.trim().to_uppercase());
        let no_text = no_text.filter(|text| !text.is_empty());
        let last_part = no_text.as_deref().and_then(|text| text.rsplit('-').next());
        let receipt = match last_part.map(str::parse) {
            Some(Ok(no)) => Some(no),
            // A text that is no number is on no receipt.
            Some(Err(_)) => return Ok(Vec::new()),
            None => None,
        };
        let find = Find {
            from: date(asked.from.as_deref())?,
            to: date(asked.to.as_deref())?,
            amount_minor: asked.amount_minor,
            product: asked.product_id.as_deref().map(|text| id(text, ProductId::parse)).transpose()?,
            staff: asked.staff_id.as_deref().map(|text| id(text, StaffId::parse)).transpose()?,
            receipt_no: receipt,
            after: asked.after.as_deref().map(|text| id(text, EntryId::parse)).transpose()?,
            limit: asked.limit.clamp(1, MAX_ROWS),
        };
        self.ask(|counter| {
            let tills = counter.till_nos()?;
            let rows = counter.book.sales(&find)?;
            let rows = rows.into_iter().filter(|row| {
                let with_series = no_text.as_deref().filter(|text| text.contains('-'));
                with_series.is_none_or(|text| receipt_no(&row.series, row.receipt_no).ends_with(text))
            });
            rows.map(|row| counter.sale_row(row, &tills)).collect()
        })
    }

    /// One sale in full.
    ///
    /// # Errors
    /// `unknown_sale`.
    pub fn sale(&self, asked: SaleId) -> Result<SaleView, Fault> {
        let sale = id(&asked.sale_id, EntryId::parse)?;
        self.ask(|counter| counter.sale_view(sale))
    }

    /// Puts right what the customer really paid with. Where the tenders stand so already, nothing happens.
    ///
    /// # Errors
    /// `unknown_sale`, `unknown_customer`, `nobody_signed_in`, or as [`domain::sale::correct_tender`].
    pub fn correct_tender(&self, asked: CorrectTender) -> Result<SaleView, Fault> {
        let sale = id(&asked.sale_id, EntryId::parse)?;
        let (mut after, left_at) = put_right(asked.tenders)?;
        self.act(&[Changed::Book], |counter| {
            let mut acting = counter.acting(Permission::CorrectTender, 0)?;
            counter.check_customers(&after)?;
            let facts = counter.known_sale(sale)?;
            let total_minor = facts.receipt.total_minor;
            let rounding = counter.rounding(facts.receipt.common.business_date);
            if let Some(at) = left_at {
                after[at].amount_minor = what_is_left(total_minor, &after, at, rounding)?;
            }
            let in_force = counter.in_force(sale)?;
            let mut drawer = counter.drawer()?;
            let of_session = facts.receipt.common.cash_session;
            let is_elsewhere = |open: &OpenSession| {
                Some(open.cash_session) == of_session && of_session != acting.cash_session
            };
            // In a drawer that is open elsewhere it is put right where it was sold, and its close counts on it.
            if let Some(open) = counter.book.open_sessions()?.into_iter().find(is_elsewhere) {
                acting = Acting { cash_session: of_session, business_date: open.business_date, ..acting };
                drawer = open.location;
            }
            let context = CorrectContext {
                acting: &acting,
                sale,
                total_minor,
                before: &in_force.tenders,
                drawer,
                of_session: of_session.filter(|session| Some(*session) != acting.cash_session),
                rounding,
            };
            let (entry, to_seal) = correct_tender(&context, counter.new_id(), &after)?;
            if paid(&entry.before, &counter.references(&in_force)?) == paid(&entry.after, &references(&after))
            {
                return Ok((Write::default(), ()));
            }
            Ok((Write::entry(NewEntry { entry: Entry::TenderCorrected(entry), to_seal }), ()))
        })?;
        self.sale(SaleId { sale_id: asked.sale_id })
    }

    /// Prints a receipt again; the book counts the copies. Asked twice, it is one copy.
    ///
    /// # Errors
    /// `unknown_sale`, `nobody_signed_in`.
    pub fn reprint_sale(&self, asked: ReprintSale) -> Result<ReceiptView, Fault> {
        let (copy, sale) = (id(&asked.entry_id, EntryId::parse)?, id(&asked.sale_id, EntryId::parse)?);
        self.act(&[Changed::Book], |counter| {
            let facts = counter.known_sale(sale)?;
            let (write, copy_no) = counter.copy_of(sale, copy)?;
            let code = counter.receipt_code(sale)?;
            Ok((write, ReceiptView { code, ..counter.receipt_paper(&facts, copy_no)? }))
        })
    }
}

impl Counter<'_> {
    /// Records that a paper is printed again, and says the how manieth copy it is.
    pub(crate) fn copy_of(&self, of: EntryId, copy: EntryId) -> Result<(Write, u32), Stop> {
        let acting = self.acting(Permission::Sell, 0)?;
        match self.book.entry(copy)?.map(|stored| stored.entry) {
            Some(Entry::PaperCopied(before)) if before.of == of => {
                return Ok((Write::default(), before.copy_no));
            }
            Some(_) => return Err(Stop::bare("bad_arguments")),
            None => {}
        }
        let copy_no = self.book.next_copy_no(of)?;
        let common = acting.common(copy, vec![of], Vec::new());
        let entry = Entry::PaperCopied(PaperCopied { common, sealed: Vec::new(), of, copy_no });
        Ok((Write::entry(entry), copy_no))
    }

    fn sale_row(&self, row: Row, tills: &BTreeMap<TillId, u32>) -> Result<SaleRow, Stop> {
        let first_name = if row.first_name.is_empty() { self.first_name(row.sale)? } else { row.first_name };
        let kind = match row.kind {
            22 => "refund",
            23 => "unlinked_refund",
            _ => "sale",
        };
        Ok(SaleRow {
            sale_id: row.sale.to_string(),
            receipt_no: receipt_no(&row.series, row.receipt_no),
            kind: kind.to_owned(),
            at_ms: row.at_ms,
            business_date: row.business_date.to_string(),
            person: self.name_of(row.actor)?,
            total_minor: row.total_minor,
            tenders: row.tender_kinds.into_iter().map(|kind| kind.code().to_owned()).collect(),
            line_count: row.line_count,
            first_name,
            has_refunds: row.has_refunds,
            till_no: tills.get(&row.till).copied().unwrap_or(0),
        })
    }

    /// The typed name on the first line of a sale.
    fn first_name(&self, sale: EntryId) -> Result<String, Stop> {
        let facts = self.receipt_facts(sale)?;
        Ok(facts
            .and_then(|facts| facts.receipt.lines.first().map(|line| facts.name_of(line)))
            .unwrap_or_default())
    }

    fn sale_view(&self, sale: EntryId) -> Result<SaleView, Stop> {
        let facts = self.known_sale(sale)?;
        let row = self.book.sale(sale)?.ok_or_else(|| Stop::bare("unknown_sale"))?;
        let refunded = self.refunded_sale(sale)?.unwrap_or_default();
        let followers = self.book.followers(sale)?;
        let in_force = self.in_force(sale)?;
        let paid_minor =
            in_force.tenders.iter().map(|tender| tender.amount_minor).fold(0, i64::saturating_add);
        let followers = followers.iter().map(|stored| self.follower_view(stored, sale));
        Ok(SaleView {
            row: self.sale_row(row, &self.till_nos()?)?,
            lines: lines(&facts, &refunded),
            taxes: facts.receipt.taxes.iter().map(tax_line_view).collect(),
            tenders: self.tender_views(&in_force)?,
            change_due_minor: change_due(&facts.receipt),
            rounding_minor: paid_minor.saturating_sub(facts.receipt.total_minor),
            followers: followers.collect::<Result<_, _>>()?,
            receipt: ReceiptView {
                code: self.receipt_code(facts.receipt.common.entry_id)?,
                ..self.receipt_paper(&facts, 0)?
            },
        })
    }

    /// The receipt of a sale that a command names.
    pub(crate) fn known_sale(&self, sale: EntryId) -> Result<ReceiptFacts, Stop> {
        match self.receipt_facts(sale)? {
            Some(facts) => Ok(facts),
            None => {
                self.needs_history()?;
                Err(Stop::bare("unknown_sale"))
            }
        }
    }

    /// The tenders of a sale after its last correction.
    fn in_force(&self, sale: EntryId) -> Result<InForce, Stop> {
        let corrected = self.book.followers(sale)?.into_iter().rev().find_map(|stored| match &stored.entry {
            Entry::TenderCorrected(TenderCorrected { after, .. }) => {
                Some(InForce { tenders: after.clone(), stored: stored.clone() })
            }
            _ => None,
        });
        if let Some(corrected) = corrected {
            return Ok(corrected);
        }
        let stored = self.book.receipt_entry(sale)?.ok_or_else(|| Stop::bare("unknown_sale"))?;
        let tenders =
            stored.entry.clone().into_receipt().map(|(_, receipt)| receipt.tenders).unwrap_or_default();
        Ok(InForce { tenders, stored })
    }

    /// What a sale was really paid with, as far as the book knows.
    pub(crate) fn tenders_in_force(&self, sale: EntryId) -> Result<Vec<TenderLine>, Stop> {
        Ok(self.in_force(sale)?.tenders)
    }

    /// The tenders of a sale with what was booked by one of them paid by another one, and everything else as it
    /// stands; none where it stands so already.
    ///
    /// # Errors
    /// `total_changed` where the sale was paid with another amount of that tender by now.
    pub(crate) fn with_other_tender(
        &self,
        sale: EntryId,
        booked: TenderKind,
        paid_with: TenderKind,
        amount_minor: i64,
    ) -> Result<Option<Vec<TenderPutRight>>, Stop> {
        self.known_sale(sale)?;
        let in_force = self.in_force(sale)?;
        let of = |kind: TenderKind| {
            let lines = in_force.tenders.iter().filter(move |line| line.kind == kind);
            lines.map(|line| line.amount_minor).fold(0, i64::saturating_add)
        };
        if of(booked) == 0 && of(paid_with) != 0 {
            return Ok(None);
        }
        if of(booked) != amount_minor {
            return Err(Refusal::TotalChanged { total_minor: of(booked) }.into());
        }
        // What the others leave, so that cash is rounded as it is when it is paid.
        let mut right = vec![TenderPutRight {
            kind: paid_with.code().to_owned(),
            amount_minor: None,
            reference: None,
            customer_id: None,
        }];
        let references = self.references(&in_force)?;
        let others = in_force.tenders.iter().zip(references).filter(|(line, _)| line.kind != booked);
        right.extend(others.map(|(line, reference)| TenderPutRight {
            kind: line.kind.code().to_owned(),
            amount_minor: Some(line.amount_minor),
            reference,
            customer_id: line.customer.map(|customer| customer.to_string()),
        }));
        Ok(Some(right))
    }

    fn tender_views(&self, in_force: &InForce) -> Result<Vec<TenderView>, Stop> {
        let tenders = in_force.tenders.iter().zip(self.references(in_force)?);
        tenders
            .map(|(tender, reference)| {
                let customer = tender.customer.map(|customer| self.book.account(customer)).transpose()?;
                Ok(TenderView {
                    kind: tender.kind.code().to_owned(),
                    amount_minor: tender.amount_minor,
                    tendered_minor: tender.tendered_minor,
                    reference,
                    customer: customer.map(|customer| customer.name),
                    customer_id: tender.customer.map(|customer| customer.to_string()),
                })
            })
            .collect()
    }

    /// The typed reference of each tender in force.
    fn references(&self, in_force: &InForce) -> Result<Vec<Option<String>>, Stop> {
        let places = (0_u32..).zip(&in_force.tenders);
        places
            .map(|(place, _)| Ok(self.book.unseal(&in_force.stored, SealedField::Reference, place)?))
            .collect()
    }

    fn follower_view(&self, stored: &StoredEntry, of: EntryId) -> Result<FollowerView, Stop> {
        let common = stored.entry.common();
        let (kind, amount_minor, reason) = match stored.entry.clone().into_receipt() {
            Some((_, receipt)) => {
                let back =
                    |line: &&domain::entry::SaleLine| line.refund_of.is_some_and(|line| line.sale == of);
                let amount = receipt.lines.iter().filter(back).map(|line| line.amount_minor);
                let reason = receipt.lines.iter().find(back).and_then(|line| line.refund_reason.clone());
                ("refund", Some(amount.fold(0, i64::saturating_sub)), reason)
            }
            None if matches!(stored.entry, Entry::TenderCorrected(_)) => ("tender_corrected", None, None),
            None if matches!(stored.entry, Entry::PaperMailed(_)) => ("receipt_mailed", None, None),
            None => ("receipt_copied", None, None),
        };
        Ok(FollowerView {
            kind: kind.to_owned(),
            entry_id: common.entry_id.to_string(),
            at_ms: stored.header.recorded_at.ms,
            person: self.name_of(common.actor)?,
            amount_minor,
            reason,
        })
    }
}

/// The tenders as they really were, and the place of the one that takes what the others leave.
fn put_right(tenders: Vec<TenderPutRight>) -> Result<(Vec<TenderGiven>, Option<usize>), Fault> {
    let mut left = tenders.iter().enumerate().filter(|(_, tender)| tender.amount_minor.is_none());
    let left_at = left.next().map(|(at, _)| at);
    if left.next().is_some() {
        return Err(Fault::bare("bad_arguments"));
    }
    let tenders = tenders.into_iter().map(|tender| TenderInput {
        kind: tender.kind,
        amount_minor: tender.amount_minor.unwrap_or_default(),
        reference: tender.reference,
        customer_id: tender.customer_id,
    });
    Ok((given(&tenders.collect::<Vec<_>>())?, left_at))
}

/// References as they are kept: none where nothing is written.
fn references(tenders: &[TenderGiven]) -> Vec<Option<String>> {
    let texts = tenders.iter().map(|tender| tender.reference.as_deref().unwrap_or_default().trim());
    texts.map(|text| (!text.is_empty()).then(|| text.to_owned())).collect()
}

/// What tenders paid, without regard to how it was handed over.
type Paid<'a> = Vec<(TenderKind, Option<CustomerId>, i64, &'a Option<String>)>;

fn paid<'a>(tenders: &[TenderLine], references: &'a [Option<String>]) -> Paid<'a> {
    let tenders = tenders.iter().zip(references);
    let mut paid: Paid<'a> =
        tenders.map(|(line, reference)| (line.kind, line.customer, line.amount_minor, reference)).collect();
    paid.sort_unstable();
    paid
}

fn lines(facts: &ReceiptFacts, refunded: &RefundedSale) -> Vec<SaleLineView> {
    let lines = facts.receipt.lines.iter();
    lines
        .map(|line| {
            let left = refunded.refundable(line.line_no);
            let before = refunded.before.iter().filter(|before| before.line_no == line.line_no);
            SaleLineView {
                line_no: line.line_no,
                product_id: line.product.to_string(),
                name: facts.name_of(line),
                quantity: line.quantity,
                refunded_quantity: before.map(|before| before.quantity).fold(0, i64::saturating_add),
                refundable_quantity: left.map_or(0, |left| left.quantity),
                unit_price_minor: line.unit_price_minor,
                amount_minor: line.amount_minor,
                refundable_minor: left.map_or(0, |left| left.amount_minor),
                tax_code: line.tax_code.clone(),
                lot: lots_of(line),
            }
        })
        .collect()
}

/// The lots of a line, as far as they are known.
fn lots_of(line: &SaleLine) -> Option<String> {
    let lots: Vec<String> = line.lots().iter().filter_map(|lot| lot.lot.clone()).collect();
    (!lots.is_empty()).then(|| lots.join(", "))
}
