//! The real window: does it open, and does it say so when it cannot?

use tests::window::Window;

#[tokio::test]
async fn the_window_opens_and_shows_the_ui() -> anyhow::Result<()> {
    let data = tempfile::tempdir()?;
    let window = Window::open(data.path()).await?;
    window.wait_for_css("#root *").await?;
    assert_eq!(window.title().await?, "PharmaTill");
    window.close().await
}
