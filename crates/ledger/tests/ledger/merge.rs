//! A branch of tills that give each other what they wrote, in one thread: whatever is lost, doubled or late
//! on the way, they come to the same book.

use std::path::PathBuf;

use replica::run::{Run, RunError};
use replica::vector::Lacking;

use super::*;

struct Counter {
    path: PathBuf,
    seed: u8,
    ledger: Ledger,
    session: CashSessionId,
    sold: u128,
}

impl Counter {
    fn acting(&self, minute: i64) -> Acting {
        let till = self.ledger.book().till().expect("read").expect("enrolled").till;
        Acting { till, business_date: now(minute).business_date(0), ..acting(Some(self.session)) }
    }

    fn new_id(&mut self) -> EntryId {
        self.sold += 1;
        EntryId(id(u128::from(self.seed) << 64 | self.sold))
    }

    fn open(&mut self, minute: i64) {
        let opening = self.new_id();
        let acting = Acting { cash_session: None, ..self.acting(minute) };
        let drawer = domain::id::CashLocationId::drawer_of(acting.till);
        let safe = domain::id::CashLocationId::safe_of(founding().branch);
        let ctx = CashContext { acting: &acting, drawer, safe };
        let float = [Denomination { value_minor: 2_000, count: 10 }];
        let before = DrawerBefore { expected_minor: 0, is_first: true };
        let opened = cash::open_session(&ctx, opening, self.session, &float, before).expect("allowed");
        let write = |_: &ledger::Book<'_>| Ok((Write::entry(Entry::SessionOpened(opened)), ()));
        self.ledger.transact(now(minute), write).expect("written");
    }

    fn sell(&mut self, product: u128, minute: i64) {
        let mut basket = Basket::new(self.new_id());
        basket.add(line(product, 495)).expect("a line that fits");
        let acting = self.acting(minute);
        let refunded = RefundedSales::default();
        let step = |book: &ledger::Book<'_>| {
            let ctx = SaleContext {
                acting: &acting,
                basket: &basket,
                refunded: &refunded,
                receipt_no: book.next_receipt_no()?,
                drawer: domain::id::CashLocationId::drawer_of(acting.till),
                shelf: founding_shelf(),
                rounding: None,
            };
            let tenders = vec![TenderGiven {
                kind: TenderKind::Cash,
                amount_minor: 990,
                customer: None,
                reference: None,
            }];
            let command = CompleteSale { sale_id: basket.sale_id, tenders, seen_total_minor: 990 };
            let (kind, receipt, to_seal) = complete(&ctx, &command)?;
            Ok((Write::entry(NewEntry { entry: receipt.into_entry(kind), to_seal }), ()))
        };
        self.ledger.transact(now(minute), step).expect("sold");
    }

    fn price(&mut self, product: u128, price_minor: i64, minute: i64) {
        let decided = Decided::PriceMinor(price_minor);
        let write = DocumentWrite::decided(ProductId(id(product)), "price_minor", ANNA, Some(&decided));
        let step = |_: &ledger::Book<'_>| Ok((Write { documents: vec![write], ..Write::default() }, ()));
        self.ledger.transact(now(minute), step).expect("written");
    }

    /// Every derived row but the order of arrival.
    fn derived(&self) -> Vec<String> {
        let conn = rusqlite::Connection::open(&self.path).expect("opens");
        let key = format!("{:02x}", self.seed).repeat(32);
        conn.execute_batch(&format!("PRAGMA key = \"x'{key}'\"")).expect("the key fits");
        let names = |sql: &str, of: &str| -> Vec<String> {
            let mut statement = conn.prepare(sql).expect("prepared");
            let rows = statement.query_map([of], |row| row.get(0)).expect("asked");
            rows.collect::<Result<_, _>>().expect("read")
        };
        let tables = names(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> ?1 AND name NOT IN
             ('stream', 'record', 'sealed_part', 'subject_key', 'local') ORDER BY name",
            "",
        );
        assert!(tables.len() > 20, "{tables:?}");
        let mut all = Vec::new();
        for table in tables {
            let columns = names("SELECT name FROM pragma_table_info(?1) WHERE name <> 'record_no'", &table);
            let columns = columns.join(", ");
            let sql = format!("SELECT {columns} FROM {table} ORDER BY {columns}");
            let mut statement = conn.prepare(&sql).expect("prepared");
            let mut rows = statement.query([]).expect("asked");
            while let Some(row) = rows.next().expect("read") {
                let values = (0..columns.split(", ").count()).map(|place| row.get_ref(place).expect("read"));
                all.push(format!("{table} {:?}", values.collect::<Vec<_>>()));
            }
        }
        all
    }
}

