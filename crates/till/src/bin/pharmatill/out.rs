//! Printing: plain and aligned for people, one JSON object a line for programs.

use std::io::{IsTerminal, Write};

use desk::Fault;
use serde::Serialize;
use serde_json::json;
use till::day::DayError;

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

    /// Prints why it was not done.
    pub fn failed(&self, error: &anyhow::Error) {
        let fault = fault(error);
        if self.json {
            eprintln!("{}", json!({ "code": fault.code, "detail": fault.detail }));
        } else if fault.code == UNCODED || fault.detail.is_null() {
            eprintln!("pharmatill: {error:#}");
        } else {
            eprintln!("pharmatill: {error:#} {}", fault.detail);
        }
    }
}

/// Code of what went wrong on the command line itself.
const UNCODED: &str = "failed";

/// The stable code of a failure, with what is known beside it.
fn fault(error: &anyhow::Error) -> Fault {
    if let Some(fault) = error.downcast_ref::<Fault>() {
        return fault.clone();
    }
    let code = match (error.downcast_ref::<DayError>(), error.downcast_ref::<ledger::Error>()) {
        (Some(DayError::Refused { line, fault }), _) => {
            return Fault {
                code: fault.code.clone(),
                detail: json!({ "line": line, "detail": fault.detail }),
            };
        }
        (_, Some(error)) => error.code(),
        _ => UNCODED,
    };
    Fault { code: code.to_owned(), detail: json!({ "text": format!("{error:#}") }) }
}
