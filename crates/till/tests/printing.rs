//! The way to the receipt printer, with a printer on loopback that answers, stays silent, runs out of paper, or tears
//! the connection at every byte.

// Everything here is a test, and one that cannot go on should stop.
#![allow(clippy::unwrap_used)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use desk::Desk;
use desk::printing::{Ended, Which};
use serde_json::{Value, json};
use till::home;
use till::printing::{Line, Patience};

#[path = "../../desk/tests/door/small_disk.rs"]
mod small_disk;

const PIN: &str = "73915482";

/// How a printer behaves, once for each connection.
#[derive(Clone, Copy)]
enum Manner {
    /// Says how it is, and when it has printed.
    Answers,
    /// Says nothing, and closes the line behind the sender.
    Silent,
    /// Takes everything and stays there.
    Hangs,
    /// Tears the line after so many bytes of the paper.
    Tears(usize),
    /// Says how it is once more instead of that it has printed, and is gone.
    Repeats,
    /// Says that it has no paper.
    NoPaper,
    /// Has no paper any more after so many bytes.
    RunsOut(usize),
}

struct Printer {
    listener: TcpListener,
}

impl Printer {
    fn new() -> Self {
        Self { listener: TcpListener::bind("127.0.0.1:0").unwrap() }
    }

    fn address(&self) -> String {
        self.listener.local_addr().unwrap().to_string()
    }

    /// Takes the next connection, and gives what came over it to be printed.
    fn next(&self, manner: Manner) -> JoinHandle<Vec<u8>> {
        self.next_that_does(manner, || ())
    }

    /// The same, and something happens before it says that a paper is printed.
    fn next_that_does(&self, manner: Manner, does: impl Fn() + Send + 'static) -> JoinHandle<Vec<u8>> {
        let listener = self.listener.try_clone().unwrap();
        std::thread::spawn(move || taken(listener.accept().unwrap().0, manner, does))
    }
}

/// The status bytes of a printer that is well, and of one without paper.
const WELL: [u8; 5] = [0, 0x12, 0x12, 0, 0x12];
const NO_PAPER: [u8; 5] = [0, 0x1a, 0x32, 0, 0x72];

fn taken(mut at: TcpStream, manner: Manner, does: impl Fn()) -> Vec<u8> {
    at.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut paper = Vec::new();
    let mut command: Vec<u8> = Vec::new();
    let mut byte = [0];
    while !matches!(manner, Manner::Tears(after) if paper.len() + usize::from(command == [0x1d]) >= after) {
        match at.read(&mut byte) {
            Ok(1) => command.push(byte[0]),
            _ => break,
        }
        let has_paper = match manner {
            Manner::NoPaper => false,
            Manner::RunsOut(after) => paper.len() < after,
            _ => true,
        };
        match command[..] {
            [0x10] | [0x10, 0x04] | [0x1d] | [0x1d, b'r'] => continue,
            [0x10, 0x04, which @ (1 | 2 | 4)] => {
                if !matches!(manner, Manner::Silent | Manner::Hangs) {
                    let status = if has_paper { WELL } else { NO_PAPER };
                    at.write_all(&[status[usize::from(which)]]).unwrap();
                }
            }
            [0x1d, b'r', 1] if matches!(manner, Manner::Repeats) => {
                at.write_all(&[WELL[1]]).unwrap();
                return paper;
            }
            [0x1d, b'r', 1] if has_paper => {
                does();
                at.write_all(&[0]).unwrap();
            }
            [0x1d, b'r', 1] => (),
            _ => paper.append(&mut command),
        }
        command.clear();
    }
    paper.append(&mut command);
    if matches!(manner, Manner::Hangs) {
        // Until whoever sent it gives up.
        std::thread::sleep(Duration::from_millis(600));
    }
    paper
}

struct Till {
    desk: Arc<Desk>,
    line: Line,
    ids: u64,
}

