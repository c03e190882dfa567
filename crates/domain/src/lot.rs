//! Lots on the shelf: which of them may be sold, until when, and which goes first.
//!
//! Nothing here is kept. Stock comes summed from postings, state and expiry from facts about the lot; what is
//! decided here is the same on every till that knows the same facts.

mod allocate;
mod basket;
mod pieces;
mod rows;

use crate::refusal::Refusal;
use crate::time::{BusinessDate, Month};

pub use allocate::{Allocation, FromLot, allocate};
pub use basket::{KnownLots, ProductLots};
pub use pieces::{PiecesFromLot, PiecesSold, sell_pieces};
pub use rows::{Chosen, Remarks};

/// Why a person gives another lot than the one that expires first: the treatment lasts longer than the first
/// lot, this pack is the one in hand, the first lot is not where the book has it, all packs have to be of one
/// lot, or something else.
pub const LOT_REASONS: [&str; 5] = ["longer_expiry", "pack_in_hand", "not_found", "one_lot_for_all", "other"];

/// Days before its expiry in which a pack that is given out is told to be expiring soon.
pub const EXPIRING_SOON_DAYS: i32 = 30;

/// Days until expiry that stock is sorted by (the buckets of OpenBoxes).
pub const EXPIRY_BUCKET_DAYS: [i32; 6] = [0, 30, 60, 90, 180, 365];

/// What people have found about a lot, the mildest first.
///
/// Where several of them hold, the strictest does. The order is how hard it is to get back: the pharmacy itself
/// lifts a hold; a pharmacist releases from quarantine; what is damaged never comes back, but may be thrown
/// away; what is recalled may leave only on the way that the recall names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LotState {
    /// Nothing speaks against it.
    Sellable,
    /// Not to be sold until a question is answered.
    OnHold,
    /// Set apart until a pharmacist has looked at it.
    Quarantined,
    /// Can never be sold.
    Damaged,
    /// The maker or an authority has called it back.
    Recalled,
}

impl LotState {
    /// All of them, the mildest first.
    pub const ALL: [Self; 5] =
        [Self::Sellable, Self::OnHold, Self::Quarantined, Self::Damaged, Self::Recalled];

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Sellable => "sellable",
            Self::OnHold => "on_hold",
            Self::Quarantined => "quarantined",
            Self::Damaged => "damaged",
            Self::Recalled => "recalled",
        }
    }

    /// The state of this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// What several facts about one lot come to: the strictest of them. Sellable where there is none.
    #[must_use]
    pub fn of(facts: impl IntoIterator<Item = Self>) -> Self {
        facts.into_iter().max().unwrap_or(Self::Sellable)
    }
}

/// Why a lot must not be sold, the mildest first: a [`LotState`], or its expiry, which nobody can lift either.
/// The strictest is told: a lot that is both expired and recalled goes back, it is not thrown away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Block {
    /// On hold.
    OnHold,
    /// In quarantine.
    Quarantined,
    /// Its last day has passed.
    Expired,
    /// Damaged.
    Damaged,
    /// Recalled.
    Recalled,
}

impl Block {
    /// Why a lot of this state and expiry must not be sold today; none where it may be.
    #[must_use]
    pub fn of(state: LotState, expiry: Option<BusinessDate>, today: BusinessDate) -> Option<Self> {
        let found = match state {
            LotState::Sellable => None,
            LotState::OnHold => Some(Self::OnHold),
            LotState::Quarantined => Some(Self::Quarantined),
            LotState::Damaged => Some(Self::Damaged),
            LotState::Recalled => Some(Self::Recalled),
        };
        found.max(expiry.is_some_and(|expiry| is_expired(expiry, today)).then_some(Self::Expired))
    }

    /// What the counter says to a pack of such a lot, and in which line of a basket it stands.
    #[must_use]
    pub fn refusal(self, line_no: Option<u32>) -> Refusal {
        match self {
            Self::OnHold => Refusal::LotOnHold { line_no },
            Self::Quarantined => Refusal::LotQuarantined { line_no },
            Self::Expired => Refusal::LotExpired { line_no },
            Self::Damaged => Refusal::LotDamaged { line_no },
            Self::Recalled => Refusal::LotRecalled { line_no },
        }
    }
}

