//! Adding to the ledger.

use crate::db::{Connection, execute, optional};
use crate::documents::Validators;
use crate::people::{self, Hands};
use crate::threads::on_another_thread;
use crate::{Digest, READER, Store, StoreError, packing};
use tenure_domain::fact::{self, Fact, Memory};
use tenure_domain::{History, PackageId, Source, Time};

/// A document as a registry served it, and what it says.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The registry's address.
    pub upstream: &'a str,
    /// The package that the document is about.
    pub package: &'a PackageId,
    /// When the registry was asked: where two processes ask at the same time,
    /// the later question has the newer answer.
    pub at: Time,
    /// The digest of the document, as [`Documents::put`](crate::Documents::put)
    /// gave it.
    pub document: Digest,
    /// What identifies it to the registry.
    pub validators: Validators<'a>,
    /// What it says.
    pub history: &'a History,
}

/// What came of an observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observed {
    /// It is in the ledger, under this number.
    Added(i64),
    /// It differs in nothing from the one before.
    Same,
    /// Something newer was observed meanwhile.
    Outdated,
}

/// How often an observation is tried when others observe the same package.
const ATTEMPTS: u32 = 8;

/// An observation to be added, of a document or of its absence.
struct New<'a> {
    upstream: &'a str,
    package: &'a PackageId,
    key: String,
    at: Time,
    document: Option<(Digest, &'a History)>,
    validators: Validators<'a>,
}

/// The observation before.
#[derive(Default)]
pub(crate) struct Before {
    /// Its number; 0 if there is none.
    seq: i64,
    /// When it was made.
    pub(crate) at: Option<Time>,
    /// When it was last confirmed.
    checked: Option<Time>,
    /// Its document; `None`: the package was gone.
    pub(crate) document: Option<Digest>,
    /// What it said.
    pub(crate) history: Option<History>,
    /// What the ones before it said.
    pub(crate) memory: Memory,
}

/// The same, as it is kept.
#[derive(sqlx::FromRow)]
pub(crate) struct BeforeRow {
    seq: i64,
    digest: Option<Vec<u8>>,
    changed: i64,
    checked: i64,
    history: Option<Vec<u8>>,
    memory: Option<Vec<u8>>,
}

const BEFORE: &str = "
    SELECT seq, digest, changed, checked, history, memory FROM document
    WHERE upstream = $1 AND package = $2";

/// Also lets all others that add wait until this one has ended.
const NEXT_SEQ: &str = "UPDATE ledger_end SET last = last + 1 RETURNING last";

const ADD: &str = "
    INSERT INTO observation (seq, upstream, package, at, digest, facts)
    VALUES ($1, $2, $3, $4, $5, $6)";

/// Touches nothing where another observation came between: `$11` is the one
/// that this one differs from. `said` is an import's alone.
const POINT: &str = "
    INSERT INTO document (
        upstream, package, seq, digest, etag, last_modified, checked, changed, reader,
        history, memory)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10)
    ON CONFLICT (upstream, package) DO UPDATE SET
        seq = excluded.seq, digest = excluded.digest, etag = excluded.etag,
        last_modified = excluded.last_modified, checked = excluded.checked,
        changed = excluded.changed, reader = excluded.reader, history = excluded.history,
        memory = excluded.memory, said = NULL
    WHERE document.seq = $11";

const SEEN_AGAIN: &str = "
    UPDATE document SET checked = $3, etag = $4, last_modified = $5, reader = $6
    WHERE upstream = $1 AND package = $2 AND seq = $7 AND checked <= $3";

impl Store {
    /// Keeps what a registry served: an observation in the ledger if anything
    /// differs from the last one, and where things stand now. All of it, or
    /// nothing.
    ///
    /// # Errors
    /// When the database fails, or others observe the package all the time.
    pub async fn observe(&self, seen: &Seen<'_>) -> Result<Observed, StoreError> {
        self.add(&New {
            upstream: seen.upstream,
            package: seen.package,
            key: seen.package.to_string(),
            at: seen.at,
            document: Some((seen.document, seen.history)),
            validators: seen.validators,
        })
        .await
    }

