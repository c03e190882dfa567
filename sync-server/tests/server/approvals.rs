//! What tills ask to be allowed, as people with browsers see it, and how their answers come to the tills.

use std::sync::atomic::Ordering;

use domain::entry::Role;
use domain::id::{EntryId, StaffId};
use domain::permission::{Permission, Verdict};
use replica::sync::{Decided, Decision};
use serde_json::{Value, json};

use crate::browser::{Browser, Ear as Hears, browser, browser_of, ended, known_as};
use crate::house::{ANNA, Ear, Event, House, Till, branch, id, patiently};

const BEA: StaffId = StaffId(id_of(0xbea));
const CLEO: StaffId = StaffId(id_of(0xc1e0));
const MINUTE: i64 = 60_000;

const fn id_of(number: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(number)
}

/// A server with two tills that know Bea, who works at them in this role.
async fn with_bea(folder: &std::path::Path, role: Role) -> (House, Till, Till) {
    let (house, mut first, mut second) = branch(folder).await;
    first.takes_on(BEA, "Bea", role);
    first.tells_all(&house.line()).await;
    second.syncs(&house.line()).await.expect("synced");
    known_as(&house, |people| people.iter().any(|one| one.staff == BEA && one.name == "Bea")).await;
    (house, first, second)
}

async fn asked(browser: &Browser) -> Vec<Value> {
    browser.ask("approvals_asked").await.as_array().expect("a list").clone()
}

/// Waits until the list is as wanted.
async fn until(browser: &Browser, ear: &mut Hears, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let seeing = async {
        loop {
            let asked = asked(browser).await;
            if wanted(&asked) {
                return asked;
            }
            ear.hears().await.expect("it goes on");
        }
    };
    patiently(seeing).await
}

fn decide(no: u128, asked: EntryId, is_given: bool) -> Value {
    json!({ "entryId": id(no).to_string(), "asked": asked.to_string(), "isGiven": is_given })
}

fn is_decided(event: Event) -> Option<Decided> {
    if let Event::Decided(decided) = event { Some(decided) } else { None }
}

