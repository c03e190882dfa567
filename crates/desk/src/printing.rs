//! The printers: what is to be printed stands in the ledger's local values from the commit of the sale on, and is
//! taken out once it is on paper. What was begun and not ended is asked about, and never guessed.

mod printers;
mod queue;

pub use printers::Which;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use domain::entry::{Receipt, TenderKind};
use domain::id::EntryId;
use ledger::Write;
use pages::Sheet;

use crate::api::papers::FileMade;
use crate::api::printing::{
    FoundPrinter, Print, PrintRef, PrintView, Printer, PrinterView, PrintersView, SetPrinter, SettlePrint,
};
use crate::basket::receipt_no;
use crate::commands::Nothing;
use crate::counter::Counter;
use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk, id};
use crate::open_book::OpenBook;
use crate::paper::as_file;
use crate::turns::locked;
use printers::{checked, slip};
use queue::{Content, Job, Queued, Step};

/// Papers that are shown of those that wait.
const SHOWN: usize = 100;
/// The most labels at once.
const MOST_LABELS: u32 = 99;

/// What this process knows of the printers, and forgets when it ends.
#[derive(Default)]
pub(crate) struct Printing {
    /// What keeps each from printing, as a code.
    receipts_trouble: Mutex<Option<&'static str>>,
    labels_trouble: Mutex<Option<&'static str>>,
    /// The drawer is to be opened. Nothing keeps this over a restart: a drawer that opens later opens for nobody.
    opens_drawer: AtomicBool,
}

impl Printing {
    fn trouble(&self, which: Which) -> &Mutex<Option<&'static str>> {
        match which {
            Which::Receipts => &self.receipts_trouble,
            Which::Labels => &self.labels_trouble,
        }
    }
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
    print: EntryId,
    /// The book that it waits in, whichever is worked on by now.
    book: Arc<OpenBook>,
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
    /// None of it is, and it waits on.
    Untaken,
    /// It may be.
    InDoubt,
}

impl Desk {
    /// How the printers are set up, and what they have still to print.
    ///
    /// # Errors
    /// `not_set_up`, or a failure of the machine.
    pub fn printers(&self, _: Nothing) -> Result<PrintersView, Fault> {
        self.ask(|counter| {
            let queue = counter.queue()?;
            let view = |which| {
                let waiting = queue.iter().filter(|queued| queued.job.which == which);
                Ok::<_, Stop>(PrinterView {
                    printer: counter.printer(which)?,
                    trouble: locked(self.printing.trouble(which)).map(str::to_owned),
                    count: u32::try_from(waiting.clone().count()).unwrap_or(u32::MAX),
                    queue: waiting.take(SHOWN).map(|queued| print_view(&queued.job)).collect(),
                })
            };
            Ok(PrintersView { receipts: view(Which::Receipts)?, labels: view(Which::Labels)? })
        })
    }

    /// Printers that this computer can reach: in its networks, on its cables, and in its print queue.
    ///
    /// # Errors
    /// None that is known.
    pub fn find_printers(&self, _: Nothing) -> Result<Vec<FoundPrinter>, Fault> {
        Ok((self.find_printers)())
    }

    /// Sets a printer up, or takes it away. What waits goes to the new one, and with the last one it goes too: a
    /// paper that comes out weeks later is for nobody.
    ///
    /// # Errors
    /// `nobody_signed_in`, `bad_arguments` for an address, a width, letters, a speed or a pin that there are not.
    pub fn set_printer(&self, set: SetPrinter) -> Result<PrintersView, Fault> {
        let which = id(&set.which, Which::parse)?;
        let printer = set.printer.map(|printer| checked(which, printer)).transpose()?;
        let bytes = printer.map(minicbor::to_vec).transpose().map_err(|_| Fault::bare("internal"))?;
        self.act(&[Changed::Printing], |counter| {
            counter.actor()?;
            let mut write = Write::default();
            if bytes.is_none() {
                let waiting = counter.queue()?.into_iter().filter(|queued| queued.job.which == which);
                write = waiting.fold(write, |write, queued| queued.drop(write));
            }
            Ok((write.with_local(which.kept_as(), bytes), ()))
        })?;
        self.say_trouble(which, None);
        self.printers(Nothing {})
    }

