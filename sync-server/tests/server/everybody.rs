//! Every route, view and stream by everybody, compared with what its row and the table of permissions say.

mod callers;
mod expected;
mod streams;

use std::net::{IpAddr, Ipv4Addr};

use axum::http::Method;
use desk::viewing::{Needs, View};
use replica::session::{ChallengeRequest, CodeSecrets, ViewLinkRequest};
use replica::stream::Scope;
use replica::sync::{SyncReply, SyncRequest};
use replica::vector::StreamVector;
use serde_json::{Value, json};
use sync_server::routes::{Route, Who};
use uuid::Uuid;

use crate::browser;
use crate::house::{ANNA, branch, code_of};
use callers::{Answer, Caller, Standing, World};
use expected::{Tally, row_of};
use streams::{Open, STREAMS, assert_own_runs};

/// The address and the body of what is asked at a till's route, or at one that anybody may ask.
async fn question(world: &World, caller: &Caller, route: Route, brings: bool) -> (String, Vec<u8>) {
    let server = world.house.server();
    let till = caller.till.as_ref();
    let own = till.unwrap_or(&world.unwelcome);
    let fresh = replica::record::hash(format!("{} {route:?} {brings}", caller.name).as_bytes());
    let body = match route {
        Route::Enrol => {
            let known = world.house.enrolment();
            let unknown = CodeSecrets { code_id: [0; 16], ..known };
            let comer = till.unwrap_or(&world.ours);
            comer.enrol_request_by(if brings { &known } else { &unknown }).encode()
        }
        Route::Challenge => {
            let (device, incarnation) = (own.secrets.device, own.secrets.incarnation);
            ChallengeRequest { device, incarnation }.encode()
        }
        Route::Session => {
            let till = if brings { own } else { &world.unwelcome };
            till.session_request(till.challenge(&world.house.line()).await).encode()
        }
        Route::Sync => {
            // What is given is known there, so that nobody is enrolled by it.
            let known = world.ours.runs_for(&StreamVector::default()).swap_remove(0);
            let runs = if brings { vec![known] } else { Vec::new() };
            let vector = Some(StreamVector::default());
            let request = SyncRequest { runs, vector, keys_after: Some(0), ..SyncRequest::default() };
            own.packing().pack(&request.encode()).expect("packed")
        }
        Route::ViewLink => ViewLinkRequest { staff: ANNA }.encode(),
        Route::Fetch | Route::Fetched if brings => {
            server.access.add_invitation(&fresh, b"a file", world.house.now()).expect("kept");
            Vec::new()
        }
        Route::HandIn | Route::Fetch | Route::Fetched | Route::Live => Vec::new(),
        Route::HealthLive | Route::HealthReady | Route::HealthBackup | Route::Metrics => Vec::new(),
        Route::Changed | Route::View => unreachable!("it is asked as its views are"),
    };
    (route.path().replace("{id}", &format!("{fresh:?}")), body)
}

/// Whether an id stands there, as bytes or as text.
fn tells(read: &[u8], id: Uuid) -> bool {
    let has = |wanted: &[u8]| read.windows(wanted.len()).any(|part| part == wanted);
    has(id.as_bytes()) || has(id.to_string().as_bytes())
}

/// Nothing of another organisation stands in what somebody reads.
fn assert_hidden(world: &World, caller: &Caller, what: &str, read: &[u8]) {
    for id in world.hidden_from(caller.home.map(|(organisation, _)| organisation)) {
        assert!(!tells(read, id), "{what} by {} tells {id}", caller.name);
    }
}

/// What a till was told by a sync is its own branch's, all of it, and nothing where its branch does not know it.
fn assert_own_reply(world: &World, caller: &Caller, body: &[u8]) {
    let till = caller.till.as_ref().expect("a till");
    let bytes = till.packing().unpack(body).expect("packed");
    assert_hidden(world, caller, "sync", &bytes);
    let reply = SyncReply::decode(&bytes).expect("a reply");
    assert_own_runs(caller, &reply.runs);
    let (_, branch) = caller.home.expect("a till");
    let vector = reply.vector.unwrap_or_default();
    let of_branches: Vec<_> = vector
        .heads()
        .filter_map(|head| match head.stream.scope {
            Scope::Branch(branch) => Some(branch),
            Scope::Organisation(_) => None,
        })
        .collect();
    assert!(of_branches.iter().all(|of| *of == branch), "{}: {of_branches:?}", caller.name);
    assert!(reply.presence.iter().all(|one| world.branch_of(one.device) == Some(branch)), "{}", caller.name);
    let is_told = caller.standing == Standing::Enrolled;
    let told =
        [!reply.runs.is_empty(), !of_branches.is_empty(), !reply.keys.is_empty(), !reply.presence.is_empty()];
    assert_eq!(told, [is_told; 4], "{}", caller.name);
}

/// What a view is asked with: it takes what it knows. Each question has a sign-in name of its own.
fn arguments(branch: &str, no: u32) -> Value {
    json!({
        "branchId": branch,
        "link": "AAAAAAAAAAAAAAAAAAAAAA",
        "name": format!("cell {no}"),
        "passphrase": "korrekt pferd batterie",
        "askedId": "AAAA",
        "credential": { "id": "AAAA", "rawId": "AAAA" },
        "signInId": "AAAA",
        "passkeyId": "AAAA",
        "entryId": Uuid::from_u128(u128::from(no)).to_string(),
        "asked": Uuid::from_u128(1).to_string(),
        "isGiven": true,
    })
}

