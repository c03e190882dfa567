//! The pharmacy, its till, its people, and what every screen's frame shows.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::branch::SyncView;
use super::viewing::Viewing;

/// What the frame shows, and what the first screen depends on.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// Which screen comes first.
    pub stage: Stage,
    /// The branch and till, once set up; none for a browser at a server.
    pub till: Option<TillView>,
    /// What a browser at a server may see; none at a till.
    pub viewing: Option<Viewing>,
    /// Who is on duty at this till.
    pub person: Option<StaffView>,
    /// Codes of the permissions that they have, by themselves or with somebody who allows it.
    pub may: Vec<String>,
    /// After so long without a key or a touch the till is locked.
    pub lock_after_ms: i64,
    /// The open cash session, if any.
    pub session: Option<SessionBrief>,
    /// Practice mode: an organisation and a ledger of its own; shown on every screen and paper.
    pub practice: bool,
    /// The server, and what waits here for it.
    pub sync: SyncView,
    /// State of the backup.
    pub backup: BackupView,
    /// A sentence's code if the ledger could only be opened read-only (`ledger_damaged`, `ledger_newer`, …).
    pub read_only: Option<String>,
    /// Baskets that are parked at this branch.
    pub parked_count: u32,
    /// Background work that is going on, newest first.
    pub jobs: Vec<JobView>,
    /// The till's clock.
    pub now_ms: i64,
    /// The business date that a new entry would carry.
    pub business_date: String,
}

/// Which screen comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nothing is founded yet: the wizard.
    Setup,
    /// Nobody is signed in.
    SignIn,
    /// Somebody is signed in.
    Ready,
    /// This is no till but a browser at a server, which only looks.
    View,
}

/// The branch and till.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TillView {
    /// Name of the branch as on paper.
    pub branch_name: String,
    /// Number of the till in its branch, from 1.
    pub till_no: u32,
    /// Two-letter country code.
    pub country: String,
    /// Currency code (ISO 4217).
    pub currency: String,
    /// Digits after the decimal point of the currency.
    pub currency_digits: u32,
    /// IANA time zone.
    pub time_zone: String,
    /// Notes, largest first, in minor units.
    pub notes: Vec<i64>,
    /// Coins, largest first, in minor units.
    pub coins: Vec<i64>,
    /// Tax codes in force today.
    pub taxes: Vec<TaxView>,
    /// Address and other lines of the letterhead.
    pub letterhead: Vec<String>,
    /// An over/short above this needs a reason, in minor units.
    pub over_short_tolerance_minor: i64,
}

/// A tax code and its rate in force.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TaxView {
    /// `standard`, `reduced`, `super_reduced`, `zero`, …
    pub code: String,
    /// Parts per million: 19 % is 190000.
    pub rate_ppm: i64,
}

/// A person who works here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StaffView {
    /// Random id.
    pub staff_id: String,
    /// Name; empty where its key was destroyed.
    pub name: String,
    /// `assistant`, `technician`, `pharmacist`, `manager`, `owner` or `auditor`.
    pub role: String,
    /// Has a PIN here.
    pub has_secret: bool,
    /// Has a badge.
    pub has_badge: bool,
}

/// The open session in one line.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SessionBrief {
    /// Random id.
    pub cash_session_id: String,
    /// When it was opened.
    pub opened_at_ms: i64,
    /// Its business date.
    pub business_date: String,
    /// `counted` while a count stands, else `open`: a count stands until money moves.
    pub state: String,
}

/// State of the backup.
#[derive(Debug, Clone, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BackupView {
    /// Folder or stick, if one is set.
    pub folder: Option<String>,
    /// When the last verified copy was finished.
    pub last_ms: Option<i64>,
    /// Code of the last failure, if it is newer than the last success.
    pub failed: Option<String>,
    /// Whether a copy is overdue (older than a day, or none).
    pub overdue: bool,
}

