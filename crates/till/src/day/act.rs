//! The acts of a day, and how they are read.

use super::stock::StockAct;
use super::words::Words;

/// An amount as written; how many digits it may have is known once the pharmacy is.
pub type AmountWord = String;

/// One act at the counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    Pharmacy {
        name: String,
        country: String,
        zone: Option<String>,
    },
    Staff {
        name: String,
        role: String,
    },
    Stock(StockAct),
    Date {
        date: String,
    },
    Clock {
        minute: i64,
    },
    ClockJumps {
        ms: i64,
    },
    SignIn {
        name: String,
    },
    Catalogue {
        file: String,
    },
    Product {
        code: String,
        name: String,
        pack: String,
        price: Option<AmountWord>,
        tax: String,
        rx: bool,
    },
    Customer {
        name: String,
    },
    Open {
        cash: Cash,
        from_safe: Option<AmountWord>,
        with_sent: bool,
        drawer: Option<String>,
    },
    /// The drawer is put away.
    PutAway {
        is_to_count: bool,
    },
    /// A drawer that is open already is worked at here.
    TakeDrawer {
        drawer: String,
    },
    HandOver {
        name: String,
        reason: Option<String>,
    },
    Drawers,
    /// A setting of the branch that is yes or no is yes from now on.
    Set {
        name: String,
    },
    /// The Z of the till without a drawer.
    Z,
    /// The drawer of another till, or one that was put away, is counted from here.
    CountOther {
        drawer: String,
        cash: Cash,
    },
    CloseOther {
        drawer: String,
        reason: Option<String>,
    },
    Scan {
        code: String,
    },
    Add {
        text: String,
        quantity: i64,
    },
    Unknown {
        name: String,
        price: AmountWord,
        tax: String,
        code: Option<String>,
        quantity: i64,
    },
    Quantity {
        quantity: i64,
        line: Option<u32>,
    },
    Discount {
        line: Option<u32>,
        discount: Option<DiscountWord>,
    },
    Price {
        line: u32,
        price: AmountWord,
        reason: String,
    },
    Rx {
        line: u32,
    },
    VoidLine {
        line: u32,
    },
    VoidBasket,
    Park {
        label: String,
    },
    Recall {
        label: Option<String>,
    },
    Tender {
        tender: TenderWords,
    },
    Pay,
    Refund {
        sale: WhichSale,
        lines: Vec<(u32, i64)>,
        reason: String,
    },
    UnlinkedRefund {
        text: String,
        quantity: i64,
        price: AmountWord,
        reason: String,
    },
    CorrectTender {
        sale: WhichSale,
        tenders: Vec<TenderWords>,
    },
    Settle {
        customer: String,
        kind: String,
        amount: AmountWord,
    },
    Move {
        kind: &'static str,
        amount: Option<AmountWord>,
        reason: String,
        note: Option<String>,
    },
    /// Cash is sent from a place, which is the drawer where none is named, to another one.
    Send {
        from: String,
        to: String,
        amount: AmountWord,
        reason: String,
        bag_no: Option<String>,
        note: Option<String>,
    },
    /// The oldest cash that is on its way here arrives; without an amount all of it.
    Accept {
        amount: Option<AmountWord>,
        is_return: bool,
    },
    Decline {
        reason: String,
    },
    Cash,
    Total {
        kind: &'static str,
        amount: AmountWord,
    },
    Count {
        cash: Cash,
        /// What others counted of it is added.
        with_parts: bool,
        recount: Option<String>,
    },
    /// The close of a drawer is signed.
    Sign {
        drawer: String,
    },
    /// Of several closes of a drawer the one of this place in their list counts, from 1.
    Pick {
        drawer: String,
        no: usize,
    },
    /// What may explain that a drawer is over or short; the cause of this place in the list, from 1, is said to be it.
    Why {
        drawer: String,
        taken: Option<usize>,
    },
    /// A part of a drawer is counted, of the one here or of another one.
    CountPart {
        drawer: Option<String>,
        cash: Cash,
        /// In place of one's own part of before.
        is_anew: bool,
    },
    Close {
        reason: Option<String>,
        note: Option<String>,
        waiting: Option<String>,
        leave: Option<Cash>,
    },
    Receipt {
        sale: WhichSale,
    },
    Reprint {
        sale: WhichSale,
    },
    ReprintZ,
    X,
    Practice {
        on: bool,
    },
    Restart,
    Till {
        no: u32,
    },
    Hear,
    Allow {
        name: String,
    },
    Ask,
    Answer {
        is_given: bool,
    },
    Browser {
        name: String,
        is_given: bool,
    },
    Answered,
    Role {
        name: String,
        role: String,
    },
    Leave {
        name: String,
    },
    LookAround,
    Verify,
    ExpectRefusal {
        code: String,
    },
}

