//! What people decided in browsers, for the tills that asked. It waits in memory: a server that starts again has
//! forgotten it, and the browser shows as open what stands in no book.

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use desk::viewing::ASKED_MS;
use domain::id::EntryId;
use replica::sync::{Decided, Decision};

use crate::answer::Writer;
use crate::events;

/// The most that waits, or is shown as over, in one branch.
const MOST: usize = 256;
/// How long it is shown what became of a decision.
const SHOWN_MS: i64 = 60_000;

/// A decision on its way.
#[derive(Debug, Clone, Copy)]
pub struct Sent {
    /// The till that asked, in the life in which it did.
    pub to: Writer,
    /// When it asked, by its clock.
    pub asked_at_ms: i64,
    /// What it is told.
    pub decided: Decided,
    /// Since when the book has a decision, if it has.
    in_book_ms: Option<i64>,
}

impl Sent {
    /// To this till, which asked then.
    #[must_use]
    pub fn new(to: Writer, asked_at_ms: i64, decided: Decided) -> Self {
        Self { to, asked_at_ms, decided, in_book_ms: None }
    }

    fn too_old_ms(&self) -> i64 {
        self.asked_at_ms.saturating_add(ASKED_MS)
    }

    fn is_due(&self, now_ms: i64) -> bool {
        self.in_book_ms.is_none() && now_ms <= self.too_old_ms()
    }

    fn is_shown(&self, now_ms: i64) -> bool {
        now_ms < self.in_book_ms.unwrap_or(self.too_old_ms()).saturating_add(SHOWN_MS)
    }
}

/// What became of a decision that was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It goes on its way.
    New,
    /// There is one about the same, which counts, as at the tills.
    Before,
    /// Too many wait.
    TooMany,
}

/// The decisions of a branch that are on their way.
#[derive(Default)]
pub struct Decisions(Mutex<Vec<Sent>>);

impl Decisions {
    fn locked(&self) -> MutexGuard<'_, Vec<Sent>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one more.
    #[must_use]
    pub fn take(&self, sent: Sent, now_ms: i64) -> Taken {
        let mut waiting = self.locked();
        waiting.retain(|sent| sent.is_shown(now_ms));
        let is_same = |before: &Sent| before.decided.decision.asked == sent.decided.decision.asked;
        if waiting.iter().any(is_same) {
            return Taken::Before;
        }
        if waiting.len() >= MOST {
            return Taken::TooMany;
        }
        waiting.push(sent);
        Taken::New
    }

    /// What a till that connects is told.
    #[must_use]
    pub fn due(&self, to: Writer, now_ms: i64) -> Vec<Bytes> {
        let waiting = self.locked();
        waiting.iter().filter(|sent| sent.to == to && sent.is_due(now_ms)).map(event).collect()
    }

    /// What a browser is shown.
    #[must_use]
    pub fn shown(&self, now_ms: i64) -> Vec<Decision> {
        let waiting = self.locked();
        waiting.iter().filter(|sent| sent.is_shown(now_ms)).map(|sent| sent.decided.decision).collect()
    }

    /// Those about which the book has a decision need not travel any more.
    ///
    /// # Errors
    /// Those of the question.
    pub fn settle<E>(&self, now_ms: i64, is_decided: impl Fn(EntryId) -> Result<bool, E>) -> Result<(), E> {
        let mut waiting = self.locked();
        waiting.retain(|sent| sent.is_shown(now_ms));
        for sent in waiting.iter_mut().filter(|sent| sent.in_book_ms.is_none()) {
            if is_decided(sent.decided.decision.asked)? {
                sent.in_book_ms = Some(now_ms);
            }
        }
        Ok(())
    }
}

/// A decision as it stands on the wire.
#[must_use]
pub fn event(sent: &Sent) -> Bytes {
    events::event("decided", &sent.decided.encode())
}

#[cfg(test)]
mod tests {
    use domain::entry::Incarnation;
    use domain::id::{DeviceId, StaffId};
    use replica::sign::DeviceKeys;
    use uuid::Uuid;

    use super::*;

    fn till(device: u128, life: u8) -> Writer {
        (DeviceId(Uuid::from_u128(device)), Incarnation([life; 8]))
    }

    fn sent(asked: u128, is_given: bool) -> Sent {
        let entry = |n| EntryId(Uuid::from_u128(n));
        let staff = StaffId(Uuid::from_u128(3));
        let decision = Decision { entry_id: entry(asked + 1_000), asked: entry(asked), staff, is_given };
        Sent::new(till(1, 1), 0, decision.signed(&DeviceKeys::from_seeds([1; 32], [2; 32])))
    }

    #[test]
    fn only_the_life_of_the_till_that_asked_is_told_and_only_in_time() {
        let decisions = Decisions::default();
        assert_eq!(decisions.take(sent(1, true), 0), Taken::New);
        assert_eq!(decisions.take(sent(1, false), 0), Taken::Before);
        assert_eq!(decisions.due(till(1, 1), 0), [event(&sent(1, true))]);
        for other in [till(1, 2), till(2, 1)] {
            assert!(decisions.due(other, 0).is_empty());
        }
        assert_eq!(decisions.due(till(1, 1), ASKED_MS).len(), 1);
        assert!(decisions.due(till(1, 1), ASKED_MS + 1).is_empty());
        assert_eq!(decisions.shown(ASKED_MS + SHOWN_MS - 1).len(), 1);
        assert!(decisions.shown(ASKED_MS + SHOWN_MS).is_empty());
    }

    #[test]
    fn what_the_book_has_travels_no_more_and_is_soon_old_news() {
        let decisions = Decisions::default();
        for asked in [1, 2] {
            assert_eq!(decisions.take(sent(asked, true), 0), Taken::New);
        }
        let is_second = |asked: EntryId| Ok::<_, ()>(asked.0.as_u128() == 2);
        assert_eq!(decisions.settle(10, is_second), Ok(()));
        assert_eq!(decisions.settle(20, is_second), Ok(()));
        assert_eq!(decisions.due(till(1, 1), 20), [event(&sent(1, true))]);
        assert_eq!(decisions.shown(10 + SHOWN_MS - 1).len(), 2);
        assert_eq!(decisions.shown(10 + SHOWN_MS), [sent(1, true).decided.decision]);
    }

    #[test]
    fn there_is_room_for_so_many_and_again_once_they_are_over() {
        let decisions = Decisions::default();
        for asked in 1..=MOST as u128 {
            assert_eq!(decisions.take(sent(asked, true), 0), Taken::New);
        }
        assert_eq!(decisions.take(sent(1, true), 0), Taken::Before);
        assert_eq!(decisions.take(sent(9_999, true), 0), Taken::TooMany);
        assert_eq!(decisions.take(sent(9_999, true), ASKED_MS + SHOWN_MS), Taken::New);
    }
}
