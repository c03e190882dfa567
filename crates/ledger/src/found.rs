//! Founding: the first records of an organisation, its branch and its first till.

use domain::entry::{
    BranchOpened, Common, DeviceEnrolled, Entry, OrganisationFounded, Role, SealedField, SealedRef,
    SeenStream, StaffJoined, ToSeal,
};
use domain::id::{BranchId, EntryId, OrganisationId, StaffId, TillId};
use domain::time::Now;
use replica::sign::DeviceKeys;
use replica::stream::{Scope, StreamHead, StreamId};
use replica::stream_opened::{KIND, StreamOpened};
use rusqlite::TransactionBehavior;

use crate::error::Error;
use crate::journal::{Head, NewEntry, Pen, move_head, stream_no};
use crate::projection::Projector;
use crate::{Ledger, Own};

/// What an organisation begins with.
#[derive(Debug, Clone)]
pub struct Founding {
    /// The organisation, random.
    pub organisation: OrganisationId,
    /// Its first branch, random.
    pub branch: BranchId,
    /// The till that this device is, random.
    pub till: TillId,
    /// Its number, 1 to 999.
    pub till_no: u32,
    /// Name of the branch.
    pub branch_name: String,
    /// Two-letter country code.
    pub country: String,
    /// Currency.
    pub currency: String,
    /// IANA time zone.
    pub time_zone: String,
    /// Minutes after midnight at which a business day begins.
    pub day_boundary_min: u32,
    /// People with role and name; the first one is the owner.
    pub staff: Vec<(StaffId, Role, String)>,
}

/// How this device's streams begin.
pub(crate) struct Beginning<'a> {
    pub(crate) organisation: OrganisationId,
    pub(crate) branch: BranchId,
    pub(crate) till_no: u32,
    /// Head of the stream that the organisation's goes on from.
    pub(crate) organisation_predecessor: Option<SeenStream>,
    /// Head of the stream that the branch's goes on from.
    pub(crate) branch_predecessor: Option<SeenStream>,
    /// Keys of the life before, to endorse the new ones.
    pub(crate) old_keys: Option<&'a DeviceKeys>,
}

impl Ledger {
    /// Founds the organisation: its stream and the branch's begin, and this device is enrolled.
    ///
    /// # Errors
    /// `Refused` where something is founded already (the file is not empty), or a failure of the machine.
    pub fn found(&mut self, founding: &Founding, now: Now) -> Result<(), Error> {
        self.writable()?;
        if self.own.is_some() || self.book().branch()?.is_some() {
            return Err(Error::BadRecord("this ledger is founded already".to_owned()));
        }
        let Some((owner, _, owner_name)) = founding.staff.first().cloned() else {
            return Err(Error::BadRecord("an organisation needs an owner".to_owned()));
        };
        let random = self.random.clone();
        let entry_id = || {
            let mut bytes = [0; 10];
            random(&mut bytes);
            EntryId(uuid::Builder::from_unix_timestamp_millis(now.ms.unsigned_abs(), &bytes).into_uuid())
        };
        let common = || Common {
            entry_id: entry_id(),
            actor: owner,
            approver: None,
            till: None,
            cash_session: None,
            business_date: now.business_date(founding.day_boundary_min),
            currency: None,
            references: Vec::new(),
            postings: Vec::new(),
        };
        let mut entries = vec![named(owner, &owner_name, |sealed| {
            Entry::OrganisationFounded(OrganisationFounded {
                common: common(),
                sealed,
                organisation: founding.organisation,
                owner,
            })
        })];
        entries.push(NewEntry::from(Entry::BranchOpened(BranchOpened {
            common: common(),
            sealed: Vec::new(),
            branch: founding.branch,
            name: founding.branch_name.clone(),
            country: founding.country.clone(),
            currency: founding.currency.clone(),
            time_zone: founding.time_zone.clone(),
            day_boundary_min: founding.day_boundary_min,
        })));
        entries.push(NewEntry::from(Entry::DeviceEnrolled(DeviceEnrolled {
            common: common(),
            sealed: Vec::new(),
            device: self.secrets.device,
            incarnation: self.secrets.incarnation,
            signing_key: self.keys.signing_key(),
            wrapping_key: self.keys.wrapping_key(),
            branch: founding.branch,
            till: founding.till,
            till_no: founding.till_no,
            invitation: None,
            proof: None,
        })));
        for (staff, role, name) in &founding.staff[1..] {
            entries.push(named(*staff, name, |sealed| {
                Entry::StaffJoined(StaffJoined { common: common(), sealed, staff: *staff, role: *role })
            }));
        }
        let beginning = Beginning {
            organisation: founding.organisation,
            branch: founding.branch,
            till_no: founding.till_no,
            organisation_predecessor: None,
            branch_predecessor: None,
            old_keys: None,
        };
        self.begin_streams(&beginning, &entries, now)
    }

    /// Opens this device's two streams and writes the first entries into the organisation's.
    pub(crate) fn begin_streams(
        &mut self,
        beginning: &Beginning<'_>,
        entries: &[NewEntry],
        now: Now,
    ) -> Result<(), Error> {
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut pen = Pen { conn: &tx, now, hlc: self.hlc, random: &*self.random };
        let projector = Projector::live(&tx)?;
        let series = format!("B01-T{}-{}", beginning.till_no, self.secrets.incarnation.series_code());
        let mut begin =
            |scope, series, predecessor: Option<SeenStream>, is_last: bool| -> Result<Head, Error> {
                let stream =
                    StreamId { device: self.secrets.device, incarnation: self.secrets.incarnation, scope };
                let mut head = Head { stream_no: stream_no(&tx, stream)?, head: StreamHead::empty(stream) };
                let mut opened = StreamOpened::first(stream, &self.keys, series);
                if let Some(predecessor) = predecessor {
                    opened = opened.after(predecessor, beginning.old_keys);
                }
                let signer = is_last.then_some(&self.keys);
                let appended = pen.append(&mut head, KIND, opened.to_body(), Vec::new(), signer)?;
                projector.pass_over(appended.record_no, &appended.hash, &appended.record.header)?;
                Ok(head)
            };
        let branch = Scope::Branch(beginning.branch);
        let branch_head = begin(branch, Some(series), beginning.branch_predecessor, true)?;
        let organisation = Scope::Organisation(beginning.organisation);
        let mut organisation_head =
            begin(organisation, None, beginning.organisation_predecessor, entries.is_empty())?;
        for (place, new) in entries.iter().enumerate() {
            let signer = (place + 1 == entries.len()).then_some(&self.keys);
            let appended = pen.append_entry(&mut organisation_head, new, signer)?;
            projector.project(appended.record_no, &appended.hash, &appended.record.header, &new.entry)?;
        }
        projector.finish()?;
        let hlc = pen.hlc;
        for head in [&organisation_head, &branch_head] {
            move_head(&tx, head.stream_no, &StreamHead::empty(head.head.stream), &head.head)?;
        }
        tx.commit()?;
        self.hlc = hlc;
        self.own = Some(Own { organisation: organisation_head, branch: branch_head });
        self.after_commit();
        Ok(())
    }
}

/// An entry whose one sealed part is a person's name.
fn named(staff: StaffId, name: &str, entry: impl FnOnce(Vec<SealedRef>) -> Entry) -> NewEntry {
    let what = SealedRef { subject: staff.into(), field: SealedField::Name, index: 0 };
    NewEntry { entry: entry(vec![what]), to_seal: vec![ToSeal { what, plain: name.as_bytes().to_vec() }] }
}
