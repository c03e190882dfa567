-- What is no receipt is little, and is found without reading past millions of receipts.
CREATE INDEX record_but_receipts ON record (record_no) WHERE kind NOT BETWEEN 21 AND 23;
