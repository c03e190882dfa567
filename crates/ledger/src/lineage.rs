//! One line of a stream, up to an end: all of it, or one of those into which it forked.
//!
//! A stream that forked shares all but its ends with every line of it, and where only one record has a number,
//! its number is enough to find it. So only what stands behind the fork is followed from record to record.

use std::collections::BTreeSet;

use domain::entry::{Hash32, Signature64};
use replica::record::Header;
use replica::stream::StreamHead;
use rusqlite::{Connection, OptionalExtension, params};

use crate::error::Error;

/// A record of a stream: number and hash.
type Place = (u64, Hash32);

/// One line of a stream, up to an end.
pub(crate) struct Lineage<'c> {
    conn: &'c Connection,
    stream_no: i64,
    end: StreamHead,
    /// Number of the last record that all lines of the stream share.
    shared: u64,
    /// The records of this line after that, newest first.
    own: Vec<Place>,
}

impl<'c> Lineage<'c> {
    /// The line that has this end.
    pub(crate) fn of(conn: &'c Connection, stream_no: i64, end: StreamHead) -> Result<Self, Error> {
        let mut line = Self { conn, stream_no, end, shared: end.seq, own: Vec::new() };
        let mut statement = conn.prepare_cached("SELECT seq, hash FROM head WHERE stream_no = ?1")?;
        let mut heads = statement
            .query_map([stream_no], |row| Ok((row.get(0)?, Hash32(row.get(1)?))))?
            .collect::<Result<BTreeSet<Place>, _>>()?;
        if heads.len() > 1 {
            while let Some(highest) = heads.pop_last().filter(|_| !heads.is_empty()) {
                heads.insert(line.before(highest)?);
                line.shared = heads.first().map_or(0, |place| place.0);
            }
            line.own = line.down_from((end.seq, end.hash))?.0;
        }
        Ok(line)
    }

