//! Plays the acts of a day.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::NaiveDate;
use chrono_tz::Tz;
use desk::api::basket::*;
use desk::api::cash::*;
use desk::api::catalogue::*;
use desk::api::sales::*;
use desk::api::setup::*;
use desk::{Desk, Fault, Nothing};
use domain::time::Now;
use serde_json::{Value, json};

use super::act::{Act, Cash, DiscountWord, TenderWords, WhichSale};
use super::drawers::drawer_name;
use super::others::Other;
use super::{DayError, Said, Say, Scene, shared_random};
use crate::home::{self, Random};
use crate::local_time::instant;
use crate::pieces::pieces_of;
use crate::{amount, job, keys};

/// The date of a day that names none: a Monday.
const FIRST_DATE: (i32, u32, u32) = (2026, 3, 2);

/// How long an act takes, so that no two have the same time.
const ACT_MS: i64 = 5_000;

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// Why an act was not done.
pub(super) enum Stop {
    /// The desk said no; a day may expect that.
    Refused(Fault),
    /// The line cannot be done as it is written.
    Words(String),
    /// It was done, and could not be printed.
    Print(std::io::Error),
}

/// What a new colleague is given first.
const FIRST_PIN: &str = "246813";

/// The PIN that everybody of a role has on such a day.
pub(super) fn pin_of(role: &str) -> &'static str {
    match role {
        "manager" | "owner" => "73915482",
        _ => "739154",
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Refused(fault)
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::Print(error)
    }
}

/// A person at the counter.
pub struct Player<'a> {
    pub(super) scene: &'a Scene<'a>,
    say: &'a mut Say<'a>,
    /// The line that is played, and its first word.
    at: (usize, String),
    pub(super) desk: Option<Arc<Desk>>,
    /// Folder of the till that is stood at.
    pub(super) dir: PathBuf,
    /// The branch's other tills, by number.
    pub(super) others: BTreeMap<u32, Other>,
    random: Arc<Random>,
    /// What the till's clock shows, in milliseconds since 1970.
    clock: Arc<AtomicI64>,
    zone: Tz,
    /// Digits of the currency after the point.
    digits: u32,
    notes_and_coins: Vec<i64>,
    date: NaiveDate,
    /// Answers of the wizard, until the first act that needs a founded pharmacy.
    founding: Option<SetUp>,
    /// Sales finished in this day, in their order.
    sales: Vec<String>,
    /// Tenders given for the basket so far.
    tenders: Vec<TenderInput>,
    /// The line that was touched last.
    line: Option<u32>,
    /// What the card terminal and the vouchers in hand say, for the next count.
    totals: Vec<TenderCount>,
    refused: Option<Fault>,
    /// The refusal before, for whoever may allow what was refused.
    pub(super) last_refusal: Option<Fault>,
    /// What was asked of the other tills last.
    pub(super) asked: Option<String>,
}

impl<'a> Player<'a> {
    /// At seven in the morning, before anything is opened.
    pub fn new(scene: &'a Scene<'a>, say: &'a mut Say<'a>) -> Self {
        let (year, month, day) = FIRST_DATE;
        let date = NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
        Self {
            scene,
            say,
            at: (0, String::new()),
            desk: None,
            dir: scene.data.to_owned(),
            others: BTreeMap::new(),
            random: shared_random(scene.seeded),
            clock: Arc::new(AtomicI64::new(instant(Tz::UTC, date, 7 * 60))),
            zone: Tz::UTC,
            digits: 2,
            notes_and_coins: Vec::new(),
            date,
            founding: None,
            sales: Vec::new(),
            tenders: Vec::new(),
            line: None,
            totals: Vec::new(),
            refused: None,
            last_refusal: None,
            asked: None,
        }
    }

    /// Plays the act of a line; `expected` is the refusal that the next line names, if it does.
    pub fn play(
        &mut self,
        line: usize,
        words: &str,
        act: &Act,
        expected: Option<&str>,
    ) -> Result<(), DayError> {
        self.at = (line, words.split_whitespace().next().unwrap_or_default().to_owned());
        self.say(&format!("> {words}"), Value::Null)?;
        self.clock.fetch_add(ACT_MS, Ordering::Relaxed);
        match (self.act(act), expected) {
            (Ok(()), _) => Ok(()),
            (Err(Stop::Refused(fault)), Some(code)) if fault.code == code => {
                if fault.code == "approval_needed" {
                    self.last_refusal = Some(fault.clone());
                }
                self.refused = Some(fault);
                Ok(())
            }
            (Err(Stop::Refused(fault)), _) => Err(DayError::Refused { line, fault }),
            (Err(Stop::Words(what)), _) => Err(DayError::Words { line, what }),
            (Err(Stop::Print(error)), _) => Err(error.into()),
        }
    }

    /// The X of a session that is still open.
    pub fn end(mut self, line: usize) -> Result<(), DayError> {
        let open = self.desk.is_some() && matches!(self.status(), Ok(Status { session: Some(_), .. }));
        if open { self.play(line, "x", &Act::X, None) } else { Ok(()) }
    }

