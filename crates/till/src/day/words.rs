//! A line of a day, word by word.

/// The words of a line that are still to be read. Text in double quotes is one word; `#` begins a remark.
pub struct Words {
    words: std::iter::Peekable<std::vec::IntoIter<String>>,
}

impl Words {
    /// Cuts a line into words.
    pub fn of(line: &str) -> Result<Self, String> {
        let mut words = Vec::new();
        let mut rest = line.trim_start();
        while !rest.is_empty() && !rest.starts_with('#') {
            let (word, after) = if let Some(quoted) = rest.strip_prefix('"') {
                quoted.split_once('"').ok_or("a quotation mark is not closed")?
            } else {
                rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()))
            };
            words.push(word.to_owned());
            rest = after.trim_start();
        }
        Ok(Self { words: words.into_iter().peekable() })
    }

    /// The next word, whatever it is.
    pub fn next(&mut self, what: &str) -> Result<String, String> {
        self.words.next().ok_or_else(|| format!("{what} is missing"))
    }

    /// The next word if there is one.
    pub fn maybe(&mut self) -> Option<String> {
        self.words.next()
    }

    /// Takes the next word if it is this one.
    pub fn take(&mut self, word: &str) -> bool {
        self.words.next_if(|next| next == word).is_some()
    }

    /// The next word must be this one.
    pub fn must(&mut self, word: &str) -> Result<(), String> {
        if self.take(word) { Ok(()) } else { Err(format!("\"{word}\" is missing")) }
    }

    /// The word that comes after this one, if this one comes next.
    pub fn after(&mut self, word: &str) -> Result<Option<String>, String> {
        if self.take(word) { self.next(&format!("what \"{word}\" is")).map(Some) } else { Ok(None) }
    }

    /// Takes the next word if it begins with a digit.
    pub fn figure(&mut self) -> Option<String> {
        self.words.next_if(|next| next.starts_with(|c: char| c.is_ascii_digit()))
    }

    /// The next word as a whole number.
    pub fn number<T: std::str::FromStr>(&mut self, what: &str) -> Result<T, String> {
        let word = self.next(what)?;
        word.parse().map_err(|_| format!("{what}: \"{word}\" is not such a number"))
    }

    /// Nothing may be left.
    pub fn end(mut self) -> Result<(), String> {
        self.words.next().map_or(Ok(()), |word| Err(format!("\"{word}\" is not understood here")))
    }
}
