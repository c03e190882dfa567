//! Who may look: links that let one browser in, and the browsers that are in. Both are kept as hashes only, and
//! found by them, so that neither the file nor the time an answer takes tells what would open the door.

use domain::entry::{Hash32, Incarnation};
use domain::id::{BranchId, DeviceId, OrganisationId};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::{Access, AccessError};

/// The most links of a device that wait to be opened.
const MAX_LINKS: u64 = 10;
/// The most browsers that a device's links let in at once.
const MAX_VIEWERS: u64 = 100;

pub(super) const TABLES: &str = "
CREATE TABLE IF NOT EXISTS view_link (
    link         BLOB PRIMARY KEY CHECK (length(link) = 32),
    organisation BLOB NOT NULL,
    branch       BLOB NOT NULL,
    device       BLOB NOT NULL,
    incarnation  BLOB NOT NULL,
    expires_ms   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS viewer (
    viewer       BLOB PRIMARY KEY CHECK (length(viewer) = 32),
    organisation BLOB NOT NULL,
    branch       BLOB NOT NULL,
    device       BLOB NOT NULL,
    incarnation  BLOB NOT NULL,
    expires_ms   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
";

/// A browser that may look, or may come in to look; and the till that let it in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Viewer {
    /// Whose branches it may see.
    pub organisation: OrganisationId,
    /// The till's branch.
    pub branch: BranchId,
    /// The till.
    pub device: DeviceId,
    /// Which life of it.
    pub incarnation: Incarnation,
    /// When this ends.
    pub expires_ms: i64,
}

fn viewer(row: &Row<'_>) -> rusqlite::Result<Viewer> {
    Ok(Viewer {
        organisation: OrganisationId(Uuid::from_bytes(row.get(0)?)),
        branch: BranchId(Uuid::from_bytes(row.get(1)?)),
        device: DeviceId(Uuid::from_bytes(row.get(2)?)),
        incarnation: Incarnation(row.get(3)?),
        expires_ms: row.get(4)?,
    })
}

/// A table of who may look: its name, that of its hash, and the most rows of one device.
type Kept = (&'static str, &'static str, u64);
const LINK: Kept = ("view_link", "link", MAX_LINKS);
const VIEWER: Kept = ("viewer", "viewer", MAX_VIEWERS);

fn keep(conn: &Connection, (table, name, most): Kept, hash: &Hash32, by: &Viewer) -> Result<(), AccessError> {
    let count = format!("SELECT count(*) FROM {table} WHERE device = ?1");
    let count: u64 = conn.query_row(&count, [by.device.as_bytes()], |row| row.get(0))?;
    if count >= most {
        return Err(AccessError::TooMany);
    }
    conn.execute(
        &format!(
            "INSERT INTO {table} ({name}, organisation, branch, device, incarnation, expires_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        ),
        params![
            hash.0,
            by.organisation.as_bytes(),
            by.branch.as_bytes(),
            by.device.as_bytes(),
            by.incarnation.0,
            by.expires_ms
        ],
    )?;
    Ok(())
}

impl Access {
    /// Keeps a link, by its hash, until it is opened or too old.
    ///
    /// # Errors
    /// `TooMany` links of this device wait already, or the file fails.
    pub fn add_view_link(&self, link: &Hash32, by: &Viewer, now_ms: i64) -> Result<(), AccessError> {
        let conn = self.conn();
        conn.execute("DELETE FROM view_link WHERE expires_ms <= ?1", [now_ms])?;
        keep(&conn, LINK, link, by)
    }

    /// Uses a link up for a browser, which is in until `expires_ms`: only one caller is told who let it in.
    ///
    /// # Errors
    /// `TooMany` browsers are in already, and the link is still good; or the file fails.
    pub fn open_view_link(
        &self,
        link: &Hash32,
        as_viewer: &Hash32,
        expires_ms: i64,
        now_ms: i64,
    ) -> Result<Option<Viewer>, AccessError> {
        let mut conn = self.conn();
        let tx = conn.transaction()?;
        let used = tx
            .query_row(
                "DELETE FROM view_link WHERE link = ?1 AND expires_ms > ?2
                 RETURNING organisation, branch, device, incarnation, expires_ms",
                params![link.0, now_ms],
                viewer,
            )
            .optional()?;
        let Some(by) = used else { return Ok(None) };
        tx.execute("DELETE FROM viewer WHERE expires_ms <= ?1", [now_ms])?;
        let by = Viewer { expires_ms, ..by };
        keep(&tx, VIEWER, as_viewer, &by)?;
        tx.commit()?;
        Ok(Some(by))
    }

    /// A browser that is in.
    ///
    /// # Errors
    /// When the file fails.
    pub fn viewer(&self, viewer_hash: &Hash32, now_ms: i64) -> Result<Option<Viewer>, AccessError> {
        let select = "SELECT organisation, branch, device, incarnation, expires_ms FROM viewer
             WHERE viewer = ?1 AND expires_ms > ?2";
        Ok(self.conn().query_row(select, params![viewer_hash.0, now_ms], viewer).optional()?)
    }

    /// Lets a browser in no more.
    ///
    /// # Errors
    /// When the file fails.
    pub fn remove_viewer(&self, viewer_hash: &Hash32) -> Result<(), AccessError> {
        self.conn().execute("DELETE FROM viewer WHERE viewer = ?1", [viewer_hash.0])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use replica::session::DataIncarnation;

    use super::*;

    fn by(device: u128, expires_ms: i64) -> Viewer {
        Viewer {
            organisation: OrganisationId(Uuid::from_u128(1)),
            branch: BranchId(Uuid::from_u128(2)),
            device: DeviceId(Uuid::from_u128(device)),
            incarnation: Incarnation([4; 8]),
            expires_ms,
        }
    }

    fn hash(no: u8) -> Hash32 {
        Hash32([no; 32])
    }

    fn opened() -> (tempfile::TempDir, Access) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("access.db");
        let access = Access::open(&path, &[1; 32], DataIncarnation([1; 8])).unwrap();
        (folder, access)
    }

    #[test]
    fn a_link_lets_one_browser_in_for_its_time() {
        let (_folder, access) = opened();
        access.add_view_link(&hash(1), &by(3, 100), 0).unwrap();
        access.add_view_link(&hash(2), &by(3, 100), 0).unwrap();
        assert_eq!(access.open_view_link(&hash(9), &hash(20), 500, 50).unwrap(), None);
        assert_eq!(access.open_view_link(&hash(1), &hash(21), 500, 99).unwrap(), Some(by(3, 500)));
        assert_eq!(access.open_view_link(&hash(1), &hash(22), 500, 99).unwrap(), None);
        assert_eq!(access.open_view_link(&hash(2), &hash(23), 500, 100).unwrap(), None);
        assert_eq!(access.viewer(&hash(21), 499).unwrap(), Some(by(3, 500)));
        assert_eq!(access.viewer(&hash(21), 500).unwrap(), None);
        assert_eq!(access.viewer(&hash(22), 99).unwrap(), None);
        access.remove_viewer(&hash(21)).unwrap();
        assert_eq!(access.viewer(&hash(21), 99).unwrap(), None);
    }

    #[test]
    fn a_device_has_so_many_links_and_browsers_and_keeps_none_from_others() {
        let (_folder, access) = opened();
        for no in 0..10 {
            access.add_view_link(&hash(no), &by(3, 100), 0).unwrap();
        }
        assert!(matches!(access.add_view_link(&hash(10), &by(3, 100), 0), Err(AccessError::TooMany)));
        access.add_view_link(&hash(11), &by(4, 100), 0).unwrap();
        access.add_view_link(&hash(10), &by(3, 200), 100).unwrap();
        for no in 0..100 {
            access.add_view_link(&hash(50), &by(3, 200), 100).unwrap();
            assert!(access.open_view_link(&hash(50), &hash(100 + no), 500, 100).unwrap().is_some());
        }
        let one_more = access.open_view_link(&hash(10), &hash(250), 500, 100);
        assert!(matches!(one_more, Err(AccessError::TooMany)));
        assert!(access.open_view_link(&hash(10), &hash(250), 900, 500).unwrap().is_none());
        access.add_view_link(&hash(12), &by(3, 700), 500).unwrap();
        assert!(access.open_view_link(&hash(12), &hash(250), 900, 500).unwrap().is_some());
    }
}