    fn act(&mut self, act: &Act) -> Result<(), Stop> {
        match act {
            Act::Pharmacy { name, country, zone } => self.pharmacy(name, country, zone.as_deref()),
            Act::Staff { name, role } => self.staff(name, role),
            Act::Date { date } => self.set_date(date),
            Act::Clock { minute } => {
                self.clock.store(instant(self.zone, self.date, *minute), Ordering::Relaxed);
                Ok(())
            }
            Act::ClockJumps { ms } => {
                self.clock.fetch_add(*ms, Ordering::Relaxed);
                let shown = self.time_of(self.clock.load(Ordering::Relaxed));
                self.tell(&format!("the clock shows {shown}"))
            }
            Act::ExpectRefusal { code } => match self.refused.take() {
                Some(_) => self.tell_with(&format!("refused: {code}"), json!({ "refused": code })),
                None => Err(Stop::Words("the act before was not refused".to_owned())),
            },
            _ => {
                self.ready()?;
                self.act_at_counter(act)
            }
        }
    }

    fn act_at_counter(&mut self, act: &Act) -> Result<(), Stop> {
        match act {
            Act::SignIn { name } => self.sign_in(name),
            Act::Catalogue { file } => self.catalogue(file),
            Act::Product { .. } => self.product(act),
            Act::Stock(act) => self.stock(act),
            Act::Customer { name } => {
                let added = AddCustomer { customer_id: self.new_id(), name: name.clone() };
                let customer = self.desk()?.add_customer(added)?;
                self.tell_with(&format!("customer {name}"), json!({ "customerId": customer.customer_id }))
            }
            Act::Open { cash, from_safe, with_sent, drawer } => {
                self.open(cash, from_safe.as_deref(), *with_sent, drawer.as_deref())
            }
            Act::PutAway { is_to_count } => self.put_away(*is_to_count),
            Act::TakeDrawer { drawer } => self.take_drawer(drawer),
            Act::HandOver { name, reason } => self.hand_over(name, reason.clone()),
            Act::Drawers => self.drawers(),
            Act::Set { name } => self.set(name),
            Act::Z => self.z(),
            Act::CountOther { drawer, cash } => self.count_other(drawer, cash),
            Act::Sign { drawer } => self.sign(drawer),
            Act::Pick { drawer, no } => self.pick(drawer, *no),
            Act::Why { drawer, taken } => self.why(drawer, *taken),
            Act::CloseOther { drawer, reason } => self.close_other(drawer, reason.clone()),
            Act::Scan { code } => self.scan(code),
            Act::Add { text, quantity } => {
                let product_id = self.find(text)?;
                let added = AddProduct { ask_id: self.new_id(), product_id, quantity: *quantity };
                let basket = self.desk()?.add_product(added)?;
                self.shows_last(&basket)
            }
            Act::Unknown { name, price, tax, code, quantity } => {
                let unit_price_minor = self.minor(price)?;
                let basket = self.desk()?.add_unknown(AddUnknown {
                    ask_id: self.new_id(),
                    code: code.clone(),
                    name: name.clone(),
                    unit_price_minor,
                    tax_code: tax.clone(),
                    quantity: *quantity,
                })?;
                self.shows_last(&basket)
            }
            Act::Quantity { quantity, line } => {
                let line_no =
                    line.or(self.line).ok_or_else(|| Stop::Words("no line was touched yet".to_owned()))?;
                let basket = self.desk()?.set_quantity(SetQuantity { line_no, quantity: *quantity })?;
                self.shows(&basket, Some(line_no))
            }
            Act::Discount { line, discount } => {
                let discount = match discount {
                    None => None,
                    Some(DiscountWord::Percent(hundredths)) => Some(DiscountView::Percent(*hundredths)),
                    Some(DiscountWord::Amount(word)) => Some(DiscountView::Amount(self.minor(word)?)),
                };
                let basket = self.desk()?.set_discount(SetDiscount { line_no: *line, discount })?;
                match line {
                    Some(line) => self.shows(&basket, Some(*line)),
                    None => self.shows_all(&basket),
                }
            }
            Act::Price { line, price, reason } => {
                let unit_price_minor = self.minor(price)?;
                let set = OverridePrice { line_no: *line, unit_price_minor, reason: reason.clone() };
                let basket = self.desk()?.override_price(set)?;
                self.shows(&basket, Some(*line))
            }
            Act::Rx { line } => {
                let basket = self.desk()?.confirm_rx(LineNo { line_no: *line })?;
                self.shows(&basket, Some(*line))
            }
            Act::VoidLine { line } => {
                let basket = self.desk()?.void_line(VoidLine { ask_id: self.new_id(), line_no: *line })?;
                let facts = json!({
                    "kind": "line_voided", "saleId": basket.sale_id, "lineNo": line, "totalMinor": basket.total_minor,
                });
                self.tell_with(&format!("line {line} void, total {}", self.text(basket.total_minor)), facts)
            }
            Act::VoidBasket => {
                self.desk()?.void_basket(VoidBasket { ask_id: self.new_id() })?;
                self.tenders.clear();
                self.tell_with("basket void", json!({ "kind": "basket_voided" }))
            }
            Act::Park { label } => {
                self.desk()?.park(Park { ask_id: self.new_id(), label: label.clone() })?;
                self.tenders.clear();
                self.tell_with("basket parked", json!({ "kind": "basket_parked" }))
            }
            Act::Recall { label } => self.recall(label.as_deref()),
            Act::Tender { tender } => self.tender(tender),
            Act::Pay => self.pay(),
            Act::Refund { sale, lines, reason } => self.refund(*sale, lines, reason),
            Act::UnlinkedRefund { text, quantity, price, reason } => {
                let refund = UnlinkedRefund {
                    ask_id: self.new_id(),
                    product_id: self.find(text)?,
                    quantity: *quantity,
                    unit_price_minor: self.minor(price)?,
                    reason: reason.clone(),
                };
                let basket = self.desk()?.unlinked_refund(refund)?;
                self.shows_all(&basket)
            }
            Act::CorrectTender { sale, tenders } => self.correct_tender(*sale, tenders),
            Act::Settle { customer, kind, amount } => {
                let settled = SettleAccount {
                    entry_id: self.new_id(),
                    customer_id: self.customer(customer)?,
                    kind: kind.clone(),
                    amount_minor: self.minor(amount)?,
                };
                let facts = json!({
                    "kind": "account_settled", "entryId": settled.entry_id, "customerId": settled.customer_id,
                    "tender": settled.kind, "amountMinor": settled.amount_minor,
                });
                let receipt = self.desk()?.settle_account(settled)?;
                self.paper(&receipt.text, facts)
            }
            Act::Move { kind, amount, reason, note } => {
                self.move_cash(kind, amount.as_deref(), reason, note.clone())
            }
            Act::Total { kind, amount } => {
                let counted_minor = self.minor(amount)?;
                self.totals.retain(|total| total.kind != *kind);
                self.totals.push(TenderCount { kind: (*kind).to_owned(), counted_minor });
                Ok(())
            }
            Act::Count { cash, with_parts, recount } => self.count(cash, *with_parts, recount.clone()),
            Act::CountPart { drawer, cash, is_anew } => self.count_part(drawer.as_deref(), cash, *is_anew),
            Act::Close { .. } => self.close(act),
            Act::Send { .. } => self.send(act),
            Act::Accept { amount, is_return } => self.accept(amount.as_deref(), *is_return),
            Act::Decline { reason } => self.decline(reason),
            Act::Cash => self.cash(),
            Act::Receipt { sale } => {
                let sale_id = self.sale_id(*sale)?;
                let sale = self.desk()?.sale(SaleId { sale_id })?;
                self.paper(&sale.receipt.text, json!({ "entryId": sale.row.sale_id }))
            }
            Act::Reprint { sale } => {
                let sale_id = self.sale_id(*sale)?;
                let asked = ReprintSale { entry_id: self.new_id(), sale_id };
                let facts =
                    json!({ "kind": "paper_copied", "entryId": asked.entry_id, "saleId": asked.sale_id });
                let copy = self.desk()?.reprint_sale(asked)?;
                self.paper(&copy.text, facts)
            }
            Act::ReprintZ => {
                let last = self.desk()?.z_reports(Nothing {})?.into_iter().next();
                let z_id = last.ok_or_else(|| Stop::Words("there is no Z yet".to_owned()))?.entry_id;
                let copy = self.desk()?.reprint_z(ReprintZ { entry_id: self.new_id(), z_id })?;
                self.report(&copy)
            }
            Act::X => {
                let x = self.desk()?.x_report(Nothing {})?;
                self.report(&x)
            }
            Act::Practice { on } => {
                let status = self.desk()?.set_practice(SetPractice { on: *on })?;
                self.knows(&status);
                self.tell(if *on { "practice mode" } else { "the pharmacy's own book" })
            }
            Act::Restart => self.restart(),
            Act::Till { no } => self.go_to_till(*no),
            Act::Hear => self.hear(),
            Act::Allow { name } => self.allow(name),
            Act::Ask => self.ask_others(),
            Act::Answer { is_given } => self.answer(*is_given),
            Act::Browser { name, is_given } => self.answer_in_browser(name, *is_given),
            Act::Answered => self.answered(),
            Act::Role { name, role } => self.give_role(name, role),
            Act::Leave { name } => self.leave(name),
            Act::LookAround => self.look_around(),
            Act::Verify => {
                let desk = self.desk()?;
                let begun = desk.verify(Nothing {})?;
                job::finish(&desk, &begun, |_| ())?;
                self.tell("verified: ok")
            }
            // These are done before the counter is opened; `act` has seen to them.
            Act::Pharmacy { .. }
            | Act::Staff { .. }
            | Act::Date { .. }
            | Act::Clock { .. }
            | Act::ClockJumps { .. }
            | Act::ExpectRefusal { .. } => Ok(()),
        }
    }

