//! Products, their codes and prices, stock by lot, and settings.

use std::collections::BTreeMap;

use domain::account::Account;
use domain::entry::{Incarnation, Measure};
use domain::id::{DeviceId, PlaceId, ProductId, StaffId};
use domain::time::Hlc;
use replica::document::{ParsedChange, Rank};
use replica::document_changed::DocumentChanged;
use replica::product_facts::ProductFacts;
use replica::record::Header;
use replica::settings::DOCUMENT;
use rusqlite::{Row, params};

use super::Book;
use crate::error::Error;

/// A product with the facts that are in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredProduct {
    /// Product.
    pub product: ProductId,
    /// Facts in force: what the pharmacy decided stands above what sources say.
    pub facts: ProductFacts,
}

/// A value that was given to a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingChanged {
    /// Key of the setting.
    pub key: String,
    /// The content: deterministic CBOR.
    pub content: Vec<u8>,
    /// By whom.
    pub staff: StaffId,
    /// When, by the clock of the till, ms since 1970.
    pub at_ms: i64,
}

/// A value that was once written for a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductValue {
    /// `source/<source>` or the name of a field.
    pub field: String,
    /// When, by the hybrid clock.
    pub hlc: Hlc,
    /// On which device.
    pub device: DeviceId,
    /// By whom.
    pub staff: StaffId,
    /// The content: deterministic CBOR.
    pub content: Vec<u8>,
}

/// A field of a product that was decided differently by people who did not know of one another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductConflict {
    /// Product.
    pub product: ProductId,
    /// Name of the field.
    pub field: String,
    /// The values that stand, the one in force first.
    pub values: Vec<ConflictingValue>,
}

/// One of the values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictingValue {
    /// When and on which device it was written.
    pub rank: Rank,
    /// By whom.
    pub staff: StaffId,
    /// The content: deterministic CBOR, `null` where the decision was taken back.
    pub content: Vec<u8>,
    /// Whether it is the one in force.
    pub is_in_force: bool,
}

fn stored_product(row: &Row<'_>) -> rusqlite::Result<(ProductId, Vec<u8>)> {
    Ok((ProductId(uuid::Uuid::from_bytes(row.get(0)?)), row.get(1)?))
}

fn with_facts((product, facts): (ProductId, Vec<u8>)) -> Result<StoredProduct, Error> {
    let facts = ProductFacts::decode(&facts)
        .map_err(|error| Error::Malformed(format!("product {product}: {error}")))?;
    Ok(StoredProduct { product, facts })
}

