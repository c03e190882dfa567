//! Who acts on the command line, and in which currency.

use anyhow::Context;
use desk::api::setup::SignIn;
use desk::{Desk, Nothing};

/// Signs in the person of this name, or the owner.
pub fn sign_in(desk: &Desk, who: Option<&str>) -> anyhow::Result<()> {
    let staff = desk.staff(Nothing {})?;
    let person = match who {
        Some(name) => {
            staff.into_iter().find(|person| person.name == name).context("nobody here has this name")?
        }
        None => {
            staff.into_iter().find(|person| person.role == "owner").context("say who acts with --as NAME")?
        }
    };
    desk.sign_in(SignIn { staff_id: person.staff_id })?;
    Ok(())
}

/// Digits of the branch's currency after the point.
pub fn currency_digits(desk: &Desk) -> anyhow::Result<u32> {
    let till = desk.status(Nothing {})?.till.context("nothing is founded in this folder yet")?;
    Ok(till.currency_digits)
}
