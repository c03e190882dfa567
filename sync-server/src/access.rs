//! The server's own store, `access.db`: who may come in. Nothing of a book stands here.

mod accounts;
mod sign_ins;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::entry::Hash32;
use domain::id::{BranchId, OrganisationId};
use replica::session::{CodeSecrets, DataIncarnation};
use rusqlite::{Connection, OptionalExtension, params};

use crate::backup::name::Mark;

pub use accounts::KeptPasskey;
pub use sign_ins::{ByTill, How, LASTS_MS, NewSignIn, SignIn, UNUSED_MS, Who};

/// How long an invitation that was handed in is kept.
const INVITATION_KEPT_MS: i64 = 24 * 3_600_000;
/// The most invitations that lie here at once.
const MAX_INVITATIONS: u64 = 64;
/// The most branches of an organisation.
const MAX_BRANCHES: u64 = 1_000;

/// Why something is not kept.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The organisation is known with another founding record.
    #[error("another organisation has this id")]
    OrganisationForeign,
    /// The branch belongs to another organisation.
    #[error("the branch belongs to another organisation")]
    BranchForeign,
    /// No more room.
    #[error("too many")]
    TooMany,
    /// Somebody has this sign-in name.
    #[error("somebody has this name")]
    NameTaken,
    /// The store failed.
    #[error("the access store failed: {0}")]
    Sqlite(#[from] rusqlite::Error),
}

/// A branch that this server keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownBranch {
    /// Its organisation.
    pub organisation: OrganisationId,
    /// Hash of the organisation's founding record.
    pub founding_hash: Hash32,
    /// The branch.
    pub branch: BranchId,
}

/// Data of a server's former life that a branch was wholly restored from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restored {
    /// The branch.
    pub branch: BranchId,
    /// Which data.
    pub data: DataIncarnation,
    /// Up to where in their order of arrival.
    pub to: Mark,
}

