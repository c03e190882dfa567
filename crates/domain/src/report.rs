//! The figures of X and Z: one calculation over entries, in any order.
//!
//! A merge may not be refused, so sums wrap round instead of failing: wrapping addition is order-free, and no
//! honest book comes near the end of an `i64`.

use crate::acting::Acting;
use crate::entry::{
    CashPlace, Covered, Entry, Figures, SaleLine, TaxLine, TenderFigure, TenderKind, TenderLine, ZReport,
};
use crate::id::EntryId;
use crate::money;
use crate::refusal::Refusal;

/// What the three receipt kinds have in common, borrowed: an X of thousands of sales copies none of them.
struct ReceiptParts<'a> {
    receipt_no: u64,
    lines: &'a [SaleLine],
    taxes: &'a [TaxLine],
    tenders: &'a [TenderLine],
    total_minor: i64,
    rounding_minor: i64,
}

macro_rules! receipt {
    ($entry:ident) => {
        ReceiptParts {
            receipt_no: $entry.receipt_no,
            lines: &$entry.lines,
            taxes: &$entry.taxes,
            tenders: &$entry.tenders,
            total_minor: $entry.total_minor,
            rounding_minor: $entry.rounding_minor,
        }
    };
}

fn count(figure: &mut i64, amount: i64) {
    *figure = figure.wrapping_add(amount);
}

impl Figures {
    /// Counts an entry in. Every entry may be counted once; the order does not matter.
    pub fn add(&mut self, entry: &Entry) {
        match entry {
            Entry::Sale(entry) => self.add_receipt(receipt!(entry)),
            Entry::Refund(entry) => self.add_receipt(receipt!(entry)),
            Entry::UnlinkedRefund(entry) => self.add_receipt(receipt!(entry)),
            Entry::LineVoided(voided) => {
                count(&mut self.void_count, 1);
                count(&mut self.voids_minor, voided.amount_minor);
            }
            Entry::BasketVoided(voided) => {
                count(&mut self.void_count, 1);
                count(&mut self.voids_minor, voided.total_minor);
            }
            Entry::SessionOpened(opened) => count(&mut self.opening_float_minor, opened.opening_float_minor),
            Entry::PaidIn(moved) => count(&mut self.paid_in_minor, moved.amount_minor),
            Entry::PaidOut(moved) => count(&mut self.paid_out_minor, moved.amount_minor),
            Entry::TransferSent(sent) if sent.from.place == CashPlace::Drawer => {
                let is_drop = sent.to.place == CashPlace::Safe;
                let figure = if is_drop { &mut self.safe_drops_minor } else { &mut self.transfers_out_minor };
                count(figure, sent.amount_minor);
            }
            Entry::TransferAccepted(accepted) if accepted.at.place == CashPlace::Drawer => {
                let is_top_up = accepted.from.place == CashPlace::Safe;
                let figure =
                    if is_top_up { &mut self.float_top_ups_minor } else { &mut self.transfers_in_minor };
                count(figure, accepted.counted_minor);
            }
            Entry::NoSale(_) => count(&mut self.no_sale_count, 1),
            Entry::TenderCorrected(corrected) => {
                count(&mut self.correction_count, 1);
                if corrected.of_session.is_some() {
                    return;
                }
                self.add_tenders(&corrected.before, -1);
                self.add_tenders(&corrected.after, 1);
                // Cash rounding moves with the cash, and is the difference between the two payments.
                for (tenders, sign) in [(&corrected.before, -1), (&corrected.after, 1)] {
                    for tender in tenders {
                        count(&mut self.rounding_minor, tender.amount_minor.wrapping_mul(sign));
                    }
                }
            }
            Entry::AccountSettled(settled) => {
                self.add_tender(settled.kind, 1, settled.amount_minor);
                self.add_tender(TenderKind::OnAccount, 0, settled.amount_minor.wrapping_neg());
                if settled.kind == TenderKind::Cash {
                    count(&mut self.settled_cash_minor, settled.amount_minor);
                }
            }
            Entry::PaperCopied(_) => count(&mut self.copy_count, 1),
            _ => (),
        }
    }

