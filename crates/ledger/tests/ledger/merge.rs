//! A branch of tills that give each other what they wrote, in one thread: whatever is lost, doubled or late
//! on the way, they come to the same book.

use std::path::PathBuf;

use replica::product_facts::document_of;
use replica::run::{Run, RunError};
use replica::vector::Lacking;

use super::*;

pub(crate) struct Counter {
    pub(crate) path: PathBuf,
    pub(crate) seed: u8,
    pub(crate) ledger: Ledger,
    pub(crate) session: CashSessionId,
    pub(crate) actor: StaffId,
    sold: u128,
}

impl Counter {
    /// The counter of a till that joined, where Anna stands.
    pub(crate) fn at(path: PathBuf, seed: u8, ledger: Ledger) -> Self {
        let session = CashSessionId(id(0x5e00 + u128::from(seed)));
        Self { path, seed, ledger, session, actor: ANNA, sold: 0 }
    }

    pub(crate) fn acting(&self, minute: i64) -> Acting {
        let till = self.ledger.book().till().expect("read").expect("enrolled").till;
        let (actor, business_date) = (self.actor, now(minute).business_date(0));
        Acting { actor, till, business_date, ..acting(Some(self.session)) }
    }

    pub(crate) fn new_id(&mut self) -> EntryId {
        self.sold += 1;
        self.last_id()
    }

    /// The id that was given last.
    pub(crate) fn last_id(&self) -> EntryId {
        EntryId(id(u128::from(self.seed) << 64 | self.sold))
    }

    pub(crate) fn open(&mut self, minute: i64) {
        let opening = self.new_id();
        let acting = Acting { cash_session: None, ..self.acting(minute) };
        let drawer = domain::id::CashLocationId::drawer_of(acting.till);
        let safe = domain::id::CashLocationId::safe_of(founding().branch);
        let ctx = CashContext { acting: &acting, drawer, safe };
        let float = [Denomination { value_minor: 2_000, count: 10 }];
        let before = DrawerBefore { is_first: true, ..DrawerBefore::default() };
        let opened = cash::open_session(
            &ctx,
            &cash::OpenSession {
                entry_id: opening,
                cash_session: self.session,
                denominations: float.to_vec(),
                from_safe_minor: None,
                transfers: Vec::new(),
            },
            before,
        )
        .expect("allowed");
        let write = |_: &ledger::Book<'_>| Ok((Write::entry(Entry::SessionOpened(opened)), ()));
        self.ledger.transact(now(minute), write).expect("written");
    }

