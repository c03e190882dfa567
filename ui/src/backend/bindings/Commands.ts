// Generated from the Rust crate `desk`; never edited by hand.

/**
 * Accepts cash that was sent.
 */
export type AcceptCash = {
/**
 * Minted by the asker: asked twice, it is accepted once.
 */
entryId: string,
/**
 * The entry that sent it.
 */
transferId: string,
/**
 * Back where it came from, and not where it was sent to.
 */
isReturn: boolean,
/**
 * What was counted, 0 or above.
 */
countedMinor: number,
/**
 * By note and coin; empty, or summing to what was counted.
 */
denominations: Array<DenominationCount>,
/**
 * Typed note, at most 200 characters; kept as a sealed part.
 */
note: string | null, };

/**
 * Cash that arrived.
 */
export type AcceptedView = {
/**
 * The entry that sent it.
 */
transferId: string,
/**
 * From where.
 */
from: PlaceView,
/**
 * Where it is.
 */
at: PlaceView,
/**
 * What was sent.
 */
sentMinor: number,
/**
 * What was counted.
 */
countedMinor: number,
/**
 * counted - sent.
 */
overShortMinor: number,
/**
 * Who accepted it.
 */
person: string,
/**
 * When, ms since 1970.
 */
atMs: number,
/**
 * Typed note.
 */
note: string | null, };

/**
 * What was done that managers look at. Amounts are in minor units.
 */
export type ActsOf = {
/**
 * Lines at another price than the catalogue's, and how much less came in.
 */
overrides: ActsView,
/**
 * Receipts with something off, and how much.
 */
discounts: ActsView,
/**
 * Lines and baskets taken out before they were paid.
 */
voids: ActsView,
/**
 * Receipts with goods that came back by their receipt.
 */
refunds: ActsView,
/**
 * Receipts with goods that came back without one.
 */
unlinkedRefunds: ActsView,
/**
 * Drawer opened without a sale.
 */
noSales: number,
/**
 * Went over to the practice book.
 */
practice: number,
/**
 * Asked another till for an approval.
 */
asked: number,
/**
 * Allowed something to somebody.
 */
allowed: number,
/**
 * Did not allow something to somebody.
 */
refused: number, };

/**
 * How often, and how much in all.
 */
export type ActsView = {
/**
 * How often.
 */
count: number,
/**
 * Minor units.
 */
sumMinor: number, };

/**
 * Adds a customer.
 */
export type AddCustomer = {
/**
 * Random, minted by the asker: asked twice, it is one customer.
 */
customerId: string,
/**
 * Name, 1 to 100 characters; kept as a sealed part.
 */
name: string, };

/**
 * Adds a known product.
 */
export type AddProduct = {
/**
 * Minted by the asker: asked twice, it is done once.
 */
askId: string,
/**
 * Product.
 */
productId: string,
/**
 * Packs, 1 to 9999.
 */
quantity: number, };

/**
 * Adds a person.
 */
export type AddStaff = {
/**
 * Random, minted by the asker: asked twice, it is one person.
 */
staffId: string,
/**
 * 1 to 100 characters; kept as a sealed part.
 */
name: string,
/**
 * One of the roles of [`StaffView`].
 */
role: string,
/**
 * A first PIN, which they replace when they first sign in.
 */
secret: string | null, };

/**
 * Sells what the catalogue does not know.
 */
export type AddUnknown = {
/**
 * Minted by the asker: asked twice, it is done once.
 */
askId: string,
/**
 * Code, if one was scanned.
 */
code: string | null,
/**
 * Typed name, 1 to 100 characters; kept as a sealed part.
 */
name: string,
/**
 * Price of one pack including tax.
 */
unitPriceMinor: number,
/**
 * Tax code.
 */
taxCode: string,
/**
 * Packs.
 */
quantity: number, };

/**
 * What somebody answered from a browser.
 */
export type AnswerView = {
/**
 * `sent` to the till that asked; `done`: it stands in the book; `late`: the till did not come for it in time.
 */
state: string,
/**
 * Allowed.
 */
isGiven: boolean,
/**
 * Who answered.
 */
person: string, };

/**
 * What came of asking for an approval.
 */
export type ApprovalState = {
/**
 * `waits`, `given` or `refused`.
 */
state: string,
/**
 * Who decided.
 */
person: string | null, };

/**
 * Allows what the person on duty may not do alone.
 */
export type Approve = {
/**
 * Random, minted by the asker: asked twice, it is allowed once.
 */
entryId: string,
/**
 * Who allows it: somebody else than who is on duty.
 */
staffId: string,
/**
 * Their PIN, or what was read from their badge.
 */
secret: string,
/**
 * Code of the permission, as the refusal named it.
 */
permission: string,
/**
 * How far, as the refusal named it.
 */
extent: number, };

/**
 * Asks the other tills of the branch for an approval.
 */
export type AskApproval = {
/**
 * Random, minted by the asker: asked twice, it is asked once.
 */
entryId: string,
/**
 * Code of the permission, as the refusal named it.
 */
permission: string,
/**
 * How far, as the refusal named it.
 */
extent: number, };

/**
 * What somebody asks for at a till of the branch.
 */
export type AskedView = {
/**
 * Names it.
 */
entryId: string,
/**
 * Who asks.
 */
person: string,
/**
 * At which till.
 */
tillNo: number | null,
/**
 * When, by the clock of that till.
 */
atMs: number,
/**
 * Code of the permission.
 */
permission: string,
/**
 * How far, in the unit of the permission.
 */
extent: number,
/**
 * How many minutes ago that was.
 */
ageMin: number,
/**
 * The server does not hear that till now, so that an answer from here waits for it. Never at a till.
 */
isTillAway: boolean,
/**
 * What somebody answered from a browser, until it is old news. None at a till.
 */
answer: AnswerView | null, };

/**
 * Asks a server by a code.
 */
export type AtServer = {
/**
 * Where it answers: `http://…` or `https://…`.
 */
address: string,
/**
 * The code, in groups of four.
 */
code: string, };

/**
 * State of the backup.
 */
export type BackupView = {
/**
 * Folder or stick, if one is set.
 */
folder: string | null,
/**
 * When the last verified copy was finished.
 */
lastMs: number | null,
/**
 * Code of the last failure, if it is newer than the last success.
 */
failed: string | null,
/**
 * Whether a copy is overdue (older than a day, or none).
 */
overdue: boolean, };

/**
 * A badge that was just made. It is not known afterwards.
 */
export type BadgeMade = {
/**
 * What the badge carries.
 */
badge: string,
/**
 * The same as a QR code: its rows from the top, each a letter `1` for every dark module and `0` for every
 * light one.
 */
qr: Array<string>, };

/**
 * One line of the basket.
 */
export type BasketLineView = {
/**
 * Number in the basket, never reused within it.
 */
lineNo: number,
/**
 * Product.
 */
productId: string,
/**
 * Name as printed.
 */
name: string,
/**
 * How it is packed, as text ("50 pieces").
 */
pack: string,
/**
 * Code that was scanned or the product's main code.
 */
code: string | null,
/**
 * Packs; negative for a refund.
 */
quantity: number,
/**
 * Price of one pack including tax; null while it has none.
 */
unitPriceMinor: number | null,
/**
 * Catalogue price, where it was overridden.
 */
listPriceMinor: number | null,
/**
 * Discount on this line.
 */
discount: DiscountView | null,
/**
 * What the line's own discount takes off, as a positive amount.
 */
discountMinor: number,
/**
 * The line's share of the basket discount, as a positive amount.
 */
basketDiscountMinor: number,
/**
 * What the line comes to after every discount; negative for a refund.
 */
amountMinor: number,
/**
 * Tax code.
 */
taxCode: string,
/**
 * Only against prescription.
 */
rx: boolean,
/**
 * The prescription was confirmed.
 */
rxConfirmed: boolean,
/**
 * Lot that was scanned or chosen.
 */
lot: string | null,
/**
 * Expiry of the packs in hand, `YYYY-MM-DD`.
 */
expiry: string | null,
/**
 * The lots that its packs are of, as far as they are known: scanned, chosen, or by the book.
 */
lots: Array<LineLotView>,
/**
 * Why a person chose the lot; null where nobody did.
 */
lotReason: string | null,
/**
 * The catalogue did not know it.
 */
isUnknown: boolean,
/**
 * Refunds this sale.
 */
refundOf: string | null,
/**
 * Receipt number of the refunded sale.
 */
refundReceiptNo: string | null, };

/**
 * The basket on the screen, priced. It is kept on disk with every change, so a restart returns into it.
 */
export type BasketView = {
/**
 * The id that the sale will have.
 */
saleId: string,
/**
 * Lines in the order of the counter.
 */
lines: Array<BasketLineView>,
/**
 * Discount on the whole basket.
 */
discount: DiscountView | null,
/**
 * What the basket discount takes off, as a positive amount.
 */
discountMinor: number,
/**
 * To pay, before cash rounding; negative when the customer gets money back.
 */
totalMinor: number,
/**
 * Tax by code.
 */
taxes: Array<TaxLineView>,
/**
 * Packs in the basket, refunds not counted.
 */
packCount: number,
/**
 * What must be done before paying, most important first (`session_closed`, `lot_recalled`, `lot_to_check`,
 * `rx_unconfirmed`, `price_missing`, …).
 */
holds: Array<HoldView>, };

/**
 * A product that sold.
 */
export type BestSeller = {
/**
 * Product.
 */
productId: string,
/**
 * Name.
 */
name: string,
/**
 * Packs.
 */
packs: number,
/**
 * Takings.
 */
amountMinor: number, };

/**
 * The branch now, out of the book of this till or of the server.
 */
export type BranchNow = {
/**
 * The clock of the till, or of the server.
 */
nowMs: number,
/**
 * The business day that the takings are of.
 */
businessDate: string,
/**
 * Whether a server is set up for this till, or this is one.
 */
hasServer: boolean,
/**
 * It answers now.
 */
isConnected: boolean,
/**
 * When it last answered.
 */
lastContactMs: number | null,
/**
 * Old sales are still being prepared after an update: some are missing in everything below.
 */
isHistoryPending: boolean,
/**
 * Records that are here and not yet in these figures: a server stores first and counts behind.
 */
notCountedYet: number,
/**
 * Every enrolled till of the branch, by number.
 */
tills: Array<TillNow>,
/**
 * Numbers of tills that were invited and of which nothing is known here yet.
 */
invitedTillNos: Array<number>,
/**
 * So many of the enrolled ones are here up to now.
 */
upToNowCount: number,
/**
 * Every drawer of the branch: those that are open first, the longest open first.
 */
drawers: Array<DrawerNow>,
/**
 * Takings today including tax.
 */
takingsMinor: number,
/**
 * Takings of the same weekday a week before, up to this time of the day.
 */
weekBeforeByNowMinor: number,
/**
 * By how many whole percent today is above that; null where there was nothing.
 */
percentAbove: number | null,
/**
 * Takings of the whole day a week before.
 */
weekBeforeMinor: number,
/**
 * Takings by hour of the local day, 24 values.
 */
hoursMinor: Array<number>,
/**
 * Takings by hour of the same weekday a week before.
 */
weekBeforeHoursMinor: Array<number>,
/**
 * Number of sales today.
 */
saleCount: number,
/**
 * What a sale came to on average; null without one.
 */
averageSaleMinor: number | null,
/**
 * Takings by tender; all amounts are null while a drawer of the branch is counted blind.
 */
tenders: Array<TenderTotal>,
/**
 * Number of refunds today.
 */
refundCount: number,
/**
 * Refunded, positive.
 */
refundsMinor: number,
/**
 * Lines and baskets voided before paying.
 */
voidCount: number,
/**
 * Their amount.
 */
voidsMinor: number,
/**
 * Discounts given, positive.
 */
discountsMinor: number,
/**
 * Prices overridden.
 */
overrideCount: number,
/**
 * Drawers opened without a sale.
 */
noSaleCount: number,
/**
 * What is to be settled or looked at, the oldest first, at most 200 of each sort.
 */
toSettle: Array<ToSettle>,
/**
 * How many there are in all.
 */
toSettleCount: number, };

/**
 * What is running out on the shelf of the branch. It is read out of all stock, so it is not asked for every change.
 */
export type BranchStock = {
/**
 * The till's clock.
 */
nowMs: number,
/**
 * Products that were delivered at least once and are not withdrawn, of which nothing is left or less than
 * sold in the last 7 business days; the most missing first, at most 300.
 */
low: Array<LowStockRow>,
/**
 * How many there are in all.
 */
lowCount: number,
/**
 * Lots on the shelf that expire within 90 days, or have, the earliest first, at most 300.
 */
expiring: Array<ExpiringRow>,
/**
 * How many there are in all.
 */
expiringCount: number,
/**
 * Products of which more left the shelf than came to it by the book, to be settled; at most 300.
 */
belowZero: Array<ToSettle>,
/**
 * How many there are in all.
 */
belowZeroCount: number, };

/**
 * Asks for the cash of the branch.
 */
export type CashQuery = {
/**
 * Business date of the drawers; null for today. What is open is shown on every day.
 */
businessDate: string | null, };

/**
 * All cash of the branch: each drawer of a day, the other places, what is on its way between them.
 */
export type CashView = {
/**
 * The business date that is shown.
 */
businessDate: string,
/**
 * Now by the till's clock, ms since 1970: ages are told against it.
 */
nowMs: number,
/**
 * Drawers: those that are open first, the oldest first, then those that were closed on this day.
 */
drawers: Array<DrawerState>,
/**
 * Tills whose drawer was not opened on this day.
 */
unopenedTillNos: Array<number>,
/**
 * What the book has in the safe, the driver's bag and at the bank.
 */
places: Array<PlaceNow>,
/**
 * Numbers of the branch's tills, whose drawers cash can be sent to.
 */
tillNos: Array<number>,
/**
 * On its way, the oldest first.
 */
onItsWay: Array<TransferView>,
/**
 * Accepted lately, the newest first, at most 50.
 */
accepted: Array<AcceptedView>, };

/**
 * An entry that speaks for a cause.
 */
export type CauseEvidence = {
/**
 * The entry.
 */
entryId: string,
/**
 * Number with series, of a sale or refund that can be opened.
 */
receiptNo: string | null,
/**
 * When.
 */
atMs: number,
/**
 * Who.
 */
person: string,
/**
 * Total of a sale, or the amount that moved.
 */
amountMinor: number, };

/**
 * One thing that may have gone wrong.
 */
export type CausePart = {
/**
 * Code of the cause.
 */
kind: string,
/**
 * What it explains: over above 0, short below.
 */
amountMinor: number,
/**
 * The note or coin in question, by its value.
 */
denominationMinor: number | null,
/**
 * The other till.
 */
tillNo: number | null,
/**
 * Entries that speak for it.
 */
evidence: Array<CauseEvidence>, };

/**
 * A cause: one thing that may have gone wrong, or two together.
 */
export type CauseView = {
/**
 * How far it stands out, in a thousand.
 */
perMille: number,
/**
 * One or two.
 */
parts: Array<CausePart>, };

/**
 * Asks why a session is over or short.
 */
export type CausesOf = {
/**
 * A session that has been counted.
 */
cashSessionId: string, };

