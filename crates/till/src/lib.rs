//! A till without a window: its folder and keys, the loopback http door, the days in plain words,
//! and what the command line `pharmatill` is made of.
//!
//! Everything a person can do goes through [`desk::Desk`]; this crate adds no rules of its own. It
//! brings what the desk asks for from outside (files, keys, clock, randomness) and carries commands to it.

pub mod amount;
pub mod day;
pub mod demo;
pub mod home;
pub mod http;
pub mod job;
pub mod keys;
pub mod local_time;
pub mod mail;
pub mod pieces;
pub mod printing;
pub mod restore;
pub mod sync;

pub use home::open;
