//! A till brought back from a backup, in a folder of its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono_tz::Tz;
use desk::Fault;
use domain::time::Now;
use ledger::Ledger;

use crate::home::{self, Random};
use crate::keys;

/// A till that was brought back.
pub struct Restored {
    /// When the backup was made, in milliseconds since 1970; what came later may be missing.
    pub made_at_ms: i64,
    /// The same in the branch's local time.
    pub made_at: String,
    /// Three characters that the receipt numbers of the new incarnation carry.
    pub series: String,
}

/// Brings the backup in the folder `backup` back to `dir`, which must not exist or be empty. The device goes
/// on as a new incarnation with new keys and a new receipt series, because what it wrote after the backup may
/// still turn up. The folder appears whole or not at all.
///
/// # Errors
/// `folder_in_use` where something is in `dir`, `file_missing` where no backup is in `backup`, `passphrase_wrong`
/// where the passphrase does not open it, `ledger_damaged` where the copy does not verify, `folder_failed`, and
/// the codes of [`keys::write`].
pub fn restore(
    backup: &Path,
    passphrase: &str,
    dir: &Path,
    now_ms: i64,
    random: Random,
) -> Result<Restored, Fault> {
    let is_free = std::fs::read_dir(dir).map_or(!dir.exists(), |mut entries| entries.next().is_none());
    if !is_free {
        return Err(Fault::bare("folder_in_use"));
    }
    if !backup.join("recovery.key").is_file() {
        return Err(Fault::bare("file_missing"));
    }
    let unfinished = unfinished(dir);
    if unfinished.exists() {
        std::fs::remove_dir_all(&unfinished).map_err(failed)?;
    }
    std::fs::create_dir_all(&unfinished).map_err(failed)?;
    let restored = restore_into(backup, passphrase, &unfinished, now_ms, random)
        .and_then(|restored| std::fs::rename(&unfinished, dir).map(|()| restored).map_err(failed));
    if restored.is_err() {
        // What is only half there is of no use, and its keys should not lie about.
        let _ = std::fs::remove_dir_all(&unfinished);
    }
    restored
}

fn restore_into(
    backup: &Path,
    passphrase: &str,
    dir: &Path,
    now_ms: i64,
    random: Random,
) -> Result<Restored, Fault> {
    let path = dir.join(home::LEDGER);
    let restored = ledger::restore(backup, passphrase, &path, &*random)?;
    keys::write(&dir.join(home::KEYS), &restored.secrets)?;
    let mut ledger = Ledger::open(&path, &restored.secrets, Arc::from(random))?;
    let zone =
        ledger.book().branch()?.and_then(|branch| branch.time_zone.parse::<Tz>().ok()).unwrap_or(Tz::UTC);
    ledger.begin_incarnation(&restored.old_keys, Now::in_zone(now_ms, zone))?;
    Ok(Restored {
        made_at_ms: restored.made_at_ms,
        made_at: Now::in_zone(restored.made_at_ms, zone).local_text(),
        series: restored.secrets.incarnation.series_code(),
    })
}

fn unfinished(dir: &Path) -> PathBuf {
    let mut name = dir.as_os_str().to_owned();
    name.push(".restoring");
    PathBuf::from(name)
}

fn failed(error: std::io::Error) -> Fault {
    Fault { code: "folder_failed".to_owned(), detail: serde_json::json!({ "os": error.to_string() }) }
}
