//! What the server makes of a request and answers, without network, clock or threads of its own: a branch
//! with its server can be played in one thread.
//!
//! [`Asked::read`], then [`store_in_order`] of what it gives, [`Asked::stored`], [`Asked::look_again`], then
//! [`reply_at_once`] or, where that needs records, [`reply`].

use std::collections::HashMap;
use std::sync::Arc;

use domain::entry::{Hash32, Incarnation};
use domain::id::{DeviceId, SubjectId};
use ledger::{Book, EnrolledDevice, Error, Ledger, Random};
use replica::packed::{PackError, Packing};
use replica::run::{Run, RunError, VerifiedRun};
use replica::sealed::{Receiver, SubjectKey, unwrap_key, wrap_key};
use replica::session::{AckClaim, AckLevel, DataIncarnation};
use replica::stream::{Scope, StreamHead, StreamId};
use replica::sync::{
    Ack, Cursor, DayFigures, MAX_RUNS, Presence, RefusedRun, RunBytes, SyncReply, SyncRequest, WrappedKey,
};
use replica::vector::StreamVector;

use crate::backup::backing::Backing;
use crate::keys::ServerKeys;
use crate::refused::Refused;
use crate::tokens::Session;

/// Bytes of runs that come back where the caller does not say.
const USUAL_BYTES: u64 = 1 << 20;
/// The most bytes of runs that come back.
const MOST_BYTES: u64 = 8 << 20;
/// Keys that come back at once.
const KEYS_AT_ONCE: usize = 500;

/// One life of a device.
pub type Writer = (DeviceId, Incarnation);

/// How far a ledger is.
#[derive(Debug, Clone, Default)]
pub struct Stand {
    /// Number of the last record in the order of arrival.
    pub last_record_no: i64,
    /// The heads of all streams.
    pub vector: StreamVector,
}

impl Stand {
    /// How far this ledger is.
    ///
    /// # Errors
    /// When the file fails.
    pub fn of(book: &Book<'_>) -> Result<Self, Error> {
        Ok(Self { last_record_no: book.last_record_no()?, vector: book.stream_vector()? })
    }

    /// The heads of one writer's own streams, ascending.
    #[must_use]
    pub fn heads_of(&self, writer: Writer) -> Vec<StreamHead> {
        let is_own = |head: &StreamHead| (head.stream.device, head.stream.incarnation) == writer;
        self.vector.heads().filter(is_own).collect()
    }
}

/// A number of the ledger as it is told; there are no negative ones.
#[must_use]
pub fn number(no: i64) -> u64 {
    u64::try_from(no).unwrap_or(0)
}

/// A run whose writer is known to have written it, with the bytes that came.
#[derive(Clone)]
pub struct Given {
    /// The run.
    pub run: VerifiedRun,
    /// Its bytes.
    pub bytes: RunBytes,
}

/// Who answers, and when.
#[derive(Clone, Copy)]
pub struct Speaker<'a> {
    /// The server's keys.
    pub keys: &'a ServerKeys,
    /// Which data it holds.
    pub data: DataIncarnation,
    /// Its clock.
    pub now_ms: i64,
    /// Random bytes.
    pub random: &'a Random,
}

impl Speaker<'_> {
    fn packing(&self, session: &Session) -> Packing {
        Packing::new(self.data, session.branch, session.device, session.incarnation)
    }
}

/// A request that was read, and what became of it so far.
pub struct Asked {
    session: Session,
    request: SyncRequest,
    device: Option<EnrolledDevice>,
    given: Vec<Given>,
    /// For each run that is given its place in the request, and whether it is the caller's own.
    places: Vec<(u64, bool)>,
    keys: Vec<(SubjectId, SubjectKey)>,
    refused: Vec<RefusedRun>,
    has_given: bool,
    /// Records of the caller's own that were new.
    own_new: usize,
    /// What is in the backup, where there is one.
    backing: Option<Arc<Backing>>,
}

/// Whether the records enrol the very key that the session proved, in its branch.
#[must_use]
pub fn may_read(device: &EnrolledDevice, session: &Session) -> bool {
    device.is_revoked || (device.branch == session.branch && device.signing_key == session.signing_key)
}

