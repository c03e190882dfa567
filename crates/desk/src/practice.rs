//! Practice mode: a book of its own with an organisation and keys of its own, which is never enrolled.

use std::sync::Arc;

use domain::entry::{Entry, PracticeBegun, Role, RoleGiven, StaffLeft};
use domain::id::{BranchId, OrganisationId, TillId};
use domain::permission::Permission;
use ledger::{Founding, Write};

use crate::api::setup::{SetPractice, Status};
use crate::commands::Nothing;
use crate::counter::Counter;
use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk};
use crate::open_book::OpenBook;
use crate::people::joined;
use crate::turns::locked;

impl Desk {
    /// Switches practice mode. The practice book is made when it is first used; the same people work there.
    /// A restart begins in the pharmacy's book.
    ///
    /// # Errors
    /// `not_set_up`, `nobody_signed_in`, or a failure of the machine.
    pub fn set_practice(&self, set: SetPractice) -> Result<Status, Fault> {
        let to = if set.on { self.practice_book()? } else { Arc::clone(&self.book) };
        if set.on && !self.present().is_practice && self.book.read_only().is_none() {
            // Who practised, and when, is in the pharmacy's own book.
            self.act(&[Changed::Book], |counter| {
                let acting = counter.acting(Permission::Practice, 0)?;
                let common = acting.common(counter.new_id(), Vec::new(), Vec::new());
                Ok((Write::entry(Entry::PracticeBegun(PracticeBegun { common, sealed: Vec::new() })), ()))
            })?;
        }
        *locked(&self.present) = to;
        self.tell(&[Changed::Status, Changed::Basket, Changed::Book, Changed::Catalogue]);
        self.status(Nothing {})
    }

    fn practice_book(&self) -> Result<Arc<OpenBook>, Fault> {
        let mut kept = locked(&self.practice);
        let practice = match &*kept {
            Some(practice) => Arc::clone(practice),
            None => Arc::new(OpenBook::open(&self.practice_place, &self.random, true)?),
        };
        self.furnish(&practice)?;
        *kept = Some(Arc::clone(&practice));
        Ok(practice)
    }

    /// Founds the practice book after the pharmacy's own; people come, change and leave there as they did here.
    pub(crate) fn furnish(&self, practice: &OpenBook) -> Result<(), Fault> {
        let now_ms = self.now_ms();
        let (house, people, letterhead) = self.book.ask(|book| {
            let house = self.book.house(book)?.ok_or(Stop::Ledger(ledger::Error::NotSetUp))?;
            let now = house.now(now_ms);
            let counter = Counter::new(book, &self.book, &house, now, &*self.random, None);
            Ok((Arc::clone(&house), self.book.people.of(book)?, counter.settings()?.letterhead))
        })?;
        // Whoever owns the pharmacy owns its practice book: founders stand first.
        let mut here: Vec<_> = people.iter().filter(|person| !person.has_left).collect();
        here.sort_by_key(|person| person.role != Role::Owner);
        let is_founded = practice.ask(|book| Ok(book.branch()?.is_some()))?;
        if !is_founded {
            let founding = Founding {
                organisation: OrganisationId(self.new_uuid()),
                branch: BranchId(self.new_uuid()),
                till: TillId(self.new_uuid()),
                till_no: house.till.till_no,
                branch_name: house.branch.name.clone(),
                country: house.branch.country.clone(),
                currency: house.branch.currency.clone(),
                time_zone: house.branch.time_zone.clone(),
                day_boundary_min: house.branch.day_boundary_min,
                staff: here.iter().map(|person| (person.staff, person.role, person.name.clone())).collect(),
            };
            self.found(practice, &founding, &letterhead)?;
        }
        let mut ledger = practice.writer.take();
        let practice_house = practice.house(&ledger.book())?.ok_or(ledger::Error::NotSetUp)?;
        let now = practice_house.now(now_ms);
        ledger.transact(now, |book| {
            let known = book.staff()?;
            // Whoever may: nobody joins by themselves.
            let owner = known.iter().find(|person| person.role == Role::Owner && !person.has_left);
            let Some(owner) = owner.map(|person| person.staff) else { return Ok((Write::default(), ())) };
            let counter = Counter::new(book, practice, &practice_house, now, &*self.random, None);
            let mut entries = Vec::new();
            for person in people.iter().filter(|person| person.staff != owner) {
                let before = known.iter().find(|known| known.staff == person.staff && !known.has_left);
                let common = counter.of_organisation(owner);
                let (sealed, staff, role) = (Vec::new(), person.staff, person.role);
                match before {
                    None if !person.has_left => entries.push(joined(&counter, owner, person)),
                    Some(_) if person.has_left => {
                        entries.push(Entry::StaffLeft(StaffLeft { common, sealed, staff }).into());
                    }
                    Some(known) if known.role != role => {
                        entries.push(Entry::RoleGiven(RoleGiven { common, sealed, staff, role }).into());
                    }
                    _ => {}
                }
            }
            Ok((Write { entries, ..Write::default() }, ()))
        })?;
        drop(ledger);
        practice.people.forget();
        Ok(())
    }
}
