//! A real server on a port of its own, and tills that talk to it as PROTOCOL.md says.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use axum::body::Bytes;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::acting::Acting;
use domain::basket::{Basket, BasketLine};
use domain::cash::{self, CashContext, DrawerBefore};
use domain::entry::{
    ApprovalAsked, ApprovalDecided, BranchOpened, Common, Denomination, DeviceRevoked, Entry, Hash32,
    Incarnation, Role, RoleGiven, SealedField, SealedRef, StaffJoined, StaffLeft, TenderKind, ToSeal,
};
use domain::id::{BranchId, CashSessionId, DeviceId, EntryId, OrganisationId, ProductId, StaffId, TillId};
use domain::lot::KnownLots;
use domain::permission::Permission;
use domain::price::RefundedSales;
use domain::sale::{CompleteSale, SaleContext, complete};
use domain::tender::TenderGiven;
use domain::time::Now;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use ledger::{Founding, Ledger, NewEntry, Random, Secrets, Write};
use replica::invitation::InvitationCode;
use replica::packed::Packing;
use replica::run::Run;
use replica::sealed::{Receiver, wrap_key};
use replica::session::{
    AckClaim, ChallengeReply, ChallengeRequest, CodeSecrets, DataIncarnation, EnrolReply, EnrolRequest,
    SessionReply, SessionRequest,
};
use replica::sign::DeviceKeys;
use replica::sync::{
    Cursor, Decided, Decision, Feed, Heard, Refusal, RunBytes, SyncReply, SyncRequest, WrappedKey,
};
use replica::vector::{Lacking, StreamVector};
use sync_server::backup::BackupTo;
use sync_server::backup::storage::Storage;
use sync_server::keys::ServerKeys;
use sync_server::serve::Listening;
use sync_server::server::{KEYS, Options, open_access};
use tokio::task::JoinHandle;
use uuid::Uuid;

/// An instant for the tests: milliseconds since 1970.
pub const NOON: i64 = 1_780_000_000_000;

pub fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// Random enough for a test, and the same each time.
pub fn seeded(seed: u64) -> Arc<Random> {
    let state = AtomicU64::new(seed << 32);
    Arc::new(move |bytes: &mut [u8]| {
        for chunk in bytes.chunks_mut(8) {
            let number = state.fetch_add(1, Ordering::Relaxed);
            let hash = replica::record::hash(&number.to_be_bytes()).0;
            chunk.copy_from_slice(&hash[..chunk.len()]);
        }
    })
}

/// A server that answers.
pub struct House {
    pub options: Options,
    pub clock: Arc<AtomicI64>,
    pub address: SocketAddr,
    serving: JoinHandle<()>,
    server: std::sync::Weak<sync_server::server::Server>,
    codes: AtomicU64,
}

/// Each start of a server draws other random bytes.
static STARTS: AtomicU64 = AtomicU64::new(0);

pub fn options(data: &Path, clock: &Arc<AtomicI64>) -> Options {
    let clock = Arc::clone(clock);
    Options {
        data: data.to_owned(),
        clock: Arc::new(move || clock.load(Ordering::Relaxed)),
        random: seeded(1_000 + STARTS.fetch_add(1, Ordering::Relaxed)),
        ui: Some(data.join("ui")),
        max_connections: 1_000,
        read_timeout: Duration::from_secs(20),
        presence_every: Duration::from_millis(20),
        ping_every: Duration::from_millis(50),
        backup: None,
        tls: None,
        public_url: None,
    }
}

/// A backup in a folder, written often.
pub fn backup_in(folder: &Path) -> BackupTo {
    let storage = Storage::at(folder.to_str().expect("text")).expect("a folder");
    BackupTo { storage, every: Duration::from_millis(1) }
}

impl House {
    /// A new server in an empty folder.
    pub async fn new(data: &Path) -> Self {
        Self::new_with(data, None).await
    }

    /// The same with a backup.
    pub async fn new_with(data: &Path, backup: Option<BackupTo>) -> Self {
        Self::new_as(data, |options| options.backup = backup).await
    }