    fn add_receipt(&mut self, receipt: ReceiptParts<'_>) {
        // An exchange is both: goods were sold, and goods came back.
        count(&mut self.sale_count, i64::from(receipt.lines.iter().any(|line| line.quantity > 0)));
        count(&mut self.refund_count, i64::from(receipt.lines.iter().any(|line| line.quantity < 0)));
        count(&mut self.takings_minor, receipt.total_minor);
        for line in receipt.lines {
            if line.quantity < 0 {
                count(&mut self.refunds_minor, line.amount_minor.wrapping_neg());
                continue;
            }
            count(&mut self.discounts_minor, line.discount_minor.wrapping_add(line.basket_discount_minor));
            count(&mut self.override_count, i64::from(line.price_reason.is_some()));
        }
        self.add_taxes(receipt.taxes);
        self.add_tenders(receipt.tenders, 1);
        count(&mut self.rounding_minor, receipt.rounding_minor);
        self.add_receipt_nos(receipt.receipt_no, receipt.receipt_no);
    }

    fn add_taxes(&mut self, taxes: &[TaxLine]) {
        for tax in taxes {
            let by_key = |line: &TaxLine| (line.code.as_str(), line.rate_ppm).cmp(&(&tax.code, tax.rate_ppm));
            match self.taxes.binary_search_by(by_key) {
                Ok(place) => {
                    count(&mut self.taxes[place].gross_minor, tax.gross_minor);
                    count(&mut self.taxes[place].tax_minor, tax.tax_minor);
                }
                Err(place) => self.taxes.insert(place, tax.clone()),
            }
        }
    }

    fn add_tenders(&mut self, tenders: &[TenderLine], sign: i64) {
        for tender in tenders {
            self.add_tender(tender.kind, sign, tender.amount_minor.wrapping_mul(sign));
        }
    }

    fn add_tender(&mut self, kind: TenderKind, times: i64, amount_minor: i64) {
        // The order of the kinds is the order of reports.
        match self.tenders.binary_search_by_key(&kind, |figure| figure.kind) {
            Ok(place) => {
                count(&mut self.tenders[place].count, times);
                count(&mut self.tenders[place].amount_minor, amount_minor);
            }
            Err(place) => self.tenders.insert(place, TenderFigure { kind, count: times, amount_minor }),
        }
    }

    fn add_receipt_nos(&mut self, first: u64, last: u64) {
        self.first_receipt_no = match (self.first_receipt_no, first) {
            (0, no) | (no, 0) => no,
            (one, two) => one.min(two),
        };
        self.last_receipt_no = self.last_receipt_no.max(last);
    }

    /// Counts in the figures of other entries.
    pub fn merge(&mut self, other: &Self) {
        let Self {
            sale_count,
            takings_minor,
            refund_count,
            refunds_minor,
            void_count,
            voids_minor,
            discounts_minor,
            no_sale_count,
            taxes,
            tenders,
            rounding_minor,
            opening_float_minor,
            paid_in_minor,
            paid_out_minor,
            safe_drops_minor,
            float_top_ups_minor,
            settled_cash_minor,
            first_receipt_no,
            last_receipt_no,
            copy_count,
            override_count,
            correction_count,
            transfers_out_minor,
            transfers_in_minor,
        } = other;
        count(&mut self.sale_count, *sale_count);
        count(&mut self.takings_minor, *takings_minor);
        count(&mut self.refund_count, *refund_count);
        count(&mut self.refunds_minor, *refunds_minor);
        count(&mut self.void_count, *void_count);
        count(&mut self.voids_minor, *voids_minor);
        count(&mut self.discounts_minor, *discounts_minor);
        count(&mut self.no_sale_count, *no_sale_count);
        self.add_taxes(taxes);
        for tender in tenders {
            self.add_tender(tender.kind, tender.count, tender.amount_minor);
        }
        count(&mut self.rounding_minor, *rounding_minor);
        count(&mut self.opening_float_minor, *opening_float_minor);
        count(&mut self.paid_in_minor, *paid_in_minor);
        count(&mut self.paid_out_minor, *paid_out_minor);
        count(&mut self.safe_drops_minor, *safe_drops_minor);
        count(&mut self.float_top_ups_minor, *float_top_ups_minor);
        count(&mut self.settled_cash_minor, *settled_cash_minor);
        self.add_receipt_nos(*first_receipt_no, *last_receipt_no);
        count(&mut self.copy_count, *copy_count);
        count(&mut self.override_count, *override_count);
        count(&mut self.correction_count, *correction_count);
        count(&mut self.transfers_out_minor, *transfers_out_minor);
        count(&mut self.transfers_in_minor, *transfers_in_minor);
    }

