//! Which till asks. The row of its route says what is looked at, and it is looked at before anything that is asked.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::answer::{Writer, may_read};
use crate::branch::Branch;
use crate::refused::Refused;
use crate::routes::Who;
use crate::server::Server;
use crate::tokens::Session;

/// A till that was let in, for the handler of its route.
#[derive(Clone)]
pub struct Caller {
    /// What its token says.
    pub session: Session,
    /// The branch of its session.
    pub branch: Arc<Branch>,
}

impl Caller {
    /// The till whose token is shown, whatever the records say of it, unless it is known to be cut off. It does not
    /// wait.
    fn with_token(server: &Server, headers: &HeaderMap) -> Result<Self, Refused> {
        let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = shown.and_then(|shown| shown.strip_prefix("Bearer "));
        let token = token.and_then(|token| URL_SAFE_NO_PAD.decode(token).ok());
        let session = token.and_then(|token| server.tokens.session(&token, server.now_ms()));
        let session = session.ok_or_else(Refused::session_ended)?;
        let branch = server.branch(session.branch).ok_or_else(Refused::session_ended)?;
        let caller = Self { session, branch };
        if caller.branch.is_revoked(caller.writer()) { Err(Refused::device_revoked()) } else { Ok(caller) }
    }

    /// The same where the records enrol it in its branch. It may wait for the disk.
    async fn enrolled(server: &Server, headers: &HeaderMap) -> Result<Self, Refused> {
        let caller = Self::with_token(server, headers)?;
        let looking = caller.clone();
        let device = tokio::task::spawn_blocking(move || looking.branch.device(looking.writer())).await??;
        let device = device.filter(|device| may_read(device, &caller.session));
        if device.ok_or_else(Refused::device_not_enrolled)?.is_revoked {
            return Err(Refused::device_revoked());
        }
        Ok(caller)
    }

    /// Which life of which device it is.
    #[must_use]
    pub fn writer(&self) -> Writer {
        (self.session.device, self.session.incarnation)
    }
}

/// Lets whom the row of the route answers come to its handler. Those who prove themselves by what they say, the
/// handler hears.
///
/// # Errors
/// `session_ended`, `device_revoked`, `device_not_enrolled`, or a failure of the machine.
pub async fn gate(
    State((server, who)): State<(Arc<Server>, Who)>,
    mut request: Request,
    next: Next,
) -> Result<Response, Refused> {
    let caller = match who {
        Who::Till => Some(Caller::with_token(&server, request.headers())?),
        Who::EnrolledTill => Some(Caller::enrolled(&server, request.headers()).await?),
        Who::Anybody | Who::KnowsCode | Who::KnowsInvitation | Who::HoldsGrant | Who::Browser => None,
    };
    if let Some(caller) = caller {
        request.extensions_mut().insert(caller);
    }
    Ok(next.run(request).await)
}
