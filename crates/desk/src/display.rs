//! What the customer sees of the basket and of the sale before, and nothing else of the till.

use std::sync::Mutex;

use domain::entry::Receipt;
use ledger::Write;

use crate::api::display::{
    DisplayLanguage, DisplayLine, DisplayPaid, DisplayTender, DisplayView, SetDisplay,
};
use crate::commands::Nothing;
use crate::fault::Fault;
use crate::open::{Changed, Desk};
use crate::paper::paper_language;
use crate::tender::change_due;
use crate::turns::locked;

/// Name of the local value that stands while the display opens by itself.
const IS_ON: &str = "display";
/// How long the change stays.
const PAID_FOR_MS: i64 = 60_000;

/// The last sale of this process, and when it was paid.
#[derive(Default)]
pub(crate) struct Shown(Mutex<Option<(DisplayPaid, i64)>>);

impl Desk {
    /// The basket, or the sale that was just paid. Where nobody is on duty, neither.
    ///
    /// # Errors
    /// `not_set_up`, or a failure of the machine.
    pub fn display(&self, _: Nothing) -> Result<DisplayView, Fault> {
        let now_ms = self.now_ms();
        let paid = locked(&self.shown.0).clone();
        self.ask(|counter| {
            let basket = match counter.on_duty {
                Some(_) => Some(counter.basket_view(&counter.basket()?)?),
                None => None,
            };
            let is_shown = |at_ms: i64| (0..PAID_FOR_MS).contains(&now_ms.saturating_sub(at_ms));
            let is_next_begun = basket.as_ref().is_none_or(|basket| !basket.lines.is_empty());
            let paid = paid.filter(|(_, at_ms)| !is_next_begun && is_shown(*at_ms)).map(|(paid, _)| paid);
            let (discount_minor, total_minor) =
                basket.as_ref().map_or((0, 0), |basket| (basket.discount_minor, basket.total_minor));
            let lines = basket.map_or(Vec::new(), |basket| basket.lines);
            let lines = lines.into_iter().map(|line| DisplayLine {
                line_no: line.line_no,
                name: line.name,
                quantity: line.quantity,
                amount_minor: line.amount_minor,
            });
            let house = counter.house;
            Ok(DisplayView {
                pharmacy: house.branch.name.clone(),
                is_on: counter.book.local(IS_ON)?.is_some(),
                is_practice: counter.open.is_practice,
                country: house.country.code.to_owned(),
                currency: house.branch.currency.clone(),
                time_zone: house.branch.time_zone.clone(),
                language: match paper_language(house.country) {
                    "de" => DisplayLanguage::De,
                    "fr" => DisplayLanguage::Fr,
                    _ => DisplayLanguage::En,
                },
                lines: lines.collect(),
                discount_minor,
                total_minor,
                paid,
            })
        })
    }

    /// Says whether the display opens by itself when this till starts.
    ///
    /// # Errors
    /// `nobody_signed_in`, or a failure of the machine.
    pub fn set_display(&self, set: SetDisplay) -> Result<DisplayView, Fault> {
        self.act(&[Changed::Status], |counter| {
            counter.actor()?;
            Ok((Write::default().with_local(IS_ON, set.is_on.then(Vec::new)), ()))
        })?;
        self.display(Nothing {})
    }

    /// Shows the sale that was just finished.
    pub(crate) fn show_paid(&self, paid: DisplayPaid) {
        *locked(&self.shown.0) = Some((paid, self.now_ms()));
    }
}

/// What the customer sees of a sale that was paid.
pub(crate) fn paid(receipt: &Receipt) -> DisplayPaid {
    let tenders = receipt.tenders.iter().map(|tender| DisplayTender {
        kind: tender.kind.code().to_owned(),
        amount_minor: tender.tendered_minor,
    });
    DisplayPaid {
        total_minor: receipt.total_minor,
        tenders: tenders.collect(),
        change_due_minor: change_due(receipt),
    }
}
