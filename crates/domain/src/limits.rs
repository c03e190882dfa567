//! Everything has a limit. Each is checked where the thing comes in and tested at its edge.

use crate::refusal::Refusal;

/// Largest amount in minor units, either sign: 2^53 - 1, so that JSON and TypeScript are exact.
pub const MAX_MINOR: i64 = (1 << 53) - 1;
/// Lines of one basket or sale.
pub const MAX_LINES: u32 = 500;
/// Packs on one line.
pub const MAX_QUANTITY: i64 = 9_999;
/// Price of one pack in minor units.
pub const MAX_PRICE_MINOR: i64 = 10_000_000;
/// Tax rate in parts per million: 100 %.
pub const MAX_RATE_PPM: i64 = 1_000_000;
/// Hundredths of a percent of a discount: 100 %.
pub const MAX_PERCENT: i64 = 10_000;
/// Means of payment of one sale.
pub const MAX_TENDERS: u32 = 20;
/// So many of one note or coin.
pub const MAX_DENOMINATION_COUNT: i64 = 100_000;
/// Different notes and coins in one count.
pub const MAX_DENOMINATIONS: u32 = 50;
/// Lines of one delivery.
pub const MAX_RECEIVED_LINES: u32 = 500;
/// Packs on one line of a delivery.
pub const MAX_RECEIVED_PACKS: i64 = 1_000_000;
/// Lots of one product that are looked at to sell one line.
pub const MAX_LOTS: u32 = 10_000;
/// Pieces on one line.
pub const MAX_PIECES: i64 = 1_000_000;
/// Pieces in one pack.
pub const MAX_PACK_CONTENT: i64 = 1_000_000;
/// Days of sales that an order is proposed from.
pub const MAX_HISTORY_DAYS: u32 = 365;
/// Packs sold of one product on one day, as far as an order is proposed from them.
pub const MAX_DAY_PACKS: i64 = 1_000_000;
/// Days from an order to its delivery, and from one order to the next.
pub const MAX_REORDER_DAYS: i64 = 365;
/// Packs in a supplier's outer, of the smallest order, and that always have to be there.
pub const MAX_ORDER_PACKS: i64 = 1_000_000;
/// Packs on hand or on order of one product, either sign.
pub const MAX_STOCK_PACKS: i64 = 1_000_000_000;
/// Products that are put into classes together.
pub const MAX_CLASSED_PRODUCTS: u32 = 1_000_000;
/// Characters of a typed name: of a person, a customer, a product that the catalogue does not know.
pub const MAX_NAME: u32 = 100;
/// Characters of a product's name, or of how it is packed, as catalogues publish them.
pub const MAX_PRODUCT_TEXT: u32 = 300;
/// Characters of the label of a parked basket.
pub const MAX_LABEL: u32 = 60;
/// Characters of a note typed to a reason.
pub const MAX_NOTE: u32 = 200;
/// Characters of the reference of a tender.
pub const MAX_REFERENCE: u32 = 60;
/// Characters of a tax code, a lot or a text of how a product is packed.
pub const MAX_SHORT_TEXT: u32 = 60;
/// Bytes of a scan that are kept with the line.
pub const MAX_SCANNED_BYTES: u32 = 1_000;

/// Checks the length of a text in characters.
///
/// # Errors
/// `text_too_long`.
pub fn check_text(text: &str, limit: u32) -> Result<(), Refusal> {
    // Bytes first: a text of a gigabyte is not counted to its end.
    let limit_len = limit as usize;
    if text.len() > limit_len * 4 || text.chars().count() > limit_len {
        return Err(Refusal::TextTooLong { limit });
    }
    Ok(())
}

/// Checks a text that must say something.
///
/// # Errors
/// `name_missing`, `text_too_long`.
pub fn check_name(name: &str) -> Result<(), Refusal> {
    if name.trim().is_empty() {
        return Err(Refusal::NameMissing);
    }
    check_text(name, MAX_NAME)
}

/// Checks the name of a product in the catalogue.
///
/// # Errors
/// `name_missing`, `text_too_long`.
pub fn check_product_name(name: &str) -> Result<(), Refusal> {
    if name.trim().is_empty() { Err(Refusal::NameMissing) } else { check_text(name, MAX_PRODUCT_TEXT) }
}

/// Checks that there are not more than `limit` lines.
///
/// # Errors
/// `too_many_lines`.
pub fn check_lines(count: usize, limit: u32) -> Result<(), Refusal> {
    if count > limit as usize { Err(Refusal::TooManyLines { limit }) } else { Ok(()) }
}

/// Checks a price of one pack: above zero and not above [`MAX_PRICE_MINOR`].
///
/// # Errors
/// `price_out_of_range`.
pub fn check_price(price_minor: i64) -> Result<(), Refusal> {
    if (1..=MAX_PRICE_MINOR).contains(&price_minor) {
        Ok(())
    } else {
        Err(Refusal::PriceOutOfRange { limit: MAX_PRICE_MINOR })
    }
}

/// Checks a quantity: above zero and not above `limit`.
///
/// # Errors
/// `quantity_out_of_range`.
pub fn check_quantity(quantity: i64, limit: i64) -> Result<(), Refusal> {
    if (1..=limit).contains(&quantity) { Ok(()) } else { Err(Refusal::QuantityOutOfRange { limit }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(result: Result<(), Refusal>, refused: Option<&str>) {
        assert_eq!(result.err().map(Refusal::code), refused);
    }

    #[test]
    fn edges() {
        check(check_text(&"é".repeat(60), MAX_LABEL), None);
        check(check_text(&"é".repeat(61), MAX_LABEL), Some("text_too_long"));
        check(check_text(&"x".repeat(1_000_000), MAX_LABEL), Some("text_too_long"));
        check(check_name(&"n".repeat(100)), None);
        check(check_name(&"n".repeat(101)), Some("text_too_long"));
        check(check_name(" \t"), Some("name_missing"));
        check(check_product_name(&"n".repeat(300)), None);
        check(check_product_name(&"n".repeat(301)), Some("text_too_long"));
        check(check_product_name(" "), Some("name_missing"));
        check(check_lines(500, MAX_LINES), None);
        check(check_lines(501, MAX_LINES), Some("too_many_lines"));
        check(check_price(1), None);
        check(check_price(MAX_PRICE_MINOR), None);
        check(check_price(0), Some("price_out_of_range"));
        check(check_price(MAX_PRICE_MINOR + 1), Some("price_out_of_range"));
        check(check_quantity(1, MAX_QUANTITY), None);
        check(check_quantity(MAX_QUANTITY, MAX_QUANTITY), None);
        check(check_quantity(0, MAX_QUANTITY), Some("quantity_out_of_range"));
        check(check_quantity(MAX_QUANTITY + 1, MAX_QUANTITY), Some("quantity_out_of_range"));
    }
}
