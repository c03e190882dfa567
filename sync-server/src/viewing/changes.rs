//! What a browser is told as it happens, for as long as it may look.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::response::sse::{Event, Sse};
use desk::viewing::View;
use domain::id::BranchId;
use futures_util::stream::{self, Stream};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use tokio::time::{Instant, Interval, interval, sleep_until};

use super::denied::Denied;
use super::visit::Visit;
use crate::server::Server;

/// How often a browser is told of changes at the most.
const TOLD_EVERY: Duration = Duration::from_millis(250);

struct Listener {
    visit: Visit,
    changes: Receiver<BranchId>,
    /// Told when somebody signs out somewhere.
    sign_outs: watch::Receiver<u64>,
    /// Branches of which a change is still to be told, and not before.
    due: BTreeSet<BranchId>,
    not_before: Instant,
    here: Interval,
    has_ended: bool,
}

/// `GET /api/changed`: says which branch changed, and every now and then that the line is open.
pub async fn changed(
    State(server): State<Arc<Server>>,
    request: Request,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Denied> {
    // It listens before it is let in, so that nothing falls between.
    let (changes, sign_outs) = (server.changes.subscribe(), server.sign_outs.subscribe());
    let here = interval(server.options.ping_every);
    let visit = Visit::of(&server, request.headers(), View::Changed.needs()).await?;
    let (due, not_before) = (BTreeSet::new(), Instant::now());
    let listener = Listener { visit, changes, sign_outs, due, not_before, here, has_ended: false };
    Ok(Sse::new(stream::unfold(listener, |mut listener| async move {
        let event = listener.next_event().await?;
        Some((Ok(event), listener))
    })))
}

impl Listener {
    async fn next_event(&mut self) -> Option<Event> {
        while !self.has_ended {
            let is_due = !self.due.is_empty();
            let mut is_here = false;
            tokio::select! {
                () = sleep_until(self.not_before), if is_due => {
                    if let Some(branch) = self.due.pop_first() {
                        if self.due.is_empty() {
                            self.not_before = Instant::now() + TOLD_EVERY;
                        }
                        return Some(said(&format!("viewed {branch}")));
                    }
                }
                change = self.changes.recv() => match change {
                    Ok(branch) => self.due.extend(self.visit.seen(branch).map(|_| branch)),
                    Err(RecvError::Lagged(_)) => {
                        self.due = self.visit.branches().iter().map(|branch| branch.known().branch).collect();
                    }
                    Err(RecvError::Closed) => return None,
                },
                _ = self.sign_outs.changed() => self.has_ended = self.visit.is_over().await,
                _ = self.here.tick() => {
                    self.has_ended = self.visit.is_over().await;
                    is_here = true;
                }
            }
            self.has_ended |= self.visit.is_shut_out();
            if self.has_ended {
                // The page asks who it is, and hears that it is nobody any more.
                return Some(said("status"));
            }
            if is_here {
                return Some(Event::default().event("here").data(""));
            }
        }
        None
    }
}

fn said(what: &str) -> Event {
    Event::default().event("changed").json_data(what).unwrap_or_default()
}
