//! The way to the mail server, with a server on loopback that takes a mail, refuses it, says "later", stays silent, or
//! tears the line at every step.

// Everything here is a test, and one that cannot go on should stop.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use desk::Desk;
use desk::mail::NextMail;
use serde_json::{Value, json};
use till::home;
use till::mail::{Patience, Post};

const PIN: &str = "73915482";
const ADDRESS: &str = "a.durand@example.org";
/// 2026-11-21 08:00 in Berlin.
const MORNING: i64 = 1_795_244_400_000;
/// Long after everything that waits was due.
const LATER: i64 = MORNING + 3_600_000;

/// Where in a talk something happens: before the greeting, instead of the answer to a command, after so many bytes of
/// the content, instead of the answer to all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Greeting,
    Hello,
    Login,
    Mail,
    Rcpt,
    Data,
    Content(usize),
    Dot,
}

/// What a server does that is not well.
#[derive(Debug, Clone, Copy)]
enum Odd {
    Says(&'static str),
    Tears,
    /// Says nothing until the other side gives up.
    Hangs,
}

/// What came over one line.
#[derive(Debug, Default)]
struct Came {
    commands: Vec<String>,
    content: Vec<u8>,
    /// The server had it whole, and said that it took it.
    is_taken: bool,
    /// What the till kept of its first mail when each command came.
    kept: Vec<Value>,
}

struct Server {
    listener: TcpListener,
}

impl Server {
    fn new() -> Self {
        Self { listener: TcpListener::bind("127.0.0.1:0").unwrap() }
    }

    fn port(&self) -> u16 {
        self.listener.local_addr().unwrap().port()
    }

    /// Takes the next line, with at most one thing that is not well.
    fn next(&self, desk: &Arc<Desk>, odd: Option<(At, Odd)>) -> JoinHandle<Came> {
        let (listener, desk) = (self.listener.try_clone().unwrap(), Arc::clone(desk));
        std::thread::spawn(move || Talk::new(listener.accept().unwrap().0, desk, odd).held())
    }

    /// Whether somebody called meanwhile.
    fn was_called(&self) -> bool {
        self.listener.set_nonblocking(true).unwrap();
        let called = self.listener.accept().is_ok();
        self.listener.set_nonblocking(false).unwrap();
        called
    }
}

struct Talk {
    line: BufReader<TcpStream>,
    desk: Arc<Desk>,
    odd: Option<(At, Odd)>,
    came: Came,
}

impl Talk {
    fn new(line: TcpStream, desk: Arc<Desk>, odd: Option<(At, Odd)>) -> Self {
        line.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Self { line: BufReader::new(line), desk, odd, came: Came::default() }
    }

    fn held(mut self) -> Came {
        let _ = self.talk();
        self.came
    }

    /// Answers; none where the line ends here.
    fn answer(&mut self, at: At, well: &str) -> Option<()> {
        let said = match self.odd {
            Some((odd_at, odd)) if odd_at == at => match odd {
                Odd::Says(said) => said,
                Odd::Tears => return None,
                Odd::Hangs => {
                    let _ = self.line.read_to_end(&mut Vec::new());
                    return None;
                }
            },
            _ => well,
        };
        self.line.get_mut().write_all(format!("{said}\r\n").as_bytes()).ok()
    }

    fn talk(&mut self) -> Option<()> {
        self.answer(At::Greeting, "220 mail.example.org ESMTP")?;
        loop {
            let mut command = String::new();
            if self.line.read_line(&mut command).ok()? == 0 {
                return None;
            }
            let verb = command.split([' ', '\r']).next().unwrap_or_default().to_owned();
            self.came.commands.push(command.trim_end().to_owned());
            if let Ok(view) = self.desk.call("mail", json!({})) {
                self.came.kept.push(view["waiting"][0]["state"].clone());
            }
            match verb.as_str() {
                "EHLO" => self.answer(At::Hello, "250-mail.example.org\r\n250 AUTH PLAIN LOGIN")?,
                "AUTH" => self.answer(At::Login, "235 welcome")?,
                "MAIL" => self.answer(At::Mail, "250 ok")?,
                "RCPT" => self.answer(At::Rcpt, "250 ok")?,
                "DATA" => {
                    self.answer(At::Data, "354 go on")?;
                    if !matches!(self.odd, Some((At::Data, _))) {
                        self.content()?;
                        self.answer(At::Dot, "250 queued")?;
                        self.came.is_taken = !matches!(self.odd, Some((At::Dot, _)));
                    }
                }
                _ => {
                    let _ = self.line.get_mut().write_all(b"221 goodbye\r\n");
                    return None;
                }
            }
        }
    }

