//! What a person can do at a till: the ui's commands over a ledger, and the types they carry.
//!
//! [`Desk::call`] is the one door: the window, the loopback server and the command line all come in here,
//! so what is checked is checked once, below every ui.

pub mod api;
mod bindings;
mod commands;
mod fault;
pub mod import;
mod open;

pub use commands::{COMMANDS, Nothing, bindings};
pub use fault::Fault;
pub use open::{Changed, Desk, Options, Place};
