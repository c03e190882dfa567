//! What is running out on the shelf of the branch, and what expires soon.

use domain::id::ProductId;
use domain::time::BusinessDate;
use ledger::{Book, StoredProduct};

use crate::api::branch::{BranchStock, ExpiringRow, LowStockRow, OfBranch, ToSettle};
use crate::fault::{Fault, Stop};
use crate::open::Desk;
use crate::sight::Sight;

/// Business days of sales that the shelf should last for again.
const SOLD_DAYS: i32 = 7;
/// Days before expiry from which on a lot is shown.
const EXPIRY_DAYS: i32 = 90;
/// Rows of each list.
const MAX_ROWS: usize = 300;

impl Desk {
    /// What is running out on the shelf, or expires soon.
    ///
    /// # Errors
    /// `not_set_up`, `branch_unknown`, `history_pending`, or a failure of the machine.
    pub fn branch_stock(&self, of: OfBranch) -> Result<BranchStock, Fault> {
        self.ask(|counter| {
            counter.check_branch(&of)?;
            self.ask_catalogue(counter, |catalogue| counter.stock_view(catalogue))
        })
    }
}

impl Sight<'_> {
    /// What is running out, or expires soon.
    pub(crate) fn stock_view(&self, catalogue: &Book<'_>) -> Result<BranchStock, Stop> {
        self.needs_history()?;
        let (shelf, today) = (self.branch.shelf(), self.today());
        let mut low = Vec::new();
        let from = BusinessDate(today.0.saturating_sub(SOLD_DAYS - 1));
        let mut below_zero = Vec::new();
        for stock in self.book.low_stock(shelf, from, today)? {
            let product = catalogue.product(stock.product)?;
            if stock.on_hand < 0 {
                below_zero.push(below_zero_row(stock.product, product.as_ref()));
            }
            if product.as_ref().is_some_and(|product| product.facts.is_withdrawn) {
                continue;
            }
            let (name, pack) = name_and_pack(product);
            let (on_hand, sold) = (stock.on_hand, stock.sold);
            low.push(LowStockRow { product_id: stock.product.to_string(), name, pack, on_hand, sold });
        }
        below_zero.sort_by(|a, b| (&a.product_name, &a.key).cmp(&(&b.product_name, &b.key)));
        low.sort_by(|a, b| {
            let missing = |row: &LowStockRow| row.sold.saturating_sub(row.on_hand);
            missing(b).cmp(&missing(a)).then_with(|| a.name.cmp(&b.name))
        });
        let until = BusinessDate(today.0.saturating_add(EXPIRY_DAYS));
        let lots = self.book.expiring(shelf, until)?;
        let expiring_count = lots.len();
        let expiring = lots.into_iter().take(MAX_ROWS).map(|lot| {
            let (name, pack) = name_and_pack(catalogue.product(lot.product)?);
            Ok(ExpiringRow {
                product_id: lot.product.to_string(),
                name,
                pack,
                lot: lot.lot,
                expiry: lot.expiry.to_string(),
                is_expired: lot.expiry < today,
                packs: lot.packs,
            })
        });
        Ok(BranchStock {
            now_ms: self.now.ms,
            low_count: u32::try_from(low.len()).unwrap_or(u32::MAX),
            expiring: expiring.collect::<Result<_, Stop>>()?,
            expiring_count: u32::try_from(expiring_count).unwrap_or(u32::MAX),
            below_zero_count: u32::try_from(below_zero.len()).unwrap_or(u32::MAX),
            below_zero: below_zero.into_iter().take(MAX_ROWS).collect(),
            low: low.into_iter().take(MAX_ROWS).collect(),
        })
    }
}

/// More left the shelf than came to it: a delivery is missing in the book, or is on its way from another till.
fn below_zero_row(product_id: ProductId, product: Option<&StoredProduct>) -> ToSettle {
    ToSettle {
        key: format!("stock_below_zero {product_id}"),
        kind: "stock_below_zero".to_owned(),
        at_ms: None,
        till_no: None,
        sale_id: None,
        receipt_no: None,
        person: None,
        product_id: Some(product_id.to_string()),
        product_name: Some(product.map(|product| product.facts.name.clone()).unwrap_or_default()),
        is_to_be_told: false,
        settled: None,
    }
}

fn name_and_pack(product: Option<StoredProduct>) -> (String, String) {
    let facts = product.map(|product| product.facts).unwrap_or_default();
    (facts.name, facts.pack.unwrap_or_default())
}
