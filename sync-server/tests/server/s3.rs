//! A backup in a bucket, over what of S3 it needs: a stand-in on this computer that keeps objects in memory.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use replica::invitation::InvitationCode;
use replica::session::AckLevel;
use replica::sync::SyncRequest;

use crate::house::{Till, patiently};
use crate::killed::{answer, program, started_as};

type Bucket = Arc<Mutex<BTreeMap<String, Bytes>>>;

/// A page of a listing has no more keys than this.
const PAGE: usize = 2;

async fn asked(
    State(bucket): State<Bucket>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let signed = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !signed.starts_with("AWS4-HMAC-SHA256 Credential=a-key/") {
        return StatusCode::FORBIDDEN.into_response();
    }
    let mut bucket = bucket.lock().expect("nobody panics with it");
    let key = uri.path().strip_prefix("/bucket").expect("the bucket").trim_start_matches('/').to_owned();
    let facts = [("etag", "\"a\""), ("last-modified", "Tue, 02 Jun 2026 10:00:00 GMT")];
    match method {
        Method::PUT => {
            bucket.insert(key, body);
            facts.into_response()
        }
        Method::DELETE => {
            bucket.remove(&key);
            StatusCode::NO_CONTENT.into_response()
        }
        Method::GET if key.is_empty() => listed(&bucket, uri.query().unwrap_or_default()).into_response(),
        Method::GET => match bucket.get(&key) {
            Some(object) => (facts, object.clone()).into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        },
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

fn listed(bucket: &BTreeMap<String, Bytes>, query: &str) -> String {
    let said = |name: &str| {
        let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        value.unwrap_or_default().replace("%2F", "/")
    };
    let (prefix, after) = (said("prefix"), said("continuation-token"));
    let keys: Vec<_> =
        bucket.iter().filter(|(key, _)| key.starts_with(&prefix) && **key > after).take(PAGE + 1).collect();
    let contents: String = keys
        .iter()
        .take(PAGE)
        .map(|(key, object)| {
            format!(
                "<Contents><Key>{key}</Key><Size>{}</Size><ETag>a</ETag>\
                 <LastModified>2026-06-02T10:00:00.000Z</LastModified></Contents>",
                object.len()
            )
        })
        .collect();
    let more = if keys.len() > PAGE {
        format!("<NextContinuationToken>{}</NextContinuationToken>", keys[PAGE - 1].0)
    } else {
        String::new()
    };
    format!("<ListBucketResult>{contents}{more}</ListBucketResult>")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_lies_in_a_bucket_too() {
    let folder = tempfile::tempdir().unwrap();
    let bucket = Bucket::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let routes = Router::new().fallback(asked).with_state(Arc::clone(&bucket));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let data = folder.path().join("server");
    let with_bucket = |command: &mut Command| {
        command.args(["--backup", "s3://bucket/pharmacies/one"]).envs([
            ("AWS_ENDPOINT", endpoint.as_str()),
            ("AWS_ALLOW_HTTP", "true"),
            ("AWS_REGION", "somewhere"),
            ("AWS_ACCESS_KEY_ID", "a-key"),
            ("AWS_SECRET_ACCESS_KEY", "a secret"),
        ]);
    };
    let mut serving = program(&data);
    with_bucket(&mut serving);
    let (server, line) = started_as(&mut serving);
    let made = answer(program(&data).arg("code"));
    let code = InvitationCode::parse(made["code"].as_str().expect("a code")).expect("a code");
    let mut till = Till::founded(folder.path(), 10);
    till.opens();
    till.comes_in(&line, &code).await;
    till.syncs(&line).await.expect("synced");
    for minute in 3..25 {
        let before = till.vector();
        till.sells(minute);
        let (runs, cursor) = (till.runs_for(&before), till.cursor);
        let request = SyncRequest { runs, cursor, ..SyncRequest::default() };
        till.asks(&line, &request).await.expect("taken");
        let durable = async {
            loop {
                let digest = Some(till.vector().digest());
                let request = SyncRequest { cursor: till.cursor, digest, ..SyncRequest::default() };
                let reply = till.asks(&line, &request).await.expect("an answer");
                if reply.ack.is_some_and(|ack| ack.level == AckLevel::Durable) {
                    return;
                }
            }
        };
        if minute % 4 == 0 {
            patiently(durable).await;
        }
    }
    drop(server);
    let keys: Vec<String> = bucket.lock().unwrap().keys().cloned().collect();
    assert!(keys.len() > PAGE && keys.iter().all(|key| key.starts_with("pharmacies/one/")), "{keys:?}");
    let recovery = folder.path().join("recovery");
    std::fs::rename(data.join("server.recovery"), &recovery).unwrap();
    let mut drill = program(&data);
    with_bucket(drill.args(["drill", "--recovery"]).arg(&recovery));
    let said = answer(&mut drill);
    assert_eq!((&said["holds"], &said["lacking"]), (&true.into(), &0.into()), "{said}");
}