/// The views that are about a branch: they know none by another name.
async fn views_of_a_branch(world: &World) -> Vec<View> {
    let mut found = Vec::new();
    for view in View::ALL.iter().filter(|view| view.needs() != Needs::Nothing && **view != View::Changed) {
        let anna = browser::browser(&world.ours, &world.house).await;
        let (_, reply) = anna.ask_with(view.name(), arguments("nonsense", 0)).await;
        if reply["code"] == "branch_unknown" {
            found.push(*view);
        }
    }
    assert!(found.contains(&View::BranchNow) && found.contains(&View::BranchStock), "{found:?}");
    found
}

/// A caller asks at every route that is not a browser's: without what its row wants, and with it.
async fn asks_routes(world: &World, caller: &Caller, tally: &mut Tally) {
    for route in Route::ALL.iter().copied().filter(|route| route.who() != Who::Browser) {
        for brings in [false, true] {
            if route.who() == Who::HoldsGrant && brings && caller.till.is_none() {
                continue;
            }
            let (row, expected) = row_of(route, None, brings, caller);
            // This server has no backup.
            let expected = expected.or((route == Route::HealthBackup).then_some((404, "not_found")));
            let (path, body) = question(world, caller, route, brings).await;
            let answer = answer(world, caller, (route, &path), 0, body).await;
            let what = format!("{route:?} that brings {brings}");
            tally.cell((caller, row, &what), &answer, expected);
            assert_hidden(world, caller, &what, &answer.body);
            if route == Route::Sync && expected.is_none() {
                assert_own_reply(world, caller, &answer.body);
            }
        }
    }
}

/// A caller asks for every view, those of a branch for each branch, and for one that there is not.
async fn asks_views(world: &World, of_a_branch: &[View], caller: &Caller, tally: &mut Tally) {
    for (no, view) in (1..).zip(View::ALL.iter().copied().map(Some).chain([None])) {
        let route = if view == Some(View::Changed) { Route::Changed } else { Route::View };
        let name = view.map_or("no_such_command", View::name);
        let path = route.path().replace("{command}", name);
        let is_of_branch = view.is_some_and(|view| of_a_branch.contains(&view));
        for asked in [&world.ours, &world.sister, &world.foreign] {
            let (row, expected) = row_of(route, view, false, caller);
            let is_other = caller.home.is_some_and(|(organisation, _)| organisation != asked.organisation);
            let expected = expected.or((is_of_branch && is_other).then_some((422, "branch_unknown")));
            let body = arguments(&asked.branch.to_string(), tally.cells).to_string().into_bytes();
            let answer = answer(world, caller, (route, &path), no, body).await;
            tally.cell((caller, row, name), &answer, expected);
            assert_hidden(world, caller, name, &answer.body);
            if is_of_branch {
                let others = world.ids_beside(asked.branch);
                assert!(!others.iter().any(|id| tells(&answer.body, *id)), "{name} of {}", asked.branch);
            }
            if view == Some(View::Status) && expected.is_none() {
                let status: Value = serde_json::from_slice(&answer.body).expect("a status");
                let (_, home) = caller.home.expect("somebody of ours or theirs");
                assert_eq!(status["viewing"]["branchId"], json!(home.to_string()), "{}", caller.name);
            }
            if !is_of_branch {
                break;
            }
        }
    }
}

/// What is answered, with the cookie for this question. What was wrong with it costs the next one no wait.
async fn answer(
    world: &World,
    caller: &Caller,
    (route, path): (Route, &str),
    cookie_no: usize,
    body: Vec<u8>,
) -> Answer {
    let ask = (route.method(), path);
    let answer = Answer::of(caller.send(&world.house, ask, caller.cookie(cookie_no), body).await).await;
    assert!(!answer.is_stream || STREAMS.contains(&route), "{route:?}");
    let (server, here) = (world.house.server(), IpAddr::from(Ipv4Addr::LOCALHOST));
    server.tries.right(here);
    server.passphrase_tries.of_address.right(here);
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_answered_what_the_table_says_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let mut world = World::new(folder.path()).await;
    let mut tally = Tally::default();
    let open = Open::by_everybody(&world, &mut tally).await;
    world.change().await;
    open.end_or_go_on(&mut world, folder.path()).await;

    let of_a_branch = views_of_a_branch(&world).await;
    for caller in &world.callers {
        asks_routes(&world, caller, &mut tally).await;
        asks_views(&world, &of_a_branch, caller, &mut tally).await;
    }
    assert!(tally.cells as usize > world.callers.len() * (Route::ALL.len() + View::ALL.len()));
    tally.assert_some_let_in_and_some_refused(world.callers.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_row_is_not_answered() {
    let folder = tempfile::tempdir().unwrap();
    let (house, first, _) = branch(folder.path()).await;
    let line = house.line();
    let mut refused = 0;
    for route in Route::ALL {
        let path = route.path().replace("{id}", &"0".repeat(64)).replace("{command}", "status");
        for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
            let has_row = |other: &Route| other.path() == route.path() && other.method() == method;
            if !Route::ALL.iter().any(has_row) {
                let answer = line.ask(method.clone(), &path, first.token(), Vec::new()).await;
                assert_eq!(code_of(answer), (405, "not_found".to_owned()), "{method} {path}");
                refused += 1;
            }
        }
        let beyond = line.ask(route.method(), &format!("{path}/more"), first.token(), Vec::new()).await;
        assert_eq!(code_of(beyond), (404, "not_found".to_owned()), "{path}/more");
    }
    assert!(refused > 3 * Route::ALL.len());
}
