//! What the code on a Z or a receipt proves, for somebody who holds the paper and a copy of the book and trusts neither the
//! till's derived tables nor whoever wrote them: everything is read out of the records.

use std::path::Path;

use domain::entry::{Covered, Entry, Figures, Hash32, Receipt, ReceiptKind, ZReport};
use domain::time::Now;
use replica::body::{self, Body};
use replica::cbor::check_deterministic;
use replica::paper_code::{Coded, PaperCode};
use replica::record::{Header, hash};
use replica::sign::verify_checkpoint;
use replica::stream::{Scope, StreamHead, StreamId};
use replica::stream_opened::StreamOpened;
use rusqlite::{Connection, OptionalExtension, params};

use crate::book::{Book, Branch, StoredEntry};
use crate::error::Error;
use crate::journal::scope_columns;
use crate::open::{Mode, connect};
use crate::projection::is_sound;
use crate::secrets::Secrets;
use crate::verify::Fault;

/// A Z that its code was held against the records of.
#[derive(Debug, Clone)]
pub struct VerifiedZ {
    /// The Z as it stands in the book.
    pub z: ZReport,
    /// When the till made it.
    pub made_at: Now,
    /// Receipt series of the till.
    pub series: String,
    /// Number of the till.
    pub till_no: u32,
    /// The branch, as far as this book knows it.
    pub branch: Option<Branch>,
    /// Records that were read, those of earlier lives of the till among them.
    pub record_count: u64,
    /// Where the records and the Z are apart; none where it holds.
    pub faults: Vec<Fault>,
}

/// A receipt that stands in the book as its till signed it.
#[derive(Debug, Clone)]
pub struct VerifiedReceipt {
    /// Sale or refund.
    pub kind: ReceiptKind,
    /// The receipt as it stands in the book.
    pub receipt: Receipt,
    /// When the till made it.
    pub made_at: Now,
    /// Receipt series of the till.
    pub series: String,
    /// Number of the till.
    pub till_no: u32,
    /// The branch, as far as this book knows it.
    pub branch: Option<Branch>,
}

/// What a code comes to in a book.
#[derive(Debug, Clone)]
pub enum Proof {
    /// The till signed this Z, and this is what the records say.
    Z(Box<VerifiedZ>),
    /// The till signed this receipt.
    Receipt(Box<VerifiedReceipt>),
    /// It is of another pharmacy, or another branch of it.
    OtherBranch,
    /// The till that it names was never enrolled here.
    TillUnknown,
    /// The signature is not the till's.
    Forged,
    /// The book ends before it.
    BeyondBook {
        /// Record of the paper.
        seq: u64,
        /// The till's last record that is here.
        has: u64,
    },
    /// The till signed it, and this book holds something else in its place.
    OtherRecord {
        /// Record of the paper.
        seq: u64,
    },
    /// The till signed this record, and it is no such paper.
    OtherPaper,
}

impl Book<'_> {
    /// The code of a Z or a receipt; none for anything else, and where its till's signature is not here: what comes
    /// from another till brings only the last of several.
    ///
    /// # Errors
    /// When the file fails.
    pub fn paper_code(&self, stored: &StoredEntry) -> Result<Option<PaperCode>, Error> {
        let of = match &stored.entry {
            Entry::ZReport(_) => Coded::Z,
            Entry::Sale(_) | Entry::Refund(_) | Entry::UnlinkedRefund(_) => Coded::Receipt,
            _ => return Ok(None),
        };
        let sql = "SELECT hash, signature FROM record WHERE record_no = ?1";
        let row = self.row(sql, [stored.record_no], |row| {
            Ok((Hash32(row.get(0)?), row.get::<_, Option<[u8; 64]>>(1)?))
        })?;
        Ok(row.and_then(|(hash, signature)| {
            let head = StreamHead { stream: stored.header.stream, seq: stored.header.seq, hash };
            signature.map(|signature| PaperCode {
                of,
                head,
                signature: domain::entry::Signature64(signature),
            })
        }))
    }
}

