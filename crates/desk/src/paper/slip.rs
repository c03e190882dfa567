//! The slip for money towards an account.

use domain::entry::TenderKind;
use domain::time::Now;

use crate::api::sales::ReceiptView;
use crate::counter::Counter;
use crate::fault::Stop;

/// What the slip says.
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
    /// Draws a settlement slip.
    pub(crate) fn slip_paper(&self, facts: &SlipFacts) -> Result<ReceiptView, Stop> {
        let mut paper = self.paper(0)?;
        let words = paper.words;
        let moment = paper.moment(facts.at);
        paper.text(words.settlement);
        paper.pair(&format!("{} {}", words.till, self.house.till.till_no), &moment);
        if !facts.person.is_empty() {
            paper.text(&format!("{} {}", words.served_by, facts.person));
        }
        paper.block();
        paper.text(&facts.customer);
        let paid =
            format!("{} {} {}", words.paid, words.tender(facts.kind.code()), self.house.branch.currency);
        paper.amount(&paid, facts.amount_minor);
        if let Some(owes_minor) = facts.owes_minor {
            paper.amount(words.still_owed, owes_minor);
        }
        Ok(paper.receipt(None))
    }
}
