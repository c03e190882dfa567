//! What a country prescribes: currency, cash, tax rates and cash rounding, all of it dated data.
//!
//! The table is `data/countries.tsv`, which also names its sources. It is part of the program and read
//! once; a test holds that every row of it is understood.

use std::sync::LazyLock;

use crate::time::BusinessDate;

const TABLE: &str = include_str!("../data/countries.tsv");

static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| read(TABLE).unwrap_or_default());

/// A country's rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Country {
    /// ISO 3166 code of two capital letters.
    pub code: &'static str,
    /// ISO 4217 code.
    pub currency: &'static str,
    /// Decimal digits of the currency.
    pub currency_digits: u32,
    /// Notes in minor units, largest first.
    pub notes: Vec<i64>,
    /// Coins in minor units, largest first.
    pub coins: Vec<i64>,
    /// IANA time zones; the first one is proposed.
    pub time_zones: Vec<&'static str>,
    reimbursed_medicine_tax_code: &'static str,
    other_medicine_tax_code: &'static str,
    taxes: Vec<Tax>,
    roundings: Vec<Rounding>,
    fields: Vec<DatedField>,
}

/// Something that a law wants on receipts beside what every receipt says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PaperField {
    /// The pharmacy's number at the tax office.
    TaxNo,
    /// Its number in the register of companies.
    CompanyNo,
    /// When the sale was begun.
    Begun,
    /// The serial number of the till.
    TillSerial,
    /// That no security module signs the receipt.
    Unsigned,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct DatedField {
    valid_from: BusinessDate,
    field: PaperField,
    name: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tax {
    code: &'static str,
    valid_from: BusinessDate,
    rate_ppm: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rounding {
    valid_from: BusinessDate,
    rule: Option<CashRounding>,
}

/// How an amount paid in cash is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CashRounding {
    /// Smallest step in minor units, above 1.
    pub step_minor: i64,
    /// When it applies.
    pub condition: RoundingCondition,
}

/// When cash is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoundingCondition {
    /// The cash part of every sale.
    Always,
    /// Only if the whole sale is paid in cash.
    OnlyIfAllCash,
}

/// The rules of a country by its ISO 3166 code in capitals; `None` if it is not in the table.
#[must_use]
pub fn country(code: &str) -> Option<&'static Country> {
    COUNTRIES.iter().find(|country| country.code == code)
}

/// All countries of the table, in its order.
#[must_use]
pub fn countries() -> &'static [Country] {
    &COUNTRIES
}

impl Country {
    /// Rate of a tax code on a day, in parts per million of the net price (19 % is 190000); `None` if the
    /// country has no such code on that day.
    #[must_use]
    pub fn tax_rate_ppm(&self, tax_code: &str, date: BusinessDate) -> Option<i64> {
        self.taxes
            .iter()
            .filter(|tax| tax.code == tax_code && tax.valid_from <= date)
            .max_by_key(|tax| tax.valid_from)
            .map(|tax| tax.rate_ppm)
    }

    /// Tax codes of a day with their rates in parts per million, in the order of the table.
    #[must_use]
    pub fn tax_codes_on(&self, date: BusinessDate) -> Vec<(&'static str, i64)> {
        let mut codes: Vec<(&'static str, i64)> = Vec::new();
        for tax in &self.taxes {
            if codes.iter().all(|(code, _)| *code != tax.code)
                && let Some(rate_ppm) = self.tax_rate_ppm(tax.code, date)
            {
                codes.push((tax.code, rate_ppm));
            }
        }
        codes
    }

    /// The letter that stands for a tax code on paper, the same on every paper of the country: A for the first
    /// code of the table; `?` for one that the country does not have.
    #[must_use]
    pub fn tax_letter(&self, tax_code: &str) -> char {
        let mut codes: Vec<&str> = self.taxes.iter().map(|tax| tax.code).collect();
        codes.dedup();
        let place = codes.iter().position(|code| *code == tax_code);
        place.and_then(|place| ('A'..='Z').nth(place)).unwrap_or('?')
    }

    /// Tax code that a medicine has unless told otherwise. Some countries tax what the health insurance
    /// reimburses differently.
    #[must_use]
    pub fn medicine_tax_code(&self, is_reimbursed: bool) -> &'static str {
        if is_reimbursed { self.reimbursed_medicine_tax_code } else { self.other_medicine_tax_code }
    }

