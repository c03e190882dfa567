//! The evening of a large branch: every drawer of the day at the reconciliation desk, and what cash costs that is on
//! its way for ever.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use desk::api::cash::DenominationCount;
use desk::api::drawers::LeaveDrawer;
use desk::api::setup::SignIn;
use desk::api::transfers::{
    CashQuery, CashView, CloseOther, CountOther, DrawerState, PlaceView, SendCash, SignClose,
};
use desk::{Desk, Nothing};
use domain::id::DrawerLetter;
use serde_json::{Value, json};
use tests::window::OWNER_PIN;

use crate::branch::{Branch, tell};
use crate::shop::{
    close_on, counted, found, kept, made_up, new_id, open_drawer, open_named, product_ids, sell_many, stock,
};
use crate::table;

/// Tills of the branch, each with its own drawer and one with a letter.
const TILLS: usize = 20;
/// Sales from each of these drawers.
const SALES: usize = 25;
/// Days whose surplus nobody accepts.
const DAYS: usize = 300;
/// Times that a screen is asked for.
const ASKS: usize = 50;
/// Closes that are compared, of the first days and of the last.
const CLOSES: usize = 30;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Measures both.
pub fn measure() -> anyhow::Result<()> {
    forty()?;
    never_accepted()
}

/// What asking a desk for something took, each time.
fn asked(desk: &Desk, name: &str, arguments: &Value) -> anyhow::Result<Vec<Duration>> {
    let ask = |_| {
        let begun = Instant::now();
        desk.call(name, arguments.clone())?;
        Ok(begun.elapsed())
    };
    (0..ASKS).map(ask).collect()
}

fn forty() -> anyhow::Result<()> {
    let branch = Branch::of(TILLS)?;
    let first = &branch.desks[0];
    for (no, (desk, letter)) in branch.desks.iter().zip(DrawerLetter::all()).enumerate() {
        evening(no, desk, first, &letter.to_string())?;
        if no > 0 {
            tell(desk, first)?;
        }
    }
    let view = first.cash(CashQuery { business_date: None })?;
    let of = |state: &str| view.drawers.iter().filter(|drawer| drawer.state == state).count();
    ensure!(view.drawers.len() == 2 * TILLS, "{} drawers", view.drawers.len());
    let late = view.drawers.iter().filter(|drawer| drawer.late_minor.is_some()).count();
    let how = format!(
        "{TILLS} tills with their own records, {} drawers: {} open, {} put away, {} to be counted, {} counted, {} \
         closed, {} signed; {late} with late sales; {} sums on their way; asked {ASKS} times",
        view.drawers.len(),
        of("open"),
        of("put_away"),
        of("to_count"),
        of("counted"),
        of("closed"),
        of("signed"),
        view.on_its_way.len(),
    );
    let query = json!({ "businessDate": null });
    let last = branch.desks.last().context("a till")?;
    let (all, own) = (asked(first, "cash", &query)?, asked(last, "cash", &query)?);
    table::beside("cash desk of 40 drawers", &all, &own, Duration::from_millis(200), &how);
    Ok(())
}

/// The evening at one till: what becomes of its own drawer, and the one with a letter that it works at then.
fn evening(no: usize, desk: &Desk, first: &Desk, letter: &str) -> anyhow::Result<()> {
    let products = product_ids(desk)?;
    open_drawer(desk)?;
    sell_many(desk, &products, SALES)?;
    let session = desk.drawer(Nothing {})?.cash_session_id.context("an open drawer")?;
    match no % 4 {
        // Counted and closed here, its surplus on its way to the safe; every other one is signed at the first till.
        0 => {
            let count = desk.count_drawer(counted(desk, 0)?)?.count.context("a count")?;
            desk.close_session(close_on(&count)?)?;
            if no % 8 == 4 {
                tell(desk, first)?;
                first.sign_close(SignClose { entry_id: new_id(), cash_session_id: session })?;
            }
        }
        // Closed at the first till, which has not heard of what is still sold.
        1 => {
            tell(desk, first)?;
            close_at(first, &session)?;
            sell_many(desk, &products, 2)?;
            desk.leave_drawer(LeaveDrawer { entry_id: new_id(), is_to_count: false })?;
        }
        2 => drop(desk.leave_drawer(LeaveDrawer { entry_id: new_id(), is_to_count: true })?),
        // Counted at the first till, and waiting there.
        _ => {
            desk.leave_drawer(LeaveDrawer { entry_id: new_id(), is_to_count: false })?;
            tell(desk, first)?;
            count_at(first, &session)?;
        }
    }
    open_named(desk, Some(letter), vec![DenominationCount { value_minor: 2_000, count: 10 }])?;
    sell_many(desk, &products, SALES)?;
    let place = |place: &str, letter: Option<&str>| PlaceView {
        place: place.to_owned(),
        till_no: None,
        letter: letter.map(str::to_owned),
    };
    desk.send_cash(SendCash {
        entry_id: new_id(),
        from: place("drawer", Some(letter)),
        to: place("safe", None),
        amount_minor: 5_000,
        denominations: Vec::new(),
        reason: "too_much_cash".to_owned(),
        bag_no: Some(format!("bag {no}")),
        note: None,
    })?;
    Ok(())
}

