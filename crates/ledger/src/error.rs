//! What can go wrong with a ledger.

use domain::refusal::Refusal;

/// A refusal by the rules, or a failure of the machine. Nothing was written in either case.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rules say no.
    #[error("refused: {}", .0.code())]
    Refused(Refusal),
    /// The disk is full; the transaction was rolled back whole.
    #[error("the disk is full")]
    DiskFull,
    /// Another copy of PharmaTill has this ledger open.
    #[error("the ledger is in use by another copy")]
    InUse,
    /// The file is not a ledger, or not one that these keys open.
    #[error("the file is not a ledger that these keys open")]
    Foreign,
    /// The passphrase does not open the backup.
    #[error("the passphrase does not open this backup")]
    PassphraseWrong,
    /// The file was written by a newer PharmaTill.
    #[error("the ledger is newer (version {found}, this program knows {known})")]
    Newer {
        /// Version of the file.
        found: i64,
        /// Version that this program writes.
        known: i64,
    },
    /// The file is damaged; it is only read.
    #[error("the ledger is damaged: {0}")]
    Damaged(String),
    /// What is stored does not decode; the rest of the ledger goes on.
    #[error("what is stored does not decode: {0}")]
    Malformed(String),
    /// The ledger was opened read-only.
    #[error("the ledger is open for reading only")]
    ReadOnly,
    /// Nothing is founded in this ledger yet.
    #[error("nothing is founded yet")]
    NotSetUp,
    /// After an update the history is still being derived.
    #[error("the history is still being prepared")]
    HistoryPending,
    /// A received record is not what it says.
    #[error("a record is not valid: {0}")]
    BadRecord(String),
    /// Records before the ones that came are missing here.
    #[error("records are missing; the last one here is {has}")]
    Gap {
        /// Number of the last record of the stream that is here; 0 for none.
        has: u64,
    },
    /// A stream goes on differently here: a device was cloned, or its ledger was copied back.
    #[error("the stream goes on differently here")]
    Forked,
    /// The writer of records is no device that the organisation enrolled, as far as is known here.
    #[error("the device is not enrolled here")]
    NotEnrolled,
    /// Records of another organisation or branch.
    #[error("the records are another branch's")]
    ScopeForeign,
    /// The background work was cancelled.
    #[error("cancelled")]
    Cancelled,
    /// SQLite failed.
    #[error("the ledger file failed: {0}")]
    Sqlite(rusqlite::Error),
    /// The file system failed.
    #[error("the file system failed: {0}")]
    Io(#[from] std::io::Error),
}

impl Error {
    /// Whether the machine failed, rather than that something was refused.
    #[must_use]
    pub fn is_of_the_machine(&self) -> bool {
        matches!(self, Self::DiskFull | Self::Damaged(_) | Self::Sqlite(_) | Self::Io(_))
    }

    /// Stable code for the edge.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::DiskFull => "disk_full",
            Self::InUse => "ledger_in_use",
            Self::Foreign => "ledger_foreign",
            Self::PassphraseWrong => "passphrase_wrong",
            Self::Newer { .. } => "ledger_newer",
            Self::Damaged(_) => "ledger_damaged",
            Self::Malformed(_) => "malformed",
            Self::ReadOnly => "read_only",
            Self::NotSetUp => "not_set_up",
            Self::HistoryPending => "history_pending",
            Self::Gap { .. } => "records_missing",
            Self::Forked => "stream_forked",
            Self::NotEnrolled => "device_not_enrolled",
            Self::ScopeForeign => "scope_foreign",
            Self::BadRecord(_) => "bad_record",
            Self::Cancelled => "cancelled",
            Self::Sqlite(_) | Self::Io(_) => "ledger_failed",
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        match error.sqlite_error_code() {
            Some(Code::DiskFull) => Self::DiskFull,
            Some(Code::DatabaseCorrupt) => Self::Damaged(error.to_string()),
            Some(Code::NotADatabase) => Self::Foreign,
            Some(Code::ReadOnly) => Self::ReadOnly,
            _ => Self::Sqlite(error),
        }
    }
}
