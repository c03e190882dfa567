//! The types that cross to the ui, and the list of commands.
//!
//! Ids travel as UUID text, amounts as whole minor units of the branch's currency (never above
//! 2^53 - 1), dates as `YYYY-MM-DD`, instants as milliseconds since 1970. TypeScript is generated from here.

pub mod basket;
pub mod branch;
pub mod cash;
pub mod catalogue;
pub mod display;
pub mod drawers;
pub mod export;
pub mod mail;
pub mod over_short;
pub mod papers;
pub mod printing;
pub mod sales;
pub mod setup;
pub mod stock;
pub mod transfers;
pub mod viewing;
