//! The loop that keeps a till and its server talking. It runs in a thread of its own, wakes when something was
//! written here or stored there, and never holds the book while it waits for the network.

use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::Duration;

use desk::{Changed, Desk, Fault, TillHeard};
use replica::packed::Packing;
use replica::sync::{Decided, Presence};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, sleep_until};

use crate::home::{Clock, Random};

use super::link::{Link, read_link, read_progress};
use super::network::{Asking, SessionError};
use super::talk::{Taken, Talk, TalkError};
use super::wire::{Live, LiveStream, Wire, WireError};

/// How often the two compare where they stand although nothing happened.
const COMPARED_EVERY: Duration = Duration::from_secs(60);
/// How long the server's backup mostly takes: after that a till asks whether what it has just given is in it.
const BACKED_UP_WITHIN: Duration = Duration::from_secs(2);
/// How soon the server is tried again at first, and at most.
const AGAIN: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(60));
/// The longest that a server may say it should be waited for.
const MOST_ASKED: Duration = Duration::from_secs(300);
/// How often at most what the talk came to is kept.
const KEPT_EVERY: Duration = Duration::from_millis(250);

/// What the loop needs from outside.
pub struct Outside {
    /// Fills a buffer with random bytes.
    pub random: Random,
    /// Milliseconds since 1970.
    pub clock: Clock,
    /// The file with the secrets of this device, where those of a new life are kept.
    pub key_path: PathBuf,
}

/// Why a round ended.
#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error(transparent)]
    Wire(#[from] WireError),
    #[error(transparent)]
    Talk(#[from] TalkError),
    #[error("{}", .0.code)]
    Desk(Fault),
    /// What answers proves itself with another key than the server that this till belongs to.
    #[error("a stranger answers")]
    Stranger,
    /// The till belongs to another server now.
    #[error("the till was enrolled anew")]
    Moved,
    /// The till is being closed.
    #[error("closed")]
    Closed,
}

impl From<SessionError> for Ended {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Wire(error) => error.into(),
            SessionError::Stranger => Self::Stranger,
        }
    }
}

impl From<Fault> for Ended {
    fn from(fault: Fault) -> Self {
        Self::Desk(fault)
    }
}

impl From<ledger::Error> for Ended {
    fn from(error: ledger::Error) -> Self {
        Self::Talk(error.into())
    }
}

impl Ended {
    fn code(&self) -> &str {
        match self {
            Self::Wire(error) => error.code(),
            Self::Talk(TalkError::Ledger(error)) => error.code(),
            Self::Talk(TalkError::Cloned) => "stream_forked",
            Self::Talk(TalkError::Dishonest(_)) => "server_not_understood",
            Self::Desk(fault) => &fault.code,
            Self::Stranger => "server_unknown",
            Self::Moved => "moved",
            Self::Closed => "closed",
        }
    }

    /// How long the server wants to be left alone.
    fn again_after(&self) -> Duration {
        match self {
            Self::Wire(WireError::Refused { again_after: Some(asked), .. }) => (*asked).min(MOST_ASKED),
            _ => Duration::ZERO,
        }
    }

    /// Whether a person should know: the server is there, and the two do not get on.
    fn is_a_refusal(&self) -> bool {
        !matches!(self, Self::Closed | Self::Moved | Self::Wire(WireError::Unreached(_)))
            && !matches!(self.code(), "session_ended" | "busy" | "stream_forked" | "challenge_old")
    }
}

/// Starts the loop for as long as the desk is open.
pub fn start(desk: &Arc<Desk>, outside: Outside) {
    let (wake, woken) = unbounded_channel();
    let changes = desk.subscribe();
    std::thread::spawn(move || {
        while let Ok(changed) = changes.recv() {
            if matches!(changed, Changed::Book | Changed::Catalogue | Changed::Server)
                && wake.send(()).is_err()
            {
                return;
            }
        }
    });
    let desk = Arc::downgrade(desk);
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        match runtime {
            Ok(runtime) => {
                let pause = Box::new(pause);
                runtime.block_on(Carrier { desk, outside, woken, tries: 0, pause, link: None }.run());
            }
            Err(error) => tracing::error!(%error, "nothing is sent to the server"),
        }
    });
}

