use std::fmt;
use std::path::PathBuf;

/// Where a store keeps its things.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// Where the database is.
    pub database: DatabaseAt,
    /// Where documents and tarballs are.
    pub blobs: BlobsAt,
}

/// Where the database is.
#[derive(Clone)]
pub enum DatabaseAt {
    /// A file of SQLite's, made where there is none.
    Sqlite(PathBuf),
    /// A PostgreSQL database, as a URL: `postgres://user:password@host/name`.
    Postgres(String),
}

/// Where blobs are.
#[derive(Clone, Debug)]
pub enum BlobsAt {
    /// A folder, made where there is none.
    Folder(PathBuf),
    /// A bucket of S3 or something compatible.
    S3(S3Options),
}

/// A bucket of S3 or something compatible.
#[derive(Clone, Debug)]
pub struct S3Options {
    /// The server's address; `None` for Amazon's own in `region`.
    pub endpoint: Option<String>,
    /// The bucket. It must exist.
    pub bucket: String,
    /// The region; servers of one's own mostly take any.
    pub region: String,
    /// What the names of all blobs begin with; empty for nothing.
    pub prefix: String,
    /// Whether an `http` endpoint is fine.
    pub allow_http: bool,
    /// The key to use; `None` for the one that the machine has by its role.
    pub credentials: Option<S3Credentials>,
    /// A folder for files on their way to the bucket, made where there is none.
    pub temporary: PathBuf,
}

/// A key of S3.
#[derive(Clone)]
pub struct S3Credentials {
    /// The key's public part.
    pub access_key_id: String,
    /// The key's secret part.
    pub secret_access_key: String,
    /// For keys that live for a session.
    pub session_token: Option<String>,
}

impl fmt::Debug for S3Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Credentials")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for DatabaseAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for DatabaseAt {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Postgres(url) => f.write_str(&without_secrets(url)),
        }
    }
}

fn without_secrets(url: &str) -> String {
    let Some(mut url) = url::Url::parse(url).ok().filter(url::Url::has_host) else {
        return "PostgreSQL".to_owned();
    };
    // A password may stand in the query, too.
    url.set_query(None);
    if url.password().is_some() {
        // Fails only for addresses that cannot have one.
        let _ = url.set_password(None);
    }
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_shown() {
        let url = "postgres://ada:s3cret@db.example:5432/tenure?password=s3cret";
        let shown = format!("{:?}", DatabaseAt::Postgres(url.to_owned()));
        assert_eq!(shown, "postgres://ada@db.example:5432/tenure");
        for other in ["host=x password=s3cret", "ada:s3cret"] {
            let shown = DatabaseAt::Postgres(other.to_owned()).to_string();
            assert_eq!(shown, "PostgreSQL");
        }
        let credentials = S3Credentials {
            access_key_id: "public".to_owned(),
            secret_access_key: "s3cret".to_owned(),
            session_token: Some("s3cret".to_owned()),
        };
        assert!(!format!("{credentials:?}").contains("s3cret"));
    }
}
