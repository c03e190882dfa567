//! Whatever bytes a scanner sends for a code of the test sheet, it is judged without a panic.

#![no_main]

use domain::scan::self_test::{TestCode, judge};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|scan: &[u8]| {
    for code in TestCode::ALL {
        let _ = judge(code, scan);
    }
});
