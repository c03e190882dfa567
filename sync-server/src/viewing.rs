//! A manager's browser: let in by a till's link, it looks at the branches of the till's organisation with the same
//! ui that tills have. Only what that needs is answered, and nothing is done.
//!
//! The browser proves itself with a cookie that no script sees and that no other site's page can send along. A
//! token in an address, as an event stream would need it, ends in the logs of whatever stands between.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use desk::api::branch::{OfBranch, Viewing};
use desk::{Fault, Heard, TillHeard, viewing};
use domain::entry::Hash32;
use domain::id::BranchId;
use futures_util::stream::{self, Stream};
use replica::session::ViewLinkReply;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, Interval, interval, sleep_until, timeout};

use crate::access::{AccessError, Viewer};
use crate::answer::may_read;
use crate::branch::Branch;
use crate::http::{message, peer, read_body};
use crate::refused::{Refused, RefusedCode};
use crate::server::Server;

/// How long a link may be opened.
const LINK_MS: i64 = 600_000;
/// How long a browser is in.
const VIEWING_MS: i64 = 12 * 3_600_000;
/// The most bytes of what a browser asks.
const MAX_BYTES: usize = 4_096;
/// How long a question waits for those before it.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often a browser is told of changes at the most.
const TOLD_EVERY: Duration = Duration::from_millis(250);

const COOKIE: &str = "pharmatill_viewer";

/// Why a browser is not answered.
pub struct Denied {
    status: StatusCode,
    fault: Fault,
    counted: Option<&'static str>,
    retry_after_s: Option<i64>,
}

impl Denied {
    fn new(status: StatusCode, code: &'static str) -> Self {
        Self { status, fault: Fault::bare(code), counted: Some(code), retry_after_s: None }
    }

    fn ended() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "viewing_ended")
    }

    fn failed() -> Self {
        Refused::failed().into()
    }
}

impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.fault)).into_response();
        if let Some(code) = self.counted {
            response.extensions_mut().insert(RefusedCode(code));
        }
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<Refused> for Denied {
    fn from(refused: Refused) -> Self {
        let Refused { status, code, retry_after_s, .. } = refused;
        Self { retry_after_s, ..Self::new(status, code) }
    }
}

impl From<Fault> for Denied {
    fn from(fault: Fault) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, fault, counted: None, retry_after_s: None }
    }
}

impl From<AccessError> for Denied {
    fn from(error: AccessError) -> Self {
        Refused::from(error).into()
    }
}

impl From<ledger::Error> for Denied {
    fn from(error: ledger::Error) -> Self {
        Refused::from(error).into()
    }
}

impl From<tokio::task::JoinError> for Denied {
    fn from(_: tokio::task::JoinError) -> Self {
        Self::failed()
    }
}

/// `POST /v1/view-link` by an enrolled till.
pub async fn make_link(State(server): State<Arc<Server>>, request: Request) -> Result<Response, Refused> {
    let (session, branch) = server.session(request.headers())?;
    let (link, now_ms) = (server.random(), server.now_ms());
    let expires_ms = now_ms + LINK_MS;
    tokio::task::spawn_blocking(move || {
        let device = branch.device((session.device, session.incarnation))?;
        if !device.is_some_and(|device| !device.is_revoked && may_read(&device, &session)) {
            return Err(Refused::device_not_enrolled());
        }
        let by = Viewer {
            organisation: session.organisation,
            branch: session.branch,
            device: session.device,
            incarnation: session.incarnation,
            expires_ms,
        };
        Ok(server.access.add_view_link(&replica::record::hash(&link), &by, now_ms)?)
    })
    .await??;
    Ok(message(ViewLinkReply { link, expires_ms }.encode()))
}

#[derive(Deserialize)]
struct Enter {
    link: String,
}

