-- The last record of every branch of every stream: one for a stream, more where it forked.
CREATE TABLE head (
    stream_no INTEGER NOT NULL REFERENCES stream (stream_no),
    seq       INTEGER NOT NULL,
    hash      BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (stream_no, seq, hash)
) STRICT, WITHOUT ROWID;
INSERT INTO head (stream_no, seq, hash)
SELECT stream.stream_no, seq, hash FROM stream JOIN record USING (stream_no)
WHERE seq = (SELECT max(r.seq) FROM record r WHERE r.stream_no = stream.stream_no);

-- Records that are kept and do not count, because of what others say. It follows from the records, and is
-- kept so that a rebuild knows it before it meets them.
CREATE TABLE verdict (
    hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
    why  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- In which order keys of sealed parts came, for giving on those that somebody has not got yet.
CREATE TABLE key_order (
    key_no  INTEGER PRIMARY KEY AUTOINCREMENT,
    subject BLOB NOT NULL UNIQUE
) STRICT;
INSERT INTO key_order (subject) SELECT subject FROM subject_key;
CREATE TRIGGER key_order_insert AFTER INSERT ON subject_key
BEGIN INSERT INTO key_order (subject) VALUES (NEW.subject); END;
CREATE TRIGGER key_order_delete AFTER DELETE ON subject_key
BEGIN DELETE FROM key_order WHERE subject = OLD.subject; END;
