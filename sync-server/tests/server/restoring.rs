//! What a backup is for: a full server again, with nothing but the recovery file.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use ledger::{Verified, verify};
use replica::sync::SyncRequest;
use serde_json::Value;
use sync_server::backup::restore::{Report, RestoreError, restore};
use sync_server::derive::derive_all;
use sync_server::keys::ServerKeys;
use sync_server::server::{KEYS, ledger_path, open_access};

use crate::backing_up::{backed_up, objects, sells, until_durable};
use crate::house::{House, NOON, Till, backup_in, options, patiently, seeded};

const PASSPHRASE: &str = "a passphrase";

/// A server with some sales, killed when all of it was in the backup. Gives its folder and its tills.
async fn lost(folder: &Path) -> (PathBuf, Till, Till) {
    let (house, mut first, mut second) = backed_up(folder).await;
    for minute in 3..45 {
        sells(&mut first, &house, minute).await;
        if minute % 2 == 0 {
            until_durable(&mut first, &house).await;
        }
    }
    second.syncs(&house.line()).await.expect("synced");
    let given = SyncRequest { keys: first.wrapped_keys(), ..SyncRequest::default() };
    first.asks(&house.line(), &given).await.expect("taken");
    first.syncs(&house.line()).await.expect("synced");
    until_durable(&mut first, &house).await;
    until_durable(&mut second, &house).await;
    let data = house.options.data.clone();
    let keys = ServerKeys::read(&data.join(KEYS)).expect("read").expect("there");
    keys.write_recovery(&folder.join("recovery"), PASSPHRASE, &*seeded(5)).expect("written");
    house.kill().await;
    (data, first, second)
}

/// What the only branch of a server comes to.
fn content(data: &Path) -> Verified {
    let keys = ServerKeys::read(&data.join(KEYS)).expect("read").expect("there");
    let options = options(data, &std::sync::Arc::new(NOON.into()));
    let known = open_access(&options, &keys).expect("opens").branches().expect("read")[0];
    let path = ledger_path(data, &known);
    let mut ledger = ledger::Ledger::open(&path, &keys.secrets(), seeded(3)).expect("opens");
    derive_all(&mut ledger).expect("derived");
    drop(ledger);
    let verified = verify(&path, &keys.secrets(), |_, _| true).expect("verified");
    assert_eq!(verified.faults, []);
    verified
}

async fn restored(folder: &Path, to: &str, is_partial: bool) -> Result<Report, RestoreError> {
    let data = folder.join(to);
    std::fs::create_dir_all(&data).expect("a folder");
    let keys = ServerKeys::recover(&folder.join("recovery"), PASSPHRASE, &*seeded(6)).expect("recovered");
    let options = options(&data, &std::sync::Arc::new(NOON.into()));
    restore(&backup_in(&folder.join("backup")).storage, &keys, &options, is_partial).await
}

