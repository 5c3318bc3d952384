//! What others say of malicious code in releases.

use crate::db::{Connection, Writing, all, build, execute, optional};
use crate::{Store, StoreError};
use std::collections::HashMap;
use tenure_domain::{Advisory, Affected, Ecosystem, PackageId, Time};

/// What came of advisories that were taken in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AdvisoriesKept {
    /// Nothing was known of them.
    pub new: u64,
    /// An older text was there, in whose place they came.
    pub changed: u64,
    /// They were there.
    pub same: u64,
    /// A newer text was there, so they were passed over.
    pub outdated: u64,
}

/// What is at hand of an ecosystem's advisories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdvisoriesAtHand {
    /// When they were last taken in.
    pub at: Time,
    /// How many there were then, withdrawn ones among them.
    pub advisories: u64,
}

/// Advisories that are written together.
const AT_ONCE: usize = 500;

const KNOWN: &str = "SELECT id, modified FROM advisory";
const FORGET: [&str; 2] = [
    "DELETE FROM advisory_package WHERE advisory IN (",
    "DELETE FROM advisory WHERE id IN (",
];
const KEEP: &str = "
    INSERT INTO advisory (id, aliases, modified, published, withdrawn, summary, source) ";
const KEEP_PACKAGES: &str = "INSERT INTO advisory_package (package, advisory, versions) ";
const OF_PACKAGE: &str = "
    SELECT id, aliases, modified, published, withdrawn, summary, source, versions
    FROM advisory_package JOIN advisory ON advisory.id = advisory_package.advisory
    WHERE package = $1 ORDER BY published, id";
const COUNT: &str = "
    SELECT COUNT(DISTINCT advisory) FROM advisory_package WHERE package > $1 AND package < $2";
const COUNTED: &str = "
    INSERT INTO advisory_import (ecosystem, at, advisories) VALUES ($1, $2, $3)
    ON CONFLICT (ecosystem) DO UPDATE SET at = excluded.at, advisories = excluded.advisories";
const NONE_ANY_MORE: &str = "DELETE FROM advisory_import WHERE ecosystem = $1";
const AT_HAND: &str = "SELECT at, advisories FROM advisory_import WHERE ecosystem = $1";

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    aliases: String,
    modified: i64,
    published: i64,
    withdrawn: Option<i64>,
    summary: String,
    source: String,
    versions: String,
}

impl Store {
    /// Keeps advisories that were taken in at a moment: all of them, or nothing.
    /// Of several texts of one, the one that was last changed counts. `done` is
    /// told how many of how many are written.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_advisories(
        &self,
        at: Time,
        advisories: &[Advisory],
        mut done: impl FnMut(usize, usize),
    ) -> Result<AdvisoriesKept, StoreError> {
        let failed = self.db().failed("kept advisories");
        let mut writing = self.db().write().await.map_err(&failed)?;
        let known = all!(writing.on(), (String, i64), KNOWN).map_err(&failed)?;
        let (kept, new) = sorted_out(advisories, &known.into_iter().collect());
        let mut written = 0;
        for some in new.chunks(AT_ONCE) {
            write(&mut writing, some).await.map_err(&failed)?;
            written += some.len();
            done(written, new.len());
        }
        for ecosystem in Ecosystem::ALL {
            let counted = count(&mut writing, ecosystem, at).await;
            counted.map_err(&failed)?;
        }
        writing.commit().await.map_err(&failed)?;
        Ok(kept)
    }

    /// What is said of a package, withdrawn advisories among it, the oldest
    /// first. Each speaks of this package alone.
    ///
    /// # Errors
    /// When the database fails, or what is kept cannot be read.
    pub async fn advisories_of(&self, package: &PackageId) -> Result<Vec<Advisory>, StoreError> {
        let failed = self.db().failed("looked for advisories");
        let mut reader = self.db().read().await.map_err(&failed)?;
        let rows = all!(reader.on(), Row, OF_PACKAGE, package.to_string());
        let rows = rows.map_err(&failed)?.into_iter();
        let read = rows.map(|row| {
            let id = row.id.clone();
            advisory(row, package).ok_or_else(|| StoreError::Damaged {
                at: self.db().at().to_owned(),
                what: format!("the advisory `{id}`"),
                why: "its versions cannot be read".to_owned(),
            })
        });
        read.collect()
    }

    /// What is at hand of an ecosystem's advisories; `None` if none ever was.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn advisories_at_hand(
        &self,
        ecosystem: Ecosystem,
    ) -> Result<Option<AdvisoriesAtHand>, StoreError> {
        let failed = self.db().failed("counted advisories");
        let mut reader = self.db().read().await.map_err(&failed)?;
        let row = optional!(reader.on(), (i64, i64), AT_HAND, ecosystem.as_str());
        Ok(row.map_err(&failed)?.map(|(at, count)| AdvisoriesAtHand {
            at: Time::from_millis(at),
            advisories: u64::try_from(count).unwrap_or_default(),
        }))
    }
}

