//! Importing a catalogue in the background: read, compared with what this source said before, and only the
//! differences written, in slices that the counter does not notice. An import that was interrupted is taken
//! up again by starting it again, since what is written already no longer differs.
//!
//! What a file says of the stock comes to the shelf once for each release and row, by an entry whose id says
//! both. A file without a date in its name is the opening stock, whenever it is read: read again on another
//! day with a price put right, it must not fill the shelf a second time.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use domain::acting::Acting;
use domain::entry::{Entry, ReceivedLine};
use domain::id::{EntryId, PlaceId, ProductId};
use domain::permission::Permission;
use domain::stock::{Delivery, receive_goods};
use domain::time::BusinessDate;
use ledger::{DocumentWrite, NewEntry, Write};
use replica::product_facts::ProductFacts;

use crate::api::catalogue::{ImportCatalogue, ImportReport, JobViewRef, ProductChange, RejectedRow};
use crate::api::setup::{JobNo, JobView};
use crate::fault::{Fault, Stop};
use crate::import::{ImportRefusal, ImportedProduct, Rejected, Release, read_bdpm, read_csv};
use crate::jobs::{Job, Kind};
use crate::open::{Changed, Desk};
use crate::turns::locked;

/// Products, or rows of goods, that one slice writes: some milliseconds of the writer.
const SLICE: usize = 24;

/// Products that the search index takes in together: a reader that looks after every slice finds its pages
/// changed each time and has to decrypt them anew.
const INDEXED_TOGETHER: usize = 1_000;

/// Changes, and rows that were not taken, that a screen lists of each; the whole report has all of them.
const LISTED: usize = 1_000;

/// A product that differs from what its source said before.
struct Differing {
    product: ProductId,
    facts: ProductFacts,
}

/// Goods of a row that did not come to the shelf yet.
struct Arriving {
    entry_id: EntryId,
    line: ReceivedLine,
}

/// What a report has beyond what a screen lists. There are no more of them than rows in a file and products in
/// the book.
#[derive(Default)]
pub(crate) struct Unlisted {
    changes: Vec<ProductChange>,
    rejected: Vec<RejectedRow>,
}

/// What comparing a release with the book came to.
struct Compared {
    differing: Vec<Differing>,
    arriving: Vec<Arriving>,
    report: ImportReport,
}

impl Desk {
    /// Imports a catalogue in the background.
    ///
    /// # Errors
    /// `nobody_signed_in`, `not_in_practice`, `file_missing`, `job_running`. What is wrong with the files ends
    /// the job.
    pub fn import_catalogue(&self, import: ImportCatalogue) -> Result<JobView, Fault> {
        let path = PathBuf::from(import.path.trim());
        if !path.exists() {
            return Err(Fault::bare("file_missing"));
        }
        if self.present().is_practice {
            return Err(Fault::bare("not_in_practice"));
        }
        let (acting, shelf) = self.ask(|counter| {
            // What an import writes belongs to no session.
            let business_date = counter.house.business_date(counter.now);
            let acting =
                Acting { cash_session: None, business_date, ..counter.acting(Permission::Import, 0)? };
            Ok((acting, counter.house.branch.shelf()))
        })?;
        self.start(Kind::Import, move |desk, job| desk.run_import(&path, import.dry_run, &acting, shelf, job))
    }

    /// What an import did, or would do, as far as a screen lists it.
    ///
    /// # Errors
    /// `unknown_job`, or `job_running` while it is still reading.
    pub fn import_report(&self, job: JobNo) -> Result<ImportReport, Fault> {
        let job = self.job(job.job_no)?;
        let report = locked(&job.report).clone();
        let mut report = report.ok_or_else(|| Fault::bare("job_running"))?;
        report.job.state = job.view().state;
        Ok(report)
    }

