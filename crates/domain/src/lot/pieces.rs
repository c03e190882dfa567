//! Parts of packs: which pack is opened for pieces, and what is left of it.

use super::LotOnShelf;
use super::rows::{Chosen, Remarks, Row, Rows};
use crate::account::{Account, Dimension, Posting};
use crate::entry::Measure;
use crate::id::{PlaceId, ProductId};
use crate::limits::{MAX_PACK_CONTENT, MAX_PIECES, check_quantity};
use crate::postings::Postings;
use crate::refusal::Refusal;
use crate::time::BusinessDate;

/// Pieces taken from lots, in whole packs as far as they fill some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PiecesSold {
    /// Pieces in one pack.
    pub pack_content: i64,
    /// The lots, each once; their packs and pieces sum to what was asked for.
    pub lots: Vec<PiecesFromLot>,
    /// Packs in `lots` that the book does not have, 0 or more.
    pub short_packs: i64,
    /// What is told about it, in pieces.
    pub remarks: Remarks,
}

/// Pieces of one lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PiecesFromLot {
    /// Lot number; none where no lot is known.
    pub lot: Option<String>,
    /// The expiry that counted, where known.
    pub expiry: Option<BusinessDate>,
    /// Packs that are given as they are, 0 or more.
    pub whole_packs: i64,
    /// Packs to open, 0 or 1.
    pub opened_packs: i64,
    /// Pieces out of opened packs, 0 or more, those out of the pack that is opened now among them.
    pub pieces: i64,
    /// Pieces that are in opened packs of this lot afterwards, 0 or more.
    pub pieces_left: i64,
    /// Packs of this line that the book does not have, 0 or more.
    pub short_packs: i64,
}

/// Takes `wanted` pieces (1 to [`MAX_PIECES`]) of packs of `pack_content` pieces (1 to [`MAX_PACK_CONTENT`]).
///
/// Packs that are open already are used up first, because nobody takes them otherwise; but never so that one
/// more pack has to be opened. Among open packs, and among whole ones, what expires first goes first, and the
/// last pack of that order is the one that is opened: at most one, and only where whole packs and open ones do
/// not come to what is asked for. A lot in hand or chosen by a person goes before all others, and so do
/// packs that are in hand although the book does not have them. What is short comes out of packs that the book
/// does not have, of the named lot, else of the first that may be sold, else of none.
///
/// # Errors
/// As [`allocate()`](super::allocate()).
pub fn sell_pieces(
    lots: &[LotOnShelf],
    wanted: i64,
    pack_content: i64,
    today: BusinessDate,
    chosen: Chosen<'_>,
) -> Result<PiecesSold, Refusal> {
    check_quantity(wanted, MAX_PIECES)?;
    check_quantity(pack_content, MAX_PACK_CONTENT)?;
    let rows = Rows::of(lots, today, chosen)?;
    let for_short = rows.for_short();
    let mut parts = Parts { pack_content, parts: Vec::new() };
    let mut left = wanted;
    if let Some(named) = &rows.named {
        let most = packs_for(wanted, pack_content);
        let in_hand = match chosen {
            Chosen::FirstExpiry => 0,
            Chosen::InHand { packs, .. } => packs,
            Chosen::ByPerson { .. } => most,
        };
        // A pack in hand may be one that is open already.
        let packs = named.packs.max(in_hand - packs_for(named.pieces, pack_content)).min(most);
        let there = named.pieces.saturating_add(packs * pack_content).min(wanted);
        parts.take(&[(named, packs)], there, named);
        left -= there;
    }
    let sellable: Vec<(&Row, i64)> =
        rows.others.iter().filter(|row| row.block.is_none()).map(|row| (row, row.packs)).collect();
    let is_short = parts.take(&sellable, left, &for_short);

    let mut sold = PiecesSold { pack_content, lots: Vec::new(), short_packs: 0, remarks: Remarks::default() };
    let last = rows.others.iter().rposition(|row| parts.parts.iter().any(|part| part.row.lot == row.lot));
    let reached = if is_short { rows.others.len() } else { last.map_or(0, |last| last + 1) };
    for row in &rows.others[..reached] {
        if let Some(block) = row.block {
            sold.remarks.skip(block, row.packs.saturating_mul(pack_content).saturating_add(row.pieces));
        }
    }
    for part in &parts.parts {
        let from = part.taken(pack_content);
        sold.remarks.take(part.row, today, from.whole_packs * pack_content + from.pieces);
        sold.short_packs += from.short_packs;
        sold.lots.push(from);
    }
    Ok(sold)
}

