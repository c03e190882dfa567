//! A whole evening in the real window, by keyboard alone: three drawers of a branch are counted, closed and signed.
//! Drawer A is put away by its person and counted at the desk, the drawer of the other till was forgotten the day
//! before, and the window's own is short because a sale that was paid by card was rung up as cash.
//!
//! The other till is a process of its own, which the window's till hears through the real server.

#[path = "branch/door.rs"]
mod door;

use anyhow::{Context, ensure};
use domain::time::{BusinessDate, Now};
use door::Door;
use fantoccini::key::Key;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tests::display::Process;
use tests::server::Server;
use tests::window::{OWNER_PIN, Window, pharmatill, program};

/// What an assistant signs in with.
const PIN: &str = "739154";
/// Local hour in which the evening begins, whatever the clock of this computer says.
const EVENING_HOUR: i64 = 19;
/// How long one till may take to hear what another one did.
const PATIENCE: Duration = Duration::from_secs(60);

/// The people, by the digit that they sign in with.
const ANNA: char = '1';
const JONAS: char = '3';
const MIA: char = '4';

const IBUPROFEN: (&str, i64) = ("2100000000012", 495);
const SYRUP: (&str, i64) = ("2100000000036", 850);
const VITAMIN: (&str, i64) = ("2100000000043", 2_350);

/// What happened before the evening, in the words of `DAYS.md`.
fn day_before_and_day(zone: &str, yesterday: &str, today: &str) -> String {
    format!(
        r#"
pharmacy "Apotheke am Markt" DE zone {zone}
staff "Anna Berger" owner
staff "Ben Roth" assistant
staff "Jonas Keller" manager
staff "Mia Yilmaz" assistant
date {yesterday}
clock 07:30
sign in "Anna Berger"
sign in "Ben Roth"
sign in "Jonas Keller"
sign in "Mia Yilmaz"
sign in "Anna Berger"
set secondPersonSigns
product 2100000000012 "Ibuprofen 400 mg film-coated tablets" "20 pieces" 4.95 standard
product 2100000000029 "Nasal spray" "10 ml" 3.95 standard
product 2100000000036 "Cough syrup" "100 ml" 8.50 standard
product 2100000000043 "Vitamin D drops" "50 ml" 23.50 standard
till 2
sign in "Ben Roth"
clock 08:00
open 5x10.00 12x5.00 20x2.00
scan 2100000000012
quantity 10
tender cash 50.00
clock 11:20
scan 2100000000036
tender card
clock 17:45
scan 2100000000029
quantity 2
tender cash 10.00
# Ben goes home, and the drawer stays as it is.
till 1
date {today}
clock 08:00
sign in "Jonas Keller"
open 4x20.00 6x10.00 8x5.00 10x2.00
clock 09:10
scan 2100000000012
quantity 20
tender cash 100.00
clock 10:35
scan 2100000000036
quantity 10
tender cash 100.00
clock 11:05
scan 2100000000029
quantity 3
tender cash 20.00
clock 12:40
scan 2100000000029
quantity 5
tender card
# The afternoon is Mia's, with a drawer of her own.
clock 13:00
put away
sign in "Mia Yilmaz"
open 3x20.00 2x10.00 4x5.00 in A
clock 14:20
scan 2100000000012
tender cash 5.00
clock 15:50
scan 2100000000036
quantity 2
tender cash 20.00
clock 17:15
scan 2100000000029
tender card
"#
    )
}

/// What lies in each drawer in the evening, and what the card terminal beside it says, in minor units.
const FORGOTTEN: (i64, i64) = (15_000 + 4_950 + 790 - 500, 850);
const LETTERED: (i64, i64) = (10_000 + 495 + 1_700, 395);
/// The vitamins were paid by card: they are in the terminal's total and not in the drawer.
const OWN: (i64, i64) = (20_000 + 9_900 + 8_500 + 1_185 + 495 - DROP_MINOR, 1_975 + 850 + 2_350);
const DROP_MINOR: i64 = 20_000;

