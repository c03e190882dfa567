//! Records on the move, sans-I/O: how entries and document changes are encoded, chained, signed, sealed
//! and merged. `FORMAT.md` beside this crate fixes every byte.
//!
//! Nothing here touches a disk, a clock or a source of randomness: keys, nonces, salts, instants and
//! Automerge actors are arguments. What comes from outside is checked strictly and never panics.
//!
//! Invariants: the bytes that were received are what is hashed and kept; a record that chains and is signed
//! is kept even where it cannot be read; the state of a document is a function of the set of its changes.

pub mod body;
pub mod cbor;
pub mod chain;
pub mod document;
pub mod document_changed;
pub mod invitation;
mod measure;
pub mod packed;
pub mod paper_code;
pub mod product_facts;
pub mod record;
pub mod run;
#[cfg(test)]
mod sample;
pub mod sealed;
pub mod session;
pub mod settings;
pub mod sign;
pub mod stream;
pub mod stream_opened;
pub mod sync;
pub mod vector;
