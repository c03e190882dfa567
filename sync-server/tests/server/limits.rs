//! Where the server says that it is too much, and what that costs the others: nothing.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::Method;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_body_util::BodyExt;
use replica::packed;
use replica::run::Run;
use replica::sync::{Refusal, SyncRequest};
use replica::vector::StreamVector;
use sync_server::access::KnownBranch;
use sync_server::answer::Given;
use sync_server::branch::{Branch, Opening};
use sync_server::metrics::Metrics;
use sync_server::server::{ACCESS, Options};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::house::{Ear, Event, House, NOON, Till, code_of, patiently, secrets, seeded};

async fn till_of(folder: &Path, change: impl FnOnce(&mut Options)) -> (House, Till) {
    let house = House::new_as(&folder.join("server"), change).await;
    let mut till = Till::founded(folder, 10);
    till.opens();
    till.enrols(&house).await;
    till.syncs(&house.line()).await.expect("synced");
    (house, till)
}

/// A request that says how long its body is, and sends none of it.
async fn only_says(house: &House, till: &Till, length: usize) -> TcpStream {
    let token = URL_SAFE_NO_PAD.encode(till.token());
    let head = format!(
        "POST /v1/sync HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-length: {length}\r\n\r\n"
    );
    let mut stream = TcpStream::connect(house.address).await.expect("connected");
    stream.write_all(head.as_bytes()).await.expect("written");
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_come_holds_no_room_of_others() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut till) = till_of(folder.path(), |_| {}).await;
    let mut waiting = Vec::new();
    for _ in 0..40 {
        waiting.push(only_says(&house, &till, packed::MAX_PACKED_BYTES).await);
    }
    for minute in 5..10 {
        till.sells(minute);
        till.syncs(&house.line()).await.expect("synced");
    }
    drop(waiting);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_takes_too_long_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let soon = |options: &mut Options| options.read_timeout = Duration::from_millis(200);
    let (house, mut till) = till_of(folder.path(), soon).await;
    let mut stream = only_says(&house, &till, 100).await;
    stream.write_all(&[0; 50]).await.expect("written");
    let mut answer = Vec::new();
    patiently(stream.read_to_end(&mut answer)).await.expect("read");
    let text = String::from_utf8_lossy(&answer);
    assert!(text.starts_with("HTTP/1.1 408"), "{text}");
    assert!(text.contains("too_slow"), "{text}");
    till.syncs(&house.line()).await.expect("synced");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_nothing_of_an_answer_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("server/ui");
    std::fs::create_dir_all(&pages).unwrap();
    // More than lies on the way between the two.
    std::fs::write(pages.join("large.html"), vec![b' '; 64 << 20]).unwrap();
    let soon = |options: &mut Options| options.read_timeout = Duration::from_millis(200);
    let house = House::new_as(&folder.path().join("server"), soon).await;
    let mut stream = TcpStream::connect(house.address).await.expect("connected");
    stream.write_all(b"GET /large.html HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("written");
    let mut begins = [0; 12];
    patiently(stream.read_exact(&mut begins)).await.expect("it begins");
    assert_eq!(&begins, b"HTTP/1.1 200");
    let server = house.server();
    patiently(async {
        while server.metrics.connections.get() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    drop(stream);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_when_there_is_no_room_is_told_when_to_come_again() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut till) = till_of(folder.path(), |_| {}).await;
    let request = SyncRequest { cursor: till.cursor, ..SyncRequest::default() };
    let all = house.server().room(256 << 20).expect("nobody else has it");
    assert!(house.server().room(1).is_err());
    let body = till.packing().pack(&request.encode()).expect("packed");
    let response = house.line().send(Method::POST, "/v1/sync", till.token(), body).await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["retry-after"]),
        (503, &"1".parse().unwrap())
    );
    let body = response.into_body().collect().await.expect("a body").to_bytes();
    assert_eq!(Refusal::decode(&body).expect("a refusal").code, "busy");
    drop(all);
    till.asks(&house.line(), &request).await.expect("an answer");
    // What came in has gone again.
    drop(house.server().room(256 << 20).expect("all of it"));
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_above_the_limit_are_closed_and_the_others_stay() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::new_as(&folder.path().join("server"), |options| options.max_connections = 2).await;
    let connect = || async { TcpStream::connect(house.address).await.expect("connected") };
    let alive = |mut stream: TcpStream| async move {
        let asked = stream.write_all(b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n").await;
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            match patiently(stream.read_u8()).await {
                Ok(byte) => answer.push(byte),
                Err(_) => return None,
            }
        }
        (asked.is_ok() && answer.starts_with(b"HTTP/1.1 204")).then_some(stream)
    };
    let first = alive(connect().await).await.expect("answered");
    let second = alive(connect().await).await.expect("answered");
    for _ in 0..3 {
        assert!(alive(connect().await).await.is_none());
    }
    let text = house.server().metrics.text();
    assert!(text.contains("pharmatill_turned_away_total 3"), "{text}");
    let first = alive(first).await.expect("still there");
    drop(second);
    // As soon as the server sees that one has gone, there is room for another.
    patiently(async { while alive(connect().await).await.is_none() {} }).await;
    alive(first).await.expect("still there");
}

