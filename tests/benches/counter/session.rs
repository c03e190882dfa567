//! X and Z of a busy session, through the desk.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use desk::api::papers::{PaperFile, PaperOf};
use desk::{Desk, Nothing};
use serde_json::json;

use crate::shop::{
    close_on, copy_folder, counted, found, kept, new_id, open, open_drawer, product_ids, sell_many, stock,
};
use crate::table;

/// Sales of the session.
const SALES: usize = 5_000;
/// Sales of the session that is the baseline.
const FEW: usize = 10;
/// Closes, each of a copy of the same session.
const CLOSES: usize = 40;
/// X reports that are asked for before each of the first closes, and journals after them.
const X_REPORTS: usize = 100;
const JOURNALS: usize = 7;

/// What a close of a copy of a session took, and what belongs to it.
#[derive(Default)]
struct Times {
    counts: Vec<Duration>,
    closes: Vec<Duration>,
    papers: Vec<Duration>,
    lookups: Vec<Duration>,
    reports: Vec<Duration>,
    journals: Vec<Duration>,
}

/// Rings the session up once, and reports and closes copies of it.
pub fn measure() -> anyhow::Result<()> {
    let (few, many) = (tempfile::tempdir_in(kept()?)?, tempfile::tempdir_in(kept()?)?);
    ring_up(few.path(), FEW)?;
    let sales = ring_up(many.path(), SALES)?;
    let (mut of_few, mut of_many) = (Times::default(), Times::default());
    for run in 0..CLOSES {
        close_copy(few.path(), FEW, run < JOURNALS, &mut of_few)?;
        close_copy(many.path(), SALES, run < JOURNALS, &mut of_many)?;
    }
    let how = format!("{SALES} sales of 3 lines through the desk, rung up back to back, on a new ledger");
    table::times(
        "a sale of 3 lines through the desk, new ledger",
        &sales,
        Duration::from_micros(1_200),
        &how,
    );
    let how = format!("{} reports, paper and all", of_many.reports.len());
    let row = |what, of: fn(&Times) -> &Vec<Duration>, bar_ms, how: &str| {
        table::beside(what, of(&of_many), of(&of_few), Duration::from_millis(bar_ms), how);
    };
    row("X report of a session of 5,000 sales", |times| &times.reports, 20, &how);
    let count = table::text(table::percentile(&of_many.counts, 99));
    let how = format!(
        "{CLOSES} copies of one session, the answer with its paper in it; the count before it took {count} at most"
    );
    row("close of the same session with Z", |times| &times.closes, 200, &how);
    let how = format!("{CLOSES} of them, looked at again");
    row("that Z on the screen", |times| &times.lookups, 50, &how);
    let how = format!("{CLOSES} of them, each counted as a copy, with its code");
    row("that Z as PDF", |times| &times.papers, 300, &how);
    let how = format!("{JOURNALS} of them, with all {SALES} receipts");
    row("journal of that day as PDF", |times| &times.journals, 3_000, &how);
    Ok(())
}

/// Counts and closes a copy of a session, and makes its papers.
fn close_copy(rung_up: &Path, sales: usize, with_reports: bool, times: &mut Times) -> anyhow::Result<()> {
    let data = tempfile::tempdir_in(kept()?)?;
    copy_folder(rung_up, data.path())?;
    let desk = open(data.path())?;
    for _ in 0..if with_reports { X_REPORTS } else { 0 } {
        let begun = Instant::now();
        desk.x_report(Nothing {})?;
        times.reports.push(begun.elapsed());
    }
    let asked = counted(&desk, 0)?;
    let begun = Instant::now();
    let counted = desk.count_drawer(asked)?;
    times.counts.push(begun.elapsed());
    let asked = serde_json::to_value(close_on(&counted.count.context("a count")?)?)?;
    let begun = Instant::now();
    let z = desk.call("close_session", asked)?;
    times.closes.push(begun.elapsed());
    anyhow::ensure!(z["saleCount"] == sales, "{} sales on the Z", z["saleCount"]);
    let z = desk.z_reports(Nothing {})?.into_iter().next().context("a Z")?;
    let begun = Instant::now();
    desk.call("z_report", json!({ "entryId": z.entry_id }))?;
    times.lookups.push(begun.elapsed());
    let of = PaperOf { of: Some(z.entry_id), ..named("z") };
    times.papers.push(paper(&desk, of)?);
    if with_reports {
        let of = PaperOf { date: Some(z.business_date), ..named("day_journal") };
        times.journals.push(paper(&desk, of)?);
    }
    Ok(())
}

fn named(what: &str) -> PaperOf {
    PaperOf { what: what.to_owned(), of: None, date: None, month: None }
}

/// What it takes to make a paper.
fn paper(desk: &Desk, paper: PaperOf) -> anyhow::Result<Duration> {
    let asked = PaperFile { paper, copy_id: Some(new_id()), form: "pdf".to_owned() };
    let begun = Instant::now();
    let made = desk.paper_file(asked)?;
    let time = begun.elapsed();
    anyhow::ensure!(made.base64.starts_with("JVBERi0"), "{} is no PDF", made.name);
    Ok(time)
}

fn ring_up(data: &Path, sales: usize) -> anyhow::Result<Vec<Duration>> {
    found(data)?;
    stock(data)?;
    let desk = open(data)?;
    open_drawer(&desk)?;
    sell_many(&desk, &product_ids(&desk)?, sales)
}
