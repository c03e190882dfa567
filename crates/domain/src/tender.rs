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

/// What the tender at this place pays where it takes all that the others leave: in cash as cash is rounded.
/// Its own amount is not looked at.
///
/// # Errors
/// What [`quote_tenders`] refuses of the others.
pub fn what_is_left(
    total_minor: i64,
    tenders: &[TenderGiven],
    at: usize,
    rounding: Option<CashRounding>,
) -> Result<i64, Refusal> {
    let mut others = tenders.to_vec();
    let is_cash = at < others.len() && others.remove(at).kind == TenderKind::Cash;
    let quote = quote_tenders(total_minor, &others, rounding, &[])?;
    Ok(if is_cash { quote.remaining_cash_minor } else { quote.remaining_minor })
}

fn check(total_minor: i64, tenders: &[TenderGiven]) -> Result<(), Refusal> {
    if tenders.len() > MAX_TENDERS as usize {
        return Err(Refusal::TooManyTenders { limit: MAX_TENDERS });
    }
    let refused = tenders.iter().filter_map(|tender| check_one(total_minor, tender).err()).min();
    refused.map_or(Ok(()), Err)?;
    money::bounded(i128::from(total_minor)).map(|_| ())
}

fn check_one(total_minor: i64, tender: &TenderGiven) -> Result<(), Refusal> {
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
    Ok(())
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::entry::TenderKind::{Card, Cash, OnAccount, Voucher};
    use crate::sample::given;

    const EURO_NOTES: [i64; 7] = [50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500];

    fn rounding(condition: RoundingCondition) -> Option<CashRounding> {
        Some(CashRounding { step_minor: 5, condition })
    }

    fn quote(
        total: i64,
        tenders: &[(TenderKind, i64)],
        rounding: Option<CashRounding>,
    ) -> Result<TenderQuote, Refusal> {
        let tenders: Vec<TenderGiven> = tenders.iter().map(|(kind, amount)| given(*kind, *amount)).collect();
        quote_tenders(total, &tenders, rounding, &EURO_NOTES)
    }

    /// Compares remaining, remaining in cash, rounding, change and whether it is enough, or the refusal.
    #[track_caller]
    fn check(
        total: i64,
        tenders: &[(TenderKind, i64)],
        rounding: Option<CashRounding>,
        expected: Result<(i64, i64, i64, i64, bool), &str>,
    ) {
        let seen = quote(total, tenders, rounding);
        let seen = seen.map(|quote| {
            assert_eq!(
                quote.lines.iter().map(|line| line.amount_minor).sum::<i64>(),
                tenders.iter().map(|tender| tender.1).sum::<i64>() - quote.change_due_minor
            );
            (
                quote.remaining_minor,
                quote.remaining_cash_minor,
                quote.rounding_minor,
                quote.change_due_minor,
                quote.is_enough,
            )
        });
        assert_eq!(seen.map_err(Refusal::code), expected);
    }

    #[test]
    fn money_in() {
        check(2_335, &[], None, Ok((2_335, 2_335, 0, 0, false)));
        check(2_335, &[(Cash, 2_335)], None, Ok((0, 0, 0, 0, true)));
        check(2_335, &[(Cash, 3_000)], None, Ok((0, 0, 0, 665, true)));
        check(2_335, &[(Cash, 2_000)], None, Ok((335, 335, 0, 0, false)));
        check(2_335, &[(Card, 2_335)], None, Ok((0, 0, 0, 0, true)));
        check(2_335, &[(Card, 2_336)], None, Err("change_from_card"));
        check(2_335, &[(Voucher, 2_336)], None, Err("over_tendered"));
        check(2_335, &[(OnAccount, 2_336)], None, Err("over_tendered"));
        check(2_335, &[(Voucher, 1_000), (OnAccount, 1_335)], None, Ok((0, 0, 0, 0, true)));
        check(2_335, &[(Cash, 2_000), (Card, 1_000)], None, Ok((0, 0, 0, 665, true)));
        check(2_335, &[(Card, 2_335), (Cash, 100)], None, Err("over_tendered"));
        check(0, &[], None, Ok((0, 0, 0, 0, true)));
        check(0, &[(Cash, 100)], None, Err("over_tendered"));
        check(2_335, &[(Card, 0)], None, Err("amount_out_of_range"));
        check(2_335, &[(Cash, -1)], None, Err("amount_out_of_range"));
        check(2_335, &[(Cash, MAX_MINOR + 1)], None, Err("amount_out_of_range"));
        check(2_335, &[(Cash, MAX_MINOR), (Cash, MAX_MINOR)], None, Err("amount_out_of_range"));
        check(i64::MIN, &[(Cash, i64::MIN)], None, Err("amount_out_of_range"));
        check(MAX_MINOR, &[(Cash, MAX_MINOR)], rounding(RoundingCondition::Always), Ok((0, 0, -1, 1, true)));
        check(2_000, &[(Cash, 100); 20], None, Ok((0, 0, 0, 0, true)));
        check(2_100, &[(Cash, 100); 21], None, Err("too_many_tenders"));
    }

    #[test]
    fn cash_is_rounded_and_nothing_else() {
        let always = rounding(RoundingCondition::Always);
        check(2_333, &[], always, Ok((2_333, 2_335, 0, 0, false)));
        check(2_333, &[(Cash, 3_000)], always, Ok((0, 0, 2, 665, true)));
        check(2_332, &[(Cash, 2_330)], always, Ok((0, 0, -2, 0, true)));
        check(2_333, &[(Cash, 2_330)], always, Ok((3, 5, 0, 0, false)));
        check(2_333, &[(Card, 2_333)], always, Ok((0, 0, 0, 0, true)));
        check(2_333, &[(Card, 1_000), (Cash, 1_335)], always, Ok((0, 0, 2, 0, true)));
        check(2, &[], always, Ok((2, 0, 0, 0, false)));
        check(2, &[(Cash, 0)], always, Ok((0, 0, -2, 0, true)));
        check(2, &[(Card, 2)], always, Ok((0, 0, 0, 0, true)));

        let all_cash = rounding(RoundingCondition::OnlyIfAllCash);
        check(2_333, &[(Cash, 2_335)], all_cash, Ok((0, 0, 2, 0, true)));
        check(2_333, &[(Card, 1_000), (Cash, 1_335)], all_cash, Ok((0, 0, 0, 2, true)));
        check(2_333, &[(Card, 1_000)], all_cash, Ok((1_333, 1_333, 0, 0, false)));
    }

    #[test]
    fn money_back_is_the_mirror() {
        let always = rounding(RoundingCondition::Always);
        check(-2_333, &[], None, Ok((-2_333, -2_333, 0, 0, false)));
        check(-2_333, &[(Cash, -2_333)], None, Ok((0, 0, 0, 0, true)));
        check(-2_333, &[(Cash, -2_335)], always, Ok((0, 0, -2, 0, true)));
        check(-2_333, &[(Cash, -2_333)], always, Ok((0, -2, 0, 0, false)));
        check(-2_333, &[(Cash, -2_334)], None, Err("over_tendered"));
        check(-2_333, &[(Card, -2_334)], None, Err("change_from_card"));
        check(-2_333, &[(Card, -2_000), (Cash, -335)], always, Ok((0, 0, -2, 0, true)));
        check(-2_333, &[(Cash, 2_333)], None, Err("amount_out_of_range"));
        check(-2_333, &[(OnAccount, -2_333)], None, Ok((0, 0, 0, 0, true)));
    }

    #[test]
    fn one_tender_takes_what_the_others_leave() {
        let check = |total, tenders: &[(TenderKind, i64)], at, expected: Result<i64, &str>| {
            let tenders: Vec<_> = tenders.iter().map(|(kind, amount)| given(*kind, *amount)).collect();
            let left = what_is_left(total, &tenders, at, rounding(RoundingCondition::Always));
            assert_eq!(left.map_err(Refusal::code), expected, "{total} {tenders:?}");
        };
        check(2_332, &[(Card, 2_330)], 0, Ok(2_332));
        check(2_332, &[(Cash, 1)], 0, Ok(2_330));
        check(2_333, &[(Card, 1_000), (Cash, 1)], 1, Ok(1_335));
        check(2_333, &[(Cash, 1), (Card, 1_000)], 0, Ok(1_335));
        check(2_332, &[(Voucher, 2_330), (Card, 1)], 1, Ok(2));
        check(2_332, &[(Voucher, 2_330), (Cash, 1)], 1, Ok(0));
        check(-2_332, &[(Card, 1)], 0, Ok(-2_332));
        check(-2_332, &[(Cash, 1)], 0, Ok(-2_330));
        check(2_332, &[(Card, 2_333), (Cash, 1)], 1, Err("change_from_card"));
    }

    #[test]
    fn who_and_what_stands_beside_the_amount() {
        let nobody = TenderGiven { customer: None, ..given(OnAccount, 100) };
        assert_eq!(quote_tenders(100, &[nobody], None, &[]), Err(Refusal::CustomerNeeded));
        let long = TenderGiven { reference: Some("r".repeat(61)), ..given(Card, 0) };
        assert_eq!(quote_tenders(100, &[long], None, &[]), Err(Refusal::TextTooLong { limit: 60 }));
    }

    #[test]
    fn change_comes_out_of_the_last_cash() {
        let quote = quote(1_500, &[(Cash, 2_000), (Card, 100), (Cash, 500)], None).unwrap();
        let lines: Vec<_> = quote
            .lines
            .iter()
            .map(|line| (line.amount_minor, line.tendered_minor, line.change_due_minor))
            .collect();
        assert_eq!(lines, [(1_400, 2_000, 600), (100, 100, 0), (0, 500, 500)]);
    }

    #[test]
    fn quick_amounts() {
        let check = |total, expected: &[i64]| {
            assert_eq!(quote(total, &[], None).unwrap().quick_cash_minor, expected);
        };
        check(2_335, &[2_335, 2_500, 3_000, 5_000, 10_000]);
        check(5_000, &[5_000, 10_000, 50_000]);
        check(320, &[320, 500, 1_000, 5_000, 10_000]);
        check(0, &[]);
        check(-320, &[-320]);
        let rounded = quote(2_333, &[], rounding(RoundingCondition::Always)).unwrap();
        assert_eq!(rounded.quick_cash_minor, [2_335, 2_500, 3_000, 5_000, 10_000]);
        let strange = quote_tenders(2_335, &[], None, &[0, -5, i64::MAX]).unwrap();
        assert_eq!(strange.quick_cash_minor, [2_335]);
    }

    proptest! {
        #[test]
        fn what_finishes_a_sale_pays_it_exactly(
            total in -100_000..100_000_i64,
            amounts in prop::collection::vec((0..4_usize, 1..60_000_i64), 0..5),
            step_minor in prop_oneof![Just(0), Just(5), Just(10)],
        ) {
            let sign = if total < 0 { -1 } else { 1 };
            let tenders: Vec<_> =
                amounts.iter().map(|(kind, amount)| (TenderKind::ALL[*kind], sign * amount)).collect();
            let rounding = Some(CashRounding { step_minor, condition: RoundingCondition::Always });
            if let Ok(quote) = quote(total, &tenders, rounding) {
                let paid: i64 = quote.lines.iter().map(|line| line.amount_minor).sum();
                if quote.is_enough {
                    prop_assert_eq!(paid, total + quote.rounding_minor);
                    prop_assert!(quote.rounding_minor.abs() * 2 <= step_minor);
                } else {
                    prop_assert!(quote.change_due_minor == 0 && quote.remaining_cash_minor != 0 || quote.remaining_minor != 0);
                }
                for line in &quote.lines {
                    prop_assert_eq!(line.tendered_minor - line.change_due_minor, line.amount_minor);
                    prop_assert!(line.change_due_minor == 0 || line.kind == Cash);
                }
            }
        }
    }
}
