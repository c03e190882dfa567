//! How a command says no: a stable code, and numbers that the ui may put into its sentence.

use domain::refusal::Refusal;
use serde::Serialize;
use serde_json::{Value, json};

/// A refusal or a machine failure at the edge. The ui chooses the words by `code`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fault {
    /// Stable code in snake case.
    pub code: String,
    /// Numbers and codes for the sentence, or null.
    pub detail: Value,
}

impl Fault {
    /// A fault that its code says in full.
    #[must_use]
    pub fn bare(code: &str) -> Self {
        Self { code: code.to_owned(), detail: Value::Null }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.code)
    }
}

impl std::error::Error for Fault {}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        let detail = refusal.detail().map_or(Value::Null, |(name, number)| json!({ name: number }));
        Self { code: refusal.code().to_owned(), detail }
    }
}

impl From<ledger::Error> for Fault {
    fn from(error: ledger::Error) -> Self {
        if let ledger::Error::Refused(refusal) = error {
            return refusal.into();
        }
        use ledger::Error::{Cancelled, NotSetUp, PassphraseWrong};
        if !matches!(error, NotSetUp | Cancelled | PassphraseWrong) {
            tracing::error!(%error, "the ledger failed");
        }
        Self::bare(error.code())
    }
}

/// Why a step stopped: the ledger has to know its own failures, and must not see the edge's.
pub(crate) enum Stop {
    /// Said at the edge.
    Fault(Fault),
    /// Said by the ledger or the rules.
    Ledger(ledger::Error),
}

impl Stop {
    /// A fault that its code says in full.
    pub(crate) fn bare(code: &str) -> Self {
        Self::Fault(Fault::bare(code))
    }
}

impl From<Stop> for Fault {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Fault(fault) => fault,
            Stop::Ledger(error) => error.into(),
        }
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<ledger::Error> for Stop {
    fn from(error: ledger::Error) -> Self {
        Self::Ledger(error)
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Ledger(refusal.into())
    }
}
