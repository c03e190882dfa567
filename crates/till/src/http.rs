//! The loopback door: the desk's commands over HTTP for a browser on this computer.
//!
//! It listens on 127.0.0.1 only, and three locks keep other pages and other people of the computer out: a
//! random token for each start, carried in the fragment of the address so that it never travels by itself;
//! the `Host` header, so that a foreign name pointed at 127.0.0.1 does not reach it (DNS rebinding); and
//! the `Origin` header, so that a foreign page cannot ask.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use desk::{Changed, Desk, Fault};
use futures_util::stream::{self, Stream};
use tokio::net::TcpListener;
use tokio::sync::broadcast;
use tower_http::services::ServeDir;

use crate::keys;

/// Largest request body in bytes.
pub const BODY_LIMIT: usize = 1 << 20;

/// Changes that a slow listener may be behind; then it is told only that something changed.
const CHANGES_KEPT: usize = 256;

const TOKEN_HEADER: &str = "x-pharmatill-token";

/// What every answer says: the page may use its own scripts and styles, this door, and nothing else.
const EVERYWHERE: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, include_str!("../../../ui/policy.txt").trim_ascii_end()),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// A door that listens, and is not yet answered.
pub struct Door {
    listener: TcpListener,
    address: SocketAddr,
    token: String,
    router: Router,
}

struct Shared {
    desk: Arc<Desk>,
    token: String,
    hosts: [String; 2],
    changes: broadcast::Sender<Changed>,
}

impl Door {
    /// Listens on `port` of 127.0.0.1 (0: any that is free), with the built ui in `ui` if one is given.
    ///
    /// # Errors
    /// When the port is taken.
    pub async fn listen(
        desk: Arc<Desk>,
        port: u16,
        ui: Option<PathBuf>,
        token: String,
    ) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let port = address.port();
        let shared = Arc::new(Shared {
            changes: carry_changes(&desk),
            desk,
            token: token.clone(),
            hosts: [format!("127.0.0.1:{port}"), format!("localhost:{port}")],
        });
        Ok(Self { listener, address, token, router: router(shared, ui) })
    }

    /// Address to open in a browser, with the token in its fragment.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/#token={}", self.address, self.token)
    }

    /// Answers until the process ends.
    ///
    /// # Errors
    /// When the listening socket fails.
    pub async fn serve(self) -> std::io::Result<()> {
        axum::serve(self.listener, self.router).await
    }
}

/// A new token: 32 random bytes in hexadecimal.
pub fn new_token(random: &(dyn Fn(&mut [u8]) + Send + Sync)) -> String {
    let mut bytes = [0; 32];
    random(&mut bytes);
    keys::to_hex(&bytes)
}

/// One thread hears the desk and tells every open event stream.
fn carry_changes(desk: &Desk) -> broadcast::Sender<Changed> {
    let (sender, _) = broadcast::channel(CHANGES_KEPT);
    let heard = desk.subscribe();
    let told = sender.clone();
    std::thread::spawn(move || {
        for changed in heard {
            // It is an error only while nobody listens.
            let _ = told.send(changed);
        }
    });
    sender
}

fn router(shared: Arc<Shared>, ui: Option<PathBuf>) -> Router {
    let api = Router::new()
        .route("/api/changed", get(changed))
        .route("/api/{command}", post(command))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn_with_state(Arc::clone(&shared), with_token));
    let router = match ui {
        Some(folder) => Router::new().merge(api).fallback_service(ServeDir::new(folder)),
        None => Router::new().merge(api),
    };
    router.layer(middleware::from_fn_with_state(Arc::clone(&shared), from_here)).with_state(shared)
}

