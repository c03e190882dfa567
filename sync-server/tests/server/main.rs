//! A real server over real HTTP, and tills that are ledgers.

mod approvals;
mod backing_up;
mod browser;
mod coming_in;
mod everybody;
mod hostile;
mod house;
mod killed;
mod limits;
mod living;
mod losing;
mod restoring;
mod s3;
mod signing_in;
mod sisters;
mod syncing;
mod viewing;
