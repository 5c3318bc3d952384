//! Projects: their decisions and their baseline, as they were pushed.

use crate::db::{Writing, all, execute, optional};
use crate::{Digest, Store, StoreError, packing};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use tenure_domain::Time;

/// The name of a project, as it stands in addresses: lower-case letters,
/// digits, `-`, `_` and `.`, beginning with a letter or a digit.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProjectName(Box<str>);

/// A text that cannot name a project.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "`{0}` cannot name a project; use at most 64 lower-case letters, digits, `-`, `_` and `.`, and begin with a letter or a digit"
)]
pub struct ProjectNameError(String);

const LONGEST: usize = 64;

impl ProjectName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ProjectName {
    type Err = ProjectNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
        let fits = text.len() <= LONGEST
            && text.bytes().next().is_some_and(plain)
            && text.bytes().all(|c| plain(c) || b"-_.".contains(&c));
        if fits {
            Ok(Self(text.into()))
        } else {
            Err(ProjectNameError(text.chars().take(80).collect()))
        }
    }
}

impl fmt::Display for ProjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a project keeps beside its lockfile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProjectFiles {
    /// `tenure.toml`: policy and decisions.
    pub project_file: String,
    /// `tenure.lock`: the accepted hands.
    pub baseline: String,
    /// What the sources of vouches say that `tenure.toml` names, by their names
    /// there.
    pub vouches: BTreeMap<String, Vec<String>>,
}

/// A project and its newest files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectRecord {
    /// Its name.
    pub name: ProjectName,
    /// The number of its newest files; 0 if none were pushed yet.
    pub revision: i64,
    /// Its newest files; empty if none were pushed yet.
    pub files: ProjectFiles,
    /// When they were pushed.
    pub pushed: Option<Time>,
}

/// A project in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectSummary {
    /// Its name.
    pub name: ProjectName,
    /// When it was made.
    pub created: Time,
    /// The number of its newest files; 0 if none were pushed yet.
    pub revision: i64,
    /// When they were pushed.
    pub pushed: Option<Time>,
}

#[derive(sqlx::FromRow)]
struct Row {
    revision: i64,
    pushed: Option<i64>,
    project_file: Option<Vec<u8>>,
    baseline: Option<Vec<u8>>,
    vouches: Option<Vec<u8>>,
}

const CREATE: &str = "
    INSERT INTO project (name, created, revision) VALUES ($1, $2, 0)
    ON CONFLICT (name) DO NOTHING";

const LIST: &str = "SELECT name, created, revision, pushed FROM project ORDER BY name";

const PROJECT: &str = "
    SELECT project.revision, project.pushed, project_files.project_file, project_files.baseline,
        vouches.texts AS vouches
    FROM project LEFT JOIN project_files
    ON project_files.project = project.name AND project_files.revision = project.revision
    LEFT JOIN vouches ON vouches.sha256 = project_files.vouches
    WHERE project.name = $1";

const REVISION: &str = "SELECT revision FROM project WHERE name = $1";

/// Also lets others that push to the same project wait until this one has ended.
const NEXT_REVISION: &str = "
    UPDATE project SET revision = revision + 1, pushed = $2 WHERE name = $1
    RETURNING revision";

const ADD_FILES: &str = "
    INSERT INTO project_files (project, revision, project_file, baseline, pushed_by, at, vouches)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

const ADD_VOUCHES: &str = "
    INSERT INTO vouches (sha256, texts) VALUES ($1, $2) ON CONFLICT (sha256) DO NOTHING";

