//! The receipt printer: what is to be printed stands in the ledger's local values from the commit of the sale on,
//! and is taken out once it is on paper. What was begun and not ended is asked about, and never guessed.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::entry::{Receipt, TenderKind};
use domain::id::EntryId;
use ledger::Write;
use minicbor::{Decode, Encode};
use pages::{CodePage, Slip};

use crate::api::printing::{Print, PrintView, Printer, PrinterView, SetPrinter, SettlePrint};
use crate::basket::receipt_no;
use crate::commands::Nothing;
use crate::counter::Counter;
use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk, id};
use crate::turns::locked;

/// Name of the local value that keeps how the printer is set up.
const PRINTER: &str = "printer";
/// Name of the local value that keeps what is to be printed.
const QUEUE: &str = "print_queue";

/// Prints that are remembered, so that one that is asked for twice comes out once.
const REMEMBERED: usize = 64;
/// The most that an address may be, in bytes.
const MAX_ADDRESS: usize = 200;

#[derive(Encode, Decode)]
struct Kept {
    #[n(0)]
    address: String,
    #[n(1)]
    columns: u32,
    #[n(2)]
    code_page: String,
    #[n(3)]
    cuts: bool,
    #[n(4)]
    drawer_pin: Option<u32>,
    #[n(5)]
    prints_receipts: bool,
}

/// What is to be printed, in its order, and what was lately.
#[derive(Default, Encode, Decode)]
struct Queue {
    #[n(0)]
    jobs: Vec<Job>,
    /// Ids of prints that were asked for, oldest first. A first printing has the id of its sale.
    #[n(1)]
    asked: Vec<EntryId>,
}

#[derive(Clone, Encode, Decode)]
struct Job {
    #[n(0)]
    print: EntryId,
    /// None for a test page.
    #[n(1)]
    sale: Option<EntryId>,
    #[n(2)]
    copy_no: u32,
    #[n(3)]
    at_ms: i64,
    #[n(4)]
    step: Step,
}

#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
enum Step {
    #[n(0)]
    Waits,
    /// The first byte of it may have left.
    #[n(1)]
    Begun,
    #[n(2)]
    InDoubt,
}

impl Queue {
    fn ask(&mut self, print: EntryId) {
        self.asked.drain(..(self.asked.len() + 1).saturating_sub(REMEMBERED));
        self.asked.push(print);
    }

    fn push(&mut self, print: EntryId, sale: Option<EntryId>, copy_no: u32, at_ms: i64) {
        self.ask(print);
        self.jobs.push(Job { print, sale, copy_no, at_ms, step: Step::Waits });
    }

    fn write(&self) -> Result<Vec<u8>, Stop> {
        minicbor::to_vec(self).map_err(|_| Stop::bare("internal"))
    }
}

/// What this process knows of the printer, and forgets when it ends.
#[derive(Default)]
pub(crate) struct Printing {
    /// What keeps it from printing, as a code.
    trouble: Mutex<Option<&'static str>>,
    /// The drawer is to be opened. Nothing keeps this over a restart: a drawer that opens later opens for nobody.
    opens_drawer: AtomicBool,
}

/// What the printer has to do after an act.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ForPrinter {
    /// There is something to print.
    pub(crate) prints: bool,
    /// The drawer opens.
    pub(crate) opens_drawer: bool,
}

/// A paper that is ready to go to the printer.
pub struct Printable {
    /// Names it in [`Desk::print_begun`] and [`Desk::print_ended`].
    pub print: EntryId,
    /// Where to.
    pub printer: Printer,
    /// What the printer is told.
    pub bytes: Vec<u8>,
}

/// How far a paper came that was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It is on paper.
    Printed,
    /// It may be.
    InDoubt,
}

impl Desk {
    /// How the printer is set up, and what it has still to print.
    ///
    /// # Errors
    /// `not_set_up`, or a failure of the machine.
    pub fn printer(&self, _: Nothing) -> Result<PrinterView, Fault> {
        let trouble = locked(&self.printing.trouble).map(str::to_owned);
        self.ask(|counter| {
            let jobs = counter.queue()?.jobs;
            let queue = jobs.iter().map(|job| counter.print_view(job)).collect::<Result<_, Stop>>()?;
            Ok(PrinterView { printer: counter.kept_printer()?, trouble, queue })
        })
    }

