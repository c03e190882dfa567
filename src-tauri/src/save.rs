//! Files that the person keeps: the window has no browser around it that would save them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use desk::Fault;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use tauri::{AppHandle, Manager};

/// The most characters that a name has.
const MOST_CHARACTERS: usize = 120;
/// How many files of one name there may be in a folder.
const MOST_OF_ONE_NAME: u32 = 1_000;

/// Saves a file that the desk made where this user's downloads lie; answers where it is. A file that is there
/// already stays, and this one gets a number.
#[tauri::command]
pub async fn save(app: AppHandle, name: String, base64: String) -> Result<String, Fault> {
    let work = move || {
        let failed = || Fault::bare("save_failed");
        let bytes = STANDARD.decode(base64).map_err(|_| Fault::bare("bad_arguments"))?;
        let folder = app.path().download_dir().or_else(|_| app.path().home_dir()).map_err(|_| failed())?;
        let path = kept(&folder, &name, &bytes)?;
        path.into_os_string().into_string().map_err(|_| failed())
    };
    tauri::async_runtime::spawn_blocking(work).await.unwrap_or_else(|_| Err(Fault::bare("internal")))
}

/// Writes the file into the folder, and has it on the disk when this returns.
fn kept(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, Fault> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.len() > MOST_CHARACTERS || name.starts_with('.') || !name.chars().all(is_plain) {
        return Err(Fault::bare("bad_arguments"));
    }
    let (stem, ending) = name.rsplit_once('.').ok_or_else(|| Fault::bare("bad_arguments"))?;
    let failed = |_| Fault::bare("save_failed");
    std::fs::create_dir_all(folder).map_err(failed)?;
    for no in 1..=MOST_OF_ONE_NAME {
        let path = folder.join(if no == 1 { name.to_owned() } else { format!("{stem} ({no}).{ending}") });
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => {
                return write(file, bytes).map(|()| path.clone()).map_err(|_| {
                    // Half a paper is worse than none.
                    let _ = std::fs::remove_file(&path);
                    Fault::bare("save_failed")
                });
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(_) => return Err(Fault::bare("save_failed")),
        }
    }
    Err(Fault::bare("save_failed"))
}

fn write(mut file: File, bytes: &[u8]) -> std::io::Result<()> {
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_kept_beside_those_of_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let downloads = folder.path().join("Downloads");
        let first = kept(&downloads, "Z-B01-T2-K7F-Z0001.pdf", b"one").unwrap();
        let second = kept(&downloads, "Z-B01-T2-K7F-Z0001.pdf", b"two").unwrap();
        assert_eq!(first, downloads.join("Z-B01-T2-K7F-Z0001.pdf"));
        assert_eq!(second, downloads.join("Z-B01-T2-K7F-Z0001 (2).pdf"));
        assert_eq!(
            (std::fs::read(first).unwrap(), std::fs::read(second).unwrap()),
            (b"one".to_vec(), b"two".to_vec())
        );
    }

    #[test]
    fn a_name_leads_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        let long = format!("{}.pdf", "x".repeat(200));
        for name in [
            "",
            "pdf",
            "../x.pdf",
            "a/b.pdf",
            "a\\b.pdf",
            ".profile",
            "/etc/x.pdf",
            "a\u{0}.pdf",
            "é.pdf",
            &long,
        ] {
            assert_eq!(kept(folder.path(), name, b"").unwrap_err().code, "bad_arguments", "{name:?}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_folder_that_is_none_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert_eq!(kept(&file, "x.pdf", b"").unwrap_err().code, "save_failed");
    }
}