struct Carrier {
    desk: Weak<Desk>,
    outside: Outside,
    woken: UnboundedReceiver<()>,
    /// How often the server was tried since the two last got on: it said something live that was taken, or a
    /// minute went well.
    tries: u32,
    pause: Box<Pause>,
    /// The server that is talked to, or was tried last.
    link: Option<Link>,
}

/// How long to wait after so many tries, and where the server wants to be left alone for a while, by chance.
type Pause = dyn Fn(u32, Duration, u16) -> Duration + Send;

/// Waits longer each time, and never as long as another till that fell out at the same moment.
fn pause(tries: u32, again_after: Duration, chance: u16) -> Duration {
    let longest = AGAIN.0.saturating_mul(1 << tries.min(10)).min(AGAIN.1);
    let part = |whole: Duration| whole * (u32::from(chance) + 1) / (1 << 16);
    (longest / 2 + part(longest / 2)).max(again_after + part(again_after / 2))
}

/// A session with the server.
struct Session {
    token: Vec<u8>,
    packing: Packing,
    talk: Talk,
    wire: Wire,
    /// What waits to be kept since then.
    unkept_since: Option<Instant>,
}

impl Carrier {
    fn desk(&self) -> Result<Arc<Desk>, Ended> {
        self.desk.upgrade().ok_or(Ended::Closed)
    }

    async fn run(mut self) {
        loop {
            let ended = match self.round().await {
                Ok(()) | Err(Ended::Closed) => return,
                Err(ended) => ended,
            };
            let Ok(desk) = self.desk() else { return };
            tracing::info!(code = ended.code(), "the talk with the server ended: {ended}");
            if matches!(ended, Ended::Talk(TalkError::Cloned)) {
                let next = crate::keys::make_next(&desk.secrets(), &*self.outside.random);
                let path = &self.outside.key_path;
                match desk.begin_incarnation(next, |secrets| {
                    crate::keys::write(path, secrets).map_err(|fault| std::io::Error::other(fault.code))
                }) {
                    Ok(()) => {}
                    Err(fault) => tracing::error!(code = %fault.code, "no new life could begin"),
                }
            }
            let mut heard = desk.heard_of_server();
            heard.is_connected = false;
            heard.refused = ended.is_a_refusal().then(|| ended.code().to_owned());
            heard.tills.iter_mut().for_each(|till| till.is_connected = false);
            desk.set_heard(heard);
            drop(desk);
            self.wait_to_try_again(ended.again_after()).await;
        }
    }

    /// Waits before the next try; not at all where the till belongs to another server now.
    async fn wait_to_try_again(&mut self, again_after: Duration) {
        let mut chance = [0; 2];
        (self.outside.random)(&mut chance);
        let again_at = Instant::now() + (self.pause)(self.tries, again_after, u16::from_be_bytes(chance));
        self.tries = self.tries.saturating_add(1);
        loop {
            tokio::select! {
                () = sleep_until(again_at) => return,
                woken = self.woken.recv() => {
                    let Some(desk) = self.desk.upgrade().filter(|_| woken.is_some()) else { return };
                    if desk.ask_book(read_link).is_ok_and(|link| link != self.link) {
                        self.tries = 0;
                        return;
                    }
                }
            }
        }
    }

