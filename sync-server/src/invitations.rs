//! Invitation files on their way from the till that invites to the one that joins. The file is encrypted
//! under its code, and its id is made of the code, so that whoever knows the id may have it.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::entry::Hash32;

use crate::access::AccessError;
use crate::http::{peer, read_body};
use crate::refused::Refused;
use crate::server::Server;

/// The most bytes of a file that is handed in.
const MAX_BYTES: usize = 64 << 20;

fn not_found() -> Refused {
    Refused::new(StatusCode::NOT_FOUND, "invitation_unknown")
}

fn id_of(text: &str) -> Result<Hash32, Refused> {
    let mut id = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return Err(not_found());
    }
    for (place, byte) in id.iter_mut().enumerate() {
        let digits = text.get(2 * place..2 * place + 2).unwrap_or_default();
        *byte = u8::from_str_radix(digits, 16).map_err(|_| not_found())?;
    }
    Ok(Hash32(id))
}

/// `PUT /v1/invitations/<id>` by an enrolled till.
pub async fn hand_in(
    State(server): State<Arc<Server>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<StatusCode, Refused> {
    let id = id_of(&id)?;
    let (file, _room) = read_body(&server, request.into_body(), MAX_BYTES).await?;
    let keeper = Arc::clone(&server);
    tokio::task::spawn_blocking(move || keeper.access.add_invitation(&id, &file, keeper.now_ms())).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /v1/invitations/<id>` by whoever knows the code.
pub async fn fetch(
    State(server): State<Arc<Server>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Refused> {
    let (from, now_ms) = (peer(&request), server.now_ms());
    let keeper = Arc::clone(&server);
    let file = known(&server, &id, from, move |id| keeper.access.invitation(&id, now_ms)).await?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], file).into_response())
}

/// `DELETE /v1/invitations/<id>` once it was fetched whole.
pub async fn fetched(
    State(server): State<Arc<Server>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<StatusCode, Refused> {
    let (from, keeper) = (peer(&request), Arc::clone(&server));
    let removed = move |id: Hash32| Ok(keeper.access.remove_invitation(&id)?.then_some(()));
    known(&server, &id, from, removed).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is found of an id. One that nobody has counts as a wrong code.
async fn known<R: Send + 'static>(
    server: &Server,
    id: &str,
    from: IpAddr,
    find: impl FnOnce(Hash32) -> Result<Option<R>, AccessError> + Send + 'static,
) -> Result<R, Refused> {
    let now_ms = server.now_ms();
    let wait_ms = server.tries.wait_ms(from, now_ms);
    if wait_ms > 0 {
        return Err(Refused::too_many_tries(wait_ms));
    }
    let id = id_of(id)?;
    let Some(found) = tokio::task::spawn_blocking(move || find(id)).await?? else {
        server.tries.wrong(from, now_ms);
        return Err(not_found());
    };
    server.tries.right(from);
    Ok(found)
}
