//! What a sale costs, counted: syncs of the disk.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::acting::Acting;
use domain::basket::{Basket, BasketLine};
use domain::cash::{self, CashContext, DrawerBefore};
use domain::entry::{Denomination, Entry, Incarnation, Role, TenderKind};
use domain::id::{
    BranchId, CashLocationId, CashSessionId, DeviceId, EntryId, OrganisationId, ProductId, StaffId, TillId,
};
use domain::price::RefundedSales;
use domain::sale::{CompleteSale, SaleContext, complete};
use domain::tender::TenderGiven;
use domain::time::Now;
use ledger::{Error, Founding, Ledger, NewEntry, Secrets, Write};
use uuid::Uuid;

const NOW: Now = Now { ms: 1_780_000_000_000, utc_offset_min: 120 };
const STAFF: StaffId = StaffId(Uuid::from_u128(0xa));
const TILL: TillId = TillId(Uuid::from_u128(3));
const BRANCH: BranchId = BranchId(Uuid::from_u128(2));
const SESSION: CashSessionId = CashSessionId(Uuid::from_u128(0x5e));

/// The child's instructions: how many sales to make in which folder.
const SALES: &str = "PHARMATILL_COSTS_SALES";
const FOLDER: &str = "PHARMATILL_COSTS_FOLDER";

fn acting(session: Option<CashSessionId>) -> Acting {
    let (business_date, currency) = (NOW.business_date(0), "EUR".to_owned());
    Acting { actor: STAFF, approver: None, till: TILL, cash_session: session, business_date, currency }
}

/// Different bytes at each call, the same in each run.
fn seeded() -> Arc<ledger::Random> {
    let calls = AtomicU64::new(0);
    Arc::new(move |bytes: &mut [u8]| {
        let call = calls.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        bytes.iter_mut().zip(call.iter().rev().cycle()).for_each(|(byte, random)| *byte = *random);
    })
}

fn shop(path: &Path) -> Ledger {
    let secrets = Secrets {
        database_key: [1; 32],
        signing_seed: [2; 32],
        wrapping_seed: [3; 32],
        device: DeviceId(Uuid::from_u128(0x100)),
        incarnation: Incarnation([1; 8]),
        branch_secret: [7; 32],
    };
    let mut ledger = Ledger::open(path, &secrets, seeded()).expect("opens");
    let founding = Founding {
        organisation: OrganisationId(Uuid::from_u128(1)),
        branch: BRANCH,
        till: TILL,
        till_no: 1,
        branch_name: "Apotheke am Markt".to_owned(),
        country: "DE".to_owned(),
        currency: "EUR".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
        day_boundary_min: 0,
        staff: vec![(STAFF, Role::Owner, "Anna".to_owned())],
    };
    ledger.found(&founding, NOW).expect("founded");
    let acting = acting(None);
    let (drawer, safe) = (CashLocationId::drawer_of(TILL), CashLocationId::safe_of(BRANCH));
    let float = [Denomination { value_minor: 2_000, count: 10 }];
    let before = DrawerBefore { expected_minor: 0, is_first: true };
    let ctx = CashContext { acting: &acting, drawer, safe };
    let opened =
        cash::open_session(&ctx, EntryId(Uuid::from_u128(9)), SESSION, &float, before).expect("allowed");
    ledger.transact(NOW, |_| Ok((Write::entry(Entry::SessionOpened(opened)), ()))).expect("written");
    ledger
}

fn sell(ledger: &mut Ledger, number: u128) {
    let mut basket = Basket::new(EntryId(Uuid::from_u128(0x1000 + number)));
    for line in 0..3 {
        let line = BasketLine {
            line_no: 0,
            product: ProductId(Uuid::from_u128(0x2000 + line)),
            name: format!("Product {line}"),
            is_unknown: false,
            pack: String::new(),
            pack_content: None,
            quantity: 1,
            unit_price_minor: Some(495),
            list_price_minor: None,
            price_reason: None,
            discount: None,
            tax_code: "standard".to_owned(),
            rate_ppm: 190_000,
            rx: false,
            rx_confirmed: false,
            lot: None,
            expiry: None,
            scanned: None,
            refund: None,
        };
        basket.add(line).expect("fits");
    }
    let (acting, refunded) = (acting(Some(SESSION)), RefundedSales::default());
    ledger
        .transact(NOW, |book| {
            let branch = book.branch()?.ok_or(Error::NotSetUp)?;
            let till = book.till()?.ok_or(Error::NotSetUp)?;
            book.open_session(till.drawer())?;
            let ctx = SaleContext {
                acting: &acting,
                basket: &basket,
                refunded: &refunded,
                receipt_no: book.next_receipt_no()?,
                drawer: till.drawer(),
                shelf: branch.shelf(),
                rounding: None,
            };
            let tender =
                TenderGiven { kind: TenderKind::Cash, amount_minor: 1_485, customer: None, reference: None };
            let command =
                CompleteSale { sale_id: basket.sale_id, tenders: vec![tender], seen_total_minor: 1_485 };
            let (kind, receipt, to_seal) = complete(&ctx, &command)?;
            Ok((Write::entry(NewEntry { entry: receipt.into_entry(kind), to_seal }), ()))
        })
        .expect("sold");
}

/// Runs as the child of [`a_sale_costs_one_sync`]; by itself it makes no sale and proves nothing.
#[test]
fn child() {
    let (Ok(sales), Ok(folder)) = (std::env::var(SALES), std::env::var(FOLDER)) else { return };
    let mut ledger = shop(&Path::new(&folder).join("ledger.db"));
    for number in 0..sales.parse().expect("a number") {
        sell(&mut ledger, number);
    }
    // Not closed in order: a checkpoint at the end would sync as well.
    std::process::exit(0);
}

fn syncs_of(sales: usize) -> usize {
    let folder = tempfile::tempdir().expect("a folder");
    let trace = folder.path().join("trace");
    let status = Command::new("strace")
        .args(["-f", "-e", "trace=fsync,fdatasync,sync_file_range,msync", "-o"])
        .arg(&trace)
        .arg(std::env::current_exe().expect("this test"))
        .args(["--exact", "child", "--nocapture"])
        .env(SALES, sales.to_string())
        .env(FOLDER, folder.path())
        .stdout(std::process::Stdio::null())
        .status()
        .expect("strace runs");
    assert!(status.success());
    let trace = std::fs::read_to_string(trace).expect("a trace");
    trace.lines().filter(|line| line.contains("sync(")).count()
}

#[test]
fn a_sale_costs_one_sync() {
    if Command::new("strace").arg("-V").output().is_err() {
        println!("skipped: strace is not installed");
        return;
    }
    assert_eq!(syncs_of(60) - syncs_of(20), 40);
}
