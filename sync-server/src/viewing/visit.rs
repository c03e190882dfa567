//! Who asks from a browser: found by the cookie and held against the books, for each question anew.

use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode};
use desk::Fault;
use desk::api::branch::OfBranch;
use desk::api::viewing::{Viewer, Viewing};
use desk::viewing::{COMES_IN, Needs, viewed_branch};
use domain::entry::Hash32;
use domain::id::{BranchId, StaffId};
use domain::permission::Permission;
use ledger::Person;

use super::browser::token_shown;
use super::denied::Denied;
use crate::access::{How, LASTS_MS, SignIn};
use crate::branch::Branch;
use crate::server::Server;

/// How long after coming in a person may make another way in.
const FRESH_MS: i64 = 15 * 60_000;

/// A browser that is in.
pub struct Visit {
    /// The server that it is in at.
    pub server: Arc<Server>,
    /// What it is found by.
    pub token: Hash32,
    /// How and when it came in.
    pub sign_in: SignIn,
    person: Person,
    /// The branch of the till that let it in, or else the first one of the organisation.
    home: Arc<Branch>,
}

impl Visit {
    /// Who asks, if they may. It may wait for the disk.
    ///
    /// # Errors
    /// `viewing_ended`, `not_allowed`, `sign_in_again`, or a failure of the machine.
    pub async fn of(server: &Arc<Server>, headers: &HeaderMap, needs: Needs) -> Result<Self, Denied> {
        let token = token_shown(headers).ok_or_else(Denied::ended)?;
        let server = Arc::clone(server);
        tokio::task::spawn_blocking(move || {
            let sign_in = server.access.sign_in(&token, server.now_ms())?.ok_or_else(Denied::ended)?;
            let home = match sign_in.how {
                How::Link(till) => {
                    let branch = server.branch(till.branch).ok_or_else(Denied::failed)?;
                    // Looked up and kept, so that being cut off is noticed from now on.
                    let device = branch.device((till.device, till.incarnation))?;
                    if device.is_none_or(|device| device.is_revoked) {
                        return Err(Denied::ended());
                    }
                    branch
                }
                How::Passkey | How::Passphrase => {
                    let branches = server.branches_of(sign_in.who.organisation).into_iter();
                    branches.min_by_key(|branch| branch.known().branch).ok_or_else(Denied::failed)?
                }
            };
            let Some(person) = server.person_who_may(sign_in.who, COMES_IN) else {
                // For good: whoever may look again one day comes in anew.
                server.access.end_by_token(&token)?;
                return Err(Denied::ended());
            };
            let is_fresh = server.now_ms() < sign_in.began_ms + FRESH_MS;
            match needs {
                Needs::Permission(permission) if server.person_who_may(sign_in.who, permission).is_none() => {
                    return Err(Denied::forbidden("not_allowed"));
                }
                Needs::FreshOwnWays if !is_fresh => return Err(Denied::forbidden("sign_in_again")),
                Needs::Nothing | Needs::Permission(_) | Needs::OwnWays | Needs::FreshOwnWays => {}
            }
            Ok(Self { server, token, sign_in, person, home })
        })
        .await?
    }

    /// Who looks.
    pub fn staff(&self) -> StaffId {
        self.sign_in.who.staff
    }

    /// Whether the books let this person do this, as far as it goes. It does not wait.
    pub fn may(&self, permission: Permission, extent: i64) -> bool {
        self.server.person_who_may_so_far(self.sign_in.who, permission, extent).is_some()
    }

    /// Whose name the books know, or an empty one.
    pub fn name(&self) -> &str {
        &self.person.name
    }

    /// Whether the books do not let this person look any more, or the till that let them in was cut off. It does
    /// not wait.
    pub fn is_shut_out(&self) -> bool {
        let is_cut_off = |till: crate::access::ByTill| self.home.is_revoked((till.device, till.incarnation));
        self.sign_in.how.till().is_some_and(is_cut_off)
            || self.server.person_who_may(self.sign_in.who, COMES_IN).is_none()
    }

    /// Whether it is signed out, or its time is over. It may wait for the disk.
    pub async fn is_over(&self) -> bool {
        let (server, token) = (Arc::clone(&self.server), self.token);
        let looking = tokio::task::spawn_blocking(move || server.access.sign_in(&token, server.now_ms()));
        !matches!(looking.await, Ok(Ok(Some(_))))
    }

    /// The branches that it may see.
    pub fn branches(&self) -> Vec<Arc<Branch>> {
        self.server.branches_of(self.sign_in.who.organisation)
    }

    /// The branch, if it may be seen.
    pub fn seen(&self, branch: BranchId) -> Option<Arc<Branch>> {
        let branch = self.server.branch(branch)?;
        (branch.known().organisation == self.sign_in.who.organisation).then_some(branch)
    }

    /// The branch that is asked about.
    ///
    /// # Errors
    /// `branch_unknown`.
    pub fn branch(&self, of: &OfBranch) -> Result<Arc<Branch>, Denied> {
        let Some(asked) = &of.branch_id else { return Ok(Arc::clone(&self.home)) };
        let seen = BranchId::parse(asked).and_then(|asked| self.seen(asked));
        seen.ok_or_else(|| Denied::new(StatusCode::UNPROCESSABLE_ENTITY, "branch_unknown"))
    }

    /// What the frame shows. It waits for the disk.
    ///
    /// # Errors
    /// A failure of the machine.
    pub fn viewing(&self, has_passkeys: bool) -> Result<Viewing, Fault> {
        let failed = |_| Fault::bare("server_failed");
        let (server, who) = (&self.server, self.sign_in.who);
        let kept = server.access.branches().map_err(failed)?;
        let kept = kept.iter().filter(|known| known.organisation == who.organisation).count();
        let mut branches = Vec::new();
        for branch in self.branches() {
            // One that is damaged keeps nobody from the others; that it is missing is said.
            branches.extend(branch.look(viewed_branch).unwrap_or_default());
        }
        branches.sort_by(|a, b| (&a.name, &a.branch_id).cmp(&(&b.name, &b.branch_id)));
        let is_without_way = matches!(self.sign_in.how, How::Link(_))
            && server.access.sign_in_name(who).map_err(failed)?.is_none()
            && server.access.passkeys(who).map_err(failed)?.is_empty();
        let Person { staff, role, name, .. } = &self.person;
        Ok(Viewing {
            person: Viewer { staff_id: staff.to_string(), name: name.clone(), role: role.code().to_owned() },
            branch_id: self.home.known().branch.to_string(),
            missing_count: u32::try_from(kept.saturating_sub(branches.len())).unwrap_or(u32::MAX),
            branches,
            ends_at_ms: self.sign_in.began_ms + LASTS_MS,
            is_without_way,
            has_passkeys,
        })
    }
}
