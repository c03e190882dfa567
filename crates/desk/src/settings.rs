//! Settings of the branch: read with their defaults, checked, written.

use domain::country::PaperField;
use domain::limits::{MAX_MINOR, check_text};
use domain::permission::Permission;
use ledger::{DocumentWrite, Write};
use replica::settings::Setting;

use crate::api::setup::{SetBackup, SettingChange, SettingValue, SettingsView, WantedNo};
use crate::commands::Nothing;
use crate::counter::Counter;
use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk};
use crate::paper::logo;
use crate::sight::Sight;

/// Lines under the name on paper.
pub(crate) const MAX_LETTERHEAD_LINES: usize = 6;
/// Characters of such a line: a line of paper.
pub(crate) const MAX_LETTERHEAD_LINE: u32 = 42;

/// Minutes after which a till that nobody touches may be locked.
const LOCK_AFTER_MIN: std::ops::RangeInclusive<u32> = 1..=60;
/// The most minutes for which an approval may hold.
pub(crate) const MAX_APPROVAL_MIN: u32 = 30;

/// What is set for the branch.
#[derive(Clone)]
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
    /// As [`logo`] keeps it.
    pub(crate) logo: Vec<u8>,
    pub(crate) tax_no: String,
    pub(crate) company_no: String,
}

impl Settings {
    /// How long a till waits for a sign of life.
    pub(crate) fn lock_after_ms(&self) -> i64 {
        i64::from(self.lock_after_min) * 60_000
    }

    /// Each setting for itself.
    fn each(&self) -> [Setting; 13] {
        [
            Setting::Letterhead(self.letterhead.clone()),
            Setting::OverShortToleranceMinor(self.over_short_tolerance_minor),
            Setting::BlindCount(self.blind_count),
            Setting::OpeningFloatMinor(self.opening_float_minor),
            Setting::LockAfterMin(self.lock_after_min),
            Setting::ApprovalMin(self.approval_min),
            Setting::SecondPersonAccepts(self.second_person_accepts),
            Setting::SecondPersonSigns(self.second_person_signs),
            Setting::DrawerForOnePerson(self.drawer_for_one_person),
            Setting::SecondPersonRecounts(self.second_person_recounts),
            Setting::Logo(self.logo.clone().into()),
            Setting::TaxNo(self.tax_no.clone()),
            Setting::CompanyNo(self.company_no.clone()),
        ]
    }

    /// Takes a value on; one that is out of its range decides nothing.
    fn take(&mut self, setting: Setting) {
        match setting {
            Setting::Letterhead(lines) => self.letterhead = lines,
            Setting::OverShortToleranceMinor(minor) => self.over_short_tolerance_minor = minor,
            Setting::BlindCount(is_blind) => self.blind_count = is_blind,
            Setting::OpeningFloatMinor(minor) => self.opening_float_minor = minor,
            Setting::LockAfterMin(minutes) if LOCK_AFTER_MIN.contains(&minutes) => {
                self.lock_after_min = minutes;
            }
            Setting::ApprovalMin(minutes) if minutes <= MAX_APPROVAL_MIN => self.approval_min = minutes,
            Setting::SecondPersonAccepts(needed) => self.second_person_accepts = needed,
            Setting::SecondPersonSigns(needed) => self.second_person_signs = needed,
            Setting::DrawerForOnePerson(is_so) => self.drawer_for_one_person = is_so,
            Setting::SecondPersonRecounts(needed) => self.second_person_recounts = needed,
            Setting::Logo(logo) => self.logo = logo.into(),
            Setting::TaxNo(no) => self.tax_no = no,
            Setting::CompanyNo(no) => self.company_no = no,
            Setting::LockAfterMin(_) | Setting::ApprovalMin(_) => (),
        }
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
            logo: Vec::new(),
            tax_no: String::new(),
            company_no: String::new(),
        }
    }
}

impl Sight<'_> {
    /// The settings in force.
    pub(crate) fn settings(&self) -> Result<Settings, Stop> {
        let mut settings = Settings::default();
        for setting in Settings::default().each() {
            let Some(content) = self.book.setting(setting.key())? else { continue };
            // A value that does not read decides nothing.
            if let Ok(Some(setting)) = Setting::decode(setting.key(), &content) {
                settings.take(setting);
            }
        }
        Ok(settings)
    }
}

