//! Inviting a device, joining by an invitation, and going on as a new incarnation. None of it needs a network.

use domain::entry::{Common, DeviceEnrolled, DeviceInvited, Entry, Hash32, SeenStream};
use domain::id::{BranchId, EntryId, InvitationId, StaffId, SubjectId, TillId};
use domain::time::Now;
use replica::invitation::{
    Invitation, InvitationCode, InvitationSecrets, SignedHead, SignedStream, SubjectKeyOf,
};
use replica::sealed::SubjectKey;
use replica::sign::{DeviceKeys, Enrolment, public_key};
use replica::stream::{Scope, StreamHead};
use rusqlite::{TransactionBehavior, params};

use crate::accept::{Accepted, record_of};
use crate::book::Branch;
use crate::book::{OwnSales, acked};
use crate::error::Error;
use crate::found::Beginning;
use crate::journal::{NewEntry, head_of, own_heads, stream_id, stream_no};
use crate::lineage::Lineage;
use crate::secrets::Secrets;
use crate::{Ledger, Write};

/// Header and body bytes, and records, after which an invitation has the next signature on the way.
const SIGNED_EVERY: (usize, u64) = (1 << 19, 400);

/// What an invitation gives besides the organisation's records and the keys.
#[derive(Debug, Clone, Default)]
pub struct Gives {
    /// The branch's records too, for a device that has no network.
    pub is_with_branch: bool,
    /// What the new device has to know of the branch's server.
    pub server: Option<Vec<u8>>,
    /// Another branch of the organisation that the new device is a till of. It gets nothing of this one.
    pub branch: Option<BranchId>,
}

/// An invitation that was written.
pub struct Invited {
    /// The file's bytes.
    pub file: Vec<u8>,
    /// The code that opens it, to be told by another way.
    pub code: String,
    /// Number of the till that the new device will be.
    pub till_no: u32,
}

/// Name of the local value that says which server this till belongs to: what an invitation gave, or a till.
pub const SERVER: &str = "server";

