//! How much a package is used: asked only where it decides something.

use super::{Document, Proxy};
use crate::observe;
use std::sync::Arc;
use tenure_domain::{Days, Ecosystem, PackageId, Popularity};
use tenure_store::PopularityRecord;
use tenure_upstream::Upstream;

/// A tier does not change within a day.
const KEPT_FOR: Days = Days(1.0);

impl Proxy {
    /// What is known here; the inner `None` means that the registry does not
    /// say. Asks in the background for what is old.
    pub(super) async fn known_popularity(
        self: &Arc<Self>,
        upstream: &Upstream,
        package: &PackageId,
    ) -> Option<Option<Popularity>> {
        let known = self
            .store
            .popularity(upstream.url().as_str(), package)
            .await;
        let known = known.unwrap_or_else(|error| {
            observe::store_failed("reading a popularity", &error);
            None
        });
        if package.ecosystem() != Ecosystem::Npm {
            // It comes with what is said of people, and is not asked for.
            return Some(known.and_then(|known| known.answer.ok()));
        }
        let known = known?;
        if self.clock.now().since(known.asked).0 > KEPT_FOR.0 {
            let (proxy, upstream, wanted) = (Arc::clone(self), upstream.clone(), package.clone());
            let ask = move || async move { proxy.ask_upstream(&upstream, &wanted).await };
            self.asking.begin(package.clone(), ask);
        }
        Some(known.answer.ok())
    }

    /// Asks the upstream, once for all who want it.
    pub(super) async fn ask_popularity(
        self: &Arc<Self>,
        upstream: &Upstream,
        package: &PackageId,
    ) -> Option<Popularity> {
        let (proxy, asked, wanted) = (Arc::clone(self), upstream.clone(), package.clone());
        let ask = move || async move { proxy.ask_upstream(&asked, &wanted).await };
        self.asking.join(package.clone(), ask).await;
        let known = self
            .store
            .popularity(upstream.url().as_str(), package)
            .await;
        known.ok().flatten()?.answer.ok()
    }

    /// Keeps what was said beside something else.
    pub(super) async fn keep_popularity(&self, document: &Document, popularity: Popularity) {
        let record = PopularityRecord {
            asked: popularity.seen,
            answer: Ok(popularity),
        };
        let upstream = document.upstream.url().as_str();
        let kept = self
            .store
            .set_popularity(upstream, &document.package, &record);
        if let Err(error) = kept.await {
            observe::store_failed("keeping a popularity", &error);
        }
    }

    async fn ask_upstream(&self, upstream: &Upstream, package: &PackageId) {
        let now = self.clock.now();
        let answer = self.client.popularity(upstream, package, now).await;
        observe::upstream_asked("popularity", answer.as_ref().err());
        // That it could not be asked is no answer, and is not kept.
        let Ok(answer) = answer else { return };
        let record = PopularityRecord { asked: now, answer };
        let url = upstream.url().as_str();
        let kept = self.store.set_popularity(url, package, &record).await;
        if let Err(error) = kept {
            observe::store_failed("keeping a popularity", &error);
        }
    }
}
