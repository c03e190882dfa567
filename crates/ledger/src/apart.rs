//! What only shows when the records of several tills, or of both ways of a cloned one, are together. It does not
//! depend on which of them came first.

use domain::entry::{Entry, Hash32, Receipt, RefundOf};
use domain::id::{CashSessionId, EntryId};
use replica::record::Header;
use replica::stream::Scope;
use rusqlite::{OptionalExtension, params};

use crate::error::Error;
use crate::projection::Projector;

/// How far a till's hybrid clock may stand ahead of its own clock before that is listed. The hybrid clock never
/// goes back and follows others by a minute at the most, so it stands further ahead only after the till's own
/// clock was put back.
const CLOCK_BACK_MS: i64 = 86_400_000;

fn is_put_back(header: &Header) -> bool {
    header.hlc.ms().saturating_sub(header.recorded_at.ms) > CLOCK_BACK_MS
}

impl Projector<'_> {
    /// Lists what a record says of its stream: that it goes on in two ways, that its clock went back.
    pub(crate) fn notice_stream(&self, record_no: i64, hash: &Hash32, header: &Header) -> Result<(), Error> {
        self.notice_fork(record_no, header)?;
        self.notice_clock(record_no, hash, header)
    }

    /// Lists the first record of the branch that a till wrote after its clock went back by more than a day.
    fn notice_clock(&self, record_no: i64, hash: &Hash32, header: &Header) -> Result<(), Error> {
        if !is_put_back(header) || !matches!(header.stream.scope, Scope::Branch(_)) {
            return Ok(());
        }
        let before: Option<Vec<u8>> = self
            .conn
            .prepare_cached(
                "SELECT before.header FROM record JOIN record before ON before.stream_no = record.stream_no
                    AND before.seq = record.seq - 1 AND before.hash = ?2
                 WHERE record.record_no = ?1",
            )?
            .query_row(params![record_no, header.previous.0], |row| row.get(0))
            .optional()?;
        if before.is_some_and(|before| Header::decode(&before).is_ok_and(|before| is_put_back(&before))) {
            return Ok(());
        }
        self.notice("clock_put_back", &hash.0, record_no)
    }

    /// Lists a session that was closed more than once, by the close with the highest id.
    pub(crate) fn notice_closed_twice(&self, session: CashSessionId) -> Result<(), Error> {
        self.notice_twice("closed_twice", session, 34)
    }

    /// Lists a session of whose closes one was picked more than once, by the pick with the highest id.
    pub(crate) fn notice_picked_twice(&self, session: CashSessionId) -> Result<(), Error> {
        self.notice_twice("picked_twice", session, 55)
    }

    /// Lists a session that has several entries of a kind, by the one with the highest id.
    fn notice_twice(&self, name: &str, session: CashSessionId, kind: u16) -> Result<(), Error> {
        let records: Vec<i64> = {
            let mut statement = self.statement(
                "SELECT record_no FROM $session_entry JOIN $entry USING (entry_id)
                 WHERE $session_entry.cash_session = ?1 AND $session_entry.kind = ?2 ORDER BY entry_id DESC",
            )?;
            let rows = statement.query_map(params![session.as_bytes(), kind], |row| row.get(0))?;
            rows.collect::<Result<_, _>>()?
        };
        let [last, _, ..] = records[..] else { return Ok(()) };
        self.notice_so_far(name, session.as_bytes(), records.len() as u64, last)
    }

    /// Lists cash that was accepted more than once after it was sent, by the acceptance with the highest id.
    pub(crate) fn notice_accepted_twice(&self, transfer: EntryId) -> Result<(), Error> {
        let accepted: Vec<i64> = {
            let mut statement = self.statement(
                "SELECT record_no FROM $follower JOIN $entry USING (entry_id)
                 WHERE target = ?1 AND kind IN (20, 48) ORDER BY entry_id DESC",
            )?;
            statement.query_map([transfer.as_bytes()], |row| row.get(0))?.collect::<Result<_, _>>()?
        };
        let [last, _, ..] = accepted[..] else { return Ok(()) };
        self.notice_so_far("accepted_twice", transfer.as_bytes(), accepted.len() as u64, last)
    }

    /// Lists something that may go further.
    fn notice_so_far(&self, kind: &str, about: &[u8], extent: u64, record_no: i64) -> Result<(), Error> {
        self.run(
            "INSERT INTO $exception (kind, about, extent, record_no) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET extent = excluded.extent, record_no = excluded.record_no",
            params![kind, about, extent, record_no],
        )
        .map(drop)
    }

    /// Lists the line of a sale that a refund is of, where more of it came back than was sold. A sale that is
    /// not here yet is looked at when it comes.
    pub(crate) fn notice_refund(&self, of: RefundOf) -> Result<(), Error> {
        let sale: Option<(i64, u16, Vec<u8>)> = self
            .statement("SELECT record_no, record.kind, body FROM $receipt JOIN record USING (record_no) WHERE sale_id = ?1")?
            .query_row([of.sale.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let Some((record_no, kind, body)) = sale else { return Ok(()) };
        match Entry::from_body(kind, &body).and_then(Result::ok).and_then(Entry::into_receipt) {
            Some((_, sale)) => self.notice_refunds_of(record_no, &sale),
            None => Ok(()),
        }
    }

    /// Lists the lines of a sale of which more came back than was sold.
    pub(crate) fn notice_refunds_of(&self, record_no: i64, sale: &Receipt) -> Result<(), Error> {
        let id = sale.common.entry_id;
        let refunded: Vec<(u32, i64)> = {
            let mut statement =
                self.statement("SELECT line_no, quantity FROM $refunded WHERE sale_id = ?1")?;
            let rows = statement.query_map([id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect::<Result<_, _>>()?
        };
        for (line_no, quantity) in refunded {
            if sale.lines.iter().any(|line| line.line_no == line_no && line.quantity < quantity) {
                let about = [id.as_bytes().as_slice(), &line_no.to_be_bytes()].concat();
                self.notice_so_far("refunded_twice", &about, quantity.unsigned_abs(), record_no)?;
            }
        }
        Ok(())
    }
}