/// Which of them are new, or newer than what is known.
fn sorted_out<'a>(
    advisories: &'a [Advisory],
    known: &HashMap<String, i64>,
) -> (AdvisoriesKept, Vec<&'a Advisory>) {
    let mut newest: HashMap<&str, &Advisory> = HashMap::with_capacity(advisories.len());
    for advisory in advisories {
        let chosen = newest.entry(&advisory.id).or_insert(advisory);
        if chosen.modified < advisory.modified {
            *chosen = advisory;
        }
    }
    let (mut kept, mut new) = (AdvisoriesKept::default(), Vec::new());
    for advisory in advisories {
        // Each once, in their order.
        if !newest
            .get(&*advisory.id)
            .is_some_and(|chosen| std::ptr::eq(*chosen, advisory))
        {
            continue;
        }
        let before = known.get(&*advisory.id);
        match before.map(|before| advisory.modified.as_millis().cmp(before)) {
            None if advisory.affected.is_empty() => continue,
            None => kept.new += 1,
            Some(std::cmp::Ordering::Greater) => kept.changed += 1,
            Some(std::cmp::Ordering::Equal) => {
                kept.same += 1;
                continue;
            }
            Some(std::cmp::Ordering::Less) => {
                kept.outdated += 1;
                continue;
            }
        }
        new.push(advisory);
    }
    (kept, new)
}

async fn write(writing: &mut Writing, new: &[&Advisory]) -> Result<(), sqlx::Error> {
    forget(writing.on(), FORGET[0], new).await?;
    forget(writing.on(), FORGET[1], new).await?;
    build!(writing.on(), KEEP, |query| {
        query.push_values(new, |mut row, advisory| {
            row.push_bind(&*advisory.id)
                .push_bind(advisory.aliases.join("\n"))
                .push_bind(advisory.modified.as_millis())
                .push_bind(advisory.published.as_millis())
                .push_bind(advisory.withdrawn.map(Time::as_millis))
                .push_bind(&*advisory.summary)
                .push_bind(&*advisory.source);
        });
    })?;
    let affected = new.iter().flat_map(|advisory| {
        let affected = advisory.affected.iter();
        affected.map(|affected| (&*advisory.id, affected))
    });
    let affected: Vec<(&str, &Affected)> = affected.collect();
    for affected in affected.chunks(AT_ONCE) {
        build!(writing.on(), KEEP_PACKAGES, |query| {
            query.push_values(affected, |mut row, (advisory, affected)| {
                row.push_bind(affected.package.to_string())
                    .push_bind(*advisory)
                    .push_bind(affected.to_lines());
            });
        })?;
    }
    Ok(())
}

async fn forget(
    on: Connection<'_>,
    head: &'static str,
    advisories: &[&Advisory],
) -> Result<(), sqlx::Error> {
    build!(on, head, |query| {
        let mut list = query.separated(", ");
        for advisory in advisories {
            list.push_bind(&*advisory.id);
        }
        list.push_unseparated(")");
    })
}

/// Counts what is there of an ecosystem, and keeps it.
async fn count(writing: &mut Writing, ecosystem: Ecosystem, at: Time) -> Result<(), sqlx::Error> {
    // All its packages lie between these: `0` follows `/`.
    let (first, last) = (format!("pkg:{ecosystem}/"), format!("pkg:{ecosystem}0"));
    let row = optional!(writing.on(), (i64,), COUNT, first, last)?;
    let (name, at) = (ecosystem.as_str(), at.as_millis());
    match row {
        Some((advisories @ 1..,)) => execute!(writing.on(), COUNTED, name, at, advisories),
        _ => execute!(writing.on(), NONE_ANY_MORE, name),
    }
    .map(drop)
}

fn advisory(row: Row, package: &PackageId) -> Option<Advisory> {
    Some(Advisory {
        id: row.id.into(),
        aliases: row.aliases.lines().map(Into::into).collect(),
        modified: Time::from_millis(row.modified),
        published: Time::from_millis(row.published),
        withdrawn: row.withdrawn.map(Time::from_millis),
        summary: row.summary.into(),
        source: row.source.into(),
        affected: vec![Affected::from_lines(package.clone(), &row.versions)?],
    })
}