impl Asked {
    /// Unpacks, decodes and verifies a body. `device` is what the records say of the session's device,
    /// `signing_key` finds the key of a stream that is here.
    ///
    /// # Errors
    /// Says why the request is refused whole.
    pub fn read(
        speaker: &Speaker<'_>,
        session: &Session,
        device: Option<EnrolledDevice>,
        body: &[u8],
        mut signing_key: impl FnMut(StreamId) -> Result<Option<Hash32>, Error>,
    ) -> Result<Self, Refused> {
        let device = device.filter(|device| may_read(device, session));
        if device.is_some_and(|device| device.is_revoked) {
            return Err(Refused::device_revoked());
        }
        let mut request = SyncRequest::decode(&speaker.packing(session).unpack(body)?)?;
        let runs = std::mem::take(&mut request.runs);
        if device.is_none() && runs.is_empty() {
            return Err(Refused::device_not_enrolled());
        }
        let keys = speaker.keys;
        let receiver = keys.receiver();
        let open = |wrapped: &WrappedKey| {
            let (wrapped, subject) = (&wrapped.wrapped, wrapped.subject);
            let key = unwrap_key(wrapped, subject, receiver.device, receiver.incarnation, &keys.device_keys);
            key.ok().map(|key| (subject, key))
        };
        let mut asked = Self {
            session: *session,
            keys: request.keys.iter().filter_map(open).collect(),
            request,
            device,
            given: Vec::new(),
            places: Vec::new(),
            refused: Vec::new(),
            has_given: !runs.is_empty(),
            own_new: 0,
            backing: None,
        };
        let mut decoded = Vec::new();
        for (index, bytes) in (0..).zip(runs) {
            match Run::decode(&bytes.0) {
                Ok(run) => decoded.push((index, run, bytes)),
                Err(error) => asked.refuse(index, code_of(&error)),
            }
        }
        // The first record of a stream names the key of the others.
        decoded.sort_by_key(|(_, run, _)| run.after.seq);
        let mut keys_here = HashMap::new();
        for (index, run, bytes) in decoded {
            let stream = run.after.stream;
            match verified(session, run, &mut keys_here, &mut signing_key)? {
                Ok(run) => {
                    asked.places.push((index, (stream.device, stream.incarnation) == asked.writer()));
                    asked.given.push(Given { run, bytes });
                }
                Err(code) => asked.refuse(index, code),
            }
        }
        Ok(asked)
    }

    /// Who asks.
    #[must_use]
    pub fn writer(&self) -> Writer {
        (self.session.device, self.session.incarnation)
    }

    /// The reply's bytes for the caller.
    ///
    /// # Errors
    /// When it is too large or there is no memory.
    pub fn packed(&self, speaker: &Speaker<'_>, reply: &SyncReply) -> Result<Vec<u8>, PackError> {
        speaker.packing(&self.session).pack(&reply.encode())
    }

    /// What the caller said.
    #[must_use]
    pub fn request(&self) -> &SyncRequest {
        &self.request
    }

    /// Whether the records know the caller.
    #[must_use]
    pub fn is_enrolled(&self) -> bool {
        self.device.is_some()
    }

    /// The codes of what was refused.
    pub fn refused(&self) -> impl Iterator<Item = &str> {
        self.refused.iter().map(|refused| refused.code.as_str())
    }

    /// What is to be stored now. Keys are taken from nobody who is not enrolled.
    #[must_use]
    pub fn take_given(&mut self) -> (Vec<Given>, Vec<(SubjectId, SubjectKey)>) {
        let keys = if self.is_enrolled() { std::mem::take(&mut self.keys) } else { Vec::new() };
        (std::mem::take(&mut self.given), keys)
    }

    /// What became of the runs, in the order in which they were given.
    pub fn stored(&mut self, results: Vec<Result<usize, &'static str>>) {
        for ((index, is_own), result) in std::mem::take(&mut self.places).into_iter().zip(results) {
            match result {
                Ok(new) => self.own_new += if is_own { new } else { 0 },
                Err(code) => self.refuse(index, code),
            }
        }
    }

    /// The branch has a backup: what is in it is acknowledged as durable.
    pub fn is_backed_up(&mut self, backing: Option<&Arc<Backing>>) {
        self.backing = backing.cloned();
    }

    fn refuse(&mut self, index: u64, code: &'static str) {
        self.refused.push(RefusedRun { index, code: code.to_owned() });
    }

    /// What the records say of the caller after they were stored: it may have brought its own enrolment. Then
    /// [`Asked::take_given`] has its keys.
    pub fn look_again(&mut self, device: Option<EnrolledDevice>) {
        self.device = device.filter(|device| may_read(device, &self.session) && !device.is_revoked);
    }
}

