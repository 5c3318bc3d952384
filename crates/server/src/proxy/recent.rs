//! What was learnt of packages a moment ago.
//!
//! Another process may have seen a newer document, and an upstream that failed
//! may be up again: what is here is good for moments. They are measured by the
//! server's own clock; the bound on real time only keeps memory small.

use super::documents::Known;
use crate::options::ProxyLimits;
use moka::future::Cache;
use std::time::Duration;
use tenure_domain::{Clock, PackageId, Time};
use tenure_upstream::FetchError;

pub(super) struct Recent {
    clock: Clock,
    known: Cache<PackageId, (Time, Known)>,
    /// Packages of which the upstream could not be asked, and why.
    failed: Cache<PackageId, (Time, FetchError)>,
    /// How long something known is taken for the newest.
    again: Duration,
    /// How long the upstream is not asked again after a failure.
    pause: Duration,
}

/// How long something known is taken for the newest, where documents do not
/// have to be fresher than that.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

impl Recent {
    pub(super) fn new(clock: Clock, limits: &ProxyLimits) -> Self {
        let weigh = |_: &PackageId, (_, known): &(Time, Known)| match known {
            Known::Document(document) => 512 + 160 * document.history.releases().len() as u32,
            Known::Gone(_) => 256,
        };
        Self {
            clock,
            known: Cache::builder()
                .weigher(weigh)
                .max_capacity(16 * 1024 * 1024)
                .time_to_live(LOOK_AGAIN)
                .build(),
            failed: Cache::builder()
                .max_capacity(10_000)
                .time_to_live(limits.pause)
                .build(),
            again: LOOK_AGAIN.min(limits.fresh),
            pause: limits.pause,
        }
    }

    pub(super) async fn known(&self, package: &PackageId) -> Option<Known> {
        let (at, known) = self.known.get(package).await?;
        self.is_within(self.again, at).then_some(known)
    }

    pub(super) async fn learnt(&self, package: PackageId, known: Known) {
        let now = self.clock.now();
        self.known.insert(package, (now, known)).await;
    }

    /// Looks again at the next question.
    pub(super) async fn forget(&self, package: &PackageId) {
        self.known.invalidate(package).await;
    }

    pub(super) async fn failure(&self, package: &PackageId) -> Option<FetchError> {
        let (at, error) = self.failed.get(package).await?;
        self.is_within(self.pause, at).then_some(error)
    }

    pub(super) async fn failed(&self, package: PackageId, error: FetchError) {
        let now = self.clock.now();
        self.failed.insert(package, (now, error)).await;
    }

    pub(super) async fn succeeded(&self, package: &PackageId) {
        self.failed.invalidate(package).await;
    }

    fn is_within(&self, span: Duration, since: Time) -> bool {
        let passed = self.clock.now().as_millis() - since.as_millis();
        // A clock that was put back says nothing.
        u64::try_from(passed).is_ok_and(|passed| Duration::from_millis(passed) < span)
    }
}
