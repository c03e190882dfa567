//! Lots: what is on the shelf of each, what was found about them, and who got packs of them.

use std::collections::BTreeMap;

use domain::account::Account;
use domain::entry::Measure;
use domain::id::{EntryId, PlaceId, ProductId};
use domain::lot::{LotOnShelf, LotState, ProductLots, is_same_lot};
use domain::time::BusinessDate;
use rusqlite::{Row, params};

use super::Book;
use super::sale::SOLD_IN;
use crate::error::Error;
use crate::rights::WITHOUT_RIGHT;

/// What was found about lots of a product and holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LotMark {
    /// The entry that says so.
    pub marked: EntryId,
    /// Product.
    pub product: ProductId,
    /// What was found. What a later version calls otherwise is on hold here.
    pub state: LotState,
    /// The lots; none means every pack.
    pub lots: Vec<String>,
}

impl LotMark {
    /// Whether it is about packs of this lot.
    #[must_use]
    pub fn is_of(&self, lot: Option<&str>) -> bool {
        self.lots.is_empty() || self.lots.iter().any(|marked| is_same_lot(Some(marked), lot))
    }
}

fn state_of(code: &str) -> LotState {
    LotState::parse(code).unwrap_or(LotState::OnHold)
}

fn id_at(row: &Row<'_>, column: usize) -> rusqlite::Result<uuid::Uuid> {
    Ok(uuid::Uuid::from_bytes(row.get(column)?))
}

impl Book<'_> {
    /// What is known of the lots of a product: those on the shelf by the book, those that were found something about,
    /// and whose expiry was ever said; the earliest expiry first.
    ///
    /// # Errors
    /// When the file fails.
    pub fn product_lots(&self, product: ProductId, shelf: PlaceId) -> Result<ProductLots, Error> {
        let mut lots: BTreeMap<String, LotOnShelf> = BTreeMap::new();
        let sellable = |lot: &str| LotOnShelf {
            lot: (!lot.is_empty()).then(|| lot.to_owned()),
            expiry: None,
            on_hand: 0,
            pieces: 0,
            state: LotState::Sellable,
        };
        let on_shelf: Vec<(String, i64)> = self.rows(
            "SELECT lot, amount FROM goods
             WHERE product = ?1 AND account = ?2 AND dimension = ?3 AND measure = ?4 AND amount <> 0",
            params![product.as_bytes(), Account::Shelf as u8, shelf.as_bytes(), Measure::Pack as u8],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        for (lot, packs) in on_shelf {
            lots.entry(lot).or_insert_with_key(|lot| sellable(lot)).on_hand = packs;
        }
        let expiries: Vec<(String, i32)> = self.rows(
            "SELECT lot, min(expiry) FROM lot WHERE product = ?1 GROUP BY lot",
            [product.as_bytes()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        for (lot, expiry) in expiries {
            lots.entry(lot).or_insert_with_key(|lot| sellable(lot)).expiry = Some(BusinessDate(expiry));
        }
        let mut of_all = LotState::Sellable;
        for mark in self.marks("AND lot_mark.product = ?1", [product.as_bytes()])? {
            if mark.lots.is_empty() {
                of_all = of_all.max(mark.state);
            }
            for lot in mark.lots {
                lots.entry(lot.clone()).or_insert_with_key(|lot| sellable(lot));
                let same = lots.values_mut().filter(|known| is_same_lot(known.lot.as_deref(), Some(&lot)));
                same.for_each(|known| known.state = known.state.max(mark.state));
            }
        }
        let mut lots: Vec<LotOnShelf> = lots.into_values().collect();
        lots.sort_by_key(|lot| (lot.expiry.is_none(), lot.expiry));
        Ok(ProductLots { lots, of_all, is_stock_unknown: false })
    }

    /// What was found about lots and holds, the newest first. A release by somebody who may not lifts nothing.
    ///
    /// # Errors
    /// When the file fails.
    pub fn lot_marks(&self) -> Result<Vec<LotMark>, Error> {
        self.marks("", [])
    }

    fn marks(&self, of: &str, given: impl rusqlite::Params) -> Result<Vec<LotMark>, Error> {
        let sql = format!(
            "SELECT marked, product, state, lot FROM lot_mark
             WHERE NOT EXISTS (
                SELECT 1 FROM lot_release JOIN entry ON entry_id = released JOIN record USING (record_no)
                WHERE lot_release.marked = lot_mark.marked AND NOT EXISTS (
                    SELECT 1 FROM exception WHERE exception.kind = '{WITHOUT_RIGHT}' AND about = record.hash)) {of}
             ORDER BY marked DESC, lot"
        );
        let rows: Vec<(EntryId, ProductId, String, String)> = self.rows(&sql, given, |row| {
            Ok((EntryId(id_at(row, 0)?), ProductId(id_at(row, 1)?), row.get(2)?, row.get(3)?))
        })?;
        let mut marks: Vec<LotMark> = Vec::new();
        for (marked, product, state, lot) in rows {
            let lot = (!lot.is_empty()).then_some(lot);
            match marks.last_mut() {
                Some(last) if last.marked == marked => last.lots.extend(lot),
                _ => marks.push(LotMark {
                    marked,
                    product,
                    state: state_of(&state),
                    lots: lot.into_iter().collect(),
                }),
            }
        }
        Ok(marks)
    }

    /// What came in of a product and went elsewhere without being sold, the newest first, at most so many.
    ///
    /// # Errors
    /// When the file fails.
    pub fn goods_entries(&self, product: ProductId, most: u32) -> Result<Vec<EntryId>, Error> {
        self.rows(
            "SELECT entry_id FROM goods_entry WHERE product = ?1 ORDER BY at_ms DESC, entry_id DESC LIMIT ?2",
            params![product.as_bytes(), most],
            |row| Ok(EntryId(id_at(row, 0)?)),
        )
    }

    /// Deliveries of suppliers and what went back to them, the newest first, at most so many.
    ///
    /// # Errors
    /// When the file fails.
    pub fn deliveries(&self, most: u32) -> Result<Vec<EntryId>, Error> {
        self.rows(
            "SELECT entry_id FROM delivery ORDER BY at_ms DESC, entry_id DESC LIMIT ?1",
            [most],
            |row| Ok(EntryId(id_at(row, 0)?)),
        )
    }

    /// The sales and refunds with lines of a product, oldest first.
    ///
    /// # Errors
    /// When the file fails.
    pub fn sales_of_product(&self, product: ProductId) -> Result<Vec<EntryId>, Error> {
        let sql = format!("SELECT r.sale_id FROM receipt r WHERE {SOLD_IN} ORDER BY r.at_ms, r.record_no");
        self.rows(&sql, [product.as_bytes()], |row| Ok(EntryId(id_at(row, 0)?)))
    }
}
