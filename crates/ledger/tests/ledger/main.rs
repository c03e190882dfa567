//! The ledger through its door: what is written stays, is derived the same again, and comes back.

mod apart;
mod approvals;
mod hostile;
mod mailed;
mod merge;
mod newer;
mod paper_code;
mod revoked;
mod rights;
mod secret;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::account::Account;
use domain::acting::Acting;
use domain::basket::{Basket, BasketLine, RefundLine};
use domain::cash::{self, CashContext, DrawerBefore};
use domain::entry::{Denomination, Entry, Incarnation, RefundOf, Role, TenderKind};
use domain::id::{BranchId, CashSessionId, DeviceId, EntryId, OrganisationId, ProductId, StaffId, TillId};
use domain::lot::KnownLots;
use domain::price::{RefundedBefore, RefundedSale, RefundedSales};
use domain::report::{ZPeriod, z_report};
use domain::sale::{CompleteSale, SaleContext, complete};
use domain::tender::TenderGiven;
use domain::time::Now;
use ledger::{
    BackupKey, DocumentWrite, Error, FindSales, Founding, Ledger, NewEntry, Random, Rebuild, Secrets, Slice,
    Write, verify,
};
use replica::product_facts::{Decided, ProductFacts};
use uuid::Uuid;

const NOON: i64 = 1_780_000_000_000;

