//! Entries, postings and Z as files, for whoever adds them up themselves: an accountant, an auditor, a spreadsheet.
//!
//! Each Z of an export is whole: every entry that it covers is there, so that the postings sum to its figures. The
//! book is read in slices beside whoever sells; nothing is held but one slice and what each Z covers.

mod coverage;
mod file;
mod folder;
mod rows;
mod worked;

use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use domain::entry::{Entry, ZReport};
use domain::id::{StaffId, TillId};
use domain::permission::Permission;
use domain::time::BusinessDate;
use ledger::{Book, CountingEntry, Said};
use replica::record::Header;
use serde_json::json;

use crate::api::export::{ExportBegun, ExportBook, ExportWhat};
use crate::api::over_short::MonthDay;
use crate::basket::receipt_no;
use crate::fault::{Fault, Stop};
use crate::jobs::{Job, Kind};
use crate::open::{Desk, id};
use coverage::Coverage;
use file::{Cell, Form, Table};
use folder::{Folder, free_in, is_free};
use rows::{
    amount_of, day_columns, day_row, entry_columns, kind_name, posting_columns, posting_row, tax_columns,
    tax_row, z_columns, z_row,
};
use worked::Worked;

/// Records that are read at once: some milliseconds of reading.
const RECORDS_AT_ONCE: u32 = 500;

/// Which entries.
enum Scope {
    Days(RangeInclusive<BusinessDate>),
    /// The Z of this label.
    Z(String),
}

impl Scope {
    fn parse(what: &ExportWhat) -> Result<Self, Fault> {
        match what {
            ExportWhat::Days(days) => {
                let (from, to) = (id(&days.from, BusinessDate::parse)?, id(&days.to, BusinessDate::parse)?);
                if from <= to { Ok(Self::Days(from..=to)) } else { Err(Fault::bare("bad_arguments")) }
            }
            ExportWhat::Z(label) => Ok(Self::Z(label.clone())),
        }
    }

    /// Name of the folder: no name of a person or a place stands in it.
    fn folder_name(&self) -> String {
        match self {
            Self::Days(days) => format!("pharmatill-{}-{}", days.start(), days.end()),
            // A series comes from whichever till wrote it.
            Self::Z(label) => {
                let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
                format!("pharmatill-{}", label.chars().map(plain).collect::<String>())
            }
        }
    }
}

impl Desk {
    /// Saves entries, postings and Z as files in the background, in a folder of their own inside of another one.
    ///
    /// # Errors
    /// `folder_missing`, and those of [`Desk::export_into`].
    pub fn export_book(&self, asked: ExportBook) -> Result<ExportBegun, Fault> {
        let parent = Path::new(&asked.folder);
        if !parent.is_dir() {
            return Err(Fault::bare("folder_missing"));
        }
        let folder = free_in(parent, &Scope::parse(&asked.what)?.folder_name());
        self.export_into(&asked, &folder)
    }

    /// The same, in this very folder, which is not there yet or empty; [`ExportBook::folder`] is not looked at.
    ///
    /// # Errors
    /// `bad_arguments` for no dates or form, `unknown_z`, `folder_not_empty`, `not_in_practice`,
    /// `nobody_signed_in`, `not_allowed`, `history_pending`, `job_running`.
    pub fn export_into(&self, asked: &ExportBook, folder: &Path) -> Result<ExportBegun, Fault> {
        let scope = Scope::parse(&asked.what)?;
        let form = id(&asked.form, Form::parse)?;
        if self.present().is_practice {
            return Err(Fault::bare("not_in_practice"));
        }
        let facts = self.ask(|counter| {
            counter.acting(Permission::Export, 0)?;
            counter.needs_history()?;
            let coverage = Coverage::of(counter.book)?;
            if let Scope::Z(label) = &scope
                && coverage.all.iter().all(|z| z.label != *label)
            {
                return Err(Stop::bare("unknown_z"));
            }
            let people = counter.people.of(counter.book)?;
            let names = people.iter().map(|person| (person.staff, person.name.clone()));
            Ok(Facts {
                form,
                digits: counter.house.country.currency_digits,
                coverage,
                till_nos: counter.till_nos()?,
                names: asked.with_names.then(|| names.collect()),
                until: counter.book.last_record_no()?,
                days: match &scope {
                    Scope::Days(days) => Some(counter.days_list(days.clone())?),
                    Scope::Z(_) => None,
                },
            })
        })?;
        if !is_free(folder) {
            return Err(Fault::bare("folder_not_empty"));
        }
        let path = folder.to_owned();
        let job = self.start(Kind::Export, move |desk, job| desk.write_export(&facts, &scope, path, job))?;
        Ok(ExportBegun { job, folder: folder.to_string_lossy().into_owned() })
    }