    // The pharmacy and its people.

    fn pharmacy(&mut self, name: &str, country: &str, zone: Option<&str>) -> Result<(), Stop> {
        self.open_desk()?;
        let options = self.desk()?.setup_options(Nothing {})?;
        let known = options.countries.into_iter().find(|known| known.country == country);
        let known =
            known.ok_or_else(|| Stop::Words(format!("there are no rules for the country {country}")))?;
        let time_zone =
            zone.map(str::to_owned).or_else(|| known.time_zones.into_iter().next()).unwrap_or_default();
        self.enter_zone(&time_zone)?;
        self.founding = Some(SetUp {
            pharmacy_name: name.to_owned(),
            letterhead: Vec::new(),
            country: country.to_owned(),
            time_zone,
            day_boundary_min: 0,
            till_no: 1,
            staff: Vec::new(),
            backup_folder: None,
            recovery_passphrase: None,
        });
        Ok(())
    }

    fn staff(&mut self, name: &str, role: &str) -> Result<(), Stop> {
        let (name, role) = (name.to_owned(), role.to_owned());
        match &mut self.founding {
            Some(founding) => {
                founding.staff.push(NewStaff { name, secret: Some(pin_of(&role).to_owned()), role })
            }
            None => {
                self.ready()?;
                self.desk()?.add_staff(AddStaff {
                    staff_id: self.new_id(),
                    name,
                    secret: Some(FIRST_PIN.to_owned()),
                    role,
                })?;
            }
        }
        Ok(())
    }