/// The files of the backup, in their order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.join("backup")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_server_is_what_it_was_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (data, mut first, mut second) = lost(folder.path()).await;
    let before = content(&data);
    let report = restored(folder.path(), "again", false).await.expect("restored");
    assert_eq!(report.left_out, Vec::<String>::new());
    assert_eq!((report.branches.len(), report.record_count), (1, before.record_count));
    assert_eq!(report.last_recorded_ms, Some(NOON), "no later than it was written");
    let again = folder.path().join("again");
    assert_eq!(content(&again).content, before.content);

    // Its tills find it again, as other data of the same server, and lack nothing.
    let house = House::open_with(&again, Some(backup_in(&folder.path().join("backup")))).await;
    let old = first.server.clone().expect("enrolled").data;
    for till in [&mut first, &mut second] {
        till.begins_session(&house.line()).await.expect("the same server");
        let reply = till.syncs(&house.line()).await.expect("synced");
        assert!(till.is_acked(&reply));
        assert_eq!(reply.vector, Some(till.vector()));
    }
    assert_ne!(first.server.as_ref().expect("enrolled").data, old);
    sells(&mut first, &house, 60).await;
    until_durable(&mut first, &house).await;
    // Its own row is whole, so the old one is not needed any more.
    let new = house.server().data;
    let is_tidy = async { while objects(&house).await.iter().any(|(row, _)| row.data != new) {} };
    patiently(is_tidy).await;
    house.kill().await;
    let before = content(&again);
    let report = restored(folder.path(), "once more", false).await.expect("restored");
    assert_eq!(report.record_count, before.record_count);
    assert_eq!(content(&folder.path().join("once more")).content, before.content);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_sealed_parts_come_back_with_the_records() {
    let folder = tempfile::tempdir().unwrap();
    let (data, ..) = lost(folder.path()).await;
    restored(folder.path(), "again", false).await.expect("restored");
    let of = |data: &Path| {
        let keys = ServerKeys::read(&data.join(KEYS)).expect("read").expect("there");
        let options = options(data, &std::sync::Arc::new(NOON.into()));
        let known = open_access(&options, &keys).expect("opens").branches().expect("read")[0];
        let ledger =
            ledger::Ledger::open(&ledger_path(data, &known), &keys.secrets(), seeded(3)).expect("opens");
        let (keys, _) = ledger.book().keys_after(0, 1_000).expect("read");
        keys.iter().map(|(subject, key)| (*subject, key.0)).collect::<Vec<_>>()
    };
    assert!(!of(&data).is_empty());
    assert_eq!(of(&folder.path().join("again")), of(&data));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_damaged_or_swapped_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (data, ..) = lost(folder.path()).await;
    let whole = content(&data).record_count;
    let files = files(folder.path());
    assert!(files.len() > 2, "{files:?}");
    let name = |file: &Path| file.file_name().expect("a name").to_str().expect("text").to_owned();
    let (one, other) = (std::fs::read(&files[1]).unwrap(), std::fs::read(&files[2]).unwrap());

    let mut damaged = one.clone();
    damaged[one.len() / 2] ^= 1;
    std::fs::write(&files[1], &damaged).unwrap();
    let error = restored(folder.path(), "damaged", false).await.expect_err("it is damaged");
    assert!(error.code() == "backup_damaged" && error.to_string().contains(&name(&files[1])), "{error}");
    assert!(!folder.path().join("damaged").join(KEYS).exists(), "half of a server starts nowhere");
    let report = restored(folder.path(), "what holds", true).await.expect("partly");
    assert!(report.left_out[0].contains(&name(&files[1])), "{:?}", report.left_out);
    assert!(report.record_count > 0 && report.record_count < whole, "{}", report.record_count);

    std::fs::write(&files[1], &other).unwrap();
    std::fs::write(&files[2], &one).unwrap();
    let error = restored(folder.path(), "swapped", false).await.expect_err("they are swapped");
    assert!(error.code() == "backup_damaged" && error.to_string().contains(&name(&files[1])), "{error}");

    std::fs::remove_file(&files[1]).unwrap();
    std::fs::write(&files[2], &other).unwrap();
    let error = restored(folder.path(), "missing", false).await.expect_err("one is missing");
    let text = error.to_string();
    assert!(error.code() == "backup_incomplete" && text.starts_with("records "), "{text}");
    let after: i64 = name(&files[1])[..12].parse().unwrap();
    let up_to: i64 = name(&files[1])[13..25].parse().unwrap();
    assert!(text.contains(&format!("records {}..{up_to} of", after + 1)), "{text}");

    let stranger = ServerKeys::make(&*seeded(99), 0);
    stranger.write_recovery(&folder.path().join("recovery"), PASSPHRASE, &*seeded(5)).unwrap();
    let error = restored(folder.path(), "stranger", false).await.expect_err("another server's file");
    assert_eq!(error.code(), "backup_missing");
}

fn program(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pharmatill-server"));
    command.env("PHARMATILL_PASSPHRASE", PASSPHRASE).args(arguments).arg("--json").output().expect("it runs")
}

