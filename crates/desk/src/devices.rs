//! Tills of one branch find each other by a file and a code, without any network, or by a server.

use std::path::Path;

use domain::entry::{BranchOpened, DeviceRevoked, Entry};
use domain::id::BranchId;
use domain::limits::check_name;
use domain::permission::Permission;
use ledger::{Gives, Invited, Write};

use crate::api::setup::{AtServer, Join, Status, TillInvited, TillNo};
use crate::commands::Nothing;
use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk, new_uuid};
use crate::turns::locked;

/// Bytes of an invitation file that are read at the most.
const MAX_FILE: u64 = 256 << 20;

/// Till numbers of a branch.
const TILL_NOS: std::ops::RangeInclusive<u32> = 1..=999;

impl Desk {
    /// Invites a device to be the next till of this branch; the file and the code go to it by two ways.
    ///
    /// # Errors
    /// `not_set_up`, `nobody_signed_in`, `not_allowed` for who does not decide about assistants,
    /// `too_many_tills`, or a failure of the machine.
    pub fn invite(&self) -> Result<Invited, Fault> {
        self.invite_giving(true, None)
    }

    /// Invites a device to be the next till of another branch of the organisation, which is opened where there
    /// is none of this name yet, in this one's country and time zone. It gets the organisation's people and
    /// catalogue, and nothing of this branch.
    ///
    /// # Errors
    /// As [`Desk::invite`], `name_missing`, `text_too_long`.
    pub fn invite_to_branch(&self, name: &str) -> Result<Invited, Fault> {
        let branch = self.opened_branch(name)?;
        self.invite_giving(true, Some(branch))
    }

    /// The branch of this name.
    fn opened_branch(&self, name: &str) -> Result<BranchId, Fault> {
        check_name(name)?;
        let name = name.trim();
        self.act(&[Changed::Status], |counter| {
            let actor = counter.acting(Permission::Devices, 0)?.actor;
            let known = counter.book.branches()?.into_iter().find(|branch| branch.name == name);
            if let Some(known) = known {
                return Ok((Write::default(), known.branch));
            }
            let like = counter.branch;
            let branch = BranchId(new_uuid(counter.now.ms, counter.random));
            let opened = Entry::BranchOpened(BranchOpened {
                common: counter.of_organisation(actor),
                sealed: Vec::new(),
                branch,
                name: name.to_owned(),
                country: like.country.clone(),
                currency: like.currency.clone(),
                time_zone: like.time_zone.clone(),
                day_boundary_min: like.day_boundary_min,
            });
            Ok((Write::entry(opened), branch))
        })
    }

    fn invite_giving(&self, is_with_branch: bool, branch: Option<BranchId>) -> Result<Invited, Fault> {
        let (staff, now, till_no) = self.ask(|counter| {
            let staff = counter.acting(Permission::Devices, 0)?.actor;
            let own = counter.branch.branch;
            let mut taken = counter.book.invited_till_nos(branch.unwrap_or(own))?;
            if branch.is_none_or(|branch| branch == own) {
                taken.extend(counter.book.tills()?.iter().map(|till| till.till_no));
            }
            let is_free = |no: &u32| !taken.contains(no);
            let till_no = TILL_NOS.into_iter().find(is_free).ok_or_else(|| Stop::bare("too_many_tills"))?;
            Ok((staff, counter.now, till_no))
        })?;
        let server = self.ask_book(|book| book.local(ledger::SERVER))?;
        let gives = Gives { is_with_branch, server, branch };
        Ok(self.book.writer.take().invite(staff, till_no, gives, now)?)
    }

    /// Invites the next till of this branch by the server: the code is all that it needs.
    ///
    /// # Errors
    /// As [`Desk::invite`], `no_server`, or why the server does not take it.
    pub fn invite_by_server(&self, _: Nothing) -> Result<TillInvited, Fault> {
        if self.ask_book(|book| book.local(ledger::SERVER))?.is_none() {
            return Err(Fault::bare("no_server"));
        }
        // The branch's records come over the network, once the new till sells.
        let invited = self.invite_giving(false, None)?;
        (self.network.hand_in)(self, &invited.code, invited.file)?;
        Ok(TillInvited { code: invited.code, till_no: invited.till_no })
    }