    fn write_export(&self, facts: &Facts, scope: &Scope, path: PathBuf, job: &Job) -> Result<(), Fault> {
        let folder = Folder::begin(&path).map_err(not_written)?;
        let mut files = Files::begin(facts, folder.path()).map_err(not_written)?;
        let total = u64::try_from(facts.until).unwrap_or(0);
        let mut after = 0;
        loop {
            let slice = self.book.ask(|book| {
                let slice = book.counting_entries(after, facts.until, RECORDS_AT_ONCE)?;
                for entry in &slice.entries {
                    let z = facts.coverage.z_of(&entry.header);
                    if facts.is_asked_for(scope, entry, z) {
                        files.entry(book, entry, z)?;
                    }
                }
                Ok(slice.last_record_no)
            })?;
            let Some(last) = slice else { break };
            after = last;
            if !job.progress(u64::try_from(after).unwrap_or(0), total) {
                return Err(Fault::bare("cancelled"));
            }
        }
        files
            .finish()
            .and_then(|()| facts.write_days(folder.path()))
            .and_then(|()| folder.finish())
            .map_err(not_written)
    }
}

fn not_written(error: std::io::Error) -> Fault {
    Fault { code: "folder_failed".to_owned(), detail: json!({ "os": error.to_string() }) }
}

/// What is known before the first entry is read.
struct Facts {
    form: Form,
    /// Digits of the currency after the point.
    digits: u32,
    coverage: Coverage,
    till_nos: BTreeMap<TillId, u32>,
    /// Where they are asked for.
    names: Option<HashMap<StaffId, String>>,
    /// The plain list of the days, where it is days that are asked for.
    days: Option<Vec<MonthDay>>,
    /// The last record that was here when it began.
    until: i64,
}

impl Facts {
    /// Whether an entry that belongs to this Z, or to none yet, is in an export.
    fn is_asked_for(&self, scope: &Scope, entry: &CountingEntry, z: Option<usize>) -> bool {
        let z = z.and_then(|z| self.coverage.all.get(z));
        match scope {
            Scope::Days(days) => days.contains(&z.map_or(entry.common().business_date, |z| z.business_date)),
            Scope::Z(label) => z.is_some_and(|z| z.label == *label),
        }
    }

    /// `days`, as the list of a month on the screen has them.
    fn write_days(&self, folder: &Path) -> std::io::Result<()> {
        let Some(days) = &self.days else { return Ok(()) };
        let with_names = self.names.is_some();
        let mut table = Table::begin(folder, "days", self.form, self.digits, day_columns(with_names))?;
        days.iter().try_for_each(|day| table.row(day_row(day, with_names)))?;
        table.finish()
    }

    /// A person's name; empty where it is not known any more.
    fn name(&self, staff: Option<StaffId>) -> Option<Cell> {
        let names = self.names.as_ref()?;
        Some(Cell::text(staff.and_then(|staff| names.get(&staff))))
    }
}

/// The files of an export.
struct Files<'f> {
    facts: &'f Facts,
    /// Receipt series by life of a till, as they were found.
    series: HashMap<Vec<u8>, String>,
    /// Where tills worked, by the place of the Z that covers it and has not come yet.
    worked: HashMap<usize, Worked>,
    entries: Table,
    postings: Table,
    z: Table,
    taxes: Table,
}

