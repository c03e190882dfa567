//! `catalogue import` and `catalogue find`.

use std::path::Path;

use desk::api::catalogue::{FindProducts, FoundProducts, ImportCatalogue, ImportReport, ProductChange};
use desk::api::setup::JobNo;

use till::amount;

use crate::out::Out;
use crate::person;

/// Imports, with progress on stderr, and lists what changed and every row that was not taken.
pub fn import(data: &Path, who: Option<&str>, path: &Path, dry_run: bool, out: &Out) -> anyhow::Result<()> {
    let desk = till::home::open_once(data)?;
    person::act_as(&desk, who)?;
    let job = desk.import_catalogue(ImportCatalogue { path: crate::found::path_text(path)?, dry_run })?;
    let done = till::job::finish(&desk, &job, |job| out.progress("rows", job.done, job.total));
    out.progress_done();
    done?;
    let report = desk.whole_import_report(JobNo { job_no: job.job_no })?;
    let digits = person::currency_digits(&desk)?;
    out.say(&report, || report_text(&report, digits))
}

fn report_text(report: &ImportReport, digits: u32) -> String {
    let written = if report.dry_run { "would be " } else { "" };
    let mut text = format!(
        "{} of {}: {} rows\n{written}added {}, {written}changed {}, unchanged {}, missing {}, not taken {}\n\
         {written}received {} packs\n",
        report.source,
        report.released_on,
        report.rows,
        report.added,
        report.changed,
        report.unchanged,
        report.missing,
        report.rejected_count,
        report.received_packs,
    );
    let price =
        |minor: Option<i64>| minor.map_or_else(|| "none".to_owned(), |minor| amount::text(minor, digits));
    for change in &report.changes {
        let ProductChange { kind, code, name, before_minor, after_minor, .. } = change;
        let prices = if kind == "added" || before_minor == after_minor {
            price(*after_minor)
        } else {
            format!("{} -> {}", price(*before_minor), price(*after_minor))
        };
        text += &format!("{kind:<9} {:<14} {prices:>20}  {name}\n", code.as_deref().unwrap_or(""));
    }
    for row in &report.rejected {
        text += &format!("not taken: {} line {}: {}: {}\n", row.file, row.line, row.reason, row.excerpt);
    }
    text
}

/// Finds products.
pub fn find(data: &Path, text: &str, limit: u32, out: &Out) -> anyhow::Result<()> {
    let desk = till::home::open_once(data)?;
    let found = desk.find_products(FindProducts { text: text.to_owned(), limit })?;
    let digits = person::currency_digits(&desk)?;
    out.say(&found, || found_text(&found, digits))
}

fn found_text(found: &FoundProducts, digits: u32) -> String {
    let mut text = String::new();
    for row in &found.rows {
        let price =
            row.price_minor.map_or_else(|| "no price".to_owned(), |minor| amount::text(minor, digits));
        let rx = if row.rx { " Rx" } else { "" };
        let code = row.code.as_deref().unwrap_or("");
        let on_hand = row.on_hand.map_or_else(String::new, |packs| packs.to_string());
        text += &format!("{code:<14} {price:>10} {on_hand:>5}  {}, {}{rx}\n", row.name, row.pack);
    }
    text + &format!("{} of {} products", found.rows.len(), found.catalogue_count)
}
