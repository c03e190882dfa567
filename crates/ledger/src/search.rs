//! Finds products while someone types: an index in memory, built from the catalogue and kept up with it.
//!
//! The folded names stand one after the other in a buffer, those that sell most first, so a search is a run
//! through memory that stops when it has enough. What changed since stands in a small overlay beside it
//! until [`ProductIndex::merge`].

mod fold;

use std::cmp::{Ordering, Reverse};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use domain::id::ProductId;
use memchr::memmem::{self, Finder};

pub use fold::fold;

/// Characters of a search that are looked at.
pub const MAX_SEARCH_CHARS: usize = 200;

/// From so many characters on the beginning of a code is enough; a shorter search needs the whole code.
/// Every French code begins with `34009`, so `34` would find everything.
const MIN_CODE_PREFIX: usize = 4;

/// With more matches of one popularity than this, they are not all looked at to find the best fits. Fewer in
/// tests, so that small catalogues go both ways.
const MANY_MATCHES: usize = if cfg!(test) { 16 } else { 512 };

/// With more codes that begin alike than this, it is quicker to go through the products in their order.
const MANY_CODES: usize = if cfg!(test) { 16 } else { 2_000 };

/// Bytes from the beginning of the buffer in which words are counted to see which one is rare.
const SAMPLE_BYTES: usize = 32 << 10;

/// With so many changed products they are merged by themselves, as while an index is built: in the overlay
/// they are many small pieces of memory, which would stay with the process. Fewer in tests.
const MOST_PENDING: usize = if cfg!(test) { 256 } else { 4_096 };

/// Changed products that are looked through one by one before a merge is due.
const MAX_PENDING: usize = 200;

/// The place of a slot that stands in the overlay.
const IN_OVERLAY: u32 = u32::MAX;

/// A product as the index takes it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexedProduct {
    /// Product.
    pub product: ProductId,
    /// Name with strength and form.
    pub name: String,
    /// How it is packed.
    pub pack: String,
    /// GTIN, national code, source's code.
    pub codes: Vec<String>,
    /// What sells most is found first, for example packs sold; may be negative.
    pub popularity: i64,
}

/// All products of a catalogue, searchable.
#[derive(Debug, Clone, Default)]
pub struct ProductIndex {
    slots: Vec<Slot>,
    slot_of: HashMap<ProductId, u32>,
    /// The place of each slot, or [`IN_OVERLAY`].
    place_of: Vec<u32>,
    buffer: Buffer,
    /// Codes of the slots in the buffer without leading zeros, sorted, with their slot.
    codes: Vec<Code>,
    /// Slots in the overlay.
    pending: Vec<u32>,
    /// Places that slots have left for the overlay.
    left: Vec<u32>,
    /// Slots in the overlay of which `codes` is out of date.
    recoded: Vec<u32>,
}

/// What is known of a product, wherever its text stands.
#[derive(Debug, Clone)]
struct Slot {
    product: ProductId,
    popularity: i64,
    /// Its codes, ascending, each followed by a space: one small allocation for each of 100,000 products.
    codes: Arc<str>,
    /// Its text while it is in the overlay.
    text: Box<str>,
}

impl Slot {
    fn codes(&self) -> impl Iterator<Item = &str> {
        self.codes.split_terminator(' ')
    }
}

/// A code of a slot, as it was when the codes were last put in order.
#[derive(Debug, Clone)]
struct Code {
    all: Arc<str>,
    start: u32,
    slot: u32,
}

impl Code {
    fn text(&self) -> &str {
        self.all[self.start as usize..].split(' ').next().unwrap_or_default()
    }
}

/// Texts by place, best first: by popularity, then by the alphabet.
#[derive(Debug, Clone)]
struct Buffer {
    /// A line end, and then for each place its text and a line end.
    bytes: Vec<u8>,
    /// Where the text of each place starts; one more for the end.
    starts: Vec<u32>,
    slots: Vec<u32>,
    popularities: Vec<i64>,
}

impl Default for Buffer {
    fn default() -> Self {
        Self { bytes: vec![b'\n'], starts: vec![1], slots: Vec::new(), popularities: Vec::new() }
    }
}

