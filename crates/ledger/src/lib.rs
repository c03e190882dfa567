//! PharmaTill: ledger.
