//! `POST /v1/sync`: takes what a till gives, and gives what it lacks.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::response::Response;
use domain::entry::Hash32;
use domain::id::SubjectId;
use ledger::{EnrolledDevice, Error};
use replica::packed;
use replica::run::{Run, RunError};
use replica::sealed::{Receiver, SubjectKey, unwrap_key, wrap_key};
use replica::session::{AckClaim, AckLevel};
use replica::stream::{Scope, StreamId};
use replica::sync::{Ack, Cursor, MAX_RUNS, RefusedRun, RunBytes, SyncReply, SyncRequest, WrappedKey};
use replica::vector::StreamVector;

use crate::branch::{Branch, Given, Stand, Writer, number};
use crate::http::{message, read_body};
use crate::refused::Refused;
use crate::server::Server;
use crate::tokens::Session;

/// Bytes of runs that come back where the caller does not say.
const USUAL_BYTES: u64 = 1 << 20;
/// The most bytes of runs that come back.
const MOST_BYTES: u64 = 8 << 20;
/// Keys that come back at once.
const KEYS_AT_ONCE: usize = 500;

/// A request that was read, with its runs verified.
struct Asked {
    request: SyncRequest,
    given: Vec<Given>,
    /// The places in the request of what is given.
    places: Vec<u64>,
    refused: Vec<RefusedRun>,
    has_given: bool,
    keys: Vec<(SubjectId, SubjectKey)>,
    device: Option<EnrolledDevice>,
}

/// `POST /v1/sync`.
pub async fn sync(State(server): State<Arc<Server>>, request: Request) -> Result<Response, Refused> {
    let (session, branch) = server.session(request.headers())?;
    let (body, _room) = read_body(&server, request.into_body(), packed::MAX_PACKED_BYTES).await?;
    let _more_room = server.room(packed::unpacked_len(&body)?)?;
    let reading = (Arc::clone(&server), Arc::clone(&branch));
    let mut asked =
        tokio::task::spawn_blocking(move || read(&reading.0, &session, &reading.1, &body)).await??;
    if asked.device.is_some_and(|device| device.is_revoked) {
        return Err(Refused::device_revoked());
    }
    if asked.device.is_none() && !asked.has_given {
        return Err(Refused::device_not_enrolled());
    }
    let writer = (session.device, session.incarnation);
    let keys = std::mem::take(&mut asked.keys);
    let (keys, keys_of_new) = if asked.device.is_some() { (keys, Vec::new()) } else { (Vec::new(), keys) };
    let mut own_new = 0;
    if !asked.given.is_empty() || !keys.is_empty() {
        let own: Vec<bool> = asked.given.iter().map(|given| is_own(given, writer)).collect();
        let stored = branch.store(std::mem::take(&mut asked.given), keys).await?;
        for ((index, result), is_own) in asked.places.iter().zip(stored.results).zip(own) {
            match result {
                Ok(new) => own_new += if is_own { new } else { 0 },
                Err(code) => asked.refused.push(RefusedRun { index: *index, code: code.to_owned() }),
            }
        }
        asked.refused.sort_by_key(|refused| refused.index);
    }
    if asked.device.is_none() {
        // It may have brought its own enrolment.
        let looking = Arc::clone(&branch);
        let found = tokio::task::spawn_blocking(move || looking.device(writer)).await??;
        asked.device = found.filter(|device| may_read(device, &session));
        if asked.device.is_some() && !keys_of_new.is_empty() {
            branch.store(Vec::new(), keys_of_new).await?;
        }
    }
    if asked.device.is_some() {
        branch.heard(writer, asked.request.own);
    }
    let stand = branch.stand();
    let reply = if is_simple(&server, &stand, &asked, own_new) {
        reply_of(&server, &stand, &session, &asked)
    } else {
        tokio::task::spawn_blocking(move || reply_with_records(&server, &branch, &session, &asked)).await??
    };
    Ok(message(packed::pack(&reply.encode())?))
}

fn is_own(given: &Given, writer: Writer) -> bool {
    let stream = given.run.run().after.stream;
    (stream.device, stream.incarnation) == writer
}