fn now(minute: i64) -> Now {
    Now { ms: NOON + minute * 60_000, utc_offset_min: 120 }
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// Random enough for a test, and the same each time.
fn seeded(seed: u64) -> Arc<Random> {
    let state = AtomicU64::new(seed);
    Arc::new(move |bytes: &mut [u8]| {
        for chunk in bytes.chunks_mut(8) {
            let number = state.fetch_add(1, Ordering::Relaxed);
            let hash = *replica::record::hash(&number.to_be_bytes()).0.first_chunk::<8>().expect("32 bytes");
            chunk.copy_from_slice(&hash[..chunk.len()]);
        }
    })
}

fn secrets(seed: u8) -> Secrets {
    Secrets {
        database_key: [seed; 32],
        signing_seed: [seed + 1; 32],
        wrapping_seed: [seed + 2; 32],
        device: DeviceId(id(u128::from(seed) << 8)),
        incarnation: Incarnation([seed; 8]),
        branch_secret: [7; 32],
        before: None,
    }
}

const ANNA: StaffId = StaffId(Uuid::from_u128(0xa));

fn founding() -> Founding {
    Founding {
        organisation: OrganisationId(id(1)),
        branch: BranchId(id(2)),
        till: TillId(id(3)),
        till_no: 1,
        branch_name: "Apotheke am Markt".to_owned(),
        country: "DE".to_owned(),
        currency: "EUR".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
        day_boundary_min: 0,
        staff: vec![
            (ANNA, Role::Owner, "Anna Berg".to_owned()),
            (StaffId(id(0xb)), Role::Pharmacist, "Ben Kurz".to_owned()),
        ],
    }
}

fn founded(path: &Path) -> Ledger {
    let mut ledger = Ledger::open(path, &secrets(1), seeded(1)).expect("an empty ledger opens");
    ledger.found(&founding(), now(0)).expect("founding works");
    ledger
}

fn acting(session: Option<CashSessionId>) -> Acting {
    Acting {
        actor: ANNA,
        approver: None,
        till: TillId(id(3)),
        cash_session: session,
        business_date: now(0).business_date(0),
        currency: "EUR".to_owned(),
    }
}

const SESSION: CashSessionId = CashSessionId(Uuid::from_u128(0x5e));

fn open_session(ledger: &mut Ledger) {
    let (till, branch) = (founding().till, founding().branch);
    let acting = acting(None);
    let drawer = domain::id::CashLocationId::drawer_of(till);
    let ctx = CashContext { acting: &acting, drawer, safe: domain::id::CashLocationId::safe_of(branch) };
    let float = [Denomination { value_minor: 2_000, count: 10 }];
    let before = DrawerBefore { is_first: true, ..DrawerBefore::default() };
    let opened = cash::open_session(
        &ctx,
        &cash::OpenSession {
            entry_id: EntryId(id(0x0e)),
            cash_session: SESSION,
            denominations: float.to_vec(),
            from_safe_minor: None,
            transfers: Vec::new(),
        },
        before,
    )
    .expect("allowed");
    ledger.transact(now(1), |_| Ok((Write::entry(Entry::SessionOpened(opened)), ()))).expect("written");
}

fn line(number: u128, price: i64) -> BasketLine {
    BasketLine {
        pack: "20 tablets".to_owned(),
        unit_price_minor: Some(price),
        lot: Some("A71".to_owned()),
        ..BasketLine::new(ProductId(id(number)), &format!("Product {number}"), 2, "standard", 190_000)
    }
}

fn basket(sale: u128, lines: Vec<BasketLine>) -> Basket {
    let mut basket = Basket::new(EntryId(id(sale)));
    for line in lines {
        basket.add(line).expect("a line that fits");
    }
    basket
}

/// Completes a sale in cash, exactly paid.
fn sell(ledger: &mut Ledger, basket: &Basket, refunded: &RefundedSales, minute: i64) -> Result<i64, Error> {
    let total = domain::price::price(basket, refunded).expect("priced").total_minor;
    let acting = Acting { business_date: now(minute).business_date(0), ..acting(Some(SESSION)) };
    ledger.transact(now(minute), |book| {
        let till = book.till()?.ok_or(Error::NotSetUp)?;
        let branch = book.branch()?.ok_or(Error::NotSetUp)?;
        let ctx = SaleContext {
            acting: &acting,
            basket,
            refunded,
            receipt_no: book.next_receipt_no()?,
            drawer: till.drawer(),
            shelf: branch.shelf(),
            rounding: None,
            lots: &KnownLots::default(),
            today: acting.business_date,
        };
        let tender =
            TenderGiven { kind: TenderKind::Cash, amount_minor: total, customer: None, reference: None };
        let command =
            CompleteSale { sale_id: basket.sale_id, tenders: vec![tender], seen_total_minor: total };
        let (kind, receipt, to_seal) = complete(&ctx, &command)?;
        Ok((Write::entry(NewEntry { entry: receipt.into_entry(kind), to_seal }), total))
    })
}

fn two_sales_and_a_refund(ledger: &mut Ledger) {
    open_session(ledger);
    let none = RefundedSales::default();
    let first = basket(0x100, vec![line(0x11, 495), line(0x12, 850)]);
    assert_eq!(sell(ledger, &first, &none, 2).expect("sold"), 2_690);
    sell(ledger, &basket(0x101, vec![line(0x11, 495)]), &none, 3).expect("sold");
    let Entry::Sale(sale) = ledger.book().entry(first.sale_id).expect("read").expect("there").entry else {
        panic!("the first entry is a sale")
    };
    let taken = line(0x11, 495);
    let refund = RefundLine {
        of: Some(RefundOf { sale: first.sale_id, line_no: 1 }),
        reason: "changed_mind".to_owned(),
    };
    let back = basket(0x102, vec![BasketLine { quantity: 1, refund: Some(refund), ..taken }]);
    let before: Vec<RefundedBefore> = Vec::new();
    let sold = RefundedSale { lines: sale.lines, taxes: sale.taxes, before };
    let refunded = RefundedSales([(first.sale_id, sold)].into());
    assert_eq!(sell(ledger, &back, &refunded, 4).expect("refunded"), -495);
}

fn write_product(ledger: &mut Ledger, number: u128, price: i64, minute: i64) {
    let product = ProductId(id(number));
    let facts = ProductFacts {
        name: format!("Ibuprofen {number} mg"),
        price_minor: Some(price),
        codes: vec![format!("{number:014}")],
        ..ProductFacts::default()
    };
    let write = DocumentWrite::source(product, "bdpm", ANNA, &facts);
    ledger
        .transact(now(minute), |_| Ok((Write { documents: vec![write], ..Write::default() }, ())))
        .expect("written");
}

fn faults(path: &Path) -> Vec<String> {
    let verified = verify(path, &secrets(1), |_, _| true).expect("verification runs");
    verified.faults.into_iter().map(|fault| format!("{} at {}", fault.code, fault.place)).collect()
}

#[test]
fn what_was_sold_is_there_after_a_restart_and_verifies() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger.db");
    let mut ledger = founded(&path);
    two_sales_and_a_refund(&mut ledger);
    write_product(&mut ledger, 400, 495, 5);
    drop(ledger);
    let ledger = Ledger::open(&path, &secrets(1), seeded(9)).expect("opens again");
    let book = ledger.book();
    let figures = book.session_figures(SESSION).expect("figures");
    assert_eq!((figures.sale_count, figures.refund_count, figures.takings_minor), (2, 1, 2_690 + 990 - 495));
    assert_eq!(figures.expected(TenderKind::Cash), 20_000 + 2_690 + 990 - 495);
    assert_eq!(book.next_receipt_no().expect("number"), 4);
    assert_eq!(book.staff().expect("staff")[0].name, "Anna Berg");
    assert_eq!(book.on_hand(ProductId(id(0x11)), founding_shelf()).expect("on hand"), -3);
    assert_eq!(book.products_by_code("00000000000400").expect("found")[0].facts.price_minor, Some(495));
    assert_eq!(book.refunded_lines(EntryId(id(0x100))).expect("refunded"), [(1, 1, 495)]);
    let sales = book.sales(&ledger::FindSales { limit: 10, ..ledger::FindSales::default() }).expect("listed");
    assert_eq!(sales.iter().map(|row| row.total_minor).collect::<Vec<_>>(), [-495, 990, 2_690]);
    assert!(sales[2].series.starts_with("B01-T1-"));
    assert_eq!(faults(&path), Vec::<String>::new());
}

