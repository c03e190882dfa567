//! The real window: does it open, and does it say so when it cannot?

use fantoccini::key::Key;
use std::time::Duration;
use tests::window::Window;

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
