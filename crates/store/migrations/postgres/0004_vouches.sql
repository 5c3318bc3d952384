-- What a project's sources of vouches said when its files were pushed. Most
-- pushes change the decisions alone, so each text is kept once.
CREATE TABLE vouches (
    sha256 BYTEA PRIMARY KEY CHECK (length(sha256) = 32),
    texts  BYTEA NOT NULL -- by source; zstd
);
ALTER TABLE project_files ADD COLUMN vouches BYTEA REFERENCES vouches (sha256);
