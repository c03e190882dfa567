//! Carries papers to the printers, so that nobody at the counter waits for one: each printer by a thread of its own,
//! one connection for each paper, in the order of the queue. What has begun is on the disk before its first byte
//! leaves.

mod child;
mod find;
mod wire;

pub use find::found;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use desk::api::printing::Printer;
use desk::printing::{Ended, Printable, Which};
use desk::{Changed, Desk, Fault};
use wire::{Sent, Wire, is_silence};

/// How long after a failure a printer is tried again, where nobody asks for anything new.
const AGAIN: Duration = Duration::from_secs(3);
/// How often is looked where nothing waits; what comes to be printed is told.
const IDLE: Duration = Duration::from_secs(60);
/// How often what was printed long ago is forgotten.
const FORGET: Duration = Duration::from_secs(3_600);

/// Asks for the status at once, whatever is being printed (DLE EOT 1, 2 and 4 of the ESC/POS reference).
const ASK_STATUS: [u8; 9] = [0x10, 0x04, 1, 0x10, 0x04, 2, 0x10, 0x04, 4];
/// Asks for a byte once everything before it is printed (GS r 1).
const ASK_PRINTED: [u8; 3] = [0x1d, b'r', 1];

/// How long a printer may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// To let itself be connected to.
    pub connect: Duration,
    /// To say how it is.
    pub status: Duration,
    /// To print a short paper and say so, or to close the line after it.
    pub paper: Duration,
    /// To print one byte more of it: a long report takes longer than a receipt.
    pub byte: Duration,
    /// Until a printer that said nothing of itself is asked again: it may only have been starting.
    pub silent: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(2),
            status: Duration::from_millis(300),
            paper: Duration::from_secs(15),
            byte: Duration::from_millis(2),
            silent: Duration::from_secs(60),
        }
    }
}

/// The way to one of the till's printers, and what is known of it.
pub struct Line {
    which: Which,
    patience: Patience,
    /// The program that hands papers to the system's print queue.
    lp: PathBuf,
    /// A printer that says nothing about itself, by its address, and when that was found: it is not asked before each
    /// paper.
    silent: Option<(String, Instant)>,
    /// The drawer did not open the last time.
    has_drawer_trouble: bool,
    /// How far the last paper came, where that could not be kept yet.
    unkept: Option<(Printable, Ended)>,
}

