//! A branch of several tills in this process, which hear of each other when they are told to.

use std::sync::Arc;

use anyhow::Context;
use desk::Desk;
use tests::window;

use crate::shop::{found, kept, open, pharmatill, stock};

/// The tills of a branch that sells.
pub struct Branch {
    /// One desk for each till, its owner on duty.
    pub desks: Vec<Arc<Desk>>,
    /// Their files, for as long as they are needed.
    _folder: tempfile::TempDir,
}

impl Branch {
    /// Founds a branch with products to sell, and lets all its tills join.
    pub fn of(tills: usize) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir_in(kept()?)?;
        let first = folder.path().join("till-1");
        found(&first)?;
        stock(&first)?;
        let mut desks = Vec::new();
        for no in 2..=tills {
            let (dir, file) =
                (folder.path().join(format!("till-{no}")), folder.path().join(format!("invitation-{no}")));
            let file = file.to_str().context("a path in UTF-8")?;
            let told = window::pharmatill(&first, &["--json", "invite", file])?;
            let code = told["code"].as_str().context("a code")?;
            pharmatill(&dir, &["init", "--join", file, "--code", code])?;
            desks.push(open(&dir)?);
        }
        let first = open(&first)?;
        for desk in &desks {
            tell(&first, desk)?;
        }
        desks.insert(0, first);
        Ok(Self { desks, _folder: folder })
    }
}

/// Gives one till everything that another one has and it has not.
pub fn tell(from: &Desk, to: &Desk) -> anyhow::Result<()> {
    let there = to.ask_book(|book| book.stream_vector())?;
    let runs = from.ask_book(|book| {
        let mut verified = Vec::new();
        for lacking in book.stream_vector()?.lacking_there(&there) {
            let key = book.signing_key(lacking.head.stream)?;
            book.runs_for(&lacking, |run| {
                verified.extend(key.and_then(|key| run.verified(&key).ok()));
                true
            })?;
        }
        Ok(verified)
    })?;
    Ok(to.merge(&runs)?)
}
