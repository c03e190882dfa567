//! What a person's badge carries: a long random number that nobody guesses, with letters before it so that no code
//! of a pack is taken for one.

use std::fmt;

const PREFIX: &str = "PB";
const DIGITS: usize = 30;

/// What is read from a badge: whoever has it can show it, so it is kept and written nowhere but on the badge.
#[derive(Clone, PartialEq, Eq)]
pub struct Badge(String);

impl Badge {
    /// The badge that chance makes.
    #[must_use]
    pub fn from_random(bytes: [u8; 16]) -> Self {
        // Of 2^128 values each of the 10^30 is as likely as the others but for one in hundreds of millions.
        let number = u128::from_be_bytes(bytes) % 10_u128.pow(30);
        Self(format!("{PREFIX}{number:0DIGITS$}"))
    }

    /// Reads what a scanner read, without what it puts around it. Letters may be small, as where Caps Lock is on.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (prefix, digits) = text.split_at_checked(PREFIX.len())?;
        let is_badge = prefix.eq_ignore_ascii_case(PREFIX)
            && digits.len() == DIGITS
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_badge.then(|| Self(format!("{PREFIX}{digits}")))
    }

    /// As it is printed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Badge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Badge")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_badge() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(Badge::parse(text).as_ref().map(Badge::as_str), expected, "{text:?}");
        };
        let digits = "012345678901234567890123456789";
        let badge = format!("PB{digits}");
        check(&badge, Some(&badge));
        check(&badge.to_lowercase(), Some(&badge));
        check(digits, None);
        check(&badge[..31], None);
        check(&format!("{badge}0"), None);
        check(&format!("PC{digits}"), None);
        check(&format!("PB{}a", &digits[1..]), None);
        check("", None);
        check("é", None);
    }

    #[test]
    fn chance_makes_badges_that_read() {
        for bytes in [[0; 16], [0xff; 16], [0x5a; 16]] {
            let made = Badge::from_random(bytes);
            assert_eq!(Badge::parse(made.as_str()), Some(made));
        }
        assert_eq!(format!("{:?}", Badge::from_random([7; 16])), "Badge");
    }
}
