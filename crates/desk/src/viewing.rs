//! Looking at a branch from elsewhere: how a till lets a person's browser in at its server, what that browser may
//! ask there, and what the server answers out of the book that it keeps.
//!
//! Whoever looks sees what the table of permissions lets them see. Nothing of the pharmacy is done there: what is
//! decided about an approval goes to the till that asked for it, and is done there.

use chrono_tz::Tz;
use domain::entry::Incarnation;
use domain::id::{DeviceId, EntryId, StaffId};
use domain::permission::Permission;
use domain::time::Now;
use ledger::{Asked, Book};
use replica::sync::Decision;

use crate::api::branch::{BranchNow, BranchStock, OfBranch, ViewLink, ViewedBranch};
use crate::api::setup::{AnswerView, AskedView, DecideApproval, Stage, Status};
use crate::api::viewing::{
    Link, OwnWays, PasskeyAnswer, PasskeyAsked, PasskeyId, SignInId, SignInName, Viewing, WaysIn,
};
pub use crate::approvals::ASKED_MS;
use crate::commands::{COMMANDS, Nothing};
use crate::fault::{Fault, Stop};
use crate::heard::Heard;
use crate::open::{Desk, id};
use crate::qr::qr_rows;
use crate::sight::{People, Sight};

/// What a person must be allowed to come in at all from a browser.
pub const COMES_IN: Permission = Permission::SeePeople;

/// Of whom a question of a browser is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Of anybody: it is how one comes in.
    Nothing,
    /// Of whoever is in, and may have this beside.
    Permission(Permission),
    /// Of whoever is in, about their own ways in.
    OwnWays,
    /// Of whoever came in just now, since it makes another way in that lasts.
    FreshOwnWays,
}

macro_rules! views {
    ($($(#[$doc:meta])* $ask:ident $name:ident($args:ty) -> $reply:ty, $needs:expr;)*) => {
        /// Everything that a browser can ask of a server. What does not stand here is not answered.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum View {
            $($(#[$doc])* $ask,)*
        }

        impl View {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$ask),*];

            /// The name in the address.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$ask => stringify!($name),)* }
            }

            /// Of whom it is answered.
            #[must_use]
            pub fn needs(self) -> Needs {
                match self { $(Self::$ask => $needs,)* }
            }
        }

        /// Those that tills do not have.
        pub(crate) fn bindings(files: &mut crate::bindings::Files) {
            $(if COMMANDS.iter().all(|(known, _)| *known != stringify!($name)) {
                files.view::<$args, $reply>(stringify!($name));
            })*
        }
    };
}

views! {
    /// A till's link is opened; the answer carries a cookie.
    Enter enter(Link) -> (), Needs::Nothing;
    /// How one can come in.
    WaysIn ways_in(Nothing) -> WaysIn, Needs::Nothing;
    /// Name and passphrase; the answer carries a cookie.
    EnterByPassphrase enter_by_passphrase(SignInName) -> (), Needs::Nothing;
    /// A passkey is to be shown.
    AskPasskey ask_passkey(Nothing) -> PasskeyAsked, Needs::Nothing;
    /// It is shown; the answer carries a cookie.
    EnterByPasskey enter_by_passkey(PasskeyAnswer) -> (), Needs::Nothing;
    /// Who looks, and at what.
    Status status(Nothing) -> Status, Needs::Permission(Permission::SeePeople);
    /// A branch now, with the names of those who opened drawers.
    BranchNow branch_now(OfBranch) -> BranchNow, Needs::Permission(Permission::SeePeople);
    /// What runs out there.
    BranchStock branch_stock(OfBranch) -> BranchStock, Needs::Permission(Permission::Look);
    /// What is asked for at the tills there that this person may allow.
    ApprovalsAsked approvals_asked(OfBranch) -> Vec<AskedView>, Needs::Permission(Permission::SeePeople);
    /// Yes or no to it; whether the person may say so depends on what is asked for.
    DecideApproval decide_approval(DecideApproval) -> Vec<AskedView>, Needs::Permission(Permission::SeePeople);
    /// Tells what changes, for as long as it is listened to.
    Changed changed(Nothing) -> (), Needs::Permission(Permission::SeePeople);
    /// Somebody is there.
    StillHere still_here(Nothing) -> (), Needs::OwnWays;
    /// Ends this browser's sign-in.
    SignOut sign_out(Nothing) -> (), Needs::OwnWays;
    /// Ends all of this person's.
    SignOutEverywhere sign_out_everywhere(Nothing) -> (), Needs::OwnWays;
    /// Ends one of this person's.
    EndSignIn end_sign_in(SignInId) -> OwnWays, Needs::OwnWays;
    /// How this person comes in, and where they are in.
    OwnWays own_ways(Nothing) -> OwnWays, Needs::OwnWays;
    /// A passkey is to be made.
    AskNewPasskey ask_new_passkey(Nothing) -> PasskeyAsked, Needs::FreshOwnWays;
    /// It is made.
    AddPasskey add_passkey(PasskeyAnswer) -> OwnWays, Needs::FreshOwnWays;
    /// A passkey opens nothing any more.
    RemovePasskey remove_passkey(PasskeyId) -> OwnWays, Needs::OwnWays;
    /// Sets name and passphrase, in place of those before.
    SetPassphrase set_passphrase(SignInName) -> OwnWays, Needs::FreshOwnWays;
}

