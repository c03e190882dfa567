//! Sign-in names and passphrases, for whoever has no passkey.

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use unicode_normalization::UnicodeNormalization;

/// Memory that one check takes, in KiB, and how often it goes over it: a tenth of a second or two on a server,
/// and as long for each guess of whoever has stolen the file.
const MEMORY_KIB: u32 = 65_536;
const PASSES: u32 = 3;

const NAME_CHARS: std::ops::RangeInclusive<usize> = 3..=64;
const PASSPHRASE_CHARS: std::ops::RangeInclusive<usize> = 15..=256;

/// A sign-in name as it is kept and compared: neither case nor the way of typing an accent makes another one.
/// None where it is too short or too long.
#[must_use]
pub fn name_of(typed: &str) -> Option<String> {
    let name: String = typed.trim().nfkc().collect::<String>().to_lowercase();
    let is_plain = name.chars().all(|char| !char.is_control());
    (is_plain && NAME_CHARS.contains(&name.chars().count())).then_some(name)
}

/// A passphrase as it is verified, whichever way an accent was typed. None where it is too short or too long.
#[must_use]
pub fn passphrase_of(typed: &str) -> Option<String> {
    let passphrase: String = typed.nfkc().collect();
    PASSPHRASE_CHARS.contains(&passphrase.chars().count()).then_some(passphrase)
}

fn argon2() -> Option<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// What a passphrase is verified with later. None where there is no memory.
#[must_use]
pub fn verifier(passphrase: &str, salt: [u8; 16]) -> Option<String> {
    let salt = SaltString::encode_b64(&salt).ok()?;
    Some(argon2()?.hash_password(passphrase.as_bytes(), &salt).ok()?.to_string())
}

/// Whether a passphrase is the right one. Where there is none to be right it takes as long.
#[must_use]
pub fn is_right(passphrase: &str, verifier_here: Option<&str>) -> bool {
    let Some(kept) = verifier_here else {
        let _ = verifier(passphrase, [0; 16]);
        return false;
    };
    let (Ok(kept), Some(argon2)) = (PasswordHash::new(kept), argon2()) else { return false };
    argon2.verify_password(passphrase.as_bytes(), &kept).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_however_it_is_typed() {
        for (typed, name) in [
            ("Anna Weber", Some("anna weber")),
            ("  ANNA WEBER ", Some("anna weber")),
            ("Jo\u{308}rg", Some("j\u{f6}rg")),
            ("ab", None),
            ("  ab  ", None),
            ("a\nb", None),
        ] {
            assert_eq!(name_of(typed).as_deref(), name, "{typed:?}");
        }
        assert!(name_of(&"x".repeat(64)).is_some() && name_of(&"x".repeat(65)).is_none());
    }

    #[test]
    fn a_passphrase_has_fifteen_characters_at_least() {
        assert_eq!(passphrase_of("vierzehn zeich"), None);
        assert!(passphrase_of("fünfzehn zeiche").is_some());
        assert!(passphrase_of(&"x".repeat(256)).is_some() && passphrase_of(&"x".repeat(257)).is_none());
    }

    #[test]
    fn only_the_right_passphrase_is_right() {
        let kept = verifier("korrekt pferd batterie", [7; 16]).unwrap();
        assert!(is_right("korrekt pferd batterie", Some(&kept)));
        assert!(!is_right("korrekt pferd batteriE", Some(&kept)));
        assert!(!is_right("korrekt pferd batterie", None));
        assert!(!is_right("korrekt pferd batterie", Some("nonsense")));
        assert!(!kept.contains("pferd"));
    }
}