    fn content(&mut self) -> Option<()> {
        let mut byte = [0];
        while !self.came.content.ends_with(b"\r\n.\r\n") {
            if matches!(self.odd, Some((At::Content(after), _)) if self.came.content.len() == after) {
                return None;
            }
            self.line.read_exact(&mut byte).ok()?;
            self.came.content.push(byte[0]);
        }
        Some(())
    }
}

struct Till {
    desk: Arc<Desk>,
    post: Post,
    ids: u64,
}

fn open(dir: &Path) -> Arc<Desk> {
    let seed = AtomicU64::new(dir.as_os_str().len() as u64);
    let random = Box::new(move |bytes: &mut [u8]| {
        for byte in bytes {
            *byte = (seed.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed) >> 56) as u8;
        }
    });
    home::open_with(dir, Box::new(|| MORNING), random).unwrap()
}

impl Till {
    fn new(dir: &Path, server: &Server) -> Self {
        let till = Self { desk: open(dir), post: quick(), ids: 0 };
        till.call(
            "set_up",
            json!({
                "pharmacyName": "Löwen-Apotheke", "letterhead": [], "country": "DE", "timeZone": "Europe/Berlin",
                "dayBoundaryMin": 0, "tillNo": 1, "staff": [{ "name": "Anna", "role": "owner" }],
                "backupFolder": null, "recoveryPassphrase": null,
            }),
        );
        till.signs_in();
        till.call(
            "open_session",
            json!({ "cashSessionId": till.id_of(900), "denominations": [], "drawer": null, "fromSafeMinor": null, "transferIds": [] }),
        );
        till.sets(server.port(), "none", "Löwen-Apotheke");
        till
    }

    fn signs_in(&self) {
        let staff = self.call("staff", json!({}));
        let first = json!({ "staffId": staff[0]["staffId"], "secret": "", "newSecret": PIN });
        let again = json!({ "staffId": staff[0]["staffId"], "secret": PIN, "newSecret": null });
        self.call("sign_in", if staff[0]["hasSecret"] == false { first } else { again });
    }

    fn sets(&self, port: u16, security: &str, from_name: &str) {
        let account = json!({
            "host": "127.0.0.1", "port": port, "security": security, "user": "till", "password": "secret words",
            "fromAddress": "till@example.org", "fromName": from_name,
        });
        self.call("set_mail", json!({ "account": account }));
    }

    fn call(&self, name: &str, args: Value) -> Value {
        self.desk.call(name, args).unwrap_or_else(|fault| panic!("{name}: {fault:?}"))
    }

    fn id_of(&self, no: u64) -> String {
        format!("01930000-0000-7000-8000-{no:012x}")
    }

    fn new_id(&mut self) -> String {
        self.ids += 1;
        self.id_of(self.ids)
    }

    /// Sells something and mails the receipt; the id of the mail, and the receipt number.
    fn mails(&mut self) -> (String, String) {
        let ask = self.new_id();
        let basket = self.call(
            "add_unknown",
            json!({ "askId": ask, "code": "4006381333931", "name": "Hustensaft", "unitPriceMinor": 549, "taxCode": "standard", "quantity": 1 }),
        );
        let tender = json!({ "kind": "card", "amountMinor": 549, "reference": null, "customerId": null });
        let sale = json!({ "saleId": basket["saleId"], "tenders": [tender], "seenTotalMinor": basket["totalMinor"] });
        let done = self.call("complete_sale", sale);
        let mail = self.new_id();
        let asked = json!({ "mailId": mail, "what": "receipt", "of": basket["saleId"], "address": ADDRESS });
        self.call("send_mail", asked);
        (mail, done["receipt"]["barcode"].as_str().unwrap().to_owned())
    }

