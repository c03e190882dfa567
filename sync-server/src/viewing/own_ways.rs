//! What a person does about their own ways in. It waits for the disk, so none of it is asked on the way of others.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use desk::Fault;
use desk::api::viewing::{
    OwnWays, PasskeyAnswer, PasskeyAsked, PasskeyId, PasskeyView, SignInId, SignInName, SignInView,
};
use uuid::{Builder, Uuid};

use super::browser::Page;
use super::coming_in::{asked_id, passkeys};
use super::denied::Denied;
use super::visit::Visit;
use crate::passkeys::AskedId;
use crate::passphrase;

impl Visit {
    /// `own_ways`.
    ///
    /// # Errors
    /// A failure of the machine.
    pub fn own_ways(&self, page: &Page) -> Result<OwnWays, Denied> {
        let (access, who) = (&self.server.access, self.sign_in.who);
        let passkey = |kept: crate::access::KeptPasskey| PasskeyView {
            passkey_id: URL_SAFE_NO_PAD.encode(kept.credential),
            made_at_ms: kept.made_ms,
            used_at_ms: kept.used_ms,
        };
        let sign_in = |one: crate::access::SignIn| SignInView {
            sign_in_id: URL_SAFE_NO_PAD.encode(one.id),
            how: one.how.code().to_owned(),
            began_at_ms: one.began_ms,
            used_at_ms: one.used_ms,
            is_this: one.id == self.sign_in.id,
        };
        Ok(OwnWays {
            sign_in_name: access.sign_in_name(who)?,
            passkeys: access.passkeys(who)?.into_iter().map(passkey).collect(),
            sign_ins: access.sign_ins(who, self.server.now_ms())?.into_iter().map(sign_in).collect(),
            has_passkeys: passkeys(&self.server, page).is_ok(),
        })
    }

    /// `still_here`.
    ///
    /// # Errors
    /// A failure of the machine.
    pub fn still_here(&self) -> Result<(), Denied> {
        Ok(self.server.access.sign_in_used(&self.token, self.server.now_ms())?)
    }

    /// `sign_out`.
    ///
    /// # Errors
    /// A failure of the machine.
    pub fn sign_out(&self) -> Result<(), Denied> {
        self.server.access.end_by_token(&self.token)?;
        self.signed_out();
        Ok(())
    }

    /// `sign_out_everywhere`.
    ///
    /// # Errors
    /// A failure of the machine.
    pub fn sign_out_everywhere(&self) -> Result<(), Denied> {
        self.server.access.end_everywhere(self.sign_in.who)?;
        self.signed_out();
        Ok(())
    }

    /// `end_sign_in`.
    ///
    /// # Errors
    /// A failure of the machine.
    pub fn end_sign_in(&self, one: &SignInId, page: &Page) -> Result<OwnWays, Denied> {
        self.server.access.end_sign_in(self.sign_in.who, &asked_id(&one.sign_in_id))?;
        self.signed_out();
        self.own_ways(page)
    }

    /// Those who listen look whether they are still in.
    fn signed_out(&self) {
        self.server.sign_outs.send_modify(|count| *count += 1);
    }

    fn fresh_id(&self) -> Uuid {
        Builder::from_random_bytes(self.server.random()).into_uuid()
    }

    /// `ask_new_passkey`.
    ///
    /// # Errors
    /// `passkeys_elsewhere`, or a failure of the machine.
    pub fn ask_new_passkey(&self, page: &Page) -> Result<PasskeyAsked, Denied> {
        let (server, who) = (&self.server, self.sign_in.who);
        let passkeys = passkeys(server, page)?;
        let account = server.access.account(who, self.fresh_id())?;
        let known = server.access.passkeys(who)?.into_iter().map(|kept| kept.credential).collect();
        let asked: AskedId = server.random();
        let options = passkeys.ask_new(asked, account, self.name(), known, server.now_ms());
        let options = options.map_err(|_| Denied::failed())?;
        Ok(PasskeyAsked { asked_id: URL_SAFE_NO_PAD.encode(asked), options })
    }

    /// `add_passkey`.
    ///
    /// # Errors
    /// `passkeys_elsewhere`, `passkey_unknown`, `too_many`, or a failure of the machine.
    pub fn add_passkey(&self, answer: PasskeyAnswer, page: &Page) -> Result<OwnWays, Denied> {
        let (server, now_ms) = (&self.server, self.server.now_ms());
        let account = server.access.account(self.sign_in.who, self.fresh_id())?;
        let asked = asked_id(&answer.asked_id);
        let made = passkeys(server, page)?.made(&asked, account, answer.credential, now_ms);
        let made = made.ok_or_else(|| Denied::forbidden("passkey_unknown"))?;
        server.access.add_passkey(account, &made.credential, &made.passkey, now_ms)?;
        self.own_ways(page)
    }

    /// `remove_passkey`.
    ///
    /// # Errors
    /// A failure of the machine.
    pub fn remove_passkey(&self, one: &PasskeyId, page: &Page) -> Result<OwnWays, Denied> {
        let credential = URL_SAFE_NO_PAD.decode(&one.passkey_id).unwrap_or_default();
        self.server.access.remove_passkey(self.sign_in.who, &credential)?;
        self.own_ways(page)
    }

    /// `set_passphrase`.
    ///
    /// # Errors
    /// `sign_in_name_bad`, `sign_in_passphrase_bad`, `name_taken`, or a failure of the machine.
    pub fn set_passphrase(&self, typed: &SignInName, page: &Page) -> Result<OwnWays, Denied> {
        let name = passphrase::name_of(&typed.name).ok_or_else(|| Fault::bare("sign_in_name_bad"))?;
        let passphrase = passphrase::passphrase_of(&typed.passphrase)
            .ok_or_else(|| Fault::bare("sign_in_passphrase_bad"))?;
        let verifier = passphrase::verifier(&passphrase, self.server.random()).ok_or_else(Denied::failed)?;
        self.server.access.set_passphrase(self.sign_in.who, self.fresh_id(), &name, &verifier)?;
        self.own_ways(page)
    }
}
