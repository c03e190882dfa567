//! The one door between the ui and the desk.

use desk::{Desk, Fault};
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;
use tauri::{AppHandle, Emitter, State};

/// The open desk, or why it could not be opened: then every call is answered with that fault, so that the
/// ui can say it in the person's language instead of a window that never appears.
pub struct Door(Result<Arc<Desk>, Fault>);

impl Door {
    /// Opens the till in `dir` and tells the ui, as event `changed`, whatever changes in it.
    pub fn open(dir: &Path, app: &AppHandle) -> Door {
        let opened = till::open(dir);
        if let Ok(desk) = &opened {
            let heard = desk.subscribe();
            let app = app.clone();
            std::thread::spawn(move || {
                for changed in heard {
                    // It fails only while the window is being closed.
                    let _ = app.emit("changed", changed);
                }
            });
        }
        Door(opened)
    }
}

/// Runs the command `name` of the desk; the reply, or the fault `{code, detail}`.
#[tauri::command]
pub async fn desk(door: State<'_, Door>, name: String, args: Value) -> Result<Value, Fault> {
    let desk = Arc::clone(door.0.as_ref().map_err(Fault::clone)?);
    // A command may wait for the disk, and the window's own threads must not.
    tauri::async_runtime::spawn_blocking(move || desk.call(&name, args))
        .await
        .unwrap_or_else(|_| Err(Fault::bare("command_failed")))
}
