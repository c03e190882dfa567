//! Documents: what several people edit at once while apart (FORMAT.md, section 8).
//!
//! A document is one flat map of byte strings, in generations. Its changes are applied together, because
//! one by one is quadratic, and never loaded from a saved file, because that drops a damaged end silently.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::legacy::{Key, ObjectId, OpId, OpType};
use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, Change, ChangeHash, ROOT, ReadDoc, ScalarValue};
use domain::entry::{Hash32, Incarnation};
use domain::id::{DeviceId, StaffId};
use domain::time::Hlc;
use minicbor::{Decoder, Encoder, decode, encode};

use crate::cbor::{self, Fault, Malformed};
use crate::document_changed::DocumentChanged;
use crate::measure::is_measured;
use crate::record::Header;

/// A writer that knows so many changes in the newest generation writes into the next.
pub const GENERATION_CHANGES: usize = 1_000;
/// The most bytes of a value, with its rank.
pub const MAX_VALUE_BYTES: usize = 65_536;
/// The most bytes of a key.
pub const MAX_KEY_BYTES: usize = 200;
/// Where the type of a chunk stands, and the one that a change has.
const CHUNK_TYPE_AT: usize = 8;
const UNCOMPRESSED_CHANGE: u8 = 1;

/// What orders values of one key, and names one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rank {
    /// When it was written.
    pub hlc: Hlc,
    /// On which device.
    pub device: DeviceId,
    /// In which incarnation of it.
    pub incarnation: Incarnation,
}

/// A value of a key: who wrote it when, what it replaced, and its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// Its rank.
    pub rank: Rank,
    /// Who wrote it.
    pub staff: StaffId,
    /// Every value that the writer saw under the key, ascending.
    pub replaced: Vec<Rank>,
    /// Deterministic CBOR; [`DELETED`] for a deletion.
    pub content: Vec<u8>,
}

/// The content of a deletion: the CBOR value `null`.
pub const DELETED: &[u8] = &[0xf6];

impl Value {
    /// Whether it says that the key has no value any more.
    #[must_use]
    pub fn is_deletion(&self) -> bool {
        self.content == DELETED
    }

    /// The bytes that stand in the document.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut e = Encoder::new(Vec::with_capacity(96 + 40 * self.replaced.len() + self.content.len()));
        let written = self.write_front(&mut e);
        debug_assert!(written.is_ok(), "writing to memory does not fail");
        let mut bytes = e.into_writer();
        bytes.extend_from_slice(&self.content);
        bytes
    }

    fn write_front<W: encode::Write>(&self, e: &mut Encoder<W>) -> Result<(), encode::Error<W::Error>> {
        e.array(6)?.u64(self.rank.hlc.0)?.encode(self.rank.device)?.encode(self.rank.incarnation)?;
        e.encode(self.staff)?.encode(&self.replaced)?.ok()
    }

    /// Reads a value strictly.
    ///
    /// # Errors
    /// When the bytes are not such a value.
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        if bytes.len() > MAX_VALUE_BYTES {
            return Err(Malformed { at: MAX_VALUE_BYTES, fault: Fault::TooLarge });
        }
        cbor::check_deterministic(bytes)?;
        let mut d = Decoder::new(bytes);
        if d.array()? != Some(6) {
            return Err(Malformed::shape(0));
        }
        let rank = Rank { hlc: Hlc(d.u64()?), device: d.decode()?, incarnation: d.decode()? };
        let staff = d.decode()?;
        let replaced: Vec<Rank> = d.decode()?;
        if !replaced.is_sorted_by(|a, b| a < b) {
            return Err(Malformed::shape(d.position()));
        }
        Ok(Self { rank, staff, replaced, content: bytes[d.position()..].to_vec() })
    }
}

/// Chooses the value in force: the highest rank of those that no other one replaced.
#[must_use]
pub fn in_force(values: &[Value]) -> Option<&Value> {
    standing(values).into_iter().max_by_key(|value| value.rank)
}

/// The values that stand beside the one in force and differ from it, highest first: a manager decides.
#[must_use]
pub fn conflicts(values: &[Value]) -> Vec<&Value> {
    let Some(winner) = in_force(values) else { return Vec::new() };
    let mut others = standing(values);
    others.retain(|value| value.content != winner.content);
    others.sort_by_key(|value| std::cmp::Reverse(value.rank));
    others
}

