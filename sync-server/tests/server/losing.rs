//! Servers that lost everything, and organisations with more than one branch.

use domain::id::BranchId;
use replica::stream::{Scope, StreamHead};
use replica::sync::SyncRequest;
use sync_server::answer::Stand;
use sync_server::keys::ServerKeys;

use crate::house::{ANNA, House, Till, code_of, gives, id, now, patiently, seeded};

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_server_with_the_old_keys_is_full_again_unattended() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::new(&folder.path().join("server")).await;
    let mut first = Till::founded(folder.path(), 10);
    let mut second = first.invites(folder.path(), 20, 2);
    first.opens();
    first.sells(3);
    for till in [&mut first, &mut second] {
        till.enrols(&house).await;
        till.syncs(&house.line()).await.expect("synced");
    }
    first.syncs(&house.line()).await.expect("synced");
    let (data, recovery) = (house.options.data.clone(), folder.path().join("recovery"));
    let keys = ServerKeys::read(&data.join("server.keys")).expect("read").expect("there");
    keys.write_recovery(&recovery, "a passphrase", &*seeded(5)).expect("written");
    house.kill().await;
    std::fs::remove_dir_all(&data).expect("the disk is lost");

    std::fs::create_dir_all(&data).expect("a folder");
    let again = ServerKeys::recover(&recovery, "a passphrase", &*seeded(6)).expect("recovered");
    again.write(&data.join("server.keys")).expect("written");
    let house = House::open(&data).await;
    let line = house.line();
    // Tokens were under a secret that is lost; the keys are the same.
    let old = second.server.clone().expect("enrolled");
    let cursor = second.cursor;
    assert!(second.asks(&line, &SyncRequest { cursor, ..SyncRequest::default() }).await.is_err());
    second.begins_session(&line).await.expect("the same server");
    assert_ne!(second.server.as_ref().expect("enrolled").data, old.data);
    // The second till brings everything, also what the first one wrote.
    second.syncs(&line).await.expect("synced");
    let request = SyncRequest { cursor, ..SyncRequest::default() };
    let reply = second.asks(&line, &request).await.expect("an answer");
    assert!(reply.is_vector_wanted && reply.runs.is_empty() && reply.cursor.is_none());
    first.begins_session(&line).await.expect("the same server");
    let reply = first.syncs(&line).await.expect("synced");
    assert!(first.is_acked(&reply));
    assert_eq!(reply.vector, Some(second.vector()));
    house.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_the_old_keys_takes_nobody_on_the_old_word() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::new(&folder.path().join("server")).await;
    let mut till = Till::founded(folder.path(), 10);
    till.enrols(&house).await;
    let other = folder.path().join("other");
    std::fs::create_dir_all(&other).unwrap();
    ServerKeys::make(&*seeded(99), 0).write(&other.join("server.keys")).unwrap();
    let stranger = House::open(&other).await;
    assert_eq!(code_of(till.begins_session(&stranger.line()).await), (403, "grant_unknown".to_owned()));
    till.begins_session(&house.line()).await.expect("its own server");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_organisation_decides_comes_to_all_its_branches() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::new(&folder.path().join("server")).await;
    let line = house.line();
    let mut first = Till::founded(folder.path(), 10);
    first.enrols(&house).await;
    // A session for another branch of the same organisation opens that branch's ledger.
    let mut elsewhere = Till::founded(&folder.path().join("server"), 10);
    elsewhere.branch = BranchId(id(0xb2));
    elsewhere.server = first.server.clone();
    elsewhere.begins_session(&line).await.expect("a session");
    first.syncs(&line).await.expect("synced");
    let server = house.server();
    let (here, there) = (server.branch(first.branch), server.branch(elsewhere.branch));
    let (here, there) = (here.expect("open"), there.expect("open"));
    let mut told = there.listen();
    let of_organisation = |stand: &Stand| -> Vec<StreamHead> {
        stand.vector.heads().filter(|head| matches!(head.stream.scope, Scope::Organisation(_))).collect()
    };
    for no in 2..4 {
        let both_have = async {
            while of_organisation(&there.stand()) != of_organisation(&here.stand()) {
                told.recv().await.expect("told");
            }
        };
        patiently(both_have).await;
        first.ledger.invite(ANNA, no, gives(), now(0)).expect("invited");
        first.syncs(&line).await.expect("synced");
    }
    assert!(there.stand().vector.heads().count() < here.stand().vector.heads().count());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_branch_keeps_no_other_from_its_tills() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::new(&folder.path().join("server")).await;
    let mut first = Till::founded(folder.path(), 10);
    first.enrols(&house).await;
    let mut elsewhere = Till::founded(&folder.path().join("server"), 10);
    elsewhere.branch = BranchId(id(0xb2));
    elsewhere.server = first.server.clone();
    elsewhere.begins_session(&house.line()).await.expect("a session");
    first.syncs(&house.line()).await.expect("synced");
    let data = house.options.data.clone();
    house.kill().await;
    let file = data.join(first.organisation.to_string()).join(format!("{}.db", elsewhere.branch));
    std::fs::write(&file, vec![7; 8_192]).expect("written");
    let house = House::open(&data).await;
    first.begins_session(&house.line()).await.expect("a session");
    first.syncs(&house.line()).await.expect("synced");
    let refused = elsewhere.begins_session(&house.line()).await;
    assert_eq!(code_of(refused), (500, "server_failed".to_owned()));
    assert_eq!(std::fs::read(&file).expect("read"), vec![7; 8_192]);
}

