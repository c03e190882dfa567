//! The summary of a month: its business days as rows.

use std::collections::BTreeMap;

use domain::entry::{Entry, Figures, TenderKind};
use domain::over_short::added;
use domain::time::BusinessDate;
use pages::{Column, Table};

use super::Paper;
use crate::counter::Counter;
use crate::fault::Stop;
use crate::report::z_no;

/// What was closed on a day: what its drawers came to, as the list of a month on the screen has it, and its Z.
#[derive(Default)]
struct Closed {
    close_count: u32,
    cash_over_short_minor: i64,
    /// Of all tenders but cash.
    other_over_short_minor: i64,
    z_nos: Vec<String>,
}

/// A business day of the month.
struct Day {
    date: BusinessDate,
    figures: Figures,
    closed: Closed,
    is_blind: bool,
}

/// The first and the last day of `YYYY-MM`.
pub(super) fn days_of(month: &str) -> Option<(BusinessDate, BusinessDate)> {
    let (year, no) = month.split_once('-')?;
    if (year.len(), no.len()) != (4, 2) {
        return None;
    }
    let (year, no): (i32, u32) = (year.parse().ok()?, no.parse().ok()?);
    let first = BusinessDate::from_ymd(year, no, 1)?;
    let (next_year, next_no) = if no == 12 { (year + 1, 1) } else { (year, no + 1) };
    let next = BusinessDate::from_ymd(next_year, next_no, 1)?;
    Some((first, BusinessDate(next.0 - 1)))
}

impl Counter<'_> {
    /// Describes the summary of the days from one to another.
    pub(crate) fn month_paper(&self, month: &str, days: (BusinessDate, BusinessDate)) -> Result<Paper, Stop> {
        let mut paper = self.paper(0)?;
        let words = paper.words;
        let name = paper.month(month);
        paper.title(&format!("{} {name}", words.month));
        paper.block();
        let days = self.days_between(days)?;
        if days.is_empty() {
            paper.text(words.nothing);
        } else {
            let table = month_table(&paper, &days);
            paper.table(table);
        }
        Ok(paper)
    }

    /// The days on which something happened.
    fn days_between(&self, (from, to): (BusinessDate, BusinessDate)) -> Result<Vec<Day>, Stop> {
        let mut closed: BTreeMap<i32, Closed> = BTreeMap::new();
        for stored in self.book.z_reports_between(from, to)? {
            let Entry::ZReport(z) = &stored.entry else { continue };
            let day = closed.entry(z.common.business_date.0).or_default();
            day.z_nos.push(z_no(&self.book.series_of(stored.record_no)?, z));
        }
        for listed in self.days_list(from..=to)? {
            let Some(date) = BusinessDate::parse(&listed.business_date) else { continue };
            let day = closed.entry(date.0).or_default();
            day.close_count = listed.close_count;
            day.cash_over_short_minor = listed.over_short_minor;
            day.other_over_short_minor = listed.other_over_short_minor;
        }
        let mut days = Vec::new();
        for date in (from.0..=to.0).map(BusinessDate) {
            let figures = self.book.day(date)?.figures;
            let closed = closed.remove(&date.0).unwrap_or_default();
            if figures != Figures::default() || !closed.z_nos.is_empty() || closed.close_count > 0 {
                days.push(Day { date, figures, closed, is_blind: self.is_day_blind(date)? });
            }
        }
        Ok(days)
    }
}

fn month_table(paper: &Paper, days: &[Day]) -> Table {
    let words = paper.words;
    let mut sum = Figures::default();
    days.iter().for_each(|day| sum.merge(&day.figures));
    let mut codes: Vec<(&str, i64)> = sum.taxes.iter().map(|tax| (tax.code.as_str(), tax.rate_ppm)).collect();
    codes.sort_by_key(|(code, _)| paper.country.tax_letter(code));
    let kinds: Vec<TenderKind> = sum.tenders.iter().map(|tender| tender.kind).collect();
    let mut columns = vec![Column::words(words.day, 10), Column::amounts(words.takings, 13)];
    for (code, rate_ppm) in &codes {
        let rate = paper.rate(*rate_ppm);
        columns
            .push(Column::amounts(&format!("{} {} {rate}", words.tax, paper.country.tax_letter(code)), 12));
    }
    columns.extend(kinds.iter().map(|kind| Column::amounts(words.tender(kind.code()), 12)));
    columns.push(Column::amounts(words.cash_over_short, 10));
    // Cash that is short and a card total that is over by as much must not look exact.
    let has_other = days.iter().any(|day| day.closed.other_over_short_minor != 0);
    if has_other {
        columns.push(Column::amounts(words.other_over_short, 12));
    }
    columns.push(Column::words("Z", 20));
    let mut table = Table { columns, rows: Vec::new() };
    let cells = |name: String, figures: &Figures, closed: &Closed, is_blind: bool| {
        let mut cells = vec![name, paper.money(figures.takings_minor)];
        for (code, rate_ppm) in &codes {
            let tax =
                figures.taxes.iter().find(|tax| (tax.code.as_str(), tax.rate_ppm) == (*code, *rate_ppm));
            cells.push(paper.money(tax.map_or(0, |tax| tax.tax_minor)));
        }
        for kind in &kinds {
            let tender = figures.tenders.iter().find(|tender| tender.kind == *kind);
            let minor = tender.map_or(0, |tender| tender.amount_minor);
            cells.push(if is_blind { words.hidden.to_owned() } else { paper.money(minor) });
        }
        cells.push(paper.money(closed.cash_over_short_minor));
        if has_other {
            cells.push(paper.money(closed.other_over_short_minor));
        }
        cells.push(closed.z_nos.join(", "));
        cells
    };
    for day in days {
        let date = paper.date(&day.date.to_string());
        table.row(cells(date, &day.figures, &day.closed, day.is_blind));
    }
    let mut all = Closed::default();
    for Day { closed, .. } in days {
        all.cash_over_short_minor = added(all.cash_over_short_minor, closed.cash_over_short_minor);
        all.other_over_short_minor = added(all.other_over_short_minor, closed.other_over_short_minor);
    }
    // Less the days that may be seen, the sum would tell the one that may not.
    let is_blind = days.iter().any(|day| day.is_blind);
    table.sum(cells(words.sum.to_owned(), &sum, &all, is_blind));
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_have_their_days() {
        let check = |month: &str, days: Option<(&str, &str)>| {
            let found = days_of(month).map(|(from, to)| (from.to_string(), to.to_string()));
            assert_eq!(found, days.map(|(from, to)| (from.to_owned(), to.to_owned())), "{month}");
        };
        check("2026-02", Some(("2026-02-01", "2026-02-28")));
        check("2028-02", Some(("2028-02-01", "2028-02-29")));
        check("2026-12", Some(("2026-12-01", "2026-12-31")));
        check("2026-13", None);
        check("2026-00", None);
        check("2026-2", None);
        check("2026-02-01", None);
        check("", None);
    }
}
