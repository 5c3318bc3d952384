-- Everything that was observed, in the order in which it was. Only ever added to.
CREATE TABLE observation (
    seq      INTEGER PRIMARY KEY,
    upstream TEXT    NOT NULL,
    package  TEXT    NOT NULL,
    at       INTEGER NOT NULL, -- milliseconds since 1970, like all moments here
    digest   BLOB CHECK (length(digest) = 32), -- of the document; NULL: the package is gone
    facts    BLOB    NOT NULL -- what differs from the observation before: canonical lines, zstd
) STRICT;
CREATE INDEX observation_of_package ON observation (package, seq);

CREATE TRIGGER observation_is_not_changed BEFORE UPDATE ON observation
BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END;
CREATE TRIGGER observation_is_not_removed BEFORE DELETE ON observation
BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END;

-- The last number given out. Whoever adds takes it in the same transaction, so
-- numbers have no gaps, and a higher one was never there before a lower one.
CREATE TABLE ledger_end (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    last INTEGER NOT NULL
) STRICT;
INSERT INTO ledger_end (one, last) VALUES (1, 0);

-- Where things stand: the last document of each package, and what it says.
CREATE TABLE document (
    upstream      TEXT    NOT NULL,
    package       TEXT    NOT NULL,
    seq           INTEGER NOT NULL REFERENCES observation (seq),
    digest        BLOB CHECK (length(digest) = 32),
    etag          TEXT,
    last_modified TEXT,
    checked       INTEGER NOT NULL,
    changed       INTEGER NOT NULL,
    reader        TEXT    NOT NULL, -- the version of Tenure that read the document
    history       BLOB, -- derived: what all observations add up to
    PRIMARY KEY (upstream, package)
) STRICT;
CREATE INDEX document_digest ON document (digest);

-- Derived from the histories: who acts where, since when.
CREATE TABLE hands (
    upstream TEXT    NOT NULL,
    package  TEXT    NOT NULL,
    party    TEXT    NOT NULL,
    since    INTEGER NOT NULL,
    PRIMARY KEY (upstream, package, party)
) STRICT;
CREATE INDEX hands_of_party ON hands (party, since);

CREATE TABLE popularity (
    upstream           TEXT    NOT NULL,
    package            TEXT    NOT NULL,
    asked              INTEGER NOT NULL,
    downloads_per_week INTEGER,
    dependents         INTEGER,
    source             TEXT,
    seen               INTEGER,
    failure            TEXT, -- why there is no answer
    PRIMARY KEY (upstream, package)
) STRICT;

CREATE TABLE tarball (
    upstream  TEXT    NOT NULL,
    package   TEXT    NOT NULL,
    version   TEXT    NOT NULL,
    blob      BLOB    NOT NULL CHECK (length(blob) = 32),
    size      INTEGER NOT NULL, -- bytes
    integrity TEXT    NOT NULL,
    kept      INTEGER NOT NULL,
    PRIMARY KEY (upstream, package, version)
) STRICT;

CREATE TABLE project (
    name     TEXT    PRIMARY KEY NOT NULL,
    created  INTEGER NOT NULL,
    revision INTEGER NOT NULL, -- the newest one; 0: nothing was pushed yet
    pushed   INTEGER
) STRICT;

CREATE TABLE project_files (
    project      TEXT    NOT NULL REFERENCES project (name),
    revision     INTEGER NOT NULL,
    project_file BLOB    NOT NULL, -- zstd
    baseline     BLOB    NOT NULL, -- zstd
    pushed_by    TEXT    NOT NULL,
    at           INTEGER NOT NULL,
    PRIMARY KEY (project, revision)
) STRICT;

CREATE TABLE token (
    sha256  BLOB    PRIMARY KEY NOT NULL CHECK (length(sha256) = 32),
    project TEXT    NOT NULL REFERENCES project (name),
    label   TEXT    NOT NULL,
    created INTEGER NOT NULL,
    revoked INTEGER
) STRICT;
CREATE INDEX token_of_project ON token (project, created);

CREATE TABLE download (
    project TEXT    NOT NULL, -- empty: no project
    package TEXT    NOT NULL,
    version TEXT    NOT NULL,
    day     INTEGER NOT NULL, -- since 1970-01-01, in UTC
    count   INTEGER NOT NULL,
    PRIMARY KEY (project, package, version, day)
) STRICT;
CREATE INDEX download_of_package ON download (package, day);
