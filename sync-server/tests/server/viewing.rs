//! A person's browser: how it comes in by a link, what it sees, what it is not told, and when it ends.

use std::path::Path;
use std::sync::atomic::Ordering;

use axum::http::Method;
use domain::entry::Role;
use domain::id::StaffId;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use replica::sync::SyncRequest;
use serde_json::{Value, json};

use crate::browser::{Browser, browser, ended, forbidden, link_of};
use crate::house::{self, House, NOON, Till, branch, code_of, id, patiently};

const TEN_MINUTES: i64 = 600_000;
const HALF_AN_HOUR: i64 = 30 * 60_000;
const TWELVE_HOURS: i64 = 12 * 3_600_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_link_lets_one_browser_in_within_ten_minutes() {
    let folder = tempfile::tempdir().unwrap();
    let (house, first, _) = branch(folder.path()).await;
    let unknown = forbidden("link_unknown");
    let link = link_of(&first, &house).await.expect("a link");
    let mut one = Browser::new(&house);
    assert_eq!(one.refused("status", json!({})).await, ended());
    one.enters(&link).await.expect("in");
    let status = one.ask("status").await;
    assert_eq!((&status["stage"], &status["till"]), (&json!("view"), &Value::Null));
    assert_eq!(status["viewing"]["endsAtMs"], json!(NOON + TWELVE_HOURS));

    let mut other = Browser::new(&house);
    assert_eq!(other.enters(&link).await, Err(unknown.clone()));
    let link = link_of(&first, &house).await.expect("a link");
    house.clock.fetch_add(TEN_MINUTES, Ordering::Relaxed);
    assert_eq!(other.enters(&link).await, Err(unknown.clone()));
    assert_eq!(other.refused("branch_now", json!({})).await, ended());
    // Guessing is paid for with waiting, also for a right one.
    for _ in 0..2 {
        assert_eq!(other.enters("AAAAAAAAAAAAAAAAAAAAAA").await, Err(unknown.clone()));
    }
    let link = link_of(&first, &house).await.expect("a link");
    assert_eq!(other.enters(&link).await, Err((429, "too_many_tries".to_owned())));
    // What was opened or is too old does nothing to who is in.
    one.ask("branch_now").await;
    // A second link in the same browser takes the place of the first one.
    house.clock.fetch_add(60_000, Ordering::Relaxed);
    let before = one.copied(&house);
    one.enters(&link).await.expect("in again");
    assert_eq!(before.refused("status", json!({})).await, ended());
    one.ask("status").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_enrolled_till_gives_links() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut first, second) = branch(folder.path()).await;
    let mut stranger = first.invites(folder.path(), 30, 3);
    stranger.enrols(&house).await;
    assert_eq!(code_of(link_of(&stranger, &house).await), (403, "device_not_enrolled".to_owned()));
    let link = link_of(&second, &house).await.expect("a link");
    let mut live = house::Ear::listens(&house.line(), second.token()).await.expect("open");
    first.revokes(&second);
    first.syncs(&house.line()).await.expect("synced");
    live.until(|event| (event == house::Event::Revoked).then_some(())).await;
    assert_eq!(code_of(link_of(&second, &house).await), (403, "device_revoked".to_owned()));
    // What it had given opens nothing any more.
    let mut late = Browser::new(&house);
    let _ = late.enters(&link).await;
    assert_eq!(late.refused("status", json!({})).await, ended());
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_by_itself_by_the_person_and_with_the_till() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut first, second) = branch(folder.path()).await;
    let one = browser(&first, &house).await;
    assert_eq!(one.ask("sign_out").await, Value::Null);
    assert_eq!(one.refused("status", json!({})).await, ended());

    let (one, other) = (browser(&first, &house).await, browser(&second, &house).await);
    let (mut ear, mut other_ear) = (one.listens().await, other.listens().await);
    first.revokes(&second);
    first.syncs(&house.line()).await.expect("synced");
    let last = patiently(async {
        let mut last = None;
        while let Some(said) = other_ear.hears().await {
            last = Some(said);
        }
        last
    });
    assert_eq!(last.await.as_deref(), Some("status"));
    assert_eq!(other.refused("branch_now", json!({})).await, ended());
    one.ask("branch_now").await;

    // Looking alone is no use of it; that somebody is there, the page says.
    for _ in 0..24 {
        house.clock.fetch_add(HALF_AN_HOUR - 60_000, Ordering::Relaxed);
        one.ask("branch_now").await;
        one.ask("still_here").await;
    }
    house.clock.store(NOON + TWELVE_HOURS - 1, Ordering::Relaxed);
    one.ask("branch_now").await;
    house.clock.fetch_add(1, Ordering::Relaxed);
    assert_eq!(one.refused("branch_now", json!({})).await, ended());
    patiently(async { while ear.hears().await.is_some() {} }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_in_outlives_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let (house, first, _) = branch(folder.path()).await;
    let mut one = browser(&first, &house).await;
    house.kill().await;
    let house = House::open(&folder.path().join("server")).await;
    one = one.copied(&house);
    one.ask("branch_now").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_is_seen_as_it_is_counted_and_its_cash_by_who_may() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut first, _) = branch(folder.path()).await;
    let one = browser(&first, &house).await;
    let mut ear = one.listens().await;
    let before = one.sees(&mut ear, |now| now["drawers"][0]["state"] == "open").await;
    assert_eq!((&before["saleCount"], &before["notCountedYet"]), (&json!(0), &json!(0)));
    assert_eq!(before["drawers"][0]["openedBy"], "");
    // What should be in the drawer is for an owner to see, counted or not.
    assert_eq!(before["drawers"][0]["expectedCashMinor"], json!(20_000));

    first.sells(5);
    first.syncs(&house.line()).await.expect("synced");
    let now = one.sees(&mut ear, |now| now["saleCount"] == 1).await;
    assert_eq!(now["takingsMinor"], json!(990));
    assert_eq!(now["hasServer"], json!(true));
    assert!(now["tills"].as_array().expect("tills").iter().all(|till| till["isSelf"] == false), "{now}");
    assert_eq!(now["drawers"][0]["expectedCashMinor"], json!(20_990));
    assert_eq!(now["tenders"][0]["amountMinor"], json!(990), "{now}");
    let stock = one.ask("branch_stock").await;
    assert!(stock["low"].is_array(), "{stock}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_till_says_it_has_and_did_not_send_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut first, _) = branch(folder.path()).await;
    let one = browser(&first, &house).await;
    let own = Some(replica::sync::OwnState { unsent_sale_count: 3, last_receipt_no: 0 });
    let request = replica::sync::SyncRequest { cursor: first.cursor, own, ..Default::default() };
    first.asks(&house.line(), &request).await.expect("heard");
    let now = one.ask("branch_now").await;
    assert_eq!(now["tills"][0]["salesNotHere"], json!(3), "{now}");
    // By its own clock, which is a minute ahead.
    assert_eq!(now["tills"][0]["lastHeardMs"], json!(NOON + 60_000));
    assert_eq!((&now["tills"][0]["isUpToNow"], &now["upToNowCount"]), (&json!(false), &json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn branches_of_the_organisation_are_seen_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut first, _) = branch(folder.path()).await;
    let line = house.line();
    let mut west = first.opens_branch(folder.path(), 30, 7);
    first.syncs(&line).await.expect("synced");
    west.enrols(&house).await;
    west.syncs(&line).await.expect("synced");
    west.opens();
    west.sells(5);
    west.syncs(&line).await.expect("synced");
    let elsewhere = folder.path().join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    let mut foreign = Till::of_another_organisation(&elsewhere, 40);
    foreign.enrols(&house).await;
    foreign.opens();
    foreign.sells(6);
    foreign.syncs(&line).await.expect("synced");

    let one = browser(&first, &house).await;
    let viewing = one.ask("status").await["viewing"].clone();
    assert_eq!(viewing["branchId"], json!(first.branch.to_string()));
    assert_eq!(viewing["missingCount"], json!(0));
    let ids: Vec<_> =
        viewing["branches"].as_array().expect("a list").iter().map(|b| &b["branchId"]).collect();
    let (mine, other) = (json!(first.branch.to_string()), json!(west.branch.to_string()));
    assert!(ids.len() == 2 && ids.contains(&&mine) && ids.contains(&&other), "{viewing}");

    let mut ear = one.listens().await;
    let asked = json!({ "branchId": west.branch.to_string() });
    let seen = patiently(async {
        loop {
            let (status, now) = one.ask_with("branch_now", asked.clone()).await;
            assert_eq!(status, 200, "{now}");
            if now["saleCount"] == 1 {
                return now;
            }
            ear.hears().await.expect("it goes on");
        }
    });
    assert_eq!(seen.await["takingsMinor"], json!(990));
    assert_eq!(one.ask("branch_now").await["saleCount"], json!(0));

    let unknown = (422, "branch_unknown".to_owned());
    for id in [foreign.branch.to_string(), "nonsense".to_owned(), String::new()] {
        for name in ["branch_now", "branch_stock"] {
            assert_eq!(one.refused(name, json!({ "branchId": id })).await, unknown);
        }
    }
    // Nor is it told what happens there; each of its own branches by its name.
    foreign.sells(7);
    foreign.syncs(&line).await.expect("synced");
    west.sells(8);
    west.syncs(&line).await.expect("synced");
    let told = format!("viewed {}", west.branch);
    let mine = format!("viewed {}", first.branch);
    patiently(async {
        loop {
            let said = ear.hears().await.expect("it goes on");
            assert!(said == told || said == mine, "{said}");
            if said == told {
                return;
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_else_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (house, first, _) = branch(folder.path()).await;
    let one = browser(&first, &house).await;
    let is_view = |name: &str| desk::viewing::View::parse(name).is_some();
    let others: Vec<_> = desk::COMMANDS.iter().map(|(name, _)| *name).filter(|name| !is_view(name)).collect();
    assert!(others.len() > 40);
    for name in others {
        assert_eq!(one.refused(name, json!({})).await, forbidden("view_only"), "{name}");
    }
    assert_eq!(one.refused("no_such_command", json!({})).await, forbidden("view_only"));
    assert_eq!(one.refused("changed", json!({})).await.0, 405);
    assert_eq!(one.refused("branch_now", json!({ "branchId": 7 })).await, (422, "bad_arguments".to_owned()));
    assert_eq!(one.refused("branch_now", json!("x".repeat(5_000))).await, (413, "too_large".to_owned()));
    // A till's token is no cookie, and a cookie no token.
    let stranger = Browser { cookie: Some("pharmatill_viewer=AAAA".to_owned()), ..Browser::new(&house) };
    assert_eq!(stranger.refused("branch_now", json!({})).await, ended());
    assert_eq!(stranger.send(Method::GET, "/api/changed", &Value::Null).await.status(), 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_ours_and_may_do_little() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("server");
    let write = |name: &str, text: &str| {
        let path = data.join("ui").join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("index.html", "<!doctype html>");
    write("assets/index-Bx_1.js", "void 0");
    let house = House::new(&data).await;
    let one = Browser::new(&house);
    for (path, status, kind, kept) in [
        ("/", 200, "text/html", "no-store"),
        ("/index.html", 200, "text/html", "no-store"),
        ("/assets/index-Bx_1.js", 200, "text/javascript", "public, max-age=31536000, immutable"),
        ("/assets/none.js", 404, "application/cbor", "no-store"),
        ("/../server.keys", 404, "application/cbor", "no-store"),
        ("/%2e%2e/server.keys", 404, "application/cbor", "no-store"),
        ("/assets/..%2f..%2fserver.keys", 404, "application/cbor", "no-store"),
        ("/v1/nothing", 404, "application/cbor", "no-store"),
    ] {
        let response = one.send(Method::GET, path, &Value::Null).await;
        let headers = response.headers();
        assert_eq!(response.status().as_u16(), status, "{path}");
        assert!(headers["content-type"].to_str().unwrap().starts_with(kind), "{path} {headers:?}");
        assert_eq!(headers["cache-control"], kept, "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["referrer-policy"], "no-referrer");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    }
    // Packed for whoever says that it can unpack, and as it is for the others.
    write("assets/index-Bx_1.js.gz", "packed");
    for (accepts, encoding, body) in [("gzip, br", Some("gzip"), "packed"), ("identity", None, "void 0")] {
        let request = Request::builder().uri(format!("http://{}/assets/index-Bx_1.js", one.host));
        let request = request.header("accept-encoding", accepts).body(Full::default()).expect("a request");
        let response = one.client.request(request).await.expect("an answer");
        let headers = response.headers();
        assert_eq!(headers.get("content-encoding").map(|said| said.to_str().unwrap()), encoding);
        assert_eq!(headers["content-type"], "text/javascript");
        assert_eq!(headers["vary"], "accept-encoding");
        assert_eq!(response.into_body().collect().await.expect("a body").to_bytes(), body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_joins_in_one_branch_has_a_name_in_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut first, _) = branch(folder.path()).await;
    let line = house.line();
    let mut west = first.opens_branch(folder.path(), 30, 7);
    first.syncs(&line).await.expect("synced");
    west.enrols(&house).await;
    west.syncs(&line).await.expect("synced");
    let (one, bea) = (browser(&west, &house).await, StaffId(id(0xbea)));
    let mut ear = one.listens().await;
    first.takes_on(bea, "Bea", Role::Technician);
    let request = SyncRequest { runs: first.runs_for(&west.vector()), ..SyncRequest::default() };
    first.asks(&line, &SyncRequest { keys: first.wrapped_keys(), ..request }).await.expect("taken");
    let there = house.server().branch(west.branch).expect("open");
    patiently(async {
        let named = |book: &ledger::Book<'_>| Ok(book.staff()?.into_iter().find(|one| one.staff == bea));
        while there.read(named).expect("read").is_none_or(|bea| bea.name != "Bea") {
            ear.hears().await.expect("it goes on");
        }
    })
    .await;
}
