use super::{Client, Limits};
use crate::FetchError;
use crate::npm_config::{Credentials, Transport};
use reqwest::dns::Resolve;
use reqwest::{Certificate, ClientBuilder, NoProxy, Proxy, redirect};
use std::sync::Arc;
use tenure_domain::Clock;
use tokio::sync::Semaphore;

/// What a [`Client`] is made of.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// Certificates and proxies.
    pub transport: Transport,
    /// What to show to whom.
    pub credentials: Credentials,
    /// How long and how much to put up with.
    pub limits: Limits,
    /// Tells the time, for dates in `Retry-After`.
    pub clock: Clock,
}

const USER_AGENT: &str = concat!("tenure/", env!("CARGO_PKG_VERSION"));

impl Client {
    /// Sets up a client; nothing is connected yet.
    ///
    /// # Errors
    /// [`FetchError::Setup`] when a certificate or a proxy is unusable.
    pub fn new(options: ClientOptions) -> Result<Self, FetchError> {
        let http = builder(&options)?.build().map_err(|e| setup(&e))?;
        let plain = builder(&options)?.no_gzip().no_brotli().no_zstd();
        let plain = plain.build().map_err(|e| setup(&e))?;
        Ok(Self {
            http,
            plain,
            large: Arc::new(Semaphore::new(options.limits.large_documents.max(1))),
            credentials: options.credentials,
            limits: options.limits,
            clock: options.clock,
        })
    }
}

fn builder(options: &ClientOptions) -> Result<ClientBuilder, FetchError> {
    let builder = reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .connect_timeout(options.limits.connect_timeout)
        .read_timeout(options.limits.read_timeout)
        // Redirections and retries are counted and credentials withheld
        // in `attempt`, so nothing happens behind its back.
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .tls_danger_accept_invalid_certs(options.transport.accept_any_certificate)
        .tls_certs_merge(certificates(&options.transport)?);
    with_proxies(builder, &options.transport)
}

/// A client that follows no redirections, shows no credentials, and connects
/// only to what `names` says.
pub(crate) fn pinned(
    options: &ClientOptions,
    names: Arc<dyn Resolve>,
) -> Result<reqwest::Client, FetchError> {
    let builder = builder(options)?.dns_resolver(names);
    builder.build().map_err(|e| setup(&e))
}

fn setup(error: &dyn std::error::Error) -> FetchError {
    FetchError::Setup {
        why: super::answer::chain(error),
    }
}

fn certificates(transport: &Transport) -> Result<Vec<Certificate>, FetchError> {
    let mut all = Vec::new();
    for path in &transport.ca_files {
        let named = |why: &dyn std::fmt::Display| FetchError::Setup {
            why: format!(
                "the certificates in `{}` are unusable: {why}",
                path.display()
            ),
        };
        let pem = std::fs::read(path).map_err(|error| named(&error))?;
        all.extend(Certificate::from_pem_bundle(&pem).map_err(|error| named(&error))?);
    }
    for pem in &transport.ca {
        all.extend(Certificate::from_pem_bundle(pem.as_bytes()).map_err(|e| setup(&e))?);
    }
    Ok(all)
}

/// Uses the proxies of the settings, and never those that the library would
/// find in the environment by itself.
fn with_proxies(
    builder: ClientBuilder,
    transport: &Transport,
) -> Result<ClientBuilder, FetchError> {
    let unusable = |error: reqwest::Error| FetchError::Setup {
        // The address may carry a password.
        why: format!("the proxy's address is unusable: {}", error.without_url()),
    };
    let exceptions = || transport.no_proxy.as_deref().and_then(NoProxy::from_string);
    let mut builder = builder.no_proxy();
    if let Some(address) = &transport.http_proxy {
        let proxy = Proxy::http(address).map_err(unusable)?;
        builder = builder.proxy(proxy.no_proxy(exceptions()));
    }
    if let Some(address) = &transport.https_proxy {
        let proxy = Proxy::https(address).map_err(unusable)?;
        builder = builder.proxy(proxy.no_proxy(exceptions()));
    }
    Ok(builder)
}
