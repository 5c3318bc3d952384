//! What the server says of itself: counters, and the log's recurring lines.

use crate::proxy::{Judged, ProxyError};
use metrics::{Unit, counter, describe_counter, describe_histogram, histogram};
use std::time::Duration;
use tenure_domain::PackageId;
use tenure_store::StoreError;
use tenure_trust::verdict::Verdict;
use tenure_upstream::FetchError;

/// Says what each number is, where a number's name is met first. Numbers that
/// are hoped to stay at zero are there from the beginning, so that one can be
/// woken by them. docs/metrics.md is the same for people.
pub(crate) fn describe() {
    describe_counter!(
        "tenure_requests_total",
        "Requests to a registry, by kind and status"
    );
    describe_histogram!(
        "tenure_request_seconds",
        Unit::Seconds,
        "From a request to the beginning of its answer, by kind"
    );
    describe_counter!(
        "tenure_upstream_requests_total",
        "Questions to the registries behind this server, by kind and outcome"
    );
    describe_counter!(
        "tenure_stale_total",
        "Documents served although the upstream could not confirm them"
    );
    describe_counter!(
        "tenure_store_failures_total",
        "Failures of the store, by what it was doing"
    );
    describe_counter!("tenure_judged_total", "Documents judged");
    describe_counter!(
        "tenure_judged_releases_total",
        "Releases of judged documents that do not simply pass, by verdict"
    );
    describe_counter!(
        "tenure_judging_failures_total",
        "Releases or packages held because judging them failed, which is a bug"
    );
    describe_counter!(
        "tenure_tarballs_total",
        "Tarballs asked for, by verdict on their release"
    );
    for hoped_for in ["tenure_stale_total", "tenure_judging_failures_total"] {
        counter!(hoped_for).increment(0);
    }
}

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

/// What is said of people apart from a package's document was asked for.
pub(crate) fn facts_asked(package: &PackageId, error: Option<&ProxyError>) {
    match error {
        None => tracing::debug!(%package, "asked who published"),
        Some(ProxyError::Upstream(FetchError::NotFound { .. })) => {
            tracing::debug!(%package, "the registry's API does not know who published");
        }
        Some(error) => tracing::warn!(%package, %error, "it cannot be asked who published"),
    }
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
    let (held, blocked, unknown) = (of(Verdict::Hold), of(Verdict::Block), judged.unknown.len());
    for (verdict, releases) in [("hold", held), ("block", blocked), ("unknown", unknown)] {
        counter!("tenure_judged_releases_total", "verdict" => verdict).increment(releases as u64);
    }
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

/// A tarball was asked for, and how its release stands; a blocked one is
/// refused.
pub(crate) fn tarball_asked(verdict: Verdict) {
    counter!("tenure_tarballs_total", "verdict" => verdict.as_str()).increment(1);
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
