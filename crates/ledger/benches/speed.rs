//! How fast the ledger is, beside the same SQLCipher library inserting equivalent rows with the same
//! durability and checkpoints. The ratios are the claim; absolute times belong to one machine.
//!
//! `cargo bench -p ledger --bench speed -- [--sales N] [--folder DIR]`

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use domain::acting::Acting;
use domain::basket::{Basket, BasketLine};
use domain::cash::{self, CashContext, DrawerBefore};
use domain::entry::{Denomination, Entry, Incarnation, Role, TenderKind};
use domain::id::{
    BranchId, CashLocationId, CashSessionId, DeviceId, EntryId, OrganisationId, PlaceId, ProductId, StaffId,
    TillId,
};
use domain::lot::KnownLots;
use domain::price::RefundedSales;
use domain::report::{ZPeriod, z_report};
use domain::sale::{CompleteSale, SaleContext, complete};
use domain::tender::TenderGiven;
use domain::time::Now;
use ledger::{Error, Founding, Ledger, NewEntry, Secrets, Slice, Write, verify};
use rusqlite::{Connection, params};
use uuid::Uuid;

const STAFF: StaffId = StaffId(Uuid::from_u128(0xa));
const TILL: TillId = TillId(Uuid::from_u128(3));
const BRANCH: BranchId = BranchId(Uuid::from_u128(2));
const START_MS: i64 = 1_700_000_000_000;
const PRODUCTS: u64 = 20_000;
/// Sales of one cash session while the ledger is filled.
const SESSION_SALES: u64 = 5_000;
/// Repeats of every measurement, and sales in each.
const REPEATS: usize = 7;
const SALES: usize = 300;
/// What a rebuild pauses for while a checkpoint catches up.
const PAUSE: Duration = Duration::from_millis(5);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let value =
        |name: &str| arguments.iter().position(|word| word == name).and_then(|at| arguments.get(at + 1));
    let count: u64 = value("--sales").map_or(Ok(100_000), |text| text.parse())?;
    let own_folder = tempfile::tempdir()?;
    let folder = value("--folder").map_or_else(|| own_folder.path().to_owned(), PathBuf::from);
    let path = folder.join("bench.db");
    let mut shop = Shop::open(&path)?;
    let begun = Instant::now();
    shop.fill(count)?;
    eprintln!("{count} sales in {} s", begun.elapsed().as_secs());
    println!("| what | measured | baseline | ratio |\n|---|---|---|---|");
    let bare_path = folder.join("bare.db");
    shop.settle()?;
    std::fs::copy(&path, &bare_path)?;
    sales_beside_bare(&mut shop, &bare_path)?;
    report(&mut shop)?;
    start(&path, &mut shop)?;
    rebuild_alone(&mut shop)?;
    while_rebuilding(&mut shop)?;
    while_verifying(&mut shop, &path)?;
    after_an_update(&mut shop)?;
    Ok(())
}

/// In microseconds.
fn percentile(times: &mut [Duration], hundredths: usize) -> u128 {
    times.sort_unstable();
    let at = (times.len() * hundredths / 100).min(times.len().saturating_sub(1));
    times.get(at).map_or(0, Duration::as_micros)
}

fn median(mut values: Vec<u128>) -> u128 {
    values.sort_unstable();
    values[values.len() / 2]
}

fn thousandths(value: u128) -> String {
    format!("{}.{:03}", value / 1_000, value % 1_000)
}

fn row(what: &str, measured_us: u128, baseline_us: Option<u128>) {
    let measured = thousandths(measured_us);
    match baseline_us {
        Some(baseline_us) => {
            let ratio = thousandths(measured_us * 1_000 / baseline_us.max(1));
            println!("| {what} | {measured} ms | {} ms | {ratio} |", thousandths(baseline_us));
        }
        None => println!("| {what} | {measured} ms | | |"),
    }
}

