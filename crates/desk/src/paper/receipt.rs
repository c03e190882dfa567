//! The receipt of a sale or refund, from its entry.

use std::collections::BTreeMap;

use domain::country::PaperField;
use domain::entry::{Discount, Receipt, ReceiptKind, SaleLine, SealedField, TenderKind, ToSeal};
use domain::id::EntryId;
use domain::time::Now;
use pages::{Barcode, Line, Sheet};

use super::Paper;
use super::file::in_groups;
use crate::api::basket::TaxLineView;
use crate::api::sales::{PaperCode, ReceiptView};
use crate::basket::{receipt_no, tax_line_view};
use crate::counter::Counter;
use crate::fault::Stop;

/// A receipt with what stands beside its entry.
pub(crate) struct ReceiptFacts {
    pub(crate) kind: ReceiptKind,
    pub(crate) receipt: Receipt,
    pub(crate) at: Now,
    pub(crate) series: String,
    pub(crate) person: String,
    till_no: u32,
    /// Typed names by line.
    names: BTreeMap<u32, String>,
    /// Receipt numbers of the sales that lines take back.
    refunded: BTreeMap<EntryId, String>,
}

impl ReceiptFacts {
    /// The name on a line.
    pub(crate) fn name_of(&self, line: &SaleLine) -> String {
        line.name.clone().or_else(|| self.names.get(&line.line_no).cloned()).unwrap_or_default()
    }
}

impl Counter<'_> {
    /// A receipt that stands in the book.
    pub(crate) fn receipt_facts(&self, sale: EntryId) -> Result<Option<ReceiptFacts>, Stop> {
        let Some(stored) = self.book.receipt_entry(sale)? else { return Ok(None) };
        let mut names = BTreeMap::new();
        for sealed in stored.entry.sealed().iter().filter(|sealed| sealed.field == SealedField::ProductName) {
            names.insert(sealed.index, self.book.typed_name(&stored, sealed.index)?);
        }
        let series = self.book.series_of(stored.record_no)?;
        let at = stored.header.recorded_at;
        let Some((kind, receipt)) = stored.entry.into_receipt() else { return Ok(None) };
        Ok(Some(self.facts(kind, receipt, at, series, names)?))
    }

    /// A receipt that is about to be written.
    pub(crate) fn fresh_receipt(
        &self,
        kind: ReceiptKind,
        receipt: &Receipt,
        to_seal: &[ToSeal],
    ) -> Result<ReceiptFacts, Stop> {
        let names = to_seal
            .iter()
            .filter(|part| part.what.field == SealedField::ProductName)
            .map(|part| (part.what.index, String::from_utf8_lossy(&part.plain).into_owned()))
            .collect();
        self.facts(kind, receipt.clone(), self.now, self.house.series.clone(), names)
    }

    fn facts(
        &self,
        kind: ReceiptKind,
        receipt: Receipt,
        at: Now,
        series: String,
        names: BTreeMap<u32, String>,
    ) -> Result<ReceiptFacts, Stop> {
        let mut refunded = BTreeMap::new();
        for of in receipt.lines.iter().filter_map(|line| line.refund_of) {
            if !refunded.contains_key(&of.sale)
                && let Some(row) = self.book.sale(of.sale)?
            {
                refunded.insert(of.sale, receipt_no(&row.series, row.receipt_no));
            }
        }
        let till_no = match receipt.common.till {
            Some(till) if till != self.house.till.till => self.till_nos()?.get(&till).copied().unwrap_or(0),
            _ => self.house.till.till_no,
        };
        let person = self.name_of(receipt.common.actor)?;
        Ok(ReceiptFacts { kind, receipt, at, series, person, till_no, names, refunded })
    }

    /// Draws a receipt.
    pub(crate) fn receipt_paper(&self, facts: &ReceiptFacts, copy_no: u32) -> Result<ReceiptView, Stop> {
        let (paper, no) = self.described(facts, copy_no)?;
        Ok(paper.receipt(Some(no)))
    }

    /// A receipt as printers take it, with the code that proves it.
    pub(crate) fn receipt_sheet(&self, facts: &ReceiptFacts, copy_no: u32) -> Result<Sheet, Stop> {
        let mut paper = self.described(facts, copy_no)?.0;
        if let Some(code) = self.receipt_code(facts.receipt.common.entry_id)? {
            let caption = paper.words.receipt_code.to_owned();
            paper.sheet.lines.push(Line::Code {
                modules: code.rows,
                caption,
                text: in_groups(&code.text),
                qr: Some(code.text),
            });
        }
        Ok(paper.sheet)
    }

    /// The code that proves a receipt, once it stands in the book.
    pub(crate) fn receipt_code(&self, sale: EntryId) -> Result<Option<PaperCode>, Stop> {
        let stored = self.book.receipt_entry(sale)?;
        stored.map_or(Ok(None), |stored| self.paper_code(&stored))
    }

    fn described(&self, facts: &ReceiptFacts, copy_no: u32) -> Result<(Paper, String), Stop> {
        let mut paper = self.paper(copy_no)?;
        let words = paper.words;
        let receipt = &facts.receipt;
        let no = receipt_no(&facts.series, receipt.receipt_no);
        let what = if facts.kind == ReceiptKind::Sale { words.receipt } else { words.refund };
        let moment = paper.moment(facts.at);
        paper.text(&format!("{what} {no}"));
        paper.pair(&format!("{} {}", words.till, facts.till_no), &moment);
        let date = receipt.common.business_date;
        let fields: Vec<_> = self.house.country.paper_fields_on(date).collect();
        if let (Some((_, name)), Some(begun_ms)) =
            (fields.iter().find(|(field, _)| *field == PaperField::Begun), receipt.begun_ms)
        {
            // A clock that was put back begins no sale after its end.
            let begun = paper.moment(self.house.now(begun_ms.min(facts.at.ms)));
            paper.pair(name, &begun);
        }
        if !facts.person.is_empty() {
            paper.text(&format!("{} {}", words.served_by, facts.person));
        }
        paper.block();
        let taxes: Vec<TaxLineView> = receipt.taxes.iter().map(tax_line_view).collect();
        for line in &receipt.lines {
            draw_line(&mut paper, facts, line);
        }
        paper.block();
        draw_total(&mut paper, receipt, &self.house.branch.currency);
        paper.block();
        paper.taxes(&taxes);
        paper.block();
        for (field, name) in fields {
            match (field, receipt.common.till) {
                (PaperField::TillSerial, Some(till)) => paper.text(&format!("{name} {till}")),
                (PaperField::Unsigned, _) => paper.text(name),
                _ => {}
            }
        }
        paper.block();
        paper.centred(words.thanks);
        paper.sheet.lines.push(Line::Barcode(Barcode::Code128(no.clone())));
        Ok((paper, no))
    }
}

