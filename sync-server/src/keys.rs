//! Who this server is: `server.keys`, readable by its owner only, and the recovery file, which a passphrase
//! opens and which alone makes an empty server the same one again.

use std::io::{self, ErrorKind};
use std::path::Path;

use domain::entry::Incarnation;
use domain::id::DeviceId;
use ledger::{BackupKey, Error, Random, Secrets, write_private};
use minicbor::{Decode, Encode};
use replica::sealed::Receiver;
use replica::sign::DeviceKeys;

/// The only format of both files.
const FORMAT: u8 = 1;
const RECOVERY_AAD: &[u8] = b"pharmatill server recovery 1";

/// What tills know the server by.
#[derive(Clone, Encode, Decode)]
struct Identity {
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    signing_seed: [u8; 32],
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    wrapping_seed: [u8; 32],
    #[n(2)]
    device: DeviceId,
    #[n(3)]
    incarnation: Incarnation,
}

#[derive(Encode, Decode)]
struct KeyFile {
    #[n(0)]
    format: u8,
    #[n(1)]
    identity: Identity,
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    database_key: [u8; 32],
}

/// Why keys are not there.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// There are keys already, and nothing may replace them.
    #[error("there are keys already")]
    Exist,
    /// Not a file that this program writes.
    #[error("the file is damaged, or of a newer version")]
    Damaged,
    /// The passphrase does not open the recovery file.
    #[error("the passphrase does not open this recovery file")]
    PassphraseWrong,
    /// The file system failed.
    #[error("the file system failed: {0}")]
    Io(#[from] io::Error),
}

impl KeysError {
    /// Stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Exist => "keys_exist",
            Self::Damaged => "keys_damaged",
            Self::PassphraseWrong => "passphrase_wrong",
            Self::Io(_) => "keys_failed",
        }
    }
}

/// The keys of this server.
pub struct ServerKeys {
    identity: Identity,
    /// Opens the ledgers and the access store.
    pub database_key: [u8; 32],
    /// Signs, and opens what is wrapped for the server.
    pub device_keys: DeviceKeys,
}

fn drawn<const N: usize>(random: &Random) -> [u8; N] {
    let mut bytes = [0; N];
    random(&mut bytes);
    bytes
}

impl ServerKeys {
    fn new(identity: Identity, database_key: [u8; 32]) -> Self {
        let device_keys = DeviceKeys::from_seeds(identity.signing_seed, identity.wrapping_seed);
        Self { identity, database_key, device_keys }
    }

    /// Makes a new server.
    #[must_use]
    pub fn make(random: &Random, now_ms: i64) -> Self {
        let id = uuid::Builder::from_unix_timestamp_millis(now_ms.unsigned_abs(), &drawn(random));
        let identity = Identity {
            signing_seed: drawn(random),
            wrapping_seed: drawn(random),
            device: DeviceId(id.into_uuid()),
            incarnation: Incarnation(drawn(random)),
        };
        Self::new(identity, drawn(random))
    }

    /// What the ledgers are opened with.
    #[must_use]
    pub fn secrets(&self) -> Secrets {
        Secrets {
            database_key: self.database_key,
            signing_seed: self.identity.signing_seed,
            wrapping_seed: self.identity.wrapping_seed,
            device: self.identity.device,
            incarnation: self.identity.incarnation,
            // The server keeps no branch's secret.
            branch_secret: [0; 32],
            before: None,
        }
    }

    /// What the objects of a backup are encrypted with. It comes out of what the recovery file holds.
    #[must_use]
    pub fn backup_key(&self) -> [u8; 32] {
        blake3::derive_key("pharmatill server backup 1", &self.identity.signing_seed)
    }

    /// What keys of sealed parts are wrapped for.
    #[must_use]
    pub fn receiver(&self) -> Receiver {
        Receiver {
            device: self.identity.device,
            incarnation: self.identity.incarnation,
            wrapping_key: self.device_keys.wrapping_key(),
        }
    }