    /// What the law of a day wants on receipts, with its name on paper, in the order of the table.
    pub fn paper_fields_on(&self, date: BusinessDate) -> impl Iterator<Item = (PaperField, &'static str)> {
        let in_force = self.fields.iter().filter(move |field| field.valid_from <= date);
        in_force.map(|field| (field.field, field.name))
    }

    /// The cash rounding in force on a day.
    #[must_use]
    pub fn cash_rounding_on(&self, date: BusinessDate) -> Option<CashRounding> {
        let in_force = self.roundings.iter().filter(|rounding| rounding.valid_from <= date);
        in_force.max_by_key(|rounding| rounding.valid_from)?.rule
    }
}

/// Rounds to the nearest multiple of `step_minor`, half away from zero.
///
/// A step of 1 or less leaves the amount, and so does an amount so near the end of `i64` that its
/// neighbour does not exist.
#[must_use]
pub fn round_cash(amount_minor: i64, step_minor: i64) -> i64 {
    if step_minor <= 1 {
        return amount_minor;
    }
    let rest = amount_minor % step_minor;
    let toward_zero = amount_minor - rest;
    if rest.unsigned_abs() < step_minor.unsigned_abs() - rest.unsigned_abs() {
        return toward_zero;
    }
    toward_zero.checked_add(step_minor * rest.signum()).unwrap_or(amount_minor)
}

/// Reads the table; the error is the number of the first line that is not understood.
fn read(table: &'static str) -> Result<Vec<Country>, usize> {
    let mut currencies = Vec::new();
    let mut countries: Vec<Country> = Vec::new();
    for (line_no, line) in (1usize..).zip(table.lines()) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let cells: Vec<&'static str> = line.split('\t').collect();
        read_row(&cells, &mut currencies, &mut countries).ok_or(line_no)?;
    }
    Ok(countries)
}

struct Currency {
    code: &'static str,
    digits: u32,
    notes: Vec<i64>,
    coins: Vec<i64>,
}

