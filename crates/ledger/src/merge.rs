//! What others wrote comes in, and what is here goes out to them: stretches of streams, in any order.

use domain::entry::{Hash32, Signature64};
use domain::time::{Hlc, Now};
use replica::run::{MAX_RUN_RECORDS, Run, VerifiedRun};
use replica::stream::{StreamHead, StreamId};
use replica::stream_opened::StreamOpened;
use replica::vector::{Lacking, StreamVector};
use rusqlite::{TransactionBehavior, params};

use crate::accept::{Accepted, record_of};
use crate::book::Book;
use crate::error::Error;
use crate::journal::{head_of, scope_columns, stream_no};
use crate::{Ledger, journal};

/// How far the clock of another device may pull ours ahead of our own.
const MOST_AHEAD_MS: i64 = 60_000;

/// Header and body bytes after which a run ends at the next signature.
const ENOUGH_BYTES: usize = 1 << 20;

impl Ledger {
    /// Takes what a run has and this ledger has not, at most so many records, in one commit. Gives how many of
    /// its records are left for the next call, so that a long run never holds the writer for long.
    ///
    /// # Errors
    /// `ReadOnly`; `Gap` where records before the run are missing; `Forked` where this ledger holds another
    /// record in its place; or a failure of the machine. Nothing was taken then.
    pub fn merge(&mut self, run: &VerifiedRun, most: usize, now: Now) -> Result<usize, Error> {
        self.writable()?;
        let result = self.merge_once(run, most, now);
        if let Err(error) = &result {
            self.after_failure(error)?;
        }
        result
    }

    fn merge_once(&mut self, run: &VerifiedRun, most: usize, now: Now) -> Result<usize, Error> {
        let (run, end) = (run.run(), run.end());
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let number = stream_no(&tx, run.after.stream)?;
        let known = head_of(&tx, number, run.after.stream)?;
        if known.seq < run.after.seq {
            return Err(Error::Gap { has: known.seq });
        }
        let is_here = |head: &StreamHead| -> Result<bool, Error> {
            let mut found =
                tx.prepare_cached("SELECT 1 FROM record WHERE stream_no = ?1 AND seq = ?2 AND hash = ?3")?;
            Ok(head.seq == 0 || found.exists(params![number, head.seq, head.hash.0])?)
        };
        // The last record that both have: the head here, or the end of the run where that is not longer.
        let shared =
            run.records.iter().map(replica::record::Record::head).take_while(|head| head.seq <= known.seq);
        if !is_here(&shared.last().unwrap_or(run.after))? {
            return Err(Error::Forked);
        }
        let new = run.records.iter().filter(|record| record.header.seq > known.seq);
        let left = usize::try_from(end.seq.saturating_sub(known.seq)).unwrap_or(0);
        let taken: Vec<_> = new.take(most).collect();
        let accepted = Accepted { stream_no: number, end: end.seq, signature: &run.signature };
        let touched = accepted.take(&tx, &mut self.documents, taken.iter().copied())?;
        tx.commit()?;
        let own_clock = Hlc::default().tick(now.ms.saturating_add(MOST_AHEAD_MS));
        let heard = taken.last().map_or(self.hlc, |record| record.header.hlc.min(own_clock));
        self.hlc = self.hlc.max(heard);
        self.changed_products.extend(touched);
        self.after_commit();
        Ok(left - taken.len())
    }
}

impl Book<'_> {
    /// How far every stream is known here.
    ///
    /// # Errors
    /// When the file fails.
    pub fn stream_vector(&self) -> Result<StreamVector, Error> {
        let streams = self.rows(
            "SELECT stream_no, device, incarnation, scope_kind, scope_id FROM stream",
            [],
            |row| Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)),
        )?;
        streams
            .into_iter()
            .map(|(number, device, incarnation, kind, id)| {
                head_of(self.conn, number, journal::stream_id(device, incarnation, kind, id))
            })
            .collect()
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

    /// The records that somebody lacks, from the highest head that both have up to a signed record: not all
    /// of a long stream at once. `None` where they have more of it, or no signature stands behind it.
    ///
    /// # Errors
    /// When the file fails or a stored record is not one.
    pub fn run_for(&self, lacking: &Lacking) -> Result<Option<Run>, Error> {
        let stream = lacking.head.stream;
        let Some(number) = self.stream_no(stream)? else { return Ok(None) };
        if lacking.has.first().is_some_and(|ahead| ahead.seq > lacking.head.seq) {
            // They have more of it; where it is not the same, they find out.
            return Ok(None);
        }
        let mut after = StreamHead::empty(stream);
        for head in &lacking.has {
            let sql = "SELECT 1 FROM record WHERE stream_no = ?1 AND seq = ?2 AND hash = ?3";
            if self.row(sql, params![number, head.seq, head.hash.0], |_| Ok(()))?.is_some() {
                after = *head;
                break;
            }
        }
        let mut statement = self.conn.prepare_cached(
            "SELECT header, body, signature FROM record WHERE stream_no = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
        )?;
        let mut rows = statement.query(params![number, after.seq, MAX_RUN_RECORDS])?;
        let (mut records, mut signed, mut bytes) = (Vec::new(), None, 0);
        while let Some(row) = rows.next()? {
            let (header, body): (Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?);
            bytes += header.len() + body.len();
            records.push(record_of(self.conn, header, body)?);
            if let Some(signature) = row.get::<_, Option<[u8; 64]>>(2)? {
                signed = Some((records.len(), Signature64(signature)));
                if bytes > ENOUGH_BYTES {
                    break;
                }
            }
        }
        Ok(signed.map(|(count, signature)| {
            records.truncate(count);
            Run { after, records, signature }
        }))
    }

    fn stream_no(&self, stream: StreamId) -> Result<Option<i64>, Error> {
        let (kind, id) = scope_columns(stream.scope);
        self.row(
            "SELECT stream_no FROM stream
             WHERE device = ?1 AND incarnation = ?2 AND scope_kind = ?3 AND scope_id = ?4",
            params![stream.device.as_bytes(), stream.incarnation.0, kind, id],
            |row| row.get(0),
        )
    }
}
