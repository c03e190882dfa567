//! The slip that goes with cash to the safe, to the bank or to another drawer.

use domain::entry::Denomination;
use domain::time::Now;

use crate::api::sales::ReceiptView;
use crate::api::transfers::PlaceView;
use crate::counter::Counter;
use crate::fault::Stop;

use super::Paper;

/// What the slip says.
pub(crate) struct TransferFacts {
    pub(crate) from: PlaceView,
    pub(crate) to: PlaceView,
    pub(crate) amount_minor: i64,
    /// Empty where it was not counted by note and coin.
    pub(crate) denominations: Vec<Denomination>,
    pub(crate) bag_no: Option<String>,
    pub(crate) note: Option<String>,
    pub(crate) person: String,
    pub(crate) at: Now,
}

impl Counter<'_> {
    /// Draws the slip, with lines for two signatures.
    pub(crate) fn transfer_paper(&self, facts: &TransferFacts) -> Result<ReceiptView, Stop> {
        let mut paper = self.paper(0)?;
        let words = paper.words;
        let moment = paper.moment(facts.at);
        paper.pair(words.transfer, &moment);
        let (from, to) = (paper.place(&facts.from), paper.place(&facts.to));
        paper.pair(words.from, &from);
        paper.pair(words.to, &to);
        if let Some(bag_no) = &facts.bag_no {
            paper.pair(words.bag_no, bag_no);
        }
        if let Some(note) = &facts.note {
            paper.text(note);
        }
        paper.block();
        for row in facts.denominations.iter().filter(|row| row.count > 0) {
            let each = format!("{:>6} x {:>10}", row.count, paper.money(row.value_minor));
            paper.amount(&each, row.value_minor.saturating_mul(row.count));
        }
        let sum = format!("{} {}", words.sum, self.house.branch.currency);
        paper.amount(&sum, facts.amount_minor);
        paper.block();
        paper.pair(words.sent_by, &facts.person);
        for signature in [words.signature_sender, words.signature_receiver] {
            paper.text("");
            paper.pair(signature, "______________________");
        }
        Ok(paper.finish(None))
    }
}

impl Paper {
    fn place(&self, place: &PlaceView) -> String {
        let words = self.words;
        match place.place.as_str() {
            "safe" => words.safe.to_owned(),
            "driver_bag" => words.driver_bag.to_owned(),
            "bank" => words.bank.to_owned(),
            _ => format!("{} {}", words.drawer_of_till, place.till_no.unwrap_or(0)),
        }
    }
}
