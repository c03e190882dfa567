//! Wrong codes and passphrases are paid for with waiting: each address, or each name, for itself, and all of them
//! together.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

/// Wrong tries of one that cost nothing.
const FREE: u32 = 3;
/// The longest wait.
const MAX_WAIT_MS: i64 = 300_000;
/// Wrong tries of all together that cost nothing; they are forgiven one by one.
const FREE_TOGETHER: u32 = 100;
/// How long it takes until one of them is forgiven.
const FORGIVEN_MS: i64 = 10_000;
/// The most that are remembered.
const MAX_KNOWN: usize = 10_000;

#[derive(Default)]
struct Wrong {
    count: u32,
    until_ms: i64,
}

struct Tried<K> {
    of: HashMap<K, Wrong>,
    together: u32,
    last_ms: i64,
}

/// Who tried what was wrong, by what is counted.
pub struct Tries<K>(Mutex<Tried<K>>);

impl<K> Default for Tries<K> {
    fn default() -> Self {
        Self(Mutex::new(Tried { of: HashMap::new(), together: 0, last_ms: 0 }))
    }
}

impl<K: Eq + Hash> Tries<K> {
    /// How many milliseconds this one has to wait before its next try; 0 for none.
    #[must_use]
    pub fn wait_ms(&self, from: K, now_ms: i64) -> i64 {
        let mut tried = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let forgiven = (now_ms - tried.last_ms).max(0) / FORGIVEN_MS;
        if forgiven > 0 {
            tried.together = tried.together.saturating_sub(u32::try_from(forgiven).unwrap_or(u32::MAX));
            tried.last_ms = now_ms;
        }
        if tried.together >= FREE_TOGETHER {
            return FORGIVEN_MS;
        }
        tried.of.get(&from).map_or(0, |wrong| (wrong.until_ms - now_ms).clamp(0, MAX_WAIT_MS))
    }

    /// A try was wrong.
    pub fn wrong(&self, from: K, now_ms: i64) {
        let mut tried = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tried.together = tried.together.saturating_add(1);
        if tried.of.len() >= MAX_KNOWN {
            tried.of.retain(|_, wrong| wrong.until_ms > now_ms);
        }
        if tried.of.len() >= MAX_KNOWN {
            return;
        }
        let wrong = tried.of.entry(from).or_default();
        wrong.count = wrong.count.saturating_add(1);
        if wrong.count > FREE {
            wrong.until_ms = now_ms + (1_000_i64 << (wrong.count - FREE).min(9)).min(MAX_WAIT_MS);
        }
    }

    /// A try was right: those before it are forgiven, and so is one of all together, as which it may have been
    /// counted before it was known.
    pub fn right(&self, from: K) {
        let mut tried = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tried.together = tried.together.saturating_sub(1);
        tried.of.remove(&from);
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;

    fn address(no: u32) -> IpAddr {
        Ipv4Addr::from(no).into()
    }

    #[test]
    fn each_wrong_code_costs_more_than_the_one_before() {
        let tries = Tries::default();
        let waits: Vec<i64> = (0..14)
            .map(|_| {
                tries.wrong(address(1), 0);
                tries.wait_ms(address(1), 0)
            })
            .collect();
        assert_eq!(waits[..6], [0, 0, 0, 2_000, 4_000, 8_000]);
        assert_eq!(waits[11..], [300_000; 3]);
        assert_eq!(tries.wait_ms(address(2), 0), 0);
        assert_eq!(tries.wait_ms(address(1), 300_000), 0);
        tries.right(address(1));
        tries.wrong(address(1), 0);
        assert_eq!(tries.wait_ms(address(1), 0), 0);
    }

    #[test]
    fn many_addresses_together_wait_too() {
        let tries = Tries::default();
        (0..100).for_each(|no| tries.wrong(address(no), 1));
        assert_eq!(tries.wait_ms(address(500), 1), FORGIVEN_MS);
        assert_eq!(tries.wait_ms(address(500), 1 + FORGIVEN_MS), 0);
    }
}
