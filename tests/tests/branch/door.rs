//! The door of a till process.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

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