    /// The same, run in another way than usual.
    pub async fn new_as(data: &Path, change: impl FnOnce(&mut Options)) -> Self {
        std::fs::create_dir_all(data).expect("a folder");
        ServerKeys::make(&*seeded(1), NOON).write(&data.join(KEYS)).expect("written");
        Self::open_as(data, change).await
    }

    /// The server of a folder that has keys.
    pub async fn open(data: &Path) -> Self {
        Self::open_with(data, None).await
    }

    /// The same with a backup.
    pub async fn open_with(data: &Path, backup: Option<BackupTo>) -> Self {
        Self::open_as(data, |options| options.backup = backup).await
    }

    async fn open_as(data: &Path, change: impl FnOnce(&mut Options)) -> Self {
        let clock = Arc::new(AtomicI64::new(NOON));
        let mut options = options(data, &clock);
        change(&mut options);
        let listening =
            Listening::start(options.clone(), ([127, 0, 0, 1], 0).into()).await.expect("it starts");
        let (address, server) = (listening.address(), Arc::downgrade(listening.server()));
        let serving = tokio::spawn(listening.serve());
        Self { options, clock, address, serving, server, codes: AtomicU64::new(0) }
    }

    /// Ends it without a word to anybody, and waits until its files are free.
    pub async fn kill(self) {
        self.serving.abort();
        let _ = self.serving.await;
        let data = self.options.data.clone();
        let free = move || {
            let folders =
                std::fs::read_dir(data).expect("a folder").map(|entry| entry.expect("an entry").path());
            for folder in folders.filter(|path| path.is_dir()) {
                for entry in std::fs::read_dir(folder).expect("a folder") {
                    let path = entry.expect("an entry").path();
                    if path.extension().is_some_and(|ending| ending == "lock") {
                        std::fs::File::open(path).expect("a file").lock().expect("locked");
                    }
                }
            }
        };
        tokio::task::spawn_blocking(free).await.expect("every branch is closed");
    }

    pub fn server(&self) -> Arc<sync_server::server::Server> {
        self.server.upgrade().expect("it runs")
    }

    pub fn now(&self) -> i64 {
        self.clock.load(Ordering::Relaxed)
    }

    /// A code as `pharmatill-server code` makes it.
    pub fn code(&self) -> InvitationCode {
        let keys = ServerKeys::read(&self.options.data.join(KEYS)).expect("read").expect("there");
        let access = open_access(&self.options, &keys).expect("opens");
        let mut bytes = [0; 12];
        seeded(77 + self.codes.fetch_add(1, Ordering::Relaxed))(&mut bytes);
        let code = InvitationCode::from_random(bytes);
        let secrets = code.enrolment_secrets().expect("memory");
        access.add_code(&secrets, self.now() + 3_600_000, self.now()).expect("kept");
        code
    }

    /// What somebody makes of a code, without the time that this takes.
    pub fn enrolment(&self) -> CodeSecrets {
        let mut secrets = CodeSecrets { code_id: [0; 16], key: [0; 32] };
        let random = seeded(77_000 + self.codes.fetch_add(1, Ordering::Relaxed));
        random(&mut secrets.code_id);
        random(&mut secrets.key);
        self.server().access.add_code(&secrets, self.now() + 3_600_000, self.now()).expect("kept");
        secrets
    }

    pub fn line(&self) -> Line {
        Line::new(self.address)
    }
}

/// A connection to a server.
pub struct Line {
    client: Client<HttpConnector, Full<Bytes>>,
    address: SocketAddr,
}

/// What came back instead of an answer.
pub type Refused = (StatusCode, String);

impl Line {
    pub fn new(address: SocketAddr) -> Self {
        Self { client: Client::builder(TokioExecutor::new()).build_http(), address }
    }

