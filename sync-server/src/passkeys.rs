//! Passkeys, and the address that they hold for: a browser shows one only to the site for which it was made.
//!
//! What is asked waits in memory for its answer, five minutes at most, and each asking is answered once.

use std::collections::VecDeque;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Uuid, Webauthn, WebauthnBuilder, WebauthnError,
};

/// How long an asking waits.
const WAITS_MS: i64 = 300_000;
/// The most askings of each kind that wait; one more ends the oldest.
const MAX_WAITING: usize = 10_000;

/// The address by which browsers reach a server.
#[derive(Debug, Clone)]
pub struct PublicUrl(Url);

/// Not an address that browsers would show a passkey to.
#[derive(Debug, thiserror::Error)]
#[error("https://… with nothing behind the host and port, or http://localhost")]
pub struct BadPublicUrl;

impl FromStr for PublicUrl {
    type Err = BadPublicUrl;

    fn from_str(text: &str) -> Result<Self, BadPublicUrl> {
        let url = Url::parse(text).map_err(|_| BadPublicUrl)?;
        let is_safe =
            url.scheme() == "https" || (url.scheme() == "http" && url.domain() == Some("localhost"));
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let is_nobodys = url.username().is_empty() && url.password().is_none();
        if is_safe && is_bare && is_nobodys { Ok(Self(url)) } else { Err(BadPublicUrl) }
    }
}

impl PublicUrl {
    /// Scheme, host and port, as a browser says where a page comes from.
    #[must_use]
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }
}

/// Names an asking.
pub type AskedId = [u8; 16];

/// Askings in the order in which they end.
struct Waiting<T>(Mutex<VecDeque<(AskedId, i64, T)>>);

impl<T> Waiting<T> {
    fn new() -> Self {
        Self(Mutex::new(VecDeque::new()))
    }

    fn keep(&self, id: AskedId, what: T, now_ms: i64) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|(_, ends_ms, _)| *ends_ms > now_ms);
        if waiting.len() >= MAX_WAITING {
            waiting.pop_front();
        }
        waiting.push_back((id, now_ms + WAITS_MS, what));
    }

    fn take(&self, id: &AskedId, now_ms: i64) -> Option<T> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = waiting.iter().position(|(known, _, _)| known == id)?;
        let (_, ends_ms, what) = waiting.remove(place)?;
        (ends_ms > now_ms).then_some(what)
    }
}

/// A passkey that was shown, and what it now is.
pub struct Shown {
    /// Its name.
    pub credential: Vec<u8>,
    /// In JSON, with its counter as it is now.
    pub passkey: String,
}

/// Asks for passkeys and verifies them.
pub struct Passkeys {
    webauthn: Webauthn,
    /// The only page that may ask; where there is none, those of localhost.
    origin: Option<String>,
    to_make: Waiting<(Uuid, PasskeyRegistration)>,
    to_show: Waiting<DiscoverableAuthentication>,
}

impl Passkeys {
    /// For this address, or where there is none for localhost. None where the address is no name: no browser
    /// makes a passkey for a number.
    #[must_use]
    pub fn at(public: Option<&PublicUrl>) -> Option<Self> {
        let localhost = Url::parse("http://localhost").ok()?;
        let url = public.map_or(&localhost, |PublicUrl(url)| url);
        let webauthn = WebauthnBuilder::new(url.domain()?, url).ok()?.rp_name("PharmaTill");
        let webauthn = webauthn.allow_any_port(public.is_none()).build().ok()?;
        let origin = public.map(PublicUrl::origin);
        Some(Self { webauthn, origin, to_make: Waiting::new(), to_show: Waiting::new() })
    }

    /// Whether a page from there may ask.
    #[must_use]
    pub fn work_at(&self, origin: &str) -> bool {
        match &self.origin {
            Some(known) => known == origin,
            None => Url::parse(origin).is_ok_and(|url| url.domain() == Some("localhost")),
        }
    }

    /// Asks for a new passkey of an account. It is kept on the device with the account's id, so that nobody has
    /// to type who they are.
    ///
    /// # Errors
    /// What `webauthn-rs` finds wrong.
    pub fn ask_new(
        &self,
        asked: AskedId,
        account: Uuid,
        name: &str,
        known: Vec<Vec<u8>>,
        now_ms: i64,
    ) -> Result<Value, WebauthnError> {
        let name = if name.is_empty() { "PharmaTill" } else { name };
        let (options, state) = self.webauthn.start_passkey_registration(account, name, name, Some(known))?;
        self.to_make.keep(asked, (account, state), now_ms);
        let mut options = json!(options.public_key);
        options["authenticatorSelection"]["residentKey"] = json!("required");
        options["authenticatorSelection"]["requireResidentKey"] = json!(true);
        Ok(options)
    }

