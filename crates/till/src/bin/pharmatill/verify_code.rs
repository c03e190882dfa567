//! `verify --code CODE`: whether the Z or receipt on a paper is the till's, and what the records come to.

use std::path::Path;

use desk::Fault;
use domain::entry::{Figures, ReceiptKind};
use ledger::{Proof, VerifiedReceipt, VerifiedZ};
use replica::paper_code::PaperCode;
use serde_json::{Value, json};
use till::amount;

use crate::keep::book_of;
use crate::out::Out;

/// Holds the code of a paper against the records of the book, beside whoever uses it.
pub fn verify_code(data: &Path, code: &str, out: &Out) -> anyhow::Result<()> {
    let code = PaperCode::parse(code).ok_or_else(|| Fault::bare("proof_damaged"))?;
    let (ledger, secrets) = book_of(data)?;
    let read = match ledger::verify_code(&ledger, &secrets, &code)? {
        Proof::Z(read) => read,
        Proof::Receipt(read) => return out.say(&receipt_facts(&read), || receipt_text(&read)),
        refused => return Err(refusal(&refused).into()),
    };
    for fault in &read.faults {
        let what = meaning(fault.code);
        out.say(&json!({ "fault": fault.code, "place": fault.place }), || {
            format!("{}: {}: {what}", fault.place, fault.code)
        })?;
    }
    out.say(&facts(&read), || text(&read))?;
    if read.faults.is_empty() { Ok(()) } else { Err(Fault::bare("z_differs").into()) }
}

fn refusal(proof: &Proof) -> Fault {
    match proof {
        Proof::BeyondBook { seq, has } => {
            Fault { code: "proof_beyond_book".to_owned(), detail: json!({ "seq": seq, "has": has }) }
        }
        Proof::OtherRecord { seq } => {
            Fault { code: "proof_other_record".to_owned(), detail: json!({ "seq": seq }) }
        }
        Proof::OtherBranch => Fault::bare("proof_other_branch"),
        Proof::TillUnknown => Fault::bare("proof_till_unknown"),
        Proof::Forged => Fault::bare("proof_forged"),
        Proof::OtherPaper => Fault::bare("proof_other_paper"),
        Proof::Z(_) | Proof::Receipt(_) => Fault::bare("z_differs"),
    }
}

/// What a fault means, for who reads along.
fn meaning(code: &str) -> &'static str {
    match code {
        "header_hash" | "body_hash" => "the record was changed after it was written",
        "chain" => "the record that the next one names is not there",
        "z_gap" => "between the Z before and this one there are records that stand on neither",
        "z_no_gap" => "the number does not follow that of the Z before",
        "z_period" => "it does not cover the records right before it",
        "z_figures" => "the records come to other figures than the Z says",
        "z_perpetual_total" => "the perpetual total is not that of the Z before and these takings",
        "not_balanced" => "the postings do not sum to zero",
        _ => "this version cannot read the record",
    }
}

fn receipt_no(read: &VerifiedReceipt) -> String {
    format!("{}-{:06}", read.series, read.receipt.receipt_no)
}

fn receipt_facts(read: &VerifiedReceipt) -> Value {
    json!({
        "receiptNo": receipt_no(read),
        "tillNo": read.till_no,
        "branch": read.branch.as_ref().map(|branch| &branch.name),
        "businessDate": read.receipt.common.business_date.to_string(),
        "madeAtMs": read.made_at.ms,
        "currency": read.receipt.common.currency,
        "totalMinor": read.receipt.total_minor,
        "lines": read.receipt.lines.len(),
    })
}

