//! How the talk travels: HTTP requests to the server, each bounded in time and size.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::entry::Hash32;
use domain::id::StaffId;
use replica::packed::{MAX_PACKED_BYTES, Packing};
use replica::session::{
    ChallengeReply, ChallengeRequest, EnrolReply, EnrolRequest, SessionReply, SessionRequest, ViewLinkReply,
    ViewLinkRequest,
};
use replica::sync::{Decided, Feed, Heard, Refusal, SyncReply, SyncRequest};
use reqwest::header::RETRY_AFTER;

/// The most bytes of an invitation file.
const MAX_FILE_BYTES: usize = 64 << 20;
/// How long the server may take to be reached.
const REACHED_WITHIN: Duration = Duration::from_secs(10);
/// How long it may take to answer a request.
const ANSWERED_WITHIN: Duration = Duration::from_secs(60);
/// How long the live stream may be silent: the server says something every fifteen seconds.
const SILENT_FOR: Duration = Duration::from_secs(40);

/// Why something did not travel.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// Nobody answers there, or not in time.
    #[error("the server is not reached: {0}")]
    Unreached(#[from] reqwest::Error),
    /// The server says no.
    #[error("the server refuses: {code}")]
    Refused {
        /// Stable code.
        code: String,
        /// When to ask again, where it says so.
        again_after: Option<Duration>,
    },
    /// What answers is no PharmaTill server, or one that speaks otherwise.
    #[error("the answer is not understood")]
    NotUnderstood,
    /// The address is none.
    #[error("not an address")]
    BadAddress,
}

impl WireError {
    /// Stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Unreached(_) => "server_unreached",
            Self::Refused { code, .. } => code,
            Self::NotUnderstood => "server_not_understood",
            Self::BadAddress => "server_address_bad",
        }
    }
}

/// Something that the live stream says.
#[derive(Debug)]
pub enum Live {
    /// Records that the server has just stored.
    Feed(Feed),
    /// What the server hears of the tills.
    Heard(Heard),
    /// What somebody decided in a browser about what was asked here.
    Decided(Decided),
    /// This till was revoked.
    Revoked,
}

/// The way to one server.
#[derive(Debug, Clone)]
pub struct Wire {
    client: reqwest::Client,
    url: String,
}

impl Wire {
    /// The way to the server at this address, `http://…` or `https://…`. A proxy is used where the system has one.
    ///
    /// # Errors
    /// `BadAddress`.
    pub fn to(url: &str) -> Result<Self, WireError> {
        let url = url.trim().trim_end_matches('/');
        let parsed = reqwest::Url::parse(url).map_err(|_| WireError::BadAddress)?;
        if !matches!(parsed.scheme(), "http" | "https") || !parsed.has_host() {
            return Err(WireError::BadAddress);
        }
        // The second call says that there is one already, which is what is wanted.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .connect_timeout(REACHED_WITHIN)
            .read_timeout(SILENT_FOR)
            .redirect(reqwest::redirect::Policy::none())
            .tcp_nodelay(true)
            .user_agent("pharmatill")
            .build()?;
        Ok(Self { client, url: url.to_owned() })
    }

