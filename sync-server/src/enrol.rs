//! How a till comes in: once with a code, then each day with its own key.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use replica::session::{
    ChallengeReply, ChallengeRequest, EnrolReply, EnrolRequest, Grant, MAX_SESSION_BYTES, SessionReply,
    SessionRequest,
};

use crate::access::{AccessError, KnownBranch};
use crate::http::{message, peer, read_body};
use crate::refused::Refused;
use crate::server::Server;
use crate::tokens::{SESSION_MS, Session};

fn forbidden(code: &'static str) -> Refused {
    Refused::new(StatusCode::FORBIDDEN, code)
}

/// `POST /v1/enrol`.
pub async fn enrol(State(server): State<Arc<Server>>, request: Request) -> Result<Response, Refused> {
    let (from, now_ms) = (peer(&request), server.now_ms());
    let wait_ms = server.tries.wait_ms(from, now_ms);
    if wait_ms > 0 {
        return Err(Refused::too_many_tries(wait_ms));
    }
    let (body, _room) = read_body(&server, request.into_body(), MAX_SESSION_BYTES).await?;
    let request = EnrolRequest::decode(&body)?;
    let known = KnownBranch {
        organisation: request.organisation,
        founding_hash: request.founding_hash,
        branch: request.branch,
    };
    let asked = (Arc::clone(&server), request.clone());
    let secrets = tokio::task::spawn_blocking(move || {
        let (server, request) = asked;
        let secrets = server.access.code(&request.code_id, now_ms)?;
        let Some(secrets) = secrets.filter(|secrets| request.is_proved(secrets)) else { return Ok(None) };
        let is_first = server.access.enrol(&request.code_id, &known)?;
        Ok::<_, AccessError>(is_first.then_some(secrets))
    })
    .await??;
    let Some(secrets) = secrets else {
        server.tries.wrong(from, now_ms);
        return Err(forbidden("code_unknown"));
    };
    server.tries.right(from);
    server.branch_opened(known).await?;
    let receiver = server.keys.receiver();
    let keys = &server.keys.device_keys;
    let grant = Grant { organisation: known.organisation, founding_hash: known.founding_hash };
    let reply = EnrolReply {
        signing_key: keys.signing_key(),
        wrapping_key: receiver.wrapping_key,
        device: receiver.device,
        incarnation: receiver.incarnation,
        grant: grant.sign(keys),
        mac: None,
    };
    Ok(message(reply.proved(&request, &secrets).encode()))
}

/// `POST /v1/challenge`.
pub async fn challenge(State(server): State<Arc<Server>>, request: Request) -> Result<Response, Refused> {
    let (body, _room) = read_body(&server, request.into_body(), MAX_SESSION_BYTES).await?;
    let ChallengeRequest { device, incarnation } = ChallengeRequest::decode(&body)?;
    let server_time_ms = server.now_ms();
    let nonce = server.tokens.nonce(device, incarnation, server_time_ms, server.random());
    Ok(message(ChallengeReply { nonce, server_time_ms }.encode()))
}

/// `POST /v1/session`.
pub async fn session(State(server): State<Arc<Server>>, request: Request) -> Result<Response, Refused> {
    let (body, _room) = read_body(&server, request.into_body(), MAX_SESSION_BYTES).await?;
    let request = SessionRequest::decode(&body)?;
    let now_ms = server.now_ms();
    let writer = (request.device, request.incarnation);
    let keys = &server.keys.device_keys;
    let server_key = keys.signing_key();
    if !server.tokens.is_nonce(&request.nonce, request.device, request.incarnation, now_ms) {
        return Err(Refused::new(StatusCode::UNAUTHORIZED, "challenge_old"));
    }
    let grant = Grant { organisation: request.organisation, founding_hash: request.founding_hash };
    if !grant.is_signed_by(&server_key, &request.grant) {
        return Err(forbidden("grant_unknown"));
    }
    if !request.claim(server_key).is_signed_by(&request.signing_key, &request.signature) {
        return Err(forbidden("signature_wrong"));
    }
    let known = KnownBranch {
        organisation: request.organisation,
        founding_hash: request.founding_hash,
        branch: request.branch,
    };
    let keeper = Arc::clone(&server);
    tokio::task::spawn_blocking(move || {
        if !keeper.access.is_kept(&known)? && !keeper.is_opened_by_records(&known)? {
            return Err(forbidden("grant_unknown"));
        }
        Ok(keeper.access.keep(&known)?)
    })
    .await??;
    let branch = server.branch_opened(known).await?;
    let device = tokio::task::spawn_blocking(move || branch.device(writer)).await??;
    if device.is_some_and(|device| device.is_revoked) {
        return Err(Refused::device_revoked());
    }
    let session = Session {
        organisation: request.organisation,
        branch: request.branch,
        device: request.device,
        incarnation: request.incarnation,
        signing_key: request.signing_key,
        expires_ms: now_ms + SESSION_MS,
    };
    let mut reply = SessionReply {
        token: server.tokens.token(&session),
        expires_ms: session.expires_ms,
        data: server.data,
        server_time_ms: now_ms,
        signature: request.signature,
    };
    reply.signature = reply.claim(request.nonce).sign(keys);
    Ok(message(reply.encode()))
}
