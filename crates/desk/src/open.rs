//! A desk over one ledger, with what comes from outside: the clock, randomness and the keys.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, Weak};

use domain::id::{EntryId, StaffId};
use domain::time::Now;
use ledger::search::ProductIndex;
use ledger::{Random, Secrets, Write};

use crate::api::printing::FoundPrinter;
use crate::counter::Counter;
use crate::display::Shown;
use crate::duty::Duty;
use crate::fault::{Fault, Stop};
use crate::heard::Heard;
use crate::jobs::Jobs;
use crate::open_book::{DAMAGED, OpenBook};
use crate::pins::PinCost;
use crate::printing::Printing;
use crate::scan::EarlierScan;
use crate::turns::locked;

/// Where a book lies, and the keys that open it.
pub struct Place {
    /// The ledger file.
    pub path: PathBuf,
    /// Database key, device keys, branch secret.
    pub secrets: Secrets,
}

/// Writes a branch's secret where the other secrets are.
pub type KeepSecret = dyn Fn(&[u8; 32]) -> std::io::Result<()> + Send + Sync;

/// Enrols: address, one-time code.
pub type Enrol = dyn Fn(&Desk, &str, &str) -> Result<(), Fault> + Send + Sync;
/// Hands in: code, file.
pub type HandIn = dyn Fn(&Desk, &str, Vec<u8>) -> Result<(), Fault> + Send + Sync;
/// Fetches: address, code.
pub type Fetch = dyn Fn(&str, &str) -> Result<Vec<u8>, Fault> + Send + Sync;

/// Asks for a link for this person's browser: the link, and until when it can be opened.
pub type AskViewLink = dyn Fn(&Desk, StaffId) -> Result<(String, i64), Fault> + Send + Sync;

/// What a person at a desk asks of a server. Each of these waits for the network.
pub struct Network {
    /// Enrols this till at the server with this address, by a one-time code, and keeps the way there.
    pub enrol: Box<Enrol>,
    /// Keeps an invitation file at this till's server, under its code.
    pub hand_in: Box<HandIn>,
    /// Fetches an invitation file from the server with this address, by its code.
    pub fetch: Box<Fetch>,
    /// Asks this till's server for a link that lets a person look from a browser.
    pub view_link: Box<AskViewLink>,
}

/// Looks for printers that this computer can reach. It waits for the network and for devices.
pub type FindPrinters = dyn Fn() -> Vec<FoundPrinter> + Send + Sync;

/// What a desk needs from outside.
pub struct Options {
    /// The pharmacy's book.
    pub book: Place,
    /// The practice book, made when practice mode is first switched on.
    pub practice: Place,
    /// Where wrong tries of PINs are counted: beside the keys.
    pub attempts: PathBuf,
    /// What a PIN that is chosen here costs to check.
    pub pin_cost: PinCost,
    /// Keeps a branch's secret with the other secrets of the pharmacy's book, durably, when this till joins.
    pub keep_branch_secret: Box<KeepSecret>,
    /// The way to servers.
    pub network: Network,
    /// Looks for printers.
    pub find_printers: Box<FindPrinters>,
    /// Milliseconds since 1970.
    pub clock: Box<dyn Fn() -> i64 + Send + Sync>,
    /// Fills a buffer with random bytes.
    pub random: Box<Random>,
}

/// What changed, so that open windows know what to fetch again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// The basket on the screen.
    Basket,
    /// Sales, the drawer, figures.
    Book,
    /// Products and settings.
    Catalogue,
    /// People, sign-in, frame, jobs.
    Status,
    /// What is known of the other tills.
    Branch,
    /// Which server this till belongs to.
    Server,
    /// The printers, and what is to be printed.
    Printing,
    /// The mail account, and what is to be sent.
    Mail,
}

