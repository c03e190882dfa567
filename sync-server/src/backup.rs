//! The server's own backup: everything of every branch, encrypted, in a folder or a bucket, never much behind.
//!
//! Each branch has a row of objects there (`name`, `row`), which hold its order of arrival from the first
//! record on (`object`). What is new is written at once, however often that is ([`keeper`]); only then is an
//! ack `durable`. A storage that fails holds nobody up: it is tried again, and acks stay `stored`. With the
//! recovery file alone a full server is made of it ([`restore`]).

pub mod backing;
pub mod keeper;
pub mod name;
mod object;
pub mod restore;
pub mod row;
pub mod storage;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::server::Server;
use keeper::{BackupError, Keeper, Room};
use storage::Storage;

/// How long a start waits for the storage to say how it stands to the data.
const LOOKED_FOR: Duration = Duration::from_secs(5);

/// Where a server's backup goes.
#[derive(Debug, Clone)]
pub struct BackupTo {
    /// The place.
    pub storage: Storage,
    /// How much time is between two objects of a branch at least, while something is new.
    pub every: Duration,
}

/// How a server's backup stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BackupState {
    /// How old the oldest thing is that is not in the backup; 0 where everything is.
    pub behind_ms: i64,
    /// Branches that could not be written when this was last tried.
    pub failing_count: usize,
}

impl Server {
    /// How its backup stands; `None` where it has none.
    #[must_use]
    pub fn backup_state(&self) -> Option<BackupState> {
        self.options.backup.as_ref()?;
        let mut state = BackupState::default();
        for branch in self.branches() {
            let Some(backing) = branch.backing() else { continue };
            let behind_ms = backing.behind_since_ms().map_or(0, |since| self.now_ms() - since);
            state.behind_ms = state.behind_ms.max(behind_ms);
            state.failing_count += usize::from(backing.is_failing());
        }
        Some(state)
    }

    /// Whether the backup has records that these data have not, as where a disk was set back to an older copy
    /// of itself. Where the storage does not say so soon, nothing is known of it.
    pub async fn is_set_back(self: &Arc<Self>) -> bool {
        let room = Arc::new(Room::default());
        let looking = async {
            for branch in self.branches() {
                let Some(keeper) = Keeper::of(self, &branch, &room) else { continue };
                if matches!(keeper.look().await, Err(BackupError::SetBack)) {
                    return true;
                }
            }
            false
        };
        tokio::time::timeout(LOOKED_FOR, looking).await.unwrap_or(false)
    }

    /// Keeps every branch in the backup, for as long as the server runs.
    pub async fn back_up(self: Arc<Self>) {
        let (room, mut kept, mut keepers) = (Arc::new(Room::default()), HashSet::new(), JoinSet::new());
        while self.options.backup.is_some() {
            for branch in self.branches() {
                let keeper = Keeper::of(&self, &branch, &room).filter(|_| kept.insert(branch.known().branch));
                keeper.map(|keeper| keepers.spawn(keeper.keep()));
            }
            tokio::select! {
                () = self.branch_opened.notified() => {}
                Some(ended) = keepers.join_next() => {
                    tracing::error!(?ended, "the backup of a branch ended by a fault of this program");
                }
            }
        }
    }
}
