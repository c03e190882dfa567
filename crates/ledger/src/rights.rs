//! Who may: which entries about people are in force, and which acts were done without the right.
//!
//! Both are judged in the order of rank, in which records seldom come. Where one comes late, what ranks behind it
//! and touches the same people is judged again before the commit, so that it does not matter when it came.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use domain::entry::{ApprovalDecided, Entry, Hash32, Role, SecretSet};
use domain::id::{CashLocationId, StaffId};
use domain::needs::{Need, of_entry};
use domain::permission::{Permission, Verdict};
use domain::staff::{Roles, decides_about};
use replica::body::{self, Body};
use replica::record::Header;
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

use crate::admit::founding;
use crate::error::Error;
use crate::judge::rank;
use crate::judge_again::header_of;
use crate::projection::{Projector, writer_of};

/// Why an entry is listed: what it says of people is not so, because nobody who may say it did.
pub(crate) const NOT_IN_FORCE: &str = "not_in_force";

/// Why an entry is listed: it counts, and was done without the right.
pub(crate) const WITHOUT_RIGHT: &str = "without_right";

/// Records that are looked at again at once, while others wait; where it would be more, the tables are built
/// again behind the counter.
const MOST_LOOKED_AT: u32 = 2_000;

/// Where a record stands in the order of rights: such bytes are ordered as (HLC, device, incarnation, seq, hash).
/// The hash is the last [`HASH_AT`] bytes on.
pub(crate) fn rank_bytes(header: &Header, hash: &Hash32) -> Vec<u8> {
    let (hlc, device, incarnation, seq, hash) = rank(header, hash);
    [&hlc.to_be_bytes()[..], &device, &incarnation, &seq.to_be_bytes(), hash].concat()
}

/// Where the hash begins in a rank, as SQLite counts.
pub(crate) const HASH_AT: u32 = 41;

/// Whose rights became other ones.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Whose {
    Of(BTreeSet<StaffId>),
    Everybody,
}

/// What came late: from a rank on, rights are other ones than those that were judged by.
#[derive(Default)]
pub(crate) struct Late {
    /// Entries about people are here of which the tables do not know yet what they come to.
    are_people_due: Cell<bool>,
    changed: RefCell<Option<(Vec<u8>, Whose)>>,
    /// The last record that rights were asked of.
    reached: Cell<i64>,
}

impl Late {
    fn add(&self, from: Vec<u8>, whose: Whose) {
        let mut changed = self.changed.borrow_mut();
        *changed = Some(match (changed.take(), whose) {
            (None, whose) => (from, whose),
            (Some((before, Whose::Of(mut all))), Whose::Of(more)) => {
                all.extend(more);
                (before.min(from), Whose::Of(all))
            }
            (Some((before, _)), _) => (before.min(from), Whose::Everybody),
        });
    }
}

/// A row of the history of roles: whose, from which rank on, and which; none since the person left.
type RoleRow = ([u8; 16], Vec<u8>, Option<u8>);

/// Whom an entry about people is about, and the role that it gives them.
fn says(entry: &Entry) -> Option<(StaffId, Option<Role>)> {
    match entry {
        Entry::OrganisationFounded(founded) => Some((founded.owner, Some(Role::Owner))),
        Entry::StaffJoined(joined) => Some((joined.staff, Some(joined.role))),
        Entry::RoleGiven(given) => Some((given.staff, Some(given.role))),
        Entry::StaffLeft(left) => Some((left.staff, None)),
        _ => None,
    }
}

