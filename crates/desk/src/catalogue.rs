//! Products: found as one types, shown with their history, made and changed by hand.

use domain::entry::{Entry, ReceivedLine};
use domain::id::{ProductId as DomainProductId, StaffId, TillId};
use domain::limits::{MAX_PRICE_MINOR, MAX_PRODUCT_TEXT, check_product_name, check_text};
use domain::lot::{EXPIRING_SOON_DAYS, LotState, days_left};
use domain::permission::Permission;
use domain::refusal::Refusal;
use domain::stock::{Delivery, receive_goods};
use domain::time::BusinessDate;
use ledger::search::{IndexedProduct, ProductIndex};
use ledger::{Book, DocumentWrite, Noticed, ProductValue, StoredProduct, Write};
use replica::product_facts::{Decided, ProductFacts};

use crate::api::catalogue::*;
use crate::basket::receipt_no;
use crate::commands::Nothing;
use crate::counter::Counter;
use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk, id};
use crate::scan::scanned_product;
use crate::sight::Sight;
use crate::turns::locked;
use domain::scan::read;

/// Rows of one answer.
const MAX_ROWS: u32 = 500;

/// Lines that the manager's list shows.
const MAX_NOTICED: u32 = 500;

/// The index of the pharmacy's own catalogue; practice mode sells from the same one.
pub(crate) fn build_index(book: &Book<'_>) -> Result<ProductIndex, ledger::Error> {
    let sold: std::collections::HashMap<_, _> = book.packs_sold()?.into_iter().collect();
    let mut index = ProductIndex::default();
    book.each_product(|product| {
        index.put(indexed(&product, sold.get(&product.product).copied().unwrap_or(0)));
    })?;
    index.merge();
    Ok(index)
}

fn indexed(product: &StoredProduct, popularity: i64) -> IndexedProduct {
    IndexedProduct {
        product: product.product,
        name: product.facts.name.clone(),
        pack: product.facts.pack.clone().unwrap_or_default(),
        codes: product.facts.codes.clone(),
        popularity,
    }
}

impl Desk {
    /// Brings the search index up to date with products that were written. One that was not needed yet reads
    /// them from the book when it is built.
    pub(crate) fn refresh_index(&self, changed: &[DomainProductId]) -> Result<(), Fault> {
        if changed.is_empty() || locked(&self.index).is_none() {
            return Ok(());
        }
        let products = self.book.ask(|book| {
            let sold: std::collections::HashMap<_, _> = book.packs_sold()?.into_iter().collect();
            let stored = changed.iter().filter_map(|product| book.product(*product).transpose());
            let stored = stored.collect::<Result<Vec<_>, _>>()?;
            let popularity = |product: &StoredProduct| sold.get(&product.product).copied().unwrap_or(0);
            Ok(stored.iter().map(|product| indexed(product, popularity(product))).collect::<Vec<_>>())
        })?;
        self.with_index(|index| {
            products.into_iter().for_each(|product| index.put(product));
            if index.merge_is_due() {
                index.merge();
            }
        })
    }

    /// Lets what was sold be found sooner. A sale never waits for the index: one that is being built reads
    /// the sale from the book.
    pub(crate) fn raise_popularity(&self, packs: &[(DomainProductId, i64)]) {
        if self.present().is_practice {
            return;
        }
        if let Ok(mut index) = self.index.try_lock()
            && let Some(index) = index.as_mut()
        {
            packs.iter().for_each(|(product, packs)| index.raise_popularity(*product, *packs));
        }
    }

    /// Runs on the index, which is built when it is first needed.
    pub(crate) fn with_index<R>(&self, run: impl FnOnce(&mut ProductIndex) -> R) -> Result<R, Fault> {
        let mut index = locked(&self.index);
        if index.is_none() {
            *index = Some(self.book.ask(|book| Ok(build_index(book)?))?);
        }
        index.as_mut().map(run).ok_or_else(|| Fault::bare("internal"))
    }

