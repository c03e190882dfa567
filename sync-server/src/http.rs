//! What comes through a door, and what goes out.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use hyper::body::Body as _;
use tokio::sync::OwnedSemaphorePermit;

use crate::refused::Refused;
use crate::server::Server;

/// Media type of every message.
const CBOR: &str = "application/cbor";

/// Where a connection comes from.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// Reads a body of at most so many bytes, and makes room for it in memory as it comes: whoever only says that
/// much will come has no room of others.
///
/// # Errors
/// `too_large`, `too_slow`, `malformed` where it breaks off, or `busy`.
pub async fn read_body(
    server: &Server,
    body: Body,
    most: usize,
) -> Result<(Bytes, OwnedSemaphorePermit), Refused> {
    let said = body.size_hint().upper().map_or(most, |said| usize::try_from(said).unwrap_or(usize::MAX));
    if said > most {
        return Err(Refused::too_large());
    }
    let reading = tokio::time::timeout(server.options.read_timeout, collect(server, body, most)).await;
    let (bytes, room) = reading.map_err(|_| Refused::new(StatusCode::REQUEST_TIMEOUT, "too_slow"))??;
    server.metrics.bytes_in.inc_by(bytes.len() as u64);
    Ok((bytes, room))
}

async fn collect(
    server: &Server,
    mut body: Body,
    most: usize,
) -> Result<(Bytes, OwnedSemaphorePermit), Refused> {
    let (mut bytes, mut room) = (Vec::new(), server.room(0)?);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Refused::malformed("the body broke off"))?;
        let Ok(data) = frame.into_data() else { continue };
        let len = bytes.len() + data.len();
        if len > most {
            return Err(Refused::too_large());
        }
        room.merge(server.room(len.saturating_sub(room.num_permits() << 10))?);
        bytes.extend_from_slice(&data);
    }
    Ok((bytes.into(), room))
}

/// A message as an answer.
#[must_use]
pub fn message(bytes: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, CBOR)], bytes).into_response()
}

/// Where a request comes from.
#[must_use]
pub fn peer(request: &Request) -> IpAddr {
    request.extensions().get().map_or(Ipv4Addr::UNSPECIFIED.into(), |Peer(address)| address.ip())
}
