//! What an open branch and its backup know of each other.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use ledger::{Book, Error, Reader};
use replica::stream::StreamHead;
use replica::vector::StreamVector;
use tokio::sync::Notify;

/// Shared by a branch, its backup and whoever asks how far the two are apart.
pub struct Backing {
    reader: Mutex<Reader>,
    grew: Notify,
    lag: Mutex<Lag>,
    /// The heads of all streams when everything was last in the backup.
    heads: RwLock<Arc<StreamVector>>,
    is_failing: AtomicBool,
}

/// Since when something is not in the backup.
#[derive(Default)]
struct Lag {
    /// Of what is being written.
    written_ms: Option<i64>,
    /// Of what came after that was begun.
    waiting_ms: Option<i64>,
}

impl Backing {
    /// With a reader of its own, so that nobody who is answered waits for it. Whatever the book holds counts
    /// as waiting since now.
    #[must_use]
    pub fn new(reader: Reader, now_ms: i64) -> Self {
        let backing = Self {
            reader: Mutex::new(reader),
            grew: Notify::new(),
            lag: Mutex::default(),
            heads: RwLock::default(),
            is_failing: AtomicBool::new(false),
        };
        backing.grew(now_ms);
        backing
    }

    /// Something was stored.
    pub fn grew(&self, now_ms: i64) {
        self.lag().waiting_ms.get_or_insert(now_ms);
        self.grew.notify_one();
    }

    /// Returns when something was stored since this returned last.
    pub async fn grown(&self) {
        self.grew.notified().await;
    }

    /// Asks the book. It waits for the disk.
    ///
    /// # Errors
    /// What the question fails with.
    pub fn read<R>(&self, question: impl FnOnce(&Book<'_>) -> Result<R, Error>) -> Result<R, Error> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner).ask(question)
    }

    /// Writing begins: what came until now is part of it.
    pub fn begins(&self) {
        let mut lag = self.lag();
        let waiting = lag.waiting_ms.take();
        lag.written_ms = lag.written_ms.or(waiting);
    }

    /// Something was written; with `everything`, all that was there when it began.
    pub fn wrote(&self, everything: Option<StreamVector>) {
        self.is_failing.store(false, Ordering::Relaxed);
        if let Some(heads) = everything {
            *self.heads.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(heads);
            self.lag().written_ms = None;
        }
    }

    /// The backup cannot be written now.
    pub fn fails(&self) {
        self.is_failing.store(true, Ordering::Relaxed);
    }

    /// Whether it could not be written when this was last tried.
    #[must_use]
    pub fn is_failing(&self) -> bool {
        self.is_failing.load(Ordering::Relaxed)
    }

    /// Since when something is not in the backup.
    #[must_use]
    pub fn behind_since_ms(&self) -> Option<i64> {
        let lag = self.lag();
        lag.written_ms.or(lag.waiting_ms)
    }

    /// Whether all these heads are in the backup.
    #[must_use]
    pub fn holds(&self, heads: &[StreamHead]) -> bool {
        let held = Arc::clone(&self.heads.read().unwrap_or_else(PoisonError::into_inner));
        heads.iter().all(|head| held.has(head))
    }

    fn lag(&self) -> std::sync::MutexGuard<'_, Lag> {
        self.lag.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
