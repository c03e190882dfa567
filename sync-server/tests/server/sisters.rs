//! Tills that want into a branch that is not theirs, and records that no till can have written.

use domain::entry::{DeviceEnrolled, Entry};
use domain::time::Hlc;
use replica::record::{MAX_NUMBER, Record};
use replica::run::Run;
use replica::stream::{Scope, StreamHead, StreamId};
use replica::stream_opened::{KIND, StreamOpened};
use replica::sync::{RunBytes, SyncRequest};
use replica::vector::{Lacking, StreamVector};

use crate::house::{Ear, House, Till, code_of, now};

/// One record in a till's name, signed by it.
fn signed(till: &Till, after: StreamHead, kind: u16, body: Vec<u8>) -> Run {
    let hlc = Hlc(u64::try_from(now(50).ms).expect("after 1970") << 16);
    let record = Record::append(&after, kind, 1, now(50), hlc, body, Vec::new()).expect("a record");
    let signature = till.keys().sign_checkpoint(&record.head());
    Run { after, records: vec![record], signature }
}

fn stream(till: &Till, scope: Scope) -> StreamId {
    StreamId { device: till.secrets.device, incarnation: till.secrets.incarnation, scope }
}

/// What became of runs that were given together: a code for each that was not taken.
async fn codes(till: &mut Till, house: &House, runs: &[Run]) -> Vec<(u64, String)> {
    let runs = runs.iter().map(|run| RunBytes(run.encode())).collect();
    let request = SyncRequest { runs, ..SyncRequest::default() };
    let reply = till.asks(&house.line(), &request).await.expect("an answer");
    reply.refused.into_iter().map(|refused| (refused.index, refused.code)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_neither_writes_nor_reads_in_a_sister_branch() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::new(&folder.path().join("server")).await;
    let line = house.line();
    let mut first = Till::founded(folder.path(), 10);
    let mut inside = first.invites(folder.path(), 20, 2);
    let mut sister = first.opens_branch(folder.path(), 30, 3);
    sister.opens();
    sister.sells(3);
    for till in [&mut first, &mut inside, &mut sister] {
        till.enrols(&house).await;
        till.syncs(&line).await.expect("synced");
    }
    let (own, other) = (inside.branch, sister.branch);
    let there = house.server().branch(other).expect("open");
    let before = there.stand().vector.clone();
    let only_scope_foreign = |codes: Vec<(u64, String)>, count: usize| {
        assert_eq!(codes.len(), count, "{codes:?}");
        assert!(codes.iter().all(|(_, code)| code == "scope_foreign"), "{codes:?}");
    };

    // In its own branch: what the sister wrote, and what it writes itself for the sister.
    let book = sister.ledger.book();
    let runs: Vec<Run> = book
        .stream_vector()
        .expect("read")
        .lacking_there(&StreamVector::default())
        .iter()
        .filter(|lacking| lacking.head.stream.scope == Scope::Branch(other))
        .map(|lacking| book.run_for(lacking).expect("read").expect("a run"))
        .collect();
    only_scope_foreign(codes(&mut inside, &house, &runs).await, 1);
    let into_sister = stream(&inside, Scope::Branch(other));
    let opened = StreamOpened::first(into_sister, &inside.keys(), Some("B01-T2-XXX".to_owned()));
    let opens = signed(&inside, StreamHead::empty(into_sister), KIND, opened.to_body());
    only_scope_foreign(codes(&mut inside, &house, std::slice::from_ref(&opens)).await, 1);

    // A session for the sister's branch can be had with the grant; it gives and takes nothing.
    inside.branch = other;
    inside.begins_session(&line).await.expect("a session");
    let by_vector = SyncRequest { vector: Some(StreamVector::default()), ..SyncRequest::default() };
    let refused = (403, "device_not_enrolled".to_owned());
    assert_eq!(code_of(inside.asks(&line, &by_vector).await), refused);
    assert_eq!(code_of(Ear::listens(&line, inside.token()).await.map(drop)), refused);
    only_scope_foreign(codes(&mut inside, &house, std::slice::from_ref(&opens)).await, 1);

    // Its own stream, going on another way: as if it had been enrolled there.
    let is_own = |head: &StreamHead| {
        head.stream.device == inside.secrets.device && matches!(head.stream.scope, Scope::Organisation(_))
    };
    let head = inside.vector().heads().find(is_own).expect("its stream");
    let whole = inside.ledger.book().run_for(&Lacking { head, has: Vec::new() });
    let whole = whole.expect("read").expect("a run");
    let enrolled =
        whole.records.iter().find_map(|record| match Entry::from_body(record.header.kind, &record.body) {
            Some(Ok(Entry::DeviceEnrolled(enrolled))) => Some(enrolled),
            _ => None,
        });
    let elsewhere = |entry_id: u128| {
        let mut enrolled: DeviceEnrolled = enrolled.clone().expect("enrolled");
        (enrolled.branch, enrolled.common.entry_id.0) = (other, crate::house::id(entry_id));
        Entry::DeviceEnrolled(enrolled).to_body()
    };
    // Some of them come before the true one, by their hash.
    let forks: Vec<Run> =
        (0..8).map(|no| signed(&inside, whole.records[0].head(), 8, elsewhere(no))).collect();
    let behind = signed(&inside, head, 8, elsewhere(9));
    only_scope_foreign(codes(&mut inside, &house, &[forks, vec![behind, opens]].concat()).await, 10);
    assert_eq!(code_of(inside.asks(&line, &by_vector).await), refused);
    assert_eq!(there.stand().vector, before);

    inside.branch = own;
    inside.begins_session(&line).await.expect("a session");
    inside.syncs(&line).await.expect("synced");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_no_file_can_hold_costs_the_other_runs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::new(&folder.path().join("server")).await;
    let mut first = Till::founded(folder.path(), 10);
    first.enrols(&house).await;
    first.syncs(&house.line()).await.expect("synced");
    // Nobody knows this device; whoever has the grant has a session.
    let mut stranger = Till::founded(&folder.path().join("server"), 40);
    stranger.founding_hash = first.founding_hash;
    stranger.server = first.server.clone();
    stranger.begins_session(&house.line()).await.expect("a session");
    let own = stream(&stranger, Scope::Organisation(stranger.organisation));
    let opened = StreamOpened::first(own, &stranger.keys(), None).to_body();
    let opens = signed(&stranger, StreamHead::empty(own), KIND, opened);
    let far = |seq: u64| {
        let after = StreamHead { stream: own, seq, hash: stranger.founding_hash };
        signed(&stranger, after, 999, vec![0xa0])
    };
    let runs = [opens, far(MAX_NUMBER), far(MAX_NUMBER + 1), far(MAX_NUMBER - 1)];
    let codes = codes(&mut stranger, &house, &runs).await;
    let expected = ["device_not_enrolled", "bad_record", "malformed", "records_missing"];
    assert_eq!(codes, (0..).zip(expected.map(str::to_owned)).collect::<Vec<_>>());
}
