//! The words for a code: the ui's own in English, so that a code has one sentence and not two.

use std::collections::HashMap;

use serde_json::Value;

const MESSAGES: &str = include_str!("../../../../../ui/src/messages/en.json");

/// What a code says in one sentence, with the numbers of its detail; none where it has no words.
pub fn sentence(code: &str, detail: &Value) -> Option<String> {
    let messages: HashMap<String, String> = serde_json::from_str(MESSAGES).ok()?;
    let mut text = without_keys(messages.get(&format!("error.{code}"))?);
    for (name, value) in detail.as_object().into_iter().flatten() {
        text = text.replace(&format!("{{{name}}}"), &value.to_string());
    }
    Some(text)
}

/// Takes away the key that a sentence leads to, since there is none to press here: "… signed in: F4."
fn without_keys(text: &str) -> String {
    let is_key = |word: &&str| {
        let word = word.trim_matches(['(', ')', '.', ',']);
        let is_function = word.strip_prefix('F').is_some_and(|no| no.parse::<u32>().is_ok());
        is_function || word.starts_with("Alt+")
    };
    let kept: Vec<&str> = text.split(' ').filter(|word| !is_key(word)).collect();
    let kept = kept.join(" ");
    if kept.len() == text.len() { kept } else { format!("{}.", kept.trim_end_matches([':', '.'])) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_sentence_has_its_numbers_and_no_keys() {
        let check = |code: &str, detail: Value, expected: Option<&str>| {
            assert_eq!(sentence(code, &detail).as_deref(), expected, "{code}");
        };
        check("role_unknown", Value::Null, Some("This role does not exist."));
        check("nobody_signed_in", Value::Null, Some("Nobody is signed in."));
        check("session_closed", Value::Null, Some("The drawer is closed: open it first."));
        check("too_many_tenders", json!({ "limit": 20 }), Some("At most 20 means of payment in one sale."));
        check("no_such_code", Value::Null, None);
    }
}
