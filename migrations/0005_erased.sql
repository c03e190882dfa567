-- What is erased is found at once, however long the book is.
CREATE INDEX record_erased ON record (record_no) WHERE kind = 41;
CREATE INDEX sealed_part_by_subject ON sealed_part (subject);

-- The entry that opens the way was written a moment ago: looked for from the newest on. (An ORDER BY in EXISTS would
-- be left out.)
DROP TRIGGER sealed_part_guarded_delete;
CREATE TRIGGER sealed_part_guarded_delete BEFORE DELETE ON sealed_part
WHEN (SELECT 1 FROM record WHERE kind = 41 AND instr(body, OLD.subject) > 0 ORDER BY record_no DESC LIMIT 1) IS NULL
BEGIN SELECT RAISE(ABORT, 'only an erased entry destroys a sealed part'); END;
