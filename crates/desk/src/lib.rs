//! What a person can do at a till: the ui's commands over a ledger, and the types they carry.
//!
//! [`Desk::call`] is the one door: the window, the loopback server and the command line all come in here,
//! so what is checked is checked once, below every ui.
//!
//! Invariants: what a command answers with is on the disk; a retry with the same id answers as the first time;
//! figures that must not be seen before a count never leave this crate.

pub mod api;
mod approvals;
mod asks;
mod attempts;
mod backups;
mod badges;
mod basket;
mod bindings;
mod blind;
mod branch_now;
mod branch_stock;
mod cash;
mod catalogue;
mod catalogue_import;
mod causes;
mod commands;
mod conflicts;
mod count_part;
mod counter;
mod customers;
mod deliveries;
mod devices;
mod display;
mod drafts;
mod drawers;
mod duty;
mod exceptions;
mod exchange;
mod export;
mod fault;
mod gate;
mod heard;
mod held;
pub mod import;
mod jobs;
mod late;
mod lease;
mod lots;
pub mod mail;
mod open;
mod open_book;
mod over_short;
mod paper;
mod people;
mod pins;
mod practice;
pub mod printing;
mod qr;
mod reconciliation;
mod refund;
mod report;
mod rights;
mod sales;
mod scan;
mod scanner_test;
mod settings;
mod setup;
mod sight;
mod sign_in;
mod status;
mod tender;
mod transfers;
mod turns;
pub mod viewing;

pub use commands::{COMMANDS, Nothing, bindings};
pub use fault::Fault;
pub use heard::{Heard, TillHeard};
pub use open::{Changed, Desk, FindPrinters, KeepSecret, Network, Options, Place};
pub use pins::PinCost;
