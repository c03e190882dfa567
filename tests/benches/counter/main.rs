//! How fast and how large the till is for whoever stands at the counter: import, X and Z, the drawers of a branch,
//! why one is over or short, the receipt on its way to the printer, search, and the real window. The rows of the ledger alone are in
//! `crates/ledger/benches/speed.rs`.
//!
//! `cargo bench --workspace --bench counter -- [--sales N] [--only WHAT]`, where WHAT is some of
//! `causes,drawers,paper,people,import,session,search,start,window`.
//!
//! It drives the programs of the same profile, so they are built first: `./dev bench` does both. Rows go to
//! the output, everything else to the error output. Times are reported, never asserted.

mod branch;
mod causes;
mod drawers;
mod import;
mod memory;
mod names;
mod paper;
mod people;
mod search;
mod session;
mod shop;
mod start;
mod table;
mod window;

use names::Names;

/// Sales of the full till, unless the command says otherwise.
const SALES: u64 = 100_000;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str| {
        arguments.iter().position(|word| word == name).and_then(|at| arguments.get(at + 1)).cloned()
    };
    let sales: u64 = value("--sales").map_or(Ok(SALES), |text| text.parse())?;
    let only = value("--only");
    let wanted = |what: &str| only.as_ref().is_none_or(|only| only.split(',').any(|one| one == what));
    let names = Names::new();
    if wanted("causes") {
        causes::measure()?;
    }
    if wanted("drawers") {
        drawers::measure()?;
    }
    if wanted("paper") {
        paper::measure()?;
    }
    if wanted("search") {
        search::measure(&names);
    }
    if wanted("people") {
        people::measure()?;
    }
    if wanted("import") {
        import::measure()?;
    }
    if wanted("session") {
        session::measure()?;
    }
    if wanted("start") || wanted("window") {
        let till = shop::full(sales, &names)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        if wanted("start") {
            runtime.block_on(start::measure(till.path(), sales, &names))?;
        }
        if wanted("window") {
            runtime.block_on(window::measure(till.path(), &names))?;
        }
    }
    Ok(())
}