/// Cash, by note and coin, or as a sum that is made up of the largest ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cash {
    Sum(AmountWord),
    Pieces(Vec<(i64, AmountWord)>),
}

/// A discount as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DiscountWord {
    /// Hundredths of a percent.
    Percent(i64),
    Amount(AmountWord),
}

/// A means of payment as written; no amount means what is still to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenderWords {
    pub kind: &'static str,
    pub amount: Option<AmountWord>,
    pub reference: Option<String>,
    pub customer: Option<String>,
}

/// A sale of this day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichSale {
    /// The one before.
    Last,
    /// Counted from 1.
    Nth(usize),
}

/// Reads a line; `None` for an empty one or a remark.
pub fn read(line: &str) -> Result<Option<Act>, String> {
    let mut words = Words::of(line)?;
    let Some(verb) = words.maybe() else { return Ok(None) };
    let act = match verb.as_str() {
        "pharmacy" => Act::Pharmacy {
            name: words.next("the name")?,
            country: words.next("the country")?,
            zone: words.after("zone")?,
        },
        "staff" => Act::Staff { name: words.next("the name")?, role: words.next("the role")? },
        "date" => Act::Date { date: words.next("the date")? },
        "clock" => clock(&mut words)?,
        "sign" if words.take("drawer") => Act::Sign { drawer: words.next("the drawer")? },
        "pick" => {
            words.must("close")?;
            let no = words.number("which close")?;
            words.must("of")?;
            Act::Pick { drawer: words.next("the drawer")?, no }
        }
        "why" => Act::Why {
            drawer: words.next("the drawer")?,
            taken: if words.take("take") { Some(words.number("which cause")?) } else { None },
        },
        "sign" => {
            words.must("in")?;
            Act::SignIn { name: words.next("the name")? }
        }
        "catalogue" => Act::Catalogue { file: words.next("the file")? },
        "product" => product(&mut words)?,
        "customer" => Act::Customer { name: words.next("the name")? },
        "open" => Act::Open {
            cash: cash(&mut words)?,
            from_safe: if words.take("with") {
                words.must("safe")?;
                Some(words.next("the amount")?)
            } else {
                None
            },
            with_sent: words.take("sent"),
            drawer: words.after("in")?,
        },
        "put" => {
            words.must("away")?;
            Act::PutAway { is_to_count: words.take("uncounted") }
        }
        "hand" => {
            words.must("over")?;
            words.must("to")?;
            Act::HandOver { name: words.next("the name")?, reason: words.after("reason")? }
        }
        "drawers" => Act::Drawers,
        "set" => Act::Set { name: words.next("the setting")? },
        "z" => Act::Z,
        "scan" => Act::Scan { code: words.next("the code")? },
        "add" => Act::Add { text: words.next("the name")?, quantity: quantity(&mut words)? },
        "unknown" => Act::Unknown {
            name: words.next("the name")?,
            price: words.next("the price")?,
            tax: words.next("the tax code")?,
            code: words.after("code")?,
            quantity: quantity(&mut words)?,
        },
        "quantity" => {
            let quantity = words.number("the quantity")?;
            Act::Quantity { quantity, line: line_no(&mut words)? }
        }
        "discount" => discount(&mut words)?,
        "price" => {
            let line = this_line(&mut words)?;
            let price = words.next("the price")?;
            words.must("reason")?;
            Act::Price { line, price, reason: words.next("the reason")? }
        }
        "rx" => Act::Rx { line: this_line(&mut words)? },
        "void" if words.take("basket") => Act::VoidBasket,
        "void" => Act::VoidLine { line: this_line(&mut words)? },
        "park" => Act::Park { label: words.next("the label")? },
        "recall" => Act::Recall { label: words.maybe() },
        "tender" => Act::Tender { tender: tender(&mut words)? },
        "pay" => Act::Pay,
        "refund" => refund(&mut words)?,
        "unlinked" => {
            words.must("refund")?;
            let text = words.next("the product")?;
            let quantity = quantity(&mut words)?;
            words.must("price")?;
            let price = words.next("the price")?;
            words.must("reason")?;
            Act::UnlinkedRefund { text, quantity, price, reason: words.next("the reason")? }
        }
        "correct" => {
            words.must("tender")?;
            let sale = which_sale(&mut words)?;
            let mut tenders = vec![tender(&mut words)?];
            while words.take("and") {
                tenders.push(tender(&mut words)?);
            }
            Act::CorrectTender { sale, tenders }
        }
        "settle" => Act::Settle {
            customer: words.next("the customer")?,
            kind: words.next("cash or card")?,
            amount: words.next("the amount")?,
        },
        "paid" if words.take("in") => moved("paid_in", &mut words)?,
        "paid" => {
            words.must("out")?;
            moved("paid_out", &mut words)?
        }
        "drop" => sent(None, &mut words)?,
        "top" => {
            words.must("up")?;
            sent(Some("safe"), &mut words)?
        }
        "send" => {
            let from = words.after("from")?;
            sent(from.as_deref(), &mut words)?
        }
        "accept" => Act::Accept { amount: words.figure(), is_return: false },
        "take" if words.take("drawer") => Act::TakeDrawer { drawer: words.next("the drawer")? },
        "take" => {
            words.must("back")?;
            Act::Accept { amount: words.figure(), is_return: true }
        }
        "decline" => Act::Decline { reason: words.next("the reason")? },
        "cash" => Act::Cash,
        "no" => {
            words.must("sale")?;
            Act::Move {
                kind: "no_sale",
                amount: None,
                reason: words.next("the reason")?,
                note: words.after("note")?,
            }
        }
        "card" | "voucher" => {
            words.must("total")?;
            let kind = if verb == "card" { "card" } else { "voucher" };
            Act::Total { kind, amount: words.next("the amount")? }
        }
        "count" if words.take("drawer") => {
            Act::CountOther { drawer: words.next("the drawer")?, cash: cash(&mut words)? }
        }
        "close" if words.take("drawer") => {
            Act::CloseOther { drawer: words.next("the drawer")?, reason: words.after("reason")? }
        }
        "count" if words.take("part") => {
            let drawer = if words.take("of") { Some(words.next("the drawer")?) } else { None };
            Act::CountPart { drawer, cash: cash(&mut words)?, is_anew: words.take("anew") }
        }
        "count" => {
            let (cash, with_parts) = (cash(&mut words)?, words.take("with"));
            if with_parts {
                words.must("parts")?;
            }
            Act::Count { cash, with_parts, recount: words.after("recount")? }
        }
        "close" => Act::Close {
            reason: words.after("reason")?,
            note: words.after("note")?,
            waiting: words.after("waiting")?,
            leave: if words.take("leave") { Some(cash(&mut words)?) } else { None },
        },
        "receipt" => Act::Receipt { sale: which_sale(&mut words)? },
        "reprint" if words.take("Z") => Act::ReprintZ,
        "reprint" => Act::Reprint { sale: which_sale(&mut words)? },
        "x" => Act::X,
        "practice" if words.take("on") => Act::Practice { on: true },
        "practice" => {
            words.must("off")?;
            Act::Practice { on: false }
        }
        "restart" => Act::Restart,
        "till" => Act::Till {
            no: words.next("the number")?.parse().map_err(|_| "this is no number of a till".to_owned())?,
        },
        "hear" => Act::Hear,
        "allow" => Act::Allow { name: words.next("the name")? },
        "ask" => Act::Ask,
        "answer" if words.take("yes") => Act::Answer { is_given: true },
        "answer" => {
            words.must("no")?;
            Act::Answer { is_given: false }
        }
        "browser" => {
            let name = words.next("the name")?;
            let is_given = words.take("yes");
            if !is_given {
                words.must("no")?;
            }
            Act::Browser { name, is_given }
        }
        "answered" => Act::Answered,
        "role" => Act::Role { name: words.next("the name")?, role: words.next("the role")? },
        "leave" => Act::Leave { name: words.next("the name")? },
        "look" => {
            words.must("around")?;
            Act::LookAround
        }
        "verify" => Act::Verify,
        "expect" => {
            words.must("refusal")?;
            Act::ExpectRefusal { code: words.next("the code")? }
        }
        _ => match StockAct::read(&verb, &mut words)? {
            Some(act) => Act::Stock(act),
            None => return Err(format!("\"{verb}\" is nothing that is done at the counter")),
        },
    };
    words.end()?;
    Ok(Some(act))
}

