//! Text as a person sees it.

/// The text without control characters and without marks that have no look of their own: those that turn the
/// direction of writing could make a paper say something else than it does.
pub(crate) fn plain(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => Some(' '),
            _ if is_unseen(c) => None,
            _ => Some(c),
        })
        .collect()
}

fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_not_drawn() {
        let check = |text: &str, expected: &str| assert_eq!(plain(text), expected, "{text:?}");
        check("Ibuprofen 400 mg", "Ibuprofen 400 mg");
        check("Ä é œ € ß ’ –", "Ä é œ € ß ’ –");
        check("\u{202e}00,99\u{202c} gesamt", "00,99 gesamt");
        check("a\u{0}b\u{7}c\u{1b}[31m\u{9b}d", "abc[31md");
        check("two\nlines\tand more", "two lines and more");
        check("\u{feff}\u{200b}\u{2066}x\u{2069}", "x");
    }
}