/// One lot of a product as it stands on the shelf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LotOnShelf {
    /// Lot number; none for packs of which no lot is known.
    pub lot: Option<String>,
    /// Last day on which it may be sold, where known.
    pub expiry: Option<BusinessDate>,
    /// Whole packs by the book; below zero where more were sold than came in.
    pub on_hand: i64,
    /// Pieces in its opened packs by the book; below zero where more were sold.
    pub pieces: i64,
    /// What people have found about it.
    pub state: LotState,
}

impl LotOnShelf {
    /// Why it must not be sold today; none where it may be.
    #[must_use]
    pub fn block(&self, today: BusinessDate) -> Option<Block> {
        Block::of(self.state, self.expiry, today)
    }
}

/// Whole packs that may be sold today. What was sold of a lot beyond its stock came out of some other lot, so it
/// is taken off; the result may be below zero.
#[must_use]
pub fn usable_packs(lots: &[LotOnShelf], today: BusinessDate) -> i64 {
    let usable = lots.iter().filter(|lot| lot.on_hand < 0 || lot.block(today).is_none());
    usable.fold(0, |sum, lot| sum.saturating_add(lot.on_hand))
}

/// Whether two lot numbers are the same as people write them: capitals, spaces and hyphens make no difference.
#[must_use]
pub fn is_same_lot(one: Option<&str>, other: Option<&str>) -> bool {
    fn letters(lot: &str) -> impl Iterator<Item = char> + '_ {
        lot.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_uppercase)
    }
    match (one, other) {
        (Some(one), Some(other)) => one == other || letters(one).eq(letters(other)),
        (one, other) => one == other,
    }
}

/// Whether the last day has passed: a pack that expires today is still sold today.
#[must_use]
pub fn is_expired(expiry: BusinessDate, today: BusinessDate) -> bool {
    expiry < today
}

/// Days until expiry; 0 on the last day, below zero afterwards.
#[must_use]
pub fn days_left(expiry: BusinessDate, today: BusinessDate) -> i32 {
    expiry.0.saturating_sub(today.0)
}

/// The first of [`EXPIRY_BUCKET_DAYS`] that the days left do not exceed: 0 holds what expires today or has
/// expired. None for more than 365 days.
#[must_use]
pub fn expiry_bucket(expiry: BusinessDate, today: BusinessDate) -> Option<i32> {
    EXPIRY_BUCKET_DAYS.into_iter().find(|days| days_left(expiry, today) <= *days)
}

/// Reads `YYYY-MM-DD`, or `YYYY-MM` as a pack states it: the last day of that month.
#[must_use]
pub fn read_expiry(text: &str) -> Option<BusinessDate> {
    BusinessDate::parse(text).or_else(|| Month::parse(text).map(|month| month.last_day))
}

/// What the facts about the expiry of one lot come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ExpiryFound {
    /// The earliest, which counts for selling; none where nothing is known.
    pub earliest: Option<BusinessDate>,
    /// The facts contradict each other, so somebody has to look at a pack.
    pub has_two_expiries: bool,
}

