//! How fast what one till gives is heard by the others, what a listener costs, and how fast records come in.
//! The server is a process of its own; it and everybody who listens share this computer.
//!
//! `cargo bench -p sync-server --bench live -- [--listeners N] [--sales N] [--stored N] [--batches N]`

#[path = "live/bare.rs"]
mod bare;
#[path = "../tests/server/house.rs"]
#[allow(dead_code)]
mod house;

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::entry::Entry;
use domain::id::EntryId;
use domain::time::Hlc;
use house::{Line, NOON, Pinned, Till, id, now};
use ledger::{Hosted, Ledger};
use replica::invitation::InvitationCode;
use replica::record::Record;
use replica::run::Run;
use replica::session::{DataIncarnation, EnrolReply};
use replica::stream::Scope;
use replica::sync::{RunBytes, SyncRequest};
use replica::vector::StreamVector;
use serde_json::Value;
use sync_server::answer::store_in_order;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

const PROGRAM: &str = env!("CARGO_BIN_EXE_pharmatill-server");
/// Time between two sales: 20 a second.
const PACE: Duration = Duration::from_millis(50);
/// Records of a batch.
const BATCH: u64 = 1_000;

struct Server {
    child: Child,
    address: SocketAddr,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start(data: &std::path::Path) -> Self {
        let mut child = Command::new(PROGRAM)
            .arg("--data")
            .arg(data)
            .args(["--json", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let said: Value = serde_json::from_str(&line).expect("JSON");
        let address = said["url"].as_str().and_then(|url| url.strip_prefix("http://")).expect("an address");
        Self { child, address: address.parse().expect("an address") }
    }

    /// Bytes of memory that the process holds.
    fn resident(&self) -> usize {
        let text = std::fs::read_to_string(format!("/proc/{}/statm", self.child.id())).expect("its memory");
        let pages: usize = text.split(' ').nth(1).and_then(|pages| pages.parse().ok()).expect("pages");
        pages * 4_096
    }
}

fn value(name: &str, usual: usize) -> usize {
    let arguments: Vec<String> = std::env::args().collect();
    let said = arguments.iter().position(|word| word == name).and_then(|at| arguments.get(at + 1));
    said.and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("server");
    let server = Server::start(&data);
    let line = Line::new(server.address);
    let mut till = Till::founded(folder.path(), 10);
    till.opens();
    comes_in(&mut till, &data, &line).await;
    println!("| what | measured |\n|---|---|");
    for listeners in [value("--listeners", 200), 10 * value("--listeners", 200)] {
        listened_to(&server, &line, &mut till, listeners).await;
    }
    ingested(folder.path(), &line, &mut till).await;
}

async fn comes_in(till: &mut Till, data: &std::path::Path, line: &Line) {
    let made =
        Command::new(PROGRAM).arg("--data").arg(data).args(["--json", "code"]).output().expect("a code");
    let made: Value = serde_json::from_slice(&made.stdout).expect("JSON");
    let code = InvitationCode::parse(made["code"].as_str().expect("a code")).expect("a code");
    let reply = line.post("/v1/enrol", till.enrol_request(&code).encode()).await.expect("taken");
    let reply = EnrolReply::decode(&reply).expect("a reply");
    till.server = Some(Pinned { reply, data: DataIncarnation([0; 8]), token: Vec::new() });
    till.begins_session(line).await.expect("a session");
    till.syncs(line).await.expect("synced");
}

/// One who listens, and says when each feed came.
async fn listens(
    address: SocketAddr,
    token: String,
    ready: Arc<AtomicUsize>,
    heard: UnboundedSender<(usize, Instant)>,
) {
    let mut stream = TcpStream::connect(address).await.expect("connected");
    let head = format!("GET /v1/live HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.expect("written");
    let mut buffer = vec![0; 4_096];
    let mut count = 0;
    loop {
        let read = stream.read(&mut buffer).await.unwrap_or(0);
        if read == 0 {
            return;
        }
        let came = Instant::now();
        for _ in buffer[..read].windows(12).filter(|part| part == b"event: feed\n") {
            if count == 0 {
                ready.fetch_add(1, Ordering::Relaxed);
            } else {
                let _ = heard.send((count, came));
            }
            count += 1;
        }
    }
}

async fn listened_to(server: &Server, line: &Line, till: &mut Till, listeners: usize) {
    let sales = value("--sales", 200);
    let mut requests = Vec::new();
    for minute in 0..sales {
        let before = till.vector();
        till.sells(10 + minute as i64);
        requests.push(till.runs_for(&before));
    }
    let before = server.resident();
    let ready = Arc::new(AtomicUsize::new(0));
    let (heard, mut hears) = unbounded_channel();
    let token = URL_SAFE_NO_PAD.encode(till.token());
    let mut tasks = tokio::task::JoinSet::new();
    for at in 1..=listeners {
        tasks.spawn(listens(server.address, token.clone(), Arc::clone(&ready), heard.clone()));
        while at % 100 == 0 && ready.load(Ordering::Relaxed) + 100 < at {
            tokio::task::yield_now().await;
        }
    }
    while ready.load(Ordering::Relaxed) < listeners {
        tokio::task::yield_now().await;
    }
    let each = (server.resident().saturating_sub(before)) / listeners;
    let (mut given, mut acked) = (vec![Instant::now()], vec![Duration::ZERO]);
    let mut pace = tokio::time::interval(PACE);
    for runs in requests {
        pace.tick().await;
        given.push(Instant::now());
        let request = SyncRequest { runs, cursor: till.cursor, ..SyncRequest::default() };
        till.asks(line, &request).await.expect("taken");
        acked.push(given.last().expect("there").elapsed());
    }
    let mut delays = Vec::new();
    while delays.len() < sales * listeners {
        let (at, came) = hears.recv().await.expect("heard");
        delays.push(came.duration_since(given[at]));
    }
    tasks.abort_all();
    delays.sort_unstable();
    acked.sort_unstable();
    let ms =
        |times: &[Duration], part: usize| times[(times.len() - 1) * part / 1_000].as_secs_f64() * 1_000.0;
    println!(
        "| sale durable on a till to heard by one of {listeners} | p50 {:.1} ms, p99 {:.1} ms, last {:.1} ms |",
        ms(&delays, 500),
        ms(&delays, 990),
        ms(&delays, 1_000)
    );
    println!(
        "| the same to acknowledged, with {listeners} who listen | p50 {:.1} ms, p99 {:.1} ms |",
        ms(&acked, 500),
        ms(&acked, 990)
    );
    println!(
        "| memory of the server for each of {listeners} idle who listen | {:.1} KiB |",
        each as f64 / 1_024.0
    );
}

/// Batches of sales, each a copy of one that was rung up under an id of its own.
async fn ingested(folder: &std::path::Path, line: &Line, till: &mut Till) {
    let measured = value("--batches", 100);
    let before = value("--stored", 1_000_000).div_ceil(BATCH as usize);
    let batches = (before + measured) as u64;
    let vector = till.vector();
    let own = |head: &replica::stream::StreamHead| {
        head.stream.device == till.secrets.device && matches!(head.stream.scope, Scope::Branch(_))
    };
    let mut head = vector.heads().find(own).expect("its stream");
    let lacking = replica::vector::Lacking { head, has: Vec::new() };
    let run = till.ledger.book().run_for(&lacking).expect("read").expect("a run");
    let sale = run.records.iter().find(|record| record.header.kind == 21).expect("a sale");
    let Some(Ok(Entry::Sale(mut sale))) = Entry::from_body(21, &sale.body) else { panic!("a sale") };
    let keys = till.keys();
    let mut runs = Vec::new();
    for batch in 0..batches {
        let (after, mut records) = (head, Vec::new());
        for no in 0..BATCH {
            let number = batch * BATCH + no;
            sale.common.entry_id =
                EntryId(id(0x0199_0000_0000_7000_8000_0000_0000_0000 + u128::from(number)));
            sale.receipt_no = 1_000_000 + number;
            let body = Entry::Sale(sale.clone()).to_body();
            let hlc = Hlc(((NOON as u64) << 16) + (1 << 40) + number);
            let record = Record::append(&head, 21, 1, now(100_000), hlc, body, Vec::new()).expect("a record");
            head = record.head();
            records.push(record);
        }
        let run = Run { after, records, signature: keys.sign_checkpoint(&head) };
        runs.push(RunBytes(run.encode()));
    }
    in_one_thread(folder, till, &runs, before);
    let mut begun = Instant::now();
    for (no, run) in runs.into_iter().enumerate() {
        if no == before {
            begun = Instant::now();
        }
        let reply = till.asks(line, &SyncRequest { runs: vec![run], ..SyncRequest::default() }).await;
        assert_eq!(reply.expect("taken").refused, []);
    }
    let count = (measured as u64 * BATCH) as f64;
    println!(
        "| entries in batches of {BATCH} after {before} batches: packed, sent, checked, durable and acknowledged, one client | {:.0} entries/s |",
        count / begun.elapsed().as_secs_f64()
    );
}

/// The same without a network: read, checked and stored in batches, and projected after each; of those that come
/// after the first `before`.
fn in_one_thread(folder: &std::path::Path, till: &Till, batches: &[RunBytes], before: usize) {
    let path = folder.join("one.db");
    let open = || Ledger::open(&path, &house::secrets(90), house::seeded(90)).expect("opens");
    let mut ledger = open();
    let (organisation, founding_hash, branch) = (till.organisation, till.founding_hash, till.branch);
    ledger.host(&Hosted { organisation, founding_hash, branch }, now(0)).expect("hosted");
    let store = |ledger: &mut Ledger, runs: &[RunBytes]| {
        let key = till.keys().signing_key();
        let read = |run: &RunBytes| Run::decode(&run.0).expect("a run").verified(&key).expect("signed");
        let stored = store_in_order(ledger, runs.iter().map(read).collect()).expect("stored");
        assert!(stored.iter().all(Result::is_ok), "{stored:?}");
    };
    store(&mut ledger, &till.runs_for(&StreamVector::default()));
    while !ledger.project_slice().expect("projected") {}
    let (batches_before, batches) = batches.split_at(before);
    for run in batches_before {
        store(&mut ledger, std::slice::from_ref(run));
        while !ledger.project_slice().expect("projected") {}
    }
    let last = ledger.book().last_record_no().expect("read");
    drop(ledger);
    let copy = folder.join("bare.db");
    std::fs::copy(&path, &copy).expect("copied");
    let mut ledger = open();
    let (mut storing, mut projecting) = (Duration::ZERO, Duration::ZERO);
    for run in batches {
        let begun = Instant::now();
        store(&mut ledger, std::slice::from_ref(run));
        storing += begun.elapsed();
        let begun = Instant::now();
        while !ledger.project_slice().expect("projected") {}
        projecting += begun.elapsed();
    }
    drop(ledger);
    let count = (batches.len() as u64 * BATCH) as f64;
    let bare = count / bare::written(&path, &copy, last).as_secs_f64();
    let stored = count / storing.as_secs_f64();
    println!(
        "| the same without a network: checked and durable | {stored:.0} entries/s, {:.2} of bare SQLCipher with {bare:.0} |",
        stored / bare
    );
    println!("| projected too | {:.0} entries/s |", count / (storing + projecting).as_secs_f64());
}