    /// Prints a paper. A receipt or Z that was printed before is a copy, and an entry. Asked twice, it is one print.
    ///
    /// # Errors
    /// `nobody_signed_in`, `printer_missing`, `unknown_sale`, `bad_arguments`, or what its paper is refused with.
    pub fn print(&self, asked: Print) -> Result<PrintersView, Fault> {
        let print = id(&asked.print_id, EntryId::parse)?;
        let which = id(&asked.which, Which::parse)?;
        let is_label = asked.paper.what == "price_label";
        if asked.count == 0 || asked.count > if is_label { MOST_LABELS } else { 1 } {
            return Err(Fault::bare("bad_arguments"));
        }
        let is_known = self.ask(|counter| {
            counter.actor()?;
            let is_known = counter.was_asked(print)?;
            if !is_known && counter.printer(which)?.is_none() {
                return Err(Stop::bare("printer_missing"));
            }
            Ok(is_known)
        })?;
        if is_known {
            return self.printers(Nothing {});
        }
        // What no entry says is drawn before anybody has to wait for it.
        let drawn = match asked.paper.what.as_str() {
            "receipt" | "z" => None,
            "test" => Some(self.ask(|counter| {
                let printer = counter.printer(which)?.ok_or_else(|| Stop::bare("printer_missing"))?;
                Ok((None, counter.test_page(&printer)?))
            })?),
            _ => {
                let (name, paper) = self.paper_of(&asked.paper)?;
                let sheet = paper.into_sheet();
                Some((Some(if is_label { sheet.title.clone() } else { name }), sheet))
            }
        };
        let of = asked.paper.of.as_deref().unwrap_or_default();
        self.act(&[Changed::Printing, Changed::Book], |counter| {
            counter.actor()?;
            if counter.was_asked(print)? {
                return Ok((Write::default(), ()));
            }
            let job = Job {
                print,
                which,
                what: asked.paper.what.clone(),
                no: None,
                copy_no: 0,
                count: asked.count,
                at_ms: counter.now.ms,
                step: Step::Waits,
                content: Content::Sheet(Sheet::default()),
                series: counter.house.series.clone(),
            };
            let (write, job) = match drawn {
                Some((no, sheet)) => (Write::default(), Job { no, content: Content::Sheet(sheet), ..job }),
                None => counter.printed_from_book(job, id(of, EntryId::parse)?)?,
            };
            Ok((counter.enqueue(write, &job)?, ()))
        })?;
        self.printers(Nothing {})
    }

    /// Says of a paper that it did not come out and is to be printed again, that nothing is to be done any more, or
    /// that the till's other printer is to print it.
    ///
    /// # Errors
    /// `nobody_signed_in`, `bad_arguments`, `printer_missing` where there is no other one.
    pub fn settle_print(&self, settle: SettlePrint) -> Result<PrintersView, Fault> {
        let which = id(&settle.which, Which::parse)?;
        let print = settle.print_id.as_deref().map(|print| id(print, EntryId::parse)).transpose()?;
        let is_known = match settle.how.as_str() {
            "again" | "other" => print.is_some(),
            "printed" => true,
            _ => false,
        };
        if !is_known {
            return Err(Fault::bare("bad_arguments"));
        }
        self.act(&[Changed::Printing], |counter| {
            counter.actor()?;
            if settle.how == "other" && counter.printer(which.other())?.is_none() {
                return Err(Stop::bare("printer_missing"));
            }
            let mut write = Write::default();
            for mut queued in counter.queue()? {
                let is_meant = match print {
                    Some(print) => queued.job.print == print,
                    None => queued.job.which == which && queued.job.step == Step::Waits,
                };
                // What is being printed right now is not to be had.
                if !is_meant || queued.job.step == Step::Begun {
                    continue;
                }
                queued.job.step = Step::Waits;
                queued.job.series.clone_from(&counter.house.series);
                write = match settle.how.as_str() {
                    "printed" => queued.drop(write),
                    "other" => {
                        queued.job.which = which.other();
                        queued.keep(write)?
                    }
                    _ => queued.keep(write)?,
                };
            }
            Ok((write, ()))
        })?;
        self.printers(Nothing {})
    }