fn standing(values: &[Value]) -> Vec<&Value> {
    let replaced: BTreeSet<&Rank> = values.iter().flat_map(|value| &value.replaced).collect();
    let standing: Vec<&Value> = values.iter().filter(|value| !replaced.contains(&value.rank)).collect();
    if standing.is_empty() { values.iter().collect() } else { standing }
}

/// A change that was parsed strictly and is fit for a document.
#[derive(Debug, Clone)]
pub struct ParsedChange {
    change: Change,
    values: Vec<(String, Value)>,
    /// The operations that each of the values follows.
    follows: Vec<Vec<OpId>>,
}

impl ParsedChange {
    /// Parses the bytes of a change.
    ///
    /// # Errors
    /// When it is not exactly one uncompressed Automerge change that sets distinct keys of the root map to
    /// values.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let unfit = Malformed::shape(0);
        // Automerge would inflate a compressed chunk (type 2) to whatever size, and that before it can be told
        // apart. The type stands behind the magic bytes and the checksum.
        if bytes.get(CHUNK_TYPE_AT) != Some(&UNCOMPRESSED_CHANGE) {
            return Err(Malformed::shape(CHUNK_TYPE_AT));
        }
        if !is_measured(bytes) {
            return Err(Malformed { at: 0, fault: Fault::TooLarge });
        }
        let change = Change::from_bytes(bytes.to_vec()).map_err(|_| unfit)?;
        // Automerge also keeps what it does not know behind the operations, and does not compare the checksum
        // (the first 4 bytes of the hash, at byte 4) here.
        let is_exact = change.raw_bytes() == bytes
            && bytes.get(4..8) == Some(&change.hash().0[..4])
            && change.extra_bytes().is_empty();
        if !is_exact || change.is_empty() {
            return Err(unfit);
        }
        // Automerge's decoder panics at an operation that names an actor the change does not list. The
        // bytes come from outside, so the panic is turned into a refusal here.
        let operations = catch_unwind(AssertUnwindSafe(|| change.decode().operations)).map_err(|_| unfit)?;
        let mut values = Vec::with_capacity(operations.len());
        let mut follows = Vec::with_capacity(operations.len());
        for operation in operations {
            let (Key::Map(key), OpType::Put(ScalarValue::Bytes(bytes)), ObjectId::Root, false) =
                (operation.key, operation.action, operation.obj, operation.insert)
            else {
                return Err(unfit);
            };
            if key.is_empty() || key.len() > MAX_KEY_BYTES {
                return Err(Malformed { at: 0, fault: Fault::TooLarge });
            }
            values.push((key.to_string(), Value::decode(&bytes)?));
            follows.push(operation.pred.iter().cloned().collect());
        }
        let keys: BTreeSet<&str> = values.iter().map(|(key, _)| key.as_str()).collect();
        if keys.len() < values.len() { Err(unfit) } else { Ok(Self { change, values, follows }) }
    }

    /// Parses the change that a record carries, and checks that its values are the record writer's own.
    ///
    /// # Errors
    /// As [`ParsedChange::parse`], or when a value claims another writer or a later time than the record.
    pub fn of_record(body: &DocumentChanged, header: &Header) -> Result<Self, Malformed> {
        let parsed = Self::parse(&body.change)?;
        let is_own = |value: &Value| {
            value.rank.device == header.stream.device
                && value.rank.incarnation == header.stream.incarnation
                && value.rank.hlc <= header.hlc
                && value.staff == body.actor
        };
        if parsed.values.iter().all(|(_, value)| is_own(value)) {
            Ok(parsed)
        } else {
            Err(Malformed::shape(0))
        }
    }

    /// Its hash by Automerge (SHA-256).
    #[must_use]
    pub fn hash(&self) -> Hash32 {
        Hash32(self.change.hash().0)
    }

    /// The keys that it sets and the values that it sets them to.
    #[must_use]
    pub fn values(&self) -> &[(String, Value)] {
        &self.values
    }
}

