//! The doors: which address leads where, and what may come through.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use http_body_util::BodyExt;
use hyper::body::Body as _;
use serde_json::json;
use tokio::sync::OwnedSemaphorePermit;

use crate::refused::{Refused, RefusedCode};
use crate::server::Server;
use crate::{enrol, invitations, live, pages, sync, viewing};

/// How far behind a backup may be before its health says so.
const BEHIND_MS: i64 = 10_000;
/// Media type of every message.
const CBOR: &str = "application/cbor";

/// Where a connection comes from.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// The router of a server.
pub fn router(server: Arc<Server>) -> Router {
    let not_found = |status| move || async move { Refused::new(status, "not_found") };
    let otherwise = Router::new().fallback(not_found(StatusCode::NOT_FOUND));
    let (pages, views) = match &server.options.ui {
        Some(folder) => (pages::pages(folder, otherwise), views()),
        None => (otherwise, Router::new()),
    };
    Router::new()
        .route("/v1/enrol", post(enrol::enrol))
        .route("/v1/challenge", post(enrol::challenge))
        .route("/v1/session", post(enrol::session))
        .route("/v1/sync", post(sync::sync))
        .route("/v1/live", get(live::live))
        .route(
            "/v1/invitations/{id}",
            put(invitations::hand_in).get(invitations::fetch).delete(invitations::fetched),
        )
        .route("/v1/view-link", post(viewing::make_link))
        .merge(views)
        .route("/health/live", get(|| async { StatusCode::NO_CONTENT }))
        .route("/health/ready", get(ready))
        .route("/health/backup", get(backup))
        .route("/metrics", get(metrics))
        .fallback_service(pages)
        .method_not_allowed_fallback(not_found(StatusCode::METHOD_NOT_ALLOWED))
        // Bodies are limited where they are read.
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(Arc::clone(&server), counted))
        .with_state(server)
}

/// What a manager's browser asks; only where the ui is served.
fn views() -> Router<Arc<Server>> {
    Router::new()
        .route("/api/enter", post(viewing::enter))
        .route("/api/changed", get(viewing::changed))
        .route("/api/{command}", post(viewing::command))
        .layer(middleware::from_fn(pages::guarded))
}

async fn counted(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Some(RefusedCode(code)) = response.extensions().get() {
        server.metrics.refused(code, 1);
    }
    if let Some(bytes) = response.body().size_hint().exact() {
        server.metrics.bytes_out.inc_by(bytes);
    }
    let not_kept = HeaderValue::from_static("no-store");
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(not_kept);
    response
}

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

/// Whether the server can write. It waits for the disk.
async fn ready(State(server): State<Arc<Server>>) -> Result<StatusCode, Refused> {
    match tokio::time::timeout(Duration::from_secs(5), server.is_ready()).await {
        Ok(Ok(true)) => Ok(StatusCode::NO_CONTENT),
        _ => Err(Refused::new(StatusCode::SERVICE_UNAVAILABLE, "server_failed")),
    }
}

/// How the backup stands: in JSON, and by the status for whoever only looks at that.
async fn backup(State(server): State<Arc<Server>>) -> Result<Response, Refused> {
    let state = server.backup_state().ok_or_else(|| Refused::new(StatusCode::NOT_FOUND, "not_found"))?;
    let is_well = state.failing_count == 0 && state.behind_ms <= BEHIND_MS;
    let status = if is_well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({ "behind_ms": state.behind_ms, "failing_branches": state.failing_count });
    Ok((status, axum::Json(body)).into_response())
}

async fn metrics(State(server): State<Arc<Server>>) -> Response {
    if let Some(state) = server.backup_state() {
        server.metrics.backup(state);
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], server.metrics.text()).into_response()
}
