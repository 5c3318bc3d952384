-- What a project's sources of vouches said when its files were pushed. Most
-- pushes change the decisions alone, so each text is kept once.
CREATE TABLE vouches (
    sha256 BLOB PRIMARY KEY NOT NULL CHECK (length(sha256) = 32),
    texts  BLOB NOT NULL -- by source; zstd
) STRICT;
ALTER TABLE project_files ADD COLUMN vouches BLOB REFERENCES vouches (sha256);
