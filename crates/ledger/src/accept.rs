//! Taking records that other devices wrote: verified, kept as they came, projected.

use domain::entry::{SealedRef, Signature64};
use domain::id::ProductId;
use domain::time::Hlc;
use minicbor::Decode;
use replica::record::{Header, Record};
use replica::sealed::SealedPart;
use replica::stream::StreamHead;
use rusqlite::{Connection, OptionalExtension, params};

use crate::document::Documents;
use crate::error::Error;
use crate::journal::{insert_part, insert_record, move_head};
use crate::judge_again::header_of;
use crate::projection::Projector;
use crate::rebuild::project_one;

/// Where records of another device's stream go, in the transaction of the caller.
pub(crate) struct Accepted<'a> {
    pub(crate) stream_no: i64,
    /// Number of the record that the signature is over.
    pub(crate) end: u64,
    pub(crate) signature: &'a Signature64,
}

impl Accepted<'_> {
    /// Writes verified records that are not here yet and projects them. Gives the products that may have changed.
    pub(crate) fn take(
        &self,
        conn: &Connection,
        documents: &mut Documents,
        records: &[Record],
    ) -> Result<Vec<ProductId>, Error> {
        let numbers = self.store(conn, records)?;
        let projector = Projector::live(conn)?;
        let mut touched = Vec::new();
        for (record, record_no) in records.iter().zip(numbers) {
            let (hash, header) = (record.hash(), &record.header);
            let kind = header.kind;
            touched.extend(project_one(&projector, documents, record_no, &hash, kind, header, &record.body)?);
        }
        projector.finish()?;
        Ok(touched)
    }

    /// Writes verified records that are not here yet, as they came. Gives their numbers.
    ///
    /// # Errors
    /// `BadRecord` where the hybrid clock of a stream does not go on: whatever is looked for by it is looked for
    /// down from the end of a stream.
    pub(crate) fn store(&self, conn: &Connection, records: &[Record]) -> Result<Vec<i64>, Error> {
        let mut last = self.clock_before(conn, records)?;
        for record in records {
            if record.header.hlc <= last {
                let at = record.header.seq;
                return Err(Error::BadRecord(format!("the clock stands still or goes back at record {at}")));
            }
            last = record.header.hlc;
        }
        let mut numbers = Vec::with_capacity(records.len());
        for record in records {
            let hash = record.hash();
            let signature = (record.header.seq == self.end).then_some(self.signature);
            numbers.push(insert_record(conn, self.stream_no, record, &hash, signature)?);
            for (part, subject) in sealed_with_subjects(record) {
                if !is_erased(conn, &subject)? {
                    insert_part(conn, &part.hash(), &subject, part)?;
                }
            }
        }
        if let (Some(first), Some(last)) = (records.first(), records.last()) {
            let from = StreamHead {
                stream: first.header.stream,
                seq: first.header.seq - 1,
                hash: first.header.previous,
            };
            move_head(conn, self.stream_no, &from, &last.head())?;
        }
        Ok(numbers)
    }

    /// The hybrid clock of the record that these go on from.
    fn clock_before(&self, conn: &Connection, records: &[Record]) -> Result<Hlc, Error> {
        let Some(Header { seq, previous, .. }) = records.first().map(|record| &record.header) else {
            return Ok(Hlc::default());
        };
        let sql = "SELECT header FROM record WHERE stream_no = ?1 AND seq = ?2 AND hash = ?3";
        let key = params![self.stream_no, seq.saturating_sub(1), previous.0];
        let before: Option<Vec<u8>> =
            conn.prepare_cached(sql)?.query_row(key, |row| row.get(0)).optional()?;
        before.map_or(Ok(Hlc::default()), |before| Ok(header_of(&before)?.hlc))
    }
}

/// Whether what is sealed under a subject was destroyed here, and does not come back.
fn is_erased(conn: &Connection, subject: &[u8; 16]) -> Result<bool, Error> {
    Ok(conn.prepare_cached("SELECT 1 FROM erased WHERE subject = ?1")?.exists([subject])?)
}

/// What sealed parts are, in an entry of whatever kind.
#[derive(Decode)]
#[cbor(map)]
struct SealedRefs {
    #[n(1)]
    sealed: Vec<SealedRef>,
}

/// The sealed parts of a record that are still there, each with its subject.
fn sealed_with_subjects(record: &Record) -> Vec<(&SealedPart, [u8; 16])> {
    if record.sealed.is_empty() {
        return Vec::new();
    }
    let refs = minicbor::decode::<SealedRefs>(&record.body).map(|body| body.sealed).unwrap_or_default();
    // Parts that nothing is said of are kept under no subject: they are given on, and nobody opens them.
    let subjects = refs.iter().map(|what| *what.subject.as_bytes()).chain(std::iter::repeat([0; 16]));
    let parts = record.sealed.iter().zip(subjects);
    parts.filter_map(|(part, subject)| Some((part.as_ref()?, subject))).collect()
}

/// A stored record with those of its sealed parts that are still there.
pub(crate) fn record_of(conn: &Connection, header_bytes: Vec<u8>, body: Vec<u8>) -> Result<Record, Error> {
    let header =
        Header::decode(&header_bytes).map_err(|error| Error::Malformed(format!("header: {error}")))?;
    let mut part = conn.prepare_cached("SELECT salt, nonce, ciphertext FROM sealed_part WHERE hash = ?1")?;
    let mut sealed = Vec::with_capacity(header.sealed.len());
    for hash in &header.sealed {
        let found = part.query_row(params![hash.0], |row| {
            Ok(SealedPart { salt: row.get(0)?, nonce: row.get(1)?, ciphertext: row.get(2)? })
        });
        sealed.push(found.optional()?);
    }
    let place = (header.stream, header.seq);
    Record::from_parts(header_bytes, body, sealed)
        .map_err(|error| Error::Malformed(format!("record {} of {:?}: {error}", place.1, place.0)))
}
