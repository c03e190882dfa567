//! Checkpoints in the background, so that no sale pays for one.
//!
//! The thread has a connection of its own and makes PASSIVE checkpoints: they never block the writer, and
//! the WAL is used again from its beginning rather than truncated (a growing one makes a commit dearer). So
//! the size of the file says nothing; what waits for a checkpoint is counted in [`Backlog`].

use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

use crate::error::Error;
use crate::open::{Mode, connect};

/// After so long without a commit the till is idle, and a checkpoint costs nobody anything.
const IDLE: Duration = Duration::from_secs(5);

/// Bytes of a page, SQLCipher's default.
const PAGE: u64 = 4_096;

/// Bytes in the WAL from which on it should be brought into the ledger whole, so that it begins anew.
const WANTED: u64 = 16 << 20;

/// Bytes behind at which background work waits until a checkpoint has caught up.
const WORK_WAITS: u64 = 32 << 20;

/// Bytes behind at which the writer makes a checkpoint itself.
const MOST: u64 = 64 << 20;

/// What stands in the WAL, as its writers and the checkpoints tell.
#[derive(Clone, Default)]
pub(crate) struct Backlog(Arc<Mutex<Pages>>);

#[derive(Default)]
struct Pages {
    /// In the WAL after the last commit.
    written: u64,
    /// Of these, in the ledger.
    done: u64,
}

impl Backlog {
    /// Hears every commit of a connection.
    pub(crate) fn listen(&self, conn: &mut Connection) -> Result<(), Error> {
        let backlog = self.clone();
        conn.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages: std::ffi::c_int| {
            backlog.committed(u64::try_from(pages).unwrap_or(0));
            Ok(())
        }))?;
        Ok(())
    }

    fn committed(&self, written: u64) {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if written < pages.written {
            // The WAL began anew.
            pages.done = 0;
        }
        pages.written = written;
    }

    fn checkpointed(&self, written: u64, done: u64) {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if written <= pages.written {
            pages.done = done;
        }
    }

    /// Bytes in the WAL that are not in the ledger.
    fn bytes(&self) -> u64 {
        let pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pages.written.saturating_sub(pages.done) * PAGE
    }

    /// Whether the WAL has become long. It begins anew only after a checkpoint that leaves nothing behind:
    /// while people sell that takes several attempts, each with less to do.
    fn is_long(&self) -> bool {
        let pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pages.written * PAGE > WANTED && pages.written > pages.done
    }

    /// Whether background work should wait for a checkpoint, so that no sale has to make one.
    pub(crate) fn is_much(&self) -> bool {
        self.bytes() > WORK_WAITS
    }

    /// Whether the writer has to make a checkpoint itself.
    pub(crate) fn is_too_much(&self) -> bool {
        self.bytes() > MOST
    }

    /// Brings what can be into the ledger, without waiting for anybody.
    pub(crate) fn checkpoint(&self, conn: &Connection) -> Result<(), Error> {
        let (written, done) = conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
            Ok((row.get::<_, i64>(1)?.unsigned_abs(), row.get::<_, i64>(2)?.unsigned_abs()))
        })?;
        self.checkpointed(written, done);
        Ok(())
    }
}

pub(crate) struct Checkpointer {
    pub(crate) backlog: Backlog,
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    pub(crate) fn start(path: &Path, key: &[u8; 32]) -> Result<Self, Error> {
        let conn = connect(path, key, Mode::Write)?;
        let backlog = Backlog::default();
        let waiting = backlog.clone();
        let (wake, woken) = sync_channel::<()>(1);
        let thread = std::thread::Builder::new().name("checkpoint".to_owned()).spawn(move || {
            let mut seen = 0;
            loop {
                let is_wanted = match woken.recv_timeout(IDLE) {
                    Ok(()) => waiting.is_long(),
                    Err(RecvTimeoutError::Timeout) => {
                        let before = std::mem::replace(&mut seen, waiting.bytes());
                        seen > 0 && seen == before
                    }
                    Err(RecvTimeoutError::Disconnected) => return,
                };
                if is_wanted && let Err(error) = waiting.checkpoint(&conn) {
                    tracing::warn!(%error, "a checkpoint failed; the WAL keeps everything");
                }
            }
        })?;
        Ok(Self { backlog, wake: Some(wake), thread: Some(thread) })
    }

    /// Wakes the thread after a commit where there is work for it. Never waits.
    pub(crate) fn after_commit(&self) {
        if self.backlog.is_long()
            && let Some(wake) = &self.wake
        {
            // A full channel means that the thread knows already.
            let _ = wake.try_send(());
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the checkpoint thread panicked");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_backlog_is_what_no_checkpoint_has_brought_into_the_ledger() {
        let backlog = Backlog::default();
        let mut steps = Vec::new();
        backlog.committed(100);
        steps.push(backlog.bytes() / PAGE);
        backlog.checkpointed(100, 60);
        steps.push(backlog.bytes() / PAGE);
        backlog.committed(130);
        backlog.checkpointed(130, 130);
        steps.push(backlog.bytes() / PAGE);
        // The WAL is used again from its beginning.
        backlog.committed(20);
        steps.push(backlog.bytes() / PAGE);
        // A checkpoint of the WAL before tells its end late.
        backlog.checkpointed(130, 130);
        steps.push(backlog.bytes() / PAGE);
        assert_eq!(steps, [100, 40, 0, 20, 20]);
    }

    #[test]
    fn a_wal_that_is_used_again_is_no_backlog_whatever_its_size() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("some.db");
        let mut conn = connect(&path, &[1; 32], Mode::Write).unwrap();
        let other = connect(&path, &[1; 32], Mode::Write).unwrap();
        let backlog = Backlog::default();
        backlog.listen(&mut conn).unwrap();
        conn.execute_batch("CREATE TABLE some (bytes BLOB)").unwrap();
        for _ in 0..3 {
            conn.execute("INSERT INTO some VALUES (zeroblob(34000000))", []).unwrap();
            assert!(backlog.is_long() && backlog.is_much() && !backlog.is_too_much());
            backlog.checkpoint(&other).unwrap();
            assert!(backlog.bytes() == 0 && !backlog.is_long());
            conn.execute("INSERT INTO some VALUES (zeroblob(10))", []).unwrap();
            assert!((1..20).contains(&(backlog.bytes() / PAGE)), "{}", backlog.bytes());
        }
    }

    #[test]
    fn a_long_wal_stays_wanted_until_nothing_is_left_behind() {
        let backlog = Backlog::default();
        let long = WANTED / PAGE + 10;
        backlog.committed(long);
        assert!(backlog.is_long());
        // Somebody sold while the checkpoint was made.
        backlog.committed(long + 5);
        backlog.checkpointed(long, long);
        assert!(backlog.is_long() && backlog.bytes() == 5 * PAGE);
        backlog.checkpointed(long + 5, long + 5);
        assert!(!backlog.is_long());
        backlog.committed(7);
        assert!(!backlog.is_long());
    }
}