fn receipt_text(read: &VerifiedReceipt) -> String {
    let branch = read.branch.as_ref();
    let country = branch.and_then(|branch| domain::country::country(&branch.country));
    let digits = country.map_or(2, |country| country.currency_digits);
    let currency = branch.map_or("", |branch| branch.currency.as_str());
    let what = if read.kind == ReceiptKind::Sale { "receipt" } else { "refund" };
    let no = receipt_no(read);
    [
        format!("{what} {no} of till {}, {}", read.till_no, branch.map_or("", |branch| &branch.name)),
        format!("business date {}, made {}", read.receipt.common.business_date, read.made_at.local_text()),
        format!(
            "total {} {currency}, {} lines",
            amount::text(read.receipt.total_minor, digits),
            read.receipt.lines.len()
        ),
        "The signature is the till's, and the record is the one that it signed.".to_owned(),
    ]
    .join("\n")
}

fn z_no(read: &VerifiedZ) -> String {
    format!("{}-Z{:04}", read.series, read.z.z_no)
}

fn facts(read: &VerifiedZ) -> Value {
    let figures = &read.z.figures;
    let tenders =
        figures.tenders.iter().map(|tender| (tender.kind.code().to_owned(), tender.amount_minor.into()));
    let taxes = figures
        .taxes
        .iter()
        .map(|tax| json!({ "code": tax.code, "ratePpm": tax.rate_ppm, "grossMinor": tax.gross_minor, "taxMinor": tax.tax_minor }));
    json!({
        "zNo": z_no(read),
        "tillNo": read.till_no,
        "branch": read.branch.as_ref().map(|branch| &branch.name),
        "businessDate": read.z.common.business_date.to_string(),
        "madeAtMs": read.made_at.ms,
        "firstSeq": read.z.first_seq,
        "lastSeq": read.z.last_seq,
        "records": read.record_count,
        "currency": read.z.common.currency,
        "takingsMinor": figures.takings_minor,
        "tenders": tenders.collect::<serde_json::Map<_, Value>>(),
        "taxes": taxes.collect::<Vec<_>>(),
        "perpetualTotalMinor": read.z.perpetual_total_minor,
        "faults": read.faults.len(),
    })
}

fn text(read: &VerifiedZ) -> String {
    let z = &read.z;
    let branch = read.branch.as_ref();
    let country = branch.and_then(|branch| domain::country::country(&branch.country));
    let digits = country.map_or(2, |country| country.currency_digits);
    let currency = branch.map_or("", |branch| branch.currency.as_str());
    let money = |minor: i64| format!("{:>16} {currency}", amount::text(minor, digits));
    let mut lines = vec![
        format!("Z {} of till {}, {}", z_no(read), read.till_no, branch.map_or("", |branch| &branch.name)),
        format!("business date {}, made {}", z.common.business_date, read.made_at.local_text()),
        format!(
            "records {} to {}, the Z itself in record {}",
            z.first_seq,
            z.last_seq,
            z.last_seq.wrapping_add(1)
        ),
    ];
    for life in z.before.iter().flatten() {
        lines.push(format!(
            "and records {} to {} of an earlier life of the till",
            life.first_seq, life.last_seq
        ));
    }
    let Figures { sale_count, takings_minor, refund_count, refunds_minor, .. } = z.figures;
    lines.push(format!("{:<28}{}", format!("takings, {sale_count} sales"), money(takings_minor)));
    lines.push(format!("{:<28}{}", format!("refunds, {refund_count}"), money(refunds_minor)));
    for tender in &z.figures.tenders {
        let name = format!("{}, {}", tender.kind.code(), tender.count);
        lines.push(format!("{name:<28}{}", money(tender.amount_minor)));
    }
    for tax in &z.figures.taxes {
        let name = format!("tax {} in {}", tax.code, amount::text(tax.gross_minor, digits));
        lines.push(format!("{name:<28}{}", money(tax.tax_minor)));
    }
    lines.push(format!("{:<28}{}", "perpetual total", money(z.perpetual_total_minor)));
    lines.push("The signature is the till's.".to_owned());
    if read.faults.is_empty() {
        lines.push(format!(
            "The chain from record {} to {} is whole, and the figures recomputed from the records are those of the Z.",
            z.first_seq, z.last_seq
        ));
    }
    lines.join("\n")
}
