//! Background work: one thread a job, with progress, a way to cancel it, and its end in the frame.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ledger::Slice;

use crate::api::catalogue::ImportReport;
use crate::api::setup::{JobNo, JobView};
use crate::catalogue_import::Unlisted;
use crate::commands::Nothing;
use crate::fault::Fault;
use crate::open::{Changed, Desk};
use crate::turns::locked;

/// What a rebuild pauses for while a checkpoint catches up.
const PAUSE: Duration = Duration::from_millis(5);

/// Ended jobs that stay in the list, so that a screen which looks away does not miss the end.
const KEPT: usize = 20;

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Reads a catalogue.
    Import,
    /// Copies the ledger to the backup folder.
    Backup,
    /// Verifies the book.
    Verify,
    /// Saves entries, postings and Z as files.
    Export,
    /// Derives the history again after an update.
    History,
}

impl Kind {
    fn code(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Backup => "backup",
            Self::Verify => "verify",
            Self::Export => "export",
            Self::History => "history",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    Running,
    Done,
    Cancelled,
    Failed(String),
}

/// A job, seen by its thread and by the frame.
pub(crate) struct Job {
    no: u32,
    kind: Kind,
    state: Mutex<State>,
    done: AtomicU64,
    total: AtomicU64,
    is_cancelled: AtomicBool,
    pub(crate) report: Mutex<Option<ImportReport>>,
    pub(crate) unlisted: Mutex<Unlisted>,
}

impl Job {
    /// Says how far the work is. False when it should stop.
    pub(crate) fn progress(&self, done: u64, total: u64) -> bool {
        self.done.store(done, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
        !self.is_cancelled.load(Ordering::Relaxed)
    }

    /// Its number since the program was started.
    pub(crate) fn no(&self) -> u32 {
        self.no
    }

    fn is_running(&self) -> bool {
        *locked(&self.state) == State::Running
    }

    fn end(&self, result: Result<(), Fault>) {
        *locked(&self.state) = match result {
            Ok(()) => State::Done,
            Err(fault) if fault.code == "cancelled" => State::Cancelled,
            Err(fault) => State::Failed(fault.code),
        };
    }

    pub(crate) fn view(&self) -> JobView {
        let (state, failed) = match &*locked(&self.state) {
            State::Running => ("running", None),
            State::Done => ("done", None),
            State::Cancelled => ("cancelled", None),
            State::Failed(code) => ("failed", Some(code.clone())),
        };
        JobView {
            job_no: self.no,
            kind: self.kind.code().to_owned(),
            state: state.to_owned(),
            done: self.done.load(Ordering::Relaxed),
            total: self.total.load(Ordering::Relaxed),
            failed,
        }
    }
}

/// The jobs since the program was started.
#[derive(Default)]
pub(crate) struct Jobs {
    list: Vec<Arc<Job>>,
    last_no: u32,
}

impl Desk {
    /// Jobs, newest first.
    pub(crate) fn job_views(&self) -> Vec<JobView> {
        locked(&self.jobs).list.iter().rev().map(|job| job.view()).collect()
    }

    /// The job of this number.
    pub(crate) fn job(&self, job_no: u32) -> Result<Arc<Job>, Fault> {
        let jobs = locked(&self.jobs);
        jobs.list.iter().find(|job| job.no == job_no).cloned().ok_or_else(|| Fault::bare("unknown_job"))
    }

    /// Lets go of what earlier imports have beyond their lists, so that there is never more than one of it.
    pub(crate) fn forget_unlisted(&self) {
        for job in &locked(&self.jobs).list {
            *locked(&job.unlisted) = Unlisted::default();
        }
    }