    fn settles(&self, how: &str) {
        let mail = self.view()["waiting"][0]["mailId"].clone();
        self.call("settle_mail", json!({ "mailId": mail, "how": how }));
    }

    fn view(&self) -> Value {
        self.call("mail", json!({}))
    }

    /// What keeps it from sending, and each mail's state and code.
    fn says(&self) -> (Value, Vec<(String, Value)>) {
        let view = self.view();
        let row = |row: &Value| (row["state"].as_str().unwrap().to_owned(), row["code"].clone());
        (view["trouble"].clone(), view["waiting"].as_array().unwrap().iter().map(row).collect())
    }

    fn step(&mut self, now_ms: i64) -> Duration {
        self.post.step(&self.desk, now_ms)
    }

    /// One try, with at most one thing that is not well.
    fn tries(&mut self, server: &Server, odd: Option<(At, Odd)>, now_ms: i64) -> Came {
        let came = server.next(&self.desk, odd);
        self.step(now_ms);
        came.join().unwrap()
    }
}

fn quick() -> Post {
    let (answer, quit) = (Duration::from_millis(300), Duration::from_millis(300));
    Post::new(Patience { answer, content: answer, quit })
}

fn state(state: &str, code: &str) -> Vec<(String, Value)> {
    vec![(state.to_owned(), json!(code))]
}

/// The header fields of a mail, with long ones in one line.
fn headers(content: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(content).into_owned();
    let head = text.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
    head.split("\r\n").map(str::to_owned).collect()
}

fn header<'h>(headers: &'h [String], name: &str) -> &'h str {
    let mut found = headers.iter().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    let first = found.next().unwrap();
    assert!(found.next().is_none(), "{name} is there once");
    first
}

/// Words in a header that are not ASCII (RFC 2047, form B).
fn decoded(header: &str) -> String {
    let mut text = String::new();
    for part in header.replace("?= =?", "?==?").split_inclusive("?=") {
        let (plain, word) = part.split_once("=?utf-8?b?").unwrap_or((part, ""));
        text.push_str(plain);
        text.push_str(&String::from_utf8(STANDARD.decode(word.trim_end_matches("?=")).unwrap()).unwrap());
    }
    text
}

/// The file that hangs on a mail: its name as the header has it, and its bytes.
fn attached(content: &[u8]) -> (String, Vec<u8>) {
    let text = String::from_utf8(content.to_vec()).unwrap();
    let part = text.split("Content-Disposition: attachment;").nth(1).unwrap();
    let (head, body) = part.split_once("\r\n\r\n").unwrap();
    let body: String = body.split("\r\n--").next().unwrap().split_whitespace().collect();
    (head.split('"').nth(1).unwrap().to_owned(), STANDARD.decode(body).unwrap())
}

#[test]
fn a_receipt_is_handed_in_once_with_its_paper() {
    let (folder, server) = (tempfile::tempdir().unwrap(), Server::new());
    let mut till = Till::new(folder.path(), &server);
    let (mail, no) = till.mails();
    let NextMail::Due(drawn) = till.desk.next_mail(MORNING).unwrap() else { panic!("it is due") };
    let came = till.tries(&server, None, MORNING);
    assert!(came.is_taken);
    let login = STANDARD.encode("\0till\0secret words");
    let expected = [
        "EHLO [127.0.0.1]",
        &format!("AUTH PLAIN {login}"),
        "MAIL FROM:<till@example.org>",
        "RCPT TO:<a.durand@example.org>",
        "DATA",
        "QUIT",
    ];
    assert_eq!(came.commands, expected);
    // Before the content leaves, it is on the disk that it does; and it is gone before the goodbye.
    assert_eq!(
        came.kept,
        [json!("waits"), json!("waits"), json!("waits"), json!("waits"), json!("sending"), Value::Null]
    );
    let headers = headers(&came.content);
    assert_eq!(decoded(header(&headers, "From")), "Löwen-Apotheke <till@example.org>");
    assert_eq!(header(&headers, "To"), ADDRESS);
    assert_eq!(header(&headers, "Message-ID"), format!("<{mail}@example.org>"));
    assert_eq!(decoded(header(&headers, "Subject")), format!("Ihr Beleg {no} · Löwen-Apotheke"));
    let (name, pdf) = attached(&came.content);
    assert_eq!(name, format!("Beleg-{no}.pdf"));
    assert!(pdf.starts_with(b"%PDF-1.7") && pdf == drawn.paper.unwrap().1);
    assert!(came.content.is_ascii());
    assert_eq!(till.says(), (Value::Null, vec![]));
    // Nothing waits, and nobody is called.
    till.step(LATER);
    assert!(!server.was_called());
}

