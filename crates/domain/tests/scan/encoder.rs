//! Writes element strings from the rules of GS1, for codes whose content is known. Nothing of the product is used.

/// An element whose value is right.
pub type Written = (&'static str, String);

/// Characters of GS1's set of 82 (General Specifications, table 7.11-1), which a lot or a serial number may have.
const SIGNS: &[u8] = b"!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

/// Identifiers of what may stand beside a product.
const BESIDE_A_PRODUCT: [&str; 32] = [
    "10", "11", "13", "15", "16", "17", "20", "21", "22", "240", "241", "242", "243", "251", "30", "3103",
    "3302", "400", "410", "422", "7001", "7003", "711", "712", "716", "8002", "8005", "8012", "8200", "90",
    "91", "99",
];

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

/// Numbers that follow from a seed, so that a code is one number to the test that fails.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn of(&mut self, signs: &[u8], least: usize, most: usize) -> String {
        let length = least + self.below(most - least + 1);
        (0..length).map(|_| char::from(signs[self.below(signs.len())])).collect()
    }

    fn text(&mut self, most: usize) -> String {
        self.of(SIGNS, 1, most)
    }

    fn digits(&mut self, least: usize, most: usize) -> String {
        self.of(b"0123456789", least, most)
    }

    fn date(&mut self, least_day: usize) -> String {
        let day = least_day + self.below(28);
        format!("{:02}{:02}{day:02}", self.below(100), 1 + self.below(12))
    }
}

/// A product, which is not only zeros, and what may stand beside it and each other, each at most once, in any
/// order. `wanted` has a bit for each.
pub fn elements(wanted: u32, seed: u64) -> Vec<Written> {
    let mut chance = Chance(seed);
    let product = format!("{}{}", chance.digits(12, 12), 1 + chance.below(9));
    let mut chosen = vec![("01", with_check_digit(&product))];
    for (place, ai) in BESIDE_A_PRODUCT.into_iter().enumerate() {
        if wanted >> place & 1 == 1 {
            let value = match ai {
                "11" | "13" | "15" | "16" | "17" => chance.date(0),
                "20" => chance.digits(2, 2),
                "30" => chance.digits(1, 8),
                "242" => chance.digits(1, 6),
                "3103" | "3302" | "8005" => chance.digits(6, 6),
                "410" => with_check_digit(&chance.digits(12, 12)),
                "422" => "276".to_owned(),
                "7001" => chance.digits(13, 13),
                "7003" => format!("{}{:02}{:02}", chance.date(1), chance.below(24), chance.below(60)),
                "240" | "241" | "251" | "400" | "90" => chance.text(30),
                "8200" => chance.text(70),
                "91" | "99" => chance.text(90),
                _ => chance.text(20),
            };
            chosen.push((ai, value));
        }
    }
    // Two dates of the same expiry would have to agree.
    if chosen.iter().any(|(ai, _)| *ai == "17") {
        chosen.retain(|(ai, _)| *ai != "7003");
    }
    for last in (1..chosen.len()).rev() {
        chosen.swap(last, chance.below(last + 1));
    }
    chosen
}

/// A code as packs carry it: product, lot and perhaps serial number in either order, expiry.
pub fn pack(seed: u64) -> Vec<Written> {
    const SIGNS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut chance = Chance(seed);
    let mut chosen = vec![("10", chance.of(SIGNS, 1, 20))];
    if chance.below(2) == 0 {
        let place = chance.below(2);
        chosen.insert(place, ("21", chance.of(SIGNS, 1, 20)));
    }
    let product = format!("{}1", chance.digits(12, 12));
    chosen.insert(0, ("01", with_check_digit(&product)));
    chosen.push(("17", chance.date(0)));
    chosen
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