impl Buffer {
    fn len(&self) -> usize {
        self.slots.len()
    }

    /// An empty one with room for so many texts of so many bytes together.
    fn with_room(texts: usize, bytes: usize) -> Self {
        let mut buffer = Self::default();
        buffer.bytes.reserve_exact(bytes + texts);
        buffer.starts.reserve_exact(texts);
        buffer.slots.reserve_exact(texts);
        buffer.popularities.reserve_exact(texts);
        buffer
    }

    fn text(&self, place: usize) -> &[u8] {
        &self.bytes[self.starts[place] as usize..self.starts[place + 1] as usize - 1]
    }

    fn push(&mut self, text: &str, slot: u32, popularity: i64) {
        self.bytes.extend_from_slice(text.as_bytes());
        self.bytes.push(b'\n');
        self.starts.push(offset(self.bytes.len()));
        self.slots.push(slot);
        self.popularities.push(popularity);
    }

    fn copy(&mut self, from: &Buffer, places: Range<usize>) {
        let (start, end) = (from.starts[places.start], from.starts[places.end]);
        let here = offset(self.bytes.len());
        self.bytes.extend_from_slice(&from.bytes[start as usize..end as usize]);
        self.starts.extend(from.starts[places.start + 1..=places.end].iter().map(|at| here + (at - start)));
        self.slots.extend_from_slice(&from.slots[places.clone()]);
        self.popularities.extend_from_slice(&from.popularities[places]);
    }

    /// The places of a range that hold what `finder` looks for, in order, each once. The line end before a
    /// place belongs to it.
    fn hits(&self, places: Range<usize>, finder: &Finder<'_>) -> impl Iterator<Item = usize> {
        let end = self.starts[places.end] as usize;
        let mut place = places.start;
        let mut from = self.starts[place] as usize - 1;
        std::iter::from_fn(move || {
            let at = from + finder.find(self.bytes.get(from..end)?)?;
            // A hit on a line end is one on the start of the next text.
            let text_at = offset(at + usize::from(self.bytes[at] == b'\n'));
            // Most often the next hit is near, so the steps grow from here.
            let mut step = 1;
            while place + step < places.end && self.starts[place + step] <= text_at {
                place += step;
                step *= 2;
            }
            let last = places.end.min(place + step);
            let hit = place + self.starts[place + 1..last].partition_point(|start| *start <= text_at);
            place = hit + 1;
            from = self.starts[place] as usize - 1;
            Some(hit)
        })
    }

    /// The places with the popularity of this one.
    fn group_of(&self, place: usize) -> Range<usize> {
        let popularity = self.popularities[place];
        let start = self.popularities.partition_point(|known| *known > popularity);
        start..self.popularities.partition_point(|known| *known >= popularity)
    }
}

/// How well a text fits, best first: it starts with the first word, a word of it does, any part does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    NameStarts,
    WordStarts,
    Contains,
}

impl ProductIndex {
    /// Builds the index; of two with the same id the later one counts.
    #[must_use]
    pub fn build(products: impl IntoIterator<Item = IndexedProduct>) -> Self {
        let mut index = Self::default();
        for product in products {
            index.put(product);
        }
        index.merge();
        index
    }

    /// Products in the index.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Adds a product, or replaces what was known of it.
    pub fn put(&mut self, product: IndexedProduct) {
        let text = fold(&format!("{} {}", product.name, product.pack)).into_boxed_str();
        let mut codes: Vec<String> = product.codes.iter().map(|code| fold_code(code) + " ").collect();
        codes.retain(|code| code != " ");
        codes.sort_unstable();
        codes.dedup();
        let codes = Arc::from(codes.concat());
        let slot = Slot { product: product.product, popularity: product.popularity, codes, text };
        if let Some(at) = self.slot_of.get(&product.product).copied() {
            self.move_to_overlay(at);
            self.slots[at as usize] = slot;
            self.recoded.push(at);
        } else if let Ok(at) = u32::try_from(self.slots.len()) {
            self.slots.push(slot);
            self.slot_of.insert(product.product, at);
            self.place_of.push(IN_OVERLAY);
            self.pending.push(at);
            self.recoded.push(at);
        }
        if self.pending.len() >= MOST_PENDING {
            self.merge();
        }
    }

