//! The ledger of a till: the only room with SQL.
//!
//! Ground tables hold records as they were written; every other table is derived from them and can be
//! rebuilt. There is one writer, [`Ledger`], whose acts go through [`Ledger::transact`]; screens read beside
//! it through [`Reader`].
//!
//! Invariants: a commit is on the disk before it returns (WAL, `synchronous = FULL`); ground tables only
//! grow, held by triggers; derived tables are a pure function of the records, held by [`Ledger::verify`];
//! a file that is damaged, newer or not ours is never written to.

mod accept;
mod admit;
mod apart;
mod backup;
mod book;
mod checkpointer;
mod document;
mod error;
mod found;
#[cfg(test)]
mod full_scans;
mod invite;
mod journal;
mod judge;
mod judge_again;
mod keys;
mod lineage;
mod merge;
mod open;
mod projection;
mod rebuild;
mod reserve;
mod rights;
mod salvage;
pub mod search;
mod secrets;
mod sums;
mod transact;
mod verify;
mod verify_code;
mod wrapped_sum;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::id::ProductId;
use domain::time::Hlc;
use replica::sign::DeviceKeys;
use replica::stream::Scope;
use rusqlite::{Connection, OptionalExtension};

pub use admit::{EnrolledDevice, Hosted};
pub use backup::{BackupKey, Restored, back_up, restore};
pub use book::{
    Account, Book, Branch, ConflictingValue, Day, FindSales, Noticed, OpenSession, OwnCount, ParkedBasket,
    Person, ProductConflict, ProductValue, SaleRow, SettingChanged, StoredEntry, StoredProduct, Till,
    WorksAt, close_that_counts,
};
pub use book::{Acts, ActsOfPerson, Asked, Decision, Secret};
pub use book::{ClosedSession, CountingEntry, EntrySlice, Said};
pub use book::{Exception, ExpiringLot, LotMark, LowStock, OwnSales, Settled, Unsent, acked};
pub use document::DocumentWrite;
pub use error::Error;
pub use found::Founding;
pub use invite::{Gives, Invited, SERVER};
pub use journal::{NewEntry, Random};
pub use rebuild::{Rebuild, Slice};
pub use secrets::{LifeBefore, Secrets, write_private};
pub use transact::Write;
pub use verify::{Fault, Verified, verify};
pub use verify_code::{Proof, VerifiedReceipt, VerifiedZ, verify_code};

use checkpointer::Checkpointer;
use document::Documents;
use journal::Head;
use open::Mode;

/// The heads of the two streams that this device writes.
#[derive(Debug, Clone, Copy)]
struct Own {
    organisation: Head,
    branch: Head,
}

/// The one writer of a ledger file.
pub struct Ledger {
    conn: Connection,
    path: PathBuf,
    secrets: Secrets,
    writer: Vec<u8>,
    keys: DeviceKeys,
    random: Arc<Random>,
    own: Option<Own>,
    hlc: Hlc,
    documents: Documents,
    changed_products: Vec<ProductId>,
    checkpointer: Checkpointer,
    /// A page was found damaged since it was opened.
    is_damaged: bool,
    /// It holds what could be read of another file.
    is_copy: bool,
    _lock: File,
}

impl Ledger {
    /// Opens a ledger, or makes an empty one where there is no file. A second copy of the program is
    /// turned away.
    ///
    /// # Errors
    /// `InUse`, `Foreign`, `Newer`, `Damaged`, or a failure of the machine. Nothing was written then.
    pub fn open(path: &Path, secrets: &Secrets, random: Arc<Random>) -> Result<Self, Error> {
        let lock = open::lock(path)?;
        if path.exists() {
            // A file that cannot be used is not even opened for writing.
            open::check_version(&open::connect(path, &secrets.database_key, Mode::Read)?)?;
        }
        Self::open_locked(path, lock, secrets, random)
    }

    /// Opens what can be read of a ledger that [`Ledger::open`] found damaged or newer. The file itself is
    /// only read: its intact records are copied beside it, and every act on the copy is refused.
    ///
    /// # Errors
    /// `InUse`, `Foreign` or `Damaged` where not even reading is possible, or a failure of the machine.
    pub fn open_readable(path: &Path, secrets: &Secrets, random: Arc<Random>) -> Result<Self, Error> {
        let lock = open::lock(path)?;
        let copy = salvage::copy_readable(path, secrets)?;
        let mut ledger = Self::open_locked(&copy, lock, secrets, random)?;
        ledger.is_copy = true;
        Ok(ledger)
    }

