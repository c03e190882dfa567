//! Why the counter says no: one closed list, ordered by precedence. Where several apply, the first one in
//! this order is told.

/// Not allowed now. Nothing has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// No cash session is open.
    SessionClosed,
    /// A cash session is open already.
    SessionOpen,
    /// There is nothing in the basket.
    BasketEmpty,
    /// The command names another sale than the basket's.
    SaleMismatch,
    /// More lines than there may be.
    TooManyLines {
        /// So many there may be.
        limit: u32,
    },
    /// More means of payment than there may be.
    TooManyTenders {
        /// So many there may be.
        limit: u32,
    },
    /// The basket has no such line.
    UnknownLine {
        /// The line.
        line_no: u32,
    },
    /// A name must say something.
    NameMissing,
    /// A text is too long.
    TextTooLong {
        /// Characters that it may have.
        limit: u32,
    },
    /// A quantity or count is below the least or above the limit.
    QuantityOutOfRange {
        /// The highest allowed.
        limit: i64,
    },
    /// A price is zero, negative or above the limit.
    PriceOutOfRange {
        /// The highest allowed.
        limit: i64,
    },
    /// A tax rate is negative or above 100 %.
    RateOutOfRange,
    /// A reason out of the list is needed.
    ReasonNeeded,
    /// The lot was called back.
    LotRecalled {
        /// The line, where it is about one.
        line_no: Option<u32>,
    },
    /// The lot is damaged.
    LotDamaged {
        /// The line, where it is about one.
        line_no: Option<u32>,
    },
    /// The lot's last day has passed.
    LotExpired {
        /// The line, where it is about one.
        line_no: Option<u32>,
    },
    /// The lot is in quarantine.
    LotQuarantined {
        /// The line, where it is about one.
        line_no: Option<u32>,
    },
    /// The lot is on hold.
    LotOnHold {
        /// The line, where it is about one.
        line_no: Option<u32>,
    },
    /// Which lot the packs of a line are of has to be looked at: some of this product must not be sold.
    LotToCheck {
        /// The line.
        line_no: u32,
    },
    /// A code on the packs of a line says that they are of another lot.
    LotIsRead {
        /// The line.
        line_no: u32,
    },
    /// The prescription of a line was not confirmed.
    RxUnconfirmed {
        /// The line.
        line_no: u32,
    },
    /// A line has no price yet.
    PriceMissing {
        /// The line.
        line_no: u32,
    },
    /// The sale that a line takes back is not known here.
    UnknownSale {
        /// The line.
        line_no: u32,
    },
    /// A line takes back what was not sold so, or more than is left of it.
    NotRefundable {
        /// The line.
        line_no: u32,
    },
    /// A discount is zero or below, above 100 %, above what it is taken off, or on a line that takes back.
    DiscountOutOfRange {
        /// The line; none for the basket.
        line_no: Option<u32>,
    },
    /// An amount is outside of what is allowed there.
    AmountOutOfRange,
    /// Cash cannot go there from here.
    PlaceNotAllowed,
    /// Cash that was sent has been accepted already.
    TransferEnded,
    /// Somebody else than who sent it has to accept it.
    SecondPersonNeeded,
    /// Cash of the drawer is still on its way: closing needs a reason.
    StillOnItsWay,
    /// The total is another one than the person saw.
    TotalChanged {
        /// The total now.
        total_minor: i64,
    },
    /// This kind of tender cannot be used here.
    TenderNotAllowed,
    /// On account needs a customer.
    CustomerNeeded,
    /// More was taken by card than is left to pay; change comes out of cash only.
    ChangeFromCard,
    /// More than is left to pay, and no cash to give change from.
    OverTendered,
    /// The tenders do not cover the total.
    TenderShort {
        /// Still to pay; negative when it is still to be given back.
        remaining_minor: i64,
    },
    /// The drawer was counted already; a recount needs a reason.
    AlreadyCounted,
    /// The drawer was not counted, or something moved in it since.
    NotCounted,
    /// The drawer is not closed yet.
    NotClosed,
    /// A part of a count was counted anew, taken back or taken up since it was shown.
    PartsChanged,
    /// The drawer waits to be counted: nothing more is sold from it.
    WaitsForCount,
    /// The branch has one person for each drawer, and this one is somebody else's.
    DrawerOfAnother,
    /// What a close has sent to the safe was accepted there, so that this close cannot be the one that does not
    /// count.
    SurplusAccepted,
    /// Something else in the book has the id that the act was to have.
    EntryIdTaken,
    /// More than the customer owes.
    OverSettled {
        /// What is owed.
        owes_minor: i64,
    },
}

