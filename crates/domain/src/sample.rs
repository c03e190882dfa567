//! Small things that the tests of several modules sell.

use std::collections::BTreeMap;

use proptest::prelude::*;
use uuid::Uuid;

use crate::account::{Account, Posting};
use crate::acting::Acting;
use crate::basket::{Basket, BasketLine, RefundLine};
use crate::entry::{Discount, ReceiptKind, RefundOf, TenderKind};
use crate::id::{CashLocationId, CashSessionId, CustomerId, EntryId, PlaceId, ProductId, StaffId, TillId};
use crate::lot::{KnownLots, LotOnShelf, LotState};
use crate::price::{RefundedSale, RefundedSales};
use crate::sale::SaleContext;
use crate::tender::TenderGiven;
use crate::time::BusinessDate;

pub(crate) fn entry_id(number: u128) -> EntryId {
    EntryId(Uuid::from_u128(number))
}

pub(crate) fn drawer() -> CashLocationId {
    CashLocationId(Uuid::from_u128(901))
}

pub(crate) fn safe() -> CashLocationId {
    CashLocationId(Uuid::from_u128(902))
}

pub(crate) fn shelf() -> PlaceId {
    PlaceId(Uuid::from_u128(903))
}

pub(crate) fn customer() -> CustomerId {
    CustomerId(Uuid::from_u128(904))
}

pub(crate) fn product(number: u128) -> ProductId {
    ProductId(Uuid::from_u128(number))
}

pub(crate) fn session() -> CashSessionId {
    CashSessionId(Uuid::from_u128(905))
}

/// With an open session.
pub(crate) fn acting() -> Acting {
    Acting {
        actor: StaffId(Uuid::from_u128(906)),
        approver: None,
        till: TillId(Uuid::from_u128(907)),
        cash_session: Some(session()),
        business_date: BusinessDate(20_000),
        currency: "EUR".to_owned(),
    }
}

/// A line to add: 20 % tax.
pub(crate) fn line(number: u128, quantity: i64, unit_price_minor: i64) -> BasketLine {
    BasketLine {
        pack: "20 pieces".to_owned(),
        pack_content: Some(20),
        unit_price_minor: Some(unit_price_minor),
        ..BasketLine::new(product(number), &format!("Product {number}"), quantity, "normal", 200_000)
    }
}

/// A line that takes back packs of a line of a sale.
pub(crate) fn refund_of(sale: EntryId, sold: &crate::entry::SaleLine, quantity: i64) -> BasketLine {
    let of = RefundOf { sale, line_no: sold.line_no };
    BasketLine {
        product: sold.product,
        tax_code: sold.tax_code.clone(),
        rate_ppm: sold.rate_ppm,
        refund: Some(RefundLine { of: Some(of), reason: "changed_mind".to_owned() }),
        ..line(1, quantity, sold.unit_price_minor)
    }
}

pub(crate) fn basket(number: u128, lines: &[BasketLine]) -> Basket {
    let mut basket = Basket::new(entry_id(number));
    for line in lines {
        basket.add(line.clone()).expect("a sample line is allowed");
    }
    basket
}

pub(crate) fn discounted(mut basket: Basket, discount: Discount) -> Basket {
    basket.set_discount(None, Some(discount)).expect("a sample discount is allowed");
    basket
}

pub(crate) fn given(kind: TenderKind, amount_minor: i64) -> TenderGiven {
    let customer = (kind == TenderKind::OnAccount).then(customer);
    TenderGiven { kind, amount_minor, customer, reference: None }
}

pub(crate) fn context<'a>(
    acting: &'a Acting,
    basket: &'a Basket,
    refunded: &'a RefundedSales,
) -> SaleContext<'a> {
    static NO_LOTS: KnownLots = KnownLots(BTreeMap::new());
    SaleContext {
        acting,
        basket,
        refunded,
        receipt_no: 7,
        drawer: drawer(),
        shelf: shelf(),
        rounding: None,
        lots: &NO_LOTS,
        today: acting.business_date,
    }
}

/// A finished sale as it is seen by a refund.
pub(crate) fn sold(basket: &Basket) -> RefundedSale {
    let acting = acting();
    let refunded = RefundedSales::default();
    let total = crate::price::price(basket, &refunded).expect("a sample basket has a price").total_minor;
    let tenders = if total == 0 { vec![] } else { vec![given(TenderKind::Cash, total)] };
    let command = crate::sale::CompleteSale { sale_id: basket.sale_id, tenders, seen_total_minor: total };
    let (kind, receipt, _) = crate::sale::complete(&context(&acting, basket, &refunded), &command)
        .expect("a sample sale is allowed");
    assert_eq!(kind, ReceiptKind::Sale);
    RefundedSale { lines: receipt.lines, taxes: receipt.taxes, before: Vec::new() }
}

/// Sum of the legs on an account.
pub(crate) fn on(postings: &[Posting], account: Account) -> i64 {
    postings.iter().filter(|posting| posting.account == account as u8).map(|posting| posting.amount).sum()
}

/// The day on which the samples of lots are sold.
pub(crate) const TODAY: BusinessDate = BusinessDate(20_000);

/// A lot on the shelf that expires so many days after [`TODAY`].
pub(crate) fn on_shelf(
    lot: Option<&str>,
    on_hand: i64,
    pieces: i64,
    days: Option<i32>,
    state: LotState,
) -> LotOnShelf {
    let expiry = days.map(|days| BusinessDate(TODAY.0 + days));
    LotOnShelf { lot: lot.map(str::to_owned), expiry, on_hand, pieces, state }
}

/// Lots of one product, each number once.
pub(crate) fn any_lots() -> impl Strategy<Value = Vec<LotOnShelf>> {
    let state = prop_oneof![4 => Just(LotState::Sellable), 1 => prop::sample::select(&LotState::ALL[1..])];
    let lot = (-3..20_i64, -3..30_i64, prop::option::of(-2..6_i32), state);
    prop::collection::vec(lot, 0..8).prop_map(|lots| {
        let named = |no: usize| (no > 0).then(|| format!("L{no}"));
        let of =
            |(no, (packs, pieces, days, state))| on_shelf(named(no).as_deref(), packs, pieces, days, state);
        lots.into_iter().enumerate().map(of).collect()
    })
}
