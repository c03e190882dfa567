//! The account that mails are handed in by: how it is kept, and what addresses and servers can be.

use std::net::IpAddr;

use minicbor::{Decode, Encode};

use crate::api::mail::MailAccountInput;
use crate::counter::Counter;
use crate::fault::{Fault, Stop};

/// Name of the local value that keeps the account.
pub(super) const ACCOUNT: &str = "mail_account";

/// The most that an address may have, in bytes (RFC 5321, 4.5.3.1.3, without the brackets).
const MAX_ADDRESS: usize = 254;
/// The most that host, user and password may have, in bytes.
const MAX_TEXT: usize = 253;
/// The most characters of a name.
const MAX_NAME: usize = 100;

#[derive(Encode, Decode)]
pub(super) struct Kept {
    #[n(0)]
    pub(super) host: String,
    #[n(1)]
    pub(super) port: u16,
    #[n(2)]
    pub(super) security: Security,
    #[n(3)]
    pub(super) user: String,
    #[n(4)]
    pub(super) password: String,
    #[n(5)]
    pub(super) from_address: String,
    #[n(6)]
    pub(super) from_name: String,
}

/// How what is said to a mail server is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Security {
    /// By TLS from the first byte on.
    #[n(0)]
    Tls,
    /// By TLS before anything that others may not know.
    #[n(1)]
    StartTls,
    /// Not at all: only for a server on this computer.
    #[n(2)]
    None,
}

impl Security {
    pub(super) const ALL: [Self; 3] = [Self::Tls, Self::StartTls, Self::None];

    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Tls => "tls",
            Self::StartTls => "starttls",
            Self::None => "none",
        }
    }
}

/// Where mails are handed in.
#[derive(Clone)]
pub struct MailServer {
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the line is kept from others.
    pub security: Security,
    /// Whom it knows this till by; empty where it asks nobody.
    pub user: String,
    /// With which password.
    pub password: String,
    /// Address that mails come from.
    pub from_address: String,
    /// Name beside it.
    pub from_name: String,
}

impl From<Kept> for MailServer {
    fn from(kept: Kept) -> Self {
        let Kept { host, port, security, user, password, from_address, from_name } = kept;
        Self { host, port, security, user, password, from_address, from_name }
    }
}

impl Counter<'_> {
    pub(super) fn kept_account(&self) -> Result<Option<Kept>, Stop> {
        Ok(self.book.local(ACCOUNT)?.and_then(|bytes| minicbor::decode(&bytes).ok()))
    }
}

/// An address as mail servers take it. What they would need an extension for, or quotes, is not taken: nobody's
/// command gets into a line of theirs by it.
pub(super) fn address(text: &str) -> Result<String, Fault> {
    let text = text.trim();
    let is_plain = |c: char| c.is_ascii_graphic() && !"\"\\<>()[],;:".contains(c);
    let is_address = text.len() <= MAX_ADDRESS && text.chars().all(is_plain);
    match text.parse::<lettre::Address>() {
        Ok(address) if is_address => Ok(address.to_string()),
        _ => Err(Fault::bare("bad_address")),
    }
}

/// An account that can be, with its new password.
pub(super) fn checked(account: MailAccountInput) -> Result<(Kept, Option<String>), Fault> {
    let host = account.host.trim().to_owned();
    let security = Security::ALL.into_iter().find(|security| security.code() == account.security);
    let is_here = host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    let is_text = |text: &str| text.len() <= MAX_TEXT && !text.chars().any(char::is_control);
    let is_host = !host.is_empty() && is_text(&host) && !host.contains(char::is_whitespace);
    let (user, from_name) = (account.user.trim().to_owned(), account.from_name.trim().to_owned());
    let is_name = from_name.chars().count() <= MAX_NAME && !from_name.chars().any(char::is_control);
    let password = account.password.filter(|_| !user.is_empty());
    match security {
        Some(security)
            if (security != Security::None || is_here)
                && is_host
                && is_name
                && account.port != 0
                && is_text(&user)
                && is_text(password.as_deref().unwrap_or_default()) =>
        {
            let from_address = address(&account.from_address)?;
            let (port, kept) = (account.port, String::new());
            let kept = Kept { host, port, security, user, password: kept, from_address, from_name };
            Ok((kept, password))
        }
        _ => Err(Fault::bare("bad_arguments")),
    }
}

/// An address with which one person tells whether it was meant, and another one cannot write to it.
pub(super) fn masked(address: &str) -> String {
    let (user, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let first: String = user.chars().take(1).collect();
    format!("{first}…@{domain}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(address(text).ok().as_deref(), expected, "{text:?}");
        };
        check(" a.durand@example.org ", Some("a.durand@example.org"));
        check("o'neil+till@mail.example.org", Some("o'neil+till@mail.example.org"));
        check("", None);
        check("durand", None);
        check("a@b@c", None);
        check("a@example.org\r\nRCPT TO:<x@example.org>", None);
        check("a@example.org\u{0}", None);
        check("a b@example.org", None);
        check("\"a b\"@example.org", None);
        check("a@example.org>", None);
        check("Anna <a@example.org>", None);
        check("a@example.org,b@example.org", None);
        check("müller@example.org", None);
        check("a@exa\u{2028}mple.org", None);
        let long = |letters: usize| {
            format!("a@{}.{}.{}.{}.org", "b".repeat(60), "c".repeat(60), "d".repeat(60), "e".repeat(letters))
        };
        check(&long(60), Some(&long(60)));
        assert_eq!(long(63).len(), 252);
        let too_long = format!("aaa@{}", &long(63)[2..]);
        assert_eq!(too_long.len(), 254);
        check(&too_long, Some(&too_long));
        check(&format!("a{too_long}"), None);
    }

    #[test]
    fn of_an_address_that_waits_little_is_shown() {
        assert_eq!(masked("a.durand@example.org"), "a…@example.org");
        assert_eq!(masked("é@b@example.org"), "é…@example.org");
    }
}
