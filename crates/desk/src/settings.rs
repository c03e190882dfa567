//! Settings of the branch: read with their defaults, checked, written.

use domain::limits::{MAX_MINOR, check_text};
use domain::permission::Permission;
use ledger::{DocumentWrite, Write};
use replica::settings::Setting;

use crate::api::setup::{SetBackup, SettingsView};
use crate::commands::Nothing;
use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk};
use crate::sight::Sight;

/// Lines under the name on paper.
pub(crate) const MAX_LETTERHEAD_LINES: usize = 6;
/// Characters of such a line: a line of paper.
pub(crate) const MAX_LETTERHEAD_LINE: u32 = 42;

/// Minutes after which a till that nobody touches may be locked.
const LOCK_AFTER_MIN: std::ops::RangeInclusive<u32> = 1..=60;
/// The most minutes for which an approval may hold.
pub(crate) const MAX_APPROVAL_MIN: u32 = 30;

/// Keys of what can be set.
const KEYS: [&str; 10] = [
    "letterhead",
    "over_short_tolerance_minor",
    "blind_count",
    "opening_float_minor",
    "lock_after_min",
    "approval_min",
    "second_person_accepts",
    "second_person_signs",
    "drawer_for_one_person",
    "second_person_recounts",
];

/// What is set for the branch.
pub(crate) struct Settings {
    pub(crate) letterhead: Vec<String>,
    pub(crate) over_short_tolerance_minor: i64,
    pub(crate) blind_count: bool,
    pub(crate) opening_float_minor: i64,
    pub(crate) lock_after_min: u32,
    pub(crate) approval_min: u32,
    pub(crate) second_person_accepts: bool,
    pub(crate) second_person_signs: bool,
    pub(crate) drawer_for_one_person: bool,
    pub(crate) second_person_recounts: bool,
}

impl Settings {
    /// How long a till waits for a sign of life.
    pub(crate) fn lock_after_ms(&self) -> i64 {
        i64::from(self.lock_after_min) * 60_000
    }
}

impl Default for Settings {
    /// What holds until the pharmacy says otherwise.
    fn default() -> Self {
        Self {
            letterhead: Vec::new(),
            over_short_tolerance_minor: 200,
            blind_count: true,
            opening_float_minor: 20_000,
            lock_after_min: 5,
            approval_min: 0,
            second_person_accepts: false,
            second_person_signs: false,
            drawer_for_one_person: false,
            second_person_recounts: false,
        }
    }
}

impl Sight<'_> {
    /// The settings in force.
    pub(crate) fn settings(&self) -> Result<Settings, Stop> {
        let mut settings = Settings::default();
        for key in KEYS {
            let Some(content) = self.book.setting(key)? else { continue };
            match Setting::decode(key, &content) {
                Ok(Some(Setting::Letterhead(lines))) => settings.letterhead = lines,
                Ok(Some(Setting::OverShortToleranceMinor(minor))) => {
                    settings.over_short_tolerance_minor = minor
                }
                Ok(Some(Setting::BlindCount(is_blind))) => settings.blind_count = is_blind,
                Ok(Some(Setting::OpeningFloatMinor(minor))) => settings.opening_float_minor = minor,
                Ok(Some(Setting::LockAfterMin(minutes))) if LOCK_AFTER_MIN.contains(&minutes) => {
                    settings.lock_after_min = minutes;
                }
                Ok(Some(Setting::ApprovalMin(minutes))) if minutes <= MAX_APPROVAL_MIN => {
                    settings.approval_min = minutes;
                }
                Ok(Some(Setting::SecondPersonAccepts(needed))) => settings.second_person_accepts = needed,
                Ok(Some(Setting::SecondPersonSigns(needed))) => settings.second_person_signs = needed,
                Ok(Some(Setting::DrawerForOnePerson(is_so))) => settings.drawer_for_one_person = is_so,
                Ok(Some(Setting::SecondPersonRecounts(needed))) => settings.second_person_recounts = needed,
                Ok(Some(Setting::LockAfterMin(_) | Setting::ApprovalMin(_))) => (),
                // A value that does not read decides nothing.
                Ok(None) | Err(_) => (),
            }
        }
        Ok(settings)
    }
}