fn founding_shelf() -> domain::id::PlaceId {
    domain::id::PlaceId::shelf_of(founding().branch)
}

#[test]
fn a_refusal_writes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger.db");
    let mut ledger = founded(&path);
    let before = ledger.book().next_receipt_no().expect("number");
    let refused = ledger
        .transact(now(1), |_| Err::<(Write, ()), _>(Error::Refused(domain::refusal::Refusal::BasketEmpty)));
    assert!(matches!(refused, Err(Error::Refused(domain::refusal::Refusal::BasketEmpty))));
    assert_eq!(ledger.book().next_receipt_no().expect("number"), before);
    assert_eq!(faults(&path), Vec::<String>::new());
}

/// Opens the file with its key, as somebody would who wants to change the book behind our back.
fn raw(path: &Path) -> rusqlite::Connection {
    let conn = rusqlite::Connection::open(path).expect("opens");
    conn.execute_batch(&format!("PRAGMA key = \"x'{}'\"", "01".repeat(32))).expect("the key fits");
    conn
}

#[test]
fn ground_tables_refuse_update_delete_and_replace() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger.db");
    drop(founded(&path));
    let conn = raw(&path);
    for sql in [
        "UPDATE record SET body = x'00'",
        "DELETE FROM record",
        "INSERT OR REPLACE INTO record SELECT * FROM record",
        "REPLACE INTO record (record_no, stream_no, seq, hash, kind, header, body)
         SELECT record_no + 1000, stream_no, seq, hash, kind, header, body FROM record",
        "UPDATE stream SET device = x'00'",
        "DELETE FROM stream",
        "INSERT OR REPLACE INTO stream SELECT * FROM stream",
        "UPDATE sealed_part SET salt = x'00'",
        "INSERT OR REPLACE INTO sealed_part SELECT * FROM sealed_part",
        "DELETE FROM sealed_part",
    ] {
        assert!(conn.execute(sql, []).is_err(), "{sql}");
    }
}

