//! What happens at a counter, drawn by chance: the same acts on a real process and in one thread.

use serde_json::{Value, json};

/// The products that are sold: code, name, price.
pub const PRODUCTS: [(&str, &str, i64); 3] = [
    ("2100000000012", "Ibuprofen 400 mg film-coated tablets", 495),
    ("2100000000029", "Nasal spray 10 ml", 395),
    ("2100000000036", "Cough syrup 100 ml", 850),
];

/// A fixed course of chance.
#[derive(Clone)]
pub struct Chance(pub u64);

impl Chance {
    /// A number below `sides`.
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    /// A place in a list.
    pub fn pick(&mut self, count: usize) -> usize {
        usize::try_from(self.roll(count as u64)).expect("small")
    }

    /// A new id.
    pub fn id(&mut self) -> String {
        let (a, b) = (self.roll(1 << 24), self.roll(1 << 24));
        format!("019585d0-0000-7000-8{:03x}-{a:06x}{b:06x}", self.roll(1 << 12))
    }
}

/// The way to a till's commands.
pub type Call<'a> = &'a dyn Fn(&str, &Value) -> Result<Value, String>;

#[track_caller]
fn done(call: Call<'_>, name: &str, args: &Value) -> Value {
    call(name, args).unwrap_or_else(|code| panic!("{name} {args}: {code}"))
}

/// Opens the drawer, unless it is open.
pub fn open(call: Call<'_>, chance: &mut Chance) {
    let float = json!([{ "valueMinor": 2_000, "count": 5 }]);
    let opened = call("open_session", &json!({ "cashSessionId": chance.id(), "denominations": float }));
    assert!(opened.is_ok() || opened == Err("session_open".to_owned()), "{opened:?}");
    assert_ne!(done(call, "drawer", &json!({}))["state"], "closed", "a drawer can always be opened");
}

/// Puts the drawer away and works at another one, or none; sometimes the till makes its Z then.
#[allow(dead_code, reason = "not every test that has these acts needs it")]
pub fn move_drawer(call: Call<'_>, chance: &mut Chance) {
    let is_to_count = chance.roll(3) == 0;
    done(call, "leave_drawer", &json!({ "entryId": chance.id(), "isToCount": is_to_count }));
    if chance.roll(3) == 0 {
        let z = call("close_till", &json!({ "entryId": chance.id() }));
        assert!(z.is_ok() || z == Err("nothing_since_z".to_owned()), "{z:?}");
    }
    let rows = done(call, "drawers", &json!({}));
    let open = |row: &&Value| ["open", "put_away"].iter().any(|state| row["state"] == *state);
    let rows: Vec<&Value> = rows.as_array().expect("rows").iter().filter(open).collect();
    if !rows.is_empty() && chance.roll(2) == 0 {
        let session = &rows[chance.pick(rows.len())]["cashSessionId"];
        done(call, "take_drawer", &json!({ "entryId": chance.id(), "cashSessionId": session }));
    }
}

/// Looks after the drawers that nobody works at: counts and closes them, and says which close counts where there are
/// two.
#[allow(dead_code, reason = "not every test that has these acts needs it")]
pub fn reconcile(call: Call<'_>, chance: &mut Chance) {
    let cash = done(call, "cash", &json!({}));
    for drawer in cash["drawers"].as_array().expect("drawers") {
        let closes = drawer["closes"].as_array().expect("closes");
        if let Some(close) = closes.first().filter(|_| closes.iter().all(|close| close["isPicked"] == false))
        {
            let pick = json!({ "entryId": chance.id(), "cashSessionId": drawer["cashSessionId"],
                "closeId": close["closeId"] });
            done(call, "pick_close", &pick);
        }
        if drawer["state"] == "to_count" || drawer["state"] == "put_away" {
            count_elsewhere(call, chance, &drawer["cashSessionId"]);
        }
    }
}

fn count_elsewhere(call: Call<'_>, chance: &mut Chance, session: &Value) {
    let count = json!({ "entryId": chance.id(),
        "denominations": [{ "valueMinor": 1_000, "count": chance.roll(40) }], "other": [],
        "recountReason": "miscounted" });
    let cash = done(call, "count_other", &json!({ "cashSessionId": session, "count": count }));
    let drawers = cash["drawers"].as_array().expect("drawers");
    let Some(drawer) = drawers.iter().find(|drawer| drawer["cashSessionId"] == *session) else { return };
    let close = json!({ "entryId": chance.id(), "reason": "unknown", "note": null, "nextFloat": [],
        "seenExpectedMinor": drawer["expectedCashMinor"] });
    let closed = call("close_other", &json!({ "cashSessionId": session, "close": close }));
    // What turned out not to count may be taken out of the figures at any moment.
    let is_out_of_date =
        closed.as_ref().is_err_and(|code| ["not_counted", "total_changed"].contains(&code.as_str()));
    assert!(closed.is_ok() || is_out_of_date, "close_other: {closed:?}");
}

/// Sells some packs. Gives the sale.
pub fn sell(call: Call<'_>, chance: &mut Chance) -> String {
    for _ in 0..=chance.roll(3) {
        let (code, ..) = PRODUCTS[chance.pick(3)];
        done(call, "scan", &json!({ "code": code, "askId": chance.id() }));
    }
    pay(call, chance)
}

