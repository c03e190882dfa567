//! Golden files: a stream of the organisation and two of a branch with a record of every kind, and an
//! invitation. They are compared byte for byte; `PHARMATILL_WRITE_GOLDEN=1` writes them anew, which is right
//! only before the first release or for a kind that was added.

#![allow(clippy::unwrap_used, reason = "a test stops where something is missing")]

use std::path::PathBuf;

use domain::account::{Account, Dimension, Posting, Unit};
use domain::entry::*;
use domain::id::*;
use domain::time::{BusinessDate, Hlc, Now};
use replica::body::{self, Body};
use replica::chain::{self, ChainError, ChainFault};
use replica::document::{DELETED, Document, Rank};
use replica::document_changed::{self, DocumentChanged};
use replica::invitation::{
    Invitation, InvitationCode, InvitationError, InvitationSecrets, SignedHead, SignedStream, SubjectKeyOf,
};
use replica::paper_code::{Coded, PaperCode};
use replica::product_facts::{Decided, ProductFacts, ProductKey, document_of};
use replica::record::Record;
use replica::sealed::{SealedPart, SubjectKey};
use replica::settings::{self, Setting};
use replica::sign::{DeviceKeys, Enrolment, public_key};
use replica::stream::{Scope, StreamHead, StreamId};
use replica::stream_opened::{self, StreamOpened};
use uuid::Uuid;

const SUBJECT_KEY: SubjectKey = SubjectKey([0x42; 32]);
const ONE_TIME_SECRET: [u8; 32] = [0x33; 32];

fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0000 + number)
}

fn organisation() -> OrganisationId {
    OrganisationId(id(1))
}

fn branch() -> BranchId {
    BranchId(id(2))
}

fn device() -> DeviceId {
    DeviceId(id(3))
}

fn till() -> TillId {
    TillId(id(4))
}

fn owner() -> StaffId {
    StaffId(id(5))
}

fn product() -> ProductId {
    ProductId::of_gtin("03400930000007")
}

fn keys() -> DeviceKeys {
    DeviceKeys::from_seeds([0x11; 32], [0x22; 32])
}

/// Writes one stream; every record a minute after the one before.
struct Pen {
    head: StreamHead,
    now: Now,
    hlc: Hlc,
    parts: u8,
    records: Vec<Record>,
}

impl Pen {
    fn new(scope: Scope, incarnation: Incarnation) -> Self {
        let stream = StreamId { device: device(), incarnation, scope };
        Self {
            head: StreamHead::empty(stream),
            now: Now { ms: 1_793_145_600_000, utc_offset_min: 60 },
            hlc: Hlc::default(),
            parts: 0,
            records: Vec::new(),
        }
    }

    fn append(&mut self, kind: u16, body: Vec<u8>, sealed: Vec<SealedPart>) {
        self.hlc = self.hlc.tick(self.now.ms);
        let record = Record::append(&self.head, kind, 1, self.now, self.hlc, body, sealed).unwrap();
        assert!(!matches!(
            body::read(&record.header, &record.body),
            Body::Unreadable(_) | Body::Unbalanced(_) | Body::CommonOnly(_) | Body::Unknown
        ));
        self.head = chain::next(&self.head, &record).unwrap();
        self.records.push(record);
        self.now.ms += 60_000;
    }

    fn entry(&mut self, entry: impl Into<Written>) {
        let Written(entry, plain) = entry.into();
        let parts: Vec<SealedPart> = entry
            .sealed()
            .iter()
            .map(|what| {
                self.parts += 1;
                SealedPart::seal(
                    &SUBJECT_KEY,
                    what.subject,
                    [self.parts; 16],
                    [self.parts; 24],
                    plain.as_bytes(),
                )
                .unwrap()
            })
            .collect();
        self.append(entry.kind(), entry.to_body(), parts);
    }

    fn finish(self, keys: &DeviceKeys) -> SignedStream {
        SignedStream { head: self.head, signature: keys.sign_checkpoint(&self.head), records: self.records }
    }
}

