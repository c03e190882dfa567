//! Whether a run of records is what its stream's writer wrote: without gaps, chained, and signed at its end.

use domain::entry::{Hash32, Signature64};

use crate::cbor::Malformed;
use crate::record::{Header, Record, RecordError};
use crate::sign;
use crate::stream::StreamHead;
use crate::stream_opened::{self, StreamOpened};

/// The place where a run of records is not what its writer wrote, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("record {seq}: {fault}")]
pub struct ChainError {
    /// Number that the record at fault should have.
    pub seq: u64,
    /// What is wrong with it.
    pub fault: ChainFault,
}

/// What is wrong with a record in a run, ordered by precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainFault {
    /// Its header or a limit.
    #[error("header: {0}")]
    Header(Malformed),
    /// The header that was read is not the one that stands there.
    #[error("the header is not that of its bytes")]
    OtherHeader,
    /// It belongs to another stream.
    #[error("it belongs to another stream")]
    OtherStream,
    /// Its number is not the next one.
    #[error("its number is not the next one")]
    Seq,
    /// It does not name the record before it.
    #[error("it does not name the record before it")]
    Previous,
    /// Body or sealed parts are not those of the header.
    #[error("{0}")]
    Parts(RecordError),
    /// It should open the stream and does not, or opens it a second time.
    #[error("a stream is opened by its first record, and only by it")]
    Opening,
    /// The signature at the end of the run does not hold.
    #[error("the signature does not hold")]
    Signature,
}

/// Verifies records that follow a head, and gives the head after them.
///
/// # Errors
/// Names the first record at fault.
pub fn verify(head: &StreamHead, records: &[Record]) -> Result<StreamHead, ChainError> {
    records.iter().try_fold(*head, |head, record| next(&head, record))
}

/// Verifies records that follow a head, and that the stream's key signed their end.
///
/// # Errors
/// Names the first record at fault, or the last one where the signature does not hold.
pub fn verify_signed(
    head: &StreamHead,
    records: &[Record],
    signing_key: &Hash32,
    signature: &Signature64,
) -> Result<StreamHead, ChainError> {
    let end = verify(head, records)?;
    if sign::verify_checkpoint(signing_key, &end, signature) {
        Ok(end)
    } else {
        Err(ChainError { seq: end.seq, fault: ChainFault::Signature })
    }
}

/// Verifies the record that follows a head, and gives the head after it.
///
/// # Errors
/// Says what is wrong with it.
pub fn next(head: &StreamHead, record: &Record) -> Result<StreamHead, ChainError> {
    let seq = head.seq.saturating_add(1);
    check(head, seq, record).map_err(|fault| ChainError { seq, fault })?;
    Ok(record.head())
}

fn check(head: &StreamHead, seq: u64, record: &Record) -> Result<(), ChainFault> {
    let header = Header::decode(&record.header_bytes).map_err(ChainFault::Header)?;
    if header != record.header {
        return Err(ChainFault::OtherHeader);
    }
    if header.stream != head.stream {
        return Err(ChainFault::OtherStream);
    }
    if header.seq != seq {
        return Err(ChainFault::Seq);
    }
    if header.previous != head.hash {
        return Err(ChainFault::Previous);
    }
    record.check().map_err(ChainFault::Parts)?;
    let opens = header.kind == stream_opened::KIND;
    let is_opened_rightly = match (seq, opens) {
        (1, true) => {
            StreamOpened::from_body(&record.body).is_ok_and(|opened| opened.stream() == header.stream)
        }
        (1, false) | (_, true) => false,
        (_, false) => true,
    };
    if is_opened_rightly { Ok(()) } else { Err(ChainFault::Opening) }
}
