//! What one till gives, the others get: once, whole, and safe on the disk.

use domain::entry::Hash32;
use domain::time::Hlc;
use replica::record::Record;
use replica::run::Run;
use replica::stream::{Scope, StreamHead};
use replica::sync::{DayFigures, OwnState, RunBytes, SyncRequest};
use replica::vector::{Lacking, StreamVector};

use crate::house::{House, Till, branch, code_of, now, patiently};

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_is_acknowledged_and_the_other_till_gets_it() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut first, mut second) = branch(folder.path()).await;
    let line = house.line();
    assert!(first.cursor.is_some());
    let before = first.vector();
    first.sells(5);
    let own = Some(OwnState { unsent_sale_count: 1, last_receipt_no: 1 });
    let request =
        SyncRequest { runs: first.runs_for(&before), cursor: first.cursor, own, ..SyncRequest::default() };
    let reply = first.asks(&line, &request).await.expect("taken");
    assert!(first.is_acked(&reply));
    assert_eq!((reply.refused.len(), reply.runs.len(), reply.has_more), (0, 0, false));

    // By cursor: that sale and nothing else.
    let reply = second.asks(&line, &SyncRequest { cursor: second.cursor, ..SyncRequest::default() }).await;
    let reply = reply.expect("an answer");
    let count: usize = reply.runs.iter().map(records_in).sum();
    assert!(count > 0 && count < 8, "{count}");
    assert_eq!(second.vector(), first.vector());
    assert_eq!(reply.cursor.expect("a cursor").n, first.cursor.expect("a cursor").n);

    // By vector, from nothing, in small pieces.
    let mut third = first.invites(folder.path(), 30, 3);
    third.enrols(&house).await;
    let reply = third.syncs(&line).await.expect("synced");
    assert!(third.is_acked(&reply));
    assert_eq!(reply.presence.iter().filter(|presence| presence.own == own).count(), 1);
    let is_own = |head: &StreamHead| head.stream.device == third.secrets.device;
    let own: StreamVector = third.vector().heads().filter(is_own).collect();
    let request = SyncRequest { vector: Some(own), most_bytes: Some(1), ..SyncRequest::default() };
    let piece = third.asks(&line, &request).await.expect("an answer");
    assert!(piece.has_more && piece.cursor.is_none() && piece.runs.len() == 1);
    first.syncs(&line).await.expect("synced");
    assert_eq!(first.vector(), third.vector());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_to_other_figures_out_of_the_same_records_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut first, _) = branch(folder.path()).await;
    let line = house.line();
    first.sells(5);
    first.syncs(&line).await.expect("synced");
    let here = house.server().branch(first.branch).expect("open");
    patiently(async {
        while here.read(|book| book.unprojected()).expect("read") > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let digest = Some(first.vector().digest());
    let figures = first.ledger.book().day_figures().expect("read");
    assert!(figures.is_some());
    let hash = Hash32([7; 32]);
    let other = figures.map(|figures| DayFigures { hash, ..figures });
    let newer = other.map(|other| DayFigures { version: other.version + 1, ..other });
    for (digest, figures, is_told) in [
        (digest, figures, false),
        (digest, other, true),
        (digest, newer, false),
        (digest, None, false),
        (Some(hash), other, false),
    ] {
        let request = SyncRequest { cursor: first.cursor, digest, figures, ..SyncRequest::default() };
        let asked = first.packing().pack(&request.encode()).expect("packed").len();
        let reply = first.asks(&line, &request).await.expect("an answer");
        assert_eq!(reply.has_other_figures, is_told);
        // Nothing new on either side: a reconnect is no more than this.
        if !is_told && digest == Some(first.vector().digest()) {
            let answered = first.packing().pack(&reply.encode()).expect("packed").len();
            assert!(asked + answered < 300, "{asked} and {answered} bytes");
        }
    }
}

fn records_in(run: &RunBytes) -> usize {
    Run::decode(&run.0).expect("a run").records.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_there_after_the_server_was_killed() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut first, mut second) = branch(folder.path()).await;
    first.sells(5);
    let reply = first_sync(&mut first, &house).await;
    assert!(first.is_acked(&reply));
    let data = house.options.data.clone();
    house.kill().await;
    let house = House::open(&data).await;
    // The cursor outlives the server; the session does not, so that a copy of its disk is found out.
    let request = SyncRequest { cursor: second.cursor, ..SyncRequest::default() };
    let ended = second.asks(&house.line(), &request).await;
    assert_eq!(code_of(ended), (401, "session_ended".to_owned()));
    second.begins_session(&house.line()).await.expect("a session");
    second.asks(&house.line(), &request).await.expect("an answer");
    assert_eq!(second.vector(), first.vector());
    house.kill().await;
    for entry in std::fs::read_dir(data.join(first.organisation.to_string())).expect("a folder") {
        let path = entry.expect("a file").path();
        if path.extension().is_some_and(|ending| ending == "db") {
            let keys = sync_server::keys::ServerKeys::read(&data.join("server.keys")).expect("read");
            let verified =
                ledger::verify(&path, &keys.expect("keys").secrets(), |_, _| true).expect("verified");
            assert_eq!(verified.faults, []);
        }
    }
}