/// An entry and the plain text of its sealed parts.
struct Written(Entry, &'static str);

impl From<Entry> for Written {
    fn from(entry: Entry) -> Self {
        Self(entry, "")
    }
}

fn common(number: u128, postings: Vec<Posting>) -> Common {
    Common {
        entry_id: EntryId(id(0x1000 + number)),
        actor: owner(),
        approver: None,
        till: Some(till()),
        cash_session: Some(CashSessionId(id(6))),
        business_date: BusinessDate(20_754),
        currency: Some("EUR".to_owned()),
        references: Vec::new(),
        postings,
    }
}

fn of_organisation(number: u128) -> Common {
    Common { till: None, cash_session: None, currency: None, ..common(number, Vec::new()) }
}

fn sealed(subject: impl Into<SubjectId>, field: SealedField) -> Vec<SealedRef> {
    vec![SealedRef { subject: subject.into(), field, index: 0 }]
}

fn money(account: Account, dimension: Dimension, amount: i64) -> Posting {
    Posting::money(account, dimension, "EUR", amount)
}

fn drawer() -> Dimension {
    Dimension::Id(CashLocationId::drawer_of(till()).0)
}

fn goods(account: Account, dimension: Dimension, lot: Option<&str>, packs: i64) -> Posting {
    let unit = Unit::Goods { product: product(), lot: lot.map(str::to_owned), measure: Measure::Pack };
    Posting { account: account as u8, dimension, unit, amount: packs }
}

fn shelf() -> Dimension {
    Dimension::Id(PlaceId::shelf_of(branch()).0)
}

fn organisation_stream() -> SignedStream {
    let (keys, staff) = (keys(), StaffId(id(7)));
    let mut pen = Pen::new(Scope::Organisation(organisation()), Incarnation([1; 8]));
    pen.append(stream_opened::KIND, StreamOpened::first(pen.head.stream, &keys, None).to_body(), Vec::new());
    let founded = OrganisationFounded {
        common: of_organisation(1),
        sealed: sealed(owner(), SealedField::Name),
        organisation: organisation(),
        owner: owner(),
    };
    pen.entry(Written(Entry::OrganisationFounded(founded), "Zoé Müller"));
    let founding_hash = pen.head.hash;
    pen.entry(Entry::BranchOpened(BranchOpened {
        common: of_organisation(2),
        sealed: Vec::new(),
        branch: branch(),
        name: "Pharmacie du Marché".to_owned(),
        country: "FR".to_owned(),
        currency: "EUR".to_owned(),
        time_zone: "Europe/Paris".to_owned(),
        day_boundary_min: 240,
    }));
    let enrolled = DeviceEnrolled {
        common: of_organisation(3),
        sealed: Vec::new(),
        device: device(),
        incarnation: Incarnation([1; 8]),
        signing_key: keys.signing_key(),
        wrapping_key: keys.wrapping_key(),
        branch: branch(),
        till: till(),
        till_no: 1,
        invitation: None,
        proof: None,
    };
    pen.entry(Entry::DeviceEnrolled(enrolled.clone()));
    let joined = StaffJoined {
        common: of_organisation(4),
        sealed: sealed(staff, SealedField::Name),
        staff,
        role: Role::Assistant,
    };
    pen.entry(Written(Entry::StaffJoined(joined), "Anna"));
    pen.entry(Entry::RoleGiven(RoleGiven {
        common: Common {
            approver: Some(owner()),
            references: vec![EntryId(id(0x1004))],
            ..of_organisation(5)
        },
        sealed: Vec::new(),
        staff,
        role: Role::Manager,
    }));
    pen.entry(Entry::StaffLeft(StaffLeft { common: of_organisation(6), sealed: Vec::new(), staff }));
    pen.entry(Entry::DeviceInvited(DeviceInvited {
        common: of_organisation(7),
        sealed: Vec::new(),
        invitation: InvitationId(id(8)),
        founding_hash,
        branch: branch(),
        till: TillId(id(9)),
        till_no: 2,
        invitation_key: public_key(&ONE_TIME_SECRET),
    }));
    let second = DeviceKeys::from_seeds([0x44; 32], [0x55; 32]);
    let enrolment = Enrolment {
        invitation: InvitationId(id(8)),
        founding_hash,
        device: DeviceId(id(10)),
        incarnation: Incarnation([2; 8]),
        signing_key: second.signing_key(),
        wrapping_key: second.wrapping_key(),
        branch: branch(),
        till: TillId(id(9)),
        till_no: 2,
    };
    pen.entry(Entry::DeviceEnrolled(DeviceEnrolled {
        common: of_organisation(8),
        device: enrolment.device,
        incarnation: enrolment.incarnation,
        signing_key: enrolment.signing_key,
        wrapping_key: enrolment.wrapping_key,
        till: enrolment.till,
        till_no: enrolment.till_no,
        invitation: Some(enrolment.invitation),
        proof: Some(enrolment.prove(&ONE_TIME_SECRET)),
        ..enrolled
    }));
    pen.entry(Entry::DeviceRevoked(DeviceRevoked {
        common: of_organisation(9),
        sealed: Vec::new(),
        device: enrolment.device,
        incarnation: enrolment.incarnation,
        last_branch_seq: 0,
        last_organisation_seq: 0,
    }));
    catalogue(&mut pen);
    pen.finish(&keys)
}

fn catalogue(pen: &mut Pen) {
    let mut document = Document::new([0x77; 16]);
    let facts = ProductFacts {
        name: "Paracétamol 500 mg, comprimé".to_owned(),
        pack: Some("16 comprimés".to_owned()),
        price_minor: Some(218),
        tax_code: Some("super_reduced".to_owned()),
        rx: false,
        maker: Some("Laboratoire".to_owned()),
        atc: Some("N02BE01".to_owned()),
        conditions: vec!["liste II".to_owned()],
        reimbursement: Some("65 %".to_owned()),
        codes: vec!["03400930000007".to_owned()],
        is_withdrawn: false,
        pack_content: Some(16),
        released_on: Some(BusinessDate(20_700)),
    };
    let price = Decided::PriceMinor(230);
    let price_key = ProductKey::Field(product(), price.field().to_owned()).text();
    let puts = [
        (ProductKey::Source(product(), "bdpm".to_owned()).text(), facts.encode()),
        (price_key.clone(), price.encode()),
        (price_key, DELETED.to_vec()),
    ];
    for (key, content) in puts {
        let hlc = pen.hlc.tick(pen.now.ms);
        let rank = Rank { hlc, device: device(), incarnation: pen.head.stream.incarnation };
        document.put(&key, rank, owner(), content).unwrap();
        change(pen, &mut document, document_of(product()));
    }
}

fn change(pen: &mut Pen, document: &mut Document, name: String) {
    let written = document.commit().unwrap().unwrap();
    let body = DocumentChanged {
        document: name,
        generation: written.generation,
        change: written.change,
        actor: owner(),
    };
    pen.append(document_changed::KIND, body.to_body(), Vec::new());
}

fn receipt(number: u128, sign: i64) -> Receipt {
    let is_sale = sign > 0;
    let refund_of = RefundOf { sale: EntryId(id(0x1000 + 20)), line_no: 1 };
    let line = SaleLine {
        line_no: 1,
        product: product(),
        name: Some("Paracétamol 500 mg".to_owned()),
        quantity: 2 * sign,
        measure: Measure::Pack,
        pack_content: Some(16),
        lot: Some("A71".to_owned()),
        unit_price_minor: 230,
        list_price_minor: Some(218),
        price_reason: Some("price_match".to_owned()),
        discount: Some(Discount::Percent(1_000)),
        discount_minor: 46 * sign,
        basket_discount_minor: 14 * sign,
        amount_minor: 400 * sign,
        tax_code: "super_reduced".to_owned(),
        rate_ppm: 21_000,
        rx_confirmed: true,
        refund_of: (!is_sale).then_some(refund_of),
        refund_reason: (!is_sale).then(|| "not_needed".to_owned()),
        scanned: is_sale.then(|| b"3400930000007".to_vec()),
        is_unknown: false,
        expiry: Some(BusinessDate(21_000)),
        lots: None,
        lot_reason: is_sale.then(|| "pack_in_hand".to_owned()),
    };
    let tender = |kind, amount_minor, tendered_minor, change_due_minor, customer| TenderLine {
        kind,
        tender: TenderId::of_kind(kind),
        amount_minor,
        tendered_minor,
        change_due_minor,
        customer,
    };
    let customer = CustomerId(id(11));
    Receipt {
        common: common(
            number,
            vec![
                money(Account::Drawer, drawer(), 300 * sign),
                money(Account::OnAccount, Dimension::Id(customer.0), 102 * sign),
                money(Account::Revenue, Dimension::Code("super_reduced".to_owned()), -392 * sign),
                money(Account::Tax, Dimension::Code("super_reduced".to_owned()), -8 * sign),
                money(Account::CashRounding, Dimension::None, -2 * sign),
                goods(Account::Shelf, shelf(), Some("A71"), -2 * sign),
                goods(Account::Sold, Dimension::None, Some("A71"), 2 * sign),
            ],
        ),
        sealed: sealed(EntryId(id(0x1000 + number)), SealedField::Reference),
        receipt_no: u64::try_from(number - 19).unwrap(),
        lines: vec![line],
        basket_discount: is_sale.then_some(Discount::Amount(14)),
        taxes: vec![TaxLine {
            code: "super_reduced".to_owned(),
            rate_ppm: 21_000,
            gross_minor: 400 * sign,
            tax_minor: 8 * sign,
        }],
        tenders: vec![
            tender(
                TenderKind::Cash,
                300 * sign,
                if is_sale { 500 } else { 0 },
                if is_sale { 200 } else { 0 },
                None,
            ),
            tender(TenderKind::OnAccount, 102 * sign, 102 * sign, 0, Some(customer)),
        ],
        total_minor: 400 * sign,
        rounding_minor: 2 * sign,
        begun_ms: is_sale.then_some(1_780_000_000_000),
    }
}

fn denominations() -> Vec<Denomination> {
    vec![Denomination { value_minor: 2_000, count: 5 }, Denomination { value_minor: 100, count: 50 }]
}

macro_rules! movement {
    ($pen:ident, $kind:ident, $number:literal, $reason:literal, $amount:literal, $from:ident $from_dimension:expr) => {
        $pen.entry(Entry::$kind($kind {
            common: common(
                $number,
                if $amount == 0 {
                    Vec::new()
                } else {
                    vec![
                        money(Account::Drawer, drawer(), $amount),
                        money(Account::$from, $from_dimension, -$amount),
                    ]
                },
            ),
            sealed: Vec::new(),
            reason: $reason.to_owned(),
            amount_minor: i64::abs($amount),
        }))
    };
}

fn branch_stream() -> SignedStream {
    let keys = keys();
    let mut pen = Pen::new(Scope::Branch(branch()), Incarnation([1; 8]));
    let series = Some("B01-T1-234".to_owned());
    pen.append(
        stream_opened::KIND,
        StreamOpened::first(pen.head.stream, &keys, series).to_body(),
        Vec::new(),
    );
    let mut document = Document::new([0x78; 16]);
    for setting in [
        Setting::Letterhead(vec!["1, place du Marché".to_owned()]),
        Setting::OverShortToleranceMinor(500),
        Setting::BlindCount(true),
        Setting::OpeningFloatMinor(15_000),
    ] {
        let rank = Rank { hlc: pen.hlc.tick(pen.now.ms), device: device(), incarnation: Incarnation([1; 8]) };
        document.put(setting.key(), rank, owner(), setting.encode()).unwrap();
    }
    change(&mut pen, &mut document, settings::DOCUMENT.to_owned());
    sales(&mut pen);
    goods_and_people(&mut pen);
    closing(&mut pen);
    secrets_and_approvals(&mut pen);
    transfers(&mut pen);
    pen.finish(&keys)
}

fn sales(pen: &mut Pen) {
    pen.entry(Entry::SessionOpened(SessionOpened {
        common: common(
            10,
            vec![money(Account::Drawer, drawer(), 15_000), money(Account::Opening, Dimension::None, -15_000)],
        ),
        sealed: Vec::new(),
        cash_session: CashSessionId(id(6)),
        location: CashLocationId::drawer_of(till()),
        denominations: denominations(),
        opening_float_minor: 15_000,
        expected_minor: 0,
        from_safe_minor: 0,
        transfers: Vec::new(),
    }));
    pen.entry(Written(receipt(20, 1).into_entry(ReceiptKind::Sale), "card 4711"));
    pen.entry(Written(receipt(21, -1).into_entry(ReceiptKind::Refund), "card 4711"));
    let mut unlinked = receipt(22, -1);
    unlinked.lines[0].refund_of = None;
    unlinked.lines[0].name = None;
    unlinked.lines[0].is_unknown = true;
    unlinked.sealed = sealed(EntryId(id(0x1000 + 22)), SealedField::ProductName);
    pen.entry(Written(unlinked.into_entry(ReceiptKind::UnlinkedRefund), "Arnika ointment"));
    let sale = EntryId(id(0x2000));
    pen.entry(Entry::LineVoided(LineVoided {
        common: common(23, Vec::new()),
        sealed: Vec::new(),
        sale,
        line_no: 2,
        product: product(),
        quantity: 1,
        amount_minor: 218,
    }));
    pen.entry(Entry::BasketVoided(BasketVoided {
        common: common(24, Vec::new()),
        sealed: Vec::new(),
        sale,
        lines: vec![VoidedLine { product: product(), quantity: 1, amount_minor: 218 }],
        total_minor: 218,
    }));
    let (parked, taken) = (EntryId(id(0x2001)), common(26, Vec::new()));
    let basket = BasketParked {
        common: common(25, Vec::new()),
        sealed: sealed(parked, SealedField::Label),
        sale: parked,
        line_count: 1,
        total_minor: 218,
    };
    pen.entry(Written(Entry::BasketParked(basket), "blue coat"));
    pen.entry(Entry::BasketTaken(BasketTaken { common: taken, sealed: Vec::new(), sale: parked }));
    movement!(pen, PaidIn, 28, "change_brought", 1_000, PaidInOut Dimension::Code("change_brought".to_owned()));
    movement!(pen, PaidOut, 29, "courier", -300, PaidInOut Dimension::Code("courier".to_owned()));
    movement!(pen, NoSale, 32, "change_given", 0, PaidInOut Dimension::None);
}

fn goods_and_people(pen: &mut Pen) {
    let customer = CustomerId(id(11));
    let added = CustomerAdded {
        common: common(37, Vec::new()),
        sealed: sealed(customer, SealedField::Name),
        customer,
    };
    pen.entry(Written(Entry::CustomerAdded(added), "Mme Durand"));
    pen.entry(Entry::AccountSettled(AccountSettled {
        common: common(
            38,
            vec![
                money(Account::Drawer, drawer(), 102),
                money(Account::OnAccount, Dimension::Id(customer.0), -102),
            ],
        ),
        sealed: Vec::new(),
        customer,
        kind: TenderKind::Cash,
        amount_minor: 102,
    }));
    let before = receipt(20, 1).tenders;
    let mut after = before.clone();
    after[0].kind = TenderKind::Card;
    after[0].tender = TenderId::of_kind(TenderKind::Card);
    pen.entry(Entry::TenderCorrected(TenderCorrected {
        common: common(
            36,
            vec![
                money(Account::CardClearing, Dimension::Id(TenderId::of_kind(TenderKind::Card).0), 300),
                money(Account::Drawer, drawer(), -300),
            ],
        ),
        sealed: Vec::new(),
        sale: EntryId(id(0x1000 + 20)),
        before,
        after,
        of_session: None,
    }));
    pen.entry(Entry::PaperCopied(PaperCopied {
        common: common(39, Vec::new()),
        sealed: Vec::new(),
        of: EntryId(id(0x1000 + 20)),
        copy_no: 1,
    }));
    pen.entry(Entry::GoodsReceived(GoodsReceived {
        common: common(
            40,
            vec![
                goods(Account::Shelf, shelf(), None, 10),
                goods(Account::Supplier, Dimension::Id(id(12)), None, -10),
            ],
        ),
        sealed: Vec::new(),
        lines: vec![
            ReceivedLine {
                product: product(),
                lot: None,
                expiry: None,
                packs: 7,
                announced: None,
                damaged: None,
                cost_minor: None,
            },
            ReceivedLine {
                product: product(),
                lot: Some("B2".to_owned()),
                expiry: Some(BusinessDate(21_100)),
                packs: 3,
                announced: Some(5),
                damaged: Some(1),
                cost_minor: Some(120),
            },
        ],
        supplier: Some("Großhandel Nord".to_owned()),
        reference: Some("LS 4711".to_owned()),
    }));
    pen.entry(Entry::Erased(Erased {
        common: common(41, Vec::new()),
        sealed: Vec::new(),
        subject: customer.into(),
        reason: "asked".to_owned(),
    }));
    pen.entry(Entry::ExceptionSettled(ExceptionSettled {
        common: common(42, Vec::new()),
        sealed: Vec::new(),
        exception: "refunded_twice".to_owned(),
        about: ExceptionAbout(EntryId(id(0x1000 + 22)).as_bytes().to_vec()),
        extent: 2,
        how: "in_order".to_owned(),
    }));
}

fn closing(pen: &mut Pen) {
    let location = CashLocationId::drawer_of(till());
    for (number, recount_reason) in [(1, None), (2, Some("miscounted".to_owned()))] {
        pen.entry(Entry::DrawerCounted(DrawerCounted {
            common: common(50 + u128::from(number), Vec::new()),
            sealed: Vec::new(),
            count_no: number,
            location,
            denominations: denominations(),
            counted_cash_minor: 15_000,
            other: vec![TenderCounted { kind: TenderKind::Card, counted_minor: 300 }],
            recount_reason,
            is_blind: true,
            parts: Vec::new(),
        }));
    }
    pen.entry(Entry::DrawerClosed(DrawerClosed {
        common: common(
            53,
            vec![money(Account::Drawer, drawer(), -50), money(Account::OverShort, Dimension::Id(id(6)), 50)],
        ),
        sealed: Vec::new(),
        location,
        count: EntryId(id(0x1000 + 52)),
        results: vec![TenderResult {
            kind: TenderKind::Cash,
            expected_minor: 15_050,
            counted_minor: 15_000,
            over_short_minor: -50,
        }],
        reason: Some("unknown".to_owned()),
        next_float: denominations(),
        next_float_minor: 15_000,
        to_safe_minor: 0,
        seen: vec![pen.head.seen()],
        on_its_way_reason: Some("receiver_away".to_owned()),
    }));
    let figures = Figures {
        sale_count: 1,
        takings_minor: -400,
        taxes: receipt(20, 1).taxes,
        tenders: vec![TenderFigure { kind: TenderKind::Cash, count: 3, amount_minor: -300 }],
        first_receipt_no: 1,
        last_receipt_no: 3,
        ..Figures::default()
    };
    pen.entry(Entry::ZReport(ZReport {
        common: common(54, Vec::new()),
        sealed: Vec::new(),
        z_no: 1,
        first_seq: 1,
        last_seq: pen.head.seq,
        figures,
        perpetual_total_minor: -400,
        opened_at_ms: 1_793_145_720_000,
        before: None,
    }));
}

fn secrets_and_approvals(pen: &mut Pen) {
    let staff = StaffId(id(7));
    let (asked, sale) = (common(61, Vec::new()), Some(EntryId(id(0x2002))));
    let pin = SecretSet {
        common: common(60, Vec::new()),
        sealed: sealed(staff, SealedField::Verifier),
        staff,
        kind: SecretKind::Pin,
        is_initial: true,
    };
    pen.entry(Written(Entry::SecretSet(pin), "verifier"));
    let no_badge = SecretSet {
        common: common(62, Vec::new()),
        sealed: Vec::new(),
        staff,
        kind: SecretKind::Badge,
        is_initial: false,
    };
    pen.entry(Entry::SecretSet(no_badge));
    let (asked_id, permission) = (asked.entry_id, "refund".to_owned());
    pen.entry(Entry::ApprovalAsked(ApprovalAsked {
        common: Common { actor: staff, ..asked },
        sealed: Vec::new(),
        permission: permission.clone(),
        extent: 7_000,
        about: sale,
    }));
    let decided = ApprovalDecided {
        common: Common { references: vec![asked_id], ..common(63, Vec::new()) },
        sealed: Vec::new(),
        staff,
        permission,
        extent: 7_000,
        about: sale,
        asked: Some(asked_id),
        is_given: true,
        until_ms: None,
        by_server: None,
    };
    pen.entry(Entry::ApprovalDecided(decided.clone()));
    pen.entry(Entry::ApprovalDecided(ApprovalDecided {
        common: common(64, Vec::new()),
        permission: "no_sale".to_owned(),
        extent: 0,
        about: None,
        asked: None,
        until_ms: Some(1_793_149_200_000),
        ..decided
    }));
    pen.entry(Entry::PracticeBegun(PracticeBegun { common: common(65, Vec::new()), sealed: Vec::new() }));
    pen.entry(Entry::OverShortExplained(OverShortExplained {
        common: common(66, Vec::new()),
        sealed: Vec::new(),
        of_session: CashSessionId(id(6)),
        cause: "change_twice".to_owned(),
        amount_minor: -50,
        evidence: vec![EntryId(id(0x1000 + 20))],
    }));
}

fn transfers(pen: &mut Pen) {
    let drawer_here = CashAt { place: CashPlace::Drawer, location: CashLocationId::drawer_of(till()) };
    let safe = CashAt { place: CashPlace::Safe, location: CashLocationId::safe_of(branch()) };
    let bank = CashAt { place: CashPlace::Bank, location: CashLocationId::bank_of(branch()) };
    let of = |at: CashAt| Dimension::Id(at.location.0);
    let sent = common(70, Vec::new()).entry_id;
    let on_its_way = || Dimension::Id(sent.0);
    let leaves =
        vec![money(Account::Drawer, drawer(), -5_000), money(Account::InTransit, on_its_way(), 5_000)];
    let sending = TransferSent {
        common: common(70, leaves),
        sealed: sealed(sent, SealedField::Reference),
        from: drawer_here,
        to: safe,
        amount_minor: 5_000,
        denominations: vec![Denomination { value_minor: 5_000, count: 1 }],
        reason: "too_much_cash".to_owned(),
    };
    pen.entry(Written(Entry::TransferSent(sending), "B 17"));
    let arrives = vec![
        money(Account::Safe, of(safe), 4_990),
        money(Account::InTransit, on_its_way(), -5_000),
        money(Account::OverShort, on_its_way(), 10),
    ];
    pen.entry(Entry::TransferAccepted(TransferAccepted {
        common: Common { references: vec![sent], cash_session: None, ..common(71, arrives) },
        sealed: Vec::new(),
        transfer: sent,
        from: drawer_here,
        at: safe,
        sent_minor: 5_000,
        counted_minor: 4_990,
        denominations: Vec::new(),
    }));
    let to_bank =
        vec![money(Account::Safe, of(safe), -4_000), money(Account::BankInTransit, of(bank), 4_000)];
    let sending = TransferSent {
        common: Common { cash_session: None, ..common(72, to_bank) },
        sealed: Vec::new(),
        from: safe,
        to: bank,
        amount_minor: 4_000,
        denominations: Vec::new(),
        reason: "to_bank".to_owned(),
    };
    let refused = sending.common.entry_id;
    pen.entry(Entry::TransferSent(sending));
    pen.entry(Entry::TransferRefused(TransferRefused {
        common: Common { references: vec![refused], cash_session: None, ..common(73, Vec::new()) },
        sealed: Vec::new(),
        transfer: refused,
        reason: "bag_damaged".to_owned(),
    }));
    let close = EntryId(id(0x1000 + 53));
    pen.entry(Entry::DrawerLeft(DrawerLeft {
        common: common(75, Vec::new()),
        sealed: Vec::new(),
        location: drawer_here.location,
        is_to_count: true,
    }));
    let letter = DrawerLetter::parse("B").expect("a letter");
    pen.entry(Entry::DrawerTaken(DrawerTaken {
        common: common(76, Vec::new()),
        sealed: Vec::new(),
        location: CashLocationId::lettered(branch(), letter),
    }));
    let (kept, other) = (EntryId(id(0x1000 + 53)), EntryId(id(0x1000 + 54)));
    let taken_back =
        vec![money(Account::Drawer, drawer(), 100), money(Account::InTransit, Dimension::Id(other.0), -100)];
    pen.entry(Entry::ClosePicked(ClosePicked {
        common: Common { references: vec![kept, other], cash_session: None, ..common(77, taken_back) },
        sealed: Vec::new(),
        of_session: CashSessionId(id(6)),
        close: kept,
        others: vec![other],
    }));
    let part = EntryId(id(0x1000 + 78));
    for (number, replaces) in [(78, None), (79, Some(part))] {
        pen.entry(Entry::PartCounted(PartCounted {
            common: Common { references: replaces.into_iter().collect(), ..common(number, Vec::new()) },
            sealed: Vec::new(),
            location: drawer_here.location,
            denominations: vec![Denomination { value_minor: 50, count: 12 }],
            counted_cash_minor: 600,
            replaces,
        }));
    }
    pen.entry(Entry::DrawerCounted(DrawerCounted {
        common: common(80, Vec::new()),
        sealed: Vec::new(),
        count_no: 3,
        location: drawer_here.location,
        denominations: vec![Denomination { value_minor: 50, count: 15 }],
        counted_cash_minor: 750,
        other: Vec::new(),
        recount_reason: Some("miscounted".to_owned()),
        is_blind: false,
        parts: vec![EntryId(id(0x1000 + 79))],
    }));
    pen.entry(Entry::CloseSigned(CloseSigned {
        common: Common { references: vec![close], cash_session: None, ..common(74, Vec::new()) },
        sealed: Vec::new(),
        close,
    }));
    let (sale, address) = (EntryId(id(0x1000 + 20)), SubjectId(id(13)));
    let mailed = PaperMailed {
        common: Common { references: vec![sale], ..common(81, Vec::new()) },
        sealed: sealed(address, SealedField::EmailAddress),
        what: "receipt".to_owned(),
        of: Some(sale),
        copy_no: 0,
    };
    pen.entry(Written(Entry::PaperMailed(mailed), "a.durand@example.org"));
    pen.entry(Entry::Erased(Erased {
        common: common(82, Vec::new()),
        sealed: Vec::new(),
        subject: address,
        reason: "sent".to_owned(),
    }));
    let mut of_two_lots = receipt(83, 1);
    let lot = |lot: Option<&str>, expiry, packs| LineLot { lot: lot.map(str::to_owned), expiry, packs };
    of_two_lots.lines[0].lots =
        Some(vec![lot(Some("A71"), Some(BusinessDate(21_000)), 1), lot(None, None, 1)]);
    of_two_lots.lines[0].lot = None;
    of_two_lots.lines[0].expiry = None;
    of_two_lots.common.postings.retain(|posting| matches!(posting.unit, Unit::Currency(_)));
    for (lot, packs) in [(None, 1), (Some("A71"), 1)] {
        of_two_lots.common.postings.push(goods(Account::Shelf, shelf(), lot, -packs));
        of_two_lots.common.postings.push(goods(Account::Sold, Dimension::None, lot, packs));
    }
    pen.entry(Written(of_two_lots.into_entry(ReceiptKind::Sale), "card 4711"));
    let marked = EntryId(id(0x1000 + 84));
    pen.entry(Entry::LotsMarked(LotsMarked {
        common: Common { cash_session: None, ..common(84, Vec::new()) },
        sealed: Vec::new(),
        product: product(),
        lots: vec!["A71".to_owned(), "B2".to_owned()],
        state: "recalled".to_owned(),
        reference: Some("R 2026-17".to_owned()),
    }));
    pen.entry(Entry::StockMoved(StockMoved {
        common: Common {
            cash_session: None,
            ..common(
                85,
                vec![
                    goods(Account::Shelf, shelf(), Some("B2"), -3),
                    goods(Account::Waste, Dimension::None, Some("B2"), 3),
                ],
            )
        },
        sealed: Vec::new(),
        lines: vec![GoodsLine {
            product: product(),
            lot: Some("B2".to_owned()),
            expiry: Some(BusinessDate(21_100)),
            packs: 3,
        }],
        reason: "recalled".to_owned(),
        reference: Some("W 4".to_owned()),
    }));
    pen.entry(Entry::LotsReleased(LotsReleased {
        common: Common { references: vec![marked], cash_session: None, ..common(86, Vec::new()) },
        sealed: Vec::new(),
        marked,
    }));
}

/// The branch's stream after a restore: a new incarnation, endorsed by the old one.
fn successor_stream(before: &SignedStream) -> SignedStream {
    let new_keys = DeviceKeys::from_seeds([0x66; 32], [0x67; 32]);
    let mut pen = Pen::new(Scope::Branch(branch()), Incarnation([3; 8]));
    let opened = StreamOpened::first(pen.head.stream, &new_keys, Some("B01-T1-K7F".to_owned()))
        .after(before.head.seen(), Some(&keys()));
    assert!(opened.is_endorsed_by(&keys().signing_key()));
    pen.append(stream_opened::KIND, opened.to_body(), Vec::new());
    pen.finish(&new_keys)
}

fn code() -> InvitationCode {
    InvitationCode::parse("abcd-efgh 2345").unwrap()
}

fn invitation(organisation_stream: SignedStream) -> (Invitation, InvitationSecrets) {
    let invitation = Invitation {
        founding_hash: organisation_stream.records[1].hash(),
        invitation: InvitationId(id(8)),
        organisation: organisation(),
        branch: branch(),
        till: TillId(id(9)),
        till_no: 2,
        streams: vec![organisation_stream],
        on_the_way: Vec::new(),
    };
    let secrets = InvitationSecrets {
        one_time_secret: ONE_TIME_SECRET,
        branch_secret: [0x34; 32],
        subject_keys: vec![SubjectKeyOf { subject: owner().into(), key: SUBJECT_KEY }],
        server: None,
    };
    (invitation, secrets)
}

fn write_invitation(invitation: &Invitation, secrets: &InvitationSecrets) -> Vec<u8> {
    invitation.write(secrets, &code(), [0x35; 16], [0x36; 24]).unwrap()
}

#[test]
fn an_invitation_is_taken_whole_or_not_at_all() {
    assert_eq!(code().text(), "ABCD-EFGH-2345");
    assert!(
        InvitationCode::parse("ABCD-EFGH-234").is_none() && InvitationCode::parse("ABCD-EFGH-2340").is_none()
    );
    let (sound, secrets) = invitation(organisation_stream());
    let file = write_invitation(&sound, &secrets);
    let opened = Invitation::open(&file, &code()).unwrap();
    assert!(opened.0 == sound && opened.1 == secrets);
    let error = |file: &[u8], code: &InvitationCode| Invitation::open(file, code).err();
    assert_eq!(error(&file, &InvitationCode::from_random([0; 12])), Some(InvitationError::Code));
    assert!(matches!(error(&file[1..], &code()), Some(InvitationError::File(_))));
    let check = |change: &dyn Fn(&mut Invitation)| {
        let mut changed = sound.clone();
        change(&mut changed);
        error(&write_invitation(&changed, &secrets), &code())
    };
    let foreign = Some(InvitationError::Foreign);
    assert_eq!(check(&|invitation| invitation.founding_hash = Hash32([9; 32])), foreign);
    assert_eq!(check(&|invitation| invitation.organisation = OrganisationId(id(99))), foreign);
    assert_eq!(check(&|invitation| invitation.streams.clear()), foreign);
    let signed = |seq: usize, signature: Option<Signature64>| {
        let head = sound.streams[0].records[seq - 1].head();
        SignedHead { head, signature: signature.unwrap_or_else(|| keys().sign_checkpoint(&head)) }
    };
    assert_eq!(check(&|invitation| invitation.on_the_way = vec![signed(2, None)]), None);
    let unsigned = ChainError { seq: 2, fault: ChainFault::Signature };
    let of_another = Some(signed(3, None).signature);
    let forged = check(&|invitation| invitation.on_the_way = vec![signed(2, of_another)]);
    assert_eq!(forged, Some(InvitationError::Chain(unsigned)));
    assert_eq!(check(&|invitation| invitation.streams[0].head.seq += 1), foreign);
    let chain = |found| match found {
        Some(InvitationError::Chain(error)) => error.fault,
        other => panic!("{other:?}"),
    };
    assert_eq!(chain(check(&|invitation| invitation.streams[0].signature.0[0] ^= 1)), ChainFault::Signature);
    assert_eq!(chain(check(&|invitation| drop(invitation.streams[0].records.remove(2)))), ChainFault::Seq);
}

fn check(name: &str, bytes: &[u8]) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden").join(name);
    if std::env::var_os("PHARMATILL_WRITE_GOLDEN").is_some() {
        std::fs::write(&path, bytes).unwrap();
    }
    assert!(std::fs::read(&path).unwrap() == bytes, "{name} is not what this version writes");
}

