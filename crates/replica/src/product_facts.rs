//! Products in the catalogue's documents: where their facts stand and how they are written.

use domain::entry::Hash32;
use domain::id::ProductId;
use domain::time::BusinessDate;
use minicbor::{Decode, Encode};

use crate::cbor::{self, Malformed};
use crate::document::DELETED;
use crate::record;

/// What a source published about a product.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
#[cbor(map)]
pub struct ProductFacts {
    /// Name with strength and form.
    #[n(0)]
    pub name: String,
    /// How it is packed.
    #[n(1)]
    pub pack: Option<String>,
    /// Price including tax, in minor units.
    #[n(2)]
    pub price_minor: Option<i64>,
    /// Tax code.
    #[n(3)]
    pub tax_code: Option<String>,
    /// Only against prescription.
    #[n(4)]
    pub rx: bool,
    /// Maker or holder.
    #[n(5)]
    pub maker: Option<String>,
    /// ATC code.
    #[n(6)]
    pub atc: Option<String>,
    /// Conditions of prescription and delivery, as published.
    #[n(7)]
    pub conditions: Vec<String>,
    /// Reimbursement as published.
    #[n(8)]
    pub reimbursement: Option<String>,
    /// Codes: a GTIN as its 14 digits, or the source's own.
    #[n(9)]
    pub codes: Vec<String>,
    /// Not sold any more.
    #[n(10)]
    pub is_withdrawn: bool,
    /// Pieces (or mg, µl) in a pack.
    #[n(11)]
    pub pack_content: Option<i64>,
    /// Release of the source.
    #[n(12)]
    pub released_on: Option<BusinessDate>,
}

impl ProductFacts {
    /// The content of a value.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        cbor::encode(self)
    }

    /// Reads the content of a value.
    ///
    /// # Errors
    /// When the bytes are not such facts.
    pub fn decode(content: &[u8]) -> Result<Self, Malformed> {
        cbor::decode(content)
    }

    /// The facts in force: of the sources the one with the latest release, then the higher name; above it
    /// what the pharmacy decided, as field and content. A content that does not read decides nothing.
    /// `None` for a product that nobody names.
    #[must_use]
    pub fn in_force(sources: &[(String, Self)], decided: &[(String, Vec<u8>)]) -> Option<Self> {
        let best = sources.iter().max_by_key(|(source, facts)| (facts.released_on, source));
        let mut facts = best.map_or_else(Self::default, |(_, facts)| facts.clone());
        for (field, content) in decided {
            if let Ok(Some(field)) = Decided::decode(field, content) {
                field.put_into(&mut facts);
            }
        }
        if facts.name.is_empty() { None } else { Some(facts) }
    }
}

