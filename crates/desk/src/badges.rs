//! Badges: with one a person is chosen at once, and allows what another one may not do alone. On duty nobody comes
//! by a badge alone: it can be lost, and a PIN cannot.

use domain::badge::Badge;
use domain::entry::{Role, SecretKind};
use domain::id::StaffId;
use domain::permission::Permission;

use crate::api::setup::{BadgeMade, GiveBadge, ReadBadge, StaffRef, StaffView};
use crate::commands::Nothing;
use crate::fault::{Fault, Stop};
use crate::open::{Desk, id};
use crate::qr::qr_rows;
use crate::turns::locked;

/// What a badge is checked with. It has too many values to be tried, so it needs no slow hash.
fn verifier(branch_secret: &[u8; 32], badge: &Badge) -> blake3::Hash {
    let key = blake3::derive_key("PharmaTill 1 verifiers of badges", branch_secret);
    blake3::keyed_hash(&key, badge.as_str().as_bytes())
}

impl Desk {
    /// Whose badge was read.
    ///
    /// # Errors
    /// `badge_unknown` for what is none, or nobody's any more; `branch_pending`.
    pub fn read_badge(&self, read: ReadBadge) -> Result<StaffRef, Fault> {
        let unknown = || Fault::bare("badge_unknown");
        let badge = Badge::parse(read.badge.trim()).ok_or_else(unknown)?;
        let (people, is_pending) =
            self.book.ask(|book| Ok((self.book.people.of(book)?, book.is_branch_pending()?)))?;
        for person in people.iter().filter(|person| !person.has_left) {
            if self.is_badge_of(person.staff, &badge)? {
                return Ok(StaffRef { staff_id: person.staff.to_string() });
            }
        }
        Err(if is_pending { Fault::bare("branch_pending") } else { unknown() })
    }

    /// Makes a badge for a person, in place of the one before. It is shown once.
    ///
    /// # Errors
    /// As [`Desk::give_role`]; for oneself as [`Desk::sign_in`] for the PIN, because whoever finds a till signed in
    /// makes no badge that lasts.
    pub fn give_badge(&self, give: GiveBadge) -> Result<BadgeMade, Fault> {
        let staff = id(&give.staff_id, StaffId::parse)?;
        let actor = self.in_charge_of_badge(staff)?;
        if actor == staff {
            self.prove(staff, &give.secret.unwrap_or_default(), None)?;
        }
        let mut bytes = [0; 16];
        (self.random)(&mut bytes);
        let badge = Badge::from_random(bytes);
        let verifier = verifier(&self.book.secrets().branch_secret, &badge);
        self.set_secret(actor, staff, SecretKind::Badge, Some(verifier.as_bytes().to_vec()), false)?;
        Ok(BadgeMade { qr: qr_rows(badge.as_str())?, badge: badge.as_str().to_owned() })
    }

    /// A badge opens nothing any more. Where there is none, nothing is written.
    ///
    /// # Errors
    /// As [`Desk::give_role`]; one's own can be taken back as well.
    pub fn take_badge(&self, take: StaffRef) -> Result<Vec<StaffView>, Fault> {
        let staff = id(&take.staff_id, StaffId::parse)?;
        let actor = self.in_charge_of_badge(staff)?;
        if self.book.ask(|book| Ok(book.has_secret(staff, SecretKind::Badge)?))? {
            self.set_secret(actor, staff, SecretKind::Badge, None, false)?;
        }
        self.staff(Nothing {})
    }

    /// Makes sure that it is this person whose badge was read.
    pub(crate) fn prove_by_badge(&self, staff: StaffId, badge: &Badge) -> Result<Role, Fault> {
        let _one_at_a_time = locked(&self.tries);
        let role = self.role_here(staff)?;
        if !self.is_badge_of(staff, badge)? {
            return Err(Fault::bare("badge_unknown"));
        }
        self.check_lease(role)?;
        Ok(role)
    }

    /// Makes sure that it is this person who is there, by PIN or badge.
    pub(crate) fn prove_by_any(&self, staff: StaffId, secret: &str) -> Result<Role, Fault> {
        match Badge::parse(secret.trim()) {
            Some(badge) => self.prove_by_badge(staff, &badge),
            None => self.prove(staff, secret, None),
        }
    }

    fn is_badge_of(&self, staff: StaffId, badge: &Badge) -> Result<bool, Fault> {
        let kept = self.book.ask(|book| Ok(book.secret_of(staff, SecretKind::Badge)?))?;
        let found = verifier(&self.book.secrets().branch_secret, badge);
        let kept = kept.and_then(|kept| <[u8; 32]>::try_from(kept.verifier).ok());
        // Hashes of their own kind are compared in constant time.
        Ok(kept.is_some_and(|kept| blake3::Hash::from(kept) == found))
    }

    /// Who is on duty, refused unless they decide about this person, or are this person.
    fn in_charge_of_badge(&self, staff: StaffId) -> Result<StaffId, Fault> {
        self.in_pharmacy()?;
        self.ask(|counter| {
            let actor = counter.acting(Permission::Staff, 0)?.actor;
            if actor == staff { Ok::<_, Stop>(actor) } else { counter.deciding_about(staff) }
        })
    }
}