    /// Sets the printer up, or takes it away. What waits goes to the new one, and with the last one it goes too: a
    /// paper that comes out weeks later is for nobody.
    ///
    /// # Errors
    /// `nobody_signed_in`, `bad_arguments` for an address, a width, letters or a pin that there are not.
    pub fn set_printer(&self, set: SetPrinter) -> Result<PrinterView, Fault> {
        let printer = set.printer.map(checked).transpose()?;
        let bytes = printer.map(minicbor::to_vec).transpose().map_err(|_| Fault::bare("internal"))?;
        self.act(&[Changed::Printing], |counter| {
            counter.actor()?;
            let write = Write::default();
            let write = if bytes.is_none() { write.with_local(QUEUE, None) } else { write };
            Ok((write.with_local(PRINTER, bytes), ()))
        })?;
        self.say_trouble(None);
        self.printer(Nothing {})
    }

    /// Prints the receipt of a sale or a test page. A receipt that was printed before is a copy, and an entry. Asked
    /// twice, it is one print.
    ///
    /// # Errors
    /// `nobody_signed_in`, `printer_missing`, `unknown_sale`.
    pub fn print(&self, asked: Print) -> Result<PrinterView, Fault> {
        let print = id(&asked.print_id, EntryId::parse)?;
        let sale = asked.sale_id.as_deref().map(|sale| id(sale, EntryId::parse)).transpose()?;
        self.act(&[Changed::Printing, Changed::Book], |counter| {
            counter.actor()?;
            let mut queue = counter.queue()?;
            if queue.asked.contains(&print) {
                return Ok((Write::default(), ()));
            }
            if counter.kept_printer()?.is_none() {
                return Err(Stop::bare("printer_missing"));
            }
            let mut write = Write::default();
            match sale {
                None => queue.push(print, None, 0, counter.now.ms),
                Some(sale) if counter.is_unprinted(sale, &queue)? => {
                    queue.ask(print);
                    queue.push(sale, Some(sale), 0, counter.now.ms);
                }
                Some(sale) => {
                    let (copied, copy_no) = counter.copy_of(sale, print)?;
                    write = copied;
                    queue.push(print, Some(sale), copy_no, counter.now.ms);
                }
            }
            Ok((write.with_local(QUEUE, Some(queue.write()?)), ()))
        })?;
        self.printer(Nothing {})
    }

    /// Says of a paper that it did not come out and is to be printed again, or that nothing is to be done any more.
    ///
    /// # Errors
    /// `nobody_signed_in`, `bad_arguments`.
    pub fn settle_print(&self, settle: SettlePrint) -> Result<PrinterView, Fault> {
        let print = id(&settle.print_id, EntryId::parse)?;
        let is_again = match settle.how.as_str() {
            "again" => true,
            "printed" => false,
            _ => return Err(Fault::bare("bad_arguments")),
        };
        self.change_queue(|counter, jobs| {
            counter.actor()?;
            // What is being printed right now is not to be had.
            match jobs.iter().position(|job| job.print == print && job.step != Step::Begun) {
                Some(place) if is_again => jobs[place].step = Step::Waits,
                Some(place) => drop(jobs.remove(place)),
                None => (),
            }
            Ok(())
        })?;
        self.printer(Nothing {})
    }

    /// The paper that is to be printed next, drawn; none where nothing waits or there is no printer.
    ///
    /// # Errors
    /// `not_set_up`, or a failure of the machine.
    pub fn next_print(&self) -> Result<Option<Printable>, Fault> {
        self.ask(|counter| {
            let Some(printer) = counter.kept_printer()? else { return Ok(None) };
            let jobs = counter.queue()?.jobs;
            let Some(job) = jobs.iter().find(|job| job.step == Step::Waits) else { return Ok(None) };
            let bytes = counter.drawn(job, &printer)?;
            Ok(Some(Printable { print: job.print, printer, bytes }))
        })
    }

