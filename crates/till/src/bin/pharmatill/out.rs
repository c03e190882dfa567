//! Printing: plain and aligned for people, one JSON object a line for programs.

use std::io::Write;

use desk::Fault;
use serde::Serialize;
use serde_json::json;

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

    /// Tells how far long work has come; people see one line that changes.
    pub fn progress(&self, what: &str, done: u64, total: u64) {
        if self.json {
            eprintln!("{}", json!({ "progress": what, "done": done, "total": total }));
        } else if total > 0 {
            eprint!("\r{what} {done} of {total} ");
        } else {
            eprint!("\r{what} {done} ");
        }
    }

    /// Ends the line of [`Out::progress`].
    pub fn progress_done(&self) {
        if !self.json {
            eprintln!();
        }
    }

    /// Prints why it was not done.
    pub fn failed(&self, error: &anyhow::Error) {
        let fault = error.downcast_ref::<Fault>();
        if self.json {
            let fault = fault.cloned().unwrap_or_else(|| Fault {
                code: "failed".to_owned(),
                detail: json!({ "text": format!("{error:#}") }),
            });
            eprintln!("{}", json!({ "code": fault.code, "detail": fault.detail }));
        } else {
            match fault {
                Some(fault) if !fault.detail.is_null() => eprintln!("pharmatill: {error:#} {}", fault.detail),
                _ => eprintln!("pharmatill: {error:#}"),
            }
        }
    }
}