    pub async fn send(&self, method: Method, path: &str, token: &[u8], body: Vec<u8>) -> Response<Incoming> {
        let token = format!("Bearer {}", URL_SAFE_NO_PAD.encode(token));
        let request = Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.address))
            .header("authorization", token)
            .body(Full::from(body))
            .expect("a request");
        self.client.request(request).await.expect("an answer")
    }

    /// The body of a success, or status and code.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        token: &[u8],
        body: Vec<u8>,
    ) -> Result<Bytes, Refused> {
        let response = self.send(method, path, token, body).await;
        let status = response.status();
        let body = response.into_body().collect().await.expect("a body").to_bytes();
        if status.is_success() {
            return Ok(body);
        }
        Err((status, Refusal::decode(&body).expect("a refusal").code))
    }

    pub async fn post(&self, path: &str, body: Vec<u8>) -> Result<Bytes, Refused> {
        self.ask(Method::POST, path, &[], body).await
    }
}

/// The code of a refusal.
#[track_caller]
pub fn code_of<T: std::fmt::Debug>(result: Result<T, Refused>) -> (u16, String) {
    let (status, code) = result.expect_err("a refusal");
    (status.as_u16(), code)
}

/// What a till that joins is given here.
pub fn gives() -> ledger::Gives {
    ledger::Gives { is_with_branch: true, ..ledger::Gives::default() }
}

/// A server and two tills of one branch that know it, the first of which opened its drawer.
pub async fn branch(folder: &Path) -> (House, Till, Till) {
    branch_of(folder, House::new(&folder.join("server")).await).await
}

/// The same with a server that is there.
pub async fn branch_of(folder: &Path, house: House) -> (House, Till, Till) {
    let line = house.line();
    let mut first = Till::founded(folder, 10);
    let mut second = first.invites(folder, 20, 2);
    first.opens();
    first.enrols(&house).await;
    first.syncs(&line).await.expect("synced");
    second.enrols(&house).await;
    second.syncs(&line).await.expect("synced");
    first.syncs(&line).await.expect("synced");
    (house, first, second)
}

pub const ANNA: StaffId = StaffId(Uuid::from_u128(0x5b1f_93aa_2c3d_4e11_9fa0_7d21_88c4_6e0a));

pub fn founding(branch: u128) -> Founding {
    Founding {
        organisation: OrganisationId(id(1)),
        branch: BranchId(id(branch + 0x91c4_2b7d_0f3e_4f5a_a1b2_c3d4_e5f6_0700)),
        till: TillId(id(0x77a1_0b3e_9d5c_4a6f_8e21_3344_5a6b_7c8d)),
        till_no: 1,
        branch_name: "Apotheke am Markt".to_owned(),
        country: "DE".to_owned(),
        currency: "EUR".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
        day_boundary_min: 0,
        staff: vec![(ANNA, Role::Owner, "Anna Berg".to_owned())],
    }
}

pub fn now(minute: i64) -> Now {
    Now { ms: NOON + minute * 60_000, utc_offset_min: 120 }
}

/// What a till keeps of its server.
#[derive(Clone)]
pub struct Pinned {
    pub reply: EnrolReply,
    pub data: DataIncarnation,
    pub token: Vec<u8>,
}

/// A till with what it knows of its server.
pub struct Till {
    pub secrets: Secrets,
    pub ledger: Ledger,
    pub founding_hash: Hash32,
    pub organisation: OrganisationId,
    pub branch: BranchId,
    pub server: Option<Pinned>,
    pub cursor: Option<Cursor>,
    session: CashSessionId,
    sold: u128,
}

pub fn secrets(seed: u8) -> Secrets {
    Secrets {
        database_key: [seed; 32],
        signing_seed: *replica::record::hash(&[seed, 1]).0.first_chunk().expect("32 bytes"),
        wrapping_seed: *replica::record::hash(&[seed, 2]).0.first_chunk().expect("32 bytes"),
        device: DeviceId(Uuid::from_slice(&replica::record::hash(&[seed, 3]).0[..16]).expect("16 bytes")),
        incarnation: Incarnation(*replica::record::hash(&[seed, 4]).0.first_chunk().expect("32 bytes")),
        branch_secret: [7; 32],
        before: None,
    }
}

