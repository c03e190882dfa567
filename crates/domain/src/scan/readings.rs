//! Reads fields that stand one behind the other, in every way in which they can be read.
//!
//! With separators there is one way. Without any, a field of open length may end at every place, so all ways
//! are followed: exactly one that holds is taken, and of two the scanner has dropped the separator.

use crate::code::{CodeRefusal, Gtin};

/// The separator between fields: ASCII 29, which is what FNC1 becomes in the data that a scanner sends.
pub(super) const GS: u8 = 0x1d;

/// Steps after which a scan without separators is told to have more than one reading, so that nobody's bytes
/// hold up the till. A pack's code takes under a hundred.
const MAX_STEPS: usize = 2_000;

/// What is known of a field from where it begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// Bytes of the identifier.
    pub(super) id: usize,
    /// Bytes of the shortest value.
    pub(super) least: usize,
    /// Bytes of the longest value.
    pub(super) most: usize,
    /// No separator follows it.
    pub(super) is_predefined: bool,
}

/// The rules by which fields are told from each other.
pub(super) trait Grammar {
    /// The field that begins here, if one does.
    fn shape(&self, data: &[u8]) -> Option<Shape>;
    /// Judges one value.
    fn check(&self, id: &[u8], value: &[u8]) -> Result<(), CodeRefusal>;
    /// Judges which fields stand beside each other.
    fn hold_together(&self, ids: &[&[u8]]) -> Result<(), CodeRefusal>;
    /// The product that a field names.
    fn product(&self, id: &[u8], value: &[u8]) -> Option<Gtin>;
}

/// A field as it stands in the data.
pub(super) type Field<'a> = (&'a [u8], &'a [u8]);

/// Why data is not taken, and what is certain all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken {
    /// Why.
    pub(super) refusal: CodeRefusal,
    /// The product, where the rest alone is not understood.
    pub(super) gtin: Option<Gtin>,
}

impl From<CodeRefusal> for Broken {
    fn from(refusal: CodeRefusal) -> Self {
        Self { refusal, gtin: None }
    }
}

/// Reads all fields. `has_separators` says that the scanner sent one, even where none is in the data any more.
pub(super) fn read<'a>(
    data: &'a [u8],
    has_separators: bool,
    grammar: &dyn Grammar,
) -> Result<Vec<Field<'a>>, Broken> {
    if data.is_empty() {
        return Err(CodeRefusal::Empty.into());
    }
    if has_separators || data.contains(&GS) {
        return separated(data, grammar);
    }
    let mut search = Search::new(data, grammar);
    search.follow(0);
    match search.found.len() {
        _ if search.is_tired() => Err(dropped(data, grammar)),
        0 => separated(data, grammar),
        1 => Ok(search.found.swap_remove(0)),
        _ => Err(dropped(data, grammar)),
    }
}

fn separated<'a>(data: &'a [u8], grammar: &dyn Grammar) -> Result<Vec<Field<'a>>, Broken> {
    let mut fields: Vec<Field<'a>> = Vec::new();
    for chunk in data.split(|byte| *byte == GS) {
        let mut left = chunk;
        while !left.is_empty() {
            let (field, rest) = next(left, grammar).map_err(|refusal| broken(refusal, &fields, grammar))?;
            left = rest;
            match fields.iter().find(|known| known.0 == field.0) {
                Some(known) if *known != field => return Err(CodeRefusal::ElementsContradict.into()),
                Some(_) => {}
                None => fields.push(field),
            }
        }
    }
    let held = grammar.hold_together(&ids(&fields));
    held.map_err(|refusal| broken(refusal, &fields, grammar))?;
    Ok(fields)
}

/// The field at the beginning of what stands between two separators, and what comes after it.
fn next<'a>(data: &'a [u8], grammar: &dyn Grammar) -> Result<(Field<'a>, &'a [u8]), CodeRefusal> {
    let shape = grammar.shape(data).ok_or(CodeRefusal::UnknownElement)?;
    let (id, left) = data.split_at(shape.id);
    let length = if shape.is_predefined { shape.most } else { left.len() };
    let (value, rest) = left.split_at_checked(length).ok_or(CodeRefusal::Length)?;
    if !(shape.least..=shape.most).contains(&length) {
        return Err(CodeRefusal::Length);
    }
    grammar.check(id, value)?;
    Ok(((id, value), rest))
}

