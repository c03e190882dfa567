//! A week of one branch with real processes: five tills and their server, cut off from each other, killed and
//! started again, on clocks that do not agree. They end with the same book, and nothing that was said to be
//! done is missing or there twice.

#[path = "branch/acts.rs"]
mod acts;
#[path = "week/apart.rs"]
mod apart;
#[path = "branch/door.rs"]
mod door;
#[path = "branch/wire.rs"]
mod wire;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use acts::{Chance, PRODUCTS};
use door::Door;
use serde_json::{Value, json};
use tests::window::program;
use wire::Wire;

const TILLS: usize = 5;
const DAYS: u64 = 7;
const DAY_MS: u64 = 86_400_000;
/// A process that does not outlive the test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a program and reads the first line that it says.
fn start(command: &mut Command) -> (Process, String) {
    let mut child = command.stdout(Stdio::piped()).spawn().expect("started");
    let mut line = String::new();
    let out = child.stdout.take().expect("piped");
    let process = Process(child);
    BufReader::new(out).read_line(&mut line).expect("it says where it is");
    (process, line)
}

struct Till {
    dir: PathBuf,
    wire: Wire,
    running: Option<(Process, Door)>,
    clock_ahead_ms: i64,
    sold: Vec<String>,
}

struct Branch {
    folder: PathBuf,
    shim: PathBuf,
    address: SocketAddr,
    server: Option<Process>,
    tills: Vec<Till>,
    chance: Chance,
}

fn run(command: &mut Command) -> Value {
    let output = command.output().expect("it ran");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{command:?}: {said}{}", String::from_utf8_lossy(&output.stderr));
    let last = said.lines().last().unwrap_or("null");
    serde_json::from_str(last).unwrap_or_else(|_| panic!("{command:?}: {said}"))
}

/// What the owner signs in with.
const PIN: &str = "73915482";

fn pharmatill(dir: &Path) -> Command {
    let mut command = Command::new(program("pharmatill").expect("built"));
    command.arg("--data").arg(dir).arg("--json").env("PHARMATILL_PIN", PIN);
    command
}

impl Branch {
    fn server_command(&self) -> Command {
        let mut command = Command::new(program("pharmatill-server").expect("built"));
        command.arg("--data").arg(self.folder.join("server")).arg("--json");
        command.env("PHARMATILL_PASSPHRASE", "korrekt pferd batterie");
        command
    }

    fn start_server(&mut self) {
        let mut command = self.server_command();
        command.args(["--listen", &self.address.to_string()]);
        self.server = Some(start(&mut command).0);
    }

    fn code(&self) -> String {
        run(self.server_command().arg("code"))["code"].as_str().expect("a code").to_owned()
    }

    fn start_till(&mut self, no: usize, day: u64) {
        let ahead = i64::try_from(day * DAY_MS).expect("small") + self.tills[no].clock_ahead_ms;
        let mut command = pharmatill(&self.tills[no].dir);
        command.arg("serve").env("LD_PRELOAD", &self.shim).env("CLOCK_AHEAD_MS", ahead.to_string());
        let (process, said) = start(&mut command);
        let said: Value = serde_json::from_str(&said).expect("where it is");
        let door = Door::at(said["url"].as_str().expect("a url"));
        let owner = door.call("staff", &json!({})).expect("people")[0]["staffId"].clone();
        door.call("sign_in", &json!({ "staffId": owner, "secret": PIN, "newSecret": null }))
            .expect("signed in");
        self.tills[no].running = Some((process, door));
    }

    fn door(&self, no: usize) -> &Door {
        &self.tills[no].running.as_ref().expect("it runs").1
    }