/// Whether the records enrol the very key that the session proved, in its branch.
pub fn may_read(device: &EnrolledDevice, session: &Session) -> bool {
    device.is_revoked || (device.branch == session.branch && device.signing_key == session.signing_key)
}

/// Unpacks, decodes and verifies; no ledger is written.
fn read(server: &Server, session: &Session, branch: &Branch, body: &Bytes) -> Result<Asked, Refused> {
    let mut request = SyncRequest::decode(&packed::unpack(body)?)?;
    let runs = std::mem::take(&mut request.runs);
    let (mut given, mut places, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    let mut keys_here = HashMap::new();
    let has_given = !runs.is_empty();
    for (index, bytes) in (0..).zip(runs) {
        match verified(session, branch, bytes, &mut keys_here)? {
            Ok(run) => {
                given.push(run);
                places.push(index);
            }
            Err(code) => {
                server.metrics.refused(code, 1);
                refused.push(RefusedRun { index, code: code.to_owned() });
            }
        }
    }
    let receiver = server.keys.receiver();
    let open = |wrapped: &WrappedKey| {
        let (keys, subject) = (&server.keys.device_keys, wrapped.subject);
        let key = unwrap_key(&wrapped.wrapped, subject, receiver.device, receiver.incarnation, keys);
        key.ok().map(|key| (subject, key))
    };
    let keys = request.keys.iter().filter_map(open).collect();
    let device = branch.device((session.device, session.incarnation))?;
    let device = device.filter(|device| may_read(device, session));
    Ok(Asked { request, given, places, refused, has_given, keys, device })
}

/// The run, or the code of why it is not taken. The outer error is a failure of the machine.
fn verified(
    session: &Session,
    branch: &Branch,
    bytes: RunBytes,
    keys_here: &mut HashMap<StreamId, Hash32>,
) -> Result<Result<Given, &'static str>, Error> {
    let run = match Run::decode(&bytes.0) {
        Ok(run) => run,
        Err(RunError::Malformed(_)) => return Ok(Err("malformed")),
        Err(_) => return Ok(Err("bad_record")),
    };
    let stream = run.after.stream;
    let known = branch.known();
    if stream.scope != Scope::Organisation(known.organisation)
        && stream.scope != Scope::Branch(session.branch)
    {
        return Ok(Err("scope_foreign"));
    }
    let key = match keys_here.get(&stream) {
        Some(key) => Some(*key),
        None => branch.signing_key(stream)?.or(run.opening_key()),
    };
    // Nobody can say who wrote the end of a stream whose beginning is not here.
    let Some(key) = key else { return Ok(Err("records_missing")) };
    let Ok(run) = run.verified(&key) else { return Ok(Err("bad_signature")) };
    keys_here.insert(stream, key);
    Ok(Ok(Given { run, bytes }))
}

/// Whether it is known without reading what the caller lacks: nothing but what it gave itself, or nothing
/// that can be told.
fn is_simple(server: &Server, stand: &Stand, asked: &Asked, own_new: usize) -> bool {
    let request = &asked.request;
    if asked.device.is_none() {
        return true;
    }
    if request.vector.is_some() || request.keys_after.is_some() {
        return false;
    }
    match request.cursor.filter(|cursor| cursor.data == server.data) {
        None => true,
        Some(cursor) => {
            let last = number(stand.last_record_no);
            cursor.n > last || last - cursor.n == own_new as u64
        }
    }
}

/// The reply without records of others.
fn reply_of(server: &Server, stand: &Stand, session: &Session, asked: &Asked) -> SyncReply {
    let request = &asked.request;
    let mut reply = SyncReply::default();
    reply.refused.clone_from(&asked.refused);
    let is_asked = asked.has_given || request.vector.is_some() || request.digest.is_some();
    let heads = stand.heads_of((session.device, session.incarnation));
    let now_ms = server.now_ms();
    if is_asked && !heads.is_empty() {
        let claim = AckClaim { data: server.data, level: AckLevel::Stored, at_ms: now_ms, heads };
        let signature = claim.sign(&server.keys.device_keys);
        reply.ack = Some(Ack { level: claim.level, at_ms: now_ms, signature });
    } else {
        reply.server_time_ms = Some(now_ms);
    }
    if asked.device.is_none() {
        return reply;
    }
    let last = Cursor { data: server.data, n: number(stand.last_record_no) };
    let is_stale = |cursor: Cursor| cursor.data != last.data || cursor.n > last.n;
    if request.cursor.is_some_and(is_stale) && request.vector.is_none() {
        reply.is_vector_wanted = true;
        return reply;
    }
    if let Some(digest) = request.digest {
        let here = stand.vector.digest();
        if here != digest {
            reply.digest = Some(here);
            reply.is_vector_wanted = request.vector.is_none();
        }
    }
    if request.cursor.is_some() || (request.digest.is_some() && !reply.is_vector_wanted) {
        reply.cursor = Some(last);
    }
    reply
}

