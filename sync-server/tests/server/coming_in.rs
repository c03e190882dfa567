//! Enrolment, challenge and session, and every way to be turned away.

use std::sync::atomic::Ordering;

use axum::http::Method;
use domain::entry::Hash32;
use domain::id::DeviceId;
use replica::invitation::InvitationCode;
use replica::sync::SyncRequest;

use crate::house::{ANNA, House, Till, code_of, gives, id, now};

#[tokio::test(flavor = "multi_thread")]
async fn a_till_comes_in_by_a_code_once_and_by_its_key_each_day() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::new(&folder.path().join("server")).await;
    let line = house.line();
    let mut till = Till::founded(folder.path(), 10);
    let code = house.code();
    let request = till.enrol_request(&code);
    till.enrols(&house).await;

    // A second code does for the same till; the same code does not do twice.
    line.post("/v1/enrol", request.encode()).await.expect("taken");
    assert_eq!(code_of(line.post("/v1/enrol", request.encode()).await), (403, "code_unknown".to_owned()));

    till.begins_session(&line).await.expect("another session");
    let first = till.token().to_vec();
    house.clock.fetch_add(24 * 3_600_000, Ordering::Relaxed);
    let ended = line.ask(Method::POST, "/v1/sync", &first, Vec::new()).await;
    assert_eq!(code_of(ended), (401, "session_ended".to_owned()));
    till.begins_session(&line).await.expect("the next day");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_know_a_code_is_not_let_in() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::new(&folder.path().join("server")).await;
    let line = house.line();
    let till = Till::founded(folder.path(), 10);
    let code = house.code();
    let good = till.enrol_request(&code);
    // Another code, a proof of something else, and none.
    let others = [
        till.enrol_request(&InvitationCode::from_random([3; 12])),
        replica::session::EnrolRequest { device: DeviceId(id(99)), ..good.clone() },
        replica::session::EnrolRequest { mac: None, ..good.clone() },
    ];
    for other in &others {
        let refused = line.post("/v1/enrol", other.encode()).await;
        assert_eq!(code_of(refused), (403, "code_unknown".to_owned()));
    }
    assert_eq!(code_of(line.post("/v1/enrol", b"nonsense".to_vec()).await), (400, "malformed".to_owned()));
    // The fourth wrong code costs two seconds, also for a right one.
    assert_eq!(code_of(line.post("/v1/enrol", others[0].encode()).await), (403, "code_unknown".to_owned()));
    assert_eq!(code_of(line.post("/v1/enrol", good.encode()).await), (429, "too_many_tries".to_owned()));
    house.clock.fetch_add(2_000, Ordering::Relaxed);
    line.post("/v1/enrol", good.encode()).await.expect("taken after the wait");

    // Too old.
    let request = till.enrol_request(&house.code());
    house.clock.fetch_add(3_600_000, Ordering::Relaxed);
    assert_eq!(code_of(line.post("/v1/enrol", request.encode()).await), (403, "code_unknown".to_owned()));

    // Another organisation under the same id, and a branch that is another organisation's.
    let mut foreign = Till::founded(folder.path(), 11);
    foreign.founding_hash = Hash32([9; 32]);
    let code = house.code();
    let refused = line.post("/v1/enrol", foreign.enrol_request(&code).encode()).await;
    assert_eq!(code_of(refused), (409, "organisation_foreign".to_owned()));
    foreign.organisation = domain::id::OrganisationId(id(77));
    let refused = line.post("/v1/enrol", foreign.enrol_request(&code).encode()).await;
    assert_eq!(code_of(refused), (409, "branch_foreign".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_needs_the_key_the_grant_and_a_fresh_challenge() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::new(&folder.path().join("server")).await;
    let line = house.line();
    let mut till = Till::founded(folder.path(), 10);
    till.enrols(&house).await;
    let refused = |request: replica::session::SessionRequest| {
        let line = house.line();
        async move { code_of(line.post("/v1/session", request.encode()).await) }
    };
    let nonce = till.challenge(&line).await;
    let good = till.session_request(nonce);

    let other = replica::session::SessionRequest { signing_key: Hash32([1; 32]), ..good.clone() };
    assert_eq!(refused(other).await, (403, "signature_wrong".to_owned()));
    let other = replica::session::SessionRequest { wrapping_key: Hash32([1; 32]), ..good.clone() };
    assert_eq!(refused(other).await, (403, "signature_wrong".to_owned()));
    let other = replica::session::SessionRequest { founding_hash: Hash32([1; 32]), ..good.clone() };
    assert_eq!(refused(other).await, (403, "grant_unknown".to_owned()));
    let other = replica::session::SessionRequest { nonce: Hash32([1; 32]), ..good.clone() };
    assert_eq!(refused(other).await, (401, "challenge_old".to_owned()));
    let other = replica::session::SessionRequest { device: DeviceId(id(8)), ..good.clone() };
    assert_eq!(refused(other).await, (401, "challenge_old".to_owned()));
    house.clock.fetch_add(60_000, Ordering::Relaxed);
    assert_eq!(refused(good).await, (401, "challenge_old".to_owned()));

    let forged = line.ask(Method::GET, "/v1/live", &[0; 128], Vec::new()).await;
    assert_eq!(code_of(forged), (401, "session_ended".to_owned()));
    // A session alone reads nothing: the records do not know the device yet.
    let asked =
        till.asks(&line, &SyncRequest { vector: Some(till.vector()), ..SyncRequest::default() }).await;
    assert_eq!(code_of(asked), (403, "device_not_enrolled".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_travels_under_an_id_that_only_its_code_gives() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::new(&folder.path().join("server")).await;
    let line = house.line();
    let mut till = Till::founded(folder.path(), 10);
    till.enrols(&house).await;
    let invited = till.ledger.invite(ANNA, 2, gives(), now(0)).expect("invited");
    let id = InvitationCode::parse(&invited.code).expect("a code").file_id().expect("memory");
    let path = format!("/v1/invitations/{id:?}");

    let early = line.ask(Method::PUT, &path, till.token(), invited.file.clone()).await;
    assert_eq!(code_of(early), (403, "device_not_enrolled".to_owned()));
    till.syncs(&line).await.expect("synced");
    line.ask(Method::PUT, &path, till.token(), invited.file.clone()).await.expect("handed in");
    for _ in 0..2 {
        let file = line.ask(Method::GET, &path, &[], Vec::new()).await.expect("there");
        assert_eq!(file, invited.file);
    }
    line.ask(Method::DELETE, &path, &[], Vec::new()).await.expect("removed");
    let gone = line.ask(Method::GET, &path, &[], Vec::new()).await;
    assert_eq!(code_of(gone), (404, "invitation_unknown".to_owned()));
    let gone = line.ask(Method::GET, "/v1/invitations/x", &[], Vec::new()).await;
    assert_eq!(code_of(gone), (404, "invitation_unknown".to_owned()));
    // Guessing costs as much where it would be removed.
    let unknown = (404, "invitation_unknown");
    for (status, code) in [unknown, unknown, unknown, (429, "too_many_tries")] {
        let guessed = line.ask(Method::DELETE, &path, &[], Vec::new()).await;
        assert_eq!(code_of(guessed), (status, code.to_owned()));
    }
}
