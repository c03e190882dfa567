//! Who may write here: devices that the organisation enrolled, each in its own name and its own branch.
//!
//! It is judged when a run comes, by what is here already, so that no order of arrival makes a stranger's
//! records count: a stream whose enrolment cannot be seen yet is refused, and comes again later.

use std::collections::BTreeSet;

use domain::entry::{DeviceEnrolled, Entry, Hash32, Incarnation};
use domain::id::{BranchId, DeviceId, OrganisationId};
use domain::time::Now;
use minicbor::{Decode, Encode};
use replica::record::Record;
use replica::run::VerifiedRun;
use replica::sign::Enrolment;
use replica::stream::{Scope, StreamId};
use replica::stream_opened::{self, StreamOpened};
use rusqlite::{Connection, OptionalExtension, params};

use crate::Ledger;
use crate::book::Book;
use crate::error::Error;
use crate::transact::Write;

/// Records at the beginning of an organisation's stream among which the enrolment of its device stands.
const ENROLLED_WITHIN: u64 = 8;

/// Name of the local value that says which branch a ledger without a stream of its own is of.
const HOSTED: &str = "hosted";

/// The branch whose ledger a server keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Hosted {
    /// The organisation.
    #[n(0)]
    pub organisation: OrganisationId,
    /// Hash of its founding record.
    #[n(1)]
    pub founding_hash: Hash32,
    /// The branch.
    #[n(2)]
    pub branch: BranchId,
}

/// A device as it was enrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnrolledDevice {
    /// Its branch.
    pub branch: BranchId,
    /// Its Ed25519 public key.
    pub signing_key: Hash32,
    /// Its X25519 public key.
    pub wrapping_key: Hash32,
    /// Whether it was revoked.
    pub is_revoked: bool,
}

impl Ledger {
    /// Says once which branch this ledger is of, where no stream of its own says it: a server's. Only that
    /// organisation's and that branch's records are taken then.
    ///
    /// # Errors
    /// `ScopeForeign` where it is of another one already, or a failure of the machine.
    pub fn host(&mut self, hosted: &Hosted, now: Now) -> Result<(), Error> {
        match self.book().hosted()? {
            Some(before) if before == *hosted => Ok(()),
            Some(_) => Err(Error::ScopeForeign),
            None => {
                let bytes = minicbor::to_vec(hosted).map_err(|error| Error::Malformed(error.to_string()))?;
                self.transact(now, |_| Ok((Write::default().with_local(HOSTED, Some(bytes)), ())))
            }
        }
    }
}

impl Book<'_> {
    /// The branch whose ledger a server keeps; `None` in a till's.
    ///
    /// # Errors
    /// When the file fails.
    pub fn hosted(&self) -> Result<Option<Hosted>, Error> {
        Ok(self.local(HOSTED)?.and_then(|bytes| minicbor::decode(&bytes).ok()))
    }

    /// The branch that this file is of, as far as it is known.
    pub(crate) fn branch_here(&self) -> Result<Option<BranchId>, Error> {
        if let Some(hosted) = self.hosted()? {
            return Ok(Some(hosted.branch));
        }
        let sql = "SELECT scope_id FROM stream WHERE scope_kind = 1 ORDER BY stream_no LIMIT 1";
        let found: Option<[u8; 16]> = self.row(sql, [], |row| row.get(0))?;
        Ok(found.map(|id| BranchId(uuid::Uuid::from_bytes(id))))
    }

    /// A device as it was enrolled, or `None`.
    ///
    /// # Errors
    /// When the file fails.
    pub fn device(
        &self,
        device: DeviceId,
        incarnation: Incarnation,
    ) -> Result<Option<EnrolledDevice>, Error> {
        let Some(enrolled) = enrolment_of(self.conn, device, incarnation)? else { return Ok(None) };
        let sql = "SELECT 1 FROM revoked WHERE device = ?1 AND incarnation = ?2";
        let revoked = self.row(sql, params![device.as_bytes(), incarnation.0], |_| Ok(()))?;
        Ok(Some(EnrolledDevice {
            branch: enrolled.branch,
            signing_key: enrolled.signing_key,
            wrapping_key: enrolled.wrapping_key,
            is_revoked: revoked.is_some(),
        }))
    }

    /// Whether a record that is here opens this branch.
    ///
    /// # Errors
    /// When the file fails.
    pub fn is_branch_opened(&self, branch: BranchId) -> Result<bool, Error> {
        let sql = "SELECT 1 FROM branch WHERE branch = ?1";
        Ok(self.row(sql, [branch.as_bytes()], |_| Ok(()))?.is_some())
    }

    /// Hash of the founding record.
    ///
    /// # Errors
    /// When the file fails.
    pub fn founding_hash(&self) -> Result<Option<Hash32>, Error> {
        Ok(founding(self.conn)?.map(|(_, hash)| hash))
    }
}

