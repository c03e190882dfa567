//! Drawers that are put away, taken again, shared, handed over and counted elsewhere, in a day.

use desk::Nothing;
use desk::api::cash::{
    CausePart, CausesOf, CloseSession, CountDrawer, CountPart, ExplainOverShort, PartView, PartsOf,
};
use desk::api::drawers::*;
use desk::api::transfers::{CloseOther, CountOther, DrawerState, SignClose};
use serde_json::json;

use super::act::Cash;
use super::player::{Player, Stop, pin_of};

/// A drawer as it is written: the number of its till, or its letter.
pub(super) fn drawer_name(word: &str) -> DrawerName {
    match word.parse() {
        Ok(till_no) => DrawerName { till_no: Some(till_no), letter: None },
        Err(_) => DrawerName { till_no: None, letter: Some(word.to_owned()) },
    }
}

fn written(name: &DrawerName) -> String {
    let no = name.till_no.map(|no| no.to_string());
    no.or_else(|| name.letter.clone()).unwrap_or_default()
}

impl Player<'_> {
    pub(super) fn put_away(&mut self, is_to_count: bool) -> Result<(), Stop> {
        let left = LeaveDrawer { entry_id: self.new_id(), is_to_count };
        let facts = json!({ "kind": "drawer_left", "entryId": left.entry_id, "isToCount": is_to_count });
        self.desk()?.leave_drawer(left)?;
        let to_count = if is_to_count { ", to be counted" } else { "" };
        self.tell_with(&format!("drawer put away{to_count}"), facts)
    }

    /// The open session of a drawer, or of the one here, and what was counted of it.
    pub(super) fn parts_of(&self, drawer: Option<&str>) -> Result<(String, Vec<PartView>), Stop> {
        let session = match drawer {
            Some(drawer) => self.session_of(drawer)?,
            None => self.desk()?.drawer(Nothing {})?.cash_session_id.unwrap_or_default(),
        };
        let parts = self.desk()?.counted_parts(PartsOf { cash_session_id: session.clone() })?;
        Ok((session, parts))
    }

    pub(super) fn count_part(
        &mut self,
        drawer: Option<&str>,
        cash: &Cash,
        is_anew: bool,
    ) -> Result<(), Stop> {
        let (session, before) = self.parts_of(drawer)?;
        let own = before.iter().rfind(|part| part.is_own).filter(|_| is_anew);
        let asked = CountPart {
            entry_id: self.new_id(),
            cash_session_id: session,
            denominations: self.pieces(cash)?,
            replaces: own.map(|part| part.entry_id.clone()),
        };
        for part in self.desk()?.count_part(asked)? {
            let facts = json!({
                "kind": "part_counted", "entryId": part.entry_id, "countedMinor": part.counted_minor,
                "isOutdated": part.is_outdated,
            });
            let old = if part.is_outdated { ", outdated" } else { "" };
            let text = format!("part counted by {}: {}{old}", part.person, self.text(part.counted_minor));
            self.tell_with(&text, facts)?;
        }
        Ok(())
    }

    fn session_of(&self, drawer: &str) -> Result<String, Stop> {
        let name = drawer_name(drawer);
        let row = self.desk()?.drawers(Nothing {})?.into_iter().find(|row| row.name == name);
        let session = row.and_then(|row| row.cash_session_id);
        session.ok_or_else(|| Stop::Words(format!("drawer {drawer} is not open")))
    }

    pub(super) fn take_drawer(&mut self, drawer: &str) -> Result<(), Stop> {
        let session = self.session_of(drawer)?;
        let taken = TakeDrawer { entry_id: self.new_id(), cash_session_id: session };
        let facts = json!({ "kind": "drawer_taken", "entryId": taken.entry_id });
        self.desk()?.take_drawer(taken)?;
        self.tell_with(&format!("drawer {drawer} taken"), facts)
    }

    pub(super) fn hand_over(&mut self, name: &str, reason: Option<String>) -> Result<(), Stop> {
        let staff = self.desk()?.staff(Nothing {})?.into_iter().find(|person| person.name == name);
        let person = staff.ok_or_else(|| Stop::Words(format!("nobody here is called {name}")))?;
        let close = self.close_as_counted(reason)?;
        let facts = json!({ "kind": "drawer_handed_over", "entryId": close.entry_id });
        let asked = HandOver {
            close,
            staff_id: person.staff_id,
            secret: pin_of(&person.role).to_owned(),
            cash_session_id: self.new_id(),
        };
        let drawer = self.desk()?.hand_over(asked)?;
        let float = drawer.opening_float_minor.unwrap_or_default();
        self.tell_with(&format!("handed over to {name} with {}", self.text(float)), facts)
    }

    /// Says where each drawer is.
    pub(super) fn drawers(&mut self) -> Result<(), Stop> {
        for row in self.desk()?.drawers(Nothing {})? {
            let of = row.person.as_ref().map_or_else(String::new, |person| format!(" of {person}"));
            let at = row.till_nos.iter().map(|no| format!(" at till {no}")).collect::<String>();
            let here = if row.is_here { ", here" } else { "" };
            let name = written(&row.name);
            let facts = json!({ "drawer": name, "state": row.state, "tillNos": row.till_nos });
            self.tell_with(&format!("drawer {name}: {}{of}{at}{here}", row.state), facts)?;
        }
        Ok(())
    }

    /// The Z of the till where its drawer is not closed with it.
    pub(super) fn z(&mut self) -> Result<(), Stop> {
        let asked = CloseTill { entry_id: self.new_id() };
        let facts = json!({ "kind": "z_report", "entryId": asked.entry_id });
        let z = self.desk()?.close_till(asked)?;
        self.tell_with(&format!("Z {}", z.z_no.as_deref().unwrap_or_default()), facts)?;
        self.report(&z)
    }

    pub(super) fn count_other(&mut self, drawer: &str, cash: &Cash) -> Result<(), Stop> {
        let state = self.open_elsewhere(drawer)?;
        let count = CountDrawer {
            entry_id: self.new_id(),
            denominations: self.pieces(cash)?,
            parts: Vec::new(),
            other: Vec::new(),
            recount_reason: (state.count_no > 0).then(|| "miscounted".to_owned()),
        };
        let facts = json!({ "kind": "drawer_counted", "entryId": count.entry_id, "drawer": drawer });
        self.desk()?.count_other(CountOther { cash_session_id: state.cash_session_id, count })?;
        let state = self.open_elsewhere(drawer)?;
        let over_short = self.text(state.over_short_minor.unwrap_or_default());
        self.tell_with(&format!("drawer {drawer} counted, over/short {over_short}"), facts)
    }

    pub(super) fn close_other(&mut self, drawer: &str, reason: Option<String>) -> Result<(), Stop> {
        let state = self.open_elsewhere(drawer)?;
        let next_float = state.count.map(|count| count.proposed_float).unwrap_or_default();
        let close = CloseSession {
            entry_id: self.new_id(),
            reason,
            note: None,
            next_float,
            seen_expected_minor: state.expected_cash_minor.unwrap_or_default(),
            on_its_way_reason: None,
        };
        let facts = json!({ "kind": "drawer_closed", "entryId": close.entry_id, "drawer": drawer });
        self.desk()?.close_other(CloseOther { cash_session_id: state.cash_session_id, close })?;
        self.tell_with(&format!("drawer {drawer} closed"), facts)
    }

    pub(super) fn sign(&mut self, drawer: &str) -> Result<(), Stop> {
        let state = self.state_of(drawer, |state| state.closed_at_ms.is_some())?;
        let asked = SignClose { entry_id: self.new_id(), cash_session_id: state.cash_session_id };
        let facts = json!({ "kind": "close_signed", "entryId": asked.entry_id, "drawer": drawer });
        self.desk()?.sign_close(asked)?;
        let state = self.state_of(drawer, |state| state.signed_by.is_some())?;
        let by = state.signed_by.unwrap_or_default();
        self.tell_with(&format!("drawer {drawer} signed by {by}"), facts)
    }

    pub(super) fn pick(&mut self, drawer: &str, no: usize) -> Result<(), Stop> {
        let state = self.state_of(drawer, |state| state.close_count > 1)?;
        let close = no.checked_sub(1).and_then(|place| state.closes.get(place));
        let close = close.ok_or_else(|| Stop::Words(format!("there is no close {no}")))?;
        let asked = PickClose {
            entry_id: self.new_id(),
            cash_session_id: state.cash_session_id.clone(),
            close_id: close.close_id.clone(),
        };
        let facts = json!({ "kind": "close_picked", "entryId": asked.entry_id, "drawer": drawer });
        let text = format!("the close of drawer {drawer} by {} counts", close.person);
        self.desk()?.pick_close(asked)?;
        self.tell_with(&text, facts)
    }

    pub(super) fn why(&mut self, drawer: &str, taken: Option<usize>) -> Result<(), Stop> {
        let state = self.state_of(drawer, |state| state.counted_at_ms.is_some())?;
        let of = || CausesOf { cash_session_id: state.cash_session_id.clone() };
        let mut view = self.desk()?.causes(of())?;
        if let Some(no) = taken {
            let cause = no.checked_sub(1).and_then(|place| view.causes.get(place));
            let cause = cause.ok_or_else(|| Stop::Words(format!("there is no cause {no}")))?.clone();
            for part in cause.parts {
                let asked = ExplainOverShort {
                    entry_id: self.new_id(),
                    cash_session_id: state.cash_session_id.clone(),
                    kind: part.kind,
                    amount_minor: part.amount_minor,
                    evidence: part.evidence.into_iter().map(|entry| entry.entry_id).collect(),
                    note: None,
                };
                view = self.desk()?.explain_over_short(asked)?;
            }
        }
        let facts = json!({ "overShortMinor": view.over_short_minor, "causes": view.causes.len() });
        let still = self.text(view.over_short_minor);
        self.tell_with(&format!("drawer {drawer}: {still} is not explained"), facts)?;
        for (place, cause) in view.causes.iter().enumerate() {
            let part = |part: &CausePart| {
                let of: Vec<String> =
                    part.evidence.iter().filter_map(|entry| entry.receipt_no.clone()).collect();
                format!("{} {} {}", part.kind, self.text(part.amount_minor), of.join(" "))
                    .trim_end()
                    .to_owned()
            };
            let parts: Vec<String> = cause.parts.iter().map(part).collect();
            let facts = json!({ "cause": cause.parts.first().map(|part| &part.kind) });
            self.tell_with(&format!("  {}. {}", place + 1, parts.join(", and ")), facts)?;
        }
        Ok(())
    }

    /// A drawer as the reconciliation desk has it, as long as it is open.
    fn open_elsewhere(&self, drawer: &str) -> Result<DrawerState, Stop> {
        self.state_of(drawer, |state| state.closed_at_ms.is_none())
    }

    /// A drawer of today as the reconciliation desk has it, of which something holds.
    fn state_of(&self, drawer: &str, is_it: impl Fn(&DrawerState) -> bool) -> Result<DrawerState, Stop> {
        let name = drawer_name(drawer);
        let mut states = self.desk()?.cash(super::cash::today())?.drawers.into_iter();
        let found = states
            .find(|state| is_it(state) && (state.till_no, &state.letter) == (name.till_no, &name.letter));
        found.ok_or_else(|| Stop::Words(format!("there is no such drawer: {drawer}")))
    }
}
