-- Derived tables: a pure function of the records, rebuilt and never migrated. `$` stands for the prefix:
-- empty for the live tables, `next1_` and so on while a rebuild fills new ones beside them.
-- record_no is the one local column in here; it is left out where replicas are compared.

-- Every entry, so that a retry is recognised and its record is found.
CREATE TABLE $entry (
    entry_id      BLOB PRIMARY KEY,
    record_no     INTEGER NOT NULL,
    kind          INTEGER NOT NULL,
    at_ms         INTEGER NOT NULL,
    actor         BLOB NOT NULL,
    cash_session  BLOB
) STRICT, WITHOUT ROWID;
-- What is no receipt is little, and is found by what it is.
CREATE INDEX $entry_by_kind ON $entry (kind, at_ms) WHERE kind > 23;

-- Entries that name another one and are shown with it.
CREATE TABLE $follower (
    target   BLOB NOT NULL,
    entry_id BLOB NOT NULL,
    PRIMARY KEY (target, entry_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE $receipt (
    sale_id       BLOB PRIMARY KEY,
    record_no     INTEGER NOT NULL,
    kind          INTEGER NOT NULL,
    receipt_no    INTEGER NOT NULL,
    at_ms         INTEGER NOT NULL,
    business_date INTEGER NOT NULL,
    actor         BLOB NOT NULL,
    till          BLOB NOT NULL,
    cash_session  BLOB NOT NULL,
    total_minor   INTEGER NOT NULL,
    tender_kinds  BLOB NOT NULL,
    line_count    INTEGER NOT NULL,
    first_name    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX $receipt_by_day ON $receipt (business_date, at_ms, sale_id);
CREATE INDEX $receipt_by_no ON $receipt (receipt_no);

-- By day first: what is sold today stands together, and a product is looked up day by day.
CREATE TABLE $sale_line (
    business_date INTEGER NOT NULL,
    product       BLOB NOT NULL,
    sale_id       BLOB NOT NULL,
    line_no       INTEGER NOT NULL,
    quantity      INTEGER NOT NULL,
    amount_minor  INTEGER NOT NULL,
    PRIMARY KEY (business_date, product, sale_id, line_no)
) STRICT, WITHOUT ROWID;

-- What was taken back of a line, and of a tax code, so far.
CREATE TABLE $refunded (
    sale_id      BLOB NOT NULL,
    line_no      INTEGER NOT NULL,
    quantity     INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    PRIMARY KEY (sale_id, line_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE $money (
    account      INTEGER NOT NULL,
    dimension    BLOB NOT NULL,
    currency     TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    PRIMARY KEY (account, dimension, currency)
) STRICT, WITHOUT ROWID;

CREATE TABLE $goods (
    product   BLOB NOT NULL,
    account   INTEGER NOT NULL,
    dimension BLOB NOT NULL,
    lot       TEXT NOT NULL,
    measure   INTEGER NOT NULL,
    amount    INTEGER NOT NULL,
    PRIMARY KEY (product, account, dimension, lot, measure)
) STRICT, WITHOUT ROWID;

CREATE TABLE $lot (
    product BLOB NOT NULL,
    lot     TEXT NOT NULL,
    expiry  INTEGER NOT NULL,
    PRIMARY KEY (product, lot, expiry)
) STRICT, WITHOUT ROWID;

-- What came in and went elsewhere without being sold, by product.
CREATE TABLE $goods_entry (
    product  BLOB NOT NULL,
    at_ms    INTEGER NOT NULL,
    entry_id BLOB NOT NULL,
    PRIMARY KEY (product, at_ms, entry_id)
) STRICT, WITHOUT ROWID;

-- Deliveries of suppliers, and what went back to them.
CREATE TABLE $delivery (
    at_ms    INTEGER NOT NULL,
    entry_id BLOB NOT NULL,
    PRIMARY KEY (at_ms, entry_id)
) STRICT, WITHOUT ROWID;

-- What was found about lots, and which of it does not hold any more; an empty lot stands for every pack.
CREATE TABLE $lot_mark (
    product BLOB NOT NULL,
    lot     TEXT NOT NULL,
    marked  BLOB NOT NULL,
    state   TEXT NOT NULL,
    PRIMARY KEY (product, lot, marked)
) STRICT, WITHOUT ROWID;

CREATE TABLE $lot_release (
    marked   BLOB NOT NULL,
    released BLOB NOT NULL,
    PRIMARY KEY (marked, released)
) STRICT, WITHOUT ROWID;

-- What a customer bought on account and paid, entry by entry.
CREATE TABLE $account_line (
    customer     BLOB NOT NULL,
    entry_id     BLOB NOT NULL,
    at_ms        INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    PRIMARY KEY (customer, entry_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE $customer (
    customer BLOB PRIMARY KEY,
    entry_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Figures of one writer's period between two Z, by cash session (domain::entry::Figures as CBOR).
CREATE TABLE $period (
    writer       BLOB NOT NULL,
    z_no         INTEGER NOT NULL,
    cash_session BLOB NOT NULL,
    figures      BLOB NOT NULL,
    PRIMARY KEY (writer, z_no, cash_session)
) STRICT, WITHOUT ROWID;
CREATE INDEX $period_by_session ON $period (cash_session);

-- Where each writer's present period began, and its totals, after its last record: a stream that forked has
-- several.
CREATE TABLE $writer (
    writer                BLOB NOT NULL,
    head                  BLOB NOT NULL,
    z_no                  INTEGER NOT NULL,
    z_seq                 INTEGER NOT NULL,
    receipt_no            INTEGER NOT NULL,
    perpetual_total_minor INTEGER NOT NULL,
    PRIMARY KEY (writer, head)
) STRICT, WITHOUT ROWID;

CREATE TABLE $day (
    business_date INTEGER NOT NULL,
    hour          INTEGER NOT NULL,
    figures       BLOB NOT NULL,
    PRIMARY KEY (business_date, hour)
) STRICT, WITHOUT ROWID;

CREATE TABLE $cash_session (
    cash_session        BLOB PRIMARY KEY,
    location            BLOB NOT NULL,
    opened_at_ms        INTEGER NOT NULL,
    opened_by           BLOB NOT NULL,
    business_date       INTEGER NOT NULL,
    opening_float_minor INTEGER NOT NULL,
    entry_id            BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX $cash_session_by_day ON $cash_session (business_date);

-- Sessions that no close has been seen of.
CREATE TABLE $open_session (
    location     BLOB NOT NULL,
    cash_session BLOB NOT NULL,
    PRIMARY KEY (location, cash_session)
) STRICT, WITHOUT ROWID;

-- At which drawer each till worked from when on, in the order of rank: it opened it, took it, or put it away (kind
-- 52). The last one says where it works now.
CREATE TABLE $works_at (
    till         BLOB NOT NULL,
    rank         BLOB NOT NULL,
    kind         INTEGER NOT NULL,
    location     BLOB NOT NULL,
    cash_session BLOB NOT NULL,
    PRIMARY KEY (till, rank)
) STRICT, WITHOUT ROWID;

-- Sessions that were put away to be counted.
CREATE TABLE $to_count (
    cash_session BLOB PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Counts, closes and movements of a session; their bodies say the rest.
CREATE TABLE $session_entry (
    cash_session BLOB NOT NULL,
    entry_id     BLOB NOT NULL,
    kind         INTEGER NOT NULL,
    PRIMARY KEY (cash_session, entry_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE $z (
    entry_id      BLOB PRIMARY KEY,
    record_no     INTEGER NOT NULL,
    writer        BLOB NOT NULL,
    z_no          INTEGER NOT NULL,
    business_date INTEGER NOT NULL,
    cash_session  BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX $z_by_session ON $z (cash_session);

-- Every time that a basket was set aside, and how often more than it was taken up: rows at zero are gone, so
-- that the baskets that wait now are found without reading all that ever did.
CREATE TABLE $parked (
    sale_id   BLOB NOT NULL,
    entry_id  BLOB NOT NULL,
    PRIMARY KEY (sale_id, entry_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE $waiting (
    sale_id BLOB PRIMARY KEY,
    times   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How often more each transfer of cash was sent than accepted: rows at zero are gone, so that what is on its way is
-- found without reading all that ever was.
CREATE TABLE $in_transit (
    transfer BLOB PRIMARY KEY,
    times    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Lines that a manager should look at: sold unknown, without or against the catalogue's price.
CREATE TABLE $noticed (
    sale_id BLOB NOT NULL,
    line_no INTEGER NOT NULL,
    why     TEXT NOT NULL,
    PRIMARY KEY (sale_id, line_no)
) STRICT, WITHOUT ROWID;

-- Every entry about people, in the order in which rights are judged: HLC, device, incarnation, number and hash
-- of the record, in one column whose bytes are ordered so.
CREATE TABLE $people_entry (
    rank      BLOB PRIMARY KEY,
    record_no INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What those of them say that are in force: which role somebody has from a rank on, none once they left.
CREATE TABLE $role (
    staff BLOB NOT NULL,
    rank  BLOB NOT NULL,
    role  INTEGER,
    PRIMARY KEY (staff, rank)
) STRICT, WITHOUT ROWID;

-- Everybody who works or worked here, with the last role.
CREATE TABLE $staff (
    staff    BLOB PRIMARY KEY,
    role     INTEGER NOT NULL,
    has_left INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Every PIN and badge that was ever set, in force or not.
CREATE TABLE $secret (
    staff     BLOB NOT NULL,
    kind      INTEGER NOT NULL,
    rank      BLOB NOT NULL,
    record_no INTEGER NOT NULL,
    PRIMARY KEY (staff, kind, rank)
) STRICT, WITHOUT ROWID;
CREATE INDEX $secret_by_rank ON $secret (rank);

-- Where the sealed name of a person or customer stands.
CREATE TABLE $name (
    subject BLOB NOT NULL,
    hlc     INTEGER NOT NULL,
    hash    BLOB NOT NULL,
    PRIMARY KEY (subject, hlc, hash)
) STRICT, WITHOUT ROWID;

-- One row each: what the founding and the opening of branches said, as body.
CREATE TABLE $branch (
    branch    BLOB PRIMARY KEY,
    record_no INTEGER NOT NULL,
    entry_id  BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE $device (
    device       BLOB NOT NULL,
    incarnation  BLOB NOT NULL,
    till         BLOB NOT NULL,
    till_no      INTEGER NOT NULL,
    branch       BLOB NOT NULL,
    signing_key  BLOB NOT NULL,
    wrapping_key BLOB NOT NULL,
    entry_id     BLOB NOT NULL,
    PRIMARY KEY (device, incarnation)
) STRICT, WITHOUT ROWID;

-- What proves that a device was invited.
CREATE TABLE $invitation (
    invitation     BLOB PRIMARY KEY,
    entry_id       BLOB NOT NULL,
    founding_hash  BLOB NOT NULL,
    branch         BLOB NOT NULL,
    till           BLOB NOT NULL,
    till_no        INTEGER NOT NULL,
    invitation_key BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The last records that count of devices that were revoked.
CREATE TABLE $revoked (
    device           BLOB NOT NULL,
    incarnation      BLOB NOT NULL,
    branch_seq       INTEGER NOT NULL,
    organisation_seq INTEGER NOT NULL,
    PRIMARY KEY (device, incarnation)
) STRICT, WITHOUT ROWID;

-- Whose sealed parts were destroyed.
CREATE TABLE $erased (
    subject BLOB PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Records of documents, by document and generation.
CREATE TABLE $document_record (
    document   TEXT NOT NULL,
    generation INTEGER NOT NULL,
    record_no  INTEGER NOT NULL,
    PRIMARY KEY (document, generation, record_no)
) STRICT, WITHOUT ROWID;

-- With a rowid, as $product_value: their rows are long and their keys look like chance, so that in the order
-- of the key an import would write a page and more for each product and table.
CREATE TABLE $product (
    product  BLOB PRIMARY KEY NOT NULL,
    name     TEXT NOT NULL,
    facts    BLOB NOT NULL
) STRICT;

CREATE TABLE $product_code (
    code    TEXT NOT NULL,
    product BLOB NOT NULL,
    PRIMARY KEY (code, product)
) STRICT, WITHOUT ROWID;

-- Every value that was ever written for a product, in the order of the hybrid clock.
CREATE TABLE $product_value (
    product     BLOB NOT NULL,
    field       TEXT NOT NULL,
    hlc         INTEGER NOT NULL,
    device      BLOB NOT NULL,
    incarnation BLOB NOT NULL,
    staff       BLOB NOT NULL,
    value       BLOB NOT NULL,
    PRIMARY KEY (product, field, hlc, device, incarnation)
) STRICT;

-- What the pharmacy decided apart for one field: values that differ and that nobody replaced, with the one that
-- is in force.
CREATE TABLE $product_conflict (
    product     BLOB NOT NULL,
    field       TEXT NOT NULL,
    hlc         INTEGER NOT NULL,
    device      BLOB NOT NULL,
    incarnation BLOB NOT NULL,
    staff       BLOB NOT NULL,
    value       BLOB NOT NULL,
    is_in_force INTEGER NOT NULL,
    PRIMARY KEY (product, field, hlc, device, incarnation)
) STRICT, WITHOUT ROWID;

CREATE TABLE $setting (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What a manager should look at: records that are kept and do not count as they stand, forks, entries that
-- came twice.
CREATE TABLE $exception (
    kind      TEXT NOT NULL,
    about     BLOB NOT NULL,
    extent    INTEGER NOT NULL,  -- how far it has gone
    record_no INTEGER NOT NULL,
    PRIMARY KEY (kind, about)
) STRICT, WITHOUT ROWID;

-- What managers said of exceptions last.
CREATE TABLE $settlement (
    kind      TEXT NOT NULL,
    about     BLOB NOT NULL,
    extent    INTEGER NOT NULL,
    is_open   INTEGER NOT NULL,
    -- What was written after a revocation counts all the same.
    is_accepted INTEGER NOT NULL,
    hlc       INTEGER NOT NULL,
    entry_id  BLOB NOT NULL,
    record_no INTEGER NOT NULL,
    PRIMARY KEY (kind, about)
) STRICT, WITHOUT ROWID;