#[test]
fn verify_names_the_place_of_every_kind_of_damage() {
    let check = |damage: &str, expected: &str| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ledger.db");
        let mut ledger = founded(&path);
        two_sales_and_a_refund(&mut ledger);
        drop(ledger);
        let conn = raw(&path);
        conn.execute_batch(
            "DROP TRIGGER record_only_grows_update; DROP TRIGGER record_only_grows_delete;
             DROP TRIGGER sealed_part_guarded_update;",
        )
        .expect("the triggers are there");
        conn.execute_batch(damage).expect("the damage is done");
        drop(conn);
        let found = faults(&path);
        assert!(found.iter().any(|fault| fault.starts_with(expected)), "{damage}: {found:?}");
    };
    let sale = "(SELECT max(record_no) FROM record WHERE kind = 21)";
    check(
        &format!("UPDATE record SET body = CAST(body || x'00' AS BLOB) WHERE record_no = {sale}"),
        "body_hash at stream 1, record 4",
    );
    check(
        &format!("UPDATE record SET body = CAST(body || x'00' AS BLOB) WHERE record_no = {sale}"),
        "body_malformed",
    );
    check(
        &format!("UPDATE record SET signature = zeroblob(64) WHERE record_no = {sale}"),
        "signature at stream 1, record 4",
    );
    check("UPDATE record SET signature = NULL", "head_not_signed at stream");
    check(&format!("UPDATE record SET hash = zeroblob(32) WHERE record_no = {sale}"), "header_hash");
    check(&format!("DELETE FROM record WHERE record_no = {sale}"), "gap at stream 1, record 5");
    check("UPDATE sealed_part SET salt = zeroblob(16)", "sealed_hash");
    check(
        "UPDATE money SET amount_minor = amount_minor + 1 WHERE account = 10",
        "derived_differs at table money",
    );
    check("DELETE FROM receipt", "derived_row_missing at table receipt");
    check("INSERT INTO refunded VALUES (zeroblob(16), 1, 1, 1)", "derived_");
    check("UPDATE goods SET amount = 0", "derived_differs at table goods");
}

fn finish(ledger: &mut Ledger, rebuild: &mut Rebuild) {
    while ledger.rebuild_slice(rebuild).expect("a slice") != Slice::Done {}
}

#[test]
fn a_rebuild_in_slices_while_selling_gives_the_same_tables() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger.db");
    let mut ledger = founded(&path);
    two_sales_and_a_refund(&mut ledger);
    for number in 1..40 {
        write_product(&mut ledger, number, 100, 5);
    }
    for round in 0..2 {
        let mut rebuild = ledger.begin_rebuild().expect("begins");
        let sale = basket(0x200 + round, vec![line(0x13, 300)]);
        sell(&mut ledger, &sale, &RefundedSales::default(), 6).expect("selling goes on");
        finish(&mut ledger, &mut rebuild);
        let sale = basket(0x300 + round, vec![line(0x13, 300)]);
        sell(&mut ledger, &sale, &RefundedSales::default(), 7).expect("selling goes on");
    }
    assert_eq!(ledger.book().session_figures(SESSION).expect("figures").sale_count, 6);
    assert_eq!(faults(&path), Vec::<String>::new());
}

/// The till's own closing, with the session left open.
fn write_z(ledger: &mut Ledger, entry: u128, minute: i64) {
    let acting = acting(Some(SESSION));
    ledger
        .transact(now(minute), |book| {
            let (z_no, z_seq) = book.last_z()?;
            let period = ZPeriod {
                z_no: z_no + 1,
                first_seq: z_seq + 1,
                last_seq: z_seq + 1,
                before: Vec::new(),
                figures: book.period_figures()?,
                perpetual_before_minor: book.perpetual_total_minor()?,
                opened_at_ms: now(1).ms,
            };
            Ok((Write::entry(Entry::ZReport(z_report(&acting, EntryId(id(entry)), period)?)), ()))
        })
        .expect("written");
}

