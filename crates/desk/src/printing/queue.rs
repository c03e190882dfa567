//! What is to be printed, one local value of the ledger for each paper, in the order of their names; and what was
//! printed lately, so that what is asked for twice comes out once.

use std::str::FromStr;

use domain::id::EntryId;
use ledger::{StoredEntry, Write};
use minicbor::{Decode, Encode};
use pages::Sheet;

use super::printers::Which;
use crate::counter::Counter;
use crate::fault::Stop;

/// What the names of papers that wait begin with; their number follows, in sixteen hexadecimal digits.
const WAITING: &str = "print/";
/// What the names of prints that were asked for begin with; the id follows. The value is when.
const ASKED: &str = "printed/";
/// How long a paper of this till can have its first printing, and how long prints are remembered.
const FRESH_MS: i64 = 24 * 3_600_000;
const REMEMBERED_MS: i64 = 2 * FRESH_MS;

/// A paper that waits.
#[derive(Clone, Encode, Decode)]
pub(super) struct Job {
    #[n(0)]
    pub(super) print: EntryId,
    #[n(1)]
    pub(super) which: Which,
    #[n(2)]
    pub(super) what: String,
    #[n(3)]
    pub(super) no: Option<String>,
    #[n(4)]
    pub(super) copy_no: u32,
    #[n(5)]
    pub(super) count: u32,
    #[n(6)]
    pub(super) at_ms: i64,
    #[n(7)]
    pub(super) step: Step,
    #[n(8)]
    pub(super) content: Content,
    /// Series of the life of this till that it was asked for in.
    #[n(9)]
    pub(super) series: String,
}

/// What stands on it.
#[derive(Clone, Encode, Decode)]
pub(super) enum Content {
    /// The receipt of a sale or refund, drawn from the book when it is printed: its code is there only then.
    #[n(0)]
    Receipt(#[n(0)] EntryId),
    /// This, as it was when it was asked for.
    #[n(1)]
    Sheet(#[n(0)] Sheet),
}

/// How far a paper is.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub(super) enum Step {
    #[n(0)]
    Waits,
    /// The first byte of it may have left.
    #[n(1)]
    Begun,
    #[n(2)]
    InDoubt,
}

/// A paper in the queue, and the name that it is kept by.
pub(super) struct Queued {
    pub(super) name: String,
    pub(super) job: Job,
}

impl Queued {
    /// Writes it as it is now.
    pub(super) fn keep(&self, write: Write) -> Result<Write, Stop> {
        Ok(write.with_local(self.name.clone(), Some(bytes(&self.job)?)))
    }

    /// Takes it out.
    pub(super) fn drop(self, write: Write) -> Write {
        write.with_local(self.name, None)
    }
}

fn bytes(job: &Job) -> Result<Vec<u8>, Stop> {
    minicbor::to_vec(job).map_err(|_| Stop::bare("internal"))
}

impl Counter<'_> {
    /// What waits, oldest first.
    pub(super) fn queue(&self) -> Result<Vec<Queued>, Stop> {
        let rows = self.book.locals(WAITING)?.into_iter();
        // What a newer version of this till put there is left alone.
        Ok(rows
            .filter_map(|(name, bytes)| Some(Queued { name, job: minicbor::decode(&bytes).ok()? }))
            .collect())
    }

    /// Puts a paper behind what waits.
    pub(super) fn enqueue(&self, write: Write, job: &Job) -> Result<Write, Stop> {
        let last = self.book.last_local(WAITING)?;
        let last = last.and_then(|name| u64::from_str_radix(name.strip_prefix(WAITING)?, 16).ok());
        let name = format!("{WAITING}{:016x}", last.map_or(0, |last| last.saturating_add(1)));
        Ok(self.remember(write, job.print).with_local(name, Some(bytes(job)?)))
    }

    /// Keeps that this print was asked for.
    pub(super) fn remember(&self, write: Write, print: EntryId) -> Write {
        write.with_local(format!("{ASKED}{print}"), Some(self.now.ms.to_be_bytes().to_vec()))
    }

    /// Whether this print was asked for, also where it is on paper by now.
    pub(super) fn was_asked(&self, print: EntryId) -> Result<bool, Stop> {
        Ok(self.book.local(&format!("{ASKED}{print}"))?.is_some())
    }

    /// Whether the first paper of an entry has still to come: it was written here within a day and was neither printed
    /// nor mailed.
    pub(crate) fn is_first_paper(&self, stored: &StoredEntry) -> Result<bool, Stop> {
        let common = stored.entry.common();
        let is_fresh = common.till == Some(self.house.till.till)
            && self.now.ms.saturating_sub(stored.header.recorded_at.ms) < FRESH_MS;
        let of = common.entry_id;
        Ok(is_fresh && !self.was_asked(of)? && self.book.copies_of(of)? == 0)
    }

    /// Forgets prints that were asked for long ago.
    pub(super) fn forget_asked(&self) -> Result<Write, Stop> {
        let mut write = Write::default();
        for (name, at) in self.book.locals(ASKED)? {
            let at_ms = <[u8; 8]>::try_from(at.as_slice()).map(i64::from_be_bytes);
            let is_old = at_ms.is_ok_and(|at_ms| self.now.ms.saturating_sub(at_ms) > REMEMBERED_MS);
            let is_ours = name.strip_prefix(ASKED).is_some_and(|id| uuid::Uuid::from_str(id).is_ok());
            if is_old && is_ours {
                write = write.with_local(name, None);
            }
        }
        Ok(write)
    }
}
