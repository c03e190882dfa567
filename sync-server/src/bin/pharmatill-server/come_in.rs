//! Codes for tills, and the lists of what is kept.

use std::path::Path;

use anyhow::Context;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use replica::invitation::InvitationCode;
use serde_json::json;
use sync_server::access::Access;
use sync_server::keys::ServerKeys;
use sync_server::server::{KEYS, StartError, open_access};

use crate::serve::{now_ms, options, random};

/// How long a code is good.
const CODE_MS: i64 = 3_600_000;

fn opened(data: &Path) -> anyhow::Result<Access> {
    let keys = ServerKeys::read(&data.join(KEYS))?.ok_or(StartError::NoKeys)?;
    Ok(open_access(&options(data), &keys)?)
}

pub fn code(data: &Path, server: Option<&str>, json: bool) -> anyhow::Result<()> {
    let access = opened(data)?;
    let mut bytes = [0; 12];
    random()(&mut bytes);
    let code = InvitationCode::from_random(bytes);
    let secrets = code.enrolment_secrets().context("there is no memory to make a code with")?;
    let expires_ms = now_ms() + CODE_MS;
    access.add_code(&secrets, expires_ms, now_ms())?;
    let link =
        server.map(|server| format!("pharmatill://enrol?server={}&code={}", escaped(server), code.text()));
    if json {
        println!("{}", json!({ "code": code.text(), "expires_ms": expires_ms, "link": link }));
        return Ok(());
    }
    println!("{}", code.text());
    eprintln!("It lets one till in, within an hour.");
    if let Some(link) = link {
        let picture = QrCode::new(&link)?.render::<Dense1x2>().quiet_zone(true).build();
        println!("{picture}\n{link}");
    }
    Ok(())
}

/// What may not stand in a query is written as %XX.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b':' | b'/' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

pub fn organisations(data: &Path, json: bool) -> anyhow::Result<()> {
    let mut all: Vec<_> = opened(data)?.branches()?.iter().map(|known| known.organisation).collect();
    all.dedup();
    for organisation in all {
        if json {
            println!("{}", json!({ "organisation": organisation.to_string() }));
        } else {
            println!("{organisation}");
        }
    }
    Ok(())
}

pub fn branches(data: &Path, json: bool) -> anyhow::Result<()> {
    for known in opened(data)?.branches()? {
        let (organisation, branch) = (known.organisation.to_string(), known.branch.to_string());
        if json {
            println!("{}", json!({ "organisation": organisation, "branch": branch }));
        } else {
            println!("{organisation}  {branch}");
        }
    }
    Ok(())
}