/// The organisation that was founded here, and the hash of the founding record.
pub(crate) fn founding(conn: &Connection) -> Result<Option<(OrganisationId, Hash32)>, Error> {
    let found = conn
        .prepare_cached(
            "SELECT scope_id, hash FROM stream JOIN record USING (stream_no)
             WHERE scope_kind = 0 AND seq = 2 AND kind = 2 ORDER BY stream_no LIMIT 1",
        )?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(found.map(|(id, hash)| (OrganisationId(uuid::Uuid::from_bytes(id)), Hash32(hash))))
}

fn has_keys_of(enrolled: &DeviceEnrolled, opened: &StreamOpened) -> bool {
    (enrolled.signing_key, enrolled.wrapping_key) == (opened.signing_key, opened.wrapping_key)
}

/// The enrolment of a device. Its proof was asked for when it came ([`admit`]).
fn enrolment_of(
    conn: &Connection,
    device: DeviceId,
    incarnation: Incarnation,
) -> Result<Option<DeviceEnrolled>, Error> {
    let mut statement = conn.prepare_cached(
        "SELECT kind, body FROM stream JOIN record USING (stream_no)
         WHERE device = ?1 AND incarnation = ?2 AND scope_kind = 0 AND seq <= ?3 AND kind IN (1, 8)
         ORDER BY seq, hash",
    )?;
    let mut rows = statement.query(params![device.as_bytes(), incarnation.0, ENROLLED_WITHIN])?;
    let mut openings = Vec::new();
    while let Some(row) = rows.next()? {
        let (kind, body): (u16, Vec<u8>) = (row.get(0)?, row.get(1)?);
        if kind == stream_opened::KIND {
            openings.extend(StreamOpened::from_body(&body).ok());
        } else if let Some(Ok(Entry::DeviceEnrolled(enrolled))) = Entry::from_body(kind, &body)
            && (enrolled.device, enrolled.incarnation) == (device, incarnation)
            && openings.iter().any(|opened| has_keys_of(&enrolled, opened))
        {
            return Ok(Some(enrolled));
        }
    }
    Ok(None)
}

/// Whether the writer of a run has a place here.
pub(crate) fn admit(conn: &Connection, run: &VerifiedRun) -> Result<(), Error> {
    let stream = run.run().after.stream;
    match stream.scope {
        Scope::Organisation(organisation) => admit_to_organisation(conn, organisation, run),
        Scope::Branch(branch) => {
            if (Book { conn, writer: &[] }).branch_here()?.is_some_and(|here| here != branch) {
                return Err(Error::ScopeForeign);
            }
            let enrolled =
                enrolment_of(conn, stream.device, stream.incarnation)?.ok_or(Error::NotEnrolled)?;
            let is_its_key = run.run().opening_key().is_none_or(|key| key == enrolled.signing_key);
            if enrolled.branch != branch {
                Err(Error::ScopeForeign)
            } else if is_its_key {
                Ok(())
            } else {
                Err(Error::NotEnrolled)
            }
        }
    }
}

