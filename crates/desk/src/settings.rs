//! Settings of the branch: read with their defaults, checked, written.

use domain::limits::{MAX_MINOR, check_text};
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

/// What is set for the branch.
pub(crate) struct Settings {
    pub(crate) letterhead: Vec<String>,
    pub(crate) over_short_tolerance_minor: i64,
    pub(crate) blind_count: bool,
    pub(crate) opening_float_minor: i64,
}

impl Default for Settings {
    /// What holds until the pharmacy says otherwise.
    fn default() -> Self {
        Self {
            letterhead: Vec::new(),
            over_short_tolerance_minor: 200,
            blind_count: true,
            opening_float_minor: 20_000,
        }
    }
}

impl Sight<'_> {
    /// The settings in force.
    pub(crate) fn settings(&self) -> Result<Settings, Stop> {
        let mut settings = Settings::default();
        for key in ["letterhead", "over_short_tolerance_minor", "blind_count", "opening_float_minor"] {
            let Some(content) = self.book.setting(key)? else { continue };
            match Setting::decode(key, &content) {
                Ok(Some(Setting::Letterhead(lines))) => settings.letterhead = lines,
                Ok(Some(Setting::OverShortToleranceMinor(minor))) => {
                    settings.over_short_tolerance_minor = minor
                }
                Ok(Some(Setting::BlindCount(is_blind))) => settings.blind_count = is_blind,
                Ok(Some(Setting::OpeningFloatMinor(minor))) => settings.opening_float_minor = minor,
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
            backup_folder: self.backup_view()?.folder,
        })
    }

    /// Writes the settings that changed.
    ///
    /// # Errors
    /// `nobody_signed_in`, `bad_arguments` for more lines than fit, `text_too_long`, `amount_out_of_range`, or as `set_backup`.
    pub fn save_settings(&self, view: SettingsView) -> Result<SettingsView, Fault> {
        check_letterhead(&view.letterhead)?;
        for amount in [view.over_short_tolerance_minor, view.opening_float_minor] {
            if !(0..=MAX_MINOR).contains(&amount) {
                return Err(domain::refusal::Refusal::AmountOutOfRange.into());
            }
        }
        if self.backup_view()?.folder != view.backup_folder {
            self.set_backup(SetBackup { folder: view.backup_folder, recovery_passphrase: None })?;
        }
        self.act(&[Changed::Catalogue, Changed::Status], |counter| {
            let staff = counter.acting()?.actor;
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
            let documents = changed.iter().map(|setting| DocumentWrite::setting(setting, staff)).collect();
            Ok((Write { documents, ..Write::default() }, ()))
        })?;
        self.settings(Nothing {})
    }
}
