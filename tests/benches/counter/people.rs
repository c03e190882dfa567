//! A change of person with the PIN checked, and what checking a right costs a command.

use std::time::{Duration, Instant};

use anyhow::Context;
use desk::api::cash::SumDenominations;
use desk::api::setup::SignIn;
use desk::{Fault, Nothing};
use serde_json::json;
use tests::window::OWNER_PIN;

use crate::{shop, table};

/// Changes of person that are measured.
const CHANGES: usize = 40;
/// Times of a check, each over so many commands.
const CHECKS: usize = 200;
const COMMANDS: u32 = 500;

/// Signs in again and again, and asks for what costs next to nothing by the door and past it.
pub fn measure() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    shop::found(folder.path())?;
    let desk = till::home::open_once(folder.path())?;
    let owner = desk.staff(Nothing {})?.into_iter().next().context("nobody works here")?;
    let mut times = Vec::with_capacity(CHANGES);
    for _ in 0..CHANGES {
        let sign_in =
            SignIn { staff_id: owner.staff_id.clone(), secret: OWNER_PIN.to_owned(), new_secret: None };
        let begun = Instant::now();
        desk.sign_in(sign_in)?;
        times.push(begun.elapsed());
    }
    let how =
        format!("{CHANGES} sign-ins at the desk, argon2id of 19 MiB and 3 passes and the frame in them");
    table::times("change of person with the PIN checked", &times, Duration::from_millis(300), &how);

    let nothing = || SumDenominations { denominations: Vec::new() };
    let mut checks = Vec::with_capacity(CHECKS);
    for _ in 0..CHECKS {
        let begun = Instant::now();
        for _ in 0..COMMANDS {
            desk.call("sum_denominations", json!({ "denominations": [] }))?;
        }
        let by_the_door = begun.elapsed();
        let begun = Instant::now();
        for _ in 0..COMMANDS {
            let sum = std::hint::black_box(desk.sum_denominations(nothing())?);
            serde_json::to_value(sum).map_err(|_| Fault::bare("internal"))?;
        }
        checks.push(by_the_door.saturating_sub(begun.elapsed()) / COMMANDS);
    }
    let how = format!(
        "{CHECKS} times {COMMANDS} commands by the door less the same past it; reading the arguments is in it"
    );
    table::times("check of a right, for each command", &checks, Duration::from_micros(10), &how);
    Ok(())
}