    /// Asks the catalogue, which is the pharmacy's also in practice mode. Otherwise it stands in the book that is
    /// asked already, and no second reader is needed.
    pub(crate) fn ask_catalogue<R>(
        &self,
        counter: &Counter<'_>,
        question: impl FnOnce(&Book<'_>) -> Result<R, Stop>,
    ) -> Result<R, Stop> {
        if counter.open.is_practice { self.book.ask(question) } else { question(counter.book) }
    }

    /// Finds products: several words in any order, any part of the name, or a code; what sells most first.
    ///
    /// # Errors
    /// `text_too_long`, or a failure of the machine.
    pub fn find_products(&self, find: FindProducts) -> Result<FoundProducts, Fault> {
        check_text(&find.text, 200)?;
        let limit = find.limit.clamp(1, MAX_ROWS) as usize;
        let (found, catalogue_count) =
            self.with_index(|index| (index.find(&find.text, limit), index.len()))?;
        self.ask(|counter| {
            let rows = self.book.ask(|catalogue| {
                let stored = found.iter().filter_map(|product| catalogue.product(*product).transpose());
                stored.map(|product| counter.product_row(&product?)).collect::<Result<Vec<_>, Stop>>()
            })?;
            Ok(FoundProducts { rows, catalogue_count: u32::try_from(catalogue_count).unwrap_or(u32::MAX) })
        })
    }

    /// Builds the search index, so that the first search does not wait for it. Damage that is found is told.
    ///
    /// # Errors
    /// `not_set_up`, or a failure of the machine.
    pub fn build_index(&self) -> Result<(), Fault> {
        let nothing = FindProducts { text: String::new(), limit: 1 };
        self.heard(self.find_products(nothing)).map(drop)
    }

    /// A product with its price history and its lots.
    ///
    /// # Errors
    /// `unknown_product`, or a failure of the machine.
    pub fn product(&self, product: ProductId) -> Result<ProductView, Fault> {
        let product = id(&product.product_id, DomainProductId::parse)?;
        self.ask(|counter| {
            let (stored, values) = self
                .book
                .ask(|catalogue| Ok((catalogue.product(product)?, catalogue.product_values(product)?)))?;
            let stored = stored.ok_or_else(|| Stop::bare("unknown_product"))?;
            counter.product_view(&stored, &values)
        })
    }

    /// Makes a product, or changes one. Only what differs is written, each field for itself, so that asked twice
    /// it is one product and one change.
    ///
    /// # Errors
    /// `name_missing`, `text_too_long`, `price_out_of_range`, `code_bad_check_digit`, `code_taken`,
    /// `unknown_tax_code`, `unknown_product`, `nobody_signed_in`.
    pub fn save_product(&self, save: SaveProduct) -> Result<ProductView, Fault> {
        check_product_name(&save.name)?;
        check_text(&save.pack, MAX_PRODUCT_TEXT)?;
        if save.price_minor.is_some_and(|price| !(1..=MAX_PRICE_MINOR).contains(&price)) {
            return Err(Refusal::PriceOutOfRange { limit: MAX_PRICE_MINOR }.into());
        }
        // A code is given once; what a source calls a product need not be one that a person could give.
        let code = save.code.as_deref().map(str::trim).filter(|code| save.is_new && !code.is_empty());
        let today = self.ask(|counter| Ok(counter.today()))?;
        let code = code.map(|code| code_of_product(code, today)).transpose()?;
        let asked = id(&save.product_id, DomainProductId::parse)?;
        let product = code.as_deref().map_or(asked, DomainProductId::of_gtin);
        // The catalogue is the pharmacy's also in practice mode, so it is changed only outside of it.
        if self.present().is_practice {
            return Err(Fault::bare("not_in_practice"));
        }
        self.act(&[Changed::Catalogue], |counter| {
            let staff = counter.acting(Permission::Catalogue, 0)?.actor;
            counter.rate_of(&save.tax_code)?;
            let stored = counter.book.product(product)?;
            let is_known = stored.is_some();
            if !save.is_new && !is_known {
                return Err(Stop::bare("unknown_product"));
            }
            let facts = stored.map(|stored| stored.facts).unwrap_or_default();
            let decisions = decisions(&facts, &save, code.as_deref());
            // One that was made as is asked now is the same act asked again.
            if save.is_new && is_known && !decisions.is_empty() {
                return Err(Stop::bare("code_taken"));
            }
            let documents = decisions
                .into_iter()
                .map(|(field, value)| DocumentWrite::decided(product, field, staff, value.as_ref()))
                .collect();
            Ok((Write { documents, ..Write::default() }, ()))
        })?;
        self.refresh_index(&[product])?;
        self.product(ProductId { product_id: product.to_string() })
    }

    /// Lines that a manager should look at, newest first.
    ///
    /// # Errors
    /// A failure of the machine.
    pub fn unknown_sold(&self, _: Nothing) -> Result<Vec<UnknownSold>, Fault> {
        self.ask(|counter| {
            let noticed = counter.book.noticed(MAX_NOTICED)?;
            let rows = noticed.into_iter().map(|line| Ok(counter.noticed_line(line)?.map(|line| line.row)));
            rows.filter_map(Result::transpose).collect()
        })
    }
}

/// A line that a manager should look at, with what only the desk needs of it.
pub(crate) struct NoticedLine {
    pub(crate) row: UnknownSold,
    pub(crate) line_no: u32,
    pub(crate) product: DomainProductId,
    pub(crate) till: Option<TillId>,
    pub(crate) business_date: BusinessDate,
}

impl Sight<'_> {
    /// A noticed line with the sale that it stands in; none where that is not here.
    pub(crate) fn noticed_line(&self, noticed: Noticed) -> Result<Option<NoticedLine>, Stop> {
        let Some(stored) = self.book.receipt_entry(noticed.sale)? else { return Ok(None) };
        let series = self.book.series_of(stored.record_no)?;
        let typed = self.book.typed_name(&stored, noticed.line_no)?;
        let at_ms = stored.header.recorded_at.ms;
        let Some((_, receipt)) = stored.entry.into_receipt() else { return Ok(None) };
        let Some(line) = receipt.lines.into_iter().find(|line| line.line_no == noticed.line_no) else {
            return Ok(None);
        };
        Ok(Some(NoticedLine {
            line_no: noticed.line_no,
            product: line.product,
            till: receipt.common.till,
            business_date: receipt.common.business_date,
            row: UnknownSold {
                sale_id: noticed.sale.to_string(),
                receipt_no: receipt_no(&series, receipt.receipt_no),
                at_ms,
                person: self.name_of(receipt.common.actor)?,
                product_id: line.product.to_string(),
                name: line.name.unwrap_or(typed),
                code: line.scanned.and_then(first_scan),
                unit_price_minor: line.unit_price_minor,
                tax_code: line.tax_code,
                why: noticed.why,
            },
        }))
    }
}

