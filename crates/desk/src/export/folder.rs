//! The folder of an export: written aside and named when it is whole and on the disk.

use std::fs::File;
use std::path::{Path, PathBuf};

/// A folder that is being filled; what is left of one that was not finished is taken away.
pub(super) struct Folder {
    finished: PathBuf,
    unfinished: PathBuf,
    is_finished: bool,
}

impl Folder {
    /// Begins a folder that will be `finished`: one that is not there yet, or empty.
    pub(super) fn begin(finished: &Path) -> std::io::Result<Self> {
        let mut name = finished.as_os_str().to_owned();
        name.push(".unfinished");
        let unfinished = PathBuf::from(name);
        // What a crash left of an earlier try.
        if unfinished.exists() {
            std::fs::remove_dir_all(&unfinished)?;
        }
        std::fs::create_dir_all(&unfinished)?;
        Ok(Self { finished: finished.to_owned(), unfinished, is_finished: false })
    }

    /// Where files are put meanwhile.
    pub(super) fn path(&self) -> &Path {
        &self.unfinished
    }

    /// Gives the folder its name. Its files are on the disk already.
    pub(super) fn finish(mut self) -> std::io::Result<()> {
        File::open(&self.unfinished)?.sync_all()?;
        if self.finished.is_dir() {
            // Goes only where it is empty; what lies in it is never replaced.
            std::fs::remove_dir(&self.finished)?;
        }
        std::fs::rename(&self.unfinished, &self.finished)?;
        self.is_finished = true;
        match self.finished.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            Some(parent) => File::open(parent)?.sync_all(),
            None => Ok(()),
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.is_finished {
            // Where even that fails, the name says that it is not whole.
            let _ = std::fs::remove_dir_all(&self.unfinished);
        }
    }
}

/// Whether an export may go there: nothing is there yet, or an empty folder.
pub(super) fn is_free(path: &Path) -> bool {
    match std::fs::read_dir(path) {
        Ok(mut entries) => entries.next().is_none(),
        Err(_) => !path.exists(),
    }
}

/// A folder inside of this one that is not there yet: of this name, or with the first number that is free.
pub(super) fn free_in(parent: &Path, name: &str) -> PathBuf {
    let numbered = (2_u32..).map(|number| format!("{name} ({number})"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered).map(|name| parent.join(name));
    names.find(|path| !path.exists()).unwrap_or_else(|| parent.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_its_name_only_when_it_is_whole() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("november");
        let names = || {
            let entries = std::fs::read_dir(place.path()).unwrap();
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>()
        };
        // One that a crash left.
        std::fs::create_dir(place.path().join("november.unfinished")).unwrap();
        std::fs::write(place.path().join("november.unfinished/old"), "old").unwrap();
        let folder = Folder::begin(&path).unwrap();
        std::fs::write(folder.path().join("file"), "half").unwrap();
        assert_eq!(names(), ["november.unfinished"]);
        drop(folder);
        assert_eq!(names(), Vec::<String>::new());

        let folder = Folder::begin(&path).unwrap();
        std::fs::write(folder.path().join("file"), "whole").unwrap();
        folder.finish().unwrap();
        assert_eq!(names(), ["november"]);
        assert!(path.join("file").exists() && !path.join("old").exists());

        // What is there is not replaced.
        let folder = Folder::begin(&path).unwrap();
        assert!(folder.finish().is_err());
        assert_eq!(
            (names(), std::fs::read_to_string(path.join("file")).unwrap()),
            (vec!["november".to_owned()], "whole".to_owned())
        );
        assert!(!is_free(&path));
        assert_eq!(free_in(place.path(), "november"), place.path().join("november (2)"));
        assert_eq!(free_in(place.path(), "december"), place.path().join("december"));
        std::fs::create_dir(place.path().join("empty")).unwrap();
        assert!(is_free(&place.path().join("empty")) && is_free(&place.path().join("nowhere")));
    }
}
