//! One ledger that is open: its writer, readers beside it, and what hardly ever changes in it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use chrono_tz::Tz;
use domain::country::{Country, country};
use domain::time::{BusinessDate, Now};
use ledger::{Book, Branch, Ledger, Random, Reader, Secrets, Till};

use crate::Place;
use crate::counter::BASKET;
use crate::fault::{Fault, Stop};
use crate::gate::Grants;
use crate::sight::People;
use crate::turns::{Turns, locked};

/// Code of a book with a damaged page.
pub(crate) const DAMAGED: &str = "ledger_damaged";

/// Readers that are kept for the next question.
const READERS_KEPT: usize = 2;

/// An open ledger.
pub(crate) struct OpenBook {
    /// Before the writer, so that they are closed first: only a writer that closes last empties the WAL.
    readers: Mutex<Vec<Reader>>,
    /// The one writer.
    pub(crate) writer: Turns<Ledger>,
    /// Where the file lies.
    pub(crate) path: PathBuf,
    /// The keys that it was opened with.
    secrets: Mutex<Secrets>,
    /// Why it is only read, if it is: known when it was opened, or found out since.
    read_only: OnceLock<&'static str>,
    /// The practice book.
    pub(crate) is_practice: bool,
    house: Mutex<Option<Arc<House>>>,
    /// Who works here.
    pub(crate) people: People,
    /// What was allowed and not used up.
    pub(crate) grants: Grants,
    /// How often the device went on as a new incarnation since the book was opened.
    lives: AtomicU32,
}

/// The branch and its till, with the rules of its country. They are founded once.
pub(crate) struct House {
    pub(crate) branch: Branch,
    pub(crate) till: Till,
    pub(crate) country: &'static Country,
    pub(crate) zone: Tz,
    /// Receipt series of this till.
    pub(crate) series: String,
}

impl House {
    /// The instant in the branch's zone.
    pub(crate) fn now(&self, ms: i64) -> Now {
        Now::in_zone(ms, self.zone)
    }

    /// The business date of an entry that stands in no session.
    pub(crate) fn business_date(&self, now: Now) -> BusinessDate {
        now.business_date(self.branch.day_boundary_min)
    }
}

/// Reads what every screen needs, so that damage to it is found before anybody works with the book.
fn look_through(book: &Book<'_>) -> Result<(), ledger::Error> {
    book.own_series()?;
    book.local(BASKET)?;
    book.setting(BASKET)?;
    book.staff()?;
    book.parked_count()?;
    if let (Some(_), Some(till)) = (book.branch()?, book.till()?)
        && let Some(session) = book.session_at(till.till)?
    {
        book.session_figures(session.cash_session)?;
        book.session_entries(session.cash_session)?;
    }
    Ok(())
}

impl OpenBook {
    /// Opens a ledger. Of one that is damaged or newer, what can be read is opened for reading.
    pub(crate) fn open(place: &Place, random: &Arc<Random>, is_practice: bool) -> Result<Self, Fault> {
        let (path, secrets) = (&place.path, &place.secrets);
        let read_only = OnceLock::new();
        let opened = Ledger::open(path, secrets, Arc::clone(random)).and_then(|ledger| {
            look_through(&ledger.book())?;
            Ok(ledger)
        });
        let ledger = match opened {
            Err(error @ (ledger::Error::Damaged(_) | ledger::Error::Newer { .. })) => {
                tracing::error!(%error, "the ledger is only read");
                let _ = read_only.set(error.code());
                Ledger::open_readable(path, secrets, Arc::clone(random))?
            }
            opened => opened?,
        };
        let reader = ledger.reader()?;
        Ok(Self {
            read_only,
            writer: Turns::new(ledger),
            path: place.path.clone(),
            secrets: Mutex::new(place.secrets.clone()),
            is_practice,
            readers: Mutex::new(vec![reader]),
            house: Mutex::new(None),
            people: People::default(),
            grants: Grants::default(),
            lives: AtomicU32::new(0),
        })
    }

    /// The keys that open it and sign for this device.
    pub(crate) fn secrets(&self) -> Secrets {
        locked(&self.secrets).clone()
    }

    /// The secret of the branch that this till has joined.
    pub(crate) fn has_joined(&self, branch_secret: [u8; 32]) {
        locked(&self.secrets).branch_secret = branch_secret;
    }

    /// The device goes on as a new incarnation: nothing that was known in the old one's name stands.
    pub(crate) fn has_become(&self, secrets: Secrets) {
        *locked(&self.secrets) = secrets;
        self.lives.fetch_add(1, Ordering::Relaxed);
        locked(&self.readers).clear();
        *locked(&self.house) = None;
    }

    /// Why it is only read, if it is.
    pub(crate) fn read_only(&self) -> Option<&'static str> {
        self.read_only.get().copied()
    }

    /// From now on the book is only read, because a page of its file turned out to be damaged. True the first time.
    pub(crate) fn read_only_from_now_on(&self) -> bool {
        self.read_only.set(DAMAGED).is_ok()
    }

    /// Asks a reader, beside whatever the writer does.
    pub(crate) fn ask<R>(&self, question: impl FnOnce(&Book<'_>) -> Result<R, Stop>) -> Result<R, Stop> {
        let life = self.lives.load(Ordering::Relaxed);
        let kept = locked(&self.readers).pop();
        let reader = match kept {
            Some(reader) => reader,
            None => self.writer.take().reader()?,
        };
        let answer = reader.ask(question);
        // A reader that failed is not asked again, nor one that speaks for an earlier life.
        if !matches!(answer, Err(Stop::Ledger(_))) && life == self.lives.load(Ordering::Relaxed) {
            let mut readers = locked(&self.readers);
            if readers.len() < READERS_KEPT {
                readers.push(reader);
            }
        }
        answer
    }

    /// The branch and till; none while nothing is founded.
    pub(crate) fn house(&self, book: &Book<'_>) -> Result<Option<Arc<House>>, Stop> {
        let mut kept = locked(&self.house);
        if kept.is_none() {
            let (Some(branch), Some(till)) = (book.branch()?, book.till()?) else { return Ok(None) };
            let country = country(&branch.country).ok_or_else(|| Stop::bare("country_unknown"))?;
            let zone = branch.time_zone.parse().map_err(|_| Stop::bare("time_zone_unknown"))?;
            let series = book.own_series()?;
            *kept = Some(Arc::new(House { branch, till, country, zone, series }));
        }
        Ok(kept.clone())
    }
}