/// The reply with what the caller lacks, as far as it fits.
fn reply_with_records(
    server: &Server,
    branch: &Branch,
    session: &Session,
    asked: &Asked,
) -> Result<SyncReply, Refused> {
    let request = &asked.request;
    let most = request.most_bytes.unwrap_or(USUAL_BYTES).min(MOST_BYTES);
    let most = usize::try_from(most).unwrap_or(0);
    let writer = (session.device, session.incarnation);
    let reply = branch.read(|book| {
        let stand = Stand { last_record_no: book.last_record_no()?, vector: book.stream_vector()? };
        let mut reply = reply_of(server, &stand, session, asked);
        let last = Cursor { data: server.data, n: number(stand.last_record_no) };
        if let Some(there) = &request.vector {
            (reply.runs, reply.has_more) = runs_by_vector(book, &stand.vector, there, most)?;
            reply.cursor = (!reply.has_more).then_some(last);
            reply.vector = Some(stand.vector);
        } else if let Some(cursor) =
            request.cursor.filter(|_| !reply.is_vector_wanted || reply.digest.is_some())
        {
            let after = i64::try_from(cursor.n).unwrap_or(i64::MAX);
            let (runs, up_to) = book.runs_after(after, most, Some(writer))?;
            reply.runs = runs.iter().map(|run| RunBytes(run.encode())).collect();
            reply.has_more = up_to < stand.last_record_no;
            reply.cursor = Some(Cursor { n: number(up_to), ..last });
            if !reply.runs.is_empty() || reply.has_more {
                // The digests are of different sets anyway.
                reply.digest = None;
                reply.is_vector_wanted = false;
            }
        }
        Ok(reply)
    });
    let mut reply = reply?;
    if let (Some(after), Some(device)) = (request.keys_after, asked.device) {
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let (keys, up_to) = branch.read(|book| book.keys_after(after, KEYS_AT_ONCE))?;
        let (device_id, incarnation) = writer;
        let receiver = Receiver { device: device_id, incarnation, wrapping_key: device.wrapping_key };
        let wrap = |(subject, key): (SubjectId, SubjectKey)| {
            let wrapped = wrap_key(&key, subject, &receiver, server.random()).ok()?;
            Some(WrappedKey { subject, wrapped })
        };
        reply.keys = keys.into_iter().filter_map(wrap).collect();
        reply.keys_after = (up_to > after).then(|| number(up_to));
    }
    if request.vector.is_some() {
        reply.presence = branch.presence();
    }
    Ok(reply)
}

/// What the other side lacks, and whether that is not all of it.
fn runs_by_vector(
    book: &ledger::Book<'_>,
    here: &StreamVector,
    there: &StreamVector,
    most: usize,
) -> Result<(Vec<RunBytes>, bool), Error> {
    let (mut runs, mut bytes) = (Vec::new(), 0);
    for mut lacking in here.lacking_there(there) {
        loop {
            if bytes >= most || runs.len() as u64 >= MAX_RUNS {
                return Ok((runs, true));
            }
            let Some(run) = book.run_for(&lacking)? else { break };
            let end = run.records.last().map(replica::record::Record::head);
            let run = run.encode();
            bytes += run.len();
            runs.push(RunBytes(run));
            match end {
                Some(end) if end != lacking.head => lacking.has = vec![end],
                _ => break,
            }
        }
    }
    Ok((runs, false))
}
