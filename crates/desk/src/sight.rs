//! What is read of a branch, at one of its tills or where a server keeps its book: who looks, when, and where.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use domain::entry::Role;
use domain::id::{StaffId, TillId};
use domain::permission::{Permission, Verdict};
use domain::time::{BusinessDate, Now};
use ledger::{Book, Branch, OpenSession, Person, Till};

use crate::fault::Stop;
use crate::turns::locked;

/// A branch as one question sees it.
pub(crate) struct Sight<'b> {
    pub(crate) book: &'b Book<'b>,
    pub(crate) branch: &'b Branch,
    pub(crate) people: &'b People,
    pub(crate) now: Now,
    /// The till that looks; none at a server.
    pub(crate) till: Option<Till>,
    /// Who looks, at this till or with a browser; none where nobody is signed in.
    pub(crate) on_duty: Option<StaffId>,
}

impl Sight<'_> {
    /// The open session that the till that looks works in.
    pub(crate) fn session(&self) -> Result<Option<OpenSession>, Stop> {
        let Some(till) = self.till else { return Ok(None) };
        Ok(self.book.session_at(till.till)?)
    }

    /// The business date of an entry that stands in no session.
    pub(crate) fn today(&self) -> BusinessDate {
        self.now.business_date(self.branch.day_boundary_min)
    }

    /// The business date that a new entry would carry; where there is no till, the one that the branch is still
    /// selling on.
    pub(crate) fn business_date(&self) -> Result<BusinessDate, Stop> {
        if self.till.is_some() {
            return Ok(self.business_date_in(self.session()?));
        }
        self.branch_date()
    }

    /// The business date that the branch is selling on: that of the drawer here, or else of its other drawers.
    pub(crate) fn branch_date(&self) -> Result<BusinessDate, Stop> {
        if let Some(session) = self.session()? {
            return Ok(session.business_date);
        }
        let today = self.today();
        let newest = self.book.open_sessions()?.iter().map(|session| session.business_date).max();
        // After midnight a day goes on until its last drawer is closed; one that was forgotten for longer does not.
        let yesterday = BusinessDate(today.0.saturating_sub(1));
        Ok(newest.filter(|newest| *newest == yesterday).unwrap_or(today))
    }

    pub(crate) fn business_date_in(&self, session: Option<OpenSession>) -> BusinessDate {
        session.map_or_else(|| self.today(), |session| session.business_date)
    }

    /// A person, also one who has left.
    pub(crate) fn person(&self, staff: StaffId) -> Result<Option<Person>, Stop> {
        Ok(self.people.of(self.book)?.iter().find(|person| person.staff == staff).cloned())
    }

    /// What the table says to whoever looks.
    pub(crate) fn verdict(&self, permission: Permission, extent: i64) -> Result<Verdict, Stop> {
        let role = self.on_duty.map(|staff| self.role_of(staff)).transpose()?.flatten();
        Ok(role.map_or(Verdict::Refused, |role| permission.verdict(role, extent)))
    }

    /// The role of a person; none for one who does not work here, or not any more.
    pub(crate) fn role_of(&self, staff: StaffId) -> Result<Option<Role>, Stop> {
        Ok(self.person(staff)?.filter(|person| !person.has_left).map(|person| person.role))
    }

    /// The name of a person; empty where it is not known any more.
    pub(crate) fn name_of(&self, staff: StaffId) -> Result<String, Stop> {
        Ok(self.person(staff)?.map(|person| person.name).unwrap_or_default())
    }

    /// Numbers of the branch's tills.
    pub(crate) fn till_nos(&self) -> Result<BTreeMap<TillId, u32>, Stop> {
        Ok(self.book.tills()?.into_iter().map(|till| (till.till, till.till_no)).collect())
    }

    /// Refuses while the history is still being derived after an update.
    pub(crate) fn needs_history(&self) -> Result<(), Stop> {
        if self.book.is_history_pending()? { Err(ledger::Error::HistoryPending.into()) } else { Ok(()) }
    }
}

/// Everybody who works or worked in a book, read once.
#[derive(Default)]
pub(crate) struct People(Mutex<Option<Arc<Vec<Person>>>>);

impl People {
    /// As the book has them.
    pub(crate) fn of(&self, book: &Book<'_>) -> Result<Arc<Vec<Person>>, Stop> {
        let mut kept = locked(&self.0);
        if let Some(people) = &*kept {
            return Ok(Arc::clone(people));
        }
        let people = Arc::new(book.staff()?);
        *kept = Some(Arc::clone(&people));
        Ok(people)
    }

    /// As they were read, if they were.
    pub(crate) fn kept(&self) -> Option<Arc<Vec<Person>>> {
        locked(&self.0).clone()
    }

    /// Forgets them, because somebody came or went.
    pub(crate) fn forget(&self) {
        *locked(&self.0) = None;
    }
}
