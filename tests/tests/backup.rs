//! A server is lost with a sale in it that was acknowledged and was not in its backup yet. It is restored, and
//! has the sale again: from the till that sold it, without anybody's doing.

#[path = "branch/door.rs"]
mod door;
#[path = "branch/process.rs"]
mod process;
#[path = "branch/wire.rs"]
mod wire;

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use door::Door;
use process::{Process, start};
use serde_json::{Value, json};
use tests::window::program;
use wire::Wire;

fn run(command: &mut Command) -> Value {
    let output = command.output().expect("it ran");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{command:?}: {said}{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(said.lines().last().unwrap_or("null")).expect("JSON")
}

/// What the owner signs in with.
const PIN: &str = "73915482";

fn pharmatill(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program("pharmatill").expect("built"));
    command.arg("--data").arg(dir).arg("--json").args(arguments).env("PHARMATILL_PIN", PIN);
    command
}

fn server(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program("pharmatill-server").expect("built"));
    command.arg("--data").arg(dir).arg("--json").args(arguments);
    command.env("PHARMATILL_PASSPHRASE", "korrekt pferd batterie");
    command
}

fn serve(dir: &Path, address: SocketAddr, backup: &Path) -> Process {
    let (address, backup) = (address.to_string(), backup.to_str().expect("text"));
    start(&mut server(dir, &["--listen", &address, "--backup", backup])).0
}

/// Waits for something that comes by itself.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(120), "it does not come to {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

struct Till {
    wire: Wire,
    door: Door,
    _running: Process,
}

impl Till {
    fn connect(dir: &Path, address: SocketAddr, code: &str) -> Self {
        let wire = Wire::to(address);
        wire.mend();
        run(&mut pharmatill(dir, &["connect", &wire.url(), code]));
        let (running, said) = start(&mut pharmatill(dir, &["serve"]));
        let door = Door::at(said["url"].as_str().expect("a url"));
        let owner = door.ask("staff")[0]["staffId"].clone();
        door.done("sign_in", &json!({ "staffId": owner, "secret": PIN, "newSecret": null }));
        Self { wire, door, _running: running }
    }

    /// Sells one pack by card. Gives the sale.
    fn sell(&self, ask_id: &str) -> String {
        self.door.done("scan", &json!({ "code": "2100000000012", "askId": ask_id }));
        let basket = self.door.ask("basket");
        let total = &basket["totalMinor"];
        let tender = json!({ "kind": "card", "amountMinor": total, "reference": null, "customerId": null });
        let sale = json!({ "saleId": basket["saleId"], "tenders": [tender], "seenTotalMinor": total });
        self.door.done("complete_sale", &sale);
        basket["saleId"].as_str().expect("an id").to_owned()
    }

    fn sync(&self) -> Value {
        self.door.ask("status")["sync"].clone()
    }

    fn until_sent(&self) {
        until("nothing that waits", || self.sync()["isConnected"] == true && self.sync()["unsentCount"] == 0);
    }

    fn has(&self, sale: &str) -> bool {
        self.door.call("sale", &json!({ "saleId": sale })).is_ok()
    }
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

#[test]
fn a_sale_that_was_acknowledged_and_not_in_the_backup_comes_back_from_its_till() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let (data, backup, recovery) = (at("server"), at("backup"), at("recovery"));
    let address =
        TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let running = serve(&data, address, &backup);
    std::fs::copy(data.join("server.recovery"), &recovery).expect("kept elsewhere");
    let code = || run(&mut server(&data, &["code"]))["code"].as_str().expect("a code").to_owned();

    let (first_dir, second_dir) = (at("till-1"), at("till-2"));
    run(&mut pharmatill(
        &first_dir,
        &["init", "--name", "Apotheke am Markt", "--country", "DE", "--staff", "Anna:owner"],
    ));
    std::fs::write(
        at("list.csv"),
        "code,name,pack,price,tax\n2100000000012,Ibuprofen,1 pack,4.95,standard\n",
    )
    .expect("written");
    run(&mut pharmatill(&first_dir, &["catalogue", "import", at("list.csv").to_str().expect("text")]));
    let invited = run(&mut pharmatill(&first_dir, &["invite", at("invitation").to_str().expect("text")]));
    let invitation = invited["code"].as_str().expect("a code");
    let joins =
        ["init", "--join", at("invitation").to_str().expect("text"), "--code", invitation].map(str::to_owned);
    run(&mut pharmatill(&second_dir, &joins.each_ref().map(String::as_str)));
    let first = Till::connect(&first_dir, address, &code());
    let second = Till::connect(&second_dir, address, &code());
    let float = json!([{ "valueMinor": 2_000, "count": 5 }]);
    let open = json!({ "cashSessionId": "019585d0-0000-7000-8000-000000000001", "denominations": float });
    first.door.done("open_session", &open);
    let early = first.sell("019585d0-0000-7000-8000-000000000002");
    first.until_sent();
    until("the first sale at the other till", || second.has(&early));
    // The till hears that it is in the backup when it next talks to the server.
    until("a backup", || {
        first.wire.cut();
        first.wire.mend();
        until("the server", || first.sync()["isConnected"] == true);
        first.sync()["backedUpMs"].is_i64()
    });

    let copied = at("copied");
    copy(&backup, &copied);
    second.wire.cut();
    let late = first.sell("019585d0-0000-7000-8000-000000000003");
    first.until_sent();
    first.wire.cut();
    drop(running);
    std::fs::remove_dir_all(&data).expect("the disk is lost");
    let (from, opened_by) = (copied.to_str().expect("text"), recovery.to_str().expect("text"));
    let restored = run(&mut server(&data, &["restore", "--backup", from, "--recovery", opened_by]));
    assert_eq!(restored["branches"], 1, "{restored}");

    let running = serve(&data, address, &copied);
    first.wire.mend();
    second.wire.mend();
    assert!(!second.has(&late));
    until("the late sale at the other till", || second.has(&late));
    first.until_sent();
    // Soon all of it is in the backup of the new server too.
    let drill = ["drill", "--backup", from, "--recovery", opened_by];
    until("a backup that holds", || {
        let status = server(&data, &drill).output().expect("it ran").status.code();
        assert!(matches!(status, Some(0 | 2)), "{status:?}");
        status == Some(0)
    });
    drop((first, second, running));
    let verified = [&first_dir, &second_dir].map(|dir| run(&mut pharmatill(dir, &["verify"])));
    let there = run(&mut server(&data, &["verify"]));
    for till in &verified {
        assert_eq!((&till["faults"], &till["content"]), (&json!(0), &there["content"]), "{till} {there}");
        assert_eq!(till["records"], there["records"]);
    }
}
