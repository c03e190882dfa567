//! What an answer has to be, by the row of its route, what a view needs, and the table of permissions.

use std::collections::BTreeMap;

use desk::viewing::{COMES_IN, Needs, View};
use sync_server::routes::{Route, Who};

use super::callers::{Answer, Caller, Standing, may};

/// A refusal: status and code.
pub type Refusal = (u16, &'static str);

const SESSION_ENDED: Refusal = (401, "session_ended");
const DEVICE_REVOKED: Refusal = (403, "device_revoked");
const DEVICE_NOT_ENROLLED: Refusal = (403, "device_not_enrolled");

/// What says that somebody who was let in showed a way in, or a key, that is none.
const PROOFS: [&str; 3] = ["link_unknown", "sign_in_wrong", "passkey_unknown"];

/// Whether a route answers, by its row. `brings` is whether what is said has in it what the row wants: a code, an
/// id, a grant; of a till whether it gives records.
fn expected_of(who: Who, brings: bool, caller: &Caller) -> Option<Refusal> {
    let of_till = match caller.standing {
        Standing::NoSession => Some(SESSION_ENDED),
        Standing::CutOff => Some(DEVICE_REVOKED),
        Standing::Unknown => Some(DEVICE_NOT_ENROLLED),
        Standing::Enrolled => None,
    };
    match who {
        Who::Anybody => None,
        Who::KnowsCode => (!brings).then_some((403, "code_unknown")),
        Who::KnowsInvitation => (!brings).then_some((404, "invitation_unknown")),
        Who::HoldsGrant if !brings => Some((403, "grant_unknown")),
        Who::HoldsGrant => of_till.filter(|refusal| *refusal == DEVICE_REVOKED),
        Who::Till => of_till.filter(|refusal| !brings || *refusal != DEVICE_NOT_ENROLLED),
        Who::EnrolledTill => of_till,
        Who::Browser => unreachable!("a view says it"),
    }
}

/// Whether a view answers, by what it needs and the table of permissions. A command that is no view has to be asked by
/// somebody who is in to hear that.
fn expected_of_view(view: Option<View>, caller: &Caller) -> Option<Refusal> {
    if view.is_some_and(|view| view.needs() == Needs::Nothing) {
        return None;
    }
    let Some(role) = caller.role.filter(|role| may(*role, COMES_IN)) else {
        return Some((401, "viewing_ended"));
    };
    let Some(view) = view else { return Some((403, "view_only")) };
    match view.needs() {
        Needs::Permission(permission) => (!may(role, permission)).then_some((403, "not_allowed")),
        Needs::FreshOwnWays => (!caller.is_fresh).then_some((403, "sign_in_again")),
        Needs::Nothing | Needs::OwnWays => None,
    }
}

/// How many answers were compared, and how often each caller, and at each row, somebody was let in and refused.
#[derive(Default)]
pub struct Tally {
    pub cells: u32,
    by_caller: BTreeMap<String, (u32, u32)>,
    by_row: BTreeMap<String, (u32, u32)>,
}

impl Tally {
    /// Compares an answer with what has to be.
    pub fn cell(
        &mut self,
        (caller, row, what): (&Caller, String, &str),
        answer: &Answer,
        expected: Option<Refusal>,
    ) {
        let Answer { status, code, .. } = answer;
        let said = format!("{what} ({row}) by {}: {status} {code}", caller.name);
        match expected {
            Some(expected) => assert_eq!((*status, code.as_str()), expected, "{said}"),
            // 422 is an answer to what was asked: it was understood, and cannot be done.
            None => assert!(
                matches!(status, 200 | 204)
                    || PROOFS.contains(&code.as_str())
                    || (*status == 422 && !["branch_unknown", "bad_arguments"].contains(&code.as_str())),
                "{said}"
            ),
        }
        self.cells += 1;
        // Where everybody is let in it says nothing of anybody.
        if row != format!("{:?}", Who::Anybody) && row != format!("{:?}", Needs::Nothing) {
            let of_row = self.by_row.entry(row).or_default();
            for (let_in, refused) in [self.by_caller.entry(caller.name.clone()).or_default(), of_row] {
                *(if expected.is_some() { refused } else { let_in }) += 1;
            }
        }
    }

    /// It is not right by refusing everybody, or nobody.
    pub fn assert_some_let_in_and_some_refused(&self, callers: usize) {
        println!("{callers} callers, {} answers", self.cells);
        assert_eq!(self.by_caller.len(), callers);
        for (of, (let_in, refused)) in self.by_caller.iter().chain(&self.by_row) {
            println!("{let_in:4} let in {refused:4} refused: {of}");
            assert!(*let_in > 0 && *refused > 0, "{of}: {let_in} let in, {refused} refused");
        }
    }
}

/// The row of a route, or of the view that is asked there, and what it says of a caller.
pub fn row_of(route: Route, view: Option<View>, brings: bool, caller: &Caller) -> (String, Option<Refusal>) {
    match route.who() {
        Who::Browser => {
            let needs = view.map_or(Needs::OwnWays, View::needs);
            (format!("{needs:?}"), expected_of_view(view, caller))
        }
        who => (format!("{who:?}"), expected_of(who, brings, caller)),
    }
}
