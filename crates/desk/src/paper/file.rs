//! Papers as files: which one, in which form, under which name.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::entry::Entry;
use domain::id::EntryId;
use domain::permission::{Permission, Verdict};
use domain::time::BusinessDate;
use ledger::StoredEntry;
use pages::Line;

use super::Paper;
use super::month::days_of;
use crate::api::papers::{FileMade, PaperFile};
use crate::commands::Nothing;
use crate::counter::Counter;
use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk, id};

/// In which form a paper is wanted.
#[derive(Clone, Copy)]
enum Form {
    Pdf,
    /// Text of so many columns.
    Text(usize),
}

impl Form {
    fn parse(code: &str) -> Option<Self> {
        match code {
            "pdf" => Some(Self::Pdf),
            "text_42" => Some(Self::Text(42)),
            "text_48" => Some(Self::Text(48)),
            _ => None,
        }
    }
}

impl Desk {
    /// A paper as a file. It shows what the person sees on the screen and nothing more. That of a Z is a copy,
    /// which the book counts where the person may print one; asked twice, it is one.
    ///
    /// # Errors
    /// `bad_arguments`, `session_closed` for an X without a session, `count_missing`, `unknown_z`,
    /// `history_pending`, or a failure of the machine.
    pub fn paper_file(&self, asked: PaperFile) -> Result<FileMade, Fault> {
        let form = id(&asked.form, Form::parse)?;
        let (name, paper) = match asked.what.as_str() {
            "z" => self.z_copy(&asked)?,
            "counted" if asked.of.is_none() => {
                let drawer = self.drawer(Nothing {})?;
                let counted = drawer.count.ok_or_else(|| Fault::bare("count_missing"))?;
                let date = drawer.business_date.unwrap_or_default();
                self.ask(|counter| {
                    let paper = counter.counted_paper(&counted, counter.house.till.till_no, &date, None)?;
                    Ok((format!("count-{}-{date}", counter.house.series), paper))
                })?
            }
            _ => self.ask(|counter| counter.named_paper(&asked))?,
        };
        let (ending, media_type, bytes) = match form {
            Form::Pdf => ("pdf", "application/pdf", paper.pdf()?),
            Form::Text(columns) => ("txt", "text/plain", paper.sheet.text(columns).into_bytes()),
        };
        Ok(FileMade {
            name: format!("{name}.{ending}"),
            media_type: media_type.to_owned(),
            base64: STANDARD.encode(bytes),
        })
    }

    fn z_copy(&self, asked: &PaperFile) -> Result<(String, Paper), Fault> {
        let z = id(asked.of.as_deref().unwrap_or_default(), EntryId::parse)?;
        let copy = id(asked.copy_id.as_deref().unwrap_or_default(), EntryId::parse)?;
        let counts = self.ask(|counter| Ok(counter.verdict(Permission::Sell, 0)? == Verdict::Allowed))?;
        let copy_no = if counts {
            self.act(&[Changed::Book], |counter| {
                counter.stored_z(z)?;
                counter.copy_of(z, copy)
            })?
        } else {
            0
        };
        self.ask(|counter| {
            let stored = counter.stored_z(z)?;
            let (view, mut paper) = counter.z_paper(&stored, copy_no)?;
            if !counts {
                // Who only looks writes nothing into the book, and the paper is a copy all the same.
                paper.sheet.copy = Some(paper.words.copy.to_owned());
            }
            if let Some(code) = counter.paper_code(&stored)? {
                let caption = paper.words.code.to_owned();
                let text = in_groups(&code.text);
                paper.block();
                paper.sheet.lines.push(Line::Code { modules: code.rows, caption, text });
            }
            Ok((format!("Z-{}", view.z_no.unwrap_or_default()), paper))
        })
    }
}

/// Letters in groups of five, as people read and type them.
fn in_groups(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    let groups: Vec<String> = letters.chunks(5).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

impl Counter<'_> {
    /// The paper asked for, with what its file is called.
    fn named_paper(&self, asked: &PaperFile) -> Result<(String, Paper), Stop> {
        let series = &self.house.series;
        match asked.what.as_str() {
            "x" => {
                let (view, paper) = self.x_paper()?;
                Ok((format!("X-{series}-{}", view.business_date), paper))
            }
            "count_sheet" => {
                let date = self.business_date()?;
                Ok((format!("count-sheet-{series}-{date}"), self.count_sheet_paper()?))
            }
            "counted" => self.counted_of(&self.named_entry(asked)?),
            "transfer_slip" => self.slip_of(&self.named_entry(asked)?),
            "day_journal" => {
                let date = id(asked.date.as_deref().unwrap_or_default(), BusinessDate::parse)?;
                self.needs_history()?;
                Ok((format!("journal-{date}"), self.journal_paper(date)?))
            }
            "month_summary" => {
                let month = asked.month.as_deref().unwrap_or_default();
                let days = id(month, days_of)?;
                self.needs_history()?;
                Ok((format!("month-{month}"), self.month_paper(month, days)?))
            }
            _ => Err(Stop::bare("bad_arguments")),
        }
    }

    fn named_entry(&self, asked: &PaperFile) -> Result<StoredEntry, Stop> {
        let of = id(asked.of.as_deref().unwrap_or_default(), EntryId::parse)?;
        self.book.entry(of)?.ok_or_else(|| Stop::bare("bad_arguments"))
    }

    /// What was counted for a Z.
    fn counted_of(&self, stored: &StoredEntry) -> Result<(String, Paper), Stop> {
        let Entry::ZReport(z) = &stored.entry else { return Err(Stop::bare("unknown_z")) };
        let closed = self.book.close_with(&stored.header, z.common.cash_session)?;
        let counted = closed.map_or(Ok(None), |closed| self.count_of(&closed))?;
        let counted = counted.ok_or_else(|| Stop::bare("count_missing"))?;
        let no = crate::report::z_no(&self.book.series_of(stored.record_no)?, z);
        let date = z.common.business_date.to_string();
        let tills = self.till_nos()?;
        let till_no = z.common.till.and_then(|till| tills.get(&till).copied()).unwrap_or(0);
        Ok((format!("count-{no}"), self.counted_paper(&counted, till_no, &date, Some(&no))?))
    }

    /// The slip of cash that was sent.
    fn slip_of(&self, stored: &StoredEntry) -> Result<(String, Paper), Stop> {
        let slip = self.slip_of_transfer(stored)?;
        Ok((format!("transfer-{}", slip.business_date), self.transfer_slip_paper(&slip)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_in_groups() {
        assert_eq!(in_groups("PTZ1ABCDEFGH"), "PTZ1A BCDEF GH");
        assert_eq!(in_groups(""), "");
    }
}
