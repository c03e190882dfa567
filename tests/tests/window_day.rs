//! A whole day at the counter, rung up in the real window by keyboard and scanner alone: 200 sales drawn
//! from the French medicines catalogue, counted, closed with a Z, and verified.
//!
//! What the till says is compared with sums made here from the published prices.

use anyhow::{Context, ensure};
use fantoccini::key::Key;
use serde_json::json;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use tests::window::{OWNER_PIN, Window, pharmatill, repository};

const SALES: usize = 200;
/// What lies in the drawer in the morning, by value in minor units: 200.00.
const OPENING_FLOAT: [(i64, i64); 4] = [(2000, 4), (1000, 6), (500, 8), (200, 10)];

/// A pack as published.
struct Pack {
    cip13: String,
    price_minor: i64,
}

/// How a sale is paid.
enum Paid {
    /// The exact amount in cash.
    Exact,
    /// Rounded up to notes of 50.00, with change.
    Notes,
    Card,
    /// 5.00 in cash, the rest by card.
    Split,
}

#[tokio::test]
async fn two_hundred_sales_by_keyboard_then_counted_closed_and_verified() -> anyhow::Result<()> {
    let published = repository().join("../shared/data/catalogue-fr-bdpm");
    ensure!(
        published.exists(),
        "the French medicines database as published is missing: this test sells from {}",
        published.display()
    );
    let data = tempfile::tempdir()?;
    let data = data.path();
    pharmatill(
        data,
        &["init", "--name", "Pharmacie du March\u{e9}", "--country", "FR", "--staff", "Claire Martin:owner"],
    )?;
    pharmatill(data, &["catalogue", "import", published.to_str().context("a path in UTF-8")?])?;
    let packs = packs_to_sell(&published)?;

    let window = Window::open(data).await?;
    sign_in(&window).await?;
    open_drawer(&window).await?;
    let (mut cash_minor, mut card_minor) = (0, 0);
    for sale in 0..SALES {
        let total_minor = fill_basket(&window, &packs, sale).await?;
        window.press(Key::F12).await?;
        window.wait_for_amount("amount-due", total_minor).await?;
        if sale == 100 {
            window.picture("window-day-pay").await?;
        }
        let (cash, change) = pay(&window, how_paid(sale, total_minor), total_minor).await?;
        window.wait_for_amount("change-due", change).await.with_context(|| format!("after sale {sale}"))?;
        cash_minor += cash;
        card_minor += total_minor - cash;
    }
    window.picture("window-day-sold").await?;
    count_and_close(&window, cash_minor, card_minor).await?;
    window.close().await?;

    pharmatill(data, &["verify"])?;
    let z = pharmatill(data, &["--json", "--as", "Claire Martin", "report", "z"])?;
    assert_eq!(
        (&z["saleCount"], &z["takingsMinor"], &z["refundCount"]),
        (&json!(SALES), &json!(cash_minor + card_minor), &json!(0))
    );
    Ok(())
}

/// Packs on the market with a public price up to 300.00, spread over the whole catalogue.
fn packs_to_sell(published: &Path) -> anyhow::Result<Vec<Pack>> {
    let products = unpack(&published.join("CIS_bdpm.2026-05.txt.zst"))?;
    let known: HashSet<&[u8]> = products
        .split(|&byte| byte == b'\n')
        .map(|line| line.split(|&byte| byte == b'\t').next().unwrap_or(line))
        .collect();
    let text = String::from_utf8(unpack(&published.join("CIS_CIP_bdpm.2026-07-07.txt.zst"))?)?;
    let packs: Vec<Pack> = text
        .lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let &[
                cis,
                _,
                _,
                "Présentation active",
                "Déclaration de commercialisation",
                _,
                cip13,
                _,
                _,
                before_fee,
                public,
                fee,
                ..,
            ] = cells.as_slice()
            else {
                return None;
            };
            let price_minor = minor(public)?;
            let is_plain = minor(before_fee)? + minor(fee)? == price_minor && price_minor <= 30_000;
            (is_plain && known.contains(cis.as_bytes()))
                .then(|| Pack { cip13: cip13.to_owned(), price_minor })
        })
        .collect();
    ensure!(packs.len() > 5_000, "only {} packs to sell", packs.len());
    Ok(packs)
}

fn unpack(path: &PathBuf) -> anyhow::Result<Vec<u8>> {
    let packed = std::fs::File::open(path).with_context(|| path.display().to_string())?;
    Ok(zstd::decode_all(packed)?)
}

