//! Holds that no statement of a sale reads a whole table, however many sales the ledger has.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use domain::acting::Acting;
use domain::basket::{Basket, BasketLine};
use domain::cash::{CashContext, DrawerBefore, open_session};
use domain::entry::{Denomination, Entry, Incarnation, Role, TenderKind};
use domain::id::{BranchId, CashSessionId, DeviceId, EntryId, OrganisationId, ProductId, StaffId, TillId};
use domain::lot::KnownLots;
use domain::price::RefundedSales;
use domain::sale::{CompleteSale, SaleContext, complete};
use domain::tender::TenderGiven;
use domain::time::Now;
use rusqlite::StatementStatus;
use rusqlite::trace::{TraceEvent, TraceEventCodes};
use uuid::Uuid;

use crate::{Error, Founding, Ledger, NewEntry, Secrets, Write};

const NOW: Now = Now { ms: 1_780_000_000_000, utc_offset_min: 120 };
const STAFF: StaffId = StaffId(Uuid::from_u128(10));
const TILL: TillId = TillId(Uuid::from_u128(3));

fn acting(cash_session: Option<CashSessionId>) -> Acting {
    let (business_date, currency) = (NOW.business_date(0), "EUR".to_owned());
    Acting { actor: STAFF, approver: None, till: TILL, cash_session, business_date, currency }
}

fn founded(path: &std::path::Path) -> Ledger {
    let secrets = Secrets {
        database_key: [1; 32],
        signing_seed: [2; 32],
        wrapping_seed: [3; 32],
        device: DeviceId(Uuid::from_u128(1)),
        incarnation: Incarnation([1; 8]),
        branch_secret: [7; 32],
        before: None,
    };
    let calls = AtomicU64::new(1);
    let random = move |bytes: &mut [u8]| {
        let call = calls.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        bytes.iter_mut().zip(call.iter().cycle()).for_each(|(byte, random)| *byte = *random);
    };
    let mut ledger = Ledger::open(path, &secrets, Arc::new(random)).unwrap();
    let founding = Founding {
        organisation: OrganisationId(Uuid::from_u128(1)),
        branch: BranchId(Uuid::from_u128(2)),
        till: TILL,
        till_no: 1,
        branch_name: "Apotheke am Markt".to_owned(),
        country: "DE".to_owned(),
        currency: "EUR".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
        day_boundary_min: 0,
        staff: vec![(STAFF, Role::Owner, "Anna".to_owned())],
    };
    ledger.found(&founding, NOW).unwrap();
    let branch = ledger.book().branch().unwrap().unwrap();
    let (acting, session) = (acting(None), CashSessionId(Uuid::from_u128(5)));
    let drawer = ledger.book().till().unwrap().unwrap().drawer();
    let ctx = CashContext { acting: &acting, drawer, safe: branch.safe() };
    let float = [Denomination { value_minor: 2_000, count: 10 }];
    let before = DrawerBefore { is_first: true, ..DrawerBefore::default() };
    let opened = open_session(
        &ctx,
        &domain::cash::OpenSession {
            entry_id: EntryId(session.0),
            cash_session: session,
            denominations: float.to_vec(),
            from_safe_minor: None,
            transfers: Vec::new(),
        },
        before,
    )
    .unwrap();
    ledger.transact(NOW, |_| Ok((Write::entry(Entry::SessionOpened(opened)), ()))).unwrap();
    ledger
}

/// A sale of three lines as the desk makes it, with what it looks up first.
fn sell(ledger: &mut Ledger, number: u128) {
    let mut basket = Basket::new(EntryId(Uuid::from_u128(0x1000 + number)));
    for product in 0..3 {
        let line = BasketLine {
            unit_price_minor: Some(495),
            lot: Some("A71".to_owned()),
            expiry: Some(NOW.business_date(0)),
            ..BasketLine::new(
                ProductId(Uuid::from_u128(number * 3 + product)),
                "Ibuprofen",
                1,
                "standard",
                190_000,
            )
        };
        basket.add(line).unwrap();
    }
    ledger
        .transact(NOW, |book| {
            let till = book.till()?.ok_or(Error::NotSetUp)?;
            let session = book.open_session(till.drawer())?.map(|session| session.cash_session);
            book.local("basket")?;
            book.receipt_entry(basket.sale_id)?;
            let (acting, refunded) = (acting(session), RefundedSales::default());
            let ctx = SaleContext {
                acting: &acting,
                basket: &basket,
                refunded: &refunded,
                receipt_no: book.next_receipt_no()?,
                drawer: till.drawer(),
                shelf: book.branch()?.ok_or(Error::NotSetUp)?.shelf(),
                rounding: None,
                lots: &KnownLots::default(),
                today: acting.business_date,
            };
            let cash = TenderKind::Cash;
            let tender = TenderGiven { kind: cash, amount_minor: 1_485, customer: None, reference: None };
            let command =
                CompleteSale { sale_id: basket.sale_id, tenders: vec![tender], seen_total_minor: 1_485 };
            let (kind, receipt, to_seal) = complete(&ctx, &command)?;
            Ok((Write::entry(NewEntry { entry: receipt.into_entry(kind), to_seal }), ()))
        })
        .unwrap();
}

#[test]
fn a_sale_reads_no_table_from_end_to_end() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = founded(&folder.path().join("ledger.db"));
    (0..200).for_each(|number| sell(&mut ledger, number));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&seen);
    let listen = move |event: TraceEvent<'_>| {
        if let TraceEvent::Profile(statement, _) = event {
            let steps = statement.get_status(StatementStatus::FullscanStep);
            heard.lock().unwrap_or_else(PoisonError::into_inner).push((statement.sql().into_owned(), steps));
        }
    };
    // Counters of a statement go on counting, so what was prepared before is prepared anew.
    ledger.conn.flush_prepared_statement_cache();
    ledger.conn.trace_v2(TraceEventCodes::SQLITE_TRACE_PROFILE, Some(listen)).unwrap();
    sell(&mut ledger, 1_000);
    let seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    assert!(seen.len() > 20, "the statements of a sale are heard: {}", seen.len());
    // The tills and branches of a book are a handful of rows, and are asked for whole.
    let few = ["FROM device", "FROM branch"];
    let whole: Vec<_> = seen
        .iter()
        .filter(|(sql, steps)| *steps > 0 && !few.iter().any(|table| sql.contains(table)))
        .collect();
    assert_eq!(whole, Vec::<&(String, i32)>::new());
}
