//! A desk over one ledger, with what comes from outside: the clock, randomness and the keys.

use std::path::PathBuf;
use std::sync::Arc;

use ledger::Secrets;

/// Where a book lies, and the keys that open it.
pub struct Place {
    /// The ledger file.
    pub path: PathBuf,
    /// Database key, device keys, branch secret.
    pub secrets: Secrets,
}

/// What a desk needs from outside.
pub struct Options {
    /// The pharmacy's book.
    pub book: Place,
    /// The practice book, made when practice mode is first switched on.
    pub practice: Place,
    /// Milliseconds since 1970.
    pub clock: Box<dyn Fn() -> i64 + Send + Sync>,
    /// Fills a buffer with random bytes.
    pub random: Box<dyn Fn(&mut [u8]) + Send + Sync>,
}

/// What changed, so that open windows know what to fetch again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// The basket on the screen.
    Basket,
    /// Sales, the drawer, figures.
    Book,
    /// Products and settings.
    Catalogue,
    /// People, sign-in, frame, jobs.
    Status,
}
