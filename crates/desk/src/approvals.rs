//! What somebody may not do alone is allowed by somebody who may: on the spot, from another till of the branch, or
//! from a browser at its server. The book keeps both names.

use std::collections::BTreeMap;

use domain::entry::{ApprovalAsked, ApprovalDecided, Entry};
use domain::id::{DeviceId, EntryId, StaffId, TillId};
use domain::needs::Need;
use domain::permission::{Permission, Verdict};
use ledger::{Asked, Secrets, Write};
use minicbor::{Decode, Encode};
use replica::sync::Decision;

use crate::api::branch::OfBranch;
use crate::api::setup::{ApprovalState, Approve, AskApproval, AskedView, DecideApproval, EntryRef, Status};
use crate::commands::Nothing;
use crate::counter::Counter;
use crate::fault::{Fault, Stop};
use crate::gate::Grant;
use crate::open::{Changed, Desk, id};
use crate::settings::MAX_APPROVAL_MIN;
use crate::sight::Sight;
use crate::viewing::COMES_IN;

/// How long an approval of one act waits for that act.
const ONE_ACT_MS: i64 = 5 * 60_000;

/// How long what was asked is shown elsewhere, and can be decided about.
pub const ASKED_MS: i64 = 15 * 60_000;

/// Name of the local value that keeps which answers of other tills were taken, so that each is taken once.
const TAKEN: &str = "approvals_taken";

/// Answers that are remembered; what was asked is forgotten long before.
const REMEMBERED: usize = 256;

