//! Goods in: codes read without selling, deliveries looked at and booked, what went back, and every movement of a
//! product.

use domain::entry::{Entry, GoodsLine, LineLot, ReceivedLine};
use domain::id::{EntryId, ProductId};
use domain::limits::{MAX_RECEIVED_LINES, check_lines};
use domain::lot::{ProductLots, days_left, is_expired, read_expiry};
use domain::money::proportion;
use domain::permission::Permission;
use domain::stock::{Delivery, receive_goods, return_goods};
use domain::tax::contained;
use domain::time::BusinessDate;
use ledger::{Book, StoredEntry, StoredProduct, Write};

use crate::api::catalogue;
use crate::api::stock::*;
use crate::basket::receipt_no;
use crate::commands::Nothing;
use crate::counter::Counter;
use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk, id};
use crate::scan::Read;

/// Deliveries that the list shows.
const MAX_DELIVERIES: u32 = 200;
/// Movements that a product shows.
const MAX_MOVEMENTS: usize = 200;
/// Deliveries in which the last cost is looked for.
const MAX_LOOKED_AT: u32 = 50;
/// Days of use that a delivery should have at least.
const SHORT_EXPIRY_DAYS: i32 = 90;
/// Margin below which somebody should look, hundredths of a percent.
const LOW_MARGIN: i64 = 500;

impl Desk {
    /// Reads a code of a pack; nothing goes into the basket.
    ///
    /// # Errors
    /// `text_too_long`, `badge_scanned`, or a failure of the machine.
    pub fn read_pack(&self, asked: ReadPack) -> Result<PackRead, Fault> {
        let nothing = PackRead { product: None, code: None, lot: None, expiry: None, bad: None };
        Ok(match self.read_code(&asked.code)? {
            Read::Product { product, code, lot, expiry } => {
                let row = self.ask(|counter| {
                    product.as_deref().map(|product| counter.product_row(product)).transpose()
                })?;
                let expiry = expiry.map(|expiry| expiry.to_string());
                PackRead { product: row, code: Some(code), lot, expiry, bad: None }
            }
            Read::Part { lot, expiry } => {
                PackRead { lot, expiry: expiry.map(|expiry| expiry.to_string()), ..nothing }
            }
            Read::Bad { code, reason } => PackRead { code: Some(code), bad: Some(reason), ..nothing },
        })
    }

    /// Says what is to be known of each line of a delivery before it is booked.
    ///
    /// # Errors
    /// `unknown_product`, `too_many_lines`, or a failure of the machine.
    pub fn check_delivery(&self, asked: CheckDelivery) -> Result<Vec<DeliveryCheck>, Fault> {
        check_lines(asked.lines.len(), MAX_RECEIVED_LINES)?;
        let products: Vec<StoredProduct> =
            asked.lines.iter().map(|line| self.known_product(&line.product_id)).collect::<Result<_, _>>()?;
        self.ask(|counter| {
            asked
                .lines
                .iter()
                .zip(&products)
                .map(|(line, product)| counter.delivery_check(line, product))
                .collect()
        })
    }

    /// Books a delivery. Asked twice, it is one.
    ///
    /// # Errors
    /// `basket_empty`, `name_missing`, `unknown_product`, `expiry_impossible`, `too_many_lines`, `text_too_long`,
    /// `quantity_out_of_range`, `price_out_of_range`, `nobody_signed_in`.
    pub fn deliver(&self, asked: Deliver) -> Result<DeliveryView, Fault> {
        let entry_id = id(&asked.entry_id, EntryId::parse)?;
        check_lines(asked.lines.len(), MAX_RECEIVED_LINES)?;
        let lines: Vec<ReceivedLine> =
            asked.lines.iter().map(|line| self.received_line(line)).collect::<Result<_, _>>()?;
        let delivery = Delivery { supplier: Some(asked.supplier), reference: given(asked.reference), lines };
        self.act(&[Changed::Basket, Changed::Book], |counter| {
            if counter.is_done(entry_id, |entry| matches!(entry, Entry::GoodsReceived(_)))? {
                return Ok((Write::default(), ()));
            }
            let mut acting = counter.acting(Permission::MoveStock, 0)?;
            acting.cash_session = None;
            let received = receive_goods(&acting, entry_id, counter.house.branch.shelf(), delivery)?;
            Ok((Write::entry(Entry::GoodsReceived(received)), ()))
        })?;
        self.delivery(DeliveryRef { entry_id: asked.entry_id })
    }

