//! The demo pharmacy: invented people, products and a fortnight of sales, so that no screen is empty.
//!
//! The past is made by the same commands that a person gives, on a clock that is set back: nothing is written
//! that could not have happened at the counter.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};
use chrono_tz::Tz;
use desk::api::basket::*;
use desk::api::cash::*;
use desk::api::catalogue::ImportCatalogue;
use desk::api::sales::*;
use desk::api::setup::*;
use desk::api::transfers::{AcceptCash, CashQuery};
use desk::import::{ImportedProduct, read_csv};
use desk::{Desk, Fault, Nothing};
use domain::entry::ReceivedLine;
use domain::id::ProductId;
use domain::limits::MAX_RECEIVED_LINES;
use domain::time::BusinessDate;

use crate::home::{self, Random};
use crate::local_time::{date_of, instant};
use crate::pieces::pieces_of;
use crate::{job, keys};

/// Products of the demo, invented.
const PRODUCTS: &str = include_str!("../demo/products.csv");

/// Days of past sales, the last one being yesterday.
const PAST_DAYS: i64 = 14;

/// How long before now the drawer of today was opened.
const BUSY_MS: i64 = 50 * 60_000;

/// Roles of the three people, the owner first.
const ROLES: [&str; 3] = ["owner", "pharmacist", "assistant"];

/// What they sign in with: the owner with something longer.
pub const PINS: [&str; 3] = ["73915482", "739154", "628043"];

/// What the owner gives them first.
const FIRST_PIN: &str = "246813";

const ZONE: Tz = Tz::Europe__Berlin;

/// How likely a sale is in each hour from 8 to 18, as sales in a usual day.
const SALES_BY_HOUR: [u32; 10] = [3, 4, 5, 5, 3, 2, 3, 4, 5, 3];

/// Makes the demo pharmacy in `dir`, which must not hold a till yet, and its second till in `till-2` beside it.
///
/// # Errors
/// `already_set_up`, or whatever a command is refused with.
pub fn make(dir: &Path, progress: &mut dyn FnMut(&str)) -> Result<(), Fault> {
    let real_now = home::real_clock()();
    let today = date_of(ZONE, real_now);
    let clock = Arc::new(AtomicI64::new(0));
    let shown = Arc::clone(&clock);
    let desk = home::open_with(dir, Box::new(move || shown.load(Ordering::Relaxed)), home::real_random())?;
    let mut demo = Demo {
        desk,
        clock,
        chance: Chance(0x0d15_ea5e),
        who: 0,
        random: home::real_random(),
        wares: Vec::new(),
    };
    demo.set_clock(today - TimeDelta::days(PAST_DAYS + 1), 9 * 60);
    demo.found()?;
    progress("the catalogue is read");
    demo.read_catalogue(dir)?;
    for past in (1..=PAST_DAYS).rev() {
        let date = today - TimeDelta::days(past);
        if date.weekday() != Weekday::Sun {
            progress(&format!("{date} is rung up"));
            demo.day(date)?;
        }
    }
    progress("till 2 joins");
    demo.clock.store(real_now - BUSY_MS, Ordering::Relaxed);
    demo.give_pins()?;
    demo.second_till(dir)?;
    demo.this_hour()?;
    demo.clock.store(real_now, Ordering::Relaxed);
    demo.fill_basket(3)
}

struct Demo {
    desk: Arc<Desk>,
    clock: Arc<AtomicI64>,
    chance: Chance,
    /// Who is at the counter.
    who: usize,
    random: Random,
    /// What can be sold, that first which will sell best.
    wares: Vec<Ware>,
}

/// A product with what lies on the shelf of it.
struct Ware {
    product: ProductId,
    lot: Option<String>,
    expiry: Option<BusinessDate>,
    /// Packs that a delivery fills the shelf up to.
    full: i64,
    /// Packs that are left.
    left: i64,
}

impl Demo {
    fn found(&self) -> Result<(), Fault> {
        let person = |name: &str, which: usize| {
            let (name, role) = (name.to_owned(), ROLES[which].to_owned());
            NewStaff { name, role, secret: None }
        };
        self.desk.set_up(SetUp {
            pharmacy_name: "Apotheke am Markt".to_owned(),
            letterhead: vec!["Marktplatz 4".to_owned(), "12345 Musterstadt".to_owned()],
            country: "DE".to_owned(),
            time_zone: ZONE.name().to_owned(),
            day_boundary_min: 0,
            till_no: 1,
            staff: vec![person("Anna Berger", 0), person("Jonas Keller", 1), person("Mia Yilmaz", 2)],
            backup_folder: None,
            recovery_passphrase: None,
        })?;
        self.on_duty(0)
    }

