//! A person's browser: it looks at the branches of their organisation with the same ui that tills have. Only what
//! stands in `desk::viewing::View` is answered, to whom it says there. Nothing of the pharmacy is done: what a person
//! decides about an approval is carried to the till that asked.
//!
//! The browser proves itself with a cookie that no script sees and that no other site's page can send along. A
//! token in an address, as an event stream would need it, ends in the logs of whatever stands between.

mod approvals;
mod browser;
mod changes;
mod coming_in;
mod denied;
mod own_ways;
mod visit;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use desk::api::branch::OfBranch;
use desk::api::setup::DecideApproval;
use desk::viewing::{COMES_IN, Needs, View};
use desk::{Fault, Heard, TillHeard};
use replica::session::{ViewLinkReply, ViewLinkRequest};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

pub use changes::changed;

use crate::access::{ByTill, Who};
use crate::branch::Branch;
use crate::caller::Caller;
use crate::http::{message, peer, read_body};
use crate::refused::Refused;
use crate::server::Server;
use browser::Page;
use coming_in::{Comer, passkeys};
use denied::Denied;
use visit::Visit;

/// How long a link may be opened.
const LINK_MS: i64 = 600_000;
/// The most bytes of what a browser asks.
const MAX_BYTES: usize = 4_096;
/// The most bytes of what a passkey answers.
const MAX_PASSKEY_BYTES: usize = 16_384;
/// How long a question waits for those before it.
const PATIENCE: Duration = Duration::from_secs(10);

/// `POST /v1/view-link` by an enrolled till, for a person who may look.
pub async fn make_link(
    State(server): State<Arc<Server>>,
    Extension(Caller { session, .. }): Extension<Caller>,
    request: Request,
) -> Result<Response, Refused> {
    let (body, _room) = read_body(&server, request.into_body(), MAX_BYTES).await?;
    if body.is_empty() {
        // A till of an older version, which does not say for whom: nobody would be answerable for what is seen.
        return Err(Refused::new(StatusCode::BAD_REQUEST, "person_missing"));
    }
    let ViewLinkRequest { staff } = ViewLinkRequest::decode(&body)?;
    let (link, now_ms) = (server.random(), server.now_ms());
    let (who, expires_ms) = (Who { organisation: session.organisation, staff }, now_ms + LINK_MS);
    let address = server.options.public_url.as_ref().map(|url| url.origin());
    tokio::task::spawn_blocking(move || {
        if server.person_who_may(who, COMES_IN).is_none() {
            return Err(Refused::new(StatusCode::FORBIDDEN, "view_not_allowed"));
        }
        let (device, incarnation) = (session.device, session.incarnation);
        let by = ByTill { branch: session.branch, device, incarnation };
        Ok(server.access.add_link(&replica::record::hash(&link), who, by, expires_ms, now_ms)?)
    })
    .await??;
    Ok(message(ViewLinkReply { link, expires_ms, address }.encode()))
}

/// Looks into books. As many look at once as leave room for tills, and the others wait.
async fn look<R: Serialize>(
    server: &Server,
    question: impl FnOnce() -> Result<R, Fault> + Send + 'static,
) -> Result<Response, Denied> {
    let waiting = Arc::clone(&server.looks).acquire_owned();
    let Ok(Ok(place)) = timeout(PATIENCE, waiting).await else { return Err(Refused::busy().into()) };
    let value = tokio::task::spawn_blocking(move || {
        let _place = place;
        serde_json::to_value(question()?).map_err(|_| Fault::bare("internal"))
    });
    Ok(Json(value.await??).into_response())
}

/// Does something about one's own ways in.
async fn own<R: Serialize + Send + 'static>(
    visit: Visit,
    doing: impl FnOnce(&Visit) -> Result<R, Denied> + Send + 'static,
) -> Result<Response, Denied> {
    Ok(Json(tokio::task::spawn_blocking(move || doing(&visit)).await??).into_response())
}

/// What a server hears of the tills of a branch.
fn heard(branch: &Branch, now_ms: i64) -> Heard {
    let tills = branch.presence().into_iter().map(|present| TillHeard {
        device: present.device,
        incarnation: present.incarnation,
        is_connected: present.is_connected,
        last_heard_ms: present.last_heard_ms,
        last_receipt_no: present.own.map_or(0, |own| own.last_receipt_no),
        unsent_count: present.own.map_or(0, |own| u32::try_from(own.unsent_sale_count).unwrap_or(u32::MAX)),
    });
    Heard::at_server(tills.collect(), now_ms)
}

