//! Taking records that other devices wrote: verified, kept as they came, projected.

use domain::entry::Entry;
use replica::invitation::SignedStream;
use replica::record::Record;
use replica::sealed::SealedPart;
use rusqlite::{Connection, params};

use crate::error::Error;
use crate::journal::{head_of, insert_part, insert_record, stream_no};
use crate::projection::Projector;
use crate::rebuild::project_one;
use crate::{Ledger, document::Documents};

impl Ledger {
    /// Takes a verified run of another device's stream, in the transaction of the caller. Records that are
    /// here already are left out.
    pub(crate) fn accept(
        conn: &Connection,
        documents: &mut Documents,
        stream: &SignedStream,
    ) -> Result<(), Error> {
        let number = stream_no(conn, stream.head.stream)?;
        let known = head_of(conn, number, stream.head.stream)?;
        let projector = Projector::live(conn);
        for record in stream.records.iter().filter(|record| record.header.seq > known.seq) {
            let hash = record.hash();
            let signature = (record.header.seq == stream.head.seq).then_some(&stream.signature);
            let record_no = insert_record(conn, number, record, &hash, signature)?;
            for (part, subject) in sealed_with_subjects(record) {
                insert_part(conn, &part.hash(), &subject, part)?;
            }
            let header = &record.header;
            project_one(&projector, documents, record_no, &hash.0, header.kind, header, &record.body)?;
        }
        projector.finish()
    }
}

/// The sealed parts of a record that are still there, each with its subject.
fn sealed_with_subjects(record: &Record) -> Vec<(&SealedPart, [u8; 16])> {
    let Some(Ok(entry)) = Entry::from_body(record.header.kind, &record.body) else { return Vec::new() };
    let parts = record.sealed.iter().zip(entry.sealed());
    parts.filter_map(|(part, what)| Some((part.as_ref()?, *what.subject.as_bytes()))).collect()
}

/// Every record of a stream as it is stored, for giving on.
pub(crate) fn stream_records(conn: &Connection, stream_no: i64) -> Result<Vec<Record>, Error> {
    let mut statement = conn.prepare("SELECT header, body FROM record WHERE stream_no = ?1 ORDER BY seq")?;
    let rows = statement
        .query_map([stream_no], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Vec<u8>>(1)?)))?
        .collect::<Result<Vec<_>, _>>()?;
    let mut part = conn.prepare("SELECT salt, nonce, ciphertext FROM sealed_part WHERE hash = ?1")?;
    rows.into_iter()
        .map(|(header_bytes, body)| {
            let header = replica::record::Header::decode(&header_bytes)
                .map_err(|error| Error::Malformed(format!("stream {stream_no}: {error}")))?;
            let sealed = header
                .sealed
                .iter()
                .map(|hash| {
                    let found = part.query_row(params![hash.0], |row| {
                        Ok(SealedPart { salt: row.get(0)?, nonce: row.get(1)?, ciphertext: row.get(2)? })
                    });
                    match found {
                        Ok(found) => Ok(Some(found)),
                        Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
                        Err(error) => Err(error),
                    }
                })
                .collect::<Result<Vec<_>, _>>()?;
            Record::from_parts(header_bytes, body, sealed)
                .map_err(|error| Error::Malformed(format!("stream {stream_no}: {error}")))
        })
        .collect()
}
