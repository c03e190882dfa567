//! `init`, `invite` and `demo`: a new pharmacy, and tills that join one.

use std::path::Path;

use anyhow::{Context, bail};
use desk::api::setup::{AtServer, Join, NewStaff, SetUp, Status, TillNo};
use desk::{Desk, Nothing};
use serde_json::json;

use crate::arguments::Init;
use crate::out::Out;
use crate::{person, seed};

/// Invites the next till by the server.
pub fn invite_by_server(data: &Path, who: Option<&str>, out: &Out) -> anyhow::Result<()> {
    let desk = till::home::open_once(data)?;
    person::act_as(&desk, who)?;
    let invited = desk.invite_by_server(Nothing {})?;
    out.say(&invited, || {
        format!("Till {} joins with this code at the server: {}", invited.till_no, invited.code)
    })
}

/// Founds or joins.
pub fn init(data: &Path, init: &Init, out: &Out) -> anyhow::Result<()> {
    let desk = till::home::open_once(data)?;
    let status = match (&init.join, &init.code) {
        (None, Some(code)) if init.server.is_some() => {
            let address = init.server.clone().unwrap_or_default();
            desk.join_by_server(AtServer { address, code: code.clone() })?
        }
        (Some(file), Some(code)) => desk.join(Join { path: path_text(file)?, code: code.clone() })?,
        _ => desk.set_up(answers(&desk, init)?)?,
    };
    out.say(&status, || text(&status))
}

/// Invites the next till of this branch, or of another one.
pub fn invite(
    data: &Path,
    who: Option<&str>,
    file: &Path,
    branch: Option<&str>,
    out: &Out,
) -> anyhow::Result<()> {
    let desk = till::home::open_once(data)?;
    person::act_as(&desk, who)?;
    if file.exists() {
        bail!("{} is there already", file.display());
    }
    let invited = match branch {
        Some(branch) => desk.invite_to_branch(branch)?,
        None => desk.invite()?,
    };
    std::fs::write(file, &invited.file).with_context(|| format!("{}", file.display()))?;
    let told = json!({ "file": file, "code": invited.code, "till_no": invited.till_no });
    out.say(&told, || {
        format!(
            "{} invites till {}; bring it there with this code, which is not in it: {}",
            file.display(),
            invited.till_no,
            invited.code
        )
    })
}

/// Cuts another till off.
pub fn revoke(data: &Path, who: Option<&str>, till_no: u32, out: &Out) -> anyhow::Result<()> {
    let desk = till::home::open_once(data)?;
    person::act_as(&desk, who)?;
    desk.revoke_till(TillNo { till_no })?;
    out.say(&json!({ "till_no": till_no }), || format!("Till {till_no} is cut off."))
}

/// Enrols the till at a server.
pub fn connect(data: &Path, who: Option<&str>, url: &str, code: &str, out: &Out) -> anyhow::Result<()> {
    let desk = till::home::open_once(data)?;
    person::act_as(&desk, who)?;
    desk.connect_server(AtServer { address: url.to_owned(), code: code.to_owned() })?;
    out.say(&json!({ "server": url }), || {
        format!("This till belongs to {url} now; what it sold is sent while it runs.")
    })
}

/// Makes the demo pharmacy.
pub fn demo(data: &Path, out: &Out) -> anyhow::Result<()> {
    till::demo::make(data, &mut |what| eprintln!("{what}"))?;
    let desk = till::home::open_once(data)?;
    let status = desk.status(Nothing {})?;
    out.say(&status, || text(&status))
}

/// Adds many past sales.
pub fn seed(data: &Path, who: Option<&str>, count: u64, out: &Out) -> anyhow::Result<()> {
    // After an update the history is prepared first.
    drop(till::home::open_once(data)?);
    seed::sales(data, who, count, &mut |done| out.progress("sales", done, count))?;
    out.progress_done();
    out.say(&json!({ "sales": count }), || format!("{count} sales added"))
}

fn answers(desk: &Desk, init: &Init) -> anyhow::Result<SetUp> {
    let country = init.country.clone().context("--country is needed")?.to_uppercase();
    let time_zone = match &init.time_zone {
        Some(zone) => zone.clone(),
        None => desk
            .setup_options(Nothing {})?
            .countries
            .into_iter()
            .find(|known| known.country == country)
            .and_then(|known| known.time_zones.into_iter().next())
            .with_context(|| format!("there are no rules for the country {country}"))?,
    };
    let mut staff = init.staff.iter().map(|text| new_person(text)).collect::<anyhow::Result<Vec<_>>>()?;
    if let Some(owner) = staff.first_mut() {
        owner.secret = Some(person::pin()).filter(|pin| !pin.is_empty());
    }
    Ok(SetUp {
        pharmacy_name: init.name.clone().context("--name is needed")?,
        letterhead: init.letterhead.clone(),
        country,
        time_zone,
        day_boundary_min: init.day_boundary_min,
        till_no: init.till_no,
        staff,
        backup_folder: init.backup.as_deref().map(path_text).transpose()?,
        recovery_passphrase: crate::keep::passphrase(),
    })
}

fn new_person(text: &str) -> anyhow::Result<NewStaff> {
    let (name, role) = text.rsplit_once(':').with_context(|| format!("\"{text}\" is not NAME:ROLE"))?;
    Ok(NewStaff { name: name.trim().to_owned(), role: role.trim().to_owned(), secret: None })
}

/// A path as the desk takes it.
pub fn path_text(path: &Path) -> anyhow::Result<String> {
    Ok(path.to_str().context("the path is not UTF-8")?.to_owned())
}

fn text(status: &Status) -> String {
    status.till.as_ref().map_or_else(String::new, |till| {
        format!(
            "{}, till {}, {} {}, {}",
            till.branch_name, till.till_no, till.country, till.currency, till.time_zone
        )
    })
}