impl View {
    /// The one of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|view| view.name() == name)
    }
}

impl Desk {
    /// Asks the server for a link with which the person on duty comes in from one browser, to look.
    ///
    /// # Errors
    /// `not_set_up`, `nobody_signed_in`, `not_allowed`, `no_server`, `not_in_practice`, and why the server
    /// gives none.
    pub fn view_link(&self, _: Nothing) -> Result<ViewLink, Fault> {
        let staff = self.ask(|counter| Ok(counter.acting(COMES_IN, 0)?.actor))?;
        if self.present().is_practice {
            return Err(Fault::bare("not_in_practice"));
        }
        let (link, expires_at_ms) = (self.network.view_link)(self, staff)?;
        Ok(ViewLink { qr: qr_rows(&link)?, link, expires_at_ms })
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

/// The branch now, out of the book that a server keeps, as this person may see it.
///
/// # Errors
/// `branch_unknown` before its first record is here, or a failure of the machine.
pub fn branch_now(book: &Book<'_>, heard: &Heard, who: StaffId, now_ms: i64) -> Result<BranchNow, Fault> {
    looked(book, who, now_ms, |sight| sight.branch_view(book, heard))
}

/// What is running out on the shelf of the branch, or expires soon, out of the book that a server keeps.
///
/// # Errors
/// `branch_unknown`, `history_pending`, or a failure of the machine.
pub fn branch_stock(book: &Book<'_>, who: StaffId, now_ms: i64) -> Result<BranchStock, Fault> {
    looked(book, who, now_ms, |sight| sight.stock_view(book))
}

/// What other people ask for at the tills of the branch that this person may allow, out of the book that a server
/// keeps: what is open, and what was answered by these decisions of browsers. Oldest first.
///
/// # Errors
/// `branch_unknown`, or a failure of the machine.
pub fn approvals_asked(
    book: &Book<'_>,
    who: StaffId,
    now_ms: i64,
    sent: &[Decision],
    is_away: impl Fn(DeviceId, Incarnation) -> bool,
) -> Result<Vec<AskedView>, Fault> {
    looked(book, who, now_ms, |sight| {
        let tills = sight.till_nos()?;
        let mut asked = sight.asked()?;
        for decision in sent {
            let is_open = asked.iter().any(|ask| ask.entry_id == decision.asked);
            let over = if is_open { None } else { book.approval_asked(decision.asked)? };
            if let Some(ask) = over
                && sight.may_decide(&ask)?
            {
                asked.push(ask);
            }
        }
        asked.sort_by_key(|ask| (ask.at_ms, ask.entry_id));
        let view = |ask: Asked| {
            let decision = sent.iter().find(|sent| sent.asked == ask.entry_id);
            let answer = decision.map(|decision| answer(sight, &ask, decision)).transpose()?;
            let is_till_away = is_away(ask.stream.device, ask.stream.incarnation);
            Ok(AskedView { answer, is_till_away, ..sight.asked_view(ask, &tills)? })
        };
        asked.into_iter().map(view).collect()
    })
}

/// What became of a decision of a browser. Nothing is done before the book says so.
fn answer(sight: &Sight<'_>, ask: &Asked, decision: &Decision) -> Result<AnswerView, Stop> {
    let (state, is_given, by) = match sight.book.approval_of(ask.entry_id)? {
        Some(standing) => ("done", standing.is_given, standing.by),
        None if ask.at_ms < sight.asked_since_ms() => ("late", decision.is_given, decision.staff),
        None => ("sent", decision.is_given, decision.staff),
    };
    Ok(AnswerView { state: state.to_owned(), is_given, person: sight.name_of(by)? })
}

/// What this person decides in a browser, for the till that asked; none where it is not open any more.
///
/// # Errors
/// `bad_arguments`, `branch_unknown`, `not_allowed`, or a failure of the machine.
pub fn decide_approval(
    book: &Book<'_>,
    who: StaffId,
    now_ms: i64,
    decide: &DecideApproval,
) -> Result<Option<(Asked, Decision)>, Fault> {
    let entry_id = id(&decide.entry_id, EntryId::parse)?;
    let asked = id(&decide.asked, EntryId::parse)?;
    let decision = Decision { entry_id, asked, staff: who, is_given: decide.is_given };
    let ask = looked(book, who, now_ms, |sight| sight.ask_to_decide(asked))?;
    Ok(ask.map(|ask| (ask, decision)))
}

fn looked<R>(
    book: &Book<'_>,
    who: StaffId,
    now_ms: i64,
    question: impl FnOnce(&Sight<'_>) -> Result<R, Stop>,
) -> Result<R, Fault> {
    let branch = book.branch()?.ok_or_else(|| Fault::bare("branch_unknown"))?;
    let zone: Tz = branch.time_zone.parse().map_err(|_| Fault::bare("time_zone_unknown"))?;
    let people = People::default();
    let now = Now::in_zone(now_ms, zone);
    let on_duty = Some(who);
    Ok(question(&Sight { book, branch: &branch, people: &people, now, till: None, on_duty })?)
}
