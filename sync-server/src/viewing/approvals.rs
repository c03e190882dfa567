//! What tills ask to be allowed, and how the answer of somebody with a browser goes to the till that asked. Nothing
//! is written here: the till writes it, if its own book lets that person.

use std::sync::Arc;

use desk::Fault;
use desk::api::setup::{AskedView, DecideApproval};
use domain::permission::Permission;

use super::visit::Visit;
use crate::branch::Branch;
use crate::decisions::{Sent, Taken};

/// What is asked for in a branch that this person may allow. It waits for the disk.
///
/// # Errors
/// As [`desk::viewing::approvals_asked`].
pub fn asked(visit: &Visit, branch: &Branch, now_ms: i64) -> Result<Vec<AskedView>, Fault> {
    let sent = branch.decisions().shown(now_ms);
    let is_away = |device, incarnation| !branch.is_connected((device, incarnation));
    branch.look(|book| desk::viewing::approvals_asked(book, visit.staff(), now_ms, &sent, is_away))
}

/// Sends a decision on its way, and gives what is asked for now. It waits for the disk.
///
/// # Errors
/// As [`desk::viewing::decide_approval`], and `busy` where too many wait.
pub fn decide(
    visit: &Visit,
    branch: &Arc<Branch>,
    decide: &DecideApproval,
    now_ms: i64,
) -> Result<Vec<AskedView>, Fault> {
    let open = branch.look(|book| desk::viewing::decide_approval(book, visit.staff(), now_ms, decide))?;
    if let Some((ask, decision)) = open {
        // The book of another branch may have heard already that the person has another role.
        let permission = Permission::parse(&ask.permission);
        if !permission.is_some_and(|permission| visit.may(permission, ask.extent)) {
            return Err(Fault::bare("not_allowed"));
        }
        let to = (ask.stream.device, ask.stream.incarnation);
        let decided = decision.signed(&visit.server.keys.device_keys);
        if branch.send_decision(Sent::new(to, ask.at_ms, decided)) == Taken::TooMany {
            return Err(Fault::bare("busy"));
        }
    }
    asked(visit, branch, now_ms)
}
