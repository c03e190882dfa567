//! The objects of one branch as a row without gaps. Many small ones become one larger one, like the digits of
//! a counter, so that a year does not leave millions.

use super::name::{Mark, Segment};

/// So many objects of a level become one of the next.
const MERGED_AT_ONCE: usize = 16;
/// Nothing is merged into more bytes than this.
const MOST_BYTES: u64 = 8 << 20;

/// Objects of which each goes on where the one before it ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row(Vec<Segment>);

impl Row {
    /// The row that objects make, wherever a crash left them; and those that are not needed for it.
    #[must_use]
    pub fn of(objects: &[Segment]) -> (Self, Vec<Segment>) {
        let mut row = Self::default();
        loop {
            let next = objects.iter().filter(|object| object.from == row.end() && object.to != object.from);
            // What was merged reaches further than what it was merged from.
            let Some(next) = next.max_by_key(|object| (object.to, object.level)) else { break };
            row.0.push(*next);
        }
        let left_over = objects.iter().filter(|object| !row.0.contains(object)).copied().collect();
        (row, left_over)
    }

    /// The objects, in their order.
    #[must_use]
    pub fn objects(&self) -> &[Segment] {
        &self.0
    }

    /// Up to where everything is there.
    #[must_use]
    pub fn end(&self) -> Mark {
        self.0.last().map_or(Mark::default(), |last| last.to)
    }

    /// The last object.
    #[must_use]
    pub fn last(&self) -> Option<Segment> {
        self.0.last().copied()
    }

    /// Whether an object of this name belongs to the row.
    #[must_use]
    pub fn holds(&self, object: &Segment) -> bool {
        let Segment { from, to, level, .. } = *object;
        self.0.iter().any(|held| (held.from, held.to, held.level) == (from, to, level))
    }

    /// An object was written behind the others.
    pub fn push(&mut self, segment: Segment) {
        debug_assert_eq!(segment.from, self.end());
        self.0.push(segment);
    }

    /// The last object is of no use.
    pub fn drop_last(&mut self) -> Option<Segment> {
        self.0.pop()
    }

    /// What should be written in the place of several objects; its size is not known yet.
    #[must_use]
    pub fn to_merge(&self) -> Option<Segment> {
        let is_mergeable = |objects: &&[Segment]| {
            objects.iter().all(|object| object.level == objects[0].level)
                && objects.iter().map(|object| object.bytes).sum::<u64>() <= MOST_BYTES
        };
        let objects = self.0.windows(MERGED_AT_ONCE).find(is_mergeable)?;
        let (first, last) = (objects.first()?, objects.last()?);
        Some(Segment { from: first.from, to: last.to, level: first.level.saturating_add(1), bytes: 0 })
    }

    /// `whole` was written in the place of those that are given back.
    pub fn merged(&mut self, whole: Segment) -> Vec<Segment> {
        let is_before = |object: &Segment| object.to.is_within(whole.from);
        let from = self.0.iter().take_while(|object| is_before(object)).count();
        let count = self.0[from..].iter().take_while(|object| object.to.is_within(whole.to)).count();
        self.0.splice(from..from + count, [whole]).collect()
    }
}

/// What is missing between the beginning and the last thing that objects hold: after where, up to where.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    /// Of records.
    pub records: Vec<(i64, i64)>,
    /// Of keys.
    pub keys: Vec<(i64, i64)>,
}

