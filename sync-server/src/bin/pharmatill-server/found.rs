//! Who the server is: made, and made again.

use std::path::Path;

use anyhow::{Context, bail};
use replica::invitation::InvitationCode;
use serde_json::json;
use sync_server::keys::ServerKeys;
use sync_server::server::KEYS;

use crate::serve::{now_ms, random};

/// File name of the recovery file where nobody says another.
const RECOVERY: &str = "server.recovery";

pub fn init(
    data: &Path,
    recovery: Option<&Path>,
    passphrase_file: Option<&Path>,
    json: bool,
) -> anyhow::Result<()> {
    let passphrase = needed_passphrase(passphrase_file)?;
    let keys = made(data)?;
    let recovery = recovery.map_or_else(|| data.join(RECOVERY), Path::to_owned);
    keys.write_recovery(&recovery, &passphrase, &*random())?;
    if json {
        println!("{}", json!({ "recovery": recovery, "device": keys.receiver().device.to_string() }));
    } else {
        println!(
            "The recovery file is {}. Keep it, and its passphrase, where this computer is not.",
            recovery.display()
        );
    }
    Ok(())
}

/// Where nobody called `init`: keys, and a recovery file under a passphrase that is shown this once.
pub fn init_unasked(data: &Path) -> anyhow::Result<()> {
    if data.join(KEYS).exists() {
        return Ok(());
    }
    let keys = made(data)?;
    let recovery = data.join(RECOVERY);
    let passphrase = match passphrase(None)? {
        Some(passphrase) => passphrase,
        None => {
            let mut bytes = [0; 24];
            random()(&mut bytes);
            let half =
                |from: usize| InvitationCode::from_random(std::array::from_fn(|at| bytes[from + at])).text();
            let made = format!("{}-{}", half(0), half(12));
            eprintln!("A new server. Its recovery passphrase is {made}");
            made
        }
    };
    keys.write_recovery(&recovery, &passphrase, &*random())?;
    eprintln!(
        "Its recovery file is {}. Keep both where this computer is not: without them, tills that are \
         enrolled here have to be enrolled again should this disk be lost.",
        recovery.display()
    );
    Ok(())
}

fn made(data: &Path) -> anyhow::Result<ServerKeys> {
    std::fs::create_dir_all(data).with_context(|| data.display().to_string())?;
    let path = data.join(KEYS);
    if let Some(keys) = ServerKeys::read(&path)? {
        return Ok(keys);
    }
    let keys = ServerKeys::make(&*random(), now_ms());
    keys.write(&path)?;
    Ok(keys)
}

pub fn recover(data: &Path, file: &Path, passphrase_file: Option<&Path>, json: bool) -> anyhow::Result<()> {
    let passphrase = needed_passphrase(passphrase_file)?;
    std::fs::create_dir_all(data).with_context(|| data.display().to_string())?;
    let keys = ServerKeys::recover(file, &passphrase, &*random())?;
    keys.write(&data.join(KEYS))?;
    if json {
        println!("{}", json!({ "device": keys.receiver().device.to_string() }));
    } else {
        println!("This is the same server again. Its tills fill it as they find it.");
    }
    Ok(())
}

/// The passphrase of the recovery file, without which nothing is done.
pub fn needed_passphrase(file: Option<&Path>) -> anyhow::Result<String> {
    passphrase(file)?
        .context("the recovery passphrase is needed in PHARMATILL_PASSPHRASE or --passphrase-file")
}

/// From a file or the environment, since arguments are seen by everyone on the computer.
fn passphrase(file: Option<&Path>) -> anyhow::Result<Option<String>> {
    let said = match file {
        Some(file) => {
            let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
            Some(text.lines().next().unwrap_or_default().to_owned())
        }
        None => std::env::var("PHARMATILL_PASSPHRASE").ok(),
    };
    if said.as_ref().is_some_and(String::is_empty) {
        bail!("the recovery passphrase is empty");
    }
    Ok(said)
}
