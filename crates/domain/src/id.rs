//! Ids: 16 bytes each, minted by whoever asks (UUIDv7), or derived by name (UUIDv5) where two tills
//! must come to the same id without talking.

use minicbor::data::Type;
use minicbor::{Decoder, Encoder, decode, encode};
use uuid::Uuid;

/// The namespace under which PharmaTill derives ids by name. It can never change.
pub const NAMESPACE: Uuid = Uuid::from_u128(0x6f0d_9a4c_51b7_4e0b_9c1e_2f7a_83d4_5ec1);

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl $name {
            /// Reads the usual text form of a UUID.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Uuid::try_parse(text).ok().map(Self)
            }

            /// The 16 bytes as they stand in the book.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// From the 16 bytes of the book.
            #[must_use]
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                Uuid::from_slice(bytes).ok().map(Self)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}", self.0)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}", self.0)
            }
        }

        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
                e.bytes(self.0.as_bytes())?.ok()
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
                Uuid::from_slice(d.bytes()?).map(Self).map_err(|_| decode::Error::type_mismatch(Type::Bytes))
            }
        }
    )*};
}

ids! {
    /// An organisation: one owner, one or more branches.
    OrganisationId;
    /// A branch: one pharmacy, one book of money and goods.
    BranchId;
    /// A device: a computer that writes streams of its own.
    DeviceId;
    /// A till: the numbered selling station.
    TillId;
    /// A person who works here; the name is a sealed part.
    StaffId;
    /// A customer with an account; random, the name is a sealed part.
    CustomerId;
    /// From opening float to close.
    CashSessionId;
    /// Drawer, safe, driver bag or bank in transit.
    CashLocationId;
    /// Where goods lie: shelf, reserved, quarantine.
    PlaceId;
    /// Whoever goods come from.
    SupplierId;
    /// A product.
    ProductId;
    /// A means of payment.
    TenderId;
    /// An entry. A sale's entry id is its sale id.
    EntryId;
    /// Something asked at the counter: asked again because the answer was not heard, it is done once.
    AskId;
    /// Whom or what a sealed part is about; the key that opens it belongs to this subject.
    SubjectId;
    /// An invitation of a device.
    InvitationId;
}

fn by_name(name: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}

impl ProductId {
    /// The id of the product with this GTIN-14, the same on every till.
    #[must_use]
    pub fn of_gtin(gtin14: &str) -> Self {
        Self(by_name(&format!("gtin:{gtin14}")))
    }

    /// The id of a product without a GTIN that was imported from a source.
    #[must_use]
    pub fn of_source(source: &str, code: &str) -> Self {
        Self(by_name(&format!("source:{source}:{code}")))
    }
}

/// The letter on a drawer that belongs to no till, A to Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DrawerLetter(char);

impl DrawerLetter {
    /// A to Z.
    pub fn all() -> impl Iterator<Item = Self> {
        ('A'..='Z').map(Self)
    }

    /// The letter as it is written.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::all().find(|letter| text.len() == 1 && text.starts_with(letter.0))
    }
}

impl std::fmt::Display for DrawerLetter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl CashLocationId {
    /// The drawer of a till.
    #[must_use]
    pub fn drawer_of(till: TillId) -> Self {
        Self(by_name(&format!("drawer:{till}")))
    }

    /// A drawer of the branch that belongs to no till and goes wherever it is taken to, by the letter on it.
    #[must_use]
    pub fn lettered(branch: BranchId, letter: DrawerLetter) -> Self {
        Self(by_name(&format!("drawer:{branch}:{}", letter.0)))
    }

    /// What the drivers of a branch carry.
    #[must_use]
    pub fn driver_bag_of(branch: BranchId) -> Self {
        Self(by_name(&format!("driver_bag:{branch}")))
    }

    /// The bank of a branch.
    #[must_use]
    pub fn bank_of(branch: BranchId) -> Self {
        Self(by_name(&format!("bank:{branch}")))
    }

    /// The safe of a branch.
    #[must_use]
    pub fn safe_of(branch: BranchId) -> Self {
        Self(by_name(&format!("safe:{branch}")))
    }
}

impl PlaceId {
    /// The shelf of a branch.
    #[must_use]
    pub fn shelf_of(branch: BranchId) -> Self {
        Self(by_name(&format!("shelf:{branch}")))
    }
}

impl SupplierId {
    /// Stands for whoever delivered what was on the shelf before PharmaTill counted it.
    #[must_use]
    pub fn opening() -> Self {
        Self(by_name("supplier:opening"))
    }

    /// The supplier of this name; capitals and spaces make no difference, and neither does ß for ss.
    #[must_use]
    pub fn of_name(name: &str) -> Self {
        let words: Vec<String> =
            name.split_whitespace().map(|word| word.to_lowercase().replace('ß', "ss")).collect();
        Self(by_name(&format!("supplier:name:{}", words.join(" "))))
    }
}

impl EntryId {
    /// The entry by which what a release of a catalogue says of a product's stock comes to a place: the same on
    /// every till, so that it comes there once.
    #[must_use]
    pub fn of_received(place: PlaceId, release: &str, product: ProductId) -> Self {
        Self(by_name(&format!("received:{place}:{release}:{product}")))
    }
}

impl TenderId {
    /// The branch's tender of a kind.
    #[must_use]
    pub fn of_kind(kind: crate::entry::TenderKind) -> Self {
        Self(by_name(&format!("tender:{}", kind.code())))
    }
}

impl From<StaffId> for SubjectId {
    fn from(id: StaffId) -> Self {
        Self(id.0)
    }
}

impl From<CustomerId> for SubjectId {
    fn from(id: CustomerId) -> Self {
        Self(id.0)
    }
}

impl From<EntryId> for SubjectId {
    fn from(id: EntryId) -> Self {
        Self(id.0)
    }
}