    /// What there should be of a tender: of cash what the drawer should hold, of the others what was taken.
    #[must_use]
    pub fn expected(&self, kind: TenderKind) -> i64 {
        let taken =
            self.tenders.iter().find(|figure| figure.kind == kind).map_or(0, |figure| figure.amount_minor);
        if kind != TenderKind::Cash {
            return taken;
        }
        taken
            .wrapping_add(self.opening_float_minor)
            .wrapping_add(self.paid_in_minor)
            .wrapping_sub(self.paid_out_minor)
            .wrapping_sub(self.safe_drops_minor)
            .wrapping_add(self.float_top_ups_minor)
            .wrapping_sub(self.transfers_out_minor)
            .wrapping_add(self.transfers_in_minor)
    }
}

/// What a Z covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZPeriod {
    /// The next Z number of the stream.
    pub z_no: u64,
    /// First record that it covers.
    pub first_seq: u64,
    /// Last record that it covers: the one before the Z.
    pub last_seq: u64,
    /// What earlier lives of this till wrote that no Z covers, newest first.
    pub before: Vec<Covered>,
    /// Figures of all these records.
    pub figures: Figures,
    /// Perpetual total of the Z before, of whichever life; 0 for the first.
    pub perpetual_before_minor: i64,
    /// When the first session of the period was opened, ms since 1970.
    pub opened_at_ms: i64,
}