fn secrets() -> Secrets {
    Secrets {
        database_key: [1; 32],
        signing_seed: [2; 32],
        wrapping_seed: [3; 32],
        device: DeviceId(Uuid::from_u128(0x100)),
        incarnation: Incarnation([1; 8]),
        branch_secret: [7; 32],
        before: None,
    }
}

struct Shop {
    ledger: Option<Ledger>,
    path: PathBuf,
    session: CashSessionId,
    sold: u64,
    basket: u64,
}

impl Shop {
    /// Opens the shop's ledger, founds it where there is none, and opens a session.
    fn open(path: &Path) -> Result<Self, Error> {
        let mut shop = Self::open_as_it_is(path)?;
        shop.open_session()?;
        Ok(shop)
    }

    fn open_as_it_is(path: &Path) -> Result<Self, Error> {
        let counter = AtomicU64::new(0);
        let random = Arc::new(move |bytes: &mut [u8]| {
            for chunk in bytes.chunks_mut(32) {
                let hash = replica::record::hash(&counter.fetch_add(1, Ordering::Relaxed).to_be_bytes()).0;
                chunk.copy_from_slice(&hash[..chunk.len()]);
            }
        });
        let mut ledger = Ledger::open(path, &secrets(), random)?;
        if ledger.book().branch()?.is_none() {
            let founding = Founding {
                organisation: OrganisationId(Uuid::from_u128(1)),
                branch: BRANCH,
                till: TILL,
                till_no: 1,
                branch_name: "Bench".to_owned(),
                country: "DE".to_owned(),
                currency: "EUR".to_owned(),
                time_zone: "Europe/Berlin".to_owned(),
                day_boundary_min: 0,
                staff: vec![(STAFF, Role::Owner, "Bench".to_owned())],
            };
            ledger.found(&founding, Now { ms: START_MS, utc_offset_min: 60 })?;
        }
        let sold = ledger.book().next_receipt_no()? - 1;
        let session = CashSessionId(Uuid::nil());
        Ok(Self { ledger: Some(ledger), path: path.to_owned(), session, sold, basket: 0 })
    }

    fn ledger(&mut self) -> Result<&mut Ledger, Error> {
        self.ledger.as_mut().ok_or(Error::NotSetUp)
    }

    /// A sale every 20 seconds, as a busy branch of several tills would have over years.
    fn now(&self) -> Now {
        Now { ms: START_MS + i64::try_from(self.sold).unwrap_or(0) * 20_000, utc_offset_min: 60 }
    }

