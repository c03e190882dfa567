//! The processes of this computer, as Linux tells of them.

use std::collections::HashMap;

/// Every process that `above` started, or that one of those did.
///
/// # Errors
/// When `/proc` cannot be read.
pub fn below(above: u32) -> anyhow::Result<Vec<u32>> {
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
    let is_below = |process: &u32| {
        std::iter::successors(parents.get(process), |parent| parents.get(parent))
            .any(|parent| *parent == above)
    };
    Ok(parents.keys().copied().filter(is_below).collect())
}
