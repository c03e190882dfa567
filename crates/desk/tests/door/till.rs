//! A till in a folder of its own, with a clock that stands still and seeded randomness.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use desk::{Desk, Fault, Network, Options, PinCost, Place};
use domain::entry::Incarnation;
use domain::id::{DeviceId, ProductId, StaffId};
use domain::time::Now;
use ledger::{DocumentWrite, Ledger, Secrets, Write};
use replica::product_facts::ProductFacts;
use serde_json::{Value, json};
use tempfile::TempDir;

/// 2026-11-21 08:00 in Berlin.
const MORNING: i64 = 1_795_244_400_000;

pub const IBUPROFEN: &str = "04012345000016";
pub const AMOXICILLIN: &str = "04012345000023";
pub const NASAL_SPRAY: &str = "04012345000030";
pub const NO_PRICE: &str = "04012345000047";

/// What everybody in these tests signs in with, but for owners and managers.
pub const PIN: &str = "739154";
/// What owners and managers sign in with.
pub const OWNER_PIN: &str = "73915482";

pub struct Till {
    dir: TempDir,
    clock: Arc<AtomicI64>,
    seed: Arc<AtomicU64>,
    ids: AtomicU64,
    /// Which device it is.
    device: u8,
    desk: Option<Arc<Desk>>,
}

/// Devices of the tests: the one that founds, and another.
const FIRST: u8 = 10;
const ANOTHER: u8 = 60;

fn secrets(seed: u8) -> Secrets {
    Secrets {
        database_key: [seed; 32],
        signing_seed: [seed + 1; 32],
        wrapping_seed: [seed + 2; 32],
        device: DeviceId(uuid::Uuid::from_u128(u128::from(seed) << 64 | 0x7000_8000)),
        incarnation: Incarnation([seed; 8]),
        branch_secret: [seed + 3; 32],
        before: None,
    }
}

/// File with the secret of the branch that a till has joined.
const BRANCH_SECRET: &str = "branch.secret";

fn secrets_in(dir: &Path, device: u8) -> Secrets {
    let kept = std::fs::read(dir.join(BRANCH_SECRET)).ok().and_then(|bytes| bytes.try_into().ok());
    let own = secrets(device);
    Secrets { branch_secret: kept.unwrap_or(own.branch_secret), ..own }
}