/// Of a stream of its own, so that it stays the same whatever the others get.
fn paper_code(of: Coded) -> PaperCode {
    let stream = StreamId {
        device: DeviceId(Uuid::from_u128(0x5a)),
        incarnation: Incarnation([0x7f; 8]),
        scope: Scope::Branch(BranchId(Uuid::from_u128(0xb))),
    };
    let head = StreamHead { stream, seq: 4_711, hash: Hash32([0x5a; 32]) };
    PaperCode { of, head, signature: DeviceKeys::from_seeds([0x42; 32], [0x43; 32]).sign_checkpoint(&head) }
}

#[test]
fn golden_files_are_what_this_version_writes() {
    let organisation = organisation_stream();
    let branch = branch_stream();
    check("successor.cbor", &minicbor::to_vec(successor_stream(&branch)).unwrap());
    check("organisation.cbor", &minicbor::to_vec(&organisation).unwrap());
    check("branch.cbor", &minicbor::to_vec(&branch).unwrap());
    check("z_code.txt", paper_code(Coded::Z).text().as_bytes());
    check("receipt_code.txt", paper_code(Coded::Receipt).text().as_bytes());
    let (invitation, secrets) = invitation(organisation);
    check("invitation.cbor", &write_invitation(&invitation, &secrets));
}
