//! What others wrote comes in, and what is here goes out to them: stretches of streams, in any order.

use domain::entry::{Hash32, Incarnation, Signature64};
use domain::id::DeviceId;
use domain::time::{Hlc, Now};
use replica::document_changed;
use replica::record::Record;
use replica::run::{MAX_RUN_RECORDS, Run, VerifiedRun};
use replica::stream::{StreamHead, StreamId};
use replica::stream_opened::StreamOpened;
use replica::vector::{Lacking, StreamVector};
use rusqlite::{Connection, TransactionBehavior, params};

use crate::accept::{Accepted, record_of};
use crate::admit::admit;
use crate::book::Book;
use crate::error::Error;
use crate::journal::{scope_columns, stream_no};
use crate::lineage::Lineage;
use crate::rebuild::project_stored;
use crate::{Ledger, journal};

/// How far the clock of another device may pull ours ahead of our own.
const MOST_AHEAD_MS: i64 = 60_000;

/// Bytes of records after which a run ends at a signature: at the one before, where there is one, so that no run
/// is much larger than that or than it came.
const ENOUGH_BYTES: usize = 1 << 20;

/// Work of one slice of what is projected; a receipt is 1.
const SLICE_WORK: usize = 64;

/// Bytes of a document's change that are as much work as a receipt: a change has as many values as it is long,
/// and an import's has some dozens.
const CHANGE_BYTES: usize = 64;

impl Ledger {
    /// Takes what a run has and this ledger has not in one commit: at least one record, and no more than so much
    /// work, where a receipt is 1 and a change of a document more by its length. Gives how many of its records
    /// are left for the next call, so that a long run never holds the writer for long.
    ///
    /// # Errors
    /// `ReadOnly`; `Gap` where records before the run are missing; `NotEnrolled` or `ScopeForeign` where its
    /// writer has no place here; `Forked` where it is in the name of this device as it is now; or a failure of
    /// the machine. Nothing was taken then.
    pub fn merge(&mut self, run: &VerifiedRun, most_work: usize, now: Now) -> Result<usize, Error> {
        self.writable()?;
        let result = self.merge_once(run, most_work, now);
        if let Err(error) = &result {
            self.after_failure(error)?;
        }
        result
    }

    fn merge_once(&mut self, run: &VerifiedRun, most_work: usize, now: Now) -> Result<usize, Error> {
        if self.is_own(run) {
            return Err(Error::Forked);
        }
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let number = stream_no(&tx, run.run().after.stream)?;
        let new = new_records(&tx, number, run)?;
        let taken = &new[..count_within(most_work, new)];
        if !taken.is_empty() {
            admit(&tx, run)?;
        }
        let accepted = Accepted { stream_no: number, end: run.end().seq, signature: &run.run().signature };
        let touched = accepted.take(&tx, &mut self.documents, taken)?;
        tx.commit()?;
        let own_clock = Hlc::default().tick(now.ms.saturating_add(MOST_AHEAD_MS));
        let heard = taken.last().map_or(self.hlc, |record| record.header.hlc.min(own_clock));
        self.hlc = self.hlc.max(heard);
        self.changed_products.extend(touched);
        self.after_commit();
        Ok(new.len() - taken.len())
    }

    /// Whether a run is in the name of this device as it is now, which nobody else may write for.
    fn is_own(&self, run: &VerifiedRun) -> bool {
        let stream = run.run().after.stream;
        self.own.is_some()
            && stream.device == self.secrets.device
            && stream.incarnation == self.secrets.incarnation
    }

    /// Stores what runs have and this ledger has not, all in one commit, without projecting any of it:
    /// [`Ledger::project_slice`] does that. Gives for each run how many of its records were new, or why it was
    /// refused; a refused one does not touch the others.
    ///
    /// # Errors
    /// `ReadOnly`, or a failure of the machine. Nothing was stored then.
    pub fn store(&mut self, runs: &[VerifiedRun]) -> Result<Vec<Result<usize, Error>>, Error> {
        self.writable()?;
        let result = self.store_and_judge(runs);
        if let Err(error) = &result {
            self.after_failure(error)?;
        }
        result
    }

