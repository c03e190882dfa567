//! Goods of a day: what comes in by lot, which lot is given, which lots must not be sold, what is thrown away.

use desk::Nothing;
use desk::api::catalogue::ProductId;
use desk::api::stock::{ChooseLot, LotMarkView, MarkLots, ReleaseLots, WriteOff, WriteOffLine};
use domain::entry::ReceivedLine;
use domain::lot::read_expiry;
use serde_json::json;

use super::player::{Player, Stop};
use super::words::Words;

/// Packs of one lot, as a day writes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packs {
    code: String,
    packs: i64,
    lot: Option<String>,
    expiry: Option<String>,
}

/// What a day does with goods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StockAct {
    /// `deliver CODE PACKS [lot LOT] [expires DATE]`
    Deliver(Packs),
    /// `shelf CODE`: tells the lots of a product.
    Shelf { code: String },
    /// `lot LOT reason REASON line NO`
    Choose { lot: String, reason: String, line: u32 },
    /// `block CODE STATE [reference TEXT] [lots LOT …]`
    Block { code: String, state: String, reference: Option<String>, lots: Vec<String> },
    /// `release`: what was blocked last.
    Release,
    /// `blocked`: tells what must not be sold, the stock and who got it.
    Blocked,
    /// `waste CODE PACKS [lot LOT] reason REASON`
    Waste { of: Packs, reason: String },
}

impl StockAct {
    /// The act of a first word, where it is one about goods.
    pub fn read(first: &str, words: &mut Words) -> Result<Option<Self>, String> {
        Ok(Some(match first {
            "deliver" => Self::Deliver(packs(words)?),
            "shelf" => Self::Shelf { code: words.next("the code")? },
            "lot" => {
                let lot = words.next("the lot")?;
                let reason = words.after("reason")?.ok_or("\"reason\" is missing")?;
                words.must("line")?;
                Self::Choose { lot, reason, line: words.number("the line")? }
            }
            "block" => {
                let (code, state) = (words.next("the code")?, words.next("the state")?);
                let reference = words.after("reference")?;
                let mut lots = Vec::new();
                if words.take("lots") {
                    while let Some(lot) = words.maybe() {
                        lots.push(lot);
                    }
                }
                Self::Block { code, state, reference, lots }
            }
            "release" => Self::Release,
            "blocked" => Self::Blocked,
            "waste" => {
                let of = packs(words)?;
                Self::Waste { of, reason: words.after("reason")?.ok_or("\"reason\" is missing")? }
            }
            _ => return Ok(None),
        }))
    }
}

fn packs(words: &mut Words) -> Result<Packs, String> {
    Ok(Packs {
        code: words.next("the code")?,
        packs: words.number("the packs")?,
        lot: words.after("lot")?,
        expiry: words.after("expires")?,
    })
}

impl Player<'_> {
    pub(super) fn stock(&mut self, act: &StockAct) -> Result<(), Stop> {
        match act {
            StockAct::Deliver(of) => {
                let product = domain::id::ProductId::parse(&self.find(&of.code)?);
                let product = product.ok_or_else(|| Stop::Words("no such product".to_owned()))?;
                let expiry = of.expiry.as_deref().and_then(read_expiry);
                let line = ReceivedLine {
                    product,
                    lot: of.lot.clone(),
                    expiry,
                    packs: of.packs,
                    announced: None,
                    damaged: None,
                    cost_minor: None,
                };
                self.desk()?.receive_goods(vec![line])?;
                self.shelf(&of.code)
            }
            StockAct::Shelf { code } => self.shelf(code),
            StockAct::Choose { lot, reason, line } => {
                let (line_no, lot, reason) = (*line, Some(lot.clone()), reason.clone());
                let basket = self.desk()?.choose_lot(ChooseLot { line_no, lot, reason })?;
                self.shows(&basket, Some(line_no))
            }
            StockAct::Block { code, state, reference, lots } => {
                let marks = self.desk()?.mark_lots(MarkLots {
                    entry_id: self.new_id(),
                    product_id: self.find(code)?,
                    lots: lots.clone(),
                    state: state.clone(),
                    reference: reference.clone(),
                })?;
                self.tells_marks(&marks)
            }
            StockAct::Release => {
                let marks = self.desk()?.lot_marks(Nothing {})?;
                let last = marks.first().ok_or_else(|| Stop::Words("nothing is blocked".to_owned()))?;
                let (entry_id, marked_id) = (self.new_id(), last.marked_id.clone());
                let marks = self.desk()?.release_lots(ReleaseLots { entry_id, marked_id })?;
                self.tells_marks(&marks)
            }
            StockAct::Blocked => {
                let marks = self.desk()?.lot_marks(Nothing {})?;
                self.tells_marks(&marks)?;
                for mark in &marks {
                    let marked_id = mark.marked_id.clone();
                    let detail = self.desk()?.lot_mark(desk::api::stock::MarkRef { marked_id })?;
                    for sold in &detail.sold {
                        self.tell(&format!(
                            "{} packs of lot {} with {}",
                            sold.packs,
                            sold.lot.as_deref().unwrap_or("?"),
                            sold.receipt_no
                        ))?;
                    }
                    self.tell(&format!(
                        "{} packs are with customers, {} were sold without a known lot",
                        detail.sold_packs, detail.sold_without_lot
                    ))?;
                }
                Ok(())
            }
            StockAct::Waste { of, reason } => {
                let line =
                    WriteOffLine { product_id: self.find(&of.code)?, lot: of.lot.clone(), packs: of.packs };
                let (entry_id, reason) = (self.new_id(), reason.clone());
                self.desk()?.write_off(WriteOff { entry_id, lines: vec![line], reason })?;
                self.shelf(&of.code)
            }
        }
    }

    fn tells_marks(&mut self, marks: &[LotMarkView]) -> Result<(), Stop> {
        for mark in marks {
            let lots = match mark.lots.as_slice() {
                [] => "every pack".to_owned(),
                lots => lots.join(", "),
            };
            let reference = mark.reference.as_deref().unwrap_or("no reference");
            self.tell(&format!(
                "{} {lots}: {}, {reference}, {} on the shelf",
                mark.name, mark.state, mark.packs
            ))?;
        }
        if marks.is_empty() { self.tell("nothing is blocked") } else { Ok(()) }
    }

    fn shelf(&mut self, code: &str) -> Result<(), Stop> {
        let product = self.desk()?.product(ProductId { product_id: self.find(code)? })?;
        let lots: Vec<String> = product
            .lots
            .iter()
            .map(|lot| {
                let mut text = format!("{} x {}", lot.packs, lot.lot.as_deref().unwrap_or("no lot"));
                text += &lot.expiry.as_ref().map(|expiry| format!(" until {expiry}")).unwrap_or_default();
                text + &lot.block.as_ref().map(|block| format!(" ({block})")).unwrap_or_default()
            })
            .collect();
        let on_hand = product.row.on_hand.unwrap_or(0);
        let text = format!("{}: {on_hand} on the shelf: {}", product.row.name, lots.join(", "));
        self.tell_with(&text, json!({ "onHand": on_hand }))
    }
}