    /// Sends goods back to a supplier, or takes back what was booked wrongly. Asked twice, it is one entry.
    ///
    /// # Errors
    /// As [`Desk::deliver`], and `reason_needed`.
    pub fn return_goods(&self, asked: ReturnGoods) -> Result<DeliveryView, Fault> {
        let entry_id = id(&asked.entry_id, EntryId::parse)?;
        check_lines(asked.lines.len(), MAX_RECEIVED_LINES)?;
        let mut lines = Vec::new();
        for line in asked.lines {
            let product = self.known_product(&line.product_id)?.product;
            lines.push(GoodsLine { product, lot: given(line.lot), expiry: None, packs: line.packs });
        }
        let reference = given(asked.reference);
        self.act(&[Changed::Basket, Changed::Book], |counter| {
            if counter.is_done(entry_id, |entry| matches!(entry, Entry::StockMoved(_)))? {
                return Ok((Write::default(), ()));
            }
            let mut acting = counter.acting(Permission::MoveStock, 0)?;
            acting.cash_session = None;
            let shelf = counter.house.branch.shelf();
            let moved =
                return_goods(&acting, entry_id, shelf, &asked.supplier, reference, lines, &asked.reason)?;
            Ok((Write::entry(Entry::StockMoved(moved)), ()))
        })?;
        self.delivery(DeliveryRef { entry_id: asked.entry_id })
    }

    /// Deliveries and what went back, the newest first.
    ///
    /// # Errors
    /// `not_set_up`, or a failure of the machine.
    pub fn deliveries(&self, _: Nothing) -> Result<Vec<DeliveryRow>, Fault> {
        self.ask(|counter| {
            let entries = counter.book.deliveries(MAX_DELIVERIES)?;
            let rows = entries.into_iter().map(|entry| Ok(counter.goods_of(entry)?.map(|(row, _)| row)));
            rows.filter_map(Result::transpose).collect()
        })
    }

    /// A delivery with its lines.
    ///
    /// # Errors
    /// `unknown_delivery`, or a failure of the machine.
    pub fn delivery(&self, of: DeliveryRef) -> Result<DeliveryView, Fault> {
        let entry = id(&of.entry_id, EntryId::parse)?;
        self.ask(|counter| {
            let found = counter.goods_of(entry)?;
            let (row, lines) = found.ok_or_else(|| Stop::bare("unknown_delivery"))?;
            self.ask_catalogue(counter, |catalogue| {
                let lines =
                    lines.into_iter().map(|line| line_view(catalogue, line)).collect::<Result<_, Stop>>()?;
                Ok(DeliveryView { row, lines })
            })
        })
    }

    /// What came of a product, went and was sold, the newest first.
    ///
    /// # Errors
    /// `bad_arguments`, `history_pending`, or a failure of the machine.
    pub fn movements(&self, of: catalogue::ProductId) -> Result<Vec<MovementRow>, Fault> {
        let product = id(&of.product_id, ProductId::parse)?;
        self.ask(|counter| {
            counter.needs_history()?;
            let mut rows = Vec::new();
            for entry in counter.book.goods_entries(product, MAX_MOVEMENTS as u32)? {
                if let Some((row, lines)) = counter.goods_of(entry)? {
                    rows.push(moved(row, &lines, product));
                }
            }
            for sale in counter.book.sales_of_product(product)?.into_iter().rev().take(MAX_MOVEMENTS) {
                rows.extend(counter.sold(sale, product)?);
            }
            rows.sort_by_key(|row| std::cmp::Reverse(row.at_ms));
            rows.truncate(MAX_MOVEMENTS);
            Ok(rows)
        })
    }

    fn received_line(&self, line: &DeliverLine) -> Result<ReceivedLine, Fault> {
        let read = |text: &String| read_expiry(text.trim()).ok_or_else(|| Fault::bare("expiry_impossible"));
        Ok(ReceivedLine {
            product: self.known_product(&line.product_id)?.product,
            lot: given(line.lot.clone()),
            expiry: given(line.expiry.clone()).as_ref().map(read).transpose()?,
            packs: line.packs,
            announced: line.announced.filter(|announced| *announced != came_of(line)),
            damaged: line.damaged,
            cost_minor: line.cost_minor,
        })
    }
}

