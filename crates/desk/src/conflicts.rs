//! What people decided differently of one product while their tills were apart: both values are kept and listed,
//! and who decides again replaces both.

use domain::id::ProductId;
use domain::permission::Permission;
use ledger::{ConflictingValue, DocumentWrite, ProductConflict, Write};
use replica::document::{DELETED, Rank};
use replica::product_facts::Decided;

use crate::api::catalogue::{ConflictValue, ConflictView, SettleConflict};
use crate::commands::Nothing;
use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk, id};
use crate::sight::Sight;

/// Rows of the manager's list.
const MAX_ROWS: u32 = 500;

impl Desk {
    /// Fields of products that were decided differently apart.
    ///
    /// # Errors
    /// A failure of the machine.
    pub fn product_conflicts(&self, _: Nothing) -> Result<Vec<ConflictView>, Fault> {
        self.ask(|counter| Ok(counter.conflicts(MAX_ROWS)?.0))
    }

    /// Decides one of them: the value that is kept is written anew and replaces all that stand. Where another
    /// value has come, or somebody else has decided, nothing is written. Gives what is still to be decided.
    ///
    /// # Errors
    /// `not_in_practice`, `nobody_signed_in`.
    pub fn settle_conflict(&self, settle: SettleConflict) -> Result<Vec<ConflictView>, Fault> {
        let product = id(&settle.product_id, ProductId::parse)?;
        if self.present().is_practice {
            return Err(Fault::bare("not_in_practice"));
        }
        self.act(&[Changed::Catalogue], |counter| {
            let staff = counter.acting(Permission::Catalogue, 0)?.actor;
            let (conflicts, _) = counter.book.product_conflicts(u32::MAX)?;
            let kept = conflicts
                .into_iter()
                .filter(|conflict| conflict.product == product && conflict.field == settle.field)
                .flat_map(|conflict| conflict.values)
                .find(|value| value_id(&value.rank) == settle.value_id);
            // As it was written, also where this version does not know the field.
            let documents = kept.map(|value| DocumentWrite {
                content: value.content,
                ..DocumentWrite::decided(product, &settle.field, staff, None)
            });
            Ok((Write { documents: documents.into_iter().collect(), ..Write::default() }, ()))
        })?;
        self.refresh_index(&[product])?;
        self.product_conflicts(Nothing {})
    }
}

fn value_id(rank: &Rank) -> String {
    let incarnation: String = rank.incarnation.0.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{} {} {incarnation}", rank.hlc.0, rank.device)
}

impl Sight<'_> {
    /// What was decided differently apart, and how much there is in all.
    pub(crate) fn conflicts(&self, most: u32) -> Result<(Vec<ConflictView>, u64), Stop> {
        let (conflicts, count) = self.book.product_conflicts(most)?;
        let views = conflicts.into_iter().map(|conflict| self.conflict_view(conflict));
        Ok((views.collect::<Result<_, _>>()?, count))
    }

    fn conflict_view(&self, conflict: ProductConflict) -> Result<ConflictView, Stop> {
        let tills = self.book.tills()?;
        let value_view = |value: &ConflictingValue| -> Result<ConflictValue, Stop> {
            let decided = Decided::decode(&conflict.field, &value.content).ok().flatten();
            let price_minor = match decided {
                Some(Decided::PriceMinor(price)) => Some(price),
                _ => None,
            };
            let till = tills.iter().find(|till| till.device == value.rank.device);
            Ok(ConflictValue {
                value_id: value_id(&value.rank),
                is_in_force: value.is_in_force,
                is_taken_back: value.content == DELETED,
                price_minor,
                text: decided.and_then(text_of),
                person: self.name_of(value.staff)?,
                till_no: till.map(|till| till.till_no),
                at_ms: value.rank.hlc.ms(),
            })
        };
        let values = conflict.values.iter().map(value_view).collect::<Result<_, _>>()?;
        let stored = self.book.product(conflict.product)?;
        Ok(ConflictView {
            product_id: conflict.product.to_string(),
            product_name: stored.map(|stored| stored.facts.name).unwrap_or_default(),
            field: conflict.field,
            values,
        })
    }
}

/// What a value says, where it is no price.
fn text_of(decided: Decided) -> Option<String> {
    match decided {
        Decided::PriceMinor(_) => None,
        Decided::Name(text)
        | Decided::Pack(text)
        | Decided::TaxCode(text)
        | Decided::Maker(text)
        | Decided::Atc(text)
        | Decided::Reimbursement(text) => Some(text),
        Decided::Conditions(texts) | Decided::Codes(texts) => Some(texts.join(" · ")),
        Decided::Rx(is_so) | Decided::IsWithdrawn(is_so) => Some(is_so.to_string()),
        Decided::PackContent(pieces) => Some(pieces.to_string()),
    }
}
