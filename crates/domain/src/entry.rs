//! The entries of the book: what each kind says. The numbers in `#[n(…)]` are the keys of
//! `replica/FORMAT.md`; they are given once and never reused.

use std::borrow::Cow;

use minicbor::{Decode, Encode};

use crate::account::Posting;
use crate::id::{
    BranchId, CashLocationId, CashSessionId, CustomerId, DeviceId, EntryId, InvitationId, OrganisationId,
    ProductId, StaffId, SubjectId, TenderId, TillId,
};
use crate::time::BusinessDate;

/// What every entry carries under key 0, so that an unknown kind still counts in X, Z and stock.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Common {
    /// Minted by the asker, so that a retry is the same entry.
    #[n(0)]
    pub entry_id: EntryId,
    /// Who did it.
    #[n(1)]
    pub actor: StaffId,
    /// Who allowed it, where somebody had to.
    #[n(2)]
    pub approver: Option<StaffId>,
    /// On which till; none in the organisation's stream.
    #[n(3)]
    pub till: Option<TillId>,
    /// In which cash session, if one was open.
    #[n(4)]
    pub cash_session: Option<CashSessionId>,
    /// The business date it counts for.
    #[n(5)]
    pub business_date: BusinessDate,
    /// The branch's currency; none in the organisation's stream.
    #[n(6)]
    pub currency: Option<String>,
    /// Entries that this one is about.
    #[n(7)]
    pub references: Vec<EntryId>,
    /// Both sides of every cent and every pack; they sum to zero for each unit.
    #[n(8)]
    pub postings: Vec<Posting>,
}

/// Says what the sealed part at the same place of the header's list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct SealedRef {
    /// Whose key opens it.
    #[n(0)]
    pub subject: SubjectId,
    /// What it is.
    #[n(1)]
    pub field: SealedField,
    /// Which one, where an entry has several: a line number, a place in the tenders.
    #[n(2)]
    pub index: u32,
}

/// What a sealed part holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum SealedField {
    /// The name of a person or customer.
    #[n(1)]
    Name,
    /// The label of a parked basket.
    #[n(2)]
    Label,
    /// A note typed to a reason.
    #[n(3)]
    Note,
    /// The reference of a tender.
    #[n(4)]
    Reference,
    /// The typed name of a product that the catalogue did not know.
    #[n(5)]
    ProductName,
    /// A whole parked basket (deterministic CBOR).
    #[n(6)]
    Basket,
    /// What a PIN or a badge is checked with.
    #[n(7)]
    Verifier,
    /// An e-mail address.
    #[n(8)]
    EmailAddress,
}

/// A text that has to be sealed with the entry, before it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToSeal {
    /// What it is.
    pub what: SealedRef,
    /// The plain bytes.
    pub plain: Vec<u8>,
}

