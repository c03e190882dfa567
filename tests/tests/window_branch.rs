//! Two real windows on two tills of one branch, their real server, and a manager's browser at it: what is sold in
//! the one window is seen in the other, and in the browser, by itself.

use anyhow::Context;
use fantoccini::key::Key;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::{ChildStdout, Command, Stdio};
use tests::display::Process;
use tests::server::Server;
use tests::window::{OWNER_PIN, Window, pharmatill, repository};

/// A browser that only looks, and says what it sees.
struct Browser {
    process: Process,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Browser {
    fn open(link: &str) -> anyhow::Result<Self> {
        let ui = repository().join("ui");
        let mut process = Command::new("node")
            .arg(ui.join("browser/look.mjs"))
            .arg(link)
            .arg(repository().join("artifacts/branch-browser.png"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map(Process)?;
        let output = process.0.stdout.take().context("piped")?;
        Ok(Self { process, lines: BufReader::new(output).lines() })
    }

    /// Waits until it shows so many sales and so much.
    fn sees(&mut self, sales: i64, takings: i64) -> anyhow::Result<()> {
        let wanted = json!({ "sales": sales, "takings": takings });
        let mut last = String::new();
        for line in &mut self.lines {
            last = line?;
            if serde_json::from_str::<Value>(&last)? == wanted {
                return Ok(());
            }
        }
        anyhow::bail!("the browser ended with {last}")
    }

    /// Saves a picture, and ends.
    fn close(mut self) -> anyhow::Result<()> {
        drop(self.process.0.stdin.take());
        self.process.0.wait()?;
        Ok(())
    }
}

/// Opens the window, and signs the owner in.
async fn open(till: &Path) -> anyhow::Result<Window> {
    let window = Window::open(till).await?;
    window.sign_in('1', OWNER_PIN).await?;
    window.text_of("frame").await?;
    Ok(window)
}

/// Sells what lies in the basket for exact cash; what it came to, in minor units.
async fn sell(window: &Window) -> anyhow::Result<i64> {
    let total = "return document.querySelector('[data-testid=total]')?.dataset.minor ?? '0'";
    let total = window.look_until(total, |total| total != "0").await?;
    let total_minor = total.as_str().context("an amount")?.parse()?;
    window.press(Key::F12).await?;
    window.wait_for_amount("amount-due", total_minor).await?;
    window.press(Key::Enter).await?;
    window.wait_for_amount("change-due", 0).await?;
    Ok(total_minor)
}

/// The digits of what an element shows: an amount in minor units, or a number.
fn digits(id: &str) -> String {
    format!("return Number(document.querySelector('[data-testid={id}]')?.textContent.replace(/\\D/g, ''))")
}

async fn waits_for_text(window: &Window, id: &str, part: &str) -> anyhow::Result<()> {
    let text = format!("return document.querySelector('[data-testid={id}]')?.textContent ?? ''");
    window.look_until(&text, |text| text.as_str().is_some_and(|text| text.contains(part))).await?;
    Ok(())
}

#[tokio::test]
async fn what_one_window_sells_the_other_and_a_browser_show_by_themselves() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let tills = [folder.path().join("till-1"), folder.path().join("till-2")];
    pharmatill(&tills[0], &["demo"])?;
    let data = folder.path().join("server");
    let server = Server::start(&data, "127.0.0.1:0")?;
    for till in &tills {
        server.enrol(till)?;
    }
    let (selling, looking) = (open(&tills[0]).await?, open(&tills[1]).await?);
    looking.press_with(Key::Alt, '5').await?;
    waits_for_text(&looking, "completeness", "All 2 tills up to now").await?;
    let sales = looking.look(&digits("branch-sales")).await?.as_i64().context("a number")?;
    let takings = looking.look(&digits("branch-takings")).await?.as_i64().context("an amount")?;
    looking.picture("branch-before").await?;
    looking.press(Key::F9).await?;
    looking.text_of("view-link-dialog").await?;
    looking.press(Key::F12).await?;
    let link = looking.text_of("view-link").await?;
    looking.press(Key::Escape).await?;
    let mut browser = Browser::open(&link)?;
    browser.sees(sales, takings)?;

    let total_minor = sell(&selling).await?;
    looking.look_until(&digits("branch-sales"), |now| *now == json!(sales + 1)).await?;
    looking.look_until(&digits("branch-takings"), |now| *now == json!(takings + total_minor)).await?;
    browser.sees(sales + 1, takings + total_minor)?;
    selling.picture("branch-selling").await?;
    browser.close()?;
    looking.picture("branch-after").await?;
    looking.close().await?;
    selling.close().await
}
