//! The generated closings are the mix that their README says, and causes are found in them.

use std::collections::BTreeMap;

use tests::closings::{About, Closing, closing, measure, measure_baseline, total_minor};

const CLOSINGS: u64 = 1_200;

fn all() -> Vec<Closing> {
    (0..CLOSINGS).map(closing).collect()
}

/// So many of a thousand.
fn per_mille(part: usize, whole: usize) -> usize {
    part * 1_000 / whole.max(1)
}

#[test]
fn the_mix_is_as_written() {
    let closings = all();
    let mut of_mistakes = [0; 3];
    let mut of_kind: BTreeMap<&str, usize> = BTreeMap::new();
    for closing in &closings {
        of_mistakes[closing.planted.len()] += 1;
        if let [one] = &closing.planted[..] {
            *of_kind.entry(one.code).or_default() += 1;
        }
        assert!((20..=1_000).contains(&closing.receipts.len()), "{} sales", closing.receipts.len());
        assert!((10..=30).contains(&closing.earlier.len()));
        if !closing.planted.is_empty() {
            let sum: i64 = closing.planted.iter().map(|one| one.amount_minor).sum();
            assert_eq!(sum, closing.over_short_minor(), "{:?}", closing.planted);
        }
        assert_ne!(closing.over_short_minor(), 0);
    }
    let shares = of_mistakes.map(|count| per_mille(count, closings.len()));
    assert!((230..270).contains(&shares[0]) && (580..620).contains(&shares[1]), "{shares:?}");
    let written = [
        ("card_was_cash", 120),
        ("cash_was_card", 190),
        ("change_not_given", 50),
        ("change_twice", 80),
        ("drop_not_taken_out", 30),
        ("mistyped", 120),
        ("other_till", 50),
        ("paid_out_missing", 110),
        ("refund_by_other_tender", 80),
        ("roll_miscounted", 50),
        ("transfer_not_accepted", 30),
        ("wrong_row", 90),
    ];
    assert_eq!(of_kind.keys().copied().collect::<Vec<_>>(), written.map(|(code, _)| code));
    for (code, share) in written {
        let seen = per_mille(of_kind[code], of_mistakes[1]);
        assert!(seen.abs_diff(share) <= 30, "{code}: {seen} of a thousand");
    }
}

#[test]
fn a_closing_is_the_same_every_time() {
    for seed in 0..20 {
        assert_eq!(format!("{:?}", closing(seed)), format!("{:?}", closing(seed)));
    }
    assert_ne!(format!("{:?}", closing(1)), format!("{:?}", closing(2)));
}

#[test]
fn what_was_typed_is_what_was_in_the_drawer_but_for_the_count() {
    for closing in all() {
        let is_counted_rightly =
            closing.planted.iter().all(|one| !matches!(one.about, About::Denomination(_)));
        let in_drawer_minor = closing.expected_minor + closing.over_short_minor();
        assert_eq!(total_minor(&closing.count), in_drawer_minor);
        // Coins of every kind lie in a drawer; a row is empty by mistake, or because hardly anything is left.
        let coins = closing.count.iter().filter(|row| row.value_minor < 500 && row.count == 0);
        assert!(!is_counted_rightly || in_drawer_minor < 15_000 || coins.count() == 0);
    }
}

/// The bars of the product: nine in ten single ones, seven in ten double ones, and nine in ten times nothing
/// where there is nothing. `./dev bench` measures twice as many.
#[test]
fn the_true_cause_is_among_the_first_three() {
    let closings = all();
    let found = measure(&closings);
    assert!(found.single.per_mille() >= 900, "{found:#?}");
    assert!(found.double.per_mille() >= 700, "{found:#?}");
    assert!(found.without.per_mille() >= 900, "{found:#?}");
    let person = measure_baseline(&closings);
    assert!(person.single.per_mille() < found.single.per_mille() / 2, "{person:#?}");
}