/// "25,36" in minor units; `None` for anything that is not written so.
fn minor(text: &str) -> Option<i64> {
    let (whole, cents) = text.split_once(',')?;
    if cents.len() != 2 {
        return None;
    }
    Some(whole.parse::<i64>().ok()? * 100 + cents.parse::<i64>().ok()?)
}

async fn sign_in(window: &Window) -> anyhow::Result<()> {
    window.sign_in('1', OWNER_PIN).await?;
    window.text_of("scan-field").await?;
    Ok(())
}

async fn open_drawer(window: &Window) -> anyhow::Result<()> {
    window.text_of("to-drawer").await?;
    window.press(Key::Enter).await?;
    window.text_of("open-drawer").await?;
    window
        .type_counts(|value| {
            OPENING_FLOAT.iter().find(|(known, _)| *known == value).map_or(0, |(_, count)| *count)
        })
        .await?;
    window.wait_for_amount("total", 0).await
}

/// Scans one to three packs, every tenth sale with two of the first, and confirms prescriptions; what it
/// comes to by the published prices.
async fn fill_basket(window: &Window, packs: &[Pack], sale: usize) -> anyhow::Result<i64> {
    let mut total_minor = 0;
    for line in 0..=sale % 3 {
        let pack = &packs[(sale * 3 + line) * 7919 % packs.len()];
        let quantity = if line == 0 && sale.is_multiple_of(10) { 2 } else { 1 };
        if quantity > 1 {
            window.type_text(&format!("{quantity}*")).await?;
            window.text_of("next-quantity").await?;
            tokio::time::sleep(Window::REACH_FOR_SCANNER).await;
        }
        total_minor += quantity * pack.price_minor;
        window
            .scan_pack(&pack.cip13, total_minor)
            .await
            .with_context(|| format!("sale {sale}, pack {}", pack.cip13))?;
    }
    let unconfirmed =
        "return document.querySelectorAll('[data-testid=basket] [data-confirmed=false]').length";
    let mut left = window.look(unconfirmed).await?.as_i64().unwrap_or_default();
    while left > 0 {
        window.press(Key::F10).await?;
        left -= 1;
        window.look_until(unconfirmed, |now| *now == left).await?;
    }
    Ok(total_minor)
}

fn how_paid(sale: usize, total_minor: i64) -> Paid {
    match sale % 4 {
        0 => Paid::Exact,
        1 => Paid::Notes,
        2 if total_minor > 500 => Paid::Split,
        _ => Paid::Card,
    }
}

/// Pays; the cash that stays in the drawer, and the change.
async fn pay(window: &Window, paid: Paid, total_minor: i64) -> anyhow::Result<(i64, i64)> {
    match paid {
        Paid::Exact => {
            window.press(Key::Enter).await?;
            Ok((total_minor, 0))
        }
        Paid::Notes => {
            let tendered = (total_minor / 5_000 + 1) * 50;
            window.type_text(&tendered.to_string()).await?;
            window.wait_for_amount("pay-outcome", tendered * 100 - total_minor).await?;
            window.press(Key::Enter).await?;
            Ok((total_minor, tendered * 100 - total_minor))
        }
        Paid::Card => {
            window.press(Key::F3).await?;
            window.press(Key::Enter).await?;
            Ok((0, 0))
        }
        Paid::Split => {
            window.type_text("5").await?;
            window.press(Key::Enter).await?;
            window
                .look_until("return document.querySelectorAll('[data-testid=given] dd').length", |n| *n == 1)
                .await?;
            window.press(Key::F3).await?;
            window.press(Key::Enter).await?;
            Ok((500, 0))
        }
    }
}

async fn count_and_close(window: &Window, cash_minor: i64, card_minor: i64) -> anyhow::Result<()> {
    window.press_with(Key::Alt, '3').await?;
    window.text_of("drawer-session").await?;
    window.press(Key::F12).await?;
    window.text_of("count-screen").await?;
    let float_minor: i64 = OPENING_FLOAT.iter().map(|(value, count)| value * count).sum();
    window.type_cash(float_minor + cash_minor).await?;
    window.type_text(&format!("{}.{:02}", card_minor / 100, card_minor % 100)).await?;
    window.press(Key::Enter).await?;
    window.press(Key::Enter).await?;
    window.text_of("close-screen").await?;
    window.wait_for_amount("over-short-cash", 0).await?;
    window.wait_for_amount("over-short-card", 0).await?;
    window.picture("window-day-close").await?;
    window.press(Key::F12).await?;
    let takings = window.text_of("z-takings").await?;
    let digits: String = takings.chars().filter(char::is_ascii_digit).collect();
    assert_eq!(digits, (cash_minor + card_minor).to_string(), "takings on the Z: {takings}");
    window.picture("window-day-closed").await?;
    window.press(Key::Enter).await
}