/// What another version left: other derived tables, and no word of what it derived from what.
const OTHER_VERSION: &str = "UPDATE local SET value = x'00' WHERE name = 'projection_version';
    ALTER TABLE receipt RENAME COLUMN total_minor TO total_cents;
    DROP TABLE goods; CREATE TABLE stock (product BLOB PRIMARY KEY, amount INTEGER) STRICT;
    UPDATE money SET amount_minor = 0; DELETE FROM product; DELETE FROM staff; DELETE FROM writer";

#[test]
fn after_an_update_the_till_sells_at_once_and_its_history_comes_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger.db");
    let mut ledger = founded(&path);
    two_sales_and_a_refund(&mut ledger);
    write_product(&mut ledger, 0x11, 495, 5);
    write_z(&mut ledger, 0x400, 6);
    let none = RefundedSales::default();
    sell(&mut ledger, &basket(0x200, vec![line(0x13, 300)]), &none, 7).expect("sold");
    let drawer = domain::id::CashLocationId::drawer_of(founding().till);
    let before = |ledger: &Ledger| {
        let book = ledger.book();
        (
            book.cash_at(Account::Drawer, drawer).expect("balance"),
            book.next_receipt_no().expect("number"),
            book.last_z().expect("Z"),
            book.perpetual_total_minor().expect("total"),
            book.period_figures().expect("figures"),
            book.staff().expect("people").len(),
            book.product(ProductId(id(0x11))).expect("product"),
            book.open_session(drawer).expect("session"),
        )
    };
    let known = before(&ledger);
    drop(ledger);
    raw(&path).execute_batch(OTHER_VERSION).expect("another version's tables");

    let mut ledger = Ledger::open(&path, &secrets(1), seeded(9)).expect("opens");
    assert!(ledger.book().is_history_pending().expect("read"));
    assert_eq!(before(&ledger), known, "what goes into a sale is there at once");
    assert_eq!(ledger.book().sale(EntryId(id(0x100))).expect("read"), None, "the history is not");
    sell(&mut ledger, &basket(0x201, vec![line(0x13, 300)]), &none, 8).expect("sold meanwhile");
    assert!(matches!(verify(&path, &secrets(1), |_, _| true), Err(Error::HistoryPending)));
    drop(ledger);

    // The program is stopped in the middle of the rebuild, and begins anew.
    let mut ledger = Ledger::open(&path, &secrets(1), seeded(10)).expect("opens");
    ledger.begin_rebuild().expect("begins");
    drop(ledger);
    let mut ledger = Ledger::open(&path, &secrets(1), seeded(11)).expect("opens");
    assert!(ledger.book().is_history_pending().expect("read"));
    let mut rebuild = ledger.begin_rebuild().expect("begins");
    sell(&mut ledger, &basket(0x202, vec![line(0x13, 300)]), &none, 9).expect("sold meanwhile");
    finish(&mut ledger, &mut rebuild);
    assert!(!ledger.book().is_history_pending().expect("read"));
    assert!(ledger.book().sale(EntryId(id(0x100))).expect("read").is_some());
    assert_eq!(ledger.book().next_receipt_no().expect("number"), known.1 + 2);
    assert_eq!(faults(&path), Vec::<String>::new());
    let tables =
        "SELECT count(*) FROM sqlite_schema WHERE name IN ('stock') OR name GLOB 'old*' AND type = 'table'";
    assert_eq!(raw(&path).query_row(tables, [], |row| row.get::<_, i64>(0)).expect("read"), 0);
}