/**
 * What may explain an over/short, the likeliest first.
 */
export type CausesView = {
/**
 * What is over (above 0) or short and not explained yet.
 */
overShortMinor: number,
/**
 * Causes; none where nothing stands out above chance.
 */
causes: Array<CauseView>,
/**
 * What somebody said already.
 */
explained: Array<ExplainedView>, };

/**
 * Chooses another PIN for oneself.
 */
export type ChangeSecret = {
/**
 * The present one.
 */
secret: string,
/**
 * The new one: six digits, or 8 to 128 characters; the latter for who decides about others.
 */
newSecret: string, };

/**
 * Lines of a delivery to be looked at before it is booked.
 */
export type CheckDelivery = {
/**
 * At most 500 lines.
 */
lines: Array<DeliverLine>, };

/**
 * Gives all packs of a line out of one lot that a person chose.
 */
export type ChooseLot = {
/**
 * Line.
 */
lineNo: number,
/**
 * Lot, at most 60 characters; null for packs without a known lot.
 */
lot: string | null,
/**
 * `longer_expiry`, `pack_in_hand`, `not_found`, `one_lot_for_all`, `other`.
 */
reason: string, };

/**
 * One of several closes of a session.
 */
export type CloseMade = {
/**
 * The entry.
 */
closeId: string,
/**
 * Number of the till that made it.
 */
tillNo: number | null,
/**
 * When, ms since 1970.
 */
atMs: number,
/**
 * Who.
 */
person: string,
/**
 * Cash as counted.
 */
countedMinor: number,
/**
 * Over above 0, short below.
 */
overShortMinor: number,
/**
 * It counts, because somebody picked it.
 */
isPicked: boolean, };

/**
 * Closes the drawer of another till, on a count made here.
 */
export type CloseOther = {
/**
 * Its open session.
 */
cashSessionId: string,
/**
 * The close.
 */
close: CloseSession, };

/**
 * Expected against counted of one tender, as it stands now.
 */
export type CloseResult = {
/**
 * Tender kind.
 */
kind: string,
/**
 * Expected, with what was put right after the close.
 */
expectedMinor: number,
/**
 * Counted.
 */
countedMinor: number,
/**
 * counted - expected.
 */
overShortMinor: number,
/**
 * The same as it stands on the Z; differs where something was put right after it.
 */
atCloseMinor: number, };

/**
 * A drawer that was closed.
 */
export type CloseRow = {
/**
 * Session.
 */
cashSessionId: string,
/**
 * Business date of the session.
 */
businessDate: string,
/**
 * Which drawer.
 */
drawer: DrawerName,
/**
 * When it was closed.
 */
closedAtMs: number,
/**
 * Who opened the session.
 */
openedBy: string,
/**
 * Who made the count that the close rests on.
 */
countedBy: string,
/**
 * Who closed it.
 */
closedBy: string,
/**
 * Code of the reason that was given.
 */
reason: string | null,
/**
 * One for each tender that was counted, cash first.
 */
results: Array<CloseResult>, };

/**
 * Closes the session after the count: drawer close and Z, one act.
 */
export type CloseSession = {
/**
 * Minted by the asker.
 */
entryId: string,
/**
 * Needed when the over/short is above the tolerance: `miscount_suspected`, `change_error`, `missing_slip`, `theft_suspected`, `unknown`.
 */
reason: string | null,
/**
 * Typed note; kept as a sealed part.
 */
note: string | null,
/**
 * What stays in the drawer.
 */
nextFloat: Array<DenominationCount>,
/**
 * The expected cash that the closer saw.
 */
seenExpectedMinor: number,
/**
 * Needed while cash of the drawer is on its way: `receiver_away`, `accepted_tomorrow` or `being_looked_into`.
 */
onItsWayReason: string | null, };

/**
 * Makes the Z of this till although no drawer is closed here.
 */
export type CloseTill = {
/**
 * The Z, minted by the asker.
 */
entryId: string, };

/**
 * Finishes the sale.
 */
export type CompleteSale = {
/**
 * The basket's sale id: asked twice, it is one sale.
 */
saleId: string,
/**
 * Tenders; they must cover the total.
 */
tenders: Array<TenderInput>,
/**
 * The total that the cashier saw.
 */
seenTotalMinor: number, };

/**
 * One of the values that were decided apart.
 */
export type ConflictValue = {
/**
 * Names it among the values of this field.
 */
valueId: string,
/**
 * It is the one in force.
 */
isInForce: boolean,
/**
 * The decision was taken back: what the sources say is to be in force.
 */
isTakenBack: boolean,
/**
 * The price including tax, where the field is the price.
 */
priceMinor: number | null,
/**
 * What it says, where the field is anything else; `true` or `false` for a mark.
 */
text: string | null,
/**
 * Who decided.
 */
person: string,
/**
 * On which till, where that is known.
 */
tillNo: number | null,
/**
 * When.
 */
atMs: number, };

/**
 * A field of a product that two people decided differently while their tills were apart. All values are kept; one
 * is in force until somebody decides.
 */
export type ConflictView = {
/**
 * Product.
 */
productId: string,
/**
 * Its name.
 */
productName: string,
/**
 * Which field: `price_minor`, `name`, `pack`, `tax_code` and so on.
 */
field: string,
/**
 * The values that were decided, the one in force first.
 */
values: Array<ConflictValue>, };

/**
 * Puts right what the customer really paid with.
 */
export type CorrectTender = {
/**
 * The sale.
 */
saleId: string,
/**
 * Tenders as they really were; together they pay the sale's total.
 */
tenders: Array<TenderPutRight>, };

/**
 * Puts the count in. The first one cannot be changed; a later one is a recount and needs a reason.
 */
export type CountDrawer = {
/**
 * Minted by the asker.
 */
entryId: string,
/**
 * Cash that was counted here.
 */
denominations: Array<DenominationCount>,
/**
 * Entries of the parts that others counted, to be added to it.
 */
parts: Array<string>,
/**
 * What the card terminal says, vouchers in hand.
 */
other: Array<TenderCount>,
/**
 * `miscounted`, `second_person`, `found_more` or `sold_since`, for a recount.
 */
recountReason: string | null, };

/**
 * Counts the drawer of another till.
 */
export type CountOther = {
/**
 * Its open session.
 */
cashSessionId: string,
/**
 * The count.
 */
count: CountDrawer, };

/**
 * Counts a part of a drawer, wherever it is, for whoever counts the drawer.
 */
export type CountPart = {
/**
 * Minted by the asker.
 */
entryId: string,
/**
 * The open session of the drawer.
 */
cashSessionId: string,
/**
 * Cash; none of anything takes back the part that it replaces.
 */
denominations: Array<DenominationCount>,
/**
 * One's own part of before, counted anew.
 */
replaces: string | null, };

/**
 * What the count came to; the first time that expected figures are shown.
 */
export type CountedView = {
/**
 * Number of the count in its session, from 1.
 */
countNo: number,
/**
 * When.
 */
atMs: number,
/**
 * By whom.
 */
person: string,
/**
 * One row a tender, cash first.
 */
rows: Array<TenderResult>,
/**
 * Cash as counted.
 */
denominations: Array<DenominationCount>,
/**
 * A reason is needed to close.
 */
needsReason: boolean,
/**
 * Whoever looks may not count once more: the branch wants somebody who has not counted yet.
 */
needsSecondPerson: boolean,
/**
 * Notes and coins to leave as the next float.
 */
proposedFloat: Array<DenominationCount>,
/**
 * Their sum.
 */
proposedFloatMinor: number,
/**
 * What then goes to the safe.
 */
toSafeMinor: number, };

/**
 * A country's defaults.
 */
export type CountryView = {
/**
 * Two-letter code.
 */
country: string,
/**
 * Currency.
 */
currency: string,
/**
 * Time zones, the most likely first.
 */
timeZones: Array<string>,
/**
 * Tax codes in force today.
 */
taxes: Array<TaxView>,
/**
 * `none`, or the step of cash rounding in minor units as text.
 */
cashRounding: string, };

/**
 * A customer who may buy on account.
 */
export type CustomerView = {
/**
 * Random id.
 */
customerId: string,
/**
 * Name; empty where it was erased.
 */
name: string,
/**
 * What the customer owes.
 */
owesMinor: number,
/**
 * Since when, if anything is owed.
 */
oldestMs: number | null, };

/**
 * A business day over all sessions of this book.
 */
export type DayQuery = {
/**
 * Business date.
 */
businessDate: string, };

/**
 * Figures of a business day.
 */
export type DayView = {
/**
 * Business date.
 */
businessDate: string,
/**
 * Number of sales.
 */
saleCount: number,
/**
 * Takings including tax.
 */
takingsMinor: number,
/**
 * Takings of the same weekday a week before.
 */
weekBeforeMinor: number,
/**
 * Number of refunds.
 */
refundCount: number,
/**
 * Refunded, positive.
 */
refundsMinor: number,
/**
 * By tender; cash null while it must not be seen.
 */
tenders: Array<TenderTotal>,
/**
 * By tax code.
 */
taxes: Array<TaxLineView>,
/**
 * Takings by hour of the local day, 24 values.
 */
hoursMinor: Array<number>,
/**
 * Takings by hour of the same weekday a week before.
 */
weekBeforeHoursMinor: Array<number>,
/**
 * Best sellers by packs.
 */
bestSellers: Array<BestSeller>, };

/**
 * Says yes or no to what was asked.
 */
export type DecideApproval = {
/**
 * Random, minted by who decides.
 */
entryId: string,
/**
 * What was asked.
 */
asked: string,
/**
 * Allowed.
 */
isGiven: boolean,
/**
 * In which branch, from a browser at a server; as in [`OfBranch`](super::branch::OfBranch).
 */
branchId?: string, };

/**
 * A delivery to be booked.
 */
export type Deliver = {
/**
 * Minted by the asker: asked twice, it is done once.
 */
entryId: string,
/**
 * Who delivered it, 1 to 100 characters.
 */
supplier: string,
/**
 * Number of the delivery note, at most 60 characters.
 */
reference: string | null,
/**
 * What came, 1 to 500 lines.
 */
lines: Array<DeliverLine>, };

/**
 * A line of a delivery to be booked.
 */
export type DeliverLine = {
/**
 * Product.
 */
productId: string,
/**
 * Lot, at most 60 characters.
 */
lot: string | null,
/**
 * Expiry, `YYYY-MM-DD` or `YYYY-MM`.
 */
expiry: string | null,
/**
 * Packs that came whole; 0 where none did, with `announced` or `damaged`.
 */
packs: number,
/**
 * Packs on the delivery note, where these are others.
 */
announced: number | null,
/**
 * Packs that came damaged, 1 or more; they are set apart.
 */
damaged: number | null,
/**
 * What one pack costs without tax.
 */
costMinor: number | null, };

/**
 * What is to be known of a line of a delivery before it is booked.
 */
export type DeliveryCheck = {
/**
 * `expired`, `expires_soon` (within 90 days), `expiry_missing` (a lot without an expiry that nobody said before),
 * `expiry_impossible` (no date), `two_expiries` (the book has another one for this lot), `lot_recalled` and the other
 * reasons not to sell it, `short`, `surplus`, `cost_changed`, `margin_low` (below 5 % of the price without tax).
 */
warnings: Array<string>,
/**
 * What a pack cost the last time, without tax.
 */
lastCostMinor: number | null,
/**
 * Price of a pack including tax.
 */
priceMinor: number | null,
/**
 * What is left of the price without tax after the cost, hundredths of a percent of it; null where one of the two is
 * not known.
 */
margin: number | null, };

/**
 * A line of a delivery that was booked.
 */
export type DeliveryLineView = {
/**
 * Product.
 */
productId: string,
/**
 * Its name.
 */
name: string,
/**
 * How it is packed.
 */
pack: string,
/**
 * Lot.
 */
lot: string | null,
/**
 * Expiry.
 */
expiry: string | null,
/**
 * Packs.
 */
packs: number,
/**
 * Packs on the delivery note, where these are others.
 */
announced: number | null,
/**
 * Packs that came damaged.
 */
damaged: number | null,
/**
 * What one pack cost without tax.
 */
costMinor: number | null, };

/**
 * Names a delivery.
 */
export type DeliveryRef = {
/**
 * The entry.
 */
entryId: string, };

/**
 * A delivery, or what went back to a supplier, in a list.
 */
export type DeliveryRow = {
/**
 * The entry.
 */
entryId: string,
/**
 * `delivered` or `returned`.
 */
kind: string,
/**
 * Who delivered; null for what went back, whose supplier stands at its delivery.
 */
supplier: string | null,
/**
 * Number of the note.
 */
reference: string | null,
/**
 * When it was booked.
 */
atMs: number,
/**
 * By whom.
 */
person: string,
/**
 * Lines.
 */
lineCount: number,
/**
 * Packs.
 */
packs: number,
/**
 * Packs that came damaged.
 */
damaged: number,
/**
 * Why it went back; null for a delivery.
 */
reason: string | null, };

/**
 * A delivery with its lines.
 */
export type DeliveryView = {
/**
 * As in the list.
 */
row: DeliveryRow,
/**
 * Its lines.
 */
lines: Array<DeliveryLineView>, };

/**
 * So many of one note or coin.
 */
export type DenominationCount = {
/**
 * Value of one, in minor units.
 */
valueMinor: number,
/**
 * How many, 0 to 100000.
 */
count: number, };

/**
 * Answer to [`SumDenominations`].
 */
export type DenominationSum = {
/**
 * Sum of each row, in the order asked.
 */
rowsMinor: Array<number>,
/**
 * Sum of all.
 */
totalMinor: number,
/**
 * Value of the first note or coin of which there are more than a drawer holds; to be looked at again.
 */
manyOfMinor: number | null,
/**
 * All together is more than a drawer holds; to be looked at again.
 */
isMuch: boolean, };

/**
 * A discount as the cashier said it.
 */
export type DiscountView = { "kind": "percent", "value": number } | { "kind": "amount", "value": number };

/**
 * A language of papers.
 */
export type DisplayLanguage = "de" | "en" | "fr";

/**
 * A line of the basket.
 */
export type DisplayLine = {
/**
 * Number in the basket.
 */
lineNo: number,
/**
 * Name as printed.
 */
name: string,
/**
 * Packs; negative for a refund.
 */
quantity: number,
/**
 * What the line comes to.
 */
amountMinor: number, };

/**
 * A sale that was paid.
 */
export type DisplayPaid = {
/**
 * Its total; negative for a refund.
 */
totalMinor: number,
/**
 * What was given for it, in order; negative where it was given back.
 */
tenders: Array<DisplayTender>,
/**
 * Change.
 */
changeDueMinor: number, };

/**
 * A tender.
 */
export type DisplayTender = {
/**
 * `cash`, `card`, `voucher` or `on_account`.
 */
kind: string,
/**
 * As it was handed over.
 */
amountMinor: number, };

/**
 * What stands on the customer's display.
 */
