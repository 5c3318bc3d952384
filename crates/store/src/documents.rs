//! Where things stand: the last document of each package.

use crate::db::{all, execute, optional};
use crate::{Digest, READER, Store, StoreError, packing};
use tenure_domain::fact::Memory;
use tenure_domain::{Ecosystem, History, PackageId, Time};

/// What identifies a version of a document to the registry that served it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Validators<'a> {
    /// The `ETag` header.
    pub etag: Option<&'a str>,
    /// The `Last-Modified` header.
    pub last_modified: Option<&'a str>,
}

/// What is known of the document of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentRecord {
    /// Its digest, under which [`Store::documents`] has it unless it was
    /// damaged or pruned; `None`: the registry says that there is no such
    /// package.
    pub document: Option<Digest>,
    /// The `ETag` header it came with.
    pub etag: Option<String>,
    /// The `Last-Modified` header it came with.
    pub last_modified: Option<String>,
    /// When the registry last confirmed it.
    pub checked: Time,
    /// When it was first seen.
    pub changed: Time,
    /// The number of the observation that it is from: grows whenever anything
    /// about the package differs.
    pub observation: i64,
    /// Whether another version of Tenure read it: this one may see more in the
    /// same bytes. Read it again and [`observe`](Store::observe) it.
    pub read_by_another_version: bool,
}

/// The pointer to a package's document, as it is kept.
#[derive(sqlx::FromRow)]
struct DocumentRow {
    seq: i64,
    digest: Option<Vec<u8>>,
    etag: Option<String>,
    last_modified: Option<String>,
    checked: i64,
    changed: i64,
    reader: String,
}

#[derive(sqlx::FromRow)]
struct RecordedRow {
    checked: i64,
    history: Option<Vec<u8>>,
    memory: Option<Vec<u8>>,
}

const DOCUMENT: &str = "
    SELECT seq, digest, etag, last_modified, checked, changed, reader
    FROM document WHERE upstream = $1 AND package = $2";

/// All that is known of a package's releases.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recorded {
    /// What the last document said; `None` if it was never seen, or is gone.
    pub history: Option<History>,
    /// What earlier documents said besides.
    pub memory: Memory,
}

const AFTER: &str = "
    SELECT upstream, package, history FROM document
    WHERE (upstream, package) > ($1, $2) AND package >= $3 AND package < $4
        AND history IS NOT NULL
    ORDER BY upstream, package LIMIT $5";
const RECORDED: &str = "
    SELECT checked, history, memory FROM document WHERE upstream = $1 AND package = $2";

const CONFIRM: &str = "
    UPDATE document SET
        checked = $3, etag = COALESCE($4, etag), last_modified = COALESCE($5, last_modified)
    WHERE upstream = $1 AND package = $2 AND checked <= $3";

/// Where a history is among all. The default is before the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryPlace {
    upstream: String,
    package: String,
}