#[test]
fn sales_are_found_by_product_on_any_day() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ledger = founded(&folder.path().join("ledger.db"));
    two_sales_and_a_refund(&mut ledger);
    for days in [3, 40] {
        let sale = basket(0x300 + days, vec![line(0x12, 850), line(0x14, 100)]);
        let minute = i64::try_from(days).expect("small") * 24 * 60;
        sell(&mut ledger, &sale, &RefundedSales::default(), minute).expect("sold");
    }
    let find = |product, from| {
        let find =
            FindSales { product: Some(ProductId(id(product))), from, limit: 10, ..FindSales::default() };
        let rows = ledger.book().sales(&find).expect("read");
        rows.iter().map(|row| row.sale.0.as_u128()).collect::<Vec<_>>()
    };
    assert_eq!(find(0x11, None), [0x102, 0x101, 0x100]);
    assert_eq!(find(0x12, None), [0x328, 0x303, 0x100]);
    assert_eq!(find(0x13, None), Vec::<u128>::new());
    let date = now(0).business_date(0);
    assert_eq!(find(0x11, Some(date)), [0x102, 0x101, 0x100]);
    assert_eq!(find(0x12, Some(domain::time::BusinessDate(date.0 + 1))), [0x328, 0x303]);
    assert_eq!(find(0x12, Some(domain::time::BusinessDate(date.0 + 41))), Vec::<u128>::new());
    let best = ledger.book().best_sellers(date, 10).expect("read");
    let best: Vec<_> =
        best.iter().map(|(product, packs, amount)| (product.0.as_u128(), *packs, *amount)).collect();
    assert_eq!(best, [(0x11, 3, 1_485), (0x12, 2, 1_700)]);
}

#[test]
fn what_the_pharmacy_decides_stands_above_sources_until_it_is_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ledger = founded(&folder.path().join("ledger.db"));
    let product = ProductId(id(77));
    write_product(&mut ledger, 77, 500, 1);
    let price =
        |ledger: &Ledger| ledger.book().product(product).expect("read").expect("there").facts.price_minor;
    let decide = |ledger: &mut Ledger, minor: Option<i64>, minute| {
        let value = minor.map(Decided::PriceMinor);
        let write = DocumentWrite::decided(product, "price_minor", ANNA, value.as_ref());
        ledger
            .transact(now(minute), |_| Ok((Write { documents: vec![write], ..Write::default() }, ())))
            .expect("written");
    };
    decide(&mut ledger, Some(450), 2);
    assert_eq!(price(&ledger), Some(450));
    write_product(&mut ledger, 77, 600, 3);
    assert_eq!(price(&ledger), Some(450));
    decide(&mut ledger, None, 4);
    assert_eq!(price(&ledger), Some(600));
    assert_eq!(ledger.book().product_values(product).expect("history").len(), 4);
}

#[test]
fn a_second_copy_a_stranger_and_a_newer_file_are_turned_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger.db");
    let ledger = founded(&path);
    assert!(matches!(Ledger::open(&path, &secrets(1), seeded(2)), Err(Error::InUse)));
    drop(ledger);
    let mut other = secrets(1);
    other.database_key = [9; 32];
    assert!(matches!(Ledger::open(&path, &other, seeded(2)), Err(Error::Foreign)));
    raw(&path).execute_batch("PRAGMA user_version = 999").expect("written");
    assert!(matches!(Ledger::open(&path, &secrets(1), seeded(2)), Err(Error::Newer { found: 999, .. })));
    let stranger = folder.path().join("letter.txt");
    std::fs::write(&stranger, b"Dear pharmacist, this is not a ledger but a letter.".repeat(100))
        .expect("written");
    let before = std::fs::read(&stranger).expect("read");
    assert!(matches!(Ledger::open(&stranger, &secrets(1), seeded(2)), Err(Error::Foreign)));
    assert_eq!(std::fs::read(&stranger).expect("read"), before);
}

/// The ledger file, byte by byte, without what is open beside it.
fn bytes(path: &Path) -> Vec<u8> {
    std::fs::read(path).expect("read")
}

