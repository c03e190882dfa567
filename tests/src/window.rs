//! The real desktop window on an invisible display, driven by keys as a cashier would.
//!
//! Every [`Window`] has a display and a driver of its own, so that windows never see each other's keys.

use crate::display::{Display, Process};
use crate::processes;
use anyhow::{Context, bail, ensure};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How long the window may take to show something before the test gives up.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often the window is asked again while waiting.
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);
/// Well above the ui's longest transition, 120 ms.
const LONGEST_TRANSITION: Duration = Duration::from_millis(300);
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

/// What the owners of these tests sign in with, that of the demo included.
pub const OWNER_PIN: &str = "73915482";

/// Runs `pharmatill` on the till in `data`; what it printed, as JSON where it is.
///
/// # Errors
/// When it is not built, or ends otherwise than well.
pub fn pharmatill(data: &Path, arguments: &[&str]) -> anyhow::Result<Value> {
    let mut command = Command::new(program("pharmatill")?);
    let output = command.arg("--data").arg(data).args(arguments).env("PHARMATILL_PIN", OWNER_PIN).output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        bail!("pharmatill {}: {said}{why}", arguments.join(" "));
    }
    Ok(serde_json::from_str(&said).unwrap_or_default())
}

/// An open PharmaTill window.
pub struct Window {
    client: Client,
    // Dropped in this order: the driver first, then the display that its window stands on.
    driver: Process,
    display: Display,
}

impl Window {
    /// From the keyboard to the scanner's trigger.
    pub const REACH_FOR_SCANNER: Duration = Duration::from_millis(300);

    /// Opens the window on the till in `data`.
    ///
    /// # Errors
    /// When the display, the driver or the window does not start.
    pub async fn open(data: &Path) -> anyhow::Result<Window> {
        let display = Display::start()?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let driver = Command::new("WebKitWebDriver")
            .args([format!("--port={port}"), "--host=127.0.0.1".to_owned()])
            .env("DISPLAY", display.name())
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
        Ok(Window { client, driver, display })
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

    /// Scans a pack until the basket comes to `total_minor`. A computer that is busy with other things may stop in
    /// the middle of a code; the ui then says that this is no code, and the cashier scans again and takes the row
    /// away.
    ///
    /// # Errors
    /// When it is not recognised three times, or as [`Window::look_until`].
    pub async fn scan_pack(&self, code: &str, total_minor: i64) -> anyhow::Result<()> {
        let seen = "return [document.querySelector('[data-testid=total]')?.dataset.minor,
                            document.querySelectorAll('[data-testid=stranger]').length]";
        let total = json!(total_minor.to_string());
        let mut strangers = 0;
        loop {
            self.scan(code).await?;
            let now = self.look_until(seen, |now| now[0] == total || now[1] != strangers).await?;
            if now[0] == total {
                break;
            }
            strangers += 1;
            ensure!(strangers < 3, "not recognised as a scan three times");
            println!("{code} is scanned again");
            tokio::time::sleep(Self::REACH_FOR_SCANNER).await;
        }
        while strangers > 0 {
            self.press(Key::Escape).await?;
            strangers -= 1;
            self.look_until(seen, |now| now[1] == strangers).await?;
        }
        Ok(())
    }

    /// Signs in by the keyboard: the digit of the person, their PIN, and Enter where it is a longer one.
    ///
    /// # Errors
    /// When the window has gone, or asks for no person.
    pub async fn sign_in(&self, digit: char, pin: &str) -> anyhow::Result<()> {
        self.text_of("people").await?;
        self.type_text(digit.encode_utf8(&mut [0; 4])).await?;
        let focused = "return document.activeElement?.dataset.testid ?? ''";
        self.look_until(focused, |id| id == "pin").await?;
        self.type_text(pin).await?;
        if pin.len() > 6 {
            self.press(Key::Enter).await?;
        }
        Ok(())
    }

    /// Types how many there are of each value, in minor units, from the first field on; Enter leads from one to
    /// the next, and out of the last.
    ///
    /// # Errors
    /// As [`Window::look_until`].
    pub async fn type_counts(&self, mut count_of: impl FnMut(i64) -> i64) -> anyhow::Result<()> {
        let focused = "return document.activeElement?.dataset.testid ?? ''";
        let value_of = |id: &Value| id.as_str()?.strip_prefix("denom-")?.parse::<i64>().ok();
        let mut field = self.look_until(focused, |id| value_of(id).is_some()).await?;
        while let Some(value) = value_of(&field) {
            let count = count_of(value);
            if count > 0 {
                self.type_text(&count.to_string()).await?;
            }
            self.press(Key::Enter).await?;
            field = self.look_until(focused, |now| *now != field).await?;
        }
        Ok(())
    }

    /// Types so much cash, in minor units, as the fewest notes and coins.
    ///
    /// # Errors
    /// As [`Window::look_until`].
    pub async fn type_cash(&self, minor: i64) -> anyhow::Result<()> {
        let mut left_minor = minor;
        self.type_counts(|value| {
            let count = left_minor / value;
            left_minor %= value;
            count
        })
        .await
    }

