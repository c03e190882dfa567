//! What comes from the scanner or is typed as a code, and how products get into the basket.

use domain::basket::{Basket, BasketLine, joined_scans};
use domain::code::{CodeRefusal, Gtin, pzn8};
use domain::id::{EntryId, ProductId};
use domain::limits::check_price;
use domain::lot::Block;
use domain::refusal::Refusal;
use domain::scan::pairing::{Earlier, Paired, merge};
use domain::scan::{Details, MAX_SCAN_BYTES, National, Scan as Code, read};
use domain::time::BusinessDate;
use ledger::{FindSales, StoredProduct};

use crate::api::basket::{AddProduct, AddUnknown, BasketView, Scan, Scanned};
use crate::asks::BasketChange;
use crate::basket::receipt_no;
use crate::counter::Counter;
use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk, id};
use crate::turns::locked;

/// A scan that the next one may be about the same pack as. A restart forgets it: it counts for seconds.
#[derive(Clone)]
pub(crate) struct EarlierScan {
    scan: Earlier,
    bytes: Vec<u8>,
    /// The sale and the line that the pack stands in; none while its product is not known.
    line: Option<(EntryId, u32)>,
    /// A second code has told of it.
    is_told: bool,
}

impl EarlierScan {
    /// Whether the pack still lies in this basket, or in none yet.
    fn is_about(&self, basket: &Basket) -> bool {
        self.line.is_none_or(|(sale, line_no)| basket.sale_id == sale && basket.line(line_no).is_some())
    }

    /// Whether a code is of the next pack, since both of this one were read; the same code again is not.
    fn is_done_with(&self, said: &Code, code: &str) -> bool {
        let is_again = self.bytes.split(|byte| *byte == b'\n').any(|scan| scan == code.as_bytes());
        self.is_told && matches!(said, Code::Details(_)) && !is_again
    }
}

/// What a code says, apart from any basket.
pub(crate) enum Read {
    /// A pack, and its product where the catalogue has it.
    Product {
        product: Option<Box<StoredProduct>>,
        code: String,
        lot: Option<String>,
        expiry: Option<BusinessDate>,
    },
    /// A pack whose product another code names.
    Part { lot: Option<String>, expiry: Option<BusinessDate> },
    /// No code of a pack.
    Bad { code: String, reason: String },
}

/// What is meant by a scan.
enum Meant {
    /// The product of one of these codes, the most certain one first, and what is said of the pack.
    Product(Vec<String>, Details),
    /// A pack whose product another code names.
    Part {
        lot: Option<String>,
        expiry: Option<BusinessDate>,
    },
    Other(Scanned),
}

/// What a code says about the pack in hand.
struct Pack {
    product: StoredProduct,
    lot: Option<String>,
    expiry: Option<BusinessDate>,
    scanned: Option<Vec<u8>>,
}