/// The first of the scans that a line keeps.
fn first_scan(scanned: Vec<u8>) -> Option<String> {
    let first = scanned.split(|byte| *byte == b'\n').find(|scan| !scan.is_empty())?;
    String::from_utf8(first.to_vec()).ok()
}

/// The canonical code of a product made by hand.
fn code_of_product(text: &str, today: BusinessDate) -> Result<String, Fault> {
    let gtin = scanned_product(&read(text.as_bytes(), today));
    gtin.map(|gtin| gtin.to_string()).ok_or_else(|| Fault::bare("code_bad_check_digit"))
}

/// The fields that differ from what is in force. A price that is taken away is a decision as well: it is
/// written as null, and a source's price then shows again.
fn decisions(
    facts: &ProductFacts,
    save: &SaveProduct,
    code: Option<&str>,
) -> Vec<(&'static str, Option<Decided>)> {
    let mut changed: Vec<(&'static str, Option<Decided>)> = Vec::new();
    let mut decide = |differs: bool, value: Decided| {
        if differs {
            changed.push((value.field(), Some(value)));
        }
    };
    let name = save.name.trim().to_owned();
    decide(facts.name != name, Decided::Name(name));
    let pack = save.pack.trim().to_owned();
    decide(facts.pack.clone().unwrap_or_default() != pack, Decided::Pack(pack));
    decide(facts.tax_code.as_deref() != Some(&save.tax_code), Decided::TaxCode(save.tax_code.clone()));
    decide(facts.rx != save.rx, Decided::Rx(save.rx));
    decide(facts.is_withdrawn != save.is_withdrawn, Decided::IsWithdrawn(save.is_withdrawn));
    if let Some(code) = code {
        decide(facts.codes.is_empty(), Decided::Codes(vec![code.to_owned()]));
    }
    match save.price_minor {
        Some(price) if facts.price_minor != Some(price) => {
            changed.push(("price_minor", Some(Decided::PriceMinor(price))));
        }
        None if facts.price_minor.is_some() => changed.push(("price_minor", None)),
        _ => {}
    }
    changed
}

impl Counter<'_> {
    /// A product as lists show it.
    pub(crate) fn product_row(&self, stored: &StoredProduct) -> Result<ProductRow, Stop> {
        let facts = &stored.facts;
        Ok(ProductRow {
            product_id: stored.product.to_string(),
            name: facts.name.clone(),
            pack: facts.pack.clone().unwrap_or_default(),
            code: facts.codes.first().cloned(),
            price_minor: facts.price_minor,
            tax_code: self.tax_code_of(facts),
            on_hand: self.on_hand(stored.product)?,
            rx: facts.rx,
            is_withdrawn: facts.is_withdrawn,
        })
    }

    /// Packs on the shelf; nobody knows while the history is still being derived after an update.
    fn on_hand(&self, product: DomainProductId) -> Result<Option<i64>, Stop> {
        if self.book.is_history_pending()? {
            return Ok(None);
        }
        Ok(Some(self.book.on_hand(product, self.house.branch.shelf())?))
    }

    /// The tax code of a product; the country's for medicines where nobody said.
    pub(crate) fn tax_code_of(&self, facts: &ProductFacts) -> String {
        let is_reimbursed = facts.reimbursement.is_some();
        facts
            .tax_code
            .clone()
            .unwrap_or_else(|| self.house.country.medicine_tax_code(is_reimbursed).to_owned())
    }

    fn product_view(&self, stored: &StoredProduct, values: &[ProductValue]) -> Result<ProductView, Stop> {
        let facts = &stored.facts;
        let (today, known) = (self.today(), self.book.product_lots(stored.product, self.branch.shelf())?);
        Ok(ProductView {
            row: self.product_row(stored)?,
            codes: facts.codes.clone(),
            maker: facts.maker.clone(),
            atc: facts.atc.clone(),
            conditions: facts.conditions.clone(),
            reimbursement: facts.reimbursement.clone(),
            sources: sources(values),
            prices: self.prices(values)?,
            lots: known
                .lots
                .iter()
                .filter(|lot| lot.on_hand != 0 || lot.state != LotState::Sellable)
                .map(|lot| LotView {
                    lot: lot.lot.clone(),
                    expiry: lot.expiry.map(|expiry| expiry.to_string()),
                    packs: lot.on_hand,
                    block: known
                        .block(lot.lot.as_deref(), lot.expiry, today)
                        .map(|block| block.refusal(None).code().to_owned()),
                    is_expiring_soon: lot
                        .expiry
                        .is_some_and(|day| days_left(day, today) <= EXPIRING_SOON_DAYS),
                })
                .collect(),
        })
    }

    /// The prices that were written, newest first; a release that repeats its own price is left out.
    fn prices(&self, values: &[ProductValue]) -> Result<Vec<PriceView>, Stop> {
        let mut last: std::collections::HashMap<&str, Option<i64>> = std::collections::HashMap::new();
        let mut prices = Vec::new();
        for value in values.iter().rev() {
            let price_minor = match value.field.strip_prefix("source/") {
                Some(_) => ProductFacts::decode(&value.content).ok().and_then(|facts| facts.price_minor),
                None if value.field == "price_minor" => {
                    match Decided::decode("price_minor", &value.content) {
                        Ok(Some(Decided::PriceMinor(price))) => Some(price),
                        _ => None,
                    }
                }
                None => continue,
            };
            if last.insert(&value.field, price_minor) == Some(price_minor) {
                continue;
            }
            prices.push(PriceView {
                price_minor,
                at_ms: value.hlc.ms(),
                source: source_of(&value.field).to_owned(),
                person: self.name_of(StaffId(value.staff.0))?,
            });
        }
        prices.reverse();
        Ok(prices)
    }
}