    /// Starts a job in a thread of its own; one of each kind at a time.
    pub(crate) fn start(
        &self,
        kind: Kind,
        work: impl FnOnce(&Self, &Job) -> Result<(), Fault> + Send + 'static,
    ) -> Result<JobView, Fault> {
        let desk = self.me.upgrade().ok_or_else(|| Fault::bare("internal"))?;
        let job = {
            let mut jobs = locked(&self.jobs);
            if jobs.list.iter().any(|job| job.kind == kind && job.is_running()) {
                return Err(Fault::bare("job_running"));
            }
            jobs.last_no += 1;
            let job = Arc::new(Job {
                no: jobs.last_no,
                kind,
                state: Mutex::new(State::Running),
                done: AtomicU64::new(0),
                total: AtomicU64::new(0),
                is_cancelled: AtomicBool::new(false),
                report: Mutex::new(None),
                unlisted: Mutex::default(),
            });
            jobs.list.push(Arc::clone(&job));
            let too_many = jobs.list.len().saturating_sub(KEPT);
            jobs.list.drain(..too_many);
            job
        };
        let view = job.view();
        let running = Arc::clone(&job);
        let spawned = std::thread::Builder::new().name(kind.code().to_owned()).spawn(move || {
            let result = work(&desk, &running);
            running.end(result);
            desk.tell(&[Changed::Status]);
        });
        if spawned.is_err() {
            job.end(Err(Fault::bare("internal")));
        }
        self.tell(&[Changed::Status]);
        Ok(view)
    }

    /// Asks a job to stop. What it has written stays; an import is taken up again by starting it again.
    ///
    /// # Errors
    /// `unknown_job`.
    pub fn cancel_job(&self, job: JobNo) -> Result<JobView, Fault> {
        let job = self.job(job.job_no)?;
        job.is_cancelled.store(true, Ordering::Relaxed);
        Ok(job.view())
    }

    /// Where an update derives other tables, or a record turns out not to count, derives the history in the background while the till sells.
    /// None where there is nothing to do. Stopped, it begins anew at the next start.
    ///
    /// # Errors
    /// `job_running`, or a failure of the machine.
    pub fn prepare_history(&self) -> Result<Option<JobView>, Fault> {
        if !self.book.ask(|book| Ok(book.is_rebuild_due()?))? {
            return Ok(None);
        }
        let job = self.start(Kind::History, |desk, job| {
            // What comes meanwhile may turn out not to count either.
            while desk.book.ask(|book| Ok(book.is_rebuild_due()?))? {
                let mut rebuild = desk.book.writer.take().begin_rebuild()?;
                loop {
                    let came_to = desk.book.writer.take_in_background().rebuild_slice(&mut rebuild)?;
                    let (done, total) = rebuild.progress();
                    if !job.progress(done, total) {
                        return Err(Fault::bare("cancelled"));
                    }
                    match came_to {
                        Slice::More => {}
                        Slice::Waits => std::thread::sleep(PAUSE),
                        Slice::Done => break,
                    }
                }
            }
            *locked(&desk.index) = None;
            desk.book.people.forget();
            desk.tell(&[Changed::Book, Changed::Catalogue, Changed::Status]);
            Ok(())
        })?;
        Ok(Some(job))
    }

    /// Begins to derive the tables again where something that was written or came in turned out not to count, or
    /// to count after all. One that runs already is followed by another where it has to be.
    pub(crate) fn derive_if_due(&self) {
        let _ = self.prepare_history();
    }

    /// Verifies the book in the background: every hash, signature, sum and number, and the derived tables.
    /// A book that is not whole ends the job as `book_not_whole`.
    ///
    /// # Errors
    /// `job_running`.
    pub fn verify(&self, _: Nothing) -> Result<JobView, Fault> {
        self.start(Kind::Verify, |desk, job| {
            let open = desk.present();
            let verified =
                ledger::verify(&open.path, &open.secrets(), |done, total| job.progress(done, total))?;
            for fault in &verified.faults {
                tracing::error!(code = fault.code, place = %fault.place, "the book is not whole");
            }
            if verified.faults.is_empty() { Ok(()) } else { Err(Fault::bare("book_not_whole")) }
        })
    }
}
