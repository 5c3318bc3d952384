//! What a registry says of itself: where files are, and where its API is.

use super::{Proxy, ProxyError};
use futures_util::future::BoxFuture;
use moka::future::Cache;
use std::sync::Arc;
use tenure_domain::{Ecosystem, PackageId};
use tenure_store::Digest;

/// Such documents, read, by their digest, of which there are hardly ever two.
pub(super) struct Parsed<T>(Cache<Digest, Arc<T>>);

impl<T: Send + Sync + 'static> Parsed<T> {
    pub(super) fn new() -> Self {
        Self(Cache::new(8))
    }

    /// The current one, which has a `name` that no package can have. A document
    /// like any other, so it is confirmed, kept, and replaced as they are. (It
    /// is asked for while others are looked up, hence the box.)
    pub(super) fn current(
        &self,
        proxy: &Arc<Proxy>,
        (ecosystem, name): (Ecosystem, &str),
        read: fn(&[u8]) -> Result<T, String>,
    ) -> BoxFuture<'static, Result<Arc<T>, ProxyError>> {
        let (known, proxy) = (self.0.clone(), Arc::clone(proxy));
        let package = PackageId::new(ecosystem, name);
        Box::pin(async move {
            let package = package.map_err(|_| ProxyError::Broken)?;
            let document = proxy.document(&package).await?;
            if let Some(known) = known.get(&document.digest).await {
                return Ok(known);
            }
            let raw = proxy.raw(&document).await?;
            let parsed = Arc::new(read(&raw).map_err(ProxyError::Damaged)?);
            known.insert(document.digest, Arc::clone(&parsed)).await;
            Ok(parsed)
        })
    }
}
