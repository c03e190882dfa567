//! What stands in the rows of an export, and under which names.

use domain::account::{Account, Dimension, Posting, Unit};
use domain::entry::{Common, DrawerClosed, Entry, Figures, Measure, TaxLine, TenderKind, ZReport};
use domain::time::Now;

use super::file::{Cell, Column};
use crate::api::over_short::MonthDay;
use crate::report::is_of_one_drawer;

use Column::{Money, Plain};

/// Columns of `entries`; the names of people only where they are asked for.
pub(super) fn entry_columns(with_names: bool) -> Vec<Column> {
    let mut columns = vec![
        Plain("entry_id"),
        Plain("kind"),
        Plain("at"),
        Plain("business_date"),
        Plain("till_no"),
        Plain("person_id"),
        Plain("approver_id"),
        Plain("cash_session_id"),
        Plain("receipt_no"),
        Plain("z_no"),
        Plain("corrects_session_id"),
        Plain("currency"),
        Money("amount"),
    ];
    if with_names {
        columns.extend([Plain("person"), Plain("approver")]);
    }
    columns
}

/// Columns of `postings`.
pub(super) fn posting_columns() -> Vec<Column> {
    vec![
        Plain("entry_id"),
        Plain("account"),
        Plain("account_name"),
        Plain("dimension"),
        Plain("unit"),
        Plain("product_id"),
        Plain("lot"),
        Plain("quantity"),
        Money("amount"),
    ]
}

/// A posting: an amount of money, or a quantity of goods.
pub(super) fn posting_row(common: &Common, posting: &Posting) -> Vec<Cell> {
    let account_name = Account::from_number(posting.account).map(|account| snake_case(account.name()));
    let dimension = match &posting.dimension {
        Dimension::None => Cell::Empty,
        Dimension::Id(id) => Cell::text(Some(id)),
        Dimension::Code(code) => Cell::text(Some(code)),
    };
    let mut row = vec![
        Cell::text(Some(common.entry_id)),
        Cell::Number(posting.account.into()),
        Cell::text(account_name),
        dimension,
    ];
    match &posting.unit {
        Unit::Currency(currency) => row.extend([
            Cell::text(Some(currency)),
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
            Cell::Money(posting.amount),
        ]),
        Unit::Goods { product, lot, measure } => row.extend([
            Cell::text(Some(measure_name(*measure))),
            Cell::text(Some(product)),
            Cell::text(lot.as_ref()),
            Cell::Number(posting.amount),
            Cell::Empty,
        ]),
    }
    row
}

fn measure_name(measure: Measure) -> &'static str {
    match measure {
        Measure::Pack => "pack",
        Measure::Piece => "piece",
        Measure::Milligram => "mg",
        Measure::Microlitre => "µl",
    }
}

/// Columns of `z`.
pub(super) fn z_columns() -> Vec<Column> {
    vec![
        Plain("z_no"),
        Plain("entry_id"),
        Plain("at"),
        Plain("business_date"),
        Plain("till_no"),
        Plain("person_id"),
        Plain("cash_session_id"),
        Plain("first_seq"),
        Plain("last_seq"),
        Plain("first_receipt_no"),
        Plain("last_receipt_no"),
        Plain("sale_count"),
        Money("takings"),
        Plain("refund_count"),
        Money("refunds"),
        Plain("void_count"),
        Money("voids"),
        Money("discounts"),
        Plain("no_sale_count"),
        Money("tax"),
        Money("cash"),
        Money("card"),
        Money("voucher"),
        Money("on_account"),
        Money("rounding"),
        Money("opening_float"),
        Money("paid_in"),
        Money("paid_out"),
        Money("safe_drops"),
        Money("float_top_ups"),
        Money("transfers_out"),
        Money("transfers_in"),
        Money("settled_cash"),
        Money("expected_cash"),
        Money("counted_cash"),
        Money("over_short_cash"),
        Money("perpetual_total"),
        Plain("copy_count"),
        Plain("override_count"),
        Plain("correction_count"),
    ]
}