    /// A paper that waits as a PDF, so that it can be had in another way. It waits on.
    ///
    /// # Errors
    /// `bad_arguments` where it does not wait any more.
    pub fn print_file(&self, asked: PrintRef) -> Result<FileMade, Fault> {
        let print = id(&asked.print_id, EntryId::parse)?;
        self.ask(|counter| {
            let queued = counter.queue()?.into_iter().find(|queued| queued.job.print == print);
            let Queued { job, .. } = queued.ok_or_else(|| Stop::bare("bad_arguments"))?;
            let name = match (&job.no, job.what.as_str()) {
                (Some(no), "receipt" | "z") => no.clone(),
                (_, what) => what.replace('_', "-"),
            };
            as_file(&name, &counter.sheet_of(job)?)
        })
    }

    /// The paper that is to be printed next, drawn; none where nothing waits or there is no printer.
    ///
    /// # Errors
    /// `not_set_up`, or a failure of the machine.
    pub fn next_print(&self, which: Which) -> Result<Option<Printable>, Fault> {
        let book = self.present();
        loop {
            let next = self.ask_in(&book, |counter| {
                let Some(printer) = counter.printer(which)? else { return Ok(None) };
                let is_next = |queued: &Queued| queued.job.which == which && queued.job.step == Step::Waits;
                let Some(Queued { job, .. }) = counter.queue()?.into_iter().find(is_next) else {
                    return Ok(None);
                };
                let (print, count) = (job.print, job.count);
                let bytes = counter.sheet_of(job).and_then(|sheet| drawn(sheet, &printer, count));
                Ok(Some((print, printer, bytes)))
            })?;
            match next {
                None => return Ok(None),
                Some((print, printer, Ok(bytes))) => {
                    return Ok(Some(Printable { print, book, printer, bytes }));
                }
                Some((_, _, Err(Stop::Ledger(error)))) => return Err(error.into()),
                // What cannot be drawn is asked about, and what waits behind it is printed.
                Some((print, _, Err(Stop::Fault(fault)))) => {
                    tracing::error!(code = fault.code, "a paper was not drawn");
                    self.change_queue(&book, |job| {
                        (job.print == print).then_some(Change::To(Step::InDoubt))
                    })?;
                }
            }
        }
    }

    /// Keeps that a paper is on its way to the printer. When this returns, it is on the disk. False where it does not
    /// wait any more, because somebody dropped it meanwhile; then nothing is to be sent.
    ///
    /// # Errors
    /// A failure of the machine; then nothing may be sent either.
    pub fn print_begun(&self, paper: &Printable) -> Result<bool, Fault> {
        self.change_queue(&paper.book, |job| {
            (job.print == paper.print && job.step == Step::Waits).then_some(Change::To(Step::Begun))
        })
    }

    /// Keeps how far a paper came.
    ///
    /// # Errors
    /// A failure of the machine; after a restart it is in doubt then.
    pub fn print_ended(&self, paper: &Printable, ended: Ended) -> Result<(), Fault> {
        let change = match ended {
            Ended::Printed => Change::Out,
            Ended::Untaken => Change::To(Step::Waits),
            Ended::InDoubt => Change::To(Step::InDoubt),
        };
        self.change_queue(&paper.book, |job| (job.print == paper.print).then_some(change)).map(drop)
    }

    /// Puts into doubt what was begun before this till started, and what waited in a backup that it was brought back
    /// from: that may be on paper for long.
    ///
    /// # Errors
    /// A failure of the machine.
    pub fn doubt_prints(&self) -> Result<(), Fault> {
        let series = self.ask(|counter| Ok(counter.house.series.clone()))?;
        let is_doubtful = |job: &Job| job.step == Step::Begun || job.series != series;
        self.change_queue(&self.present(), |job| is_doubtful(job).then_some(Change::To(Step::InDoubt)))
            .map(drop)
    }

    /// Forgets what was printed days ago.
    ///
    /// # Errors
    /// A failure of the machine.
    pub fn forget_prints(&self) -> Result<(), Fault> {
        self.act(&[], |counter| Ok((counter.forget_asked()?, ())))
    }