impl Counter<'_> {
    fn delivery_check(&self, line: &DeliverLine, product: &StoredProduct) -> Result<DeliveryCheck, Stop> {
        let known = self.book.product_lots(product.product, self.house.branch.shelf())?;
        let mut warnings: Vec<&'static str> = of_expiry(line, &known, self.today());
        let came = came_of(line);
        let announced = line.announced.unwrap_or(came);
        match came.cmp(&announced) {
            std::cmp::Ordering::Less => warnings.push("short"),
            std::cmp::Ordering::Greater => warnings.push("surplus"),
            std::cmp::Ordering::Equal => {}
        }
        let last_cost_minor = self.last_cost(product.product)?;
        if line.cost_minor.is_some() && last_cost_minor.is_some() && line.cost_minor != last_cost_minor {
            warnings.push("cost_changed");
        }
        let facts = &product.facts;
        let margin = match (facts.price_minor, line.cost_minor.or(last_cost_minor)) {
            (Some(price), Some(cost)) => {
                let tax = contained(price, self.rate_of(&self.tax_code_of(facts))?)?;
                let net = price.saturating_sub(tax);
                if net > 0 { Some(proportion(net.saturating_sub(cost), 10_000, net)?) } else { None }
            }
            _ => None,
        };
        if margin.is_some_and(|margin| margin < LOW_MARGIN) {
            warnings.push("margin_low");
        }
        Ok(DeliveryCheck {
            warnings: warnings.into_iter().map(str::to_owned).collect(),
            last_cost_minor,
            price_minor: facts.price_minor,
            margin,
        })
    }

    /// What a pack cost when it came last.
    fn last_cost(&self, product: ProductId) -> Result<Option<i64>, Stop> {
        for entry in self.book.goods_entries(product, MAX_LOOKED_AT)? {
            let Some(StoredEntry { entry: Entry::GoodsReceived(received), .. }) = self.book.entry(entry)?
            else {
                continue;
            };
            let cost =
                received.lines.iter().find(|line| line.product == product && line.cost_minor.is_some());
            if let Some(cost) = cost.and_then(|line| line.cost_minor) {
                return Ok(Some(cost));
            }
        }
        Ok(None)
    }

    /// What came in or went by an entry; none where it is none of goods.
    fn goods_of(&self, entry: EntryId) -> Result<Option<(DeliveryRow, Vec<ReceivedLine>)>, Stop> {
        let Some(stored) = self.book.entry(entry)? else { return Ok(None) };
        let at_ms = stored.header.recorded_at.ms;
        let person = self.name_of(stored.entry.common().actor)?;
        let of = |kind: &str, lines: &[ReceivedLine]| {
            let sum = |packs: fn(&ReceivedLine) -> i64| lines.iter().map(packs).fold(0, i64::saturating_add);
            DeliveryRow {
                entry_id: entry.to_string(),
                kind: kind.to_owned(),
                supplier: None,
                reference: None,
                at_ms,
                person: person.clone(),
                line_count: u32::try_from(lines.len()).unwrap_or(u32::MAX),
                packs: sum(|line| line.packs),
                damaged: sum(|line| line.damaged.unwrap_or(0)),
                reason: None,
            }
        };
        Ok(match stored.entry {
            Entry::GoodsReceived(received) => {
                let row = of("delivered", &received.lines);
                let (supplier, reference) = (received.supplier, received.reference);
                Some((DeliveryRow { supplier, reference, ..row }, received.lines))
            }
            Entry::StockMoved(moved) => {
                let is_back = domain::stock::RETURN_REASONS.contains(&moved.reason.as_str())
                    && moved
                        .common
                        .postings
                        .iter()
                        .any(|leg| leg.account == domain::account::Account::Supplier as u8);
                let lines: Vec<ReceivedLine> = moved.lines.into_iter().map(as_received).collect();
                let row = of(if is_back { "returned" } else { "written_off" }, &lines);
                Some((DeliveryRow { reference: moved.reference, reason: Some(moved.reason), ..row }, lines))
            }
            _ => None,
        })
    }

    /// The lines of a receipt that move a product.
    fn sold(&self, sale: EntryId, product: ProductId) -> Result<Vec<MovementRow>, Stop> {
        let Some(stored) = self.book.receipt_entry(sale)? else { return Ok(Vec::new()) };
        let series = self.book.series_of(stored.record_no)?;
        let at_ms = stored.header.recorded_at.ms;
        let Some((_, receipt)) = stored.entry.into_receipt() else { return Ok(Vec::new()) };
        let person = self.name_of(receipt.common.actor)?;
        let no = receipt_no(&series, receipt.receipt_no);
        let lines = receipt.lines.iter().filter(|line| line.product == product);
        Ok(lines
            .map(|line| MovementRow {
                at_ms,
                kind: if line.quantity < 0 { "taken_back" } else { "sold" }.to_owned(),
                person: person.clone(),
                packs: line.quantity.saturating_neg(),
                lots: line.lots().iter().filter_map(|LineLot { lot, .. }| lot.clone()).collect(),
                reference: Some(no.clone()),
                sale_id: Some(sale.to_string()),
                reason: line.refund_reason.clone(),
            })
            .collect())
    }
}

