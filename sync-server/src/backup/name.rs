//! Names of a backup's objects: a listing alone tells what is there, and what is missing.
//!
//! `<server>/<organisation>/<branch>/<data>/<records>-<records>-<keys>-<keys>.<level>`: after which record and
//! key of the branch's order of arrival the object begins, and up to which it goes.

use domain::id::{BranchId, DeviceId, OrganisationId};
use replica::session::DataIncarnation;
use uuid::Uuid;

/// A place in a branch's order of arrival.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// Number of the last record.
    pub record: i64,
    /// Number of the last key of a sealed part.
    pub key: i64,
}

impl Mark {
    /// Whether nothing before this place is after the other one.
    #[must_use]
    pub fn is_within(self, other: Self) -> bool {
        self.record <= other.record && self.key <= other.key
    }
}

/// One object: everything after one place, up to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// After here.
    pub from: Mark,
    /// Up to there.
    pub to: Mark,
    /// How often what it holds was merged.
    pub level: u8,
    /// Its size in the storage.
    pub bytes: u64,
}

/// Whose objects these are: one branch of one life of a server's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowId {
    /// The server's device.
    pub server: DeviceId,
    /// The organisation.
    pub organisation: OrganisationId,
    /// The branch.
    pub branch: BranchId,
    /// Which data of the server.
    pub data: DataIncarnation,
}

impl RowId {
    /// What all names of this row begin with.
    #[must_use]
    pub fn folder(&self) -> String {
        let data: String = self.data.0.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{}/{}/{}/{data}", self.server, self.organisation, self.branch)
    }

    /// The name of an object of this row.
    #[must_use]
    pub fn name(&self, segment: &Segment) -> String {
        let Segment { from, to, level, .. } = segment;
        format!(
            "{}/{:012}-{:012}-{:09}-{:09}.{level}",
            self.folder(),
            from.record,
            to.record,
            from.key,
            to.key
        )
    }

    /// Whose object a name is, and what it holds; `None` where the name is none of a backup.
    #[must_use]
    pub fn parse(name: &str, bytes: u64) -> Option<(Self, Segment)> {
        let mut parts = name.split('/');
        let mut id = || Uuid::parse_str(parts.next()?).ok();
        let (server, organisation, branch) = (DeviceId(id()?), OrganisationId(id()?), BranchId(id()?));
        let data = DataIncarnation(u64::from_str_radix(parts.next()?, 16).ok()?.to_be_bytes());
        let row = Self { server, organisation, branch, data };
        let (numbers, level) = parts.next()?.split_once('.')?;
        let mut numbers = numbers.split('-').map(|number| number.parse().ok());
        let mut number = || numbers.next()?;
        let (after, up_to, keys_after, keys_up_to) = (number()?, number()?, number()?, number()?);
        let segment = Segment {
            from: Mark { record: after, key: keys_after },
            to: Mark { record: up_to, key: keys_up_to },
            level: level.parse().ok()?,
            bytes,
        };
        // Whatever is not written exactly so is not what this program wrote.
        let is_ours = row.name(&segment) == name && segment.from.is_within(segment.to);
        (is_ours && segment.from.record >= 0 && segment.from.key >= 0).then_some((row, segment))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_the_object_holds() {
        let row = RowId {
            server: DeviceId(Uuid::from_u128(1)),
            organisation: OrganisationId(Uuid::from_u128(2)),
            branch: BranchId(Uuid::from_u128(3)),
            data: DataIncarnation([0, 1, 2, 3, 4, 5, 6, 0xf7]),
        };
        let segment = Segment {
            from: Mark { record: 7, key: 0 },
            to: Mark { record: 123_456_789_012, key: 4 },
            level: 2,
            bytes: 99,
        };
        let name = row.name(&segment);
        assert!(name.ends_with("/00010203040506f7/000000000007-123456789012-000000000-000000004.2"));
        assert_eq!(RowId::parse(&name, 99), Some((row, segment)));
        let backwards = Segment { from: segment.to, to: segment.from, ..segment };
        for other in [
            name.replace("000000000007-", "7-"),
            name.replace("00010203040506f7", "10203040506f7"),
            name.replace(".2", ".2.2"),
            name.replace(".2", ""),
            format!("{name}/x"),
            row.name(&backwards),
            row.folder(),
            String::new(),
        ] {
            assert_eq!(RowId::parse(&other, 0), None, "{other}");
        }
    }
}
