//! The three ways to a printer: the network, a device file, and the system's print queue.

use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use desk::api::printing::Printer;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

use super::Patience;
use super::child::finished;

/// Port of receipt printers in a network, where none is named.
pub(super) const PORT: u16 = 9100;
/// What the address of a print queue begins with.
const QUEUE: &str = "queue:";
/// Speed of a serial port where none is set.
const USUAL_BAUD: u32 = 19_200;

/// An open way to a printer.
pub(super) enum Wire {
    Network(TcpStream),
    Device(Device),
    Queue(Queue),
}

/// An open device file.
pub(super) struct Device {
    file: File,
    /// It lets itself be read, too.
    answers: bool,
}

/// The system's print queue, which takes a paper whole.
pub(super) struct Queue {
    /// The program that hands papers to it.
    lp: PathBuf,
    name: String,
    paper: Vec<u8>,
}

/// How a paper that was sent stands.
pub(super) enum Sent {
    /// Taken to its end.
    Whole,
    /// Not taken at all.
    Nothing,
    /// Nobody knows how far.
    Torn,
    /// Sent to its end, and nothing came back.
    Silent,
}

impl Wire {
    /// Opens the way; refused with a code.
    pub(super) fn open(printer: &Printer, patience: &Patience, lp: &Path) -> Result<Self, &'static str> {
        let address = printer.address.as_str();
        if let Some(name) = address.strip_prefix(QUEUE) {
            return Ok(Self::Queue(Queue { lp: lp.to_owned(), name: name.to_owned(), paper: Vec::new() }));
        }
        if address.starts_with('/') {
            return device(address, printer.baud).map(Self::Device);
        }
        network(address, patience).map(Self::Network)
    }

    /// Whether it can say anything back.
    pub(super) fn may_answer(&self) -> bool {
        match self {
            Self::Network(_) => true,
            Self::Device(device) => device.answers,
            Self::Queue(_) => false,
        }
    }

    /// Sends bytes, or keeps them until the paper is whole. Says how many were taken before it failed.
    pub(super) fn send(&mut self, bytes: &[u8], patience: Duration) -> Result<(), (usize, Error)> {
        match self {
            Self::Network(stream) => stream
                .set_write_timeout(Some(patience))
                .and_then(|()| stream.write_all(bytes))
                // How much of it the network has is not known.
                .map_err(|error| (bytes.len(), error)),
            Self::Device(Device { file, .. }) => {
                let mut taken = 0;
                while taken < bytes.len() {
                    let more =
                        waited(file, PollFlags::OUT, patience).and_then(|()| file.write(&bytes[taken..]));
                    match more {
                        Ok(0) => return Err((taken, ErrorKind::WriteZero.into())),
                        Ok(more) => taken += more,
                        Err(error) if is_passing(&error) => (),
                        Err(error) => return Err((taken, error)),
                    }
                }
                Ok(())
            }
            Self::Queue(queue) => {
                queue.paper.extend(bytes);
                Ok(())
            }
        }
    }

    /// Waits for so many bytes.
    pub(super) fn answer(&mut self, said: &mut [u8], patience: Duration) -> Result<(), Error> {
        match self {
            Self::Network(stream) => {
                stream.set_read_timeout(Some(patience))?;
                stream.read_exact(said)
            }
            Self::Device(Device { file, .. }) => {
                let mut heard = 0;
                while heard < said.len() {
                    let more =
                        waited(file, PollFlags::IN, patience).and_then(|()| file.read(&mut said[heard..]));
                    match more {
                        Ok(0) => return Err(ErrorKind::TimedOut.into()),
                        Ok(more) => heard += more,
                        Err(error) if is_passing(&error) => (),
                        Err(error) => return Err(error),
                    }
                }
                Ok(())
            }
            Self::Queue(_) => Err(ErrorKind::TimedOut.into()),
        }
    }

    /// Ends a paper at a printer that says nothing: it has all of it when it closes the line, when its device took
    /// the last byte, or when the print queue has it.
    pub(super) fn end(self, patience: Duration) -> Sent {
        match self {
            // It has sent everything on once it takes more; what has not left goes with the closing.
            Self::Device(Device { file, .. }) => match waited(&file, PollFlags::OUT, patience) {
                Ok(()) => Sent::Whole,
                Err(error) if is_silence(&error) => Sent::Silent,
                Err(_) => Sent::Torn,
            },
            Self::Queue(queue) => queue.hand_in(patience),
            Self::Network(stream) => {
                match stream.shutdown(Shutdown::Write).and_then(|()| closed(stream, patience)) {
                    Ok(()) => Sent::Whole,
                    Err(error) if is_silence(&error) => Sent::Silent,
                    Err(_) => Sent::Torn,
                }
            }
        }
    }
}