    /// A passkey that was made for this account, as it is kept. None where nobody asked for it, or not lately, or
    /// it does not hold.
    #[must_use]
    pub fn made(&self, asked: &AskedId, account: Uuid, answer: Value, now_ms: i64) -> Option<Shown> {
        let (for_account, state) = self.to_make.take(asked, now_ms)?;
        let answer: RegisterPublicKeyCredential = serde_json::from_value(answer).ok()?;
        let passkey = self.webauthn.finish_passkey_registration(&answer, &state).ok()?;
        let credential = passkey.cred_id().to_vec();
        let passkey = serde_json::to_string(&passkey).ok()?;
        (for_account == account).then_some(Shown { credential, passkey })
    }

    /// Asks for any passkey of this server.
    ///
    /// # Errors
    /// What `webauthn-rs` finds wrong.
    pub fn ask(&self, asked: AskedId, now_ms: i64) -> Result<Value, WebauthnError> {
        let (options, state) = self.webauthn.start_discoverable_authentication()?;
        self.to_show.keep(asked, state, now_ms);
        Ok(json!(options.public_key))
    }

    /// The passkey that was shown, if it holds. `kept` finds it by the account and its name, in JSON.
    #[must_use]
    pub fn shown(
        &self,
        asked: &AskedId,
        answer: Value,
        now_ms: i64,
        kept: impl FnOnce(Uuid, &[u8]) -> Option<String>,
    ) -> Option<Shown> {
        let state = self.to_show.take(asked, now_ms)?;
        let answer: PublicKeyCredential = serde_json::from_value(answer).ok()?;
        let (account, credential) = self.webauthn.identify_discoverable_authentication(&answer).ok()?;
        let mut passkey: Passkey = serde_json::from_str(&kept(account, credential)?).ok()?;
        let verified = self.webauthn.finish_discoverable_authentication_v2(&answer, state, &passkey).ok()?;
        passkey.update_credential(&verified)?;
        Some(Shown { credential: credential.to_vec(), passkey: serde_json::to_string(&passkey).ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(url: Option<&str>) -> Option<Passkeys> {
        let public: Option<PublicUrl> = url.map(|url| url.parse().unwrap());
        Passkeys::at(public.as_ref())
    }

    #[test]
    fn an_address_is_one_that_browsers_trust() {
        for (text, is_good) in [
            ("https://till.example.org", true),
            ("https://till.example.org:8443/", true),
            ("http://localhost:7878", true),
            ("http://till.example.org", false),
            ("http://127.0.0.1:7878", false),
            ("https://till.example.org/till", false),
            ("https://anna@till.example.org", false),
            ("till.example.org", false),
        ] {
            assert_eq!(text.parse::<PublicUrl>().is_ok(), is_good, "{text}");
        }
    }

    #[test]
    fn passkeys_work_at_one_address_or_at_localhost() {
        let public = at(Some("https://till.example.org/")).unwrap();
        assert!(public.work_at("https://till.example.org"));
        assert!(!public.work_at("https://example.org") && !public.work_at("http://localhost:7878"));
        let local = at(None).unwrap();
        assert!(local.work_at("http://localhost:7878") && local.work_at("http://localhost"));
        for origin in ["http://127.0.0.1:7878", "https://localhost.example.org", "null", ""] {
            assert!(!local.work_at(origin), "{origin}");
        }
        assert!(at(Some("https://192.0.2.7")).is_none());
    }

    #[test]
    fn an_asking_waits_five_minutes_and_is_answered_once() {
        let waiting = Waiting::new();
        waiting.keep([1; 16], 'a', 0);
        waiting.keep([2; 16], 'b', 1);
        assert_eq!(waiting.take(&[2; 16], WAITS_MS), Some('b'));
        assert_eq!(waiting.take(&[2; 16], WAITS_MS), None);
        assert_eq!(waiting.take(&[1; 16], WAITS_MS), None);
        for no in 0..=MAX_WAITING as u128 {
            waiting.keep(no.to_be_bytes(), 'c', 5);
        }
        assert_eq!(waiting.take(&0_u128.to_be_bytes(), 6), None);
        assert_eq!(waiting.take(&1_u128.to_be_bytes(), 6), Some('c'));
        waiting.keep([3; 16], 'd', 5 + WAITS_MS);
        assert_eq!(waiting.0.lock().unwrap().len(), 1);
    }

    #[test]
    fn a_new_passkey_stays_on_its_device_and_says_who_it_is() {
        let passkeys = at(None).unwrap();
        let asked = passkeys.ask_new([1; 16], Uuid::from_u128(7), "Anna", vec![vec![9]], 0).unwrap();
        assert_eq!(asked["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(asked["authenticatorSelection"]["userVerification"], "required");
        assert_eq!((&asked["rp"]["id"], &asked["user"]["name"]), (&json!("localhost"), &json!("Anna")));
        assert_eq!(asked["excludeCredentials"][0]["id"], "CQ");
        let shown = passkeys.ask([1; 16], 0).unwrap();
        assert_eq!((&shown["rpId"], &shown["userVerification"]), (&json!("localhost"), &json!("required")));
        assert_eq!(shown["allowCredentials"], json!([]));
        assert!(passkeys.made(&[1; 16], Uuid::from_u128(7), json!({}), 1).is_none());
        assert!(passkeys.shown(&[1; 16], json!({}), 1, |_, _| None).is_none());
    }
}