impl Till {
    fn new(seed: u8, ledger: Ledger) -> Self {
        let book = ledger.book();
        let branch = book.branch().expect("read").expect("a branch");
        let founding_hash = book.founding_hash().expect("read").expect("founded");
        let session = CashSessionId(id(0x0199_3a7c_5d2e_7b4f_8c1a_2f3e_4d5c_6b00 + u128::from(seed)));
        Self {
            secrets: secrets(seed),
            founding_hash,
            organisation: branch.organisation,
            branch: branch.branch,
            server: None,
            cursor: None,
            session,
            sold: 0,
            ledger,
        }
    }

    /// A till that founds an organisation.
    pub fn founded(folder: &Path, seed: u8) -> Self {
        let path = folder.join(format!("till-{seed}.db"));
        let mut ledger = Ledger::open(&path, &secrets(seed), seeded(u64::from(seed))).expect("opens");
        ledger.found(&founding(2), now(0)).expect("founded");
        Self::new(seed, ledger)
    }

    /// A till that founds another organisation.
    pub fn of_another_organisation(folder: &Path, seed: u8) -> Self {
        let path = folder.join(format!("till-{seed}.db"));
        let mut ledger = Ledger::open(&path, &secrets(seed), seeded(u64::from(seed))).expect("opens");
        let other = Founding { organisation: OrganisationId(id(99)), ..founding(90) };
        ledger.found(&other, now(0)).expect("founded");
        Self::new(seed, ledger)
    }

    /// The first till of another branch of the organisation, which this one opens.
    pub fn opens_branch(&mut self, folder: &Path, seed: u8, branch: u128) -> Self {
        let Founding { branch, branch_name, country, currency, time_zone, day_boundary_min, .. } =
            founding(branch);
        let common = self.organisation_part(0);
        let sealed = Vec::new();
        let opened = Entry::BranchOpened(BranchOpened {
            common,
            sealed,
            branch,
            name: branch_name,
            country,
            currency,
            time_zone,
            day_boundary_min,
        });
        self.ledger.transact(now(0), |_| Ok((Write::entry(opened), ()))).expect("opened");
        let gives = ledger::Gives { branch: Some(branch), ..gives() };
        let invited = self.ledger.invite(ANNA, 1, gives, now(0)).expect("invited");
        let path = folder.join(format!("till-{seed}.db"));
        let mut ledger = Ledger::open(&path, &secrets(seed), seeded(u64::from(seed))).expect("opens");
        ledger.join(&invited.file, &invited.code, now(0), |_| Ok(())).expect("joined");
        Self::new(seed, ledger)
    }

    /// Somebody begins to work in the organisation.
    pub fn takes_on(&mut self, staff: StaffId, name: &str, role: Role) {
        let what = SealedRef { subject: staff.into(), field: SealedField::Name, index: 0 };
        let (common, sealed) = (self.organisation_part(0), vec![what]);
        let entry = Entry::StaffJoined(StaffJoined { common, sealed, staff, role });
        let to_seal = vec![ToSeal { what, plain: name.as_bytes().to_vec() }];
        let entries = vec![NewEntry { entry, to_seal }];
        self.ledger.transact(now(0), |_| Ok((Write { entries, ..Write::default() }, ()))).expect("joined");
    }

    /// Somebody has another role from now on.
    pub fn gives_role(&mut self, staff: StaffId, role: Role) {
        let (common, sealed) = (self.organisation_part(3), Vec::new());
        let given = Entry::RoleGiven(RoleGiven { common, sealed, staff, role });
        self.ledger.transact(now(3), |_| Ok((Write::entry(given), ()))).expect("given");
    }

    /// Somebody leaves.
    pub fn lets_go(&mut self, staff: StaffId) {
        let (common, sealed) = (self.organisation_part(4), Vec::new());
        let left = Entry::StaffLeft(StaffLeft { common, sealed, staff });
        self.ledger.transact(now(4), |_| Ok((Write::entry(left), ()))).expect("left");
    }

    /// Somebody asks at this till for what they may not do alone.
    pub fn asks_for(&mut self, staff: StaffId, permission: Permission, extent: i64, minute: i64) -> EntryId {
        let asked = self.new_id();
        let acting = Acting { actor: staff, ..self.acting(minute, None) };
        let asks = Entry::ApprovalAsked(ApprovalAsked {
            common: acting.common(asked, Vec::new(), Vec::new()),
            sealed: Vec::new(),
            permission: permission.code().to_owned(),
            extent,
            about: None,
        });
        self.ledger.transact(now(minute), |_| Ok((Write::entry(asks), ()))).expect("asked");
        asked
    }