    /// Presses one key.
    ///
    /// # Errors
    /// When the window has gone.
    pub async fn press(&self, key: Key) -> anyhow::Result<()> {
        self.keys([char::from(key)].into_iter(), Duration::ZERO).await
    }

    /// Presses `key` while `held` is down, as in Alt+3.
    ///
    /// # Errors
    /// When the window has gone.
    pub async fn press_with(&self, held: Key, key: char) -> anyhow::Result<()> {
        let actions = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: held.into() })
            .then(KeyAction::Down { value: key })
            .then(KeyAction::Up { value: key })
            .then(KeyAction::Up { value: held.into() });
        Ok(self.client.perform_actions(actions).await?)
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

    /// What `script`, the body of a JavaScript function, returns in the page.
    ///
    /// # Errors
    /// When the script throws or the window has gone.
    pub async fn look(&self, script: &str) -> anyhow::Result<Value> {
        Ok(self.client.execute(script, Vec::new()).await?)
    }

    /// Looks with `script` until what it returns is `right`, and returns that.
    ///
    /// # Errors
    /// When that does not come about in a minute; says what it was last, and saves a picture.
    pub async fn look_until(&self, script: &str, right: impl Fn(&Value) -> bool) -> anyhow::Result<Value> {
        let begun = Instant::now();
        loop {
            let seen = self.look(script).await?;
            if right(&seen) {
                return Ok(seen);
            }
            if begun.elapsed() > PATIENCE {
                let picture = self.picture("waited-in-vain").await?;
                bail!("waited in vain: {script} is {seen}; see {}", picture.display());
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }

    /// Waits until there is an element with test id `id`, and returns its text, whether WebKit thinks that
    /// it can be seen or not.
    ///
    /// # Errors
    /// As [`Window::look_until`].
    pub async fn text_of(&self, id: &str) -> anyhow::Result<String> {
        let script = format!("return document.querySelector('[data-testid=\"{id}\"]')?.textContent ?? null");
        let text = self.look_until(&script, Value::is_string).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until the amount with test id `id` is `minor`, in minor units.
    ///
    /// # Errors
    /// As [`Window::look_until`].
    pub async fn wait_for_amount(&self, id: &str, minor: i64) -> anyhow::Result<()> {
        let script =
            format!("return document.querySelector('[data-testid=\"{id}\"]')?.dataset.minor ?? null");
        self.look_until(&script, |seen| seen.as_str() == Some(&minor.to_string())).await?;
        Ok(())
    }

    /// The display that it stands on.
    #[must_use]
    pub fn display(&self) -> &Display {
        &self.display
    }

    /// The process that started the window, and below which all of its processes are.
    #[must_use]
    pub fn driver_process(&self) -> u32 {
        self.driver.0.id()
    }

    /// The title of the page.
    ///
    /// # Errors
    /// When the window has gone.
    pub async fn title(&self) -> anyhow::Result<String> {
        Ok(self.client.title().await?)
    }

    /// Saves a picture of the whole display as `artifacts/<name>.png`, once the page stands still, and
    /// returns where.
    ///
    /// # Errors
    /// When ImageMagick's `import` is missing or cannot write.
    pub async fn picture(&self, name: &str) -> anyhow::Result<PathBuf> {
        tokio::time::sleep(LONGEST_TRANSITION).await;
        let folder = repository().join("artifacts");
        std::fs::create_dir_all(&folder)?;
        let path = folder.join(format!("{name}.png"));
        let status = Command::new("import")
            .args(["-window", "root"])
            .arg(&path)
            .env("DISPLAY", self.display.name())
            .status()
            .context("import did not start (Debian package imagemagick)")?;
        if !status.success() {
            bail!("import ended with {status}");
        }
        Ok(path)
    }

    /// Waits until the program has a second window, and goes over to the one that this one is not.
    ///
    /// # Errors
    /// When there is none in a minute.
    pub async fn go_to_other(&self) -> anyhow::Result<()> {
        let begun = Instant::now();
        let here = self.client.window().await?;
        loop {
            if let Some(other) = self.client.windows().await?.into_iter().find(|window| *window != here) {
                return Ok(self.client.switch_to_window(other).await?);
            }
            ensure!(begun.elapsed() < PATIENCE, "there is no second window");
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }

    /// Ends everything that belongs to the window at once and unasked, as a power cut does.
    ///
    /// # Errors
    /// When there is nothing to end, or it is not allowed to.
    pub fn lose_power(self) -> anyhow::Result<()> {
        let ids = processes::below(self.driver.0.id())?;
        ensure!(!ids.is_empty(), "the window has no processes");
        let killed = Command::new("kill").arg("-KILL").args(ids.iter().map(u32::to_string)).status()?;
        ensure!(killed.success(), "kill ended with {killed}");
        Ok(())
    }

    /// Closes the window as its close button would, and waits until it is gone.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn close(self) -> anyhow::Result<()> {
        Ok(self.client.close().await?)
    }
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