export type DisplayView = {
/**
 * Name at the head.
 */
pharmacy: string,
/**
 * The display opens by itself when this till starts.
 */
isOn: boolean,
/**
 * Nothing of it counts.
 */
isPractice: boolean,
/**
 * Country of the branch, ISO 3166.
 */
country: string,
/**
 * Its currency, ISO 4217.
 */
currency: string,
/**
 * Its time zone.
 */
timeZone: string,
/**
 * The language of its papers.
 */
language: DisplayLanguage,
/**
 * The basket in its order; empty where nobody is on duty.
 */
lines: Array<DisplayLine>,
/**
 * What is taken off the whole basket, as a positive amount.
 */
discountMinor: number,
/**
 * To pay; negative where money is given back.
 */
totalMinor: number,
/**
 * The last sale, for a minute or until the next line.
 */
paid: DisplayPaid | null, };

/**
 * What is being typed about one thing, until it is put in.
 */
export type Draft = {
/**
 * What it is about: at most 100 bytes.
 */
of: string,
/**
 * What was typed, as the screen keeps it: at most 4,000 bytes. None where there is nothing.
 */
text: string | null, };

/**
 * Asks for what was being typed.
 */
export type DraftOf = {
/**
 * What it is about.
 */
of: string, };

/**
 * What a drawer is called: by the number of its till, or by the letter on it where it belongs to none.
 */
export type DrawerName = {
/**
 * Number of its till.
 */
tillNo: number | null,
/**
 * A to Z.
 */
letter: string | null, };

/**
 * A drawer of the branch.
 */
export type DrawerNow = {
/**
 * What it is called.
 */
name: DrawerName,
/**
 * `open`, `put_away`, `to_count`, `counted` from the first count on, or `closed`.
 */
state: string,
/**
 * When its session was opened; null for a closed one.
 */
openedAtMs: number | null,
/**
 * Who opened it.
 */
openedBy: string | null,
/**
 * It is still open from an earlier business day.
 */
isOfEarlierDay: boolean,
/**
 * When it was last counted in this session.
 */
countedAtMs: number | null,
/**
 * When it was last closed; null for an open one, and where that is long ago.
 */
closedAtMs: number | null,
/**
 * What should be in it; null for a closed one, and while it is counted blind.
 */
expectedCashMinor: number | null,
/**
 * What was left in a closed one; null for an open one, and for who counts blind.
 */
leftMinor: number | null, };

/**
 * A drawer of the branch, and where it is.
 */
export type DrawerRow = {
/**
 * What it is called.
 */
name: DrawerName,
/**
 * `closed`, `open` where a till works at it, `put_away`, or `to_count`.
 */
state: string,
/**
 * Its open session.
 */
cashSessionId: string | null,
/**
 * When that was opened, ms since 1970.
 */
openedAtMs: number | null,
/**
 * Whose it is: who opened it, or had it handed over.
 */
person: string | null,
/**
 * What was left in it at its last close; null while it is open, and for who counts blind.
 */
leftMinor: number | null,
/**
 * Numbers of the tills that work at it.
 */
tillNos: Array<number>,
/**
 * This till works at it, or would open it.
 */
isHere: boolean, };

/**
 * One drawer in one session, from its float to its signature.
 */
export type DrawerState = {
/**
 * The session.
 */
cashSessionId: string,
/**
 * Number of the till whose drawer it is; null for one that is not known here.
 */
tillNo: number | null,
/**
 * The letter of a drawer that belongs to no till.
 */
letter: string | null,
/**
 * This till works at it, or did last.
 */
isOwn: boolean,
/**
 * `open`, `put_away`, `to_count`, `counted`, `closed` or `signed`.
 */
state: string,
/**
 * Numbers of the tills that work at it now.
 */
atTillNos: Array<number>,
/**
 * All closes of the session, the earliest first, where tills that were apart made several.
 */
closes: Array<CloseMade>,
/**
 * Business date.
 */
businessDate: string,
/**
 * Still open, and of an earlier day.
 */
isOfEarlierDay: boolean,
/**
 * When it was opened, ms since 1970.
 */
openedAtMs: number,
/**
 * By whom.
 */
openedBy: string,
/**
 * The float.
 */
openingFloatMinor: number,
/**
 * What the float was over or short; null for a drawer that was never opened before.
 */
openingOverShortMinor: number | null,
/**
 * What should be in it; null while it is counted blind.
 */
expectedCashMinor: number | null,
/**
 * Expected against counted, cash first; empty before the first count.
 */
rows: Array<TenderResult>,
/**
 * Over/short of the cash; null before the first count.
 */
overShortMinor: number | null,
/**
 * How often it was counted.
 */
countNo: number,
/**
 * When last, ms since 1970.
 */
countedAtMs: number | null,
/**
 * By whom.
 */
countedBy: string | null,
/**
 * The last count as it is closed on, where nothing has moved since: what can be left as the next float.
 */
count: CountedView | null,
/**
 * When it was closed, ms since 1970.
 */
closedAtMs: number | null,
/**
 * By whom.
 */
closedBy: string | null,
/**
 * Closed from another till than its own.
 */
isClosedElsewhere: boolean,
/**
 * Why it was over or short: a code.
 */
reason: string | null,
/**
 * Note to the close.
 */
note: string | null,
/**
 * How many closes there are: two were made apart.
 */
closeCount: number,
/**
 * The Z made with it.
 */
zId: string | null,
/**
 * Its number.
 */
zNo: string | null,
/**
 * What came after the close: cash by which the drawer should hold more, or less where negative.
 */
lateMinor: number | null,
/**
 * What should have been in it with what came later; null where nothing did.
 */
expectedNowMinor: number | null,
/**
 * Who signed it.
 */
signedBy: string | null,
/**
 * When, ms since 1970.
 */
signedAtMs: number | null,
/**
 * When its till was last heard of, ms since 1970.
 */
lastHeardMs: number | null,
/**
 * Everything that its till wrote is here.
 */
isUpToNow: boolean, };

/**
 * The drawer as its screen shows it. Nothing here tells expected cash before the first count is in.
 */
export type DrawerView = {
/**
 * `closed`, `open` or `counted`; `open` again as soon as money has moved after the count.
 */
state: string,
/**
 * The drawer that this till works at, or would open.
 */
drawer: DrawerName,
/**
 * This till has sold something that no Z covers, and works at no open drawer.
 */
isZDue: boolean,
/**
 * The open session.
 */
cashSessionId: string | null,
/**
 * When it was opened.
 */
openedAtMs: number | null,
/**
 * By whom.
 */
openedBy: string | null,
/**
 * Its business date.
 */
businessDate: string | null,
/**
 * The opening float.
 */
openingFloatMinor: number | null,
/**
 * What the opening float was over or short; null for a drawer that was never opened before.
 */
openingOverShortMinor: number | null,
/**
 * What was left in the drawer at the last close: the float to expect now. Null while a session is open, and
 * for who counts blind.
 */
leftInDrawerMinor: number | null,
/**
 * On its way to this drawer, or from it in this session.
 */
transfers: Array<TransferView>,
/**
 * Proposed float.
 */
proposedFloatMinor: number,
/**
 * Movements of this session, newest first.
 */
movements: Array<MovementView>,
/**
 * Counts of this session so far; another one is a recount.
 */
countNo: number,
/**
 * When the last of them was made, where money has moved since and it stands for nothing any more.
 */
outdatedCountMs: number | null,
/**
 * The count, as long as it stands.
 */
count: CountedView | null, };

/**
 * Names an entry.
 */
export type EntryId = {
/**
 * Entry.
 */
entryId: string, };

/**
 * Names an entry.
 */
export type EntryRef = {
/**
 * Its id.
 */
entryId: string, };

/**
 * Packs of a lot that expire.
 */
export type ExpiringRow = {
/**
 * Product.
 */
productId: string,
/**
 * Name.
 */
name: string,
/**
 * How it is packed.
 */
pack: string,
/**
 * Lot.
 */
lot: string,
/**
 * Expiry.
 */
expiry: string,
/**
 * It has expired.
 */
isExpired: boolean,
/**
 * Packs.
 */
packs: number, };

/**
 * Lots that expire within so many days.
 */
export type ExpiryBucket = {
/**
 * Days left at most.
 */
days: number,
/**
 * Lots.
 */
lots: number,
/**
 * Packs.
 */
packs: number,
/**
 * What they sell for including tax, as far as they have a price.
 */
valueMinor: number, };

/**
 * What is on the shelf by expiry.
 */
export type ExpiryList = {
/**
 * The day that it counts from.
 */
today: string,
/**
 * Lots that expire within a year or have expired, the earliest first, at most 2000.
 */
rows: Array<ExpiryRow>,
/**
 * Sums by days left: 0 (expired, or today), 30, 60, 90, 180, 365.
 */
buckets: Array<ExpiryBucket>, };

/**
 * A lot that expires.
 */
export type ExpiryRow = {
/**
 * Product.
 */
productId: string,
/**
 * Its name.
 */
name: string,
/**
 * How it is packed.
 */
pack: string,
/**
 * Lot.
 */
lot: string,
/**
 * Expiry.
 */
expiry: string,
/**
 * Days left; 0 on the last day, below 0 afterwards.
 */
daysLeft: number,
/**
 * The days of the sum that it belongs to.
 */
bucket: number,
/**
 * Packs on the shelf.
 */
packs: number,
/**
 * What they sell for including tax; null where the product has no price.
 */
valueMinor: number | null, };

/**
 * Says which cause it was. A sale that was paid by another tender is corrected; anything else is noted.
 */
export type ExplainOverShort = {
/**
 * Minted by the asker, so that a retry is the same entry.
 */
entryId: string,
/**
 * The session.
 */
cashSessionId: string,
/**
 * Code of the cause.
 */
kind: string,
/**
 * What it explains.
 */
amountMinor: number,
/**
 * Entries that speak for it.
 */
evidence: Array<string>,
/**
 * Note; kept as a sealed part.
 */
note: string | null, };

/**
 * What somebody said of an over/short.
 */
export type ExplainedView = {
/**
 * The entry.
 */
entryId: string,
/**
 * Code of the cause.
 */
kind: string,
/**
 * What it explains.
 */
amountMinor: number,
/**
 * When.
 */
atMs: number,
/**
 * Who.
 */
person: string,
/**
 * As typed.
 */
note: string | null, };

/**
 * An export has begun.
 */
export type ExportBegun = {
/**
 * The work in the background.
 */
job: JobView,
/**
 * The folder that is there as soon as everything in it is whole.
 */
folder: string, };

/**
 * Saves entries and postings with their Z as files, in a folder of their own that is made inside of another one.
 */
export type ExportBook = {
/**
 * Of which entries.
 */
what: ExportWhat,
/**
 * `csv`, or `json` for one object a line.
 */
form: string,
/**
 * The names of those who did and allowed it stand beside their ids.
 */
withNames: boolean,
/**
 * The folder in which the export's own is made.
 */
folder: string, };

/**
 * Business days, both included; as many as there are.
 */
export type ExportDays = {
/**
 * First business date.
 */
from: string,
/**
 * Last business date.
 */
to: string, };

/**
 * Which entries an export has.
 */
export type ExportWhat = { "kind": "days", "value": ExportDays } | { "kind": "z", "value": string };

/**
 * A file, to be saved where the person wants it.
 */
export type FileMade = {
/**
 * What to call it: letters, digits, hyphens and an ending.
 */
name: string,
/**
 * Such as `application/pdf`.
 */
mediaType: string,
/**
 * What stands in it, in base64.
 */
base64: string, };

/**
 * Looks for products by any part of the name, several words in any order, accents and case folded, or by code.
 */
export type FindProducts = {
/**
 * What was typed, at most 200 characters; empty gives the best sellers.
 */
text: string,
/**
 * Rows at most, 1 to 500.
 */
limit: number, };

/**
 * Looks for sales. Every field narrows; an empty query gives the newest.
 */
export type FindSales = {
/**
 * First business date.
 */
from: string | null,
/**
 * Last business date.
 */
to: string | null,
/**
 * Exact total in minor units.
 */
amountMinor: number | null,
/**
 * Product.
 */
productId: string | null,
/**
 * Person.
 */
staffId: string | null,
/**
 * Receipt number, its end, or the barcode on the receipt.
 */
receiptNo: string | null,
/**
 * Rows at most, 1 to 500.
 */
limit: number,
/**
 * Goes on after this row of an earlier answer.
 */
after: string | null, };

/**
 * An entry that names the sale.
 */
export type FollowerView = {
/**
 * `refund`, `tender_corrected`, `receipt_copied` or `receipt_mailed`.
 */
kind: string,
/**
 * Entry or sale id.
 */
entryId: string,
/**
 * When.
 */
atMs: number,
/**
 * Who.
 */
person: string,
/**
 * Amount, where it has one.
 */
amountMinor: number | null,
/**
 * Reason code.
 */
reason: string | null, };

/**
 * A printer that was found.
 */
export type FoundPrinter = {
/**
 * As [`Printer::address`].
 */
address: string,
/**
 * `network`, `device`, `serial` or `queue`.
 */
how: string, };

/**
 * Answer to [`FindProducts`].
 */
export type FoundProducts = {
/**
 * Rows, what this pharmacy sells most first.
 */
rows: Array<ProductRow>,
/**
 * Products in the catalogue.
 */
catalogueCount: number, };

/**
 * Gives a person a badge.
 */
export type GiveBadge = {
/**
 * Who gets it.
 */
staffId: string,
/**
 * One's own PIN, where it is for oneself.
 */
secret: string | null, };

/**
 * Gives a person another role.
 */
export type GiveRole = {
/**
 * Whom.
 */
staffId: string,
/**
 * One of the roles of [`StaffView`].
 */
role: string, };

/**
 * Gives a person a PIN, which they replace when they next sign in.
 */
export type GiveSecret = {
/**
 * Whom.
 */
staffId: string,
/**
 * As in [`ChangeSecret`].
 */
secret: string, };

/**
 * Hands the drawer over on its last count.
 */
export type HandOver = {
/**
 * The close of whoever gives it; all that was counted stays, whatever it says of the float.
 */
close: CloseSession,
/**
 * Who takes it.
 */
staffId: string,
/**
 * Their PIN or badge.
 */
secret: string,
/**
 * The session that begins, minted by the asker.
 */
cashSessionId: string, };

/**
 * Something that stands between the basket and paying.
 */
export type HoldView = {
/**
 * Stable code.
 */
code: string,
/**
 * The line concerned, if one.
 */
lineNo: number | null, };

/**
 * Starts an import; progress and result by the job and `import_report`.
 */
export type ImportCatalogue = {
/**
 * A CSV file with a header, or a folder with the French medicines database as published.
 */
path: string,
/**
 * Reads and compares only.
 */
dryRun: boolean, };

/**
 * What an import did, or would do.
 */
export type ImportReport = {
/**
 * The job.
 */
job: JobViewRef,
/**
 * `bdpm` or `csv`.
 */
source: string,
/**
 * Date of the release.
 */
releasedOn: string,
/**
 * Nothing was written.
 */
dryRun: boolean,
/**
 * Rows read.
 */
rows: number,
/**
 * New products.
 */
added: number,
/**
 * Products that changed.
 */
changed: number,
/**
 * Products as before.
 */
unchanged: number,
/**
 * Products of an older release that are not in this one.
 */
missing: number,
/**
 * Packs that came to the shelf by the file's stock columns, each row of a release once.
 */
receivedPacks: number,
/**
 * What changed, the first 1000. The first reading of a source only counts what is new; a file with less than
 * half of a large list only counts what it leaves out.
 */
changes: Array<ProductChange>,
/**
 * What changed, in all.
 */
changesCount: number,
/**
 * Rows that were not taken, the first 1000.
 */
rejected: Array<RejectedRow>,
/**
 * Rows that were not taken, in all.
 */
rejectedCount: number, };

