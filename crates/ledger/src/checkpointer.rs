//! Checkpoints in the background, so that no sale pays for one.
//!
//! The thread has a connection of its own and makes PASSIVE checkpoints: they never block the writer, and
//! the WAL is used again from its beginning rather than truncated (a growing one makes a commit dearer).

use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::error::Error;
use crate::open::{Mode, WAL_WANTED, beside, connect};

/// After so long without a commit the till is idle, and a checkpoint costs nobody anything.
const IDLE: Duration = Duration::from_secs(5);

pub(crate) struct Checkpointer {
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    pub(crate) fn start(path: &Path, key: &[u8; 32]) -> Result<Self, Error> {
        let conn = connect(path, key, Mode::Write)?;
        let wal = beside(path, "-wal");
        let (wake, woken) = sync_channel::<()>(1);
        let thread = std::thread::Builder::new().name("checkpoint".to_owned()).spawn(move || {
            let mut has_new = false;
            loop {
                match woken.recv_timeout(IDLE) {
                    Ok(()) => {
                        has_new = true;
                        if size_of(&wal) < WAL_WANTED {
                            continue;
                        }
                    }
                    Err(RecvTimeoutError::Timeout) if !has_new => continue,
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => return,
                }
                let done = conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
                    Ok(row.get::<_, i64>(1)? == row.get::<_, i64>(2)?)
                });
                match done {
                    Ok(is_whole) => has_new = !is_whole,
                    Err(error) => tracing::warn!(%error, "a checkpoint failed; the WAL keeps everything"),
                }
            }
        })?;
        Ok(Self { wake: Some(wake), thread: Some(thread) })
    }

    /// Says that something was committed. Never waits.
    pub(crate) fn after_commit(&self) {
        if let Some(wake) = &self.wake {
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

pub(crate) fn size_of(path: &PathBuf) -> u64 {
    std::fs::metadata(path).map_or(0, |metadata| metadata.len())
}