/// A till's desk: one person at a time works at it, on the pharmacy's book or on the practice book.
pub struct Desk {
    /// For background work that has to outlive the call that began it.
    pub(crate) me: Weak<Self>,
    /// The pharmacy's book.
    pub(crate) book: Arc<OpenBook>,
    /// The practice book, once it was used.
    pub(crate) practice: Mutex<Option<Arc<OpenBook>>>,
    /// Where the practice book is or will be.
    pub(crate) practice_place: Place,
    /// The book that is worked on.
    pub(crate) present: Mutex<Arc<OpenBook>>,
    pub(crate) random: Arc<Random>,
    /// Background work.
    pub(crate) jobs: Mutex<Jobs>,
    /// The search index of the pharmacy's catalogue, once it was needed.
    pub(crate) index: Mutex<Option<ProductIndex>>,
    /// What is known of the server and the other tills.
    pub(crate) heard: Mutex<Heard>,
    /// What is known of the printers.
    pub(crate) printing: Printing,
    /// What the customer's display shows of the sale before.
    pub(crate) shown: Shown,
    pub(crate) find_printers: Box<FindPrinters>,
    /// What keeps mails from being sent, as a code.
    pub(crate) mail_trouble: Mutex<Option<&'static str>>,
    /// The scan that the next one may be about the same pack as.
    pub(crate) earlier_scan: Mutex<Option<EarlierScan>>,
    /// Who is on duty.
    pub(crate) duty: Mutex<Option<Duty>>,
    /// Held while a PIN is tried, so that tries are counted one by one.
    pub(crate) tries: Mutex<()>,
    /// Where wrong tries are counted beside the ledger.
    pub(crate) attempts_path: PathBuf,
    /// What a PIN that is chosen here costs to check.
    pub(crate) pin_cost: PinCost,
    keep_branch_secret: Box<KeepSecret>,
    pub(crate) network: Network,
    clock: Box<dyn Fn() -> i64 + Send + Sync>,
    listeners: Mutex<Vec<Sender<Changed>>>,
}

impl Desk {
    /// Opens the pharmacy's book; where there is no file yet, an empty one that waits for set-up.
    ///
    /// # Errors
    /// `ledger_in_use`, `ledger_newer`, `ledger_foreign`, `ledger_damaged` where not even reading is possible,
    /// `ledger_failed`.
    pub fn open(options: Options) -> Result<Arc<Self>, Fault> {
        let random: Arc<Random> = Arc::from(options.random);
        let book = Arc::new(OpenBook::open(&options.book, &random, false)?);
        Ok(Arc::new_cyclic(|me| Self {
            me: me.clone(),
            present: Mutex::new(Arc::clone(&book)),
            book,
            practice: Mutex::new(None),
            practice_place: options.practice,
            random,
            jobs: Mutex::default(),
            index: Mutex::new(None),
            heard: Mutex::default(),
            printing: Printing::default(),
            shown: Shown::default(),
            find_printers: options.find_printers,
            mail_trouble: Mutex::default(),
            earlier_scan: Mutex::default(),
            duty: Mutex::default(),
            tries: Mutex::default(),
            attempts_path: options.attempts,
            pin_cost: options.pin_cost,
            keep_branch_secret: options.keep_branch_secret,
            network: options.network,
            clock: options.clock,
            listeners: Mutex::new(Vec::new()),
        }))
    }

    /// Hears what changes from now on. A receiver that is dropped is forgotten.
    pub fn subscribe(&self) -> Receiver<Changed> {
        let (sender, receiver) = channel();
        locked(&self.listeners).push(sender);
        receiver
    }

    /// Tells everybody who listens.
    pub(crate) fn tell(&self, changed: &[Changed]) {
        locked(&self.listeners).retain(|listener| changed.iter().all(|what| listener.send(*what).is_ok()));
    }

    pub(crate) fn keep_branch_secret(&self, secret: &[u8; 32]) -> std::io::Result<()> {
        (self.keep_branch_secret)(secret)?;
        self.book.has_joined(*secret);
        Ok(())
    }

    /// The till's clock, in milliseconds since 1970.
    pub(crate) fn now_ms(&self) -> i64 {
        (self.clock)()
    }

    /// The book that is worked on.
    pub(crate) fn present(&self) -> Arc<OpenBook> {
        Arc::clone(&locked(&self.present))
    }

    /// A new id, ordered by time.
    pub(crate) fn new_uuid(&self) -> uuid::Uuid {
        new_uuid(self.now_ms(), &*self.random)
    }