#[test]
fn a_line_that_is_torn_at_any_step_loses_no_mail_and_sends_none_twice_by_itself() {
    let (folder, server) = (tempfile::tempdir().unwrap(), Server::new());
    let mut till = Till::new(folder.path(), &server);
    let (mail, _) = till.mails();
    let id = format!("<{mail}@example.org>");
    for at in [At::Greeting, At::Hello, At::Login, At::Mail, At::Rcpt, At::Data] {
        for odd in [Odd::Tears, Odd::Hangs] {
            let came = till.tries(&server, Some((at, odd)), LATER);
            assert!(came.content.is_empty());
            let expected = (json!("mail_unreachable"), state("waits", "mail_unreachable"));
            assert_eq!(till.says(), expected, "{at:?} {odd:?}");
            till.settles("again");
        }
    }
    let whole = till.tries(&server, Some((At::Dot, Odd::Tears)), LATER).content;
    assert!(whole.ends_with(b"\r\n.\r\n"));
    let torn = [0, 1, 100, whole.len() / 2, whole.len() - 5, whole.len() - 3, whole.len() - 1];
    let torn = torn.into_iter().map(|after| (At::Content(after), Odd::Tears));
    for odd in torn.chain([(At::Dot, Odd::Tears), (At::Dot, Odd::Hangs), (At::Dot, Odd::Says("nonsense"))]) {
        till.settles("again");
        let came = till.tries(&server, Some(odd), LATER);
        assert_eq!(till.says(), (Value::Null, state("in_doubt", "mail_torn")), "{odd:?}");
        if came.content.len() > 1_000 {
            assert_eq!(header(&headers(&came.content), "Message-ID"), id);
        }
        // Left alone it stays where it is.
        till.step(LATER + 24 * 3_600_000);
        assert!(!server.was_called(), "{odd:?}");
    }
    till.settles("again");
    let came = till.tries(&server, None, LATER);
    assert!(came.is_taken);
    assert_eq!(header(&headers(&came.content), "Message-ID"), id);
    assert_eq!(till.says(), (Value::Null, vec![]));
}

#[test]
fn what_is_refused_for_now_is_tried_again_later_and_then_taken() {
    let (folder, server) = (tempfile::tempdir().unwrap(), Server::new());
    let mut till = Till::new(folder.path(), &server);
    till.mails();
    let busy = Odd::Says("450 4.2.0 try again");
    let mut now_ms = MORNING;
    for (at, is_of_all, wait_s) in [
        (At::Rcpt, false, 5),
        (At::Data, false, 30),
        (At::Dot, false, 120),
        (At::Mail, true, 600),
        (At::Login, true, 600),
        (At::Hello, true, 600),
        (At::Greeting, true, 600),
    ] {
        till.tries(&server, Some((at, busy)), now_ms);
        let trouble = if is_of_all { json!("mail_busy") } else { Value::Null };
        assert_eq!(till.says(), (trouble, state("waits", "mail_busy")), "{at:?}");
        assert_eq!(till.step(now_ms + 1_000), Duration::from_secs(wait_s - 1).min(Duration::from_secs(60)));
        assert!(!server.was_called(), "{at:?}");
        now_ms += i64::try_from(wait_s).unwrap() * 1_000;
    }
    assert!(till.tries(&server, None, now_ms).is_taken);
    assert_eq!(till.says(), (Value::Null, vec![]));
}