/// What a commit wrote: the caller puts it into a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The generation that it was written into.
    pub generation: u32,
    /// The change, uncompressed.
    pub change: Vec<u8>,
    /// The keys that it set.
    pub keys: Vec<String>,
}

/// A document in memory, over all its generations.
///
/// The ledger commits what [`Document::commit`] gives first and keeps the document only after that; where
/// the commit fails it drops the document and reads it again.
pub struct Document {
    actor: ActorId,
    generations: BTreeMap<u32, Generation>,
    pending: BTreeMap<String, Vec<u8>>,
}

#[derive(Default)]
struct Generation {
    doc: AutoCommit,
    /// Which change stands at a place of an actor, to see forks before Automerge does.
    places: BTreeMap<(ActorId, u64), ChangeHash>,
    /// Changes that are applied.
    applied: BTreeMap<ChangeHash, Applied>,
    /// The key that each operation set, and the place of its change.
    operations: BTreeMap<(ActorId, u64), (String, u64)>,
    /// Changes whose dependencies have not come.
    waiting: BTreeMap<ChangeHash, ParsedChange>,
    /// Changes that do not count: they lost their place to one with a lower hash, or do not fit what they
    /// depend on.
    left_out: BTreeSet<ChangeHash>,
}

/// What an applied change knows.
struct Applied {
    /// Last seq of each actor among it and what it depends on.
    clock: BTreeMap<ActorId, u64>,
    /// Number of its last operation.
    max_op: u64,
}

/// Why a document could not take changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// A change came that takes the place of one that is applied: read the whole document again.
    #[error("the document has to be read again from all its changes")]
    ReadAgain,
    /// Automerge did not take the changes.
    #[error("automerge refused the changes of generation {0}")]
    NotApplied(u32),
    /// A value or key is above its limit.
    #[error("a key or value is too large")]
    TooLarge,
}

impl Document {
    /// An empty document. `actor` is 16 random bytes, new for each start of the process.
    #[must_use]
    pub fn new(actor: [u8; 16]) -> Self {
        Self { actor: ActorId::from(actor), generations: BTreeMap::new(), pending: BTreeMap::new() }
    }

    /// A document of all its changes, each with its generation, in any order.
    ///
    /// # Errors
    /// When Automerge does not take them.
    pub fn from_changes(
        actor: [u8; 16],
        changes: impl IntoIterator<Item = (u32, ParsedChange)>,
    ) -> Result<Self, DocumentError> {
        let mut document = Self::new(actor);
        document.apply(changes)?;
        Ok(document)
    }

    /// Takes changes, in any order; those it has already it leaves out. All of one generation are applied
    /// at once. Gives the keys, ascending, whose values may have changed: also those of a change that had
    /// waited for one of these.
    ///
    /// # Errors
    /// [`DocumentError::ReadAgain`] where a change displaces an applied one; nothing is taken then.
    pub fn apply(
        &mut self,
        changes: impl IntoIterator<Item = (u32, ParsedChange)>,
    ) -> Result<BTreeSet<String>, DocumentError> {
        let mut by_generation: BTreeMap<u32, BTreeMap<ChangeHash, ParsedChange>> = BTreeMap::new();
        for (number, parsed) in changes {
            by_generation.entry(number).or_default().insert(parsed.change.hash(), parsed);
        }
        for (number, changes) in &by_generation {
            if self.generations.get(number).is_some_and(|generation| generation.is_displaced_by(changes)) {
                return Err(DocumentError::ReadAgain);
            }
        }
        let mut keys = BTreeSet::new();
        for (number, changes) in by_generation {
            let generation = self.generations.entry(number).or_default();
            keys.extend(generation.take(changes).map_err(|()| DocumentError::NotApplied(number))?);
        }
        Ok(keys)
    }

    /// Sets a key. The content is deterministic CBOR; what stood there is named as replaced.
    ///
    /// # Errors
    /// When key or content is above its limit.
    pub fn put(
        &mut self,
        key: &str,
        rank: Rank,
        staff: StaffId,
        content: Vec<u8>,
    ) -> Result<(), DocumentError> {
        let mut replaced: Vec<Rank> = self.values(key).iter().map(|value| value.rank).collect();
        replaced.retain(|other| *other != rank);
        replaced.sort_unstable();
        replaced.dedup();
        let bytes = Value { rank, staff, replaced, content }.encode();
        if key.is_empty() || key.len() > MAX_KEY_BYTES || bytes.len() > MAX_VALUE_BYTES {
            return Err(DocumentError::TooLarge);
        }
        self.pending.insert(key.to_owned(), bytes);
        Ok(())
    }

