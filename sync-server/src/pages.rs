//! The built ui for a manager's browser, and what a page of ours may do there.

use std::path::Path;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use tower_http::services::ServeDir;

/// Its own scripts and styles, this door, and nothing else.
const POLICY: &str = include_str!("../../ui/policy.txt").trim_ascii_end();

const EVERYWHERE: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// The files of this folder, packed where the same one lies there with `.gz` behind its name; `otherwise` answers
/// where there is none.
pub fn pages(folder: &Path, otherwise: Router) -> Router {
    let files = ServeDir::new(folder)
        .precompressed_gzip()
        .call_fallback_on_method_not_allowed(true)
        .fallback(otherwise);
    Router::new().fallback_service(files).layer(middleware::from_fn(guarded))
}

/// Adds what every answer to a browser says.
pub async fn guarded(request: Request, next: Next) -> Response {
    // Vite names these files after their content.
    let is_kept = request.uri().path().starts_with("/assets/");
    let mut response = next.run(request).await;
    let is_found = response.status().is_success();
    let headers = response.headers_mut();
    for (name, value) in EVERYWHERE {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if is_kept && is_found {
        let kept = HeaderValue::from_static("public, max-age=31536000, immutable");
        headers.insert(header::CACHE_CONTROL, kept);
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    response
}