    /// Talks until something goes wrong.
    async fn round(&mut self) -> Result<(), Ended> {
        let link = loop {
            let desk = self.desk()?;
            if let Some(link) = desk.ask_book(read_link)? {
                break link;
            }
            drop(desk);
            self.woken.recv().await.ok_or(Ended::Closed)?;
        };
        let mut heard = self.desk()?.heard_of_server();
        heard.address = Some(link.url.clone());
        heard.backed_up_ms = self.desk()?.ask_book(read_progress)?.backed_up_ms(&link);
        self.desk()?.set_heard(heard);
        self.link = Some(link.clone());
        let mut session = self.session(link).await?;
        let (said, mut live) = unbounded_channel();
        // It may be that only the exchange enrols this till, and then it may listen.
        self.exchange(&mut session).await?;
        let _listening = Listening(tokio::spawn(listen(session.wire.clone(), session.token.clone(), said)));
        let mut compare_at = Instant::now() + COMPARED_EVERY;
        loop {
            let keep_at = session.unkept_since.map_or(compare_at, |since| since + KEPT_EVERY);
            tokio::select! {
                woken = self.woken.recv() => {
                    woken.ok_or(Ended::Closed)?;
                    while self.woken.try_recv().is_ok() {}
                    let desk = self.desk()?;
                    let (link, has_news) =
                        desk.ask_book(|book| Ok((read_link(book)?, session.talk.has_news(book)?)))?;
                    drop(desk);
                    if link.as_ref() != Some(session.talk.link()) {
                        return Err(Ended::Moved);
                    }
                    if has_news {
                        self.exchange(&mut session).await?;
                        if session.talk.is_backup_behind() {
                            compare_at = compare_at.min(Instant::now() + BACKED_UP_WITHIN);
                        }
                    }
                }
                event = live.recv() => {
                    self.live(&mut session, event.unwrap_or(Err(WireError::NotUnderstood))?).await?;
                    self.tries = 0;
                }
                () = sleep_until(compare_at) => {
                    session.talk.compare();
                    self.exchange(&mut session).await?;
                    compare_at = Instant::now() + COMPARED_EVERY;
                    self.tries = 0;
                }
                () = sleep_until(keep_at), if session.unkept_since.is_some() => {
                    self.keep(&mut session)?;
                }
            }
        }
    }

    /// A session with the server.
    async fn session(&self, link: Link) -> Result<Session, Ended> {
        let desk = self.desk()?;
        let progress = desk.ask_book(read_progress)?;
        let (secrets, wire) = (desk.secrets(), Wire::to(&link.url)?);
        let mut asking = Asking::of(&desk, &link)?;
        drop(desk);
        let reply = asking.session(&wire).await?;
        let packing = asking.packing(reply.data);
        let talk = Talk::new(link, &secrets, progress, reply.data);
        Ok(Session { token: reply.token, packing, talk, wire, unkept_since: None })
    }

    /// Asks and answers until nothing is left to say. What the server does not take of this till is told, and
    /// keeps nothing else from going both ways.
    async fn exchange(&mut self, session: &mut Session) -> Result<(), Ended> {
        let mut first_refused = None;
        loop {
            let desk = self.desk()?;
            let random = &self.outside.random;
            let (request, sent) = desk.ask_book(|book| {
                session.talk.request(book, || {
                    let mut bytes = [0; 32];
                    random(&mut bytes);
                    bytes
                })
            })?;
            drop(desk);
            let reply = match session.wire.sync(&session.token, &session.packing, &request).await {
                Err(WireError::Refused { code, .. })
                    if code == "device_not_enrolled" && session.talk.introduce() =>
                {
                    continue;
                }
                reply => reply?,
            };
            let desk = self.desk()?;
            self.note(&desk, &reply.presence);
            let taken = talked(&desk, |book| session.talk.take(book, sent, reply))?;
            first_refused = first_refused.or(taken.refused.first().cloned());
            let mut heard = desk.heard_of_server();
            heard.backed_up_ms = session.talk.backed_up_ms();
            heard.has_other_figures = session.talk.has_other_figures();
            heard.refused.clone_from(&first_refused);
            desk.set_heard(heard);
            let is_to_go_on = taken.is_to_go_on;
            self.merge(&desk, session, taken)?;
            if !is_to_go_on {
                return Ok(());
            }
        }
    }

    fn merge(&self, desk: &Desk, session: &mut Session, taken: Taken) -> Result<(), Ended> {
        desk.take_keys(&taken.keys)?;
        session.unkept_since.get_or_insert_with(Instant::now);
        match desk.merge(&taken.runs) {
            Ok(()) => {
                session.talk.merged();
                Ok(())
            }
            Err(fault) => {
                session.talk.not_merged();
                self.keep(session)?;
                Err(fault.into())
            }
        }
    }