impl Desk {
    /// Takes what the scanner read: a pack goes into the basket, anything else is told, never dropped. A second code
    /// on a pack that was scanned a moment before tells of that pack, and a serial number is sold once in a basket.
    /// Asked twice, it is one pack.
    ///
    /// # Errors
    /// `nobody_signed_in`, `text_too_long`, `badge_scanned`, or what the basket refuses.
    pub fn scan(&self, scan: Scan) -> Result<Scanned, Fault> {
        check_scan(&scan.code)?;
        let code = scan.code.trim_matches(['\r', '\n']);
        if code.contains(['\r', '\n']) {
            return Ok(bad(code.to_owned(), CodeRefusal::Characters, None));
        }
        let at_ms = self.now_ms();
        let (today, basket) = self.ask(|counter| Ok((counter.today(), counter.basket()?)))?;
        let said = match read(code.as_bytes(), today) {
            Code::Misread { gtin: Some(gtin), .. } if scan.without_lot == Some(true) => {
                Code::Pack { gtin, details: Details::default() }
            }
            said => said,
        };
        let earlier = locked(&self.earlier_scan).clone();
        let earlier =
            earlier.filter(|earlier| earlier.is_about(&basket) && !earlier.is_done_with(&said, code));
        let (said, earlier) = match merge(earlier.as_ref().map(|earlier| &earlier.scan), said, at_ms) {
            Paired::Apart(said) => (said, None),
            Paired::Together(said) => (said, earlier),
            Paired::Refused(refusal) => return Ok(bad(code.to_owned(), refusal, None)),
        };
        let before = earlier.as_ref().map(|earlier| earlier.bytes.clone());
        let bytes = joined_scans(before, Some(code.as_bytes())).unwrap_or_default();
        let keep = |line: Option<(EntryId, u32)>| {
            let scan = Earlier { scan: said.clone(), at_ms };
            let is_told = line.is_some() && earlier.is_some();
            let kept = EarlierScan { scan, bytes: bytes.clone(), line, is_told };
            *locked(&self.earlier_scan) = Some(kept);
        };
        let (codes, details) = match self.meant(&said, code)? {
            Meant::Product(codes, details) => (codes, details),
            Meant::Part { lot, expiry } => {
                keep(None);
                return Ok(Scanned::Part { lot, expiry: expiry.map(|date| date.to_string()) });
            }
            Meant::Other(scanned) => {
                // It may have been of the next pack, and what comes after it then is too.
                *locked(&self.earlier_scan) = None;
                return Ok(scanned);
            }
        };
        let Some(product) = self.product_by_codes(&codes)? else {
            *locked(&self.earlier_scan) = None;
            return Ok(Scanned::Unknown { code: codes.into_iter().next().unwrap_or_default() });
        };
        let Details { lot, expiry, .. } = details;
        let line = earlier.as_ref().and_then(|earlier| earlier.line);
        // A pack that lies in the basket already stays in its line, which must not be paid.
        if line.is_none()
            && let Some(blocked) = self.blocked(&product, lot.as_ref(), expiry)?
        {
            *locked(&self.earlier_scan) = None;
            return Ok(blocked);
        }
        let (basket, line_no) =
            self.change_basket_once(&scan.ask_id, &[Changed::Basket], |counter, basket| {
                if let Some((_, line_no)) = line {
                    return Ok(BasketChange::line(basket.tell_of_pack(line_no, lot, expiry, &bytes)?));
                }
                let pack = Pack { product, lot, expiry, scanned: Some(bytes.clone()) };
                Ok(BasketChange::line(match line_of_serial(basket, &said, today) {
                    Some(line_no) => line_no,
                    None => basket.add(counter.line_of(pack, 1)?)?,
                }))
            })?;
        if let Some(sale) = EntryId::parse(&basket.sale_id) {
            keep(Some((sale, line_no)));
        }
        Ok(Scanned::Added { basket, line_no })
    }

    /// Reads a code of a pack, apart from any basket.
    ///
    /// # Errors
    /// `text_too_long`, `badge_scanned`, or a failure of the machine.
    pub(crate) fn read_code(&self, code: &str) -> Result<Read, Fault> {
        check_scan(code)?;
        let code = code.trim_matches(['\r', '\n']);
        let today = self.ask(|counter| Ok(counter.today()))?;
        Ok(match self.meant(&read(code.as_bytes(), today), code)? {
            Meant::Product(codes, Details { lot, expiry, .. }) => {
                let product = self.product_by_codes(&codes)?;
                let code = codes.into_iter().next().unwrap_or_default();
                Read::Product { product: product.map(Box::new), code, lot, expiry }
            }
            Meant::Part { lot, expiry } => Read::Part { lot, expiry },
            Meant::Other(Scanned::Bad { code, reason, .. }) => Read::Bad { code, reason },
            Meant::Other(_) => Read::Bad { code: code.to_owned(), reason: "receipt".to_owned() },
        })
    }

