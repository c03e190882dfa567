//! `pharmatill` as a program: what it prints, and how it ends.

// Everything here is a test, and one that cannot go on should stop.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use desk::api::sales::FindSales;
use serde_json::Value;

const PASSPHRASE: &str = "correct horse battery";

struct Ran {
    code: Option<i32>,
    said: String,
    refused: String,
}

/// What the owner of a day signs in with, and an assistant.
const ANNA: &str = "73915482";
const BEN: &str = "739154";

fn run(data: &Path, passphrase: &str, arguments: &[&str]) -> Ran {
    run_with(data, &[("PHARMATILL_PASSPHRASE", passphrase)], arguments)
}

fn run_with(data: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_pharmatill"))
        .arg("--data")
        .arg(data)
        .arg("--json")
        .args(arguments)
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), said: text(output.stdout), refused: text(output.stderr) }
}

impl Ran {
    /// The last line as JSON, of a run that went well.
    fn said(&self) -> Value {
        assert_eq!(self.code, Some(0), "{}", self.refused);
        serde_json::from_str(self.said.lines().last().unwrap()).unwrap()
    }

    /// The code of a run that did not.
    fn refused(&self) -> String {
        assert_eq!(self.code, Some(1), "{}", self.said);
        let line = self.refused.lines().last().unwrap();
        serde_json::from_str::<Value>(line).unwrap()["code"].as_str().unwrap().to_owned()
    }
}

fn founded(folder: &Path) -> PathBuf {
    let data = folder.join("till-1");
    let init = ["init", "--name", "Apotheke am Markt", "--country", "DE", "--staff", "Anna:owner"];
    assert_eq!(run(&data, "", &init).said()["till"]["currency"], "EUR");
    data
}

#[test]
fn a_till_is_founded_once() {
    let folder = tempfile::tempdir().unwrap();
    let data = founded(folder.path());
    let again = ["init", "--name", "P", "--country", "DE", "--staff", "Anna:owner"];
    assert_eq!(run(&data, "", &again).refused(), "already_set_up");
    let elsewhere = folder.path().join("elsewhere");
    assert_eq!(run(&elsewhere, "", &["report", "day"]).refused(), "not_set_up");
    assert_eq!(
        run(&elsewhere, "", &["init", "--name", "P", "--country", "XX", "--staff", "A:owner"]).code,
        Some(1)
    );
}

#[test]
fn an_import_can_be_tried_first_and_changes_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let data = founded(folder.path());
    let csv = folder.path().join("products.csv");
    std::fs::write(&csv, "code;name;pack;price;tax\n2100000000012;Ibuprofen 400 mg;20 St;4,95;standard\n2100000000013;Wrong;1 St;1,00;standard\n").unwrap();
    let csv = csv.to_str().unwrap();
    let check = |arguments: &[&str], added: u64, unchanged: u64| {
        let report = run(&data, "", arguments).said();
        assert_eq!((&report["added"], &report["unchanged"]), (&added.into(), &unchanged.into()));
        assert_eq!((&report["rejected"][0]["line"], &report["rejectedCount"]), (&3.into(), &1.into()));
    };
    check(&["catalogue", "import", csv, "--dry-run"], 1, 0);
    check(&["catalogue", "import", csv], 1, 0);
    check(&["catalogue", "import", csv], 0, 1);
    let found = run(&data, "", &["catalogue", "find", "ibu"]).said();
    assert_eq!(found["rows"][0]["priceMinor"], 495);
}

#[test]
fn a_second_till_joins_by_a_file_and_a_code() {
    let folder = tempfile::tempdir().unwrap();
    let data = founded(folder.path());
    let file = folder.path().join("invitation");
    let file = file.to_str().unwrap();
    let invited = run(&data, "", &["invite", file]).said();
    let second = folder.path().join("till-2");
    assert_eq!(
        run(&second, "", &["init", "--join", file, "--code", "2222-2222-2222"]).refused(),
        "invitation_refused"
    );
    let joined =
        run(&second, "", &["init", "--join", file, "--code", invited["code"].as_str().unwrap()]).said();
    assert_eq!(
        (&joined["till"]["branchName"], &joined["till"]["tillNo"]),
        (&"Apotheke am Markt".into(), &2.into())
    );
    assert_eq!(run(&second, "", &["verify"]).said()["faults"], 0);
    // What the branch's secret opens has to be the same on both tills.
    let secret = |data: &Path| till::keys::read(&data.join(till::home::KEYS)).unwrap().unwrap().branch_secret;
    assert_eq!(secret(&data), secret(&second));
}