/// Background work that shows progress and can be cancelled.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct JobView {
    /// Number of the job since the app was started.
    pub job_no: u32,
    /// `import`, `backup`, `verify`, `export` or `history`.
    pub kind: String,
    /// `running`, `done`, `cancelled` or `failed`.
    pub state: String,
    /// Units done.
    pub done: u64,
    /// Units in all, 0 while unknown.
    pub total: u64,
    /// Code of the failure.
    pub failed: Option<String>,
}

/// What the wizard offers.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetupOptions {
    /// Countries that PharmaTill has rules for.
    pub countries: Vec<CountryView>,
}

/// A country's defaults.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CountryView {
    /// Two-letter code.
    pub country: String,
    /// Currency.
    pub currency: String,
    /// Time zones, the most likely first.
    pub time_zones: Vec<String>,
    /// Tax codes in force today.
    pub taxes: Vec<TaxView>,
    /// `none`, or the step of cash rounding in minor units as text.
    pub cash_rounding: String,
}

/// The wizard's answers; founds an organisation, a branch and this till.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetUp {
    /// Name of the pharmacy, 1 to 100 characters.
    pub pharmacy_name: String,
    /// Lines under the name on paper, at most 6.
    pub letterhead: Vec<String>,
    /// Two-letter code out of `setup_options`.
    pub country: String,
    /// IANA time zone.
    pub time_zone: String,
    /// Minutes after midnight at which a business day begins, 0 to 720.
    pub day_boundary_min: u32,
    /// Number of this till, 1 to 999.
    pub till_no: u32,
    /// People; the first one is the owner.
    pub staff: Vec<NewStaff>,
    /// Folder for backups.
    pub backup_folder: Option<String>,
    /// Recovery passphrase that wraps the backup's key, at least 12 characters; needed with a folder.
    pub recovery_passphrase: Option<String>,
}

/// A new person.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NewStaff {
    /// 1 to 100 characters; kept as a sealed part.
    pub name: String,
    /// One of the roles of [`StaffView`].
    pub role: String,
    /// The PIN that they chose; none where it is given later.
    pub secret: Option<String>,
}

/// Adds a person.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AddStaff {
    /// Random, minted by the asker: asked twice, it is one person.
    pub staff_id: String,
    /// 1 to 100 characters; kept as a sealed part.
    pub name: String,
    /// One of the roles of [`StaffView`].
    pub role: String,
    /// A first PIN, which they replace when they first sign in.
    pub secret: Option<String>,
}

/// Joins a branch by an invitation file.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Join {
    /// Path of the invitation file.
    pub path: String,
    /// The code that was shown where the invitation was made.
    pub code: String,
}

/// Asks a server by a code.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AtServer {
    /// Where it answers: `http://…` or `https://…`.
    pub address: String,
    /// The code, in groups of four.
    pub code: String,
}

/// A till of the branch.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TillNo {
    /// Its number.
    pub till_no: u32,
}

/// An invitation that waits at the server.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TillInvited {
    /// The code that the new till fetches it with.
    pub code: String,
    /// Number of the till that it will be.
    pub till_no: u32,
}

/// Chooses who acts.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SignIn {
    /// Who.
    pub staff_id: String,
    /// Their PIN; empty for an owner who chooses the first one of all.
    pub secret: String,
    /// The PIN that they choose with it, where they have to.
    pub new_secret: Option<String>,
}

/// Chooses another PIN for oneself.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChangeSecret {
    /// The present one.
    pub secret: String,
    /// The new one: six digits, or 8 to 128 characters; the latter for who decides about others.
    pub new_secret: String,
}

/// Gives a person a PIN, which they replace when they next sign in.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GiveSecret {
    /// Whom.
    pub staff_id: String,
    /// As in [`ChangeSecret`].
    pub secret: String,
}

/// Gives a person another role.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GiveRole {
    /// Whom.
    pub staff_id: String,
    /// One of the roles of [`StaffView`].
    pub role: String,
}

/// Names a person who works here.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StaffRef {
    /// Who.
    pub staff_id: String,
}

/// What a scanner read from a badge.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReadBadge {
    /// As it was read.
    pub badge: String,
}

