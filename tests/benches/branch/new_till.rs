//! A new till over a slow line, in a branch that is three years old; and what its sales take on the line.

use std::time::{Duration, Instant};

use desk::Desk;
use replica::packed::Packing;
use replica::session::DataIncarnation;
use replica::sync::{RunBytes, SyncRequest};
use serde_json::{Value, json};

use crate::names::Names;
use crate::slow_line::SlowLine;
use crate::{Branch, acts, owner_acts, pharmatill, run};

/// Products of the catalogue.
const PRODUCTS: usize = 20_000;
/// What the line carries in a second.
const BITS_PER_SECOND: u64 = 5_000_000;

/// The first till of a branch imports a catalogue.
pub fn import(branch: &Branch, products: usize) -> anyhow::Result<()> {
    let list = branch.folder.path().join("catalogue.csv");
    let csv = Names::new().csv().replace(";intermediate;", ";reduced;");
    std::fs::write(&list, csv.split_inclusive('\n').take(1 + products).collect::<String>())?;
    run(pharmatill(&branch.till(0))?.args(["catalogue", "import"]).arg(&list)).map(drop)
}

/// From a till's code to its first sale, with so many sales and 20,000 products in the branch.
pub fn first_sale(sales: u64) -> anyhow::Result<()> {
    let branch = Branch::found(tempfile::tempdir()?, 1)?;
    import(&branch, PRODUCTS)?;
    branch.seed(0, sales)?;
    let gave = branch.gives(0)?;
    eprintln!("{sales} sales given to the server in {:.1} s", gave.as_secs_f64());
    let first = branch.open(0)?;
    in_batches(&first)?;
    owner_acts(&first)?;
    let invited = first.call("invite_by_server", json!({})).map_err(|fault| anyhow::anyhow!(fault.code))?;
    let code = invited["code"].as_str().unwrap_or_default();
    let line = SlowLine::to(branch.listen.clone(), BITS_PER_SECOND)?;

    let begun = Instant::now();
    let url = format!("http://{}", line.address);
    run(pharmatill(&branch.till(1))?.args(["init", "--server", &url, "--code", code]))?;
    let joined = begun.elapsed();
    let desk = branch.open(1)?;
    let call = |name: &str, args: &Value| desk.call(name, args.clone()).map_err(|fault| fault.code);
    owner_acts(&desk)?;
    acts::open(&call, &mut acts::Chance(5));
    acts::sell(&call, &mut acts::Chance(6));
    let (took, carried) = (begun.elapsed(), line.carried());
    let is_held = took <= Duration::from_secs(60) && carried <= 20_000_000;
    println!(
        "| a new till, from code to first sale, {sales} sales and {PRODUCTS} products in the branch, 5 Mbit/s | {:.1} s, {:.1} MB | | 60 s, 20 MB | {} | joined after {:.1} s; history comes behind; bytes of both directions with HTTP headers |",
        took.as_secs_f64(),
        carried as f64 / 1e6,
        if is_held { "yes" } else { "no" },
        joined.as_secs_f64()
    );
    Ok(())
}

/// What a sale of three lines takes on the line where many go together, against its bare body.
fn in_batches(desk: &Desk) -> anyhow::Result<()> {
    let secrets = desk.secrets();
    for count in [20_u32, 200, 1_000] {
        let (runs, house) = desk
            .ask_book(|book| {
                let after = book.last_record_no()? - i64::from(count);
                Ok((book.runs_after(after, usize::MAX, None)?.0, book.branch()?))
            })
            .map_err(|fault| anyhow::anyhow!(fault.code))?;
        let house = house.ok_or_else(|| anyhow::anyhow!("the till is not founded"))?;
        let bodies: Vec<u8> =
            runs.iter().flat_map(|run| &run.records).flat_map(|record| record.body.clone()).collect();
        // At the level at which the messages of this size are packed.
        let bare = zstd::bulk::compress(&bodies, if bodies.len() <= 64 << 10 { 9 } else { 5 })?.len();
        let runs = runs.iter().map(|run| RunBytes(run.encode())).collect();
        let message = SyncRequest { runs, ..SyncRequest::default() }.encode();
        let packing =
            Packing::new(DataIncarnation([1; 8]), house.branch, secrets.device, secrets.incarnation);
        let packed = packing.pack(&message)?.len();
        let times = packed as f64 / bare as f64;
        println!(
            "| bytes on the line for each sale of three lines, {count} together | {:.0} B | | 1.25 x the bare bodies in zstd | {} | {times:.2} x {:.0} B; among 20,000 products, a Z or two among them |",
            packed as f64 / f64::from(count),
            if times <= 1.25 { "yes" } else { "no" },
            bare as f64 / f64::from(count)
        );
    }
    Ok(())
}