impl Ledger {
    fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.random)(&mut bytes);
        bytes
    }

    pub(crate) fn new_id(&self, now: Now) -> uuid::Uuid {
        uuid::Builder::from_unix_timestamp_millis(now.ms.unsigned_abs(), &self.random_bytes()).into_uuid()
    }

    fn plain_common(&self, actor: StaffId, branch: &Branch, now: Now) -> Common {
        Common {
            entry_id: EntryId(self.new_id(now)),
            actor,
            approver: None,
            till: None,
            cash_session: None,
            business_date: now.business_date(branch.day_boundary_min),
            currency: None,
            references: Vec::new(),
            postings: Vec::new(),
        }
    }

    /// Invites a device to be a till of this branch, or of another one: writes the entry, and gives the file and its code. `gives`
    /// says what is in the file.
    ///
    /// # Errors
    /// `NotSetUp`, also where the other branch was not opened, or a failure of the machine.
    pub fn invite(&mut self, actor: StaffId, till_no: u32, gives: Gives, now: Now) -> Result<Invited, Error> {
        let here = self.book().branch()?.ok_or(Error::NotSetUp)?;
        let branch = match gives.branch {
            Some(branch) => self.book().branch_by(Some(branch))?.ok_or(Error::NotSetUp)?,
            None => here.clone(),
        };
        let is_here = branch.branch == here.branch;
        let founding_hash = self.book().founding_hash()?.ok_or(Error::NotSetUp)?;
        let (invitation, till) = (InvitationId(self.new_id(now)), TillId(self.new_id(now)));
        let one_time_secret: [u8; 32] = self.random_bytes();
        let entry = Entry::DeviceInvited(DeviceInvited {
            common: self.plain_common(actor, &branch, now),
            sealed: Vec::new(),
            invitation,
            founding_hash,
            branch: branch.branch,
            till,
            till_no,
            invitation_key: public_key(&one_time_secret),
        });
        self.transact(now, |_| Ok((Write::entry(entry), ())))?;
        let (streams, on_the_way) = self.signed_streams(gives.is_with_branch && is_here)?;
        let file = Invitation {
            founding_hash,
            invitation,
            organisation: branch.organisation,
            branch: branch.branch,
            till,
            till_no,
            streams,
            on_the_way,
        };
        let secrets = InvitationSecrets {
            one_time_secret,
            branch_secret: if is_here { self.secrets.branch_secret } else { self.random_bytes() },
            subject_keys: self.subject_keys(is_here)?,
            server: gives.server,
        };
        let code = InvitationCode::from_random(self.random_bytes());
        let file = file
            .write(&secrets, &code, self.random_bytes(), self.random_bytes())
            .map_err(|error| Error::BadRecord(error.to_string()))?;
        Ok(Invited { file, code: code.text(), till_no })
    }

    /// The streams of this file, the organisation's first, the branch's only if asked for, and earlier heads of
    /// them. Of a stream that forked the longest line: an invitation has one, and the others come behind.
    fn signed_streams(&self, is_with_branch: bool) -> Result<(Vec<SignedStream>, Vec<SignedHead>), Error> {
        let mut statement = self.conn.prepare(
            "SELECT stream_no, device, incarnation, scope_kind, scope_id, max(seq), hash
             FROM stream JOIN head USING (stream_no) WHERE scope_kind <= ?1
             GROUP BY stream_no ORDER BY scope_kind, stream_no",
        )?;
        let heads = statement.query_map([is_with_branch], |row| {
            let stream = stream_id(row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
            Ok((row.get(0)?, StreamHead { stream, seq: row.get(5)?, hash: Hash32(row.get(6)?) }))
        })?;
        let (mut streams, mut on_the_way) = (Vec::new(), Vec::new());
        for (number, end) in heads.collect::<Result<Vec<(i64, StreamHead)>, _>>()? {
            let (mut records, mut bytes) = (Vec::new(), 0);
            // The last signature, and those before it that no run need reach beyond.
            let (mut signed, mut earlier): (Option<SignedHead>, Vec<SignedHead>) = (None, Vec::new());
            Lineage::of(&self.conn, number, end)?.walk(0, |header, body, signature| {
                bytes += header.len() + body.len();
                let record = record_of(&self.conn, header, body)?;
                if let Some(signature) = signature {
                    let head = record.head();
                    let last = earlier.last().map_or(0, |signed| signed.head.seq);
                    if bytes > SIGNED_EVERY.0 || head.seq - last > SIGNED_EVERY.1 {
                        earlier.push(SignedHead { head, signature });
                        bytes = 0;
                    }
                    signed = Some(SignedHead { head, signature });
                }
                records.push(record);
                Ok(true)
            })?;
            if let Some(SignedHead { head, signature }) = signed {
                records.truncate(usize::try_from(head.seq).unwrap_or(usize::MAX));
                earlier.retain(|signed| signed.head != head);
                on_the_way.append(&mut earlier);
                streams.push(SignedStream { head, signature, records });
            }
        }
        Ok((streams, on_the_way))
    }

    /// Keys of sealed parts: of this branch and the organisation, or only of who works in it.
    fn subject_keys(&self, is_of_branch: bool) -> Result<Vec<SubjectKeyOf>, Error> {
        let mut statement = self.conn.prepare(
            "SELECT subject, key FROM subject_key WHERE ?1 OR subject IN (SELECT staff FROM staff) ORDER BY subject",
        )?;
        let keys = statement
            .query_map([is_of_branch], |row| {
                Ok(SubjectKeyOf {
                    subject: SubjectId(uuid::Uuid::from_bytes(row.get(0)?)),
                    key: SubjectKey(row.get(1)?),
                })
            })?
            .collect::<Result<_, _>>()?;
        Ok(keys)
    }

    /// Joins a branch by an invitation file, without any network: takes its records, opens this device's own
    /// streams and enrols it, proved by the invitation's one-time key. `keep` puts the branch's secret with
    /// the other secrets before anything is written.
    ///
    /// # Errors
    /// `BadRecord` where the file or code is wrong or this ledger is not empty, or a failure of the machine.
    pub fn join(
        &mut self,
        file: &[u8],
        code: &str,
        now: Now,
        keep: impl FnOnce(&[u8; 32]) -> std::io::Result<()>,
    ) -> Result<(), Error> {
        self.writable()?;
        // A till whose joining was interrupted has the branch's records, and no stream of its own yet.
        if self.own.is_some() {
            return Err(Error::BadRecord("this ledger is founded already".to_owned()));
        }
        let code = InvitationCode::parse(code)
            .ok_or_else(|| Error::BadRecord("not an invitation's code".to_owned()))?;
        let (invitation, secrets) =
            Invitation::open(file, &code).map_err(|error| Error::BadRecord(error.to_string()))?;
        keep(&secrets.branch_secret)?;
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for of in &secrets.subject_keys {
            tx.execute(
                "INSERT INTO subject_key (subject, key) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                params![of.subject.as_bytes(), of.key.0],
            )?;
        }
        for stream in &invitation.streams {
            let number = stream_no(&tx, stream.head.stream)?;
            let known = head_of(&tx, number, stream.head.stream)?;
            let mut from = usize::try_from(known.seq).unwrap_or(usize::MAX);
            let last = SignedHead { head: stream.head, signature: stream.signature };
            let on_the_way =
                invitation.on_the_way.iter().filter(|signed| signed.head.stream == last.head.stream);
            for SignedHead { head, signature } in on_the_way.chain([&last]) {
                let end = usize::try_from(head.seq).unwrap_or(usize::MAX);
                let Some(new) = stream.records.get(from..end).filter(|new| !new.is_empty()) else { continue };
                let accepted = Accepted { stream_no: number, end: head.seq, signature };
                if let Err(error) = accepted.take(&tx, &mut self.documents, new) {
                    self.documents.forget();
                    return Err(error);
                }
                from = end;
            }
        }
        tx.commit()?;
        let enrolment = Enrolment {
            invitation: invitation.invitation,
            founding_hash: invitation.founding_hash,
            device: self.secrets.device,
            incarnation: self.secrets.incarnation,
            signing_key: self.keys.signing_key(),
            wrapping_key: self.keys.wrapping_key(),
            branch: invitation.branch,
            till: invitation.till,
            till_no: invitation.till_no,
        };
        let proof = enrolment.prove(&secrets.one_time_secret);
        self.enrol(&enrolment, Some((invitation.invitation, proof)), Vec::new(), None, now)?;
        self.secrets.branch_secret = secrets.branch_secret;
        let Some(server) = secrets.server else { return Ok(()) };
        self.transact(now, |_| Ok((Write::default().with_local(SERVER, Some(server)), ())))
    }

    /// Goes on as another incarnation of this device, whose secrets name this life as the one before.
    ///
    /// # Errors
    /// `NotSetUp`, or a failure of the machine; then this life goes on.
    pub fn become_incarnation(&mut self, secrets: &Secrets, now: Now) -> Result<(), Error> {
        self.writable()?;
        let before = self.secrets.clone();
        let sales = self.book().own_sales()?;
        let old_keys = self.speak_as(secrets);
        let begun = self.begin_incarnation(&old_keys, now);
        if begun.is_err() {
            self.speak_as(&before);
            self.read_state()?;
            return begun;
        }
        // Of this life nothing is acknowledged, and nothing of the one before waits in its name.
        let begins = OwnSales { takings_minor: sales.takings_minor, ..OwnSales::default() };
        self.transact(now, |_| Ok((Write { local: vec![acked(&begins)], ..Write::default() }, ())))
    }

    /// Where a change to another incarnation was interrupted before its streams were opened: goes on with it.
    ///
    /// # Errors
    /// A failure of the machine.
    pub fn finish_incarnation(&mut self, now: Now) -> Result<(), Error> {
        match (&self.own, &self.secrets.before) {
            (None, Some(before)) if self.book().till()?.is_some() => {
                let old_keys = DeviceKeys::from_seeds(before.signing_seed, before.wrapping_seed);
                self.begin_incarnation(&old_keys, now)
            }
            _ => Ok(()),
        }
    }

    /// Speaks in another name from now on. Gives the keys that were in use.
    fn speak_as(&mut self, secrets: &Secrets) -> DeviceKeys {
        self.writer = secrets.writer();
        self.secrets = secrets.clone();
        self.own = None;
        std::mem::replace(&mut self.keys, DeviceKeys::from_seeds(secrets.signing_seed, secrets.wrapping_seed))
    }

    /// Goes on with a restored ledger as a new incarnation of its device: new keys, new streams that name
    /// the old ones, a new receipt series.
    ///
    /// # Errors
    /// `NotSetUp`, or a failure of the machine.
    pub fn begin_incarnation(&mut self, old_keys: &DeviceKeys, now: Now) -> Result<(), Error> {
        let branch = self.book().branch()?.ok_or(Error::NotSetUp)?;
        let till = self.book().till()?.ok_or(Error::NotSetUp)?;
        let named = self.secrets.before.as_ref().map(|before| before.incarnation.0);
        let newest: Vec<[u8; 8]> = {
            let mut statement = self
                .conn
                .prepare("SELECT incarnation FROM stream WHERE device = ?1 ORDER BY stream_no DESC")?;
            statement
                .query_map([self.secrets.device.as_bytes()], |row| row.get(0))?
                .collect::<Result<_, _>>()?
        };
        let Some(old) = named.or(newest.first().copied()) else { return Err(Error::NotSetUp) };
        let heads = own_heads(&self.conn, self.secrets.device, domain::entry::Incarnation(old))?;
        let enrolment = Enrolment {
            invitation: InvitationId(uuid::Uuid::nil()),
            founding_hash: self.book().founding_hash()?.ok_or(Error::NotSetUp)?,
            device: self.secrets.device,
            incarnation: self.secrets.incarnation,
            signing_key: self.keys.signing_key(),
            wrapping_key: self.keys.wrapping_key(),
            branch: branch.branch,
            till: till.till,
            till_no: till.till_no,
        };
        let heads = heads.into_iter().map(|head| head.head).collect();
        self.enrol(&enrolment, None, heads, Some(old_keys), now)
    }

    fn enrol(
        &mut self,
        enrolment: &Enrolment,
        proof: Option<(InvitationId, domain::entry::Signature64)>,
        predecessors: Vec<StreamHead>,
        old_keys: Option<&DeviceKeys>,
        now: Now,
    ) -> Result<(), Error> {
        let branch = self.book().branch_by(Some(enrolment.branch))?.ok_or(Error::NotSetUp)?;
        let owner =
            self.book().staff()?.into_iter().map(|person| person.staff).next().ok_or(Error::NotSetUp)?;
        let entry = Entry::DeviceEnrolled(DeviceEnrolled {
            common: self.plain_common(owner, &branch, now),
            sealed: Vec::new(),
            device: enrolment.device,
            incarnation: enrolment.incarnation,
            signing_key: enrolment.signing_key,
            wrapping_key: enrolment.wrapping_key,
            branch: enrolment.branch,
            till: enrolment.till,
            till_no: enrolment.till_no,
            invitation: proof.map(|(invitation, _)| invitation),
            proof: proof.map(|(_, proof)| proof),
        });
        let of = |branch: bool| -> Option<SeenStream> {
            predecessors
                .iter()
                .find(|head| matches!(head.stream.scope, Scope::Branch(_)) == branch)
                .map(StreamHead::seen)
        };
        let beginning = Beginning {
            organisation: branch.organisation,
            branch: branch.branch,
            till_no: enrolment.till_no,
            organisation_predecessor: of(false),
            branch_predecessor: of(true),
            old_keys,
        };
        self.begin_streams(&beginning, &[NewEntry::from(entry)], now)
    }
}