/// The store.
pub struct Access(Mutex<Connection>);

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS data (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    incarnation BLOB NOT NULL CHECK (length(incarnation) = 8),
    alive_ms    INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS code (
    code_id    BLOB PRIMARY KEY CHECK (length(code_id) = 16),
    key        BLOB NOT NULL CHECK (length(key) = 32),
    expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS organisation (
    organisation  BLOB PRIMARY KEY CHECK (length(organisation) = 16),
    founding_hash BLOB NOT NULL CHECK (length(founding_hash) = 32)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS branch (
    branch       BLOB PRIMARY KEY CHECK (length(branch) = 16),
    organisation BLOB NOT NULL REFERENCES organisation (organisation)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS invitation (
    invitation BLOB PRIMARY KEY CHECK (length(invitation) = 32),
    stored_ms  INTEGER NOT NULL,
    file       BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS restored (
    branch      BLOB NOT NULL CHECK (length(branch) = 16),
    incarnation BLOB NOT NULL CHECK (length(incarnation) = 8),
    record_no   INTEGER NOT NULL,
    key_no      INTEGER NOT NULL,
    PRIMARY KEY (branch, incarnation)
) STRICT, WITHOUT ROWID;
";

impl Access {
    /// Opens the store, or makes an empty one, which then holds new data.
    ///
    /// # Errors
    /// When the file fails or is under another key.
    pub fn open(path: &Path, key: &[u8; 32], incarnation: DataIncarnation) -> Result<Self, AccessError> {
        let conn = Connection::open(path)?;
        let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        conn.execute_batch(&format!("PRAGMA cipher_log_level = NONE; PRAGMA key = \"x'{hex}'\""))?;
        conn.busy_timeout(std::time::Duration::from_secs(10))?;
        conn.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;",
        )?;
        conn.execute_batch(TABLES)?;
        conn.execute_batch(sign_ins::TABLES)?;
        conn.execute_batch(accounts::TABLES)?;
        conn.execute(
            "INSERT INTO data (one, incarnation, alive_ms) VALUES (1, ?1, 0) ON CONFLICT DO NOTHING",
            [incarnation.0],
        )?;
        Ok(Self(Mutex::new(conn)))
    }

    /// A statement that panicked left nothing half-done: SQLite rolls it back.
    fn conn(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Which data this folder holds.
    ///
    /// # Errors
    /// When the file fails.
    pub fn data(&self) -> Result<DataIncarnation, AccessError> {
        Ok(self
            .conn()
            .query_row("SELECT incarnation FROM data", [], |row| row.get(0).map(DataIncarnation))?)
    }

    /// What the folder holds are other data from now on than those that were known by the old number.
    ///
    /// # Errors
    /// When the file fails.
    pub fn renew(&self, incarnation: DataIncarnation) -> Result<(), AccessError> {
        self.conn().execute("UPDATE data SET incarnation = ?1", [incarnation.0])?;
        Ok(())
    }

    /// Writes to the disk, to see that it can.
    ///
    /// # Errors
    /// When it cannot.
    pub fn touch(&self, now_ms: i64) -> Result<(), AccessError> {
        self.conn().execute("UPDATE data SET alive_ms = max(?1, alive_ms + 1)", [now_ms])?;
        Ok(())
    }

    /// Keeps an enrolment code until it is used or too old.
    ///
    /// # Errors
    /// When the file fails.
    pub fn add_code(&self, secrets: &CodeSecrets, expires_ms: i64, now_ms: i64) -> Result<(), AccessError> {
        let conn = self.conn();
        conn.execute("DELETE FROM code WHERE expires_ms <= ?1", [now_ms])?;
        let insert = "INSERT INTO code (code_id, key, expires_ms) VALUES (?1, ?2, ?3)";
        conn.execute(insert, params![secrets.code_id, secrets.key, expires_ms])?;
        Ok(())
    }

    /// A code that is still good.
    ///
    /// # Errors
    /// When the file fails.
    pub fn code(&self, code_id: &[u8; 16], now_ms: i64) -> Result<Option<CodeSecrets>, AccessError> {
        let select = "SELECT key FROM code WHERE code_id = ?1 AND expires_ms > ?2";
        let key = self.conn().query_row(select, params![code_id, now_ms], |row| row.get(0)).optional()?;
        Ok(key.map(|key| CodeSecrets { code_id: *code_id, key }))
    }

    /// Uses a code up for a branch: only one caller is told yes.
    ///
    /// # Errors
    /// `OrganisationForeign`, `BranchForeign` or `TooMany`, and the code is still good; or the file fails.
    pub fn enrol(&self, code_id: &[u8; 16], branch: &KnownBranch) -> Result<bool, AccessError> {
        let mut conn = self.conn();
        let tx = conn.transaction()?;
        let is_first = tx.execute("DELETE FROM code WHERE code_id = ?1", [code_id])? == 1;
        if is_first {
            keep_branch(&tx, branch)?;
            tx.commit()?;
        }
        Ok(is_first)
    }

    /// Keeps a branch from now on.
    ///
    /// # Errors
    /// `OrganisationForeign`, `BranchForeign` or `TooMany`; or the file fails.
    pub fn keep(&self, branch: &KnownBranch) -> Result<(), AccessError> {
        let mut conn = self.conn();
        let tx = conn.transaction()?;
        keep_branch(&tx, branch)?;
        Ok(tx.commit()?)
    }

    /// Whether a branch is kept already.
    ///
    /// # Errors
    /// When the file fails.
    pub fn is_kept(&self, branch: &KnownBranch) -> Result<bool, AccessError> {
        let select = "SELECT 1 FROM branch WHERE branch = ?1 AND organisation = ?2";
        let key = params![branch.branch.as_bytes(), branch.organisation.as_bytes()];
        Ok(self.conn().prepare(select)?.exists(key)?)
    }

    /// Every branch that is kept.
    ///
    /// # Errors
    /// When the file fails.
    pub fn branches(&self) -> Result<Vec<KnownBranch>, AccessError> {
        let conn = self.conn();
        let mut select = conn.prepare(
            "SELECT organisation, founding_hash, branch FROM organisation JOIN branch USING (organisation)
             ORDER BY organisation, branch",
        )?;
        let rows = select.query_map([], |row| {
            Ok(KnownBranch {
                organisation: OrganisationId(uuid::Uuid::from_bytes(row.get(0)?)),
                founding_hash: Hash32(row.get(1)?),
                branch: BranchId(uuid::Uuid::from_bytes(row.get(2)?)),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Keeps what a branch was restored from.
    ///
    /// # Errors
    /// When the file fails.
    pub fn add_restored(&self, restored: &Restored) -> Result<(), AccessError> {
        let Restored { branch, data, to } = restored;
        self.conn().execute(
            "INSERT INTO restored (branch, incarnation, record_no, key_no) VALUES (?1, ?2, ?3, ?4)",
            params![branch.as_bytes(), data.0, to.record, to.key],
        )?;
        Ok(())
    }

    /// What a branch was restored from.
    ///
    /// # Errors
    /// When the file fails.
    pub fn restored(&self, branch: BranchId) -> Result<Vec<Restored>, AccessError> {
        let conn = self.conn();
        let mut select =
            conn.prepare("SELECT incarnation, record_no, key_no FROM restored WHERE branch = ?1")?;
        let rows = select.query_map([branch.as_bytes()], |row| {
            let (data, to) = (DataIncarnation(row.get(0)?), Mark { record: row.get(1)?, key: row.get(2)? });
            Ok(Restored { branch, data, to })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Forgets what a branch was restored from, once its backup needs it no more.
    ///
    /// # Errors
    /// When the file fails.
    pub fn forget_restored(&self, restored: &Restored) -> Result<(), AccessError> {
        self.conn().execute(
            "DELETE FROM restored WHERE branch = ?1 AND incarnation = ?2",
            params![restored.branch.as_bytes(), restored.data.0],
        )?;
        Ok(())
    }

    /// Keeps an invitation file for a day.
    ///
    /// # Errors
    /// `TooMany`, or the file fails.
    pub fn add_invitation(&self, id: &Hash32, file: &[u8], now_ms: i64) -> Result<(), AccessError> {
        let conn = self.conn();
        conn.execute("DELETE FROM invitation WHERE stored_ms <= ?1", [now_ms - INVITATION_KEPT_MS])?;
        let count: u64 = conn.query_row("SELECT count(*) FROM invitation", [], |row| row.get(0))?;
        if count >= MAX_INVITATIONS {
            return Err(AccessError::TooMany);
        }
        let insert = "INSERT INTO invitation (invitation, stored_ms, file) VALUES (?1, ?2, ?3)
             ON CONFLICT DO NOTHING";
        conn.execute(insert, params![id.0, now_ms, file])?;
        Ok(())
    }

    /// An invitation file that lies here.
    ///
    /// # Errors
    /// When the file fails.
    pub fn invitation(&self, id: &Hash32, now_ms: i64) -> Result<Option<Vec<u8>>, AccessError> {
        let select = "SELECT file FROM invitation WHERE invitation = ?1 AND stored_ms > ?2";
        let oldest = now_ms - INVITATION_KEPT_MS;
        Ok(self.conn().query_row(select, params![id.0, oldest], |row| row.get(0)).optional()?)
    }

    /// Forgets an invitation file that was fetched whole.
    ///
    /// # Errors
    /// When the file fails.
    pub fn remove_invitation(&self, id: &Hash32) -> Result<bool, AccessError> {
        Ok(self.conn().execute("DELETE FROM invitation WHERE invitation = ?1", [id.0])? == 1)
    }
}

fn keep_branch(conn: &Connection, known: &KnownBranch) -> Result<(), AccessError> {
    let organisation = known.organisation.as_bytes();
    conn.execute(
        "INSERT INTO organisation (organisation, founding_hash) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        params![organisation, known.founding_hash.0],
    )?;
    let pinned: [u8; 32] = conn.query_row(
        "SELECT founding_hash FROM organisation WHERE organisation = ?1",
        [organisation],
        |row| row.get(0),
    )?;
    if pinned != known.founding_hash.0 {
        return Err(AccessError::OrganisationForeign);
    }
    let count = "SELECT count(*) FROM branch WHERE organisation = ?1 AND branch <> ?2";
    let others: u64 =
        conn.query_row(count, params![organisation, known.branch.as_bytes()], |row| row.get(0))?;
    if others >= MAX_BRANCHES {
        return Err(AccessError::TooMany);
    }
    conn.execute(
        "INSERT INTO branch (branch, organisation) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        params![known.branch.as_bytes(), organisation],
    )?;
    let select = "SELECT organisation FROM branch WHERE branch = ?1";
    let owner: [u8; 16] = conn.query_row(select, [known.branch.as_bytes()], |row| row.get(0))?;
    if owner == *organisation { Ok(()) } else { Err(AccessError::BranchForeign) }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn known(organisation: u128, founding: u8, branch: u128) -> KnownBranch {
        KnownBranch {
            organisation: OrganisationId(Uuid::from_u128(organisation)),
            founding_hash: Hash32([founding; 32]),
            branch: BranchId(Uuid::from_u128(branch)),
        }
    }

    pub(super) fn opened(folder: &Path, incarnation: u8) -> Access {
        Access::open(&folder.join("access.db"), &[1; 32], DataIncarnation([incarnation; 8])).unwrap()
    }

    #[test]
    fn a_folder_holds_the_same_data_until_it_is_another() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        assert_eq!(opened(one.path(), 1).data().unwrap(), DataIncarnation([1; 8]));
        assert_eq!(opened(one.path(), 2).data().unwrap(), DataIncarnation([1; 8]));
        assert_eq!(opened(two.path(), 2).data().unwrap(), DataIncarnation([2; 8]));
        let other_key = Access::open(&one.path().join("access.db"), &[2; 32], DataIncarnation([1; 8]));
        assert!(matches!(other_key, Err(AccessError::Sqlite(_))));
        opened(one.path(), 1).touch(5).unwrap();
    }

    #[test]
    fn a_code_is_good_once_and_for_its_time() {
        let folder = tempfile::tempdir().unwrap();
        let access = opened(folder.path(), 1);
        let code = |no: u8| CodeSecrets { code_id: [no; 16], key: [no; 32] };
        access.add_code(&code(1), 100, 0).unwrap();
        access.add_code(&code(2), 100, 0).unwrap();
        assert!(access.code(&[1; 16], 99).unwrap() == Some(code(1)));
        assert!(access.code(&[1; 16], 100).unwrap().is_none());
        assert!(access.code(&[3; 16], 0).unwrap().is_none());
        assert!(access.enrol(&[1; 16], &known(1, 1, 1)).unwrap());
        assert!(!access.enrol(&[1; 16], &known(1, 1, 1)).unwrap());
        // A refusal leaves the code as it was.
        let foreign = access.enrol(&[2; 16], &known(1, 9, 1));
        assert!(matches!(foreign, Err(AccessError::OrganisationForeign)));
        assert!(access.code(&[2; 16], 99).unwrap().is_some());
        assert!(access.enrol(&[2; 16], &known(1, 1, 2)).unwrap());
        assert_eq!(access.branches().unwrap(), [known(1, 1, 1), known(1, 1, 2)]);
        let is_kept = |branch| access.is_kept(&branch).unwrap();
        assert!(is_kept(known(1, 1, 2)) && !is_kept(known(1, 1, 3)) && !is_kept(known(2, 2, 1)));
        assert!(matches!(access.keep(&known(2, 2, 1)), Err(AccessError::BranchForeign)));
        assert_eq!(access.branches().unwrap().len(), 2);
    }

    #[test]
    fn an_invitation_lies_here_until_it_is_fetched_or_a_day_old() {
        let folder = tempfile::tempdir().unwrap();
        let access = opened(folder.path(), 1);
        let id = |no: u8| Hash32([no; 32]);
        access.add_invitation(&id(1), b"file", 1).unwrap();
        assert_eq!(access.invitation(&id(1), 2).unwrap().as_deref(), Some(&b"file"[..]));
        assert_eq!(access.invitation(&id(1), 1 + INVITATION_KEPT_MS).unwrap(), None);
        assert_eq!(access.invitation(&id(2), 2).unwrap(), None);
        assert!(access.remove_invitation(&id(1)).unwrap());
        assert!(!access.remove_invitation(&id(1)).unwrap());
        for no in 0..64 {
            access.add_invitation(&id(no), b"", 1).unwrap();
        }
        assert!(matches!(access.add_invitation(&id(99), b"", 1), Err(AccessError::TooMany)));
        access.add_invitation(&id(99), b"", 1 + INVITATION_KEPT_MS).unwrap();
    }
}