    /// What is meant by a scan.
    fn meant(&self, said: &Code, code: &str) -> Result<Meant, Fault> {
        Ok(match said {
            Code::Pack { gtin, details } => {
                // A pack of several countries is known by the number of each; eight digits may be a PZN.
                let of_pzn = pzn8(code).ok().map(|pzn| pzn.gtin().to_string());
                let own = std::iter::once(gtin.to_string()).chain(of_pzn);
                let codes = own.chain(details.national.iter().flat_map(codes_of)).collect();
                Meant::Product(codes, details.clone())
            }
            Code::National(national) => {
                // A code of the shop's own may look like one.
                let codes = codes_of(national).chain([code.to_owned()]).collect();
                Meant::Product(codes, Details::default())
            }
            Code::Details(Details { lot, expiry, .. }) => Meant::Part { lot: lot.clone(), expiry: *expiry },
            Code::DeliveryBox { sscc, .. } => {
                let (code, reason) = (sscc.clone(), "delivery_box".to_owned());
                Meant::Other(Scanned::Bad { code, reason, name: None })
            }
            Code::Badge(_) => return Err(Fault::bare("badge_scanned")),
            Code::Misread { text, refusal, gtin } => {
                let codes: Vec<String> = gtin.iter().map(Gtin::to_string).collect();
                let product = self.product_by_codes(&codes)?;
                Meant::Other(bad(text.clone(), *refusal, product.map(|product| product.facts.name)))
            }
            Code::Unknown(text) => match self.read_own(text)? {
                Own::Receipt(sale) => Meant::Other(Scanned::Receipt { sale_id: sale.to_string() }),
                Own::Code(code) => Meant::Product(vec![code], Details::default()),
                Own::Bad(refusal) => Meant::Other(bad(text.clone(), refusal, None)),
            },
        })
    }

    /// Adds a known product. Asked twice, it is added once.
    ///
    /// # Errors
    /// `unknown_product`, `nobody_signed_in`, or what the basket refuses.
    pub fn add_product(&self, add: AddProduct) -> Result<BasketView, Fault> {
        let product = self.known_product(&add.product_id)?;
        let pack = Pack { product, lot: None, expiry: None, scanned: None };
        let (basket, _) = self.change_basket_once(&add.ask_id, &[Changed::Basket], |counter, basket| {
            let known = counter.book.product_lots(pack.product.product, counter.branch.shelf())?;
            if let Some(block) = Block::of(known.of_all, None, counter.today()) {
                return Err(block.refusal(None).into());
            }
            Ok(BasketChange::line(basket.add(counter.line_of(pack, add.quantity)?)?))
        })?;
        Ok(basket)
    }

    /// Sells what the catalogue does not know; the manager finds it listed. Asked twice, it is added once.
    ///
    /// # Errors
    /// `name_missing`, `text_too_long`, `price_out_of_range`, `quantity_out_of_range`, `unknown_tax_code`,
    /// `badge_scanned`, `nobody_signed_in`.
    pub fn add_unknown(&self, add: AddUnknown) -> Result<BasketView, Fault> {
        check_price(add.unit_price_minor)?;
        check_scan(add.code.as_deref().unwrap_or_default())?;
        let code = add.code.filter(|code| !code.trim().is_empty());
        let today = self.ask(|counter| Ok(counter.today()))?;
        let said = code.as_deref().map(|code| read(code.as_bytes(), today));
        let details = match &said {
            // What opens something to whoever knows it is not written into a sale.
            Some(Code::Badge(_)) => return Err(Fault::bare("badge_scanned")),
            Some(Code::Pack { details, .. } | Code::Details(details)) => details.clone(),
            _ => Details::default(),
        };
        let gtin = said.as_ref().and_then(scanned_product);
        // Two tills that sell the same unknown pack apart end with one product.
        let product =
            gtin.map_or_else(|| ProductId(self.new_uuid()), |gtin| ProductId::of_gtin(gtin.as_str()));
        let (basket, _) = self.change_basket_once(&add.ask_id, &[Changed::Basket], |counter, basket| {
            let rate_ppm = counter.rate_of(&add.tax_code)?;
            let Details { lot, expiry, .. } = details;
            let known = counter.book.product_lots(product, counter.branch.shelf())?;
            if let Some(block) = known.block(lot.as_deref(), expiry, today) {
                return Err(block.refusal(None).into());
            }
            let line_no = basket.add(BasketLine {
                is_unknown: true,
                unit_price_minor: Some(add.unit_price_minor),
                scanned: code.map(String::into_bytes),
                // One code is of one pack.
                ..BasketLine::new(product, add.name.trim(), add.quantity, &add.tax_code, rate_ppm)
                    .read(lot, expiry, 1)
            })?;
            Ok(BasketChange::line(line_no))
        })?;
        Ok(basket)
    }