/// What objects leave out.
#[must_use]
pub fn gaps(objects: &[Segment]) -> Gaps {
    let missing = |part: fn(Mark) -> i64| {
        let mut stretches: Vec<(i64, i64)> =
            objects.iter().map(|object| (part(object.from), part(object.to))).collect();
        stretches.sort_unstable();
        let (mut reached, mut missing) = (0, Vec::new());
        for (from, to) in stretches {
            if from > reached {
                missing.push((reached, from));
            }
            reached = reached.max(to);
        }
        missing
    };
    Gaps { records: missing(|mark| mark.record), keys: missing(|mark| mark.key) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn segment(from: (i64, i64), to: (i64, i64), level: u8, bytes: u64) -> Segment {
        let mark = |(record, key)| Mark { record, key };
        Segment { from: mark(from), to: mark(to), level, bytes }
    }

    #[test]
    fn what_is_too_large_is_not_merged_and_keeps_nothing_else_from_it() {
        let mut row = Row::default();
        for no in 0..40 {
            assert_eq!(row.to_merge().is_some(), no >= 36, "{no}");
            let bytes = if no < 20 { MOST_BYTES } else { 1 };
            row.push(segment((no, 0), (no + 1, 0), 0, bytes));
        }
        assert_eq!(row.to_merge(), Some(segment((20, 0), (36, 0), 1, 0)));
    }

    #[test]
    fn gaps_are_named() {
        assert_eq!(gaps(&[]), Gaps::default());
        let whole = [segment((0, 0), (10, 3), 1, 1), segment((5, 0), (10, 3), 0, 1)];
        assert_eq!(gaps(&whole), Gaps::default());
        let holes = [segment((2, 0), (10, 3), 1, 1), segment((12, 5), (20, 9), 0, 1)];
        assert_eq!(gaps(&holes), Gaps { records: vec![(0, 2), (10, 12)], keys: vec![(3, 5)] });
    }

    /// What may happen between two moments.
    #[derive(Debug, Clone)]
    enum Act {
        /// Some records and keys came and were written.
        Write { records: i64, keys: i64, bytes: u64 },
        /// The program stopped after it wrote, before it was known.
        WriteAndStop { records: i64, keys: i64 },
        /// Merging, with so many of the old ones removed before the program stops; all, and it goes on.
        Merge { removed: Option<usize> },
        /// The program was started again, and removes what is left over.
        Start,
    }

    fn acts() -> impl Strategy<Value = Vec<Act>> {
        let write = (1..5_i64, 0..2_i64, 1..(1_u64 << 20)).prop_map(|(records, keys, bytes)| Act::Write {
            records,
            keys,
            bytes,
        });
        let act = prop_oneof![
            20 => write,
            1 => (0..3_i64, 1..3_i64).prop_map(|(records, keys)| Act::WriteAndStop { records, keys }),
            4 => prop::option::weighted(0.3, 0..20_usize).prop_map(|removed| Act::Merge { removed }),
            1 => Just(Act::Start),
        ];
        prop::collection::vec(act, 0..300)
    }

    proptest! {
        #[test]
        fn the_objects_always_hold_everything(acts in acts()) {
            let (mut stored, mut row, mut end) = (Vec::<Segment>::new(), Row::default(), Mark::default());
            let started = |stored: &mut Vec<Segment>| {
                let (row, left_over) = Row::of(stored);
                stored.retain(|object| !left_over.contains(object));
                row
            };
            for act in acts {
                match act {
                    Act::Write { records, keys, bytes } => {
                        let to = Mark { record: end.record + records, key: end.key + keys };
                        let object = Segment { from: end, to, level: 0, bytes };
                        stored.push(object);
                        row.push(object);
                        end = to;
                    }
                    Act::WriteAndStop { records, keys } => {
                        let to = Mark { record: end.record + records, key: end.key + keys };
                        stored.push(Segment { from: end, to, level: 0, bytes: 1 });
                        end = to;
                        row = started(&mut stored);
                    }
                    Act::Merge { removed } => {
                        let Some(whole) = row.to_merge() else { continue };
                        let replaced = row.merged(whole);
                        prop_assert_eq!(replaced.len(), MERGED_AT_ONCE);
                        stored.push(whole);
                        let count = removed.unwrap_or(replaced.len()).min(replaced.len());
                        stored.retain(|object| !replaced[..count].contains(object));
                        if removed.is_some() {
                            row = started(&mut stored);
                        }
                    }
                    Act::Start => row = started(&mut stored),
                }
                prop_assert_eq!(row.end(), end);
                prop_assert_eq!(gaps(&stored), Gaps::default());
                prop_assert_eq!(Row::of(&stored).0.end(), end);
            }
        }

        #[test]
        fn a_year_leaves_few_objects(count in 1_000..20_000_i64) {
            let mut row = Row::default();
            for no in 0..count {
                row.push(segment((no, 0), (no + 1, 0), 0, 1_000));
                while let Some(whole) = row.to_merge() {
                    let replaced = row.merged(whole);
                    let bytes = replaced.iter().map(|object| object.bytes).sum();
                    if let Some(merged) = row.0.iter_mut().find(|object| **object == whole) {
                        merged.bytes = bytes;
                    }
                }
            }
            prop_assert!(row.0.len() < 5 * MERGED_AT_ONCE, "{} objects", row.0.len());
            prop_assert_eq!(row.end(), Mark { record: count, key: 0 });
        }
    }
}
