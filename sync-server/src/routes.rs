//! Every address that the server answers at, and whom: one list, out of which the router is made and nothing else
//! is. The pages of the ui stand beside it; they are files that say nothing of anybody.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};
use hyper::body::Body as _;

use crate::caller::gate;
use crate::refused::{Refused, RefusedCode};
use crate::server::Server;
use crate::{enrol, health, invitations, live, pages, sync, viewing};

/// Whom a route answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// Anybody. Nothing of any organisation is told.
    Anybody,
    /// Whoever knows a code of the server, and proves it in what they say.
    KnowsCode,
    /// Whoever knows the id of an invitation, which only its code gives.
    KnowsInvitation,
    /// Whoever holds a grant and signs with a device's key, unless that device was cut off.
    HoldsGrant,
    /// A till with a token, unless it was cut off. One that the records do not know may give, and is told nothing.
    Till,
    /// A till with a token that the records enrol in its branch, and that was not cut off.
    EnrolledTill,
    /// A person's browser, as [`desk::viewing::View::needs`] says for each view.
    Browser,
}

macro_rules! routes {
    ($($(#[$doc:meta])* $name:ident $method:ident $path:literal $handler:expr, $who:expr;)*) => {
        /// Everything that can be asked of the server.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Route {
            $($(#[$doc])* $name,)*
        }

        impl Route {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// How it is asked. A `GET` is answered to a `HEAD` as well, without its body.
            #[must_use]
            pub fn method(self) -> Method {
                match self { $(Self::$name => Method::$method,)* }
            }

            /// The address, with a name in braces for what stands for itself there.
            #[must_use]
            pub fn path(self) -> &'static str {
                match self { $(Self::$name => $path,)* }
            }

            /// Whom it answers.
            #[must_use]
            pub fn who(self) -> Who {
                match self { $(Self::$name => $who,)* }
            }

            fn answered(self) -> MethodRouter<Arc<Server>> {
                match self { $(Self::$name => on(MethodFilter::$method, $handler),)* }
            }
        }
    };
}

routes! {
    /// A till comes in by a one-time code.
    Enrol POST "/v1/enrol" enrol::enrol, Who::KnowsCode;
    /// Something fresh to sign.
    Challenge POST "/v1/challenge" enrol::challenge, Who::Anybody;
    /// A token for a day.
    Session POST "/v1/session" enrol::session, Who::HoldsGrant;
    /// Gives and takes records.
    Sync POST "/v1/sync" sync::sync, Who::Till;
    /// Hears what is stored as it happens.
    Live GET "/v1/live" live::live, Who::EnrolledTill;
    /// Hands an invitation file in.
    HandIn PUT "/v1/invitations/{id}" invitations::hand_in, Who::EnrolledTill;
    /// Fetches it.
    Fetch GET "/v1/invitations/{id}" invitations::fetch, Who::KnowsInvitation;
    /// Says that it came whole.
    Fetched DELETE "/v1/invitations/{id}" invitations::fetched, Who::KnowsInvitation;
    /// A link for a person's browser.
    ViewLink POST "/v1/view-link" viewing::make_link, Who::EnrolledTill;
    /// A browser hears what changes.
    Changed GET "/api/changed" viewing::changed, Who::Browser;
    /// A browser asks a view.
    View POST "/api/{command}" viewing::command, Who::Browser;
    /// Whether the server answers at all.
    HealthLive GET "/health/live" health::live, Who::Anybody;
    /// Whether it can write.
    HealthReady GET "/health/ready" health::ready, Who::Anybody;
    /// How far its backup is behind.
    HealthBackup GET "/health/backup" health::backup, Who::Anybody;
    /// Counters.
    Metrics GET "/metrics" health::metrics, Who::Anybody;
}

/// The router of a server. Browsers are answered only where the ui is served.
pub fn router(server: Arc<Server>) -> Router {
    let not_found = |status| move || async move { Refused::new(status, "not_found") };
    let otherwise = Router::new().fallback(not_found(StatusCode::NOT_FOUND));
    let has_ui = server.options.ui.is_some();
    let pages = match &server.options.ui {
        Some(folder) => pages::pages(folder, otherwise),
        None => otherwise,
    };
    let mut router = Router::new();
    for route in Route::ALL {
        let gated = middleware::from_fn_with_state((Arc::clone(&server), route.who()), gate);
        let answered = route.answered().route_layer(gated);
        router = match route.who() {
            Who::Browser if !has_ui => router,
            Who::Browser => {
                router.route(route.path(), answered.route_layer(middleware::from_fn(pages::guarded)))
            }
            _ => router.route(route.path(), answered),
        };
    }
    router
        .fallback_service(pages)
        .method_not_allowed_fallback(not_found(StatusCode::METHOD_NOT_ALLOWED))
        // Bodies are limited where they are read.
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(Arc::clone(&server), counted))
        .with_state(server)
}

async fn counted(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Some(RefusedCode(code)) = response.extensions().get() {
        server.metrics.refused(code, 1);
    }
    if let Some(bytes) = response.body().size_hint().exact() {
        server.metrics.bytes_out.inc_by(bytes);
    }
    let not_kept = HeaderValue::from_static("no-store");
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(not_kept);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As PROTOCOL.md says it.
    fn words(who: Who) -> &'static str {
        match who {
            Who::Anybody => "anybody",
            Who::KnowsCode => "whoever knows a code",
            Who::KnowsInvitation => "whoever knows the id",
            Who::HoldsGrant => "whoever holds a grant and signs",
            Who::Till => "token",
            Who::EnrolledTill => "token, enrolled",
            Who::Browser => "its cookie, as the view needs",
        }
    }

    #[test]
    fn the_protocol_names_every_route_and_whom_it_answers() {
        let protocol = include_str!("../PROTOCOL.md");
        let (_, rest) = protocol.split_once("| | | who |\n").expect("the table");
        let (table, _) = rest.split_once("\n\n").expect("its end");
        let said: Vec<(&str, &str)> = table
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split_once("` |"))
            .map(|(route, rest)| (route, rest.trim_end_matches('|').rsplit('|').next().unwrap_or("").trim()))
            .collect();
        let listed = Route::ALL.iter().map(|route| {
            let path = route.path().replace('{', "<").replace('}', ">");
            (format!("{} {path}", route.method()), words(route.who()))
        });
        let listed: Vec<_> = listed.collect();
        assert_eq!(said, listed.iter().map(|(route, who)| (route.as_str(), *who)).collect::<Vec<_>>());
    }
}
