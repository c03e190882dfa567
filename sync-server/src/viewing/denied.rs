//! Why a browser is not answered, in JSON.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use desk::Fault;

use crate::access::AccessError;
use crate::refused::{Refused, RefusedCode};

/// Why a browser is not answered.
pub struct Denied {
    status: StatusCode,
    fault: Fault,
    counted: Option<&'static str>,
    retry_after_s: Option<i64>,
}

impl Denied {
    /// With a status and a code of PROTOCOL.md.
    pub fn new(status: StatusCode, code: &'static str) -> Self {
        Self { status, fault: Fault::bare(code), counted: Some(code), retry_after_s: None }
    }

    /// Not in, or not any more.
    pub fn ended() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "viewing_ended")
    }

    /// Known, and not let do this.
    pub fn forbidden(code: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, code)
    }

    /// The disk or the program.
    pub fn failed() -> Self {
        Refused::failed().into()
    }
}

impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.fault)).into_response();
        if let Some(code) = self.counted {
            response.extensions_mut().insert(RefusedCode(code));
        }
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<Refused> for Denied {
    fn from(refused: Refused) -> Self {
        let Refused { status, code, retry_after_s, .. } = refused;
        Self { retry_after_s, ..Self::new(status, code) }
    }
}

impl From<Fault> for Denied {
    fn from(fault: Fault) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, fault, counted: None, retry_after_s: None }
    }
}

impl From<AccessError> for Denied {
    fn from(error: AccessError) -> Self {
        Refused::from(error).into()
    }
}

impl From<ledger::Error> for Denied {
    fn from(error: ledger::Error) -> Self {
        Refused::from(error).into()
    }
}

impl From<tokio::task::JoinError> for Denied {
    fn from(_: tokio::task::JoinError) -> Self {
        Self::failed()
    }
}
