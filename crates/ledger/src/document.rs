//! Automerge documents over the journal: written as records, kept in memory while they are edited, and
//! projected into tables by the rule of FORMAT.md, section 8.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::entry::Hash32;
use domain::id::{ProductId, StaffId};
use replica::body::VERSION;
use replica::document::{DELETED, Document, ParsedChange, Rank, Value, conflicts, in_force};
use replica::document_changed::{DocumentChanged, KIND};
use replica::product_facts::{Decided, ProductFacts, ProductKey, document_of, is_catalogue};
use replica::record::Header;
use replica::settings::{self, Setting};
use replica::sign::DeviceKeys;
use rusqlite::{OptionalExtension, params};

use crate::Own;
use crate::error::Error;
use crate::journal::Pen;
use crate::projection::Projector;
use crate::transact::head_for;

/// Documents that are kept in memory at once; beyond that all are dropped and read again when needed.
const KEPT: usize = 64;

/// One value to write into a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentWrite {
    /// `catalogue/00` to `catalogue/ff`, or `settings`.
    pub document: String,
    /// The key.
    pub key: String,
    /// Who writes.
    pub staff: StaffId,
    /// Deterministic CBOR; `null` (f6) takes a decision of the pharmacy back.
    pub content: Vec<u8>,
}

impl DocumentWrite {
    /// A fact that the pharmacy decides; `None` takes the decision back.
    #[must_use]
    pub fn decided(product: ProductId, field: &str, staff: StaffId, value: Option<&Decided>) -> Self {
        let key = ProductKey::Field(product, field.to_owned());
        Self::product(&key, staff, value.map_or(DELETED.to_vec(), Decided::encode))
    }

    /// What a source says of a product.
    #[must_use]
    pub fn source(product: ProductId, source: &str, staff: StaffId, facts: &ProductFacts) -> Self {
        Self::product(&ProductKey::Source(product, source.to_owned()), staff, facts.encode())
    }

    fn product(key: &ProductKey, staff: StaffId, content: Vec<u8>) -> Self {
        Self { document: document_of(key.product()), key: key.text(), staff, content }
    }

    /// A setting of the branch.
    #[must_use]
    pub fn setting(setting: &Setting, staff: StaffId) -> Self {
        let (document, key) = (settings::DOCUMENT.to_owned(), setting.key().to_owned());
        Self { document, key, staff, content: setting.encode() }
    }
}

/// Whether a document is the branch's; the catalogue is the organisation's.
fn is_branch(document: &str) -> bool {
    !is_catalogue(document)
}

/// The documents in memory. What is here is what is committed: a failed commit forgets all of it.
pub(crate) struct Documents {
    actor: [u8; 16],
    kept: HashMap<String, Document>,
}

impl Documents {
    /// `actor` is 16 random bytes, new for each start of the process.
    pub(crate) fn new(actor: [u8; 16]) -> Self {
        Self { actor, kept: HashMap::new() }
    }

    pub(crate) fn forget(&mut self) {
        self.kept.clear();
    }

    /// The document with all changes that the derived tables know.
    fn document(&mut self, projector: &Projector<'_>, name: &str) -> Result<&mut Document, Error> {
        if !self.kept.contains_key(name) {
            if self.kept.len() >= KEPT {
                self.kept.clear();
            }
            let document = read_document(projector, name, self.actor)?;
            self.kept.insert(name.to_owned(), document);
        }
        self.kept.get_mut(name).ok_or_else(|| Error::Malformed(format!("document {name}")))
    }

