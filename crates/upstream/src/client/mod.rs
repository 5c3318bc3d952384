//! The HTTP client: the only place that talks to a registry.

mod answer;
mod attempt;
mod build;
mod document;
mod file;
mod forward;
mod gathered;
mod put;
mod range;
mod retry;

pub(crate) use attempt::failed;
pub use build::ClientOptions;
pub(crate) use build::pinned;
pub use document::{Answer, Room};
pub use file::Download;
pub use forward::{Forward, Forwarded, Forwarding};
pub use gathered::{EAGER, STEP, Watch};
pub use put::Put;
pub use range::{Part, Piece};

use crate::npm_config::Credentials;
use std::sync::Arc;
use std::time::Duration;
use tenure_domain::Clock;
use tokio::sync::Semaphore;

const MIB: u64 = 1024 * 1024;

/// How long and how much the client puts up with.
#[derive(Clone, Debug)]
pub struct Limits {
    /// For a connection to come about.
    pub connect_timeout: Duration,
    /// Between two pieces of an answer.
    pub read_timeout: Duration,
    /// Size of a document in bytes, after decompression.
    pub body: u64,
    /// From the beginning of a document to its end.
    pub document_time: Duration,
    /// How many large documents can be in memory at the same time; others wait
    /// for their turn.
    pub large_documents: usize,
    /// Size of a file in bytes.
    pub file: u64,
    /// Size of an answer that is passed on, in bytes, after decompression.
    pub forwarded: u64,
    /// Redirections in a row.
    pub redirects: usize,
    /// Attempts after the first.
    pub retries: u32,
    /// Before the first retry; it doubles from one to the next.
    pub first_pause: Duration,
    /// The longest that a registry can make us wait with `Retry-After`.
    pub longest_pause: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(30),
            body: 256 * MIB,
            document_time: Duration::from_mins(5),
            large_documents: 4,
            file: 2048 * MIB,
            forwarded: 16 * MIB,
            redirects: 5,
            retries: 3,
            first_pause: Duration::from_millis(300),
            longest_pause: Duration::from_mins(1),
        }
    }
}

/// Asks registries. Cheap to clone.
///
/// Where credentials go: each to the addresses below the host, port and path
/// that it is configured for, and nowhere else, as npm does it. A redirection
/// to another host or port is followed without any, also if one is configured
/// for that host, and also back home. Nothing that a client of ours sends is
/// ever shown to a registry.
#[derive(Clone, Debug)]
pub struct Client {
    /// Asks for compression and undoes it.
    http: reqwest::Client,
    /// Does neither.
    plain: reqwest::Client,
    credentials: Credentials,
    limits: Limits,
    clock: Clock,
    /// The places for large documents.
    large: Arc<Semaphore>,
}

impl Client {
    /// The same client, making no second attempt: for whoever counts how often
    /// it asks.
    #[must_use]
    pub fn asking_once(&self) -> Self {
        let mut once = self.clone();
        once.limits.retries = 0;
        once
    }
}

/// npm's full document, with publishers and dates.
const FULL: &str = "application/json";
