//! The server's own backup while tills sell: never much behind, never in anybody's way.

use std::path::Path;

use hyper::{Method, StatusCode};
use replica::session::AckLevel;
use replica::sync::{SyncReply, SyncRequest};
use sync_server::backup::name::{RowId, Segment};
use sync_server::backup::row::{Gaps, Row, gaps};

use crate::house::{House, Till, backup_in, branch_of, patiently};

/// What lies in the backup of the only branch.
pub async fn objects(house: &House) -> Vec<(RowId, Segment)> {
    let storage = house.options.backup.clone().expect("a backup").storage;
    let server = house.server().keys.receiver().device.to_string();
    let listed = storage.list(&server).await.expect("listed");
    listed.iter().map(|(name, bytes)| RowId::parse(name, *bytes).expect("a name of ours")).collect()
}

/// Sells once, pushes it, and gives the answer.
pub async fn sells(till: &mut Till, house: &House, minute: i64) -> SyncReply {
    let before = till.vector();
    till.sells(minute);
    let request = SyncRequest { runs: till.runs_for(&before), cursor: till.cursor, ..SyncRequest::default() };
    let reply = till.asks(&house.line(), &request).await.expect("taken");
    assert!(till.is_acked(&reply));
    reply
}

/// Asks as a till does each minute.
pub async fn polls(till: &mut Till, house: &House) -> SyncReply {
    let digest = Some(till.vector().digest());
    let request = SyncRequest { cursor: till.cursor, digest, ..SyncRequest::default() };
    let reply = till.asks(&house.line(), &request).await.expect("an answer");
    assert!(till.is_acked(&reply));
    reply
}

fn level(reply: &SyncReply) -> AckLevel {
    reply.ack.expect("an ack").level
}

/// Polls until what the till has is in the backup.
pub async fn until_durable(till: &mut Till, house: &House) {
    let durable = async { while level(&polls(till, house).await) != AckLevel::Durable {} };
    patiently(durable).await;
}