fn clock(words: &mut Words) -> Result<Act, String> {
    if words.take("jumps") {
        let sign = match words.next("back or ahead")?.as_str() {
            "back" => -1,
            "ahead" => 1,
            other => return Err(format!("\"{other}\" is neither back nor ahead")),
        };
        let count: i64 = words.number("how far")?;
        let unit_ms = match words.next("the unit")?.as_str() {
            "s" => 1_000,
            "min" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            other => return Err(format!("\"{other}\" is not s, min, h or d")),
        };
        let ms = count.checked_mul(unit_ms).ok_or("that is too far")?;
        return Ok(Act::ClockJumps { ms: sign * ms });
    }
    let time = words.next("the time")?;
    let minute = time.split_once(':').and_then(|(hours, minutes)| {
        let (hours, minutes) = (hours.parse::<i64>().ok()?, minutes.parse::<i64>().ok()?);
        ((0..24).contains(&hours) && (0..60).contains(&minutes)).then_some(hours * 60 + minutes)
    });
    minute
        .map(|minute| Act::Clock { minute })
        .ok_or_else(|| format!("\"{time}\" is not a time such as 08:00"))
}

fn product(words: &mut Words) -> Result<Act, String> {
    let code = words.next("the code")?;
    let name = words.next("the name")?;
    let pack = words.next("the pack")?;
    let price = words.next("the price, or \"none\"")?;
    Ok(Act::Product {
        code,
        name,
        pack,
        price: (price != "none").then_some(price),
        tax: words.next("the tax code")?,
        rx: words.take("rx"),
    })
}