impl Refusal {
    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::SessionClosed => "session_closed",
            Self::SessionOpen => "session_open",
            Self::BasketEmpty => "basket_empty",
            Self::SaleMismatch => "sale_mismatch",
            Self::TooManyLines { .. } => "too_many_lines",
            Self::TooManyTenders { .. } => "too_many_tenders",
            Self::UnknownLine { .. } => "unknown_line",
            Self::NameMissing => "name_missing",
            Self::TextTooLong { .. } => "text_too_long",
            Self::QuantityOutOfRange { .. } => "quantity_out_of_range",
            Self::PriceOutOfRange { .. } => "price_out_of_range",
            Self::RateOutOfRange => "rate_out_of_range",
            Self::ReasonNeeded => "reason_needed",
            Self::LotRecalled { .. } => "lot_recalled",
            Self::LotDamaged { .. } => "lot_damaged",
            Self::LotExpired { .. } => "lot_expired",
            Self::LotQuarantined { .. } => "lot_quarantined",
            Self::LotOnHold { .. } => "lot_on_hold",
            Self::LotToCheck { .. } => "lot_to_check",
            Self::LotIsRead { .. } => "lot_is_read",
            Self::RxUnconfirmed { .. } => "rx_unconfirmed",
            Self::PriceMissing { .. } => "price_missing",
            Self::UnknownSale { .. } => "unknown_sale",
            Self::NotRefundable { .. } => "not_refundable",
            Self::DiscountOutOfRange { .. } => "discount_out_of_range",
            Self::AmountOutOfRange => "amount_out_of_range",
            Self::PlaceNotAllowed => "place_not_allowed",
            Self::TransferEnded => "transfer_ended",
            Self::SecondPersonNeeded => "second_person_needed",
            Self::StillOnItsWay => "still_on_its_way",
            Self::TotalChanged { .. } => "total_changed",
            Self::TenderNotAllowed => "tender_not_allowed",
            Self::CustomerNeeded => "customer_needed",
            Self::ChangeFromCard => "change_from_card",
            Self::OverTendered => "over_tendered",
            Self::TenderShort { .. } => "tender_short",
            Self::AlreadyCounted => "already_counted",
            Self::NotCounted => "not_counted",
            Self::NotClosed => "not_closed",
            Self::PartsChanged => "parts_changed",
            Self::WaitsForCount => "waits_for_count",
            Self::DrawerOfAnother => "drawer_of_another",
            Self::SurplusAccepted => "surplus_accepted",
            Self::EntryIdTaken => "entry_id_taken",
            Self::OverSettled { .. } => "over_settled",
        }
    }

    /// A number that says more, with its name.
    #[must_use]
    pub fn detail(self) -> Option<(&'static str, i64)> {
        if let Some(line_no) = self.line_no() {
            return Some(("line_no", i64::from(line_no)));
        }
        match self {
            Self::TooManyLines { limit } | Self::TooManyTenders { limit } | Self::TextTooLong { limit } => {
                Some(("limit", i64::from(limit)))
            }
            Self::QuantityOutOfRange { limit } | Self::PriceOutOfRange { limit } => Some(("limit", limit)),
            Self::TotalChanged { total_minor } => Some(("total_minor", total_minor)),
            Self::TenderShort { remaining_minor } => Some(("remaining_minor", remaining_minor)),
            Self::OverSettled { owes_minor } => Some(("owes_minor", owes_minor)),
            _ => None,
        }
    }

    /// The line of the basket that it is about, if one.
    #[must_use]
    pub fn line_no(self) -> Option<u32> {
        match self {
            Self::UnknownLine { line_no }
            | Self::LotToCheck { line_no }
            | Self::LotIsRead { line_no }
            | Self::RxUnconfirmed { line_no }
            | Self::PriceMissing { line_no }
            | Self::UnknownSale { line_no }
            | Self::NotRefundable { line_no } => Some(line_no),
            Self::DiscountOutOfRange { line_no }
            | Self::LotRecalled { line_no }
            | Self::LotDamaged { line_no }
            | Self::LotExpired { line_no }
            | Self::LotQuarantined { line_no }
            | Self::LotOnHold { line_no } => line_no,
            _ => None,
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(refusal: Refusal, code: &str, detail: Option<(&str, i64)>) {
        assert_eq!((refusal.to_string().as_str(), refusal.detail()), (code, detail));
    }

    #[test]
    fn codes_and_details() {
        check(Refusal::SessionClosed, "session_closed", None);
        check(Refusal::TooManyLines { limit: 500 }, "too_many_lines", Some(("limit", 500)));
        check(Refusal::RxUnconfirmed { line_no: 3 }, "rx_unconfirmed", Some(("line_no", 3)));
        check(Refusal::DiscountOutOfRange { line_no: None }, "discount_out_of_range", None);
        check(
            Refusal::DiscountOutOfRange { line_no: Some(7) },
            "discount_out_of_range",
            Some(("line_no", 7)),
        );
        check(Refusal::TenderShort { remaining_minor: 150 }, "tender_short", Some(("remaining_minor", 150)));
        check(Refusal::TotalChanged { total_minor: -5 }, "total_changed", Some(("total_minor", -5)));
    }

    #[test]
    fn the_first_in_the_list_is_told_first() {
        assert!(Refusal::SessionClosed < Refusal::BasketEmpty);
        assert!(Refusal::LotRecalled { line_no: None } < Refusal::LotExpired { line_no: None });
        assert!(Refusal::LotExpired { line_no: None } < Refusal::LotOnHold { line_no: None });
        assert!(Refusal::LotOnHold { line_no: None } < Refusal::RxUnconfirmed { line_no: 1 });
        assert!(Refusal::RxUnconfirmed { line_no: 9 } < Refusal::PriceMissing { line_no: 1 });
        assert!(Refusal::TotalChanged { total_minor: 0 } < Refusal::TenderShort { remaining_minor: 0 });
    }
}
