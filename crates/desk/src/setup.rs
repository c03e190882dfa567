//! The first start: what the wizard offers, and the founding.

use domain::country::{Country, countries, country};
use domain::entry::Role;
use domain::id::{BranchId, OrganisationId, StaffId, TillId};
use domain::limits::check_name;
use domain::time::{BusinessDate, Now};
use ledger::{DocumentWrite, Founding, Write};
use replica::settings::Setting;

use crate::api::setup::{CountryView, SetBackup, SetUp, SetupOptions, Status, TaxView};
use crate::backups::check_backup;
use crate::commands::Nothing;
use crate::fault::Fault;
use crate::open::{Changed, Desk};
use crate::open_book::OpenBook;
use crate::pins::check_secret;
use crate::settings::check_letterhead;

/// Minutes after midnight at which a business day can begin: until noon.
const MAX_DAY_BOUNDARY_MIN: u32 = 720;
/// Highest number of a till.
const MAX_TILL_NO: u32 = 999;
/// People that can be added at once.
const MAX_STAFF: usize = 200;

impl Desk {
    /// What the wizard offers.
    ///
    /// # Errors
    /// None today.
    pub fn setup_options(&self, _: Nothing) -> Result<SetupOptions, Fault> {
        let today = Now { ms: self.now_ms(), utc_offset_min: 0 }.business_date(0);
        Ok(SetupOptions {
            countries: countries().iter().map(|country| country_view(country, today)).collect(),
        })
    }

    /// Founds an organisation, a branch and this till. What is refused is refused before anything is founded.
    ///
    /// # Errors
    /// `already_set_up`, `name_missing`, `text_too_long`, `country_unknown`, `time_zone_unknown`,
    /// `role_unknown`, `secret_malformed`, `secret_too_short`, `secret_easy`, `folder_missing`,
    /// `passphrase_too_short`, `bad_arguments`.
    pub fn set_up(&self, set_up: SetUp) -> Result<Status, Fault> {
        let open = self.present();
        if open.writer.take().book().branch()?.is_some() {
            return Err(Fault::bare("already_set_up"));
        }
        check_letterhead(&set_up.letterhead)?;
        let founding = self.founding(&set_up)?;
        let backup =
            SetBackup { folder: set_up.backup_folder, recovery_passphrase: set_up.recovery_passphrase };
        check_backup(&backup, false)?;
        self.found(&open, &founding, &set_up.letterhead)?;
        for ((staff, ..), new) in founding.staff.iter().zip(&set_up.staff) {
            if let Some(secret) = &new.secret {
                self.set_pin(*staff, *staff, secret, false)?;
            }
        }
        if backup.folder.is_some() {
            self.set_backup(backup)?;
        }
        self.tell(&[Changed::Status, Changed::Book, Changed::Catalogue]);
        self.status(Nothing {})
    }

    fn founding(&self, set_up: &SetUp) -> Result<Founding, Fault> {
        check_name(&set_up.pharmacy_name)?;
        let country = country(&set_up.country).ok_or_else(|| Fault::bare("country_unknown"))?;
        if set_up.time_zone.parse::<chrono_tz::Tz>().is_err() {
            return Err(Fault::bare("time_zone_unknown"));
        }
        let is_in_range = set_up.day_boundary_min <= MAX_DAY_BOUNDARY_MIN
            && (1..=MAX_TILL_NO).contains(&set_up.till_no)
            && (1..=MAX_STAFF).contains(&set_up.staff.len());
        if !is_in_range {
            return Err(Fault::bare("bad_arguments"));
        }
        let mut staff = Vec::with_capacity(set_up.staff.len());
        for new in &set_up.staff {
            let role = check_person(&new.name, &new.role)?;
            // Whoever founds a pharmacy owns it, whatever the wizard's list says.
            let role = if staff.is_empty() { Role::Owner } else { role };
            new.secret.as_deref().map_or(Ok(()), |secret| check_secret(secret, role))?;
            staff.push((StaffId(self.new_uuid()), role, new.name.trim().to_owned()));
        }
        Ok(Founding {
            organisation: OrganisationId(self.new_uuid()),
            branch: BranchId(self.new_uuid()),
            till: TillId(self.new_uuid()),
            till_no: set_up.till_no,
            branch_name: set_up.pharmacy_name.trim().to_owned(),
            country: country.code.to_owned(),
            currency: country.currency.to_owned(),
            time_zone: set_up.time_zone.clone(),
            day_boundary_min: set_up.day_boundary_min,
            staff,
        })
    }

    /// Founds in a book that is open and empty.
    pub(crate) fn found(
        &self,
        open: &OpenBook,
        founding: &Founding,
        letterhead: &[String],
    ) -> Result<(), Fault> {
        let zone: chrono_tz::Tz = founding.time_zone.parse().map_err(|_| Fault::bare("time_zone_unknown"))?;
        let now = Now::in_zone(self.now_ms(), zone);
        let mut ledger = open.writer.take();
        ledger.found(founding, now)?;
        if let Some((owner, ..)) = founding.staff.first()
            && !letterhead.is_empty()
        {
            let setting = Setting::Letterhead(letterhead.to_vec());
            let written = DocumentWrite::setting(&setting, *owner);
            ledger.transact(now, |_| Ok((Write { documents: vec![written], ..Write::default() }, ())))?;
        }
        Ok(())
    }
}

/// Checks a new person, and gives the role.
pub(crate) fn check_person(name: &str, role: &str) -> Result<Role, Fault> {
    check_name(name)?;
    check_role(role)
}

/// The role of this code.
pub(crate) fn check_role(role: &str) -> Result<Role, Fault> {
    Role::parse(role).ok_or_else(|| Fault::bare("role_unknown"))
}

/// Tax codes in force on a day.
pub(crate) fn taxes_on(country: &Country, date: BusinessDate) -> Vec<TaxView> {
    let codes = country.tax_codes_on(date);
    codes.into_iter().map(|(code, rate_ppm)| TaxView { code: code.to_owned(), rate_ppm }).collect()
}

fn country_view(country: &Country, today: BusinessDate) -> CountryView {
    let rounding = country.cash_rounding_on(today);
    CountryView {
        country: country.code.to_owned(),
        currency: country.currency.to_owned(),
        time_zones: country.time_zones.iter().map(|zone| (*zone).to_owned()).collect(),
        taxes: taxes_on(country, today),
        cash_rounding: rounding.map_or_else(|| "none".to_owned(), |rounding| rounding.step_minor.to_string()),
    }
}
