//! Which records do not count, judged out of all of them together: when derived tables are built again.

use std::collections::{BTreeMap, HashSet};

use domain::entry::{DeviceRevoked, Entry, Hash32, Settling};
use domain::id::EntryId;
use replica::body::{self, Body};
use replica::record::Header;
use replica::stream::Scope;
use rusqlite::{Connection, Row, params};

use crate::error::Error;
use crate::judge::{ACCEPTED, AFTER_REVOCATION, ENTRY_TWICE, REVOKED_KIND, SETTLED_KIND, rank};
use crate::projection::is_sound;

/// A revocation, where it stands.
struct Revocation {
    hash: Hash32,
    header: Header,
    revoked: DeviceRevoked,
}

impl Revocation {
    /// Whether it says that the record of another one does not count.
    fn cuts(&self, other: &Self) -> bool {
        let (stream, revoked) = (&other.header.stream, &self.revoked);
        let last = match stream.scope {
            Scope::Branch(_) => revoked.last_branch_seq,
            Scope::Organisation(_) => revoked.last_organisation_seq,
        };
        (stream.device, stream.incarnation) == (revoked.device, revoked.incarnation)
            && other.header.seq > last
    }
}

/// The revocations that count, of all, by rank: one that another one cuts off does not, and of two that cut
/// each other off the first one stays. With them the hashes of those that another one took out of force, which
/// stay so even if that one is taken out itself: else three of them could go round for ever.
fn in_force(all: &[Revocation]) -> (Vec<&Revocation>, HashSet<Hash32>) {
    let mut void = HashSet::new();
    'again: loop {
        let mut valid: Vec<&Revocation> = Vec::new();
        for revocation in all {
            if void.contains(&revocation.hash) || valid.iter().any(|before| before.cuts(revocation)) {
                continue;
            }
            if let Some(before) = valid.iter().find(|before| revocation.cuts(before)) {
                void.insert(before.hash);
                continue 'again;
            }
            valid.push(revocation);
        }
        return (valid, void);
    }
}

/// Judges anew, out of all records together, which ones do not count. What was judged when they came, one by
/// one, may rest on what does not count itself.
pub(crate) fn judge_again(conn: &Connection) -> Result<(), Error> {
    if !conn.prepare("SELECT 1 FROM verdict")?.exists([])? {
        return Ok(());
    }
    conn.execute("DELETE FROM verdict WHERE why IN (?1, ?2)", [AFTER_REVOCATION, ACCEPTED])?;
    let twice = conn
        .prepare(
            "SELECT record.hash, header, body FROM verdict
             JOIN record ON record.hash IN (verdict.hash, verdict.other) WHERE why = ?1",
        )?
        .query_map([ENTRY_TWICE], found)?
        .collect::<Result<Vec<_>, _>>()?;
    let revocations = revocations(conn)?;
    let (valid, void) = in_force(&revocations);
    for hash in &void {
        judge(conn, hash, AFTER_REVOCATION, None)?;
    }
    for revocation in valid {
        for hash in records_after(conn, &revocation.revoked)? {
            judge(conn, &hash, AFTER_REVOCATION, None)?;
        }
    }
    for hash in accepted(conn)? {
        judge(conn, &hash, ACCEPTED, None)?;
    }
    let mut same: BTreeMap<EntryId, Vec<(Header, Hash32)>> = BTreeMap::new();
    for (hash, header, body) in twice {
        let header = header_of(&header)?;
        if let Body::Entry(entry) = body::read(&header, &body) {
            same.entry(entry.common().entry_id).or_default().push((header, hash));
        }
    }
    same.into_values().try_for_each(|records| choose(conn, records))
}

/// Of records with one entry id, the first that its writer could still write counts.
fn choose(conn: &Connection, mut records: Vec<(Header, Hash32)>) -> Result<(), Error> {
    records.sort_by(|(a, a_hash), (b, b_hash)| rank(a, a_hash).cmp(&rank(b, b_hash)));
    records.dedup_by_key(|(_, hash)| *hash);
    let mut chosen = None;
    for (_, hash) in &records {
        if is_cut_off(conn, hash)? {
            continue;
        }
        if chosen.is_some() {
            judge(conn, hash, ENTRY_TWICE, chosen)?;
        } else {
            let sql = "DELETE FROM verdict WHERE hash = ?1 AND why = ?2";
            conn.execute(sql, params![hash.0, ENTRY_TWICE])?;
        }
        chosen = chosen.or(Some(hash));
    }
    Ok(())
}