/// Why a paper did not come out, or may not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failed {
    /// Nothing of it was sent.
    Before(&'static str),
    /// It was begun, and none of it was taken.
    Untaken(&'static str),
    /// Some of it may have been printed.
    InDoubt(&'static str),
}

/// Prints for as long as the till runs.
pub fn start(desk: &Arc<Desk>) {
    for which in Which::ALL {
        let heard = desk.subscribe();
        let desk = Arc::downgrade(desk);
        std::thread::spawn(move || {
            let mut line = Line::new(which, Patience::default(), PathBuf::from("lp"));
            let mut forgets_at = Instant::now();
            loop {
                let Some(desk) = desk.upgrade() else { return };
                let until = Instant::now() + line.step(&desk);
                if which == Which::Receipts && Instant::now() >= forgets_at {
                    forgets_at += FORGET;
                    // A book that cannot be written to now is tidied the next time.
                    let _ = desk.forget_prints();
                }
                drop(desk);
                // Everything else that changes concerns no printer.
                loop {
                    match heard.recv_timeout(until.saturating_duration_since(Instant::now())) {
                        Ok(Changed::Printing) | Err(RecvTimeoutError::Timeout) => break,
                        Ok(_) => (),
                        Err(RecvTimeoutError::Disconnected) => return,
                    }
                }
            }
        });
    }
}

impl Line {
    /// The way to this printer, on which is waited for so long. `lp` hands papers to the system's print queue.
    #[must_use]
    pub fn new(which: Which, patience: Patience, lp: PathBuf) -> Self {
        Self { which, patience, lp, silent: None, has_drawer_trouble: false, unkept: None }
    }

    /// Opens the drawer where that was asked for, and prints the next paper. Says when to look again.
    pub fn step(&mut self, desk: &Desk) -> Duration {
        let opens = match self.which {
            Which::Receipts => desk.takes_drawer_opening().ok().flatten(),
            Which::Labels => None,
        };
        let next = self.keep_ended(desk).and_then(|()| desk.next_print(self.which));
        let (trouble, again) = match next {
            Ok(Some(paper)) => {
                let printed = self.print(desk, &paper, opens.is_some());
                let ended = match printed {
                    Ok(is_sent) => is_sent.then_some(Ended::Printed),
                    Err(Failed::Before(_)) => None,
                    Err(Failed::Untaken(_)) => Some(Ended::Untaken),
                    Err(Failed::InDoubt(_)) => Some(Ended::InDoubt),
                };
                self.unkept = ended.map(|ended| (paper, ended));
                let kept = self.keep_ended(desk).map_err(|_| Failed::InDoubt("printer_queue"));
                match printed.and(kept) {
                    Ok(()) => {
                        self.has_drawer_trouble = false;
                        (None, Duration::ZERO)
                    }
                    Err(Failed::Before(code) | Failed::Untaken(code) | Failed::InDoubt(code)) => {
                        (Some(code), AGAIN)
                    }
                }
            }
            Err(fault) if fault.code != "not_set_up" => {
                tracing::error!(code = fault.code, "what is to be printed was not read or not kept");
                let _ = opens.map(|printer| self.open_only_drawer(&printer));
                return AGAIN;
            }
            Ok(None) | Err(_) => match opens {
                Some(printer) => {
                    let opened = self.open_only_drawer(&printer);
                    self.has_drawer_trouble = opened.is_err();
                    (opened.err(), IDLE)
                }
                None if self.has_drawer_trouble => return IDLE,
                // What kept a paper that nobody wants any more is of no interest either.
                None => (None, IDLE),
            },
        };
        desk.say_trouble(self.which, trouble);
        again
    }

    /// Keeps how far the last paper came, again and again where the disk is full: until then no other one is begun.
    fn keep_ended(&mut self, desk: &Desk) -> Result<(), Fault> {
        let Some((paper, ended)) = self.unkept.take() else { return Ok(()) };
        let kept = desk.print_ended(&paper, ended);
        if kept.is_err() {
            self.unkept = Some((paper, ended));
        }
        kept
    }

    fn open_only_drawer(&mut self, printer: &Printer) -> Result<(), &'static str> {
        let mut wire = self.opened(printer)?;
        self.open_drawer(&mut wire, printer)?;
        if wire.may_answer() { Ok(()) } else { self.ended(wire) }
    }

    /// Prints a paper; false where nobody wants it any more.
    fn print(&mut self, desk: &Desk, paper: &Printable, opens: bool) -> Result<bool, Failed> {
        let mut wire = self.opened(&paper.printer).map_err(Failed::Before)?;
        if opens {
            self.open_drawer(&mut wire, &paper.printer).map_err(Failed::Before)?;
        }
        let answers = match self.status(&mut wire, &paper.printer).map_err(Failed::Before)? {
            Some(status) => status.hinders().map_or(Ok(true), |code| Err(Failed::Before(code)))?,
            None => false,
        };
        let kept = |fault: Fault| {
            tracing::error!(code = fault.code, "the queue of the printer was not kept");
            Failed::Before("printer_queue")
        };
        if !desk.print_begun(paper).map_err(kept)? {
            return Ok(false);
        }
        self.send(wire, &paper.bytes, answers).map(|()| true)
    }

    fn opened(&self, printer: &Printer) -> Result<Wire, &'static str> {
        Wire::open(printer, &self.patience, &self.lp)
    }

    /// How the printer is; none where it does not say.
    fn status(&mut self, wire: &mut Wire, printer: &Printer) -> Result<Option<Status>, &'static str> {
        let is_silent = self.silent.as_ref().is_some_and(|(address, since)| {
            *address == printer.address && since.elapsed() < self.patience.silent
        });
        if !wire.may_answer() || is_silent {
            return Ok(None);
        }
        wire.send(&ASK_STATUS, self.patience.status).map_err(|_| "printer_unreachable")?;
        let mut said = [0; 3];
        match wire.answer(&mut said, self.patience.status) {
            Ok(()) => Ok(Some(Status(said))),
            Err(error) if is_silence(&error) => {
                self.silent = Some((printer.address.clone(), Instant::now()));
                Ok(None)
            }
            Err(_) => Err("printer_unreachable"),
        }
    }

    /// By the ordinary command, and where the printer takes none now, by the one that it takes at once (ESC p,
    /// DLE DC4 1 of the ESC/POS reference).
    fn open_drawer(&mut self, wire: &mut Wire, printer: &Printer) -> Result<(), &'static str> {
        let Some(pin) = printer.drawer_pin else { return Ok(()) };
        let plug = u8::from(pin == 5);
        let is_stuck = self.status(wire, printer)?.is_some_and(|status| status.hinders().is_some());
        let pulse: &[u8] = if is_stuck { &[0x10, 0x14, 1, plug, 2] } else { &[0x1b, b'p', plug, 50, 100] };
        wire.send(pulse, self.patience.status).map_err(|_| "printer_unreachable")
    }

    /// Ends what was sent to a printer that says nothing; refused with a code where it did not arrive.
    fn ended(&self, wire: Wire) -> Result<(), &'static str> {
        match wire.end(self.patience.paper) {
            Sent::Whole => Ok(()),
            Sent::Nothing => Err("printer_refused"),
            Sent::Torn => Err("printer_torn"),
            Sent::Silent => Err("printer_silent"),
        }
    }

    /// Sends a paper and waits until it is printed: until the printer says so or, where it says nothing, until it has
    /// taken everything.
    fn send(&self, mut wire: Wire, bytes: &[u8], answers: bool) -> Result<(), Failed> {
        const TORN: Failed = Failed::InDoubt("printer_torn");
        match wire.send(bytes, self.patience.paper) {
            Ok(()) => (),
            Err((0, error)) if is_silence(&error) => return Err(Failed::Untaken("printer_silent")),
            Err((0, _)) => return Err(Failed::Untaken("printer_refused")),
            Err((_, error)) if is_silence(&error) => return Err(Failed::InDoubt("printer_silent")),
            Err(_) => return Err(TORN),
        }
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let patience = self.patience.paper + self.patience.byte.saturating_mul(length);
        if !answers {
            return match wire.end(patience) {
                Sent::Whole => Ok(()),
                Sent::Nothing => Err(Failed::Untaken("printer_refused")),
                Sent::Torn => Err(TORN),
                Sent::Silent => Err(Failed::InDoubt("printer_silent")),
            };
        }
        wire.send(&ASK_PRINTED, self.patience.paper).map_err(|_| TORN)?;
        match printed(&mut wire, patience) {
            Ok(()) => Ok(()),
            Err(error) if is_silence(&error) => Err(Failed::InDoubt(self.why_silent(&mut wire))),
            Err(_) => Err(TORN),
        }
    }

    /// Why a printer that answers has not printed a paper to its end.
    fn why_silent(&self, wire: &mut Wire) -> &'static str {
        const SILENT: &str = "printer_silent";
        let mut said = [0; 3];
        if wire.send(&ASK_STATUS, self.patience.status).is_err() {
            return SILENT;
        }
        let asked = wire.answer(&mut said, self.patience.status);
        asked.ok().and_then(|()| Status(said).hinders()).unwrap_or(SILENT)
    }
}

/// Waits until the printer says that everything before is printed. What it may still say of how it was when it was
/// asked is something else: bit 4 of that is set, and never of an answer to GS r 1.
fn printed(wire: &mut Wire, patience: Duration) -> Result<(), std::io::Error> {
    let (until, mut said) = (Instant::now() + patience, [0]);
    while let Some(left) = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
        wire.answer(&mut said, left)?;
        if said[0] & 0b0001_0000 == 0 {
            return Ok(());
        }
    }
    Err(std::io::ErrorKind::TimedOut.into())
}

/// What a printer said of itself: status, cause of being offline, paper.
struct Status([u8; 3]);

impl Status {
    /// What keeps it from printing.
    fn hinders(&self) -> Option<&'static str> {
        let [printer, cause, paper] = self.0;
        if paper & 0b0110_0000 != 0 || cause & 0b0010_0000 != 0 {
            Some("printer_no_paper")
        } else if cause & 0b0000_0100 != 0 {
            Some("printer_cover_open")
        } else if cause & 0b0100_0000 != 0 || printer & 0b0000_1000 != 0 {
            Some("printer_offline")
        } else {
            None
        }
    }
}