fn drawer_of(view: CashView, session: &str) -> anyhow::Result<DrawerState> {
    view.drawers.into_iter().find(|drawer| drawer.cash_session_id == session).context("the drawer is known")
}

fn count_at(first: &Desk, session: &str) -> anyhow::Result<DrawerState> {
    let drawer = drawer_of(first.cash(CashQuery { business_date: None })?, session)?;
    let count = made_up(first, drawer.expected_cash_minor.context("the owner sees it")?, 0)?;
    let cash_session_id = session.to_owned();
    drawer_of(first.count_other(CountOther { cash_session_id, count })?, session)
}

fn close_at(first: &Desk, session: &str) -> anyhow::Result<()> {
    let close = close_on(&count_at(first, session)?.count.context("a count")?)?;
    first.close_other(CloseOther { cash_session_id: session.to_owned(), close })?;
    Ok(())
}

fn never_accepted() -> anyhow::Result<()> {
    let data = tempfile::tempdir_in(kept()?)?;
    found(data.path())?;
    stock(data.path())?;
    let ahead_ms = Arc::new(AtomicI64::new(0));
    let (real, ahead) = (till::home::real_clock(), Arc::clone(&ahead_ms));
    let clock = Box::new(move || real() + ahead.load(Ordering::Relaxed));
    let desk = till::home::open_with(data.path(), clock, till::home::real_random())?;
    let owner = desk.staff(Nothing {})?.into_iter().next().context("nobody owns the pharmacy")?;
    let sign_in = SignIn { staff_id: owner.staff_id, secret: OWNER_PIN.to_owned(), new_secret: None };
    desk.act_as(Some(sign_in))?;
    let products = product_ids(&desk)?;
    let float = vec![DenominationCount { value_minor: 20_000, count: 1 }];
    let query = json!({ "businessDate": null });
    let mut closes = Vec::with_capacity(DAYS);
    let open = || {
        open_named(&desk, None, float.clone())?;
        sell_many(&desk, &products, 1)
    };
    open()?;
    let (drawer_before, cash_before) = (asked(&desk, "drawer", &json!({}))?, asked(&desk, "cash", &query)?);
    for day in 1..=DAYS {
        let count = desk.count_drawer(counted(&desk, 0)?)?.count.context("a count")?;
        let mut asked = close_on(&count)?;
        asked.next_float.clone_from(&float);
        let asked = serde_json::to_value(asked)?;
        let begun = Instant::now();
        desk.call("close_session", asked)?;
        closes.push(begun.elapsed());
        ahead_ms.store(i64::try_from(day)? * DAY_MS, Ordering::Relaxed);
        open()?;
    }
    let on_its_way = desk.cash(CashQuery { business_date: None })?.on_its_way.len();
    ensure!(on_its_way == DAYS, "{on_its_way} sums on their way");
    let how = format!("{DAYS} days, the surplus of each on its way to the safe; asked {ASKS} times");
    let row = |what, measured: &[Duration], before: &[Duration], bar_ms, how: &str| {
        table::beside(what, measured, before, Duration::from_millis(bar_ms), how);
    };
    let drawer = asked(&desk, "drawer", &json!({}))?;
    row("drawer screen after 300 closes that nobody accepted", &drawer, &drawer_before, 20, &how);
    row("cash desk that day", &asked(&desk, "cash", &query)?, &cash_before, 200, &how);
    let how = format!("the last {CLOSES} closes beside the first");
    row("close with Z that day", &closes[DAYS - CLOSES..], &closes[..CLOSES], 200, &how);
    Ok(())
}