impl PiecesSold {
    /// The legs of the sale: a pack that is opened becomes its pieces, then packs and pieces leave the shelf.
    ///
    /// # Errors
    /// `amount_out_of_range`.
    pub fn postings(&self, shelf: PlaceId, product: ProductId) -> Result<Vec<Posting>, Refusal> {
        // Only goods move, so no currency is named.
        let mut postings = Postings::new("");
        for from in &self.lots {
            let mut post = |account, dimension, measure, amount| {
                postings.goods((account, dimension), product, from.lot.as_ref(), (measure, amount));
            };
            let on_shelf = || Dimension::Id(shelf.0);
            let opened_pieces = from.opened_packs * self.pack_content;
            post(Account::Shelf, on_shelf(), Measure::Pack, -from.opened_packs - from.whole_packs);
            post(Account::Converted, Dimension::None, Measure::Pack, from.opened_packs);
            post(Account::Sold, Dimension::None, Measure::Pack, from.whole_packs);
            post(Account::Converted, Dimension::None, Measure::Piece, -opened_pieces);
            post(Account::Shelf, on_shelf(), Measure::Piece, opened_pieces - from.pieces);
            post(Account::Sold, Dimension::None, Measure::Piece, from.pieces);
        }
        postings.finish()
    }
}

/// What is taken of one lot.
struct Part<'a> {
    row: &'a Row,
    /// Pieces out of packs that were open before.
    open: i64,
    /// Packs, those that are opened among them.
    packs: i64,
    /// Pieces out of the pack that is opened; 0 where none is.
    of_opened: i64,
}

impl Part<'_> {
    fn taken(&self, pack_content: i64) -> PiecesFromLot {
        let opened_packs = i64::from(self.of_opened > 0);
        let pieces = self.open + self.of_opened;
        PiecesFromLot {
            lot: self.row.lot.clone(),
            expiry: self.row.expiry,
            whole_packs: self.packs - opened_packs,
            opened_packs,
            pieces,
            pieces_left: self.row.pieces.saturating_add(opened_packs * pack_content) - pieces,
            short_packs: (self.packs - self.row.packs).max(0),
        }
    }
}

/// What is taken of each lot, in the order in which they were taken.
struct Parts<'a> {
    pack_content: i64,
    parts: Vec<Part<'a>>,
}

