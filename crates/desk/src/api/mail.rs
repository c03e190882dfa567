//! Papers by e-mail: the account of this till, and what waits to be sent.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The account that papers are sent from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MailAccount {
    /// Name or address of the mail server.
    pub host: String,
    /// Its port: mostly 465 with `tls`, 587 with `starttls`.
    pub port: u16,
    /// `tls`, `starttls`, or `none` for a server on this computer.
    pub security: String,
    /// Whom it knows this till by; empty where it asks nobody.
    pub user: String,
    /// Whether a password is kept; it is never told.
    pub has_password: bool,
    /// Address that the papers come from.
    pub from_address: String,
    /// Name beside it.
    pub from_name: String,
}

/// The account as it is set up.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MailAccountInput {
    /// Name or address of the mail server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// `tls`, `starttls`, or `none` for a server on this computer.
    pub security: String,
    /// Whom it knows this till by; empty where it asks nobody.
    pub user: String,
    /// None for the one that is kept; that is kept for this host and this user, and given to no other.
    pub password: Option<String>,
    /// Address that the papers come from.
    pub from_address: String,
    /// Name beside it.
    pub from_name: String,
}

/// The account, and what has still to be sent.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MailView {
    /// None where there is none.
    pub account: Option<MailAccount>,
    /// What keeps it from sending anything, as a code; none where nothing does, or nothing was tried.
    pub trouble: Option<String>,
    /// Oldest first.
    pub waiting: Vec<WaitingMail>,
}

/// A mail that is not sent yet, or may be.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WaitingMail {
    /// Its id.
    pub mail_id: String,
    /// `receipt`, `z`, `x` or `test`.
    pub what: String,
    /// Number of the receipt or Z.
    pub no: Option<String>,
    /// 0 for the first paper.
    pub copy_no: u32,
    /// To whom, with most of the name left out: `a…@example.org`.
    pub address: String,
    /// Since when it is to be sent.
    pub at_ms: i64,
    /// `waits`, `sending`, `in_doubt`: it was begun and nobody knows whether it arrived, or `refused`.
    pub state: String,
    /// How often it was tried in vain.
    pub tries: u32,
    /// Why it is not sent yet, is in doubt or was refused, as a code.
    pub code: Option<String>,
}

/// Sets the account up, or takes it away.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetMail {
    /// None to take it away; what waits is given up with it.
    pub account: Option<MailAccountInput>,
}

/// Sends a paper.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SendMail {
    /// Minted by the asker: asked twice, it is sent once.
    pub mail_id: String,
    /// `receipt`, `z`, or `x`: the one of now.
    pub what: String,
    /// The sale or refund, or the Z; none for an X.
    pub of: Option<String>,
    /// To whom.
    pub address: String,
}

/// Sends a few words, to see whether the account works.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TestMail {
    /// Minted by the asker: asked twice, it is sent once.
    pub mail_id: String,
    /// To whom.
    pub address: String,
}

/// Says what became of a mail, or what is to become of it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SettleMail {
    /// Which.
    pub mail_id: String,
    /// `again`: it did not arrive. `sent`: it did. `dropped`: nobody wants it any more.
    pub how: String,
}