/// Gives a person a badge.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GiveBadge {
    /// Who gets it.
    pub staff_id: String,
    /// One's own PIN, where it is for oneself.
    pub secret: Option<String>,
}

/// A badge that was just made. It is not known afterwards.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BadgeMade {
    /// What the badge carries.
    pub badge: String,
    /// The same as a QR code: its rows from the top, each a letter `1` for every dark module and `0` for every
    /// light one.
    pub qr: Vec<String>,
}

/// Allows what the person on duty may not do alone.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Approve {
    /// Random, minted by the asker: asked twice, it is allowed once.
    pub entry_id: String,
    /// Who allows it: somebody else than who is on duty.
    pub staff_id: String,
    /// Their PIN, or what was read from their badge.
    pub secret: String,
    /// Code of the permission, as the refusal named it.
    pub permission: String,
    /// How far, as the refusal named it.
    pub extent: i64,
}

/// What can be set for the branch.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SettingsView {
    /// Lines under the name on paper.
    pub letterhead: Vec<String>,
    /// An over/short above this needs a reason, in minor units.
    pub over_short_tolerance_minor: i64,
    /// Drawer counts are blind.
    pub blind_count: bool,
    /// Proposed opening float, in minor units.
    pub opening_float_minor: i64,
    /// Minutes without a key or a touch after which a till is locked, 1 to 60.
    pub lock_after_min: u32,
    /// Minutes for which an approval holds, 0 to 30; 0 for one act.
    pub approval_min: u32,
    /// Cash that was sent is accepted by somebody else than who sent it.
    pub second_person_accepts: bool,
    /// A close is signed by somebody else than who counted.
    pub second_person_signs: bool,
    /// An open drawer is for the person whose it is, and for who reconciles.
    #[serde(default)]
    pub drawer_for_one_person: bool,
    /// A count that stands is made again by somebody who has not counted that drawer yet.
    pub second_person_recounts: bool,
    /// Folder for backups of this till.
    pub backup_folder: Option<String>,
    /// The picture above the letterhead.
    #[serde(default)]
    pub logo: Option<LogoView>,
    /// The pharmacy's number at the tax office, at most 42 characters; empty where it gives none.
    #[serde(default)]
    pub tax_no: String,
    /// Its number in the register of companies, likewise.
    #[serde(default)]
    pub company_no: String,
    /// Which of both the country's law wants on receipts; not read when settings are saved.
    #[serde(default)]
    pub wanted_nos: Vec<WantedNo>,
}

/// A picture of black and white dots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogoView {
    /// Dots from left to right, 1 to 384.
    pub width: u32,
    /// The rows from the top, at most 192, each of whole bytes, the highest bit first, a 1 being black; in base64.
    pub bits: String,
}

/// A number of the pharmacy that a law wants on receipts.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WantedNo {
    /// `tax_no` or `company_no`.
    pub setting: String,
    /// What it is called in that country, as it stands on paper.
    pub name: String,
}

/// A setting that was given another value.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SettingChange {
    /// When, ms since 1970.
    pub at_ms: i64,
    /// By whom.
    pub person: String,
    /// Which: `blind_count`, say.
    pub setting: String,
    /// What held before.
    pub before: SettingValue,
    /// What holds since.
    pub after: SettingValue,
}

/// The value of a setting: one of these, by what is set.
#[derive(Debug, Clone, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SettingValue {
    /// Yes or no.
    pub is_on: Option<bool>,
    /// An amount, in minor units.
    pub amount_minor: Option<i64>,
    /// Minutes.
    pub minutes: Option<u32>,
    /// Lines of text.
    pub lines: Option<Vec<String>>,
}

/// Where the backup goes.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetBackup {
    /// Folder or stick; null to stop.
    pub folder: Option<String>,
    /// Recovery passphrase, at least 12 characters; needed the first time.
    pub recovery_passphrase: Option<String>,
}

/// Switches practice mode.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetPractice {
    /// On or off.
    pub on: bool,
}

/// Names a job.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct JobNo {
    /// Number of the job.
    pub job_no: u32,
}

/// Names an entry.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EntryRef {
    /// Its id.
    pub entry_id: String,
}

