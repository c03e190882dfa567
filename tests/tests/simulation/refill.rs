//! A server that lost everything is filled by a till that is left, however much there is to say before the
//! server knows that till.

use std::fmt::Write as _;
use std::path::Path;

use desk::Desk;
use desk::api::catalogue::ImportCatalogue;
use replica::run::MAX_RUN_RECORDS;

use crate::house::{House, Made};

const PRODUCTS: usize = 2_000;
const RELEASES: u32 = 4;

/// The list of a wholesaler, again and again with other prices.
fn import_lists(first: &Desk, folder: &Path) {
    let (name, path) = ("x".repeat(200), folder.join("list.csv"));
    for release in 0..RELEASES {
        let mut list = "code,name,pack,price,tax\n".to_owned();
        for no in 0..PRODUCTS {
            writeln!(list, "L{no},{name},{name},4.9{release},standard").expect("written");
        }
        std::fs::write(&path, list).expect("written");
        let path = path.to_str().expect("text").to_owned();
        let job = first.import_catalogue(ImportCatalogue { path, dry_run: false }).expect("begun");
        till::job::finish(first, &job, |_| ()).expect("imported");
    }
}

#[test]
fn a_till_fills_an_empty_server_with_the_long_stream_of_the_till_that_invited_it() {
    let made = Made::with(import_lists);
    let mut house = House::at(&made, 0);
    let longest = house.longest_organisation_stream(1);
    assert!(longest > MAX_RUN_RECORDS as u64, "{longest} records fit into one run");
    house.fills_server(1);
}