    /// Makes a product more popular, or less after a refund; one that is not known is left out.
    pub fn raise_popularity(&mut self, product: ProductId, by: i64) {
        if let Some(at) = self.slot_of.get(&product).copied() {
            self.move_to_overlay(at);
            let slot = &mut self.slots[at as usize];
            slot.popularity = slot.popularity.saturating_add(by);
        }
    }

    /// Whether so much has changed that searching begins to slow down.
    #[must_use]
    pub fn merge_is_due(&self) -> bool {
        self.pending.len() > MAX_PENDING
    }

    /// Brings what changed into the buffer: one pass that copies it, a few milliseconds for 100,000 products.
    pub fn merge(&mut self) {
        self.merge_codes();
        let mut changed = std::mem::take(&mut self.pending);
        changed.sort_unstable_by(|a, b| self.compare(*a, *b));
        let mut left = std::mem::take(&mut self.left);
        left.sort_unstable();
        let mut left = left.into_iter().map(|place| place as usize).peekable();

        let old = std::mem::take(&mut self.buffer);
        let new_bytes: usize = changed.iter().map(|at| self.slots[*at as usize].text.len()).sum();
        let mut new = Buffer::with_room(old.len() + changed.len(), old.bytes.len() + new_bytes);
        let mut copied = 0;
        let mut copy_up_to = |new: &mut Buffer, to: usize| {
            while let Some(skipped) = left.next_if(|place| *place < to) {
                new.copy(&old, copied..skipped);
                copied = skipped + 1;
            }
            new.copy(&old, copied..to);
            copied = to;
        };
        for at in changed {
            let slot = &self.slots[at as usize];
            copy_up_to(&mut new, self.place_for(&old, slot));
            new.push(&slot.text, at, slot.popularity);
            self.slots[at as usize].text = Box::default();
        }
        copy_up_to(&mut new, old.len());
        for (place, slot) in (0..).zip(&new.slots) {
            self.place_of[*slot as usize] = place;
        }
        self.buffer = new;
        self.slots.shrink_to_fit();
    }

    /// The best `limit` products of which the name and pack contain every word of `text`, or a code is or
    /// begins with it. What sells most comes first, then names that start with the first word, then those in
    /// which a word does, then by the alphabet. Nothing typed gives what sells most.
    #[must_use]
    pub fn find(&self, text: &str, limit: usize) -> Vec<ProductId> {
        let limit = limit.min(self.slots.len());
        let text: String = text.chars().take(MAX_SEARCH_CHARS).collect();
        let folded = fold(&text);
        let words = Words::new(&folded);
        let mut found = match &words {
            Some(words) => self.find_in_buffer(words, limit),
            None => self
                .in_buffer(0..self.buffer.len())
                .take(limit)
                .map(|(_, at)| (Fit::NameStarts, at))
                .collect(),
        };
        for at in &self.pending {
            let fit = match &words {
                Some(words) => words.fit(self.slots[*at as usize].text.as_bytes()),
                None => Some(Fit::NameStarts),
            };
            found.extend(fit.map(|fit| (fit, *at)));
        }
        found.extend(self.find_by_code(&text, limit).into_iter().map(|at| (Fit::Contains, at)));
        found.sort_unstable_by(|(fit_a, a), (fit_b, b)| {
            let popularity = |at: &u32| Reverse(self.slots[*at as usize].popularity);
            popularity(a).cmp(&popularity(b)).then(fit_a.cmp(fit_b)).then_with(|| self.compare(*a, *b))
        });
        let mut products: Vec<ProductId> = Vec::with_capacity(limit);
        for (_, at) in found {
            if products.len() == limit {
                break;
            }
            let product = self.slots[at as usize].product;
            if !products.contains(&product) {
                products.push(product);
            }
        }
        products
    }

    fn move_to_overlay(&mut self, at: u32) {
        let place = std::mem::replace(&mut self.place_of[at as usize], IN_OVERLAY);
        if place != IN_OVERLAY {
            let text = String::from_utf8_lossy(self.buffer.text(place as usize)).into_owned();
            self.slots[at as usize].text = text.into_boxed_str();
            self.pending.push(at);
            self.left.push(place);
        }
    }