fn judge(conn: &Connection, hash: &Hash32, why: &str, other: Option<&Hash32>) -> Result<(), Error> {
    conn.prepare_cached(
        "INSERT INTO verdict (hash, why, other) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET why = excluded.why, other = excluded.other",
    )?
    .execute(params![hash.0, why, other.map(|other| other.0)])?;
    Ok(())
}

/// Hash, header and body of a record.
fn found(row: &Row<'_>) -> rusqlite::Result<(Hash32, Vec<u8>, Vec<u8>)> {
    Ok((Hash32(row.get(0)?), row.get(1)?, row.get(2)?))
}

/// Every revocation that is here, by rank.
fn revocations(conn: &Connection) -> Result<Vec<Revocation>, Error> {
    let mut all = Vec::new();
    for (hash, header, entry) in entries_of(conn, REVOKED_KIND)? {
        if let Entry::DeviceRevoked(revoked) = entry {
            all.push(Revocation { hash, header, revoked });
        }
    }
    all.sort_by(|a, b| rank(&a.header, &a.hash).cmp(&rank(&b.header, &b.hash)));
    Ok(all)
}

/// What counts though its writer was cut off before, as was said last by somebody who was not. A revocation is
/// never taken from who is cut off.
fn accepted(conn: &Connection) -> Result<Vec<Hash32>, Error> {
    let mut said = BTreeMap::new();
    for (hash, header, entry) in entries_of(conn, SETTLED_KIND)? {
        let Entry::ExceptionSettled(settled) = entry else { continue };
        if settled.exception != AFTER_REVOCATION || is_cut_off(conn, &hash)? {
            continue;
        }
        let last = (header.hlc, settled.common.entry_id, settled.how);
        let before = said.entry(settled.about.0).or_insert_with(|| last.clone());
        *before = last.max(before.clone());
    }
    let mut hashes = Vec::new();
    for (about, (_, _, how)) in said {
        let sql =
            "SELECT 1 FROM verdict JOIN record USING (hash) WHERE hash = ?1 AND why = ?2 AND kind <> ?3";
        if how == Settling::Accepted.code()
            && let Ok(hash) = about.try_into().map(Hash32)
            && conn.prepare_cached(sql)?.exists(params![hash.0, AFTER_REVOCATION, REVOKED_KIND])?
        {
            hashes.push(hash);
        }
    }
    Ok(hashes)
}

fn is_cut_off(conn: &Connection, hash: &Hash32) -> Result<bool, Error> {
    let mut statement = conn.prepare_cached("SELECT 1 FROM verdict WHERE hash = ?1 AND why = ?2")?;
    Ok(statement.exists(params![hash.0, AFTER_REVOCATION])?)
}

/// Every sound entry of a kind that is no receipt.
fn entries_of(conn: &Connection, kind: u16) -> Result<Vec<(Hash32, Header, Entry)>, Error> {
    let records = conn
        .prepare(
            "SELECT hash, header, body FROM record INDEXED BY record_but_receipts
             WHERE kind NOT BETWEEN 21 AND 23 AND kind = ?1",
        )?
        .query_map([kind], found)?
        .collect::<Result<Vec<_>, _>>()?;
    let mut entries = Vec::new();
    for (hash, header, body) in records {
        let header = header_of(&header)?;
        if let Body::Entry(entry) = body::read(&header, &body)
            && is_sound(&header, &entry)
        {
            entries.push((hash, header, *entry));
        }
    }
    Ok(entries)
}

/// What a revoked device wrote after its last accepted records.
pub(crate) fn records_after(conn: &Connection, revoked: &DeviceRevoked) -> Result<Vec<Hash32>, Error> {
    let mut statement = conn.prepare_cached(
        "SELECT hash FROM stream JOIN record USING (stream_no) WHERE device = ?1 AND incarnation = ?2
           AND (scope_kind = 1 AND seq > ?3 OR scope_kind = 0 AND seq > ?4)",
    )?;
    let key = params![
        revoked.device.as_bytes(),
        revoked.incarnation.0,
        revoked.last_branch_seq,
        revoked.last_organisation_seq
    ];
    Ok(statement.query_map(key, |row| Ok(Hash32(row.get(0)?)))?.collect::<Result<_, _>>()?)
}

pub(crate) fn header_of(bytes: &[u8]) -> Result<Header, Error> {
    Header::decode(bytes).map_err(|error| Error::Malformed(format!("header: {error}")))
}