#[test]
fn the_first_till_of_another_branch_joins_by_a_file_too() {
    let folder = tempfile::tempdir().unwrap();
    let data = founded(folder.path());
    let file = folder.path().join("invitation");
    let file = file.to_str().unwrap();
    let invited = run(&data, "", &["invite", file, "--branch", "Filiale West"]).said();
    let code = invited["code"].as_str().unwrap();
    let west = folder.path().join("west-1");
    let joined = run(&west, "", &["init", "--join", file, "--code", code]).said();
    assert_eq!(
        (&joined["till"]["branchName"], &joined["till"]["tillNo"]),
        (&"Filiale West".into(), &1.into())
    );
    for data in [&data, &west] {
        assert_eq!(run(data, "", &["verify"]).said()["faults"], 0);
    }
    let secret = |data: &Path| till::keys::read(&data.join(till::home::KEYS)).unwrap().unwrap().branch_secret;
    assert_ne!(secret(&data), secret(&west));
}

#[test]
fn a_backup_is_brought_back_as_a_new_incarnation() {
    let folder = tempfile::tempdir().unwrap();
    let data = founded(folder.path());
    let stick = folder.path().join("stick");
    std::fs::create_dir(&stick).unwrap();
    run(&data, PASSPHRASE, &["backup", stick.to_str().unwrap()]).said();
    let backup = std::fs::read_dir(&stick).unwrap().next().unwrap().unwrap().path();
    let backup = backup.to_str().unwrap();

    let restored = folder.path().join("restored");
    assert_eq!(run(&restored, "wrong wrong wrong", &["restore", backup]).refused(), "passphrase_wrong");
    assert!(!restored.exists() && !folder.path().join("restored.restoring").exists());
    assert_eq!(run(&data, PASSPHRASE, &["restore", backup]).refused(), "folder_in_use");
    let nowhere = stick.join("nowhere");
    let nowhere = nowhere.to_str().unwrap();
    assert_eq!(run(&restored, PASSPHRASE, &["restore", nowhere]).refused(), "file_missing");

    run(&restored, PASSPHRASE, &["restore", backup]).said();
    assert_eq!(run(&restored, "", &["verify"]).said()["faults"], 0);
    let keys = |data: &Path| till::keys::read(&data.join(till::home::KEYS)).unwrap().unwrap();
    let (before, after) = (keys(&data), keys(&restored));
    assert_eq!((before.device, before.branch_secret), (after.device, after.branch_secret));
    assert!(before.incarnation != after.incarnation && before.signing_seed != after.signing_seed);
    assert_eq!(run(&restored, "", &["report", "day"]).said()["saleCount"], 0);
}