    /// Says what keeps a printer from printing, as a code.
    pub fn say_trouble(&self, which: Which, code: Option<&'static str>) {
        let before = std::mem::replace(&mut *locked(self.printing.trouble(which)), code);
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
        let printer = self.ask(|counter| counter.printer(Which::Receipts))?;
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

    /// Changes papers that wait; whether there was one to change.
    fn change_queue(&self, book: &OpenBook, change: impl Fn(&Job) -> Option<Change>) -> Result<bool, Fault> {
        self.act_in(book, None, &[Changed::Printing], |counter| {
            let (mut write, mut is_changed) = (Write::default(), false);
            for mut queued in counter.queue()? {
                let Some(change) = change(&queued.job) else { continue };
                is_changed = true;
                write = match change {
                    Change::Out => queued.drop(write),
                    Change::To(step) => {
                        queued.job.step = step;
                        queued.keep(write)?
                    }
                };
            }
            Ok((write, is_changed))
        })
    }
}

/// What becomes of a paper that waits.
#[derive(Clone, Copy)]
enum Change {
    To(Step),
    Out,
}

fn print_view(job: &Job) -> PrintView {
    let state = match job.step {
        Step::Waits => "waits",
        Step::Begun => "prints",
        Step::InDoubt => "in_doubt",
    };
    PrintView {
        print_id: job.print.to_string(),
        what: job.what.clone(),
        no: job.no.clone(),
        copy_no: job.copy_no,
        count: job.count,
        at_ms: job.at_ms,
        state: state.to_owned(),
    }
}

/// What the printer is told, once for each of so many.
fn drawn(mut sheet: Sheet, printer: &Printer, count: u32) -> Result<Vec<u8>, Stop> {
    sheet.logo = sheet.logo.filter(|_| printer.prints_logo);
    let bytes = sheet.escpos(&slip(printer)).map_err(|error| {
        tracing::error!(%error, "a paper was not drawn");
        Stop::bare("internal")
    })?;
    Ok(bytes.repeat(count as usize))
}

impl Counter<'_> {
    /// Puts the receipt of a sale that is being written behind what is to be printed, where the printer prints each;
    /// and what the printer has to do once it is written.
    pub(crate) fn prints(&self, write: Write, receipt: &Receipt) -> Result<(Write, ForPrinter), Stop> {
        let Some(printer) = self.printer(Which::Receipts)? else { return Ok((write, ForPrinter::default())) };
        let is_cash = receipt.tenders.iter().any(|tender| tender.kind == TenderKind::Cash);
        let for_printer = ForPrinter { prints: printer.prints_receipts, opens_drawer: is_cash };
        if !for_printer.prints {
            return Ok((write, for_printer));
        }
        let sale = receipt.common.entry_id;
        let job = Job {
            print: sale,
            which: Which::Receipts,
            what: "receipt".to_owned(),
            no: Some(receipt_no(&self.house.series, receipt.receipt_no)),
            copy_no: 0,
            count: 1,
            at_ms: self.now.ms,
            step: Step::Waits,
            content: Content::Receipt(sale),
            series: self.house.series.clone(),
        };
        Ok((self.enqueue(write, &job)?, for_printer))
    }

    /// The printing of a receipt or Z: its first one, which has the id of its entry, or a copy.
    fn printed_from_book(&self, job: Job, of: EntryId) -> Result<(Write, Job), Stop> {
        let is_receipt = job.what == "receipt";
        let unknown = || Stop::bare(if is_receipt { "unknown_sale" } else { "unknown_z" });
        let stored = self.book.entry(of)?.ok_or_else(unknown)?;
        let (write, job) = if self.is_first_paper(&stored)? {
            (self.remember(Write::default(), job.print), Job { print: of, ..job })
        } else {
            let (write, copy_no) = self.copy_of(of, job.print)?;
            (write, Job { copy_no, ..job })
        };
        if is_receipt {
            let facts = self.receipt_facts(of)?.ok_or_else(unknown)?;
            let no = receipt_no(&facts.series, facts.receipt.receipt_no);
            return Ok((write, Job { no: Some(no), content: Content::Receipt(of), ..job }));
        }
        let (no, paper) = self.whole_z(&self.stored_z(of)?, job.copy_no)?;
        Ok((write, Job { no: Some(no), content: Content::Sheet(paper.into_sheet()), ..job }))
    }

    fn sheet_of(&self, job: Job) -> Result<Sheet, Stop> {
        match job.content {
            Content::Sheet(sheet) => Ok(sheet),
            Content::Receipt(sale) => {
                let facts = self.receipt_facts(sale)?.ok_or_else(|| Stop::bare("unknown_sale"))?;
                self.receipt_sheet(&facts, job.copy_no)
            }
        }
    }
}