impl Till {
    fn new(dir: &Path, printer: &Printer) -> Self {
        let desk = home::open_once(dir).unwrap();
        let call = |name: &str, args: Value| desk.call(name, args).unwrap();
        call(
            "set_up",
            json!({
                "pharmacyName": "Löwen-Apotheke", "letterhead": [], "country": "DE", "timeZone": "Europe/Berlin",
                "dayBoundaryMin": 0, "tillNo": 1, "staff": [{ "name": "Anna", "role": "owner" }],
                "backupFolder": null, "recoveryPassphrase": null,
            }),
        );
        let till = Self { desk, line: quick(), ids: 0 };
        till.signs_in();
        till.call(
            "open_session",
            json!({ "cashSessionId": till.id_of(900), "denominations": [], "drawer": null, "fromSafeMinor": null, "transferIds": [] }),
        );
        till.sets(printer, true);
        till
    }

    fn signs_in(&self) {
        let staff = self.call("staff", json!({}));
        let first = json!({ "staffId": staff[0]["staffId"], "secret": "", "newSecret": PIN });
        if staff[0]["hasSecret"] == false {
            self.call("sign_in", first);
        } else {
            self.call("sign_in", json!({ "staffId": staff[0]["staffId"], "secret": PIN, "newSecret": null }));
        }
    }

    fn sets(&self, printer: &Printer, prints_receipts: bool) {
        self.sets_at(&printer.address(), prints_receipts);
    }

    fn sets_at(&self, address: &str, prints_receipts: bool) {
        let printer = json!({
            "address": address, "columns": 42, "codePage": "pc858", "cuts": true, "drawerPin": 2,
            "printsReceipts": prints_receipts,
        });
        self.call("set_printer", json!({ "which": "receipts", "printer": printer }));
    }

    fn call(&self, name: &str, args: Value) -> Value {
        self.desk.call(name, args).unwrap_or_else(|fault| panic!("{name}: {fault:?}"))
    }

    fn id_of(&self, no: u64) -> String {
        format!("01930000-0000-7000-8000-{no:012x}")
    }

    /// Sells something; the id of the sale, and its receipt number.
    fn sells(&mut self, by: &str) -> (Value, String) {
        self.ids += 1;
        let ask = self.id_of(self.ids);
        let basket = self.call(
            "add_unknown",
            json!({ "askId": ask, "code": "4006381333931", "name": "Hustensaft", "unitPriceMinor": 549, "taxCode": "standard", "quantity": 1 }),
        );
        let tender = json!({ "kind": by, "amountMinor": 549, "reference": null, "customerId": null });
        let sale = json!({ "saleId": basket["saleId"], "tenders": [tender], "seenTotalMinor": basket["totalMinor"] });
        let done = self.call("complete_sale", sale);
        (basket["saleId"].clone(), done["receipt"]["barcode"].as_str().unwrap().to_owned())
    }

    fn prints(&mut self, sale: &Value) {
        self.ids += 1;
        self.call("print", json!({
            "printId": self.id_of(self.ids), "paper": { "what": "receipt", "of": sale }, "which": "receipts", "count": 1,
        }));
    }

    fn settles(&self, how: &str) {
        let print = self.view()["queue"][0]["printId"].clone();
        self.call("settle_print", json!({ "printId": print, "which": "receipts", "how": how }));
    }

    fn view(&self) -> Value {
        self.call("printers", json!({}))["receipts"].clone()
    }

    /// What keeps it from printing, and each paper's state.
    fn says(&self) -> (Value, Vec<Value>) {
        let view = self.view();
        let states = view["queue"].as_array().unwrap().iter().map(|row| row["state"].clone()).collect();
        (view["trouble"].clone(), states)
    }

    fn step(&mut self) {
        self.line.step(&self.desk);
    }
}

fn patience() -> Patience {
    Patience {
        connect: Duration::from_secs(5),
        status: Duration::from_millis(200),
        paper: Duration::from_millis(400),
        byte: Duration::ZERO,
        silent: Duration::from_secs(60),
    }
}

