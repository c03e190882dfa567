//! Printing: plain and aligned for people, one JSON object a line for programs.

use std::io::{IsTerminal, Write};

use desk::Fault;
use serde::Serialize;
use serde_json::json;
use till::day::DayError;

use crate::words;

/// How results are printed.
pub struct Out {
    json: bool,
}

impl Out {
    /// JSON or text.
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    /// Prints a result.
    pub fn say(&self, value: &impl Serialize, text: impl FnOnce() -> String) -> anyhow::Result<()> {
        let line = if self.json { serde_json::to_string(value)? } else { text() };
        let mut stdout = std::io::stdout().lock();
        writeln!(stdout, "{}", line.trim_end_matches('\n'))?;
        stdout.flush()?;
        Ok(())
    }

    /// Tells how far long work has come: programs get a line each time, people one line that changes.
    pub fn progress(&self, what: &str, done: u64, total: u64) {
        if self.json {
            eprintln!("{}", json!({ "progress": what, "done": done, "total": total }));
        } else if std::io::stderr().is_terminal() {
            let of = if total > 0 { format!(" of {total}") } else { String::new() };
            eprint!("\r{what} {done}{of} ");
        }
    }

    /// Ends the line of [`Out::progress`].
    pub fn progress_done(&self) {
        if !self.json && std::io::stderr().is_terminal() {
            eprintln!();
        }
    }

    /// Prints why it was not done: `pharmatill: line 6: role_unknown: This role does not exist.`
    pub fn failed(&self, error: &anyhow::Error) {
        let fault = fault(error);
        if self.json {
            eprintln!("{}", json!({ "code": fault.code, "detail": fault.detail }));
            return;
        }
        let line = fault.detail["line"].as_u64().map_or_else(String::new, |line| format!("line {line}: "));
        let cause = fault.detail["os"].as_str().or(fault.detail["text"].as_str());
        match (words::sentence(&fault.code, &fault.detail), cause) {
            (Some(sentence), None) => eprintln!("pharmatill: {line}{}: {sentence}", fault.code),
            (Some(sentence), Some(cause)) => {
                eprintln!("pharmatill: {line}{}: {sentence} ({cause})", fault.code);
            }
            (None, cause) => eprintln!("pharmatill: {line}{}", cause.unwrap_or(&fault.code)),
        }
    }
}

/// Code of a mistake on the command line itself.
pub const USAGE: &str = "usage";

/// Code of a line of a day that says nothing that can be done.
const LINE_UNCLEAR: &str = "line_unclear";

/// Code of what went wrong around the till, such as a file that cannot be read.
const UNCODED: &str = "failed";

/// The stable code of a failure, with what is known beside it.
fn fault(error: &anyhow::Error) -> Fault {
    if let Some(fault) = error.downcast_ref::<Fault>() {
        return fault.clone();
    }
    if let Some(error) = error.downcast_ref::<ledger::Error>() {
        return Fault { code: error.code().to_owned(), detail: json!({ "text": error.to_string() }) };
    }
    match error.downcast_ref::<DayError>() {
        Some(DayError::Refused { line, fault }) => {
            let mut detail = json!({ "line": line });
            if let (Some(detail), Some(known)) = (detail.as_object_mut(), fault.detail.as_object()) {
                detail.extend(known.clone());
            }
            Fault { code: fault.code.clone(), detail }
        }
        Some(DayError::Words { line, what }) => {
            Fault { code: LINE_UNCLEAR.to_owned(), detail: json!({ "line": line, "text": what }) }
        }
        _ => Fault { code: UNCODED.to_owned(), detail: json!({ "text": format!("{error:#}") }) },
    }
}
