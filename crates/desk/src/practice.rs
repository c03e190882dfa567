//! Practice mode: a book of its own with an organisation and keys of its own, which is never enrolled.

use std::sync::Arc;

use domain::id::{BranchId, OrganisationId, TillId};
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
    /// `not_set_up`, or a failure of the machine.
    pub fn set_practice(&self, set: SetPractice) -> Result<Status, Fault> {
        let to = if set.on { self.practice_book()? } else { Arc::clone(&self.book) };
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

    /// Founds the practice book after the pharmacy's own, adds people who came since, and puts the same
    /// person on duty.
    fn furnish(&self, practice: &OpenBook) -> Result<(), Fault> {
        let now_ms = self.now_ms();
        let (house, people, letterhead) = self.book.ask(|book| {
            let house = self.book.house(book)?.ok_or(Stop::Ledger(ledger::Error::NotSetUp))?;
            let counter = Counter::new(book, &self.book, &house, house.now(now_ms), &*self.random);
            Ok((Arc::clone(&house), self.book.people.of(book)?, counter.settings()?.letterhead))
        })?;
        let here: Vec<_> = people.iter().filter(|person| !person.has_left).collect();
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
            let counter = Counter::new(book, practice, &practice_house, now, &*self.random);
            let entries = here
                .iter()
                .filter(|person| known.iter().all(|known| known.staff != person.staff))
                .map(|person| joined(&counter, person.staff, person))
                .collect();
            Ok((Write { entries, ..Write::default() }, ()))
        })?;
        drop(ledger);
        practice.people.forget();
        practice.set_on_duty(self.book.on_duty(), now)
    }
}
