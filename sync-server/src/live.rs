//! `GET /v1/live`: what is stored, and who is there, as it happens.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::stream;
use replica::sync::{Feed, Heard};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::answer::{Writer, may_read, number};
use crate::branch::{Branch, Told};
use crate::events;
use crate::refused::Refused;
use crate::server::Server;

struct Listener {
    server: Arc<Server>,
    branch: Arc<Branch>,
    told: Receiver<Told>,
    writer: Writer,
    expires_ms: i64,
    /// What is said first, or last.
    next: Option<Bytes>,
    has_ended: bool,
}

/// `GET /v1/live`.
pub async fn live(State(server): State<Arc<Server>>, request: Request) -> Result<Response, Refused> {
    let (session, branch) = server.session(request.headers())?;
    let writer = (session.device, session.incarnation);
    let looking = Arc::clone(&branch);
    let device = tokio::task::spawn_blocking(move || looking.device(writer)).await??;
    let device =
        device.filter(|device| may_read(device, &session)).ok_or_else(Refused::device_not_enrolled)?;
    if device.is_revoked {
        return Err(Refused::device_revoked());
    }
    let told = branch.listen();
    // It listens before it is told where the feed is, so that nothing falls between.
    let n = number(branch.stand().last_record_no);
    let at = events::event("feed", &Feed { after: n, up_to: n, runs: Vec::new() }.encode());
    branch.connected(writer, true);
    server.metrics.listeners.inc();
    let heard = events::event("heard", &Heard { presence: branch.presence() }.encode());
    let next = Some(Bytes::from([at, heard].concat()));
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
                Ok(Told::Event(event)) if self.server.now_ms() < self.expires_ms => return Some(event),
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
                Ok(Told::Event(_)) | Err(RecvError::Closed) => self.has_ended = true,
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