/// Plays what came before on two real tills, and lets them in at the server.
fn play_the_days(folder: &Path, server: &Server) -> anyhow::Result<()> {
    let now_ms = till::home::real_clock()();
    let utc_hour = now_ms.div_euclid(3_600_000).rem_euclid(24);
    // Zones reach from 12 hours behind to 14 ahead.
    let ahead = (EVENING_HOUR - utc_hour + 12).rem_euclid(24) - 12;
    let now = Now { ms: now_ms, utc_offset_min: i32::try_from(ahead * 60)? };
    let today = now.business_date(0);
    let yesterday = BusinessDate(today.0 - 1);
    // The names of these zones count the other way round.
    let zone = format!("Etc/GMT{:+}", -ahead);
    let day = folder.join("days.txt");
    std::fs::write(&day, day_before_and_day(&zone, &yesterday.to_string(), &today.to_string()))?;
    let first = folder.join("till-1");
    pharmatill(&first, &["day", day.to_str().context("a path in UTF-8")?])?;
    std::fs::rename(first.join("till-2"), folder.join("till-2"))?;
    server.enrol(&first)?;
    server.enrol(&folder.join("till-2"))
}

/// The other till, a process with a door on loopback.
fn serve(till: &Path) -> anyhow::Result<(Process, Door)> {
    let mut command = Command::new(program("pharmatill")?);
    let mut process =
        command.arg("--data").arg(till).arg("serve").stdout(Stdio::piped()).spawn().map(Process)?;
    let mut said = String::new();
    BufReader::new(process.0.stdout.take().context("piped")?).read_line(&mut said)?;
    let said: Value = serde_json::from_str(&said)?;
    let door = Door::at(said["url"].as_str().context("no address")?);
    Ok((process, door))
}

/// Somebody else comes to the till.
async fn comes(window: &Window, digit: char, pin: &str, name: &str) -> anyhow::Result<()> {
    window.press(Key::F4).await?;
    window.sign_in(digit, pin).await?;
    says(window, "person", name).await
}

async fn at_drawer(window: &Window) -> anyhow::Result<()> {
    window.press_with(Key::Alt, '3').await?;
    window.text_of("screen-drawer").await?;
    Ok(())
}

async fn at_desk(window: &Window) -> anyhow::Result<()> {
    at_drawer(window).await?;
    window.press(Key::F10).await?;
    window.text_of("cash-desk").await?;
    Ok(())
}

/// Waits until the element says `words`.
async fn says(window: &Window, id: &str, words: &str) -> anyhow::Result<()> {
    let text = format!(
        "return document.querySelector('[data-testid={id}]')?.textContent.replace(/[\\u00a0\\u202f]/g, ' ') ?? ''"
    );
    window.look_until(&text, |text| text.as_str().is_some_and(|text| text.contains(words))).await?;
    Ok(())
}

async fn is_gone(window: &Window, id: &str) -> anyhow::Result<()> {
    let shown = format!("return document.querySelector('[data-testid={id}]') !== null");
    window.look_until(&shown, |shown| shown == false).await?;
    Ok(())
}

/// Goes to the row that says `words`, by the arrows.
async fn choose(window: &Window, list: &str, words: &str) -> anyhow::Result<()> {
    let rows = format!(
        "const rows = [...document.querySelectorAll('[data-testid={list}]')];
         return [rows.findIndex((row) => row.textContent.includes('{words}')),
                 rows.findIndex((row) => row.getAttribute('aria-selected') === 'true')]"
    );
    let at = |seen: &Value| Some((seen[0].as_i64()?, seen[1].as_i64()?));
    let seen = window.look_until(&rows, |seen| at(seen).is_some_and(|(to, now)| to >= 0 && now >= 0)).await?;
    let (to, mut now) = at(&seen).context("two places")?;
    while now != to {
        window.press(if to > now { Key::Down } else { Key::Up }).await?;
        now += (to - now).signum();
        window.look_until(&rows, |seen| seen[1] == now).await?;
    }
    Ok(())
}

