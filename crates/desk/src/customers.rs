//! Customers who buy on account, and their paying towards it.

use domain::cash::{SettleAccount as Command, settle_account};
use domain::entry::{CustomerAdded, Entry, SealedField, SealedRef, TenderKind, ToSeal};
use domain::id::{CustomerId, EntryId};
use domain::limits::check_name;
use domain::permission::Permission;
use ledger::{Account, NewEntry, Write};

use crate::api::sales::{AddCustomer, CustomerView, ReceiptView, SettleAccount};
use crate::commands::Nothing;
use crate::counter::Counter;
use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk, id};
use crate::paper::SlipFacts;
use crate::printing::ForPrinter;

impl Desk {
    /// Customers with an account, by name.
    ///
    /// # Errors
    /// `not_set_up`, `history_pending`, or a failure of the machine.
    pub fn customers(&self, _: Nothing) -> Result<Vec<CustomerView>, Fault> {
        self.ask(|counter| {
            counter.needs_history()?;
            Ok(counter.book.accounts()?.into_iter().map(customer_view).collect())
        })
    }

    /// Adds a customer. Asked twice, it is one customer.
    ///
    /// # Errors
    /// `name_missing`, `text_too_long`, `nobody_signed_in`.
    pub fn add_customer(&self, asked: AddCustomer) -> Result<CustomerView, Fault> {
        check_name(&asked.name)?;
        let customer = id(&asked.customer_id, CustomerId::parse)?;
        let name = asked.name.trim().to_owned();
        self.act(&[Changed::Book], |counter| {
            if counter.book.has_customer(customer)? {
                return Ok((Write::default(), customer_view(counter.book.account(customer)?)));
            }
            let acting = counter.acting(Permission::AddCustomer, 0)?;
            let what = SealedRef { subject: customer.into(), field: SealedField::Name, index: 0 };
            let entry = Entry::CustomerAdded(CustomerAdded {
                common: acting.common(counter.new_id(), Vec::new(), Vec::new()),
                sealed: vec![what],
                customer,
            });
            let to_seal = vec![ToSeal { what, plain: name.as_bytes().to_vec() }];
            let view =
                CustomerView { customer_id: customer.to_string(), name, owes_minor: 0, oldest_ms: None };
            Ok((Write::entry(NewEntry { entry, to_seal }), view))
        })
    }

    /// Takes money towards what a customer owes. Asked twice, it is one entry.
    ///
    /// # Errors
    /// `unknown_customer`, `nobody_signed_in`, or as [`domain::cash::settle_account`].
    pub fn settle_account(&self, asked: SettleAccount) -> Result<ReceiptView, Fault> {
        let command = Command {
            entry_id: id(&asked.entry_id, EntryId::parse)?,
            customer: id(&asked.customer_id, CustomerId::parse)?,
            kind: TenderKind::parse(&asked.kind).ok_or_else(|| Fault::bare("bad_arguments"))?,
            amount_minor: asked.amount_minor,
        };
        let (slip, opens_drawer) = self.act(&[Changed::Book], |counter| {
            if let Some(slip) = counter.settled_before(&command)? {
                return Ok((Write::default(), (slip, false)));
            }
            counter.needs_history()?;
            let acting = counter.at_the_drawer(Permission::SettleAccount, 0)?;
            if !counter.book.has_customer(command.customer)? {
                return Err(Stop::bare("unknown_customer"));
            }
            let account = counter.book.account(command.customer)?;
            let entry = settle_account(&counter.cash(&acting)?, &command, account.owes_minor)?;
            let slip = counter.slip_paper(&SlipFacts {
                at: counter.now,
                person: counter.name_of(acting.actor)?,
                customer: account.name,
                kind: command.kind,
                amount_minor: command.amount_minor,
                owes_minor: Some(account.owes_minor.saturating_sub(command.amount_minor)),
            })?;
            let is_cash = command.kind == TenderKind::Cash;
            Ok((Write::entry(Entry::AccountSettled(entry)), (slip, is_cash)))
        })?;
        self.has_done(ForPrinter { prints: false, opens_drawer });
        Ok(slip)
    }
}

impl Counter<'_> {
    /// The slip of a settlement that stands in the book already. What was left then is not known any more.
    fn settled_before(&self, command: &Command) -> Result<Option<ReceiptView>, Stop> {
        let Some(stored) = self.book.entry(command.entry_id)? else { return Ok(None) };
        Ok(Some(self.settlement_slip(&stored)?.1.receipt(None)))
    }
}

fn customer_view(account: Account) -> CustomerView {
    CustomerView {
        customer_id: account.customer.to_string(),
        name: account.name,
        owes_minor: account.owes_minor,
        oldest_ms: account.oldest_ms,
    }
}
