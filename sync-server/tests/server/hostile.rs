//! Bad input: each has a code, and costs nobody else anything.

use axum::http::Method;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use replica::packed;
use replica::run::Run;
use replica::sync::{Cursor, RunBytes, SyncRequest};
use replica::vector::Lacking;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::house::{House, Till, code_of, founding};

async fn till(folder: &std::path::Path) -> (House, Till) {
    let house = House::new(&folder.join("server")).await;
    let mut till = Till::founded(folder, 10);
    till.opens();
    till.enrols(&house).await;
    till.syncs(&house.line()).await.expect("synced");
    (house, till)
}

/// The first bytes that come back to whoever says that so large a body follows, and sends none of it.
async fn head_of_answer(house: &House, till: &Till, length: usize) -> String {
    let token = URL_SAFE_NO_PAD.encode(till.token());
    let head = format!(
        "POST /v1/sync HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-length: {length}\r\n\r\n"
    );
    let mut stream = tokio::net::TcpStream::connect(house.address).await.expect("connected");
    stream.write_all(head.as_bytes()).await.expect("written");
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.expect("read");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_none_is_refused_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut till) = till(folder.path()).await;
    let line = house.line();
    let good =
        till.packing().pack(&SyncRequest { cursor: till.cursor, ..SyncRequest::default() }.encode()).unwrap();
    let packed = |message: &[u8]| till.packing().pack(message).unwrap();
    // A frame that says that it is larger than any message.
    let bomb = [&[0xa0][..], &((64_u32 << 20) + 1).to_le_bytes(), &[1, 0, 0]].concat();
    for (body, status, code) in [
        (Vec::new(), 400, "malformed"),
        (b"nonsense".to_vec(), 400, "malformed"),
        (good[..good.len() - 1].to_vec(), 400, "malformed"),
        (packed(b""), 400, "malformed"),
        (packed(&[0xa1, 0, 0]), 400, "version_unknown"),
        (packed(&[0xa1, 0, 2]), 400, "version_unknown"),
        (packed(&[0xa2, 0, 1, 1, 0x41]), 400, "malformed"),
        (packed(&vec![0; 1 << 20]), 400, "malformed"),
        (bomb, 413, "too_large"),
    ] {
        let refused = line.ask(Method::POST, "/v1/sync", till.token(), body).await;
        assert_eq!(code_of(refused), (status, code.to_owned()));
    }
    assert!(head_of_answer(&house, &till, packed::MAX_PACKED_BYTES + 1).await.starts_with("HTTP/1.1 413"));
    assert_eq!(
        code_of(line.ask(Method::GET, "/v1/nowhere", &[], Vec::new()).await),
        (404, "not_found".to_owned())
    );
    assert_eq!(
        code_of(line.ask(Method::GET, "/v1/sync", &[], Vec::new()).await),
        (405, "not_found".to_owned())
    );
    line.ask(Method::POST, "/v1/sync", till.token(), good).await.expect("a good one after them");
    let stale = Cursor { n: 1 << 40, ..till.cursor.expect("a cursor") };
    let reply =
        till.asks(&line, &SyncRequest { cursor: Some(stale), ..SyncRequest::default() }).await.unwrap();
    assert!(reply.is_vector_wanted && reply.cursor.is_none());
    till.syncs(&line).await.expect("synced");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_run_takes_no_other_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut till) = till(folder.path()).await;
    let line = house.line();
    let before = till.vector();
    till.sells(5);
    till.sells(6);
    let good = till.runs_for(&before).remove(0);
    let run = Run::decode(&good.0).expect("a run");
    let book = till.ledger.book();
    let head = run.records.last().expect("records").head();
    let later = Lacking { head, has: vec![run.records[run.records.len() - 2].head()] };
    let later = book.run_for(&later).expect("read").expect("a run");

    // Signed by nobody; changed on the way; cut short; of another branch; of somebody who is not enrolled.
    let mut forged = run.clone();
    forged.signature.0[5] ^= 1;
    let mut changed = good.clone();
    let at = changed.0.len() - 80;
    changed.0[at] ^= 1;
    let cut = RunBytes(good.0[..good.0.len() - 1].to_vec());
    let elsewhere = tempfile::tempdir().unwrap();
    let stranger = {
        let path = elsewhere.path().join("till.db");
        let secrets = crate::house::secrets(40);
        let mut ledger = ledger::Ledger::open(&path, &secrets, crate::house::seeded(40)).expect("opens");
        ledger.found(&founding(9), crate::house::now(0)).expect("founded");
        let book = ledger.book();
        let runs = |lacking: &Lacking| RunBytes(book.run_for(lacking).unwrap().unwrap().encode());
        let all: Vec<_> =
            book.stream_vector().unwrap().lacking_there(&Default::default()).iter().map(runs).collect();
        all
    };
    let mut bad = vec![
        (RunBytes(forged.encode()), "bad_signature"),
        (cut, "malformed"),
        (RunBytes(Vec::new()), "malformed"),
    ];
    bad.extend(stranger.into_iter().map(|run| (run, "scope_foreign")));
    let code =
        |bytes: &RunBytes| bad.iter().find(|(run, _)| run == bytes).map(|(_, code)| (*code).to_owned());
    let mut runs: Vec<RunBytes> = bad.iter().map(|(run, _)| run.clone()).collect();
    runs.insert(2, good.clone());
    runs.push(changed);
    runs.push(RunBytes(later.encode()));
    runs.push(good.clone());
    let expected: Vec<(u64, Option<String>)> = (0..)
        .zip(&runs)
        .filter(|(_, run)| **run != good && **run != RunBytes(later.encode()))
        .map(|(index, run)| (index, code(run)))
        .collect();
    let changed_at = runs.len() as u64 - 3;
    let reply = till.asks(&line, &SyncRequest { runs, ..SyncRequest::default() }).await.expect("an answer");
    let refused: Vec<_> = reply
        .refused
        .iter()
        .map(|refused| (refused.index, (refused.index != changed_at).then(|| refused.code.clone())))
        .collect();
    assert_eq!(refused, expected);
    assert!(till.is_acked(&reply));

    // And the next batch, with a replay in it.
    let before = till.vector();
    till.sells(7);
    let mut runs = till.runs_for(&before);
    runs.push(good);
    let reply = till.asks(&line, &SyncRequest { runs, ..SyncRequest::default() }).await.expect("an answer");
    assert_eq!(reply.refused, []);
    assert!(till.is_acked(&reply));
}