/// Plays a day on a till and gives what was printed.
fn play(data: &Path, day: &str) -> String {
    let file = data.with_extension("day.txt");
    std::fs::write(&file, day).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_pharmatill"))
        .arg("--data")
        .arg(data)
        .args([Path::new("day"), &file])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The last word of the last line on paper that begins so.
fn printed(paper: &str, name: &str) -> String {
    let mut lines = paper.lines().map(|line| line.trim_start_matches([' ', '|']));
    let line = lines.rfind(|line| line.starts_with(name));
    line.and_then(|line| line.split_whitespace().last()).unwrap_or_default().to_owned()
}

#[test]
fn a_restored_till_closes_what_its_former_life_had_begun() {
    let folder = tempfile::tempdir().unwrap();
    let data = founded(folder.path());
    let morning = "date 2026-03-02
        clock 07:55
        sign in Anna
        product 2100000000012 \"Ibuprofen 400 mg\" \"20 pieces\" 4.95 standard
        open 200.00
        scan 2100000000012
        quantity 2
        tender cash exact
        scan 2100000000012
        tender card exact
        ";
    let first_day = "clock 18:00
        sign in Anna
        card total 4.95
        count 209.90
        close";
    let restore = |from: &Path, to: &str| {
        let stick = folder.path().join(format!("stick-{to}"));
        std::fs::create_dir(&stick).unwrap();
        run(from, PASSPHRASE, &["backup", stick.to_str().unwrap()]).said();
        let backup = std::fs::read_dir(&stick).unwrap().next().unwrap().unwrap().path();
        let restored = folder.path().join(to);
        run(&restored, PASSPHRASE, &["restore", backup.to_str().unwrap()]).said();
        restored
    };

    // In the middle of a session: its Z covers both lives, and says so.
    play(&data, morning);
    let second_life = restore(&data, "second");
    let evening = "date 2026-03-02
        clock 14:00
        sign in Anna
        scan 2100000000012
        tender cash exact
        clock 18:00
        card total 4.95
        count 214.85
        close
        verify";
    let paper = play(&second_life, evening);
    let facts = ["Verkäufe", "Umsatz", "Soll Bargeld", "Anfangsbestand", "Gesamtumsatz seit Beginn"];
    let read = |paper: &str| facts.map(|name| printed(paper, name)).join(" ");
    assert_eq!(read(&paper), "3 19,80 214,85 200,00 19,80", "{paper}");
    let old_series = morning_series(&data);
    let taken_over = paper.lines().rfind(|line| line.contains(&format!("{old_series} #")));
    assert!(taken_over.is_some_and(|line| line.contains("#1–")), "{paper}");

    // Twice restored without a sale in between, and between two sessions: the total goes on.
    play(&data, &format!("date 2026-03-02\n{first_day}"));
    let third_life = restore(&restore(&data, "third"), "fourth");
    let next_day = "date 2026-03-03
        clock 08:00
        sign in Anna
        open 200.00
        scan 2100000000012
        tender cash exact
        count 204.95
        close
        verify";
    let paper = play(&third_life, next_day);
    assert_eq!(read(&paper), "1 4,95 204,95 200,00 19,80", "{paper}");
}

/// The receipt series of a till.
fn morning_series(data: &Path) -> String {
    let sale = &run_as(data, "Anna", ANNA, &["report", "x"]).said();
    let no = sale["receipts"][0].as_str().unwrap();
    no.rsplit_once('-').unwrap().0.to_owned()
}

/// What `verify --code` prints for people, and the code and sentence that it ends with where it says no.
fn verified_z(data: &Path, code: &str) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_pharmatill"))
        .arg("--data")
        .arg(data)
        .args(["verify", "--code", code])
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn whoever_holds_a_z_and_the_book_can_tell_whether_they_belong_together() {
    let folder = tempfile::tempdir().unwrap();
    let data = founded(folder.path());
    play(
        &data,
        "date 2026-03-02
        clock 07:55
        sign in Anna
        product 2100000000012 \"Ibuprofen\" \"20 pieces\" 4.95 standard
        open 100.00
        scan 2100000000012
        tender cash 5.00
        scan 2100000000012
        tender card exact
        clock 18:00
        card total 4.95
        count 104.95
        close",
    );
    let z = run_as(&data, "Anna", ANNA, &["report", "z"]).said();
    let code = z["receipt"]["code"]["text"].as_str().unwrap();
    let (exit, said, refused) =
        verified_z(&data, &format!("{} {}", &code[..100].to_lowercase(), &code[100..]));
    assert_eq!((exit, refused.as_str()), (Some(0), ""), "{said}");
    let no = z["zNo"].as_str().unwrap();
    for line in [
        &format!("Z {no} of till 1, Apotheke am Markt"),
        "takings, 2 sales                        9.90 EUR",
        "cash, 1                                 4.95 EUR",
        "card, 1                                 4.95 EUR",
        "perpetual total                         9.90 EUR",
        "The signature is the till's.",
    ] {
        assert!(said.lines().any(|found| found == line), "{line}\n{said}");
    }
    assert!(
        said.contains("is whole, and the figures recomputed from the records are those of the Z."),
        "{said}"
    );
    let json = run(&data, "", &["verify", "--code", code]).said();
    assert_eq!((&json["zNo"], &json["takingsMinor"], &json["faults"]), (&z["zNo"], &990.into(), &0.into()));

    let check = |data: &Path, code: &str, why: &str| {
        let (exit, said, refused) = verified_z(data, code);
        assert_eq!((exit, said.as_str()), (Some(1), ""), "{refused}");
        assert!(
            refused.starts_with(&format!("pharmatill: {why}: ")) && refused.len() > why.len() + 40,
            "{refused}"
        );
    };
    check(&data, &code[1..], "proof_damaged");
    check(&data, &code.replace('K', "L"), "proof_damaged");
    check(&data, "", "proof_damaged");
    let other = folder.path().join("other");
    let init = ["init", "--name", "Marien-Apotheke", "--country", "DE", "--staff", "Olga:owner"];
    run(&other, "", &init).said();
    check(&other, code, "proof_other_branch");
    check(&folder.path().join("nowhere"), code, "not_set_up");
}

#[test]
fn a_damaged_book_is_told_with_the_place() {
    let folder = tempfile::tempdir().unwrap();
    let data = founded(folder.path());
    assert_eq!(run(&data, "", &["verify"]).said()["faults"], 0);
    let path = data.join(till::home::LEDGER);
    let mut bytes = std::fs::read(&path).unwrap();
    // A page that opening does not need, as the last one may be; what becomes of each of them is tested in the
    // ledger.
    let place = bytes.len() - 5 * 4_096 + 1_000;
    bytes[place] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    let verified = run(&data, "", &["verify"]);
    assert_eq!(verified.code, Some(1));
    let page = 1 + place / 4096;
    assert!(
        verified.said.contains("page_damaged") && verified.said.contains(&format!("page {page}")),
        "{}",
        verified.said
    );
}

#[test]
fn a_ledger_without_its_keys_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let data = founded(folder.path());
    let ledger = std::fs::read(data.join(till::home::LEDGER)).unwrap();
    std::fs::remove_file(data.join(till::home::KEYS)).unwrap();
    assert_eq!(run(&data, "", &["report", "day"]).refused(), "keys_missing");
    assert_eq!(std::fs::read(data.join(till::home::LEDGER)).unwrap(), ledger);
    assert!(!data.join(till::home::KEYS).exists());
}

