//! Enough of Rust's and TypeScript's grammar to tell code, strings and comments apart.

/// What a piece of a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Code between strings and comments.
    Code,
    /// The inside of a string.
    Text,
    /// A comment.
    Comment,
}

/// A piece of a file.
#[derive(Debug)]
pub struct Piece<'a> {
    /// What it is.
    pub kind: Kind,
    /// Its text.
    pub text: &'a str,
    /// The line it begins on, from 1.
    pub line: usize,
}

impl Piece<'_> {
    /// The words of the piece with their lines: names, keywords, numbers.
    pub fn words(&self) -> impl Iterator<Item = (usize, &str)> {
        let mut line = self.line;
        self.text.split_inclusive(|c: char| !c.is_alphanumeric() && c != '_').filter_map(move |word| {
            let here = line;
            line += word.matches('\n').count();
            let word = word.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '_');
            (!word.is_empty()).then_some((here, word))
        })
    }
}

/// Cuts a file into its pieces.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < text.len() {
        let rest = &text[at..];
        if let Some((kind, before, inside, after)) = opening(text, at, rest) {
            push(&mut found, text, Kind::Code, start, at);
            push(&mut found, text, kind, at + before, at + before + inside);
            at = (at + before + inside + after).min(text.len());
            start = at;
        } else {
            at += step_over(text, at);
        }
    }
    push(&mut found, text, Kind::Code, start, text.len());
    found
}

fn push<'a>(found: &mut Vec<Piece<'a>>, text: &'a str, kind: Kind, from: usize, to: usize) {
    if from < to {
        found.push(Piece { kind, text: &text[from..to], line: 1 + text[..from].matches('\n').count() });
    }
}

/// A string or comment that begins here: its kind and the lengths of its opening, inside and closing.
fn opening(text: &str, at: usize, rest: &str) -> Option<(Kind, usize, usize, usize)> {
    if rest.starts_with("//") {
        let end = rest.find('\n').unwrap_or(rest.len());
        return Some((Kind::Comment, 0, end, 0));
    }
    if rest.starts_with("/*") {
        let end = rest.find("*/").unwrap_or(rest.len());
        return Some((Kind::Comment, 0, end, 2));
    }
    if rest.starts_with('r') && !text[..at].ends_with(|c: char| c.is_alphanumeric() && c != 'b' || c == '_') {
        let hashes = rest[1..].bytes().take_while(|byte| *byte == b'#').count();
        if rest[1 + hashes..].starts_with('"') {
            let close = format!("\"{}", "#".repeat(hashes));
            let inside = rest[2 + hashes..].find(&close).unwrap_or(rest.len() - 2 - hashes);
            return Some((Kind::Text, 2 + hashes, inside, close.len()));
        }
    }
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '`'))?;
    let mut escaped = false;
    for (index, c) in rest[1..].char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return Some((Kind::Text, 1, index, 1)),
            _ => {}
        }
    }
    Some((Kind::Text, 1, rest.len() - 1, 0))
}

/// Steps over one character, or over a character literal such as '"' as a whole.
fn step_over(text: &str, at: usize) -> usize {
    let mut chars = text[at..].chars();
    let Some(first) = chars.next() else { return 1 };
    if first == '\'' {
        let literal = match chars.next() {
            Some('\\') => chars.next().map(|escaped| 2 + escaped.len_utf8()),
            Some(c) => Some(1 + c.len_utf8()),
            None => None,
        };
        if let Some(length) = literal
            && text[at + length..].starts_with('\'')
        {
            return length + 1;
        }
    }
    first.len_utf8()
}

#[test]
fn code_strings_and_comments_are_told_apart() {
    let text = "let a = \"x // y\\\" z\"; // \"no\"\nlet b = r#\"q\"w\"#; /* c */ let d = '\"'; let e: &'a str = `t`;";
    let found: Vec<_> = pieces(text).iter().map(|piece| (piece.kind, piece.text, piece.line)).collect();
    assert_eq!(
        found,
        [
            (Kind::Code, "let a = ", 1),
            (Kind::Text, "x // y\\\" z", 1),
            (Kind::Code, "; ", 1),
            (Kind::Comment, "// \"no\"", 1),
            (Kind::Code, "\nlet b = ", 1),
            (Kind::Text, "q\"w", 2),
            (Kind::Code, "; ", 2),
            (Kind::Comment, "/* c ", 2),
            (Kind::Code, " let d = '\"'; let e: &'a str = ", 2),
            (Kind::Text, "t", 2),
            (Kind::Code, ";", 2),
        ]
    );
    assert_eq!(
        pieces("a\n b_1\n\n c").iter().flat_map(Piece::words).collect::<Vec<_>>(),
        [(1, "a"), (2, "b_1"), (4, "c")]
    );
}
