//! A verified, encrypted copy of the ledger in another place, and the way back from it.
//!
//! A backup is a folder with two files: `ledger.db`, the ledger under a key of its own, and `recovery.key`,
//! that key and the till's secrets, wrapped by the recovery passphrase.

use std::fs::{self, File};
use std::path::Path;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use domain::entry::Incarnation;
use domain::id::DeviceId;
use domain::time::Now;
use minicbor::{Decode, Encode};
use replica::sign::DeviceKeys;
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::error::Error;
use crate::journal::Random;
use crate::open::{Mode, beside, connect};
use crate::secrets::Secrets;
use crate::verify::verify;

/// Pages that are copied at once: some milliseconds of reading.
const PAGES_AT_ONCE: i32 = 256;

/// Memory that turning the passphrase into a key takes, in KiB (64 MiB), and its passes: about half a
/// second of one core, for everyone who guesses.
const ARGON_MEMORY_KIB: u32 = 64 * 1024;
const ARGON_PASSES: u32 = 3;

const WRAP_AAD: &[u8] = b"pharmatill backup 1";

/// What wraps the keys of backups: derived from the recovery passphrase once, when it is set.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BackupKey {
    /// Random, stored in the clear.
    pub salt: [u8; 16],
    /// argon2id of the passphrase.
    pub key: [u8; 32],
}

impl BackupKey {
    /// Derives the key from a passphrase.
    ///
    /// # Errors
    /// When there is not enough memory.
    pub fn derive(passphrase: &str, salt: [u8; 16]) -> Result<Self, Error> {
        let params = Params::new(ARGON_MEMORY_KIB, ARGON_PASSES, 1, Some(32))
            .map_err(|error| Error::Io(std::io::Error::other(error.to_string())))?;
        let mut key = [0; 32];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.as_bytes(), &salt, &mut key)
            .map_err(|error| Error::Io(std::io::Error::other(error.to_string())))?;
        Ok(Self { salt, key })
    }

    /// Encrypts under this key. The salt stands with it, so that the passphrase is all that opens it; `purpose`
    /// tells one kind of file from another.
    ///
    /// # Errors
    /// Where there is no memory to do it.
    pub fn wrap(&self, plain: &[u8], purpose: &[u8], random: &Random) -> Result<Vec<u8>, Error> {
        let mut nonce = [0; 24];
        random(&mut nonce);
        let ciphertext = cipher(&self.key)
            .encrypt(XNonce::from_slice(&nonce), Payload { msg: plain, aad: purpose })
            .map_err(|_| bad_file())?;
        minicbor::to_vec(RecoveryFile { format: 1, salt: self.salt, nonce, ciphertext })
            .map_err(|_| bad_file())
    }

    /// Decrypts what [`BackupKey::wrap`] made, with the passphrase alone.
    ///
    /// # Errors
    /// `BadRecord` where it is no such file, `PassphraseWrong`.
    pub fn unwrap(wrapped: &[u8], purpose: &[u8], passphrase: &str) -> Result<Vec<u8>, Error> {
        let file: RecoveryFile = minicbor::decode(wrapped).map_err(|_| bad_file())?;
        if file.format != 1 {
            return Err(bad_file());
        }
        let key = Self::derive(passphrase, file.salt)?;
        cipher(&key.key)
            .decrypt(XNonce::from_slice(&file.nonce), Payload { msg: &file.ciphertext, aad: purpose })
            .map_err(|_| Error::PassphraseWrong)
    }
}

/// `recovery.key`.
#[derive(Encode, Decode)]
struct RecoveryFile {
    #[n(0)]
    format: u8,
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    salt: [u8; 16],
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    nonce: [u8; 24],
    #[n(3)]
    #[cbor(with = "minicbor::bytes")]
    ciphertext: Vec<u8>,
}

/// What is wrapped in `recovery.key`.
#[derive(Encode, Decode)]
struct Wrapped {
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    database_key: [u8; 32],
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    signing_seed: [u8; 32],
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    wrapping_seed: [u8; 32],
    #[n(3)]
    device: DeviceId,
    #[n(4)]
    incarnation: Incarnation,
    #[n(5)]
    #[cbor(with = "minicbor::bytes")]
    branch_secret: [u8; 32],
    #[n(6)]
    made_at_ms: i64,
}

