//! Who is at the desk: chosen, proved by a PIN, and put on duty. The basket and the session stay where they are.

use domain::entry::{Entry, Role, SealedField, SealedRef, SecretKind, SecretSet, ToSeal};
use domain::id::StaffId;
use domain::staff::decides_about;
use ledger::{NewEntry, Write};
use serde_json::json;

use crate::api::setup::{ChangeSecret, SignIn, Status};
use crate::commands::Nothing;
use crate::counter::Counter;
use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk, id};
use crate::pins::{self, Checked, branch_key, check_secret};
use crate::turns::locked;

impl Desk {
    /// Puts a person on duty at this till, in place of whoever was. One who has no PIN of their own yet, or one
    /// that is too short for their role by now, chooses one with it.
    ///
    /// # Errors
    /// `unknown_person` for somebody who does not work here, `secret_wrong`, `too_many_tries` with how long to
    /// wait, `secret_to_choose` where a new one has to be given too, `secret_missing` where a manager has to give
    /// one first, `branch_pending`, `lease_over`, `secret_malformed`, `secret_too_short`, `secret_easy`, `secret_same`.
    pub fn sign_in(&self, sign_in: SignIn) -> Result<Status, Fault> {
        let staff = id(&sign_in.staff_id, StaffId::parse)?;
        self.prove(staff, &sign_in.secret, sign_in.new_secret.as_deref())?;
        self.enter(staff)
    }

    /// Has a person act, or nobody, until this program ends. Where nobody in the book has a PIN yet, none is asked
    /// for; where somebody has, nobody is refused.
    ///
    /// # Errors
    /// As [`Desk::sign_in`].
    pub fn act_as(&self, who: Option<SignIn>) -> Result<(), Fault> {
        let has_secrets = self.book.ask(|book| Ok(!book.with_secret(SecretKind::Pin)?.is_empty()))?;
        let Some(who) = who else {
            self.put_on_duty(None, None);
            return if has_secrets { Err(Fault::bare("nobody_signed_in")) } else { Ok(()) };
        };
        let staff = id(&who.staff_id, StaffId::parse)?;
        self.role_here(staff)?;
        if has_secrets {
            self.prove(staff, &who.secret, who.new_secret.as_deref())?;
        }
        self.put_on_duty(Some(staff), None);
        Ok(())
    }

    /// Gives an owner who forgot their PIN another one. Nobody decides about owners; whoever knows the recovery
    /// passphrase of this till's backups can read all that there is, and answers for it.
    ///
    /// # Errors
    /// `unknown_person`, `not_allowed` for who is no owner and is given one by who decides about them,
    /// `backup_not_set` where there is no recovery passphrase, `passphrase_wrong`, `secret_malformed`,
    /// `secret_too_short`, `secret_easy`.
    pub fn recover_pin(&self, staff: &str, passphrase: &str, pin: &str) -> Result<(), Fault> {
        let staff = id(staff, StaffId::parse)?;
        let role = self.role_here(staff)?;
        if role != Role::Owner {
            return Err(Fault::bare("not_allowed"));
        }
        self.check_passphrase(passphrase)?;
        check_secret(pin, role)?;
        self.set_pin(staff, staff, pin, false)?;
        self.forget_tries(staff)
    }

    /// Nobody is on duty any more; the basket and the session stay.
    ///
    /// # Errors
    /// `not_set_up`, or a failure of the machine.
    pub fn sign_out(&self, _: Nothing) -> Result<Status, Fault> {
        self.put_on_duty(None, None);
        self.tell(&[Changed::Status]);
        self.status(Nothing {})
    }

    /// Says that somebody is still there, though nothing was asked for. The ui sends it while keys are pressed.
    ///
    /// # Errors
    /// `nobody_signed_in`.
    pub fn stay(&self, _: Nothing) -> Result<Status, Fault> {
        self.has_acted();
        self.status(Nothing {})
    }

    /// Chooses another PIN for oneself.
    ///
    /// # Errors
    /// `not_in_practice`, and as [`Desk::sign_in`].
    pub fn change_secret(&self, change: ChangeSecret) -> Result<Status, Fault> {
        let staff = self.on_duty().ok_or_else(|| Fault::bare("nobody_signed_in"))?;
        let _one_at_a_time = locked(&self.tries);
        let role = self.role_here(staff)?;
        // Whoever finds the till signed in does not make it theirs by another PIN.
        self.check(staff, &change.secret)?;
        self.choose(staff, role, &change.secret, &change.new_secret)?;
        self.status(Nothing {})
    }

    pub(crate) fn enter(&self, staff: StaffId) -> Result<Status, Fault> {
        let open = self.present();
        if open.is_practice {
            // Whoever came since works there too.
            self.furnish(&open)?;
        }
        let settings = self.ask(|counter| counter.settings())?;
        self.put_on_duty(Some(staff), Some(settings.lock_after_ms()));
        self.tell(&[Changed::Status]);
        self.status(Nothing {})
    }

