//! From records to derived tables: a pure function of the set of records.
//!
//! Within a stream records come in order; across streams the order must not matter, so everything here
//! adds up, keeps a maximum by hybrid clock, or inserts what it finds.

use std::cell::{Cell, RefCell};

use domain::account::{Account, is_balanced};
use domain::entry::{
    Common, Entry, Figures, Hash32, LotsMarked, Receipt, ReceiptKind, SealedField, TenderCorrected, ZReport,
};
use domain::id::{CashLocationId, CashSessionId, EntryId, ProductId, SubjectId};
use domain::refusal::Refusal;
use domain::time::BusinessDate;
use replica::body::{self, Body};
use replica::record::Header;
use replica::stream::Scope;
use rusqlite::{CachedStatement, Connection, Params, params};

use crate::error::Error;
use crate::rights::{Late, rank_bytes};
use crate::sums::Sums;

/// Raised whenever the same records come to other derived rows, so that old files rebuild them.
pub(crate) const VERSION: u32 = 11;

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
    "goods_entry",
    "delivery",
    "lot_mark",
    "lot_release",
    "account_line",
    "customer",
    "period",
    "writer",
    "day",
    "cash_session",
    "open_session",
    "works_at",
    "to_count",
    "session_entry",
    "z",
    "parked",
    "waiting",
    "in_transit",
    "noticed",
    "people_entry",
    "role",
    "staff",
    "secret",
    "name",
    "branch",
    "device",
    "invitation",
    "revoked",
    "erased",
    "document_record",
    "product",
    "product_code",
    "product_value",
    "product_conflict",
    "setting",
    "exception",
    "settlement",
];

