//! The real server on loopback, for tests with several tills.

use crate::display::Process;
use crate::window::{pharmatill, program, repository};
use anyhow::Context;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A server on loopback that also shows the ui to browsers; killed when it is dropped.
pub struct Server {
    data: PathBuf,
    host: String,
    _process: Process,
}

impl Server {
    fn command(data: &Path) -> anyhow::Result<Command> {
        let mut command = Command::new(program("pharmatill-server")?);
        command.arg("--data").arg(data).env("PHARMATILL_PASSPHRASE", "korrekt pferd batterie");
        Ok(command)
    }

    /// Starts it on the data in `data`, at an address such as `127.0.0.1:0`.
    ///
    /// # Errors
    /// When it is not built, or does not say where it is.
    pub fn start(data: &Path, listen: &str) -> anyhow::Result<Self> {
        let mut process = Server::command(data)?
            .args(["--json", "--listen", listen, "--ui"])
            .arg(repository().join("ui/dist"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map(Process)?;
        let mut said = String::new();
        BufReader::new(process.0.stdout.take().context("piped")?).read_line(&mut said)?;
        let said: Value = serde_json::from_str(&said)?;
        let host = said["url"].as_str().and_then(|url| url.strip_prefix("http://")).context("no address")?;
        Ok(Self { data: data.to_owned(), host: host.to_owned(), _process: process })
    }

    /// Lets the till in `till` in.
    ///
    /// # Errors
    /// When it gives no code, or the till is refused.
    pub fn enrol(&self, till: &Path) -> anyhow::Result<()> {
        let code = Server::command(&self.data)?.arg("code").output()?.stdout;
        let code = String::from_utf8(code)?;
        pharmatill(till, &["connect", &format!("http://{}", self.host), code.trim()])?;
        Ok(())
    }
}
