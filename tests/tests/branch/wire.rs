//! A wire between a till and the server that can be cut, and the door of a till process.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

/// Carries bytes both ways while it is whole.
pub struct Wire {
    address: SocketAddr,
    is_whole: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Wire {
    /// A wire to a server, cut at first.
    pub fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("bound");
        let is_whole = Arc::new(AtomicBool::new(false));
        let open: Arc<Mutex<Vec<TcpStream>>> = Arc::default();
        let (whole, kept) = (Arc::clone(&is_whole), Arc::clone(&open));
        std::thread::spawn(move || {
            for near in listener.incoming() {
                let Ok(near) = near else { return };
                if !whole.load(Ordering::SeqCst) {
                    continue;
                }
                let Ok(far) = TcpStream::connect(server) else { continue };
                let mut kept = kept.lock().expect("nobody panics with it");
                for (from, to) in [(&near, &far), (&far, &near)] {
                    let (mut from, mut to) = (from.try_clone().expect("open"), to.try_clone().expect("open"));
                    kept.push(from.try_clone().expect("open"));
                    std::thread::spawn(move || {
                        let _ = std::io::copy(&mut from, &mut to);
                        let _ = to.shutdown(Shutdown::Both);
                    });
                }
            }
        });
        Self { address, is_whole, open }
    }

    /// Where the till thinks that the server is.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Mends it.
    pub fn mend(&self) {
        self.is_whole.store(true, Ordering::SeqCst);
    }

    /// Cuts it, in the middle of whatever it carries.
    pub fn cut(&self) {
        self.is_whole.store(false, Ordering::SeqCst);
        for stream in self.open.lock().expect("nobody panics with it").drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

/// The loopback door of a till.
pub struct Door {
    host: String,
    token: String,
}

impl Door {
    /// The door that a till says it has: `http://host/#token=…`.
    pub fn at(url: &str) -> Self {
        let (host, token) = url.trim_start_matches("http://").split_once("/#token=").expect("a door");
        Self { host: host.to_owned(), token: token.to_owned() }
    }

    /// Runs a command; the reply, or the code of the refusal.
    pub fn call(&self, name: &str, args: &Value) -> Result<Value, String> {
        let body = args.to_string();
        let mut stream = TcpStream::connect(&self.host).expect("the till listens");
        write!(
            stream,
            "POST /api/{name} HTTP/1.1\r\nhost: {}\r\nx-pharmatill-token: {}\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.host,
            self.token,
            body.len()
        )
        .expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("answered");
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
        let value: Value = serde_json::from_str(body).unwrap_or_else(|_| panic!("{name}: {answer}"));
        if head.starts_with("HTTP/1.1 200") {
            Ok(value)
        } else {
            Err(value["code"].as_str().unwrap_or("no code").to_owned())
        }
    }

    /// Runs a command that is not refused.
    #[track_caller]
    pub fn done(&self, name: &str, args: &Value) -> Value {
        self.call(name, args).unwrap_or_else(|code| panic!("{name} {args}: {code}"))
    }

    /// Asks for something without arguments.
    #[track_caller]
    pub fn ask(&self, name: &str) -> Value {
        self.done(name, &json!({}))
    }
}
