//! Wrong PINs are counted, and each one more makes the next wait longer. The count stands in a file beside the keys
//! and in the ledger, and the higher one holds: putting back a copy of one of them gives no fresh tries.

use std::collections::BTreeMap;
use std::path::Path;

use domain::id::StaffId;
use ledger::{Write, write_private};
use serde::{Deserialize, Serialize};

use crate::fault::{Fault, Stop};
use crate::open::Desk;

/// Name of the ledger's local value.
const ATTEMPTS: &str = "pin_attempts";

/// From so many wrong tries on the next one has to wait; before that a finger slipped.
const FREE: u32 = 3;
/// What the first one after that waits; each further one waits twice as long.
const FIRST_WAIT_MS: i64 = 5_000;
/// The longest wait.
const LONGEST_WAIT_MS: i64 = 15 * 60_000;

/// Wrong tries of one person since the last right one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Wrong {
    count: u32,
    last_ms: i64,
}

impl Wrong {
    /// How long the next try has to wait from now on. A clock that was set back does not shorten it, nor make it
    /// longer than it was.
    fn wait_ms(self, now_ms: i64) -> i64 {
        let Some(doublings) = self.count.checked_sub(FREE) else { return 0 };
        let wait = FIRST_WAIT_MS.saturating_mul(1_i64 << doublings.min(20)).min(LONGEST_WAIT_MS);
        wait.saturating_sub(now_ms.saturating_sub(self.last_ms).max(0)).max(0)
    }
}

/// By the id of the person.
type Counts = BTreeMap<String, Wrong>;

fn read(bytes: &[u8]) -> Counts {
    serde_json::from_slice(bytes).unwrap_or_default()
}

fn read_file(path: &Path) -> Counts {
    std::fs::read(path).map(|bytes| read(&bytes)).unwrap_or_default()
}

impl Desk {
    fn counts(&self) -> Result<(Counts, Counts), Fault> {
        let in_book = self.book.ask(|book| Ok(book.local(ATTEMPTS)?))?;
        Ok((read_file(&self.attempts_path), in_book.map(|bytes| read(&bytes)).unwrap_or_default()))
    }

    /// Refuses while a person's next try has to wait.
    ///
    /// # Errors
    /// `too_many_tries` with `wait_ms`.
    pub(crate) fn check_tries(&self, staff: StaffId) -> Result<(), Fault> {
        let (in_file, in_book) = self.counts()?;
        let name = staff.to_string();
        let wrong = in_file.get(&name).max(in_book.get(&name)).copied().unwrap_or_default();
        match wrong.wait_ms(self.now_ms()) {
            0 => Ok(()),
            wait_ms => Err(too_many(wait_ms)),
        }
    }

    /// Counts a wrong try, durably, before anybody hears that it was wrong. Gives the refusal. Tries are made one
    /// at a time ([`Desk::prove`]).
    pub(crate) fn tried_wrongly(&self, staff: StaffId) -> Result<Fault, Fault> {
        let (mut in_file, in_book) = self.counts()?;
        let name = staff.to_string();
        let before = in_file.get(&name).max(in_book.get(&name)).copied().unwrap_or_default();
        let wrong = Wrong { count: before.count.saturating_add(1), last_ms: self.now_ms() };
        in_file.insert(name, wrong);
        self.keep_tries(&in_file)?;
        Ok(match wrong.wait_ms(self.now_ms()) {
            0 => Fault::bare("secret_wrong"),
            wait_ms => too_many(wait_ms),
        })
    }

    /// Forgets the wrong tries of a person: the PIN was right, or another one was given.
    pub(crate) fn forget_tries(&self, staff: StaffId) -> Result<(), Fault> {
        let (mut in_file, in_book) = self.counts()?;
        let name = staff.to_string();
        if in_file.remove(&name).is_some() || in_book.contains_key(&name) {
            self.keep_tries(&in_file)?;
        }
        Ok(())
    }

    fn keep_tries(&self, counts: &Counts) -> Result<(), Fault> {
        let bytes = serde_json::to_vec(counts).map_err(|_| Fault::bare("internal"))?;
        let failed = |error: std::io::Error| Stop::Ledger(ledger::Error::Io(error));
        write_private(&self.attempts_path, &bytes).map_err(failed)?;
        // A book that is only read counts in the file alone.
        if self.book.read_only().is_none() {
            self.keep_locally(Write::default().with_local(ATTEMPTS, Some(bytes)))?;
        }
        Ok(())
    }
}

fn too_many(wait_ms: i64) -> Fault {
    Fault { code: "too_many_tries".to_owned(), detail: serde_json::json!({ "wait_ms": wait_ms }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wrong_try_after_the_third_waits_twice_as_long() {
        let wait = |count, passed_ms: i64| Wrong { count, last_ms: 1_000_000 }.wait_ms(1_000_000 + passed_ms);
        assert_eq!([wait(0, 0), wait(2, 0), wait(3, 0), wait(4, 0)], [0, 0, 5_000, 10_000]);
        assert_eq!([wait(3, 4_999), wait(3, 5_000), wait(3, 6_000)], [1, 0, 0]);
        assert_eq!([wait(11, 0), wait(40, 0), wait(u32::MAX, 0)], [900_000, 900_000, 900_000]);
        // A clock that was set back.
        assert_eq!(wait(4, -3_600_000), 10_000);
    }
}
