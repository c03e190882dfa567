//! The real desktop window on an invisible display, driven by keys as a cashier would.
//!
//! Every [`Window`] has a display and a driver of its own, so that windows never see each other's keys.

use anyhow::{Context, anyhow, bail};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long the window may take to show something before the test gives up.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often the window is asked again while waiting.
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);
/// A quick typist's time between two keys, well above what the ui takes for a scanner.
const BETWEEN_TYPED_KEYS: Duration = Duration::from_millis(60);
/// A scanner's time between two keys.
const BETWEEN_SCANNED_KEYS: Duration = Duration::from_millis(2);

/// The folder of this repository.
#[must_use]
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The program `name` of this workspace, built beside the running test.
///
/// # Errors
/// When it has not been built; `./dev test` builds all programs first.
pub fn program(name: &str) -> anyhow::Result<PathBuf> {
    let test = std::env::current_exe()?;
    let target = test.ancestors().nth(2).context("a test program stands in target/<profile>/deps")?;
    let program = target.join(name);
    if !program.exists() {
        bail!("{} is not built: cargo build --workspace --bins", program.display());
    }
    Ok(program)
}

/// A process that ends with the test, however the test ends.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// An open PharmaTill window.
pub struct Window {
    client: Client,
    display: String,
    // Dropped in this order: the driver first, then the display that its window stands on.
    _driver: Process,
    _display: Process,
}

impl Window {
    /// Opens the window on the till in `data`.
    ///
    /// # Errors
    /// When the display, the driver or the window does not start.
    pub async fn open(data: &Path) -> anyhow::Result<Window> {
        let (display_process, display) = start_display()?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let driver = Command::new("WebKitWebDriver")
            .args([format!("--port={port}"), "--host=127.0.0.1".to_owned()])
            .env("DISPLAY", &display)
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .stdin(Stdio::null())
            .spawn()
            .context("WebKitWebDriver did not start (Debian package webkit2gtk-driver)")?;
        let driver = Process(driver);
        let options = json!({"binary": program("pharmatill-window")?, "args": ["--data", data]});
        let capabilities = [("webkitgtk:browserOptions".to_owned(), options)].into_iter().collect();
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities);
        wait_for_port(port).await?;
        let client = builder.connect(&format!("http://127.0.0.1:{port}")).await?;
        Ok(Window { client, display, _driver: driver, _display: display_process })
    }

    /// Types `text` at the speed of a person, wherever the focus is.
    ///
    /// # Errors
    /// When the window has gone.
    pub async fn type_text(&self, text: &str) -> anyhow::Result<()> {
        self.keys(text.chars(), BETWEEN_TYPED_KEYS).await
    }

    /// Types `code` and Enter at the speed of a scanner.
    ///
    /// # Errors
    /// When the window has gone.
    pub async fn scan(&self, code: &str) -> anyhow::Result<()> {
        self.keys(code.chars().chain([char::from(Key::Enter)]), BETWEEN_SCANNED_KEYS).await
    }

    /// Presses one key.
    ///
    /// # Errors
    /// When the window has gone.
    pub async fn press(&self, key: Key) -> anyhow::Result<()> {
        self.keys([char::from(key)].into_iter(), Duration::ZERO).await
    }

    async fn keys(&self, keys: impl Iterator<Item = char>, between: Duration) -> anyhow::Result<()> {
        let mut actions = KeyActions::new("keyboard".to_owned());
        for value in keys {
            actions = actions
                .then(KeyAction::Down { value })
                .then(KeyAction::Up { value })
                .then(KeyAction::Pause { duration: between });
        }
        Ok(self.client.perform_actions(actions).await?)
    }

    /// The text of the element with test id `id`, whether WebKit thinks that it can be seen or not;
    /// `None` when there is no such element.
    ///
    /// # Errors
    /// When the window has gone.
    pub async fn text(&self, id: &str) -> anyhow::Result<Option<String>> {
        let script = "const found = document.querySelector(`[data-testid=\"${arguments[0]}\"]`);
                      return found === null ? null : found.textContent;";
        let text = self.client.execute(script, vec![json!(id)]).await?;
        Ok(text.as_str().map(str::to_owned))
    }

    /// Waits until the element with test id `id` is there and its text is `right`, and returns the text.
    ///
    /// # Errors
    /// When that does not come about in 20 s; says what stood there, and saves a picture.
    pub async fn wait_for(&self, id: &str, right: impl Fn(&str) -> bool) -> anyhow::Result<String> {
        let begun = Instant::now();
        loop {
            let text = self.text(id).await?;
            match text {
                Some(text) if right(&text) => return Ok(text),
                text if begun.elapsed() > PATIENCE => {
                    let picture = self.picture(&format!("waited-for-{id}"))?;
                    bail!("waited for {id}, which is {text:?}; see {}", picture.display());
                }
                _ => tokio::time::sleep(BETWEEN_LOOKS).await,
            }
        }
    }

    /// Runs `script` in the page and returns what it returns.
    ///
    /// # Errors
    /// When the script throws or the window has gone.
    pub async fn run(
        &self,
        script: &str,
        arguments: Vec<serde_json::Value>,
    ) -> anyhow::Result<serde_json::Value> {
        Ok(self.client.execute(script, arguments).await?)
    }

    /// The title of the page.
    ///
    /// # Errors
    /// When the window has gone.
    pub async fn title(&self) -> anyhow::Result<String> {
        Ok(self.client.title().await?)
    }

    /// Waits until the page has an element for the CSS `selector`.
    ///
    /// # Errors
    /// When none comes in 20 s.
    pub async fn wait_for_css(&self, selector: &str) -> anyhow::Result<()> {
        self.client.wait().at_most(PATIENCE).every(BETWEEN_LOOKS).for_element(Locator::Css(selector)).await?;
        Ok(())
    }

    /// Saves a picture of the whole display as `artifacts/<name>.png` and returns where.
    ///
    /// # Errors
    /// When ImageMagick's `import` is missing or cannot write.
    pub fn picture(&self, name: &str) -> anyhow::Result<PathBuf> {
        let folder = repository().join("artifacts");
        std::fs::create_dir_all(&folder)?;
        let path = folder.join(format!("{name}.png"));
        let status = Command::new("import")
            .args(["-window", "root"])
            .arg(&path)
            .env("DISPLAY", &self.display)
            .status()
            .context("import did not start (Debian package imagemagick)")?;
        if !status.success() {
            bail!("import ended with {status}");
        }
        Ok(path)
    }

    /// Closes the window as its close button would, and waits until it is gone.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn close(self) -> anyhow::Result<()> {
        Ok(self.client.close().await?)
    }
}

/// Starts an invisible display and returns it with its name.
fn start_display() -> anyhow::Result<(Process, String)> {
    let display = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", "1366x768x24", "-nolisten", "tcp"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("Xvfb did not start (Debian package xvfb)")?;
    let mut display = Process(display);
    let mut number = String::new();
    let output = display.0.stdout.take().ok_or_else(|| anyhow!("Xvfb has no output"))?;
    BufReader::new(output).read_line(&mut number)?;
    if number.trim().is_empty() {
        bail!("Xvfb ended before it had a display");
    }
    Ok((display, format!(":{}", number.trim())))
}

async fn wait_for_port(port: u16) -> anyhow::Result<()> {
    let begun = Instant::now();
    while tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
        if begun.elapsed() > PATIENCE {
            bail!("WebKitWebDriver does not listen");
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
    Ok(())
}
