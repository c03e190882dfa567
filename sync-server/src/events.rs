//! Server-sent events as they stand on the wire, made once for all who listen.

use axum::body::Bytes;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// An event with a message in it.
#[must_use]
pub fn event(name: &str, message: &[u8]) -> Bytes {
    let mut text = String::with_capacity(name.len() + message.len() * 4 / 3 + 24);
    text.push_str("event: ");
    text.push_str(name);
    text.push_str("\ndata: ");
    STANDARD.encode_string(message, &mut text);
    text.push_str("\n\n");
    Bytes::from(text)
}

/// A line that says nothing, so that both ends know that the other is there.
#[must_use]
pub fn ping() -> Bytes {
    Bytes::from_static(b":\n\n")
}
