//! From the start of the program to a sell screen that can be used.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::ensure;
use fantoccini::key::Key;
use tests::display::{BYTES, Display, Part, Process};
use tests::window::{OWNER_PIN, Window, program};

use crate::names::Names;
use crate::table;

/// Starts that are measured each way.
const RUNS: usize = 7;
/// How long the display is watched after a start.
const WATCHED: Duration = Duration::from_secs(4);
/// Between two looks at the display.
const BETWEEN_LOOKS: Duration = Duration::from_millis(4);
/// Of so many pixels one may differ from the finished screen: the caret blinks, and the clock goes on.
const ONE_MAY_DIFFER_OF: usize = 500;

/// Measures to the pixels of the finished screen, and, with a driver between, to the first scanned line.
pub async fn measure(data: &Path, sales: u64, names: &Names) -> anyhow::Result<()> {
    let (mut pixels, mut scans) = (Vec::new(), Vec::new());
    for run in 0..RUNS {
        pixels.push(to_pixels(data)?);
        scans.push(to_first_line(data, names, run).await?);
        eprintln!(
            "start {}: pixels {}, first line {}",
            run + 1,
            table::text(pixels[run]),
            table::text(scans[run])
        );
    }
    let bar = Duration::from_millis(1_500);
    let how = format!("{RUNS} starts, from the process to the pixels of the finished screen");
    table::times(
        &format!("start to the screen that asks who is there, {sales} sales and 100,000 products"),
        &pixels,
        bar,
        &how,
    );
    let how = format!("{RUNS} starts under WebDriver, whose own start is in it");
    table::times(
        "start to the first scanned line in the basket, with the PIN typed by a person",
        &scans,
        bar,
        &how,
    );
    Ok(())
}

/// Starts the program as a person does and watches the display until it shows what it shows in the end.
fn to_pixels(data: &Path) -> anyhow::Result<Duration> {
    let display = Display::start()?;
    let pixels = display.pixels()?;
    let whole = Part { left: 0, right: pixels.width, top: 0, bottom: pixels.height, every: 4 };
    let mut command = Command::new(program("pharmatill-window")?);
    command.arg("--data").arg(data).env("DISPLAY", display.name()).stdin(Stdio::null());
    let begun = Instant::now();
    let _process = Process(command.spawn()?);
    let mut frames: Vec<(Duration, Vec<u8>)> = Vec::new();
    let mut now = Vec::new();
    while begun.elapsed() < WATCHED {
        pixels.read(&whole, &mut now)?;
        if frames.last().is_none_or(|(_, last)| *last != now) {
            frames.push((begun.elapsed(), now.clone()));
        }
        std::thread::sleep(BETWEEN_LOOKS);
    }
    let is_other = |frame: &[u8]| {
        let other = frame.chunks(BYTES).zip(now.chunks(BYTES)).filter(|(a, b)| a != b).count();
        other * ONE_MAY_DIFFER_OF > now.len() / BYTES
    };
    let last_other = frames.iter().rposition(|(_, frame)| is_other(frame));
    let finished = last_other.and_then(|at| frames.get(at + 1));
    ensure!(finished.is_some(), "the display never came to rest");
    Ok(finished.map(|(at, _)| *at).unwrap_or_default())
}

async fn to_first_line(data: &Path, names: &Names, run: usize) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    let window = Window::open(data).await?;
    window.sign_in('1', OWNER_PIN).await?;
    window.text_of("scan-field").await?;
    let seen = "return ['basket-line', 'stranger'].map(
        (id) => document.querySelectorAll(`[data-testid=${id}]`).length)";
    let before = window.look(seen).await?;
    loop {
        window.scan(&names.product(run * 999).code).await?;
        let now = window.look_until(seen, |now| *now != before).await?;
        if now[0] != before[0] {
            break;
        }
        // Keys that came too slowly for a scanner, as the computer was still busy: scanned again.
        window.press(Key::Escape).await?;
        window.look_until(seen, |now| *now == before).await?;
    }
    let took = begun.elapsed();
    window.close().await?;
    Ok(took)
}
