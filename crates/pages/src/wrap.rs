//! Text in rows of a paper: broken between words, and never inside of a strength such as `875 mg/125 mg` that
//! fits into a row of its own. A name too long for a row is broken after one of its hyphens.

/// Units that belong to the number before them, in small letters and without dots.
const UNITS: [&str; 45] = [
    "%",
    "bar",
    "bq",
    "ch",
    "cl",
    "cm",
    "dh",
    "dl",
    "g",
    "gbq",
    "h",
    "heures",
    "ie",
    "iu",
    "kbq",
    "kg",
    "kui",
    "l",
    "mbq",
    "mcg",
    "meq",
    "mg",
    "microgramme",
    "microgrammes",
    "microlitres",
    "million",
    "millions",
    "ml",
    "mm",
    "mmol",
    "mol",
    "mu",
    "mui",
    "ng",
    "ppm",
    "u",
    "ug",
    "ui",
    "unites",
    "units",
    "unités",
    "µg",
    "µl",
    "μg",
    "μl",
];

/// Text in rows of at most so many characters.
pub(crate) fn wrapped(text: &str, columns: usize) -> Vec<String> {
    wrapped_by(text, columns, &|row| row.chars().count())
}

/// Text in rows that measure no more than `room`, where the measure of what is longer is never less.
pub(crate) fn wrapped_by(text: &str, room: usize, measure: &dyn Fn(&str) -> usize) -> Vec<String> {
    let mut rows = vec![String::new()];
    let words: Vec<&str> = text.split_whitespace().collect();
    for together in words.chunk_by(|word, next| belong_together(word, next)) {
        let whole = together.join(" ");
        for part in in_parts(&whole, room, measure) {
            let part = part.trim();
            if measure(part) <= room {
                push(&mut rows, part, room, measure);
            } else {
                part.split(' ').for_each(|word| push(&mut rows, word, room, measure));
            }
        }
    }
    rows
}

/// What is too long for a row, in as few parts as fit; each but the last ends with a stroke.
fn in_parts(whole: &str, room: usize, measure: &dyn Fn(&str) -> usize) -> Vec<String> {
    let mut parts = vec![String::new()];
    for strength in whole.split_inclusive('/') {
        let last = parts.len() - 1;
        if !parts[last].is_empty() && measure(&parts[last]) + measure(strength) > room {
            parts.push(String::new());
        }
        let last = parts.len() - 1;
        parts[last].push_str(strength);
    }
    parts
}

/// Whether a row must not end between two words.
fn belong_together(word: &str, next: &str) -> bool {
    if word.ends_with('/') || next.starts_with('/') {
        return true;
    }
    if !word.ends_with(|last: char| last.is_ascii_digit()) {
        return false;
    }
    let is_unit_part = |c: &char| c.is_alphabetic() || matches!(c, '.' | '%');
    let unit: String = next.chars().take_while(is_unit_part).filter(|c| *c != '.').collect();
    let digits = next.bytes().take_while(u8::is_ascii_digit).count();
    UNITS.contains(&unit.to_lowercase().as_str()) || digits == 3
}

/// Where a word too long for a row ends behind `begun`: after the last hyphen between two letters that fits.
fn after_hyphen(begun: &str, word: &str, room: usize, measure: &dyn Fn(&str) -> usize) -> Option<usize> {
    let ends = word.match_indices('-').map(|(at, _)| at + 1);
    let ends = ends.filter(|end| {
        word[..end - 1].ends_with(char::is_alphabetic) && word[*end..].starts_with(char::is_alphabetic)
    });
    ends.take_while(|end| measure(&format!("{begun}{}", &word[..*end])) <= room).last()
}