fn quick() -> Line {
    Line::new(Which::Receipts, patience(), "lp".into())
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn a_sale_prints_its_receipt_once_and_opens_the_drawer() {
    let (folder, printer) = (tempfile::tempdir().unwrap(), Printer::new());
    let mut till = Till::new(folder.path(), &printer);
    for manner in [Manner::Answers, Manner::Silent] {
        let (_, no) = till.sells("cash");
        assert_eq!(till.says(), (Value::Null, vec![json!("waits")]));
        let came = printer.next(manner);
        till.step();
        let bytes = came.join().unwrap();
        // ESC p opens the drawer before the paper comes; GS V cuts it.
        assert!(bytes.starts_with(b"\x1bp\x00"), "{bytes:02x?}");
        assert!(has(&bytes, no.as_bytes()) && bytes.ends_with(b"\x1dVA\x00"), "{bytes:02x?}");
        assert_eq!(till.says(), (Value::Null, vec![]));
    }
    // By card nothing is to be had from the drawer.
    till.sells("card");
    let came = printer.next(Manner::Silent);
    till.step();
    assert!(came.join().unwrap().starts_with(b"\x1b@"));
    // Nothing waits, and nobody is called.
    till.step();
}

#[test]
fn what_was_printed_before_is_a_copy_and_an_entry() {
    let (folder, printer) = (tempfile::tempdir().unwrap(), Printer::new());
    let mut till = Till::new(folder.path(), &printer);
    till.sets(&printer, false);
    let (sale, _) = till.sells("card");
    assert!(till.says().1.is_empty());
    for is_copy in [false, true, true] {
        till.prints(&sale);
        let came = printer.next(Manner::Answers);
        till.step();
        assert_eq!(has(&came.join().unwrap(), b"*** KOPIE"), is_copy);
    }
    let sale = till.call("sale", json!({ "saleId": sale }));
    assert_eq!(sale["followers"].as_array().unwrap().len(), 2, "{sale}");
}

#[test]
fn a_line_that_is_torn_at_any_byte_loses_no_paper_and_prints_none_twice_by_itself() {
    let (folder, printer) = (tempfile::tempdir().unwrap(), Printer::new());
    let mut till = Till::new(folder.path(), &printer);
    let (sale, no) = till.sells("card");
    let came = printer.next(Manner::Answers);
    till.step();
    let length = came.join().unwrap().len();
    till.prints(&sale);
    // Torn before a byte of it has left, it waits on.
    let came = printer.next(Manner::Tears(0));
    till.step();
    assert_eq!(came.join().unwrap(), b"");
    assert_eq!(till.says(), (json!("printer_unreachable"), vec![json!("waits")]));
    for after in 1..length {
        let came = printer.next(Manner::Tears(after));
        till.step();
        assert_eq!(came.join().unwrap().len(), after);
        assert_eq!(till.says(), (json!("printer_torn"), vec![json!("in_doubt")]), "{after} of {length}");
        // Left alone it stays where it is.
        assert!(till.desk.next_print(Which::Receipts).unwrap().is_none());
        till.settles("again");
    }
    let came = printer.next(Manner::Answers);
    till.step();
    assert!(has(&came.join().unwrap(), no.as_bytes()));
    assert_eq!(till.says(), (Value::Null, vec![]));
}

#[test]
fn a_printer_that_takes_everything_and_stays_there_is_asked_about() {
    let (folder, printer) = (tempfile::tempdir().unwrap(), Printer::new());
    let mut till = Till::new(folder.path(), &printer);
    till.sells("card");
    let came = printer.next(Manner::Hangs);
    till.step();
    assert_eq!(till.says(), (json!("printer_silent"), vec![json!("in_doubt")]));
    came.join().unwrap();
    till.settles("printed");
    assert!(till.says().1.is_empty());
}

#[test]
fn what_a_printer_says_of_how_it_is_does_not_mean_that_it_has_printed() {
    let (folder, printer) = (tempfile::tempdir().unwrap(), Printer::new());
    let mut till = Till::new(folder.path(), &printer);
    till.sells("card");
    let came = printer.next(Manner::Repeats);
    till.step();
    came.join().unwrap();
    assert_eq!(till.says(), (json!("printer_torn"), vec![json!("in_doubt")]));
}

#[test]
fn a_printer_that_said_nothing_once_is_asked_again_later() {
    let (folder, printer) = (tempfile::tempdir().unwrap(), Printer::new());
    let mut till = Till::new(folder.path(), &printer);
    for (silent, said) in
        [(Duration::from_secs(60), Value::Null), (Duration::ZERO, json!("printer_no_paper"))]
    {
        till.line = Line::new(Which::Receipts, Patience { silent, ..patience() }, "lp".into());
        for manner in [Manner::Silent, Manner::NoPaper] {
            till.sells("card");
            let came = printer.next(manner);
            till.step();
            came.join().unwrap();
        }
        assert_eq!(till.says().0, said);
    }
}

#[test]
fn without_paper_nothing_is_sent_but_the_drawer_opens_and_what_waits_comes_in_its_order() {
    let (folder, printer) = (tempfile::tempdir().unwrap(), Printer::new());
    let mut till = Till::new(folder.path(), &printer);
    let (_, first) = till.sells("cash");
    let came = printer.next(Manner::NoPaper);
    till.step();
    // DLE DC4 1 opens the drawer of a printer that takes no other command.
    assert_eq!(came.join().unwrap(), b"\x10\x14\x01\x00\x02");
    assert_eq!(till.says(), (json!("printer_no_paper"), vec![json!("waits")]));
    let (_, second) = till.sells("card");
    for no in [first, second] {
        let came = printer.next(Manner::Answers);
        till.step();
        assert!(has(&came.join().unwrap(), no.as_bytes()), "{no}");
    }
    assert_eq!(till.says(), (Value::Null, vec![]));
}

#[test]
fn paper_that_runs_out_in_the_middle_is_asked_about() {
    let (folder, printer) = (tempfile::tempdir().unwrap(), Printer::new());
    let mut till = Till::new(folder.path(), &printer);
    till.sells("card");
    let came = printer.next(Manner::RunsOut(100));
    till.step();
    assert_eq!(till.says(), (json!("printer_no_paper"), vec![json!("in_doubt")]));
    assert!(came.join().unwrap().len() > 100);
}

#[test]
fn a_printer_that_is_not_there_hinders_no_sale() {
    let (folder, printer) = (tempfile::tempdir().unwrap(), Printer::new());
    let mut till = Till::new(folder.path(), &printer);
    let address = printer.address();
    drop(printer);
    for _ in 0..3 {
        till.sells("cash");
        till.step();
    }
    assert_eq!(till.says(), (json!("printer_unreachable"), vec![json!("waits"); 3]));
    let printer = Printer { listener: TcpListener::bind(address).unwrap() };
    for _ in 0..3 {
        let came = printer.next(Manner::Answers);
        till.step();
        came.join().unwrap();
    }
    assert_eq!(till.says(), (Value::Null, vec![]));
}

#[test]
fn what_waits_and_what_was_begun_is_known_after_a_restart() {
    let (folder, printer) = (tempfile::tempdir().unwrap(), Printer::new());
    let mut till = Till::new(folder.path(), &printer);
    till.sells("card");
    till.sells("card");
    let begun = till.desk.next_print(Which::Receipts).unwrap().unwrap();
    assert!(till.desk.print_begun(&begun).unwrap());
    assert_eq!(till.says().1, ["prints", "waits"]);
    drop((till, begun));
    let desk = home::open_once(folder.path()).unwrap();
    desk.doubt_prints().unwrap();
    let mut till = Till { desk, line: quick(), ids: 50 };
    till.signs_in();
    assert_eq!(till.says().1, ["in_doubt", "waits"]);
    let came = printer.next(Manner::Answers);
    till.step();
    came.join().unwrap();
    assert_eq!(till.says().1, ["in_doubt"]);
}

#[test]
fn what_was_dropped_at_the_last_moment_is_not_begun() {
    let (folder, printer) = (tempfile::tempdir().unwrap(), Printer::new());
    let mut till = Till::new(folder.path(), &printer);
    till.sells("card");
    let next = till.desk.next_print(Which::Receipts).unwrap().unwrap();
    till.settles("printed");
    assert!(!till.desk.print_begun(&next).unwrap());
}

#[test]
fn what_was_begun_before_practice_ends_in_the_book_that_it_is_of() {
    let (folder, printer) = (tempfile::tempdir().unwrap(), Printer::new());
    let mut till = Till::new(folder.path(), &printer);
    till.sells("card");
    let next = till.desk.next_print(Which::Receipts).unwrap().unwrap();
    till.call("set_practice", json!({ "on": true }));
    assert!(till.desk.next_print(Which::Receipts).unwrap().is_none());
    assert!(till.desk.print_begun(&next).unwrap());
    till.desk.print_ended(&next, Ended::Printed).unwrap();
    till.call("set_practice", json!({ "on": false }));
    assert_eq!(till.says(), (Value::Null, vec![]));
}

/// The till's end of a serial line, and the printer's.
fn serial_line() -> (String, std::fs::File) {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    let printer = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&printer).unwrap();
    unlockpt(&printer).unwrap();
    let name = ptsname(&printer, Vec::new()).unwrap().into_string().unwrap();
    (name, std::fs::File::from(printer))
}

