//! Keeps one branch in the backup: writes what is new, and behind that merges what is small.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use replica::vector::StreamVector;
use tokio::sync::{Notify, Semaphore};
use tokio::time::{Instant, sleep, sleep_until};

use super::backing::Backing;
use super::name::{Mark, RowId, Segment};
use super::object::{Content, Piece};
use super::row::Row;
use super::storage::{Storage, StorageError};
use crate::access::{AccessError, Restored};
use crate::branch::Branch;
use crate::server::Server;

/// The longest pause before a storage that failed is tried again.
const MOST_PAUSE: Duration = Duration::from_secs(60);
/// Objects in memory on their way to the storage, of all branches together.
const WRITTEN_AT_ONCE: usize = 4;

/// Why the backup of a branch does not go on.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The storage.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] ledger::Error),
    /// The access store.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// There is no memory or no thread.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The backup has other records than the ledger, which must have been copied back.
    #[error("these data are older than their backup; they become other data when the server starts again")]
    SetBack,
}

/// What the branches of a server share on their way to the storage.
pub struct Room {
    writing: Semaphore,
    merging: Semaphore,
}

impl Default for Room {
    fn default() -> Self {
        Self { writing: Semaphore::new(WRITTEN_AT_ONCE), merging: Semaphore::new(1) }
    }
}

/// The backup of one branch.
pub struct Keeper {
    server: Arc<Server>,
    branch: Arc<Branch>,
    backing: Arc<Backing>,
    storage: Storage,
    every: Duration,
    room: Arc<Room>,
    row: RowId,
    /// `None` until it is known what lies in the storage.
    kept: Mutex<Option<Kept>>,
    is_untidy: Notify,
}

/// What lies in the storage.
#[derive(Default)]
struct Kept {
    row: Row,
    /// What is there twice, and only has to be removed.
    left_over: Vec<Segment>,
    /// What the server was restored from is gone.
    is_alone: bool,
}

impl Kept {
    /// What is left over and stands in the row as well.
    fn take_covered(&mut self) -> Vec<Segment> {
        let (end, row) = (self.row.end(), &self.row);
        self.left_over.retain(|object| !row.holds(object));
        self.left_over.extract_if(.., |object| object.to.is_within(end)).collect()
    }
}

/// Something that was made to be written.
struct Made {
    segment: Segment,
    bytes: Vec<u8>,
    everything: Option<StreamVector>,
}

impl Keeper {
    /// Of a branch of a server that has a backup.
    #[must_use]
    pub fn of(server: &Arc<Server>, branch: &Arc<Branch>, room: &Arc<Room>) -> Option<Self> {
        let (to, backing) = (server.options.backup.as_ref()?, branch.backing()?);
        Some(Self {
            row: server.row(&branch.known()),
            server: Arc::clone(server),
            branch: Arc::clone(branch),
            backing: Arc::clone(backing),
            storage: to.storage.clone(),
            every: to.every,
            room: Arc::clone(room),
            kept: Mutex::default(),
            is_untidy: Notify::new(),
        })
    }

    /// Goes on for as long as the server runs.
    pub async fn keep(self) {
        tokio::join!(self.write(), self.tidy());
    }

    async fn write(&self) {
        let mut pause = self.every;
        loop {
            let began = Instant::now();
            match self.write_on().await {
                Ok(is_all) => {
                    pause = self.every;
                    if is_all {
                        self.is_untidy.notify_one();
                        self.backing.grown().await;
                        sleep_until(began + self.every).await;
                    }
                }
                Err(error) => {
                    self.backing.fails();
                    self.server.metrics.backup_failures.inc();
                    tracing::warn!(branch = %self.row.branch, %error, "the backup waits");
                    sleep(pause).await;
                    pause = pause.saturating_mul(2).min(MOST_PAUSE);
                }
            }
        }
    }

    /// Writes the next object. True where nothing is left to write.
    async fn write_on(&self) -> Result<bool, BackupError> {
        let from = match self.end() {
            Some(end) => end,
            None => self.look().await?,
        };
        let _room = self.room.writing.acquire().await.map_err(std::io::Error::other)?;
        self.backing.begins();
        let made = self.make(from, None).await?;
        if made.segment.to != from {
            self.put(&made.segment, made.bytes).await?;
            self.kept().get_or_insert_default().row.push(made.segment);
        }
        let is_all = made.everything.is_some();
        self.backing.wrote(made.everything);
        Ok(is_all)
    }

