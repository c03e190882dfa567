//! What a till says to its server and makes of the answers, without network, clock or randomness of its own,
//! so that a whole branch with its server can be played in one thread.
//!
//! Mostly the two know where they stand: the till sends what it wrote since the last acknowledgement and gets
//! what arrived at the server since its cursor. When that cannot be relied on (the first contact, a server
//! that lost data, digests that differ) the till sends its stream vector, and each gives the other whatever
//! it lacks, of whatever stream. What a till wrote itself goes first, since it may be nowhere else; before it
//! gives what others wrote it looks again at what the server has by now, since others give as well.

use std::collections::HashMap;

use domain::entry::{Hash32, Incarnation};
use domain::id::{DeviceId, SubjectId};
use ledger::{Book, Error, OwnSales, Secrets, Write};
use replica::run::{Run, VerifiedRun};
use replica::sealed::{Receiver, SubjectKey, unwrap_key, wrap_key};
use replica::session::{AckLevel, DataIncarnation};
use replica::sign::DeviceKeys;
use replica::stream::{Scope, StreamHead, StreamId};
use replica::sync::{Feed, OwnState, RunBytes, SyncReply, SyncRequest, WrappedKey};
use replica::vector::{Lacking, StreamVector};

use super::introduction::Introduction;
use super::link::{Link, PROGRESS, Progress, Proof};

/// Bytes of runs after which a request goes out; more follow in the next one.
const ENOUGH_BYTES: usize = 1 << 20;
/// Keys of one request.
const MOST_KEYS: usize = 1_000;
/// Bytes of runs that are asked for at once.
const MOST_BYTES: u64 = 2 << 20;

/// Why a talk does not go on.
#[derive(Debug, thiserror::Error)]
pub enum TalkError {
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] Error),
    /// The server has records in this device's name that are not here: the till was cloned or copied back, and
    /// goes on as a new incarnation.
    #[error("somebody else wrote in the name of this till")]
    Cloned,
    /// The answer is not one that an honest server gives.
    #[error("the server's answer does not hold: {0}")]
    Dishonest(&'static str),
}

/// What a request has said, for understanding the answer.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The ends of this till's streams once the server has taken what was sent.
    own_ends: Vec<StreamHead>,
    /// The runs that were sent, by their ends.
    ends: Vec<StreamHead>,
    /// This till's sales as far as they were sent.
    sales: Option<OwnSales>,
    keys_given: i64,
    is_by_vector: bool,
    /// What was sent is what the server's vector lacks.
    is_after_vector: bool,
    /// Not all that is to be said found room.
    is_truncated: bool,
    digest: Option<Hash32>,
    has_figures: bool,
}

/// What an answer has brought.
#[derive(Default)]
pub struct Taken {
    /// To be merged in this order. Once they are, [`Talk::merged`] is to be told.
    pub runs: Vec<VerifiedRun>,
    /// Keys of sealed parts.
    pub keys: Vec<(SubjectId, SubjectKey)>,
    /// Codes of what the server did not take.
    pub refused: Vec<String>,
    /// Another request should follow at once, once this is merged.
    pub is_to_go_on: bool,
}

/// Whether the server is told first who enrolled this till.
enum Introduced {
    NotNeeded,
    Due(Introduction),
    Made,
}

/// A till's side of the talk with its server.
pub struct Talk {
    link: Link,
    device: DeviceId,
    incarnation: Incarnation,
    keys: DeviceKeys,
    progress: Progress,
    data: DataIncarnation,
    /// What the server has, while the two compare by vectors, and what it would not take.
    theirs: Option<StreamVector>,
    /// The server has more by vector than what has come.
    lacks: bool,
    /// What this till has was given, as far as the server takes it; now it takes.
    takes: bool,
    /// The next request is to compare, by digest or by vector.
    compares: bool,
    is_vector_due: bool,
    introduced: Introduced,
    has_more: bool,
    /// Something that came is sealed under a key that may not be here.
    is_key_due: bool,
    cursor_when_merged: Option<replica::sync::Cursor>,
    /// The ends of this till's streams when it last asked.
    said: Vec<StreamHead>,
    sales_acked: Option<OwnSales>,
    has_other_figures: bool,
}