impl<'a> Parts<'a> {
    /// Takes so many pieces out of lots with so many packs each; packs that are not there come from
    /// `for_short`, and whether there are such is returned.
    fn take(&mut self, from: &[(&'a Row, i64)], wanted: i64, for_short: &'a Row) -> bool {
        let there = from.iter().fold(0_i64, |sum, (row, _)| sum.saturating_add(row.pieces)).min(wanted);
        let mut packs_left = packs_for(wanted - there, self.pack_content);
        let in_packs = packs_left * self.pack_content;
        // Whole packs are given where what is open fills up the rest; else the last pack is opened.
        let (mut open_left, of_opened) = if in_packs > wanted {
            (there, wanted - there - (in_packs - self.pack_content))
        } else {
            (wanted - in_packs, 0)
        };
        let mut last = None;
        for (row, there) in from {
            let (open, packs) = (row.pieces.min(open_left), (*there).min(packs_left));
            open_left -= open;
            packs_left -= packs;
            if open > 0 || packs > 0 {
                let at = self.of(row);
                self.parts[at].open += open;
                self.parts[at].packs += packs;
                last = if packs > 0 { Some(at) } else { last };
            }
        }
        if packs_left > 0 {
            let at = self.of(for_short);
            self.parts[at].packs += packs_left;
            last = Some(at);
        }
        if let Some(at) = last {
            self.parts[at].of_opened += of_opened;
        }
        packs_left > 0
    }

    /// Where the part of this lot is.
    fn of(&mut self, row: &'a Row) -> usize {
        self.parts.iter().position(|part| part.row.lot == row.lot).unwrap_or_else(|| {
            self.parts.push(Part { row, open: 0, packs: 0, of_opened: 0 });
            self.parts.len() - 1
        })
    }
}

/// Packs that hold so many pieces: rounded up to whole ones.
fn packs_for(pieces: i64, pack_content: i64) -> i64 {
    pieces / pack_content + i64::from(pieces % pack_content > 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::account::{Unit, is_balanced};
    use crate::lot::LotState;
    use crate::sample::{TODAY, any_lots, on_shelf, product, shelf};

    /// A lot of these packs and pieces that expires in so many days.
    fn lot(number: &str, packs: i64, pieces: i64, days: i32) -> LotOnShelf {
        on_shelf(Some(number), packs, pieces, Some(days), LotState::Sellable)
    }

    fn in_hand(lot: &str) -> Chosen<'_> {
        Chosen::InHand { lot, expiry: None, packs: 1 }
    }

    /// Compares the lots as `lot whole+opened/pieces` and the pieces left in the lot's open packs, with `!n`
    /// after those of which n packs are short; `-` is no lot.
    #[track_caller]
    fn check(
        lots: &[LotOnShelf],
        (wanted, pack_content): (i64, i64),
        chosen: Chosen<'_>,
        expected: Result<&str, &str>,
    ) -> Remarks {
        let seen = sell_pieces(lots, wanted, pack_content, TODAY, chosen);
        let text = |from: &PiecesFromLot| {
            let short = if from.short_packs > 0 { format!("!{}", from.short_packs) } else { String::new() };
            let lot = from.lot.as_deref().unwrap_or("-");
            let (whole, opened) = (from.whole_packs, from.opened_packs);
            format!("{lot} {whole}+{opened}/{} left {}{short}", from.pieces, from.pieces_left)
        };
        let texts = seen.as_ref().map(|seen| seen.lots.iter().map(text).collect::<Vec<_>>().join(", "));
        assert_eq!(texts.as_deref().map_err(|refusal| refusal.code()), expected);
        seen.map(|seen| seen.remarks).unwrap_or_default()
    }

    #[test]
    fn open_packs_go_first_and_one_is_opened_at_most() {
        let first = Chosen::FirstExpiry;
        // Whole packs are not opened for what an open one has: 350 are 150 pieces and two packs.
        let worked = [lot("01/26", 0, 200, 10), lot("03/26", 3, 0, 70)];
        check(&worked, (350, 100), first, Ok("01/26 0+0/150 left 50, 03/26 2+0/0 left 0"));
        check(&worked, (200, 100), first, Ok("01/26 0+0/200 left 0"));
        check(&worked, (201, 100), first, Ok("01/26 0+0/101 left 99, 03/26 1+0/0 left 0"));
        check(&worked, (500, 100), first, Ok("01/26 0+0/200 left 0, 03/26 3+0/0 left 0"));
        let lots = [lot("A", 2, 0, 10), lot("B", 2, 7, 70)];
        check(&lots, (5, 20), first, Ok("B 0+0/5 left 2"));
        check(&lots, (8, 20), first, Ok("A 0+1/1 left 19, B 0+0/7 left 0"));
        check(&lots, (20, 20), first, Ok("A 1+0/0 left 0"));
        check(&lots, (25, 20), first, Ok("A 1+0/0 left 0, B 0+0/5 left 2"));
        check(&lots, (28, 20), first, Ok("A 1+1/1 left 19, B 0+0/7 left 0"));
        check(&lots, (48, 20), first, Ok("A 2+0/0 left 0, B 0+1/8 left 19"));
        check(&lots, (2, 1), first, Ok("B 0+0/2 left 5"));
    }

    #[test]
    fn what_is_not_there_is_short() {
        let first = Chosen::FirstExpiry;
        check(&[], (5, 20), first, Ok("- 0+1/5 left 15!1"));
        check(&[lot("A", 1, 2, 10)], (43, 20), first, Ok("A 2+1/3 left 19!2"));
        check(&[lot("A", 0, 2, 10)], (22, 20), first, Ok("A 1+0/2 left 0!1"));
        check(&[lot("A", -1, -3, 10)], (5, 20), first, Ok("A 0+1/5 left 15!1"));
        check(&[lot("A", 1, 1, -1)], (5, 20), first, Ok("- 0+1/5 left 15!1"));
    }

    #[test]
    fn the_lot_in_hand_goes_first() {
        let lots = [lot("A", 2, 6, 10), lot("B", 1, 0, 70), lot("C", 1, 9, 80), lot("D", 1, 9, -1)];
        check(&lots, (5, 20), in_hand("B"), Ok("B 0+1/5 left 15"));
        check(&lots, (25, 20), in_hand("B"), Ok("B 1+0/0 left 0, A 0+0/5 left 1"));
        check(&lots, (25, 20), in_hand("C"), Ok("C 1+0/5 left 4"));
        check(&lots, (30, 20), in_hand("C"), Ok("C 1+0/9 left 0, A 0+0/1 left 5"));
        check(&lots, (5, 20), in_hand("X"), Ok("X 0+1/5 left 15!1"));
        check(&lots, (5, 20), in_hand("D"), Err("lot_expired"));
        // The open pack is the one in hand.
        let open = [lot("A", 2, 6, 10), lot("E", 0, 6, 90)];
        check(&open, (10, 20), in_hand("E"), Ok("E 0+0/6 left 0, A 0+0/4 left 2"));
        let three_in_hand = Chosen::InHand { lot: "B", expiry: None, packs: 3 };
        check(&lots, (45, 20), three_in_hand, Ok("B 2+1/5 left 15!2"));
        check(&lots, (196, 20), in_hand("B"), Ok("B 6+1/1 left 19!6, A 2+0/6 left 0, C 1+0/9 left 0"));
        let by_person = Chosen::ByPerson { lot: Some("B"), reason: "not_found" };
        check(&lots, (45, 20), by_person, Ok("B 2+1/5 left 15!2"));
        check(&lots, (5, 20), Chosen::ByPerson { lot: Some("B"), reason: "" }, Err("reason_needed"));
    }

    #[test]
    fn what_is_passed_over_is_told_in_pieces() {
        let lots =
            [lot("A", 2, 6, -1), lot("B", 1, 0, 30), on_shelf(Some("C"), 1, 9, Some(31), LotState::OnHold)];
        let near = Remarks { skipped_expired: 46, issued_expiring_soon: 5, ..Remarks::default() };
        assert_eq!(check(&lots, (5, 20), Chosen::FirstExpiry, Ok("B 0+1/5 left 15")), near);
        let in_hand = Chosen::InHand { lot: "X", expiry: None, packs: 1 };
        assert_eq!(check(&lots, (5, 20), in_hand, Ok("X 0+1/5 left 15!1")), Remarks::default());
        let all = Remarks { skipped_on_hold: 29, issued_expiring_soon: 25, ..near };
        assert_eq!(check(&lots, (25, 20), Chosen::FirstExpiry, Ok("B 1+1/5 left 15!1")), all);
    }

    #[test]
    fn limits() {
        let lots = [lot("A", i64::MAX, i64::MAX, 10)];
        check(&lots, (1_000_000, 1_000_000), in_hand("A"), Ok("A 0+0/1000000 left 9223372036853775807"));
        check(&lots, (1_000_001, 20), Chosen::FirstExpiry, Err("quantity_out_of_range"));
        check(&lots, (0, 20), Chosen::FirstExpiry, Err("quantity_out_of_range"));
        check(&lots, (1, 1_000_001), Chosen::FirstExpiry, Err("quantity_out_of_range"));
        check(&lots, (1, 0), Chosen::FirstExpiry, Err("quantity_out_of_range"));
        let many = Chosen::InHand { lot: "X", expiry: None, packs: i64::MAX };
        check(&[], (1_000_000, 1), many, Ok("X 1000000+0/0 left 0!1000000"));
    }

    #[test]
    fn a_pack_that_is_opened_becomes_its_pieces() {
        let lots = [lot("A", 3, 0, 10)];
        let sold = sell_pieces(&lots, 25, 20, TODAY, Chosen::FirstExpiry).unwrap();
        let seen: Vec<(u8, &str, i64)> = sold
            .postings(shelf(), product(1))
            .unwrap()
            .iter()
            .map(|posting| match &posting.unit {
                Unit::Goods { measure: Measure::Pack, .. } => (posting.account, "packs", posting.amount),
                _ => (posting.account, "pieces", posting.amount),
            })
            .collect();
        let expected = [
            (51, "packs", -2),
            (51, "pieces", 15),
            (54, "packs", 1),
            (54, "pieces", 5),
            (58, "packs", 1),
            (58, "pieces", -20),
        ];
        assert_eq!(seen, expected);
    }

    proptest! {
        /// What is asked for is given, nothing of it is blocked, a pack is opened only where it has to be, and
        /// the legs balance.
        #[test]
        fn pieces_are_all_there(
            lots in any_lots(),
            wanted in 1..120_i64,
            pack_content in 1..12_i64,
            named in prop::option::of(0..8_usize),
            turn in 0..8_usize,
        ) {
            let lot = named.and_then(|at| lots.get(at)).filter(|lot| lot.block(TODAY).is_none());
            let chosen = match lot.and_then(|lot| lot.lot.as_deref()) {
                Some(lot) => in_hand(lot),
                None => Chosen::FirstExpiry,
            };
            let found = sell_pieces(&lots, wanted, pack_content, TODAY, chosen)?;
            let sum = |of: fn(&PiecesFromLot) -> i64| found.lots.iter().map(of).sum::<i64>();
            prop_assert_eq!(sum(|from| from.whole_packs) * pack_content + sum(|from| from.pieces), wanted);
            prop_assert_eq!(sum(|from| from.short_packs), found.short_packs);
            prop_assert!(found.lots.iter().all(|from| from.whole_packs >= 0 && from.pieces >= 0 && from.pieces_left >= 0));
            for from in &found.lots {
                let known = lots.iter().find(|lot| lot.lot == from.lot);
                let is_all_short = from.short_packs == from.whole_packs + from.opened_packs;
                prop_assert!(known.is_none_or(|lot| lot.block(TODAY).is_none()) || is_all_short);
            }
            if chosen == Chosen::FirstExpiry {
                let sellable = || lots.iter().filter(|lot| lot.block(TODAY).is_none());
                let open: i64 = sellable().map(|lot| lot.pieces.max(0)).sum();
                let packs: i64 = sellable().map(|lot| lot.on_hand.max(0)).sum();
                let fits = (0..=packs).any(|packs| (0..=open).contains(&(wanted - packs * pack_content)));
                let opened = sum(|from| from.opened_packs);
                prop_assert!(opened <= 1 && (opened == 0 || !fits));
                let is_there = wanted <= open + packs * pack_content;
                prop_assert_eq!(found.short_packs == 0, is_there);
            }
            prop_assert!(is_balanced(&found.postings(shelf(), product(1))?));
            let mut turned = lots.clone();
            turned.rotate_left(turn.min(lots.len()));
            prop_assert_eq!(sell_pieces(&turned, wanted, pack_content, TODAY, chosen)?, found);
        }
    }
}