    /// Reads `server.keys`; `None` if there is no such file.
    ///
    /// # Errors
    /// `Damaged`, or `Io`.
    pub fn read(path: &Path) -> Result<Option<Self>, KeysError> {
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let file: KeyFile = minicbor::decode(&bytes).map_err(|_| KeysError::Damaged)?;
        if file.format != FORMAT {
            return Err(KeysError::Damaged);
        }
        Ok(Some(Self::new(file.identity, file.database_key)))
    }

    /// Writes `server.keys` durably, with mode 0600, where there is none yet.
    ///
    /// # Errors
    /// `Exist` or `Io`.
    pub fn write(&self, path: &Path) -> Result<(), KeysError> {
        if path.exists() {
            return Err(KeysError::Exist);
        }
        let file =
            KeyFile { format: FORMAT, identity: self.identity.clone(), database_key: self.database_key };
        Ok(write_private(path, &minicbor::to_vec(&file).map_err(|_| KeysError::Damaged)?)?)
    }

    /// Writes the recovery file under a passphrase, in the place of an older one.
    ///
    /// # Errors
    /// `Io`.
    pub fn write_recovery(&self, path: &Path, passphrase: &str, random: &Random) -> Result<(), KeysError> {
        let key = BackupKey::derive(passphrase, drawn(random)).map_err(io::Error::other)?;
        let plain = minicbor::to_vec(&self.identity).map_err(|_| KeysError::Damaged)?;
        Ok(write_private(path, &key.wrap(&plain, RECOVERY_AAD, random).map_err(io::Error::other)?)?)
    }

    /// The same server again, with nothing but who it is.
    ///
    /// # Errors
    /// `PassphraseWrong`, `Damaged` or `Io`.
    pub fn recover(path: &Path, passphrase: &str, random: &Random) -> Result<Self, KeysError> {
        let plain = match BackupKey::unwrap(&std::fs::read(path)?, RECOVERY_AAD, passphrase) {
            Ok(plain) => plain,
            Err(Error::PassphraseWrong) => return Err(KeysError::PassphraseWrong),
            Err(_) => return Err(KeysError::Damaged),
        };
        let identity = minicbor::decode(&plain).map_err(|_| KeysError::Damaged)?;
        Ok(Self::new(identity, drawn(random)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counting(bytes: &mut [u8]) {
        bytes.iter_mut().zip(1..).for_each(|(byte, value)| *byte = value);
    }

    #[test]
    fn the_recovery_file_makes_the_same_server_again() {
        let folder = tempfile::tempdir().unwrap();
        let (keys, recovery) = (folder.path().join("server.keys"), folder.path().join("recovery"));
        assert!(ServerKeys::read(&keys).unwrap().is_none());
        let made = ServerKeys::make(&counting, 7);
        made.write(&keys).unwrap();
        assert_eq!(made.write(&keys).unwrap_err().code(), "keys_exist");
        made.write_recovery(&recovery, "a passphrase", &counting).unwrap();
        let read = ServerKeys::read(&keys).unwrap().unwrap();
        assert_eq!(read.database_key, made.database_key);
        let wrong = ServerKeys::recover(&recovery, "another", &counting).err().unwrap();
        assert_eq!(wrong.code(), "passphrase_wrong");
        let again = ServerKeys::recover(&recovery, "a passphrase", &|bytes| bytes.fill(9)).unwrap();
        for same in [&read, &again] {
            assert_eq!(same.receiver(), made.receiver());
            assert_eq!(same.device_keys.signing_key(), made.device_keys.signing_key());
            assert_eq!(same.backup_key(), made.backup_key());
        }
        assert_ne!(again.database_key, made.database_key);
        assert!(
            !std::fs::read(&recovery).unwrap().windows(32).any(|part| part == made.identity.signing_seed)
        );
        #[cfg(unix)]
        for path in [&keys, &recovery] {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        std::fs::write(&keys, b"x").unwrap();
        assert_eq!(ServerKeys::read(&keys).err().unwrap().code(), "keys_damaged");
    }
}