/// `POST /api/enter`: the first browser that shows a link is in, and has a cookie from then on.
pub async fn enter(State(server): State<Arc<Server>>, request: Request) -> Result<Response, Denied> {
    let (from, now_ms) = (peer(&request), server.now_ms());
    let wait_ms = server.tries.wait_ms(from, now_ms);
    if wait_ms > 0 {
        return Err(Refused::too_many_tries(wait_ms).into());
    }
    let before = shown(request.headers());
    let is_told = |scheme: &axum::http::HeaderValue| scheme == "https";
    let is_over_tls =
        server.options.tls.is_some() || request.headers().get("x-forwarded-proto").is_some_and(is_told);
    let (body, _room) = read_body(&server, request.into_body(), MAX_BYTES).await?;
    let Enter { link } = serde_json::from_slice(&body).map_err(|_| Fault::bare("bad_arguments"))?;
    let link = URL_SAFE_NO_PAD.decode(link).unwrap_or_default();
    let token: [u8; 32] = server.random();
    let keeper = Arc::clone(&server);
    let viewer = tokio::task::spawn_blocking(move || {
        let (link, token) = (replica::record::hash(&link), replica::record::hash(&token));
        let viewer = keeper.access.open_view_link(&link, &token, now_ms + VIEWING_MS, now_ms)?;
        if let Some(before) = before.filter(|_| viewer.is_some()) {
            keeper.access.remove_viewer(&before)?;
        }
        Ok::<_, AccessError>(viewer)
    })
    .await??;
    if viewer.is_none() {
        server.tries.wrong(from, now_ms);
        return Err(Denied::new(StatusCode::FORBIDDEN, "link_unknown"));
    }
    server.tries.right(from);
    let secure = if is_over_tls { "; Secure" } else { "" };
    let token = URL_SAFE_NO_PAD.encode(token);
    let seconds = VIEWING_MS / 1_000;
    let cookie = format!("{COOKIE}={token}; HttpOnly; SameSite=Strict; Path=/api; Max-Age={seconds}{secure}");
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

/// The hash of the token in the cookie.
fn shown(headers: &HeaderMap) -> Option<Hash32> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (_, token) = pairs.find(|(name, _)| *name == COOKIE)?;
    Some(replica::record::hash(&URL_SAFE_NO_PAD.decode(token).ok()?))
}

/// A browser that is in.
struct Visit {
    server: Arc<Server>,
    hash: Hash32,
    viewer: Viewer,
    /// The branch of the till that let it in.
    branch: Arc<Branch>,
}

impl Visit {
    async fn of(server: Arc<Server>, headers: &HeaderMap) -> Result<Self, Denied> {
        let hash = shown(headers).ok_or_else(Denied::ended)?;
        tokio::task::spawn_blocking(move || {
            let viewer = server.access.viewer(&hash, server.now_ms())?.ok_or_else(Denied::ended)?;
            let branch = server.branch(viewer.branch).ok_or_else(Denied::failed)?;
            let device = branch.device((viewer.device, viewer.incarnation))?;
            if device.is_none_or(|device| device.is_revoked) {
                return Err(Denied::ended());
            }
            Ok(Self { server, hash, viewer, branch })
        })
        .await?
    }

    fn has_ended(&self) -> bool {
        self.server.now_ms() >= self.viewer.expires_ms
            || self.branch.is_revoked((self.viewer.device, self.viewer.incarnation))
    }

    /// The branches that it may see.
    fn branches(&self) -> Vec<Arc<Branch>> {
        let mut branches = self.server.branches();
        branches.retain(|branch| branch.known().organisation == self.viewer.organisation);
        branches
    }

    /// The branch, if it may be seen.
    fn seen(&self, branch: BranchId) -> Option<Arc<Branch>> {
        let branch = self.server.branch(branch)?;
        (branch.known().organisation == self.viewer.organisation).then_some(branch)
    }

    fn branch(&self, of: &OfBranch) -> Result<Arc<Branch>, Fault> {
        let Some(asked) = &of.branch_id else { return Ok(Arc::clone(&self.branch)) };
        let seen = BranchId::parse(asked).and_then(|asked| self.seen(asked));
        seen.ok_or_else(|| Fault::bare("branch_unknown"))
    }

    fn viewing(&self) -> Result<Viewing, Fault> {
        let kept = self.server.access.branches().map_err(|_| Fault::bare("server_failed"))?;
        let kept = kept.iter().filter(|known| known.organisation == self.viewer.organisation).count();
        let mut branches = Vec::new();
        for branch in self.branches() {
            // One that is damaged keeps nobody from the others; that it is missing is said.
            branches.extend(branch.look(viewing::viewed_branch).unwrap_or_default());
        }
        branches.sort_by(|a, b| (&a.name, &a.branch_id).cmp(&(&b.name, &b.branch_id)));
        let missing_count = u32::try_from(kept.saturating_sub(branches.len())).unwrap_or(u32::MAX);
        let Viewer { branch, expires_ms, .. } = self.viewer;
        Ok(Viewing { branch_id: branch.to_string(), branches, missing_count, ends_at_ms: expires_ms })
    }
}

