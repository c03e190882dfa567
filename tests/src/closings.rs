//! Generated closings of a drawer, each with what really went wrong. `closings/README.md` says what they are a
//! mix of, and why.

mod baseline;
mod chance;
mod day;
mod drawer;
mod measure;
mod mistake;

pub use baseline::baseline;
pub use drawer::{VALUES, total_minor};
pub use measure::{Measure, Share, evidence, measure, measure_baseline};

use chance::Chance;
use day::Day;
use drawer::Usual;

/// A sale or refund as it stands in the book. Amounts are cents, below zero where they are given back.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// Its number.
    pub entry: u32,
    /// Minute of the day.
    pub minute: i64,
    /// Who rang it up.
    pub person: u32,
    /// What it brought in cash, net of change.
    pub cash_minor: i64,
    /// What it brought on the card terminal.
    pub card_minor: i64,
    /// What was handed over in cash.
    pub tendered_minor: i64,
    /// What was given back of it.
    pub change_minor: i64,
    /// Whether goods came back.
    pub is_refund: bool,
    /// Whether they had been paid by card.
    pub is_refund_of_card: bool,
}

/// Kind of a movement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MovementKind {
    /// Cash in that is not a sale.
    PaidIn,
    /// Cash out that is not a refund.
    PaidOut,
    /// Drawer to safe.
    SafeDrop,
    /// Safe to drawer.
    FloatTopUp,
}

/// Cash that moved.
#[derive(Debug, Clone)]
pub struct Movement {
    /// Its number.
    pub entry: u32,
    /// Kind.
    pub kind: MovementKind,
    /// Minute of the day.
    pub minute: i64,
    /// Why.
    pub reason: &'static str,
    /// Cents, into the drawer above zero.
    pub amount_minor: i64,
}

/// A till beside this drawer.
#[derive(Debug, Clone)]
pub struct OtherTill {
    /// Its number.
    pub till: u32,
    /// What it sold.
    pub receipts: Vec<Receipt>,
    /// Its own over/short, where it is known already.
    pub over_short_minor: Option<i64>,
}

/// Money on its way to this drawer and not accepted yet.
#[derive(Debug, Clone)]
pub struct Transfer {
    /// Its number.
    pub entry: u32,
    /// Minute of the day.
    pub minute: i64,
    /// Cents.
    pub amount_minor: i64,
}

/// A paid-out of an earlier day.
#[derive(Debug, Clone)]
pub struct PaidOut {
    /// Why.
    pub reason: &'static str,
    /// Minute of the day.
    pub minute: i64,
    /// Cents, above zero.
    pub amount_minor: i64,
}

/// An earlier day of the same drawer.
#[derive(Debug, Clone)]
pub struct Earlier {
    /// Its paid-outs.
    pub paid_outs: Vec<PaidOut>,
    /// What was counted.
    pub count: Vec<Pieces>,
}

/// So many of one note or coin.
#[derive(Debug, Clone, Copy)]
pub struct Pieces {
    /// Its value in cents.
    pub value_minor: i64,
    /// How many.
    pub count: i64,
}

/// The card terminal's total, in cents.
#[derive(Debug, Clone, Copy)]
pub struct Card {
    /// What the book says.
    pub expected_minor: i64,
    /// What the terminal says, where somebody looked.
    pub counted_minor: Option<i64>,
}

/// What a mistake is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// A sale, refund, movement or transfer.
    Entry(u32),
    /// A note or coin; where two were mixed up, one of them.
    Denomination(i64),
    /// A paid-out that comes back.
    Habit(&'static str),
}

/// A mistake that really happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planted {
    /// Its code, as in the table of the README.
    pub code: &'static str,
    /// What it alone makes the drawer over (above zero) or short.
    pub amount_minor: i64,
    /// What it is about.
    pub about: About,
}

/// A closing.
#[derive(Debug, Clone)]
pub struct Closing {
    /// Sales and refunds of the drawer, oldest first.
    pub receipts: Vec<Receipt>,
    /// Cash moved, in the order of the book.
    pub movements: Vec<Movement>,
    /// Tills beside this drawer.
    pub other_tills: Vec<OtherTill>,
    /// Transfers to this drawer that nobody has accepted.
    pub transfers: Vec<Transfer>,
    /// Earlier days.
    pub earlier: Vec<Earlier>,
    /// What the book says should be in the drawer.
    pub expected_minor: i64,
    /// What was typed.
    pub count: Vec<Pieces>,
    /// The card terminal.
    pub card: Card,
    /// What went wrong; nothing where it cannot be found.
    pub planted: Vec<Planted>,
}

impl Closing {
    /// Over (above zero) or short, never zero.
    #[must_use]
    pub fn over_short_minor(&self) -> i64 {
        total_minor(&self.count) - self.expected_minor
    }
}

/// The closing of this seed, from the whole mix.
#[must_use]
pub fn closing(seed: u64) -> Closing {
    let mut chance = Chance::new(seed);
    let mistakes = chance.weighted(&[(25, 0), (60, 1), (15, 2)]);
    let codes: Vec<&'static str> = (0..mistakes).map(|_| chance.weighted(&mistake::SHARES)).collect();
    // A day on which these mistakes cannot happen is drawn again, so that the shares hold.
    loop {
        if let Some(closing) = draw(&mut chance, &codes) {
            return closing;
        }
    }
}

fn draw(chance: &mut Chance, codes: &[&'static str]) -> Option<Closing> {
    let mut day = Day::new(chance);
    let usual = Usual::new(chance, day.keeps_rolls);
    let mut planted = Vec::new();
    let mut in_drawer_minor = 0;
    if codes.is_empty() {
        in_drawer_minor = mistake::without_a_trace(chance, &day.prices);
    }
    let (typed, done): (Vec<&'static str>, Vec<&'static str>) =
        codes.iter().partition(|code| mistake::is_of_the_count(code));
    for code in done {
        let one = mistake::happen(chance, code, &mut day)?;
        in_drawer_minor += one.amount_minor;
        planted.push(one);
    }
    let expected_minor = day.expected_minor();
    let held_minor = expected_minor + in_drawer_minor;
    if held_minor < 10_000 {
        return None;
    }
    let earlier = day.earlier(chance, &usual, held_minor);
    let mut count = usual.pieces(chance, held_minor);
    for code in typed {
        planted.push(mistake::miscount(chance, code, &mut count, day.keeps_rolls)?);
    }
    mistake::close_card(chance, &mut day);
    let Day { receipts, movements, other_tills, transfers, card, .. } = day;
    let closing = Closing {
        receipts,
        movements,
        other_tills,
        transfers,
        earlier,
        expected_minor,
        count,
        card,
        planted,
    };
    // Two of one thing are one mistake, or none.
    let is_twice = matches!(&closing.planted[..], [one, other] if one.about == other.about);
    (closing.over_short_minor() != 0 && !is_twice).then_some(closing)
}
