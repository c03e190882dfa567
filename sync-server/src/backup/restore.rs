//! A full server out of the recovery file and a backup: whatever lies there, of all lives of the server's data,
//! each run verified as if a till gave it.

use std::collections::{BTreeMap, HashMap};

use domain::id::{BranchId, OrganisationId, SubjectId};
use domain::time::Now;
use ledger::{Hosted, Ledger};
use replica::run::{Run, VerifiedRun};
use replica::sealed::SubjectKey;
use replica::sync::RunBytes;

use super::name::{RowId, Segment};
use super::object::Content;
use super::row::{Gaps, Row, gaps};
use super::storage::{Storage, StorageError};
use crate::access::{Access, AccessError, KnownBranch, Restored};
use crate::answer::{number, store_in_order};
use crate::derive::derive_all;
use crate::keys::{KeysError, ServerKeys};
use crate::server::{KEYS, Options, ledger_path, open_access};

/// Why nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The storage.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The keys.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The access store.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// A ledger.
    #[error(transparent)]
    Ledger(#[from] ledger::Error),
    /// The file system.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// There are no objects of this server.
    #[error("there is no backup of this server")]
    NothingThere,
    /// Stretches that no object holds.
    #[error("{}", .0.join("; "))]
    Missing(Vec<String>),
    /// An object is not what was written under its name.
    #[error("{0} is damaged, or stands under a name that is not its own")]
    Damaged(String),
    /// Records are not taken, though nothing seems to be missing.
    #[error("{count} runs of branch {branch} are not taken ({code})")]
    NotTaken {
        /// The branch.
        branch: BranchId,
        /// How many.
        count: usize,
        /// Why the first of them is not.
        code: &'static str,
    },
}

impl RestoreError {
    /// Stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Storage(_) => "backup_unreached",
            Self::Keys(error) => error.code(),
            Self::Access(_) | Self::Io(_) => "server_failed",
            Self::Ledger(error) => error.code(),
            Self::NothingThere => "backup_missing",
            Self::Missing(_) | Self::NotTaken { .. } => "backup_incomplete",
            Self::Damaged(_) => "backup_damaged",
        }
    }
}

/// What came back.
#[derive(Debug, Default)]
pub struct Report {
    /// The branches.
    pub branches: Vec<KnownBranch>,
    /// Their records.
    pub record_count: u64,
    /// When the last record was made, by the clock of its till.
    pub last_recorded_ms: Option<i64>,
    /// Objects that were read.
    pub object_count: usize,
    /// When the newest of them was written, by the server's clock.
    pub newest_ms: Option<i64>,
    /// What could not be restored, in words; only where that was asked for.
    pub left_out: Vec<String>,
}

type Objects = BTreeMap<RowId, Vec<Segment>>;

/// Makes everything anew in a folder that is empty. With `is_partial` also where something is missing or
/// damaged: then as much as still holds.
///
/// # Errors
/// Says by name what is missing or damaged. What was written until then is of no use.
pub async fn restore(
    storage: &Storage,
    keys: &ServerKeys,
    options: &Options,
    is_partial: bool,
) -> Result<Report, RestoreError> {
    let branches = branches(storage, keys).await?;
    let missing: Vec<String> = branches.values().flatten().flat_map(missing).collect();
    if !missing.is_empty() && !is_partial {
        return Err(RestoreError::Missing(missing));
    }
    let mut report = Report { left_out: missing, ..Report::default() };
    let access = open_access(options, keys)?;
    for ((_, branch), rows) in branches {
        let mut coming = Coming { keys, options, access: &access, report: &mut report, ledger: None };
        let (mut waiting, mut sealed) = (Vec::new(), Vec::new());
        for (row, objects) in &rows {
            let whole = Row::of(objects).0;
            // Where nothing is missing, the row has all that the others have.
            for object in if is_partial { objects } else { whole.objects() } {
                let name = row.name(object);
                match Content::open(&storage.get(&name).await?, &name, &keys.backup_key()) {
                    Ok(content) => {
                        sealed.extend(content.keys());
                        waiting.extend(coming.content(content)?);
                    }
                    Err(_) if is_partial => coming.report.left_out.push(format!("{name} is damaged")),
                    Err(_) => return Err(RestoreError::Damaged(name)),
                }
            }
        }
        let not_taken = coming.finish(waiting, &sealed)?;
        if let Some((_, code)) = not_taken.first() {
            let error = RestoreError::NotTaken { branch, count: not_taken.len(), code };
            if !is_partial {
                return Err(error);
            }
            report.left_out.push(error.to_string());
        }
        for (RowId { data, .. }, objects) in rows.iter().filter(|_| !is_partial) {
            access.add_restored(&Restored { branch, data: *data, to: Row::of(objects).0.end() })?;
        }
    }
    // Without them nothing opens, so that nobody takes half of it for the server.
    keys.write(&options.data.join(KEYS))?;
    Ok(report)
}