/// Ids of what was asked and taken, oldest first.
#[derive(Default, Encode, Decode)]
#[cbor(transparent)]
struct Taken(#[n(0)] Vec<EntryId>);

impl Desk {
    /// Allows the person on duty what a refusal named: once, or for as long as the settings say. Asked twice, it
    /// is allowed once.
    ///
    /// # Errors
    /// `nobody_signed_in`, `bad_arguments`, `approver_same` for oneself, `not_allowed` for an approver who may not
    /// do it either, `badge_unknown`, and as [`Desk::sign_in`] for
    /// the approver's PIN.
    pub fn approve(&self, approve: Approve) -> Result<Status, Fault> {
        let entry = id(&approve.entry_id, EntryId::parse)?;
        let approver = id(&approve.staff_id, StaffId::parse)?;
        let need = need(&approve.permission, approve.extent)?;
        let staff = self.on_duty().ok_or_else(|| Fault::bare("nobody_signed_in"))?;
        if approver == staff {
            return Err(Fault::bare("approver_same"));
        }
        let role = self.prove_by_any(approver, &approve.secret)?;
        if need.permission.verdict(role, need.extent) != Verdict::Allowed {
            return Err(Fault::bare("not_allowed"));
        }
        let grant = self.act(&[Changed::Book], |counter| {
            if counter.is_done(entry, |entry| matches!(entry, Entry::ApprovalDecided(_)))? {
                return Ok((Write::default(), None));
            }
            let about = counter.about(need)?;
            let until_ms = counter.until()?;
            let decided = Entry::ApprovalDecided(ApprovalDecided {
                common: counter.acting_as(approver, None)?.common(entry, Vec::new(), Vec::new()),
                sealed: Vec::new(),
                staff,
                permission: need.permission.code().to_owned(),
                extent: need.extent,
                about,
                asked: None,
                is_given: true,
                until_ms,
                by_server: None,
            });
            Ok((Write::entry(decided), Some(counter.grant(entry, staff, need, about, approver, until_ms))))
        })?;
        if let Some(grant) = grant {
            self.present().grants.add(grant, self.now_ms());
        }
        self.status(Nothing {})
    }

    /// Asks at the other tills of the branch for what a refusal named. Asked twice, it is asked once.
    ///
    /// # Errors
    /// `nobody_signed_in`, `not_in_practice`, `bad_arguments`, `not_allowed` for what nobody can allow this role.
    pub fn ask_approval(&self, ask: AskApproval) -> Result<ApprovalState, Fault> {
        let entry = id(&ask.entry_id, EntryId::parse)?;
        let need = need(&ask.permission, ask.extent)?;
        if self.present().is_practice {
            return Err(Fault::bare("not_in_practice"));
        }
        self.act(&[Changed::Book], |counter| {
            let actor = counter.actor()?;
            if counter.is_done(entry, |entry| matches!(entry, Entry::ApprovalAsked(_)))? {
                return Ok((Write::default(), ()));
            }
            if counter.verdict(need.permission, need.extent)? == Verdict::Refused {
                return Err(Stop::bare("not_allowed"));
            }
            let asked = Entry::ApprovalAsked(ApprovalAsked {
                common: counter.acting_as(actor, None)?.common(entry, Vec::new(), Vec::new()),
                sealed: Vec::new(),
                permission: need.permission.code().to_owned(),
                extent: need.extent,
                about: counter.about(need)?,
            });
            Ok((Write::entry(asked), ()))
        })?;
        self.approval_state(EntryRef { entry_id: ask.entry_id })
    }

    /// What came of asking at the other tills. Where it was allowed, it can be done from now on, once or for as
    /// long as was said; each answer is taken once.
    ///
    /// # Errors
    /// `nobody_signed_in`, `bad_arguments`.
    pub fn approval_state(&self, asked: EntryRef) -> Result<ApprovalState, Fault> {
        let asked = id(&asked.entry_id, EntryId::parse)?;
        let staff = self.on_duty().ok_or_else(|| Fault::bare("nobody_signed_in"))?;
        let (state, grant) = self.act(&[], |counter| {
            let waits = ApprovalState { state: "waits".to_owned(), person: None };
            let Some(decision) = counter.book.approval_of(asked)? else {
                return Ok((Write::default(), (waits, None)));
            };
            let person = Some(counter.name_of(decision.by)?);
            let state = |state: &str| ApprovalState { state: state.to_owned(), person: person.clone() };
            if !decision.is_given {
                return Ok((Write::default(), (state("refused"), None)));
            }
            let Some(Entry::ApprovalAsked(ask)) = counter.book.entry(asked)?.map(|stored| stored.entry)
            else {
                return Err(Stop::bare("bad_arguments"));
            };
            let kept = counter.book.local(TAKEN)?.and_then(|bytes| minicbor::decode(&bytes).ok());
            let Taken(mut taken) = kept.unwrap_or_default();
            if taken.contains(&asked) || ask.common.actor != staff {
                return Ok((Write::default(), (state("given"), None)));
            }
            taken.push(asked);
            let too_many = taken.len().saturating_sub(REMEMBERED);
            taken.drain(..too_many);
            let taken = minicbor::to_vec(Taken(taken)).map_err(|_| Stop::bare("internal"))?;
            let need = need(&ask.permission, ask.extent)?;
            let until_ms = counter.until_here(&decision);
            let grant = counter.grant(decision.entry_id, staff, need, ask.about, decision.by, until_ms);
            Ok((Write::default().with_local(TAKEN, Some(taken)), (state("given"), Some(grant))))
        })?;
        if let Some(grant) = grant {
            self.present().grants.add(grant, self.now_ms());
        }
        Ok(state)
    }

    /// What other people ask for at the tills of the branch that the person on duty may allow, oldest first.
    ///
    /// # Errors
    /// `nobody_signed_in`, or a failure of the machine.
    pub fn approvals_asked(&self, _: OfBranch) -> Result<Vec<AskedView>, Fault> {
        self.ask(|counter| {
            let tills = counter.till_nos()?;
            counter.asked()?.into_iter().map(|ask| counter.asked_view(ask, &tills)).collect()
        })
    }

    /// Says yes or no to what was asked at a till of the branch. Where somebody has decided already, or it was
    /// asked too long ago, nothing is written. Gives what is still asked.
    ///
    /// # Errors
    /// `nobody_signed_in`, `not_in_practice`, `not_allowed` for what the person on duty may not do either.
    pub fn decide_approval(&self, decide: DecideApproval) -> Result<Vec<AskedView>, Fault> {
        let entry = id(&decide.entry_id, EntryId::parse)?;
        let asked = id(&decide.asked, EntryId::parse)?;
        if self.present().is_practice {
            return Err(Fault::bare("not_in_practice"));
        }
        self.act(&[Changed::Book], |counter| {
            let actor = counter.actor()?;
            let Some(ask) = counter.ask_to_decide(asked)? else { return Ok((Write::default(), ())) };
            Ok((Write::entry(counter.decided(actor, entry, ask, decide.is_given, None)?), ()))
        })?;
        self.approvals_asked(OfBranch::default())
    }

    /// Writes what somebody decided in a browser at this server about what was asked at this till. The server says
    /// who is signed in there; whether that person may, this till's own book says.
    ///
    /// # Errors
    /// `approval_unknown` for what this till did not ask, `approval_decided` where somebody has decided already or
    /// it was asked too long ago, `approver_same`, `not_allowed`; then nothing is written. Or a failure of the
    /// machine.
    pub fn decided_in_browser(&self, decision: &Decision, server: DeviceId) -> Result<(), Fault> {
        let Secrets { device, incarnation, .. } = self.secrets();
        self.act_in(&self.book, Some(decision.staff), &[Changed::Book], |counter| {
            let asked = counter.book.approval_asked(decision.asked)?;
            let is_own = |ask: &Asked| (ask.stream.device, ask.stream.incarnation) == (device, incarnation);
            let Some(ask) = asked.filter(is_own) else { return Err(Stop::bare("approval_unknown")) };
            if ask.staff == decision.staff {
                return Err(Stop::bare("approver_same"));
            }
            if counter.verdict(COMES_IN, 0)? != Verdict::Allowed {
                return Err(Stop::bare("not_allowed"));
            }
            let open = counter.ask_to_decide(decision.asked)?;
            let is_new = !counter.book.has_entry(decision.entry_id)?;
            let ask = open.filter(|_| is_new).ok_or_else(|| Stop::bare("approval_decided"))?;
            let Decision { entry_id, staff, is_given, .. } = *decision;
            Ok((Write::entry(counter.decided(staff, entry_id, ask, is_given, Some(server))?), ()))
        })
    }
}

fn need(permission: &str, extent: i64) -> Result<Need, Fault> {
    Ok(Need { permission: id(permission, Permission::parse)?, extent })
}

impl Sight<'_> {
    /// What other people ask for that whoever looks may allow, oldest first.
    pub(crate) fn asked(&self) -> Result<Vec<Asked>, Stop> {
        let mut asked = Vec::new();
        for ask in self.book.approvals_asked(self.asked_since_ms())? {
            if self.may_decide(&ask)? {
                asked.push(ask);
            }
        }
        Ok(asked)
    }

    /// Since when what was asked can be decided about.
    pub(crate) fn asked_since_ms(&self) -> i64 {
        self.now.ms.saturating_sub(ASKED_MS)
    }

    /// Whether whoever looks may allow what another one asks for.
    pub(crate) fn may_decide(&self, ask: &Asked) -> Result<bool, Stop> {
        let Some(permission) = Permission::parse(&ask.permission) else { return Ok(false) };
        Ok(Some(ask.staff) != self.on_duty && self.verdict(permission, ask.extent)? == Verdict::Allowed)
    }

    /// What is asked for, for whoever decides about it; none where that is over.
    ///
    /// # Errors
    /// `not_allowed`.
    pub(crate) fn ask_to_decide(&self, asked: EntryId) -> Result<Option<Asked>, Stop> {
        let open = self.book.approvals_asked(self.asked_since_ms())?;
        let Some(ask) = open.into_iter().find(|ask| ask.entry_id == asked) else { return Ok(None) };
        if self.may_decide(&ask)? { Ok(Some(ask)) } else { Err(Stop::bare("not_allowed")) }
    }

    /// What is asked for as a screen shows it.
    pub(crate) fn asked_view(&self, ask: Asked, tills: &BTreeMap<TillId, u32>) -> Result<AskedView, Stop> {
        let age_ms = self.now.ms.saturating_sub(ask.at_ms).max(0);
        Ok(AskedView {
            entry_id: ask.entry_id.to_string(),
            person: self.name_of(ask.staff)?,
            till_no: ask.till.and_then(|till| tills.get(&till).copied()),
            at_ms: ask.at_ms,
            permission: ask.permission,
            extent: ask.extent,
            age_min: u32::try_from(age_ms / 60_000).unwrap_or(u32::MAX),
            is_till_away: false,
            answer: None,
        })
    }
}

