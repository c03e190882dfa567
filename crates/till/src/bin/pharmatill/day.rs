//! `day`: plays a day at the counter.

use std::path::Path;

use anyhow::Context;
use till::day::Scene;

use crate::out::Out;

/// Plays the day in `file` on the till in `data`, or on one of its own.
pub fn play(data: Option<&Path>, file: &Path, out: &Out) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{}", file.display()))?;
    let thrown_away = tempfile::tempdir()?;
    let dir = data.unwrap_or(thrown_away.path());
    let folder = file.parent().unwrap_or(Path::new("."));
    let scene = Scene { data: dir, files: folder, seeded: data.is_none() };
    till::day::play(&text, &scene, &mut |said| {
        out.say(&said.to_json(), || said.text.to_owned()).map_err(std::io::Error::other)
    })?;
    Ok(())
}
