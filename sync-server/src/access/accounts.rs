//! How people come in without a link: their passkeys, and a name of their own with a passphrase. Passkeys are
//! kept as public keys, passphrases as what argon2id makes of them.

use domain::id::{OrganisationId, StaffId};
use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, params};
use uuid::Uuid;

use super::sign_ins::Who;
use super::{Access, AccessError};

/// The most passkeys of a person.
const MAX_PASSKEYS: u64 = 20;

// The account's id is what a passkey knows its person by: random, since whoever finds the key can read it.
pub(super) const TABLES: &str = "
CREATE TABLE IF NOT EXISTS account (
    account      BLOB PRIMARY KEY CHECK (length(account) = 16),
    organisation BLOB NOT NULL,
    staff        BLOB NOT NULL,
    name         TEXT UNIQUE,
    verifier     TEXT,
    UNIQUE (organisation, staff)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS passkey (
    credential BLOB PRIMARY KEY,
    account    BLOB NOT NULL REFERENCES account (account),
    passkey    TEXT NOT NULL,
    made_ms    INTEGER NOT NULL,
    used_ms    INTEGER
) STRICT, WITHOUT ROWID;
";

/// A passkey that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPasskey {
    /// Its name.
    pub credential: Vec<u8>,
    /// Its public key and counter, in JSON.
    pub passkey: String,
    /// When it was added.
    pub made_ms: i64,
    /// When somebody last came in with it.
    pub used_ms: Option<i64>,
}

fn kept(row: &Row<'_>) -> rusqlite::Result<KeptPasskey> {
    Ok(KeptPasskey {
        credential: row.get(0)?,
        passkey: row.get(1)?,
        made_ms: row.get(2)?,
        used_ms: row.get(3)?,
    })
}

/// The account of a person; made with this id where there is none.
fn account(conn: &Connection, who: Who, fresh: Uuid) -> rusqlite::Result<Uuid> {
    let key = (who.organisation.as_bytes(), who.staff.as_bytes());
    conn.execute(
        "INSERT INTO account (account, organisation, staff) VALUES (?1, ?2, ?3)
         ON CONFLICT (organisation, staff) DO NOTHING",
        params![fresh.as_bytes(), key.0, key.1],
    )?;
    let select = "SELECT account FROM account WHERE organisation = ?1 AND staff = ?2";
    conn.query_row(select, key, |row| row.get(0).map(Uuid::from_bytes))
}

impl Access {
    /// What a person's passkeys know them by; made where there is nothing yet.
    ///
    /// # Errors
    /// When the file fails.
    pub fn account(&self, who: Who, fresh: Uuid) -> Result<Uuid, AccessError> {
        Ok(account(&self.conn(), who, fresh)?)
    }