    fn on_duty(&self, which: usize) -> Result<(), Fault> {
        let staff = self.desk.staff(Nothing {})?;
        let person = staff
            .into_iter()
            .find(|person| person.role == ROLES[which])
            .ok_or_else(|| Fault::bare("unknown_person"))?;
        let secret = PINS[which].to_owned();
        self.desk.act_as(Some(SignIn { staff_id: person.staff_id, secret, new_secret: None }))
    }

    /// Gives everybody their PIN, as the owner and each of them would.
    fn give_pins(&self) -> Result<(), Fault> {
        let staff = self.desk.staff(Nothing {})?;
        let person = |which: usize| {
            let found = staff.iter().find(|person| person.role == ROLES[which]);
            found.map(|person| person.staff_id.clone()).ok_or_else(|| Fault::bare("unknown_person"))
        };
        let sign_in = |which: usize, secret: &str, new: bool| {
            let new_secret = new.then(|| PINS[which].to_owned());
            self.desk.sign_in(SignIn { staff_id: person(which)?, secret: secret.to_owned(), new_secret })
        };
        sign_in(0, "", true)?;
        for which in 1..PINS.len() {
            self.desk.give_secret(GiveSecret { staff_id: person(which)?, secret: FIRST_PIN.to_owned() })?;
        }
        for which in 1..PINS.len() {
            sign_in(which, FIRST_PIN, true)?;
        }
        self.on_duty(0)
    }

    /// What an assistant calls a colleague for.
    fn as_pharmacist<R>(&self, act: impl FnOnce(&Desk) -> Result<R, Fault>) -> Result<R, Fault> {
        self.on_duty(1)?;
        let done = act(&self.desk)?;
        self.on_duty(self.who)?;
        Ok(done)
    }

    fn read_catalogue(&mut self, dir: &Path) -> Result<(), Fault> {
        let file = dir.join("products.csv");
        std::fs::write(&file, PRODUCTS).map_err(|_| Fault::bare("folder_failed"))?;
        let path = file.to_str().ok_or_else(|| Fault::bare("folder_failed"))?.to_owned();
        let begun = self.desk.import_catalogue(ImportCatalogue { path, dry_run: false })?;
        let done = job::finish(&self.desk, &begun, |_| ());
        // The catalogue has it now; a copy beside the ledger would only be taken for it.
        let _ = std::fs::remove_file(&file);
        done?;
        let today = BusinessDate::parse(&date_of(ZONE, self.now()).to_string())
            .ok_or_else(|| Fault::bare("internal"))?;
        let release = read_csv("products.csv", PRODUCTS.as_bytes(), today)
            .map_err(|refusal| Fault::bare(&refusal.code()))?;
        self.wares = release.products.into_iter().filter_map(ware).collect();
        // They come by name, and a pharmacy does not sell by the alphabet.
        self.wares.sort_by_cached_key(|_| self.chance.below(i64::MAX));
        Ok(())
    }

    /// The wholesaler's van: fills the shelf up again.
    fn delivery(&mut self) -> Result<(), Fault> {
        let missing = |ware: &Ware| ReceivedLine {
            product: ware.product,
            lot: ware.lot.clone(),
            expiry: ware.expiry,
            packs: ware.full - ware.left,
            announced: None,
            damaged: None,
            cost_minor: None,
        };
        let lines: Vec<_> = self.wares.iter().filter(|ware| ware.left < ware.full).map(missing).collect();
        for lines in lines.chunks(MAX_RECEIVED_LINES as usize) {
            self.as_pharmacist(|desk| desk.receive_goods(lines.to_vec()))?;
        }
        self.wares.iter_mut().for_each(|ware| ware.left = ware.full);
        Ok(())
    }

    fn day(&mut self, date: NaiveDate) -> Result<(), Fault> {
        let late = self.chance.below(9);
        self.who = self.chance.below(3) as usize;
        self.set_clock(date, 7 * 60 + 50 + late);
        self.on_duty(self.who)?;
        self.delivery()?;
        self.open()?;
        let closes_early = date.weekday() == Weekday::Sat;
        let hours = if closes_early { &SALES_BY_HOUR[..5] } else { &SALES_BY_HOUR[..] };
        for (hour, usual) in (8..).zip(hours) {
            let count = usual / 2 + self.chance.below(i64::from(*usual) + 1).unsigned_abs() as u32;
            let mut minutes: Vec<i64> = (0..count).map(|_| self.chance.below(60)).collect();
            minutes.sort_unstable();
            for minute in minutes {
                self.set_clock(date, hour * 60 + minute);
                self.sale()?;
            }
            if hour == 11 && self.chance.below(3) == 0 {
                let stamps = self.chance.below(10) * 50;
                self.move_cash("paid_out", 350 + stamps, "postage")?;
            }
            if hour == 15 && self.chance.below(4) == 0 {
                self.move_cash("no_sale", 0, "give_change")?;
            }
        }
        self.set_clock(date, if closes_early { 13 * 60 + 10 } else { 18 * 60 + 12 });
        self.on_duty(0)?;
        self.close()
    }

