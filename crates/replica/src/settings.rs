//! Settings in their document: one key for each.

use crate::cbor::{self, Malformed};
use crate::document::DELETED;
use minicbor::bytes::ByteVec;

/// Name of the document, in the organisation's scope and in the branch's; the branch's value stands first.
pub const DOCUMENT: &str = "settings";

macro_rules! settings {
    ($($(#[$doc:meta])* $name:ident $key:literal $type:ty;)*) => {
        /// One setting.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Setting {
            $($(#[$doc])* $name($type),)*
        }

        impl Setting {
            /// Its key in the document.
            #[must_use]
            pub fn key(&self) -> &'static str {
                match self { $(Self::$name(_) => $key,)* }
            }

            /// The content of a value.
            #[must_use]
            pub fn encode(&self) -> Vec<u8> {
                match self { $(Self::$name(value) => cbor::encode(value),)* }
            }

            /// Reads the content of a key's value; `None` for a deletion and for a setting that this
            /// version does not know.
            ///
            /// # Errors
            /// When the bytes are not such a value.
            pub fn decode(key: &str, content: &[u8]) -> Result<Option<Self>, Malformed> {
                if content == DELETED {
                    return Ok(None);
                }
                match key {
                    $($key => cbor::decode(content).map(Self::$name).map(Some),)*
                    _ => cbor::check_deterministic(content).map(|()| None),
                }
            }
        }
    };
}

settings! {
    /// Lines under the name on paper.
    Letterhead "letterhead" Vec<String>;
    /// An over/short above this needs a reason, in minor units.
    OverShortToleranceMinor "over_short_tolerance_minor" i64;
    /// Drawer counts are blind.
    BlindCount "blind_count" bool;
    /// Proposed opening float, in minor units.
    OpeningFloatMinor "opening_float_minor" i64;
    /// Minutes without a key or a touch after which a till is locked.
    LockAfterMin "lock_after_min" u32;
    /// Minutes for which an approval holds; 0 for one act.
    ApprovalMin "approval_min" u32;
    /// Cash that was sent is accepted by somebody else than who sent it.
    SecondPersonAccepts "second_person_accepts" bool;
    /// A close is signed by somebody else than who counted.
    SecondPersonSigns "second_person_signs" bool;
    /// An open drawer is for the person whose it is, and for who reconciles.
    DrawerForOnePerson "drawer_for_one_person" bool;
    /// A count that stands is made again by somebody who has not counted that drawer yet.
    SecondPersonRecounts "second_person_recounts" bool;
    /// The picture above the letterhead: two bytes for the dots of a row, then the rows from the top, each of whole
    /// bytes, the highest bit first; a 1 is black. Empty where there is none.
    Logo "logo" ByteVec;
    /// The pharmacy's number at the tax office.
    TaxNo "tax_no" String;
    /// The pharmacy's number in the register of companies.
    CompanyNo "company_no" String;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_come_back_and_what_is_not_known_sets_nothing() {
        for setting in [
            Setting::Letterhead(vec!["1, place du Marché".to_owned()]),
            Setting::OverShortToleranceMinor(500),
            Setting::BlindCount(true),
            Setting::OpeningFloatMinor(15_000),
            Setting::LockAfterMin(5),
            Setting::ApprovalMin(0),
            Setting::SecondPersonAccepts(true),
            Setting::SecondPersonSigns(false),
            Setting::SecondPersonRecounts(true),
            Setting::Logo(vec![0, 8, 0x81, 0x42].into()),
            Setting::TaxNo("FR12345678901".to_owned()),
            Setting::CompanyNo("12345678901234".to_owned()),
        ] {
            assert_eq!(Setting::decode(setting.key(), &setting.encode()), Ok(Some(setting.clone())));
            assert_eq!(Setting::decode(setting.key(), DELETED), Ok(None));
        }
        assert_eq!(Setting::decode("colour", &[0x01]), Ok(None));
        assert!(Setting::decode("blind_count", &[0x01]).is_err());
        assert!(Setting::decode("colour", &[0x18, 1]).is_err());
    }
}
