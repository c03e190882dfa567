//! Space that is kept back beside the ledger, so that a drawer can be counted and closed on a full disk.

use std::fs::{self, File};
use std::io::Write;

use crate::Ledger;
use crate::error::Error;
use crate::open::beside;

/// Bytes: some hundred times what a count and a close write.
const RESERVE: usize = 8 << 20;

impl Ledger {
    /// Makes the reserve where there is none. A till on a disk that is full already starts without it.
    pub(crate) fn keep_reserve(&self) {
        let path = beside(&self.path, ".reserve");
        if fs::metadata(&path).is_ok_and(|made| made.len() >= RESERVE as u64) {
            return;
        }
        let made = File::create(&path).and_then(|mut file| {
            file.write_all(&vec![0; RESERVE])?;
            file.sync_all()
        });
        if let Err(error) = made {
            tracing::warn!(%error, "no space can be kept back for closing on a full disk");
            let _ = fs::remove_file(&path);
        }
    }

    /// Gives the reserve free. It is made again when the ledger is opened the next time.
    ///
    /// # Errors
    /// When the file system fails; a reserve that is gone already is no error.
    pub fn give_reserve_free(&self) -> Result<(), Error> {
        match fs::remove_file(beside(&self.path, ".reserve")) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}