#[test]
fn a_second_copy_says_so_and_stops() {
    let folder = tempfile::tempdir().unwrap();
    let data = founded(folder.path());
    let _open = till::home::open_once(&data).unwrap();
    assert_eq!(run(&data, "", &["report", "day"]).refused(), "ledger_in_use");
}

#[test]
fn a_day_that_is_refused_names_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("day.txt");
    std::fs::write(&file, "pharmacy \"P\" DE\nstaff Anna owner\nsign in Anna\nx\n").unwrap();
    let ran = run(&folder.path().join("till"), "", &["day", file.to_str().unwrap()]);
    assert_eq!(ran.refused(), "session_closed");
    assert!(ran.refused.contains("\"line\":4"), "{}", ran.refused);
}

/// The day's till with Ben on duty, who may not see what a drawer should hold; 100.00 and one sale in it.
fn sold_by_ben(folder: &Path) -> PathBuf {
    let data = folder.join("till");
    let file = folder.join("day.txt");
    let day = "pharmacy \"P\" DE\nstaff Anna owner\nstaff Ben assistant\nsign in Anna\n\
               product 2100000000012 \"Ibuprofen\" \"20\" 4.95 standard\nsign in Ben\nopen 100.00\n\
               scan 2100000000012\ntender cash\n";
    std::fs::write(&file, day).unwrap();
    run(&data, "", &["day", file.to_str().unwrap()]).said();
    data
}

