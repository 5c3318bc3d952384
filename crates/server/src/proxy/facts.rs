//! What a registry says of people elsewhere than in a package's document.
//!
//! It is asked for in the background, so that nobody waits for it, and slowly:
//! the API of a registry is not made for whoever wants all of it. What it says
//! is an observation of its own in the ledger, under its own address.

use super::memory::remembered;
use super::{Proxy, ProxyError, nuget, pypi};
use crate::observe;
use bytes::Bytes;
use moka::future::Cache;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tenure_domain::fact::{self, Memory};
use tenure_domain::{Days, Ecosystem, History, PackageId, Source, Time};
use tenure_ecosystem::cargo::{api, config};
use tenure_ecosystem::nuget::registration;
use tenure_ecosystem::pypi::facts as pypi_facts;
use tenure_store::{Digest, Recorded, Seen, Validators};
use tenure_upstream::FetchError;
use tokio::sync::Notify;
use tokio::time::{Interval, MissedTickBehavior};

/// Which answers a document is judged with.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(super) digest: Digest,
    /// When they were last asked for.
    pub(crate) checked: Time,
}

/// The packages that are to be asked about, in their order.
pub(super) struct Wanted {
    queue: Mutex<VecDeque<PackageId>>,
    more: Notify,
    /// Those that were put there lately, and the digests of their documents
    /// then: a new release is asked about at once.
    lately: Cache<PackageId, (String, Time)>,
}

/// Owners change without a release, so they are asked for again.
const GOOD_FOR: Days = Days(1.0);
/// What an API does not know is not asked for again at once.
const LATELY: Days = Days(10.0 / (24.0 * 60.0));
/// Nor one that failed.
const AFTER_A_FAILURE: Days = Days(1.0 / (24.0 * 60.0));
/// At one request a second this takes the better part of a day.
const MOST: usize = 20_000;
/// The longest that an API can make the others wait.
const LONGEST_PAUSE: Duration = Duration::from_mins(10);

impl Wanted {
    pub(super) fn new() -> Self {
        Self {
            queue: Mutex::default(),
            more: Notify::new(),
            lately: Cache::new(MOST as u64),
        }
    }

    fn queue(&self) -> MutexGuard<'_, VecDeque<PackageId>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn add(&self, package: &PackageId, document: &str, now: Time) {
        let before = self.lately.get(package).await;
        if before.is_some_and(|(same, at)| same == document && is_within(LATELY, at, now)) {
            return;
        }
        let added = (document.to_owned(), now);
        self.lately.insert(package.clone(), added).await;
        let mut queue = self.queue();
        if queue.len() < MOST && !queue.contains(package) {
            queue.push_back(package.clone());
            self.more.notify_one();
        }
    }

    /// Lets a package be added again soon.
    async fn failed(&self, package: PackageId, now: Time) {
        if let Some((document, _)) = self.lately.get(&package).await {
            let at = now + Days(AFTER_A_FAILURE.0 - LATELY.0);
            self.lately.insert(package, (document, at)).await;
        }
    }

    async fn next(&self) -> PackageId {
        loop {
            if let Some(package) = self.queue().pop_front() {
                return package;
            }
            self.more.notified().await;
        }
    }
}

impl Proxy {
    /// What a document is judged by: what it says, what earlier ones said, and
    /// what is known of people from elsewhere. Has that asked for where it is
    /// missing or old.
    pub(super) async fn whole(
        self: &Arc<Self>,
        package: &PackageId,
        memory: &Memory,
        history: &Arc<History>,
    ) -> Result<(Arc<History>, Option<Facts>), ProxyError> {
        let remembered = remembered(memory, history);
        // Without its address, what is known could not be found: then there is
        // no verdict that could be relied on.
        let Some(api) = self.source_of_facts(package).await? else {
            return Ok((remembered, None));
        };
        let (kept, facts) = match self.kept_facts(&api, package).await? {
            Some((kept, facts)) => (Some(kept), Some(facts)),
            None => (None, None),
        };
        let now = self.clock.now();
        if is_due(history, kept.as_ref(), facts.as_ref(), now) {
            let document = &history.source().sha256;
            self.facts.add(package, document, now).await;
        }
        let Some(kept) = kept else {
            return Ok((remembered, None));
        };
        let source = Source {
            kind: kept.source().kind,
            ..history.source().clone()
        };
        let whole = match package.ecosystem() {
            Ecosystem::Pypi => pypi_facts::merge_kept(&remembered, &kept, source),
            Ecosystem::Nuget => registration::merge_kept(&remembered, &kept, source),
            _ => api::merge_kept(&remembered, &kept, source),
        };
        Ok((Arc::new(whole), facts))
    }

