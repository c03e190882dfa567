//! Blind means blind: what nobody sees of a drawer before its first count is in, unless they may. Every
//! report, and the picture of the branch, ask here.

use domain::entry::{Figures, TenderFigure, TenderKind, ZReport};
use domain::id::CashSessionId;
use domain::permission::{Permission, Verdict};
use domain::time::BusinessDate;
use ledger::StoredEntry;

use crate::api::cash::TenderTotal;
use crate::fault::Stop;
use crate::report::count;
use crate::sight::Sight;

impl Sight<'_> {
    /// Whether the person on duty may see what a drawer should hold before it is counted.
    pub(crate) fn sees_expected(&self) -> Result<bool, Stop> {
        Ok(self.verdict(Permission::SeeExpected, 0)? == Verdict::Allowed)
    }

    /// Whether figures by tender must be hidden from the person on duty, because this session is still to be
    /// counted blind.
    pub(crate) fn is_blind(&self, session: CashSessionId) -> Result<bool, Stop> {
        Ok(self.settings()?.blind_count
            && !self.sees_expected()?
            && self.book.last_count_ms(session)?.is_none())
    }

    /// Whether figures by tender of a Z must be hidden from the person on duty: a till makes it also while a drawer
    /// that it worked at is put away, or open elsewhere, and still to be counted blind.
    pub(crate) fn is_z_blind(&self, stored: &StoredEntry, z: &ZReport) -> Result<bool, Stop> {
        // Until the history is derived again, nobody knows of which sessions an earlier Z has figures.
        let sessions = if self.book.is_history_pending()? {
            self.book.open_sessions()?.into_iter().map(|session| session.cash_session).collect()
        } else {
            self.book.open_sessions_of(stored, z)?
        };
        for session in sessions {
            if self.is_blind(session)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a drawer of the branch is still to be counted blind for this day.
    pub(crate) fn is_day_blind(&self, date: BusinessDate) -> Result<bool, Stop> {
        for session in self.book.open_sessions()? {
            if session.business_date == date && self.is_blind(session.cash_session)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Takings by tender. They are hidden together, because takings less the others would tell the cash; and then all
/// kinds are there, because where everything was paid in cash the takings themselves would.
pub(crate) fn tender_totals(figures: &Figures, is_blind: bool) -> Vec<TenderTotal> {
    let total = |kind: TenderKind, figure: Option<&TenderFigure>| TenderTotal {
        kind: kind.code().to_owned(),
        count: figure.map(|figure| count(figure.count)),
        amount_minor: figure.map(|figure| figure.amount_minor),
    };
    if is_blind {
        return TenderKind::ALL.into_iter().map(|kind| total(kind, None)).collect();
    }
    figures.tenders.iter().map(|figure| total(figure.kind, Some(figure))).collect()
}

/// What the drawer of a session should hold.
pub(crate) fn expected_cash(figures: &Figures, is_blind: bool) -> Option<i64> {
    (!is_blind).then(|| figures.expected(TenderKind::Cash))
}
