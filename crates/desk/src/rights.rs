//! Who may do what, and what people did that managers look at.

use std::ops::RangeInclusive;

use chrono_tz::Tz;
use domain::entry::Role;
use domain::permission::{Permission, Right, Unit};
use domain::time::{BusinessDate, Now};
use ledger::{Acts, ActsOfPerson};

use crate::api::setup::{ActsOf, ActsView, PeopleQuery, PeopleReport, PermissionView, PersonActs, RightView};
use crate::commands::Nothing;
use crate::fault::{Fault, Stop};
use crate::open::{Desk, id};

/// The most days of one report.
const MAX_DAYS: i32 = 366;

const DAY_MS: i64 = 86_400_000;

impl Desk {
    /// The table of who may do what.
    ///
    /// # Errors
    /// None today.
    pub fn permissions(&self, _: Nothing) -> Result<Vec<PermissionView>, Fault> {
        Ok(Permission::ALL.iter().map(|permission| permission_view(*permission)).collect())
    }

    /// What each person did over some days that managers look at, and all together.
    ///
    /// # Errors
    /// `bad_arguments` for no dates, or more than a year; `history_pending`.
    pub fn people_report(&self, asked: PeopleQuery) -> Result<PeopleReport, Fault> {
        let days = days_asked(&asked.from, &asked.to)?;
        let (from, to) = (days.start(), days.end());
        self.ask(|counter| {
            let boundary_min = counter.branch.day_boundary_min;
            let begins = |date: i32| day_begins(date, boundary_min, counter.house.zone);
            let acts = counter.book.acts_by_person(begins(from.0), begins(to.0.saturating_add(1)))?;
            let all = acts.values().fold(ActsOfPerson::default(), |all, acts| all.and(acts));
            let people = acts.iter().map(|(staff, acts)| {
                let person = counter.person(*staff)?;
                let here = person.as_ref().filter(|person| !person.has_left);
                Ok(PersonActs {
                    staff_id: staff.to_string(),
                    role: here.map(|person| person.role.code().to_owned()),
                    name: person.map(|person| person.name).unwrap_or_default(),
                    acts: acts_of(acts),
                })
            });
            let mut people = people.collect::<Result<Vec<_>, Stop>>()?;
            people.sort_by(|a, b| (&a.name, &a.staff_id).cmp(&(&b.name, &b.staff_id)));
            Ok(PeopleReport { people, all: acts_of(&all) })
        })
    }
}

/// The days that a report is asked for, both included.
pub(crate) fn days_asked(from: &str, to: &str) -> Result<RangeInclusive<BusinessDate>, Fault> {
    let (from, to) = (id(from, BusinessDate::parse)?, id(to, BusinessDate::parse)?);
    let is_in_order = (0..MAX_DAYS).contains(&to.0.saturating_sub(from.0));
    if is_in_order { Ok(from..=to) } else { Err(Fault::bare("bad_arguments")) }
}

/// When a business day begins, in milliseconds since 1970: at its boundary by the clock on the wall.
fn day_begins(date: i32, boundary_min: u32, zone: Tz) -> i64 {
    let on_the_wall = i64::from(date) * DAY_MS + i64::from(boundary_min) * 60_000;
    // The offset in force at about that time, and then at that time.
    let offset_ms = |ms: i64| i64::from(Now::in_zone(ms, zone).utc_offset_min) * 60_000;
    on_the_wall - offset_ms(on_the_wall - offset_ms(on_the_wall))
}

fn acts_of(acts: &ActsOfPerson) -> ActsOf {
    ActsOf {
        overrides: acts_view(acts.overrides),
        discounts: acts_view(acts.discounts),
        voids: acts_view(acts.voids),
        refunds: acts_view(acts.refunds),
        unlinked_refunds: acts_view(acts.unlinked_refunds),
        no_sales: acts.no_sales,
        practice: acts.practice,
        asked: acts.asked,
        allowed: acts.allowed,
        refused: acts.refused,
    }
}

fn acts_view(acts: Acts) -> ActsView {
    ActsView { count: acts.count, sum_minor: acts.sum_minor }
}

fn permission_view(permission: Permission) -> PermissionView {
    let rights = Role::ALL.into_iter().map(|role| {
        let (right, limit) = match permission.right(role) {
            Right::Yes => ("yes", None),
            Right::UpTo(limit) => ("up_to", Some(limit)),
            Right::Ask => ("ask", None),
            Right::No => ("no", None),
        };
        RightView { role: role.code().to_owned(), right: right.to_owned(), limit }
    });
    PermissionView {
        permission: permission.code().to_owned(),
        unit: match permission.unit() {
            Unit::Nothing => "nothing",
            Unit::Percent => "percent",
            Unit::Money => "money",
        }
        .to_owned(),
        rights: rights.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_its_boundary_on_the_wall() {
        let zone = Tz::Europe__Berlin;
        let begins = |text: &str, boundary_min: u32| {
            let date = BusinessDate::parse(text).unwrap();
            Now::in_zone(day_begins(date.0, boundary_min, zone), zone).local_text()
        };
        assert_eq!(begins("2026-11-21", 0), "2026-11-21 00:00");
        assert_eq!(begins("2026-11-21", 240), "2026-11-21 04:00");
        // Clocks went forward in the night of the first, and back in that of the second.
        assert_eq!(begins("2026-03-29", 240), "2026-03-29 04:00");
        assert_eq!(begins("2026-10-25", 0), "2026-10-25 00:00");
        assert_eq!(begins("2026-10-25", 240), "2026-10-25 04:00");
    }
}