    /// Something happens at a till.
    fn at<R>(&mut self, no: usize, act: impl FnOnce(acts::Call<'_>, &mut Chance) -> R) -> R {
        let door = &self.tills[no].running.as_ref().expect("it runs").1;
        act(&|name, args| door.call(name, args), &mut self.chance)
    }

    fn sell(&mut self, no: usize) {
        let sale = self.at(no, acts::sell);
        self.tills[no].sold.push(sale);
    }

    fn stop_all(&mut self) {
        for till in &mut self.tills {
            till.running = None;
        }
        self.server = None;
    }
}

fn found(folder: &Path) -> Branch {
    let shim = folder.join("clock_ahead.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/branch/clock_ahead.c");
    let compiled =
        Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&shim).arg(&source).status();
    assert!(compiled.expect("a C compiler").success());
    let address =
        TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let mut branch = Branch {
        folder: folder.to_owned(),
        shim,
        address,
        server: None,
        tills: Vec::new(),
        chance: Chance(20_261_121),
    };
    branch.start_server();
    let first = folder.join("till-0");
    run(pharmatill(&first).args([
        "init",
        "--name",
        "Apotheke am Markt",
        "--country",
        "DE",
        "--staff",
        "Anna:owner",
    ]));
    let list = folder.join("list.csv");
    let rows = PRODUCTS.iter().map(|(code, name, price)| {
        format!("{code},{name},1 pack,{}.{:02},standard\n", price / 100, price % 100)
    });
    std::fs::write(&list, format!("code,name,pack,price,tax\n{}", rows.collect::<String>()))
        .expect("written");
    run(pharmatill(&first).args(["catalogue", "import"]).arg(&list));
    for no in 0..TILLS {
        let dir = folder.join(format!("till-{no}"));
        let wire = Wire::to(address);
        wire.mend();
        if no > 0 {
            let invitation = folder.join(format!("invitation-{no}"));
            let told = run(pharmatill(&first).arg("invite").arg(&invitation));
            let code = told["code"].as_str().expect("a code");
            run(pharmatill(&dir).args(["init", "--join"]).arg(&invitation).args(["--code", code]));
        }
        run(pharmatill(&dir).args(["connect", &wire.url(), &branch.code()]));
        // One clock is some minutes behind, one two hours ahead.
        let clock_ahead_ms = [0, -180_000, 0, 7_200_000, 0][no];
        branch.tills.push(Till { dir, wire, running: None, clock_ahead_ms, sold: Vec::new() });
    }
    branch
}

/// Waits for something that comes by itself.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(120), "it does not come to {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_week_apart_comes_to_one_book() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut branch = found(folder.path());
    for day in 0..DAYS {
        for no in 0..TILLS {
            // Some processes were only interrupted over night, most are started again.
            if branch.tills[no].running.is_none() || branch.chance.roll(4) > 0 {
                branch.tills[no].running = None;
                branch.start_till(no, day);
            }
            branch.at(no, acts::open);
        }
        for _ in 0..40 {
            let no = branch.chance.pick(TILLS);
            match branch.chance.roll(21) {
                0..12 => branch.sell(no),
                12..14 => {
                    let refund = branch.at(no, acts::refund);
                    branch.tills[no].sold.extend(refund);
                }
                14 => branch.at(no, acts::price),
                15 => branch.tills[no].wire.cut(),
                16 => branch.tills[no].wire.mend(),
                17 => {
                    // The power fails in the middle of whatever it does, and comes back.
                    branch.tills[no].running = None;
                    branch.start_till(no, day);
                }
                18 => branch.at(no, acts::paid_out),
                19 => {
                    branch.server = None;
                    branch.start_server();
                }
                _ => {
                    branch.at(no, acts::close);
                    branch.at(no, acts::open);
                }
            }
        }
        // Who is connected over night is a matter of chance.
        for till in &branch.tills {
            if branch.chance.roll(2) == 0 { till.wire.mend() } else { till.wire.cut() }
        }
    }
    let apart = apart::bring_about(&mut branch, DAYS - 1);
    let count = branch.tills.len();
    // They come back in some order. What a till sells last comes after all that it did.
    let mut order: Vec<usize> = (0..count).collect();
    for at in (1..count).rev() {
        order.swap(at, branch.chance.pick(at + 1));
    }
    for no in order {
        branch.tills[no].wire.mend();
        branch.tills[no].running = None;
        branch.start_till(no, DAYS);
        branch.at(no, acts::open);
        branch.sell(no);
    }
    let sold: BTreeSet<String> = branch.tills.iter().flat_map(|till| till.sold.clone()).collect();
    let sold_count: usize = branch.tills.iter().map(|till| till.sold.len()).sum();
    assert_eq!(sold.len() + usize::from(apart.is_sold_twice), sold_count);
    for no in 0..count {
        let last: Vec<String> = branch.tills.iter().filter_map(|till| till.sold.last().cloned()).collect();
        let door = branch.door(no);
        until("the last sale of each till at each", || {
            last.iter().all(|sale| door.call("sale", &json!({ "saleId": sale })).is_ok())
        });
        until("nothing that waits", || door.ask("status")["sync"]["unsentCount"] == 0);
        // Every sale that was said to be done is there, once.
        for sale in &sold {
            door.done("sale", &json!({ "saleId": sale }));
        }
    }
    apart::is_listed(&branch, &apart);
    branch.stop_all();
    let verified: Vec<Value> =
        branch.tills.iter().map(|till| run(pharmatill(&till.dir).arg("verify"))).collect();
    for (no, till) in verified.iter().enumerate() {
        assert_eq!(till["faults"], 0, "till {no}: {till}");
        assert_eq!(till["content"], verified[0]["content"], "till {no}: {till}, first: {}", verified[0]);
        assert_eq!(till["records"], verified[0]["records"], "till {no}");
    }
    let server = run(branch.server_command().arg("verify"));
    assert_eq!((&server["faults"], &server["content"]), (&json!(0), &verified[0]["content"]), "{server}");
}