impl Store {
    /// Makes a project; false if there is one of that name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn create_project(&self, name: &ProjectName, at: Time) -> Result<bool, StoreError> {
        let failed = self.db().failed("made a project");
        let mut writing = self.db().write().await.map_err(&failed)?;
        let made = execute!(writing.on(), CREATE, name.as_str(), at.as_millis());
        let made = made.map_err(&failed)?;
        writing.commit().await.map_err(&failed)?;
        Ok(made == 1)
    }

    /// All projects, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn projects(&self) -> Result<Vec<ProjectSummary>, StoreError> {
        let failed = self.db().failed("listed the projects");
        let mut reader = self.db().read().await.map_err(&failed)?;
        let rows = all!(reader.on(), (String, i64, i64, Option<i64>), LIST);
        let rows = rows.map_err(&failed)?.into_iter();
        let summaries = rows.map(|(name, created, revision, pushed)| ProjectSummary {
            name: ProjectName(name.into()),
            created: Time::from_millis(created),
            revision,
            pushed: pushed.map(Time::from_millis),
        });
        Ok(summaries.collect())
    }

    /// A project with its newest files.
    ///
    /// # Errors
    /// When the database fails, or what it has is damaged.
    pub async fn project(&self, name: &ProjectName) -> Result<Option<ProjectRecord>, StoreError> {
        let failed = self.db().failed("looked a project up");
        let mut reader = self.db().read().await.map_err(&failed)?;
        let row = optional!(reader.on(), Row, PROJECT, name.as_str()).map_err(&failed)?;
        row.map(|row| self.project_record(name, row)).transpose()
    }

    fn project_record(&self, name: &ProjectName, row: Row) -> Result<ProjectRecord, StoreError> {
        let what = format!("project `{name}`");
        let text = |packed: Option<Vec<u8>>| match packed {
            Some(packed) => packing::unpack_text(&packed, self.db().at(), &what),
            None => Ok(String::new()),
        };
        Ok(ProjectRecord {
            name: name.clone(),
            revision: row.revision,
            files: ProjectFiles {
                project_file: text(row.project_file)?,
                baseline: text(row.baseline)?,
                vouches: match row.vouches {
                    Some(packed) => packing::unpack_texts(&packed, self.db().at(), &what)?,
                    None => BTreeMap::new(),
                },
            },
            pushed: row.pushed.map(Time::from_millis),
        })
    }

    /// The number of a project's newest files, 0 if none were pushed yet; `None`
    /// if there is no such project. Cheap, for asking often.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn project_revision(&self, name: &ProjectName) -> Result<Option<i64>, StoreError> {
        let failed = self.db().failed("looked for a project's revision");
        let mut reader = self.db().read().await.map_err(&failed)?;
        let row = optional!(reader.on(), (i64,), REVISION, name.as_str());
        Ok(row.map_err(&failed)?.map(|(revision,)| revision))
    }

    /// Adds files to a project and gives their number; `None` if there is no
    /// such project. Earlier files stay. The same files as the newest ones add
    /// nothing. `by` is the label of the token that was shown.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn push_project(
        &self,
        name: &ProjectName,
        files: &ProjectFiles,
        by: &str,
        at: Time,
    ) -> Result<Option<i64>, StoreError> {
        match self.project(name).await? {
            None => return Ok(None),
            Some(newest) if newest.revision > 0 && newest.files == *files => {
                return Ok(Some(newest.revision));
            }
            Some(_) => {}
        }
        let failed = self.db().failed("kept a project's files");
        let mut writing = self.db().write().await.map_err(&failed)?;
        let revision = add_files(&mut writing, name, files, by, at).await;
        let revision = revision.map_err(&failed)?;
        writing.commit().await.map_err(&failed)?;
        Ok(revision)
    }
}

async fn add_files(
    writing: &mut Writing,
    name: &ProjectName,
    files: &ProjectFiles,
    by: &str,
    at: Time,
) -> Result<Option<i64>, sqlx::Error> {
    let at = at.as_millis();
    let row = optional!(writing.on(), (i64,), NEXT_REVISION, name.as_str(), at)?;
    let Some((revision,)) = row else {
        return Ok(None);
    };
    let vouches = add_vouches(writing, &files.vouches).await?;
    execute!(
        writing.on(),
        ADD_FILES,
        name.as_str(),
        revision,
        packing::pack(files.project_file.as_bytes()),
        packing::pack(files.baseline.as_bytes()),
        by,
        at,
        vouches.as_ref().map(|digest| digest.as_bytes().as_slice()),
    )?;
    Ok(Some(revision))
}

/// Keeps texts, if there are any, and gives the name under which they are kept.
async fn add_vouches(
    writing: &mut Writing,
    texts: &BTreeMap<String, Vec<String>>,
) -> Result<Option<Digest>, sqlx::Error> {
    if texts.is_empty() {
        return Ok(None);
    }
    let bytes = packing::texts(texts);
    let (digest, packed) = (Digest::of(&bytes), packing::pack(&bytes));
    execute!(
        writing.on(),
        ADD_VOUCHES,
        digest.as_bytes().as_slice(),
        packed
    )?;
    Ok(Some(digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_into_addresses() {
        for good in ["web", "a", "0x", "team.web-app_2", &"a".repeat(64)] {
            assert_eq!(good.parse::<ProjectName>().unwrap().as_str(), good);
        }
        for bad in [
            "",
            "-",
            ".",
            "..",
            "Web",
            "a/b",
            "a b",
            "\u{e9}",
            &"a".repeat(65),
        ] {
            assert!(bad.parse::<ProjectName>().is_err(), "{bad}");
        }
    }
}