    /// Makes sure that it is this person who is there.
    pub(crate) fn prove(&self, staff: StaffId, secret: &str, new: Option<&str>) -> Result<Role, Fault> {
        let _one_at_a_time = locked(&self.tries);
        let role = self.role_here(staff)?;
        let known = self.check(staff, secret)?;
        self.check_lease(role)?;
        if known.is_fit(role) {
            return Ok(role);
        }
        let Some(new) = new else {
            let is_long = decides_about(role, Role::Assistant);
            return Err(Fault { code: "secret_to_choose".to_owned(), detail: json!({ "long": is_long }) });
        };
        self.choose(staff, role, secret, new)?;
        Ok(role)
    }

    /// The role of somebody who works here.
    pub(crate) fn role_here(&self, staff: StaffId) -> Result<Role, Fault> {
        let people = self.book.ask(|book| self.book.people.of(book))?;
        let person = people.iter().find(|person| person.staff == staff && !person.has_left);
        person.map(|person| person.role).ok_or_else(|| Fault::bare("unknown_person"))
    }

    /// Checks a PIN as it stands in the book.
    fn check(&self, staff: StaffId, secret: &str) -> Result<Known, Fault> {
        let kept = self.book.ask(|book| Ok(book.secret_of(staff, SecretKind::Pin)?))?;
        let Some(kept) = kept else {
            self.check_first(staff)?;
            return Ok(Known { is_own: false, is_long: false });
        };
        self.check_tries(staff)?;
        let key = branch_key(&self.book.secrets().branch_secret);
        match pins::check(&key, &kept.verifier, secret)? {
            Checked::Wrong => Err(self.tried_wrongly(staff)?),
            Checked::Right { is_long } => {
                self.forget_tries(staff)?;
                Ok(Known { is_own: !kept.is_initial, is_long })
            }
        }
    }

    /// Whoever has no PIN is given one by who decides about them. Only where nobody has one, an owner chooses the
    /// first.
    fn check_first(&self, staff: StaffId) -> Result<(), Fault> {
        let (has_secrets, is_pending) = self
            .book
            .ask(|book| Ok((!book.with_secret(SecretKind::Pin)?.is_empty(), book.is_branch_pending()?)))?;
        if is_pending {
            return Err(Fault::bare("branch_pending"));
        }
        if has_secrets || self.role_here(staff)? != Role::Owner {
            return Err(Fault::bare("secret_missing"));
        }
        Ok(())
    }

    fn choose(&self, staff: StaffId, role: Role, before: &str, new: &str) -> Result<(), Fault> {
        if self.present().is_practice {
            return Err(Fault::bare("not_in_practice"));
        }
        check_secret(new, role)?;
        if new == before {
            return Err(Fault::bare("secret_same"));
        }
        self.set_pin(staff, staff, new, false)
    }

    /// Gives a person this PIN from now on.
    pub(crate) fn set_pin(
        &self,
        actor: StaffId,
        staff: StaffId,
        pin: &str,
        is_initial: bool,
    ) -> Result<(), Fault> {
        let mut salt = [0; 16];
        (self.random)(&mut salt);
        let key = branch_key(&self.book.secrets().branch_secret);
        let verifier = pins::verifier(&key, self.pin_cost, salt, pin)?;
        self.set_secret(actor, staff, SecretKind::Pin, Some(verifier), is_initial)
    }

    /// Writes what a PIN or badge is checked with from now on; none takes it away.
    pub(crate) fn set_secret(
        &self,
        actor: StaffId,
        staff: StaffId,
        kind: SecretKind,
        verifier: Option<Vec<u8>>,
        is_initial: bool,
    ) -> Result<(), Fault> {
        self.act(&[Changed::Status], |counter| {
            let what = SealedRef { subject: staff.into(), field: SealedField::Verifier, index: 0 };
            let to_seal: Vec<ToSeal> = verifier.map(|plain| ToSeal { what, plain }).into_iter().collect();
            let entry = SecretSet {
                common: counter.acting_as(actor, None)?.common(counter.new_id(), Vec::new(), Vec::new()),
                sealed: to_seal.iter().map(|part| part.what).collect(),
                staff,
                kind,
                is_initial,
            };
            Ok((Write::entry(NewEntry { entry: Entry::SecretSet(entry), to_seal }), ()))
        })
    }
}

/// A PIN that was right.
struct Known {
    /// The person chose it.
    is_own: bool,
    is_long: bool,
}

impl Known {
    fn is_fit(&self, role: Role) -> bool {
        self.is_own && (self.is_long || !decides_about(role, Role::Assistant))
    }
}

impl Counter<'_> {
    /// Refuses who does not decide about people of this role.
    ///
    /// # Errors
    /// `not_allowed`.
    pub(crate) fn decides(&self, actor: StaffId, about: Role) -> Result<(), Stop> {
        let own = self.role_of(actor)?;
        if own.is_some_and(|own| decides_about(own, about)) { Ok(()) } else { Err(Stop::bare("not_allowed")) }
    }
}
