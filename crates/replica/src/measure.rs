//! How much a change unfolds to, counted before Automerge unfolds it: its columns say "so often the same", and a
//! few bytes that say it often enough would keep every till of a branch busy for good.

/// An operation carries a value of more than fifty bytes and names each value that it replaces with more than
/// thirty, so that no column of an honest change has more items than a sixteenth of the change's bytes.
const BYTES_FOR_AN_ITEM: u64 = 16;

/// Types of columns (the lowest three bits of what specifies one) that are not counted in runs of equal items.
const BOOLEAN: u64 = 4;
const VALUE: u64 = 7;
/// Types whose items are not unsigned integers.
const DELTA: u64 = 3;
const STRING: u64 = 5;

/// Whether an uncompressed chunk of a change can be read so far, and unfolds to no more than it could carry.
pub(crate) fn is_measured(chunk: &[u8]) -> bool {
    let most = chunk.len() as u64 / BYTES_FOR_AN_ITEM;
    columns(chunk).is_some_and(|columns| {
        columns.into_iter().all(|(spec, data)| items(spec & 7, data).is_some_and(|count| count <= most))
    })
}

/// What specifies each column, and its bytes.
fn columns(chunk: &[u8]) -> Option<Vec<(u64, &[u8])>> {
    // Magic bytes, checksum and type have nine bytes.
    let mut scan = Scan(chunk.get(9..)?);
    let _length = scan.unsigned()?;
    for _dependency in 0..scan.unsigned()? {
        scan.take(32)?;
    }
    let _actor = scan.prefixed()?;
    let (_seq, _start_op, _time, _message) =
        (scan.unsigned()?, scan.unsigned()?, scan.signed()?, scan.prefixed()?);
    for _other_actor in 0..scan.unsigned()? {
        scan.prefixed()?;
    }
    let mut lengths = Vec::new();
    for _column in 0..scan.unsigned()? {
        lengths.push((scan.unsigned()?, scan.unsigned()?));
    }
    lengths.into_iter().map(|(spec, length)| Some((spec, scan.take(length)?))).collect()
}

/// How many items a column of this type unfolds to. Those that are read along with others count as none.
fn items(kind: u64, data: &[u8]) -> Option<u64> {
    if matches!(kind, BOOLEAN | VALUE) {
        return Some(0);
    }
    let (mut scan, mut items) = (Scan(data), 0_u64);
    while !scan.0.is_empty() {
        let said = scan.signed()?;
        // So many times one value, so many values, or so many times none.
        let (count, values) = match said {
            1.. => (said.unsigned_abs(), 1),
            0 => (scan.unsigned()?, 0),
            _ => (said.unsigned_abs(), said.unsigned_abs()),
        };
        items = items.checked_add(count)?;
        for _ in 0..values {
            match kind {
                DELTA => scan.signed().map(drop)?,
                STRING => scan.prefixed().map(drop)?,
                _ => scan.unsigned().map(drop)?,
            }
        }
    }
    Some(items)
}

struct Scan<'b>(&'b [u8]);

impl<'b> Scan<'b> {
    fn take(&mut self, length: u64) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        Some(taken)
    }

    fn prefixed(&mut self) -> Option<&'b [u8]> {
        let length = self.unsigned()?;
        self.take(length)
    }

    /// The bits of a LEB128 number, how many there are, and whether the highest one is set.
    fn bits(&mut self) -> Option<(u64, u32, bool)> {
        let (mut bits, mut count) = (0_u64, 0);
        loop {
            let byte = self.take(1)?[0];
            // A tenth byte has room for one bit more.
            if count > 63 {
                return None;
            }
            bits |= u64::from(byte & 0x7f) << count;
            count += 7;
            if byte & 0x80 == 0 {
                return Some((bits, count, byte & 0x40 != 0));
            }
        }
    }

    fn unsigned(&mut self) -> Option<u64> {
        self.bits().map(|(bits, ..)| bits)
    }

    fn signed(&mut self) -> Option<i64> {
        let (bits, count, is_negative) = self.bits()?;
        let sign = if is_negative && count < 64 { u64::MAX << count } else { 0 };
        Some((bits | sign).cast_signed())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    fn leb(mut number: u64, bytes: &mut Vec<u8>) {
        while number > 0x3f {
            bytes.push(0x80 | (number & 0x7f) as u8);
            number >>= 7;
        }
        bytes.push(number as u8);
    }

    /// A change that sets one key so often, with as many values that each follow nothing.
    pub(crate) fn repeated(times: u64) -> Vec<u8> {
        let run = |value: &[u8]| {
            let mut bytes = Vec::new();
            leb(times, &mut bytes);
            [bytes, value.to_vec()].concat()
        };
        // The key, whether it inserts, what it does (put), the kind of its value (empty bytes), what it follows.
        let columns: [(u8, Vec<u8>); 5] = [
            (0x15, run(b"\x01k")),
            (0x34, run(&[])),
            (0x42, run(&[1])),
            (0x56, run(&[7])),
            (0x70, run(&[0])),
        ];
        let mut body = [&[0, 16][..], &[9; 16], &[1, 1, 0, 0, 0, 5]].concat();
        columns.iter().for_each(|(spec, data)| body.extend([*spec, data.len() as u8]));
        columns.iter().for_each(|(_, data)| body.extend(data));
        let mut chunk = vec![0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 1];
        leb(body.len() as u64, &mut chunk);
        [chunk, body].concat()
    }

    #[test]
    fn what_says_that_it_is_more_than_it_can_be_is_not_taken() {
        assert!(is_measured(&repeated(1)));
        assert!(automerge::Change::from_bytes(repeated(1)).is_ok_and(|change| change.len() == 1));
        // Automerge takes it at its word.
        assert!(automerge::Change::from_bytes(repeated(1_000)).is_ok_and(|change| change.len() == 1_000));
        for times in [1_000, 1 << 40, i64::MAX.unsigned_abs()] {
            assert!(!is_measured(&repeated(times)));
        }
        assert!(!is_measured(&[]));
    }

    #[test]
    fn runs_are_counted_whatever_they_repeat() {
        let check = |kind: u64, data: &[u8], expected: Option<u64>| assert_eq!(items(kind, data), expected);
        check(2, &[], Some(0));
        check(2, &[3, 9, 0x7e, 1, 2], Some(5));
        check(2, &[0, 0xff, 0x01], Some(255));
        check(DELTA, &[2, 0x80, 0x7f], Some(2));
        check(STRING, &[2, 1, b'a', 0x7f, 0], Some(3));
        check(BOOLEAN, &[0xff, 0xff, 0x03], Some(0));
        check(2, &[2], None);
        check(2, &[0x7d, 1, 2], None);
        check(STRING, &[1, 5, b'a'], None);
        // The lowest number that there is.
        check(2, &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f], None);
        check(2, &[0x80; 11], None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = is_measured(&bytes);
            let _ = is_measured(&[&repeated(1)[..30], &bytes].concat());
        }
    }
}
