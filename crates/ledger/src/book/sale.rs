//! Finished sales, what was taken back of them, and baskets set aside.

use domain::entry::{Entry, TenderKind};
use domain::id::{EntryId, ProductId, StaffId, TillId};
use domain::time::BusinessDate;
use rusqlite::types::Value;
use rusqlite::{Row, params, params_from_iter};

use super::{Book, StoredEntry};
use crate::error::Error;

/// What to look for; every field narrows.
#[derive(Debug, Clone, Default)]
pub struct FindSales {
    /// First business date.
    pub from: Option<BusinessDate>,
    /// Last business date.
    pub to: Option<BusinessDate>,
    /// Exact total.
    pub amount_minor: Option<i64>,
    /// Product.
    pub product: Option<ProductId>,
    /// Person.
    pub staff: Option<StaffId>,
    /// Receipt number without series.
    pub receipt_no: Option<u64>,
    /// Goes on after this sale.
    pub after: Option<EntryId>,
    /// Rows at most.
    pub limit: u32,
}

/// A sale in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleRow {
    /// The sale.
    pub sale: EntryId,
    /// Its record.
    pub record_no: i64,
    /// Number of the kind.
    pub kind: u16,
    /// Receipt number without series.
    pub receipt_no: u64,
    /// Series of the stream.
    pub series: String,
    /// When.
    pub at_ms: i64,
    /// Business date.
    pub business_date: BusinessDate,
    /// Who.
    pub actor: StaffId,
    /// Where.
    pub till: TillId,
    /// Total.
    pub total_minor: i64,
    /// Tender kinds used, in order.
    pub tender_kinds: Vec<TenderKind>,
    /// Lines.
    pub line_count: u32,
    /// Name on the first line; empty where it was typed.
    pub first_name: String,
    /// Part of it was taken back.
    pub has_refunds: bool,
}

/// A basket that is set aside.
#[derive(Debug, Clone)]
pub struct ParkedBasket {
    /// The sale id that it keeps.
    pub sale: EntryId,
    /// The entry that parked it.
    pub stored: StoredEntry,
}

/// A line that a manager should look at.
#[derive(Debug, Clone)]
pub struct Noticed {
    /// The sale.
    pub sale: EntryId,
    /// Its line.
    pub line_no: u32,
    /// `unknown`, `price_missing`, `overridden` or `unlinked_refund`.
    pub why: String,
}

const SALE_ROW: &str =
    "SELECT r.sale_id, r.record_no, r.kind, r.receipt_no, r.at_ms, r.business_date, r.actor, r.till,
    r.total_minor, r.tender_kinds, r.line_count, r.first_name,
    EXISTS (SELECT 1 FROM refunded WHERE refunded.sale_id = r.sale_id) FROM receipt r";

/// Set aside, not taken up, and not paid at another till meanwhile.
const IS_WAITING: &str =
    "times > 0 AND NOT EXISTS (SELECT 1 FROM receipt WHERE receipt.sale_id = waiting.sale_id)";

/// The sales of a product, looked up on one business date after the other.
pub(super) const SOLD_IN: &str = "r.sale_id IN (
    WITH RECURSIVE sold_on (date) AS (
        SELECT max(business_date) FROM sale_line
        UNION ALL
        SELECT (SELECT max(business_date) FROM sale_line WHERE business_date < date) FROM sold_on WHERE date NOT NULL
    )
    SELECT sale_id FROM sold_on JOIN sale_line ON business_date = date AND product = ?)";

fn sale_row(row: &Row<'_>) -> rusqlite::Result<SaleRow> {
    let kinds: Vec<u8> = row.get(9)?;
    Ok(SaleRow {
        sale: EntryId(uuid::Uuid::from_bytes(row.get(0)?)),
        record_no: row.get(1)?,
        kind: row.get(2)?,
        receipt_no: row.get(3)?,
        series: String::new(),
        at_ms: row.get(4)?,
        business_date: BusinessDate(row.get(5)?),
        actor: StaffId(uuid::Uuid::from_bytes(row.get(6)?)),
        till: TillId(uuid::Uuid::from_bytes(row.get(7)?)),
        total_minor: row.get(8)?,
        tender_kinds: kinds
            .into_iter()
            .filter_map(|kind| TenderKind::ALL.into_iter().find(|known| *known as u8 == kind))
            .collect(),
        line_count: row.get(10)?,
        first_name: row.get(11)?,
        has_refunds: row.get(12)?,
    })
}