/// Asks the other tills of the branch for an approval.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AskApproval {
    /// Random, minted by the asker: asked twice, it is asked once.
    pub entry_id: String,
    /// Code of the permission, as the refusal named it.
    pub permission: String,
    /// How far, as the refusal named it.
    pub extent: i64,
}

/// What came of asking for an approval.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ApprovalState {
    /// `waits`, `given` or `refused`.
    pub state: String,
    /// Who decided.
    pub person: Option<String>,
}

/// What somebody asks for at a till of the branch.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AskedView {
    /// Names it.
    pub entry_id: String,
    /// Who asks.
    pub person: String,
    /// At which till.
    pub till_no: Option<u32>,
    /// When, by the clock of that till.
    pub at_ms: i64,
    /// Code of the permission.
    pub permission: String,
    /// How far, in the unit of the permission.
    pub extent: i64,
    /// How many minutes ago that was.
    pub age_min: u32,
    /// The server does not hear that till now, so that an answer from here waits for it. Never at a till.
    pub is_till_away: bool,
    /// What somebody answered from a browser, until it is old news. None at a till.
    pub answer: Option<AnswerView>,
}

/// What somebody answered from a browser.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AnswerView {
    /// `sent` to the till that asked; `done`: it stands in the book; `late`: the till did not come for it in time.
    pub state: String,
    /// Allowed.
    pub is_given: bool,
    /// Who answered.
    pub person: String,
}

/// Says yes or no to what was asked.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DecideApproval {
    /// Random, minted by who decides.
    pub entry_id: String,
    /// What was asked.
    pub asked: String,
    /// Allowed.
    pub is_given: bool,
    /// In which branch, from a browser at a server; as in [`OfBranch`](super::branch::OfBranch).
    #[ts(optional)]
    #[serde(default)]
    pub branch_id: Option<String>,
}

/// A row of the table of who may do what.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PermissionView {
    /// Code of what can be allowed.
    pub permission: String,
    /// What its limits count: `nothing`, `percent` (hundredths) or `money` (minor units).
    pub unit: String,
    /// What each role may, in the order of the roles.
    pub rights: Vec<RightView>,
}

/// What one role may do of one thing.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RightView {
    /// The role.
    pub role: String,
    /// `yes`, `up_to`, `ask` or `no`.
    pub right: String,
    /// Up to so much alone, for `up_to`.
    pub limit: Option<i64>,
}

/// Asks what people did over some days.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PeopleQuery {
    /// First business date.
    pub from: String,
    /// Last business date.
    pub to: String,
}

/// What people did over some days that managers look at.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PeopleReport {
    /// By name. Who did none of it is left out.
    pub people: Vec<PersonActs>,
    /// All of them together.
    pub all: ActsOf,
}

/// What one person did.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PersonActs {
    /// Random id.
    pub staff_id: String,
    /// Name; empty where its key was destroyed.
    pub name: String,
    /// Role in force now; none for one who left.
    pub role: Option<String>,
    /// What they did.
    #[serde(flatten)]
    pub acts: ActsOf,
}

/// What was done that managers look at. Amounts are in minor units.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ActsOf {
    /// Lines at another price than the catalogue's, and how much less came in.
    pub overrides: ActsView,
    /// Receipts with something off, and how much.
    pub discounts: ActsView,
    /// Lines and baskets taken out before they were paid.
    pub voids: ActsView,
    /// Receipts with goods that came back by their receipt.
    pub refunds: ActsView,
    /// Receipts with goods that came back without one.
    pub unlinked_refunds: ActsView,
    /// Drawer opened without a sale.
    pub no_sales: u64,
    /// Went over to the practice book.
    pub practice: u64,
    /// Asked another till for an approval.
    pub asked: u64,
    /// Allowed something to somebody.
    pub allowed: u64,
    /// Did not allow something to somebody.
    pub refused: u64,
}

/// How often, and how much in all.
#[derive(Debug, Clone, Copy, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ActsView {
    /// How often.
    pub count: u64,
    /// Minor units.
    pub sum_minor: i64,
}