fn code_of(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    let last: Value = serde_json::from_str(said.lines().last().unwrap_or_default()).expect("JSON");
    last["code"].as_str().expect("a code").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_says_by_its_exit_code_whether_the_backup_holds() {
    let folder = tempfile::tempdir().unwrap();
    let (data, mut first, _) = lost(folder.path()).await;
    let path = |name: &str| folder.path().join(name).to_str().expect("text").to_owned();
    let (backup, recovery, server) = (path("backup"), path("recovery"), path("server"));
    let drill = |more: &[&str]| {
        let usual = ["drill", "--backup", &backup, "--recovery", &recovery];
        let output = program(&[&usual[..], more].concat());
        let said = serde_json::from_slice::<Value>(&output.stdout).unwrap_or_default();
        (output.status.code(), said, output)
    };
    let (code, said, _) = drill(&[]);
    assert_eq!((code, &said["holds"], &said["faults"]), (Some(0), &true.into(), &0.into()), "{said}");
    let (code, said, _) = drill(&["--data", &server]);
    assert_eq!((code, &said["lacking"]), (Some(0), &0.into()), "{said}");

    // The server goes on without its backup.
    let house = House::open(&data).await;
    first.begins_session(&house.line()).await.expect("the same server");
    sells(&mut first, &house, 100).await;
    house.kill().await;
    let (code, said, _) = drill(&["--data", &server]);
    assert_eq!((code, &said["holds"], &said["lacking"]), (Some(2), &true.into(), &1.into()), "{said}");

    let output = program(&["restore", "--backup", &backup, "--recovery", &recovery, "--data", &server]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("is not empty"));
    let again = path("again");
    let mut wrong = Command::new(env!("CARGO_BIN_EXE_pharmatill-server"));
    wrong.args(["--json", "restore", "--backup", &backup, "--recovery", &recovery, "--data", &again]);
    let output = wrong.env("PHARMATILL_PASSPHRASE", "another").output().expect("it runs");
    assert_eq!(code_of(&output), "passphrase_wrong");
    let output = program(&["restore", "--backup", &backup, "--recovery", &recovery, "--data", &again]);
    assert!(output.status.success(), "{output:?}");
    let said: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&said["branches"], &said["last_ms"]), (&1.into(), &NOON.into()), "{said}");

    let file = &files(folder.path())[0];
    let mut bytes = std::fs::read(file).unwrap();
    bytes[30] ^= 1;
    std::fs::write(file, bytes).unwrap();
    let (code, _, output) = drill(&["--data", &server]);
    assert_eq!((code, code_of(&output).as_str()), (Some(1), "backup_damaged"));
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let there = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &there);
        } else {
            std::fs::copy(&path, &there).expect("copied");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_disk_was_set_back_sees_it_by_its_backup_and_is_filled_by_its_tills() {
    let folder = tempfile::tempdir().unwrap();
    let (data, mut first, mut second) = lost(folder.path()).await;
    let (older, backup) = (folder.path().join("older"), folder.path().join("backup"));
    copy(&data, &older);
    let house = House::open_with(&data, Some(backup_in(&backup))).await;
    let known = house.server().data;
    first.begins_session(&house.line()).await.expect("the same server");
    for minute in 100..103 {
        sells(&mut first, &house, minute).await;
    }
    until_durable(&mut first, &house).await;
    house.kill().await;
    std::fs::remove_dir_all(&data).unwrap();
    std::fs::rename(&older, &data).unwrap();

    let house = House::open_with(&data, Some(backup_in(&backup))).await;
    assert_ne!(house.server().data, known);
    for till in [&mut second, &mut first] {
        till.begins_session(&house.line()).await.expect("the same server");
        till.syncs(&house.line()).await.expect("synced");
    }
    until_durable(&mut first, &house).await;
    // What only the former life of the data had is not thrown away.
    assert!(objects(&house).await.iter().any(|(row, _)| row.data == known));
    house.kill().await;
    let before = content(&data);
    let report = restored(folder.path(), "again", false).await.expect("restored");
    assert_eq!(report.record_count, before.record_count);
    assert_eq!(content(&folder.path().join("again")).content, before.content);
}