impl Talk {
    /// Begins or goes on, with a server whose data has this incarnation now.
    #[must_use]
    pub fn new(link: Link, secrets: &Secrets, progress: Progress, data: DataIncarnation) -> Self {
        let is_known = progress.cursor.is_some_and(|cursor| cursor.data == data)
            && progress.acked.iter().all(|head| {
                (head.stream.device, head.stream.incarnation) == (secrets.device, secrets.incarnation)
            });
        let Progress { proof, durable, .. } = progress.clone();
        let progress = if is_known { progress } else { Progress { proof, durable, ..Progress::default() } };
        Self {
            link,
            device: secrets.device,
            incarnation: secrets.incarnation,
            keys: DeviceKeys::from_seeds(secrets.signing_seed, secrets.wrapping_seed),
            progress,
            data,
            theirs: None,
            lacks: false,
            takes: false,
            compares: true,
            is_vector_due: !is_known,
            introduced: Introduced::NotNeeded,
            has_more: false,
            is_key_due: true,
            cursor_when_merged: None,
            said: Vec::new(),
            sales_acked: None,
            has_other_figures: false,
        }
    }

    /// The server.
    #[must_use]
    pub fn link(&self) -> &Link {
        &self.link
    }

    /// Up to when everything of this till is in the server's backup, by the server's clock.
    #[must_use]
    pub fn backed_up_ms(&self) -> Option<i64> {
        self.progress.backed_up_ms(&self.link)
    }

    /// Whether the server has a backup, and what it took last of this till is not known to be in it.
    #[must_use]
    pub fn is_backup_behind(&self) -> bool {
        let is_stored = self.progress.proof.as_ref().is_some_and(|proof| proof.ack.level == AckLevel::Stored);
        is_stored && self.progress.durable.is_some()
    }

    /// Whether keys of what came have to be asked for.
    #[must_use]
    pub fn is_key_due(&self) -> bool {
        self.is_key_due
    }

    /// The server does not know this till. False where it was told already, and does not think better of it.
    pub fn introduce(&mut self) -> bool {
        let is_new = matches!(self.introduced, Introduced::NotNeeded);
        if is_new {
            self.introduced = Introduced::Due(Introduction::default());
        }
        is_new
    }

    /// Whether the two came to other figures out of the same records when they last compared.
    #[must_use]
    pub fn has_other_figures(&self) -> bool {
        self.has_other_figures
    }

    /// The next request compares where the two stand.
    pub fn compare(&mut self) {
        self.compares = true;
    }

    /// Whether this till has something for the server that it has not said yet. What the server does not take
    /// is said again when the two compare.
    ///
    /// # Errors
    /// When the file fails.
    pub fn has_news(&self, book: &Book<'_>) -> Result<bool, Error> {
        let heads = book.own_heads()?;
        let is_ahead = heads != self.progress.acked && heads != self.said;
        Ok(is_ahead || !book.keys_after(self.progress.keys_given, 1)?.0.is_empty())
    }

    /// What the server lacks as far as this till knows.
    fn lacking(&self, book: &Book<'_>) -> Result<Vec<Lacking>, Error> {
        if let Introduced::Due(introduction) = &self.introduced {
            return introduction.lacking(book);
        }
        let acked: StreamVector = self.progress.acked.iter().copied().collect();
        let mut lacking = match &self.theirs {
            Some(theirs) => book.stream_vector()?.lacking_there(theirs),
            None => book.own_heads()?.into_iter().collect::<StreamVector>().lacking_there(&acked),
        };
        // Who may write stands in the organisation's streams. Each till begins with another one of the others,
        // so that not all of them give the same.
        lacking.sort_by_key(|Lacking { head: StreamHead { stream, seq, .. }, .. }| {
            let is_others = !self.is_own(*stream);
            (matches!(stream.scope, Scope::Branch(_)), is_others, stream.device < self.device, *stream, *seq)
        });
        Ok(lacking)
    }

    /// Whether this is a stream that another till may give as well as this one.
    fn is_of_others(&self, lacking: &Lacking) -> bool {
        let stream = lacking.head.stream;
        matches!(stream.scope, Scope::Branch(_)) && !self.is_own(stream)
    }

