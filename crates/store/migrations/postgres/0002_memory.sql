-- Releases of which only earlier documents speak; NULL: the last one says all.
-- Canonical lines, zstd.
ALTER TABLE document ADD COLUMN memory BYTEA;
