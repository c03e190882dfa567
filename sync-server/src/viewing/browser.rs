//! What a browser sends along by itself: from which page it asks, and the cookie that it was given.

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::entry::Hash32;

use super::denied::Denied;
use crate::access::LASTS_MS;
use crate::server::Server;

/// The cookie where nothing is encrypted, as on loopback.
const COOKIE: &str = "pharmatill_viewer";
/// The cookie over TLS: no page of another host or of plain HTTP can set it.
const HOST_COOKIE: &str = "__Host-pharmatill_viewer";

/// The page of ours that asks.
pub struct Page {
    /// Scheme, host and port.
    pub origin: String,
    is_over_tls: bool,
}

impl Page {
    /// The page, which has to be one that this server gave out: what no browser says no browser asks.
    ///
    /// # Errors
    /// `origin_foreign`.
    pub fn of(server: &Server, headers: &HeaderMap) -> Result<Self, Denied> {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let foreign = || Denied::forbidden("origin_foreign");
        let origin = text(header::ORIGIN).ok_or_else(foreign)?;
        let (scheme, host) = origin.split_once("://").ok_or_else(foreign)?;
        let is_public = server.options.public_url.as_ref().is_some_and(|url| url.origin() == origin);
        let is_asked = text(header::HOST).is_some_and(|asked| asked.eq_ignore_ascii_case(host));
        if !is_public && !is_asked {
            return Err(foreign());
        }
        Ok(Self { origin: origin.to_owned(), is_over_tls: scheme == "https" })
    }

    /// The cookie with this token, for as long as a browser can be in.
    pub fn cookie(&self, token: &[u8; 32]) -> String {
        let (token, seconds) = (URL_SAFE_NO_PAD.encode(token), LASTS_MS / 1_000);
        let same = format!("HttpOnly; SameSite=Strict; Max-Age={seconds}");
        if self.is_over_tls {
            format!("{HOST_COOKIE}={token}; Path=/; Secure; {same}")
        } else {
            format!("{COOKIE}={token}; Path=/api; {same}")
        }
    }
}

/// The hash of the token in the cookie; where there are two, of the one that only TLS can have set.
pub fn token_shown(headers: &HeaderMap) -> Option<Hash32> {
    let named = |wanted: &str| {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs =
            cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find_map(|(name, token)| (name == wanted).then(|| token.to_owned()))
    };
    let token = named(HOST_COOKIE).or_else(|| named(COOKIE))?;
    Some(replica::record::hash(&URL_SAFE_NO_PAD.decode(token).ok()?))
}