/// Runs as a person, with what they sign in with.
fn run_as(data: &Path, who: &str, pin: &str, arguments: &[&str]) -> Ran {
    run_with(data, &[("PHARMATILL_PIN", pin)], &[&["--as", who], arguments].concat())
}

#[test]
fn whoever_acts_on_the_command_line_proves_who_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let data = sold_by_ben(folder.path());
    let csv = folder.path().join("list.csv");
    std::fs::write(&csv, "code;name;price;tax\nA-1;Tea;1,00;standard\n").unwrap();
    let invitation = folder.path().join("invitation");
    let (csv, invitation) = (csv.to_str().unwrap(), invitation.to_str().unwrap());
    for arguments in
        [&["report", "x"][..], &["report", "day"], &["catalogue", "import", csv], &["invite", invitation]]
    {
        let nobody = run(&data, "", arguments).refused();
        assert!(["nobody_signed_in", "secret_wrong"].contains(&nobody.as_str()), "{arguments:?}: {nobody}");
        assert_eq!(run_as(&data, "Anna", "73915483", arguments).refused(), "secret_wrong", "{arguments:?}");
        assert_eq!(run_as(&data, "Carla", ANNA, arguments).refused(), "unknown_person", "{arguments:?}");
        run_as(&data, "Anna", ANNA, arguments).said();
    }
    let another = folder.path().join("another");
    let refused = run_as(&data, "Ben", BEN, &["invite", another.to_str().unwrap()]).refused();
    assert_eq!(refused, "not_allowed");

    // Before anybody has a PIN none is asked for.
    let seeded = founded(folder.path());
    run(&seeded, "", &["catalogue", "import", csv]).said();
    run(&seeded, "", &["bench-seed", "3"]).said();
    assert_eq!(run(&seeded, "", &["report", "z"]).said()["saleCount"], 3);
}

#[test]
fn wrong_pins_on_the_command_line_are_counted_with_those_at_the_till() {
    let folder = tempfile::tempdir().unwrap();
    let data = sold_by_ben(folder.path());
    let tried = |pin: &str| run_as(&data, "Anna", pin, &["report", "day"]).refused();
    assert_eq!([tried("1"), tried("2"), tried("3")], ["secret_wrong", "secret_wrong", "too_many_tries"]);
    assert_eq!(tried(ANNA), "too_many_tries");
    // Nobody gets fresh tries by taking away what counts them, as long as it is not all of it.
    let file = data.join(till::home::ATTEMPTS);
    assert!(file.exists());
    std::fs::remove_file(&file).unwrap();
    assert_eq!(tried(ANNA), "too_many_tries");
    run_as(&data, "Ben", BEN, &["report", "day"]).said();
}

#[test]
fn an_owner_founds_with_a_pin() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("till");
    let init = ["init", "--name", "P", "--country", "DE", "--staff", "Anna:owner"];
    let with = |pin: &str| run_with(&data, &[("PHARMATILL_PIN", pin)], &init);
    assert_eq!(with("482913").refused(), "secret_too_short");
    with(ANNA).said();
    run_as(&data, "Anna", ANNA, &["report", "day"]).said();
    assert_eq!(run_as(&data, "Anna", "73915480", &["report", "day"]).refused(), "secret_wrong");
}

#[test]
fn an_owner_who_forgot_the_pin_gets_another_one_by_the_recovery_passphrase() {
    let folder = tempfile::tempdir().unwrap();
    let data = sold_by_ben(folder.path());
    let recover = |passphrase: &str, pin: &str| {
        let environment = [("PHARMATILL_PASSPHRASE", passphrase), ("PHARMATILL_PIN", pin)];
        run_with(&data, &environment, &["recover-pin"])
    };
    assert_eq!(recover(PASSPHRASE, "58203917").refused(), "backup_not_set");
    run(&data, PASSPHRASE, &["backup", folder.path().to_str().unwrap()]).said();
    assert_eq!(recover("correct horse batterie", "58203917").refused(), "passphrase_wrong");
    assert_eq!(recover(PASSPHRASE, "58203917").said()["name"], "Anna");
    run_as(&data, "Anna", "58203917", &["report", "day"]).said();
    assert_eq!(run_as(&data, "Anna", ANNA, &["report", "day"]).refused(), "secret_wrong");
}

