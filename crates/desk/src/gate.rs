//! The one place below every ui where it is checked who may do what: commands as a whole when they come in, and each
//! act with how far it goes.

use std::cell::RefCell;
use std::sync::Mutex;

use domain::acting::Acting;
use domain::basket::Basket;
use domain::entry::{CashPlace, Role};
use domain::id::{EntryId, StaffId};
use domain::needs::{Need, of_basket, of_place};
use domain::permission::{Permission, Verdict};
use serde_json::json;

use crate::counter::Counter;
use crate::fault::{Fault, Stop};
use crate::open::Desk;
use crate::turns::locked;

/// What somebody who may allowed to another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grant {
    /// The entry that says so.
    pub(crate) entry: EntryId,
    pub(crate) staff: StaffId,
    pub(crate) need: Need,
    /// The sale that it is about, where it is about one.
    pub(crate) about: Option<EntryId>,
    pub(crate) approver: StaffId,
    pub(crate) until_ms: i64,
    /// For one act, and not for all until then.
    pub(crate) is_once: bool,
}

/// What was allowed and not used up, at one book.
#[derive(Default)]
pub(crate) struct Grants(Mutex<Vec<Grant>>);

impl Grants {
    /// One more.
    pub(crate) fn add(&self, grant: Grant, now_ms: i64) {
        let mut grants = locked(&self.0);
        grants.retain(|before| before.until_ms > now_ms && before.entry != grant.entry);
        grants.push(grant);
    }

    fn find(&self, staff: StaffId, need: Need, about: Option<EntryId>, now_ms: i64) -> Option<Grant> {
        let fits = |grant: &&Grant| {
            grant.staff == staff
                && grant.need.permission == need.permission
                && grant.need.extent >= need.extent
                && grant.until_ms > now_ms
                && (!grant.is_once || grant.about == about)
        };
        locked(&self.0).iter().find(fits).cloned()
    }

    /// Those for one act are gone once it is done.
    pub(crate) fn use_up(&self, used: &[EntryId]) {
        locked(&self.0).retain(|grant| !grant.is_once || !used.contains(&grant.entry));
    }
}

/// The grants that an act rests on.
pub(crate) type Used = RefCell<Vec<EntryId>>;

impl Desk {
    /// Lets a command in: somebody has to be on duty whose role may ever do it. How far it goes is checked where
    /// that is known ([`Counter::acting`]).
    ///
    /// # Errors
    /// `not_set_up`, `nobody_signed_in`, `not_allowed`.
    pub(crate) fn admit(&self, needed: Option<Permission>) -> Result<(), Fault> {
        let Some(permission) = needed else { return Ok(()) };
        let Some(role) = self.role_on_duty()? else {
            self.ask(|_| Ok(()))?;
            return Err(Fault::bare("nobody_signed_in"));
        };
        if permission.verdict(role, 0) == Verdict::Refused {
            return Err(Fault::bare("not_allowed"));
        }
        if permission != Permission::Look {
            self.has_acted();
        }
        Ok(())
    }

    fn role_on_duty(&self) -> Result<Option<Role>, Fault> {
        let Some(staff) = self.on_duty() else { return Ok(None) };
        let open = self.present();
        let people = match open.people.kept() {
            Some(people) => people,
            None => self.ask(|counter| counter.people.of(counter.book))?,
        };
        let works_here = people.iter().find(|person| person.staff == staff && !person.has_left);
        Ok(works_here.map(|person| person.role))
    }
}