    /// Writes values, one change and one record for each document, and projects them.
    pub(crate) fn write(
        &mut self,
        projector: &Projector<'_>,
        pen: &mut Pen<'_>,
        mut own: Option<&mut Own>,
        keys: &DeviceKeys,
        writes: &[DocumentWrite],
    ) -> Result<Vec<ProductId>, Error> {
        let mut by_document: BTreeMap<&str, Vec<&DocumentWrite>> = BTreeMap::new();
        for write in writes {
            by_document.entry(&write.document).or_default().push(write);
        }
        let mut touched = Vec::new();
        for (name, writes) in by_document {
            let head = head_for(own.as_deref_mut(), is_branch(name))?;
            let document = self.document(projector, name)?;
            pen.hlc = pen.hlc.tick(pen.now.ms);
            let stream = head.head.stream;
            let rank = Rank { hlc: pen.hlc, device: stream.device, incarnation: stream.incarnation };
            for write in &writes {
                document.put(&write.key, rank, write.staff, write.content.clone()).map_err(bad_document)?;
            }
            let Some(written) = document.commit().map_err(bad_document)? else { continue };
            let actor = writes[0].staff;
            let body = DocumentChanged {
                document: name.to_owned(),
                generation: written.generation,
                change: written.change,
                actor,
            };
            let appended = pen.append(head, KIND, body.to_body(), Vec::new(), Some(keys))?;
            projector.pass_over(appended.record_no, &appended.hash, &appended.record.header)?;
            let touched_keys: BTreeSet<String> = writes.iter().map(|write| write.key.clone()).collect();
            let values: Vec<(String, Value)> = writes
                .iter()
                .map(|write| {
                    let replaced = Vec::new();
                    let content = write.content.clone();
                    (write.key.clone(), Value { rank, staff: write.staff, replaced, content })
                })
                .collect();
            projector.document_record(name, written.generation, appended.record_no)?;
            touched.extend(projector.project_values(document, name, &values, &touched_keys)?);
        }
        Ok(touched)
    }

    /// Projects a document record that stands in the journal: one that was received, or in a rebuild.
    pub(crate) fn project(
        &mut self,
        projector: &Projector<'_>,
        record_no: i64,
        hash: &Hash32,
        header: &Header,
        body: &[u8],
    ) -> Result<Vec<ProductId>, Error> {
        if !projector.pass_over(record_no, hash, header)? {
            return Ok(Vec::new());
        }
        if header.version > VERSION {
            projector.notice("unknown_kind", &hash.0, record_no)?;
            return Ok(Vec::new());
        }
        let parsed = DocumentChanged::from_body(body)
            .and_then(|body| ParsedChange::of_record(&body, header).map(|change| (body, change)));
        let Ok((body, change)) = parsed else {
            projector.notice("does_not_decode", &hash.0, record_no)?;
            return Ok(Vec::new());
        };
        let name = body.document.as_str();
        let values = change.values().to_vec();
        let document = self.document(projector, name)?;
        let touched = document.apply([(body.generation, change)]);
        projector.document_record(name, body.generation, record_no)?;
        let touched = match touched {
            Ok(touched) => touched,
            Err(_) => {
                // A change that takes the place of an applied one: the document is read again, this one
                // included, and everything in it is derived anew.
                self.kept.remove(name);
                self.document(projector, name)?.keys()
            }
        };
        let document = self.document(projector, name)?;
        projector.project_values(document, name, &values, &touched)
    }
}

fn bad_document(error: replica::document::DocumentError) -> Error {
    Error::BadRecord(error.to_string())
}