fn code_of(error: &RunError) -> &'static str {
    if matches!(error, RunError::Malformed(_)) { "malformed" } else { "bad_record" }
}

/// The run, or the code of why it is not taken. The outer error is a failure of the machine.
fn verified(
    session: &Session,
    run: Run,
    keys_here: &mut HashMap<StreamId, Hash32>,
    signing_key: &mut impl FnMut(StreamId) -> Result<Option<Hash32>, Error>,
) -> Result<Result<VerifiedRun, &'static str>, Error> {
    let stream = run.after.stream;
    let scopes = [Scope::Organisation(session.organisation), Scope::Branch(session.branch)];
    if !scopes.contains(&stream.scope) {
        return Ok(Err("scope_foreign"));
    }
    let key = match keys_here.get(&stream) {
        Some(key) => Some(*key),
        None => signing_key(stream)?.or(run.opening_key()),
    };
    // Nobody can say who wrote the end of a stream whose beginning is not here.
    let Some(key) = key else { return Ok(Err("records_missing")) };
    let Ok(run) = run.verified(&key) else { return Ok(Err("bad_signature")) };
    keys_here.insert(stream, key);
    Ok(Ok(run))
}

/// Stores runs in one commit, the organisation's first, since they say who may write to the branch; and those
/// that are refused for want of records which came behind them once more. Gives for each, in the order of
/// `runs`, how many of its records were new, or the code of why it was not taken.
///
/// # Errors
/// When the file fails; nothing is known of what was stored then.
pub fn store_in_order(
    ledger: &mut Ledger,
    runs: Vec<VerifiedRun>,
) -> Result<Vec<Result<usize, &'static str>>, Error> {
    let mut results = vec![Ok(0); runs.len()];
    let mut waiting: Vec<_> = runs.into_iter().enumerate().collect();
    waiting.sort_by_key(|(_, run)| matches!(run.run().after.stream.scope, Scope::Branch(_)));
    while !waiting.is_empty() {
        let (places, runs): (Vec<usize>, Vec<VerifiedRun>) = waiting.into_iter().unzip();
        let stored = ledger.store(&runs)?;
        let has_grown = stored.iter().any(|stored| matches!(stored, Ok(1..)));
        let mut again = Vec::new();
        for ((place, run), stored) in places.into_iter().zip(runs).zip(stored) {
            results[place] = stored.map_err(|error| error.code());
            if has_grown && matches!(results[place], Err("records_missing" | "device_not_enrolled")) {
                again.push((place, run));
            }
        }
        waiting = again;
    }
    Ok(results)
}

/// The reply where it is known without reading any record: the caller lacks nothing but what it gave itself,
/// or nothing can be told.
#[must_use]
pub fn reply_at_once(speaker: &Speaker<'_>, stand: &Stand, asked: &Asked) -> Option<SyncReply> {
    let request = &asked.request;
    let asks_for_records =
        request.vector.is_some() || request.keys_after.is_some() || request.figures.is_some();
    let cursor = request.cursor.filter(|cursor| cursor.data == speaker.data);
    let has_all = cursor.is_none_or(|cursor| {
        let last = number(stand.last_record_no);
        cursor.n > last || last - cursor.n == asked.own_new as u64
    });
    let is_known = !asked.is_enrolled() || (!asks_for_records && has_all);
    is_known.then(|| bare_reply(speaker, stand, asked))
}

