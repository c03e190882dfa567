//! The basket at the counter: lines that become a sale, a refund or both. It belongs to one till and is
//! kept by the ledger with every change, so that a restart returns into it.

use std::borrow::Cow;

use minicbor::{Decode, Encode};

use crate::acting::check_reason;
use crate::entry::{Discount, LineLot, RefundOf};
use crate::id::{EntryId, ProductId, StaffId};
use crate::limits::{
    MAX_LINES, MAX_LOTS, MAX_PERCENT, MAX_PRODUCT_TEXT, MAX_QUANTITY, MAX_RATE_PPM, MAX_SCANNED_BYTES,
    MAX_SHORT_TEXT, check_lines, check_name, check_price, check_product_name, check_quantity, check_text,
};
use crate::lot::{LOT_REASONS, is_same_lot};
use crate::money;
use crate::needs::Need;
use crate::refusal::Refusal;
use crate::time::BusinessDate;

/// Why another price is charged than the catalogue's.
pub const PRICE_REASONS: [&str; 6] =
    ["price_missing", "shelf_label", "damaged_pack", "agreed", "catalogue_wrong", "other"];

/// Why goods are taken back.
pub const REFUND_REASONS: [&str; 7] =
    ["changed_mind", "wrong_product", "damaged", "recall", "side_effect", "price_wrong", "other"];

/// Those of them after which nobody else may have the pack.
pub(crate) const SPOILT_REASONS: [&str; 3] = ["damaged", "recall", "side_effect"];

/// A basket.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Basket {
    /// The id that the sale will have.
    #[n(0)]
    pub sale_id: EntryId,
    /// Lines in the order of the counter.
    #[n(1)]
    pub lines: Vec<BasketLine>,
    /// Discount on all lines that are sold.
    #[n(2)]
    pub discount: Option<Discount>,
    /// Number of the next line; never given twice in one basket.
    #[n(3)]
    pub next_line_no: u32,
    /// What of it not everybody at the counter may do, and who did or allowed it.
    #[n(4)]
    pub allowed: Option<Vec<Allowed>>,
    /// When its first line came, ms since 1970 by the clock of that till.
    #[n(5)]
    pub begun_ms: Option<i64>,
}

/// Something that was done with a basket by somebody who may, or allowed by them.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Allowed {
    /// Code of the permission.
    #[n(0)]
    pub permission: String,
    /// How far it goes, in the unit of the permission.
    #[n(1)]
    pub extent: i64,
    /// By whom.
    #[n(2)]
    pub by: StaffId,
}

/// A line of a basket.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct BasketLine {
    /// Number in the basket, from 1.
    #[n(0)]
    pub line_no: u32,
    /// Product.
    #[n(1)]
    pub product: ProductId,
    /// Name as printed.
    #[n(2)]
    pub name: String,
    /// The catalogue does not know the product; the name was typed.
    #[n(3)]
    pub is_unknown: bool,
    /// How it is packed, as text.
    #[n(4)]
    pub pack: String,
    /// Pieces (or mg, µl) in a pack, where known.
    #[n(5)]
    pub pack_content: Option<i64>,
    /// Packs, always above 0; a line that takes back has `refund`.
    #[n(6)]
    pub quantity: i64,
    /// Price of one pack including tax; none while it has none.
    #[n(7)]
    pub unit_price_minor: Option<i64>,
    /// Catalogue price, where it was overridden.
    #[n(8)]
    pub list_price_minor: Option<i64>,
    /// Why it was overridden, of [`PRICE_REASONS`].
    #[n(9)]
    pub price_reason: Option<String>,
    /// Discount on this line.
    #[n(10)]
    pub discount: Option<Discount>,
    /// Tax code.
    #[n(11)]
    pub tax_code: String,
    /// Rate in force, parts per million.
    #[n(12)]
    pub rate_ppm: i64,
    /// Only against prescription.
    #[n(13)]
    pub rx: bool,
    /// The prescription was confirmed.
    #[n(14)]
    pub rx_confirmed: bool,
    /// Lot, where known.
    #[n(15)]
    pub lot: Option<String>,
    /// Expiry of the lot, where known.
    #[n(16)]
    pub expiry: Option<BusinessDate>,
    /// What was scanned, each scan as its bytes, with a line feed between two that differ.
    #[n(17)]
    #[cbor(with = "minicbor::bytes")]
    pub scanned: Option<Vec<u8>>,
    /// Taken back rather than sold.
    #[n(18)]
    pub refund: Option<RefundLine>,
    /// The lots that the packs are taken from, where no lot is known of the packs in hand.
    #[n(19)]
    pub lots: Option<Vec<LineLot>>,
    /// Why a person gave this lot, of [`crate::lot::LOT_REASONS`].
    #[n(20)]
    pub lot_reason: Option<String>,
    /// Packs of which a code said lot or expiry; none where no code did.
    #[n(21)]
    pub in_hand: Option<i64>,
    /// A code said the lot, so that nobody says another one.
    #[n(22)]
    pub is_lot_read: Option<bool>,
}

