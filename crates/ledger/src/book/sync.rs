//! What a server has of this till's sales, and what still waits.

use std::borrow::Cow;

use domain::entry::{Hash32, Incarnation};
use domain::id::DeviceId;
use minicbor::{Decode, Encode};
use replica::record::Header;
use replica::stream::{Scope, StreamHead};
use rusqlite::params;

use super::Book;
use crate::error::Error;

/// Name of the local value that says how much of this till's sales a server has acknowledged.
const ACKED: &str = "acked";

/// This till's sales up to a record of its branch stream.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct OwnSales {
    /// The record.
    #[n(0)]
    pub seq: u64,
    /// Number of the last receipt.
    #[n(1)]
    pub receipt_no: u64,
    /// Takings of all Z of this till and since the last one.
    #[n(2)]
    pub takings_minor: i64,
}

/// Sales that a server has not acknowledged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unsent {
    /// Receipts.
    pub count: u64,
    /// Their sum.
    pub amount_minor: i64,
    /// When the oldest of them was made.
    pub oldest_ms: Option<i64>,
}

/// What is to be kept when a server has acknowledged this till's records so far.
#[must_use]
pub fn acked(sales: &OwnSales) -> (Cow<'static, str>, Option<Vec<u8>>) {
    (ACKED.into(), minicbor::to_vec(sales).ok())
}

impl Book<'_> {
    /// This till's sales as they are now; zeros before its branch stream is opened.
    ///
    /// # Errors
    /// When the file fails.
    pub fn own_sales(&self) -> Result<OwnSales, Error> {
        let heads = self.own_heads()?;
        let seq = heads
            .iter()
            .find(|head| matches!(head.stream.scope, Scope::Branch(_)))
            .map_or(0, |head| head.seq);
        Ok(OwnSales {
            seq,
            receipt_no: self.next_receipt_no()? - 1,
            takings_minor: self.perpetual_total_minor()?.saturating_add(self.period_figures()?.takings_minor),
        })
    }

    /// The ends of the streams that this device writes, ascending by stream.
    ///
    /// # Errors
    /// When the file fails.
    pub fn own_heads(&self) -> Result<Vec<StreamHead>, Error> {
        let (device, incarnation) = self.writer.split_at(self.writer.len().min(16));
        let mut heads = self.rows(
            "SELECT device, incarnation, scope_kind, scope_id, seq, hash FROM stream JOIN head USING (stream_no)
             WHERE device = ?1 AND incarnation = ?2",
            params![device, incarnation],
            |row| {
                let stream = crate::journal::stream_id(row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
                Ok(StreamHead { stream, seq: row.get(4)?, hash: Hash32(row.get(5)?) })
            },
        )?;
        heads.sort_by_key(|head| (head.stream, head.seq, head.hash));
        Ok(heads)
    }

    /// The lives of a till that are not revoked, each with the ends of its branch and organisation streams as
    /// they are known here.
    ///
    /// # Errors
    /// When the file fails.
    pub fn lives_of_till(&self, till_no: u32) -> Result<Vec<(DeviceId, Incarnation, u64, u64)>, Error> {
        self.rows(
            "SELECT device, incarnation,
                (SELECT max(seq) FROM stream s JOIN head USING (stream_no)
                 WHERE s.device = d.device AND s.incarnation = d.incarnation AND scope_kind = 1),
                (SELECT max(seq) FROM stream s JOIN head USING (stream_no)
                 WHERE s.device = d.device AND s.incarnation = d.incarnation AND scope_kind = 0)
             FROM device d WHERE till_no = ?1 AND NOT EXISTS
                (SELECT 1 FROM revoked r WHERE r.device = d.device AND r.incarnation = d.incarnation)",
            [till_no],
            |row| {
                Ok((
                    DeviceId(uuid::Uuid::from_bytes(row.get(0)?)),
                    Incarnation(row.get(1)?),
                    row.get::<_, Option<u64>>(2)?.unwrap_or(0),
                    row.get::<_, Option<u64>>(3)?.unwrap_or(0),
                ))
            },
        )
    }

    /// Whether this record is here.
    ///
    /// # Errors
    /// When the file fails.
    pub fn has_record(&self, head: &StreamHead) -> Result<bool, Error> {
        let Some(number) = self.stream_no(head.stream)? else { return Ok(head.seq == 0) };
        crate::merge::is_here(self.conn, number, head)
    }

    /// What a server has not acknowledged of this till's sales.
    ///
    /// # Errors
    /// When the file fails.
    pub fn unsent(&self) -> Result<Unsent, Error> {
        let acked: OwnSales =
            self.local(ACKED)?.and_then(|bytes| minicbor::decode(&bytes).ok()).unwrap_or_default();
        let now = self.own_sales()?;
        // A till that began a new life has acknowledged nothing of it yet.
        let acked = if acked.seq > now.seq { OwnSales::default() } else { acked };
        let count = now.receipt_no.saturating_sub(acked.receipt_no);
        if count == 0 {
            return Ok(Unsent::default());
        }
        let (device, incarnation) = self.writer.split_at(self.writer.len().min(16));
        let header: Option<Vec<u8>> = self.row(
            "SELECT header FROM stream JOIN record USING (stream_no)
             WHERE device = ?1 AND incarnation = ?2 AND scope_kind = 1 AND seq > ?3
               AND kind BETWEEN 21 AND 23 ORDER BY seq LIMIT 1",
            params![device, incarnation, acked.seq],
            |row| row.get(0),
        )?;
        let oldest = header.and_then(|bytes| Header::decode(&bytes).ok());
        Ok(Unsent {
            count,
            amount_minor: now.takings_minor.saturating_sub(acked.takings_minor),
            oldest_ms: oldest.map(|header| header.recorded_at.ms),
        })
    }
}
