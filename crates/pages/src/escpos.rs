//! A sheet as a receipt printer is told it, in ESC/POS. The commands are those of the crate `escpos`; only letters
//! that the printer's code page has, and no byte of a name, ever reach it as anything but letters.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use escpos::driver::Driver;
use escpos::errors::{PrinterError, Result};
use escpos::printer::Printer;
use escpos::printer_options::PrinterOptions;
use escpos::utils::{PageCode, Protocol};

use crate::pdf::Undrawable;
use crate::plain::plain;
use crate::sheet::{Cell, Line, Row, Sheet, Table};

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

impl Sheet {
    /// The paper as bytes for the printer, with a barcode at its end that a scanner reads.
    ///
    /// # Errors
    /// When the commands cannot be made.
    pub fn escpos(&self, slip: &Slip, barcode: Option<&str>) -> std::result::Result<Vec<u8>, Undrawable> {
        self.commands(slip, barcode).map_err(|error| Undrawable(error.to_string()))
    }

    fn commands(&self, slip: &Slip, barcode: Option<&str>) -> Result<Vec<u8>> {
        let mut letters = Letters { code_page: slip.code_page, known: HashMap::new() };
        let rows = letters.spelt(self)?.rows(slip.columns);
        let told = Told::default();
        let options = PrinterOptions::new(Some(slip.code_page.number()), None, u8::MAX);
        let mut printer = Printer::new(told.clone(), Protocol::default(), Some(options));
        printer.init()?;
        let mut was_strong = false;
        for (row, is_strong) in rows {
            if is_strong != was_strong {
                printer.bold(is_strong)?;
                was_strong = is_strong;
            }
            let mut bytes = letters.bytes(&row)?;
            bytes.push(b'\n');
            printer.custom(&bytes)?;
        }
        printer.bold(false)?;
        if let Some(text) = barcode.filter(|text| (1..=200).contains(&text.len()) && is_code_128(text)) {
            printer.custom(&code_128(text))?;
        }
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

/// What Code 128 has in its set B.
fn is_code_128(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte) && byte != b'{')
}

/// A barcode in the middle of the paper, with its text beneath (GS h, GS w, GS H, GS k 73 of the ESC/POS
/// reference; the crate has no Code 128).
fn code_128(text: &str) -> Vec<u8> {
    let data = [b"{B".as_slice(), text.as_bytes()].concat();
    let length = u8::try_from(data.len()).unwrap_or(u8::MAX);
    let mut bytes =
        vec![0x1b, b'a', 1, 0x1d, b'h', BARCODE_HEIGHT, 0x1d, b'w', BARCODE_MODULE, 0x1d, b'H', 2];
    bytes.extend([0x1d, b'k', 73, length]);
    bytes.extend(data);
    bytes.extend([0x1b, b'a', 0]);
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
        Line::Block | Line::Code { .. } => Vec::new(),
        Line::Title(text)
        | Line::Heading(text)
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
