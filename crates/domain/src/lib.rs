//! The rules of the counter, pure: no I/O, no clock, no random number, no floating point.
//!
//! `now` and ids are arguments. Every function either refuses with a closed enum or returns a value;
//! nothing here can be half done.

pub mod code;
pub mod country;
pub mod id;
pub mod time;
pub mod account;
pub mod entry;
