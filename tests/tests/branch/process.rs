//! A program that runs as long as a test.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// A process that does not outlive the test.
pub struct Process(pub Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a program and reads the first line that it says.
pub fn start(command: &mut Command) -> (Process, Value) {
    let mut child = command.stdout(Stdio::piped()).spawn().expect("started");
    let mut line = String::new();
    let out = child.stdout.take().expect("piped");
    let process = Process(child);
    BufReader::new(out).read_line(&mut line).expect("it says where it is");
    (process, serde_json::from_str(&line).expect("JSON"))
}