macro_rules! entries {
    ($($(#[$doc:meta])* $number:literal $name:ident;)*) => {
        /// Any entry that this version knows.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Entry {
            $($(#[$doc])* $name($name),)*
        }

        impl Entry {
            /// Number of the kind, as in the header.
            #[must_use]
            pub fn kind(&self) -> u16 {
                match self { $(Self::$name(_) => $number,)* }
            }

            /// What every entry carries.
            #[must_use]
            pub fn common(&self) -> &Common {
                match self { $(Self::$name(entry) => &entry.common,)* }
            }

            /// The sealed parts, in the order of the header's list.
            #[must_use]
            pub fn sealed(&self) -> &[SealedRef] {
                match self { $(Self::$name(entry) => &entry.sealed,)* }
            }

            /// The body's bytes: deterministic CBOR.
            #[must_use]
            pub fn to_body(&self) -> Vec<u8> {
                let mut bytes = Vec::with_capacity(512);
                let result = match self { $(Self::$name(entry) => minicbor::encode(entry, &mut bytes),)* };
                debug_assert!(result.is_ok(), "writing to memory does not fail");
                bytes
            }

            /// Reads a body of a known kind; `None` for a kind that this version does not know.
            ///
            /// # Errors
            /// When the bytes are not such a body.
            pub fn from_body(kind: u16, bytes: &[u8]) -> Option<Result<Self, minicbor::decode::Error>> {
                match kind {
                    $($number => Some(minicbor::decode(bytes).map(Self::$name)),)*
                    _ => None,
                }
            }

            /// The name of a kind as in FORMAT.md, in words.
            #[must_use]
            pub fn kind_name(kind: u16) -> Option<&'static str> {
                match kind { $($number => Some(stringify!($name)),)* _ => None }
            }
        }
    };
}

entries! {
    /// Founds the organisation; record 2 of the founder's organisation stream.
    2 OrganisationFounded;
    /// Opens a branch.
    3 BranchOpened;
    /// A person begins to work here.
    4 StaffJoined;
    /// A person has another role from now on.
    5 RoleGiven;
    /// A person works here no more.
    6 StaffLeft;
    /// Invites a device.
    7 DeviceInvited;
    /// A device belongs to the branch.
    8 DeviceEnrolled;
    /// A device belongs to the branch no more.
    9 DeviceRevoked;
    /// A cash session is opened.
    20 SessionOpened;
    /// Goods against money.
    21 Sale;
    /// Goods back against money back, by lines of earlier sales.
    22 Refund;
    /// Goods back without a receipt.
    23 UnlinkedRefund;
    /// A line was taken out of a basket before tender.
    24 LineVoided;
    /// A basket was given up before tender.
    25 BasketVoided;
    /// A basket was set aside.
    26 BasketParked;
    /// A parked basket was taken up again.
    27 BasketTaken;
    /// Cash in that is not a sale.
    28 PaidIn;
    /// Cash out that is not a refund.
    29 PaidOut;
    /// The drawer was opened without a sale.
    32 NoSale;
    /// The drawer was counted.
    33 DrawerCounted;
    /// The cash session was closed on its counts.
    34 DrawerClosed;
    /// The till's own closing.
    35 ZReport;
    /// What a sale was really paid with.
    36 TenderCorrected;
    /// A customer may buy on account.
    37 CustomerAdded;
    /// A customer paid towards the account.
    38 AccountSettled;
    /// A paper was printed again.
    39 PaperCopied;
    /// Goods came in.
    40 GoodsReceived;
    /// A sealed part was destroyed.
    41 Erased;
    /// A manager settled an exception.
    42 ExceptionSettled;
    /// A person has another PIN or badge from now on, or none.
    43 SecretSet;
    /// Somebody asks for what they may not do alone.
    44 ApprovalAsked;
    /// Somebody who may do it allowed it to another one, or did not.
    45 ApprovalDecided;
    /// Somebody went over to the practice book.
    46 PracticeBegun;
    /// Cash was sent to another place of the branch, or to the bank.
    47 TransferSent;
    /// Cash that was sent arrived, with what was counted of it.
    48 TransferAccepted;
    /// Cash that was sent is not accepted.
    49 TransferRefused;
    /// Somebody signed that a drawer is reconciled.
    50 CloseSigned;
    /// A till works at a drawer that is open already: one that was put away, or one that another till works at too.
    51 DrawerTaken;
    /// A till does not work at its drawer any more, whose session goes on.
    52 DrawerLeft;
    /// Somebody counted a part of a drawer, at any device.
    53 PartCounted;
    /// Somebody said why a cash session is over or short.
    54 OverShortExplained;
    /// Of several closes of one session, made apart, one is the one that counts.
    55 ClosePicked;
    /// A paper was given out to be sent by e-mail.
    56 PaperMailed;
    /// Somebody found something about lots: that they must not be sold.
    57 LotsMarked;
    /// What was found about lots does not hold any more.
    58 LotsReleased;
    /// Goods went to another place without being sold: thrown away, set apart, or back to whoever delivered them.
    59 StockMoved;
}

/// What is not there means nothing: keys that were added after the first books are left out where they say zero, so
/// that the bytes of these books stay what this version writes.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the encoder hands out references")]
fn is_zero(number: &i64) -> bool {
    *number == 0
}

macro_rules! body {
    ($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $n:literal $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
        #[cbor(map)]
        pub struct $name {
            /// What every entry carries.
            #[n(0)]
            pub common: Common,
            /// The sealed parts, in the order of the header's list.
            #[n(1)]
            pub sealed: Vec<SealedRef>,
            $($(#[$fdoc])* #[n($n)] pub $field: $type,)*
        }
    };
}

body! {
    /// Founds the organisation and names its owner; the owner's name is a sealed part.
    OrganisationFounded {
        /// The organisation.
        2 organisation: OrganisationId,
        /// Its owner, who has the role from this entry on.
        3 owner: StaffId,
    }
}

body! {
    /// Opens a branch.
    BranchOpened {
        /// The branch.
        2 branch: BranchId,
        /// Its name as a business, 1 to 100 characters.
        3 name: String,
        /// Two-letter country code.
        4 country: String,
        /// Currency of its book (ISO 4217).
        5 currency: String,
        /// IANA time zone.
        6 time_zone: String,
        /// Minutes after midnight at which a business day begins, 0 to 720.
        7 day_boundary_min: u32,
    }
}

body! {
    /// A person begins to work here; the name is a sealed part.
    StaffJoined {
        /// The person.
        2 staff: StaffId,
        /// The first role.
        3 role: Role,
    }
}

body! {
    /// A person has another role from now on.
    RoleGiven {
        /// The person.
        2 staff: StaffId,
        /// The role.
        3 role: Role,
    }
}

body! {
    /// A person works here no more.
    StaffLeft {
        /// The person.
        2 staff: StaffId,
    }
}

body! {
    /// Invites a device. The invited device proves itself with the key that the invitation file carries.
    DeviceInvited {
        /// The invitation.
        2 invitation: InvitationId,
        /// Hash of the founding record, so that the joiner knows whom it joins.
        3 founding_hash: Hash32,
        /// The branch to join.
        4 branch: BranchId,
        /// The till that the device will be.
        5 till: TillId,
        /// Its number, 1 to 999.
        6 till_no: u32,
        /// Ed25519 public key of the one-time secret in the file.
        7 invitation_key: Hash32,
    }
}

body! {
    /// A device belongs to the branch, as this till.
    DeviceEnrolled {
        /// The device.
        2 device: DeviceId,
        /// Its incarnation: 8 random bytes.
        3 incarnation: Incarnation,
        /// Ed25519 public key that signs its checkpoints.
        4 signing_key: Hash32,
        /// X25519 public key that keys of sealed parts are wrapped for.
        5 wrapping_key: Hash32,
        /// The branch.
        6 branch: BranchId,
        /// The till that it is.
        7 till: TillId,
        /// The till's number.
        8 till_no: u32,
        /// The invitation that it used; none for the founder's own device.
        9 invitation: Option<InvitationId>,
        /// Ed25519 signature by the invitation's key over the enrolment (FORMAT.md, section 7).
        10 proof: Option<Signature64>,
    }
}

body! {
    /// A device belongs to the branch no more.
    DeviceRevoked {
        /// The device.
        2 device: DeviceId,
        /// The incarnation that is revoked.
        3 incarnation: Incarnation,
        /// Last record of its branch stream that is accepted without asking.
        4 last_branch_seq: u64,
        /// Last record of its organisation stream that is accepted without asking.
        5 last_organisation_seq: u64,
    }
}

body! {
    /// A cash session is opened: the float is counted into the drawer.
    SessionOpened {
        /// The session.
        2 cash_session: CashSessionId,
        /// The drawer.
        3 location: CashLocationId,
        /// The float, by note and coin.
        4 denominations: Vec<Denomination>,
        /// Its sum.
        5 opening_float_minor: i64,
        /// What the book said was in the drawer before.
        6 expected_minor: i64,
        /// What was put to it out of the safe by whoever opened the drawer.
        #[cbor(default, skip_if = "is_zero")]
        7 from_safe_minor: i64,
        /// What had been sent to the drawer and was found in it.
        #[cbor(default, skip_if = "Vec::is_empty")]
        8 transfers: Vec<TransferFound>,
    }
}

/// Cash that was sent to a drawer and found in it when it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct TransferFound {
    /// The entry that sent it.
    #[n(0)]
    pub transfer: EntryId,
    /// What was sent.
    #[n(1)]
    pub sent_minor: i64,
}

/// A sort of place where the branch has cash. Its number is that of the place's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum CashPlace {
    /// The drawer of a till.
    #[n(10)]
    Drawer = 10,
    /// The safe.
    #[n(11)]
    Safe = 11,
    /// The bag of whoever delivers.
    #[n(12)]
    DriverBag = 12,
    /// The bank.
    #[n(14)]
    Bank = 14,
}

/// A cash location, and of which sort it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct CashAt {
    /// Which sort.
    #[n(0)]
    pub place: CashPlace,
    /// Which one.
    #[n(1)]
    pub location: CashLocationId,
}

/// So many of one note or coin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Denomination {
    /// Value of one in minor units, above 0.
    #[n(0)]
    pub value_minor: i64,
    /// How many, 0 to 100000.
    #[n(1)]
    pub count: i64,
}

