//! Means of payment: what they cover, cash rounding, change, and the amounts that a customer is likely to
//! hand over. Change comes out of cash only; what was handed over and what was given back stand apart, so
//! that change never counts as takings.

use crate::acting::seal_text;
use crate::country::{CashRounding, RoundingCondition, round_cash};
use crate::entry::{SealedField, TenderKind, TenderLine, ToSeal};
use crate::id::{CustomerId, EntryId, TenderId};
use crate::limits::{MAX_MINOR, MAX_REFERENCE, MAX_TENDERS, check_text};
use crate::money;
use crate::refusal::Refusal;

/// Amounts proposed at most, the exact one included.
const MAX_QUICK: usize = 5;

/// A means of payment as the cashier gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenderGiven {
    /// Kind.
    pub kind: TenderKind,
    /// What was handed over, above 0; below 0 where money goes back to the customer.
    pub amount_minor: i64,
    /// Whose account, for on account.
    pub customer: Option<CustomerId>,
    /// Reference of the card terminal or number of the voucher; becomes a sealed part.
    pub reference: Option<String>,
}

/// What is due, and what comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenderQuote {
    /// Still to pay if nothing more is paid in cash; negative when still to be given back.
    pub remaining_minor: i64,
    /// Still to pay in cash, after cash rounding.
    pub remaining_cash_minor: i64,
    /// Cash rounding that these tenders have.
    pub rounding_minor: i64,
    /// Change to give.
    pub change_due_minor: i64,
    /// Whether these tenders finish the sale.
    pub is_enough: bool,
    /// Amounts that a customer is likely to hand over, smallest first, the exact one first.
    pub quick_cash_minor: Vec<i64>,
    /// The tenders as they stand in the receipt, in the order given.
    pub lines: Vec<TenderLine>,
}

/// What the tenders given so far come to. `notes` are the country's notes in minor units.
///
/// # Errors
/// `too_many_tenders`, `text_too_long`, `amount_out_of_range`, `customer_needed`, `change_from_card`,
/// `over_tendered`.
pub fn quote_tenders(
    total_minor: i64,
    tenders: &[TenderGiven],
    rounding: Option<CashRounding>,
    notes: &[i64],
) -> Result<TenderQuote, Refusal> {
    check(total_minor, tenders)?;
    // Money that goes back is the mirror of money that comes in.
    let sign = if total_minor < 0 { -1 } else { 1 };
    let given = |is_cash: bool| {
        let of_kind = tenders.iter().filter(move |tender| (tender.kind == TenderKind::Cash) == is_cash);
        money::sum(of_kind.map(|tender| sign * tender.amount_minor))
    };
    let (cash, other) = (given(true)?, given(false)?);
    let has_cash = tenders.iter().any(|tender| tender.kind == TenderKind::Cash);

    let rest = sign * total_minor - other;
    if rest < 0 {
        let by_card = tenders.iter().any(|tender| tender.kind == TenderKind::Card);
        return Err(if by_card { Refusal::ChangeFromCard } else { Refusal::OverTendered });
    }
    let step_minor = match rounding {
        Some(rounding) if rounding.condition == RoundingCondition::Always || other == 0 => {
            rounding.step_minor
        }
        _ => 0,
    };
    let cash_due = money::bounded(i128::from(round_cash(rest, step_minor)))?;
    let over = (cash - cash_due).max(0);
    if over > 0 && (sign < 0 || rest == 0) {
        return Err(Refusal::OverTendered);
    }
    let is_enough = if has_cash { cash >= cash_due } else { rest == 0 };
    let remaining_cash = if is_enough { 0 } else { cash_due - cash };
    Ok(TenderQuote {
        remaining_minor: if is_enough { 0 } else { sign * (rest - cash).max(0) },
        remaining_cash_minor: sign * remaining_cash,
        rounding_minor: if is_enough && has_cash { sign * (cash_due - rest) } else { 0 },
        change_due_minor: over,
        is_enough,
        quick_cash_minor: if is_enough { Vec::new() } else { quick_cash(sign * remaining_cash, notes) },
        lines: lines(tenders, over),
    })
}

fn check(total_minor: i64, tenders: &[TenderGiven]) -> Result<(), Refusal> {
    if tenders.len() > MAX_TENDERS as usize {
        return Err(Refusal::TooManyTenders { limit: MAX_TENDERS });
    }
    for tender in tenders {
        check_text(tender.reference.as_deref().unwrap_or_default(), MAX_REFERENCE)?;
        let amount = if total_minor < 0 { tender.amount_minor.saturating_neg() } else { tender.amount_minor };
        // Cash of 0 says that what is left was rounded away.
        let least = if tender.kind == TenderKind::Cash { 0 } else { 1 };
        if !(least..=MAX_MINOR).contains(&amount) {
            return Err(Refusal::AmountOutOfRange);
        }
        if tender.kind == TenderKind::OnAccount && tender.customer.is_none() {
            return Err(Refusal::CustomerNeeded);
        }
    }
    money::bounded(i128::from(total_minor)).map(|_| ())
}

/// Change is given out of the last cash handed over.
fn lines(tenders: &[TenderGiven], change_minor: i64) -> Vec<TenderLine> {
    let mut change_left = change_minor;
    let mut lines: Vec<TenderLine> = tenders
        .iter()
        .rev()
        .map(|given| {
            let out_of_this =
                if given.kind == TenderKind::Cash { change_left.min(given.amount_minor.max(0)) } else { 0 };
            change_left -= out_of_this;
            TenderLine {
                kind: given.kind,
                tender: TenderId::of_kind(given.kind),
                amount_minor: given.amount_minor - out_of_this,
                tendered_minor: given.amount_minor,
                change_due_minor: out_of_this,
                customer: given.customer.filter(|_| given.kind == TenderKind::OnAccount),
            }
        })
        .collect();
    lines.reverse();
    lines
}

/// The exact amount, then the next round sums: multiples of each note that all larger notes are multiples
/// of (in euros 5, 10, 50, 100, 200; nobody rounds 23.35 up to the next multiple of 20).
fn quick_cash(due_minor: i64, notes: &[i64]) -> Vec<i64> {
    let is_round = |note: i64| note > 0 && notes.iter().all(|other| *other <= note || other % note == 0);
    let mut sums: Vec<i64> = notes
        .iter()
        .filter(|note| due_minor > 0 && is_round(**note))
        .filter_map(|note| due_minor.checked_add(note - 1).map(|up| up / note * note))
        .chain([due_minor])
        .filter(|sum| (1..=MAX_MINOR).contains(sum) || *sum == due_minor)
        .collect();
    sums.sort_unstable();
    sums.dedup();
    sums.truncate(MAX_QUICK);
    sums
}

/// The typed references, to be sealed with the entry; the index is the place in the tenders, from 0.
pub(crate) fn seal_references(entry_id: EntryId, tenders: &[TenderGiven]) -> Vec<ToSeal> {
    let places = (0_u32..).zip(tenders);
    places
        .filter_map(|(place, tender)| {
            seal_text(entry_id, SealedField::Reference, place, tender.reference.as_deref())
        })
        .collect()
}