    /// Today: the drawer is open, and some customers were here.
    fn this_hour(&mut self) -> Result<(), Fault> {
        self.who = 1;
        self.on_duty(1)?;
        self.delivery()?;
        self.open()?;
        for _ in 0..8 {
            self.clock.fetch_add(BUSY_MS / 10, Ordering::Relaxed);
            self.sale()?;
        }
        Ok(())
    }

    fn open(&self) -> Result<(), Fault> {
        let opened = OpenSession {
            drawer: None,
            cash_session_id: self.new_id(),
            denominations: float().to_vec(),
            from_safe_minor: None,
            transfer_ids: Vec::new(),
        };
        self.desk.open_session(opened)?;
        Ok(())
    }

    fn sale(&mut self) -> Result<(), Fault> {
        let wanted = 1 + self.chance.below(3);
        self.fill_basket(wanted)?;
        if self.chance.below(12) == 0 {
            self.desk
                .set_discount(SetDiscount { line_no: None, discount: Some(DiscountView::Percent(500)) })?;
        }
        let paid = self.pay()?;
        if self.chance.below(40) == 0 {
            self.take_back(&paid)?;
        }
        Ok(())
    }

    /// Puts so many products into the basket.
    fn fill_basket(&mut self, wanted: i64) -> Result<(), Fault> {
        let mut line_count = 0;
        while line_count < wanted {
            // Squared, so that the first of the list are the best sellers.
            let far = self.chance.below(1000);
            let place = (far * far * self.wares.len() as i64 / 1_000_000) as usize;
            let quantity = if self.chance.below(6) == 0 { 2 } else { 1 };
            let Some(ware) = self.wares.get_mut(place).filter(|ware| ware.left >= quantity) else { continue };
            ware.left -= quantity;
            line_count += 1;
            let product_id = ware.product.to_string();
            let basket = self.desk.add_product(AddProduct { ask_id: self.new_id(), product_id, quantity })?;
            for line in basket.lines.iter().filter(|line| line.rx && !line.rx_confirmed) {
                self.as_pharmacist(|desk| desk.confirm_rx(LineNo { line_no: line.line_no }))?;
            }
        }
        Ok(())
    }

    /// Half of the customers pay in cash, most of them with a round sum.
    fn pay(&mut self) -> Result<SaleDone, Fault> {
        let quote = self.desk.quote_tenders(QuoteTenders { tenders: Vec::new() })?;
        let by_card = self.chance.below(2) == 0;
        let tender = if by_card {
            let reference = Some(format!("{:06}", self.chance.below(1_000_000)));
            TenderInput {
                kind: "card".to_owned(),
                amount_minor: quote.remaining_minor,
                reference,
                customer_id: None,
            }
        } else {
            let likely = &quote.quick_cash_minor;
            let amount_minor = match likely.len() {
                0 => quote.remaining_cash_minor,
                count => likely[self.chance.below(count as i64) as usize],
            };
            TenderInput { kind: "cash".to_owned(), amount_minor, reference: None, customer_id: None }
        };
        let basket = self.desk.basket(Nothing {})?;
        self.desk.complete_sale(CompleteSale {
            sale_id: basket.sale_id,
            tenders: vec![tender],
            seen_total_minor: basket.total_minor,
        })
    }

    fn take_back(&mut self, paid: &SaleDone) -> Result<(), Fault> {
        let sale = self.desk.sale(SaleId { sale_id: paid.sale_id.clone() })?;
        let Some(line) = sale.lines.first() else { return Ok(()) };
        let back = StartRefund {
            ask_id: self.new_id(),
            sale_id: paid.sale_id.clone(),
            lines: vec![RefundLineInput { line_no: line.line_no, quantity: 1 }],
            reason: "wrong_product".to_owned(),
        };
        self.as_pharmacist(|desk| desk.start_refund(back))?;
        let basket = self.desk.basket(Nothing {})?;
        let tender = TenderInput {
            kind: "cash".to_owned(),
            amount_minor: basket.total_minor,
            reference: None,
            customer_id: None,
        };
        self.desk.complete_sale(CompleteSale {
            sale_id: basket.sale_id,
            tenders: vec![tender],
            seen_total_minor: basket.total_minor,
        })?;
        Ok(())
    }

    fn move_cash(&self, kind: &str, amount_minor: i64, reason: &str) -> Result<(), Fault> {
        let moved = MoveCash {
            entry_id: self.new_id(),
            kind: kind.to_owned(),
            amount_minor,
            reason: reason.to_owned(),
            note: None,
        };
        self.as_pharmacist(|desk| desk.move_cash(moved)).map(drop)
    }