    /// A pack that must not be sold; none where it may be, or where it is not known which lot it is of.
    fn blocked(
        &self,
        product: &StoredProduct,
        lot: Option<&String>,
        expiry: Option<BusinessDate>,
    ) -> Result<Option<Scanned>, Fault> {
        let (known, today) = self.ask(|counter| {
            Ok((counter.book.product_lots(product.product, counter.branch.shelf())?, counter.today()))
        })?;
        let block = match lot {
            Some(lot) => known.block(Some(lot), expiry, today),
            None => Block::of(known.of_all, expiry, today),
        };
        let of_lot = known.lots.iter().find(|known| known.lot.as_ref() == lot && lot.is_some());
        let expiry = expiry.into_iter().chain(of_lot.and_then(|lot| lot.expiry)).min();
        Ok(block.map(|block| Scanned::Blocked {
            product_id: product.product.to_string(),
            name: product.facts.name.clone(),
            lot: lot.cloned(),
            expiry: expiry.map(|day| day.to_string()),
            reason: block.refusal(None).code().to_owned(),
        }))
    }

    /// The product of the first of these codes that the catalogue has.
    fn product_by_codes(&self, codes: &[String]) -> Result<Option<StoredProduct>, Fault> {
        for code in codes {
            if let Some(product) = self.product_by_code(code)? {
                return Ok(Some(product));
            }
        }
        Ok(None)
    }

    /// The product of a code. Practice mode sells what the pharmacy's own catalogue has.
    fn product_by_code(&self, code: &str) -> Result<Option<StoredProduct>, Fault> {
        let mut products = self.book.ask(|book| Ok(book.products_by_code(code)?))?;
        // A code that was given again belongs to the pack that is still sold.
        products.sort_by_key(|product| product.facts.is_withdrawn);
        Ok(products.into_iter().next())
    }

    /// A product that a command names.
    pub(crate) fn known_product(&self, product_id: &str) -> Result<StoredProduct, Fault> {
        let product = id(product_id, ProductId::parse)?;
        let found = self.book.ask(|book| Ok(book.product(product)?))?;
        found.ok_or_else(|| Fault::bare("unknown_product"))
    }

    /// What is not a code of a pack: one of our receipts, a code that a source gave, or nothing that can be.
    fn read_own(&self, text: &str) -> Result<Own, Fault> {
        if let Some(sale) = self.ask(|counter| counter.sale_of_receipt_no(text))? {
            return Ok(Own::Receipt(sale));
        }
        let of_pzn = pzn8(text).ok().map(|pzn| pzn.gtin().to_string());
        for code in of_pzn.into_iter().chain([text.to_owned()]) {
            if self.product_by_code(&code)?.is_some() {
                return Ok(Own::Code(code));
            }
        }
        let is_shaped =
            !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-./".contains(c));
        Ok(if !is_shaped {
            Own::Bad(CodeRefusal::Characters)
        } else if text.chars().all(|c| c.is_ascii_digit()) {
            Own::Bad(CodeRefusal::Length)
        } else {
            Own::Code(text.to_owned())
        })
    }
}

/// What a text is that is no code of a pack by its shape.
enum Own {
    Receipt(EntryId),
    Code(String),
    Bad(CodeRefusal),
}

fn bad(code: String, refusal: CodeRefusal, name: Option<String>) -> Scanned {
    let reason = refusal.code();
    Scanned::Bad { code, reason: reason.strip_prefix("code_").unwrap_or(reason).to_owned(), name }
}