impl Counter<'_> {
    /// Who is on duty and works here.
    pub(crate) fn actor(&self) -> Result<StaffId, Stop> {
        let nobody = || Stop::bare("nobody_signed_in");
        let actor = self.on_duty.ok_or_else(nobody)?;
        self.role_of(actor)?.map(|_| actor).ok_or_else(nobody)
    }

    /// Who acts, on which till, in which session; allowed to, by themselves or by somebody who may.
    ///
    /// # Errors
    /// `nobody_signed_in`, `not_allowed`, `approval_needed`.
    pub(crate) fn acting(&self, permission: Permission, extent: i64) -> Result<Acting, Stop> {
        let actor = self.actor()?;
        let approver = self.approver(actor, Need { permission, extent }, None)?;
        self.acting_as(actor, approver)
    }

    /// The same for an act at the open drawer, which some branches have for one person each.
    pub(crate) fn at_the_drawer(&self, permission: Permission, extent: i64) -> Result<Acting, Stop> {
        let acting = self.acting(permission, extent)?;
        if let Some(session) = self.session()? {
            self.check_person(session.opened_by, acting.actor)?;
        }
        Ok(acting)
    }

    /// The same for cash out of a place or into it.
    pub(crate) fn at_place(&self, place: CashPlace) -> Result<Acting, Stop> {
        let permission = of_place(place);
        if place == CashPlace::Drawer {
            self.at_the_drawer(permission, 0)
        } else {
            self.acting(permission, 0)
        }
    }

    /// The circumstances of an act by a person who was checked otherwise.
    pub(crate) fn acting_as(&self, actor: StaffId, approver: Option<StaffId>) -> Result<Acting, Stop> {
        let session = self.session()?;
        Ok(Acting {
            actor,
            approver,
            till: self.house.till.till,
            cash_session: session.map(|session| session.cash_session),
            business_date: self.business_date_in(session),
            currency: self.house.branch.currency.clone(),
        })
    }

    /// Who allowed it, where somebody had to.
    fn approver(&self, actor: StaffId, need: Need, about: Option<EntryId>) -> Result<Option<StaffId>, Stop> {
        match self.verdict(need.permission, need.extent)? {
            Verdict::Allowed => Ok(None),
            Verdict::Refused => Err(Stop::bare("not_allowed")),
            Verdict::NeedsApproval => {
                let grant = self.open.grants.find(actor, need, about, self.now.ms);
                let grant = grant.map_or_else(|| Err(self.approval_needed(need)?), Ok)?;
                self.used.borrow_mut().push(grant.entry);
                Ok(Some(grant.approver))
            }
        }
    }

    /// The refusal that names who may allow it.
    fn approval_needed(&self, need: Need) -> Result<Stop, Stop> {
        let people = self.people.of(self.book)?;
        let may = |role: Role| need.permission.verdict(role, need.extent) == Verdict::Allowed;
        let approvers: Vec<String> = people
            .iter()
            .filter(|person| !person.has_left && Some(person.staff) != self.on_duty && may(person.role))
            .map(|person| person.staff.to_string())
            .collect();
        Ok(Stop::Fault(Fault {
            code: "approval_needed".to_owned(),
            detail: json!({
                "permission": need.permission.code(), "extent": need.extent, "approvers": approvers,
            }),
        }))
    }

    /// Checks what a change of the basket asks beyond what the basket asked before, and remembers in it who may.
    pub(crate) fn check_change(&self, before: &Basket, after: &mut Basket) -> Result<(), Stop> {
        after.begun_ms = match after.lines.is_empty() {
            true => None,
            false => before.begun_ms.or(Some(self.now.ms)),
        };
        self.fill_lots(after)?;
        self.fill_refunded_lots(after)?;
        let needs = of_basket(after, &self.price(after)?);
        if needs.is_empty() {
            return Ok(());
        }
        let actor = self.actor()?;
        let asked = of_basket(before, &self.price(before)?);
        for (line_no, need) in needs {
            let was_asked = asked.iter().any(|(line, had)| {
                *line == line_no && had.permission == need.permission && had.extent >= need.extent
            });
            if was_asked {
                continue;
            }
            let approver = self.approver(actor, need, Some(after.sale_id))?;
            if !need.is_for_everybody() {
                after.allow(need, approver.unwrap_or(actor));
            }
        }
        Ok(())
    }

    /// Who finishes the sale of a basket, with whoever allowed what that person may not do alone: of several the
    /// one who may most, and so all of it.
    pub(crate) fn selling(&self, basket: &Basket) -> Result<Acting, Stop> {
        let acting = self.at_the_drawer(Permission::Sell, 0)?;
        let mut approver: Option<(Role, StaffId)> = None;
        for (_, need) in of_basket(basket, &self.price(basket)?) {
            if self.verdict(need.permission, need.extent)? == Verdict::Allowed {
                continue;
            }
            let mut found = None;
            for by in basket.allowed_by(need).filter(|by| *by != acting.actor) {
                found = found.max(self.role_of(by)?.map(|role| (role, by)));
            }
            if found.is_none()
                && let Some(by) = self.approver(acting.actor, need, Some(basket.sale_id))?
            {
                found = self.role_of(by)?.map(|role| (role, by));
            }
            approver = approver.max(found);
        }
        Ok(Acting { approver: approver.map(|(_, by)| by), ..acting })
    }
}
