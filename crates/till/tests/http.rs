//! The loopback door, asked over a real socket on a port that is free.

// Everything here is a test, and one that cannot go on should stop.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;

use serde_json::{Value, json};
use till::http::{BODY_LIMIT, Door};

const TOKEN: &str = "0123456789abcdef";

/// A door that is answered until the test ends, and its port.
struct Answered {
    port: u16,
    _runtime: tokio::runtime::Runtime,
    _folder: tempfile::TempDir,
}

fn answered(ui: Option<&Path>) -> Answered {
    let folder = tempfile::tempdir().unwrap();
    let desk = till::home::open_once(&folder.path().join("till")).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let door = runtime.block_on(Door::listen(desk, 0, ui.map(Path::to_owned), TOKEN.to_owned())).unwrap();
    let url = door.url();
    let port =
        url.strip_prefix("http://127.0.0.1:").and_then(|rest| rest.strip_suffix(&format!("/#token={TOKEN}")));
    let port = port.unwrap().parse().unwrap();
    runtime.spawn(door.serve());
    Answered { port, _runtime: runtime, _folder: folder }
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answered {
    fn connect(&self, request: &str, headers: &str, body: &str) -> BufReader<TcpStream> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let length = body.len();
        let head =
            format!("{request} HTTP/1.1\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        // A door that refuses by the head alone may close before it has heard the body.
        let _ = stream.write_all(body.as_bytes());
        BufReader::new(stream)
    }

    fn ask(&self, request: &str, headers: &str, body: &str) -> Answer {
        let mut text = Vec::new();
        let _ = self.connect(request, headers, body).read_to_end(&mut text);
        let text = String::from_utf8(text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_lowercase(), body: body.to_owned() }
    }

    fn host(&self) -> String {
        format!("Host: 127.0.0.1:{}\r\n", self.port)
    }

    fn call(&self, command: &str, args: &Value) -> (u16, Value) {
        let headers = format!("{}x-pharmatill-token: {TOKEN}\r\n", self.host());
        let answer = self.ask(&format!("POST /api/{command}"), &headers, &args.to_string());
        (answer.status, serde_json::from_str(&answer.body).unwrap())
    }
}

fn set_up() -> Value {
    json!({
        "pharmacyName": "Apotheke am Markt", "letterhead": [], "country": "DE", "timeZone": "Europe/Berlin",
        "dayBoundaryMin": 0, "tillNo": 1, "staff": [{ "name": "Anna", "role": "owner" }],
        "backupFolder": null, "recoveryPassphrase": null,
    })
}

#[test]
fn commands_are_answered() {
    let door = answered(None);
    let (status, reply) = door.call("status", &json!({}));
    assert_eq!((status, &reply["stage"]), (200, &json!("setup")));
    let (status, reply) = door.call("set_up", &set_up());
    assert_eq!((status, &reply["till"]["branchName"]), (200, &json!("Apotheke am Markt")));
}

#[test]
fn refusals_have_a_code() {
    let door = answered(None);
    assert_eq!(door.call("dance", &json!({})), (422, json!({ "code": "unknown_command", "detail": null })));
    assert_eq!(
        door.call("scan", &json!({ "cod": 1 })),
        (422, json!({ "code": "bad_arguments", "detail": null }))
    );
    let (status, reply) = door.call("x_report", &json!({}));
    assert_eq!((status, &reply["code"]), (422, &json!("not_set_up")));
}

#[test]
fn only_who_has_the_token_is_heard() {
    let door = answered(None);
    let check = |token: &str, status: u16| {
        let answer = door.ask("POST /api/status", &format!("{}{token}", door.host()), "{}");
        assert_eq!(answer.status, status, "{token}");
    };
    check(&format!("x-pharmatill-token: {TOKEN}\r\n"), 200);
    check("x-pharmatill-token: 0123456789abcdee\r\n", 401);
    check("x-pharmatill-token: \r\n", 401);
    check("", 401);
    assert_eq!(door.ask("GET /api/changed", &door.host(), "").status, 401);
    assert_eq!(door.ask("GET /api/changed?token=wrong", &door.host(), "").status, 401);
}

#[test]
fn only_this_computer_s_own_names_are_answered() {
    let door = answered(None);
    let token = format!("x-pharmatill-token: {TOKEN}\r\n");
    let port = door.port;
    let check = |headers: &str, status: u16| {
        assert_eq!(
            door.ask("POST /api/status", &format!("{token}{headers}"), "{}").status,
            status,
            "{headers}"
        );
    };
    check(&format!("Host: localhost:{port}\r\n"), 200);
    check(&format!("Host: pharmacy.example:{port}\r\n"), 403);
    check(&format!("Host: 127.0.0.1:{port}\r\nOrigin: http://pharmacy.example\r\n"), 403);
    check(&format!("Host: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"), 200);
}

#[test]
fn a_body_has_a_limit() {
    let door = answered(None);
    let headers = format!("{}x-pharmatill-token: {TOKEN}\r\n", door.host());
    let fits = format!("{{\"code\":\"{}\"}}", "1".repeat(BODY_LIMIT - 11));
    assert_eq!(fits.len(), BODY_LIMIT);
    assert_eq!(door.ask("POST /api/scan", &headers, &fits).status, 422);
    let too_large = format!("{fits} ");
    assert_eq!(door.ask("POST /api/scan", &headers, &too_large).status, 413);
}

#[test]
fn pages_have_their_type_and_may_do_little() {
    let ui = tempfile::tempdir().unwrap();
    std::fs::write(ui.path().join("index.html"), "<!doctype html>").unwrap();
    std::fs::create_dir(ui.path().join("assets")).unwrap();
    std::fs::write(ui.path().join("assets/a.js"), "1").unwrap();
    let door = answered(Some(ui.path()));
    let check = |path: &str, status: u16, mime: &str| {
        let answer = door.ask(&format!("GET {path}"), &door.host(), "");
        assert_eq!(answer.status, status, "{path}");
        assert!(answer.head.contains(&format!("content-type: {mime}")) || mime.is_empty(), "{}", answer.head);
        assert!(answer.head.contains("content-security-policy: default-src 'none'; script-src 'self';"));
        assert!(answer.head.contains("x-content-type-options: nosniff"));
    };
    check("/", 200, "text/html");
    check("/assets/a.js", 200, "text/javascript");
    check("/assets/b.js", 404, "");
    check("/../till/till.keys", 404, "");
}

#[test]
fn changes_are_told_as_they_happen() {
    let door = answered(None);
    let stream = door.connect(&format!("GET /api/changed?token={TOKEN}"), &door.host(), "");
    let mut lines = stream.lines().map(Result::unwrap);
    assert!(
        lines.by_ref().take_while(|line| !line.is_empty()).any(|line| line.contains("text/event-stream"))
    );
    door.call("set_up", &set_up());
    let event = lines.find(|line| line.starts_with("event:")).unwrap();
    assert_eq!(event, "event: changed");
    let data = lines.next().unwrap();
    assert!(["data: \"status\"", "data: \"book\"", "data: \"catalogue\""].contains(&data.as_str()), "{data}");
}
