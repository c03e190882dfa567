//! A person's browser at a server: what it sends, what it is given, what it hears.

use axum::body::Bytes;
use axum::http::Method;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::StaffId;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::{Request, Response};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use replica::session::{ViewLinkReply, ViewLinkRequest};
use serde_json::{Value, json};

use crate::house::{ANNA, House, Refused, Till, patiently};

const TEN_MINUTES: i64 = 600_000;

/// A browser with the cookie that it was given.
pub struct Browser {
    pub client: Client<HttpConnector, Full<Bytes>>,
    pub host: String,
    pub cookie: Option<String>,
    /// Which page it says that it asks from; none is no browser.
    pub origin: Option<String>,
}

/// Status and code of a refusal.
pub type Denied = (u16, String);

impl Browser {
    pub fn new(house: &House) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        let host = house.address.to_string();
        Self { client, origin: Some(format!("http://{host}")), host, cookie: None }
    }

    pub async fn send(&self, method: Method, path: &str, body: &Value) -> Response<Incoming> {
        let mut request = Request::builder().method(method).uri(format!("http://{}{path}", self.host));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", format!("theme=dark; {cookie}"));
        }
        if let Some(origin) = &self.origin {
            request = request.header("origin", origin);
        }
        let request = request.body(Full::from(body.to_string())).expect("a request");
        self.client.request(request).await.expect("an answer")
    }

    pub async fn ask_with(&self, name: &str, args: Value) -> (u16, Value) {
        let response = self.send(Method::POST, &format!("/api/{name}"), &args).await;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.expect("a body").to_bytes();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    pub async fn ask(&self, name: &str) -> Value {
        let (status, reply) = self.ask_with(name, json!({})).await;
        assert_eq!(status, 200, "{name}: {reply}");
        reply
    }

    /// Status and code of a refusal.
    pub async fn refused(&self, name: &str, args: Value) -> (u16, String) {
        let (status, reply) = self.ask_with(name, args).await;
        assert_ne!(status, 200, "{reply}");
        (status, reply["code"].as_str().unwrap_or_default().to_owned())
    }

    /// Comes in by a view that gives a cookie.
    pub async fn comes_in(&mut self, name: &str, args: Value) -> Result<(), Denied> {
        let response = self.send(Method::POST, &format!("/api/{name}"), &args).await;
        let status = response.status().as_u16();
        let Some(cookie) = response.headers().get("set-cookie") else {
            let body = response.into_body().collect().await.expect("a body").to_bytes();
            let reply: Value = serde_json::from_slice(&body).expect("a refusal");
            return Err((status, reply["code"].as_str().expect("a code").to_owned()));
        };
        let cookie = cookie.to_str().expect("text");
        let (pair, attributes) = cookie.split_once(';').expect("attributes");
        assert_eq!(attributes, " Path=/api; HttpOnly; SameSite=Strict; Max-Age=43200");
        self.cookie = Some(pair.to_owned());
        Ok(())
    }

    pub async fn enters(&mut self, link: &str) -> Result<(), Denied> {
        self.comes_in("enter", json!({ "link": link })).await
    }

    /// Another browser with the same cookie, as somebody who has stolen it.
    pub fn copied(&self, house: &House) -> Self {
        Self { cookie: self.cookie.clone(), ..Self::new(house) }
    }

    pub async fn listens(&self) -> Ear {
        Ear::of(self.send(Method::GET, "/api/changed", &Value::Null).await)
    }

    /// Waits until the branch shows what is wanted: it is projected behind the answer to the till.
    pub async fn sees(&self, ear: &mut Ear, wanted: impl Fn(&Value) -> bool) -> Value {
        let seeing = async {
            loop {
                let now = self.ask("branch_now").await;
                if wanted(&now) {
                    return now;
                }
                ear.hears().await.expect("it goes on");
            }
        };
        patiently(seeing).await
    }
}

/// What a browser hears, event by event.
pub struct Ear {
    body: Incoming,
    text: String,
}

impl Ear {
    /// The stream of an answer.
    pub fn of(response: Response<Incoming>) -> Self {
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { body: response.into_body(), text: String::new() }
    }

    /// The next change; none at the end.
    pub async fn hears(&mut self) -> Option<String> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                if let Some(data) = event.strip_prefix("event: changed\ndata: ") {
                    return Some(serde_json::from_str(data).expect("a word"));
                }
                assert!(event.starts_with("event: here"), "{event}");
                continue;
            }
            let data = self.body.frame().await?.ok()?.into_data().expect("data");
            self.text.push_str(std::str::from_utf8(&data).expect("text"));
        }
    }
}

/// A link that a till gives for the owner.
pub async fn link_of(till: &Till, house: &House) -> Result<String, Refused> {
    link_for(till, house, ANNA).await
}

/// A link that a till gives for this person.
pub async fn link_for(till: &Till, house: &House, staff: StaffId) -> Result<String, Refused> {
    let request = ViewLinkRequest { staff }.encode();
    let reply = house.line().ask(Method::POST, "/v1/view-link", till.token(), request).await?;
    let reply = ViewLinkReply::decode(&reply).expect("a reply");
    assert_eq!((reply.expires_ms, reply.address), (house.now() + TEN_MINUTES, None));
    Ok(URL_SAFE_NO_PAD.encode(reply.link))
}

/// The owner's browser, let in by a till.
pub async fn browser(till: &Till, house: &House) -> Browser {
    browser_of(till, house, ANNA).await
}

/// This person's browser, let in by a till.
pub async fn browser_of(till: &Till, house: &House, staff: StaffId) -> Browser {
    let mut browser = Browser::new(house);
    browser.enters(&link_for(till, house, staff).await.expect("a link")).await.expect("in");
    browser
}

/// Waits until the server's books know a person so.
pub async fn known_as(house: &House, wanted: impl Fn(&[ledger::Person]) -> bool) {
    let mut changes = house.server().changes.subscribe();
    let waiting = async {
        while !house.server().branches().iter().any(|branch| wanted(&branch.people())) {
            changes.recv().await.expect("it goes on");
        }
    };
    patiently(waiting).await;
}

pub fn ended() -> Denied {
    (401, "viewing_ended".to_owned())
}

pub fn forbidden(code: &str) -> Denied {
    (403, code.to_owned())
}