    pub(crate) fn sell(&mut self, product: u128, minute: i64) {
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
                lots: &KnownLots::default(),
                today: acting.business_date,
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

    pub(crate) fn price(&mut self, product: u128, price_minor: i64, minute: i64) {
        let decided = Decided::PriceMinor(price_minor);
        let write = DocumentWrite::decided(ProductId(id(product)), "price_minor", ANNA, Some(&decided));
        let step = |_: &ledger::Book<'_>| Ok((Write { documents: vec![write], ..Write::default() }, ()));
        self.ledger.transact(now(minute), step).expect("written");
    }

    /// Every derived row but the order of arrival.
    pub(crate) fn derived(&self) -> Vec<String> {
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
             ('stream', 'record', 'sealed_part', 'subject_key', 'local', 'head', 'verdict', 'key_order',
             'sqlite_sequence') ORDER BY name",
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
pub(crate) fn branch(folder: &Path, count: u8) -> Vec<Counter> {
    let mut tills: Vec<Counter> = Vec::new();
    for no in 0..count {
        let (seed, path) = (1 + 10 * no, folder.join(format!("till-{no}.db")));
        let mut ledger = Ledger::open(&path, &secrets(seed), seeded(1_000 * u64::from(seed))).expect("opens");
        match tills.first_mut() {
            None => ledger.found(&founding(), now(0)).expect("founded"),
            Some(first) => {
                let invited = first.ledger.invite(ANNA, 1 + u32::from(no), whole(), now(0)).expect("invited");
                ledger.join(&invited.file, &invited.code, now(0), |_| Ok(())).expect("joined");
            }
        }
        let session = CashSessionId(id(0x5e00 + u128::from(no)));
        tills.push(Counter { path, seed, ledger, session, actor: ANNA, sold: 0 });
    }
    tills
}

/// What goes over a wire from one till to another; `is_lost` says which runs do not arrive.
pub(crate) fn bring(from: &Counter, to: &mut Counter, minute: i64, mut is_lost: impl FnMut(&Run) -> bool) {
    let book = from.ledger.book();
    let there = to.ledger.book().stream_vector().expect("read");
    for lacking in book.stream_vector().expect("read").lacking_there(&there) {
        let Some(run) = book.run_for(&lacking).expect("read") else { continue };
        if is_lost(&run) {
            continue;
        }
        let run = Run::decode(&run.encode()).expect("a run");
        let known = to.ledger.book().signing_key(run.after.stream).expect("read");
        let key = known.or(run.opening_key()).expect("a key");
        let run = run.verified(&key).expect("signed");
        loop {
            match to.ledger.merge(&run, 3, now(minute)) {
                Ok(0) => break,
                Ok(_) => {}
                // Its enrolment was lost on the way, and comes another time.
                Err(Error::NotEnrolled) => break,
                Err(error) => panic!("not taken: {error}"),
            }
        }
    }
}

/// All have equal derived rows, and each book is whole.
#[track_caller]
fn have_one_book(tills: Vec<Counter>) {
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

pub(crate) fn two<T>(all: &mut [T], one: usize, other: usize) -> (&T, &mut T) {
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
                bring(from, to, minute, |_| roll(3) == 0);
            }
        }
    }
    // Everybody meets everybody, and some things come twice.
    for _ in 0..2 {
        for (from, to) in [(0, 1), (1, 2), (2, 0), (0, 1), (1, 2), (2, 1), (1, 0)] {
            let (from, to) = two(&mut tills, from, to);
            bring(from, to, 200, |_| false);
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
    have_one_book(tills);
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

/// The first till of a branch, and a copy of its file that somebody starts as well.
pub(crate) fn cloned(folder: &Path, tills: &mut Vec<Counter>) -> (Counter, Counter) {
    let copy = folder.join("copy.db");
    let first = tills.remove(0);
    let (path, seed, session, sold) = (first.path.clone(), first.seed, first.session, first.sold);
    drop(first);
    std::fs::copy(&path, &copy).expect("copied");
    let again = |path: PathBuf, sold| {
        let ledger = Ledger::open(&path, &secrets(seed), seeded(77 + sold as u64)).expect("opens");
        Counter { path, seed, ledger, session, actor: ANNA, sold }
    };
    (again(path, sold), again(copy, sold + 500))
}

pub(crate) fn listed(till: &Counter, kind: &str) -> usize {
    till.derived()
        .iter()
        .filter(|row| row.starts_with("exception") && row.contains(&format!("{:?}", kind.as_bytes())))
        .count()
}

#[test]
fn both_ways_on_which_a_cloned_till_went_are_kept_in_whatever_order_they_come() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tills = branch(folder.path(), 4);
    tills[0].open(1);
    (2..5).for_each(|minute| tills[0].sell(400, minute));
    let (mut first, mut clone) = cloned(folder.path(), &mut tills);
    for minute in 5..9 {
        first.sell(400, minute);
        clone.sell(401, minute);
        clone.sell(402, minute);
    }
    // Both wrote the same basket down that stood open when the copy was made.
    clone.sold = first.sold;
    first.sell(400, 9);
    clone.sell(401, 10);
    // One hears of one way first, one of the other, one of both from the others.
    bring(&first, &mut tills[0], 20, |_| false);
    bring(&clone, &mut tills[1], 20, |_| false);
    for _ in 0..2 {
        for (from, to) in [(0, 1), (1, 0), (0, 2), (1, 2), (2, 0), (2, 1)] {
            let (from, to) = two(&mut tills, from, to);
            bring(from, to, 30, |_| false);
        }
    }
    for till in &mut tills {
        if till.ledger.book().is_rebuild_due().expect("read") {
            let mut rebuild = till.ledger.begin_rebuild().expect("begun");
            while till.ledger.rebuild_slice(&mut rebuild).expect("goes on") != ledger::Slice::Done {}
            assert!(!till.ledger.book().is_rebuild_due().expect("read"));
        }
        let heads = till.ledger.book().stream_vector().expect("read");
        let of_first = heads.heads().filter(|head| {
            head.stream.device == secrets(first.seed).device
                && matches!(head.stream.scope, replica::stream::Scope::Branch(_))
        });
        assert_eq!(of_first.count(), 2);
        // 3 before, 4 and 8 after, and one of the two that say to be the same sale.
        assert_eq!(till.ledger.book().session_figures(first.session).expect("figures").sale_count, 16);
        assert_eq!((listed(till, "stream_forked"), listed(till, "entry_twice")), (1, 1));
    }
    have_one_book(tills);
}

#[test]
fn a_till_is_invited_also_after_another_was_cloned() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tills = branch(folder.path(), 2);
    let (mut first, mut clone) = cloned(folder.path(), &mut tills);
    first.price(400, 495, 5);
    (6..8).for_each(|minute| clone.price(400, 500 + minute, minute));
    bring(&first, &mut tills[0], 20, |_| false);
    bring(&clone, &mut tills[0], 20, |_| false);
    let invited = tills[0].ledger.invite(ANNA, 7, whole(), now(21)).expect("invited");
    let mut joins = Ledger::open(&folder.path().join("joins.db"), &secrets(99), seeded(99)).expect("opens");
    joins.join(&invited.file, &invited.code, now(22), |_| Ok(())).expect("joined");
    assert_eq!(joins.book().till().expect("read").expect("a till").till_no, 7);
    // The other line comes behind.
    let session = CashSessionId(id(0x5eff));
    let mut joined = Counter {
        path: folder.path().join("joins.db"),
        seed: 99,
        ledger: joins,
        session,
        actor: ANNA,
        sold: 0,
    };
    bring(&tills[0], &mut joined, 30, |_| false);
    bring(&joined, &mut tills[0], 30, |_| false);
    let vector = |till: &Counter| till.ledger.book().stream_vector().expect("read");
    assert_eq!(vector(&joined), vector(&tills[0]));
}

/// Products that fall into one document, as an import sorts them.
fn of_one_document(count: usize) -> Vec<ProductId> {
    let products = (1..).map(|number| ProductId(id(number)));
    products.filter(|product| document_of(*product) == "catalogue/00").take(count).collect()
}

#[test]
fn the_import_of_another_till_is_taken_one_record_a_turn() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tills = branch(folder.path(), 2);
    for till in &mut tills[..1] {
        till.open(1);
        (2..40).for_each(|minute| till.sell(400, minute));
        for slice in of_one_document(3 * 24).chunks(24) {
            let facts = |product: &ProductId| ProductFacts {
                name: format!("Ibuprofen {} mg film-coated tablets", product.0.as_u128()),
                pack: Some("20 pieces in a blister".to_owned()),
                maker: Some("Nordhain".to_owned()),
                price_minor: Some(495),
                tax_code: Some("standard".to_owned()),
                codes: vec![format!("{:014}", product.0.as_u128())],
                ..ProductFacts::default()
            };
            let sources =
                slice.iter().map(|product| DocumentWrite::source(*product, "csv", ANNA, &facts(product)));
            let write = Write { documents: sources.collect(), ..Write::default() };
            till.ledger.transact(now(50), |_| Ok((write, ()))).expect("written");
        }
    }
    let (from, to) = two(&mut tills, 0, 1);
    let book = from.ledger.book();
    let there = to.ledger.book().stream_vector().expect("read");
    let mut turns = Vec::new();
    for lacking in book.stream_vector().expect("read").lacking_there(&there) {
        let run = book.run_for(&lacking).expect("read").expect("a run");
        let (count, key) = (run.records.len(), book.signing_key(lacking.head.stream).expect("read"));
        let run = run.verified(&key.expect("known")).expect("signed");
        let mut turn_count = 1;
        while to.ledger.merge(&run, 64, now(60)).expect("taken") > 0 {
            turn_count += 1;
        }
        turns.push((count, turn_count));
    }
    // Three of the import; the opening and 38 sales.
    assert_eq!(turns, [(3, 3), (39, 1)]);

    // A server projects what it stored in slices like these.
    let mut server = Ledger::open(&folder.path().join("server.db"), &secrets(91), seeded(5)).expect("opens");
    let branch = book.branch().expect("read").expect("founded");
    let founding_hash = book.founding_hash().expect("read").expect("founded");
    let hosted = ledger::Hosted { organisation: branch.organisation, founding_hash, branch: branch.branch };
    server.host(&hosted, now(0)).expect("kept");
    let mut slice_counts = Vec::new();
    for lacking in book.stream_vector().expect("read").lacking_there(&Default::default()) {
        let run = book.run_for(&lacking).expect("read").expect("a run");
        let key = book.signing_key(lacking.head.stream).expect("read").expect("known");
        server.store(&[run.verified(&key).expect("signed")]).expect("stored");
        let mut slice_count = 1;
        while !server.project_slice().expect("projected") {
            slice_count += 1;
        }
        slice_counts.push(slice_count);
    }
    assert_eq!(slice_counts.iter().max(), Some(&4), "{slice_counts:?}");
}

#[test]
fn a_till_takes_nothing_in_its_own_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tills = branch(folder.path(), 2);
    tills[0].open(1);
    let (mut first, mut clone) = cloned(folder.path(), &mut tills);
    first.sell(400, 5);
    clone.sell(401, 6);
    let book = clone.ledger.book();
    let there = first.ledger.book().stream_vector().expect("read");
    let lacking = book.stream_vector().expect("read").lacking_there(&there);
    let run = book.run_for(&lacking[0]).expect("read").expect("a run");
    let key = run.opening_key().expect("from its beginning");
    let refused = first.ledger.merge(&run.verified(&key).expect("signed"), 100, now(8));
    assert!(matches!(refused, Err(Error::Forked)), "{refused:?}");
}