#[test]
fn a_report_is_blind_unless_somebody_is_named_who_may_see() {
    let folder = tempfile::tempdir().unwrap();
    let data = sold_by_ben(folder.path());
    let check = |who: &str, pin: &str, expected: Value| {
        let x = run_as(&data, who, pin, &["report", "x"]).said();
        assert_eq!(x["expectedCashMinor"], expected, "{who:?}");
        assert_eq!(x["tenders"][0]["amountMinor"].is_null(), expected.is_null(), "{who:?}");
        let day = run_as(&data, who, pin, &["report", "day", "2026-03-02"]).said();
        assert_eq!(day["tenders"][0]["amountMinor"].is_null(), expected.is_null(), "{who:?}");
    };
    check("Ben", BEN, Value::Null);
    check("Anna", ANNA, 10_495.into());
    assert_eq!(run(&data, "", &["report", "x"]).refused(), "nobody_signed_in");
}

#[test]
fn an_import_lists_every_row_that_it_did_not_take_and_what_changed() {
    let folder = tempfile::tempdir().unwrap();
    let data = founded(folder.path());
    let csv = folder.path().join("list.csv");
    let path = csv.to_str().unwrap();
    let bad: String = (0..1_200).map(|no| format!("B-{no};Bad;1,00;luxury\n")).collect();
    let good: String = (0..1_200).map(|no| format!("G-{no};Good {no};1,00;standard\n")).collect();
    std::fs::write(&csv, format!("code;name;price;tax\n{bad}{good}")).unwrap();
    let first = run(&data, "", &["catalogue", "import", path]).said();
    assert_eq!((&first["added"], &first["changes"]), (&1_200.into(), &serde_json::json!([])));
    let rejected = first["rejected"].as_array().unwrap();
    assert_eq!((rejected.len(), &rejected[1_199]["line"]), (1_200, &1_201.into()));

    let good = good.replace("G-7;Good 7;1,00", "G-7;Good 7;1,25").replace("G-8;Good 8;1,00;standard\n", "");
    std::fs::write(&csv, format!("code;name;price;tax\n{good}N-1;New;2,00;standard\nB-1;Bad;1,00;luxury\n"))
        .unwrap();
    let said = in_words(&data, &["catalogue", "import", path, "--dry-run"]).0;
    let rows: Vec<Vec<&str>> = said.lines().skip(3).map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(
        rows[..3],
        [
            vec!["changed", "G-7", "1.00", "->", "1.25", "Good", "7"],
            vec!["added", "N-1", "2.00", "New"],
            vec!["missing", "G-8", "1.00", "Good", "8"],
        ]
    );
    assert_eq!(rows[3][..5], ["not", "taken:", "list.csv", "line", "1202:"], "{said}");
    assert_eq!(rows.len(), 4, "{said}");
    let second = run(&data, "", &["catalogue", "import", path]).said();
    assert_eq!(second["changes"][0]["afterMinor"], 125);
}

/// What a run says to people, and to them on stderr.
fn in_words(data: &Path, arguments: &[&str]) -> (String, String) {
    let mut run = Command::new(env!("CARGO_BIN_EXE_pharmatill"));
    let output =
        run.arg("--data").arg(data).args(arguments).env_remove("PHARMATILL_PASSPHRASE").output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr))
}

