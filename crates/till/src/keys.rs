//! The secrets of a till, in a file of their own beside the ledger, readable by its owner only.

use std::io::ErrorKind;
use std::path::Path;

use desk::Fault;
use domain::entry::Incarnation;
use domain::id::DeviceId;
use ledger::{LifeBefore, Secrets, write_private};
use serde::{Deserialize, Serialize};

/// The only format there is.
const FORMAT: u32 = 1;

/// The file as JSON; keys are written in hexadecimal.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    format: u32,
    device: String,
    incarnation: String,
    database_key: String,
    signing_seed: String,
    wrapping_seed: String,
    branch_secret: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<Before>,
}

/// The life of the device that ends, until the new one has opened its streams.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Before {
    incarnation: String,
    signing_seed: String,
    wrapping_seed: String,
}

/// Makes the secrets of a new device.
pub fn make(random: &(dyn Fn(&mut [u8]) + Send + Sync), now_ms: i64) -> Secrets {
    Secrets {
        database_key: drawn(random),
        signing_seed: drawn(random),
        wrapping_seed: drawn(random),
        device: DeviceId(new_id(random, now_ms)),
        incarnation: Incarnation(drawn(random)),
        branch_secret: drawn(random),
        before: None,
    }
}

/// Makes the secrets of the next life of a device.
pub fn make_next(before: &Secrets, random: &(dyn Fn(&mut [u8]) + Send + Sync)) -> Secrets {
    Secrets {
        signing_seed: drawn(random),
        wrapping_seed: drawn(random),
        incarnation: Incarnation(drawn(random)),
        before: Some(LifeBefore {
            incarnation: before.incarnation,
            signing_seed: before.signing_seed,
            wrapping_seed: before.wrapping_seed,
        }),
        ..before.clone()
    }
}

/// A new id: UUIDv7 of the instant, in milliseconds since 1970.
pub fn new_id(random: &(dyn Fn(&mut [u8]) + Send + Sync), now_ms: i64) -> uuid::Uuid {
    let ms = u64::try_from(now_ms).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(ms, &drawn(random)).into_uuid()
}

/// Reads the secrets in `path`; `None` if there is no such file.
///
/// # Errors
/// `keys_damaged` when the file is not what this program writes, `keys_failed` when it cannot be read.
pub fn read(path: &Path) -> Result<Option<Secrets>, Fault> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == ErrorKind::InvalidData => return Err(Fault::bare("keys_damaged")),
        Err(error) => return Err(failed(&error)),
    };
    let file: KeyFile = serde_json::from_str(&text).map_err(|_| Fault::bare("keys_damaged"))?;
    if file.format != FORMAT {
        return Err(Fault::bare("keys_newer"));
    }
    secrets(&file).map(Some).ok_or_else(|| Fault::bare("keys_damaged"))
}

/// Writes the secrets to `path` with mode 0600, durably, replacing what stood there in one step.
///
/// # Errors
/// `keys_failed`.
pub fn write(path: &Path, secrets: &Secrets) -> Result<(), Fault> {
    let file = KeyFile {
        format: FORMAT,
        device: secrets.device.to_string(),
        incarnation: to_hex(&secrets.incarnation.0),
        database_key: to_hex(&secrets.database_key),
        signing_seed: to_hex(&secrets.signing_seed),
        wrapping_seed: to_hex(&secrets.wrapping_seed),
        branch_secret: to_hex(&secrets.branch_secret),
        before: secrets.before.as_ref().map(|before| Before {
            incarnation: to_hex(&before.incarnation.0),
            signing_seed: to_hex(&before.signing_seed),
            wrapping_seed: to_hex(&before.wrapping_seed),
        }),
    };
    let text = serde_json::to_string_pretty(&file).map_err(|_| Fault::bare("internal"))?;
    write_private(path, text.as_bytes()).map_err(|error| failed(&error))
}

fn secrets(file: &KeyFile) -> Option<Secrets> {
    Some(Secrets {
        database_key: from_hex(&file.database_key)?,
        signing_seed: from_hex(&file.signing_seed)?,
        wrapping_seed: from_hex(&file.wrapping_seed)?,
        device: DeviceId::parse(&file.device)?,
        incarnation: Incarnation(from_hex(&file.incarnation)?),
        branch_secret: from_hex(&file.branch_secret)?,
        before: match &file.before {
            None => None,
            Some(before) => Some(LifeBefore {
                incarnation: Incarnation(from_hex(&before.incarnation)?),
                signing_seed: from_hex(&before.signing_seed)?,
                wrapping_seed: from_hex(&before.wrapping_seed)?,
            }),
        },
    })
}

fn failed(error: &std::io::Error) -> Fault {
    Fault { code: "keys_failed".to_owned(), detail: serde_json::json!({ "os": error.to_string() }) }
}

fn drawn<const N: usize>(random: &(dyn Fn(&mut [u8]) + Send + Sync)) -> [u8; N] {
    let mut bytes = [0; N];
    random(&mut bytes);
    bytes
}

/// Bytes as hexadecimal digits.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; N];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counting(bytes: &mut [u8]) {
        bytes.iter_mut().zip(1..).for_each(|(byte, value)| *byte = value);
    }

    #[test]
    fn what_is_written_is_read_and_only_the_owner_can() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("till.keys");
        assert!(read(&path).unwrap().is_none());
        let made = make(&counting, 1_772_438_400_000);
        write(&path, &made).unwrap();
        let found = read(&path).unwrap().unwrap();
        assert_eq!(found.database_key, made.database_key);
        assert_eq!((found.device, found.incarnation), (made.device, made.incarnation));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_damaged_file_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("till.keys");
        let whole = {
            write(&path, &make(&counting, 0)).unwrap();
            std::fs::read_to_string(&path).unwrap()
        };
        let check = |text: &[u8], code: &str| {
            std::fs::write(&path, text).unwrap();
            assert_eq!(read(&path).err().map(|fault| fault.code).as_deref(), Some(code));
        };
        check(b"", "keys_damaged");
        check(&[0xff, 0xfe], "keys_damaged");
        check(&whole.as_bytes()[..whole.len() / 2], "keys_damaged");
        check(whole.replacen("\"01", "\"zz", 1).as_bytes(), "keys_damaged");
        check(whole.replacen("\"0102", "\"01", 1).as_bytes(), "keys_damaged");
        check(whole.replacen("\"format\": 1", "\"format\": 2", 1).as_bytes(), "keys_newer");
    }
}