    /// After vectors were told: what comes next, giving or taking. True where there is something.
    fn goes_on_by_vector(&mut self, book: &Book<'_>, sent: &Sent) -> Result<bool, Error> {
        if self.theirs.is_none() {
            return Ok(false);
        }
        let lacking = self.lacking(book)?;
        let could_not = sent.is_after_vector && sent.ends.is_empty();
        if !lacking.is_empty() && !could_not {
            let is_new = sent.is_by_vector;
            self.is_vector_due = !is_new && lacking.iter().all(|lacking| self.is_of_others(lacking));
            return Ok(true);
        }
        self.theirs = None;
        self.takes = std::mem::take(&mut self.lacks);
        self.is_vector_due = self.takes;
        Ok(self.takes)
    }

    /// The next request. `ephemeral` gives fresh random bytes.
    ///
    /// # Errors
    /// When the file fails.
    pub fn request(
        &mut self,
        book: &Book<'_>,
        mut ephemeral: impl FnMut() -> [u8; 32],
    ) -> Result<(SyncRequest, Sent), Error> {
        let sales = book.own_sales()?;
        self.said = book.own_heads()?;
        let mut own_ends: StreamVector = self.progress.acked.iter().copied().collect();
        let (mut runs, mut ends, mut bytes, mut is_truncated) = (Vec::new(), Vec::new(), 0, false);
        let is_introduction = matches!(self.introduced, Introduced::Due(_));
        if !self.is_vector_due || is_introduction {
            for lacking in self.lacking(book)? {
                if bytes > ENOUGH_BYTES {
                    is_truncated = true;
                    break;
                }
                let Some(run) = book.run_for(&lacking)? else { continue };
                let Some(end) = run.records.last().map(replica::record::Record::head) else { continue };
                if self.is_own(end.stream) {
                    own_ends = own_ends.heads().filter(|head| head.stream != end.stream).collect();
                    own_ends.add(end);
                }
                is_truncated |= end != lacking.head;
                let run = run.encode();
                bytes += run.len();
                ends.push(end);
                runs.push(RunBytes(run));
            }
        }
        let (keys, keys_given) = book.keys_after(self.progress.keys_given, MOST_KEYS)?;
        let receiver = Receiver {
            device: self.link.device,
            incarnation: self.link.incarnation,
            wrapping_key: self.link.wrapping_key,
        };
        let keys = keys.iter().filter_map(|(subject, key)| {
            let wrapped = wrap_key(key, *subject, &receiver, ephemeral()).ok()?;
            Some(WrappedKey { subject: *subject, wrapped })
        });
        let vector = if self.is_vector_due && !is_introduction { Some(book.stream_vector()?) } else { None };
        let is_after_vector = self.theirs.is_some() && vector.is_none();
        let is_comparing =
            self.compares && vector.is_none() && !is_after_vector && !is_truncated && !is_introduction;
        let digest = if is_comparing { Some(book.stream_vector()?.digest()) } else { None };
        let figures = if is_comparing { book.day_figures()? } else { None };
        let is_all_sent = own_ends
            .heads()
            .any(|head| matches!(head.stream.scope, Scope::Branch(_)) && head.seq == sales.seq);
        // What waits once this has been taken.
        let unsent_sale_count = if is_all_sent { 0 } else { book.unsent()?.count };
        let asks_for_keys = vector.is_some() || digest.is_some() || self.is_key_due;
        // What is only here is given before anything is taken; what the server refuses does not stand in the way.
        let is_own_due = vector.is_some() && !self.takes && self.said != self.progress.acked;
        let most_bytes = if is_own_due { 0 } else { MOST_BYTES };
        let sent = Sent {
            own_ends: own_ends.heads().collect(),
            ends,
            sales: Some(sales).filter(|_| is_all_sent),
            keys_given,
            is_by_vector: vector.is_some(),
            is_after_vector,
            is_truncated,
            digest,
            has_figures: figures.is_some(),
        };
        let request = SyncRequest {
            runs,
            cursor: self.progress.cursor.filter(|_| vector.is_none() && !is_introduction),
            keys: keys.collect(),
            keys_after: asks_for_keys.then_some(self.progress.keys_taken),
            most_bytes: asks_for_keys.then_some(most_bytes),
            own: Some(OwnState { unsent_sale_count, last_receipt_no: sales.receipt_no }),
            vector,
            digest,
            figures,
            ..SyncRequest::default()
        };
        Ok((request, sent))
    }