    fn id(&self) -> Uuid {
        let mut bytes = [0; 10];
        bytes[2..].copy_from_slice(&(self.sold << 20 | self.basket).to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(self.now().ms.unsigned_abs(), &bytes).into_uuid()
    }

    fn acting(&self, session: Option<CashSessionId>) -> Acting {
        Acting {
            actor: STAFF,
            approver: None,
            till: TILL,
            cash_session: session,
            business_date: self.now().business_date(0),
            currency: "EUR".to_owned(),
        }
    }

    fn open_session(&mut self) -> Result<(), Error> {
        let acting = self.acting(None);
        self.basket += 1;
        self.session = CashSessionId(self.id());
        let ctx = CashContext {
            acting: &acting,
            drawer: CashLocationId::drawer_of(TILL),
            safe: CashLocationId::safe_of(BRANCH),
        };
        let float = [Denomination { value_minor: 2_000, count: 10 }];
        let before = DrawerBefore { is_first: true, ..DrawerBefore::default() };
        self.basket += 1;
        let command = cash::OpenSession {
            entry_id: EntryId(self.id()),
            cash_session: self.session,
            denominations: float.to_vec(),
            from_safe_minor: None,
            transfers: Vec::new(),
        };
        let opened = cash::open_session(&ctx, &command, before)?;
        let now = self.now();
        self.ledger()?.transact(now, |_| Ok((Write::entry(Entry::SessionOpened(opened)), ())))
    }

    /// Writes the till's Z.
    fn close_day(&mut self) -> Result<(), Error> {
        let acting = self.acting(Some(self.session));
        self.basket += 1;
        let (id, now) = (EntryId(self.id()), self.now());
        self.ledger()?.transact(now, |book| {
            let (z_no, z_seq) = book.last_z()?;
            let period = ZPeriod {
                z_no: z_no + 1,
                first_seq: z_seq + 1,
                last_seq: z_seq + 1,
                before: Vec::new(),
                figures: book.period_figures()?,
                perpetual_before_minor: book.perpetual_total_minor()?,
                opened_at_ms: now.ms,
            };
            Ok((Write::entry(Entry::ZReport(z_report(&acting, id, period)?)), ()))
        })
    }

    /// A basket of three lines: one of the hundred that sell most, two from anywhere.
    fn next_basket(&mut self) -> Result<Basket, Error> {
        self.sold += 1;
        self.basket += 1;
        let mut basket = Basket::new(EntryId(self.id()));
        for line in 0..3_u64 {
            let number = self
                .sold
                .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                .rotate_left(u32::try_from(line).unwrap_or(0) * 21);
            let product = if line == 0 { number % 100 } else { number % PRODUCTS };
            basket.add(BasketLine {
                line_no: 0,
                product: ProductId::of_gtin(&format!("{product:014}")),
                name: format!("Ibuprofen {product} mg film-coated tablets"),
                is_unknown: false,
                pack: "50 tablets".to_owned(),
                pack_content: Some(50),
                quantity: 1,
                unit_price_minor: Some(495 + i64::try_from(product % 1_000).unwrap_or(0)),
                list_price_minor: None,
                price_reason: None,
                discount: None,
                tax_code: "standard".to_owned(),
                rate_ppm: 190_000,
                rx: false,
                rx_confirmed: false,
                lot: None,
                expiry: None,
                scanned: Some(b"04150138327077".to_vec()),
                refund: None,
                lots: None,
                lot_reason: None,
                in_hand: None,
                is_lot_read: None,
            })?;
        }
        Ok(basket)
    }

    fn completed(&self, basket: &Basket, receipt_no: u64) -> Result<NewEntry, Error> {
        let refunded = RefundedSales::default();
        let total = domain::price::price(basket, &refunded)?.total_minor;
        let acting = self.acting(Some(self.session));
        let ctx = SaleContext {
            acting: &acting,
            basket,
            refunded: &refunded,
            receipt_no,
            drawer: CashLocationId::drawer_of(TILL),
            shelf: PlaceId::shelf_of(BRANCH),
            rounding: None,
            lots: &KnownLots::default(),
            today: acting.business_date,
        };
        let given = if self.sold.is_multiple_of(3) { TenderKind::Card } else { TenderKind::Cash };
        let tenders = vec![TenderGiven { kind: given, amount_minor: total, customer: None, reference: None }];
        let (kind, receipt, to_seal) =
            complete(&ctx, &CompleteSale { sale_id: basket.sale_id, tenders, seen_total_minor: total })?;
        Ok(NewEntry { entry: receipt.into_entry(kind), to_seal })
    }

    /// Many sales a commit, which is not what a till does: only to get there.
    fn fill(&mut self, count: u64) -> Result<(), Error> {
        while self.sold < count {
            if self.sold.is_multiple_of(SESSION_SALES) && self.sold > 0 {
                self.close_day()?;
                self.open_session()?;
            }
            let first = self.ledger()?.book().next_receipt_no()?;
            let mut entries = Vec::new();
            for receipt_no in first..first + 250.min(count - self.sold) {
                let basket = self.next_basket()?;
                entries.push(self.completed(&basket, receipt_no)?);
            }
            let now = self.now();
            self.ledger()?.transact(now, |_| Ok((Write { entries, ..Write::default() }, ())))?;
        }
        Ok(())
    }

    /// One sale as the desk makes it: the context is read, the total checked, the entry written and synced.
    fn sell(&mut self) -> Result<Duration, Error> {
        let basket = self.next_basket()?;
        let now = self.now();
        let begun = Instant::now();
        let mut ledger = self.ledger.take().ok_or(Error::NotSetUp)?;
        let result = ledger.transact(now, |book| {
            let branch = book.branch()?.ok_or(Error::NotSetUp)?;
            book.open_session(CashLocationId::drawer_of(TILL))?;
            debug_assert_eq!(branch.branch, BRANCH);
            Ok((Write::entry(self.completed(&basket, book.next_receipt_no()?)?), ()))
        });
        let took = begun.elapsed();
        self.ledger = Some(ledger);
        result.map(|()| took)
    }

    /// Brings everything out of the WAL, so that the file can be copied.
    fn settle(&mut self) -> Result<(), Error> {
        self.ledger = None;
        let conn = raw(&self.path)?;
        conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        drop(conn);
        *self = Self { session: self.session, basket: self.basket, ..Self::open(&self.path.clone())? };
        Ok(())
    }
}

fn raw(path: &Path) -> Result<Connection, Error> {
    let conn = Connection::open(path)?;
    conn.execute_batch(&format!(
        "PRAGMA key = \"x'{}'\"; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;",
        "01".repeat(32)
    ))?;
    conn.set_prepared_statement_cache_capacity(256);
    Ok(conn)
}

/// The same library writing the rows of such a sale, with nothing computed, hashed or signed.
fn bare_sale(conn: &mut Connection, number: u64) -> Result<Duration, Error> {
    let id = |salt: u64| {
        let mut bytes = [0; 10];
        bytes[2..].copy_from_slice(&(number << 8 | salt).to_be_bytes());
        let ms = 1_900_000_000_000 + number * 20_000;
        uuid::Builder::from_unix_timestamp_millis(ms, &bytes).into_uuid()
    };
    let products: Vec<ProductId> = (0..3_u64)
        .map(|line| {
            let mixed =
                number.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(u32::try_from(line).unwrap_or(0) * 21);
            let product = if line == 0 { mixed % 100 } else { mixed % PRODUCTS };
            ProductId::of_gtin(&format!("{product:014}"))
        })
        .collect();
    let (header, body, figures) = (vec![0x5a_u8; 190], vec![0x5b_u8; 720], vec![0x5c_u8; 110]);
    let hash = replica::record::hash(&number.to_be_bytes()).0;
    let (sale, writer, session, n) = (id(0), [9_u8; 24], [8_u8; 16], number.cast_signed());
    let begun = Instant::now();
    let tx = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let run = |sql: &str, given: &[&dyn rusqlite::ToSql]| -> Result<(), Error> {
        tx.prepare_cached(sql)?.execute(given)?;
        Ok(())
    };
    run(
        "INSERT INTO record (stream_no, seq, hash, kind, header, body, signature) VALUES (1, ?1, ?2, 21, ?3, ?4, ?5)",
        params![100_000_000 + n, hash, header, body, [1_u8; 64]],
    )?;
    let record_no = tx.last_insert_rowid();
    run(
        "INSERT INTO entry (entry_id, record_no, kind, at_ms, actor, cash_session) VALUES (?1, ?2, 21, ?3, ?4, ?5)",
        params![sale.as_bytes(), record_no, n, [1_u8; 16], session],
    )?;
    for (account, amount) in [(10_i64, 900_i64), (30, -700), (31, -200)] {
        run(
            "INSERT INTO money (account, dimension, currency, amount_minor) VALUES (?1, ?2, 'EUR', ?3)
             ON CONFLICT DO UPDATE SET amount_minor = amount_minor + excluded.amount_minor",
            params![account, [2_u8; 16], amount],
        )?;
    }
    for product in &products {
        for (account, dimension, amount) in [(51_i64, &[3_u8; 16][..], -1_i64), (54, &[][..], 1)] {
            run(
                "INSERT INTO goods (product, account, dimension, lot, measure, amount) VALUES (?1, ?2, ?3, '', 1, ?4)
                 ON CONFLICT DO UPDATE SET amount = amount + excluded.amount",
                params![product.as_bytes(), account, dimension, amount],
            )?;
        }
    }
    run(
        "INSERT INTO period (writer, z_no, cash_session, figures) VALUES (?1, 1, ?2, ?3)
         ON CONFLICT DO UPDATE SET figures = excluded.figures",
        params![writer, session, figures],
    )?;
    run(
        "INSERT INTO day (business_date, hour, figures) VALUES (?1, 10, ?2)
         ON CONFLICT DO UPDATE SET figures = excluded.figures",
        params![30_000 + n / 2_000, figures],
    )?;
    run(
        "INSERT INTO receipt (sale_id, record_no, kind, receipt_no, at_ms, business_date, actor, till, cash_session,
            total_minor, tender_kinds, line_count, first_name)
         VALUES (?1, ?2, 21, ?3, ?4, ?5, ?6, ?7, ?8, 900, x'01', 3, 'Ibuprofen 400 mg film-coated tablets')",
        params![sale.as_bytes(), record_no, 10_000_000 + n, n, 30_000 + n / 2_000, [1_u8; 16], [4_u8; 16], session],
    )?;
    run(
        "INSERT INTO writer (writer, z_no, z_seq, receipt_no, perpetual_total_minor) VALUES (?1, 0, 0, ?2, 0)
         ON CONFLICT DO UPDATE SET receipt_no = max(receipt_no, excluded.receipt_no)",
        params![writer, n],
    )?;
    for (line, product) in products.iter().enumerate() {
        run(
            "INSERT INTO sale_line (product, sale_id, line_no, business_date, quantity, amount_minor)
             VALUES (?1, ?2, ?3, ?4, 1, 300)",
            params![product.as_bytes(), sale.as_bytes(), line + 1, 30_000 + n / 2_000],
        )?;
    }
    tx.commit()?;
    Ok(begun.elapsed())
}

