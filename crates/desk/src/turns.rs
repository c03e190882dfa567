//! A lock in which the person at the counter goes first.
//!
//! An ordinary mutex lets whoever comes wait in any order, so that an import which takes it again and again
//! could keep a cashier waiting for many of its slices. Here background work waits for as long as anybody in
//! the foreground waits, so a sale waits for one slice at most.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A value that one thread at a time may use.
pub(crate) struct Turns<T> {
    value: Mutex<T>,
    waiting: Mutex<u32>,
    nobody_waits: Condvar,
}

impl<T> Turns<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { value: Mutex::new(value), waiting: Mutex::new(0), nobody_waits: Condvar::new() }
    }

    /// For a person who waits.
    pub(crate) fn take(&self) -> MutexGuard<'_, T> {
        *locked(&self.waiting) += 1;
        let value = locked(&self.value);
        let mut waiting = locked(&self.waiting);
        *waiting -= 1;
        if *waiting == 0 {
            self.nobody_waits.notify_all();
        }
        value
    }

    /// For one slice of background work.
    pub(crate) fn take_in_background(&self) -> MutexGuard<'_, T> {
        let mut waiting = locked(&self.waiting);
        while *waiting > 0 {
            waiting = self.nobody_waits.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        drop(waiting);
        locked(&self.value)
    }
}

/// A thread that panicked while it held the lock leaves a value that is whole: every act on a ledger is a
/// transaction.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn background_work_lets_a_person_go_first() {
        let turns = Arc::new(Turns::new(Vec::new()));
        // A person has said that they wait; the value itself is free.
        *locked(&turns.waiting) = 1;
        let turns_of_work = Arc::clone(&turns);
        let work = std::thread::spawn(move || turns_of_work.take_in_background().push("work"));
        // Work that did not wait would have its turn somewhere in here.
        for _ in 0..10_000 {
            std::thread::yield_now();
            assert!(locked(&turns.value).is_empty(), "the work did not wait");
        }
        *locked(&turns.waiting) = 0;
        turns.take().push("person");
        work.join().unwrap();
        let mut had_a_turn = locked(&turns.value).clone();
        had_a_turn.sort_unstable();
        assert_eq!(had_a_turn, ["person", "work"]);
    }
}