    /// Enrols this till at a server by a one-time code.
    ///
    /// # Errors
    /// `not_set_up`, `nobody_signed_in`, `not_allowed`, `code_malformed`, `server_address_bad`, `server_unreached`, `server_unknown`, and what the
    /// server refuses with.
    pub fn connect_server(&self, at: AtServer) -> Result<Status, Fault> {
        // A server hears everything that the branch has, names included.
        self.ask(|counter| counter.acting(Permission::Devices, 0).map(drop))?;
        (self.network.enrol)(self, at.address.trim(), &at.code)?;
        self.status(Nothing {})
    }

    /// Joins a branch by its server and an invitation's code.
    ///
    /// # Errors
    /// As [`Desk::join`], and why the server gives nothing.
    pub fn join_by_server(&self, at: AtServer) -> Result<Status, Fault> {
        self.check_empty()?;
        let file = (self.network.fetch)(at.address.trim(), &at.code)?;
        let joined = self.take_invitation(&file, &at.code)?;
        self.tell_server();
        Ok(joined)
    }

    /// Cuts a till off: what it wrote until now counts, and what it writes from now on does not. The server
    /// takes nothing more from it.
    ///
    /// # Errors
    /// `nobody_signed_in`, `not_allowed` for who does not decide about assistants, and for the till that this
    /// is; `till_unknown` where there is none with this number that is not cut off already.
    pub fn revoke_till(&self, till: TillNo) -> Result<Status, Fault> {
        self.act(&[Changed::Status, Changed::Branch, Changed::Book], |counter| {
            let actor = counter.acting(Permission::Devices, 0)?.actor;
            if counter.house.till.till_no == till.till_no {
                return Err(Stop::bare("not_allowed"));
            }
            let lives = counter.book.lives_of_till(till.till_no)?;
            if lives.is_empty() {
                return Err(Stop::bare("till_unknown"));
            }
            let entries = lives.into_iter().map(|(device, incarnation, branch, organisation)| {
                Entry::DeviceRevoked(DeviceRevoked {
                    common: counter.of_organisation(actor),
                    sealed: Vec::new(),
                    device,
                    incarnation,
                    last_branch_seq: branch,
                    last_organisation_seq: organisation,
                })
                .into()
            });
            Ok((Write { entries: entries.collect(), ..Write::default() }, ()))
        })?;
        self.derive_if_due();
        self.status(Nothing {})
    }

    fn check_empty(&self) -> Result<(), Fault> {
        let is_founded = self.book.ask(|book| Ok(book.till()?.is_some()))?;
        if is_founded { Err(Fault::bare("already_set_up")) } else { Ok(()) }
    }

    /// Joins a branch by an invitation file and its code.
    ///
    /// # Errors
    /// `already_set_up`, `file_missing`, `invitation_refused` (not an invitation, a wrong code, a forged
    /// record), or a failure of the machine.
    pub fn join(&self, join: Join) -> Result<Status, Fault> {
        self.check_empty()?;
        let path = Path::new(join.path.trim());
        let size = std::fs::metadata(path).map_err(|_| Fault::bare("file_missing"))?.len();
        if size > MAX_FILE {
            return Err(Fault::bare("invitation_refused"));
        }
        let file = std::fs::read(path).map_err(|_| Fault::bare("file_missing"))?;
        self.take_invitation(&file, &join.code)
    }

    fn take_invitation(&self, file: &[u8], code: &str) -> Result<Status, Fault> {
        // Nothing is founded here yet, so the zone is not known; instants in the book are UTC anyway.
        let now = domain::time::Now { ms: self.now_ms(), utc_offset_min: 0 };
        let joined = self.book.writer.take().join(file, code, now, |secret| self.keep_branch_secret(secret));
        match joined {
            Ok(()) => {}
            Err(ledger::Error::BadRecord(_)) => return Err(Fault::bare("invitation_refused")),
            Err(error) => return Err(error.into()),
        }
        // The index may have been built before there was a catalogue.
        *locked(&self.index) = None;
        self.tell(&[Changed::Status, Changed::Catalogue, Changed::Book]);
        self.status(Nothing {})
    }
}
