//! What a basket or an entry asks of whoever did it: permissions, and how far each goes. The counter asks before
//! something is done, and whoever judges an entry later asks the same.

use crate::basket::Basket;
use crate::entry::{CashPlace, Common, Discount, Entry, Receipt, Role, SaleLine};
use crate::id::CashLocationId;
use crate::permission::{Permission, Verdict};
use crate::price::Priced;

/// A permission, and how far the act goes in the permission's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// What has to be allowed.
    pub permission: Permission,
    /// How far: 0 where the permission has no unit.
    pub extent: i64,
}

impl Need {
    /// Whether everybody at the counter may do it by themselves, so that nobody has to know who did.
    #[must_use]
    pub fn is_for_everybody(self) -> bool {
        self.permission.verdict(Role::Assistant, self.extent) == Verdict::Allowed
    }
}

/// A percentage as hundredths, where 100 % is all of something.
const WHOLE: i64 = 10_000;

/// What a line asks, whether it is still in a basket or stands in a receipt.
struct Line {
    line_no: u32,
    is_sold: bool,
    is_typed: bool,
    unit_price_minor: i64,
    list_price_minor: Option<i64>,
    is_priced_anew: bool,
    discount: Option<Discount>,
    gross_minor: i64,
    amount_minor: i64,
    is_rx_confirmed: bool,
    is_by_receipt: bool,
}

/// What a priced basket asks of whoever filled it, with the line that asks; refunds are asked for with their sum.
/// Selling itself is not in it.
#[must_use]
pub fn of_basket(basket: &Basket, priced: &Priced) -> Vec<(Option<u32>, Need)> {
    let lines = basket.lines.iter().zip(&priced.lines).map(|(line, priced)| Line {
        line_no: line.line_no,
        is_sold: line.refund.is_none(),
        is_typed: line.is_unknown,
        unit_price_minor: line.unit_price_minor.unwrap_or(0),
        list_price_minor: line.list_price_minor,
        is_priced_anew: line.price_reason.is_some(),
        discount: line.discount,
        gross_minor: line.unit_price_minor.unwrap_or(0).saturating_mul(line.quantity),
        amount_minor: priced.amount_minor,
        is_rx_confirmed: line.rx_confirmed,
        is_by_receipt: line.refunds_a_sale(),
    });
    of_lines(lines, basket.discount)
}

fn of_receipt(receipt: &Receipt) -> Vec<Need> {
    let line = |line: &SaleLine| Line {
        line_no: line.line_no,
        is_sold: line.quantity > 0,
        is_typed: line.is_unknown,
        unit_price_minor: line.unit_price_minor,
        list_price_minor: line.list_price_minor,
        is_priced_anew: line.price_reason.is_some(),
        discount: line.discount,
        gross_minor: line.unit_price_minor.saturating_mul(line.quantity),
        amount_minor: line.amount_minor,
        is_rx_confirmed: line.rx_confirmed,
        is_by_receipt: line.refund_of.is_some(),
    };
    let of_lines = of_lines(receipt.lines.iter().map(line), receipt.basket_discount);
    let mut needs: Vec<Need> = of_lines.into_iter().map(|(_, need)| need).collect();
    needs.push(Need { permission: Permission::Sell, extent: 0 });
    needs
}

/// Discounts of a line and of the basket add up, and so do all refunds.
fn of_lines(
    lines: impl Iterator<Item = Line> + Clone,
    basket_discount: Option<Discount>,
) -> Vec<(Option<u32>, Need)> {
    let sold_minor = lines
        .clone()
        .filter(|line| line.is_sold)
        .fold(0_i64, |sum, line| sum.saturating_add(line.gross_minor));
    let of_basket = percent(basket_discount, sold_minor);
    let (mut needs, mut by_receipt, mut unlinked) = (Vec::new(), None, None);
    for line in lines {
        if !line.is_sold {
            let sum: &mut Option<i64> = if line.is_by_receipt { &mut by_receipt } else { &mut unlinked };
            *sum = Some(sum.unwrap_or(0).saturating_sub(line.amount_minor));
            continue;
        }
        let mut ask = |permission, extent| needs.push((Some(line.line_no), Need { permission, extent }));
        if line.is_rx_confirmed {
            ask(Permission::ConfirmRx, 0);
        }
        match line.list_price_minor {
            Some(list) => {
                let less = list.saturating_sub(line.unit_price_minor);
                ask(Permission::OverridePrice, share(less, list));
            }
            None if line.is_typed || line.is_priced_anew => {
                ask(Permission::SellUnknown, line.unit_price_minor);
            }
            None => {}
        }
        let discount = percent(line.discount, line.gross_minor).saturating_add(of_basket).min(WHOLE);
        if discount > 0 {
            ask(Permission::Discount, discount);
        }
    }
    let sums = [(Permission::Refund, by_receipt), (Permission::RefundUnlinked, unlinked)];
    for (permission, sum) in sums {
        needs.extend(sum.map(|extent| (None, Need { permission, extent })));
    }
    needs
}