/// The till's own closing: with its drawer, or without one where that is closed elsewhere.
///
/// # Errors
/// `amount_out_of_range`.
pub fn z_report(acting: &Acting, entry_id: EntryId, period: ZPeriod) -> Result<ZReport, Refusal> {
    let perpetual_total_minor = money::sum([period.perpetual_before_minor, period.figures.takings_minor])?;
    Ok(ZReport {
        common: acting.common(entry_id, Vec::new(), Vec::new()),
        sealed: Vec::new(),
        z_no: period.z_no,
        first_seq: period.first_seq,
        last_seq: period.last_seq,
        figures: period.figures,
        perpetual_total_minor,
        opened_at_ms: period.opened_at_ms,
        before: Some(period.before).filter(|before| !before.is_empty()),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::account::{Account, is_balanced};
    use crate::basket::{Basket, RefundLine};
    use crate::cash::{
        CashContext, DrawerBefore, Movement, OpenSession, SettleAccount, move_cash, open_session,
        settle_account,
    };
    use crate::country::{CashRounding, RoundingCondition};
    use crate::entry::{CashAt, Denomination, Discount};
    use crate::price::{RefundedSale, RefundedSales, price};
    use crate::sale::{CompleteSale, CorrectContext, complete, correct_tender};
    use crate::sample::{
        acting, basket, context, customer, drawer, entry_id, given, line, on, refund_of, safe, session,
    };
    use crate::tender::TenderGiven;
    use crate::transfer::{AcceptCash, SendCash, Transfer, accept, send};

    const ROUNDING: Option<CashRounding> =
        Some(CashRounding { step_minor: 5, condition: RoundingCondition::Always });

    /// What a day is made of.
    #[derive(Debug, Clone)]
    enum Act {
        Sell { packs: i64, price: i64, discount: i64, by: usize, more: i64 },
        RefundLast { packs: i64, by: usize },
        RefundUnlinked { price: i64 },
        Correct { by: usize },
        Move { movement: usize, amount: i64 },
        Send { to: CashPlace, amount: i64, back: Option<i64> },
        Receive { from: CashPlace, amount: i64, counted: i64 },
        Settle { amount: i64, by_card: bool },
    }

    fn any_act() -> impl Strategy<Value = Act> {
        prop_oneof![
            (1..9_i64, 1..9_999_i64, 0..5_000_i64, 0..4_usize, 0..5_000_i64).prop_map(
                |(packs, price, discount, by, more)| Act::Sell { packs, price, discount, by, more }
            ),
            (1..3_i64, 0..4_usize).prop_map(|(packs, by)| Act::RefundLast { packs, by }),
            (1..9_999_i64).prop_map(|price| Act::RefundUnlinked { price }),
            (0..4_usize).prop_map(|by| Act::Correct { by }),
            (0..3_usize, 1..9_999_i64).prop_map(|(movement, amount)| Act::Move { movement, amount }),
            (1..4_usize, 1..9_999_i64, prop::option::of(0..9_999_i64))
                .prop_map(|(to, amount, back)| Act::Send { to: CashPlace::ALL[to], amount, back }),
            (1..3_usize, 1..9_999_i64, 0..9_999_i64).prop_map(|(from, amount, counted)| Act::Receive {
                from: CashPlace::ALL[from],
                amount,
                counted
            }),
            (1..9_999_i64, any::<bool>()).prop_map(|(amount, by_card)| Act::Settle { amount, by_card }),
        ]
    }

    /// A day played from acts: its entries, and what the drawer held in the book before.
    struct Day {
        acting: Acting,
        entries: Vec<Entry>,
        last_sale: Option<crate::entry::Sale>,
    }

    impl Day {
        fn open(expected_minor: i64, is_first: bool) -> Self {
            let closed = Acting { cash_session: None, ..acting() };
            let ctx = CashContext { acting: &closed, drawer: drawer(), safe: safe() };
            let float = [Denomination { value_minor: 500, count: 40 }];
            let before =
                DrawerBefore { expected_minor, is_first, safe_minor: 20_000, ..DrawerBefore::default() };
            let command = OpenSession {
                entry_id: entry_id(1),
                cash_session: session(),
                denominations: float.to_vec(),
                from_safe_minor: None,
                transfers: Vec::new(),
            };
            let opened = open_session(&ctx, &command, before).unwrap();
            Self { acting: acting(), entries: vec![Entry::SessionOpened(opened)], last_sale: None }
        }

        fn pay(&mut self, basket: &Basket, refunded: &RefundedSales, by: usize, more: i64) {
            let total = price(basket, refunded).unwrap().total_minor;
            let kind = TenderKind::ALL[by];
            let mut ctx = context(&self.acting, basket, refunded);
            ctx.rounding = ROUNDING;
            let due = if kind == TenderKind::Cash { crate::country::round_cash(total, 5) } else { total };
            let amount = if kind == TenderKind::Cash && total > 0 && due > 0 { due + more } else { due };
            let tenders = if total == 0 { vec![] } else { vec![given(kind, amount)] };
            let command = CompleteSale { sale_id: basket.sale_id, tenders, seen_total_minor: total };
            let (kind, receipt, _) = complete(&ctx, &command).unwrap();
            let entry = receipt.into_entry(kind);
            if let Entry::Sale(sale) = &entry {
                self.last_sale = Some(sale.clone());
            }
            self.entries.push(entry);
        }

        /// Cash is sent from one place to another, and is accepted where it says.
        fn carry(
            &mut self,
            from: CashPlace,
            to: CashPlace,
            amount_minor: i64,
            accepted: Option<(CashPlace, i64)>,
        ) {
            let at = |place| {
                let location = if place == CashPlace::Drawer { drawer() } else { safe() };
                CashAt { place, location }
            };
            let sending = SendCash {
                entry_id: entry_id(1_000 + self.entries.len() as u128),
                from: at(from),
                to: at(to),
                amount_minor,
                denominations: Vec::new(),
                reason: "other".to_owned(),
                bag_no: None,
                note: None,
            };
            let sent = Entry::TransferSent(send(&self.acting, &sending).unwrap().0);
            let transfer = Transfer::of_entry(&sent, safe()).unwrap();
            self.entries.push(sent);
            let Some((place, counted_minor)) = accepted else { return };
            let accepting = AcceptCash {
                entry_id: entry_id(1_000 + self.entries.len() as u128),
                at: at(place),
                counted_minor,
                denominations: Vec::new(),
                note: None,
            };
            let (entry, _) = accept(&self.acting, &transfer, &accepting, false).unwrap();
            self.entries.push(Entry::TransferAccepted(entry));
        }

        fn play(&mut self, act: &Act) {
            let id = entry_id(1_000 + self.entries.len() as u128);
            match *act {
                Act::Sell { packs, price, discount, by, more } => {
                    let mut basket = basket(id.0.as_u128(), &[line(1, packs, price), line(2, 1, price)]);
                    basket.discount = (discount > 0).then_some(Discount::Percent(discount));
                    self.pay(&basket, &RefundedSales::default(), by, more);
                }
                Act::RefundLast { packs, by } => {
                    let Some(sale) = self.last_sale.take() else { return };
                    let packs = packs.min(sale.lines[0].quantity);
                    let back =
                        basket(id.0.as_u128(), &[refund_of(sale.common.entry_id, &sale.lines[0], packs)]);
                    let sold = RefundedSale { lines: sale.lines, taxes: sale.taxes, before: vec![] };
                    let refunded = RefundedSales(BTreeMap::from([(sale.common.entry_id, sold)]));
                    self.pay(&back, &refunded, by, 0);
                }
                Act::RefundUnlinked { price } => {
                    let refund = RefundLine { of: None, reason: "other".to_owned() };
                    let back = crate::basket::BasketLine { refund: Some(refund), ..line(1, 1, price) };
                    self.pay(&basket(id.0.as_u128(), &[back]), &RefundedSales::default(), 0, 0);
                }
                Act::Correct { by } => {
                    let Some(sale) = self.last_sale.clone().filter(|sale| sale.total_minor > 0) else {
                        return;
                    };
                    let kind = TenderKind::ALL[by];
                    let cash = crate::country::round_cash(sale.total_minor, 5);
                    let amount = if kind == TenderKind::Cash { cash } else { sale.total_minor };
                    let ctx = CorrectContext {
                        acting: &self.acting,
                        sale: sale.common.entry_id,
                        total_minor: sale.total_minor,
                        before: &sale.tenders,
                        drawer: drawer(),
                        of_session: None,
                        rounding: ROUNDING,
                    };
                    let after: [TenderGiven; 1] = [given(kind, amount)];
                    let (entry, _) = correct_tender(&ctx, id, &after).unwrap();
                    self.last_sale = Some(crate::entry::Sale { tenders: entry.after.clone(), ..sale });
                    self.entries.push(Entry::TenderCorrected(entry));
                }
                Act::Send { to, amount, back } => {
                    let accepted = back.map(|counted| (CashPlace::Drawer, counted)).or(Some((to, amount)));
                    self.carry(CashPlace::Drawer, to, amount, accepted);
                }
                Act::Receive { from, amount, counted } => {
                    self.carry(from, CashPlace::Drawer, amount, Some((CashPlace::Drawer, counted)));
                }
                Act::Move { movement, amount } => {
                    let ctx = CashContext { acting: &self.acting, drawer: drawer(), safe: safe() };
                    let movement = Movement::ALL[movement];
                    let amount = if movement == Movement::NoSale { 0 } else { amount };
                    let (entry, _) =
                        move_cash(&ctx, id, movement, amount, movement.reasons()[0], None).unwrap();
                    self.entries.push(entry);
                }
                Act::Settle { amount, by_card } => {
                    let ctx = CashContext { acting: &self.acting, drawer: drawer(), safe: safe() };
                    let kind = if by_card { TenderKind::Card } else { TenderKind::Cash };
                    let command =
                        SettleAccount { entry_id: id, customer: customer(), kind, amount_minor: amount };
                    let entry = settle_account(&ctx, &command, amount).unwrap();
                    self.entries.push(Entry::AccountSettled(entry));
                }
            }
        }

        fn figures(&self) -> Figures {
            figures(&self.entries)
        }

        fn posted(&self, account: Account) -> i64 {
            self.entries.iter().map(|entry| on(&entry.common().postings, account)).sum()
        }
    }

    fn figures<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Figures {
        let mut figures = Figures::default();
        for entry in entries {
            figures.add(entry);
        }
        figures
    }

    /// Plays a day and compares expected cash, takings, refunds and rounding.
    #[track_caller]
    fn check(acts: &[Act], expected: (i64, i64, i64, i64)) -> Figures {
        let mut day = Day::open(20_000, false);
        acts.iter().for_each(|act| day.play(act));
        let figures = day.figures();
        let seen = (
            figures.expected(TenderKind::Cash),
            figures.takings_minor,
            figures.refunds_minor,
            figures.rounding_minor,
        );
        assert_eq!(seen, expected);
        figures
    }

    #[test]
    fn change_is_no_takings() {
        let sell = |by, more| Act::Sell { packs: 1, price: 1_001, discount: 0, by, more };
        let figures = check(&[sell(0, 4_000)], (22_000, 2_002, 0, -2));
        assert_eq!(figures.tenders, [TenderFigure { kind: TenderKind::Cash, count: 1, amount_minor: 2_000 }]);
        assert_eq!((figures.sale_count, figures.refund_count), (1, 0));
        let figures = check(&[sell(1, 0), sell(3, 0)], (20_000, 4_004, 0, 0));
        assert_eq!(
            (figures.expected(TenderKind::Card), figures.expected(TenderKind::OnAccount)),
            (2_002, 2_002)
        );
        let figures = check(&[sell(0, 0), Act::RefundLast { packs: 1, by: 0 }], (21_000, 1_001, 1_001, -1));
        assert_eq!((figures.sale_count, figures.refund_count), (1, 1));
        let figures = check(&[sell(0, 0), Act::Correct { by: 1 }], (20_000, 2_002, 0, 0));
        assert_eq!((figures.correction_count, figures.expected(TenderKind::Card)), (1, 2_002));
        assert_eq!(figures.tenders[0], TenderFigure { kind: TenderKind::Cash, count: 0, amount_minor: 0 });
        let figures = check(&[Act::Settle { amount: 700, by_card: false }], (20_700, 0, 0, 0));
        assert_eq!((figures.settled_cash_minor, figures.expected(TenderKind::OnAccount)), (700, -700));
    }

    #[test]
    fn movements_count_each_in_its_place() {
        use CashPlace::{Bank, DriverBag, Safe};
        let moved = |movement, amount| Act::Move { movement, amount };
        let sent = |to, amount| Act::Send { to, amount, back: None };
        let acts = [
            moved(0, 1),
            moved(1, 10),
            moved(2, 5),
            sent(Safe, 100),
            Act::Receive { from: Safe, amount: 1_001, counted: 1_000 },
            sent(DriverBag, 2_000),
            sent(Bank, 3_000),
            Act::Receive { from: DriverBag, amount: 4_000, counted: 4_000 },
            Act::Send { to: Safe, amount: 7_000, back: Some(6_990) },
        ];
        let expected = 20_000 + 1 - 10 - 100 + 1_000 - 2_000 - 3_000 + 4_000 - 7_000 + 6_990;
        let figures = check(&acts, (expected, 0, 0, 0));
        assert_eq!((figures.paid_in_minor, figures.paid_out_minor), (1, 10));
        assert_eq!((figures.safe_drops_minor, figures.float_top_ups_minor), (7_100, 1_000));
        assert_eq!((figures.transfers_out_minor, figures.transfers_in_minor), (5_000, 10_990));
        assert_eq!((figures.no_sale_count, figures.opening_float_minor), (1, 20_000));
    }

    #[test]
    fn voids_copies_overrides_and_discounts() {
        let acting = acting();
        let mut sold = basket(2, &[line(1, 1, 1_000), line(2, 1, 500)]);
        sold.override_price(1, 900, "agreed").unwrap();
        sold.set_discount(Some(2), Some(Discount::Amount(100))).unwrap();
        sold.set_discount(None, Some(Discount::Amount(50))).unwrap();
        let priced = price(&sold, &RefundedSales::default()).unwrap();
        let mut day = Day::open(0, true);
        day.entries.push(Entry::LineVoided(
            crate::aside::void_line(&acting, entry_id(3), &sold, &priced, 2).unwrap(),
        ));
        day.entries.push(Entry::BasketVoided(
            crate::aside::void_basket(&acting, entry_id(4), &sold, &priced).unwrap(),
        ));
        let common = acting.common(entry_id(5), vec![], vec![]);
        day.entries.push(Entry::PaperCopied(crate::entry::PaperCopied {
            common,
            sealed: vec![],
            of: entry_id(2),
            copy_no: 1,
        }));
        day.pay(&sold, &RefundedSales::default(), 1, 0);
        let figures = day.figures();
        assert_eq!((figures.void_count, figures.voids_minor), (2, 385 + 1_250));
        assert_eq!((figures.copy_count, figures.override_count, figures.discounts_minor), (1, 1, 150));
        assert_eq!((figures.first_receipt_no, figures.last_receipt_no), (7, 7));
    }

    #[test]
    fn amounts_that_no_till_can_make_do_not_stop_a_report() {
        let Entry::SessionOpened(mut opened) = Day::open(0, true).entries.remove(0) else { unreachable!() };
        opened.opening_float_minor = i64::MAX;
        let entry = Entry::SessionOpened(opened);
        assert_eq!(figures([&entry, &entry]).expected(TenderKind::Cash), -2);
    }

    #[test]
    fn a_z_counts_on() {
        let figures = Figures { takings_minor: 500, ..Figures::default() };
        let period = |perpetual_before_minor| ZPeriod {
            z_no: 3,
            first_seq: 10,
            last_seq: 20,
            before: Vec::new(),
            figures: figures.clone(),
            perpetual_before_minor,
            opened_at_ms: 5,
        };
        assert_eq!(z_report(&acting(), entry_id(1), period(1_000)).unwrap().perpetual_total_minor, 1_500);
        let closed = Acting { cash_session: None, ..acting() };
        // A till whose drawer is closed elsewhere has its own closing all the same.
        assert_eq!(z_report(&closed, entry_id(1), period(0)).unwrap().common.cash_session, None);
        let full = period(crate::limits::MAX_MINOR);
        assert_eq!(z_report(&acting(), entry_id(1), full).err(), Some(Refusal::AmountOutOfRange));
    }

    proptest! {
        /// The figures say what the postings say: of every tender, of tax, of rounding, and of the drawer,
        /// whatever the book had in it before the float was counted.
        #[test]
        fn figures_equal_postings(
            acts in prop::collection::vec(any_act(), 0..25),
            before in prop_oneof![Just(0), Just(20_000), 0..50_000_i64],
            is_first in any::<bool>(),
        ) {
            let mut day = Day::open(before, is_first);
            acts.iter().for_each(|act| day.play(act));
            let figures = day.figures();
            prop_assert_eq!(figures.expected(TenderKind::Cash), before + day.posted(Account::Drawer));
            prop_assert_eq!(figures.expected(TenderKind::Card), day.posted(Account::CardClearing));
            prop_assert_eq!(figures.expected(TenderKind::Voucher), day.posted(Account::Voucher));
            prop_assert_eq!(figures.expected(TenderKind::OnAccount), day.posted(Account::OnAccount));
            prop_assert_eq!(figures.rounding_minor, -day.posted(Account::CashRounding));
            let tax: i64 = figures.taxes.iter().map(|tax| tax.tax_minor).sum();
            prop_assert_eq!(tax, -day.posted(Account::Tax));
            prop_assert_eq!(figures.takings_minor - tax, -day.posted(Account::Revenue));
            let taken: i64 = figures.tenders.iter().map(|tender| tender.amount_minor).sum();
            prop_assert_eq!(taken, figures.takings_minor + figures.rounding_minor);
            for entry in &day.entries {
                prop_assert!(is_balanced(&entry.common().postings));
            }
        }

        #[test]
        fn figures_do_not_depend_on_the_order(
            acts in prop::collection::vec(any_act(), 0..20),
            cut in 0..20_usize,
        ) {
            let mut day = Day::open(0, false);
            acts.iter().for_each(|act| day.play(act));
            let all = day.figures();
            prop_assert_eq!(&figures(day.entries.iter().rev()), &all);
            let (one, two) = day.entries.split_at(cut.min(day.entries.len()));
            let (one, two) = (figures(one), figures(two));
            let (mut forth, mut back) = (one.clone(), two.clone());
            forth.merge(&two);
            back.merge(&one);
            prop_assert_eq!(&forth, &all);
            prop_assert_eq!(&back, &all);
        }
    }
}
