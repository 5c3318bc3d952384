-- As the one for SQLite; a test compares the two. Texts sort by their bytes, as
-- they do there.

-- Everything that was observed, in the order in which it was. Only ever added to.
CREATE TABLE observation (
    seq      BIGINT PRIMARY KEY,
    upstream TEXT COLLATE "C" NOT NULL,
    package  TEXT COLLATE "C" NOT NULL,
    at       BIGINT NOT NULL, -- milliseconds since 1970, like all moments here
    digest   BYTEA CHECK (length(digest) = 32), -- of the document; NULL: the package is gone
    facts    BYTEA NOT NULL -- what differs from the observation before: canonical lines, zstd
);
CREATE INDEX observation_of_package ON observation (package, seq);

CREATE FUNCTION the_ledger_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the ledger is only added to'; END $$;
CREATE TRIGGER observation_is_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON observation
FOR EACH STATEMENT EXECUTE FUNCTION the_ledger_is_only_added_to();

-- The last number given out. Whoever adds takes it in the same transaction, so
-- numbers have no gaps, and a higher one was never there before a lower one.
CREATE TABLE ledger_end (
    one  BIGINT PRIMARY KEY CHECK (one = 1),
    last BIGINT NOT NULL
);
INSERT INTO ledger_end (one, last) VALUES (1, 0);

-- Where things stand: the last document of each package, and what it says.
CREATE TABLE document (
    upstream      TEXT COLLATE "C" NOT NULL,
    package       TEXT COLLATE "C" NOT NULL,
    seq           BIGINT NOT NULL REFERENCES observation (seq),
    digest        BYTEA CHECK (length(digest) = 32),
    etag          TEXT COLLATE "C",
    last_modified TEXT COLLATE "C",
    checked       BIGINT NOT NULL,
    changed       BIGINT NOT NULL,
    reader        TEXT COLLATE "C" NOT NULL, -- the version of Tenure that read the document
    history       BYTEA, -- derived: what all observations add up to
    PRIMARY KEY (upstream, package)
);
CREATE INDEX document_digest ON document (digest);

-- Derived from the histories: who acts where, since when.
CREATE TABLE hands (
    upstream TEXT COLLATE "C" NOT NULL,
    package  TEXT COLLATE "C" NOT NULL,
    party    TEXT COLLATE "C" NOT NULL,
    since    BIGINT NOT NULL,
    PRIMARY KEY (upstream, package, party)
);
CREATE INDEX hands_of_party ON hands (party, since);

CREATE TABLE popularity (
    upstream           TEXT COLLATE "C" NOT NULL,
    package            TEXT COLLATE "C" NOT NULL,
    asked              BIGINT NOT NULL,
    downloads_per_week BIGINT,
    dependents         BIGINT,
    source             TEXT COLLATE "C",
    seen               BIGINT,
    failure            TEXT COLLATE "C", -- why there is no answer
    PRIMARY KEY (upstream, package)
);

CREATE TABLE tarball (
    upstream  TEXT COLLATE "C" NOT NULL,
    package   TEXT COLLATE "C" NOT NULL,
    version   TEXT COLLATE "C" NOT NULL,
    blob      BYTEA NOT NULL CHECK (length(blob) = 32),
    size      BIGINT NOT NULL, -- bytes
    integrity TEXT COLLATE "C" NOT NULL,
    kept      BIGINT NOT NULL,
    PRIMARY KEY (upstream, package, version)
);

CREATE TABLE project (
    name     TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    created  BIGINT NOT NULL,
    revision BIGINT NOT NULL, -- the newest one; 0: nothing was pushed yet
    pushed   BIGINT
);

CREATE TABLE project_files (
    project      TEXT COLLATE "C" NOT NULL REFERENCES project (name),
    revision     BIGINT NOT NULL,
    project_file BYTEA NOT NULL, -- zstd
    baseline     BYTEA NOT NULL, -- zstd
    pushed_by    TEXT COLLATE "C" NOT NULL,
    at           BIGINT NOT NULL,
    PRIMARY KEY (project, revision)
);

CREATE TABLE token (
    sha256  BYTEA PRIMARY KEY NOT NULL CHECK (length(sha256) = 32),
    project TEXT COLLATE "C" NOT NULL REFERENCES project (name),
    label   TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    revoked BIGINT
);
CREATE INDEX token_of_project ON token (project, created);

CREATE TABLE download (
    project TEXT COLLATE "C" NOT NULL, -- empty: no project
    package TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    day     BIGINT NOT NULL, -- since 1970-01-01, in UTC
    count   BIGINT NOT NULL,
    PRIMARY KEY (project, package, version, day)
);
CREATE INDEX download_of_package ON download (package, day);