#[test]
fn what_a_server_stores_is_projected_later_and_comes_to_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tills = branch(folder.path(), 2);
    write_product(&mut tills[0].ledger, 400, 495, 1);
    tills.iter_mut().for_each(|till| till.open(2));
    for minute in 3..30 {
        tills[usize::try_from(minute % 2).expect("small")].sell(400, minute);
    }
    let (one, other) = two(&mut tills, 0, 1);
    bring(one, other, 40, |_| false);
    let (other, one) = two(&mut tills, 1, 0);
    bring(other, one, 40, |_| false);

    let path = folder.path().join("server.db");
    let mut server = Ledger::open(&path, &secrets(91), seeded(5)).expect("opens");
    let book = tills[0].ledger.book();
    let branch = book.branch().expect("read").expect("founded");
    let founding_hash = book.founding_hash().expect("read").expect("founded");
    let hosted = ledger::Hosted { organisation: branch.organisation, founding_hash, branch: branch.branch };
    server.host(&hosted, now(0)).expect("kept");
    let give = |server: &Ledger| -> Vec<replica::run::VerifiedRun> {
        let there = server.book().stream_vector().expect("read");
        let lacking = book.stream_vector().expect("read").lacking_there(&there);
        let runs = lacking.iter().filter_map(|lacking| book.run_for(lacking).expect("read"));
        runs.map(|run| {
            let key = book.signing_key(run.after.stream).expect("read").expect("known");
            run.verified(&key).expect("signed")
        })
        .collect()
    };
    // The branch before the organisation: nobody is enrolled yet.
    let mut runs = give(&server);
    runs.sort_by_key(|run| std::cmp::Reverse(run.run().after.stream.scope));
    let first = server.store(&runs).expect("stored");
    assert!(first.iter().any(|result| matches!(result, Err(Error::NotEnrolled))), "{first:?}");
    assert!(first.iter().any(Result::is_ok));
    while server.store(&give(&server)).expect("stored").iter().any(|result| matches!(result, Ok(1..))) {}
    assert_eq!(server.book().stream_vector().expect("read"), book.stream_vector().expect("read"));
    while !server.project_slice().expect("projected") {}
    let server = Counter::at(path.clone(), 91, server);
    assert_eq!(server.derived(), tills[0].derived());

    // What arrived comes out again by the order of arrival, also in small pieces.
    let mut copy = Ledger::open(&folder.path().join("copy.db"), &secrets(92), seeded(6)).expect("opens");
    copy.host(&hosted, now(0)).expect("kept");
    let (mut after, last) = (0, server.ledger.book().last_record_no().expect("read"));
    let mut reached_marks = vec![0];
    while after < last {
        let (runs, reached) = server.ledger.book().runs_after(after, 2_000, None).expect("read");
        assert!(reached > after);
        after = reached;
        reached_marks.push(reached);
        let verified = runs.into_iter().map(|run| {
            let key = book.signing_key(run.after.stream).expect("read").expect("known");
            run.verified(&key).expect("signed")
        });
        let stored = copy.store(&verified.collect::<Vec<_>>()).expect("stored");
        assert!(stored.iter().all(Result::is_ok), "{stored:?}");
    }
    assert_eq!(copy.book().stream_vector().expect("read"), book.stream_vector().expect("read"));
    // Whatever was told in several pieces can be told in one again.
    assert!(reached_marks.len() > 3, "{reached_marks:?}");
    let (from, to) = (reached_marks[0], reached_marks[reached_marks.len() - 2]);
    let whole = server.ledger.book().runs_between(from, to).expect("read");
    let told = whole.iter().map(|run| run.records.len()).sum::<usize>();
    assert_eq!(i64::try_from(told).expect("small"), to - from);
    let last_of = |run: &replica::run::Run| run.records.last().map(|record| record.hash());
    let end = server.ledger.book().record_hash(to).expect("read");
    assert!(end.is_some() && whole.iter().any(|run| last_of(run) == end));
    let own = (secrets(tills[0].seed).device, secrets(tills[0].seed).incarnation);
    let (others, _) = server.ledger.book().runs_after(0, usize::MAX, Some(own)).expect("read");
    assert!(others.iter().all(|run| (run.after.stream.device, run.after.stream.incarnation) != own));
    assert!(!others.is_empty());
}

#[test]
fn nobody_writes_here_who_was_not_enrolled() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tills = branch(folder.path(), 2);
    tills[0].open(1);
    // Another pharmacy whose organisation and branch have the same ids, made up by whoever wants to get in.
    let path = folder.path().join("stranger.db");
    let mut stranger = Ledger::open(&path, &secrets(201), seeded(201)).expect("opens");
    stranger.found(&founding(), now(0)).expect("founded");
    let book = stranger.book();
    let there = tills[1].ledger.book().stream_vector().expect("read");
    let lacking = book.stream_vector().expect("read").lacking_there(&there);
    assert_eq!(lacking.len(), 2);
    for lacking in lacking {
        let run = book.run_for(&lacking).expect("read").expect("a run");
        let key = run.opening_key().expect("from its beginning");
        let refused = tills[1].ledger.merge(&run.verified(&key).expect("signed"), 100, now(8));
        assert!(matches!(refused, Err(Error::NotEnrolled | Error::ScopeForeign)), "{refused:?}");
    }
    let vector = tills[1].ledger.book().stream_vector().expect("read");
    assert_eq!(vector, there);
}
