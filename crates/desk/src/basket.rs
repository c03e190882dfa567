//! The basket on the screen. Every change is on the disk before it is shown.

use domain::aside::{park, take, void_basket, void_line};
use domain::basket::{Basket, BasketLine};
use domain::entry::{BasketParked, Discount, Entry, SealedField, TaxLine};
use domain::id::EntryId;
use domain::permission::Permission;
use domain::price::{Priced, PricedLine, price};
use domain::refusal::Refusal;
use domain::scan::{Scan as Code, read};
use ledger::{NewEntry, Write};

use crate::api::basket::{
    BasketLineView, BasketView, DiscountView, HoldView, LineNo, OverridePrice, Park, ParkedView, Recall,
    SetDiscount, SetQuantity, TaxLineView, VoidBasket, VoidLine,
};
use crate::asks::BasketChange;
use crate::commands::Nothing;
use crate::counter::{BASKET, Counter};
use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk, id};
use crate::scan::scanned_product;

impl Desk {
    /// The basket on the screen.
    ///
    /// # Errors
    /// `not_set_up`, or a failure of the machine.
    pub fn basket(&self, _: Nothing) -> Result<BasketView, Fault> {
        self.ask(|counter| counter.basket_view(&counter.basket()?))
    }

    /// Sets a line's quantity.
    ///
    /// # Errors
    /// As [`Basket::set_quantity`].
    pub fn set_quantity(&self, set: SetQuantity) -> Result<BasketView, Fault> {
        self.change_basket(|_, basket| Ok(basket.set_quantity(set.line_no, set.quantity)?))
    }

    /// Sets or takes away a discount.
    ///
    /// # Errors
    /// As [`Basket::set_discount`].
    pub fn set_discount(&self, set: SetDiscount) -> Result<BasketView, Fault> {
        let discount = set.discount.map(|discount| match discount {
            DiscountView::Percent(hundredths) => Discount::Percent(hundredths),
            DiscountView::Amount(minor) => Discount::Amount(minor),
        });
        self.change_basket(|_, basket| Ok(basket.set_discount(set.line_no, discount)?))
    }

    /// Sets another price, or the price of a product that has none.
    ///
    /// # Errors
    /// As [`Basket::override_price`].
    pub fn override_price(&self, set: OverridePrice) -> Result<BasketView, Fault> {
        self.change_basket(|_, basket| {
            Ok(basket.override_price(set.line_no, set.unit_price_minor, &set.reason)?)
        })
    }

    /// Confirms the prescription of a line.
    ///
    /// # Errors
    /// `unknown_line`.
    pub fn confirm_rx(&self, line: LineNo) -> Result<BasketView, Fault> {
        self.change_basket(|_, basket| Ok(basket.confirm_rx(line.line_no)?))
    }

    /// Takes a line out; while a session is open the book says so. Asked twice, it is taken out once.
    ///
    /// # Errors
    /// `unknown_line`.
    pub fn void_line(&self, asked: VoidLine) -> Result<BasketView, Fault> {
        let (basket, _) =
            self.change_basket_once(&asked.ask_id, &[Changed::Basket, Changed::Book], |counter, basket| {
                let acting = counter.acting(Permission::Void, 0)?;
                let priced = counter.price(basket)?;
                let voided = void_line(&acting, counter.new_id(), basket, &priced, asked.line_no)?;
                basket.remove(asked.line_no)?;
                let entries = if acting.cash_session.is_some() {
                    vec![Entry::LineVoided(voided).into()]
                } else {
                    vec![]
                };
                Ok(BasketChange { entries, line_no: asked.line_no })
            })?;
        Ok(basket)
    }

    /// Gives the basket up; while a session is open the book says so. Asked twice, the next one stays.
    ///
    /// # Errors
    /// `basket_empty`.
    pub fn void_basket(&self, asked: VoidBasket) -> Result<BasketView, Fault> {
        let (basket, _) =
            self.change_basket_once(&asked.ask_id, &[Changed::Basket, Changed::Book], |counter, basket| {
                let acting = counter.acting(Permission::Void, 0)?;
                let priced = counter.price(basket)?;
                let voided = void_basket(&acting, counter.new_id(), basket, &priced)?;
                let entries = if acting.cash_session.is_some() {
                    vec![Entry::BasketVoided(voided).into()]
                } else {
                    vec![]
                };
                *basket = counter.new_basket();
                Ok(BasketChange { entries, line_no: 0 })
            })?;
        Ok(basket)
    }