    /// Writes what was put since the last commit as one change; `None` where nothing was.
    ///
    /// # Errors
    /// When Automerge does not take it.
    pub fn commit(&mut self) -> Result<Option<Written>, DocumentError> {
        if self.pending.is_empty() {
            return Ok(None);
        }
        let number = self.writing_generation();
        let fail = DocumentError::NotApplied(number);
        let generation = self.generations.entry(number).or_default();
        generation.doc.set_actor(self.actor.clone());
        let puts = std::mem::take(&mut self.pending);
        let keys = puts.keys().cloned().collect();
        for (key, bytes) in puts {
            generation.doc.put(ROOT, key, ScalarValue::Bytes(bytes)).map_err(|_| fail)?;
        }
        generation.doc.commit_with(CommitOptions::default().with_time(0)).ok_or(fail)?;
        let change = generation.doc.get_last_local_change().ok_or(fail)?.raw_bytes().to_vec();
        let parsed = ParsedChange::parse(&change).map_err(|_| fail)?;
        generation.places.insert(parsed.place(), parsed.change.hash());
        let applied = generation.fit(&parsed).ok_or(fail)?;
        generation.register(&parsed, applied);
        Ok(Some(Written { generation: number, change, keys }))
    }

    /// Every value that stands under the key, over all generations, lowest rank first.
    #[must_use]
    pub fn values(&self, key: &str) -> Vec<Value> {
        let mut values: Vec<Value> = self
            .generations
            .values()
            .flat_map(|generation| generation.doc.get_all(ROOT, key).unwrap_or_default())
            .filter_map(|(value, _)| Value::decode(value.as_bytes()?).ok())
            .collect();
        values.sort_by(|a, b| (a.rank, &a.content).cmp(&(b.rank, &b.content)));
        values
    }

    /// Every key that has ever been set, ascending.
    #[must_use]
    pub fn keys(&self) -> BTreeSet<String> {
        self.generations.values().flat_map(|generation| generation.doc.keys(ROOT)).collect()
    }

    /// Hashes of changes that others depend on and that have not come; what waits for them does not show.
    #[must_use]
    pub fn missing(&self) -> Vec<Hash32> {
        let hashes: BTreeSet<ChangeHash> = self.generations.values().flat_map(Generation::missing).collect();
        hashes.into_iter().map(|hash| Hash32(hash.0)).collect()
    }

    /// Hashes of changes that do not count: another one with the same actor and seq and a lower hash does,
    /// or they do not fit what they depend on.
    #[must_use]
    pub fn left_out(&self) -> Vec<Hash32> {
        self.generations
            .values()
            .flat_map(|generation| &generation.left_out)
            .map(|hash| Hash32(hash.0))
            .collect()
    }

    fn writing_generation(&self) -> u32 {
        match self.generations.last_key_value() {
            None => 1,
            Some((number, generation)) if generation.places.len() >= GENERATION_CHANGES => {
                number.saturating_add(1)
            }
            Some((number, _)) => *number,
        }
    }
}

impl ParsedChange {
    fn place(&self) -> (ActorId, u64) {
        (self.change.actor_id().clone(), self.change.seq())
    }
}

impl Generation {
    fn is_displaced_by(&self, changes: &BTreeMap<ChangeHash, ParsedChange>) -> bool {
        changes
            .iter()
            .any(|(hash, parsed)| self.places.get(&parsed.place()).is_some_and(|there| hash < there))
    }