fn sales_beside_bare(shop: &mut Shop, bare_path: &Path) -> Result<(), Error> {
    let mut bare = raw(bare_path)?;
    let stop = Arc::new(AtomicBool::new(false));
    let in_wal = Arc::new(AtomicI32::new(0));
    let committed = Arc::clone(&in_wal);
    bare.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages| {
        committed.store(pages, Ordering::Relaxed);
        Ok(())
    }))?;
    let checkpoints = {
        let (stop, conn) = (Arc::clone(&stop), raw(bare_path)?);
        std::thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                if in_wal.load(Ordering::Relaxed) > (16 << 20) / 4_096 {
                    let _ = conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
                }
                std::thread::sleep(Duration::from_millis(5));
            }
        })
    };
    let mut number = 0;
    let (mut p50, mut p99, mut bare_p50, mut bare_p99) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for repeat in 0..=REPEATS {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..SALES {
            ours.push(shop.sell()?);
            number += 1;
            theirs.push(bare_sale(&mut bare, number)?);
        }
        // The first round only warms both files up.
        if repeat > 0 {
            p50.push(percentile(&mut ours, 50));
            p99.push(percentile(&mut ours, 99));
            bare_p50.push(percentile(&mut theirs, 50));
            bare_p99.push(percentile(&mut theirs, 99));
        }
    }
    stop.store(true, Ordering::Relaxed);
    let _ = checkpoints.join();
    row("sale of 3 lines, durable, p50", median(p50), Some(median(bare_p50)));
    row("sale of 3 lines, durable, p99", median(p99), Some(median(bare_p99)));
    Ok(())
}