impl Book<'_> {
    /// A product.
    ///
    /// # Errors
    /// When the file fails.
    pub fn product(&self, product: ProductId) -> Result<Option<StoredProduct>, Error> {
        let sql = "SELECT product, facts FROM product WHERE product = ?1";
        self.row(sql, [product.as_bytes()], stored_product)?.map(with_facts).transpose()
    }

    /// Products that carry a code (GTIN-14, or a source's own).
    ///
    /// # Errors
    /// When the file fails.
    pub fn products_by_code(&self, code: &str) -> Result<Vec<StoredProduct>, Error> {
        let sql = "SELECT product, facts FROM product_code JOIN product USING (product) WHERE code = ?1 ORDER BY product";
        self.rows(sql, [code], stored_product)?.into_iter().map(with_facts).collect()
    }

    /// Every product, for the search index: called with one after the other.
    ///
    /// # Errors
    /// When the file fails.
    pub fn each_product(&self, mut each: impl FnMut(StoredProduct)) -> Result<(), Error> {
        let mut statement = self.conn.prepare_cached("SELECT product, facts FROM product")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            each(with_facts(stored_product(row)?)?);
        }
        Ok(())
    }

    /// How many packs of each product were ever sold, refunds counted against.
    ///
    /// # Errors
    /// When the file fails.
    pub fn packs_sold(&self) -> Result<Vec<(ProductId, i64)>, Error> {
        self.rows(
            "SELECT product, wrapped_sum(amount) FROM goods WHERE account = ?1 GROUP BY product",
            [Account::Sold as u8],
            |row| Ok((ProductId(uuid::Uuid::from_bytes(row.get(0)?)), row.get(1)?)),
        )
    }

    /// Packs of a product on the shelf.
    ///
    /// # Errors
    /// When the file fails.
    pub fn on_hand(&self, product: ProductId, shelf: PlaceId) -> Result<i64, Error> {
        let sql = "SELECT wrapped_sum(amount) FROM goods WHERE product = ?1 AND account = ?2 AND dimension = ?3 AND measure = ?4";
        let given = params![product.as_bytes(), Account::Shelf as u8, shelf.as_bytes(), Measure::Pack as u8];
        Ok(self.row(sql, given, |row| row.get::<_, Option<i64>>(0))?.flatten().unwrap_or(0))
    }

    /// Everything that was ever written for a product, newest first.
    ///
    /// # Errors
    /// When the file fails.
    pub fn product_values(&self, product: ProductId) -> Result<Vec<ProductValue>, Error> {
        self.rows(
            "SELECT field, hlc, device, staff, value FROM product_value WHERE product = ?1
             ORDER BY hlc DESC, device DESC, incarnation DESC, field",
            [product.as_bytes()],
            |row| {
                Ok(ProductValue {
                    field: row.get(0)?,
                    hlc: Hlc(row.get::<_, i64>(1)?.cast_unsigned()),
                    device: DeviceId(uuid::Uuid::from_bytes(row.get(2)?)),
                    staff: StaffId(uuid::Uuid::from_bytes(row.get(3)?)),
                    content: row.get(4)?,
                })
            },
        )
    }

    /// Fields that were decided differently apart, until somebody who saw all values decides again, by product
    /// and field; and how many there are in all.
    ///
    /// # Errors
    /// When the file fails.
    pub fn product_conflicts(&self, most: u32) -> Result<(Vec<ProductConflict>, u64), Error> {
        let count =
            self.row("SELECT count(*) FROM product_conflict WHERE is_in_force", [], |row| row.get(0))?;
        let rows = self.rows(
            "SELECT product, field, hlc, device, incarnation, staff, value, is_in_force FROM product_conflict
             WHERE (product, field) IN
                (SELECT product, field FROM product_conflict WHERE is_in_force ORDER BY product, field LIMIT ?1)
             ORDER BY product, field, is_in_force DESC, hlc DESC, device DESC, incarnation DESC",
            [most],
            |row| {
                let rank = Rank {
                    hlc: Hlc(row.get::<_, i64>(2)?.cast_unsigned()),
                    device: DeviceId(uuid::Uuid::from_bytes(row.get(3)?)),
                    incarnation: Incarnation(row.get(4)?),
                };
                let staff = StaffId(uuid::Uuid::from_bytes(row.get(5)?));
                let value =
                    ConflictingValue { rank, staff, content: row.get(6)?, is_in_force: row.get(7)? };
                Ok((ProductId(uuid::Uuid::from_bytes(row.get(0)?)), row.get::<_, String>(1)?, value))
            },
        )?;
        let mut conflicts: Vec<ProductConflict> = Vec::new();
        for (product, field, value) in rows {
            match conflicts.last_mut() {
                Some(last) if last.product == product && last.field == field => last.values.push(value),
                _ => conflicts.push(ProductConflict { product, field, values: vec![value] }),
            }
        }
        Ok((conflicts, count.unwrap_or(0)))
    }

    /// What a source last said of a product, if it ever said anything: the content of its value.
    ///
    /// # Errors
    /// When the file fails.
    pub fn source_facts(&self, product: ProductId, source: &str) -> Result<Option<ProductFacts>, Error> {
        let sql = "SELECT value FROM product_value WHERE product = ?1 AND field = 'source/' || ?2
                   ORDER BY hlc DESC, device DESC, incarnation DESC LIMIT 1";
        let bytes: Option<Vec<u8>> = self.row(sql, params![product.as_bytes(), source], |row| row.get(0))?;
        Ok(bytes.and_then(|bytes| ProductFacts::decode(&bytes).ok()))
    }

    /// Products that a source has ever named.
    ///
    /// # Errors
    /// When the file fails.
    pub fn products_of_source(&self, source: &str) -> Result<Vec<ProductId>, Error> {
        self.rows(
            "SELECT DISTINCT product FROM product_value WHERE field = 'source/' || ?1",
            [source],
            |row| Ok(ProductId(uuid::Uuid::from_bytes(row.get(0)?))),
        )
    }

    /// Every value that was ever given to a setting of the branch, oldest first.
    ///
    /// # Errors
    /// When the file fails.
    pub fn setting_changes(&self) -> Result<Vec<SettingChanged>, Error> {
        let records: Vec<(Vec<u8>, Vec<u8>)> = self.rows(
            "SELECT header, body FROM document_record JOIN record USING (record_no) WHERE document = ?1",
            [DOCUMENT],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let mut changes = BTreeMap::new();
        for (header, body) in records {
            let change = Header::decode(&header).and_then(|header| {
                let change = ParsedChange::of_record(&DocumentChanged::from_body(&body)?, &header)?;
                Ok((header.recorded_at.ms, change))
            });
            let (at_ms, change) =
                change.map_err(|error| Error::Malformed(format!("document {DOCUMENT}: {error}")))?;
            for (key, value) in change.values() {
                let (rank, key) = (value.rank, key.clone());
                let change =
                    SettingChanged { key, content: value.content.clone(), staff: value.staff, at_ms };
                changes.insert((rank, change.key.clone()), change);
            }
        }
        Ok(changes.into_values().collect())
    }

    /// The content of a setting in force: deterministic CBOR.
    ///
    /// # Errors
    /// When the file fails.
    pub fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        self.row("SELECT value FROM setting WHERE name = ?1", [name], |row| row.get(0))
    }
}
