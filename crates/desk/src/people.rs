//! Who works here: people come, change their role, get a PIN, and leave.

use std::collections::BTreeSet;

use domain::entry::{
    Common, Entry, RoleGiven, SealedField, SealedRef, SecretKind, StaffJoined, StaffLeft, ToSeal,
};
use domain::id::StaffId;
use domain::permission::Permission;
use ledger::{NewEntry, Person, Write};

use crate::api::setup::{AddStaff, GiveRole, GiveSecret, StaffRef, StaffView};
use crate::commands::Nothing;
use crate::counter::Counter;
use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk, id};
use crate::pins::check_secret;
use crate::setup::{check_person, check_role};

impl Desk {
    /// Everybody who works here, in the order of joining.
    ///
    /// # Errors
    /// `not_set_up`, or a failure of the machine.
    pub fn staff(&self, _: Nothing) -> Result<Vec<StaffView>, Fault> {
        let people = self.ask(|counter| counter.people.of(counter.book))?;
        let (with_pin, with_badge) = self
            .book
            .ask(|book| Ok((book.with_secret(SecretKind::Pin)?, book.with_secret(SecretKind::Badge)?)))?;
        let here = people.iter().filter(|person| !person.has_left);
        let view = |person: &Person| {
            let is_in = |with: &BTreeSet<StaffId>| with.contains(&person.staff);
            staff_view(person, is_in(&with_pin), is_in(&with_badge))
        };
        Ok(here.map(view).collect())
    }

    /// Adds a person, with a first PIN where one is given. Asked twice, it is one person.
    ///
    /// # Errors
    /// `nobody_signed_in`, `not_in_practice`, `not_allowed` for a role that the person on duty does not decide about,
    /// `name_missing`, `text_too_long`, `role_unknown`, and as [`Desk::give_secret`].
    pub fn add_staff(&self, new: AddStaff) -> Result<Vec<StaffView>, Fault> {
        self.in_pharmacy()?;
        let staff = id(&new.staff_id, StaffId::parse)?;
        let role = check_person(&new.name, &new.role)?;
        if let Some(secret) = &new.secret {
            check_secret(secret, role)?;
        }
        let is_new = self.act(&[Changed::Status], |counter| {
            let actor = counter.acting(Permission::Staff, 0)?.actor;
            if counter.person(staff)?.is_some() {
                return Ok((Write::default(), false));
            }
            counter.decides(actor, role)?;
            let person = Person { staff, role, name: new.name.trim().to_owned(), has_left: false };
            Ok((Write::entry(joined(counter, actor, &person)), true))
        })?;
        self.present().people.forget();
        match new.secret {
            Some(secret) if is_new => self.give_secret(GiveSecret { staff_id: new.staff_id, secret }),
            _ => self.staff(Nothing {}),
        }
    }

    /// Gives a person another role. Where they have it already, nothing is written.
    ///
    /// # Errors
    /// `nobody_signed_in`, `not_in_practice`, `unknown_person`, `role_unknown`, `not_allowed` for who does not decide about both
    /// roles, and for oneself.
    pub fn give_role(&self, give: GiveRole) -> Result<Vec<StaffView>, Fault> {
        self.in_pharmacy()?;
        let staff = id(&give.staff_id, StaffId::parse)?;
        let role = check_role(&give.role)?;
        self.act(&[Changed::Status], |counter| {
            let actor = counter.deciding_about(staff)?;
            counter.decides(actor, role)?;
            if counter.role_of(staff)? == Some(role) {
                return Ok((Write::default(), ()));
            }
            let common = counter.of_organisation(actor);
            Ok((Write::entry(Entry::RoleGiven(RoleGiven { common, sealed: Vec::new(), staff, role })), ()))
        })?;
        self.people_changed();
        self.staff(Nothing {})
    }

    /// A person works here no more. What they did stays theirs.
    ///
    /// # Errors
    /// As [`Desk::give_role`].
    pub fn leave(&self, leave: StaffRef) -> Result<Vec<StaffView>, Fault> {
        self.in_pharmacy()?;
        let staff = id(&leave.staff_id, StaffId::parse)?;
        self.act(&[Changed::Status], |counter| {
            if counter.person(staff)?.is_some_and(|person| person.has_left) {
                return Ok((Write::default(), ()));
            }
            let actor = counter.deciding_about(staff)?;
            let common = counter.of_organisation(actor);
            Ok((Write::entry(Entry::StaffLeft(StaffLeft { common, sealed: Vec::new(), staff })), ()))
        })?;
        self.people_changed();
        self.staff(Nothing {})
    }

    /// Gives a person a first PIN, or a new one where it was forgotten. They choose their own when they next sign
    /// in, and wrong tries are forgotten.
    ///
    /// # Errors
    /// As [`Desk::give_role`], `secret_malformed`, `secret_too_short`, `secret_easy`.
    pub fn give_secret(&self, give: GiveSecret) -> Result<Vec<StaffView>, Fault> {
        self.in_pharmacy()?;
        let staff = id(&give.staff_id, StaffId::parse)?;
        let (actor, role) = self.ask(|counter| {
            let actor = counter.deciding_about(staff)?;
            Ok((actor, counter.role_of(staff)?.ok_or_else(|| Stop::bare("unknown_person"))?))
        })?;
        check_secret(&give.secret, role)?;
        self.set_pin(actor, staff, &give.secret, true)?;
        self.forget_tries(staff)?;
        self.staff(Nothing {})
    }

    /// Who works here is said in the pharmacy's book, which the practice book follows.
    pub(crate) fn in_pharmacy(&self) -> Result<(), Fault> {
        if self.present().is_practice { Err(Fault::bare("not_in_practice")) } else { Ok(()) }
    }

    fn people_changed(&self) {
        self.present().people.forget();
        self.derive_if_due();
    }
}

impl Counter<'_> {
    /// Who is on duty, refused unless they decide about this person, who is somebody else.
    pub(crate) fn deciding_about(&self, staff: StaffId) -> Result<StaffId, Stop> {
        let actor = self.acting(Permission::Staff, 0)?.actor;
        let role = self.role_of(staff)?.ok_or_else(|| Stop::bare("unknown_person"))?;
        if staff == actor {
            return Err(Stop::bare("not_allowed"));
        }
        self.decides(actor, role)?;
        Ok(actor)
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
pub(crate) fn staff_view(person: &Person, has_secret: bool, has_badge: bool) -> StaffView {
    StaffView {
        staff_id: person.staff.to_string(),
        name: person.name.clone(),
        role: person.role.code().to_owned(),
        has_secret,
        has_badge,
    }
}