/// A Z as it was printed, with the count that its session was closed on, and what the drawers that the till worked
/// at came to; what one drawer should hold only where it covers one alone.
pub(super) fn z_row(
    z: &ZReport,
    label: &str,
    at: Now,
    till_no: Option<u32>,
    close: Option<&DrawerClosed>,
    over_short_minor: Option<i64>,
) -> Vec<Cell> {
    let (figures, common) = (&z.figures, &z.common);
    let cash = close.and_then(|close| close.results.iter().find(|result| result.kind == TenderKind::Cash));
    let number = |no: u64| Cell::Number(i64::try_from(no).unwrap_or(i64::MAX));
    let tax = figures.taxes.iter().fold(0_i64, |sum, tax| sum.saturating_add(tax.tax_minor));
    let mut row = vec![
        Cell::text(Some(label)),
        Cell::text(Some(common.entry_id)),
        Cell::text(Some(at.iso_text())),
        Cell::text(Some(common.business_date)),
        till_no.map_or(Cell::Empty, |no| Cell::Number(no.into())),
        Cell::text(Some(common.actor)),
        Cell::text(common.cash_session),
        number(z.first_seq),
        number(z.last_seq),
        number(figures.first_receipt_no),
        number(figures.last_receipt_no),
        Cell::Number(figures.sale_count),
        Cell::Money(figures.takings_minor),
        Cell::Number(figures.refund_count),
        Cell::Money(figures.refunds_minor),
        Cell::Number(figures.void_count),
        Cell::Money(figures.voids_minor),
        Cell::Money(figures.discounts_minor),
        Cell::Number(figures.no_sale_count),
        Cell::Money(tax),
    ];
    row.extend(TenderKind::ALL.map(|kind| Cell::Money(taken_by(figures, kind))));
    row.extend([
        Cell::Money(figures.rounding_minor),
        Cell::Money(figures.opening_float_minor),
        Cell::Money(figures.paid_in_minor),
        Cell::Money(figures.paid_out_minor),
        Cell::Money(figures.safe_drops_minor),
        Cell::Money(figures.float_top_ups_minor),
        Cell::Money(figures.transfers_out_minor),
        Cell::Money(figures.transfers_in_minor),
        Cell::Money(figures.settled_cash_minor),
        Cell::money(is_of_one_drawer(z, close).then(|| figures.expected(TenderKind::Cash))),
        Cell::money(cash.map(|cash| cash.counted_minor)),
        Cell::money(over_short_minor),
        Cell::Money(z.perpetual_total_minor),
        Cell::Number(figures.copy_count),
        Cell::Number(figures.override_count),
        Cell::Number(figures.correction_count),
    ]);
    row
}

fn taken_by(figures: &Figures, kind: TenderKind) -> i64 {
    figures.tenders.iter().find(|tender| tender.kind == kind).map_or(0, |tender| tender.amount_minor)
}

/// Columns of `z_taxes`.
pub(super) fn tax_columns() -> Vec<Column> {
    vec![Plain("z_no"), Plain("tax_code"), Plain("rate_ppm"), Money("gross"), Money("tax")]
}

/// The tax of one code and rate on a Z.
pub(super) fn tax_row(label: &str, tax: &TaxLine) -> Vec<Cell> {
    vec![
        Cell::text(Some(label)),
        Cell::text(Some(&tax.code)),
        Cell::Number(tax.rate_ppm),
        Cell::Money(tax.gross_minor),
        Cell::Money(tax.tax_minor),
    ]
}

/// Columns of `days`.
pub(super) fn day_columns(with_names: bool) -> Vec<Column> {
    let mut columns = vec![
        Plain("business_date"),
        Plain("drawers_closed"),
        Money("expected_cash"),
        Money("counted_cash"),
        Money("over_short_cash"),
        Money("over_short_other"),
        Plain("reasons"),
    ];
    if with_names {
        columns.push(Plain("counted_by"));
    }
    columns
}

/// A day of the plain list, as it stands now.
pub(super) fn day_row(day: &MonthDay, with_names: bool) -> Vec<Cell> {
    let mut row = vec![
        Cell::text(Some(&day.business_date)),
        Cell::Number(day.close_count.into()),
        Cell::Money(day.expected_minor),
        Cell::Money(day.counted_minor),
        Cell::Money(day.over_short_minor),
        Cell::Money(day.other_over_short_minor),
        Cell::text(Some(day.reasons.join(" "))),
    ];
    if with_names {
        row.push(Cell::text(Some(day.counted_by.join(", "))));
    }
    row
}

/// The amount that an entry is about: what was to pay before cash rounding, what was moved (out of a place
/// negative), put in as float, counted in cash, found over or short in cash, or taken in the period of a Z.
pub(super) fn amount_of(entry: &Entry) -> Option<i64> {
    Some(match entry {
        Entry::Sale(receipt) => receipt.total_minor,
        Entry::Refund(receipt) => receipt.total_minor,
        Entry::UnlinkedRefund(receipt) => receipt.total_minor,
        Entry::LineVoided(voided) => voided.amount_minor,
        Entry::BasketVoided(voided) => voided.total_minor,
        Entry::BasketParked(parked) => parked.total_minor,
        Entry::SessionOpened(opened) => opened.opening_float_minor,
        Entry::PaidIn(moved) => moved.amount_minor,
        Entry::TransferAccepted(accepted) => accepted.counted_minor,
        Entry::PaidOut(moved) => moved.amount_minor.saturating_neg(),
        Entry::TransferSent(sent) => sent.amount_minor.saturating_neg(),
        Entry::AccountSettled(settled) => settled.amount_minor,
        Entry::DrawerCounted(counted) => counted.counted_cash_minor,
        Entry::PartCounted(part) => part.counted_cash_minor,
        Entry::DrawerClosed(closed) => {
            closed.results.iter().find(|result| result.kind == TenderKind::Cash)?.over_short_minor
        }
        Entry::ZReport(z) => z.figures.takings_minor,
        _ => return None,
    })
}

/// A kind of entry as it is written elsewhere: `drawer_counted`; by its number where it is not known here.
pub(super) fn kind_name(kind: u16) -> String {
    Entry::kind_name(kind).map_or_else(|| format!("kind_{kind}"), snake_case)
}

/// `DrawerCounted` as `drawer_counted`.
fn snake_case(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for (place, letter) in name.char_indices() {
        if letter.is_ascii_uppercase() && place > 0 {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}