fn read_row(
    cells: &[&'static str],
    currencies: &mut Vec<Currency>,
    countries: &mut Vec<Country>,
) -> Option<()> {
    match *cells {
        ["currency", code, digits, notes, coins] => {
            let digits = digits.parse().ok()?;
            currencies.push(Currency { code, digits, notes: amounts(notes)?, coins: amounts(coins)? });
        }
        ["country", code, currency, time_zones, reimbursed, other] => {
            let currency = currencies.iter().find(|known| known.code == currency)?;
            countries.push(Country {
                code,
                currency: currency.code,
                currency_digits: currency.digits,
                notes: currency.notes.clone(),
                coins: currency.coins.clone(),
                time_zones: time_zones.split(',').collect(),
                reimbursed_medicine_tax_code: reimbursed,
                other_medicine_tax_code: other,
                taxes: Vec::new(),
                roundings: Vec::new(),
                fields: Vec::new(),
            });
        }
        ["tax", country, code, valid_from, rate_ppm] => {
            let country = countries.iter_mut().find(|known| known.code == country)?;
            let rate_ppm = rate_ppm.parse().ok().filter(|rate| (0..=1_000_000).contains(rate))?;
            country.taxes.push(Tax { code, valid_from: BusinessDate::parse(valid_from)?, rate_ppm });
        }
        ["rounding", country, valid_from, step_minor, condition] => {
            let country = countries.iter_mut().find(|known| known.code == country)?;
            let condition = match condition {
                "always" => RoundingCondition::Always,
                "only_if_all_cash" => RoundingCondition::OnlyIfAllCash,
                _ => return None,
            };
            let step_minor: i64 = step_minor.parse().ok()?;
            let rule = (step_minor > 1).then_some(CashRounding { step_minor, condition });
            country.roundings.push(Rounding { valid_from: BusinessDate::parse(valid_from)?, rule });
        }
        ["field", country, valid_from, field, name] => {
            let country = countries.iter_mut().find(|known| known.code == country)?;
            let field = match field {
                "tax_no" => PaperField::TaxNo,
                "company_no" => PaperField::CompanyNo,
                "begun" => PaperField::Begun,
                "till_serial" => PaperField::TillSerial,
                "unsigned" => PaperField::Unsigned,
                _ => return None,
            };
            country.fields.push(DatedField { valid_from: BusinessDate::parse(valid_from)?, field, name });
        }
        _ => return None,
    }
    Some(())
}

fn amounts(cell: &str) -> Option<Vec<i64>> {
    cell.split(',').map(|amount| amount.parse().ok().filter(|amount| *amount > 0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> BusinessDate {
        BusinessDate::parse(text).unwrap()
    }

    #[test]
    fn every_row_of_the_table_is_understood() {
        let read = read(TABLE).unwrap();
        let codes: Vec<&str> = read.iter().map(|country| country.code).collect();
        assert_eq!(codes, ["DE", "AT", "FR", "CH", "BE", "NL", "IE", "FI", "IT", "ES", "LU", "TN", "SN"]);
        for country in countries() {
            assert!(
                country.notes.iter().chain(&country.coins).is_sorted_by(|a, b| a > b),
                "{}",
                country.code
            );
            for zone in &country.time_zones {
                assert!(zone.parse::<chrono_tz::Tz>().is_ok(), "{zone}");
            }
            for is_reimbursed in [true, false] {
                let code = country.medicine_tax_code(is_reimbursed);
                assert!(country.tax_rate_ppm(code, day("2026-11-21")).is_some(), "{} {code}", country.code);
            }
        }
    }

    #[test]
    fn a_row_that_is_not_understood_is_named() {
        let check =
            |table, line| assert_eq!(read(table).map(|countries| countries.len()), Err(line), "{table}");
        check("# note\ncash\tDE", 2);
        check("country\tDE\tEUR\tEurope/Berlin\tstandard\tstandard", 1);
        check("currency\tEUR\t2\t500,x\t1", 1);
        check("currency\tEUR\t2\t500\t1\ntax\tDE\tstandard\t2021-01-01\t190000", 2);
        let with_country = "currency\tEUR\t2\t500\t1\ncountry\tDE\tEUR\tEurope/Berlin\tstandard\tstandard\n";
        for row in [
            "tax\tDE\tstandard\t2021-02-30\t190000",
            "tax\tDE\tstandard\t2021-01-01\t1900000",
            "rounding\tDE\t2021-01-01\t5\tsometimes",
            "field\tDE\t2021-01-01\tcolour\tFarbe",
        ] {
            check(format!("{with_country}{row}").leak(), 3);
        }
    }

    #[test]
    fn tax_rates_are_dated() {
        let check = |code, tax_code, date, rate| {
            assert_eq!(
                country(code).unwrap().tax_rate_ppm(tax_code, day(date)),
                rate,
                "{code} {tax_code} {date}"
            );
        };
        check("DE", "standard", "2006-12-31", None);
        check("DE", "standard", "2020-06-30", Some(190_000));
        check("DE", "standard", "2020-07-01", Some(160_000));
        check("DE", "reduced", "2020-12-31", Some(50_000));
        check("DE", "standard", "2021-01-01", Some(190_000));
        check("DE", "reduced", "2026-11-21", Some(70_000));
        check("DE", "super_reduced", "2026-11-21", None);
        check("FR", "super_reduced", "2026-11-21", Some(21_000));
        check("FR", "intermediate", "2026-11-21", Some(100_000));
        check("CH", "reduced", "2023-12-31", Some(25_000));
        check("CH", "reduced", "2024-01-01", Some(26_000));
        check("IE", "zero", "2026-11-21", Some(0));
        assert_eq!(country("de"), None);
        assert_eq!(country("XX"), None);
    }

    #[test]
    fn the_codes_of_a_day_are_listed_once() {
        let de = country("DE").unwrap();
        let codes = de.tax_codes_on(day("2020-08-01"));
        assert_eq!(codes, [("standard", 160_000), ("reduced", 50_000), ("zero", 0)]);
        assert_eq!(de.tax_codes_on(day("1990-01-01")), []);
    }

    #[test]
    fn medicines_have_a_tax_code() {
        let check = |code, is_reimbursed, tax_code| {
            assert_eq!(country(code).unwrap().medicine_tax_code(is_reimbursed), tax_code);
        };
        check("DE", true, "standard");
        check("FR", true, "super_reduced");
        check("FR", false, "intermediate");
    }

    #[test]
    fn a_tax_code_has_the_same_letter_on_every_paper() {
        let check = |code, tax_code, letter| {
            assert_eq!(country(code).unwrap().tax_letter(tax_code), letter, "{code} {tax_code}");
        };
        check("DE", "standard", 'A');
        check("DE", "reduced", 'B');
        check("DE", "zero", 'C');
        check("FR", "intermediate", 'B');
        check("FR", "super_reduced", 'D');
        check("ES", "super_reduced", 'C');
        check("DE", "luxury", '?');
        for country in countries() {
            let mut codes: Vec<&str> = country.taxes.iter().map(|tax| tax.code).collect();
            codes.dedup();
            let mut once = codes.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), codes.len(), "{}: the rows of a code stand together", country.code);
        }
    }

    #[test]
    fn cash_rounding_is_dated_and_conditional() {
        let check = |code, date, expected: Option<(i64, RoundingCondition)>| {
            let rule = country(code).unwrap().cash_rounding_on(day(date));
            assert_eq!(rule.map(|rule| (rule.step_minor, rule.condition)), expected, "{code} {date}");
        };
        check("BE", "2019-11-30", None);
        check("BE", "2019-12-01", Some((5, RoundingCondition::Always)));
        check("IT", "2026-11-21", Some((5, RoundingCondition::OnlyIfAllCash)));
        check("CH", "2026-11-21", Some((5, RoundingCondition::Always)));
        for none in ["DE", "AT", "FR", "ES", "LU", "TN", "SN"] {
            check(none, "2026-11-21", None);
        }
    }

    #[test]
    fn what_a_law_wants_on_receipts_is_dated() {
        let check = |code, date, expected: &[(PaperField, &str)]| {
            let fields: Vec<_> = country(code).unwrap().paper_fields_on(day(date)).collect();
            assert_eq!(fields, expected, "{code} {date}");
        };
        let german = [
            (PaperField::Begun, "Beginn"),
            (PaperField::TillSerial, "Seriennr. der Kasse"),
            (PaperField::Unsigned, "Keine TSE eingerichtet"),
        ];
        check("DE", "2019-12-31", &[]);
        check("DE", "2020-01-01", &german);
        check("FR", "2026-11-21", &[(PaperField::CompanyNo, "SIRET"), (PaperField::TaxNo, "N° TVA")]);
        check("ES", "2026-11-21", &[(PaperField::TaxNo, "NIF")]);
    }

    #[test]
    fn the_currency_has_its_notes_and_coins() {
        let swiss = country("CH").unwrap();
        assert_eq!((swiss.currency, swiss.currency_digits), ("CHF", 2));
        assert_eq!((swiss.notes.first(), swiss.coins.last()), (Some(&100_000), Some(&5)));
        assert_eq!(country("DE").unwrap().coins, [200, 100, 50, 20, 10, 5, 2, 1]);
    }

    #[test]
    fn cash_is_rounded_half_away_from_zero() {
        let check =
            |amount, step, rounded| assert_eq!(round_cash(amount, step), rounded, "{amount} by {step}");
        for (amount, rounded) in
            [(0, 0), (1, 0), (2, 0), (3, 5), (4, 5), (5, 5), (6, 5), (7, 5), (8, 10), (9, 10)]
        {
            check(amount, 5, rounded);
            check(-amount, 5, -rounded);
            check(1000 + amount, 5, 1000 + rounded);
        }
        check(25, 50, 50);
        check(-25, 50, -50);
        check(24, 50, 0);
        check(1, 2, 2);
        check(-1, 2, -2);
        check(123, 1, 123);
        check(123, 0, 123);
        check(123, -5, 123);
        check(i64::MAX, 10, i64::MAX);
        check(i64::MAX, 8, i64::MAX);
        check(i64::MIN, 10, i64::MIN);
        check(i64::MIN, i64::MAX, -i64::MAX);
    }
}