// In one thread, so that the listener hears nothing while it is told.
#[tokio::test]
async fn a_listener_that_is_too_far_behind_is_cut_off_and_finds_the_rest_by_cursor() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut till) = till_of(folder.path(), |_| {}).await;
    let line = house.line();
    let mut ear = Ear::listens(&line, till.token()).await.expect("open");
    ear.until(|event| matches!(event, Event::Feed(_)).then_some(())).await;
    let branch = house.server().branch(till.branch).expect("open");
    (0..1_000).for_each(|_| branch.ping());
    patiently(async { while ear.next().await != Event::End {} }).await;
    let text = house.server().metrics.text();
    assert!(text.contains("pharmatill_cut_off_total 1"), "{text}");
    let request = SyncRequest { cursor: till.cursor, ..SyncRequest::default() };
    till.asks(&line, &request).await.expect("an answer");
    let mut ear = Ear::listens(&line, till.token()).await.expect("open");
    ear.until(|event| matches!(event, Event::Feed(_)).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_it_can_write_is_tried_once_a_second_whoever_asks() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::new(&folder.path().join("server")).await;
    let line = house.line();
    // Each write leaves something at the end of this file.
    let file = house.options.data.join(format!("{ACCESS}-wal"));
    let written = || replica::record::hash(&std::fs::read(&file).expect("read"));
    let ask = || async { line.ask(Method::GET, "/health/ready", &[], Vec::new()).await.expect("ready") };
    let before = written();
    ask().await;
    let first = written();
    assert_ne!(first, before);
    for milliseconds in [0, 0, 999] {
        house.clock.fetch_add(milliseconds, Ordering::Relaxed);
        ask().await;
        assert_eq!(written(), first);
    }
    house.clock.fetch_add(1, Ordering::Relaxed);
    ask().await;
    let second = written();
    assert_ne!(second, first);
    // A clock that was put back is no reason not to look.
    house.clock.fetch_sub(5_000, Ordering::Relaxed);
    ask().await;
    assert_ne!(written(), second);
    assert_eq!(
        code_of(line.ask(Method::POST, "/health/ready", &[], Vec::new()).await),
        (405, "not_found".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stored_and_not_counted_yet_is_told_to_whoever_watches() {
    let folder = tempfile::tempdir().unwrap();
    let till = Till::founded(folder.path(), 10);
    let known = KnownBranch {
        organisation: till.organisation,
        founding_hash: till.founding_hash,
        branch: till.branch,
    };
    let metrics = Arc::new(Metrics::default());
    let seen = Arc::new(Mutex::new(Vec::new()));
    // Both are called by the branch's own thread, between what it does.
    let look = || {
        let (metrics, seen) = (Arc::clone(&metrics), Arc::clone(&seen));
        Box::new(move || seen.lock().expect("whole").push(metrics.unprojected.get()))
    };
    let branch = Branch::open(Opening {
        known,
        path: &folder.path().join("branch.db"),
        secrets: &secrets(90),
        random: seeded(90),
        clock: Arc::new(|| NOON),
        metrics: Arc::clone(&metrics),
        is_backed_up: false,
        organisation_grew: look(),
        has_changed: look(),
    })
    .expect("opens");
    let all = till.runs_for(&StreamVector::default());
    let given = all.into_iter().map(|bytes| {
        let run = Run::decode(&bytes.0).expect("a run");
        Given { run: run.verified(&till.keys().signing_key()).expect("signed"), bytes }
    });
    branch.store(given.collect(), Vec::new()).await.expect("stored");
    let count = branch.stand().last_record_no;
    // Its thread goes on to the end of what it has to do.
    patiently(async {
        while seen.lock().expect("whole").last() != Some(&0) || !seen.lock().expect("whole").contains(&count)
        {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let closed = tokio::task::spawn_blocking(move || drop(branch));
    patiently(closed).await.expect("closed");
    assert_eq!(metrics.unprojected.get(), 0);
}