impl Book<'_> {
    /// Sales, newest first.
    ///
    /// # Errors
    /// When the file fails.
    pub fn sales(&self, find: &FindSales) -> Result<Vec<SaleRow>, Error> {
        let mut sql = SALE_ROW.to_owned();
        let mut given: Vec<Value> = Vec::new();
        let mut conditions: Vec<&str> = Vec::new();
        let mut narrow = |condition: &'static str, value: Value| {
            conditions.push(condition);
            given.push(value);
        };
        if let Some(product) = find.product {
            narrow(SOLD_IN, product.as_bytes().to_vec().into());
        }
        if let Some(from) = find.from {
            narrow("r.business_date >= ?", i64::from(from.0).into());
        }
        if let Some(to) = find.to {
            narrow("r.business_date <= ?", i64::from(to.0).into());
        }
        if let Some(amount) = find.amount_minor {
            narrow("r.total_minor = ?", amount.into());
        }
        if let Some(staff) = find.staff {
            narrow("r.actor = ?", staff.as_bytes().to_vec().into());
        }
        if let Some(no) = find.receipt_no {
            narrow("r.receipt_no = ?", no.cast_signed().into());
        }
        if let Some(after) = find.after {
            narrow(
                "(r.business_date, r.at_ms, r.sale_id) <
                 (SELECT a.business_date, a.at_ms, a.sale_id FROM receipt a WHERE a.sale_id = ?)",
                after.as_bytes().to_vec().into(),
            );
        }
        if !conditions.is_empty() {
            sql.push_str(" WHERE ");
            sql.push_str(&conditions.join(" AND "));
        }
        sql.push_str(" ORDER BY r.business_date DESC, r.at_ms DESC, r.sale_id DESC LIMIT ?");
        given.push(i64::from(find.limit).into());
        let mut rows = self.rows(&sql, params_from_iter(given), sale_row)?;
        for row in &mut rows {
            row.series = self.series_of(row.record_no)?;
        }
        Ok(rows)
    }

    /// One sale as it stands in lists.
    ///
    /// # Errors
    /// When the file fails.
    pub fn sale(&self, sale: EntryId) -> Result<Option<SaleRow>, Error> {
        let sql = format!("{SALE_ROW} WHERE r.sale_id = ?1");
        let Some(mut row) = self.row(&sql, [sale.as_bytes()], sale_row)? else { return Ok(None) };
        row.series = self.series_of(row.record_no)?;
        Ok(Some(row))
    }

    /// The receipt series of the stream that a record stands in.
    ///
    /// # Errors
    /// When the file fails.
    pub fn series_of(&self, record_no: i64) -> Result<String, Error> {
        let body: Option<Vec<u8>> = self.row(
            "SELECT body FROM record WHERE seq = 1 AND stream_no = (SELECT stream_no FROM record WHERE record_no = ?1)",
            [record_no],
            |row| row.get(0),
        )?;
        body.map_or(Ok(String::new()), |body| {
            replica::stream_opened::StreamOpened::from_body(&body)
                .map(|opened| opened.receipt_series.unwrap_or_default())
                .map_err(|error| Error::Malformed(format!("stream of record {record_no}: {error}")))
        })
    }

    /// The receipt series of this till's own stream; empty before it is set up.
    ///
    /// # Errors
    /// When the file fails or the stream's first record does not decode.
    pub fn own_series(&self) -> Result<String, Error> {
        let (device, incarnation) = self.writer.split_at(self.writer.len().min(16));
        self.series_of_life(device, incarnation)
    }

    /// The receipt series of one life of a till; empty where its stream is not here.
    ///
    /// # Errors
    /// When the file fails or the stream's first record does not decode.
    pub fn series_of_life(&self, device: &[u8], incarnation: &[u8]) -> Result<String, Error> {
        let first: Option<i64> = self.row(
            "SELECT record_no FROM record JOIN stream USING (stream_no)
             WHERE seq = 1 AND scope_kind = 1 AND device = ?1 AND incarnation = ?2",
            [device, incarnation],
            |row| row.get(0),
        )?;
        first.map_or(Ok(String::new()), |record_no| self.series_of(record_no))
    }

    /// Refunds, corrections and copies that name an entry, oldest first; not by a clock, which may go back.
    ///
    /// # Errors
    /// When the file fails.
    pub fn followers(&self, of: EntryId) -> Result<Vec<StoredEntry>, Error> {
        let sql = "SELECT record_no FROM follower JOIN entry USING (entry_id) WHERE target = ?1";
        let records = self.rows(sql, [of.as_bytes()], |row| row.get(0))?;
        self.entries_at(records)
    }

    /// What was taken back of each line of a sale: line, quantity, amount.
    ///
    /// # Errors
    /// When the file fails.
    pub fn refunded_lines(&self, sale: EntryId) -> Result<Vec<(u32, i64, i64)>, Error> {
        self.rows(
            "SELECT line_no, quantity, amount_minor FROM refunded WHERE sale_id = ?1 ORDER BY line_no",
            [sale.as_bytes()],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
    }

    /// Baskets that are set aside, oldest first.
    ///
    /// # Errors
    /// When the file fails.
    pub fn parked(&self) -> Result<Vec<ParkedBasket>, Error> {
        let rows = self.rows(
            &format!(
                "SELECT sale_id, (SELECT max(entry_id) FROM parked WHERE parked.sale_id = waiting.sale_id)
                 FROM waiting WHERE {IS_WAITING} ORDER BY 2"
            ),
            [],
            |row| Ok((row.get::<_, [u8; 16]>(0)?, row.get::<_, [u8; 16]>(1)?)),
        )?;
        let mut parked = Vec::with_capacity(rows.len());
        for (sale, entry) in rows {
            if let Some(stored) = self.entry(EntryId(uuid::Uuid::from_bytes(entry)))? {
                parked.push(ParkedBasket { sale: EntryId(uuid::Uuid::from_bytes(sale)), stored });
            }
        }
        Ok(parked)
    }

    /// How many baskets are set aside.
    ///
    /// # Errors
    /// When the file fails.
    pub fn parked_count(&self) -> Result<u32, Error> {
        let sql = format!("SELECT count(*) FROM waiting WHERE {IS_WAITING}");
        Ok(self.row(&sql, [], |row| row.get(0))?.unwrap_or(0))
    }

    /// Lines that a manager should look at, newest sale first.
    ///
    /// # Errors
    /// When the file fails.
    pub fn noticed(&self, most: u32) -> Result<Vec<Noticed>, Error> {
        self.rows(
            "SELECT sale_id, line_no, why FROM noticed ORDER BY sale_id DESC, line_no LIMIT ?1",
            [most],
            |row| {
                Ok(Noticed {
                    sale: EntryId(uuid::Uuid::from_bytes(row.get(0)?)),
                    line_no: row.get(1)?,
                    why: row.get(2)?,
                })
            },
        )
    }

    /// What sold most on a business date: product, packs, amount.
    ///
    /// # Errors
    /// When the file fails.
    pub fn best_sellers(&self, date: BusinessDate, most: u32) -> Result<Vec<(ProductId, i64, i64)>, Error> {
        self.rows(
            "SELECT product, wrapped_sum(quantity), wrapped_sum(amount_minor) FROM sale_line WHERE business_date = ?1
             GROUP BY product ORDER BY 2 DESC, 3 DESC, product LIMIT ?2",
            params![date.0, most],
            |row| Ok((ProductId(uuid::Uuid::from_bytes(row.get(0)?)), row.get(1)?, row.get(2)?)),
        )
    }

    /// The text that was typed for a line or a tender, for entries that keep it sealed.
    ///
    /// # Errors
    /// When the file fails.
    pub fn typed_name(&self, stored: &StoredEntry, line_no: u32) -> Result<String, Error> {
        Ok(self.unseal(stored, domain::entry::SealedField::ProductName, line_no)?.unwrap_or_default())
    }

    /// The sale's entry, if it is one.
    ///
    /// # Errors
    /// When the file fails.
    pub fn receipt_entry(&self, sale: EntryId) -> Result<Option<StoredEntry>, Error> {
        Ok(self.entry(sale)?.filter(|stored| {
            matches!(stored.entry, Entry::Sale(_) | Entry::Refund(_) | Entry::UnlinkedRefund(_))
        }))
    }
}