    /// Sets the basket aside for any till of the branch. Asked twice, it is one that is set aside.
    ///
    /// # Errors
    /// `basket_empty`, `text_too_long`.
    pub fn park(&self, asked: Park) -> Result<BasketView, Fault> {
        let (basket, _) = self.change_basket_once(
            &asked.ask_id,
            &[Changed::Basket, Changed::Status],
            |counter, basket| {
                let priced = counter.price(basket)?;
                let (entry, to_seal) = park(
                    &counter.acting(Permission::Sell, 0)?,
                    counter.new_id(),
                    basket,
                    &priced,
                    &asked.label,
                )?;
                *basket = counter.new_basket();
                let entries = vec![NewEntry { entry: Entry::BasketParked(entry), to_seal }];
                Ok(BasketChange { entries, line_no: 0 })
            },
        )?;
        Ok(basket)
    }

    /// Baskets that are set aside, oldest first.
    ///
    /// # Errors
    /// `not_set_up`, or a failure of the machine.
    pub fn parked(&self, _: Nothing) -> Result<Vec<ParkedView>, Fault> {
        self.ask(|counter| {
            let mut views = Vec::new();
            for parked in counter.book.parked()? {
                let Entry::BasketParked(BasketParked { common, line_count, total_minor, .. }) =
                    &parked.stored.entry
                else {
                    continue;
                };
                views.push(ParkedView {
                    sale_id: parked.sale.to_string(),
                    label: counter.book.unseal(&parked.stored, SealedField::Label, 0)?.unwrap_or_default(),
                    parked_at_ms: parked.stored.header.recorded_at.ms,
                    person: counter.name_of(common.actor)?,
                    line_count: *line_count,
                    total_minor: *total_minor,
                });
            }
            Ok(views)
        })
    }

    /// Takes a parked basket up again. Asked twice, it is on the screen once.
    ///
    /// # Errors
    /// `basket_not_empty` while another one is on the screen, `unknown_basket`.
    pub fn recall(&self, asked: Recall) -> Result<BasketView, Fault> {
        let sale = id(&asked.sale_id, EntryId::parse)?;
        self.act(&[Changed::Basket, Changed::Status], |counter| {
            let acting = counter.acting(Permission::Sell, 0)?;
            let present = counter.basket()?;
            if present.sale_id == sale {
                return Ok((Write::default(), counter.basket_view(&present)?));
            }
            if !present.lines.is_empty() {
                return Err(Stop::bare("basket_not_empty"));
            }
            let parked = counter.book.parked()?.into_iter().find(|parked| parked.sale == sale);
            let parked = parked.ok_or_else(|| Stop::bare("unknown_basket"))?;
            let bytes = counter.book.unseal_bytes(&parked.stored, SealedField::Basket, 0)?;
            let basket = bytes.and_then(|bytes| Basket::from_bytes(&bytes).ok());
            let mut basket = basket.ok_or_else(|| Stop::bare("unknown_basket"))?;
            basket.check()?;
            counter.fill_lots(&mut basket)?;
            let taken = take(&acting, counter.new_id(), sale);
            let entries = vec![Entry::BasketTaken(taken).into()];
            Ok((Write { entries, ..counter.keeps(&basket) }, counter.basket_view(&basket)?))
        })
    }

    /// Changes the basket, commits it, and shows it. The change says how the basket is to be, so that done
    /// again it is the same.
    pub(crate) fn change_basket(
        &self,
        change: impl FnOnce(&Counter<'_>, &mut Basket) -> Result<(), Stop>,
    ) -> Result<BasketView, Fault> {
        self.act(&[Changed::Basket], |counter| {
            counter.acting(Permission::Sell, 0)?;
            let before = counter.basket()?;
            let mut basket = before.clone();
            change(counter, &mut basket)?;
            counter.check_change(&before, &mut basket)?;
            Ok((counter.keeps(&basket), counter.basket_view(&basket)?))
        })
    }
}

impl Counter<'_> {
    /// Keeps a basket as the one on the screen.
    pub(crate) fn keeps(&self, basket: &Basket) -> Write {
        Write::default().with_local(BASKET, Some(basket.to_bytes()))
    }

    /// What the basket comes to.
    pub(crate) fn price(&self, basket: &Basket) -> Result<Priced, Stop> {
        Ok(price(basket, &self.refunded_sales(basket)?)?)
    }

