use crate::npm_config::UpstreamError;
use std::fmt::Display;
use std::path::PathBuf;
use std::time::Duration;
use tenure_domain::PackageId;

/// Why the facts of a package could not be had.
///
/// Addresses in it carry no credentials.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// It is not known which registry to ask.
    #[error(transparent)]
    NoUpstream(#[from] UpstreamError),
    /// The registry does not have the package.
    #[error("`{url}` answered that there is no such package")]
    NotFound {
        /// The address that was asked.
        url: String,
    },
    /// The registry has the package, and says nothing of people.
    #[error("`{url}` says nothing of people, and no API beside it does")]
    NobodyNamed {
        /// The address that was asked.
        url: String,
    },
    /// The registry does not let us in.
    #[error("`{url}` refused with status {status}: {hint}")]
    Refused {
        /// The address that was asked.
        url: String,
        /// 401 or 403.
        status: u16,
        /// What the registry said, and what to do.
        hint: String,
    },
    /// An answer with an unexpected status, after the retries.
    #[error("`{url}` answered with status {status}{}", later(*.retry_after))]
    Status {
        /// The address that was asked.
        url: String,
        /// The status.
        status: u16,
        /// When the registry wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// No connection, after the retries.
    #[error("`{url}` cannot be reached: {why}")]
    Unreachable {
        /// The address that was asked.
        url: String,
        /// What the network said.
        why: String,
    },
    /// The connection stood still.
    #[error("`{url}` sent nothing for {} s", .patience.as_secs_f32())]
    Stalled {
        /// The address that was asked.
        url: String,
        /// How long it was waited for.
        patience: Duration,
    },
    /// The answer kept coming, and did not come to its end in time.
    #[error("the answer of `{url}` was not complete after {} s", .longest.as_secs_f32())]
    Slow {
        /// The address that was asked.
        url: String,
        /// How long it was waited for.
        longest: Duration,
    },
    /// The answer ended before its end.
    #[error("the answer of `{url}` broke off: {why}")]
    Truncated {
        /// The address that was asked.
        url: String,
        /// What was noticed.
        why: String,
    },
    /// The answer is larger than anything expected.
    #[error("the answer of `{url}` is larger than {limit} bytes")]
    TooLarge {
        /// The address that was asked.
        url: String,
        /// The limit, in bytes after decompression.
        limit: u64,
    },
    /// A redirection that is not followed.
    #[error("`{url}` redirects {why}")]
    Redirect {
        /// The address that was asked.
        url: String,
        /// Where to, and why it is not followed.
        why: String,
    },
    /// An address that somebody else wrote, and that must not be asked.
    #[error("`{url}` is not asked, {why}")]
    Unasked {
        /// The address.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// An address that is meant to be one of a registry's, and is not.
    #[error("`{path}` is no address below `{registry}`")]
    Outside {
        /// The registry's address.
        registry: String,
        /// What was to be asked there.
        path: String,
    },
    /// The answer is no document of a package.
    #[error("the answer of `{url}` cannot be read: {why}")]
    Unreadable {
        /// The address or the file.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// The answer is about another package.
    #[error("`{url}` answered with the document of `{got}`")]
    WrongPackage {
        /// The address that was asked.
        url: String,
        /// The package that the document is about.
        got: PackageId,
    },
    /// Working offline, and the cache does not have the package.
    #[error("`{package}` is not in the cache; run once without `--offline` to fetch it")]
    Offline {
        /// The package.
        package: PackageId,
    },
    /// The folder of recorded facts does not have the package.
    #[error("`{package}` is not among the recorded facts in `{}`", .folder.display())]
    NotRecorded {
        /// The package.
        package: PackageId,
        /// The folder that was read.
        folder: PathBuf,
    },
    /// The client could not be set up, so nothing can be fetched.
    #[error("no HTTP client: {why}")]
    Setup {
        /// What failed: a certificate file, a proxy's address.
        why: String,
    },
}

fn later(retry_after: Option<Duration>) -> String {
    retry_after.map_or(String::new(), |wait| {
        format!(" and asks to come back in {} s", wait.as_secs())
    })
}

impl FetchError {
    /// The answer of `url` is no document.
    pub fn unreadable(url: impl Into<String>, why: &dyn Display) -> Self {
        Self::Unreadable {
            url: url.into(),
            why: why.to_string(),
        }
    }

    /// Whether the registry answered that there is nothing for us: it may have
    /// none of what others have, or not let us see it.
    pub fn means_absence(&self) -> bool {
        matches!(self, Self::NotFound { .. } | Self::Refused { .. })
    }

    /// Whether the registry could not be asked, so that an older answer may
    /// stand in. Not so when it answered: that a package is gone, or that we
    /// may not see it.
    pub fn leaves_room_for_stale(&self) -> bool {
        matches!(
            self,
            Self::Status { .. }
                | Self::Unreachable { .. }
                | Self::Stalled { .. }
                | Self::Slow { .. }
                | Self::Truncated { .. }
                | Self::TooLarge { .. }
                | Self::Redirect { .. }
                | Self::Unreadable { .. }
                | Self::WrongPackage { .. }
                | Self::Setup { .. }
        )
    }
}