/**
 * Names a job.
 */
export type JobNo = {
/**
 * Number of the job.
 */
jobNo: number, };

/**
 * Background work that shows progress and can be cancelled.
 */
export type JobView = {
/**
 * Number of the job since the app was started.
 */
jobNo: number,
/**
 * `import`, `backup`, `verify`, `export` or `history`.
 */
kind: string,
/**
 * `running`, `done`, `cancelled` or `failed`.
 */
state: string,
/**
 * Units done.
 */
done: number,
/**
 * Units in all, 0 while unknown.
 */
total: number,
/**
 * Code of the failure.
 */
failed: string | null, };

/**
 * The job of an import.
 */
export type JobViewRef = {
/**
 * Number.
 */
jobNo: number,
/**
 * State.
 */
state: string, };

/**
 * Joins a branch by an invitation file.
 */
export type Join = {
/**
 * Path of the invitation file.
 */
path: string,
/**
 * The code that was shown where the invitation was made.
 */
code: string, };

/**
 * An entry that came after the close of its session.
 */
export type LateLine = {
/**
 * The entry.
 */
entryId: string,
/**
 * `sale`, `refund`, `paid_in`, `paid_out`, `no_sale`, `sent`, `received`, `settled`, `tender_corrected`,
 * `counted` or `closed`.
 */
kind: string,
/**
 * Number with series, of a receipt.
 */
receiptNo: string | null,
/**
 * The till that wrote it, where it is known.
 */
tillNo: number | null,
/**
 * Who.
 */
person: string,
/**
 * When, by the till that wrote it.
 */
atMs: number,
/**
 * Total of a receipt, what moved or was paid, what was counted, or the over/short of a second close.
 */
amountMinor: number,
/**
 * What it changed in the drawer, positive into it; 0 for a count and a close.
 */
cashMinor: number, };

/**
 * What came after a close, with what it said then and what stands now. The Z stays as it is.
 */
export type LateView = {
/**
 * Sales, movements and counts of the session that the close has not seen, oldest first.
 */
lines: Array<LateLine>,
/**
 * Expected cash as closed.
 */
expectedMinor: number,
/**
 * Expected cash with what came late.
 */
expectedNowMinor: number,
/**
 * Over/short in cash as closed.
 */
overShortMinor: number,
/**
 * Over/short in cash with what came late.
 */
overShortNowMinor: number,
/**
 * Takings of the session, over everybody who wrote into it, as closed.
 */
takingsMinor: number,
/**
 * The same with what came late.
 */
takingsNowMinor: number, };

/**
 * Puts the drawer away.
 */
export type LeaveDrawer = {
/**
 * Minted by the asker.
 */
entryId: string,
/**
 * Nothing more is sold from it: it is counted later, at any till.
 */
isToCount: boolean, };

/**
 * Packs of one lot in a line of the basket.
 */
export type LineLotView = {
/**
 * Lot; null where unknown.
 */
lot: string | null,
/**
 * Expiry, `YYYY-MM-DD`, where known.
 */
expiry: string | null,
/**
 * Packs, above 0.
 */
packs: number,
/**
 * It expires within 30 days.
 */
isExpiringSoon: boolean, };

/**
 * Names a line of the basket.
 */
export type LineNo = {
/**
 * Line.
 */
lineNo: number, };

/**
 * What a till's link holds.
 */
export type Link = {
/**
 * Base64url without padding.
 */
link: string, };

/**
 * A picture of black and white dots.
 */
export type LogoView = {
/**
 * Dots from left to right, 1 to 384.
 */
width: number,
/**
 * The rows from the top, at most 192, each of whole bytes, the highest bit first, a 1 being black; in base64.
 */
bits: string, };

/**
 * What was found about lots, with the stock and the sales that it is about.
 */
export type LotMarkDetail = {
/**
 * As in the list.
 */
mark: LotMarkView,
/**
 * The lots as they stand on the shelf.
 */
onShelf: Array<MarkedLot>,
/**
 * Lines that were sold of these lots, the newest first, at most 500; refunds with packs below 0.
 */
sold: Array<SoldLot>,
/**
 * Packs of these lots that customers have.
 */
soldPacks: number,
/**
 * Packs that were sold of the product without a known lot: some of them may be of these lots.
 */
soldWithoutLot: number, };

/**
 * What was found about lots of a product, and holds.
 */
export type LotMarkView = {
/**
 * The entry that says so.
 */
markedId: string,
/**
 * Product.
 */
productId: string,
/**
 * Its name.
 */
name: string,
/**
 * How it is packed.
 */
pack: string,
/**
 * Lots; none means every pack of the product.
 */
lots: Array<string>,
/**
 * `on_hold`, `quarantined`, `damaged`, `recalled`.
 */
state: string,
/**
 * What it is known by outside.
 */
reference: string | null,
/**
 * When it was said.
 */
atMs: number,
/**
 * By whom.
 */
person: string,
/**
 * At which till, where that is known.
 */
tillNo: number | null,
/**
 * Packs of these lots on the shelf by the book.
 */
packs: number, };

/**
 * What the book says is on the shelf.
 */
export type LotView = {
/**
 * Lot; null where unknown.
 */
lot: string | null,
/**
 * Expiry.
 */
expiry: string | null,
/**
 * Packs; can be negative.
 */
packs: number,
/**
 * Why it must not be sold today (`lot_recalled`, `lot_damaged`, `lot_expired`, `lot_quarantined`, `lot_on_hold`);
 * null where it may be.
 */
block: string | null,
/**
 * It expires within 30 days.
 */
isExpiringSoon: boolean, };

/**
 * A product of which too little is on the shelf.
 */
export type LowStockRow = {
/**
 * Product.
 */
productId: string,
/**
 * Name.
 */
name: string,
/**
 * How it is packed.
 */
pack: string,
/**
 * Packs on the shelf by the book.
 */
onHand: number,
/**
 * Packs sold in the last 7 business days, today included.
 */
sold: number, };

/**
 * The account that papers are sent from.
 */
export type MailAccount = {
/**
 * Name or address of the mail server.
 */
host: string,
/**
 * Its port: mostly 465 with `tls`, 587 with `starttls`.
 */
port: number,
/**
 * `tls`, `starttls`, or `none` for a server on this computer.
 */
security: string,
/**
 * Whom it knows this till by; empty where it asks nobody.
 */
user: string,
/**
 * Whether a password is kept; it is never told.
 */
hasPassword: boolean,
/**
 * Address that the papers come from.
 */
fromAddress: string,
/**
 * Name beside it.
 */
fromName: string, };

/**
 * The account as it is set up.
 */
export type MailAccountInput = {
/**
 * Name or address of the mail server.
 */
host: string,
/**
 * Its port.
 */
port: number,
/**
 * `tls`, `starttls`, or `none` for a server on this computer.
 */
security: string,
/**
 * Whom it knows this till by; empty where it asks nobody.
 */
user: string,
/**
 * None for the one that is kept; that is kept for this host and this user, and given to no other.
 */
password: string | null,
/**
 * Address that the papers come from.
 */
fromAddress: string,
/**
 * Name beside it.
 */
fromName: string, };

/**
 * The account, and what has still to be sent.
 */
export type MailView = {
/**
 * None where there is none.
 */
account: MailAccount | null,
/**
 * What keeps it from sending anything, as a code; none where nothing does, or nothing was tried.
 */
trouble: string | null,
/**
 * Oldest first.
 */
waiting: Array<WaitingMail>, };

/**
 * Says that lots of a product must not be sold.
 */
export type MarkLots = {
/**
 * Minted by the asker: asked twice, it is done once.
 */
entryId: string,
/**
 * Product.
 */
productId: string,
/**
 * Lots, each 1 to 60 characters; none means every pack of the product.
 */
lots: Array<string>,
/**
 * `on_hold`, `quarantined`, `damaged`, `recalled`.
 */
state: string,
/**
 * What it is known by outside, as the number of a recall, at most 60 characters.
 */
reference: string | null, };

/**
 * Names what was found about lots.
 */
export type MarkRef = {
/**
 * The entry that says so.
 */
markedId: string, };

/**
 * A lot that was marked, as it stands on the shelf.
 */
export type MarkedLot = {
/**
 * Lot; null for packs without a known lot.
 */
lot: string | null,
/**
 * Expiry, where known.
 */
expiry: string | null,
/**
 * Packs; can be negative.
 */
packs: number, };

/**
 * The drawers of one business day; everything in cash but `other_over_short_minor`.
 */
export type MonthDay = {
/**
 * Business date; empty for the sum.
 */
businessDate: string,
/**
 * Drawers that were closed.
 */
closeCount: number,
/**
 * Expected, with what was put right after a close.
 */
expectedMinor: number,
/**
 * Counted.
 */
countedMinor: number,
/**
 * counted - expected.
 */
overShortMinor: number,
/**
 * The same of all other tenders that were counted.
 */
otherOverShortMinor: number,
/**
 * Codes of the reasons that were given, each once.
 */
reasons: Array<string>,
/**
 * Names of those who counted, each once.
 */
countedBy: Array<string>, };

/**
 * A month day by day: what its drawers should have held, and what was counted.
 */
export type MonthList = {
/**
 * `YYYY-MM`.
 */
month: string,
/**
 * Name of the branch, for the paper.
 */
branchName: string,
/**
 * Every day on which a drawer was closed, oldest first.
 */
days: Array<MonthDay>,
/**
 * All of them together.
 */
sum: MonthDay, };

/**
 * Asks for the list of a month.
 */
export type MonthQuery = {
/**
 * `YYYY-MM`.
 */
month: string, };

/**
 * Moves cash that is not a sale, or opens the drawer without a sale.
 */
export type MoveCash = {
/**
 * Minted by the asker.
 */
entryId: string,
/**
 * `paid_in`, `paid_out` or `no_sale`.
 */
kind: string,
/**
 * Always positive; 0 for a no-sale.
 */
amountMinor: number,
/**
 * paid_in: `change_from_bank`, `found`, `other`; paid_out: `postage`, `office`, `courier`, `staff`, `other`;
 * no_sale: `give_change`, `check_drawer`, `other`.
 */
reason: string,
/**
 * Typed note, at most 200 characters; kept as a sealed part.
 */
note: string | null, };

/**
 * Packs of a product that came, went or were sold.
 */
export type MovementRow = {
/**
 * When.
 */
atMs: number,
/**
 * `received`, `returned`, `written_off`, `sold`, `taken_back`.
 */
kind: string,
/**
 * By whom.
 */
person: string,
/**
 * Packs, below 0 where they left the shelf. What came damaged or spoilt did not come to it and is not counted.
 */
packs: number,
/**
 * Lots, as far as they are known.
 */
lots: Array<string>,
/**
 * Receipt number, supplier, or number of the note.
 */
reference: string | null,
/**
 * The sale, for `sold` and `taken_back`.
 */
saleId: string | null,
/**
 * Why, for what was returned, written off or taken back.
 */
reason: string | null, };

/**
 * A movement that is not a sale.
 */
export type MovementView = {
/**
 * Entry.
 */
entryId: string,
/**
 * `paid_in`, `paid_out`, `no_sale`, `sent` or `received`.
 */
kind: string,
/**
 * Where it was sent to, or came from; none for the others.
 */
place: PlaceView | null,
/**
 * When.
 */
atMs: number,
/**
 * Who.
 */
person: string,
/**
 * Positive into the drawer; 0 for a no-sale.
 */
amountMinor: number,
/**
 * Reason code; empty for what was received.
 */
reason: string,
/**
 * Typed note.
 */
note: string | null, };

/**
 * A new person.
 */
export type NewStaff = {
/**
 * 1 to 100 characters; kept as a sealed part.
 */
name: string,
/**
 * One of the roles of [`StaffView`].
 */
role: string,
/**
 * The PIN that they chose; none where it is given later.
 */
secret: string | null, };

/**
 * The argument of a command that takes none: `{}`.
 */
export type Nothing = Record<symbol, never>;

/**
 * Which branch is asked about.
 */
export type OfBranch = {
/**
 * One of those that a browser at a server may see; a till knows its own only. Absent: this till's, or that
 * of the till which let the browser in.
 */
branchId?: string, };

/**
 * Opens the drawer for the day.
 */
export type OpenSession = {
/**
 * Minted by the asker: asked twice, it is one session.
 */
cashSessionId: string,
/**
 * The float as counted, whatever it came from.
 */
denominations: Array<DenominationCount>,
/**
 * What was put to it out of the safe; null for all of it where nothing else is there by the book, and
 * nothing of it else.
 */
fromSafeMinor: number | null,
/**
 * Entries that sent what is counted with it.
 */
transferIds: Array<string>,
/**
 * Which drawer; null for the one that this till works at.
 */
drawer: DrawerName | null, };

/**
 * Closes that have something in common.
 */
export type OverShortGroup = {
/**
 * What they have in common.
 */
key: string,
/**
 * The person's name, where it is one; empty where it is not known any more.
 */
name: string,
/**
 * How many closes.
 */
closeCount: number,
/**
 * Cash.
 */
cash: OverShortSums,
/**
 * Every other tender that was counted, each by itself: what is over in one is not set against another.
 */
other: OverShortSums, };

/**
 * Asks what the closes of some days came to, both days included; a year at the most.
 */
export type OverShortQuery = {
/**
 * First business date.
 */
from: string,
/**
 * Last business date.
 */
to: string, };

/**
 * What the closes of some days came to, as it stands now: where a sale was put right after its close, the
 * over/short of that close moves with it.
 */
export type OverShortReport = {
/**
 * All closes together.
 */
all: OverShortGroup,
/**
 * How long a stretch of `over_time` is: `day`, `week` or `month`.
 */
stretch: string,
/**
 * Every stretch from the first to the last day, also one without a close; `key` is its first day.
 */
overTime: Array<OverShortGroup>,
/**
 * By drawer; `key` is the number of its till, or the letter on it.
 */
byDrawer: Array<OverShortGroup>,
/**
 * By the person whose drawer it was, who opened it or had it handed over, by name; `key` is the person.
 */
byPerson: Array<OverShortGroup>,
/**
 * By weekday of the business date, Monday to Sunday; `key` is 1 to 7.
 */
byWeekday: Array<OverShortGroup>,
/**
 * By hour of the close on the wall, from the first to the last in which anything was closed; `key` is 0 to 23.
 */
byHour: Array<OverShortGroup>,
/**
 * The closes themselves, newest first, a thousand at the most.
 */
closes: Array<CloseRow>,
/**
 * How many more there are, older ones: sums have them too.
 */
leftOff: number, };

/**
 * What results of counts came to: over is positive, short is negative.
 */
export type OverShortSums = {
/**
 * How many were over.
 */
overCount: number,
/**
 * How many were short.
 */
shortCount: number,
/**
 * What those that were over came to, 0 or more.
 */
overMinor: number,
/**
 * What those that were short came to, 0 or less.
 */
shortMinor: number,
/**
 * Both together.
 */
netMinor: number,
/**
 * The one furthest from zero.
 */
largestMinor: number, };

