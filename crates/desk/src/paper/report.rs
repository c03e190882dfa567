//! The paper of X and Z, from the same figures as on the screen.

use domain::time::Now;
use pages::{Column, Table};

use super::Paper;
use crate::api::cash::{CountedView, LateView, ReportView, TenderTotal};
use crate::counter::Counter;
use crate::fault::Stop;

impl Counter<'_> {
    /// Describes a report of a till. `opened` and `at` are the report's own instants with their offsets.
    pub(crate) fn report_paper(
        &self,
        report: &ReportView,
        till_no: u32,
        opened: Now,
        at: Now,
        copy_no: u32,
    ) -> Result<Paper, Stop> {
        let mut paper = self.paper(copy_no)?;
        let words = paper.words;
        let title = match &report.z_no {
            Some(no) => format!("{} {no}", words.z_report),
            None => words.x_report.to_owned(),
        };
        paper.title(&title);
        paper.block();
        let (opened, at) = (paper.moment(opened), paper.moment(at));
        let date = paper.date(&report.business_date);
        paper.pair(words.till, &till_no.to_string());
        paper.pair(words.business_date, &date);
        paper.pair(words.opened, &opened);
        paper.pair(words.made, &at);
        // At the command line nobody in particular may look.
        if !report.person.is_empty() {
            paper.pair(words.person, &report.person);
        }
        paper.block();
        draw_figures(&mut paper, report);
        paper.block();
        paper.taxes(&report.taxes);
        paper.block();
        draw_tenders(&mut paper, &report.tenders, report.rounding_minor);
        paper.block();
        draw_drawer(&mut paper, report);
        if let Some(counted) = &report.counted {
            paper.block();
            draw_count(&mut paper, counted);
        }
        if let Some(total) = report.perpetual_total_minor {
            paper.block();
            paper.sum(words.perpetual_total, total);
        }
        if let Some(late) = &report.late {
            paper.block();
            self.draw_late(&mut paper, late);
        }
        Ok(paper)
    }

    /// What came after the close, marked as no part of what was closed.
    fn draw_late(&self, paper: &mut Paper, late: &LateView) {
        let words = paper.words;
        paper.heading(words.late);
        paper.text(words.late_not_part);
        for line in &late.lines {
            let at = paper.moment(self.house.now(line.at_ms));
            let till_no = line.till_no.map_or(String::new(), |no| format!(", {} {no}", words.till));
            paper.text(&format!("{at}{till_no}, {}", line.person));
            let what = match &line.receipt_no {
                Some(no) => format!("  {} {no}", words.late_kind(&line.kind)),
                None => format!("  {}", words.late_kind(&line.kind)),
            };
            paper.amount(&what, line.amount_minor);
        }
        let mut table = Table {
            columns: vec![
                Column::words("", 18),
                Column::amounts(words.as_closed, 12),
                Column::amounts(words.as_of_now, 12),
            ],
            rows: Vec::new(),
        };
        for (what, closed_minor, now_minor) in [
            (words.expected_cash, late.expected_minor, late.expected_now_minor),
            (words.over_short, late.over_short_minor, late.over_short_now_minor),
            (words.takings, late.takings_minor, late.takings_now_minor),
        ] {
            table.row([what.to_owned(), paper.money(closed_minor), paper.money(now_minor)]);
        }
        paper.table(table);
    }
}

fn draw_figures(paper: &mut Paper, report: &ReportView) {
    let words = paper.words;
    paper.pair(words.sales, &report.sale_count.to_string());
    paper.amount(words.takings, report.takings_minor);
    paper.amount(&format!("{} ({})", words.refunds, report.refund_count), report.refunds_minor);
    paper.amount(&format!("{} ({})", words.voids, report.void_count), report.voids_minor);
    paper.amount(words.discounts, report.discounts_minor);
    paper.pair(words.no_sales, &report.no_sale_count.to_string());
    if let Some((first, last)) = &report.receipts {
        paper.pair(words.receipts, first);
        paper.pair("", last);
    }
    for life in &report.taken_over {
        paper.text(words.taken_over);
        paper.pair("", life);
    }
}

/// Takings by tender; what must not be seen yet is said in words.
pub(super) fn draw_tenders(paper: &mut Paper, tenders: &[TenderTotal], rounding_minor: i64) {
    let words = paper.words;
    paper.heading(words.tenders);
    for tender in tenders {
        let name = words.tender(&tender.kind);
        let times = tender.count.map_or(String::new(), |count| format!(" ({count})"));
        match tender.amount_minor {
            Some(minor) => paper.amount(&format!("  {name}{times}"), minor),
            None => paper.pair(&format!("  {name}"), words.hidden),
        }
    }
    paper.amount(&format!("  {}", words.rounding), rounding_minor);
}

fn draw_drawer(paper: &mut Paper, report: &ReportView) {
    let words = paper.words;
    paper.heading(words.drawer);
    if let Some(minor) = report.opening_float_minor {
        paper.amount(&format!("  {}", words.opening_float), minor);
    }
    paper.amount(&format!("  {}", words.paid_in), report.paid_in_minor);
    paper.amount(&format!("  {}", words.paid_out), -report.paid_out_minor);
    paper.amount(&format!("  {}", words.safe_drops), -report.safe_drops_minor);
    paper.amount(&format!("  {}", words.float_top_ups), report.float_top_ups_minor);
    if (report.transfers_out_minor, report.transfers_in_minor) != (0, 0) {
        paper.amount(&format!("  {}", words.transfers_out), -report.transfers_out_minor);
        paper.amount(&format!("  {}", words.transfers_in), report.transfers_in_minor);
    }
    match report.expected_cash_minor {
        _ if !report.is_of_one_drawer => (),
        Some(minor) => paper.sum(words.expected_cash, minor),
        None => paper.pair(words.expected_cash, words.hidden),
    }
}

pub(super) fn draw_count(paper: &mut Paper, counted: &CountedView) {
    let words = paper.words;
    let mut table = Table {
        columns: vec![
            Column::words(words.count, 9),
            Column::amounts(words.expected, 11),
            Column::amounts(words.counted, 11),
            Column::amounts(words.over_short, 11),
        ],
        rows: Vec::new(),
    };
    for result in &counted.rows {
        table.row([
            words.tender(&result.kind).to_owned(),
            paper.money(result.expected_minor),
            paper.money(result.counted_minor),
            paper.money(result.over_short_minor),
        ]);
    }
    paper.table(table);
    paper.amount(words.next_float, counted.proposed_float_minor);
    paper.amount(words.to_safe, counted.to_safe_minor);
}
