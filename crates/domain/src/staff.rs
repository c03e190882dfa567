//! Who may: who works here, in which role, and what a role sees. Names are elsewhere, in sealed parts.

use std::collections::BTreeMap;

use crate::entry::{Entry, Role};
use crate::id::StaffId;

/// Who has which role, as the entries applied so far say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roles(BTreeMap<StaffId, Role>);

impl FromIterator<(StaffId, Role)> for Roles {
    fn from_iter<T: IntoIterator<Item = (StaffId, Role)>>(people: T) -> Self {
        Self(people.into_iter().collect())
    }
}

impl Roles {
    /// The role of a person; none for one who does not work here.
    #[must_use]
    pub fn of(&self, staff: StaffId) -> Option<Role> {
        self.0.get(&staff).copied()
    }

    /// Everybody who works here.
    pub fn all(&self) -> impl Iterator<Item = (StaffId, Role)> {
        self.0.iter().map(|(staff, role)| (*staff, *role))
    }

    /// Takes an entry into account, in the order of rights. The answer is whether it is in force: an entry
    /// made without the right, or of another kind, changes nothing.
    pub fn apply(&mut self, entry: &Entry) -> bool {
        match entry {
            Entry::OrganisationFounded(founded) => {
                let is_first = self.0.is_empty();
                if is_first {
                    self.0.insert(founded.owner, Role::Owner);
                }
                is_first
            }
            Entry::StaffJoined(joined) => {
                let is_allowed = self.of(joined.staff).is_none() && self.is_allowed(entry, joined.role);
                if is_allowed {
                    self.0.insert(joined.staff, joined.role);
                }
                is_allowed
            }
            Entry::RoleGiven(given) => {
                let Some(before) = self.of(given.staff) else { return false };
                let is_allowed = self.is_allowed(entry, before) && self.is_allowed(entry, given.role);
                if is_allowed {
                    self.0.insert(given.staff, given.role);
                }
                is_allowed
            }
            Entry::StaffLeft(left) => {
                let Some(before) = self.of(left.staff) else { return false };
                let is_allowed = self.is_allowed(entry, before);
                if is_allowed {
                    self.0.remove(&left.staff);
                }
                is_allowed
            }
            _ => false,
        }
    }

    /// Whether who did it or who approved it may decide about this role.
    fn is_allowed(&self, entry: &Entry, role: Role) -> bool {
        let common = entry.common();
        let mut people = [Some(common.actor), common.approver].into_iter().flatten();
        people.any(|person| self.of(person).is_some_and(|own| decides_about(own, role)))
    }
}

/// Whether a role decides who has another: owners about everybody, managers about those below an owner.
#[must_use]
pub fn decides_about(own: Role, other: Role) -> bool {
    match own {
        Role::Owner => true,
        Role::Manager => other != Role::Owner,
        Role::Assistant | Role::Technician | Role::Pharmacist | Role::Auditor => false,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::acting::Acting;
    use crate::entry::{OrganisationFounded, RoleGiven, StaffJoined, StaffLeft};
    use crate::id::OrganisationId;
    use crate::sample::{acting, entry_id};

    fn person(number: u128) -> StaffId {
        StaffId(Uuid::from_u128(number))
    }

    fn common(actor: u128, approver: Option<u128>) -> crate::entry::Common {
        let acting = Acting { actor: person(actor), approver: approver.map(person), ..acting() };
        acting.common(entry_id(1), vec![], vec![])
    }

    fn founded(owner: u128) -> Entry {
        let organisation = OrganisationId(Uuid::from_u128(1));
        let owner = person(owner);
        Entry::OrganisationFounded(OrganisationFounded {
            common: common(1, None),
            sealed: vec![],
            organisation,
            owner,
        })
    }

    fn joined(by: u128, approver: Option<u128>, staff: u128, role: Role) -> Entry {
        let staff = person(staff);
        Entry::StaffJoined(StaffJoined { common: common(by, approver), sealed: vec![], staff, role })
    }

    fn given(by: u128, staff: u128, role: Role) -> Entry {
        let staff = person(staff);
        Entry::RoleGiven(RoleGiven { common: common(by, None), sealed: vec![], staff, role })
    }

    fn left(by: u128, staff: u128) -> Entry {
        Entry::StaffLeft(StaffLeft { common: common(by, None), sealed: vec![], staff: person(staff) })
    }

    #[test]
    fn who_has_which_role() {
        let mut roles = Roles::default();
        let mut check = |entry: Entry, is_in_force: bool, staff: u128, role: Option<Role>| {
            assert_eq!((roles.apply(&entry), roles.of(person(staff))), (is_in_force, role), "{entry:?}");
        };
        check(joined(1, None, 2, Role::Manager), false, 2, None);
        check(founded(1), true, 1, Some(Role::Owner));
        check(founded(9), false, 9, None);
        check(joined(1, None, 2, Role::Manager), true, 2, Some(Role::Manager));
        check(joined(2, None, 3, Role::Owner), false, 3, None);
        check(joined(2, None, 3, Role::Assistant), true, 3, Some(Role::Assistant));
        check(joined(2, None, 3, Role::Manager), false, 3, Some(Role::Assistant));
        check(joined(3, None, 4, Role::Assistant), false, 4, None);
        check(joined(3, Some(2), 4, Role::Pharmacist), true, 4, Some(Role::Pharmacist));
        check(given(4, 3, Role::Technician), false, 3, Some(Role::Assistant));
        check(given(2, 3, Role::Technician), true, 3, Some(Role::Technician));
        check(given(2, 1, Role::Assistant), false, 1, Some(Role::Owner));
        check(given(1, 8, Role::Assistant), false, 8, None);
        check(left(2, 1), false, 1, Some(Role::Owner));
        check(left(1, 2), true, 2, None);
        check(left(1, 2), false, 2, None);
        check(joined(2, None, 5, Role::Assistant), false, 5, None);
        assert_eq!(roles.all().count(), 3);
    }
}