/// Tills of one branch: the first founded it, the others joined by its invitations.
fn branch(folder: &Path, count: u8) -> Vec<Counter> {
    let mut tills: Vec<Counter> = Vec::new();
    for no in 0..count {
        let (seed, path) = (1 + 10 * no, folder.join(format!("till-{no}.db")));
        let mut ledger = Ledger::open(&path, &secrets(seed), seeded(1_000 * u64::from(seed))).expect("opens");
        match tills.first_mut() {
            None => ledger.found(&founding(), now(0)).expect("founded"),
            Some(first) => {
                let invited = first.ledger.invite(ANNA, 1 + u32::from(no), now(0)).expect("invited");
                ledger.join(&invited.file, &invited.code, now(0), |_| Ok(())).expect("joined");
            }
        }
        let session = CashSessionId(id(0x5e00 + u128::from(no)));
        tills.push(Counter { path, seed, ledger, session, sold: 0 });
    }
    tills
}

/// What goes over a wire from one till to another; `is_lost` says which runs do not arrive.
fn bring(from: &Counter, to: &mut Counter, minute: i64, mut is_lost: impl FnMut() -> bool) {
    let book = from.ledger.book();
    let there = to.ledger.book().stream_vector().expect("read");
    for lacking in book.stream_vector().expect("read").lacking_there(&there) {
        let Some(run) = book.run_for(&lacking).expect("read") else { continue };
        if is_lost() {
            continue;
        }
        let run = Run::decode(&run.encode()).expect("a run");
        let known = to.ledger.book().signing_key(run.after.stream).expect("read");
        let key = known.or(run.opening_key()).expect("a key");
        let run = run.verified(&key).expect("signed");
        while to.ledger.merge(&run, 3, now(minute)).expect("taken") > 0 {}
    }
}

fn two<T>(all: &mut [T], one: usize, other: usize) -> (&T, &mut T) {
    let [one, other] = all.get_disjoint_mut([one, other]).expect("two of them");
    (one, other)
}

#[test]
fn tills_that_were_apart_come_to_the_same_book() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tills = branch(folder.path(), 3);
    write_product(&mut tills[0].ledger, 400, 495, 1);
    tills.iter_mut().for_each(|till| till.open(2));
    // A fixed course of chance: who sells, who meets whom, what is lost.
    let mut chance = 7_u64;
    let mut roll = move |sides: u64| {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (chance >> 33) % sides
    };
    for minute in 3..120 {
        let who = usize::try_from(roll(3)).expect("small");
        match roll(5) {
            0 => tills[who].price(400, 400 + minute, minute),
            1 | 2 => tills[who].sell(400 + u128::from(roll(3)), minute),
            _ => {
                let (from, to) =
                    two(&mut tills, who, (who + 1 + usize::try_from(roll(2)).expect("small")) % 3);
                bring(from, to, minute, || roll(3) == 0);
            }
        }
    }
    // Everybody meets everybody, and some things come twice.
    for _ in 0..2 {
        for (from, to) in [(0, 1), (1, 2), (2, 0), (0, 1), (1, 2), (2, 1), (1, 0)] {
            let (from, to) = two(&mut tills, from, to);
            bring(from, to, 200, || false);
        }
    }
    let vectors: Vec<_> =
        tills.iter().map(|till| till.ledger.book().stream_vector().expect("read").digest()).collect();
    assert!(vectors.iter().all(|digest| *digest == vectors[0]));
    let sold: i64 = tills
        .iter()
        .map(|till| till.ledger.book().session_figures(till.session).expect("figures").sale_count)
        .sum();
    assert!(sold > 20, "{sold}");
    let derived: Vec<_> = tills.iter().map(Counter::derived).collect();
    for (no, other) in derived.iter().enumerate().skip(1) {
        let differs = derived[0].iter().zip(other).find(|(a, b)| a != b);
        assert!(derived[0].len() == other.len() && differs.is_none(), "till {no}: {differs:?}");
    }
    for till in tills {
        let (path, seed) = (till.path.clone(), till.seed);
        drop(till);
        let verified = verify(&path, &secrets(seed), |_, _| true).expect("verification runs");
        assert_eq!(verified.faults, []);
    }
}

