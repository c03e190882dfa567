//! A sheet as a receipt printer is told it, in ESC/POS. The commands are those of the crate `escpos`; only letters
//! that the printer's code page has, and no byte of a name, ever reach it as anything but letters.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use escpos::driver::Driver;
use escpos::errors::{PrinterError, Result};
use escpos::printer::Printer;
use escpos::printer_options::PrinterOptions;
use escpos::utils::{JustifyMode, PageCode, Protocol, QRCodeCorrectionLevel, QRCodeModel, QRCodeOption};

use crate::bars::{is_code_128, is_ean_13};
use crate::pdf::Undrawable;
use crate::plain::plain;
use crate::sheet::{Barcode, Cell, Line, Picture, Row, Sheet, Table};
use crate::text::Part;

/// The letters that a printer knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CodePage {
    /// Western European letters with the euro sign, as most receipt printers have them.
    #[default]
    Pc858,
    /// The same letters as Windows has them.
    Windows1252,
}

impl CodePage {
    /// The code page of this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        match code {
            "pc858" => Some(Self::Pc858),
            "windows_1252" => Some(Self::Windows1252),
            _ => None,
        }
    }

    fn number(self) -> PageCode {
        match self {
            Self::Pc858 => PageCode::PC858,
            Self::Windows1252 => PageCode::WPC1252,
        }
    }
}

/// What a receipt printer is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slip {
    /// Characters in a row.
    pub columns: usize,
    /// The letters that it knows.
    pub code_page: CodePage,
    /// It cuts the paper.
    pub cuts: bool,
}

/// Rows until the last one can be torn off.
const TO_THE_EDGE: u8 = 4;
/// Dots of a barcode's height and of its thinnest bar.
const BARCODE_HEIGHT: u8 = 60;
const BARCODE_MODULE: u8 = 2;
/// Dots of a letter's width: 42 of them are 504 dots.
const LETTER: usize = 12;
/// A code for a camera is about so many dots wide, and a module of it so many.
const CODE_SIDE: usize = 216;
const CODE_MODULE: (usize, usize) = (2, 6);
/// The longest text of a QR code, far from the most that one holds.
const MOST_QR: usize = 500;
/// Rows of dots that go to the printer at once, so that one with little memory takes them too.
const BAND: usize = 64;

/// In the middle, and at the left again (ESC a of the ESC/POS reference).
const CENTRED: [u8; 3] = [0x1b, b'a', 1];
const AT_LEFT: [u8; 3] = [0x1b, b'a', 0];

impl Sheet {
    /// The paper as bytes for the printer.
    ///
    /// # Errors
    /// When the commands cannot be made.
    pub fn escpos(&self, slip: &Slip) -> std::result::Result<Vec<u8>, Undrawable> {
        self.commands(slip).map_err(|error| Undrawable(error.to_string()))
    }

    fn commands(&self, slip: &Slip) -> Result<Vec<u8>> {
        let mut letters = Letters { code_page: slip.code_page, known: HashMap::new() };
        let spelt = letters.spelt(self)?;
        let told = Told::default();
        let options = PrinterOptions::new(Some(slip.code_page.number()), None, u8::MAX);
        let mut printer = Printer::new(told.clone(), Protocol::default(), Some(options));
        printer.init()?;
        if let Some(logo) = self.logo.as_ref().filter(|logo| logo.width as usize <= slip.columns * LETTER) {
            printer.custom(&raster(logo))?;
        }
        let mut was_strong = false;
        for part in spelt.parts(slip.columns) {
            let is_strong = matches!(part, Part::Row { is_strong: true, .. });
            if is_strong != was_strong {
                printer.bold(is_strong)?;
                was_strong = is_strong;
            }
            match part {
                Part::Row { text, .. } => {
                    let mut bytes = letters.bytes(&text)?;
                    bytes.push(b'\n');
                    printer.custom(&bytes)?;
                }
                Part::Large(text) => {
                    let bytes = letters.bytes(&text)?;
                    // GS ! of the ESC/POS reference: twice as wide and as high.
                    let large =
                        [&CENTRED, [0x1d, b'!', 0x11].as_slice(), &bytes, b"\n", &[0x1d, b'!', 0], &AT_LEFT];
                    printer.custom(&large.concat())?;
                }
                Part::Code { modules, qr: Some(text) } if is_plain(text) => {
                    let module = QRCodeModel::Model2;
                    let size = u8::try_from(scale(modules)).unwrap_or(2);
                    let option = QRCodeOption::new(module, size, QRCodeCorrectionLevel::M);
                    printer
                        .justify(JustifyMode::CENTER)?
                        .qrcode_option(text, option)?
                        .justify(JustifyMode::LEFT)?;
                }
                Part::Code { modules, .. } => printer.custom(&raster(&dots(modules))).map(|_| ())?,
                Part::Barcode(barcode) => {
                    if let Some(bytes) = bars(barcode, slip.columns * LETTER) {
                        printer.custom(&bytes)?;
                    }
                }
            }
        }
        printer.bold(false)?;
        if slip.cuts {
            // It feeds the paper to its knife by itself.
            printer.cut()?;
        } else {
            printer.feeds(TO_THE_EDGE)?;
        }
        printer.print()?;
        Ok(told.take())
    }
}

