//! The loop against a server that goes by a script: each session of the till is another line of it.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::entry::Hash32;
use domain::id::{BranchId, DeviceId, EntryId, StaffId};
use futures_util::{StreamExt, stream};
use replica::session::{ChallengeReply, DataIncarnation, Grant, SessionReply, SessionRequest};
use replica::sign::DeviceKeys;
use replica::sync::{Cursor, Decision, Feed, Refusal, RefusedRun, SyncReply, SyncRequest};
use replica::vector::StreamVector;
use serde_json::json;

use super::*;

const DATA: DataIncarnation = DataIncarnation([1; 8]);
const NONCE: Hash32 = Hash32([4; 32]);
const NOW_MS: i64 = 1_772_434_800_000;
/// Far more than anything here takes; a test that waits so long has failed.
const LONG: Duration = Duration::from_secs(60);

/// What the server does in a session. It never takes what the till gives.
#[derive(Clone, Copy)]
enum Does {
    /// Something between the two does not let the live stream through.
    NoLive,
    /// It says something live and goes away.
    LiveOnce,
    /// It says something live and stays.
    Live,
    /// It has too much to do for 7 s.
    Busy,
}

struct Script {
    lines: Vec<Does>,
    sessions: AtomicUsize,
    caller: Mutex<Option<(BranchId, DeviceId, domain::entry::Incarnation)>>,
}

impl Script {
    fn keys() -> DeviceKeys {
        DeviceKeys::from_seeds([2; 32], [3; 32])
    }

    fn now(&self) -> Does {
        self.lines[self.sessions.load(Ordering::SeqCst).clamp(1, self.lines.len()) - 1]
    }
}

async fn challenge() -> Vec<u8> {
    ChallengeReply { nonce: NONCE, server_time_ms: NOW_MS }.encode()
}

async fn session(State(script): State<Arc<Script>>, body: Bytes) -> Response {
    script.sessions.fetch_add(1, Ordering::SeqCst);
    if matches!(script.now(), Does::Busy) {
        let refusal = Refusal { code: "busy".to_owned(), detail: None };
        return (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "7")], refusal.encode())
            .into_response();
    }
    let request = SessionRequest::decode(&body).unwrap();
    *script.caller.lock().unwrap() = Some((request.branch, request.device, request.incarnation));
    let mut reply = SessionReply {
        token: vec![1],
        expires_ms: i64::MAX,
        data: DATA,
        server_time_ms: NOW_MS,
        signature: request.signature,
    };
    reply.signature = reply.claim(NONCE).sign(&Script::keys());
    reply.encode().into_response()
}

async fn sync(State(script): State<Arc<Script>>, body: Bytes) -> Vec<u8> {
    let (branch, device, incarnation) = script.caller.lock().unwrap().unwrap();
    let packing = Packing::new(DATA, branch, device, incarnation);
    let request = SyncRequest::decode(&packing.unpack(&body).unwrap()).unwrap();
    let refused = |index| RefusedRun { index, code: "malformed".to_owned() };
    let reply = SyncReply {
        refused: (0..request.runs.len() as u64).map(refused).collect(),
        vector: request.vector.map(|_| StreamVector::default()),
        cursor: Some(Cursor { data: DATA, n: 0 }),
        ..SyncReply::default()
    };
    packing.pack(&reply.encode()).unwrap()
}

async fn live(State(script): State<Arc<Script>>) -> Response {
    let feed = Feed { after: 0, up_to: 0, runs: Vec::new() }.encode();
    let first =
        stream::iter([Ok::<_, std::io::Error>(format!("event: feed\ndata: {}\n\n", STANDARD.encode(feed)))]);
    match script.now() {
        Does::LiveOnce => Body::from_stream(first).into_response(),
        Does::Live => Body::from_stream(first.chain(stream::pending())).into_response(),
        Does::NoLive | Does::Busy => StatusCode::BAD_GATEWAY.into_response(),
    }
}

/// Serves for as long as the process lives.
fn serve(lines: Vec<Does>) -> SocketAddr {
    let script = Arc::new(Script { lines, sessions: AtomicUsize::new(0), caller: Mutex::new(None) });
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new()
        .route("/v1/challenge", post(challenge))
        .route("/v1/session", post(session))
        .route("/v1/sync", post(sync))
        .route("/v1/live", get(live))
        .with_state(script);
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            axum::serve(tokio::net::TcpListener::from_std(listener).unwrap(), router).await.unwrap();
        });
    });
    address
}