fn arguments<T: DeserializeOwned>(body: &[u8]) -> Result<T, Denied> {
    serde_json::from_slice(body).map_err(|_| Fault::bare("bad_arguments").into())
}

/// `POST /api/<view>`: the few commands that looking needs. Each is answered to whom the list of views says.
pub async fn command(
    State(server): State<Arc<Server>>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response, Denied> {
    let from = peer(&request);
    let (parts, body) = request.into_parts();
    let headers = parts.headers;
    let page = Page::of(&server, &headers)?;
    let view = View::parse(&name);
    let needs = view.map_or(Needs::OwnWays, View::needs);
    let visit = match needs {
        Needs::Nothing => None,
        needs => Some(Visit::of(&server, &headers, needs).await?),
    };
    let Some(view) = view else { return Err(Denied::forbidden("view_only")) };
    let is_long = matches!(view, View::EnterByPasskey | View::AddPasskey);
    let most = if is_long { MAX_PASSKEY_BYTES } else { MAX_BYTES };
    let (body, _room) = read_body(&server, body, most).await?;
    let comer = Comer { server: &server, page: &page, headers: &headers, from };
    let now_ms = server.now_ms();
    let visit = move || visit.ok_or_else(Denied::ended);
    match view {
        View::Enter => comer.by_link(arguments(&body)?).await,
        View::WaysIn => Ok(Json(comer.ways_in()).into_response()),
        View::EnterByPassphrase => comer.by_passphrase(arguments(&body)?).await,
        View::AskPasskey => Ok(Json(comer.ask_passkey()?).into_response()),
        View::EnterByPasskey => comer.by_passkey(arguments(&body)?).await,
        View::Status => {
            let (visit, has_passkeys) = (visit()?, passkeys(&server, &page).is_ok());
            let status = move || Ok(desk::viewing::status(visit.viewing(has_passkeys)?, now_ms));
            look(&server, status).await
        }
        View::BranchNow => {
            let visit = visit()?;
            let (branch, who) = (visit.branch(&arguments::<OfBranch>(&body)?)?, visit.staff());
            let ask = move || {
                let heard = heard(&branch, now_ms);
                branch.look(|book| desk::viewing::branch_now(book, &heard, who, now_ms))
            };
            look(&server, ask).await
        }
        View::BranchStock => {
            let visit = visit()?;
            let (branch, who) = (visit.branch(&arguments::<OfBranch>(&body)?)?, visit.staff());
            look(&server, move || branch.look(|book| desk::viewing::branch_stock(book, who, now_ms))).await
        }
        View::ApprovalsAsked => {
            let visit = visit()?;
            let branch = visit.branch(&arguments::<OfBranch>(&body)?)?;
            look(&server, move || approvals::asked(&visit, &branch, now_ms)).await
        }
        View::DecideApproval => {
            let (visit, decide) = (visit()?, arguments::<DecideApproval>(&body)?);
            let branch = visit.branch(&OfBranch { branch_id: decide.branch_id.clone() })?;
            look(&server, move || approvals::decide(&visit, &branch, &decide, now_ms)).await
        }
        View::StillHere => own(visit()?, |visit| visit.still_here()).await,
        View::SignOut => own(visit()?, |visit| visit.sign_out()).await,
        View::SignOutEverywhere => own(visit()?, |visit| visit.sign_out_everywhere()).await,
        View::EndSignIn => {
            let one = arguments(&body)?;
            own(visit()?, move |visit| visit.end_sign_in(&one, &page)).await
        }
        View::OwnWays => own(visit()?, move |visit| visit.own_ways(&page)).await,
        View::AskNewPasskey => own(visit()?, move |visit| visit.ask_new_passkey(&page)).await,
        View::AddPasskey => {
            let made = arguments(&body)?;
            own(visit()?, move |visit| visit.add_passkey(made, &page)).await
        }
        View::RemovePasskey => {
            let one = arguments(&body)?;
            own(visit()?, move |visit| visit.remove_passkey(&one, &page)).await
        }
        View::SetPassphrase => {
            let (chosen, place) = (arguments(&body)?, server.passphrase_place(PATIENCE).await?);
            let set = move |visit: &Visit| {
                let _place = place;
                visit.set_passphrase(&chosen, &page)
            };
            own(visit()?, set).await
        }
        // It is listened to, by `GET`.
        View::Changed => Err(Denied::forbidden("view_only")),
    }
}