/// A barcode in the middle of the paper, with its text beneath (GS h, GS w, GS H, GS k of the ESC/POS reference; the
/// crate has no Code 128). None where it makes none, or is wider than the paper, on which it would come out cut off.
fn bars(barcode: &Barcode, width: usize) -> Option<Vec<u8>> {
    let (kind, data) = match barcode {
        Barcode::Code128(text) if is_code_128(text) => (73, [b"{B".as_slice(), text.as_bytes()].concat()),
        Barcode::Ean13(digits) if is_ean_13(digits) => (67, digits.as_bytes().to_vec()),
        _ => return None,
    };
    let modules = barcode.modules()?.len();
    if modules * usize::from(BARCODE_MODULE) > width {
        return None;
    }
    let mut bytes = CENTRED.to_vec();
    bytes.extend([0x1d, b'h', BARCODE_HEIGHT, 0x1d, b'w', BARCODE_MODULE, 0x1d, b'H', 2]);
    bytes.extend([0x1d, b'k', kind, u8::try_from(data.len()).ok()?]);
    bytes.extend(data);
    bytes.extend(AT_LEFT);
    Some(bytes)
}

/// What a QR code may say here: letters that mean the same to every printer.
fn is_plain(text: &str) -> bool {
    (1..=MOST_QR).contains(&text.len()) && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// Dots of a module.
fn scale(modules: &[String]) -> usize {
    (CODE_SIDE / modules.len().max(1)).clamp(CODE_MODULE.0, CODE_MODULE.1)
}

/// A code for a camera as dots.
fn dots(modules: &[String]) -> Picture {
    let scale = scale(modules);
    let width = modules.first().map_or(0, String::len) * scale;
    let mut bits = Vec::new();
    for modules in modules {
        let mut row = vec![0_u8; width.div_ceil(8)];
        let dark = modules.bytes().enumerate().filter(|(_, module)| *module == b'1').map(|(place, _)| place);
        for x in dark.flat_map(|place| place * scale..(place + 1) * scale) {
            if let Some(byte) = row.get_mut(x / 8) {
                *byte |= 0x80 >> (x % 8);
            }
        }
        bits.extend(row.repeat(scale));
    }
    Picture { width: u32::try_from(width).unwrap_or(1), bits }
}

/// Dots that are no command: what a printer does at once, whatever it is printing (DLE EOT, DLE ENQ and DLE DC4 of the
/// ESC/POS reference), it does also where it stands in a picture. One dot less is seen by nobody.
fn calm(dots: &[u8]) -> Vec<u8> {
    let mut calm = dots.to_vec();
    for at in 1..calm.len() {
        if calm[at - 1] == 0x10 && matches!(calm[at], 0x04 | 0x05 | 0x14) {
            calm[at - 1] = 0;
        }
    }
    calm
}

/// A picture in the middle of the paper, in bands (GS v 0 of the ESC/POS reference).
fn raster(picture: &Picture) -> Vec<u8> {
    let row_bytes = picture.row_bytes();
    let mut bytes = CENTRED.to_vec();
    for band in picture.bits.chunks(row_bytes * BAND) {
        let height = band.len() / row_bytes;
        bytes.extend([0x1d, b'v', b'0', 0]);
        bytes.extend(
            [row_bytes, height].into_iter().flat_map(|size| u16::try_from(size).unwrap_or(0).to_le_bytes()),
        );
        bytes.extend(calm(&band[..height * row_bytes]));
    }
    bytes.extend([b'\n']);
    bytes.extend(AT_LEFT);
    bytes
}

/// Letters as the bytes of one code page.
struct Letters {
    code_page: CodePage,
    known: HashMap<char, Option<u8>>,
}

impl Letters {
    /// The sheet in letters that the printer has, before anything is measured.
    fn spelt(&mut self, sheet: &Sheet) -> Result<Sheet> {
        let mut sheet = sheet.clone();
        let texts = sheet
            .letterhead
            .iter_mut()
            .chain(sheet.practice.iter_mut())
            .chain(sheet.copy.iter_mut())
            .chain(sheet.lines.iter_mut().flat_map(texts_of));
        for text in texts {
            *text = self.spell(text)?;
        }
        Ok(sheet)
    }

    fn spell(&mut self, text: &str) -> Result<String> {
        let mut spelt = String::new();
        for c in plain(text).chars() {
            match self.byte(c)? {
                Some(_) => spelt.push(c),
                None => spelt.push_str(instead_of(c)),
            }
        }
        Ok(spelt)
    }

    fn bytes(&mut self, row: &str) -> Result<Vec<u8>> {
        row.chars().map(|c| Ok(self.byte(c)?.unwrap_or(b'?'))).collect()
    }

    /// The byte of a letter, as the crate's table of the code page has it; none where it has none.
    fn byte(&mut self, c: char) -> Result<Option<u8>> {
        if (' '..='~').contains(&c) {
            return Ok(u8::try_from(c).ok());
        }
        if let Some(known) = self.known.get(&c) {
            return Ok(*known);
        }
        let told = Told::default();
        let options = PrinterOptions::new(Some(self.code_page.number()), None, u8::MAX);
        let mut printer = Printer::new(told.clone(), Protocol::default(), Some(options));
        printer.write(&c.to_string())?.print()?;
        // A letter that the table lacks comes as its several bytes of UTF-8.
        let byte = match told.take()[..] {
            [byte] if byte >= 0x80 => Some(byte),
            _ => None,
        };
        self.known.insert(c, byte);
        Ok(byte)
    }
}

/// What is printed in the place of a letter that a printer lacks.
fn instead_of(c: char) -> &'static str {
    match c {
        '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}' => " ",
        '\u{2010}'..='\u{2015}' | '\u{2212}' => "-",
        '\u{2018}'..='\u{201b}' | '\u{2032}' => "'",
        '\u{201c}'..='\u{201f}' | '\u{2033}' => "\"",
        '\u{2026}' => "...",
        '\u{2022}' => "*",
        '\u{2190}' => "<-",
        '\u{2192}' => "->",
        '\u{20ac}' => "EUR",
        'Œ' => "OE",
        'œ' => "oe",
        'Ÿ' => "Y",
        'Š' => "S",
        'š' => "s",
        'Ž' => "Z",
        'ž' => "z",
        'ẞ' => "SS",
        'α' => "alpha",
        'β' => "beta",
        'γ' => "gamma",
        'μ' => "µ",
        '≤' => "<=",
        '≥' => ">=",
        _ => "?",
    }
}

