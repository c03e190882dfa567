//! Bringing what is derived of a ledger up to what is stored in it, all at once.

use std::time::Duration;

use ledger::{Error, Ledger, Slice};

/// What a rebuild pauses for while a checkpoint catches up.
const PAUSE: Duration = Duration::from_millis(5);

/// Projects what was stored last, and derives again what has to be.
///
/// # Errors
/// When the file fails.
pub fn derive_all(ledger: &mut Ledger) -> Result<(), Error> {
    while !ledger.project_slice()? {}
    while ledger.book().is_rebuild_due()? {
        let mut rebuild = ledger.begin_rebuild()?;
        loop {
            match ledger.rebuild_slice(&mut rebuild)? {
                Slice::Done => break,
                Slice::More => {}
                Slice::Waits => std::thread::sleep(PAUSE),
            }
        }
    }
    Ok(())
}
