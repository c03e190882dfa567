//! Looking at a branch from elsewhere: how a till lets a browser in at its server, and what the server answers
//! that browser out of the book that it keeps.
//!
//! Nobody is signed in there, so nobody sees what is hidden before a count; and nothing can be done.

use chrono_tz::Tz;
use domain::time::Now;
use ledger::Book;
use qrcode::QrCode;

use crate::api::branch::{BranchNow, BranchStock, ViewLink, ViewedBranch, Viewing};
use crate::api::setup::{Stage, Status};
use crate::commands::Nothing;
use crate::fault::{Fault, Stop};
use crate::heard::Heard;
use crate::open::Desk;
use crate::sight::{People, Sight};

impl Desk {
    /// Asks the server for a link with which one browser comes in, to look.
    ///
    /// # Errors
    /// `not_set_up`, `nobody_signed_in`, `not_allowed`, `no_server`, `not_in_practice`, and why the server
    /// gives none.
    pub fn view_link(&self, _: Nothing) -> Result<ViewLink, Fault> {
        // Whoever has the link sees what a manager sees.
        self.ask(|counter| counter.manages().map(drop))?;
        if self.present().is_practice {
            return Err(Fault::bare("not_in_practice"));
        }
        let (link, expires_at_ms) = (self.network.view_link)(self)?;
        let qr = QrCode::new(&link).map_err(|_| Fault::bare("internal"))?;
        let modules: Vec<char> = qr.to_colors().iter().map(|module| module.select('1', '0')).collect();
        let qr = modules.chunks(qr.width()).map(|row| row.iter().collect()).collect();
        Ok(ViewLink { link, qr, expires_at_ms })
    }
}

/// What a browser's frame shows.
#[must_use]
pub fn status(viewing: Viewing, now_ms: i64) -> Status {
    Status { viewing: Some(viewing), ..Status::without_till(Stage::View, now_ms) }
}

/// The branch of a book that a server keeps; none before its first record is here.
///
/// # Errors
/// A failure of the machine.
pub fn viewed_branch(book: &Book<'_>) -> Result<Option<ViewedBranch>, Fault> {
    Ok(book.branch()?.map(|branch| ViewedBranch {
        branch_id: branch.branch.to_string(),
        name: branch.name,
        country: branch.country,
        currency: branch.currency,
        time_zone: branch.time_zone,
    }))
}

/// The branch now, out of the book that a server keeps.
///
/// # Errors
/// `branch_unknown` before its first record is here, or a failure of the machine.
pub fn branch_now(book: &Book<'_>, heard: &Heard, now_ms: i64) -> Result<BranchNow, Fault> {
    looked(book, now_ms, |sight| sight.branch_view(book, heard))
}

/// What is running out on the shelf of the branch, or expires soon, out of the book that a server keeps.
///
/// # Errors
/// `branch_unknown`, `history_pending`, or a failure of the machine.
pub fn branch_stock(book: &Book<'_>, now_ms: i64) -> Result<BranchStock, Fault> {
    looked(book, now_ms, |sight| sight.stock_view(book))
}

fn looked<R>(
    book: &Book<'_>,
    now_ms: i64,
    question: impl FnOnce(&Sight<'_>) -> Result<R, Stop>,
) -> Result<R, Fault> {
    let branch = book.branch()?.ok_or_else(|| Fault::bare("branch_unknown"))?;
    let zone: Tz = branch.time_zone.parse().map_err(|_| Fault::bare("time_zone_unknown"))?;
    let people = People::default();
    let now = Now::in_zone(now_ms, zone);
    Ok(question(&Sight { book, branch: &branch, people: &people, now, till: None, on_duty: None })?)
}
