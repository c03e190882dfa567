//! How the server is, for whoever watches over it. Nothing of any organisation is told.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::refused::Refused;
use crate::server::Server;

/// How far behind a backup may be before its health says so.
const BEHIND_MS: i64 = 10_000;

/// `GET /health/live`: whether it answers at all.
pub async fn live() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// `GET /health/ready`: whether the server can write. It waits for the disk.
pub async fn ready(State(server): State<Arc<Server>>) -> Result<StatusCode, Refused> {
    match tokio::time::timeout(Duration::from_secs(5), server.is_ready()).await {
        Ok(Ok(true)) => Ok(StatusCode::NO_CONTENT),
        _ => Err(Refused::new(StatusCode::SERVICE_UNAVAILABLE, "server_failed")),
    }
}

/// `GET /health/backup`: how the backup stands, in JSON, and by the status for whoever only looks at that.
pub async fn backup(State(server): State<Arc<Server>>) -> Result<Response, Refused> {
    let state = server.backup_state().ok_or_else(|| Refused::new(StatusCode::NOT_FOUND, "not_found"))?;
    let is_well = state.failing_count == 0 && state.behind_ms <= BEHIND_MS;
    let status = if is_well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({ "behind_ms": state.behind_ms, "failing_branches": state.failing_count });
    Ok((status, axum::Json(body)).into_response())
}

/// `GET /metrics`, for Prometheus.
pub async fn metrics(State(server): State<Arc<Server>>) -> Response {
    if let Some(state) = server.backup_state() {
        server.metrics.backup(state);
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], server.metrics.text()).into_response()
}
