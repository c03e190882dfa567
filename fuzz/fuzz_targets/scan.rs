//! Whatever bytes a scanner sends, they are read without a panic, and twice the same.

#![no_main]

use domain::scan::pairing::{Earlier, merge};
use domain::scan::read;
use domain::time::BusinessDate;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|scan: &[u8]| {
    let today = BusinessDate(20_780);
    let said = read(scan, today);
    assert_eq!(read(scan, today), said);
    let earlier = Earlier { scan: said.clone(), at_ms: 0 };
    let _ = merge(Some(&earlier), said, 1);
});
