-- Advisories about malicious code in releases, each in its newest text. One that
-- says nothing of a package any more stays, so that an older text does not
-- come back.
CREATE TABLE advisory (
    id        TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    aliases   TEXT   NOT NULL, -- lines
    modified  BIGINT NOT NULL,
    published BIGINT NOT NULL,
    withdrawn BIGINT,
    summary   TEXT   NOT NULL,
    source    TEXT   NOT NULL -- the file that it was read from
);
CREATE TABLE advisory_package (
    package  TEXT COLLATE "C" NOT NULL,
    advisory TEXT COLLATE "C" NOT NULL REFERENCES advisory (id),
    versions TEXT NOT NULL, -- lines
    PRIMARY KEY (package, advisory)
);
CREATE INDEX advisory_package_of ON advisory_package (advisory);

-- How many were at hand after the last import, by ecosystem.
CREATE TABLE advisory_import (
    ecosystem  TEXT   PRIMARY KEY NOT NULL,
    at         BIGINT NOT NULL,
    advisories BIGINT NOT NULL
);
