//! Appending to the journal: the one place that writes ground rows.

use domain::entry::{Entry, Hash32, Incarnation, SealedField, Signature64, ToSeal};
use domain::id::{BranchId, DeviceId, OrganisationId};
use domain::time::{Hlc, Now};
use replica::record::Record;
use replica::sealed::{SealedPart, SubjectKey};
use replica::sign::DeviceKeys;
use replica::stream::{Scope, StreamHead, StreamId};
use rusqlite::{Connection, OptionalExtension, params};

use crate::error::Error;

/// Fills a buffer with random bytes.
pub type Random = dyn Fn(&mut [u8]) + Send + Sync;

/// The last record of a stream, and the number of the stream in this file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head {
    pub(crate) stream_no: i64,
    pub(crate) head: StreamHead,
}

/// An entry on its way into the book, with the texts that are sealed beside it.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// The entry.
    pub entry: Entry,
    /// In the order of the entry's `sealed`.
    pub to_seal: Vec<ToSeal>,
}

impl From<Entry> for NewEntry {
    fn from(entry: Entry) -> Self {
        Self { entry, to_seal: Vec::new() }
    }
}

/// A record that was appended in this transaction.
pub(crate) struct Appended {
    pub(crate) record_no: i64,
    pub(crate) record: Record,
    pub(crate) hash: Hash32,
}

/// Splits a scope into the two columns that keep it.
pub(crate) fn scope_columns(scope: Scope) -> (u8, [u8; 16]) {
    match scope {
        Scope::Organisation(id) => (0, *id.as_bytes()),
        Scope::Branch(id) => (1, *id.as_bytes()),
    }
}

fn scope_from(kind: u8, id: [u8; 16]) -> Scope {
    let id = uuid::Uuid::from_bytes(id);
    if kind == 0 { Scope::Organisation(OrganisationId(id)) } else { Scope::Branch(BranchId(id)) }
}

/// Joins the columns that keep a stream's identity.
pub(crate) fn stream_id(device: [u8; 16], incarnation: [u8; 8], kind: u8, scope: [u8; 16]) -> StreamId {
    StreamId {
        device: DeviceId(uuid::Uuid::from_bytes(device)),
        incarnation: Incarnation(incarnation),
        scope: scope_from(kind, scope),
    }
}

/// The heads of the streams that this incarnation of a device writes.
pub(crate) fn own_heads(
    conn: &Connection,
    device: DeviceId,
    incarnation: Incarnation,
) -> Result<Vec<Head>, Error> {
    let mut statement = conn.prepare(
        "SELECT stream_no, scope_kind, scope_id FROM stream WHERE device = ?1 AND incarnation = ?2",
    )?;
    let streams = statement
        .query_map(params![device.as_bytes(), incarnation.0], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?
        .collect::<Result<Vec<(i64, u8, [u8; 16])>, _>>()?;
    streams
        .into_iter()
        .map(|(stream_no, kind, id)| {
            let stream = StreamId { device, incarnation, scope: scope_from(kind, id) };
            Ok(Head { stream_no, head: head_of(conn, stream_no, stream)? })
        })
        .collect()
}

/// The last record of a stream as this file has it.
pub(crate) fn head_of(conn: &Connection, stream_no: i64, stream: StreamId) -> Result<StreamHead, Error> {
    let last = conn
        .prepare_cached("SELECT seq, hash FROM record WHERE stream_no = ?1 ORDER BY seq DESC LIMIT 1")?
        .query_row([stream_no], |row| Ok((row.get::<_, u64>(0)?, row.get::<_, [u8; 32]>(1)?)))
        .optional()?;
    Ok(last.map_or(StreamHead::empty(stream), |(seq, hash)| StreamHead { stream, seq, hash: Hash32(hash) }))
}

/// The number of a stream in this file; a new one is given if it is not known.
pub(crate) fn stream_no(conn: &Connection, stream: StreamId) -> Result<i64, Error> {
    let (kind, id) = scope_columns(stream.scope);
    let found = conn
        .prepare_cached(
            "SELECT stream_no FROM stream WHERE device = ?1 AND incarnation = ?2 AND scope_kind = ?3 AND scope_id = ?4",
        )?
        .query_row(params![stream.device.as_bytes(), stream.incarnation.0, kind, id], |row| row.get(0))
        .optional()?;
    if let Some(found) = found {
        return Ok(found);
    }
    conn.execute(
        "INSERT INTO stream (device, incarnation, scope_kind, scope_id) VALUES (?1, ?2, ?3, ?4)",
        params![stream.device.as_bytes(), stream.incarnation.0, kind, id],
    )?;
    Ok(conn.last_insert_rowid())
}

/// Writes what one transaction appends to this device's streams.
pub(crate) struct Pen<'c> {
    pub(crate) conn: &'c Connection,
    pub(crate) now: Now,
    pub(crate) hlc: Hlc,
    pub(crate) random: &'c Random,
}