impl Counter<'_> {
    /// The pharmacy's numbers that the law of today wants on receipts.
    fn wanted_nos(&self) -> Vec<WantedNo> {
        let fields = self.house.country.paper_fields_on(self.house.business_date(self.now));
        let wanted = |(field, name): (PaperField, &str)| {
            let setting = match field {
                PaperField::TaxNo => "tax_no",
                PaperField::CompanyNo => "company_no",
                PaperField::Begun | PaperField::TillSerial | PaperField::Unsigned => return None,
            };
            Some(WantedNo { setting: setting.to_owned(), name: name.to_owned() })
        };
        fields.filter_map(wanted).collect()
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
        let (settings, wanted_nos) = self.ask(|counter| Ok((counter.settings()?, counter.wanted_nos())))?;
        Ok(SettingsView {
            logo: logo::view(&settings.logo),
            tax_no: settings.tax_no,
            company_no: settings.company_no,
            wanted_nos,
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

    /// What was ever set for the branch, newest first: by whom, when, and what held before.
    ///
    /// # Errors
    /// `not_set_up`, or a failure of the machine.
    pub fn setting_changes(&self, _: Nothing) -> Result<Vec<SettingChange>, Fault> {
        self.ask(|counter| {
            let mut settings = Settings::default();
            let mut changes = Vec::new();
            for change in counter.book.setting_changes()? {
                let Ok(Some(setting)) = Setting::decode(&change.key, &change.content) else { continue };
                let before = settings.each().into_iter().find(|before| before.key() == change.key);
                settings.take(setting.clone());
                changes.push(SettingChange {
                    at_ms: change.at_ms,
                    person: counter.name_of(change.staff)?,
                    setting: change.key,
                    before: before.map(value_of).unwrap_or_default(),
                    after: value_of(setting),
                });
            }
            changes.reverse();
            Ok(changes)
        })
    }

    /// Writes the settings that changed.
    ///
    /// # Errors
    /// `nobody_signed_in`, `bad_arguments` for more lines than fit, `text_too_long`, `bad_logo`, `amount_out_of_range`,
    /// `minutes_out_of_range`, or as `set_backup`.
    pub fn save_settings(&self, view: SettingsView) -> Result<SettingsView, Fault> {
        check_letterhead(&view.letterhead)?;
        let (tax_no, company_no) = (view.tax_no.trim().to_owned(), view.company_no.trim().to_owned());
        [&tax_no, &company_no].into_iter().try_for_each(|no| check_text(no, MAX_LETTERHEAD_LINE))?;
        let logo = logo::kept(view.logo)?;
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
            let next = Settings {
                letterhead: view.letterhead,
                over_short_tolerance_minor: view.over_short_tolerance_minor,
                blind_count: view.blind_count,
                opening_float_minor: view.opening_float_minor,
                lock_after_min: view.lock_after_min,
                approval_min: view.approval_min,
                second_person_accepts: view.second_person_accepts,
                second_person_signs: view.second_person_signs,
                drawer_for_one_person: view.drawer_for_one_person,
                second_person_recounts: view.second_person_recounts,
                logo,
                tax_no,
                company_no,
            };
            let pairs = next.each().into_iter().zip(present.each());
            let changed: Vec<Setting> =
                pairs.filter(|(next, present)| next != present).map(|(next, _)| next).collect();
            let documents = changed.iter().map(|setting| DocumentWrite::setting(setting, staff)).collect();
            Ok((Write { documents, ..Write::default() }, ()))
        })?;
        self.lock_after(Some(i64::from(view.lock_after_min) * 60_000));
        self.settings(Nothing {})
    }
}

fn value_of(setting: Setting) -> SettingValue {
    let mut value = SettingValue::default();
    match setting {
        Setting::Letterhead(lines) => value.lines = Some(lines),
        Setting::TaxNo(no) | Setting::CompanyNo(no) => value.lines = Some(vec![no]),
        Setting::Logo(logo) => value.is_on = Some(!logo.is_empty()),
        Setting::OverShortToleranceMinor(minor) | Setting::OpeningFloatMinor(minor) => {
            value.amount_minor = Some(minor);
        }
        Setting::LockAfterMin(minutes) | Setting::ApprovalMin(minutes) => value.minutes = Some(minutes),
        Setting::BlindCount(is_on)
        | Setting::SecondPersonAccepts(is_on)
        | Setting::SecondPersonSigns(is_on)
        | Setting::DrawerForOnePerson(is_on)
        | Setting::SecondPersonRecounts(is_on) => value.is_on = Some(is_on),
    }
    value
}