/// What facts about the expiry of one lot come to. A fact that says nothing never blanks one that does.
#[must_use]
pub fn expiry_of(facts: impl IntoIterator<Item = Option<BusinessDate>>) -> ExpiryFound {
    facts.into_iter().flatten().fold(ExpiryFound::default(), |found, fact| ExpiryFound {
        earliest: Some(found.earliest.map_or(fact, |earliest| earliest.min(fact))),
        has_two_expiries: found.has_two_expiries || found.earliest.is_some_and(|earliest| earliest != fact),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: PartialEq + std::fmt::Debug>(seen: T, expected: T) {
        assert_eq!(seen, expected);
    }

    fn day(text: &str) -> BusinessDate {
        BusinessDate::parse(text).unwrap()
    }

    #[test]
    fn the_strictest_fact_holds() {
        use LotState::{Damaged, OnHold, Quarantined, Recalled, Sellable};
        check(LotState::of([]), Sellable);
        check(LotState::of([OnHold, Sellable]), OnHold);
        check(LotState::of([Quarantined, OnHold]), Quarantined);
        check(LotState::of([Quarantined, Damaged, OnHold]), Damaged);
        check(LotState::of([Recalled, Damaged]), Recalled);
        for (state, code) in
            LotState::ALL.into_iter().zip(["sellable", "on_hold", "quarantined", "damaged", "recalled"])
        {
            check((state.code(), LotState::parse(code)), (code, Some(state)));
        }
        check(LotState::parse("expired"), None);
    }

    #[test]
    fn what_speaks_against_selling() {
        let check = |state, days_left: Option<i32>, code: Option<&str>| {
            let today = day("2026-11-23");
            let expiry = days_left.map(|days| BusinessDate(today.0 + days));
            let block = Block::of(state, expiry, today);
            assert_eq!(block.map(|block| block.refusal(None).code()), code, "{state:?} {days_left:?}");
        };
        check(LotState::Sellable, None, None);
        check(LotState::Sellable, Some(0), None);
        check(LotState::Sellable, Some(-1), Some("lot_expired"));
        check(LotState::OnHold, Some(0), Some("lot_on_hold"));
        check(LotState::OnHold, Some(-1), Some("lot_expired"));
        check(LotState::Quarantined, None, Some("lot_quarantined"));
        check(LotState::Quarantined, Some(-1), Some("lot_expired"));
        check(LotState::Damaged, Some(-1), Some("lot_damaged"));
        check(LotState::Recalled, Some(-1), Some("lot_recalled"));
    }

    #[test]
    fn usable_stock() {
        let today = day("2026-11-23");
        let lot = |on_hand, state, expiry| LotOnShelf { lot: None, expiry, on_hand, pieces: 0, state };
        check(usable_packs(&[], today), 0);
        check(usable_packs(&[lot(5, LotState::Sellable, None), lot(-2, LotState::Sellable, None)], today), 3);
        check(usable_packs(&[lot(5, LotState::OnHold, None), lot(-2, LotState::OnHold, None)], today), -2);
        check(usable_packs(&[lot(5, LotState::Sellable, Some(BusinessDate(today.0 - 1)))], today), 0);
        check(usable_packs(&[lot(5, LotState::Sellable, Some(today))], today), 5);
    }

    #[test]
    fn buckets() {
        let today = day("2026-11-23");
        let bucket = |days: i32| expiry_bucket(BusinessDate(today.0.saturating_add(days)), today);
        check(bucket(i32::MIN), Some(0));
        check(bucket(-1), Some(0));
        for (edge, next) in [(0, 30), (30, 60), (60, 90), (90, 180), (180, 365)] {
            check((bucket(edge), bucket(edge + 1)), (Some(edge), Some(next)));
        }
        check((bucket(365), bucket(366), bucket(i32::MAX)), (Some(365), None, None));
    }

    #[test]
    fn lots_as_people_write_them() {
        let same = |one, other| is_same_lot(one, other);
        check(same(Some("A71-2"), Some("a 712")), true);
        check(same(Some("A71"), Some("A72")), false);
        check(same(None, Some("A71")), false);
        check(same(None, None), true);
        check(same(Some("-"), Some("/")), true);
    }

    #[test]
    fn expiries_are_read() {
        check(read_expiry("2026-01-15"), Some(day("2026-01-15")));
        check(read_expiry("2026-01"), Some(day("2026-01-31")));
        check(read_expiry("2028-02"), Some(day("2028-02-29")));
        check(read_expiry("01/2026"), None);
        check(read_expiry(""), None);
    }

    #[test]
    fn the_earliest_expiry_counts() {
        let found = |facts: &[Option<&str>]| {
            let found = expiry_of(facts.iter().map(|fact| fact.map(day)));
            (found.earliest.map(|day| day.to_string()).unwrap_or_default(), found.has_two_expiries)
        };
        let early = || "2026-05-31".to_owned();
        check(found(&[]), (String::new(), false));
        check(found(&[None, Some("2026-05-31"), None]), (early(), false));
        check(found(&[Some("2026-05-31"), Some("2026-05-31")]), (early(), false));
        check(found(&[Some("2027-05-31"), Some("2026-05-31")]), (early(), true));
        check(found(&[Some("2026-05-31"), Some("2027-05-31"), Some("2026-05-31")]), (early(), true));
    }
}