/**
 * Sets another price, or the price of a product that has none.
 */
export type OverridePrice = {
/**
 * Line.
 */
lineNo: number,
/**
 * Price of one pack including tax.
 */
unitPriceMinor: number,
/**
 * `price_missing`, `shelf_label`, `damaged_pack`, `agreed`, `catalogue_wrong` or `other`.
 */
reason: string, };

/**
 * How a person comes in, and where they are in.
 */
export type OwnWays = {
/**
 * The sign-in name, where there is a passphrase.
 */
signInName: string | null,
/**
 * Passkeys, the oldest first.
 */
passkeys: Array<PasskeyView>,
/**
 * Where the person is in, the newest first.
 */
signIns: Array<SignInView>,
/**
 * Passkeys work at the address by which this browser came.
 */
hasPasskeys: boolean, };

/**
 * What a code says of a pack.
 */
export type PackRead = {
/**
 * Product; null where the catalogue does not know the code, or the code names none.
 */
product: ProductRow | null,
/**
 * Its code, as far as one was read.
 */
code: string | null,
/**
 * Lot, where the code says it.
 */
lot: string | null,
/**
 * Last day of use, where the code says it.
 */
expiry: string | null,
/**
 * Why it was not read (`check_digit`, `length`, `separator_dropped` …); null where it was.
 */
bad: string | null, };

/**
 * A code that is drawn for a camera.
 */
export type PaperCode = {
/**
 * What it says.
 */
text: string,
/**
 * The rows of the QR code from the top, each a `1` for every dark module and a `0` for every light one.
 */
rows: Array<string>, };

/**
 * Asks for a paper as a file.
 */
export type PaperFile = {
/**
 * Which.
 */
paper: PaperOf,
/**
 * Of the copy of a receipt or Z; minted by the asker: asked twice, it is one copy.
 */
copyId: string | null,
/**
 * `pdf`, `text_42` or `text_48`.
 */
form: string, };

/**
 * Names a paper.
 */
export type PaperOf = {
/**
 * `receipt`: of the sale or refund `of`. `x`: of the open session. `z`: the Z `of`. `count_sheet`: to be filled in
 * by hand. `counted`: what was counted for the Z `of`, or in the open session. `transfer_slip`: of the safe drop
 * `of`. `cash_slip`: of the paid-in or paid-out `of`. `settlement`: of the payment towards an account `of`.
 * `price_label`: of the product `of`. `scanner_sheet`: codes to try a scanner with. `test`: how the printer is set
 * up. `day_journal`: of `date`. `month_summary`: of `month`.
 */
what: string,
/**
 * The entry or product that it is about.
 */
of: string | null,
/**
 * Business date, `YYYY-MM-DD`.
 */
date: string | null,
/**
 * Month, `YYYY-MM`.
 */
month: string | null, };

/**
 * Parks the basket.
 */
export type Park = {
/**
 * Minted by the asker: asked twice, it is done once.
 */
askId: string,
/**
 * What to find it by, at most 60 characters; kept as a sealed part.
 */
label: string, };

/**
 * A parked basket in a list.
 */
export type ParkedView = {
/**
 * The sale id that the basket keeps.
 */
saleId: string,
/**
 * Label.
 */
label: string,
/**
 * When it was parked.
 */
parkedAtMs: number,
/**
 * By whom.
 */
person: string,
/**
 * Number of lines.
 */
lineCount: number,
/**
 * Total.
 */
totalMinor: number, };

/**
 * A part that was counted, and that no count has taken up.
 */
export type PartView = {
/**
 * Entry.
 */
entryId: string,
/**
 * Who counted.
 */
person: string,
/**
 * Number of the till where it was counted.
 */
tillNo: number | null,
/**
 * When.
 */
atMs: number,
/**
 * Cash.
 */
denominations: Array<DenominationCount>,
/**
 * Its sum.
 */
countedMinor: number,
/**
 * Money has moved in the session since: it may be wrong by now.
 */
isOutdated: boolean,
/**
 * Whoever looks counted it.
 */
isOwn: boolean, };

/**
 * Asks for the parts of a drawer that were counted.
 */
export type PartsOf = {
/**
 * The session.
 */
cashSessionId: string, };

/**
 * What a passkey answered.
 */
export type PasskeyAnswer = {
/**
 * Which asking.
 */
askedId: string,
/**
 * From `navigator.credentials`, binary values in base64url.
 */
credential: unknown, };

/**
 * What a browser's passkeys are asked for.
 */
export type PasskeyAsked = {
/**
 * Names this asking when the answer comes, within five minutes.
 */
askedId: string,
/**
 * For `navigator.credentials`, binary values in base64url.
 */
options: unknown, };

/**
 * A passkey of one's own.
 */
export type PasskeyId = {
/**
 * Names it.
 */
passkeyId: string, };

/**
 * A passkey of a person.
 */
export type PasskeyView = {
/**
 * Names it.
 */
passkeyId: string,
/**
 * When it was added.
 */
madeAtMs: number,
/**
 * When somebody last came in with it.
 */
usedAtMs: number | null, };

/**
 * Asks what people did over some days.
 */
export type PeopleQuery = {
/**
 * First business date.
 */
from: string,
/**
 * Last business date.
 */
to: string, };

/**
 * What people did over some days that managers look at.
 */
export type PeopleReport = {
/**
 * By name. Who did none of it is left out.
 */
people: Array<PersonActs>,
/**
 * All of them together.
 */
all: ActsOf, };

/**
 * A row of the table of who may do what.
 */
export type PermissionView = {
/**
 * Code of what can be allowed.
 */
permission: string,
/**
 * What its limits count: `nothing`, `percent` (hundredths) or `money` (minor units).
 */
unit: string,
/**
 * What each role may, in the order of the roles.
 */
rights: Array<RightView>, };

/**
 * What one person did.
 */
export type PersonActs = {
/**
 * Random id.
 */
staffId: string,
/**
 * Name; empty where its key was destroyed.
 */
name: string,
/**
 * Role in force now; none for one who left.
 */
role: string | null,
/**
 * Lines at another price than the catalogue's, and how much less came in.
 */
overrides: ActsView,
/**
 * Receipts with something off, and how much.
 */
discounts: ActsView,
/**
 * Lines and baskets taken out before they were paid.
 */
voids: ActsView,
/**
 * Receipts with goods that came back by their receipt.
 */
refunds: ActsView,
/**
 * Receipts with goods that came back without one.
 */
unlinkedRefunds: ActsView,
/**
 * Drawer opened without a sale.
 */
noSales: number,
/**
 * Went over to the practice book.
 */
practice: number,
/**
 * Asked another till for an approval.
 */
asked: number,
/**
 * Allowed something to somebody.
 */
allowed: number,
/**
 * Did not allow something to somebody.
 */
refused: number, };

/**
 * Says which of several closes of one session counts.
 */
export type PickClose = {
/**
 * Minted by the asker.
 */
entryId: string,
/**
 * The session.
 */
cashSessionId: string,
/**
 * The close that counts.
 */
closeId: string, };

/**
 * What a place has.
 */
export type PlaceNow = {
/**
 * `safe`, `driver_bag` or `bank`.
 */
place: string,
/**
 * What the book has there; null for who may not see it.
 */
amountMinor: number | null, };

/**
 * A place where the branch has cash.
 */
export type PlaceView = {
/**
 * `drawer`, `safe`, `driver_bag` or `bank`.
 */
place: string,
/**
 * Of a drawer: number of its till.
 */
tillNo: number | null,
/**
 * Of a drawer that belongs to no till: its letter.
 */
letter: string | null, };

/**
 * A price and from when it was in force.
 */
export type PriceView = {
/**
 * Price including tax; null: none.
 */
priceMinor: number | null,
/**
 * When it was written.
 */
atMs: number,
/**
 * Source.
 */
source: string,
/**
 * By whom.
 */
person: string, };

/**
 * Prints something.
 */
export type Print = {
/**
 * Minted by the asker: asked twice, it is printed once.
 */
printId: string,
/**
 * What. A receipt or Z that was printed before is a copy.
 */
paper: PaperOf,
/**
 * `receipts` or `labels`.
 */
which: string,
/**
 * How often, 1 to 99; more than once for labels only.
 */
count: number, };

/**
 * Names a paper that waits.
 */
export type PrintRef = {
/**
 * Its id.
 */
printId: string, };

/**
 * A paper that is not printed yet, or may be.
 */
export type PrintView = {
/**
 * Its id.
 */
printId: string,
/**
 * As [`PaperOf::what`].
 */
what: string,
/**
 * What it is called by: a receipt number, the number of a Z, a product.
 */
no: string | null,
/**
 * 0 for the first printing.
 */
copyNo: number,
/**
 * How often it comes out, at least once.
 */
count: number,
/**
 * Since when it is to be printed.
 */
atMs: number,
/**
 * `waits`, `prints`, or `in_doubt`: it was begun and nobody knows how far it came.
 */
state: string, };

/**
 * A printer for receipts or labels.
 */
export type Printer = {
/**
 * In the network, by host name or address, and the port where it is not 9100: `192.168.1.40`,
 * `printer.local:9101`. On a cable, by its device file: `/dev/usb/lp0`. By the system's own print queue:
 * `queue:Receipts`.
 */
address: string,
/**
 * Bits per second, where the device file is a serial port: 9600, 19200, 38400, 57600 or 115200.
 */
baud: number | null,
/**
 * Characters in a row: 32, 42 or 48.
 */
columns: number,
/**
 * The letters that it knows: `pc858` or `windows_1252`.
 */
codePage: string,
/**
 * It cuts the paper.
 */
cuts: boolean,
/**
 * The pin of its plug that the drawer hangs on, 2 or 5; none where no drawer does.
 */
drawerPin: number | null,
/**
 * Each sale prints its receipt by itself.
 */
printsReceipts: boolean,
/**
 * It prints the pharmacy's logo. On a slow cable that takes seconds.
 */
printsLogo: boolean, };

/**
 * A printer, and what it has still to print.
 */
export type PrinterView = {
/**
 * None where there is none.
 */
printer: Printer | null,
/**
 * What keeps it from printing, as a code; none where nothing does, or nobody has tried.
 */
trouble: string | null,
/**
 * Oldest first, 100 at the most.
 */
queue: Array<PrintView>,
/**
 * How many there are in all.
 */
count: number, };

/**
 * Both printers of a till.
 */
export type PrintersView = {
/**
 * For receipts and reports; the drawer hangs on it.
 */
receipts: PrinterView,
/**
 * For labels.
 */
labels: PrinterView, };

/**
 * A product of which an import says something else than before.
 */
export type ProductChange = {
/**
 * `added`, `changed`, `withdrawn` (not sold any more) or `missing` (not named any more).
 */
kind: string,
/**
 * Product.
 */
productId: string,
/**
 * Its first code.
 */
code: string | null,
/**
 * Name.
 */
name: string,
/**
 * Price before.
 */
beforeMinor: number | null,
/**
 * Price now; of what is missing the last one.
 */
afterMinor: number | null, };

/**
 * Names a product.
 */
export type ProductId = {
/**
 * Product.
 */
productId: string, };

/**
 * A product in a list.
 */
export type ProductRow = {
/**
 * Product.
 */
productId: string,
/**
 * Name with strength and form.
 */
name: string,
/**
 * How it is packed.
 */
pack: string,
/**
 * Main code as GTIN-14 or the source's code.
 */
code: string | null,
/**
 * Price including tax; null where it has none.
 */
priceMinor: number | null,
/**
 * Tax code.
 */
taxCode: string,
/**
 * Packs on the shelf by the book.
 */
onHand: number | null,
/**
 * Only against prescription.
 */
rx: boolean,
/**
 * Not sold any more.
 */
isWithdrawn: boolean, };

/**
 * A product in full.
 */
export type ProductView = {
/**
 * As in a list.
 */
row: ProductRow,
/**
 * Codes.
 */
codes: Array<string>,
/**
 * Maker or holder.
 */
maker: string | null,
/**
 * ATC code.
 */
atc: string | null,
/**
 * Conditions of prescription and delivery, as published.
 */
conditions: Array<string>,
/**
 * Reimbursement rate as published ("65 %").
 */
reimbursement: string | null,
/**
 * Where the facts come from (`bdpm`, `csv`, `hand`), with the release date.
 */
sources: Array<SourceView>,
/**
 * Prices, newest first.
 */
prices: Array<PriceView>,
/**
 * On the shelf by lot.
 */
lots: Array<LotView>, };

/**
 * Asks what the tenders given so far come to.
 */
export type QuoteTenders = {
/**
 * Tenders so far.
 */
tenders: Array<TenderInput>, };

/**
 * What a scanner read from a badge.
 */
export type ReadBadge = {
/**
 * As it was read.
 */
badge: string, };

/**
 * A code of a pack, read for goods in and for counting: nothing goes into the basket.
 */
export type ReadPack = {
/**
 * As it came, at most 1,000 bytes.
 */
code: string, };

/**
 * Names a parked basket.
 */
export type Recall = {
/**
 * The parked basket's sale id.
 */
saleId: string, };

/**
 * A paper, ready for screen and printer.
 */
export type ReceiptView = {
/**
 * Lines of 42 columns.
 */
text: string,
/**
 * What its barcode says.
 */
barcode: string | null,
/**
 * Its bars from left to right, each a `1` for every dark module and a `0` for every light one.
 */
bars: string | null,
/**
 * 0 for the first printing.
 */
copyNo: number,
/**
 * What proves a Z or receipt; null on every other paper, before it is in the book, and where the till's signature
 * is not here.
 */
code: PaperCode | null, };

/**
 * One line to refund.
 */
export type RefundLineInput = {
/**
 * Line of the sale.
 */
lineNo: number,
/**
 * Packs, at least 1.
 */
quantity: number, };

/**
 * Does not accept cash that was sent.
 */
export type RefuseCash = {
/**
 * Minted by the asker.
 */
entryId: string,
/**
 * The entry that sent it.
 */
transferId: string,
/**
 * `not_received`, `amount_disputed`, `bag_damaged` or `other`.
 */
reason: string,
/**
 * Typed note, at most 200 characters; kept as a sealed part.
 */
note: string | null, };

/**
 * That cash was not accepted.
 */
export type RefusedView = {
/**
 * By whom.
 */
person: string,
/**
 * When, ms since 1970.
 */
atMs: number,
/**
 * `not_received`, `amount_disputed`, `bag_damaged` or `other`.
 */
reason: string,
/**
 * Typed note.
 */
note: string | null, };

/**
 * A row that was not taken.
 */
export type RejectedRow = {
/**
 * File.
 */
file: string,
/**
 * Line, from 1.
 */
line: number,
/**
 * Why, as a code.
 */
reason: string,
/**
 * The beginning of the line.
 */
excerpt: string, };

/**
 * Lets lots be sold again that were marked.
 */
export type ReleaseLots = {
/**
 * Minted by the asker: asked twice, it is done once.
 */
entryId: string,
/**
 * The entry that marked them.
 */
markedId: string, };

/**
 * X or Z: one calculation.
 */
