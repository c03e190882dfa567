//! How long the real catalogue takes to come in, and what that does to who sells meanwhile.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use desk::Nothing;
use desk::api::catalogue::ImportCatalogue;
use tests::window::repository;

use crate::shop::{basket_of_three, found, open, open_drawer, pharmatill, product_ids, sell, stock};
use crate::table;

/// How often each import is done, each time into a new ledger.
const RUNS: usize = 5;

/// The newer one of the two releases.
const NEXT: &str = "CIS_CIP_bdpm.2026-07-07.txt.zst";

const IMPORT: &str = "import of the real catalogue, 20,900 packs";
const NEXT_IMPORT: &str = "import of its next release";
const MEANWHILE: &str = "a sale of 3 lines while the catalogue is imported";

/// Measures all three, where the French medicines database lies beside the repository.
pub fn measure() -> anyhow::Result<()> {
    let published = repository().join("../shared/data/catalogue-fr-bdpm");
    if !published.exists() {
        for what in [IMPORT, NEXT_IMPORT, MEANWHILE] {
            table::nothing(what, "the French medicines database is not there");
        }
        return Ok(());
    }
    let first = tempfile::tempdir()?;
    for entry in std::fs::read_dir(&published)? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name != NEXT) {
            std::fs::copy(&path, first.path().join(path.file_name().context("a file")?))?;
        }
    }
    let (mut new, mut next) = (Vec::new(), Vec::new());
    for run in 1..=RUNS {
        let data = tempfile::tempdir_in(crate::shop::kept()?)?;
        found(data.path())?;
        new.push(import(data.path(), first.path())?);
        next.push(import(data.path(), &published)?);
        eprintln!("import {run}: {} and {}", table::text(new[run - 1]), table::text(next[run - 1]));
    }
    let how =
        format!("{RUNS} runs of `pharmatill catalogue import`, process and all, each into a new ledger");
    table::times(IMPORT, &new, Duration::from_secs(5), &how);
    table::times(NEXT_IMPORT, &next, Duration::from_secs(3), "the same ledgers");
    let mut sales = Vec::new();
    for run in 1..=RUNS {
        let times = sales_meanwhile(first.path())?;
        let worst = times.iter().max().copied().unwrap_or_default();
        eprintln!("import {run}: {} sales, worst {}", times.len(), table::text(worst));
        sales.extend(times);
    }
    let worst = sales.iter().max().copied().unwrap_or_default();
    let how = format!("{} sales back to back in {RUNS} imports; worst {}", sales.len(), table::text(worst));
    table::times(MEANWHILE, &sales, Duration::from_millis(20), &how);
    Ok(())
}

fn import(data: &Path, release: &Path) -> anyhow::Result<Duration> {
    let release = release.to_str().context("a path in UTF-8")?;
    let begun = Instant::now();
    pharmatill(data, &["catalogue", "import", release])?;
    Ok(begun.elapsed())
}

/// Sells for as long as an import into a new ledger runs; what each sale took.
fn sales_meanwhile(release: &Path) -> anyhow::Result<Vec<Duration>> {
    let data = tempfile::tempdir_in(crate::shop::kept()?)?;
    found(data.path())?;
    stock(data.path())?;
    let desk = open(data.path())?;
    open_drawer(&desk)?;
    let product_ids = product_ids(&desk)?;
    let path = release.to_str().context("a path in UTF-8")?.to_owned();
    let job = desk.import_catalogue(ImportCatalogue { path, dry_run: false })?;
    let mut times = Vec::new();
    loop {
        let asked = basket_of_three(&desk, &product_ids, times.len())?;
        let begun = Instant::now();
        sell(&desk, asked)?;
        times.push(begun.elapsed());
        let jobs = desk.status(Nothing {})?.jobs;
        let state = jobs.into_iter().find(|other| other.job_no == job.job_no).map(|job| job.state);
        match state.as_deref() {
            Some("running") => {}
            Some("done") => return Ok(times),
            state => anyhow::bail!("the import ended as {state:?}"),
        }
    }
}