/// Sells one pack for exact cash or by card.
async fn sell(window: &Window, (code, price_minor): (&str, i64), by_card: bool) -> anyhow::Result<()> {
    window.scan_pack(code, price_minor).await?;
    window.press(Key::F12).await?;
    window.wait_for_amount("amount-due", price_minor).await?;
    if by_card {
        window.press(Key::F3).await?;
    }
    window.press(Key::Enter).await?;
    window.wait_for_amount("change-due", 0).await
}

/// Counts a drawer and the total of its card terminal, on the screen of the count.
async fn count(window: &Window, (cash_minor, card_minor): (i64, i64)) -> anyhow::Result<()> {
    window.text_of("count-screen").await?;
    window.type_cash(cash_minor).await?;
    window.type_text(&format!("{}.{:02}", card_minor / 100, card_minor % 100)).await?;
    window.press(Key::Enter).await?;
    window.press(Key::Enter).await?;
    window.text_of("close-screen").await?;
    Ok(())
}

/// Mia puts drawer A away to be counted later, and Jonas goes on with the till's own.
async fn drawers_change(window: &Window) -> anyhow::Result<()> {
    window.sign_in(MIA, PIN).await?;
    window.text_of("scan-field").await?;
    at_drawer(window).await?;
    says(window, "session-drawer", "Drawer A").await?;
    window.press(Key::F5).await?;
    says(window, "drawers", "Drawer of till 1").await?;
    window.picture("window-evening-01-drawers").await?;
    window.press(Key::F7).await?;
    says(window, "drawer-to-open", "Drawer B").await?;
    window.picture("window-evening-02-put-away").await?;

    comes(window, JONAS, OWNER_PIN, "Jonas Keller").await?;
    at_drawer(window).await?;
    window.text_of("open-drawer").await?;
    window.press(Key::F5).await?;
    choose(window, "drawer-row", "Drawer of till 1").await?;
    window.picture("window-evening-03-take-drawer").await?;
    window.press(Key::Enter).await?;
    says(window, "session-drawer", "Drawer of till 1").await
}

/// The last customers; the first of them pays by card, and Jonas rings it up as cash.
async fn last_customers(window: &Window) -> anyhow::Result<()> {
    window.press_with(Key::Alt, '1').await?;
    window.text_of("scan-field").await?;
    sell(window, VITAMIN, false).await?;
    sell(window, IBUPROFEN, false).await?;
    sell(window, SYRUP, true).await
}

/// What is too much goes into the safe in a bag, and is counted there.
async fn safe_drop(window: &Window) -> anyhow::Result<()> {
    at_drawer(window).await?;
    window.text_of("drawer-session").await?;
    window.press(Key::F6).await?;
    let focused = "return document.activeElement?.dataset.testid ?? ''";
    window.look_until(focused, |id| id == "carry-amount").await?;
    window.type_text(&(DROP_MINOR / 100).to_string()).await?;
    // To where, and why, are right; the number of the bag comes after them.
    for _ in 0..3 {
        window.press(Key::Tab).await?;
    }
    window.look_until(focused, |id| id == "carry-bag").await?;
    window.type_text("B-1041").await?;
    window.picture("window-evening-04-safe-drop").await?;
    window.press(Key::F12).await?;
    window.text_of("drawer-transfers").await?;
    window.picture("window-evening-05-on-its-way").await?;

    window.press(Key::F10).await?;
    choose(window, "cash-row", "B-1041").await?;
    says(window, "transfer-amount", "200.00").await?;
    window.picture("window-evening-06-to-accept").await?;
    window.press(Key::F12).await?;
    window.look_until(focused, |id| id == "carry-amount").await?;
    window.type_text(&(DROP_MINOR / 100).to_string()).await?;
    window.press(Key::F12).await?;
    says(window, "place-safe", "200.00").await
}

