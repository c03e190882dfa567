//! What was asked at the basket lately. An ask that comes again, because its answer was not heard, is answered
//! and not done a second time; the same pack scanned twice is two asks.

use domain::basket::Basket;
use domain::id::AskId;
use domain::permission::Permission;
use ledger::NewEntry;
use minicbor::{Decode, Encode};

use crate::api::basket::BasketView;
use crate::counter::Counter;
use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk, id};

/// Name of the local value that keeps them, so that a restart does not forget.
const ASKED: &str = "asked";

/// Asks that are remembered. A retry comes directly after the silence.
const REMEMBERED: usize = 32;

/// An ask that was answered.
#[derive(Encode, Decode)]
struct Asked {
    #[n(0)]
    ask: AskId,
    /// The line that it came to; 0 where it was about the whole basket.
    #[n(1)]
    line_no: u32,
}

/// What a change of the basket came to.
#[derive(Default)]
pub(crate) struct BasketChange {
    /// What the book has to say about it.
    pub(crate) entries: Vec<NewEntry>,
    /// The line that it came to; 0 where it was about the whole basket.
    pub(crate) line_no: u32,
}

impl BasketChange {
    /// A line that the book does not tell of yet.
    pub(crate) fn line(line_no: u32) -> Self {
        Self { entries: Vec::new(), line_no }
    }
}

impl Desk {
    /// Changes the basket in a way that would count again if it were done again: once for each ask. Gives
    /// the basket as it is now, and the line that the ask came to.
    pub(crate) fn change_basket_once(
        &self,
        ask_id: &str,
        changed: &[Changed],
        change: impl FnOnce(&Counter<'_>, &mut Basket) -> Result<BasketChange, Stop>,
    ) -> Result<(BasketView, u32), Fault> {
        let ask = id(ask_id, AskId::parse)?;
        self.act(changed, |counter| {
            counter.acting(Permission::Sell, 0)?;
            let before = counter.basket()?;
            let mut asked = counter.asked()?;
            if let Some(done) = asked.iter().find(|done| done.ask == ask) {
                return Ok((ledger::Write::default(), (counter.basket_view(&before)?, done.line_no)));
            }
            let mut basket = before.clone();
            let BasketChange { entries, line_no } = change(counter, &mut basket)?;
            counter.check_change(&before, &mut basket)?;
            let too_many = (asked.len() + 1).saturating_sub(REMEMBERED);
            asked.drain(..too_many);
            asked.push(Asked { ask, line_no });
            let asked = minicbor::to_vec(&asked).map_err(|_| Stop::bare("internal"))?;
            let write = ledger::Write { entries, ..counter.keeps(&basket) }.with_local(ASKED, Some(asked));
            Ok((write, (counter.basket_view(&basket)?, line_no)))
        })
    }
}

impl Counter<'_> {
    /// What was asked lately, oldest first.
    fn asked(&self) -> Result<Vec<Asked>, Stop> {
        let kept = self.book.local(ASKED)?.and_then(|bytes| minicbor::decode(&bytes).ok());
        Ok(kept.unwrap_or_default())
    }
}