impl Counter<'_> {
    /// The entry that somebody who may decided about what was asked for at a till.
    fn decided(
        &self,
        actor: StaffId,
        entry: EntryId,
        ask: Asked,
        is_given: bool,
        by_server: Option<DeviceId>,
    ) -> Result<Entry, Stop> {
        Ok(Entry::ApprovalDecided(ApprovalDecided {
            common: self.acting_as(actor, None)?.common(entry, vec![ask.entry_id], Vec::new()),
            sealed: Vec::new(),
            staff: ask.staff,
            permission: ask.permission,
            extent: ask.extent,
            about: ask.about,
            asked: Some(ask.entry_id),
            is_given,
            until_ms: if is_given { self.until()? } else { None },
            by_server,
        }))
    }

    /// The sale that it is about, where it is about what is in the basket.
    fn about(&self, need: Need) -> Result<Option<EntryId>, Stop> {
        let basket = need.permission.is_of_basket().then(|| self.basket()).transpose()?;
        Ok(basket.map(|basket| basket.sale_id))
    }

    /// Until when an approval holds by the policy of the branch; none for one act.
    fn until(&self) -> Result<Option<i64>, Stop> {
        let minutes = i64::from(self.settings()?.approval_min);
        Ok((minutes > 0).then(|| self.now.ms.saturating_add(minutes * 60_000)))
    }

    /// Until when a decision holds by the clock of this till: for as long as it was given by the clock of the till
    /// that wrote it, and no longer than any policy says.
    fn until_here(&self, decision: &ledger::Decision) -> Option<i64> {
        let given_ms = decision.until_ms?.saturating_sub(decision.at_ms);
        let most_ms = i64::from(MAX_APPROVAL_MIN) * 60_000;
        Some(self.now.ms.saturating_add(given_ms.clamp(0, most_ms)))
    }

    fn grant(
        &self,
        entry: EntryId,
        staff: StaffId,
        need: Need,
        about: Option<EntryId>,
        approver: StaffId,
        until_ms: Option<i64>,
    ) -> Grant {
        let one_act_ms = self.now.ms.saturating_add(ONE_ACT_MS);
        let (until_ms, is_once) = (until_ms.unwrap_or(one_act_ms), until_ms.is_none());
        Grant { entry, staff, need, about, approver, until_ms, is_once }
    }
}