    /// The basket as the ui shows it.
    pub(crate) fn basket_view(&self, basket: &Basket) -> Result<BasketView, Stop> {
        let priced = self.price(basket)?;
        let mut holds = Vec::new();
        if self.session()?.is_none() {
            holds.push(hold(Refusal::SessionClosed));
        }
        let mut of_lines = self.known_lots(basket, |_| true)?.holds(basket, self.today());
        of_lines.extend(priced.holds.iter().copied());
        of_lines.sort();
        holds.extend(of_lines.into_iter().map(hold));
        let sold = basket.lines.iter().filter(|line| line.refund.is_none());
        let pack_count: i64 = sold.map(|line| line.quantity).fold(0, i64::saturating_add);
        let lines: Result<_, Stop> = basket
            .lines
            .iter()
            .zip(&priced.lines)
            .map(|(line, priced)| self.line_view(line, priced))
            .collect();
        Ok(BasketView {
            sale_id: basket.sale_id.to_string(),
            lines: lines?,
            discount: basket.discount.map(discount_view),
            discount_minor: priced.discount_minor,
            total_minor: priced.total_minor,
            taxes: priced.taxes.iter().map(tax_line_view).collect(),
            pack_count: u32::try_from(pack_count).unwrap_or(u32::MAX),
            holds,
        })
    }

    fn line_view(&self, line: &BasketLine, priced: &PricedLine) -> Result<BasketLineView, Stop> {
        let refund_of = line.refund.as_ref().and_then(|refund| refund.of);
        let refunded = refund_of.map(|of| self.book.sale(of.sale)).transpose()?.flatten();
        Ok(BasketLineView {
            line_no: line.line_no,
            product_id: line.product.to_string(),
            name: line.name.clone(),
            pack: line.pack.clone(),
            code: self.code_of(line)?,
            quantity: priced.quantity,
            unit_price_minor: line.unit_price_minor,
            list_price_minor: line.list_price_minor,
            discount: line.discount.map(discount_view),
            discount_minor: priced.discount_minor.saturating_abs(),
            basket_discount_minor: priced.basket_discount_minor.saturating_abs(),
            amount_minor: priced.amount_minor,
            tax_code: line.tax_code.clone(),
            rx: line.rx,
            rx_confirmed: line.rx_confirmed,
            lot: line.lot.clone(),
            expiry: line.expiry.map(|expiry| expiry.to_string()),
            lots: self.line_lots(&line.lots()),
            lot_reason: line.lot_reason.clone(),
            is_unknown: line.is_unknown,
            refund_of: refund_of.map(|of| of.sale.to_string()),
            refund_receipt_no: refunded.map(|row| receipt_no(&row.series, row.receipt_no)),
        })
    }

    /// The code that was scanned, or the product's main one.
    fn code_of(&self, line: &BasketLine) -> Result<Option<String>, Stop> {
        for scanned in line.scanned.iter().flat_map(|scans| scans.split(|byte| *byte == b'\n')) {
            match read(scanned, self.today()) {
                Code::Details(_) | Code::DeliveryBox { .. } | Code::Badge(_) => {}
                Code::Misread { text, gtin: None, .. } | Code::Unknown(text) => return Ok(Some(text)),
                Code::National(national) if national.gtin().is_none() => return Ok(Some(national.number)),
                said => return Ok(scanned_product(&said).map(|gtin| gtin.to_string())),
            }
        }
        Ok(self.book.product(line.product)?.and_then(|product| product.facts.codes.into_iter().next()))
    }
}

/// A receipt number as printed.
pub(crate) fn receipt_no(series: &str, no: u64) -> String {
    format!("{series}-{no:06}")
}

/// Tax of a code as the ui shows it.
pub(crate) fn tax_line_view(tax: &TaxLine) -> TaxLineView {
    TaxLineView {
        code: tax.code.clone(),
        rate_ppm: tax.rate_ppm,
        gross_minor: tax.gross_minor,
        net_minor: tax.gross_minor.saturating_sub(tax.tax_minor),
        tax_minor: tax.tax_minor,
    }
}

fn discount_view(discount: Discount) -> DiscountView {
    match discount {
        Discount::Percent(hundredths) => DiscountView::Percent(hundredths),
        Discount::Amount(minor) => DiscountView::Amount(minor),
    }
}

fn hold(refusal: Refusal) -> HoldView {
    HoldView { code: refusal.code().to_owned(), line_no: refusal.line_no() }
}