    fn set_date(&mut self, date: &str) -> Result<(), Stop> {
        let date = NaiveDate::parse_from_str(date, "%Y-%m-%d")
            .map_err(|_| Stop::Words(format!("\"{date}\" is not a date such as 2026-03-02")))?;
        let days = date.signed_duration_since(self.date).num_days();
        self.date = date;
        self.clock.fetch_add(days * DAY_MS, Ordering::Relaxed);
        Ok(())
    }

    fn sign_in(&mut self, name: &str) -> Result<(), Stop> {
        let staff = self.desk()?.staff(Nothing {})?;
        let person = staff.into_iter().find(|person| person.name == name);
        let person = person.ok_or_else(|| Stop::Words(format!("nobody here is called {name}")))?;
        let (staff_id, role) = (person.staff_id, person.role);
        let facts = json!({ "staffId": staff_id });
        let sign_in = |secret: &str, new: Option<&str>| SignIn {
            staff_id: staff_id.clone(),
            secret: secret.to_owned(),
            new_secret: new.map(str::to_owned),
        };
        let pin = pin_of(&role);
        match self.desk()?.sign_in(sign_in(pin, None)) {
            // A new colleague, or an owner where nobody has a PIN yet.
            Err(fault) if ["secret_wrong", "secret_to_choose"].contains(&fault.code.as_str()) => {
                self.desk()?.sign_in(sign_in(FIRST_PIN, Some(pin)))?;
            }
            result => drop(result?),
        }
        // Between two acts of a day hours may pass, and everybody would have to sign in again before each.
        self.desk()?.act_as(Some(sign_in(pin, None)))?;
        self.tell_with(&format!("{name} is signed in"), facts)
    }

    /// Opens the desk and founds the pharmacy, if that is still to be done.
    fn ready(&mut self) -> Result<(), Stop> {
        self.open_desk()?;
        if let Some(founding) = self.founding.take() {
            let status = self.desk()?.set_up(founding)?;
            self.knows(&status);
            self.tell("the pharmacy is founded")?;
        }
        Ok(())
    }

    pub(super) fn open_desk_in(&self, dir: &Path) -> Result<Arc<Desk>, Stop> {
        let (clock, random) = (Arc::clone(&self.clock), Arc::clone(&self.random));
        let clock = Box::new(move || clock.load(Ordering::Relaxed));
        Ok(home::open_with(dir, clock, Box::new(move |bytes| random(bytes)))?)
    }

    /// What is only in the head of whoever stands at a till.
    pub(super) fn forget_basket(&mut self) {
        self.tenders.clear();
        self.line = None;
    }

    /// Number of the till that is stood at.
    pub(super) fn till_no(&self) -> Result<u32, Stop> {
        let till = self.status()?.till;
        till.map(|till| till.till_no).ok_or_else(|| Stop::Words("there is no till yet".to_owned()))
    }

    fn open_desk(&mut self) -> Result<(), Stop> {
        if self.desk.is_some() {
            return Ok(());
        }
        let desk = self.open_desk_in(&self.dir)?;
        let status = desk.status(Nothing {})?;
        self.desk = Some(desk);
        if let Some(till) = &status.till {
            let zone = till.time_zone.clone();
            self.enter_zone(&zone)?;
        }
        self.knows(&status);
        Ok(())
    }

    /// The program starts again, and whoever was on duty signs in again.
    fn restart(&mut self) -> Result<(), Stop> {
        let person = self.status()?.person;
        self.desk = None;
        self.forget_basket();
        self.open_desk()?;
        if let Some(person) = person {
            let secret = pin_of(&person.role).to_owned();
            let sign_in = SignIn { staff_id: person.staff_id, secret, new_secret: None };
            self.desk()?.act_as(Some(sign_in))?;
        }
        let status = self.status()?;
        let session = status.session.map_or_else(
            || "no session is open".to_owned(),
            |session| format!("the session is open since {}", self.time_of(session.opened_at_ms)),
        );
        self.tell(&format!("restarted; {session}"))?;
        let basket = self.desk()?.basket(Nothing {})?;
        self.shows_all(&basket)
    }

    fn knows(&mut self, status: &Status) {
        if let Some(till) = &status.till {
            self.digits = till.currency_digits;
            self.notes_and_coins = till.notes.iter().chain(&till.coins).copied().collect();
        }
    }

