//! Everything a cashier does, at the one door: commands by name with JSON, as every ui sends them.

#![expect(clippy::unwrap_used, reason = "a test ends where a step fails")]

mod bad_days;
mod basket;
mod bindings;
mod branch;
mod catalogue_import;
mod causes;
mod devices;
mod drawer;
mod drawers;
mod every;
mod exceptions;
mod export;
mod in_browser;
mod late;
mod lots;
mod mail;
mod malformed;
mod over_short;
mod papers;
mod practice;
mod printing;
mod products;
mod read_only;
mod reconciliation;
mod refusals;
mod roles;
mod scan;
mod sell;
mod small_disk;
mod stock;
mod take_back;
mod till;
mod transfers;
mod twice;
mod z;
