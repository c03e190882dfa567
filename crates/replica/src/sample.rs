//! A short stream that the tests of several modules use.

use domain::entry::Incarnation;
use domain::id::{BranchId, DeviceId};
use domain::time::{Hlc, Now};
use uuid::Uuid;

use crate::record::Record;
use crate::sealed::SealedPart;
use crate::sign::DeviceKeys;
use crate::stream::{Scope, StreamHead, StreamId};
use crate::stream_opened::StreamOpened;

pub(crate) fn keys() -> DeviceKeys {
    DeviceKeys::from_seeds([1; 32], [2; 32])
}

pub(crate) fn stream(device: u128) -> StreamId {
    StreamId {
        device: DeviceId(Uuid::from_u128(device)),
        incarnation: Incarnation([7; 8]),
        scope: Scope::Branch(BranchId(Uuid::from_u128(2))),
    }
}

/// Records 1 to 4 of a stream; record 3 has a sealed part.
pub(crate) fn records(device: u128) -> Vec<Record> {
    let mut head = StreamHead::empty(stream(device));
    let opened = StreamOpened::first(head.stream, &keys(), Some("B01-T1-234".to_owned())).to_body();
    let bodies = [(1, opened), (20, vec![0xa0]), (21, vec![0xa1, 0x00, 0x01]), (22, vec![0xa0])];
    let part = SealedPart { salt: [1; 16], nonce: [2; 24], ciphertext: vec![3; 20] };
    bodies
        .into_iter()
        .map(|(kind, body)| {
            let now = Now { ms: 1_000, utc_offset_min: 60 };
            let parts = if kind == 21 { vec![part.clone()] } else { Vec::new() };
            let record = Record::append(&head, kind, 1, now, Hlc(head.seq + 1), body, parts).unwrap();
            head = record.head();
            record
        })
        .collect()
}
