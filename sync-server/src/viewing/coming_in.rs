//! How a browser comes in: by a till's link, by a passkey, by name and passphrase.

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use desk::api::viewing::{Link, PasskeyAnswer, PasskeyAsked, SignInName, WaysIn};
use desk::viewing::COMES_IN;

use super::PATIENCE;
use super::browser::{Page, token_shown};
use super::denied::Denied;
use crate::access::{AccessError, How, NewSignIn, Who};
use crate::passkeys::{AskedId, Passkeys};
use crate::passphrase;
use crate::refused::Refused;
use crate::server::Server;

/// Somebody who wants to come in.
pub struct Comer<'a> {
    /// Where.
    pub server: &'a Arc<Server>,
    /// From which page.
    pub page: &'a Page,
    /// With what else, such as a cookie of before.
    pub headers: &'a HeaderMap,
    /// From which address.
    pub from: IpAddr,
}

/// Passkeys, where they work at the address of this page.
///
/// # Errors
/// `passkeys_elsewhere`.
pub fn passkeys<'a>(server: &'a Server, page: &Page) -> Result<&'a Passkeys, Denied> {
    let here = server.passkeys.as_ref().filter(|passkeys| passkeys.work_at(&page.origin));
    here.ok_or_else(|| Denied::forbidden("passkeys_elsewhere"))
}

/// The asking that an answer names; one that nobody knows where it is no name.
pub fn asked_id(text: &str) -> AskedId {
    URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok()).unwrap_or_default()
}