    /// Keeps that a paper is on its way to the printer. When this returns, it is on the disk. False where it does not
    /// wait any more, because somebody dropped it meanwhile or went to the practice book; then nothing is to be sent.
    ///
    /// # Errors
    /// A failure of the machine; then nothing may be sent either.
    pub fn print_begun(&self, print: EntryId) -> Result<bool, Fault> {
        let mut waits = false;
        self.change_queue(|_, jobs| {
            waits = jobs.iter().any(|job| job.print == print && job.step == Step::Waits);
            if waits {
                step(jobs, print, Step::Begun);
            }
            Ok(())
        })?;
        Ok(waits)
    }

    /// Keeps how far a paper came.
    ///
    /// # Errors
    /// A failure of the machine; after a restart it is in doubt then.
    pub fn print_ended(&self, print: EntryId, ended: Ended) -> Result<(), Fault> {
        self.change_queue(|_, jobs| {
            match ended {
                Ended::Printed => jobs.retain(|job| job.print != print),
                Ended::InDoubt => step(jobs, print, Step::InDoubt),
            }
            Ok(())
        })
    }

    /// Puts into doubt what was begun before this till started.
    ///
    /// # Errors
    /// A failure of the machine.
    pub fn doubt_prints(&self) -> Result<(), Fault> {
        self.change_queue(|_, jobs| {
            jobs.iter_mut().filter(|job| job.step == Step::Begun).for_each(|job| job.step = Step::InDoubt);
            Ok(())
        })
    }

    /// Says what keeps the printer from printing, as a code.
    pub fn say_trouble(&self, code: Option<&'static str>) {
        let before = std::mem::replace(&mut *locked(&self.printing.trouble), code);
        if before != code {
            self.tell(&[Changed::Printing]);
        }
    }

    /// The printer whose drawer is to be opened now; once for each time.
    ///
    /// # Errors
    /// `not_set_up`, or a failure of the machine.
    pub fn takes_drawer_opening(&self) -> Result<Option<Printer>, Fault> {
        if !self.printing.opens_drawer.swap(false, Ordering::AcqRel) {
            return Ok(None);
        }
        let printer = self.ask(|counter| counter.kept_printer())?;
        Ok(printer.filter(|printer| printer.drawer_pin.is_some()))
    }

    /// Has the printer do it, after what it is about is on the disk. The drawer opens before the paper comes.
    pub(crate) fn has_done(&self, for_printer: ForPrinter) {
        if for_printer.opens_drawer {
            self.printing.opens_drawer.store(true, Ordering::Release);
        }
        if for_printer != ForPrinter::default() {
            self.tell(&[Changed::Printing]);
        }
    }

    fn change_queue(
        &self,
        change: impl FnOnce(&Counter<'_>, &mut Vec<Job>) -> Result<(), Stop>,
    ) -> Result<(), Fault> {
        self.act(&[Changed::Printing], |counter| {
            let mut queue = counter.queue()?;
            let before = queue.write()?;
            change(counter, &mut queue.jobs)?;
            let after = queue.write()?;
            let write = Write::default();
            Ok((if before == after { write } else { write.with_local(QUEUE, Some(after)) }, ()))
        })
    }
}

fn step(jobs: &mut [Job], print: EntryId, to: Step) {
    jobs.iter_mut().filter(|job| job.print == print).for_each(|job| job.step = to);
}

fn checked(printer: Printer) -> Result<Kept, Fault> {
    let address = printer.address.trim().to_owned();
    let is_address = !address.is_empty()
        && address.len() <= MAX_ADDRESS
        && !address.chars().any(|c| c.is_whitespace() || c.is_control());
    let is_known = matches!(printer.columns, 42 | 48)
        && CodePage::parse(&printer.code_page).is_some()
        && matches!(printer.drawer_pin, None | Some(2 | 5));
    if !is_address || !is_known {
        return Err(Fault::bare("bad_arguments"));
    }
    Ok(Kept {
        address,
        columns: printer.columns,
        code_page: printer.code_page,
        cuts: printer.cuts,
        drawer_pin: printer.drawer_pin,
        prints_receipts: printer.prints_receipts,
    })
}

impl Counter<'_> {
    fn kept_printer(&self) -> Result<Option<Printer>, Stop> {
        let kept = self.book.local(PRINTER)?.and_then(|bytes| minicbor::decode::<Kept>(&bytes).ok());
        Ok(kept.map(|kept| Printer {
            address: kept.address,
            columns: kept.columns,
            code_page: kept.code_page,
            cuts: kept.cuts,
            drawer_pin: kept.drawer_pin,
            prints_receipts: kept.prints_receipts,
        }))
    }