    /// Counts what is there, now and then a little off, and closes.
    /// What came out of the drawer the evening before is counted into the safe.
    fn fill_safe(&self) -> Result<(), Fault> {
        for transfer in self.desk.cash(CashQuery { business_date: None })?.on_its_way {
            self.desk.accept_cash(AcceptCash {
                entry_id: self.new_id(),
                transfer_id: transfer.transfer_id,
                is_return: false,
                counted_minor: transfer.amount_minor,
                denominations: Vec::new(),
                note: None,
            })?;
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), Fault> {
        self.fill_safe()?;
        let x = self.desk.x_report(Nothing {})?;
        let off = [0, 0, 0, 0, -50, 20, -100][self.chance.below(7) as usize];
        // The owner counts, and may see what should be there.
        let there = x.expected_cash_minor.ok_or_else(|| Fault::bare("not_allowed"))? + off;
        let till = self.desk.status(Nothing {})?.till.ok_or_else(|| Fault::bare("not_set_up"))?;
        let other = x
            .tenders
            .iter()
            .filter(|tender| tender.kind == "card")
            .map(|tender| TenderCount {
                kind: tender.kind.clone(),
                counted_minor: tender.amount_minor.unwrap_or(0),
            })
            .collect();
        // The float lies in the drawer as it was put in, so that it can be left there again.
        let mut denominations = float().to_vec();
        let float_minor: i64 = denominations.iter().map(|piece| piece.value_minor * piece.count).sum();
        for more in pieces_of(there - float_minor, till.notes.iter().chain(&till.coins)).unwrap_or_default() {
            match denominations.iter_mut().find(|piece| piece.value_minor == more.value_minor) {
                Some(piece) => piece.count += more.count,
                None => denominations.push(more),
            }
        }
        let counted = CountDrawer {
            entry_id: self.new_id(),
            denominations,
            parts: Vec::new(),
            other,
            recount_reason: None,
        };
        let count = self.desk.count_drawer(counted)?.count.ok_or_else(|| Fault::bare("not_counted"))?;
        let cash = count.rows.iter().find(|row| row.kind == "cash");
        self.desk.close_session(CloseSession {
            entry_id: self.new_id(),
            reason: count.needs_reason.then(|| "change_error".to_owned()),
            note: None,
            next_float: count.proposed_float.clone(),
            seen_expected_minor: cash.map_or(0, |row| row.expected_minor),
            on_its_way_reason: None,
        })?;
        Ok(())
    }

    /// A second till of the branch, in the folder `till-2` beside this one.
    fn second_till(&self, dir: &Path) -> Result<(), Fault> {
        let invited = self.desk.invite()?;
        let beside = dir.with_file_name("till-2");
        let second = home::open_once(&beside)?;
        let file = beside.join("invitation");
        std::fs::write(&file, &invited.file).map_err(|_| Fault::bare("folder_failed"))?;
        let path = file.to_str().ok_or_else(|| Fault::bare("folder_failed"))?.to_owned();
        let joined = second.join(Join { path, code: invited.code });
        // An invitation is good for one till; used, it is only in the way.
        let _ = std::fs::remove_file(&file);
        joined.map(|_| ())
    }

    fn set_clock(&self, date: NaiveDate, minute: i64) {
        self.clock.store(instant(ZONE, date, minute), Ordering::Relaxed);
    }

    fn now(&self) -> i64 {
        self.clock.load(Ordering::Relaxed)
    }

    fn new_id(&self) -> String {
        keys::new_id(&*self.random, self.now()).to_string()
    }
}

/// What is in the drawer in the morning: 80 + 60 + 40 + 10 + 6 + 4 = 200 euros.
fn float() -> [DenominationCount; 6] {
    [(2000, 4), (1000, 6), (500, 8), (200, 5), (100, 6), (50, 8)]
        .map(|(value_minor, count)| DenominationCount { value_minor, count })
}

/// A product that has a price and lies on the shelf.
fn ware(imported: ImportedProduct) -> Option<Ware> {
    let stock = imported.stock?;
    let full = stock.on_hand.filter(|packs| *packs > 0)?;
    imported.price_minor?;
    let product = match imported.gtin {
        Some(gtin) => ProductId::of_gtin(gtin.as_str()),
        None => ProductId::of_source("csv", &imported.source_code),
    };
    Some(Ware { product, lot: stock.lot, expiry: stock.expiry, full, left: full })
}

/// Chance that is the same in every demo: xorshift64.
struct Chance(u64);

impl Chance {
    /// A whole number from 0 up to, not including, `end`.
    fn below(&mut self, end: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 16) as i64).rem_euclid(end.max(1))
    }
}
