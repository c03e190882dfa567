//! How fast tills that were apart have each other's sales: a week is caught up with while somebody sells, and
//! an empty server is filled again. The server is a process of its own; it and all tills share this computer.
//!
//! `cargo bench --workspace --bench branch -- [--week N] [--products N] [--history N] [--tills N] [--entries N]`

#[path = "../../tests/branch/acts.rs"]
#[allow(dead_code)]
mod acts;
#[path = "../counter/names.rs"]
mod names;
mod new_till;
mod slow_line;

use std::collections::HashSet;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use acts::{Chance, PRODUCTS};
use anyhow::Context;
use desk::Desk;
use desk::api::setup::SignIn;
use ledger::Ledger;
use serde_json::{Value, json};
use tests::window::program;

struct Server {
    child: Child,
    url: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn server_command(data: &Path) -> anyhow::Result<Command> {
    let mut command = Command::new(program("pharmatill-server")?);
    command.arg("--data").arg(data).arg("--json").env("PHARMATILL_PASSPHRASE", "korrekt pferd batterie");
    Ok(command)
}

fn start_server(data: &Path, listen: &str) -> anyhow::Result<Server> {
    let mut command = server_command(data)?;
    let mut child =
        command.args(["--listen", listen]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let mut line = String::new();
    if let Some(out) = child.stdout.take() {
        BufReader::new(out).read_line(&mut line)?;
    }
    let said: Value = serde_json::from_str(&line)?;
    Ok(Server { child, url: said["url"].as_str().unwrap_or_default().to_owned() })
}

fn run(command: &mut Command) -> anyhow::Result<Value> {
    let output = command.stderr(Stdio::null()).output()?;
    anyhow::ensure!(output.status.success(), "{command:?} failed");
    let said = String::from_utf8_lossy(&output.stdout);
    Ok(serde_json::from_str(said.lines().last().unwrap_or("null"))?)
}

fn pharmatill(dir: &Path) -> anyhow::Result<Command> {
    let mut command = Command::new(program("pharmatill")?);
    command.arg("--data").arg(dir).arg("--json");
    Ok(command)
}

/// A branch whose tills belong to a server.
struct Branch {
    folder: tempfile::TempDir,
    server: Option<Server>,
    listen: String,
}

impl Branch {
    fn found(folder: tempfile::TempDir, tills: usize) -> anyhow::Result<Self> {
        let server = start_server(&folder.path().join("server"), "127.0.0.1:0")?;
        let listen = server.url.trim_start_matches("http://").to_owned();
        let branch = Self { folder, server: Some(server), listen };
        let first = branch.till(0);
        let found = ["init", "--name", "Apotheke am Markt", "--country", "DE", "--staff", "Anna:owner"];
        run(pharmatill(&first)?.args(found))?;
        let list = branch.folder.path().join("list.csv");
        let rows: String = PRODUCTS
            .iter()
            .map(|(code, name, price)| {
                format!("{code},{name},1 pack,{}.{:02},standard\n", price / 100, price % 100)
            })
            .collect();
        std::fs::write(&list, format!("code,name,pack,price,tax\n{rows}"))?;
        run(pharmatill(&first)?.args(["catalogue", "import"]).arg(&list))?;
        for no in 0..tills {
            let dir = branch.till(no);
            if no > 0 {
                let file = branch.folder.path().join(format!("invitation-{no}"));
                let told = run(pharmatill(&first)?.arg("invite").arg(&file))?;
                let code = told["code"].as_str().unwrap_or_default();
                run(pharmatill(&dir)?.args(["init", "--join"]).arg(&file).args(["--code", code]))?;
            }
            let code = run(server_command(&branch.folder.path().join("server"))?.arg("code"))?;
            let code = code["code"].as_str().unwrap_or_default().to_owned();
            let url = format!("http://{}", branch.listen);
            run(pharmatill(&dir)?.args(["connect", &url, &code]))?;
        }
        Ok(branch)
    }

    fn till(&self, no: usize) -> PathBuf {
        self.folder.path().join(format!("till-{no}"))
    }

    fn seed(&self, no: usize, sales: u64) -> anyhow::Result<()> {
        run(pharmatill(&self.till(no))?.args(["bench-seed", &sales.to_string()])).map(drop)
    }

    fn open(&self, no: usize) -> anyhow::Result<Arc<Desk>> {
        loop {
            match till::open(&self.till(no)) {
                // What ran in the background of the desk before lets go of the file in a moment.
                Err(fault) if fault.code == "ledger_in_use" => std::thread::sleep(Duration::from_millis(5)),
                opened => return opened.map_err(|fault| anyhow::anyhow!(fault.code)),
            }
        }
    }

    /// Lets a till give the server all that it has.
    fn gives(&self, no: usize) -> anyhow::Result<Duration> {
        let begun = Instant::now();
        let desk = self.open(no)?;
        wait(|| is_acknowledged(&desk))?;
        Ok(begun.elapsed())
    }
}

fn is_acknowledged(desk: &Desk) -> anyhow::Result<bool> {
    let status = desk.call("status", json!({})).map_err(|fault| anyhow::anyhow!(fault.code))?;
    Ok(status["sync"]["isConnected"] == true && status["sync"]["unsentCount"] == 0)
}

fn wait(mut is_so: impl FnMut() -> anyhow::Result<bool>) -> anyhow::Result<()> {
    let begun = Instant::now();
    while !is_so()? {
        anyhow::ensure!(begun.elapsed() < Duration::from_secs(300), "it does not come");
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}

fn record_count(desk: &Desk) -> anyhow::Result<i64> {
    desk.ask_book(|book| book.last_record_no()).map_err(|fault| anyhow::anyhow!(fault.code))
}

/// A till of a branch catches up with a week of another's sales, alone and while somebody sells on it.
fn catch_up(sales: u64) -> anyhow::Result<()> {
    let branch = Branch::found(tempfile::tempdir()?, 2)?;
    for is_selling in [false, true] {
        branch.seed(0, sales)?;
        let gave = branch.gives(0)?;
        eprintln!("{sales} sales given to the server in {:.2} s", gave.as_secs_f64());
        let begun = Instant::now();
        let desk = branch.open(1)?;
        let here = record_count(&desk)?;
        let wanted = here + i64::try_from(sales)?;
        if is_selling {
            sell_until(&desk, "meanwhile", || Ok(record_count(&desk)? >= wanted))?;
        } else {
            wait(|| Ok(record_count(&desk)? >= wanted))?;
            let took = begun.elapsed().as_secs_f64();
            println!(
                "| catch-up of a till, {sales} sales, projected, nobody sells (its start included) | {took:.2} s | | 2.5 s | {} | real server process, loopback, same 2 cores |",
                if took <= 2.5 { "yes" } else { "no" }
            );
        }
    }
    Ok(())
}

/// The owner acts at a desk.
pub fn owner_acts(desk: &Desk) -> anyhow::Result<()> {
    let staff = desk.staff(desk::Nothing {})?;
    let owner = staff.into_iter().next().context("nobody works here")?;
    Ok(desk.act_as(Some(SignIn { staff_id: owner.staff_id, secret: String::new(), new_secret: None }))?)
}

/// Sells at a till until something is there, and says how long the sales took.
fn sell_until(desk: &Desk, when: &str, is_there: impl Fn() -> anyhow::Result<bool>) -> anyhow::Result<()> {
    let call = |name: &str, args: &Value| desk.call(name, args.clone()).map_err(|fault| fault.code);
    let mut chance = Chance(7);
    let mut times = Vec::new();
    owner_acts(desk)?;
    acts::open(&call, &mut chance);
    while times.is_empty() || !is_there()? {
        times.push(timed_sale(&call, &mut chance));
        std::thread::sleep(Duration::from_millis(5));
    }
    times.sort_by(f64::total_cmp);
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
    println!(
        "| a sale {when} ({} sales; the commit of the sale) | {:.1} ms | {:.1} ms | p99 20 ms | {} | the same till sells all the time |",
        times.len(),
        at(0.5),
        at(0.99),
        if at(0.99) <= 20.0 { "yes" } else { "no" }
    );
    Ok(())
}

/// A till sells while the catalogue that another one has imported comes in.
fn import_arrives(products: usize) -> anyhow::Result<()> {
    let branch = Branch::found(tempfile::tempdir()?, 2)?;
    branch.gives(1)?;
    new_till::import(&branch, products)?;
    branch.gives(0)?;
    let failed = |fault: desk::Fault| anyhow::anyhow!(fault.code);
    let from = branch.open(0)?;
    let heads = from.ask_book(|book| book.own_heads()).map_err(failed)?;
    drop(from);
    let desk = branch.open(1)?;
    sell_until(&desk, "while another till's import arrives", || {
        let are_here = |book: &ledger::Book<'_>| {
            heads.iter().try_fold(true, |are_here, head| Ok(are_here && book.has_record(head)?))
        };
        desk.ask_book(are_here).map_err(failed)
    })
}

/// A price that another till has changed comes in, one after the other, durable and in the search index.
fn remote_prices(folder: tempfile::TempDir, count: usize, how: &str) -> anyhow::Result<()> {
    let mut branch = Branch::found(folder, 2)?;
    branch.server = None;
    let (from, to) = (branch.open(0)?, branch.open(1)?);
    let call = |name: &str, args: &Value| from.call(name, args.clone()).map_err(|fault| fault.code);
    owner_acts(&from)?;
    let failed = |fault: desk::Fault| anyhow::anyhow!(fault.code);
    let mut chance = Chance(11);
    let mut times = Vec::new();
    for _ in 0..count {
        acts::price(&call, &mut chance);
        let there = to.ask_book(|book| book.stream_vector()).map_err(failed)?;
        let runs = from.ask_book(|book| {
            let lacking = book.stream_vector()?.lacking_there(&there);
            let runs = lacking.iter().map(|lacking| {
                let key = book.signing_key(lacking.head.stream)?;
                Ok((book.run_for(lacking)?, key))
            });
            runs.collect::<Result<Vec<_>, ledger::Error>>()
        });
        let verified: Vec<_> =
            runs.map_err(failed)?.into_iter().filter_map(|(run, key)| run?.verified(&key?).ok()).collect();
        let begun = Instant::now();
        to.merge(&verified).map_err(failed)?;
        times.push(begun.elapsed().as_secs_f64() * 1_000.0);
    }
    times.remove(0);
    times.sort_by(f64::total_cmp);
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
    println!(
        "| one remote price change, merged ({} times) | {:.2} ms | {:.2} ms | p99 1 ms | {} | two tills without a network, {how} |",
        times.len(),
        at(0.5),
        at(0.99),
        if at(0.99) <= 1.0 { "yes" } else { "no" }
    );
    Ok(())
}

/// How long the commit of a sale takes, in milliseconds.
fn timed_sale(call: acts::Call<'_>, chance: &mut Chance) -> f64 {
    for _ in 0..3 {
        let (code, ..) = PRODUCTS[chance.pick(3)];
        call("scan", &json!({ "code": code, "askId": chance.id() })).expect("a pack");
    }
    let basket = call("basket", &json!({})).expect("a basket");
    let total = basket["totalMinor"].clone();
    let tender = json!({ "kind": "card", "amountMinor": total, "reference": null, "customerId": null });
    let sale = json!({ "saleId": basket["saleId"], "tenders": [tender], "seenTotalMinor": total });
    let begun = Instant::now();
    call("complete_sale", &sale).expect("sold");
    begun.elapsed().as_secs_f64() * 1_000.0
}

/// Tills that the server has told of each other, and which then sold so much each and had it from each other.
/// What they had from others is not in their figures, which nobody asks for here: that would take an hour.
fn who_have_all(tills: usize, each: u64) -> anyhow::Result<Branch> {
    let mut branch = Branch::found(tempfile::tempdir()?, tills)?;
    let failed = |fault: desk::Fault| anyhow::anyhow!(fault.code);
    let desks = (0..tills).map(|no| branch.open(no)).collect::<anyhow::Result<Vec<_>>>()?;
    wait(|| {
        let digest = |desk: &Arc<Desk>| desk.ask_book(|book| Ok(book.stream_vector()?.digest()));
        let digests = desks.iter().map(digest).collect::<Result<HashSet<_>, _>>().map_err(failed)?;
        Ok(digests.len() == 1)
    })?;
    drop(desks);
    branch.server = None;
    for no in 0..tills {
        branch.seed(no, each)?;
    }
    let open = |no| -> anyhow::Result<Ledger> {
        let secrets = till::keys::read(&branch.till(no).join("till.keys")).map_err(failed)?;
        let secrets = secrets.ok_or_else(|| anyhow::anyhow!("a till has no keys"))?;
        Ok(Ledger::open(
            &branch.till(no).join("ledger.db"),
            &secrets,
            Arc::new(|bytes: &mut [u8]| bytes.fill(7)),
        )?)
    };
    let mut ledgers = (0..tills).map(open).collect::<anyhow::Result<Vec<_>>>()?;
    let lasts: Vec<i64> =
        ledgers.iter().map(|ledger| ledger.book().last_record_no()).collect::<Result<_, _>>()?;
    for (from, last) in lasts.into_iter().enumerate() {
        let mut after = 0;
        while after < last {
            let book = ledgers[from].book();
            let (runs, up_to) = book.runs_after(after, 4 << 20, None)?;
            let mut verified = Vec::new();
            for run in runs {
                let key = book.signing_key(run.after.stream)?;
                verified.extend(key.and_then(|key| run.verified(&key).ok()));
            }
            after = up_to;
            let others = ledgers.iter_mut().enumerate().filter(|(no, _)| *no != from);
            for (_, other) in others {
                other.store(&verified)?;
            }
        }
    }
    Ok(branch)
}

/// A server that lost everything but its recovery file is filled again by its tills.
fn refill(tills: usize, entries: u64) -> anyhow::Result<()> {
    let each = entries / tills as u64;
    let mut branch = who_have_all(tills, each)?;
    let (old, new) = (branch.folder.path().join("server"), branch.folder.path().join("server-again"));
    run(server_command(&new)?.arg("recover").arg(old.join("server.recovery"))).or_else(|error| {
        // It says nothing as JSON where it is done.
        if new.join("server.keys").exists() { Ok(Value::Null) } else { Err(error) }
    })?;
    branch.server = Some(start_server(&new, &branch.listen)?);
    let begun = Instant::now();
    let desks = (0..tills).map(|no| branch.open(no)).collect::<anyhow::Result<Vec<_>>>()?;
    for desk in &desks {
        wait(|| is_acknowledged(desk))?;
    }
    let took = begun.elapsed().as_secs_f64();
    println!(
        "| an empty server, {} sales of {tills} tills, acknowledged | {took:.1} s | | 60 s | {} | nobody does anything; the tills have each other's sales, and are on the same 2 cores |",
        each * tills as u64,
        if took <= 60.0 { "yes" } else { "no" }
    );
    Ok(())
}

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str, usual: u64| -> anyhow::Result<u64> {
        let at = arguments.iter().position(|word| word == name);
        Ok(at.and_then(|at| arguments.get(at + 1)).map(|text| text.parse()).transpose()?.unwrap_or(usual))
    };
    println!("| what | median | p99 | bar | held | how |\n|---|---|---|---|---|---|");
    remote_prices(tempfile::tempdir()?, 500, "and brought to the disk")?;
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        remote_prices(tempfile::tempdir_in(memory)?, 500, "the file in memory")?;
    }
    catch_up(value("--week", 14_000)?)?;
    import_arrives(usize::try_from(value("--products", 20_000)?)?)?;
    new_till::first_sale(value("--history", 400_000)?)?;
    let tills = usize::try_from(value("--tills", 20)?)?;
    if tills > 0 {
        refill(tills, value("--entries", 200_000)?)?;
    }
    Ok(())
}
