//! Looks for printers: device files, the system's print queues, and whoever listens on the printers' port in the
//! networks of this computer.

use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use desk::api::printing::FoundPrinter;
use if_addrs::IfAddr;

use super::child::finished;
use super::wire::PORT;

/// How long a neighbour in the network may take to answer.
const NEIGHBOUR: Duration = Duration::from_millis(300);
/// How many are asked at once.
const AT_ONCE: usize = 64;
/// How long the print queue may take to say what there is.
const LIST: Duration = Duration::from_secs(2);

/// Printers that this computer can reach, each once, in the order of its ways.
#[must_use]
pub fn found() -> Vec<FoundPrinter> {
    let mut found = devices(Path::new("/dev"));
    found.extend(queues(Path::new("lpstat")));
    found.extend(neighbours());
    found
}

fn printer(address: String, how: &str) -> FoundPrinter {
    FoundPrinter { address, how: how.to_owned() }
}

/// Device files of printers, and of serial ports that a printer may hang on.
fn devices(dev: &Path) -> Vec<FoundPrinter> {
    let mut found = Vec::new();
    for (folder, beginnings, how) in
        [("usb", &["lp"][..], "device"), (".", &["lp"], "device"), (".", &["ttyUSB", "ttyACM"], "serial")]
    {
        let entries = std::fs::read_dir(dev.join(folder)).into_iter().flatten().flatten();
        let mut paths: Vec<String> = entries
            .filter(|entry| {
                let name = entry.file_name();
                beginnings.iter().any(|beginning| name.to_string_lossy().starts_with(beginning))
            })
            .map(|entry| dev.join(folder).join(entry.file_name()).to_string_lossy().replace("/./", "/"))
            .collect();
        paths.sort();
        found.extend(paths.into_iter().map(|path| printer(path, how)));
    }
    found
}

/// The names of the system's print queues, by the program that lists them; none where there is no such system.
fn queues(lpstat: &Path) -> Vec<FoundPrinter> {
    let mut lpstat = Command::new(lpstat);
    lpstat.arg("-e").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let Ok(mut child) = lpstat.spawn() else { return Vec::new() };
    if !finished(&mut child, LIST).is_some_and(|status| status.success()) {
        return Vec::new();
    }
    let mut names = String::new();
    let read = child.stdout.take().map(|mut stdout| stdout.read_to_string(&mut names));
    match read {
        Some(Ok(_)) => names
            .lines()
            .filter(|name| !name.is_empty())
            .map(|name| printer(format!("queue:{name}"), "queue"))
            .collect(),
        _ => Vec::new(),
    }
}

/// Who listens on the printers' port beside this computer. Only private networks are asked, and of a large one the
/// 254 numbers around this computer's own.
fn neighbours() -> Vec<FoundPrinter> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    let mut own: Vec<Ipv4Addr> = interfaces
        .into_iter()
        .filter_map(|interface| match interface.addr {
            IfAddr::V4(address) if address.ip.is_private() => Some(address.ip),
            _ => None,
        })
        .collect();
    own.sort();
    own.dedup_by_key(|address| address.octets()[..3].to_vec());
    let mut found: Vec<Ipv4Addr> = own.into_iter().flat_map(|own| listening(own, PORT)).collect();
    found.sort();
    found.into_iter().map(|address| printer(address.to_string(), "network")).collect()
}

/// Who listens among the 254 numbers around this one.
fn listening(own: Ipv4Addr, port: u16) -> Vec<Ipv4Addr> {
    let [a, b, c, own] = own.octets();
    let (next, found) = (AtomicU8::new(1), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let up = |last: u8| last.checked_add(1);
                    let last = next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, up);
                    let Ok(last) = last else { return };
                    let address = Ipv4Addr::new(a, b, c, last);
                    let at = SocketAddr::from((address, port));
                    if last != own
                        && TcpStream::connect_timeout(&at, NEIGHBOUR).is_ok()
                        && let Ok(mut found) = found.lock()
                    {
                        found.push(address);
                    }
                }
            });
        }
    });
    found.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn device_files_are_told_apart_by_their_names() {
        let dev = tempfile::tempdir().unwrap();
        std::fs::create_dir(dev.path().join("usb")).unwrap();
        for name in ["usb/lp1", "usb/lp0", "usb/hiddev0", "lp0", "ttyUSB0", "ttyACM3", "tty1", "loop0"] {
            std::fs::write(dev.path().join(name), "").unwrap();
        }
        let found = devices(dev.path());
        let name = |found: &FoundPrinter| {
            let path =
                Path::new(&found.address).strip_prefix(dev.path()).unwrap().to_string_lossy().into_owned();
            (path, found.how.clone())
        };
        let expected = [
            ("usb/lp0", "device"),
            ("usb/lp1", "device"),
            ("lp0", "device"),
            ("ttyACM3", "serial"),
            ("ttyUSB0", "serial"),
        ];
        let expected = expected.map(|(path, how)| (path.to_owned(), how.to_owned()));
        assert_eq!(found.iter().map(name).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn the_systems_print_queues_are_listed() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let lpstat = folder.path().join("lpstat");
        let check = |does: &str, expected: &[&str]| {
            std::fs::write(&lpstat, format!("#!/bin/sh\n{does}\n")).unwrap();
            std::fs::set_permissions(&lpstat, std::fs::Permissions::from_mode(0o755)).unwrap();
            let found: Vec<String> = queues(&lpstat).into_iter().map(|found| found.address).collect();
            assert_eq!(found, expected, "{does}");
        };
        check(
            "[ \"$*\" = -e ] && printf 'Receipts\\nÉtiquettes_2\\n'",
            &["queue:Receipts", "queue:Étiquettes_2"],
        );
        check("printf ''", &[]);
        check("echo", &[]);
        check("echo Receipts; exit 1", &[]);
        check("printf '\\377\\n'", &[]);
        assert_eq!(queues(&folder.path().join("none")), []);
    }

    #[test]
    fn whoever_listens_in_the_network_is_found() {
        let listener = TcpListener::bind("127.0.0.9:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        assert_eq!(listening(Ipv4Addr::new(127, 0, 0, 1), port), [Ipv4Addr::new(127, 0, 0, 9)]);
    }
}