#[test]
fn what_is_refused_is_said_in_a_sentence_with_its_code_and_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let data = founded(folder.path());
    let check = |arguments: &[&str], expected: &str| {
        assert_eq!(in_words(&data, arguments).1, format!("pharmatill: {expected}\n"), "{arguments:?}");
    };
    let day = |name: &str, text: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    };
    check(&["report", "x"], "session_closed: The drawer is closed: open it first.");
    check(&["report", "z"], "unknown_z: There is no such Z.");
    check(&["--as", "Carla", "report", "x"], "unknown_person: This person does not work here.");
    check(&["restore", "nowhere"], "the recovery passphrase is needed in PHARMATILL_PASSPHRASE");
    let refused = day("refused.txt", "sign in Anna\n\nstaff Ben king\n");
    check(&["day", &refused], "line 3: role_unknown: This role does not exist.");
    let unclear = day("unclear.txt", "dance\n");
    check(&["day", &unclear], "line 1: \"dance\" is nothing that is done at the counter");
}

#[test]
fn programs_get_a_code_for_every_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let data = founded(folder.path());
    assert_eq!(run(&data, "", &["report", "z"]).refused(), "unknown_z");
    assert_eq!(run(&data, "", &["report", "z", "K7F-Z0009"]).refused(), "unknown_z");
    let check = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_pharmatill")).args(arguments).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        let told: Value = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{arguments:?}: {said}"));
        assert_eq!((output.status.code(), &told["code"]), (Some(2), &"usage".into()), "{arguments:?}");
        assert!(told["detail"]["text"].as_str().is_some_and(|text| !text.is_empty()), "{said}");
    };
    check(&["--json", "report", "x"]);
    check(&["--json", "dance"]);
    check(&["report", "--json"]);
    check(&["catalogue", "find", "tea", "--limit", "some", "--json"]);
}

#[test]
fn a_running_till_says_where_it_listens_and_backs_up_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("till-1");
    let stick = folder.path().join("stick");
    std::fs::create_dir(&stick).unwrap();
    let init = [
        "init",
        "--name",
        "P",
        "--country",
        "DE",
        "--staff",
        "Anna:owner",
        "--backup",
        stick.to_str().unwrap(),
    ];
    run(&data, PASSPHRASE, &init).said();
    let mut serving = Command::new(env!("CARGO_BIN_EXE_pharmatill"))
        .arg("--data")
        .arg(&data)
        .arg("serve")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(serving.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let url = serde_json::from_str::<Value>(&line).unwrap()["url"].as_str().unwrap().to_owned();
    let backups =
        || std::fs::read_dir(&stick).unwrap().flatten().map(|entry| entry.file_name().into_string().unwrap());
    let is_done = || backups().any(|name| !name.ends_with(".unfinished"));
    let begun = Instant::now();
    while !is_done() && begun.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let made = backups().collect::<Vec<_>>();
    serving.kill().unwrap();
    serving.wait().unwrap();
    assert!(url.starts_with("http://127.0.0.1:") && url.contains("/#token="), "{url}");
    assert!(is_done(), "{made:?}");
}

/// What was said to be sold is in the book, however the program ends.
#[test]
fn a_till_that_is_killed_keeps_every_sale_that_it_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("till");
    let mut day = "pharmacy \"P\" DE\nstaff Anna owner\nsign in Anna\n".to_owned();
    day += "product 2100000000012 \"Ibuprofen 400 mg\" \"20 pieces\" 4.95 standard\nopen 200.00\n";
    day += &"scan 2100000000012\ntender cash 5.00\n".repeat(2_000);
    let file = folder.path().join("day.txt");
    std::fs::write(&file, day).unwrap();
    let mut playing = Command::new(env!("CARGO_BIN_EXE_pharmatill"))
        .arg("--data")
        .arg(&data)
        .arg("day")
        .arg(&file)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut acknowledged = Vec::new();
    for line in BufReader::new(playing.stdout.take().unwrap()).lines().map(Result::unwrap) {
        // "07:00  sale 1 B01-T1-HXT-000001, total 4.95, change 0.05"
        if let Some((_, sale)) = line.split_once("  sale ") {
            acknowledged.push(sale.split([' ', ',']).nth(1).unwrap().to_owned());
        }
        if acknowledged.len() == 40 {
            playing.kill().unwrap();
        }
    }
    playing.wait().unwrap();
    assert!((40..2_000).contains(&acknowledged.len()), "{} sales", acknowledged.len());

    assert_eq!(run(&data, "", &["verify"]).said()["faults"], 0);
    let desk = till::home::open_once(&data).unwrap();
    for receipt_no in acknowledged {
        let asked = FindSales { receipt_no: Some(receipt_no.clone()), limit: 1, ..FindSales::default() };
        let found = desk.sales(asked).unwrap();
        assert_eq!(found.first().map(|row| row.receipt_no.as_str()), Some(receipt_no.as_str()));
    }
}

