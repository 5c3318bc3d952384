//! What the server says of itself: counters, and the log's recurring lines.

use crate::proxy::Judged;
use metrics::{counter, histogram};
use std::time::Duration;
use tenure_domain::PackageId;
use tenure_store::StoreError;
use tenure_trust::verdict::Verdict;
use tenure_upstream::FetchError;

/// A request was answered.
pub(crate) fn answered(kind: &'static str, status: u16, took: Duration) {
    counter!("tenure_requests_total", "kind" => kind, "status" => status_text(status)).increment(1);
    histogram!("tenure_request_seconds", "kind" => kind).record(took.as_secs_f64());
}

/// The upstream was asked.
pub(crate) fn upstream_asked(kind: &'static str, error: Option<&FetchError>) {
    let outcome = if error.is_some() {
        "failed"
    } else {
        "answered"
    };
    counter!("tenure_upstream_requests_total", "kind" => kind, "outcome" => outcome).increment(1);
}

/// A document was served although the upstream could not confirm it.
pub(crate) fn served_stale() {
    counter!("tenure_stale_total").increment(1);
}

/// The store did not do as it should.
pub(crate) fn store_failed(doing: &'static str, error: &StoreError) {
    counter!("tenure_store_failures_total", "doing" => doing).increment(1);
    tracing::error!(%error, "the store failed at {doing}");
}

/// A package's releases were judged.
pub(crate) fn judged(package: &PackageId, judged: &Judged) {
    counter!("tenure_judged_total").increment(1);
    let of = |verdict| {
        let restrictions = judged.restrictions.values();
        restrictions
            .filter(|restriction| restriction.verdict == verdict)
            .count()
    };
    let (held, blocked, unknown) = (of(Verdict::Hold), of(Verdict::Block), judged.unknown);
    if held + blocked > 0 {
        tracing::info!(%package, held, blocked, unknown, "judged");
    } else {
        tracing::debug!(%package, unknown, "judged");
    }
}

/// A verdict could not be found.
pub(crate) fn judging_failed(package: &PackageId) {
    counter!("tenure_judging_failures_total").increment(1);
    tracing::error!(%package, "a release could not be judged, so it is held; this is a bug");
}

/// A tarball was handed out, and how its release stands.
pub(crate) fn tarball_served(verdict: &'static str) {
    counter!("tenure_tarballs_total", "verdict" => verdict).increment(1);
}

fn status_text(status: u16) -> &'static str {
    match status {
        200 => "200",
        206 => "206",
        304 => "304",
        400 => "400",
        401 => "401",
        403 => "403",
        404 => "404",
        405 => "405",
        500 => "500",
        502 => "502",
        503 => "503",
        504 => "504",
        _ => "other",
    }
}
