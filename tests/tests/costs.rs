//! What a sale costs, counted rather than timed: how often it makes the disk sync.

#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use desk::api::basket::{AddProduct, CompleteSale, TenderInput};
use desk::api::cash::{DenominationCount, OpenSession};
use desk::api::catalogue::SaveProduct;
use desk::api::printing::{Printer, SetPrinter};
use desk::api::setup::{NewStaff, SetUp, SignIn};
use desk::{Desk, Nothing};

/// Set in the process that sells; the file that its syncs are written to.
const SYNCS: &str = "COUNT_SYNCS";

/// Sales that are counted.
const SALES: usize = 50;

/// The shim has to be in the process before it starts, so this test starts itself again with it.
#[test]
fn a_sale_syncs_once() {
    let folder = tempfile::tempdir().expect("a folder");
    if let Some(log) = std::env::var_os(SYNCS) {
        sell(folder.path(), Path::new(&log));
        return;
    }
    let shim = folder.path().join("count_syncs.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/costs/count_syncs.c");
    let compiled =
        Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&shim).arg(&source).status();
    assert!(compiled.expect("a C compiler").success());
    let output = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "a_sale_syncs_once", "--nocapture"])
        .env("LD_PRELOAD", &shim)
        .env(SYNCS, folder.path().join("syncs"))
        .output()
        .expect("this test again");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("counted 50 sales"), "{said}");
}

/// Sells in the process whose syncs are counted.
fn sell(folder: &Path, log: &Path) {
    let desk = desk(&folder.join("till"));
    let product_id = product(&desk);
    // What is to be printed is kept with the sale.
    let printer = Printer {
        address: "127.0.0.1:9".to_owned(),
        columns: 42,
        code_page: "pc858".to_owned(),
        cuts: true,
        drawer_pin: Some(2),
        prints_receipts: true,
        prints_logo: true,
        baud: None,
    };
    desk.set_printer(SetPrinter { which: "receipts".to_owned(), printer: Some(printer) }).expect("a printer");
    let syncs = || -> Vec<String> {
        let text = std::fs::read_to_string(log).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    };
    let mut counts = Vec::new();
    for sale in 0..SALES {
        let ask_id = format!("019585d0-0000-7000-8000-{sale:012}");
        let added = AddProduct { ask_id, product_id: product_id.clone(), quantity: 1 };
        let basket = desk.add_product(added).expect("a basket");
        let tender = TenderInput {
            kind: "cash".to_owned(),
            amount_minor: basket.total_minor,
            reference: None,
            customer_id: None,
        };
        let sale = CompleteSale {
            sale_id: basket.sale_id,
            tenders: vec![tender],
            seen_total_minor: basket.total_minor,
        };
        let before = syncs().len();
        desk.complete_sale(sale).expect("a sale");
        let here = syncs().split_off(before);
        // A checkpoint beside the counter syncs the ledger itself; nobody waits for that.
        counts.push(here.iter().filter(|line| !line.ends_with("/ledger.db")).count());
    }
    // Directly after the WAL starts again its header is synced too.
    assert!(counts.iter().all(|count| (1..=2).contains(count)), "{counts:?}");
    let twice = counts.iter().filter(|count| **count == 2).count();
    assert!(twice * 10 <= SALES, "{counts:?}");
    let waiting = desk.printers(Nothing {}).expect("a printer").receipts.count;
    assert_eq!(waiting as usize, SALES);
    println!("counted {SALES} sales");
}

fn desk(data: &Path) -> Arc<Desk> {
    let clock = AtomicI64::new(1_772_438_400_000);
    let clock = Box::new(move || clock.fetch_add(1_000, Ordering::Relaxed));
    let desk = till::home::open_with(data, clock, till::home::real_random()).expect("a till");
    desk.set_up(SetUp {
        pharmacy_name: "P".to_owned(),
        letterhead: Vec::new(),
        country: "DE".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
        day_boundary_min: 0,
        till_no: 1,
        staff: vec![NewStaff { name: "Anna".to_owned(), role: "owner".to_owned(), secret: None }],
        backup_folder: None,
        recovery_passphrase: None,
    })
    .expect("a pharmacy");
    let staff_id = desk.staff(Nothing {}).expect("staff").remove(0).staff_id;
    desk.act_as(Some(SignIn { staff_id, secret: String::new(), new_secret: None })).expect("a person");
    let denominations = vec![DenominationCount { value_minor: 1_000, count: 10 }];
    let cash_session_id = "019585d0-0000-7000-8000-000000000001".to_owned();
    desk.open_session(OpenSession {
        drawer: None,
        cash_session_id,
        denominations,
        from_safe_minor: None,
        transfer_ids: Vec::new(),
    })
    .expect("a session");
    desk
}

fn product(desk: &Desk) -> String {
    let product = desk.save_product(SaveProduct {
        product_id: "019585d0-0000-7000-8000-000000000002".to_owned(),
        is_new: true,
        code: Some("2100000000012".to_owned()),
        name: "Ibuprofen 400 mg".to_owned(),
        pack: "20 pieces".to_owned(),
        price_minor: Some(495),
        tax_code: "standard".to_owned(),
        rx: false,
        is_withdrawn: false,
    });
    product.expect("a product").row.product_id
}
