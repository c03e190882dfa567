//! Waiting for background work of the desk.

use std::time::Duration;

use desk::api::setup::JobView;
use desk::{Desk, Fault, Nothing};

/// How often progress is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// Waits until the job is over, telling its progress whenever it has moved on.
///
/// # Errors
/// The code that the job failed with, `cancelled`, or `job_unknown`.
pub fn finish(desk: &Desk, job: &JobView, mut progress: impl FnMut(&JobView)) -> Result<JobView, Fault> {
    let mut seen = None;
    loop {
        let jobs = desk.status(Nothing {})?.jobs;
        let now = jobs
            .into_iter()
            .find(|other| other.job_no == job.job_no)
            .ok_or_else(|| Fault::bare("job_unknown"))?;
        if seen != Some(now.done) {
            seen = Some(now.done);
            progress(&now);
        }
        match now.state.as_str() {
            "running" => std::thread::sleep(LOOK),
            "done" => return Ok(now),
            "cancelled" => return Err(Fault::bare("cancelled")),
            _ => return Err(Fault::bare(now.failed.as_deref().unwrap_or("internal"))),
        }
    }
}
