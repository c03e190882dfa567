//! `verify`, `backup` and `restore`: keeping the book.

use std::path::{Path, PathBuf};

use anyhow::Context;
use desk::api::setup::SetBackup;
use desk::{Fault, Nothing};
use ledger::{Secrets, Verified};
use serde_json::json;
use till::{home, keys};

use crate::found::path_text;
use crate::out::Out;

/// Checks everything, beside whoever uses the book, and names the place of everything that is wrong.
pub fn verify(data: &Path, out: &Out) -> anyhow::Result<()> {
    let (ledger, secrets) = book_of(data)?;
    let verify = || {
        let verified = ledger::verify(&ledger, &secrets, |done, total| {
            out.progress("verified", done, total);
            true
        });
        out.progress_done();
        verified
    };
    let verified = match verify() {
        // After an update there is no history to compare with before it was prepared.
        Err(ledger::Error::HistoryPending) => {
            drop(home::open_once(data)?);
            verify()?
        }
        verified => verified?,
    };
    for fault in &verified.faults {
        out.say(&json!({ "fault": fault.code, "place": fault.place }), || {
            format!("{}: {}", fault.place, fault.code)
        })?;
    }
    out.say(&counts(&verified), || verified_text(&verified))?;
    if verified.faults.is_empty() { Ok(()) } else { Err(Fault::bare("book_not_whole").into()) }
}

/// The ledger of a till and the keys that open it.
pub fn book_of(data: &Path) -> anyhow::Result<(PathBuf, Secrets)> {
    let ledger = data.join(home::LEDGER);
    if !ledger.exists() {
        return Err(Fault::bare("not_set_up").into());
    }
    let secrets = keys::read(&data.join(home::KEYS))?.ok_or_else(|| Fault::bare("keys_missing"))?;
    Ok((ledger, secrets))
}

fn counts(verified: &Verified) -> serde_json::Value {
    let content: String = verified.content.iter().map(|byte| format!("{byte:02x}")).collect();
    json!({
        "content": content,
        "streams": verified.stream_count,
        "records": verified.record_count,
        "signatures": verified.signature_count,
        "entries": verified.entry_count,
        "rows": verified.row_count,
        "faults": verified.faults.len(),
    })
}

fn verified_text(verified: &Verified) -> String {
    format!(
        "{} streams, {} records, {} signatures, {} entries, {} derived rows: {}",
        verified.stream_count,
        verified.record_count,
        verified.signature_count,
        verified.entry_count,
        verified.row_count,
        if verified.faults.is_empty() { "all whole" } else { "not whole" }
    )
}

/// Copies the book to `folder`, which becomes the folder of the daily backup.
pub fn back_up(data: &Path, folder: &Path, out: &Out) -> anyhow::Result<()> {
    let desk = home::open_once(data)?;
    let folder = std::path::absolute(folder)?;
    desk.set_backup(SetBackup { folder: Some(path_text(&folder)?), recovery_passphrase: passphrase() })?;
    let job = desk.back_up(Nothing {})?;
    let done = till::job::finish(&desk, &job, |job| out.progress("pages", job.done, job.total));
    out.progress_done();
    let done = done?;
    out.say(&done, || format!("backed up to {}", folder.display()))
}

/// Brings a backup back into a new folder, as a new incarnation of the device.
pub fn restore(data: &Path, backup: &Path, out: &Out) -> anyhow::Result<()> {
    let passphrase = needed_passphrase()?;
    let restored =
        till::restore::restore(backup, &passphrase, data, home::real_clock()(), home::real_random())?;
    out.say(&json!({ "made_at_ms": restored.made_at_ms, "series": restored.series }), || {
        format!(
            "restored as it was at {}; the receipts of this till now carry {}\n\
             What was entered on this till after that time may be missing. Look for receipts of a later time on \
             paper, and count the drawer before selling goes on.",
            restored.made_at, restored.series
        )
    })
}

/// The recovery passphrase where nothing goes without it.
pub fn needed_passphrase() -> anyhow::Result<String> {
    passphrase().context("the recovery passphrase is needed in PHARMATILL_PASSPHRASE")
}

/// The recovery passphrase; from the environment, since arguments are seen by everyone on the computer.
pub fn passphrase() -> Option<String> {
    std::env::var("PHARMATILL_PASSPHRASE").ok().filter(|text| !text.is_empty())
}