    /// Asks the book that is worked on.
    pub(crate) fn ask<R>(&self, question: impl FnOnce(&Counter<'_>) -> Result<R, Stop>) -> Result<R, Fault> {
        self.ask_in(&self.present(), question)
    }

    /// The same in this book.
    pub(crate) fn ask_in<R>(
        &self,
        open: &OpenBook,
        question: impl FnOnce(&Counter<'_>) -> Result<R, Stop>,
    ) -> Result<R, Fault> {
        let now_ms = self.now_ms();
        let answer = open.ask(|book| {
            let house = open.house(book)?.ok_or(Stop::Ledger(ledger::Error::NotSetUp))?;
            let now = house.now(now_ms);
            question(&Counter::new(book, open, &house, now, &*self.random, self.on_duty()))
        });
        Ok(answer?)
    }

    /// Runs one act in one transaction of the book that is worked on, and tells what changed. When this
    /// returns, what was written is on the disk.
    pub(crate) fn act<R>(
        &self,
        changed: &[Changed],
        step: impl FnOnce(&Counter<'_>) -> Result<(Write, R), Stop>,
    ) -> Result<R, Fault> {
        self.act_in(&self.present(), self.on_duty(), changed, step)
    }

    /// The same in this book, by whoever acts there.
    pub(crate) fn act_in<R>(
        &self,
        open: &OpenBook,
        actor: Option<StaffId>,
        changed: &[Changed],
        step: impl FnOnce(&Counter<'_>) -> Result<(Write, R), Stop>,
    ) -> Result<R, Fault> {
        if open.read_only().is_some() {
            return Err(ledger::Error::ReadOnly.into());
        }
        let mut ledger = open.writer.take();
        let house = open.house(&ledger.book())?.ok_or(ledger::Error::NotSetUp)?;
        let now = house.now(self.now_ms());
        let (mut said_no, mut used) = (None, Vec::new());
        let result = ledger.transact(now, |book| {
            let counter = Counter::new(book, open, &house, now, &*self.random, actor);
            let stepped = step(&counter);
            used = counter.used.take();
            stepped.map_err(|stop| match stop {
                Stop::Ledger(error) => error,
                Stop::Fault(fault) => {
                    said_no = Some(fault);
                    ledger::Error::Cancelled
                }
            })
        });
        drop(ledger);
        match (result, said_no) {
            (Ok(reply), _) => {
                open.grants.use_up(&used);
                self.tell(changed);
                Ok(reply)
            }
            (Err(_), Some(fault)) => Err(fault),
            (Err(error), None) => Err(error.into()),
        }
    }
}

impl Desk {
    /// Hears what a command came to: after a damaged page nothing more is written, and the frame says why.
    pub(crate) fn heard<R>(&self, result: Result<R, Fault>) -> Result<R, Fault> {
        if let Err(fault) = &result
            && fault.code == DAMAGED
            && self.present().read_only_from_now_on()
        {
            self.tell(&[Changed::Status]);
        }
        result
    }

    /// As [`Desk::act`], for counting and closing: where the disk is full, the space that the ledger keeps
    /// back for this is given free and the act is tried once more.
    pub(crate) fn act_on_reserve<R>(
        &self,
        changed: &[Changed],
        step: impl Fn(&Counter<'_>) -> Result<(Write, R), Stop>,
    ) -> Result<R, Fault> {
        match self.act(changed, &step) {
            Err(fault) if fault.code == ledger::Error::DiskFull.code() => {
                self.present().writer.take().give_reserve_free()?;
                self.act(changed, step)
            }
            result => result,
        }
    }
}

/// A UUIDv7 out of the clock and randomness that the desk was given.
pub(crate) fn new_uuid(now_ms: i64, random: &Random) -> uuid::Uuid {
    let mut bytes = [0; 10];
    random(&mut bytes);
    uuid::Builder::from_unix_timestamp_millis(now_ms.unsigned_abs(), &bytes).into_uuid()
}

/// A new id of an entry.
pub(crate) fn new_entry_id(now: Now, random: &Random) -> EntryId {
    EntryId(new_uuid(now.ms, random))
}

/// Reads an id that came from outside.
pub(crate) fn id<T>(text: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, Fault> {
    parse(text).ok_or_else(|| Fault::bare("bad_arguments"))
}
