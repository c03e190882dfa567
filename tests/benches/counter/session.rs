//! X and Z of a busy session, through the desk.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use desk::api::cash::{CloseSession, CountDrawer, TenderCount};
use desk::api::catalogue::FindProducts;
use desk::api::papers::PaperFile;
use desk::{Desk, Nothing};

use crate::shop::{basket_of_three, copy_folder, found, kept, new_id, open, open_drawer, pharmatill, sell};
use crate::table;

/// Sales of the session.
const SALES: usize = 5_000;
/// X reports that are asked for.
const X_REPORTS: usize = 100;
/// Closes, each of a copy of the same session.
const CLOSES: usize = 7;

/// Rings the session up once, and reports and closes copies of it.
pub fn measure() -> anyhow::Result<()> {
    let rung_up = tempfile::tempdir_in(kept()?)?;
    let sales = ring_up(rung_up.path())?;
    let (mut x, mut counts, mut closes) = (Vec::new(), Vec::new(), Vec::new());
    let (mut papers, mut journals) = (Vec::new(), Vec::new());
    for _ in 0..CLOSES {
        let data = tempfile::tempdir_in(kept()?)?;
        copy_folder(rung_up.path(), data.path())?;
        let desk = open(data.path())?;
        for _ in 0..X_REPORTS {
            let begun = Instant::now();
            desk.x_report(Nothing {})?;
            x.push(begun.elapsed());
        }
        let (count, close) = close(&desk)?;
        counts.push(count);
        closes.push(close);
        let z = desk.z_reports(Nothing {})?.into_iter().next().context("a Z")?;
        papers.push(paper(&desk, PaperFile { of: Some(z.entry_id), copy_id: Some(new_id()), ..pdf("z") })?);
        journals.push(paper(&desk, PaperFile { date: Some(z.business_date), ..pdf("day_journal") })?);
    }
    let how = format!("{SALES} sales of 3 lines through the desk, rung up back to back, on a new ledger");
    table::times(
        "a sale of 3 lines through the desk, new ledger",
        &sales,
        Duration::from_micros(1_200),
        &how,
    );
    let how = format!("{} reports, paper and all", x.len());
    table::times("X report of a session of 5,000 sales", &x, Duration::from_millis(20), &how);
    let count = table::text(table::percentile(&counts, 99));
    let how = format!("{CLOSES} copies of one session; the count before it took {count} at most");
    table::times("close of the same session with Z", &closes, Duration::from_millis(200), &how);
    let how = format!("{CLOSES} of them, each counted as a copy, with its code");
    table::times("that Z as PDF", &papers, Duration::from_millis(300), &how);
    let how = format!("{CLOSES} of them, with all {SALES} receipts");
    table::times("journal of that day as PDF", &journals, Duration::from_secs(3), &how);
    Ok(())
}

fn pdf(what: &str) -> PaperFile {
    PaperFile {
        what: what.to_owned(),
        of: None,
        date: None,
        month: None,
        copy_id: None,
        form: "pdf".to_owned(),
    }
}

/// What it takes to make a paper.
fn paper(desk: &Desk, asked: PaperFile) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    let made = desk.paper_file(asked)?;
    let time = begun.elapsed();
    anyhow::ensure!(made.base64.starts_with("JVBERi0"), "{} is no PDF", made.name);
    Ok(time)
}

fn ring_up(data: &Path) -> anyhow::Result<Vec<Duration>> {
    found(data)?;
    let own = data.join("own.csv");
    let rows: String = (0..90).map(|no| format!("{no}00{no},Pack {no},4.{no:02}\n")).collect();
    std::fs::write(&own, format!("code,name,price\n{rows}"))?;
    pharmatill(data, &["catalogue", "import", own.to_str().context("a path in UTF-8")?])?;
    let desk = open(data)?;
    open_drawer(&desk)?;
    let found = desk.find_products(FindProducts { text: "pack".to_owned(), limit: 90 })?;
    let product_ids: Vec<String> = found.rows.into_iter().map(|row| row.product_id).collect();
    let mut times = Vec::with_capacity(SALES);
    for sale in 0..SALES {
        let asked = basket_of_three(&desk, &product_ids, sale)?;
        let begun = Instant::now();
        sell(&desk, asked)?;
        times.push(begun.elapsed());
    }
    Ok(times)
}

/// Counts what should be there, and closes; what each of them took.
fn close(desk: &Desk) -> anyhow::Result<(Duration, Duration)> {
    let till = desk.status(Nothing {})?.till.context("a founded till")?;
    let expected = desk.x_report(Nothing {})?.expected_cash_minor.context("the owner sees it")?;
    let denominations = till::pieces::pieces_of(expected, till.notes.iter().chain(&till.coins))
        .context("the cash cannot be made up")?;
    let other = vec![TenderCount { kind: "card".to_owned(), counted_minor: 0 }];
    let begun = Instant::now();
    let counted =
        desk.count_drawer(CountDrawer { entry_id: new_id(), denominations, other, recount_reason: None })?;
    let count = begun.elapsed();
    let next_float = counted.count.context("a count")?.proposed_float;
    let begun = Instant::now();
    let z = desk.close_session(CloseSession {
        entry_id: new_id(),
        reason: None,
        note: None,
        next_float,
        seen_expected_minor: expected,
        on_its_way_reason: None,
    })?;
    let close = begun.elapsed();
    anyhow::ensure!(z.sale_count as usize == SALES, "{} sales on the Z", z.sale_count);
    Ok((count, close))
}