    /// Where it leads.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    async fn post(&self, path: &str, token: Option<&[u8]>, body: Vec<u8>) -> Result<Vec<u8>, WireError> {
        let mut request = self.client.post(format!("{}{path}", self.url)).timeout(ANSWERED_WITHIN).body(body);
        if let Some(token) = token {
            request = request.bearer_auth(URL_SAFE_NO_PAD.encode(token));
        }
        answered(request.send().await?, MAX_PACKED_BYTES).await
    }

    /// Enrols this device with a one-time code's proof.
    ///
    /// # Errors
    /// Why not.
    pub async fn enrol(&self, request: &EnrolRequest) -> Result<EnrolReply, WireError> {
        let bytes = self.post("/v1/enrol", None, request.encode()).await?;
        EnrolReply::decode(&bytes).map_err(|_| WireError::NotUnderstood)
    }

    /// Asks for a challenge.
    ///
    /// # Errors
    /// Why not.
    pub async fn challenge(&self, request: &ChallengeRequest) -> Result<ChallengeReply, WireError> {
        let bytes = self.post("/v1/challenge", None, request.encode()).await?;
        ChallengeReply::decode(&bytes).map_err(|_| WireError::NotUnderstood)
    }

    /// Asks for a session.
    ///
    /// # Errors
    /// Why not.
    pub async fn session(&self, request: &SessionRequest) -> Result<SessionReply, WireError> {
        let bytes = self.post("/v1/session", None, request.encode()).await?;
        SessionReply::decode(&bytes).map_err(|_| WireError::NotUnderstood)
    }

    /// One exchange.
    ///
    /// # Errors
    /// Why not.
    pub async fn sync(
        &self,
        token: &[u8],
        packing: &Packing,
        request: &SyncRequest,
    ) -> Result<SyncReply, WireError> {
        let packed = packing.pack(&request.encode()).map_err(|_| WireError::NotUnderstood)?;
        let bytes = self.post("/v1/sync", Some(token), packed).await?;
        let bytes = packing.unpack(&bytes).map_err(|_| WireError::NotUnderstood)?;
        SyncReply::decode(&bytes).map_err(|_| WireError::NotUnderstood)
    }

    /// Asks for a link that lets this person look from one browser.
    ///
    /// # Errors
    /// Why not.
    pub async fn view_link(&self, token: &[u8], staff: StaffId) -> Result<ViewLinkReply, WireError> {
        let request = ViewLinkRequest { staff };
        let bytes = self.post("/v1/view-link", Some(token), request.encode()).await?;
        ViewLinkReply::decode(&bytes).map_err(|_| WireError::NotUnderstood)
    }

    /// Keeps an invitation at the server.
    ///
    /// # Errors
    /// Why not.
    pub async fn hand_in(&self, token: &[u8], id: &Hash32, file: Vec<u8>) -> Result<(), WireError> {
        let request = self.client.put(self.invitation(id)).bearer_auth(URL_SAFE_NO_PAD.encode(token));
        answered(request.timeout(ANSWERED_WITHIN).body(file).send().await?, MAX_FILE_BYTES).await.map(drop)
    }

    /// Fetches an invitation.
    ///
    /// # Errors
    /// Why not.
    pub async fn fetch(&self, id: &Hash32) -> Result<Vec<u8>, WireError> {
        let request = self.client.get(self.invitation(id)).timeout(ANSWERED_WITHIN);
        answered(request.send().await?, MAX_FILE_BYTES).await
    }

    /// Says that an invitation was fetched whole.
    ///
    /// # Errors
    /// Why not.
    pub async fn fetched(&self, id: &Hash32) -> Result<(), WireError> {
        let request = self.client.delete(self.invitation(id)).timeout(ANSWERED_WITHIN);
        answered(request.send().await?, MAX_PACKED_BYTES).await.map(drop)
    }

    fn invitation(&self, id: &Hash32) -> String {
        format!("{}/v1/invitations/{}", self.url, crate::keys::to_hex(&id.0))
    }

    /// Opens the live stream.
    ///
    /// # Errors
    /// Why not.
    pub async fn live(&self, token: &[u8]) -> Result<LiveStream, WireError> {
        let request = self.client.get(format!("{}/v1/live", self.url));
        let answer = request.bearer_auth(URL_SAFE_NO_PAD.encode(token)).send().await?;
        if answer.status().is_success() {
            return Ok(LiveStream { answer, kept: Vec::new() });
        }
        match answered(answer, MAX_PACKED_BYTES).await {
            Ok(_) => Err(WireError::NotUnderstood),
            Err(error) => Err(error),
        }
    }
}

/// The body of an answer, of at most so many bytes, or the refusal in it.
async fn answered(mut answer: reqwest::Response, most: usize) -> Result<Vec<u8>, WireError> {
    let is_good = answer.status().is_success();
    let seconds = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let again_after = seconds.map(Duration::from_secs);
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        if bytes.len() + chunk.len() > most {
            return Err(WireError::NotUnderstood);
        }
        bytes.extend_from_slice(&chunk);
    }
    if is_good {
        return Ok(bytes);
    }
    let refusal = Refusal::decode(&bytes).map_err(|_| WireError::NotUnderstood)?;
    Err(WireError::Refused { code: refusal.code, again_after })
}

/// Server-sent events, as they come.
pub struct LiveStream {
    answer: reqwest::Response,
    kept: Vec<u8>,
}

impl LiveStream {
    /// The next thing that is said.
    ///
    /// # Errors
    /// When the stream ends, is silent for too long, or does not say what it should.
    pub async fn next(&mut self) -> Result<Live, WireError> {
        loop {
            while let Some(end) = find(&self.kept, b"\n\n") {
                let event: Vec<u8> = self.kept.drain(..end + 2).collect();
                if let Some(live) = read_event(&event)? {
                    return Ok(live);
                }
            }
            match self.answer.chunk().await? {
                Some(chunk) if self.kept.len() + chunk.len() <= MAX_PACKED_BYTES * 2 => {
                    self.kept.extend_from_slice(&chunk);
                }
                _ => return Err(WireError::NotUnderstood),
            }
        }
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// One event; `None` for a comment, or one of a later version.
fn read_event(event: &[u8]) -> Result<Option<Live>, WireError> {
    let text = std::str::from_utf8(event).map_err(|_| WireError::NotUnderstood)?;
    let field =
        |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim);
    let data = || -> Result<Vec<u8>, WireError> {
        STANDARD.decode(field("data").unwrap_or_default()).map_err(|_| WireError::NotUnderstood)
    };
    Ok(match field("event") {
        Some("feed") => Some(Live::Feed(Feed::decode(&data()?).map_err(|_| WireError::NotUnderstood)?)),
        Some("heard") => Some(Live::Heard(Heard::decode(&data()?).map_err(|_| WireError::NotUnderstood)?)),
        Some("decided") => {
            Some(Live::Decided(Decided::decode(&data()?).map_err(|_| WireError::NotUnderstood)?))
        }
        Some("revoked") => Some(Live::Revoked),
        _ => None,
    })
}
