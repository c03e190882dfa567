//! PharmaTill in a desktop window: wiring only.
//!
//! The window shows the ui of `ui/` and gives it one command, [`door::desk`], which is the same door that
//! `pharmatill serve` offers over HTTP. What a till *is* stands in the crates `till` and `desk`.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod door;

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
    lean_rendering()?;
    tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![door::desk])
        .setup(move |app| {
            let dir = match arguments.data {
                Some(dir) => std::path::absolute(dir)?,
                None => app.path().app_local_data_dir()?,
            };
            app.manage(door::Door::new(dir.clone()));
            // What the web view keeps (light or dark, language) belongs to this till, not to the user account.
            for window in &app.config().app.windows {
                WebviewWindowBuilder::from_config(app.handle(), window)?
                    .data_directory(dir.join("window"))
                    .build()?;
            }
            Ok(())
        })
        .run(tauri::generate_context!())?;
    Ok(())
}

/// Starts this program again with WebKit's DMABUF renderer off, unless the person has chosen.
///
/// It saves about 95 MB on a till's small computer and some graphics drivers show an empty window with it.
/// WebKit reads the variable from the environment that the process was started with.
#[cfg(target_os = "linux")]
fn lean_rendering() -> anyhow::Result<()> {
    use std::os::unix::process::CommandExt;
    const RENDERER: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    if std::env::var_os(RENDERER).is_some() {
        return Ok(());
    }
    let mut again = std::process::Command::new(std::env::current_exe()?);
    Err(again.args(std::env::args_os().skip(1)).env(RENDERER, "1").exec().into())
}

#[cfg(not(target_os = "linux"))]
fn lean_rendering() -> anyhow::Result<()> {
    Ok(())
}