fn quantity(words: &mut Words) -> Result<i64, String> {
    if words.take("quantity") { words.number("the quantity") } else { Ok(1) }
}

fn line_no(words: &mut Words) -> Result<Option<u32>, String> {
    if words.take("line") { words.number("the line").map(Some) } else { Ok(None) }
}

fn this_line(words: &mut Words) -> Result<u32, String> {
    line_no(words)?.ok_or_else(|| "\"line\" is missing".to_owned())
}

/// Cash sent from a place, out of the drawer to the safe or out of the safe to the drawer if it says no more.
fn sent(from: Option<&str>, words: &mut Words) -> Result<Act, String> {
    let from = from.unwrap_or("drawer").to_owned();
    let to = words.after("to")?;
    let usual = if from == "drawer" { "safe" } else { "drawer" };
    Ok(Act::Send {
        to: to.unwrap_or_else(|| usual.to_owned()),
        from,
        amount: words.next("the amount")?,
        reason: words.next("the reason")?,
        bag_no: words.after("bag")?,
        note: words.after("note")?,
    })
}

fn discount(words: &mut Words) -> Result<Act, String> {
    let line = line_no(words)?;
    let figure = words.next("the discount, or \"none\"")?;
    let discount = if figure == "none" {
        None
    } else if words.take("%") {
        let hundredths =
            crate::amount::parse(&figure, 2).ok_or_else(|| format!("\"{figure}\" is not a percentage"))?;
        Some(DiscountWord::Percent(hundredths))
    } else {
        Some(DiscountWord::Amount(figure))
    };
    Ok(Act::Discount { line, discount })
}

fn cash(words: &mut Words) -> Result<Cash, String> {
    let mut pieces = Vec::new();
    while let Some(figure) = words.figure() {
        match figure.split_once('x') {
            Some((count, value)) => {
                let count = count.parse().map_err(|_| format!("\"{figure}\" is not such as 4x20.00"))?;
                pieces.push((count, value.to_owned()));
            }
            None if pieces.is_empty() => return Ok(Cash::Sum(figure)),
            None => return Err(format!("\"{figure}\" is not such as 4x20.00")),
        }
    }
    if pieces.is_empty() { Err("the cash is missing".to_owned()) } else { Ok(Cash::Pieces(pieces)) }
}

fn tender(words: &mut Words) -> Result<TenderWords, String> {
    let mut customer = None;
    let kind = match words.next("the means of payment")?.as_str() {
        "cash" => "cash",
        "card" => "card",
        "voucher" => "voucher",
        "on" => {
            words.must("account")?;
            customer = Some(words.next("the customer")?);
            "on_account"
        }
        other => return Err(format!("\"{other}\" is not cash, card, voucher or on account")),
    };
    let amount = words.figure();
    let amount = if amount.is_none() && words.take("back") {
        Some(format!("-{}", words.next("the amount")?))
    } else {
        amount
    };
    if amount.is_none() {
        words.take("exact");
    }
    Ok(TenderWords { kind, amount, reference: words.after("ref")?, customer })
}