    fn is_own(&self, stream: StreamId) -> bool {
        (stream.device, stream.incarnation) == (self.device, self.incarnation)
    }

    /// Makes something of an answer.
    ///
    /// # Errors
    /// `Cloned`, `Dishonest`, or a failure of the ledger.
    pub fn take(&mut self, book: &Book<'_>, sent: Sent, reply: SyncReply) -> Result<Taken, TalkError> {
        let refused_ends: Vec<StreamHead> = reply
            .refused
            .iter()
            .filter_map(|refused| sent.ends.get(usize::try_from(refused.index).ok()?).copied())
            .collect();
        if let Introduced::Due(introduction) = &mut self.introduced {
            if !introduction.goes_on(&sent.ends, &refused_ends, sent.is_truncated) {
                self.introduced = Introduced::Made;
                self.forget_cursor();
            }
            return Ok(Taken { is_to_go_on: true, ..Taken::default() });
        }
        // It knows this till now; should it forget, it is told again.
        self.introduced = Introduced::NotNeeded;
        if reply.is_vector_wanted {
            self.forget_cursor();
            return Ok(Taken { is_to_go_on: true, ..Taken::default() });
        }
        self.has_more = reply.has_more && !sent.is_by_vector;
        self.progress.keys_given = sent.keys_given;
        if let Some(vector) = reply.vector {
            self.compare_own(book, &vector)?;
            self.progress.acked = vector.heads().filter(|head| self.is_own(head.stream)).collect();
            self.theirs = Some(vector);
            self.is_vector_due = false;
            self.lacks = reply.has_more;
        } else if sent.is_by_vector {
            return Err(TalkError::Dishonest("it was told a vector and did not tell its own"));
        } else {
            self.take_acks(&sent, &refused_ends, &reply);
        }
        if let Some(digest) = sent.digest {
            self.compares = false;
            if sent.has_figures && reply.digest.is_none() {
                self.has_other_figures = reply.has_other_figures;
            }
            // What has come with this answer is not in the digest yet; then the next request compares.
            if reply.digest.is_some_and(|theirs| theirs != digest) {
                if reply.runs.is_empty() && !reply.has_more {
                    self.is_vector_due = true;
                } else {
                    self.compares = true;
                }
            }
        }
        if let Some(cursor) = reply.cursor {
            if cursor.data != self.data {
                return Err(TalkError::Dishonest("another life of its data than in the session"));
            }
            if !(sent.is_by_vector && reply.has_more) {
                self.cursor_when_merged = Some(cursor);
            }
        }
        let mut taken = Taken {
            refused: reply.refused.into_iter().map(|refused| refused.code).collect(),
            ..Taken::default()
        };
        for key in &reply.keys {
            if let Ok(opened) =
                unwrap_key(&key.wrapped, key.subject, self.device, self.incarnation, &self.keys)
            {
                taken.keys.push((key.subject, opened));
            }
        }
        // Keys come in batches; the last batch brings no further number.
        self.is_key_due = reply.keys_after.is_some();
        if let Some(keys_after) = reply.keys_after {
            self.progress.keys_taken = keys_after;
        }
        taken.runs = self.verified(book, &reply.runs)?;
        // It lacks what came before: it has lost something, and an older copy of its data is in its place.
        let has_lost = |code: &String| code == "records_missing" && !sent.is_after_vector;
        if taken.refused.iter().any(has_lost) {
            taken.refused.retain(|code| !has_lost(code));
            self.forget_cursor();
        }
        let goes_on = self.goes_on_by_vector(book, &sent)?;
        taken.is_to_go_on = goes_on
            || self.is_vector_due
            || self.has_more
            || self.compares
            || sent.is_truncated
            || self.is_key_due;
        Ok(taken)
    }