impl<'f> Files<'f> {
    fn begin(facts: &'f Facts, folder: &Path) -> std::io::Result<Self> {
        let begin = |name, columns| Table::begin(folder, name, facts.form, facts.digits, columns);
        Ok(Self {
            facts,
            series: HashMap::new(),
            worked: HashMap::new(),
            entries: begin("entries", entry_columns(facts.names.is_some()))?,
            postings: begin("postings", posting_columns())?,
            z: begin("z", z_columns())?,
            taxes: begin("z_taxes", tax_columns())?,
        })
    }

    fn entry(&mut self, book: &Book<'_>, entry: &CountingEntry, z: Option<usize>) -> Result<(), Stop> {
        let common = entry.common();
        let known = match &entry.said {
            Said::Entry(entry) => Some(&**entry),
            Said::CommonOnly(_) => None,
        };
        let label = z.and_then(|z| self.facts.coverage.all.get(z)).map(|z| z.label.as_str());
        let receipt = match known.and_then(Entry::receipt_no) {
            Some(no) => Some(receipt_no(self.series_of(book, &entry.header)?, no)),
            None => None,
        };
        let corrects = match known {
            Some(Entry::TenderCorrected(corrected)) => corrected.of_session,
            _ => None,
        };
        let till_no = common.till.and_then(|till| self.facts.till_nos.get(&till).copied());
        let mut row = vec![
            Cell::text(Some(common.entry_id)),
            Cell::Text(kind_name(entry.header.kind)),
            Cell::Text(entry.header.recorded_at.iso_text()),
            Cell::text(Some(common.business_date)),
            till_no.map_or(Cell::Empty, |no| Cell::Number(no.into())),
            Cell::text(Some(common.actor)),
            Cell::text(common.approver),
            Cell::text(common.cash_session),
            Cell::text(receipt),
            Cell::text(label),
            Cell::text(corrects),
            Cell::text(common.currency.as_ref()),
            Cell::money(known.and_then(amount_of)),
        ];
        row.extend(self.facts.name(Some(common.actor)));
        row.extend(self.facts.name(common.approver));
        self.entries.row(row).map_err(not_written)?;
        for posting in &common.postings {
            self.postings.row(posting_row(common, posting)).map_err(not_written)?;
        }
        let Some((known, place)) = known.zip(z) else { return Ok(()) };
        match (known, label) {
            (Entry::ZReport(z), Some(label)) => {
                let over_short_minor =
                    self.worked.remove(&place).and_then(|worked| worked.over_short_minor());
                self.z(book, &entry.header, z, (label, till_no, over_short_minor))
            }
            _ => {
                self.worked.entry(place).or_default().add(known);
                Ok(())
            }
        }
    }

    fn z(
        &mut self,
        book: &Book<'_>,
        header: &Header,
        z: &ZReport,
        (label, till_no, over_short_minor): (&str, Option<u32>, Option<i64>),
    ) -> Result<(), Stop> {
        let close = book.close_with(header, z.common.cash_session)?;
        let row = z_row(z, label, header.recorded_at, till_no, close.as_ref(), over_short_minor);
        self.z.row(row).map_err(not_written)?;
        let taxes = z.figures.taxes.iter();
        Ok(taxes
            .map(|tax| tax_row(label, tax))
            .try_for_each(|row| self.taxes.row(row))
            .map_err(not_written)?)
    }

    fn series_of(&mut self, book: &Book<'_>, header: &Header) -> Result<&str, Stop> {
        let (device, incarnation) = (header.stream.device, header.stream.incarnation);
        let life = [device.as_bytes().as_slice(), incarnation.0.as_slice()].concat();
        if !self.series.contains_key(&life) {
            let series = book.series_of_life(device.as_bytes(), &incarnation.0)?;
            self.series.insert(life.clone(), series);
        }
        Ok(self.series.get(&life).map_or("", String::as_str))
    }

    fn finish(self) -> std::io::Result<()> {
        [self.entries, self.postings, self.z, self.taxes].into_iter().try_for_each(Table::finish)
    }
}
