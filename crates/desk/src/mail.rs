//! Papers by e-mail: what is to be sent stands in the ledger's local values, with the address in a sealed part of the
//! book, and both go once the mail server has it. What was begun and not ended is asked about, and never guessed.

use std::net::IpAddr;

use domain::entry::{Entry, Erased, PaperMailed, SealedField, SealedRef, ToSeal};
use domain::id::{EntryId, StaffId, SubjectId};
use domain::permission::Permission;
use ledger::{NewEntry, Write};
use minicbor::{Decode, Encode};

use crate::api::mail::{
    MailAccount, MailAccountInput, MailView, SendMail, SetMail, SettleMail, TestMail, WaitingMail,
};
use crate::basket::receipt_no;
use crate::commands::Nothing;
use crate::counter::Counter;
use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk, id};
use crate::turns::locked;

/// Name of the local value that keeps the account.
const ACCOUNT: &str = "mail_account";
/// Name of the local value that keeps what is to be sent.
const QUEUE: &str = "mail_queue";
/// Name of the local value that keeps papers of a moment that is over.
const PAPERS: &str = "mail_papers";

/// The most mails that wait.
const MAX_WAITING: usize = 200;
/// The most papers of a moment that wait: they are kept whole.
const MAX_PAPERS: usize = 8;
/// Mails that are remembered, so that one that is asked for twice goes once.
const REMEMBERED: usize = 64;
/// The most that an address may have, in bytes (RFC 5321, 4.5.3.1.3, without the brackets).
const MAX_ADDRESS: usize = 254;
/// The most that host, user and password may have, in bytes.
const MAX_TEXT: usize = 253;
/// The most characters of a name.
const MAX_NAME: usize = 100;

/// How long after a try in vain the next one comes; the last one holds for all further ones.
const AGAIN_MS: [i64; 4] = [5_000, 30_000, 120_000, 600_000];

#[derive(Encode, Decode)]
struct Kept {
    #[n(0)]
    host: String,
    #[n(1)]
    port: u16,
    #[n(2)]
    security: Security,
    #[n(3)]
    user: String,
    #[n(4)]
    password: String,
    #[n(5)]
    from_address: String,
    #[n(6)]
    from_name: String,
}

/// How what is said to a mail server is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Security {
    /// By TLS from the first byte on.
    #[n(0)]
    Tls,
    /// By TLS before anything that others may not know.
    #[n(1)]
    StartTls,
    /// Not at all: only for a server on this computer.
    #[n(2)]
    None,
}

impl Security {
    const ALL: [Self; 3] = [Self::Tls, Self::StartTls, Self::None];

    fn code(self) -> &'static str {
        match self {
            Self::Tls => "tls",
            Self::StartTls => "starttls",
            Self::None => "none",
        }
    }
}

/// What is sent.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
enum What {
    #[n(0)]
    Receipt,
    #[n(1)]
    Z,
    #[n(2)]
    X,
    #[n(3)]
    Test,
}

impl What {
    const PAPERS: [Self; 3] = [Self::Receipt, Self::Z, Self::X];

    fn code(self) -> &'static str {
        match self {
            Self::Receipt => "receipt",
            Self::Z => "z",
            Self::X => "x",
            Self::Test => "test",
        }
    }

    fn parse(code: &str) -> Option<Self> {
        Self::PAPERS.into_iter().find(|what| what.code() == code)
    }
}

/// What is to be sent, in its order, and what was asked for lately.
#[derive(Default, Encode, Decode)]
struct Queue {
    #[n(0)]
    mails: Vec<Mail>,
    /// Ids of test mails, oldest first. All others stand in the book.
    #[n(1)]
    asked: Vec<EntryId>,
}

