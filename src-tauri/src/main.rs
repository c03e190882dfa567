//! PharmaTill in a desktop window: wiring only.
//!
//! The window shows the ui of `ui/` and gives it [`door::desk`], which is the same door that `pharmatill serve`
//! offers over HTTP, and [`save::save`] and [`display::display`], for what a browser would do by itself. What a till *is*
//! stands in the crates `till` and `desk`.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod display;
mod door;
mod save;

use clap::Parser;
use std::path::PathBuf;
use tauri::{Manager, WebviewWindowBuilder};

/// The PharmaTill till in a window.
#[derive(Parser)]
#[command(name = "pharmatill-window", version)]
struct Arguments {
    /// Folder of the till's ledger and keys [default: this user's folder for application data]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    lean_surroundings()?;
    tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![door::desk, save::save, display::display])
        .setup(move |app| {
            let dir = match arguments.data {
                Some(dir) => std::path::absolute(dir)?,
                None => app.path().app_local_data_dir()?,
            };
            let door = door::Door::new(dir);
            let kept = door.window_folder();
            app.manage(door);
            for window in &app.config().app.windows {
                let main = WebviewWindowBuilder::from_config(app.handle(), window)?
                    .data_directory(kept.clone())
                    .build()?;
                display::close_with(&main);
            }
            display::open_at_start(app.handle());
            Ok(())
        })
        .run(tauri::generate_context!())?;
    Ok(())
}

/// What the environment says to WebKit and to the allocator, where the person has not chosen.
#[cfg(target_os = "linux")]
const LEAN: [(&str, &str); 4] = [
    // The DMABUF renderer takes some 95 MB, and some graphics drivers show an empty window with it.
    ("WEBKIT_DISABLE_DMABUF_RENDERER", "1"),
    // The last optimising compiler costs memory and, with two cores, time just when a scan is drawn.
    ("JSC_useFTLJIT", "0"),
    // Without these two, glibc keeps large blocks that were given back: opening the ledger leaves 10 MB of them.
    ("MALLOC_MMAP_THRESHOLD_", "65536"),
    ("MALLOC_TRIM_THRESHOLD_", "65536"),
];

/// Starts this program again with what [`LEAN`] adds, as all of it is read when a process starts.
#[cfg(target_os = "linux")]
fn lean_surroundings() -> anyhow::Result<()> {
    use std::os::unix::process::CommandExt;
    let missing: Vec<_> = LEAN.into_iter().filter(|(name, _)| std::env::var_os(name).is_none()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut again = std::process::Command::new(std::env::current_exe()?);
    Err(again.args(std::env::args_os().skip(1)).envs(missing).exec().into())
}

#[cfg(not(target_os = "linux"))]
fn lean_surroundings() -> anyhow::Result<()> {
    Ok(())
}