impl Queue {
    /// As it is: what the printer is told is not to be turned into a picture of letters.
    fn hand_in(self, patience: Duration) -> Sent {
        let mut lp = Command::new(&self.lp);
        lp.args(["-d", &self.name, "-o", "raw", "-t", "PharmaTill"]);
        let Ok(mut child) = lp.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
        else {
            return Sent::Nothing;
        };
        // A program that does not read a long paper holds up whoever writes it, and ends with its time.
        let paper = self.paper;
        let writer = child.stdin.take().map(|mut stdin| std::thread::spawn(move || stdin.write_all(&paper)));
        let ended = finished(&mut child, patience);
        match (ended, writer.map(std::thread::JoinHandle::join)) {
            (Some(status), Some(Ok(Ok(())))) if status.success() => Sent::Whole,
            // It says so where it took nothing.
            (Some(status), _) if !status.success() => Sent::Nothing,
            _ => Sent::Torn,
        }
    }
}

/// Waits until the other end closes the line. What a printer still says of itself, late, is no answer to the paper.
fn closed(mut stream: TcpStream, patience: Duration) -> Result<(), Error> {
    let until = Instant::now() + patience;
    while let Some(left) = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
        stream.set_read_timeout(Some(left))?;
        if stream.read(&mut [0; 64])? == 0 {
            return Ok(());
        }
    }
    Err(ErrorKind::TimedOut.into())
}

fn network(address: &str, patience: &Patience) -> Result<TcpStream, &'static str> {
    const CODE: &str = "printer_unreachable";
    let with_port = format!("{address}:{PORT}");
    let named = address.to_socket_addrs().or_else(|_| with_port.to_socket_addrs());
    let mut addresses = named.map_err(|_| CODE)?;
    let stream = addresses.find_map(|at| TcpStream::connect_timeout(&at, patience.connect).ok());
    let stream = stream.ok_or(CODE)?;
    stream.set_nodelay(true).map_err(|_| CODE)?;
    Ok(stream)
}

/// Opens a device file; a folder or an ordinary file is none, and nothing is ever written into one.
fn device(path: &str, baud: Option<u32>) -> Result<Device, &'static str> {
    let kind = std::fs::metadata(path).map_err(|_| "printer_unreachable")?.file_type();
    if !kind.is_char_device() {
        return Err("printer_no_device");
    }
    let at_once = i32::try_from((OFlags::NONBLOCK | OFlags::NOCTTY).bits()).unwrap_or_default();
    let open = |reads: bool| OpenOptions::new().read(reads).write(true).custom_flags(at_once).open(path);
    // Some devices let themselves only be written to.
    let opened = open(true).map(|file| (file, true)).or_else(|_| open(false).map(|file| (file, false)));
    let (file, answers) = opened.map_err(|error| match error.kind() {
        ErrorKind::PermissionDenied => "printer_forbidden",
        _ => "printer_unreachable",
    })?;
    if let Ok(mut serial) = tcgetattr(&file) {
        serial.make_raw();
        let set = serial.set_speed(baud.unwrap_or(USUAL_BAUD));
        set.and_then(|()| tcsetattr(&file, OptionalActions::Now, &serial))
            .map_err(|_| "printer_unreachable")?;
    }
    Ok(Device { file, answers })
}

fn waited(file: &File, what: PollFlags, patience: Duration) -> Result<(), Error> {
    let timeout = Timespec::try_from(patience).map_err(Error::other)?;
    match poll(&mut [PollFd::new(file, what)], Some(&timeout)) {
        Ok(0) => Err(ErrorKind::TimedOut.into()),
        Ok(_) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// What is over at once: a signal, or a device that was not ready after all.
fn is_passing(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock)
}

pub(super) fn is_silence(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_program_that_does_not_read_holds_nobody_up() {
        let folder = tempfile::tempdir().unwrap();
        let lp = folder.path().join("lp");
        // A pipe holds 64 KiB.
        for (does, length, is_whole) in [
            ("exec sleep 60", 500_000, false),
            ("exec cat > /dev/null", 500_000, true),
            ("exec sleep 60", 10, false),
        ] {
            std::fs::write(&lp, format!("#!/bin/sh\n{does}\n")).unwrap();
            std::fs::set_permissions(&lp, std::fs::Permissions::from_mode(0o755)).unwrap();
            let queue = Queue { lp: lp.clone(), name: "Receipts".to_owned(), paper: vec![b'x'; length] };
            let sent = queue.hand_in(Duration::from_millis(if is_whole { 20_000 } else { 200 }));
            assert_eq!(matches!(sent, Sent::Whole), is_whole, "{does} {length}");
            assert!(is_whole || matches!(sent, Sent::Torn), "{does} {length}");
        }
    }
}
