//! Many past sales at once, to measure on a ledger that is as full as after years.
//!
//! The sales are decided by the same rules and written into the same journal as at the counter; only many of
//! them are committed together, because nobody waits for each one.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::Context;
use chrono::TimeDelta;
use chrono_tz::Tz;
use desk::api::cash::{CloseSession, CountDrawer, DenominationCount, OpenSession, TenderCount};
use desk::api::catalogue::{FindProducts, ProductRow};
use desk::{Desk, Nothing};
use domain::acting::Acting;
use domain::basket::{Basket, BasketLine};
use domain::country::country;
use domain::entry::TenderKind;
use domain::id::{EntryId, ProductId};
use domain::lot::KnownLots;
use domain::price::{RefundedSales, price};
use domain::sale::{CompleteSale, SaleContext, complete};
use domain::tender::TenderGiven;
use domain::time::Now;
use ledger::{Branch, Ledger, NewEntry, OpenSession as Session, Till, Write};

use till::local_time::{date_of, instant};
use till::pieces::pieces_of;
use till::{home, keys};

/// Sales of one cash session.
pub const SALES_OF_A_SESSION: u64 = 5_000;

/// Sales committed together.
const SALES_OF_A_COMMIT: u64 = 100;

/// Lines of each sale.
const LINES: u64 = 3;

/// Milliseconds from one sale to the next: 5,000 of them take less than seven hours.
const SALE_MS: i64 = 5_000;

/// Adds `count` sales of three lines to the till in `dir`: sessions of 5,000, a day each, the last one
/// yesterday. Every session is counted and closed.
///
/// # Errors
/// When nothing is founded there, the catalogue is empty, a session is open, or the machine fails.
pub fn sales(dir: &Path, who: Option<&str>, count: u64, progress: &mut dyn FnMut(u64)) -> anyhow::Result<()> {
    let today = home::real_clock()();
    let sessions = i64::try_from(count.div_ceil(SALES_OF_A_SESSION))?;
    for place in 0..sessions {
        let done = place.unsigned_abs() * SALES_OF_A_SESSION;
        let clock = Arc::new(AtomicI64::new(today));
        let products = open(dir, who, &clock, sessions - place)?;
        write(dir, &clock, &products, (count - done).min(SALES_OF_A_SESSION))?;
        close(dir, who, &clock)?;
        progress((done + SALES_OF_A_SESSION).min(count));
    }
    Ok(())
}

fn desk_at(dir: &Path, who: Option<&str>, clock: &Arc<AtomicI64>) -> anyhow::Result<Arc<Desk>> {
    let clock = Arc::clone(clock);
    let desk = home::open_with(dir, Box::new(move || clock.load(Ordering::Relaxed)), home::real_random())?;
    crate::person::act_as(&desk, who)?;
    Ok(desk)
}

/// Opens a session so many days ago, and gives the products to sell.
fn open(
    dir: &Path,
    who: Option<&str>,
    clock: &Arc<AtomicI64>,
    days_ago: i64,
) -> anyhow::Result<Vec<ProductRow>> {
    let desk = desk_at(dir, who, clock)?;
    let till = desk.status(Nothing {})?.till.context("nothing is founded in this folder yet")?;
    let zone: Tz = till.time_zone.parse().ok().context("the branch has no time zone")?;
    let date = date_of(zone, clock.load(Ordering::Relaxed)) - TimeDelta::days(days_ago);
    clock.store(instant(zone, date, 8 * 60), Ordering::Relaxed);
    let found = desk.find_products(FindProducts { text: String::new(), limit: 500 })?;
    let products: Vec<_> =
        found.rows.into_iter().filter(|row| row.price_minor.is_some_and(|price| price > 0)).collect();
    anyhow::ensure!(!products.is_empty(), "the catalogue has no product with a price");
    let denominations = float(till.notes.iter().chain(&till.coins));
    desk.open_session(OpenSession {
        drawer: None,
        cash_session_id: id(clock),
        denominations,
        from_safe_minor: None,
        transfer_ids: Vec::new(),
    })?;
    Ok(products)
}

/// Ten of the smallest note or coin that is at least a hundred minor units.
fn float<'a>(values_minor: impl Iterator<Item = &'a i64>) -> Vec<DenominationCount> {
    let value = values_minor.copied().filter(|value| *value >= 100).min();
    value.map(|value_minor| DenominationCount { value_minor, count: 10 }).into_iter().collect()
}

/// What every sale of the session has in common.
struct Counter<'a> {
    branch: Branch,
    till: Till,
    acting: Acting,
    products: &'a [ProductRow],
}

