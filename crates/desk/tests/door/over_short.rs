//! Over/short over time, and the plain list of a month.

use serde_json::{Value, json};

use crate::till::{IBUPROFEN, NASAL_SPRAY, Till, card, uuid};

/// Counts so many cents, and what the card terminal says, and closes whatever it comes to. Other tills mint other
/// ids.
fn close(till: &Till, no: u64, cents: i64, card_minor: Option<i64>, reason: Option<&str>) {
    let other: Vec<Value> =
        card_minor.iter().map(|minor| json!({ "kind": "card", "countedMinor": minor })).collect();
    let count = json!({
        "entryId": uuid(no), "denominations": [{ "valueMinor": 1, "count": cents }], "other": other,
        "recountReason": null,
    });
    let drawer = till.call("count_drawer", count);
    let expected = &drawer["count"]["rows"][0]["expectedMinor"];
    let close = json!({
        "entryId": uuid(no + 1), "reason": reason, "note": null, "nextFloat": [], "seenExpectedMinor": expected,
    });
    till.call("close_session", close);
}

fn report(till: &Till, from: &str, to: &str) -> Value {
    till.call("over_short_report", json!({ "from": from, "to": to }))
}

/// Key, closes, over, short, net and largest in cash, and the net of the others.
fn groups(groups: &Value) -> Vec<(String, i64, [i64; 4], i64)> {
    let row = |group: &Value| {
        let cash = ["overMinor", "shortMinor", "netMinor", "largestMinor"]
            .map(|field| group["cash"][field].as_i64().unwrap());
        let name = if group["name"] == "" { &group["key"] } else { &group["name"] };
        let closes = group["closeCount"].as_i64().unwrap();
        (name.as_str().unwrap().to_owned(), closes, cash, group["other"]["netMinor"].as_i64().unwrap())
    };
    groups.as_array().unwrap().iter().map(row).collect()
}

fn group(key: &str, closes: i64, cash: [i64; 4], other: i64) -> (String, i64, [i64; 4], i64) {
    (key.to_owned(), closes, cash, other)
}

/// Two drawers on two days: 4.95 short and 0.05 over on Saturday 21 November 2026, 1.00 short and 0.67 over by card
/// on the Sunday. The first is Anna's, closed three hours after it was opened; the others are Ben's, one of which Anna closes.
fn two_days() -> (Till, Till) {
    let mut till = Till::ready();
    let mut other = till.joined_by_another();
    other.hears_all_of(&mut till);
    till.sell(IBUPROFEN);
    till.pass_minutes(180);
    close(&till, 60, 10_000, None, Some("missing_slip"));
    other.sign_in("Ben");
    other.open_session(500);
    other.sign_in("Anna");
    close(&other, 70, 10_005, None, None);
    till.pass_minutes(24 * 60 - 180);
    till.sign_in("Ben");
    till.open_session(2);
    till.scan(NASAL_SPRAY);
    till.pay(json!([card(333)]));
    close(&till, 80, 9_900, Some(400), Some("change_error"));
    till.sign_in("Anna");
    till.hears_all_of(&mut other);
    (till, other)
}

#[test]
fn closes_are_summed_by_day_drawer_person_weekday_and_hour() {
    let (till, _other) = two_days();
    let report = report(&till, "2026-11-20", "2026-11-23");
    assert_eq!(report["stretch"], "day");
    let nothing = [0; 4];
    assert_eq!(groups(&json!([report["all"]])), [group("", 3, [5, -595, -590, -495], 67)]);
    assert_eq!(
        groups(&report["overTime"]),
        [
            group("2026-11-20", 0, nothing, 0),
            group("2026-11-21", 2, [5, -495, -490, -495], 0),
            group("2026-11-22", 1, [0, -100, -100, -100], 67),
            group("2026-11-23", 0, nothing, 0),
        ]
    );
    assert_eq!(
        groups(&report["byDrawer"]),
        [group("1", 1, [5, 0, 5, 5], 0), group("2", 2, [0, -595, -595, -495], 67)]
    );
    assert_eq!(
        groups(&report["byPerson"]),
        [group("Anna", 1, [0, -495, -495, -495], 0), group("Ben", 2, [5, -100, -95, -100], 67)]
    );
    let weekdays = groups(&report["byWeekday"]);
    assert_eq!(weekdays.len(), 7);
    assert_eq!(weekdays[5], group("6", 2, [5, -495, -490, -495], 0));
    assert_eq!(weekdays[6], group("7", 1, [0, -100, -100, -100], 67));
    // Opened at eight: one is closed at once, one three hours later.
    let hours = groups(&report["byHour"]);
    assert_eq!(hours.iter().map(|hour| hour.1).collect::<Vec<_>>(), [2, 0, 0, 1]);
    assert_eq!(hours[3].2, [0, -495, -495, -495]);
    assert_eq!(report["all"]["cash"]["overCount"], 1);
    assert_eq!(report["all"]["cash"]["shortCount"], 2);
}

