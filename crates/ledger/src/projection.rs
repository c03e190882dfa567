//! From records to derived tables: a pure function of the set of records.
//!
//! Within a stream records come in order; across streams the order must not matter, so everything here
//! adds up, keeps a maximum by hybrid clock, or inserts what it finds.

use std::cell::RefCell;

use domain::account::is_balanced;
use domain::entry::{
    Common, Entry, Figures, Receipt, ReceiptKind, Role, SealedField, StaffJoined, TenderCorrected, ZReport,
};
use domain::id::{CashSessionId, EntryId, StaffId, SubjectId};
use minicbor::Decode;
use replica::record::Header;
use replica::stream::Scope;
use rusqlite::{CachedStatement, Connection, Params, params};

use crate::error::Error;
use crate::sums::Sums;

/// Raised whenever the same records come to other derived rows, so that old files rebuild them.
pub(crate) const VERSION: u32 = 2;

/// Names of the derived tables without prefix, in the order of `projection.sql`.
pub(crate) const TABLES: &[&str] = &[
    "entry",
    "follower",
    "receipt",
    "sale_line",
    "refunded",
    "money",
    "goods",
    "lot",
    "account_line",
    "customer",
    "period",
    "writer",
    "day",
    "cash_session",
    "open_session",
    "session_entry",
    "z",
    "parked",
    "waiting",
    "noticed",
    "staff",
    "name",
    "branch",
    "device",
    "document_record",
    "product",
    "product_code",
    "product_value",
    "setting",
    "exception",
];

/// Writes into the live tables, or into the ones that a rebuild fills beside them. What adds up is written
/// by [`Projector::finish`].
pub(crate) struct Projector<'c> {
    pub(crate) conn: &'c Connection,
    pub(crate) prefix: &'c str,
    pub(crate) sums: RefCell<Sums>,
}

/// The common part alone, for entries of kinds that this version does not know.
#[derive(Decode)]
#[cbor(map)]
struct CommonPart {
    #[n(0)]
    common: Common,
}

/// Device and incarnation in one column.
pub(crate) fn writer_of(header: &Header) -> Vec<u8> {
    [header.stream.device.as_bytes().as_slice(), header.stream.incarnation.0.as_slice()].concat()
}

/// The bytes of figures as the derived tables keep them.
pub(crate) fn figures_bytes(figures: &Figures) -> Result<Vec<u8>, Error> {
    minicbor::to_vec(figures).map_err(|error| Error::Malformed(error.to_string()))
}

/// Figures out of a derived table.
pub(crate) fn figures_from(bytes: &[u8]) -> Result<Figures, Error> {
    minicbor::decode(bytes).map_err(|error| Error::Malformed(format!("figures: {error}")))
}

impl<'c> Projector<'c> {
    /// Of the live tables.
    pub(crate) fn live(conn: &'c Connection) -> Self {
        Self { conn, prefix: "", sums: RefCell::default() }
    }