#[test]
fn a_printer_on_a_cable_prints_too_and_says_how_it_is() {
    let (folder, printer) = (tempfile::tempdir().unwrap(), Printer::new());
    let mut till = Till::new(folder.path(), &printer);
    let (path, printer) = serial_line();
    // The other end is kept open, as a cable is plugged in also while nothing is sent.
    let _cable = std::fs::OpenOptions::new().read(true).write(true).open(&path).unwrap();
    till.sets_at(&path, true);
    for (manner, said, states) in [
        (Manner::Answers, Value::Null, vec![]),
        (Manner::NoPaper, json!("printer_no_paper"), vec![json!("waits")]),
    ] {
        let (_, no) = till.sells("card");
        let (end, wanted) = (printer.try_clone().unwrap(), if said.is_null() { no } else { String::new() });
        let came = std::thread::spawn(move || on_a_cable(end, manner, wanted.as_bytes()));
        till.step();
        assert_eq!(till.says(), (said, states), "{path}");
        came.join().unwrap();
    }
}

/// What a printer on a cable does until it has read this and was asked whether it is printed, or how it is.
fn on_a_cable(mut at: std::fs::File, manner: Manner, wanted: &[u8]) {
    let (mut paper, mut command, mut byte) = (Vec::new(), Vec::new(), [0]);
    let status = if matches!(manner, Manner::NoPaper) { NO_PAPER } else { WELL };
    loop {
        at.read_exact(&mut byte).unwrap();
        command.push(byte[0]);
        match command[..] {
            [0x10] | [0x10, 0x04] | [0x1d] | [0x1d, b'r'] => continue,
            [0x10, 0x04, which @ (1 | 2 | 4)] => {
                at.write_all(&[status[usize::from(which)]]).unwrap();
                if which == 4 && wanted.is_empty() {
                    return;
                }
            }
            [0x1d, b'r', 1] => {
                at.write_all(&[0]).unwrap();
                assert!(has(&paper, wanted));
                return;
            }
            _ => paper.append(&mut command),
        }
        command.clear();
    }
}

