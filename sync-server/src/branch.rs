//! A branch that is open: one thread writes its ledger, everyone else reads beside it.
//!
//! Every push that waits is taken in one commit; then the pushes are answered, then those who listen are
//! told, and what was stored is projected in slices for as long as no other push waits.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::mpsc::{self, Receiver, SyncSender, TryRecvError, TrySendError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use domain::entry::Hash32;
use domain::id::SubjectId;
use domain::time::Now;
use ledger::{EnrolledDevice, Error, Hosted, Ledger, Person, Random, Reader, Rebuild, Secrets, Slice};
use replica::run::VerifiedRun;
use replica::sealed::SubjectKey;
use replica::stream::{Scope, StreamId};
use replica::sync::{Feed, Heard, OwnState, Presence, RunBytes};
use tokio::sync::{broadcast, oneshot};

use crate::access::KnownBranch;
use crate::answer::{Given, Stand, Writer, number, store_in_order};
use crate::backup::backing::Backing;
use crate::decisions::{self, Decisions, Sent, Taken};
use crate::events;
use crate::metrics::Metrics;

/// Pushes that may wait for one branch; more are told to come later.
const MAX_WAITING: usize = 256;
/// Records after which no more pushes are taken into one commit.
const ENOUGH_RECORDS: usize = 5_000;
/// Pushes in a row after which a slice is projected, though others wait.
const STORES_A_SLICE: u32 = 16;
/// Events that a slow listener may be behind before it is cut off.
const EVENTS_KEPT: usize = 256;
/// Bytes of runs above which listeners are only told that there is something.
const MAX_FEED_BYTES: usize = 128 << 10;
/// What a rebuild pauses for while a checkpoint catches up.
const PAUSE: Duration = Duration::from_millis(5);
/// Streams whose keys are remembered, and devices.
const MAX_KEPT: usize = 10_000;

/// What became of the runs that were given together.
pub struct Stored {
    /// For each run how many of its records were new, or why it was not taken: a stable code.
    pub results: Vec<Result<usize, &'static str>>,
}

struct Ask {
    runs: Vec<Given>,
    keys: Vec<(SubjectId, SubjectKey)>,
    answer: oneshot::Sender<Result<Stored, ()>>,
}

/// What those who listen are told.
#[derive(Debug, Clone)]
pub enum Told {
    /// An event as it stands on the wire.
    Event(Bytes),
    /// An event for this device alone.
    Only(Writer, Bytes),
    /// This device is shut out.
    Revoked(Writer),
}

/// Why a branch does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unanswered {
    /// Too many pushes wait.
    Busy,
    /// Its ledger failed.
    Failed,
}

#[derive(Debug, Clone, Copy, Default)]
struct Here {
    connections: u32,
    last_heard_ms: i64,
    own: Option<OwnState>,
    has_changed: bool,
}

/// What the thread and everyone else share.
struct Shared {
    known: KnownBranch,
    stand: RwLock<Arc<Stand>>,
    reader: Mutex<Reader>,
    /// For those who look from a browser, so that tills do not wait for them.
    looking: Mutex<Reader>,
    signing_keys: Mutex<HashMap<StreamId, Hash32>>,
    /// Those that are enrolled: whoever is not may be anybody, and is looked up each time.
    devices: Mutex<HashMap<Writer, EnrolledDevice>>,
    here: Mutex<BTreeMap<Writer, Here>>,
    /// Everybody who works or worked here, as far as the records are projected.
    people: RwLock<Arc<Vec<Person>>>,
    /// What people decided in browsers, on its way to tills.
    decisions: Decisions,
    told: broadcast::Sender<Told>,
    /// Only where there is a backup.
    backing: Option<Arc<Backing>>,
    /// Told whenever records of the organisation's scope were stored.
    organisation_grew: Box<dyn Fn() + Send + Sync>,
    /// Told whenever there is something new to look at.
    has_changed: Box<dyn Fn() + Send + Sync>,
    metrics: Arc<Metrics>,
    clock: Arc<dyn Fn() -> i64 + Send + Sync>,
}

/// An open branch. Dropping it lets the thread finish what it was given.
pub struct Branch {
    shared: Arc<Shared>,
    asks: Option<SyncSender<Ask>>,
    thread: Option<JoinHandle<()>>,
}

