//! What is to be sent, one local value for all of it, and the papers of a moment that is over.

use domain::entry::{Entry, Erased};
use domain::id::{EntryId, StaffId, SubjectId};
use ledger::{NewEntry, Write};
use minicbor::{Decode, Encode};

use super::bytes;
use crate::counter::Counter;
use crate::fault::Stop;

/// Name of the local value that keeps what is to be sent.
pub(super) const QUEUE: &str = "mail_queue";
/// Name of the local value that keeps papers of a moment that is over.
pub(super) const PAPERS: &str = "mail_papers";

/// The most mails that wait.
const MAX_WAITING: usize = 200;
/// The most papers of a moment that wait: they are kept whole.
pub(super) const MAX_PAPERS: usize = 8;
/// Mails that are remembered, so that one that is asked for twice goes once.
pub(super) const REMEMBERED: usize = 64;

/// How long after a try in vain the next one comes; the last one holds for all further ones.
pub(super) const AGAIN_MS: [i64; 4] = [5_000, 30_000, 120_000, 600_000];

/// What is sent.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub(super) enum What {
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
    pub(super) const PAPERS: [Self; 3] = [Self::Receipt, Self::Z, Self::X];

    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Receipt => "receipt",
            Self::Z => "z",
            Self::X => "x",
            Self::Test => "test",
        }
    }

    pub(super) fn parse(code: &str) -> Option<Self> {
        Self::PAPERS.into_iter().find(|what| what.code() == code)
    }
}

/// What is to be sent, in its order, and what was asked for lately.
#[derive(Default, Encode, Decode)]
pub(super) struct Queue {
    #[n(0)]
    pub(super) mails: Vec<Mail>,
    /// Ids of test mails, oldest first. All others stand in the book.
    #[n(1)]
    pub(super) asked: Vec<EntryId>,
}

#[derive(Clone, Encode, Decode)]
pub(super) struct Mail {
    #[n(0)]
    pub(super) mail: EntryId,
    #[n(1)]
    pub(super) what: What,
    #[n(2)]
    pub(super) of: Option<EntryId>,
    #[n(3)]
    pub(super) copy_no: u32,
    #[n(4)]
    pub(super) at_ms: i64,
    /// Who asked for it.
    #[n(5)]
    pub(super) by: StaffId,
    /// Whom the address in the book is sealed for; none for a test.
    #[n(6)]
    pub(super) subject: Option<SubjectId>,
    /// The address of a test, which stands nowhere else.
    #[n(7)]
    pub(super) address: Option<String>,
    #[n(8)]
    pub(super) step: Step,
    #[n(9)]
    pub(super) tries: u32,
    /// When it is to be tried again.
    #[n(10)]
    pub(super) due_ms: i64,
    #[n(11)]
    pub(super) code: Option<String>,
    /// Series of the life of this till that it was asked for in.
    #[n(12)]
    pub(super) series: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub(super) enum Step {
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
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Waits => "waits",
            Self::Begun => "sending",
            Self::InDoubt => "in_doubt",
            Self::Refused => "refused",
        }
    }
}

/// How long a mail is kept that was refused, or that nobody says of whether it arrived, and its address with it.
const KEPT_MS: i64 = 30 * 24 * 3_600_000;

impl Mail {
    pub(super) fn new(mail: EntryId, what: What, by: StaffId, counter: &Counter<'_>) -> Self {
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

    pub(super) fn is_due(&self, now_ms: i64) -> bool {
        // A clock that was put back keeps nobody waiting for longer than the longest time between two tries.
        let longest = AGAIN_MS[AGAIN_MS.len() - 1];
        self.step == Step::Waits && !(1..=longest).contains(&self.due_ms.saturating_sub(now_ms))
    }

    /// Whether it is to be given up.
    pub(super) fn is_old(&self, now_ms: i64) -> bool {
        matches!(self.step, Step::InDoubt | Step::Refused) && now_ms.saturating_sub(self.at_ms) > KEPT_MS
    }

    pub(super) fn again(&mut self, series: &str) {
        (self.step, self.tries, self.due_ms, self.code) = (Step::Waits, 0, 0, None);
        series.clone_into(&mut self.series);
    }
}

/// A paper as it was when it was asked for.
#[derive(Encode, Decode)]
pub(super) struct KeptPaper {
    #[n(0)]
    pub(super) mail: EntryId,
    #[n(1)]
    pub(super) name: String,
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub(super) pdf: Vec<u8>,
}

impl Counter<'_> {
    pub(super) fn mail_queue(&self) -> Result<Queue, Stop> {
        let kept = self.book.local(QUEUE)?.and_then(|bytes| minicbor::decode(&bytes).ok());
        Ok(kept.unwrap_or_default())
    }

    pub(super) fn kept_papers(&self) -> Result<Vec<KeptPaper>, Stop> {
        let kept = self.book.local(PAPERS)?.and_then(|bytes| minicbor::decode(&bytes).ok());
        Ok(kept.unwrap_or_default())
    }

    /// The queue with one more.
    pub(super) fn queued(&self, mail: Mail) -> Result<Queue, Stop> {
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
    pub(super) fn given_out(&self, what: What, of: Option<EntryId>) -> Result<(Write, u32), Stop> {
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
    pub(super) fn erased(&self, mail: &Mail, actor: StaffId, reason: &str) -> Result<Option<NewEntry>, Stop> {
        let Some(subject) = mail.subject else { return Ok(None) };
        let common = self.acting_as(actor, None)?.common(self.new_id(), vec![mail.mail], Vec::new());
        let entry = Erased { common, sealed: Vec::new(), subject, reason: reason.to_owned() };
        Ok(Some(Entry::Erased(entry).into()))
    }

    /// Takes a mail out of the queue, and everything with it that was kept for it alone.
    pub(super) fn out_of_queue(
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
}
