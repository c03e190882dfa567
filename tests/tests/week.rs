//! A week of one branch with real processes: five tills and their server, cut off from each other, killed and
//! started again, on clocks that do not agree. They end with the same book, and nothing that was said to be
//! done is missing or there twice.

#[path = "week/wire.rs"]
mod wire;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::window::program;
use wire::{Door, Wire};

const TILLS: usize = 5;
const DAYS: u64 = 7;
const DAY_MS: u64 = 86_400_000;
const PRODUCTS: [(&str, &str, i64); 3] = [
    ("2100000000012", "Ibuprofen 400 mg film-coated tablets", 495),
    ("2100000000029", "Nasal spray 10 ml", 395),
    ("2100000000036", "Cough syrup 100 ml", 850),
];

/// A fixed course of chance.
struct Chance(u64);

impl Chance {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn pick(&mut self, count: usize) -> usize {
        usize::try_from(self.roll(count as u64)).expect("small")
    }

    fn id(&mut self) -> String {
        let (a, b) = (self.roll(1 << 31), self.roll(1 << 31));
        format!(
            "019585d0-0000-7000-8{:03x}-{a:06x}{b:06x}",
            self.roll(1 << 12),
            a = a & 0xff_ffff,
            b = b & 0xff_ffff
        )
    }
}

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

fn pharmatill(dir: &Path) -> Command {
    let mut command = Command::new(program("pharmatill").expect("built"));
    command.arg("--data").arg(dir).arg("--json");
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
        let anna = door.ask("staff")[0]["staffId"].clone();
        door.done("sign_in", &json!({ "staffId": anna }));
        self.tills[no].running = Some((process, door));
    }

    fn door(&self, no: usize) -> &Door {
        &self.tills[no].running.as_ref().expect("it runs").1
    }

    fn open(&mut self, no: usize) {
        let id = self.chance.id();
        let float = json!([{ "valueMinor": 2_000, "count": 5 }]);
        let opened =
            self.door(no).call("open_session", &json!({ "cashSessionId": id, "denominations": float }));
        assert!(opened.is_ok() || opened == Err("session_open".to_owned()), "{opened:?}");
    }

    fn sell(&mut self, no: usize) {
        for _ in 0..=self.chance.roll(3) {
            let (code, ..) = PRODUCTS[self.chance.pick(3)];
            let id = self.chance.id();
            self.door(no).done("scan", &json!({ "code": code, "askId": id }));
        }
        self.pay(no);
    }

    fn pay(&mut self, no: usize) {
        let basket = self.door(no).ask("basket");
        let total = basket["totalMinor"].as_i64().expect("a total");
        let kind = if self.chance.roll(2) == 0 { "cash" } else { "card" };
        let tender = json!({ "kind": kind, "amountMinor": total, "reference": null, "customerId": null });
        let sale = json!({ "saleId": basket["saleId"], "tenders": [tender], "seenTotalMinor": total });
        self.door(no).done("complete_sale", &sale);
        let id = basket["saleId"].as_str().expect("an id").to_owned();
        self.tills[no].sold.push(id);
    }

    /// Takes a line back of any sale that this till knows, whoever sold it: two tills may take back the same.
    fn refund(&mut self, no: usize) {
        let all = json!({ "from": null, "to": null, "amountMinor": null, "text": "", "staffId": null,
                          "receiptNo": null, "after": null, "limit": 20 });
        let Ok(rows) = self.door(no).call("sales", &all) else { return };
        let rows: Vec<&Value> =
            rows.as_array().expect("rows").iter().filter(|row| row["kind"] == "sale").collect();
        if rows.is_empty() {
            return;
        }
        let sale = rows[self.chance.pick(rows.len())]["saleId"].clone();
        let id = self.chance.id();
        let line = json!([{ "lineNo": 1, "quantity": 1 }]);
        let back = json!({ "askId": id, "saleId": sale, "lines": line, "reason": "unwanted" });
        if self.door(no).call("start_refund", &back).is_ok() {
            self.pay(no);
        }
    }

    fn price(&mut self, no: usize) {
        let (code, ..) = PRODUCTS[self.chance.pick(3)];
        let found = self.door(no).done("find_products", &json!({ "text": code, "limit": 1 }));
        let row = found["rows"][0].clone();
        let price = 300 + i64::try_from(self.chance.roll(600)).expect("small");
        let product = json!({ "productId": row["productId"], "isNew": false, "code": null, "name": row["name"],
            "pack": row["pack"], "priceMinor": price, "taxCode": "standard", "rx": false, "isWithdrawn": false });
        self.door(no).done("save_product", &product);
    }

    fn close(&mut self, no: usize) {
        let count = json!({ "entryId": self.chance.id(),
            "denominations": [{ "valueMinor": 1_000, "count": self.chance.roll(40) }],
            "other": [], "recountReason": null });
        let drawer = self.door(no).done("count_drawer", &count);
        let seen = drawer["count"]["rows"][0]["expectedMinor"].clone();
        let close = json!({ "entryId": self.chance.id(), "reason": "unknown", "note": null, "nextFloat": [],
            "seenExpectedMinor": seen });
        self.door(no).done("close_session", &close);
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
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/week/clock_ahead.c");
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
            branch.open(no);
        }
        for _ in 0..40 {
            let no = branch.chance.pick(TILLS);
            match branch.chance.roll(20) {
                0..12 => branch.sell(no),
                12..14 => branch.refund(no),
                14 => branch.price(no),
                15 => branch.tills[no].wire.cut(),
                16 => branch.tills[no].wire.mend(),
                17 => {
                    // The power fails in the middle of whatever it does, and comes back.
                    branch.tills[no].running = None;
                    branch.start_till(no, day);
                }
                18 => {
                    branch.server = None;
                    branch.start_server();
                }
                _ => {
                    branch.close(no);
                    branch.open(no);
                }
            }
        }
        // Who is connected over night is a matter of chance.
        for till in &branch.tills {
            if branch.chance.roll(2) == 0 { till.wire.mend() } else { till.wire.cut() }
        }
    }
    // They come back in some order. What a till sells last comes after all that it did.
    let mut order: Vec<usize> = (0..TILLS).collect();
    for at in (1..TILLS).rev() {
        order.swap(at, branch.chance.pick(at + 1));
    }
    for no in order {
        branch.tills[no].wire.mend();
        branch.tills[no].running = None;
        branch.start_till(no, DAYS);
        branch.open(no);
        branch.sell(no);
    }
    let sold: BTreeSet<String> = branch.tills.iter().flat_map(|till| till.sold.clone()).collect();
    assert_eq!(sold.len(), branch.tills.iter().map(|till| till.sold.len()).sum::<usize>());
    for no in 0..TILLS {
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