    fn queue(&self) -> Result<Queue, Stop> {
        let kept = self.book.local(QUEUE)?.and_then(|bytes| minicbor::decode(&bytes).ok());
        Ok(kept.unwrap_or_default())
    }

    /// Puts the receipt of a sale that is being written behind what is to be printed, where the printer prints each;
    /// and what the printer has to do once it is written.
    pub(crate) fn prints(&self, write: Write, receipt: &Receipt) -> Result<(Write, ForPrinter), Stop> {
        let Some(printer) = self.kept_printer()? else { return Ok((write, ForPrinter::default())) };
        let is_cash = receipt.tenders.iter().any(|tender| tender.kind == TenderKind::Cash);
        let for_printer = ForPrinter { prints: printer.prints_receipts, opens_drawer: is_cash };
        if !for_printer.prints {
            return Ok((write, for_printer));
        }
        let mut queue = self.queue()?;
        let sale = receipt.common.entry_id;
        queue.push(sale, Some(sale), 0, self.now.ms);
        Ok((write.with_local(QUEUE, Some(queue.write()?)), for_printer))
    }

    /// Whether the first receipt of a sale has still to come: it was sold here today and was never printed.
    fn is_unprinted(&self, sale: EntryId, queue: &Queue) -> Result<bool, Stop> {
        let facts = self.receipt_facts(sale)?.ok_or_else(|| Stop::bare("unknown_sale"))?;
        let common = &facts.receipt.common;
        let is_fresh =
            common.till == Some(self.house.till.till) && common.business_date == self.business_date()?;
        Ok(is_fresh && !queue.asked.contains(&sale) && self.book.copies_of(sale)? == 0)
    }

    fn print_view(&self, job: &Job) -> Result<PrintView, Stop> {
        let facts = job.sale.map(|sale| self.receipt_facts(sale)).transpose()?.flatten();
        let state = match job.step {
            Step::Waits => "waits",
            Step::Begun => "prints",
            Step::InDoubt => "in_doubt",
        };
        Ok(PrintView {
            print_id: job.print.to_string(),
            what: if job.sale.is_some() { "receipt" } else { "test" }.to_owned(),
            no: facts.map(|facts| receipt_no(&facts.series, facts.receipt.receipt_no)),
            copy_no: job.copy_no,
            at_ms: job.at_ms,
            state: state.to_owned(),
        })
    }

    fn drawn(&self, job: &Job, printer: &Printer) -> Result<Vec<u8>, Stop> {
        let (sheet, barcode) = match job.sale {
            None => (self.test_page(printer)?, None),
            Some(sale) => {
                let facts = self.receipt_facts(sale)?.ok_or_else(|| Stop::bare("unknown_sale"))?;
                let (sheet, no) = self.receipt_sheet(&facts, job.copy_no)?;
                (sheet, Some(no))
            }
        };
        let slip = Slip {
            columns: printer.columns as usize,
            code_page: CodePage::parse(&printer.code_page).unwrap_or_default(),
            cuts: printer.cuts,
        };
        sheet.escpos(&slip, barcode.as_deref()).map_err(|error| {
            tracing::error!(%error, "a paper was not drawn");
            Stop::bare("internal")
        })
    }
}
