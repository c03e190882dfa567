//! What PINs and badges are checked with. A PIN has a million values, so its verifier is of use only to who also has
//! the branch's secret, which is kept outside of every ledger file.

use argon2::{Algorithm, Argon2, Params, Version};
use domain::entry::Role;
use domain::staff::decides_about;
use minicbor::{Decode, Encode};

use crate::fault::Fault;

/// What checking a PIN costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PinCost {
    /// Kibibytes of memory.
    pub memory_kib: u32,
    /// Passes over it.
    pub rounds: u32,
}

impl PinCost {
    /// At a till: some 60 ms on a small computer, so that a switch of person stays below 300 ms. Above the least
    /// that OWASP's Password Storage Cheat Sheet names for argon2id (19 MiB, 2 passes).
    pub const AT_A_TILL: Self = Self { memory_kib: 19_456, rounds: 3 };

    /// The most that is computed for a verifier that came from elsewhere.
    const MOST: Self = Self { memory_kib: 262_144, rounds: 16 };
}

/// Digits of a PIN.
const PIN_DIGITS: usize = 6;
/// Least characters for who decides about others.
pub(crate) const LONG: usize = 8;
/// Most characters.
const MOST: usize = 128;

/// Refuses what is no PIN for this role: six digits, or at least eight characters for who decides about others.
pub(crate) fn check_secret(secret: &str, role: Role) -> Result<(), Fault> {
    let count = secret.chars().count();
    let is_long_needed = decides_about(role, Role::Assistant);
    let is_pin = count == PIN_DIGITS && secret.bytes().all(|byte| byte.is_ascii_digit());
    if is_long_needed && count < LONG {
        return Err(Fault::bare("secret_too_short"));
    }
    if (!is_long_needed && !is_pin && count < LONG) || count > MOST {
        return Err(Fault::bare("secret_malformed"));
    }
    if is_easy(secret) { Err(Fault::bare("secret_easy")) } else { Ok(()) }
}

/// One character again and again, or a row up or down: 000000, 123456, 987654.
fn is_easy(secret: &str) -> bool {
    let steps: Vec<i32> = secret
        .chars()
        .zip(secret.chars().skip(1))
        .map(|(one, next)| {
            i32::try_from(u32::from(next)).unwrap_or(0) - i32::try_from(u32::from(one)).unwrap_or(0)
        })
        .collect();
    [-1, 0, 1].iter().any(|step| steps.iter().all(|taken| taken == step))
}

/// What stands in the sealed part: of a PIN.
#[derive(Encode, Decode)]
#[cbor(map)]
struct Verifier {
    #[n(0)]
    memory_kib: u32,
    #[n(1)]
    rounds: u32,
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    salt: [u8; 16],
    #[n(3)]
    #[cbor(with = "minicbor::bytes")]
    hash: [u8; 32],
    /// It is one of [`LONG`] characters and more.
    #[n(4)]
    is_long: bool,
}

/// The key that every verifier of a branch is mixed with.
pub(crate) fn branch_key(branch_secret: &[u8; 32]) -> [u8; 32] {
    blake3::derive_key("PharmaTill 1 verifiers of PINs and badges", branch_secret)
}

fn digest(key: &[u8; 32], cost: PinCost, salt: &[u8; 16], secret: &str) -> Result<[u8; 32], Fault> {
    let failed = |_| Fault::bare("internal");
    let params = Params::new(cost.memory_kib, cost.rounds, 1, Some(32)).map_err(failed)?;
    let argon2 = Argon2::new_with_secret(key, Algorithm::Argon2id, Version::V0x13, params).map_err(failed)?;
    let mut hash = [0; 32];
    argon2.hash_password_into(secret.as_bytes(), salt, &mut hash).map_err(failed)?;
    Ok(hash)
}

