//! What the book noticed and nothing explains later: a manager says what it came to, and may think better of it.

use domain::entry::{Entry, ExceptionAbout, ExceptionSettled, Settling};
use domain::id::EntryId;
use domain::permission::Permission;
use ledger::{Exception, Till, Write};

use crate::api::branch::{SettleException, SettledView, ToSettle};
use crate::commands::Nothing;
use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk, id};
use crate::sight::Sight;

/// Kind of an exception: written by a till that was cut off before.
const AFTER_REVOCATION: &str = "after_revocation";

/// Settled ones that are shown.
const MAX_SETTLED: u32 = 200;

/// Names an exception as it is now: one that went further since is another row.
fn key_of(exception: &Exception) -> String {
    let about: String = exception.about.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{} {about} {}", exception.kind, exception.extent)
}

impl Desk {
    /// What was settled lately, the latest first, at most 200.
    ///
    /// # Errors
    /// A failure of the machine.
    pub fn settled_exceptions(&self, _: Nothing) -> Result<Vec<ToSettle>, Fault> {
        self.ask(|counter| {
            let devices = counter.book.tills()?;
            let settled = counter.book.settled_exceptions(MAX_SETTLED)?;
            settled.into_iter().map(|exception| counter.exception_row(exception, &devices)).collect()
        })
    }

    /// Says what an exception came to, or that it is to be settled again. Where it has gone further meanwhile,
    /// or somebody else has said so already, nothing is written. What a till wrote after it was cut off is
    /// settled all together, and may be accepted: then it counts. Gives what was settled.
    ///
    /// # Errors
    /// `nobody_signed_in`, `not_allowed` for who does not decide about assistants, `bad_arguments`.
    pub fn settle_exception(&self, settle: SettleException) -> Result<Vec<ToSettle>, Fault> {
        let entry_id = id(&settle.entry_id, EntryId::parse)?;
        let how = Settling::from_code(&settle.how).ok_or_else(|| Fault::bare("bad_arguments"))?;
        self.act(&[Changed::Book], |counter| {
            let acting = counter.acting(Permission::Settle, 0)?;
            let listed = match how {
                Settling::Reopened => counter.book.settled_exceptions(u32::MAX)?,
                _ => counter.book.exceptions(u32::MAX)?.0,
            };
            let found = listed.iter().find(|exception| key_of(exception) == settle.key);
            let Some(found) = found else { return Ok((Write::default(), ())) };
            if how == Settling::Accepted && found.kind != AFTER_REVOCATION {
                return Err(Stop::bare("bad_arguments"));
            }
            // What a till wrote after it was cut off counts as a whole, or not.
            let goes_along = |other: &&Exception| {
                other.kind == AFTER_REVOCATION
                    && other.device == found.device
                    && other.settled.as_ref().map(|settled| &settled.how)
                        == found.settled.as_ref().map(|settled| &settled.how)
            };
            let is_whole = found.kind == AFTER_REVOCATION;
            let others =
                listed.iter().filter(goes_along).filter(|other| is_whole && other.about != found.about);
            let ids = std::iter::once(entry_id).chain(std::iter::repeat_with(|| counter.new_id()));
            let entries = std::iter::once(found).chain(others).zip(ids).map(|(exception, entry_id)| {
                Entry::ExceptionSettled(ExceptionSettled {
                    common: acting.common(entry_id, Vec::new(), Vec::new()),
                    sealed: Vec::new(),
                    exception: exception.kind.clone(),
                    about: ExceptionAbout(exception.about.clone()),
                    extent: exception.extent,
                    how: how.code().to_owned(),
                })
                .into()
            });
            Ok((Write { entries: entries.collect(), ..Write::default() }, ()))
        })?;
        self.derive_if_due();
        self.settled_exceptions(Nothing {})
    }
}

impl Sight<'_> {
    /// An exception as a row of the list.
    pub(crate) fn exception_row(&self, exception: Exception, devices: &[Till]) -> Result<ToSettle, Stop> {
        let key = key_of(&exception);
        let till = devices.iter().find(|till| till.device == exception.device);
        let settled = exception.settled.map(|settled| -> Result<SettledView, Stop> {
            let person = self.name_of(settled.by)?;
            Ok(SettledView { how: settled.how, person, at_ms: settled.at_ms })
        });
        Ok(ToSettle {
            key,
            kind: exception.kind,
            at_ms: Some(exception.at_ms),
            till_no: till.map(|till| till.till_no),
            sale_id: exception.sale.map(|sale| sale.to_string()),
            receipt_no: exception.receipt_no,
            person: None,
            product_id: None,
            product_name: None,
            is_to_be_told: true,
            settled: settled.transpose()?,
        })
    }
}
