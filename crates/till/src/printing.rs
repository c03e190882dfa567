//! Carries papers to the receipt printer, so that nobody at the counter waits for it: one connection for each paper,
//! in the order of the queue. What has begun is on the disk before its first byte leaves.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use desk::api::printing::Printer;
use desk::printing::{Ended, Printable};
use desk::{Changed, Desk, Fault};

/// Port of receipt printers in a network, where none is named.
const PORT: u16 = 9100;
/// How long after a failure a printer is tried again, where nobody asks for anything new.
const AGAIN: Duration = Duration::from_secs(3);
/// How often is looked where nothing waits; what comes to be printed is told.
const IDLE: Duration = Duration::from_secs(60);

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
    /// To print a paper and say so, or to close the line after it.
    pub paper: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(2),
            status: Duration::from_millis(300),
            paper: Duration::from_secs(15),
        }
    }
}

/// The way to the printer, and what is known of it.
#[derive(Debug)]
pub struct Line {
    patience: Patience,
    /// A printer that says nothing about itself, by its address: it is not asked before each paper.
    silent: Option<String>,
}

/// Why a paper did not come out, or may not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failed {
    /// Nothing of it was sent.
    Before(&'static str),
    /// Some of it may have been printed.
    InDoubt(&'static str),
}

/// Prints for as long as the till runs.
pub fn start(desk: &Arc<Desk>) {
    let heard = desk.subscribe();
    let desk = Arc::downgrade(desk);
    std::thread::spawn(move || {
        let mut line = Line::new(Patience::default());
        loop {
            let Some(desk) = desk.upgrade() else { return };
            let until = Instant::now() + line.step(&desk);
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

impl Line {
    /// A line on which is waited for so long.
    #[must_use]
    pub fn new(patience: Patience) -> Self {
        Self { patience, silent: None }
    }

    /// Opens the drawer where that was asked for, and prints the next paper. Says when to look again.
    pub fn step(&mut self, desk: &Desk) -> Duration {
        let opens = desk.takes_drawer_opening().ok().flatten();
        match desk.next_print() {
            Ok(Some(paper)) => match self.print(desk, &paper, opens.is_some()) {
                Ok(()) => {
                    desk.say_trouble(None);
                    Duration::ZERO
                }
                Err(failed) => {
                    let (Failed::Before(code) | Failed::InDoubt(code)) = failed;
                    desk.say_trouble(Some(code));
                    if matches!(failed, Failed::InDoubt(_))
                        && let Err(fault) = desk.print_ended(paper.print, Ended::InDoubt)
                    {
                        tracing::error!(code = fault.code, "a paper in doubt was not kept");
                    }
                    AGAIN
                }
            },
            Ok(None) => {
                if let Some(printer) = opens {
                    let opened =
                        self.connect(&printer).and_then(|mut at| self.open_drawer(&mut at, &printer));
                    desk.say_trouble(opened.err());
                }
                IDLE
            }
            Err(fault) if fault.code == "not_set_up" => IDLE,
            Err(fault) => {
                tracing::error!(code = fault.code, "what is to be printed was not read");
                AGAIN
            }
        }
    }

    fn print(&mut self, desk: &Desk, paper: &Printable, opens: bool) -> Result<(), Failed> {
        let mut at = self.connect(&paper.printer).map_err(Failed::Before)?;
        if opens {
            self.open_drawer(&mut at, &paper.printer).map_err(Failed::Before)?;
        }
        let answers = match self.status(&mut at, &paper.printer).map_err(Failed::Before)? {
            Some(status) => status.hinders().map_or(Ok(true), |code| Err(Failed::Before(code)))?,
            None => false,
        };
        let kept = |fault: Fault| {
            tracing::error!(code = fault.code, "the queue of the printer was not kept");
            Failed::Before("printer_queue")
        };
        if !desk.print_begun(paper.print).map_err(kept)? {
            return Ok(());
        }
        self.send(&mut at, &paper.bytes, answers).map_err(Failed::InDoubt)?;
        desk.print_ended(paper.print, Ended::Printed).map_err(|_| Failed::InDoubt("printer_queue"))
    }

    fn connect(&self, printer: &Printer) -> Result<TcpStream, &'static str> {
        const CODE: &str = "printer_unreachable";
        let with_port = format!("{}:{PORT}", printer.address);
        let named = printer.address.to_socket_addrs().or_else(|_| with_port.to_socket_addrs());
        let mut addresses = named.map_err(|_| CODE)?;
        let stream = addresses.find_map(|at| TcpStream::connect_timeout(&at, self.patience.connect).ok());
        let stream = stream.ok_or(CODE)?;
        let prepared = stream
            .set_nodelay(true)
            .and_then(|()| stream.set_write_timeout(Some(self.patience.paper)))
            .and_then(|()| stream.set_read_timeout(Some(self.patience.status)));
        prepared.map(|()| stream).map_err(|_| CODE)
    }

    /// How the printer is; none where it does not say.
    fn status(&mut self, at: &mut TcpStream, printer: &Printer) -> Result<Option<Status>, &'static str> {
        if self.silent.as_deref() == Some(&printer.address) {
            return Ok(None);
        }
        at.write_all(&ASK_STATUS).map_err(|_| "printer_unreachable")?;
        let mut said = [0; 3];
        match at.read_exact(&mut said) {
            Ok(()) => Ok(Some(Status(said))),
            Err(error) if is_silence(&error) => {
                self.silent = Some(printer.address.clone());
                Ok(None)
            }
            Err(_) => Err("printer_unreachable"),
        }
    }

    /// By the ordinary command, and where the printer takes none now, by the one that it takes at once (ESC p,
    /// DLE DC4 1 of the ESC/POS reference).
    fn open_drawer(&mut self, at: &mut TcpStream, printer: &Printer) -> Result<(), &'static str> {
        let Some(pin) = printer.drawer_pin else { return Ok(()) };
        let plug = u8::from(pin == 5);
        let is_stuck = self.status(at, printer)?.is_some_and(|status| status.hinders().is_some());
        let pulse: &[u8] = if is_stuck { &[0x10, 0x14, 1, plug, 2] } else { &[0x1b, b'p', plug, 50, 100] };
        at.write_all(pulse).map_err(|_| "printer_unreachable")
    }

    /// Sends a paper and waits until it is printed: until the printer says so or, where it says nothing, until it has
    /// taken everything and closed the line.
    fn send(&self, at: &mut TcpStream, bytes: &[u8], answers: bool) -> Result<(), &'static str> {
        const TORN: &str = "printer_torn";
        at.write_all(bytes).map_err(|_| TORN)?;
        at.set_read_timeout(Some(self.patience.paper)).map_err(|_| TORN)?;
        if !answers {
            at.shutdown(Shutdown::Write).map_err(|_| TORN)?;
            return match at.read(&mut [0; 64]) {
                Ok(0) => Ok(()),
                Ok(_) => Err(TORN),
                Err(error) if is_silence(&error) => Err("printer_silent"),
                Err(_) => Err(TORN),
            };
        }
        at.write_all(&ASK_PRINTED).map_err(|_| TORN)?;
        match at.read_exact(&mut [0]) {
            Ok(()) => Ok(()),
            Err(error) if is_silence(&error) => Err(self.why_silent(at)),
            Err(_) => Err(TORN),
        }
    }

    /// Why a printer that answers has not printed a paper to its end.
    fn why_silent(&self, at: &mut TcpStream) -> &'static str {
        const SILENT: &str = "printer_silent";
        let mut said = [0; 3];
        let asked = at
            .set_read_timeout(Some(self.patience.status))
            .and_then(|()| at.write_all(&ASK_STATUS))
            .and_then(|()| at.read_exact(&mut said));
        asked.ok().and_then(|()| Status(said).hinders()).unwrap_or(SILENT)
    }
}

fn is_silence(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
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
