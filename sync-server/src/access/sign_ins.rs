//! Who is in with a browser: links that let one person in once, and the browsers that are in. Both are kept as
//! hashes only, and found by them, so that neither the file nor the time an answer takes tells what would open
//! the door.

use domain::entry::{Hash32, Incarnation};
use domain::id::{BranchId, DeviceId, OrganisationId, StaffId};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::{Access, AccessError};

/// The most links of a device that wait to be opened.
const MAX_LINKS: u64 = 10;
/// The most browsers that a person is in with; one more ends the one that nobody used for longest.
const MAX_SIGN_INS: u64 = 20;
/// How long a browser is in at the most.
pub const LASTS_MS: i64 = 12 * 3_600_000;
/// How long it is in while nobody does anything there.
pub const UNUSED_MS: i64 = 30 * 60_000;
/// How often it is written down that somebody is there.
const NOTED_EVERY_MS: i64 = 60_000;

// The first two are of servers that did not know yet for whom a link was.
pub(super) const TABLES: &str = "
DROP TABLE IF EXISTS view_link;
DROP TABLE IF EXISTS viewer;
CREATE TABLE IF NOT EXISTS person_link (
    link         BLOB PRIMARY KEY CHECK (length(link) = 32),
    organisation BLOB NOT NULL,
    staff        BLOB NOT NULL,
    branch       BLOB NOT NULL,
    device       BLOB NOT NULL,
    incarnation  BLOB NOT NULL,
    expires_ms   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sign_in (
    token        BLOB PRIMARY KEY CHECK (length(token) = 32),
    sign_in      BLOB NOT NULL UNIQUE CHECK (length(sign_in) = 16),
    organisation BLOB NOT NULL,
    staff        BLOB NOT NULL,
    how          INTEGER NOT NULL,
    branch       BLOB,
    device       BLOB,
    incarnation  BLOB,
    began_ms     INTEGER NOT NULL,
    used_ms      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
";

/// A person of an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Who {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The person.
    pub staff: StaffId,
}

/// A till that let somebody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByTill {
    /// Its branch.
    pub branch: BranchId,
    /// The till.
    pub device: DeviceId,
    /// Which life of it.
    pub incarnation: Incarnation,
}

/// How somebody came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// By the link of a till: out again when the till is cut off.
    Link(ByTill),
    /// By a passkey.
    Passkey,
    /// By name and passphrase.
    Passphrase,
}

impl How {
    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Link(_) => "link",
            Self::Passkey => "passkey",
            Self::Passphrase => "passphrase",
        }
    }

    fn number(self) -> u8 {
        match self {
            Self::Link(_) => 1,
            Self::Passkey => 2,
            Self::Passphrase => 3,
        }
    }

    /// The till, where it was one.
    #[must_use]
    pub fn till(self) -> Option<ByTill> {
        match self {
            Self::Link(till) => Some(till),
            Self::Passkey | Self::Passphrase => None,
        }
    }
}

/// A browser that is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignIn {
    /// Names it to the person; it opens nothing.
    pub id: [u8; 16],
    /// Who.
    pub who: Who,
    /// How they came in.
    pub how: How,
    /// When.
    pub began_ms: i64,
    /// When somebody last did something there, to the minute.
    pub used_ms: i64,
}

/// What a browser that comes in is known by from then on.
#[derive(Debug, Clone, Copy)]
pub struct NewSignIn {
    /// Hash of the token in its cookie.
    pub token: Hash32,
    /// Names it to the person.
    pub id: [u8; 16],
}

fn who_of(row: &Row<'_>, organisation: usize, staff: usize) -> rusqlite::Result<Who> {
    Ok(Who {
        organisation: OrganisationId(Uuid::from_bytes(row.get(organisation)?)),
        staff: StaffId(Uuid::from_bytes(row.get(staff)?)),
    })
}

fn till_of(row: &Row<'_>, first: usize) -> rusqlite::Result<ByTill> {
    Ok(ByTill {
        branch: BranchId(Uuid::from_bytes(row.get(first)?)),
        device: DeviceId(Uuid::from_bytes(row.get(first + 1)?)),
        incarnation: Incarnation(row.get(first + 2)?),
    })
}