impl Store {
    /// What is known of the document of `package` from `upstream`, the
    /// registry's address.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn document(
        &self,
        upstream: &str,
        package: &PackageId,
    ) -> Result<Option<DocumentRecord>, StoreError> {
        let failed = self.db().failed("looked a document up");
        let mut reader = self.db().read().await.map_err(&failed)?;
        let row = optional!(
            reader.on(),
            DocumentRow,
            DOCUMENT,
            upstream,
            package.to_string()
        );
        Ok(row.map_err(&failed)?.map(record))
    }

    /// Keeps that `upstream` said at `at` that nothing changed. What it gave
    /// for validators replaces what was known; what it left out stays.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn confirm(
        &self,
        upstream: &str,
        package: &PackageId,
        at: Time,
        validators: Validators<'_>,
    ) -> Result<(), StoreError> {
        let failed = self.db().failed("confirmed a document");
        let mut writing = self.db().write().await.map_err(&failed)?;
        let done = execute!(
            writing.on(),
            CONFIRM,
            upstream,
            package.to_string(),
            at.as_millis(),
            validators.etag,
            validators.last_modified,
        );
        done.map_err(&failed)?;
        writing.commit().await.map_err(&failed)
    }

    /// What the last document of `package` said, and the ones before it.
    ///
    /// # Errors
    /// When the database fails, or what it keeps is damaged.
    pub async fn recorded(
        &self,
        upstream: &str,
        package: &PackageId,
    ) -> Result<Recorded, StoreError> {
        let failed = self.db().failed("looked a history up");
        let mut reader = self.db().read().await.map_err(&failed)?;
        let key = package.to_string();
        let row = optional!(reader.on(), RecordedRow, RECORDED, upstream, &key);
        drop(reader);
        let Some(row) = row.map_err(&failed)? else {
            return Ok(Recorded::default());
        };
        let history = match row.history {
            Some(bytes) => self.history_from(&bytes, upstream, package).await?,
            None => None,
        };
        let memory = self.memory_from(row.memory.as_deref(), &key)?;
        let memory = match &history {
            Some(last) => memory.confirmed(last, Time::from_millis(row.checked)),
            None => memory,
        };
        Ok(Recorded { history, memory })
    }

    /// The histories of the packages of an ecosystem that come after a place, in
    /// the order of registries and packages, each with its place; at most so
    /// many. Those that are gone are left out.
    ///
    /// # Errors
    /// When the database fails, or what it keeps is damaged.
    pub async fn histories_after(
        &self,
        ecosystem: Ecosystem,
        after: &HistoryPlace,
        most: usize,
    ) -> Result<Vec<(HistoryPlace, History)>, StoreError> {
        let failed = self.db().failed("looked histories up");
        let mut reader = self.db().read().await.map_err(&failed)?;
        // `0` is the character after `/`.
        let (first, end) = (format!("pkg:{ecosystem}/"), format!("pkg:{ecosystem}0"));
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let rows = all!(
            reader.on(),
            (String, String, Vec<u8>),
            AFTER,
            &after.upstream,
            &after.package,
            first,
            end,
            most
        );
        let rows = rows.map_err(&failed)?;
        drop(reader);
        let mut histories = Vec::with_capacity(rows.len());
        for (upstream, package, bytes) in rows {
            let Ok(id) = package.parse() else {
                continue;
            };
            if let Some(history) = self.history_from(&bytes, &upstream, &id).await? {
                histories.push((HistoryPlace { upstream, package }, history));
            }
        }
        Ok(histories)
    }

    /// What the last document of `package` said; `None` if it was never seen,
    /// or is gone.
    ///
    /// # Errors
    /// As for [`recorded`](Self::recorded).
    pub async fn history(
        &self,
        upstream: &str,
        package: &PackageId,
    ) -> Result<Option<History>, StoreError> {
        let recorded = self.recorded(upstream, package).await?;
        Ok(recorded.history)
    }

    /// The memory in a column.
    pub(crate) fn memory_from(
        &self,
        column: Option<&[u8]>,
        package: &str,
    ) -> Result<Memory, StoreError> {
        let Some(bytes) = column else {
            return Ok(Memory::default());
        };
        packing::memory_from_column(bytes).ok_or_else(|| StoreError::Damaged {
            at: self.db().at().to_owned(),
            what: format!("what is remembered of `{package}`"),
            why: "it cannot be unpacked".to_owned(),
        })
    }

    /// The history in a column, or if it has an older form, from the ledger.
    pub(crate) async fn history_from(
        &self,
        bytes: &[u8],
        upstream: &str,
        package: &PackageId,
    ) -> Result<Option<History>, StoreError> {
        match packing::history_from_column(bytes) {
            Some(history) => Ok(Some(history)),
            None => self.rebuilt(upstream, package).await,
        }
    }
}

fn record(row: DocumentRow) -> DocumentRecord {
    DocumentRecord {
        document: row.digest.as_deref().and_then(Digest::from_column),
        etag: row.etag,
        last_modified: row.last_modified,
        checked: Time::from_millis(row.checked),
        changed: Time::from_millis(row.changed),
        observation: row.seq,
        read_by_another_version: row.reader != READER,
    }
}