    /// Keeps the time of day when the zone becomes known.
    fn enter_zone(&mut self, zone: &str) -> Result<(), Stop> {
        let zone: Tz = zone.parse().map_err(|_| Stop::Words(format!("\"{zone}\" is not a time zone")))?;
        let ms = self.clock.load(Ordering::Relaxed);
        let shift = Now::in_zone(ms, self.zone).utc_offset_min - Now::in_zone(ms, zone).utc_offset_min;
        self.clock.fetch_add(i64::from(shift) * 60_000, Ordering::Relaxed);
        self.zone = zone;
        Ok(())
    }

    // The catalogue.

    fn catalogue(&mut self, file: &str) -> Result<(), Stop> {
        let path = self.scene.files.join(file);
        let path = path.to_str().ok_or_else(|| Stop::Words("the path is not UTF-8".to_owned()))?;
        let desk = self.desk()?;
        let begun = desk.import_catalogue(ImportCatalogue { path: path.to_owned(), dry_run: false })?;
        job::finish(&desk, &begun, |_| ())?;
        let report = desk.import_report(JobNo { job_no: begun.job_no })?;
        let facts = json!({
            "added": report.added, "receivedPacks": report.received_packs, "rejectedCount": report.rejected_count,
        });
        let (added, packs, rejected) = (report.added, report.received_packs, report.rejected_count);
        self.tell_with(&format!("{added} products, {packs} packs, {rejected} rows not taken"), facts)
    }

    fn product(&mut self, act: &Act) -> Result<(), Stop> {
        let Act::Product { code, name, pack, price, tax, rx } = act else { return Ok(()) };
        let price_minor = price.as_deref().map(|price| self.minor(price)).transpose()?;
        let product = self.desk()?.save_product(SaveProduct {
            product_id: self.new_id(),
            is_new: true,
            code: Some(code.clone()),
            name: name.clone(),
            pack: pack.clone(),
            price_minor,
            tax_code: tax.clone(),
            rx: *rx,
            is_withdrawn: false,
        })?;
        let facts = json!({ "productId": product.row.product_id });
        let code = product.row.code.unwrap_or_default();
        self.tell_with(&format!("product {code} {}", product.row.name), facts)
    }

    pub(super) fn find(&self, text: &str) -> Result<String, Stop> {
        let found = self.desk()?.find_products(FindProducts { text: text.to_owned(), limit: 1 })?;
        let row = found.rows.into_iter().next();
        row.map(|row| row.product_id).ok_or_else(|| Stop::Words(format!("no product is found by \"{text}\"")))
    }

    // The basket.

    fn scan(&mut self, code: &str) -> Result<(), Stop> {
        match self.desk()?.scan(Scan { ask_id: self.new_id(), code: code.to_owned(), without_lot: None })? {
            Scanned::Added { basket, line_no } => self.shows(&basket, Some(line_no)),
            Scanned::Unknown { code } => self.tell(&format!("{code} is not in the catalogue")),
            Scanned::Bad { code, reason, .. } => self.tell(&format!("{code} is not a code: {reason}")),
            Scanned::Part { .. } => self.tell(&format!("{code} is a part of the code of a pack")),
            Scanned::Blocked { name, lot, reason, .. } => {
                let lot = lot.map(|lot| format!(" of lot {lot}")).unwrap_or_default();
                self.tell(&format!("{name}{lot} is not sold: {reason}"))
            }
            Scanned::Receipt { .. } => self.tell(&format!("{code} is a receipt of ours")),
        }
    }

    fn shows_last(&mut self, basket: &BasketView) -> Result<(), Stop> {
        let last = basket.lines.last().map(|line| line.line_no);
        self.shows(basket, last)
    }

    pub(super) fn shows(&mut self, basket: &BasketView, line_no: Option<u32>) -> Result<(), Stop> {
        self.line = line_no;
        let line = basket.lines.iter().find(|line| Some(line.line_no) == line_no);
        let facts = basket_facts(basket, line);
        let line = line.map(|line| self.line_text(line)).unwrap_or_default();
        let text = format!("{line} | total {}{}", self.text(basket.total_minor), holds_text(basket));
        self.tell_with(&text, facts)
    }

    fn shows_all(&mut self, basket: &BasketView) -> Result<(), Stop> {
        for line in &basket.lines {
            self.tell_with(&self.line_text(line), basket_facts(basket, Some(line)))?;
        }
        let discount = match basket.discount_minor {
            0 => String::new(),
            minor => format!("discount {}, ", self.text(minor)),
        };
        let lines = match basket.lines.len() {
            1 => "1 line".to_owned(),
            count => format!("{count} lines"),
        };
        let total = self.text(basket.total_minor);
        let text = format!("{lines}, {discount}total {total}{}", holds_text(basket));
        self.tell_with(&text, basket_facts(basket, None))
    }