/// Packs that came, whole and damaged.
fn came_of(line: &DeliverLine) -> i64 {
    line.packs.saturating_add(line.damaged.unwrap_or(0))
}

/// What the expiry of a line that comes in, and what is known of its lot, should make somebody look at.
fn of_expiry(line: &DeliverLine, known: &ProductLots, today: BusinessDate) -> Vec<&'static str> {
    let (lot, text) = (given(line.lot.clone()), given(line.expiry.clone()));
    let expiry = text.as_deref().and_then(read_expiry);
    let before = known.lots.iter().find(|other| other.lot == lot && lot.is_some());
    let before = before.and_then(|lot| lot.expiry);
    let mut warnings = Vec::new();
    match expiry.or(before) {
        _ if text.is_some() && expiry.is_none() => warnings.push("expiry_impossible"),
        Some(day) if is_expired(day, today) => warnings.push("expired"),
        Some(day) if days_left(day, today) <= SHORT_EXPIRY_DAYS => warnings.push("expires_soon"),
        None if lot.is_some() => warnings.push("expiry_missing"),
        _ => {}
    }
    if expiry.is_some() && before.is_some() && expiry != before {
        warnings.push("two_expiries");
    }
    // That it has expired is said already.
    let block = known.block(lot.as_deref(), None, BusinessDate(i32::MIN));
    warnings.extend(block.map(|block| block.refusal(None).code()));
    warnings
}

fn line_view(catalogue: &Book<'_>, line: ReceivedLine) -> Result<DeliveryLineView, Stop> {
    let facts = catalogue.product(line.product)?.map(|product| product.facts).unwrap_or_default();
    Ok(DeliveryLineView {
        product_id: line.product.to_string(),
        name: facts.name,
        pack: facts.pack.unwrap_or_default(),
        lot: line.lot,
        expiry: line.expiry.map(|expiry| expiry.to_string()),
        packs: line.packs,
        announced: line.announced,
        damaged: line.damaged,
        cost_minor: line.cost_minor,
    })
}

fn moved(row: DeliveryRow, lines: &[ReceivedLine], product: ProductId) -> MovementRow {
    let of_product = || lines.iter().filter(|line| line.product == product);
    let packs = of_product().map(|line| line.packs).fold(0, i64::saturating_add);
    let is_in = row.kind == "delivered";
    MovementRow {
        at_ms: row.at_ms,
        kind: if is_in { "received".to_owned() } else { row.kind },
        person: row.person,
        packs: if is_in { packs } else { packs.saturating_neg() },
        lots: of_product().filter_map(|line| line.lot.clone()).collect(),
        reference: row.supplier.or(row.reference),
        sale_id: None,
        reason: row.reason,
    }
}

fn as_received(line: GoodsLine) -> ReceivedLine {
    ReceivedLine {
        product: line.product,
        lot: line.lot,
        expiry: line.expiry,
        packs: line.packs,
        announced: None,
        damaged: None,
        cost_minor: None,
    }
}

/// A text that says something, without the spaces around it.
pub(crate) fn given(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}