/// The body of sale, refund and unlinked refund. Lines of both signs stand in one receipt when goods are
/// exchanged; the kind is `sale` as soon as one line is sold.
macro_rules! receipt {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        body! {
            $(#[$doc])*
            $name {
                /// Gapless in its stream.
                2 receipt_no: u64,
                /// Lines in the order of the counter.
                3 lines: Vec<SaleLine>,
                /// Discount on the whole basket, as the cashier said it.
                4 basket_discount: Option<Discount>,
                /// Tax by code, as printed.
                5 taxes: Vec<TaxLine>,
                /// Means of payment.
                6 tenders: Vec<TenderLine>,
                /// Sum of the lines: what is to pay before cash rounding.
                7 total_minor: i64,
                /// What cash rounding added (positive) or took off.
                8 rounding_minor: i64,
                /// When its first line came into the basket, ms since 1970 by the clock of the till.
                32 begun_ms: Option<i64>,
            }
        }

        impl $name {
            /// The same content, whichever kind it is.
            #[must_use]
            pub fn into_receipt(self) -> Receipt {
                Receipt {
                    common: self.common, sealed: self.sealed, receipt_no: self.receipt_no, lines: self.lines,
                    basket_discount: self.basket_discount, taxes: self.taxes, tenders: self.tenders,
                    total_minor: self.total_minor, rounding_minor: self.rounding_minor,
                    begun_ms: self.begun_ms,
                }
            }
        }

        impl From<Receipt> for $name {
            fn from(receipt: Receipt) -> Self {
                Self {
                    common: receipt.common, sealed: receipt.sealed, receipt_no: receipt.receipt_no,
                    lines: receipt.lines, basket_discount: receipt.basket_discount, taxes: receipt.taxes,
                    tenders: receipt.tenders, total_minor: receipt.total_minor,
                    rounding_minor: receipt.rounding_minor, begun_ms: receipt.begun_ms,
                }
            }
        }
    )*};
}

receipt! {
    /// Goods against money.
    Sale;
    /// Goods back against money back, by lines of earlier sales.
    Refund;
    /// Goods back without a receipt.
    UnlinkedRefund;
}

/// What sale, refund and unlinked refund have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// What every entry carries.
    pub common: Common,
    /// Sealed parts.
    pub sealed: Vec<SealedRef>,
    /// Gapless in its stream.
    pub receipt_no: u64,
    /// Lines.
    pub lines: Vec<SaleLine>,
    /// Basket discount.
    pub basket_discount: Option<Discount>,
    /// Taxes.
    pub taxes: Vec<TaxLine>,
    /// Tenders.
    pub tenders: Vec<TenderLine>,
    /// Sum of the lines.
    pub total_minor: i64,
    /// Cash rounding.
    pub rounding_minor: i64,
    /// When it was begun.
    pub begun_ms: Option<i64>,
}

/// Which of the three receipt kinds an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptKind {
    /// At least one line is sold.
    Sale,
    /// Only refund lines, each of an earlier sale.
    Refund,
    /// Only refund lines, at least one without a receipt.
    UnlinkedRefund,
}

impl Receipt {
    /// The entry of that kind.
    #[must_use]
    pub fn into_entry(self, kind: ReceiptKind) -> Entry {
        match kind {
            ReceiptKind::Sale => Entry::Sale(self.into()),
            ReceiptKind::Refund => Entry::Refund(self.into()),
            ReceiptKind::UnlinkedRefund => Entry::UnlinkedRefund(self.into()),
        }
    }
}