    fn take(&mut self, changes: BTreeMap<ChangeHash, ParsedChange>) -> Result<BTreeSet<String>, ()> {
        // Ascending by hash, so that the lowest at each place comes first.
        for (hash, parsed) in changes {
            match self.places.entry(parsed.place()) {
                Entry::Vacant(place) => {
                    place.insert(hash);
                    self.waiting.insert(hash, parsed);
                }
                Entry::Occupied(place) if *place.get() != hash => drop(self.left_out.insert(hash)),
                Entry::Occupied(_) => {}
            }
        }
        let (ready, keys) = self.ready();
        // What does not fit was left out above, because Automerge panics at it. Should it panic at something
        // else, the document is dropped by the caller, and the till goes on.
        let doc = AssertUnwindSafe(&mut self.doc);
        catch_unwind(move || { doc }.apply_changes(ready)).map_err(drop)?.map_err(drop)?;
        Ok(keys)
    }

    /// Takes out of the waiting changes those whose dependencies are there, and gives the keys they set.
    fn ready(&mut self) -> (Vec<Change>, BTreeSet<String>) {
        let mut waiting: Vec<(ChangeHash, ParsedChange)> =
            std::mem::take(&mut self.waiting).into_iter().collect();
        // A change that fits begins after every operation that it depends on, so this order is causal.
        waiting.sort_by_key(|(_, parsed)| parsed.change.start_op());
        let (mut ready, mut keys) = (Vec::new(), BTreeSet::new());
        for (hash, parsed) in waiting {
            if !parsed.change.deps().iter().all(|dep| self.applied.contains_key(dep)) {
                self.waiting.insert(hash, parsed);
            } else if let Some(applied) = self.fit(&parsed) {
                self.register(&parsed, applied);
                keys.extend(parsed.values.into_iter().map(|(key, _)| key));
                ready.push(parsed.change);
            } else {
                self.left_out.insert(hash);
            }
        }
        (ready, keys)
    }

    /// Whether a change is the next one of its actor after all it depends on, numbers its operations from
    /// there, and follows only operations on the same keys that are among its dependencies.
    fn fit(&self, parsed: &ParsedChange) -> Option<Applied> {
        let (change, mut known) = (&parsed.change, Applied { clock: BTreeMap::new(), max_op: 0 });
        for dep in change.deps() {
            let dep = self.applied.get(dep)?;
            known.max_op = known.max_op.max(dep.max_op);
            for (actor, seq) in &dep.clock {
                let last = known.clock.entry(actor.clone()).or_default();
                *last = (*last).max(*seq);
            }
        }
        let last = known.clock.get(change.actor_id()).copied().unwrap_or(0);
        let is_next =
            change.seq().checked_sub(1) == Some(last) && change.start_op().get() == known.max_op + 1;
        let knows_actors = change.other_actor_ids().iter().all(|actor| known.clock.contains_key(actor));
        let follows_known = parsed.values.iter().zip(&parsed.follows).all(|((key, _), follows)| {
            follows.iter().all(|operation| {
                self.operations.get(&(operation.1.clone(), operation.0)).is_some_and(|(set, seq)| {
                    set == key && known.clock.get(&operation.1).is_some_and(|last| seq <= last)
                })
            })
        });
        if !(is_next && knows_actors && follows_known) {
            return None;
        }
        known.clock.insert(change.actor_id().clone(), change.seq());
        known.max_op += change.len() as u64;
        Some(known)
    }

    fn register(&mut self, parsed: &ParsedChange, applied: Applied) {
        let actor = parsed.change.actor_id();
        for (number, (key, _)) in (parsed.change.start_op().get()..).zip(&parsed.values) {
            self.operations.insert((actor.clone(), number), (key.clone(), parsed.change.seq()));
        }
        self.applied.insert(parsed.change.hash(), applied);
    }

    fn missing(&self) -> impl Iterator<Item = ChangeHash> {
        let deps = self.waiting.values().flat_map(|parsed| parsed.change.deps());
        deps.filter(|dep| {
            !self.applied.contains_key(dep) && !self.waiting.contains_key(dep) && !self.left_out.contains(dep)
        })
        .copied()
    }
}