#[derive(Clone, Encode, Decode)]
struct Mail {
    #[n(0)]
    mail: EntryId,
    #[n(1)]
    what: What,
    #[n(2)]
    of: Option<EntryId>,
    #[n(3)]
    copy_no: u32,
    #[n(4)]
    at_ms: i64,
    /// Who asked for it.
    #[n(5)]
    by: StaffId,
    /// Whom the address in the book is sealed for; none for a test.
    #[n(6)]
    subject: Option<SubjectId>,
    /// The address of a test, which stands nowhere else.
    #[n(7)]
    address: Option<String>,
    #[n(8)]
    step: Step,
    #[n(9)]
    tries: u32,
    /// When it is to be tried again.
    #[n(10)]
    due_ms: i64,
    #[n(11)]
    code: Option<String>,
    /// Series of the life of this till that it was asked for in.
    #[n(12)]
    series: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
enum Step {
    #[n(0)]
    Waits,
    /// The server may have it.
    #[n(1)]
    Begun,
    #[n(2)]
    InDoubt,
    #[n(3)]
    Refused,
}

impl Step {
    fn code(self) -> &'static str {
        match self {
            Self::Waits => "waits",
            Self::Begun => "sending",
            Self::InDoubt => "in_doubt",
            Self::Refused => "refused",
        }
    }
}

impl Mail {
    fn is_due(&self, now_ms: i64) -> bool {
        // A clock that was put back keeps nobody waiting for longer than the longest time between two tries.
        let longest = AGAIN_MS[AGAIN_MS.len() - 1];
        self.step == Step::Waits && !(1..=longest).contains(&self.due_ms.saturating_sub(now_ms))
    }

    fn again(&mut self, series: &str) {
        (self.step, self.tries, self.due_ms, self.code) = (Step::Waits, 0, 0, None);
        series.clone_into(&mut self.series);
    }
}

/// A paper as it was when it was asked for.
#[derive(Encode, Decode)]
struct KeptPaper {
    #[n(0)]
    mail: EntryId,
    #[n(1)]
    name: String,
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pdf: Vec<u8>,
}

/// Where mails are handed in.
#[derive(Clone)]
pub struct MailServer {
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the line is kept from others.
    pub security: Security,
    /// Whom it knows this till by; empty where it asks nobody.
    pub user: String,
    /// With which password.
    pub password: String,
    /// Address that mails come from.
    pub from_address: String,
    /// Name beside it.
    pub from_name: String,
}

/// A mail that is ready to be sent.
pub struct Mailable {
    /// Names it in [`Desk::mail_begun`] and [`Desk::mail_ended`].
    pub mail: EntryId,
    /// Where to hand it in.
    pub server: MailServer,
    /// To whom.
    pub to: String,
    /// The same at each try, so that a server that has it already can tell.
    pub message_id: String,
    /// Subject.
    pub subject: String,
    /// What somebody reads.
    pub text: String,
    /// Name and bytes of the PDF; none in a test.
    pub paper: Option<(String, Vec<u8>)>,
}

