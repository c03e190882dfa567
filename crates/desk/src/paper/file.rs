//! Papers as files: which one, in which form, under which name.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::entry::Entry;
use domain::id::EntryId;
use domain::permission::{Permission, Verdict};
use domain::time::BusinessDate;
use ledger::StoredEntry;
use pages::{Line, Sheet};

use super::Paper;
use super::month::days_of;
use crate::api::catalogue::ProductId;
use crate::api::papers::{FileMade, PaperFile, PaperOf};
use crate::basket::receipt_no;
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
    /// A paper as a file. It shows what the person sees on the screen and nothing more. That of a receipt or a Z is a
    /// copy, which the book counts where the person may print one; asked twice, it is one.
    ///
    /// # Errors
    /// `bad_arguments`, `session_closed` for an X without a session, `count_missing`, `unknown_z`, `unknown_sale`,
    /// `history_pending`, or a failure of the machine.
    pub fn paper_file(&self, asked: PaperFile) -> Result<FileMade, Fault> {
        let form = id(&asked.form, Form::parse)?;
        let (name, sheet) = match asked.paper.what.as_str() {
            "receipt" | "z" => self.copy_as_file(&asked)?,
            _ => self.paper_of(&asked.paper).map(|(name, paper)| (name, paper.sheet))?,
        };
        match form {
            Form::Pdf => Ok(as_file(&name, &sheet)?),
            Form::Text(columns) => Ok(FileMade {
                name: format!("{name}.txt"),
                media_type: "text/plain".to_owned(),
                base64: STANDARD.encode(sheet.text(columns)),
            }),
        }
    }

    /// The paper of this name, with what its file is called: one that no copies are counted of.
    pub(crate) fn paper_of(&self, asked: &PaperOf) -> Result<(String, Paper), Fault> {
        match asked.what.as_str() {
            "counted" if asked.of.is_none() => {
                let drawer = self.drawer(Nothing {})?;
                let counted = drawer.count.ok_or_else(|| Fault::bare("count_missing"))?;
                let date = drawer.business_date.unwrap_or_default();
                self.ask(|counter| {
                    let paper = counter.counted_paper(&counted, counter.house.till.till_no, &date, None)?;
                    Ok((format!("count-{}-{date}", counter.house.series), paper))
                })
            }
            "price_label" => {
                let product_id = asked.of.clone().unwrap_or_default();
                let product = self.product(ProductId { product_id })?;
                self.ask(|counter| counter.price_label(&product))
            }
            _ => self.ask(|counter| counter.named_paper(asked)),
        }
    }

    fn copy_as_file(&self, asked: &PaperFile) -> Result<(String, Sheet), Fault> {
        let of = id(asked.paper.of.as_deref().unwrap_or_default(), EntryId::parse)?;
        let copy = id(asked.copy_id.as_deref().unwrap_or_default(), EntryId::parse)?;
        let is_z = asked.paper.what == "z";
        let counts = self.ask(|counter| {
            if is_z {
                counter.stored_z(of)?;
            } else if counter.book.receipt_entry(of)?.is_none() {
                return Err(Stop::bare("unknown_sale"));
            }
            Ok(counter.verdict(Permission::Sell, 0)? == Verdict::Allowed)
        })?;
        let copy_no =
            if counts { self.act(&[Changed::Book], |counter| counter.copy_of(of, copy))? } else { 0 };
        self.ask(|counter| {
            let (name, mut sheet) = if is_z {
                let (no, paper) = counter.whole_z(&counter.stored_z(of)?, copy_no)?;
                (format!("Z-{no}"), paper.sheet)
            } else {
                let facts = counter.receipt_facts(of)?.ok_or_else(|| Stop::bare("unknown_sale"))?;
                let no = receipt_no(&facts.series, facts.receipt.receipt_no);
                (no, counter.receipt_sheet(&facts, copy_no)?)
            };
            if !counts {
                // Who only looks writes nothing into the book, and the paper is a copy all the same.
                sheet.copy = Some(counter.paper(0)?.words.copy.to_owned());
            }
            Ok((name, sheet))
        })
    }
}

/// A paper as a PDF of this name.
pub(crate) fn as_file(name: &str, sheet: &Sheet) -> Result<FileMade, Stop> {
    let bytes = sheet.pdf().map_err(|error| {
        tracing::error!(%error, "a paper was not drawn");
        Stop::bare("internal")
    })?;
    Ok(FileMade {
        name: format!("{name}.pdf"),
        media_type: "application/pdf".to_owned(),
        base64: STANDARD.encode(bytes),
    })
}

/// Letters in groups of five, as people read and type them.
pub(super) fn in_groups(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    let groups: Vec<String> = letters.chunks(5).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

impl Counter<'_> {
    /// The paper asked for, with what its file is called.
    fn named_paper(&self, asked: &PaperOf) -> Result<(String, Paper), Stop> {
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
            "cash_slip" => self.cash_slip(&self.named_entry(asked)?),
            "settlement" => self.settlement_slip(&self.named_entry(asked)?),
            "scanner_sheet" => Ok((format!("scanner-{series}"), self.scanner_sheet()?)),
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

    /// A Z with the code that proves it, and its number.
    pub(crate) fn whole_z(&self, stored: &StoredEntry, copy_no: u32) -> Result<(String, Paper), Stop> {
        let (view, mut paper) = self.z_paper(stored, copy_no)?;
        if let Some(code) = self.paper_code(stored)? {
            let caption = paper.words.code.to_owned();
            let text = in_groups(&code.text);
            paper.block();
            paper.sheet.lines.push(Line::Code { modules: code.rows, caption, text, qr: Some(code.text) });
        }
        Ok((view.z_no.unwrap_or_default(), paper))
    }

    fn named_entry(&self, asked: &PaperOf) -> Result<StoredEntry, Stop> {
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
