//! The daily copy of the pharmacy's book: where it goes, how old it is, and making one.

use std::path::{Path, PathBuf};

use ledger::{BackupKey, Write, back_up};

use crate::api::setup::{BackupView, JobView, SetBackup};
use crate::commands::Nothing;
use crate::fault::{Fault, Stop};
use crate::jobs::{Job, Kind};
use crate::open::{Changed, Desk};

/// Names of this computer's values.
const FOLDER: &str = "backup_folder";
const KEY: &str = "backup_key";
const LAST: &str = "backup_last_ms";
const FAILED: &str = "backup_failed";

/// A copy older than this is overdue.
const OVERDUE_MS: i64 = 24 * 60 * 60 * 1_000;

/// Copies that are kept in the folder.
const KEPT: usize = 14;

/// Least characters of a recovery passphrase.
const MIN_PASSPHRASE: usize = 12;

/// The beginning of every copy's folder name.
const PREFIX: &str = "pharmatill-";

impl Desk {
    /// State of the backup. The practice book is not backed up.
    pub(crate) fn backup_view(&self) -> Result<BackupView, Fault> {
        let now_ms = self.now_ms();
        Ok(self.book.ask(|book| {
            let text = |name| -> Result<Option<String>, Stop> {
                Ok(book.local(name)?.and_then(|bytes| String::from_utf8(bytes).ok()))
            };
            let last_ms = text(LAST)?.and_then(|ms| ms.parse::<i64>().ok());
            let folder = text(FOLDER)?;
            let overdue = is_overdue(last_ms, now_ms);
            Ok(BackupView { overdue, folder, last_ms, failed: text(FAILED)? })
        })?)
    }

    /// Says where copies go. The passphrase is needed the first time; what is kept is a key derived from it.
    ///
    /// # Errors
    /// `passphrase_too_short`, `folder_missing`, or a failure of the machine.
    pub fn set_backup(&self, set: SetBackup) -> Result<BackupView, Fault> {
        check_backup(&set, self.book.ask(|book| Ok(book.local(KEY)?.is_some()))?)?;
        let mut write = Write::default().with_local(FOLDER, set.folder.map(String::into_bytes));
        if let Some(passphrase) = &set.recovery_passphrase {
            let mut salt = [0; 16];
            (self.random)(&mut salt);
            let key = BackupKey::derive(passphrase, salt)?;
            write = write.with_local(KEY, Some([key.salt.as_slice(), &key.key].concat()));
        }
        self.keep_locally(write)?;
        self.tell(&[Changed::Status]);
        self.backup_view()
    }

    /// Refuses what is not the recovery passphrase of this till.
    ///
    /// # Errors
    /// `backup_not_set`, `passphrase_wrong`, or a failure of the machine.
    pub(crate) fn check_passphrase(&self, passphrase: &str) -> Result<(), Fault> {
        let kept = self.book.ask(|book| Ok(book.local(KEY)?))?;
        let kept = kept.and_then(|bytes| backup_key(&bytes)).ok_or_else(|| Fault::bare("backup_not_set"))?;
        let is_it = blake3::hash(&BackupKey::derive(passphrase, kept.salt)?.key) == blake3::hash(&kept.key);
        if is_it { Ok(()) } else { Err(ledger::Error::PassphraseWrong.into()) }
    }

    /// Makes a verified copy in the background.
    ///
    /// # Errors
    /// `backup_not_set`, `job_running`.
    pub fn back_up(&self, _: Nothing) -> Result<JobView, Fault> {
        let (folder, key) = self.book.ask(|book| Ok((book.local(FOLDER)?, book.local(KEY)?)))?;
        let folder = folder.and_then(|bytes| String::from_utf8(bytes).ok());
        let key = key.and_then(|bytes| backup_key(&bytes));
        let (Some(folder), Some(key)) = (folder, key) else { return Err(Fault::bare("backup_not_set")) };
        self.start(Kind::Backup, move |desk, job| {
            let result = desk.make_backup(Path::new(&folder), &key, job);
            let ended = match &result {
                Ok(_) => Write::default()
                    .with_local(LAST, Some(desk.now_ms().to_string().into_bytes()))
                    .with_local(FAILED, None),
                Err(fault) => Write::default().with_local(FAILED, Some(fault.code.clone().into_bytes())),
            };
            desk.keep_locally(ended)?;
            result.map(drop)
        })
    }