    fn line_text(&self, line: &BasketLineView) -> String {
        let price = line.unit_price_minor.map_or_else(|| "no price".to_owned(), |minor| self.text(minor));
        let mut text = format!("{} {}, {} x {price}", line.line_no, line.name, line.quantity);
        if line.discount_minor != 0 {
            text += &format!(" less {}", self.text(line.discount_minor));
        }
        if line.basket_discount_minor != 0 {
            text += &format!(" less {} of the basket", self.text(line.basket_discount_minor));
        }
        text += &format!(" = {}", self.text(line.amount_minor));
        for lot in &line.lots {
            text += &format!(", {} of lot {}", lot.packs, lot.lot.as_deref().unwrap_or("?"));
        }
        text
    }

    fn recall(&mut self, label: Option<&str>) -> Result<(), Stop> {
        let parked = self.desk()?.parked(Nothing {})?;
        let found = parked.into_iter().find(|parked| label.is_none_or(|label| parked.label == label));
        let sale_id = found.ok_or_else(|| Stop::Words("no such basket is parked".to_owned()))?.sale_id;
        let basket = self.desk()?.recall(Recall { sale_id })?;
        self.shows_all(&basket)
    }

    // Tenders and finished sales.

    fn tender(&mut self, words: &TenderWords) -> Result<(), Stop> {
        let before = self.quote()?;
        let left = if words.kind == "cash" { before.remaining_cash_minor } else { before.remaining_minor };
        let tender = self.input(words, left)?;
        self.tenders.push(tender);
        let done = self.go_on();
        if done.is_err() {
            self.tenders.pop();
        }
        done
    }

    /// Finishes the sale once the tenders are enough.
    fn go_on(&mut self) -> Result<(), Stop> {
        let quote = self.quote()?;
        match quote.refusal {
            Some(code) => Err(Stop::Refused(Fault::bare(&code))),
            None if quote.is_enough => self.pay(),
            None => {
                let facts = json!({ "remainingMinor": quote.remaining_minor });
                self.tell_with(&format!("still to pay {}", self.text(quote.remaining_minor)), facts)
            }
        }
    }

    fn quote(&self) -> Result<TenderQuote, Stop> {
        Ok(self.desk()?.quote_tenders(QuoteTenders { tenders: self.tenders.clone() })?)
    }

    fn input(&self, words: &TenderWords, left_minor: i64) -> Result<TenderInput, Stop> {
        Ok(TenderInput {
            kind: words.kind.to_owned(),
            amount_minor: words.amount.as_deref().map_or(Ok(left_minor), |word| self.minor(word))?,
            reference: words.reference.clone(),
            customer_id: words.customer.as_deref().map(|name| self.customer(name)).transpose()?,
        })
    }

    fn pay(&mut self) -> Result<(), Stop> {
        let basket = self.desk()?.basket(Nothing {})?;
        let done = self.desk()?.complete_sale(CompleteSale {
            sale_id: basket.sale_id.clone(),
            tenders: self.tenders.clone(),
            seen_total_minor: basket.total_minor,
        })?;
        self.tenders.clear();
        self.line = None;
        let (total, change) = (self.text(done.total_minor), self.text(done.change_due_minor));
        let facts = json!({
            "kind": receipt_kind(&basket), "entryId": done.sale_id, "receiptNo": done.receipt_no,
            "totalMinor": done.total_minor, "changeDueMinor": done.change_due_minor,
        });
        self.sales.push(done.sale_id);
        let sale = self.sales.len();
        self.tell_with(&format!("sale {sale} {}, total {total}, change {change}", done.receipt_no), facts)
    }

    fn sale_id(&self, sale: WhichSale) -> Result<String, Stop> {
        let found = match sale {
            WhichSale::Last => self.sales.last(),
            WhichSale::Nth(number) => number.checked_sub(1).and_then(|index| self.sales.get(index)),
        };
        found.cloned().ok_or_else(|| Stop::Words("there is no such sale in this day".to_owned()))
    }

    fn refund(&mut self, sale: WhichSale, lines: &[(u32, i64)], reason: &str) -> Result<(), Stop> {
        let sale_id = self.sale_id(sale)?;
        let lines = if lines.is_empty() {
            let sale = self.desk()?.sale(SaleId { sale_id: sale_id.clone() })?;
            let left = sale.lines.into_iter().filter(|line| line.refundable_quantity > 0);
            left.map(|line| RefundLineInput { line_no: line.line_no, quantity: line.refundable_quantity })
                .collect()
        } else {
            lines
                .iter()
                .map(|(line_no, quantity)| RefundLineInput { line_no: *line_no, quantity: *quantity })
                .collect()
        };
        let basket = self.desk()?.start_refund(StartRefund {
            ask_id: self.new_id(),
            sale_id,
            lines,
            reason: reason.to_owned(),
        })?;
        self.shows_all(&basket)
    }

    fn correct_tender(&mut self, sale: WhichSale, tenders: &[TenderWords]) -> Result<(), Stop> {
        let sale_id = self.sale_id(sale)?;
        let tenders = tenders.iter().map(|words| {
            Ok(TenderPutRight {
                kind: words.kind.to_owned(),
                amount_minor: words.amount.as_deref().map(|word| self.minor(word)).transpose()?,
                reference: words.reference.clone(),
                customer_id: words.customer.as_deref().map(|name| self.customer(name)).transpose()?,
            })
        });
        let tenders = tenders.collect::<Result<_, Stop>>()?;
        let sale = self.desk()?.correct_tender(CorrectTender { sale_id, tenders })?;
        for tender in &sale.tenders {
            let facts = json!({
                "kind": "tender_corrected", "saleId": sale.row.sale_id,
                "tender": tender.kind, "amountMinor": tender.amount_minor,
            });
            let text = format!("in force: {} {}", tender.kind, self.text(tender.amount_minor));
            self.tell_with(&text, facts)?;
        }
        Ok(())
    }

