//! Which Z a record belongs to.

use std::collections::HashMap;

use domain::entry::{Incarnation, ZReport};
use domain::id::DeviceId;
use domain::time::BusinessDate;
use ledger::{Book, StoredEntry};
use replica::record::Header;

use crate::fault::Stop;
use crate::report::z_no;

/// A Z by its number as printed.
pub(super) struct NamedZ {
    pub(super) label: String,
    pub(super) business_date: BusinessDate,
}

/// Records of one life of a till, both included, and the place of their Z in the list.
struct Covered {
    first_seq: u64,
    last_seq: u64,
    z: usize,
}

/// Every Z of a book with what it covers.
#[derive(Default)]
pub(super) struct Coverage {
    pub(super) all: Vec<NamedZ>,
    by_life: HashMap<(DeviceId, Incarnation), Vec<Covered>>,
}

impl Coverage {
    /// Of all Z that count. A Z is a hundred bytes here, however many sales it covers.
    pub(super) fn of(book: &Book<'_>) -> Result<Self, Stop> {
        let mut coverage = Self::default();
        book.each_z(|stored, z| coverage.add(book, stored, z))?;
        for covered in coverage.by_life.values_mut() {
            covered.sort_by_key(|covered| covered.last_seq);
        }
        Ok(coverage)
    }

    fn add(&mut self, book: &Book<'_>, stored: &StoredEntry, z: &ZReport) -> Result<(), ledger::Error> {
        let stream = stored.header.stream;
        let at = self.all.len();
        let label = z_no(&book.series_of(stored.record_no)?, z);
        self.all.push(NamedZ { label, business_date: z.common.business_date });
        // The Z itself is the record after those that it covers, and belongs to it.
        let last_seq = z.last_seq.max(stored.header.seq);
        let own = (stream.device, stream.incarnation, z.first_seq, last_seq);
        let before = z.before.iter().flatten();
        let before = before.map(|life| (life.device, life.incarnation, life.first_seq, life.last_seq));
        for (device, incarnation, first_seq, last_seq) in before.chain([own]) {
            let covered = Covered { first_seq, last_seq, z: at };
            self.by_life.entry((device, incarnation)).or_default().push(covered);
        }
        Ok(())
    }

    /// The place of the Z that this record belongs to; none as long as no Z covers it.
    pub(super) fn z_of(&self, header: &Header) -> Option<usize> {
        let covered = self.by_life.get(&(header.stream.device, header.stream.incarnation))?;
        let at = covered.partition_point(|covered| covered.last_seq < header.seq);
        covered.get(at).filter(|covered| covered.first_seq <= header.seq).map(|covered| covered.z)
    }
}
