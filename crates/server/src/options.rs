//! What a server is made of.

use std::collections::BTreeMap;
use std::time::Duration;
use tenure_domain::{Clock, Ecosystem};
use tenure_store::StoreOptions;
use tenure_trust::acceptance::{Circle, ProjectFile};
use tenure_upstream::Upstream;
use tenure_upstream::client::Limits;
use tenure_upstream::npm_config::{Credential, Registries, Transport};
use url::Url;

/// Everything a [`Server`](crate::Server) is told when it starts.
pub struct ServerOptions {
    /// The address to listen on, such as `127.0.0.1:4874`; port 0 takes any.
    pub listen: String,
    /// The address under which clients reach the server, where it is not the
    /// one that they name in `Host`: behind a proxy that speaks TLS.
    pub public_url: Option<Url>,
    /// Where everything is kept.
    pub store: StoreOptions,
    /// The policy and the decisions that hold where a project has none.
    pub defaults: ProjectFile,
    /// Whom these follow, with what their sources of vouches say.
    pub circle: Circle,
    /// Which registry an npm package comes from.
    pub registries: Registries,
    /// The registries of other ecosystems, and what each is shown to be let in.
    pub others: BTreeMap<Ecosystem, (Upstream, Option<Credential>)>,
    /// Certificates and proxies on the way to the upstream.
    pub transport: Transport,
    /// Other hosts than the upstream's own that tarballs may be fetched from.
    pub tarball_hosts: Vec<String>,
    /// Whether reading needs a project's token, too.
    pub private: bool,
    /// How long and how much the client of the upstream puts up with.
    pub upstream_limits: Limits,
    /// Freshness and memory.
    pub limits: ProxyLimits,
    /// The time.
    pub clock: Clock,
}

/// How fresh documents are kept, and how much memory that takes.
#[derive(Clone, Copy, Debug)]
pub struct ProxyLimits {
    /// A document confirmed no longer ago than this is served as it is.
    pub fresh: Duration,
    /// One confirmed no longer ago than this is served while the upstream is
    /// asked in the background. For an older one the upstream is asked first.
    pub background: Duration,
    /// How long a client waits for the upstream before it gets an older
    /// document.
    pub patience: Duration,
    /// How long after a failure the upstream is left alone.
    pub pause: Duration,
    /// How long it takes from one question to a registry's API to the next.
    pub pace: Duration,
    /// Bytes of finished answers held in memory.
    pub memory: u64,
}

impl Default for ProxyLimits {
    fn default() -> Self {
        Self {
            // What npm's own registry lets clients keep a document for.
            fresh: Duration::from_mins(5),
            background: Duration::from_hours(1),
            patience: Duration::from_secs(10),
            pause: Duration::from_secs(10),
            // What crates' registries ask of whoever reads their API by machine.
            pace: Duration::from_secs(1),
            memory: 48 * 1024 * 1024,
        }
    }
}
