//! The whole branch at a glance: the drawers of all tills, how far each till is known here, what is to be
//! settled, and what runs out. Everything but stock is read out of summaries, however many sales there are.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::account::Account;
use domain::entry::{Incarnation, Measure};
use domain::id::{CashLocationId, CashSessionId, DeviceId, PlaceId, ProductId, StaffId};
use domain::time::BusinessDate;
use replica::record::Header;
use rusqlite::params;

use super::{Book, OpenSession};
use crate::error::Error;

/// Z among which the last close of each drawer is looked for.
const RECENT_Z: u32 = 500;

/// A product of which too little is on the shelf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LowStock {
    /// Product.
    pub product: ProductId,
    /// Packs on the shelf; negative where more was sold than came in.
    pub on_hand: i64,
    /// Packs sold in the days that were looked at, refunds counted against.
    pub sold: i64,
}

/// Packs on the shelf that expire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpiringLot {
    /// Product.
    pub product: ProductId,
    /// Lot.
    pub lot: String,
    /// Expiry.
    pub expiry: BusinessDate,
    /// Packs.
    pub packs: i64,
}

impl Book<'_> {
    /// Every session of the branch that no close has been seen of, by drawer.
    ///
    /// # Errors
    /// When the file fails.
    pub fn open_sessions(&self) -> Result<Vec<OpenSession>, Error> {
        self.rows(
            "SELECT cash_session, opened_at_ms, opened_by, business_date, opening_float_minor, open_session.location
             FROM open_session JOIN cash_session USING (cash_session)
             ORDER BY open_session.location, cash_session",
            [],
            |row| {
                Ok(OpenSession {
                    cash_session: CashSessionId(uuid::Uuid::from_bytes(row.get(0)?)),
                    location: CashLocationId(uuid::Uuid::from_bytes(row.get(5)?)),
                    opened_at_ms: row.get(1)?,
                    opened_by: StaffId(uuid::Uuid::from_bytes(row.get(2)?)),
                    business_date: BusinessDate(row.get(3)?),
                    opening_float_minor: row.get(4)?,
                })
            },
        )
    }

    /// When a session was last counted; `None` before its first count.
    ///
    /// # Errors
    /// When the file fails.
    pub fn last_count_ms(&self, session: CashSessionId) -> Result<Option<i64>, Error> {
        let sql = "SELECT max(at_ms) FROM session_entry JOIN entry USING (entry_id)
                   WHERE session_entry.cash_session = ?1 AND session_entry.kind = 33";
        Ok(self.row(sql, [session.as_bytes()], |row| row.get::<_, Option<i64>>(0))?.flatten())
    }

    /// When each drawer was last closed, among the newest closes of the branch.
    ///
    /// # Errors
    /// When the file fails.
    pub fn last_closes(&self) -> Result<HashMap<CashLocationId, i64>, Error> {
        let rows = self.rows(
            "SELECT location, max(at_ms) FROM (SELECT entry_id, cash_session FROM z ORDER BY entry_id DESC LIMIT ?1) z
             JOIN cash_session ON cash_session.cash_session = z.cash_session
             JOIN entry ON entry.entry_id = z.entry_id GROUP BY location",
            [RECENT_Z],
            |row| Ok((CashLocationId(uuid::Uuid::from_bytes(row.get(0)?)), row.get(1)?)),
        )?;
        Ok(rows.into_iter().collect())
    }

    /// Numbers of tills that were invited and of which nothing is known here: they may have joined and sold.
    ///
    /// # Errors
    /// When the file fails.
    pub fn unheard_till_nos(&self) -> Result<Vec<u32>, Error> {
        let here = self.branch_here()?;
        self.rows(
            "SELECT DISTINCT till_no FROM invitation WHERE (?1 IS NULL OR branch = ?1)
             AND NOT EXISTS (SELECT 1 FROM device WHERE device.till = invitation.till) ORDER BY till_no",
            [here.map(|branch| *branch.as_bytes())],
            |row| row.get(0),
        )
    }

    /// Devices that were revoked in every life that they were enrolled in.
    ///
    /// # Errors
    /// When the file fails.
    pub fn revoked_devices(&self) -> Result<HashSet<DeviceId>, Error> {
        let rows = self.rows(
            "SELECT device FROM device LEFT JOIN revoked USING (device, incarnation)
             GROUP BY device HAVING count(revoked.branch_seq) = count(*)",
            [],
            |row| Ok(DeviceId(uuid::Uuid::from_bytes(row.get(0)?))),
        )?;
        Ok(rows.into_iter().collect())
    }

    /// Number of the last receipt of one life of a till that is known here, 0 for none.
    ///
    /// # Errors
    /// When the file fails.
    pub fn last_receipt_of(&self, device: DeviceId, incarnation: Incarnation) -> Result<u64, Error> {
        let writer = [device.as_bytes().as_slice(), incarnation.0.as_slice()].concat();
        let sql = "SELECT max(receipt_no) FROM writer WHERE writer = ?1";
        Ok(self.row(sql, [writer], |row| row.get::<_, Option<u64>>(0))?.flatten().unwrap_or(0))
    }

    /// When a device wrote the newest of its records of the branch that are here, by its own clock.
    ///
    /// # Errors
    /// When the file fails or a stored header does not decode.
    pub fn last_written_ms(&self, device: DeviceId) -> Result<Option<i64>, Error> {
        let streams = self.rows(
            "SELECT stream_no FROM stream WHERE device = ?1 AND scope_kind = 1",
            [device.as_bytes()],
            |row| row.get::<_, i64>(0),
        )?;
        let mut newest = None;
        for stream in streams {
            let sql = "SELECT header FROM record WHERE stream_no = ?1 ORDER BY seq DESC LIMIT 1";
            let Some(header) = self.row(sql, [stream], |row| row.get::<_, Vec<u8>>(0))? else { continue };
            let header = Header::decode(&header).map_err(|error| Error::Malformed(error.to_string()))?;
            newest = newest.max(Some(header.recorded_at.ms));
        }
        Ok(newest)
    }

    /// Products that came to the shelf by the book at least once and of which nothing is left, or fewer packs
    /// than were sold from one day to another, both included. It reads all stock and the sales of these days:
    /// it is not for every change.
    ///
    /// # Errors
    /// When the file fails.
    pub fn low_stock(
        &self,
        shelf: PlaceId,
        from: BusinessDate,
        to: BusinessDate,
    ) -> Result<Vec<LowStock>, Error> {
        let sold: BTreeMap<ProductId, i64> = self
            .rows(
                "SELECT product, wrapped_sum(quantity) FROM sale_line WHERE business_date BETWEEN ?1 AND ?2 GROUP BY product",
                [from.0, to.0],
                |row| Ok((ProductId(uuid::Uuid::from_bytes(row.get(0)?)), row.get(1)?)),
            )?
            .into_iter()
            .collect();
        let came_in = self.rows(
            "SELECT product, wrapped_sum(CASE WHEN account = ?1 AND dimension = ?2 THEN amount ELSE 0 END)
             FROM goods WHERE measure = ?4 GROUP BY product HAVING max(account NOT IN (?1, ?3))",
            params![Account::Shelf as u8, shelf.as_bytes(), Account::Sold as u8, Measure::Pack as u8],
            |row| Ok((ProductId(uuid::Uuid::from_bytes(row.get(0)?)), row.get(1)?)),
        )?;
        let stock = came_in.into_iter().map(|(product, on_hand)| LowStock {
            product,
            on_hand,
            sold: sold.get(&product).copied().unwrap_or(0).max(0),
        });
        Ok(stock.filter(|stock| stock.on_hand <= 0 || stock.on_hand < stock.sold).collect())
    }

    /// Packs on the shelf that expire on or before a day, the earliest first. It reads all lots: it is not for
    /// every change.
    ///
    /// # Errors
    /// When the file fails.
    pub fn expiring(&self, shelf: PlaceId, until: BusinessDate) -> Result<Vec<ExpiringLot>, Error> {
        self.rows(
            "SELECT lot.product, lot.lot, min(expiry), amount FROM lot
             JOIN goods ON goods.product = lot.product AND account = ?1 AND dimension = ?2
                AND goods.lot = lot.lot AND measure = ?3
             WHERE expiry <= ?4 AND amount > 0
             GROUP BY lot.product, lot.lot ORDER BY 3, lot.product, lot.lot",
            params![Account::Shelf as u8, shelf.as_bytes(), Measure::Pack as u8, until.0],
            |row| {
                Ok(ExpiringLot {
                    product: ProductId(uuid::Uuid::from_bytes(row.get(0)?)),
                    lot: row.get(1)?,
                    expiry: BusinessDate(row.get(2)?),
                    packs: row.get(3)?,
                })
            },
        )
    }
}