fn read_document(projector: &Projector<'_>, name: &str, actor: [u8; 16]) -> Result<Document, Error> {
    let sql = "SELECT generation, header, body FROM $document_record JOIN record USING (record_no)
               WHERE document = ?1 ORDER BY generation, record_no";
    let mut statement = projector.conn.prepare_cached(&sql.replace('$', projector.prefix))?;
    let records = statement
        .query_map([name], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<Vec<(u32, Vec<u8>, Vec<u8>)>, _>>()?;
    let mut changes = Vec::with_capacity(records.len());
    for (generation, header, body) in records {
        let change = Header::decode(&header)
            .and_then(|header| ParsedChange::of_record(&DocumentChanged::from_body(&body)?, &header))
            .map_err(|error| Error::Malformed(format!("document {name}: {error}")))?;
        changes.push((generation, change));
    }
    Document::from_changes(actor, changes).map_err(bad_document)
}

impl Projector<'_> {
    pub(crate) fn document_record(&self, name: &str, generation: u32, record_no: i64) -> Result<(), Error> {
        self.run(
            "INSERT INTO $document_record (document, generation, record_no) VALUES (?1, ?2, ?3)",
            params![name, generation, record_no],
        )
        .map(drop)
    }

    /// Keeps what a change wrote, and derives what the touched keys of the document come to now. Gives the
    /// products that may have changed.
    fn project_values(
        &self,
        document: &Document,
        name: &str,
        values: &[(String, Value)],
        touched: &BTreeSet<String>,
    ) -> Result<Vec<ProductId>, Error> {
        if name == settings::DOCUMENT {
            for key in touched {
                match in_force(&document.values(key)) {
                    Some(value) if !value.is_deletion() => self.run(
                        "INSERT INTO $setting (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2",
                        params![key, value.content],
                    )?,
                    _ => self.run("DELETE FROM $setting WHERE name = ?1", [key])?,
                };
            }
            return Ok(Vec::new());
        }
        for (key, value) in values {
            let Some(parsed) = ProductKey::parse(key) else { continue };
            let (product, field) = (parsed.product(), key.split_once('/').map_or("", |(_, field)| field));
            self.run(
                "INSERT INTO $product_value (product, field, hlc, device, incarnation, staff, value)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
                params![
                    product.as_bytes(),
                    field,
                    value.rank.hlc.0.cast_signed(),
                    value.rank.device.as_bytes(),
                    value.rank.incarnation.0,
                    value.staff.as_bytes(),
                    value.content
                ],
            )?;
        }
        let products: BTreeSet<ProductId> =
            touched.iter().filter_map(|key| ProductKey::parse(key)).map(|key| key.product()).collect();
        for product in &products {
            self.product(document, *product)?;
        }
        Ok(products.into_iter().collect())
    }

    /// Derives one product from what its document says.
    fn product(&self, document: &Document, product: ProductId) -> Result<(), Error> {
        let fields: Vec<String> = {
            let sql = "SELECT DISTINCT field FROM $product_value WHERE product = ?1";
            let mut statement = self.conn.prepare_cached(&sql.replace('$', self.prefix))?;
            statement.query_map([product.as_bytes()], |row| row.get(0))?.collect::<Result<_, _>>()?
        };
        let mut sources = Vec::new();
        let mut decided = Vec::new();
        self.run("DELETE FROM $product_conflict WHERE product = ?1", [product.as_bytes()])?;
        for field in fields {
            let values = document.values(&format!("{product}/{field}"));
            let Some(value) = in_force(&values) else { continue };
            let source = field.strip_prefix("source/");
            if source.is_none() {
                self.conflict(product, &field, value, &conflicts(&values))?;
            }
            if value.is_deletion() {
                continue;
            }
            match source {
                Some(source) => {
                    if let Ok(facts) = ProductFacts::decode(&value.content) {
                        sources.push((source.to_owned(), facts));
                    }
                }
                None => decided.push((field, value.content.clone())),
            }
        }
        let facts = ProductFacts::in_force(&sources, &decided);
        for code in self.codes_of(product)? {
            self.run(
                "DELETE FROM $product_code WHERE code = ?1 AND product = ?2",
                params![code, product.as_bytes()],
            )?;
        }
        let Some(facts) = facts else {
            return self.run("DELETE FROM $product WHERE product = ?1", [product.as_bytes()]).map(drop);
        };
        self.run(
            "INSERT INTO $product (product, name, facts) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET name = excluded.name, facts = excluded.facts",
            params![product.as_bytes(), facts.name, facts.encode()],
        )?;
        for code in &facts.codes {
            self.run(
                "INSERT INTO $product_code (code, product) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                params![code, product.as_bytes()],
            )?;
        }
        Ok(())
    }

    /// Lists the values of a field that stand beside the one in force and differ from it.
    fn conflict(
        &self,
        product: ProductId,
        field: &str,
        winner: &Value,
        others: &[&Value],
    ) -> Result<(), Error> {
        if others.is_empty() {
            return Ok(());
        }
        for value in std::iter::once(&winner).chain(others) {
            // Two lives of a cloned till may have given two values one rank; the one in force comes first.
            self.run(
                "INSERT INTO $product_conflict
                 (product, field, hlc, device, incarnation, staff, value, is_in_force)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
                params![
                    product.as_bytes(),
                    field,
                    value.rank.hlc.0.cast_signed(),
                    value.rank.device.as_bytes(),
                    value.rank.incarnation.0,
                    value.staff.as_bytes(),
                    value.content,
                    value.rank == winner.rank
                ],
            )?;
        }
        Ok(())
    }

    /// The codes that a product has so far, as its facts say: an index of its own would cost an import a page
    /// for each product.
    fn codes_of(&self, product: ProductId) -> Result<Vec<String>, Error> {
        let sql = "SELECT facts FROM $product WHERE product = ?1".replace('$', self.prefix);
        let mut statement = self.conn.prepare_cached(&sql)?;
        let facts: Option<Vec<u8>> =
            statement.query_row([product.as_bytes()], |row| row.get(0)).optional()?;
        let Some(facts) = facts else { return Ok(Vec::new()) };
        ProductFacts::decode(&facts)
            .map(|facts| facts.codes)
            .map_err(|error| Error::Malformed(format!("facts of a product: {error}")))
    }
}