impl Entry {
    /// The receipt number, if it is of a receipt kind.
    #[must_use]
    pub fn receipt_no(&self) -> Option<u64> {
        match self {
            Self::Sale(entry) => Some(entry.receipt_no),
            Self::Refund(entry) => Some(entry.receipt_no),
            Self::UnlinkedRefund(entry) => Some(entry.receipt_no),
            _ => None,
        }
    }

    /// Whether it stands in a stream of a branch: below 20 are the organisation's.
    #[must_use]
    pub fn is_of_branch(&self) -> bool {
        self.kind() >= 20
    }

    /// The receipt in it, if it is of a receipt kind.
    #[must_use]
    pub fn into_receipt(self) -> Option<(ReceiptKind, Receipt)> {
        match self {
            Self::Sale(entry) => Some((ReceiptKind::Sale, entry.into_receipt())),
            Self::Refund(entry) => Some((ReceiptKind::Refund, entry.into_receipt())),
            Self::UnlinkedRefund(entry) => Some((ReceiptKind::UnlinkedRefund, entry.into_receipt())),
            _ => None,
        }
    }
}

/// One line of a receipt, as printed.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SaleLine {
    /// Number in the basket, from 1.
    #[n(0)]
    pub line_no: u32,
    /// Product.
    #[n(1)]
    pub product: ProductId,
    /// The catalogue's name as printed; none where it was typed (then it is a sealed part).
    #[n(2)]
    pub name: Option<String>,
    /// How many of `measure`; negative for goods that come back.
    #[n(3)]
    pub quantity: i64,
    /// Pack, piece, mg or µl.
    #[n(4)]
    pub measure: Measure,
    /// Pieces (or mg, µl) in a pack at the time of sale, where known.
    #[n(5)]
    pub pack_content: Option<i64>,
    /// Lot, where known.
    #[n(6)]
    pub lot: Option<String>,
    /// Price of one including tax, as charged.
    #[n(7)]
    pub unit_price_minor: i64,
    /// Catalogue price, where another one was charged.
    #[n(8)]
    pub list_price_minor: Option<i64>,
    /// Why another price was charged.
    #[n(9)]
    pub price_reason: Option<String>,
    /// The line's own discount, as the cashier said it.
    #[n(10)]
    pub discount: Option<Discount>,
    /// What the line's own discount takes off; the sign of the quantity.
    #[n(11)]
    pub discount_minor: i64,
    /// The line's share of the basket discount; the sign of the quantity.
    #[n(12)]
    pub basket_discount_minor: i64,
    /// quantity x unit price - discounts.
    #[n(13)]
    pub amount_minor: i64,
    /// Tax code.
    #[n(14)]
    pub tax_code: String,
    /// Rate in force, parts per million.
    #[n(15)]
    pub rate_ppm: i64,
    /// The prescription was confirmed.
    #[n(16)]
    pub rx_confirmed: bool,
    /// The line of an earlier sale that this one takes back.
    #[n(17)]
    pub refund_of: Option<RefundOf>,
    /// Why it was taken back.
    #[n(18)]
    pub refund_reason: Option<String>,
    /// What was scanned: each scan as its bytes, a line feed between two that differ.
    #[n(19)]
    #[cbor(with = "minicbor::bytes")]
    pub scanned: Option<Vec<u8>>,
    /// The catalogue did not know the product.
    #[n(20)]
    pub is_unknown: bool,
    /// Expiry of the lot as scanned, days since 1970-01-01.
    #[n(21)]
    pub expiry: Option<BusinessDate>,
    /// The lots that the packs are taken from, where the till chose them by the book; `lot` and `expiry` say nothing
    /// then. Their packs sum to the quantity.
    #[n(22)]
    pub lots: Option<Vec<LineLot>>,
    /// Why another lot was given than the one that expires first, of [`crate::lot::LOT_REASONS`].
    #[n(23)]
    pub lot_reason: Option<String>,
}

impl SaleLine {
    /// The lots of the line, each with its packs.
    #[must_use]
    pub fn lots(&self) -> Cow<'_, [LineLot]> {
        match &self.lots {
            Some(lots) => Cow::Borrowed(lots),
            None => {
                Cow::Owned(vec![LineLot { lot: self.lot.clone(), expiry: self.expiry, packs: self.quantity }])
            }
        }
    }
}

/// Packs of one lot in a line.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct LineLot {
    /// Lot, where known.
    #[n(0)]
    pub lot: Option<String>,
    /// Its expiry, where known.
    #[n(1)]
    pub expiry: Option<BusinessDate>,
    /// Packs; negative for goods that come back.
    #[n(2)]
    pub packs: i64,
}

/// Names a line of an earlier sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Encode, Decode)]
pub struct RefundOf {
    /// The sale.
    #[n(0)]
    pub sale: EntryId,
    /// Its line.
    #[n(1)]
    pub line_no: u32,
}

/// A discount as the cashier said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub enum Discount {
    /// Hundredths of a percent, 1 to 10000.
    #[n(1)]
    Percent(#[n(0)] i64),
    /// Minor units, above 0.
    #[n(2)]
    Amount(#[n(0)] i64),
}

/// Tax of one code and rate.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct TaxLine {
    /// Tax code.
    #[n(0)]
    pub code: String,
    /// Rate, parts per million.
    #[n(1)]
    pub rate_ppm: i64,
    /// Including tax.
    #[n(2)]
    pub gross_minor: i64,
    /// The tax in it.
    #[n(3)]
    pub tax_minor: i64,
}