#[test]
fn what_is_no_device_is_never_written_into() {
    let (folder, printer) = (tempfile::tempdir().unwrap(), Printer::new());
    let mut till = Till::new(folder.path(), &printer);
    let file = folder.path().join("letter.txt");
    std::fs::write(&file, "Dear").unwrap();
    till.sells("cash");
    for (path, code) in [
        (folder.path().to_str().unwrap(), "printer_no_device"),
        (file.to_str().unwrap(), "printer_no_device"),
        ("/dev/no such printer", "printer_unreachable"),
    ] {
        till.sets_at(path, true);
        till.step();
        assert_eq!(till.says(), (json!(code), vec![json!("waits")]), "{path}");
    }
    assert_eq!(std::fs::read(&file).unwrap(), b"Dear");
}

#[test]
fn a_device_that_takes_nothing_leaves_the_paper_waiting() {
    let (folder, printer) = (tempfile::tempdir().unwrap(), Printer::new());
    let mut till = Till::new(folder.path(), &printer);
    // Whatever is written to it, the system says that there is no room.
    till.sets_at("/dev/full", true);
    till.sells("card");
    till.step();
    let (trouble, states) = till.says();
    assert_eq!(states, ["waits"], "{trouble}");
    assert!(trouble == "printer_refused" || trouble == "printer_unreachable", "{trouble}");
    till.sells("card");
    assert_eq!(till.says().1.len(), 2);
}