/// Rows of a file with one JSON object a line.
fn lines(file: &Path) -> Vec<Value> {
    std::fs::read_to_string(file).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_restored_till_exports_what_its_former_life_had_begun_under_the_z_that_took_it_over() {
    let folder = tempfile::tempdir().unwrap();
    let data = founded(folder.path());
    let morning = "date 2026-03-02
        clock 07:55
        sign in Anna
        staff Ben assistant
        sign in Ben
        sign in Anna
        product 2100000000012 \"Ibuprofen 400 mg\" \"20 pieces\" 4.95 standard
        open 200.00
        scan 2100000000012
        tender cash exact
        ";
    play(&data, morning);
    let stick = folder.path().join("stick");
    std::fs::create_dir(&stick).unwrap();
    run(&data, PASSPHRASE, &["backup", stick.to_str().unwrap()]).said();
    let backup = std::fs::read_dir(&stick).unwrap().next().unwrap().unwrap().path();
    let restored = folder.path().join("restored");
    run(&restored, PASSPHRASE, &["restore", backup.to_str().unwrap()]).said();
    let evening = "date 2026-03-02
        clock 17:00
        sign in Anna
        scan 2100000000012
        tender card exact ref 4711
        card total 4.95
        count 204.95
        close
        ";
    play(&restored, evening);

    let out = folder.path().join("out");
    let files = out.to_str().unwrap();
    let export = ["export", "--from", "2026-03-02", "--to", "2026-03-02", "--format", "json", "--out", files];
    let (anna, ben) = ([("PHARMATILL_PIN", ANNA)], [("PHARMATILL_PIN", BEN)]);
    assert_eq!(run_with(&restored, &[], &export).refused(), "secret_wrong");
    let by_ben = [export.as_slice(), &["--as", "Ben"]].concat();
    assert_eq!(run_with(&restored, &ben, &by_ben).refused(), "not_allowed");
    assert!(!out.exists());
    let ran = run_with(&restored, &anna, &export);
    assert_eq!(ran.said()["folder"], files);
    assert!(ran.refused.contains("\"progress\":\"records\""), "{}", ran.refused);
    assert_eq!(run_with(&restored, &anna, &export).refused(), "folder_not_empty");

    let (entries, z) = (lines(&out.join("entries.jsonl")), lines(&out.join("z.jsonl")));
    assert_eq!(z.len(), 1);
    assert_eq!(z[0]["takings_minor"], 990);
    let sales: Vec<_> = entries.iter().filter(|entry| entry["kind"] == "sale").collect();
    assert_eq!(sales.len(), 2);
    assert!(entries.iter().all(|entry| entry["z_no"] == z[0]["z_no"]), "{entries:?}");
    // Two lives, two series of receipts.
    assert_ne!(
        sales[0]["receipt_no"].as_str().map(|no| &no[..10]),
        sales[1]["receipt_no"].as_str().map(|no| &no[..10])
    );
    let expected: i64 = lines(&out.join("postings.jsonl"))
        .iter()
        .filter(|posting| posting["account"] == 10)
        .filter(|posting| {
            let entry = entries.iter().find(|entry| entry["entry_id"] == posting["entry_id"]).unwrap();
            entry["kind"] != "session_opened" && entry["kind"] != "drawer_closed"
        })
        .map(|posting| posting["amount_minor"].as_i64().unwrap())
        .sum();
    assert_eq!((z[0]["expected_cash_minor"].as_i64(), expected), (Some(20_495), 495));
    assert_eq!(run_with(&restored, &anna, &["export", "--format", "csv", "--out", files]).code, Some(2));
}