fn cipher(key: &[u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(Key::from_slice(key))
}

fn bad_file() -> Error {
    Error::BadRecord("recovery.key".to_owned())
}

/// Copies the ledger at `path` into the new folder `finished`, beside whoever uses it, and verifies the copy
/// before it gets its name. `progress` is told (done, total) and stops the run by answering false.
///
/// # Errors
/// `Cancelled`, `DiskFull`, `Damaged` where the copy does not verify, or a failure of the machine. An earlier
/// backup is never touched.
pub fn back_up(
    path: &Path,
    secrets: &Secrets,
    backup_key: &BackupKey,
    finished: &Path,
    now: Now,
    random: &Random,
    mut progress: impl FnMut(u64, u64) -> bool,
) -> Result<(), Error> {
    let unfinished = beside(finished, ".unfinished");
    let _ = fs::remove_dir_all(&unfinished);
    fs::create_dir_all(&unfinished)?;
    let mut copy_secrets = secrets.clone();
    random(&mut copy_secrets.database_key);
    let copy = unfinished.join("ledger.db");
    copy_pages(path, secrets, &copy, &copy_secrets.database_key, &mut progress)?;
    write_recovery(&unfinished.join("recovery.key"), &copy_secrets, backup_key, now, random)?;
    let verified = verify(&copy, &copy_secrets, progress)?;
    if let Some(fault) = verified.faults.first() {
        return Err(Error::Damaged(format!("the copy does not verify: {} at {}", fault.code, fault.place)));
    }
    for entry in fs::read_dir(&unfinished)? {
        File::open(entry?.path())?.sync_all()?;
    }
    File::open(&unfinished)?.sync_all()?;
    fs::rename(&unfinished, finished)?;
    if let Some(folder) = finished.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Copies page by page out of one snapshot, so that selling neither waits nor makes the copy begin again,
/// then gives the copy its own key.
fn copy_pages(
    path: &Path,
    secrets: &Secrets,
    copy: &Path,
    copy_key: &[u8; 32],
    progress: &mut impl FnMut(u64, u64) -> bool,
) -> Result<(), Error> {
    let source = connect(path, &secrets.database_key, Mode::Read)?;
    source.execute_batch("BEGIN; SELECT count(*) FROM stream;")?;
    // The backup copies pages as they lie in the cache, so both sides have to be under the same key first.
    let mut target = connect_plain(copy, &secrets.database_key)?;
    {
        let backup = Backup::new(&source, &mut target)?;
        loop {
            let step = backup.step(PAGES_AT_ONCE)?;
            let at = backup.progress();
            let total = u64::try_from(at.pagecount).unwrap_or(0);
            if !progress(total - u64::try_from(at.remaining).unwrap_or(0), total * 3) {
                return Err(Error::Cancelled);
            }
            match step {
                StepResult::Done => break,
                StepResult::More => {}
                _ => std::thread::sleep(std::time::Duration::from_millis(5)),
            }
        }
    }
    source.execute_batch("COMMIT")?;
    target.execute_batch("PRAGMA journal_mode = DELETE")?;
    let hex: String = copy_key.iter().map(|byte| format!("{byte:02x}")).collect();
    target.execute_batch(&format!("PRAGMA rekey = \"x'{hex}'\""))?;
    Ok(())
}

fn connect_plain(path: &Path, key: &[u8; 32]) -> Result<Connection, Error> {
    let conn = Connection::open(path)?;
    let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    conn.execute_batch(&format!("PRAGMA key = \"x'{hex}'\""))?;
    Ok(conn)
}

fn write_recovery(
    path: &Path,
    secrets: &Secrets,
    backup_key: &BackupKey,
    now: Now,
    random: &Random,
) -> Result<(), Error> {
    let wrapped = Wrapped {
        database_key: secrets.database_key,
        signing_seed: secrets.signing_seed,
        wrapping_seed: secrets.wrapping_seed,
        device: secrets.device,
        incarnation: secrets.incarnation,
        branch_secret: secrets.branch_secret,
        made_at_ms: now.ms,
    };
    let plain = minicbor::to_vec(&wrapped).map_err(|_| bad_file())?;
    Ok(fs::write(path, backup_key.wrap(&plain, WRAP_AAD, random)?)?)
}

/// What a backup gave back.
pub struct Restored {
    /// Secrets for the new life of the device: new keys, the old device and branch.
    pub secrets: Secrets,
    /// The keys of the life before, to endorse the new ones.
    pub old_keys: DeviceKeys,
    /// When the backup was made: what came later may be missing.
    pub made_at_ms: i64,
}

/// Brings a backup back to `path`, where no file may be, under new keys. The ledger goes on as a new
/// incarnation once it is opened with the secrets and [`crate::Ledger::begin_incarnation`] was called.
///
/// # Errors
/// `PassphraseWrong` where it does not open the backup, `InUse` where there is a ledger already,
/// `Damaged` where the copy does not verify, or a failure of the machine.
pub fn restore(backup: &Path, passphrase: &str, path: &Path, random: &Random) -> Result<Restored, Error> {
    if path.exists() {
        return Err(Error::InUse);
    }
    let plain = BackupKey::unwrap(&fs::read(backup.join("recovery.key"))?, WRAP_AAD, passphrase)?;
    let wrapped: Wrapped = minicbor::decode(&plain).map_err(|_| bad_file())?;
    let mut secrets = Secrets {
        database_key: wrapped.database_key,
        signing_seed: [0; 32],
        wrapping_seed: [0; 32],
        device: wrapped.device,
        incarnation: Incarnation([0; 8]),
        branch_secret: wrapped.branch_secret,
        before: None,
    };
    random(&mut secrets.signing_seed);
    random(&mut secrets.wrapping_seed);
    random(&mut secrets.incarnation.0);
    let unfinished = beside(path, ".unfinished");
    fs::copy(backup.join("ledger.db"), &unfinished)?;
    let verified = verify(&unfinished, &secrets, |_, _| true)?;
    if let Some(fault) = verified.faults.first() {
        let _ = fs::remove_file(&unfinished);
        return Err(Error::Damaged(format!("{} at {}", fault.code, fault.place)));
    }
    File::open(&unfinished)?.sync_all()?;
    fs::rename(&unfinished, path)?;
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    let old_keys = DeviceKeys::from_seeds(wrapped.signing_seed, wrapped.wrapping_seed);
    Ok(Restored { secrets, old_keys, made_at_ms: wrapped.made_at_ms })
}
