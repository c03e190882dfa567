//! The rules of the counter, pure: no I/O, no clock, no random number, no floating point.
//!
//! `now` and ids are arguments. Every function either refuses with a closed enum or returns a value;
//! nothing here can be half done.

pub mod account;
pub mod entry;
pub mod id;
pub mod time;

pub mod badge;
pub mod code;
pub mod count_part;
pub mod country;
pub mod limits;
pub mod money;
pub mod refusal;
pub mod scan;
pub mod tax;

pub mod acting;
pub mod aside;
pub mod basket;
mod postings;
pub mod price;
pub mod sale;
pub mod tender;

pub mod cash;
pub mod cause;
pub mod drawer;
pub mod float;
pub mod lot;
pub mod needs;
pub mod over_short;
pub mod permission;
pub mod reorder;
pub mod report;
mod sound;
pub mod staff;
pub mod stock;
pub mod takings;
pub mod transfer;

#[cfg(test)]
mod sample;