/// The drawer of till 2, which Ben forgot, is counted from here and closed with a reason.
async fn forgotten_drawer(window: &Window) -> anyhow::Result<()> {
    choose(window, "cash-row", "Drawer of till 2").await?;
    window.text_of("drawer-forgotten").await?;
    window.picture("window-evening-07-forgotten").await?;
    window.press(Key::F12).await?;
    says(window, "count-screen", "Count: Drawer of till 2").await?;
    count(window, FORGOTTEN).await?;
    window.wait_for_amount("over-short-cash", -500).await?;
    window.wait_for_amount("over-short-card", 0).await?;
    window.press(Key::F12).await?;
    window.text_of("close-reason-needed").await?;
    // Nobody knows: the last of the reasons.
    let chosen = "return document.querySelector('[data-testid=close-reason] :checked')?.value ?? ''";
    for reason in ["change_error", "missing_slip", "theft_suspected", "unknown"] {
        window.press(Key::Down).await?;
        window.look_until(chosen, |now| now == reason).await?;
    }
    window.press(Key::Enter).await?;
    window.type_text("open since yesterday").await?;
    window.picture("window-evening-08-forgotten-counted").await?;
    window.press(Key::F12).await?;
    says(window, "desk-next", "Sign").await?;
    says(window, "drawer-detail", "Drawer of till 2").await?;
    window.picture("window-evening-09-forgotten-closed").await?;
    Ok(())
}

/// Drawer A, which waits to be counted, is counted and closed at the desk.
async fn lettered_drawer(window: &Window) -> anyhow::Result<()> {
    choose(window, "cash-row", "Drawer A").await?;
    says(window, "drawer-detail", "To be counted").await?;
    window.picture("window-evening-10-to-count").await?;
    window.press(Key::F12).await?;
    count(window, LETTERED).await?;
    window.wait_for_amount("over-short-cash", 0).await?;
    window.wait_for_amount("over-short-card", 0).await?;
    window.press(Key::F12).await?;
    says(window, "desk-next", "Sign").await?;
    window.picture("window-evening-11-counted-later").await?;
    Ok(())
}

/// The till's own drawer is counted blind, is short, and is put right; then the till makes its Z. Its number.
async fn own_drawer(window: &Window) -> anyhow::Result<String> {
    window.press(Key::Escape).await?;
    window.text_of("drawer-session").await?;
    window.press(Key::F12).await?;
    window.text_of("count-screen").await?;
    window.picture("window-evening-12-blind").await?;
    let page = window.look("return document.body.textContent.replace(/\\D/g, '')").await?;
    let expected = (OWN.0 + VITAMIN.1).to_string();
    ensure!(page.as_str().is_some_and(|digits| !digits.contains(&expected)), "the count is not blind");
    count(window, OWN).await?;
    window.wait_for_amount("over-short-cash", -VITAMIN.1).await?;
    window.wait_for_amount("over-short-card", VITAMIN.1).await?;
    window.picture("window-evening-13-short").await?;

    window.press(Key::F11).await?;
    window.text_of("why-evidence").await?;
    let first = "return document.querySelector('[data-testid=why-cause] label')?.textContent ?? ''";
    let first = window.look(first).await?;
    ensure!(first.as_str().is_some_and(|words| words.contains("paid by card")), "the first cause is {first}");
    window.picture("window-evening-14-why").await?;
    window.press(Key::Enter).await?;
    window.wait_for_amount("over-short-cash", 0).await?;
    window.wait_for_amount("over-short-card", 0).await?;
    is_gone(window, "why-dialog").await?;
    window.picture("window-evening-15-put-right").await?;
    window.press(Key::F12).await?;
    says(window, "z-takings", "278.45").await?;
    window.picture("window-evening-16-z").await?;
    let z_no = window.text_of("z-no").await?;
    window.press(Key::Enter).await?;
    Ok(z_no)
}

