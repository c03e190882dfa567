//! What a manager has to hear of, brought about while tills are apart, and listed at each of them in the end.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use crate::acts;
use crate::wire::Wire;
use crate::{Branch, Till, until};

/// The prices that two tills decide, each without the other.
const PRICES: [u64; 2] = [611, 622];

/// What was brought about.
pub struct Apart {
    product_id: Value,
    /// The till and its copy both finished the basket that stood open when the copy was made.
    pub is_sold_twice: bool,
}

/// Copies the folder of a till that does not run.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("made");
    for file in std::fs::read_dir(from).expect("a folder") {
        let file = file.expect("read");
        std::fs::copy(file.path(), to.join(file.file_name())).expect("copied");
    }
}

/// Two tills that know the same sale and do not hear each other take the same pack back and decide another
/// price; a third one is copied to another computer, and both of them sell.
pub fn bring_about(branch: &mut Branch, day: u64) -> Apart {
    (0..2).for_each(|no| branch.tills[no].wire.mend());
    let sale = json!(branch.at(0, acts::sell_one));
    branch.tills[0].sold.extend(sale.as_str().map(str::to_owned));
    let other = branch.door(1);
    until("the sale at the other till", || other.call("sale", &json!({ "saleId": sale })).is_ok());
    (0..2).for_each(|no| branch.tills[no].wire.cut());
    let mut product_id = Value::Null;
    for (no, price_minor) in PRICES.into_iter().enumerate() {
        let back = branch.at(no, |call, chance| acts::take_back(call, chance, &sale));
        branch.tills[no].sold.push(back.expect("the other one has not heard of it"));
        product_id = branch.at(no, |call, _| acts::set_price(call, 0, price_minor));
    }
    branch.tills[2].wire.cut();
    branch.tills[2].running = None;
    let dir = branch.folder.join("copy");
    copy(&branch.tills[2].dir, &dir);
    let (wire, clock_ahead_ms) = (Wire::to(branch.address), branch.tills[2].clock_ahead_ms);
    branch.tills.push(Till { dir, wire, running: None, clock_ahead_ms, sold: Vec::new() });
    for no in [2, branch.tills.len() - 1] {
        branch.start_till(no, day);
        branch.at(no, acts::open);
        branch.sell(no);
    }
    let is_sold_twice = branch.tills[2].sold.last() == branch.tills.last().and_then(|copy| copy.sold.last());
    Apart { product_id, is_sold_twice }
}

/// The keys of what a manager is to say something of at a till, with their kinds.
fn to_settle(branch: &Branch, no: usize) -> BTreeSet<(String, String)> {
    let now = branch.door(no).done("branch_now", &json!({ "branchId": null }));
    let rows = now["toSettle"].as_array().expect("rows").iter().filter(|row| row["isToBeTold"] == true);
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    rows.map(|row| (text(&row["kind"]), text(&row["key"]))).collect()
}

/// Whether a till has both prices before its manager.
fn has_both_prices(branch: &Branch, no: usize, product_id: &Value) -> bool {
    let conflicts = branch.door(no).ask("product_conflicts");
    let conflicts = conflicts.as_array().expect("rows").iter();
    let of_price = |row: &&Value| row["productId"] == *product_id && row["field"] == "price_minor";
    let of_price: Vec<&Value> = conflicts.filter(of_price).collect();
    let prices: Vec<&Value> =
        of_price.iter().flat_map(|row| row["values"].as_array().expect("values")).collect();
    of_price.len() == 1 && PRICES.iter().all(|price| prices.iter().any(|value| value["priceMinor"] == *price))
}

/// Each till comes to list all of it, and the same as the others.
pub fn is_listed(branch: &Branch, apart: &Apart) {
    let count = branch.tills.len();
    for no in 0..count {
        until("both prices before the manager", || has_both_prices(branch, no, &apart.product_id));
        let kinds = ["refunded_twice", "stream_forked", "entry_twice"];
        for kind in &kinds[..if apart.is_sold_twice { 3 } else { 2 }] {
            until(kind, || to_settle(branch, no).iter().any(|(listed, _)| listed == *kind));
        }
    }
    until("the same list at each", || (1..count).all(|no| to_settle(branch, no) == to_settle(branch, 0)));
}