    fn customer(&self, name: &str) -> Result<String, Stop> {
        let customers = self.desk()?.customers(Nothing {})?;
        let found = customers.into_iter().find(|customer| customer.name == name);
        found
            .map(|customer| customer.customer_id)
            .ok_or_else(|| Stop::Words(format!("no customer is called {name}")))
    }

    // The drawer.

    fn open(
        &mut self,
        cash: &Cash,
        from_safe: Option<&str>,
        with_sent: bool,
        drawer: Option<&str>,
    ) -> Result<(), Stop> {
        let coming = if with_sent { self.desk()?.drawer(Nothing {})?.transfers } else { Vec::new() };
        let opened = OpenSession {
            cash_session_id: self.new_id(),
            denominations: self.pieces(cash)?,
            from_safe_minor: from_safe.map(|amount| self.minor(amount)).transpose()?,
            transfer_ids: coming.into_iter().map(|transfer| transfer.transfer_id).collect(),
            drawer: drawer.map(drawer_name),
        };
        let entry_id = opened.cash_session_id.clone();
        let view = self.desk()?.open_session(opened)?;
        let float = view.opening_float_minor.unwrap_or_default();
        let mut facts = json!({ "kind": "session_opened", "entryId": entry_id, "openingFloatMinor": float });
        let which = drawer.map_or_else(String::new, |name| format!(" {name}"));
        let mut text = format!("drawer{which} open, opening float {}", self.text(float));
        if let Some(over_short) = view.opening_over_short_minor.filter(|minor| *minor != 0) {
            facts["overShortMinor"] = json!(over_short);
            text = format!("{text}, over/short {}", self.text(over_short));
        }
        self.tell_with(&text, facts)
    }

    fn move_cash(
        &mut self,
        kind: &str,
        amount: Option<&str>,
        reason: &str,
        note: Option<String>,
    ) -> Result<(), Stop> {
        let amount_minor = amount.map_or(Ok(0), |amount| self.minor(amount))?;
        let entry_id = self.new_id();
        let facts =
            json!({ "kind": kind, "entryId": entry_id, "amountMinor": amount_minor, "reason": reason });
        let (kind, reason) = (kind.to_owned(), reason.to_owned());
        let text = format!("{kind} {}, {reason}", self.text(amount_minor));
        self.desk()?.move_cash(MoveCash { entry_id, kind, amount_minor, reason, note })?;
        self.tell_with(&text, facts)
    }

    fn count(&mut self, cash: &Cash, with_parts: bool, recount_reason: Option<String>) -> Result<(), Stop> {
        let entry_id = self.new_id();
        let parts = if with_parts { self.parts_of(None)?.1 } else { Vec::new() };
        let drawer = self.desk()?.count_drawer(CountDrawer {
            entry_id: entry_id.clone(),
            denominations: self.pieces(cash)?,
            parts: parts.into_iter().map(|part| part.entry_id).collect(),
            other: self.totals.clone(),
            recount_reason,
        })?;
        let Some(count) = drawer.count else { return Ok(()) };
        for row in &count.rows {
            let facts = json!({
                "kind": "drawer_counted", "entryId": entry_id, "tender": row.kind, "expectedMinor": row.expected_minor,
                "countedMinor": row.counted_minor, "overShortMinor": row.over_short_minor,
            });
            let text = format!(
                "{}: expected {}, counted {}, over/short {}",
                row.kind,
                self.text(row.expected_minor),
                self.text(row.counted_minor),
                self.text(row.over_short_minor)
            );
            self.tell_with(&text, facts)?;
        }
        let needs = if count.needs_reason { ", a reason is needed" } else { "" };
        let (float, safe) = (self.text(count.proposed_float_minor), self.text(count.to_safe_minor));
        let facts = json!({
            "kind": "drawer_counted", "entryId": entry_id, "countNo": count.count_no, "needsReason": count.needs_reason,
            "proposedFloatMinor": count.proposed_float_minor, "toSafeMinor": count.to_safe_minor,
        });
        self.tell_with(
            &format!("count {}: next float {float}, to the safe {safe}{needs}", count.count_no),
            facts,
        )
    }

    fn close(&mut self, act: &Act) -> Result<(), Stop> {
        let Act::Close { reason, note, waiting, leave } = act else { return Ok(()) };
        let mut closed = self.close_as_counted(reason.clone())?;
        if let Some(cash) = leave {
            closed.next_float = self.pieces(cash)?;
        }
        closed.note.clone_from(note);
        closed.on_its_way_reason.clone_from(waiting);
        let mut facts = json!({ "kind": "drawer_closed", "entryId": closed.entry_id });
        let z = self.desk()?.close_session(closed)?;
        self.totals.clear();
        facts["zNo"] = json!(z.z_no);
        self.tell_with(&format!("closed, Z {}", z.z_no.as_deref().unwrap_or_default()), facts)?;
        self.report(&z)
    }