/// Who counted may not sign; Anna signs what the three drawers came to.
async fn signed_by_a_second_person(window: &Window) -> anyhow::Result<()> {
    at_desk(window).await?;
    choose(window, "cash-row", "Drawer of till 1").await?;
    window.press(Key::F12).await?;
    says(window, "refusal", "Somebody else has to do this").await?;
    window.picture("window-evening-17-not-by-himself").await?;
    comes(window, ANNA, OWNER_PIN, "Anna Berger").await?;
    at_desk(window).await?;
    for drawer in ["Drawer of till 2", "Drawer of till 1", "Drawer A"] {
        choose(window, "cash-row", drawer).await?;
        says(window, "desk-next", "Sign").await?;
        window.press(Key::F12).await?;
        says(window, "drawer-timeline", "Anna Berger").await?;
    }
    let rows = "return [...document.querySelectorAll('[data-testid=cash-row] [data-kind=drawer]')]
                    .filter((row) => /Signed.*Anna Berger/.test(row.textContent)).length";
    window.look_until(rows, |count| *count == 3).await?;
    window.picture("window-evening-18-signed").await?;
    Ok(())
}

/// Asks the till behind the door until it says what is waited for.
fn hears(door: &Door, name: &str, is_so: impl Fn(&Value) -> bool) -> anyhow::Result<Value> {
    let begun = Instant::now();
    loop {
        let said = door.ask(name);
        if is_so(&said) {
            return Ok(said);
        }
        ensure!(begun.elapsed() < PATIENCE, "waited in vain: {name} is {said}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[tokio::test]
async fn three_drawers_are_counted_closed_and_signed_in_one_evening() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(&folder.path().join("server"), "127.0.0.1:0")?;
    play_the_days(folder.path(), &server)?;
    let (other, door) = serve(&folder.path().join("till-2"))?;
    let first = folder.path().join("till-1");
    let window = Window::open(&first).await?;

    drawers_change(&window).await?;
    last_customers(&window).await?;
    safe_drop(&window).await?;
    forgotten_drawer(&window).await?;
    lettered_drawer(&window).await?;
    let z_no = own_drawer(&window).await?;
    signed_by_a_second_person(&window).await?;

    // The other till hears it by itself.
    let staff = door.ask("staff");
    let ben = staff.as_array().and_then(|staff| staff.iter().find(|person| person["name"] == "Ben Roth"));
    let ben = &ben.context("Ben works here")?["staffId"];
    door.done("sign_in", &json!({ "staffId": ben, "secret": PIN, "newSecret": null }));
    hears(&door, "drawer", |drawer| drawer["state"] == "closed")?;
    window.close().await?;
    drop((door, other));

    pharmatill(&first, &["verify"])?;
    pharmatill(&folder.path().join("till-2"), &["verify"])?;
    let z = pharmatill(&first, &["--json", "--as", "Anna Berger", "report", "z"])?;
    assert!(z["zNo"].as_str().is_some_and(|no| z_no.contains(no)), "{z_no} is not {}", z["zNo"]);
    assert_eq!((&z["saleCount"], &z["takingsMinor"]), (&json!(10), &json!(27_845)));
    check_closes(&first)
}

/// What the book says of the three drawers: what each was over or short, who counted, closed and signed.
fn check_closes(till: &Path) -> anyhow::Result<()> {
    let desk = till::home::open_once(till)?;
    let staff = desk.call("staff", json!({}))?;
    let anna = staff.as_array().and_then(|staff| staff.iter().find(|person| person["name"] == "Anna Berger"));
    let anna = &anna.context("Anna works here")?["staffId"];
    desk.call("sign_in", json!({ "staffId": anna, "secret": OWNER_PIN, "newSecret": null }))?;
    let cash = desk.call("cash", json!({ "businessDate": null }))?;
    let mut closes: Vec<Value> = cash["drawers"]
        .as_array()
        .context("drawers")?
        .iter()
        .map(|drawer| {
            json!([
                drawer["tillNo"],
                drawer["letter"],
                drawer["state"],
                drawer["overShortMinor"],
                drawer["reason"],
                drawer["closedBy"],
                drawer["signedBy"]
            ])
        })
        .collect();
    closes.sort_by_key(Value::to_string);
    let (jonas, anna) = ("Jonas Keller", "Anna Berger");
    assert_eq!(
        json!(closes),
        json!([
            [1, null, "signed", 0, null, jonas, anna],
            [2, null, "signed", -500, "unknown", jonas, anna],
            [null, "A", "signed", 0, null, jonas, anna],
        ])
    );
    Ok(())
}