/// Checks the lines under the name on paper.
pub(crate) fn check_letterhead(lines: &[String]) -> Result<(), Fault> {
    if lines.len() > MAX_LETTERHEAD_LINES {
        return Err(Fault::bare("bad_arguments"));
    }
    Ok(lines.iter().try_for_each(|line| check_text(line, MAX_LETTERHEAD_LINE))?)
}

impl Desk {
    /// What can be set for the branch.
    ///
    /// # Errors
    /// `not_set_up`, or a failure of the machine.
    pub fn settings(&self, _: Nothing) -> Result<SettingsView, Fault> {
        let settings = self.ask(|counter| counter.settings())?;
        Ok(SettingsView {
            letterhead: settings.letterhead,
            over_short_tolerance_minor: settings.over_short_tolerance_minor,
            blind_count: settings.blind_count,
            opening_float_minor: settings.opening_float_minor,
            lock_after_min: settings.lock_after_min,
            approval_min: settings.approval_min,
            second_person_accepts: settings.second_person_accepts,
            second_person_signs: settings.second_person_signs,
            drawer_for_one_person: settings.drawer_for_one_person,
            second_person_recounts: settings.second_person_recounts,
            backup_folder: self.backup_view()?.folder,
        })
    }

    /// Writes the settings that changed.
    ///
    /// # Errors
    /// `nobody_signed_in`, `bad_arguments` for more lines than fit, `text_too_long`, `amount_out_of_range`,
    /// `minutes_out_of_range`, or as `set_backup`.
    pub fn save_settings(&self, view: SettingsView) -> Result<SettingsView, Fault> {
        check_letterhead(&view.letterhead)?;
        for amount in [view.over_short_tolerance_minor, view.opening_float_minor] {
            if !(0..=MAX_MINOR).contains(&amount) {
                return Err(domain::refusal::Refusal::AmountOutOfRange.into());
            }
        }
        if !LOCK_AFTER_MIN.contains(&view.lock_after_min) || view.approval_min > MAX_APPROVAL_MIN {
            return Err(Fault::bare("minutes_out_of_range"));
        }
        self.ask(|counter| counter.acting(Permission::Settings, 0).map(drop))?;
        if self.backup_view()?.folder != view.backup_folder {
            self.set_backup(SetBackup { folder: view.backup_folder, recovery_passphrase: None })?;
        }
        self.act(&[Changed::Catalogue, Changed::Status], |counter| {
            let staff = counter.acting(Permission::Settings, 0)?.actor;
            let present = counter.settings()?;
            let mut changed = Vec::new();
            if present.letterhead != view.letterhead {
                changed.push(Setting::Letterhead(view.letterhead));
            }
            if present.over_short_tolerance_minor != view.over_short_tolerance_minor {
                changed.push(Setting::OverShortToleranceMinor(view.over_short_tolerance_minor));
            }
            if present.blind_count != view.blind_count {
                changed.push(Setting::BlindCount(view.blind_count));
            }
            if present.opening_float_minor != view.opening_float_minor {
                changed.push(Setting::OpeningFloatMinor(view.opening_float_minor));
            }
            if present.lock_after_min != view.lock_after_min {
                changed.push(Setting::LockAfterMin(view.lock_after_min));
            }
            if present.approval_min != view.approval_min {
                changed.push(Setting::ApprovalMin(view.approval_min));
            }
            if present.second_person_accepts != view.second_person_accepts {
                changed.push(Setting::SecondPersonAccepts(view.second_person_accepts));
            }
            if present.second_person_signs != view.second_person_signs {
                changed.push(Setting::SecondPersonSigns(view.second_person_signs));
            }
            if present.drawer_for_one_person != view.drawer_for_one_person {
                changed.push(Setting::DrawerForOnePerson(view.drawer_for_one_person));
            }
            if present.second_person_recounts != view.second_person_recounts {
                changed.push(Setting::SecondPersonRecounts(view.second_person_recounts));
            }
            let documents = changed.iter().map(|setting| DocumentWrite::setting(setting, staff)).collect();
            Ok((Write { documents, ..Write::default() }, ()))
        })?;
        self.lock_after(Some(i64::from(view.lock_after_min) * 60_000));
        self.settings(Nothing {})
    }
}