    /// A close on what was counted here last, with the float that is proposed.
    pub(super) fn close_as_counted(&mut self, reason: Option<String>) -> Result<CloseSession, Stop> {
        let count = self.desk()?.drawer(Nothing {})?.count;
        let cash = count.as_ref().and_then(|count| count.rows.iter().find(|row| row.kind == "cash"));
        Ok(CloseSession {
            entry_id: self.new_id(),
            reason,
            note: None,
            seen_expected_minor: cash.map_or(0, |row| row.expected_minor),
            next_float: count.map(|count| count.proposed_float).unwrap_or_default(),
            on_its_way_reason: None,
        })
    }

    /// Notes and coins; a sum is made up of the largest ones.
    pub(super) fn pieces(&self, cash: &Cash) -> Result<Vec<DenominationCount>, Stop> {
        match cash {
            Cash::Pieces(pieces) => pieces
                .iter()
                .map(|(count, value)| {
                    Ok(DenominationCount { value_minor: self.minor(value)?, count: *count })
                })
                .collect(),
            Cash::Sum(word) => pieces_of(self.minor(word)?, &self.notes_and_coins)
                .ok_or_else(|| Stop::Words("there are no notes and coins for this sum".to_owned())),
        }
    }

    // Saying it.

    /// Says yes to a setting, by its name in the settings.
    fn set(&mut self, name: &str) -> Result<(), Stop> {
        let desk = self.desk()?;
        let mut settings = serde_json::to_value(desk.settings(Nothing {})?)
            .map_err(|error| Stop::Words(error.to_string()))?;
        let known = settings.get_mut(name).filter(|value| value.is_boolean());
        *known.ok_or_else(|| Stop::Words(format!("{name} is no setting that is yes or no")))? = json!(true);
        desk.save_settings(
            serde_json::from_value(settings).map_err(|error| Stop::Words(error.to_string()))?,
        )?;
        self.tell(&format!("{name}: yes"))
    }

    pub(super) fn desk(&self) -> Result<Arc<Desk>, Stop> {
        self.desk.clone().ok_or_else(|| Stop::Words("the till is not open".to_owned()))
    }

    fn status(&self) -> Result<Status, Stop> {
        Ok(self.desk()?.status(Nothing {})?)
    }

    pub(super) fn new_id(&self) -> String {
        keys::new_id(&**self.random, self.clock.load(Ordering::Relaxed)).to_string()
    }

    pub(super) fn minor(&self, word: &str) -> Result<i64, Stop> {
        amount::parse(word, self.digits).ok_or_else(|| Stop::Words(format!("\"{word}\" is not an amount")))
    }

    pub(super) fn text(&self, minor: i64) -> String {
        amount::text(minor, self.digits)
    }

    fn time_of(&self, ms: i64) -> String {
        Now::in_zone(ms, self.zone).local_text()
    }

    pub(super) fn tell(&mut self, what: &str) -> Result<(), Stop> {
        self.tell_with(what, Value::Null)
    }

    pub(super) fn tell_with(&mut self, what: &str, facts: Value) -> Result<(), Stop> {
        let time = self.time_of(self.clock.load(Ordering::Relaxed));
        let minute = time.split_once(' ').map_or("", |(_, minute)| minute);
        Ok(self.say(&format!("{minute}  {what}"), facts)?)
    }

    fn paper(&mut self, text: &str, facts: Value) -> Result<(), Stop> {
        let lines: Vec<String> =
            text.lines().map(|line| format!("    | {line}").trim_end().to_owned()).collect();
        Ok(self.say(&lines.join("\n"), facts)?)
    }

    pub(super) fn report(&mut self, report: &ReportView) -> Result<(), Stop> {
        let facts = serde_json::to_value(report).map_err(|_| Fault::bare("internal"))?;
        self.paper(&report.receipt.text, facts)
    }

    pub(super) fn say(&mut self, text: &str, facts: Value) -> std::io::Result<()> {
        let (line, act) = &self.at;
        (self.say)(&Said { line: *line, act, text, facts })
    }
}

fn holds_text(basket: &BasketView) -> String {
    basket.holds.iter().map(|hold| format!(", {}", hold.code)).collect()
}

/// The basket for programs, with the line that it is about.
fn basket_facts(basket: &BasketView, line: Option<&BasketLineView>) -> Value {
    let holds: Vec<&str> = basket.holds.iter().map(|hold| hold.code.as_str()).collect();
    let mut facts = json!({ "saleId": basket.sale_id, "totalMinor": basket.total_minor, "holds": holds });
    if let Some(line) = line {
        facts["lineNo"] = json!(line.line_no);
        facts["productId"] = json!(line.product_id);
        facts["quantity"] = json!(line.quantity);
        facts["amountMinor"] = json!(line.amount_minor);
    }
    facts
}

/// The kind of entry that a basket becomes.
fn receipt_kind(basket: &BasketView) -> &'static str {
    if basket.lines.iter().any(|line| line.quantity > 0) {
        "sale"
    } else if basket.lines.iter().all(|line| line.refund_of.is_some()) {
        "refund"
    } else {
        "unlinked_refund"
    }
}
