//! A disk that is full, for tests that may mount one.

const FILLER: &str = "filler";

/// A small file system of its own in memory.
pub struct SmallDisk(pub tempfile::TempDir);

impl SmallDisk {
    /// What `mount` says where the test may not, as on a computer where it does not run as root.
    pub fn mounted(megabytes: u32) -> Result<Self, String> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={megabytes}m");
        let mut mount = std::process::Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path());
        let ended = mount.output().map_err(|error| error.to_string())?;
        let said = String::from_utf8_lossy(&ended.stderr);
        let why = said.lines().next().unwrap_or("mount failed");
        if ended.status.success() { Ok(Self(folder)) } else { Err(why.to_owned()) }
    }

    /// Fills it to its last byte.
    pub fn fill(&self) {
        fill(self.0.path());
    }

    /// Takes out what filled it.
    pub fn make_room(&self) {
        std::fs::remove_file(self.0.path().join(FILLER)).unwrap();
    }
}

/// Fills the disk of this folder to its last byte.
pub fn fill(folder: &std::path::Path) {
    let mut filler = std::fs::File::create(folder.join(FILLER)).unwrap();
    while std::io::Write::write_all(&mut filler, &[0; 4096]).is_ok() {}
}

/// Tells `./dev test` of a test that this computer does not allow, by the file that it names; anybody else gets
/// a failed test, since one that proved nothing must not count as passed.
pub fn skip(test: &str, why: &str) {
    use std::io::Write;
    let Some(list) = std::env::var_os("SKIPPED_TESTS") else { panic!("{test} cannot run here: {why}") };
    let mut list = std::fs::OpenOptions::new().create(true).append(true).open(list).unwrap();
    writeln!(list, "{test}: {why}").unwrap();
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let unmounted = std::process::Command::new("umount").arg("-l").arg(self.0.path()).status();
        assert!(unmounted.is_ok_and(|status| status.success()));
    }
}