/// Looks into books. As many look at once as leave room for tills, and the others wait.
async fn look<R: Serialize>(
    server: &Server,
    question: impl FnOnce() -> Result<R, Fault> + Send + 'static,
) -> Result<Value, Denied> {
    let waiting = Arc::clone(&server.looks).acquire_owned();
    let Ok(Ok(place)) = timeout(PATIENCE, waiting).await else { return Err(Refused::busy().into()) };
    let value = tokio::task::spawn_blocking(move || {
        let _place = place;
        serde_json::to_value(question()?).map_err(|_| Fault::bare("internal"))
    });
    Ok(value.await??)
}

/// What a server hears of the tills of a branch.
fn heard(branch: &Branch, now_ms: i64) -> Heard {
    let tills = branch.presence().into_iter().map(|present| TillHeard {
        device: present.device,
        incarnation: present.incarnation,
        is_connected: present.is_connected,
        last_heard_ms: present.last_heard_ms,
        last_receipt_no: present.own.map_or(0, |own| own.last_receipt_no),
        unsent_count: present.own.map_or(0, |own| u32::try_from(own.unsent_sale_count).unwrap_or(u32::MAX)),
    });
    Heard::at_server(tills.collect(), now_ms)
}

/// `POST /api/<command>`: the few commands that looking needs.
pub async fn command(
    State(server): State<Arc<Server>>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Json<Value>, Denied> {
    let visit = Visit::of(Arc::clone(&server), request.headers()).await?;
    let now_ms = server.now_ms();
    let (body, _room) = read_body(&server, request.into_body(), MAX_BYTES).await?;
    let of = || serde_json::from_slice::<OfBranch>(&body).map_err(|_| Fault::bare("bad_arguments"));
    let reply = match name.as_str() {
        "status" => look(&server, move || Ok(viewing::status(visit.viewing()?, now_ms))).await?,
        "branch_now" => {
            let branch = visit.branch(&of()?)?;
            let ask = move || {
                let heard = heard(&branch, now_ms);
                branch.look(|book| viewing::branch_now(book, &heard, now_ms))
            };
            look(&server, ask).await?
        }
        "branch_stock" => {
            let branch = visit.branch(&of()?)?;
            look(&server, move || branch.look(|book| viewing::branch_stock(book, now_ms))).await?
        }
        "sign_out" => {
            tokio::task::spawn_blocking(move || server.access.remove_viewer(&visit.hash)).await??;
            Value::Null
        }
        _ => return Err(Denied::new(StatusCode::FORBIDDEN, "view_only")),
    };
    Ok(Json(reply))
}

struct Listener {
    visit: Visit,
    changes: Receiver<BranchId>,
    /// Branches of which a change is still to be told, and not before.
    due: BTreeSet<BranchId>,
    not_before: Instant,
    here: Interval,
    has_ended: bool,
}

/// `GET /api/changed`: says which branch changed, and every now and then that the line is open.
pub async fn changed(
    State(server): State<Arc<Server>>,
    request: Request,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Denied> {
    let changes = server.changes.subscribe();
    let here = interval(server.options.ping_every);
    let visit = Visit::of(server, request.headers()).await?;
    let (due, not_before) = (BTreeSet::new(), Instant::now());
    let listener = Listener { visit, changes, due, not_before, here, has_ended: false };
    Ok(Sse::new(stream::unfold(listener, |mut listener| async move {
        let event = listener.next_event().await?;
        Some((Ok(event), listener))
    })))
}

impl Listener {
    async fn next_event(&mut self) -> Option<Event> {
        while !self.has_ended {
            let is_due = !self.due.is_empty();
            tokio::select! {
                () = sleep_until(self.not_before), if is_due => {
                    if let Some(branch) = self.due.pop_first() {
                        if self.due.is_empty() {
                            self.not_before = Instant::now() + TOLD_EVERY;
                        }
                        return Some(said(&format!("viewed {branch}")));
                    }
                }
                change = self.changes.recv() => match change {
                    Ok(branch) => self.due.extend(self.visit.seen(branch).map(|_| branch)),
                    Err(RecvError::Lagged(_)) => {
                        self.due = self.visit.branches().iter().map(|branch| branch.known().branch).collect();
                    }
                    Err(RecvError::Closed) => return None,
                },
                _ = self.here.tick() => {
                    if !self.visit.has_ended() {
                        return Some(Event::default().event("here").data(""));
                    }
                }
            }
            self.has_ended = self.visit.has_ended();
            if self.has_ended {
                // The page asks who it is, and hears that it is nobody any more.
                return Some(said("status"));
            }
        }
        None
    }
}

fn said(what: &str) -> Event {
    Event::default().event("changed").json_data(what).unwrap_or_default()
}
