//! What the frame of every screen shows.

use domain::entry::{Role, SecretKind};
use domain::permission::{Permission, Verdict};
use domain::time::Now;

use crate::api::branch::SyncView;
use crate::api::setup::{BackupView, SessionBrief, Stage, Status, TillView};
use crate::commands::Nothing;
use crate::counter::Counter;
use crate::fault::{Fault, Stop};
use crate::heard::Heard;
use crate::open::Desk;
use crate::people::staff_view;
use crate::setup::taxes_on;

impl Desk {
    /// What the frame shows, and what the first screen depends on.
    ///
    /// # Errors
    /// A failure of the machine.
    pub fn status(&self, _: Nothing) -> Result<Status, Fault> {
        let open = self.present();
        let now_ms = self.now_ms();
        let lease_ends_ms = if open.is_practice { None } else { self.lease_ends_ms()? };
        let nothing_yet = Status {
            practice: open.is_practice,
            backup: self.backup_view()?,
            read_only: open.read_only().map(str::to_owned),
            jobs: self.job_views(),
            ..Status::without_till(Stage::Setup, now_ms)
        };
        let status = open.ask(|book| {
            let Some(house) = open.house(book)? else { return Ok(nothing_yet) };
            let now = house.now(now_ms);
            let counter = Counter::new(book, &open, &house, now, &*self.random, self.on_duty());
            counter.status(nothing_yet, self.heard_now(), lease_ends_ms)
        })?;
        Ok(status)
    }
}

/// Codes of what a role may do, alone or with somebody.
fn may(role: Role) -> Vec<String> {
    let not_refused = |permission: &&Permission| permission.verdict(role, 0) != Verdict::Refused;
    Permission::ALL.iter().filter(not_refused).map(|permission| permission.code().to_owned()).collect()
}

impl Status {
    /// What stands in the frame where there is no till.
    pub(crate) fn without_till(stage: Stage, now_ms: i64) -> Self {
        Self {
            stage,
            till: None,
            viewing: None,
            person: None,
            may: Vec::new(),
            lock_after_ms: 0,
            session: None,
            practice: false,
            sync: SyncView::default(),
            backup: BackupView::default(),
            read_only: None,
            parked_count: 0,
            jobs: Vec::new(),
            now_ms,
            business_date: Now { ms: now_ms, utc_offset_min: 0 }.business_date(0).to_string(),
        }
    }
}

impl Counter<'_> {
    fn status(&self, nothing_yet: Status, heard: Heard, lease_ends_ms: Option<i64>) -> Result<Status, Stop> {
        let person = self.on_duty.map(|staff| self.person(staff)).transpose()?.flatten();
        let view = person.as_ref().map(|person| {
            let has_badge = self.book.has_secret(person.staff, SecretKind::Badge)?;
            Ok::<_, Stop>(staff_view(person, true, has_badge))
        });
        let session = self.session()?;
        let brief = session.map(|session| -> Result<SessionBrief, Stop> {
            let is_counted = self.standing_count(session.cash_session)?.is_some();
            Ok(SessionBrief {
                cash_session_id: session.cash_session.to_string(),
                opened_at_ms: session.opened_at_ms,
                business_date: session.business_date.to_string(),
                state: if is_counted { "counted" } else { "open" }.to_owned(),
            })
        });
        Ok(Status {
            stage: if person.is_some() { Stage::Ready } else { Stage::SignIn },
            till: Some(self.till_view()?),
            person: view.transpose()?,
            may: person.as_ref().map(|person| may(person.role)).unwrap_or_default(),
            lock_after_ms: self.settings()?.lock_after_ms(),
            session: brief.transpose()?,
            sync: self.sync_view(heard, lease_ends_ms)?,
            parked_count: self.book.parked_count()?,
            business_date: self.business_date()?.to_string(),
            ..nothing_yet
        })
    }

    fn till_view(&self) -> Result<TillView, Stop> {
        let settings = self.settings()?;
        let country = self.house.country;
        Ok(TillView {
            branch_name: self.house.branch.name.clone(),
            till_no: self.house.till.till_no,
            country: country.code.to_owned(),
            currency: self.house.branch.currency.clone(),
            currency_digits: country.currency_digits,
            time_zone: self.house.branch.time_zone.clone(),
            notes: country.notes.clone(),
            coins: country.coins.clone(),
            taxes: taxes_on(country, self.business_date()?),
            letterhead: settings.letterhead,
            over_short_tolerance_minor: settings.over_short_tolerance_minor,
        })
    }
}