/// What a till that connects is told before it hears who is there.
async fn told_at_first(house: &House, till: &Till) -> Vec<Decided> {
    let mut ear = Ear::listens(&house.line(), till.token()).await.expect("open");
    let mut told = Vec::new();
    loop {
        match patiently(ear.next()).await {
            Event::Decided(decided) => told.push(decided),
            Event::Ping => return told,
            Event::End => panic!("the stream ended"),
            _ => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_goes_to_the_till_that_asked_and_is_done_once_the_book_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let (house, first, mut second) = with_bea(folder.path(), Role::Technician).await;
    let line = house.line();
    let one = browser(&first, &house).await;
    let mut hears = one.listens().await;
    assert_eq!(asked(&one).await, [] as [Value; 0]);
    let refund = second.asks_for(BEA, Permission::Refund, 20_000, -2);
    second.syncs(&line).await.expect("synced");
    let list = until(&one, &mut hears, |asked| asked.len() == 1).await;
    let row = json!({
        "entryId": refund.to_string(), "person": "Bea", "tillNo": 2, "atMs": crate::house::now(-2).ms,
        "permission": "refund", "extent": 20_000, "ageMin": 2, "isTillAway": true, "answer": null,
    });
    assert_eq!(list, [row]);

    let mut elsewhere = Ear::listens(&line, first.token()).await.expect("open");
    let mut ear = Ear::listens(&line, second.token()).await.expect("open");
    until(&one, &mut hears, |asked| asked[0]["isTillAway"] == false).await;
    let (status, list) = one.ask_with("decide_approval", decide(81, refund, true)).await;
    assert_eq!(status, 200, "{list}");
    let sent = json!({ "state": "sent", "isGiven": true, "person": "Anna Berg" });
    assert_eq!(list[0]["answer"], sent);
    let decided = ear.until(is_decided).await;
    let server = second.server.as_ref().expect("enrolled").reply.signing_key;
    let decision = decided.signed_by(&server).expect("the server's word");
    let expected = Decision { entry_id: EntryId(id(81)), asked: refund, staff: ANNA, is_given: true };
    assert_eq!(decision, expected);
    // Said twice it is the first that counts, and that it stays the same is told to nobody.
    assert_eq!(one.ask_with("decide_approval", decide(82, refund, false)).await.1[0]["answer"], sent);

    // It is not done before the book has it.
    house.clock.fetch_add(5 * MINUTE, Ordering::Relaxed);
    assert_eq!(asked(&one).await[0]["answer"], sent);
    second.writes(&decision, 1);
    second.syncs(&line).await.expect("synced");
    let done = json!({ "state": "done", "isGiven": true, "person": "Anna Berg" });
    until(&one, &mut hears, |asked| asked[0]["answer"] == done).await;
    // Nothing of it went to the other till, or twice to this one.
    let is_news = |event: Event| match event {
        Event::Decided(_) => panic!("{event:?}"),
        Event::Feed(feed) => (!feed.runs.is_empty()).then_some(()),
        _ => None,
    };
    elsewhere.until(is_news).await;
    ear.until(is_news).await;
    assert_eq!(told_at_first(&house, &second).await, []);
    // What is decided is decided, and soon old news.
    assert_eq!(one.ask_with("decide_approval", decide(83, refund, false)).await.1[0]["answer"], done);
    house.clock.fetch_add(MINUTE, Ordering::Relaxed);
    assert_eq!(asked(&one).await, [] as [Value; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_that_is_away_is_told_when_it_comes_until_it_is_too_late() {
    let folder = tempfile::tempdir().unwrap();
    let (house, first, mut second) = with_bea(folder.path(), Role::Technician).await;
    let one = browser(&first, &house).await;
    let mut hears = one.listens().await;
    let refund = second.asks_for(BEA, Permission::Refund, 20_000, 0);
    second.syncs(&house.line()).await.expect("synced");
    until(&one, &mut hears, |asked| asked.len() == 1).await;
    let list = one.ask_with("decide_approval", decide(81, refund, false)).await.1;
    assert_eq!((&list[0]["isTillAway"], &list[0]["answer"]["isGiven"]), (&json!(true), &json!(false)));
    // A message that is lost is no answer that is lost.
    for _ in 0..2 {
        let told = told_at_first(&house, &second).await;
        assert_eq!(told.iter().map(|told| told.decision.asked).collect::<Vec<_>>(), [refund]);
        assert_eq!(told_at_first(&house, &first).await, []);
    }
    house.clock.fetch_add(15 * MINUTE, Ordering::Relaxed);
    assert_eq!(told_at_first(&house, &second).await.len(), 1);
    assert_eq!(asked(&one).await[0]["answer"]["state"], "sent");
    house.clock.fetch_add(1, Ordering::Relaxed);
    assert_eq!(told_at_first(&house, &second).await, []);
    assert_eq!(asked(&one).await[0]["answer"]["state"], "late");
    house.clock.fetch_add(MINUTE, Ordering::Relaxed);
    assert_eq!(asked(&one).await, [] as [Value; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_till_decided_meanwhile_is_what_counts() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut first, mut second) = with_bea(folder.path(), Role::Technician).await;
    let line = house.line();
    let one = browser(&first, &house).await;
    let mut hears = one.listens().await;
    let refund = second.asks_for(BEA, Permission::Refund, 20_000, 0);
    second.syncs(&line).await.expect("synced");
    until(&one, &mut hears, |asked| asked.len() == 1).await;
    one.ask_with("decide_approval", decide(81, refund, true)).await;
    first.syncs(&line).await.expect("synced");
    first.writes(&Decision { entry_id: EntryId(id(90)), asked: refund, staff: ANNA, is_given: false }, 1);
    first.syncs(&line).await.expect("synced");
    let list = until(&one, &mut hears, |asked| asked[0]["answer"]["state"] == "done").await;
    assert_eq!(list[0]["answer"]["isGiven"], json!(false));
    assert_eq!(told_at_first(&house, &second).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_the_table_lets_a_person_allow_is_shown_and_decided() {
    for role in [Role::Manager, Role::Owner, Role::Auditor] {
        let folder = tempfile::tempdir().unwrap();
        let (house, mut first, _) = with_bea(folder.path(), role).await;
        first.takes_on(CLEO, "Cleo", Role::Assistant);
        let all = [0, 50_000];
        let asks: Vec<_> =
            Permission::ALL.iter().flat_map(|what| all.map(|extent| (*what, extent))).collect();
        let asks: Vec<_> = asks
            .into_iter()
            .map(|(what, extent)| (first.asks_for(CLEO, what, extent, 0), what, extent))
            .collect();
        first.syncs(&house.line()).await.expect("synced");
        known_as(&house, |people| people.iter().any(|one| one.staff == CLEO)).await;
        let one = browser_of(&first, &house, BEA).await;
        let mut hears = one.listens().await;
        // The owner sees when all of them are counted.
        let (anna, mut counted) = (browser(&first, &house).await, one.listens().await);
        let of_anna = asks.iter().filter(|ask| ask.1.verdict(Role::Owner, ask.2) == Verdict::Allowed).count();
        until(&anna, &mut counted, |asked| asked.len() == of_anna).await;
        let may = |ask: &&(EntryId, Permission, i64)| ask.1.verdict(role, ask.2) == Verdict::Allowed;
        let expected: Vec<_> = asks.iter().filter(may).map(|ask| ask.0.to_string()).collect();
        let mut shown: Vec<_> =
            asked(&one).await.iter().map(|ask| ask["entryId"].as_str().expect("an id").to_owned()).collect();
        let mut sorted = expected.clone();
        sorted.sort();
        shown.sort();
        assert_eq!(shown, sorted, "{role:?}");
        for (no, ask) in (100..).zip(&asks) {
            let (status, answer) = one.ask_with("decide_approval", decide(no, ask.0, true)).await;
            if may(&ask) {
                assert_eq!(status, 200, "{role:?} {ask:?} {answer}");
            } else {
                assert_eq!((status, &answer["code"]), (422, &json!("not_allowed")), "{role:?} {ask:?}");
            }
        }
        if !expected.is_empty() {
            until(&one, &mut hears, |asked| asked.iter().all(|ask| ask["answer"]["state"] == "sent")).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_shown_their_own_or_decides_what_is_none_of_theirs() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut first, mut second) = with_bea(folder.path(), Role::Technician).await;
    let line = house.line();
    let own = second.asks_for(BEA, Permission::NoSale, 0, 0);
    let old = second.asks_for(BEA, Permission::NoSale, 0, -16);
    second.syncs(&line).await.expect("synced");
    first.gives_role(BEA, Role::Manager);
    first.syncs(&line).await.expect("synced");
    known_as(&house, |people| people.iter().any(|one| one.staff == BEA && one.role == Role::Manager)).await;
    let (anna, bea) = (browser(&first, &house).await, browser_of(&first, &house, BEA).await);
    let mut hears = anna.listens().await;
    until(&anna, &mut hears, |asked| asked.len() == 1).await;
    assert_eq!(asked(&bea).await, [] as [Value; 0]);
    let not_allowed = (422, "not_allowed".to_owned());
    assert_eq!(bea.refused("decide_approval", decide(81, own, true)).await, not_allowed);
    // What is too old, or was never asked, is decided by nobody.
    for asked in [old, EntryId(id(7))] {
        let list = anna.ask_with("decide_approval", decide(82, asked, true)).await.1;
        assert_eq!((list.as_array().map(Vec::len), &list[0]["answer"]), (Some(1), &Value::Null));
    }
    let bad = (422, "bad_arguments".to_owned());
    for args in [json!({}), json!({ "entryId": "x", "asked": own.to_string(), "isGiven": true })] {
        assert_eq!(anna.refused("decide_approval", args).await, bad);
    }
    let mut foreign = decide(83, own, true);
    foreign["branchId"] = json!(id(5).to_string());
    assert_eq!(anna.refused("decide_approval", foreign).await, (422, "branch_unknown".to_owned()));
    assert_eq!(told_at_first(&house, &second).await, []);
    // Who may not look any more decides nothing.
    first.gives_role(BEA, Role::Pharmacist);
    first.syncs(&line).await.expect("synced");
    known_as(&house, |people| people.iter().any(|one| one.staff == BEA && one.role == Role::Pharmacist))
        .await;
    assert_eq!(bea.refused("decide_approval", decide(84, own, true)).await, ended());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_branch_that_has_heard_of_another_role_keeps_a_person_from_deciding_in_all() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut first, _) = with_bea(folder.path(), Role::Manager).await;
    first.takes_on(CLEO, "Cleo", Role::Assistant);
    let ask = first.asks_for(CLEO, Permission::NoSale, 0, 0);
    first.syncs(&house.line()).await.expect("synced");
    known_as(&house, |people| people.iter().any(|one| one.staff == CLEO)).await;
    let bea = browser_of(&first, &house, BEA).await;
    let mut hears = bea.listens().await;
    until(&bea, &mut hears, |asked| asked.len() == 1).await;
    let elsewhere = folder.path().join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    let mut west = first.opens_branch(folder.path(), 30, 7);
    west.enrols(&house).await;
    west.gives_role(BEA, Role::Auditor);
    west.syncs(&house.line()).await.expect("synced");
    known_as(&house, |people| people.iter().any(|one| one.staff == BEA && one.role == Role::Auditor)).await;
    assert_eq!(bea.refused("decide_approval", decide(81, ask, true)).await, (422, "not_allowed".to_owned()));
}
