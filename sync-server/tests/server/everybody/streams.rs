//! Streams that were open when their callers lost a right, and those of the others.

use std::path::Path;

use desk::viewing::View;
use domain::id::BranchId;
use replica::run::Run;
use replica::stream::Scope;
use replica::sync::RunBytes;
use sync_server::routes::Route;

use super::callers::{Answer, Caller, Standing, World};
use super::expected::{Refusal, Tally, row_of};
use crate::browser;
use crate::house::{Ear, Event, patiently};

/// Every route that answers with a stream.
pub const STREAMS: [Route; 2] = [Route::Live, Route::Changed];

/// A stream that was opened while its caller might.
enum Stream {
    Till(Ear),
    Browser(browser::Ear),
}

/// Streams, each with the place of its caller.
pub struct Open(Vec<(usize, Route, Stream)>);

fn row(route: Route, caller: &Caller) -> (String, Option<Refusal>) {
    row_of(route, Some(View::Changed), false, caller)
}

impl Open {
    /// Opens every stream by everybody.
    pub async fn by_everybody(world: &World, tally: &mut Tally) -> Self {
        let mut open = Vec::new();
        for (no, caller) in world.callers.iter().enumerate() {
            for route in STREAMS {
                let (row, expected) = row(route, caller);
                let ask = (route.method(), route.path());
                let response = caller.send(&world.house, ask, caller.cookie(0), Vec::new()).await;
                if expected.is_some() || response.status() != 200 {
                    tally.cell((caller, row, "a stream"), &Answer::of(response).await, expected);
                    continue;
                }
                let stream = match route {
                    Route::Live => Stream::Till(Ear::of(response)),
                    _ => Stream::Browser(browser::Ear::of(response)),
                };
                open.push((no, route, stream));
            }
        }
        Self(open)
    }

    /// After things changed each stream has ended, or goes on, as if it were asked for now.
    pub async fn end_or_go_on(self, world: &mut World, folder: &Path) {
        let (going_on, over): (Vec<_>, Vec<_>) = self.0.into_iter().partition(|(no, route, _)| {
            let (_, expected) = row(*route, &world.callers[*no]);
            expected.is_none()
        });
        for streams in [&going_on, &over] {
            assert!(STREAMS.iter().all(|kind| streams.iter().any(|(_, route, _)| route == kind)));
        }
        for (no, _, stream) in over {
            patiently(stream.ends(&world.callers[no])).await;
        }
        // Each organisation opens one more branch, of which nobody could hear before.
        let new = world.goes_on(folder).await;
        for (no, _, stream) in going_on {
            patiently(stream.goes_on(world, &world.callers[no], new)).await;
        }
    }
}

impl Stream {
    /// It ends, and says so where there is something else to do than to come again.
    async fn ends(self, caller: &Caller) {
        match self {
            Self::Till(mut ear) => {
                let mut last = Event::Ping;
                loop {
                    match ear.next().await {
                        Event::End => break,
                        event => last = event,
                    }
                }
                assert_eq!(last == Event::Revoked, caller.standing == Standing::CutOff, "{}", caller.name);
            }
            Self::Browser(mut ear) => {
                let mut last = None;
                while let Some(said) = ear.hears().await {
                    last = Some(said);
                }
                assert_eq!(last.as_deref(), Some("status"), "{}", caller.name);
            }
        }
    }

    /// It says what happens in the caller's own branch, or organisation, and nothing else.
    async fn goes_on(self, world: &World, caller: &Caller, new: [BranchId; 2]) {
        let (organisation, home) = caller.home.expect("somebody of ours or theirs");
        match self {
            Self::Till(mut ear) => loop {
                match ear.next().await {
                    Event::Feed(feed) => {
                        assert_own_runs(caller, &feed.runs);
                        if feed.runs.iter().any(|run| scope_of(run) == Scope::Branch(home)) {
                            return;
                        }
                    }
                    Event::Heard(heard) => {
                        let mut tills = heard.presence.iter().map(|one| world.branch_of(one.device));
                        assert!(tills.all(|branch| branch == Some(home)), "{}", caller.name);
                    }
                    Event::Ping => {}
                    event => panic!("{} hears {event:?}", caller.name),
                }
            },
            Self::Browser(mut ear) => loop {
                let said = ear.hears().await.unwrap_or_else(|| panic!("{} hears no more", caller.name));
                let branch = said.strip_prefix("viewed ").and_then(BranchId::parse);
                let branch = branch.unwrap_or_else(|| panic!("{} hears {said}", caller.name));
                assert_eq!(world.organisation_of(branch), Some(organisation), "{}", caller.name);
                if new.contains(&branch) {
                    return;
                }
            },
        }
    }
}

fn scope_of(run: &RunBytes) -> Scope {
    Run::decode(&run.0).expect("a run").after.stream.scope
}

/// Runs are of the caller's own organisation and branch.
pub fn assert_own_runs(caller: &Caller, runs: &[RunBytes]) {
    let (organisation, branch) = caller.home.expect("a till");
    let own = [Scope::Organisation(organisation), Scope::Branch(branch)];
    for scope in runs.iter().map(scope_of) {
        assert!(own.contains(&scope), "{} is told of {scope:?}", caller.name);
    }
}