    /// Keeps what the server has taken of what was sent.
    fn take_acks(&mut self, sent: &Sent, refused: &[StreamHead], reply: &SyncReply) {
        if let Some(theirs) = &mut self.theirs {
            sent.ends.iter().for_each(|end| theirs.add(*end));
        }
        let is_own_refused = refused.iter().any(|end| self.is_own(end.stream));
        let Some(ack) = reply.ack else { return };
        let proof = Proof { data: self.data, ack, heads: sent.own_ends.clone() };
        if proof.claim().is_signed_by(&self.link.signing_key, &ack.signature) {
            self.progress.acked = sent.own_ends.clone();
            if ack.level == AckLevel::Durable {
                self.progress.durable = Some(proof.clone());
            }
            self.progress.proof = Some(proof);
            self.sales_acked = sent.sales;
        } else if !is_own_refused {
            // It has something else in this till's name than this till thinks.
            self.forget_cursor();
        }
    }

    /// Whether the server has records in this device's name that are not here.
    fn compare_own(&self, book: &Book<'_>, theirs: &StreamVector) -> Result<(), TalkError> {
        for head in theirs.heads().filter(|head| self.is_own(head.stream)) {
            if !book.has_record(&head)? {
                return Err(TalkError::Cloned);
            }
        }
        Ok(())
    }

    /// Runs as they came, each proved to be its writer's; none of this till's own, unless it is not here: then
    /// somebody else wrote in its name.
    fn verified(&mut self, book: &Book<'_>, runs: &[RunBytes]) -> Result<Vec<VerifiedRun>, TalkError> {
        let mut keys: HashMap<StreamId, Hash32> = HashMap::new();
        let mut verified = Vec::with_capacity(runs.len());
        for bytes in runs {
            let run = Run::decode(&bytes.0).map_err(|_| TalkError::Dishonest("a run that is none"))?;
            let stream = run.after.stream;
            if self.is_own(stream) {
                let run = run.verified(&self.keys.signing_key());
                let run = run.map_err(|_| TalkError::Dishonest("a run that is not signed"))?;
                if !book.has_record(&run.end())? {
                    return Err(TalkError::Cloned);
                }
                continue;
            }
            let key = match keys.get(&stream) {
                Some(key) => Some(*key),
                None => book.signing_key(stream)?.or(run.opening_key()),
            };
            let Some(key) = key else {
                // The server's order is not the one that this till's cursor is of.
                self.forget_cursor();
                continue;
            };
            keys.insert(stream, key);
            verified.push(run.verified(&key).map_err(|_| TalkError::Dishonest("a run that is not signed"))?);
        }
        let is_sealed = |run: &VerifiedRun| run.run().records.iter().any(|record| !record.sealed.is_empty());
        self.is_key_due |= verified.iter().any(is_sealed);
        Ok(verified)
    }

    /// Makes something of what the live stream brings. `None` where something is missing before it, so that
    /// the till has to ask.
    ///
    /// # Errors
    /// `Dishonest`, or a failure of the ledger.
    pub fn take_feed(&mut self, book: &Book<'_>, feed: &Feed) -> Result<Option<Taken>, TalkError> {
        let Some(cursor) = self.cursor_when_merged.or(self.progress.cursor) else { return Ok(None) };
        if feed.up_to <= cursor.n {
            return Ok(Some(Taken::default()));
        }
        // Without runs it only says that there is something.
        if feed.after > cursor.n || feed.runs.is_empty() {
            return Ok(None);
        }
        let runs = self.verified(book, &feed.runs)?;
        if self.is_vector_due {
            return Ok(None);
        }
        self.cursor_when_merged = Some(replica::sync::Cursor { n: feed.up_to, ..cursor });
        Ok(Some(Taken { runs, ..Taken::default() }))
    }

    /// Everything of the last answer is merged: the cursor goes on.
    pub fn merged(&mut self) {
        if let Some(cursor) = self.cursor_when_merged.take() {
            self.progress.cursor = Some(cursor);
        }
    }

    /// Something of the last answer could not be merged: the two compare anew.
    pub fn not_merged(&mut self) {
        self.forget_cursor();
    }

    fn forget_cursor(&mut self) {
        self.cursor_when_merged = None;
        // It may have lost keys as well.
        (self.progress.keys_given, self.progress.keys_taken) = (0, 0);
        self.progress.cursor = None;
        self.theirs = None;
        (self.lacks, self.takes) = (false, false);
        self.is_vector_due = true;
        self.has_more = false;
    }

