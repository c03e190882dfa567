//! A branch whose tills and server live in one thread, each with its own ledger file.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use desk::Desk;
use desk::api::setup::SignIn;
use domain::time::Now;
use ledger::{Hosted, Ledger, Random, Slice};
use replica::packed::Packing;
use replica::record::Record;
use replica::session::{DataIncarnation, Grant};
use replica::stream::{Scope, StreamHead};
use replica::sync::{Feed, SyncReply};
use serde_json::{Value, json};
use sync_server::answer::{Asked, Given, Speaker, number, reply, reply_at_once, store_in_order};
use sync_server::keys::ServerKeys;
use sync_server::tokens::Session;
use tempfile::TempDir;
use till::sync::link::{Link, read_progress};
use till::sync::talk::{Sent, Talk, TalkError};

use crate::acts::{self, Chance, PRODUCTS};
use crate::listed;

/// 2026-03-02 08:00 in Berlin.
const MORNING_MS: i64 = 1_772_434_800_000;
/// Tills of the branch.
const TILLS: usize = 5;
/// Copies of tills that are made in one course at the most.
const CLONES: usize = 2;

/// Chance for keys and ids: the same seed gives the same bytes.
fn random(seed: u64) -> impl Fn(&mut [u8]) + Send + Sync + Clone {
    let state = Arc::new(AtomicU64::new(seed));
    move |bytes: &mut [u8]| {
        for byte in bytes {
            let next = state.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst);
            let mixed = (next ^ (next >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            *byte = ((mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 56) as u8;
        }
    }
}

fn now(ms: i64) -> Now {
    Now { ms, utc_offset_min: 0 }
}

/// A folder that lies in memory where the computer has one.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() };
    made.expect("a folder")
}

/// A ledger that nobody uses: its WAL was emptied when it was closed.
fn copy_ledger(from: &Path, to: &Path) {
    for ending in ["-wal", "-shm"] {
        let mut name = to.as_os_str().to_owned();
        name.push(ending);
        let _ = std::fs::remove_file(name);
    }
    std::fs::copy(from, to).expect("copied");
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("made");
    for file in std::fs::read_dir(from).expect("a folder") {
        let file = file.expect("read");
        if file.file_name() != "ledger.db.lock" && file.file_name() != "practice.db.lock" {
            std::fs::copy(file.path(), to.join(file.file_name())).expect("copied");
        }
    }
}

/// The tills as they begin: founded, joined, with a catalogue. Each course begins with a copy of them.
pub struct Made {
    folder: TempDir,
}

impl Made {
    /// Founds and joins.
    pub fn new() -> Self {
        Self::with(|_, _| ())
    }

    /// The same, where the first till does something before it invites the others.
    pub fn with(act: impl FnOnce(&Desk, &Path)) -> Self {
        let made = Self { folder: folder() };
        let first = made.desk(0);
        let set_up = json!({ "pharmacyName": "Apotheke am Markt", "letterhead": [], "country": "DE",
            "timeZone": "Europe/Berlin", "dayBoundaryMin": 0, "tillNo": 1,
            "staff": [{ "name": "Anna", "role": "owner" }], "backupFolder": null, "recoveryPassphrase": null });
        let call = |name: &str, args: &Value| first.call(name, args.clone()).map_err(|fault| fault.code);
        call("set_up", &set_up).expect("founded");
        owner_acts(&first);
        for (at, (code, name, price)) in PRODUCTS.into_iter().enumerate() {
            let product = json!({ "productId": format!("019585d0-0000-7000-9000-{at:012}"), "isNew": true,
                "code": code, "name": name, "pack": "1 pack", "priceMinor": price, "taxCode": "standard",
                "rx": false, "isWithdrawn": false });
            call("save_product", &product).expect("a product");
        }
        act(&first, made.folder.path());
        for no in 1..TILLS {
            let invited = first.invite().expect("invited");
            let file = made.folder.path().join("invitation");
            std::fs::write(&file, &invited.file).expect("written");
            let join = json!({ "path": file, "code": invited.code });
            let other = made.desk(no);
            other.call("join", join).expect("joined");
            owner_acts(&other);
        }
        made
    }

    fn till(&self, no: usize) -> PathBuf {
        self.folder.path().join(format!("till-{no}"))
    }

    fn desk(&self, no: usize) -> Arc<Desk> {
        let clock = Box::new(|| MORNING_MS);
        till::home::open_with(&self.till(no), clock, Box::new(random(no as u64 + 1))).expect("opens")
    }
}

struct Till {
    dir: PathBuf,
    desk: Option<Arc<Desk>>,
    talk: Option<Talk>,
    is_cut: bool,
    clock_ahead_ms: i64,
    starts: u64,
}

/// The owner acts at a desk, whatever the clocks do.
fn owner_acts(desk: &Desk) {
    let staff_id = desk.staff(desk::Nothing {}).expect("people")[0].staff_id.clone();
    desk.act_as(Some(SignIn { staff_id, secret: String::new(), new_secret: None })).expect("no PINs");
}

impl Till {
    fn desk(&self) -> &Arc<Desk> {
        self.desk.as_ref().expect("it runs")
    }

    fn call(&self, name: &str, args: &Value) -> Result<Value, String> {
        self.desk().call(name, args.clone()).map_err(|fault| fault.code)
    }
}

struct Server {
    path: PathBuf,
    ledger: Option<Ledger>,
    data: DataIncarnation,
}

/// The branch in one course.
pub struct House {
    folder: TempDir,
    seed: u64,
    clock: Arc<AtomicI64>,
    tills: Vec<Till>,
    clones: usize,
    server: Server,
    keys: ServerKeys,
    hosted: Hosted,
    random: Box<Random>,
    /// Which sale was finished at which till.
    sold: Vec<String>,
    lost: u64,
    /// What the live stream has said and nobody has heard yet.
    told: Vec<Feed>,
}

impl House {
    /// Begins a course.
    pub fn at(made: &Made, seed: u64) -> Self {
        let folder = folder();
        let mut tills = Vec::new();
        for no in 0..TILLS {
            let dir = folder.path().join(format!("till-{no}"));
            copy(&made.till(no), &dir);
            // One clock is behind, one ten years ahead.
            let clock_ahead_ms = [0, -240_000, 0, 315_360_000_000, 30_000][no];
            tills.push(Till { dir, desk: None, talk: None, is_cut: false, clock_ahead_ms, starts: 0 });
        }
        let random = random(seed ^ 0x5e5e);
        let keys = ServerKeys::make(&random, MORNING_MS);
        let first = Ledger::open(
            &tills[0].dir.join("ledger.db"),
            &till::keys::read(&tills[0].dir.join("till.keys")).expect("read").expect("there"),
            Arc::new(random.clone()),
        );
        let first = first.expect("opens");
        let branch = first.book().branch().expect("read").expect("founded");
        let founding_hash = first.book().founding_hash().expect("read").expect("founded");
        drop(first);
        let hosted = Hosted { organisation: branch.organisation, founding_hash, branch: branch.branch };
        let mut house = Self {
            server: Server {
                path: folder.path().join("server-0.db"),
                ledger: None,
                data: DataIncarnation([0; 8]),
            },
            folder,
            seed,
            clock: Arc::new(AtomicI64::new(MORNING_MS)),
            tills,
            clones: 0,
            keys,
            hosted,
            random: Box::new(random),
            sold: Vec::new(),
            lost: 0,
            told: Vec::new(),
        };
        house.restart_server();
        for no in 0..TILLS {
            house.start(no);
        }
        house
    }

    /// How many tills there are, copies included.
    pub fn till_count(&self) -> usize {
        self.tills.len()
    }

    /// Time passes.
    pub fn goes_on(&mut self, ms: u64) {
        self.clock.fetch_add(i64::try_from(ms).expect("small"), Ordering::SeqCst);
    }

    /// The program ends; what it did in the background ends with it.
    fn stop(&mut self, no: usize) {
        let till = &mut self.tills[no];
        till.talk = None;
        till.desk = None;
    }

    fn start(&mut self, no: usize) {
        self.stop(no);
        let till = &mut self.tills[no];
        till.starts += 1;
        let open = || {
            let (clock, ahead) = (Arc::clone(&self.clock), till.clock_ahead_ms);
            let clock = Box::new(move || clock.load(Ordering::SeqCst) + ahead);
            let random = random(self.seed << 24 | (no as u64) << 16 | till.starts);
            till::home::open_with(&till.dir, clock, Box::new(random))
        };
        // What ran in the background may take a moment to let go of the file.
        till.desk = loop {
            match open() {
                Err(fault) if fault.code == "ledger_in_use" => std::thread::yield_now(),
                opened => break Some(opened.expect("opens")),
            }
        };
        if let Some(desk) = &till.desk {
            owner_acts(desk);
        }
    }

    /// The program ends, whatever it was doing, and starts again.
    pub fn restart(&mut self, no: usize) {
        self.start(no);
    }

    fn opened<'t>(&'t self, no: usize, chance: &mut Chance) -> &'t Till {
        let till = &self.tills[no];
        acts::open(&|name, args| till.call(name, args), chance);
        till
    }

    /// A sale.
    pub fn sell(&mut self, no: usize, chance: &mut Chance) {
        let till = self.opened(no, chance);
        let sale = acts::sell(&|name, args| till.call(name, args), chance);
        self.sold.push(sale);
    }

    /// Something is taken back.
    pub fn refund(&mut self, no: usize, chance: &mut Chance) {
        let till = self.opened(no, chance);
        let refund = acts::refund(&|name, args| till.call(name, args), chance);
        self.sold.extend(refund);
    }

    /// Another price.
    pub fn price(&mut self, no: usize, chance: &mut Chance) {
        let till = &self.tills[no];
        acts::price(&|name, args| till.call(name, args), chance);
    }

    /// Cash goes out.
    pub fn paid_out(&mut self, no: usize, chance: &mut Chance) {
        let till = self.opened(no, chance);
        acts::paid_out(&|name, args| till.call(name, args), chance);
    }

    /// The drawer is closed and opened again.
    pub fn close_and_open(&mut self, no: usize, chance: &mut Chance) {
        let till = self.opened(no, chance);
        acts::close(&|name, args| till.call(name, args), chance);
        self.opened(no, chance);
    }

    /// A drawer goes elsewhere, or what nobody works at is counted.
    pub fn move_drawers(&mut self, no: usize, chance: &mut Chance) {
        let till = self.opened(no, chance);
        if chance.roll(3) == 0 {
            acts::reconcile(&|name, args| till.call(name, args), chance);
        } else {
            acts::move_drawer(&|name, args| till.call(name, args), chance);
        }
    }

    /// The way to the server breaks, or is there again.
    pub fn cut_or_mend(&mut self, no: usize) {
        self.tills[no].is_cut = !self.tills[no].is_cut;
    }

    /// Somebody copies the till's folder to another computer and starts it there.
    pub fn clone_till(&mut self, no: usize) {
        if self.clones == CLONES {
            return;
        }
        self.clones += 1;
        self.stop(no);
        let dir = self.folder.path().join(format!("clone-{}", self.clones));
        copy(&self.tills[no].dir, &dir);
        let clock_ahead_ms = self.tills[no].clock_ahead_ms;
        self.tills.push(Till { dir, desk: None, talk: None, is_cut: false, clock_ahead_ms, starts: 0 });
        self.start(no);
        self.start(self.tills.len() - 1);
    }

    /// The server's program ends and starts again; sessions end with it.
    pub fn restart_server(&mut self) {
        self.tills.iter_mut().for_each(|till| till.talk = None);
        self.server.ledger = None;
        let random: Arc<Random> = Arc::new(random(self.seed << 8 | self.lost));
        let mut ledger = Ledger::open(&self.server.path, &self.keys.secrets(), random).expect("opens");
        ledger.host(&self.hosted, now(MORNING_MS)).expect("kept");
        self.server.ledger = Some(ledger);
    }

    /// The server's disk is gone; with its recovery file it is the same server with nothing in it.
    pub fn lose_server(&mut self) {
        self.lost += 1;
        self.server.path = self.folder.path().join(format!("server-{}.db", self.lost));
        self.server.data = DataIncarnation(self.lost.to_be_bytes());
        self.restart_server();
    }

    /// Somebody copies the server's disk.
    pub fn copy_server(&mut self) {
        self.server.ledger = None;
        let copy = self.folder.path().join(format!("server-copy-{}", self.lost));
        copy_ledger(&self.server.path, &copy);
        self.restart_server();
    }

    /// The copy takes the disk's place: the server does not know that it has lost anything.
    pub fn set_server_back(&mut self) {
        let copy = self.folder.path().join(format!("server-copy-{}", self.lost));
        if copy.exists() {
            self.server.ledger = None;
            copy_ledger(&copy, &self.server.path);
            self.restart_server();
        }
    }

    /// The server has time to project.
    pub fn idle_server(&mut self) {
        self.server.ledger.as_mut().expect("it runs").project_slice().expect("projected");
    }

    /// What the server answers to a request of a till.
    fn answer(&mut self, session: &Session, body: &[u8]) -> Result<SyncReply, String> {
        let ledger = self.server.ledger.as_mut().expect("it runs");
        let writer = (session.device, session.incarnation);
        let device = ledger.book().device(writer.0, writer.1).expect("read");
        let speaker = Speaker {
            keys: &self.keys,
            data: self.server.data,
            now_ms: self.clock.load(Ordering::SeqCst),
            random: &*self.random,
        };
        let asked = Asked::read(&speaker, session, device, body, |stream| ledger.book().signing_key(stream));
        let mut asked = asked.map_err(|refused| refused.code().to_owned())?;
        let was_enrolled = asked.is_enrolled();
        let (given, keys) = asked.take_given();
        let (runs, bytes): (Vec<_>, Vec<_>) =
            given.into_iter().map(|Given { run, bytes }| (run, bytes)).unzip();
        let after = ledger.book().last_record_no().expect("read");
        let results = store_in_order(ledger, runs).expect("stored");
        let up_to = ledger.book().last_record_no().expect("read");
        if up_to > after {
            let new = bytes.into_iter().zip(&results).filter(|(_, result)| matches!(result, Ok(1..)));
            // Of what is long the live stream only says that it is there.
            let runs = if up_to - after > 40 { Vec::new() } else { new.map(|(bytes, _)| bytes).collect() };
            self.told.push(Feed { after: number(after), up_to: number(up_to), runs });
        }
        asked.stored(results);
        ledger.take_keys(&keys).expect("kept");
        if !was_enrolled {
            asked.look_again(ledger.book().device(writer.0, writer.1).expect("read"));
            ledger.take_keys(&asked.take_given().1).expect("kept");
        }
        let stand = sync_server::answer::Stand::of(&ledger.book()).expect("read");
        Ok(match reply_at_once(&speaker, &stand, &asked) {
            Some(reply) => reply,
            None => reply(&speaker, &ledger.book(), &asked, Vec::new).expect("read"),
        })
    }

    /// A till talks with the server, and what they say may get lost on either way.
    pub fn talk(&mut self, no: usize, chance: &mut Chance) {
        if !self.tills[no].is_cut {
            self.talk_until(no, &mut || chance.roll(6) == 0);
            if chance.roll(2) == 0 {
                self.keep(no);
            }
        }
        for feed in std::mem::take(&mut self.told) {
            for other in 0..self.tills.len() {
                // Somebody whose connection broke hears nothing, and asks later.
                if !self.tills[other].is_cut && chance.roll(5) > 0 {
                    self.hear_live(other, &feed);
                }
            }
        }
    }

    /// A till hears the live stream.
    fn hear_live(&mut self, no: usize, feed: &Feed) {
        let till = &mut self.tills[no];
        let Some(talk) = &mut till.talk else { return };
        let desk = till.desk.as_ref().expect("it runs");
        let mut ended = None;
        let taken = desk
            .ask_book(|book| {
                Ok(talk.take_feed(book, feed).map_err(|error| ended = Some(error)).ok().flatten())
            })
            .expect("read");
        if matches!(ended, Some(TalkError::Cloned)) {
            return self.begin_life(no);
        }
        assert!(ended.is_none(), "{ended:?}");
        let Some(taken) = taken else { return };
        match desk.merge(&taken.runs) {
            Ok(()) => talk.merged(),
            Err(_) => talk.not_merged(),
        }
    }

    fn keep(&mut self, no: usize) {
        let till = &mut self.tills[no];
        if let Some(talk) = &mut till.talk {
            till.desk.as_ref().expect("it runs").keep(talk.keep()).expect("kept");
        }
    }

    fn begin_talk(&mut self, no: usize) {
        let till = &mut self.tills[no];
        if till.talk.is_some() {
            return;
        }
        let desk = till.desk.as_ref().expect("it runs");
        let receiver = self.keys.receiver();
        let grant =
            Grant { organisation: self.hosted.organisation, founding_hash: self.hosted.founding_hash };
        let link = Link {
            url: "http://server".to_owned(),
            signing_key: self.keys.device_keys.signing_key(),
            wrapping_key: receiver.wrapping_key,
            device: receiver.device,
            incarnation: receiver.incarnation,
            grant: grant.sign(&self.keys.device_keys),
        };
        let progress = desk.ask_book(read_progress).expect("read");
        till.talk = Some(Talk::new(link, &desk.secrets(), progress, self.server.data));
    }

    /// Asks and answers until nothing is left to say, or something is lost.
    fn talk_until(&mut self, no: usize, is_lost: &mut dyn FnMut() -> bool) {
        for _ in 0..200 {
            self.begin_talk(no);
            let ask = |house: &mut Self| {
                let till = &mut house.tills[no];
                let desk = Arc::clone(till.desk());
                let (talk, random) = (till.talk.as_mut().expect("begun"), &house.random);
                let made = desk.ask_book(|book| {
                    talk.request(book, || {
                        let mut bytes = [0; 32];
                        random(&mut bytes);
                        bytes
                    })
                });
                made.expect("a request")
            };
            let (request, sent) = ask(self);
            let secrets = self.tills[no].desk().secrets();
            let keys = replica::sign::DeviceKeys::from_seeds(secrets.signing_seed, secrets.wrapping_seed);
            let session = Session {
                organisation: self.hosted.organisation,
                branch: self.hosted.branch,
                device: secrets.device,
                incarnation: secrets.incarnation,
                signing_key: keys.signing_key(),
                expires_ms: i64::MAX,
            };
            if is_lost() {
                return;
            }
            let packing = Packing::new(self.server.data, session.branch, session.device, session.incarnation);
            let body = packing.pack(&request.encode()).expect("packed");
            let reply = match self.answer(&session, &body) {
                Ok(reply) => reply,
                Err(code) if code == "device_not_enrolled" => {
                    assert!(self.tills[no].talk.as_mut().expect("begun").introduce(), "it was introduced");
                    continue;
                }
                Err(code) => panic!("the server refuses: {code}"),
            };
            if is_lost() {
                // The till finds out when its request is not answered, and the session begins anew.
                self.tills[no].talk = None;
                return;
            }
            if !self.hear(no, sent, reply) {
                return;
            }
        }
        panic!("till {no} and the server do not come to an end");
    }

    /// Somebody else wrote in the name of this till: it goes on in a new one.
    fn begin_life(&mut self, no: usize) {
        let till = &mut self.tills[no];
        let desk = till.desk.as_ref().expect("it runs");
        let next = till::keys::make_next(&desk.secrets(), &*self.random);
        let path = till.dir.join("till.keys");
        desk.begin_incarnation(next, |secrets| {
            till::keys::write(&path, secrets).map_err(|fault| std::io::Error::other(fault.code))
        })
        .expect("a new life");
        till.talk = None;
    }

    /// Makes something of an answer. True where there is more to say.
    fn hear(&mut self, no: usize, sent: Sent, reply: SyncReply) -> bool {
        let till = &mut self.tills[no];
        let desk = Arc::clone(till.desk.as_ref().expect("it runs"));
        let talk = till.talk.as_mut().expect("begun");
        let mut ended = None;
        let taken = desk
            .ask_book(|book| Ok(talk.take(book, sent, reply).map_err(|error| ended = Some(error)).ok()))
            .expect("read");
        assert!(!talk.has_other_figures(), "till {no} comes to other figures than the server");
        let Some(taken) = taken else {
            assert!(matches!(ended, Some(TalkError::Cloned)), "{ended:?}");
            self.begin_life(no);
            return true;
        };
        desk.take_keys(&taken.keys).expect("kept");
        match desk.merge(&taken.runs) {
            Ok(()) => talk.merged(),
            Err(fault) => {
                assert!(
                    ["records_missing", "device_not_enrolled"].contains(&fault.code.as_str()),
                    "{}",
                    fault.code
                );
                talk.not_merged();
            }
        }
        taken.is_to_go_on
    }

    /// Number of the last record of the longest stream of the organisation that a till has.
    pub fn longest_organisation_stream(&self, no: usize) -> u64 {
        let vector = self.tills[no].desk().ask_book(|book| book.stream_vector()).expect("read");
        let is_of_organisation = |head: &StreamHead| matches!(head.stream.scope, Scope::Organisation(_));
        vector.heads().filter(is_of_organisation).map(|head| head.seq).max().unwrap_or_default()
    }

    /// A till talks with the server until nothing is left to say; then the server has all that the till has.
    pub fn fills_server(&mut self, no: usize) {
        self.talk_until(no, &mut || false);
        let here = self.tills[no].desk().ask_book(|book| book.stream_vector()).expect("read");
        let there = self.server.ledger.as_ref().expect("it runs").book().stream_vector().expect("read");
        assert!(there == here, "the server lacks something of what till {no} has");
    }

    /// Every record that the server has.
    pub fn server_records(&self) -> Vec<Record> {
        let book = self.server.ledger.as_ref().expect("it runs").book();
        let (runs, _) = book.runs_after(0, usize::MAX, None).expect("read");
        runs.into_iter().flat_map(|run| run.records).collect()
    }

    /// Everybody is there again, and after a while nobody has anything to say.
    pub fn comes_together(&mut self, seed: u64) {
        self.tills.iter_mut().for_each(|till| till.is_cut = false);
        let digest = |house: &Self, no: usize| {
            house.tills[no].desk().ask_book(|book| Ok(book.stream_vector()?.digest())).expect("read")
        };
        for round in 0.. {
            assert!(round < 20, "seed {seed}: they do not come together");
            for no in 0..self.tills.len() {
                if let Some(talk) = &mut self.tills[no].talk {
                    talk.compare();
                }
                self.talk_until(no, &mut || false);
            }
            let server = self.server.ledger.as_ref().expect("it runs").book().stream_vector().expect("read");
            if (0..self.tills.len()).all(|no| digest(self, no) == server.digest()) {
                break;
            }
        }
        let ledger = self.server.ledger.as_mut().expect("it runs");
        while !ledger.project_slice().expect("projected") {}
        while ledger.book().is_rebuild_due().expect("read") {
            let mut rebuild = ledger.begin_rebuild().expect("begun");
            loop {
                match ledger.rebuild_slice(&mut rebuild).expect("goes on") {
                    Slice::Done => break,
                    Slice::More => {}
                    Slice::Waits => std::thread::yield_now(),
                }
            }
        }
        let content = ledger.book().content().expect("read");
        let records = self.server_records();
        for (no, till) in self.tills.iter().enumerate() {
            let desk = till.desk();
            while desk.ask_book(|book| book.is_rebuild_due()).expect("read") {
                if let Ok(Some(job)) = desk.prepare_history() {
                    till::job::finish(desk, &job, |_| ()).expect("derived");
                }
                std::thread::yield_now();
            }
            let here = desk.ask_book(|book| book.content()).expect("read");
            assert_eq!(here, content, "seed {seed}: till {no} and the server");
            listed::check(&records, desk);
            for sale in &self.sold {
                let id = domain::id::EntryId::parse(sale).expect("an id");
                assert!(
                    desk.ask_book(|book| book.has_entry(id)).expect("read"),
                    "seed {seed}: till {no} lacks {sale}"
                );
            }
        }
    }
}
