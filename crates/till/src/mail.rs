//! Hands mails in at the mail server, so that nobody at the counter waits for it: one connection for each, command by
//! command, because what was refused before its content left may be tried again, and nothing else. What is about to be
//! handed in is on the disk before.

use std::error::Error as _;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use desk::mail::{MailEnded, MailServer, Mailable, NextMail, Security};
use desk::{Changed, Desk, Fault};
use domain::id::EntryId;
use lettre::address::Envelope;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, Message};

/// How long after a failure of this computer it is tried again.
const AGAIN: Duration = Duration::from_secs(3);
/// How often is looked where nothing waits; what comes to be sent is told.
const IDLE: Duration = Duration::from_secs(60);

/// How long a mail server may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// To let itself be connected to, and for each of its answers.
    pub answer: Duration,
    /// To take a mail that it has whole. A server that is given up too early has it all the same.
    pub content: Duration,
    /// To say goodbye.
    pub quit: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            answer: Duration::from_secs(20),
            content: Duration::from_secs(120),
            quit: Duration::from_secs(1),
        }
    }
}

/// The way to the mail server.
#[derive(Debug)]
pub struct Post {
    patience: Patience,
    /// What became of a mail and could not be kept: it is kept before anything else is sent.
    unkept: Option<(EntryId, MailEnded)>,
}

/// Why a mail was not taken.
enum Left {
    /// What became of it.
    So(MailEnded),
    /// Nobody wants it any more.
    Dropped,
    /// That it begins could not be kept, and so it did not.
    NotKept,
}