/// One means of payment of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct TenderLine {
    /// Kind.
    #[n(0)]
    pub kind: TenderKind,
    /// The branch's tender.
    #[n(1)]
    pub tender: TenderId,
    /// What it paid, net of change; negative when it was given back.
    #[n(2)]
    pub amount_minor: i64,
    /// What was handed over.
    #[n(3)]
    pub tendered_minor: i64,
    /// What was given back at once out of the drawer.
    #[n(4)]
    pub change_due_minor: i64,
    /// Whose account.
    #[n(5)]
    pub customer: Option<CustomerId>,
}

/// Kind of a tender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum TenderKind {
    /// Notes and coins.
    #[n(1)]
    Cash,
    /// Taken on the separate card terminal.
    #[n(2)]
    Card,
    /// A voucher handed in.
    #[n(3)]
    Voucher,
    /// Owed by a customer.
    #[n(4)]
    OnAccount,
}

impl TenderKind {
    /// All kinds, in the order of reports.
    pub const ALL: [Self; 4] = [Self::Cash, Self::Card, Self::Voucher, Self::OnAccount];

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Cash => "cash",
            Self::Card => "card",
            Self::Voucher => "voucher",
            Self::OnAccount => "on_account",
        }
    }

    /// The kind of this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// The measure of a quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Measure {
    /// Whole packs.
    #[n(1)]
    Pack,
    /// Pieces of an opened pack.
    #[n(2)]
    Piece,
    /// Milligrams.
    #[n(3)]
    Milligram,
    /// Microlitres.
    #[n(4)]
    Microlitre,
}

/// Role of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Role {
    /// Sells over the counter.
    #[n(1)]
    Assistant,
    /// Pharmacy technician.
    #[n(2)]
    Technician,
    /// Pharmacist.
    #[n(3)]
    Pharmacist,
    /// Runs the branch.
    #[n(4)]
    Manager,
    /// Owns the organisation.
    #[n(5)]
    Owner,
    /// Reads everything, changes nothing.
    #[n(6)]
    Auditor,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 6] =
        [Self::Assistant, Self::Technician, Self::Pharmacist, Self::Manager, Self::Owner, Self::Auditor];

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Assistant => "assistant",
            Self::Technician => "technician",
            Self::Pharmacist => "pharmacist",
            Self::Manager => "manager",
            Self::Owner => "owner",
            Self::Auditor => "auditor",
        }
    }

    /// The role of this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// The role of this number, as bodies have it.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|role| *role as u8 == number)
    }
}

body! {
    /// A line was taken out of a basket before tender.
    LineVoided {
        /// The basket's sale id.
        2 sale: EntryId,
        /// The line.
        3 line_no: u32,
        /// Product.
        4 product: ProductId,
        /// Quantity that stood there.
        5 quantity: i64,
        /// Amount that stood there.
        6 amount_minor: i64,
    }
}

body! {
    /// A basket was given up before tender.
    BasketVoided {
        /// Its sale id, which is never used then.
        2 sale: EntryId,
        /// Lines that it had: product, quantity, amount.
        3 lines: Vec<VoidedLine>,
        /// Total that it had.
        4 total_minor: i64,
    }
}

/// A line of a voided basket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct VoidedLine {
    /// Product.
    #[n(0)]
    pub product: ProductId,
    /// Quantity.
    #[n(1)]
    pub quantity: i64,
    /// Amount.
    #[n(2)]
    pub amount_minor: i64,
}

body! {
    /// A basket was set aside; the basket itself and its label are sealed parts.
    BasketParked {
        /// The sale id that the basket keeps.
        2 sale: EntryId,
        /// Number of lines.
        3 line_count: u32,
        /// Total.
        4 total_minor: i64,
    }
}

body! {
    /// A parked basket was taken up again.
    BasketTaken {
        /// The basket's sale id.
        2 sale: EntryId,
    }
}

macro_rules! movements {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        body! {
            $(#[$doc])*
            $name {
                /// Reason code.
                2 reason: String,
                /// Amount, above 0 (0 for a no-sale).
                3 amount_minor: i64,
            }
        }
    )*};
}

movements! {
    /// Cash in that is not a sale.
    PaidIn;
    /// Cash out that is not a refund.
    PaidOut;
    /// The drawer was opened without a sale.
    NoSale;
}

body! {
    /// The drawer was counted. The first count of a session stands for ever.
    DrawerCounted {
        /// Number of the count in its session, from 1.
        2 count_no: u32,
        /// The drawer.
        3 location: CashLocationId,
        /// Cash, by note and coin.
        4 denominations: Vec<Denomination>,
        /// Sum of the cash.
        5 counted_cash_minor: i64,
        /// Other tenders.
        6 other: Vec<TenderCounted>,
        /// Why it was counted again.
        7 recount_reason: Option<String>,
        /// Counted without having seen what was expected.
        8 is_blind: bool,
        /// Parts that others counted, whose notes and coins are among these.
        #[cbor(default, skip_if = "Vec::is_empty")]
        9 parts: Vec<EntryId>,
    }
}

body! {
    /// A part of a drawer was counted, at any device. It stands for nothing until a count takes it up.
    PartCounted {
        /// The drawer.
        2 location: CashLocationId,
        /// Cash, by note and coin; nothing takes the part back that is replaced.
        3 denominations: Vec<Denomination>,
        /// Sum of the cash.
        4 counted_cash_minor: i64,
        /// An earlier part of the same person, counted anew.
        5 replaces: Option<EntryId>,
    }
}

