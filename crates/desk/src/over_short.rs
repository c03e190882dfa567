//! What closes came to over time, for managers: by day, drawer, person, weekday and hour, and a plain list by
//! month. What is over in one drawer is never set against what is short in another without both being said.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use domain::entry::{Figures, TenderKind, TenderResult};
use domain::over_short::{OverShortSum, Stretch, added, moved_by_correction, weekday_no};
use domain::time::{BusinessDate, Month};
use ledger::{ClosedSession, Till};

use crate::api::drawers::DrawerName;
use crate::api::over_short::{
    CloseResult, CloseRow, MonthDay, MonthList, MonthQuery, OverShortGroup, OverShortQuery, OverShortReport,
    OverShortSums,
};
use crate::fault::{Fault, Stop};
use crate::late::late_of;
use crate::open::{Desk, id};
use crate::rights::days_asked;
use crate::sight::Sight;

/// The most closes that are listed one by one.
const MOST_LISTED: usize = 1_000;

impl Desk {
    /// What the closes of some days came to: in all, over time, by drawer, by who closed, by weekday and hour.
    ///
    /// # Errors
    /// `bad_arguments` for no dates, or more than a year; `history_pending`.
    pub fn over_short_report(&self, asked: OverShortQuery) -> Result<OverShortReport, Fault> {
        let days = days_asked(&asked.from, &asked.to)?;
        self.ask(|counter| counter.over_short(days))
    }

    /// A month day by day: drawers closed, expected, counted, over/short, reasons, and who counted.
    ///
    /// # Errors
    /// `bad_arguments` where it is no month; `history_pending`.
    pub fn month_list(&self, asked: MonthQuery) -> Result<MonthList, Fault> {
        let month = id(&asked.month, Month::parse)?;
        self.ask(|counter| {
            let closes = counter.closes(month.first_day..=month.last_day)?;
            let mut sum = month_day(String::new());
            closes.iter().for_each(|close| add_to_day(&mut sum, &close.row));
            Ok(MonthList {
                month: month.to_string(),
                branch_name: counter.branch.name.clone(),
                days: days_of(&closes),
                sum,
            })
        })
    }
}

/// A close with what it is put into groups by.
struct Close {
    date: BusinessDate,
    opened_by: String,
    hour: u8,
    row: CloseRow,
}

impl Sight<'_> {
    /// Closes of some days, oldest first, with names and as they stand now.
    fn closes(&self, days: RangeInclusive<BusinessDate>) -> Result<Vec<Close>, Stop> {
        let sessions = self.book.closed_sessions(*days.start(), *days.end())?;
        let tills = self.book.tills()?;
        sessions.iter().map(|session| self.close(session, &tills)).collect()
    }

    /// Some days one by one, as the list of a month has them.
    pub(crate) fn days_list(&self, days: RangeInclusive<BusinessDate>) -> Result<Vec<MonthDay>, Stop> {
        Ok(days_of(&self.closes(days)?))
    }

    fn close(&self, session: &ClosedSession, tills: &[Till]) -> Result<Close, Stop> {
        let close = &session.close;
        let figures = self.book.session_figures(session.cash_session)?;
        let counted_by = session.count.as_ref().map(|count| self.name_of(count.common.actor)).transpose()?;
        Ok(Close {
            date: session.business_date,
            opened_by: session.opened_by.to_string(),
            hour: session.closed_at.local_hour(),
            row: CloseRow {
                cash_session_id: session.cash_session.to_string(),
                business_date: session.business_date.to_string(),
                drawer: self.name_of_drawer(close.location, tills),
                closed_at_ms: session.closed_at.ms,
                opened_by: self.name_of(session.opened_by)?,
                counted_by: counted_by.unwrap_or_default(),
                closed_by: self.name_of(close.common.actor)?,
                reason: close.reason.clone(),
                results: close.results.iter().map(|result| stands(result, session, &figures)).collect(),
            },
        })
    }

    fn over_short(&self, days: RangeInclusive<BusinessDate>) -> Result<OverShortReport, Stop> {
        let stretch = Stretch::covering(*days.start(), *days.end());
        let closes = self.closes(days.clone())?;
        let mut all = Sums::default();
        let (mut over_time, mut by_drawer, mut by_person, mut by_weekday, mut by_hour) =
            (Groups::new(), Groups::new(), Groups::new(), Groups::new(), Groups::new());
        // What has no close is shown too where it stands between others.
        for day in days.start().0..=days.end().0 {
            over_time.entry(stretch.first_day(BusinessDate(day)).max(*days.start())).or_default();
        }
        for weekday in 1..=7 {
            by_weekday.entry(weekday).or_default();
        }
        let hours = || closes.iter().map(|close| close.hour);
        if let (Some(first), Some(last)) = (hours().min(), hours().max()) {
            for hour in first..=last {
                by_hour.entry(hour).or_default();
            }
        }
        for close in &closes {
            let row = &close.row;
            all.add(row);
            over_time.entry(stretch.first_day(close.date).max(*days.start())).or_default().add(row);
            // Those of tills by number, then those with a letter.
            let DrawerName { till_no, letter } = row.drawer.clone();
            by_drawer.entry((till_no.is_none(), till_no, letter)).or_default().add(row);
            // By name first, as other lists of people.
            by_person.entry((row.opened_by.clone(), close.opened_by.clone())).or_default().add(row);
            by_weekday.entry(weekday_no(close.date)).or_default().add(row);
            by_hour.entry(close.hour).or_default().add(row);
        }
        let drawers = by_drawer.into_iter().map(|((_, till_no, letter), sums)| {
            let no = till_no.map(|no| no.to_string());
            sums.group(no.or(letter).unwrap_or_default(), String::new())
        });
        let people = by_person.into_iter().map(|((name, id), sums)| sums.group(id, name));
        let left_off = closes.len().saturating_sub(MOST_LISTED);
        Ok(OverShortReport {
            all: all.group(String::new(), String::new()),
            stretch: stretch.code().to_owned(),
            over_time: groups(over_time),
            by_drawer: drawers.collect(),
            by_person: people.collect(),
            by_weekday: groups(by_weekday),
            by_hour: groups(by_hour),
            left_off: u32::try_from(left_off).unwrap_or(u32::MAX),
            closes: closes.into_iter().skip(left_off).rev().map(|close| close.row).collect(),
        })
    }
}

