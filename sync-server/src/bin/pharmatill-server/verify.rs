//! `verify`: whether what the server keeps is whole.

use std::path::Path;

use anyhow::{Context, bail};
use ledger::{Ledger, verify as verify_ledger};
use serde_json::json;
use sync_server::derive::derive_all;
use sync_server::keys::ServerKeys;
use sync_server::server::{KEYS, ledger_path, open_access};

use crate::serve;

pub fn verify(data: &Path, json: bool) -> anyhow::Result<()> {
    let options = serve::options(data);
    let keys = ServerKeys::read(&data.join(KEYS))?.context("there are no keys in this folder")?;
    let mut fault_count = 0;
    for known in open_access(&options, &keys)?.branches()? {
        let (path, secrets) = (ledger_path(data, &known), keys.secrets());
        derive_all(&mut Ledger::open(&path, &secrets, options.random.clone())?)?;
        let verified = verify_ledger(&path, &secrets, |_, _| true)?;
        for fault in &verified.faults {
            eprintln!("{}: {}", fault.place, fault.code);
        }
        fault_count += verified.faults.len();
        let content: String = verified.content.iter().map(|byte| format!("{byte:02x}")).collect();
        if json {
            let (records, faults) = (verified.record_count, verified.faults.len());
            println!(
                "{}",
                json!({ "branch": known.branch.to_string(), "content": content, "records": records, "faults": faults })
            );
        } else {
            println!("{}: {} records, {} faults", known.branch, verified.record_count, verified.faults.len());
        }
    }
    if fault_count > 0 {
        bail!("what is kept is not whole");
    }
    Ok(())
}