/// The counted sum of a tender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct TenderCounted {
    /// Kind.
    #[n(0)]
    pub kind: TenderKind,
    /// Counted.
    #[n(1)]
    pub counted_minor: i64,
}

body! {
    /// The cash session was closed on its last count.
    DrawerClosed {
        /// The drawer.
        2 location: CashLocationId,
        /// The count it rests on.
        3 count: EntryId,
        /// Expected against counted, cash first.
        4 results: Vec<TenderResult>,
        /// Why it is over or short, where the tolerance asks for it.
        5 reason: Option<String>,
        /// What stays in the drawer.
        6 next_float: Vec<Denomination>,
        /// Its sum.
        7 next_float_minor: i64,
        /// What goes to the safe; on its way under the id of this entry until it is accepted there.
        8 to_safe_minor: i64,
        /// The streams that this close has seen: stream, seq, head hash.
        9 seen: Vec<SeenStream>,
        /// Why it was closed while cash that left this drawer, or was sent to it, is still on its way.
        10 on_its_way_reason: Option<String>,
    }
}

/// Expected against counted of one tender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct TenderResult {
    /// Kind.
    #[n(0)]
    pub kind: TenderKind,
    /// Expected.
    #[n(1)]
    pub expected_minor: i64,
    /// Counted.
    #[n(2)]
    pub counted_minor: i64,
    /// counted - expected.
    #[n(3)]
    pub over_short_minor: i64,
}

/// How far a stream had been seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct SeenStream {
    /// Device.
    #[n(0)]
    pub device: DeviceId,
    /// Incarnation.
    #[n(1)]
    pub incarnation: Incarnation,
    /// Last record.
    #[n(2)]
    pub seq: u64,
    /// Its hash.
    #[n(3)]
    pub head: Hash32,
}

/// Records of an earlier life of a till that no Z of that life covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Covered {
    /// Device.
    #[n(0)]
    pub device: DeviceId,
    /// Incarnation.
    #[n(1)]
    pub incarnation: Incarnation,
    /// First record.
    #[n(2)]
    pub first_seq: u64,
    /// Last record.
    #[n(3)]
    pub last_seq: u64,
}

body! {
    /// The till's own closing over one stream, records `first_seq` to `last_seq`.
    ZReport {
        /// Gapless in its stream.
        2 z_no: u64,
        /// First record that it covers.
        3 first_seq: u64,
        /// Last record that it covers: the one before this.
        4 last_seq: u64,
        /// Figures of the period.
        5 figures: Figures,
        /// Sum of the takings of all Z of this till, this one included.
        6 perpetual_total_minor: i64,
        /// When the session was opened, ms since 1970.
        7 opened_at_ms: i64,
        /// What this Z takes over from earlier lives of a till that was restored, newest first.
        8 before: Option<Vec<Covered>>,
    }
}

/// The figures of X and Z: one calculation, see [`crate::report`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
#[cbor(map)]
pub struct Figures {
    /// Receipts with at least one sold line.
    #[n(0)]
    pub sale_count: i64,
    /// Sum of all receipts, refunds counted against.
    #[n(1)]
    pub takings_minor: i64,
    /// Receipts with at least one line taken back.
    #[n(2)]
    pub refund_count: i64,
    /// Sum of all refund lines, positive.
    #[n(3)]
    pub refunds_minor: i64,
    /// Voided lines and baskets.
    #[n(4)]
    pub void_count: i64,
    /// Their amount.
    #[n(5)]
    pub voids_minor: i64,
    /// Discounts given, positive.
    #[n(6)]
    pub discounts_minor: i64,
    /// Drawer opened without a sale.
    #[n(7)]
    pub no_sale_count: i64,
    /// Tax by code and rate, ordered by code and rate.
    #[n(8)]
    pub taxes: Vec<TaxLine>,
    /// Takings by tender, in the order of [`TenderKind::ALL`], those that occurred.
    #[n(9)]
    pub tenders: Vec<TenderFigure>,
    /// Cash rounding.
    #[n(10)]
    pub rounding_minor: i64,
    /// Opening floats.
    #[n(11)]
    pub opening_float_minor: i64,
    /// Paid in.
    #[n(12)]
    pub paid_in_minor: i64,
    /// Paid out, positive.
    #[n(13)]
    pub paid_out_minor: i64,
    /// Sent from the drawer to the safe, positive.
    #[n(14)]
    pub safe_drops_minor: i64,
    /// Accepted at the drawer out of the safe.
    #[n(15)]
    pub float_top_ups_minor: i64,
    /// Cash received towards accounts.
    #[n(16)]
    pub settled_cash_minor: i64,
    /// First receipt number of the period, 0 for none.
    #[n(17)]
    pub first_receipt_no: u64,
    /// Last receipt number of the period, 0 for none.
    #[n(18)]
    pub last_receipt_no: u64,
    /// Papers printed again.
    #[n(19)]
    pub copy_count: i64,
    /// Prices overridden.
    #[n(20)]
    pub override_count: i64,
    /// Tenders corrected.
    #[n(21)]
    pub correction_count: i64,
    /// Sent from the drawer to other places than the safe, positive.
    #[n(22)]
    #[cbor(default, skip_if = "is_zero")]
    pub transfers_out_minor: i64,
    /// Accepted at the drawer from other places than the safe, and what came back to it.
    #[n(23)]
    #[cbor(default, skip_if = "is_zero")]
    pub transfers_in_minor: i64,
}