impl Projector<'_> {
    /// From a rank on, rights are other ones. Of no matter where nothing that was projected ranks behind it.
    fn change(&self, from: Vec<u8>, whose: Whose) {
        let last = self.sums.borrow().last_hlc.map(u64::to_be_bytes);
        if last.is_none_or(|last| from[..last.len()] <= last[..]) {
            self.late.add(from, whose);
        }
    }

    /// Keeps an entry about people, and says what it comes to: at once where none ranks behind it, else before
    /// the commit.
    pub(crate) fn people(
        &self,
        record_no: i64,
        hash: &Hash32,
        header: &Header,
        entry: &Entry,
    ) -> Result<(), Error> {
        self.late.reached.set(record_no);
        let rank = rank_bytes(header, hash);
        let is_last = !self.statement("SELECT 1 FROM $people_entry WHERE rank >= ?1")?.exists([&rank])?;
        let sql = "INSERT INTO $people_entry (rank, record_no) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        if self.run(sql, params![rank, record_no])? == 0 {
            // A rebuild knows it from its beginning.
            return Ok(());
        }
        if !is_last || self.late.are_people_due.get() {
            self.late.are_people_due.set(true);
            return Ok(());
        }
        let mut roles = self.roles()?;
        let is_first = roles.all().next().is_none();
        if let Some(staff) = self.apply(&mut roles, record_no, &rank, entry)? {
            let whose = if is_first { Whose::Everybody } else { Whose::Of([staff].into()) };
            self.change(rank, whose);
        }
        Ok(())
    }

    /// Who has which role now.
    fn roles(&self) -> Result<Roles, Error> {
        let mut statement = self.statement("SELECT staff, role FROM $staff WHERE NOT has_left")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let people = rows.collect::<Result<Vec<([u8; 16], u8)>, _>>()?;
        let known = people
            .into_iter()
            .filter_map(|(staff, role)| Some((StaffId(Uuid::from_bytes(staff)), Role::from_number(role)?)));
        Ok(known.collect())
    }

    /// Takes an entry about people into account that ranks behind all that were. Gives who it is about, where it
    /// is in force; lists it where not.
    fn apply(
        &self,
        roles: &mut Roles,
        record_no: i64,
        rank: &[u8],
        entry: &Entry,
    ) -> Result<Option<StaffId>, Error> {
        let hash = &rank[HASH_AT as usize - 1..];
        // An organisation is founded once, whatever else says that it founds it.
        let is_foundation = matches!(entry, Entry::OrganisationFounded(_));
        let may_be = !is_foundation || founding(self.conn)?.is_some_and(|(_, known)| known.0 == hash);
        let Some((staff, role)) = says(entry).filter(|_| may_be && roles.apply(entry)) else {
            self.notice(NOT_IN_FORCE, hash, record_no)?;
            return Ok(None);
        };
        let number = role.map(|role| role as u8);
        self.run(
            "INSERT INTO $role (staff, rank, role) VALUES (?1, ?2, ?3)",
            params![staff.as_bytes(), rank, number],
        )?;
        match number {
            Some(number) => self.run(
                "INSERT INTO $staff (staff, role, has_left) VALUES (?1, ?2, 0)
                 ON CONFLICT DO UPDATE SET role = excluded.role, has_left = 0",
                params![staff.as_bytes(), number],
            )?,
            None => self.run("UPDATE $staff SET has_left = 1 WHERE staff = ?1", [staff.as_bytes()])?,
        };
        Ok(Some(staff))
    }

    /// What all entries about people come to, in their order.
    fn apply_all(&self) -> Result<(), Error> {
        let before = self.role_rows()?;
        self.run("DELETE FROM $role", [])?;
        self.run("DELETE FROM $staff", [])?;
        self.run(
            "DELETE FROM $exception WHERE kind = ?1 AND about IN (SELECT substr(rank, ?2) FROM $people_entry)",
            params![NOT_IN_FORCE, HASH_AT],
        )?;
        let mut roles = Roles::default();
        let mut statement = self.statement(
            "SELECT rank, record_no, header, body FROM $people_entry JOIN record USING (record_no) ORDER BY rank",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (rank, header, body): (Vec<u8>, Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(2)?, row.get(3)?);
            if let Body::Entry(entry) = body::read(&header_of(&header)?, &body) {
                self.apply(&mut roles, row.get(1)?, &rank, &entry)?;
            }
        }
        let after = self.role_rows()?;
        let founded = |rows: &BTreeSet<RoleRow>| rows.iter().map(|(_, rank, _)| rank).min().cloned();
        let changed: Vec<&RoleRow> = before.symmetric_difference(&after).collect();
        let Some(from) = changed.iter().map(|(_, rank, _)| rank).min().cloned() else { return Ok(()) };
        let staff = changed.iter().map(|(staff, _, _)| StaffId(Uuid::from_bytes(*staff))).collect();
        let is_founded_anew = founded(&before) != founded(&after);
        self.change(from, if is_founded_anew { Whose::Everybody } else { Whose::Of(staff) });
        Ok(())
    }

    fn role_rows(&self) -> Result<BTreeSet<RoleRow>, Error> {
        let mut statement = self.statement("SELECT staff, rank, role FROM $role")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The role of a person at a rank; none for one who does not work here then.
    fn role_at(&self, staff: StaffId, rank: &[u8]) -> Result<Option<Role>, Error> {
        let sql = "SELECT role FROM $role WHERE staff = ?1 AND rank < ?2 ORDER BY rank DESC LIMIT 1";
        let role: Option<Option<u8>> =
            self.statement(sql)?.query_row(params![staff.as_bytes(), rank], |row| row.get(0)).optional()?;
        Ok(role.flatten().and_then(Role::from_number))
    }

    /// Keeps a PIN or badge. The first one of the branch ends the time in which nobody was asked for approval.
    pub(crate) fn secret(
        &self,
        record_no: i64,
        hash: &Hash32,
        header: &Header,
        set: &SecretSet,
    ) -> Result<(), Error> {
        let rank = rank_bytes(header, hash);
        if self.first_secret()?.is_none_or(|first| rank < first) {
            self.change(rank.clone(), Whose::Everybody);
        }
        self.run(
            "INSERT INTO $secret (staff, kind, rank, record_no) VALUES (?1, ?2, ?3, ?4)",
            params![set.staff.as_bytes(), set.kind as u8, rank, record_no],
        )
        .map(drop)
    }

    /// The rank of the first PIN or badge of the branch.
    fn first_secret(&self) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.statement("SELECT min(rank) FROM $secret")?.query_row([], |row| row.get(0))?)
    }

    /// Lists an entry that was done without the right, or that is not in force.
    pub(crate) fn judge_act(
        &self,
        record_no: i64,
        hash: &Hash32,
        header: &Header,
        entry: &Entry,
    ) -> Result<(), Error> {
        self.late.reached.set(record_no);
        match self.fault_of(hash, header, entry)? {
            Some(why) => self.notice(why, &hash.0, record_no),
            None => Ok(()),
        }
    }

    /// Why an entry of the branch is listed, as far as rights go.
    fn fault_of(&self, hash: &Hash32, header: &Header, entry: &Entry) -> Result<Option<&'static str>, Error> {
        let rank = || rank_bytes(header, hash);
        Ok(match entry {
            Entry::SecretSet(set) => (!self.may_set(&rank(), set)?).then_some(NOT_IN_FORCE),
            Entry::ApprovalDecided(decided) => (!self.may_decide(&rank(), decided)?).then_some(NOT_IN_FORCE),
            _ => {
                let needs = of_entry(entry, self.works_where(&rank, header, entry)?);
                let is_right = needs.is_empty() || self.has_right(&rank(), entry, &needs)?;
                (!is_right).then_some(WITHOUT_RIGHT)
            }
        })
    }

    /// The drawer that the till had opened or taken last before an act at a drawer, as far as its own stream says:
    /// what stands in there before the act is known whenever the act is.
    fn works_where(
        &self,
        rank: &impl Fn() -> Vec<u8>,
        header: &Header,
        entry: &Entry,
    ) -> Result<Option<CashLocationId>, Error> {
        let (Entry::DrawerCounted(_) | Entry::DrawerClosed(_), Some(till)) = (entry, entry.common().till)
        else {
            return Ok(None);
        };
        let sql = "SELECT location FROM $works_at WHERE till = ?1 AND rank < ?2 AND substr(rank, 9, 24) = ?3
                   ORDER BY rank DESC LIMIT 1";
        let location = self
            .statement(sql)?
            .query_row(params![till.as_bytes(), rank(), writer_of(header)], |row| row.get(0))
            .optional()?;
        Ok(location.map(|bytes| CashLocationId(uuid::Uuid::from_bytes(bytes))))
    }

    /// Whether who did it, or another one who approved it, had every right that it needs. Where somebody works
    /// here, that is asked only after the first PIN or badge of the branch: before that nobody was asked for
    /// approval. Somebody who does not work here has no right to anything.
    fn has_right(&self, rank: &[u8], entry: &Entry, needs: &[Need]) -> Result<bool, Error> {
        let common = entry.common();
        let allows = |role: Option<Role>, need: &Need| {
            role.is_some_and(|role| need.permission.verdict(role, need.extent) == Verdict::Allowed)
        };
        let role = self.role_at(common.actor, rank)?;
        if needs.iter().all(|need| allows(role, need)) {
            return Ok(true);
        }
        if role.is_none() {
            // Before the founding nobody works here: a clock that stands there says nothing of rights.
            let sql = "SELECT min(rank) FROM $role";
            let founded: Option<Vec<u8>> = self.statement(sql)?.query_row([], |row| row.get(0))?;
            return Ok(founded.is_none_or(|founded| rank < founded.as_slice()));
        }
        // Oneself as the approver has no other role than oneself.
        let approver = match common.approver {
            Some(approver) => self.role_at(approver, rank)?,
            None => None,
        };
        if needs.iter().all(|need| allows(role, need) || allows(approver, need)) {
            return Ok(true);
        }
        Ok(self.first_secret()?.is_none_or(|first| rank < first.as_slice()))
    }

    /// Whether a PIN or badge is in force: people set their own, and those of others who decide about them.
    fn may_set(&self, rank: &[u8], set: &SecretSet) -> Result<bool, Error> {
        let Some(role) = self.role_at(set.staff, rank)? else { return Ok(false) };
        if set.common.actor == set.staff {
            return Ok(true);
        }
        for person in [Some(set.common.actor), set.common.approver].into_iter().flatten() {
            if self.role_at(person, rank)?.is_some_and(|own| decides_about(own, role)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether an approval is in force: who gives it may do by themselves what they allow.
    fn may_decide(&self, rank: &[u8], decided: &ApprovalDecided) -> Result<bool, Error> {
        if !decided.is_given {
            return Ok(true);
        }
        let Some(permission) = Permission::parse(&decided.permission) else { return Ok(false) };
        let role = self.role_at(decided.common.actor, rank)?;
        Ok(role.is_some_and(|role| permission.verdict(role, decided.extent) == Verdict::Allowed))
    }

    /// Takes the entries about people into account that came late.
    pub(crate) fn apply_late(&self) -> Result<(), Error> {
        if self.late.are_people_due.take() { self.apply_all() } else { Ok(()) }
    }

    /// Judges again what was judged by rights that turned out to be other ones. To be called before the commit.
    pub(crate) fn judge_late(&self) -> Result<(), Error> {
        self.apply_late()?;
        let Some((from, whose)) = self.late.changed.take() else { return Ok(()) };
        let mut left = if self.is_live { MOST_LOOKED_AT } else { u32::MAX };
        for (stream_no, seq, hash) in self.ends_of_streams()? {
            if !self.judge_down_from(stream_no, seq, hash, &from, &whose, &mut left)? {
                return self.derive_again();
            }
        }
        Ok(())
    }

    /// Where the branch's streams end, as far as they were projected: all ends of one that forked.
    fn ends_of_streams(&self) -> Result<Vec<(i64, u64, Hash32)>, Error> {
        let mut heads = self.conn.prepare_cached(
            "SELECT stream_no, seq, hash, count(*) OVER (PARTITION BY stream_no)
             FROM head JOIN stream USING (stream_no) WHERE scope_kind = 1",
        )?;
        let heads = heads
            .query_map([], |row| Ok(((row.get(0)?, row.get(1)?, Hash32(row.get(2)?)), row.get(3)?)))?
            .collect::<Result<Vec<((i64, u64, Hash32), u32)>, _>>()?;
        // In one that did not fork, a rebuild need not go down from the end that it comes to last.
        let mut last = self.conn.prepare_cached(
            "SELECT seq, hash FROM record WHERE stream_no = ?1 AND record_no <= ?2 ORDER BY seq DESC LIMIT 1",
        )?;
        let mut ends = Vec::new();
        for (end, lines) in heads {
            if lines > 1 {
                ends.push(end);
                continue;
            }
            let key = params![end.0, self.late.reached.get()];
            let found = last.query_row(key, |row| Ok((end.0, row.get(0)?, Hash32(row.get(1)?))));
            ends.extend(found.optional()?);
        }
        Ok(ends)
    }

    /// Judges again what of a line of a stream ranks behind `from`, newest first. False where it is too much.
    fn judge_down_from(
        &self,
        stream_no: i64,
        mut seq: u64,
        mut hash: Hash32,
        from: &[u8],
        whose: &Whose,
        left: &mut u32,
    ) -> Result<bool, Error> {
        let mut statement = self.conn.prepare_cached(
            "SELECT record_no, header, body FROM record WHERE stream_no = ?1 AND seq = ?2 AND hash = ?3",
        )?;
        while seq > 0 {
            let found: (i64, Vec<u8>, Vec<u8>) = statement
                .query_row(params![stream_no, seq, hash.0], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                })?;
            let (record_no, header, body) = found;
            let header = header_of(&header)?;
            if rank_bytes(&header, &hash).as_slice() < from {
                return Ok(true);
            }
            let Some(fewer) = left.checked_sub(1) else { return Ok(false) };
            *left = fewer;
            if record_no <= self.late.reached.get()
                && let Body::Entry(entry) = body::read(&header, &body)
                && concerns(&entry, whose)
                && self.stands(record_no, &entry)?
            {
                self.judge_anew(record_no, &hash, &header, &entry)?;
            }
            (seq, hash) = (seq - 1, header.previous);
        }
        Ok(true)
    }

    /// Whether an entry counts, and by this record.
    fn stands(&self, record_no: i64, entry: &Entry) -> Result<bool, Error> {
        let sql = "SELECT 1 FROM $entry WHERE entry_id = ?1 AND record_no = ?2";
        Ok(self.statement(sql)?.exists(params![entry.common().entry_id.as_bytes(), record_no])?)
    }

    fn judge_anew(&self, record_no: i64, hash: &Hash32, header: &Header, entry: &Entry) -> Result<(), Error> {
        let why = self.fault_of(hash, header, entry)?;
        self.run(
            "DELETE FROM $exception WHERE kind IN (?1, ?2) AND about = ?3 AND kind IS NOT ?4",
            params![WITHOUT_RIGHT, NOT_IN_FORCE, hash.0, why],
        )?;
        why.map_or(Ok(()), |why| self.notice(why, &hash.0, record_no))
    }
}

/// Whether what an entry may do depends on the rights of these people.
fn concerns(entry: &Entry, whose: &Whose) -> bool {
    let Whose::Of(people) = whose else { return true };
    let common = entry.common();
    let whose_secret = if let Entry::SecretSet(set) = entry { Some(set.staff) } else { None };
    [Some(common.actor), common.approver, whose_secret].into_iter().flatten().any(|one| people.contains(&one))
}
