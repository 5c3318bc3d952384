//! Reading the ledger, and putting histories together from it.

use crate::db::all;
use crate::{Digest, Store, StoreError, packing};
use tenure_domain::fact::{self, Fact};
use tenure_domain::{DocumentKind, History, PackageId, Source, Time};

/// One observation of a package, as the ledger keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// Its number in the whole ledger, from 1, without gaps.
    pub seq: i64,
    /// The registry's address.
    pub upstream: String,
    /// When the registry was asked.
    pub at: Time,
    /// The digest of the document; `None`: the package was gone.
    pub document: Option<Digest>,
    /// What differed from the observation before, as canonical lines: see
    /// [`tenure_domain::fact`].
    pub facts: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct Row {
    seq: i64,
    upstream: String,
    at: i64,
    digest: Option<Vec<u8>>,
    facts: Vec<u8>,
}

const LEDGER: &str = "
    SELECT seq, upstream, at, digest, facts FROM observation
    WHERE package = $1 ORDER BY seq";

impl Store {
    /// All observations of `package`, from any registry, in the order in which
    /// they were made.
    ///
    /// # Errors
    /// When the database fails, or an observation is damaged.
    pub async fn ledger(&self, package: &PackageId) -> Result<Vec<Observation>, StoreError> {
        let failed = self.db().failed("read the ledger");
        let mut reader = self.db().read().await.map_err(&failed)?;
        let rows = all!(reader.on(), Row, LEDGER, package.to_string());
        drop(reader);
        let rows = rows.map_err(&failed)?;
        rows.into_iter().map(|row| self.observation(row)).collect()
    }

    fn observation(&self, row: Row) -> Result<Observation, StoreError> {
        let facts = packing::unpack(&row.facts)
            .ok_or_else(|| self.damaged(row.seq, "its facts cannot be unpacked"))?;
        Ok(Observation {
            seq: row.seq,
            upstream: row.upstream,
            at: Time::from_millis(row.at),
            document: row.digest.as_deref().and_then(Digest::from_column),
            facts,
        })
    }

    /// What all observations of `package` from `upstream` add up to: the same as
    /// [`history`](Self::history), which is derived from it. `None` if it was
    /// never seen, or is gone.
    ///
    /// # Errors
    /// When the database fails, or an observation is damaged.
    pub async fn rebuilt(
        &self,
        upstream: &str,
        package: &PackageId,
    ) -> Result<Option<History>, StoreError> {
        let mut observations = self.ledger(package).await?;
        observations.retain(|observation| observation.upstream == upstream);
        let Some((last, document)) = observations
            .last()
            .and_then(|last| Some((last, last.document?)))
        else {
            return Ok(None);
        };
        // The facts say address and kind.
        let source = Source {
            from: upstream.to_owned(),
            seen: Some(last.at),
            sha256: document.to_string(),
            kind: DocumentKind::FullPackument,
        };
        let facts: Vec<Vec<Fact>> = observations
            .iter()
            .map(|observation| self.facts_of(observation))
            .collect::<Result<_, _>>()?;
        Ok(Some(fact::fold(
            package.clone(),
            source,
            facts.into_iter().flatten(),
        )))
    }

    fn facts_of(&self, observation: &Observation) -> Result<Vec<Fact>, StoreError> {
        fact::read(&observation.facts)
            .map_err(|error| self.damaged(observation.seq, &error.to_string()))
    }

    fn damaged(&self, seq: i64, why: &str) -> StoreError {
        StoreError::Damaged {
            at: self.db().at().to_owned(),
            what: format!("observation {seq}"),
            why: why.to_owned(),
        }
    }
}
