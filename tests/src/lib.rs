//! What the tests across crates share.
//!
//! The tests themselves stand in `tests/tests`, one file for each way of looking at PharmaTill.

pub mod closings;
pub mod display;
pub mod processes;
pub mod server;
pub mod window;