/// Sells one pack. Gives the sale.
#[allow(dead_code, reason = "not every test that has these acts needs it")]
pub fn sell_one(call: Call<'_>, chance: &mut Chance) -> String {
    done(call, "scan", &json!({ "code": PRODUCTS[0].0, "askId": chance.id() }));
    pay(call, chance)
}

/// Finishes what is in the basket. Gives the sale.
fn pay(call: Call<'_>, chance: &mut Chance) -> String {
    try_to_pay(call, chance).unwrap_or_else(|code| panic!("complete_sale: {code}"))
}

fn try_to_pay(call: Call<'_>, chance: &mut Chance) -> Result<String, String> {
    let basket = done(call, "basket", &json!({}));
    let total = basket["totalMinor"].as_i64().expect("a total");
    let kind = if chance.roll(2) == 0 { "cash" } else { "card" };
    let tender = json!({ "kind": kind, "amountMinor": total, "reference": null, "customerId": null });
    let sale = json!({ "saleId": basket["saleId"], "tenders": [tender], "seenTotalMinor": total });
    call("complete_sale", &sale)?;
    Ok(basket["saleId"].as_str().expect("an id").to_owned())
}

/// Takes a pack back of any sale that this till knows, whoever sold it: two tills that are apart may take back
/// the same one.
pub fn refund(call: Call<'_>, chance: &mut Chance) -> Option<String> {
    let all = json!({ "from": null, "to": null, "amountMinor": null, "text": "", "staffId": null,
                      "receiptNo": null, "after": null, "limit": 20 });
    let rows = call("sales", &all).ok()?;
    let rows: Vec<&Value> = rows.as_array()?.iter().filter(|row| row["kind"] == "sale").collect();
    if rows.is_empty() {
        return None;
    }
    let sale = rows[chance.pick(rows.len())]["saleId"].clone();
    take_back(call, chance, &sale)
}

/// Takes one pack of a sale's first line back, where that is allowed. Gives the refund.
pub fn take_back(call: Call<'_>, chance: &mut Chance, sale: &Value) -> Option<String> {
    let line = json!([{ "lineNo": 1, "quantity": 1 }]);
    let back = json!({ "askId": chance.id(), "saleId": sale, "lines": line, "reason": "wrong_product" });
    let given_up = match call("start_refund", &back) {
        Ok(_) => match try_to_pay(call, chance) {
            Ok(refund) => return Some(refund),
            // Another till took it back at the same moment.
            Err(code) => {
                done(call, "void_basket", &json!({ "askId": chance.id() }));
                code
            }
        },
        Err(code) => code,
    };
    assert_eq!(given_up, "not_refundable", "of {sale}");
    None
}

/// Changes the price of a product.
pub fn price(call: Call<'_>, chance: &mut Chance) {
    set_price(call, chance.pick(3), 300 + chance.roll(600));
}

/// Gives a product another price. Gives the product's id.
pub fn set_price(call: Call<'_>, product: usize, price_minor: u64) -> Value {
    let (code, name, _) = PRODUCTS[product];
    let found = done(call, "find_products", &json!({ "text": code, "limit": 1 }));
    let product_id = &found["rows"][0]["productId"];
    let product = json!({ "productId": product_id, "isNew": false, "code": null,
        "name": name, "pack": "1 pack", "priceMinor": price_minor, "taxCode": "standard", "rx": false,
        "isWithdrawn": false });
    done(call, "save_product", &product);
    product_id.clone()
}

/// Takes cash out for postage.
pub fn paid_out(call: Call<'_>, chance: &mut Chance) {
    let paid = json!({ "entryId": chance.id(), "kind": "paid_out", "amountMinor": 100 + chance.roll(500),
        "reason": "postage", "note": null });
    done(call, "move_cash", &paid);
}

/// Counts the drawer and closes it.
pub fn close(call: Call<'_>, chance: &mut Chance) {
    // What turned out not to count may be taken out of the figures at any moment; the drawer is counted again.
    let reasons = [None, Some("miscounted"), Some("miscounted"), Some("miscounted")];
    let is_closed = reasons.into_iter().any(|reason| count_and_close(call, chance, reason));
    assert!(is_closed, "each of {} counts was out of date at once", reasons.len());
}

/// False where the count does not stand any more.
fn count_and_close(call: Call<'_>, chance: &mut Chance, recount_reason: Option<&str>) -> bool {
    let count = json!({ "entryId": chance.id(),
        "denominations": [{ "valueMinor": 1_000, "count": chance.roll(40) }],
        "other": [], "recountReason": recount_reason });
    let counted = &done(call, "count_drawer", &count)["count"];
    if counted.is_null() {
        return false;
    }
    let close = json!({ "entryId": chance.id(), "reason": "unknown", "note": null, "nextFloat": [],
        "seenExpectedMinor": counted["rows"][0]["expectedMinor"] });
    match call("close_session", &close) {
        Ok(_) => true,
        Err(code) if ["not_counted", "total_changed"].contains(&code.as_str()) => false,
        Err(code) => panic!("close_session {close}: {code}"),
    }
}
