//! Memory of processes.

use std::collections::HashMap;

use anyhow::ensure;

/// What the window's processes occupy, shared pages counted in parts: the sum of PSS over everything that
/// `driver` started.
pub fn proportional_bytes(driver: u32) -> anyhow::Result<u64> {
    let mut parents: HashMap<u32, u32> = HashMap::new();
    for entry in std::fs::read_dir("/proc")? {
        let Some(process) = entry?.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        // One that has ended meanwhile is left out.
        let Ok(status) = std::fs::read_to_string(format!("/proc/{process}/status")) else { continue };
        let parent = status.lines().find_map(|line| line.strip_prefix("PPid:")?.trim().parse().ok());
        parents.extend(parent.map(|parent| (process, parent)));
    }
    let is_below = |process: u32| {
        std::iter::successors(parents.get(&process), |parent| parents.get(parent))
            .any(|above| *above == driver)
    };
    let mut sum = 0;
    for process in parents.keys().copied().filter(|process| is_below(*process)) {
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
