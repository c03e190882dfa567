//! The codes that the fuzzer begins with are read, and none of them panics.

use std::path::Path;

use domain::scan::read;
use domain::scan::self_test::{TestCode, judge};

use crate::today;

#[test]
fn the_kept_corpus_is_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/scan");
    let files = std::fs::read_dir(&folder).unwrap();
    let mut count = 0;
    for file in files {
        let scan = std::fs::read(file.unwrap().path()).unwrap();
        let said = read(&scan, today());
        assert_eq!(read(&scan, today()), said);
        for code in TestCode::ALL {
            let _ = judge(code, &scan);
        }
        count += 1;
    }
    assert!(count >= 20, "{count} codes are kept");
}
