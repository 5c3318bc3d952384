-- The SHA-256 of the facts that the last import had of a package, as the import
-- told them: if the next one tells the same, nothing else has to be compared.
-- NULL where something else was observed since.
ALTER TABLE document ADD COLUMN said BLOB CHECK (length(said) = 32);

-- Nobody looks a package up by the digest of its document.
DROP INDEX document_digest;

-- The rows live in the index alone.
CREATE TABLE hands_by_package (
    upstream TEXT    NOT NULL,
    package  TEXT    NOT NULL,
    party    TEXT    NOT NULL,
    since    INTEGER NOT NULL,
    PRIMARY KEY (upstream, package, party)
) STRICT, WITHOUT ROWID;
INSERT INTO hands_by_package SELECT upstream, package, party, since FROM hands;
DROP TABLE hands;
ALTER TABLE hands_by_package RENAME TO hands;
CREATE INDEX hands_of_party ON hands (party, since);