/// Waits until everything that is stored of a branch is projected.
async fn projected(house: &House, branch: BranchId) {
    let branch = house.server().branch(branch).expect("open");
    patiently(async {
        while branch.read(|book| book.unprojected()).expect("read") > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_branch_is_opened_by_a_record_and_not_by_whoever_has_the_grant() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::new(&folder.path().join("server")).await;
    let line = house.line();
    let mut first = Till::founded(folder.path(), 10);
    first.enrols(&house).await;
    first.syncs(&line).await.expect("synced");
    // Keys and branches can be made at will; the grant was once given to a till that is shut out since.
    let mut stranger = Till::founded(&folder.path().join("server"), 40);
    stranger.founding_hash = first.founding_hash;
    stranger.server = first.server.clone();
    for no in 0..3 {
        stranger.branch = BranchId(id(0xb2 + no));
        let refused = stranger.begins_session(&line).await;
        assert_eq!(code_of(refused), (403, "grant_unknown".to_owned()));
    }
    assert_eq!(house.server().branches().len(), 1);
    // A till of a branch that the records open comes in with the grant that its invitation carried.
    let mut second = first.opens_branch(folder.path(), 30, 3);
    second.server = first.server.clone();
    assert_eq!(code_of(second.begins_session(&line).await), (403, "grant_unknown".to_owned()));
    first.syncs(&line).await.expect("synced");
    projected(&house, first.branch).await;
    second.begins_session(&line).await.expect("a session");
    second.syncs(&line).await.expect("synced");
    // A branch that is here stays, whatever is known of it.
    let data = house.options.data.clone();
    house.kill().await;
    let house = House::open(&data).await;
    assert_eq!(house.server().branches().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emptied_server_is_filled_again_with_all_branches_of_an_organisation() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::new(&folder.path().join("server")).await;
    let mut tills = vec![Till::founded(folder.path(), 10)];
    for no in 0..3 {
        let next = tills[0].opens_branch(folder.path(), 20 + no, 3 + u128::from(no));
        tills.push(next);
    }
    for till in &mut tills {
        till.enrols(&house).await;
        till.syncs(&house.line()).await.expect("synced");
    }
    let keys = ServerKeys::read(&house.options.data.join("server.keys")).expect("read").expect("there");
    house.kill().await;
    let data = folder.path().join("again");
    std::fs::create_dir_all(&data).expect("a folder");
    keys.write(&data.join("server.keys")).expect("written");
    let house = House::open(&data).await;
    let line = house.line();
    // Two come before any record does. The last one comes when the records that open its branch are here.
    for till in &mut tills[1..3] {
        till.begins_session(&line).await.expect("a session");
    }
    tills[2].syncs(&line).await.expect("synced");
    projected(&house, tills[2].branch).await;
    tills[0].begins_session(&line).await.expect("the organisation's first branch");
    tills[0].syncs(&line).await.expect("synced");
    projected(&house, tills[0].branch).await;
    tills[3].begins_session(&line).await.expect("a session");
    for till in &mut tills {
        let reply = till.syncs(&line).await.expect("synced");
        assert!(till.is_acked(&reply));
    }
    assert_eq!(house.server().branches().len(), 4);
}