/// Sends for as long as the till runs.
pub fn start(desk: &Arc<Desk>, clock: crate::home::Clock) {
    let heard = desk.subscribe();
    let desk = Arc::downgrade(desk);
    std::thread::spawn(move || {
        let mut post = Post::new(Patience::default());
        loop {
            let Some(desk) = desk.upgrade() else { return };
            let until = Instant::now() + post.step(&desk, clock());
            drop(desk);
            // Everything else that changes concerns no mail.
            loop {
                match heard.recv_timeout(until.saturating_duration_since(Instant::now())) {
                    Ok(Changed::Mail) | Err(RecvTimeoutError::Timeout) => break,
                    Ok(_) => (),
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        }
    });
}

impl Post {
    /// A way on which is waited for so long.
    #[must_use]
    pub fn new(patience: Patience) -> Self {
        Self { patience, unkept: None }
    }

    /// Sends the mail that is due now, if there is one. Says when to look again.
    pub fn step(&mut self, desk: &Desk, now_ms: i64) -> Duration {
        if let Some((mail, ended)) = self.unkept.take()
            && !self.keep(desk, mail, ended, now_ms)
        {
            return AGAIN;
        }
        match desk.next_mail(now_ms) {
            Ok(NextMail::Due(mail)) => self.send(desk, &mail, now_ms),
            Ok(NextMail::At(at_ms)) => {
                let left = u64::try_from(at_ms.saturating_sub(now_ms)).unwrap_or(0);
                Duration::from_millis(left).min(IDLE)
            }
            Ok(NextMail::Nothing) => IDLE,
            Err(fault) if matches!(fault.code.as_str(), "not_set_up" | "read_only") => IDLE,
            Err(fault) => {
                tracing::error!(code = fault.code, "what is to be sent was not read");
                AGAIN
            }
        }
    }

    fn send(&mut self, desk: &Desk, mail: &Mailable, now_ms: i64) -> Duration {
        let mut line = None;
        let ended = match self.hand_in(desk, mail, &mut line) {
            Ok(()) => MailEnded::Taken,
            Err(Left::So(ended)) => ended,
            Err(Left::Dropped) => return Duration::ZERO,
            Err(Left::NotKept) => {
                // Should it stand on the disk after all, it did not begin.
                self.unkept = Some((mail.mail, MailEnded::NotNow("mail_queue")));
                desk.say_mail_trouble(Some("mail_queue"));
                return AGAIN;
            }
        };
        let is_kept = self.keep(desk, mail.mail, ended, now_ms);
        if let Some(line) = &mut line
            && line.set_timeout(Some(self.patience.quit)).is_ok()
        {
            line.abort();
        }
        if is_kept { Duration::ZERO } else { AGAIN }
    }

    fn keep(&mut self, desk: &Desk, mail: EntryId, ended: MailEnded, now_ms: i64) -> bool {
        if let Err(fault) = desk.mail_ended(mail, ended, now_ms) {
            tracing::error!(code = fault.code, "what became of a mail was not kept");
            self.unkept = Some((mail, ended));
            desk.say_mail_trouble(Some("mail_queue"));
            return false;
        }
        desk.say_mail_trouble(match ended {
            MailEnded::NoServer(code) => Some(code),
            _ => None,
        });
        true
    }

    /// Hands a mail in. `line` is where it was, for saying goodbye.
    fn hand_in(&self, desk: &Desk, mail: &Mailable, line: &mut Option<SmtpConnection>) -> Result<(), Left> {
        let (from, to, content) = written(mail).ok_or(Left::So(MailEnded::Refused("mail_address_gone")))?;
        let at = line.insert(self.connect(&mail.server).map_err(|code| Left::So(MailEnded::NoServer(code)))?);
        at.command(Mail::new(Some(from), Vec::new()))
            .map_err(|error| Left::So(MailEnded::NoServer(code_of(&error, "mail_sender_refused"))))?;
        at.command(Rcpt::new(to, Vec::new())).map_err(|error| refused(&error, "mail_recipient_refused"))?;
        let kept = |fault: Fault| {
            tracing::error!(code = fault.code, "the queue of mails was not kept");
            Left::NotKept
        };
        if !desk.mail_begun(mail.mail).map_err(kept)? {
            return Err(Left::Dropped);
        }
        at.command(Data).map_err(|error| refused(&error, "mail_content_refused"))?;
        let torn = || Left::So(MailEnded::InDoubt("mail_torn"));
        at.set_timeout(Some(self.patience.content)).map_err(|_| torn())?;
        match at.message(&content) {
            Ok(_) => Ok(()),
            Err(error) if error.is_transient() || error.is_permanent() => {
                Err(refused(&error, "mail_content_refused"))
            }
            Err(_) => Err(torn()),
        }
    }

    /// A line on which the server knows this till; else why there is none.
    fn connect(&self, server: &MailServer) -> Result<SmtpConnection, &'static str> {
        let (host, wait, hello) = (server.host.as_str(), Some(self.patience.answer), ClientId::default());
        let tls = match server.security {
            Security::None => None,
            Security::Tls | Security::StartTls => {
                Some(TlsParameters::new(host.to_owned()).map_err(|_| "mail_no_tls")?)
            }
        };
        let first = tls.as_ref().filter(|_| server.security == Security::Tls);
        let to = addresses(server).map_err(|_| "mail_unreachable")?;
        let mut at = SmtpConnection::connect(&to[..], wait, &hello, first, None)
            .map_err(|error| code_of(&error, "mail_unreachable"))?;
        if let Some(tls) = tls.as_ref().filter(|_| server.security == Security::StartTls) {
            at.starttls(tls, &hello).map_err(|error| match code_of(&error, "mail_no_tls") {
                "mail_unreachable" if error.is_client() => "mail_no_tls",
                code => code,
            })?;
        }
        if !server.user.is_empty() {
            let known = Credentials::new(server.user.clone(), server.password.clone());
            at.auth(&[Mechanism::Plain, Mechanism::Login], &known).map_err(|error| {
                if error.is_client() { "mail_login" } else { code_of(&error, "mail_login") }
            })?;
        }
        Ok(at)
    }
}

/// Where the server is. In the clear nothing leaves this computer, whatever a name comes to.
fn addresses(server: &MailServer) -> io::Result<Vec<SocketAddr>> {
    let found = (server.host.as_str(), server.port).to_socket_addrs()?;
    let is_fit = |address: &SocketAddr| server.security != Security::None || address.ip().is_loopback();
    Ok(found.filter(is_fit).collect())
}

/// What became of a mail that was answered with this before the server had it whole.
fn refused(error: &Error, code: &'static str) -> Left {
    Left::So(match code_of(error, code) {
        "mail_busy" => MailEnded::NotNow("mail_busy"),
        refused if refused == code => MailEnded::Refused(code),
        other => MailEnded::NoServer(other),
    })
}

/// A code for an error: this one where the server said no for good.
fn code_of(error: &Error, refused: &'static str) -> &'static str {
    if error.is_permanent() {
        refused
    } else if error.is_transient() {
        "mail_busy"
    } else if is_of_tls(error) {
        "mail_no_tls"
    } else {
        "mail_unreachable"
    }
}

/// Whether TLS is what failed: it is begun with the first byte, so that its errors come as those of the line.
fn is_of_tls(error: &Error) -> bool {
    let of_line = |error: &io::Error| error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>());
    error.is_tls() || error.source().and_then(|source| source.downcast_ref()).is_some_and(of_line)
}

/// A mail as it goes over the line, with its two addresses; none where an address is none. A name that cannot stand in
/// a header is left out.
fn written(mail: &Mailable) -> Option<(Address, Address, Vec<u8>)> {
    let from: Address = mail.server.from_address.parse().ok()?;
    let to: Address = mail.to.parse().ok()?;
    let name = Some(mail.server.from_name.clone()).filter(|name| !name.is_empty());
    let named = content(mail, Mailbox::new(name, from.clone()), &to);
    let content = named.or_else(|| content(mail, Mailbox::new(None, from.clone()), &to))?;
    Some((from, to, content))
}

fn content(mail: &Mailable, from: Mailbox, to: &Address) -> Option<Vec<u8>> {
    let envelope = Envelope::new(Some(from.email.clone()), vec![to.clone()]).ok()?;
    let message = Message::builder()
        .envelope(envelope)
        .from(from)
        .to(Mailbox::new(None, to.clone()))
        .subject(mail.subject.clone())
        .message_id(Some(mail.message_id.clone()))
        .date_now();
    let text = SinglePart::plain(mail.text.clone());
    let message = match &mail.paper {
        Some((name, pdf)) => {
            let kind = ContentType::parse("application/pdf").ok()?;
            let file = Attachment::new(name.clone()).body(pdf.clone(), kind);
            message.multipart(MultiPart::mixed().singlepart(text).singlepart(file))
        }
        None => message.singlepart(text),
    };
    Some(message.ok()?.formatted())
}