    fn before(&self, (seq, hash): Place) -> Result<Place, Error> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT header FROM record WHERE stream_no = ?1 AND seq = ?2 AND hash = ?3")?;
        let header: Vec<u8> = statement.query_row(params![self.stream_no, seq, hash.0], |row| row.get(0))?;
        let header = Header::decode(&header).map_err(|error| Error::Malformed(format!("header: {error}")))?;
        Ok((seq - 1, header.previous))
    }

    /// The records down from one of this stream that not all lines share, newest first, and the first that they
    /// do.
    fn down_from(&self, mut at: Place) -> Result<(Vec<Place>, Place), Error> {
        let mut own = Vec::new();
        while at.0 > self.shared {
            own.push(at);
            at = self.before(at)?;
        }
        Ok((own, at))
    }

    /// The last record of this line that a side which has these records of the stream has as well.
    pub(crate) fn last_shared(&self, theirs: &[StreamHead]) -> Result<Option<StreamHead>, Error> {
        let mut last: Option<Place> = None;
        for head in theirs {
            let (forked, below) = self.down_from((head.seq, head.hash))?;
            let joined = forked.into_iter().find(|place| self.has_own(place));
            last = last.max(Some(joined.unwrap_or(below)));
        }
        Ok(last.map(|(seq, hash)| StreamHead { stream: self.end.stream, seq, hash }))
    }

    fn has_own(&self, place: &Place) -> bool {
        self.own.binary_search_by(|own| place.cmp(own)).is_ok()
    }

    /// Gives the records after `seq`, oldest first, until `each` has enough.
    pub(crate) fn walk(
        &self,
        seq: u64,
        mut each: impl FnMut(Vec<u8>, Vec<u8>, Option<Signature64>) -> Result<bool, Error>,
    ) -> Result<(), Error> {
        let mut statement = self.conn.prepare_cached(
            "SELECT header, body, signature FROM record
             WHERE stream_no = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq",
        )?;
        let mut rows = statement.query(params![self.stream_no, seq, self.shared.min(self.end.seq)])?;
        while let Some(row) = rows.next()? {
            let signature = row.get::<_, Option<[u8; 64]>>(2)?.map(Signature64);
            if !each(row.get(0)?, row.get(1)?, signature)? {
                return Ok(());
            }
        }
        let mut statement = self.conn.prepare_cached(
            "SELECT header, body, signature FROM record WHERE stream_no = ?1 AND seq = ?2 AND hash = ?3",
        )?;
        for (number, hash) in self.own.iter().rev().filter(|(number, _)| *number > seq) {
            let found = statement
                .query_row(params![self.stream_no, number, hash.0], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get::<_, Option<[u8; 64]>>(2)?))
                })
                .optional()?;
            let Some((header, body, signature)) = found else { return Ok(()) };
            if !each(header, body, signature.map(Signature64))? {
                return Ok(());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use domain::entry::Incarnation;
    use domain::id::{BranchId, DeviceId};
    use domain::time::{Hlc, Now};
    use replica::record::{Record, hash};
    use replica::stream::{Scope, StreamId};
    use rusqlite::trace::{TraceEvent, TraceEventCodes};
    use uuid::Uuid;

    use super::*;

    static LOOKED_AT: AtomicUsize = AtomicUsize::new(0);

    fn count(event: TraceEvent<'_>) {
        if let TraceEvent::Stmt(_, sql) = event
            && sql.starts_with("SELECT header FROM record")
        {
            LOOKED_AT.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Writes records after a head, and gives the head after them.
    fn write(conn: &Connection, mut head: StreamHead, count: u64, body: u8) -> StreamHead {
        for _ in 0..count {
            let header = Header {
                stream: head.stream,
                seq: head.seq + 1,
                previous: head.hash,
                kind: 27,
                version: 1,
                recorded_at: Now { ms: 0, utc_offset_min: 0 },
                hlc: Hlc::default(),
                body_hash: hash(&[body]),
                sealed: Vec::new(),
            };
            let record = Record::from_parts(header.encode(), vec![body], Vec::new()).unwrap();
            head = record.head();
            conn.execute(
                "INSERT INTO record VALUES (1, ?1, ?2, ?3, ?4, NULL)",
                params![head.seq, head.hash.0, record.header_bytes, record.body],
            )
            .unwrap();
        }
        head
    }

    #[test]
    fn of_a_stream_that_forked_only_what_stands_behind_the_fork_is_followed() {
        let mut conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(
            "CREATE TABLE record (stream_no, seq, hash, header, body, signature);
             CREATE INDEX record_place ON record (stream_no, seq, hash);
             CREATE TABLE head (stream_no, seq, hash)",
        )
        .unwrap();
        let stream = StreamId {
            device: DeviceId(Uuid::from_u128(1)),
            incarnation: Incarnation([1; 8]),
            scope: Scope::Branch(BranchId(Uuid::from_u128(2))),
        };
        let begins = write(&conn, StreamHead::empty(stream), 20, 0);
        let fork = write(&conn, begins, 480, 0);
        let ends = [write(&conn, fork, 3, 1), write(&conn, fork, 5, 2)];
        for end in ends {
            conn.execute("INSERT INTO head VALUES (1, ?1, ?2)", params![end.seq, end.hash.0]).unwrap();
        }
        conn.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(count)).unwrap();
        for (end, other, body) in [(ends[0], ends[1], 1), (ends[1], ends[0], 2)] {
            let line = Lineage::of(&conn, 1, end).unwrap();
            let shared = |theirs: &[StreamHead]| line.last_shared(theirs).unwrap();
            assert_eq!(shared(&[]), None);
            assert_eq!(shared(&[begins]), Some(begins));
            assert_eq!(shared(&[fork, begins]), Some(fork));
            assert_eq!(shared(&[other]), Some(fork));
            assert_eq!(shared(&[end, other]), Some(end));
            let mut walked = Vec::new();
            line.walk(498, |header, given, _| {
                walked.push((Header::decode(&header).unwrap().seq, given[0]));
                Ok(true)
            })
            .unwrap();
            let expected: Vec<_> =
                (499..=end.seq).map(|seq| (seq, if seq > fork.seq { body } else { 0 })).collect();
            assert_eq!(walked, expected);
        }
        assert!(LOOKED_AT.load(Ordering::Relaxed) < 100, "{LOOKED_AT:?}");
    }
}
