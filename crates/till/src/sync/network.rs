//! What a person asks of a server: to enrol this till, to keep an invitation for the next one, to fetch it
//! there, to let a browser look.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use desk::{Desk, Fault, Network};
use domain::entry::{Hash32, Signature64};
use domain::id::StaffId;
use replica::invitation::InvitationCode;
use replica::packed::Packing;
use replica::session::{
    ChallengeRequest, DataIncarnation, EnrolRequest, Grant, SessionReply, SessionRequest,
};
use replica::sign::DeviceKeys;

use super::link::{Link, read_link};
use super::wire::{Wire, WireError};

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// It did not travel, or the server says no.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// What answers proves itself with another key than the server that this till belongs to.
    #[error("a stranger answers")]
    Stranger,
}

/// What this till says to get a session.
pub struct Asking {
    request: SessionRequest,
    server_key: Hash32,
    keys: DeviceKeys,
}

impl Asking {
    /// Of this till, at the server that it belongs to.
    ///
    /// # Errors
    /// `not_set_up`, or a failure of the machine.
    pub fn of(desk: &Desk, link: &Link) -> Result<Self, Fault> {
        let secrets = desk.secrets();
        let keys = DeviceKeys::from_seeds(secrets.signing_seed, secrets.wrapping_seed);
        let (branch, founding_hash) = desk.ask_book(|book| {
            let branch = book.branch()?.ok_or(ledger::Error::NotSetUp)?;
            Ok((branch, book.founding_hash()?.ok_or(ledger::Error::NotSetUp)?))
        })?;
        let request = SessionRequest {
            organisation: branch.organisation,
            branch: branch.branch,
            founding_hash,
            grant: link.grant,
            device: secrets.device,
            incarnation: secrets.incarnation,
            signing_key: keys.signing_key(),
            wrapping_key: keys.wrapping_key(),
            nonce: Hash32([0; 32]),
            signature: Signature64([0; 64]),
        };
        Ok(Self { request, server_key: link.signing_key, keys })
    }

    /// How the messages of a session are packed.
    pub fn packing(&self, data: DataIncarnation) -> Packing {
        Packing::new(data, self.request.branch, self.request.device, self.request.incarnation)
    }

    /// Proves who this till is, and sees that the server is the one that it knows.
    ///
    /// # Errors
    /// Why there is no session.
    pub async fn session(&mut self, wire: &Wire) -> Result<SessionReply, SessionError> {
        let (device, incarnation) = (self.request.device, self.request.incarnation);
        let challenge = wire.challenge(&ChallengeRequest { device, incarnation }).await?;
        self.request.nonce = challenge.nonce;
        self.request.signature = self.request.claim(self.server_key).sign(&self.keys);
        let reply = wire.session(&self.request).await?;
        if reply.claim(challenge.nonce).is_signed_by(&self.server_key, &reply.signature) {
            Ok(reply)
        } else {
            Err(SessionError::Stranger)
        }
    }
}

fn failed(error: WireError) -> Fault {
    Fault::bare(error.code())
}

fn code_of(text: &str) -> Result<InvitationCode, Fault> {
    InvitationCode::parse(text).ok_or_else(|| Fault::bare("code_malformed"))
}

fn file_id(code: &str) -> Result<Hash32, Fault> {
    code_of(code)?.file_id().ok_or_else(|| Fault::bare("internal"))
}

fn wait_for<R>(work: impl Future<Output = Result<R, Fault>>) -> Result<R, Fault> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|_| Fault::bare("internal"))?.block_on(work)
}

/// The network of a desk, over real sockets.
#[must_use]
pub fn network() -> Network {
    Network {
        enrol: Box::new(|desk, url, code| wait_for(enrol(desk, url, code))),
        hand_in: Box::new(|desk, code, file| wait_for(hand_in(desk, code, file))),
        fetch: Box::new(|url, code| wait_for(fetch(url, code))),
        view_link: Box::new(|desk, staff| wait_for(view_link(desk, staff))),
    }
}

