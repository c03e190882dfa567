//! Papers that are sent by e-mail: as a file, with the words around it.

use domain::id::EntryId;

use super::mail_words::{MailWords, words};
use super::words::Language;
use crate::basket::receipt_no;
use crate::counter::Counter;
use crate::fault::Stop;

/// What somebody reads before they open the file.
pub(crate) struct Letter {
    pub(crate) subject: String,
    pub(crate) text: String,
}

impl Counter<'_> {
    /// A paper as a PDF, with its name without the ending. It shows what whoever asked for it sees.
    ///
    /// # Errors
    /// `unknown_sale`, `unknown_z`, `session_closed` for an X without a session, `history_pending`, `bad_arguments`.
    pub(crate) fn mailed_paper(
        &self,
        what: &str,
        of: Option<EntryId>,
        copy_no: u32,
    ) -> Result<(String, Vec<u8>), Stop> {
        let words = self.mail_words();
        let (name, sheet) = match (what, of) {
            ("receipt", Some(sale)) => {
                let facts = self.known_sale(sale)?;
                let no = receipt_no(&facts.series, facts.receipt.receipt_no);
                (format!("{}-{no}", words.receipt_file), self.receipt_sheet(&facts, copy_no)?)
            }
            ("z", Some(z)) => {
                let (no, paper) = self.whole_z(&self.stored_z(z)?, copy_no)?;
                (format!("Z-{no}"), paper.into_sheet())
            }
            ("x", None) => {
                let (view, paper) = self.x_paper()?;
                (format!("X-{}-{}", self.house.series, view.business_date), paper.into_sheet())
            }
            _ => return Err(Stop::bare("bad_arguments")),
        };
        let pdf = sheet.pdf().map_err(|error| {
            tracing::error!(%error, "a paper was not drawn");
            Stop::bare("internal")
        })?;
        Ok((name, pdf))
    }

    /// What stands around a paper; `no` is the number of the receipt or Z.
    pub(crate) fn letter(&self, what: &str, no: Option<&str>) -> Result<Letter, Stop> {
        let (words, no) = (self.mail_words(), no.unwrap_or_default());
        let (subject, sentence) = match what {
            "receipt" => (words.receipt, words.receipt_text),
            "z" => (words.z, words.report_text),
            "x" => (words.x, words.report_text),
            _ => (words.test, words.test_text),
        };
        let name = &self.house.branch.name;
        let mut lines = vec![words.greeting, "", sentence, "", words.regards, name];
        let letterhead = self.settings()?.letterhead;
        lines.extend(letterhead.iter().map(String::as_str));
        let text = lines.join("\r\n") + "\r\n";
        let subject = format!("{subject} {no}");
        Ok(Letter { subject: format!("{} · {name}", subject.trim()), text })
    }

    fn mail_words(&self) -> &'static MailWords {
        words(Language::of_country(self.house.country.code))
    }
}