#[test]
fn a_newer_file_is_read_and_not_touched() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger.db");
    let mut ledger = founded(&path);
    two_sales_and_a_refund(&mut ledger);
    drop(ledger);
    let newer = "PRAGMA user_version = 999; ALTER TABLE record ADD COLUMN colour TEXT;
        CREATE TABLE news (id INTEGER PRIMARY KEY) STRICT";
    raw(&path).execute_batch(OTHER_VERSION).expect("written");
    raw(&path).execute_batch(newer).expect("written");
    let before = bytes(&path);
    for round in 0..2 {
        assert!(matches!(Ledger::open(&path, &secrets(1), seeded(2)), Err(Error::Newer { found: 999, .. })));
        let mut ledger = Ledger::open_readable(&path, &secrets(1), seeded(3)).expect("readable");
        assert_eq!(ledger.book().sales(&all_sales()).expect("read").len(), 3, "round {round}");
        assert_eq!(ledger.book().session_figures(SESSION).expect("figures").sale_count, 2);
        let sold = sell(&mut ledger, &basket(0x900, vec![line(0x13, 300)]), &RefundedSales::default(), 9);
        assert!(matches!(sold, Err(Error::ReadOnly)));
        assert!(matches!(Ledger::open(&path, &secrets(1), seeded(2)), Err(Error::InUse)), "one at a time");
    }
    assert_eq!(bytes(&path), before);
}

fn all_sales() -> FindSales {
    FindSales { limit: 1_000, ..FindSales::default() }
}

#[test]
fn whatever_page_is_damaged_the_rest_is_read_and_the_file_not_touched() {
    const PAGE: usize = 4_096;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger.db");
    let mut ledger = founded(&path);
    open_session(&mut ledger);
    let sold = 30;
    for number in 0..sold {
        let sale = basket(0x200 + number as u128, vec![line(0x11, 495), line(0x12, 850)]);
        sell(&mut ledger, &sale, &RefundedSales::default(), 2).expect("sold");
    }
    drop(ledger);
    let whole = bytes(&path);
    let (mut lost_all, mut lost_most) = (0, 0);
    for page in 0..whole.len() / PAGE {
        let mut damaged = whole.clone();
        damaged[page * PAGE + 1_000..][..16].fill(0x55);
        std::fs::write(&path, &damaged).expect("written");
        for ending in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{ending}", path.display()));
        }
        let is_found = match Ledger::open(&path, &secrets(1), seeded(2)) {
            Ok(ledger) => {
                // Not every page is needed to sell; whoever needs this one is told.
                drop(ledger);
                !faults(&path).is_empty()
            }
            Err(error) => matches!(error, Error::Damaged(_) | Error::Foreign),
        };
        assert!(is_found, "page {page}");
        let found = Ledger::open_readable(&path, &secrets(1), seeded(3))
            .map(|ledger| ledger.book().sales(&all_sales()).expect("read").len());
        match found {
            Ok(found) if found > 0 => lost_most = lost_most.max(sold - found),
            Ok(_) | Err(Error::Damaged(_) | Error::Foreign) => lost_all += 1,
            Err(error) => panic!("page {page}: {error}"),
        }
        assert_eq!(bytes(&path), damaged, "page {page}");
    }
    // The first page, those of the schema and the root of the records are the way to all others, in a file
    // of any size. Damage to any other page loses what stood on it.
    assert!(lost_all <= 7, "{lost_all}");
    assert!(lost_most <= 5, "{lost_most}");
}

/// An invitation for a device without a network.
fn whole() -> ledger::Gives {
    ledger::Gives { is_with_branch: true, ..ledger::Gives::default() }
}

