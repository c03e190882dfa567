//! Who acts on the command line, and in which currency.

use std::path::Path;

use desk::api::setup::{SignIn, StaffView};
use desk::{Desk, Fault, Nothing};
use serde_json::json;
use till::home;

use crate::keep::needed_passphrase;
use crate::out::Out;

/// Has the person of this name act in this process, or the owner. Where people have PINs theirs is asked for, in
/// the environment.
pub fn act_as(desk: &Desk, who: Option<&str>) -> anyhow::Result<()> {
    let staff_id = meant(desk, who)?.staff_id;
    Ok(desk.act_as(Some(SignIn { staff_id, secret: pin(), new_secret: None }))?)
}

/// The person of this name, or the owner.
fn meant(desk: &Desk, who: Option<&str>) -> anyhow::Result<StaffView> {
    let is_meant = |person: &StaffView| who.map_or(person.role == "owner", |name| person.name == name);
    let person = desk.staff(Nothing {})?.into_iter().find(is_meant);
    Ok(person.ok_or_else(|| Fault::bare("unknown_person"))?)
}

/// Gives an owner another PIN.
pub fn recover_pin(data: &Path, who: Option<&str>, out: &Out) -> anyhow::Result<()> {
    let passphrase = needed_passphrase()?;
    let desk = home::open_once(data)?;
    let owner = meant(&desk, who)?;
    desk.recover_pin(&owner.staff_id, &passphrase, &pin())?;
    out.say(&json!({ "name": owner.name }), || {
        format!("{} signs in with the new PIN from now on", owner.name)
    })
}

/// The PIN of whoever acts; from the environment, since arguments are seen by everyone on the computer. Empty where
/// there is none.
pub fn pin() -> String {
    std::env::var("PHARMATILL_PIN").unwrap_or_default()
}

/// Has the person of this name look, or nobody in particular, who may see least; the latter only where nobody has
/// a PIN.
pub fn look_as(desk: &Desk, who: Option<&str>) -> anyhow::Result<()> {
    match who {
        Some(_) => act_as(desk, who),
        None => Ok(desk.act_as(None)?),
    }
}

/// Digits of the branch's currency after the point.
pub fn currency_digits(desk: &Desk) -> anyhow::Result<u32> {
    let till = desk.status(Nothing {})?.till.ok_or_else(|| Fault::bare("not_set_up"))?;
    Ok(till.currency_digits)
}
