//! A real server over real HTTP, and tills that are ledgers.

mod coming_in;
mod hostile;
mod house;
mod killed;
mod living;
mod losing;
mod syncing;
mod viewing;