    fn store_and_judge(&mut self, runs: &[VerifiedRun]) -> Result<Vec<Result<usize, Error>>, Error> {
        let mut results = self.store_once(runs.iter())?;
        let is_early = |result: &Result<usize, Error>| matches!(result, Err(Error::NotEnrolled));
        if results.iter().any(is_early) {
            // The invitation may have come just now, and is only seen when it is projected.
            while !self.project_slice()? {}
            let early: Vec<usize> = (0..runs.len()).filter(|at| is_early(&results[*at])).collect();
            for (at, again) in early.iter().zip(self.store_once(early.iter().map(|at| &runs[*at]))?) {
                results[*at] = again;
            }
        }
        Ok(results)
    }

    fn store_once<'r>(
        &mut self,
        runs: impl Iterator<Item = &'r VerifiedRun>,
    ) -> Result<Vec<Result<usize, Error>>, Error> {
        let mut tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut results = Vec::new();
        for run in runs {
            let part = tx.savepoint()?;
            let stored = store_run(&part, run);
            match stored {
                Ok(count) => part.commit().map(|()| results.push(Ok(count)))?,
                Err(error) if error.is_of_the_machine() => return Err(error),
                Err(error) => results.push(Err(error)),
            }
        }
        tx.commit()?;
        self.after_commit();
        Ok(results)
    }

    /// Projects some of what is stored and not projected yet. True when nothing is left.
    ///
    /// # Errors
    /// When the file fails; what is stored stays.
    pub fn project_slice(&mut self) -> Result<bool, Error> {
        match project_stored(&mut self.conn, &mut self.documents, SLICE_WORK) {
            Ok((touched, is_all)) => {
                self.changed_products.extend(touched);
                self.after_commit();
                Ok(is_all)
            }
            Err(error) => {
                self.after_failure(&error)?;
                Err(error)
            }
        }
    }
}

/// How many of these records are no more than so much work, but at least one.
fn count_within(most_work: usize, records: &[Record]) -> usize {
    let mut done = 0;
    let is_too_much = |record: &Record| {
        let is_change = record.header.kind == document_changed::KIND;
        done += if is_change { 1 + record.body.len() / CHANGE_BYTES } else { 1 };
        done > most_work
    };
    records.iter().position(is_too_much).unwrap_or(records.len()).max(1).min(records.len())
}

/// Stores the records of a run that are not here yet. Gives how many.
fn store_run(conn: &Connection, run: &VerifiedRun) -> Result<usize, Error> {
    let number = stream_no(conn, run.run().after.stream)?;
    let new = new_records(conn, number, run)?;
    if !new.is_empty() {
        admit(conn, run)?;
        let accepted = Accepted { stream_no: number, end: run.end().seq, signature: &run.run().signature };
        accepted.store(conn, new)?;
    }
    Ok(new.len())
}

/// The records of a run that are not here. Those before them are, or it is refused.
fn new_records<'r>(conn: &Connection, number: i64, run: &'r VerifiedRun) -> Result<&'r [Record], Error> {
    let records = &run.run().records;
    // A record is here only where all before it are, so the first one that is not can be searched for.
    let (mut from, mut to) = (0, records.len());
    while from < to {
        let middle = from.midpoint(to);
        if is_here(conn, number, &records[middle].head())? { from = middle + 1 } else { to = middle }
    }
    if from == 0 && !is_here(conn, number, &run.run().after)? {
        let last = "SELECT coalesce(max(seq), 0) FROM record WHERE stream_no = ?1";
        return Err(Error::Gap { has: conn.prepare_cached(last)?.query_row([number], |row| row.get(0))? });
    }
    Ok(&records[from..])
}

pub(crate) fn is_here(conn: &Connection, number: i64, head: &StreamHead) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM record WHERE stream_no = ?1 AND seq = ?2 AND hash = ?3";
    Ok(head.seq == 0 || conn.prepare_cached(sql)?.exists(params![number, head.seq, head.hash.0])?)
}

