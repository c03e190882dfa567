//! A till and its server: what they say to each other (`talk`), how that travels (`wire`), and the loop that
//! keeps them talking without anybody at the counter waiting for it (`carry`).

pub mod carry;
pub mod link;
pub mod talk;
pub mod wire;
