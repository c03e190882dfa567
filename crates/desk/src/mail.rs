//! Papers by e-mail: what is to be sent stands in the ledger's local values, with the address in a sealed part of the
//! book, and both go once the mail server has it. What was begun and not ended is asked about, and never guessed.

mod account;
mod outbox;
mod queue;

pub use account::{MailServer, Security};
pub use outbox::{MailEnded, Mailable, NextMail};

use domain::entry::{Entry, PaperMailed, SealedField, SealedRef, ToSeal};
use domain::id::{EntryId, SubjectId};
use domain::permission::Permission;
use ledger::{NewEntry, Write};
use minicbor::Encode;

use crate::api::mail::{MailAccount, MailView, SendMail, SetMail, SettleMail, TestMail, WaitingMail};
use crate::commands::Nothing;
use crate::counter::Counter;
use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk, id};
use crate::turns::locked;
use account::{ACCOUNT, address, checked, masked};
use queue::{KeptPaper, MAX_PAPERS, Mail, PAPERS, QUEUE, REMEMBERED, Step, What};

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
}

fn is_mailed(entry: &Entry) -> bool {
    matches!(entry, Entry::PaperMailed(_))
}

fn bytes(value: &impl Encode<()>) -> Result<Vec<u8>, Stop> {
    minicbor::to_vec(value).map_err(|_| Stop::bare("internal"))
}

impl Counter<'_> {
    /// Nothing leaves the practice book.
    fn no_practice(&self) -> Result<(), Stop> {
        if self.open.is_practice { Err(Stop::bare("not_in_practice")) } else { Ok(()) }
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
}