/// Nothing that is locked here is left half-changed by a panic.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How a branch is opened.
pub struct Opening<'a> {
    /// Which one.
    pub known: KnownBranch,
    /// Its ledger.
    pub path: &'a Path,
    /// The server's own.
    pub secrets: &'a Secrets,
    /// Random bytes.
    pub random: Arc<Random>,
    /// Milliseconds since 1970.
    pub clock: Arc<dyn Fn() -> i64 + Send + Sync>,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// Whether the server has a backup.
    pub is_backed_up: bool,
    /// Called whenever records of the organisation's scope were stored.
    pub organisation_grew: Box<dyn Fn() + Send + Sync>,
    /// Called whenever there is something new to look at: records were projected, keys came, a till came or went.
    pub has_changed: Box<dyn Fn() + Send + Sync>,
}

impl Branch {
    /// Opens the ledger, or makes an empty one, and starts its thread.
    ///
    /// # Errors
    /// Those of [`Ledger::open`].
    pub fn open(opening: Opening<'_>) -> Result<Self, Error> {
        let mut ledger = Ledger::open(opening.path, opening.secrets, opening.random)?;
        let KnownBranch { organisation, founding_hash, branch } = opening.known;
        let now = Now { ms: (opening.clock)(), utc_offset_min: 0 };
        ledger.host(&Hosted { organisation, founding_hash, branch }, now)?;
        let stand = Stand::of(&ledger.book())?;
        let backing =
            if opening.is_backed_up { Some(Arc::new(Backing::new(ledger.reader()?, now.ms))) } else { None };
        let shared = Arc::new(Shared {
            known: opening.known,
            stand: RwLock::new(Arc::new(stand)),
            reader: Mutex::new(ledger.reader()?),
            looking: Mutex::new(ledger.reader()?),
            signing_keys: Mutex::default(),
            devices: Mutex::default(),
            here: Mutex::default(),
            people: RwLock::default(),
            decisions: Decisions::default(),
            told: broadcast::Sender::new(EVENTS_KEPT),
            backing,
            organisation_grew: opening.organisation_grew,
            has_changed: opening.has_changed,
            metrics: opening.metrics,
            clock: opening.clock,
        });
        let (asks, asked) = mpsc::sync_channel(MAX_WAITING);
        let worker = Worker {
            ledger,
            shared: Arc::clone(&shared),
            is_done: false,
            unprojected: 0,
            rebuild: None,
            has_news_of_organisation: true,
        };
        worker.look_at_people();
        let thread =
            std::thread::Builder::new().name("branch".to_owned()).spawn(move || worker.run(&asked))?;
        Ok(Self { shared, asks: Some(asks), thread: Some(thread) })
    }

    /// Which branch it is.
    #[must_use]
    pub fn known(&self) -> KnownBranch {
        self.shared.known
    }

    /// How far the ledger is.
    #[must_use]
    pub fn stand(&self) -> Arc<Stand> {
        self.shared.stand()
    }

    /// What it shares with its backup, where there is one.
    #[must_use]
    pub fn backing(&self) -> Option<&Arc<Backing>> {
        self.shared.backing.as_ref()
    }

    /// Gives runs and keys to the ledger. The answer comes once they are on the disk.
    ///
    /// # Errors
    /// `Busy` where too many wait, `Failed` where the ledger cannot write.
    pub async fn store(
        &self,
        runs: Vec<Given>,
        keys: Vec<(SubjectId, SubjectKey)>,
    ) -> Result<Stored, Unanswered> {
        let (answer, answered) = oneshot::channel();
        let asks = self.asks.as_ref().ok_or(Unanswered::Failed)?;
        asks.try_send(Ask { runs, keys, answer }).map_err(|error| match error {
            TrySendError::Full(_) => Unanswered::Busy,
            TrySendError::Disconnected(_) => Unanswered::Failed,
        })?;
        answered.await.map_err(|_| Unanswered::Failed)?.map_err(|()| Unanswered::Failed)
    }

