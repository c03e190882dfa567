//! What all requests share: the keys, the access store, the open branches.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use domain::entry::Hash32;
use domain::id::{BranchId, OrganisationId, SubjectId};
use domain::permission::{Permission, Verdict};
use ledger::{Person, Random};
use replica::run::Run;
use replica::session::DataIncarnation;
use replica::stream::Scope;
use replica::sync::RunBytes;
use replica::vector::{Lacking, StreamVector};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, broadcast, watch};

use crate::access::{Access, AccessError, KnownBranch, Who};
use crate::answer::Given;
use crate::backup::BackupTo;
use crate::backup::name::RowId;
use crate::branch::{Branch, Opening, Unanswered};
use crate::keys::{KeysError, ServerKeys};
use crate::metrics::Metrics;
use crate::passkeys::{Passkeys, PublicUrl};
use crate::refused::Refused;
use crate::tls::Tls;
use crate::tokens::Tokens;
use crate::tries::Tries;

/// File name of the keys.
pub const KEYS: &str = "server.keys";
/// File name of the access store.
pub const ACCESS: &str = "access.db";

/// How long it is taken for true that the server can write, or cannot.
const READY_FOR_MS: i64 = 1_000;

/// Bytes of messages that are in memory at once, packed and unpacked.
const MEMORY_KIB: usize = 256 << 10;
/// Questions of browsers that are answered at once; each takes a thread from those that serve tills.
const LOOKS_AT_ONCE: usize = 4;
/// Passphrases that are checked at once; each takes 64 MiB and a processor.
const CHECKS_AT_ONCE: usize = 2;
/// The most branches of an organisation that are opened before any of its records is here.
const MAX_BRANCHES_ON_TRUST: usize = 64;
/// Changes that a browser may be behind; then it is told that all branches changed.
const CHANGES_KEPT: usize = 1_024;

/// How a server is run.
#[derive(Clone)]
pub struct Options {
    /// Its folder.
    pub data: PathBuf,
    /// Milliseconds since 1970.
    pub clock: Arc<dyn Fn() -> i64 + Send + Sync>,
    /// Random bytes.
    pub random: Arc<Random>,
    /// The built ui for a manager's browser, where it is served.
    pub ui: Option<PathBuf>,
    /// The most connections at once.
    pub max_connections: usize,
    /// How long the head of a request may take, how long its body, and how long the other side may take nothing
    /// of an answer.
    pub read_timeout: Duration,
    /// How often those who listen are told whose presence changed.
    pub presence_every: Duration,
    /// How often those who listen hear that the line is open.
    pub ping_every: Duration,
    /// Where its backup goes, if it has one.
    pub backup: Option<BackupTo>,
    /// What it proves itself with, where it speaks TLS.
    pub tls: Option<Arc<Tls>>,
    /// The address by which browsers reach it, where passkeys are to hold for it.
    pub public_url: Option<PublicUrl>,
}

