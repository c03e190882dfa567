//! Who may: who works here, in which role, and what a role sees. Names are elsewhere, in sealed parts.

use std::collections::BTreeMap;

use crate::entry::{Entry, Role};
use crate::id::StaffId;

/// Who has which role, as the entries applied so far say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roles(BTreeMap<StaffId, Role>);

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

/// Whether a role sees what a drawer should hold before it is counted.
#[must_use]
pub fn sees_expected(role: Role) -> bool {
    matches!(role, Role::Manager | Role::Owner | Role::Auditor)
}