impl Pen<'_> {
    /// Seals the texts under their subjects' keys, which are made when they are first needed. But what a PIN is
    /// checked with is for a person whose name is sealed already: under a key of our own nobody else could read it.
    fn seal(&self, to_seal: &[ToSeal]) -> Result<Vec<SealedPart>, Error> {
        to_seal
            .iter()
            .map(|text| {
                let subject = text.what.subject;
                let key = match self.key_here(subject.as_bytes())? {
                    Some(key) => key,
                    None if text.what.field == SealedField::Verifier => {
                        return Err(Error::BadRecord("the key of this person is not here yet".to_owned()));
                    }
                    None => self.make_key(subject.as_bytes())?,
                };
                let (mut salt, mut nonce) = ([0; 16], [0; 24]);
                (self.random)(&mut salt);
                (self.random)(&mut nonce);
                SealedPart::seal(&key, subject, salt, nonce, &text.plain)
                    .map_err(|error| Error::BadRecord(error.to_string()))
            })
            .collect()
    }

    fn key_here(&self, subject: &[u8; 16]) -> Result<Option<SubjectKey>, Error> {
        let mut statement = self.conn.prepare_cached("SELECT key FROM subject_key WHERE subject = ?1")?;
        Ok(statement.query_row([subject], |row| row.get(0).map(SubjectKey)).optional()?)
    }

    fn make_key(&self, subject: &[u8; 16]) -> Result<SubjectKey, Error> {
        let mut key = [0; 32];
        (self.random)(&mut key);
        self.conn
            .prepare_cached("INSERT INTO subject_key (subject, key) VALUES (?1, ?2)")?
            .execute(params![subject, key])?;
        Ok(SubjectKey(key))
    }

    /// Appends an entry to a stream. The record is signed if it is the last of its stream in this commit.
    pub(crate) fn append_entry(
        &mut self,
        head: &mut Head,
        new: &NewEntry,
        signer: Option<&DeviceKeys>,
    ) -> Result<Appended, Error> {
        let parts = self.seal(&new.to_seal)?;
        let appended = self.append(head, new.entry.kind(), new.entry.to_body(), parts, signer)?;
        for (part, text) in appended.record.sealed.iter().flatten().zip(&new.to_seal) {
            insert_part(self.conn, &part.hash(), text.what.subject.as_bytes(), part)?;
        }
        Ok(appended)
    }

    /// Appends a body to a stream.
    pub(crate) fn append(
        &mut self,
        head: &mut Head,
        kind: u16,
        body: Vec<u8>,
        parts: Vec<SealedPart>,
        signer: Option<&DeviceKeys>,
    ) -> Result<Appended, Error> {
        self.hlc = self.hlc.tick(self.now.ms);
        let record = Record::append(&head.head, kind, 1, self.now, self.hlc, body, parts)
            .map_err(|error| Error::BadRecord(error.to_string()))?;
        let next = record.head();
        let signature = signer.map(|keys| keys.sign_checkpoint(&next));
        let record_no = insert_record(self.conn, head.stream_no, &record, &next.hash, signature.as_ref())?;
        head.head = next;
        Ok(Appended { record_no, record, hash: next.hash })
    }
}

/// Writes a record, the caller's or one that came from another device.
pub(crate) fn insert_record(
    conn: &Connection,
    stream_no: i64,
    record: &Record,
    hash: &Hash32,
    signature: Option<&Signature64>,
) -> Result<i64, Error> {
    conn.prepare_cached(
        "INSERT INTO record (stream_no, seq, hash, kind, header, body, signature) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        stream_no,
        record.header.seq,
        hash.0,
        record.header.kind,
        record.header_bytes,
        record.body,
        signature.map(|signature| signature.0)
    ])?;
    Ok(conn.last_insert_rowid())
}

/// Says that a branch of a stream now ends later. Where it went on from a record that others follow already,
/// the stream has one end more: it forked.
pub(crate) fn move_head(
    conn: &Connection,
    stream_no: i64,
    from: &StreamHead,
    to: &StreamHead,
) -> Result<(), Error> {
    conn.prepare_cached("DELETE FROM head WHERE stream_no = ?1 AND seq = ?2 AND hash = ?3")?
        .execute(params![stream_no, from.seq, from.hash.0])?;
    conn.prepare_cached("INSERT INTO head (stream_no, seq, hash) VALUES (?1, ?2, ?3)")?
        .execute(params![stream_no, to.seq, to.hash.0])?;
    Ok(())
}

/// Writes a sealed part, unless it is here already.
pub(crate) fn insert_part(
    conn: &Connection,
    hash: &Hash32,
    subject: &[u8; 16],
    part: &SealedPart,
) -> Result<(), Error> {
    conn.prepare_cached(
        "INSERT INTO sealed_part (hash, subject, salt, nonce, ciphertext) SELECT ?1, ?2, ?3, ?4, ?5
         WHERE NOT EXISTS (SELECT 1 FROM sealed_part WHERE hash = ?1)",
    )?
    .execute(params![hash.0, subject, part.salt, part.nonce, part.ciphertext])?;
    Ok(())
}
