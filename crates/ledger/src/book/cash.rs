//! The drawer: open session, figures, counts, Z.

use domain::account::Account as BookAccount;
use domain::entry::{Covered, DrawerClosed, Entry, Figures, Incarnation, SeenStream, ZReport};
use domain::id::{CashLocationId, CashSessionId, DeviceId, EntryId, StaffId, TillId};
use domain::time::BusinessDate;
use replica::record::Header;
use replica::stream_opened::StreamOpened;
use rusqlite::params;

use super::{Book, StoredEntry};
use crate::error::Error;
use crate::projection::{figures_from, writer_of};

/// A cash session as it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenSession {
    /// The session.
    pub cash_session: CashSessionId,
    /// The drawer.
    pub location: CashLocationId,
    /// When it was opened.
    pub opened_at_ms: i64,
    /// By whom.
    pub opened_by: StaffId,
    /// Its business date.
    pub business_date: BusinessDate,
    /// The opening float.
    pub opening_float_minor: i64,
}

/// Figures of a business day.
#[derive(Debug, Clone, Default)]
pub struct Day {
    /// All together.
    pub figures: Figures,
    /// Takings by hour of the local day.
    pub hours_minor: [i64; 24],
}

/// One life of a till: its last Z and what that summed up to.
struct Life {
    /// Device and incarnation.
    writer: Vec<u8>,
    z_no: u64,
    z_seq: u64,
    perpetual_total_minor: i64,
}

/// A count that was made here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnCount {
    /// The count.
    pub entry: EntryId,
    /// Where it stands in this file.
    record_no: i64,
    /// When it was made, by the clock here.
    at_ms: i64,
}

/// Where a till works, or worked last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorksAt {
    /// The till.
    pub till: TillId,
    /// The drawer that it opened, took or put away last.
    pub location: CashLocationId,
    /// In which session, open or closed by now.
    pub cash_session: CashSessionId,
    /// It put the drawer away, and works at none.
    pub has_left: bool,
}

/// Where the close that counts stands among the entries of a session: the one that was picked, else the last.
#[must_use]
pub fn close_that_counts(entries: &[StoredEntry]) -> Option<usize> {
    let picked = entries.iter().rev().find_map(|stored| match &stored.entry {
        Entry::ClosePicked(picked) => Some(picked.close),
        _ => None,
    });
    let is_close = |stored: &StoredEntry| matches!(stored.entry, Entry::DrawerClosed(_));
    let is_picked = |stored: &StoredEntry| Some(stored.entry.common().entry_id) == picked;
    // What was picked may not be here yet: the drawer is closed all the same.
    let found = entries.iter().rposition(|stored| is_close(stored) && is_picked(stored));
    found.or_else(|| entries.iter().rposition(is_close))
}

/// Whether a close has seen this record.
fn has_seen(closed: &DrawerClosed, device: DeviceId, incarnation: Incarnation, seq: u64) -> bool {
    let of_life = |seen: &&SeenStream| seen.device == device && seen.incarnation == incarnation;
    closed.seen.iter().find(of_life).is_some_and(|seen| seen.seq >= seq)
}

fn works_at(row: &rusqlite::Row<'_>) -> rusqlite::Result<WorksAt> {
    Ok(WorksAt {
        till: TillId(uuid::Uuid::from_bytes(row.get(0)?)),
        location: CashLocationId(uuid::Uuid::from_bytes(row.get(1)?)),
        cash_session: CashSessionId(uuid::Uuid::from_bytes(row.get(2)?)),
        has_left: row.get::<_, u16>(3)? == 52,
    })
}

fn session_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<OpenSession> {
    Ok(OpenSession {
        cash_session: CashSessionId(uuid::Uuid::from_bytes(row.get(0)?)),
        location: CashLocationId(uuid::Uuid::from_bytes(row.get(1)?)),
        opened_at_ms: row.get(2)?,
        opened_by: StaffId(uuid::Uuid::from_bytes(row.get(3)?)),
        business_date: BusinessDate(row.get(4)?),
        opening_float_minor: row.get(5)?,
    })
}

fn device_and_incarnation(writer: &[u8]) -> Result<(DeviceId, Incarnation), Error> {
    let parts = writer.split_at_checked(16);
    let parts = parts.and_then(|(device, incarnation)| {
        Some((uuid::Uuid::from_slice(device).ok()?, incarnation.try_into().ok()?))
    });
    let (device, incarnation) = parts.ok_or_else(|| Error::Malformed("a writer".to_owned()))?;
    Ok((DeviceId(device), Incarnation(incarnation)))
}