    /// The address under which it is kept what a registry says of people, if
    /// it is asked at all.
    async fn source_of_facts(
        self: &Arc<Self>,
        package: &PackageId,
    ) -> Result<Option<Box<str>>, ProxyError> {
        match package.ecosystem() {
            Ecosystem::Cargo if package.name() != config::NAME => {
                Ok(self.cargo_config().await?.api.clone())
            }
            Ecosystem::Pypi => Ok(pypi::source(self.upstream_of(package)?.url())),
            Ecosystem::Nuget if package.name() != nuget::SERVICE => {
                Ok(Some(nuget::source(&self.upstream_of(package)?)))
            }
            _ => Ok(None),
        }
    }

    pub(super) async fn kept_facts(
        &self,
        api: &str,
        package: &PackageId,
    ) -> Result<Option<(History, Facts)>, ProxyError> {
        let Some(record) = self.store.document(api, package).await? else {
            return Ok(None);
        };
        let Recorded { history, memory } = self.store.recorded(api, package).await?;
        let (Some(digest), Some(history)) = (record.document, history) else {
            return Ok(None);
        };
        let facts = Facts {
            digest,
            checked: record.checked,
        };
        Ok(Some((memory.with(&history), facts)))
    }

    /// Asks for what is wanted, one request after the other, without an end.
    pub(crate) async fn gather_facts(self: Arc<Self>) {
        let mut pace = tokio::time::interval(self.limits.pace);
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let package = self.facts.next().await;
            let asked = self.ask_for_facts(&package, &mut pace).await;
            observe::facts_asked(&package, asked.as_ref().err());
            let Err(error) = asked else { continue };
            if let ProxyError::Upstream(FetchError::Status {
                retry_after: Some(wait),
                ..
            }) = &error
            {
                tokio::time::sleep(LONGEST_PAUSE.min(*wait)).await;
            }
            if !matches!(error, ProxyError::Upstream(FetchError::NotFound { .. })) {
                self.facts.failed(package, self.clock.now()).await;
            }
        }
    }

    async fn ask_for_facts(
        self: &Arc<Self>,
        package: &PackageId,
        pace: &mut Interval,
    ) -> Result<(), ProxyError> {
        // What changes meanwhile has to be asked for again.
        let began = self.clock.now();
        // Whoever has this asked for may not have it all yet.
        let document = self.document(package).await?;
        let asked = match package.ecosystem() {
            Ecosystem::Pypi => self.ask_python_index(&document, pace).await?,
            Ecosystem::Nuget => self.ask_feed(&document, pace).await?,
            _ => self.ask_cargo_api(&document, pace).await?,
        };
        let Some((api, history)) = asked else {
            return Ok(());
        };
        // The answers themselves differ at every request by their counts of
        // downloads. What is kept is what they say of people, in the ledger's
        // own form.
        let bytes = Bytes::from(fact::first(&history));
        let digest = self.store.documents().put(bytes).await?;
        let seen = Seen {
            upstream: &api,
            package,
            at: began,
            document: digest,
            validators: Validators::default(),
            history: &history,
        };
        self.store.observe(&seen).await?;
        self.documents.recent.forget(package).await;
        Ok(())
    }
}

/// Whether there may be more to know than is known.
fn is_due(history: &History, kept: Option<&History>, facts: Option<&Facts>, now: Time) -> bool {
    let (Some(kept), Some(facts)) = (kept, facts) else {
        return true;
    };
    // A file may have been added to a release that is known.
    let is_newer = history.source().seen > Some(facts.checked);
    let mut releases = history.releases().iter();
    !is_within(GOOD_FOR, facts.checked, now)
        || is_newer && history.package().ecosystem() == Ecosystem::Pypi
        || releases.any(|release| kept.position(&release.version).is_none())
}

/// A moment in the future is none to rely on: some clock was wrong.
fn is_within(span: Days, since: Time, now: Time) -> bool {
    (0.0..span.0).contains(&now.since(since).0)
}