export type ReportView = {
/**
 * `x` or `z`.
 */
kind: string,
/**
 * Number with series, for a Z.
 */
zNo: string | null,
/**
 * Session.
 */
cashSessionId: string,
/**
 * Business date.
 */
businessDate: string,
/**
 * Opened.
 */
openedAtMs: number,
/**
 * Made.
 */
atMs: number,
/**
 * Who made it.
 */
person: string,
/**
 * Number of sales.
 */
saleCount: number,
/**
 * Takings: sales less refunds, including tax.
 */
takingsMinor: number,
/**
 * Number of refunds.
 */
refundCount: number,
/**
 * Refunded, as a positive amount.
 */
refundsMinor: number,
/**
 * Voided lines and baskets.
 */
voidCount: number,
/**
 * Their amount.
 */
voidsMinor: number,
/**
 * Discounts given, as a positive amount.
 */
discountsMinor: number,
/**
 * Drawer opened without a sale.
 */
noSaleCount: number,
/**
 * Tax by code.
 */
taxes: Array<TaxLineView>,
/**
 * Takings by tender; their amounts are null as long as a drawer that they have figures of is still to be
 * counted blind.
 */
tenders: Array<TenderTotal>,
/**
 * Cash rounding.
 */
roundingMinor: number,
/**
 * Opening float; null for a Z that is not of one drawer.
 */
openingFloatMinor: number | null,
/**
 * Paid in.
 */
paidInMinor: number,
/**
 * Paid out.
 */
paidOutMinor: number,
/**
 * Sent to the safe.
 */
safeDropsMinor: number,
/**
 * Accepted out of the safe.
 */
floatTopUpsMinor: number,
/**
 * Sent from the drawer elsewhere.
 */
transfersOutMinor: number,
/**
 * Accepted at the drawer from elsewhere, and what came back to it.
 */
transfersInMinor: number,
/**
 * Expected cash; null while the drawer is counted blind, and for a Z that is not of one drawer.
 */
expectedCashMinor: number | null,
/**
 * The figures are those of one drawer from its float to its count. A Z of a till that worked at several, or
 * shared one with another till, says nothing of what one of them should hold; its close does.
 */
isOfOneDrawer: boolean,
/**
 * Count and over/short, for a Z.
 */
counted: CountedView | null,
/**
 * What came after the close of a Z; null where nothing did.
 */
late: LateView | null,
/**
 * First and last receipt of the period.
 */
receipts: [string, string] | null,
/**
 * Perpetual total of takings since the till's first sale, for a Z.
 */
perpetualTotalMinor: number | null,
/**
 * Only on a Z after a restore: series and records of earlier lives of the till that it takes over.
 */
takenOver: Array<string>,
/**
 * The paper.
 */
receipt: ReceiptView, };

/**
 * Prints a receipt again.
 */
export type ReprintSale = {
/**
 * Of the copy; minted by the asker: asked twice, it is one copy.
 */
entryId: string,
/**
 * The sale.
 */
saleId: string, };

/**
 * Prints a Z again.
 */
export type ReprintZ = {
/**
 * Of the copy; minted by the asker: asked twice, it is one copy.
 */
entryId: string,
/**
 * The Z.
 */
zId: string, };

/**
 * Sends goods back to a supplier, or takes back what was booked wrongly.
 */
export type ReturnGoods = {
/**
 * Minted by the asker: asked twice, it is done once.
 */
entryId: string,
/**
 * To whom, 1 to 100 characters.
 */
supplier: string,
/**
 * Number of the slip, at most 60 characters.
 */
reference: string | null,
/**
 * What goes, 1 to 500 lines.
 */
lines: Array<WriteOffLine>,
/**
 * `damaged`, `wrong_product`, `too_many`, `short_expiry`, `recalled`, `booked_wrong`.
 */
reason: string, };

/**
 * What one role may do of one thing.
 */
export type RightView = {
/**
 * The role.
 */
role: string,
/**
 * `yes`, `up_to`, `ask` or `no`.
 */
right: string,
/**
 * Up to so much alone, for `up_to`.
 */
limit: number | null, };

/**
 * The sale is on the disk.
 */
export type SaleDone = {
/**
 * The sale.
 */
saleId: string,
/**
 * Receipt number with series, as printed.
 */
receiptNo: string,
/**
 * Total.
 */
totalMinor: number,
/**
 * Change to give.
 */
changeDueMinor: number,
/**
 * The receipt.
 */
receipt: ReceiptView,
/**
 * The new, empty basket.
 */
basket: BasketView, };

/**
 * Names a sale.
 */
export type SaleId = {
/**
 * The sale.
 */
saleId: string, };

/**
 * A line of a finished sale.
 */
export type SaleLineView = {
/**
 * Line number.
 */
lineNo: number,
/**
 * Product.
 */
productId: string,
/**
 * Name as printed.
 */
name: string,
/**
 * Packs bought (negative on a refund).
 */
quantity: number,
/**
 * Packs refunded since.
 */
refundedQuantity: number,
/**
 * Packs still refundable.
 */
refundableQuantity: number,
/**
 * Price of a pack.
 */
unitPriceMinor: number,
/**
 * What the line came to.
 */
amountMinor: number,
/**
 * What is left of it to refund.
 */
refundableMinor: number,
/**
 * Tax code.
 */
taxCode: string,
/**
 * Lot.
 */
lot: string | null, };

/**
 * A sale in a list.
 */
export type SaleRow = {
/**
 * The sale.
 */
saleId: string,
/**
 * Receipt number with series.
 */
receiptNo: string,
/**
 * `sale`, `refund` or `unlinked_refund`.
 */
kind: string,
/**
 * When.
 */
atMs: number,
/**
 * Business date.
 */
businessDate: string,
/**
 * Who.
 */
person: string,
/**
 * Total.
 */
totalMinor: number,
/**
 * Tender kinds used, in order.
 */
tenders: Array<string>,
/**
 * Lines.
 */
lineCount: number,
/**
 * Name on the first line.
 */
firstName: string,
/**
 * Part of it was refunded.
 */
hasRefunds: boolean,
/**
 * Made on another till.
 */
tillNo: number, };

/**
 * One sale in full.
 */
export type SaleView = {
/**
 * As in the list.
 */
row: SaleRow,
/**
 * Lines with what can still be refunded.
 */
lines: Array<SaleLineView>,
/**
 * Taxes as printed.
 */
taxes: Array<TaxLineView>,
/**
 * Tenders in force (after corrections).
 */
tenders: Array<TenderView>,
/**
 * Change that was given.
 */
changeDueMinor: number,
/**
 * Cash rounding.
 */
roundingMinor: number,
/**
 * Refunds, corrections and copies that name this sale, oldest first.
 */
followers: Array<FollowerView>,
/**
 * The receipt as printed.
 */
receipt: ReceiptView, };

/**
 * Makes or changes a product by hand.
 */
export type SaveProduct = {
/**
 * Product. That of a new one is minted by the asker, so that asked twice it is one product; with a code it
 * gets the id of its code instead.
 */
productId: string,
/**
 * Makes a new one.
 */
isNew: boolean,
/**
 * Code with a valid check digit, if it has one. Cannot be changed later.
 */
code: string | null,
/**
 * Name, 1 to 300 characters.
 */
name: string,
/**
 * How it is packed, at most 300 characters.
 */
pack: string,
/**
 * Price including tax; null: none.
 */
priceMinor: number | null,
/**
 * Tax code.
 */
taxCode: string,
/**
 * Only against prescription.
 */
rx: boolean,
/**
 * Not sold any more.
 */
isWithdrawn: boolean, };

/**
 * A code from the scanner or the keyboard.
 */
export type Scan = {
/**
 * Minted by the asker: asked twice, it is done once.
 */
askId: string,
/**
 * As it came, at most 1,000 bytes.
 */
code: string,
/**
 * Sells a pack of whose code only the product is certain, without lot and expiry.
 */
withoutLot?: boolean, };

/**
 * What a scan came to.
 */
export type Scanned = { "kind": "added", "value": {
/**
 * The basket now.
 */
basket: BasketView,
/**
 * The line that was made or raised.
 */
lineNo: number, } } | { "kind": "unknown", "value": {
/**
 * The code.
 */
code: string, } } | { "kind": "part", "value": {
/**
 * Lot.
 */
lot: string | null,
/**
 * Last day of use.
 */
expiry: string | null, } } | { "kind": "bad", "value": {
/**
 * The code.
 */
code: string,
/**
 * Why.
 */
reason: string,
/**
 * The product, where that much is certain and the catalogue has it: `withoutLot` sells it.
 */
name: string | null, } } | { "kind": "blocked", "value": {
/**
 * Product.
 */
productId: string,
/**
 * Its name.
 */
name: string,
/**
 * Lot, where the code says it.
 */
lot: string | null,
/**
 * Last day of use, where it is known.
 */
expiry: string | null,
/**
 * `lot_recalled`, `lot_damaged`, `lot_expired`, `lot_quarantined`, `lot_on_hold`.
 */
reason: string, } } | { "kind": "receipt", "value": {
/**
 * The sale.
 */
saleId: string, } };

/**
 * What a scan of the test sheet shows of the scanner.
 */
export type ScannerVerdict = {
/**
 * `good`, `prefix_missing`, `keyboard_language`, `caps_lock`, `separator_dropped`, `foreign_prefix`, `suffix`, `cut`,
 * `other_code`, `unknown`.
 */
verdict: string,
/**
 * Language of the keys that the scanner presses (`en-US`, `de`, `fr`, `it`, `es`, `de-CH`, `fr-BE`), for `keyboard_language`.
 */
scanner: string | null,
/**
 * Language that the till reads them as.
 */
till: string | null,
/**
 * The code that was scanned instead, for `other_code`.
 */
other: string | null, };

/**
 * Sends cash on its way.
 */
export type SendCash = {
/**
 * Minted by the asker: asked twice, it is sent once.
 */
entryId: string,
/**
 * From where; a drawer is this till's own.
 */
from: PlaceView,
/**
 * To where.
 */
to: PlaceView,
/**
 * Above 0.
 */
amountMinor: number,
/**
 * By note and coin; empty, or summing to the amount.
 */
denominations: Array<DenominationCount>,
/**
 * `too_much_cash`, `shift_end`, `change_needed`, `delivery_tour`, `to_bank` or `other`.
 */
reason: string,
/**
 * Number of the bag, at most 60 characters; kept as a sealed part.
 */
bagNo: string | null,
/**
 * Typed note, at most 200 characters; kept as a sealed part.
 */
note: string | null, };

/**
 * Sends a paper.
 */
export type SendMail = {
/**
 * Minted by the asker: asked twice, it is sent once.
 */
mailId: string,
/**
 * `receipt`, `z`, or `x`: the one of now.
 */
what: string,
/**
 * The sale or refund, or the Z; none for an X.
 */
of: string | null,
/**
 * To whom.
 */
address: string, };

/**
 * The open session in one line.
 */
export type SessionBrief = {
/**
 * Random id.
 */
cashSessionId: string,
/**
 * When it was opened.
 */
openedAtMs: number,
/**
 * Its business date.
 */
businessDate: string,
/**
 * `counted` while a count stands, else `open`: a count stands until money moves.
 */
state: string, };

/**
 * Where the backup goes.
 */
export type SetBackup = {
/**
 * Folder or stick; null to stop.
 */
folder: string | null,
/**
 * Recovery passphrase, at least 12 characters; needed the first time.
 */
recoveryPassphrase: string | null, };

/**
 * Sets or takes away a discount.
 */
export type SetDiscount = {
/**
 * Line; null for the whole basket.
 */
lineNo: number | null,
/**
 * Null takes it away.
 */
discount: DiscountView | null, };

/**
 * Says whether the display opens by itself.
 */
export type SetDisplay = {
/**
 * It does.
 */
isOn: boolean, };

/**
 * Sets the account up, or takes it away.
 */
export type SetMail = {
/**
 * None to take it away; what waits is given up with it.
 */
account: MailAccountInput | null, };

/**
 * Switches practice mode.
 */
export type SetPractice = {
/**
 * On or off.
 */
on: boolean, };

/**
 * Sets a printer up, or takes it away.
 */
export type SetPrinter = {
/**
 * `receipts` or `labels`.
 */
which: string,
/**
 * None to take it away.
 */
printer: Printer | null, };

/**
 * Sets a line's quantity.
 */
export type SetQuantity = {
/**
 * Line.
 */
lineNo: number,
/**
 * Packs, 1 to 9999.
 */
quantity: number, };

/**
 * The wizard's answers; founds an organisation, a branch and this till.
 */
export type SetUp = {
/**
 * Name of the pharmacy, 1 to 100 characters.
 */
pharmacyName: string,
/**
 * Lines under the name on paper, at most 6.
 */
letterhead: Array<string>,
/**
 * Two-letter code out of `setup_options`.
 */
country: string,
/**
 * IANA time zone.
 */
timeZone: string,
/**
 * Minutes after midnight at which a business day begins, 0 to 720.
 */
dayBoundaryMin: number,
/**
 * Number of this till, 1 to 999.
 */
tillNo: number,
/**
 * People; the first one is the owner.
 */
staff: Array<NewStaff>,
/**
 * Folder for backups.
 */
backupFolder: string | null,
/**
 * Recovery passphrase that wraps the backup's key, at least 12 characters; needed with a folder.
 */
recoveryPassphrase: string | null, };

/**
 * A setting that was given another value.
 */
export type SettingChange = {
/**
 * When, ms since 1970.
 */
atMs: number,
/**
 * By whom.
 */
person: string,
/**
 * Which: `blind_count`, say.
 */
setting: string,
/**
 * What held before.
 */
before: SettingValue,
/**
 * What holds since.
 */
after: SettingValue, };

/**
 * The value of a setting: one of these, by what is set.
 */
export type SettingValue = {
/**
 * Yes or no.
 */
isOn: boolean | null,
/**
 * An amount, in minor units.
 */
amountMinor: number | null,
/**
 * Minutes.
 */
minutes: number | null,
/**
 * Lines of text.
 */
lines: Array<string> | null, };

/**
 * What can be set for the branch.
 */
export type SettingsView = {
/**
 * Lines under the name on paper.
 */
letterhead: Array<string>,
/**
 * An over/short above this needs a reason, in minor units.
 */
overShortToleranceMinor: number,
/**
 * Drawer counts are blind.
 */
blindCount: boolean,
/**
 * Proposed opening float, in minor units.
 */
openingFloatMinor: number,
/**
 * Minutes without a key or a touch after which a till is locked, 1 to 60.
 */
lockAfterMin: number,
/**
 * Minutes for which an approval holds, 0 to 30; 0 for one act.
 */
approvalMin: number,
/**
 * Cash that was sent is accepted by somebody else than who sent it.
 */
secondPersonAccepts: boolean,
/**
 * A close is signed by somebody else than who counted.
 */
secondPersonSigns: boolean,
/**
 * An open drawer is for the person whose it is, and for who reconciles.
 */
drawerForOnePerson: boolean,
/**
 * A count that stands is made again by somebody who has not counted that drawer yet.
 */
secondPersonRecounts: boolean,
/**
 * Folder for backups of this till.
 */
backupFolder: string | null,
/**
 * The picture above the letterhead.
 */
logo: LogoView | null,
/**
 * The pharmacy's number at the tax office, at most 42 characters; empty where it gives none.
 */
taxNo: string,
/**
 * Its number in the register of companies, likewise.
 */
companyNo: string,
/**
 * Which of both the country's law wants on receipts; not read when settings are saved.
 */
wantedNos: Array<WantedNo>, };

