//! A day at the counter in plain words, one act a line, played on a real desk and a real ledger. The
//! format is described in `DAYS.md`.

mod act;
mod cash;
mod drawers;
mod others;
mod player;
mod stock;
mod words;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use crate::home::{Random, real_random};
use act::Act;
use player::Player;

/// Why a day stopped.
#[derive(Debug, thiserror::Error)]
pub enum DayError {
    /// A line says nothing that can be done.
    #[error("line {line}: {what}")]
    Words {
        /// Line, from 1.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
    /// The desk refused, and the day did not expect it.
    #[error("line {line}: refused: {fault}")]
    Refused {
        /// Line, from 1.
        line: usize,
        /// The refusal.
        fault: desk::Fault,
    },
    /// What was acknowledged could not be printed.
    #[error("the day cannot be printed: {0}")]
    Print(#[from] std::io::Error),
}

/// Where a day is played.
pub struct Scene<'a> {
    /// Folder of the till.
    pub data: &'a Path,
    /// Folder that file names in the day are relative to.
    pub files: &'a Path,
    /// The same day gives the same numbers. Only for a till that is thrown away: its keys can be guessed.
    pub seeded: bool,
}

/// What a day says: each line of it when its turn comes, and what it came to when that is on the disk.
pub struct Said<'a> {
    /// Line of the day, from 1.
    pub line: usize,
    /// The first word of that line.
    pub act: &'a str,
    /// For people; a paper has many lines.
    pub text: &'a str,
    /// For programs, as `DAYS.md` says: an object, or null where the text says all.
    pub facts: Value,
}

impl Said<'_> {
    /// All of it as one object.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut said = json!({ "line": self.line, "act": self.act, "text": self.text });
        if let (Value::Object(said), Value::Object(facts)) = (&mut said, &self.facts) {
            said.extend(facts.clone());
        }
        said
    }
}

/// Takes in what a day says.
pub type Say<'a> = dyn FnMut(&Said<'_>) -> std::io::Result<()> + 'a;

/// Plays a day, and says each thing when it is on the disk.
///
/// # Errors
/// At the first line that cannot be read, before anything is played; at the first act that is refused
/// without being expected to be.
pub fn play(text: &str, scene: &Scene, say: &mut Say<'_>) -> Result<(), DayError> {
    let mut acts = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line_no = index + 1;
        let act = act::read(line).map_err(|what| DayError::Words { line: line_no, what })?;
        if let Some(act) = act {
            acts.push((line_no, line.trim(), act));
        }
    }
    let mut player = Player::new(scene, say);
    for (index, (line, words, act)) in acts.iter().enumerate() {
        let expected = match acts.get(index + 1) {
            Some((_, _, Act::ExpectRefusal { code })) => Some(code.as_str()),
            _ => None,
        };
        player.play(*line, words, act, expected)?;
    }
    player.end(text.lines().count())
}

/// Numbers that look random and are the same on every run.
fn seeded_random() -> Random {
    let state = AtomicU64::new(0x5eed);
    Box::new(move |bytes| {
        for chunk in bytes.chunks_mut(8) {
            let step = state.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
            chunk.copy_from_slice(&mixed(step).to_be_bytes()[..chunk.len()]);
        }
    })
}

/// SplitMix64's finisher.
fn mixed(step: u64) -> u64 {
    let z = (step ^ (step >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// One source of chance that outlives a restart of the desk.
fn shared_random(seeded: bool) -> Arc<Random> {
    Arc::new(if seeded { seeded_random() } else { real_random() })
}
