//! What those who listen hear.

use replica::sync::{OwnState, SyncRequest};

use crate::house::{Ear, Event, branch, code_of};

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_is_told_as_it_happens() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut first, mut second) = branch(folder.path()).await;
    let (line, mut ear) = (house.line(), Ear::listens(&house.line(), second.token()).await.expect("open"));
    let at = ear.until(|event| if let Event::Feed(feed) = event { Some(feed) } else { None }).await;
    assert_eq!((at.after, at.runs.len()), (at.up_to, 0));
    second.syncs(&line).await.expect("synced");

    let before = first.vector();
    first.sells(5);
    let own = Some(OwnState { unsent_sale_count: 0, last_receipt_no: 1 });
    let request =
        SyncRequest { runs: first.runs_for(&before), cursor: first.cursor, own, ..SyncRequest::default() };
    first.asks(&line, &request).await.expect("taken");
    // Which of the two is told first is not said.
    let (mut told, mut is_heard) = (None, false);
    ear.until(|event| {
        match event {
            Event::Feed(feed) => told = Some(feed),
            Event::Heard(heard) => is_heard |= heard.presence.iter().any(|presence| presence.own == own),
            _ => {}
        }
        (told.is_some() && is_heard).then_some(())
    })
    .await;
    let feed = told.expect("told");
    assert_eq!((feed.after, feed.runs.len()), (at.up_to, 1));
    second.takes(&feed.runs);
    assert_eq!(second.vector(), first.vector());
    assert_eq!(feed.up_to, first.cursor.expect("a cursor").n);
    ear.until(|event| (event == Event::Ping).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_there_is_told_until_they_go() {
    let folder = tempfile::tempdir().unwrap();
    let (house, first, second) = branch(folder.path()).await;
    let mut ear = Ear::listens(&house.line(), first.token()).await.expect("open");
    let is_there = |event: Event, wanted: bool| match event {
        Event::Heard(heard) => heard
            .presence
            .iter()
            .any(|presence| presence.device == second.secrets.device && presence.is_connected == wanted)
            .then_some(()),
        _ => None,
    };
    let other = Ear::listens(&house.line(), second.token()).await.expect("open");
    ear.until(|event| is_there(event, true)).await;
    drop(other);
    ear.until(|event| is_there(event, false)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_till_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut first, mut second) = branch(folder.path()).await;
    let line = house.line();
    let mut ear = Ear::listens(&house.line(), second.token()).await.expect("open");
    first.revokes(&second);
    first.syncs(&line).await.expect("synced");
    ear.until(|event| (event == Event::Revoked).then_some(())).await;
    assert_eq!(ear.next().await, Event::End);
    let refused = (403, "device_revoked".to_owned());
    let cursor = second.cursor;
    assert_eq!(code_of(second.asks(&line, &SyncRequest { cursor, ..SyncRequest::default() }).await), refused);
    assert_eq!(code_of(Ear::listens(&line, second.token()).await.map(drop)), refused);
    assert_eq!(code_of(second.begins_session(&line).await), refused);
}