#[test]
fn a_second_till_joins_by_a_file_and_a_code() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut first = founded(&folder.path().join("one.db"));
    write_product(&mut first, 400, 495, 1);
    let invited = first.invite(ANNA, 2, whole(), now(2)).expect("invited");
    let path = folder.path().join("two.db");
    let mut second = Ledger::open(&path, &secrets(40), seeded(5)).expect("opens");
    let mut kept = [0; 32];
    assert!(second.join(&invited.file, "AAAA-AAAA-AAAA-AAAA", now(3), |_| Ok(())).is_err());
    assert!(second.book().branch().expect("read").is_none());
    let keep = |secret: &[u8; 32]| {
        kept = *secret;
        Ok(())
    };
    second.join(&invited.file, &invited.code, now(3), keep).expect("joined");
    assert_eq!(kept, [7; 32]);
    let book = second.book();
    assert_eq!(book.branch().expect("read").expect("there").name, "Apotheke am Markt");
    assert_eq!(book.till().expect("read").expect("there").till_no, 2);
    assert_eq!(book.staff().expect("read")[0].name, "Anna Berg");
    assert_eq!(book.products_by_code("00000000000400").expect("found").len(), 1);
    drop(second);
    let is_joined = || {
        let verified = verify(&path, &secrets(40), |_, _| true).expect("runs");
        assert_eq!(verified.faults, []);
        assert_eq!(verified.stream_count, 4);
    };
    is_joined();

    // As if the power had failed before this till's own streams were opened.
    let device = "(SELECT stream_no FROM stream WHERE device = x'00000000000000000000000000002800')";
    let conn = rusqlite::Connection::open(&path).expect("opens");
    conn.execute_batch(&format!(
        "PRAGMA key = \"x'{}'\"; DROP TRIGGER record_only_grows_delete; DROP TRIGGER stream_only_grows_delete;
         CREATE TABLE own AS SELECT stream_no FROM stream WHERE stream_no IN {device} OR stream_no =
            (SELECT max(stream_no) FROM stream);
         DELETE FROM head WHERE stream_no IN own; DELETE FROM record WHERE stream_no IN own;
         DELETE FROM stream WHERE stream_no IN own;
         UPDATE local SET value = x'00' WHERE name = 'projection_version'",
        "28".repeat(32)
    ))
    .expect("written");
    drop(conn);
    let mut second = Ledger::open(&path, &secrets(40), seeded(6)).expect("opens");
    assert!(second.book().till().expect("read").is_none());
    second.join(&invited.file, &invited.code, now(4), |_| Ok(())).expect("taken up again");
    assert_eq!(second.book().till().expect("read").expect("there").till_no, 2);
    drop(second);
    is_joined();
}

#[test]
fn a_backup_comes_back_as_a_new_incarnation() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger.db");
    let mut ledger = founded(&path);
    two_sales_and_a_refund(&mut ledger);
    let key = BackupKey::derive("korrekt pferd batterie", [3; 16]).expect("derived");
    let stick = folder.path().join("stick");
    let random = seeded(11);
    let made = stick.join("2026-05-28");
    ledger::back_up(&path, &secrets(1), &key, &made, now(9), &*random, |_, _| true).expect("backed up");
    let restored_path = folder.path().join("restored.db");
    assert!(matches!(
        ledger::restore(&made, "another passphrase", &restored_path, &*random),
        Err(Error::PassphraseWrong)
    ));
    let restored =
        ledger::restore(&made, "korrekt pferd batterie", &restored_path, &*random).expect("restored");
    assert_eq!(restored.made_at_ms, now(9).ms);
    let mut again = Ledger::open(&restored_path, &restored.secrets, seeded(12)).expect("opens");
    again.begin_incarnation(&restored.old_keys, now(10)).expect("goes on");
    assert_eq!(again.book().session_figures(SESSION).expect("figures").sale_count, 2);
    assert_eq!(again.book().next_receipt_no().expect("a series of its own"), 1);
    sell(&mut again, &basket(0x400, vec![line(0x11, 100)]), &RefundedSales::default(), 11).expect("sells on");
    drop(again);
    let verified = verify(&restored_path, &restored.secrets, |_, _| true).expect("runs");
    assert_eq!(verified.faults, []);
    assert_eq!(verified.stream_count, 4);
}