    /// The passkeys of a person, the oldest first.
    ///
    /// # Errors
    /// When the file fails.
    pub fn passkeys(&self, who: Who) -> Result<Vec<KeptPasskey>, AccessError> {
        let conn = self.conn();
        let mut select = conn.prepare(
            "SELECT credential, passkey, made_ms, used_ms FROM passkey JOIN account USING (account)
             WHERE organisation = ?1 AND staff = ?2 ORDER BY made_ms, credential",
        )?;
        let rows = select.query_map([who.organisation.as_bytes(), who.staff.as_bytes()], kept)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The passkey of this name, and whose it is, where it belongs to this account.
    ///
    /// # Errors
    /// When the file fails.
    pub fn passkey(&self, account: Uuid, credential: &[u8]) -> Result<Option<(Who, String)>, AccessError> {
        let select = "SELECT organisation, staff, passkey FROM passkey JOIN account USING (account)
             WHERE account = ?1 AND credential = ?2";
        let found = self.conn().query_row(select, params![account.as_bytes(), credential], |row| {
            let organisation = OrganisationId(Uuid::from_bytes(row.get(0)?));
            let staff = StaffId(Uuid::from_bytes(row.get(1)?));
            Ok((Who { organisation, staff }, row.get(2)?))
        });
        Ok(found.optional()?)
    }

    /// Keeps a passkey of a person, who has an account already.
    ///
    /// # Errors
    /// `TooMany`, also where the passkey is known already; or the file fails.
    pub fn add_passkey(
        &self,
        account: Uuid,
        credential: &[u8],
        passkey: &str,
        now_ms: i64,
    ) -> Result<(), AccessError> {
        let conn = self.conn();
        let count = "SELECT count(*) FROM passkey WHERE account = ?1";
        let count: u64 = conn.query_row(count, [account.as_bytes()], |row| row.get(0))?;
        let insert = "INSERT INTO passkey (credential, account, passkey, made_ms) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO NOTHING";
        let is_new = count < MAX_PASSKEYS
            && conn.execute(insert, params![credential, account.as_bytes(), passkey, now_ms])? == 1;
        if is_new { Ok(()) } else { Err(AccessError::TooMany) }
    }

    /// Somebody came in with a passkey, which says that it is now so.
    ///
    /// # Errors
    /// When the file fails.
    pub fn passkey_used(&self, credential: &[u8], passkey: &str, now_ms: i64) -> Result<(), AccessError> {
        let update = "UPDATE passkey SET passkey = ?2, used_ms = ?3 WHERE credential = ?1";
        self.conn().execute(update, params![credential, passkey, now_ms])?;
        Ok(())
    }

    /// A passkey of a person opens nothing any more.
    ///
    /// # Errors
    /// When the file fails.
    pub fn remove_passkey(&self, who: Who, credential: &[u8]) -> Result<(), AccessError> {
        self.conn().execute(
            "DELETE FROM passkey WHERE credential = ?1 AND account IN
                (SELECT account FROM account WHERE organisation = ?2 AND staff = ?3)",
            params![credential, who.organisation.as_bytes(), who.staff.as_bytes()],
        )?;
        Ok(())
    }

    /// Who has this name, and what their passphrase is verified with.
    ///
    /// # Errors
    /// When the file fails.
    pub fn verifier(&self, name: &str) -> Result<Option<(Who, String)>, AccessError> {
        let select = "SELECT organisation, staff, verifier FROM account WHERE name = ?1";
        let found = self.conn().query_row(select, [name], |row| {
            let organisation = OrganisationId(Uuid::from_bytes(row.get(0)?));
            let staff = StaffId(Uuid::from_bytes(row.get(1)?));
            Ok((Who { organisation, staff }, row.get(2)?))
        });
        Ok(found.optional()?)
    }

    /// The name of a person, where they have a passphrase.
    ///
    /// # Errors
    /// When the file fails.
    pub fn sign_in_name(&self, who: Who) -> Result<Option<String>, AccessError> {
        let select = "SELECT name FROM account WHERE organisation = ?1 AND staff = ?2";
        let key = (who.organisation.as_bytes(), who.staff.as_bytes());
        Ok(self.conn().query_row(select, key, |row| row.get(0)).optional()?.flatten())
    }

    /// Sets a person's name and what their passphrase is verified with.
    ///
    /// # Errors
    /// `NameTaken`, or the file fails.
    pub fn set_passphrase(
        &self,
        who: Who,
        fresh: Uuid,
        name: &str,
        verifier: &str,
    ) -> Result<(), AccessError> {
        let mut conn = self.conn();
        let tx = conn.transaction()?;
        let account = account(&tx, who, fresh)?;
        let update = "UPDATE account SET name = ?2, verifier = ?3 WHERE account = ?1";
        let set = tx.execute(update, params![account.as_bytes(), name, verifier]);
        let is_taken =
            |error: &rusqlite::Error| error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation);
        set.map_err(|error| if is_taken(&error) { AccessError::NameTaken } else { error.into() })?;
        Ok(tx.commit()?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::opened;
    use super::*;

    fn who(organisation: u128, staff: u128) -> Who {
        let organisation = OrganisationId(Uuid::from_u128(organisation));
        Who { organisation, staff: StaffId(Uuid::from_u128(staff)) }
    }

    fn id(no: u128) -> Uuid {
        Uuid::from_u128(no)
    }

    #[test]
    fn a_person_has_one_account_in_each_organisation() {
        let folder = tempfile::tempdir().unwrap();
        let access = opened(folder.path(), 1);
        assert_eq!(access.account(who(1, 7), id(100)).unwrap(), id(100));
        assert_eq!(access.account(who(1, 7), id(101)).unwrap(), id(100));
        assert_eq!(access.account(who(2, 7), id(102)).unwrap(), id(102));
    }

    #[test]
    fn a_name_is_one_persons_and_goes_with_the_passphrase() {
        let folder = tempfile::tempdir().unwrap();
        let access = opened(folder.path(), 1);
        access.set_passphrase(who(1, 7), id(100), "anna", "x").unwrap();
        let taken = access.set_passphrase(who(2, 8), id(101), "anna", "y");
        assert!(matches!(taken, Err(AccessError::NameTaken)));
        assert_eq!(access.verifier("anna").unwrap(), Some((who(1, 7), "x".to_owned())));
        access.set_passphrase(who(1, 7), id(102), "anna w", "z").unwrap();
        assert_eq!(access.verifier("anna").unwrap(), None);
        assert_eq!(access.sign_in_name(who(1, 7)).unwrap().as_deref(), Some("anna w"));
        assert_eq!(access.sign_in_name(who(2, 8)).unwrap(), None);
        access.set_passphrase(who(2, 8), id(103), "anna", "y").unwrap();
    }

    #[test]
    fn a_passkey_belongs_to_one_account_and_only_its_person_removes_it() {
        let folder = tempfile::tempdir().unwrap();
        let access = opened(folder.path(), 1);
        let (anna, bea) = (who(1, 7), who(1, 8));
        let (of_anna, of_bea) =
            (access.account(anna, id(100)).unwrap(), access.account(bea, id(101)).unwrap());
        access.add_passkey(of_anna, b"k", "{}", 5).unwrap();
        assert!(matches!(access.add_passkey(of_bea, b"k", "{}", 5), Err(AccessError::TooMany)));
        assert_eq!(access.passkey(of_bea, b"k").unwrap(), None);
        assert_eq!(access.passkey(of_anna, b"k").unwrap(), Some((anna, "{}".to_owned())));
        access.passkey_used(b"k", "{1}", 6).unwrap();
        access.remove_passkey(bea, b"k").unwrap();
        let known = access.passkeys(anna).unwrap();
        let expected = KeptPasskey {
            credential: b"k".to_vec(),
            passkey: "{1}".to_owned(),
            made_ms: 5,
            used_ms: Some(6),
        };
        assert_eq!(known, [expected]);
        access.remove_passkey(anna, b"k").unwrap();
        assert_eq!(access.passkeys(anna).unwrap(), []);
        for no in 0..20 {
            access.add_passkey(of_anna, &[no], "{}", 5).unwrap();
        }
        assert!(matches!(access.add_passkey(of_anna, &[20], "{}", 5), Err(AccessError::TooMany)));
    }
}
