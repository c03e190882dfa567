//! A till and its server: what they say to each other (`talk`), how that travels (`wire`), and the loop that
//! keeps them talking without anybody at the counter waiting for it (`carry`). What a person asks of a server
//! goes by `network`.

pub mod carry;
mod introduction;
pub mod link;
pub mod network;
pub mod talk;
pub mod wire;
