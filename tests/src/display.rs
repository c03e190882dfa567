//! An invisible display, and what can be seen on it.

use anyhow::{Context, anyhow, bail};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// A process that ends with the test, however the test ends.
pub struct Process(pub Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// An invisible display of 1366x768.
pub struct Display {
    name: String,
    /// Xvfb keeps the pixels in a file here.
    pixels: TempDir,
    _process: Process,
}

impl Display {
    /// Starts one.
    ///
    /// # Errors
    /// When Xvfb is missing or ends at once.
    pub fn start() -> anyhow::Result<Self> {
        let pixels = tempfile::tempdir()?;
        let display = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1366x768x24", "-nolisten", "tcp", "-fbdir"])
            .arg(pixels.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("Xvfb did not start (Debian package xvfb)")?;
        let mut process = Process(display);
        let mut number = String::new();
        let output = process.0.stdout.take().ok_or_else(|| anyhow!("Xvfb has no output"))?;
        BufReader::new(output).read_line(&mut number)?;
        if number.trim().is_empty() {
            bail!("Xvfb ended before it had a display");
        }
        Ok(Self { name: format!(":{}", number.trim()), pixels, _process: process })
    }

    /// Its name, for the variable DISPLAY.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its pixels.
    ///
    /// # Errors
    /// When the file of Xvfb is not there or not understood.
    pub fn pixels(&self) -> anyhow::Result<Pixels> {
        Pixels::of(self.pixels.path().join("Xvfb_screen0"))
    }
}

/// The pixels of a display as they are now, read without asking the display.
pub struct Pixels {
    file: File,
    first: u64,
    bytes_per_line: u64,
    /// Pixels from left to right.
    pub width: usize,
    /// Pixels from top to bottom.
    pub height: usize,
}

/// Bytes of one pixel.
pub const BYTES: usize = 4;

impl Pixels {
    /// The file is a picture in the format of `xwd`: a header of big-endian numbers, colours, pixels.
    fn of(path: PathBuf) -> anyhow::Result<Self> {
        let file = File::open(&path).with_context(|| path.display().to_string())?;
        let mut header = [0; 80];
        file.read_exact_at(&mut header, 0)?;
        let number = |at: usize| -> u32 {
            header[at * 4..].first_chunk().map_or(0, |bytes: &[u8; 4]| u32::from_be_bytes(*bytes))
        };
        let (header_bytes, width, height, bits, bytes_per_line, colours) =
            (number(0), number(4), number(5), number(11), number(12), number(19));
        if bits as usize != BYTES * 8 {
            bail!("{}: {bits} bits for a pixel", path.display());
        }
        Ok(Self {
            file,
            first: u64::from(header_bytes) + u64::from(colours) * 12,
            bytes_per_line: bytes_per_line.into(),
            width: width as usize,
            height: height as usize,
        })
    }

    /// Reads the pixels of every so-many-th line of a part of the display into `into`.
    ///
    /// # Errors
    /// When the display has gone.
    pub fn read(&self, part: &Part, into: &mut Vec<u8>) -> anyhow::Result<()> {
        let line_bytes = (part.right.min(self.width) - part.left) * BYTES;
        into.clear();
        for line in (part.top..part.bottom.min(self.height)).step_by(part.every) {
            let from = into.len();
            into.resize(from + line_bytes, 0);
            let at = self.first + line as u64 * self.bytes_per_line + (part.left * BYTES) as u64;
            self.file.read_exact_at(&mut into[from..], at)?;
        }
        Ok(())
    }
}

/// A part of a display, in pixels.
#[derive(Debug, Clone)]
pub struct Part {
    /// First column.
    pub left: usize,
    /// The column behind the last.
    pub right: usize,
    /// First line.
    pub top: usize,
    /// The line behind the last.
    pub bottom: usize,
    /// Of how many lines one is looked at.
    pub every: usize,
}