/**
 * Money towards what a customer owes.
 */
export type SettleAccount = {
/**
 * Minted by the asker, so that a retry is the same entry.
 */
entryId: string,
/**
 * Who owes.
 */
customerId: string,
/**
 * `cash` or `card`.
 */
kind: string,
/**
 * How much, at most what is owed.
 */
amountMinor: number, };

/**
 * Keeps one of the values that were decided apart, in place of all of them.
 */
export type SettleConflict = {
/**
 * Product.
 */
productId: string,
/**
 * Field.
 */
field: string,
/**
 * The value to keep.
 */
valueId: string, };

/**
 * What a manager says of something that is to be settled.
 */
export type SettleException = {
/**
 * Id of the entry, minted by the asker, so that asked twice it is one.
 */
entryId: string,
/**
 * The key of the row.
 */
key: string,
/**
 * `in_order`, `put_right`, `not_explained`, `accepted` where a till wrote it after it was cut off, or
 * `reopened` where it was settled too early.
 */
how: string, };

/**
 * Says what became of a mail, or what is to become of it.
 */
export type SettleMail = {
/**
 * Which.
 */
mailId: string,
/**
 * `again`: it did not arrive. `sent`: it did. `dropped`: nobody wants it any more.
 */
how: string, };

/**
 * Says what became of a paper, or what is to become of it.
 */
export type SettlePrint = {
/**
 * Which; none for everything that waits at `which`, of which nobody wants anything any more.
 */
printId: string | null,
/**
 * `receipts` or `labels`: where it waits.
 */
which: string,
/**
 * `again`: it did not come out. `printed`: it did, or nobody wants it any more. `other`: it is to come out of the
 * till's other printer.
 */
how: string, };

/**
 * What a manager said of something that was to be settled.
 */
export type SettledView = {
/**
 * `in_order`, `put_right`, `not_explained` or `accepted`.
 */
how: string,
/**
 * Who.
 */
person: string,
/**
 * When.
 */
atMs: number, };

/**
 * What the wizard offers.
 */
export type SetupOptions = {
/**
 * Countries that PharmaTill has rules for.
 */
countries: Array<CountryView>, };

/**
 * Signs what a drawer came to.
 */
export type SignClose = {
/**
 * Minted by the asker.
 */
entryId: string,
/**
 * The session.
 */
cashSessionId: string, };

/**
 * Chooses who acts.
 */
export type SignIn = {
/**
 * Who.
 */
staffId: string,
/**
 * Their PIN; empty for an owner who chooses the first one of all.
 */
secret: string,
/**
 * The PIN that they choose with it, where they have to.
 */
newSecret: string | null, };

/**
 * A sign-in of one's own.
 */
export type SignInId = {
/**
 * Names it.
 */
signInId: string, };

/**
 * A sign-in name and its passphrase.
 */
export type SignInName = {
/**
 * Chosen by the person; one at the whole server, whatever its case.
 */
name: string,
/**
 * At least 15 characters.
 */
passphrase: string, };

/**
 * A browser that a person is in with.
 */
export type SignInView = {
/**
 * Names it.
 */
signInId: string,
/**
 * `link`, `passkey` or `passphrase`.
 */
how: string,
/**
 * When it came in.
 */
beganAtMs: number,
/**
 * When somebody last did something there.
 */
usedAtMs: number,
/**
 * It is the one that asks.
 */
isThis: boolean, };

/**
 * Packs of a marked lot that were sold.
 */
export type SoldLot = {
/**
 * The sale.
 */
saleId: string,
/**
 * Its receipt number.
 */
receiptNo: string,
/**
 * When.
 */
atMs: number,
/**
 * Who sold it.
 */
person: string,
/**
 * Lot; null where it is not known and every pack is marked.
 */
lot: string | null,
/**
 * Packs; below 0 where they came back.
 */
packs: number, };

/**
 * A source of facts.
 */
export type SourceView = {
/**
 * `bdpm`, `csv` or `hand`.
 */
source: string,
/**
 * Date of its release.
 */
releasedOn: string | null, };

/**
 * Names a person who works here.
 */
export type StaffRef = {
/**
 * Who.
 */
staffId: string, };

/**
 * A person who works here.
 */
export type StaffView = {
/**
 * Random id.
 */
staffId: string,
/**
 * Name; empty where its key was destroyed.
 */
name: string,
/**
 * `assistant`, `technician`, `pharmacist`, `manager`, `owner` or `auditor`.
 */
role: string,
/**
 * Has a PIN here.
 */
hasSecret: boolean,
/**
 * Has a badge.
 */
hasBadge: boolean, };

/**
 * Which screen comes first.
 */
export type Stage = "setup" | "sign_in" | "ready" | "view";

/**
 * Puts refund lines into the basket.
 */
export type StartRefund = {
/**
 * Minted by the asker: asked twice, it is done once.
 */
askId: string,
/**
 * The sale.
 */
saleId: string,
/**
 * Which lines, how many packs.
 */
lines: Array<RefundLineInput>,
/**
 * `changed_mind`, `wrong_product`, `damaged`, `recall`, `side_effect`, `price_wrong` or `other`.
 */
reason: string, };

/**
 * What the frame shows, and what the first screen depends on.
 */
export type Status = {
/**
 * Which screen comes first.
 */
stage: Stage,
/**
 * The branch and till, once set up; none for a browser at a server.
 */
till: TillView | null,
/**
 * What a browser at a server may see; none at a till.
 */
viewing: Viewing | null,
/**
 * Who is on duty at this till.
 */
person: StaffView | null,
/**
 * Codes of the permissions that they have, by themselves or with somebody who allows it.
 */
may: Array<string>,
/**
 * After so long without a key or a touch the till is locked.
 */
lockAfterMs: number,
/**
 * The open cash session, if any.
 */
session: SessionBrief | null,
/**
 * Practice mode: an organisation and a ledger of its own; shown on every screen and paper.
 */
practice: boolean,
/**
 * The server, and what waits here for it.
 */
sync: SyncView,
/**
 * State of the backup.
 */
backup: BackupView,
/**
 * A sentence's code if the ledger could only be opened read-only (`ledger_damaged`, `ledger_newer`, …).
 */
readOnly: string | null,
/**
 * Baskets that are parked at this branch.
 */
parkedCount: number,
/**
 * Background work that is going on, newest first.
 */
jobs: Array<JobView>,
/**
 * The till's clock.
 */
nowMs: number,
/**
 * The business date that a new entry would carry.
 */
businessDate: string, };

/**
 * The sum of counted notes and coins; the ui does no arithmetic on money.
 */
export type SumDenominations = {
/**
 * Counts.
 */
denominations: Array<DenominationCount>, };

/**
 * What the frame says of the server, and what waits here for it.
 */
export type SyncView = {
/**
 * Whether a server is set up for this till.
 */
hasServer: boolean,
/**
 * Where that server answers.
 */
address: string | null,
/**
 * It answers now.
 */
isConnected: boolean,
/**
 * When it last answered.
 */
lastContactMs: number | null,
/**
 * Up to when the server has a backup of everything that this till had written; none where it has none.
 */
backedUpMs: number | null,
/**
 * It has the same records and comes to other figures by day: one of the two computes wrongly.
 */
hasOtherFigures: boolean,
/**
 * Code of why the server or this till refuses the other, if so.
 */
refused: string | null,
/**
 * Sales and refunds that it has not acknowledged.
 */
unsentCount: number,
/**
 * Their sum.
 */
unsentMinor: number,
/**
 * The oldest of them.
 */
oldestUnsentMs: number | null,
/**
 * From when on, without any contact before, only who decides about people signs in here; none without a
 * server.
 */
leaseEndsMs: number | null, };

/**
 * Works at a drawer that is open already.
 */
export type TakeDrawer = {
/**
 * Minted by the asker.
 */
entryId: string,
/**
 * The open session.
 */
cashSessionId: string, };

/**
 * Tax of one code.
 */
export type TaxLineView = {
/**
 * Tax code.
 */
code: string,
/**
 * Parts per million.
 */
ratePpm: number,
/**
 * Including tax.
 */
grossMinor: number,
/**
 * Without tax.
 */
netMinor: number,
/**
 * The tax.
 */
taxMinor: number, };

/**
 * A tax code and its rate in force.
 */
export type TaxView = {
/**
 * `standard`, `reduced`, `super_reduced`, `zero`, …
 */
code: string,
/**
 * Parts per million: 19 % is 190000.
 */
ratePpm: number, };

/**
 * The counted sum of a tender that is not cash.
 */
export type TenderCount = {
/**
 * `card` or `voucher`.
 */
kind: string,
/**
 * Counted.
 */
countedMinor: number, };

/**
 * A means of payment as the cashier gives it.
 */
export type TenderInput = {
/**
 * `cash`, `card`, `voucher` or `on_account`.
 */
kind: string,
/**
 * What was given: for cash what the customer handed over (negative: handed back in a refund).
 */
amountMinor: number,
/**
 * Reference of the card terminal or number of the voucher; kept as a sealed part.
 */
reference: string | null,
/**
 * For `on_account`.
 */
customerId: string | null, };

/**
 * A means of payment as it really was.
 */
export type TenderPutRight = {
/**
 * `cash`, `card`, `voucher` or `on_account`.
 */
kind: string,
/**
 * What it paid; null, for at most one of them, is what the others leave.
 */
amountMinor: number | null,
/**
 * Reference of the card terminal or number of the voucher; kept as a sealed part.
 */
reference: string | null,
/**
 * For `on_account`.
 */
customerId: string | null, };

/**
 * What is due, and what comes back.
 */
export type TenderQuote = {
/**
 * The basket's total.
 */
totalMinor: number,
/**
 * Still to pay if nothing more is paid in cash.
 */
remainingMinor: number,
/**
 * Still to pay in cash, after cash rounding.
 */
remainingCashMinor: number,
/**
 * Cash rounding that the present tenders would have.
 */
roundingMinor: number,
/**
 * Change to give.
 */
changeDueMinor: number,
/**
 * Whether the sale can be finished with these tenders.
 */
isEnough: boolean,
/**
 * Amounts a customer is likely to hand over, smallest first; the first one is exact.
 */
quickCashMinor: Array<number>,
/**
 * Why not, if the tenders are not allowed (`change_from_card`, `over_tendered`, …).
 */
refusal: string | null, };

/**
 * Expected against counted.
 */
export type TenderResult = {
/**
 * Tender kind.
 */
kind: string,
/**
 * Expected.
 */
expectedMinor: number,
/**
 * Counted.
 */
countedMinor: number,
/**
 * counted - expected.
 */
overShortMinor: number, };

/**
 * Takings by one tender.
 */
export type TenderTotal = {
/**
 * Tender kind.
 */
kind: string,
/**
 * How often; null while it must not be seen.
 */
count: number | null,
/**
 * Net of change; null while it must not be seen.
 */
amountMinor: number | null, };

/**
 * A tender of a finished sale.
 */
export type TenderView = {
/**
 * `cash`, `card`, `voucher` or `on_account`.
 */
kind: string,
/**
 * What counts as paid (net of change).
 */
amountMinor: number,
/**
 * What was handed over.
 */
tenderedMinor: number,
/**
 * Reference.
 */
reference: string | null,
/**
 * Customer for `on_account`.
 */
customer: string | null,
/**
 * The same customer's id.
 */
customerId: string | null, };

/**
 * Sends a few words, to see whether the account works.
 */
export type TestMail = {
/**
 * Minted by the asker: asked twice, it is sent once.
 */
mailId: string,
/**
 * To whom.
 */
address: string, };

/**
 * An invitation that waits at the server.
 */
export type TillInvited = {
/**
 * The code that the new till fetches it with.
 */
code: string,
/**
 * Number of the till that it will be.
 */
tillNo: number, };

/**
 * A till of the branch.
 */
export type TillNo = {
/**
 * Its number.
 */
tillNo: number, };

/**
 * A till of the branch, and how far it is known here.
 */
export type TillNow = {
/**
 * Its number.
 */
tillNo: number,
/**
 * This one.
 */
isSelf: boolean,
/**
 * The server hears it now, and this till hears the server.
 */
isConnected: boolean,
/**
 * When it was last heard of: by the server, or else when it wrote the newest of its records that are here.
 * Null where nothing is known of it.
 */
lastHeardMs: number | null,
/**
 * Sales of it that are known to be missing here.
 */
salesNotHere: number,
/**
 * Everything that it sold up to now is here.
 */
isUpToNow: boolean, };

/**
 * The branch and till.
 */
export type TillView = {
/**
 * Name of the branch as on paper.
 */
branchName: string,
/**
 * Number of the till in its branch, from 1.
 */
tillNo: number,
/**
 * Two-letter country code.
 */
country: string,
/**
 * Currency code (ISO 4217).
 */
currency: string,
/**
 * Digits after the decimal point of the currency.
 */
currencyDigits: number,
/**
 * IANA time zone.
 */
timeZone: string,
/**
 * Notes, largest first, in minor units.
 */
notes: Array<number>,
/**
 * Coins, largest first, in minor units.
 */
coins: Array<number>,
/**
 * Tax codes in force today.
 */
taxes: Array<TaxView>,
/**
 * Address and other lines of the letterhead.
 */
letterhead: Array<string>,
/**
 * An over/short above this needs a reason, in minor units.
 */
overShortToleranceMinor: number, };

/**
 * Something to settle, or to look at.
 */
export type ToSettle = {
/**
 * Names it in the list, and stays the same.
 */
key: string,
/**
 * Code of what it is.
 */
kind: string,
/**
 * When it was written; null for what is so now, such as a shelf that lacks packs.
 */
atMs: number | null,
/**
 * On which till, where that is known.
 */
tillNo: number | null,
/**
 * The sale or refund that shows it.
 */
saleId: string | null,
/**
 * Its receipt number.
 */
receiptNo: string | null,
/**
 * By whom.
 */
person: string | null,
/**
 * The product that it is about.
 */
productId: string | null,
/**
 * Its name.
 */
productName: string | null,
/**
 * Nothing that is mended elsewhere takes it off the list: a manager says what it came to.
 */
isToBeTold: boolean,
/**
 * What was said of it; null where it is to be settled.
 */
settled: SettledView | null, };

/**
 * Cash on its way.
 */
export type TransferView = {
/**
 * The entry that sent it.
 */
transferId: string,
/**
 * From where.
 */
from: PlaceView,
/**
 * To where.
 */
to: PlaceView,
/**
 * What was sent.
 */
amountMinor: number,
/**
 * By note and coin; empty where it was not counted so.
 */
denominations: Array<DenominationCount>,
/**
 * Reason code; none for what a close sends to the safe.
 */
reason: string | null,
/**
 * Number of the bag.
 */
bagNo: string | null,
/**
 * Typed note.
 */
note: string | null,
/**
 * Who sent it.
 */
person: string,
/**
 * When, ms since 1970.
 */
sentAtMs: number,
/**
 * Somebody did not accept it: it goes back.
 */
refused: RefusedView | null,
/**
 * It can be accepted here, where it was sent to.
 */
canArrive: boolean,
/**
 * It can be taken back here, where it came from.
 */
canReturn: boolean, };

