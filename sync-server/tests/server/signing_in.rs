//! Who comes in from a browser without a link, who does not, and how it ends.

use std::sync::atomic::Ordering;

use axum::http::{Method, StatusCode};
use desk::viewing::{Needs, View};
use domain::entry::Role;
use domain::id::StaffId;
use http_body_util::BodyExt;
use serde_json::{Value, json};

use crate::browser::{Browser, Denied, browser, browser_of, ended, forbidden, known_as, link_for};
use crate::house::{ANNA, House, Till, branch, code_of, id, patiently};

const MINUTE: i64 = 60_000;
const BEA: StaffId = StaffId(id_of(0xbea));
const PASSPHRASE: &str = "korrekt pferd batterie";

const fn id_of(number: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(number)
}

fn named(name: &str, passphrase: &str) -> Value {
    json!({ "name": name, "passphrase": passphrase })
}

/// The server of a branch with its first till, where Bea works in this role.
async fn with_bea(folder: &std::path::Path, role: Role) -> (House, Till) {
    let (house, mut first, _) = branch(folder).await;
    first.takes_on(BEA, "Bea", role);
    first.tells_all(&house.line()).await;
    known_as(&house, |people| people.iter().any(|one| one.staff == BEA && one.name == "Bea")).await;
    (house, first)
}

/// Comes in by a link and chooses a name and a passphrase.
async fn with_passphrase(till: &Till, house: &House, staff: StaffId, name: &str) -> Browser {
    let browser = browser_of(till, house, staff).await;
    let (status, ways) = browser.ask_with("set_passphrase", named(name, PASSPHRASE)).await;
    assert_eq!(status, 200, "{ways}");
    browser
}