fn which_sale(words: &mut Words) -> Result<WhichSale, String> {
    if words.take("LAST") {
        Ok(WhichSale::Last)
    } else {
        words.number("LAST or the number of the sale").map(WhichSale::Nth)
    }
}

fn refund(words: &mut Words) -> Result<Act, String> {
    let sale = which_sale(words)?;
    let mut lines = Vec::new();
    if !words.take("rest") {
        while let Some(line) = line_no(words)? {
            lines.push((line, quantity(words)?));
        }
        if lines.is_empty() {
            return Err("\"line\" or \"rest\" is missing".to_owned());
        }
    }
    words.must("reason")?;
    Ok(Act::Refund { sale, lines, reason: words.next("the reason")? })
}

fn moved(kind: &'static str, words: &mut Words) -> Result<Act, String> {
    let amount = Some(words.next("the amount")?);
    Ok(Act::Move { kind, amount, reason: words.next("the reason")?, note: words.after("note")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, act: Act) {
        assert_eq!(read(line), Ok(Some(act)), "{line}");
    }

    fn check_wrong(line: &str, what: &str) {
        assert_eq!(read(line), Err(what.to_owned()), "{line}");
    }

    #[test]
    fn acts_are_read() {
        assert_eq!(read("  # only a remark"), Ok(None));
        check("clock 08:05 # early", Act::Clock { minute: 485 });
        check("clock jumps back 1 h", Act::ClockJumps { ms: -3_600_000 });
        check(
            "open 4x20.00 10x5.00",
            Act::Open {
                cash: Cash::Pieces(vec![(4, "20.00".into()), (10, "5.00".into())]),
                from_safe: None,
                with_sent: false,
                drawer: None,
            },
        );
        check(
            "open 200.00",
            Act::Open { cash: Cash::Sum("200.00".into()), from_safe: None, with_sent: false, drawer: None },
        );
        check("discount 10 %", Act::Discount { line: None, discount: Some(DiscountWord::Percent(1000)) });
        check(
            "discount line 2 1.00",
            Act::Discount { line: Some(2), discount: Some(DiscountWord::Amount("1.00".into())) },
        );
        check("discount line 2 none", Act::Discount { line: Some(2), discount: None });
        check("park \"Mrs in blue\"", Act::Park { label: "Mrs in blue".into() });
        check(
            "refund 2 line 1 quantity 3 line 4 reason damaged",
            Act::Refund { sale: WhichSale::Nth(2), lines: vec![(1, 3), (4, 1)], reason: "damaged".into() },
        );
        check(
            "refund LAST rest reason recall",
            Act::Refund { sale: WhichSale::Last, lines: vec![], reason: "recall".into() },
        );
        let card = TenderWords {
            kind: "card",
            amount: Some("12.30".into()),
            reference: Some("4711".into()),
            customer: None,
        };
        check("tender card 12.30 ref 4711", Act::Tender { tender: card.clone() });
        let cash = TenderWords { kind: "cash", amount: None, reference: None, customer: None };
        check("tender cash exact", Act::Tender { tender: cash.clone() });
        check(
            "correct tender 1 card 12.30 ref 4711 and cash",
            Act::CorrectTender { sale: WhichSale::Nth(1), tenders: vec![card, cash] },
        );
        let back =
            TenderWords { kind: "cash", amount: Some("-5.00".into()), reference: None, customer: None };
        check("tender cash back 5.00", Act::Tender { tender: back });
        check(
            "paid out 4.50 postage",
            Act::Move { kind: "paid_out", amount: Some("4.50".into()), reason: "postage".into(), note: None },
        );
    }

    #[test]
    fn wrong_lines_are_told() {
        check_wrong("dance", "\"dance\" is nothing that is done at the counter");
        check_wrong("park \"Mrs", "a quotation mark is not closed");
        check_wrong("clock 25:00", "\"25:00\" is not a time such as 08:00");
        check_wrong("scan", "the code is missing");
        check_wrong("scan 1 2", "\"2\" is not understood here");
        check_wrong("open", "the cash is missing");
        check_wrong("open 4x20.00 5", "\"5\" is not such as 4x20.00");
        check_wrong("quantity two", "the quantity: \"two\" is not such a number");
        check_wrong("refund LAST reason damaged", "\"line\" or \"rest\" is missing");
        check_wrong("tender cheque 5.00", "\"cheque\" is not cash, card, voucher or on account");
        check_wrong("price line 1 4.50", "\"reason\" is missing");
    }
}