    /// The same with every change and every row that was not taken. Only the last import remembers them.
    ///
    /// # Errors
    /// As [`Desk::import_report`].
    pub fn whole_import_report(&self, asked: JobNo) -> Result<ImportReport, Fault> {
        let job = self.job(asked.job_no)?;
        let mut report = self.import_report(asked)?;
        let unlisted = locked(&job.unlisted);
        report.changes.extend_from_slice(&unlisted.changes);
        report.rejected.extend_from_slice(&unlisted.rejected);
        Ok(report)
    }

    fn run_import(
        &self,
        path: &Path,
        dry_run: bool,
        acting: &Acting,
        shelf: PlaceId,
        job: &Job,
    ) -> Result<(), Fault> {
        let release =
            read_release(path, acting.business_date).map_err(|refusal| Fault::bare(&refusal.code()))?;
        let Compared { mut differing, arriving, mut report } = self.compare(&release, dry_run, shelf, job)?;
        self.forget_unlisted();
        *locked(&job.unlisted) =
            Unlisted { changes: beyond(&mut report.changes), rejected: beyond(&mut report.rejected) };
        *locked(&job.report) = Some(report);
        if dry_run {
            return Ok(());
        }
        // A slice stays within one or two documents, so that each change carries many products.
        differing.sort_by_key(|differing| replica::product_facts::document_of(differing.product));
        let total = total_steps(&release);
        let before = total - (differing.len() + arriving.len()) as u64;
        let products = differing.chunks(SLICE).map(|slice| {
            let documents = slice.iter().map(|differing| {
                DocumentWrite::source(differing.product, release.source, acting.actor, &differing.facts)
            });
            Ok((slice.len(), Write { documents: documents.collect(), ..Write::default() }))
        });
        let goods = arriving.chunks(SLICE).map(|slice| {
            let entries = slice.iter().map(|arriving| received(acting, shelf, arriving));
            Ok((slice.len(), Write { entries: entries.collect::<Result<_, _>>()?, ..Write::default() }))
        });
        let mut not_indexed = Vec::new();
        let written = self.write(products.chain(goods), (before, total), job, &mut not_indexed);
        // Also of an import that was cancelled or failed, what is written is found.
        self.refresh_index(&not_indexed)?;
        written?;
        self.tell(&[Changed::Catalogue, Changed::Book]);
        Ok(())
    }

    /// Writes slice by slice; what the search index has not been told of yet is left in `not_indexed`.
    fn write(
        &self,
        slices: impl Iterator<Item = Result<(usize, Write), Fault>>,
        (mut done, total): (u64, u64),
        job: &Job,
        not_indexed: &mut Vec<ProductId>,
    ) -> Result<(), Fault> {
        for slice in slices {
            if !job.progress(done, total) {
                return Err(Fault::bare("cancelled"));
            }
            let (len, write) = slice?;
            not_indexed.extend(self.write_slice(write)?);
            if not_indexed.len() >= INDEXED_TOGETHER {
                self.refresh_index(not_indexed)?;
                not_indexed.clear();
            }
            done += len as u64;
        }
        job.progress(total, total);
        Ok(())
    }

    /// Writes one slice, and gives the products that it changed.
    fn write_slice(&self, write: Write) -> Result<Vec<ProductId>, Fault> {
        let now = self.book.ask(|book| {
            let house = self.book.house(book)?.ok_or(Stop::Ledger(ledger::Error::NotSetUp))?;
            Ok(house.now(self.now_ms()))
        })?;
        let mut ledger = self.book.writer.take_in_background();
        ledger.transact(now, |_| Ok((write, ())))?;
        Ok(ledger.take_changed_products())
    }

