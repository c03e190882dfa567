//! Other programs, which may hang.

use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

/// How often is looked whether a program has ended.
const LOOK: Duration = Duration::from_millis(10);

/// How a program ended; none where it took longer than that, and was ended.
pub(super) fn finished(child: &mut Child, patience: Duration) -> Option<ExitStatus> {
    let until = Instant::now() + patience;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() < until => std::thread::sleep(LOOK),
            Ok(None) | Err(_) => {
                // It fails only where the program has ended by itself.
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
        }
    }
}