macro_rules! decided {
    ($($(#[$doc:meta])* $name:ident $key:literal $type:ty, $facts:ident = $wrap:expr;)*) => {
        /// One field of a product that the pharmacy decided. It stands above every source until its value
        /// is deleted.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Decided {
            $($(#[$doc])* $name($type),)*
        }

        impl Decided {
            /// The name of the field in its key.
            #[must_use]
            pub fn field(&self) -> &'static str {
                match self { $(Self::$name(_) => $key,)* }
            }

            /// The content of a value.
            #[must_use]
            pub fn encode(&self) -> Vec<u8> {
                match self { $(Self::$name(value) => cbor::encode(value),)* }
            }

            /// Reads the content of a field's value; `None` for a deletion and for a field that this
            /// version does not know.
            ///
            /// # Errors
            /// When the bytes are not such a value.
            pub fn decode(field: &str, content: &[u8]) -> Result<Option<Self>, Malformed> {
                if content == DELETED {
                    return Ok(None);
                }
                match field {
                    $($key => cbor::decode(content).map(Self::$name).map(Some),)*
                    _ => cbor::check_deterministic(content).map(|()| None),
                }
            }

            fn put_into(&self, facts: &mut ProductFacts) {
                match self { $(Self::$name(value) => facts.$facts = $wrap(value.clone()),)* }
            }
        }
    };
}

decided! {
    /// Name with strength and form.
    Name "name" String, name = std::convert::identity;
    /// How it is packed.
    Pack "pack" String, pack = Some;
    /// Price including tax, in minor units.
    PriceMinor "price_minor" i64, price_minor = Some;
    /// Tax code.
    TaxCode "tax_code" String, tax_code = Some;
    /// Only against prescription.
    Rx "rx" bool, rx = std::convert::identity;
    /// Maker or holder.
    Maker "maker" String, maker = Some;
    /// ATC code.
    Atc "atc" String, atc = Some;
    /// Conditions of prescription and delivery.
    Conditions "conditions" Vec<String>, conditions = std::convert::identity;
    /// Reimbursement.
    Reimbursement "reimbursement" String, reimbursement = Some;
    /// Codes.
    Codes "codes" Vec<String>, codes = std::convert::identity;
    /// Not sold any more.
    IsWithdrawn "is_withdrawn" bool, is_withdrawn = std::convert::identity;
    /// Pieces (or mg, µl) in a pack.
    PackContent "pack_content" i64, pack_content = Some;
}

/// A key of a catalogue document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProductKey {
    /// What a source published.
    Source(ProductId, String),
    /// A field that the pharmacy decided.
    Field(ProductId, String),
}

/// The document that a product stands in: one of 256.
#[must_use]
pub fn document_of(product: ProductId) -> String {
    let Hash32(hash) = record::hash(product.as_bytes());
    format!("catalogue/{:02x}", hash[0])
}

/// Whether a document is one of the catalogue's.
#[must_use]
pub fn is_catalogue(document: &str) -> bool {
    document.strip_prefix("catalogue/").is_some_and(|shard| {
        shard.len() == 2 && shard.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

impl ProductKey {
    /// The key's text.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Source(product, source) => format!("{product}/source/{source}"),
            Self::Field(product, field) => format!("{product}/{field}"),
        }
    }

    /// The product.
    #[must_use]
    pub fn product(&self) -> ProductId {
        match self {
            Self::Source(product, _) | Self::Field(product, _) => *product,
        }
    }

    /// Reads a key; `None` for one that is not of a product, or not in its one right spelling.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (product, rest) = text.split_once('/')?;
        let product = ProductId::parse(product)?;
        let is_name = |name: &str| {
            (1..=32).contains(&name.len())
                && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'))
        };
        let (name, key) = match rest.strip_prefix("source/") {
            Some(source) => (source, Self::Source(product, source.to_owned())),
            None => (rest, Self::Field(product, rest.to_owned())),
        };
        (is_name(name) && key.text() == text).then_some(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(name: &str, released_on: Option<i32>) -> ProductFacts {
        let released_on = released_on.map(BusinessDate);
        ProductFacts { name: name.to_owned(), price_minor: Some(100), released_on, ..ProductFacts::default() }
    }

    fn check(sources: &[(&str, Option<i32>)], decided: &[Decided], expected: Option<(&str, Option<i64>)>) {
        let sources: Vec<(String, ProductFacts)> =
            sources.iter().map(|(source, on)| ((*source).to_owned(), facts(source, *on))).collect();
        let decided: Vec<(String, Vec<u8>)> =
            decided.iter().map(|field| (field.field().to_owned(), field.encode())).collect();
        let found = ProductFacts::in_force(&sources, &decided);
        let found = found.as_ref().map(|facts| (facts.name.as_str(), facts.price_minor));
        assert_eq!(found, expected);
    }

    #[test]
    fn which_facts_are_in_force() {
        check(&[], &[], None);
        check(&[("a", Some(1)), ("b", Some(2))], &[], Some(("b", Some(100))));
        check(&[("a", Some(2)), ("b", None)], &[], Some(("a", Some(100))));
        check(&[("a", Some(2)), ("b", Some(2))], &[], Some(("b", Some(100))));
        check(&[("a", None)], &[Decided::PriceMinor(7)], Some(("a", Some(7))));
        check(&[], &[Decided::Name("own".to_owned())], Some(("own", None)));
        check(&[], &[Decided::PriceMinor(7)], None);
    }

    #[test]
    fn a_deletion_and_an_unknown_field_decide_nothing() {
        assert_eq!(Decided::decode("price_minor", DELETED), Ok(None));
        assert_eq!(Decided::decode("colour", &[0x01]), Ok(None));
        assert_eq!(Decided::decode("price_minor", &[0x01]), Ok(Some(Decided::PriceMinor(1))));
        assert!(Decided::decode("price_minor", &[0xf5]).is_err());
        let broken = [("price_minor".to_owned(), vec![0xf5])];
        let read = ProductFacts::in_force(&[("a".to_owned(), facts("a", None))], &broken);
        assert_eq!(read, Some(facts("a", None)));
    }

    #[test]
    fn keys_have_one_spelling() {
        let product = ProductId::of_gtin("03400930000007");
        for key in [
            ProductKey::Source(product, "bdpm".to_owned()),
            ProductKey::Field(product, "price_minor".to_owned()),
        ] {
            assert_eq!(ProductKey::parse(&key.text()), Some(key.clone()));
            assert_eq!(ProductKey::parse(&key.text().to_uppercase()), None);
        }
        for text in
            ["", "x/name", &format!("{product}"), &format!("{product}/source/"), &format!("{product}/a/b")]
        {
            assert_eq!(ProductKey::parse(text), None, "{text}");
        }
        assert!(is_catalogue(&document_of(product)));
        assert!(!is_catalogue("catalogue/0G") && !is_catalogue("settings"));
    }

    #[test]
    fn facts_come_back_as_they_were() {
        let whole = ProductFacts { conditions: vec!["liste I".to_owned()], rx: true, ..facts("a", Some(1)) };
        assert_eq!(ProductFacts::decode(&whole.encode()), Ok(whole));
    }
}