/// The reply with what the caller lacks, as far as it fits. `presence` tells who is there.
///
/// # Errors
/// When the file fails.
pub fn reply(
    speaker: &Speaker<'_>,
    book: &Book<'_>,
    asked: &Asked,
    presence: impl FnOnce() -> Vec<Presence>,
) -> Result<SyncReply, Error> {
    let stand = Stand::of(book)?;
    let request = &asked.request;
    let mut reply = bare_reply(speaker, &stand, asked);
    let Some(device) = asked.device else { return Ok(reply) };
    let here = stand.vector.digest();
    let most = usize::try_from(request.most_bytes.unwrap_or(USUAL_BYTES).min(MOST_BYTES)).unwrap_or(0);
    if let Some(there) = &request.vector {
        (reply.runs, reply.has_more) = runs_by_vector(book, &stand.vector, there, most)?;
        reply.cursor = (!reply.has_more).then_some(cursor_at(speaker, stand.last_record_no));
        reply.vector = Some(stand.vector);
        reply.presence = presence();
    } else if let Some(cursor) = request.cursor.filter(|_| reply.cursor.is_some()) {
        let after = i64::try_from(cursor.n).unwrap_or(i64::MAX);
        let (runs, up_to) = book.runs_after(after, most, Some(asked.writer()))?;
        reply.runs = runs.iter().map(|run| RunBytes(run.encode())).collect();
        reply.has_more = up_to < stand.last_record_no;
        reply.cursor = Some(cursor_at(speaker, up_to));
        if !reply.runs.is_empty() || reply.has_more {
            // The digests are of different sets anyway.
            reply.digest = None;
            reply.is_vector_wanted = false;
        }
    }
    if request.digest == Some(here)
        && let Some(theirs) = request.figures
    {
        let is_other = |here: DayFigures| here.version == theirs.version && here.hash != theirs.hash;
        reply.has_other_figures = book.day_figures()?.is_some_and(is_other);
    }
    if let Some(after) = request.keys_after {
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let (keys, up_to) = book.keys_after(after, KEYS_AT_ONCE)?;
        let (device_id, incarnation) = asked.writer();
        let receiver = Receiver { device: device_id, incarnation, wrapping_key: device.wrapping_key };
        let wrap = |(subject, key): (SubjectId, SubjectKey)| {
            let mut ephemeral = [0; 32];
            (speaker.random)(&mut ephemeral);
            let wrapped = wrap_key(&key, subject, &receiver, ephemeral).ok()?;
            Some(WrappedKey { subject, wrapped })
        };
        reply.keys = keys.into_iter().filter_map(wrap).collect();
        reply.keys_after = (up_to > after).then(|| number(up_to));
    }
    Ok(reply)
}

fn cursor_at(speaker: &Speaker<'_>, record_no: i64) -> Cursor {
    Cursor { data: speaker.data, n: number(record_no) }
}

/// The reply without records of others.
fn bare_reply(speaker: &Speaker<'_>, stand: &Stand, asked: &Asked) -> SyncReply {
    let request = &asked.request;
    let mut reply = SyncReply { refused: asked.refused.clone(), ..SyncReply::default() };
    reply.refused.sort_by_key(|refused| refused.index);
    let heads = stand.heads_of(asked.writer());
    let is_told = asked.has_given || request.vector.is_some() || request.digest.is_some();
    if is_told && !heads.is_empty() {
        let is_durable = asked.backing.as_ref().is_some_and(|backing| backing.holds(&heads));
        let level = if is_durable { AckLevel::Durable } else { AckLevel::Stored };
        let (data, at_ms) = (speaker.data, speaker.now_ms);
        let signature = AckClaim { data, level, at_ms, heads }.sign(&speaker.keys.device_keys);
        reply.ack = Some(Ack { level, at_ms, signature });
    } else {
        reply.server_time_ms = Some(speaker.now_ms);
    }
    if !asked.is_enrolled() {
        return reply;
    }
    let last = cursor_at(speaker, stand.last_record_no);
    let is_stale = |cursor: Cursor| cursor.data != last.data || cursor.n > last.n;
    if request.cursor.is_some_and(is_stale) && request.vector.is_none() {
        reply.is_vector_wanted = true;
        return reply;
    }
    let here = request.digest.map(|_| stand.vector.digest()).filter(|here| Some(*here) != request.digest);
    reply.digest = here;
    reply.is_vector_wanted = here.is_some() && request.vector.is_none();
    let is_level = request.digest.is_some() && here.is_none();
    reply.cursor = (request.cursor.is_some() || is_level).then_some(last);
    reply
}

/// What the other side lacks, and whether that is not all of it.
fn runs_by_vector(
    book: &Book<'_>,
    here: &StreamVector,
    there: &StreamVector,
    most: usize,
) -> Result<(Vec<RunBytes>, bool), Error> {
    let (mut runs, mut bytes) = (Vec::new(), 0);
    for lacking in here.lacking_there(there) {
        if bytes >= most || runs.len() as u64 >= MAX_RUNS {
            return Ok((runs, true));
        }
        let is_all = book.runs_for(&lacking, |run| {
            let run = run.encode();
            bytes += run.len();
            runs.push(RunBytes(run));
            bytes < most && (runs.len() as u64) < MAX_RUNS
        })?;
        if !is_all {
            return Ok((runs, true));
        }
    }
    Ok((runs, false))
}
