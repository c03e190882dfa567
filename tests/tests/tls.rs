//! A till finds its server over TLS, by a root that this computer trusts and by no other, and through proxies.

#[path = "branch/door.rs"]
mod door;
#[path = "branch/process.rs"]
mod process;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use door::Door;
use process::start;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::Value;
use tests::window::program;

/// A test that waits so long has failed.
const LONG: Duration = Duration::from_secs(120);

/// Makes a root, and with it a certificate for this computer. Gives the file of the root.
fn certify(folder: &Path, root: &str) -> PathBuf {
    let mut params = CertificateParams::new(Vec::new()).expect("valid");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, root);
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a root");
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("valid");
    let certificate = params.signed_by(&key, &issuer).expect("signed");
    std::fs::write(folder.join("certificate.pem"), certificate.pem()).expect("written");
    std::fs::write(folder.join("key.pem"), key.serialize_pem()).expect("written");
    let file = folder.join(format!("{root}.pem"));
    std::fs::write(&file, issuer.pem()).expect("written");
    file
}

/// A proxy that counts what goes through: tunnels by CONNECT, and plain requests as they are.
fn proxy(server: SocketAddr) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    std::thread::spawn(move || {
        for near in listener.incoming() {
            let (Ok(near), Ok(far)) = (near, TcpStream::connect(server)) else { return };
            counted.fetch_add(1, Ordering::SeqCst);
            std::thread::spawn(move || carry(near, far));
        }
    });
    (url, count)
}

fn carry(mut near: TcpStream, mut far: TcpStream) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && near.read(&mut byte).is_ok_and(|read| read == 1) {
        head.push(byte[0]);
    }
    let is_sent = if head.starts_with(b"CONNECT localhost:") {
        near.write_all(b"HTTP/1.1 200 OK\r\n\r\n")
    } else {
        far.write_all(&head)
    };
    let (Ok(()), Ok(mut back), Ok(mut to)) = (is_sent, far.try_clone(), near.try_clone()) else { return };
    std::thread::spawn(move || std::io::copy(&mut back, &mut to));
    let _ = std::io::copy(&mut near, &mut far);
}

struct House {
    folder: tempfile::TempDir,
    data: PathBuf,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("server");
        let house = Self { folder, data };
        let init = ["init", "--name", "Apotheke", "--country", "DE", "--staff", "Anna:owner"];
        assert!(house.till(&init).output().expect("it ran").status.success());
        house
    }

    fn server(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program("pharmatill-server").expect("built"));
        command.arg("--data").arg(&self.data).arg("--json").args(arguments);
        command.env("PHARMATILL_PASSPHRASE", "korrekt pferd batterie");
        command
    }

    fn till(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program("pharmatill").expect("built"));
        command.arg("--data").arg(self.folder.path().join("till")).arg("--json").args(arguments);
        command
    }

    /// Connects the till anew.
    fn connects(&self, url: &str, with: &[(&str, &str)]) -> Output {
        let made = self.server(&["code"]).output().expect("it ran");
        let made: Value = serde_json::from_slice(&made.stdout).expect("JSON");
        let code = made["code"].as_str().expect("a code");
        self.till(&["connect", url, code]).envs(with.iter().copied()).output().expect("it ran")
    }
}

/// Where the server listens, and the address by which its certificate knows it.
fn address(said: &Value) -> (SocketAddr, String) {
    let (scheme, host) = said["url"].as_str().and_then(|url| url.split_once("://")).expect("a url");
    let address: SocketAddr = host.parse().expect("an address");
    (address, format!("{scheme}://localhost:{}", address.port()))
}

#[test]
fn a_till_trusts_the_root_that_its_computer_trusts_and_no_other() {
    let house = House::new();
    let folder = house.folder.path();
    let root = certify(folder, "root");
    let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    let (mut process, said) = start(
        house
            .server(&["--listen", "127.0.0.1:0"])
            .arg("--tls-certificate")
            .arg(&certificate)
            .arg("--tls-key")
            .arg(&key)
            .stderr(Stdio::piped()),
    );
    let log = lines(process.0.stderr.take().expect("piped"));
    let (at, url) = address(&said);
    assert!(url.starts_with("https://"));
    let trusting = |root: &Path| [("SSL_CERT_FILE".to_owned(), root.to_str().expect("text").to_owned())];
    let connects = |root: &Path, more: &[(&str, &str)]| {
        let trusted = trusting(root);
        let trusted = trusted.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        house.connects(&url, &trusted.chain(more.iter().copied()).collect::<Vec<_>>())
    };
    let is_unreached = |output: &Output| {
        assert!(!output.status.success(), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("server_unreached"), "{output:?}");
    };
    let connected = connects(&root, &[]);
    assert!(connected.status.success(), "{connected:?}");
    let (through, count) = proxy(at);
    let connected = connects(&root, &[("https_proxy", &through)]);
    assert!(connected.status.success() && count.load(Ordering::SeqCst) > 0, "{connected:?}");

    // The talk itself goes over it too, the live stream with it.
    let mut serving = house.till(&["serve"]);
    let (till, said) = start(serving.envs(trusting(&root)));
    let door = Door::at(said["url"].as_str().expect("a url"));
    until("the server", || door.ask("status")["sync"]["isConnected"] == true);
    drop(till);

    // Another root: the till that trusts the old one turns away from now on, without a restart of the server.
    let other = certify(folder, "other");
    is_unreached(&connects(&other, &[]));
    let hangup = Command::new("kill").args(["-HUP", &process.0.id().to_string()]).status();
    assert!(hangup.expect("it ran").success());
    until("the new certificate", || connects(&other, &[]).status.success());
    is_unreached(&connects(&root, &[]));
    // A broken one changes nothing.
    std::fs::write(&certificate, "nothing of it is left").expect("written");
    let hangup = Command::new("kill").args(["-HUP", &process.0.id().to_string()]).status();
    assert!(hangup.expect("it ran").success());
    while !log.recv_timeout(LONG).expect("it says so").contains("the old certificate stays") {}
    assert!(connects(&other, &[]).status.success());
    assert!(!house.server(&["--tls-certificate", "x"]).output().expect("it ran").status.success());
}

#[test]
fn a_plain_server_is_found_through_a_proxy() {
    let house = House::new();
    let (_server, said) = start(&mut house.server(&["--listen", "127.0.0.1:0"]));
    let (at, url) = address(&said);
    let (through, count) = proxy(at);
    let connected = house.connects(&url, &[("http_proxy", &through)]);
    assert!(connected.status.success() && count.load(Ordering::SeqCst) > 0, "{connected:?}");
}

/// What a program says while it runs.
fn lines(from: impl Read + Send + 'static) -> Receiver<String> {
    let (said, lines) = channel();
    std::thread::spawn(move || {
        BufReader::new(from).lines().map_while(Result::ok).try_for_each(|line| said.send(line))
    });
    lines
}

/// Waits for something that comes by itself.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < LONG, "it does not come to {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