/// Takings by one tender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct TenderFigure {
    /// Kind.
    #[n(0)]
    pub kind: TenderKind,
    /// How many tender lines.
    #[n(1)]
    pub count: i64,
    /// Net of change, corrections and settlements of accounts included.
    #[n(2)]
    pub amount_minor: i64,
}

body! {
    /// What a sale was really paid with; the postings move the difference.
    TenderCorrected {
        /// The sale.
        2 sale: EntryId,
        /// Tenders as they stood.
        3 before: Vec<TenderLine>,
        /// Tenders as they really were.
        4 after: Vec<TenderLine>,
        /// The cash session of the sale where it is not the present one: what its drawer had too much or too
        /// little of is explained, and the present drawer and its figures stay as they are.
        5 of_session: Option<CashSessionId>,
    }
}

body! {
    /// A customer may buy on account; the name is a sealed part.
    CustomerAdded {
        /// The customer.
        2 customer: CustomerId,
    }
}

body! {
    /// A customer paid towards the account.
    AccountSettled {
        /// The customer.
        2 customer: CustomerId,
        /// Cash or card.
        3 kind: TenderKind,
        /// Amount, above 0.
        4 amount_minor: i64,
    }
}

body! {
    /// A paper was printed again.
    PaperCopied {
        /// The sale or Z.
        2 of: EntryId,
        /// Number of the copy, from 1.
        3 copy_no: u32,
    }
}

body! {
    /// Goods came in.
    GoodsReceived {
        /// What came.
        2 lines: Vec<ReceivedLine>,
        /// Who delivered it, by name; none for stock that was there at first or that an import brought.
        3 supplier: Option<String>,
        /// Number of the delivery note.
        4 reference: Option<String>,
    }
}

/// A line of a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ReceivedLine {
    /// Product.
    #[n(0)]
    pub product: ProductId,
    /// Lot.
    #[n(1)]
    pub lot: Option<String>,
    /// Expiry.
    #[n(2)]
    pub expiry: Option<BusinessDate>,
    /// Packs that came whole, 0 or more.
    #[n(3)]
    pub packs: i64,
    /// Packs that the delivery note says, where it says another number than came, damaged ones counted.
    #[n(4)]
    pub announced: Option<i64>,
    /// Packs that came damaged and are set apart, above 0.
    #[n(5)]
    pub damaged: Option<i64>,
    /// What one pack costs without tax, minor units, 0 or more.
    #[n(6)]
    pub cost_minor: Option<i64>,
}

/// Packs of one lot that went elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct GoodsLine {
    /// Product.
    #[n(0)]
    pub product: ProductId,
    /// Lot.
    #[n(1)]
    pub lot: Option<String>,
    /// Expiry.
    #[n(2)]
    pub expiry: Option<BusinessDate>,
    /// Packs, above 0.
    #[n(3)]
    pub packs: i64,
}

body! {
    /// The key of a subject's sealed parts was destroyed.
    Erased {
        /// Whose.
        2 subject: SubjectId,
        /// Reason code.
        3 reason: String,
    }
}

body! {
    /// A manager settled an exception, or opened it again.
    ExceptionSettled {
        /// Code of its kind.
        2 exception: String,
        /// What it is about.
        3 about: ExceptionAbout,
        /// How far it had gone then: one that goes on comes back.
        4 extent: i64,
        /// How: a code.
        5 how: String,
    }
}

/// What an exception is about: an id or the hash of a record, with what tells it apart within that.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct ExceptionAbout(
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub Vec<u8>,
);

/// How an exception is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settling {
    /// Somebody looked into it, and it is in order.
    InOrder,
    /// Another entry, or something outside of the book, has put it right.
    PutRight,
    /// Somebody looked into it and found no reason.
    NotExplained,
    /// What a till wrote after it was cut off counts all the same.
    Accepted,
    /// It is to be settled again.
    Reopened,
}

impl Settling {
    /// Its code in the entry.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::InOrder => "in_order",
            Self::PutRight => "put_right",
            Self::NotExplained => "not_explained",
            Self::Accepted => "accepted",
            Self::Reopened => "reopened",
        }
    }

    /// What a code means.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let all = [Self::InOrder, Self::PutRight, Self::NotExplained, Self::Accepted, Self::Reopened];
        all.into_iter().find(|settling| settling.code() == code)
    }
}

body! {
    /// A person has another PIN or badge from now on; what it is checked with is a sealed part. Where there is no
    /// sealed part the person has none any more.
    SecretSet {
        /// Whose.
        2 staff: StaffId,
        /// PIN or badge.
        3 kind: SecretKind,
        /// Chosen by somebody else, so that the person has to choose another one first.
        4 is_initial: bool,
    }
}

/// What a person proves with who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum SecretKind {
    /// Typed: six digits, or something longer for who decides about others.
    #[n(1)]
    Pin,
    /// Scanned.
    #[n(2)]
    Badge,
}

body! {
    /// Somebody asks for what they may not do alone.
    ApprovalAsked {
        /// Code of the permission.
        2 permission: String,
        /// How far it goes, in the unit of the permission.
        3 extent: i64,
        /// The sale that the basket becomes, where it is about one.
        4 about: Option<EntryId>,
    }
}