fn random(seed: &Arc<AtomicU64>) -> Box<ledger::Random> {
    let seed = Arc::clone(seed);
    Box::new(move |bytes| {
        for byte in bytes {
            let next = seed.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst);
            let mixed = (next ^ (next >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            *byte = (mixed >> 56) as u8;
        }
    })
}

/// These tills are alone.
fn no_network() -> Fault {
    Fault { code: "server_unreached".to_owned(), detail: Value::Null }
}

fn open(device: u8, dir: &Path, clock: &Arc<AtomicI64>, seed: &Arc<AtomicU64>) -> Result<Arc<Desk>, Fault> {
    let (clock, kept) = (Arc::clone(clock), dir.join(BRANCH_SECRET));
    Desk::open(Options {
        book: Place { path: dir.join("ledger.db"), secrets: secrets_in(dir, device) },
        attempts: dir.join("till.attempts"),
        pin_cost: PinCost { memory_kib: 8, rounds: 1 },
        practice: Place { path: dir.join("practice.db"), secrets: secrets(20) },
        keep_branch_secret: Box::new(move |secret| std::fs::write(&kept, secret)),
        network: Network {
            enrol: Box::new(|_, _, _| Err(no_network())),
            hand_in: Box::new(|_, _, _| Err(no_network())),
            fetch: Box::new(|_, _| Err(no_network())),
            view_link: Box::new(|_, _| Err(no_network())),
        },
        find_printers: Box::new(Vec::new),
        clock: Box::new(move || clock.load(Ordering::SeqCst)),
        random: random(seed),
    })
}

impl Till {
    /// A till of which only the folder exists.
    pub fn bare() -> Self {
        Self::bare_in(TempDir::new().unwrap())
    }

    fn bare_in(dir: TempDir) -> Self {
        let (clock, seed) = (Arc::new(AtomicI64::new(MORNING)), Arc::new(AtomicU64::new(1)));
        Self::of(FIRST, dir, clock, seed)
    }

    /// Another device, of which only the folder exists.
    pub fn another() -> Self {
        let dir = TempDir::new().unwrap();
        let (clock, seed) = (Arc::new(AtomicI64::new(MORNING)), Arc::new(AtomicU64::new(2)));
        Self::of(ANOTHER, dir, clock, seed)
    }

    fn of(device: u8, dir: TempDir, clock: Arc<AtomicI64>, seed: Arc<AtomicU64>) -> Self {
        let desk = Some(open(device, dir.path(), &clock, &seed).unwrap());
        Self { dir, clock, seed, ids: AtomicU64::new(0), device, desk }
    }

    /// Gives a product another price by hand.
    pub fn change_price(&self, code: &str, price_minor: i64) {
        let row = &self.call("product", json!({ "productId": product_id(code) }))["row"];
        self.call(
            "save_product",
            json!({
                "productId": row["productId"], "isNew": false, "code": row["code"], "name": row["name"],
                "pack": row["pack"], "priceMinor": price_minor, "taxCode": row["taxCode"], "rx": row["rx"],
                "isWithdrawn": row["isWithdrawn"],
            }),
        );
    }

    /// Another device that has joined the branch of this one, with Anna on duty.
    pub fn joined_by_another(&self) -> Self {
        let invited = self.desk().invite().unwrap();
        let file = self.folder().join("invitation");
        std::fs::write(&file, &invited.file).unwrap();
        let other = Self::another();
        other.call("join", json!({ "path": file, "code": invited.code }));
        other.sign_in("Anna");
        other
    }

    fn secrets(&self) -> Secrets {
        secrets_in(self.dir.path(), self.device)
    }

    /// Which device and which life of it this is.
    pub fn life(&self) -> (DeviceId, Incarnation) {
        let secrets = secrets(self.device);
        (secrets.device, secrets.incarnation)
    }

    /// Works on the ledger itself, as what runs beside the counter does.
    pub fn with_ledger<R>(&mut self, work: impl FnOnce(&mut Ledger) -> R) -> R {
        let person = self.desk.as_ref().and_then(|desk| on_duty(desk));
        self.desk = None;
        let path = self.dir.path().join("ledger.db");
        let mut ledger = Ledger::open(&path, &self.secrets(), Arc::from(random(&self.seed))).unwrap();
        let result = work(&mut ledger);
        drop(ledger);
        self.restart();
        if let Some(person) = person {
            self.sign_in(&person);
        }
        result
    }

    /// Everything that the other till wrote comes here.
    pub fn hears_all_of(&mut self, other: &mut Self) {
        let now = Now { ms: self.clock.load(Ordering::SeqCst), utc_offset_min: 60 };
        let there = self.with_ledger(|ledger| ledger.book().stream_vector().unwrap());
        let runs: Vec<_> = other.with_ledger(|ledger| {
            let book = ledger.book();
            let lacking = book.stream_vector().unwrap().lacking_there(&there);
            lacking.iter().filter_map(|lacking| book.run_for(lacking).unwrap()).collect()
        });
        self.with_ledger(|ledger| {
            for run in runs {
                let known = ledger.book().signing_key(run.after.stream).unwrap();
                let key = known.or(run.opening_key()).unwrap();
                assert_eq!(ledger.merge(&run.verified(&key).unwrap(), 1_000, now).unwrap(), 0);
            }
        });
    }

    /// A pharmacy with an owner, Anna, and an assistant, Ben, and four products; nobody is signed in.
    pub fn founded(country: &str) -> Self {
        Self::bare().found(country)
    }

    fn found(mut self, country: &str) -> Self {
        let till = &mut self;
        till.call(
            "set_up",
            json!({
                "pharmacyName": "Apotheke am Markt", "letterhead": ["Marktplatz 1", "12345 Ort"],
                "country": country, "timeZone": "Europe/Berlin", "dayBoundaryMin": 240, "tillNo": 2,
                "staff": [
                    { "name": "Anna", "role": "owner", "secret": OWNER_PIN },
                    { "name": "Ben", "role": "assistant", "secret": PIN },
                ],
                "backupFolder": null, "recoveryPassphrase": null,
            }),
        );
        till.stock();
        self
    }

    /// The same with a drawer opened with 100.00, in a folder on another disk.
    pub fn ready_on(disk: &Path) -> Self {
        let till = Self::bare_in(TempDir::new_in(disk).unwrap()).found("DE");
        till.sign_in("Anna");
        till.open_session(1);
        till
    }

    /// The same with Anna on duty.
    pub fn signed_in(country: &str) -> Self {
        let till = Self::founded(country);
        till.sign_in("Anna");
        till
    }

    /// The same with a drawer opened with 100.00.
    pub fn ready() -> Self {
        Self::ready_in("DE")
    }

    /// The same in another country.
    pub fn ready_in(country: &str) -> Self {
        let till = Self::signed_in(country);
        till.open_session(1);
        till
    }

    pub fn open_session(&self, no: u64) -> Value {
        self.call(
            "open_session",
            json!({ "cashSessionId": uuid(no), "denominations": [{ "valueMinor": 1000, "count": 10 }] }),
        )
    }

    /// Puts products into the catalogue, as an import would.
    fn stock(&mut self) {
        let now = Now { ms: self.clock.load(Ordering::SeqCst), utc_offset_min: 60 };
        self.with_ledger(|ledger| {
            let staff = ledger.book().staff().unwrap()[0].staff;
            let documents = [
                (IBUPROFEN, "Ibuprofen 400 mg film-coated tablets", Some(495), false, "standard"),
                (AMOXICILLIN, "Amoxicillin 500 mg capsules", Some(850), true, "standard"),
                (NASAL_SPRAY, "Nasal spray 10 ml", Some(333), false, "reduced"),
                (NO_PRICE, "Ointment made for you", None, false, "standard"),
            ]
            .map(|(code, name, price_minor, rx, tax)| product(staff, code, name, price_minor, rx, tax));
            ledger
                .transact(now, |_| Ok((Write { documents: documents.to_vec(), ..Write::default() }, ())))
                .unwrap();
        });
    }

    /// The till's own folder.
    pub fn folder(&self) -> &Path {
        self.dir.path()
    }

    /// Waits until no work goes on in the background.
    pub fn wait_for_jobs(&self) {
        let is_running = |jobs: &Value| jobs.as_array().unwrap().iter().any(|job| job["state"] == "running");
        while is_running(&self.call("status", json!({}))["jobs"]) {
            std::thread::yield_now();
        }
    }

    /// Ends the program and starts it again; whoever was on duty signs in again.
    pub fn restart(&mut self) {
        let person = self.desk.as_ref().and_then(|desk| on_duty(desk));
        self.desk = None;
        self.desk = Some(self.try_open().unwrap());
        if let Some(person) = person {
            self.sign_in(&person);
        }
    }

    /// The same, with nobody on duty afterwards.
    pub fn restart_alone(&mut self) {
        self.desk = None;
        self.desk = Some(self.try_open().unwrap());
    }

    /// Ends the program, puts another file in the place of the ledger, and starts it with nobody on duty.
    pub fn put_back(&mut self, file: &[u8]) {
        self.desk = None;
        std::fs::write(self.dir.path().join("ledger.db"), file).unwrap();
        self.restart_alone();
    }

    /// From now on this till belongs to a server.
    pub fn belongs_to_a_server(&self) {
        self.desk().keep(Write::default().with_local(ledger::SERVER, Some(vec![1]))).unwrap();
    }

    /// The server answered at this time.
    pub fn hears_its_server(&self, at_ms: i64) {
        self.desk().set_heard(desk::Heard { last_contact_ms: Some(at_ms), ..desk::Heard::default() });
    }

    /// Everything that the other till wrote comes here while this one runs.
    pub fn hears_live(&self, other: &mut Self) {
        let there = self.desk().ask_book(|book| book.stream_vector()).unwrap();
        let runs: Vec<_> = other.with_ledger(|ledger| {
            let book = ledger.book();
            let lacking = book.stream_vector().unwrap().lacking_there(&there);
            lacking.iter().filter_map(|lacking| book.run_for(lacking).unwrap()).collect()
        });
        let verified = runs.into_iter().map(|run| {
            let known = self.desk().ask_book(|book| book.signing_key(run.after.stream)).unwrap();
            let key = known.or(run.opening_key()).unwrap();
            run.verified(&key).unwrap()
        });
        self.desk().merge(&verified.collect::<Vec<_>>()).unwrap();
    }

    /// The ledger file as it lies there when the program has ended.
    pub fn file(&mut self) -> Vec<u8> {
        self.desk = None;
        std::fs::read(self.dir.path().join("ledger.db")).unwrap()
    }

    /// Ends the program, puts another file in the place of the ledger and starts it again, or gives the code.
    pub fn restart_with(&mut self, file: &[u8]) -> Result<(), String> {
        self.desk = None;
        std::fs::write(self.dir.path().join("ledger.db"), file).unwrap();
        for beside in ["ledger.db-wal", "ledger.db-shm"] {
            let _ = std::fs::remove_file(self.dir.path().join(beside));
        }
        let desk = self.try_open().map_err(|fault| fault.code)?;
        // Anna signs in, where the file still says who she is.
        let staff = desk.call("staff", json!({}));
        let anna = staff.map(|staff| staff[0]["staffId"].clone()).unwrap_or_default();
        let _ = desk.call("sign_in", json!({ "staffId": anna, "secret": OWNER_PIN, "newSecret": null }));
        self.desk = Some(desk);
        Ok(())
    }

    /// Opens the same folder while it is open, and gives the code.
    pub fn opened_twice(&self) -> String {
        self.try_open().err().unwrap().code
    }

    fn try_open(&self) -> Result<Arc<Desk>, Fault> {
        open(self.device, self.dir.path(), &self.clock, &self.seed)
    }

    /// Time passes; whoever is on duty signs in again where the till is locked by then.
    pub fn pass_minutes(&self, minutes: i64) {
        let person = on_duty(self.desk());
        self.pass_minutes_alone(minutes);
        if let Some(person) = person {
            self.sign_in(&person);
        }
    }

    /// Time passes, and nobody is there.
    pub fn pass_minutes_alone(&self, minutes: i64) {
        self.clock.fetch_add(minutes * 60_000, Ordering::SeqCst);
    }

    pub fn desk(&self) -> &Arc<Desk> {
        self.desk.as_ref().unwrap()
    }

    /// Arguments as the ui sends them: every ask has an id of its own, unless the test gives one.
    fn asked(&self, mut args: Value) -> Value {
        if let Value::Object(args) = &mut args {
            args.entry("askId").or_insert_with(|| json!(self.new_id()));
        }
        args
    }

    /// An id as the ui mints it, another one each time.
    pub fn new_id(&self) -> String {
        uuid(1_000_000 + self.ids.fetch_add(1, Ordering::SeqCst))
    }

    /// Calls a command that must be done.
    #[track_caller]
    pub fn call(&self, name: &str, args: Value) -> Value {
        match self.desk().call(name, self.asked(args)) {
            Ok(reply) => reply,
            Err(fault) => panic!("{name}: {} {}", fault.code, fault.detail),
        }
    }

    /// Calls a command that must be refused, and gives code and detail.
    #[track_caller]
    pub fn refused(&self, name: &str, args: Value) -> (String, Value) {
        match self.desk().call(name, self.asked(args)) {
            Ok(reply) => panic!("{name} was done: {reply}"),
            Err(fault) => (fault.code, fault.detail),
        }
    }

    pub fn sign_in(&self, name: &str) {
        let staff = self.call("staff", json!({}));
        let person = staff.as_array().unwrap().iter().find(|person| person["name"] == name).unwrap();
        let secret = if is_long(&person["role"]) { OWNER_PIN } else { PIN };
        let sign_in = |secret: &str, new_secret: Option<&str>| {
            let args = json!({ "staffId": person["staffId"], "secret": secret, "newSecret": new_secret });
            self.desk().call("sign_in", args)
        };
        match sign_in(secret, None) {
            // An owner where nobody has a PIN yet.
            Err(fault) if fault.code == "secret_to_choose" => sign_in("", Some(secret)).unwrap(),
            answer => answer.unwrap(),
        };
    }

    /// Adds a person who then chooses the usual PIN, and leaves whoever is on duty there.
    pub fn add_person(&self, name: &str, role: &str) -> String {
        let before = on_duty(self.desk());
        let (staff_id, first) = (self.new_id(), "246813-first");
        self.call("add_staff", json!({ "staffId": staff_id, "name": name, "role": role, "secret": first }));
        let secret = if is_long(&json!(role)) { OWNER_PIN } else { PIN };
        self.call("sign_in", json!({ "staffId": staff_id, "secret": first, "newSecret": secret }));
        if let Some(before) = before {
            self.sign_in(&before);
        }
        staff_id
    }

    #[track_caller]
    pub fn scan(&self, code: &str) -> Value {
        let scanned = self.call("scan", json!({ "code": code }));
        assert_eq!(scanned["kind"], "added", "{scanned}");
        scanned["value"]["basket"].clone()
    }

    /// Pays the basket on the screen.
    #[track_caller]
    pub fn pay(&self, tenders: Value) -> Value {
        let basket = self.call("basket", json!({}));
        self.call(
            "complete_sale",
            json!({ "saleId": basket["saleId"], "tenders": tenders, "seenTotalMinor": basket["totalMinor"] }),
        )
    }

    /// Sells one pack for cash, and gives the sale.
    #[track_caller]
    pub fn sell(&self, code: &str) -> Value {
        let basket = self.scan(code);
        self.pay(json!([cash(basket["totalMinor"].as_i64().unwrap())]))
    }
}

/// Name of the person on duty.
fn on_duty(desk: &Desk) -> Option<String> {
    let status = desk.call("status", json!({})).unwrap();
    status["person"]["name"].as_str().map(str::to_owned)
}

fn is_long(role: &Value) -> bool {
    role == "owner" || role == "manager"
}

fn product(
    staff: StaffId,
    code: &str,
    name: &str,
    price_minor: Option<i64>,
    rx: bool,
    tax: &str,
) -> DocumentWrite {
    let facts = ProductFacts {
        name: name.to_owned(),
        pack: Some("20 pieces".to_owned()),
        price_minor,
        tax_code: Some(tax.to_owned()),
        rx,
        codes: vec![code.to_owned()],
        ..ProductFacts::default()
    };
    DocumentWrite::source(ProductId::of_gtin(code), "csv", staff, &facts)
}

pub fn product_id(code: &str) -> String {
    ProductId::of_gtin(code).to_string()
}

/// An id as the ui mints it.
pub fn uuid(no: u64) -> String {
    uuid::Builder::from_unix_timestamp_millis(MORNING.unsigned_abs() + no, &[7; 10]).into_uuid().to_string()
}

pub fn cash(amount_minor: i64) -> Value {
    json!({ "kind": "cash", "amountMinor": amount_minor, "reference": null, "customerId": null })
}

pub fn card(amount_minor: i64) -> Value {
    json!({ "kind": "card", "amountMinor": amount_minor, "reference": "T-4711", "customerId": null })
}

pub fn text(paper: &Value) -> String {
    paper["text"].as_str().unwrap().to_owned()
}