    fn open_locked(path: &Path, lock: File, secrets: &Secrets, random: Arc<Random>) -> Result<Self, Error> {
        let mut conn = open::connect(path, &secrets.database_key, Mode::Write)?;
        open::migrate(&mut conn)?;
        let mut actor = [0; 16];
        random(&mut actor);
        let checkpointer = Checkpointer::start(path, &secrets.database_key)?;
        checkpointer.backlog.listen(&mut conn)?;
        let mut ledger = Self {
            conn,
            path: path.to_owned(),
            writer: secrets.writer(),
            keys: DeviceKeys::from_seeds(secrets.signing_seed, secrets.wrapping_seed),
            secrets: secrets.clone(),
            random,
            own: None,
            hlc: Hlc::default(),
            documents: Documents::new(actor),
            changed_products: Vec::new(),
            checkpointer,
            is_damaged: false,
            is_copy: false,
            _lock: lock,
        };
        ledger.read_state()?;
        ledger.derive_if_needed()?;
        ledger.keep_reserve();
        Ok(ledger)
    }

    /// What this process keeps in memory of the file: own heads and the last hybrid clock.
    fn read_state(&mut self) -> Result<(), Error> {
        let heads = journal::own_heads(&self.conn, self.secrets.device, self.secrets.incarnation)?;
        let find = |branch: bool| {
            heads.iter().find(|head| matches!(head.head.stream.scope, Scope::Branch(_)) == branch).copied()
        };
        self.own = match (find(false), find(true)) {
            (Some(organisation), Some(branch)) => Some(Own { organisation, branch }),
            _ => None,
        };
        let mut hlc = Hlc::default();
        for head in &heads {
            let header: Option<Vec<u8>> = self
                .conn
                .query_row(
                    "SELECT header FROM record WHERE stream_no = ?1 ORDER BY seq DESC LIMIT 1",
                    [head.stream_no],
                    |row| row.get(0),
                )
                .optional()?;
            if let Some(header) = header.and_then(|bytes| replica::record::Header::decode(&bytes).ok()) {
                hlc = hlc.max(header.hlc);
            }
        }
        self.hlc = hlc;
        Ok(())
    }

    /// Opens the file anew after a failure, so that nothing of the failed connection is trusted.
    fn reopen(&mut self) -> Result<(), Error> {
        self.documents.forget();
        self.conn = open::connect(&self.path, &self.secrets.database_key, Mode::Write)?;
        self.checkpointer.backlog.listen(&mut self.conn)?;
        self.read_state()
    }

    /// The book as the writer sees it.
    #[must_use]
    pub fn book(&self) -> Book<'_> {
        Book { conn: &self.conn, writer: &self.writer }
    }

    /// Another view of the book, beside the writer.
    ///
    /// # Errors
    /// When the file fails.
    pub fn reader(&self) -> Result<Reader, Error> {
        Ok(Reader {
            conn: open::connect(&self.path, &self.secrets.database_key, Mode::Read)?,
            writer: self.writer.clone(),
        })
    }

    /// Products that changed since this was last asked, for indexes in memory.
    pub fn take_changed_products(&mut self) -> Vec<ProductId> {
        std::mem::take(&mut self.changed_products)
    }
}

/// Reads the book beside the writer, as it was at the last commit.
pub struct Reader {
    conn: Connection,
    writer: Vec<u8>,
}

impl Reader {
    /// Asks the book as it was at one moment, however many queries that takes.
    ///
    /// # Errors
    /// What the question fails with, or the file.
    pub fn ask<R, E: From<Error>>(&self, question: impl FnOnce(&Book<'_>) -> Result<R, E>) -> Result<R, E> {
        let tx = self.conn.unchecked_transaction().map_err(Error::from)?;
        let answer = question(&Book { conn: &tx, writer: &self.writer })?;
        tx.finish().map_err(Error::from)?;
        Ok(answer)
    }
}
