//! What a manager should look at, and what was said of it.

use domain::entry::Entry;
use domain::id::{DeviceId, EntryId, StaffId};
use replica::record::Header;

use super::Book;
use crate::error::Error;

/// Something that the book noticed and that a manager should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Code of what it is.
    pub kind: String,
    /// What it is about: the hash of a record, in most kinds.
    pub about: Vec<u8>,
    /// How far it has gone, where it may go further: packs that came back, closes of one session.
    pub extent: i64,
    /// When the record was written that shows it, by its device's clock.
    pub at_ms: i64,
    /// The device that wrote it.
    pub device: DeviceId,
    /// The sale or refund, where the record is one that reads.
    pub sale: Option<EntryId>,
    /// Receipt number with series, where it is one.
    pub receipt_no: Option<String>,
    /// How it was settled; none where it is to be settled.
    pub settled: Option<Settled>,
}

/// What a manager said of an exception.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Who.
    pub by: StaffId,
    /// When, by the clock of the device.
    pub at_ms: i64,
    /// How: a code ([`domain::entry::Settling`]).
    pub how: String,
}

/// Exceptions with what was said last of how far they have gone now.
const EXCEPTIONS: &str = "FROM exception e LEFT JOIN settlement s
    ON s.kind = e.kind AND s.about = e.about AND s.extent = e.extent AND NOT s.is_open";

impl Book<'_> {
    /// What is to be settled, in the order in which it came to be known here, and how much there is in all.
    ///
    /// # Errors
    /// When the file fails or a stored header does not decode.
    pub fn exceptions(&self, most: u32) -> Result<(Vec<Exception>, u64), Error> {
        let sql = format!("SELECT count(*) {EXCEPTIONS} WHERE s.kind IS NULL");
        let count = self.row(&sql, [], |row| row.get(0))?.unwrap_or(0);
        Ok((self.listed("s.kind IS NULL ORDER BY e.record_no, e.kind, e.about", most)?, count))
    }

    /// What was settled, the latest first.
    ///
    /// # Errors
    /// When the file fails or a stored record does not decode.
    pub fn settled_exceptions(&self, most: u32) -> Result<Vec<Exception>, Error> {
        self.listed("s.kind IS NOT NULL ORDER BY s.hlc DESC, s.entry_id DESC", most)
    }

    fn listed(&self, which: &str, most: u32) -> Result<Vec<Exception>, Error> {
        let rows = self.rows(
            &format!(
                "SELECT e.kind, e.about, e.extent, e.record_no, r.header, r.body, by.header, by.body
                 {EXCEPTIONS} JOIN record r ON r.record_no = e.record_no
                 LEFT JOIN record by ON by.record_no = s.record_no WHERE {which} LIMIT ?1"
            ),
            [most],
            |row| {
                let settled = row.get::<_, Option<Vec<u8>>>(6)?.zip(row.get::<_, Option<Vec<u8>>>(7)?);
                let record: (Vec<u8>, Vec<u8>) = (row.get(4)?, row.get(5)?);
                let about = (row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?, row.get::<_, i64>(2)?);
                Ok((about, row.get::<_, i64>(3)?, record, settled))
            },
        )?;
        let decoded = |header: &[u8], body: &[u8]| -> Result<(Header, Option<Entry>), Error> {
            let header = Header::decode(header).map_err(|error| Error::Malformed(error.to_string()))?;
            let entry = Entry::from_body(header.kind, body).and_then(Result::ok);
            Ok((header, entry))
        };
        let listed = rows.into_iter().map(|((kind, about, extent), record_no, (header, body), settled)| {
            let (header, entry) = decoded(&header, &body)?;
            let receipt = entry.and_then(Entry::into_receipt).map(|(_, receipt)| receipt);
            let receipt_no = receipt.as_ref().map(|receipt| -> Result<String, Error> {
                Ok(format!("{}-{:06}", self.series_of(record_no)?, receipt.receipt_no))
            });
            let settled = match settled.map(|(header, body)| decoded(&header, &body)).transpose()? {
                Some((header, Some(Entry::ExceptionSettled(settled)))) => {
                    Some(Settled { by: settled.common.actor, at_ms: header.recorded_at.ms, how: settled.how })
                }
                _ => None,
            };
            Ok(Exception {
                kind,
                about,
                extent,
                at_ms: header.recorded_at.ms,
                device: DeviceId(header.stream.device.0),
                sale: receipt.map(|receipt| receipt.common.entry_id),
                receipt_no: receipt_no.transpose()?,
                settled,
            })
        });
        listed.collect()
    }
}