    /// Keeps that a registry says that there is no such package. Of a package
    /// that was never seen nothing is kept: anybody can ask for any name.
    ///
    /// # Errors
    /// As for [`observe`](Self::observe).
    pub async fn observe_gone(
        &self,
        upstream: &str,
        package: &PackageId,
        at: Time,
    ) -> Result<Observed, StoreError> {
        self.add(&New {
            upstream,
            package,
            key: package.to_string(),
            at,
            document: None,
            validators: Validators::default(),
        })
        .await
    }

    async fn add(&self, new: &New<'_>) -> Result<Observed, StoreError> {
        for _ in 0..ATTEMPTS {
            let before = self.before(new).await?;
            if before.at.is_some_and(|at| new.at < at) {
                return Ok(Observed::Outdated);
            }
            let seq = before.seq;
            let observed = match prepare(before, new).await {
                Some(addition) => self.add_to(seq, new, addition).await?,
                None => self.seen_again(seq, new).await?,
            };
            if let Some(observed) = observed {
                return Ok(observed);
            }
        }
        Err(StoreError::Contended {
            what: new.key.clone(),
            times: ATTEMPTS,
        })
    }

    async fn before(&self, new: &New<'_>) -> Result<Before, StoreError> {
        let failed = self.db().failed("looked for the last observation");
        let mut reader = self.db().read().await.map_err(&failed)?;
        let row = optional!(reader.on(), BeforeRow, BEFORE, new.upstream, &new.key);
        drop(reader);
        match row.map_err(&failed)? {
            Some(row) => self.before_of(row, new.upstream, new.package).await,
            None => Ok(Before::default()),
        }
    }

    /// The observation before, read.
    pub(crate) async fn before_of(
        &self,
        row: BeforeRow,
        upstream: &str,
        package: &PackageId,
    ) -> Result<Before, StoreError> {
        let history = match row.history {
            Some(bytes) => self.history_from(&bytes, upstream, package).await?,
            None => None,
        };
        Ok(Before {
            seq: row.seq,
            at: Some(Time::from_millis(row.changed)),
            checked: Some(Time::from_millis(row.checked)),
            document: row.digest.as_deref().and_then(Digest::from_column),
            history,
            memory: self.memory_from(row.memory.as_deref(), &package.to_string())?,
        })
    }

    /// Adds to the ledger; `None` if another observation came between.
    async fn add_to(
        &self,
        before: i64,
        new: &New<'_>,
        addition: Addition,
    ) -> Result<Option<Observed>, StoreError> {
        let failed = self.db().failed("added an observation");
        let mut writing = self.db().write().await.map_err(&failed)?;
        let seq = optional!(writing.on(), (i64,), NEXT_SEQ).map_err(&failed)?;
        let seq = seq.map_or(1, |(seq,)| seq);
        let digest = new.document.map(|(digest, _)| digest.as_bytes().to_vec());
        let added = execute!(
            writing.on(),
            ADD,
            seq,
            new.upstream,
            &new.key,
            new.at.as_millis(),
            digest.as_deref(),
            addition.facts.as_slice(),
        );
        added.map_err(&failed)?;
        let pointed = point(writing.on(), new, (seq, before), digest, &addition);
        if !pointed.await.map_err(&failed)? {
            return Ok(None);
        }
        if let Some(hands) = addition.hands {
            let replaced = people::replace(&mut writing, new.upstream, &new.key, &hands).await;
            replaced.map_err(&failed)?;
        }
        writing.commit().await.map_err(&failed)?;
        Ok(Some(Observed::Added(seq)))
    }

    /// Keeps that nothing differs; `None` if an observation came between.
    async fn seen_again(&self, before: i64, new: &New<'_>) -> Result<Option<Observed>, StoreError> {
        if before == 0 {
            return Ok(Some(Observed::Same));
        }
        let failed = self.db().failed("confirmed a document");
        let mut writing = self.db().write().await.map_err(&failed)?;
        let touched = execute!(
            writing.on(),
            SEEN_AGAIN,
            new.upstream,
            &new.key,
            new.at.as_millis(),
            new.validators.etag,
            new.validators.last_modified,
            READER,
            before,
        );
        touched.map_err(&failed)?;
        writing.commit().await.map_err(&failed)?;
        Ok(Some(Observed::Same))
    }
}

