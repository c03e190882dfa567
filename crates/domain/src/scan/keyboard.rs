//! What a keyboard's language makes of the keys that a scanner presses.

/// Language of a keyboard. A scanner presses the keys of one; the till reads them as those of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// US English, which scanners are delivered with.
    UnitedStates,
    /// German and Austrian QWERTZ.
    German,
    /// French AZERTY.
    French,
    /// Italian QWERTY.
    Italian,
    /// Spanish QWERTY.
    Spanish,
    /// Swiss QWERTZ.
    Swiss,
    /// Belgian AZERTY.
    Belgian,
}

impl Layout {
    /// All, in the order in which they are tried.
    pub(super) const ALL: [Self; 7] = [
        Self::UnitedStates,
        Self::German,
        Self::French,
        Self::Italian,
        Self::Spanish,
        Self::Swiss,
        Self::Belgian,
    ];

    /// Stable name for the edge.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::UnitedStates => "us",
            Self::German => "de",
            Self::French => "fr",
            Self::Italian => "it",
            Self::Spanish => "es",
            Self::Swiss => "ch",
            Self::Belgian => "be",
        }
    }

    /// The 47 keys of letters, digits and signs from left to right and top to bottom, without and with Shift.
    fn keys(self) -> [&'static str; 2] {
        match self {
            Self::UnitedStates => [
                "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./",
                "~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:\"ZXCVBNM<>?",
            ],
            Self::German => [
                "^1234567890ß´qwertzuiopü+#asdfghjklöäyxcvbnm,.-",
                "°!\"§$%&/()=?`QWERTZUIOPÜ*'ASDFGHJKLÖÄYXCVBNM;:_",
            ],
            Self::French => [
                "²&é\"'(-è_çà)=azertyuiop^$*qsdfghjklmùwxcvbn,;:!",
                "²1234567890°+AZERTYUIOP¨£µQSDFGHJKLM%WXCVBN?./§",
            ],
            Self::Italian => [
                "\\1234567890'ìqwertyuiopè+ùasdfghjklòàzxcvbnm,.-",
                "|!\"£$%&/()=?^QWERTYUIOPé*§ASDFGHJKLç°ZXCVBNM;:_",
            ],
            Self::Spanish => [
                "º1234567890'¡qwertyuiop`+çasdfghjklñ´zxcvbnm,.-",
                "ª!\"·$%&/()=?¿QWERTYUIOP^*ÇASDFGHJKLÑ¨ZXCVBNM;:_",
            ],
            Self::Swiss => [
                "§1234567890'^qwertzuiopü¨$asdfghjklöäyxcvbnm,.-",
                "°+\"*ç%&/()=?`QWERTZUIOPè!£ASDFGHJKLéàYXCVBNM;:_",
            ],
            Self::Belgian => [
                "²&é\"'(§è!çà)-azertyuiop^$µqsdfghjklmùwxcvbn,;:=",
                "³1234567890°_AZERTYUIOP¨*£QSDFGHJKLM%WXCVBN?./+",
            ],
        }
    }
}

/// What the till reads where a scanner types a text; keys that the scanner's language has not are left out.
pub(super) fn typed(text: &str, scanner: Layout, till: Layout) -> impl Iterator<Item = char> {
    let key = move |sign: char| {
        scanner.keys().iter().zip(till.keys()).find_map(|(pressed, shown)| {
            let place = pressed.chars().position(|known| known == sign)?;
            shown.chars().nth(place)
        })
    };
    text.chars().filter_map(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout_has_every_key() {
        for layout in Layout::ALL {
            for keys in layout.keys() {
                assert_eq!(keys.chars().count(), 47, "{layout:?}");
            }
        }
    }

    #[test]
    fn what_a_scanner_types() {
        use Layout::*;
        let check = |scanner, till, expected: &str| {
            assert_eq!(typed("]Zy-/1A", scanner, till).collect::<String>(), expected, "{scanner:?} {till:?}");
        };
        check(UnitedStates, UnitedStates, "]Zy-/1A");
        check(UnitedStates, German, "+Yzß-1A");
        check(UnitedStates, French, "$Wy)!&Q");
        check(UnitedStates, Spanish, "+Zy'-1A");
        check(German, UnitedStates, "Yz/&1A");
        check(French, UnitedStates, "Wy6>!Q");
    }
}
