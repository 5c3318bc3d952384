//! What earlier documents of a package said, beside the last one.

use super::{Proxy, ProxyError};
use std::sync::Arc;
use tenure_domain::fact::Memory;
use tenure_domain::{History, PackageId};
use tenure_store::Recorded;
use tenure_upstream::Upstream;

impl Proxy {
    /// What is remembered beside a new document. Without it, the verdicts could
    /// let through what they held before.
    pub(super) async fn memory(
        &self,
        package: &PackageId,
        upstream: &Upstream,
        new: &History,
    ) -> Result<Memory, ProxyError> {
        self.documents.keeping.settled(package).await;
        let recorded = self.store.recorded(upstream.url().as_str(), package);
        let Recorded { history, memory } = recorded.await?;
        Ok(memory.after(history.as_ref(), Some(new)))
    }
}

/// A history with what is remembered besides.
pub(super) fn remembered(memory: &Memory, history: &Arc<History>) -> Arc<History> {
    if memory.is_empty() {
        Arc::clone(history)
    } else {
        Arc::new(memory.with(history))
    }
}
