-- Advisories about malicious code in releases, each in its newest text. One that
-- says nothing of a package any more stays, so that an older text does not
-- come back.
CREATE TABLE advisory (
    id        TEXT    PRIMARY KEY NOT NULL,
    aliases   TEXT    NOT NULL, -- lines
    modified  INTEGER NOT NULL,
    published INTEGER NOT NULL,
    withdrawn INTEGER,
    summary   TEXT    NOT NULL,
    source    TEXT    NOT NULL -- the file that it was read from
) STRICT, WITHOUT ROWID;
CREATE TABLE advisory_package (
    package  TEXT NOT NULL,
    advisory TEXT NOT NULL REFERENCES advisory (id),
    versions TEXT NOT NULL, -- lines
    PRIMARY KEY (package, advisory)
) STRICT, WITHOUT ROWID;
CREATE INDEX advisory_package_of ON advisory_package (advisory);

-- How many were at hand after the last import, by ecosystem.
CREATE TABLE advisory_import (
    ecosystem  TEXT    PRIMARY KEY NOT NULL,
    at         INTEGER NOT NULL,
    advisories INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
