//! The real window: does it open, and does it say so when it cannot?

use fantoccini::key::Key;
use serde_json::{Value, json};
use std::time::Duration;
use tests::window::{OWNER_PIN, Window, pharmatill};

#[tokio::test]
async fn the_window_opens_and_a_new_till_begins_with_the_wizard() -> anyhow::Result<()> {
    let data = tempfile::tempdir()?;
    let window = Window::open(data.path()).await?;
    window.text_of("screen-setup").await?;
    assert_eq!(window.title().await?, "PharmaTill");
    window.close().await
}

#[tokio::test]
async fn a_second_window_on_one_ledger_says_so_and_goes_on_when_the_first_is_closed() -> anyhow::Result<()> {
    let data = tempfile::tempdir()?;
    let first = Window::open(data.path()).await?;
    first.text_of("screen-setup").await?;

    let second = Window::open(data.path()).await?;
    let said = second.text_of("failed").await?;
    assert!(said.contains("already open"), "{said}");

    first.close().await?;
    second.press(Key::Tab).await?;
    second.look_until("return document.activeElement.tagName", |tag| tag == "BUTTON").await?;
    // The first window may need a moment to let go of the ledger.
    let shown = "return document.querySelector('[data-testid=screen-setup]') !== null";
    for _ in 0..50 {
        second.press(Key::Enter).await?;
        tokio::time::sleep(Duration::from_millis(200)).await;
        if second.look(shown).await? == true {
            return second.close().await;
        }
    }
    anyhow::bail!("still shut out: {}", second.picture("still-shut-out").await?.display())
}

/// The demo's assistant.
const MIA_PIN: &str = "628043";

#[tokio::test]
async fn people_sign_in_change_and_allow_by_keyboard_alone() -> anyhow::Result<()> {
    let data = tempfile::tempdir()?;
    let till = data.path().join("till-1");
    pharmatill(&till, &["demo"])?;
    let window = Window::open(&till).await?;
    window.text_of("people").await?;
    window.picture("people-sign-in").await?;
    window.sign_in('1', OWNER_PIN).await?;
    window.text_of("scan-field").await?;
    let person = "return document.querySelector('[data-testid=person]')?.textContent ?? ''";
    let is = |name: &'static str| move |text: &Value| text.as_str().is_some_and(|text| text.contains(name));
    window.look_until(person, is("Anna Berger")).await?;
    let total = "return document.querySelector('[data-testid=total]')?.dataset.minor ?? ''";
    let before = window.look(total).await?;

    // A colleague takes over, with the basket as it is.
    window.press(Key::F4).await?;
    window.sign_in('3', MIA_PIN).await?;
    window.look_until(person, is("Mia Yilmaz")).await?;
    assert_eq!(window.look(total).await?, before);

    // What she may not do alone, the owner allows without taking over.
    window.press(Key::F7).await?;
    window.text_of("discount-field").await?;
    window.type_text("30%").await?;
    window.press(Key::Enter).await?;
    window.text_of("approval").await?;
    window.picture("people-approval").await?;
    window.sign_in('1', OWNER_PIN).await?;
    window.look_until(total, |now| *now != before && now != "").await?;
    window.look_until(person, is("Mia Yilmaz")).await?;
    window.picture("people-allowed").await?;

    // Locked, the basket waits.
    let allowed = window.look(total).await?;
    window.press(Key::F8).await?;
    window.text_of("screen-signin").await?;
    window.sign_in('3', MIA_PIN).await?;
    window.text_of("scan-field").await?;
    window.look_until(total, |now| *now == allowed).await?;
    window.close().await
}

#[tokio::test]
async fn a_power_cut_in_the_middle_of_a_count_loses_nothing_of_it() -> anyhow::Result<()> {
    let data = tempfile::tempdir()?;
    let till = data.path().join("till-1");
    pharmatill(&till, &["demo"])?;
    let count_screen = async || -> anyhow::Result<Window> {
        let window = Window::open(&till).await?;
        window.sign_in('1', OWNER_PIN).await?;
        window.text_of("scan-field").await?;
        window.press_with(Key::Alt, '3').await?;
        window.text_of("drawer-session").await?;
        window.press(Key::F12).await?;
        window.text_of("count-screen").await?;
        Ok(window)
    };
    let typed = "return ['denom-50000', 'denom-20000', 'denom-10000', 'count-card']
                     .map((id) => document.querySelector(`[data-testid=${id}]`)?.value)";

    let window = count_screen().await?;
    window.look_until("return document.activeElement?.dataset.testid", |id| id == "denom-50000").await?;
    window.type_text("7").await?;
    window.press(Key::Enter).await?;
    window.type_text("12").await?;
    window.look_until(typed, |typed| typed[1] == "12").await?;
    window.lose_power()?;

    let window = count_screen().await?;
    window.look_until(typed, |typed| *typed == json!(["7", "12", "", ""])).await?;
    window.picture("window-after-a-power-cut").await?;
    // A number that is there again is replaced by what is typed, and not gone on with.
    window.type_text("8").await?;
    window.look_until(typed, |typed| typed[0] != "7").await?;
    assert_eq!(window.look(typed).await?, json!(["8", "12", "", ""]));
    window.close().await
}

#[tokio::test]
async fn the_customer_sees_the_sale_in_a_window_of_its_own() -> anyhow::Result<()> {
    let data = tempfile::tempdir()?;
    let till = data.path().join("till-1");
    pharmatill(&till, &["demo"])?;
    let window = Window::open(&till).await?;
    window.sign_in('1', OWNER_PIN).await?;
    window.text_of("scan-field").await?;
    window.press_with(Key::Control, 'k').await?;
    window
        .look_until("return document.activeElement?.dataset.testid ?? ''", |field| field == "palette-field")
        .await?;
    window.type_text("customer display").await?;
    window.press(Key::Enter).await?;
    window.go_to_other().await?;
    let shown = "return document.querySelector('[data-testid=display]')?.dataset.shown ?? ''";
    window.look_until(shown, |shown| shown == "basket").await?;
    let says = "return document.body.textContent";
    let has =
        |words: &'static str| move |text: &Value| text.as_str().is_some_and(|text| text.contains(words));
    window.look_until(says, has("78,58")).await?;
    window.picture("customer-display").await?;
    // Nobody works at this window: it is told nothing else.
    let asks = "window.__TAURI_INTERNALS__.invoke('desk', { name: 'sales', args: { limit: 1 } })
        .then(() => 'told', (refused) => refused.code).then((said) => { window.said = said; });";
    window.look(asks).await?;
    window.look_until("return window.said ?? ''", |said| said == "not_allowed").await?;

    window.go_to_other().await?;
    window.press(Key::F12).await?;
    window.type_text("100").await?;
    window.wait_for_amount("pay-outcome", 2_142).await?;
    window.press(Key::Enter).await?;
    window.wait_for_amount("change-due", 2_142).await?;
    window.go_to_other().await?;
    window.look_until(shown, |shown| shown == "paid").await?;
    window.look_until(says, has("21,42")).await?;
    window.picture("customer-display-paid").await?;
    window.go_to_other().await?;
    window.close().await
}
