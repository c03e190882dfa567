//! One spelling for what people type and what catalogues print.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Folds accents, case, ligatures and signs: only letters and digits stay, words are parted by one space,
/// and a decimal comma is a point. `Œstradiol 0,5 mg/ml` becomes `oestradiol 0.5 mg ml`.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut plain = text.nfkd().flat_map(char::to_lowercase).filter(|c| !is_combining_mark(*c)).peekable();
    while let Some(c) = plain.next() {
        match c {
            'œ' => folded.push_str("oe"),
            'æ' => folded.push_str("ae"),
            'ß' => folded.push_str("ss"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' => folded.push('d'),
            'ı' => folded.push('i'),
            // The micro sign; people type `ug`.
            'μ' => folded.push('u'),
            c if c.is_alphanumeric() => folded.push(c),
            '.' | ',' if ends_in_digit(&folded) && plain.peek().is_some_and(char::is_ascii_digit) => {
                folded.push('.')
            }
            _ if folded.is_empty() || folded.ends_with(' ') => {}
            _ => folded.push(' '),
        }
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

fn ends_in_digit(text: &str) -> bool {
    text.ends_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings() {
        let check = |text, folded| assert_eq!(fold(text), folded, "{text:?}");
        check("", "");
        check("  –  ", "");
        check("Œstradiol 0,5 mg/ml", "oestradiol 0.5 mg ml");
        check("DOLIPRANE  1000 mg, comprimé", "doliprane 1000 mg comprime");
        check("Grippostad® (Kapseln)", "grippostad kapseln");
        check("süß Größe ẞ", "suss grosse ss");
        check("ÆTHER Sørbye Łódź İzmir", "aether sorbye lodz izmir");
        check("Levothyroxin 50 µg", "levothyroxin 50 ug");
        check("Levothyroxin 50 μg", "levothyroxin 50 ug");
        check("e\u{301}te\u{301}", "ete");
        check("ﬁlm H₂O ½", "film h2o 1 2");
        check("1.000,5 5, ,5", "1.000.5 5 5");
        check("a\nb\tc\u{a0}d", "a b c d");
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing_and_leaves_no_line_end(text in any::<String>()) {
            let folded = fold(&text);
            prop_assert_eq!(&fold(&folded), &folded);
            prop_assert!(!folded.contains(['\n', '\u{0}']) && !folded.contains("  "), "{:?}", folded);
        }
    }
}
