//! Why a drawer is over or short: how often the true cause is found in generated closings, and how fast.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use desk::Desk;
use domain::cause::causes;
use serde_json::json;
use tests::closings::{Closing, closing, evidence, measure as measured, measure_baseline};

use crate::branch::{Branch, tell};
use crate::shop::{basket_of_three, close_on, counted, open_drawer, product_ids, sell};
use crate::table;

/// Closings that are drawn.
const CLOSINGS: u64 = 2_400;
/// Sales of a large session, at least.
const LARGE: usize = 950;
/// Times that each large one is asked for.
const TIMES: usize = 20;
/// Tills of the day, each with a session of so many sales.
const TILLS: usize = 5;
const SALES: usize = 1_000;
/// Sales of the session that is the baseline.
const FEW: usize = 10;
/// What is missing in every drawer.
const OFF_BY_MINOR: i64 = -2_350;
/// Times that a desk is asked.
const ASKS: usize = 40;

/// How often the causes are right, and how long a desk takes over them.
pub fn measure() -> anyhow::Result<()> {
    weighed();
    asked_of_a_desk()
}

/// Finds the causes of all closings, beside somebody who looks for a sale of that amount.
fn weighed() {
    let closings: Vec<Closing> = (0..CLOSINGS).map(closing).collect();
    let (found, person) = (measured(&closings), measure_baseline(&closings));
    let how = format!("of {CLOSINGS} generated closings; the very thing is among the first three");
    table::share("causes: one mistake", found.single, 900, &how);
    table::share("causes: two mistakes", found.double, 700, "both in one of the first three");
    table::share("causes: nothing to be found", found.without, 900, "and nothing is named");
    table::share("causes: one mistake, baseline", person.single, 0, "the first three sales of that amount");
    table::share("causes: two mistakes, baseline", person.double, 0, "as above");
    table::share("causes: nothing to be found, baseline", person.without, 0, "no sale of that amount");
    table::share(
        "causes: one mistake, kind and amount",
        found.single_by_kind,
        0,
        "be it another sale of that amount",
    );
    table::share(
        "causes: two mistakes, one of them",
        found.double_one_of_both,
        0,
        "in one of the first three",
    );
    for (code, share) in &found.by_code {
        let baseline = person.by_code.get(code).map_or(0, |share| share.per_mille());
        let how = format!("baseline {}.{} %", baseline / 10, baseline % 10);
        table::share(&format!("causes: {code}"), *share, 0, &how);
    }
    let large = closings.iter().filter(|closing| closing.receipts.len() >= LARGE);
    let mut times = Vec::new();
    for evidence in large.map(evidence) {
        for _ in 0..TIMES {
            let begun = Instant::now();
            black_box(causes(black_box(&evidence)));
            times.push(begun.elapsed());
        }
    }
    let how = format!("{} sessions of {LARGE} to 1,000 sales, each {TIMES} times", times.len() / TIMES);
    table::times("causes of one over/short", &times, Duration::from_millis(500), &how);
}

/// The whole command: the book is read, the causes are weighed, and what speaks for them is looked up.
fn asked_of_a_desk() -> anyhow::Result<()> {
    let branch = Branch::of(TILLS)?;
    let first = &branch.desks[0];
    let few = session(first, FEW)?;
    let many = session(first, SALES)?;
    let bar = Duration::from_millis(500);
    let (baseline, alone) = (ask(first, &few)?, ask(first, &many)?);
    let how = format!("{SALES} sales, paid by card and in cash with change; asked {ASKS} times");
    table::beside("causes asked of a desk, one till", &alone, &baseline, bar, &how);
    for other in &branch.desks[1..] {
        session(other, SALES)?;
        tell(other, first)?;
    }
    let how = format!("the same, with the {SALES} sales of each of {} other tills", TILLS - 1);
    table::beside("causes asked of a desk, five tills", &ask(first, &many)?, &baseline, bar, &how);
    Ok(())
}

/// A session of so many sales, closed with some cash missing. Gives its id.
fn session(desk: &Desk, sales: usize) -> anyhow::Result<String> {
    open_drawer(desk)?;
    let products = product_ids(desk)?;
    for sale in 0..sales {
        let mut asked = basket_of_three(desk, &products, sale)?;
        for tender in &mut asked.tenders {
            match sale % 3 {
                0 => "card".clone_into(&mut tender.kind),
                // With a note, and so with change.
                _ => tender.amount_minor = (tender.amount_minor / 1_000 + 1) * 1_000,
            }
        }
        sell(desk, asked)?;
    }
    let count = desk.count_drawer(counted(desk, OFF_BY_MINOR)?)?.count.context("a count")?;
    Ok(desk.close_session(close_on(&count)?)?.cash_session_id)
}

fn ask(desk: &Desk, session: &str) -> anyhow::Result<Vec<Duration>> {
    let ask = |_| {
        let begun = Instant::now();
        let causes = desk.call("causes", json!({ "cashSessionId": session }))?;
        let took = begun.elapsed();
        ensure!(causes["overShortMinor"] == OFF_BY_MINOR, "{} over or short", causes["overShortMinor"]);
        Ok(took)
    };
    (0..ASKS).map(ask).collect()
}