#[test]
fn what_does_not_belong_is_not_taken() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tills = branch(folder.path(), 2);
    tills.iter_mut().for_each(|till| till.open(1));
    for minute in 2..6 {
        tills[0].sell(400, minute);
    }
    let own = tills[0].ledger.book().seen_streams().expect("read");
    let own = own.iter().find(|seen| seen.device == secrets(1).device).expect("its own stream");
    let vector = tills[0].ledger.book().stream_vector().expect("read");
    let head = vector.heads().find(|head| head.hash == own.head).expect("its head");
    let give = |has| tills[0].ledger.book().run_for(&Lacking { head, has }).expect("read").expect("a run");
    let whole = give(Vec::new());
    let key = whole.opening_key().expect("a key");

    // The end of a stream whose beginning is not here.
    let before = whole.records[whole.records.len() - 3].head();
    let end = give(vec![before]);
    assert_eq!(end.records.len(), 2);
    let end = end.verified(&key).expect("signed");
    let session = tills[0].session;
    let other = &mut tills[1].ledger;
    let refused = other.merge(&end, 10, now(9));
    assert!(matches!(refused, Err(Error::Gap { has }) if has < before.seq), "{refused:?}");

    // Signed by somebody else.
    let forged =
        whole.clone().verified(&replica::sign::DeviceKeys::from_seeds([9; 32], [9; 32]).signing_key());
    assert!(matches!(forged, Err(RunError::Chain(_))));

    // Twice is once.
    let verified = whole.verified(&key).expect("signed");
    let count = verified.run().records.len();
    let have = usize::try_from(head.seq).expect("small") - count;
    assert_eq!(have, 0);
    while other.merge(&verified, 2, now(9)).expect("taken") > 0 {}
    let after = other.book().stream_vector().expect("read");
    assert_eq!(other.merge(&verified, 100, now(9)).expect("taken"), 0);
    assert_eq!(other.book().stream_vector().expect("read"), after);
    assert_eq!(other.book().session_figures(session).expect("figures").sale_count, 4);
}

#[test]
fn a_stream_that_goes_on_in_two_ways_is_noticed() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tills = branch(folder.path(), 2);
    tills[0].open(1);
    // A copy of the file is a clone of the till.
    let copy = folder.path().join("copy.db");
    let first = tills.remove(0);
    let (path, seed, session, sold) = (first.path.clone(), first.seed, first.session, first.sold);
    drop(first);
    std::fs::copy(&path, &copy).expect("copied");
    let again = |path: PathBuf, sold| {
        let ledger = Ledger::open(&path, &secrets(seed), seeded(77 + sold as u64)).expect("opens");
        Counter { path, seed, ledger, session, sold }
    };
    let (mut first, mut clone) = (again(path, sold), again(copy, sold + 500));
    first.sell(400, 5);
    clone.sell(401, 6);
    let other = &mut tills[0];
    bring(&first, other, 7, || false);
    let book = clone.ledger.book();
    let there = other.ledger.book().stream_vector().expect("read");
    let refused: Vec<_> = book
        .stream_vector()
        .expect("read")
        .lacking_there(&there)
        .iter()
        .filter_map(|lacking| book.run_for(lacking).expect("read"))
        .map(|run| {
            let key = run.opening_key().expect("from its beginning");
            other.ledger.merge(&run.verified(&key).expect("signed"), 100, now(8))
        })
        .collect();
    assert!(matches!(refused.as_slice(), [Err(Error::Forked)]), "{refused:?}");
}