    /// Finds out what lies in the storage, and whether it is of these data. Gives up to where.
    ///
    /// # Errors
    /// `SetBack` where it is not, or what fails.
    pub async fn look(&self) -> Result<Mark, BackupError> {
        let listed = self.objects(&self.row).await?;
        let (mut row, mut left_over) = Row::of(&listed);
        while let Some(last) = row.last() {
            let name = self.row.name(&last);
            let object =
                Content::open(&self.storage.get(&name).await?, &name, &self.server.keys.backup_key());
            let Ok(content) = object else {
                tracing::warn!(%name, "an object of the backup is damaged and is written again");
                left_over.extend(row.drop_last());
                continue;
            };
            let backing = Arc::clone(&self.backing);
            let here = blocking(move || Ok(backing.read(|book| book.record_hash(last.to.record))?)).await?;
            if here != content.end {
                return Err(BackupError::SetBack);
            }
            break;
        }
        let end = row.end();
        *self.kept() = Some(Kept { row, left_over, is_alone: false });
        Ok(end)
    }

    /// Merges and removes whenever everything is written.
    async fn tidy(&self) {
        loop {
            self.is_untidy.notified().await;
            if let Err(error) = self.tidy_once().await {
                // Everything is in the backup none the less.
                tracing::warn!(branch = %self.row.branch, %error, "the backup was not tidied");
            }
        }
    }

    async fn tidy_once(&self) -> Result<(), BackupError> {
        let _room = self.room.merging.acquire().await.map_err(std::io::Error::other)?;
        loop {
            let whole = self.kept().as_ref().and_then(|kept| kept.row.to_merge());
            let Some(whole) = whole else { break };
            let made = self.make(whole.from, Some(whole)).await?;
            self.put(&made.segment, made.bytes).await?;
            let mut kept = self.kept();
            let kept = kept.get_or_insert_default();
            let replaced = kept.row.merged(made.segment);
            kept.left_over.extend(replaced);
        }
        self.remove_left_over().await?;
        self.remove_restored().await
    }

    async fn remove_left_over(&self) -> Result<(), BackupError> {
        let mut covered = self.kept().as_mut().map(Kept::take_covered).unwrap_or_default();
        while let Some(object) = covered.last() {
            if let Err(error) = self.storage.remove(&self.row.name(object)).await {
                self.kept().get_or_insert_default().left_over.extend(covered);
                return Err(error.into());
            }
            covered.pop();
        }
        Ok(())
    }

    /// Removes what this server was restored from, which all of it is in its own row by now. From the end, so
    /// that what is left, should this be interrupted, has no gap.
    async fn remove_restored(&self) -> Result<(), BackupError> {
        if self.kept().as_ref().is_none_or(|kept| kept.is_alone) {
            return Ok(());
        }
        for restored in self.server.access.restored(self.row.branch)? {
            let Restored { data, to, .. } = restored;
            let row = RowId { data, ..self.row };
            let mut objects = self.objects(&row).await?;
            objects.sort_by_key(|object| std::cmp::Reverse(object.to));
            for object in objects.iter().filter(|object| object.to.is_within(to)) {
                self.storage.remove(&row.name(object)).await?;
            }
            self.server.access.forget_restored(&restored)?;
        }
        self.kept().get_or_insert_default().is_alone = true;
        Ok(())
    }

    async fn objects(&self, row: &RowId) -> Result<Vec<Segment>, BackupError> {
        let listed = self.storage.list(&row.folder()).await?;
        let of_row = |(name, bytes): &(String, u64)| {
            RowId::parse(name, *bytes).filter(|(id, _)| id == row).map(|(_, segment)| segment)
        };
        Ok(listed.iter().filter_map(of_row).collect())
    }

    /// Reads the book and makes an object of it, beside the threads that answer.
    async fn make(&self, from: Mark, whole: Option<Segment>) -> Result<Made, BackupError> {
        let (backing, known, row) = (Arc::clone(&self.backing), self.branch.known(), self.row);
        let (now_ms, key, nonce) =
            (self.server.now_ms(), self.server.keys.backup_key(), self.server.random());
        blocking(move || {
            let piece = backing.read(|book| match whole {
                Some(whole) => Piece::between(book, &known, now_ms, from, whole.to),
                None => Piece::after(book, &known, now_ms, from),
            })?;
            let level = whole.map_or(0, |whole| whole.level);
            let mut segment = Segment { from, to: piece.to, level, bytes: 0 };
            let bytes = if piece.to == from {
                Vec::new()
            } else {
                piece.content.seal(&row.name(&segment), &key, nonce)?
            };
            segment.bytes = bytes.len() as u64;
            Ok(Made { segment, bytes, everything: piece.everything })
        })
        .await
    }

    async fn put(&self, segment: &Segment, bytes: Vec<u8>) -> Result<(), BackupError> {
        self.storage.put(&self.row.name(segment), bytes).await?;
        self.server.metrics.backup_wrote(segment.bytes);
        Ok(())
    }

    fn end(&self) -> Option<Mark> {
        self.kept().as_ref().map(|kept| kept.row.end())
    }

    /// Nothing that is locked here is left half-changed by a panic.
    fn kept(&self) -> MutexGuard<'_, Option<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn blocking<R: Send + 'static>(
    work: impl FnOnce() -> Result<R, BackupError> + Send + 'static,
) -> Result<R, BackupError> {
    tokio::task::spawn_blocking(work).await.map_err(std::io::Error::other)?
}
