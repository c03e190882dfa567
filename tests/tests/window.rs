//! The real window: does it open, and does it say so when it cannot?

use fantoccini::key::Key;
use serde_json::Value;
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
    second.press(Key::Enter).await?;
    second.text_of("screen-setup").await?;
    assert_eq!(second.look("return document.querySelector('[data-testid=failed]')").await?, Value::Null);
    second.close().await
}
