//! Tokens with which projects push. Only their digests are kept.

use crate::db::{all, execute, optional};
use crate::{ProjectName, Store, StoreError};
use tenure_domain::Time;

/// A token of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What its maker called it.
    pub label: String,
    /// When it was made.
    pub created: Time,
    /// When it was revoked.
    pub revoked: Option<Time>,
}

/// What a token stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenUse {
    /// The project that it may push to.
    pub project: ProjectName,
    /// What its maker called it.
    pub label: String,
}

const ADD: &str = "
    INSERT INTO token (sha256, project, label, created)
    SELECT $1, name, $3, $4 FROM project WHERE name = $2";

const REVOKE: &str = "
    UPDATE token SET revoked = $3 WHERE project = $1 AND label = $2 AND revoked IS NULL";

const TOKENS: &str = "
    SELECT label, created, revoked FROM token WHERE project = $1 ORDER BY created, label";

const USE: &str = "SELECT project, label FROM token WHERE sha256 = $1 AND revoked IS NULL";

impl Store {
    /// Adds a token, of which only the SHA-256 is known; false if there is no
    /// such project.
    ///
    /// # Errors
    /// When the database fails, or has this token already.
    pub async fn add_token(
        &self,
        project: &ProjectName,
        sha256: &[u8; 32],
        label: &str,
        at: Time,
    ) -> Result<bool, StoreError> {
        let failed = self.db().failed("added a token");
        let mut writing = self.db().write().await.map_err(&failed)?;
        let added = execute!(
            writing.on(),
            ADD,
            sha256.as_slice(),
            project.as_str(),
            label,
            at.as_millis()
        );
        let added = added.map_err(&failed)?;
        writing.commit().await.map_err(&failed)?;
        Ok(added == 1)
    }

    /// Revokes all tokens of a project with this label, and says how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_token(
        &self,
        project: &ProjectName,
        label: &str,
        at: Time,
    ) -> Result<u64, StoreError> {
        let failed = self.db().failed("revoked a token");
        let mut writing = self.db().write().await.map_err(&failed)?;
        let revoked = execute!(
            writing.on(),
            REVOKE,
            project.as_str(),
            label,
            at.as_millis()
        );
        let revoked = revoked.map_err(&failed)?;
        writing.commit().await.map_err(&failed)?;
        Ok(revoked)
    }

    /// All tokens of a project, oldest first, revoked ones included.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tokens(&self, project: &ProjectName) -> Result<Vec<Token>, StoreError> {
        let failed = self.db().failed("listed tokens");
        let mut reader = self.db().read().await.map_err(&failed)?;
        let rows = all!(
            reader.on(),
            (String, i64, Option<i64>),
            TOKENS,
            project.as_str()
        );
        let rows = rows.map_err(&failed)?.into_iter();
        let tokens = rows.map(|(label, created, revoked)| Token {
            label,
            created: Time::from_millis(created),
            revoked: revoked.map(Time::from_millis),
        });
        Ok(tokens.collect())
    }

    /// What the token with this SHA-256 stands for; `None` if there is none or
    /// it was revoked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn project_of_token(
        &self,
        sha256: &[u8; 32],
    ) -> Result<Option<TokenUse>, StoreError> {
        let failed = self.db().failed("looked a token up");
        let mut reader = self.db().read().await.map_err(&failed)?;
        let row = optional!(reader.on(), (String, String), USE, sha256.as_slice());
        Ok(row.map_err(&failed)?.and_then(|(project, label)| {
            let project = project.parse().ok()?;
            Some(TokenUse { project, label })
        }))
    }
}