    fn merge_codes(&mut self) {
        let mut recoded = std::mem::take(&mut self.recoded);
        if recoded.is_empty() {
            return;
        }
        recoded.sort_unstable();
        recoded.dedup();
        self.codes.retain(|code| recoded.binary_search(&code.slot).is_err());
        for slot in recoded {
            let all = &self.slots[slot as usize].codes;
            let ends = all.match_indices(' ').map(|(at, _)| at + 1);
            let starts = std::iter::once(0).chain(ends).take_while(|start| *start < all.len());
            self.codes.extend(starts.map(|start| Code { all: Arc::clone(all), start: offset(start), slot }));
        }
        self.codes.shrink_to_fit();
        self.codes.sort_by(|a, b| a.text().cmp(b.text()).then(a.slot.cmp(&b.slot)));
    }

    fn text_of(&self, at: u32) -> &[u8] {
        match self.place_of[at as usize] {
            IN_OVERLAY => self.slots[at as usize].text.as_bytes(),
            place => self.buffer.text(place as usize),
        }
    }

    /// By popularity, then by the alphabet.
    fn compare(&self, a: u32, b: u32) -> Ordering {
        let (slot_a, slot_b) = (&self.slots[a as usize], &self.slots[b as usize]);
        let by_text = || self.text_of(a).cmp(self.text_of(b));
        slot_b
            .popularity
            .cmp(&slot_a.popularity)
            .then_with(by_text)
            .then_with(|| slot_a.product.cmp(&slot_b.product))
    }

    /// Before which place of the buffer a slot belongs. Places that were left keep their rank in it.
    fn place_for(&self, buffer: &Buffer, slot: &Slot) -> usize {
        let (mut low, mut high) = (0, buffer.len());
        while low < high {
            let place = low + (high - low) / 2;
            let known = (Reverse(buffer.popularities[place]), buffer.text(place));
            let product = self.slots[buffer.slots[place] as usize].product;
            match known
                .cmp(&(Reverse(slot.popularity), slot.text.as_bytes()))
                .then(product.cmp(&slot.product))
            {
                Ordering::Less => low = place + 1,
                _ => high = place,
            }
        }
        low
    }

    /// The places of a range with their slots, without those that were left.
    fn in_buffer(&self, places: impl IntoIterator<Item = usize>) -> impl Iterator<Item = (usize, u32)> {
        let slots = places.into_iter().map(|place| (place, self.buffer.slots[place]));
        slots.filter(|(_, at)| self.place_of[*at as usize] != IN_OVERLAY)
    }

    /// The best `limit` slots of the buffer that fit, perhaps a few more, each with how well.
    ///
    /// One run over the places that hold the rarest word. It stops after the popularity that brings enough,
    /// as a place further on can fit better than one before.
    fn find_in_buffer(&self, words: &Words<'_>, limit: usize) -> Vec<(Fit, u32)> {
        let buffer = &self.buffer;
        let rarest = words.rarest(&buffer.bytes[..buffer.bytes.len().min(SAMPLE_BYTES)]);
        let mut found = Vec::new();
        let mut popularity = None;
        let mut group_start = 0;
        for (place, at) in self.in_buffer(buffer.hits(0..buffer.len(), rarest)) {
            let Some(fit) = words.fit(buffer.text(place)) else { continue };
            if popularity.replace(buffer.popularities[place]) != Some(buffer.popularities[place]) {
                if found.len() >= limit {
                    return found;
                }
                group_start = found.len();
            }
            found.push((fit, at));
            if found.len() - group_start > MANY_MATCHES.max(limit) {
                found.truncate(group_start);
                self.find_by_fit(buffer.group_of(place), words, limit, &mut found);
                return found;
            }
        }
        found
    }