/// The objects of each branch of this server.
async fn branches(
    storage: &Storage,
    keys: &ServerKeys,
) -> Result<BTreeMap<(OrganisationId, BranchId), Objects>, RestoreError> {
    let mut branches: BTreeMap<_, Objects> = BTreeMap::new();
    for (name, bytes) in storage.list(&keys.receiver().device.to_string()).await? {
        if let Some((row, object)) = RowId::parse(&name, bytes) {
            let branch = branches.entry((row.organisation, row.branch)).or_default();
            branch.entry(row).or_default().push(object);
        }
    }
    if branches.is_empty() { Err(RestoreError::NothingThere) } else { Ok(branches) }
}

fn missing((row, objects): (&RowId, &Vec<Segment>)) -> Vec<String> {
    let Gaps { records, keys } = gaps(objects);
    let keys = keys.into_iter().map(|gap| (gap, "keys"));
    let all = records.into_iter().map(|gap| (gap, "records")).chain(keys);
    all.map(|((after, up_to), what)| format!("{what} {}..{up_to} of {} are missing", after + 1, row.folder()))
        .collect()
}

/// A run that is not taken yet, with why.
type Refused = (RunBytes, &'static str);

/// One branch on its way back.
struct Coming<'a> {
    keys: &'a ServerKeys,
    options: &'a Options,
    access: &'a Access,
    report: &'a mut Report,
    ledger: Option<Ledger>,
}

impl Coming<'_> {
    /// Takes what an object holds. Gives back what has to wait for others.
    fn content(&mut self, content: Content) -> Result<Vec<Refused>, RestoreError> {
        self.report.object_count += 1;
        self.report.newest_ms = self.report.newest_ms.max(Some(content.written_ms));
        let known = KnownBranch {
            organisation: content.organisation,
            founding_hash: content.founding_hash,
            branch: content.branch,
        };
        let ledger = match &mut self.ledger {
            Some(ledger) => ledger,
            None => {
                self.access.keep(&known)?;
                self.report.branches.push(known);
                self.ledger.insert(opened(self.options, self.keys, &known)?)
            }
        };
        let runs = content.runs.into_iter().map(|run| (run, "")).collect();
        let (refused, last_ms) = given(ledger, runs)?;
        // A till whose clock is ahead made nothing after it was written here.
        let last_ms = last_ms.map(|last| last.min(content.written_ms));
        self.report.last_recorded_ms = self.report.last_recorded_ms.max(last_ms);
        Ok(refused)
    }

    /// Takes what had to wait, and derives what is to be derived. Gives back what cannot be taken.
    fn finish(
        &mut self,
        mut waiting: Vec<Refused>,
        sealed: &[(SubjectId, SubjectKey)],
    ) -> Result<Vec<Refused>, RestoreError> {
        let Some(ledger) = &mut self.ledger else { return Ok(waiting) };
        loop {
            let before = waiting.len();
            waiting = given(ledger, waiting)?.0;
            if waiting.len() == before {
                break;
            }
        }
        derive_all(ledger)?;
        // Only now it is known whose keys were destroyed.
        ledger.take_keys(sealed)?;
        self.report.record_count += number(ledger.book().last_record_no()?);
        Ok(waiting)
    }
}

fn opened(options: &Options, keys: &ServerKeys, known: &KnownBranch) -> Result<Ledger, RestoreError> {
    let path = ledger_path(&options.data, known);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut ledger = Ledger::open(&path, &keys.secrets(), options.random.clone())?;
    let KnownBranch { organisation, founding_hash, branch } = *known;
    let now = Now { ms: (options.clock)(), utc_offset_min: 0 };
    ledger.host(&Hosted { organisation, founding_hash, branch }, now)?;
    Ok(ledger)
}

/// Gives runs to a ledger, each verified by chain and signature. What it does not take comes back; and when
/// the last record was made.
fn given(ledger: &mut Ledger, runs: Vec<Refused>) -> Result<(Vec<Refused>, Option<i64>), ledger::Error> {
    let (mut keys, mut refused) = (HashMap::new(), Vec::new());
    let (mut bytes, mut verified, mut last_ms) = (Vec::new(), Vec::<VerifiedRun>::new(), None);
    for (run, _) in runs {
        let Ok(decoded) = Run::decode(&run.0) else {
            refused.push((run, "bad_record"));
            continue;
        };
        let stream = decoded.after.stream;
        let key = match keys.get(&stream) {
            Some(key) => Some(*key),
            None => ledger.book().signing_key(stream)?.or(decoded.opening_key()),
        };
        let Some(key) = key else {
            refused.push((run, "records_missing"));
            continue;
        };
        keys.insert(stream, key);
        let made_ms = decoded.records.last().map(|record| record.header.recorded_at.ms);
        match decoded.verified(&key) {
            Ok(run_verified) => {
                verified.push(run_verified);
                bytes.push(run);
                last_ms = last_ms.max(made_ms);
            }
            Err(_) => refused.push((run, "bad_signature")),
        }
    }
    for (run, result) in bytes.into_iter().zip(store_in_order(ledger, verified)?) {
        if let Err(code) = result {
            refused.push((run, code));
        }
    }
    Ok((refused, last_ms))
}