/// A server with a backup, two tills of a branch, and everything in the backup.
pub async fn backed_up(folder: &Path) -> (House, Till, Till) {
    let to = Some(backup_in(&folder.join("backup")));
    let house = House::new_with(&folder.join("server"), to).await;
    let (house, mut first, second) = branch_of(folder, house).await;
    until_durable(&mut first, &house).await;
    (house, first, second)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ack_is_durable_once_everything_that_it_signs_is_in_the_backup() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut first, mut second) = backed_up(folder.path()).await;
    for minute in 3..30 {
        let pushed = sells(&mut first, &house, minute).await;
        let last = house.server().branch(first.branch).expect("open").stand().last_record_no;
        let reply =
            if level(&pushed) == AckLevel::Durable { pushed } else { polls(&mut first, &house).await };
        if level(&reply) == AckLevel::Durable {
            let of_row: Vec<Segment> = objects(&house).await.into_iter().map(|(_, object)| object).collect();
            assert_eq!(Row::of(&of_row).0.end().record, last, "at minute {minute}");
        }
    }
    until_durable(&mut first, &house).await;
    // What another till wrote is nothing that this one's ack is about.
    second.syncs(&house.line()).await.expect("synced");
    until_durable(&mut second, &house).await;
    let state = house.server().backup_state().expect("a backup");
    assert_eq!((state.behind_ms, state.failing_count), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_a_backup_never_says_durable() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut first, _) = crate::house::branch(folder.path()).await;
    assert_eq!(level(&sells(&mut first, &house, 3).await), AckLevel::Stored);
    assert_eq!(level(&polls(&mut first, &house).await), AckLevel::Stored);
    let health = house.line().ask(Method::GET, "/health/backup", &[], Vec::new()).await;
    assert_eq!(crate::house::code_of(health), (404, "not_found".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storage_that_fails_holds_nobody_up_and_is_found_again_when_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut first, _) = backed_up(folder.path()).await;
    let (backup, away) = (folder.path().join("backup"), folder.path().join("away"));
    std::fs::rename(&backup, &away).unwrap();
    std::fs::write(&backup, b"the disk is not there").unwrap();
    for minute in 3..6 {
        assert_eq!(level(&sells(&mut first, &house, minute).await), AckLevel::Stored);
    }
    let line = house.line();
    let health = async || {
        let response = line.send(Method::GET, "/health/backup", &[], Vec::new()).await;
        response.status()
    };
    patiently(async { while health().await != StatusCode::SERVICE_UNAVAILABLE {} }).await;
    assert_eq!(level(&sells(&mut first, &house, 6).await), AckLevel::Stored);
    let ready = line.send(Method::GET, "/health/ready", &[], Vec::new()).await;
    assert_eq!(ready.status(), StatusCode::NO_CONTENT);
    let metrics = line.ask(Method::GET, "/metrics", &[], Vec::new()).await.expect("text");
    let metrics = String::from_utf8(metrics.to_vec()).expect("text");
    assert!(metrics.contains("pharmatill_backup_failing 1\n"), "{metrics}");
    house.clock.fetch_add(5_000, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(house.server().backup_state().expect("a backup").behind_ms, 5_000);

    std::fs::remove_file(&backup).unwrap();
    std::fs::rename(&away, &backup).unwrap();
    until_durable(&mut first, &house).await;
    assert_eq!(health().await, StatusCode::OK);
    assert_eq!(house.server().backup_state().expect("a backup").behind_ms, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_small_objects_become_few() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut first, _) = backed_up(folder.path()).await;
    for minute in 3..60 {
        sells(&mut first, &house, minute).await;
        until_durable(&mut first, &house).await;
    }
    let written = house.server().metrics.text();
    let count = written.lines().find_map(|line| line.strip_prefix("pharmatill_backup_objects_total "));
    let count: usize = count.expect("a number").parse().expect("a number");
    assert!(count > 57 + 3, "{count} objects were written");
    let merged = async {
        loop {
            let objects: Vec<Segment> = objects(&house).await.into_iter().map(|(_, object)| object).collect();
            assert_eq!(gaps(&objects), Gaps::default());
            if objects.len() <= 3 + 16 {
                return;
            }
        }
    };
    patiently(merged).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_starts_with_a_full_ledger_and_an_empty_backup_writes_all_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut first, _) = crate::house::branch(folder.path()).await;
    for minute in 3..10 {
        sells(&mut first, &house, minute).await;
    }
    let data = house.options.data.clone();
    house.kill().await;
    let house = House::open_with(&data, Some(backup_in(&folder.path().join("backup")))).await;
    first.begins_session(&house.line()).await.expect("the same server");
    until_durable(&mut first, &house).await;
    // Started again it goes on where it was, and loses nothing to a crash that left something over.
    let before = objects(&house).await;
    house.kill().await;
    let house = House::open_with(&data, Some(backup_in(&folder.path().join("backup")))).await;
    first.begins_session(&house.line()).await.expect("the same server");
    until_durable(&mut first, &house).await;
    assert_eq!(objects(&house).await, before);
    sells(&mut first, &house, 11).await;
    until_durable(&mut first, &house).await;
    assert_eq!(objects(&house).await.len(), before.len() + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_that_was_lost_or_damaged_is_written_again_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut first, _) = backed_up(folder.path()).await;
    for minute in 3..8 {
        sells(&mut first, &house, minute).await;
        until_durable(&mut first, &house).await;
    }
    let data = house.options.data.clone();
    let mut names: Vec<String> = objects(&house).await.iter().map(|(row, object)| row.name(object)).collect();
    names.sort();
    house.kill().await;
    let backup = folder.path().join("backup");
    std::fs::remove_file(backup.join(&names[names.len() - 3])).unwrap();
    let house = House::open_with(&data, Some(backup_in(&backup))).await;
    first.begins_session(&house.line()).await.expect("the same server");
    until_durable(&mut first, &house).await;
    let whole = |objects: &[(RowId, Segment)]| {
        let segments: Vec<Segment> = objects.iter().map(|(_, object)| *object).collect();
        gaps(&segments) == Gaps::default()
    };
    assert!(whole(&objects(&house).await));
    let last = objects(&house).await.into_iter().max_by_key(|(_, object)| object.to).expect("an object");
    house.kill().await;
    let last = backup.join(last.0.name(&last.1));
    std::fs::write(&last, b"nothing of it is left").unwrap();
    let house = House::open_with(&data, Some(backup_in(&backup))).await;
    first.begins_session(&house.line()).await.expect("the same server");
    until_durable(&mut first, &house).await;
    assert!(whole(&objects(&house).await));
    assert_ne!(std::fs::read(&last).unwrap(), b"nothing of it is left");
}
