//! `GET /v1/live`: what is stored, and who is there, as it happens.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::stream;
use replica::sync::{Feed, Heard};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::answer::{Writer, number};
use crate::branch::{Branch, Told};
use crate::caller::Caller;
use crate::events;
use crate::refused::Refused;
use crate::server::Server;

struct Listener {
    server: Arc<Server>,
    branch: Arc<Branch>,
    told: Receiver<Told>,
    writer: Writer,
    expires_ms: i64,
    /// What is said first.
    next: Option<Bytes>,
    has_ended: bool,
}

/// `GET /v1/live`.
pub async fn live(
    State(server): State<Arc<Server>>,
    Extension(caller): Extension<Caller>,
) -> Result<Response, Refused> {
    let writer = caller.writer();
    let Caller { session, branch } = caller;
    let told = branch.listen();
    // It was let in before it listened: who was cut off between the two would not be told.
    if branch.is_revoked(writer) {
        return Err(Refused::device_revoked());
    }
    // It listens before it is told where the feed is, so that nothing falls between.
    let n = number(branch.stand().last_record_no);
    let at = events::event("feed", &Feed { after: n, up_to: n, runs: Vec::new() }.encode());
    branch.connected(writer, true);
    server.metrics.listeners.inc();
    let heard = events::event("heard", &Heard { presence: branch.presence() }.encode());
    let mut first = [at, heard].concat();
    for decided in branch.decisions().due(writer, server.now_ms()) {
        first.extend_from_slice(&decided);
    }
    let next = Some(Bytes::from(first));
    let expires_ms = session.expires_ms;
    let listener = Listener { server, branch, told, writer, expires_ms, next, has_ended: false };
    let events = stream::unfold(listener, |mut listener| async move {
        let event = listener.next_event().await?;
        Some((Ok::<_, Infallible>(event), listener))
    });
    let mut response = Response::new(Body::from_stream(events));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    Ok(response)
}

impl Listener {
    async fn next_event(&mut self) -> Option<Bytes> {
        if let Some(next) = self.next.take() {
            return Some(next);
        }
        while !self.has_ended {
            match self.told.recv().await {
                Ok(Told::Only(writer, _)) if writer != self.writer => {}
                Ok(Told::Event(event) | Told::Only(_, event)) if self.server.now_ms() < self.expires_ms => {
                    return Some(event);
                }
                Ok(Told::Revoked(writer)) if writer == self.writer => {
                    self.has_ended = true;
                    return Some(events::event("revoked", &[]));
                }
                Ok(Told::Revoked(_)) => {}
                Err(RecvError::Lagged(_)) => {
                    // It finds what it missed with its next sync.
                    self.server.metrics.cut_off.inc();
                    self.has_ended = true;
                }
                Ok(Told::Event(_) | Told::Only(..)) | Err(RecvError::Closed) => self.has_ended = true,
            }
        }
        None
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.server.metrics.listeners.dec();
        self.branch.connected(self.writer, false);
    }
}
