//! `verify`, `backup` and `restore`: keeping the book.

use std::path::Path;

use desk::Nothing;
use desk::api::setup::SetBackup;

use crate::found::path_text;
use crate::out::Out;

/// Checks everything.
pub fn verify(data: &Path, out: &Out) -> anyhow::Result<()> {
    let desk = till::home::open_once(data)?;
    let job = desk.verify(Nothing {})?;
    let done = till::job::finish(&desk, &job, |job| out.progress("records", job.done, job.total));
    out.progress_done();
    let done = done?;
    out.say(&done, || format!("verified: {} records", done.done))
}

/// Copies the book to `folder`, which becomes the folder of the daily backup.
pub fn back_up(data: &Path, folder: &Path, out: &Out) -> anyhow::Result<()> {
    let desk = till::home::open_once(data)?;
    let folder = std::path::absolute(folder)?;
    desk.set_backup(SetBackup { folder: Some(path_text(&folder)?), recovery_passphrase: passphrase() })?;
    let job = desk.back_up(Nothing {})?;
    let done = till::job::finish(&desk, &job, |job| out.progress("pages", job.done, job.total));
    out.progress_done();
    let done = done?;
    out.say(&done, || format!("backed up to {}", folder.display()))
}

/// The recovery passphrase; from the environment, since arguments are seen by everyone on the computer.
pub fn passphrase() -> Option<String> {
    std::env::var("PHARMATILL_PASSPHRASE").ok().filter(|text| !text.is_empty())
}
