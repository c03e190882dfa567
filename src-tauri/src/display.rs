//! The window that the customer looks at. It shows the same ui, which knows itself by its address, and may ask the
//! desk only for what it shows (`door.rs`, `capabilities/display.json`).

use crate::door::Door;
use desk::Fault;
use serde_json::{Value, json};
use tauri::{
    AppHandle, Manager, Monitor, PhysicalPosition, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    WindowEvent,
};

/// The window that people work at.
const MAIN: &str = "main";
/// The window that the customer looks at.
pub const DISPLAY: &str = "display";

/// Opens the display over the whole of the second monitor or, where there is none, as a window. One that covers a
/// monitor is closed again, as nothing on it can be; one that is a window comes to the front.
#[tauri::command]
pub async fn display(app: AppHandle) -> Result<(), Fault> {
    // Windows are made on the main thread, which must not be waited for by one that serves the ui.
    let work = move || open(&app).map_err(|_| Fault::bare("display_failed"));
    tauri::async_runtime::spawn_blocking(work).await.unwrap_or_else(|_| Err(Fault::bare("internal")))
}

/// Opens the display if this till does so by itself; the desk is asked behind, and nobody waits for it.
pub fn open_at_start(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn_blocking(move || {
        // Why the desk says nothing, and whatever else goes wrong here, the main window tells.
        let shown = app.state::<Door>().call(&app, "display", json!({})).unwrap_or(Value::Null);
        if shown["isOn"] == true {
            let _ = open(&app);
        }
    });
}

/// The display goes with the main window: alone it would keep the till open.
pub fn close_with(main: &WebviewWindow) {
    let app = main.app_handle().clone();
    main.on_window_event(move |event| {
        if matches!(event, WindowEvent::Destroyed)
            && let Some(display) = app.get_webview_window(DISPLAY)
        {
            // It fails only where it is gone already.
            let _ = display.destroy();
        }
    });
}

fn open(app: &AppHandle) -> tauri::Result<()> {
    if let Some(display) = app.get_webview_window(DISPLAY) {
        if display.is_fullscreen()? {
            return display.destroy();
        }
        display.unminimize()?;
        display.show()?;
        return display.set_focus();
    }
    // What the web view keeps (light or dark) is that of the main window.
    let kept = app.state::<Door>().window_folder();
    let monitor = second_monitor(app)?;
    let display = WebviewWindowBuilder::new(app, DISPLAY, WebviewUrl::App("index.html?display".into()))
        .title("PharmaTill")
        .inner_size(1024.0, 768.0)
        .data_directory(kept)
        .visible(false)
        // On a monitor of its own it leaves the keyboard, and with it the scanner, to the till, also when it is touched.
        .focused(monitor.is_none())
        .focusable(monitor.is_none())
        .build()?;
    if let Some(monitor) = monitor {
        display.set_fullscreen_on_monitor(monitor.position().cast())?;
    }
    display.show()
}

/// A monitor that the main window is not on.
fn second_monitor(app: &AppHandle) -> tauri::Result<Option<Monitor>> {
    let Some(main) = app.get_webview_window(MAIN) else { return Ok(None) };
    let monitors = app.available_monitors()?;
    let own = main.current_monitor()?.map(|monitor| *monitor.position());
    let corners: Vec<_> = monitors.iter().map(|monitor| *monitor.position()).collect();
    Ok(elsewhere(&corners, own).and_then(|index| monitors.into_iter().nth(index)))
}

/// The first of several monitors, by their corners, that is not the own one. Where it is not known which one is the
/// own, the second: none may cover the till.
fn elsewhere(corners: &[PhysicalPosition<i32>], own: Option<PhysicalPosition<i32>>) -> Option<usize> {
    match own {
        Some(own) => corners.iter().position(|corner| *corner != own),
        None => (corners.len() > 1).then_some(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_display_never_covers_the_till() {
        let [left, right] = [PhysicalPosition::new(0, 0), PhysicalPosition::new(1366, 0)];
        assert_eq!(elsewhere(&[left, right], Some(left)), Some(1));
        assert_eq!(elsewhere(&[left, right], Some(right)), Some(0));
        assert_eq!(elsewhere(&[left, right], None), Some(1));
        // One monitor, or two that show the same.
        assert_eq!(elsewhere(&[left], Some(left)), None);
        assert_eq!(elsewhere(&[left, left], Some(left)), None);
        assert_eq!(elsewhere(&[left], None), None);
        assert_eq!(elsewhere(&[], None), None);
    }
}