/// What contradicts itself or was read wrongly leaves nothing certain; what is merely not understood leaves the
/// product that was read before it.
fn broken(refusal: CodeRefusal, before: &[Field<'_>], grammar: &dyn Grammar) -> Broken {
    let is_certain = matches!(
        refusal,
        CodeRefusal::Length
            | CodeRefusal::Characters
            | CodeRefusal::UnknownElement
            | CodeRefusal::ElementValue
            | CodeRefusal::SeparatorDropped
            | CodeRefusal::ElementMissing
            | CodeRefusal::ElementsExclude
    );
    let gtin = before.iter().find_map(|(id, value)| grammar.product(id, value));
    Broken { refusal, gtin: gtin.filter(|_| is_certain) }
}

/// The product is certain where only fields whose length is known stand before it.
fn dropped(data: &[u8], grammar: &dyn Grammar) -> Broken {
    let mut certain: Vec<Field<'_>> = Vec::new();
    let mut left = data;
    while let Some(shape) = grammar.shape(left)
        && shape.least == shape.most
        && let Some(value) = left.get(shape.id..shape.id + shape.most)
        && grammar.check(&left[..shape.id], value).is_ok()
    {
        certain.push((&left[..shape.id], value));
        left = &left[shape.id + shape.most..];
    }
    broken(CodeRefusal::SeparatorDropped, &certain, grammar)
}

fn ids<'a>(fields: &[Field<'a>]) -> Vec<&'a [u8]> {
    fields.iter().map(|field| field.0).collect()
}

/// All ways to read data without separators, up to the second that holds.
struct Search<'a, 'g> {
    data: &'a [u8],
    grammar: &'g dyn Grammar,
    /// Places from which no fields lead to the end, whatever stands before.
    dead: Vec<bool>,
    path: Vec<Field<'a>>,
    found: Vec<Vec<Field<'a>>>,
    steps: usize,
}

impl<'a, 'g> Search<'a, 'g> {
    fn new(data: &'a [u8], grammar: &'g dyn Grammar) -> Self {
        Self {
            data,
            grammar,
            dead: vec![false; data.len() + 1],
            path: Vec::new(),
            found: Vec::new(),
            steps: 0,
        }
    }

    fn is_tired(&self) -> bool {
        self.steps >= MAX_STEPS
    }

    /// Follows every field that can begin here; false where none leads to the end.
    fn follow(&mut self, at: usize) -> bool {
        if at == self.data.len() {
            if self.grammar.hold_together(&ids(&self.path)).is_ok() {
                self.found.push(self.path.clone());
            }
            return true;
        }
        let left = &self.data[at..];
        let Some(shape) = self.grammar.shape(left) else { return false };
        let (id, left) = left.split_at(shape.id);
        let mut leads = false;
        for length in (shape.least..=shape.most.min(left.len())).rev() {
            if self.found.len() > 1 || self.is_tired() {
                return true;
            }
            self.steps += 1;
            let (value, rest) = left.split_at(length);
            let end = self.data.len() - rest.len();
            let may_end = rest.is_empty() || (!self.dead[end] && self.grammar.shape(rest).is_some());
            if !may_end || self.grammar.check(id, value).is_err() {
                continue;
            }
            if self.path.iter().any(|known| known.0 == id && known.1 != value) {
                leads = true;
                continue;
            }
            self.path.push((id, value));
            leads |= self.follow(end);
            self.path.pop();
        }
        self.dead[at] = !leads;
        leads
    }
}

/// Steps that it takes to follow all readings, which tests count instead of time.
#[cfg(test)]
pub(super) fn steps(data: &[u8], grammar: &dyn Grammar) -> usize {
    let mut search = Search::new(data, grammar);
    search.follow(0);
    search.steps
}