    fn make_backup(&self, folder: &Path, key: &BackupKey, job: &Job) -> Result<PathBuf, Fault> {
        if !folder.is_dir() {
            return Err(Fault::bare("folder_missing"));
        }
        let open = &self.book;
        let (now, series) = open.ask(|book| {
            let house = open.house(book)?.ok_or(Stop::Ledger(ledger::Error::NotSetUp))?;
            Ok((house.now(self.now_ms()), house.series.clone()))
        })?;
        let minute = now.local_text().replace(' ', "-").replace(':', "");
        let made = folder.join(format!("{PREFIX}{series}-{minute}{:02}", now.ms / 1_000 % 60));
        if made.is_dir() {
            // Asked twice in a second, it is one copy.
            return Ok(made);
        }
        let progress = |done, total| job.progress(done, total);
        back_up(&open.path, &open.secrets(), key, &made, now, &*self.random, progress)?;
        take_away_oldest(folder, &series, &made)?;
        Ok(made)
    }

    pub(crate) fn keep_locally(&self, write: Write) -> Result<(), Fault> {
        let now = domain::time::Now { ms: self.now_ms(), utc_offset_min: 0 };
        Ok(self.book.writer.take().transact(now, |_| Ok((write, ())))?)
    }
}

/// The key as [`KEY`] has it: salt and key.
fn backup_key(bytes: &[u8]) -> Option<BackupKey> {
    Some(BackupKey { salt: *bytes.first_chunk()?, key: *bytes.last_chunk().filter(|_| bytes.len() == 48)? })
}

/// Whether copies can go where they are to go; a passphrase is needed where no key is kept yet.
pub(crate) fn check_backup(set: &SetBackup, has_key: bool) -> Result<(), Fault> {
    if set.folder.as_ref().is_some_and(|folder| !Path::new(folder).is_dir()) {
        return Err(Fault::bare("folder_missing"));
    }
    let is_long_enough = match &set.recovery_passphrase {
        Some(passphrase) => passphrase.chars().count() >= MIN_PASSPHRASE,
        None => has_key || set.folder.is_none(),
    };
    if is_long_enough { Ok(()) } else { Err(Fault::bare("passphrase_too_short")) }
}

/// Whether the next copy is due. After a clock that was ahead the last one lies in the future, and nobody
/// knows how old it is.
fn is_overdue(last_ms: Option<i64>, now_ms: i64) -> bool {
    last_ms.is_none_or(|last| !(0..=OVERDUE_MS).contains(&now_ms.saturating_sub(last)))
}

/// Keeps the newest copies of this till. Their names sort by time; those that are named later than the one
/// just made come from a clock that was ahead, and go first.
fn take_away_oldest(folder: &Path, series: &str, made: &Path) -> Result<(), Fault> {
    let failed = |error: std::io::Error| Fault::from(ledger::Error::Io(error));
    let start = format!("{PREFIX}{series}-");
    let mut copies: Vec<PathBuf> = std::fs::read_dir(folder)
        .map_err(failed)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            name.starts_with(&start) && !name.ends_with(".unfinished")
        })
        .collect();
    copies.sort_by_key(|copy| (copy.as_path() <= made, copy.clone()));
    let too_many = copies.len().saturating_sub(KEPT);
    copies[..too_many].iter().try_for_each(|copy| std::fs::remove_dir_all(copy).map_err(failed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_due_after_a_day_and_after_a_clock_that_was_ahead() {
        const NOW: i64 = 1_795_244_400_000;
        let check = |last_ms: Option<i64>, expected: bool| {
            assert_eq!(is_overdue(last_ms, NOW), expected, "{last_ms:?}");
        };
        check(None, true);
        check(Some(NOW), false);
        check(Some(NOW - OVERDUE_MS), false);
        check(Some(NOW - OVERDUE_MS - 1), true);
        check(Some(NOW + 1), true);
        check(Some(NOW + 3_650 * OVERDUE_MS), true);
        check(Some(i64::MAX), true);
    }

    #[test]
    fn the_copy_just_made_stays_whatever_the_clock_said_before() {
        let check = |before: &[String], made: &str, gone: &str| {
            let folder = tempfile::tempdir().unwrap();
            let made = folder.path().join(made);
            for name in before {
                std::fs::create_dir(folder.path().join(name)).unwrap();
            }
            std::fs::create_dir(&made).unwrap();
            take_away_oldest(folder.path(), "K7F", &made).unwrap();
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), KEPT, "{made:?}");
            assert!(made.is_dir() && !folder.path().join(gone).exists(), "{made:?}");
        };
        let days = |year: u32| -> Vec<String> {
            (1..=KEPT).map(|day| format!("pharmatill-K7F-{year}-03-{day:02}-120000")).collect()
        };
        check(&days(2026), "pharmatill-K7F-2026-03-15-120000", "pharmatill-K7F-2026-03-01-120000");
        check(&days(2036), "pharmatill-K7F-2026-03-15-120000", "pharmatill-K7F-2036-03-01-120000");
    }
}