/// What an observation adds, as it is kept.
pub(crate) struct Addition {
    /// What differs.
    pub(crate) facts: Vec<u8>,
    /// What the document says; `None`: the package is gone.
    pub(crate) history: Option<Vec<u8>>,
    /// What the ones before it said besides.
    pub(crate) memory: Option<Vec<u8>>,
    /// `None`: the same hands as before.
    pub(crate) hands: Option<Hands>,
}

/// Finds what is new, before anybody has to wait for the database; `None` if
/// nothing is.
async fn prepare(before: Before, new: &New<'_>) -> Option<Addition> {
    let document = new.document.map(|(digest, history)| {
        let history = sourced(history, digest, new.at);
        (digest, history)
    });
    let add = move || {
        let document = document.as_ref();
        let facts = difference(&before, document)?;
        let history = document.map(|(_, history)| history);
        let column = history.map(packing::history_to_column);
        Some(addition(before, facts, (history, column), packing::pack))
    };
    on_another_thread(add).await
}

/// What an observation adds that differs in `facts`, the canonical bytes, from
/// the one before. The history comes with the column that it is to be kept in.
pub(crate) fn addition(
    before: Before,
    mut facts: Vec<u8>,
    (history, column): (Option<&History>, Option<Vec<u8>>),
    mut pack: impl FnMut(&[u8]) -> Vec<u8>,
) -> Addition {
    if let Some(confirmation) = confirmation(&before) {
        facts.splice(..0, fact::write(&[confirmation]));
    }
    let hands_before = Hands::of(before.history.as_ref(), &before.memory);
    let memory = match (&before.history, before.checked) {
        (Some(last), Some(checked)) => before.memory.confirmed(last, checked),
        _ => before.memory,
    };
    let memory = memory.after(before.history.as_ref(), history);
    let hands = Hands::of(history, &memory);
    Addition {
        facts: pack(&facts),
        history: column,
        memory: packing::memory_to_column(&memory),
        hands: (hands != hands_before).then_some(hands),
    }
}

fn difference(before: &Before, document: Option<&(Digest, History)>) -> Option<Vec<u8>> {
    let Some((digest, history)) = document else {
        return before.document.map(|_| fact::write(&[Fact::Gone {}]));
    };
    let facts = match &before.history {
        Some(last) => fact::write(&fact::diff(Some(last), history)),
        None => fact::first(history),
    };
    (before.document != Some(*digest) || !facts.is_empty()).then_some(facts)
}

/// Until when what was known before was seen so, where that is later than the
/// ledger has it.
fn confirmation(before: &Before) -> Option<Fact> {
    let at = before.checked.filter(|_| before.document.is_some())?;
    (Some(at) > before.at).then_some(Fact::Confirmed { at })
}

/// The history as seen here and now: its reader may not know when and which
/// bytes, and putting it together again from the ledger has to give the same.
fn sourced(history: &History, digest: Digest, at: Time) -> History {
    let mut history = history.clone();
    history.set_source(Source {
        seen: Some(at),
        sha256: digest.to_string(),
        ..history.source().clone()
    });
    history
}

/// Points to an observation; false if another one came between.
async fn point(
    on: Connection<'_>,
    new: &New<'_>,
    (seq, before): (i64, i64),
    digest: Option<Vec<u8>>,
    addition: &Addition,
) -> Result<bool, sqlx::Error> {
    let touched = execute!(
        on,
        POINT,
        new.upstream,
        &new.key,
        seq,
        digest,
        new.validators.etag,
        new.validators.last_modified,
        new.at.as_millis(),
        READER,
        addition.history.as_deref(),
        addition.memory.as_deref(),
        before,
    );
    Ok(touched? == 1)
}