/// Writes into the live tables, or into the ones that a rebuild fills beside them. What adds up is written
/// by [`Projector::finish`].
pub(crate) struct Projector<'c> {
    pub(crate) conn: &'c Connection,
    pub(crate) prefix: &'c str,
    pub(crate) sums: RefCell<Sums>,
    /// Whether what adds up is collected too.
    pub(crate) adds_up: bool,
    /// Whether there are records that do not count, or devices that were revoked: mostly not.
    pub(crate) has_verdicts: Cell<bool>,
    /// Whether it is the tables in use that are written to.
    pub(crate) is_live: bool,
    /// Whether it is an act here that is projected: a command may be refused, a merge may not.
    pub(crate) is_own: bool,
    pub(crate) late: Late,
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
    pub(crate) fn live(conn: &'c Connection) -> Result<Self, Error> {
        Ok(Self { is_live: true, ..Self::new(conn, "", Sums::default())? })
    }

    /// Of the tables with a prefix, going on from some sums.
    pub(crate) fn new(conn: &'c Connection, prefix: &'c str, sums: Sums) -> Result<Self, Error> {
        let projector = Self {
            conn,
            prefix,
            sums: RefCell::new(sums),
            adds_up: true,
            has_verdicts: Cell::new(false),
            is_live: false,
            is_own: false,
            late: Late::default(),
        };
        let sql = "SELECT EXISTS (SELECT 1 FROM verdict) OR EXISTS (SELECT 1 FROM $revoked)";
        projector.has_verdicts.set(projector.statement(sql)?.query_row([], |row| row.get(0))?);
        Ok(projector)
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
        hash: &Hash32,
        header: &Header,
        body: &[u8],
    ) -> Result<(), Error> {
        let read = body::read(header, body);
        if let Body::Entry(entry) = &read {
            return self.project(record_no, hash, header, entry);
        }
        if !self.pass_over(record_no, hash, header)? {
            return Ok(());
        }
        match read {
            // What of it moves money and goods counts, whatever else it says.
            Body::CommonOnly(common) => {
                self.entry(record_no, hash, header, &common)?;
                self.notice("unknown_kind", &hash.0, record_no)
            }
            Body::Unknown => self.notice("unknown_kind", &hash.0, record_no),
            Body::Unbalanced(_) => self.notice("not_balanced", &hash.0, record_no),
            Body::Entry(_) | Body::Opened(_) | Body::Changed(_) | Body::Unreadable(_) => {
                self.notice("does_not_decode", &hash.0, record_no)
            }
        }
    }

    /// Passes a record that is no entry. False where it does not count.
    pub(crate) fn pass_over(&self, record_no: i64, hash: &Hash32, header: &Header) -> Result<bool, Error> {
        self.pass(hash, header, None)?;
        self.notice_stream(record_no, hash, header)?;
        self.counts(record_no, hash, header, None)
    }

    /// Projects an entry.
    pub(crate) fn project(
        &self,
        record_no: i64,
        hash: &Hash32,
        header: &Header,
        entry: &Entry,
    ) -> Result<(), Error> {
        let is_sound = is_sound(header, entry);
        self.pass(hash, header, Some(entry).filter(|_| is_sound))?;
        self.notice_stream(record_no, hash, header)?;
        if !self.counts(record_no, hash, header, Some(entry.common().entry_id))? {
            return Ok(());
        }
        if !is_sound {
            return self.notice("does_not_decode", &hash.0, record_no);
        }
        let common = entry.common();
        if !self.entry(record_no, hash, header, common)? {
            return Ok(());
        }
        self.names(header, entry)?;
        if matches!(header.stream.scope, Scope::Branch(_)) {
            self.add_figures(hash, header, entry)?;
            self.judge_act(record_no, hash, header, entry)?;
        }
        match entry {
            Entry::Sale(sale) => self.receipt(record_no, header, ReceiptKind::Sale, &sale.clone().into_receipt()),
            Entry::Refund(sale) => self.receipt(record_no, header, ReceiptKind::Refund, &sale.clone().into_receipt()),
            Entry::UnlinkedRefund(sale) => {
                self.receipt(record_no, header, ReceiptKind::UnlinkedRefund, &sale.clone().into_receipt())
            }
            Entry::OrganisationFounded(_) | Entry::StaffJoined(_) | Entry::RoleGiven(_) | Entry::StaffLeft(_) => {
                self.people(record_no, hash, header, entry)
            }
            Entry::SecretSet(set) => self.secret(record_no, hash, header, set),
            Entry::BranchOpened(opened) => self
                .run(
                    "INSERT INTO $branch (branch, record_no, entry_id) VALUES (?1, ?2, ?3)
                     ON CONFLICT DO UPDATE SET record_no = excluded.record_no, entry_id = excluded.entry_id
                     WHERE excluded.entry_id < entry_id",
                    params![opened.branch.as_bytes(), record_no, common.entry_id.as_bytes()],
                )
                .map(drop),
            Entry::DeviceEnrolled(device) => self
                .run(
                    "INSERT INTO $device
                     (device, incarnation, till, till_no, branch, signing_key, wrapping_key, entry_id)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                     ON CONFLICT DO UPDATE SET till = excluded.till, till_no = excluded.till_no,
                        branch = excluded.branch, signing_key = excluded.signing_key,
                        wrapping_key = excluded.wrapping_key, entry_id = excluded.entry_id
                     WHERE excluded.entry_id < entry_id",
                    params![
                        device.device.as_bytes(),
                        device.incarnation.0,
                        device.till.as_bytes(),
                        device.till_no,
                        device.branch.as_bytes(),
                        device.signing_key.0,
                        device.wrapping_key.0,
                        common.entry_id.as_bytes()
                    ],
                )
                .map(drop),
            Entry::SessionOpened(opened) => {
                let session = opened.cash_session;
                self.works_at(hash, header, entry, opened.location)?;
                for found in &opened.transfers {
                    self.arrive(found.transfer, common.entry_id)?;
                }
                self.run(
                    "INSERT INTO $cash_session
                     (cash_session, location, opened_at_ms, opened_by, business_date, opening_float_minor, entry_id)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                     ON CONFLICT DO UPDATE SET location = excluded.location,
                        opened_at_ms = excluded.opened_at_ms, opened_by = excluded.opened_by,
                        business_date = excluded.business_date,
                        opening_float_minor = excluded.opening_float_minor, entry_id = excluded.entry_id
                     WHERE excluded.entry_id < entry_id",
                    params![
                        session.as_bytes(),
                        opened.location.as_bytes(),
                        header.recorded_at.ms,
                        common.actor.as_bytes(),
                        common.business_date.0,
                        opened.opening_float_minor,
                        common.entry_id.as_bytes()
                    ],
                )?;
                self.run(
                    "INSERT INTO $open_session (location, cash_session) SELECT ?1, ?2 WHERE NOT EXISTS
                     (SELECT 1 FROM $session_entry WHERE cash_session = ?2 AND kind = 34)
                     ON CONFLICT DO NOTHING",
                    params![opened.location.as_bytes(), session.as_bytes()],
                )
                .map(drop)
            }
            Entry::DrawerClosed(closed) => {
                if closed.sends_surplus() {
                    self.carry(common.entry_id, 1)?;
                }
                self.session_entry(common.cash_session, common.entry_id, entry.kind())?;
                self.run(
                    "DELETE FROM $open_session WHERE cash_session = ?1",
                    params![common.cash_session.map(|id| *id.as_bytes())],
                )?;
                common.cash_session.map_or(Ok(()), |session| self.notice_closed_twice(session))
            }
            Entry::TransferSent(_) => {
                self.carry(common.entry_id, 1)?;
                self.session_entry(common.cash_session, common.entry_id, entry.kind())
            }
            Entry::TransferAccepted(accepted) => {
                self.arrive(accepted.transfer, common.entry_id)?;
                self.session_entry(common.cash_session, common.entry_id, entry.kind())
            }
            Entry::CloseSigned(signed) => self.follow(signed.close, common.entry_id),
            Entry::ClosePicked(picked) => {
                for other in &picked.others {
                    self.carry(*other, -1)?;
                }
                self.session_entry(Some(picked.of_session), common.entry_id, entry.kind())?;
                self.notice_picked_twice(picked.of_session)
            }
            Entry::DrawerTaken(taken) => {
                self.works_at(hash, header, entry, taken.location)?;
                self.session_entry(common.cash_session, common.entry_id, entry.kind())
            }
            Entry::DrawerLeft(left) => {
                self.works_at(hash, header, entry, left.location)?;
                if left.is_to_count {
                    self.run(
                        "INSERT INTO $to_count (cash_session) VALUES (?1) ON CONFLICT DO NOTHING",
                        [common.cash_session.map_or([0; 16], |id| *id.as_bytes())],
                    )?;
                }
                self.session_entry(common.cash_session, common.entry_id, entry.kind())
            }
            Entry::TransferRefused(refused) => self.follow(refused.transfer, common.entry_id),
            Entry::PaidIn(_) | Entry::PaidOut(_) | Entry::NoSale(_) | Entry::DrawerCounted(_) | Entry::PartCounted(_) => self.session_entry(common.cash_session, common.entry_id, entry.kind()),
            Entry::ZReport(z) => self.z(record_no, header, z),
            Entry::TenderCorrected(corrected) => {
                self.accounts(header, common.entry_id, &corrected_lines(corrected))?;
                self.follow(corrected.sale, common.entry_id)
            }
            Entry::PaperCopied(copied) => self.follow(copied.of, common.entry_id),
            Entry::PaperMailed(mailed) => mailed.of.map_or(Ok(()), |of| self.follow(of, common.entry_id)),
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
                    self.lot(line.product, line.lot.as_ref(), line.expiry)?;
                    self.goods_entry(header, common.entry_id, line.product)?;
                }
                if received.supplier.is_some() { self.delivery(header, common.entry_id) } else { Ok(()) }
            }
            Entry::StockMoved(moved) => {
                for line in &moved.lines {
                    self.lot(line.product, line.lot.as_ref(), line.expiry)?;
                    self.goods_entry(header, common.entry_id, line.product)?;
                }
                let is_back = common.postings.iter().any(|posting| posting.account == Account::Supplier as u8);
                if is_back { self.delivery(header, common.entry_id) } else { Ok(()) }
            }
            Entry::LotsMarked(marked) => self.mark_lots(marked),
            Entry::LotsReleased(released) => {
                self.run(
                    "INSERT INTO $lot_release (marked, released) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                    params![released.marked.as_bytes(), common.entry_id.as_bytes()],
                )?;
                self.follow(released.marked, common.entry_id)
            }
            Entry::DeviceInvited(invited) => self
                .run(
                    "INSERT INTO $invitation
                     (invitation, entry_id, founding_hash, branch, till, till_no, invitation_key)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                     ON CONFLICT DO UPDATE SET entry_id = excluded.entry_id,
                        founding_hash = excluded.founding_hash, branch = excluded.branch, till = excluded.till,
                        till_no = excluded.till_no, invitation_key = excluded.invitation_key
                     WHERE excluded.entry_id < entry_id",
                    params![
                        invited.invitation.as_bytes(),
                        common.entry_id.as_bytes(),
                        invited.founding_hash.0,
                        invited.branch.as_bytes(),
                        invited.till.as_bytes(),
                        invited.till_no,
                        invited.invitation_key.0
                    ],
                )
                .map(drop),
            Entry::DeviceRevoked(revoked) => self.revoke(revoked),
            Entry::Erased(erased) => self.erase(erased.subject),
            Entry::ExceptionSettled(settled) => self.settle(record_no, header, settled),
            Entry::ApprovalDecided(decided) => {
                decided.asked.map_or(Ok(()), |asked| self.follow(asked, common.entry_id))
            }
            Entry::OverShortExplained(explained) => {
                self.session_entry(Some(explained.of_session), common.entry_id, entry.kind())
            }
            Entry::LineVoided(_) | Entry::BasketVoided(_) | Entry::ApprovalAsked(_) | Entry::PracticeBegun(_) => Ok(()),
        }
    }

    /// The row of every entry, and its postings. False where the entry does not count: it does not
    /// balance, or the same entry came twice.
    fn entry(&self, record_no: i64, hash: &Hash32, header: &Header, common: &Common) -> Result<bool, Error> {
        if !is_balanced(&common.postings) {
            self.notice("not_balanced", &hash.0, record_no)?;
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
        if added == 0 && self.is_own {
            return Err(Refusal::EntryIdTaken.into());
        }
        if added == 0 {
            self.came_twice(record_no, hash, header, common.entry_id)?;
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
                     ON CONFLICT DO UPDATE SET quantity = wrapped_sum(quantity, excluded.quantity),
                        amount_minor = wrapped_sum(amount_minor, excluded.amount_minor)",
                    params![of.sale.as_bytes(), of.line_no, -line.quantity, -line.amount_minor],
                )?;
                self.follow(of.sale, sale)?;
                self.notice_refund(of)?;
            }
            for lot in line.lots().iter() {
                self.lot(line.product, lot.lot.as_ref(), lot.expiry)?;
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
        self.notice_refunds_of(record_no, receipt)?;
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
                 ON CONFLICT DO UPDATE SET amount_minor = wrapped_sum(amount_minor, excluded.amount_minor)",
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

    fn carry(&self, transfer: EntryId, times: i64) -> Result<(), Error> {
        self.run(
            "INSERT INTO $in_transit (transfer, times) VALUES (?1, ?2)
             ON CONFLICT DO UPDATE SET times = times + excluded.times",
            params![transfer.as_bytes(), times],
        )?;
        self.run("DELETE FROM $in_transit WHERE transfer = ?1 AND times = 0", [transfer.as_bytes()]).map(drop)
    }

    /// Where a till works from this entry on.
    fn works_at(
        &self,
        hash: &Hash32,
        header: &Header,
        entry: &Entry,
        location: CashLocationId,
    ) -> Result<(), Error> {
        let common = entry.common();
        let (Some(till), Some(session)) = (common.till, common.cash_session) else { return Ok(()) };
        self.run(
            "INSERT INTO $works_at (till, rank, kind, location, cash_session) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO NOTHING",
            params![
                till.as_bytes(),
                rank_bytes(header, hash),
                entry.kind(),
                location.as_bytes(),
                session.as_bytes()
            ],
        )
        .map(drop)
    }

    /// Cash that was sent is accepted by an entry.
    fn arrive(&self, transfer: EntryId, entry: EntryId) -> Result<(), Error> {
        self.carry(transfer, -1)?;
        self.follow(transfer, entry)?;
        self.notice_accepted_twice(transfer)
    }

    fn follow(&self, target: EntryId, entry: EntryId) -> Result<(), Error> {
        self.run(
            "INSERT INTO $follower (target, entry_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            params![target.as_bytes(), entry.as_bytes()],
        )
        .map(drop)
    }

    fn goods_entry(&self, header: &Header, entry: EntryId, product: ProductId) -> Result<(), Error> {
        self.run(
            "INSERT INTO $goods_entry (product, at_ms, entry_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            params![product.as_bytes(), header.recorded_at.ms, entry.as_bytes()],
        )
        .map(drop)
    }

    fn delivery(&self, header: &Header, entry: EntryId) -> Result<(), Error> {
        self.run(
            "INSERT INTO $delivery (at_ms, entry_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            params![header.recorded_at.ms, entry.as_bytes()],
        )
        .map(drop)
    }

    /// What is said of the expiry of a lot.
    fn lot(
        &self,
        product: ProductId,
        lot: Option<&String>,
        expiry: Option<BusinessDate>,
    ) -> Result<(), Error> {
        let (Some(lot), Some(expiry)) = (lot, expiry) else { return Ok(()) };
        self.run(
            "INSERT INTO $lot (product, lot, expiry) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            params![product.as_bytes(), lot, expiry.0],
        )
        .map(drop)
    }

    fn mark_lots(&self, marked: &LotsMarked) -> Result<(), Error> {
        let every_pack = marked.lots.is_empty().then_some("");
        for lot in marked.lots.iter().map(String::as_str).chain(every_pack) {
            self.run(
                "INSERT INTO $lot_mark (product, lot, marked, state) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
                params![marked.product.as_bytes(), lot, marked.common.entry_id.as_bytes(), marked.state],
            )?;
        }
        Ok(())
    }
}

/// Whether an entry is one that an honest till can have written where it stands.
pub(crate) fn is_sound(header: &Header, entry: &Entry) -> bool {
    entry.is_of_branch() == matches!(header.stream.scope, Scope::Branch(_)) && entry.is_sound()
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