/// The line that this very pack stands in: no two have the same serial number.
fn line_of_serial(basket: &Basket, said: &Code, today: BusinessDate) -> Option<u32> {
    let serial = |said: &Code| match said {
        Code::Pack { gtin, details } => Some((*gtin, details.serial.clone()?)),
        _ => None,
    };
    let wanted = serial(said)?;
    let is_sold = |line: &&BasketLine| {
        let scans = line.scanned.iter().flat_map(|scans| scans.split(|byte| *byte == b'\n'));
        let mut serials: Vec<_> = scans.filter_map(|scan| serial(&read(scan, today))).collect();
        serials.dedup();
        // Of a line with fewer packs than numbers nobody knows which ones were taken out.
        let is_whole = i64::try_from(serials.len()).is_ok_and(|count| count <= line.quantity);
        line.refund.is_none() && is_whole && serials.contains(&wanted)
    };
    basket.lines.iter().find(is_sold).map(|line| line.line_no)
}

/// The codes that a national number may be kept by.
fn codes_of(national: &National) -> impl Iterator<Item = String> {
    let gtin = national.gtin().map(|gtin| gtin.to_string());
    gtin.into_iter().chain([national.number.clone()])
}

pub(crate) fn check_scan(code: &str) -> Result<(), Refusal> {
    if code.len() > MAX_SCAN_BYTES {
        return Err(Refusal::TextTooLong { limit: MAX_SCAN_BYTES as u32 });
    }
    Ok(())
}

/// The product that a code names for certain.
pub(crate) fn scanned_product(said: &Code) -> Option<Gtin> {
    match said {
        Code::Pack { gtin, .. } | Code::Misread { gtin: Some(gtin), .. } => Some(*gtin),
        Code::National(national) => national.gtin(),
        _ => None,
    }
}

impl Counter<'_> {
    /// The sale whose receipt shows this number or carries it as its barcode.
    pub(crate) fn sale_of_receipt_no(&self, text: &str) -> Result<Option<EntryId>, Stop> {
        let text = text.to_uppercase();
        let Some((_, no)) = text.rsplit_once('-') else { return Ok(None) };
        let Ok(no) = no.parse() else { return Ok(None) };
        let find = FindSales { receipt_no: Some(no), limit: 500, ..FindSales::default() };
        let rows = self.book.sales(&find)?;
        Ok(rows.into_iter().find(|row| receipt_no(&row.series, row.receipt_no) == text).map(|row| row.sale))
    }

    /// The rate of a tax code on the present business date.
    pub(crate) fn rate_of(&self, tax_code: &str) -> Result<i64, Stop> {
        let rate = self.house.country.tax_rate_ppm(tax_code, self.business_date()?);
        rate.ok_or_else(|| Stop::bare("unknown_tax_code"))
    }

    /// The line that packs of a product make.
    fn line_of(&self, pack: Pack, quantity: i64) -> Result<BasketLine, Stop> {
        let facts = pack.product.facts;
        let by_country = || self.house.country.medicine_tax_code(facts.reimbursement.is_some()).to_owned();
        let tax_code = facts.tax_code.clone().unwrap_or_else(by_country);
        let rate_ppm = self.rate_of(&tax_code)?;
        Ok(BasketLine {
            pack: facts.pack.unwrap_or_default(),
            pack_content: facts.pack_content,
            unit_price_minor: facts.price_minor.filter(|price_minor| check_price(*price_minor).is_ok()),
            rx: facts.rx,
            scanned: pack.scanned,
            ..BasketLine::new(pack.product.product, &facts.name, quantity, &tax_code, rate_ppm).read(
                pack.lot,
                pack.expiry,
                quantity,
            )
        })
    }

    /// The line that packs taken back without a receipt make.
    pub(crate) fn unlinked_line(&self, product: StoredProduct, quantity: i64) -> Result<BasketLine, Stop> {
        self.line_of(Pack { product, lot: None, expiry: None, scanned: None }, quantity)
    }
}
