//! Tills to measure on: new ones, and one as full as after years, which is made once and then copied.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use desk::api::basket::{AddProduct, CompleteSale, SaleDone, TenderInput};
use desk::api::cash::{CloseSession, CountDrawer, CountedView, DenominationCount, OpenSession, TenderCount};
use desk::api::catalogue::FindProducts;
use desk::api::drawers::DrawerName;
use desk::api::setup::SignIn;
use desk::{Desk, Nothing};
use tests::window::{OWNER_PIN, program, repository};

use crate::names::Names;

/// What the files of a full till depend on: where one of these changed, it is made anew.
const SHAPES_A_TILL: [&str; 4] = [
    "migrations/0001_ground.sql",
    "migrations/projection.sql",
    "crates/ledger/src/projection.rs",
    "tests/benches/counter/names.rs",
];

/// Runs `pharmatill` on the till in `data`; it must succeed.
pub fn pharmatill(data: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    let mut command = Command::new(program("pharmatill")?);
    command.env("PHARMATILL_PIN", OWNER_PIN);
    let output = command.arg("--data").arg(data).args(arguments).stdin(Stdio::null()).output()?;
    if !output.status.success() {
        bail!("pharmatill {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

/// A new pharmacy in an empty folder.
pub fn found(data: &Path) -> anyhow::Result<()> {
    let who = ["--country", "FR", "--staff", "Claire Martin:owner"];
    pharmatill(data, &[&["init", "--name", "Pharmacie du March\u{e9}"][..], &who].concat())
}

/// The folder in which this bench keeps what it needs again.
pub fn kept() -> anyhow::Result<PathBuf> {
    let me = std::env::current_exe()?;
    let folder = me.ancestors().nth(3).context("a bench stands in target/<profile>/deps")?.join("bench");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// A copy, to work on, of a till with 100,000 products and so many sales, its drawer open.
pub fn full(sales: u64, names: &Names) -> anyhow::Result<tempfile::TempDir> {
    let folder = kept()?;
    let stamp = stamp()?;
    let seeded = folder.join(format!("till-{sales}"));
    if std::fs::read_to_string(seeded.join("stamp")).ok().as_ref() != Some(&stamp) {
        eprintln!("making a till with 100,000 products and {sales} sales in {}", seeded.display());
        let _ = std::fs::remove_dir_all(&seeded);
        let new = tempfile::tempdir_in(&folder)?;
        let list = new.path().join("list.csv");
        std::fs::write(&list, names.csv())?;
        found(new.path())?;
        pharmatill(new.path(), &["catalogue", "import", list.to_str().context("a path in UTF-8")?])?;
        pharmatill(new.path(), &["bench-seed", &sales.to_string()])?;
        std::fs::remove_file(list)?;
        std::fs::write(new.path().join("stamp"), stamp)?;
        std::fs::rename(new.keep(), &seeded)?;
    }
    let copy = tempfile::tempdir_in(&folder)?;
    copy_folder(&seeded, copy.path())?;
    open_drawer(&*open(copy.path())?)?;
    Ok(copy)
}

fn stamp() -> anyhow::Result<String> {
    let mut all = blake3::Hasher::new();
    for path in SHAPES_A_TILL {
        all.update(&std::fs::read(repository().join(path)).context(path)?);
    }
    Ok(all.finalize().to_hex().to_string())
}

/// Copies the files of a folder.
pub fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// Opens the till in this process, with its owner on duty.
pub fn open(data: &Path) -> anyhow::Result<Arc<Desk>> {
    let desk = till::home::open_once(data)?;
    let staff = desk.staff(Nothing {})?;
    let owner =
        staff.into_iter().find(|person| person.role == "owner").context("nobody owns the pharmacy")?;
    desk.act_as(Some(SignIn { staff_id: owner.staff_id, secret: OWNER_PIN.to_owned(), new_secret: None }))?;
    Ok(desk)
}

/// Opens the drawer with 200.00.
pub fn open_drawer(desk: &Desk) -> anyhow::Result<()> {
    let denominations = vec![DenominationCount { value_minor: 2_000, count: 10 }];
    open_named(desk, None, denominations)
}

/// Opens a drawer with a float: the one of this till, or the one of this letter.
pub fn open_named(
    desk: &Desk,
    letter: Option<&str>,
    denominations: Vec<DenominationCount>,
) -> anyhow::Result<()> {
    let drawer = letter.map(|letter| DrawerName { till_no: None, letter: Some(letter.to_owned()) });
    desk.open_session(OpenSession {
        drawer,
        cash_session_id: new_id(),
        denominations,
        from_safe_minor: None,
        transfer_ids: Vec::new(),
    })?;
    Ok(())
}

/// Gives a founded pharmacy products to sell, with all sorts of prices.
pub fn stock(data: &Path) -> anyhow::Result<()> {
    let own = data.join("own.csv");
    let rows: String = (0..90).map(|no| format!("{no}00{no},Pack {no},4.{no:02}\n")).collect();
    std::fs::write(&own, format!("code,name,price\n{rows}"))?;
    pharmatill(data, &["catalogue", "import", own.to_str().context("a path in UTF-8")?])
}

/// The products of [`stock`].
pub fn product_ids(desk: &Desk) -> anyhow::Result<Vec<String>> {
    let found = desk.find_products(FindProducts { text: "pack".to_owned(), limit: 90 })?;
    Ok(found.rows.into_iter().map(|row| row.product_id).collect())
}

/// Sells so many baskets of three for cash; what each sale took.
pub fn sell_many(desk: &Desk, product_ids: &[String], sales: usize) -> anyhow::Result<Vec<Duration>> {
    let mut times = Vec::with_capacity(sales);
    for sale in 0..sales {
        let asked = basket_of_three(desk, product_ids, sale)?;
        let begun = Instant::now();
        sell(desk, asked)?;
        times.push(begun.elapsed());
    }
    Ok(times)
}

/// A count of the drawer here: what it should hold and `off_by_minor` more or less, and what the cards came to.
pub fn counted(desk: &Desk, off_by_minor: i64) -> anyhow::Result<CountDrawer> {
    let x = desk.x_report(Nothing {})?;
    let expected = x.expected_cash_minor.context("the owner sees it")?;
    let card = x.tenders.iter().find(|tender| tender.kind == "card").and_then(|tender| tender.amount_minor);
    made_up(desk, expected.saturating_add(off_by_minor), card.unwrap_or(0))
}

/// A count of so much cash and so much by card.
pub fn made_up(desk: &Desk, cash_minor: i64, card_minor: i64) -> anyhow::Result<CountDrawer> {
    let till = desk.status(Nothing {})?.till.context("a founded till")?;
    let denominations = till::pieces::pieces_of(cash_minor, till.notes.iter().chain(&till.coins))
        .context("the cash cannot be made up")?;
    let other = vec![TenderCount { kind: "card".to_owned(), counted_minor: card_minor }];
    Ok(CountDrawer { entry_id: new_id(), denominations, parts: Vec::new(), other, recount_reason: None })
}

/// A close on what a count came to, which leaves the float that is proposed.
pub fn close_on(count: &CountedView) -> anyhow::Result<CloseSession> {
    let cash = count.rows.first().context("cash is counted")?;
    Ok(CloseSession {
        entry_id: new_id(),
        reason: count.needs_reason.then(|| "unknown".to_owned()),
        note: None,
        next_float: count.proposed_float.clone(),
        seen_expected_minor: cash.expected_minor,
        on_its_way_reason: None,
    })
}

/// An id as the ui mints it.
pub fn new_id() -> String {
    till::keys::new_id(till::home::real_random().as_ref(), till::home::real_clock()()).to_string()
}

/// Puts three packs into the basket, and gives what is to be asked to sell it for cash.
pub fn basket_of_three(desk: &Desk, product_ids: &[String], sale: usize) -> anyhow::Result<CompleteSale> {
    let mut basket = None;
    for line in 0..3 {
        let product_id = product_ids[(sale * 3 + line) % product_ids.len()].clone();
        basket = Some(desk.add_product(AddProduct { ask_id: new_id(), product_id, quantity: 1 })?);
    }
    let basket = basket.context("three lines")?;
    let total_minor = basket.total_minor;
    let cash = TenderInput {
        kind: "cash".to_owned(),
        amount_minor: total_minor,
        reference: None,
        customer_id: None,
    };
    Ok(CompleteSale { sale_id: basket.sale_id, tenders: vec![cash], seen_total_minor: total_minor })
}

/// Sells what [`basket_of_three`] gave.
pub fn sell(desk: &Desk, asked: CompleteSale) -> anyhow::Result<SaleDone> {
    Ok(desk.complete_sale(asked)?)
}