/// Closes that have something in common.
#[derive(Default)]
struct Sums {
    close_count: u32,
    cash: OverShortSum,
    other: OverShortSum,
}

type Groups<K> = BTreeMap<K, Sums>;

impl Sums {
    fn add(&mut self, row: &CloseRow) {
        self.close_count = self.close_count.saturating_add(1);
        for result in &row.results {
            let sum = if is_cash(result) { &mut self.cash } else { &mut self.other };
            sum.add(result.over_short_minor);
        }
    }

    fn group(self, key: String, name: String) -> OverShortGroup {
        let (cash, other) = (sums_view(self.cash), sums_view(self.other));
        OverShortGroup { key, name, close_count: self.close_count, cash, other }
    }
}

fn groups<K: ToString>(groups: Groups<K>) -> Vec<OverShortGroup> {
    groups.into_iter().map(|(key, sums)| sums.group(key.to_string(), String::new())).collect()
}

fn sums_view(sum: OverShortSum) -> OverShortSums {
    let OverShortSum { over_count, short_count, over_minor, short_minor, net_minor, largest_minor } = sum;
    OverShortSums { over_count, short_count, over_minor, short_minor, net_minor, largest_minor }
}

fn is_cash(result: &CloseResult) -> bool {
    result.kind == TenderKind::Cash.code()
}

/// A result as it stands now: less what came late into these figures of the session, and with what was put right.
fn stands(result: &TenderResult, session: &ClosedSession, figures: &Figures) -> CloseResult {
    let came_late = late_of(&session.close, figures, result.kind).saturating_neg();
    let moved = session.corrections.iter().fold(came_late, |moved, correction| {
        added(moved, moved_by_correction(result.kind, &correction.before, &correction.after))
    });
    CloseResult {
        kind: result.kind.code().to_owned(),
        expected_minor: added(result.expected_minor, -moved),
        counted_minor: result.counted_minor,
        over_short_minor: added(result.over_short_minor, moved),
        at_close_minor: result.over_short_minor,
    }
}

/// Every day on which a drawer was closed, of closes that are in their order.
fn days_of(closes: &[Close]) -> Vec<MonthDay> {
    let days = closes.chunk_by(|one, next| one.date == next.date);
    days.map(|closes| {
        let mut day = month_day(closes.first().map(|close| close.date.to_string()).unwrap_or_default());
        closes.iter().for_each(|close| add_to_day(&mut day, &close.row));
        day
    })
    .collect()
}

fn month_day(business_date: String) -> MonthDay {
    MonthDay {
        business_date,
        close_count: 0,
        expected_minor: 0,
        counted_minor: 0,
        over_short_minor: 0,
        other_over_short_minor: 0,
        reasons: Vec::new(),
        counted_by: Vec::new(),
    }
}

fn add_to_day(day: &mut MonthDay, row: &CloseRow) {
    day.close_count = day.close_count.saturating_add(1);
    for result in &row.results {
        if is_cash(result) {
            day.expected_minor = added(day.expected_minor, result.expected_minor);
            day.counted_minor = added(day.counted_minor, result.counted_minor);
            day.over_short_minor = added(day.over_short_minor, result.over_short_minor);
        } else {
            day.other_over_short_minor = added(day.other_over_short_minor, result.over_short_minor);
        }
    }
    if let Some(reason) = &row.reason {
        once(&mut day.reasons, reason);
    }
    once(&mut day.counted_by, &row.counted_by);
}

fn once(words: &mut Vec<String>, word: &str) {
    if !word.is_empty() && !words.iter().any(|known| known == word) {
        words.push(word.to_owned());
    }
}