fn report(shop: &mut Shop) -> Result<(), Error> {
    let session = shop.session;
    let ledger = shop.ledger()?;
    let mut times = Vec::new();
    for _ in 0..50 {
        let begun = Instant::now();
        let figures = ledger.book().session_figures(session)?;
        assert!(figures.sale_count > 0);
        times.push(begun.elapsed());
    }
    row("X figures of the open session, p99", percentile(&mut times, 99), None);
    Ok(())
}

fn start(path: &Path, shop: &mut Shop) -> Result<(), Error> {
    let mut times = Vec::new();
    for _ in 0..REPEATS {
        shop.ledger = None;
        let begun = Instant::now();
        let again = Shop::open(path)?;
        times.push(begun.elapsed());
        *shop = again;
    }
    row("open the ledger and a session, p50", percentile(&mut times, 50), None);
    Ok(())
}

/// Every slice back to back, as on a till where nobody sells.
fn rebuild_alone(shop: &mut Shop) -> Result<(), Error> {
    let begun = Instant::now();
    let mut rebuild = shop.ledger()?.begin_rebuild()?;
    let mut longest = Duration::ZERO;
    loop {
        let slice = Instant::now();
        let came_to = shop.ledger()?.rebuild_slice(&mut rebuild)?;
        longest = longest.max(slice.elapsed());
        match came_to {
            Slice::More => {}
            Slice::Waits => std::thread::sleep(PAUSE),
            Slice::Done => break,
        }
    }
    row("rebuild of all derived tables, alone", begun.elapsed().as_micros(), None);
    row("its longest slice", longest.as_micros(), None);
    Ok(())
}