impl Comer<'_> {
    /// `ways_in`.
    pub fn ways_in(&self) -> WaysIn {
        WaysIn { has_passkeys: passkeys(self.server, self.page).is_ok() }
    }

    /// `enter`: the first browser that shows a link is in, as the person for whom the link was made.
    ///
    /// # Errors
    /// `link_unknown`, `too_many_tries`, `view_not_allowed`, or a failure of the machine.
    pub async fn by_link(&self, Link { link }: Link) -> Result<Response, Denied> {
        let (server, now_ms) = (self.server, self.server.now_ms());
        let wait_ms = server.tries.wait_ms(self.from, now_ms);
        if wait_ms > 0 {
            return Err(Refused::too_many_tries(wait_ms).into());
        }
        let link = URL_SAFE_NO_PAD.decode(link).unwrap_or_default();
        let (token, new) = self.new_sign_in();
        let keeper = Arc::clone(server);
        let entering = tokio::task::spawn_blocking(move || {
            keeper.access.enter_by_link(&replica::record::hash(&link), &new, now_ms)
        });
        let Some(who) = entering.await?? else {
            server.tries.wrong(self.from, now_ms);
            return Err(Denied::forbidden("link_unknown"));
        };
        server.tries.right(self.from);
        self.welcome(who, &token, new).await
    }

    /// `enter_by_passphrase`. A name that nobody has takes as long and says the same as a wrong passphrase.
    ///
    /// # Errors
    /// `sign_in_wrong`, `too_many_tries`, `view_not_allowed`, `busy`, or a failure of the machine.
    pub async fn by_passphrase(&self, typed: SignInName) -> Result<Response, Denied> {
        let (server, now_ms) = (self.server, self.server.now_ms());
        let name = passphrase::name_of(&typed.name).unwrap_or_default();
        let tried = replica::record::hash(name.as_bytes());
        let tries = &server.passphrase_tries;
        let wait_ms = tries.of_address.wait_ms(self.from, now_ms).max(tries.of_name.wait_ms(tried, now_ms));
        if wait_ms > 0 {
            return Err(Refused::too_many_tries(wait_ms).into());
        }
        // Counted before it is known, so that many at once are no more tries than one after the other.
        tries.of_address.wrong(self.from, now_ms);
        tries.of_name.wrong(tried, now_ms);
        let place = server.passphrase_place(PATIENCE).await?;
        let keeper = Arc::clone(server);
        let checking = tokio::task::spawn_blocking(move || {
            let _place = place;
            let kept = keeper.access.verifier(&name)?;
            let passphrase = passphrase::passphrase_of(&typed.passphrase).unwrap_or_default();
            let is_right = passphrase::is_right(&passphrase, kept.as_ref().map(|(_, kept)| &**kept));
            Ok::<_, AccessError>(kept.filter(|_| is_right).map(|(who, _)| who))
        });
        let who = checking.await??.ok_or_else(|| Denied::forbidden("sign_in_wrong"))?;
        tries.of_address.right(self.from);
        tries.of_name.right(tried);
        self.let_in(who, How::Passphrase).await
    }

    /// `ask_passkey`.
    ///
    /// # Errors
    /// `passkeys_elsewhere`, or a failure of the machine.
    pub fn ask_passkey(&self) -> Result<PasskeyAsked, Denied> {
        let asked: AskedId = self.server.random();
        let options = passkeys(self.server, self.page)?.ask(asked, self.server.now_ms());
        let options = options.map_err(|_| Denied::failed())?;
        Ok(PasskeyAsked { asked_id: URL_SAFE_NO_PAD.encode(asked), options })
    }

    /// `enter_by_passkey`.
    ///
    /// # Errors
    /// `passkeys_elsewhere`, `passkey_unknown`, `view_not_allowed`, or a failure of the machine.
    pub async fn by_passkey(&self, answer: PasskeyAnswer) -> Result<Response, Denied> {
        passkeys(self.server, self.page)?;
        let (server, now_ms) = (Arc::clone(self.server), self.server.now_ms());
        let verifying = tokio::task::spawn_blocking(move || {
            let mut whose = Ok(None);
            let kept = |account, credential: &[u8]| {
                whose = server.access.passkey(account, credential);
                whose.as_ref().ok()?.as_ref().map(|(_, passkey)| passkey.clone())
            };
            let asked = asked_id(&answer.asked_id);
            let passkeys = server.passkeys.as_ref();
            let shown = passkeys.and_then(|keys| keys.shown(&asked, answer.credential, now_ms, kept));
            let Some(((who, _), shown)) = whose?.zip(shown) else { return Ok(None) };
            server.access.passkey_used(&shown.credential, &shown.passkey, now_ms)?;
            Ok::<_, AccessError>(Some(who))
        });
        let who = verifying.await??.ok_or_else(|| Denied::forbidden("passkey_unknown"))?;
        self.let_in(who, How::Passkey).await
    }

    fn new_sign_in(&self) -> ([u8; 32], NewSignIn) {
        let token: [u8; 32] = self.server.random();
        (token, NewSignIn { token: replica::record::hash(&token), id: self.server.random() })
    }

    /// Lets somebody in who proved who they are.
    async fn let_in(&self, who: Who, how: How) -> Result<Response, Denied> {
        let (token, new) = self.new_sign_in();
        let (server, now_ms) = (Arc::clone(self.server), self.server.now_ms());
        tokio::task::spawn_blocking(move || server.access.enter(&new, who, how, now_ms)).await??;
        self.welcome(who, &token, new).await
    }

    /// The cookie for somebody who is in, unless the books do not let them look. What this browser was in as
    /// before ends.
    async fn welcome(&self, who: Who, token: &[u8; 32], new: NewSignIn) -> Result<Response, Denied> {
        let before = token_shown(self.headers);
        let server = Arc::clone(self.server);
        let is_let_in = tokio::task::spawn_blocking(move || {
            let may = server.person_who_may(who, COMES_IN).is_some();
            let over = if may { before } else { Some(new.token) };
            over.map(|over| server.access.end_by_token(&over)).transpose()?;
            server.sign_outs.send_modify(|count| *count += 1);
            Ok::<_, AccessError>(may)
        });
        if !is_let_in.await?? {
            return Err(Denied::forbidden("view_not_allowed"));
        }
        let cookie = self.page.cookie(token);
        Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
    }
}