/// What a line takes back, and why.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RefundLine {
    /// The line of an earlier sale; none without a receipt.
    #[n(0)]
    pub of: Option<RefundOf>,
    /// Of [`REFUND_REASONS`].
    #[n(1)]
    pub reason: String,
}

impl Basket {
    /// An empty basket for a sale with this id.
    #[must_use]
    pub fn new(sale_id: EntryId) -> Self {
        Self { sale_id, lines: Vec::new(), discount: None, next_line_no: 1, allowed: None, begun_ms: None }
    }

    /// The basket as bytes: for the ledger, and as the sealed part of a parked basket.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(512);
        let result = minicbor::encode(self, &mut bytes);
        debug_assert!(result.is_ok(), "writing to memory does not fail");
        bytes
    }

    /// Reads what [`Basket::to_bytes`] wrote.
    ///
    /// # Errors
    /// When the bytes are not a basket.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, minicbor::decode::Error> {
        let mut basket: Self = minicbor::decode(bytes)?;
        // Before packs were counted whose lot a code said, a line with a lot was one of them.
        let is_before = |line: &&mut BasketLine| {
            let is_told = line.in_hand.is_some() || line.lots.is_some() || line.lot_reason.is_some();
            (line.lot.is_some() || line.expiry.is_some()) && !is_told && line.refund.is_none()
        };
        for line in basket.lines.iter_mut().filter(is_before) {
            (line.in_hand, line.is_lot_read) = (Some(line.quantity), line.lot.is_some().then_some(true));
        }
        Ok(basket)
    }

    /// Remembers that somebody who may did this or allowed it.
    pub fn allow(&mut self, need: Need, by: StaffId) {
        let allowed = self.allowed.get_or_insert_default();
        let code = need.permission.code();
        match allowed.iter_mut().find(|before| before.permission == code && before.by == by) {
            Some(before) => before.extent = before.extent.max(need.extent),
            None => allowed.push(Allowed { permission: code.to_owned(), extent: need.extent, by }),
        }
    }

    /// Who did or allowed this, as far as it goes.
    pub fn allowed_by(&self, need: Need) -> impl Iterator<Item = StaffId> {
        let covers = move |allowed: &&Allowed| {
            allowed.permission == need.permission.code() && allowed.extent >= need.extent
        };
        self.allowed.iter().flatten().filter(covers).map(|allowed| allowed.by)
    }

    /// The line of this number.
    #[must_use]
    pub fn line(&self, line_no: u32) -> Option<&BasketLine> {
        self.lines.iter().find(|line| line.line_no == line_no)
    }

    fn line_mut(&mut self, line_no: u32) -> Result<&mut BasketLine, Refusal> {
        self.lines.iter_mut().find(|line| line.line_no == line_no).ok_or(Refusal::UnknownLine { line_no })
    }

    /// Adds a line and gives its number; `line.line_no` is not looked at. The same product at the same
    /// price and of the same lot raises the line that is there, unless one of them is taken back,
    /// discounted or was given another price; two parts of the same refunded line become one line.
    ///
    /// # Errors
    /// `too_many_lines`, `quantity_out_of_range`, `price_out_of_range`, `rate_out_of_range`, `name_missing`,
    /// `text_too_long`, `reason_needed`, `discount_out_of_range`.
    pub fn add(&mut self, mut line: BasketLine) -> Result<u32, Refusal> {
        line.check()?;
        if let Some(there) = self.lines.iter_mut().find(|there| there.takes_in(&line)) {
            let quantity = there.quantity.saturating_add(line.quantity);
            check_quantity(quantity, MAX_QUANTITY)?;
            there.quantity = quantity;
            there.lots = None;
            there.in_hand =
                there.in_hand.map_or(line.in_hand, |packs| Some(packs + line.in_hand.unwrap_or(0)));
            there.is_lot_read = there.is_lot_read.or(line.is_lot_read);
            there.expiry = there.expiry.or(line.expiry);
            there.scanned = joined_scans(there.scanned.take(), line.scanned.as_deref());
            // A prescription that was seen for the packs before does not cover one more.
            there.rx_confirmed &= line.rx_confirmed;
            return Ok(there.line_no);
        }
        check_lines(self.lines.len() + 1, MAX_LINES)?;
        line.line_no = self.next_line_no;
        self.next_line_no = line.line_no.checked_add(1).ok_or(Refusal::TooManyLines { limit: MAX_LINES })?;
        self.lines.push(line);
        Ok(self.next_line_no - 1)
    }

    /// Writes to one pack of a line what a second code on it says of its lot and expiry; gives the line that this
    /// pack stands in now. What the second code does not say stays as it was, and so does how many packs there are.
    /// `scanned` is what was scanned of this pack, both codes of it.
    ///
    /// # Errors
    /// `unknown_line`, or as [`Basket::add`].
    pub fn tell_of_pack(
        &mut self,
        line_no: u32,
        lot: Option<String>,
        expiry: Option<BusinessDate>,
        scanned: &[u8],
    ) -> Result<u32, Refusal> {
        let line = self.line(line_no).ok_or(Refusal::UnknownLine { line_no })?;
        let is_lot_told = lot.is_some();
        let told = BasketLine {
            lot: lot.or_else(|| line.lot.clone()),
            expiry: expiry.or(line.expiry),
            lots: None,
            lot_reason: None,
            in_hand: Some(1),
            is_lot_read: line.is_lot_read.or(is_lot_told.then_some(true)),
            scanned: joined_scans(line.scanned.clone(), Some(scanned)),
            ..line.clone()
        };
        told.check()?;
        if line.quantity == 1 {
            *self.line_mut(line_no)? = told;
            return Ok(line_no);
        }
        let scanned = Some(scanned.to_vec());
        // An amount that was taken off stays with the packs that it was taken off of.
        let discount = told.discount.filter(|discount| matches!(discount, Discount::Percent(_)));
        let left = line.quantity - 1;
        let in_hand = line.in_hand.map(|packs| packs - 1).filter(|packs| *packs > 0);
        self.line_mut(line_no)?.in_hand = in_hand;
        self.set_quantity(line_no, left)?;
        self.add(BasketLine { quantity: 1, scanned, discount, ..told })
    }

    /// Sets the packs of a line.
    ///
    /// # Errors
    /// `unknown_line`, `quantity_out_of_range`, `discount_out_of_range` where the line's discount would be
    /// more than it then costs.
    pub fn set_quantity(&mut self, line_no: u32, quantity: i64) -> Result<(), Refusal> {
        let line = self.line_mut(line_no)?;
        check_quantity(quantity, MAX_QUANTITY)?;
        let lots = line.lots.clone().filter(|_| line.quantity == quantity);
        let in_hand = line.in_hand.map(|packs| packs.min(quantity));
        let changed = BasketLine { quantity, lots, in_hand, ..line.clone() };
        changed.check()?;
        *line = changed;
        Ok(())
    }

    /// Sets or takes away the discount of a line, or of the whole basket where there is no line number.
    ///
    /// # Errors
    /// `unknown_line`, `discount_out_of_range`.
    pub fn set_discount(&mut self, line_no: Option<u32>, discount: Option<Discount>) -> Result<(), Refusal> {
        if let Some(line_no) = line_no {
            let line = self.line_mut(line_no)?;
            let changed = BasketLine { discount, ..line.clone() };
            changed.check()?;
            *line = changed;
            return Ok(());
        }
        let sold: Result<Vec<i64>, Refusal> =
            self.lines.iter().filter(|line| line.refund.is_none()).map(BasketLine::net_minor).collect();
        let sold = money::sum(sold?)?;
        if discount.is_some_and(|discount| !is_allowed(discount, sold)) {
            return Err(Refusal::DiscountOutOfRange { line_no: None });
        }
        self.discount = discount;
        Ok(())
    }

    /// Charges another price, or sets the price of a product that has none. A line that takes back by
    /// receipt keeps the price that was paid.
    ///
    /// # Errors
    /// `unknown_line`, `price_out_of_range`, `reason_needed`, `not_refundable`, `discount_out_of_range`.
    pub fn override_price(
        &mut self,
        line_no: u32,
        unit_price_minor: i64,
        reason: &str,
    ) -> Result<(), Refusal> {
        let line = self.line_mut(line_no)?;
        check_price(unit_price_minor)?;
        check_reason(reason, &PRICE_REASONS)?;
        if line.refunds_a_sale() {
            return Err(Refusal::NotRefundable { line_no });
        }
        let changed = BasketLine {
            unit_price_minor: Some(unit_price_minor),
            list_price_minor: line.list_price_minor.or(line.unit_price_minor),
            price_reason: Some(reason.to_owned()),
            ..line.clone()
        };
        changed.check()?;
        *line = changed;
        Ok(())
    }

    /// Gives all packs of a line out of one lot that a person chose; none for packs without a known lot. `expiry` is
    /// what the book knows of it: what a code said counts too.
    ///
    /// # Errors
    /// `unknown_line`, `reason_needed`, `text_too_long`, `lot_is_read` where a code said another lot.
    pub fn choose_lot(
        &mut self,
        line_no: u32,
        lot: Option<&str>,
        expiry: Option<BusinessDate>,
        reason: &str,
    ) -> Result<(), Refusal> {
        check_reason(reason, &LOT_REASONS)?;
        let line = self.line_mut(line_no)?;
        let is_read = line.is_lot_read == Some(true);
        if is_read && !is_same_lot(line.lot.as_deref(), lot) {
            return Err(Refusal::LotIsRead { line_no });
        }
        let of_code = line.expiry.filter(|_| line.in_hand.is_some());
        let changed = BasketLine {
            lot: if is_read { line.lot.clone() } else { lot.map(str::to_owned) },
            expiry: of_code.into_iter().chain(expiry).min(),
            lots: None,
            lot_reason: Some(reason.to_owned()),
            ..line.clone()
        };
        changed.check()?;
        *line = changed;
        Ok(())
    }

    /// Confirms the prescription of a line.
    ///
    /// # Errors
    /// `unknown_line`.
    pub fn confirm_rx(&mut self, line_no: u32) -> Result<(), Refusal> {
        self.line_mut(line_no)?.rx_confirmed = true;
        Ok(())
    }

    /// Takes a line out. Its number is not given again. A discount on the basket goes with the last line that
    /// is sold: it was given to this customer for these packs, and not to the next one.
    ///
    /// # Errors
    /// `unknown_line`.
    pub fn remove(&mut self, line_no: u32) -> Result<BasketLine, Refusal> {
        let place = self.lines.iter().position(|line| line.line_no == line_no);
        let removed = self.lines.remove(place.ok_or(Refusal::UnknownLine { line_no })?);
        if self.lines.iter().all(|line| line.refund.is_some()) {
            self.discount = None;
        }
        Ok(removed)
    }

    /// Checks every limit again, for a basket that comes from the disk.
    ///
    /// # Errors
    /// As [`Basket::add`].
    pub fn check(&self) -> Result<(), Refusal> {
        check_lines(self.lines.len(), MAX_LINES)?;
        self.lines.iter().filter_map(|line| line.check().err()).min().map_or(Ok(()), Err)
    }
}