fn while_rebuilding(shop: &mut Shop) -> Result<(), Error> {
    let begun = Instant::now();
    let mut rebuild = shop.ledger()?.begin_rebuild()?;
    let mut sales = Vec::new();
    let mut last_sale = Instant::now();
    loop {
        // A person who comes waits for the slice that is going on, and for their own sale.
        let waited = Instant::now();
        match shop.ledger()?.rebuild_slice(&mut rebuild)? {
            Slice::More => {}
            Slice::Waits => std::thread::sleep(PAUSE),
            Slice::Done => break,
        }
        if last_sale.elapsed() > Duration::from_millis(50) {
            shop.sell()?;
            sales.push(waited.elapsed());
            last_sale = Instant::now();
        }
    }
    row("rebuild of all derived tables while selling", begun.elapsed().as_micros(), None);
    row("a sale meanwhile, its wait for a slice included, p50", percentile(&mut sales, 50), None);
    row("a sale meanwhile, its wait for a slice included, p99", percentile(&mut sales, 99), None);
    Ok(())
}

/// How long after an update that derives other tables a till can sell again: the balances of the last Z and
/// what came later are enough.
fn after_an_update(shop: &mut Shop) -> Result<(), Error> {
    shop.close_day()?;
    for _ in 0..SALES {
        shop.sell()?;
    }
    let mut times = Vec::new();
    for _ in 0..REPEATS {
        shop.ledger = None;
        raw(&shop.path)?.execute("UPDATE local SET value = x'00' WHERE name = 'projection_version'", [])?;
        let begun = Instant::now();
        let path = shop.path.clone();
        *shop = Shop { session: shop.session, ..Shop::open_as_it_is(&path)? };
        shop.sell()?;
        times.push(begun.elapsed());
        if !shop.ledger()?.book().is_history_pending()? {
            return Err(Error::HistoryPending);
        }
    }
    row("from an update to the first sale, p50", percentile(&mut times, 50), None);
    Ok(())
}

fn while_verifying(shop: &mut Shop, path: &Path) -> Result<(), Error> {
    let path = path.to_owned();
    let begun = Instant::now();
    let verifying = std::thread::spawn(move || verify(&path, &secrets(), |_, _| true));
    let mut sales = Vec::new();
    while !verifying.is_finished() {
        sales.push(shop.sell()?);
        std::thread::sleep(Duration::from_millis(20));
    }
    let verified = verifying.join().map_err(|_| Error::Cancelled)??;
    assert_eq!(verified.faults, []);
    row("verify everything while selling", begun.elapsed().as_micros(), None);
    row("a sale meanwhile, p99", percentile(&mut sales, 99), None);
    Ok(())
}
