//! GS1 Digital Link: elements in a web address (GS1 Digital Link Standard, URI syntax). Nothing is fetched.

use super::dictionary::row_of;
use super::elements::Gs1;
use super::readings::{Broken, Field, Grammar};
use crate::code::{CodeRefusal, gtin14};
use crate::time::BusinessDate;

/// What follows the scheme of a web address. The scheme is in small letters or in capitals, and not in both.
pub(super) enum Address<'a> {
    /// It is one.
    Web(&'a str),
    /// It would be one, but for the letters of its scheme.
    MixedScheme,
    /// It is none.
    Other,
}

/// Tells whether a text is a web address.
pub(super) fn address(text: &str) -> Address<'_> {
    for scheme in ["https://", "http://", "HTTPS://", "HTTP://"] {
        if let Some(rest) = text.strip_prefix(scheme) {
            return Address::Web(rest);
        }
    }
    let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    if matches!(scheme.as_deref(), Some("http" | "https")) { Address::MixedScheme } else { Address::Other }
}

/// Reads the elements of a web address and hands them on; none where it is not a Digital Link.
pub(super) fn read_link<T>(
    address: &str,
    today: BusinessDate,
    take: impl Fn(&[Field<'_>]) -> T,
) -> Option<Result<T, Broken>> {
    let address = address.split('#').next().unwrap_or_default();
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let (host, path) = path.split_once('/')?;
    let segments: Vec<&str> = path.strip_suffix('/').unwrap_or(path).split('/').collect();
    if host.is_empty() {
        return None;
    }
    let (key, qualifiers) = key_and_qualifiers(&segments)?;
    Some(elements(&segments[key..], qualifiers, query).and_then(|elements| {
        let fields: Vec<Field<'_>> =
            elements.iter().map(|(id, value)| (id.as_bytes(), value.as_slice())).collect();
        check(&fields, today)?;
        Ok(take(&fields))
    }))
}

/// Where the key stands, and the alternatives of what may follow it. It is the last key of the path that has
/// only pairs behind it.
fn key_and_qualifiers(segments: &[&str]) -> Option<(usize, &'static str)> {
    let mut at = segments.len();
    while let Some(before) = at.checked_sub(2) {
        let row = row_of(segments[before].as_bytes())?;
        if let Some(qualifiers) = row.key {
            return Some((before, qualifiers));
        }
        at = before;
    }
    None
}

type Owned = (String, Vec<u8>);

fn elements(path: &[&str], qualifiers: &str, query: &str) -> Result<Vec<Owned>, Broken> {
    let mut found: Vec<Owned> = Vec::new();
    for pair in path.chunks_exact(2) {
        found.push((pair[0].to_owned(), value_of(pair[0], pair[1], false)?));
    }
    let behind_key = || path.chunks_exact(2).skip(1).map(|pair| pair[0]);
    let is_in_order = |alternative: &str| {
        let mut allowed = alternative.split(',');
        behind_key().all(|id| allowed.any(|allowed| allowed == id))
    };
    if !qualifiers.split('|').any(is_in_order) {
        return Err(CodeRefusal::ElementsExclude.into());
    }
    for (id, value) in query.split(['&', ';']).filter_map(|pair| pair.split_once('=')) {
        // Other keys are the maker's own business.
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        if !row_of(id.as_bytes()).is_some_and(|row| row.is_attribute) {
            return Err(CodeRefusal::UnknownElement.into());
        }
        let value = value_of(id, value, true)?;
        match found.iter().find(|known| known.0 == id) {
            Some(known) if known.1 != value => return Err(CodeRefusal::ElementsContradict.into()),
            Some(_) => {}
            None => found.push((id.to_owned(), value)),
        }
    }
    Ok(found)
}

/// A value without percent signs. A GTIN may be written without the zeros in front.
fn value_of(id: &str, text: &str, is_query: bool) -> Result<Vec<u8>, CodeRefusal> {
    let value = decoded(text, is_query).ok_or(CodeRefusal::Characters)?;
    if id != "01" {
        return Ok(value);
    }
    let text = std::str::from_utf8(&value).map_err(|_| CodeRefusal::Characters)?;
    Ok(gtin14(text)?.as_str().as_bytes().to_vec())
}

fn decoded(text: &str, is_query: bool) -> Option<Vec<u8>> {
    let mut value = Vec::with_capacity(text.len());
    let mut left = text.as_bytes();
    while let Some((first, rest)) = left.split_first() {
        left = rest;
        value.push(match first {
            b'%' => {
                let (digits, rest) = rest.split_at_checked(2)?;
                left = rest;
                let digit = |at: usize| char::from(digits[at]).to_digit(16);
                u8::try_from(digit(0)? * 16 + digit(1)?).ok()?
            }
            b'+' if is_query => b' ',
            byte => *byte,
        });
    }
    Some(value)
}

fn check(fields: &[Field<'_>], today: BusinessDate) -> Result<(), Broken> {
    let gs1 = Gs1 { today };
    for (id, value) in fields {
        gs1.check(id, value)?;
    }
    gs1.hold_together(&fields.iter().map(|field| field.0).collect::<Vec<_>>())?;
    Ok(())
}
