//! Documents: what several people edit at once while apart (FORMAT.md, section 8).
//!
//! A document is one flat map of byte strings, in generations. Its changes are applied together, because
//! one by one is quadratic, and never loaded from a saved file, because that drops a damaged end silently.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use automerge::legacy::{Key, ObjectId, OpType};
use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, Change, ChangeHash, ROOT, ReadDoc, ScalarValue};
use domain::entry::{Hash32, Incarnation};
use domain::id::{DeviceId, StaffId};
use domain::time::Hlc;
use minicbor::{Decoder, Encoder, decode, encode};

use crate::cbor::{self, Fault, Malformed};
use crate::document_changed::DocumentChanged;
use crate::record::Header;

/// A writer that knows so many changes in the newest generation writes into the next.
pub const GENERATION_CHANGES: usize = 1_000;
/// The most bytes of a value, with its rank.
pub const MAX_VALUE_BYTES: usize = 65_536;
/// The most bytes of a key.
pub const MAX_KEY_BYTES: usize = 200;

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
}

impl ParsedChange {
    /// Parses the bytes of a change.
    ///
    /// # Errors
    /// When it is not exactly one uncompressed Automerge change that sets keys of the root map to values.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let change = Change::from_bytes(bytes.to_vec()).map_err(|_| Malformed::shape(0))?;
        // Automerge also takes a compressed chunk, and keeps what it does not know behind the operations.
        if change.raw_bytes() != bytes || !change.extra_bytes().is_empty() {
            return Err(Malformed::shape(0));
        }
        let mut values = Vec::with_capacity(change.len());
        for operation in change.decode().operations {
            let (Key::Map(key), OpType::Put(ScalarValue::Bytes(bytes)), ObjectId::Root, false) =
                (operation.key, operation.action, operation.obj, operation.insert)
            else {
                return Err(Malformed::shape(0));
            };
            if key.is_empty() || key.len() > MAX_KEY_BYTES {
                return Err(Malformed { at: 0, fault: Fault::TooLarge });
            }
            values.push((key.to_string(), Value::decode(&bytes)?));
        }
        Ok(Self { change, values })
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
    pending: Vec<String>,
}

#[derive(Default)]
struct Generation {
    doc: AutoCommit,
    /// Which change stands at a place of an actor, to see forks before Automerge does.
    places: BTreeMap<(ActorId, u64), ChangeHash>,
    /// Changes that lost their place to one with a lower hash.
    forked: BTreeSet<ChangeHash>,
    /// Changes whose dependencies have not come, and the keys that they set.
    waiting: BTreeMap<ChangeHash, Vec<String>>,
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
        Self { actor: ActorId::from(actor), generations: BTreeMap::new(), pending: Vec::new() }
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
        let number = self.writing_generation();
        let actor = self.actor.clone();
        let generation = self.generations.entry(number).or_default();
        generation.doc.set_actor(actor);
        generation
            .doc
            .put(ROOT, key, ScalarValue::Bytes(bytes))
            .map_err(|_| DocumentError::NotApplied(number))?;
        self.pending.push(key.to_owned());
        Ok(())
    }

    /// Ends the change that the puts since the last commit make; `None` where there were none.
    pub fn commit(&mut self) -> Option<Written> {
        let number = self.writing_generation();
        let generation = self.generations.get_mut(&number)?;
        generation.doc.commit_with(CommitOptions::default().with_time(0))?;
        let change = generation.doc.get_last_local_change()?;
        generation.places.insert((change.actor_id().clone(), change.seq()), change.hash());
        let mut keys = std::mem::take(&mut self.pending);
        keys.sort_unstable();
        keys.dedup();
        Some(Written { generation: number, change: change.raw_bytes().to_vec(), keys })
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
    pub fn missing(&mut self) -> Vec<Hash32> {
        let missing = |generation: &mut Generation| generation.doc.get_missing_deps(&[]);
        let hashes: BTreeSet<ChangeHash> = self.generations.values_mut().flat_map(missing).collect();
        hashes.into_iter().map(|hash| Hash32(hash.0)).collect()
    }

    /// Hashes of changes that do not count, because another change with the same actor and seq and a lower
    /// hash does.
    #[must_use]
    pub fn forked(&self) -> Vec<Hash32> {
        self.generations
            .values()
            .flat_map(|generation| &generation.forked)
            .map(|hash| Hash32(hash.0))
            .collect()
    }

    fn writing_generation(&self) -> u32 {
        match self.generations.last_key_value() {
            None => 1,
            Some((number, generation)) if generation.places.len() >= GENERATION_CHANGES => number + 1,
            Some((number, _)) => *number,
        }
    }
}

impl Generation {
    fn is_displaced_by(&self, changes: &BTreeMap<ChangeHash, ParsedChange>) -> bool {
        changes.iter().any(|(hash, parsed)| {
            let place = (parsed.change.actor_id().clone(), parsed.change.seq());
            self.places.get(&place).is_some_and(|there| hash < there)
        })
    }

    fn take(&mut self, changes: BTreeMap<ChangeHash, ParsedChange>) -> Result<BTreeSet<String>, ()> {
        let mut taken = Vec::with_capacity(changes.len());
        // Ascending by hash, so that the lowest at each place comes first.
        for (hash, ParsedChange { change, values }) in changes {
            match self.places.entry((change.actor_id().clone(), change.seq())) {
                Entry::Vacant(place) => {
                    place.insert(hash);
                    self.waiting.insert(hash, values.into_iter().map(|(key, _)| key).collect());
                    taken.push(change);
                }
                Entry::Occupied(place) if *place.get() != hash => drop(self.forked.insert(hash)),
                Entry::Occupied(_) => {}
            }
        }
        self.doc.apply_changes(taken).map_err(|_| ())?;
        let mut keys = BTreeSet::new();
        let doc = &mut self.doc;
        self.waiting.retain(|hash, waiting| {
            let is_waiting = doc.get_change_meta_by_hash(hash).is_none();
            if !is_waiting {
                keys.extend(std::mem::take(waiting));
            }
            is_waiting
        });
        Ok(keys)
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
