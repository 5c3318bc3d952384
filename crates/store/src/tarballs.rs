//! Which blob is the tarball of a release.

use crate::db::{execute, optional};
use crate::{Digest, Store, StoreError};
use tenure_domain::{PackageId, Time};

/// The tarball of a release, verified when it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TarballRecord {
    /// The blob.
    pub blob: Digest,
    /// Its size in bytes.
    pub size: u64,
    /// What it was verified against, as the registry's document says it: a
    /// subresource integrity, or a SHA-1 in hex.
    pub integrity: String,
}

const TARBALL: &str = "
    SELECT blob, size, integrity FROM tarball
    WHERE upstream = $1 AND package = $2 AND version = $3";

const KEEP_TARBALL: &str = "
    INSERT INTO tarball (upstream, package, version, blob, size, integrity, kept)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (upstream, package, version) DO UPDATE SET
        blob = excluded.blob, size = excluded.size, integrity = excluded.integrity,
        kept = excluded.kept";

impl Store {
    /// The tarball of a release, if it was kept. Its blob may have been lost:
    /// then it has to be fetched again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tarball(
        &self,
        upstream: &str,
        package: &PackageId,
        version: &str,
    ) -> Result<Option<TarballRecord>, StoreError> {
        let failed = self.db().failed("looked a tarball up");
        let mut reader = self.db().read().await.map_err(&failed)?;
        let row = optional!(
            reader.on(),
            (Vec<u8>, i64, String),
            TARBALL,
            upstream,
            package.to_string(),
            version
        );
        Ok(row.map_err(&failed)?.and_then(|(blob, size, integrity)| {
            Some(TarballRecord {
                blob: Digest::from_column(&blob)?,
                size: u64::try_from(size).ok()?,
                integrity,
            })
        }))
    }

    /// Keeps which blob is the tarball of a release, in place of what was known.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_tarball(
        &self,
        upstream: &str,
        package: &PackageId,
        version: &str,
        tarball: &TarballRecord,
        at: Time,
    ) -> Result<(), StoreError> {
        let failed = self.db().failed("kept a tarball");
        let mut writing = self.db().write().await.map_err(&failed)?;
        let done = execute!(
            writing.on(),
            KEEP_TARBALL,
            upstream,
            package.to_string(),
            version,
            tarball.blob.as_bytes().as_slice(),
            i64::try_from(tarball.size).unwrap_or(i64::MAX),
            &tarball.integrity,
            at.as_millis(),
        );
        done.map_err(&failed)?;
        writing.commit().await.map_err(&failed)
    }
}