    /// Writes what somebody decided in a browser about what this till asked.
    pub fn writes(&mut self, decision: &Decision, minute: i64) {
        let ask = self.ledger.book().approval_asked(decision.asked).expect("read").expect("asked");
        let acting = Acting { actor: decision.staff, ..self.acting(minute, None) };
        let decided = Entry::ApprovalDecided(ApprovalDecided {
            common: acting.common(decision.entry_id, vec![ask.entry_id], Vec::new()),
            sealed: Vec::new(),
            staff: ask.staff,
            permission: ask.permission,
            extent: ask.extent,
            about: ask.about,
            asked: Some(ask.entry_id),
            is_given: decision.is_given,
            until_ms: None,
            by_server: self.server.as_ref().map(|server| server.reply.device),
        });
        self.ledger.transact(now(minute), |_| Ok((Write::entry(decided), ()))).expect("written");
    }

    /// Gives the server what it lacks, and the keys to it.
    pub async fn tells_all(&mut self, line: &Line) {
        let reply = self.syncs(line).await.expect("synced");
        let there = reply.vector.unwrap_or_default();
        let request = SyncRequest { runs: self.runs_for(&there), ..SyncRequest::default() };
        let keys = self.wrapped_keys();
        let request = SyncRequest { keys, vector: Some(self.vector()), ..request };
        self.asks(line, &request).await.expect("taken");
    }

    fn organisation_part(&mut self, minute: i64) -> Common {
        Common {
            entry_id: self.new_id(),
            actor: ANNA,
            approver: None,
            till: None,
            cash_session: None,
            business_date: now(minute).business_date(0),
            currency: None,
            references: Vec::new(),
            postings: Vec::new(),
        }
    }

    /// Shuts another till out.
    pub fn revokes(&mut self, other: &Till) {
        let revoked = Entry::DeviceRevoked(DeviceRevoked {
            common: self.organisation_part(9),
            sealed: Vec::new(),
            device: other.secrets.device,
            incarnation: other.secrets.incarnation,
            last_branch_seq: 1,
            last_organisation_seq: 2,
        });
        self.ledger.transact(now(9), |_| Ok((Write::entry(revoked), ()))).expect("written");
    }

    /// A till that this one invites.
    pub fn invites(&mut self, folder: &Path, seed: u8, till_no: u32) -> Self {
        let path = folder.join(format!("till-{seed}.db"));
        let mut ledger = Ledger::open(&path, &secrets(seed), seeded(u64::from(seed))).expect("opens");
        let invited = self.ledger.invite(ANNA, till_no, gives(), now(0)).expect("invited");
        ledger.join(&invited.file, &invited.code, now(0), |_| Ok(())).expect("joined");
        Self::new(seed, ledger)
    }

    pub fn keys(&self) -> DeviceKeys {
        DeviceKeys::from_seeds(self.secrets.signing_seed, self.secrets.wrapping_seed)
    }

    fn new_id(&mut self) -> EntryId {
        self.sold += 1;
        let bytes =
            replica::record::hash(&[self.secrets.device.as_bytes(), &self.sold.to_be_bytes()[..]].concat());
        EntryId(Uuid::from_slice(&bytes.0[..16]).expect("16 bytes"))
    }

    fn acting(&self, minute: i64, session: Option<CashSessionId>) -> Acting {
        Acting {
            actor: ANNA,
            approver: None,
            till: self.ledger.book().till().expect("read").expect("enrolled").till,
            cash_session: session,
            business_date: now(minute).business_date(0),
            currency: "EUR".to_owned(),
        }
    }

