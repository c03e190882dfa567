-- The record that counts instead, where two have one entry id: should it turn out not to count, this one does.
ALTER TABLE verdict ADD COLUMN other BLOB;