    pub(crate) fn statement(&self, sql: &str) -> Result<CachedStatement<'c>, Error> {
        Ok(self.conn.prepare_cached(&sql.replace('$', self.prefix))?)
    }

    pub(crate) fn run(&self, sql: &str, params: impl Params) -> Result<usize, Error> {
        Ok(self.statement(sql)?.execute(params)?)
    }

    /// Projects an entry record from its bytes.
    pub(crate) fn project_bytes(
        &self,
        record_no: i64,
        hash: &[u8],
        header: &Header,
        body: &[u8],
    ) -> Result<(), Error> {
        match Entry::from_body(header.kind, body) {
            Some(Ok(entry)) => self.project(record_no, hash, header, &entry),
            Some(Err(_)) => self.notice_record("does_not_decode", hash, record_no),
            None => {
                if let Ok(CommonPart { common }) = minicbor::decode::<CommonPart>(body) {
                    self.entry(record_no, hash, header, &common)?;
                }
                self.notice_record("unknown_kind", hash, record_no)
            }
        }
    }

    /// Projects an entry.
    pub(crate) fn project(
        &self,
        record_no: i64,
        hash: &[u8],
        header: &Header,
        entry: &Entry,
    ) -> Result<(), Error> {
        let common = entry.common();
        if !self.entry(record_no, hash, header, common)? {
            return Ok(());
        }
        self.names(header, entry)?;
        if matches!(header.stream.scope, Scope::Branch(_)) {
            self.add_figures(header, entry)?;
        }
        match entry {
            Entry::Sale(sale) => self.receipt(record_no, header, ReceiptKind::Sale, &sale.clone().into_receipt()),
            Entry::Refund(sale) => self.receipt(record_no, header, ReceiptKind::Refund, &sale.clone().into_receipt()),
            Entry::UnlinkedRefund(sale) => {
                self.receipt(record_no, header, ReceiptKind::UnlinkedRefund, &sale.clone().into_receipt())
            }
            Entry::OrganisationFounded(founded) => self.role(founded.owner, Role::Owner, header),
            Entry::StaffJoined(StaffJoined { staff, role, .. }) => self.role(*staff, *role, header),
            Entry::RoleGiven(given) => self.role(given.staff, given.role, header),
            Entry::StaffLeft(left) => self
                .run(
                    "INSERT INTO $staff (staff, role, role_hlc, has_left) VALUES (?1, 1, 0, 1)
                     ON CONFLICT (staff) DO UPDATE SET has_left = 1",
                    [left.staff.as_bytes()],
                )
                .map(drop),
            Entry::BranchOpened(opened) => self
                .run("INSERT INTO $branch (branch, record_no) VALUES (?1, ?2)", params![opened.branch.as_bytes(), record_no])
                .map(drop),
            Entry::DeviceEnrolled(device) => self
                .run(
                    "INSERT INTO $device (device, incarnation, till, till_no, branch, signing_key, wrapping_key)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                    params![
                        device.device.as_bytes(),
                        device.incarnation.0,
                        device.till.as_bytes(),
                        device.till_no,
                        device.branch.as_bytes(),
                        device.signing_key.0,
                        device.wrapping_key.0
                    ],
                )
                .map(drop),
            Entry::SessionOpened(opened) => {
                let session = opened.cash_session;
                self.run(
                    "INSERT INTO $cash_session
                     (cash_session, location, opened_at_ms, opened_by, business_date, opening_float_minor)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    params![
                        session.as_bytes(),
                        opened.location.as_bytes(),
                        header.recorded_at.ms,
                        common.actor.as_bytes(),
                        common.business_date.0,
                        opened.opening_float_minor
                    ],
                )?;
                self.run(
                    "INSERT INTO $open_session (location, cash_session) SELECT ?1, ?2 WHERE NOT EXISTS
                     (SELECT 1 FROM $session_entry WHERE cash_session = ?2 AND kind = 34)",
                    params![opened.location.as_bytes(), session.as_bytes()],
                )
                .map(drop)
            }
            Entry::DrawerClosed(closed) => {
                self.session_entry(common.cash_session, common.entry_id, entry.kind())?;
                self.run(
                    "DELETE FROM $open_session WHERE location = ?1 AND cash_session = ?2",
                    params![closed.location.as_bytes(), common.cash_session.map(|id| *id.as_bytes())],
                )
                .map(drop)
            }
            Entry::PaidIn(_) | Entry::PaidOut(_) | Entry::SafeDrop(_) | Entry::FloatTopUp(_) | Entry::NoSale(_)
            | Entry::DrawerCounted(_) => self.session_entry(common.cash_session, common.entry_id, entry.kind()),
            Entry::ZReport(z) => self.z(record_no, header, z),
            Entry::TenderCorrected(corrected) => {
                self.accounts(header, common.entry_id, &corrected_lines(corrected))?;
                self.follow(corrected.sale, common.entry_id)
            }
            Entry::PaperCopied(copied) => self.follow(copied.of, common.entry_id),
            Entry::CustomerAdded(added) => self
                .run(
                    "INSERT INTO $customer (customer, entry_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                    params![added.customer.as_bytes(), common.entry_id.as_bytes()],
                )
                .map(drop),
            Entry::AccountSettled(settled) => {
                self.accounts(header, common.entry_id, &[(settled.customer.as_bytes(), -settled.amount_minor)])
            }
            Entry::BasketParked(parked) => {
                self.run(
                    "INSERT INTO $parked (sale_id, entry_id) VALUES (?1, ?2)",
                    params![parked.sale.as_bytes(), common.entry_id.as_bytes()],
                )?;
                self.waits(parked.sale, 1)
            }
            Entry::BasketTaken(taken) => self.waits(taken.sale, -1),
            Entry::GoodsReceived(received) => {
                for line in &received.lines {
                    if let (Some(lot), Some(expiry)) = (&line.lot, line.expiry) {
                        self.lot(line.product.as_bytes(), lot, expiry.0)?;
                    }
                }
                Ok(())
            }
            Entry::DeviceInvited(_) | Entry::DeviceRevoked(_) | Entry::LineVoided(_) | Entry::BasketVoided(_)
            | Entry::Erased(_) | Entry::ExceptionSettled(_) => Ok(()),
        }
    }

    /// The row of every entry, and its postings. False where the entry does not count: it does not
    /// balance, or the same entry came twice.
    fn entry(&self, record_no: i64, hash: &[u8], header: &Header, common: &Common) -> Result<bool, Error> {
        if !is_balanced(&common.postings) {
            self.notice_record("not_balanced", hash, record_no)?;
            return Ok(false);
        }
        let added = self.run(
            "INSERT INTO $entry (entry_id, record_no, kind, at_ms, actor, cash_session) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT DO NOTHING",
            params![
                common.entry_id.as_bytes(),
                record_no,
                header.kind,
                header.recorded_at.ms,
                common.actor.as_bytes(),
                common.cash_session.map(|id| *id.as_bytes())
            ],
        )?;
        if added == 0 {
            self.notice_record("entry_twice", hash, record_no)?;
            return Ok(false);
        }
        common.postings.iter().for_each(|posting| self.add_posting(posting));
        Ok(true)
    }

    fn receipt(
        &self,
        record_no: i64,
        header: &Header,
        kind: ReceiptKind,
        receipt: &Receipt,
    ) -> Result<(), Error> {
        let sale = receipt.common.entry_id;
        let kind_no = match kind {
            ReceiptKind::Sale => 21,
            ReceiptKind::Refund => 22,
            ReceiptKind::UnlinkedRefund => 23,
        };
        let tender_kinds: Vec<u8> = receipt.tenders.iter().map(|tender| tender.kind as u8).collect();
        self.run(
            "INSERT INTO $receipt (sale_id, record_no, kind, receipt_no, at_ms, business_date, actor, till,
                cash_session, total_minor, tender_kinds, line_count, first_name)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            params![
                sale.as_bytes(),
                record_no,
                kind_no,
                receipt.receipt_no,
                header.recorded_at.ms,
                receipt.common.business_date.0,
                receipt.common.actor.as_bytes(),
                receipt.common.till.map_or([0; 16], |id| *id.as_bytes()),
                receipt.common.cash_session.map_or([0; 16], |id| *id.as_bytes()),
                receipt.total_minor,
                tender_kinds,
                receipt.lines.len(),
                receipt.lines.first().and_then(|line| line.name.as_deref()).unwrap_or("")
            ],
        )?;
        self.see_receipt_no(header, receipt.receipt_no)?;
        for line in &receipt.lines {
            self.run(
                "INSERT INTO $sale_line (business_date, product, sale_id, line_no, quantity, amount_minor)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    receipt.common.business_date.0,
                    line.product.as_bytes(),
                    sale.as_bytes(),
                    line.line_no,
                    line.quantity,
                    line.amount_minor
                ],
            )?;
            if let Some(of) = line.refund_of {
                self.run(
                    "INSERT INTO $refunded (sale_id, line_no, quantity, amount_minor) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity,
                        amount_minor = amount_minor + excluded.amount_minor",
                    params![of.sale.as_bytes(), of.line_no, -line.quantity, -line.amount_minor],
                )?;
                self.follow(of.sale, sale)?;
            }
            if let (Some(lot), Some(expiry)) = (&line.lot, line.expiry) {
                self.lot(line.product.as_bytes(), lot, expiry.0)?;
            }
            let why = match (line.is_unknown, line.price_reason.as_deref()) {
                (true, _) => Some("unknown"),
                (false, Some("price_missing")) => Some("price_missing"),
                (false, Some(_)) => Some("overridden"),
                (false, None) if line.quantity < 0 && line.refund_of.is_none() => Some("unlinked_refund"),
                (false, None) => None,
            };
            if let Some(why) = why {
                self.run(
                    "INSERT INTO $noticed (sale_id, line_no, why) VALUES (?1, ?2, ?3)",
                    params![sale.as_bytes(), line.line_no, why],
                )?;
            }
        }
        for tender in &receipt.tenders {
            if let Some(customer) = tender.customer {
                self.accounts(header, sale, &[(customer.as_bytes(), tender.amount_minor)])?;
            }
        }
        Ok(())
    }

    fn z(&self, record_no: i64, header: &Header, z: &ZReport) -> Result<(), Error> {
        let writer = writer_of(header);
        self.run(
            "INSERT INTO $z (entry_id, record_no, writer, z_no, business_date, cash_session) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                z.common.entry_id.as_bytes(),
                record_no,
                writer,
                z.z_no,
                z.common.business_date.0,
                z.common.cash_session.map_or([0; 16], |id| *id.as_bytes())
            ],
        )?;
        self.see_z(header, z)
    }

    fn role(&self, staff: StaffId, role: Role, header: &Header) -> Result<(), Error> {
        self.run(
            "INSERT INTO $staff (staff, role, role_hlc, has_left) VALUES (?1, ?2, ?3, 0)
             ON CONFLICT (staff) DO UPDATE SET role = excluded.role, role_hlc = excluded.role_hlc
             WHERE excluded.role_hlc > role_hlc",
            params![staff.as_bytes(), role as u8, header.hlc.0.cast_signed()],
        )
        .map(drop)
    }

    fn names(&self, header: &Header, entry: &Entry) -> Result<(), Error> {
        for (what, hash) in entry.sealed().iter().zip(&header.sealed) {
            if what.field == SealedField::Name {
                let SubjectId(subject) = what.subject;
                self.run(
                    "INSERT INTO $name (subject, hlc, hash) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                    params![subject.as_bytes(), header.hlc.0.cast_signed(), hash.0],
                )?;
            }
        }
        Ok(())
    }

    fn accounts(&self, header: &Header, entry: EntryId, lines: &[(&[u8; 16], i64)]) -> Result<(), Error> {
        for (customer, amount_minor) in lines {
            self.run(
                "INSERT INTO $account_line (customer, entry_id, at_ms, amount_minor) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET amount_minor = amount_minor + excluded.amount_minor",
                params![customer.as_slice(), entry.as_bytes(), header.recorded_at.ms, amount_minor],
            )?;
        }
        Ok(())
    }

    fn session_entry(&self, session: Option<CashSessionId>, entry: EntryId, kind: u16) -> Result<(), Error> {
        let Some(session) = session else { return Ok(()) };
        self.run(
            "INSERT INTO $session_entry (cash_session, entry_id, kind) VALUES (?1, ?2, ?3)",
            params![session.as_bytes(), entry.as_bytes(), kind],
        )
        .map(drop)
    }

    fn waits(&self, sale: EntryId, times: i64) -> Result<(), Error> {
        self.run(
            "INSERT INTO $waiting (sale_id, times) VALUES (?1, ?2)
             ON CONFLICT DO UPDATE SET times = times + excluded.times",
            params![sale.as_bytes(), times],
        )?;
        self.run("DELETE FROM $waiting WHERE sale_id = ?1 AND times = 0", [sale.as_bytes()]).map(drop)
    }

    fn follow(&self, target: EntryId, entry: EntryId) -> Result<(), Error> {
        self.run(
            "INSERT INTO $follower (target, entry_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            params![target.as_bytes(), entry.as_bytes()],
        )
        .map(drop)
    }

    fn lot(&self, product: &[u8; 16], lot: &str, expiry: i32) -> Result<(), Error> {
        self.run(
            "INSERT INTO $lot (product, lot, expiry) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            params![product, lot, expiry],
        )
        .map(drop)
    }

    /// Lists a record that is kept but does not count as it stands.
    pub(crate) fn notice_record(&self, kind: &str, about: &[u8], record_no: i64) -> Result<(), Error> {
        self.run(
            "INSERT INTO $exception (kind, about, record_no) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            params![kind, about, record_no],
        )
        .map(drop)
    }
}

/// What a correction changes on the accounts of customers.
fn corrected_lines(corrected: &TenderCorrected) -> Vec<(&[u8; 16], i64)> {
    let before = corrected.before.iter().map(|tender| (tender, -1));
    let after = corrected.after.iter().map(|tender| (tender, 1));
    before
        .chain(after)
        .filter_map(|(tender, sign)| Some((tender.customer.as_ref()?.as_bytes(), sign * tender.amount_minor)))
        .collect()
}