/**
 * What arrived when a code of the scanner test sheet was scanned.
 */
export type TryScanner = {
/**
 * Which of the four codes was to be scanned: `ean_13`, `code_128`, `gs1_data_matrix`, `qr`.
 */
code: string,
/**
 * What arrived, at most 1,000 bytes.
 */
read: string, };

/**
 * A product sold that the catalogue did not know, or without or against its price; for the manager.
 */
export type UnknownSold = {
/**
 * The sale.
 */
saleId: string,
/**
 * Receipt number.
 */
receiptNo: string,
/**
 * When.
 */
atMs: number,
/**
 * Who.
 */
person: string,
/**
 * Product id that it was sold under.
 */
productId: string,
/**
 * Typed name.
 */
name: string,
/**
 * Code, if one was scanned.
 */
code: string | null,
/**
 * Price typed.
 */
unitPriceMinor: number,
/**
 * Tax code typed.
 */
taxCode: string,
/**
 * `unknown`, `price_missing` or `overridden`.
 */
why: string, };

/**
 * Takes a pack back without its receipt; marked, and listed for the manager.
 */
export type UnlinkedRefund = {
/**
 * Minted by the asker: asked twice, it is done once.
 */
askId: string,
/**
 * Product.
 */
productId: string,
/**
 * Packs.
 */
quantity: number,
/**
 * Price of one pack that is given back.
 */
unitPriceMinor: number,
/**
 * Reason as in [`StartRefund`].
 */
reason: string, };

/**
 * A link that lets one browser in at the server, to look.
 */
export type ViewLink = {
/**
 * What the browser opens.
 */
link: string,
/**
 * The same as a QR code: its rows from the top, each a letter `1` for every dark module and `0` for every
 * light one.
 */
qr: Array<string>,
/**
 * Until when it can be opened, by the server's clock.
 */
expiresAtMs: number, };

/**
 * A branch that may be looked at, and how its amounts and times are written.
 */
export type ViewedBranch = {
/**
 * Random id.
 */
branchId: string,
/**
 * Its name.
 */
name: string,
/**
 * Two-letter country code.
 */
country: string,
/**
 * Currency code (ISO 4217).
 */
currency: string,
/**
 * IANA time zone.
 */
timeZone: string, };

/**
 * A person, as the server's books have them.
 */
export type Viewer = {
/**
 * Random id.
 */
staffId: string,
/**
 * Empty where it is not known here.
 */
name: string,
/**
 * Code of the role.
 */
role: string, };

/**
 * Who looks from a browser at a server, and at what.
 */
export type Viewing = {
/**
 * Who.
 */
person: Viewer,
/**
 * The branch of the till that let the browser in, or else the first one of the organisation.
 */
branchId: string,
/**
 * The branches of the organisation that the server keeps, by name.
 */
branches: Array<ViewedBranch>,
/**
 * So many more it keeps and cannot show: nothing of them is here yet, or their books are damaged.
 */
missingCount: number,
/**
 * When it ends at the latest.
 */
endsAtMs: number,
/**
 * It came in by a till's link and has no other way in yet: here is the moment to make one.
 */
isWithoutWay: boolean,
/**
 * Passkeys work at the address by which this browser came.
 */
hasPasskeys: boolean, };

/**
 * Gives the basket up.
 */
export type VoidBasket = {
/**
 * Minted by the asker: asked twice, it is done once.
 */
askId: string, };

/**
 * Takes a line out.
 */
export type VoidLine = {
/**
 * Minted by the asker: asked twice, it is done once.
 */
askId: string,
/**
 * Line.
 */
lineNo: number, };

/**
 * A mail that is not sent yet, or may be.
 */
export type WaitingMail = {
/**
 * Its id.
 */
mailId: string,
/**
 * `receipt`, `z`, `x` or `test`.
 */
what: string,
/**
 * Number of the receipt or Z.
 */
no: string | null,
/**
 * 0 for the first paper.
 */
copyNo: number,
/**
 * To whom, with most of the name left out: `a…@example.org`.
 */
address: string,
/**
 * Since when it is to be sent.
 */
atMs: number,
/**
 * `waits`, `sending`, `in_doubt`: it was begun and nobody knows whether it arrived, or `refused`.
 */
state: string,
/**
 * How often it was tried in vain.
 */
tries: number,
/**
 * Why it is not sent yet, is in doubt or was refused, as a code.
 */
code: string | null, };

/**
 * A number of the pharmacy that a law wants on receipts.
 */
export type WantedNo = {
/**
 * `tax_no` or `company_no`.
 */
setting: string,
/**
 * What it is called in that country, as it stands on paper.
 */
name: string, };

/**
 * How a browser can come in without a link.
 */
export type WaysIn = {
/**
 * Passkeys work at the address by which this browser came.
 */
hasPasskeys: boolean, };

/**
 * Throws packs of the shelf away.
 */
export type WriteOff = {
/**
 * Minted by the asker: asked twice, it is done once.
 */
entryId: string,
/**
 * What goes, 1 to 500 lines.
 */
lines: Array<WriteOffLine>,
/**
 * `expired`, `damaged`, `recalled`, `lost`, `other`.
 */
reason: string, };

/**
 * Packs of a lot that are thrown away.
 */
export type WriteOffLine = {
/**
 * Product.
 */
productId: string,
/**
 * Lot; null for packs without a known lot.
 */
lot: string | null,
/**
 * Packs, 1 or more.
 */
packs: number, };

/**
 * A Z in the list.
 */
export type ZRow = {
/**
 * Entry of the Z.
 */
entryId: string,
/**
 * Number with series.
 */
zNo: string,
/**
 * Business date.
 */
businessDate: string,
/**
 * When closed.
 */
atMs: number,
/**
 * By whom.
 */
person: string,
/**
 * Takings.
 */
takingsMinor: number,
/**
 * Over/short of the cash.
 */
overShortMinor: number,
/**
 * That of all other tenders together.
 */
otherOverShortMinor: number,
/**
 * Something that is counted came after its close.
 */
hasLate: boolean, };

export interface Commands {
  status: { args: Nothing; reply: Status };
  setup_options: { args: Nothing; reply: SetupOptions };
  set_up: { args: SetUp; reply: Status };
  join: { args: Join; reply: Status };
  join_by_server: { args: AtServer; reply: Status };
  connect_server: { args: AtServer; reply: Status };
  invite_by_server: { args: Nothing; reply: TillInvited };
  revoke_till: { args: TillNo; reply: Status };
  staff: { args: Nothing; reply: Array<StaffView> };
  add_staff: { args: AddStaff; reply: Array<StaffView> };
  sign_in: { args: SignIn; reply: Status };
  sign_out: { args: Nothing; reply: Status };
  stay: { args: Nothing; reply: Status };
  change_secret: { args: ChangeSecret; reply: Status };
  give_secret: { args: GiveSecret; reply: Array<StaffView> };
  give_role: { args: GiveRole; reply: Array<StaffView> };
  leave: { args: StaffRef; reply: Array<StaffView> };
  read_badge: { args: ReadBadge; reply: StaffRef };
  give_badge: { args: GiveBadge; reply: BadgeMade };
  take_badge: { args: StaffRef; reply: Array<StaffView> };
  approve: { args: Approve; reply: Status };
  ask_approval: { args: AskApproval; reply: ApprovalState };
  approval_state: { args: EntryRef; reply: ApprovalState };
  approvals_asked: { args: OfBranch; reply: Array<AskedView> };
  decide_approval: { args: DecideApproval; reply: Array<AskedView> };
  permissions: { args: Nothing; reply: Array<PermissionView> };
  people_report: { args: PeopleQuery; reply: PeopleReport };
  over_short_report: { args: OverShortQuery; reply: OverShortReport };
  month_list: { args: MonthQuery; reply: MonthList };
  export_book: { args: ExportBook; reply: ExportBegun };
  settings: { args: Nothing; reply: SettingsView };
  setting_changes: { args: Nothing; reply: Array<SettingChange> };
  save_settings: { args: SettingsView; reply: SettingsView };
  set_practice: { args: SetPractice; reply: Status };
  set_backup: { args: SetBackup; reply: BackupView };
  back_up: { args: Nothing; reply: JobView };
  verify: { args: Nothing; reply: JobView };
  cancel_job: { args: JobNo; reply: JobView };
  basket: { args: Nothing; reply: BasketView };
  scan: { args: Scan; reply: Scanned };
  add_product: { args: AddProduct; reply: BasketView };
  add_unknown: { args: AddUnknown; reply: BasketView };
  set_quantity: { args: SetQuantity; reply: BasketView };
  set_discount: { args: SetDiscount; reply: BasketView };
  override_price: { args: OverridePrice; reply: BasketView };
  confirm_rx: { args: LineNo; reply: BasketView };
  choose_lot: { args: ChooseLot; reply: BasketView };
  void_line: { args: VoidLine; reply: BasketView };
  void_basket: { args: VoidBasket; reply: BasketView };
  park: { args: Park; reply: BasketView };
  parked: { args: Nothing; reply: Array<ParkedView> };
  recall: { args: Recall; reply: BasketView };
  quote_tenders: { args: QuoteTenders; reply: TenderQuote };
  complete_sale: { args: CompleteSale; reply: SaleDone };
  sales: { args: FindSales; reply: Array<SaleRow> };
  sale: { args: SaleId; reply: SaleView };
  start_refund: { args: StartRefund; reply: BasketView };
  unlinked_refund: { args: UnlinkedRefund; reply: BasketView };
  correct_tender: { args: CorrectTender; reply: SaleView };
  reprint_sale: { args: ReprintSale; reply: ReceiptView };
  printers: { args: Nothing; reply: PrintersView };
  find_printers: { args: Nothing; reply: Array<FoundPrinter> };
  set_printer: { args: SetPrinter; reply: PrintersView };
  print: { args: Print; reply: PrintersView };
  settle_print: { args: SettlePrint; reply: PrintersView };
  print_file: { args: PrintRef; reply: FileMade };
  display: { args: Nothing; reply: DisplayView };
  set_display: { args: SetDisplay; reply: DisplayView };
  mail: { args: Nothing; reply: MailView };
  set_mail: { args: SetMail; reply: MailView };
  send_mail: { args: SendMail; reply: MailView };
  settle_mail: { args: SettleMail; reply: MailView };
  test_mail: { args: TestMail; reply: MailView };
  customers: { args: Nothing; reply: Array<CustomerView> };
  add_customer: { args: AddCustomer; reply: CustomerView };
  settle_account: { args: SettleAccount; reply: ReceiptView };
  drawer: { args: Nothing; reply: DrawerView };
  sum_denominations: { args: SumDenominations; reply: DenominationSum };
  open_session: { args: OpenSession; reply: DrawerView };
  drawers: { args: Nothing; reply: Array<DrawerRow> };
  take_drawer: { args: TakeDrawer; reply: DrawerView };
  leave_drawer: { args: LeaveDrawer; reply: DrawerView };
  hand_over: { args: HandOver; reply: DrawerView };
  close_till: { args: CloseTill; reply: ReportView };
  move_cash: { args: MoveCash; reply: DrawerView };
  cash: { args: CashQuery; reply: CashView };
  send_cash: { args: SendCash; reply: CashView };
  accept_cash: { args: AcceptCash; reply: CashView };
  refuse_cash: { args: RefuseCash; reply: CashView };
  transfer_slip: { args: EntryRef; reply: ReceiptView };
  count_other: { args: CountOther; reply: CashView };
  close_other: { args: CloseOther; reply: CashView };
  sign_close: { args: SignClose; reply: CashView };
  pick_close: { args: PickClose; reply: CashView };
  count_drawer: { args: CountDrawer; reply: DrawerView };
  count_part: { args: CountPart; reply: Array<PartView> };
  counted_parts: { args: PartsOf; reply: Array<PartView> };
  keep_draft: { args: Draft; reply: Draft };
  draft: { args: DraftOf; reply: Draft };
  close_session: { args: CloseSession; reply: ReportView };
  causes: { args: CausesOf; reply: CausesView };
  explain_over_short: { args: ExplainOverShort; reply: CausesView };
  x_report: { args: Nothing; reply: ReportView };
  z_reports: { args: Nothing; reply: Array<ZRow> };
  z_report: { args: EntryId; reply: ReportView };
  reprint_z: { args: ReprintZ; reply: ReportView };
  day_report: { args: DayQuery; reply: DayView };
  paper_file: { args: PaperFile; reply: FileMade };
  branch_now: { args: OfBranch; reply: BranchNow };
  branch_stock: { args: OfBranch; reply: BranchStock };
  settled_exceptions: { args: Nothing; reply: Array<ToSettle> };
  settle_exception: { args: SettleException; reply: Array<ToSettle> };
  view_link: { args: Nothing; reply: ViewLink };
  find_products: { args: FindProducts; reply: FoundProducts };
  product: { args: ProductId; reply: ProductView };
  save_product: { args: SaveProduct; reply: ProductView };
  lot_marks: { args: Nothing; reply: Array<LotMarkView> };
  lot_mark: { args: MarkRef; reply: LotMarkDetail };
  mark_lots: { args: MarkLots; reply: Array<LotMarkView> };
  release_lots: { args: ReleaseLots; reply: Array<LotMarkView> };
  expiry_list: { args: Nothing; reply: ExpiryList };
  write_off: { args: WriteOff; reply: ExpiryList };
  read_pack: { args: ReadPack; reply: PackRead };
  check_delivery: { args: CheckDelivery; reply: Array<DeliveryCheck> };
  deliver: { args: Deliver; reply: DeliveryView };
  return_goods: { args: ReturnGoods; reply: DeliveryView };
  deliveries: { args: Nothing; reply: Array<DeliveryRow> };
  delivery: { args: DeliveryRef; reply: DeliveryView };
  movements: { args: ProductId; reply: Array<MovementRow> };
  try_scanner: { args: TryScanner; reply: ScannerVerdict };
  import_catalogue: { args: ImportCatalogue; reply: JobView };
  import_report: { args: JobNo; reply: ImportReport };
  unknown_sold: { args: Nothing; reply: Array<UnknownSold> };
  product_conflicts: { args: Nothing; reply: Array<ConflictView> };
  settle_conflict: { args: SettleConflict; reply: Array<ConflictView> };
}

export interface Views {
  enter: { args: Link; reply: null };
  ways_in: { args: Nothing; reply: WaysIn };
  enter_by_passphrase: { args: SignInName; reply: null };
  ask_passkey: { args: Nothing; reply: PasskeyAsked };
  enter_by_passkey: { args: PasskeyAnswer; reply: null };
  changed: { args: Nothing; reply: null };
  still_here: { args: Nothing; reply: null };
  sign_out_everywhere: { args: Nothing; reply: null };
  end_sign_in: { args: SignInId; reply: OwnWays };
  own_ways: { args: Nothing; reply: OwnWays };
  ask_new_passkey: { args: Nothing; reply: PasskeyAsked };
  add_passkey: { args: PasskeyAnswer; reply: OwnWays };
  remove_passkey: { args: PasskeyId; reply: OwnWays };
  set_passphrase: { args: SignInName; reply: OwnWays };
}
