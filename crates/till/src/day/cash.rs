//! Cash on its way between the places of the branch, in a day.

use desk::api::transfers::*;
use serde_json::json;

use super::act::Act;
use super::player::{Player, Stop};

pub(super) fn today() -> CashQuery {
    CashQuery { business_date: None }
}

fn place(word: &str) -> PlaceView {
    match word.strip_prefix("till ") {
        Some(no) => PlaceView { place: "drawer".to_owned(), till_no: no.parse().ok(), letter: None },
        None => PlaceView { place: word.to_owned(), till_no: None, letter: None },
    }
}

fn name(place: &PlaceView) -> String {
    match (place.till_no, &place.letter) {
        (Some(no), _) => format!("drawer {no}"),
        (None, Some(letter)) => format!("drawer {letter}"),
        (None, None) => place.place.clone(),
    }
}

impl Player<'_> {
    pub(super) fn send(&mut self, act: &Act) -> Result<(), Stop> {
        let Act::Send { from, to, amount, reason, bag_no, note } = act else { return Ok(()) };
        let sent = SendCash {
            entry_id: self.new_id(),
            from: place(from),
            to: place(to),
            amount_minor: self.minor(amount)?,
            denominations: Vec::new(),
            reason: reason.clone(),
            bag_no: bag_no.clone(),
            note: note.clone(),
        };
        let facts = json!({
            "kind": "transfer_sent", "entryId": sent.entry_id, "amountMinor": sent.amount_minor, "from": sent.from,
            "to": sent.to,
        });
        let text = format!("{} sent from {from} to {to}, {reason}", self.text(sent.amount_minor));
        self.desk()?.send_cash(sent)?;
        self.tell_with(&text, facts)
    }

    pub(super) fn accept(&mut self, amount: Option<&str>, is_return: bool) -> Result<(), Stop> {
        let transfer = self.coming(is_return)?;
        let counted_minor = match amount {
            Some(amount) => self.minor(amount)?,
            None => transfer.amount_minor,
        };
        let accepted = AcceptCash {
            entry_id: self.new_id(),
            transfer_id: transfer.transfer_id.clone(),
            is_return,
            counted_minor,
            denominations: Vec::new(),
            note: None,
        };
        let facts = json!({
            "kind": "transfer_accepted", "entryId": accepted.entry_id, "transferId": accepted.transfer_id,
            "sentMinor": transfer.amount_minor, "countedMinor": counted_minor,
        });
        let at = name(if is_return { &transfer.from } else { &transfer.to });
        let text = format!(
            "{} arrived at {at}, of {} sent",
            self.text(counted_minor),
            self.text(transfer.amount_minor)
        );
        self.desk()?.accept_cash(accepted)?;
        self.tell_with(&text, facts)
    }

    pub(super) fn decline(&mut self, reason: &str) -> Result<(), Stop> {
        let transfer = self.coming(false)?;
        let refused = RefuseCash {
            entry_id: self.new_id(),
            transfer_id: transfer.transfer_id,
            reason: reason.to_owned(),
            note: None,
        };
        let facts = json!({
            "kind": "transfer_refused", "entryId": refused.entry_id, "transferId": refused.transfer_id,
        });
        self.desk()?.refuse_cash(refused)?;
        self.tell_with(&format!("not accepted, {reason}"), facts)
    }

    /// Says what each place has, and what is on its way.
    pub(super) fn cash(&mut self) -> Result<(), Stop> {
        let cash = self.desk()?.cash(today())?;
        for at in &cash.places {
            let amount = at.amount_minor.map_or_else(|| "not shown".to_owned(), |minor| self.text(minor));
            let facts = json!({ "place": at.place, "amountMinor": at.amount_minor });
            self.tell_with(&format!("{}: {amount}", at.place), facts)?;
        }
        for transfer in &cash.on_its_way {
            let refused = if transfer.refused.is_some() { ", refused" } else { "" };
            let bag = transfer.bag_no.as_ref().map_or_else(String::new, |bag| format!(", bag {bag}"));
            let text = format!(
                "on its way: {} from {} to {} by {}{bag}{refused}",
                self.text(transfer.amount_minor),
                name(&transfer.from),
                name(&transfer.to),
                transfer.person
            );
            let facts = json!({ "transferId": transfer.transfer_id, "amountMinor": transfer.amount_minor });
            self.tell_with(&text, facts)?;
        }
        Ok(())
    }

    /// The oldest cash that can arrive here, or go back.
    fn coming(&self, is_return: bool) -> Result<TransferView, Stop> {
        let mut on_its_way = self.desk()?.cash(today())?.on_its_way.into_iter();
        let found =
            on_its_way.find(|transfer| if is_return { transfer.can_return } else { transfer.can_arrive });
        found.ok_or_else(|| Stop::Words("nothing is on its way here".to_owned()))
    }
}