/// Who tried wrong passphrases: where from, and of which name, whether anybody has it or not.
#[derive(Default)]
pub struct PassphraseTries {
    /// By address.
    pub of_address: Tries<IpAddr>,
    /// By the hash of the name.
    pub of_name: Tries<Hash32>,
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Its keys.
    #[error("{0}")]
    Keys(#[from] KeysError),
    /// There are none.
    #[error("there are no keys in this folder")]
    NoKeys,
    /// Its access store.
    #[error("{0}")]
    Access(#[from] AccessError),
    /// Its folder or its socket.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

/// A server that may be asked.
pub struct Server {
    /// How it is run.
    pub options: Options,
    /// Who it is.
    pub keys: ServerKeys,
    /// Who may come in.
    pub access: Access,
    /// Which data it holds.
    pub data: DataIncarnation,
    /// Makes tokens.
    pub tokens: Tokens,
    /// Who tried wrong codes.
    pub tries: Tries<IpAddr>,
    /// Who tried wrong passphrases.
    pub passphrase_tries: PassphraseTries,
    passphrase_checks: Arc<Semaphore>,
    /// Asks for passkeys, where the address of the server allows any.
    pub passkeys: Option<Passkeys>,
    /// Counts up whenever somebody signs out.
    pub sign_outs: watch::Sender<u64>,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// Told whenever a branch was opened.
    pub branch_opened: Notify,
    branches: RwLock<HashMap<BranchId, Arc<Branch>>>,
    opening: tokio::sync::Mutex<()>,
    organisation_grew: Arc<Notify>,
    memory: Arc<Semaphore>,
    /// When it was last tried whether the server can write, and whether it could.
    ready: Arc<tokio::sync::Mutex<Option<(i64, bool)>>>,
    /// Room for those who look from a browser.
    pub looks: Arc<Semaphore>,
    /// Which branch shows something new to those who look.
    pub changes: broadcast::Sender<BranchId>,
}

/// Opens the access store of a folder, which is made where there is none.
///
/// # Errors
/// When the file fails.
pub fn open_access(options: &Options, keys: &ServerKeys) -> Result<Access, AccessError> {
    let mut incarnation = [0; 8];
    (options.random)(&mut incarnation);
    Access::open(&options.data.join(ACCESS), &keys.database_key, DataIncarnation(incarnation))
}

/// Where the ledger of a branch lies in a server's folder.
#[must_use]
pub fn ledger_path(data: &Path, known: &KnownBranch) -> PathBuf {
    data.join(known.organisation.to_string()).join(format!("{}.db", known.branch))
}

impl Server {
    /// Opens everything that the folder holds.
    ///
    /// # Errors
    /// Says what does not open.
    pub fn open(options: Options) -> Result<Arc<Self>, StartError> {
        let keys = ServerKeys::read(&options.data.join(KEYS))?.ok_or(StartError::NoKeys)?;
        let access = open_access(&options, &keys)?;
        let mut token_secret = [0; 32];
        (options.random)(&mut token_secret);
        let server = Self {
            data: access.data()?,
            tokens: Tokens::new(token_secret),
            tries: Tries::default(),
            passphrase_tries: PassphraseTries::default(),
            passphrase_checks: Arc::new(Semaphore::new(CHECKS_AT_ONCE)),
            passkeys: Passkeys::at(options.public_url.as_ref()),
            sign_outs: watch::Sender::new(0),
            metrics: Arc::default(),
            branch_opened: Notify::new(),
            branches: RwLock::default(),
            opening: tokio::sync::Mutex::new(()),
            organisation_grew: Arc::default(),
            memory: Arc::new(Semaphore::new(MEMORY_KIB)),
            ready: Arc::default(),
            looks: Arc::new(Semaphore::new(LOOKS_AT_ONCE)),
            changes: broadcast::Sender::new(CHANGES_KEPT),
            options,
            keys,
            access,
        };
        for known in server.access.branches()? {
            // One that is damaged keeps no other from its tills; its own are told when they come.
            if let Err(error) = server.open_branch(known) {
                tracing::error!(branch = %known.branch, code = error.code(), "a branch does not open");
            }
        }
        server.organisation_grew.notify_one();
        Ok(Arc::new(server))
    }

    /// The clock.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        (self.options.clock)()
    }

    /// Fresh random bytes.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.options.random)(&mut bytes);
        bytes
    }

    /// A branch that is open.
    #[must_use]
    pub fn branch(&self, branch: BranchId) -> Option<Arc<Branch>> {
        self.branches.read().unwrap_or_else(PoisonError::into_inner).get(&branch).cloned()
    }

    /// Every branch that is open.
    #[must_use]
    pub fn branches(&self) -> Vec<Arc<Branch>> {
        self.branches.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Every branch of an organisation that is open.
    #[must_use]
    pub fn branches_of(&self, organisation: OrganisationId) -> Vec<Arc<Branch>> {
        let mut branches = self.branches();
        branches.retain(|branch| branch.known().organisation == organisation);
        branches
    }

    /// Somebody, if the books let them do this. A branch may hear later than another that somebody left or has
    /// another role: what is strictest counts. It does not wait.
    #[must_use]
    pub fn person_who_may(&self, who: Who, permission: Permission) -> Option<Person> {
        self.person_who_may_so_far(who, permission, 0)
    }

    /// The same of an act that goes so far, in the unit of the permission.
    #[must_use]
    pub fn person_who_may_so_far(&self, who: Who, permission: Permission, extent: i64) -> Option<Person> {
        let mut known: Option<Person> = None;
        for branch in self.branches_of(who.organisation) {
            let people = branch.people();
            let Some(person) = people.iter().find(|person| person.staff == who.staff) else { continue };
            if person.has_left || permission.verdict(person.role, extent) != Verdict::Allowed {
                return None;
            }
            // A name may come later than the person.
            if known.as_ref().is_none_or(|known| known.name.is_empty()) {
                known = Some(person.clone());
            }
        }
        known
    }

    /// Room to check or make a passphrase, for as long as it is held.
    ///
    /// # Errors
    /// `busy` where others have it for too long.
    pub async fn passphrase_place(&self, patience: Duration) -> Result<OwnedSemaphorePermit, Refused> {
        let place = Arc::clone(&self.passphrase_checks).acquire_owned();
        let Ok(Ok(place)) = tokio::time::timeout(patience, place).await else { return Err(Refused::busy()) };
        Ok(place)
    }

    /// Whether the organisation's records open a branch that is not kept yet. Where none of its records is here,
    /// it is new, or the server was emptied, and whoever has its grant comes in with the branch; but not with
    /// any number of them, since each costs a thread and files for as long as the server lives.
    ///
    /// # Errors
    /// When a ledger fails.
    pub fn is_opened_by_records(&self, known: &KnownBranch) -> Result<bool, ledger::Error> {
        let branches = self.branches_of(known.organisation);
        let mut has_records = false;
        for branch in &branches {
            let (is_founded, is_opened) = branch
                .read(|book| Ok((book.founding_hash()?.is_some(), book.is_branch_opened(known.branch)?)))?;
            if is_opened {
                return Ok(true);
            }
            has_records |= is_founded;
        }
        Ok(!has_records && branches.len() < MAX_BRANCHES_ON_TRUST)
    }

    /// A branch that was kept in the access store, opened if it is not yet.
    ///
    /// # Errors
    /// When its ledger does not open.
    pub async fn branch_opened(self: &Arc<Self>, known: KnownBranch) -> Result<Arc<Branch>, Refused> {
        if let Some(branch) = self.branch(known.branch) {
            return Ok(branch);
        }
        let _one_at_a_time = self.opening.lock().await;
        if let Some(branch) = self.branch(known.branch) {
            return Ok(branch);
        }
        let server = Arc::clone(self);
        let branch = tokio::task::spawn_blocking(move || server.open_branch(known)).await??;
        self.organisation_grew.notify_one();
        Ok(branch)
    }

    fn open_branch(&self, known: KnownBranch) -> Result<Arc<Branch>, ledger::Error> {
        let path = ledger_path(&self.options.data, &known);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let (grew, changes) = (Arc::clone(&self.organisation_grew), self.changes.clone());
        let branch = Arc::new(Branch::open(Opening {
            known,
            path: &path,
            secrets: &self.keys.secrets(),
            random: Arc::clone(&self.options.random),
            clock: Arc::clone(&self.options.clock),
            metrics: Arc::clone(&self.metrics),
            is_backed_up: self.options.backup.is_some(),
            organisation_grew: Box::new(move || grew.notify_one()),
            has_changed: Box::new(move || {
                // It is an error only while nobody looks.
                let _ = changes.send(known.branch);
            }),
        })?);
        let mut branches = self.branches.write().unwrap_or_else(PoisonError::into_inner);
        branches.insert(known.branch, Arc::clone(&branch));
        self.metrics.branches(branches.len());
        self.branch_opened.notify_one();
        Ok(branch)
    }

    /// Where a branch's backup lies.
    #[must_use]
    pub fn row(&self, known: &KnownBranch) -> RowId {
        let KnownBranch { organisation, branch, .. } = *known;
        RowId { server: self.keys.receiver().device, organisation, branch, data: self.data }
    }

    /// Whether the server can write. Anybody may ask: it is tried once a second at most, by one at a time, and
    /// whoever asks meanwhile has the same answer. Who does not wait for it leaves nothing running but that one.
    ///
    /// # Errors
    /// When it was tried and the program failed.
    pub async fn is_ready(self: Arc<Self>) -> Result<bool, tokio::task::JoinError> {
        let mut last = Arc::clone(&self.ready).lock_owned().await;
        let now_ms = self.now_ms();
        if let Some((_, is_ready)) = last.filter(|(at_ms, _)| (0..READY_FOR_MS).contains(&(now_ms - at_ms))) {
            return Ok(is_ready);
        }
        let trying = tokio::task::spawn_blocking(move || {
            let is_ready = self.access.touch(now_ms).is_ok();
            *last = Some((self.now_ms(), is_ready));
            is_ready
        });
        trying.await
    }

    /// Room for so many bytes of messages, until it is dropped.
    ///
    /// # Errors
    /// `busy` where others have it.
    pub fn room(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Refused> {
        let kib = u32::try_from(bytes.div_ceil(1 << 10)).map_err(|_| Refused::too_large())?;
        Arc::clone(&self.memory).try_acquire_many_owned(kib).map_err(|_| Refused::busy())
    }

    /// Carries what one branch of an organisation knows of it to the others, its people's names included, for as
    /// long as the server runs.
    pub async fn carry_between_branches(self: Arc<Self>) {
        // What was erased in a branch stays so, and is not given there again and again.
        let mut given = HashSet::new();
        loop {
            self.organisation_grew.notified().await;
            let mut organisations: BTreeMap<OrganisationId, Vec<Arc<Branch>>> = BTreeMap::new();
            for branch in self.branches() {
                organisations.entry(branch.known().organisation).or_default().push(branch);
            }
            for branches in organisations.values() {
                for (from, to) in pairs(branches) {
                    if let Err(error) = carry(from, to, &mut given).await {
                        tracing::warn!(code = error.code(), "an organisation's records wait for a branch");
                    }
                }
            }
        }
    }
}

fn pairs(branches: &[Arc<Branch>]) -> impl Iterator<Item = (&Arc<Branch>, &Arc<Branch>)> {
    let others = |from| branches.iter().filter(move |to| !Arc::ptr_eq(from, *to));
    branches.iter().flat_map(move |from| others(from).map(move |to| (from, to)))
}

async fn carry(
    from: &Arc<Branch>,
    to: &Arc<Branch>,
    given_keys: &mut HashSet<(BranchId, SubjectId)>,
) -> Result<(), Refused> {
    let is_organisation = |scope| matches!(scope, Scope::Organisation(_));
    let here: StreamVector =
        from.stand().vector.heads().filter(|head| is_organisation(head.stream.scope)).collect();
    let lacking = here.lacking_there(&to.stand().vector);
    let (source, target) = (Arc::clone(from), Arc::clone(to));
    let (given, mut keys) = tokio::task::spawn_blocking(move || {
        let given = all_given(&source, lacking)?;
        let known: HashSet<_> =
            target.read(|book| book.people_keys())?.into_iter().map(|(subject, _)| subject).collect();
        let keys = source.read(|book| book.people_keys())?;
        let keys: Vec<_> = keys.into_iter().filter(|(subject, _)| !known.contains(subject)).collect();
        Ok::<_, ledger::Error>((given, keys))
    })
    .await??;
    keys.retain(|(subject, _)| given_keys.insert((to.known().branch, *subject)));
    if given.is_empty() && keys.is_empty() {
        return Ok(());
    }
    loop {
        match to.store(given.clone(), keys.clone()).await {
            // Whoever pushes goes first.
            Err(Unanswered::Busy) => tokio::time::sleep(Duration::from_millis(50)).await,
            result => return result.map(drop).map_err(Refused::from),
        }
    }
}

/// Everything that is lacking of streams of the organisation, which are short.
fn all_given(from: &Branch, lacking: Vec<Lacking>) -> Result<Vec<Given>, ledger::Error> {
    let mut given = Vec::new();
    for mut lacking in lacking {
        let Some(key) = from.signing_key(lacking.head.stream)? else { continue };
        while let Some(run) = from.read(|book| book.run_for(&lacking))? {
            let bytes = RunBytes(run.encode());
            let Ok(run) = Run::verified(run, &key) else { break };
            let end = run.end();
            given.push(Given { run, bytes });
            if end == lacking.head {
                break;
            }
            lacking.has = vec![end];
        }
    }
    Ok(given)
}