const COLUMNS: &str = "sign_in, organisation, staff, how, branch, device, incarnation, began_ms, used_ms";

fn sign_in(row: &Row<'_>) -> rusqlite::Result<SignIn> {
    let how = match row.get(3)? {
        1_u8 => How::Link(till_of(row, 4)?),
        2 => How::Passkey,
        _ => How::Passphrase,
    };
    Ok(SignIn { id: row.get(0)?, who: who_of(row, 1, 2)?, how, began_ms: row.get(7)?, used_ms: row.get(8)? })
}

/// Lets a browser in, and forgets those that ended.
fn begin(conn: &Connection, new: &NewSignIn, who: Who, how: How, now_ms: i64) -> Result<(), AccessError> {
    let ended = "DELETE FROM sign_in WHERE began_ms <= ?1 OR used_ms <= ?2";
    conn.execute(ended, [now_ms - LASTS_MS, now_ms - UNUSED_MS])?;
    let (organisation, staff) = (who.organisation.as_bytes(), who.staff.as_bytes());
    conn.execute(
        "DELETE FROM sign_in WHERE token IN (
            SELECT token FROM sign_in WHERE organisation = ?1 AND staff = ?2
            ORDER BY used_ms DESC, began_ms DESC LIMIT -1 OFFSET ?3)",
        params![organisation, staff, MAX_SIGN_INS - 1],
    )?;
    let till = how.till();
    conn.execute(
        &format!("INSERT INTO sign_in (token, {COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)"),
        params![
            new.token.0,
            new.id,
            organisation,
            staff,
            how.number(),
            till.map(|till| *till.branch.as_bytes()),
            till.map(|till| *till.device.as_bytes()),
            till.map(|till| till.incarnation.0),
            now_ms
        ],
    )?;
    Ok(())
}

