//! What stands on a paper, from top to bottom, before anybody decided how wide it is. A sheet can be kept as it is
//! (CBOR), so that what was asked for is printed later as it was then.

use minicbor::{Decode, Encode};

/// A paper, described.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
pub struct Sheet {
    /// The name at its head, then the lines under it.
    #[n(0)]
    pub letterhead: Vec<String>,
    /// What it is and of when, for the head of further pages and the file's own title.
    #[n(1)]
    pub title: String,
    /// Language of its words, such as `de`.
    #[n(2)]
    pub language: String,
    /// When it was made, by the clock on the wall.
    #[n(3)]
    pub made: Moment,
    /// The word that marks each page where nothing on the paper counts.
    #[n(4)]
    pub practice: Option<String>,
    /// The words that mark a copy.
    #[n(5)]
    pub copy: Option<String>,
    /// What stands on it.
    #[n(6)]
    pub lines: Vec<Line>,
    /// The picture above the letterhead.
    #[n(7)]
    pub logo: Option<Picture>,
}

/// A picture of black and white dots.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Picture {
    /// Dots from left to right, at least 1.
    #[n(0)]
    pub width: u32,
    /// The rows from the top, each of whole bytes, the highest bit first; a 1 is black.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub bits: Vec<u8>,
}

/// A moment by the clock on the wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Moment {
    /// Year.
    #[n(0)]
    pub year: u16,
    /// Month, from 1.
    #[n(1)]
    pub month: u8,
    /// Day of the month, from 1.
    #[n(2)]
    pub day: u8,
    /// Hour, 0 to 23.
    #[n(3)]
    pub hour: u8,
    /// Minute.
    #[n(4)]
    pub minute: u8,
    /// How far that clock is ahead of UTC, in minutes.
    #[n(5)]
    pub utc_offset_min: i32,
}

impl Default for Moment {
    fn default() -> Self {
        Self { year: 1970, month: 1, day: 1, hour: 0, minute: 0, utc_offset_min: 0 }
    }
}

/// A part of a paper.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Line {
    /// A block begins.
    #[n(0)]
    Block,
    /// What the paper is.
    #[n(1)]
    Title(#[n(0)] String),
    /// What the lines after it are about.
    #[n(2)]
    Heading(#[n(0)] String),
    /// Text in the middle.
    #[n(3)]
    Centred(#[n(0)] String),
    /// Text from the left. Spaces that it begins with indent it.
    #[n(4)]
    Text(#[n(0)] String),
    /// Text on the left, with the spaces that indent it, and text on the right.
    #[n(5)]
    Pair {
        /// On the left.
        #[n(0)]
        left: String,
        /// On the right.
        #[n(1)]
        right: String,
        /// What the lines before it come to.
        #[n(2)]
        is_sum: bool,
    },
    /// Rows under headings.
    #[n(6)]
    Table(#[n(0)] Table),
    /// Something to be written by hand: what, and room for it.
    #[n(7)]
    Blank(#[n(0)] String),
    /// A code for a camera; in text it is left out.
    #[n(8)]
    Code {
        /// Rows from the top, each a `1` for every dark module and a `0` for every light one.
        #[n(0)]
        modules: Vec<String>,
        /// What it is for.
        #[n(1)]
        caption: String,
        /// The same in letters, for who has no camera; on receipts it is left out.
        #[n(2)]
        text: String,
        /// What it says, where it is a QR code: receipt printers draw that themselves, which is quicker than dots.
        #[n(3)]
        qr: Option<String>,
    },
    /// A code for a scanner, with its text beneath; in text it is left out.
    #[n(9)]
    Barcode(#[n(0)] Barcode),
    /// Text in the middle that is read from afar, such as the price on a label.
    #[n(10)]
    Large(#[n(0)] String),
}

/// A code of bars.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Barcode {
    /// Code 128 of up to 60 printable letters of ASCII.
    #[n(0)]
    Code128(#[n(0)] String),
    /// EAN-13: its thirteen digits.
    #[n(1)]
    Ean13(#[n(0)] String),
}

/// Rows under headings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
pub struct Table {
    /// The columns.
    #[n(0)]
    pub columns: Vec<Column>,
    /// The rows, each with a cell for every column.
    #[n(1)]
    pub rows: Vec<Row>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Column {
    /// Its heading.
    #[n(0)]
    pub title: String,
    /// Characters that it takes in text; the first column takes what is left over as well.
    #[n(1)]
    pub width: usize,
    /// To which side its cells stand.
    #[n(2)]
    pub align: Align,
}

/// To which side text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Align {
    /// As words do.
    #[n(0)]
    Left,
    /// As amounts do.
    #[n(1)]
    Right,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Row {
    /// Its cells.
    #[n(0)]
    pub cells: Vec<Cell>,
    /// What the rows before it come to.
    #[n(1)]
    pub is_sum: bool,
}

/// What stands in a row under one heading.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Cell {
    /// This.
    #[n(0)]
    Text(#[n(0)] String),
    /// What is to be written by hand.
    #[n(1)]
    Blank,
}

impl Picture {
    /// Bytes of a row.
    #[must_use]
    pub fn row_bytes(&self) -> usize {
        (self.width as usize).div_ceil(8).max(1)
    }

    /// The rows from the top; bytes that make no whole row are left out.
    pub fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.bits.chunks_exact(self.row_bytes())
    }
}

impl Column {
    /// A column of words.
    #[must_use]
    pub fn words(title: &str, width: usize) -> Self {
        Self { title: title.to_owned(), width, align: Align::Left }
    }

    /// A column of amounts.
    #[must_use]
    pub fn amounts(title: &str, width: usize) -> Self {
        Self { title: title.to_owned(), width, align: Align::Right }
    }
}

impl Table {
    /// Adds a row of texts.
    pub fn row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.push(cells, false);
    }

    /// Adds a row of texts that sums up those before it.
    pub fn sum<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.push(cells, true);
    }

    fn push<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>, is_sum: bool) {
        let cells = cells.into_iter().map(|text| Cell::Text(text.into())).collect();
        self.rows.push(Row { cells, is_sum });
    }
}