    /// Finds what differs from what the source said before, and from nothing at all.
    fn compare(
        &self,
        release: &Release,
        dry_run: bool,
        shelf: PlaceId,
        job: &Job,
    ) -> Result<Compared, Fault> {
        let taxes: Vec<&'static str> = self.ask(|counter| {
            let codes = counter.house.country.tax_codes_on(counter.house.business_date(counter.now));
            Ok(codes.into_iter().map(|(code, _)| code).collect())
        })?;
        let mut report = ImportReport {
            job: JobViewRef { job_no: job.no(), state: "running".to_owned() },
            source: release.source.to_owned(),
            released_on: release.released_on.to_string(),
            dry_run,
            rows: release.rows,
            added: 0,
            changed: 0,
            unchanged: 0,
            missing: 0,
            received_packs: 0,
            changes: Vec::new(),
            changes_count: 0,
            rejected: release.rejected.iter().map(rejected).collect(),
            rejected_count: u32::try_from(release.rejected.len()).unwrap_or(u32::MAX),
        };
        let total = total_steps(release);
        let mut compared = 0;
        let (mut differing, mut arriving) = (Vec::new(), Vec::new());
        let known = self.book.ask(|book| Ok(book.products_of_source(release.source)?))?;
        // Of a source that is read for the first time everything is new, and a count says it.
        let is_first = known.is_empty();
        let half = known.len() / 2;
        let mut missing: HashSet<ProductId> = known.into_iter().collect();
        for chunk in release.products.chunks(256) {
            if !job.progress(compared, total) {
                return Err(Fault::bare("cancelled"));
            }
            compared += chunk.len() as u64;
            self.book.ask(|book| {
                for imported in chunk {
                    let product = product_of(release.source, imported);
                    missing.remove(&product);
                    if imported.tax_code.as_deref().is_some_and(|code| !taxes.contains(&code)) {
                        report.rejected_count += 1;
                        report.rejected.push(RejectedRow {
                            file: imported.file.clone(),
                            line: imported.line,
                            reason: "unknown_tax_code".to_owned(),
                            excerpt: imported.name.chars().take(80).collect(),
                        });
                        continue;
                    }
                    if let Some(goods) = goods_of(release, imported, product, shelf)
                        && !book.has_entry(goods.entry_id)?
                    {
                        report.received_packs += goods.line.packs;
                        arriving.push(goods);
                    }
                    let facts = facts_of(imported, release.released_on);
                    let before = book.source_facts(product, release.source)?;
                    let is_same = |before: &ProductFacts| {
                        ProductFacts { released_on: facts.released_on, ..before.clone() } == facts
                    };
                    match &before {
                        Some(before) if is_same(before) => report.unchanged += 1,
                        Some(before) => {
                            report.changed += 1;
                            let is_withdrawn = facts.is_withdrawn && !before.is_withdrawn;
                            let kind = if is_withdrawn { "withdrawn" } else { "changed" };
                            let prices = (before.price_minor, facts.price_minor);
                            report.changes.push(change(kind, product, &facts, prices));
                            differing.push(Differing { product, facts });
                        }
                        None => {
                            report.added += 1;
                            if !is_first {
                                let prices = (None, facts.price_minor);
                                report.changes.push(change("added", product, &facts, prices));
                            }
                            differing.push(Differing { product, facts });
                        }
                    }
                }
                Ok(())
            })?;
        }
        report.missing = u32::try_from(missing.len()).unwrap_or(u32::MAX);
        // A file with only some of many products is a part of a list: what it leaves out is counted, not listed.
        if missing.len() <= half.max(LISTED) {
            report.changes.extend(self.missing(release.source, missing)?);
        }
        report.changes_count = u32::try_from(report.changes.len()).unwrap_or(u32::MAX);
        Ok(Compared { differing, arriving, report })
    }

    /// Products that a source does not name any more, by what it last said of them.
    fn missing(&self, source: &str, missing: HashSet<ProductId>) -> Result<Vec<ProductChange>, Fault> {
        let mut missing: Vec<ProductId> = missing.into_iter().collect();
        missing.sort_unstable();
        Ok(self.book.ask(|book| {
            let said = missing.into_iter().map(|product| {
                let facts = book.source_facts(product, source)?.unwrap_or_default();
                Ok(change("missing", product, &facts, (facts.price_minor, facts.price_minor)))
            });
            said.collect()
        })?)
    }
}

fn change(
    kind: &str,
    product: ProductId,
    facts: &ProductFacts,
    (before_minor, after_minor): (Option<i64>, Option<i64>),
) -> ProductChange {
    ProductChange {
        kind: kind.to_owned(),
        product_id: product.to_string(),
        code: facts.codes.first().cloned(),
        name: facts.name.clone(),
        before_minor,
        after_minor,
    }
}