#[test]
fn closes_are_listed_newest_first_with_who_opened_counted_and_closed() {
    let (till, _other) = two_days();
    let report = report(&till, "2026-11-21", "2026-11-22");
    let closes = report["closes"].as_array().unwrap();
    let facts = |close: &Value| {
        ["/businessDate", "/drawer/tillNo", "/openedBy", "/countedBy", "/closedBy", "/reason"]
            .map(|field| close.pointer(field).unwrap().clone())
    };
    assert_eq!(closes.len(), 3);
    assert_eq!(
        facts(&closes[0]),
        [json!("2026-11-22"), 2.into(), "Ben".into(), "Ben".into(), "Ben".into(), "change_error".into()]
    );
    assert_eq!(
        closes[0]["results"],
        json!([
            { "kind": "cash", "expectedMinor": 10_000, "countedMinor": 9_900, "overShortMinor": -100, "atCloseMinor": -100 },
            { "kind": "card", "expectedMinor": 333, "countedMinor": 400, "overShortMinor": 67, "atCloseMinor": 67 },
        ])
    );
    assert_eq!(report["leftOff"], 0);
    // Days before the first close, and a range that is none.
    let empty = self::report(&till, "2025-11-21", "2026-11-20");
    assert_eq!(
        (&empty["closes"], &empty["byHour"], &empty["byDrawer"]),
        (&json!([]), &json!([]), &json!([]))
    );
    assert_eq!(
        (empty["stretch"].as_str(), empty["overTime"].as_array().map(Vec::len)),
        (Some("month"), Some(13))
    );
    assert_eq!(empty["overTime"][0]["key"], "2025-11-21");
    for (from, to) in
        [("2026-11-22", "2026-11-21"), ("2025-11-20", "2026-11-21"), ("yesterday", "2026-11-21")]
    {
        let asked = json!({ "from": from, "to": to });
        assert_eq!(till.refused("over_short_report", asked).0, "bad_arguments");
    }
}

#[test]
fn what_is_put_right_after_the_close_moves_its_over_short_and_no_other() {
    let (till, _other) = two_days();
    let sale =
        till.call("sales", json!({ "from": "2026-11-21", "to": "2026-11-21", "limit": 1 }))[0]["saleId"]
            .clone();
    till.call("correct_tender", json!({ "entryId": uuid(90), "saleId": sale, "tenders": [card(495)] }));
    let report = report(&till, "2026-11-21", "2026-11-22");
    assert_eq!(groups(&json!([report["all"]])), [group("", 3, [5, -100, -95, -100], 67)]);
    let first = &report["closes"].as_array().unwrap()[1];
    assert_eq!(
        first["results"],
        json!([{ "kind": "cash", "expectedMinor": 10_000, "countedMinor": 10_000, "overShortMinor": 0, "atCloseMinor": -495 }])
    );
}

#[test]
fn a_month_is_listed_day_by_day_with_its_sum() {
    let (till, _other) = two_days();
    let list = till.call("month_list", json!({ "month": "2026-11" }));
    let day = |date: &str, facts: [i64; 5], reasons: Value, counted_by: Value| {
        json!({
            "businessDate": date, "closeCount": facts[0], "expectedMinor": facts[1], "countedMinor": facts[2],
            "overShortMinor": facts[3], "otherOverShortMinor": facts[4], "reasons": reasons,
            "countedBy": counted_by,
        })
    };
    assert_eq!(
        list,
        json!({
            "month": "2026-11", "branchName": "Apotheke am Markt",
            "days": [
                day("2026-11-21", [2, 20_495, 20_005, -490, 0], json!(["missing_slip"]), json!(["Anna"])),
                day("2026-11-22", [1, 10_000, 9_900, -100, 67], json!(["change_error"]), json!(["Ben"])),
            ],
            "sum": day("", [3, 30_495, 29_905, -590, 67], json!(["missing_slip", "change_error"]), json!(["Anna", "Ben"])),
        })
    );
    let empty = till.call("month_list", json!({ "month": "2026-10" }));
    assert_eq!((&empty["days"], &empty["sum"]["closeCount"]), (&json!([]), &json!(0)));
    assert_eq!(till.refused("month_list", json!({ "month": "2026-00" })).0, "bad_arguments");
}
