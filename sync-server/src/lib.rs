//! The sync-server: where the devices of a branch find each other again. `PROTOCOL.md` fixes what it says
//! and what it is told.
//!
//! It keeps for each branch what a till of that branch keeps, in a ledger of the same kind, and is no more
//! than one more replica of it: it writes no records of its own and decides nothing about their content.
//! Beside the ledgers stands `access.db`: who may come in. Where it is told to, it also lets managers' browsers
//! look at what it keeps, through the same functions of `desk` that a till's screen asks.
//!
//! Invariants: what is acknowledged is on the disk; one writer for each ledger, and nobody waits for the
//! network while holding anything; whatever comes from outside is checked before a ledger sees it, and
//! refused whole with a code; nothing of a person stands in a log line, a metric or a file name.

pub mod access;
pub mod answer;
pub mod backup;
pub mod branch;
mod caller;
pub mod decisions;
pub mod derive;
mod enrol;
mod events;
mod health;
mod http;
mod invitations;
pub mod keys;
mod live;
pub mod metrics;
mod pages;
pub mod passkeys;
mod passphrase;
mod patient;
pub mod refused;
pub mod routes;
pub mod serve;
pub mod server;
mod sync;
pub mod tls;
pub mod tokens;
pub mod tries;
mod viewing;