/// Holds the code of a paper against the ledger at `path`, beside whoever uses it.
///
/// # Errors
/// A failure of the machine. What the code comes to is the answer.
pub fn verify_code(path: &Path, secrets: &Secrets, code: &PaperCode) -> Result<Proof, Error> {
    let conn = connect(path, &secrets.database_key, Mode::Read)?;
    let book = Book { conn: &conn, writer: &[] };
    let StreamId { device, incarnation, scope } = code.head.stream;
    let Scope::Branch(branch) = scope else { return Ok(Proof::OtherBranch) };
    if book.branch_here()? != Some(branch) {
        return Ok(Proof::OtherBranch);
    }
    let Some(enrolled) = book.device(device, incarnation)? else { return Ok(Proof::TillUnknown) };
    if enrolled.branch != branch {
        return Ok(Proof::TillUnknown);
    }
    if !verify_checkpoint(&enrolled.signing_key, &code.head, &code.signature) {
        return Ok(Proof::Forged);
    }
    let records = Records { conn: &conn };
    let Some(stream_no) = records.stream_no(code.head.stream)? else {
        return Ok(Proof::BeyondBook { seq: code.head.seq, has: 0 });
    };
    let Some(last) = records.at(stream_no, code.head.seq, &code.head.hash)? else {
        let has = records.last_seq(stream_no)?;
        let seq = code.head.seq;
        return Ok(if has < seq { Proof::BeyondBook { seq, has } } else { Proof::OtherRecord { seq } });
    };
    if hash(&last.header) != code.head.hash {
        return Ok(Proof::OtherRecord { seq: code.head.seq });
    }
    let header = Header::decode(&last.header).map_err(|error| Error::Malformed(error.to_string()))?;
    if hash(&last.body) != header.body_hash {
        return Ok(Proof::OtherRecord { seq: code.head.seq });
    }
    let Body::Entry(entry) = body::read(&header, &last.body) else { return Ok(Proof::OtherPaper) };
    let made_at = header.recorded_at;
    let series = book.series_of_life(device.as_bytes(), &incarnation.0)?;
    let tills = book.tills()?;
    let till_no = tills.into_iter().find(|till| entry.common().till == Some(till.till));
    let till_no = till_no.map_or(0, |till| till.till_no);
    let branch = book.branch()?;
    match (code.of, *entry) {
        (Coded::Z, Entry::ZReport(z)) => {
            let mut found =
                VerifiedZ { z, made_at, series, till_no, branch, record_count: 1, faults: Vec::new() };
            records.read(stream_no, &header, &mut found)?;
            Ok(Proof::Z(Box::new(found)))
        }
        (Coded::Receipt, entry) => Ok(match entry.into_receipt() {
            Some((kind, receipt)) => {
                Proof::Receipt(Box::new(VerifiedReceipt { kind, receipt, made_at, series, till_no, branch }))
            }
            None => Proof::OtherPaper,
        }),
        (Coded::Z, _) => Ok(Proof::OtherPaper),
    }
}

/// A record as it lies in the file.
struct Raw {
    header: Vec<u8>,
    body: Vec<u8>,
}

/// The records of a book, by stream, number and hash.
struct Records<'c> {
    conn: &'c Connection,
}

/// What a walk down a stream came to.
struct Walked {
    figures: Figures,
    /// Hash of the first of them.
    first: Hash32,
    /// Hash of the record before that.
    before: Hash32,
}

impl VerifiedZ {
    fn fault(&mut self, seq: u64, code: &'static str) {
        self.faults.push(Fault { place: format!("record {seq}"), code });
    }
}