    /// For many matches of one popularity: a run for each fit, so that it can stop as soon as it has enough.
    fn find_by_fit(&self, group: Range<usize>, words: &Words<'_>, limit: usize, found: &mut Vec<(Fit, u32)>) {
        let after = |before: u8| Finder::new(&[&[before], words.first].concat()).into_owned();
        let (name_starts, word_starts) = (after(b'\n'), after(b' '));
        for (fit, finder) in [
            (Fit::NameStarts, &name_starts),
            (Fit::WordStarts, &word_starts),
            (Fit::Contains, &words.finders[0]),
        ] {
            for (place, at) in self.in_buffer(self.buffer.hits(group.clone(), finder)) {
                if found.len() >= limit {
                    return;
                }
                if words.fit(self.buffer.text(place)) == Some(fit) {
                    found.push((fit, at));
                }
            }
        }
    }

    /// The best `limit` slots of the buffer, and all of the overlay, with a code that is or begins with `text`.
    fn find_by_code(&self, text: &str, limit: usize) -> Vec<u32> {
        let code = fold_code(text);
        if code.is_empty() || limit == 0 {
            return Vec::new();
        }
        let takes_prefix = text.chars().filter(|c| c.is_alphanumeric()).count() >= MIN_CODE_PREFIX;
        let is_meant = |known: &str| if takes_prefix { known.starts_with(&code) } else { known == code };
        let has_code = |at: u32| self.slots[at as usize].codes().any(is_meant);
        let mut slots: Vec<u32> = self.pending.iter().copied().filter(|at| has_code(*at)).collect();

        let start = self.codes.partition_point(|known| known.text() < &*code);
        let count = self.codes[start..].partition_point(|known| is_meant(known.text()));
        if count > MANY_CODES {
            let in_order = self.in_buffer(0..self.buffer.len()).map(|(_, at)| at);
            slots.extend(in_order.filter(|at| has_code(*at)).take(limit));
            return slots;
        }
        let mut places: Vec<u32> =
            self.codes[start..start + count].iter().map(|known| self.place_of[known.slot as usize]).collect();
        places.retain(|place| *place != IN_OVERLAY);
        places.sort_unstable();
        places.dedup();
        slots.extend(places.iter().take(limit).map(|place| self.buffer.slots[*place as usize]));
        slots
    }
}

/// The words of a search, folded.
struct Words<'a> {
    first: &'a [u8],
    finders: Vec<Finder<'a>>,
}

impl<'a> Words<'a> {
    /// `None` where there is no word.
    fn new(folded: &'a str) -> Option<Self> {
        let finders: Vec<Finder<'a>> = folded.split_ascii_whitespace().map(memmem::Finder::new).collect();
        Some(Self { first: folded.split_ascii_whitespace().next()?.as_bytes(), finders })
    }

    fn fit(&self, text: &[u8]) -> Option<Fit> {
        if !self.finders.iter().all(|finder| finder.find(text).is_some()) {
            return None;
        }
        if text.starts_with(self.first) {
            return Some(Fit::NameStarts);
        }
        let is_start = |at: usize| at.checked_sub(1).is_some_and(|before| text[before] == b' ');
        let starts_word = self.finders[0].find_iter(text).any(is_start);
        Some(if starts_word { Fit::WordStarts } else { Fit::Contains })
    }

    /// The word that the sample holds least often; the longest of several.
    fn rarest(&self, sample: &[u8]) -> &Finder<'a> {
        let count = |finder: &Finder<'_>| (finder.find_iter(sample).count(), Reverse(finder.needle().len()));
        match self.finders.as_slice() {
            [only] => only,
            several => several.iter().min_by_key(|finder| count(finder)).unwrap_or(&several[0]),
        }
    }
}

/// A code without leading zeros, signs and accents, so that GTIN-14, EAN-13 and PZN are found as printed.
fn fold_code(code: &str) -> String {
    let letters = fold(code).replace([' ', '.'], "");
    letters.trim_start_matches('0').to_owned()
}

