//! The search alone, as the ledger offers it.

use std::time::{Duration, Instant};

use domain::id::ProductId;
use ledger::search::{IndexedProduct, ProductIndex};

use crate::names::{Names, PRODUCTS, mixed};
use crate::table;

/// Searches that are measured.
const SEARCHES: usize = 6_000;

/// Searches for the beginnings of words of names, and now and then for their middles.
pub fn measure(names: &Names) {
    let index = ProductIndex::build((0..PRODUCTS).map(|number| {
        let named = names.product(number);
        IndexedProduct {
            product: ProductId::of_gtin(&format!("0{}", named.code)),
            name: named.name,
            pack: named.pack.to_owned(),
            codes: vec![format!("0{}", named.code)],
            // Few sell much, most hardly ever.
            popularity: i64::try_from(200_000 / (mixed(number) % PRODUCTS as u64 + 1)).unwrap_or(0),
        }
    }));
    let mut times = Vec::with_capacity(SEARCHES);
    for search in 0..SEARCHES {
        let letters = letters(names, search, 3 + search % 6);
        let begun = Instant::now();
        let found = index.find(&letters, 20);
        times.push(begun.elapsed());
        assert!(!found.is_empty(), "{letters}");
    }
    let worst = times.iter().max().copied().unwrap_or_default();
    let how = format!(
        "{SEARCHES} searches for parts of words of {PRODUCTS} different names, 20 best; worst {}",
        table::text(worst)
    );
    table::times("search of 3 to 8 letters in the ledger", &times, Duration::from_millis(1), &how);
}

/// So many letters of a word of some product's name; of every fifth word not the first ones.
pub fn letters(names: &Names, search: usize, count: usize) -> String {
    let chance = usize::try_from(mixed(search) % 1_000_003).unwrap_or(0);
    let words = (chance..).flat_map(|number| {
        let words = names.product(number % PRODUCTS).name.to_lowercase();
        words.split([' ', ',']).map(str::to_owned).collect::<Vec<_>>()
    });
    let skipped = if search % 5 == 4 { 2 } else { 0 };
    let long = words.skip(chance % 3).find(|word| word.chars().count() >= count + skipped);
    long.unwrap_or_default().chars().skip(skipped).take(count).collect()
}