fn draw_line(paper: &mut Paper, facts: &ReceiptFacts, line: &SaleLine) {
    let words = paper.words;
    paper.text(&facts.name_of(line));
    let gross = line.unit_price_minor.saturating_mul(line.quantity);
    let calculation = format!("  {} x {}", line.quantity, paper.money(line.unit_price_minor));
    let amount = format!("{} {}", paper.money(gross), paper.country.tax_letter(&line.tax_code));
    paper.pair(&calculation, &amount);
    // The letter stands in the last column, so amounts without one end two columns before it.
    let under = |paper: &mut Paper, name: String, minor: i64| {
        let amount = format!("{}  ", paper.money(minor));
        paper.pair(&name, &amount);
    };
    if line.discount_minor != 0 {
        let percent = match line.discount {
            Some(Discount::Percent(hundredths)) => format!(" {}", paper.rate(hundredths.saturating_mul(100))),
            _ => String::new(),
        };
        under(paper, format!("  {}{percent}", words.discount), -line.discount_minor);
    }
    if line.basket_discount_minor != 0 {
        under(paper, format!("  {}", words.share_of_discount), -line.basket_discount_minor);
    }
    if let Some(lot) = &line.lot {
        paper.text(&format!("  {} {lot}", words.lot));
    }
    match line.refund_of {
        Some(of) => {
            let no = facts.refunded.get(&of.sale).map_or("?", String::as_str);
            paper.text(&format!("  {} {} {no}", words.refund, words.refund_of));
        }
        None if line.quantity < 0 => paper.text(&format!("  {} {}", words.refund, words.without_receipt)),
        None => (),
    }
}

fn draw_total(paper: &mut Paper, receipt: &Receipt, currency: &str) {
    let words = paper.words;
    let name = if receipt.total_minor < 0 { words.to_give_back } else { words.total };
    paper.sum(&format!("{name} {currency}"), receipt.total_minor.saturating_abs());
    if receipt.rounding_minor != 0 {
        // What is given back is printed without a sign, and so is what rounding adds to it.
        let sign = if receipt.total_minor < 0 { -1 } else { 1 };
        paper.amount(words.rounding, receipt.rounding_minor.saturating_mul(sign));
    }
    for tender in &receipt.tenders {
        let name = words.tender(tender.kind.code());
        if tender.tendered_minor < 0 {
            paper.amount(&format!("{name} {}", words.given_back), tender.tendered_minor.saturating_abs());
        } else {
            paper.amount(name, tender.tendered_minor);
        }
    }
    let change = receipt.tenders.iter().map(|tender| tender.change_due_minor).fold(0, i64::saturating_add);
    if receipt.tenders.iter().any(|tender| tender.kind == TenderKind::Cash && tender.tendered_minor > 0) {
        paper.amount(words.change, change);
    }
}