/// Adds a word to the last row, or to a new one. A word longer than a row is cut.
fn push(rows: &mut Vec<String>, mut word: &str, room: usize, measure: &dyn Fn(&str) -> usize) {
    while !word.is_empty() {
        let row = rows.len() - 1;
        let is_begun = !rows[row].is_empty();
        let begun = if is_begun { format!("{} ", rows[row]) } else { String::new() };
        let longer = format!("{begun}{word}");
        if measure(&longer) <= room {
            rows[row] = longer;
            break;
        }
        let is_too_long = measure(word) > room;
        if let Some(end) = after_hyphen(&begun, word, room, measure).filter(|_| is_too_long) {
            rows[row] = format!("{begun}{}", &word[..end]);
            word = &word[end..];
            rows.push(String::new());
            continue;
        }
        if is_begun {
            rows.push(String::new());
            continue;
        }
        let ends = word.char_indices().map(|(at, c)| at + c.len_utf8());
        let fitting = ends.take_while(|end| measure(&word[..*end]) <= room).last();
        // Of a letter that is wider than the row there is still one in each.
        let cut = fitting.or(word.chars().next().map(char::len_utf8)).unwrap_or(word.len());
        rows[row].push_str(&word[..cut]);
        word = &word[cut..];
        if !word.is_empty() {
            rows.push(String::new());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, columns: usize, rows: &[&str]) {
        assert_eq!(wrapped(text, columns), rows, "{text}");
    }

    #[test]
    fn text_wraps_between_words() {
        check("one two three", 7, &["one two", "three"]);
        check("éàü éàü", 7, &["éàü éàü"]);
        check("abcdefghij", 4, &["abcd", "efgh", "ij"]);
        check("a bcdefghij", 4, &["a", "bcde", "fghi", "j"]);
        check("", 4, &[""]);
    }

    #[test]
    fn a_name_too_long_for_a_row_is_broken_after_a_hyphen() {
        check("Dr. Schmidt-Hollenbach-Oberstetten", 20, &["Dr. Schmidt-", "Hollenbach-", "Oberstetten"]);
        check("Dr. Schmidt-Hollenbach", 18, &["Dr.", "Schmidt-Hollenbach"]);
        check("Oberstetten-Au", 8, &["Oberstet", "ten-Au"]);
        // Numbers stay as they are for as long as they can.
        check("B01-T1-VFU-000050", 12, &["B01-T1-VFU-0", "00050"]);
    }

    #[test]
    fn names_of_medicines() {
        let check = |name: &str, rows: &[&str]| check(name, 40, rows);
        check(
            "AUGMENTIN 500 mg/62,5 mg, comprimé pelliculé (rapport amoxicilline/acide clavulanique : 8/1)",
            &[
                "AUGMENTIN 500 mg/62,5 mg, comprimé",
                "pelliculé (rapport amoxicilline/acide",
                "clavulanique : 8/1)",
            ],
        );
        check(
            "Amoxicillin/Clavulansäure Markt 875 mg/125 mg Filmtabletten",
            &["Amoxicillin/Clavulansäure Markt", "875 mg/125 mg Filmtabletten"],
        );
        check(
            "COLISTIMETHATE SODIQUE MEDAC 1 000 000 U.I., poudre pour solution injectable",
            &["COLISTIMETHATE SODIQUE MEDAC", "1 000 000 U.I., poudre pour solution", "injectable"],
        );
        check(
            "GESTODENE/ETHINYLESTRADIOL TEVA 75 microgrammes /30 microgrammes, comprimé enrobé",
            &["GESTODENE/ETHINYLESTRADIOL TEVA", "75 microgrammes /30 microgrammes,", "comprimé enrobé"],
        );
        check(
            "TRELEGY ELLIPTA 92 microgrammes/55 microgrammes/22 microgrammes, poudre pour inhalation en récipient unidose",
            &[
                "TRELEGY ELLIPTA",
                "92 microgrammes/55 microgrammes/",
                "22 microgrammes, poudre pour inhalation",
                "en récipient unidose",
            ],
        );
    }

    #[test]
    fn a_strength_too_long_for_a_row_is_broken_after_a_stroke() {
        check("Tea 500 mg/ 15 ml", 6, &["Tea", "500", "mg/", "15 ml"]);
        check("500 mg/15 ml", 12, &["500 mg/15 ml"]);
        check("500 mg/15 ml", 11, &["500 mg/", "15 ml"]);
        check("500 mg/15 microgrammes", 7, &["500 mg/", "15", "microgr", "ammes"]);
    }
}
