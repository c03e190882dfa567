//! Every answer that is not a success: a status, a stable code, and for whoever looks into it a detail.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use replica::packed::PackError;
use replica::sync::{MessageError, Refusal};

use crate::access::AccessError;
use crate::branch::Unanswered;

/// Why a request was not answered.
#[derive(Debug)]
pub struct Refused {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    detail: Option<String>,
    pub(crate) retry_after_s: Option<i64>,
}

impl Refused {
    /// With a status and a code of PROTOCOL.md.
    #[must_use]
    pub fn new(status: StatusCode, code: &'static str) -> Self {
        Self { status, code, detail: None, retry_after_s: None }
    }

    /// More for whoever looks into it. Never anything of a person.
    #[must_use]
    pub fn with(mut self, detail: impl ToString) -> Self {
        self.detail = Some(detail.to_string());
        self
    }

    /// When to try again, in seconds.
    #[must_use]
    pub fn after(mut self, seconds: i64) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// Too much at once.
    #[must_use]
    pub fn busy() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy").after(1)
    }

    /// Wrong codes are paid for with waiting.
    #[must_use]
    pub fn too_many_tries(wait_ms: i64) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_tries").after(wait_ms.div_euclid(1_000) + 1)
    }

    /// The disk or the program.
    #[must_use]
    pub fn failed() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "server_failed")
    }

    /// Above a limit.
    #[must_use]
    pub fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large")
    }

    /// Not what has to stand there.
    #[must_use]
    pub fn malformed(detail: impl ToString) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed").with(detail)
    }

    /// No session, or not any more.
    #[must_use]
    pub fn session_ended() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "session_ended")
    }

    /// Shut out.
    #[must_use]
    pub fn device_revoked() -> Self {
        Self::new(StatusCode::FORBIDDEN, "device_revoked")
    }

    /// The records do not know the device.
    #[must_use]
    pub fn device_not_enrolled() -> Self {
        Self::new(StatusCode::FORBIDDEN, "device_not_enrolled")
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let body = Refusal { code: self.code.to_owned(), detail: self.detail }.encode();
        let mut response = (self.status, [(header::CONTENT_TYPE, "application/cbor")], body).into_response();
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        // Seen by whoever counts what was refused.
        response.extensions_mut().insert(RefusedCode(self.code));
        response
    }
}

/// The code of an answer, for counting.
#[derive(Debug, Clone, Copy)]
pub struct RefusedCode(pub &'static str);

impl From<PackError> for Refused {
    fn from(error: PackError) -> Self {
        match error {
            PackError::TooLarge => Self::too_large(),
            PackError::NotPacked => Self::malformed(error),
            PackError::Failed => Self::failed(),
        }
    }
}

impl From<MessageError> for Refused {
    fn from(error: MessageError) -> Self {
        match error {
            MessageError::Malformed(error) => Self::malformed(error),
            MessageError::Version(_) => Self::new(StatusCode::BAD_REQUEST, "version_unknown").with(error),
        }
    }
}

impl From<replica::cbor::Malformed> for Refused {
    fn from(error: replica::cbor::Malformed) -> Self {
        Self::malformed(error)
    }
}

impl From<Unanswered> for Refused {
    fn from(error: Unanswered) -> Self {
        match error {
            Unanswered::Busy => Self::busy(),
            Unanswered::Failed => Self::failed(),
        }
    }
}

impl From<AccessError> for Refused {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::OrganisationForeign => Self::new(StatusCode::CONFLICT, "organisation_foreign"),
            AccessError::BranchForeign => Self::new(StatusCode::CONFLICT, "branch_foreign"),
            AccessError::TooMany => Self::new(StatusCode::CONFLICT, "too_many"),
            AccessError::NameTaken => Self::new(StatusCode::CONFLICT, "name_taken"),
            AccessError::Sqlite(error) => {
                tracing::error!(%error, "the access store failed");
                Self::failed()
            }
        }
    }
}

impl From<ledger::Error> for Refused {
    fn from(error: ledger::Error) -> Self {
        tracing::error!(code = error.code(), "a ledger failed");
        Self::failed()
    }
}

impl From<tokio::task::JoinError> for Refused {
    fn from(_: tokio::task::JoinError) -> Self {
        Self::failed()
    }
}
