//! Why a drawer is over or short: how often the true cause is found in generated closings, and how fast.

use std::hint::black_box;
use std::time::{Duration, Instant};

use domain::cause::causes;
use tests::closings::{Closing, closing, evidence, measure as measured, measure_baseline};

use crate::table;

/// Closings that are drawn.
const CLOSINGS: u64 = 2_400;
/// Sales of a large session, at least.
const LARGE: usize = 950;
/// Times that each large one is asked for.
const TIMES: usize = 20;

/// Finds the causes of all closings, beside somebody who looks for a sale of that amount.
pub fn measure() {
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