impl Access {
    /// Keeps a link, by its hash, until it is opened or too old.
    ///
    /// # Errors
    /// `TooMany` links of this device wait already, or the file fails.
    pub fn add_link(
        &self,
        link: &Hash32,
        who: Who,
        by: ByTill,
        expires_ms: i64,
        now_ms: i64,
    ) -> Result<(), AccessError> {
        let conn = self.conn();
        conn.execute("DELETE FROM person_link WHERE expires_ms <= ?1", [now_ms])?;
        let count = "SELECT count(*) FROM person_link WHERE device = ?1";
        let count: u64 = conn.query_row(count, [by.device.as_bytes()], |row| row.get(0))?;
        if count >= MAX_LINKS {
            return Err(AccessError::TooMany);
        }
        conn.execute(
            "INSERT INTO person_link (link, organisation, staff, branch, device, incarnation, expires_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                link.0,
                who.organisation.as_bytes(),
                who.staff.as_bytes(),
                by.branch.as_bytes(),
                by.device.as_bytes(),
                by.incarnation.0,
                expires_ms
            ],
        )?;
        Ok(())
    }

    /// Uses a link up for a browser: only one caller is told whom it let in.
    ///
    /// # Errors
    /// When the file fails.
    pub fn enter_by_link(
        &self,
        link: &Hash32,
        new: &NewSignIn,
        now_ms: i64,
    ) -> Result<Option<Who>, AccessError> {
        let mut conn = self.conn();
        let tx = conn.transaction()?;
        let used = tx
            .query_row(
                "DELETE FROM person_link WHERE link = ?1 AND expires_ms > ?2
                 RETURNING organisation, staff, branch, device, incarnation",
                params![link.0, now_ms],
                |row| Ok((who_of(row, 0, 1)?, till_of(row, 2)?)),
            )
            .optional()?;
        let Some((who, till)) = used else { return Ok(None) };
        begin(&tx, new, who, How::Link(till), now_ms)?;
        tx.commit()?;
        Ok(Some(who))
    }

    /// Lets a browser in whose person proved themselves otherwise.
    ///
    /// # Errors
    /// When the file fails.
    pub fn enter(&self, new: &NewSignIn, who: Who, how: How, now_ms: i64) -> Result<(), AccessError> {
        let mut conn = self.conn();
        let tx = conn.transaction()?;
        begin(&tx, new, who, how, now_ms)?;
        Ok(tx.commit()?)
    }

    /// A browser that is in.
    ///
    /// # Errors
    /// When the file fails.
    pub fn sign_in(&self, token: &Hash32, now_ms: i64) -> Result<Option<SignIn>, AccessError> {
        let select =
            format!("SELECT {COLUMNS} FROM sign_in WHERE token = ?1 AND began_ms > ?2 AND used_ms > ?3");
        let key = params![token.0, now_ms - LASTS_MS, now_ms - UNUSED_MS];
        Ok(self.conn().query_row(&select, key, sign_in).optional()?)
    }

    /// Somebody did something there.
    ///
    /// # Errors
    /// When the file fails.
    pub fn sign_in_used(&self, token: &Hash32, now_ms: i64) -> Result<(), AccessError> {
        let update = "UPDATE sign_in SET used_ms = ?2 WHERE token = ?1 AND used_ms <= ?3";
        self.conn().execute(update, params![token.0, now_ms, now_ms - NOTED_EVERY_MS])?;
        Ok(())
    }

    /// Where a person is in, the newest first.
    ///
    /// # Errors
    /// When the file fails.
    pub fn sign_ins(&self, who: Who, now_ms: i64) -> Result<Vec<SignIn>, AccessError> {
        let conn = self.conn();
        let mut select = conn.prepare(&format!(
            "SELECT {COLUMNS} FROM sign_in
             WHERE organisation = ?1 AND staff = ?2 AND began_ms > ?3 AND used_ms > ?4
             ORDER BY began_ms DESC, sign_in"
        ))?;
        let (organisation, staff) = (who.organisation.as_bytes(), who.staff.as_bytes());
        let key = params![organisation, staff, now_ms - LASTS_MS, now_ms - UNUSED_MS];
        let rows = select.query_map(key, sign_in)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Lets a browser in no more.
    ///
    /// # Errors
    /// When the file fails.
    pub fn end_by_token(&self, token: &Hash32) -> Result<(), AccessError> {
        self.conn().execute("DELETE FROM sign_in WHERE token = ?1", [token.0])?;
        Ok(())
    }

    /// Lets one of a person's browsers in no more.
    ///
    /// # Errors
    /// When the file fails.
    pub fn end_sign_in(&self, who: Who, id: &[u8; 16]) -> Result<(), AccessError> {
        let delete = "DELETE FROM sign_in WHERE organisation = ?1 AND staff = ?2 AND sign_in = ?3";
        let key = params![who.organisation.as_bytes(), who.staff.as_bytes(), id];
        self.conn().execute(delete, key)?;
        Ok(())
    }

    /// Lets none of a person's browsers in any more, and forgets the links that wait for them.
    ///
    /// # Errors
    /// When the file fails.
    pub fn end_everywhere(&self, who: Who) -> Result<(), AccessError> {
        let mut conn = self.conn();
        let tx = conn.transaction()?;
        let key = params![who.organisation.as_bytes(), who.staff.as_bytes()];
        tx.execute("DELETE FROM sign_in WHERE organisation = ?1 AND staff = ?2", key)?;
        tx.execute("DELETE FROM person_link WHERE organisation = ?1 AND staff = ?2", key)?;
        Ok(tx.commit()?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::opened;
    use super::*;

    fn who(staff: u128) -> Who {
        Who { organisation: OrganisationId(Uuid::from_u128(1)), staff: StaffId(Uuid::from_u128(staff)) }
    }

    fn till(device: u128) -> ByTill {
        ByTill {
            branch: BranchId(Uuid::from_u128(2)),
            device: DeviceId(Uuid::from_u128(device)),
            incarnation: Incarnation([4; 8]),
        }
    }

    fn new(no: u8) -> NewSignIn {
        NewSignIn { token: Hash32([no; 32]), id: [no; 16] }
    }

    fn hash(no: u8) -> Hash32 {
        Hash32([no; 32])
    }

    #[test]
    fn a_link_lets_its_person_in_once_within_its_time() {
        let folder = tempfile::tempdir().unwrap();
        let access = opened(folder.path(), 1);
        access.add_link(&hash(1), who(7), till(3), 100, 0).unwrap();
        access.add_link(&hash(2), who(8), till(3), 100, 0).unwrap();
        assert_eq!(access.enter_by_link(&hash(9), &new(20), 50).unwrap(), None);
        assert_eq!(access.enter_by_link(&hash(1), &new(21), 99).unwrap(), Some(who(7)));
        assert_eq!(access.enter_by_link(&hash(1), &new(22), 99).unwrap(), None);
        assert_eq!(access.enter_by_link(&hash(2), &new(23), 100).unwrap(), None);
        let is_in = access.sign_in(&hash(21), 99).unwrap().unwrap();
        assert_eq!((is_in.who, is_in.how, is_in.began_ms), (who(7), How::Link(till(3)), 99));
        assert_eq!(access.sign_in(&hash(22), 99).unwrap(), None);
    }

    #[test]
    fn a_device_has_so_many_links_and_keeps_none_from_others() {
        let folder = tempfile::tempdir().unwrap();
        let access = opened(folder.path(), 1);
        for no in 0..10 {
            access.add_link(&hash(no), who(7), till(3), 100, 0).unwrap();
        }
        let one_more = access.add_link(&hash(10), who(7), till(3), 100, 0);
        assert!(matches!(one_more, Err(AccessError::TooMany)));
        access.add_link(&hash(11), who(7), till(4), 100, 0).unwrap();
        access.add_link(&hash(10), who(7), till(3), 200, 100).unwrap();
    }

    #[test]
    fn it_ends_unused_after_a_while_and_used_at_the_end_of_its_time() {
        let folder = tempfile::tempdir().unwrap();
        let access = opened(folder.path(), 1);
        access.enter(&new(1), who(7), How::Passkey, 0).unwrap();
        assert!(access.sign_in(&hash(1), UNUSED_MS - 1).unwrap().is_some());
        assert!(access.sign_in(&hash(1), UNUSED_MS).unwrap().is_none());
        let mut now_ms = 0;
        while now_ms + UNUSED_MS - 1 < LASTS_MS {
            now_ms += UNUSED_MS - 1;
            assert!(access.sign_in(&hash(1), now_ms).unwrap().is_some(), "{now_ms}");
            access.sign_in_used(&hash(1), now_ms).unwrap();
        }
        assert!(access.sign_in(&hash(1), LASTS_MS - 1).unwrap().is_some());
        assert!(access.sign_in(&hash(1), LASTS_MS).unwrap().is_none());
        // What ended is gone once somebody comes in.
        access.enter(&new(2), who(7), How::Passphrase, LASTS_MS).unwrap();
        assert!(access.sign_in(&hash(1), 1).unwrap().is_none());
    }

    #[test]
    fn a_person_ends_their_own_one_by_one_and_all_together() {
        let folder = tempfile::tempdir().unwrap();
        let access = opened(folder.path(), 1);
        for no in 1..=4 {
            access.enter(&new(no), who(7), How::Passkey, i64::from(no)).unwrap();
        }
        access.enter(&new(5), who(8), How::Passkey, 5).unwrap();
        access.add_link(&hash(1), who(7), till(3), 100, 0).unwrap();
        access.end_sign_in(who(8), &[1; 16]).unwrap();
        access.end_sign_in(who(7), &[2; 16]).unwrap();
        access.end_by_token(&hash(3)).unwrap();
        let left: Vec<_> = access.sign_ins(who(7), 9).unwrap().iter().map(|one| one.id[0]).collect();
        assert_eq!(left, [4, 1]);
        access.end_everywhere(who(7)).unwrap();
        assert_eq!(access.sign_ins(who(7), 9).unwrap(), []);
        assert_eq!(access.enter_by_link(&hash(1), &new(9), 50).unwrap(), None);
        assert_eq!(access.sign_ins(who(8), 9).unwrap().len(), 1);
    }

    #[test]
    fn one_more_than_may_be_ends_the_one_that_nobody_used_for_longest() {
        let folder = tempfile::tempdir().unwrap();
        let access = opened(folder.path(), 1);
        for no in 0..20 {
            access.enter(&new(no), who(7), How::Passkey, i64::from(no)).unwrap();
        }
        access.sign_in_used(&hash(0), 100_000).unwrap();
        access.enter(&new(20), who(7), How::Passkey, 100_001).unwrap();
        let here = |no| access.sign_in(&hash(no), 100_001).unwrap().is_some();
        assert!(here(0) && !here(1) && here(2) && here(20));
    }
}
