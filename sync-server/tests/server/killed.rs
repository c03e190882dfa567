//! The program itself, killed as a power cut kills it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use replica::invitation::InvitationCode;
use replica::sync::SyncRequest;
use serde_json::Value;

use crate::house::{Line, Till};

const PROGRAM: &str = env!("CARGO_BIN_EXE_pharmatill-server");

/// Killed when it is dropped, as hard as it goes.
pub struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn program(data: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command.arg("--data").arg(data).arg("--json").env("PHARMATILL_PASSPHRASE", "a passphrase");
    command.stderr(Stdio::null());
    command
}

fn started(data: &Path) -> (Server, Line) {
    started_as(&mut program(data))
}

pub fn started_as(program: &mut Command) -> (Server, Line) {
    let mut child =
        program.args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
    let said: Value = serde_json::from_str(&line).expect("JSON");
    let address = said["url"].as_str().and_then(|url| url.strip_prefix("http://")).expect("an address");
    (Server(child), Line::new(address.parse().expect("an address")))
}

pub fn answer(command: &mut Command) -> Value {
    let output = command.stderr(Stdio::piped()).output().expect("it runs");
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_has_what_it_acknowledged_and_a_lost_one_is_filled_again() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("server");
    let (server, line) = started(&data);
    let made = answer(program(&data).args(["code", "--server", "http://192.168.1.5:7878"]));
    let code = InvitationCode::parse(made["code"].as_str().expect("a code")).expect("a code");
    assert!(made["link"].as_str().expect("a link").ends_with(&format!("code={}", code.text())));

    let mut till = Till::founded(folder.path(), 10);
    till.opens();
    till.comes_in(&line, &code).await;
    till.syncs(&line).await.expect("synced");
    for minute in 3..10 {
        let before = till.vector();
        till.sells(minute);
        let (runs, cursor) = (till.runs_for(&before), till.cursor);
        let request = SyncRequest { runs, cursor, ..SyncRequest::default() };
        let reply = till.asks(&line, &request).await.expect("taken");
        assert!(till.is_acked(&reply));
    }
    drop(server);

    let (server, line) = started(&data);
    let digest = Some(till.vector().digest());
    let request = SyncRequest { cursor: till.cursor, digest, ..SyncRequest::default() };
    till.begins_session(&line).await.expect("the same server");
    let reply = till.asks(&line, &request).await.expect("taken");
    assert!(till.is_acked(&reply) && reply.digest.is_none());
    drop(server);

    let recovery = data.join("server.recovery");
    let kept = folder.path().join("kept");
    std::fs::copy(&recovery, &kept).expect("copied");
    std::fs::remove_dir_all(&data).expect("the disk is lost");
    answer(program(&data).arg("recover").arg(&kept));
    let (_server, line) = started(&data);
    till.begins_session(&line).await.expect("the same server");
    let reply = till.syncs(&line).await.expect("synced");
    assert!(till.is_acked(&reply));
    assert_eq!(answer(program(&data).arg("branches"))["branch"], till.branch.to_string());
}
