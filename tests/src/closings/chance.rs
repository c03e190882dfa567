//! A fixed course of chance.

/// The same numbers for the same seed, on every computer.
pub struct Chance(u64);

impl Chance {
    /// The course of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number from 0 to below `sides` (SplitMix64); 0 where there are none.
    pub fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let mixed = mixed ^ (mixed >> 31);
        usize::try_from(mixed % (sides as u64).max(1)).unwrap_or(0)
    }

    /// An amount or a count, both ends included.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        let sides = usize::try_from(most - least + 1).unwrap_or(1);
        least + i64::try_from(self.below(sides)).unwrap_or(0)
    }

    /// True in so many of a hundred.
    pub fn is(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of these, each as often as its weight says.
    pub fn weighted<T: Copy>(&mut self, choices: &[(usize, T)]) -> T {
        let mut at = self.below(choices.iter().map(|(weight, _)| weight).sum());
        for (weight, choice) in choices {
            if at < *weight {
                return *choice;
            }
            at -= weight;
        }
        choices[choices.len() - 1].1
    }

    /// One of these.
    pub fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }

    /// From `least` to `most`, each doubling as likely as the one before: small ones more often.
    pub fn doubling(&mut self, least: i64, most: i64) -> i64 {
        let mut ends = vec![least];
        while let Some(end) = ends.last().filter(|end| **end < most) {
            ends.push((end * 2).min(most));
        }
        // The last step is shorter than a doubling, and as much rarer.
        let steps = ends.len().saturating_sub(1);
        let mut at = self.below(steps.max(1));
        if at + 1 == steps && steps > 1 {
            let (low, high) = (ends[at], ends[at + 1]);
            if self.between(0, low) > high - low {
                at = self.below(steps - 1);
            }
        }
        self.between(ends[at], ends.get(at + 1).copied().unwrap_or(most))
    }
}
