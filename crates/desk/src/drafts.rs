//! What is being counted and is not put in yet. A till that loses its power in the middle of a count goes on where
//! it was.

use ledger::Write;
use minicbor::{Decode, Encode};

use crate::api::cash::{Draft, DraftOf};
use crate::counter::Counter;
use crate::fault::{Fault, Stop};
use crate::open::Desk;

/// Name of the local value that keeps them.
const DRAFTS: &str = "drafts";

/// Drafts that are kept; the oldest gives way. A till counts a few drawers and transfers at a time.
const KEPT: usize = 16;
/// The most that a name, and what is typed, may be, in bytes.
const MAX_OF: usize = 100;
const MAX_TEXT: usize = 4_000;

#[derive(Encode, Decode)]
struct Kept {
    #[n(0)]
    of: String,
    #[n(1)]
    text: String,
}

impl Desk {
    /// Keeps what is being typed about one thing, or drops it. It is this till's alone, and nothing of the book.
    ///
    /// # Errors
    /// `bad_arguments` where it is more than anybody types, or a failure of the machine.
    pub fn keep_draft(&self, draft: Draft) -> Result<Draft, Fault> {
        if draft.of.len() > MAX_OF || draft.text.as_ref().is_some_and(|text| text.len() > MAX_TEXT) {
            return Err(Fault::bare("bad_arguments"));
        }
        self.act(&[], |counter| {
            let mut drafts = counter.drafts()?;
            drafts.retain(|kept| kept.of != draft.of);
            if let Some(text) = &draft.text {
                drafts.drain(..(drafts.len() + 1).saturating_sub(KEPT));
                drafts.push(Kept { of: draft.of.clone(), text: text.clone() });
            }
            let bytes = minicbor::to_vec(&drafts).map_err(|_| Stop::bare("internal"))?;
            Ok((Write::default().with_local(DRAFTS, Some(bytes)), ()))
        })?;
        Ok(draft)
    }

    /// What was being typed about one thing.
    ///
    /// # Errors
    /// `not_set_up`, or a failure of the machine.
    pub fn draft(&self, asked: DraftOf) -> Result<Draft, Fault> {
        self.ask(|counter| {
            let kept = counter.drafts()?.into_iter().find(|kept| kept.of == asked.of);
            Ok(Draft { text: kept.map(|kept| kept.text), of: asked.of })
        })
    }
}

impl Counter<'_> {
    /// What is kept, oldest first.
    fn drafts(&self) -> Result<Vec<Kept>, Stop> {
        let kept = self.book.local(DRAFTS)?.and_then(|bytes| minicbor::decode(&bytes).ok());
        Ok(kept.unwrap_or_default())
    }
}