fn admit_to_organisation(
    conn: &Connection,
    organisation: OrganisationId,
    run: &VerifiedRun,
) -> Result<(), Error> {
    let book = Book { conn, writer: &[] };
    let hosted = book.hosted()?;
    let founding = founding(conn)?;
    let here = hosted.map(|hosted| hosted.organisation).or(founding.map(|(id, _)| id));
    if here.is_some_and(|here| here != organisation) {
        return Err(Error::ScopeForeign);
    }
    let run = run.run();
    let stream = run.after.stream;
    // A device is one till of one branch, whichever way its stream goes on: no fork makes it another one.
    let here = enrolment_of(conn, stream.device, stream.incarnation)?;
    let all = here.into_iter().chain(own_enrolments(&run.records, stream));
    let tills: BTreeSet<_> = all.map(|enrolled| (enrolled.branch, enrolled.till)).collect();
    if tills.len() > 1 {
        return Err(Error::ScopeForeign);
    }
    if run.after.seq > 0 {
        // The stream's beginning is here, so it was admitted.
        return Ok(());
    }
    let founded = run.records.get(1).filter(|record| record.header.kind == 2).map(Record::hash);
    let pinned = hosted.map(|hosted| hosted.founding_hash);
    match (founding, founded) {
        (None, Some(hash)) if pinned.is_none_or(|pinned| pinned == hash) => Ok(()),
        (None, None) => Err(Error::NotEnrolled),
        (Some((_, known)), None) => admit_device(conn, &run.records, stream, known),
        // An organisation is founded once.
        (Some((_, known)), Some(hash)) if known == hash => Ok(()),
        (_, Some(_)) => Err(Error::ScopeForeign),
    }
}

/// What a stream says of its own device, among the records where its enrolment stands.
fn own_enrolments(records: &[Record], stream: StreamId) -> impl Iterator<Item = DeviceEnrolled> {
    let begins = records.iter().take_while(|record| record.header.seq <= ENROLLED_WITHIN);
    let enrolled = begins.filter_map(|record| Entry::from_body(record.header.kind, &record.body));
    enrolled.filter_map(move |entry| match entry {
        Ok(Entry::DeviceEnrolled(enrolled))
            if (enrolled.device, enrolled.incarnation) == (stream.device, stream.incarnation) =>
        {
            Some(enrolled)
        }
        _ => None,
    })
}

/// Whether a stream begins with the enrolment of its device: by an invitation, or by its life before.
fn admit_device(
    conn: &Connection,
    records: &[Record],
    stream: StreamId,
    founding_hash: Hash32,
) -> Result<(), Error> {
    let opened = records.first().and_then(|record| StreamOpened::from_body(&record.body).ok());
    let opened = opened.ok_or(Error::NotEnrolled)?;
    let enrolled = own_enrolments(records, stream)
        .find(|enrolled| has_keys_of(enrolled, &opened))
        .ok_or(Error::NotEnrolled)?;
    let is_admitted = match (enrolled.invitation, enrolled.proof) {
        (Some(invitation), Some(proof)) => {
            let found: Option<[u8; 32]> = conn
                .prepare_cached(
                    "SELECT invitation_key FROM invitation WHERE invitation = ?1 AND founding_hash = ?2
                     AND branch = ?3 AND till = ?4 AND till_no = ?5",
                )?
                .query_row(
                    params![
                        invitation.as_bytes(),
                        founding_hash.0,
                        enrolled.branch.as_bytes(),
                        enrolled.till.as_bytes(),
                        enrolled.till_no
                    ],
                    |row| row.get(0),
                )
                .optional()?;
            let enrolment = Enrolment {
                invitation,
                founding_hash,
                device: enrolled.device,
                incarnation: enrolled.incarnation,
                signing_key: enrolled.signing_key,
                wrapping_key: enrolled.wrapping_key,
                branch: enrolled.branch,
                till: enrolled.till,
                till_no: enrolled.till_no,
            };
            found.is_some_and(|key| enrolment.is_proved_by(&Hash32(key), &proof))
        }
        _ => is_successor(conn, &opened, &enrolled)?,
    };
    if is_admitted { Ok(()) } else { Err(Error::NotEnrolled) }
}

/// Whether the keys of an earlier life of the same till endorsed the new ones.
fn is_successor(conn: &Connection, opened: &StreamOpened, enrolled: &DeviceEnrolled) -> Result<bool, Error> {
    let Some(before) = opened.predecessor.filter(|before| before.device == enrolled.device) else {
        return Ok(false);
    };
    let Some(life_before) = enrolment_of(conn, before.device, before.incarnation)? else { return Ok(false) };
    let is_same_till = (life_before.branch, life_before.till) == (enrolled.branch, enrolled.till);
    Ok(is_same_till && opened.is_endorsed_by(&life_before.signing_key))
}