    async fn live(&mut self, session: &mut Session, event: Live) -> Result<(), Ended> {
        let desk = self.desk()?;
        match event {
            Live::Heard(heard) => self.note(&desk, &heard.presence),
            Live::Decided(decided) => decide(&desk, session.talk.link(), &decided),
            Live::Revoked => {
                let code = "device_revoked".to_owned();
                return Err(WireError::Refused { code, again_after: None }.into());
            }
            Live::Feed(feed) => match talked(&desk, |book| session.talk.take_feed(book, &feed))? {
                Some(taken) => {
                    self.merge(&desk, session, taken)?;
                    drop(desk);
                    if session.talk.is_key_due() {
                        self.exchange(session).await?;
                    }
                }
                None => {
                    drop(desk);
                    self.exchange(session).await?;
                }
            },
        }
        Ok(())
    }

    /// Keeps what the talk came to.
    fn keep(&self, session: &mut Session) -> Result<(), Ended> {
        session.unkept_since = None;
        Ok(self.desk()?.keep(session.talk.keep())?)
    }

    /// Tells the desk what the server says of the tills, and that it is there.
    fn note(&self, desk: &Desk, presence: &[Presence]) {
        let mut heard = desk.heard_of_server();
        heard.is_connected = true;
        heard.last_contact_ms = Some((self.outside.clock)());
        let own = desk.secrets();
        for present in presence {
            if present.device == own.device {
                continue;
            }
            let unsent_count = present.own.map_or(0, |own| own.unsent_sale_count);
            let till = TillHeard {
                device: present.device,
                incarnation: present.incarnation,
                is_connected: present.is_connected,
                last_heard_ms: present.last_heard_ms,
                last_receipt_no: present.own.map_or(0, |own| own.last_receipt_no),
                unsent_count: u32::try_from(unsent_count).unwrap_or(u32::MAX),
            };
            let known = heard
                .tills
                .iter_mut()
                .find(|known| (known.device, known.incarnation) == (till.device, till.incarnation));
            match known {
                Some(known) => *known = till,
                None => heard.tills.push(till),
            }
        }
        desk.set_heard(heard);
    }
}

/// Lets the talk look into the book.
fn talked<R>(desk: &Desk, ask: impl FnOnce(&ledger::Book<'_>) -> Result<R, TalkError>) -> Result<R, Ended> {
    let mut ended = None;
    let answer = desk.ask_book(|book| match ask(book) {
        Ok(answer) => Ok(Some(answer)),
        Err(TalkError::Ledger(error)) => Err(error),
        Err(error) => {
            ended = Some(error);
            Ok(None)
        }
    })?;
    match (answer, ended) {
        (Some(answer), _) => Ok(answer),
        (None, Some(error)) => Err(error.into()),
        (None, None) => Err(Ended::Closed),
    }
}

/// Writes what somebody decided in a browser, where the server that this till belongs to says so and the till's own
/// book lets that person. What is not written is not worth ending the talk for.
fn decide(desk: &Desk, link: &Link, decided: &Decided) {
    let Some(decision) = decided.signed_by(&link.signing_key) else {
        return tracing::warn!("a decision that the server did not sign");
    };
    if let Err(fault) = desk.decided_in_browser(&decision, link.device) {
        tracing::info!(code = %fault.code, "a decision of a browser is not written");
    }
}

/// Ends the listening with the session.
struct Listening(tokio::task::JoinHandle<()>);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn listen(wire: Wire, token: Vec<u8>, said: UnboundedSender<Result<Live, WireError>>) {
    let mut stream: LiveStream = match wire.live(&token).await {
        Ok(stream) => stream,
        Err(error) => {
            let _ = said.send(Err(error));
            return;
        }
    };
    loop {
        let next = stream.next().await;
        let has_ended = next.is_err();
        if said.send(next).is_err() || has_ended {
            return;
        }
    }
}

#[cfg(test)]
mod tests;