body! {
    /// Whoever acts here allows something to another one, or does not.
    ApprovalDecided {
        /// To whom; never to oneself.
        2 staff: StaffId,
        /// Code of the permission.
        3 permission: String,
        /// How far, in the unit of the permission.
        4 extent: i64,
        /// The sale that the basket becomes, where it is about one.
        5 about: Option<EntryId>,
        /// What was asked, where it was asked from another till.
        6 asked: Option<EntryId>,
        /// Allowed.
        7 is_given: bool,
        /// Until when it may be done again, ms since 1970; once where there is none.
        8 until_ms: Option<i64>,
        /// The server where the actor was signed in with a browser, by whose word this is written; none where the
        /// actor stood at a till.
        32 by_server: Option<DeviceId>,
    }
}

body! {
    /// Cash was sent to another place of the branch, or to the bank: it is on its way until it is accepted. The
    /// number of its bag, and a note, are sealed parts.
    TransferSent {
        /// From where.
        2 from: CashAt,
        /// To where.
        3 to: CashAt,
        /// How much, above 0.
        4 amount_minor: i64,
        /// By note and coin, where it was counted so.
        5 denominations: Vec<Denomination>,
        /// Reason code.
        6 reason: String,
    }
}

body! {
    /// Cash that was sent arrived, where it was sent to or back where it came from. What was counted is there; the
    /// difference is over or short of the transfer.
    TransferAccepted {
        /// The entry that sent it.
        2 transfer: EntryId,
        /// Where it came from.
        3 from: CashAt,
        /// Where it is now.
        4 at: CashAt,
        /// What was sent.
        5 sent_minor: i64,
        /// What was counted, 0 or above.
        6 counted_minor: i64,
        /// By note and coin, where it was counted so.
        7 denominations: Vec<Denomination>,
    }
}

body! {
    /// Cash that was sent is not accepted; it goes back. It stays on its way until it is accepted there.
    TransferRefused {
        /// The entry that sent it.
        2 transfer: EntryId,
        /// Reason code.
        3 reason: String,
    }
}

body! {
    /// Somebody looked at what a drawer came to and signed it.
    CloseSigned {
        /// The close.
        2 close: EntryId,
    }
}

body! {
    /// A till works at a drawer that is open already, in the session that stands in the common part.
    DrawerTaken {
        /// The drawer.
        2 location: CashLocationId,
    }
}

body! {
    /// A till does not work at a drawer any more. The session goes on: at another till, or later, or until it is
    /// counted.
    DrawerLeft {
        /// The drawer.
        2 location: CashLocationId,
        /// Nothing more is sold from it: it waits to be counted and closed, wherever that is.
        3 is_to_count: bool,
    }
}

body! {
    /// A session was closed more than once, by tills that were apart, and one close counts. The postings take back
    /// what the others moved.
    ClosePicked {
        /// The session.
        2 of_session: CashSessionId,
        /// The close that counts.
        3 close: EntryId,
        /// The others.
        4 others: Vec<EntryId>,
    }
}

body! {
    /// A paper was given out to be sent by e-mail. The address is a sealed part under a subject of its own, which an
    /// [`Erased`] destroys once the mail has left.
    PaperMailed {
        /// Code of the paper: `receipt`, `z`, `x`.
        2 what: String,
        /// The sale or Z.
        3 of: Option<EntryId>,
        /// Number of the copy; 0 where it is the first paper.
        4 copy_no: u32,
    }
}

body! {
    /// Somebody found something about lots of a product. It holds until an entry releases it.
    LotsMarked {
        /// Product.
        2 product: ProductId,
        /// The lots; none means every pack of the product.
        3 lots: Vec<String>,
        /// Code of what was found, of [`crate::lot::LotState`].
        4 state: String,
        /// What it is known by outside, as the number of a recall.
        5 reference: Option<String>,
    }
}

body! {
    /// What was found about lots does not hold any more.
    LotsReleased {
        /// The entry that marked them.
        2 marked: EntryId,
    }
}

body! {
    /// Goods went to another place without being sold; the postings say from where to where.
    StockMoved {
        /// What went.
        2 lines: Vec<GoodsLine>,
        /// Why, of [`crate::stock::MOVE_REASONS`].
        3 reason: String,
        /// What it is known by outside, as the number of a slip.
        4 reference: Option<String>,
    }
}

body! {
    /// Somebody went over to the practice book of this till.
    PracticeBegun {}
}

body! {
    /// Somebody said why a cash session is over or short. It moves nothing; a note is a sealed part.
    OverShortExplained {
        /// The session.
        2 of_session: CashSessionId,
        /// Code of the cause ([`crate::cause::CauseKind`]).
        3 cause: String,
        /// What it explains: over above 0, short below.
        4 amount_minor: i64,
        /// Entries that speak for it.
        5 evidence: Vec<EntryId>,
    }
}

/// 32 bytes: a hash or a public key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct Hash32(
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub [u8; 32],
);

/// 64 bytes: an Ed25519 signature.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Signature64(
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub [u8; 64],
);

/// 8 random bytes that tell two lives of one device apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct Incarnation(
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub [u8; 8],
);

fn hex(bytes: &[u8], f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

impl std::fmt::Debug for Hash32 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        hex(&self.0, f)
    }
}

impl std::fmt::Debug for Signature64 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        hex(&self.0, f)
    }
}

impl std::fmt::Debug for Incarnation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        hex(&self.0, f)
    }
}

/// Symbols that a receipt series shows its incarnation in: no letters that read like digits.
const SERIES_SYMBOLS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

impl Incarnation {
    /// The three characters that the receipt series shows.
    #[must_use]
    pub fn series_code(self) -> String {
        let bits = u64::from_be_bytes(self.0);
        [10, 5, 0].iter().map(|shift| char::from(SERIES_SYMBOLS[((bits >> shift) & 31) as usize])).collect()
    }
}
