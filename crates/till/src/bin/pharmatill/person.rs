//! Who acts on the command line, and in which currency.

use desk::api::setup::{SignIn, StaffView};
use desk::{Desk, Fault, Nothing};

/// Has the person of this name act in this process, or the owner. Who is on duty at the till stays as it was.
pub fn act_as(desk: &Desk, who: Option<&str>) -> anyhow::Result<()> {
    let is_meant = |person: &StaffView| who.map_or(person.role == "owner", |name| person.name == name);
    let person = desk.staff(Nothing {})?.into_iter().find(is_meant);
    let staff_id = person.ok_or_else(|| Fault::bare("unknown_person"))?.staff_id;
    Ok(desk.act_as(Some(SignIn { staff_id }))?)
}

/// Has the person of this name look, or nobody in particular, who may see least.
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
