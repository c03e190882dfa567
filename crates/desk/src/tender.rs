//! Paying: what the tenders come to, and the finished sale.

use domain::entry::{Receipt, ReceiptKind, TenderKind, ToSeal};
use domain::id::{CustomerId, EntryId, ProductId};
use domain::sale::{CompleteSale as Command, SaleContext, complete};
use domain::tender::{TenderGiven, quote_tenders};
use ledger::{NewEntry, Write};

use crate::api::basket::{CompleteSale, QuoteTenders, SaleDone, TenderInput, TenderQuote};
use crate::api::display::DisplayPaid;
use crate::basket::receipt_no;
use crate::counter::Counter;
use crate::display;
use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk, id};
use crate::paper::ReceiptFacts;
use crate::printing::ForPrinter;

impl Desk {
    /// What the tenders given so far come to. Tenders that are not allowed are told in the reply, which then
    /// says what is due without them.
    ///
    /// # Errors
    /// `bad_arguments`, or a failure of the machine.
    pub fn quote_tenders(&self, asked: QuoteTenders) -> Result<TenderQuote, Fault> {
        let tenders = given(&asked.tenders)?;
        self.ask(|counter| {
            let total_minor = counter.price(&counter.basket()?)?.total_minor;
            let rounding = counter.rounding(counter.business_date()?);
            let notes = &counter.house.country.notes;
            let (quote, refusal) = match quote_tenders(total_minor, &tenders, rounding, notes) {
                Ok(quote) => (quote, None),
                Err(refusal) => (quote_tenders(total_minor, &[], rounding, notes)?, Some(refusal)),
            };
            Ok(TenderQuote {
                total_minor,
                remaining_minor: quote.remaining_minor,
                remaining_cash_minor: quote.remaining_cash_minor,
                rounding_minor: quote.rounding_minor,
                change_due_minor: quote.change_due_minor,
                is_enough: quote.is_enough && refusal.is_none(),
                quick_cash_minor: quote.quick_cash_minor,
                refusal: refusal.map(|refusal| refusal.code().to_owned()),
            })
        })
    }

    /// Finishes the sale: when this returns, it is on the disk. Asked twice, it is one sale.
    ///
    /// # Errors
    /// `nobody_signed_in`, `unknown_customer`, `disk_full` (nothing was written, the basket stays), or as
    /// [`domain::sale::complete`].
    pub fn complete_sale(&self, asked: CompleteSale) -> Result<SaleDone, Fault> {
        let command = Command {
            sale_id: id(&asked.sale_id, EntryId::parse)?,
            tenders: given(&asked.tenders)?,
            seen_total_minor: asked.seen_total_minor,
        };
        let sold = self.act(&[Changed::Basket, Changed::Book], |counter| {
            match counter.done_before(command.sale_id)? {
                Some(done) => Ok((
                    Write::default(),
                    Sold { done, packs: Vec::new(), paid: None, for_printer: ForPrinter::default() },
                )),
                None => counter.complete(&command),
            }
        })?;
        if let Some(paid) = sold.paid {
            self.show_paid(paid);
        }
        self.has_done(sold.for_printer);
        self.raise_popularity(&sold.packs);
        Ok(sold.done)
    }
}

/// A finished sale, and what it says about what sells.
struct Sold {
    done: SaleDone,
    packs: Vec<(ProductId, i64)>,
    /// What the customer sees of it; none where it was shown before.
    paid: Option<DisplayPaid>,
    /// What the printer has to do now.
    for_printer: ForPrinter,
}

impl Counter<'_> {
    fn complete(&self, command: &Command) -> Result<(Write, Sold), Stop> {
        self.check_customers(&command.tenders)?;
        let basket = self.basket()?;
        let acting = self.selling(&basket)?;
        let refunded = self.refunded_sales(&basket)?;
        let context = SaleContext {
            acting: &acting,
            basket: &basket,
            refunded: &refunded,
            receipt_no: self.book.next_receipt_no()?,
            drawer: self.drawer()?,
            shelf: self.house.branch.shelf(),
            rounding: self.rounding(acting.business_date),
            lots: &self.known_lots(&basket, |_| true)?,
            today: self.today().max(acting.business_date),
        };
        let (kind, receipt, to_seal) = complete(&context, command)?;
        let next = self.new_basket();
        let done = self.sale_done(kind, &receipt, &to_seal, &next)?;
        let packs = receipt.lines.iter().map(|line| (line.product, line.quantity)).collect();
        let (write, for_printer) = self.prints(self.keeps(&next), &receipt)?;
        let paid = Some(display::paid(&receipt));
        let entries = vec![NewEntry { entry: receipt.into_entry(kind), to_seal }];
        Ok((Write { entries, ..write }, Sold { done, packs, paid, for_printer }))
    }

    /// The customers of tenders on account must be ours.
    pub(crate) fn check_customers(&self, tenders: &[TenderGiven]) -> Result<(), Stop> {
        for customer in tenders.iter().filter_map(|tender| tender.customer) {
            if !self.book.has_customer(customer)? {
                return Err(Stop::bare("unknown_customer"));
            }
        }
        Ok(())
    }

    /// A sale that was finished already, for an asker who did not hear the answer.
    fn done_before(&self, sale: EntryId) -> Result<Option<SaleDone>, Stop> {
        let Some(facts) = self.receipt_facts(sale)? else { return Ok(None) };
        Ok(Some(self.done(&facts, &self.basket()?)?))
    }

    /// The answer for a sale that is about to be written.
    fn sale_done(
        &self,
        kind: ReceiptKind,
        receipt: &Receipt,
        to_seal: &[ToSeal],
        next: &domain::basket::Basket,
    ) -> Result<SaleDone, Stop> {
        let facts = self.fresh_receipt(kind, receipt, to_seal)?;
        self.done(&facts, next)
    }

    fn done(&self, facts: &ReceiptFacts, next: &domain::basket::Basket) -> Result<SaleDone, Stop> {
        let receipt = &facts.receipt;
        Ok(SaleDone {
            sale_id: receipt.common.entry_id.to_string(),
            receipt_no: receipt_no(&facts.series, receipt.receipt_no),
            total_minor: receipt.total_minor,
            change_due_minor: change_due(receipt),
            receipt: self.receipt_paper(facts, 0)?,
            basket: self.basket_view(next)?,
        })
    }
}

/// What was given back at once.
pub(crate) fn change_due(receipt: &Receipt) -> i64 {
    receipt.tenders.iter().map(|tender| tender.change_due_minor).fold(0, i64::saturating_add)
}

/// Tenders as the rules take them.
pub(crate) fn given(tenders: &[TenderInput]) -> Result<Vec<TenderGiven>, Fault> {
    tenders
        .iter()
        .map(|tender| {
            let kind = TenderKind::parse(&tender.kind).ok_or_else(|| Fault::bare("bad_arguments"))?;
            let customer =
                tender.customer_id.as_deref().map(|text| id(text, CustomerId::parse)).transpose()?;
            Ok(TenderGiven {
                kind,
                amount_minor: tender.amount_minor,
                customer: customer.filter(|_| kind == TenderKind::OnAccount),
                reference: tender.reference.clone(),
            })
        })
        .collect()
}
