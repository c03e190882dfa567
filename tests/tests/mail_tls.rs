//! A till hands a mail in over TLS, from the first byte on or by STARTTLS, to a server whose root its computer trusts,
//! and tells no other one its password.

#[path = "branch/door.rs"]
mod door;
#[path = "branch/process.rs"]
mod process;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use door::Door;
use process::{Process, start};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};
use tests::window::program;

/// A test that waits so long has failed.
const LONG: Duration = Duration::from_secs(120);
const PIN: &str = "73915482";

/// A root in a file, and a server of this computer that it vouches for.
fn certify(folder: &Path, root: &str) -> (PathBuf, Arc<ServerConfig>) {
    let mut params = CertificateParams::new(Vec::new()).expect("valid");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, root);
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a root");
    let file = folder.join(format!("{root}.pem"));
    std::fs::write(&file, issuer.pem()).expect("written");
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("valid");
    let certificate: CertificateDer<'static> = params.signed_by(&key, &issuer).expect("signed").into();
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.expect("versions").with_no_client_auth();
    (file, Arc::new(config.with_single_cert(vec![certificate], key).expect("they fit")))
}

/// A mail server that tells what is said to it behind TLS, line by line.
fn server(tls: Arc<ServerConfig>, is_from_the_first_byte: bool) -> (u16, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("bound").port();
    let (said, lines) = channel();
    std::thread::spawn(move || {
        for line in listener.incoming().map_while(Result::ok) {
            let _ = talk(line, &tls, is_from_the_first_byte, &|text| drop(said.send(text)));
        }
    });
    (port, lines)
}

fn talk(
    line: TcpStream,
    tls: &Arc<ServerConfig>,
    is_from_the_first_byte: bool,
    said: &impl Fn(String),
) -> Option<()> {
    line.set_read_timeout(Some(LONG)).ok()?;
    if !is_from_the_first_byte {
        let mut plain = BufReader::new(&line);
        (&line).write_all(b"220 localhost ESMTP\r\n").ok()?;
        for answer in ["250-localhost\r\n250 STARTTLS\r\n", "220 go on\r\n"] {
            let mut command = String::new();
            plain.read_line(&mut command).ok()?;
            assert!(!command.contains("AUTH"), "a password in the clear");
            (&line).write_all(answer.as_bytes()).ok()?;
        }
    }
    let tls = ServerConnection::new(Arc::clone(tls)).ok()?;
    let mut line = BufReader::new(StreamOwned::new(tls, line));
    if is_from_the_first_byte {
        line.get_mut().write_all(b"220 localhost ESMTP\r\n").ok()?;
    }
    loop {
        let mut command = String::new();
        if line.read_line(&mut command).ok()? == 0 {
            return None;
        }
        let answer = match command.get(..4)? {
            "EHLO" => "250-localhost\r\n250 AUTH PLAIN\r\n",
            "AUTH" => "235 welcome\r\n",
            "DATA" => "354 go on\r\n",
            _ => "250 ok\r\n",
        };
        line.get_mut().write_all(answer.as_bytes()).ok()?;
        if command.starts_with("DATA") {
            let (mut content, mut byte) = (Vec::new(), [0]);
            while !content.ends_with(b"\r\n.\r\n") {
                line.read_exact(&mut byte).ok()?;
                content.push(byte[0]);
            }
            line.get_mut().write_all(b"250 queued\r\n").ok()?;
        }
        said(command.trim_end().to_owned());
    }
}

/// A till that trusts this root, at which Anna is on duty.
fn till(folder: &Path, root: &Path) -> (Process, Door) {
    let mut command = Command::new(program("pharmatill").expect("built"));
    command.arg("--data").arg(folder.join("till")).arg("--json").arg("serve").env("SSL_CERT_FILE", root);
    let (process, said) = start(&mut command);
    let door = Door::at(said["url"].as_str().expect("a url"));
    if door.call("staff", &json!({})).is_err_and(|code| code == "not_set_up") {
        door.done(
            "set_up",
            &json!({
                "pharmacyName": "Apotheke", "letterhead": [], "country": "DE", "timeZone": "Europe/Berlin",
                "dayBoundaryMin": 0, "tillNo": 1, "staff": [{ "name": "Anna", "role": "owner", "secret": PIN }],
                "backupFolder": null, "recoveryPassphrase": null,
            }),
        );
    }
    let staff = door.ask("staff");
    door.done("sign_in", &json!({ "staffId": staff[0]["staffId"], "secret": PIN, "newSecret": null }));
    (process, door)
}

fn mails(door: &Door, port: u16, security: &str, no: u64) {
    let account = json!({
        "host": "localhost", "port": port, "security": security, "user": "till", "password": "secret words",
        "fromAddress": "till@example.org", "fromName": "",
    });
    door.done("set_mail", &json!({ "account": account }));
    let mail = format!("01930000-0000-7000-8000-{no:012x}");
    door.done("test_mail", &json!({ "mailId": mail, "address": "anna@example.org" }));
}

/// Waits for something that comes by itself.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < LONG, "it does not come to {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_mail_goes_over_tls_to_whom_this_computer_trusts_and_to_nobody_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let (root, tls) = certify(folder.path(), "root");
    let (other, _) = certify(folder.path(), "other");
    for (no, security) in [(1, "tls"), (2, "starttls")] {
        let (port, lines) = server(Arc::clone(&tls), security == "tls");
        let (process, door) = till(folder.path(), &root);
        mails(&door, port, security, no);
        until("a mail that is sent", || door.ask("mail")["waiting"] == json!([]));
        assert_eq!(door.ask("mail")["trouble"], Value::Null);
        let said: Vec<String> = lines.try_iter().collect();
        let begins = |command: &str| said.iter().filter(|line| line.starts_with(command)).count();
        assert!(begins("AUTH PLAIN") == 1 && begins("RCPT TO:<anna@example.org>") == 1, "{said:?}");
        drop(process);
        let (_process, door) = till(folder.path(), &other);
        mails(&door, port, security, no + 10);
        until("a trouble", || door.ask("mail")["trouble"] == "mail_no_tls");
        assert_eq!(door.ask("mail")["waiting"][0]["state"], "waits");
        assert_eq!(lines.try_iter().count(), 0);
        door.done("set_mail", &json!({ "account": null }));
    }
}
