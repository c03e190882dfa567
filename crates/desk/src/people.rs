//! Who works here, and who is on duty.

use domain::entry::{Common, Entry, Role, SealedField, SealedRef, StaffJoined, ToSeal};
use domain::id::StaffId;
use domain::staff::decides_about;
use domain::time::Now;
use ledger::{NewEntry, Person, Write};

use crate::api::setup::{AddStaff, SignIn, StaffView, Status};
use crate::commands::Nothing;
use crate::counter::Counter;
use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk, id};
use crate::setup::check_person;

impl Desk {
    /// Everybody who works here, in the order of joining.
    ///
    /// # Errors
    /// `not_set_up`, or a failure of the machine.
    pub fn staff(&self, _: Nothing) -> Result<Vec<StaffView>, Fault> {
        self.ask(|counter| {
            let people = counter.people.of(counter.book)?;
            Ok(people.iter().filter(|person| !person.has_left).map(staff_view).collect())
        })
    }

    /// Adds a person. Asked twice, it is one person.
    ///
    /// # Errors
    /// `nobody_signed_in`, `not_allowed` for a role that the person on duty does not decide about,
    /// `name_missing`, `text_too_long`, `role_unknown`.
    pub fn add_staff(&self, new: AddStaff) -> Result<Vec<StaffView>, Fault> {
        let staff = id(&new.staff_id, StaffId::parse)?;
        let role = check_person(&new.name, &new.role)?;
        self.act(&[Changed::Status], |counter| {
            let acting = counter.acting()?;
            if counter.person(staff)?.is_some() {
                return Ok((Write::default(), ()));
            }
            let own = counter.person(acting.actor)?.map(|person| person.role);
            if !own.is_some_and(|own| decides_about(own, role)) {
                return Err(Stop::bare("not_allowed"));
            }
            let person = Person { staff, role, name: new.name.trim().to_owned(), has_left: false };
            Ok((Write::entry(joined(counter, acting.actor, &person)), ()))
        })?;
        self.present().people.forget();
        self.staff(Nothing {})
    }

    /// Puts a person on duty at this till.
    ///
    /// # Errors
    /// `unknown_person` for somebody who does not work here.
    pub fn sign_in(&self, sign_in: SignIn) -> Result<Status, Fault> {
        let staff = id(&sign_in.staff_id, StaffId::parse)?;
        let now = self.ask(|counter| counter.works_here(staff))?;
        self.present().set_on_duty(Some(staff), now)?;
        self.tell(&[Changed::Status]);
        self.status(Nothing {})
    }

    /// Has a person act, or nobody, until this program ends. Who is on duty at the till is another matter: the
    /// next start finds it as it was.
    ///
    /// # Errors
    /// `unknown_person` for somebody who does not work here.
    pub fn act_as(&self, who: Option<SignIn>) -> Result<(), Fault> {
        let staff = who.map(|who| id(&who.staff_id, StaffId::parse)).transpose()?;
        if let Some(staff) = staff {
            self.ask(|counter| counter.works_here(staff))?;
        }
        self.present().act_as(staff);
        Ok(())
    }

    /// Nobody is on duty any more; the basket and the session stay.
    ///
    /// # Errors
    /// `not_set_up`, or a failure of the machine.
    pub fn sign_out(&self, _: Nothing) -> Result<Status, Fault> {
        let now = self.ask(|counter| Ok(counter.now))?;
        self.present().set_on_duty(None, now)?;
        self.tell(&[Changed::Status]);
        self.status(Nothing {})
    }
}

impl Counter<'_> {
    /// Who is on duty, refused unless they decide about assistants.
    pub(crate) fn manages(&self) -> Result<StaffId, Stop> {
        let actor = self.acting()?.actor;
        let role = self.person(actor)?.map(|person| person.role);
        let may = role.is_some_and(|role| decides_about(role, Role::Assistant));
        if may { Ok(actor) } else { Err(Stop::bare("not_allowed")) }
    }

    /// The common part of an entry of the organisation's stream, which knows no till and no money.
    pub(crate) fn of_organisation(&self, actor: StaffId) -> Common {
        Common {
            entry_id: self.new_id(),
            actor,
            approver: None,
            till: None,
            cash_session: None,
            business_date: self.house.business_date(self.now),
            currency: None,
            references: Vec::new(),
            postings: Vec::new(),
        }
    }

    /// Refuses somebody who does not work here; otherwise the time.
    fn works_here(&self, staff: StaffId) -> Result<Now, Stop> {
        match self.person(staff)? {
            Some(person) if !person.has_left => Ok(self.now),
            _ => Err(Stop::bare("unknown_person")),
        }
    }
}

/// The entry by which a person begins to work here; the name is sealed under the person's own key.
pub(crate) fn joined(counter: &Counter<'_>, actor: StaffId, person: &Person) -> NewEntry {
    let what = SealedRef { subject: person.staff.into(), field: SealedField::Name, index: 0 };
    let entry = StaffJoined {
        common: counter.of_organisation(actor),
        sealed: vec![what],
        staff: person.staff,
        role: person.role,
    };
    NewEntry {
        entry: Entry::StaffJoined(entry),
        to_seal: vec![ToSeal { what, plain: person.name.as_bytes().to_vec() }],
    }
}

/// A person as the ui shows one.
pub(crate) fn staff_view(person: &Person) -> StaffView {
    StaffView {
        staff_id: person.staff.to_string(),
        name: person.name.clone(),
        role: person.role.code().to_owned(),
    }
}
