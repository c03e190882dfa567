//! Who is on duty at the desk, and for how long without a sign of life.

use domain::id::StaffId;

use crate::open::{Changed, Desk};
use crate::turns::locked;

/// Somebody who is on duty.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Duty {
    staff: StaffId,
    /// When they last did something.
    last_ms: i64,
    /// After so long without doing anything the desk is locked; never where there is none.
    lock_after_ms: Option<i64>,
}

impl Desk {
    /// Who is on duty. Whoever did nothing for too long is not any more; the basket and the session stay.
    pub(crate) fn on_duty(&self) -> Option<StaffId> {
        let now_ms = self.now_ms();
        let mut duty = locked(&self.duty);
        let kept = (*duty)?;
        let idle_ms = now_ms.saturating_sub(kept.last_ms);
        if kept.lock_after_ms.is_none_or(|after| idle_ms < after) {
            return Some(kept.staff);
        }
        *duty = None;
        drop(duty);
        self.tell(&[Changed::Status, Changed::Book]);
        None
    }

    /// Whoever is on duty has done something.
    pub(crate) fn has_acted(&self) {
        let now_ms = self.now_ms();
        if let Some(duty) = &mut *locked(&self.duty) {
            duty.last_ms = now_ms;
        }
    }

    /// Puts a person on duty, or nobody. A restart begins with nobody.
    pub(crate) fn put_on_duty(&self, staff: Option<StaffId>, lock_after_ms: Option<i64>) {
        let last_ms = self.now_ms();
        *locked(&self.duty) = staff.map(|staff| Duty { staff, last_ms, lock_after_ms });
    }

    /// The desk is locked after so long from now on.
    pub(crate) fn lock_after(&self, lock_after_ms: Option<i64>) {
        if let Some(duty) = &mut *locked(&self.duty) {
            duty.lock_after_ms = lock_after_ms;
        }
    }
}