/// Whether a discount may be taken off an amount.
pub(crate) fn is_allowed(discount: Discount, of_minor: i64) -> bool {
    match discount {
        Discount::Percent(hundredths) => (1..=MAX_PERCENT).contains(&hundredths),
        Discount::Amount(amount_minor) => (1..=of_minor).contains(&amount_minor),
    }
}

/// What a discount takes off an amount; never more than all of it.
pub(crate) fn taken_off(discount: Option<Discount>, of_minor: i64) -> Result<i64, Refusal> {
    let off_minor = match discount {
        None => 0,
        Some(Discount::Percent(hundredths)) => money::percent(of_minor, hundredths)?,
        Some(Discount::Amount(amount_minor)) => amount_minor,
    };
    Ok(off_minor.clamp(0, of_minor.max(0)))
}

/// What was scanned before and now, with a line feed between; the same bytes stand there once.
#[must_use]
pub fn joined_scans(before: Option<Vec<u8>>, more: Option<&[u8]>) -> Option<Vec<u8>> {
    let (Some(before), Some(more)) = (&before, more) else { return before.or(more.map(<[u8]>::to_vec)) };
    let mut scans: Vec<&[u8]> = before.split(|byte| *byte == b'\n').collect();
    for scan in more.split(|byte| *byte == b'\n') {
        if !scans.contains(&scan) {
            scans.push(scan);
        }
    }
    Some(scans.join(&b'\n'))
}

