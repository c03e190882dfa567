//! What an import says that it did: every change, and every row that it did not take.

use desk::api::catalogue::ImportReport;
use desk::api::setup::JobNo;
use serde_json::{Value, json};

use crate::till::Till;

/// Rows that a screen lists.
const LISTED: usize = 1_000;

/// Imports a file or folder; what a screen gets, and the whole report.
fn import(till: &Till, path: &std::path::Path) -> (Value, ImportReport) {
    let job = till.call("import_catalogue", json!({ "path": path, "dryRun": false }));
    till.wait_for_jobs();
    let job_no = u32::try_from(job["jobNo"].as_u64().unwrap()).unwrap();
    let whole = till.desk().whole_import_report(JobNo { job_no }).unwrap();
    (till.call("import_report", json!({ "jobNo": job_no })), whole)
}

fn pack(cip7: u32, cip13: &str, is_sold: bool, price: &str) -> String {
    let market = if is_sold {
        "Déclaration de commercialisation"
    } else {
        "Déclaration d'arrêt de commercialisation"
    };
    format!(
        "60002283\t{cip7}\tplaquette de 30\tPrésentation active\t{market}\t16/03/2011\t{cip13}\toui\t65%\t{price}\t{price}\t0,00\t\n"
    )
}

#[test]
fn the_next_release_lists_what_changed_and_the_first_one_only_counts() {
    let till = Till::signed_in("FR");
    let folder = till.folder().join("bdpm");
    std::fs::create_dir(&folder).unwrap();
    let about = "60002283\tANASTROZOLE 1 mg, comprimé\tcomprimé\torale\tAutorisation active\tProcédure nationale\tCommercialisée\t12/03/1998\t\t\t HOLDER\tNon\r\n";
    std::fs::write(folder.join("CIS_bdpm.txt"), about).unwrap();
    std::fs::write(folder.join("CIS_CPD_bdpm.txt"), "60002283\tliste I\r\n").unwrap();
    let first = [
        pack(4949729, "3400949497294", true, "25,36"),
        pack(4949730, "3400949497300", true, "10,00"),
        pack(4949731, "3400949497317", true, "11,00"),
        pack(4949732, "3400949497324", true, "12,00"),
    ];
    std::fs::write(folder.join("CIS_CIP_bdpm.2026-05.txt"), first.concat()).unwrap();
    let (listed, whole) = import(&till, &folder);
    assert_eq!((&listed["added"], &listed["changesCount"]), (&json!(4), &json!(0)), "{listed}");
    assert!(whole.changes.is_empty());

    let second = [
        pack(4949729, "3400949497294", true, "26,36"),
        pack(4949730, "3400949497300", false, "10,00"),
        pack(4949731, "3400949497317", true, "11,00"),
        pack(4949733, "3400949497331", true, "13,00"),
    ];
    std::fs::write(folder.join("CIS_CIP_bdpm.2026-07.txt"), second.concat()).unwrap();
    let (listed, whole) = import(&till, &folder);
    let changes: Vec<_> = whole
        .changes
        .iter()
        .map(|row| (row.kind.as_str(), row.code.as_deref().unwrap(), row.before_minor, row.after_minor))
        .collect();
    assert_eq!(
        changes,
        [
            ("changed", "03400949497294", Some(2_536), Some(2_636)),
            ("withdrawn", "03400949497300", Some(1_000), Some(1_000)),
            ("added", "03400949497331", None, Some(1_300)),
            ("missing", "03400949497324", Some(1_200), Some(1_200)),
        ]
    );
    assert_eq!((&listed["changesCount"], listed["changes"].as_array().unwrap().len()), (&json!(4), 4));
    assert!(whole.changes.iter().all(|row| row.name.starts_with("ANASTROZOLE")));
}

#[test]
fn every_row_that_was_not_taken_is_in_the_whole_report_and_a_screen_counts_the_rest() {
    let till = Till::signed_in("DE");
    let file = till.folder().join("list.2026-11.csv");
    let rejected = LISTED + 200;
    let rows: String = (0..rejected)
        .map(|no| format!("G-{no};Good {no};1,00;standard\nB-{no};Bad {no};1,00;luxury\n"))
        .collect();
    std::fs::write(&file, format!("code;name;price;tax\n{rows}")).unwrap();
    let (listed, whole) = import(&till, &file);
    assert_eq!(listed["rejectedCount"], rejected);
    assert_eq!(listed["rejected"].as_array().unwrap().len(), LISTED);
    let lines: Vec<usize> = whole.rejected.iter().map(|row| row.line as usize).collect();
    assert_eq!(lines, (0..rejected).map(|no| 2 * no + 3).collect::<Vec<_>>());
    assert!(whole.rejected.iter().all(|row| row.reason == "tax_unknown"));

    // Of what is new in a list that was known before, each is listed too.
    assert_eq!(whole.changes.len(), rejected + 4, "and four that this file does not name");
    assert_eq!(
        (&listed["changesCount"], listed["changes"].as_array().unwrap().len()),
        (&json!(rejected + 4), LISTED)
    );

    // Only the last import remembers more than a screen lists.
    let before = whole.job.job_no;
    import(&till, &file);
    assert_eq!(till.desk().whole_import_report(JobNo { job_no: before }).unwrap().rejected.len(), LISTED);
}
