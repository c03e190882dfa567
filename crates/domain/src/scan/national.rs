//! Numbers that a country gives to its medicines, and the GTIN that each stands for.

use crate::code::{CodeRefusal, Gtin, Pzn, gs1_check_digit, gtin14, pzn8};

/// Who keeps a list of numbers. Each but [`List::Acl`] has an application identifier of its own, 710 to 717.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum List {
    /// Germany, AI 710: 8 digits of the IFA.
    Pzn,
    /// France, AI 711: 13 digits that begin with 34009, medicines with a marketing authorisation.
    Cip,
    /// France: 13 digits that begin with 3401, what else pharmacies sell.
    Acl,
    /// Spain, AI 712: 6 digits and one that checks them.
    Cn,
    /// Brazil, AI 713.
    Drn,
    /// Portugal, AI 714.
    Aim,
    /// United States, AI 715.
    Ndc,
    /// Italy, AI 716: 9 digits, the last of which checks the others.
    Aic,
    /// Costa Rica, AI 717.
    Srn,
}

impl List {
    /// The list of an application identifier.
    pub(super) fn of_ai(ai: &str) -> Option<Self> {
        Some(match ai {
            "710" => List::Pzn,
            "711" => List::Cip,
            "712" => List::Cn,
            "713" => List::Drn,
            "714" => List::Aim,
            "715" => List::Ndc,
            "716" => List::Aic,
            "717" => List::Srn,
            _ => return None,
        })
    }

    /// Stable name for the edge.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            List::Pzn => "pzn",
            List::Cip => "cip",
            List::Acl => "acl",
            List::Cn => "cn",
            List::Drn => "drn",
            List::Aim => "aim",
            List::Ndc => "ndc",
            List::Aic => "aic",
            List::Srn => "srn",
        }
    }
}

/// A number with the list that it is in. The digits are text: leading zeros belong to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct National {
    /// Whose number.
    pub list: List,
    /// As it was read.
    pub number: String,
}

impl National {
    /// A PZN.
    #[must_use]
    pub fn of_pzn(pzn: &Pzn) -> Self {
        Self { list: List::Pzn, number: pzn.as_str().to_owned() }
    }

    /// The number that is part of a GTIN: NTIN with a PZN, CIP13, ACL13, and Spanish codes.
    #[must_use]
    pub fn of_gtin(gtin: &Gtin) -> Option<Self> {
        let digits = gtin.as_str();
        let national = |list, number: &str| Some(Self { list, number: number.to_owned() });
        if let Some(rest) = digits.strip_prefix("04150") {
            return pzn8(&rest[..8]).ok().map(|pzn| Self::of_pzn(&pzn));
        }
        match digits {
            _ if digits.starts_with("034009") => national(List::Cip, &digits[1..]),
            _ if digits.starts_with("03401") => national(List::Acl, &digits[1..]),
            _ => digits.strip_prefix("0847000").and_then(|cn| national(List::Cn, cn)),
        }
    }

    /// The GTIN that packs with this number carry, where the number alone tells it.
    #[must_use]
    pub fn gtin(&self) -> Option<Gtin> {
        match self.list {
            List::Pzn => pzn8(&self.number).ok().map(|pzn| pzn.gtin()),
            List::Cip | List::Acl if self.number.len() == 13 => gtin14(&self.number).ok(),
            List::Cn => gtin_of_cn(&self.number),
            _ => None,
        }
    }
}

/// `847000`, the six digits, and the digit that checks both.
fn gtin_of_cn(number: &str) -> Option<Gtin> {
    let six = number.get(..6).filter(|six| six.bytes().all(|byte| byte.is_ascii_digit()))?;
    let digits = format!("847000{six}");
    let gtin = format!("{digits}{}", char::from(gs1_check_digit(digits.as_bytes())));
    (number.len() == 6 || gtin.ends_with(number)).then(|| gtin14(&gtin).ok()).flatten()
}

/// A PZN with its prefix, as Code 39 holds it and people write it; seven digits are those from before 2013.
pub(super) fn read_pzn(text: &str) -> Option<Result<National, CodeRefusal>> {
    let digits = without_pzn_prefix(text)?;
    let digits = if digits.len() == 7 { format!("0{digits}") } else { digits.to_owned() };
    match pzn8(&digits) {
        Ok(pzn) => Some(Ok(National::of_pzn(&pzn))),
        Err(CodeRefusal::CheckDigit) => Some(Err(CodeRefusal::CheckDigit)),
        Err(_) => None,
    }
}

fn without_pzn_prefix(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix('-') {
        return Some(rest);
    }
    let prefix = text.get(..3).filter(|prefix| prefix.eq_ignore_ascii_case("pzn"))?;
    Some(text[prefix.len()..].trim_start_matches([' ', ':', '-', '.']))
}

/// An Italian AIC: `A` and nine digits, or its six characters in Code 32. Where the scanner does not say that it
/// read Code 39, the six must look like a medicine's, which begin with 0.
pub(super) fn read_aic(text: &str, is_code_39: bool) -> Option<National> {
    let number = match text.strip_prefix('A') {
        Some(digits) if digits.len() == 9 => digits.to_owned(),
        _ => of_code_32(text)?,
    };
    let is_certain = text.len() == 10 || is_code_39 || (number.starts_with('0') && text.starts_with('0'));
    (is_certain && has_aic_check(&number)).then_some(National { list: List::Aic, number })
}

/// Six characters to the base of 32, without vowels.
fn of_code_32(text: &str) -> Option<String> {
    const DIGITS: &[u8] = b"0123456789BCDFGHJKLMNPQRSTUVWXYZ";
    if text.len() != 6 || text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut value = 0;
    for byte in text.bytes() {
        value = value * 32 + DIGITS.iter().position(|digit| *digit == byte)?;
    }
    let number = format!("{value:09}");
    (number.len() == 9).then_some(number)
}

/// Weights 1, 2, 1, 2 … over eight digits, two-digit products as the sum of theirs, modulo 10.
fn has_aic_check(number: &str) -> bool {
    let digits = number.as_bytes();
    if digits.len() != 9 || !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let weigh = |(digit, weight): (&u8, &u8)| {
        let product = (digit - b'0') * weight;
        u32::from(product / 10 + product % 10)
    };
    let sum: u32 = digits[..8].iter().zip([1, 2].iter().cycle()).map(weigh).sum();
    sum % 10 == u32::from(digits[8] - b'0')
}
