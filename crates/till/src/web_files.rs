//! The built ui, served from a folder.

use std::path::{Path, PathBuf};

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// What a page of ours may do: its own scripts and styles, this door, and nothing else. Mantine sets styles
/// on elements, hence the one exception.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

/// The file of this URL path, or 404.
pub fn serve(folder: &Path, url_path: &str) -> Response {
    let Some(path) = file_of(folder, url_path) else { return StatusCode::NOT_FOUND.into_response() };
    let Ok(bytes) = std::fs::read(&path) else { return StatusCode::NOT_FOUND.into_response() };
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(mime_of(&path)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// Only plain names under the folder: nothing that could lead out of it, no hidden file.
fn file_of(folder: &Path, url_path: &str) -> Option<PathBuf> {
    let relative = url_path.strip_prefix('/')?;
    if relative.is_empty() {
        return Some(folder.join("index.html"));
    }
    let plain = |name: &str| {
        !name.is_empty()
            && !name.starts_with('.')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
    };
    relative.split('/').all(plain).then(|| folder.join(relative))
}

fn mime_of(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url_path: &str, file: Option<&str>) {
        assert_eq!(file_of(Path::new("/ui"), url_path), file.map(PathBuf::from), "{url_path}");
    }

    #[test]
    fn only_files_under_the_folder() {
        check("/", Some("/ui/index.html"));
        check("/assets/index-Bx_1.js", Some("/ui/assets/index-Bx_1.js"));
        check("/../till.keys", None);
        check("/assets/../../till.keys", None);
        check("/assets//index.js", None);
        check("/.git/config", None);
        check("/%2e%2e/till.keys", None);
        check("/a\\b", None);
        check("", None);
    }
}