/// A session of this till at its server, and the way there.
async fn at_server(desk: &Desk) -> Result<(Wire, SessionReply), Fault> {
    let link = desk.ask_book(read_link)?.ok_or_else(|| Fault::bare("no_server"))?;
    let wire = Wire::to(&link.url).map_err(failed)?;
    let session = Asking::of(desk, &link)?.session(&wire).await.map_err(|error| match error {
        SessionError::Wire(error) => failed(error),
        SessionError::Stranger => Fault::bare("server_unknown"),
    })?;
    Ok((wire, session))
}

/// Keeps an invitation at the server until the new till fetches it.
async fn hand_in(desk: &Desk, code: &str, file: Vec<u8>) -> Result<(), Fault> {
    let (wire, session) = at_server(desk).await?;
    wire.hand_in(&session.token, &file_id(code)?, file).await.map_err(failed)
}

/// Gets a link that lets this person look from one browser, and until when. What lets it in stands behind the `#`,
/// which a browser keeps to itself.
async fn view_link(desk: &Desk, staff: StaffId) -> Result<(String, i64), Fault> {
    let (wire, session) = at_server(desk).await?;
    let reply = wire.view_link(&session.token, staff).await.map_err(failed)?;
    let address = reply.address.as_deref().unwrap_or(wire.url());
    Ok((format!("{address}/#link={}", URL_SAFE_NO_PAD.encode(reply.link)), reply.expires_ms))
}

/// Fetches an invitation, which the server then forgets.
async fn fetch(url: &str, code: &str) -> Result<Vec<u8>, Fault> {
    let (wire, id) = (Wire::to(url).map_err(failed)?, file_id(code)?);
    let file = wire.fetch(&id).await.map_err(failed)?;
    wire.fetched(&id).await.map_err(failed)?;
    Ok(file)
}

/// Enrols this till at a server with a one-time code, and keeps the way there.
///
/// # Errors
/// `code_malformed`, `server_address_bad`, `server_unreached`, `server_unknown` where what answers does not know
/// the code, and the codes of the server.
async fn enrol(desk: &Desk, url: &str, code: &str) -> Result<(), Fault> {
    let code = code_of(code)?;
    let wire = Wire::to(url).map_err(failed)?;
    let secrets = desk.secrets();
    let keys = DeviceKeys::from_seeds(secrets.signing_seed, secrets.wrapping_seed);
    let (branch, founding_hash) = desk.ask_book(|book| {
        let branch = book.branch()?.ok_or(ledger::Error::NotSetUp)?;
        Ok((branch, book.founding_hash()?.ok_or(ledger::Error::NotSetUp)?))
    })?;
    let by_code = code.enrolment_secrets().ok_or_else(|| Fault::bare("internal"))?;
    let request = EnrolRequest {
        code_id: by_code.code_id,
        organisation: branch.organisation,
        founding_hash,
        branch: branch.branch,
        device: secrets.device,
        incarnation: secrets.incarnation,
        signing_key: keys.signing_key(),
        wrapping_key: keys.wrapping_key(),
        mac: None,
    };
    let request = request.proved(&by_code);
    let reply = wire.enrol(&request).await.map_err(failed)?;
    let grant = Grant { organisation: branch.organisation, founding_hash };
    if !reply.is_proved(&request, &by_code) || !grant.is_signed_by(&reply.signing_key, &reply.grant) {
        return Err(Fault::bare("server_unknown"));
    }
    let link = Link {
        url: wire.url().to_owned(),
        signing_key: reply.signing_key,
        wrapping_key: reply.wrapping_key,
        device: reply.device,
        incarnation: reply.incarnation,
        grant: reply.grant,
    };
    let link = minicbor::to_vec(&link).map_err(|_| Fault::bare("internal"))?;
    let write =
        ledger::Write { local: vec![(ledger::SERVER.into(), Some(link))], ..ledger::Write::default() };
    desk.keep(write)?;
    desk.tell_server();
    Ok(())
}
