//! What adds up over records: balances, figures and last numbers. They are collected while records are
//! projected and written once at the end, since many records touch the same few rows.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Place;

use domain::account::{Dimension, Posting, Unit};
use domain::entry::{Entry, Figures, Hash32};
use minicbor::{Decode, Encode};
use replica::record::Header;
use replica::stream::Scope;
use rusqlite::{Connection, OptionalExtension, params};

use crate::error::Error;
use crate::projection::{Projector, figures_bytes, figures_from, is_sound, writer_of};

/// Account, dimension, currency.
type MoneyKey = (u8, Vec<u8>, String);
/// Product, account, dimension, lot, measure.
type GoodsKey = ([u8; 16], u8, Vec<u8>, String, u8);
/// Writer, number of the Z to come, cash session.
type PeriodKey = (Vec<u8>, i64, [u8; 16]);
/// Business date, hour.
type HourKey = (i32, u8);
/// Writer, hash of its last record on one branch of its stream.
type WriterKey = (Vec<u8>, [u8; 32]);

/// Where a writer's present period began, and its totals, after a record of its branch stream.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
struct Writer {
    #[n(0)]
    z_no: u64,
    #[n(1)]
    z_seq: u64,
    #[n(2)]
    receipt_no: u64,
    #[n(3)]
    perpetual_total_minor: i64,
}

impl Writer {
    /// Keeps what a record says of its stream's numbers.
    fn see(&mut self, seq: u64, entry: Option<&Entry>) {
        if let Some(receipt_no) = entry.and_then(Entry::receipt_no) {
            self.receipt_no = self.receipt_no.max(receipt_no);
        }
        if let Some(Entry::ZReport(z)) = entry {
            (self.z_no, self.z_seq) = (z.z_no, seq);
            self.perpetual_total_minor = z.perpetual_total_minor;
        }
    }
}

/// Collected and not written yet.
#[derive(Default)]
pub(crate) struct Sums {
    money: BTreeMap<MoneyKey, i64>,
    goods: BTreeMap<GoodsKey, i64>,
    periods: BTreeMap<PeriodKey, Figures>,
    hours: BTreeMap<HourKey, Figures>,
    writers: BTreeMap<WriterKey, Writer>,
    /// Rows of writers that went on to a later record.
    passed: Vec<WriterKey>,
    /// The highest hybrid clock of the branch's records, where all of them were passed.
    pub(crate) last_hlc: Option<u64>,
}

impl Sums {
    /// Of tables in which nothing stands yet.
    pub(crate) fn of_nothing() -> Self {
        Self { last_hlc: Some(0), ..Self::default() }
    }

    /// Rows that are to be written.
    pub(crate) fn len(&self) -> usize {
        let writers = self.writers.len() + self.passed.len();
        self.money.len() + self.goods.len() + self.periods.len() + self.hours.len() + writers
    }
}

fn dimension_bytes(dimension: &Dimension) -> &[u8] {
    match dimension {
        Dimension::None => &[],
        Dimension::Id(id) => id.as_bytes(),
        Dimension::Code(code) => code.as_bytes(),
    }
}

/// What stands in the map, or in the table, or the beginning of it.
fn at<K: Ord, V: Default>(
    map: &mut BTreeMap<K, V>,
    key: K,
    stored: impl FnOnce(&K) -> Result<Option<V>, Error>,
) -> Result<&mut V, Error> {
    Ok(match map.entry(key) {
        Place::Occupied(place) => place.into_mut(),
        Place::Vacant(place) => {
            let value = stored(place.key())?.unwrap_or_default();
            place.insert(value)
        }
    })
}

