//! Writes element strings from the rules of GS1, for codes whose content is known. Nothing of the product is used.

use proptest::prelude::*;

/// An element whose value is right.
pub type Written = (&'static str, String);

/// Characters of GS1's set of 82 (General Specifications, table 7.11-1), which a lot or a serial number may have.
const SIGNS: &str = "[!\"%&'()*+,./0-9:;<=>?A-Z_a-z-]";

/// First two digits of identifiers whose values have a length known from them (General Specifications, 7.8.5-2).
const PREDEFINED: [&str; 20] = [
    "00", "01", "02", "03", "04", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "31", "32",
    "33", "34", "35",
];
/// Also these two.
const PREDEFINED_TOO: [&str; 2] = ["36", "41"];

/// Adds the digit that brings the sum, weighted 3, 1, 3, 1 … from the right, to the next ten.
pub fn with_check_digit(digits: &str) -> String {
    let mut sum = 0;
    let mut weight = 3;
    for digit in digits.chars().rev() {
        sum += digit.to_digit(10).unwrap() * weight;
        weight = 4 - weight;
    }
    format!("{digits}{}", (1000 - sum) % 10)
}

fn text(ai: &'static str, most: usize) -> BoxedStrategy<Written> {
    let value = proptest::string::string_regex(&format!("{SIGNS}{{1,{most}}}")).unwrap();
    value.prop_map(move |value| (ai, value)).boxed()
}

fn digits(ai: &'static str, least: usize, most: usize) -> BoxedStrategy<Written> {
    let value = proptest::string::string_regex(&format!("[0-9]{{{least},{most}}}")).unwrap();
    value.prop_map(move |value| (ai, value)).boxed()
}

fn date(ai: &'static str, least_day: u32) -> BoxedStrategy<Written> {
    let parts = (0..100_u32, 1..13_u32, least_day..29_u32);
    parts.prop_map(move |(year, month, day)| (ai, format!("{year:02}{month:02}{day:02}"))).boxed()
}

/// The product, which is not only zeros.
pub fn gtin() -> BoxedStrategy<Written> {
    "[0-9]{12}[1-9]".prop_map(|digits| ("01", with_check_digit(&digits))).boxed()
}

/// Elements that may stand beside a product and each other, each at most once, in any order.
pub fn beside_a_product() -> BoxedStrategy<Vec<Written>> {
    let time = (date("7003", 1), 0..24_u32, 0..60_u32);
    let optional = vec![
        text("10", 20),
        date("11", 0),
        date("13", 0),
        date("15", 0),
        date("16", 0),
        date("17", 0),
        digits("20", 2, 2),
        text("21", 20),
        text("22", 20),
        text("240", 30),
        text("241", 30),
        digits("242", 1, 6),
        text("243", 20),
        text("251", 30),
        digits("30", 1, 8),
        digits("3103", 6, 6),
        digits("3302", 6, 6),
        text("400", 30),
        gln("410"),
        Just(("422", "276".to_owned())).boxed(),
        digits("7001", 13, 13),
        time.prop_map(|((ai, day), hour, minute)| (ai, format!("{day}{hour:02}{minute:02}"))).boxed(),
        text("711", 20),
        text("712", 20),
        text("716", 20),
        text("8002", 20),
        digits("8005", 6, 6),
        text("8012", 20),
        text("8200", 70),
        text("90", 30),
        text("91", 90),
        text("99", 90),
    ];
    let count = optional.len();
    (proptest::collection::vec(any::<bool>(), count), optional, any::<u64>())
        .prop_map(|(wanted, all, seed)| {
            let mut chosen: Vec<Written> = all
                .into_iter()
                .zip(wanted)
                .filter(|(_, wanted)| *wanted)
                .map(|(element, _)| element)
                .collect();
            // Two dates of the same expiry would have to agree.
            if chosen.iter().any(|(ai, _)| *ai == "17") {
                chosen.retain(|(ai, _)| *ai != "7003");
            }
            shuffle(&mut chosen, seed);
            chosen
        })
        .boxed()
}

fn gln(ai: &'static str) -> BoxedStrategy<Written> {
    "[0-9]{12}".prop_map(move |digits| (ai, with_check_digit(&digits))).boxed()
}

fn shuffle<T>(items: &mut [T], seed: u64) {
    let mut chance = seed;
    for last in (1..items.len()).rev() {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        items.swap(last, usize::try_from(chance >> 33).unwrap() % (last + 1));
    }
}

/// The element string, with a separator where the next element could not be told otherwise.
pub fn encode(elements: &[Written], separator: &str) -> String {
    let mut data = String::new();
    for (place, (ai, value)) in elements.iter().enumerate() {
        data.push_str(ai);
        data.push_str(value);
        let is_predefined = PREDEFINED.contains(&&ai[..2]) || PREDEFINED_TOO.contains(&&ai[..2]);
        if place + 1 < elements.len() && !is_predefined {
            data.push_str(separator);
        }
    }
    data
}