impl Records<'_> {
    fn stream_no(&self, stream: StreamId) -> Result<Option<i64>, Error> {
        let (kind, id) = scope_columns(stream.scope);
        let sql = "SELECT stream_no FROM stream
                   WHERE device = ?1 AND incarnation = ?2 AND scope_kind = ?3 AND scope_id = ?4";
        let mut statement = self.conn.prepare_cached(sql)?;
        let given = params![stream.device.as_bytes(), stream.incarnation.0, kind, id];
        Ok(statement.query_row(given, |row| row.get(0)).optional()?)
    }

    fn last_seq(&self, stream_no: i64) -> Result<u64, Error> {
        let sql = "SELECT coalesce(max(seq), 0) FROM record WHERE stream_no = ?1";
        Ok(self.conn.prepare_cached(sql)?.query_row([stream_no], |row| row.get(0))?)
    }

    fn at(&self, stream_no: i64, seq: u64, hash: &Hash32) -> Result<Option<Raw>, Error> {
        let sql = "SELECT header, body FROM record WHERE stream_no = ?1 AND seq = ?2 AND hash = ?3";
        let row = self.conn.prepare_cached(sql)?.query_row(params![stream_no, seq, hash.0], |row| {
            Ok(Raw { header: row.get(0)?, body: row.get(1)? })
        });
        Ok(row.optional()?)
    }

    /// Reads everything that the Z covers and compares it with its figures.
    fn read(&self, stream_no: i64, header: &Header, found: &mut VerifiedZ) -> Result<(), Error> {
        let (first, last) = (found.z.first_seq, found.z.last_seq);
        if last.checked_add(1) != Some(header.seq) || first > last {
            found.fault(header.seq, "z_period");
            return Ok(());
        }
        let Some(walked) = self.walk(stream_no, (first, last), header.previous, found)? else {
            return Ok(());
        };
        let mut figures = walked.figures;
        for life in found.z.before.clone().into_iter().flatten() {
            self.add_life(header.stream.scope, &life, &mut figures, found)?;
        }
        let before = match first {
            1 => self.z_of_earlier_life(header.stream, walked.first)?,
            _ => self.z_before(header.stream, first - 1, walked.before)?,
        };
        let (before_no, before_minor) = match &before {
            Before::Z { z, is_next } => {
                if !is_next {
                    found.fault(first - 1, "z_gap");
                }
                (z.z_no, z.perpetual_total_minor)
            }
            Before::Nothing => (0, 0),
            Before::EarlierLife { perpetual_total_minor } => (0, *perpetual_total_minor),
            Before::Broken { seq } => {
                found.fault(*seq, "chain");
                return Ok(());
            }
        };
        if found.z.z_no != before_no + 1 {
            found.fault(header.seq, "z_no_gap");
        }
        if found.z.perpetual_total_minor != before_minor.wrapping_add(figures.takings_minor) {
            found.fault(header.seq, "z_perpetual_total");
        }
        if found.z.figures != figures {
            found.fault(header.seq, "z_figures");
        }
        Ok(())
    }

    /// Goes down from the last to the first of these records, each found by the hash that the one after it
    /// names. None where the chain is broken, which is a fault then.
    fn walk(
        &self,
        stream_no: i64,
        (first, last): (u64, u64),
        from: Hash32,
        found: &mut VerifiedZ,
    ) -> Result<Option<Walked>, Error> {
        let mut figures = Figures::default();
        let (mut at, mut lowest) = (from, from);
        for seq in (first..=last).rev() {
            let Some(raw) = self.at(stream_no, seq, &at)? else {
                found.fault(seq, "chain");
                return Ok(None);
            };
            found.record_count += 1;
            let header = match Header::decode(&raw.header) {
                Ok(header) if hash(&raw.header) == at && header.seq == seq => header,
                _ => {
                    found.fault(seq, "header_hash");
                    return Ok(None);
                }
            };
            if hash(&raw.body) != header.body_hash || check_deterministic(&raw.body).is_err() {
                found.fault(seq, "body_hash");
            }
            match body::read(&header, &raw.body) {
                Body::Entry(entry) if entry.common().cash_session.is_some() && is_sound(&header, &entry) => {
                    figures.add(&entry);
                }
                Body::Unbalanced(_) => found.fault(seq, "not_balanced"),
                Body::Unreadable(_) => found.fault(seq, "does_not_decode"),
                Body::CommonOnly(_) | Body::Unknown => found.fault(seq, "unknown_kind"),
                Body::Entry(_) | Body::Opened(_) | Body::Changed(_) => {}
            }
            (lowest, at) = (at, header.previous);
        }
        Ok(Some(Walked { figures, first: lowest, before: at }))
    }

    /// Counts in what an earlier life of the till left uncovered. Receipt numbers are of the life that made the Z.
    fn add_life(
        &self,
        scope: Scope,
        life: &Covered,
        figures: &mut Figures,
        found: &mut VerifiedZ,
    ) -> Result<(), Error> {
        let stream = StreamId { device: life.device, incarnation: life.incarnation, scope };
        let end = match self.stream_no(stream)? {
            Some(stream_no) => self.only_one(stream_no, life.last_seq)?.map(|end| (stream_no, end)),
            None => None,
        };
        let Some((stream_no, end)) = end.filter(|_| life.first_seq <= life.last_seq) else {
            found.fault(life.last_seq, "chain");
            return Ok(());
        };
        if let Some(walked) = self.walk(stream_no, (life.first_seq, life.last_seq), end, found)? {
            let unnumbered = Figures { first_receipt_no: 0, last_receipt_no: 0, ..walked.figures };
            figures.merge(&unnumbered);
        }
        Ok(())
    }

    /// The record of this number, where there is no other one.
    fn only_one(&self, stream_no: i64, seq: u64) -> Result<Option<Hash32>, Error> {
        let mut statement =
            self.conn.prepare_cached("SELECT hash FROM record WHERE stream_no = ?1 AND seq = ?2 LIMIT 2")?;
        let hashes: Vec<[u8; 32]> =
            statement.query_map(params![stream_no, seq], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(if let [hash] = hashes.as_slice() { Some(Hash32(*hash)) } else { None })
    }

    /// The last Z down from a record of a stream; of an earlier life of the till where there is none in this one.
    fn z_before(&self, stream: StreamId, seq: u64, at: Hash32) -> Result<Before, Error> {
        let mut place = (seq, at);
        loop {
            let Some((header, body)) = self.sound(stream, place)? else {
                return Ok(Before::Broken { seq: place.0 });
            };
            if let Some(Ok(Entry::ZReport(z))) = Entry::from_body(header.kind, &body) {
                return Ok(Before::Z { z: Box::new(z), is_next: place.0 == seq });
            }
            if place.0 == 1 {
                return self.z_of_earlier_life(stream, place.1);
            }
            place = (place.0 - 1, header.previous);
        }
    }

    /// The last Z of the lives that a stream with this first record goes on from.
    fn z_of_earlier_life(&self, stream: StreamId, first: Hash32) -> Result<Before, Error> {
        let Some((_, body)) = self.sound(stream, (1, first))? else { return Ok(Before::Broken { seq: 1 }) };
        let Some(before) = StreamOpened::from_body(&body).ok().and_then(|opened| opened.predecessor) else {
            return Ok(Before::Nothing);
        };
        // Each life names one that was there before it by hash, so this comes to an end.
        let earlier = StreamId { device: before.device, incarnation: before.incarnation, ..stream };
        Ok(match self.z_before(earlier, before.seq, before.head)? {
            Before::Z { z, .. } => Before::EarlierLife { perpetual_total_minor: z.perpetual_total_minor },
            other => other,
        })
    }

    /// A record that is what its hash says, with what its header says of its body.
    fn sound(&self, stream: StreamId, (seq, at): (u64, Hash32)) -> Result<Option<(Header, Vec<u8>)>, Error> {
        let Some(stream_no) = self.stream_no(stream)? else { return Ok(None) };
        let Some(raw) = self.at(stream_no, seq, &at)? else { return Ok(None) };
        let header = Header::decode(&raw.header).ok().filter(|header| {
            hash(&raw.header) == at && header.seq == seq && hash(&raw.body) == header.body_hash
        });
        Ok(header.map(|header| (header, raw.body)))
    }
}

/// What stands before the period of a Z.
enum Before {
    /// A Z of the same life; the record right before it, or one further back.
    Z { z: Box<ZReport>, is_next: bool },
    /// The last Z of an earlier life of the till.
    EarlierLife { perpetual_total_minor: i64 },
    /// It is the till's first.
    Nothing,
    /// A record that should be there is not.
    Broken { seq: u64 },
}
