//! A real server over real HTTP, and tills that are ledgers.

mod backing_up;
mod coming_in;
mod hostile;
mod house;
mod killed;
mod limits;
mod living;
mod losing;
mod restoring;
mod s3;
mod sisters;
mod syncing;
mod viewing;