impl BasketLine {
    /// A line of packs with nothing said of price, discount, prescription, lot or taking back.
    #[must_use]
    pub fn new(product: ProductId, name: &str, quantity: i64, tax_code: &str, rate_ppm: i64) -> Self {
        Self {
            line_no: 0,
            product,
            name: name.to_owned(),
            is_unknown: false,
            pack: String::new(),
            pack_content: None,
            quantity,
            unit_price_minor: None,
            list_price_minor: None,
            price_reason: None,
            discount: None,
            tax_code: tax_code.to_owned(),
            rate_ppm,
            rx: false,
            rx_confirmed: false,
            lot: None,
            expiry: None,
            scanned: None,
            refund: None,
            lots: None,
            lot_reason: None,
            in_hand: None,
            is_lot_read: None,
        }
    }

    /// The line with what a code on so many of its packs said.
    #[must_use]
    pub fn read(self, lot: Option<String>, expiry: Option<BusinessDate>, packs: i64) -> Self {
        let in_hand = (lot.is_some() || expiry.is_some()).then_some(packs);
        Self { is_lot_read: lot.is_some().then_some(true), lot, expiry, in_hand, ..self }
    }

    /// The lots of the line, each with its packs, above 0.
    #[must_use]
    pub fn lots(&self) -> Cow<'_, [LineLot]> {
        match &self.lots {
            Some(lots) => Cow::Borrowed(lots),
            None => {
                Cow::Owned(vec![LineLot { lot: self.lot.clone(), expiry: self.expiry, packs: self.quantity }])
            }
        }
    }

    /// quantity x unit price, before discounts; 0 while it has no price.
    ///
    /// # Errors
    /// `amount_out_of_range`.
    pub fn gross_minor(&self) -> Result<i64, Refusal> {
        money::times(self.unit_price_minor.unwrap_or(0), self.quantity)
    }

    /// What it comes to after its own discount.
    fn net_minor(&self) -> Result<i64, Refusal> {
        let gross_minor = self.gross_minor()?;
        Ok(gross_minor - taken_off(self.discount, gross_minor)?)
    }

    /// Whether it takes back a line of an earlier sale.
    #[must_use]
    pub fn refunds_a_sale(&self) -> bool {
        self.refund.as_ref().is_some_and(|refund| refund.of.is_some())
    }

    /// Whether another line only raises the quantity of this one.
    fn takes_in(&self, other: &Self) -> bool {
        let same_goods = self.product == other.product && self.lot == other.lot && self.name == other.name;
        let same_price = self.unit_price_minor == other.unit_price_minor
            && (&self.tax_code, self.rate_ppm) == (&other.tax_code, other.rate_ppm);
        let plain = |line: &Self| line.discount.is_none() && line.price_reason.is_none();
        let same_direction = match (&self.refund, &other.refund) {
            (None, None) => true,
            (Some(one), Some(two)) => one == two && one.of.is_some(),
            _ => false,
        };
        let scanned = |line: &Self| line.scanned.as_ref().map_or(0, Vec::len);
        let has_room = scanned(self) + scanned(other) < MAX_SCANNED_BYTES as usize;
        // One lot has one expiry, also where a code did not say it.
        let is_of_known_lot = self.lot.is_some() && (self.expiry.is_none() || other.expiry.is_none());
        let same_goods = same_goods && (self.expiry == other.expiry || is_of_known_lot);
        // What somebody said of packs without a lot is not said of one more.
        let is_told = self.lot.is_none() && self.lot_reason.is_some();
        same_goods && same_price && same_direction && has_room && !is_told && plain(self) && plain(other)
    }

    fn check_lots(&self) -> Result<(), Refusal> {
        let Some(lots) = &self.lots else { return Ok(()) };
        check_lines(lots.len(), MAX_LOTS)?;
        let mut sum = 0_i64;
        for lot in lots {
            check_text(lot.lot.as_deref().unwrap_or_default(), MAX_SHORT_TEXT)?;
            check_quantity(lot.packs, MAX_QUANTITY)?;
            sum = sum.saturating_add(lot.packs);
        }
        if sum == self.quantity { Ok(()) } else { Err(Refusal::QuantityOutOfRange { limit: self.quantity }) }
    }

    /// Whether it is said which lots the packs are of, as far as anybody can say.
    #[must_use]
    pub fn has_lots(&self) -> bool {
        let is_without_book = self.refund.is_some() || self.is_unknown;
        let is_dated = self.lot.is_none() && self.in_hand.is_some();
        self.lots.is_some() || is_without_book || is_dated || self.lot_reason.is_some() || self.is_looked_at()
    }

    /// Whether somebody looked at the lot of every pack, or a code said it.
    pub(crate) fn is_looked_at(&self) -> bool {
        let is_read = self.in_hand.is_some_and(|packs| packs >= self.quantity);
        self.lot.is_some() && (self.lot_reason.is_some() || is_read)
    }

    fn check(&self) -> Result<(), Refusal> {
        if self.is_unknown {
            check_name(&self.name)?
        } else {
            check_product_name(&self.name)?
        }
        check_text(&self.pack, MAX_PRODUCT_TEXT)?;
        check_text(&self.tax_code, MAX_SHORT_TEXT)?;
        check_text(self.lot.as_deref().unwrap_or_default(), MAX_SHORT_TEXT)?;
        if self.scanned.as_ref().is_some_and(|scanned| scanned.len() > MAX_SCANNED_BYTES as usize) {
            return Err(Refusal::TextTooLong { limit: MAX_SCANNED_BYTES });
        }
        check_quantity(self.quantity, MAX_QUANTITY)?;
        self.in_hand.map_or(Ok(()), |packs| check_quantity(packs, self.quantity))?;
        self.check_lots()?;
        self.unit_price_minor.map_or(Ok(()), check_price)?;
        if !(0..=MAX_RATE_PPM).contains(&self.rate_ppm) {
            return Err(Refusal::RateOutOfRange);
        }
        if let Some(reason) = &self.price_reason {
            check_reason(reason, &PRICE_REASONS)?;
        }
        if let Some(refund) = &self.refund {
            check_reason(&refund.reason, &REFUND_REASONS)?;
        }
        let gross = self.gross_minor()?;
        if self.discount.is_some_and(|discount| self.refund.is_some() || !is_allowed(discount, gross)) {
            return Err(Refusal::DiscountOutOfRange { line_no: Some(self.line_no) });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{basket, entry_id, line, product};

    fn check<T: std::fmt::Debug>(result: Result<T, Refusal>, refused: Option<&str>) {
        assert_eq!(result.as_ref().err().map(|refusal| refusal.code()), refused, "{result:?}");
    }

    fn unlinked(line: BasketLine) -> BasketLine {
        BasketLine { refund: Some(RefundLine { of: None, reason: "other".to_owned() }), ..line }
    }

    fn back(line: BasketLine) -> BasketLine {
        let of = Some(RefundOf { sale: entry_id(5), line_no: 2 });
        BasketLine { refund: Some(RefundLine { of, reason: "other".to_owned() }), ..line }
    }

    #[test]
    fn a_second_code_tells_of_one_pack() {
        let scanned = |scan: &str| Some(scan.as_bytes().to_vec());
        let lot = || Some("A71".to_owned());
        let mut basket = Basket::new(entry_id(1));
        let line_no = basket.add(BasketLine { scanned: scanned("ean"), ..line(1, 1, 500) }).unwrap();
        assert_eq!(basket.tell_of_pack(line_no, lot(), None, b"lot").unwrap(), line_no);
        assert_eq!(basket.lines[0].scanned, scanned("ean\nlot"));
        let expiry = Some(BusinessDate(21_000));
        assert_eq!(basket.tell_of_pack(line_no, None, expiry, b"ean\nlot").unwrap(), line_no);
        assert_eq!((&basket.lines[0].lot, basket.lines[0].expiry), (&lot(), expiry));
        assert_eq!(basket.lines[0].scanned, scanned("ean\nlot"));
        // Of three packs one is told of, and the others stay without a lot.
        let three = line(1, 3, 500);
        let line_no = basket.add(three).unwrap();
        let told_no = basket.tell_of_pack(line_no, Some("B".to_owned()), None, b"b").unwrap();
        let lines: Vec<_> = basket.lines.iter().map(|line| (line.quantity, line.lot.as_deref())).collect();
        assert_eq!(lines, [(1, Some("A71")), (2, None), (1, Some("B"))]);
        assert_eq!(basket.line(told_no).unwrap().quantity, 1);
        // What tells nothing new takes no pack away, and one that is told of twice stays one.
        for (lot, expiry) in [(None, None), (None, expiry), (Some("C".to_owned()), None)] {
            let mut basket = Basket::new(entry_id(1));
            let line_no = basket.add(line(1, 3, 500)).unwrap();
            let mut told_no = line_no;
            for _ in 0..3 {
                told_no = basket.tell_of_pack(told_no, lot.clone(), expiry, b"code").unwrap();
            }
            assert_eq!(basket.lines.iter().map(|line| line.quantity).sum::<i64>(), 3, "{lot:?} {expiry:?}");
        }
        let mut basket = Basket::new(entry_id(1));
        let off = BasketLine { discount: Some(Discount::Amount(100)), ..line(1, 2, 500) };
        let line_no = basket.add(off).unwrap();
        basket.tell_of_pack(line_no, lot(), None, b"lot").unwrap();
        assert_eq!(basket.lines.iter().filter(|line| line.discount.is_some()).count(), 1);
        check(basket.tell_of_pack(99, None, None, b"b"), Some("unknown_line"));
    }

    #[test]
    fn a_line_keeps_the_bytes_of_each_scan_while_there_is_room() {
        let scan = |byte: u8, length| BasketLine { scanned: Some(vec![byte; length]), ..line(1, 1, 500) };
        let mut basket = Basket::new(entry_id(1));
        for (byte, lines, bytes) in [(1, 1, 300), (2, 1, 601), (2, 1, 601), (3, 1, 902), (4, 2, 300)] {
            basket.add(scan(byte, 300)).unwrap();
            let last = basket.lines.last().unwrap();
            assert_eq!((basket.lines.len(), last.scanned.as_ref().unwrap().len()), (lines, bytes), "{byte}");
        }
    }

    #[test]
    fn the_same_again_raises_the_line() {
        let rows: [(BasketLine, usize); 9] = [
            (line(1, 1, 500), 1),
            (line(2, 1, 500), 2),
            (line(1, 1, 501), 2),
            (BasketLine { lot: Some("L1".to_owned()), ..line(1, 1, 500) }, 2),
            (BasketLine { rate_ppm: 55_000, ..line(1, 1, 500) }, 2),
            (BasketLine { discount: Some(Discount::Percent(1_000)), ..line(1, 1, 500) }, 2),
            (BasketLine { expiry: Some(BusinessDate(21_000)), ..line(1, 1, 500) }, 2),
            (unlinked(line(1, 1, 500)), 2),
            (back(line(1, 1, 500)), 2),
        ];
        for (second, count) in rows {
            let basket = basket(1, &[line(1, 2, 500), second.clone()]);
            assert_eq!(basket.lines.len(), count, "{second:?}");
            assert_eq!(basket.lines.iter().map(|line| line.quantity).sum::<i64>(), 3);
        }
        assert_eq!(basket(1, &[back(line(1, 1, 500)), back(line(1, 1, 500))]).lines.len(), 1);
        assert_eq!(basket(1, &[unlinked(line(1, 1, 500)), unlinked(line(1, 1, 500))]).lines.len(), 2);
    }

    #[test]
    fn one_more_pack_asks_for_the_prescription_again() {
        let rx = BasketLine { rx: true, ..line(1, 1, 500) };
        let mut basket = basket(1, std::slice::from_ref(&rx));
        basket.confirm_rx(1).unwrap();
        assert!(basket.lines[0].rx_confirmed);
        basket.add(rx).unwrap();
        assert!(!basket.lines[0].rx_confirmed);
    }

    #[test]
    fn numbers_are_not_given_twice() {
        let mut basket = basket(1, &[line(1, 1, 500), line(2, 1, 500)]);
        assert_eq!(basket.remove(2).unwrap().product, product(2));
        assert_eq!(basket.add(line(3, 1, 500)), Ok(3));
        assert!(basket.line(2).is_none());
    }

    #[test]
    fn refusals_of_add() {
        let full: Vec<BasketLine> = (0..500).map(|number| line(number, 1, 500)).collect();
        let mut full = basket(1, &full);
        check(full.add(line(500, 1, 500)), Some("too_many_lines"));
        check(full.add(line(499, 1, 500)), None);

        let mut basket = basket(1, &[line(1, 9_998, 500)]);
        let plain = || line(2, 1, 500);
        check(basket.add(line(1, 1, 500)), None);
        check(basket.add(line(1, 1, 500)), Some("quantity_out_of_range"));
        check(basket.add(line(2, 0, 500)), Some("quantity_out_of_range"));
        check(basket.add(line(2, 10_000, 500)), Some("quantity_out_of_range"));
        check(basket.add(line(2, i64::MIN, 500)), Some("quantity_out_of_range"));
        check(basket.add(line(2, 1, 0)), Some("price_out_of_range"));
        check(basket.add(line(2, 1, 10_000_001)), Some("price_out_of_range"));
        check(basket.add(BasketLine { unit_price_minor: None, ..plain() }), None);
        check(basket.add(BasketLine { rate_ppm: -1, ..plain() }), Some("rate_out_of_range"));
        check(basket.add(BasketLine { name: " ".to_owned(), ..plain() }), Some("name_missing"));
        check(basket.add(BasketLine { name: "n".repeat(301), ..plain() }), Some("text_too_long"));
        check(basket.add(BasketLine { scanned: Some(vec![0; 1_001]), ..plain() }), Some("text_too_long"));
        check(basket.add(BasketLine { lot: Some("L".repeat(61)), ..plain() }), Some("text_too_long"));
        check(
            basket.add(BasketLine { price_reason: Some("mood".to_owned()), ..plain() }),
            Some("reason_needed"),
        );
        let moody = RefundLine { of: None, reason: "mood".to_owned() };
        check(basket.add(BasketLine { refund: Some(moody), ..plain() }), Some("reason_needed"));
        for discount in
            [Discount::Percent(0), Discount::Percent(10_001), Discount::Amount(0), Discount::Amount(501)]
        {
            let line = BasketLine { discount: Some(discount), ..plain() };
            check(basket.add(line), Some("discount_out_of_range"));
        }
        let line = BasketLine { discount: Some(Discount::Amount(500)), ..plain() };
        check(basket.add(unlinked(line.clone())), Some("discount_out_of_range"));
        check(basket.add(line), None);
        check(basket.check(), None);
        basket.lines[0].quantity = 0;
        check(basket.check(), Some("quantity_out_of_range"));
    }

    #[test]
    fn refusals_of_changes() {
        let mut basket = basket(1, &[line(1, 2, 500), back(line(2, 1, 500))]);
        check(basket.set_quantity(9, 1), Some("unknown_line"));
        check(basket.set_quantity(1, 0), Some("quantity_out_of_range"));
        check(basket.set_quantity(1, 1_000_000), Some("quantity_out_of_range"));
        check(basket.set_discount(Some(9), None), Some("unknown_line"));
        check(basket.set_discount(Some(1), Some(Discount::Amount(1_001))), Some("discount_out_of_range"));
        check(basket.set_discount(Some(2), Some(Discount::Amount(1))), Some("discount_out_of_range"));
        check(basket.set_discount(Some(1), Some(Discount::Amount(900))), None);
        check(basket.set_quantity(1, 1), Some("discount_out_of_range"));
        check(basket.set_discount(None, Some(Discount::Amount(101))), Some("discount_out_of_range"));
        check(basket.set_discount(None, Some(Discount::Percent(10_001))), Some("discount_out_of_range"));
        check(basket.set_discount(None, Some(Discount::Amount(100))), None);
        check(basket.override_price(9, 400, "agreed"), Some("unknown_line"));
        check(basket.override_price(1, 0, "agreed"), Some("price_out_of_range"));
        check(basket.override_price(1, 400, "mood"), Some("reason_needed"));
        check(basket.override_price(1, 400, "agreed"), Some("discount_out_of_range"));
        check(basket.override_price(2, 400, "agreed"), Some("not_refundable"));
        check(basket.confirm_rx(9), Some("unknown_line"));
        check(basket.remove(9), Some("unknown_line"));
        assert_eq!((basket.lines[0].quantity, basket.lines[0].unit_price_minor), (2, Some(500)));
    }

    #[test]
    fn an_override_keeps_the_catalogue_price() {
        let mut basket = basket(1, &[line(1, 1, 500)]);
        basket.override_price(1, 450, "shelf_label").unwrap();
        basket.override_price(1, 400, "agreed").unwrap();
        let line = &basket.lines[0];
        assert_eq!((line.unit_price_minor, line.list_price_minor), (Some(400), Some(500)));
        assert_eq!(line.price_reason.as_deref(), Some("agreed"));
    }

    #[test]
    fn a_basket_comes_back_from_its_bytes() {
        let mut kept = basket(1, &[back(line(1, 2, 500)), line(2, 1, 600)]);
        kept.lines[1].scanned = Some(vec![1, 2, 3]);
        kept.lines[1].expiry = Some(BusinessDate(20_500));
        // As it was kept before packs were counted of which a code said something.
        let before = Basket::from_bytes(&kept.to_bytes()).unwrap();
        assert_eq!((before.lines[0].in_hand, before.lines[1].in_hand), (None, Some(1)));
        kept.lines[1].in_hand = Some(1);
        kept.discount = Some(Discount::Percent(500));
        assert_eq!(Basket::from_bytes(&kept.to_bytes()).unwrap(), kept);
        assert!(Basket::from_bytes(&kept.to_bytes()[1..]).is_err());
    }
}