#[test]
fn a_device_that_only_takes_is_not_asked_how_it_is() {
    use rustix::process::{Uid, geteuid};
    use std::os::unix::fs::PermissionsExt;
    let (folder, printer) = (tempfile::tempdir().unwrap(), Printer::new());
    let mut till = Till::new(folder.path(), &printer);
    let (path, mut printer) = serial_line();
    let _cable = std::fs::OpenOptions::new().read(true).write(true).open(&path).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o222)).unwrap();
    till.sets_at(&path, true);
    let (_, no) = till.sells("card");
    // Who may do everything may also read what lets itself only be written, so this thread is nobody for a while.
    let (own, nobody) = (geteuid(), Uid::from_raw(65_534));
    if own.is_root() {
        rustix::thread::set_thread_res_uid(None, nobody, None).unwrap();
    }
    assert!(std::fs::File::open(&path).is_err());
    till.step();
    if own.is_root() {
        rustix::thread::set_thread_res_uid(None, own, None).unwrap();
    }
    assert_eq!(till.says(), (Value::Null, vec![]));
    let (mut came, mut some) = (Vec::new(), [0; 256]);
    while !has(&came, no.as_bytes()) {
        let more = printer.read(&mut some).unwrap();
        came.extend(&some[..more]);
    }
    assert!(!has(&came, &[0x10, 0x04]), "it was asked");
}

#[test]
fn a_full_disk_prints_nothing_twice_and_goes_on_by_itself() {
    let disk = match small_disk::SmallDisk::mounted(24) {
        Ok(disk) => disk,
        Err(why) => return small_disk::skip("a_full_disk_prints_nothing_twice_and_goes_on_by_itself", &why),
    };
    let printer = Printer::new();
    let mut till = Till::new(disk.0.path(), &printer);
    let mut numbers: Vec<String> = (0..3).map(|_| till.sells("card").1).collect();
    till.line =
        Line::new(Which::Receipts, Patience { paper: Duration::from_secs(20), ..patience() }, "lp".into());
    // It is full once the first one is on paper.
    let folder = disk.0.path().to_owned();
    let came = printer.next_that_does(Manner::Answers, move || small_disk::fill(&folder));
    till.step();
    assert!(has(&came.join().unwrap(), numbers.remove(0).as_bytes()));
    assert_eq!(till.says(), (json!("printer_queue"), ["prints", "waits", "waits"].map(Value::from).to_vec()));
    till.step();
    assert_eq!(till.says().0, "printer_queue");
    // With room again it goes on with the second one, and the first one is not asked about.
    disk.make_room();
    let came = printer.next(Manner::Answers);
    till.step();
    assert!(has(&came.join().unwrap(), numbers.remove(0).as_bytes()));
    assert_eq!(till.says(), (Value::Null, vec![json!("waits")]));
    disk.fill();
    // What still fits into the book is sold and printed, until nothing does.
    let mut papers = Vec::new();
    for _ in 0..1_000 {
        let came = printer.next(Manner::Answers);
        till.step();
        papers.push(came.join().unwrap());
        let (said, states) = till.says();
        if said == "printer_queue" {
            // What could not be marked as begun was not sent.
            let is_there = papers.iter().filter(|paper| has(paper, b"Hustensaft")).count();
            assert_eq!(numbers.len() - is_there, states.iter().filter(|state| *state == "waits").count());
            break;
        }
        numbers.push(till.sells("card").1);
    }
    assert_eq!(till.says().0, "printer_queue");
    disk.make_room();
    while till.says().1.contains(&json!("waits")) {
        let came = printer.next(Manner::Answers);
        till.step();
        papers.push(came.join().unwrap());
    }
    till.step();
    assert_eq!(till.says(), (Value::Null, vec![]));
    for no in numbers {
        let times = papers.iter().filter(|paper| has(paper, no.as_bytes())).count();
        assert_eq!(times, 1, "{no}");
    }
}