impl<C> minicbor::Encode<C> for Rank {
    fn encode<W: encode::Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.array(3)?.u64(self.hlc.0)?.encode_with(self.device, ctx)?.encode_with(self.incarnation, ctx)?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Rank {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
        if d.array()? != Some(3) {
            return Err(decode::Error::message("a rank has three parts"));
        }
        Ok(Self { hlc: Hlc(d.u64()?), device: d.decode_with(ctx)?, incarnation: d.decode_with(ctx)? })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn rank(device: u8, hlc: u64) -> Rank {
        Rank {
            hlc: Hlc(hlc),
            device: DeviceId(Uuid::from_u128(device.into())),
            incarnation: Incarnation([1; 8]),
        }
    }

    fn staff() -> StaffId {
        StaffId(Uuid::from_u128(9))
    }

    fn write(document: &mut Document, device: u8, hlc: u64, key: &str, content: u8) -> (u32, ParsedChange) {
        document.put(key, rank(device, hlc), staff(), vec![content]).unwrap();
        let written = document.commit().unwrap().unwrap();
        (written.generation, ParsedChange::parse(&written.change).unwrap())
    }

    fn state(document: &Document) -> Vec<(String, Vec<Value>)> {
        document.keys().into_iter().map(|key| (key.clone(), document.values(&key))).collect()
    }

    fn contents(values: Vec<&Value>) -> Vec<u8> {
        values.iter().map(|value| value.content[0]).collect()
    }

    #[test]
    fn a_change_that_is_compressed_or_repeats_itself_is_refused_before_anything_unfolds_it() {
        let mut document = Document::new([1; 16]);
        document.put("price", rank(1, 1), staff(), vec![1]).unwrap();
        let whole = document.commit().unwrap().unwrap().change;
        assert!(ParsedChange::parse(&whole).is_ok());
        for other in [0, 2, 3, 255] {
            let mut bytes = whole.clone();
            bytes[8] = other;
            assert_eq!(ParsedChange::parse(&bytes).map(drop), Err(Malformed::shape(8)));
        }
        assert_eq!(ParsedChange::parse(&whole[..8]).map(drop), Err(Malformed::shape(8)));
        let repeated = crate::measure::tests::repeated(10_000);
        let too_large = Malformed { at: 0, fault: Fault::TooLarge };
        assert_eq!(ParsedChange::parse(&repeated).map(drop), Err(too_large));
    }

    #[test]
    fn two_writers_apart_keep_both_values() {
        let (mut one, mut other) = (Document::new([1; 16]), Document::new([2; 16]));
        let first = write(&mut one, 1, 1, "price", 1);
        other.apply([first.clone()]).unwrap();
        let ours = write(&mut one, 1, 5, "price", 2);
        let theirs = write(&mut other, 2, 4, "price", 3);
        assert_eq!(one.apply([theirs]).unwrap(), BTreeSet::from(["price".to_owned()]));
        other.apply([ours]).unwrap();
        assert_eq!(state(&one), state(&other));
        let values = one.values("price");
        assert_eq!(in_force(&values).map(|value| value.content[0]), Some(2));
        assert_eq!(contents(conflicts(&values)), [3]);
        let settled = write(&mut other, 2, 6, "price", 3);
        one.apply([settled]).unwrap();
        assert_eq!(contents(one.values("price").iter().collect()), [3]);
        assert!(conflicts(&one.values("price")).is_empty());
    }

    #[test]
    fn the_same_value_twice_is_no_conflict_and_a_value_that_was_seen_does_not_win() {
        let value = |hlc, content: u8, replaced: &[u64]| Value {
            rank: rank(1, hlc),
            staff: staff(),
            replaced: replaced.iter().map(|hlc| rank(1, *hlc)).collect(),
            content: vec![content],
        };
        let check = |values: &[Value], winner: Option<u64>, others: &[u8]| {
            assert_eq!(in_force(values).map(|value| value.rank.hlc.0), winner);
            assert_eq!(contents(conflicts(values)), others);
        };
        check(&[], None, &[]);
        check(&[value(1, 7, &[]), value(2, 7, &[])], Some(2), &[]);
        check(&[value(1, 7, &[]), value(2, 8, &[])], Some(2), &[7]);
        // A clock ten years ahead wrote 9; who saw it and decided otherwise is right.
        check(&[value(99, 9, &[]), value(2, 8, &[99])], Some(2), &[]);
        check(&[value(1, 7, &[2]), value(2, 8, &[1])], Some(2), &[7]);
    }

    #[test]
    fn a_full_generation_is_followed_by_an_empty_one() {
        let mut document = Document::new([1; 16]);
        let mut changes = Vec::new();
        for hlc in 1..=GENERATION_CHANGES as u64 {
            changes.push(write(&mut document, 1, hlc, "a", 1));
        }
        assert!(changes.iter().all(|(generation, _)| *generation == 1));
        let next = write(&mut document, 1, 5_000, "a", 2);
        assert_eq!(next.0, 2);
        let values = document.values("a");
        assert_eq!(values.len(), 2);
        assert_eq!(values[1].replaced, [rank(1, GENERATION_CHANGES as u64)]);
        assert_eq!(in_force(&values).map(|value| value.content[0]), Some(2));
        assert!(conflicts(&values).is_empty());
        // Where somebody else began with the last number that there is, that one goes on.
        let last = changes.iter().map(|(_, change)| (u32::MAX, change.clone()));
        let mut full = Document::from_changes([4; 16], last).unwrap();
        assert_eq!(write(&mut full, 1, 6_000, "a", 3).0, u32::MAX);
        changes.push(next);
        changes.reverse();
        assert_eq!(state(&Document::from_changes([3; 16], changes).unwrap()), state(&document));
    }

    #[test]
    fn a_change_waits_for_what_it_depends_on() {
        let mut writer = Document::new([1; 16]);
        let first = write(&mut writer, 1, 1, "a", 1);
        let second = write(&mut writer, 1, 2, "b", 2);
        let mut reader = Document::new([2; 16]);
        assert_eq!(reader.apply([second.clone()]).unwrap(), BTreeSet::new());
        assert_eq!(reader.missing(), [first.1.hash()]);
        assert!(reader.values("b").is_empty());
        let touched = reader.apply([first]).unwrap();
        assert_eq!(touched, BTreeSet::from(["a".to_owned(), "b".to_owned()]));
        assert!(reader.missing().is_empty());
        assert_eq!(reader.apply([second]).unwrap(), BTreeSet::new());
        assert_eq!(state(&reader), state(&writer));
    }

    #[test]
    fn of_a_forked_actor_the_lower_hash_counts_on_every_replica() {
        let (mut one, mut clone) = (Document::new([1; 16]), Document::new([1; 16]));
        let mut forks = [write(&mut one, 1, 1, "a", 1), write(&mut clone, 1, 1, "a", 2)];
        forks.sort_by_key(|(_, change)| change.hash());
        let [low, high] = forks;
        let both = Document::from_changes([2; 16], [low.clone(), high.clone()]).unwrap();
        let mut low_first = Document::from_changes([2; 16], [low.clone()]).unwrap();
        low_first.apply([high.clone()]).unwrap();
        assert_eq!(state(&low_first), state(&both));
        assert_eq!(both.left_out(), [high.1.hash()]);
        let mut high_first = Document::from_changes([2; 16], [high]).unwrap();
        assert_eq!(high_first.apply([low]), Err(DocumentError::ReadAgain));
    }

    #[test]
    fn a_change_that_does_not_fit_is_left_out() {
        let mut writer = Document::new([1; 16]);
        let first = write(&mut writer, 1, 1, "a", 1);
        let second = write(&mut writer, 1, 2, "a", 2);
        let forged = |forge: &dyn Fn(&mut automerge::ExpandedChange)| {
            let mut expanded = second.1.change.decode();
            forge(&mut expanded);
            ParsedChange::parse(Change::from(expanded).raw_bytes()).map(|change| {
                let document = Document::from_changes([2; 16], [first.clone(), (1, change)]).unwrap();
                assert_eq!(document.values("a")[0].content, [1]);
                document.left_out().len()
            })
        };
        assert_eq!(forged(&|change| change.seq = 7), Ok(1));
        assert_eq!(forged(&|change| change.start_op = std::num::NonZeroU64::new(9).unwrap()), Ok(1));
        assert_eq!(forged(&|change| change.deps.clear()), Ok(1));
        assert_eq!(forged(&|change| change.operations[0].key = Key::Map("b".into())), Ok(1));
        let refused = Err(Malformed::shape(0));
        assert_eq!(forged(&|change| change.operations[0].action = OpType::Delete), refused);
        assert_eq!(forged(&|change| change.extra_bytes = vec![1]), refused);
        assert_eq!(forged(&|change| change.operations.clear()), refused);
        let twice = forged(&|change| {
            let again = change.operations[0].clone();
            change.operations.push(again);
        });
        assert_eq!(twice, refused);
    }

    #[test]
    fn a_change_is_parsed_strictly() {
        let mut writer = Document::new([1; 16]);
        let (_, change) = write(&mut writer, 1, 1, "a", 1);
        let bytes = change.change.raw_bytes().to_vec();
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            assert!(ParsedChange::parse(&changed).is_err(), "byte {place}");
        }
        assert!(ParsedChange::parse(&[bytes.as_slice(), &[0]].concat()).is_err());
        assert!(ParsedChange::parse(&[]).is_err());
        let long = "k".repeat(MAX_KEY_BYTES + 1);
        assert_eq!(writer.put(&long, rank(1, 2), staff(), vec![1]), Err(DocumentError::TooLarge));
        let large = vec![0; MAX_VALUE_BYTES];
        assert_eq!(writer.put("a", rank(1, 2), staff(), large), Err(DocumentError::TooLarge));
        assert_eq!(writer.commit(), Ok(None));
    }