/// Buffers stay below 4 GiB: 300 characters for each of at most some hundred thousand products.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn product(no: u8, name: &str, pack: &str, codes: &[&str], popularity: i64) -> IndexedProduct {
        IndexedProduct {
            product: id(no),
            name: name.into(),
            pack: pack.into(),
            codes: codes.iter().map(|code| (*code).into()).collect(),
            popularity,
        }
    }

    fn id(no: u8) -> ProductId {
        ProductId::of_source("test", &no.to_string())
    }

    fn pharmacy() -> ProductIndex {
        ProductIndex::build([
            product(
                1,
                "Ibuprofen Nordhain 400 mg, Filmtabletten",
                "20 St",
                &["02000100009666", "13832707"],
                9,
            ),
            product(2, "IBUPROFÈNE 400 mg, comprimé", "30", &["03400949497294", "4949729"], 0),
            product(3, "Paracetamol 500 mg", "20 St", &["03400936963504"], 4),
            product(4, "Zahnpasta süß", "75 ml", &["A-17"], 0),
            product(5, "Dexibuprofen 400 mg", "20 St", &["00000002345673"], 0),
            product(6, "Kapseln mit Ibuprofen", "10 St", &["03752864"], 0),
            product(7, "Œstradiol 0,5 mg/g gel", "80 g", &[], 0),
        ])
    }

    fn check(index: &ProductIndex, text: &str, expected: &[u8]) {
        let expected: Vec<ProductId> = expected.iter().map(|no| id(*no)).collect();
        assert_eq!(index.find(text, 20), expected, "{text:?}");
    }

    #[test]
    fn any_part_of_the_name_in_any_order() {
        let index = pharmacy();
        check(&index, "ibuprofen", &[1, 2, 6, 5]);
        check(&index, "IBUPROFÈN", &[1, 2, 6, 5]);
        check(&index, "400 ibu", &[1, 5, 2]);
        check(&index, "mg profen film", &[1]);
        check(&index, "suss", &[4]);
        check(&index, "süß 75", &[4]);
        check(&index, "oestradiol 0.5", &[7]);
        check(&index, "Œstradiol 0,5", &[7]);
        check(&index, "ibuprofen 500", &[]);
        check(&index, "xyz", &[]);
        check(&index, "\n", &[1, 3, 5, 2, 6, 7, 4]);
        check(&index, "", &[1, 3, 5, 2, 6, 7, 4]);
        assert_eq!(index.find("", 2), [id(1), id(3)]);
        assert_eq!(index.find("ibu", 0), []);
        assert_eq!(ProductIndex::default().find("ibu", 20), []);
        assert_eq!(ProductIndex::build([]).find("", 20), []);
    }

    #[test]
    fn codes_are_found_whole_or_by_their_beginning() {
        let index = pharmacy();
        for whole in ["02000100009666", "2000100009666", "13832707", "1383", "2000"] {
            check(&index, whole, &[1]);
        }
        check(&index, "3400949497294", &[2]);
        check(&index, "4949729", &[2]);
        check(&index, "03752864", &[6]);
        check(&index, "3752864", &[6]);
        check(&index, "2345673", &[5]);
        check(&index, "3400", &[3, 2]);
        check(&index, "340", &[]);
        check(&index, "a-17", &[4]);
        check(&index, "A17", &[4]);
        check(&index, "949497294", &[]);
        check(&index, "000", &[]);
        // Two codes of one product that begin alike do not push out the next product.
        let alike = [product(1, "a", "", &["55551", "55552"], 1), product(2, "b", "", &["55553"], 0)];
        assert_eq!(ProductIndex::build(alike).find("5555", 2), [id(1), id(2)]);
    }

    #[test]
    fn what_changes_is_found_before_and_after_a_merge() {
        let mut index = pharmacy();
        index.raise_popularity(id(6), 5);
        index.raise_popularity(id(1), -9);
        index.raise_popularity(id(99), 1);
        index.put(product(8, "Ibuprofen forte", "10 St", &["777777"], 7));
        index.put(product(3, "Acetyl ibu", "5 St", &["888888"], 4));
        for _ in 0..2 {
            check(&index, "ibu", &[8, 6, 3, 1, 2, 5]);
            check(&index, "", &[8, 6, 3, 5, 1, 2, 7, 4]);
            check(&index, "paracetamol", &[]);
            check(&index, "3400936963504", &[]);
            check(&index, "8888", &[3]);
            check(&index, "777777", &[8]);
            assert_eq!(index.len(), 8);
            index.merge();
        }
    }

    #[test]
    fn a_merge_is_due_after_many_changes() {
        let mut index = ProductIndex::build([]);
        let products = (0..=MAX_PENDING).map(|no| IndexedProduct {
            product: ProductId::of_source("test", &no.to_string()),
            ..product(0, "a", "", &[], 0)
        });
        for product in products {
            assert!(!index.merge_is_due());
            index.put(product);
        }
        assert!(index.merge_is_due());
        index.merge();
        assert!(!index.merge_is_due());
    }

    /// A product with its name and codes folded.
    type Known = (IndexedProduct, String, Vec<String>);

    /// Looks at every product and sorts all that match: what `find` must equal.
    fn naive(products: &[Known], text: &str, limit: usize) -> Vec<ProductId> {
        let folded = fold(text);
        let words: Vec<&str> = folded.split_whitespace().collect();
        let code = fold_code(text);
        let takes_prefix = text.chars().filter(|c| c.is_alphanumeric()).count() >= MIN_CODE_PREFIX;
        let mut found = Vec::new();
        for (product, name, codes) in products {
            let by_name = words.iter().all(|word| name.contains(word));
            let is_meant = |known: &String| *known == code || (takes_prefix && known.starts_with(&code));
            if !by_name && (code.is_empty() || !codes.iter().any(is_meant)) {
                continue;
            }
            let first = words.first().copied().unwrap_or_default();
            let fit = match () {
                () if !by_name => 2,
                () if name.starts_with(first) => 0,
                () if name.contains(&format!(" {first}")) => 1,
                () => 2,
            };
            found.push((Reverse(product.popularity), fit, name, product.product));
        }
        found.sort();
        found.into_iter().map(|(_, _, _, product)| product).take(limit).collect()
    }

    fn a_product() -> impl Strategy<Value = IndexedProduct> {
        let word =
            prop::sample::select(vec!["ab", "abc", "bab", "cab", "é", "ß", "a", "b 2", "2,5", "-", "xab"]);
        let name = prop::collection::vec(word, 1..4).prop_map(|words| words.join(" "));
        let codes = prop::collection::vec("0{0,2}[12]{1,6}", 0..3);
        // Few are popular, as in a pharmacy, so that there are large and small groups.
        let popularity = prop_oneof![4 => Just(0), 2 => 0..3i64, 1 => -2..100i64];
        (0..900u32, name, prop::sample::select(vec!["", "2 St", "ab"]), codes, popularity).prop_map(
            |(no, name, pack, codes, popularity)| IndexedProduct {
                product: ProductId::of_source("test", &no.to_string()),
                name,
                pack: pack.into(),
                codes,
                popularity,
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn it_finds_what_a_look_at_every_product_finds(
            built in prop::collection::vec(a_product(), 0..2_000),
            changed in prop::collection::vec((a_product(), any::<bool>(), -5..50i64), 0..60),
            merge_at in 0..60usize,
            searches in prop::collection::vec(("[abcx ß]{0,4}( [ab2]{1,2})?|[0-2]{1,6}|2,5|b-2 a", 0..40usize), 40),
        ) {
            let mut known: BTreeMap<ProductId, IndexedProduct> = BTreeMap::new();
            known.extend(built.iter().map(|product| (product.product, product.clone())));
            let mut index = ProductIndex::build(built);
            for (at, (product, is_new, by)) in changed.into_iter().enumerate() {
                if is_new {
                    index.put(product.clone());
                    known.insert(product.product, product);
                } else {
                    index.raise_popularity(product.product, by);
                    if let Some(product) = known.get_mut(&product.product) {
                        product.popularity += by;
                    }
                }
                if at == merge_at {
                    index.merge();
                }
            }
            prop_assert_eq!(index.len(), known.len());
            let known: Vec<Known> = known
                .into_values()
                .map(|product| {
                    let name = fold(&format!("{} {}", product.name, product.pack));
                    let codes = product.codes.iter().map(|code| fold_code(code)).collect();
                    (product, name, codes)
                })
                .collect();
            for (text, limit) in searches {
                prop_assert_eq!(index.find(&text, limit), naive(&known, &text, limit), "{:?} {}", text, limit);
            }
        }
    }
}