    pub fn opens(&mut self) {
        let opening = self.new_id();
        let acting = self.acting(1, None);
        let drawer = domain::id::CashLocationId::drawer_of(acting.till);
        let ctx =
            CashContext { acting: &acting, drawer, safe: domain::id::CashLocationId::safe_of(self.branch) };
        let float = [Denomination { value_minor: 2_000, count: 10 }];
        let before = DrawerBefore { is_first: true, ..DrawerBefore::default() };
        let command = cash::OpenSession {
            entry_id: opening,
            cash_session: self.session,
            denominations: float.to_vec(),
            from_safe_minor: None,
            transfers: Vec::new(),
        };
        let opened = cash::open_session(&ctx, &command, before).expect("allowed");
        let write = |_: &ledger::Book<'_>| Ok((Write::entry(Entry::SessionOpened(opened)), ()));
        self.ledger.transact(now(1), write).expect("written");
    }

    /// Sells two packs of something, for cash.
    pub fn sells(&mut self, minute: i64) {
        let mut basket = Basket::new(self.new_id());
        let line = BasketLine {
            pack: "20 tablets".to_owned(),
            unit_price_minor: Some(495),
            lot: Some("A71".to_owned()),
            ..BasketLine::new(
                ProductId(id(0xd3a7_91be_5c0f_4e62_b8d4_1111_2222_3333)),
                "Ibuprofen 400 mg",
                2,
                "standard",
                190_000,
            )
        };
        basket.add(line).expect("a line that fits");
        let acting = self.acting(minute, Some(self.session));
        let step = |book: &ledger::Book<'_>| {
            let (till, branch) = (book.till()?.expect("a till"), book.branch()?.expect("a branch"));
            let ctx = SaleContext {
                acting: &acting,
                basket: &basket,
                refunded: &RefundedSales::default(),
                receipt_no: book.next_receipt_no()?,
                drawer: till.drawer(),
                shelf: branch.shelf(),
                rounding: None,
                lots: &KnownLots::default(),
                today: acting.business_date,
            };
            let cash =
                TenderGiven { kind: TenderKind::Cash, amount_minor: 990, customer: None, reference: None };
            let command =
                CompleteSale { sale_id: basket.sale_id, tenders: vec![cash], seen_total_minor: 990 };
            let (kind, receipt, to_seal) = complete(&ctx, &command)?;
            Ok((Write::entry(NewEntry { entry: receipt.into_entry(kind), to_seal }), ()))
        };
        self.ledger.transact(now(minute), step).expect("sold");
    }

    pub fn vector(&self) -> StreamVector {
        self.ledger.book().stream_vector().expect("read")
    }

    /// Everything that somebody with this vector lacks.
    pub fn runs_for(&self, there: &StreamVector) -> Vec<RunBytes> {
        let book = self.ledger.book();
        let runs = |lacking: &Lacking| book.run_for(lacking).expect("read").map(|run| RunBytes(run.encode()));
        self.vector().lacking_there(there).iter().filter_map(runs).collect()
    }

    pub fn enrol_request(&self, code: &InvitationCode) -> EnrolRequest {
        self.enrol_request_by(&code.enrolment_secrets().expect("memory"))
    }

    pub fn enrol_request_by(&self, secrets: &CodeSecrets) -> EnrolRequest {
        let request = EnrolRequest {
            code_id: secrets.code_id,
            organisation: self.organisation,
            founding_hash: self.founding_hash,
            branch: self.branch,
            device: self.secrets.device,
            incarnation: self.secrets.incarnation,
            signing_key: self.keys().signing_key(),
            wrapping_key: self.keys().wrapping_key(),
            mac: None,
        };
        request.proved(secrets)
    }

    /// Comes in as with a code, and gets a session.
    pub async fn enrols(&mut self, house: &House) {
        self.comes_in_by(&house.line(), &house.enrolment()).await;
    }

    pub async fn comes_in(&mut self, line: &Line, code: &InvitationCode) {
        self.comes_in_by(line, &code.enrolment_secrets().expect("memory")).await;
    }

    async fn comes_in_by(&mut self, line: &Line, secrets: &CodeSecrets) {
        let request = self.enrol_request_by(secrets);
        let reply = line.post("/v1/enrol", request.encode()).await.expect("taken");
        let reply = EnrolReply::decode(&reply).expect("a reply");
        assert!(reply.is_proved(&request, secrets));
        self.server = Some(Pinned { reply, data: DataIncarnation([0; 8]), token: Vec::new() });
        self.begins_session(line).await.expect("a session");
    }

    pub async fn challenge(&self, line: &Line) -> Hash32 {
        let (device, incarnation) = (self.secrets.device, self.secrets.incarnation);
        let request = ChallengeRequest { device, incarnation };
        let reply = line.post("/v1/challenge", request.encode()).await.expect("a challenge");
        ChallengeReply::decode(&reply).expect("a reply").nonce
    }

    pub fn session_request(&self, nonce: Hash32) -> SessionRequest {
        let pinned = &self.server.as_ref().expect("enrolled").reply;
        let mut request = SessionRequest {
            organisation: self.organisation,
            branch: self.branch,
            founding_hash: self.founding_hash,
            grant: pinned.grant,
            device: self.secrets.device,
            incarnation: self.secrets.incarnation,
            signing_key: self.keys().signing_key(),
            wrapping_key: self.keys().wrapping_key(),
            nonce,
            signature: pinned.grant,
        };
        request.signature = request.claim(pinned.signing_key).sign(&self.keys());
        request
    }

    pub async fn begins_session(&mut self, line: &Line) -> Result<(), Refused> {
        let nonce = self.challenge(line).await;
        let reply = line.post("/v1/session", self.session_request(nonce).encode()).await?;
        let reply = SessionReply::decode(&reply).expect("a reply");
        let pinned = self.server.as_mut().expect("enrolled");
        assert!(
            reply.claim(nonce).is_signed_by(&pinned.reply.signing_key, &reply.signature),
            "a stranger answers"
        );
        (pinned.data, pinned.token) = (reply.data, reply.token);
        Ok(())
    }

    pub fn token(&self) -> &[u8] {
        &self.server.as_ref().expect("enrolled").token
    }

    /// Every key of a sealed part that is here, wrapped for the server.
    pub fn wrapped_keys(&self) -> Vec<WrappedKey> {
        let pinned = &self.server.as_ref().expect("enrolled").reply;
        let receiver = Receiver {
            device: pinned.device,
            incarnation: pinned.incarnation,
            wrapping_key: pinned.wrapping_key,
        };
        let (keys, _) = self.ledger.book().keys_after(0, 1_000).expect("read");
        let wrap = |(no, (subject, key)): (usize, &(_, _))| {
            let mut ephemeral = [0; 32];
            seeded(no as u64)(&mut ephemeral);
            WrappedKey {
                subject: *subject,
                wrapped: wrap_key(key, *subject, &receiver, ephemeral).expect("wrapped"),
            }
        };
        keys.iter().enumerate().map(wrap).collect()
    }

    /// How the messages of the session are packed.
    pub fn packing(&self) -> Packing {
        let data = self.server.as_ref().expect("enrolled").data;
        Packing::new(data, self.branch, self.secrets.device, self.secrets.incarnation)
    }

    /// One exchange. What came is merged.
    pub async fn asks(&mut self, line: &Line, request: &SyncRequest) -> Result<SyncReply, Refused> {
        let body = self.packing().pack(&request.encode()).expect("packed");
        let reply = line.ask(Method::POST, "/v1/sync", self.token(), body).await?;
        let reply = SyncReply::decode(&self.packing().unpack(&reply).expect("packed")).expect("a reply");
        self.takes(&reply.runs);
        self.cursor = reply.cursor.or(self.cursor);
        Ok(reply)
    }

    /// Merges runs, those whose writer is not known yet after the others.
    pub fn takes(&mut self, runs: &[RunBytes]) {
        let mut waiting: Vec<Run> = runs.iter().map(|run| Run::decode(&run.0).expect("a run")).collect();
        while !waiting.is_empty() {
            let count = waiting.len();
            waiting.retain(|run| !self.is_taken(run));
            assert!(waiting.len() < count, "nobody enrolled who wrote {:?}", waiting[0].after.stream);
        }
    }

    fn is_taken(&mut self, run: &Run) -> bool {
        let known = self.ledger.book().signing_key(run.after.stream).expect("read");
        let run = run.clone().verified(&known.or(run.opening_key()).expect("a key")).expect("signed");
        loop {
            match self.ledger.merge(&run, 100, now(500)) {
                Ok(0) => return true,
                Ok(_) => {}
                Err(ledger::Error::NotEnrolled) => return false,
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Gives everything that the server lacks, and takes everything that it has.
    pub async fn syncs(&mut self, line: &Line) -> Result<SyncReply, Refused> {
        let mut there = StreamVector::default();
        loop {
            let runs = self.runs_for(&there);
            let had_runs = !runs.is_empty();
            let request =
                SyncRequest { runs, vector: Some(self.vector()), own: None, ..SyncRequest::default() };
            let reply = self.asks(line, &request).await?;
            assert_eq!(reply.refused, []);
            there = reply.vector.clone().unwrap_or_default();
            if reply.has_more || (there != self.vector() && had_runs) {
                continue;
            }
            return Ok(reply);
        }
    }

    /// Whether the ack is the server's word for what it has of this till's own streams.
    pub fn is_acked(&self, reply: &SyncReply) -> bool {
        let Some(ack) = reply.ack else { return false };
        let pinned = self.server.as_ref().expect("enrolled");
        let writer = (self.secrets.device, self.secrets.incarnation);
        let own = self.vector();
        let heads = own.heads().filter(|head| (head.stream.device, head.stream.incarnation) == writer);
        let claim =
            AckClaim { data: pinned.data, level: ack.level, at_ms: ack.at_ms, heads: heads.collect() };
        claim.is_signed_by(&pinned.reply.signing_key, &ack.signature)
    }
}

/// Waits for what has to come, and fails where it never does.
pub async fn patiently<T>(coming: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), coming).await.expect("it never came")
}