    /// What is to be kept of it, to go on after a restart.
    #[must_use]
    pub fn keep(&mut self) -> Write {
        let mut write = Write::default();
        write.local.push((ledger::SERVER.into(), minicbor::to_vec(&self.link).ok()));
        write.local.push((PROGRESS.into(), minicbor::to_vec(&self.progress).ok()));
        if let Some(sales) = self.sales_acked.take() {
            write.local.push(ledger::acked(&sales));
        }
        write
    }
}

#[cfg(test)]
mod tests {
    use domain::entry::Signature64;
    use replica::sync::Cursor;

    use super::*;

    const DATA: DataIncarnation = DataIncarnation([1; 8]);

    #[test]
    fn what_the_live_stream_only_says_there_is_has_to_be_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = crate::keys::make(&|bytes: &mut [u8]| bytes.fill(7), 0);
        let random = std::sync::Arc::new(|bytes: &mut [u8]| bytes.fill(7));
        let ledger = ledger::Ledger::open(&folder.path().join("ledger.db"), &secrets, random).unwrap();
        let link = Link {
            url: String::new(),
            signing_key: Hash32([1; 32]),
            wrapping_key: Hash32([1; 32]),
            device: secrets.device,
            incarnation: secrets.incarnation,
            grant: Signature64([1; 64]),
        };
        let check = |after: u64, up_to: u64, is_enough: bool| {
            let progress = Progress { cursor: Some(Cursor { data: DATA, n: 5 }), ..Progress::default() };
            let mut talk = Talk::new(link.clone(), &secrets, progress, DATA);
            let taken = talk.take_feed(&ledger.book(), &Feed { after, up_to, runs: Vec::new() }).unwrap();
            assert_eq!(taken.is_some(), is_enough, "{after} to {up_to}");
            talk.merged();
            assert_eq!(talk.progress.cursor.map(|cursor| cursor.n), Some(5), "{after} to {up_to}");
        };
        check(5, 5, true);
        check(2, 4, true);
        check(5, 9, false);
        check(3, 9, false);
        check(7, 9, false);
    }

    #[test]
    fn a_till_asks_again_where_what_it_gave_is_not_in_the_backup_that_there_is() {
        let secrets = crate::keys::make(&|bytes: &mut [u8]| bytes.fill(7), 0);
        let link = Link {
            url: String::new(),
            signing_key: Hash32([1; 32]),
            wrapping_key: Hash32([1; 32]),
            device: secrets.device,
            incarnation: secrets.incarnation,
            grant: Signature64([1; 64]),
        };
        let proof = |level| {
            let ack = replica::sync::Ack { level, at_ms: 0, signature: Signature64([0; 64]) };
            Some(Proof { data: DATA, ack, heads: Vec::new() })
        };
        let check = |proof, durable, expected: bool| {
            let cursor = Some(Cursor { data: DATA, n: 5 });
            let progress = Progress { cursor, proof, durable, ..Progress::default() };
            let talk = Talk::new(link.clone(), &secrets, progress, DATA);
            assert_eq!(talk.is_backup_behind(), expected);
        };
        check(None, None, false);
        check(proof(AckLevel::Stored), None, false);
        check(proof(AckLevel::Stored), proof(AckLevel::Durable), true);
        check(proof(AckLevel::Durable), proof(AckLevel::Durable), false);
    }

    fn opened(folder: &std::path::Path) -> std::sync::Arc<desk::Desk> {
        let clock = Box::new(|| 1_772_434_800_000);
        crate::home::open_with(folder, clock, crate::home::real_random()).unwrap()
    }

    fn set_up(desk: &desk::Desk) {
        let set_up = serde_json::json!({ "pharmacyName": "Apotheke", "letterhead": [], "country": "DE",
            "timeZone": "Europe/Berlin", "dayBoundaryMin": 0, "tillNo": 1,
            "staff": [{ "name": "Anna", "role": "owner" }], "backupFolder": null, "recoveryPassphrase": null });
        desk.call("set_up", set_up).unwrap();
    }

    /// Something for the server.
    fn open_drawer(desk: &desk::Desk) {
        let staff_id = desk.call("staff", serde_json::json!({})).unwrap()[0]["staffId"].clone();
        let chosen = serde_json::json!({ "staffId": staff_id, "secret": "", "newSecret": "73915482" });
        desk.call("sign_in", chosen).unwrap();
        let float = serde_json::json!([{ "valueMinor": 2_000, "count": 5 }]);
        let session = "019585d0-0000-7000-8000-000000000001";
        let open = serde_json::json!({ "cashSessionId": session, "denominations": float });
        desk.call("open_session", open).unwrap();
    }

    #[test]
    fn a_till_hears_at_once_that_a_copy_of_it_writes_in_its_name() {
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let desk = opened(folder.path());
        set_up(&desk);
        drop(desk);
        for file in [crate::home::LEDGER, crate::home::KEYS] {
            std::fs::copy(folder.path().join(file), elsewhere.path().join(file)).unwrap();
        }
        let (desk, copy) = (opened(folder.path()), opened(elsewhere.path()));
        let before = desk.ask_book(|book| book.stream_vector()).unwrap();
        open_drawer(&copy);
        let lacking = copy.ask_book(|book| book.stream_vector()).unwrap().lacking_there(&before);
        let run = copy.ask_book(|book| book.run_for(&lacking[0])).unwrap().unwrap();
        let feed = Feed { after: 5, up_to: 6, runs: vec![RunBytes(run.encode())] };
        let hears = |desk: &desk::Desk| {
            let receiver = desk.secrets();
            let link = Link {
                url: String::new(),
                signing_key: Hash32([1; 32]),
                wrapping_key: Hash32([1; 32]),
                device: receiver.device,
                incarnation: receiver.incarnation,
                grant: Signature64([1; 64]),
            };
            let progress = Progress { cursor: Some(Cursor { data: DATA, n: 5 }), ..Progress::default() };
            let mut talk = Talk::new(link, &receiver, progress, DATA);
            desk.ask_book(|book| Ok(talk.take_feed(book, &feed).map(|_| ()))).unwrap()
        };
        assert!(matches!(hears(&desk), Err(TalkError::Cloned)));
        assert!(hears(&copy).is_ok(), "it wrote that itself");
    }

    #[test]
    fn what_the_server_refuses_of_a_till_does_not_keep_it_from_taking() {
        let folder = tempfile::tempdir().unwrap();
        let desk = opened(folder.path());
        set_up(&desk);
        let receiver = desk.secrets();
        let link = Link {
            url: String::new(),
            signing_key: Hash32([1; 32]),
            wrapping_key: DeviceKeys::from_seeds([2; 32], [3; 32]).wrapping_key(),
            device: receiver.device,
            incarnation: receiver.incarnation,
            grant: Signature64([1; 64]),
        };
        let mut talk = Talk::new(link, &desk.secrets(), Progress::default(), DATA);
        let mut exchange = |answer: &dyn Fn(&SyncRequest) -> SyncReply| {
            let (request, sent) = desk.ask_book(|book| talk.request(book, || [9; 32])).unwrap();
            let reply = answer(&request);
            let taken = desk.ask_book(|book| Ok(talk.take(book, sent, reply).unwrap())).unwrap();
            assert!(taken.is_to_go_on);
            request
        };
        let more = |_: &SyncRequest| SyncReply {
            vector: Some(StreamVector::default()),
            has_more: true,
            ..SyncReply::default()
        };
        let refuses = |request: &SyncRequest| SyncReply {
            refused: (0..request.runs.len() as u64)
                .map(|index| replica::sync::RefusedRun { index, code: "malformed".to_owned() })
                .collect(),
            ..SyncReply::default()
        };
        let first = exchange(&more);
        assert!(first.vector.is_some() && first.runs.is_empty());
        assert_eq!(first.most_bytes, Some(0), "its own goes first");
        assert!(!exchange(&refuses).runs.is_empty());
        let next = exchange(&more);
        assert_eq!((next.vector.is_some(), next.most_bytes), (true, Some(MOST_BYTES)));
        let has_news = |talk: &Talk| desk.ask_book(|book| talk.has_news(book)).unwrap();
        assert!(!has_news(&talk), "it is given again when the two compare");
        open_drawer(&desk);
        assert!(has_news(&talk));
    }
}
