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
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn background_work_lets_a_person_go_first() {
        let turns = Arc::new(Turns::new(Vec::new()));
        let held = turns.take_in_background();
        let (turns_of_person, turns_of_work) = (Arc::clone(&turns), Arc::clone(&turns));
        let person = std::thread::spawn(move || turns_of_person.take().push("person"));
        while *locked(&turns.waiting) == 0 {
            std::thread::yield_now();
        }
        let (asked, hears) = channel();
        let work = std::thread::spawn(move || {
            asked.send(()).unwrap();
            turns_of_work.take_in_background().push("work");
        });
        hears.recv().unwrap();
        drop(held);
        person.join().unwrap();
        work.join().unwrap();
        assert_eq!(*locked(&turns.value), ["person", "work"]);
    }
}
