//! `report x`, `report z` and `report day`.

use std::path::Path;

use desk::api::cash::{DayQuery, DayView, EntryId, TenderTotal};
use desk::{Fault, Nothing};

use till::amount;

use crate::arguments::Report;
use crate::out::Out;
use crate::person;

/// Prints the report asked for, with what the person may see who is named; where nobody is, blind is blind.
pub fn report(data: &Path, who: Option<&str>, what: &Report, out: &Out) -> anyhow::Result<()> {
    let desk = till::home::open_once(data)?;
    person::look_as(&desk, who)?;
    match what {
        Report::X => {
            let x = desk.x_report(Nothing {})?;
            out.say(&x, || x.receipt.text.clone())
        }
        Report::Z { z_no } => {
            let rows = desk.z_reports(Nothing {})?;
            let row = match z_no {
                Some(z_no) => rows.into_iter().find(|row| row.z_no == *z_no),
                None => rows.into_iter().next(),
            };
            let row = row.ok_or_else(|| Fault::bare("unknown_z"))?;
            let z = desk.z_report(EntryId { entry_id: row.entry_id })?;
            out.say(&z, || z.receipt.text.clone())
        }
        Report::Day { date } => {
            let business_date = match date {
                Some(date) => date.clone(),
                None => desk.status(Nothing {})?.business_date,
            };
            let day = desk.day_report(DayQuery { business_date })?;
            let digits = person::currency_digits(&desk)?;
            out.say(&day, || day_text(&day, digits))
        }
    }
}

fn day_text(day: &DayView, digits: u32) -> String {
    let row = |name: &str, minor: i64| format!("{name:<24}{:>14}\n", amount::text(minor, digits));
    let mut text = format!("{}\n", day.business_date);
    text += &row(&format!("takings, {} sales", day.sale_count), day.takings_minor);
    text += &row("the week before", day.week_before_minor);
    text += &row(&format!("refunds, {}", day.refund_count), day.refunds_minor);
    for TenderTotal { kind, count, amount_minor } in &day.tenders {
        match (amount_minor, count) {
            (Some(minor), Some(count)) => text += &row(&format!("{kind}, {count}"), *minor),
            _ => text += &format!("{kind:<24}{:>14}\n", "not shown"),
        }
    }
    for tax in &day.taxes {
        text += &row(&format!("tax {}", tax.code), tax.tax_minor);
    }
    for (hour, minor) in day.hours_minor.iter().enumerate().filter(|(_, minor)| **minor != 0) {
        text += &row(&format!("{hour:02}:00"), *minor);
    }
    for best in &day.best_sellers {
        text +=
            &format!("{:>5} {:>14}  {}\n", best.packs, amount::text(best.amount_minor, digits), best.name);
    }
    text
}