async fn first_sync(till: &mut Till, house: &House) -> replica::sync::SyncReply {
    till.syncs(&house.line()).await.expect("synced")
}

#[tokio::test(flavor = "multi_thread")]
async fn one_live_sale_takes_few_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut first, _second) = branch(folder.path()).await;
    first.sells(4);
    first_sync(&mut first, &house).await;
    let before = first.vector();
    first.sells(5);
    let own = Some(OwnState { unsent_sale_count: 1, last_receipt_no: 2 });
    let request =
        SyncRequest { runs: first.runs_for(&before), cursor: first.cursor, own, ..SyncRequest::default() };
    let sent = first.packing().pack(&request.encode()).expect("packed").len();
    let reply = first.asks(&house.line(), &request).await.expect("taken");
    let came = first.packing().pack(&reply.encode()).expect("packed").len();
    println!("{sent} + {came} B; bare {} B", request.encode().len() + reply.encode().len());
    assert!(sent + came <= 400, "{sent} + {came}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reconnect_with_nothing_new_is_one_small_exchange() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut first, second) = branch(folder.path()).await;
    let line = house.line();
    first.syncs(&line).await.expect("synced");
    let digest = Some(first.vector().digest());
    let request = SyncRequest { cursor: first.cursor, digest, ..SyncRequest::default() };
    let reply = first.asks(&line, &request).await.expect("an answer");
    assert_eq!((reply.digest, reply.is_vector_wanted, reply.runs.len()), (None, false, 0));
    assert!(
        [request.encode(), reply.encode()]
            .iter()
            .map(|bytes| first.packing().pack(bytes).unwrap().len())
            .sum::<usize>()
            < 1_024
    );
    // Only the digest shows that somebody lost something that the cursor says it has.
    let digest = Some(StreamVector::default().digest());
    let request = SyncRequest { cursor: first.cursor, digest, ..SyncRequest::default() };
    let reply = first.asks(&line, &request).await.expect("an answer");
    assert_eq!((reply.digest, reply.is_vector_wanted), (Some(first.vector().digest()), true));
    drop(second);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_sealed_parts_travel_wrapped() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut first, mut second) = branch(folder.path()).await;
    let line = house.line();
    let (keys, _) = first.ledger.book().keys_after(0, 100).expect("read");
    assert!(!keys.is_empty());
    let given = SyncRequest { keys: first.wrapped_keys(), ..SyncRequest::default() };
    first.asks(&line, &given).await.expect("taken");

    let reply = second.asks(&line, &SyncRequest { keys_after: Some(0), ..SyncRequest::default() }).await;
    let reply = reply.expect("an answer");
    let unwrapped: Vec<_> = reply
        .keys
        .iter()
        .map(|wrapped| {
            let (device, incarnation) = (second.secrets.device, second.secrets.incarnation);
            let key = replica::sealed::unwrap_key(
                &wrapped.wrapped,
                wrapped.subject,
                device,
                incarnation,
                &second.keys(),
            );
            (wrapped.subject, key.expect("for this till"))
        })
        .collect();
    assert!(unwrapped == keys);
    let after = reply.keys_after;
    let reply = second
        .asks(&line, &SyncRequest { keys_after: after, ..SyncRequest::default() })
        .await
        .expect("an answer");
    assert_eq!((reply.keys.len(), reply.keys_after), (0, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_in_any_order_is_taken_as_far_as_it_goes() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::new(&folder.path().join("server")).await;
    let line = house.line();
    let mut first = Till::founded(folder.path(), 10);
    let mut second = first.invites(folder.path(), 20, 2);
    let mut third = second.invites(folder.path(), 30, 3);
    for till in [&mut second, &mut third] {
        till.opens();
        till.sells(3);
        first.takes(&till.runs_for(&first.vector()));
    }
    first.enrols(&house).await;
    // The records of each till before those that invited it, and of the branch before the organisation's.
    let mut runs = first.runs_for(&StreamVector::default());
    runs.sort_by_key(|run| {
        let stream = Run::decode(&run.0).expect("a run").after.stream;
        let no = [&third, &second, &first].iter().position(|till| till.secrets.device == stream.device);
        (matches!(stream.scope, Scope::Organisation(_)), no)
    });
    // The end of a stream before its beginning.
    let book = first.ledger.book();
    let head = book.stream_vector().expect("read").heads().max_by_key(|head| head.seq).expect("a head");
    let whole = book.run_for(&Lacking { head, has: Vec::new() }).expect("read").expect("a run");
    let split = whole.records[0].head();
    let end = book.run_for(&Lacking { head, has: vec![split] }).expect("read").expect("a run");
    runs.insert(0, RunBytes(end.encode()));
    let request = SyncRequest { runs, vector: Some(first.vector()), ..SyncRequest::default() };
    let reply = first.asks(&line, &request).await.expect("an answer");
    assert_eq!(reply.refused, []);
    assert_eq!(reply.vector, Some(first.vector()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_knows_is_passed_on_as_it_came_whatever_the_clock_says() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut first, mut second) = branch(folder.path()).await;
    let is_own = |head: &StreamHead| {
        head.stream.device == first.secrets.device && matches!(head.stream.scope, Scope::Branch(_))
    };
    let after = first.vector().heads().find(is_own).expect("its stream");
    let ten_years = now(10 * 366 * 24 * 60);
    let hlc = Hlc(u64::try_from(ten_years.ms).expect("after 1970") << 16);
    let body = vec![0xa1, 0x18, 40, 0x63, b'n', b'e', b'w'];
    let record = Record::append(&after, 999, 7, ten_years, hlc, body, Vec::new()).expect("a record");
    let signature = first.keys().sign_checkpoint(&record.head());
    let bytes = RunBytes(Run { after, records: vec![record], signature }.encode());

    let given = SyncRequest { runs: vec![bytes.clone()], ..SyncRequest::default() };
    let reply = first.asks(&house.line(), &given).await.expect("taken");
    assert_eq!(reply.refused, []);
    let reply =
        second.asks(&house.line(), &SyncRequest { cursor: second.cursor, ..SyncRequest::default() }).await;
    assert_eq!(reply.expect("an answer").runs, [bytes]);
    // Its clock is nobody else's, and its day goes on.
    second.opens();
    second.sells(7);
    let reply = second.syncs(&house.line()).await.expect("synced");
    assert!(second.is_acked(&reply));
}
