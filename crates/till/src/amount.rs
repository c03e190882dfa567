//! Amounts as people read and write them. Whole minor units inside, never a fraction of one.

pub use domain::money::decimal_text as text;

/// Reads "12.34", "12" or "-0.05"; `None` for anything else, and for more digits than the currency has.
#[must_use]
pub fn parse(text: &str, digits: u32) -> Option<i64> {
    let (sign, figures) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, part) = figures.split_once('.').unwrap_or((figures, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_plain = !whole.is_empty() && whole.len() <= 13 && all_digits(whole) && all_digits(part);
    if !is_plain || part.len() > digits as usize || figures.ends_with('.') {
        return None;
    }
    let padded = format!("{part:0<width$}", width = digits as usize);
    let minor = format!("{whole}{padded}").parse::<i64>().ok()?;
    minor.checked_mul(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, digits: u32, minor: Option<i64>, shown: &str) {
        assert_eq!(parse(written, digits), minor, "{written}");
        if let Some(minor) = minor {
            assert_eq!(text(minor, digits), shown);
        }
    }

    #[test]
    fn amounts() {
        check("12.34", 2, Some(1234), "12.34");
        check("12", 2, Some(1200), "12.00");
        check("12.3", 2, Some(1230), "12.30");
        check("-0.05", 2, Some(-5), "-0.05");
        check("0", 2, Some(0), "0.00");
        check("1500", 0, Some(1500), "1500");
        check("1.5", 0, None, "");
        check("1.234", 2, None, "");
        check("1.", 2, None, "");
        check(".5", 2, None, "");
        check("--1", 2, None, "");
        check("+1", 2, None, "");
        check("1,50", 2, None, "");
        check("99999999999999", 2, None, "");
    }
}