/// A program in the place of the one that hands papers to the system's print queue.
fn queue_program(folder: &Path, does: &str) -> std::path::PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.join("lp");
    std::fs::write(&path, format!("#!/bin/sh\n{does}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[test]
fn the_systems_print_queue_takes_a_paper_whole_or_not_at_all() {
    let (folder, printer) = (tempfile::tempdir().unwrap(), Printer::new());
    let mut till = Till::new(folder.path(), &printer);
    till.sets_at("queue:Receipts", true);
    let came = folder.path().join("came");
    let (_, no) = till.sells("cash");
    for (does, said, states) in [
        ("exit 1".to_owned(), json!("printer_refused"), vec![json!("waits")]),
        ("exec sleep 60".to_owned(), json!("printer_torn"), vec![json!("in_doubt")]),
    ] {
        till.line = Line::new(Which::Receipts, patience(), queue_program(folder.path(), &does));
        till.step();
        assert_eq!(till.says(), (said, states));
    }
    till.settles("again");
    let does = format!("echo \"$@\" > '{0}.args'\ncat > '{0}'", came.display());
    till.line = Line::new(Which::Receipts, patience(), queue_program(folder.path(), &does));
    till.step();
    assert_eq!(till.says(), (Value::Null, vec![]));
    assert!(has(&std::fs::read(&came).unwrap(), no.as_bytes()));
    let args = std::fs::read_to_string(came.with_extension("args")).unwrap();
    assert_eq!(args.trim(), "-d Receipts -o raw -t PharmaTill");
}

#[test]
fn a_paper_goes_to_the_other_printer_and_a_jam_holds_up_only_its_own() {
    let (folder, receipts, labels) = (tempfile::tempdir().unwrap(), Printer::new(), Printer::new());
    let mut till = Till::new(folder.path(), &receipts);
    let printer = json!({
        "address": labels.address(), "columns": 32, "codePage": "pc858", "cuts": true, "drawerPin": 2,
        "printsReceipts": true,
    });
    let set = till.call("set_printer", json!({ "which": "labels", "printer": printer }));
    // A label printer has no drawer, and prints no receipt by itself.
    assert_eq!(
        (&set["labels"]["printer"]["drawerPin"], &set["labels"]["printer"]["printsReceipts"]),
        (&Value::Null, &json!(false))
    );
    let (_, no) = till.sells("card");
    let print = till.view()["queue"][0]["printId"].clone();
    let moved = till.call("settle_print", json!({ "printId": print, "which": "receipts", "how": "other" }));
    assert_eq!((&moved["receipts"]["count"], &moved["labels"]["count"]), (&json!(0), &json!(1)));
    let came = labels.next(Manner::Answers);
    till.line = Line::new(Which::Labels, patience(), "lp".into());
    till.step();
    assert!(has(&came.join().unwrap(), no.as_bytes()));
    assert_eq!(till.call("printers", json!({}))["labels"]["count"], 0);
}

#[test]
fn a_z_that_runs_out_of_paper_can_be_had_as_a_file_and_is_no_copy() {
    use base64::Engine;
    let (folder, printer) = (tempfile::tempdir().unwrap(), Printer::new());
    let mut till = Till::new(folder.path(), &printer);
    till.sells("card");
    till.settles("printed");
    let count = json!({ "entryId": till.id_of(800), "denominations": [],
        "other": [{ "kind": "card", "countedMinor": 549 }], "recountReason": null });
    till.call("count_drawer", count);
    let close = json!({ "entryId": till.id_of(801), "reason": null, "note": null, "nextFloat": [],
        "seenExpectedMinor": 0 });
    till.call("close_session", close);
    let z = till.call("z_reports", json!({}))[0].clone();
    let prints = |no: u64| {
        till.call(
            "print",
            json!({ "printId": till.id_of(no), "paper": { "what": "z", "of": z["entryId"] }, "which": "receipts", "count": 1 }),
        )
    };
    let first = prints(802)["receipts"]["queue"][0].clone();
    assert_eq!((&first["no"], &first["copyNo"]), (&z["zNo"], &json!(0)));
    let copy = prints(803)["receipts"]["queue"][1].clone();
    assert_eq!((&copy["no"], &copy["copyNo"]), (&z["zNo"], &json!(1)));
    let came = printer.next(Manner::RunsOut(300));
    till.step();
    came.join().unwrap();
    assert_eq!(till.says(), (json!("printer_no_paper"), vec![json!("in_doubt"), json!("waits")]));
    let file = till.call("print_file", json!({ "printId": first["printId"] }));
    let pdf = base64::engine::general_purpose::STANDARD.decode(file["base64"].as_str().unwrap()).unwrap();
    assert!(
        pdf.starts_with(b"%PDF-1.7") && file["name"] == format!("{}.pdf", z["zNo"].as_str().unwrap()),
        "{}",
        file["name"]
    );
    // What nobody wants any more is dropped at once; what is in doubt is still asked about.
    let left = till.call("settle_print", json!({ "printId": null, "which": "receipts", "how": "printed" }));
    assert_eq!(
        (&left["receipts"]["count"], &left["receipts"]["queue"][0]["state"]),
        (&json!(1), &json!("in_doubt"))
    );
}

#[test]
fn what_waited_in_a_backup_is_asked_about_when_the_till_comes_back_from_it() {
    let (folder, printer) = (tempfile::tempdir().unwrap(), Printer::new());
    let data = folder.path().join("till");
    let mut till = Till::new(&data, &printer);
    till.sells("card");
    let passphrase = "correct horse battery staple";
    let stick = folder.path().join("stick");
    std::fs::create_dir(&stick).unwrap();
    till.call("set_backup", json!({ "folder": stick, "recoveryPassphrase": passphrase }));
    till.call("back_up", json!({}));
    let is_running = |till: &Till| {
        let jobs = till.call("status", json!({}))["jobs"].as_array().unwrap().clone();
        jobs.iter().any(|job| job["state"] == "running")
    };
    while is_running(&till) {
        std::thread::yield_now();
    }
    // It comes out after the backup was made.
    let came = printer.next(Manner::Answers);
    till.step();
    came.join().unwrap();
    assert_eq!(till.says(), (Value::Null, vec![]));
    drop(till);
    let backup = std::fs::read_dir(&stick).unwrap().next().unwrap().unwrap().path();
    let again = folder.path().join("again");
    let (random, now_ms) = (home::real_random(), home::real_clock()());
    till::restore::restore(&backup, passphrase, &again, now_ms, random).unwrap();
    let desk = home::open_once(&again).unwrap();
    desk.doubt_prints().unwrap();
    let till = Till { desk, line: quick(), ids: 50 };
    till.signs_in();
    assert_eq!(till.says(), (Value::Null, vec![json!("in_doubt")]));
    assert!(till.desk.next_print(Which::Receipts).unwrap().is_none());
    till.settles("again");
    assert!(till.desk.next_print(Which::Receipts).unwrap().is_some());
}
