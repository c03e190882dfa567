//! The keys that a till keeps beside its ledger.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

use domain::entry::Incarnation;
use domain::id::DeviceId;

use crate::open::beside;

/// What opens the ledger and signs for this device. Kept in a file of its own with mode 0600.
#[derive(Clone)]
pub struct Secrets {
    /// Raw 256-bit key of the ledger file.
    pub database_key: [u8; 32],
    /// Seed of the Ed25519 key that signs checkpoints.
    pub signing_seed: [u8; 32],
    /// Seed of the X25519 key that keys of sealed parts are wrapped for.
    pub wrapping_seed: [u8; 32],
    /// The device.
    pub device: DeviceId,
    /// This life of the device.
    pub incarnation: Incarnation,
    /// Secret of the branch, which never stands in the ledger.
    pub branch_secret: [u8; 32],
    /// The life before, until this one has opened its streams.
    pub before: Option<LifeBefore>,
}

/// The life of a device that ends because another one begins.
#[derive(Clone)]
pub struct LifeBefore {
    /// Its incarnation.
    pub incarnation: Incarnation,
    /// Seed of its Ed25519 key, which endorses the new one.
    pub signing_seed: [u8; 32],
    /// Seed of its X25519 key.
    pub wrapping_seed: [u8; 32],
}

impl Secrets {
    /// Device and incarnation, as derived tables name a writer.
    pub(crate) fn writer(&self) -> Vec<u8> {
        [self.device.as_bytes().as_slice(), self.incarnation.0.as_slice()].concat()
    }
}

/// Writes a file of secrets with mode 0600, durably, replacing what stood there in one step.
///
/// # Errors
/// When the file system fails; what stood there stands.
pub fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let new = beside(path, ".new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&new, path)?;
    // Without this the name itself may be lost with the power, and with it the ledger that the keys open.
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
