-- The ground: what was written once and is never changed. Only ever added to by later migrations.

CREATE TABLE stream (
    stream_no   INTEGER PRIMARY KEY,
    device      BLOB NOT NULL CHECK (length(device) = 16),
    incarnation BLOB NOT NULL CHECK (length(incarnation) = 8),
    scope_kind  INTEGER NOT NULL CHECK (scope_kind IN (0, 1)),
    scope_id    BLOB NOT NULL CHECK (length(scope_id) = 16),
    UNIQUE (device, incarnation, scope_kind, scope_id)
) STRICT;

-- record_no is the order of arrival in this file; it is not part of the book.
CREATE TABLE record (
    record_no INTEGER PRIMARY KEY,
    stream_no INTEGER NOT NULL REFERENCES stream (stream_no),
    seq       INTEGER NOT NULL CHECK (seq > 0),
    hash      BLOB NOT NULL CHECK (length(hash) = 32),
    kind      INTEGER NOT NULL,
    header    BLOB NOT NULL,
    body      BLOB NOT NULL,
    signature BLOB CHECK (signature IS NULL OR length(signature) = 64)
) STRICT;

-- Both branches of a forked stream are kept, so the hash is part of the place.
CREATE UNIQUE INDEX record_by_place ON record (stream_no, seq, hash);

CREATE TABLE sealed_part (
    hash       BLOB PRIMARY KEY CHECK (length(hash) = 32),
    subject    BLOB NOT NULL CHECK (length(subject) = 16),
    salt       BLOB NOT NULL,
    nonce      BLOB NOT NULL,
    ciphertext BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Keys of sealed parts are beside the log, so that destroying one is possible.
CREATE TABLE subject_key (
    subject BLOB PRIMARY KEY CHECK (length(subject) = 16),
    key     BLOB NOT NULL CHECK (length(key) = 32)
) STRICT, WITHOUT ROWID;

-- What belongs to this computer alone: the basket on the screen, who is signed in, cursors.
CREATE TABLE local (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- REPLACE removes the old row without firing DELETE triggers, so inserts are guarded as well.
CREATE TRIGGER stream_only_grows_insert BEFORE INSERT ON stream
WHEN EXISTS (SELECT 1 FROM stream WHERE stream_no = NEW.stream_no
    OR (device = NEW.device AND incarnation = NEW.incarnation
        AND scope_kind = NEW.scope_kind AND scope_id = NEW.scope_id))
BEGIN SELECT RAISE(ABORT, 'the book only grows'); END;
CREATE TRIGGER stream_only_grows_update BEFORE UPDATE ON stream
BEGIN SELECT RAISE(ABORT, 'the book only grows'); END;
CREATE TRIGGER stream_only_grows_delete BEFORE DELETE ON stream
BEGIN SELECT RAISE(ABORT, 'the book only grows'); END;

CREATE TRIGGER record_only_grows_insert BEFORE INSERT ON record
WHEN EXISTS (SELECT 1 FROM record WHERE record_no = NEW.record_no)
    OR EXISTS (SELECT 1 FROM record WHERE stream_no = NEW.stream_no AND seq = NEW.seq AND hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'the book only grows'); END;
CREATE TRIGGER record_only_grows_update BEFORE UPDATE ON record
BEGIN SELECT RAISE(ABORT, 'the book only grows'); END;
CREATE TRIGGER record_only_grows_delete BEFORE DELETE ON record
BEGIN SELECT RAISE(ABORT, 'the book only grows'); END;

CREATE TRIGGER sealed_part_guarded_insert BEFORE INSERT ON sealed_part
WHEN EXISTS (SELECT 1 FROM sealed_part WHERE hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'the book only grows'); END;
CREATE TRIGGER sealed_part_guarded_update BEFORE UPDATE ON sealed_part
BEGIN SELECT RAISE(ABORT, 'the book only grows'); END;
-- Only an `erased` entry opens the way to destroy what is about a person.
CREATE TRIGGER sealed_part_guarded_delete BEFORE DELETE ON sealed_part
WHEN NOT EXISTS (SELECT 1 FROM record
    WHERE kind = 41 AND instr(body, OLD.subject) > 0)
BEGIN SELECT RAISE(ABORT, 'only an erased entry destroys a sealed part'); END;