/// A discount in hundredths of a percent. One that was said as a percentage is taken as it was said, because what
/// it comes to in cents is rounded.
fn percent(discount: Option<Discount>, of_minor: i64) -> i64 {
    match discount {
        None => 0,
        Some(Discount::Percent(hundredths)) => hundredths,
        Some(Discount::Amount(minor)) => share(minor, of_minor).max(1),
    }
}

/// A part of a whole in hundredths of a percent, rounded down; nothing where there is no whole or no part.
fn share(part: i64, whole: i64) -> i64 {
    if whole <= 0 || part <= 0 {
        return 0;
    }
    let hundredths = i128::from(part) * i128::from(WHOLE) / i128::from(whole);
    i64::try_from(hundredths).unwrap_or(i64::MAX).min(WHOLE)
}

/// What counting or closing a drawer asks: everybody has the drawer that their till works at, and few those of
/// others.
fn of_drawer(common: &Common, drawer: CashLocationId, works_at: Option<CashLocationId>) -> Permission {
    let is_here = works_at.or(common.till.map(CashLocationId::drawer_of)) == Some(drawer);
    if is_here { Permission::Drawer } else { Permission::Reconcile }
}

/// What moving cash into a place or out of it asks: everybody at the counter has a drawer, and few the safe.
#[must_use]
pub fn of_place(place: CashPlace) -> Permission {
    match place {
        CashPlace::Drawer | CashPlace::DriverBag => Permission::MoveCash,
        CashPlace::Safe | CashPlace::Bank => Permission::Safe,
    }
}

