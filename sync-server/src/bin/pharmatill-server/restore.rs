//! A full server again, out of its backup.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::json;
use sync_server::backup::restore::{Report, restore as restore_into};
use sync_server::backup::storage::Storage;
use sync_server::keys::ServerKeys;

use crate::arguments::{Arguments, OpenedBy};
use crate::found::needed_passphrase;
use crate::serve::{options, random};

pub fn restore(arguments: &Arguments, opened_by: &OpenedBy, partial: bool) -> anyhow::Result<()> {
    let (data, storage) = (arguments.data()?, the_backup(arguments)?);
    if data.read_dir().is_ok_and(|mut files| files.next().is_some()) {
        bail!("{} is not empty", data.display());
    }
    // It is made beside, so that whatever interrupts it leaves nothing that looks like a server.
    let beside = with_ending(data, ".restoring");
    if beside.exists() {
        std::fs::remove_dir_all(&beside)?;
    }
    let report = restored(&storage, opened_by, &beside, partial)?;
    std::fs::rename(&beside, data).with_context(|| data.display().to_string())?;
    let (branches, records, last_ms) = (report.branches.len(), report.record_count, report.last_recorded_ms);
    for left_out in &report.left_out {
        eprintln!("{left_out}");
    }
    if arguments.json {
        let left_out = report.left_out;
        println!(
            "{}",
            json!({ "branches": branches, "records": records, "last_ms": last_ms, "left_out": left_out })
        );
    } else {
        println!("Restored: {branches} branches, {records} records, the last of {}.", moment(last_ms));
    }
    Ok(())
}

/// The place that was said, which a server serves without.
pub fn the_backup(arguments: &Arguments) -> anyhow::Result<Storage> {
    arguments.backup()?.context("--backup PLACE is needed")
}

/// Restores into a folder that is made.
pub fn restored(
    storage: &Storage,
    opened_by: &OpenedBy,
    folder: &Path,
    partial: bool,
) -> anyhow::Result<Report> {
    let passphrase = needed_passphrase(opened_by.passphrase_file.as_deref())?;
    let keys = ServerKeys::recover(&opened_by.recovery, &passphrase, &*random())?;
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(restore_into(storage, &keys, &options(folder), partial))?)
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// A moment for people, by the clock of UTC.
pub fn moment(at_ms: Option<i64>) -> String {
    let at = at_ms.and_then(chrono::DateTime::from_timestamp_millis);
    at.map_or("no time".to_owned(), |at| at.format("%Y-%m-%d %H:%M:%S UTC").to_string())
}