impl Book<'_> {
    /// How far every stream is known here.
    ///
    /// # Errors
    /// When the file fails.
    pub fn stream_vector(&self) -> Result<StreamVector, Error> {
        let heads = self.rows(
            "SELECT device, incarnation, scope_kind, scope_id, seq, hash FROM head JOIN stream USING (stream_no)",
            [],
            |row| {
                let stream = journal::stream_id(row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
                Ok(StreamHead { stream, seq: row.get(4)?, hash: Hash32(row.get(5)?) })
            },
        )?;
        Ok(heads.into_iter().collect())
    }

    /// The key that signs a stream, as its first record says; `None` where the stream is not here.
    ///
    /// # Errors
    /// When the file fails.
    pub fn signing_key(&self, stream: StreamId) -> Result<Option<Hash32>, Error> {
        let Some(number) = self.stream_no(stream)? else { return Ok(None) };
        let sql = "SELECT body FROM record WHERE stream_no = ?1 AND seq = 1";
        let body: Option<Vec<u8>> = self.row(sql, [number], |row| row.get(0))?;
        Ok(body.and_then(|body| StreamOpened::from_body(&body).ok()).map(|opened| opened.signing_key))
    }

    /// The first of the runs that [`Book::runs_for`] gives.
    ///
    /// # Errors
    /// When the file fails or a stored record is not one.
    pub fn run_for(&self, lacking: &Lacking) -> Result<Option<Run>, Error> {
        let mut first = None;
        self.runs_for(lacking, |run| {
            first = Some(run);
            false
        })?;
        Ok(first)
    }

    /// The records that somebody lacks, from the highest record that both have, as runs that each end at a
    /// signature, until `take` has enough. None where they have more of it, or no signature stands behind it.
    /// True where nothing is left.
    ///
    /// # Errors
    /// When the file fails or a stored record is not one.
    pub fn runs_for(&self, lacking: &Lacking, mut take: impl FnMut(Run) -> bool) -> Result<bool, Error> {
        let stream = lacking.head.stream;
        let Some(number) = self.stream_no(stream)? else { return Ok(true) };
        let mut theirs = Vec::new();
        for head in &lacking.has {
            if is_here(self.conn, number, head)? {
                theirs.push(*head);
            } else if head.seq > lacking.head.seq {
                // They have more of it. Where that is not the same, we see it when it comes.
                return Ok(true);
            }
        }
        let line = Lineage::of(self.conn, number, lacking.head)?;
        let mut after = line.last_shared(&theirs)?.unwrap_or(StreamHead::empty(stream));
        while let Some(run) = self.run_of(&line, after)? {
            after = run.records.last().map_or(lacking.head, Record::head);
            let is_all = after == lacking.head;
            if !take(run) || is_all {
                return Ok(is_all);
            }
        }
        Ok(true)
    }

    /// Records after a head up to a signed one: not all of a long stream at once.
    fn run_of(&self, line: &Lineage<'_>, after: StreamHead) -> Result<Option<Run>, Error> {
        let (mut records, mut signed, mut bytes) = (Vec::new(), None, 0);
        line.walk(after.seq, |header, body, signature| {
            let record = record_of(self.conn, header, body)?;
            bytes += size(&record);
            records.push(record);
            if let Some(signature) = signature.filter(|_| signed.is_none() || bytes <= ENOUGH_BYTES) {
                signed = Some((records.len(), signature));
            }
            let is_enough = signed.is_some() && bytes > ENOUGH_BYTES;
            Ok(!is_enough && records.len() < MAX_RUN_RECORDS)
        })?;
        Ok(signed.map(|(count, signature)| {
            records.truncate(count);
            Run { after, records, signature }
        }))
    }

    /// Number of the last record of this file, in the order of arrival.
    ///
    /// # Errors
    /// When the file fails.
    pub fn last_record_no(&self) -> Result<i64, Error> {
        let sql = "SELECT coalesce(max(record_no), 0) FROM record";
        Ok(self.row(sql, [], |row| row.get(0))?.unwrap_or(0))
    }

    /// Records of a ledger that stores first and projects behind, as a server's does, that are not projected
    /// yet. None in a till's.
    ///
    /// # Errors
    /// When the file fails.
    pub fn unprojected(&self) -> Result<u64, Error> {
        if self.hosted()?.is_none() {
            return Ok(0);
        }
        let behind = self.last_record_no()? - crate::rebuild::projected_to(self.conn)?;
        Ok(u64::try_from(behind).unwrap_or(0))
    }

    /// What arrived after record number `after`, as runs of about so many bytes in all, without what one
    /// writer wrote; and the number of the last record that they reach.
    ///
    /// # Errors
    /// When the file fails or a stored record is not one.
    pub fn runs_after(
        &self,
        after: i64,
        most_bytes: usize,
        without: Option<(DeviceId, Incarnation)>,
    ) -> Result<(Vec<Run>, i64), Error> {
        let mut feed = self.feed(after, i64::MAX, most_bytes)?;
        let is_wanted = |run: &Run| {
            let StreamId { device, incarnation, .. } = run.after.stream;
            without != Some((device, incarnation))
        };
        feed.runs.retain(is_wanted);
        Ok((feed.runs, feed.reached))
    }

    /// What arrived after record number `after` and up to `up_to`, both of which [`Book::runs_after`] once
    /// reached.
    ///
    /// # Errors
    /// When the file fails or a stored record is not one.
    pub fn runs_between(&self, after: i64, up_to: i64) -> Result<Vec<Run>, Error> {
        Ok(self.feed(after, up_to, usize::MAX)?.runs)
    }

    /// Hash of the record with this number in the order of arrival, if it is here.
    ///
    /// # Errors
    /// When the file fails.
    pub fn record_hash(&self, record_no: i64) -> Result<Option<Hash32>, Error> {
        self.row("SELECT hash FROM record WHERE record_no = ?1", [record_no], |row| row.get(0).map(Hash32))
    }

    fn feed(&self, after: i64, up_to: i64, most_bytes: usize) -> Result<Feed, Error> {
        let mut feed = Feed { runs: Vec::new(), sizes: Vec::new(), open: Vec::new(), reached: after };
        let mut statement = self.conn.prepare_cached(
            "SELECT record_no, header, body, signature FROM record
             WHERE record_no > ?1 AND record_no <= ?2 ORDER BY record_no",
        )?;
        let mut rows = statement.query([after, up_to])?;
        let mut bytes = 0;
        while let Some(row) = rows.next()? {
            let (header, body): (Vec<u8>, Vec<u8>) = (row.get(1)?, row.get(2)?);
            let signature = row.get::<_, Option<[u8; 64]>>(3)?.map(Signature64);
            let record = record_of(self.conn, header, body)?;
            bytes += size(&record);
            feed.add(record, signature);
            // Only where every run that was begun is signed can the next answer go on.
            if feed.open.is_empty() {
                feed.reached = row.get(0)?;
                if bytes >= most_bytes {
                    break;
                }
            }
        }
        Ok(feed)
    }

    pub(crate) fn stream_no(&self, stream: StreamId) -> Result<Option<i64>, Error> {
        let (kind, id) = scope_columns(stream.scope);
        self.row(
            "SELECT stream_no FROM stream
             WHERE device = ?1 AND incarnation = ?2 AND scope_kind = ?3 AND scope_id = ?4",
            params![stream.device.as_bytes(), stream.incarnation.0, kind, id],
            |row| row.get(0),
        )
    }
}