#[test]
fn a_login_that_is_refused_keeps_everything_waiting_until_it_is_right() {
    let (folder, server) = (tempfile::tempdir().unwrap(), Server::new());
    let mut till = Till::new(folder.path(), &server);
    till.mails();
    till.mails();
    let came = till.tries(&server, Some((At::Login, Odd::Says("535 5.7.8 who are you"))), MORNING);
    assert!(!came.commands.iter().any(|command| command.starts_with("MAIL")), "{came:?}");
    let (trouble, mails) = till.says();
    assert_eq!((trouble, mails[0].clone()), (json!("mail_login"), state("waits", "mail_login")[0].clone()));
    assert_eq!(mails[1], ("waits".to_owned(), Value::Null));
    till.step(MORNING + 1);
    assert!(!server.was_called());
    // Such a server asks nobody, and no password is sent to it.
    let came = till.tries(&server, Some((At::Hello, Odd::Says("250 no logins here"))), LATER);
    assert_eq!(came.commands, ["EHLO [127.0.0.1]"]);
    assert_eq!(till.says().0, "mail_login");
    till.sets(server.port(), "none", "");
    for _ in 0..2 {
        assert!(till.tries(&server, None, MORNING).is_taken);
    }
    assert_eq!(till.says(), (Value::Null, vec![]));
}

#[test]
fn what_is_refused_for_good_is_not_tried_again_and_lets_the_others_go() {
    let (folder, server) = (tempfile::tempdir().unwrap(), Server::new());
    let mut till = Till::new(folder.path(), &server);
    till.mails();
    let no = Odd::Says("550 5.1.1 no");
    for (at, code) in [
        (At::Rcpt, "mail_recipient_refused"),
        (At::Data, "mail_content_refused"),
        (At::Dot, "mail_content_refused"),
    ] {
        till.tries(&server, Some((at, no)), LATER);
        assert_eq!(till.says(), (Value::Null, state("refused", code)), "{at:?}");
        till.step(LATER + 24 * 3_600_000);
        assert!(!server.was_called());
        till.settles("again");
    }
    till.tries(&server, Some((At::Rcpt, no)), LATER);
    till.mails();
    assert!(till.tries(&server, None, LATER).is_taken);
    assert_eq!(till.says().1, state("refused", "mail_recipient_refused"));
    till.settles("dropped");
    // That it does not know the sender is no fault of a mail.
    till.mails();
    till.tries(&server, Some((At::Mail, no)), LATER);
    let expected = (json!("mail_sender_refused"), state("waits", "mail_sender_refused"));
    assert_eq!(till.says(), expected);
}

#[test]
fn without_tls_no_password_and_no_mail_is_sent() {
    let (folder, server) = (tempfile::tempdir().unwrap(), Server::new());
    let mut till = Till::new(folder.path(), &server);
    till.mails();
    // It does not offer it, it offers it and does not do it, and it does not know of it.
    till.sets(server.port(), "starttls", "");
    let came = till.tries(&server, None, LATER);
    assert_eq!(came.commands[0], "EHLO [127.0.0.1]");
    assert!(!came.commands.iter().any(|command| command.starts_with("AUTH")), "{came:?}");
    assert_eq!(till.says(), (json!("mail_no_tls"), state("waits", "mail_no_tls")));
    till.settles("again");
    let offers = Odd::Says("250-mail.example.org\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN");
    let came = till.tries(&server, Some((At::Hello, offers)), LATER);
    assert_eq!(came.commands[..2], ["EHLO [127.0.0.1]", "STARTTLS"]);
    assert!(!came.commands.iter().any(|command| command.starts_with("AUTH")), "{came:?}");
    assert_eq!(till.says().1[0].0, "waits");
    till.sets(server.port(), "tls", "");
    let came = till.tries(&server, None, LATER);
    assert!(!came.commands.iter().any(|command| command.contains("AUTH")), "{came:?}");
    assert_eq!(till.says(), (json!("mail_no_tls"), state("waits", "mail_no_tls")));
}

#[test]
fn a_server_that_is_not_there_hinders_no_sale() {
    let (folder, server) = (tempfile::tempdir().unwrap(), Server::new());
    let mut till = Till::new(folder.path(), &server);
    let address = server.listener.local_addr().unwrap();
    drop(server);
    for _ in 0..3 {
        till.mails();
        till.step(LATER);
    }
    let (trouble, mails) = till.says();
    assert_eq!((trouble, mails.len()), (json!("mail_unreachable"), 3));
    let server = Server { listener: TcpListener::bind(address).unwrap() };
    for _ in 0..3 {
        assert!(till.tries(&server, None, LATER * 2).is_taken);
    }
    assert_eq!(till.says(), (Value::Null, vec![]));
}

