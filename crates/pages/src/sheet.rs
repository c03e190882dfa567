//! What stands on a paper, from top to bottom, before anybody decided how wide it is.

/// A paper, described.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    /// The name at its head, then the lines under it.
    pub letterhead: Vec<String>,
    /// What it is and of when, for the head of further pages and the file's own title.
    pub title: String,
    /// Language of its words, such as `de`.
    pub language: &'static str,
    /// When it was made, by the clock on the wall.
    pub made: Moment,
    /// The word that marks each page where nothing on the paper counts.
    pub practice: Option<String>,
    /// The words that mark a copy.
    pub copy: Option<String>,
    /// What stands on it.
    pub lines: Vec<Line>,
}

/// A moment by the clock on the wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Year.
    pub year: u16,
    /// Month, from 1.
    pub month: u8,
    /// Day of the month, from 1.
    pub day: u8,
    /// Hour, 0 to 23.
    pub hour: u8,
    /// Minute.
    pub minute: u8,
    /// How far that clock is ahead of UTC, in minutes.
    pub utc_offset_min: i32,
}

impl Default for Moment {
    fn default() -> Self {
        Self { year: 1970, month: 1, day: 1, hour: 0, minute: 0, utc_offset_min: 0 }
    }
}

/// A part of a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A block begins.
    Block,
    /// What the paper is.
    Title(String),
    /// What the lines after it are about.
    Heading(String),
    /// Text in the middle.
    Centred(String),
    /// Text from the left. Spaces that it begins with indent it.
    Text(String),
    /// Text on the left, with the spaces that indent it, and text on the right.
    Pair {
        /// On the left.
        left: String,
        /// On the right.
        right: String,
        /// What the lines before it come to.
        is_sum: bool,
    },
    /// Rows under headings.
    Table(Table),
    /// Something to be written by hand: what, and room for it.
    Blank(String),
    /// A code for a camera, drawn on pages only.
    Code {
        /// Rows from the top, each a `1` for every dark module and a `0` for every light one.
        modules: Vec<String>,
        /// What it is for.
        caption: String,
        /// The same in letters, for who has no camera.
        text: String,
    },
}

/// Rows under headings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, each with a cell for every column.
    pub rows: Vec<Row>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub title: String,
    /// Characters that it takes in text; the first column takes what is left over as well.
    pub width: usize,
    /// To which side its cells stand.
    pub align: Align,
}

/// To which side text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// As words do.
    Left,
    /// As amounts do.
    Right,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its cells.
    pub cells: Vec<Cell>,
    /// What the rows before it come to.
    pub is_sum: bool,
}

/// What stands in a row under one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// This.
    Text(String),
    /// What is to be written by hand.
    Blank,
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