fn size(record: &Record) -> usize {
    let sealed =
        record.sealed.iter().flatten().map(|part| part.salt.len() + part.nonce.len() + part.ciphertext.len());
    record.header_bytes.len() + record.body.len() + sealed.sum::<usize>()
}

/// Records in the order of arrival, gathered into runs.
struct Feed {
    /// Each ends at a signature.
    runs: Vec<Run>,
    /// Bytes of the records of each.
    sizes: Vec<usize>,
    /// Begun, and no signature yet.
    open: Vec<(Run, StreamHead)>,
    reached: i64,
}

impl Feed {
    fn add(&mut self, record: Record, signature: Option<Signature64>) {
        let head = record.head();
        let previous = StreamHead {
            stream: record.header.stream,
            seq: record.header.seq - 1,
            hash: record.header.previous,
        };
        let bytes = size(&record);
        let begun = self.open.iter().position(|(_, end)| *end == previous);
        let continued = self.runs.iter().zip(&self.sizes).position(|(run, size)| {
            let has_room = run.records.len() < MAX_RUN_RECORDS && size + bytes <= ENOUGH_BYTES;
            has_room && run.records.last().map(Record::head) == Some(previous)
        });
        let Some(signature) = signature else {
            let mut run = self.begun(begun, previous);
            run.records.push(record);
            self.open.push((run, head));
            return;
        };
        match (begun, continued) {
            // A run that was told already grows where it stands: what follows it in another stream still does.
            (None, Some(at)) => {
                self.runs[at].records.push(record);
                self.runs[at].signature = signature;
                self.sizes[at] += bytes;
            }
            _ => {
                let mut run = self.begun(begun, previous);
                run.records.push(record);
                self.sizes.push(run.records.iter().map(size).sum());
                self.runs.push(Run { signature, ..run });
            }
        }
    }

    fn begun(&mut self, at: Option<usize>, after: StreamHead) -> Run {
        match at {
            Some(at) => self.open.swap_remove(at).0,
            None => Run { after, records: Vec::new(), signature: Signature64([0; 64]) },
        }
    }
}