#[test]
fn what_waits_and_what_was_begun_is_known_after_a_restart() {
    let (folder, server) = (tempfile::tempdir().unwrap(), Server::new());
    let mut till = Till::new(folder.path(), &server);
    till.mails();
    till.mails();
    let NextMail::Due(begun) = till.desk.next_mail(MORNING).unwrap() else { panic!("it is due") };
    assert!(till.desk.mail_begun(begun.mail).unwrap());
    drop(till);
    let desk = open(folder.path());
    desk.doubt_mails().unwrap();
    let mut till = Till { desk, post: quick(), ids: 50 };
    // Nobody is signed in.
    assert!(till.tries(&server, None, LATER).is_taken);
    till.step(LATER);
    assert!(!server.was_called());
    till.signs_in();
    assert_eq!(till.says().1, state("in_doubt", "mail_torn"));
    till.settles("sent");
    assert_eq!(till.says(), (Value::Null, vec![]));
}

#[test]
fn what_was_dropped_at_the_last_moment_is_not_sent() {
    let (folder, server) = (tempfile::tempdir().unwrap(), Server::new());
    let mut till = Till::new(folder.path(), &server);
    till.mails();
    let NextMail::Due(next) = till.desk.next_mail(MORNING).unwrap() else { panic!("it is due") };
    till.settles("dropped");
    assert!(!till.desk.mail_begun(next.mail).unwrap());
    till.step(LATER);
    assert!(!server.was_called());
}

#[test]
fn a_name_is_a_name_and_no_header_whatever_it_says() {
    let (folder, server) = (tempfile::tempdir().unwrap(), Server::new());
    let mut till = Till::new(folder.path(), &server);
    let (ascii, mut no) = ((' '..='~').map(|c| format!("A{c}b")), 100);
    let hostile =
        ["Bcc: <x@example.org>, \"y\" \\ ?=", "=?utf-8?b?QmNjOg==?=", "\u{2028}Bcc: x", "ü\u{85}", "<", "\""];
    for name in ascii.chain(hostile.map(str::to_owned)) {
        let name = name.trim();
        let account = json!({
            "host": "127.0.0.1", "port": server.port(), "security": "none", "user": "", "password": null,
            "fromAddress": "till@example.org", "fromName": name,
        });
        if till.desk.call("set_mail", json!({ "account": account })).is_err() {
            // Control characters are in no name.
            assert!(name.contains(char::is_control), "{name:?}");
            continue;
        }
        no += 1;
        till.call("test_mail", json!({ "mailId": till.id_of(no), "address": ADDRESS }));
        let came = till.tries(&server, None, LATER);
        assert_eq!(came.commands[1..3], ["MAIL FROM:<till@example.org>", "RCPT TO:<a.durand@example.org>"]);
        assert_eq!(came.commands.len(), 5, "{came:?}");
        let headers = headers(&came.content);
        let from = header(&headers, "From");
        let said = from.strip_suffix("till@example.org>").and_then(|from| from.strip_suffix(" <"));
        let said = said.unwrap_or_else(|| panic!("{from}"));
        let is_word = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-./=?^_`{|}~ ".contains(c);
        // Plain words, words in letters that mean nothing, or within quotes.
        let inner = said.strip_prefix('"').and_then(|said| said.strip_suffix('"'));
        match inner {
            Some(inner) => assert_eq!(inner.replace("\\\"", "\"").replace("\\\\", "\\"), name),
            None => {
                assert!(said.chars().all(is_word), "{said}");
                assert_eq!(decoded(said), name);
            }
        }
        let names: Vec<_> = headers.iter().filter_map(|line| Some(line.split_once(':')?.0)).collect();
        let known = [
            "From",
            "To",
            "Subject",
            "Message-ID",
            "Date",
            "MIME-Version",
            "Content-Type",
            "Content-Transfer-Encoding",
        ];
        assert!(names.iter().all(|name| known.contains(name)) && names.len() == headers.len(), "{headers:?}");
        assert_eq!(decoded(header(&headers, "Subject")), "Probe · Löwen-Apotheke");
    }
}
