//! Several tills of a branch in one day, and people who may not do everything alone.

use std::path::PathBuf;
use std::sync::Arc;

use desk::api::branch::OfBranch;
use desk::api::setup::{Approve, AskApproval, DecideApproval, EntryRef, GiveRole, Join, StaffRef, StaffView};
use desk::{Desk, Fault, Nothing};
use domain::id::{DeviceId, EntryId, StaffId};
use replica::sync::Decision;
use serde_json::{Value, json};
use uuid::Uuid;

use super::player::{Player, Stop, pin_of};

/// A till that is not stood at just now.
pub struct Other {
    pub(super) dir: PathBuf,
    pub(super) desk: Arc<Desk>,
}

/// The server of a day, where people look from browsers.
const SERVER: DeviceId = DeviceId(Uuid::from_u128(1));

/// Keys that go from one till to another at once; a day has fewer.
const MOST_KEYS: usize = 10_000;

impl Player<'_> {
    /// Goes to another till of the branch; the first time it joins by an invitation from this one.
    pub(super) fn go_to_till(&mut self, no: u32) -> Result<(), Stop> {
        let here = self.till_no()?;
        if no == here {
            return Ok(());
        }
        let other = match self.others.remove(&no) {
            Some(other) => other,
            None => self.join_till(no)?,
        };
        let left = Other { dir: std::mem::replace(&mut self.dir, other.dir), desk: self.desk()? };
        self.others.insert(here, left);
        self.desk = Some(other.desk);
        self.forget_basket();
        let status = self.desk()?.status(Nothing {})?;
        let person = status.person.map_or_else(|| "nobody".to_owned(), |person| person.name);
        self.tell(&format!("at till {no}, where {person} is signed in"))
    }

    fn join_till(&mut self, no: u32) -> Result<Other, Stop> {
        let invited = self.desk()?.invite()?;
        if invited.till_no != no {
            return Err(Stop::Words(format!("the next till is till {}", invited.till_no)));
        }
        let dir = self.scene.data.join(format!("till-{no}"));
        let desk = self.open_desk_in(&dir)?;
        let file = dir.join("invitation");
        std::fs::write(&file, &invited.file)?;
        let path = file.to_string_lossy().into_owned();
        desk.join(Join { path, code: invited.code })?;
        Ok(Other { dir, desk })
    }

    /// Every till of the day gets what the others wrote.
    pub(super) fn hear(&mut self) -> Result<(), Stop> {
        let mut desks = vec![self.desk()?];
        desks.extend(self.others.values().map(|other| Arc::clone(&other.desk)));
        for from in &desks {
            for to in desks.iter().filter(|to| !Arc::ptr_eq(from, to)) {
                tell_all(from, to)?;
            }
        }
        self.tell("the tills hear each other")
    }

    fn person_named(&self, name: &str) -> Result<StaffView, Stop> {
        let staff = self.desk()?.staff(Nothing {})?;
        let person = staff.into_iter().find(|person| person.name == name);
        person.ok_or_else(|| Stop::Words(format!("nobody here is called {name}")))
    }

    /// What the last refusal named: permission and how far.
    fn last_need(&self) -> Result<(String, i64), Stop> {
        let detail = self.last_refusal.as_ref().map(|fault| &fault.detail);
        let need = detail
            .and_then(|detail| Some((detail["permission"].as_str()?.to_owned(), detail["extent"].as_i64()?)));
        need.ok_or_else(|| Stop::Words("nothing was refused that somebody may allow".to_owned()))
    }

    /// Somebody who may allows on the spot what was refused.
    pub(super) fn allow(&mut self, name: &str) -> Result<(), Stop> {
        let (permission, extent) = self.last_need()?;
        let person = self.person_named(name)?;
        let secret = pin_of(&person.role).to_owned();
        let approve =
            Approve { entry_id: self.new_id(), staff_id: person.staff_id, secret, permission, extent };
        let facts = json!({ "kind": "approval_decided", "entryId": approve.entry_id });
        let said = format!("{name} allows {} {}", approve.permission, approve.extent);
        self.desk()?.approve(approve)?;
        self.tell_with(&said, facts)
    }

    /// Asks at the other tills for what was refused.
    pub(super) fn ask_others(&mut self) -> Result<(), Stop> {
        let (permission, extent) = self.last_need()?;
        let ask = AskApproval { entry_id: self.new_id(), permission, extent };
        self.asked = Some(ask.entry_id.clone());
        let said = format!("asked: {} {}", ask.permission, ask.extent);
        self.desk()?.ask_approval(ask)?;
        self.tell(&said)
    }

    /// Whoever is signed in here answers what was asked first.
    pub(super) fn answer(&mut self, is_given: bool) -> Result<(), Stop> {
        let asked = self.desk()?.approvals_asked(OfBranch::default())?.into_iter().next();
        let asked = asked.ok_or_else(|| Stop::Words("nobody asks for anything".to_owned()))?;
        let (entry_id, till) = (self.new_id(), asked.till_no.unwrap_or_default());
        self.desk()?.decide_approval(DecideApproval {
            entry_id,
            asked: asked.entry_id,
            is_given,
            branch_id: None,
        })?;
        let how = if is_given { "allowed" } else { "not allowed" };
        self.tell(&format!("{} {} of {} at till {till}: {how}", asked.permission, asked.extent, asked.person))
    }

    /// What somebody answers in a browser at the server comes to this till, which asked.
    pub(super) fn answer_in_browser(&mut self, name: &str, is_given: bool) -> Result<(), Stop> {
        let asked = self.asked.as_deref().and_then(EntryId::parse);
        let asked = asked.ok_or_else(|| Stop::Words("nothing was asked here".to_owned()))?;
        let staff = StaffId::parse(&self.person_named(name)?.staff_id);
        let (entry_id, staff) = EntryId::parse(&self.new_id())
            .zip(staff)
            .ok_or_else(|| Stop::Words("this is no id".to_owned()))?;
        self.desk()?.decided_in_browser(&Decision { entry_id, asked, staff, is_given }, SERVER)?;
        let how = if is_given { "allowed" } else { "not allowed" };
        self.tell(&format!("{how} by {name}, in a browser"))
    }

    /// What came of what was asked here last.
    pub(super) fn answered(&mut self) -> Result<(), Stop> {
        let entry_id = self.asked.clone().ok_or_else(|| Stop::Words("nothing was asked here".to_owned()))?;
        let state = self.desk()?.approval_state(EntryRef { entry_id })?;
        let by = state.person.map(|person| format!(" by {person}")).unwrap_or_default();
        self.tell(&format!("{}{by}", state.state))
    }

    /// Gives a person another role.
    pub(super) fn give_role(&mut self, name: &str, role: &str) -> Result<(), Stop> {
        let staff_id = self.person_named(name)?.staff_id;
        self.desk()?.give_role(GiveRole { staff_id, role: role.to_owned() })?;
        self.tell(&format!("{name} is {role} now"))
    }

    /// A person works here no more.
    pub(super) fn leave(&mut self, name: &str) -> Result<(), Stop> {
        let staff_id = self.person_named(name)?.staff_id;
        self.desk()?.leave(StaffRef { staff_id })?;
        self.tell(&format!("{name} has left"))
    }

    /// Who works here in which role, and what is to be settled, as this till knows it.
    pub(super) fn look_around(&mut self) -> Result<(), Stop> {
        let desk = self.desk()?;
        while desk.status(Nothing {})?.jobs.iter().any(|job| job.state == "running") {
            std::thread::yield_now();
        }
        let people = desk.staff(Nothing {})?;
        let people: Vec<String> =
            people.iter().map(|person| format!("{} {}", person.name, person.role)).collect();
        self.say(&people.join(", "), Value::Null)?;
        let now = desk.branch_now(OfBranch::default())?;
        let sold = self.text(now.takings_minor);
        self.say(&format!("{} sales, {sold}", now.sale_count), Value::Null)?;
        for row in now.to_settle {
            let what = row.receipt_no.unwrap_or_default();
            let till = row.till_no.map(|no| format!("till {no}")).unwrap_or_default();
            self.say(format!("to settle: {} {till} {what}", row.kind).trim_end(), Value::Null)?;
        }
        Ok(())
    }
}

/// Gives one till everything of another that it lacks.
fn tell_all(from: &Desk, to: &Desk) -> Result<(), Fault> {
    let there = to.ask_book(|book| book.stream_vector())?;
    let runs = from.ask_book(|book| {
        let lacking = book.stream_vector()?.lacking_there(&there);
        lacking.iter().filter_map(|lacking| book.run_for(lacking).transpose()).collect::<Result<Vec<_>, _>>()
    })?;
    let (keys, _) = from.ask_book(|book| book.keys_after(0, MOST_KEYS))?;
    to.take_keys(&keys)?;
    let mut verified = Vec::new();
    for run in runs {
        let known = to.ask_book(|book| book.signing_key(run.after.stream))?;
        let key = known.or(run.opening_key()).ok_or_else(|| Fault::bare("device_not_enrolled"))?;
        verified.push(run.verified(&key).map_err(|_| Fault::bare("internal"))?);
    }
    to.merge(&verified)
}
