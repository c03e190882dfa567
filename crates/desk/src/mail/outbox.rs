//! What there is to send, for whoever sends it, and what became of it.

use domain::entry::{Entry, SealedField};
use domain::id::{EntryId, StaffId};
use ledger::Write;

use super::account::MailServer;
use super::bytes;
use super::queue::{AGAIN_MS, Mail, QUEUE, Queue, Step, What};
use crate::basket::receipt_no;
use crate::counter::Counter;
use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk};
use crate::turns::locked;

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
            if mails.iter().any(|mail| mail.is_old(now_ms)) {
                self.give_up_old(now_ms)?;
                continue;
            }
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

    /// Gives up one that nobody settled for so long that its address is not kept any more.
    fn give_up_old(&self, now_ms: i64) -> Result<(), Fault> {
        self.change_mails(&[Changed::Mail, Changed::Book], |counter, queue| {
            let place = queue.mails.iter().position(|mail| mail.is_old(now_ms));
            let Some((place, mail)) = place.and_then(|place| Some((place, queue.mails.get(place)?))) else {
                return Ok((None, ()));
            };
            let by = mail.by;
            let queue = std::mem::take(queue);
            Ok((Some(counter.out_of_queue(queue, place, by, "too_old")?), ()))
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

impl Counter<'_> {
    /// To whom a mail goes; none where the address was destroyed.
    pub(super) fn address_of(&self, mail: &Mail) -> Result<Option<String>, Stop> {
        if let Some(address) = &mail.address {
            return Ok(Some(address.clone()));
        }
        let Some(stored) = self.book.entry(mail.mail)? else { return Ok(None) };
        Ok(self.book.unseal(&stored, SealedField::EmailAddress, 0)?)
    }

    /// The number of what a mail is about; none while the book does not know it.
    pub(super) fn number_of(&self, mail: &Mail) -> Result<Option<String>, Stop> {
        let Some(of) = mail.of else { return Ok(None) };
        if mail.what == What::Receipt {
            let row = self.book.sale(of)?;
            return Ok(row.map(|row| receipt_no(&row.series, row.receipt_no)));
        }
        let Some(stored) = self.book.entry(of)? else { return Ok(None) };
        let Entry::ZReport(z) = &stored.entry else { return Ok(None) };
        Ok(Some(crate::report::z_no(&self.book.series_of(stored.record_no)?, z)))
    }

    /// A mail with its paper; none where nobody knows any more to whom it goes.
    pub(super) fn mailable(&self, mail: &Mail, server: MailServer) -> Result<Option<Mailable>, Stop> {
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