impl Projector<'_> {
    pub(crate) fn add_posting(&self, posting: &Posting) {
        let dimension = dimension_bytes(&posting.dimension).to_vec();
        let mut sums = self.sums.borrow_mut();
        let sum = match &posting.unit {
            Unit::Currency(currency) => {
                sums.money.entry((posting.account, dimension, currency.clone())).or_default()
            }
            Unit::Goods { product, lot, measure } => sums
                .goods
                .entry((
                    *product.as_bytes(),
                    posting.account,
                    dimension,
                    lot.clone().unwrap_or_default(),
                    *measure as u8,
                ))
                .or_default(),
        };
        // As in figures: whatever is added, it comes to the same in any order.
        *sum = sum.wrapping_add(posting.amount);
    }

    /// Adds an entry to the figures of its writer's period and of its hour.
    pub(crate) fn add_figures(&self, hash: &Hash32, header: &Header, entry: &Entry) -> Result<(), Error> {
        let Some(session) = entry.common().cash_session.filter(|_| self.adds_up) else { return Ok(()) };
        if matches!(entry, Entry::ZReport(_)) {
            return Ok(());
        }
        let mut sums = self.sums.borrow_mut();
        let writer = writer_of(header);
        let state = sums.writers.get(&(writer.clone(), hash.0)).copied().unwrap_or_default();
        let z_no = state.z_no.cast_signed() + 1;
        at(&mut sums.periods, (writer, z_no, *session.as_bytes()), |(writer, z_no, session)| {
            self.figures(
                "SELECT figures FROM $period WHERE writer = ?1 AND z_no = ?2 AND cash_session = ?3",
                params![writer, z_no, session],
            )
        })?
        .add(entry);
        at(
            &mut sums.hours,
            (entry.common().business_date.0, header.recorded_at.local_hour()),
            |(date, hour)| {
                self.figures(
                    "SELECT figures FROM $day WHERE business_date = ?1 AND hour = ?2",
                    params![date, hour],
                )
            },
        )?
        .add(entry);
        Ok(())
    }

    /// Passes a record of a branch stream: its writer's totals stand after it now. They follow the chain, so
    /// that the branches of a stream that forked do not mix.
    pub(crate) fn pass(&self, hash: &Hash32, header: &Header, entry: Option<&Entry>) -> Result<(), Error> {
        if !self.adds_up || !matches!(header.stream.scope, Scope::Branch(_)) {
            return Ok(());
        }
        let before = (writer_of(header), header.previous.0);
        let sums = &mut *self.sums.borrow_mut();
        sums.last_hlc = sums.last_hlc.map(|last| last.max(header.hlc.0));
        let mut state = match sums.writers.remove(&before) {
            Some(state) => state,
            None => match self.writer_after(&before)? {
                Some(state) => {
                    sums.passed.push(before.clone());
                    state
                }
                None => self.writer_by_walking(header)?,
            },
        };
        state.see(header.seq, entry);
        sums.writers.insert((before.0, hash.0), state);
        Ok(())
    }

    fn writer_after(&self, (writer, head): &WriterKey) -> Result<Option<Writer>, Error> {
        let sql = "SELECT z_no, z_seq, receipt_no, perpetual_total_minor FROM $writer
                   WHERE writer = ?1 AND head = ?2";
        Ok(self.statement(sql)?.query_row(params![writer, head], writer_row).optional()?)
    }

    /// A writer's totals before a record whose predecessor is not the end of a branch, out of the records.
    fn writer_by_walking(&self, header: &Header) -> Result<Writer, Error> {
        let mut statement = self.conn.prepare_cached(
            "SELECT header, body FROM stream JOIN record USING (stream_no)
             WHERE device = ?1 AND incarnation = ?2 AND scope_kind = 1 AND seq = ?3 AND hash = ?4",
        )?;
        let (device, incarnation) = (header.stream.device, header.stream.incarnation);
        let mut walked: Vec<(u64, Entry)> = Vec::new();
        let mut at = (header.seq - 1, header.previous);
        let (mut has_z, mut has_receipt) = (false, false);
        while at.0 > 0 && !(has_z && has_receipt) {
            let key = params![device.as_bytes(), incarnation.0, at.0, at.1.0];
            let found: Option<(Vec<u8>, Vec<u8>)> =
                statement.query_row(key, |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let Some((bytes, body)) = found else { break };
            let before =
                Header::decode(&bytes).map_err(|error| Error::Malformed(format!("header: {error}")))?;
            let entry = Entry::from_body(before.kind, &body).and_then(Result::ok);
            if let Some(entry) = entry.filter(|entry| is_sound(&before, entry)) {
                has_z |= matches!(entry, Entry::ZReport(_));
                has_receipt |= entry.receipt_no().is_some();
                walked.push((before.seq, entry));
            }
            at = (before.seq - 1, before.previous);
        }
        let mut state = Writer::default();
        walked.iter().rev().for_each(|(seq, entry)| state.see(*seq, Some(entry)));
        Ok(state)
    }

    fn figures(&self, sql: &str, params: impl rusqlite::Params) -> Result<Option<Figures>, Error> {
        let bytes: Option<Vec<u8>> = self.statement(sql)?.query_row(params, |row| row.get(0)).optional()?;
        bytes.map(|bytes| figures_from(&bytes)).transpose()
    }

    /// Writes everything that was collected.
    pub(crate) fn finish(self) -> Result<(), Error> {
        self.judge_late()?;
        self.write_sums(|| false).map(drop)
    }

    /// Writes row after row of what was collected until `enough` says so. True when nothing is left.
    pub(crate) fn write_sums(&self, mut enough: impl FnMut() -> bool) -> Result<bool, Error> {
        let sums = &mut *self.sums.borrow_mut();
        while let Some(((account, dimension, currency), amount)) = sums.money.pop_first() {
            self.run(
                "INSERT INTO $money (account, dimension, currency, amount_minor) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET amount_minor = wrapped_sum(amount_minor, excluded.amount_minor)",
                params![account, dimension, currency, amount],
            )?;
            if enough() {
                return Ok(false);
            }
        }
        while let Some(((product, account, dimension, lot, measure), amount)) = sums.goods.pop_first() {
            self.run(
                "INSERT INTO $goods (product, account, dimension, lot, measure, amount) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT DO UPDATE SET amount = wrapped_sum(amount, excluded.amount)",
                params![product, account, dimension, lot, measure, amount],
            )?;
            if enough() {
                return Ok(false);
            }
        }
        while let Some(((writer, z_no, session), figures)) = sums.periods.pop_first() {
            self.run(
                "INSERT INTO $period (writer, z_no, cash_session, figures) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET figures = excluded.figures",
                params![writer, z_no, session, figures_bytes(&figures)?],
            )?;
            if enough() {
                return Ok(false);
            }
        }
        while let Some(((date, hour), figures)) = sums.hours.pop_first() {
            self.run(
                "INSERT INTO $day (business_date, hour, figures) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET figures = excluded.figures",
                params![date, hour, figures_bytes(&figures)?],
            )?;
            if enough() {
                return Ok(false);
            }
        }
        for (writer, head) in sums.passed.drain(..) {
            self.run("DELETE FROM $writer WHERE writer = ?1 AND head = ?2", params![writer, head])?;
        }
        while let Some(((writer, head), row)) = sums.writers.pop_first() {
            self.run(
                "INSERT INTO $writer (writer, head, z_no, z_seq, receipt_no, perpetual_total_minor)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![writer, head, row.z_no, row.z_seq, row.receipt_no, row.perpetual_total_minor],
            )?;
        }
        Ok(true)
    }
}