    #[test]
    fn a_value_claims_no_other_writer() {
        use crate::record::hash;
        use crate::stream::{Scope, StreamId};
        use domain::time::Now;

        let mut writer = Document::new([1; 16]);
        let (generation, change) = write(&mut writer, 1, 5, "a", 1);
        let body = DocumentChanged {
            document: "settings".to_owned(),
            generation,
            change: change.change.raw_bytes().to_vec(),
            actor: staff(),
        };
        let header = |device: u8, hlc| Header {
            stream: StreamId {
                device: rank(device, 0).device,
                incarnation: Incarnation([1; 8]),
                scope: Scope::Branch(domain::id::BranchId(Uuid::from_u128(2))),
            },
            seq: 2,
            previous: hash(b"previous"),
            kind: crate::document_changed::KIND,
            version: 1,
            recorded_at: Now { ms: 0, utc_offset_min: 0 },
            hlc: Hlc(hlc),
            body_hash: hash(&body.to_body()),
            sealed: Vec::new(),
        };
        assert!(ParsedChange::of_record(&body, &header(1, 5)).is_ok());
        assert!(ParsedChange::of_record(&body, &header(2, 5)).is_err());
        assert!(ParsedChange::of_record(&body, &header(1, 4)).is_err());
        let other = DocumentChanged { actor: StaffId(Uuid::from_u128(8)), ..body.clone() };
        assert!(ParsedChange::of_record(&other, &header(1, 5)).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Three writers write and hear of each other now and then; whoever hears of all, in any order, in
        /// any portions and more than once, has the same document.
        #[test]
        fn merging_is_free_of_order(
            acts in prop::collection::vec((0_usize..3, 0_usize..3, 0_u8..4, any::<u8>()), 1..40),
            order in any::<u64>(),
            portion in 1_usize..9,
        ) {
            let mut writers: Vec<Document> = (1..=3).map(|actor| Document::new([actor; 16])).collect();
            let mut changes: Vec<(u32, ParsedChange)> = Vec::new();
            for (hlc, (writer, reader, key, content)) in (1_u64..).zip(acts) {
                let device = u8::try_from(writer).unwrap();
                changes.push(write(&mut writers[writer], device, hlc, &format!("k{key}"), content % 24));
                if reader != writer {
                    let known = changes.clone();
                    writers[reader].apply(known).unwrap();
                }
            }
            let whole = Document::from_changes([8; 16], changes.clone()).unwrap();
            let mut shuffled = changes.clone();
            shuffled.sort_by_key(|(_, change)| blake3::hash(&[&change.hash().0[..], &order.to_le_bytes()].concat()).to_hex());
            let mut portions = Document::new([9; 16]);
            for portion in shuffled.chunks(portion) {
                portions.apply(portion.to_vec()).unwrap();
                portions.apply(portion.to_vec()).unwrap();
            }
            prop_assert_eq!(state(&portions), state(&whole));
            writers[0].apply(changes).unwrap();
            prop_assert_eq!(state(&writers[0]), state(&whole));
            prop_assert!(whole.missing().is_empty() && whole.left_out().is_empty());
        }
    }
}