fn texts_of(line: &mut Line) -> Vec<&mut String> {
    match line {
        Line::Block | Line::Code { .. } | Line::Barcode(_) => Vec::new(),
        Line::Title(text)
        | Line::Heading(text)
        | Line::Large(text)
        | Line::Centred(text)
        | Line::Text(text)
        | Line::Blank(text) => {
            vec![text]
        }
        Line::Pair { left, right, .. } => vec![left, right],
        Line::Table(Table { columns, rows }) => {
            let titles = columns.iter_mut().map(|column| &mut column.title);
            titles.chain(rows.iter_mut().flat_map(texts_in)).collect()
        }
    }
}

fn texts_in(row: &mut Row) -> Vec<&mut String> {
    let texts = row.cells.iter_mut().filter_map(|cell| match cell {
        Cell::Text(text) => Some(text),
        Cell::Blank => None,
    });
    texts.collect()
}

/// Keeps what a printer would have been told.
#[derive(Clone, Default)]
struct Told(Rc<RefCell<Vec<u8>>>);

impl Told {
    fn take(&self) -> Vec<u8> {
        self.0.take()
    }
}

impl Driver for Told {
    fn name(&self) -> String {
        "kept".to_owned()
    }

    fn write(&self, data: &[u8]) -> Result<()> {
        self.0.borrow_mut().extend_from_slice(data);
        Ok(())
    }

    fn read(&self, _: &mut [u8]) -> Result<usize> {
        Err(PrinterError::Io("nothing answers".to_owned()))
    }

    fn flush(&self) -> Result<()> {
        Ok(())
    }
}