fn writer_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Writer> {
    Ok(Writer {
        z_no: row.get(0)?,
        z_seq: row.get(1)?,
        receipt_no: row.get(2)?,
        perpetual_total_minor: row.get(3)?,
    })
}

/// The balances and last numbers after a certain record: with them, and the records that came later, a till
/// can sell before its whole history was projected again.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Base {
    /// Covers the records up to this one.
    #[n(0)]
    pub(crate) record_no: i64,
    #[n(1)]
    money: Vec<MoneyRow>,
    #[n(2)]
    writers: Vec<WriterRow>,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
struct MoneyRow {
    #[n(0)]
    account: u8,
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    dimension: Vec<u8>,
    #[n(2)]
    currency: String,
    #[n(3)]
    amount_minor: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
struct WriterRow {
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    writer: Vec<u8>,
    #[n(1)]
    row: Writer,
    /// Hash of the last record; none in what earlier versions kept.
    #[n(2)]
    head: Option<Hash32>,
}

impl Base {
    /// What the live tables say after the record `record_no`, the last one there is.
    pub(crate) fn read(conn: &Connection, record_no: i64) -> Result<Self, Error> {
        let money = conn
            .prepare_cached("SELECT account, dimension, currency, amount_minor FROM money")?
            .query_map([], |row| {
                Ok(MoneyRow {
                    account: row.get(0)?,
                    dimension: row.get(1)?,
                    currency: row.get(2)?,
                    amount_minor: row.get(3)?,
                })
            })?
            .collect::<Result<_, _>>()?;
        let writers = conn
            .prepare_cached(
                "SELECT z_no, z_seq, receipt_no, perpetual_total_minor, writer, head FROM writer",
            )?
            .query_map([], |row| {
                Ok(WriterRow { writer: row.get(4)?, row: writer_row(row)?, head: Some(Hash32(row.get(5)?)) })
            })?
            .collect::<Result<_, _>>()?;
        Ok(Self { record_no, money, writers })
    }

    /// The sums to go on from.
    pub(crate) fn into_sums(self, conn: &Connection) -> Result<Sums, Error> {
        let mut sums = Sums::default();
        for row in self.money {
            sums.money.insert((row.account, row.dimension, row.currency), row.amount_minor);
        }
        let mut last = conn.prepare(
            "SELECT hash FROM stream JOIN record USING (stream_no)
             WHERE device = ?1 AND incarnation = ?2 AND scope_kind = 1 AND record_no <= ?3
             ORDER BY seq DESC LIMIT 1",
        )?;
        for WriterRow { writer, row, head } in self.writers {
            let (device, incarnation) = writer.split_at(writer.len().min(16));
            let head = match head {
                Some(head) => Some(head.0),
                None => last
                    .query_row(params![device, incarnation, self.record_no], |row| row.get(0))
                    .optional()?,
            };
            if let Some(head) = head {
                sums.writers.insert((writer, head), row);
            }
        }
        Ok(sums)
    }
}
