//! What the loop that talks to the server does with the pharmacy's book: in the background, in small turns, so
//! that nobody at the counter waits for it.

use domain::id::{ProductId, SubjectId};
use domain::time::Now;
use ledger::{Book, Error, Secrets, Write};
use replica::run::VerifiedRun;
use replica::sealed::SubjectKey;
use replica::stream::Scope;

use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk};

/// What is taken of others in one turn: 64 receipts, or one record of an import.
const TURN_WORK: usize = 64;

impl Desk {
    /// The secrets of the pharmacy's book.
    #[must_use]
    pub fn secrets(&self) -> Secrets {
        self.book.secrets()
    }

    /// Asks the pharmacy's book beside its writer, also while practice mode is on.
    ///
    /// # Errors
    /// What the question fails with.
    pub fn ask_book<R>(&self, question: impl FnOnce(&Book<'_>) -> Result<R, Error>) -> Result<R, Fault> {
        Ok(self.book.ask(|book| Ok(question(book)?))?)
    }

    fn book_now(&self) -> Result<Now, Fault> {
        Ok(self.book.ask(|book| {
            let house = self.book.house(book)?.ok_or(Stop::Ledger(Error::NotSetUp))?;
            Ok(house.now(self.now_ms()))
        })?)
    }

    /// Takes what others wrote, run after run. What cannot be taken does not keep the others back.
    ///
    /// # Errors
    /// The first one, after all were tried: `records_missing`, `device_not_enrolled`, `scope_foreign`,
    /// `stream_forked`, `read_only`; or a failure of the machine, at once.
    pub fn merge(&self, runs: &[VerifiedRun]) -> Result<(), Fault> {
        let now = self.book_now()?;
        let (mut products, mut is_of_organisation, mut has_taken) = (Vec::new(), false, false);
        let mut waiting: Vec<&VerifiedRun> = runs.iter().collect();
        // Who may write stands in the organisation's streams.
        waiting.sort_by_key(|run| matches!(run.run().after.stream.scope, Scope::Branch(_)));
        let first_error = loop {
            let (mut first_error, mut again, count) = (None, Vec::new(), waiting.len());
            for run in waiting {
                match self.merge_run(run, now, &mut products) {
                    Ok(()) => {
                        has_taken = true;
                        is_of_organisation |= matches!(run.run().after.stream.scope, Scope::Organisation(_));
                    }
                    Err(error) if error.is_of_the_machine() => return self.heard(Err(error.into())),
                    Err(error) => {
                        first_error = first_error.or(Some(error));
                        again.push(run);
                    }
                }
            }
            // What was missing may have come behind it.
            if again.is_empty() || again.len() == count {
                break first_error;
            }
            waiting = again;
        };
        if is_of_organisation {
            self.book.people.forget();
        }
        self.refresh_index(&products)?;
        if has_taken {
            self.tell(&[Changed::Book, Changed::Branch, Changed::Status]);
        }
        if !products.is_empty() || is_of_organisation {
            self.tell(&[Changed::Catalogue]);
        }
        self.derive_if_due();
        first_error.map_or(Ok(()), |error| Err(error.into()))
    }

    /// Takes a run in small turns.
    fn merge_run(&self, run: &VerifiedRun, now: Now, products: &mut Vec<ProductId>) -> Result<(), Error> {
        loop {
            let mut ledger = self.book.writer.take_in_background();
            let left = ledger.merge(run, TURN_WORK, now);
            products.extend(ledger.take_changed_products());
            if left? == 0 {
                return Ok(());
            }
        }
    }

    /// Takes keys of sealed parts.
    ///
    /// # Errors
    /// A failure of the machine.
    pub fn take_keys(&self, keys: &[(SubjectId, SubjectKey)]) -> Result<(), Fault> {
        if keys.is_empty() {
            return Ok(());
        }
        self.book.writer.take_in_background().take_keys(keys)?;
        self.book.people.forget();
        self.tell(&[Changed::Status, Changed::Book]);
        Ok(())
    }

    /// Keeps values that belong to this computer alone.
    ///
    /// # Errors
    /// A failure of the machine.
    pub fn keep(&self, write: Write) -> Result<(), Fault> {
        let now = self.book_now()?;
        self.book.writer.take_in_background().transact(now, |_| Ok((write, ())))?;
        self.tell(&[Changed::Status]);
        Ok(())
    }

    /// Where the change to a new incarnation was interrupted by the end of the program: goes on with it.
    ///
    /// # Errors
    /// A failure of the machine.
    pub fn finish_incarnation(&self) -> Result<(), Fault> {
        if self.book.read_only().is_none() && self.secrets().before.is_some() {
            let now = Now { ms: self.now_ms(), utc_offset_min: 0 };
            self.book.writer.take().finish_incarnation(now)?;
        }
        Ok(())
    }

    /// Goes on as a new incarnation of this device, because somebody else has written in its name: new keys, a
    /// new receipt series. `keep_secrets` puts the new secrets, with the old ones beside them, where the others
    /// are, before anything is written.
    ///
    /// # Errors
    /// `not_set_up`, or a failure of the machine.
    pub fn begin_incarnation(
        &self,
        secrets: Secrets,
        keep_secrets: impl FnOnce(&Secrets) -> std::io::Result<()>,
    ) -> Result<(), Fault> {
        let now = self.book_now()?;
        let mut ledger = self.book.writer.take();
        keep_secrets(&secrets).map_err(Error::from)?;
        ledger.become_incarnation(&secrets, now)?;
        drop(ledger);
        self.book.has_become(secrets);
        self.tell(&[Changed::Status, Changed::Book]);
        Ok(())
    }
}