async fn signs_in(house: &House, name: &str, passphrase: &str) -> Result<Browser, Denied> {
    let mut browser = Browser::new(house);
    browser.comes_in("enter_by_passphrase", named(name, passphrase)).await?;
    Ok(browser)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_somebodys_and_leads_to_a_passphrase() {
    let folder = tempfile::tempdir().unwrap();
    let (house, first) = with_bea(folder.path(), Role::Manager).await;
    let one = browser_of(&first, &house, BEA).await;
    let viewing = one.ask("status").await["viewing"].clone();
    let person = json!({ "staffId": BEA.to_string(), "name": "Bea", "role": "manager" });
    assert_eq!((&viewing["person"], &viewing["isWithoutWay"]), (&person, &json!(true)));

    for (name, passphrase, code) in
        [("be", PASSPHRASE, "sign_in_name_bad"), ("bea", "vierzehn zeich", "sign_in_passphrase_bad")]
    {
        assert_eq!(one.refused("set_passphrase", named(name, passphrase)).await, (422, code.to_owned()));
    }
    let (_, ways) = one.ask_with("set_passphrase", named(" Bea B. ", PASSPHRASE)).await;
    assert_eq!(ways["signInName"], "bea b.");
    assert_eq!(one.ask("status").await["viewing"]["isWithoutWay"], json!(false));
    // One name is one person's, at the whole server.
    let anna = browser(&first, &house).await;
    let taken = anna.refused("set_passphrase", named("BEA B.", PASSPHRASE)).await;
    assert_eq!(taken, (409, "name_taken".to_owned()));

    let two = signs_in(&house, "Bea B.", PASSPHRASE).await.expect("in");
    assert_eq!(two.ask("status").await["viewing"]["person"], person);
    assert_eq!(two.ask("branch_now").await["drawers"][0]["expectedCashMinor"], json!(20_000));
    // Another passphrase takes the place of the first.
    two.ask_with("set_passphrase", named("bea", "ein anderes pferd")).await;
    let wrong = forbidden("sign_in_wrong");
    assert_eq!(signs_in(&house, "bea b.", PASSPHRASE).await.err(), Some(wrong));
    signs_in(&house, "bea", "ein anderes pferd").await.expect("in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_says_for_whom_and_only_for_who_may_look() {
    let folder = tempfile::tempdir().unwrap();
    let (house, first) = with_bea(folder.path(), Role::Technician).await;
    let line = house.line();
    let missing = line.ask(Method::POST, "/v1/view-link", first.token(), Vec::new()).await;
    assert_eq!(missing, Err((StatusCode::BAD_REQUEST, "person_missing".to_owned())));
    let malformed = line.ask(Method::POST, "/v1/view-link", first.token(), b"x".to_vec()).await;
    assert_eq!(malformed, Err((StatusCode::BAD_REQUEST, "malformed".to_owned())));
    for staff in [BEA, StaffId(id(0xdead))] {
        assert_eq!(code_of(link_for(&first, &house, staff).await), forbidden("view_not_allowed"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_look_is_what_the_table_says() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut first) = with_bea(folder.path(), Role::Technician).await;
    for role in Role::ALL {
        first.gives_role(BEA, role);
        first.tells_all(&house.line()).await;
        known_as(&house, |people| people.iter().any(|one| one.staff == BEA && one.role == role)).await;
        let may = [Role::Manager, Role::Owner, Role::Auditor].contains(&role);
        assert_eq!(link_for(&first, &house, BEA).await.is_ok(), may, "{role:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_or_may_no_more_is_out_at_once_and_hears_it() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut first) = with_bea(folder.path(), Role::Auditor).await;
    let line = house.line();
    for (no, is_leaving) in [false, true].into_iter().enumerate() {
        let by_link = with_passphrase(&first, &house, BEA, "bea").await;
        let by_name = signs_in(&house, "bea", PASSPHRASE).await.expect("in");
        let waiting = link_for(&first, &house, BEA).await.expect("a link");
        let (mut ear, mut other_ear) = (by_link.listens().await, by_name.listens().await);
        if is_leaving {
            first.lets_go(BEA);
        } else {
            first.gives_role(BEA, Role::Pharmacist);
        }
        first.tells_all(&line).await;
        for ear in [&mut ear, &mut other_ear] {
            let last = patiently(async {
                let mut last = None;
                while let Some(said) = ear.hears().await {
                    last = Some(said);
                }
                last
            });
            assert_eq!(last.await.as_deref(), Some("status"), "{no}");
        }
        for out in [&by_link, &by_name] {
            assert_eq!(out.refused("branch_now", json!({})).await, ended());
            assert_eq!(out.send(Method::GET, "/api/changed", &Value::Null).await.status(), 401);
        }
        let denied = forbidden("view_not_allowed");
        assert_eq!(signs_in(&house, "bea", PASSPHRASE).await.err(), Some(denied.clone()));
        assert_eq!(Browser::new(&house).enters(&waiting).await, Err(denied));
        if !is_leaving {
            first.gives_role(BEA, Role::Manager);
            first.tells_all(&line).await;
            known_as(&house, |people| people.iter().any(|one| one.staff == BEA && one.role == Role::Manager))
                .await;
            // What ended has ended for good, the passphrase has not.
            assert_eq!(by_name.refused("branch_now", json!({})).await, ended());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_left_in_one_branch_is_out_in_all() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut first) = with_bea(folder.path(), Role::Manager).await;
    let line = house.line();
    let mut west = first.opens_branch(folder.path(), 30, 7);
    first.syncs(&line).await.expect("synced");
    west.enrols(&house).await;
    west.syncs(&line).await.expect("synced");
    let in_west = browser_of(&west, &house, BEA).await;
    let mut ear = in_west.listens().await;
    first.lets_go(BEA);
    first.tells_all(&line).await;
    patiently(async { while ear.hears().await.is_some() {} }).await;
    assert_eq!(in_west.refused("status", json!({})).await, ended());
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_of_another_organisation_sees_theirs_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let (house, first) = with_bea(folder.path(), Role::Manager).await;
    let elsewhere = folder.path().join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    let mut foreign = Till::of_another_organisation(&elsewhere, 40);
    foreign.enrols(&house).await;
    foreign.syncs(&house.line()).await.expect("synced");
    known_as(&house, |people| people.len() == 1).await;
    // Bea is nobody there, although the server knows her.
    assert_eq!(code_of(link_for(&foreign, &house, BEA).await), forbidden("view_not_allowed"));
    with_passphrase(&foreign, &house, ANNA, "anna").await;
    let theirs = signs_in(&house, "anna", PASSPHRASE).await.expect("in");
    let viewing = theirs.ask("status").await["viewing"].clone();
    assert_eq!(viewing["branchId"], json!(foreign.branch.to_string()));
    assert_eq!(viewing["branches"].as_array().map(Vec::len), Some(1));
    let asked = json!({ "branchId": first.branch.to_string() });
    assert_eq!(theirs.refused("branch_now", asked).await, (422, "branch_unknown".to_owned()));
    // The same person by id in the other organisation is another one, with ways of their own.
    let ours = browser(&first, &house).await;
    assert_eq!(ours.ask("own_ways").await["signInName"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_passphrase_and_an_unknown_name_are_alike_and_cost_more_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let (house, first) = with_bea(folder.path(), Role::Manager).await;
    let inside = with_passphrase(&first, &house, BEA, "bea").await;
    let (wrong, waits) = (forbidden("sign_in_wrong"), (429, "too_many_tries".to_owned()));
    // Somebody else pays for what this address tries: all of these come from one.
    for name in ["bea", "nobody", "x"] {
        assert_eq!(signs_in(&house, name, "falsch und lang genug").await.err(), Some(wrong.clone()));
    }
    assert_eq!(signs_in(&house, "bea", "kurz").await.err(), Some(wrong.clone()));
    for (name, passphrase) in [("bea", PASSPHRASE), ("nobody", PASSPHRASE)] {
        assert_eq!(signs_in(&house, name, passphrase).await.err(), Some(waits.clone()));
    }
    let refused = Browser::new(&house);
    let refused = refused.send(Method::POST, "/api/enter_by_passphrase", &named("bea", PASSPHRASE)).await;
    assert_eq!(refused.headers()["retry-after"], "3");
    house.clock.fetch_add(2_000, Ordering::Relaxed);
    signs_in(&house, "bea", PASSPHRASE).await.expect("in");
    // A right one is forgiven what was before.
    assert_eq!(signs_in(&house, "bea", "falsch und lang genug").await.err(), Some(wrong));
    signs_in(&house, "bea", PASSPHRASE).await.expect("in");
    inside.ask("status").await;
    // The tills' codes are another matter.
    browser(&first, &house).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_tried_from_everywhere_has_to_wait_whether_anybody_has_it_or_not() {
    let folder = tempfile::tempdir().unwrap();
    let (house, first) = with_bea(folder.path(), Role::Manager).await;
    with_passphrase(&first, &house, BEA, "bea").await;
    let server = house.server();
    let (wrong, waits) = (forbidden("sign_in_wrong"), (429, "too_many_tries".to_owned()));
    for name in ["bea", "nobody"] {
        for _ in 0..4 {
            assert_eq!(signs_in(&house, name, "falsch und lang genug").await.err(), Some(wrong.clone()));
            // As from another address.
            server.passphrase_tries.of_address.right([127, 0, 0, 1].into());
        }
        assert_eq!(signs_in(&house, name, PASSPHRASE).await.err(), Some(waits.clone()));
    }
    house.clock.fetch_add(2_000, Ordering::Relaxed);
    signs_in(&house, "bea", PASSPHRASE).await.expect("in");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_tries_at_once_are_as_many_as_one_after_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let (house, _) = with_bea(folder.path(), Role::Manager).await;
    let trying = (0..8).map(|_| signs_in(&house, "bea", "falsch und lang genug"));
    let answers = futures_util::future::join_all(trying).await;
    let wrong = answers.iter().filter(|answer| answer.as_ref().is_err_and(|denied| denied.0 == 403));
    assert!(wrong.count() <= 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_after_half_an_hour_in_which_nobody_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let (house, first) = with_bea(folder.path(), Role::Manager).await;
    with_passphrase(&first, &house, BEA, "bea").await;
    let one = signs_in(&house, "bea", PASSPHRASE).await.expect("in");
    let mut ear = one.listens().await;
    house.clock.fetch_add(30 * MINUTE - 1, Ordering::Relaxed);
    one.ask("branch_now").await;
    house.clock.fetch_add(1, Ordering::Relaxed);
    patiently(async { while ear.hears().await.is_some() {} }).await;
    assert_eq!(one.refused("still_here", json!({})).await, ended());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_out_here_there_and_everywhere() {
    let folder = tempfile::tempdir().unwrap();
    let (house, first) = with_bea(folder.path(), Role::Manager).await;
    let by_link = with_passphrase(&first, &house, BEA, "bea").await;
    let mut others = Vec::new();
    for _ in 0..3 {
        house.clock.fetch_add(MINUTE, Ordering::Relaxed);
        others.push(signs_in(&house, "bea", PASSPHRASE).await.expect("in"));
    }
    let anna = browser(&first, &house).await;
    let ways = by_link.ask("own_ways").await;
    let listed = ways["signIns"].as_array().expect("a list");
    let how: Vec<_> = listed.iter().map(|one| (one["how"].as_str(), one["isThis"] == true)).collect();
    let (name, link) = (Some("passphrase"), Some("link"));
    assert_eq!(how, [(name, false), (name, false), (name, false), (link, true)]);
    // One of another person is not theirs to end.
    let of_anna = anna.ask("own_ways").await["signIns"][0]["signInId"].clone();
    by_link.ask_with("end_sign_in", json!({ "signInId": of_anna })).await;
    anna.ask("status").await;
    let mut ear = others[2].listens().await;
    let (status, ways) = by_link.ask_with("end_sign_in", json!({ "signInId": listed[0]["signInId"] })).await;
    assert_eq!((status, ways["signIns"].as_array().map(Vec::len)), (200, Some(3)));
    patiently(async { while ear.hears().await.is_some() {} }).await;
    assert_eq!(others[2].refused("status", json!({})).await, ended());
    others[1].ask("sign_out").await;
    assert_eq!(others[1].refused("status", json!({})).await, ended());

    let waiting = link_for(&first, &house, BEA).await.expect("a link");
    let mut ear = by_link.listens().await;
    assert_eq!(others[0].ask("sign_out_everywhere").await, Value::Null);
    patiently(async { while ear.hears().await.is_some() {} }).await;
    for out in [&by_link, &others[0]] {
        assert_eq!(out.refused("status", json!({})).await, ended());
    }
    assert_eq!(Browser::new(&house).enters(&waiting).await, Err(forbidden("link_unknown")));
    anna.ask("status").await;
    signs_in(&house, "bea", PASSPHRASE).await.expect("in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_that_is_cut_off_ends_what_its_links_let_in_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut first, second) = branch(folder.path()).await;
    let by_link = with_passphrase(&second, &house, ANNA, "anna").await;
    let by_name = signs_in(&house, "anna", PASSPHRASE).await.expect("in");
    let mut ear = by_link.listens().await;
    first.revokes(&second);
    first.syncs(&house.line()).await.expect("synced");
    patiently(async { while ear.hears().await.is_some() {} }).await;
    assert_eq!(by_link.refused("status", json!({})).await, ended());
    by_name.ask("status").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_way_in_is_made_soon_after_coming_in_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let (house, first) = with_bea(folder.path(), Role::Manager).await;
    let one = browser_of(&first, &house, BEA).await;
    house.clock.fetch_add(15 * MINUTE, Ordering::Relaxed);
    for name in ["set_passphrase", "ask_new_passkey", "add_passkey"] {
        assert_eq!(one.refused(name, named("bea", PASSPHRASE)).await, forbidden("sign_in_again"), "{name}");
    }
    one.ask("own_ways").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_answered_to_a_page_of_somebody_else_nor_without_one() {
    let folder = tempfile::tempdir().unwrap();
    let (house, first) = with_bea(folder.path(), Role::Manager).await;
    let one = browser_of(&first, &house, BEA).await;
    let foreign = ["https://till.example.org", "http://127.0.0.1", "null", "http://localhost.example.org"];
    for origin in foreign.map(|origin| Some(origin.to_owned())).into_iter().chain([None]) {
        let mut page = Browser { origin, ..one.copied(&house) };
        for view in View::ALL.iter().filter(|view| **view != View::Changed) {
            let refused = page.refused(view.name(), json!({})).await;
            assert_eq!(refused, forbidden("origin_foreign"), "{} from {:?}", view.name(), page.origin);
        }
        assert_eq!(page.enters("AAAA").await, Err(forbidden("origin_foreign")));
    }
    one.ask("status").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_asked_without_a_cookie_is_refused_unless_it_is_a_way_in() {
    let folder = tempfile::tempdir().unwrap();
    let (house, _) = with_bea(folder.path(), Role::Manager).await;
    let nobody = Browser::new(&house);
    let is_asked = |view: &&View| view.needs() != Needs::Nothing && **view != View::Changed;
    for view in View::ALL.iter().filter(is_asked) {
        assert_eq!(nobody.refused(view.name(), json!({})).await, ended(), "{}", view.name());
    }
    assert_eq!(nobody.ask("ways_in").await, json!({ "hasPasskeys": false }));
    assert_eq!(nobody.send(Method::GET, "/api/changed", &Value::Null).await.status(), 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn passkeys_are_asked_for_at_the_servers_address_only_and_a_made_up_one_opens_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (house, first) = with_bea(folder.path(), Role::Manager).await;
    let one = browser_of(&first, &house, BEA).await;
    for name in ["ask_passkey", "ask_new_passkey"] {
        assert_eq!(one.refused(name, json!({})).await, forbidden("passkeys_elsewhere"), "{name}");
    }
    let answer = json!({ "askedId": "AAAA", "credential": {} });
    for name in ["enter_by_passkey", "add_passkey"] {
        assert_eq!(one.refused(name, answer.clone()).await, forbidden("passkeys_elsewhere"), "{name}");
    }
    let host = house.address.port();
    let local = Browser {
        origin: Some(format!("http://localhost:{host}")),
        host: format!("localhost:{host}"),
        ..one.copied(&house)
    };
    assert_eq!(local.ask("ways_in").await, json!({ "hasPasskeys": true }));
    let asked = local.ask("ask_passkey").await;
    assert_eq!(asked["options"]["rpId"], "localhost");
    let made = local.ask("ask_new_passkey").await;
    assert_eq!(made["options"]["user"]["displayName"], "Bea");
    for asked_id in [&asked["askedId"], &made["askedId"], &json!("AAAA")] {
        let answer = json!({ "askedId": asked_id, "credential": { "id": "AAAA", "rawId": "AAAA" } });
        for name in ["enter_by_passkey", "add_passkey"] {
            let refused = local.refused(name, answer.clone()).await;
            assert_eq!(refused, forbidden("passkey_unknown"), "{name}");
        }
    }
    assert_eq!(local.ask("own_ways").await["passkeys"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn over_tls_the_cookie_is_for_this_host_alone_and_links_lead_to_the_public_address() {
    let folder = tempfile::tempdir().unwrap();
    let public = "https://till.example.org".parse().expect("an address");
    let house =
        House::new_as(&folder.path().join("server"), |options| options.public_url = Some(public)).await;
    let (house, first, _) = crate::house::branch_of(folder.path(), house).await;
    let request = replica::session::ViewLinkRequest { staff: ANNA }.encode();
    let reply =
        house.line().ask(Method::POST, "/v1/view-link", first.token(), request).await.expect("a link");
    let reply = replica::session::ViewLinkReply::decode(&reply).expect("a reply");
    assert_eq!(reply.address.as_deref(), Some("https://till.example.org"));
    let mut page = Browser { origin: Some("https://till.example.org".to_owned()), ..Browser::new(&house) };
    let link = base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, reply.link);
    let response = page.send(Method::POST, "/api/enter", &json!({ "link": link })).await;
    let cookie = response.headers()["set-cookie"].to_str().expect("text").to_owned();
    let (pair, attributes) = cookie.split_once(';').expect("attributes");
    assert!(pair.starts_with("__Host-pharmatill_viewer="), "{pair}");
    assert_eq!(attributes, " Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=43200");
    assert!(response.into_body().collect().await.expect("a body").to_bytes().is_empty());
    page.cookie = Some(pair.to_owned());
    assert_eq!(page.ask("status").await["viewing"]["hasPasskeys"], json!(true));
}
