//! One file of an export: rows as CSV (RFC 4180) or as JSON, one object a line. Both say the same numbers, amounts
//! as whole minor units and as a decimal of the currency.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use domain::money::decimal_text;
use serde_json::{Map, Value};

/// How the files of an export are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Csv,
    Json,
}

impl Form {
    /// The form of this code.
    pub(super) fn parse(code: &str) -> Option<Self> {
        match code {
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    /// The ending of a file's name.
    fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "jsonl",
        }
    }
}

/// What stands in one column of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    /// Nothing is known, or there is nothing.
    Empty,
    /// An id, a code, a name.
    Text(String),
    /// A count, a number of something.
    Number(i64),
    /// Minor units of the branch's currency; takes two columns.
    Money(i64),
}

impl Cell {
    /// Text, or empty.
    pub(super) fn text(text: Option<impl ToString>) -> Self {
        text.map_or(Self::Empty, |text| Self::Text(text.to_string()))
    }

    /// An amount, or empty.
    pub(super) fn money(minor: Option<i64>) -> Self {
        minor.map_or(Self::Empty, Self::Money)
    }
}

/// A column, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    /// Text or a number.
    Plain(&'static str),
    /// An amount: `NAME_minor` in minor units, and `NAME` as a decimal.
    Money(&'static str),
}

/// A file that is being written.
pub(super) struct Table {
    columns: Vec<Column>,
    digits: u32,
    writer: Writer,
}

enum Writer {
    Csv(Box<csv::Writer<File>>),
    Json(BufWriter<File>),
}

impl Table {
    /// Begins a file of this name in a folder. Amounts have so many digits after the point.
    pub(super) fn begin(
        folder: &Path,
        name: &str,
        form: Form,
        digits: u32,
        columns: Vec<Column>,
    ) -> std::io::Result<Self> {
        let file = File::create_new(folder.join(format!("{name}.{}", form.ending())))?;
        let writer = match form {
            Form::Csv => {
                let mut writer =
                    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(file);
                let names = columns.iter().flat_map(|column| match column {
                    Column::Plain(name) => [Some((*name).to_owned()), None],
                    Column::Money(name) => [Some(format!("{name}_minor")), Some((*name).to_owned())],
                });
                writer.write_record(names.flatten()).map_err(std::io::Error::from)?;
                Writer::Csv(Box::new(writer))
            }
            Form::Json => Writer::Json(BufWriter::new(file)),
        };
        Ok(Self { columns, digits, writer })
    }

    /// Writes a row: a cell for each column.
    pub(super) fn row(&mut self, cells: Vec<Cell>) -> std::io::Result<()> {
        debug_assert_eq!(cells.len(), self.columns.len(), "a cell for each column");
        let digits = self.digits;
        let cells = self.columns.iter().zip(cells);
        match &mut self.writer {
            Writer::Csv(writer) => {
                for (column, cell) in cells {
                    csv_fields(*column, &cell, digits)
                        .iter()
                        .try_for_each(|field| writer.write_field(field))?;
                }
                writer.write_record(None::<&[u8]>)?;
            }
            Writer::Json(writer) => {
                let mut row = Map::new();
                cells.for_each(|(column, cell)| json_fields(&mut row, *column, cell, digits));
                serde_json::to_writer(&mut *writer, &row)?;
                writer.write_all(b"\n")?;
            }
        }
        Ok(())
    }

    /// Ends the file; it is on the disk when this returns.
    pub(super) fn finish(self) -> std::io::Result<()> {
        let file = match self.writer {
            Writer::Csv(writer) => writer.into_inner().map_err(csv::IntoInnerError::into_error)?,
            Writer::Json(writer) => writer.into_inner().map_err(std::io::IntoInnerError::into_error)?,
        };
        file.sync_all()
    }
}

fn csv_fields(column: Column, cell: &Cell, digits: u32) -> Vec<String> {
    let fields = match cell {
        Cell::Empty => Vec::new(),
        Cell::Text(text) => vec![guarded(text)],
        Cell::Number(number) => vec![number.to_string()],
        Cell::Money(minor) => vec![minor.to_string(), decimal_text(*minor, digits)],
    };
    let width = if matches!(column, Column::Money(_)) { 2 } else { 1 };
    fields.into_iter().chain(std::iter::repeat(String::new())).take(width).collect()
}

fn json_fields(row: &mut Map<String, Value>, column: Column, cell: Cell, digits: u32) {
    let (Column::Plain(name) | Column::Money(name)) = column;
    let (value, minor) = match cell {
        Cell::Empty => (Value::Null, Value::Null),
        Cell::Text(text) => (text.into(), Value::Null),
        Cell::Number(number) => (number.into(), Value::Null),
        Cell::Money(minor) => (decimal_text(minor, digits).into(), minor.into()),
    };
    row.insert(name.to_owned(), value);
    if matches!(column, Column::Money(_)) {
        row.insert(format!("{name}_minor"), minor);
    }
}

/// Text that a spreadsheet does not take for a formula. Numbers of ours are none: a minus before them stays.
fn guarded(text: &str) -> String {
    let begins_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    if begins_formula { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The file that these rows make.
    fn written(form: Form, digits: u32, rows: Vec<Vec<Cell>>) -> String {
        let folder = tempfile::tempdir().unwrap();
        let columns = vec![Column::Plain("who"), Column::Plain("count"), Column::Money("amount")];
        let mut table = Table::begin(folder.path(), "rows", form, digits, columns).unwrap();
        rows.into_iter().try_for_each(|row| table.row(row)).unwrap();
        table.finish().unwrap();
        std::fs::read_to_string(folder.path().join(format!("rows.{}", form.ending()))).unwrap()
    }

    fn row(who: &str, count: i64, amount: Option<i64>) -> Vec<Cell> {
        vec![Cell::Text(who.to_owned()), Cell::Number(count), Cell::money(amount)]
    }

    #[test]
    fn csv_is_quoted_as_the_standard_says() {
        let rows = vec![row("Müller, \"Jo\"", 1, Some(-1_234)), row("two\r\nlines", -2, None)];
        assert_eq!(
            written(Form::Csv, 2, rows),
            "who,count,amount_minor,amount\r\n\"Müller, \"\"Jo\"\"\",1,-1234,-12.34\r\n\"two\r\nlines\",-2,,\r\n"
        );
    }

    #[test]
    fn a_spreadsheet_takes_no_text_for_a_formula_and_every_amount_for_a_number() {
        let check = |text: &str, expected: &str| assert_eq!(guarded(text), expected);
        check("=1+1", "'=1+1");
        check("+49", "'+49");
        check("-2", "'-2");
        check("@SUM(A1)", "'@SUM(A1)");
        check("\t=1", "'\t=1");
        check("\r=1", "'\r=1");
        check("\n=1", "'\n=1");
        check("1=1", "1=1");
        check("", "");
        let csv = written(Form::Csv, 2, vec![row("=cmd", -1, Some(-5))]);
        assert_eq!(csv.lines().nth(1), Some("'=cmd,-1,-5,-0.05"));
        // JSON is read by programs, and says what stood there.
        assert!(written(Form::Json, 2, vec![row("=cmd", -1, None)]).contains("\"who\":\"=cmd\""));
    }

    #[test]
    fn amounts_have_the_digits_of_their_currency() {
        let check = |digits: u32, expected: &str| {
            let csv = written(Form::Csv, digits, vec![row("", 0, Some(-5)), row("", 0, Some(123_456))]);
            let amounts: Vec<_> = csv.lines().skip(1).map(|line| line.trim_start_matches(",0,")).collect();
            assert_eq!(amounts.join(" "), expected);
            let json = written(Form::Json, digits, vec![row("", 0, Some(-5))]);
            let json: Value = serde_json::from_str(&json).unwrap();
            let (minor, decimal) = (&json["amount_minor"], json["amount"].as_str().unwrap());
            assert_eq!(format!("{minor},{decimal}"), amounts[0]);
        };
        check(0, "-5,-5 123456,123456");
        check(2, "-5,-0.05 123456,1234.56");
        check(3, "-5,-0.005 123456,123.456");
    }
}
