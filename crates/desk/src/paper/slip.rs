//! The slips for money towards an account, and for cash that is paid in or out.

use domain::entry::{Entry, SealedField, TenderKind};
use domain::time::Now;
use ledger::StoredEntry;

use super::Paper;
use crate::api::sales::ReceiptView;
use crate::counter::Counter;
use crate::fault::Stop;

/// What the slip of a payment towards an account says.
pub(crate) struct SlipFacts {
    pub(crate) at: Now,
    pub(crate) person: String,
    pub(crate) customer: String,
    pub(crate) kind: TenderKind,
    pub(crate) amount_minor: i64,
    /// What is still owed, where that is known.
    pub(crate) owes_minor: Option<i64>,
}

impl Counter<'_> {
    /// Draws the slip of a payment towards an account.
    pub(crate) fn slip_paper(&self, facts: &SlipFacts) -> Result<ReceiptView, Stop> {
        Ok(self.settlement_paper(facts)?.receipt(None))
    }

    fn settlement_paper(&self, facts: &SlipFacts) -> Result<Paper, Stop> {
        let mut paper = self.paper(0)?;
        let words = paper.words;
        self.slip_head(&mut paper, words.settlement, &facts.person, facts.at);
        paper.block();
        paper.text(&facts.customer);
        let paid =
            format!("{} {} {}", words.paid, words.tender(facts.kind.code()), self.house.branch.currency);
        paper.amount(&paid, facts.amount_minor);
        if let Some(owes_minor) = facts.owes_minor {
            paper.amount(words.still_owed, owes_minor);
        }
        Ok(paper)
    }

    fn slip_head(&self, paper: &mut Paper, title: &str, person: &str, at: Now) {
        let words = paper.words;
        let moment = paper.moment(at);
        paper.title(&title.to_uppercase());
        paper.block();
        paper.pair(words.till, &self.house.till.till_no.to_string());
        paper.pair(words.made, &moment);
        if !person.is_empty() {
            paper.pair(words.person, person);
        }
    }

    /// The slip of a payment that stands in the book. What was owed then is not known any more.
    pub(crate) fn settlement_slip(&self, stored: &StoredEntry) -> Result<(String, Paper), Stop> {
        let Entry::AccountSettled(settled) = &stored.entry else { return Err(Stop::bare("bad_arguments")) };
        let paper = self.settlement_paper(&SlipFacts {
            at: stored.header.recorded_at,
            person: self.name_of(settled.common.actor)?,
            customer: self.book.account(settled.customer)?.name,
            kind: settled.kind,
            amount_minor: settled.amount_minor,
            owes_minor: None,
        })?;
        Ok((format!("settlement-{}", settled.common.business_date), paper))
    }

    /// The slip of cash that was paid in or out, to be signed by who gave or took it.
    pub(super) fn cash_slip(&self, stored: &StoredEntry) -> Result<(String, Paper), Stop> {
        let moved = match &stored.entry {
            Entry::PaidIn(moved) => (true, &moved.common, moved.amount_minor, &moved.reason),
            Entry::PaidOut(moved) => (false, &moved.common, moved.amount_minor, &moved.reason),
            _ => return Err(Stop::bare("bad_arguments")),
        };
        let (is_in, common, amount_minor, reason) = moved;
        let mut paper = self.paper(0)?;
        let words = paper.words;
        let title = if is_in { words.moved_in } else { words.moved_out };
        self.slip_head(&mut paper, title, &self.name_of(common.actor)?, stored.header.recorded_at);
        paper.pair(words.reason, words.reason_of(reason));
        if let Some(note) = self.book.unseal(stored, SealedField::Note, 0)? {
            paper.text(&note);
        }
        paper.block();
        paper.sum(&format!("{} {}", words.amount, self.house.branch.currency), amount_minor);
        paper.block();
        paper.blank(if is_in { words.handed_in_by } else { words.received_by });
        paper.blank(words.date_and_time);
        Ok((format!("cash-{}", common.business_date), paper))
    }
}