fn write(dir: &Path, clock: &Arc<AtomicI64>, products: &[ProductRow], count: u64) -> anyhow::Result<()> {
    let secrets = keys::read(&dir.join(home::KEYS))?.context("there are no keys in this folder")?;
    let mut ledger = Ledger::open(&dir.join(home::LEDGER), &secrets, Arc::from(home::real_random()))?;
    let counter = counter(&ledger, products)?;
    let zone: Tz = counter.branch.time_zone.parse().ok().context("the branch has no time zone")?;
    let mut done = 0;
    while done < count {
        let many = SALES_OF_A_COMMIT.min(count - done);
        let ms = clock.fetch_add(i64::try_from(many)? * SALE_MS, Ordering::Relaxed);
        ledger.transact(Now::in_zone(ms, zone), |book| {
            let receipt_no = book.next_receipt_no()?;
            let entries = (0..many)
                .map(|place| counter.sale(ms + i64::try_from(place).unwrap_or(0), receipt_no + place))
                .collect::<Result<_, _>>()?;
            Ok((Write { entries, ..Write::default() }, ()))
        })?;
        done += many;
    }
    Ok(())
}

fn counter<'a>(ledger: &Ledger, products: &'a [ProductRow]) -> anyhow::Result<Counter<'a>> {
    let book = ledger.book();
    let branch = book.branch()?.context("nothing is founded in this folder yet")?;
    let till = book.till()?.context("this till belongs to no branch")?;
    let Session { cash_session, business_date, .. } =
        book.open_session(till.drawer())?.context("no session is open")?;
    let actor = book.staff()?.first().context("nobody works here")?.staff;
    let acting = Acting {
        actor,
        approver: None,
        till: till.till,
        cash_session: Some(cash_session),
        business_date,
        currency: branch.currency.clone(),
    };
    Ok(Counter { branch, till, acting, products })
}

impl Counter<'_> {
    fn sale(&self, ms: i64, receipt_no: u64) -> Result<NewEntry, ledger::Error> {
        let random = home::real_random();
        let sale_id = EntryId(keys::new_id(random.as_ref(), ms));
        let mut basket = Basket::new(sale_id);
        for line in 0..LINES {
            // A stride through the list, so that no two sales in a row are alike.
            let place = (receipt_no * LINES + line).wrapping_mul(7_919) % self.products.len() as u64;
            basket.add(self.line(&self.products[place as usize]))?;
        }
        let refunded = RefundedSales::default();
        let total_minor = price(&basket, &refunded)?.total_minor;
        let kind = if receipt_no.is_multiple_of(2) { TenderKind::Cash } else { TenderKind::Card };
        let rounding =
            country(&self.branch.country).and_then(|rules| rules.cash_rounding_on(self.acting.business_date));
        let context = SaleContext {
            acting: &self.acting,
            basket: &basket,
            refunded: &refunded,
            receipt_no,
            drawer: self.till.drawer(),
            shelf: self.branch.shelf(),
            rounding,
            lots: &KnownLots::default(),
            today: self.acting.business_date,
        };
        // A round sum in cash, so that change is given as at a counter.
        let amount_minor =
            if kind == TenderKind::Cash { total_minor.div_euclid(500) * 500 + 500 } else { total_minor };
        let tenders = vec![TenderGiven { kind, amount_minor, customer: None, reference: None }];
        let command = CompleteSale { sale_id, tenders, seen_total_minor: total_minor };
        let (kind, receipt, to_seal) = complete(&context, &command)?;
        Ok(NewEntry { entry: receipt.into_entry(kind), to_seal })
    }

    fn line(&self, row: &ProductRow) -> BasketLine {
        let rules = country(&self.branch.country);
        let rate_ppm = rules.and_then(|rules| rules.tax_rate_ppm(&row.tax_code, self.acting.business_date));
        BasketLine {
            pack: row.pack.clone(),
            unit_price_minor: row.price_minor,
            rx: row.rx,
            rx_confirmed: row.rx,
            ..BasketLine::new(
                ProductId::parse(&row.product_id)
                    .unwrap_or_else(|| ProductId::of_source("seed", &row.product_id)),
                &row.name,
                1,
                &row.tax_code,
                rate_ppm.unwrap_or(0),
            )
        }
    }
}

/// Counts what should be there, and closes.
fn close(dir: &Path, who: Option<&str>, clock: &Arc<AtomicI64>) -> anyhow::Result<()> {
    let desk = desk_at(dir, who, clock)?;
    let till = desk.status(Nothing {})?.till.context("nothing is founded in this folder yet")?;
    let x = desk.x_report(Nothing {})?;
    let expected = x
        .expected_cash_minor
        .context("this needs somebody who may see what should be in the drawer: --as NAME")?;
    let card = x.tenders.iter().filter(|tender| tender.kind == "card");
    let other = card
        .map(|tender| TenderCount {
            kind: tender.kind.clone(),
            counted_minor: tender.amount_minor.unwrap_or(0),
        })
        .collect();
    let denominations =
        pieces_of(expected, till.notes.iter().chain(&till.coins)).context("the cash cannot be made up")?;
    let counted =
        CountDrawer { entry_id: id(clock), denominations, parts: Vec::new(), other, recount_reason: None };
    let count = desk.count_drawer(counted)?.count.context("the count is not there")?;
    desk.close_session(CloseSession {
        entry_id: id(clock),
        reason: None,
        note: None,
        next_float: count.proposed_float,
        seen_expected_minor: expected,
        on_its_way_reason: None,
    })?;
    Ok(())
}

fn id(clock: &AtomicI64) -> String {
    keys::new_id(home::real_random().as_ref(), clock.load(Ordering::Relaxed)).to_string()
}
