//! A person's browser at a server: who looks, at what, until when, and how they come in the next time.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::branch::ViewedBranch;

/// Who looks from a browser at a server, and at what.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Viewing {
    /// Who.
    pub person: Viewer,
    /// The branch of the till that let the browser in, or else the first one of the organisation.
    pub branch_id: String,
    /// The branches of the organisation that the server keeps, by name.
    pub branches: Vec<ViewedBranch>,
    /// So many more it keeps and cannot show: nothing of them is here yet, or their books are damaged.
    pub missing_count: u32,
    /// When it ends at the latest.
    pub ends_at_ms: i64,
    /// It came in by a till's link and has no other way in yet: here is the moment to make one.
    pub is_without_way: bool,
    /// Passkeys work at the address by which this browser came.
    pub has_passkeys: bool,
}

/// A person, as the server's books have them.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Viewer {
    /// Random id.
    pub staff_id: String,
    /// Empty where it is not known here.
    pub name: String,
    /// Code of the role.
    pub role: String,
}

/// How a browser can come in without a link.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WaysIn {
    /// Passkeys work at the address by which this browser came.
    pub has_passkeys: bool,
}

/// A sign-in name and its passphrase.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SignInName {
    /// Chosen by the person; one at the whole server, whatever its case.
    pub name: String,
    /// At least 15 characters.
    pub passphrase: String,
}

/// What a browser's passkeys are asked for.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PasskeyAsked {
    /// Names this asking when the answer comes, within five minutes.
    pub asked_id: String,
    /// For `navigator.credentials`, binary values in base64url.
    #[ts(type = "unknown")]
    pub options: serde_json::Value,
}

/// What a passkey answered.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PasskeyAnswer {
    /// Which asking.
    pub asked_id: String,
    /// From `navigator.credentials`, binary values in base64url.
    #[ts(type = "unknown")]
    pub credential: serde_json::Value,
}

/// How a person comes in, and where they are in.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OwnWays {
    /// The sign-in name, where there is a passphrase.
    pub sign_in_name: Option<String>,
    /// Passkeys, the oldest first.
    pub passkeys: Vec<PasskeyView>,
    /// Where the person is in, the newest first.
    pub sign_ins: Vec<SignInView>,
    /// Passkeys work at the address by which this browser came.
    pub has_passkeys: bool,
}

/// A passkey of a person.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PasskeyView {
    /// Names it.
    pub passkey_id: String,
    /// When it was added.
    pub made_at_ms: i64,
    /// When somebody last came in with it.
    pub used_at_ms: Option<i64>,
}

/// A browser that a person is in with.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SignInView {
    /// Names it.
    pub sign_in_id: String,
    /// `link`, `passkey` or `passphrase`.
    pub how: String,
    /// When it came in.
    pub began_at_ms: i64,
    /// When somebody last did something there.
    pub used_at_ms: i64,
    /// It is the one that asks.
    pub is_this: bool,
}

/// A passkey of one's own.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PasskeyId {
    /// Names it.
    pub passkey_id: String,
}

/// A sign-in of one's own.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SignInId {
    /// Names it.
    pub sign_in_id: String,
}

/// What a till's link holds.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    /// Base64url without padding.
    pub link: String,
}