    /// Asks the book beside its writer. It may wait for the disk.
    ///
    /// # Errors
    /// What the question fails with.
    pub fn read<R>(&self, question: impl FnOnce(&ledger::Book<'_>) -> Result<R, Error>) -> Result<R, Error> {
        locked(&self.shared.reader).ask(question)
    }

    /// Asks the book for those who look from a browser. It may wait for the disk.
    ///
    /// # Errors
    /// What the question fails with.
    pub fn look<R, E: From<Error>>(
        &self,
        question: impl FnOnce(&ledger::Book<'_>) -> Result<R, E>,
    ) -> Result<R, E> {
        locked(&self.shared.looking).ask(question)
    }

    /// The key that signs a stream, if its first record is here. It may wait for the disk.
    ///
    /// # Errors
    /// When the file fails.
    pub fn signing_key(&self, stream: StreamId) -> Result<Option<Hash32>, Error> {
        if let Some(key) = locked(&self.shared.signing_keys).get(&stream) {
            return Ok(Some(*key));
        }
        let key = self.read(|book| book.signing_key(stream))?;
        let mut kept = locked(&self.shared.signing_keys);
        if let Some(key) = key.filter(|_| kept.len() < MAX_KEPT) {
            kept.insert(stream, key);
        }
        Ok(key)
    }

    /// What the records say of a device. It may wait for the disk.
    ///
    /// # Errors
    /// When the file fails.
    pub fn device(&self, writer: Writer) -> Result<Option<EnrolledDevice>, Error> {
        if let Some(device) = locked(&self.shared.devices).get(&writer) {
            return Ok(Some(*device));
        }
        let Some(device) = self.read(|book| book.device(writer.0, writer.1))? else { return Ok(None) };
        let mut kept = locked(&self.shared.devices);
        // What the thread found meanwhile is newer.
        Ok(Some(if kept.len() < MAX_KEPT { *kept.entry(writer).or_insert(device) } else { device }))
    }

    /// Whether a device is known to be shut out. It does not wait.
    #[must_use]
    pub fn is_revoked(&self, writer: Writer) -> bool {
        let devices = locked(&self.shared.devices);
        devices.get(&writer).is_some_and(|device| device.is_revoked)
    }

    /// Everybody who works or worked here. It does not wait.
    #[must_use]
    pub fn people(&self) -> Arc<Vec<Person>> {
        Arc::clone(&self.shared.people.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Listens to what is told from now on.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Told> {
        self.shared.told.subscribe()
    }

    /// A device was heard of.
    pub fn heard(&self, writer: Writer, own: Option<OwnState>) {
        let mut here = locked(&self.shared.here);
        let here = here.entry(writer).or_default();
        here.last_heard_ms = (self.shared.clock)();
        here.own = own.or(here.own);
        here.has_changed = true;
    }

    /// A live stream of a device opened, or closed.
    pub fn connected(&self, writer: Writer, is_open: bool) {
        let mut here = locked(&self.shared.here);
        let here = here.entry(writer).or_default();
        here.connections =
            if is_open { here.connections.saturating_add(1) } else { here.connections.saturating_sub(1) };
        here.last_heard_ms = (self.shared.clock)();
        here.has_changed = true;
    }

    /// Whether a live stream of a device is open.
    #[must_use]
    pub fn is_connected(&self, writer: Writer) -> bool {
        locked(&self.shared.here).get(&writer).is_some_and(|here| here.connections > 0)
    }

    /// What people decided in browsers, on its way to tills.
    #[must_use]
    pub fn decisions(&self) -> &Decisions {
        &self.shared.decisions
    }

    /// Sends a decision to the till that asked; where it is away, it is told when it comes.
    #[must_use]
    pub fn send_decision(&self, sent: Sent) -> Taken {
        let taken = self.shared.decisions.take(sent, (self.shared.clock)());
        if taken == Taken::New {
            // It is an error only while nobody listens.
            let _ = self.shared.told.send(Told::Only(sent.to, decisions::event(&sent)));
            (self.shared.has_changed)();
        }
        taken
    }

    /// Who is there.
    #[must_use]
    pub fn presence(&self) -> Vec<Presence> {
        locked(&self.shared.here).iter().map(|(writer, here)| here.told(*writer)).collect()
    }

    /// Tells those who listen whose presence changed since this was last called.
    pub fn tell_presence(&self) {
        let mut changed = Vec::new();
        for (writer, here) in locked(&self.shared.here).iter_mut() {
            if std::mem::take(&mut here.has_changed) {
                changed.push(here.told(*writer));
            }
        }
        if !changed.is_empty() {
            (self.shared.has_changed)();
            self.shared.tell(|| events::event("heard", &Heard { presence: changed }.encode()));
        }
    }

    /// Lets those who listen know that the line is open.
    pub fn ping(&self) {
        self.shared.tell(events::ping);
    }
}

impl Here {
    fn told(self, writer: Writer) -> Presence {
        Presence {
            device: writer.0,
            incarnation: writer.1,
            is_connected: self.connections > 0,
            last_heard_ms: self.last_heard_ms,
            own: self.own,
        }
    }
}

impl Drop for Branch {
    fn drop(&mut self) {
        drop(self.asks.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so already.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn stand(&self) -> Arc<Stand> {
        Arc::clone(&self.stand.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn tell(&self, event: impl FnOnce() -> Bytes) {
        if self.told.receiver_count() > 0 {
            // It is an error only while nobody listens.
            let _ = self.told.send(Told::Event(event()));
        }
    }

    /// Reads anew what the records say of every device that is known, and shuts out who was revoked.
    fn look_at_devices(&self, ledger: &Ledger) -> Result<(), Error> {
        let writers: Vec<Writer> = locked(&self.devices).keys().copied().collect();
        for writer in writers {
            let Some(device) = ledger.book().device(writer.0, writer.1)? else { continue };
            let before = locked(&self.devices).insert(writer, device);
            if device.is_revoked && !before.is_some_and(|before| before.is_revoked) {
                let _ = self.told.send(Told::Revoked(writer));
            }
        }
        Ok(())
    }
}

struct Push {
    /// The bytes of each run, and whether it is of the organisation's scope.
    runs: Vec<(RunBytes, bool)>,
    results: Vec<Result<usize, &'static str>>,
    keys: Vec<(SubjectId, SubjectKey)>,
    answer: oneshot::Sender<Result<Stored, ()>>,
}

struct Worker {
    ledger: Ledger,
    shared: Arc<Shared>,
    /// Nothing is left to project.
    is_done: bool,
    /// Records that are left to project, as they were counted last.
    unprojected: i64,
    /// Derived tables that are built again, where records say that others do not count after all.
    rebuild: Option<Rebuild>,
    /// Something of the organisation came that is not projected yet: who works here is not known before that.
    has_news_of_organisation: bool,
}

impl Worker {
    fn run(mut self, asked: &Receiver<Ask>) {
        let mut stores = 0;
        loop {
            let ask = if self.is_done {
                asked.recv().map_err(|_| TryRecvError::Disconnected)
            } else {
                asked.try_recv()
            };
            match ask {
                Ok(first) => self.take(first, asked),
                Err(TryRecvError::Disconnected) => return self.left_to_project(0),
                Err(TryRecvError::Empty) => stores = STORES_A_SLICE,
            }
            stores += 1;
            if stores > STORES_A_SLICE && !self.is_done {
                stores = 0;
                if let Err(error) = self.derive() {
                    // It is tried again after the next push.
                    tracing::error!(code = error.code(), "what was stored cannot be projected");
                    self.rebuild = None;
                    self.is_done = true;
                }
            }
        }
    }

    /// Takes everything that waits, in one commit.
    fn take(&mut self, first: Ask, asked: &Receiver<Ask>) {
        let (mut pushes, mut runs) = (Vec::new(), Vec::new());
        let mut records = 0;
        let mut next = Some(first);
        while let Some(ask) = next.take() {
            let mut push = Push { runs: Vec::new(), results: Vec::new(), keys: ask.keys, answer: ask.answer };
            for Given { run, bytes } in ask.runs {
                records += run.run().records.len();
                push.runs.push((bytes, matches!(run.run().after.stream.scope, Scope::Organisation(_))));
                runs.push(run);
            }
            pushes.push(push);
            if records < ENOUGH_RECORDS {
                next = asked.try_recv().ok();
            }
        }
        let began = Instant::now();
        match self.store(&mut pushes, runs) {
            Ok((before, stand)) => {
                self.shared.metrics.store_took(began.elapsed(), pushes.len());
                self.answer_and_tell(pushes, before, &stand);
            }
            Err(error) => {
                tracing::error!(code = error.code(), "the ledger cannot store");
                self.shared.metrics.refused(error.code(), 1);
                pushes.into_iter().for_each(|push| drop(push.answer.send(Err(()))));
            }
        }
    }

    /// Gives the number of the last record before, and how far the ledger is now.
    fn store(&mut self, pushes: &mut [Push], runs: Vec<VerifiedRun>) -> Result<(i64, Arc<Stand>), Error> {
        let before = self.shared.stand().last_record_no;
        let mut results = store_in_order(&mut self.ledger, runs)?.into_iter();
        for push in pushes {
            push.results = results.by_ref().take(push.runs.len()).collect();
            if !push.keys.is_empty() {
                self.ledger.take_keys(&push.keys)?;
            }
        }
        let stand = Arc::new(Stand::of(&self.ledger.book())?);
        *self.shared.stand.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&stand);
        if let Some(backing) = &self.shared.backing {
            backing.grew((self.shared.clock)());
        }
        Ok((before, stand))
    }

    fn answer_and_tell(&mut self, pushes: Vec<Push>, before: i64, stand: &Arc<Stand>) {
        self.left_to_project(self.unprojected + stand.last_record_no - before);
        let has_grown = |push: &Push| {
            let mut runs = push.runs.iter().zip(&push.results);
            runs.any(|((_, is_organisation), result)| *is_organisation && matches!(result, Ok(1..)))
        };
        let organisation_grew = pushes.iter().any(has_grown);
        if organisation_grew {
            // Before the answer, since whoever enrolled itself goes on with it.
            self.look_at_devices();
        }
        let (mut told, mut bytes) = (Vec::new(), 0);
        let names_came = pushes.iter().any(|push| !push.keys.is_empty());
        for Push { runs, results, answer, .. } in pushes {
            for ((run, _), result) in runs.into_iter().zip(&results) {
                match result {
                    Ok(0) => {}
                    Ok(new) => {
                        self.shared.metrics.records_stored(*new);
                        bytes += run.0.len();
                        told.push(run);
                    }
                    Err(code) => self.shared.metrics.refused(code, 1),
                }
            }
            // Whoever does not wait for the answer any more asks again.
            let _ = answer.send(Ok(Stored { results }));
        }
        if stand.last_record_no > before {
            self.is_done = false;
            let runs = if bytes > MAX_FEED_BYTES { Vec::new() } else { told };
            let feed = Feed { after: number(before), up_to: number(stand.last_record_no), runs };
            self.shared.tell(|| events::event("feed", &feed.encode()));
        }
        self.has_news_of_organisation |= organisation_grew || names_came;
        if organisation_grew {
            (self.shared.organisation_grew)();
        }
        if names_came {
            self.is_done = false;
            (self.shared.has_changed)();
        }
    }

    /// So many records of this branch are left to project now.
    fn left_to_project(&mut self, count: i64) {
        self.shared.metrics.unprojected.inc_by(count - self.unprojected);
        self.unprojected = count;
    }

    fn look_at_devices(&self) {
        if let Err(error) = self.shared.look_at_devices(&self.ledger) {
            tracing::error!(code = error.code(), "the devices of a branch cannot be read");
        }
    }

    /// Who works here now. Where that cannot be read, what was known stays.
    fn look_at_people(&self) {
        match self.ledger.book().staff() {
            Ok(people) => {
                *self.shared.people.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(people);
            }
            Err(error) => tracing::error!(code = error.code(), "the people of a branch cannot be read"),
        }
    }

    /// Projects some of what is stored. Only where nothing is left, goes on with tables that are built again:
    /// they come into force with everything that is stored then.
    fn derive(&mut self) -> Result<(), Error> {
        let is_all = self.ledger.project_slice()?;
        let left = if is_all { 0 } else { self.ledger.book().unprojected()? };
        self.left_to_project(i64::try_from(left).unwrap_or(i64::MAX));
        if !is_all {
            (self.shared.has_changed)();
            return Ok(());
        }
        let Some(rebuild) = &mut self.rebuild else {
            self.look_at_devices();
            if self.has_news_of_organisation {
                self.look_at_people();
            }
            let book = self.ledger.book();
            let is_decided = |asked| Ok::<_, Error>(book.approval_of(asked)?.is_some());
            self.shared.decisions.settle((self.shared.clock)(), is_decided)?;
            // After that, so that whoever is shut out by it is told no more.
            (self.shared.has_changed)();
            if self.ledger.book().is_rebuild_due()? {
                self.rebuild = Some(self.ledger.begin_rebuild()?)
            } else {
                self.is_done = true;
                if std::mem::take(&mut self.has_news_of_organisation) {
                    (self.shared.organisation_grew)();
                }
            }
            return Ok(());
        };
        match self.ledger.rebuild_slice(rebuild)? {
            Slice::More => {}
            Slice::Waits => std::thread::sleep(PAUSE),
            Slice::Done => {
                self.rebuild = None;
                self.look_at_people();
                (self.shared.has_changed)();
            }
        }
        Ok(())
    }
}