/// What there is to send.
pub enum NextMail {
    /// This one, now.
    Due(Box<Mailable>),
    /// Nothing before this time, in ms.
    At(i64),
    /// Nothing.
    Nothing,
}

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailEnded {
    /// The server has it.
    Taken,
    /// The server does not have it, and may take it another time.
    NotNow(&'static str),
    /// The same, and it would be so with any other mail.
    NoServer(&'static str),
    /// The server does not take it.
    Refused(&'static str),
    /// The server may have it.
    InDoubt(&'static str),
}

impl Desk {
    /// The account, and what has still to be sent.
    ///
    /// # Errors
    /// `not_set_up`, or a failure of the machine.
    pub fn mail(&self, _: Nothing) -> Result<MailView, Fault> {
        let trouble = locked(&self.mail_trouble).map(str::to_owned);
        self.ask(|counter| {
            let mails = counter.mail_queue()?.mails;
            let waiting = mails.iter().map(|mail| counter.mail_view(mail)).collect::<Result<_, Stop>>()?;
            let account = counter.kept_account()?.map(|kept| MailAccount {
                host: kept.host,
                port: kept.port,
                security: kept.security.code().to_owned(),
                user: kept.user,
                has_password: !kept.password.is_empty(),
                from_address: kept.from_address,
                from_name: kept.from_name,
            });
            let trouble = trouble.filter(|_| !counter.open.is_practice);
            Ok(MailView { account, trouble, waiting })
        })
    }

    /// Sets the account up, or takes it away. What waits goes by the new one, at once; with the last one it is given
    /// up, because nobody needs the addresses any more.
    ///
    /// # Errors
    /// `nobody_signed_in`, `not_in_practice`, `bad_address`, `bad_arguments` for a server that cannot be, or that a password
    /// would be sent to in the clear.
    pub fn set_mail(&self, set: SetMail) -> Result<MailView, Fault> {
        let account = set.account.map(checked).transpose()?;
        self.act(&[Changed::Mail, Changed::Book], |counter| {
            counter.no_practice()?;
            let actor = counter.actor()?;
            let mut queue = counter.mail_queue()?;
            let Some((mut account, password)) = account else {
                let (kept, gone) = queue.mails.into_iter().partition(|mail| mail.step == Step::Begun);
                queue.mails = kept;
                let gone: Vec<Mail> = gone;
                let erased = gone.iter().map(|mail| counter.erased(mail, actor, "dropped"));
                let erased = erased.collect::<Result<Vec<_>, Stop>>()?;
                let write = Write { entries: erased.into_iter().flatten().collect(), ..Write::default() };
                let write = write.with_local(ACCOUNT, None).with_local(PAPERS, None);
                return Ok((write.with_local(QUEUE, Some(bytes(&queue)?)), ()));
            };
            let before = counter.kept_account()?;
            // A password is for whom it was typed for.
            let before = before.filter(|kept| (&kept.host, &kept.user) == (&account.host, &account.user));
            account.password = password.or(before.map(|kept| kept.password)).unwrap_or_default();
            for mail in queue.mails.iter_mut().filter(|mail| mail.step == Step::Waits) {
                mail.again(&counter.house.series);
            }
            let write = Write::default().with_local(ACCOUNT, Some(bytes(&account)?));
            Ok((write.with_local(QUEUE, Some(bytes(&queue)?)), ()))
        })?;
        self.say_mail_trouble(None);
        self.mail(Nothing {})
    }

    /// Gives a paper out to be sent. What was printed or mailed before is a copy. Asked twice, it is one mail.
    ///
    /// # Errors
    /// `nobody_signed_in`, `not_in_practice`, `bad_address`, `mail_not_set_up`, `mail_full`, `unknown_sale`, `unknown_z`,
    /// `session_closed` for an X without a session.
    pub fn send_mail(&self, asked: SendMail) -> Result<MailView, Fault> {
        let mail = id(&asked.mail_id, EntryId::parse)?;
        let what = id(&asked.what, What::parse)?;
        let of = asked.of.as_deref().map(|of| id(of, EntryId::parse)).transpose()?;
        if (what == What::X) != of.is_none() {
            return Err(Fault::bare("bad_arguments"));
        }
        let address = address(&asked.address)?;
        // An X is of now; everything else is drawn when it is sent.
        let drawn = self.ask(|counter| {
            counter.no_practice()?;
            let is_done = counter.is_done(mail, is_mailed)?;
            let is_drawn = what == What::X && !is_done;
            is_drawn.then(|| counter.mailed_paper(what.code(), of, 0)).transpose()
        })?;
        self.act(&[Changed::Mail, Changed::Book], |counter| {
            counter.no_practice()?;
            let acting = counter.acting(Permission::Sell, 0)?;
            if counter.is_done(mail, is_mailed)? {
                return Ok((Write::default(), ()));
            }
            let (mut write, copy_no) = counter.given_out(what, of)?;
            let subject = SubjectId::from(counter.new_id());
            let sealed = SealedRef { subject, field: SealedField::EmailAddress, index: 0 };
            let entry = Entry::PaperMailed(PaperMailed {
                common: acting.common(mail, of.into_iter().collect(), Vec::new()),
                sealed: vec![sealed],
                what: what.code().to_owned(),
                of,
                copy_no,
            });
            write
                .entries
                .push(NewEntry { entry, to_seal: vec![ToSeal { what: sealed, plain: address.into() }] });
            let new =
                Mail { subject: Some(subject), of, copy_no, ..Mail::new(mail, what, acting.actor, counter) };
            let queue = counter.queued(new)?;
            if let Some((name, pdf)) = drawn {
                let mut papers = counter.kept_papers()?;
                if papers.len() >= MAX_PAPERS {
                    return Err(Stop::bare("mail_full"));
                }
                papers.push(KeptPaper { mail, name, pdf });
                write = write.with_local(PAPERS, Some(bytes(&papers)?));
            }
            Ok((write.with_local(QUEUE, Some(bytes(&queue)?)), ()))
        })?;
        self.mail(Nothing {})
    }

    /// Sends a few words, to see whether the account works. Asked twice, it is one mail.
    ///
    /// # Errors
    /// `nobody_signed_in`, `not_in_practice`, `bad_address`, `mail_not_set_up`, `mail_full`.
    pub fn test_mail(&self, asked: TestMail) -> Result<MailView, Fault> {
        let mail = id(&asked.mail_id, EntryId::parse)?;
        let address = address(&asked.address)?;
        self.act(&[Changed::Mail], |counter| {
            counter.no_practice()?;
            let actor = counter.actor()?;
            if counter.mail_queue()?.asked.contains(&mail) {
                return Ok((Write::default(), ()));
            }
            let new = Mail { address: Some(address), ..Mail::new(mail, What::Test, actor, counter) };
            let mut queue = counter.queued(new)?;
            queue.asked.drain(..(queue.asked.len() + 1).saturating_sub(REMEMBERED));
            queue.asked.push(mail);
            Ok((Write::default().with_local(QUEUE, Some(bytes(&queue)?)), ()))
        })?;
        self.mail(Nothing {})
    }

    /// Says of a mail that it is to be sent again, that it arrived, or that nobody wants it any more.
    ///
    /// # Errors
    /// `nobody_signed_in`, `bad_arguments`.
    pub fn settle_mail(&self, settle: SettleMail) -> Result<MailView, Fault> {
        let mail = id(&settle.mail_id, EntryId::parse)?;
        let gone = match settle.how.as_str() {
            "again" => None,
            "sent" => Some("sent"),
            "dropped" => Some("dropped"),
            _ => return Err(Fault::bare("bad_arguments")),
        };
        self.act(&[Changed::Mail, Changed::Book], |counter| {
            let actor = counter.actor()?;
            let mut queue = counter.mail_queue()?;
            // What is being sent right now is not to be had.
            let place = queue.mails.iter().position(|one| one.mail == mail && one.step != Step::Begun);
            let Some(place) = place else { return Ok((Write::default(), ())) };
            let Some(reason) = gone else {
                queue.mails[place].again(&counter.house.series);
                return Ok((Write::default().with_local(QUEUE, Some(bytes(&queue)?)), ()));
            };
            Ok((counter.out_of_queue(queue, place, actor, reason)?, ()))
        })?;
        self.mail(Nothing {})
    }

    /// The mail that is to be sent now, with its paper drawn; else when to look again. A mail that cannot be drawn
    /// waits, and lets the others go.
    ///
    /// # Errors
    /// `not_set_up`, or a failure of the machine.
    pub fn next_mail(&self, now_ms: i64) -> Result<NextMail, Fault> {
        loop {
            let (server, mails) = self.ask_own(None, |counter| {
                let mails = counter.mail_queue()?.mails;
                Ok((counter.kept_account()?.map(MailServer::from), mails))
            })?;
            let Some(server) = server else { return Ok(NextMail::Nothing) };
            let Some(mail) = mails.iter().find(|mail| mail.is_due(now_ms)) else {
                let waiting = mails.iter().filter(|mail| mail.step == Step::Waits);
                return Ok(waiting.map(|mail| mail.due_ms).min().map_or(NextMail::Nothing, NextMail::At));
            };
            // It shows what whoever asked for it may see.
            match self.ask_own(Some(mail.by), |counter| counter.mailable(mail, server)) {
                Ok(Some(mailable)) => return Ok(NextMail::Due(Box::new(mailable))),
                Ok(None) => self.mail_ended(mail.mail, MailEnded::Refused("mail_address_gone"), now_ms)?,
                Err(fault) => {
                    tracing::error!(code = fault.code, "a paper was not drawn for a mail");
                    self.mail_ended(mail.mail, MailEnded::NotNow("mail_paper"), now_ms)?;
                }
            }
        }
    }

    /// Keeps that a mail is about to be handed in. When this returns, it is on the disk. False where it does not wait
    /// any more, because somebody dropped it meanwhile; then nothing is to be sent.
    ///
    /// # Errors
    /// A failure of the machine; then nothing may be sent either.
    pub fn mail_begun(&self, mail: EntryId) -> Result<bool, Fault> {
        self.change_mails(&[Changed::Mail], |_, queue| {
            let found = queue.mails.iter_mut().find(|one| one.mail == mail && one.step == Step::Waits);
            let waits = found.map(|one| one.step = Step::Begun).is_some();
            Ok((None, waits))
        })
    }

    /// Keeps what became of a mail. Once the server has it, the address is destroyed in the same commit.
    ///
    /// # Errors
    /// A failure of the machine; after a restart it is in doubt then, if it was begun.
    pub fn mail_ended(&self, mail: EntryId, ended: MailEnded, now_ms: i64) -> Result<(), Fault> {
        let changed: &[_] =
            if ended == MailEnded::Taken { &[Changed::Mail, Changed::Book] } else { &[Changed::Mail] };
        self.change_mails(changed, |counter, queue| {
            let Some(place) = queue.mails.iter().position(|one| one.mail == mail) else {
                return Ok((None, ()));
            };
            let one = &mut queue.mails[place];
            let (step, code) = match ended {
                MailEnded::Taken => {
                    let by = one.by;
                    let queue = std::mem::take(queue);
                    return Ok((Some(counter.out_of_queue(queue, place, by, "sent")?), ()));
                }
                MailEnded::NotNow(code) | MailEnded::NoServer(code) => (Step::Waits, code),
                MailEnded::Refused(code) => (Step::Refused, code),
                MailEnded::InDoubt(code) => (Step::InDoubt, code),
            };
            (one.step, one.code) = (step, Some(code.to_owned()));
            if step != Step::Waits {
                return Ok((None, ()));
            }
            let delay = AGAIN_MS[(one.tries as usize).min(AGAIN_MS.len() - 1)];
            let due_ms = now_ms.saturating_add(delay);
            (one.tries, one.due_ms) = (one.tries.saturating_add(1), due_ms);
            if matches!(ended, MailEnded::NoServer(_)) {
                // The others would come no further.
                let others = queue.mails.iter_mut().filter(|one| one.step == Step::Waits);
                others.for_each(|one| one.due_ms = one.due_ms.max(due_ms));
            }
            Ok((None, ()))
        })
    }

    /// Puts into doubt what was begun before this till started, and what waited in a backup that it was brought back
    /// from: that may be sent for long.
    ///
    /// # Errors
    /// A failure of the machine.
    pub fn doubt_mails(&self) -> Result<(), Fault> {
        self.change_mails(&[Changed::Mail], |counter, queue| {
            for one in &mut queue.mails {
                let code = match one.step {
                    Step::Begun => "mail_torn",
                    Step::Waits if one.series != counter.house.series => "mail_restored",
                    _ => continue,
                };
                (one.step, one.code) = (Step::InDoubt, Some(code.to_owned()));
            }
            Ok((None, ()))
        })
    }

    /// Says what keeps mails from being sent, as a code.
    pub fn say_mail_trouble(&self, code: Option<&'static str>) {
        let before = std::mem::replace(&mut *locked(&self.mail_trouble), code);
        if before != code {
            self.tell(&[Changed::Mail]);
        }
    }

    /// Asks the pharmacy's own book, whatever is worked on: mails go on while somebody practises.
    fn ask_own<R>(
        &self,
        by: Option<StaffId>,
        question: impl FnOnce(&Counter<'_>) -> Result<R, Stop>,
    ) -> Result<R, Fault> {
        let now_ms = self.now_ms();
        let answer = self.book.ask(|book| {
            let house = self.book.house(book)?.ok_or(Stop::Ledger(ledger::Error::NotSetUp))?;
            let now = house.now(now_ms);
            question(&Counter::new(book, &self.book, &house, now, &*self.random, by))
        });
        Ok(answer?)
    }

    /// Changes the queue of the pharmacy's own book: by what it gives, or as it leaves it.
    fn change_mails<R>(
        &self,
        changed: &[Changed],
        change: impl FnOnce(&Counter<'_>, &mut Queue) -> Result<(Option<Write>, R), Stop>,
    ) -> Result<R, Fault> {
        self.act_in(&self.book, None, changed, |counter| {
            let mut queue = counter.mail_queue()?;
            let before = bytes(&queue)?;
            let (write, reply) = change(counter, &mut queue)?;
            let write = match write {
                Some(write) => write,
                None => {
                    let after = bytes(&queue)?;
                    let write = Write::default();
                    if before == after { write } else { write.with_local(QUEUE, Some(after)) }
                }
            };
            Ok((write, reply))
        })
    }
}

fn is_mailed(entry: &Entry) -> bool {
    matches!(entry, Entry::PaperMailed(_))
}

fn bytes(value: &impl Encode<()>) -> Result<Vec<u8>, Stop> {
    minicbor::to_vec(value).map_err(|_| Stop::bare("internal"))
}

/// An address as mail servers take it. What they would need an extension for, or quotes, is not taken: nobody's
/// command gets into a line of theirs by it.
fn address(text: &str) -> Result<String, Fault> {
    let text = text.trim();
    let is_plain = |c: char| c.is_ascii_graphic() && !"\"\\<>()[],;:".contains(c);
    let is_address = text.len() <= MAX_ADDRESS && text.chars().all(is_plain);
    match text.parse::<lettre::Address>() {
        Ok(address) if is_address => Ok(address.to_string()),
        _ => Err(Fault::bare("bad_address")),
    }
}

/// An account that can be, with its new password.
fn checked(account: MailAccountInput) -> Result<(Kept, Option<String>), Fault> {
    let host = account.host.trim().to_owned();
    let security = Security::ALL.into_iter().find(|security| security.code() == account.security);
    let is_here = host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    let is_text = |text: &str| text.len() <= MAX_TEXT && !text.chars().any(char::is_control);
    let is_host = !host.is_empty() && is_text(&host) && !host.contains(char::is_whitespace);
    let (user, from_name) = (account.user.trim().to_owned(), account.from_name.trim().to_owned());
    let is_name = from_name.chars().count() <= MAX_NAME && !from_name.chars().any(char::is_control);
    let password = account.password.filter(|_| !user.is_empty());
    match security {
        Some(security)
            if (security != Security::None || is_here)
                && is_host
                && is_name
                && account.port != 0
                && is_text(&user)
                && is_text(password.as_deref().unwrap_or_default()) =>
        {
            let from_address = address(&account.from_address)?;
            let (port, kept) = (account.port, String::new());
            let kept = Kept { host, port, security, user, password: kept, from_address, from_name };
            Ok((kept, password))
        }
        _ => Err(Fault::bare("bad_arguments")),
    }
}

/// An address with which one person tells whether it was meant, and another one cannot write to it.
fn masked(address: &str) -> String {
    let (user, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let first: String = user.chars().take(1).collect();
    format!("{first}…@{domain}")
}

impl From<Kept> for MailServer {
    fn from(kept: Kept) -> Self {
        let Kept { host, port, security, user, password, from_address, from_name } = kept;
        Self { host, port, security, user, password, from_address, from_name }
    }
}

impl Mail {
    fn new(mail: EntryId, what: What, by: StaffId, counter: &Counter<'_>) -> Self {
        Self {
            mail,
            what,
            of: None,
            copy_no: 0,
            at_ms: counter.now.ms,
            by,
            subject: None,
            address: None,
            step: Step::Waits,
            tries: 0,
            due_ms: 0,
            code: None,
            series: counter.house.series.clone(),
        }
    }
}

impl Counter<'_> {
    /// Nothing leaves the practice book.
    fn no_practice(&self) -> Result<(), Stop> {
        if self.open.is_practice { Err(Stop::bare("not_in_practice")) } else { Ok(()) }
    }

    fn kept_account(&self) -> Result<Option<Kept>, Stop> {
        Ok(self.book.local(ACCOUNT)?.and_then(|bytes| minicbor::decode(&bytes).ok()))
    }

    fn mail_queue(&self) -> Result<Queue, Stop> {
        let kept = self.book.local(QUEUE)?.and_then(|bytes| minicbor::decode(&bytes).ok());
        Ok(kept.unwrap_or_default())
    }

    fn kept_papers(&self) -> Result<Vec<KeptPaper>, Stop> {
        let kept = self.book.local(PAPERS)?.and_then(|bytes| minicbor::decode(&bytes).ok());
        Ok(kept.unwrap_or_default())
    }

    /// The queue with one more.
    fn queued(&self, mail: Mail) -> Result<Queue, Stop> {
        let mut queue = self.mail_queue()?;
        if self.kept_account()?.is_none() {
            return Err(Stop::bare("mail_not_set_up"));
        }
        if queue.mails.len() >= MAX_WAITING {
            return Err(Stop::bare("mail_full"));
        }
        queue.mails.push(mail);
        Ok(queue)
    }

    /// Records that a paper leaves the house once more, where it did before, and says the how manieth copy it is.
    fn given_out(&self, what: What, of: Option<EntryId>) -> Result<(Write, u32), Stop> {
        match (what, of) {
            (What::Receipt | What::Z, Some(of)) => {
                let stored = match what {
                    What::Z => self.stored_z(of)?,
                    _ => self.book.receipt_entry(of)?.ok_or_else(|| Stop::bare("unknown_sale"))?,
                };
                if self.is_first_paper(&stored)? {
                    Ok((Write::default(), 0))
                } else {
                    self.copy_of(of, self.new_id())
                }
            }
            _ => Ok((Write::default(), 0)),
        }
    }

    /// What destroys the address of a mail; nothing where the book has none.
    fn erased(&self, mail: &Mail, actor: StaffId, reason: &str) -> Result<Option<NewEntry>, Stop> {
        let Some(subject) = mail.subject else { return Ok(None) };
        let common = self.acting_as(actor, None)?.common(self.new_id(), vec![mail.mail], Vec::new());
        let entry = Erased { common, sealed: Vec::new(), subject, reason: reason.to_owned() };
        Ok(Some(Entry::Erased(entry).into()))
    }

    /// Takes a mail out of the queue, and everything with it that was kept for it alone.
    fn out_of_queue(
        &self,
        mut queue: Queue,
        place: usize,
        actor: StaffId,
        reason: &str,
    ) -> Result<Write, Stop> {
        let mail = queue.mails.remove(place);
        let entries = self.erased(&mail, actor, reason)?.into_iter().collect();
        let write = Write { entries, ..Write::default() }.with_local(QUEUE, Some(bytes(&queue)?));
        if mail.what != What::X {
            return Ok(write);
        }
        let mut papers = self.kept_papers()?;
        papers.retain(|paper| paper.mail != mail.mail);
        Ok(write.with_local(PAPERS, Some(bytes(&papers)?)))
    }

    /// To whom a mail goes; none where the address was destroyed.
    fn address_of(&self, mail: &Mail) -> Result<Option<String>, Stop> {
        if let Some(address) = &mail.address {
            return Ok(Some(address.clone()));
        }
        let Some(stored) = self.book.entry(mail.mail)? else { return Ok(None) };
        Ok(self.book.unseal(&stored, SealedField::EmailAddress, 0)?)
    }

    /// The number of what a mail is about; none while the book does not know it.
    fn number_of(&self, mail: &Mail) -> Result<Option<String>, Stop> {
        let Some(of) = mail.of else { return Ok(None) };
        if mail.what == What::Receipt {
            let row = self.book.sale(of)?;
            return Ok(row.map(|row| receipt_no(&row.series, row.receipt_no)));
        }
        let Some(stored) = self.book.entry(of)? else { return Ok(None) };
        let Entry::ZReport(z) = &stored.entry else { return Ok(None) };
        Ok(Some(crate::report::z_no(&self.book.series_of(stored.record_no)?, z)))
    }

    fn mail_view(&self, mail: &Mail) -> Result<WaitingMail, Stop> {
        Ok(WaitingMail {
            mail_id: mail.mail.to_string(),
            what: mail.what.code().to_owned(),
            no: self.number_of(mail)?,
            copy_no: mail.copy_no,
            address: self.address_of(mail)?.map(|address| masked(&address)).unwrap_or_default(),
            at_ms: mail.at_ms,
            state: mail.step.code().to_owned(),
            tries: mail.tries,
            code: mail.code.clone(),
        })
    }

    /// A mail with its paper; none where nobody knows any more to whom it goes.
    fn mailable(&self, mail: &Mail, server: MailServer) -> Result<Option<Mailable>, Stop> {
        let Some(to) = self.address_of(mail)? else { return Ok(None) };
        let paper = match mail.what {
            What::Test => None,
            What::X => {
                let kept = self.kept_papers()?.into_iter().find(|paper| paper.mail == mail.mail);
                let kept = kept.ok_or_else(|| Stop::bare("internal"))?;
                Some((kept.name, kept.pdf))
            }
            What::Receipt | What::Z => Some(self.mailed_paper(mail.what.code(), mail.of, mail.copy_no)?),
        };
        let letter = self.letter(mail.what.code(), self.number_of(mail)?.as_deref())?;
        let domain = server.from_address.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
        Ok(Some(Mailable {
            mail: mail.mail,
            to,
            message_id: format!("<{}@{domain}>", mail.mail),
            subject: letter.subject,
            text: letter.text,
            paper: paper.map(|(name, pdf)| (format!("{name}.pdf"), pdf)),
            server,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(address(text).ok().as_deref(), expected, "{text:?}");
        };
        check(" a.durand@example.org ", Some("a.durand@example.org"));
        check("o'neil+till@mail.example.org", Some("o'neil+till@mail.example.org"));
        check("", None);
        check("durand", None);
        check("a@b@c", None);
        check("a@example.org\r\nRCPT TO:<x@example.org>", None);
        check("a@example.org\u{0}", None);
        check("a b@example.org", None);
        check("\"a b\"@example.org", None);
        check("a@example.org>", None);
        check("Anna <a@example.org>", None);
        check("a@example.org,b@example.org", None);
        check("müller@example.org", None);
        check("a@exa\u{2028}mple.org", None);
        let long = |letters: usize| {
            format!("a@{}.{}.{}.{}.org", "b".repeat(60), "c".repeat(60), "d".repeat(60), "e".repeat(letters))
        };
        check(&long(60), Some(&long(60)));
        assert_eq!(long(63).len(), 252);
        let too_long = format!("aaa@{}", &long(63)[2..]);
        assert_eq!(too_long.len(), 254);
        check(&too_long, Some(&too_long));
        check(&format!("a{too_long}"), None);
    }

    #[test]
    fn of_an_address_that_waits_little_is_shown() {
        assert_eq!(masked("a.durand@example.org"), "a…@example.org");
        assert_eq!(masked("é@b@example.org"), "é…@example.org");
    }
}
