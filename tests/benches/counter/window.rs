//! What a scan and a search take in the real window, and how much memory it has after a day of both.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use fantoccini::key::Key;
use serde::Deserialize;
use tests::display::{Part, Pixels};
use tests::window::{OWNER_PIN, Window};

use crate::memory::proportional_bytes;
use crate::names::{Names, PRODUCTS};
use crate::search::letters;
use crate::table;

/// Sales rung up, each of three scanned packs.
const SALES: usize = 80;
/// Words typed, each of eight letters.
const WORDS: usize = 120;
/// Until what a scan or a letter brings is surely on the screen.
const SHOWN: Duration = Duration::from_millis(150);

/// Keeps, in the page, when each key came, when the list that it changes changed last, and when the frame
/// with that change was made. Keys come by WebDriver, through WebKit's own input, as from a keyboard.
const RECORD: &str = "
    const list = '[data-testid=basket], [data-testid=results]';
    const keys = window.recorded = [];
    addEventListener('keydown', (event) => keys.push({ key: event.key, at: event.timeStamp, frame: null }), true);
    const ours = (node) => node instanceof Element && (node.closest(list) !== null || node.querySelector(list) !== null);
    new MutationObserver((changes) => {
        const key = keys.at(-1);
        if (key === undefined || !changes.some((change) => ours(change.target) || [...change.addedNodes].some(ours))) return;
        requestAnimationFrame(() => {
            const painted = new MessageChannel();
            painted.port1.onmessage = () => { key.frame = performance.now(); };
            painted.port2.postMessage(null);
        });
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
    const { left, right, bottom } = document.querySelector('[data-testid=scan-field]').getBoundingClientRect();
    return [left, right, bottom].map(Math.round);
";
const RECORDED: &str = "return { origin: performance.timeOrigin, keys: window.recorded.splice(0) }";

/// What the page recorded.
#[derive(Deserialize)]
struct Recorded {
    origin: f64,
    keys: Vec<PressedKey>,
}

/// A key, in milliseconds of the page's clock.
#[derive(Deserialize)]
struct PressedKey {
    key: String,
    at: f64,
    frame: Option<f64>,
}

/// Rings up, searches and measures.
pub async fn measure(data: &Path, names: &Names) -> anyhow::Result<()> {
    let window = Window::open(data).await?;
    window.sign_in('1', OWNER_PIN).await?;
    window.text_of("scan-field").await?;
    clear_basket(&window).await?;
    let [left, right, bottom]: [usize; 3] = serde_json::from_value(window.look(RECORD).await?)?;
    let part = Part { left, right, top: bottom + 8, bottom: 700, every: 4 };
    let watched = Watched::start(window.display().pixels()?, part);
    let mut scans = Measured::default();
    for sale in 0..SALES {
        for line in 0..3 {
            // None that needs a prescription, which would have to be confirmed.
            let product = names.product((sale * 3 + line) * 7_919 * 3 % (PRODUCTS - 1) / 3 * 3);
            window.scan(&product.code).await?;
            tokio::time::sleep(SHOWN).await;
        }
        window.press(Key::F12).await?;
        window.text_of("amount-due").await?;
        window.press(Key::Enter).await?;
        window.text_of("change-due").await?;
        let keys: Recorded = serde_json::from_value(window.look(RECORDED).await?)?;
        // The Enter after F12 pays.
        let until = keys.keys.iter().position(|key| key.key == "F12").unwrap_or(keys.keys.len());
        let scanned = keys.keys[..until].iter().filter(|key| key.key == "Enter");
        scans.add(scanned, keys.origin, &watched, SHOWN);
    }
    let mut searches = Measured::default();
    for word in 0..WORDS {
        for letter in letters(names, word, 8).chars() {
            window.type_text(letter.encode_utf8(&mut [0; 4])).await?;
            tokio::time::sleep(SHOWN).await;
        }
        let keys: Recorded = serde_json::from_value(window.look(RECORDED).await?)?;
        let third_on = keys.keys.iter().filter(|key| key.key.chars().count() == 1).skip(2);
        searches.add(third_on, keys.origin, &watched, SHOWN);
        window.press(Key::Escape).await?;
        window.look(RECORDED).await?;
    }
    let bytes = proportional_bytes(window.driver_process())?;
    drop(watched);
    window.close().await?;
    scans.print("scan to basket line", Duration::from_millis(30), "scans, Enter");
    searches.print("search of 3 to 8 letters to pixels", Duration::from_millis(40), "letters, key");
    let how =
        format!("PSS of all processes of the window after {} scans and {} letters", scans.count, WORDS * 8);
    table::mebibytes("memory of app and web process together", bytes, 350, &how);
    Ok(())
}

/// A start that was measured before may have left a basket.
async fn clear_basket(window: &Window) -> anyhow::Result<()> {
    let lines = "return document.querySelectorAll('[data-testid=basket-line]').length";
    while window.look(lines).await? != 0 {
        let before = window.look(lines).await?;
        window.press(Key::F9).await?;
        window.look_until(lines, |now| *now != before).await?;
    }
    Ok(())
}

/// Times of one kind of act.
#[derive(Default)]
struct Measured {
    count: usize,
    /// To the frame in which the page has changed.
    frames: Vec<Duration>,
    /// To the last pixel of the change.
    pixels: Vec<Duration>,
}

impl Measured {
    /// Adds keys. What comes later than `within` belongs to another key; one that changed nothing has nothing
    /// to wait for.
    fn add<'a>(
        &mut self,
        keys: impl Iterator<Item = &'a PressedKey>,
        origin: f64,
        watched: &Watched,
        within: Duration,
    ) {
        let changes = watched.changes();
        for key in keys {
            self.count += 1;
            let Some(frame) = key.frame else { continue };
            self.frames.push(Duration::from_secs_f64((frame - key.at).max(0.0) / 1_000.0));
            let at = Duration::from_secs_f64((origin + key.at) / 1_000.0);
            let last = changes.iter().rfind(|change| **change > at && **change < at + within);
            self.pixels.extend(last.map(|change| *change - at));
        }
    }

    fn print(&self, what: &str, bar: Duration, which: &str) {
        let how = format!("{} of {} {which} to frame", self.frames.len(), self.count);
        table::times(&format!("{what}, in the page"), &self.frames, bar, &how);
        let how = format!("{} of {} {which} to the last pixel", self.pixels.len(), self.count);
        table::times(&format!("{what}, on the display"), &self.pixels, bar, &how);
    }
}

/// A part of the display under watch.
struct Watched {
    changes: Arc<std::sync::Mutex<Vec<Duration>>>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watched {
    fn start(pixels: Pixels, part: Part) -> Self {
        let changes = Arc::new(std::sync::Mutex::new(Vec::new()));
        let is_over = Arc::new(AtomicBool::new(false));
        let thread = std::thread::spawn({
            let (changes, is_over) = (Arc::clone(&changes), Arc::clone(&is_over));
            move || {
                let (mut before, mut now) = (Vec::new(), Vec::new());
                while !is_over.load(Ordering::Relaxed) && pixels.read(&part, &mut now).is_ok() {
                    if now != before {
                        std::mem::swap(&mut now, &mut before);
                        let at = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
                        changes.lock().expect("no thread panics with it").push(at);
                    }
                    std::thread::sleep(Duration::from_millis(1));
                }
            }
        });
        Self { changes, is_over, thread: Some(thread) }
    }

    /// When something changed since this was last asked, since 1970.
    fn changes(&self) -> Vec<Duration> {
        std::mem::take(&mut *self.changes.lock().expect("no thread panics with it"))
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