/// What an entry asks of whoever did it, or of whoever allowed it. What is judged elsewhere asks nothing here: who
/// may decide about people ([`crate::staff`]), and approvals themselves. `works_at` is the drawer that the till had
/// opened or taken last; where there is none, the till works at its own.
#[must_use]
pub fn of_entry(entry: &Entry, works_at: Option<CashLocationId>) -> Vec<Need> {
    let plain = |permission| vec![Need { permission, extent: 0 }];
    match entry {
        Entry::Sale(receipt) => of_receipt(&receipt.clone().into_receipt()),
        Entry::Refund(receipt) => of_receipt(&receipt.clone().into_receipt()),
        Entry::UnlinkedRefund(receipt) => of_receipt(&receipt.clone().into_receipt()),
        Entry::SessionOpened(_) | Entry::ZReport(_) => plain(Permission::Drawer),
        Entry::DrawerCounted(counted) => plain(of_drawer(&counted.common, counted.location, works_at)),
        Entry::DrawerClosed(closed) => plain(of_drawer(&closed.common, closed.location, works_at)),
        Entry::DrawerTaken(_) | Entry::DrawerLeft(_) | Entry::PartCounted(_) => plain(Permission::Drawer),
        Entry::CloseSigned(_) | Entry::ClosePicked(_) => plain(Permission::Reconcile),
        Entry::LineVoided(_) | Entry::BasketVoided(_) => plain(Permission::Void),
        Entry::BasketParked(_) | Entry::BasketTaken(_) | Entry::PaperCopied(_) | Entry::PaperMailed(_) => {
            plain(Permission::Sell)
        }
        Entry::PaidIn(_) => plain(Permission::MoveCash),
        Entry::TransferSent(sent) => plain(of_place(sent.from.place)),
        Entry::TransferAccepted(accepted) => plain(of_place(accepted.at.place)),
        Entry::TransferRefused(_) => plain(Permission::MoveCash),
        Entry::PaidOut(moved) => {
            vec![Need { permission: Permission::PaidOut, extent: moved.amount_minor }]
        }
        Entry::NoSale(_) => plain(Permission::NoSale),
        Entry::TenderCorrected(_) => plain(Permission::CorrectTender),
        Entry::CustomerAdded(_) => plain(Permission::AddCustomer),
        Entry::AccountSettled(_) => plain(Permission::SettleAccount),
        Entry::GoodsReceived(_) | Entry::LotsMarked(_) | Entry::StockMoved(_) => plain(Permission::MoveStock),
        Entry::LotsReleased(_) => plain(Permission::ReleaseLots),
        Entry::ExceptionSettled(_) => plain(Permission::Settle),
        Entry::BranchOpened(_) | Entry::DeviceInvited(_) | Entry::DeviceRevoked(_) => {
            plain(Permission::Devices)
        }
        Entry::PracticeBegun(_) => plain(Permission::Practice),
        Entry::OverShortExplained(_) => plain(Permission::Settle),
        Entry::OrganisationFounded(_)
        | Entry::SecretSet(_)
        | Entry::ApprovalAsked(_)
        | Entry::ApprovalDecided(_)
        | Entry::StaffJoined(_)
        | Entry::RoleGiven(_)
        | Entry::StaffLeft(_)
        | Entry::DeviceEnrolled(_)
        | Entry::Erased(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basket::{BasketLine, RefundLine};
    use crate::entry::{PaidOut, TenderKind};
    use crate::price::{RefundedSales, price};
    use crate::sale::{CompleteSale, complete};
    use crate::sample::{acting, basket, context, discounted, entry_id, given, line, refund_of, sold};

    fn needs(basket: &Basket, refunded: &RefundedSales) -> Vec<(&'static str, i64)> {
        let priced = price(basket, refunded).unwrap();
        let in_basket = of_basket(basket, &priced);
        // What is judged later is what was asked before.
        let total = priced.total_minor;
        let tenders = if total == 0 { vec![] } else { vec![given(TenderKind::Cash, total)] };
        let command = CompleteSale { sale_id: basket.sale_id, tenders, seen_total_minor: total };
        let acting = acting();
        let (kind, receipt, _) = complete(&context(&acting, basket, refunded), &command).unwrap();
        let mut with_sale: Vec<Need> = in_basket.iter().map(|(_, need)| *need).collect();
        with_sale.push(Need { permission: Permission::Sell, extent: 0 });
        assert_eq!(of_entry(&receipt.into_entry(kind), None), with_sale);
        in_basket.iter().map(|(_, need)| (need.permission.code(), need.extent)).collect()
    }

    fn alone(basket: &Basket) -> Vec<(&'static str, i64)> {
        needs(basket, &RefundedSales::default())
    }

    #[test]
    fn what_baskets_ask() {
        let plain = || line(1, 2, 1_000);
        let check = |lines: &[BasketLine], asked: &[(&'static str, i64)]| {
            assert_eq!(alone(&basket(1, lines)), asked, "{lines:?}");
        };
        check(&[plain()], &[]);
        check(&[BasketLine { rx: true, rx_confirmed: true, ..plain() }], &[("confirm_rx", 0)]);
        check(&[BasketLine { is_unknown: true, ..plain() }], &[("sell_unknown", 1_000)]);
        let reason = Some("agreed".to_owned());
        let priced = BasketLine { price_reason: reason.clone(), ..plain() };
        check(std::slice::from_ref(&priced), &[("sell_unknown", 1_000)]);
        let cheaper = BasketLine { list_price_minor: Some(1_500), ..priced.clone() };
        check(std::slice::from_ref(&cheaper), &[("override_price", 3_333)]);
        check(&[BasketLine { list_price_minor: Some(900), ..priced.clone() }], &[("override_price", 0)]);
        let off = |discount| BasketLine { discount: Some(discount), ..plain() };
        check(&[off(Discount::Percent(505))], &[("discount", 505)]);
        check(&[off(Discount::Amount(100))], &[("discount", 500)]);
        check(
            &[line(2, 1, 100), off(Discount::Percent(300)), cheaper],
            &[("discount", 300), ("override_price", 3_333)],
        );
        let unlinked = RefundLine { of: None, reason: "damaged".to_owned() };
        check(
            &[plain(), BasketLine { refund: Some(unlinked), ..line(3, 2, 700) }],
            &[("refund_unlinked", 1_400)],
        );
    }

    #[test]
    fn a_percentage_is_what_was_said_however_its_cents_are_rounded() {
        let off = BasketLine { discount: Some(Discount::Percent(500)), ..line(1, 1, 199) };
        assert_eq!(alone(&basket(1, &[off])), [("discount", 500)]);
        // Nothing of a price is below one hundredth of a percent.
        let off = BasketLine { discount: Some(Discount::Amount(1)), ..line(1, 1, 99_999) };
        assert_eq!(alone(&basket(1, &[off])), [("discount", 1)]);
    }

    #[test]
    fn discounts_of_a_line_and_of_the_basket_add_up() {
        let off = BasketLine { discount: Some(Discount::Percent(500)), ..line(1, 1, 1_000) };
        let both = discounted(basket(1, &[off, line(2, 1, 500)]), Discount::Percent(400));
        assert_eq!(alone(&both), [("discount", 900), ("discount", 400)]);
    }

    #[test]
    fn refunds_add_up_over_their_lines() {
        let first = basket(1, &[line(1, 2, 1_000), line(2, 1, 500)]);
        let sale = sold(&first);
        let back: Vec<_> = sale.lines.iter().map(|line| refund_of(entry_id(1), line, 1)).collect();
        let refunded = RefundedSales([(entry_id(1), sale)].into());
        assert_eq!(needs(&basket(2, &back), &refunded), [("refund", 1_500)]);
    }

    #[test]
    fn cash_that_is_paid_out_is_asked_for_with_its_amount() {
        let common = acting().common(entry_id(1), vec![], vec![]);
        let moved = PaidOut { common, sealed: vec![], reason: "errand".to_owned(), amount_minor: 2_100 };
        assert_eq!(
            of_entry(&Entry::PaidOut(moved), None),
            [Need { permission: Permission::PaidOut, extent: 2_100 }]
        );
    }
}
