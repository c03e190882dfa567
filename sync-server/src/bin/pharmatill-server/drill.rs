//! `drill`: whether the backup holds, seen by restoring it.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use domain::id::BranchId;
use ledger::{Verified, verify};
use serde_json::json;
use sync_server::keys::ServerKeys;
use sync_server::server::{KEYS, StartError, ledger_path, open_access};

use crate::arguments::{Arguments, OpenedBy};
use crate::restore::{moment, restored, the_backup};
use crate::serve::{now_ms, options};

/// What a comparison with the server comes to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Compared {
    Same,
    /// The server has more, and has to have it from after the backup.
    Behind,
    Other,
}

pub fn drill(arguments: &Arguments, opened_by: &OpenedBy) -> anyhow::Result<ExitCode> {
    let began = Instant::now();
    let folder = tempfile::tempdir()?;
    let report = restored(&the_backup(arguments)?, opened_by, folder.path(), false)?;
    let here = verified(folder.path())?;
    let faults: usize = here.values().map(|verified| verified.faults.len()).sum();
    for (branch, verified) in &here {
        for fault in &verified.faults {
            eprintln!("{branch}: {}: {}", fault.place, fault.code);
        }
    }
    let (compared, lacking) = match arguments.compared() {
        Some(data) => compared(&here, data)?,
        None => (None, 0),
    };
    let holds = faults == 0 && compared != Some(Compared::Other);
    let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let age_ms = report.newest_ms.map(|newest| now_ms() - newest);
    if arguments.json {
        let contents: BTreeMap<String, String> =
            here.iter().map(|(branch, verified)| (branch.to_string(), hex(&verified.content))).collect();
        println!(
            "{}",
            json!({ "holds": holds, "branches": here.len(), "records": report.record_count,
                "faults": faults, "objects": report.object_count, "newest_age_ms": age_ms,
                "took_ms": took_ms, "lacking": lacking, "content": contents })
        );
    } else {
        let verdict = if holds { "The backup holds" } else { "The backup does NOT hold" };
        println!(
            "{verdict}: {} branches, {} records, {faults} faults, restored and verified in {}.{:03} s.",
            here.len(),
            report.record_count,
            took_ms / 1_000,
            took_ms % 1_000
        );
        println!("Its newest object is of {}.", moment(report.newest_ms));
        match compared {
            None => {}
            Some(Compared::Same) => println!("It is the same as what the server has."),
            Some(Compared::Behind) => println!("The server has {lacking} records more."),
            Some(Compared::Other) => println!("It is NOT what the server has."),
        }
    }
    Ok(match compared {
        _ if !holds => ExitCode::FAILURE,
        Some(Compared::Behind) => ExitCode::from(2),
        _ => ExitCode::SUCCESS,
    })
}

/// Every branch of a server's folder, verified.
fn verified(data: &Path) -> anyhow::Result<BTreeMap<BranchId, Verified>> {
    let keys = ServerKeys::read(&data.join(KEYS))?.ok_or(StartError::NoKeys)?;
    let branches = open_access(&options(data), &keys)?.branches()?;
    let branches = branches.iter().filter(|known| ledger_path(data, known).exists());
    branches
        .map(|known| Ok((known.branch, verify(&ledger_path(data, known), &keys.secrets(), |_, _| true)?)))
        .collect()
}

/// How a backup compares with the server's folder, and how many records it lacks.
fn compared(here: &BTreeMap<BranchId, Verified>, data: &Path) -> anyhow::Result<(Option<Compared>, u64)> {
    let mut compared = compare(here, &verified(data)?);
    if compared.0 == Compared::Other {
        // A server that runs may have stored something between counting and comparing.
        compared = compare(here, &verified(data)?);
    }
    Ok((Some(compared.0), compared.1))
}

fn compare(here: &BTreeMap<BranchId, Verified>, server: &BTreeMap<BranchId, Verified>) -> (Compared, u64) {
    let of = |branch: &BranchId| here.get(branch).map_or((0, None), |it| (it.record_count, Some(it.content)));
    let mut compared = Compared::Same;
    let mut lacking = 0;
    for (branch, verified) in server {
        let (records, content) = of(branch);
        lacking += verified.record_count.saturating_sub(records);
        compared = compared.max(match records.cmp(&verified.record_count) {
            std::cmp::Ordering::Less => Compared::Behind,
            std::cmp::Ordering::Equal if records == 0 || content == Some(verified.content) => Compared::Same,
            _ => Compared::Other,
        });
    }
    let is_known = here.keys().all(|branch| server.contains_key(branch));
    (if is_known { compared } else { Compared::Other }, lacking)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