impl Book<'_> {
    /// The open session of a drawer.
    ///
    /// # Errors
    /// When the file fails.
    pub fn open_session(&self, drawer: CashLocationId) -> Result<Option<OpenSession>, Error> {
        self.row(
            "SELECT cash_session, opened_at_ms, opened_by, business_date, opening_float_minor
             FROM open_session JOIN cash_session USING (cash_session) WHERE open_session.location = ?1
             ORDER BY cash_session DESC LIMIT 1",
            [drawer.as_bytes()],
            |row| {
                Ok(OpenSession {
                    cash_session: CashSessionId(uuid::Uuid::from_bytes(row.get(0)?)),
                    location: drawer,
                    opened_at_ms: row.get(1)?,
                    opened_by: StaffId(uuid::Uuid::from_bytes(row.get(2)?)),
                    business_date: BusinessDate(row.get(3)?),
                    opening_float_minor: row.get(4)?,
                })
            },
        )
    }

    /// Where a till works: what it opened, took or put away last; none where it never did.
    ///
    /// # Errors
    /// When the file fails.
    pub fn works_at(&self, till: TillId) -> Result<Option<WorksAt>, Error> {
        let sql = "SELECT till, location, cash_session, kind FROM works_at WHERE till = ?1
                   ORDER BY rank DESC LIMIT 1";
        self.row(sql, [till.as_bytes()], works_at)
    }

    /// Whether this life of a till has opened, taken or put away a drawer.
    ///
    /// # Errors
    /// When the file fails.
    pub fn has_worked(&self, till: TillId) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM works_at WHERE till = ?1 AND substr(rank, 9, 24) = ?2)";
        Ok(self.row(sql, params![till.as_bytes(), self.writer], |row| row.get(0))?.unwrap_or(false))
    }

    /// Where each till of the branch works, by till.
    ///
    /// # Errors
    /// When the file fails.
    pub fn all_work_at(&self) -> Result<Vec<WorksAt>, Error> {
        let sql = "SELECT till, location, cash_session, kind FROM works_at AS last
                   WHERE rank = (SELECT max(rank) FROM works_at WHERE till = last.till) ORDER BY till";
        self.rows(sql, [], works_at)
    }

    /// The open session that a till works in.
    ///
    /// # Errors
    /// When the file fails.
    pub fn session_at(&self, till: TillId) -> Result<Option<OpenSession>, Error> {
        self.row(
            "SELECT cash_session, cash_session.location, opened_at_ms, opened_by, business_date,
                opening_float_minor
             FROM (SELECT cash_session, kind FROM works_at WHERE till = ?1 ORDER BY rank DESC LIMIT 1) AS last
             JOIN open_session USING (cash_session) JOIN cash_session USING (cash_session)
             WHERE last.kind <> 52 ORDER BY open_session.location LIMIT 1",
            [till.as_bytes()],
            session_of,
        )
    }

    /// Sessions that were put away to be counted and are not closed, in no order.
    ///
    /// # Errors
    /// When the file fails.
    pub fn waiting_for_count(&self) -> Result<Vec<CashSessionId>, Error> {
        let sql = "SELECT cash_session FROM open_session JOIN to_count USING (cash_session)";
        self.rows(sql, [], |row| Ok(CashSessionId(uuid::Uuid::from_bytes(row.get(0)?))))
    }

    /// The figures of a session over everybody who wrote into it.
    ///
    /// # Errors
    /// When the file fails.
    pub fn session_figures(&self, session: CashSessionId) -> Result<Figures, Error> {
        self.merged("SELECT figures, writer FROM period WHERE cash_session = ?1", params![session.as_bytes()])
    }

    /// The figures of this till since its last Z, whichever life of the till wrote that.
    ///
    /// # Errors
    /// When the file fails.
    pub fn period_figures(&self) -> Result<Figures, Error> {
        let mut sum = Figures::default();
        for life in self.lives_since_z()? {
            sum.merge(&self.merged(
                "SELECT figures, writer FROM period WHERE writer = ?1 AND z_no = ?2",
                params![life.writer, life.z_no + 1],
            )?);
        }
        Ok(sum)
    }

    /// When the first of the sessions that this till worked in since its last Z was opened; none where it worked in
    /// none. A drawer elsewhere that was counted or closed from here is none of them.
    ///
    /// # Errors
    /// When the file fails.
    pub fn period_opened_at_ms(&self) -> Result<Option<i64>, Error> {
        let mut first: Option<i64> = None;
        let till = self.till()?.map(|till| *till.till.as_bytes());
        for life in self.lives_since_z()? {
            let opened: Option<i64> = self
                .row(
                    "SELECT min(opened_at_ms) FROM period JOIN cash_session USING (cash_session)
                     WHERE writer = ?1 AND z_no = ?2 AND EXISTS (SELECT 1 FROM works_at
                         WHERE works_at.till = ?3 AND works_at.cash_session = period.cash_session)",
                    params![life.writer, life.z_no + 1, till],
                    |row| row.get(0),
                )?
                .flatten();
            first = first.into_iter().chain(opened).min();
        }
        Ok(first)
    }

    /// The number of this till's last record in the branch's stream of this life; 0 where there is none.
    ///
    /// # Errors
    /// When the file fails.
    pub fn own_seq(&self) -> Result<u64, Error> {
        let (device, incarnation) = device_and_incarnation(self.writer)?;
        self.last_seq(device, incarnation)
    }

    fn last_seq(&self, device: DeviceId, incarnation: Incarnation) -> Result<u64, Error> {
        let seq: Option<Option<u64>> = self.row(
            "SELECT max(seq) FROM record JOIN stream USING (stream_no)
             WHERE scope_kind = 1 AND device = ?1 AND incarnation = ?2",
            params![device.as_bytes(), incarnation.0],
            |row| row.get(0),
        )?;
        Ok(seq.flatten().unwrap_or(0))
    }

    /// The sum of figures; receipt numbers only of this till's own series.
    fn merged(&self, sql: &str, params: impl rusqlite::Params) -> Result<Figures, Error> {
        let mut sum = Figures::default();
        for (bytes, writer) in
            self.rows(sql, params, |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Vec<u8>>(1)?)))?
        {
            let mut figures = figures_from(&bytes)?;
            if writer != self.writer {
                (figures.first_receipt_no, figures.last_receipt_no) = (0, 0);
            }
            sum.merge(&figures);
        }
        Ok(sum)
    }

    /// Number of this till's last Z and the record it stands in; zeros before the first of this life.
    ///
    /// # Errors
    /// When the file fails.
    pub fn last_z(&self) -> Result<(u64, u64), Error> {
        let life = self.life(self.writer.to_vec())?;
        Ok((life.z_no, life.z_seq))
    }

    /// Takings of all Z of this till, over all its lives.
    ///
    /// # Errors
    /// When the file fails.
    pub fn perpetual_total_minor(&self) -> Result<i64, Error> {
        Ok(self.lives_since_z()?.last().map_or(0, |life| life.perpetual_total_minor))
    }

    /// What earlier lives of this till wrote that no Z covers: a restored till takes it over.
    ///
    /// # Errors
    /// When the file fails.
    pub fn uncovered_before(&self) -> Result<Vec<Covered>, Error> {
        let mut covered = Vec::new();
        for life in self.lives_since_z()?.into_iter().skip(1) {
            let (device, incarnation) = device_and_incarnation(&life.writer)?;
            let last_seq = self.last_seq(device, incarnation)?;
            if last_seq > life.z_seq {
                covered.push(Covered { device, incarnation, first_seq: life.z_seq + 1, last_seq });
            }
        }
        Ok(covered)
    }

    /// This life of the till, and those before it as far back as the last one that made a Z, newest first.
    fn lives_since_z(&self) -> Result<Vec<Life>, Error> {
        let mut lives = vec![self.life(self.writer.to_vec())?];
        while let Some(life) = lives.last().filter(|life| life.z_no == 0) {
            let Some(before) = self.life_before(&life.writer)? else { break };
            // A stream that names itself, or one that names it, as the one before would never end.
            if lives.iter().any(|life| life.writer == before) {
                break;
            }
            lives.push(self.life(before)?);
        }
        Ok(lives)
    }

    fn life(&self, writer: Vec<u8>) -> Result<Life, Error> {
        let sql = "SELECT z_no, z_seq, perpetual_total_minor FROM writer WHERE writer = ?1";
        let found = self.row(sql, [&writer], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let (z_no, z_seq, perpetual_total_minor) = found.unwrap_or((0, 0, 0));
        Ok(Life { writer, z_no, z_seq, perpetual_total_minor })
    }

    /// Device and incarnation that a life of a till goes on from.
    fn life_before(&self, writer: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        let Ok((device, incarnation)) = device_and_incarnation(writer) else { return Ok(None) };
        let body: Option<Vec<u8>> = self.row(
            "SELECT body FROM record JOIN stream USING (stream_no)
             WHERE seq = 1 AND scope_kind = 1 AND device = ?1 AND incarnation = ?2",
            params![device.as_bytes(), incarnation.0],
            |row| row.get(0),
        )?;
        let opened = body.and_then(|body| StreamOpened::from_body(&body).ok());
        let before = opened.and_then(|opened| opened.predecessor);
        Ok(before
            .map(|before| [before.device.as_bytes().as_slice(), before.incarnation.0.as_slice()].concat()))
    }

    /// The receipt number that this till gives next.
    ///
    /// # Errors
    /// When the file fails.
    pub fn next_receipt_no(&self) -> Result<u64, Error> {
        let sql = "SELECT receipt_no + 1 FROM writer WHERE writer = ?1";
        Ok(self.row(sql, [self.writer], |row| row.get(0))?.unwrap_or(1))
    }

    /// What the book says is at a cash location.
    ///
    /// # Errors
    /// When the file fails.
    pub fn cash_at(&self, account: BookAccount, location: CashLocationId) -> Result<i64, Error> {
        let sql = "SELECT wrapped_sum(amount_minor) FROM money WHERE account = ?1 AND dimension = ?2";
        let sum =
            self.row(sql, params![account as u8, location.as_bytes()], |row| row.get::<_, Option<i64>>(0))?;
        Ok(sum.flatten().unwrap_or(0))
    }

    /// What sent cash that is on its way, the oldest first: nobody has accepted it yet, as far as is known here.
    ///
    /// # Errors
    /// When the file fails.
    pub fn on_its_way(&self) -> Result<Vec<StoredEntry>, Error> {
        let records = self.rows(
            "SELECT record_no FROM in_transit JOIN entry ON entry_id = transfer WHERE times > 0
             ORDER BY at_ms, entry_id",
            [],
            |row| row.get(0),
        )?;
        records.into_iter().map(|record_no| self.entry_at(record_no)).collect()
    }

    /// As [`Book::on_its_way`], without the surplus of closes: that comes to no drawer unless somebody refused it.
    /// A safe that nobody counts has one for every day that there ever was.
    ///
    /// # Errors
    /// When the file fails.
    pub fn on_its_way_but_surplus(&self) -> Result<Vec<StoredEntry>, Error> {
        let records = self.rows(
            "SELECT record_no FROM in_transit JOIN entry ON entry_id = transfer WHERE times > 0
             AND (kind <> 34 OR EXISTS (SELECT 1 FROM follower WHERE target = transfer))
             ORDER BY at_ms, entry_id",
            [],
            |row| row.get(0),
        )?;
        records.into_iter().map(|record_no| self.entry_at(record_no)).collect()
    }

    /// Whether nobody has accepted this cash yet, as far as is known here.
    ///
    /// # Errors
    /// When the file fails.
    pub fn is_on_its_way(&self, transfer: EntryId) -> Result<bool, Error> {
        let sql = "SELECT 1 FROM in_transit WHERE transfer = ?1 AND times > 0";
        Ok(self.row(sql, [transfer.as_bytes()], |_| Ok(()))?.is_some())
    }

    /// The last acceptances of cash that was sent, the newest first.
    ///
    /// # Errors
    /// When the file fails.
    pub fn last_accepted(&self, most: u32) -> Result<Vec<StoredEntry>, Error> {
        let sql = "SELECT record_no FROM entry WHERE kind = 48 ORDER BY at_ms DESC, entry_id DESC LIMIT ?1";
        let records = self.rows(sql, [most], |row| row.get(0))?;
        records.into_iter().map(|record_no| self.entry_at(record_no)).collect()
    }

    /// Movements, counts and close of a session, oldest first.
    ///
    /// # Errors
    /// When the file fails.
    pub fn session_entries(&self, session: CashSessionId) -> Result<Vec<StoredEntry>, Error> {
        let records = self.rows(
            "SELECT record_no FROM session_entry JOIN entry USING (entry_id) WHERE session_entry.cash_session = ?1",
            [session.as_bytes()],
            |row| row.get(0),
        )?;
        self.entries_at(records)
    }

    /// Sales and refunds of a session, oldest first.
    ///
    /// # Errors
    /// When the file fails.
    pub fn session_receipts(&self, session: CashSessionId) -> Result<Vec<StoredEntry>, Error> {
        let sql = "SELECT record_no FROM cash_session JOIN receipt USING (business_date)
                   WHERE cash_session.cash_session = ?1 AND receipt.cash_session = ?1";
        let records = self.rows(sql, [session.as_bytes()], |row| row.get(0))?;
        self.entries_at(records)
    }

    /// Corrections of how the sales of a session were paid, of each sale the oldest first.
    ///
    /// # Errors
    /// When the file fails.
    pub fn session_corrections(&self, session: CashSessionId) -> Result<Vec<StoredEntry>, Error> {
        let sql = "SELECT entry.record_no FROM cash_session JOIN receipt USING (business_date)
                   JOIN follower ON target = sale_id JOIN entry ON entry.entry_id = follower.entry_id
                   WHERE cash_session.cash_session = ?1 AND receipt.cash_session = ?1 AND entry.kind = 36";
        let records = self.rows(sql, [session.as_bytes()], |row| row.get(0))?;
        self.entries_at(records)
    }

    /// What was written into the session of a close and the close has not seen, oldest first: receipts, movements,
    /// counts, other closes, payments on account and corrections.
    ///
    /// # Errors
    /// When the file fails.
    pub fn written_after(&self, closed: &DrawerClosed) -> Result<Vec<StoredEntry>, Error> {
        let Some(session) = closed.common.cash_session else { return Ok(Vec::new()) };
        let written = self.rows(
            "SELECT record_no, device, incarnation, seq FROM (
                 SELECT record_no FROM cash_session JOIN receipt USING (business_date)
                 WHERE cash_session.cash_session = ?1 AND receipt.cash_session = ?1
                 UNION ALL
                 SELECT record_no FROM session_entry JOIN entry USING (entry_id)
                 WHERE session_entry.cash_session = ?1 AND entry_id <> ?2
                 UNION ALL
                 SELECT record_no FROM entry WHERE kind IN (36, 38) AND cash_session = ?1)
             JOIN record USING (record_no) JOIN stream USING (stream_no)",
            params![session.as_bytes(), closed.common.entry_id.as_bytes()],
            |row| {
                let (device, incarnation) = (uuid::Uuid::from_bytes(row.get(1)?), Incarnation(row.get(2)?));
                Ok((row.get(0)?, DeviceId(device), incarnation, row.get::<_, u64>(3)?))
            },
        )?;
        // Only what the close has not seen is read: a session may have thousands of receipts.
        let late =
            written.into_iter().filter(|(_, device, life, seq)| !has_seen(closed, *device, *life, *seq));
        self.entries_at(late.map(|(record_no, ..)| record_no).collect())
    }

    /// Whether a movement, a count or another close was written into the session of a close and the close has not
    /// seen it. No receipt is looked at, so that it can be asked of every close in a list.
    ///
    /// # Errors
    /// When the file fails.
    pub fn has_acted_after(&self, closed: &DrawerClosed) -> Result<bool, Error> {
        let Some(session) = closed.common.cash_session else { return Ok(false) };
        let acts = self.rows(
            "SELECT device, incarnation, seq FROM session_entry JOIN entry USING (entry_id)
             JOIN record USING (record_no) JOIN stream USING (stream_no)
             WHERE session_entry.cash_session = ?1 AND entry_id <> ?2
             AND session_entry.kind IN (28, 29, 32, 33, 34, 47, 48)",
            params![session.as_bytes(), closed.common.entry_id.as_bytes()],
            |row| {
                let (device, incarnation) = (uuid::Uuid::from_bytes(row.get(0)?), Incarnation(row.get(1)?));
                Ok((DeviceId(device), incarnation, row.get::<_, u64>(2)?))
            },
        )?;
        Ok(acts.into_iter().any(|(device, incarnation, seq)| !has_seen(closed, device, incarnation, seq)))
    }

    /// Whether a receipt or a movement was written into a session after this time, by the clocks of who wrote it.
    ///
    /// # Errors
    /// When the file fails.
    pub fn has_moved_since(&self, session: CashSessionId, at_ms: i64) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM cash_session JOIN receipt USING (business_date)
                       WHERE cash_session.cash_session = ?1 AND receipt.cash_session = ?1 AND receipt.at_ms > ?2)
                   OR EXISTS (SELECT 1 FROM session_entry JOIN entry USING (entry_id)
                       WHERE session_entry.cash_session = ?1 AND session_entry.kind NOT IN (33, 34, 51, 52, 53, 54, 55, 56) AND at_ms > ?2)";
        Ok(self.row(sql, params![session.as_bytes(), at_ms], |row| row.get(0))?.unwrap_or(false))
    }

    /// The last count of a session that was made here.
    ///
    /// # Errors
    /// When the file fails.
    pub fn last_own_count(&self, session: CashSessionId) -> Result<Option<OwnCount>, Error> {
        let sql =
            "SELECT entry.entry_id, entry.record_no, at_ms FROM session_entry JOIN entry USING (entry_id)
                   JOIN record ON record.record_no = entry.record_no JOIN stream USING (stream_no)
                   WHERE session_entry.cash_session = ?1 AND session_entry.kind = 33
                     AND device = substr(?2, 1, 16) AND incarnation = substr(?2, 17)
                   ORDER BY entry.record_no DESC LIMIT 1";
        self.row(sql, params![session.as_bytes(), self.writer], |row| {
            let entry = EntryId(uuid::Uuid::from_bytes(row.get(0)?));
            Ok(OwnCount { entry, record_no: row.get(1)?, at_ms: row.get(2)? })
        })
    }

    /// Whether a receipt, a movement or a payment on account came into a session after a count that was made here:
    /// of what arrived since, all that was written here, and what others wrote later by their clocks. What they wrote
    /// before was in the drawer when it was counted; what was here already does not outdate a count, whatever their
    /// clocks say, or a till whose clock is ahead would keep every count from standing.
    ///
    /// # Errors
    /// When the file fails.
    pub fn has_moved_after(&self, session: CashSessionId, count: OwnCount) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM (
                 SELECT receipt.record_no AS no, receipt.at_ms AS at FROM cash_session JOIN receipt USING (business_date)
                 WHERE cash_session.cash_session = ?1 AND receipt.cash_session = ?1
                   AND receipt.record_no > ?3
                 UNION ALL
                 SELECT record_no, at_ms FROM session_entry JOIN entry USING (entry_id)
                 WHERE session_entry.cash_session = ?1
                   AND session_entry.kind NOT IN (33, 34, 51, 52, 53, 54, 55, 56) AND record_no > ?3
                 UNION ALL
                 SELECT record_no, at_ms FROM entry
                 WHERE kind = 38 AND cash_session = ?1 AND record_no > ?3)
             JOIN record ON record_no = no JOIN stream USING (stream_no)
             WHERE at > ?4 OR (device = substr(?2, 1, 16) AND incarnation = substr(?2, 17)))";
        let of = params![session.as_bytes(), self.writer, count.record_no, count.at_ms];
        Ok(self.row(sql, of, |row| row.get(0))?.unwrap_or(false))
    }

    /// The sessions of the same business date at other drawers: session and drawer.
    ///
    /// # Errors
    /// When the file fails.
    pub fn sessions_beside(
        &self,
        session: CashSessionId,
    ) -> Result<Vec<(CashSessionId, CashLocationId)>, Error> {
        let sql = "SELECT other.cash_session, other.location FROM cash_session own
                   JOIN cash_session other USING (business_date)
                   WHERE own.cash_session = ?1 AND other.location <> own.location
                   ORDER BY other.location, other.cash_session";
        self.rows(sql, [session.as_bytes()], |row| {
            Ok((
                CashSessionId(uuid::Uuid::from_bytes(row.get(0)?)),
                CashLocationId(uuid::Uuid::from_bytes(row.get(1)?)),
            ))
        })
    }

    /// The sessions before this one at the same drawer, newest first.
    ///
    /// # Errors
    /// When the file fails.
    pub fn sessions_before(&self, session: CashSessionId, most: u32) -> Result<Vec<CashSessionId>, Error> {
        let sql = "SELECT before.cash_session FROM cash_session own JOIN cash_session before USING (location)
                   WHERE own.cash_session = ?1 AND before.opened_at_ms < own.opened_at_ms
                   ORDER BY before.opened_at_ms DESC, before.cash_session LIMIT ?2";
        self.rows(sql, params![session.as_bytes(), most], |row| {
            Ok(CashSessionId(uuid::Uuid::from_bytes(row.get(0)?)))
        })
    }

    /// Sessions of a drawer that were closed more than once.
    ///
    /// # Errors
    /// When the file fails.
    pub fn closed_apart(&self, drawer: CashLocationId) -> Result<Vec<CashSessionId>, Error> {
        let sql = "SELECT cash_session FROM exception JOIN cash_session ON cash_session = about
                   WHERE kind = 'closed_twice' AND location = ?1 ORDER BY cash_session";
        self.rows(sql, [drawer.as_bytes()], |row| Ok(CashSessionId(uuid::Uuid::from_bytes(row.get(0)?))))
    }

    /// The next sessions of the same drawer, and those of the same instant, by the clocks of who opened them.
    ///
    /// # Errors
    /// When the file fails.
    pub fn sessions_after(&self, session: CashSessionId) -> Result<Vec<CashSessionId>, Error> {
        let sql = "SELECT later.cash_session FROM cash_session own JOIN cash_session later USING (location)
                   WHERE own.cash_session = ?1 AND later.opened_at_ms >= own.opened_at_ms
                     AND later.cash_session <> ?1
                   ORDER BY later.opened_at_ms, later.cash_session LIMIT 10";
        self.rows(sql, [session.as_bytes()], |row| Ok(CashSessionId(uuid::Uuid::from_bytes(row.get(0)?))))
    }

    /// What is no receipt in the sessions of a business date, in the order of the branch's hybrid clock.
    ///
    /// # Errors
    /// When the file fails.
    pub fn acts_on(&self, date: BusinessDate) -> Result<Vec<StoredEntry>, Error> {
        let records = self.rows(
            "SELECT record_no FROM entry WHERE kind > 23
             AND cash_session IN (SELECT cash_session FROM cash_session WHERE business_date = ?1)
             UNION ALL
             SELECT entry.record_no FROM cash_session JOIN entry USING (entry_id) WHERE business_date = ?1",
            [date.0],
            |row| row.get(0),
        )?;
        self.entries_at(records)
    }

    /// Z of these business dates, by date and oldest first.
    ///
    /// # Errors
    /// When the file fails.
    pub fn z_reports_between(&self, from: BusinessDate, to: BusinessDate) -> Result<Vec<StoredEntry>, Error> {
        let sql =
            "SELECT record_no FROM z WHERE business_date BETWEEN ?1 AND ?2 ORDER BY business_date, entry_id";
        let records = self.rows(sql, params![from.0, to.0], |row| row.get(0))?;
        records.into_iter().map(|record_no| self.entry_at(record_no)).collect()
    }

    /// Z of all tills of this book, newest first.
    ///
    /// # Errors
    /// When the file fails.
    pub fn z_reports(&self, most: u32) -> Result<Vec<StoredEntry>, Error> {
        let sql = "SELECT record_no FROM z ORDER BY business_date DESC, entry_id DESC LIMIT ?1";
        let records = self.rows(sql, [most], |row| row.get(0))?;
        records.into_iter().map(|record_no| self.entry_at(record_no)).collect()
    }

    /// The Z that was made with a session, the last one where there are several.
    ///
    /// # Errors
    /// When the file fails.
    pub fn z_of(&self, session: CashSessionId) -> Result<Option<StoredEntry>, Error> {
        let sql = "SELECT record_no FROM z WHERE cash_session = ?1 ORDER BY entry_id DESC LIMIT 1";
        let record_no = self.row(sql, [session.as_bytes()], |row| row.get(0))?;
        record_no.map(|record_no| self.entry_at(record_no)).transpose()
    }

    /// Every session of a business day, open or closed, by when it was opened.
    ///
    /// # Errors
    /// When the file fails.
    pub fn sessions_of(&self, date: BusinessDate) -> Result<Vec<OpenSession>, Error> {
        self.rows(
            "SELECT cash_session, location, opened_at_ms, opened_by, business_date, opening_float_minor
             FROM cash_session WHERE business_date = ?1 ORDER BY opened_at_ms, cash_session",
            [date.0],
            session_of,
        )
    }

    /// The sessions that were closed between two instants, in milliseconds since 1970 and both counted in, by when
    /// they were opened; each with when that was.
    ///
    /// # Errors
    /// When the file fails.
    pub fn sessions_closed(&self, from_ms: i64, to_ms: i64) -> Result<Vec<(OpenSession, i64)>, Error> {
        self.rows(
            "SELECT s.cash_session, s.location, s.opened_at_ms, s.opened_by, s.business_date, s.opening_float_minor,
                 max(entry.at_ms)
             FROM entry JOIN session_entry e USING (entry_id) JOIN cash_session s ON s.cash_session = e.cash_session
             WHERE entry.kind = 34 AND entry.at_ms BETWEEN ?1 AND ?2
             GROUP BY s.cash_session ORDER BY s.opened_at_ms, s.cash_session",
            [from_ms, to_ms],
            |row| Ok((session_of(row)?, row.get(6)?)),
        )
    }

    /// A session, open or closed.
    ///
    /// # Errors
    /// When the file fails.
    pub fn session(&self, session: CashSessionId) -> Result<Option<OpenSession>, Error> {
        self.row(
            "SELECT cash_session, location, opened_at_ms, opened_by, business_date, opening_float_minor
             FROM cash_session WHERE cash_session = ?1",
            [session.as_bytes()],
            session_of,
        )
    }

    /// Whether a drawer was ever opened.
    ///
    /// # Errors
    /// When the file fails.
    pub fn was_opened(&self, drawer: CashLocationId) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM cash_session WHERE location = ?1)";
        Ok(self.row(sql, [drawer.as_bytes()], |row| row.get(0))?.unwrap_or(false))
    }

    /// Whether any session of the branch was closed yet.
    ///
    /// # Errors
    /// When the file fails.
    pub fn was_any_closed(&self) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM cash_session
                   WHERE NOT EXISTS (SELECT 1 FROM open_session
                       WHERE open_session.cash_session = cash_session.cash_session))";
        Ok(self.row(sql, [], |row| row.get(0))?.unwrap_or(false))
    }

    /// Every Z of this book in no order, one at a time.
    ///
    /// # Errors
    /// When the file fails or a stored record does not decode, and what `see` fails with.
    pub fn each_z(
        &self,
        mut see: impl FnMut(&StoredEntry, &ZReport) -> Result<(), Error>,
    ) -> Result<(), Error> {
        for record_no in self.rows("SELECT record_no FROM z", [], |row| row.get(0))? {
            let stored = self.entry_at(record_no)?;
            if let Entry::ZReport(z) = &stored.entry {
                see(&stored, z)?;
            }
        }
        Ok(())
    }

    /// The close that counts of a session: the one that was picked, else the last.
    ///
    /// # Errors
    /// When the file fails.
    pub fn close_of(&self, session: CashSessionId) -> Result<Option<StoredEntry>, Error> {
        let mut entries = self.session_entries(session)?;
        let place = close_that_counts(&entries);
        Ok(place.map(|place| entries.swap_remove(place)))
    }

    /// The close that a Z was made with: the record right before it in its stream. None where the till made it
    /// without closing a drawer. Whatever other closes of the session there are, it stays this one.
    ///
    /// # Errors
    /// When the file fails.
    pub fn close_with(
        &self,
        z: &Header,
        session: Option<CashSessionId>,
    ) -> Result<Option<DrawerClosed>, Error> {
        let Some(session) = session else { return Ok(None) };
        let sql =
            "SELECT record_no FROM session_entry JOIN entry USING (entry_id) JOIN record USING (record_no)
                   WHERE session_entry.cash_session = ?1 AND session_entry.kind = 34 AND hash = ?2";
        let record_no = self.row(sql, params![session.as_bytes(), z.previous.0], |row| row.get(0))?;
        Ok(
            match record_no.map(|record_no| self.entry_at(record_no)).transpose()?.map(|stored| stored.entry)
            {
                Some(Entry::DrawerClosed(closed)) => Some(closed),
                _ => None,
            },
        )
    }

    /// The sessions that a Z has figures of and that are still open, in no order.
    ///
    /// # Errors
    /// When the file fails.
    pub fn open_sessions_of(&self, stored: &StoredEntry, z: &ZReport) -> Result<Vec<CashSessionId>, Error> {
        let mut periods = vec![(writer_of(&stored.header), z.z_no)];
        for life in z.before.iter().flatten() {
            let writer = [life.device.as_bytes().as_slice(), life.incarnation.0.as_slice()].concat();
            let z_no = self.life(writer.clone())?.z_no + 1;
            periods.push((writer, z_no));
        }
        let sql = "SELECT cash_session, figures FROM open_session JOIN period USING (cash_session)
                   WHERE writer = ?1 AND z_no = ?2";
        let mut sessions = Vec::new();
        for (writer, z_no) in periods {
            let rows = self.rows(sql, params![writer, z_no], |row| {
                Ok((CashSessionId(uuid::Uuid::from_bytes(row.get(0)?)), row.get::<_, Vec<u8>>(1)?))
            })?;
            for (session, bytes) in rows {
                if figures_from(&bytes)? != Figures::default() {
                    sessions.push(session);
                }
            }
        }
        Ok(sessions)
    }

    /// How often a paper was given out as far as the book knows: printed again, or mailed. What was mailed as a copy
    /// has both entries.
    ///
    /// # Errors
    /// When the file fails.
    pub fn copies_of(&self, of: EntryId) -> Result<u32, Error> {
        let sql = "SELECT count(*) FROM follower JOIN entry USING (entry_id) WHERE target = ?1 AND kind IN (39, 56)";
        Ok(self.row(sql, [of.as_bytes()], |row| row.get(0))?.unwrap_or(0))
    }

    /// Number of the next copy of a paper.
    ///
    /// # Errors
    /// When the file fails.
    pub fn next_copy_no(&self, of: EntryId) -> Result<u32, Error> {
        let sql =
            "SELECT count(*) + 1 FROM follower JOIN entry USING (entry_id) WHERE target = ?1 AND kind = 39";
        Ok(self.row(sql, [of.as_bytes()], |row| row.get(0))?.unwrap_or(1))
    }

    /// Figures of a business day.
    ///
    /// # Errors
    /// When the file fails.
    pub fn day(&self, date: BusinessDate) -> Result<Day, Error> {
        let mut day = Day::default();
        let rows = self.rows("SELECT hour, figures FROM day WHERE business_date = ?1", [date.0], |row| {
            Ok((row.get::<_, usize>(0)?, row.get::<_, Vec<u8>>(1)?))
        })?;
        for (hour, bytes) in rows {
            let figures = figures_from(&bytes)?;
            if let Some(slot) = day.hours_minor.get_mut(hour) {
                *slot = figures.takings_minor;
            }
            day.figures.merge(&figures);
        }
        Ok(day)
    }

    /// How far every branch stream has been seen, for a drawer close.
    ///
    /// # Errors
    /// When the file fails.
    pub fn seen_streams(&self) -> Result<Vec<SeenStream>, Error> {
        self.rows(
            "SELECT header, hash FROM stream JOIN record USING (stream_no)
             WHERE scope_kind = 1 AND seq = (SELECT max(seq) FROM record r WHERE r.stream_no = stream.stream_no)
             ORDER BY device, incarnation",
            [],
            |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, [u8; 32]>(1)?)),
        )?
        .into_iter()
        .map(|(header, hash)| {
            let header = Header::decode(&header).map_err(|error| Error::Malformed(error.to_string()))?;
            Ok(SeenStream {
                device: DeviceId(header.stream.device.0),
                incarnation: header.stream.incarnation,
                seq: header.seq,
                head: domain::entry::Hash32(hash),
            })
        })
        .collect()
    }
}
