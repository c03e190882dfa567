//! Accounts and postings: every cent and every pack has two sides.

use std::collections::BTreeMap;

use minicbor::data::Type;
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use uuid::Uuid;

use crate::entry::Measure;
use crate::id::ProductId;
use crate::limits::MAX_MINOR;

macro_rules! accounts {
    ($($(#[$doc:meta])* $number:literal $name:ident;)*) => {
        /// Where money or goods are. Numbers are given once and never reused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Account {
            $($(#[$doc])* $name = $number,)*
        }

        impl Account {
            /// Its name.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }

            /// The account of this number.
            #[must_use]
            pub fn from_number(number: u8) -> Option<Self> {
                match number { $($number => Some(Self::$name),)* _ => None }
            }
        }
    };
}

accounts! {
    /// Cash in a drawer, by cash location.
    10 Drawer;
    /// Cash in a safe, by cash location.
    11 Safe;
    /// Cash in a driver's bag, by cash location.
    12 DriverBag;
    /// Cash on its way to the bank, by cash location.
    13 BankInTransit;
    /// Cash at the bank, by cash location.
    14 Bank;
    /// Cash between two locations, by the entry of the transfer.
    15 InTransit;
    /// What card schemes owe us, by tender.
    20 CardClearing;
    /// Vouchers handed in, by tender.
    21 Voucher;
    /// What customers owe us, by customer.
    22 OnAccount;
    /// Revenue without tax, by tax code.
    30 Revenue;
    /// Tax, by tax code.
    31 Tax;
    /// Cash rounding.
    32 CashRounding;
    /// Over and short, by cash session.
    33 OverShort;
    /// Paid in and paid out, by reason code.
    34 PaidInOut;
    /// What was there before the book began.
    35 Opening;
    /// Goods from a supplier, by supplier.
    50 Supplier;
    /// Goods on the shelf, by place.
    51 Shelf;
    /// Goods set aside, by place.
    52 Reserved;
    /// Goods that must not be sold, by place.
    53 Quarantine;
    /// Goods sold.
    54 Sold;
    /// Goods thrown away.
    55 Waste;
    /// Goods at another branch, by branch.
    56 OtherBranch;
    /// What a count found over or short.
    57 CountDifference;
    /// A pack opened, a lot named later: both units post against it.
    58 Converted;
}

/// What an account is kept by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Nothing.
    None,
    /// A place, a customer, a session, a tender, …
    Id(Uuid),
    /// A tax code or reason code.
    Code(String),
}

/// What is counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// Minor units of a currency.
    Currency(String),
    /// Goods.
    Goods {
        /// Product.
        product: ProductId,
        /// Lot, where known.
        lot: Option<String>,
        /// Pack, piece, mg or µl.
        measure: Measure,
    },
}

/// One leg of an entry: a debit is positive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// Number of the account; an unknown number is kept and relayed.
    pub account: u8,
    /// What the account is kept by.
    pub dimension: Dimension,
    /// Unit.
    pub unit: Unit,
    /// Amount.
    pub amount: i64,
}

impl Posting {
    /// A posting of money.
    #[must_use]
    pub fn money(account: Account, dimension: Dimension, currency: &str, amount: i64) -> Self {
        Self { account: account as u8, dimension, unit: Unit::Currency(currency.to_owned()), amount }
    }
}

/// Whether postings sum to zero for each unit, and none is above [`MAX_MINOR`] on either side.
#[must_use]
pub fn is_balanced(postings: &[Posting]) -> bool {
    if postings.iter().any(|posting| !(-MAX_MINOR..=MAX_MINOR).contains(&posting.amount)) {
        return false;
    }
    let mut sums: BTreeMap<&Unit, i128> = BTreeMap::new();
    for posting in postings {
        *sums.entry(&posting.unit).or_default() += i128::from(posting.amount);
    }
    sums.values().all(|sum| *sum == 0)
}

impl<C> Encode<C> for Dimension {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        match self {
            Self::None => e.null()?.ok(),
            Self::Id(id) => e.bytes(id.as_bytes())?.ok(),
            Self::Code(code) => e.str(code)?.ok(),
        }
    }
}

impl<'b, C> Decode<'b, C> for Dimension {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        match d.datatype()? {
            Type::Null => d.null().map(|()| Self::None),
            Type::Bytes => Uuid::from_slice(d.bytes()?)
                .map(Self::Id)
                .map_err(|_| decode::Error::type_mismatch(Type::Bytes)),
            Type::String => Ok(Self::Code(d.str()?.to_owned())),
            other => Err(decode::Error::type_mismatch(other)),
        }
    }
}

impl<C> Encode<C> for Unit {
    fn encode<W: encode::Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        match self {
            Self::Currency(code) => e.str(code)?.ok(),
            Self::Goods { product, lot, measure } => {
                e.array(3)?.encode_with(product, ctx)?;
                match lot {
                    Some(lot) => e.str(lot)?,
                    None => e.null()?,
                };
                e.encode_with(measure, ctx)?.ok()
            }
        }
    }
}

impl<'b, C> Decode<'b, C> for Unit {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
        match d.datatype()? {
            Type::String => Ok(Self::Currency(d.str()?.to_owned())),
            Type::Array => {
                if d.array()? != Some(3) {
                    return Err(decode::Error::message("a unit of goods has three parts"));
                }
                let product = d.decode_with(ctx)?;
                let lot = match d.datatype()? {
                    Type::Null => d.null().map(|()| None)?,
                    _ => Some(d.str()?.to_owned()),
                };
                Ok(Self::Goods { product, lot, measure: d.decode_with(ctx)? })
            }
            other => Err(decode::Error::type_mismatch(other)),
        }
    }
}

impl<C> Encode<C> for Posting {
    fn encode<W: encode::Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.array(4)?.u8(self.account)?.encode_with(&self.dimension, ctx)?.encode_with(&self.unit, ctx)?;
        e.i64(self.amount)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Posting {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
        if d.array()? != Some(4) {
            return Err(decode::Error::message("a posting has four parts"));
        }
        Ok(Self {
            account: d.u8()?,
            dimension: d.decode_with(ctx)?,
            unit: d.decode_with(ctx)?,
            amount: d.i64()?,
        })
    }
}