/// Takes away what a screen does not list.
fn beyond<T>(rows: &mut Vec<T>) -> Vec<T> {
    rows.split_off(rows.len().min(LISTED))
}

/// Every product is compared, and then written unless it is as before; and so are its goods.
fn total_steps(release: &Release) -> u64 {
    let stocked = release.products.iter().filter(|imported| packs_of(imported).is_some()).count();
    (release.products.len() * 2 + stocked) as u64
}

/// Packs that the file says are on the shelf; none where there are none.
fn packs_of(imported: &ImportedProduct) -> Option<i64> {
    imported.stock.as_ref()?.on_hand.filter(|packs| *packs > 0)
}

fn goods_of(
    release: &Release,
    imported: &ImportedProduct,
    product: ProductId,
    shelf: PlaceId,
) -> Option<Arriving> {
    let (packs, stock) = (packs_of(imported)?, imported.stock.as_ref()?);
    let named = if release.is_dated { release.released_on.to_string() } else { "opening".to_owned() };
    let line = ReceivedLine {
        product,
        lot: stock.lot.clone(),
        expiry: stock.expiry,
        packs,
        announced: None,
        damaged: None,
        cost_minor: None,
    };
    Some(Arriving { entry_id: EntryId::of_received(shelf, &named, product), line })
}

fn received(acting: &Acting, shelf: PlaceId, arriving: &Arriving) -> Result<NewEntry, Fault> {
    let delivery = Delivery { lines: vec![arriving.line.clone()], ..Delivery::default() };
    let received = receive_goods(acting, arriving.entry_id, shelf, delivery)?;
    Ok(Entry::GoodsReceived(received).into())
}

fn read_release(path: &Path, today: BusinessDate) -> Result<Release, ImportRefusal> {
    let unreadable = |path: &Path| ImportRefusal::Binary(path.display().to_string());
    let name_of =
        |path: &Path| path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
    if !path.is_dir() {
        let bytes = std::fs::read(path).map_err(|_| unreadable(path))?;
        return read_csv(&name_of(path), &bytes, today);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(|_| unreadable(path))? {
        let file = entry.map_err(|_| unreadable(path))?.path();
        let name = name_of(&file);
        if name.starts_with("CIS") {
            let bytes = std::fs::read(&file).map_err(|_| unreadable(&file))?;
            files.push((name, bytes));
        }
    }
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    read_bdpm(&files, None, today)
}

fn rejected(row: &Rejected) -> RejectedRow {
    RejectedRow {
        file: row.file.clone(),
        line: row.line,
        reason: row.reason.code().to_owned(),
        excerpt: row.excerpt.clone(),
    }
}

/// The product that a row is about: by its GTIN wherever it has one, so that sources and tills agree.
fn product_of(source: &str, imported: &ImportedProduct) -> ProductId {
    imported.gtin.as_ref().map_or_else(
        || ProductId::of_source(source, &imported.source_code),
        |gtin| ProductId::of_gtin(gtin.as_str()),
    )
}

fn facts_of(imported: &ImportedProduct, released_on: BusinessDate) -> ProductFacts {
    let mut codes: Vec<String> = imported.gtin.iter().map(ToString::to_string).collect();
    codes.extend(imported.national_code.clone());
    if codes.is_empty() {
        codes.push(imported.source_code.clone());
    }
    ProductFacts {
        name: imported.name.clone(),
        pack: Some(imported.pack.clone()).filter(|pack| !pack.is_empty()),
        price_minor: imported.price_minor,
        tax_code: imported.tax_code.clone(),
        rx: imported.rx,
        maker: imported.maker.clone(),
        atc: imported.atc.clone(),
        conditions: imported.conditions.clone(),
        reimbursement: imported.reimbursement.clone(),
        codes,
        is_withdrawn: imported.is_withdrawn,
        pack_content: None,
        released_on: Some(released_on),
    }
}