fn source_of(field: &str) -> &str {
    field.strip_prefix("source/").unwrap_or("hand")
}

/// Where facts come from, each source once, with its newest release.
fn sources(values: &[ProductValue]) -> Vec<SourceView> {
    let mut sources: Vec<SourceView> = Vec::new();
    for value in values {
        let source = source_of(&value.field);
        if sources.iter().any(|known| known.source == source) {
            continue;
        }
        let facts = ProductFacts::decode(&value.content).ok();
        let released_on = facts.and_then(|facts| facts.released_on).map(|date| date.to_string());
        let released_on = if source == "hand" { None } else { released_on };
        sources.push(SourceView { source: source.to_owned(), released_on });
    }
    sources
}

/// Goods that were there at first.
impl Desk {
    /// Puts goods on the shelf that no supplier delivered: product, lot, expiry, packs.
    ///
    /// # Errors
    /// `nobody_signed_in`, `basket_empty`, `too_many_lines`, `quantity_out_of_range`.
    pub fn receive_goods(&self, lines: Vec<ReceivedLine>) -> Result<(), Fault> {
        self.act(&[Changed::Book], |counter| {
            let mut acting = counter.acting(Permission::MoveStock, 0)?;
            acting.cash_session = None;
            let delivery = Delivery { lines, ..Delivery::default() };
            let received = receive_goods(&acting, counter.new_id(), counter.house.branch.shelf(), delivery)?;
            Ok((Write::entry(Entry::GoodsReceived(received)), ()))
        })
    }
}
