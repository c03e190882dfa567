//! `POST /v1/sync`: takes what a till gives, and gives what it lacks.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Request, State};
use axum::response::Response;
use replica::packed;

use crate::answer::{Asked, Speaker, reply, reply_at_once};
use crate::caller::Caller;
use crate::http::{message, read_body};
use crate::refused::Refused;
use crate::server::Server;

/// `POST /v1/sync`.
pub async fn sync(
    State(server): State<Arc<Server>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Result<Response, Refused> {
    let writer = caller.writer();
    let Caller { session, branch } = caller;
    let (body, _room) = read_body(&server, request.into_body(), packed::MAX_PACKED_BYTES).await?;
    let _more_room = server.room(packed::unpacked_len(&body)?)?;

    let (reader, source) = (Arc::clone(&server), Arc::clone(&branch));
    let mut asked = tokio::task::spawn_blocking(move || {
        let device = source.device(writer)?;
        Asked::read(&speaker(&reader), &session, device, &body, |stream| source.signing_key(stream))
    })
    .await??;
    asked.is_backed_up(branch.backing());
    server.metrics.refused_runs(asked.refused());

    let was_enrolled = asked.is_enrolled();
    let (given, keys) = asked.take_given();
    if !given.is_empty() || !keys.is_empty() {
        asked.stored(branch.store(given, keys).await?.results);
    }
    if !was_enrolled {
        let source = Arc::clone(&branch);
        asked.look_again(tokio::task::spawn_blocking(move || source.device(writer)).await??);
        let (_, keys) = asked.take_given();
        if !keys.is_empty() {
            branch.store(Vec::new(), keys).await?;
        }
    }
    if asked.is_enrolled() {
        branch.heard(writer, asked.request().own);
    }

    if let Some(reply) = reply_at_once(&speaker(&server), &branch.stand(), &asked) {
        return Ok(message(asked.packed(&speaker(&server), &reply)?));
    }
    let answering = tokio::task::spawn_blocking(move || {
        let speaker = speaker(&server);
        let reply = branch.read(|book| reply(&speaker, book, &asked, || branch.presence()))?;
        Ok::<_, Refused>(asked.packed(&speaker, &reply)?)
    });
    Ok(message(answering.await??))
}

fn speaker(server: &Server) -> Speaker<'_> {
    Speaker {
        keys: &server.keys,
        data: server.data,
        now_ms: server.now_ms(),
        random: &*server.options.random,
    }
}
