//! The one door between the ui and the desk.

use crate::display::DISPLAY;
use desk::{Desk, Fault};
use serde_json::Value;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tauri::{AppHandle, Emitter, Manager, WebviewWindow};

/// What changed is told so much later, and only once: whoever changed it has the answer on the screen first.
const ANSWERED_AND_DRAWN: Duration = Duration::from_millis(30);

/// What the window that the customer looks at may ask for.
const SHOWN_TO_CUSTOMERS: &[&str] = &["display", "status"];

/// The way to the desk of the till in one folder. It is opened by the first call; while it cannot be opened
/// (another window has it, the disk is away) every call tries again and is answered with the reason, so that
/// the ui can say it in the person's language and "Try again" does.
pub struct Door {
    dir: PathBuf,
    desk: Mutex<Option<Arc<Desk>>>,
}

impl Door {
    /// A door to the till in `dir`.
    pub fn new(dir: PathBuf) -> Door {
        Door { dir, desk: Mutex::new(None) }
    }

    /// Where the web views keep what belongs to this till, and not to the user account: light or dark, language.
    pub fn window_folder(&self) -> PathBuf {
        self.dir.join("window")
    }

    /// Runs the command `name` of the desk; it may wait for the disk.
    pub fn call(&self, app: &AppHandle, name: &str, args: Value) -> Result<Value, Fault> {
        self.desk(app)?.call(name, args)
    }

    /// The desk, opened if it was not. From then on the ui hears, as event `changed`, what changes there.
    fn desk(&self, app: &AppHandle) -> Result<Arc<Desk>, Fault> {
        let mut desk = self.desk.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(desk) = desk.as_ref() {
            return Ok(Arc::clone(desk));
        }
        let opened = till::open(&self.dir)?;
        let heard = opened.subscribe();
        let app = app.clone();
        std::thread::spawn(move || {
            for first in &heard {
                std::thread::sleep(ANSWERED_AND_DRAWN);
                let mut changed = vec![first];
                for word in heard.try_iter() {
                    if !changed.contains(&word) {
                        changed.push(word);
                    }
                }
                for word in changed {
                    // It fails only while the window is being closed.
                    let _ = app.emit("changed", word);
                }
            }
        });
        *desk = Some(Arc::clone(&opened));
        Ok(opened)
    }
}

/// Runs the command `name` of the desk; the reply, or the fault `{code, detail}`.
#[tauri::command]
pub async fn desk(window: WebviewWindow, name: String, args: Value) -> Result<Value, Fault> {
    if !may_ask(window.label(), &name) {
        return Err(Fault::bare("not_allowed"));
    }
    let app = window.app_handle().clone();
    // A command may wait for the disk, and the window's own threads must not.
    let work = move || app.state::<Door>().call(&app, &name, args);
    tauri::async_runtime::spawn_blocking(work).await.unwrap_or_else(|_| Err(Fault::bare("internal")))
}

/// Whether a window, by its label, may ask the desk for this: nobody works at the customer's.
fn may_ask(label: &str, name: &str) -> bool {
    label != DISPLAY || SHOWN_TO_CUSTOMERS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_customers_window_asks_only_for_what_it_shows() {
        for name in ["display", "status"] {
            assert!(may_ask(DISPLAY, name), "{name}");
        }
        for name in ["set_display", "basket", "scan", "sign_in", "complete_sale", "displays", ""] {
            assert!(!may_ask(DISPLAY, name), "{name}");
            assert!(may_ask("main", name), "{name}");
        }
    }
}