/// A live stream, read event by event.
pub struct Ear {
    body: Incoming,
    text: String,
}

/// What was heard.
#[derive(Debug, PartialEq)]
pub enum Event {
    Feed(Feed),
    Heard(Heard),
    Decided(Decided),
    Revoked,
    Ping,
    End,
}

impl Ear {
    pub async fn listens(line: &Line, token: &[u8]) -> Result<Self, Refused> {
        let response = line.send(Method::GET, "/v1/live", token, Vec::new()).await;
        let status = response.status();
        if status.is_success() {
            return Ok(Self::of(response));
        }
        let body = response.into_body().collect().await.expect("a body").to_bytes();
        Err((status, Refusal::decode(&body).expect("a refusal").code))
    }

    /// The stream of an answer.
    pub fn of(response: Response<Incoming>) -> Self {
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { body: response.into_body(), text: String::new() }
    }

    pub async fn next(&mut self) -> Event {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let event = event.to_owned();
                self.text = rest.to_owned();
                return read_event(&event);
            }
            match self.body.frame().await {
                Some(Ok(frame)) => {
                    let data = frame.into_data().expect("data");
                    self.text.push_str(std::str::from_utf8(&data).expect("text"));
                }
                _ => return Event::End,
            }
        }
    }

    /// The next that `wanted` wants.
    pub async fn until<T>(&mut self, mut wanted: impl FnMut(Event) -> Option<T>) -> T {
        let finding = async {
            loop {
                let event = self.next().await;
                assert_ne!(event, Event::End, "the stream ended");
                if let Some(found) = wanted(event) {
                    return found;
                }
            }
        };
        patiently(finding).await
    }
}

fn read_event(event: &str) -> Event {
    if event.starts_with(':') {
        return Event::Ping;
    }
    let (name, data) = event.split_once('\n').expect("two lines");
    let data = STANDARD.decode(data.strip_prefix("data: ").expect("data")).expect("base64");
    match name.strip_prefix("event: ").expect("a name") {
        "feed" => Event::Feed(Feed::decode(&data).expect("a feed")),
        "heard" => Event::Heard(Heard::decode(&data).expect("presence")),
        "decided" => Event::Decided(Decided::decode(&data).expect("a decision")),
        "revoked" => Event::Revoked,
        other => panic!("an event {other}"),
    }
}