/// A till that belongs to a server.
fn till(folder: &std::path::Path, server: SocketAddr) -> Arc<Desk> {
    let desk = crate::home::open_with(folder, Box::new(|| NOW_MS), crate::home::real_random()).unwrap();
    let set_up = json!({ "pharmacyName": "Apotheke", "letterhead": [], "country": "DE",
        "timeZone": "Europe/Berlin", "dayBoundaryMin": 0, "tillNo": 1,
        "staff": [{ "name": "Anna", "role": "owner" }], "backupFolder": null, "recoveryPassphrase": null });
    desk.call("set_up", set_up).unwrap();
    let receiver = desk.secrets();
    let branch = desk.ask_book(|book| book.branch()).unwrap().unwrap();
    let founding_hash = desk.ask_book(|book| book.founding_hash()).unwrap().unwrap();
    let link = Link {
        url: format!("http://{server}"),
        signing_key: Script::keys().signing_key(),
        wrapping_key: Script::keys().wrapping_key(),
        device: receiver.device,
        incarnation: receiver.incarnation,
        grant: Grant { organisation: branch.organisation, founding_hash }.sign(&Script::keys()),
    };
    let link = minicbor::to_vec(&link).unwrap();
    desk.keep(ledger::Write { local: vec![(ledger::SERVER.into(), Some(link))], ..ledger::Write::default() })
        .unwrap();
    desk
}

#[test]
fn only_what_the_server_signed_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let desk = till(folder.path(), ([127, 0, 0, 1], 9).into());
    let link = desk.ask_book(read_link).unwrap().unwrap();
    let (anna, ben) = (desk.call("staff", json!({})).unwrap()[0]["staffId"].clone(), id(7));
    let sign_in = |staff: &serde_json::Value, secret: &str, new: &str| {
        let args = json!({ "staffId": staff, "secret": secret, "newSecret": new });
        desk.call("sign_in", args).unwrap();
    };
    sign_in(&anna, "", "73915482");
    let add = json!({ "staffId": ben, "name": "Ben", "role": "assistant", "secret": "246813" });
    desk.call("add_staff", add).unwrap();
    sign_in(&json!(ben), "246813", "739154");
    desk.call("ask_approval", json!({ "entryId": id(8), "permission": "no_sale", "extent": 0 })).unwrap();
    let state = || desk.call("approval_state", json!({ "entryId": id(8) })).unwrap()["state"].clone();
    let decision = Decision {
        entry_id: EntryId::parse(&id(9)).unwrap(),
        asked: EntryId::parse(&id(8)).unwrap(),
        staff: StaffId::parse(anna.as_str().unwrap()).unwrap(),
        is_given: true,
    };
    decide(&desk, &link, &decision.signed(&DeviceKeys::from_seeds([8; 32], [9; 32])));
    assert_eq!(state(), "waits");
    decide(&desk, &link, &decision.signed(&Script::keys()));
    assert_eq!(state(), "given");
}

fn id(number: u128) -> String {
    uuid::Uuid::from_u128(number).to_string()
}

#[test]
fn a_till_waits_longer_each_time_until_the_two_get_on() {
    use Does::{Busy, Live, LiveOnce, NoLive};
    let folder = tempfile::tempdir().unwrap();
    let desk = till(folder.path(), serve(vec![NoLive, NoLive, NoLive, LiveOnce, NoLive, Busy, Live]));
    let changes = desk.subscribe();
    let (_wake, woken) = unbounded_channel();
    let (paused, pauses) = channel();
    let pause = Box::new(move |tries, again_after, _| {
        paused.send((tries, again_after)).unwrap();
        Duration::ZERO
    });
    let outside = Outside {
        random: Box::new(|bytes: &mut [u8]| bytes.fill(7)),
        clock: Box::new(|| NOW_MS),
        key_path: folder.path().join("till.keys"),
    };
    let carrier = Carrier { desk: Arc::downgrade(&desk), outside, woken, tries: 0, pause, link: None };
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(carrier.run());
    });
    let after = |seconds| Duration::from_secs(seconds);
    // It said something live in the fourth session only, and wants to be left alone in the sixth.
    for expected in [(0, after(0)), (1, after(0)), (2, after(0)), (0, after(0)), (1, after(0)), (2, after(7))]
    {
        assert_eq!(pauses.recv_timeout(LONG).unwrap(), expected);
    }
    // What it does not take keeps the till neither from hearing it nor from being told.
    loop {
        let heard = desk.heard_of_server();
        if heard.is_connected && heard.refused.as_deref() == Some("malformed") {
            break;
        }
        changes.recv_timeout(LONG).unwrap();
    }
    assert!(pauses.try_recv().is_err(), "it listens");
}

#[test]
fn waiting_doubles_up_to_a_minute_and_is_as_long_as_the_server_says() {
    let ms = |tries, again_after, chance| pause(tries, Duration::from_secs(again_after), chance).as_millis();
    assert_eq!(
        [ms(0, 0, 0), ms(1, 0, 0), ms(6, 0, 0), ms(7, 0, 0), ms(99, 0, 0)],
        [250, 500, 16_000, 30_000, 30_000]
    );
    assert_eq!([ms(0, 0, u16::MAX), ms(99, 0, u16::MAX)], [500, 60_000]);
    assert_eq!([ms(0, 7, 0), ms(0, 7, u16::MAX), ms(99, 7, 0)], [7_000, 10_500, 30_000]);
    let asked = |seconds| {
        let (code, again_after) = ("busy".to_owned(), Some(Duration::from_secs(seconds)));
        Ended::Wire(WireError::Refused { code, again_after }).again_after().as_secs()
    };
    assert_eq!([asked(7), asked(1 << 40)], [7, 300]);
    assert_eq!(Ended::Moved.again_after(), Duration::ZERO);
}
