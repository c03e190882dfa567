//! Memory of processes.

use anyhow::ensure;
use tests::processes;

/// What the window's processes occupy, shared pages counted in parts: the sum of PSS over everything that
/// `driver` started.
pub fn proportional_bytes(driver: u32) -> anyhow::Result<u64> {
    let mut sum = 0;
    for process in processes::below(driver)? {
        let rollup = std::fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
        let kib: Option<u64> = rollup
            .lines()
            .find_map(|line| line.strip_prefix("Pss:")?.trim().strip_suffix(" kB")?.trim().parse().ok());
        let name = std::fs::read_to_string(format!("/proc/{process}/comm"))?;
        eprintln!("memory: {} {} MB", name.trim(), kib.unwrap_or(0) >> 10);
        sum += kib.unwrap_or(0) << 10;
    }
    ensure!(sum > 0, "the window has no processes");
    Ok(sum)
}