/// What a PIN is checked with from now on.
pub(crate) fn verifier(
    key: &[u8; 32],
    cost: PinCost,
    salt: [u8; 16],
    secret: &str,
) -> Result<Vec<u8>, Fault> {
    let hash = digest(key, cost, &salt, secret)?;
    let is_long = secret.chars().count() >= LONG;
    let verifier = Verifier { memory_kib: cost.memory_kib, rounds: cost.rounds, salt, hash, is_long };
    minicbor::to_vec(&verifier).map_err(|_| Fault::bare("internal"))
}

/// What checking came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Checked {
    /// It is the one.
    Right {
        /// And one of [`LONG`] characters and more.
        is_long: bool,
    },
    /// It is another one.
    Wrong,
}

/// Checks a PIN.
pub(crate) fn check(key: &[u8; 32], verifier: &[u8], secret: &str) -> Result<Checked, Fault> {
    let Ok(Verifier { memory_kib, rounds, salt, hash, is_long }) = minicbor::decode(verifier) else {
        return Ok(Checked::Wrong);
    };
    if memory_kib > PinCost::MOST.memory_kib || rounds > PinCost::MOST.rounds {
        return Ok(Checked::Wrong);
    }
    let found = digest(key, PinCost { memory_kib, rounds }, &salt, secret)?;
    // Hashes of their own kind are compared in constant time.
    let is_same = blake3::Hash::from(found) == blake3::Hash::from(hash);
    Ok(if is_same { Checked::Right { is_long } } else { Checked::Wrong })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: PinCost = PinCost { memory_kib: 8, rounds: 1 };

    #[test]
    fn which_secrets_are_taken() {
        let check = |secret: &str, role: Role, code: Option<&str>| {
            let refused = check_secret(secret, role).err().map(|fault| fault.code);
            assert_eq!(refused.as_deref(), code, "{secret} {role:?}");
        };
        check("482913", Role::Assistant, None);
        check("48291", Role::Assistant, Some("secret_malformed"));
        check("4829131", Role::Pharmacist, Some("secret_malformed"));
        check("48291a", Role::Technician, Some("secret_malformed"));
        check("four words of mine", Role::Assistant, None);
        check("123456", Role::Assistant, Some("secret_easy"));
        check("765432", Role::Assistant, Some("secret_easy"));
        check("000000", Role::Auditor, Some("secret_easy"));
        check("482913", Role::Manager, Some("secret_too_short"));
        check("4829131", Role::Owner, Some("secret_too_short"));
        check("48291317", Role::Owner, None);
        check("88888888", Role::Owner, Some("secret_easy"));
        check("", Role::Assistant, Some("secret_malformed"));
        check(&"a".repeat(129), Role::Owner, Some("secret_malformed"));
    }

    #[test]
    fn only_the_secret_of_the_branch_and_the_right_pin_verify() {
        let (key, salt) = (branch_key(&[1; 32]), [2; 16]);
        let made = verifier(&key, CHEAP, salt, "482913").unwrap();
        assert_eq!(check(&key, &made, "482913"), Ok(Checked::Right { is_long: false }));
        assert_eq!(check(&key, &made, "482914"), Ok(Checked::Wrong));
        assert_eq!(check(&branch_key(&[0; 32]), &made, "482913"), Ok(Checked::Wrong));
        let long = verifier(&key, CHEAP, salt, "48291317").unwrap();
        assert_eq!(check(&key, &long, "48291317"), Ok(Checked::Right { is_long: true }));
    }

    #[test]
    fn a_verifier_from_elsewhere_costs_no_more_than_it_may() {
        let key = branch_key(&[1; 32]);
        let made = |memory_kib, rounds| {
            let (salt, hash) = ([0; 16], [0; 32]);
            minicbor::to_vec(&Verifier { memory_kib, rounds, salt, hash, is_long: false }).unwrap()
        };
        for verifier in [made(u32::MAX, 1), made(8, u32::MAX), vec![], vec![0xff; 40]] {
            assert_eq!(check(&key, &verifier, "482913"), Ok(Checked::Wrong));
        }
    }

    /// A till whose only person has this PIN, and the secret of its branch.
    fn founded(dir: &std::path::Path, pin: &str) -> ledger::Secrets {
        use crate::api::setup::{NewStaff, SetUp};
        use crate::{Desk, Network, Options, Place};
        let secrets = |seed: u8| ledger::Secrets {
            database_key: [seed; 32],
            signing_seed: [seed; 32],
            wrapping_seed: [seed; 32],
            device: domain::id::DeviceId(uuid::Uuid::from_u128(seed.into())),
            incarnation: domain::entry::Incarnation([seed; 8]),
            branch_secret: [seed; 32],
            before: None,
        };
        let drawn = std::sync::atomic::AtomicU8::new(1);
        let nobody = || Fault::bare("server_unreached");
        let desk = Desk::open(Options {
            book: Place { path: dir.join("ledger.db"), secrets: secrets(1) },
            practice: Place { path: dir.join("practice.db"), secrets: secrets(2) },
            attempts: dir.join("attempts"),
            pin_cost: CHEAP,
            keep_branch_secret: Box::new(|_| Ok(())),
            network: Network {
                enrol: Box::new(move |_, _, _| Err(nobody())),
                hand_in: Box::new(move |_, _, _| Err(nobody())),
                fetch: Box::new(move |_, _| Err(nobody())),
                view_link: Box::new(move |_, _| Err(nobody())),
            },
            find_printers: Box::new(Vec::new),
            clock: Box::new(|| 1_772_434_800_000),
            random: Box::new(move |bytes| {
                bytes.fill_with(|| drawn.fetch_add(73, std::sync::atomic::Ordering::Relaxed));
            }),
        })
        .unwrap();
        let person = |name: &str, role: &str, secret: Option<&str>| NewStaff {
            name: name.to_owned(),
            role: role.to_owned(),
            secret: secret.map(str::to_owned),
        };
        desk.set_up(SetUp {
            pharmacy_name: "P".to_owned(),
            letterhead: Vec::new(),
            country: "DE".to_owned(),
            time_zone: "Europe/Berlin".to_owned(),
            day_boundary_min: 0,
            till_no: 1,
            staff: vec![person("Anna", "owner", None), person("Ben", "assistant", Some(pin))],
            backup_folder: None,
            recovery_passphrase: None,
        })
        .unwrap();
        secrets(1)
    }

    #[test]
    fn a_copied_ledger_gives_up_no_pin_without_the_secret_of_the_branch() {
        let (dir, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let secrets = founded(dir.path(), "482913");
        let copy = elsewhere.path().join("ledger.db");
        std::fs::copy(dir.path().join("ledger.db"), &copy).unwrap();
        // Whoever has the file and every key in it, and not what is kept outside of every file.
        let stolen = ledger::Secrets { branch_secret: [0; 32], ..secrets.clone() };
        let random: std::sync::Arc<ledger::Random> = std::sync::Arc::new(|bytes: &mut [u8]| bytes.fill(7));
        let ledger = ledger::Ledger::open(&copy, &stolen, random).unwrap();
        let ben = ledger.book().staff().unwrap()[1].staff;
        let kept = ledger.book().secret_of(ben, domain::entry::SecretKind::Pin).unwrap().unwrap();
        let right = |branch_secret: &[u8; 32]| -> Vec<u32> {
            let key = branch_key(branch_secret);
            let is_right =
                |pin: &u32| check(&key, &kept.verifier, &format!("{pin:06}")) != Ok(Checked::Wrong);
            let halves = [0..500_000_u32, 500_000..1_000_000];
            std::thread::scope(|scope| {
                let tried = halves.map(|half| scope.spawn(|| half.filter(is_right).collect::<Vec<_>>()));
                tried.into_iter().flat_map(|half| half.join().unwrap()).collect()
            })
        };
        assert_eq!(right(&stolen.branch_secret), Vec::<u32>::new());
        assert_eq!(right(&secrets.branch_secret), [482_913]);
    }
}