/// Lets in only requests that name this door, and adds the headers that every answer has.
async fn from_here(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let mut response = if comes_from_here(&shared.hosts, request.headers()) {
        next.run(request).await
    } else {
        refused(StatusCode::FORBIDDEN, "host_refused")
    };
    let headers = response.headers_mut();
    for (name, value) in EVERYWHERE {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

fn comes_from_here(hosts: &[String; 2], headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let host_fits = text(header::HOST).is_some_and(|host| hosts.iter().any(|ours| ours == host));
    let origin_fits = match headers.get(header::ORIGIN) {
        None => true,
        Some(_) => text(header::ORIGIN)
            .and_then(|origin| origin.strip_prefix("http://"))
            .is_some_and(|origin| hosts.iter().any(|ours| ours == origin)),
    };
    host_fits && origin_fits
}

/// The event stream cannot send a header from a browser, so its token comes in the query.
async fn with_token(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let given = request.headers().get(TOKEN_HEADER).map(HeaderValue::as_bytes);
    let given = given.or_else(|| query_token(request.uri()).map(str::as_bytes));
    match given {
        Some(given) if same(given, shared.token.as_bytes()) => next.run(request).await,
        _ => refused(StatusCode::UNAUTHORIZED, "token_wrong"),
    }
}

fn query_token(uri: &Uri) -> Option<&str> {
    uri.query()?.split('&').find_map(|pair| pair.strip_prefix("token="))
}

/// Compares in a time that does not tell how much of the token was right.
fn same(given: &[u8], token: &[u8]) -> bool {
    given.len() == token.len() && given.iter().zip(token).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

async fn command(
    State(shared): State<Arc<Shared>>,
    Path(name): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Ok(body) = body else { return refused(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large") };
    let Ok(args) = serde_json::from_slice(&body) else {
        return refused(StatusCode::UNPROCESSABLE_ENTITY, "bad_arguments");
    };
    // A command may wait for the disk, and the threads that answer must not.
    match tokio::task::spawn_blocking(move || shared.desk.call(&name, args)).await {
        Ok(Ok(reply)) => Json(reply).into_response(),
        Ok(Err(fault)) => (StatusCode::UNPROCESSABLE_ENTITY, Json(fault)).into_response(),
        Err(_) => refused(StatusCode::INTERNAL_SERVER_ERROR, "internal"),
    }
}

async fn changed(State(shared): State<Arc<Shared>>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let heard = stream::unfold(shared.changes.subscribe(), |mut receiver| async move {
        let what = match receiver.recv().await {
            Ok(changed) => changed,
            Err(broadcast::error::RecvError::Lagged(_)) => Changed::Status,
            Err(broadcast::error::RecvError::Closed) => return None,
        };
        let event = Event::default().event("changed").json_data(what).unwrap_or_default();
        Some((Ok(event), receiver))
    });
    Sse::new(heard).keep_alive(KeepAlive::default())
}

fn refused(status: StatusCode, code: &str) -> Response {
    (status, Json(Fault::bare(code))).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headers: &[(&'static str, &'static str)], fits: bool) {
        let hosts = ["127.0.0.1:4711".to_owned(), "localhost:4711".to_owned()];
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, HeaderValue::from_static(value));
        }
        assert_eq!(comes_from_here(&hosts, &map), fits, "{headers:?}");
    }

    #[test]
    fn only_this_door_is_asked() {
        check(&[("host", "127.0.0.1:4711")], true);
        check(&[("host", "localhost:4711")], true);
        check(&[("host", "localhost:4711"), ("origin", "http://localhost:4711")], true);
        check(&[], false);
        check(&[("host", "127.0.0.1:4712")], false);
        check(&[("host", "evil.example:4711")], false);
        check(&[("host", "localhost:4711"), ("origin", "http://evil.example")], false);
        check(&[("host", "localhost:4711"), ("origin", "null")], false);
        check(&[("host", "localhost:4711"), ("origin", "https://localhost:4711")], false);
    }

    #[test]
    fn tokens_are_compared_whole() {
        assert!(same(b"abc", b"abc"));
        assert!(!same(b"abd", b"abc"));
        assert!(!same(b"ab", b"abc"));
        assert!(!same(b"", b"abc"));
    }
}
