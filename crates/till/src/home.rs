//! The folder of a till: `ledger.db` with `till.keys` and `till.attempts`, and `practice.db` with `practice.keys`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use desk::{Desk, Fault, Options, PinCost, Place};

use crate::keys;
use crate::mail;
use crate::printing;
use crate::sync::carry::{self, Outside};
use crate::sync::network;

/// Tells the time, in milliseconds since 1970.
pub type Clock = Box<dyn Fn() -> i64 + Send + Sync>;

/// Fills a buffer with random bytes.
pub type Random = Box<dyn Fn(&mut [u8]) + Send + Sync>;

/// File name of the pharmacy's book.
pub const LEDGER: &str = "ledger.db";
/// File name of its keys.
pub const KEYS: &str = "till.keys";
/// File name of the practice book.
pub const PRACTICE: &str = "practice.db";
/// File name of the practice book's keys.
pub const PRACTICE_KEYS: &str = "practice.keys";

/// File name of what counts wrong PINs.
pub const ATTEMPTS: &str = "till.attempts";

/// How often a running till looks whether its daily backup is due.
const BACKUP_LOOK: Duration = Duration::from_secs(600);

/// Opens the till in `dir` for as long as it runs: the real clock, a backup every day, the talk with its
/// server, the printer, and the mails.
///
/// # Errors
/// As [`open_with`].
pub fn open(dir: &Path) -> Result<Arc<Desk>, Fault> {
    let desk = open_with(dir, real_clock(), real_random())?;
    desk.prepare_history()?;
    build_index_ahead(&desk);
    back_up_daily(&desk);
    print_from_now_on(&desk);
    mail_from_now_on(&desk);
    let outside = Outside { random: real_random(), clock: real_clock(), key_path: dir.join(KEYS) };
    carry::start(&desk, outside);
    Ok(desk)
}

/// Opens the till in `dir` for one command: the real clock, nothing in the background. After an update its
/// history is prepared first.
///
/// # Errors
/// As [`open_with`].
pub fn open_once(dir: &Path) -> Result<Arc<Desk>, Fault> {
    let desk = open_with(dir, real_clock(), real_random())?;
    if let Some(job) = desk.prepare_history()? {
        crate::job::finish(&desk, &job, |_| ())?;
    }
    Ok(desk)
}

/// Opens the till in `dir` with a given clock and randomness; the folder and its keys are made if there are none.
///
/// # Errors
/// `folder_failed`, `keys_missing` (a ledger without its keys: new ones would not open it), the codes of
/// [`keys::read`] and [`keys::write`], and those of [`Desk::open`].
pub fn open_with(dir: &Path, clock: Clock, random: Random) -> Result<Arc<Desk>, Fault> {
    std::fs::create_dir_all(dir).map_err(|error| Fault {
        code: "folder_failed".to_owned(),
        detail: serde_json::json!({ "os": error.to_string() }),
    })?;
    let book = place(dir, LEDGER, KEYS, &clock, &random)?;
    let practice = place(dir, PRACTICE, PRACTICE_KEYS, &clock, &random)?;
    let keep_branch_secret = keeper_of_branch_secret(dir.join(KEYS));
    let network = network::network();
    let (attempts, pin_cost) = (dir.join(ATTEMPTS), PinCost::AT_A_TILL);
    let desk = Desk::open(Options {
        book,
        practice,
        attempts,
        pin_cost,
        keep_branch_secret,
        network,
        find_printers: Box::new(printing::found),
        clock,
        random,
    })?;
    desk.finish_incarnation()?;
    Ok(desk)
}

/// Puts the secret of the branch that this till joins into its key file.
fn keeper_of_branch_secret(key_path: PathBuf) -> Box<desk::KeepSecret> {
    Box::new(move |secret| {
        let failed = |fault: Fault| std::io::Error::other(fault.code);
        let kept = keys::read(&key_path).map_err(failed)?.ok_or(std::io::ErrorKind::NotFound)?;
        keys::write(&key_path, &ledger::Secrets { branch_secret: *secret, ..kept }).map_err(failed)
    })
}

fn place(dir: &Path, file: &str, key_file: &str, clock: &Clock, random: &Random) -> Result<Place, Fault> {
    let path = dir.join(file);
    let key_path = dir.join(key_file);
    if let Some(secrets) = keys::read(&key_path)? {
        return Ok(Place { path, secrets });
    }
    if path.exists() {
        return Err(Fault::bare("keys_missing"));
    }
    let secrets = keys::make(random.as_ref(), clock());
    keys::write(&key_path, &secrets)?;
    Ok(Place { path, secrets })
}

/// The device's own clock.
#[must_use]
pub fn real_clock() -> Clock {
    Box::new(|| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}

/// Randomness of the operating system.
#[must_use]
pub fn real_random() -> Random {
    Box::new(|bytes| {
        // Keys and ids that are not random would be worse than a till that does not start.
        if getrandom::fill(bytes).is_err() {
            std::process::abort();
        }
    })
}

/// Prints what waits. What was being printed when the till ended is asked about.
fn print_from_now_on(desk: &Arc<Desk>) {
    match desk.doubt_prints() {
        Ok(()) => (),
        Err(fault) if matches!(fault.code.as_str(), "not_set_up" | "read_only") => (),
        Err(fault) => tracing::error!(code = fault.code, "what was being printed was not put into doubt"),
    }
    printing::start(desk);
}

/// Sends what waits. What was being sent when the till ended is asked about.
fn mail_from_now_on(desk: &Arc<Desk>) {
    match desk.doubt_mails() {
        Ok(()) => (),
        Err(fault) if matches!(fault.code.as_str(), "not_set_up" | "read_only") => (),
        Err(fault) => tracing::error!(code = fault.code, "what was being sent was not put into doubt"),
    }
    mail::start(desk, real_clock());
}

/// Builds the search index beside the first screens, so that the first search does not wait for it.
fn build_index_ahead(desk: &Arc<Desk>) {
    let desk = Arc::downgrade(desk);
    std::thread::spawn(move || {
        let Some(desk) = desk.upgrade() else { return };
        // Before anything is set up there is nothing to search.
        let _ = desk.build_index();
    });
}

/// Makes a backup whenever the last one is older than a day and a folder is set, until the desk is gone.
fn back_up_daily(desk: &Arc<Desk>) {
    let desk = Arc::downgrade(desk);
    std::thread::spawn(move || {
        while let Some(desk) = desk.upgrade() {
            if let Ok(status) = desk.status(desk::Nothing {})
                && status.backup.folder.is_some()
                && status.backup.overdue
                && let Err(fault) = desk.back_up(desk::Nothing {})
            {
                tracing::warn!(code = %fault.code, "the daily backup could not begin");
            }
            drop(desk);
            std::thread::sleep(BACKUP_LOOK);
        }
    });
}
