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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sample::{keys, records as run, stream};
    use crate::sign::DeviceKeys;

    fn check(records: &[Record], expected: Result<u64, (u64, ChainFault)>) {
        let end = verify(&StreamHead::empty(stream(1)), records);
        assert_eq!(end.map(|head| head.seq).map_err(|error| (error.seq, error.fault)), expected);
    }

    #[test]
    fn the_first_fault_is_named() {
        let whole = run(1);
        check(&whole, Ok(4));
        check(&whole[1..], Err((1, ChainFault::Seq)));
        check(&[whole[0].clone(), whole[2].clone()], Err((2, ChainFault::Seq)));
        check(&run(9), Err((1, ChainFault::OtherStream)));
        let change = |place: usize, change: &dyn Fn(&mut Record)| {
            let mut records = whole.clone();
            change(&mut records[place]);
            records
        };
        check(&change(2, &|record| record.body[2] ^= 1), Err((3, ChainFault::Parts(RecordError::Body))));
        check(&change(2, &|record| record.header.seq = 9), Err((3, ChainFault::OtherHeader)));
        check(
            &change(2, &|record| record.sealed.clear()),
            Err((3, ChainFault::Parts(RecordError::SealedCount))),
        );
        let reheaded = |place: usize, change: &dyn Fn(&mut Header)| {
            let mut records = whole.clone();
            change(&mut records[place].header);
            records[place].header_bytes = records[place].header.encode();
            records
        };
        check(&reheaded(2, &|header| header.previous = Hash32([9; 32])), Err((3, ChainFault::Previous)));
        check(&reheaded(3, &|header| header.kind = 1), Err((4, ChainFault::Opening)));
        check(&reheaded(0, &|header| header.kind = 20), Err((1, ChainFault::Opening)));
    }

    #[test]
    fn only_the_streams_own_key_signs_it() {
        let (records, start) = (run(1), StreamHead::empty(stream(1)));
        let head = records[3].head();
        let signature = keys().sign_checkpoint(&head);
        assert_eq!(verify_signed(&start, &records, &keys().signing_key(), &signature), Ok(head));
        let fault = |records: &[Record], key: &Hash32, signature: &Signature64| {
            verify_signed(&start, records, key, signature).unwrap_err()
        };
        let expected = |seq| ChainError { seq, fault: ChainFault::Signature };
        assert_eq!(fault(&records[..3], &keys().signing_key(), &signature), expected(3));
        let other = DeviceKeys::from_seeds([3; 32], [4; 32]);
        assert_eq!(fault(&records, &other.signing_key(), &signature), expected(4));
        // A key of small order would verify anything if it were not refused.
        let small = Hash32([0; 32]);
        assert_eq!(fault(&records, &small, &Signature64([0; 64])), expected(4));
    }

    proptest! {
        #[test]
        fn any_flipped_bit_is_refused(place: prop::sample::Index, bit in 0..8_u32) {
            let records = run(1);
            let head = records[3].head();
            let mut signature = keys().sign_checkpoint(&head);
            let mut changed = records;
            {
                let mut bytes: Vec<&mut u8> = Vec::new();
                for record in &mut changed {
                    bytes.extend(record.header_bytes.iter_mut().chain(&mut record.body));
                    for part in record.sealed.iter_mut().flatten() {
                        bytes.extend(part.salt.iter_mut().chain(&mut part.nonce).chain(&mut part.ciphertext));
                    }
                }
                bytes.extend(&mut signature.0);
                let place = place.index(bytes.len());
                *bytes[place] ^= 1 << bit;
            }
            let taken: Result<Vec<Record>, _> = changed
                .into_iter()
                .map(|record| Record::from_parts(record.header_bytes, record.body, record.sealed))
                .collect();
            let start = StreamHead::empty(stream(1));
            let held = taken.is_ok_and(|records| {
                verify_signed(&start, &records, &keys().signing_key(), &signature).is_ok()
            });
            prop_assert!(!held);
        }
    }
}
